"""Counts rounded instead of hidden: to a multiple, one by one or so that they still add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, eye_array, hstack, vstack

from workforce_analytics.disclosure.parts import Parts, parts
from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.errors import UsageError

_STEPS = 3
"""How many steps beyond the neighbouring multiples are tried before settling for what adds up."""

_NODES = 2_000
"""Branches per programme; counted, not timed, so that a slow machine rounds alike."""

_TIE = 0.25
"""Weight of the order of cells; deviations are whole numbers, so it only decides between equals."""


def rounded(counts: np.ndarray, policy: Policy) -> np.ndarray:
    """What does a rounding policy print for these counts, each looked at by itself?

    Parameters
    ----------
    counts
        Counts of 0 or more; fractions (FTE) are taken.
    policy
        The policy. Where it asks for rounded counts that add up, this is what counts are rounded to
        that belong to no sum: the nearest multiple.

    Returns
    -------
    numpy.ndarray
        The rounded counts; NaN where a count is under the threshold and hidden, or was missing.

    Examples
    --------
    >>> from workforce_analytics.disclosure.policy import PROFILES
    >>> rounded(np.array([0.0, 1.0, 6.0, 7.0]), PROFILES["midpoint6"]).tolist()
    [0.0, 3.0, 3.0, 9.0]
    """
    base = policy.rounding_base
    exact = np.asarray(counts, dtype=float)
    if policy.rounding == "midpoint":
        result = np.ceil(exact / base) * base - base // 2
        result = np.where(exact == 0, 0.0, result)
    else:
        result = np.floor(exact / base + 0.5) * base
    return np.where(under_threshold(exact, policy), np.nan, result)


def under_threshold(counts: np.ndarray, policy: Policy) -> np.ndarray:
    """Which of these counts are too small to be shown?"""
    exact = np.asarray(counts, dtype=float)
    small = (exact > 0) & (exact < policy.threshold)
    return small | (exact == 0) if policy.zeros == "hide" else small


def controlled(
    base: Any,
    members: Sequence[Sequence[int]],
    to: int,
    *,
    keys: Sequence[tuple[str, ...]] | None = None,
) -> np.ndarray:
    """What are these counts rounded to, so that the rounded ones still add up?

    Parameters
    ----------
    base
        Exact count of each elementary group, whole numbers.
    members
        For each printed cell, the elementary groups that it adds up.
    to
        To which multiple counts are rounded, at least 2.
    keys
        Names of the elementary groups. With them the result does not depend on their order.

    Returns
    -------
    numpy.ndarray
        For each printed cell a multiple of `to`, as whole numbers: one of the two neighbouring
        multiples, or the count itself where it is one. Where no such numbers add up, cells other
        than zeros may lie further away, as few steps as possible; `strays` tells which do.

    Raises
    ------
    UsageError
        If counts are not whole numbers of 0 or more, or `to` is less than 2.

    Notes
    -----
    Zero-restricted controlled rounding, with steps: least sum of |rounded - exact| over the printed
    cells, by integer programme (Hundepool and others, Handbook on Statistical Disclosure Control,
    rounding of frequency tables; Salazar, Lowthian, Young, Merola, Bond and Brown 2004, "Getting
    the best results in controlled rounding with the least effort"). Unlike there, a count of 0
    stays 0 whatever the steps. Every cell is a sum of the same rounded parts, which are whole
    multiples of 0 or more whether they are printed or not. A programme that grows too large is
    stopped: then the result adds up, but another might lie closer.

    Examples
    --------
    Rounded one by one, 3 and 3 of 6 would become 5 and 5 of 5.

    >>> controlled([3, 3], [[0], [1], [0, 1]], 5).tolist()
    [5, 0, 5]
    """
    if to < 2:
        raise UsageError(f"Counts are rounded to a multiple of at least 2, not {to}.")
    split = parts(base, members, keys)
    if not len(split.counts):
        return np.zeros(len(members), dtype=np.int64)
    for steps in range(_STEPS + 1):
        found = _solved(split, to, steps)
        if found is not None:
            return found[split.row]
    # Rounding each part to the nearest multiple adds up, too, however far the sums are carried.
    nearest = (2 * split.counts + to) // (2 * to) * to
    return np.asarray((split.holds @ nearest)[split.row])


def strays(counts: Any, found: Any, to: int) -> np.ndarray:
    """Which rounded counts are not one of the two neighbouring multiples?

    Parameters
    ----------
    counts
        Exact count of each printed cell.
    found
        What it was rounded to.
    to
        The multiple.

    Returns
    -------
    numpy.ndarray
        For each cell, whether it lies further away than rounding one by one could carry it.

    Examples
    --------
    >>> strays([7, 7, 5], [10, 0, 10], 5).tolist()
    [False, True, True]
    """
    return np.asarray(np.abs(np.asarray(found) - np.asarray(counts)) >= to)


def _solved(split: Parts, to: int, steps: int) -> np.ndarray | None:
    """Find the multiples that add up and lie closest, so many steps away at most."""
    cells, width = split.holds.shape
    lower, rest = split.values // to, split.values % to
    least = np.maximum(lower - steps, 0)
    most = np.where(split.values > 0, lower + (rest > 0) + steps, 0)
    # Cell by cell, |rounded - exact| is the largest of three lines, exact at every multiple.
    slopes = [(to - 2 * rest, rest - lower * (to - 2 * rest))]
    if steps:
        slopes += [(np.full(cells, to), -split.values), (np.full(cells, -to), split.values)]
    sums = csr_matrix(split.holds, dtype=float)
    away = vstack(
        [hstack([sums.multiply(-slope[:, None]), eye_array(cells)]) for slope, _ in slopes]
    )
    tie = _TIE * _order(cells) / (cells * (2 * steps + 1) + 1)
    found = milp(
        np.concatenate([tie @ split.holds, split.times]),
        constraints=[
            LinearConstraint(hstack([sums, csr_matrix((cells, cells))]), least, most),
            LinearConstraint(away, np.concatenate([level for _, level in slopes]), np.inf),
        ],
        bounds=Bounds(0, np.inf),
        integrality=np.concatenate([np.ones(width), np.zeros(cells)]),
        options={"mip_rel_gap": 0, "node_limit": _NODES},
    )
    if found.x is None:
        return None
    multiples = np.rint(found.x[:width]).astype(np.int64)
    return np.asarray(split.holds @ multiples * to)


def _order(cells: int) -> np.ndarray:
    """Weights between 0 and 1 of which no two small sums are alike, the same on every machine."""
    golden = (5**0.5 - 1) / 2
    return np.asarray((np.arange(1, cells + 1) * golden) % 1)
