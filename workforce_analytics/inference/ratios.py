"""How many times as likely: one group's rate against another's, against the whole, over time."""

from __future__ import annotations

from typing import Any

import numpy as np

from workforce_analytics.inference.intervals import (
    Interval,
    checked_confidence,
    chosen,
    counts,
    divided,
    named,
    normal_quantile,
)
from workforce_analytics.inference.score import score_limits
from workforce_analytics.inference.two_by_two import (
    EXACT,
    checked_tables,
    comparable,
    exact_odds_ratio,
    with_reasons,
)

METHODS = {"log": "log interval", "score": "Koopman score interval"}
"""Intervals of a ratio of two rates, by name, and as they are called in a table."""

WOOLF = "Woolf log interval"
OF_THE_WHOLE = "log interval, group within the whole"
SCORE_OF_THE_WHOLE = "Koopman score interval, group within the whole"
OF_RATIOS = "log interval of a ratio of ratios"
ZERO_CELL = "undefined: a count of 0"

_Tables = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def ratio_interval(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    method: str = "log",
    confidence: float = 0.95,
) -> Interval:
    """How many times as likely is one group as another, and between which limits?

    Parameters
    ----------
    successes, n
        The group compared: how many were selected, out of how many. Numbers or arrays.
    reference_successes, reference_n
        The group it is compared with; different people.
    method
        "log" (default; "score" where a count is 0 or full) or "score" throughout.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        The group's rate over the reference's. 0 with a lower limit of 0 where nobody of the group
        was selected, infinite with an infinite upper limit where nobody of the reference was. Not
        a number where a group has nobody, and where nobody or everybody was selected: there the
        two were not treated differently, and a ratio of 1 would look like a finding. `method` says
        which interval each one has, or why there is none.

    Raises
    ------
    UsageError
        The counts are missing, negative, or more than their n; the method is unknown.

    Notes
    -----
    Log (Katz and others 1978): exp(ln R +- z sqrt(1/a - 1/n + 1/b - 1/m)) for a of n against b of
    m. Score (Koopman 1984): the ratios r for which (a/n - r b/m)^2 is no more than z^2 times its
    variance at the likeliest rates of ratio r. For the ratio of failures give failures as
    successes: it can point the other way.

    Examples
    --------
    >>> ratio = ratio_interval(2, 10, 15, 25)
    >>> print(f"{ratio.value:.2f}, likely between {ratio.lower:.2f} and {ratio.upper:.2f}")
    0.33, likely between 0.09 and 1.20
    >>> none = ratio_interval(0, 10, 15, 25)
    >>> print(f"{none.value:.2f}, likely between {none.lower:.2f} and {none.upper:.2f}")
    0.00, likely between 0.00 and 0.48
    """
    chosen(method, METHODS, argument="method")
    confidence = checked_confidence(confidence)
    tables = checked_tables(successes, n, reference_successes, reference_n)
    score = comparable(*tables) & (_zero_cell(*tables) | (method == "score"))
    value = _ratio(*tables, comparable(*tables))
    lower, upper = _limits(tables, value, score, normal_quantile(confidence))
    names = np.where(score, METHODS["score"], METHODS[method])
    return Interval(value, lower, upper, with_reasons(names, *tables), confidence)


def odds_ratio_interval(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    confidence: float = 0.95,
) -> Interval:
    """How many times as high are one group's odds as another's, and between which limits?

    Parameters
    ----------
    successes, n
        The group compared: how many were selected, out of how many. Whole numbers, or arrays.
    reference_successes, reference_n
        The group it is compared with; different people.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        The sample's odds ratio: 0 or infinite where a count is 0 or full, with limits there from
        the exact distribution (`method` says so). Not a number where a group has nobody, and where
        nobody or everybody was selected.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n.

    Notes
    -----
    Woolf (1955): exp(ln OR +- z sqrt(1/a + 1/(n - a) + 1/b + 1/(m - b))). An odds ratio lies
    farther from 1 than the ratio of rates, much farther where many are selected: it is no "times
    as likely".

    Examples
    --------
    >>> odds = odds_ratio_interval(2, 10, 15, 25)
    >>> print(f"{odds.value:.2f}, likely between {odds.lower:.2f} and {odds.upper:.2f}")
    0.17, likely between 0.03 and 0.95
    """
    confidence = checked_confidence(confidence)
    tables = checked_tables(successes, n, reference_successes, reference_n, whole=True)
    a, n, b, m = tables
    exact = comparable(*tables) & _zero_cell(*tables)
    value = _quotient(a * (m - b), (n - a) * b, comparable(*tables))
    error = np.hypot(_odds_error(a, n - a), _odds_error(b, m - b))
    lower, upper = _around(value, error, normal_quantile(confidence))
    names = named(WOOLF, value.shape)
    if exact.any():
        limits = exact_odds_ratio(*(array[exact] for array in tables), confidence=confidence)
        lower[exact], upper[exact] = limits.lower, limits.upper
        names = np.where(exact, EXACT, names)
    return Interval(value, lower, upper, with_reasons(names, *tables), confidence)


