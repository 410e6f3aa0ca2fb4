"""Which means and medians must be hidden, so that no small group's can be worked out from others?

A mean with its count is a sum, and sums are protected as counts are: what is shown must leave each
hidden sum uncertain. Medians do not add up; there two published sets that differ by few people are
the danger.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from workforce_analytics.disclosure.dominance import dominated
from workforce_analytics.disclosure.marking import MEANS
from workforce_analytics.disclosure.parts import Parts, parts
from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.disclosure.singling import made_of, singled_out
from workforce_analytics.disclosure.suppression import pattern
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Cells, Estimates

COUNTED = ("people", "posts", "fte", "events")
"""Units of figures that rest on no mean."""

_FINEST = 1_000_000
"""The largest sum is brought to this, so that the solver's arithmetic is exact enough."""

_TURNS = 25
"""Patterns tried before every mean is hidden."""


def hidden_rows(table: Estimates, hidden: np.ndarray, policy: Policy) -> np.ndarray:
    """Which rows of a table hold a mean or median that must be hidden?

    Parameters
    ----------
    table
        Exact figures. A row in pounds or points holds the mean of those whom its denominator's cell
        counts, unless it rests on further cells too, or `cells.quantiles` names it.
    hidden
        For each cell, whether its count is hidden.
    policy
        Says how many must stand behind a mean, a median and pay, and which sums are dominated.

    Returns
    -------
    numpy.ndarray
        For each row, whether its figure and the interval beside it must be hidden. Rows of other
        figures are left as they are, but for those worked out from a hidden mean or median.

    Notes
    -----
    Hidden for its own sake is a mean or median whose count is hidden, or of fewer people than the
    policy wants or than its threshold, and a mean of which few people make up most. Where a rule on
    contributions is in force, means in pounds whose contributions are not known are hidden, too.

    A mean is hidden with them where a hidden one could be worked out, or one of few people whom no
    row shows: see `hidden_means`. Medians: see `hidden_quantiles`. Rows on one cell are hidden
    together. Where `cells.sums` is missing, everybody is supposed to contribute the same: then no
    hidden mean can be computed, but how closely it is known is only right for even contributions.

    A row that rests on further cells (a gap, a change) is hidden where the mean or median of one
    of them is.

    Examples
    --------
    The mean of 42 and that of 32 of them give that of the ten who are left.

    >>> import numpy as np
    >>> from workforce_analytics.estimates import About, Cells, assemble
    >>> about = About("Pay", "", "", "", "", "", "2025-03-31", "", ("sex",))
    >>> rows = [{"sex": sex, "unit": "pounds", "value": 20.0} for sex in ("All", "women", "men")]
    >>> cells = Cells(np.array([32, 10]), (("women",), ("men",)), ("sex",), ((0, 1), (0,), (1,)),
    ...               np.array([-1, -1, -1]), np.array([0, 1, 2]), sums=np.array([640, 200]))
    >>> nothing = np.zeros(3, dtype=bool)
    >>> hidden_rows(assemble(rows, about, cells), nothing, Policy(least_mean=11)).tolist()
    [False, True, True]
    """
    cells = table.cells
    if cells is None:
        return np.zeros(len(table), dtype=bool)
    unit = table._exact["unit"].to_numpy()
    stands = np.asarray(cells.denominator) >= 0
    median = np.zeros(len(table), dtype=bool)
    median[list(cells.quantiles)] = True
    further = np.array([len(more) > 0 for more in cells.behind] or [False] * len(table), dtype=bool)
    mean = np.isin(unit, MEANS) & ~median
    own = np.zeros(len(table), dtype=bool)
    gone: dict[bool, set[int]] = {}
    for medians, rows in ((False, mean), (True, median)):
        alone = np.flatnonzero(rows & stands & ~further)
        own_sake = _for_its_own_sake(cells, unit, alone, hidden, policy, medians=medians)
        shown = table._exact["value"].notna().to_numpy()[alone]
        found = _with_others(cells, alone[shown], own_sake[shown], unit, policy, medians=medians)
        own[alone] = own_sake
        gone[medians] = {*found, *np.asarray(cells.denominator)[alone[own_sake]].tolist()}
        own[alone] |= np.isin(np.asarray(cells.denominator)[alone], list(gone[medians]))
    return own | _worked_out(cells, unit, further, median, gone)


