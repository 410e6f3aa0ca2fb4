"""Sensitive sums, against the definitions computed from every single contribution."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure_cases import ORACLES
from workforce_analytics.disclosure.dominance import dominated
from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.errors import UsageError

PUBLISHED = ORACLES["dominance"]


def one(total: float, largest: Sequence[float], **parts: float) -> bool:
    return bool(dominated([total], [largest], Policy(**parts))[0])  # type: ignore[arg-type]


def test_a_published_sum_that_one_rule_misses_and_the_other_does_not() -> None:
    case = PUBLISHED["example_1"]
    total, largest = case["total"], case["largest"]
    assert one(total, largest, dominance_n=case["n"], dominance_k=case["k"]) is case["dominated"]
    # The second estimates the first at 51,000: 2 per cent too much, and not less than 2.
    assert not one(total, largest, p_percent=case["off_by_per_cent"])
    assert one(total, largest, p_percent=case["off_by_per_cent"] + 0.1)


def test_a_published_sum_of_which_two_make_up_too_much_but_neither_is_known() -> None:
    case = PUBLISHED["example_2"]
    total, largest = case["total"], case["largest"]
    assert one(total, largest, dominance_n=case["n"], dominance_k=case["k"]) is case["dominated"]
    assert one(total, largest, p_percent=case["p"]) is case["estimated"]
    assert one(total, largest, p_percent=case["off_by_per_cent"])
    assert not one(total, largest, p_percent=15.3)


def shares(amounts: Sequence[int], n: int, k: int) -> bool:
    """The n largest contributions are more than k per cent, in whole numbers."""
    return 100 * sum(sorted(amounts)[-n:]) > k * sum(amounts)


def guesses(amounts: Sequence[int], p: int) -> bool:
    """Somebody who takes their own part from the sum has another's to within p per cent."""
    people = [*amounts, 0, 0]
    total = sum(people)
    return any(
        100 * (total - own - other) < p * other
        for me, own in enumerate(people)
        for them, other in enumerate(people)
        if me != them
    )


@given(
    st.lists(st.integers(0, 30), max_size=6),
    st.integers(1, 4),
    st.integers(1, 100),
    st.integers(1, 100),
)
@settings(derandomize=True, deadline=None, max_examples=500)
def test_what_is_sensitive_by_trying_everybody(amounts: list[int], n: int, k: int, p: int) -> None:
    total, ordered = sum(amounts), sorted(amounts, reverse=True)
    few, known = shares(amounts, n, k), guesses(amounts, p)
    assert one(total, ordered, dominance_n=n, dominance_k=k) is few
    assert one(total, ordered[: max(n, 2)], p_percent=p) is known
    assert one(total, ordered, dominance_n=n, dominance_k=k, p_percent=p) is (few or known)


def test_fewer_people_than_the_rule_counts_make_up_all_of_a_sum() -> None:
    assert one(50, [50], dominance_n=3, dominance_k=99)
    assert one(50, [30, 20], dominance_n=3, dominance_k=99)
    assert one(50, [50], p_percent=1)
    assert not one(0, [], dominance_n=2, dominance_k=1)
    assert not one(0, [0, 0], p_percent=100)


def test_shares_are_compared_in_decimals_as_they_are_written() -> None:
    # 1,110 is exactly 11.1 per cent of 10,000, and 11.1 as a binary number is a little less.
    assert not one(10_000, [1_110, 900], dominance_n=1, dominance_k=11.1)
    assert one(10_000, [1_111, 900], dominance_n=1, dominance_k=11.1)


def test_nothing_is_dominated_where_no_rule_is_in_force() -> None:
    assert dominated([10, 10], [(), (10,)], Policy()).tolist() == [False, False]


def test_every_cell_is_judged_by_itself() -> None:
    found = dominated([100, 100, 0], [(90, 5), (30, 30), ()], Policy(p_percent=10))
    assert found.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("total", "largest", "said"),
    [
        (10, (11, -1), "cell 0 are negative"),
        (-10, (), "cell 0 are negative"),
        (10, (4, 5), "cell 0 are not in descending order"),
        (10, (6, 5), "cell 0 are more than their sum"),
        (10, (6,), "cell 0 are too few to judge by: give the 3 largest"),
    ],
)
def test_contributions_that_cannot_be_are_refused(
    total: int, largest: tuple[int, ...], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        one(total, largest, dominance_n=3, dominance_k=85)
