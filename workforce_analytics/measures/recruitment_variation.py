"""Where services lie: what a group had there against what was expected. Never a league table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import fsum
from typing import Any

import numpy as np

from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.stage_words import AMONG, VERBS
from workforce_analytics.engine import columns
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.expected_limits import ExpectedLimits, expected_limits
from workforce_analytics.inference.shrinkage import shrunk_ratios
from workforce_analytics.inference.stratified import expected_passes
from workforce_analytics.measures.between_groups import find_group
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

NOT_TOLD = "nobody passed, everybody passed, or no vacancy has people of both groups"
LEVELS = ((0.95, "95"), (0.998, "998"))


def variation(
    applications: Extract,
    *,
    of: str,
    group: str,
    between: str = "service",
    outcome: str = "shortlisted",
    among: str = "applied",
    level: str = "main",
    reference: str = "largest",
    named: bool = False,
    withdrawn: str = "apart",
    where: Where = None,
    confidence: float = 0.95,
) -> Estimates:
    """Do some services differ from the others in how a group fares, by more than chance?

    Parameters
    ----------
    applications, of, outcome, among, level, withdrawn, where, confidence
        As in `likelihood`.
    group
        The group looked at, by its label or code.
    between
        What is told apart: "service", "directorate", ...
    reference
        The group that it is held against, by label or code, or "largest": that of the others with
        most applications.
    named
        Whether services carry their names. Without it they are numbered: this is a question about
        how far services differ, not a league table.

    Returns
    -------
    Estimates
        Columns of groups: `of` and `between`. Per service: `observed_to_expected` (ratio;
        numerator what the group had), `expected` (applications: what it would have had were both
        groups passed alike within each vacancy of the service), `shrunk` (the ratio drawn towards
        all, empirical Bayes, with interval), the limits between which chance and the usual
        differences between services leave 95 % and 99.8 % of them (`limit_95_lower`, ...),
        `position` (distance from 1 in standard errors of those limits) and `outside_95`,
        `outside_998` (-1 below, 0 within, 1 above). The row "All": `observed_to_expected` of all
        together, around which the limits lie, and `over_dispersion`.

    Raises
    ------
    UsageError
        A characteristic, field, stage, group or category that there is not.

    Notes
    -----
    Expected E = sum over vacancies of n_g T / N, variance hypergeometric, of both groups alone;
    within services where vacancies are not told apart. Limits as in `inference.expected_limits`.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.recruitment.variation(
    ...     council.applications, of="ethnicity", level="binary",
    ...     group="All other ethnic groups combined",
    ... )
    >>> table.about.kind
    'variation'
    """
    refuse_wrong_arguments(of, between, where, confidence, split="between")
    there = VACANCY in columns(applications.frame) if isinstance(applications, Extract) else False
    found = pipeline(
        applications,
        by=[of, between, *([VACANCY] if there else [])],
        where=where,
        levels={of: level},
        withdrawn=withdrawn,
        unprinted=[VACANCY] if there else [],
    )
    refuse_stages(found, among, outcome)
    dimension = found.dimension(of)
    code, other = _both(found, of, group, reference)
    services = _Services.of(found, (code, other), (among, outcome))
    order = sorted(
        range(len(services.codes)),
        key=lambda place: (-services.expected[place], services.codes[place]),
    )
    ranked = [services.codes[place] for place in order]
    shown, numbers = _numbered(found.dimension(between), ranked, named=named)
    sums = found.added_up([of, between])
    rows = Rows(
        {(one, numbers[at], fate): n for (one, at, fate), n in sums.items()}, [of, between, FATE]
    )
    for names in ((of,), (of, between)):
        name_people(
            rows,
            applications,
            found,
            names,
            where=where,
            level={of: level},
            stages=(among, outcome),
            called={between: numbers},
        )
    table = _Variation(found, of, between, (code, other), (among, outcome), rows)
    table.add(services, order, shown, confidence)
    label, title = dimension.label(code), found.dimension(between).title.lower()
    about = describe(
        applications,
        found,
        [of, between],
        kind="variation",
        title=f"{VERBS[outcome].capitalize()}, of {AMONG[among]}: “{label}” in each {title}",
        question=f"Do some services differ in how “{label}” fare, by more than chance?",
        definition=(
            "What the group had, divided by what it would have had were both groups passed alike "
            "within each vacancy."
            if there
            else "What the group had, divided by what it would have had were both groups passed "
            "alike."
        ),
        period=period_of(applications, where),
        confidence=confidence,
        stages=(among, outcome),
        reference=dimension.label(other),
        caveats=(
            "A place outside the limits is a reason to look, not a finding. The order is by size.",
        ),
    )
    labels = tuple(item.label for item in shown.categories)
    about = replace(about, order={of: (label,), between: (ALL, *labels)})
    counts = replace(
        found.counts,
        dimensions=tuple(
            shown if item.name == between else item for item in found.counts.dimensions
        ),
    )
    return rows.estimates(about, counts, found.holds())


def _both(found: Pipeline, of: str, group: str, reference: str) -> tuple[str, str]:
    """Find the group and the one that it is held against."""
    dimension = found.dimension(of)
    code = find_group(group, dimension, argument="group")
    if reference != "largest":
        other = find_group(reference, dimension, argument="reference", also=["largest"])
        if other == code:
            raise UsageError(f"group= and reference= are both {dimension.label(code)!r}.")
        return code, other
    sums = dict.fromkeys((one for one in dimension.declared if one != code), 0)
    for (one, _), n in found.added_up([of]).items():
        if one in sums:
            sums[one] += n
    return code, max(sums, key=lambda one: sums[one])


def _numbered(
    dimension: Dimension, codes: list[str], *, named: bool
) -> tuple[Dimension, dict[str, str]]:
    """Give services in the order of size, and the code that each has in the table.

    Unless they are named their codes are numbers too: a record of what is behind a count must not
    tell which they are.
    """
    if named:
        by_code = {item.code: item for item in dimension.categories}
        kept = tuple(by_code[code] for code in codes)
        return replace(dimension, categories=kept), {code: code for code in codes}
    numbers = {code: str(place) for place, code in enumerate(codes, start=1)}
    renamed = replace(
        dimension,
        categories=tuple(
            Category(number, f"{dimension.title} {number}", "declared")
            for number in numbers.values()
        ),
        root=f"{dimension.root or dimension.name}, not named",
        holds={},
    )
    return renamed, numbers


@dataclass(frozen=True)
class _Services:
    """For each service what the group had, and what it would have had by chance."""

    codes: tuple[str, ...]
    observed: np.ndarray
    expected: np.ndarray
    variance: np.ndarray

    @classmethod
    def of(cls, found: Pipeline, groups: tuple[str, str], stages: tuple[str, str]) -> _Services:
        """Add up vacancies of each service, the group in the first column of each."""
        among, outcome = stages
        base, reached = set(found.base(among, outcome)), set(found.reached(outcome))
        strata: dict[tuple[str, ...], np.ndarray] = {}
        for key, n in sorted(found.occurring().items()):
            if key[0] in groups and key[-1] in base:
                sums = strata.setdefault(key[1:-1], np.zeros((2, 2), dtype=np.int64))
                sums[:, groups.index(key[0])] += (n * (key[-1] in reached), n)
        tables = np.array(list(strata.values()), dtype=np.int64).reshape(-1, 2, 2)
        by_chance = expected_passes(tables[:, 0], tables[:, 1])
        codes = found.counts.dimensions[1].codes
        at = np.array([codes.index(service) for service, *_ in strata], dtype=np.int64)

        def summed(values: np.ndarray) -> np.ndarray:
            return np.bincount(at, weights=np.nan_to_num(values[:, 0]), minlength=len(codes))

        return cls(
            codes,
            summed(tables[:, 0].astype(float)),
            summed(by_chance.expected),
            summed(by_chance.variance),
        )


def _together(observed: np.ndarray, expected: np.ndarray) -> float:
    """Give what all had of what was expected; sums of fractions are the same in any order."""
    whole = fsum(expected)
    return fsum(observed) / whole if whole > 0 else float("nan")


@dataclass
class _Variation:
    """Adds the rows of a comparison of services."""

    found: Pipeline
    of: str
    between: str
    groups: tuple[str, str]
    stages: tuple[str, str]
    rows: Rows

    def add(
        self, services: _Services, order: list[int], shown: Dimension, confidence: float
    ) -> None:
        """Add the rows of each service and of all."""
        observed, expected = services.observed[order], services.expected[order]
        variance = services.variance[order]
        together = _together(observed, expected)
        limits = expected_limits(
            observed, expected, variance, centre=together if together > 0 else 1.0
        )
        shrunk = shrunk_ratios(observed, expected, variance=variance, confidence=confidence)
        for place, item in enumerate(shown.categories):
            self._service(item, place, expected[place], limits, shrunk)
        part, whole = self._cells(self.groups[0], {})
        behind = self._cells(self.groups[1], {})
        common: dict[str, Any] = {
            "numerator": part,
            "denominator": whole,
            "behind": behind,
            "inference": "process",
        }
        row = self.rows.add(
            "observed_to_expected",
            self._labels(ALL),
            unit="ratio",
            value=together,
            method="all observed divided by all expected; the limits lie around it",
            **common,
        )
        self.rows.unless_known(row, whole, behind[1], otherwise=NOT_TOLD)
        told = bool(np.isfinite(limits.position).any())
        row = self.rows.add(
            "over_dispersion",
            self._labels(ALL),
            unit="statistic",
            value=limits.overdispersion if told else np.nan,
            method="mean squared distance of services, winsorised; 1 is chance alone",
            **common,
        )
        self.rows.unless_known(row, whole, behind[1], otherwise=NOT_TOLD)

    def _labels(self, service: str) -> dict[str, str]:
        label = self.found.dimension(self.of).label(self.groups[0])
        return {self.of: label, self.between: service}

    def _cells(self, group: str, within: dict[str, tuple[str, ...]]) -> tuple[int, int]:
        among, outcome = self.stages
        whom = {self.of: (group,), **within}
        part = self.rows.cell(**whom, **{FATE: self.found.reached(outcome)})
        return part, base_cell(self.rows, self.found, whom, among, outcome)

    def _service(
        self, item: Category, place: int, expected: float, limits: ExpectedLimits, shrunk: Any
    ) -> None:
        within: dict[str, tuple[str, ...]] = {self.between: (item.code,)}
        part, whole = self._cells(self.groups[0], within)
        behind = self._cells(self.groups[1], within)
        dimension = self.found.dimension(self.of)
        figures: dict[str, tuple[str, dict[str, Any]]] = {
            "observed_to_expected": ("ratio", {"value": limits.ratio[place]}),
            "expected": ("applications", {"value": expected}),
            "shrunk": (
                "ratio",
                {name: getattr(shrunk, name)[place] for name in ("value", "lower", "upper")},
            ),
            "position": ("statistic", {"value": limits.position[place]}),
        }
        for (level, name), row in zip(LEVELS, range(len(LEVELS)), strict=True):
            assert limits.confidence[row] == level
            figures[f"limit_{name}_lower"] = ("ratio", {"value": limits.lower[row, place]})
            figures[f"limit_{name}_upper"] = ("ratio", {"value": limits.upper[row, place]})
            figures[f"outside_{name}"] = ("statistic", {"value": limits.outside[row, place]})
        methods = {"shrunk": str(shrunk.method[place]), "expected": "sum of n T / N over vacancies"}
        for measure, (unit, numbers) in figures.items():
            made = self.rows.add(
                measure,
                self._labels(item.label),
                numerator=part,
                denominator=whole,
                behind=behind,
                unit=unit,
                inference="process",
                compared=dimension.label(self.groups[0]),
                reference=dimension.label(self.groups[1]),
                orientation="above 1: more passed than if both groups were passed alike",
                method=methods.get(measure, limits.method),
                **{name: float(number) for name, number in numbers.items()},
            )
            self.rows.unless_known(made, whole, behind[1], otherwise=NOT_TOLD)
