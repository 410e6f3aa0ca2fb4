"""Is a ratio outside the screening range, how many people is that, and would one more turn it?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import (
    at_most,
    chosen,
    counts,
    divided,
    normal_quantile,
)
from workforce_analytics.inference.two_by_two import checked_tables, comparable
from workforce_analytics.inference.zone import (
    ZONE,
    checked_zone,
    moves_beyond,
    moves_into,
    side_of,
    whole_tables,
)

TARGETS = ("reference", "pooled")
SEED = 20_240_331

_HALVINGS = 60
_NOISE = 1e-12


@dataclass(frozen=True, eq=False)
class Highest:
    """The group with the highest rate, and whether chance alone would leave one this far ahead."""

    index: int | None
    """Its place among the groups; none where fewer than two groups can be compared."""
    p_value: float
    """How often, all groups' chances being equal, some group lies this far below the highest."""


def screened(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    zone: tuple[Any, Any] = ZONE,
) -> np.ndarray:
    """Is the ratio of two rates below, inside or above the screening range?

    Parameters
    ----------
    successes, n
        The group compared: how many were selected, out of how many. Whole numbers, or arrays.
    reference_successes, reference_n
        The group it is compared with; different people.
    zone
        The lowest and the highest ratio inside: fractions, or decimals as they are written (0.8 is
        taken as 4/5).

    Returns
    -------
    numpy.ndarray
        -1 below, 0 inside, 1 above. Not a number where a group has nobody, and where nobody or
        everybody was selected.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n; the zone is not one.

    Notes
    -----
    By whole numbers alone, so that a ratio of exactly 80 % is inside: a of n against b of m is
    inside if 5 a m >= 4 b n and 4 a m <= 5 b n. A screening range, not a legal test in Great
    Britain; it says nothing of chance.

    Examples
    --------
    >>> print(screened([48, 45], 100, 60, 100))
    [ 0. -1.]
    """
    tables, defined = whole_tables(successes, n, reference_successes, reference_n, zone)
    return np.where(defined, side_of(*tables, checked_zone(zone)), np.nan)


def shortfall(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    to: str = "reference",
) -> np.ndarray:
    """How many more of a group would have been selected at the other rate?

    Parameters
    ----------
    successes, n
        The group: how many were selected, out of how many. Numbers or arrays.
    reference_successes, reference_n
        The group it is compared with; different people.
    to
        "reference" (default): at the reference's rate. "pooled": at the rate of both together.

    Returns
    -------
    numpy.ndarray
        People, not rounded; negative where more were selected. Not a number where a group has
        nobody, and where nobody or everybody was selected. A measure of distance, not a quota or
        target.

    Raises
    ------
    UsageError
        The counts are missing, negative, or more than their n; there is no such rate.

    Notes
    -----
    n b / m - a to the reference's rate, n (a + b) / (n + m) - a to the pooled: the second leaves
    the number of people selected as it was.

    Examples
    --------
    >>> print(shortfall(2, 10, 15, 25))
    4.0
    """
    chosen(to, TARGETS, argument="to")
    a, n, b, m = checked_tables(successes, n, reference_successes, reference_n)
    # One fraction each, rounded once. To the pooled rate: n (a + b) - a (n + m) = n b - a m.
    missing = divided(n * b - a * m, m if to == "reference" else n + m)
    return np.where(comparable(a, n, b, m), missing, np.nan)


def one_person_flip(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    zone: tuple[Any, Any] = ZONE,
) -> np.ndarray:
    """How few selections, gone to the other group, would have turned the screening flag?

    Parameters
    ----------
    successes, n
        The group compared: how many were selected, out of how many. Whole numbers, or arrays.
    reference_successes, reference_n
        The group it is compared with; different people.
    zone
        As `screened` takes it.

    Returns
    -------
    numpy.ndarray
        The smallest number of selections moved that brings a ratio from outside the zone inside,
        or from inside outside: 1 means that one person decides. Not a number where no number does,
        and where `screened` is not a number.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n; the zone is not one.

    Notes
    -----
    A selection moves when one more of the group and one fewer of the reference are selected, or the
    other way round. The ratio only rises with the first, so the smallest number follows by whole
    division.

    Examples
    --------
    >>> print(one_person_flip([2, 12], [10, 20], [15, 15], 25))
    [3. 2.]
    """
    low, high = limits = checked_zone(zone)
    tables, defined = whole_tables(successes, n, reference_successes, reference_n, zone)
    a, n, b, m = tables
    mirrored = (b, m, a, n)
    side = side_of(*tables, limits)
    # From below into the zone; from above it is the same with the groups changing places.
    up = moves_into(tables, low, limits)
    down = moves_into(mirrored, 1 / high, (1 / high, 1 / low))
    out = np.fmin(moves_beyond(tables, high), moves_beyond(mirrored, 1 / low))
    moves = np.where(side < 0, up, np.where(side > 0, down, out))
    return np.where(defined, moves, np.nan)