def _for_its_own_sake(
    cells: Cells,
    unit: np.ndarray,
    rows: np.ndarray,
    hidden: np.ndarray,
    policy: Policy,
    *,
    medians: bool,
) -> np.ndarray:
    at = np.asarray(cells.denominator)[rows]
    people = np.array([cells.base[list(cells.members[cell])].sum() for cell in at])
    fewest = np.array([_fewest(policy, unit[row], medians) for row in rows])
    small = (people >= 1) & (people < fewest)
    result = small | np.asarray(hidden, dtype=bool)[at]
    if policy.weighs_contributions and not medians:
        pounds = unit[rows] == "pounds"
        result |= np.array(
            [
                _is_dominated(cells, cell, policy, missing=pay)
                for cell, pay in zip(at, pounds, strict=True)
            ],
            dtype=bool,
        )
    return np.asarray(result, dtype=bool)


def _fewest(policy: Policy, unit: str, medians: bool) -> float:
    return max(policy.threshold, policy.fewest(unit, median=medians))


def _is_dominated(cells: Cells, cell: int, policy: Policy, *, missing: bool) -> bool:
    members = list(cells.members[cell])
    if not cells.base[members].sum():
        return False
    if cells.sums is None or not cells.largest or not cells.largest[cell]:
        return missing
    total = cells.sums[members].sum()
    return bool(dominated([total], [cells.largest[cell]], policy)[0])


def _with_others(
    cells: Cells,
    rows: np.ndarray,
    own_sake: np.ndarray,
    unit: np.ndarray,
    policy: Policy,
    *,
    medians: bool,
) -> set[int]:
    """Find the cells whose means, or medians, must be hidden, looked at together."""
    at = np.asarray(cells.denominator)[rows]
    printed = sorted({int(cell) for cell in at if cells.base[list(cells.members[cell])].any()})
    if not own_sake.any() and not printed:
        return set()
    members = [cells.members[cell] for cell in printed]
    sensitive = np.isin(printed, at[own_sake])
    few = int(np.ceil(max([_fewest(policy, unit[row], medians) for row in rows])))
    if medians:
        found = hidden_quantiles(cells.base, members, sensitive, few=few, keys=cells.keys)
    else:
        found = hidden_means(
            cells.base,
            members,
            sensitive,
            few=few,
            sums=cells.sums,
            width=policy.least_mean_width,
            weights=_weights(cells, at, printed, policy),
            keys=cells.keys,
        )
    return {cell for cell, out in zip(printed, found, strict=True) if out}


def _weights(cells: Cells, at: np.ndarray, printed: list[int], policy: Policy) -> np.ndarray:
    people = np.array([cells.base[list(cells.members[cell])].sum() for cell in printed])
    if policy.weights == "equal":
        return np.ones(len(printed))
    if policy.weights == "value":
        return people + 1.0
    rows = np.array([(at == cell).sum() for cell in printed])
    return np.asarray(rows * (1 + np.log2(1 + people)))


def _worked_out(
    cells: Cells,
    unit: np.ndarray,
    further: np.ndarray,
    median: np.ndarray,
    gone: dict[bool, set[int]],
) -> np.ndarray:
    """Find rows that rest on further cells, the mean or median of one of which is hidden."""
    result = np.zeros(len(further), dtype=bool)
    for row in np.flatnonzero(further & ~np.isin(unit, COUNTED)):
        touched = gone[True] if median[row] else gone[False] | gone[True]
        rests = {*cells.behind[row], int(cells.denominator[row]), int(cells.numerator[row])}
        result[row] = bool(rests & touched)
    return result


