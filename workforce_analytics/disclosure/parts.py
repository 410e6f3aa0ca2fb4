"""Printed sums of elementary groups, told apart only as far as what is printed tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError


@dataclass(frozen=True)
class Parts:
    """Distinct cells in canonical order, as sums of parts that a cell holds whole or not at all.

    Attributes
    ----------
    groups
        For each part, the elementary groups in it. Groups of nobody are in none.
    counts
        Exact count of each part.
    holds
        One row per distinct cell, one column per part: 1 where the cell counts the part.
    times
        How often each distinct cell was given.
    row
        For each cell that was given, which distinct one it is.
    """

    groups: tuple[tuple[int, ...], ...]
    counts: np.ndarray
    holds: np.ndarray
    times: np.ndarray
    row: np.ndarray

    @property
    def values(self) -> np.ndarray:
        """Exact count of each distinct cell."""
        return np.asarray(self.holds @ self.counts)

    def sums(self, of: Any) -> np.ndarray:
        """Add something up that is known of each elementary group, for each part."""
        each = np.asarray(of)
        return np.array([each[list(part)].sum() for part in self.groups], dtype=np.int64)


def parts(
    base: Any, members: Sequence[Sequence[int]], keys: Sequence[tuple[str, ...]] | None = None
) -> Parts:
    """Into which parts do printed cells divide the people whom they count?

    Parameters
    ----------
    base
        Exact count of each elementary group, whole numbers.
    members
        For each printed cell, the elementary groups that it adds up.
    keys
        Names of the elementary groups, which put them in order; their position unless given.

    Returns
    -------
    Parts
        In canonical order: the same cells in another order of rows give the same parts.

    Raises
    ------
    UsageError
        If counts are not whole numbers of 0 or more.

    Examples
    --------
    The second and the third group are always together, and the fourth is nobody.

    >>> found = parts([3, 20, 30, 0], [[0], [0, 1, 2, 3]])
    >>> found.counts.tolist(), found.holds.tolist()
    ([3, 50], [[1, 0], [1, 1]])
    """
    exact = np.asarray(base, dtype=float)
    if not (np.isfinite(exact).all() and (exact >= 0).all() and (exact == np.rint(exact)).all()):
        raise UsageError("Counts of elementary groups must be whole numbers of 0 or more.")
    counts = exact.astype(np.int64)
    names = [(f"{place:012d}",) for place in range(len(counts))] if keys is None else list(keys)
    # Groups of nobody stay empty, so that what is a sum of the others remains one.
    order = sorted(np.flatnonzero(counts).tolist(), key=lambda group: (names[group], counts[group]))
    rank = {group: place for place, group in enumerate(order)}
    cells = [
        tuple(sorted({rank[int(group)] for group in cell if int(group) in rank}))
        for cell in members
    ]
    distinct = sorted(set(cells))
    holds = np.zeros((len(distinct), len(order)), dtype=np.int64)
    for place, cell in enumerate(distinct):
        holds[place, list(cell)] = 1
    alike: dict[bytes, list[int]] = {}
    for place in range(len(order)):
        if holds[:, place].any():
            alike.setdefault(holds[:, place].tobytes(), []).append(place)
    together = [tuple(order[place] for place in same) for same in alike.values()]
    where = {cell: place for place, cell in enumerate(distinct)}
    row = np.array([where[cell] for cell in cells], dtype=np.int64)
    return Parts(
        groups=tuple(together),
        counts=np.array([counts[list(part)].sum() for part in together], dtype=np.int64),
        holds=holds[:, [same[0] for same in alike.values()]],
        times=np.bincount(row, minlength=len(distinct)),
        row=row,
    )
