"""Rows of a table of scores: each group's, and how far it is from everybody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from workforce_analytics.counting.answers import AnswerSums, Measured, answer_counts
from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.subsets import Where
from workforce_analytics.estimates import ALL
from workforce_analytics.inference.finite import Estimated, margin_of_error
from workforce_analytics.inference.intervals import Interval, named
from workforce_analytics.inference.multiplicity import adjust
from workforce_analytics.measures.rows import NOBODY, Rows
from workforce_analytics.measures.survey_asked import (
    ASKED,
    LEAST_TESTED,
    TOPIC,
    WAVE,
    Survey,
    SurveyRows,
)
from workforce_analytics.measures.survey_scores_figures import (
    DECLARED_GROUP,
    EVERYBODY,
    Group,
    Selection,
    gap_of,
    gap_unit,
    groups_of,
    in_tens,
    numbers,
    score_of,
    selection,
    staff_of,
    sums_of,
)
from workforce_analytics.measures.survey_scores_units import UNITS, larger_units
from workforce_analytics.measures.survey_scores_weighted import weighted_scores
from workforce_analytics.measures.survey_weights import Weights

ANSWER = "answer"
REST = "everybody else"
DIFFERENT, NO_CLEAR = "different", "no clear difference"
CSPS = "share, margin of error as the Civil Service People Survey prints it"
MORE_THAN_STAFF = "more_than_staff"


@dataclass(frozen=True, eq=False)
class Split:
    """What a table of scores is made of."""

    survey: Survey
    answers: AnswerSums
    """By what the table is split by, and by what weights are of."""
    of: str | None
    by: str | None
    eligible: Counts | None
    weights: Weights | None
    margins: str
    confidence: float

    @cached_property
    def shown(self) -> AnswerSums:
        """The answers by what the table shows."""
        return self.answers.over(*[name for name in (self.of, self.by) if name])

    @property
    def dimension(self) -> Dimension | None:
        """What groups are of; nothing where the table is of all staff."""
        return self.answers.dimension(self.of) if self.of else None

    @cached_property
    def groups(self) -> list[Group]:
        """The groups, in the order of the table; of units, those that staff are in."""
        found = groups_of(self.dimension)
        if self.of not in UNITS:
            return found
        people = self.shown.over(self.of).respondents().occurring()
        return [
            one
            for one in found
            if one.kind != DECLARED_GROUP
            or any(people.get((code,)) for code in one.codes)
            or staff_of(self.eligible, {self.of: one.codes}, unknown=False) > 0
        ]

    @cached_property
    def larger(self) -> Mapping[str, Group]:
        """Of units: what each is part of."""
        if self.of not in UNITS or self.dimension is None:
            return {}
        return larger_units(self.survey.responses, self.dimension)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What was asked, as it is printed."""
        return self.survey.labels(self.answers.measures)

    def parts(self) -> Iterator[tuple[Mapping[str, str], Selection]]:
        """Give what the table is made within: everybody, and each category of `by`."""
        if not self.by:
            yield {}, {}
            return
        yield {self.by: ALL}, {}
        for one in self.answers.dimension(self.by).categories:
            yield {self.by: one.label}, {self.by: (one.code,)}

    def label(self, group: Group) -> dict[str, str]:
        """Name a group in its column; nothing where the table is of all staff."""
        return {self.of: group.label} if self.of else {}


def score_rows(split: Split, where: Where | None, levels: Mapping[str, str]) -> Rows:
    """Give the rows in the making: cells of respondents by group and by what they answered.

    Of a question, the cells are split by its answers, so that few positive ones are hidden too.
    """
    names = [item.name for item in split.shown.dimensions]
    items = [one.name for one in split.answers.measures.values() if one.kind == "item"]
    cells: dict[tuple[str, ...], int] = {}
    wave = split.survey.wave
    for name in split.answers.measures:
        if name not in items:
            for codes, n in split.shown.answered(name).cells().items():
                cells[wave, *codes, name, *([ANSWER] if items else [])] = n
            continue
        answered = answer_counts(
            split.survey,
            split.survey.instrument,
            name,
            by=names,
            wave=wave,
            where=where,
            levels=levels,
        )
        for codes, n in answered.cells().items():
            cells[wave, *codes[:-1], name, codes[-1]] = n
    people = {wave: split.shown.respondents()}
    return SurveyRows(cells, (WAVE, *names, ASKED, *([ANSWER] if items else [])), people)


