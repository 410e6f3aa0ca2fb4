"""Answers on an ordered scale: an ordered logit on counts, and whether one odds ratio will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.estimable import designed, row_space
from workforce_analytics.inference.intervals import (
    Interval,
    checked_confidence,
    counts,
    divided,
    named,
    normal_quantile,
)

STEPS = 60
FAR = 12.0
"""Log odds, over the range of a column, that stand for a coefficient that runs away."""


@dataclass(frozen=True, eq=False)
class OrderedLogit:
    """An ordered logit: one element per column of the design, not a number where untold."""

    coefficients: np.ndarray
    """Log odds of a higher answer."""
    errors: np.ndarray
    covariance: np.ndarray
    """Of the coefficients; see `errors`."""
    thresholds: np.ndarray
    """Log odds of an answer at or below each category but the last, for a row of noughts."""
    threshold_errors: np.ndarray
    odds_ratios: Interval
    """Odds of a higher rather than lower answer, whichever line is drawn between them."""
    names: tuple[str, ...]
    log_likelihood: float
    null_log_likelihood: float
    """Without any column."""
    n: float
    collinear: tuple[str, ...]
    """Columns that others make up, thresholds included."""
    separated: tuple[str, ...]
    """Columns whose coefficient runs away: some group gave none but the highest or lowest."""
    converged: bool


@dataclass(frozen=True, eq=False)
class ProportionalOdds:
    """Whether the odds ratios are the same at every cut of the scale; not numbers where untold."""

    statistic: float
    degrees: int
    p_value: float
    by_column: np.ndarray
    """The statistic of each column by itself."""
    p_values: np.ndarray
    cuts: np.ndarray
    """Log odds of an answer above each cut, one row per cut, one column per column."""


def ordered_logit(
    answers: Any, design: Any, *, names: Sequence[str] = (), confidence: float = 0.95
) -> OrderedLogit:
    """How do a group's odds of a higher answer differ, all else in the design being equal?

    Parameters
    ----------
    answers
        One row per pattern of people, one column per answer, lowest first: how many gave it.
    design
        One row per pattern, one column per coefficient, numbers; no column of ones.
    names
        What the columns are called.
    confidence
        0.95 for 95 %.

    Returns
    -------
    OrderedLogit

    Raises
    ------
    UsageError
        The counts, the design or the names do not fit each other.

    Notes
    -----
    log odds of an answer at or below j = threshold(j) - design b (McCullagh 1980), by Newton's
    method; its log-likelihood is concave (Pratt 1981). Errors are from the observed information, as
    those of R's MASS::polr, and limits Wald. An answer that nobody gave has no threshold of its own
    and changes nothing else. A column that others make up has no coefficient, nor have those.
    Where a coefficient runs away it is not a number, and the others are those of the limit. It
    takes one odds ratio to hold at all cuts: `proportional_odds` tells whether it may.

    Examples
    --------
    >>> fit = ordered_logit([[29, 7, 7], [13, 7, 21]], [[0], [1]], names=("treated",))
    >>> print(f"{fit.odds_ratios.value[0]:.2f}, error of its logarithm {fit.errors[0]:.2f}")
    4.80, error of its logarithm 0.44
    """
    confidence = checked_confidence(confidence)
    table, columns, labels = _checked(answers, design, names)
    given = np.flatnonzero(table.sum(axis=0) > 0)
    counted = table[:, given]
    told = _told(columns)
    cuts = max(given.size - 1, 0)
    if not cuts:
        told = np.zeros(columns.shape[1], dtype=bool)
    ends = columns if len(columns) else np.zeros((1, columns.shape[1]))
    lowest = ends.min(axis=0)
    scale = np.maximum(np.ptp(ends, axis=0), np.finfo(float).tiny)
    used = (columns[:, told] - lowest[told]) / scale[told]
    at, value, information, found = _maximum(counted, used)
    away = np.abs(at[cuts:]) > FAR
    steady = np.r_[np.abs(at[:cuts]) <= FAR, ~away]
    at, spread = _in_units(at, _inverse(information, steady), cuts, scale[told], lowest[told])
    slopes = at[cuts:]
    size, place = columns.shape[1], np.flatnonzero(told)
    coefficients, covariance = np.full(size, np.nan), np.full((size, size), np.nan)
    coefficients[place] = np.where(away, np.nan, slopes)
    covariance[np.ix_(place, place)] = spread[cuts:, cuts:]
    thresholds, threshold_errors = np.full((2, table.shape[1] - 1), np.nan)
    threshold_errors[given[:cuts]] = np.sqrt(np.diag(spread)[:cuts])
    thresholds[given[:cuts]] = np.where(np.isfinite(np.diag(spread)[:cuts]), at[:cuts], np.nan)
    errors = np.sqrt(np.diag(covariance))
    return OrderedLogit(
        coefficients,
        errors,
        covariance,
        thresholds,
        threshold_errors,
        _odds_ratios(coefficients, errors, confidence),
        labels,
        value,
        _null(counted),
        float(table.sum()),
        tuple(label for label, kept in zip(labels, told, strict=True) if not kept),
        tuple(labels[one] for one in place[away]),
        found and bool(np.isfinite(coefficients).any()),
    )


def proportional_odds(answers: Any, design: Any) -> ProportionalOdds:
    """May one odds ratio stand for the whole scale, or does it hang on where the line is drawn?

    Parameters
    ----------
    answers, design
        As for `ordered_logit`.

    Returns
    -------
    ProportionalOdds
        Not numbers where there are fewer than two cuts, or where a logistic regression at some cut
        has no finite coefficients.

    Raises
    ------
    UsageError
        The counts and the design do not fit each other.

    Notes
    -----
    Brant (1990): a logistic regression at each cut, and Wald's test that their coefficients are
    alike, their covariance being inverse(X'W(j)X) X'W(j,l)X inverse(X'W(l)X) with W(j,l) =
    n P(above l)(1 - P(above j)), j < l. With few people at some cut it rejects too often; with
    many it rejects for differences that do not matter: look at `cuts`.

    Examples
    --------
    >>> found = proportional_odds([[29, 7, 7], [13, 7, 21]], [[0], [1]])
    >>> print(f"{found.statistic:.2f}, p = {found.p_value:.2f}; {found.cuts.ravel().round(2)}")
    0.21, p = 0.64; [1.5  1.69]
    """
    from scipy.stats import chi2

    from workforce_analytics.inference.regression import logistic

    table, columns, _ = _checked(answers, design, ())
    table = table[:, table.sum(axis=0) > 0]
    size, cuts = columns.shape[1], table.shape[1] - 1
    gone = np.full(size, np.nan)
    nothing = ProportionalOdds(np.nan, 0, np.nan, gone, gone, np.full((max(cuts, 0), size), np.nan))
    if cuts < 2 or not size:
        return nothing
    people, whole = table.sum(axis=1), np.column_stack((np.ones(len(columns)), columns))
    above = [table[:, cut + 1 :].sum(axis=1) for cut in range(cuts)]
    fits = [logistic(whole, passed, people) for passed in above]
    slopes = np.array([fit.coefficients for fit in fits])
    if not np.isfinite(slopes).all() or not all(fit.converged for fit in fits):
        return nothing
    chance = 1 / (1 + np.exp(-(slopes @ whole.T)))
    inverse = [fit.covariance for fit in fits]
    spread = np.empty((cuts, size, cuts, size))
    for j in range(cuts):
        for other in range(j, cuts):
            weight = people * chance[other] * (1 - chance[j])
            block = inverse[j] @ (whole.T * weight) @ whole @ inverse[other]
            spread[j, :, other, :] = block[1:, 1:]
            spread[other, :, j, :] = block[1:, 1:].T
    statistics = [_alike(slopes[:, 1:], spread, [one]) for one in range(size)]
    by_column = np.array(statistics)
    statistic, degrees = _alike(slopes[:, 1:], spread, list(range(size))), (cuts - 1) * size
    return ProportionalOdds(
        statistic,
        degrees,
        float(chi2.sf(statistic, degrees)),
        by_column,
        chi2.sf(by_column, cuts - 1),
        slopes[:, 1:],
    )


def _alike(slopes: np.ndarray, spread: np.ndarray, columns: list[int]) -> float:
    """Wald's statistic that some columns have one coefficient at all cuts."""
    cuts, many = len(slopes), len(columns)
    value = slopes[:, columns].ravel()
    whole = spread[:, columns][:, :, :, columns].reshape(cuts * many, cuts * many)
    against = np.kron(np.column_stack((np.ones(cuts - 1), -np.eye(cuts - 1))), np.eye(many))
    apart = against @ value
    return float(apart @ np.linalg.solve(against @ whole @ against.T, apart))


def _checked(
    answers: Any, design: Any, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    (table,) = counts(answers=answers)
    if table.ndim != 2 or table.shape[1] < 2:
        raise UsageError(
            "answers must have one row per pattern of people, and a column for each of two or more "
            "answers, the lowest first."
        )
    laid_out = designed(design, names, len(table))
    together = np.zeros((len(laid_out.patterns), table.shape[1]))
    np.add.at(together, laid_out.row, table)
    held = together.sum(axis=1) > 0
    return together[held], laid_out.patterns[held], laid_out.names


def _told(columns: np.ndarray) -> np.ndarray:
    """Which columns the thresholds and other columns do not make up."""
    if not columns.size:
        return np.zeros(columns.shape[1], dtype=bool)
    centred = columns - columns.mean(axis=0)
    size = np.maximum(np.abs(columns).max(axis=0), np.finfo(float).tiny)
    scaled = centred / size
    space = row_space(scaled)
    unit = np.eye(columns.shape[1])
    return np.linalg.norm(unit - space @ space.T, axis=0) <= 1e-7


def _maximum(table: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, float, np.ndarray, bool]:
    """Newton's method from thresholds alone, steps halved where the likelihood would fall."""
    cuts = max(table.shape[1] - 1, 0)
    share = np.cumsum(table.sum(axis=0))[:cuts] / max(table.sum(), 1.0)
    at = np.concatenate((np.log(share / (1 - share)), np.zeros(columns.shape[1])))
    value, score, information = _likelihood(at, table, columns)
    for _ in range(STEPS):
        step = np.linalg.lstsq(information, score, rcond=1e-14)[0]
        if np.abs(step).max(initial=0.0) < 1e-9:
            return at, value, information, True
        if np.abs(at[cuts:]).max(initial=0.0) > 2 * FAR:
            break
        length = 1.0
        following = _likelihood(at + step, table, columns)
        while not following[0] >= value - 1e-9 and length > 1e-6:
            length /= 2
            following = _likelihood(at + length * step, table, columns)
        at = at + length * step
        value, score, information = following
    kept = np.abs(score).max(initial=0.0) < 1e-6 * max(table.sum(), 1.0)
    return at, value, information, bool(kept)


def _likelihood(
    at: np.ndarray, table: np.ndarray, columns: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, slope and minus curvature by thresholds and then coefficients."""
    cuts = max(table.shape[1] - 1, 0)
    if (np.diff(at[:cuts]) <= 0).any():
        return -np.inf, np.zeros(at.size), np.eye(at.size)
    line = at[:cuts] - (columns @ at[cuts:])[:, None]
    below = 1 / (1 + np.exp(-np.clip(line, -500, 500)))
    width = [(0, 0), (1, 1)]
    edge = np.pad(below, width, constant_values=(0.0, 1.0))
    # Differences of upper tails keep their digits where both cuts lie far up the scale.
    upper = np.pad(1 / (1 + np.exp(np.clip(line, -500, 500))), width, constant_values=(1.0, 0.0))
    chance = np.where(edge[:, :-1] > 0.5, upper[:, :-1] - upper[:, 1:], np.diff(edge, axis=1))
    slope = np.pad(below * (1 - below), width)
    bend = np.pad(below * (1 - below) * (1 - 2 * below), width)
    chance = np.maximum(chance, np.finfo(float).tiny)
    ratio = np.where(table > 0, table / chance, 0.0)
    again = np.divide(ratio, chance, out=np.zeros_like(ratio), where=table > 0)
    inner = slice(1, -1)
    # By each row's cut points: first and second derivatives of sum(table log chance).
    first = (ratio[:, :-1] - ratio[:, 1:]) * slope[:, inner]
    own = (ratio[:, :-1] - ratio[:, 1:]) * bend[:, inner]
    own -= (again[:, :-1] + again[:, 1:]) * slope[:, inner] ** 2
    near = again[:, 1:-1] * slope[:, 1:-2] * slope[:, 2:-1]
    curve = np.zeros((len(table), cuts, cuts))
    place = np.arange(cuts)
    curve[:, place, place] = own
    curve[:, place[:-1], place[1:]] = near
    curve[:, place[1:], place[:-1]] = near
    score = np.concatenate((first.sum(axis=0), -columns.T @ first.sum(axis=1)))
    information = np.empty((at.size, at.size))
    information[:cuts, :cuts] = -curve.sum(axis=0)
    information[:cuts, cuts:] = curve.sum(axis=2).T @ columns
    information[cuts:, :cuts] = information[:cuts, cuts:].T
    information[cuts:, cuts:] = -(columns.T * curve.sum(axis=(1, 2))) @ columns
    value = float((table * np.log(chance))[table > 0].sum())
    return value, score, information


def _inverse(information: np.ndarray, steady: np.ndarray) -> np.ndarray:
    """Covariance of the parameters that do not run away."""
    spread = np.full(information.shape, np.nan)
    kept = np.flatnonzero(steady)
    if kept.size:
        inside = information[np.ix_(kept, kept)]
        if np.linalg.cond(inside) < 1e14:
            spread[np.ix_(kept, kept)] = np.linalg.inv(inside)
    return spread


def _in_units(
    at: np.ndarray, spread: np.ndarray, cuts: int, scale: np.ndarray, lowest: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Turn parameters of columns from 0 to 1 into those of the columns as they were given."""
    turn = np.diag(np.r_[np.ones(cuts), 1 / scale])
    turn[:cuts, cuts:] = lowest / scale
    told = np.isfinite(np.diag(spread))
    reached = turn @ np.where(told[:, None] & told, spread, 0.0) @ turn.T
    # What a parameter that runs away has a part in is not told either.
    known = (np.abs(turn[:, ~told]) == 0).all(axis=1)
    return turn @ at, np.where(known[:, None] & known, reached, np.nan)


def _odds_ratios(coefficients: np.ndarray, errors: np.ndarray, confidence: float) -> Interval:
    reach = normal_quantile(confidence) * errors
    ends = (coefficients, coefficients - reach, coefficients + reach)
    value, lower, upper = (np.exp(one) for one in ends)
    return Interval(value, lower, upper, named("Wald interval", value.shape), confidence)


def _null(table: np.ndarray) -> float:
    total = table.sum(axis=0)
    share = divided(total, total.sum())
    return float((total * np.log(share)).sum()) if total.size else 0.0
