"""The room that rounding leaves, against every count that there could be."""

from dataclasses import replace

import numpy as np
import pytest

from workforce_analytics.disclosure.policy import PROFILES, Policy
from workforce_analytics.disclosure.room import alike
from workforce_analytics.disclosure.rounding import controlled, rounded

MOST = 60
everything = np.arange(3 * MOST)
"""More counts than are looked at: the last printed number stands for some beyond `MOST`, too."""

ONE_BY_ONE = {
    **{
        f"{rounding} {base}, from {threshold}, zeros {zeros}": Policy(
            rounding=rounding, rounding_base=base, threshold=threshold, zeros=zeros
        )
        for rounding, bases in {"nearest": (2, 3, 5, 10), "midpoint": (2, 3, 5, 6, 10)}.items()
        for base in bases
        for threshold in (1, 2, 3, 4, 8, 10)
        for zeros in ("show", "hide")
    },
    **{name: policy for name, policy in PROFILES.items() if policy.rounds},
    "nothing rounded": Policy(),
}


def printed_like(number: int, policy: Policy) -> list[int]:
    """All counts that a policy prints as this number."""
    if not policy.rounds:
        shown = (everything >= policy.threshold) | (everything == 0)
        return everything[shown & (everything == number)].tolist()
    return everything[rounded(everything, policy) == number].tolist()


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_the_ends_are_the_first_and_last_count_that_is_printed_alike(name: str) -> None:
    policy = ONE_BY_ONE[name]
    numbers = np.arange(MOST + 1)
    lowest, highest = alike(numbers, policy)
    printed_at_all = 0
    for number, low, high in zip(numbers.tolist(), lowest.tolist(), highest.tolist(), strict=True):
        like = printed_like(number, policy)
        if like:
            printed_at_all += 1
            assert (low, high) == (like[0], like[-1]), number
    step = policy.rounding_base if policy.rounds else 1
    assert printed_at_all >= (MOST - policy.threshold) // step


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_everything_between_the_ends_is_printed_alike_but_for_what_is_hidden(name: str) -> None:
    policy = ONE_BY_ONE[name]
    hidden = set(range(1, policy.threshold)) | ({0} if policy.zeros == "hide" else set())
    for number in range(MOST + 1):
        like = printed_like(number, policy)
        if like:
            low, high = (int(end[0]) for end in alike(np.array([number]), policy))
            assert set(range(low, high + 1)) - hidden == set(like)


def test_a_count_over_the_threshold_that_is_printed_as_zero_is_not_taken_for_none() -> None:
    # 3 and 4 are not hidden, and are nearer to 0 than to 10.
    policy = Policy(threshold=3, rounding="nearest", rounding_base=10)
    assert rounded(np.array([0, 1, 2, 3, 4, 5]), policy).tolist()[3:5] == [0.0, 0.0]
    lowest, highest = alike(np.array([0]), policy)
    assert (lowest.tolist(), highest.tolist()) == ([0], [4])


@pytest.mark.parametrize("threshold", [5, 10])
def test_where_nothing_is_printed_like_it_the_ends_are_the_other_way_round(threshold: int) -> None:
    lowest, highest = alike(np.arange(1, threshold), Policy(threshold=threshold))
    assert (lowest > highest).all()
    lowest, highest = alike(np.array([0]), Policy(threshold=threshold, zeros="hide"))
    assert (lowest > highest).all()


@pytest.mark.parametrize("base", [2, 3, 5, 6, 10])
def test_counts_rounded_to_add_up_may_go_to_either_neighbour(base: int) -> None:
    policy = Policy(threshold=1, rounding="controlled", rounding_base=base)
    for number in range(0, MOST + 1, base):
        low, high = (int(end[0]) for end in alike(np.array([number]), policy))
        neighbours = [{n - n % base, n + -n % base} for n in everything.tolist()]
        assert list(range(low, high + 1)) == [
            n for n, two in enumerate(neighbours) if number in two
        ]


@pytest.mark.parametrize("base", [3, 5, 10])
def test_what_is_rounded_to_add_up_lies_within_its_room(base: int) -> None:
    policy = Policy(threshold=1, rounding="controlled", rounding_base=base)
    draw = np.random.default_rng(base)
    for _ in range(20):
        counts = draw.integers(0, 30, 6)
        members = [(n,) for n in range(6)] + [(0, 1, 2), (3, 4, 5), tuple(range(6))]
        exact = np.array([counts[list(cell)].sum() for cell in members])
        lowest, highest = alike(controlled(counts, members, base), policy)
        assert ((lowest <= exact) & (exact <= highest)).all()


def test_the_same_room_for_many_as_for_one() -> None:
    policy = replace(PROFILES["nhs"], zeros="hide")
    many = alike(np.arange(0, MOST, 5), policy)
    one = [alike(np.array([number]), policy) for number in range(0, MOST, 5)]
    assert [end.tolist() for end in many] == [[int(two[n][0]) for two in one] for n in (0, 1)]
