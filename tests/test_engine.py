"""The engine's door: each quirk that gave wrong numbers silently has its test here."""

import datetime as dt
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics import engine
from workforce_analytics.errors import DataError, UsageError

ROWS = {
    "who": ["W1", "A1", None, "", "W1", "A1"],
    "band": ["x", "y", "x", "y", "x", "y"],
    "fte": [1.0, 0.5, None, 0.1, 0.2, 0.7],
    "born": [dt.date(1980, 2, 29), dt.date(1999, 12, 31), None] * 2,
    "on": [dt.date(2024, 2, 28)] * 6,
}


def _sources(table: pd.DataFrame, folder) -> dict[str, object]:
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    import pyarrow.parquet as pq

    pq.write_table(arrow, folder / "part.parquet")
    connection = engine.connect()
    return {
        "pandas": table,
        "polars": pl.from_arrow(arrow),
        "polars lazy": pl.from_arrow(arrow).lazy(),
        "arrow": arrow,
        "duckdb": connection.from_arrow(arrow),
        "parquet file": folder / "part.parquet",
        "parquet folder": folder,
    }


def _as_set(table: pd.DataFrame) -> set[tuple]:
    return set(table.itertuples(index=False, name=None))


def test_every_engine_counts_alike(tmp_path) -> None:
    table = pd.DataFrame(ROWS)
    results = {
        name: _as_set(
            engine.count(
                engine.frame(source),
                ["who", "band", "age"],
                derived={"age": engine.age_on("born", "on")},
                where=~engine.is_one_of("who", ["A1", "not there"]),
                sums={"fte_sum": engine.scaled("fte", 10_000)},
            )
        )
        for name, source in _sources(table, tmp_path).items()
    }
    expected = {("W1", "x", 43, 1, 10_000), ("W1", "x", 24, 1, 2_000), (None, "x", None, 1, 0)}
    assert len(results["pandas"]) == 4
    assert expected <= results["pandas"]
    for name, found in results.items():
        assert found == results["pandas"], name


def test_without_duckdb_small_pandas_is_counted_alike(monkeypatch) -> None:
    table = pd.DataFrame(ROWS)
    ask = {
        "where": ~engine.is_one_of("who", ["A1"]),
        "sums": {"fte_sum": engine.scaled("fte", 10_000)},
    }
    with_duckdb = _as_set(engine.count(engine.frame(table), ["who", "band"], **ask))
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    assert _as_set(engine.count(engine.frame(table), ["who", "band"], **ask)) == with_duckdb


def test_without_duckdb_a_large_frame_is_refused_with_the_remedy(monkeypatch) -> None:
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    monkeypatch.setattr(engine, "PLAIN_LIMIT", 3)
    with pytest.raises(Exception, match="Visual C\\+\\+") as caught:
        engine.frame(pd.DataFrame(ROWS))
    assert caught.value.exit_code == 4


def test_null_is_a_group_of_its_own_and_never_equals_a_value() -> None:
    lazy = engine.frame(pd.DataFrame(ROWS))
    counted = engine.count(lazy, ["who"])
    assert dict(zip(counted["who"], counted[engine.N], strict=True)) == {
        None: 1,
        "": 1,
        "W1": 2,
        "A1": 2,
    }


def test_nan_is_missing_not_a_number() -> None:
    table = pd.DataFrame({"fte": [1.0, float("nan")]})
    assert engine.one_row(engine.frame(table), {"n": engine.col("fte").count()}) == {"n": 1}


def test_many_rows_of_polars_small_integers_do_not_overflow() -> None:
    dates = pl.DataFrame({"born": [dt.date(1980, 12, 31)] * 3, "on": [dt.date(2025, 12, 30)] * 3})
    counted = engine.count(
        engine.frame(dates), ["age"], derived={"age": engine.age_on("born", "on")}
    )
    assert counted["age"].tolist() == [44]
    assert counted[engine.N].dtype == "int64"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40), st.randoms())
