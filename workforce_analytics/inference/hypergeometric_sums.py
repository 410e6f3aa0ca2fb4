"""How many of a group pass in all strata together, when each stratum's pool and passes are given.

Within a stratum that number is hypergeometric, noncentral where the odds ratio is not 1; the sum
over strata is their convolution. Strata of the same margins are worked out once, numbers that
cannot matter are cut off on the way, and nothing grows beyond `TOO_MANY` points.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

TOO_MANY = 2_000_000
"""Possible numbers of passes, summed over the distinct strata, above which nothing is worked out:
strata as large as that need no exact limits."""

NEGLIGIBLE = 1e-150
"""Probabilities under this share of the largest are cut off. Products of two that are kept do not
underflow, and no sum that is looked at could tell the difference."""


@dataclass(frozen=True, eq=False)
class StrataMargins:
    """The distinct strata, and the weight of each number of passes there at an odds ratio of 1."""

    times: np.ndarray
    """How many strata have these margins, one per distinct stratum."""
    starts: np.ndarray
    """Where each distinct stratum begins in the two arrays below, which hold them end to end."""
    above: np.ndarray
    """Passes of the group above the smallest number possible in the stratum."""
    log_weight: np.ndarray
    smallest: int
    """The smallest number of passes possible in all strata together."""
    largest: int


def strata_margins(n: np.ndarray, reference_n: np.ndarray, passes: np.ndarray) -> StrataMargins:
    """Lay out what can happen in each stratum; `possible_numbers` says beforehand how much that is.

    Parameters
    ----------
    n, reference_n, passes
        The group's pool, the reference's, and the passes of both together, one per stratum; whole
        numbers.
    """
    from scipy.special import gammaln

    # Distinct and sorted: the order in which strata are given cannot show in the last digit.
    margins, times = np.unique(np.array([n, reference_n, passes]), axis=1, return_counts=True)
    group, reference, both = margins
    low, high = np.maximum(both - reference, 0), np.minimum(group, both)
    lengths = (high - low + 1).astype("int64")
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype("int64")
    above = np.arange(lengths.sum(), dtype="float64") - np.repeat(starts, lengths)
    here = np.repeat(low, lengths) + above
    group, reference, both = (np.repeat(margin, lengths) for margin in margins)
    weight = (
        gammaln(here + 1)
        + gammaln(group - here + 1)
        + gammaln(both - here + 1)
        + gammaln(reference - both + here + 1)
    )
    return StrataMargins(
        times, starts, above, -weight, int((times * low).sum()), int((times * high).sum())
    )


def possible_numbers(n: np.ndarray, reference_n: np.ndarray, passes: np.ndarray) -> int:
    """Count the possible numbers of passes, summed over the distinct strata."""
    group, reference, both = np.unique(np.array([n, reference_n, passes]), axis=1)
    return int((np.minimum(group, both) - np.maximum(both - reference, 0) + 1).sum())


def mean_passes(strata: StrataMargins, log_odds: float) -> float:
    """Return the group's expected passes in all strata at an odds ratio."""
    probability = _within(strata, log_odds)
    inside = np.add.reduceat(strata.above * probability, strata.starts)
    return strata.smallest + math.fsum(strata.times * inside)


def log_odds_of_mean(strata: StrataMargins, mean: float, *, exactness: float = 1e-12) -> float:
    """Find the odds ratio (its logarithm) that makes a mean, which must lie inside the possible."""
    return increasing_root(lambda odds: mean_passes(strata, odds) - mean, exactness=exactness)


def distribution(strata: StrataMargins, log_odds: float) -> tuple[int, np.ndarray]:
    """Work out how likely each number of passes is in all strata together.

    Returns
    -------
    tuple
        The smallest number that is not negligible, and the probabilities from there on, each of
        them above 0.
    """
    inside = np.split(_within(strata, log_odds), strata.starts[1:])
    parts = [
        _repeated(_cut(0, probability), int(times))
        for probability, times in zip(inside, strata.times, strict=True)
    ]
    # Convolved in pairs, so that short is met by short and long by long.
    while len(parts) > 1:
        pairs = [_convolved(*parts[i : i + 2]) for i in range(0, len(parts) - 1, 2)]
        parts = pairs + parts[2 * len(pairs) :]
    first, probability = parts[0]
    return strata.smallest + first, probability


def increasing_root(function: Callable[[float], float], *, exactness: float = 1e-13) -> float:
    """Find where a function that rises from below 0 to above 0 crosses it."""
    from scipy.optimize import brentq

    reach = 1.0
    while function(-reach) > 0 or function(reach) < 0:
        reach *= 2
    return float(brentq(function, -reach, reach, xtol=exactness))


def _within(strata: StrataMargins, log_odds: float) -> np.ndarray:
    """Probability of each number of passes within its own stratum, strata end to end."""
    lengths = np.diff(np.append(strata.starts, strata.above.size))
    weight = strata.log_weight + log_odds * strata.above
    weight = np.exp(weight - np.repeat(np.maximum.reduceat(weight, strata.starts), lengths))
    return weight / np.repeat(np.add.reduceat(weight, strata.starts), lengths)


def _cut(first: int, probability: np.ndarray) -> tuple[int, np.ndarray]:
    kept = np.flatnonzero(probability > probability.max() * NEGLIGIBLE)
    return first + int(kept[0]), probability[kept[0] : kept[-1] + 1]


def _convolved(
    one: tuple[int, np.ndarray], other: tuple[int, np.ndarray]
) -> tuple[int, np.ndarray]:
    return _cut(one[0] + other[0], np.convolve(one[1], other[1]))


def _repeated(part: tuple[int, np.ndarray], times: int) -> tuple[int, np.ndarray]:
    """Convolve a stratum with itself, by squaring."""
    result = (0, np.ones(1))
    while times:
        if times % 2:
            result = _convolved(result, part)
        times //= 2
        if times:
            part = _convolved(part, part)
    return result
