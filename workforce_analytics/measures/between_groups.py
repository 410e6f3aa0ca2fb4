"""Rows that compare how often something happened in each group: the same for every likelihood.

What happened may be an appointment, a formal procedure or a course; the rows, the tests and the
words that say which way they point are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import Interval, divided
from workforce_analytics.inference.multiplicity import adjust
from workforce_analytics.inference.proportions import difference_interval
from workforce_analytics.inference.ratios import (
    odds_ratio_interval,
    ratio_interval,
    ratio_to_total_interval,
)
from workforce_analytics.inference.screening import (
    ZONE,
    highest,
    one_person_flip,
    screened,
    shortfall,
    smallest_detectable_ratio,
)
from workforce_analytics.inference.two_by_two import two_by_two_tests
from workforce_analytics.measures.rows import NOTHING, Rows

REFERENCES = ("largest", "rest", "total", "highest")
REST, TOTAL = "All other groups", "All who declared"
SCREENING = "a screening range, not a legal test in Great Britain"
NO_FLIP = "no number of exchanged selections turns the flag"


@dataclass(frozen=True)
class Group:
    """A group, or several together: its label, and the cells of those to whom it happened."""

    label: str
    passed: int
    pool: int
    behind: tuple[int, ...] = ()
    """Cells that can be worked out from these two: those to whom it did not happen."""


@dataclass(frozen=True)
class Question:
    """What is compared, in words, and how.

    Attributes
    ----------
    happening
        What happens to a group, after "of": "being shortlisted".
    unit
        What the counts are: "applications", "people".
    zone
        Screening range of the ratio, closed.
    swapped
        Whether the reference is divided by the group, as some published standards do.
    confidence
        Of the intervals, between 0 and 1.
    """

    happening: str
    unit: str = "applications"
    zone: tuple[Fraction, Fraction] = ZONE
    swapped: bool = False
    confidence: float = 0.95
    extra: Mapping[str, str] = field(default_factory=dict)
    """Labels that stand on every row, such as a grade band."""


def zone_of(zone: Any) -> tuple[Fraction, Fraction]:
    """Read a screening range as exact fractions, so that a flag never hangs on a rounding.

    Raises
    ------
    UsageError
        It is not two numbers around 1.
    """
    try:
        low, high = (Fraction(str(end)) for end in zone)
    except (TypeError, ValueError):
        low = high = Fraction(0)
    if not 0 < low < 1 < high:
        raise UsageError("zone= takes two numbers around 1, such as (0.80, 1.25).")
    return low, high


def find_group(asked: Any, dimension: Dimension, *, argument: str, also: Sequence[str] = ()) -> str:
    """Find the code of a declared category by its label or code.

    Raises
    ------
    UsageError
        There is no such group; the sentence names the argument, and what else it takes.
    """
    declared = dimension.declared
    named = {dimension.label(code): code for code in declared} | {code: code for code in declared}
    folded = {name.casefold(): code for name, code in named.items()}
    code = folded.get(str(asked).casefold())
    if code is None:
        labels = (dimension.label(code) for code in declared)
        raise UsageError(
            f"{argument}={asked!r} is not a group of {dimension.title}. Allowed: "
            f"{', '.join([*also, *labels])}."
        )
    return code


def find_reference(
    asked: str, dimension: Dimension, pools: Mapping[str, int], passed: Mapping[str, int]
) -> str:
    """Which declared category is compared with: its code, or "rest" or "total".

    Parameters
    ----------
    asked
        "largest", "rest", "total", "highest", or the label or code of a group.
    dimension
        The characteristic.
    pools, passed
        How many are in the pool, and to how many it happened, by code of each declared category.

    Raises
    ------
    UsageError
        There is no such group.
    """
    declared = dimension.declared
    if asked in ("rest", "total"):
        return asked
    if asked == "largest":
        return max(declared, key=lambda code: pools[code])
    if asked == "highest":
        found = highest([passed[c] for c in declared], [pools[c] for c in declared])
        # Where nothing happened to anybody no rate is highest, and nothing can be compared.
        return declared[found.index or 0]
    return find_group(asked, dimension, argument="reference", also=REFERENCES)


def comparison_rows(
    rows: Rows,
    of: str,
    groups: Sequence[Group],
    references: Sequence[Group],
    question: Question,
    *,
    overlapping: bool = False,
    p_of_highest: float | None = None,
) -> None:
    """Add the rows of each group against its reference.

    Parameters
    ----------
    rows
        The table.
    of
        Name of the characteristic's column.
    groups
        Every declared group in order.
    references
        What each is compared with; a group that is its own reference is not compared.
    question
        What happens, and how it is compared.
    overlapping
        Whether the references hold the groups ("total").
    p_of_highest
        The p-value of the smallest ratio to the highest rate, where that is the reference.
    """
    confidence = question.confidence
    sizes = np.array(
        [
            [rows.n(group.passed), rows.n(group.pool), rows.n(other.passed), rows.n(other.pool)]
            for group, other in zip(groups, references, strict=True)
        ],
        dtype=float,
    ).T
    found = _figures(sizes, question, overlapping=overlapping)
    compared = [group != other for group, other in zip(groups, references, strict=True)]
    # A family of comparisons is those that were made; a group is not compared with itself.
    p_values = np.where(compared, found["mid_p_test"][1], np.nan)
    family = adjust(p_values, method="benjamini_hochberg")
    for place, (group, other) in enumerate(zip(groups, references, strict=True)):
        labels = {of: group.label, **question.extra}
        rows.proportion(
            "rate",
            labels,
            group.passed,
            group.pool,
            confidence,
            status="" if compared[place] or not rows.n(group.pool) else "reference",
        )
        if not compared[place]:
            continue
        for measure, (figures, p_value, unit, method) in found.items():
            row = _row(rows, measure, labels, group, other, question)
            row |= {"unit": unit, "inference": "process", **_numbers(figures, place)}
            row["method"] = method if isinstance(method, str) else str(method[place])
            if p_value is not None:
                row["p_value"] = float(p_value[place])
            if measure == "relative_likelihood":
                row["q_value"] = float(family.q_value[place])
                row["method"] += f"; q-value: {family.method}"
            rows.unless_known(
                row,
                group.pool,
                other.pool,
                figure="p_value" if measure in _WITHOUT_VALUE else "value",
                otherwise=NO_FLIP if measure == "one_person_flip" else NOTHING,
            )
        if p_of_highest is not None:
            row = _row(rows, "smallest_ratio_test", labels, group, other, question, groups)
            row |= {
                "unit": "statistic",
                "p_value": p_of_highest,
                "method": "smallest ratio to the highest rate, simulated under equal rates",
                "inference": "process",
            }
            rows.unless_known(row, group.pool, other.pool, figure="p_value")


_WITHOUT_VALUE = frozenset({"fisher_test", "mid_p_test"})


def _row(
    rows: Rows,
    measure: str,
    labels: Mapping[str, str],
    group: Group,
    other: Group,
    question: Question,
    further: Sequence[Group] = (),
) -> dict[str, Any]:
    """Add a row that compares two groups; `further` are those that its figures rest on besides."""
    above, below = (other, group) if question.swapped else (group, other)
    return rows.add(
        measure,
        labels,
        numerator=above.passed,
        denominator=above.pool,
        behind=(
            below.passed,
            below.pool,
            *(cell for one in further for cell in (one.passed, one.pool)),
        ),
        compared=above.label,
        reference=below.label,
        orientation=orientation(above.label, below.label, question.happening),
    )


def orientation(compared: str, reference: str, happening: str) -> str:
    """Say what a ratio above 1 means."""
    return f"above 1: {happening} is more likely for “{compared}” than for “{reference}”"


Figures = dict[str, tuple[Any, Any, str, Any]]
"""Measure -> (interval or array, p-values or None, unit, method)."""


def _figures(sizes: np.ndarray, question: Question, *, overlapping: bool) -> Figures:
    """Work out every comparison of all groups at once."""
    confidence = question.confidence
    a, n, b, m = sizes
    tests = two_by_two_tests(a, n, b, m)
    swapped = (b, m, a, n) if question.swapped else (a, n, b, m)
    x, size, y, other = swapped
    if overlapping:
        rest, others = b - a, m - n
        tests = two_by_two_tests(a, n, rest, others)
        ratio = ratio_to_total_interval(a, n, rest, others, confidence=confidence)
        failure = ratio_to_total_interval(n - a, n, others - rest, others, confidence=confidence)
        # The whole lies between the group and the rest: p - P = (1 - n / N) (p - rest's p).
        apart = difference_interval(a, n, rest, others, confidence=confidence)
        difference = _scaled(apart, 100 * (1 - divided(n, m)))
    else:
        ratio = ratio_interval(*swapped, confidence=confidence)
        failure = ratio_interval(size - x, size, other - y, other, confidence=confidence)
        difference = _scaled(difference_interval(*swapped, confidence=confidence), 100)
    flags = screened(*swapped, zone=question.zone)
    low, high = (float(end) for end in question.zone)
    in_zone = f"ratio against {low:.2f} to {high:.2f}, by whole numbers; {SCREENING}"
    unit = question.unit
    sign = -1 if question.swapped else 1
    found: Figures = {
        "relative_likelihood": (ratio, tests.mid_p, "ratio", ratio.method),
        "difference": (difference, None, "percentage_points", difference.method),
        "relative_likelihood_of_failure": (failure, None, "ratio", failure.method),
        "z_test": (sign * tests.z, tests.z_p, "statistic", "z with the pooled rate"),
        "fisher_test": (_nothing(a), tests.fisher_p, "statistic", "Fisher's exact, two-sided"),
        "mid_p_test": (_nothing(a), tests.mid_p, "statistic", "Fisher's exact, mid-P, two-sided"),
        "phi": (sign * tests.phi, None, "statistic", "phi coefficient"),
        "cohens_h": (sign * tests.cohens_h, None, "statistic", "2 asin sqrt p1 - 2 asin sqrt p2"),
        "screening": (flags, None, "statistic", in_zone),
        "shortfall_to_reference": (
            shortfall(a, n, b, m, to="reference"),
            None,
            unit,
            "group's pool x reference's rate - group's own",
        ),
        "shortfall_to_pooled": (
            shortfall(a, n, *((b - a, m - n) if overlapping else (b, m)), to="pooled"),
            None,
            unit,
            "group's pool x rate of both together - group's own",
        ),
        "smallest_detectable_ratio": (
            smallest_detectable_ratio(n, m, divided(b, m)),
            None,
            "ratio",
            "80 % power, 95 % confidence; for planning, never for a verdict",
        ),
    }
    if not overlapping:
        odds = odds_ratio_interval(*swapped, confidence=confidence)
        found["odds_ratio"] = (odds, None, "odds_ratio", odds.method)
        flip = one_person_flip(*swapped, zone=question.zone)
        found["one_person_flip"] = (flip, None, unit, "fewest exchanged that turn the flag")
    return found


def _nothing(like: np.ndarray) -> np.ndarray:
    return np.full(like.shape, np.nan)


def _scaled(found: Interval, by: Any) -> Interval:
    return Interval(
        by * found.value, by * found.lower, by * found.upper, found.method, found.confidence
    )


def _numbers(figures: Any, place: int) -> dict[str, float]:
    if isinstance(figures, Interval):
        return {
            "value": float(figures.value[place]),
            "lower": float(figures.lower[place]),
            "upper": float(figures.upper[place]),
        }
    return {"value": float(figures[place])}
