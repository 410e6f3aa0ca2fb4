"""Printed counts as sums of elementary groups: the form in which a table is attacked and protected.

Totals, bases, sub-totals and the same people cut two ways are all sums of the same elementary
groups, so nothing here knows of rows and columns. Everything is put into one canonical order
first: the same counts in another order of rows are the same problem, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError


@dataclass(frozen=True)
class System:
    """Distinct counts that hang together, and what an attacker knows of each while it is hidden.

    Attributes
    ----------
    members
        One row per cell, one column per elementary group that may hold people: 1 where the cell
        counts the group. Every group has a cell of its own, printed or not.
    values
        The exact count of each cell.
    floor
        The least count that an attacker grants a hidden cell: 1 where zeros are always shown.
    printed
        Whether the cell stands in the table. The others can only be worked out.
    sensitive
        Cells that must not be known: hidden where printed, wide enough where not.
    weight
        What hiding a printed cell costs.
    places
        For each printed cell, where it stood among the cells that were given.
    """

    members: np.ndarray
    values: np.ndarray
    floor: np.ndarray
    printed: np.ndarray
    sensitive: np.ndarray
    weight: np.ndarray
    places: tuple[tuple[int, ...], ...]

    @property
    def slack(self) -> np.ndarray:
        """How far below its count an attacker can imagine each cell."""
        return self.values - self.floor

    @property
    def always(self) -> np.ndarray:
        """Cells that no choice can show: sensitive ones, and those that are not printed."""
        return self.sensitive | ~self.printed

    @property
    def single(self) -> np.ndarray:
        """Cells that count one elementary group."""
        return self.members.sum(axis=1) == 1


def systems(
    base: Any,
    members: Sequence[Sequence[int]],
    *,
    sensitive: Any,
    least: int,
    threshold: int,
    weights: Any = None,
    keys: Sequence[tuple[str, ...]] | None = None,
) -> list[System]:
    """Which printed counts hang together, each set of them as a problem of its own?

    Parameters
    ----------
    base
        Exact count of each elementary group.
    members
        For each printed cell, the elementary groups that it adds up.
    sensitive
        For each printed cell, whether it must be hidden.
    least
        The least count of a hidden cell that an attacker allows: 1 where zeros are always shown.
    threshold
        Unprinted groups and differences of two printed counts from 1 to `threshold - 1` must not be
        worked out either.
    weights
        What hiding each printed cell costs; its count plus 1 unless given.
    keys
        Names of the elementary groups, which put them in order; their position unless given.

    Returns
    -------
    list of System
        In canonical order. A count of 0 that may not be hidden is known to everybody: its groups
        are left out, and cells that then count the same groups become one.
    """
    counts = _whole(base)
    given = [frozenset(int(group) for group in cell) for cell in members]
    values = np.array([int(counts[list(cell)].sum()) for cell in given], dtype=np.int64)
    must = np.asarray(sensitive, dtype=bool)
    cost = values + 1.0 if weights is None else np.asarray(weights, dtype=float)
    names = [(f"{place:012d}",) for place in range(len(counts))] if keys is None else list(keys)
    known: set[int] = set()
    for cell, value, hide in zip(given, values, must, strict=True):
        if value == 0 and not hide:
            known |= cell
    order = sorted(
        {group for cell in given for group in cell} - known, key=lambda g: (names[g], counts[g])
    )
    rank = {group: place for place, group in enumerate(order)}
    merged: dict[tuple[int, ...], list[int]] = {}
    for place, cell in enumerate(given):
        support = tuple(sorted(rank[group] for group in cell if group in rank))
        if support:
            merged.setdefault(support, []).append(place)
    return [
        _system(part, merged, counts[order], must, cost, least=least, threshold=threshold)
        for part in _components(sorted(merged), len(order))
    ]


def _whole(base: Any) -> np.ndarray:
    exact = np.asarray(base, dtype=float)
    if not (np.isfinite(exact).all() and (exact >= 0).all() and (exact == np.rint(exact)).all()):
        raise UsageError("Counts of elementary groups must be whole numbers of 0 or more.")
    return exact.astype(np.int64)


def _components(cells: Sequence[tuple[int, ...]], groups: int) -> list[list[tuple[int, ...]]]:
    """Put cells that share a group together, directly or through others."""
    parent = list(range(groups))

    def root(group: int) -> int:
        while parent[group] != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    for cell in cells:
        first = root(cell[0])
        for group in cell[1:]:
            parent[root(group)] = first
    parts: dict[int, list[tuple[int, ...]]] = {}
    for cell in cells:
        parts.setdefault(root(cell[0]), []).append(cell)
    return list(parts.values())


def _system(
    cells: list[tuple[int, ...]],
    merged: dict[tuple[int, ...], list[int]],
    counts: np.ndarray,
    must: np.ndarray,
    cost: np.ndarray,
    *,
    least: int,
    threshold: int,
) -> System:
    groups = sorted({group for cell in cells for group in cell})
    column = {group: place for place, group in enumerate(groups)}
    printed = np.zeros((len(cells), len(groups)), dtype=np.int64)
    for row, cell in enumerate(cells):
        printed[row, [column[group] for group in cell]] = 1
    base = counts[groups]
    alone = {cell[0] for cell in cells if len(cell) == 1}
    unprinted = np.eye(len(groups), dtype=np.int64)[[group not in alone for group in groups]]
    differences = _differences(printed, base, threshold)
    members = np.vstack([printed, unprinted, differences])
    values = members @ base
    stands = np.arange(len(members)) < len(cells)
    small = (values >= 1) & (values < threshold)
    places = tuple(tuple(merged[cell]) for cell in cells)
    weight = np.zeros(len(members))
    # The rank decides between patterns of equal weight, the same way for any order of rows.
    weight[: len(cells)] = [
        round(sum(cost[place] for place in at), 3) + 1e-3 * rank / len(cells)
        for rank, at in enumerate(places)
    ]
    return System(
        members=members,
        values=values,
        floor=np.where(stands, np.minimum(least, values), 0),
        printed=stands,
        sensitive=np.where(
            stands, [*(must[at[0]] for at in places), *[False] * int((~stands).sum())], small
        ),
        weight=weight,
        places=places,
    )


def _differences(printed: np.ndarray, base: np.ndarray, threshold: int) -> np.ndarray:
    """Find what two printed counts leave between them, where that is few people."""
    sizes, values = printed.sum(axis=1), printed @ base
    inside = (printed @ printed.T) == sizes[None, :]
    left = values[:, None] - values[None, :]
    outer, inner = np.nonzero(inside & (left >= 1) & (left < threshold))
    known = {row.tobytes() for row in printed}
    found: dict[bytes, np.ndarray] = {}
    for whole, part in zip(outer, inner, strict=True):
        row = printed[whole] - printed[part]
        if row.sum() > 1 and row.tobytes() not in known:
            found[row.tobytes()] = row
    rows = [found[key] for key in sorted(found)]
    return np.array(rows, dtype=np.int64).reshape(len(rows), printed.shape[1])
