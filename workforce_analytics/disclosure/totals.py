"""Totals that several tables print: hidden in all of them or in none, or one gives another away.

Tables of different characteristics hold the same people: everybody in a grade band is the last row
of each. A total that one table hides and another shows is not hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.disclosure.suppression import pattern
from workforce_analytics.estimates import ALL, Estimates

DATE = "snapshot_date"


class Total(NamedTuple):
    """Everybody of a population at a date, or those of them in one category of a dimension."""

    source: str
    population: str
    date: str
    by: str
    category: str


def totals_of(table: Estimates) -> dict[int, Total]:
    """Which cells of a table count people whatever their characteristic?"""
    cells, about = table.cells, table.about
    assert cells is not None
    of = about.groups[0]
    rest = [place for place, name in enumerate(cells.dimensions) if name != of]
    if of not in cells.dimensions:
        return {}
    parts: dict[tuple[str, ...], set[int]] = {}
    for group, key in enumerate(cells.keys):
        parts.setdefault(tuple(key[place] for place in rest), set()).add(group)
    names = [cells.dimensions[place] for place in rest]
    found: dict[int, Total] = {}
    for cell, members in enumerate(cells.members):
        inside = [part for part, groups in parts.items() if groups <= set(members)]
        if sum(len(parts[part]) for part in inside) == len(members):
            total = _named(about.source, about.population, about.period, names, inside, parts)
            if total is not None:
                found[cell] = total
    return found


def _named(
    source: str,
    population: str,
    period: str,
    names: list[str],
    inside: list[tuple[str, ...]],
    parts: Mapping[tuple[str, ...], set[int]],
) -> Total | None:
    """Name a total by its date and category; None for sums over some categories only."""
    at = names.index(DATE) if DATE in names else None
    dates = {part[at] for part in inside} if at is not None else {period}
    if len(dates) != 1:
        return None
    date = next(iter(dates))
    others = [place for place, name in enumerate(names) if name != DATE]
    of_date = [part for part in parts if at is None or part[at] == date]
    if len(inside) == len(of_date):
        return Total(source, population, date, "", ALL)
    if len(inside) == 1 and len(others) == 1:
        return Total(source, population, date, names[others[0]], inside[0][others[0]])
    return None


def hidden_totals(tables: Sequence[Estimates], policy: Policy) -> set[Total]:
    """Which totals must be hidden, looked at by themselves?"""
    counts: dict[Total, int] = {}
    for table in tables:
        cells = table.cells
        assert cells is not None
        for cell, total in totals_of(table).items():
            counts[total] = int(cells.base[list(cells.members[cell])].sum())
    hidden = {total for total, n in counts.items() if 1 <= n < policy.threshold}
    families = sorted({total._replace(category="") for total in counts if total.by})
    for family in families:
        parts = sorted(total for total in counts if total._replace(category="") == family)
        whole = family._replace(by="", category=ALL)
        base = np.array([counts[total] for total in parts])
        if counts.get(whole) != base.sum():
            continue
        members = [[place] for place in range(len(parts))] + [list(range(len(parts)))]
        found = pattern(
            base,
            members,
            threshold=policy.threshold,
            least=policy.least_hidden,
            width=policy.width,
            keys=[tuple(total) for total in parts],
        )
        hidden |= {total for total, out in zip([*parts, whole], found.hidden, strict=True) if out}
    return hidden
