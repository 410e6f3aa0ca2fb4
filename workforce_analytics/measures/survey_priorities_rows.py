"""The rows of a table of what to work on first, and what they are worked out from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

import numpy as np

from workforce_analytics.counting.answer_replicates import ReplicateSums, replicate_sums
from workforce_analytics.counting.answers import (
    AnswerSums,
    Measured,
    Moments,
    answer_sums,
    eligible_counts,
    moments,
)
from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.subsets import Where
from workforce_analytics.inference import priorities as inference
from workforce_analytics.inference.importance import LEAST
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.survey_asked import (
    ASKED,
    LEAST_TESTED,
    TOPIC,
    WAVE,
    Survey,
    survey_rows,
)
from workforce_analytics.measures.survey_scores_figures import numbers, score_of, sums_of

REST = "everybody else"
NO_GAP = "no group lies behind by more than chance may have made it"
FEW = f"fewer than {LEAST} people have all scores"


@dataclass(frozen=True)
class Part:
    """A group of a characteristic: how large it is, and whether it is looked at."""

    characteristic: str
    code: str
    label: str
    share: float
    """Of the staff of its characteristic; 0 where too few answered to look at it."""
    answered: int


@dataclass(frozen=True, eq=False)
class Standing:
    """Where groups stand on each theme, and what goes with the outcome."""

    survey: Survey
    measures: Mapping[str, Measured]
    outcome: str
    titles: tuple[str, ...]
    """Characteristics that groups are by."""
    parts: tuple[Part, ...]
    found: inference.Priorities
    people: int
    """How many have all scores."""
    where: Where | None
    confidence: float

    @classmethod
    def of(
        cls,
        survey: Any,
        asked: Survey,
        outcome: str,
        themes: Sequence[str],
        split: Sequence[str],
        where: Where | None,
        confidence: float,
    ) -> Standing:
        """Count, and work the priorities out."""
        together = moments(
            asked.responses,
            asked.instrument,
            outcome=outcome,
            predictors=themes,
            wave=asked.wave,
            where=where,
        )
        by_group = replicate_sums(
            asked.responses,
            asked.instrument,
            measures=themes,
            splits=[[name] for name in split],
            wave=asked.wave,
            where=where,
            groups=together.groups,
        )
        parts, positive, valid = [], [], []
        for sums in by_group:
            name = sums.dimensions[0].name
            staff = eligible_counts(survey, by=[name], wave=asked.wave, where=where)
            for part in _parts(sums, staff):
                y, m = _by_replicate(sums, part.code)
                parts.append(part)
                positive.append(y)
                valid.append(m)
        found = inference.priorities(
            _full(together),
            np.stack(positive, axis=1),
            np.stack(valid, axis=1),
            [part.share for part in parts],
            [list(split).index(part.characteristic) for part in parts],
            confidence=confidence,
        )
        return cls(
            survey=asked,
            measures=by_group[0].measures,
            outcome=together.labels[0],
            titles=tuple(_lower(sums.dimensions[0].title) for sums in by_group),
            parts=tuple(parts),
            found=found,
            people=int(together.n.sum()),
            where=where,
            confidence=confidence,
        )

    @property
    def stands_out(self) -> bool:
        """Whether groups surely lie behind on some theme."""
        return bool((self.found.priority.lower > 0).any())

    @property
    def enough(self) -> bool:
        """Whether there are enough people with all scores."""
        return bool(np.isfinite(self.found.priority.value).all())

    @property
    def fewest(self) -> int:
        """How many answered in the smallest group that is looked at."""
        return min([self.people, *(part.answered for part in self.parts if part.share > 0)])

    def behind(self, place: int) -> int | None:
        """Which group adds most to a theme's priority? None where none does."""
        adds = self.found.adds[:, place]
        return int(np.argmax(adds)) if adds.max(initial=0.0) > 0 else None


def _parts(sums: ReplicateSums, staff: Counts | None) -> list[Part]:
    """Give the declared groups of a characteristic that somebody answered from."""
    dimension = sums.dimensions[0]
    answered = {
        code: min(
            int(sums.answered(name).over(dimension.name).occurring().get((code,), 0))
            for name in sums.measures
        )
        for code in dimension.declared
    }
    least = max(LEAST_TESTED[one.kind] for one in sums.measures.values())
    known = answered
    if staff is not None:
        recorded = {key[0]: n for key, n in staff.occurring().items()}
        known = {code: recorded.get(code, 0) for code in dimension.declared}
    everybody = sum(known.values())
    return [
        Part(
            dimension.name,
            code,
            dimension.label(code),
            known[code] / everybody if n >= least and everybody else 0.0,
            n,
        )
        for code, n in answered.items()
    ]


def _by_replicate(sums: ReplicateSums, code: str) -> tuple[np.ndarray, np.ndarray]:
    """Give y (as a share of the scale) and m of a group: replicate groups x themes."""
    kept = np.array([key[0] == code for key in sums.rows()], dtype=bool)
    columns = []
    for name, one in sums.measures.items():
        _, y, m = sums.arrays(name)
        columns.append(
            [
                np.bincount(sums.group[kept], values[kept], minlength=sums.groups)
                for values in (y / one.scale[1], m)
            ]
        )
    positive, valid = (np.stack(one, axis=-1) for one in zip(*columns, strict=True))
    return positive, valid


