"""Limits of a funnel plot of observed over expected passes, where chance is hypergeometric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.funnel import funnel_limits, overdispersion_factor
from workforce_analytics.inference.intervals import counts, divided


@dataclass(frozen=True, eq=False)
class ExpectedLimits:
    """Where each unit's observed over expected lies, and where chance would leave it."""

    centre: float
    """The ratio that units are held against."""
    ratio: np.ndarray
    """Observed over expected, one per unit, as are all arrays without a level."""
    confidence: tuple[float, ...]
    lower: np.ndarray
    """One row per confidence level, one column per unit."""
    upper: np.ndarray
    z: np.ndarray
    """(observed - expected) / standard deviation by chance alone."""
    position: np.ndarray
    """z with over-dispersion: how many standard deviations of the limits the unit lies from 1."""
    outside: np.ndarray
    """One row per confidence level: -1 below the limits, 0 within, 1 above; NaN where undefined."""
    overdispersion: float
    method: str


def expected_limits(
    observed: Any,
    expected: Any,
    variance: Any,
    *,
    centre: float = 1.0,
    overdispersion: float | None = None,
    winsorised: float = 0.1,
    confidence: Sequence[float] = (0.95, 0.998),
) -> ExpectedLimits:
    """Which services lie further from what was to be expected than chance would put them?

    Parameters
    ----------
    observed, expected
        One per unit: its passes, and those expected by chance within its strata.
    variance
        One per unit: the variance of its passes by chance, as `expected_passes` gives it.
    centre
        The ratio that units are held against, above 0. Held against the ratio of all together,
        units that differ from 1 alike do not differ from each other.
    overdispersion
        The factor by which all variances are widened. Left out, it is worked out from the units:
        1 where they vary no more than chance makes them.
    winsorised
        The share of units at each end whose distance is drawn in for that factor.
    confidence
        The levels of the limits.

    Returns
    -------
    ExpectedLimits
        Not a number for a unit that nothing was expected of, or that chance could not move.

    Raises
    ------
    UsageError
        Numbers are missing or negative, their shapes differ, the centre is not above 0, or the
        factor is below 1.

    Notes
    -----
    Spiegelhalter (2005): c +- quantile x sqrt(factor x c V) / E, not below 0, around the centre c;
    the factor is the mean of the squared z = (O - c E) / sqrt(c V) after winsorising, and never
    below 1. These are the limits of `funnel_limits` at a size of c E^2 / V, times c. They are
    normal; where fewer than 5 are expected the distribution is lopsided, and a unit lies above
    the upper limit by chance more often, and below the lower more seldom, than the confidence
    says. With fewer than 10 units a tenth is nobody, and none is drawn in.

    Examples
    --------
    >>> found = expected_limits([30, 12, 22], [20, 20, 24], [10, 10, 12], overdispersion=1)
    >>> print(found.outside[1], found.z.round(2))
    [1. 0. 0.] [ 3.16 -2.53 -0.58]
    """
    passes, mean, spread = counts(
        observed=np.atleast_1d(observed),
        expected=np.atleast_1d(expected),
        variance=np.atleast_1d(variance),
    )
    if not centre > 0:
        raise UsageError(f"centre must be a ratio above 0, and is {centre}.")
    mean, spread = centre * mean, centre * spread
    # A size of E^2 / V gives observed over expected the variance V / E^2 that it has.
    size = np.where(spread > 0, divided(mean**2, spread), 0.0)
    ratio = np.where(size > 0, divided(passes, mean), np.nan)
    if overdispersion is None:
        events = np.where(size > 0, ratio * size, 0.0)
        overdispersion = overdispersion_factor(
            events, size, 1.0, kind="ratio", winsorised=winsorised
        )
    limits = funnel_limits(
        size, 1.0, kind="ratio", overdispersion=overdispersion, confidence=confidence
    )
    outside = (ratio > limits.upper) * 1.0 - (ratio < limits.lower) * 1.0
    z = np.where(size > 0, divided(passes - mean, np.sqrt(spread)), np.nan)
    return ExpectedLimits(
        centre,
        centre * ratio,
        limits.confidence,
        centre * limits.lower,
        centre * limits.upper,
        z,
        z / np.sqrt(overdispersion),
        np.where(size > 0, outside, np.nan),
        limits.overdispersion,
        limits.method,
    )