def add_scores(rows: Rows, split: Split) -> frozenset[str]:
    """Add the rows of every measure; what must be said of them besides is given back."""
    table = ScoreTable(rows, split)
    tested = _AgainstRest(rows, table)
    for measured in split.answers.measures.values():
        for labels, within in split.parts():
            topic = {**labels, TOPIC: split.labels[measured.name]}
            whose = [_whose(split, measured, one, within) for one in split.groups]
            table.add(measured, topic, split.groups, whose, within)
            if split.of is not None and split.weights is None:
                small = [a for a, b in zip(split.groups, whose, strict=True) if a is not b]
                tested.add(measured, topic, within, small)
    tested.finish()
    return frozenset(table.said)


def _whose(split: Split, measured: Measured, group: Group, within: Selection) -> Group:
    """Whose figure stands in a group's row: that of something larger, if it is a small unit."""
    if split.of not in UNITS or group.kind != DECLARED_GROUP:
        return group
    least, larger = LEAST_TESTED[measured.kind], split.larger.get(group.codes[0])
    for one in (group, *([larger] if larger else [])):
        n = sums_of(split.shown, measured.name, [selection(split.of, one, within)]).n
        if n[0] >= least:
            return one
    return next(one for one in split.groups if one.kind == EVERYBODY)


@dataclass
class ScoreTable:
    """Adds rows of scores, with the cells that they stand on."""

    rows: Rows
    split: Split
    said: set[str] = field(default_factory=set)

    def add(
        self,
        measured: Measured,
        labels: Mapping[str, str],
        groups: Sequence[Group],
        whose: Sequence[Group] | None = None,
        within: Selection | None = None,
    ) -> list[dict[str, Any]]:
        """Add the scores of some groups on one measure.

        Parameters
        ----------
        whose
            For each group, whose figure stands in its row: its own unless said.
        within
            What part of the staff they are of.
        """
        chosen = whose or groups
        found, finite = self._figures(
            measured, [selection(self.split.of, one, within) for one in chosen]
        )
        made = []
        for place, (group, stands) in enumerate(zip(groups, chosen, strict=True)):
            people, positive = self.cells(measured, stands, within)
            of_weights = self.split.weights is not None
            behind: tuple[int, ...] = (positive,) if of_weights and positive >= 0 else ()
            if stands is not group:
                # That another figure stands here tells that few answered: not of a hidden few.
                behind += (self.cells(measured, group, within)[0],)
            row = self.rows.add(
                "score",
                {**self.split.label(group), **labels},
                # Weighted figures are of no count: few positive answers hide them all the same.
                numerator=-1 if of_weights else positive,
                denominator=people,
                behind=behind,
                unit=measured.unit,
                inference="finite_population" if finite[place] else "process",
                method=f"{_LEVEL[measured.unit]}, {found.interval.method[place]}",
                **numbers(found.interval, place),
            )
            if stands is not group:
                row["compared"] = stands.label
                row["note"] = (
                    f"fewer than {LEAST_TESTED[measured.kind]} answered: the figure of "
                    f"{_quoted(stands)} stands here"
                )
            if self.rows.n(people) == 0:
                row |= {"status": "undefined", "note": NOBODY}
            made.append(row)
        return made

    def cells(
        self, measured: Measured, group: Group, within: Selection | None = None
    ) -> tuple[int, int]:
        """Cells of those with a figure and, of a question, of those whose answer was positive."""
        split = self.split
        whom = {
            WAVE: split.survey.wave,
            ASKED: measured.name,
            **selection(split.of, group, within),
        }
        if measured.kind != "item":
            return self.rows.cell(**whom), -1
        instrument = split.survey.instrument
        points = instrument.scale_of(measured.name).points
        return (
            self.rows.cell(**whom, **{ANSWER: points}),
            self.rows.cell(**whom, **{ANSWER: instrument.positive(measured.name)}),
        )

    def _figures(
        self, measured: Measured, whom: Sequence[Selection]
    ) -> tuple[Estimated, np.ndarray]:
        """Work out the scores of some selections, and which are about a known staff."""
        split = self.split
        if split.weights is not None:
            found = weighted_scores(split.answers, split.weights, measured, whom, split.confidence)
            return found, np.full(len(whom), True)
        added = sums_of(split.shown, measured.name, whom)
        staff = np.array([staff_of(split.eligible, one) for one in whom])
        too_many = staff < added.n
        if too_many.any():
            self.said.add(MORE_THAN_STAFF)
        staff = np.where(too_many, np.inf, in_tens(staff, added.n))
        found = score_of(measured, added, staff, split.confidence)
        if split.margins == "csps" and measured.unit == "proportion":
            found = _as_printed(found, staff, split.confidence)
        return found, np.isfinite(staff)


