"""Figures of a survey that some of a known staff answered, from sums over its respondents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.finite_limits import mean_limits, share_limits
from workforce_analytics.inference.intervals import (
    Interval,
    checked_confidence,
    counts,
    divided,
    normal_quantile,
)

FINITE = ", finite population"


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums over respondents, one element per row of a table; no respondent can be seen in them."""

    n: np.ndarray
    """Respondents."""
    m: np.ndarray
    """Their valid answers: to a theme of five items up to five each, to an index 0 or 1."""
    y: np.ndarray
    """Their positive answers, or their scores."""
    mm: np.ndarray
    ym: np.ndarray
    yy: np.ndarray
    """Squares and products of one respondent's y and m, summed over respondents."""


@dataclass(frozen=True, eq=False)
class Estimated:
    """Estimates, one per element, with their standard errors and limits."""

    interval: Interval
    error: np.ndarray
    """Standard error; not a number where one respondent, or nobody, answered."""
    n: np.ndarray
    """Respondents behind it."""
    n_effective: np.ndarray
    """The size of a simple random sample that would be as sure; for shares only."""


def sums(n: Any, y: Any, yy: Any, *, m: Any = None, ym: Any = None, mm: Any = None) -> Sums:
    """Which sums over respondents are these, and can they be?

    Parameters
    ----------
    n, y, yy
        Respondents, the sum of their y, the sum of the squares of y: numbers or arrays.
    m, ym, mm
        The sums of m, of y times m and of the squares of m. Left out, everybody has one answer:
        n, y and n.

    Returns
    -------
    Sums
        Arrays of one shape.

    Raises
    ------
    UsageError
        Sums are missing or negative, have several shapes, only some of m, ym and mm are given, or
        no respondents could have them: sum(y m)^2 is more than sum(y^2) sum(m^2).

    Examples
    --------
    >>> two_respondents = sums(2, 3, 9, m=5, ym=9, mm=13)
    >>> float(two_respondents.m)
    5.0
    """
    given = [m is not None, ym is not None, mm is not None]
    if any(given) and not all(given):
        raise UsageError("sums take m, ym and mm together, or none of them.")
    if not any(given):
        m, ym, mm = n, y, n
    people, answers, total, squares, products, answers_squared = counts(
        n=n, m=m, y=y, yy=yy, ym=ym, mm=mm
    )
    if (products**2 > squares * answers_squared * (1 + 1e-9)).any():
        raise UsageError(
            "sums of y, m, y^2, ym and m^2 must be of the same respondents: ym is too large."
        )
    return Sums(people, answers, total, answers_squared, products, squares)


def share_of_answers(
    answers: Sums, *, population: Any = None, confidence: float = 0.95
) -> Estimated:
    """What share of all answers was positive, and how sure is that, when people gave several?

    Parameters
    ----------
    answers
        y: positive answers; m: valid answers. `n` counts the respondents with a valid answer (where
        others are counted too, the figure stands and the limits hardly move).
    population
        How many people could have answered: the limits are about them (a finite population).
        Infinite, or left out: about the process that made the answers, with no correction.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimated
        Proportions between 0 and 1. Everybody answered: the point itself, with an error of 0. One
        respondent of several people: 0 to 1. Nobody: not a number.

    Raises
    ------
    UsageError
        More answered than there are people; the confidence is none.

    Notes
    -----
    R = sum y / sum m (pooled, not the mean of the items' percentages). Its variance is
    (1 - n / N) n / (n - 1) sum (y - R m)^2 / (sum m)^2, the ratio estimator's (Cochran 1977,
    Sampling Techniques, section 6.4); one item gives R (1 - R) / (n - 1) (1 - n / N). The limits
    are Wilson's at n* = R (1 - R) / variance, no more than (sum m - 1) / (1 - n / N); where all
    answers are alike, at n* = (n - 1) / (1 - n / N), as though each respondent had answered once.

    Examples
    --------
    >>> item = share_of_answers(sums(120, 52, 52), population=200)
    >>> print(f"{item.interval.value:.3f}, standard error {item.error:.7f}")
    0.433, standard error 0.0287297
    >>> theme = share_of_answers(sums(40, 96, 310, m=160, ym=384, mm=640), population=50)
    >>> print(f"{theme.interval.lower:.3f} to {theme.interval.upper:.3f}")
    0.550 to 0.648
    """
    confidence = checked_confidence(confidence)
    if (answers.y > answers.m).any():
        raise UsageError("positive answers cannot be more than valid answers, and are somewhere.")
    value, error, left = _ratio(answers, population)
    interval, size = share_limits(
        value,
        error,
        respondents=answers.n,
        answers=answers.m,
        left=left,
        confidence=confidence,
    )
    return Estimated(_named_finite(interval, population), error, answers.n, size)


def mean_of_scores(
    scores: Sums,
    *,
    population: Any = None,
    scale: tuple[float, float] = (0.0, 100.0),
    confidence: float = 0.95,
) -> Estimated:
    """What is the mean score of these people, and between which limits is it likely to lie?

    Parameters
    ----------
    scores
        y: scores; m: 1 for a respondent with a score.
    population
        As in `share_of_answers`.
    scale
        The least and the greatest score that anybody can have.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimated
        On the scale. Everybody answered: the point itself. One respondent of several people: the
        whole scale. Nobody: not a number.

    Raises
    ------
    UsageError
        More answered than there are people; a mean lies outside the scale.

    Notes
    -----
    sum y / sum m +- t(n - 1) sqrt((1 - n / N) s^2 / n), within the scale. Where all have the same
    score s is 0 and tells nothing of who stayed silent: the limits are Wilson's for the mean's
    place on the scale at n* = (n - 1) / (1 - n / N).

    Examples
    --------
    >>> index = mean_of_scores(sums(10, 530, 34800), population=25).interval
    >>> print(f"{index.value:.0f}, {index.lower:.1f} to {index.upper:.1f}")
    53, 37.9 to 68.1
    """
    confidence = checked_confidence(confidence)
    value, error, left = _ratio(scores, population)
    interval = mean_limits(
        value, error, respondents=scores.n, left=left, scale=scale, confidence=confidence
    )
    nothing = np.full(value.shape, np.nan)
    return Estimated(_named_finite(interval, population), error, scores.n, nothing)