def test_sums_do_not_depend_on_the_order_of_rows(parts, random) -> None:
    values = [part / 10_000 for part in parts]
    shuffled = list(values)
    random.shuffle(shuffled)
    sums = [
        engine.count(
            engine.frame(pd.DataFrame({"fte": order})),
            [],
            sums={"s": engine.scaled("fte", 10_000)},
        )["s"].iloc[0]
        for order in (values, shuffled)
    ]
    assert sums[0] == sums[1] == sum(parts)


@settings(max_examples=200, deadline=None)
@given(st.dates(dt.date(1930, 1, 1), dt.date(2010, 12, 31)), st.dates(dt.date(2011, 1, 1)))
def test_age_agrees_with_counting_birthdays(born, on) -> None:
    if on.year > 2100:
        on = on.replace(year=2100, day=min(on.day, 28))
    slow = 0
    while True:
        year = born.year + slow + 1
        leap_born = (born.month, born.day) == (2, 29)
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        birthday = dt.date(year, 3, 1) if leap_born and not leap else born.replace(year=year)
        if birthday > on:
            break
        slow += 1
    frame = engine.frame(pl.DataFrame({"born": [born], "on": [on]}))
    counted = engine.count(frame, ["age"], derived={"age": engine.age_on("born", "on")})
    assert counted["age"].tolist() == [slow]


def test_categories_that_lack_a_word_are_compared_with_it_all_the_same() -> None:
    table = pd.DataFrame({"band": pd.Categorical(["x", "y", None])})
    for source in (table, pl.from_pandas(table)):
        counted = engine.count(
            engine.frame(source), [], where=engine.is_one_of("band", ["x", "new"])
        )
        assert counted[engine.N].tolist() == [1]


def test_zoned_times_are_refused() -> None:
    table = pd.DataFrame({"on": pd.to_datetime(["2024-07-02 09:14"]).tz_localize("Europe/London")})
    with pytest.raises(DataError, match="time zone"):
        engine.frame(table)


def test_times_become_dates() -> None:
    table = pd.DataFrame({"on": pd.to_datetime(["2024-07-02 09:14", "2024-07-02 23:59"])})
    counted = engine.count(engine.frame(table), ["on"])
    assert [str(day)[:10] for day in counted["on"]] == ["2024-07-02"]
    assert counted[engine.N].tolist() == [2]


@pytest.mark.parametrize("names", [["sex", "Sex"], ["sex", "sex"]])
def test_names_that_differ_only_in_case_are_refused(names) -> None:
    table = pd.DataFrame([["f", "m"]], columns=names)
    with pytest.raises(DataError, match="differ only in case"):
        engine.frame(table)


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(UsageError, match="not a frame"):
        engine.frame(42)


def test_a_file_that_is_not_parquet_is_refused_without_its_content(tmp_path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"MARKER-7731 not parquet")
    with pytest.raises(DataError) as caught:
        engine.frame(path)
    assert "x.parquet" in str(caught.value)
    assert "MARKER" not in str(caught.value)
    assert caught.value.__context__ is None


def test_the_callers_frame_is_never_changed() -> None:
    table = pd.DataFrame({**ROWS, "mixed": ["a", 1, None, 2.5, "b", "c"]})
    before = table.copy(deep=True)
    engine.count(engine.frame(table), ["mixed"])
    pd.testing.assert_frame_equal(table, before)


def test_no_extension_is_fetched_and_no_python_variable_read() -> None:
    import duckdb

    secret = pd.DataFrame({"a": [1]})
    connection = engine.connect()
    with pytest.raises(duckdb.Error):
        connection.sql("select * from secret")
    setting = "select current_setting('autoinstall_known_extensions')"
    assert connection.sql(setting).fetchall() == [(False,)]
    assert len(secret) == 1


