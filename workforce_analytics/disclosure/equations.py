"""All that the tables of a report print, as equations over groups of people, and no more than that.

Written apart from the programme that protects: an error there is not repeated here. What both share
is only which tables hold the same people (blocks.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import ceil, floor, inf

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

from workforce_analytics.disclosure.blocks import Family
from workforce_analytics.disclosure.layout import Counted
from workforce_analytics.disclosure.published import Table

Definition = tuple[tuple[str, frozenset[str]], ...]
"""What a count counts, by dimension; the same in every table that prints it."""
Ends = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A cell of a table, as a sum of groups of one block of a family.

    Attributes
    ----------
    table, cell
        Where it is printed.
    block
        The block of the family on which its table lies.
    groups
        The groups that it adds up, numbered over all blocks.
    definition
        What it counts; None where it is not all of some categories.
    ends
        Between which counts it lies, for who reads it alone.
    hidden
        Whether a mark stands there.
    """

    table: int
    cell: int
    block: int
    groups: tuple[int, ...]
    definition: Definition | None
    ends: Ends
    hidden: bool

    @property
    def exact(self) -> bool:
        """Whether its count is printed as it is."""
        return self.ends[0] == self.ends[1]


@dataclass(frozen=True)
class Equations:
    """Sums of groups and between which numbers each lies.

    Attributes
    ----------
    rows
        One row per sum, one column per group.
    lowest, highest
        The ends of each.
    """

    rows: csr_matrix
    lowest: np.ndarray
    highest: np.ndarray


def statements(tables: Sequence[Table]) -> list[Counted]:
    """Give what tables count and print, for putting together those of the same people."""
    return [
        replace(
            table.record.counted,
            base=None,
            shown=tuple(None if ends is None else ends for ends in table.seen),
        )
        for table in tables
    ]


def located(family: Family, tables: Sequence[Table]) -> list[Place]:
    """Find the cells of the tables of a family on its groups.

    Parameters
    ----------
    family
        Tables of the same people at the same date.
    tables
        All tables that the family was made from, in that order.

    Returns
    -------
    list of Place
        Block by block.
    """
    found, start = [], 0
    for number, block in enumerate(family.blocks):
        full = {name: frozenset().union(*block.holds[name].values()) for name in block.names}
        for part, sums in block.parts:
            table = tables[part.table]
            for cell, members in zip(part.cells, part.members, strict=True):
                groups = sorted({group for member in members for group in sums[member]})
                least = table.policy.least_hidden if table.hidden[cell] else 0
                found.append(
                    Place(
                        part.table,
                        cell,
                        number,
                        tuple(start + group for group in groups),
                        _definition(block.names, block.keys, block.holds, full, groups),
                        table.seen[cell] or (least, inf),
                        table.hidden[cell],
                    )
                )
        start += len(block.keys)
    return found


def _definition(
    names: Sequence[str],
    keys: Sequence[tuple[str, ...]],
    holds: Mapping[str, Mapping[str, frozenset[str]]],
    full: Mapping[str, frozenset[str]],
    groups: Sequence[int],
) -> Definition | None:
    codes = [{keys[group][place] for group in groups} for place in range(len(names))]
    inside = sum(all(code in those for code, those in zip(key, codes, strict=True)) for key in keys)
    if inside != len(groups):
        return None
    held = {
        name: frozenset().union(*(holds[name][code] for code in those))
        for name, those in zip(names, codes, strict=True)
    }
    return tuple((name, held[name]) for name in sorted(names) if held[name] != full[name])


def equations(family: Family, places: Sequence[Place], tables: Sequence[Table]) -> Equations:
    """Write down all that the tables of a family print.

    Parameters
    ----------
    family
        Tables of the same people at the same date.
    places
        Their cells.
    tables
        All tables.

    Returns
    -------
    Equations
        Printed counts, what several blocks share, and shares of hidden counts. What two blocks
        share is left out where both print it as it is: it then tells nothing more.
    """
    starts = np.cumsum([0, *(len(block.keys) for block in family.blocks)])
    terms: list[dict[int, float]] = []
    ends: list[Ends] = []
    for place in places:
        terms.append(dict.fromkeys(place.groups, 1.0))
        ends.append(place.ends)
    printed = {frozenset(place.groups) for place in places if place.exact}
    for first, second, one, two in family.links:
        left = [int(starts[first]) + group for group in one]
        right = [int(starts[second]) + group for group in two]
        if frozenset(left) in printed and frozenset(right) in printed:
            continue
        terms.append(dict.fromkeys(left, 1.0) | dict.fromkeys(right, -1.0))
        ends.append((0.0, 0.0))
    for row, between in _of_shares(places, tables):
        terms.append(row)
        ends.append(between)
    return Equations(_matrix(terms, int(starts[-1])), *np.array(ends, dtype=float).T)


