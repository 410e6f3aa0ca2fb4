"""How long disclosure control takes where it is hard: large margins, many tables, a whole report.

Run by hand, never by pytest; README.md in this folder says how, and what was measured. Each time is
that of the whole protection: the pattern and the attack that proves it.
"""

from __future__ import annotations

import time
from itertools import product

import numpy as np

from tests.linked_tables import asked
from workforce_analytics.disclosure.demands import Rules
from workforce_analytics.disclosure.layout import DATE, Counted, Layout
from workforce_analytics.disclosure.linking import hide
from workforce_analytics.disclosure.suppression import pattern

SEEDS = (1, 2, 3)


def two_levels(size: int, group: int) -> list[list[int]]:
    """Categories, groups of them, and all."""
    return [
        *([one] for one in range(size)),
        *(list(range(first, min(first + group, size))) for first in range(0, size, group)),
        list(range(size)),
    ]


def table_of_20_by_19(mean: float, seed: int) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """20 services in four directorates by 19 ethnic groups in five, with every margin."""
    rng = np.random.default_rng(seed)
    expected = mean * rng.gamma(1, 1, (20, 1)) * rng.gamma(1, 1, (1, 19))
    members = [
        tuple(row * 19 + column for row in rows for column in columns)
        for rows, columns in product(two_levels(20, 5), two_levels(19, 4))
    ]
    return rng.poisson(expected).ravel(), members


def ten_tables(people: int, seed: int) -> list[Counted]:
    """Ten characteristics of ten categories, each by the same fifteen services."""
    rng = np.random.default_rng(seed)
    services = rng.choice(15, people, p=rng.dirichlet(np.full(15, 2.0)))
    return [
        _crossed(services, rng.choice(10, people, p=rng.dirichlet(np.full(10, 0.7))), number)
        for number in range(10)
    ]


def _crossed(services: np.ndarray, groups: np.ndarray, number: int) -> Counted:
    base = np.zeros((15, 10), dtype=np.int64)
    np.add.at(base, (services, groups), 1)
    names = ("service", f"characteristic_{number}", DATE)
    keys = [
        (f"s{row:02d}", f"g{column}", "2025-03-31") for row in range(15) for column in range(10)
    ]
    members = [
        *((place,) for place in range(150)),
        *(tuple(range(row * 10, row * 10 + 10)) for row in range(15)),
        *(tuple(range(column, 150, 10)) for column in range(10)),
        tuple(range(150)),
    ]
    holds = {
        name: {key[place]: frozenset([key[place]]) for key in keys}
        for place, name in enumerate(names)
    }
    layout = Layout("staff", names, tuple(keys), holds, frozenset(), tuple(members))
    return Counted(f"table {number}", layout, base.ravel())


def main() -> None:
    """Protect each of them and print times."""
    for mean in (3, 10, 30, 100):
        for seed in SEEDS:
            base, members = table_of_20_by_19(mean, seed)
            start = time.perf_counter()
            found = pattern(base, members)
            print(
                f"20 x 19, two levels of margins, {len(members)} cells, mean {mean}, seed {seed}: "
                f"{time.perf_counter() - start:.1f} s, {found.hidden.sum()} hidden, "
                f"{found.primary.sum()} of them small, least weight: {found.least_weight}",
                flush=True,
            )
    for people in (300, 1_500, 6_000):
        for seed in SEEDS:
            tables = ten_tables(people, seed)
            start = time.perf_counter()
            made = hide([asked(table, 10) for table in tables], Rules(10, 9, 1))
            print(
                f"ten linked 15 x 10 tables of {people:,} people, seed {seed}: "
                f"{time.perf_counter() - start:.1f} s, {sum(one.hidden.sum() for one in made)} of "
                f"{sum(len(one.hidden) for one in made)} hidden",
                flush=True,
            )


if __name__ == "__main__":
    main()
