"""Tables of the same people put on one set of elementary groups, so that they hide alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.disclosure.suppression import pattern
from workforce_analytics.disclosure.totals import DATE, Total, hidden_totals, totals_of
from workforce_analytics.estimates import Cells, Estimates

TOTAL_COSTS = 1_000.0
"""How many times dearer it is to hide a total that other tables print than another count."""


@dataclass(frozen=True)
class Hidden:
    """For each cell of a table, whether it is hidden, and whether for its own sake."""

    hidden: np.ndarray
    primary: np.ndarray
    least_weight: bool


def hide(tables: Sequence[Estimates], policy: Policy, more: Sequence[np.ndarray]) -> list[Hidden]:
    """Which cells of these tables must be hidden, looked at together?

    Parameters
    ----------
    tables
        Estimates with cells.
    policy
        A policy that hides counts.
    more
        For each table, cells to be hidden whatever their count.

    Returns
    -------
    list of Hidden
        One per table.

    Notes
    -----
    A total that several tables print is hidden in all of them or in none, and only where nothing
    else can be: a total that is shown ties no table to another, while a hidden one would be
    narrowed down by each of them. Tables of the same people, at the same date, are put together
    where one of them is split by all that the others are split by: its elementary groups add up to
    theirs. Where the sums do not agree (another subset of people) or no table is that fine, they
    are protected each on its own.
    """
    totals = [totals_of(table) for table in tables]
    gone = hidden_totals(tables, policy)
    while True:
        result: list[Hidden | None] = [None] * len(tables)
        for together in _together(tables):
            hidden = _hide_one(together, tables, policy, more, _Totals(totals, gone))
            for place, found in zip(together.places, hidden, strict=True):
                result[place] = found
        made = [found for found in result if found is not None]
        lost = {
            total
            for named, found in zip(totals, made, strict=True)
            for cell, total in named.items()
            if found.hidden[cell]
        }
        if lost <= gone:
            return made
        gone |= lost


@dataclass(frozen=True)
class _Joint:
    """Tables on one set of elementary groups: for each table, its own groups as sums of those."""

    places: list[int]
    base: list[int]
    keys: list[tuple[str, ...]]
    groups: list[list[tuple[int, ...]]]


@dataclass(frozen=True)
class _Totals:
    """For each table, which cells are totals; and which totals are hidden everywhere."""

    named: Sequence[Mapping[int, Total]]
    gone: set[Total]

    def of(self, place: int, cells: int) -> tuple[np.ndarray, np.ndarray]:
        """Tell which cells of a table are totals to hide, and which are totals to keep."""
        lost, kept = np.zeros(cells, dtype=bool), np.zeros(cells, dtype=bool)
        for cell, total in self.named[place].items():
            (lost if total in self.gone else kept)[cell] = True
        return lost, kept


def _hide_one(
    joint: _Joint,
    tables: Sequence[Estimates],
    policy: Policy,
    more: Sequence[np.ndarray],
    totals: _Totals,
) -> list[Hidden]:
    members: list[tuple[int, ...]] = []
    sensitive: list[np.ndarray] = []
    weights: list[np.ndarray] = []
    lengths = []
    for place, groups in zip(joint.places, joint.groups, strict=True):
        cells = tables[place].cells
        assert cells is not None
        members += [tuple(m for group in cell for m in groups[group]) for cell in cells.members]
        values = np.array([cells.base[list(cell)].sum() for cell in cells.members])
        lost, kept = totals.of(place, len(cells.members))
        sensitive.append(_small(cells, values, policy) | more[place] | lost)
        weights.append(_rows(cells) * (1 + np.log2(1 + values)) * np.where(kept, TOTAL_COSTS, 1))
        lengths.append(len(cells.members))
    must = np.concatenate(sensitive)
    found = pattern(
        joint.base,
        members,
        threshold=policy.threshold,
        sensitive=must,
        least=policy.least_hidden,
        width=policy.width,
        weights=np.concatenate(weights),
        keys=joint.keys,
    )
    ends = np.cumsum(lengths)[:-1]
    return [
        Hidden(hidden, primary, found.least_weight)
        for hidden, primary in zip(
            np.split(found.hidden, ends), np.split(found.primary, ends), strict=True
        )
    ]


def _small(cells: Cells, values: np.ndarray, policy: Policy) -> np.ndarray:
    small = (values >= 1) & (values < policy.threshold)
    if policy.zeros == "hide":
        # Where nothing could ever be counted, 0 tells nothing.
        small |= (values == 0) & np.array([len(cell) > 0 for cell in cells.members], dtype=bool)
    return small


def _rows(cells: Cells) -> np.ndarray:
    """In how many rows each cell stands: what is lost with it."""
    rows = np.ones(len(cells.members))
    for places in (cells.numerator, cells.denominator):
        np.add.at(rows, places[places >= 0], 1)
    return rows


def _together(tables: Sequence[Estimates]) -> list[_Joint]:
    joints = []
    families: dict[tuple[str, ...], list[int]] = {}
    for place, table in enumerate(tables):
        about = table.about
        # FTE and headcount are looked at through the people behind them.
        families.setdefault((about.source, about.population), []).append(place)
    for places in families.values():
        joints += _join(tables, places)
    return joints


def _join(tables: Sequence[Estimates], places: list[int]) -> list[_Joint]:
    """Put as many tables as possible on the groups of the finest one, the others on their own."""
    order = sorted(places, key=lambda place: (-len(_names(tables[place])), place))
    names = _names(tables[order[0]])
    joint = _Joint([], [], [], [])
    alone = []
    for place in order:
        table = tables[place]
        sums = _fit(table, names, joint) if set(_names(table)) <= set(names) else None
        if sums is None:
            alone.append(place)
        else:
            joint.places.append(place)
            joint.groups.append(sums)
    return [joint, *(_join(tables, alone) if alone else [])]


def _names(table: Estimates) -> tuple[str, ...]:
    """What the groups of a table are split by; a table of one date is split by date, too."""
    cells = table.cells
    assert cells is not None
    return cells.dimensions if DATE in cells.dimensions else (*cells.dimensions, DATE)


def _fit(table: Estimates, names: tuple[str, ...], joint: _Joint) -> list[tuple[int, ...]] | None:
    """Write a table's groups as sums of the joint ones; None where they count other people.

    Groups of a date that no table before has are new ones.
    """
    cells = table.cells
    assert cells is not None
    own = _names(table)
    within = [names.index(name) for name in own]
    matching: dict[tuple[str, ...], list[int]] = {}
    for group, key in enumerate(joint.keys):
        matching.setdefault(tuple(key[place] for place in within), []).append(group)
    dates = {key[names.index(DATE)] for key in joint.keys}
    sums: list[tuple[int, ...]] = []
    new: list[tuple[tuple[str, ...], int]] = []
    for key, n in zip(cells.keys, cells.base.tolist(), strict=True):
        whole = key if len(key) == len(own) else (*key, table.about.period)
        found = matching.get(whole, [])
        if found and sum(joint.base[group] for group in found) != n:
            return None
        if not found:
            if n and whole[own.index(DATE)] in dates:
                return None
            found = [len(joint.keys) + len(new)]
            parts = dict(zip(own, whole, strict=True))
            new.append((tuple(parts.get(name, "") for name in names), n))
        sums.append(tuple(found))
    joint.keys.extend(key for key, _ in new)
    joint.base.extend(n for _, n in new)
    return sums
