"""Spark is only asked to count, and counts what pandas counts."""

import datetime as dt
import importlib.util
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import workforce_analytics as wa
from tests import small_applications, small_council
from workforce_analytics import engine
from workforce_analytics.counting.counts import count
from workforce_analytics.counting.stages import candidate_counts, stage_counts
from workforce_analytics.engine import answers
from workforce_analytics.errors import DataError

ROOT = Path(__file__).parents[1]
BY = ["snapshot_date", "ethnicity", "sex", "age", "unit_id"]
PEOPLE_ARE_NAMED_BY = {"person_id", "post_id"}

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None,
        reason="needs pyspark (pip install workforce_analytics[spark])",
    ),
    pytest.mark.skipif(
        shutil.which("java") is None and "JAVA_HOME" not in os.environ,
        reason="needs a Java runtime (Debian: apt-get install default-jre-headless)",
    ),
]


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        # a few hundred rows: dividing work and compiling queries would take most of the time
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.codegen.wholeStage": "false",
    }
    builder = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return small_council.typed(small_council.rows(150, dates=("2024-03-31", "2025-03-31")))


@pytest.fixture(scope="module")
def staff(spark, table):
    return _on_spark(spark, table)


def _on_spark(spark, table: pd.DataFrame):
    """Give the rows as a Spark frame: by way of plain values, Spark knows no pandas of today."""
    from pyspark.sql import types

    kinds = {
        "snapshot_date": types.DateType(),
        "applied_on": types.DateType(),
        "opened_on": types.DateType(),
        "age": types.IntegerType(),
        "is_main_post": types.BooleanType(),
        "withdrawn": types.BooleanType(),
        "fte": types.DoubleType(),
    }
    fields = [
        types.StructField(name, kinds.get(name, types.StringType())) for name in table.columns
    ]
    plain = table.astype(object).where(table.notna(), None)
    return spark.createDataFrame(
        [tuple(map(_plain, row)) for row in plain.itertuples(index=False, name=None)],
        types.StructType(fields),
    )


def _plain(value: object) -> object:
    return value.date() if isinstance(value, pd.Timestamp) else value


@pytest.fixture(scope="module")
def brought():
    """Names of the columns of everything that was brought from an engine into Python."""
    seen: set[str] = set()
    collect = engine.collect

    def watched(lazy: engine.Frame) -> pd.DataFrame:
        result = collect(lazy)
        seen.update(result.columns)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "collect", watched)
        patch.setattr(answers, "collect", watched)
        yield seen


@pytest.fixture(scope="module")
def extract(staff, brought):
    return wa.read("workforce", staff)


@pytest.mark.parametrize("counted", ["people", "posts", "fte"])
def test_spark_counts_what_pandas_counts(extract, table, counted) -> None:
    on_spark = count(extract, by=BY, counted=counted)
    assert on_spark.equals(count(wa.read("workforce", table), by=BY, counted=counted))


def test_a_subset_at_one_date_is_counted_alike(extract, table) -> None:
    ask = {"by": ["sex"], "as_at": "latest", "where": {"ethnicity": ["asian", "black"]}}
    on_spark = count(extract, **ask)
    here = count(wa.read("workforce", table), **ask)
    assert on_spark.equals(here)
    assert on_spark.selection.sentence() == here.selection.sentence()


def test_nobody_is_brought_from_spark(extract, brought) -> None:
    count(extract, by=BY)
    assert {engine.N, "ethnicity"} <= brought
    assert not brought & PEOPLE_ARE_NAMED_BY


def test_applications_on_spark_know_their_vacancy_and_how_far_they_came(spark, brought) -> None:
    records = small_applications.rows(60, random.Random(1), candidates=10)
    there = small_applications.attached(
        _on_spark(spark, small_applications.typed(records)),
        _on_spark(spark, small_applications.typed(small_applications.VACANCIES)),
    )
    here = small_applications.attached(
        small_applications.in_memory(records),
        small_applications.in_memory(small_applications.VACANCIES),
    )
    by = ["sex", "year", "grade_band"]
    on_spark = stage_counts(there, by=by)
    candidates = candidate_counts(there, by=by)
    assert not brought & {"candidate_id", "application_id"}
    assert on_spark.equals(stage_counts(here, by=by))
    assert candidates.equals(candidate_counts(here, by=by))


def test_what_is_wrong_is_found_on_spark_as_in_memory(staff, table) -> None:
    broken = table.assign(fte=table["fte"].where(table.index > 2, 1.5))
    in_memory = wa.check("workforce", pd.concat([broken, broken.head(1)]))
    from pyspark.sql import functions

    first = sorted(zip(table["snapshot_date"], table["post_id"], strict=True))[0]
    here = (functions.col("snapshot_date") == first[0]) & (functions.col("post_id") == first[1])
    on_spark = wa.check(
        "workforce",
        staff.withColumn("fte", functions.when(here, 1.5).otherwise(functions.col("fte"))).union(
            staff.filter(here)
        ),
    )
    rules = {"duplicate_key", "fte_above_one", "not_exactly_one_main_post"}
    assert {item.rule for item in on_spark.errors} == rules
    assert {item.rule for item in in_memory.errors} == rules


def test_nulls_and_not_a_number_are_missing(spark) -> None:
    rows = [("W1", 1.0), (None, float("nan")), ("A1", None), (None, 0.5)]
    lazy = engine.frame(spark.createDataFrame(rows, "who string, fte double"))
    counted = engine.count(lazy, ["who"], sums={"fte": engine.scaled("fte", 10)})
    found = {row["who"]: (row[engine.N], row["fte"]) for row in counted.to_dict("records")}
    assert found == {"W1": (1, 10), None: (2, 5), "A1": (1, 0)}
    filled = engine.count(lazy, [], where=~engine.is_one_of("who", ["W1"]))
    assert filled[engine.N].tolist() == [3]


def test_times_in_a_zone_are_refused_and_others_become_dates(spark) -> None:
    frame = spark.createDataFrame([(dt.datetime(2024, 7, 2, 23, 59),)], "on timestamp_ntz")
    assert engine.kinds(engine.frame(frame)) == {"on": "date"}
    zoned = spark.createDataFrame([(dt.datetime(2024, 7, 2, 23, 59),)], "on timestamp")
    with pytest.raises(DataError, match="time zone"):
        engine.frame(zoned)


def test_checking_a_file_is_silent_beside_pyspark_and_sets_nothing() -> None:
    code = (
        "import os\n"
        "before = dict(os.environ)\n"
        "import workforce_analytics as wa\n"
        "assert wa.check('grades', wa.sample_data('grades.csv')).ok\n"
        "import sys\n"
        "assert 'pandera' in sys.modules and 'pyspark' in sys.modules\n"
        "assert dict(os.environ) == before\n"
    )
    environment = {name: value for name, value in os.environ.items() if "SPARK" not in name}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.returncode == 0
