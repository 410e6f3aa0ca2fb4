"""Who is expected to pass, when it is known how many did: Fisher's noncentral hypergeometric.

In a stratum (a vacancy), `n` candidates of each pattern have log odds of passing `log_odds`, up to
a constant of the stratum; given that `total` of them passed, how many of each pattern did? The
probability of j passes of pattern k is proportional to C(n_k, j) exp(j log_odds_k), all patterns
multiplied, over everything that adds up to the total.

How it is computed. Adding one constant to all log odds of a stratum changes nothing, so it is
chosen such that independent binomials expect the total: then the total is near their most likely
sum, and no term is ever very large or very small. The probability of that sum, and the moments
given it, are sums over the points of a discrete Fourier transform of the binomials' characteristic
function (Fernandez and Williams 2010 for the sum alone). Two bounds say how many points are needed
for sixteen digits: the function at angle t is at most exp(-v (1 - cos t)), v being the binomials'
variance, and a sum further than m from the total has probability at most 2 exp(-m^2 / (2 (v + m /
3))) (Bernstein). So a stratum of 100,000 candidates costs no more than one of 50.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

NEGLIGIBLE = 42.0
"""What is smaller than exp(-42), about 6e-19, of a sum is left out of it."""

WIDTHS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64)
BLOCK = 2**17
"""How many numbers a block may hold per array: small enough for a processor's cache."""


@dataclass(frozen=True, eq=False)
class Block:
    """Strata of about one size, side by side: a row per stratum, a column per pattern."""

    strata: np.ndarray
    rows: np.ndarray
    """Where each pattern stands in the table; 0 where a stratum has no such pattern."""
    n: np.ndarray
    """How many candidates; 0 where a stratum has no such pattern."""
    totals: np.ndarray
    real: np.ndarray
    """Whether the stratum has such a pattern."""


@dataclass(frozen=True, eq=False)
class Moments:
    """What is expected given the totals, for the strata of a block."""

    log_sum: np.ndarray
    """Logarithm of the sum of all products that add up to the total."""
    expected: np.ndarray
    covariance: np.ndarray


def blocks(stratum: np.ndarray, n: np.ndarray, totals: np.ndarray) -> list[Block]:
    """Lay strata of like size out together.

    Parameters
    ----------
    stratum
        The number of its stratum for each row of a table, from 0 without gaps, ascending.
    n
        Candidates, one per row, all above 0.
    totals
        Passes, one per stratum.
    """
    patterns = np.bincount(stratum, minlength=totals.size)
    people = np.bincount(stratum, weights=n, minlength=totals.size)
    first = np.concatenate(([0], np.cumsum(patterns)[:-1])).astype(np.int64)
    widths = _widths(patterns)
    order = np.lexsort((people, widths))
    made = []
    for chosen in _chunks(order, widths[order], people[order]):
        place = np.arange(widths[chosen[0]])
        real = place < patterns[chosen, np.newaxis]
        rows = np.where(real, first[chosen, np.newaxis] + place, 0)
        made.append(Block(chosen, rows, np.where(real, n[rows], 0.0), totals[chosen], real))
    return made


