"""Cells and words of a table of promotion after a programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.promotions import (
    EITHER,
    LONGER_AGO,
    NO,
    NOT_BEFORE,
    TOOK_PART,
    YES,
    PromotionCounts,
)
from workforce_analytics.estimates import About, long_date
from workforce_analytics.measures.participation_rows import pooled
from workforce_analytics.measures.participation_words import HAPPENING
from workforce_analytics.measures.rows import Rows

DATE = "snapshot_date"
SELF_SELECTED = "self-selected: nobody takes part in a programme by lot"
CAVEAT = (
    "Nobody takes part by lot: people apply or are chosen, and those who would have been promoted "
    "anyway may be the first to. What the programme did cannot be told from who takes part."
)


@dataclass(frozen=True)
class Cells:
    """Cells of a group: those who had taken part and others, and who of them were promoted."""

    took: int
    took_promoted: int
    others: int
    others_promoted: int


@dataclass(frozen=True, eq=False)
class People:
    """What was counted, as the cells of a table."""

    counts: PromotionCounts
    of: str
    _made: dict[str, Cells] = field(default_factory=dict)

    @property
    def dimension(self) -> Dimension:
        """The characteristic."""
        return self.counts.people.dimension(self.of)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """People at the start of the years by code of the group."""
        found = self.counts.table.groupby("group")["n"].sum().to_dict()
        return {code: int(found.get(code, 0)) for code in self.dimension.codes}

    @property
    def dates(self) -> str:
        """Name of the snapshots, which are only ever added up."""
        return pooled(self.counts.starts)

    @property
    def took(self) -> str:
        """Name of what people are split by: whether they had taken part."""
        return f"{self.counts.programme} before each year, {self.counts.period}"

    @property
    def promoted(self) -> str:
        """Name of what people are split by: whether they were promoted."""
        return f"{self.counts.title} in each year, {self.counts.period}"

    @property
    def holds(self) -> dict[str, Mapping[str, tuple[str, ...]]]:
        """What the one date of the table holds."""
        return {DATE: {self.dates: self.counts.starts}}

    def label(self, group: str) -> str:
        """What a group is called."""
        return self.dimension.label(group)

    def labels(self, group: str) -> dict[str, str]:
        """What stands in the group column."""
        return {self.of: self.label(group)}

    def rows(self) -> Rows:
        """Start a table whose cells are sums of groups, taking part and promotion."""
        took = (NOT_BEFORE, TOOK_PART, LONGER_AGO)
        keys = product(self.dimension.codes, (self.dates,), took, (YES, NO))
        base: dict[tuple[str, ...], int] = dict.fromkeys(keys, 0)
        table = self.counts.table
        added = table.groupby(["group", "took", "promoted"])["n"].sum()
        for (group, when, promoted), n in added.items():
            base[str(group), self.dates, str(when), YES if promoted else NO] = int(n)
        rows = Rows(base, [self.of, DATE, self.took, self.promoted])
        for group, when, happened in product(self.dimension.codes, took, (YES, NO, EITHER)):
            self._cell(rows, group, when, happened)
        return rows

    def _cell(self, rows: Rows, group: str, when: str, happened: str) -> int:
        """Cell of some people; one and the same person can be in it in several years."""
        whom = {self.of: (group,), self.took: (when,)}
        if happened != EITHER:
            whom[self.promoted] = (happened,)
        cell = rows.cell(**whom)
        if rows.n(cell):
            rows.cell(self.counts.heads.get((group, when, happened), 0), **whom)
        return cell

    def cells(self, rows: Rows, group: str) -> Cells:
        """Give the cells of a group."""
        return Cells(
            self._cell(rows, group, TOOK_PART, EITHER),
            self._cell(rows, group, TOOK_PART, YES),
            self._cell(rows, group, NOT_BEFORE, EITHER),
            self._cell(rows, group, NOT_BEFORE, YES),
        )

    def behind(self, rows: Rows, *groups: str) -> tuple[int, ...]:
        """All cells that a comparison of some groups rests on."""
        found = [self.cells(rows, group) for group in dict.fromkeys(groups)]
        return tuple(
            cell
            for one in found
            for cell in (one.took, one.took_promoted, one.others, one.others_promoted)
        )

    def orientation(self, measure: str, group: str, reference: str) -> dict[str, Any]:
        """Say what is compared with what, and what lies on which side."""
        own, other = self.label(group), self.label(reference)
        if measure == "effect":
            return {"compared": own, "orientation": f"above 1: {_more(own)} than others of it"}
        if measure == "effect_people":
            return {"compared": own, "orientation": "above 0: more promoted than without"}
        if measure in ("gap_others", "gap_took_part"):
            said = f"above 1: promotion is more likely for “{own}” than for “{other}”"
            return {"compared": own, "reference": other, "orientation": said}
        said = f"above 1: having taken part goes with more for “{own}” than for “{other}”"
        return {"compared": own, "reference": other, "orientation": said}


def _more(group: str) -> str:
    return f"those of “{group}” who took part were promoted more"


def describe(
    people: People,
    *,
    organisation: str,
    reference: str,
    within_service: bool,
    services: int,
    years_after: int | None,
    planned: str,
    confidence: float,
) -> About:
    """Say what a reader must know of a table of promotion after a programme."""
    counts = people.counts
    staff = counts.people
    name = counts.programme[:1].lower() + counts.programme[1:]
    start, end = (long_date(day) for day in counts.period.split(" to "))
    within = "grade, service and year" if within_service else "grade and year"
    subset = f" ({staff.subset})" if staff.subset else ""
    happening = HAPPENING.get(counts.title.lower(), counts.title.lower())
    return About(
        title=f"{counts.title} after a {name}, by {people.dimension.title.lower()}{subset}, "
        f"{start} to {end}",
        question="Were people promoted more after the programme, and did that narrow the gap?",
        definition=(
            f"Odds of {happening} in a year of those who had completed the programme before it, "
            f"divided by those of others of the same group, among people of the same {within}; and "
            "how far that differs between groups."
        ),
        source=organisation,
        population=f"{staff.population}{subset}",
        base=staff.selection.words() if staff.selection else "people",
        period=counts.period,
        counted="people",
        groups=(people.of,),
        headings={people.of: people.dimension.title},
        order={people.of: tuple(item.label for item in people.dimension.categories)},
        reference=reference,
        confidence=confidence,
        recorded_as=staff.recorded_as,
        caveats=_caveats(counts, within, services, years_after),
        provenance=staff.provenance,
        policy=staff.policy,
        outcome=happening,
        plan=planned,
        kind="programme_effect",
    )


def _caveats(
    counts: PromotionCounts, within: str, services: int, years_after: int | None
) -> tuple[str, ...]:
    said = [
        CAVEAT,
        f"People are compared within {within} alone; those who took part and can be compared come "
        f"from {services} services.",
        "Only people who declared are in this table.",
    ]
    if len(counts.spans) > 1:
        said.append(
            "Years are added up: somebody in post at the start of two of them is counted in both."
        )
    said.append(
        "Somebody had taken part if the programme ended before the year; one without an end is "
        "still running."
        if counts.ended
        else "Somebody had taken part if the programme began before the year: when it ended is not "
        "recorded."
    )
    if years_after is not None:
        words = "a year" if years_after == 1 else f"{years_after} years"
        said.append(f"Who took part more than {words} before is left out.")
    return tuple(said)
