"""What a published report consists of: the workforce profile, recruitment, participation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import long_date
from workforce_analytics.publishing.definitions import definitions
from workforce_analytics.publishing.layouts import Table
from workforce_analytics.publishing.page import (
    Exhibit,
    Link,
    Page,
    Point,
    Section,
    exhibit,
    exhibit_heading,
)
from workforce_analytics.publishing.protection import stamp
from workforce_analytics.publishing.sections import (
    Tables,
    applications_fact,
    counted_section,
    disclosure_section,
    facts,
    quality_section,
    sources_section,
)
from workforce_analytics.publishing.sentences import headline, sentences
from workforce_analytics.publishing.tables import tables as tables_of
from workforce_analytics.publishing.wording import lower_first

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_LICENCE = (
    "Census 2021 figures: Office for National Statistics, licensed under the Open Government "
    "Licence v3.0 (nationalarchives.gov.uk/doc/open-government-licence/version/3)."
)
_FOOTER = "Every figure on this page has passed statistical disclosure control."

WORKFORCE = "Workforce profile"
RECRUITMENT = "Recruitment: who applied and what happened"
TRAINING = "Recruitment training: did it change anything?"
PARTICIPATION = "Access to training and formal procedures"
SURVEY = "Staff survey: what staff say"
NETWORKS = "Staff networks: who takes part"
"""Headings of the parts of a report."""

_WHO_WORKS_HERE = frozenset({"against_community", "shares", "over_time"})
"""Kinds whose headline only counts groups, and whose first sentence names one with its share."""

PAGE, ANNEX = "index.html", "annex.html"
"""Names of a report's two pages, which link to each other."""


@dataclass(frozen=True)
class Pages:
    """A report as pages: what everybody reads, and all other tables."""

    page: Page
    annex: Page | None
    """None where the page holds everything."""


def report_pages(
    parts: Mapping[str, Tables],
    *,
    organisation: str,
    period: str,
    counted: Sequence[str] = (),
    quality: Sequence[str] = (),
    downloads: Sequence[Link] = (),
    licence: Sequence[str] = (_LICENCE,),
) -> Pages:
    """Who works here, who applied, who takes part, and what came of it: as a page and its annex.

    Parameters
    ----------
    parts
        For each part (`WORKFORCE`, `RECRUITMENT`, `PARTICIPATION`, or a heading of your own), and
        in it for each characteristic, the protected tables. The first of a characteristic stands
        on the page, the others in the annex, with the tests and further measures of the first.
    organisation
        Whose figures they are.
    period
        The date of the workforce, as ISO text.
    counted
        Sentences that say who was counted and who was left out.
    quality
        Sentences about the quality of the data that everybody may read.
    downloads
        Files with the same figures.
    licence
        Under what the pages' sources may be used.

    Returns
    -------
    Pages
        The page and the annex, to be made into HTML by `page.render` and written side by side as
        `PAGE` and `ANNEX`.

    Raises
    ------
    UsageError
        If there is no table at all.

    Notes
    -----
    On the page each characteristic of a part has one chart, one table and up to three sentences.
    Every figure comes from a protected table.
    """
    kept = _kept(parts)
    if not kept:
        raise UsageError("a report needs one table or more")
    everything = [one for part in kept.values() for shown in part.values() for one in shown]
    annex = _annex(kept, organisation)
    first = next(iter(kept.values()))
    sections = [counted_section(everything, counted)]
    for place, (part, tables) in enumerate(kept.items(), start=1):
        exhibits = tuple(
            _on_page(heading, shown, _onward(kept, part, heading, _annex_key(place, at)))
            for at, (heading, shown) in enumerate(tables.items(), start=1)
        )
        sections.append(Section(_part_key(place), part, exhibits=exhibits, listed=True))
    links = [Link("Annex: all other tables, tests and further measures", ANNEX)] if annex else []
    sections += [
        quality_section(kept if len(kept) > 1 else {"": first}, quality),
        Section(key="methods", heading="Methods and definitions", terms=_terms(everything)),
        disclosure_section(everything),
        sources_section(everything, licence, [*links, *downloads]),
    ]
    page = Page(
        title="Annual equality report" if len(kept) > 1 else next(iter(kept)),
        organisation=organisation,
        subtitle=f"The workforce at {long_date(period)}, and the years that each table names",
        facts=(*facts(kept.get(WORKFORCE, first)), *applications_fact(everything)),
        summary=_points(kept),
        sections=tuple(sections),
        stamp=stamp(everything),
        footer=_FOOTER,
    )
    return Pages(page, annex)


