"""Answers by replicate group: they add up to the sums without, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest

from tests.survey_depth_samples import answers, shuffled, survey
from workforce_analytics.counting.answer_replicates import replicate_sums
from workforce_analytics.counting.answers import answer_sums, moments
from workforce_analytics.extracts.instruments import instrument

ROWS = answers(300, "2024", 8, silent=0.3)
MEASURES = ("engagement", "inclusion", "W2")


@pytest.fixture(scope="module")
def found():
    return replicate_sums(
        survey(ROWS),
        instrument("sample"),
        measures=MEASURES,
        splits=[["sex"], ["sex", "disability"], []],
        wave="2024",
    )


@pytest.mark.parametrize("by", [0, 1, 2])
def test_over_the_replicate_groups_they_are_the_sums_of_all(found, by: int) -> None:
    one = found[by]
    names = [item.name for item in one.dimensions]
    whole = answer_sums(
        survey(ROWS), instrument("sample"), measures=MEASURES, by=names, wave="2024"
    )
    for measure in MEASURES:
        n, y, m = one.arrays(measure)
        expected = whole.arrays(measure)
        for place, cell in enumerate(whole.rows()):
            here = np.array([row == cell for row in one.rows()])
            got = (n[here].sum(), y[here].sum(), m[here].sum())
            assert got == pytest.approx([expected[name][place] for name in ("n", "y", "m")])
        assert one.answered(measure).occurring() == whole.answered(measure).occurring()


def test_groups_are_those_that_moments_fall_into(found) -> None:
    together = moments(
        survey(ROWS), instrument("sample"), outcome="engagement", predictors=["W2"], wave="2024"
    )
    n = np.bincount(found[2].group, found[2].arrays("W2")[0], minlength=50)
    of_both = np.bincount(together.group, together.n, minlength=50)
    assert (of_both <= n).all()
    assert n.sum() - of_both.sum() < 60


def test_the_order_of_rows_changes_nothing(found) -> None:
    (again,) = replicate_sums(
        survey(shuffled(ROWS)),
        instrument("sample"),
        measures=MEASURES,
        splits=[["sex"]],
        wave="2024",
    )
    assert again.rows() == found[0].rows()
    assert (again.group == found[0].group).all()
    for measure in MEASURES:
        for one, other in zip(again.arrays(measure), found[0].arrays(measure), strict=True):
            assert (one == other).all()
