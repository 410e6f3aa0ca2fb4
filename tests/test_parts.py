"""Parts of printed cells: every cell is a sum of them, and no two could be one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.disclosure.parts import parts
from workforce_analytics.errors import UsageError

GROUPS = 6
cells = st.lists(st.sets(st.integers(0, GROUPS - 1)).map(sorted), max_size=6)
bases = st.lists(st.integers(0, 3), min_size=GROUPS, max_size=GROUPS)


@given(bases, cells)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_cells_are_sums_of_parts_that_they_hold_whole(
    base: list[int], members: list[list[int]]
) -> None:
    found = parts(base, members)
    for cell, row in zip(members, found.row, strict=True):
        inside = {
            group
            for part, held in zip(found.groups, found.holds[row], strict=True)
            for group in (part if held else ())
        }
        assert inside == {group for group in cell if base[group]}
        assert found.values[row] == sum(base[group] for group in cell)
    assert len({column.tobytes() for column in found.holds.T}) == len(found.groups)
    assert found.times.sum() == len(members)
    assert found.sums(base).tolist() == found.counts.tolist()


def test_names_put_parts_in_order() -> None:
    found = parts([1, 2, 4], [[0], [1], [2]], keys=[("c",), ("a",), ("b",)])
    assert found.counts.tolist() == [2, 4, 1]
    assert [found.holds[row].tolist() for row in found.row] == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]


def test_parts_of_people_are_refused() -> None:
    with pytest.raises(UsageError, match="whole numbers"):
        parts(np.array([0.5]), [[0]])