def hidden_means(
    base: Any,
    members: Sequence[Sequence[int]],
    sensitive: Any,
    *,
    few: int,
    sums: Any = None,
    width: float = 10.0,
    weights: Any = None,
    keys: Sequence[tuple[str, ...]] | None = None,
) -> np.ndarray:
    """Which means must be hidden, so that those that are sensitive cannot be worked out?

    Parameters
    ----------
    base
        How many people are in each elementary group.
    members
        For each printed mean, the elementary groups whose people it is the mean of.
    sensitive
        For each printed mean, whether it must be hidden.
    few
        A mean of 1 to `few - 1` people must not be worked out, whether a row shows them or not.
    sums
        Sum of what was measured in each elementary group, 0 or more, as whole numbers. Without it
        everybody is supposed to contribute the same.
    width
        How far apart the smallest and the largest value of a hidden sum must lie, in per cent of
        the sum itself.
    weights
        What hiding each mean costs; the number of people and 1 unless given.
    keys
        Names of the elementary groups. With them the result does not depend on their order.

    Returns
    -------
    numpy.ndarray
        For each printed mean, whether it is hidden.

    Notes
    -----
    Counts are taken for known, and means for printed to all their digits. Then a shown mean is a
    shown sum, and `pattern` hides further ones until sums of 0 or more that fit all that is shown
    lie `width` apart in each hidden one. Then sets of few people are looked for that shown sets
    add up to, with any factors (a total less several of its parts); each is from then on one more
    hidden sum. So the result is proven but for its weight, and none is hidden that one of these
    sums does not need. Sums are scaled to at most a million and rounded there.

    Examples
    --------
    The published mean of 42 is 80.476 and that of 32 of them 78.125, which leaves 88.0 for ten.

    >>> hidden_means([32, 10], [[0, 1], [0], [1]], [False, False, True],
    ...              few=10, sums=[2500, 880]).tolist()
    [False, True, True]
    """
    split = parts(base, members, keys)
    amounts = _amounts(split, base if sums is None else sums)
    cells, of_row = len(split.holds), split.row
    costs = np.zeros(cells)
    must = _and_zeros(split, amounts, np.bincount(of_row, sensitive, minlength=cells) > 0)
    each = np.asarray(base)
    value = [each[list(cell)].sum() + 1 for cell in members]
    np.add.at(costs, of_row, value if weights is None else np.asarray(weights))
    sets = [tuple(np.flatnonzero(row).tolist()) for row in split.holds]
    closed: list[tuple[int, ...]] = []
    for _ in range(_TURNS):
        asked = [*sets, *closed]
        totals = np.array([amounts[list(one)].sum() for one in asked])
        found = (
            pattern(
                amounts,
                asked,
                threshold=1,
                sensitive=np.append(must, np.ones(len(closed), dtype=bool)),
                least=0,
                width=np.maximum(1, np.ceil(totals * width / 100)).astype(np.int64),
                weights=np.append(costs, np.ones(len(closed))),
                coalition=False,
            ).hidden[:cells]
            | must
        )
        people = singled_out(split.holds[~found], split.counts, few)
        if people is None:
            return found[of_row]
        if not people:
            break
        closed.append(people)
    return np.ones(len(members), dtype=bool)


def _amounts(split: Parts, sums: Any) -> np.ndarray:
    """Scale what each part contributes to whole numbers that are not too large."""
    amounts = split.sums(sums)
    if (amounts < 0).any():
        raise UsageError(
            "Sums behind means must be whole numbers of 0 or more: a mean that can be negative "
            "cannot be protected by them."
        )
    largest = int((split.holds @ amounts).max(initial=1))
    scaled = np.rint(amounts * min(1.0, _FINEST / largest)).astype(np.int64)
    # What is little must not become nothing, which everybody would be supposed to know.
    return np.where(amounts > 0, np.maximum(scaled, 1), 0)


def _and_zeros(split: Parts, amounts: np.ndarray, must: np.ndarray) -> np.ndarray:
    """Add sums of 0 over people of a sensitive one: each of them would be known to have nothing."""
    nothing = split.holds @ amounts == 0
    while True:
        shared = split.holds @ split.holds[must].any(axis=0) > 0
        more = must | (nothing & shared)
        if (more == must).all():
            return must
        must = more


def hidden_quantiles(
    base: Any,
    members: Sequence[Sequence[int]],
    sensitive: Any,
    *,
    few: int,
    keys: Sequence[tuple[str, ...]] | None = None,
) -> np.ndarray:
    """Which medians must be hidden, so that no two published sets differ by few people?

    Parameters
    ----------
    base
        How many people are in each elementary group.
    members
        For each printed median, the elementary groups whose people it is the median of.
    sensitive
        For each printed median, whether it must be hidden.
    few
        Sets of people that shown sets, added and taken away, leave over must not have 1 to
        `few - 1` people.
    keys
        Names of the elementary groups. With them the result does not depend on their order.

    Returns
    -------
    numpy.ndarray
        For each printed median, whether it is hidden.

    Notes
    -----
    Medians and other quantiles are not linear: how much two of them tell of those in whom they
    differ cannot be computed from counts, so every such difference is taken for one that tells
    (a group and all but three of it; a total and parts that leave three). Of the sets that make one
    up, the smallest is hidden; in the end each is shown again that no difference needs hidden.

    Examples
    --------
    Women and men are all but three of everybody.

    >>> hidden_quantiles([40, 30, 3], [[0, 1, 2], [0], [1]], [False] * 3, few=10).tolist()
    [False, False, True]
    """
    split = parts(base, members, keys)
    must = np.bincount(split.row, sensitive, minlength=len(split.holds)) > 0
    hidden = must.copy()
    while (people := singled_out(split.holds[~hidden], split.counts, few)) is not None:
        if not people:
            return np.ones(len(members), dtype=bool)
        involved = np.flatnonzero(~hidden)[list(made_of(split.holds[~hidden], people))]
        hidden[min(involved.tolist(), key=lambda cell: (split.values[cell], cell))] = True
    extra = np.flatnonzero(hidden & ~must).tolist()
    for cell in sorted(extra, key=lambda place: (-split.values[place], place)):
        hidden[cell] = False
        if singled_out(split.holds[~hidden], split.counts, few) is not None:
            hidden[cell] = True
    return hidden[split.row]
