"""The average gap that a logistic regression tells: how many more of 100 would pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.estimable import designed
from workforce_analytics.inference.intervals import (
    Interval,
    checked_confidence,
    chosen,
    counts,
    named,
    normal_quantile,
)
from workforce_analytics.inference.regression import ERRORS, Logistic


@dataclass(frozen=True, eq=False)
class AverageGap:
    """How many more of 100 would pass, on average, as one group than as another."""

    value: float
    """A proportion: 0.05 is 5 percentage points."""
    error: float
    interval: Interval
    left_out: float
    """The weight of people whose odds the data do not tell, who are not in the average."""


def average_gap(
    fit: Logistic,
    as_group: Any,
    as_reference: Any,
    weights: Any,
    *,
    errors: str | None = None,
    confidence: float = 0.95,
) -> AverageGap:
    """How many more of 100 would pass, were everybody of one group rather than of another?

    Parameters
    ----------
    fit
        What `logistic` gave.
    as_group, as_reference
        Designs, one row per pattern of people: as it would be were they of the group, and of the
        reference, all else as it is.
    weights
        How many people each row stands for: everybody's, or only the group's.
    errors
        "model" or "cluster"; without it "cluster" where the fit has clusters.
    confidence
        0.95 for 95 %.

    Returns
    -------
    AverageGap
        Mean probability as the group minus as the reference: a proportion. Not a number where the
        data tell nobody's odds both ways, as for a group of whom nobody passed.

    Raises
    ------
    UsageError
        The designs or weights do not fit the regression; clusters are asked for and it has none.

    Notes
    -----
    Sum of w (p(as group) - p(as reference)) / sum of w; its variance is g' V g with g the slope of
    that by the coefficients (delta method) and V their covariance. Who is there is taken as given.
    Rows that the data do not tell (a service nobody passed in) are left out, and said.

    Examples
    --------
    >>> from workforce_analytics.inference.regression import logistic
    >>> fit = logistic([[1, 0], [1, 1]], [48, 56], [80, 70])
    >>> gap = average_gap(fit, [[1, 1]], [[1, 0]], [150])
    >>> print(f"{gap.value:.2f}, likely between {gap.interval.lower:.3f} "
    ...       f"and {gap.interval.upper:.3f}")
    0.20, likely between 0.058 and 0.342
    """
    confidence = checked_confidence(confidence)
    kind = errors or ("model" if fit.cluster_covariance is None else "cluster")
    chosen(kind, ERRORS, argument="errors")
    if kind == "cluster" and fit.cluster_covariance is None:
        raise UsageError("errors='cluster' needs a regression that was given clusters.")
    (people,) = counts(weights=np.atleast_1d(weights))
    group = _alike(as_group, fit, people)
    reference = _alike(as_reference, fit, people)
    told = fit.solution.tells(group) & fit.solution.tells(reference)
    share = np.where(told, people, 0.0)
    whole = share.sum()
    if not (fit.solution.converged and whole > 0):
        value = error = np.nan
    else:
        value, slope = _mean_gap(fit.solution.vector(), group, reference, share / whole)
        error = float(np.sqrt(slope @ fit.solution.spread(fit.along[kind]) @ slope))
    half = normal_quantile(confidence) * error
    method = ERRORS[kind].replace("Wald interval", "delta method")
    interval = Interval(
        np.array(value),
        np.array(value - half),
        np.array(value + half),
        named(method, ()),
        confidence,
    )
    return AverageGap(value, error, interval, float(people.sum() - whole))


def _alike(design: Any, fit: Logistic, people: np.ndarray) -> np.ndarray:
    return designed(design, fit.names, people.size).full()


def _mean_gap(
    coefficients: np.ndarray, group: np.ndarray, reference: np.ndarray, share: np.ndarray
) -> tuple[float, np.ndarray]:
    """Give the mean gap and its slope by the coefficients."""
    from scipy.special import expit

    p, p_reference = expit(group @ coefficients), expit(reference @ coefficients)
    slope = (share * p * (1 - p)) @ group - (share * p_reference * (1 - p_reference)) @ reference
    return float(share @ (p - p_reference)), slope
