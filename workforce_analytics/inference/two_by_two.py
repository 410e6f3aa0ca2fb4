"""Two groups by two outcomes: tests of one rate against another, and how far apart they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.hypergeometric import Cells, odds_ratio, two_sided
from workforce_analytics.inference.intervals import (
    Interval,
    at_most,
    checked_confidence,
    counts,
    divided,
)

EXACT = "exact conditional limits"
NO_PEOPLE = "undefined: a group without people"
NOBODY = "undefined: nobody was selected"
EVERYBODY = "undefined: everybody was selected"
"""Why a comparison does not exist, in place of a method's name."""


@dataclass(frozen=True, eq=False)
class TwoByTwoTests:
    """Tests of two rates and how far apart they are, one element per table.

    Not a number where there is nothing to compare. Signs are negative where the group's rate is
    the lower one.
    """

    z: np.ndarray
    """The difference over its standard error if the rates were one (pooled)."""
    z_p: np.ndarray
    """Its two-sided p-value."""
    fisher_p: np.ndarray
    """Fisher's exact two-sided p-value."""
    mid_p: np.ndarray
    """Fisher's, counting the observed table by half."""
    phi: np.ndarray
    """The correlation of group and outcome, from -1 to 1."""
    cohens_h: np.ndarray
    """The difference of the rates' angles, in which equal steps are equally easy to detect."""


def checked_tables(
    successes: Any, n: Any, reference_successes: Any, reference_n: Any, *, whole: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Turn two groups' counts into arrays of one shape.

    Raises
    ------
    UsageError
        The counts are missing, negative or more than their n; fractions, where `whole` is asked.
    """
    a, n, b, m = counts(
        successes=successes,
        n=n,
        reference_successes=reference_successes,
        reference_n=reference_n,
    )
    at_most(a, n, names=("successes", "n"))
    at_most(b, m, names=("reference_successes", "reference_n"))
    if whole and any((array != np.floor(array)).any() for array in (a, n, b, m)):
        raise UsageError(
            "successes and n must be whole numbers here: exact tests and screening count people; "
            "for weighted counts use ratio_interval or difference_interval."
        )
    return a, n, b, m


def comparable(a: np.ndarray, n: np.ndarray, b: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Tell the tables in which somebody could have been treated differently.

    Both groups have people, and some people were selected and some were not: where a stage takes
    everybody or nobody, equal rates are no finding.
    """
    return np.asarray((n > 0) & (m > 0) & (a + b > 0) & (a + b < n + m))


def with_reasons(
    method: np.ndarray, a: np.ndarray, n: np.ndarray, b: np.ndarray, m: np.ndarray
) -> np.ndarray:
    """Put the reason in place of the method's name where nothing can be compared."""
    reasons = np.where(a + b > 0, EVERYBODY, NOBODY)
    reasons = np.where((n > 0) & (m > 0), reasons, NO_PEOPLE)
    return np.where(comparable(a, n, b, m), method, reasons)


def two_by_two_tests(
    successes: Any, n: Any, reference_successes: Any, reference_n: Any
) -> TwoByTwoTests:
    """Could two groups' rates differ this much by chance, and how far apart are they?

    Parameters
    ----------
    successes, n
        The group compared: how many were selected, out of how many. Whole numbers, or arrays.
    reference_successes, reference_n
        The group it is compared with; different people.

    Returns
    -------
    TwoByTwoTests
        Not a number where a group has nobody, and where nobody or everybody was selected.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n.

    Notes
    -----
    z = (p1 - p2) / sqrt(p (1 - p) (1/n + 1/m)), p the rate of both together; its square is the
    chi-squared statistic without correction. Fisher two-sided: the sum of the probabilities, given
    the margins, of all tables no likelier than the observed (those within a relative 1e-7 count as
    equally likely, as in R's fisher.test). Mid-P: Fisher's p less half the observed table's own
    probability. phi = z / sqrt(n + m). Cohen's h = 2 asin sqrt(p1) - 2 asin sqrt(p2) (Cohen 1988).
    Fisher's test is cautious by construction; the mid-P test keeps closer to its level.

    Examples
    --------
    >>> tests = two_by_two_tests(2, 10, 15, 25)
    >>> print(f"z {tests.z:.2f}, p {tests.z_p:.4f}, exact {tests.fisher_p:.4f}")
    z -2.14, p 0.0324, exact 0.0599
    """
    from scipy.special import erfc

    a, n, b, m = checked_tables(successes, n, reference_successes, reference_n, whole=True)
    defined = comparable(a, n, b, m)
    rate, reference_rate = divided(a, n), divided(b, m)
    both = divided(a + b, n + m)
    error = np.sqrt(both * (1 - both) * (divided(np.ones_like(n), n) + divided(np.ones_like(m), m)))
    z = np.where(defined, divided(rate - reference_rate, np.where(defined, error, 0.0)), np.nan)
    fisher_p, observed = _by_table(two_sided, (a, n, b, m), results=2)
    h = 2 * np.arcsin(np.sqrt(rate)) - 2 * np.arcsin(np.sqrt(reference_rate))
    return TwoByTwoTests(
        z=z,
        z_p=np.asarray(erfc(np.abs(z) / np.sqrt(2))),
        fisher_p=fisher_p,
        mid_p=np.asarray(fisher_p - observed / 2),
        phi=np.asarray(z / np.sqrt(np.maximum(n + m, 1))),
        cohens_h=np.where(defined, h, np.nan),
    )


def exact_odds_ratio(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    confidence: float = 0.95,
) -> Interval:
    """How many times as high are a group's odds, and between which exact limits?

    Parameters
    ----------
    successes, n
        The group compared: how many were selected, out of how many. Whole numbers, or arrays.
    reference_successes, reference_n
        The group it is compared with; different people.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        The odds ratio most likely given the margins (0 or infinite where a cell decides so), and
        limits that cover it at least as often as asked. Not a number where a group has nobody, and
        where nobody or everybody was selected; `method` then says why.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n.

    Notes
    -----
    As R's fisher.test: conditional maximum likelihood in Fisher's noncentral hypergeometric
    distribution, whose mean is the observed count there; limits at which each tail, the observed
    table included, has half of what confidence leaves. Nearer to 1 than the sample's odds ratio.

    Examples
    --------
    >>> odds = exact_odds_ratio(1198, 2691, 557, 1835)
    >>> print(f"{odds.value:.3f}, likely between {odds.lower:.3f} and {odds.upper:.3f}")
    1.841, likely between 1.621 and 2.091
    """
    confidence = checked_confidence(confidence)
    tables = checked_tables(successes, n, reference_successes, reference_n, whole=True)
    tail = (1 - confidence) / 2
    value, lower, upper = _by_table(lambda cells: odds_ratio(cells, tail), tables, results=3)
    method = with_reasons(np.full(value.shape, EXACT), *tables)
    return Interval(value, lower, upper, method, confidence)


def _by_table(
    calculation: Callable[[Cells], tuple[np.ndarray, ...]],
    tables: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    *,
    results: int,
) -> tuple[np.ndarray, ...]:
    """Calculate once for each different table, and not at all where nothing can be compared."""
    defined = comparable(*tables)
    found = tuple(np.full(defined.shape, np.nan) for _ in range(results))
    if defined.any():
        a, n, b, m = (array[defined] for array in tables)
        different, place = np.unique(np.stack([a, n - a, b, m - b]), axis=1, return_inverse=True)
        for result, once in zip(found, calculation(Cells(*different)), strict=True):
            result[defined] = once[place.ravel()]
    return found