@dataclass
class _AgainstRest:
    """Compares groups with everybody else; p-values are read together once all are there."""

    rows: Rows
    table: ScoreTable
    tested: list[tuple[dict[str, Any], float]] = field(default_factory=list)

    def add(
        self,
        measured: Measured,
        labels: Mapping[str, str],
        within: Selection,
        small: Sequence[Group],
    ) -> None:
        """Add the comparisons of one measure; `small` are those without a figure of their own."""
        split, least = self.table.split, LEAST_TESTED[measured.kind]
        groups = [one for one in split.groups if one.kind == DECLARED_GROUP]
        if len(groups) < 2:
            return
        others = [
            Group(REST, tuple(code for other in groups if other is not one for code in other.codes))
            for one in groups
        ]
        own, rest = (
            sums_of(split.shown, measured.name, [selection(split.of, one, within) for one in side])
            for side in (groups, others)
        )
        found = gap_of(measured, own, rest, split.confidence)
        for place, (group, other) in enumerate(zip(groups, others, strict=True)):
            cells = (self.table.cells(measured, one, within) for one in (group, other))
            row = self.rows.add(
                "against_rest",
                {**split.label(group), **labels},
                **between(*cells),
                unit=gap_unit(measured),
                inference="process",
                compared=group.label,
                reference=REST,
                orientation=f"above 0: “{group.label}” scores higher than {REST}",
                method=str(found.interval.method[place]),
            )
            if min(own.n[place], rest.n[place]) >= least:
                self.tested.append((row, float(found.p_value[place])))
            else:
                row |= {"status": "not_tested", "note": not_tested(measured)}
            if group not in small:
                row |= numbers(found.interval, place)

    def finish(self) -> None:
        """Read the p-values of the whole table together, and say what stands out."""
        family = adjust([p for _, p in self.tested], method="benjamini_hochberg")
        for (row, p_value), q_value in zip(self.tested, family.q_value, strict=True):
            row |= {"p_value": p_value, "q_value": float(q_value)}
            row["method"] += f"; q-value: {family.method}"
            apart = row["lower"] > 0 or row["upper"] < 0
            row["note"] = DIFFERENT if q_value <= 0.05 and apart else NO_CLEAR


def not_tested(measured: Measured) -> str:
    """Say why a difference was not tested."""
    return f"not tested: fewer than {LEAST_TESTED[measured.kind]} answered"


def between(own: tuple[int, int], other: tuple[int, int]) -> dict[str, Any]:
    """Give the cells that a comparison of two groups stands on, as a row takes them."""
    behind = (own[1], *other)
    return {"denominator": own[0], "behind": tuple(cell for cell in behind if cell >= 0)}


_LEVEL = {
    "proportion": "positive answers of valid answers",
    "score_0_100": "mean score",
    "score_0_10": "mean score",
}


def _quoted(group: Group) -> str:
    return "all staff" if group.kind == EVERYBODY else f"“{group.label}”"


def _as_printed(found: Estimated, staff: np.ndarray, confidence: float) -> Estimated:
    """Give shares the margins of error that the Civil Service People Survey prints."""
    value = found.interval.value
    margin = margin_of_error(np.nan_to_num(value), found.n, staff, confidence=confidence)
    interval = Interval(
        value,
        np.maximum(value - margin, 0.0),
        np.minimum(value + margin, 1.0),
        named(CSPS, value.shape),
        confidence,
    )
    return Estimated(interval, found.error, found.n, found.n_effective)
