"""The rows of a table of what engagement goes with, group by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf, isnan
from typing import Any

import numpy as np

from workforce_analytics.counting.answers import AnswerSums, Measured, Moments
from workforce_analytics.counting.counts import Counts
from workforce_analytics.estimates import ALL
from workforce_analytics.inference.importance import LEAST, ImportanceLimits, importance_of_groups
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.survey_asked import ASKED, TOPIC, WAVE, Survey, survey_rows
from workforce_analytics.measures.survey_scores_figures import (
    DECLARED_GROUP,
    EVERYBODY,
    Group,
    groups_of,
    numbers,
    score_of,
    selection,
    sums_of,
)
from workforce_analytics.measures.survey_scores_units import UNITS, larger_units

COMPLETE = "all scores"
"""What is asked of those who have every score: they are counted by themselves."""
SHAPLEY = "Shapley (LMG) share of R-squared, delete-a-group jackknife"
NOTHING = "everybody has the same score: nothing to explain"
FEW = f"fewer than {LEAST} people have all scores"


@dataclass(eq=False)
class Drivers:
    """Adds the rows of each group; `inherited` says whether a larger group's stand anywhere."""

    survey: Survey
    of_: str | None
    moments: Moments
    answers: AnswerSums
    rows: Rows
    confidence: float
    inherited: bool = False

    @classmethod
    def of(
        cls,
        survey: Survey,
        of: str | None,
        found: Moments,
        answers: AnswerSums,
        confidence: float,
    ) -> Drivers:
        """Lay out the cells, and add all rows."""
        counted = {name: answers.answered(name) for name in answers.measures}
        counted[COMPLETE] = found.complete()
        rows = survey_rows(counted, survey.wave, answers.respondents())
        made = cls(survey, of, found, answers, rows, confidence)
        for group in made.groups:
            made._add(group)
        return made

    @property
    def outcome(self) -> str:
        """What the themes are set against, as it is printed."""
        return self.moments.labels[0]

    @property
    def measures(self) -> Mapping[str, Measured]:
        """The themes."""
        return self.answers.measures

    @cached_property
    def topics(self) -> dict[str, str]:
        """Themes as they are printed."""
        return self.survey.labels(self.measures)

    @cached_property
    def source(self) -> Counts:
        """Respondents by group."""
        return self.answers.respondents()

    @cached_property
    def groups(self) -> list[Group]:
        """Groups of the table, everybody last."""
        return groups_of(None if self.of_ is None else self.source.dimension(self.of_))

    @cached_property
    def _larger(self) -> Mapping[str, Group]:
        """Unit -> the directorate that it is part of."""
        if self.of_ not in UNITS:
            return {}
        return larger_units(self.survey.responses, self.source.dimension(self.of_))

    def by_replicate(self, group: Group) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give n, sums and products of a group's people, by groups they fell into by chance."""
        found = self.moments
        kept = np.ones(len(found.n), dtype=bool)
        if group.kind != EVERYBODY:
            kept = np.array([key[0] in group.codes for key in found.rows()], dtype=bool)
        size = len(found.names)
        n = np.zeros(found.groups, dtype=np.int64)
        sums = np.zeros((found.groups, size), dtype=np.int64)
        products = np.zeros((found.groups, size, size), dtype=np.int64)
        places = found.group[kept]
        np.add.at(n, places, found.n[kept])
        np.add.at(sums, places, found.sums[kept])
        np.add.at(products, places, found.products[kept])
        return n, sums, products

    def _whose(self, group: Group) -> Group:
        """Whose figures stand in a group's rows: those of something larger, if it is small."""
        larger = self._larger.get(group.codes[0]) if group.kind == DECLARED_GROUP else None
        for one in (group, *([larger] if larger else [])):
            if self.by_replicate(one)[0].sum() >= LEAST:
                return one
        return self.groups[-1]

    def _add(self, group: Group) -> None:
        """Add the rows of a group."""
        stands = self._whose(group)
        n, sums, products = self.by_replicate(stands)
        found = importance_of_groups(n, sums, products, confidence=self.confidence)
        told = self._told(group, stands, found)
        label = {} if self.of_ is None else {self.of_: group.label}
        fewest = int(n.sum())
        for place, name in enumerate(self.measures):
            labels = {**label, TOPIC: self.topics[name]}
            for measure, figures in (
                ("share_of_explained", numbers(found.of_explained, place)),
                ("share_of_variance", numbers(found.share, place)),
            ):
                self._row(measure, labels, told, fewest, unit="proportion", **figures)
            self._row(
                "correlation",
                labels,
                told | {"method": "correlation of scores"},
                fewest,
                unit="statistic",
                value=float(found.correlation[place]),
            )
            self._score(name, labels, group)
        whole = {**label, TOPIC: ALL}
        cell = self._cell(COMPLETE, stands)
        self._row(
            "r_squared",
            whole,
            told,
            fewest,
            denominator=cell,
            unit="proportion",
            **numbers(found.r_squared),
        )

    def _row(
        self,
        measure: str,
        labels: Mapping[str, str],
        told: Mapping[str, str],
        fewest: int,
        **figures: Any,
    ) -> None:
        row = self.rows.add(
            measure, labels, fewest=fewest, inference="process", **{**told, **figures}
        )
        if isnan(row["value"]) and not row.get("status"):
            row |= {"status": "undefined", "note": NOTHING}

    def _told(self, group: Group, stands: Group, found: ImportanceLimits) -> dict[str, str]:
        """Say how a group's figures came to be, and whose they are."""
        if not found.enough:
            return {"method": SHAPLEY, "status": "too_few", "note": FEW}
        if stands is group:
            return {"method": SHAPLEY}
        self.inherited = True
        whose = "all" if stands.kind == EVERYBODY else f"“{stands.label}”"
        return {
            "method": SHAPLEY,
            "compared": stands.label,
            "note": f"{FEW}: the figure of {whose} stands here",
        }

    def _score(self, name: str, labels: Mapping[str, str], group: Group) -> None:
        """Add the score of a theme, of the group itself."""
        one = self.measures[name]
        sums = sums_of(self.answers, name, [selection(self.of_, group)])
        found = score_of(one, sums, inf, self.confidence).interval
        cell = self._cell(name, group)
        row = self.rows.add("score", labels, denominator=cell, unit=one.unit, inference="process")
        row |= {"method": str(found.method[0]), **numbers(found, 0)}
        self.rows.unless_known(row, cell)

    def _cell(self, asked: str, group: Group) -> int:
        return self.rows.cell(
            **{WAVE: self.survey.wave, ASKED: asked, **selection(self.of_, group)}
        )
