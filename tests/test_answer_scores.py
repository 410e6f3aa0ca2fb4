"""Counts of respondents by score are those that sums are made of, in any layout and order."""

import random

import numpy as np
import pytest

from tests import answer_samples as samples
from workforce_analytics.counting.answer_scores import score_counts
from workforce_analytics.counting.answers import answer_sums
from workforce_analytics.errors import UsageError

SMALL = samples.small()
RECORDS = samples.rows(150, 4)


@pytest.mark.parametrize("shape", [samples.table, samples.long_table], ids=["wide", "long"])
@pytest.mark.parametrize("measure", ["mood", "care", "voice", "C1"])
def test_scores_add_up_to_the_sums(shape, measure) -> None:
    survey = samples.extract(shape(RECORDS))
    ask = {"by": ["sex", "unit"], "wave": "2025"}
    found = score_counts(survey, SMALL, measure, **ask)
    sums = answer_sums(survey, SMALL, measures=[measure], **ask)
    arrays, factor = sums.arrays(measure), sums.measures[measure].factor
    n = {cell: int(arrays["n"][place]) for place, cell in enumerate(sums.rows())}
    assert {cell: int(row.sum()) for cell, row in zip(found.cells, found.n, strict=True)} == {
        cell: people for cell, people in n.items() if people
    }
    assert (np.diff(found.scores) > 0).all()
    if (arrays["m"] == arrays["n"]).all():  # one answer each: scores add up to the sums, too
        y = dict(zip(sums.rows(), arrays["y"], strict=True))
        for cell, row in zip(found.cells, found.n, strict=True):
            assert row @ found.scores / factor == pytest.approx(y[cell])


def test_the_order_of_rows_changes_nothing() -> None:
    mixed = list(RECORDS)
    random.Random(9).shuffle(mixed)
    one, other = (
        score_counts(
            samples.extract(samples.table(rows)), SMALL, "mood", by=["unit", "sex"], wave="2025"
        )
        for rows in (RECORDS, mixed)
    )
    assert one.cells == other.cells
    np.testing.assert_array_equal(one.n, other.n)
    np.testing.assert_array_equal(one.scores, other.scores)


def test_a_subset_and_nothing_to_split_by() -> None:
    survey = samples.extract(samples.table(RECORDS))
    whole = score_counts(survey, SMALL, "care", by=["sex"], wave="2025")
    women = score_counts(survey, SMALL, "care", by=[], wave="2025", where={"sex": "female"})
    assert women.cells == ((),)
    assert women.n.sum() == whole.n[whole.cells.index(("female",))].sum()


def test_what_has_no_scores_is_refused() -> None:
    survey = samples.extract(samples.table(RECORDS))
    with pytest.raises(UsageError, match="own words"):
        score_counts(survey, SMALL, "WORDS", by=[], wave="2025")
