"""Which coefficients can be told: against directions tried one by one."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.inference.estimable import receding, row_space, within

GRID = np.array(list(itertools.product(range(-4, 5), repeat=3)), dtype=float)


def _rows(least: int, most: int) -> st.SearchStrategy[list[tuple[int, int, int]]]:
    one = st.tuples(*[st.integers(-1, 1)] * 3)
    return st.lists(one, min_size=least, max_size=most)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(_rows(1, 6), _rows(0, 2))
def test_what_recedes_is_what_some_direction_moves(
    ahead: list[tuple[int, int, int]], level: list[tuple[int, int, int]]
) -> None:
    """Rows of -1, 0 and 1 need no direction beyond a grid of small whole numbers."""
    rows, still = np.array(ahead, dtype=float), np.array(level, dtype=float).reshape(-1, 3)
    allowed = (GRID @ rows.T >= 0).all(axis=1) & (GRID @ still.T == 0).all(axis=1)
    moved = (GRID[allowed] @ rows.T > 0).any(axis=0)
    assert receding(rows, still).tolist() == moved.tolist()


@settings(max_examples=100, derandomize=True, deadline=None)
@given(_rows(1, 5))
def test_the_row_space_holds_the_rows_and_nothing_more(rows: list[tuple[int, int, int]]) -> None:
    values = np.array(rows, dtype=float)
    space = row_space(values)
    assert space.shape[1] == np.linalg.matrix_rank(values)
    assert within(values, space).all()
    unit = np.eye(3)
    more = [np.linalg.matrix_rank(np.vstack((values, one))) > space.shape[1] for one in unit]
    assert within(unit, space).tolist() == [not found for found in more]
