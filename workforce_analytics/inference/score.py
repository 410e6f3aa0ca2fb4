"""Koopman's score limits of a ratio of two rates: they exist where a count is 0 or full.

statsmodels has them too, but not everywhere: for 3 of 7 against 15 of 15 its 0.15 finds 0.818 to
0.818, where Pearson's chi-squared puts them at 0.158 and 0.750.
"""

from __future__ import annotations

import numpy as np

_FARTHEST = 60.0
"""Logarithm of a ratio (1e26) beyond which no two groups of people can lie."""

_HALVINGS = 64


def score_limits(
    a: np.ndarray, n: np.ndarray, b: np.ndarray, m: np.ndarray, *, z: float
) -> tuple[np.ndarray, np.ndarray]:
    """Find the ratios from which the two rates lie no more than z standard errors.

    The standard error is that of the likeliest rates which have the ratio (Koopman 1984); the
    groups have people, and somebody was selected, or the limits mean nothing.
    """
    with np.errstate(divide="ignore"):
        observed = np.log(a) - np.log(n) - (np.log(b) - np.log(m))
    inside = np.clip(observed, -_FARTHEST, _FARTHEST)
    ends = np.stack([np.full(a.shape, -_FARTHEST), np.full(a.shape, _FARTHEST)])
    lower, upper = _boundary(np.stack([inside, inside]), ends, (a, n, b, m), z * z)
    return np.where(a > 0, np.exp(lower), 0.0), np.where(b > 0, np.exp(upper), np.inf)


def _boundary(
    inside: np.ndarray,
    outside: np.ndarray,
    tables: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    squared: float,
) -> np.ndarray:
    """Halve the way between a log ratio that is not rejected and one that is."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        rejected = _statistic(middle, *tables) > squared
        inside = np.where(rejected, inside, middle)
        outside = np.where(rejected, middle, outside)
    return inside


def _statistic(
    log_ratio: np.ndarray, a: np.ndarray, n: np.ndarray, b: np.ndarray, m: np.ndarray
) -> np.ndarray:
    """Give the squared distance of two rates from a ratio, in standard errors at that ratio."""
    more = np.expm1(log_ratio)
    ratio = np.exp(log_ratio)
    reference_rate, reference_rest = _restricted(more, ratio, a, n, b, m)
    rate, rest = _restricted(np.expm1(-log_ratio), 1 / ratio, b, m, a, n)
    apart = (a * m - b * n) / (n * m) - more * b / m
    variance = rate * rest / n + ratio**2 * reference_rate * reference_rest / m
    # Without variance a ratio is either met exactly or impossible.
    impossible = np.where(apart == 0, 0.0, np.inf)
    with np.errstate(over="ignore"):
        return np.divide(apart**2, variance, out=impossible, where=variance > 0)


def _restricted(
    more: np.ndarray,
    ratio: np.ndarray,
    a: np.ndarray,
    n: np.ndarray,
    b: np.ndarray,
    m: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Give the reference's likeliest rate at a ratio, and 1 less it; `more` is the ratio less 1.

    The rate solves (n + m) ratio p^2 - ((n + b) ratio + m + a) p + a + b = 0. Written so that
    nothing cancels where rates are near 1 and groups are large.
    """
    rest, reference_rest = n - a, m - b
    root = np.sqrt(
        (more * (n + b) + rest - reference_rest) ** 2 + 4 * ratio * rest * reference_rest
    )
    twice = (n + b) * ratio + m + a + root
    rate = 2 * (a + b) / twice
    side = (n + b) * more + rest + reference_rest
    cancelled = -4 * reference_rest * more * (a + b)
    small = np.divide(cancelled, root - side, out=np.zeros_like(side), where=root > side)
    return rate, np.where(side < 0, small, root + side) / twice
