"""Cells: what stands in a place of a table, and the number behind it."""

import math

import pytest

from workforce_analytics.publishing.figures import Figure
from workforce_analytics.publishing.layouts import Cell, chance_cell, ratio, ratio_cell


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.6789, "0.68"), (0.8, "0.80"), (0.79999, "0.79999"), (1.2500001, "1.25000")],
)
def test_a_ratio_keeps_to_its_side(value, text):
    edges = (0.8, 1.0, 1.25)
    cell = ratio_cell(value, "", edges)
    assert cell.text == ratio(value, edges)
    assert cell.text.startswith(text)
    assert float(cell.text) == cell.value


def test_a_ratio_without_end_or_hidden_is_a_mark():
    assert ratio_cell(math.inf, "") == Cell("[z]")
    assert ratio_cell(None, "[c]") == Cell("[c]")


@pytest.mark.parametrize(
    ("value", "mark", "text"),
    [(0.0004, "", "under 0.001"), (0.0005, "", "0.001"), (0.17, "", "0.170"), (None, "[c]", "[c]")],
)
def test_a_chance_is_never_shown_as_none(value, mark, text):
    assert chance_cell(value, mark).text == text


def test_a_figure_is_hidden_only_where_its_mark_says_so():
    assert Figure(value_mark="[c]").hidden
    assert not Figure(value_mark="[z]").hidden
    assert not Figure(value=1.0, value_mark="").hidden
