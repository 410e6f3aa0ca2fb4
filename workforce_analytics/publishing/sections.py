"""Sections that every report has: who was counted, declaration, protection, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.composition_sentences import declaration_sentence
from workforce_analytics.publishing.figures import Figure, Figures, figures
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
    }
)
"""Kinds of table that stand beside those of characteristics."""


def facts(tables: Tables) -> tuple[Fact, ...]:
    """Give the large figures of a summary: how many, how many characteristics, who declared."""
    latest = {heading: _latest(shown) for heading, shown in tables.items()}
    people = next(iter(latest.values()))
    found = []
    everybody = people.declaration().denominator
    if everybody is not None:
        found.append(Fact(number(everybody), f"{noun(people.about.counted)} counted"))
    counted = [shown for shown in tables.values() if shown[0].about.kind not in _NO_CHARACTERISTIC]
    found.append(Fact(str(len(counted)), "characteristics reported"))
    rates = {read.of: read.declaration().value for read in latest.values()}
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
    for part, tables in parts.items():
        known = {heading: _declared(shown) for heading, shown in tables.items()}
        low += [
            declaration_sentence(_latest(tables[heading]), rate)
            for heading, rate in known.items()
            if rate.value is not None and rate.value < LOW_DECLARATION
        ]
        told = any(rate.value is not None or rate.hidden for rate in known.values())
        if told or len(parts) == 1:
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
    """Look up how many declared; of applicants, from who applied at all."""
    read = _latest(shown)
    if read.holds_everybody:
        return read.declaration()
    funnels = [figures(one) for one in shown if one.about.kind == "funnel"]
    whole = next((one for one in funnels if one.undeclared), None)
    return applicants_who_declared(whole) if whole is not None else Figure()


def applicants_who_declared(read: Figures) -> Figure:
    """Work out how many applicants declared, from figures that are all shown."""
    everybody = read.get("applications", ALL, stage=read.stages[0])
    missing = [read.get("applications", one, stage=read.stages[0]) for one in read.undeclared]
    total, gone = everybody.value, [figure.value for figure in missing]
    if total is None or None in gone:
        hidden = next(one for one in (everybody, *missing) if one.value is None)
        mark = hidden.value_mark
        return Figure(denominator=total, value_mark=mark, numerator_mark=mark)
    n = total - sum(value or 0 for value in gone)
    rate = n / total if total else None
    return Figure(
        value=rate,
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