def _full(found: Moments) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give n, sums and products with a place for every replicate group."""
    size = len(found.names)
    n = np.zeros(found.groups, dtype=np.int64)
    sums = np.zeros((found.groups, size), dtype=np.int64)
    products = np.zeros((found.groups, size, size), dtype=np.int64)
    n[found.group], sums[found.group], products[found.group] = found.n, found.sums, found.products
    return n, sums, products


def add_priorities(
    standing: Standing, topics: Mapping[str, str], notes: Mapping[str, str]
) -> tuple[Rows, Counts]:
    """Give the rows of every theme, and the respondents whom their cells are of."""
    table = _Table(standing, topics, notes)
    for place, name in enumerate(standing.measures):
        table.add(place, name)
    return table.rows, table.answers.respondents()


@dataclass(frozen=True, eq=False)
class _Table:
    standing: Standing
    topics: Mapping[str, str]
    notes: Mapping[str, str]

    @cached_property
    def answers(self) -> AnswerSums:
        """Answers by the characteristics of the groups that are named in the table."""
        places = (self.standing.behind(place) for place in range(len(self.standing.measures)))
        named = {self.standing.parts[part].characteristic for part in places if part is not None}
        survey = self.standing.survey
        return answer_sums(
            survey.responses,
            survey.instrument,
            measures=list(self.standing.measures),
            by=[name for name in dict.fromkeys(p.characteristic for p in self.standing.parts)
                if name in named],
            wave=survey.wave,
            where=self.standing.where,
        )  # fmt: skip

    @cached_property
    def rows(self) -> Rows:
        """Rows in the making."""
        counted = {name: self.answers.answered(name) for name in self.standing.measures}
        people = self.answers.respondents()
        return survey_rows(counted, self.standing.survey.wave, people)

    def add(self, place: int, name: str) -> None:
        """Add the rows of a theme."""
        found = self.standing.found
        self._model(
            "priority",
            name,
            "statistic",
            numbers(found.priority, place),
            inference.METHOD,
            note=self.notes[name],
        )
        rank = {"value": found.rank, "lower": found.first, "upper": found.last}
        self._model(
            "rank",
            name,
            "statistic",
            {end: float(values[place]) for end, values in rank.items()},
            "ranks of priorities, limits of all their differences (Bonferroni)",
        )
        self._score(name)
        self._gap(place, name)
        self._model(
            "driver",
            name,
            "proportion",
            numbers(found.driver, place),
            "Shapley (LMG) share of R-squared, delete-a-group jackknife",
        )

    def _model(
        self,
        measure: str,
        name: str,
        unit: str,
        figures: Mapping[str, float],
        method: str,
        note: str = "",
    ) -> None:
        row = self.rows.add(
            measure,
            {TOPIC: self.topics[name]},
            fewest=self.standing.fewest,
            unit=unit,
            method=method,
            inference="process",
            note=note,
        )
        if self.standing.enough:
            row |= figures
        else:
            row |= {"value": float("nan"), "status": "too_few", "note": FEW}

    def _score(self, name: str) -> None:
        one = self.standing.measures[name]
        found = score_of(
            one, sums_of(self.answers, name, [{}]), inf, self.standing.confidence
        ).interval
        cell = self.rows.cell(**{WAVE: self.standing.survey.wave, ASKED: name})
        row = self.rows.add(
            "score",
            {TOPIC: self.topics[name]},
            denominator=cell,
            unit=one.unit,
            inference="process",
        )
        row |= {"method": str(found.method[0]), **numbers(found, 0)}
        self.rows.unless_known(row, cell)

    def _gap(self, place: int, name: str) -> None:
        """Add the gap of the group that adds most to a theme's priority."""
        one = self.standing.measures[name]
        labels, unit = {TOPIC: self.topics[name]}, _POINTS.get(one.unit, one.unit)
        chosen = self.standing.behind(place)
        if chosen is None or not self.standing.enough:
            status, note = ("undefined", NO_GAP) if self.standing.enough else ("too_few", FEW)
            self.rows.add("gap", labels, unit=unit, value=float("nan"), status=status, note=note)
            return
        part = self.standing.parts[chosen]
        whom = {WAVE: self.standing.survey.wave, ASKED: name}
        others = [
            other.code
            for other in self.standing.parts
            if other.characteristic == part.characteristic and other.code != part.code
        ]
        own, rest = (
            self.rows.cell(**whom, **{part.characteristic: codes}) for codes in (part.code, others)
        )
        behind = numbers(self.standing.found.gap, (chosen, place))
        scale = -1.0 if one.unit == "proportion" else -one.scale[1] / 100
        self.rows.add(
            "gap",
            labels,
            denominator=own,
            behind=(rest,),
            unit=unit,
            value=scale * behind["value"],
            lower=scale * behind["upper"],
            upper=scale * behind["lower"],
            compared=part.label,
            reference=REST,
            orientation=f"below 0: “{part.label}” scores lower than {REST}",
            method="difference of scores, delete-a-group jackknife",
            inference="process",
        )


_POINTS = {"proportion": "percentage_points"}


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
