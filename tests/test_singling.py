"""Few people whom sets single out, against trying every set of people."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.disclosure.singling import made_of, singled_out


def is_sum(shown: np.ndarray, people: tuple[int, ...]) -> bool:
    """Some factors of the sets give exactly these people."""
    wanted = np.isin(np.arange(shown.shape[1]), people).astype(float)
    factors = np.linalg.lstsq(shown.T.astype(float), wanted, rcond=None)[0]
    return bool(np.abs(shown.T @ factors - wanted).max() < 1e-9)


@st.composite
def sets(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    width = draw(st.integers(1, 6))
    row = st.lists(st.integers(0, 1), min_size=width, max_size=width)
    shown = draw(st.lists(row, min_size=1, max_size=5))
    counts = draw(st.lists(st.integers(1, 9), min_size=width, max_size=width))
    return np.array(shown), np.array(counts)


@given(sets(), st.integers(1, 15))
@settings(derandomize=True, deadline=None, max_examples=500)
def test_the_fewest_people_are_found_and_none_where_there_are_none(
    case: tuple[np.ndarray, np.ndarray], few: int
) -> None:
    shown, counts = case
    width = len(counts)
    sizes = [
        int(counts[list(chosen)].sum())
        for size in range(1, width + 1)
        for chosen in combinations(range(width), size)
        if counts[list(chosen)].sum() < few and is_sum(shown, chosen)
    ]
    found = singled_out(shown, counts, few)
    if not sizes:
        assert found is None
        return
    assert found is not None
    assert counts[list(found)].sum() == min(sizes)
    assert is_sum(shown, found)
    assert is_sum(shown[list(made_of(shown, found))], found)


def test_halves_count_too() -> None:
    # Each pair of three is shown: half the sum of two pairs less the third is one person.
    pairs = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]])
    assert singled_out(pairs, np.array([4, 8, 9]), 5) == (0,)
    assert made_of(pairs, (0,)) == (0, 1, 2)


def test_nothing_shown_singles_nobody_out() -> None:
    assert singled_out(np.zeros((0, 2), dtype=int), np.array([1, 1]), 5) is None


def test_sets_that_single_nobody_out_in_whole_are_told_apart_quickly() -> None:
    # Every row and column of a large table of ones is shown: ten people each, none fewer.
    at = np.arange(100).reshape(10, 10)
    lines = np.array([np.isin(np.arange(100), line) for line in [*at, *at.T]]).astype(int)
    assert singled_out(lines, np.ones(100, dtype=int), 10) is None
    assert len(singled_out(lines, np.ones(100, dtype=int), 11) or ()) == 10
