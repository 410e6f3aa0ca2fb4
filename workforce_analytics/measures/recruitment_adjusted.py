"""What is left of a gap when grade, service, route and coming from inside are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.counting.stage_words import AMONG, VERBS
from workforce_analytics.engine import columns
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.average_gap import average_gap
from workforce_analytics.inference.conditional import conditional_logit
from workforce_analytics.inference.proportions import difference_interval
from workforce_analytics.inference.ratios import odds_ratio_interval
from workforce_analytics.inference.regression import Logistic, logistic
from workforce_analytics.measures.between_groups import find_reference, orientation
from workforce_analytics.measures.pipeline import (
    FATE,
    Pipeline,
    pipeline,
    refuse_stages,
)
from workforce_analytics.measures.recruitment_strata import VACANCY
from workforce_analytics.measures.recruitment_tables import (
    Where,
    base_cell,
    describe,
    name_people,
    period_of,
    refuse_wrong_arguments,
)
from workforce_analytics.measures.rows import Rows

FACTORS = ("grade", "service", "is_internal", "route")
CLUSTERS = {"candidate": "candidate_id", "vacancy": VACANCY}
NOT_TOLD = (
    "Posts of which everybody or nobody passed, or that cannot be told from others, say nothing of "
    "the gap and are left out of it."
)
ALL_ALIKE = "everybody or nobody of a group passed, or nothing tells it from what is held equal"
UNITS = {
    "odds_ratio": "odds_ratio",
    "odds_ratio_adjusted": "odds_ratio",
    "gap": "percentage_points",
    "gap_adjusted": "percentage_points",
    "odds_ratio_within_vacancy": "odds_ratio",
}
"""Measures of the table, in order, and their units."""
OF_THE_CANDIDATE = frozenset({"is_internal", "interview_scheme", "source", "sex", "age"})
"""What differs between candidates for one vacancy; all else is the same within it."""


def adjusted(
    applications: Extract,
    *,
    of: str,
    outcome: str = "appointed",
    among: str = "applied",
    level: str = "main",
    reference: str = "largest",
    factors: Sequence[str] | None = None,
    clusters: str | None = None,
    withdrawn: str = "apart",
    where: Where = None,
    confidence: float = 0.95,
) -> Estimates:
    """How much of a gap is left when people applied for like posts, in like ways?

    Parameters
    ----------
    applications, of, outcome, among, level, withdrawn, where, confidence
        As in `likelihood`.
    reference
        The group that others are compared with: a label, a code, or "largest".
    factors
        What is held equal: names of dimensions. Without it those there are of grade, service,
        is_internal and route.
    clusters
        "candidate" or "vacancy": errors allow for several applications of one candidate, or all of
        one vacancy, going together. That needs a count for each of them, which takes longer.

    Returns
    -------
    Estimates
        For every declared group but the reference: `odds_ratio` and `odds_ratio_adjusted`, `gap`
        and `gap_adjusted` (percentage points: how many more of 100 would pass, all else as it is,
        were everybody of the group rather than of the reference), and, where vacancies are told
        apart, `odds_ratio_within_vacancy`. `n_effective` is how many applications were counted,
        `clusters` how many clusters, or vacancies. A group of whom everybody or nobody passed has
        no odds ratio: `undefined`.

    Raises
    ------
    UsageError
        A characteristic, field, stage, group or category that there is not.

    Notes
    -----
    Logistic regression on counts of patterns; the average marginal gap is the mean over all
    applications of p(as group) - p(as reference), its error by the delta method. Within vacancies:
    conditional logistic regression given how many passed in each. Odds ratios of different models
    differ for mathematical reasons too, gaps less so. What is held equal may itself be part of the
    gap (who is internal, who applies to which grade): an adjusted gap is not a truer one.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.recruitment.adjusted(
    ...     council.applications, of="sex", outcome="shortlisted", factors=["grade_band"]
    ... )
    >>> table.about.kind
    'adjusted'
    """
    refuse_wrong_arguments(of, None, where, confidence)
    chosen = _factors(applications, of, factors)
    if clusters not in (None, *CLUSTERS):
        raise UsageError(f"clusters={clusters!r} is not known. Allowed: {', '.join(CLUSTERS)}.")
    cluster = [CLUSTERS[clusters]] if clusters else []

    def counted(factors: Sequence[str], unprinted: Sequence[str]) -> Pipeline:
        return pipeline(
            applications,
            by=[of, *factors, *unprinted],
            where=where,
            levels={of: level},
            withdrawn=withdrawn,
            unprinted=unprinted,
        )

    found = counted(chosen, cluster)
    stages = (among, outcome)
    refuse_stages(found, *stages)
    rows = Rows(found.added_up([of]), [of, FATE])
    name_people(rows, applications, found, [of], where=where, level={of: level}, stages=stages)
    table = _Adjusted(found, of, stages, rows, confidence)
    table.choose(reference)
    patterns = table.patterns(found, chosen, cluster)
    within = None
    if VACANCY in columns(applications.frame):
        inner = [name for name in chosen if name in OF_THE_CANDIDATE]
        within = table.patterns(counted(inner, [VACANCY]), inner, [VACANCY])
    dropped = table.add(patterns, within)
    titles = [found.dimension(name).title.lower() for name in chosen]
    about = describe(
        applications,
        found,
        [of],
        kind="adjusted",
        title=f"Gaps in {VERBS[outcome]}, of {AMONG[among]}, with like posts and ways of applying",
        question="How much of a gap is left when people applied for like posts, in like ways?",
        definition=f"Held equal: {', '.join(titles) or 'nothing'}.",
        period=period_of(applications, where),
        confidence=confidence,
        stages=stages,
        reference=found.dimension(of).label(table.reference),
        caveats=(
            "An adjusted gap is not a truer one: what is held equal may be part of how the gap "
            "comes about.",
            *([NOT_TOLD] if any(not name.startswith(f"{of}: ") for name in dropped) else []),
        ),
    )
    return rows.estimates(about, found.counts, found.holds())


def _factors(applications: Any, of: str, factors: Any) -> list[str]:
    """What is held equal: as asked for, or all there is of what usually is."""
    if factors is None:
        present = columns(applications.frame) if isinstance(applications, Extract) else ()
        needs = {"service": "unit_id"}
        there = [name for name in FACTORS if name != of and needs.get(name, name) in present]
        if not there:
            raise UsageError(
                f"There is nothing to hold equal: these counts have none of {', '.join(FACTORS)}. "
                "Name what there is with factors=[...], or ask likelihood(...)."
            )
        return there
    listed = isinstance(factors, Sequence) and not isinstance(factors, str)
    if not listed or of in factors or not all(isinstance(name, str) for name in factors):
        raise UsageError("factors= takes a list of names, and what is compared is none of them.")
    return list(dict.fromkeys(factors))


@dataclass
class _Adjusted:
    """Adds the rows of gaps as they are and as they are left by what is held equal."""

    found: Pipeline
    of: str
    stages: tuple[str, str]
    rows: Rows
    confidence: float
    reference: str = ""

    def __post_init__(self) -> None:
        self.dimension = self.found.dimension(self.of)
        self.sizes = {code: self._cells(code) for code in self.dimension.declared}

    def _cells(self, code: str) -> tuple[int, int]:
        among, outcome = self.stages
        whom = {self.of: (code,)}
        passed = self.rows.cell(**whom, **{FATE: self.found.reached(outcome)})
        return passed, base_cell(self.rows, self.found, whom, among, outcome)

    def choose(self, asked: str) -> None:
        """Find the group that the others are compared with."""
        if asked in ("rest", "total", "highest"):
            raise UsageError(
                f"reference={asked!r} is not taken here. Name a group, or use 'largest'."
            )
        pools = {code: self.rows.n(whole) for code, (_, whole) in self.sizes.items()}
        self.reference = find_reference(asked, self.dimension, pools, pools)

    def patterns(
        self, found: Pipeline, factors: Sequence[str], cluster: Sequence[str]
    ) -> _Patterns:
        """Count applicants alike in all that a model knows of."""
        return _Patterns.of(found, self.of, self.reference, factors, cluster, self.stages)

    def add(self, patterns: _Patterns, within: _Patterns | None) -> tuple[str, ...]:
        """Add the rows of every group; return what the model could not tell."""
        fit = logistic(
            patterns.design,
            patterns.passed,
            patterns.pool,
            names=patterns.names,
            clusters=patterns.clusters,
            confidence=self.confidence,
        )
        by_vacancy = None
        if within is not None:
            by_vacancy = conditional_logit(
                within.clusters,
                within.design[:, 1:],
                within.passed,
                within.pool,
                confidence=self.confidence,
            )
        others = [one for one in self.dimension.declared if one != self.reference]
        for place, one in enumerate(others):
            figures = {
                **self._plain(one),
                **self._modelled(fit, patterns, place, len(others)),
            }
            if by_vacancy is not None:
                vacancies = {"clusters": float(by_vacancy.informative_strata)}
                figures["odds_ratio_within_vacancy"] = _at(by_vacancy.odds_ratios, place)
                figures["odds_ratio_within_vacancy"] |= vacancies
            self._group(one, figures)
        return fit.dropped

    def _plain(self, one: str) -> dict[str, dict[str, Any]]:
        counts = [self.rows.n(cell) for cell in (*self.sizes[one], *self.sizes[self.reference])]
        odds = odds_ratio_interval(*counts, confidence=self.confidence)
        gap = difference_interval(*counts, confidence=self.confidence)
        return {"odds_ratio": _at(odds, None), "gap": _at(gap, None, 100)}

    def _modelled(
        self, fit: Logistic, patterns: _Patterns, place: int, groups: int
    ) -> dict[str, dict[str, Any]]:
        gap = average_gap(
            fit,
            patterns.as_group(place, groups),
            patterns.as_group(None, groups),
            patterns.pool,
            confidence=self.confidence,
        )
        told = {
            "n_effective": float(patterns.pool.sum()),
            "clusters": np.nan if fit.clusters is None else float(fit.clusters),
        }
        return {
            "odds_ratio_adjusted": _at(fit.odds_ratios, place + 1) | told,
            "gap_adjusted": _at(gap.interval, None, 100) | told,
        }

    def _group(self, one: str, figures: Mapping[str, dict[str, Any]]) -> None:
        """Add the rows of one group, in the order of the table."""
        label = self.dimension.label(one)
        other = self.dimension.label(self.reference)
        cells, behind = self.sizes[one], self.sizes[self.reference]
        for measure, unit in UNITS.items():
            if measure not in figures:
                continue
            row = self.rows.add(
                measure,
                {self.of: label},
                numerator=cells[0],
                denominator=cells[1],
                behind=behind,
                unit=unit,
                inference="process",
                compared=label,
                reference=other,
                orientation=_orientation(unit, label, other, VERBS[self.stages[1]]),
                **figures[measure],
            )
            self.rows.unless_known(row, cells[1], behind[1], otherwise=ALL_ALIKE)


def _at(interval: Any, place: int | None, scale: float = 1.0) -> dict[str, Any]:
    """Give one element of an interval as figures of a row."""
    ends = {
        name: scale * float(getattr(interval, name)[() if place is None else place])
        for name in ("value", "lower", "upper")
    }
    method = interval.method[() if place is None else place]
    return {**ends, "method": str(method)}


def _orientation(unit: str, compared: str, reference: str, happening: str) -> str:
    if unit == "percentage_points":
        return f"above 0: {happening} is more likely for “{compared}” than for “{reference}”"
    return orientation(compared, reference, happening)


@dataclass(frozen=True)
class _Patterns:
    """Applicants alike in all that the model knows of: how many, and how many passed."""

    design: np.ndarray
    """A column of ones, one for each group but the reference, one for each other category."""
    names: tuple[str, ...]
    passed: np.ndarray
    pool: np.ndarray
    clusters: np.ndarray | None

    @classmethod
    def of(
        cls,
        found: Pipeline,
        of: str,
        reference: str,
        factors: Sequence[str],
        cluster: Sequence[str],
        stages: tuple[str, str],
    ) -> _Patterns:
        among, outcome = stages
        base, reached = set(found.base(among, outcome)), set(found.reached(outcome))
        places = [found.names.index(name) for name in (of, *factors, *cluster)]
        declared = found.dimension(of).declared
        sums: dict[tuple[str, ...], list[int]] = {}
        for key, n in sorted(found.occurring().items()):
            if key[places[0]] in declared and key[-1] in base:
                both = sums.setdefault(tuple(key[place] for place in places), [0, 0])
                both[0] += n * (key[-1] in reached)
                both[1] += n
        keys = list(sums)
        columns, names = [np.ones(len(keys))], ["everybody"]
        for position, name in enumerate((of, *factors)):
            values = np.array([key[position] for key in keys], dtype=object)
            known = found.dimension(name).codes if position else declared
            occurring = [code for code in known if code == reference or (values == code).any()]
            left_out = reference if position == 0 else occurring[0] if occurring else ""
            # Every declared group has its column, so that those without applicants are named too.
            for code in declared if position == 0 else occurring:
                if code != left_out:
                    columns.append((values == code).astype(float))
                    names.append(f"{name}: {code}")
        counts = np.array([sums[key] for key in keys], dtype=float).reshape(-1, 2)
        return cls(
            np.column_stack(columns),
            tuple(names),
            counts[:, 0],
            counts[:, 1],
            np.array([key[-1] for key in keys], dtype=object) if cluster else None,
        )

    def as_group(self, place: int | None, groups: int) -> np.ndarray:
        """Give the design as if everybody were of one group, or of the reference."""
        design = self.design.copy()
        design[:, 1 : 1 + groups] = 0.0
        if place is not None:
            design[:, 1 + place] = 1.0
        return design
