"""Spark scores the answers that pandas scores, and no respondent is brought from it."""

import pandas as pd

from tests import answer_samples as samples
from tests.test_spark import _on_spark, pytestmark, spark
from workforce_analytics.counting.answers import answer_sums, moments

__all__ = ["pytestmark", "spark"]

SMALL = samples.small()


def test_spark_scores_what_pandas_scores(spark) -> None:
    records = samples.rows(60, 8)
    ask = {"by": ["sex"], "wave": "2025"}
    parts = {"outcome": "mood", "predictors": ["care"], **ask}
    here = samples.extract(samples.table(records))
    expected = answer_sums(here, SMALL, measures=["mood", "voice", "care", "C1"], **ask)
    for shape in (samples.table, samples.long_table):
        there = samples.extract(_on_spark(spark, shape(records)))
        found = answer_sums(there, SMALL, measures=list(expected.measures), **ask)
        pd.testing.assert_frame_equal(found._table, expected._table)
    there = samples.extract(_on_spark(spark, samples.table(records)))
    pd.testing.assert_frame_equal(
        moments(there, SMALL, **parts)._table, moments(here, SMALL, **parts)._table
    )
