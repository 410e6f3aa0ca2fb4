"""Rows of a table of gaps: each group's score, and how far it is from the reference's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.inference.multiplicity import Adjusted, adjust
from workforce_analytics.inference.standardised_gaps import StandardisedGap
from workforce_analytics.measures.between_groups import orientation
from workforce_analytics.measures.rows import NOBODY, Rows
from workforce_analytics.measures.survey_asked import LEAST_TESTED, TOPIC
from workforce_analytics.measures.survey_gaps_figures import (
    LEAST_POOLED,
    Compared,
    TopicFigures,
)
from workforce_analytics.measures.survey_scores_figures import Group, gap_unit, numbers
from workforce_analytics.measures.survey_scores_rows import ScoreTable, between, not_tested

DELTA = 2.0
"""The smallest gap that matters, in points of 100, where no plan says another."""
LOWER, HIGHER = "lower", "higher"
UNTOLD = "all of a group, or nobody, gave the same answer: odds cannot be told"
FEW_STRATA = "too few of the group are alike to anybody of the reference to tell how sure it is"
LEFT_OUT = ((0.5, "half"), (0.75, "three quarters"), (0.9, "nine in ten"))
TOO_FEW = f"fewer than {LEAST_POOLED} answered"


def add_gaps(rows: Rows, compared: Compared, figures: Sequence[TopicFigures]) -> None:
    """Add the rows of every measure."""
    table = _Gaps(rows, ScoreTable(rows, compared.split), compared)
    tested = np.array([_enough(one) for one in figures]).reshape(len(figures), -1)
    p_values = np.array([one.raw.p_value for one in figures]).reshape(tested.shape)
    raw = _family(p_values, tested)
    alike = None
    if any(one.standardised for one in figures):
        p_alike = np.array([[gap.p_value for gap in one.standardised] for one in figures])
        alike = _family(p_alike, tested)
    for place, one in enumerate(figures):
        at = slice(place * tested.shape[1], (place + 1) * tested.shape[1])
        table.topic(one, tested[place], _Told(raw, at), _Told(alike, at) if alike else None)


def _enough(one: TopicFigures) -> np.ndarray:
    least = LEAST_TESTED[one.measured.kind]
    return (one.n >= least) & (one.n_reference >= least)


def _family(p_values: np.ndarray, tested: np.ndarray) -> Adjusted:
    """Read the p-values of all groups and topics together, those of too few answers left out."""
    return adjust(np.where(tested, p_values, np.nan).ravel(), method="benjamini_hochberg")


@dataclass(frozen=True)
class _Told:
    """q-values of one topic, and the family that they are of."""

    family: Adjusted
    at: slice

    def q_value(self, place: int) -> float:
        return float(self.family.q_value[self.at][place])


@dataclass
class _Gaps:
    rows: Rows
    scores: ScoreTable
    compared: Compared

    def topic(self, one: TopicFigures, tested: np.ndarray, raw: _Told, alike: _Told | None) -> None:
        """Add one measure's rows, group by group."""
        compared = self.compared
        labels = {TOPIC: compared.split.labels[one.measured.name]}
        scores = self.scores.add(one.measured, labels, compared.groups)
        for group, row in zip(compared.groups, scores, strict=True):
            if group == compared.reference and not row.get("status"):
                row["status"] = "reference"
        for place, group in enumerate(compared.others):
            known = bool(tested[place])
            self._raw(one, group, labels, place, raw if known else None)
            if one.standardised:
                self._alike(one, group, labels, place, alike if known else None)
                self._odds(one, group, labels, place, known)
            self._shrunk(one, group, labels, place)

    def _row(
        self,
        measure: str,
        one: TopicFigures,
        group: Group,
        labels: Mapping[str, str],
        place: int,
        **figures: Any,
    ) -> dict[str, Any]:
        """Add a row that compares a group with the reference."""
        reference = self.compared.reference
        own, base = (self.scores.cells(one.measured, whom) for whom in (group, reference))
        figures = {
            "unit": gap_unit(one.measured),
            "orientation": f"above 0: “{group.label}” scores higher than “{reference.label}”",
            **figures,
        }
        row = self.rows.add(
            measure,
            {**self.compared.split.label(group), **labels},
            **between(own, base),
            inference="process",
            compared=group.label,
            reference=reference.label,
            **figures,
        )
        if not one.n[place] or not one.n_reference:
            row |= {"status": "undefined", "note": NOBODY}
        return row

    def _raw(
        self,
        one: TopicFigures,
        group: Group,
        labels: Mapping[str, str],
        place: int,
        told: _Told | None,
    ) -> None:
        found = one.raw.interval
        row = self._row(
            "gap",
            one,
            group,
            labels,
            place,
            method=str(found.method[place]),
            **numbers(found, place),
        )
        self._tested(row, one, float(one.raw.p_value[place]), told, place)
        if told is not None:
            row["note"] = _stands_out(row, one)

    def _tested(
        self, row: dict[str, Any], one: TopicFigures, p: float, told: _Told | None, place: int
    ) -> None:
        """Write p- and q-value, or that too few answered."""
        if told is not None:
            row |= {"p_value": p, "q_value": told.q_value(place)}
            row["method"] += f"; q-value: {told.family.method}"
        elif not row.get("status"):
            row |= {"status": "not_tested", "note": not_tested(one.measured)}

    def _alike(
        self,
        one: TopicFigures,
        group: Group,
        labels: Mapping[str, str],
        place: int,
        told: _Told | None,
    ) -> None:
        found = one.standardised[place]
        row = self._row(
            "gap_standardised",
            one,
            group,
            labels,
            place,
            method=str(found.interval.method),
            fewest=min(found.n),
            **numbers(found.interval),
        )
        if row.get("status"):
            return
        if np.isnan(found.interval.lower):
            row |= {"status": "undefined", "note": FEW_STRATA, "value": np.nan}
            return
        self._tested(row, one, found.p_value, told, place)
        row["note"] = "; ".join(one for one in (row.get("note"), _left_out(found)) if one)

    def _odds(
        self, one: TopicFigures, group: Group, labels: Mapping[str, str], place: int, known: bool
    ) -> None:
        label, other = group.label, self.compared.reference.label
        found = one.odds.get(group.codes[0])
        row = self._row(
            "odds_ratio_adjusted",
            one,
            group,
            labels,
            place,
            **{
                "unit": "odds_ratio",
                "orientation": orientation(label, other, "a higher score"),
                "method": f"ordered logit, {one.odds_method or 'not fitted'}",
                "fewest": min(one.n[place], one.n_reference),
                **(found or {}),
            },
        )
        if row.get("status"):
            return
        if found is None:
            row |= {"status": "not_tested", "note": f"not fitted: {TOO_FEW}"}
        elif np.isnan(found["value"]):
            row |= {"status": "undefined", "note": UNTOLD}
        elif not known:
            self._tested(row, one, np.nan, None, place)

    def _shrunk(
        self, one: TopicFigures, group: Group, labels: Mapping[str, str], place: int
    ) -> None:
        row = self._row(
            "gap_shrunk",
            one,
            group,
            labels,
            place,
            method=str(one.shrunk.method[place]),
            fewest=min(one.n[place], one.n_reference),
            **numbers(one.shrunk, place),
        )
        if not row.get("status") and np.isnan(row["value"]):
            row |= {"status": "not_tested", "note": f"not shrunk: {TOO_FEW}"}


def _stands_out(row: Mapping[str, Any], one: TopicFigures) -> str:
    """Say whether a gap is more than noise, and matters: "lower", "higher", or nothing."""
    full = 100.0 if row["unit"] == "percentage_points" else one.measured.scale[1]
    delta = DELTA * full / 100
    low, high = row["lower"], row["upper"]
    if not row["q_value"] <= 0.05 or low <= 0 <= high or (-delta < low and high < delta):
        return ""
    return LOWER if high < 0 else HIGHER


def _left_out(found: StandardisedGap) -> str:
    """Say where many are left out, in words so coarse that they tell no count."""
    said = []
    for share, whom in zip(found.kept, ("group", "reference"), strict=True):
        under = next((words for most, words in LEFT_OUT if share < most), "")
        if under:
            said.append(f"{under} of the {whom}")
    return f"rests on less than {' and '.join(said)}: the others have nobody alike" if said else ""
