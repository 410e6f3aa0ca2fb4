"""What two tables tell together beyond sums: small changes between dates, medians of nearly all."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

import numpy as np

from workforce_analytics.disclosure.layout import DATE, Counted, Parts
from workforce_analytics.disclosure.record import Record

Definition = tuple[str, Parts]
"""Whose people, and what of each dimension that a count does not hold all of."""


def small_changes(
    tables: Sequence[Counted], earlier: Sequence[Counted], *, threshold: int, months: int
) -> list[np.ndarray]:
    """Which counts changed by fewer than the threshold since a date shortly before?

    Parameters
    ----------
    tables
        New tables.
    earlier
        Tables that were released.
    threshold
        A change of 1 to `threshold - 1` is small.
    months
        Dates that lie closer together than this are held against each other.

    Returns
    -------
    list of numpy.ndarray
        For each new table, the cells to hide: of two dates the later one, unless that one was
        released already.
    """
    known: dict[Definition, dict[date, tuple[int, bool]]] = {}
    for table, released in [*((t, False) for t in tables), *((t, True) for t in earlier)]:
        for _, definition, day, n in _stated(table):
            known.setdefault(definition, {})
            if released or day not in known[definition]:
                known[definition][day] = (n, released)
    result = []
    for table in tables:
        hide = np.zeros(len(table.layout.members), dtype=bool)
        for cell, definition, day, n in _stated(table):
            hide[cell] = any(
                0 < abs(n - other) < threshold and (before < day or released)
                for before, (other, released) in known[definition].items()
                if before != day and _apart(before, day) < months
            )
        result.append(hide)
    return result


def close_medians(
    table: Counted, cells: Sequence[int], earlier: Sequence[Record], *, threshold: int
) -> set[int]:
    """Of which cells is a median too close to one that was released?

    Parameters
    ----------
    table
        A new table.
    cells
        Its cells of which it shows a median or another quantile.
    earlier
        Tables that were released.
    threshold
        Two sets of which one holds the other and 1 to `threshold - 1` more people are too close.

    Returns
    -------
    set of int
        Those cells: the few who are in one set only would be known to lie above or below.
    """
    released = [
        (definition, day, n)
        for one in earlier
        for cell, definition, day, n in _stated(one.counted)
        if cell in one.medians
    ]
    return {
        cell
        for cell, (people, parts), day, n in _stated(table)
        if cell in cells
        for (whose, others), before, m in released
        if people == whose and day == before and 0 < abs(n - m) < threshold
        if _inside(parts, others) or _inside(others, parts)
    }


def _inside(one: Parts, other: Parts) -> bool:
    """Whether everybody in one set is in another."""
    held = dict(one)
    return all(name in held and held[name] <= part for name, part in other)


def _stated(table: Counted) -> list[tuple[int, Definition, date, int]]:
    """List the cells of a table that are of one date: what they count, when, and how many."""
    layout = table.layout
    found = []
    for cell, groups in enumerate(layout.members):
        if not groups:
            continue
        days = layout.part_of(cell, DATE)
        day = _date(next(iter(days))) if len(days) == 1 else None
        n = _number(table, cell)
        if day is None or n is None:
            continue
        found.append((cell, (layout.people, layout.parts(cell)), day, n))
    return found


def _number(table: Counted, cell: int) -> int | None:
    if table.base is not None:
        return int(table.base[list(table.layout.members[cell])].sum())
    ends = table.shown[cell]
    return ends[0] if ends is not None and ends[0] == ends[1] else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _apart(one: date, other: date) -> float:
    """How many months lie between two dates?"""
    first, last = sorted((one, other))
    months = 12 * (last.year - first.year) + last.month - first.month
    # The last day of a month to the last day of another is whole months, whatever their length.
    ended = last.day >= first.day or last.day == monthrange(last.year, last.month)[1]
    return months if ended else months - 0.5
