"""How far apart two groups score, from sums over respondents: as they are, and like with like."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.finite import (
    Estimated,
    Sums,
    mean_of_scores,
    share_of_answers,
    squared_residuals,
)
from workforce_analytics.inference.intervals import Interval, checked_confidence, divided, named

SHARES = "difference of shares, hybrid Wilson limits clustered by respondent"
MEANS = "difference of means, Welch t"
MEANS_ALIKE = "difference of means, hybrid limits, all answers of one side alike"
STANDARDISED = "standardised to the reference's mix, t with variances pooled over strata"


@dataclass(frozen=True, eq=False)
class ScoreGap:
    """The group's score minus the reference's, one element per comparison."""

    interval: Interval
    error: np.ndarray
    p_value: np.ndarray
    """Two-sided, of no gap; not a number where nothing can be tested."""


@dataclass(frozen=True)
class StandardisedGap:
    """A gap between people alike in what strata are made of."""

    interval: Interval
    error: float
    p_value: float
    kept: tuple[float, float]
    """Which share of the group's and of the reference's respondents the figure rests on."""
    n: tuple[int, int]
    """How many respondents of the group and of the reference that are."""


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
    interval = _hybrid(own, other, SHARES)
    common = divided(group.y + reference.y, group.m + reference.m)
    squares = squared_residuals(common, group) + squared_residuals(common, reference)
    spread = divided(squares, group.n + reference.n - 1)
    parts = divided(group.n, group.m**2) + divided(reference.n, reference.m**2)
    under_none = np.sqrt(spread * parts)
    p_value = 2 * norm.sf(np.abs(_over(interval.value, under_none)))
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
    freedom = _freedom(squares, [group.n - 1, reference.n - 1])
    half = t.ppf((1 + confidence) / 2, freedom) * error
    widest = scale[1] - scale[0]
    alike = _hybrid(own, other, MEANS_ALIKE)
    interval = Interval(
        value,
        np.where(told, np.maximum(value - half, -widest), alike.lower),
        np.where(told, np.minimum(value + half, widest), alike.upper),
        np.where(told, MEANS, alike.method),
        confidence,
    )
    p_value = np.where(told, 2 * t.sf(np.abs(_over(value, error)), freedom), np.nan)
    return ScoreGap(interval, error, p_value)


def standardised_gap(
    group: Sums, reference: Sums, *, widest: float = 1.0, confidence: float = 0.95
) -> StandardisedGap:
    """How far apart would they score, had the group the reference's mix of strata?

    Parameters
    ----------
    group, reference
        One element per stratum (women under 35 of one directorate, say), the same strata in both.
    widest
        How far apart two scores can be at most: 1 for shares, 100 for an index.
    confidence
        0.95 for 95 %.

    Returns
    -------
    StandardisedGap
        In the unit of y / m, about the process that made the answers. Not numbers where no stratum
        has both; without limits where no stratum has two of the group, or of the reference.

    Raises
    ------
    UsageError
        The strata are not one list each; the confidence is none.

    Notes
    -----
    Direct standardisation over strata h that have respondents of both: R = sum W_h ybar_h / sum W_h
    mbar_h with W_h the reference's respondents, for the group and for the reference itself; other
    strata are left out of both. Variance of R: s^2 sum W_h^2 / n_h / (sum W_h mbar_h)^2, with s^2
    the variance of y - R m within strata, pooled over them: many have one or two respondents, whose
    own variance tells nothing. Degrees of freedom by Welch and Satterthwaite. The reference's mix
    is taken as it is.

    Examples
    --------
    >>> from workforce_analytics.inference.finite import sums
    >>> women = sums([30, 10], [1800, 500], [120000, 29000])
    >>> men = sums([20, 40], [1240, 2120], [84000, 130000])
    >>> found = standardised_gap(women, men, widest=100)
    >>> print(f"{found.interval.value:.1f}, standard error {found.error:.1f}")
    -2.7, standard error 5.2
    """
    from scipy.stats import t

    confidence = checked_confidence(confidence)
    if group.n.ndim != 1 or group.n.shape != reference.n.shape:
        raise UsageError("standardised_gap takes one list of strata, the same for both groups.")
    both = (group.m > 0) & (reference.m > 0)
    sides = [_only(one, both) for one in (group, reference)]
    kept = tuple(
        float(divided(side.n.sum(), one.n.sum()))
        for side, one in zip(sides, (group, reference), strict=True)
    )
    size = tuple(int(side.n.sum()) for side in sides)
    (value, square, freedom), (base, other, more) = (
        _standardised(side, sides[1].n) for side in sides
    )
    gap, error = value - base, float(np.sqrt(square + other))
    degrees = _freedom([np.array(square), np.array(other)], [np.array(freedom), np.array(more)])
    half = t.ppf((1 + confidence) / 2, degrees) * error
    interval = Interval(
        np.array(gap),
        np.maximum(gap - half, -widest),
        np.minimum(gap + half, widest),
        named(STANDARDISED, ()),
        confidence,
    )
    p_value = 2 * t.sf(np.abs(_over(np.array(gap), np.array(error))), degrees)
    return StandardisedGap(interval, error, float(p_value), kept, size)  # type: ignore[arg-type]


def _standardised(side: Sums, mix: np.ndarray) -> tuple[float, float, float]:
    """Score of one side at a mix of strata, its variance and degrees of freedom."""
    if not side.n.size:
        return np.nan, np.nan, np.nan
    weight = mix / mix.sum()
    whole = float((weight * side.m / side.n).sum())
    value = float((weight * side.y / side.n).sum() / whole)
    at = np.full(side.n.shape, value)
    within = squared_residuals(at, side) - (side.y - value * side.m) ** 2 / side.n
    freedom = float((side.n - 1).sum())
    if not freedom > 0:
        return value, np.nan, np.nan
    spread = max(float(within.sum()), 0.0) / freedom
    return value, spread * float((weight**2 / side.n).sum()) / whole**2, freedom


def _only(sums_: Sums, kept: np.ndarray) -> Sums:
    names = ("n", "m", "y", "mm", "ym", "yy")
    return replace(sums_, **{name: getattr(sums_, name)[kept] for name in names})


def _hybrid(one: Estimated, other: Estimated, method: str) -> Interval:
    """Limits of a difference from the limits of its two sides."""
    a, b = one.interval, other.interval
    value = a.value - b.value
    lower = value - np.hypot(a.value - a.lower, b.upper - b.value)
    upper = value + np.hypot(a.upper - a.value, b.value - b.lower)
    return Interval(value, lower, upper, named(method, value.shape), a.confidence)


def _freedom(squares: list[np.ndarray], degrees: list[np.ndarray]) -> np.ndarray:
    """Welch and Satterthwaite's degrees of freedom of a sum of two variances."""
    below = sum(divided(one**2, size) for one, size in zip(squares, degrees, strict=True))
    return divided((squares[0] + squares[1]) ** 2, np.asarray(below))


def _over(value: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Standard errors that a value lies from 0; not a number where there is no error."""
    return np.divide(value, error, out=np.full(np.shape(value), np.nan), where=error > 0)
