"""Spark scores the answers that pandas scores."""

import pandas as pd

from tests import answer_samples as samples
from tests.test_spark import _on_spark, pytestmark, spark
from workforce_analytics.counting.answers import answer_sums, item_moments

__all__ = ["pytestmark", "spark"]

SMALL = samples.small()


def test_spark_scores_what_pandas_scores(spark) -> None:
    records = samples.rows(60, 8)
    ask = {"by": ["sex"], "wave": "2025"}
    here = samples.extract(samples.table(records))
    for shape, measures in ((samples.table, ["voice", "care"]), (samples.long_table, ["C1"])):
        there = samples.extract(_on_spark(spark, shape(records)))
        found, expected = (
            answer_sums(survey, SMALL, measures=measures, **ask) for survey in (there, here)
        )
        pd.testing.assert_frame_equal(found._table, expected._table)
        if shape is samples.table:
            found, expected = (
                item_moments(survey, SMALL, "stress", wave="2025") for survey in (there, here)
            )
            pd.testing.assert_frame_equal(found._table, expected._table)
