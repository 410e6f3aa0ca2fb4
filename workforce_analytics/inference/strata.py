"""What functions of strata share: the check of the four lists, and chance within a stratum."""

from __future__ import annotations

from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import Interval, at_most, counts, named

NOTHING_TO_COMPARE = "undefined: no stratum with both groups and both outcomes"


def checked_strata(
    successes: Any, n: Any, reference_successes: Any, reference_n: Any
) -> tuple[np.ndarray, ...]:
    """Check the four lists, one element per stratum, and put the strata in an order of their own.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n, or not one list each.
    """
    arrays = tuple(
        np.atleast_1d(array)
        for array in counts(
            successes=successes,
            n=n,
            reference_successes=reference_successes,
            reference_n=reference_n,
        )
    )
    if arrays[0].ndim != 1:
        raise UsageError("strata must be given as lists: one count per stratum.")
    whole_numbers(*arrays)
    at_most(arrays[0], arrays[1], names=("successes", "n"))
    at_most(arrays[2], arrays[3], names=("reference_successes", "reference_n"))
    # Sums are taken in one order, whatever order the strata come in: the same last digit.
    order = np.lexsort(arrays)
    return tuple(array[order] for array in arrays)


def whole_numbers(*arrays: np.ndarray) -> None:
    """Say so where people are not counted in whole numbers.

    Raises
    ------
    UsageError
        Some count is not whole.
    """
    if any((array != np.floor(array)).any() for array in arrays):
        raise UsageError("strata take whole numbers of people, not shares or weighted counts.")


def informative(a: np.ndarray, n: np.ndarray, c: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Tell which strata have both groups and both outcomes."""
    return (n > 0) & (m > 0) & (a + c > 0) & (a + c < n + m)


def expectation(n: np.ndarray, both: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Mean of the hypergeometric: of `people`, `both` pass by chance; how many of these `n`?"""
    return n * both / np.maximum(people, 1)


def variance(n: np.ndarray, both: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Variance of the hypergeometric; 0 where nothing is left to chance."""
    share = n / np.maximum(people, 1)
    return share * (1 - share) * both * (people - both) / np.maximum(people - 1, 1)


def one_interval(value: Any, lower: Any, upper: Any, method: str, confidence: float) -> Interval:
    """Make the interval of one estimate, of arrays without a dimension."""
    value, lower, upper = (np.array(number, dtype="float64") for number in (value, lower, upper))
    return Interval(value, lower, upper, named(method, ()), confidence)
