"""The rows of a table of what changed between two surveys, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import erfc, isnan, sqrt
from typing import Any

import numpy as np

from workforce_analytics.counting.answers import Measured
from workforce_analytics.counting.counts import Counts
from workforce_analytics.extracts.instruments import Index, Instrument
from workforce_analytics.inference import waves as inference
from workforce_analytics.inference.intervals import Interval
from workforce_analytics.inference.multiplicity import adjust
from workforce_analytics.inference.verdicts import CANNOT_TELL
from workforce_analytics.inference.waves import Change
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.survey_asked import (
    ASKED,
    LEAST_TESTED,
    TOPIC,
    WAVE,
    SurveyRows,
)
from workforce_analytics.measures.survey_change_waves import Sides
from workforce_analytics.measures.survey_change_words import method
from workforce_analytics.measures.survey_scores_figures import (
    UNDECLARED_GROUP,
    Group,
    groups_of,
    selection,
    staff_of,
)

ANSWER = "answer"
POINTS = {"proportion": "percentage_points"}
"""The unit of a change, where it is another than that of the score."""
HUNDREDTHS = {"proportion": 1.0, "score_0_100": 100.0, "score_0_10": 10.0}
"""How much of a unit is 100 points."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What a table of changes is about."""

    instrument: Instrument
    of: str | None
    topics: Mapping[str, str]
    """Measures as they are printed, those that must not be compared as well."""
    refused: Mapping[str, str]
    """Measures that must not be compared, and why."""
    eligible: tuple[Counts | None, ...]
    """How many could have answered each wave, by group."""
    positive: Mapping[tuple[str, str], Counts]
    """Wave and question -> respondents by group and answer."""
    delta: float
    confidence: float


@dataclass(eq=False)
class Changes:
    """Adds the rows of each group and measure."""

    sides: Sides
    asked: Asked
    source: Counts
    """Respondents of the later wave by group, with the groups of both."""
    rows: Rows
    tested: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, sides: Sides, asked: Asked) -> Changes:
        """Lay out the cells of both waves, and add all rows."""
        names = [] if asked.of is None else [asked.of]
        split = [ANSWER] if asked.positive else []
        cells: dict[tuple[str, ...], int] = {}
        for sums in (side.sums for side in sides.both):
            for name in sums.measures:
                by_answer = asked.positive.get((sums.wave, name))
                counts = by_answer or sums.answered(name).over(*names)
                rest = [] if by_answer or not split else [name]
                for codes, n in counts.cells().items():
                    group, answer = codes[: len(names)], codes[len(names) :]
                    cells[sums.wave, *group, name, *answer, *rest] = n
        source = sides.second.sums.respondents().over(*names)
        if asked.of is not None:
            source = replace(source, dimensions=(sides.dimension(asked.of),))
        people = {one.sums.wave: one.sums.respondents().over(*names) for one in sides.both}
        rows = SurveyRows(cells, (WAVE, *names, ASKED, *split), people)
        made = cls(sides, asked, source, rows)
        made._add()
        return made

    @property
    def waves(self) -> tuple[str, str]:
        """Names of both waves."""
        return self.sides.first.sums.wave, self.sides.second.sums.wave

    @property
    def measures(self) -> Mapping[str, Measured]:
        """What is compared."""
        return self.sides.second.sums.measures

    def _add(self) -> None:
        of = self.asked.of
        for group in groups_of(None if of is None else self.source.dimension(of)):
            strata = self.sides.fitting(group)
            for name in self.asked.topics:
                if name in self.asked.refused:
                    self._refuse(name, group)
                else:
                    self._measure(self.measures[name], group, strata)
        family = adjust([row["p_value"] for row in self.tested], method="benjamini_hochberg")
        for place, row in enumerate(self.tested):
            row["q_value"] = float(family.q_value[place])
            row["method"] += f"; q-value: {family.method}"

    def _labels(self, name: str, group: Group) -> dict[str, str]:
        topic = {TOPIC: self.asked.topics[name]}
        of = self.asked.of
        return topic if of is None else {of: group.label, **topic}

    def _refuse(self, name: str, group: Group) -> None:
        self.rows.add(
            "change",
            self._labels(name, group),
            unit="percentage_points",
            status="not_tested",
            note=self.asked.refused[name],
        )

    def _measure(self, one: Measured, group: Group, strata: Sequence[str]) -> None:
        """Add the rows of one measure of a group."""
        found = inference.change(
            *self.sides.waves(one.name, group, strata),
            expected=self._expected(one.name, group),
            confidence=self.asked.confidence,
        )
        titles = [self.sides.second.sums.dimension(name).title for name in strata]
        place = _Place(self, one, group, method(titles))
        for side, measure in enumerate(("first", "second")):
            place.level(measure, side, found)
        row = place.change("change", _at(found.band.change, found.band.widest))
        self._test(one, row, found, min(self.rows.n(cell) for cell in place.cells))
        if not isnan(found.band.expected):
            place.change("change_expected", _at(found.band.as_expected, 0))
        narrowest = int(np.argmin(np.nan_to_num(found.band.error, nan=np.inf)))
        place.change("change_narrowest", _at(found.band.change, narrowest))
        parts = inference.split(*self.sides.waves(one.name, group, strata, answers=True))
        place.words = method(titles, parts=True)
        place.change("change_within", {"value": parts.within})
        place.change("change_mix", {"value": parts.mix})
        plain = inference.change(
            *self.sides.waves(one.name, group, ()), confidence=self.asked.confidence
        ).band
        place.words = method([])
        place.change("as_answered", _at(plain.change, plain.widest))

    def _expected(self, name: str, group: Group) -> float:
        """How many answered both times by chance, where it is known who could have answered."""
        if group.kind == UNDECLARED_GROUP:
            return float("nan")  # who did not say may be anybody
        people = [
            staff_of(counts, selection(self.asked.of, group), unknown=False)
            for counts in self.asked.eligible
        ]
        cells = _Place(self, self.measures[name], group, "").cells
        n = tuple(float(self.rows.n(cell)) for cell in cells)
        if any(some > whole for some, whole in zip(n, people, strict=True)):
            return float("nan")
        return inference.by_chance((n[0], n[1]), (people[0], people[1]))

    def _test(self, one: Measured, row: dict[str, Any], found: Change, fewest: int) -> None:
        """Say what may be said of a change, where enough people answered both times."""
        least = LEAST_TESTED[one.kind]
        if row.get("status"):
            return
        if fewest < least:
            row |= {
                "lower": float("nan"),
                "upper": float("nan"),
                "status": "not_tested",
                "note": f"{CANNOT_TELL}: fewer than {least} people answered in one of the surveys",
            }
            return
        error = float(found.band.error[found.band.widest])
        scale = _points(one)
        row["p_value"] = _p_value(found.value, error)
        row["note"] = inference.moved(
            row["lower"],
            row["upper"],
            delta=self.asked.delta * HUNDREDTHS[one.unit] * scale / 100,
            higher_is_better=_higher_is_better(self.asked.instrument, one.name),
        )
        self.tested.append(row)