def _widths(patterns: np.ndarray) -> np.ndarray:
    """Round numbers of patterns up, so that few shapes of block occur."""
    steps = np.array(WIDTHS)
    place = np.searchsorted(steps, patterns)
    beyond = -(-patterns // 64) * 64
    return np.where(patterns > 64, beyond, steps[np.minimum(place, len(steps) - 1)])


def _chunks(order: np.ndarray, widths: np.ndarray, people: np.ndarray) -> Iterator[np.ndarray]:
    """Cut strata in order of width and size where the width changes or a block is full."""
    # No stratum needs more than some 35 points, and none more than half its people.
    points = np.minimum(people // 2 + 1, 35)
    cost = widths * np.maximum(points, widths)
    start = 0
    while start < order.size:
        same = int(np.searchsorted(widths, widths[start], side="right"))
        filled = np.cumsum(cost[start:same])
        size = max(1, int(np.searchsorted(filled, BLOCK, side="right")))
        yield order[start : start + size]
        start += size


def moments(log_odds: np.ndarray, n: np.ndarray, totals: np.ndarray) -> Moments:
    """How many of each pattern are expected to pass, given how many passed in the stratum?

    Parameters
    ----------
    log_odds, n
        One row per stratum, one column per pattern; n is 0 where a stratum has no such pattern.
    totals
        Passes of each stratum, more than none and fewer than all.

    Notes
    -----
    With z = q + p e^(it), the derivative of log z by the log odds is p q (e^(it) - 1) / z, in which
    nothing cancels. A pattern's variance is minus the sum of its covariances with the others, for
    the total is fixed; those are all negative, so nothing cancels there either.
    """
    from scipy.special import expit

    shift = _tilt(log_odds, n, totals)
    tilted = log_odds + shift[:, np.newaxis]
    p, q = expit(tilted), expit(-tilted)
    variance = (n * p * q).sum(axis=1)
    angles, points = _points(variance, n.sum(axis=1))
    turn = np.exp(1j * angles)
    z = q[:, :, np.newaxis] + p[:, :, np.newaxis] * turn
    # The complex logarithm by its parts: numpy's own takes ten times as long.
    square = z.real**2 + z.imag**2
    size = np.einsum("sk,skm->sm", n / 2, np.log(square))
    turned = np.einsum("sk,skm->sm", n, np.arctan2(z.imag, z.real))
    weight = np.exp(size + 1j * (turned - np.multiply.outer(totals, angles)))
    weight *= np.where(angles > 0, 2.0, 1.0) / points
    at_total = weight.real.sum(axis=1)
    slope = (z.conj() * (turn - 1)) * ((n * p * q)[:, :, np.newaxis] / square)
    weighted = slope * (weight / at_total[:, np.newaxis])[:, np.newaxis, :]
    away = weighted.real.sum(axis=2)
    # The real part of a product of complex numbers, as a product of pairs of real ones.
    pairs = np.ascontiguousarray(slope).view(np.float64)
    together = weighted.conj().view(np.float64) @ np.swapaxes(pairs, 1, 2)
    covariance = together - away[:, :, np.newaxis] * away[:, np.newaxis, :]
    diagonal = np.arange(n.shape[1])
    covariance[:, diagonal, diagonal] = 0.0
    covariance[:, diagonal, diagonal] = -covariance.sum(axis=2)
    binomials = (n * np.logaddexp(0.0, tilted)).sum(axis=1)
    return Moments(np.log(at_total) + binomials - totals * shift, n * p + away, covariance)


def _tilt(log_odds: np.ndarray, n: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Find the constant with which independent binomials expect about the total.

    Any constant gives the same moments; one near enough gives them to all digits.
    """
    from scipy.special import expit, logit

    real = n > 0
    middle = logit(totals / n.sum(axis=1))
    lower = middle - np.where(real, log_odds, -np.inf).max(axis=1)
    upper = middle - np.where(real, log_odds, np.inf).min(axis=1)
    shift = middle - (n * log_odds).sum(axis=1) / n.sum(axis=1)
    for _ in range(200):
        p = expit(log_odds + shift[:, np.newaxis])
        excess = (n * p).sum(axis=1) - totals
        variance = (n * p * (1 - p)).sum(axis=1)
        far = np.abs(excess) > np.maximum(1e-3, 1e-2 * np.sqrt(variance))
        if not far.any():
            break
        upper = np.where(excess > 0, np.minimum(upper, shift), upper)
        lower = np.where(excess < 0, np.maximum(lower, shift), lower)
        step = shift - excess / np.maximum(variance, 1e-12)
        inside = (step > lower) & (step < upper)
        shift = np.where(far, np.where(inside, step, (lower + upper) / 2), shift)
    return shift


def _points(variance: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, int]:
    """Angles of the transform from 0 up, and how many points there are around the circle.

    The number is odd, so that no point is at half a turn, where z can be 0.
    """
    third = NEGLIGIBLE / 3
    reach = third + np.sqrt(third**2 + 2 * NEGLIGIBLE * variance)
    size = int(np.minimum(people + 1, np.ceil(reach)).max()) | 1
    angles = 2 * np.pi * np.arange(size // 2 + 1) / size
    return angles[variance.min() * (1 - np.cos(angles)) <= NEGLIGIBLE], size
