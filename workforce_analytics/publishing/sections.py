"""Sections that every report has: who was counted, declaration, protection, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.composition_sentences import declaration_sentence
from workforce_analytics.publishing.figures import TOPIC, Figure, Figures, figures
from workforce_analytics.publishing.layouts import (
    Column,
    Row,
    Table,
    people_cell,
    percent_cell,
    shorthand,
)
from workforce_analytics.publishing.page import Exhibit, Fact, Link, Section
from workforce_analytics.publishing.protection import statement
from workforce_analytics.publishing.wording import (
    LOW_DECLARATION,
    lower_first,
    noun,
    number,
    percent,
)

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

Tables = Mapping[str, Sequence["Protected"]]
"""Protected tables by the heading of their characteristic, in the order of reading."""


def _latest(shown: Sequence[Protected]) -> Figures:
    """Read the table of a characteristic that stands for its latest whole.

    One of those who declared only does not, where there is another: it has no declaration rate.
    """
    kinds = ("against_community", "shares", "over_time")
    ranked = sorted(shown, key=lambda one: [*kinds, one.about.kind].index(one.about.kind))
    read = [figures(protected) for protected in ranked]
    return next((one for one in read if one.holds_everybody), read[0])


_NO_CHARACTERISTIC = frozenset(
    {
        "training_exposure",
        "network_participation",
        "network_activity",
        "network_retention",
        "network_support",
        "survey_weights",
        "survey_reliability",
        "survey_priorities",
        "survey_comments",
        "survey_published",
    }
)
"""Kinds of table that stand beside those of characteristics."""

_NO_GROUPS_OF_PEOPLE = frozenset({TOPIC, "whole"})
"""First group columns of a survey's tables of all staff: those of other kinds may be by group."""


def _of_characteristic(protected: Protected) -> bool:
    """Whether a table is of groups of people."""
    about = protected.about
    return about.kind not in _NO_CHARACTERISTIC and about.groups[0] not in _NO_GROUPS_OF_PEOPLE


def facts(tables: Tables) -> tuple[Fact, ...]:
    """Give the large figures of a summary: how many, how many characteristics, who declared."""
    of = [shown for shown in tables.values() if _of_characteristic(shown[0])]
    declared = [_declared(shown) for shown in of]
    found = []
    # How many applications there are is a fact of its own.
    applied = any(one.about.kind == "funnel" for shown in of[:1] for one in shown)
    if declared and declared[0].denominator is not None and not applied:
        everybody, people = number(declared[0].denominator), noun(of[0][0].about.counted)
        found.append(Fact(everybody, f"{people} counted"))
    found.append(Fact(str(len(of)), "characteristics reported"))
    rates = {_latest(shown).of: rate.value for shown, rate in zip(of, declared, strict=True)}
    known = {name: rate for name, rate in rates.items() if rate is not None}
    if len(known) == len(rates) > 1:
        lowest = min(known, key=lambda name: known[name])
        words = f"declared their {lower_first(lowest)}, the lowest declaration rate"
        found.append(Fact(percent(known[lowest]), words))
    return tuple(found)


def applications_fact(everything: Sequence[Protected]) -> tuple[Fact, ...]:
    """Give the number of applications as a large figure, where a table tells it."""
    funnels = [figures(one) for one in everything if one.about.kind == "funnel"]
    counts = [one.get("applications", ALL, stage=one.stages[0]).value for one in funnels]
    known = [n for n in counts if n is not None]
    return (Fact(number(known[0]), "applications"),) if known else ()


def counted_section(everything: Sequence[Protected], counted: Sequence[str]) -> Section:
    """Say who was counted."""
    populations = dict.fromkeys(protected.about.population for protected in everything)
    bases = dict.fromkeys(protected.about.base for protected in everything)
    said = counted or [f"Counted: {base.replace(' -> ', ' became ')}." for base in bases if base]
    read = _latest(everything)
    everybody, people = read.declaration().denominator, noun(read.about.counted)
    number_of = [f"{number(everybody)} {people} were counted."] if everybody is not None else []
    return Section(
        key="counted",
        heading="How many people, and who was counted",
        paragraphs=(f"These figures are about: {'; '.join(populations)}.", *number_of),
        items=tuple(said),
    )