def ratio_to_total_interval(
    successes: Any,
    n: Any,
    rest_successes: Any,
    rest_n: Any,
    *,
    confidence: float = 0.95,
) -> Interval:
    """How many times as likely is a group as everybody together, itself included?

    Parameters
    ----------
    successes, n
        The group: how many were selected, out of how many. Numbers or arrays.
    rest_successes, rest_n
        Everybody else, who with the group make up the whole.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        The group's rate over the whole's. Not a number where the group or the rest has nobody, and
        where nobody or everybody was selected.

    Raises
    ------
    UsageError
        The counts are missing, negative, or more than their n.

    Notes
    -----
    The group is part of the whole, so the two rates rise together: for a of n in the group, c of m
    in the rest and A = a + c, the variance of ln R is (1 - a/A)^2 (1/a - 1/n) + (c/A)^2
    (1/c - 1/m). No ratio can exceed (n + m) / n. Where a count is 0 or full, the limits are those
    of group against rest (Koopman's score) carried over by R = (n + m) r / (n r + m).

    Examples
    --------
    >>> ratio = ratio_to_total_interval(2, 10, 15, 25)
    >>> print(f"{ratio.value:.2f}, likely between {ratio.lower:.2f} and {ratio.upper:.2f}")
    0.41, likely between 0.13 and 1.27
    """
    confidence = checked_confidence(confidence)
    a, n, c, m = tables = checked_tables(successes, n, rest_successes, rest_n)
    score = comparable(*tables) & _zero_cell(*tables)
    z = normal_quantile(confidence)
    value = _quotient(a * (n + m), n * (a + c), comparable(*tables))
    # 1 - a/A and c/A are one: the error is that of group against rest, times the rest's part.
    lower, upper = _around(value, divided(c, a + c) * _log_error(*tables), z)
    if score.any():
        limits = score_limits(*(array[score] for array in tables), z=z)
        own, rest = n[score], m[score]
        with np.errstate(divide="ignore"):
            lower[score], upper[score] = ((own + rest) / (own + rest / limit) for limit in limits)
    upper = np.minimum(upper, divided(n + m, n))
    names = np.where(score, SCORE_OF_THE_WHOLE, OF_THE_WHOLE)
    return Interval(value, lower, upper, with_reasons(names, *tables), confidence)


def ratio_of_ratios_interval(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    other_successes: Any,
    other_n: Any,
    other_reference_successes: Any,
    other_reference_n: Any,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Is the ratio between two groups another here than there (another route, year, service)?

    Parameters
    ----------
    successes, n, reference_successes, reference_n
        Group and reference here. Numbers or arrays.
    other_successes, other_n, other_reference_successes, other_reference_n
        The same two groups there; different people.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        The ratio here over the ratio there: 1 where they are the same. Not a number where any
        count of selected or not selected people is 0.

    Raises
    ------
    UsageError
        The counts are missing, negative, or more than their n.

    Notes
    -----
    exp(ln R - ln R' +- z sqrt(V + V')), with V the variance of each log ratio as in
    `ratio_interval`: the two are independent (Altman and Bland 2003).

    Examples
    --------
    >>> change = ratio_of_ratios_interval(20, 100, 30, 100, 10, 100, 30, 100)
    >>> print(f"{change.value:.1f}, likely between {change.lower:.2f} and {change.upper:.2f}")
    2.0, likely between 0.88 and 4.56
    """
    confidence = checked_confidence(confidence)
    # Both at once first, so that one shape is made of all that was given.
    every = counts(
        successes=successes,
        n=n,
        reference_successes=reference_successes,
        reference_n=reference_n,
        other_successes=other_successes,
        other_n=other_n,
        other_reference_successes=other_reference_successes,
        other_reference_n=other_reference_n,
    )
    here, there = checked_tables(*every[:4]), checked_tables(*every[4:])
    defined = ~_zero_cell(*here) & ~_zero_cell(*there)
    value = divided(_ratio(*here, defined), _ratio(*there, defined))
    lower, upper = _around(
        value, np.hypot(_log_error(*here), _log_error(*there)), normal_quantile(confidence)
    )
    names = np.where(defined, OF_RATIOS, ZERO_CELL)
    return Interval(value, lower, upper, names, confidence)


def _limits(
    tables: _Tables, value: np.ndarray, score: np.ndarray, z: float
) -> tuple[np.ndarray, np.ndarray]:
    """Give the log interval's limits, and score limits where they are asked for."""
    lower, upper = _around(value, _log_error(*tables), z)
    if score.any():
        lower[score], upper[score] = score_limits(*(array[score] for array in tables), z=z)
    return lower, upper


def _zero_cell(a: np.ndarray, n: np.ndarray, b: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Tell where nobody or everybody of a group was selected: a log interval would fail."""
    return np.asarray((a == 0) | (a == n) | (b == 0) | (b == m))


def _quotient(numerator: np.ndarray, denominator: np.ndarray, defined: np.ndarray) -> np.ndarray:
    """Divide where it means something: infinite over 0, not a number elsewhere."""
    infinite = np.where(defined, np.inf, np.nan)
    return np.divide(numerator, denominator, out=infinite, where=defined & (denominator > 0))


def _ratio(
    a: np.ndarray, n: np.ndarray, b: np.ndarray, m: np.ndarray, defined: np.ndarray
) -> np.ndarray:
    """Give a/n over b/m as one fraction, rounded once."""
    return _quotient(a * m, n * b, defined)


def _log_error(a: np.ndarray, n: np.ndarray, b: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Give the standard error of the log of a/n over b/m; not a number where a or b is 0."""
    # 1/a - 1/n as one fraction, so that nothing cancels where nearly everybody was selected.
    return np.asarray(np.sqrt(divided(n - a, a * n) + divided(m - b, b * m)))


def _odds_error(selected: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Give the standard error of log odds; not a number where either is 0."""
    return np.asarray(np.sqrt(divided(selected + rest, selected * rest)))


def _around(value: np.ndarray, error: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Give the limits that lie equally far on a log scale; not a number where the error is not."""
    factor = np.exp(z * error)
    return np.asarray(value / factor), np.asarray(value * factor)
