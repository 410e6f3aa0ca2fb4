"""Whether the items of a theme tell one thing: Cronbach's alpha and McDonald's omega."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import checked_confidence, normal_quantile

FEWEST_ITEMS = 3
"""Items under which neither figure says much, and omega cannot be had."""
STEPS = 500
SMALLEST = 1e-6
"""Share of its variance that an item must keep for itself for its factor to be a proper one."""


@dataclass(frozen=True)
class Reliability:
    """A coefficient with its limits; not a number where it cannot be told."""

    value: float
    lower: float
    upper: float
    items: int
    n: int
    method: str
    """How it was found, or why it was not."""
    few_items: bool
    """Under three items: a caution belongs beside the figure."""
    confidence: float


@dataclass(frozen=True, eq=False)
class Factor:
    """One factor behind several items, and how well it is told."""

    loadings: np.ndarray
    own: np.ndarray
    """Variance of each item that is its own."""
    covariance: np.ndarray
    """Of the loadings and then the own variances, as estimates."""
    discrepancy: float
    """n - 1 times this is the likelihood-ratio statistic against any covariance matrix at all."""
    proper: bool
    """Whether the maximum was found, with some variance left to each item."""


def cronbach_alpha(covariance: Any, n: int, *, confidence: float = 0.95) -> Reliability:
    """How well do the items of a theme agree, if all measure it equally well?

    Parameters
    ----------
    covariance
        Covariances of the items, scored in one direction, of people who answered all of them.
    n
        How many people these are.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Reliability
        Not a number with one item, fewer than two people or items whose sum does not vary. It can
        be negative: then items point in different directions.

    Raises
    ------
    UsageError
        The table is not one of covariances, or n is not a number of people.

    Notes
    -----
    k / (k - 1) x (1 - sum of the variances / variance of the sum), Cronbach (1951). Limits 1 - (1 -
    alpha) F at both ends of F with n - 1 and (n - 1)(k - 1) degrees of freedom: Feldt (1965),
    Feldt, Woodruff and Salih (1987). They are exact for normal scores with items of equal variance
    and equal covariances, and close for others.

    Examples
    --------
    >>> found = cronbach_alpha([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]], 120)
    >>> print(f"{found.value:.3f}, likely between {found.lower:.3f} and {found.upper:.3f}")
    0.750, likely between 0.661 and 0.819
    """
    from scipy.stats import f

    table, people, confidence = _checked(covariance, n, confidence)
    items, total = len(table), float(table.sum())
    if items < 2 or people < 2 or total <= 0:
        why = "not told: it takes two items, two people, and answers that differ"
        return _untold(items, people, why, confidence)
    value = items / (items - 1) * (1 - float(np.trace(table)) / total)
    degrees = (people - 1, (people - 1) * (items - 1))
    tails = ((1 + confidence) / 2, (1 - confidence) / 2)
    lower, upper = (1 - (1 - value) * float(f.ppf(tail, *degrees)) for tail in tails)
    few = items < FEWEST_ITEMS
    return Reliability(value, lower, upper, items, people, "Feldt", few, confidence)


def mcdonald_omega(covariance: Any, n: int, *, confidence: float = 0.95) -> Reliability:
    """How much of the differences in a theme's total comes from what its items have in common?

    Parameters
    ----------
    covariance
        Covariances of the items, scored in one direction, of people who answered all of them.
    n
        How many people these are.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Reliability
        Not a number with fewer than three items, whose factor nothing tells, or where the best
        factor leaves an item no variance of its own.

    Raises
    ------
    UsageError
        The table is not one of covariances, or n is not a number of people.

    Notes
    -----
    (sum of loadings)^2 / ((sum of loadings)^2 + sum of own variances), McDonald (1999), of one
    factor by maximum likelihood (`one_factor`). Limits by the delta method from its expected
    information, on the scale of log(1 - omega), where the spread of such coefficients hardly hangs
    on their size (Bonett 2002 for alpha). Like Feldt's they assume scores near to normal. In 1,000
    drawn samples of four items they held the truth in 94 % with 100 people and with 400, and in
    91 % with 50 (samples without a figure counted as not holding it).

    Examples
    --------
    >>> found = mcdonald_omega([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]], 200)
    >>> print(f"{found.value:.3f}, likely between {found.lower:.3f} and {found.upper:.3f}")
    0.745, likely between 0.676 and 0.799
    """
    table, people, confidence = _checked(covariance, n, confidence)
    items = len(table)
    if items < FEWEST_ITEMS:
        return _untold(items, people, "not told: it takes three items", confidence)
    if people <= items or (np.diag(table) <= 0).any():
        why = "not told: it takes more people than items, and answers that differ on each"
        return _untold(items, people, why, confidence)
    found = one_factor(table, people)
    if not found.proper:
        why = "not told: the items have no one factor that leaves each a variance of its own"
        return _untold(items, people, why, confidence)
    common, own = float(found.loadings.sum()), float(found.own.sum())
    total = common**2 + own
    value = common**2 / total
    slope = (
        np.concatenate((np.full(items, 2 * common * own), np.full(items, -(common**2)))) / total**2
    )
    error = float(np.sqrt(slope @ found.covariance @ slope)) / (1 - value)
    spread = np.exp(normal_quantile(confidence) * error)
    lower, upper = 1 - (1 - value) * float(spread), 1 - (1 - value) / float(spread)
    method = "one factor by maximum likelihood, delta method on log(1 - omega)"
    return Reliability(value, lower, upper, items, people, method, False, confidence)


def one_factor(covariance: Any, n: int) -> Factor:
    """How strongly does each item go with the one thing they have in common?

    Parameters
    ----------
    covariance
        Covariances of three or more items, each of which varies.
    n
        How many people these are.

    Returns
    -------
    Factor

    Notes
    -----
    Covariances L L' + diag(own), at the least of log|V| + tr(S V^-1) - log|S| - k (Joreskog 1967),
    by Fisher scoring with halved steps from the first principal component, items brought to
    variance 1. Covariance of the estimates: the inverse of n - 1 times the expected information,
    1/2 tr(V^-1 dV_i V^-1 dV_j).

    Examples
    --------
    >>> found = one_factor([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]], 200)
    >>> print(found.loadings.round(3), found.own.round(3))
    [0.8 0.7 0.6] [0.36 0.51 0.64]
    """
    table = np.asarray(covariance, dtype="float64")
    items, scale = len(table), np.sqrt(np.diag(table))
    correlation = table / np.outer(scale, scale)
    at = _start(correlation)
    now, proper = _misfit(at, correlation), False
    for _ in range(STEPS):
        score, information = _slopes(at, correlation)
        step = np.linalg.lstsq(information, score, rcond=1e-12)[0]
        if np.abs(step).max() < 1e-9:
            proper = True
            break
        length = 1.0
        while _misfit(at + length * step, correlation) > now + 1e-14 and length > 1e-8:
            length /= 2
        if length <= 1e-8:
            break
        at = at + length * step
        now = _misfit(at, correlation)
    loadings, own = at[:items], at[items:]
    loadings = loadings if loadings.sum() >= 0 else -loadings
    information = _slopes(np.concatenate((loadings, own)), correlation)[1]
    proper = proper and bool((own > SMALLEST).all())
    proper = proper and float(np.linalg.cond(information)) < 1e12
    spread = np.full(information.shape, np.nan)
    if proper:
        units = np.concatenate((scale, scale**2))
        spread = np.linalg.inv(information) / (n - 1) * np.outer(units, units)
    sign, size = np.linalg.slogdet(correlation)
    discrepancy = now - float(size) if sign > 0 else float("nan")
    return Factor(loadings * scale, own * scale**2, spread, discrepancy, proper)


def _start(correlation: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(correlation)
    first = vectors[:, -1] * (1.0 if vectors[:, -1].sum() >= 0 else -1.0)
    rest = max((values.sum() - values[-1]) / max(len(values) - 1, 1), 0.0)
    loadings = first * np.sqrt(max(values[-1] - rest, 0.1))
    return np.concatenate((loadings, np.clip(1 - loadings**2, 0.1, 1.0)))


def _misfit(at: np.ndarray, correlation: np.ndarray) -> float:
    items = len(correlation)
    if (at[items:] <= SMALLEST / 10).any():
        return float("inf")
    model = np.outer(at[:items], at[:items]) + np.diag(at[items:])
    size = float(np.linalg.slogdet(model)[1])
    return size + float(np.trace(np.linalg.solve(model, correlation))) - items


def _slopes(at: np.ndarray, correlation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope of half minus the misfit, and its expected curvature, each over one person."""
    items = len(correlation)
    loadings = at[:items]
    model = np.outer(loadings, loadings) + np.diag(at[items:])
    inverse = np.linalg.inv(model)
    gap = inverse @ (correlation - model) @ inverse
    along = inverse @ loadings
    score = np.concatenate((gap @ loadings, np.diag(gap) / 2))
    common = float(loadings @ along)
    information = np.empty((2 * items, 2 * items))
    information[:items, :items] = common * inverse + np.outer(along, along)
    information[:items, items:] = inverse * along
    information[items:, :items] = information[:items, items:].T
    information[items:, items:] = inverse**2 / 2
    return score, information


def _checked(covariance: Any, n: Any, confidence: float) -> tuple[np.ndarray, int, float]:
    try:
        table = np.asarray(covariance, dtype="float64")
    except (TypeError, ValueError):
        table = np.array(np.nan)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise UsageError("covariance must be a square table of numbers, one row per item.")
    largest = float(np.abs(table).max())
    if not np.isfinite(table).all() or (np.abs(table - table.T) > 1e-9 * largest).any():
        raise UsageError(
            "covariance must hold finite numbers, the same on both sides of its diagonal."
        )
    if (np.diag(table) < 0).any() or np.linalg.eigvalsh(table).min() < -1e-8 * largest:
        raise UsageError(
            "covariance must come from one set of people: this one gives some sum of the items a "
            "negative variance. Use the people who answered all items."
        )
    if not (np.isfinite(n) and n >= 0 and int(n) == n):
        raise UsageError("n must be a whole number of people.")
    return table, int(n), checked_confidence(confidence)


def _untold(items: int, n: int, why: str, confidence: float) -> Reliability:
    gone = float("nan")
    return Reliability(gone, gone, gone, items, n, why, items < FEWEST_ITEMS, confidence)
