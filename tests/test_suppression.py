"""Patterns against an independent attacker who tries every table that fits what is published."""

from collections.abc import Sequence
from functools import partial
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.disclosure import table_of_20_by_19
from tests.disclosure_cases import ORACLES, with_margins
from workforce_analytics.disclosure import programme, suppression
from workforce_analytics.disclosure.attack import intervals
from workforce_analytics.disclosure.suppression import pattern

Cells = list[tuple[int, ...]]


def every_table(base: Sequence[int], cells: Cells, hidden: Sequence[bool], room: int) -> np.ndarray:
    """All whole-number tables within `room` of the true one that would be published alike."""
    values = [sum(base[group] for group in cell) for cell in cells]
    groups = len(base)
    ranges = [np.arange(max(0, n - room), n + room + 1) for n in base]
    zero = {g for cell, v in zip(cells, values, strict=True) if v == 0 for g in cell}
    tables = np.zeros((1, 0), dtype=np.int64)
    for group in range(groups):
        choices = np.array([0]) if group in zero else ranges[group]
        tables = np.hstack(
            [np.repeat(tables, len(choices), axis=0), np.tile(choices, len(tables))[:, None]]
        )
        # A cell is checked as soon as all its groups have a number.
        for cell, value, veil in zip(cells, values, hidden, strict=True):
            if cell and max(cell) == group:
                sums = tables[:, list(cell)].sum(axis=1)
                tables = tables[sums >= 1] if veil else tables[sums == value]
    return tables


def breaches(
    base: Sequence[int], cells: Cells, hidden: Sequence[bool], threshold: int
) -> list[str]:
    """What an attacker learns too closely, found by trying everything."""
    values = np.array([sum(base[group] for group in cell) for cell in cells])
    width = threshold - 1
    if any(1 <= v < threshold and not veil for v, veil in zip(values, hidden, strict=True)):
        return ["a small count is shown"]
    tables = every_table(base, cells, hidden, room=threshold + 2)
    found = []
    sums = {cell: tables[:, list(cell)].sum(axis=1) for cell in set(cells)}
    veiled = {cell for cell, veil in zip(cells, hidden, strict=True) if veil}
    shown = {cell for cell, veil in zip(cells, hidden, strict=True) if not veil}
    narrow = [cell for cell in veiled - shown if np.ptp(sums[cell]) < width]
    found += [f"{cell} is between {sums[cell].min()} and {sums[cell].max()}" for cell in narrow]
    for alone in [cell for cell in veiled if sum(base[g] for g in cell) == 1]:
        knowing = tables[sums[alone] == 1]
        for cell in veiled - {alone}:
            if set(live(cell, base, cells)) <= set(live(alone, base, cells)):
                continue
            if np.ptp(knowing[:, list(cell)].sum(axis=1)) == 0:
                found.append(f"{alone} learns {cell}")
    found += [
        f"{group} can be worked out"
        for group in implied(base, cells, threshold)
        if np.ptp(tables[:, list(group)].sum(axis=1)) < width
    ]
    return found


def live(cell: tuple[int, ...], base: Sequence[int], cells: Cells) -> list[int]:
    """Groups of a cell that are not known to be empty."""
    empty = {g for other in cells if sum(base[g] for g in other) == 0 for g in other}
    return [group for group in cell if group not in empty]


def implied(base: Sequence[int], cells: Cells, threshold: int) -> set[tuple[int, ...]]:
    """Small counts that are not printed: elementary groups, and what two cells leave."""
    sets = {tuple(sorted(live(cell, base, cells))) for cell in cells}
    candidates = {(group,) for group in range(len(base))}
    candidates |= {
        tuple(sorted(set(a) - set(b))) for a, b in product(sets, sets) if set(b) < set(a)
    }
    return {
        group
        for group in candidates - sets
        if group and 1 <= sum(base[g] for g in group) < threshold
    }


