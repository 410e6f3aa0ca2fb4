"""Means and medians that are shown, against everything that can be computed from them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.disclosure_cases import ORACLES
from workforce_analytics.disclosure import means
from workforce_analytics.disclosure.means import hidden_means, hidden_quantiles, hidden_rows
from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import About, Cells, Estimates, assemble

Members = list[tuple[int, ...]]
RESIDUAL = ORACLES["residual_mean"]


def matrix(base: Sequence[int], members: Sequence[Sequence[int]]) -> np.ndarray:
    """One row per set, one column per group that holds somebody."""
    people = [group for group, n in enumerate(base) if n]
    return np.array([[group in cell for group in people] for cell in members], dtype=float).reshape(
        len(members), len(people)
    )


def single_out(rows: np.ndarray, wanted: np.ndarray) -> bool:
    """Sets, added and taken away with any factors, leave exactly the wanted people."""
    if not len(rows):
        return False
    factors = np.linalg.lstsq(rows.T, wanted, rcond=None)[0]
    return bool(np.abs(rows.T @ factors - wanted).max() < 1e-9)


def uncertainty(rows: np.ndarray, known: np.ndarray, wanted: np.ndarray) -> float:
    """Between which sums of 0 or more everything known leaves those of the wanted people."""
    ends = []
    for sign in (1, -1):
        found = linprog(sign * wanted, A_eq=rows, b_eq=known) if len(rows) else None
        if found is None or found.status == 3:
            return np.inf
        assert found.status == 0
        ends.append(sign * found.fun)
    return float(ends[1] - ends[0])


def few_people(base: Sequence[int], few: int) -> list[np.ndarray]:
    """All sets of groups with 1 to few - 1 people."""
    counts = [n for n in base if n]
    sets = [
        chosen
        for size in range(1, len(counts) + 1)
        for chosen in combinations(range(len(counts)), size)
        if sum(counts[place] for place in chosen) < few
    ]
    return [np.isin(np.arange(len(counts)), chosen).astype(float) for chosen in sets]


def behind(base: Sequence[int], sums: Sequence[int]) -> np.ndarray:
    """The sums of groups that hold somebody."""
    return np.array([amount for amount, n in zip(sums, base, strict=True) if n])


def also_shown(rows: np.ndarray, hidden: np.ndarray, place: int) -> np.ndarray:
    """Hide the same but for one set, wherever it is printed."""
    return hidden & (rows != rows[place]).any(axis=1)


def told(
    base: Sequence[int],
    sums: Sequence[int],
    members: Members,
    sensitive: Sequence[bool],
    hidden: Sequence[bool],
    width: float,
) -> list[int]:
    """Sensitive means that everything shown leaves less uncertain than asked."""
    rows, amounts = matrix(base, members), behind(base, sums)
    shown = rows[~np.asarray(hidden, dtype=bool)]
    return [
        place
        for place, secret in enumerate(sensitive)
        if secret
        and uncertainty(shown, shown @ amounts, rows[place])
        < max(1, np.ceil(rows[place] @ amounts * width / 100)) - 1e-6
    ]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[int], list[int], Members]:
    """A table of two by three to three by three, with some of its cells and margins printed."""
    across, down = 3, draw(st.integers(1, 3))
    size = across * down
    base = draw(st.lists(st.integers(0, 12), min_size=size, max_size=size))
    sums = [n * draw(st.integers(0, 9)) for n in base]
    inner = [(place,) for place in range(size)]
    rows = [tuple(range(i * across, (i + 1) * across)) for i in range(down)]
    columns = [tuple(range(j, size, across)) for j in range(across)]
    every = [*inner, *rows, *columns, tuple(range(size))]
    printed = draw(st.lists(st.sampled_from(every), min_size=1, unique=True))
    return base, sums, [cell for cell in printed if sum(base[group] for group in cell)]


@given(tables(), st.integers(2, 6), st.sampled_from([1.0, 10.0, 40.0]))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_hidden_mean_and_none_of_few_people_can_be_computed(
    table: tuple[list[int], list[int], Members], few: int, width: float
) -> None:
    base, sums, members = table
    sensitive = [0 < sum(base[group] for group in cell) < few for cell in members]
    hidden = hidden_means(base, members, sensitive, few=few, sums=sums, width=width)
    assert all(out for out, secret in zip(hidden, sensitive, strict=True) if secret)
    assert told(base, sums, members, sensitive, hidden.tolist(), width) == []
    shown = matrix(base, members)[~hidden]
    assert not any(single_out(shown, people) for people in few_people(base, few))


@given(tables(), st.integers(2, 6))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_showing_any_one_mean_more_would_tell_of_few_people_or_of_a_hidden_one(
    table: tuple[list[int], list[int], Members], few: int
) -> None:
    base, sums, members = table
    sums = [s + n for s, n in zip(sums, base, strict=True)]
    sensitive = [0 < sum(base[group] for group in cell) < few for cell in members]
    hidden = hidden_means(base, members, sensitive, few=few, sums=sums)
    rows = matrix(base, members)
    amounts = behind(base, sums)
    for extra in np.flatnonzero(hidden & ~np.array(sensitive, dtype=bool)):
        less = also_shown(rows, hidden, extra)
        shown = rows[~less]
        small = few_people(base, few)
        assert told(base, sums, members, sensitive, less.tolist(), 10) or any(
            uncertainty(shown, shown @ amounts, people)
            < max(1, np.ceil(people @ amounts / 10)) - 1e-6
            for people in small
        )


@given(tables(), st.integers(2, 6), st.lists(st.integers(0, 20), max_size=2))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_few_people_are_between_shown_medians_and_none_is_hidden_in_vain(
    table: tuple[list[int], list[int], Members], few: int, secrets: list[int]
) -> None:
    base, _, members = table
    if not members:
        return
    sensitive = np.zeros(len(members), dtype=bool)
    sensitive[[place % len(members) for place in secrets]] = True
    hidden = hidden_quantiles(base, members, sensitive, few=few)
    rows, small = matrix(base, members), few_people(base, few)
    assert hidden[sensitive].all()
    assert not any(single_out(rows[~hidden], people) for people in small)
    for extra in np.flatnonzero(hidden & ~sensitive):
        less = also_shown(rows, hidden, extra)
        if less[sensitive].all():
            assert any(single_out(rows[~less], people) for people in small)


def test_the_published_mean_of_those_left_over_is_hidden_with_another() -> None:
    total, shown, left = (RESIDUAL[name] for name in ("total", "shown", "hidden_group"))
    worked_out = total["mean"] * total["n"] - shown["mean"] * shown["n"]
    assert worked_out / left["n"] == pytest.approx(left["mean"], abs=0.001)
    base = [shown["n"], left["n"]]
    sums = [round(100 * n * one["mean"]) for n, one in ((shown["n"], shown), (left["n"], left))]
    members: Members = [(0, 1), (0,), (1,)]
    secret = [False, False, True]
    assert told(base, sums, members, secret, secret, 10) == [2]
    hidden = hidden_means(base, members, secret, few=10, sums=sums).tolist()
    assert hidden == [False, True, True]
    assert told(base, sums, members, secret, hidden, 10) == []


def test_those_whom_no_row_shows_are_protected_like_those_whom_one_does() -> None:
    hidden = hidden_means([32, 9], [(0, 1), (0,)], [False, False], few=10, sums=[2500, 792])
    assert hidden.tolist() == [False, True]


def test_several_parts_taken_from_a_total_must_not_leave_few() -> None:
    base, members = [30, 40, 9, 9], [(0, 1, 2, 3), (0,), (1,), (2,), (3,)]
    secret = [False, False, False, True, True]
    # The sums of the two small ones could be anything, but their 18 people are left over.
    assert hidden_means(base, members, secret, few=10).tolist() == secret
    assert hidden_means(base, members, secret, few=20).sum() == 3


def test_a_wider_uncertainty_hides_what_can_give_it() -> None:
    # The second column holds too little to leave 100 uncertain by a tenth.
    base, sums = [5, 10, 20, 10, 10, 20], [100, 1, 200, 100, 1, 200]
    inner = [(place,) for place in range(6)]
    margins = [(0, 1, 2), (3, 4, 5), (0, 3), (1, 4), (2, 5), tuple(range(6))]
    secret = [True] + [False] * 11
    narrow = hidden_means(base, [*inner, *margins], secret, few=6, sums=sums, width=1)
    wide = hidden_means(base, [*inner, *margins], secret, few=6, sums=sums, width=10)
    assert np.flatnonzero(narrow).tolist() == [0, 1, 3, 4]
    assert told(base, sums, [*inner, *margins], secret, narrow.tolist(), 1) == []
    assert told(base, sums, [*inner, *margins], secret, narrow.tolist(), 10) == [0]
    assert told(base, sums, [*inner, *margins], secret, wide.tolist(), 10) == []


def test_a_mean_of_nothing_tells_that_everybody_in_it_has_nothing() -> None:
    members: Members = [(0,), (1,), (0, 1), (2,)]
    hidden = hidden_means([3, 20, 20], members, [True, False, False, False], few=5, sums=[0, 0, 40])
    assert hidden.tolist() == [True, True, True, False]


def test_sums_of_millions_keep_their_uncertainty() -> None:
    base, sums = [4, 300, 900], [90_000_00, 812_345_678, 2_812_345_678]
    members: Members = [(0,), (1,), (2,), (0, 1, 2)]
    secret = [True, False, False, False]
    hidden = hidden_means(base, members, secret, few=10, sums=sums)
    assert hidden.tolist() == [True, True, False, False]
    assert told(base, sums, members, secret, hidden.tolist(), 9.9) == []


def test_means_that_can_be_negative_are_refused() -> None:
    with pytest.raises(UsageError, match="0 or more"):
        hidden_means([3, 4], [(0,), (1,)], [True, False], few=4, sums=[-1, 2])


@given(tables(), st.integers(2, 6), st.randoms(use_true_random=False))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_the_order_of_groups_and_rows_changes_nothing(
    table: tuple[list[int], list[int], Members], few: int, chance: Any
) -> None:
    base, sums, members = table
    keys = [(f"group {n}",) for n in range(len(base))]
    groups, cells = list(range(len(base))), list(range(len(members)))
    chance.shuffle(groups)
    chance.shuffle(cells)
    place = {group: at for at, group in enumerate(groups)}
    turned = [tuple(place[group] for group in members[cell]) for cell in cells]
    secret = np.array([0 < sum(base[group] for group in cell) < few for cell in members])
    moved = {"few": few, "keys": [keys[group] for group in groups]}
    straight = hidden_means(base, members, secret, few=few, sums=sums, keys=keys)
    other = hidden_means(
        [base[group] for group in groups],
        turned,
        secret[cells],
        sums=[sums[group] for group in groups],
        **moved,
    )
    assert other.tolist() == straight[cells].tolist()
    straight = hidden_quantiles(base, members, secret, few=few, keys=keys)
    other = hidden_quantiles([base[group] for group in groups], turned, secret[cells], **moved)
    assert other.tolist() == straight[cells].tolist()


@pytest.mark.parametrize("hide", [hidden_means, hidden_quantiles])
def test_where_a_search_grows_too_long_everything_is_hidden(
    monkeypatch: pytest.MonkeyPatch, hide: Any
) -> None:
    monkeypatch.setattr(means, "singled_out", lambda *_: ())
    assert hide([30, 40], [(0,), (1,), (0, 1)], [False] * 3, few=10).all()


ABOUT = About("Pay", "", "", "", "", "", "2025-03-31", "", ("sex",))
SEXES = ("All", "women", "men", "unknown")


def pay(rows: Sequence[dict[str, Any]] = (), **parts: Any) -> Estimates:
    """Means of 60 women, 50 men and 5 unknown, and of all; then further rows."""
    given = {
        "base": np.array([60, 50, 5]),
        "keys": (("women",), ("men",), ("unknown",)),
        "dimensions": ("sex",),
        "members": ((0, 1, 2), (0,), (1,), (2,)),
        "sums": np.array([1200, 1100, 90]),
        **parts,
    }
    figures = [
        {"sex": sex, "measure": "mean", "unit": "pounds", "value": 20.0, "cell": cell}
        for cell, sex in enumerate(SEXES)
    ]
    every = [*figures, *rows]
    cells = [row.pop("cell", -1) for row in every]
    behind = [row.pop("behind", ()) for row in every]
    return assemble(
        every,
        ABOUT,
        Cells(
            numerator=np.full(len(every), -1),
            denominator=np.array(cells),
            behind=tuple(behind),
            **given,
        ),
    )


NONE = np.zeros(4, dtype=bool)
MEDIANS = [
    {"sex": sex, "measure": "median", "unit": "pounds", "value": 19.0, "cell": cell}
    for cell, sex in enumerate(SEXES)
]


def rows_of(table: Estimates, policy: Policy, hidden: Sequence[int] = ()) -> list[int]:
    found = hidden_rows(table, np.isin(np.arange(4), hidden), policy)
    return np.flatnonzero(found).tolist()


def test_a_mean_of_few_is_hidden_and_another_with_it() -> None:
    assert rows_of(pay(), Policy()) == [2, 3]
    assert rows_of(pay(), Policy(threshold=5)) == []


def test_a_mean_whose_count_is_hidden_is_hidden() -> None:
    assert rows_of(pay(), Policy(threshold=5), hidden=[1, 2]) == [1, 2]


def test_pay_may_need_more_people_than_a_score() -> None:
    policy = Policy(threshold=2, least_pay=51)
    assert rows_of(pay(), policy) == [2, 3]
    table = pay()
    table._exact["unit"] = "score_0_100"
    assert rows_of(table, policy) == []


def test_nobody_is_not_few() -> None:
    table = pay(base=np.array([60, 50, 0]), sums=np.array([1200, 1100, 0]))
    table._exact.loc[3, "value"] = np.nan
    assert rows_of(table, Policy(least_mean=8)) == []


def test_medians_hide_the_smaller_of_two_sets_that_few_people_lie_between() -> None:
    table = pay([dict(row) for row in MEDIANS], quantiles=(4, 5, 6, 7))
    policy = Policy(threshold=2, least_median=6)
    assert rows_of(table, policy) == [6, 7]
    assert rows_of(table, replace(policy, least_median=5)) == []


def test_means_and_medians_of_one_cell_are_hidden_each_for_their_own_reasons() -> None:
    table = pay([dict(row) for row in MEDIANS], quantiles=(4, 5, 6, 7))
    assert rows_of(table, Policy(threshold=2, least_mean=6, least_median=2)) == [2, 3]


def test_a_mean_that_few_people_make_up_is_hidden() -> None:
    largest = ((800, 30), (800, 20), (30, 30), (20, 20))
    policy = Policy(threshold=2, dominance_n=1, dominance_k=60)
    assert rows_of(pay(largest=largest), policy) == [1, 3]
    assert rows_of(pay(largest=largest), replace(policy, dominance_k=70)) == []


def test_means_of_pay_whose_contributions_are_not_known_are_hidden_where_a_rule_asks() -> None:
    policy = Policy(threshold=2, p_percent=10)
    assert rows_of(pay(), policy) == [0, 1, 2, 3]
    table = pay()
    table._exact["unit"] = "score_0_10"
    assert rows_of(table, policy) == []


def test_a_gap_is_hidden_with_a_mean_that_it_rests_on() -> None:
    gaps = [
        {"sex": "women", "unit": "percentage_points", "value": 5.0, "cell": 1, "behind": (0,)},
        {"sex": "women", "unit": "percentage_points", "value": 5.0, "cell": 1, "behind": (2,)},
        {"sex": "women", "unit": "people", "value": 5.0, "cell": 1, "behind": (2,)},
    ]
    assert rows_of(pay(gaps), Policy()) == [2, 3, 5]


def test_without_sums_everybody_is_supposed_to_contribute_the_same() -> None:
    assert rows_of(pay(sums=None), Policy()) == [2, 3]


def test_figures_of_another_kind_are_left_alone() -> None:
    table = pay()
    table._exact["unit"] = "proportion"
    assert rows_of(table, Policy()) == []
    without = Estimates(table._exact, ABOUT)
    assert not hidden_rows(without, NONE, Policy()).any()


@pytest.mark.parametrize(
    ("weights", "hidden"), [("rows", [2, 3]), ("value", [1, 3, 4]), ("equal", [2, 3])]
)
def test_what_hiding_costs_is_the_policy_s_choice(weights: str, hidden: list[int]) -> None:
    again = {"sex": "women", "measure": "again", "unit": "pounds", "value": 20.0, "cell": 1}
    table = pay([again], base=np.array([50, 60, 5]))
    assert rows_of(table, Policy(weights=weights)) == hidden
