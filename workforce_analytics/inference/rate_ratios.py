"""Two rates over time held against each other, also where one person can have several events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import (
    Interval,
    checked_confidence,
    counts,
    divided,
    named,
)

EXACT = "exact limits given all events (Clopper-Pearson)"


@dataclass(frozen=True, eq=False)
class RateRatio:
    """Ratios of rates with their limits, and how surprising each would be of equal rates."""

    interval: Interval
    p_value: np.ndarray
    """Two-sided, mid-P; not a number where there was no event at all."""


def rate_ratio(
    events: Any,
    at_risk: Any,
    reference_events: Any,
    reference_at_risk: Any,
    *,
    confidence: float = 0.95,
) -> RateRatio:
    """How many times as often does it happen in a group as in the reference?

    Parameters
    ----------
    events, at_risk
        Events of the group, and the person-years in which they happened: numbers or arrays.
    reference_events, reference_at_risk
        Those of the reference.
    confidence
        0.95 for 95 %.

    Returns
    -------
    RateRatio
        The ratio is not a number where nobody was at risk or nothing happened at all; without an
        event in the group it is 0 with an upper limit, without one in the reference infinite with
        a lower limit.

    Raises
    ------
    UsageError
        The counts are missing or negative, or their shapes differ.

    Notes
    -----
    Of all T events, those of the group are binomial with probability q = r x / (r x + y), where r
    is the ratio and x and y are the person-years. Limits of q are Clopper and Pearson's (1934),
    written as quantiles of beta distributions; r = q / (1 - q) y / x. The p-value is twice the
    smaller tail at r = 1, half of what was observed counted in each. Events may be effective ones
    (divided by `repeat_factor`), which are not whole.

    Examples
    --------
    >>> found = rate_ratio(30, 1000, 40, 2000)
    >>> ends = found.interval
    >>> print(f"{ends.value:.2f}, likely between {ends.lower:.2f} and {ends.upper:.2f}")
    1.50, likely between 0.90 and 2.47
    """
    from scipy.stats import beta

    a, x, b, y = counts(
        events=events,
        at_risk=at_risk,
        reference_events=reference_events,
        reference_at_risk=reference_at_risk,
    )
    tail = (1 - checked_confidence(confidence)) / 2
    there = (x > 0) & (y > 0) & (a + b > 0)
    scale = divided(y, x)
    none, other = a == 0, b == 0
    low = np.where(none, 0.0, beta.ppf(tail, np.where(none, 1, a), b + 1))
    high = np.where(other, 1.0, beta.isf(tail, a + 1, np.where(other, 1, b)))
    value = np.where(other, np.inf, divided(a, b) * scale)
    interval = Interval(
        np.where(there, value, np.nan),
        np.where(there, _odds(low) * scale, np.nan),
        np.where(there, _odds(high) * scale, np.nan),
        named(EXACT, a.shape),
        checked_confidence(confidence),
    )
    equal = divided(x, x + y)
    # P(as many or more) and P(more), as functions of the beta distribution.
    many = np.where(none, 1.0, beta.cdf(equal, np.where(none, 1, a), b + 1))
    more = np.where(other, 0.0, beta.cdf(equal, a + 1, np.where(other, 1, b)))
    upper = (many + more) / 2
    p_value = np.minimum(1.0, 2 * np.minimum(upper, 1 - upper))
    return RateRatio(interval, np.where(there, p_value, np.nan))


def _odds(share: np.ndarray) -> np.ndarray:
    """Turn a share into odds; of 1 they are infinite."""
    certain = share >= 1
    return np.where(certain, np.inf, divided(share, np.where(certain, 1.0, 1 - share)))


def repeat_factor(years: Any, events: Any, people: Any) -> float:
    """By how much do people with several events blow up the variance of a count of events?

    Parameters
    ----------
    years, events, people
        Lists of one length: so many `people` were there for so many `years` and had so many
        `events` each; people without an event among them.

    Returns
    -------
    float
        1 where nobody has more than one event, else at least 1. Events and person-years divided by
        it are effective ones: limits worked out from them are as wide as repeats make them.

    Raises
    ------
    UsageError
        The lists do not hold counts, or are of different lengths.

    Notes
    -----
    V = sum over people of (e - r t)^2, with r = all events / all years, is the variance of the
    number of events clustered on person; the factor is V C / (C - 1) / E, C people and E events in
    all. For independent events it is about 1.

    Examples
    --------
    >>> repeat_factor([1, 1], [0, 1], [900, 100])
    1.0
    >>> round(repeat_factor([1, 1], [0, 2], [950, 50]), 2)
    1.9
    """
    time, often, n = (
        np.atleast_1d(part) for part in counts(years=years, events=events, people=people)
    )
    if time.ndim != 1:
        raise UsageError("years, events and people must be lists of one length.")
    everybody, total = n.sum(), float((often * n).sum())
    several = bool((n[often > 1] > 0).any())
    at_risk = float((time * n).sum())
    if not several or everybody < 2 or at_risk == 0:
        return 1.0
    spread = float((n * (often - total / at_risk * time) ** 2).sum())
    return max(1.0, spread * float(everybody / (everybody - 1)) / total)
