"""How far apart two groups score, from sums over respondents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workforce_analytics.inference.finite import (
    Sums,
    mean_of_scores,
    share_of_answers,
    squared_residuals,
)
from workforce_analytics.inference.intervals import Interval, checked_confidence, divided, named

SHARES = "difference of shares, hybrid Wilson limits clustered by respondent"
MEANS = "difference of means, Welch t"
MEANS_ALIKE = "difference of means, hybrid limits, all answers of one side alike"


@dataclass(frozen=True, eq=False)
class ScoreGap:
    """The group's score minus the reference's, one element per comparison."""

    interval: Interval
    error: np.ndarray
    p_value: np.ndarray
    """Two-sided, of no gap; not a number where nothing can be tested."""


def gap_of_shares(group: Sums, reference: Sums, *, confidence: float = 0.95) -> ScoreGap:
    """How far apart are the shares of positive answers of two groups, and is it more than noise?

    Parameters
    ----------
    group, reference
        Sums over the respondents of either; different people. y: positive answers; m: valid ones.
    confidence
        0.95 for 95 %.

    Returns
    -------
    ScoreGap
        Proportions (0.05 is 5 percentage points), about the process that made the answers. Not a
        number where either group has no answers; without a p-value where all answers are alike.

    Raises
    ------
    UsageError
        More positive than valid answers; the confidence is none.

    Notes
    -----
    R1 - R2, R = sum y / sum m. Limits: Newcombe's hybrid (1998, Statistics in Medicine 17,
    873-890) of the limits of `share_of_answers`, which count a respondent's answers together. The
    p-value is by z = (R1 - R2) / sqrt(s^2 (n1 / m1^2 + n2 / m2^2)): s^2 the variance of y - R m
    over the respondents of both with their common R, as no gap has it. With one answer each that is
    the "N - 1" chi-squared test (Campbell 2007, Statistics in Medicine 26, 3661-3675).

    Examples
    --------
    >>> from workforce_analytics.inference.finite import sums
    >>> found = gap_of_shares(sums(70, 56, 56), sums(80, 48, 48))
    >>> ends = found.interval
    >>> print(f"{ends.value:.2f}, likely between {ends.lower:.4f} and {ends.upper:.4f}")
    0.20, likely between 0.0514 and 0.3347
    >>> print(f"p = {found.p_value:.4f}")
    p = 0.0083
    """
    from scipy.stats import norm

    own, other = (share_of_answers(one, confidence=confidence) for one in (group, reference))
    interval = hybrid(own.interval, other.interval, SHARES)
    common = divided(group.y + reference.y, group.m + reference.m)
    squares = squared_residuals(common, group) + squared_residuals(common, reference)
    spread = divided(squares, group.n + reference.n - 1)
    parts = divided(group.n, group.m**2) + divided(reference.n, reference.m**2)
    under_none = np.sqrt(spread * parts)
    p_value = 2 * norm.sf(np.abs(over_error(interval.value, under_none)))
    return ScoreGap(interval, np.hypot(own.error, other.error), p_value)


def gap_of_means(
    group: Sums,
    reference: Sums,
    *,
    scale: tuple[float, float] = (0.0, 100.0),
    confidence: float = 0.95,
) -> ScoreGap:
    """How far apart are the mean scores of two groups, and is it more than noise?

    Parameters
    ----------
    group, reference
        Sums over the respondents of either; different people. y: scores; m: 1.
    scale
        The least and the greatest score that anybody can have.
    confidence
        0.95 for 95 %.

    Returns
    -------
    ScoreGap
        In points of the scale, about the process that made the answers. Not a number where either
        group has no score.

    Raises
    ------
    UsageError
        A mean lies outside the scale; the confidence is none.

    Notes
    -----
    Welch's t: the variances of the groups are not taken to be alike. Where all of a group have one
    score, that tells nothing of its variance: the limits are then the hybrid of the limits of
    `mean_of_scores`, and there is no p-value.

    Examples
    --------
    >>> from workforce_analytics.inference.finite import sums
    >>> found = gap_of_means(sums(10, 530, 34800), sums(40, 2600, 184000))
    >>> ends = found.interval
    >>> print(f"{ends.value:.0f}, likely between {ends.lower:.1f} and {ends.upper:.1f}")
    -12, likely between -32.1 and 8.1
    """
    from scipy.stats import t

    confidence = checked_confidence(confidence)
    own, other = (
        mean_of_scores(one, scale=scale, confidence=confidence) for one in (group, reference)
    )
    value = own.interval.value - other.interval.value
    squares = [own.error**2, other.error**2]
    told = (squares[0] > 0) & (squares[1] > 0)
    error = np.sqrt(squares[0] + squares[1])
    freedom = freedom_of(squares, [group.n - 1, reference.n - 1])
    half = t.ppf((1 + confidence) / 2, freedom) * error
    widest = scale[1] - scale[0]
    alike = hybrid(own.interval, other.interval, MEANS_ALIKE)
    interval = Interval(
        value,
        np.where(told, np.maximum(value - half, -widest), alike.lower),
        np.where(told, np.minimum(value + half, widest), alike.upper),
        np.where(told, MEANS, alike.method),
        confidence,
    )
    p_value = np.where(told, 2 * t.sf(np.abs(over_error(value, error)), freedom), np.nan)
    return ScoreGap(interval, error, p_value)


def hybrid(a: Interval, b: Interval, method: str) -> Interval:
    """Limits of a difference from the limits of its two sides (Newcombe)."""
    value = a.value - b.value
    lower = value - np.hypot(a.value - a.lower, b.upper - b.value)
    upper = value + np.hypot(a.upper - a.value, b.value - b.lower)
    return Interval(value, lower, upper, named(method, value.shape), a.confidence)


def freedom_of(squares: list[np.ndarray], degrees: list[np.ndarray]) -> np.ndarray:
    """Welch and Satterthwaite's degrees of freedom of a sum of two variances."""
    below = sum(divided(one**2, size) for one, size in zip(squares, degrees, strict=True))
    return divided((squares[0] + squares[1]) ** 2, np.asarray(below))


def over_error(value: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Standard errors that a value lies from 0; not a number where there is no error."""
    return np.divide(value, error, out=np.full(np.shape(value), np.nan), where=error > 0)
