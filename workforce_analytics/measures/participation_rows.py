"""Rows of participation tables: per head, on counts of people; per person-year, on events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from workforce_analytics.counting.events import (
    DATE,
    MORE,
    NEVER,
    NO,
    NOT_LOOKED_AT,
    ONCE,
    YES,
    EventCounts,
)
from workforce_analytics.errors import UsageError
from workforce_analytics.inference.multiplicity import adjust
from workforce_analytics.inference.rate_ratios import rate_ratio, repeat_factor
from workforce_analytics.inference.rates import rate_interval
from workforce_analytics.inference.screening import highest
from workforce_analytics.measures.between_groups import (
    REST,
    TOTAL,
    Group,
    Question,
    comparison_rows,
    find_reference,
    orientation,
)
from workforce_analytics.measures.participation_words import happening
from workforce_analytics.measures.rows import NOBODY, Rows
from workforce_analytics.measures.standards import Standard

PER = 100
WIDENED = ", widened for people with several events"


@dataclass(frozen=True)
class Asked:
    """What a participation table is about."""

    of: str
    event: str
    formal: bool | None
    detail: tuple[str, ...]
    reference: str
    published: Standard | None
    zone: tuple[Fraction, Fraction]
    confidence: float

    @property
    def swapped(self) -> bool:
        """Whether the reference stands on top of the ratio."""
        return self.published is not None and self.published.swapped


@dataclass(frozen=True)
class Made:
    """Rows, the label of what groups are compared with, and the snapshots that are added up."""

    rows: Rows
    reference: str
    dates: tuple[str, ...]

    @property
    def holds(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """What the one date of the table holds."""
        return {DATE: {pooled(self.dates): self.dates}}


def per_head(counts: EventCounts, asked: Asked) -> Made:
    """Make the rows of people to whom it happened, of the people in post when a year starts."""
    rows = _rows(counts, counts.starts)
    dimension = counts.people.dimension(asked.of)
    groups = {code: _group(rows, counts, asked.of, (code,)) for code in dimension.declared}
    passed, pools = (
        {code: rows.n(getattr(one, part)) for code, one in groups.items()}
        for part in ("passed", "pool")
    )
    code = find_reference(asked.reference, dimension, pools, passed)
    if code == "total":
        others = [_group(rows, counts, asked.of, dimension.declared, TOTAL)] * len(groups)
    elif code == "rest":
        others = [
            _group(rows, counts, asked.of, _without(dimension.declared, one), REST)
            for one in groups
        ]
    else:
        others = [groups[code]] * len(groups)
    by_chance = None
    if asked.reference == "highest":
        by_chance = float(highest(list(passed.values()), list(pools.values())).p_value)
    comparison_rows(
        rows,
        asked.of,
        list(groups.values()),
        others,
        Question(
            happening(asked),
            unit="people",
            zone=asked.zone,
            swapped=asked.swapped,
            confidence=asked.confidence,
        ),
        overlapping=code == "total",
        p_of_highest=by_chance,
    )
    for one, group in groups.items():
        rows.count("people", {asked.of: group.label}, group.passed, "people")
        # Whoever knows events and people knows how many repeats there are.
        repeated = _cell(rows, **{asked.of: (one,), counts.happened: (MORE,)})
        _event_rows(rows, counts, asked.of, one, (group.passed, repeated))
    label = {"total": TOTAL, "rest": REST}.get(code) or dimension.label(code)
    return Made(rows, label, tuple(counts.starts))


def per_person_year(counts: EventCounts, asked: Asked) -> Made:
    """Make the rows of events per 100 person-years."""
    dates = counts.people.dimension(DATE).codes
    rows = _rows(counts, dates)
    dimension = counts.people.dimension(asked.of)
    declared = dimension.declared
    heads = {code: rows.n(_cell(rows, **{asked.of: (code,)})) for code in declared}
    if asked.reference in ("total", "highest"):
        raise UsageError(
            f'reference="{asked.reference}" is for likelihoods per head. Per person-year compare '
            'with "largest", "rest" or a group, or leave per= out.'
        )
    code = find_reference(asked.reference, dimension, heads, heads)
    own = [_Rate.of(counts, rows, asked.of, (one,), dimension.label(one)) for one in declared]
    if code == "rest":
        others = [
            _Rate.of(counts, rows, asked.of, _without(declared, one), REST) for one in declared
        ]
    else:
        others = [own[declared.index(code)]] * len(own)
    _rate_rows(rows, asked, own, others)
    for one, rate in zip(declared, own, strict=True):
        _event_rows(rows, counts, asked.of, one, (rate.cell, rate.repeated))
    return Made(rows, REST if code == "rest" else dimension.label(code), dates)


def _rows(counts: EventCounts, dates: Sequence[str]) -> Rows:
    """Begin a table whose cells add up people at some snapshots; only what can occur is there.

    No count is of one of several dates alone, so that they are one date to disclosure control.
    """
    people = counts.people
    first, _, often, _ = (item.codes for item in people.dimensions)
    cells: dict[tuple[str, ...], int] = {}
    when = pooled(dates)
    for day in dates:
        looked = counts.open_cases is not None and day >= counts.starts[-1]
        still = (NO, YES) if looked else (NOT_LOOKED_AT,)
        for key in product(first, (when,), often, still):
            cells.setdefault(key, 0)
    for (group, day, times, still_open), n in people.occurring().items():
        if day in dates:
            key = (group, when, times, still_open)
            cells[key] = cells.get(key, 0) + n
    return Rows(cells, [item.name for item in people.dimensions])


def pooled(dates: Sequence[str]) -> str:
    """Name several snapshots that are only ever added up."""
    return " and ".join(dates)


def _cell(rows: Rows, **categories: Any) -> int:
    """Cell of some categories by the names of their dimensions, which are no words of Python."""
    return rows.cell(**categories)


def _without(codes: Sequence[str], code: str) -> tuple[str, ...]:
    return tuple(other for other in codes if other != code)


def _group(
    rows: Rows, counts: EventCounts, of: str, codes: tuple[str, ...], label: str = ""
) -> Group:
    return Group(
        label or counts.people.dimension(of).label(codes[0]),
        _cell(rows, **{of: codes, counts.happened: (ONCE, MORE)}),
        _cell(rows, **{of: codes}),
        (_cell(rows, **{of: codes, counts.happened: (NEVER,)}),),
    )


def _event_rows(
    rows: Rows, counts: EventCounts, of: str, code: str, behind: tuple[int, ...]
) -> None:
    """Add how many records and cases there are; they are hidden with the people behind them."""
    labels = {of: counts.people.dimension(of).label(code)}
    for measure, number in (("events", counts.events), ("cases", counts.cases)):
        rows.add(
            measure,
            labels,
            behind=behind,
            unit="events",
            value=number.get(code, 0),
            method="count",
        )
    if counts.open_cases is not None:
        still = _cell(rows, **{of: (code,), counts.still_open: (YES,)})
        rows.add(
            "open_cases",
            labels,
            behind=(still,),
            unit="events",
            value=counts.open_cases.get(code, 0),
            method="count on the last day",
        )


@dataclass(frozen=True)
class _Rate:
    """Events and person-years of some groups together."""

    label: str
    events: int
    years: float
    factor: float
    """By how much repeats blow up the variance of the events."""
    cell: int
    """People to whom it happened."""
    repeated: int
    """People to whom it happened more than once: events tell of them beside people."""

    @classmethod
    def of(
        cls, counts: EventCounts, rows: Rows, of: str, codes: tuple[str, ...], label: str
    ) -> _Rate:
        years, events, people = counts.clusters.of(codes)
        return cls(
            label,
            sum(counts.events.get(code, 0) for code in codes),
            sum(counts.years.get(code, 0.0) for code in codes),
            repeat_factor(years, events, people) if len(people) else 1.0,
            _cell(rows, **{of: codes, counts.happened: (ONCE, MORE)}),
            _cell(rows, **{of: codes, counts.happened: (MORE,)}),
        )

    @property
    def effective(self) -> tuple[float, float]:
        """Events and person-years that independent events would be as telling with."""
        return self.events / self.factor, self.years / self.factor


def _rate_rows(rows: Rows, asked: Asked, own: Sequence[_Rate], others: Sequence[_Rate]) -> None:
    compared = [one is not other for one, other in zip(own, others, strict=True)]
    above, below = (others, own) if asked.swapped else (own, others)
    ratios = rate_ratio(
        *np.array([one.effective for one in above]).T,
        *np.array([one.effective for one in below]).T,
        confidence=asked.confidence,
    )
    family = adjust(np.where(compared, ratios.p_value, np.nan), method="benjamini_hochberg")
    for place, one in enumerate(own):
        _rate_row(rows, asked, one, compared=compared[place])
        if not compared[place]:
            continue
        top, base = above[place], below[place]
        row = rows.add(
            "relative_likelihood",
            {asked.of: one.label},
            behind=(top.cell, top.repeated, base.cell, base.repeated),
            unit="ratio",
            inference="process",
            compared=top.label,
            reference=base.label,
            orientation=orientation(top.label, base.label, happening(asked)),
            method=f"ratio of rates, {ratios.interval.method[place]}"
            + (WIDENED if max(top.factor, base.factor) > 1 else "")
            + f"; q-value: {family.method}",
            p_value=float(ratios.p_value[place]),
            q_value=float(family.q_value[place]),
            **_ends(ratios.interval, place),
        )
        if np.isnan(row["value"]):
            empty = one.years == 0 or others[place].years == 0
            row |= {"status": "undefined", "note": NOBODY if empty else "it happened to nobody"}


def _rate_row(rows: Rows, asked: Asked, one: _Rate, *, compared: bool) -> None:
    row = rows.add(
        "rate_per_100_person_years",
        {asked.of: one.label},
        behind=(one.cell, one.repeated),
        unit="per_100_person_years",
        inference="process",
        status="" if compared else "reference",
    )
    if one.years == 0:
        row |= {"status": "undefined", "note": NOBODY}
        return
    found = rate_interval(*one.effective, per=PER, confidence=asked.confidence)
    widened = one.factor > 1
    row |= _ends(found, ())
    row["method"] = f"{found.method}{WIDENED if widened else ''}"
    if widened:
        row["n_effective"] = one.effective[0]


def _ends(interval: Any, place: Any) -> dict[str, Any]:
    return {end: float(getattr(interval, end)[place]) for end in ("value", "lower", "upper")}
