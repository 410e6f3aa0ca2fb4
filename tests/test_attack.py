from typing import Any

import numpy as np
import pytest

from tests.disclosure_cases import ORACLES, with_margins
from workforce_analytics.disclosure.attack import intervals
from workforce_analytics.errors import UsageError


def attacked(case: dict[str, Any], hidden: list[str]) -> dict[str, tuple[float, float]]:
    counts, cells, names = with_margins(case)
    veil = [name in hidden for name in names] + [False] * (len(cells) - len(names))
    low, high = intervals(counts, cells, veil, least=case["least"])
    ends = zip(names, low.tolist(), high.tolist(), strict=False)
    return {name: (lowest, highest) for name, lowest, highest in ends}


def test_two_hidden_cells_per_row_and_column_are_not_safe() -> None:
    case = ORACLES["two_per_row_is_not_safe"]
    found = attacked(case, case["hidden"])
    for name, value in case["exactly_disclosed"].items():
        assert found[name] == (value, value)
    for also, ends in case["wb_after_also_hiding"].items():
        assert attacked(case, [*case["hidden"], also])["wb"] == tuple(ends)


def test_intervals_of_the_handbook() -> None:
    case = ORACLES["geurts"]
    found = attacked(case, case["hidden"])
    assert {name: list(found[name]) for name in case["hidden"]} == case["intervals"]


def test_shown_cells_are_their_own_count() -> None:
    case = ORACLES["geurts"]
    assert attacked(case, case["hidden"])["31"] == (3, 3)


def test_knowing_that_zeros_are_shown_narrows_what_is_hidden() -> None:
    narrow = intervals([3, 20], [[0], [1], [0, 1]], [True, True, False], least=1)
    wide = intervals([3, 20], [[0], [1], [0, 1]], [True, True, False], least=0)
    assert (narrow[0][0], narrow[1][0]) == (1, 22)
    assert (wide[0][0], wide[1][0]) == (0, 23)


def test_without_a_total_there_is_no_end() -> None:
    low, high = intervals([3, 20], [[0], [1], [0, 1]], [True, False, True])
    assert (low[0], high[0]) == (1, np.inf)
    assert (low[2], high[2]) == (21, np.inf)


def test_a_cell_printed_twice_is_known_where_it_is_shown_once() -> None:
    low, high = intervals([3, 0], [[0], [1], [0, 1]], [True, False, False])
    assert (low[0], high[0]) == (3, 3)


def test_whole_numbers_are_narrower_than_fractions() -> None:
    # x + y = 3, y + z = 3, x + z = 2 has one whole solution and no other.
    cells = [[0], [1], [2], [0, 1], [1, 2], [0, 2]]
    low, high = intervals([1, 2, 1], cells, [True] * 3 + [False] * 3)
    assert low.tolist() == high.tolist() == [1, 2, 1, 3, 3, 2]


def test_fractions_of_people_are_refused() -> None:
    with pytest.raises(UsageError, match="whole numbers"):
        intervals([1.5], [[0]], [False])
