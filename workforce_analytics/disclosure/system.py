"""Printed counts as sums of elementary groups: the form in which a table is attacked and protected.

Totals, bases, sub-totals and the same people cut two ways are all sums of the same elementary
groups, so nothing here knows of rows and columns. Everything is put into one canonical order
first: the same counts in another order of rows are the same problem, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from workforce_analytics.disclosure.printed import Given, Printed, given


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
    kept
        Cells that must be shown.
    weight
        What hiding a printed cell costs.
    width
        How far apart the smallest and the largest count of a cell must lie while it is hidden.
    below, above
        How far from its count a cell may be while it is shown: 0 unless counts are rounded.
    exact
        Whether the count of a cell is the true one, and not a guess that fits.
    links
        One row per sum of groups, with signs, that is known to be 0.
    places
        For each printed cell, where it stood among the cells that were given.
    """

    members: np.ndarray
    values: np.ndarray
    floor: np.ndarray
    printed: np.ndarray
    sensitive: np.ndarray
    kept: np.ndarray
    weight: np.ndarray
    width: np.ndarray
    below: np.ndarray
    above: np.ndarray
    exact: np.ndarray
    links: np.ndarray
    places: tuple[tuple[int, ...], ...]

    @property
    def alone(self) -> np.ndarray:
        """Hidden cells that count one person, who knows it."""
        return self.printed & self.sensitive & self.exact & (self.values == 1)

    def within(self, cells: np.ndarray, one: int) -> np.ndarray:
        """Which cells count nobody but the person who is alone in another one, whatever happens?

        That person learns nothing of anybody else from them.
        """
        inside = np.asarray((self.members[cells] <= self.members[one]).all(axis=1))
        if len(self.links):
            # Only through a link can a cell of other groups hold the same people.
            for place in np.flatnonzero(~inside & (self.values[cells] <= 1)):
                inside[place] = self._never_more(int(cells[place]), one)
        return inside

    def _never_more(self, cell: int, one: int) -> bool:
        """Whether a cell is at most another one in every table that keeps the links."""
        if (cell, one) not in self._compared:
            aim = (self.members[one] - self.members[cell]).astype(float)
            found = linprog(aim, A_eq=self.links, b_eq=np.zeros(len(self.links)), bounds=(0, 1))
            self._compared[cell, one] = bool(found.status == 0 and found.fun > -1e-7)
        return self._compared[cell, one]

    @cached_property
    def _compared(self) -> dict[tuple[int, int], bool]:
        return {}

    @cached_property
    def blocks(self) -> np.ndarray:
        """For each group, which others it hangs together with through cells, and no link."""
        tied = csr_matrix(self.members)
        _, labels = connected_components(tied.T @ tied, directed=False)
        return np.asarray(labels)

    @property
    def slack(self) -> np.ndarray:
        """How far below its count an attacker can imagine each hidden cell."""
        return self.values - self.floor

    @property
    def always(self) -> np.ndarray:
        """Cells that no choice can show: sensitive ones, and those that are not printed."""
        return self.sensitive | ~self.printed

    @property
    def single(self) -> np.ndarray:
        """Cells that count one elementary group."""
        return self.members.sum(axis=1) == 1

    @property
    def rounded(self) -> bool:
        """Whether a shown count leaves room for others."""
        return bool(self.below.any() or self.above.any())


def systems(printed: Printed) -> list[System]:
    """Which printed counts hang together, each set of them as a problem of its own?

    Parameters
    ----------
    printed
        Counts and what is asked of them.

    Returns
    -------
    list of System
        In canonical order. A count of 0 that may not be hidden is known to everybody: its groups
        are left out, and cells that then count the same groups become one.
    """
    asked = given(printed)
    known: set[int] = set()
    for cell, value, hide, up in zip(
        asked.members, asked.values, asked.sensitive, asked.above, strict=True
    ):
        if value == 0 and not hide and not up:
            known |= cell
    groups = _alike(asked, printed.links, known)
    merged: dict[tuple[int, ...], list[int]] = {}
    for place, cell in enumerate(asked.members):
        support = tuple(sorted({groups.rank[group] for group in cell if group in groups.rank}))
        if support:
            merged.setdefault(support, []).append(place)
    return [
        _system(part, inside, merged, asked, groups)
        for part, inside in _components(sorted(merged), len(groups.counts), groups.links)
    ]


@dataclass(frozen=True)
class _Groups:
    """Elementary groups that may hold people, those that nothing tells apart made one."""

    rank: Mapping[int, int]
    counts: np.ndarray
    guessed: np.ndarray
    links: list[dict[int, int]]


def _alike(asked: Given, links: Sequence[Mapping[int, int]], known: set[int]) -> _Groups:
    """Put the groups in order; where all that is said of several holds for their sum, add up."""
    said: dict[int, list[tuple[int, int]]] = {}
    for place, cell in enumerate(asked.members):
        for group in cell - known:
            said.setdefault(group, []).append((place, 1))
    for place, link in enumerate(links):
        for group, n in link.items():
            if group not in known and n:
                said.setdefault(group, []).append((-1 - place, n))
    alike: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for group in sorted(said, key=lambda g: (asked.names[g], asked.base[g])):
        alike.setdefault(tuple(said[group]), []).append(group)
    rank = {group: place for place, same in enumerate(alike.values()) for group in same}
    found = [{rank[group]: n for group, n in link.items() if group in rank and n} for link in links]
    return _Groups(
        rank,
        np.array([asked.base[same].sum() for same in alike.values()], dtype=np.int64),
        np.array([any(g in asked.guessed for g in same) for same in alike.values()], dtype=bool),
        [link for link in found if link],
    )