def mean_over_strata(scores: Sums, population: Any, *, finite: bool = True) -> tuple[float, float]:
    """What is the mean of a staff of known strata, and its standard error?

    Parameters
    ----------
    scores
        One element per stratum; y: scores, m: 1 for a respondent with a score.
    population
        People in each stratum.
    finite
        Whether it is about these people (the errors then shrink as more of them answer), or about
        the process that made their scores.

    Returns
    -------
    tuple of float
        The mean and its standard error. The error is not a number where a stratum with other
        people in it has one respondent; both are not numbers where it has none.

    Raises
    ------
    UsageError
        More answered in a stratum than there are people.

    Notes
    -----
    sum W_h ybar_h with variance sum W_h^2 (1 - n_h / N_h) s_h^2 / n_h, where W_h = N_h / N
    (Cochran 1977, section 5.5). It takes who answers to be chance within each stratum: what
    weighting by cells assumes too.

    Examples
    --------
    >>> strata = sums([5, 3], [29.7, 14.5], [201.77, 74.89])
    >>> mean, error = mean_over_strata(strata, [15, 12])
    >>> print(f"{mean:.4f}, standard error {error:.4f}")
    5.4481, standard error 0.6160
    """
    (size,) = counts(population=population)
    value, error, left = _ratio(scores, size)
    if not finite:
        error = np.where(left > 0, divided(error, np.sqrt(left)), _ratio(scores, None)[1])
    weight = divided(size, size.sum())
    has_people = size > 0
    mean = float((weight * value)[has_people].sum())
    return mean, float(np.sqrt(((weight * error)[has_people] ** 2).sum()))


def margin_of_error(
    share: Any, answered: Any, population: Any = None, *, confidence: float = 0.95
) -> np.ndarray:
    """Which margin would a table of the Civil Service People Survey print beside this share?

    Parameters
    ----------
    share
        A proportion between 0 and 1: a number or an array.
    answered
        How many answered.
    population
        How many could have answered; left out, many more than did.
    confidence
        0.95 for 95 %.

    Returns
    -------
    numpy.ndarray
        As a proportion (0.06 is 6 percentage points), to be rounded last. Not a number where nobody
        answered.

    Raises
    ------
    UsageError
        A share lies outside 0 to 1, or more answered than there are people.

    Notes
    -----
    z sqrt(p (1 - p) / n x (N - n) / (N - 1)) (Cabinet Office, Civil Service People Survey 2019
    Technical Guide). It has no width at 0 and 1: print it beside their figures, and judge by the
    limits of `share_of_answers`.

    Examples
    --------
    >>> print(f"{margin_of_error(0.43, 120, 200):.3f}")
    0.056
    """
    z = normal_quantile(confidence)
    p, n = counts(share=share, answered=answered)
    if (p > 1).any():
        raise UsageError("share must lie between 0 and 1.")
    size = _population(n, population)
    known = np.isfinite(size)
    whole = np.where(known, size, n + 2)
    left = np.where(known, (whole - n) / np.maximum(whole - 1, 1), 1.0)
    return z * np.sqrt(divided(p * (1 - p) * left, n))


def _ratio(sums_: Sums, population: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The ratio, its standard error, and which share of the people did not answer."""
    size = _population(sums_.n, population)
    left = 1 - np.where(np.isfinite(size), divided(sums_.n, size), 0.0)
    left = np.where(np.isnan(left), 1.0, left)
    value = divided(sums_.y, sums_.m)
    squares = squared_residuals(value, sums_)
    several = sums_.n > 1
    spread = np.divide(
        sums_.n * squares, sums_.n - 1, out=np.full(value.shape, np.nan), where=several
    )
    error = np.sqrt(left * divided(spread, sums_.m**2))
    return value, np.where((left == 0) & ~np.isnan(value), 0.0, error), left


def squared_residuals(value: np.ndarray, sums_: Sums) -> np.ndarray:
    """The sum of (y - R m)^2 over respondents; rounding leaves nothing below 0."""
    parts = sums_.yy, -2 * value * sums_.ym, value**2 * sums_.mm
    total = parts[0] + parts[1] + parts[2]
    return np.where(total > 1e-12 * sums_.yy, total, np.where(np.isnan(total), np.nan, 0.0))


def _population(n: np.ndarray, population: Any) -> np.ndarray:
    size = np.broadcast_to(
        np.asarray(np.inf if population is None else population, dtype="float64"), n.shape
    )
    if np.isnan(size).any() or (size < n).any():
        raise UsageError(
            "population must be how many could have answered, no fewer than answered in any place;"
            " leave it out, or give infinity, where that is not known."
        )
    return size


def _named_finite(interval: Interval, population: Any) -> Interval:
    if population is None:
        return interval
    known = np.broadcast_to(np.isfinite(np.asarray(population, "float64")), interval.value.shape)
    methods = np.where(known, np.char.add(interval.method, FINITE), interval.method)
    return Interval(interval.value, interval.lower, interval.upper, methods, interval.confidence)
