"""The workforce profile: what a published page about the make-up of the workforce consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import long_date
from workforce_analytics.publishing.composition_sentences import declaration_sentence
from workforce_analytics.publishing.figures import Figures, figures
from workforce_analytics.publishing.layouts import (
    Column,
    Row,
    Table,
    people_cell,
    percent_cell,
    shorthand,
)
from workforce_analytics.publishing.page import (
    Exhibit,
    Fact,
    Link,
    Page,
    Point,
    Section,
    exhibit,
)
from workforce_analytics.publishing.protection import stamp, statement
from workforce_analytics.publishing.sentences import sentences
from workforce_analytics.publishing.wording import DELTA_POINTS, lower_first, noun, number, percent

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_LICENCE = (
    "Census 2021 figures: Office for National Statistics, licensed under the Open Government "
    "Licence v3.0 (nationalarchives.gov.uk/doc/open-government-licence/version/3)."
)
_MEANINGS = (
    (
        "Share of those who declared",
        "People in a group divided by all people who declared an answer. “Prefer not to say”, "
        "“not known”, “not asked” and blank answers are counted in rows of their own and never "
        "added to a group.",
    ),
    ("Declaration rate", "People who declared an answer divided by all people counted."),
    (
        "Likely between",
        "The range in which a figure is likely to lie, because who happens to work here at one "
        "date is partly chance (95% confidence interval, by Wilson's method).",
    ),
    (
        "Higher, lower, cannot tell",
        "A difference is called higher or lower only where its range excludes no difference. A "
        f"range within {number(DELTA_POINTS)} percentage points of no difference is “no "
        "difference that matters”. Otherwise this data cannot tell, which is not evidence that "
        "nothing differs.",
    ),
    (
        "Index",
        "A group's share among staff divided by its share of the community: 1 is the same share.",
    ),
    (
        "People to parity",
        "How many more people of a group there would be if its share among staff were its share of "
        "the community: if they replaced others, or if they were hired in addition. A measure of "
        "distance, not a quota or target.",
    ),
)


def workforce_profile(
    characteristics: Mapping[str, Sequence[Protected]],
    *,
    organisation: str,
    period: str,
    counted: Sequence[str] = (),
    quality: Sequence[str] = (),
    downloads: Sequence[Link] = (),
    licence: Sequence[str] = (_LICENCE,),
) -> Page:
    """Who works here, who was counted, and how far is that from the community: as a page.

    Parameters
    ----------
    characteristics
        For each heading ("Race: ethnic group", "Sex", ...) its protected tables, in the order in
        which they are to be read.
    organisation
        Whose staff they are.
    period
        The date of the figures, as ISO text.
    counted
        Sentences that say who was counted and who was left out.
    quality
        Sentences about the quality of the data that everybody may read.
    downloads
        Files with the same figures.
    licence
        Under what the page's sources may be used.

    Returns
    -------
    Page
        To be made into HTML by `page.render`.

    Raises
    ------
    UsageError
        If there is no table at all.

    Notes
    -----
    The order of the sections is: summary, who was counted, one section per characteristic, quality
    and declaration, methods, disclosure control, sources and licence. Every figure on the page
    comes from a protected table.
    """
    tables = {heading: list(shown) for heading, shown in characteristics.items() if shown}
    if not tables:
        raise UsageError("a workforce profile needs one table or more")
    keys = {heading: f"group-{place}" for place, heading in enumerate(tables, start=1)}
    everything = [protected for shown in tables.values() for protected in shown]
    sections = [_counted(everything, counted)]
    for heading, shown in tables.items():
        exhibits = tuple(exhibit(protected) for protected in shown)
        sections.append(Section(key=keys[heading], heading=heading, exhibits=exhibits))
    sections += [
        _quality(tables, quality),
        Section(key="methods", heading="Methods and definitions", terms=_MEANINGS),
        _disclosure(everything),
        _sources(everything, licence, downloads),
    ]
    return Page(
        title="Workforce profile",
        organisation=organisation,
        subtitle=f"Who works here, and who lives here: figures at {long_date(period)}",
        facts=_facts(tables),
        summary=_summary(tables, keys),
        sections=tuple(sections),
        stamp=stamp(everything),
        footer="Every figure on this page has passed statistical disclosure control.",
    )


def _latest(shown: Sequence[Protected]) -> Figures:
    """Read the table of a characteristic that stands for its latest whole.

    One of those who declared only does not, where there is another: it has no declaration rate.
    """
    kinds = ("against_community", "shares", "over_time")
    ranked = sorted(shown, key=lambda one: [*kinds, one.about.kind].index(one.about.kind))
    read = [figures(protected) for protected in ranked]
    return next((one for one in read if one.holds_everybody), read[0])


def _facts(tables: Mapping[str, Sequence[Protected]]) -> tuple[Fact, ...]:
    latest = {heading: _latest(shown) for heading, shown in tables.items()}
    people = next(iter(latest.values()))
    facts = []
    everybody = people.declaration().denominator
    if everybody is not None:
        facts.append(Fact(number(everybody), f"{noun(people.about.counted)} counted"))
    facts.append(Fact(str(len(tables)), "characteristics reported"))
    rates = {read.of: read.declaration().value for read in latest.values()}
    known = {name: rate for name, rate in rates.items() if rate is not None}
    if len(known) == len(rates) > 1:
        lowest = min(known, key=lambda name: known[name])
        words = f"declared their {lower_first(lowest)}, the lowest declaration rate"
        facts.append(Fact(percent(known[lowest]), words))
    return tuple(facts)


def _summary(
    tables: Mapping[str, Sequence[Protected]], keys: Mapping[str, str]
) -> tuple[Point, ...]:
    """Take the first sentence of each characteristic, against the community where there is one."""
    points = []
    for heading, shown in tables.items():
        ranked = sorted(shown, key=lambda protected: protected.about.kind != "against_community")
        said = next((said for said in map(sentences, ranked) if said), None)
        if said:
            points.append(Point(said[0], heading, keys[heading]))
    return tuple(points)


def _counted(everything: Sequence[Protected], counted: Sequence[str]) -> Section:
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


def _quality(tables: Mapping[str, Sequence[Protected]], quality: Sequence[str]) -> Section:
    rows, low = [], []
    for heading, shown in tables.items():
        read = _latest(shown)
        rate = read.declaration()
        cells = (people_cell(rate), people_cell(rate, "denominator"), percent_cell(rate))
        rows.append(Row((heading,), cells))
        low += [said for said in [declaration_sentence(read)] if "below" in said]
    people = noun(next(iter(tables.values()))[0].about.counted).capitalize()
    declared = Table(
        caption="Declaration rate of each characteristic",
        names=("Characteristic",),
        columns=(Column("Declared"), Column(f"{people} counted"), Column("Declaration rate (%)")),
        rows=tuple(rows),
        shorthand=shorthand(tuple(rows)),
    )
    return Section(
        key="quality",
        heading="Data quality and declaration",
        paragraphs=(
            "A share can only describe those who declared an answer. The fewer declare, the less "
            "it says about everybody.",
            *low,
        ),
        items=tuple(quality),
        exhibits=(Exhibit("", table=declared),),
    )


def _disclosure(everything: Sequence[Protected]) -> Section:
    return Section(
        key="disclosure",
        heading="How people are protected",
        paragraphs=(
            "Figures about small groups could identify somebody. Before anything on this page was "
            "drawn, written or listed, it passed statistical disclosure control.",
        ),
        items=tuple(statement(everything)),
    )


def _sources(
    everything: Sequence[Protected], licence: Sequence[str], downloads: Sequence[Link]
) -> Section:
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
