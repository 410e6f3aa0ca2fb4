"""What each count of a table is a count of, in terms that different tables have in common.

Two tables can give each other away only where they count the same people. A layout says, for every
elementary group, its category in each dimension, and for every category what it holds in the finest
terms there are: then five groups and nineteen, two bandings of age, or a directorate with and
without one of its teams can be set against each other. A layout holds no count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import index
from typing import Any

import numpy as np

from workforce_analytics.estimates import Cells, Estimates

DATE = "snapshot_date"
Parts = tuple[tuple[str, frozenset[str]], ...]
"""What a count holds of each dimension, where that is not everybody."""
LIMIT = "(all that are in the table)"
"""Category of a dimension that a table is limited to and not split by."""


@dataclass(frozen=True)
class Layout:
    """Elementary groups by their categories, and the cells that add them up.

    Attributes
    ----------
    people
        Who may be counted at all: tables of the same people are looked at together.
    dimensions
        What the groups are split by or limited to; the date among them.
    keys
        For each elementary group, its category in each dimension.
    holds
        For each dimension and category, what it holds.
    limited
        Dimensions in which the table does not hold everybody.
    members
        For each cell, the elementary groups that it adds up.
    """

    people: str
    dimensions: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    holds: Mapping[str, Mapping[str, frozenset[str]]]
    limited: frozenset[str]
    members: tuple[tuple[int, ...], ...]

    @property
    def days(self) -> frozenset[str]:
        """The dates that the table is of."""
        return frozenset().union(*self.holds[DATE].values())

    def parts(self, cell: int) -> Parts:
        """What a cell holds of each dimension that it does not hold all of, the date left out."""
        found = []
        for name in sorted(set(self.dimensions) - {DATE}):
            part = self.part_of(cell, name)
            everybody = frozenset().union(*self.holds[name].values())
            if name in self.limited or part != everybody:
                found.append((name, part))
        return tuple(found)

    def part_of(self, cell: int, dimension: str) -> frozenset[str]:
        """What a cell holds of a dimension."""
        place = self.dimensions.index(dimension)
        codes = {self.keys[group][place] for group in self.members[cell]}
        return frozenset().union(*(self.holds[dimension][code] for code in codes))

    def described(self) -> dict[str, Any]:
        """Write the layout as plain values for a JSON file."""
        codes = {
            name: sorted({key[place] for key in self.keys})
            for place, name in enumerate(self.dimensions)
        }
        return {
            "people": self.people,
            "dimensions": list(self.dimensions),
            "keys": [list(key) for key in self.keys],
            "holds": {
                name: {
                    code: sorted(self.holds[name][code])
                    for code in known
                    if self.holds[name][code] != {code}
                }
                for name, known in codes.items()
            },
            "limited": sorted(self.limited),
            "members": [list(cell) for cell in self.members],
        }

    @classmethod
    def read(cls, described: Mapping[str, Any]) -> Layout:
        """Read a layout that was written by `described`.

        Raises
        ------
        KeyError, TypeError, ValueError, AttributeError
            If these are not plain values of a layout.
        """
        names = _texts(described["dimensions"])
        if DATE not in names or len(set(names)) < len(names):
            raise ValueError("the date must be one of the dimensions, and each a different one")
        keys = tuple(_texts(key) for key in described["keys"])
        if any(len(key) != len(names) for key in keys) or len(set(keys)) < len(keys):
            raise ValueError("a group must have a category in each dimension, and be there once")
        holds = {
            name: {
                key[place]: frozenset(
                    _texts(described["holds"][name].get(key[place], [key[place]]))
                )
                for key in keys
            }
            for place, name in enumerate(names)
        }
        members = tuple(tuple(index(group) for group in cell) for cell in described["members"])
        if any(not 0 <= group < len(keys) for cell in members for group in cell):
            raise ValueError("a cell counts a group that is not there")
        limited = frozenset(_texts(described["limited"]))
        if not limited <= set(names):
            raise ValueError("the table is limited in a dimension that is not there")
        (people,) = _texts([described["people"]])
        return cls(people, names, keys, holds, limited, members)


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    """Take a list of texts; a single text is none."""
    found = tuple(values)
    if isinstance(values, str) or not all(isinstance(value, str) for value in found):
        raise TypeError("a list of texts is needed")
    return found


@dataclass(frozen=True)
class Counted:
    """A layout with the count of each elementary group, where that is known.

    Attributes
    ----------
    title
        Title of the table, for messages.
    layout
        What its cells count.
    base
        Exact count of each elementary group; None where only what was printed is known.
    shown
        For each cell of a table that was released, the smallest and the largest count that would
        have been printed like it; None where a mark stands. Empty for a new table.
    """

    title: str
    layout: Layout
    base: np.ndarray | None
    shown: tuple[tuple[int, int] | None, ...] = ()


def counted(table: Estimates) -> Counted:
    """What do the cells of these figures count?

    Parameters
    ----------
    table
        Figures with cells.

    Returns
    -------
    Counted
        Their layout, a date being one of its dimensions in any case, and the exact counts.
    """
    cells, about = table.cells, table.about
    assert cells is not None
    own = _roots(cells)
    within = dict(cells.within)
    if DATE not in own:
        within.setdefault(DATE, (about.period,))
    added = sorted(name for name in within if name not in own)
    names = (*own, *added)
    holds = {
        root: _holds(cells, name, root, {key[place] for key in cells.keys})
        for place, (name, root) in enumerate(zip(cells.dimensions, own, strict=True))
    }
    holds |= {name: {LIMIT: frozenset(within[name])} for name in added}
    # FTE and headcount are looked at through the people behind them.
    people = cells.people or f"{about.source}: {about.population}"
    return Counted(
        about.title,
        Layout(
            people=people,
            dimensions=names,
            keys=tuple((*key, *([LIMIT] * len(added))) for key in cells.keys),
            holds=holds,
            limited=frozenset(within) - {DATE},
            members=cells.members,
        ),
        np.asarray(cells.base),
    )


def _roots(cells: Cells) -> tuple[str, ...]:
    """Name dimensions by what they cut; two cuts of one thing in one table keep their names."""
    roots = [cells.roots.get(name, name) for name in cells.dimensions]
    return tuple(
        name if roots.count(root) > 1 else root
        for name, root in zip(cells.dimensions, roots, strict=True)
    )


def _holds(
    cells: Cells, name: str, root: str, codes: Iterable[str]
) -> Mapping[str, frozenset[str]]:
    """What each category holds, where the table is limited no more than that."""
    given = cells.holds.get(name, {})
    holds = {code: frozenset(given.get(code, (code,))) for code in codes}
    if root in cells.within:
        holds = {code: held & frozenset(cells.within[root]) for code, held in holds.items()}
    return holds