def _kept(parts: Mapping[str, Tables]) -> dict[str, dict[str, list[Protected]]]:
    """Leave out characteristics and parts without a table."""
    kept = {
        part: {heading: list(shown) for heading, shown in tables.items() if shown}
        for part, tables in parts.items()
    }
    return {part: tables for part, tables in kept.items() if tables}


def _part_key(place: int) -> str:
    return f"part-{place}"


def _annex_key(place: int, at: int) -> str:
    return f"annex-{place}-{at}"


def _further(shown: Sequence[Protected]) -> bool:
    """Whether anything of a characteristic is left for the annex."""
    return len(shown) > 1 or len(tables_of(shown[0])) > 1


def _onward(kept: Mapping[str, Tables], part: str, heading: str, key: str) -> tuple[Link, ...]:
    """Link to what the annex has on a characteristic, in words that no other link has."""
    if not _further(kept[part][heading]):
        return ()
    return (Link(f"More tables in the annex: {_named(kept, part, heading)}", f"{ANNEX}#{key}"),)


def _named(kept: Mapping[str, Tables], part: str, heading: str) -> str:
    """Name a characteristic, and its part where there are several: what is before its colon."""
    return heading if len(kept) == 1 else f"{heading} ({lower_first(part.split(':')[0])})"


def _on_page(heading: str, shown: Sequence[Protected], links: tuple[Link, ...]) -> Exhibit:
    """Show the first table of a characteristic, under the characteristic's name."""
    return replace(exhibit(shown[0]), heading=heading, links=links)


def _annex(kept: Mapping[str, Tables], organisation: str) -> Page | None:
    """Show all tables that are not on the page, characteristic by characteristic."""
    sections = []
    for place, (part, tables) in enumerate(kept.items(), start=1):
        for at, (heading, shown) in enumerate(tables.items(), start=1):
            if not _further(shown):
                continue
            named = _named(kept, part, heading)
            back = f"{PAGE}#{_part_key(place)}-{at}-heading"
            sections.append(
                Section(
                    key=_annex_key(place, at),
                    heading=named,
                    exhibits=(*_rest_of_first(shown[0]), *(_whole(one) for one in shown[1:])),
                    links=(Link(f"Back to the report: {named}", back),),
                )
            )
    if not sections:
        return None
    everything = [one for part in kept.values() for shown in part.values() for one in shown]
    methods = Link("Methods, definitions and sources are in the report", f"{PAGE}#methods")
    return Page(
        title="Annex: all other tables",
        organisation=organisation,
        subtitle="Tests, further measures, and tables in more detail",
        sections=(*sections, Section("report", "The report", links=(methods,))),
        stamp=stamp(everything),
        footer=_FOOTER,
    )


def _rest_of_first(protected: Protected) -> tuple[Exhibit, ...]:
    """Show the tables of the page's own figures that the page does not show."""
    _, *others = tables_of(protected)
    if not others:
        return ()
    heading = f"{exhibit_heading(protected)}: tests and further measures"
    first, *more = _notes_once(others)
    return (Exhibit(heading, table=first, more=tuple(more)),)


def _whole(protected: Protected) -> Exhibit:
    """Show all that there is of a table."""
    made = exhibit(protected)
    _, *others = tables_of(protected)
    said = made.table.notes if made.table else ()
    return replace(made, more=tuple(_notes_once(others, said)))


def _notes_once(shown: Sequence[Table], said: Sequence[str] = ()) -> list[Table]:
    """Leave out notes that stand under an earlier table of the same figures."""
    known, made = set(said), []
    for one in shown:
        notes = tuple(note for note in one.notes if note not in known)
        known |= set(notes)
        made.append(replace(one, notes=notes))
    return made


def _points(kept: Mapping[str, Tables]) -> tuple[Point, ...]:
    """Take the main message of each characteristic, part by part."""
    return tuple(
        Point(
            _message(shown[0]),
            heading,
            f"{_part_key(place)}-{at}-heading",
            part if len(kept) > 1 else "",
        )
        for place, (part, tables) in enumerate(kept.items(), start=1)
        for at, (heading, shown) in enumerate(tables.items(), start=1)
    )


def _message(protected: Protected) -> str:
    """Say what a table shows in one sentence: of who works here, with its figures."""
    said = sentences(protected) if protected.about.kind in _WHO_WORKS_HERE else []
    return said[0] if said else f"{headline(protected)}."


def _terms(everything: Sequence[Protected]) -> tuple[tuple[str, str], ...]:
    return definitions({protected.about.kind for protected in everything})
