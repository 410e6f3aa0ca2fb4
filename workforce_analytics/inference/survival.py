"""How long something lasts, and how it ends: curves on counts of durations.

Durations are taken as counts (days x how it ended x how many), so that what a curve costs depends
on how many different durations there are, not on how many people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.inference.intervals import (
    Interval,
    checked_confidence,
    chosen,
    counts,
    named,
    normal_quantile,
)
from workforce_analytics.inference.life_table import (
    Durations,
    LifeTable,
    Pairs,
    durations,
    incidence_variance,
    influence,
    life_table,
)

__all__ = ["Curve", "Durations", "Pairs", "cumulative_incidence", "durations", "survival"]

ROUNDING = 1e-12
"""What sums of shares may be off by."""
TRANSFORMS = {"log_log": "log-log interval", "log": "log interval"}


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve at the times asked for; not a number where nobody was followed that long."""

    interval: Interval
    errors: np.ndarray
    """Standard errors."""
    at_risk: np.ndarray
    """How many were looked at, and had not ended, just before each time."""
    events: np.ndarray
    """How many had ended (in that way) by each time, as counted."""
    design_effect: np.ndarray
    """By what the variance grows because durations of one cluster go together; 1 without pairs."""


def survival(
    found: Durations,
    at: Any,
    *,
    transform: str = "log_log",
    pairs: Pairs | None = None,
    confidence: float = 0.95,
) -> Curve:
    """How many of those who began are still there after so long?

    Parameters
    ----------
    found
        Durations; however they ended, they ended.
    at
        Times to give the share at.
    transform
        Scale of the interval: "log_log" (default: never outside 0 to 1) or "log" (as R's survfit).
    pairs
        Durations of one person, two by two, where a person can have several.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Curve
        Shares that are still there; `events` counts the endings by each time.

    Raises
    ------
    UsageError
        The interval is unknown.

    Notes
    -----
    Kaplan and Meier (1958): the product of 1 - d/n over the times at which d of n ended. Variance
    by Greenwood (1926): S^2 times the sum of d / (n (n - d)). With pairs it is multiplied by the
    design effect of `cumulative_incidence`. After a time at which nobody was looked at any more, or
    not yet, nothing is known.

    Examples
    --------
    >>> found = durations([1, 2, 2, 3], [1, 1, 0, 0], count=[10, 20, 30, 40])
    >>> curve = survival(found, [1, 2])
    >>> print(curve.interval.value, curve.at_risk)
    [0.9 0.7] [100.  90.]
    """
    chosen(transform, TRANSFORMS, argument="transform")
    ended = Durations(found.time, np.minimum(found.cause, 1), found.count, found.entry)
    left = cumulative_incidence(ended, at, pairs=pairs, confidence=confidence)
    table = life_table(ended)
    place = np.searchsorted(table.grid, np.atleast_1d(counts(at=at)[0]), side="right") - 1
    share = np.where(np.isnan(left.interval.value), np.nan, table.left_over[place])
    lower, upper = 1 - left.interval.upper, 1 - left.interval.lower
    inside = (share > 0) & (share < 1)
    z = normal_quantile(confidence)
    with np.errstate(all="ignore"):
        if transform == "log":
            ends = [np.exp(np.log(share) + sign * z * left.errors / share) for sign in (-1, 1)]
        else:
            ends = list(_log_log(share, left.errors, z))
    lower = np.where(inside, ends[0], lower)
    upper = np.where(inside, np.minimum(ends[1], 1), upper)
    method = named(f"Kaplan-Meier, {TRANSFORMS[transform]}", share.shape)
    interval = Interval(share, lower, upper, method, checked_confidence(confidence))
    return Curve(interval, left.errors, left.at_risk, left.events, left.design_effect)


def cumulative_incidence(
    found: Durations,
    at: Any,
    *,
    cause: int = 1,
    pairs: Pairs | None = None,
    confidence: float = 0.95,
) -> Curve:
    """How many have ended in this way after so long, when they can end in another way before?

    Parameters
    ----------
    found
        Durations.
    at
        Times to give the share at.
    cause
        The way of ending that is asked for; the others compete with it.
    pairs
        Durations of one person, two by two, where a person can have several.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Curve
        Shares that have ended in this way by each time.

    Raises
    ------
    UsageError
        The confidence level is none.

    Notes
    -----
    Aalen and Johansen (1978): the sum over times of S(t-) d_cause / n, S being Kaplan-Meier's share
    of those who have not ended in any way. One minus Kaplan-Meier with the other ways as censored
    would say too much: it asks what happened in a world without them.

    Variance by the delta method (Marubini and Valsecchi 1995), as Stata's stcompet has it. Interval
    on the log-log scale: F^exp(+-z se / (F ln F)). Where nobody has ended in this way, the upper
    limit is exact: 1 - (alpha/2)^(1/n), n being those at risk.

    With pairs, the variance is multiplied by the design effect: the sum over clusters of the square
    of their durations' influence, divided by the sum over durations of each one's square; never
    below 1. The influence is the derivative of the curve by a duration's weight (the infinitesimal
    jackknife).

    Examples
    --------
    >>> found = durations([1, 2, 3], [1, 2, 0], count=[10, 30, 60])
    >>> curve = cumulative_incidence(found, [1, 3])
    >>> print(curve.interval.value)
    [0.1 0.1]
    """
    times = np.atleast_1d(counts(at=at)[0])
    z = normal_quantile(confidence)
    table = life_table(found)
    place = np.searchsorted(table.grid, times, side="right") - 1
    known = (times <= table.followed) | (table.left_over[place] == 0)
    value = np.where(table.incidence(cause) > 1 - ROUNDING, 1.0, table.incidence(cause))[place]
    effect = _design_effect(found, table, cause, place, pairs)
    errors = np.sqrt(incidence_variance(table, cause)[place] * effect)
    at_risk = table.risk_before(times)
    with np.errstate(all="ignore"):
        lower, upper = _log_log(value, errors, z)
        alone = 1 - ((1 - confidence) / 2) ** (
            1 / np.maximum(table.smallest(times), 1)
        )  # what may yet be found although it was not among so many
    lower = np.where(value <= 0, 0.0, np.where(value >= 1, 1 - alone, lower))
    upper = np.where(value <= 0, alone, np.where(value >= 1, 1.0, upper))
    start = times == 0
    lower, upper = np.where(start, 0.0, lower), np.where(start, 0.0, upper)
    hidden = [np.where(known, part, np.nan) for part in (value, lower, upper, errors)]
    method = named(f"Aalen-Johansen, {TRANSFORMS['log_log']}", value.shape)
    return Curve(
        Interval(hidden[0], hidden[1], hidden[2], method, checked_confidence(confidence)),
        hidden[3],
        at_risk,
        np.cumsum(table.events(cause))[place],
        effect,
    )


def _log_log(value: np.ndarray, errors: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(all="ignore"):
        width = z * errors / np.abs(value * np.log(value))
        return value ** np.exp(width), value ** np.exp(-width)


def _design_effect(
    found: Durations, table: LifeTable, cause: int, place: np.ndarray, pairs: Pairs | None
) -> np.ndarray:
    """By what the variance grows because durations of one person go together."""
    if pairs is None or not pairs.count.size:
        return np.ones(place.size)
    moved = influence(found, table, cause, place)
    alone = (found.count[:, None] * moved**2).sum(axis=0)
    shared = 2 * (pairs.count[:, None] * moved[pairs.first] * moved[pairs.second]).sum(axis=0)
    return np.maximum(np.where(alone > 0, 1 + shared / np.where(alone > 0, alone, 1), 1.0), 1.0)