def smallest_detectable_ratio(
    n: Any,
    reference_n: Any,
    reference_rate: Any,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
) -> np.ndarray:
    """How far below the reference would a group have to be for these numbers to show it?

    For planning: what a study of this size could find. It is no verdict on what was found.

    Parameters
    ----------
    n, reference_n
        People of the group and of the reference. Numbers or arrays.
    reference_rate
        The reference's rate, as a proportion; may be missing.
    power
        How often the difference should be found if it is there: 0.8 for 80 %.
    confidence
        0.95 for a two-sided test at the 5 % level.

    Returns
    -------
    numpy.ndarray
        The ratio below 1 nearest to it that a two-sided test finds that often. Not a number where
        not even a rate of 0 would be found, where a group has nobody, and where the reference's
        rate is 0 or missing.

    Raises
    ------
    UsageError
        The counts are missing or negative; rate, power or confidence lie outside 0 to 1.

    Notes
    -----
    The normal approximation to the pooled z test's power (Fleiss, Levin and Paik 2003): the ratio
    r for which (p - r p) = z_c sqrt(q (1 - q) (1/n + 1/m)) + z_power sqrt(r p (1 - r p)/n +
    p (1 - p)/m), with p the reference's rate and q = (n r p + m p)/(n + m).

    Examples
    --------
    >>> print(f"{smallest_detectable_ratio(200, 1000, 0.2):.2f}")
    0.59
    """
    rate = _checked_rate(reference_rate)
    people, others, p = counts(n=n, reference_n=reference_n, reference_rate=rate)
    defined = (people > 0) & (others > 0) & (p > 0)
    own, other = np.where(defined, people, 1.0), np.where(defined, others, 1.0)
    level = normal_quantile(confidence)
    asked = NormalDist().inv_cdf(_checked_power(power))

    def shown(ratio: np.ndarray) -> np.ndarray:
        """Tell whether a ratio of this size would be found so often."""
        rate = ratio * p
        both = (own * rate + other * p) / (own + other)
        if_equal = np.sqrt(both * (1 - both) * (1 / own + 1 / other))
        as_it_is = np.sqrt(rate * (1 - rate) / own + p * (1 - p) / other)
        return np.asarray(p - rate >= level * if_equal + asked * as_it_is)

    found, missed = np.zeros(p.shape), np.ones(p.shape)
    ever = shown(found)
    for _ in range(_HALVINGS):
        ratio = (found + missed) / 2
        large = shown(ratio)
        found, missed = np.where(large, ratio, found), np.where(large, missed, ratio)
    return np.where(defined & ever, found, np.nan)


def highest(
    successes: Any,
    n: Any,
    *,
    minimum_share: float = 0.02,
    draws: int = 10_000,
    seed: int = SEED,
) -> Highest:
    """Which group has the highest rate, and would chance alone leave another this far below it?

    Parameters
    ----------
    successes, n
        One per group: how many were selected, out of how many. Lists of whole numbers.
    minimum_share
        The part of all people that a group needs to be compared, as the highest or with it.
    draws
        How many tables are drawn; the p-value is known to about 1 / sqrt(draws).
    seed
        Where the draws start: the same tables each time.

    Returns
    -------
    Highest
        The group's place (the first of equals) and a p-value. No place and not a number where
        fewer than two groups are large enough, and where nobody or everybody in them was selected.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, not lists, or more than their n; fewer than
        one draw; a share outside 0 to 1.

    Notes
    -----
    Against the highest of several groups some ratio is low by the choice itself. So the smallest
    ratio to the highest rate is compared with that of tables with the same margins, in which those
    selected are drawn from all groups alike (multivariate hypergeometric):
    p = (1 + tables with a ratio no larger) / (1 + draws). It is no ground for "more likely".

    Examples
    --------
    >>> found = highest([12, 10, 6], [40, 40, 40])
    >>> print(found.index, round(found.p_value, 1))
    0 0.3
    """
    a, people = counts(successes=successes, n=n)
    at_most(a, people, names=("successes", "n"))
    if a.ndim != 1 or draws < 1 or not 0 <= minimum_share <= 1 or _fractions(a, people):
        raise UsageError(
            "highest takes two lists of whole numbers, one draw or more, and a minimum_share "
            "between 0 and 1."
        )
    least = Fraction(str(minimum_share)) * int(people.sum())
    large = np.array([index for index, size in enumerate(people) if 0 < size >= least], dtype=int)
    selected, pool = int(a[large].sum()), int(people[large].sum())
    if large.size < 2 or selected in (0, pool):
        return Highest(None, np.nan)
    rates = [Fraction(int(a[index]), int(people[index])) for index in large]
    # Groups in order of size: the p-value does not depend on the order they were given in.
    sizes = np.sort(people[large]).astype("int64")
    drawn = np.random.default_rng(seed).multivariate_hypergeometric(
        sizes, selected, size=draws, method="marginals"
    )
    simulated = drawn / sizes
    smallest = simulated.min(axis=1) / simulated.max(axis=1)
    as_small = smallest <= float(min(rates) / max(rates)) * (1 + _NOISE)
    index = int(large[rates.index(max(rates))])
    return Highest(index, float(1 + as_small.sum()) / (1 + draws))


def _checked_rate(rate: Any) -> np.ndarray:
    """Return rates with 0 in place of missing ones: nothing can be found below either."""
    try:
        array = np.asarray(rate, dtype="float64")
    except (TypeError, ValueError):
        array = np.array(-1.0)
    if ((array < 0) | (array > 1)).any():
        raise UsageError("reference_rate must lie between 0 and 1, or be missing.")
    return np.where(np.isnan(array), 0.0, array)


def _checked_power(power: float) -> float:
    if not 0 < power < 1:
        raise UsageError(f"power must lie between 0 and 1, as 0.8 does, and is {power}.")
    return float(power)


def _fractions(*arrays: np.ndarray) -> bool:
    return any((array != np.floor(array)).any() for array in arrays)
