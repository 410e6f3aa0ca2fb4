"""Gaps of several groups on several topics drawn towards what groups have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import (
    Interval,
    checked_confidence,
    named,
    normal_quantile,
)

SHRUNK_GAP = "normal, shrunk towards the topic's mean gap"
ON_ITS_OWN = "normal, not shrunk: too few groups to tell how far they differ"
PLACES = np.linspace(-14.0, 12.0, 105)
"""Where the spread of true gaps is looked for: the logarithm of its square over a usual error's."""


def shrunk_gaps(
    gaps: Any, errors: Any, reference_errors: Any = 0.0, *, confidence: float = 0.95
) -> Interval:
    """How far is each small group likely to be from the reference, the other groups being known?

    Parameters
    ----------
    gaps
        One row per group, one column per topic (theme, index): score of the group minus that of the
        reference, all in comparable points. Not a number where there is none.
    errors
        Of the same shape: standard errors of the groups' own scores, without the reference's.
    reference_errors
        Standard error of the reference's score, one per topic or one for all.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        In the points of `gaps`; uncertain gaps are drawn further towards their topic's mean gap
        than certain ones. Where no topic has two groups, each gap stays as it is, and `method` says
        so; so does a group that is the only one with a gap on its topic.

    Raises
    ------
    UsageError
        Gaps are no table, errors do not fit them, or an error is not above 0.

    Notes
    -----
    A group's true gap on topic t is drawn from a normal distribution around the topic's mean gap
    mu(t), with one standard deviation tau for all topics. Given tau the gap is B y + (1 - B) mu(t),
    B = tau^2 / (tau^2 + e^2); mu(t) has a flat prior. tau is not estimated and then taken as known:
    it is laid out on a grid and weighed by how likely it makes all gaps (restricted likelihood)
    times tau^2 / (tau^2 + h) per unit of log tau^2, h the median e^2, as rates are in
    `shrunk_rates`. Value and variance are those over the grid, the limits normal. What is uncertain
    of the reference is in every gap on a topic alike and cannot be shrunk away: its variance is
    added. Answers of one person to several topics hang together; no topic's gap is drawn towards
    another topic's for that reason, as one group's chance would look like agreement. In
    simulations of 2 to 25 groups of 12 to 200 people on 7 topics, true gaps 0 to 6 points apart and
    answers to topics correlated by 0 or 0.4, limits held for 94 to 99 % of gaps.

    Examples
    --------
    >>> found = shrunk_gaps([[-4.0], [-6.0], [-20.0]], [[1.0], [2.0], [9.0]])
    >>> print(found.value.ravel().round(1), found.lower.ravel().round(1))
    [-4.2 -5.8 -9.9] [ -6.1  -9.4 -23.2]
    """
    confidence = checked_confidence(confidence)
    gap, square, base = _checked(gaps, errors, reference_errors)
    known = np.isfinite(gap)
    together = known.sum(axis=0) > 1
    if not together.any():
        return _plain(gap, square, base, confidence)
    usual = float(np.median(square[known & together]))
    spreads = usual * np.exp(PLACES)
    worth = np.where(known, 1 / (square + spreads[:, np.newaxis, np.newaxis]), 0.0)
    whole = worth.sum(axis=1)
    some = np.where(whole > 0, whole, 1.0)
    values = np.where(known, gap, 0.0)
    mean = (worth * values).sum(axis=1) / some
    apart = np.where(known, values - mean[:, np.newaxis, :], 0.0)
    log_worth = np.where(known, np.log(np.where(known, worth, 1.0)), 0.0).sum(axis=1)
    likelihood = (log_worth - np.log(some) - (worth * apart**2).sum(axis=1)) / 2
    log_weight = likelihood.sum(axis=1) - np.log1p(np.exp(-PLACES))
    weight = np.exp(log_weight - log_weight.max())
    weight = (weight / weight.sum())[:, np.newaxis, np.newaxis]
    own = spreads[:, np.newaxis, np.newaxis] * worth
    drawn = own * values + (1 - own) * mean[:, np.newaxis, :]
    left = own * square + (1 - own) ** 2 / some[:, np.newaxis, :]
    value = (weight * drawn).sum(axis=0)
    variance = (weight * (left + (drawn - value) ** 2)).sum(axis=0) + base
    reach = normal_quantile(confidence) * np.sqrt(variance)
    value, reach = (np.where(known, one, np.nan) for one in (value, reach))
    methods = np.where(np.broadcast_to(together, gap.shape), SHRUNK_GAP, ON_ITS_OWN)
    return Interval(value, value - reach, value + reach, methods, confidence)


def _plain(gap: np.ndarray, square: np.ndarray, base: np.ndarray, confidence: float) -> Interval:
    reach = normal_quantile(confidence) * np.sqrt(square + base)
    return Interval(gap, gap - reach, gap + reach, named(ON_ITS_OWN, gap.shape), confidence)


def _checked(gaps: Any, errors: Any, reference: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    gap, error, base = (np.asarray(one, dtype="float64") for one in (gaps, errors, reference))
    if gap.ndim != 2 or error.shape != gap.shape or base.shape not in ((), gap.shape[1:]):
        raise UsageError(
            "shrunk_gaps takes one row per group and one column per topic, errors of that shape, "
            "and one reference error per topic."
        )
    known = np.isfinite(gap)
    if not (error[known] > 0).all() or not (base >= 0).all():
        raise UsageError("errors of gaps must be above 0, and those of references 0 or more.")
    # A gap that is not there has no error; noughts in its place add to nothing.
    return gap, np.where(known, error, 1.0) ** 2, np.broadcast_to(base**2, gap.shape[1:])
