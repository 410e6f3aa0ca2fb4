"""Rates of small units drawn towards what they have in common, with limits that allow for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from workforce_analytics.inference.intervals import (
    Interval,
    at_most,
    checked_confidence,
    counts,
    divided,
    named,
)
from workforce_analytics.inference.proportions import proportion_interval
from workforce_analytics.inference.rates import observed_over_expected
from workforce_analytics.inference.strata import one_interval
from workforce_analytics.inference.two_level import (
    Grid,
    Units,
    likely_pairs,
    rate_units,
    ratio_units,
)

SHRUNK_RATE = "beta-binomial, shrunk towards the common rate"
SHRUNK_RATIO = "gamma-Poisson, shrunk towards the common ratio"
SPREAD_OF_RATES = "standard deviation of true rates, beta-binomial"
SPREAD_OF_RATIOS = "standard deviation of true ratios, gamma-Poisson"
ON_ITS_OWN = ", not shrunk: too little to tell how far units differ"


def shrunk_rates(successes: Any, n: Any, *, confidence: float = 0.95) -> Interval:
    """What is each small group's rate likely to be, when the other groups' rates are known too?

    Parameters
    ----------
    successes, n
        One per unit (service, or combination of ethnicity and sex): how many passed, out of how
        many.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        Proportions, small units drawn further towards the common rate than large ones. A unit of
        nobody is not a number. With one unit, or where in every unit nobody or everybody passed, it
        cannot be told how far units differ: each keeps its own rate and Jeffreys limits, and
        `method` says so.

    Raises
    ------
    UsageError
        The counts are missing, negative, or more than their n.

    Notes
    -----
    Beta-binomial: a unit's rate is drawn from Beta(M r, M (1 - r)) with common rate r and prior
    size M, and is (M r + x) / (M + n) given both. Neither is estimated and then taken as known: a
    likelihood estimate of M is infinite in many tables of few units, and limits that rest on it
    far too narrow. The value is the mean over all pairs of r and M, weighed by their likelihood;
    the limits are equal-tailed of the beta distribution with the mean and variance over all pairs.
    r has a flat prior on the log odds; M one that is flat on its logarithm while units differ by
    more than chance in a unit of median size, and falls off where they differ by less (ours,
    chosen for its coverage; two-level models with matched moments: Tak, Kelly and Morris 2017). In
    simulations of 3 to 10 units of 5 to 400 people, M from 5 to 100, the limits held for 92 to 97 %
    of units (94.6 on average), and for more where units did not differ at all.

    The units must be alike but for chance: one known beforehand to differ is not to be put in.

    Examples
    --------
    >>> rates = shrunk_rates([1, 40, 30, 24], [2, 200, 100, 120])
    >>> print(f"{rates.value[0]:.2f}, likely between {rates.lower[0]:.2f} and {rates.upper[0]:.2f}")
    0.26, likely between 0.09 and 0.48
    """
    confidence = checked_confidence(confidence)
    x, whole = counts(successes=successes, n=n)
    at_most(x, whole, names=("successes", "n"))
    if not _can_tell(x[whole > 0], (whole - x)[whole > 0]):
        return _unshrunk(proportion_interval(x, whole, method="jeffreys", confidence=confidence))
    units = rate_units(x, whole)
    grid = likely_pairs(units)
    prior = grid.prior_size[:, np.newaxis]
    mean = (grid.rate[:, np.newaxis] * prior + units.passes) / (prior + units.size)
    spread = mean * (1 - mean) / (prior + units.size + 1)
    return _spread_out(units, grid, mean, spread, _beta_limits, SHRUNK_RATE, confidence)


def shrunk_ratios(
    observed: Any, expected: Any, *, variance: Any = None, confidence: float = 0.95
) -> Interval:
    """How does each service's observed compare with expected, chance in small ones drawn out?

    Parameters
    ----------
    observed, expected
        One per unit: its passes, and those to be expected.
    variance
        One per unit: the variance of its passes by chance, as `expected_passes` gives it. Left out,
        it is that of a Poisson count, which is more than hypergeometric chance has.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        Ratios, small units drawn further towards the common ratio than large ones. Not a number
        where nothing was expected, or chance could move nothing. With one unit, or where nothing
        was observed anywhere, each keeps its own ratio and limits, and `method` says so.

    Raises
    ------
    UsageError
        The numbers are missing or negative, or their shapes differ.

    Notes
    -----
    Gamma-Poisson: a unit's ratio is drawn from a gamma distribution of mean r and shape M r, and is
    (M r + O) / (M + E) given both; r (flat on the log scale) and M are treated as in
    `shrunk_rates`, and the limits are those of a gamma distribution. The common ratio is estimated,
    not set to 1: what all services share is not drawn away. With a variance V, O and E are both
    multiplied by E / V, which gives O the variance V at a ratio of 1 and keeps O / E.

    Examples
    --------
    >>> ratios = shrunk_ratios([0, 40, 30, 24], [2, 44, 25, 23])
    >>> print(ratios.value.round(2), ratios.upper.round(2))
    [0.8  0.94 1.12 1.03] [1.64 1.22 1.51 1.4 ]
    """
    confidence = checked_confidence(confidence)
    events, size = _as_poisson(observed, expected, variance)
    if not _can_tell(events[size > 0], size[size > 0]):
        return _unshrunk(observed_over_expected(events, size, confidence=confidence))
    units = ratio_units(events, size)
    grid = likely_pairs(units)
    prior = grid.prior_size[:, np.newaxis]
    mean = (grid.rate[:, np.newaxis] * prior + units.passes) / (prior + units.size)
    spread = mean / (prior + units.size)
    return _spread_out(units, grid, mean, spread, _gamma_limits, SHRUNK_RATIO, confidence)


def spread_of_rates(successes: Any, n: Any, *, confidence: float = 0.95) -> Interval:
    """How far do units truly differ, once chance is taken out?

    Parameters
    ----------
    successes, n
        As in `shrunk_rates`.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        The standard deviation of the units' true rates (0.05 is 5 percentage points); without a
        dimension. Not a number where it cannot be told: one unit, nobody or everybody passing.

    Raises
    ------
    UsageError
        The counts are missing, negative, or more than their n.

    Notes
    -----
    sqrt(r (1 - r) / (M + 1)) over the pairs of `shrunk_rates`: their median and equal tails. It is
    never exactly 0, however alike the units are: units cannot be shown to be the same, and lower
    limits near 0 mean no more than that.

    Examples
    --------
    >>> spread = spread_of_rates([12, 40, 30, 50], [100, 200, 100, 120])
    >>> print(f"{spread.value:.2f}, likely between {spread.lower:.2f} and {spread.upper:.2f}")
    0.12, likely between 0.06 and 0.29
    """
    confidence = checked_confidence(confidence)
    x, whole = counts(successes=successes, n=n)
    at_most(x, whole, names=("successes", "n"))
    if not _can_tell(x[whole > 0], (whole - x)[whole > 0]):
        return one_interval(np.nan, np.nan, np.nan, SPREAD_OF_RATES + ON_ITS_OWN, confidence)
    grid = likely_pairs(rate_units(x, whole))
    deviation = np.sqrt(grid.rate * (1 - grid.rate) / (grid.prior_size + 1))
    return _quantiles(grid, deviation, SPREAD_OF_RATES, confidence)


def spread_of_ratios(
    observed: Any, expected: Any, *, variance: Any = None, confidence: float = 0.95
) -> Interval:
    """How far do services truly differ in observed over expected, once chance is taken out?

    Parameters
    ----------
    observed, expected, variance
        As in `shrunk_ratios`.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        The standard deviation of the units' true ratios; without a dimension. Not a number where it
        cannot be told: one unit, or nothing observed anywhere.

    Raises
    ------
    UsageError
        The numbers are missing or negative, or their shapes differ.

    Notes
    -----
    sqrt(r / M) over the pairs of `shrunk_ratios`: their median and equal tails.

    Examples
    --------
    >>> observed, expected = [10, 40, 30, 44, 31, 20, 12], [22, 44, 25, 33, 34, 15, 14]
    >>> spread = spread_of_ratios(observed, expected)
    >>> print(f"{spread.value:.2f}, likely between {spread.lower:.2f} and {spread.upper:.2f}")
    0.27, likely between 0.07 and 0.75
    """
    confidence = checked_confidence(confidence)
    events, size = _as_poisson(observed, expected, variance)
    if not _can_tell(events[size > 0], size[size > 0]):
        return one_interval(np.nan, np.nan, np.nan, SPREAD_OF_RATIOS + ON_ITS_OWN, confidence)
    grid = likely_pairs(ratio_units(events, size))
    return _quantiles(grid, np.sqrt(grid.rate / grid.prior_size), SPREAD_OF_RATIOS, confidence)


def _as_poisson(observed: Any, expected: Any, variance: Any) -> tuple[np.ndarray, np.ndarray]:
    """Observed and expected of Poisson counts that are worth as much as these."""
    passes, mean, chance = counts(
        observed=observed, expected=expected, variance=expected if variance is None else variance
    )
    worth = np.where(chance > 0, divided(mean, chance), 0.0)
    return passes * worth, mean * worth


def _can_tell(passes: np.ndarray, others: np.ndarray) -> bool:
    """Whether the units say anything of how far they differ."""
    return bool(passes.size > 1 and ((passes > 0) & (others > 0)).any())


def _unshrunk(own: Interval) -> Interval:
    method = np.asarray(np.char.add(own.method, ON_ITS_OWN))
    return Interval(own.value, own.lower, own.upper, method, own.confidence)


def _spread_out(
    units: Units,
    grid: Grid,
    mean: np.ndarray,
    spread: np.ndarray,
    limits: Callable[..., tuple[np.ndarray, np.ndarray]],
    method: str,
    confidence: float,
) -> Interval:
    """Put the pairs' means and variances together, unit by unit, and back in the order given."""
    weight = grid.weight[:, np.newaxis]
    value = (weight * mean).sum(axis=0)
    variance = (weight * (spread + (mean - value) ** 2)).sum(axis=0)
    lower, upper = limits(value, variance, (1 - confidence) / 2)
    nobody = units.place < 0
    value, lower, upper = (
        np.where(nobody, np.nan, array[units.place]) for array in (value, lower, upper)
    )
    return Interval(value, lower, upper, named(method, value.shape), confidence)


def _beta_limits(
    mean: np.ndarray, variance: np.ndarray, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    from scipy.stats import beta

    size = mean * (1 - mean) / variance - 1
    shapes = mean * size, (1 - mean) * size
    return beta.ppf(tail, *shapes), beta.isf(tail, *shapes)


def _gamma_limits(
    mean: np.ndarray, variance: np.ndarray, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    from scipy.stats import gamma

    shape, scale = mean**2 / variance, variance / mean
    return gamma.ppf(tail, shape, scale=scale), gamma.isf(tail, shape, scale=scale)


def _quantiles(grid: Grid, figure: np.ndarray, method: str, confidence: float) -> Interval:
    order = np.argsort(figure, kind="stable")
    weight = grid.weight[order]
    reached = np.cumsum(weight) - weight / 2
    tail = (1 - confidence) / 2
    lower, value, upper = np.interp([tail, 0.5, 1 - tail], reached, figure[order])
    return one_interval(value, lower, upper, method, confidence)