@dataclass(eq=False)
class _Place:
    """Where rows of one measure of a group stand, and how they were worked out."""

    table: Changes
    one: Measured
    group: Group
    words: str

    @property
    def cells(self) -> tuple[int, int]:
        """Cells of those who answered, in both waves."""
        if not self._is_item:
            return self._of_both(None)
        return self._of_both(self.table.asked.instrument.scale_of(self.one.name).points)

    @property
    def positive(self) -> tuple[int, ...]:
        """Of a question, cells of those whose answer was positive: few of them are hidden, too."""
        if not self._is_item:
            return ()
        return self._of_both(self.table.asked.instrument.positive(self.one.name))

    @property
    def _is_item(self) -> bool:
        return self.one.kind == "item"

    def _of_both(self, answers: Sequence[str] | None) -> tuple[int, int]:
        whom = selection(self.table.asked.of, self.group)
        given = {} if answers is None else {ANSWER: tuple(answers)}
        first, second = (
            self.table.rows.cell(**{WAVE: wave, ASKED: self.one.name, **whom, **given})
            for wave in self.table.waves
        )
        return first, second

    def level(self, measure: str, side: int, found: Change) -> None:
        """Add the row of a wave's score."""
        figures = _at(found.levels, side)
        cells = (self.cells[side], *self.positive[side : side + 1])
        row = self._add(measure, cells, self.one.unit, figures)
        row["period"] = self.table.waves[side]

    def change(self, measure: str, figures: Mapping[str, float]) -> dict[str, Any]:
        """Add the row of a change, in points."""
        scale = _points(self.one)
        points = {name: scale * value for name, value in figures.items()}
        unit = POINTS.get(self.one.unit, self.one.unit)
        return self._add(measure, (*self.cells[::-1], *self.positive), unit, points)

    def _add(
        self, measure: str, cells: Sequence[int], unit: str, figures: Mapping[str, Any]
    ) -> dict[str, Any]:
        rows = self.table.rows
        row = rows.add(
            measure,
            self.table._labels(self.one.name, self.group),
            denominator=cells[0],
            behind=cells[1:],
            unit=unit,
            method=self.words,
            inference="process",
            **figures,
        )
        return rows.unless_known(row, *self.cells, otherwise=TOO_THIN)


TOO_THIN = "no group of people alike answered both surveys"


def _points(one: Measured) -> float:
    """By what a difference of scores is multiplied to be in points."""
    return 100.0 if one.unit == "proportion" else 1.0


def _at(found: Interval, place: int) -> dict[str, float]:
    return {end: float(getattr(found, end)[place]) for end in ("value", "lower", "upper")}


def _p_value(value: float, error: float) -> float:
    return erfc(abs(value) / error / sqrt(2)) if error > 0 else float("nan")


def _higher_is_better(instrument: Instrument, name: str) -> bool:
    """Whether more is better: an index that turns most of its items over is of something bad."""
    one = instrument.measure(name)
    return not isinstance(one, Index) or 2 * len(one.reversed) <= len(one.items)
