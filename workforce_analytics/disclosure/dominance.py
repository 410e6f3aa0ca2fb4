"""Sums of which a few people make up most: they tell nearly what those few contribute."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.errors import UsageError


def dominated(total: Any, largest: Sequence[Sequence[float]], policy: Policy) -> np.ndarray:
    """Of which sums do a few people make up so much that what they contribute is nearly told?

    Parameters
    ----------
    total
        For each cell, the sum of all contributions: hours, pounds, pence.
    largest
        For each cell, its largest contributions in descending order: all of them, or as many as the
        rules look at (`dominance_n`, and two for `p_percent`).
    policy
        Its `dominance_n` and `dominance_k`, and its `p_percent`; where they are 0, nothing is
        dominated.

    Returns
    -------
    numpy.ndarray
        For each cell, whether one of the rules calls it sensitive.

    Raises
    ------
    UsageError
        If a contribution is negative, or if those given are more than the total, not in descending
        order, or too few to judge by.

    Notes
    -----
    With contributions x1 >= x2 >= ... and their sum X, a cell is sensitive where
    x1 + ... + xn > k/100 X, or where X - x2 - x1 < p/100 x1: whoever contributes x2 knows that x1
    is at most X - x2, which is then less than p per cent too much. Both are compared in exact
    fractions. Neither calls a sum of 0 sensitive, though it says that every contribution is 0.
    Hundepool and others, Handbook on Statistical Disclosure Control, sensitive cells in magnitude
    tables.

    Examples
    --------
    Of 100,000, two people contribute 50,000 and 49,000. Neither makes up nine tenths, but the
    second knows the first's part to within 2 per cent.

    >>> dominated([100_000], [(50_000, 49_000)], Policy(dominance_n=1, dominance_k=90)).tolist()
    [False]
    >>> dominated([100_000], [(50_000, 49_000)], Policy(p_percent=10)).tolist()
    [True]
    """
    sums = [Fraction(one) for one in np.asarray(total).tolist()]
    found = np.zeros(len(sums), dtype=bool)
    if not policy.weighs_contributions:
        return found
    least = max(policy.dominance_n, 2 if policy.p_percent else 0)
    # Through their decimals, 90.9 per cent is 909 thousandths and not the nearest binary number.
    share, close = Fraction(str(policy.dominance_k)) / 100, Fraction(str(policy.p_percent)) / 100
    for cell, (whole, parts) in enumerate(zip(sums, largest, strict=True)):
        given = [Fraction(one) for one in parts]
        _check(whole, given, least, cell)
        first, second = [*given, Fraction(0), Fraction(0)][:2]
        few = policy.dominance_n > 0 and sum(given[: policy.dominance_n]) > share * whole
        found[cell] = few or (policy.p_percent > 0 and whole - second - first < close * first)
    return found


def _check(whole: Fraction, given: list[Fraction], least: int, cell: int) -> None:
    rest = whole - sum(given)
    if whole < 0 or any(one < 0 for one in given):
        mistake = "negative: sums of which few make up most are only known of amounts of 0 or more."
    elif given != sorted(given, reverse=True):
        mistake = "not in descending order: give the largest first."
    elif rest < 0:
        mistake = "more than their sum: give the sum of all contributions to the cell."
    elif rest > 0 and len(given) < least:
        mistake = f"too few to judge by: give the {least} largest, or all where there are fewer."
    else:
        return
    raise UsageError(f"The contributions to cell {cell} are {mistake}")