def flat(groups: int) -> Cells:
    return [*((g,) for g in range(groups)), tuple(range(groups))]


def with_known(groups: int, declared: int) -> Cells:
    return [*flat(groups), tuple(range(declared))]


def known_only(groups: int, declared: int) -> Cells:
    """The undeclared are in no row of their own, but in the total."""
    return [*((g,) for g in range(declared)), tuple(range(declared)), tuple(range(groups))]


def two_way(rows: int, columns: int) -> Cells:
    n = rows * columns
    return [
        *((g,) for g in range(n)),
        *(tuple(range(r * columns, (r + 1) * columns)) for r in range(rows)),
        *(tuple(range(c, n, columns)) for c in range(columns)),
        tuple(range(n)),
    ]


LAYOUTS = {
    "no total": [(0,), (1,), (2,)],
    "flat": flat(4),
    "one group": flat(1),
    "known base": with_known(5, 3),
    "known base only": known_only(5, 3),
    "single row": two_way(1, 4),
    "single column": two_way(4, 1),
    "two-way": two_way(2, 3),
    "triangle": [(0,), (1,), (2,), (0, 1), (1, 2), (0, 2)],
    "overlapping": [(0, 1), (1, 2), (2, 3), (0, 1, 2, 3)],
    "hierarchy": [*((g,) for g in range(5)), (0, 1), (2, 3), (0, 1, 2, 3, 4)],
    "hierarchy of totals": [(0, 1), (2,), (3,), (2, 3), (0, 1, 2, 3)],
    "two linked hierarchies": [*((g,) for g in range(5)), (0, 1), (2, 3, 4), (0, 2), (1, 3, 4)],
    "two linked tables": [(0,), (1,), (2,), (3,), (0, 1), (2, 3), (0, 2), (1, 3), (0, 1, 2, 3)],
}
COUNTS = st.one_of(st.just(0), st.just(1), st.integers(0, 6), st.integers(3, 15))


@pytest.mark.parametrize("name", LAYOUTS)
@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data())
def test_nothing_can_be_worked_out_and_nothing_is_hidden_in_vain(
    name: str, data: st.DataObject
) -> None:
    cells = LAYOUTS[name]
    groups = max(group for cell in cells for group in cell) + 1
    base = data.draw(st.lists(COUNTS, min_size=groups, max_size=groups))
    threshold = data.draw(st.integers(2, 4))
    found = pattern(base, cells, threshold=threshold)
    assert breaches(base, cells, found.hidden.tolist(), threshold) == []
    if found.least_weight:
        for cell in np.flatnonzero(found.complementary):
            fewer = found.hidden.copy()
            # A count printed twice is shown twice.
            same = {
                i
                for i, c in enumerate(cells)
                if live(c, base, cells) == live(cells[cell], base, cells)
            }
            fewer[list(same)] = False
            assert breaches(base, cells, fewer.tolist(), threshold)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_rows_in_another_order_hide_the_same_cells(data: st.DataObject) -> None:
    cells = two_way(3, 3)
    base = data.draw(st.lists(COUNTS, min_size=9, max_size=9))
    keys = [(f"row {g // 3}", f"column {g % 3}") for g in range(9)]
    groups = data.draw(st.permutations(range(9)))
    order = data.draw(st.permutations(range(len(cells))))
    new_place = {old: new for new, old in enumerate(groups)}
    mixed = pattern(
        [base[old] for old in groups],
        [tuple(new_place[g] for g in cells[c]) for c in order],
        threshold=5,
        keys=[keys[old] for old in groups],
    )
    straight = pattern(base, cells, threshold=5, keys=keys)
    assert mixed.hidden.tolist() == [bool(straight.hidden[c]) for c in order]


def weight(hidden: np.ndarray, base: Sequence[int], cells: Cells) -> int:
    return sum(sum(base[g] for g in c) + 1 for c, h in zip(cells, hidden, strict=True) if h)