def quality_section(parts: Mapping[str, Tables], quality: Sequence[str]) -> Section:
    """Say how many declared in each part, and what else there is to know of the data."""
    exhibits, low = [], []
    for part, everything in parts.items():
        tables = {head: shown for head, shown in everything.items() if _of_characteristic(shown[0])}
        known = {heading: _declared(shown) for heading, shown in tables.items()}
        low += [
            declaration_sentence(_latest(tables[heading]), rate)
            for heading, rate in known.items()
            if rate.value is not None and rate.value < LOW_DECLARATION
        ]
        told = any(rate.value is not None or rate.hidden for rate in known.values())
        if told or (tables and len(parts) == 1):
            exhibits.append(Exhibit("", table=_declaration_table(part, tables, known)))
    return Section(
        key="quality",
        heading="Data quality and declaration",
        paragraphs=(
            "A share can only describe those who declared an answer. The fewer declare, the less "
            "it says about everybody.",
            *low,
        ),
        items=tuple(quality),
        exhibits=tuple(exhibits),
    )


def _declared(shown: Sequence[Protected]) -> Figure:
    """Look up how many declared; of applicants and respondents, from all that there are."""
    read = _latest(shown)
    if read.holds_everybody:
        return read.declaration()
    # A table of who answered has all respondents; one of scores those with a figure.
    for kind, work_out in (
        ("funnel", applicants_who_declared),
        ("survey_response", respondents_who_declared),
        ("survey_scores", respondents_who_declared),
    ):
        tables = [figures(one) for one in shown if one.about.kind == kind]
        whole = next((one for one in tables if one.undeclared), None)
        if whole is not None:
            return work_out(whole)
    return Figure()


def applicants_who_declared(read: Figures) -> Figure:
    """Work out how many applicants declared, from figures that are all shown."""
    stage = read.stages[0]
    labels = (ALL, *read.undeclared)
    found = [read.get("applications", one, stage=stage) for one in labels]
    return _all_less([(figure.value, figure.value_mark) for figure in found])


def respondents_who_declared(read: Figures) -> Figure:
    """Work out how many respondents said which group they are of, from figures that are shown.

    Parameters
    ----------
    read
        A table of the staff survey by a characteristic: of who answered, or of scores, whose first
        one tells how many have a figure of it.

    Returns
    -------
    Figure
        The share who said, of how many; hidden where any of it is.
    """
    if read.about.kind == "survey_response":
        measure = "response_rate" if read.holds("response_rate") else "share_of_respondents"
        found = [read.get(measure, one) for one in (ALL, *read.undeclared)]
        return _all_less([(figure.numerator, figure.numerator_mark) for figure in found])
    first = next((one for one in read.splits if one), "")
    found = [read.get("score", one, split=first) for one in (ALL, *read.undeclared)]
    return _all_less([(figure.denominator, figure.denominator_mark) for figure in found])


def _all_less(counts: Sequence[tuple[float | None, str]]) -> Figure:
    """Take those who did not declare from all, who come first; each count has a mark."""
    (total, _), *missing = counts
    hidden = [mark for n, mark in counts if n is None]
    if hidden or total is None:
        mark = hidden[0]
        return Figure(denominator=total, value_mark=mark, numerator_mark=mark)
    n = total - sum(count or 0 for count, _ in missing)
    return Figure(
        value=n / total if total else None,
        numerator=n,
        denominator=total,
        value_mark="" if total else "[z]",
        numerator_mark="",
        denominator_mark="",
    )


def _declaration_table(part: str, tables: Tables, known: Mapping[str, Figure]) -> Table:
    rows = tuple(
        Row((heading,), (people_cell(rate), people_cell(rate, "denominator"), percent_cell(rate)))
        for heading, rate in known.items()
    )
    people = noun(next(iter(tables.values()))[0].about.counted).capitalize()
    of = f" ({lower_first(part.split(':')[0])})" if part else ""
    return Table(
        caption=f"Declaration rate of each characteristic{of}",
        names=("Characteristic",),
        columns=(Column("Declared"), Column(f"{people} counted"), Column("Declaration rate (%)")),
        rows=rows,
        shorthand=shorthand(rows),
    )


def disclosure_section(everything: Sequence[Protected]) -> Section:
    """Say how people are protected."""
    return Section(
        key="disclosure",
        heading="How people are protected",
        paragraphs=(
            "Figures about small groups could identify somebody. Before anything on this page was "
            "drawn, written or listed, it passed statistical disclosure control.",
        ),
        items=tuple(statement(everything)),
    )


def sources_section(
    everything: Sequence[Protected], licence: Sequence[str], downloads: Sequence[Link]
) -> Section:
    """Say where figures come from and where to get them."""
    sources = dict.fromkeys(
        source
        for protected in everything
        for source in (protected.about.source, *protected.about.provenance)
        if source
    )
    return Section(
        key="sources",
        heading="Sources, licence and downloads" if downloads else "Sources and licence",
        items=(*sources, *licence),
        links=tuple(downloads),
    )