def _components(
    cells: Sequence[tuple[int, ...]], groups: int, links: Sequence[Mapping[int, int]]
) -> list[tuple[list[tuple[int, ...]], list[int]]]:
    """Put cells that share a group together, directly, through others or through a link.

    With the groups of each set: some stand in a link and in no cell.
    """
    parent = list(range(groups))

    def root(group: int) -> int:
        while parent[group] != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    for tied in [*cells, *(tuple(link) for link in links)]:
        first = root(tied[0])
        for group in tied[1:]:
            parent[root(group)] = first
    parts: dict[int, list[tuple[int, ...]]] = {}
    for cell in cells:
        parts.setdefault(root(cell[0]), []).append(cell)
    inside: dict[int, list[int]] = {}
    for group in range(groups):
        inside.setdefault(root(group), []).append(group)
    return [(part, inside[at]) for at, part in parts.items()]


def _system(
    cells: list[tuple[int, ...]],
    groups: list[int],
    merged: dict[tuple[int, ...], list[int]],
    asked: Given,
    among: _Groups,
) -> System:
    column = {group: place for place, group in enumerate(groups)}
    places = tuple(tuple(merged[cell]) for cell in cells)
    stated = np.zeros((len(cells), len(groups)), dtype=np.int64)
    for row, cell in enumerate(cells):
        stated[row, [column[group] for group in cell]] = 1

    def each(given: np.ndarray, choose: Callable[[np.ndarray], Any]) -> list[Any]:
        return [choose(given[list(at)]) for at in places]

    base, guessed = among.counts[groups], among.guessed[groups]
    guard = np.array(each(asked.guard, np.max))
    exact = np.array(each(asked.exact, np.any), dtype=bool)
    guarded = stated[guard > 0]
    members = np.vstack([stated, _implied(stated, base, guessed, exact, asked.threshold), guarded])
    values = members @ base
    rest, last = len(members) - len(cells), len(members) - len(guarded)
    small = (values >= 1) & (values < asked.threshold)
    small[: len(cells)] = each(asked.sensitive, np.any)
    small[last:] = True
    # A guess to which everything printed leaves no other choice is the count itself.
    # The rank decides between patterns of equal weight, the same way for any order of rows.
    weight = [
        round(sum(asked.cost[place] for place in at), 3) + 1e-3 * rank / len(cells)
        for rank, at in enumerate(places)
    ]
    width = [*each(asked.width, np.max), *[asked.implied_width] * (rest - len(guarded))]
    return System(
        members=members,
        values=values,
        floor=np.array([*np.minimum(asked.least, values[: len(cells)]), *[0] * rest]),
        printed=np.arange(len(members)) < len(cells),
        sensitive=small,
        kept=np.array([*each(asked.keep, np.any), *[False] * rest], dtype=bool),
        weight=np.array([*weight, *[0.0] * rest]),
        width=np.array([*width, *guard[guard > 0]]),
        below=np.array([*each(asked.below, np.min), *[0] * rest]),
        above=np.array([*each(asked.above, np.min), *[0] * rest]),
        exact=np.array([*exact, *[False] * rest], dtype=bool),
        links=_rows(among.links, column),
        places=places,
    )


def _implied(
    stated: np.ndarray, base: np.ndarray, guessed: np.ndarray, exact: np.ndarray, threshold: int
) -> np.ndarray:
    """Groups that are not printed, and what two printed counts leave: nobody prints them."""
    alone = stated[stated.sum(axis=1) == 1].any(axis=0)
    unprinted = np.eye(len(base), dtype=np.int64)[~alone]
    return np.vstack([unprinted, _differences(stated[exact], base, threshold, guessed)])


def _rows(links: Sequence[Mapping[int, int]], column: Mapping[int, int]) -> np.ndarray:
    """Write the links of these groups as rows; others belong to another system."""
    ours = [link for link in links if next(iter(link)) in column]
    rows = np.zeros((len(ours), len(column)), dtype=np.int64)
    for row, link in enumerate(ours):
        for group, n in link.items():
            rows[row, column[group]] = n
    return rows


def _differences(
    printed: np.ndarray, base: np.ndarray, threshold: int, guessed: np.ndarray
) -> np.ndarray:
    """Find what two printed counts leave between them, where that is few people."""
    sizes, values = printed.sum(axis=1), printed @ base
    inside = (printed @ printed.T) == sizes[None, :]
    left = values[:, None] - values[None, :]
    outer, inner = np.nonzero(inside & (left >= 1) & (left < threshold))
    known = {row.tobytes() for row in printed}
    found: dict[bytes, np.ndarray] = {}
    for whole, part in zip(outer, inner, strict=True):
        row = printed[whole] - printed[part]
        # A group by itself is looked at in any case, unless its count is only a guess.
        if (row.sum() > 1 or row @ guessed) and row.tobytes() not in known:
            found[row.tobytes()] = row
    rows = [found[key] for key in sorted(found)]
    return np.array(rows, dtype=np.int64).reshape(len(rows), printed.shape[1])