def _matrix(terms: Sequence[Mapping[int, float]], columns: int) -> csr_matrix:
    found = [(row, column, n) for row, one in enumerate(terms) for column, n in one.items()]
    down, across, numbers = zip(*found, strict=True) if found else ((), (), ())
    matrix = coo_matrix((numbers, (down, across)), shape=(len(terms), columns)).tocsr()
    matrix.eliminate_zeros()
    return matrix


def _of_shares(
    places: Sequence[Place], tables: Sequence[Table]
) -> Iterator[tuple[dict[int, float], Ends]]:
    at = {(place.table, place.cell): place for place in places}
    for number, table in enumerate(tables):
        for share in table.shares:
            top, whole = at.get((number, share.numerator)), at.get((number, share.denominator))
            if top is None or whole is None:
                continue
            room = share.room * (1 + share.highest)
            if whole.exact:
                low = ceil(share.lowest * int(whole.ends[0]) - room)
                high = floor(share.highest * int(whole.ends[0]) + room)
                yield dict.fromkeys(top.groups, 1.0), (low, high)
            elif top.exact and share.lowest > 0:
                count = int(top.ends[0])
                low = ceil((count - room) / share.highest)
                high = floor((count + room) / share.lowest)
                yield dict.fromkeys(whole.groups, 1.0), (low, high)
            else:
                yield _times(top, whole, share.lowest), (float(-room), inf)
                yield _times(top, whole, share.highest), (-inf, float(room))


def _times(top: Place, whole: Place, share: Fraction) -> dict[int, float]:
    """Write one count less a share of another one."""
    row = dict.fromkeys(top.groups, 1.0)
    for group in whole.groups:
        row[group] = row.get(group, 0.0) - float(share)
    return row


def differences(places: Sequence[Place], tables: Sequence[Table]) -> list[tuple[Place, Place]]:
    """Which two printed counts, one inside the other, leave few people between them?

    Parameters
    ----------
    places
        Cells of a family.
    tables
        All tables.

    Returns
    -------
    list of tuple
        The outer and the inner count; each such difference once, and none that is itself printed.
    """
    printed = {place.groups for place in places}
    named = {place.definition for place in places if place.definition is not None}
    first: dict[object, Place] = {}
    for place in places:
        if place.exact and place.groups:
            first.setdefault((place.block, place.groups), place)
    exact = sorted(first.values(), key=lambda place: (-place.ends[0], place.table, place.cell))
    found, known = [], set()
    for outer, inner in combinations(exact, 2):
        left = outer.ends[0] - inner.ends[0]
        threshold = max(tables[place.table].policy.threshold for place in (outer, inner))
        if not 1 <= left < threshold or not _inside(inner, outer):
            continue
        if outer.block == inner.block:
            rest = tuple(sorted(set(outer.groups) - set(inner.groups)))
            if rest in printed:
                continue
        key = frozenset([outer.definition or outer.groups, inner.definition or inner.groups])
        if key not in known and not _rest_named(outer, inner, named):
            known.add(key)
            found.append((outer, inner))
    return found


def _inside(inner: Place, outer: Place) -> bool:
    if inner.block == outer.block:
        return set(inner.groups) < set(outer.groups)
    if inner.definition is None or outer.definition is None:
        return False
    limits = dict(inner.definition)
    return all(name in limits and limits[name] <= held for name, held in outer.definition)


def _rest_named(outer: Place, inner: Place, named: set[Definition]) -> bool:
    """Whether the people between two counts are printed somewhere, and looked at there."""
    if outer.definition is None or inner.definition is None:
        return False
    wider, closer = dict(outer.definition), dict(inner.definition)
    differing = [name for name in closer if closer[name] != wider.get(name)]
    if len(differing) != 1 or differing[0] not in wider:
        return False
    name = differing[0]
    rest = wider | {name: wider[name] - closer[name]}
    return tuple(sorted(rest.items())) in named
