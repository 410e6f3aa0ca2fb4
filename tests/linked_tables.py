"""Random tables of the same people, cut in different ways, and who tries all that could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from workforce_analytics.disclosure.demands import Asked, Hidden
from workforce_analytics.disclosure.layout import DATE, LIMIT, Counted, Layout

DAY = "2025-03-31"
People = Mapping[tuple[str, ...], int]
Cuts = Mapping[str, Mapping[str, frozenset[str]]]
"""For each dimension of a table, its categories and what each holds."""


def tabled(
    people: People, dimensions: Sequence[str], cuts: Cuts, limits: Mapping[str, frozenset[str]]
) -> Counted:
    """Count people in a table with all its margins, limited to some of them."""
    names = list(cuts)
    keys = list(product(*(cuts[name] for name in names)))
    place = {name: dimensions.index(name) for name in [*names, *limits]}
    base = np.array([0] * len(keys))
    for who, n in people.items():
        if any(who[place[name]] not in held for name, held in limits.items()):
            continue
        key = tuple(
            next(code for code, held in cuts[name].items() if who[place[name]] in held)
            for name in names
        )
        base[keys.index(key)] += n
    members = [
        tuple(n for n, key in enumerate(keys) if all(key[i] == c for i, c in chosen))
        for r in range(len(names) + 1)
        for axes in combinations(range(len(names)), r)
        for codes in product(*(cuts[names[axis]] for axis in axes))
        for chosen in [list(zip(axes, codes, strict=True))]
    ]
    added = sorted(limits)
    layout = Layout(
        people="staff",
        dimensions=(*names, *added, DATE),
        keys=tuple((*key, *([LIMIT] * len(added)), DAY) for key in keys),
        holds={
            **cuts,
            **{name: {LIMIT: limits[name]} for name in added},
            DATE: {DAY: frozenset([DAY])},
        },
        limited=frozenset(added),
        members=tuple(members),
    )
    return Counted(f"{' by '.join(names)} {added}", layout, base)


def asked(table: Counted, threshold: int) -> Asked:
    """Ask for the threshold rule."""
    assert table.base is not None
    values = np.array([table.base[list(cell)].sum() for cell in table.layout.members])
    nothing = np.zeros(len(values), dtype=np.int64)
    return Asked(
        table,
        (values >= 1) & (values < threshold),
        nothing > 0,
        1 + np.log2(1 + values),
        (nothing, nothing),
        nothing,
    )


def released(table: Counted, found: Hidden) -> Counted:
    """What somebody has who kept the table: what was shown, and no exact count."""
    assert table.base is not None
    values = [int(table.base[list(cell)].sum()) for cell in table.layout.members]
    shown = tuple(
        None if out else (n, n) for n, out in zip(values, found.hidden.tolist(), strict=True)
    )
    return Counted(table.title, table.layout, None, shown)


def narrowest(
    people: People,
    dimensions: Sequence[str],
    atoms: Mapping[str, Sequence[str]],
    tables: Sequence[tuple[Counted, np.ndarray]],
) -> list[tuple[str, float, float, int]]:
    """Between what counts is every hidden cell, for who has all tables and all kinds of people?

    Every kind of person that there could be is an unknown of its own: nothing here knows of blocks
    or links.
    """
    everyone = list(product(*(atoms[name] for name in dimensions)))
    counts = np.array([people.get(who, 0) for who in everyone])
    rows, least, most, names = [], [], [], []
    for table, hidden in tables:
        layout = table.layout
        for cell, out in zip(layout.members, hidden.tolist(), strict=True):
            row = np.zeros(len(everyone))
            for group in cell:
                held = {
                    name: layout.holds[name][code]
                    for name, code in zip(layout.dimensions, layout.keys[group], strict=True)
                    if name != DATE
                }
                row += [
                    all(who[dimensions.index(n)] in codes for n, codes in held.items())
                    for who in everyone
                ]
            n = row @ counts
            rows.append(row)
            least.append(1.0 if out else n)
            most.append(np.inf if out else n)
            names.append(f"{table.title}: {[layout.keys[group] for group in cell]}")
    known = LinearConstraint(np.array(rows), least, most)
    whole, positive = np.ones(len(everyone)), Bounds(0, np.inf)
    found = []
    for row, name, low, high in zip(rows, names, least, most, strict=True):
        if low == high:
            continue
        down = milp(row, constraints=known, bounds=positive, integrality=whole)
        up = milp(-row, constraints=known, bounds=positive, integrality=whole)
        top = np.inf if up.x is None else -up.fun
        found.append((name, float(down.fun), float(top), int(row @ counts)))
    return found
