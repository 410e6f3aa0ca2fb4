"""Events per people at risk: counts with limits, rates standardised directly and indirectly."""

from __future__ import annotations

from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import (
    Interval,
    checked_confidence,
    chosen,
    counts,
    divided,
    normal_quantile,
)

EXACT_BELOW = 10
"""Events under which Byar's approximation gives way to exact Poisson limits, and under which a
directly standardised rate is not published."""

BYAR = "Byar's limits"
EXACT = "exact Poisson limits"
TOO_FEW = "not published: fewer than 10 events"
METHODS = {"byar": BYAR, "exact": EXACT}


def rate_interval(
    events: Any,
    at_risk: Any = 1,
    *,
    per: float = 1,
    method: str = "byar",
    confidence: float = 0.95,
) -> Interval:
    """How often does it happen, and between which limits is the rate likely to lie?

    Parameters
    ----------
    events
        How many events: a number or an array.
    at_risk
        The person-years (or people) in which they happened. Left at 1, the count itself is given
        its limits.
    per
        100 gives a rate per 100 person-years.
    method
        "byar" (default; exact Poisson limits below 10 events) or "exact" throughout.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        Rates; not a number where nobody was at risk. `method` says which limits each one has.

    Raises
    ------
    UsageError
        The counts are missing or negative; the method is unknown.

    Notes
    -----
    Byar (Breslow and Day 1987): O (1 - 1/(9O) - z/(3 sqrt O))^3 and the same with O + 1 and +z.
    Exact (Garwood 1936): half the chi-squared quantiles on 2O and 2O + 2 degrees of freedom. Both
    take events to happen independently: where one person can have several, they are too narrow.

    Examples
    --------
    >>> leavers = rate_interval(65, 800, per=100)
    >>> print(f"{leavers.value:.1f}, likely between {leavers.lower:.1f} and {leavers.upper:.1f}")
    8.1, likely between 6.3 and 10.4
    """
    chosen(method, METHODS, argument="method")
    observed, time = counts(events=events, at_risk=at_risk)
    below = np.inf if method == "exact" else EXACT_BELOW
    lower, upper = _count_limits(observed, confidence, exact_below=below)
    return Interval(
        divided(observed, time) * per,
        divided(lower, time) * per,
        divided(upper, time) * per,
        np.where(observed < below, EXACT, BYAR),
        checked_confidence(confidence),
    )


def standardised_rate(
    events: Any,
    at_risk: Any,
    standard: Any,
    *,
    per: float = 1,
    confidence: float = 0.95,
) -> Interval:
    """What would the rate be if every group had the same make-up (of age or grade, say)?

    Parameters
    ----------
    events, at_risk
        Events and people (or person-years) by stratum: the strata lie along the last axis.
    standard
        People of the standard population in each stratum.
    per
        100 gives a rate per 100.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        Directly standardised rates, one per group (the last axis is summed over). Not a number
        under 10 events, and where a stratum of the standard has nobody at risk.

    Raises
    ------
    UsageError
        The counts are missing or negative, or their shapes differ.

    Notes
    -----
    Rate = sum(w x / n) / sum(w). Dobson's limits (1991): rate + sqrt(variance / O) (limit(O) - O),
    with variance = sum(w^2 x / n^2) / sum(w)^2, O all events and limit(O) Byar's.

    Examples
    --------
    >>> rate = standardised_rate([10, 30], [1000, 500], [600, 400], per=100)
    >>> print(f"{rate.value:.2f}, likely between {rate.lower:.2f} and {rate.upper:.2f}")
    3.00, likely between 2.14 and 4.09
    """
    observed, people, weight = counts(events=events, at_risk=at_risk, standard=standard)
    if observed.ndim == 0:
        raise UsageError("events, at_risk and standard must be given by stratum, as lists.")
    # A stratum that the standard has nobody in adds nothing, whoever is at risk there.
    stratum_rate = np.where(weight > 0, divided(observed, people), 0.0)
    stratum_variance = np.where(weight > 0, divided(observed, people**2), 0.0)
    total = weight.sum(axis=-1)
    value = divided((weight * stratum_rate).sum(axis=-1), total)
    variance = divided((weight**2 * stratum_variance).sum(axis=-1), total**2)
    events_in_all = observed.sum(axis=-1)
    few = events_in_all < EXACT_BELOW
    lower, upper = _count_limits(events_in_all, confidence, exact_below=0)
    scale = np.sqrt(divided(variance, events_in_all))
    return Interval(
        np.where(few, np.nan, value * per),
        np.where(few, np.nan, (value + scale * (lower - events_in_all)) * per),
        np.where(few, np.nan, (value + scale * (upper - events_in_all)) * per),
        np.where(few, TOO_FEW, "directly standardised, Dobson's limits"),
        checked_confidence(confidence),
    )


def expected_events(at_risk: Any, reference_events: Any, reference_at_risk: Any) -> np.ndarray:
    """How many events would a group have had at the reference's rates for people like them?

    Parameters
    ----------
    at_risk
        The group's people by stratum, along the last axis.
    reference_events, reference_at_risk
        The reference's events and people by stratum.

    Returns
    -------
    numpy.ndarray
        Expected events, one per group; not a number where the reference has nobody in a stratum
        that the group has people in.

    Raises
    ------
    UsageError
        The counts are missing or negative, or their shapes differ.

    Examples
    --------
    >>> print(expected_events([100, 50], [20, 30], [1000, 600]))
    4.5
    """
    people, observed, base = counts(
        at_risk=at_risk, reference_events=reference_events, reference_at_risk=reference_at_risk
    )
    if people.ndim == 0:
        raise UsageError("at_risk and the reference must be given by stratum, as lists.")
    return np.where(people > 0, people * divided(observed, base), 0.0).sum(axis=-1)


def observed_over_expected(observed: Any, expected: Any, *, confidence: float = 0.95) -> Interval:
    """How does what was observed compare with what was to be expected (indirect standardisation)?

    Parameters
    ----------
    observed
        Observed events: a number or an array.
    expected
        Expected events, as `expected_events` gives them.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        Ratios, 1 where as many as expected; not a number where none were expected.

    Raises
    ------
    UsageError
        The counts are missing or negative.

    Notes
    -----
    Byar's limits of the observed count (exact Poisson below 10), divided by the expected count,
    which is taken as fixed.

    Examples
    --------
    >>> ratio = observed_over_expected(65, 50)
    >>> print(f"{ratio.value:.2f}, likely between {ratio.lower:.2f} and {ratio.upper:.2f}")
    1.30, likely between 1.00 and 1.66
    """
    return rate_interval(observed, expected, confidence=confidence)


def _count_limits(
    events: np.ndarray, confidence: float, *, exact_below: float
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of Poisson counts: exact below a number of events, Byar's from there on."""
    from scipy.stats import chi2

    z = normal_quantile(confidence)
    tail = (1 - confidence) / 2
    exact_lower = chi2.ppf(tail, 2 * np.where(events > 0, events, 1)) / 2
    exact_upper = chi2.isf(tail, 2 * events + 2) / 2
    one_or_more = np.maximum(events, 1)
    byar_lower = one_or_more * (1 - 1 / (9 * one_or_more) - z / (3 * np.sqrt(one_or_more))) ** 3
    byar_upper = (events + 1) * (1 - 1 / (9 * (events + 1)) + z / (3 * np.sqrt(events + 1))) ** 3
    exact = events < exact_below
    lower = np.where(exact, exact_lower, byar_lower)
    return np.where(events > 0, lower, 0.0), np.where(exact, exact_upper, byar_upper)
