"""p-values read together: the published example, the definitions, and the family's edges."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.multiplicity import adjust

EXAMPLE = json.loads((Path(__file__).parent / "oracles" / "proportions.json").read_text("utf-8"))[
    "benjamini_hochberg_1995"
]


@pytest.mark.parametrize("method", ["holm", "benjamini_hochberg"])
def test_the_example_of_1995(method: str) -> None:
    found = adjust(EXAMPLE["p"], method=method)
    assert int((found.q_value <= 0.05).sum()) == EXAMPLE["rejected"][method]
    assert found.comparisons == 15


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_the_definitions_step_by_step(p_values: list[float]) -> None:
    m = len(p_values)
    ranked = sorted(range(m), key=lambda i: p_values[i])
    holm, screen = [0.0] * m, [0.0] * m
    highest = 0.0
    for rank, i in enumerate(ranked):
        highest = max(highest, min(1.0, (m - rank) * p_values[i]))
        holm[i] = highest
    lowest = 1.0
    for rank, i in reversed(list(enumerate(ranked, start=1))):
        lowest = min(lowest, m * p_values[i] / rank)
        screen[i] = lowest
    assert adjust(p_values).q_value.tolist() == pytest.approx(holm, abs=1e-12)
    found = adjust(p_values, method="benjamini_hochberg")
    assert found.q_value.tolist() == pytest.approx(screen, abs=1e-12)


def test_a_missing_test_is_no_member_of_the_family() -> None:
    found = adjust([0.01, float("nan"), 0.03])
    assert np.isnan(found.q_value[1])
    assert found.q_value[[0, 2]].tolist() == pytest.approx([0.02, 0.03])
    assert found.method == "Holm, 2 comparisons"
    assert adjust([]).comparisons == 0


@pytest.mark.parametrize("p_values", [[1.2], [-0.1], [[0.1]], 0.1, ["x"]])
def test_what_is_no_p_value_is_refused(p_values: object) -> None:
    with pytest.raises(UsageError, match="numbers between 0 and 1"):
        adjust(p_values)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(UsageError, match="method must be one of holm, benjamini_hochberg"):
        adjust([0.1], method="bonferroni")
