"""What is left of a gap when grade, service, route and coming from inside are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.engine import columns
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.conditional import conditional_logit
from workforce_analytics.inference.proportions import difference_interval
from workforce_analytics.inference.ratios import odds_ratio_interval
from workforce_analytics.inference.regression import average_gap, logistic
from workforce_analytics.measures.between_groups import find_reference, orientation
from workforce_analytics.measures.pipeline import (
    AMONG,
    FATE,
    VERBS,
    Pipeline,
    pipeline,
    refuse_stages,
)
from workforce_analytics.measures.recruitment_funnel import base_cell
from workforce_analytics.measures.recruitment_strata import VACANCY
from workforce_analytics.measures.recruitment_tables import (
    Where,
    describe,
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
        apart, `odds_ratio_within_vacancy`. `n_effective` is how many applications tell something,
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
    if clusters is not None and clusters not in CLUSTERS:
        raise UsageError(f"clusters={clusters!r} is not known. Allowed: {', '.join(CLUSTERS)}.")
    present = columns(applications.frame) if isinstance(applications, Extract) else ()
    chosen = list(factors) if factors is not None else _there(present)
    if of in chosen or isinstance(factors, str):
        raise UsageError("factors= takes a list of names, and what is compared is none of them.")
    cluster = [CLUSTERS[clusters]] if clusters else []
    found = pipeline(
        applications,
        by=[of, *chosen, *cluster],
        where=where,
        levels={of: level},
        withdrawn=withdrawn,
        unprinted=cluster,
    )
    refuse_stages(found, among, outcome)
    rows = Rows(found.added_up([of]), [of, FATE])
    dimension = found.dimension(of)
    sizes = {code: _sizes(rows, found, of, code, (among, outcome)) for code in dimension.declared}
    pools = {code: rows.n(whole) for code, (_, whole) in sizes.items()}
    passed = {code: rows.n(part) for code, (part, _) in sizes.items()}
    code = find_reference(reference, dimension, pools, passed)
    if code in {"rest", "total"} or reference == "highest":
        raise UsageError(
            f"reference={reference!r} is not taken here. Name a group, or use 'largest'."
        )
    patterns = _Patterns.of(found, of, code, chosen, cluster, (among, outcome))
    fit = logistic(
        patterns.design,
        patterns.passed,
        patterns.pool,
        names=patterns.names,
        clusters=patterns.clusters,
        confidence=confidence,
    )
    within = None
    if VACANCY in present:
        inner = [name for name in chosen if name in OF_THE_CANDIDATE]
        by_vacancy = pipeline(
            applications,
            by=[of, *inner, VACANCY],
            where=where,
            levels={of: level},
            withdrawn=withdrawn,
            unprinted=[VACANCY],
        )
        held = _Patterns.of(by_vacancy, of, code, inner, [VACANCY], (among, outcome))
        within = conditional_logit(
            held.clusters, held.design[:, 1:], held.passed, held.pool, confidence=confidence
        )
    others = [one for one in dimension.declared if one != code]
    for place, one in enumerate(others):
        cells = (*sizes[one], *sizes[code])
        a, n, b, m = (rows.n(cell) for cell in cells)
        gap = average_gap(
            fit,
            patterns.as_group(place, len(others)),
            patterns.as_group(None, len(others)),
            patterns.pool,
            confidence=confidence,
        )
        told = {"n_effective": float(patterns.pool.sum()), "clusters": _number(fit.clusters)}
        figures: list[tuple[str, str, Any, dict[str, float]]] = [
            ("odds_ratio", "odds_ratio", _at(odds_ratio_interval(a, n, b, m), None), {}),
            ("odds_ratio_adjusted", "odds_ratio", _at(fit.odds_ratios, place + 1), told),
            (
                "gap",
                "percentage_points",
                _at(difference_interval(a, n, b, m, confidence=confidence), None, 100),
                {},
            ),
            ("gap_adjusted", "percentage_points", _at(gap.interval, None, 100), told),
        ]
        if within is not None:
            vacancies = {"clusters": float(within.informative_strata)}
            figures.append(
                (
                    "odds_ratio_within_vacancy",
                    "odds_ratio",
                    _at(within.odds_ratios, place),
                    vacancies,
                )
            )
        label, other = dimension.label(one), dimension.label(code)
        for measure, unit, numbers, more in figures:
            row = rows.add(
                measure,
                {of: label},
                numerator=cells[0],
                denominator=cells[1],
                behind=cells[2:],
                unit=unit,
                inference="process",
                compared=label,
                reference=other,
                orientation=_orientation(unit, label, other, VERBS[outcome]),
                **numbers,
                **more,
            )
            if np.isnan(row["value"]):
                row |= {"status": "undefined", "note": "everybody or nobody of a group passed"}
    untold = [name for name in fit.dropped if not name.startswith(f"{of}: ")]
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
        stages=(among, outcome),
        reference=dimension.label(code),
        caveats=(
            "An adjusted gap is not a truer one: what is held equal may be part of how the gap "
            "comes about.",
            *([NOT_TOLD] if untold else []),
        ),
    )
    return rows.estimates(about, found.counts, found.holds())


def _there(present: Sequence[str]) -> list[str]:
    needs = {"service": "unit_id"}
    return [name for name in FACTORS if needs.get(name, name) in present]


def _sizes(
    rows: Rows, found: Pipeline, of: str, code: str, stages: tuple[str, str]
) -> tuple[int, int]:
    among, outcome = stages
    part = rows.cell(**{of: (code,), FATE: found.reached(outcome)})
    return part, base_cell(rows, found, {of: (code,)}, among, outcome)


def _number(value: int | None) -> float:
    return float("nan") if value is None else float(value)


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
