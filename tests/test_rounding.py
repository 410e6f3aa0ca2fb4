"""Rounded counts that add up, against trying every table of multiples."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure_cases import ORACLES, with_margins
from workforce_analytics.disclosure import rounding
from workforce_analytics.disclosure.policy import PROFILES, resolve
from workforce_analytics.disclosure.rounding import controlled, rounded, strays, under_threshold
from workforce_analytics.errors import UsageError

CASE = ORACLES["controlled_rounding"]


def sums(base: Sequence[int], members: Sequence[Sequence[int]]) -> np.ndarray:
    return np.array([sum(base[group] for group in cell) for cell in members])


def allowed(count: int, to: int, steps: int) -> set[int]:
    """The Handbook's multiples for a count, written out; a count of 0 stays 0."""
    lower = count // to
    upper = lower if count % to == 0 else lower + 1
    return {0} if count == 0 else {max(m, 0) * to for m in range(lower - steps, upper + steps + 1)}


def every_rounding(
    base: Sequence[int], members: Sequence[Sequence[int]], to: int, steps: int
) -> tuple[int, set[tuple[int, ...]]]:
    """Least deviation, and all rounded cells that have it, by trying all parts up to the total."""
    counts = sums(base, members)
    top = sum(base) // to + 1 + steps
    ranges = [[to * m for m in range(top + 1)] if n else [0] for n in base]
    parts = np.array(list(product(*ranges)))
    holds = np.array([[group in cell for group in range(len(base))] for cell in members])
    cells = parts @ holds.T.astype(int)
    for place, count in enumerate(counts.tolist()):
        cells = cells[np.isin(cells[:, place], list(allowed(count, to, steps)))]
    if not len(cells):
        return -1, set()
    off = np.abs(cells - counts).sum(axis=1)
    return int(off.min()), {tuple(row) for row in cells[off == off.min()].tolist()}


def test_the_multiples_of_a_published_count() -> None:
    steps = CASE["steps"]
    assert sorted(allowed(steps["count"], steps["base"], 0)) == steps["neighbouring"]
    assert sorted(allowed(steps["count"], steps["base"], 1)) == steps["one_step_further"]


def test_a_published_table_is_rounded_as_closely_as_any() -> None:
    base, members, _ = with_margins(CASE)
    exact = sums(base, members)
    found = controlled(base, members, CASE["base"])
    assert np.abs(found - exact).sum() == CASE["least_total_deviation"]
    inner = found[: len(base)].reshape(3, 2).tolist()
    assert inner in CASE["closest"]
    printed = sums([n for row in CASE["printed"] for n in row], members)
    assert np.abs(printed - exact).sum() > CASE["least_total_deviation"]
    best, closest = every_rounding(base, members, CASE["base"], 0)
    assert best == CASE["least_total_deviation"]
    assert len(closest) == len(CASE["closest"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[int], list[list[int]], int]:
    """Up to four groups, some printed by themselves, and sums of any of them."""
    groups = draw(st.integers(1, 4))
    base = draw(st.lists(st.integers(0, 7), min_size=groups, max_size=groups))
    cell = st.lists(st.integers(0, groups - 1), unique=True, max_size=groups)
    members = draw(st.lists(cell, min_size=1, max_size=7))
    return base, members, draw(st.integers(2, 6))


@given(tables())
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_other_rounding_that_adds_up_lies_closer(
    table: tuple[list[int], list[list[int]], int],
) -> None:
    base, members, to = table
    exact = sums(base, members)
    found = controlled(base, members, to)
    for steps in range(3):
        best, closest = every_rounding(base, members, to, steps)
        if best >= 0:
            break
    assert tuple(found.tolist()) in closest
    assert strays(exact, found, to).any() == (steps > 0)


@given(tables(), st.randoms(use_true_random=False))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_the_order_of_groups_and_cells_changes_nothing(
    table: tuple[list[int], list[list[int]], int], chance: object
) -> None:
    base, members, to = table
    keys = [(f"group {n}",) for n in range(len(base))]
    straight = controlled(base, members, to, keys=keys)
    groups, cells = list(range(len(base))), list(range(len(members)))
    chance.shuffle(groups)  # type: ignore[attr-defined]
    chance.shuffle(cells)  # type: ignore[attr-defined]
    place = {group: at for at, group in enumerate(groups)}
    shuffled = controlled(
        [base[group] for group in groups],
        [[place[group] for group in reversed(members[cell])] for cell in cells],
        to,
        keys=[keys[group] for group in groups],
    )
    assert shuffled.tolist() == straight[cells].tolist()


def test_three_pairs_that_cannot_add_up_go_one_step_further() -> None:
    # Each pair counts 2, and half of 2 is no multiple of 2.
    base, members = [1, 1, 1], [[0, 1], [1, 2], [0, 2]]
    found = controlled(base, members, 2)
    assert every_rounding(base, members, 2, 0) == (-1, set())
    assert np.abs(found - 2).sum() == 2
    assert strays([2, 2, 2], found, 2).sum() == 1


def test_many_ones_are_rounded_so_that_their_total_holds() -> None:
    members = [[group] for group in range(9)] + [list(range(9))]
    found = controlled([1] * 9, members, 5)
    assert found[:9].sum() == found[9]
    assert found[9] in (5, 10)


def test_where_no_steps_are_enough_the_rounded_parts_add_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounding, "_STEPS", 0)
    found = controlled([1, 1, 1], [[0, 1], [1, 2], [0, 2]], 2)
    assert found.tolist() == [4, 4, 4]
    assert strays([2, 2, 2], found, 2).all()