def test_polars_is_counted_without_pyarrow(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    counted = engine.count(engine.frame(pl.DataFrame({"a": ["x", "x"]})), ["a"])
    assert counted[engine.N].tolist() == [2]


def test_joining_counts_the_filled_keys_that_are_found() -> None:
    left = engine.frame(pd.DataFrame({"k": ["a", "a", "b", None]}))
    right = engine.frame(pd.DataFrame({"key": ["a", "c", "a"]}))
    assert engine.matched(left, "k", right, "key") == (3, 2)


def test_raw_values_are_found_in_every_engine_a_missing_one_too(tmp_path) -> None:
    table = pd.DataFrame(
        {
            "who": ["W1", None, "A1", "W1"],
            "age": pd.array([30, 31, None, 32], dtype="Int64"),
            "on": [dt.date(2024, 4, 1), None, dt.date(2024, 3, 31), dt.date(2024, 4, 1)],
        }
    )
    groups = {
        "who": [["W1"], [None, "A1"]],
        "age": [[30.0, 31], [None]],
        "on": [[pd.Timestamp("2024-04-01")], [None]],
    }
    expected = {"who": {0: 2, 1: 2}, "age": {0: 2, 1: 1, None: 1}, "on": {0: 2, 1: 1, None: 1}}
    for name, source in _sources(table, tmp_path).items():
        for column, wanted in groups.items():
            place = engine.place_of(column, wanted)
            counted = engine.count(engine.frame(source), ["place"], derived={"place": place})
            found = {
                None if pd.isna(row["place"]) else int(row["place"]): row[engine.N]
                for row in counted.to_dict("records")
            }
            assert found == expected[column], (name, column)
            inside = engine.count(engine.frame(source), [], where=engine.holds(column, wanted[1]))
            assert inside[engine.N].tolist() == [expected[column][1]], (name, column)


def test_what_is_settled_is_not_worked_out_again() -> None:
    table = pd.DataFrame({"who": ["a", "b", "b"]})
    connection = engine.connect()
    connection.execute("create table staff as select * from (values ('a'), ('b')) as t(who)")
    for source, change in (
        (connection.table("staff"), lambda: connection.execute("delete from staff")),
        (table, lambda: None),
        (pl.from_pandas(table), lambda: None),
    ):
        kept = engine.settled(engine.frame(source).filter(engine.col("who") == "a"))
        change()
        assert engine.one_row(kept, {"n": engine.rows()}) == {"n": 1}
    assert connection.sql("select count(*) from staff").fetchall() == [(0,)]


@given(day=st.dates(dt.date(1999, 1, 1), dt.date(2030, 12, 31)))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_financial_years_and_quarters_agree_with_counting_months(day) -> None:
    since_april = (day.year * 12 + day.month - 1) - 3
    table = pd.DataFrame({"on": [day]})
    counted = engine.count(
        engine.frame(table),
        ["year", "quarter"],
        derived={"year": engine.financial_year("on"), "quarter": engine.financial_quarter("on")},
    )
    year, quarter = since_april // 12, since_april % 12 // 3 + 1
    assert counted[["year", "quarter"]].to_numpy().tolist() == [[year, year * 10 + quarter]]


def test_an_aggregate_over_nothing_is_zero_without_duckdb_too(monkeypatch) -> None:
    table = pd.DataFrame({"who": ["a"], "n": pd.array([1], dtype="Int64")})
    least = {"least": engine.when(engine.col("who") == "b").then(engine.col("n")).min()}
    assert engine.one_row(engine.frame(table), least) == {"least": 0}
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    assert engine.one_row(engine.frame(table), least) == {"least": 0}


def test_only_columns_of_few_words_are_held_as_codes(monkeypatch) -> None:
    monkeypatch.setattr(engine, "FEW_WORDS", 3)
    table = pd.DataFrame({"few": ["a", "b", None, "c"], "many": ["a", "b", "c", "d"]})
    coded = engine.as_codes(table, ["few", "many"])
    assert isinstance(coded["few"].dtype, pd.CategoricalDtype)
    assert coded["few"].astype(object).where(coded["few"].notna(), None).tolist() == [
        "a",
        "b",
        None,
        "c",
    ]
    assert coded["many"].equals(table["many"])