@pytest.mark.parametrize("cells", [two_way(2, 2), known_only(4, 2), LAYOUTS["overlapping"]])
@settings(max_examples=15, deadline=None, derandomize=True)
@given(base=st.lists(COUNTS, min_size=4, max_size=4))
def test_no_safe_pattern_weighs_less(cells: Cells, base: list[int]) -> None:
    found = pattern(base, cells, threshold=3)
    lightest = min(
        weight(np.array(hidden), base, cells)
        for hidden in product([False, True], repeat=len(cells))
        if not any(h and sum(base[g] for g in c) == 0 for h, c in zip(hidden, cells, strict=True))
        and not breaches(base, cells, hidden, 3)
    )
    # Cells known to be equal are hidden and weighed together.
    assert weight(found.hidden, base, cells) == lightest


def test_published_pattern_of_a_region_by_sex_table() -> None:
    case = ORACLES["region_sex"]
    counts, cells, names = with_margins(case)
    found = pattern(
        counts,
        cells,
        threshold=case["threshold"],
        least=case["least"],
        width=case["width"],
        weights=[sum(counts[g] for g in cell) for cell in cells],
        coalition=False,
    )
    hidden = {n for n, veil in zip(names, found.hidden[: len(names)], strict=True) if veil}
    primary = {n for n, veil in zip(names, found.primary[: len(names)], strict=True) if veil}
    assert primary == set(case["primary"])
    assert hidden - primary == set(case["complementary"])
    assert int((~found.hidden).sum()) == case["shown"]


def test_few_undeclared_cannot_be_had_from_all_less_known() -> None:
    base, cells = [40, 50, 3], [(0,), (1,), (0, 1), (0, 1, 2)]
    found = pattern(base, cells)
    assert found.complementary.any()
    assert not (~found.hidden[2] and ~found.hidden[3])


def test_zeros_that_may_be_hidden_are_kept_apart_from_full_groups() -> None:
    # All 30 of a group are in one category; hidden with its zeros it cannot be told.
    base, cells = [30, 0, 12, 25], two_way(2, 2)
    sensitive = [True, True, *[False] * 7]
    found = pattern(base, cells, sensitive=sensitive, least=0)
    low, high = intervals(base, cells, found.hidden, least=0)
    assert found.hidden[0]
    assert found.hidden[1]
    assert (high - low)[found.hidden].min() >= 9


@pytest.mark.parametrize("mean", [30, 100])
def test_a_table_of_20_by_19_with_two_levels_of_margins(mean: float) -> None:
    base, cells = table_of_20_by_19(mean, 1)
    found = pattern(base, cells)
    low, high = intervals(base, cells, found.hidden)
    assert (high - low)[found.hidden].min() >= 9
    values = np.array([base[list(cell)].sum() for cell in cells])
    assert found.hidden[(values > 0) & (values < 10)].all()
    assert found.least_weight


def test_a_pattern_completed_cell_by_cell_is_as_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "_ROUNDS", 1)
    for seed in range(20):
        base = np.random.default_rng(seed).choice([0, 1, 1, 2, 3, 5, 8, 14], 6).tolist()
        found = pattern(base, two_way(2, 3), threshold=4)
        assert breaches(base, two_way(2, 3), found.hidden.tolist(), 4) == []


def test_a_system_too_large_for_whole_numbers_is_as_safe_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suppression, "Work", partial(programme.Work, 0))
    for seed in range(20):
        base = np.random.default_rng(seed).choice([0, 1, 1, 2, 3, 5, 8, 14], 6).tolist()
        found = pattern(base, two_way(2, 3), threshold=4)
        assert breaches(base, two_way(2, 3), found.hidden.tolist(), 4) == []
    base, cells = table_of_20_by_19(30, 1)
    found = pattern(base, cells)
    low, high = intervals(base, cells, found.hidden)
    assert (high - low)[found.hidden].min() >= 9
    assert not found.least_weight