def test_unprinted_parts_are_free() -> None:
    found = controlled([3, 3, 3, 3], [[0], [0, 1, 2, 3]], 5)
    assert found.tolist() == [5, 10]


def test_empty_parts_stay_empty_so_that_the_rest_still_adds_up() -> None:
    found = controlled([3, 3, 0], [[0], [1], [0, 1, 2], [2]], 5)
    assert sorted(found[:2].tolist()) == [0, 5]
    assert found[2:].tolist() == [5, 0]
    assert controlled([0, 0], [[0], [0, 1]], 5).tolist() == [0, 0]
    assert controlled([4], [[], [0]], 5).tolist() == [0, 5]


def test_a_table_of_twenty_by_nineteen_with_two_levels_of_margins() -> None:
    across, down = 19, 20
    chance = np.random.default_rng(7)
    base = chance.poisson(6, down * across)
    at = np.arange(down * across).reshape(down, across)
    bands = [slice(0, 4), slice(4, 8), slice(8, 12), slice(12, 16), slice(16, 19)]
    inner = [[int(place)] for place in at.ravel()]
    margins = [at, *at, *at.T, *(at[:, band] for band in bands)]
    margins += [row[band] for row in at for band in bands]
    members = inner + [np.ravel(part).tolist() for part in margins]
    found, exact = controlled(base, members, 5), sums(base.tolist(), members)
    assert not strays(exact, found, 5).any()
    assert (sums(found[: len(inner)].tolist(), members) == found).all()
    assert (found[exact % 5 == 0] == exact[exact % 5 == 0]).all()


@pytest.mark.parametrize("base", [[1.5, 2], [-1, 2], [np.nan, 2]])
def test_parts_of_people_are_refused(base: list[float]) -> None:
    with pytest.raises(UsageError, match="whole numbers of 0 or more"):
        controlled(base, [[0], [1]], 5)


def test_a_multiple_of_one_rounds_nothing_and_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 2, not 1"):
        controlled([1], [[0]], 1)


def test_counts_that_belong_to_no_sum_go_to_the_nearest_multiple() -> None:
    policy = resolve({"profile": "hesa", "rounding": "controlled"})
    assert rounded(np.array([2.4, 2.5, 12.0]), policy).tolist() == [0, 5, 10]


def test_hidden_zeros_are_under_every_threshold() -> None:
    counts = np.array([0.0, 1.0, 7.0, 8.0])
    assert under_threshold(counts, PROFILES["nhs"]).tolist() == [False, True, True, False]
    hidden = resolve({"profile": "nhs", "zeros": "hide"})
    assert under_threshold(counts, hidden).tolist() == [True, True, True, False]
