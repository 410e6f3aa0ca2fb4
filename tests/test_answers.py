"""Sums of survey answers are those of respondents scored one by one, in any layout and order."""

import importlib.util
import random

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import answer_samples as samples
from workforce_analytics import engine
from workforce_analytics.counting.answers import answer_sums, measured, waves_of
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.instruments import (
    instrument,
    respondent_positives,
    respondent_score,
)

SMALL = samples.small()
MEASURES = (*samples.SCORED, *samples.POOLED)
NAMES = ("n", "m", "y", "yy", "ym", "mm")


def _slow(records, measure):
    """Sums by sex of the wave 2025, respondent by respondent."""
    pairs = {}
    for row in records:
        if row["wave"] != "2025":
            continue
        given = samples.codes(row)
        if measure in samples.SCORED:
            score = respondent_score(SMALL, measure, given)
            pair = (score or 0.0, int(score is not None))
        else:
            pair = respondent_positives(SMALL, measure, given)
        pairs.setdefault(samples.SEX[row["sex"]], []).append(pair)
    return {sex: samples.sums_of(found) for sex, found in pairs.items()}


def _respondents(records):
    found = {}
    for row in records:
        if row["wave"] == "2025":
            sex = samples.SEX[row["sex"]]
            found[sex] = found.get(sex, 0) + 1
    return found


@pytest.mark.parametrize("shape", [samples.table, samples.long_table], ids=["wide", "long"])
@settings(derandomize=True, deadline=None, max_examples=5)
@given(n=st.integers(1, 60), seed=st.integers(0, 10**6))
@example(n=200, seed=1)
def test_sums_are_those_of_respondents_one_by_one(shape, n, seed):
    records = samples.rows(n, seed)
    if not any(row["wave"] == "2025" for row in records):
        records[0]["wave"] = "2025"
    survey = samples.extract(shape(records))
    found = answer_sums(survey, SMALL, measures=MEASURES, by=["sex"], wave="2025")
    assert found.respondents().occurring() == {
        (sex,): n for sex, n in sorted(_respondents(records).items(), key=_order(found))
    }
    for measure in MEASURES:
        slow = _slow(records, measure)
        arrays = found.arrays(measure)
        for place, (sex,) in enumerate(found.rows()):
            for name in NAMES:
                got, expected = arrays[name][place], slow[sex][name]
                assert got == pytest.approx(expected, rel=1e-12, abs=1e-9), (measure, sex, name)
        assert found.answered(measure).total() == sum(one["n"] for one in slow.values())


def _order(found):
    codes = found.dimension("sex").codes
    return lambda item: codes.index(item[0])


def test_nothing_depends_on_the_order_of_rows_or_on_which_columns_are_beside() -> None:
    records = samples.rows(120, 5)
    shuffled = list(records)
    random.Random(2).shuffle(shuffled)
    ask = {"measures": MEASURES, "by": ["sex", "unit"], "wave": "2025"}
    one, two = (
        answer_sums(samples.extract(samples.table(rows)), SMALL, **ask)
        for rows in (records, shuffled)
    )
    pd.testing.assert_frame_equal(one._table, two._table)
    less = answer_sums(samples.extract(samples.table(records)), SMALL, **ask | {"by": ["sex"]})
    pd.testing.assert_frame_equal(one.over("sex")._table, less._table)
    part = answer_sums(
        samples.extract(samples.table(records)),
        SMALL,
        **ask | {"by": ["sex"], "where": {"unit": "U1"}},
    )
    assert part.subset == "Unit: U1"
    for measure in MEASURES:
        for name, values in one.at("unit", "U1").arrays(measure).items():
            assert (values == part.arrays(measure)[name]).all()


def test_sums_are_whole_numbers_of_any_length() -> None:
    text = samples.TOML + "".join(
        f'\n[items.Q{i}]\nscale = "seven"\ntopic = "Question {i}"' for i in range(23)
    )
    listed = ", ".join(f'"Q{i}"' for i in range(23))
    text += f'\n[themes.long]\nlabel = "Long"\nkind = "score_0_10"\nitems = [{listed}]\n'
    found = _counted_with(text, {f"Q{i}": "2" for i in range(22)} | {"Q22": "7"}, "long")
    # (22 x 10/6 + 10) / 23: twenty-three items need a factor with fifteen digits
    assert found["y"][0] == pytest.approx((22 * 10 / 6 + 10) / 23, rel=1e-14)
    assert found["yy"][0] == pytest.approx(((22 * 10 / 6 + 10) / 23) ** 2, rel=1e-14)


def _counted_with(text, answers, measure):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.toml"
        path.write_text(text, encoding="utf-8")
        own = instrument(path)
    row = {"wave": "2025", "respondent_id": "r1", "sex": "F", **answers}
    survey = samples.extract(pd.DataFrame([row]).astype(object))
    return answer_sums(survey, own, measures=[measure], wave="2025").arrays(measure)


def test_the_sample_council_has_all_of_its_indexes_and_themes(council) -> None:
    sample = instrument("sample")
    found = answer_sums(council.survey, sample, by=["directorate", "age"], wave="2024")
    assert tuple(found.measures) == ("engagement", *sample.themes)
    assert waves_of(council.survey) == ("2022", "2024")
    assert found.people == "Sample City Council: survey"
    assert found.dimension("directorate").root == "unit"
    by_unit = answer_sums(council.survey, sample, by=["unit"], wave="2024")
    labels = [one.label for one in by_unit.dimension("unit").categories]
    assert len(set(labels)) == len(labels)
    assert not set(labels) & set(by_unit.dimension("unit").codes)
    whole, parts = (one.over().arrays("engagement") for one in (found, by_unit))
    assert all(whole[name] == parts[name] for name in NAMES)


def test_units_are_named_and_belong_to_directorates() -> None:
    survey = samples.extract(samples.table(samples.rows(80, 3)), units=True)
    found = answer_sums(survey, SMALL, measures=["mood"], by=["unit", "directorate"], wave="2025")
    units = {one.code: one.label for one in found.dimension("unit").categories}
    assert units == {
        "U1": "Parks (U1)",
        "U2": "Schools",
        "U3": "Parks (U3)",
        "not_known": "Not known",
    }
    assert [one.label for one in found.dimension("directorate").categories] == [
        "People",
        "Places",
        "Not known",
    ]
    belongs = dict(found.respondents().occurring().keys())
    assert belongs == {
        "U1": "D1",
        "U2": "D2",
        "U3": "D2",
        "not_known": "not_known",
    }


def test_groups_that_are_no_units_stand_as_they_are() -> None:
    records = [row | {"unit": "Housing"} for row in samples.rows(5, 3)]
    for units in (True, False):
        survey = samples.extract(samples.table(records), units=units)
        found = answer_sums(survey, SMALL, measures=["mood"], by=["unit"], wave="2025")
        assert [one.label for one in found.dimension("unit").categories] == ["Housing"]


def test_what_is_measured_says_its_unit() -> None:
    kinds = {name: measured(SMALL, name) for name in ("mood", "voice", "care", "A2")}
    assert {name: (one.kind, one.unit, one.scale[1]) for name, one in kinds.items()} == {
        "mood": ("index", "score_0_100", 100),
        "voice": ("element", "score_0_10", 10),
        "care": ("theme", "proportion", 1),
        "A2": ("item", "proportion", 1),
    }
    assert kinds["A2"].label == "I would rather be elsewhere"


def test_an_instrument_without_themes_gives_its_questions() -> None:
    council = instrument("lga_engagement")
    items = [item.name for item in council.items.values() if item.scale]
    row = {"wave": "2025", "respondent_id": "r1", **dict.fromkeys(items, "5")}
    found = answer_sums(samples.extract(pd.DataFrame([row]).astype(object)), council, wave="2025")
    assert set(found.measures) == set(items)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"measures": ["moood"]}, "Did you mean 'mood'"),
        ({"measures": ["both"]}, "The wave '2025' did not ask 'both'. Choose"),
        ({"measures": ["WORDS"]}, "own words, which are never read"),
        ({"measures": ["TICKS"]}, "allows several answers"),
        ({"wave": "2023"}, "no wave '2023'. There are: 2024, 2025."),
        ({"by": ["grade"]}, "has no column 'grade'"),
        ({"by": ["directorate"]}, "the units of the organisation are needed"),
        ({"where": {"sex": "either"}}, "'either' is not a category of sex"),
    ],
)
def test_what_cannot_be_asked_is_told(ask, message) -> None:
    survey = samples.extract(samples.table(samples.rows(5, 3)))
    with pytest.raises(UsageError) as caught:
        answer_sums(survey, SMALL, **{"wave": "2025", **ask})
    assert message in str(caught.value)


def test_what_is_no_survey_and_what_was_not_counted_is_told(council) -> None:
    with pytest.raises(UsageError, match="A staff survey is needed"):
        waves_of(council.workforce)
    found = answer_sums(council.survey, instrument("sample"), wave="2024")
    with pytest.raises(UsageError, match=r"'pay' was not counted. There are: engagement"):
        found.arrays("pay")
    with pytest.raises(UsageError, match=r"not split by 'sex'. They are split by: nothing"):
        found.over("sex")


def test_a_question_without_its_column_is_told() -> None:
    survey = samples.extract(samples.table(samples.rows(5, 3)).drop(columns=["S3"]))
    with pytest.raises(UsageError, match=r"no column for 'paid' \(S3\). Map one"):
        answer_sums(survey, SMALL, measures=["paid"], wave="2025")
    assert "paid" not in answer_sums(survey, SMALL, wave="2025").measures
    # a theme that another part is left of is counted by that
    assert answer_sums(survey, SMALL, measures=["voice"], wave="2025").answered("voice")


def test_whoever_answered_nothing_is_a_respondent_all_the_same() -> None:
    row = {"wave": "2025", "respondent_id": "r1", "sex": "F", **dict.fromkeys(samples.ITEMS)}
    other = row | {"respondent_id": "r2", "A1": "5", "A2": "1"}
    survey = samples.extract(samples.table([row, other]))
    found = answer_sums(survey, SMALL, measures=["mood"], by=["sex"], wave="2025")
    assert found.respondents().total() == 2
    assert found.answered("mood").total() == 1
    assert found.arrays("mood")["y"].tolist() == [100.0]
    nobody = answer_sums(
        survey, SMALL, measures=["mood"], by=["sex"], wave="2025", where={"sex": "male"}
    )
    assert nobody.respondents().total() == 0
    assert nobody.over().arrays("mood")["n"].tolist() == [0.0]


def test_every_engine_sums_alike(tmp_path, monkeypatch) -> None:
    records = samples.rows(150, 11)
    ask = {"measures": MEASURES, "by": ["sex", "age"], "wave": "2025"}
    expected = answer_sums(samples.extract(samples.table(records)), SMALL, **ask)._table
    for shape in (samples.table, samples.long_table):
        for name, source in _sources(shape(records), tmp_path).items():
            found = answer_sums(samples.extract(source), SMALL, **ask)._table
            pd.testing.assert_frame_equal(found, expected, obj=name)
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    for shape in (samples.table, samples.long_table):
        found = answer_sums(samples.extract(shape(records)), SMALL, **ask)._table
        pd.testing.assert_frame_equal(found, expected)


def _sources(table, folder):
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    path = folder / f"{len(list(folder.iterdir()))}.parquet"
    pq.write_table(arrow, path)
    return {"polars": pl.from_arrow(arrow), "arrow": arrow, "parquet": path}


@pytest.mark.skipif(
    importlib.util.find_spec("ibis") is None,
    reason="needs Ibis (pip install workforce_analytics[warehouse])",
)
@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
def test_a_warehouse_sums_alike(tmp_path) -> None:
    import ibis

    records = samples.rows(60, 12)
    ask = {"measures": ["mood", "voice", "care", "C1"], "by": ["sex"], "wave": "2025"}
    expected = answer_sums(samples.extract(samples.table(records)), SMALL, **ask)._table
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        for name, rows in (
            ("wide", samples.table(records)),
            ("long", samples.long_table(records)),
        ):
            connection.register("rows", rows)
            connection.execute(f"create table {name}_answers as select * from rows")
    opened = ibis.duckdb.connect(path, read_only=True)
    for name in ("wide", "long"):
        survey = samples.extract(opened.table(f"{name}_answers"))
        pd.testing.assert_frame_equal(answer_sums(survey, SMALL, **ask)._table, expected)
    opened.disconnect()


def test_numbers_in_place_of_codes_are_the_same_answers() -> None:
    import polars as pl

    records = [row for row in samples.rows(60, 4) if row["wave"] == "2025"]
    whole = samples.table(records)
    numbers = whole["A1"].map({"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}).astype("float64")
    as_text = whole.assign(A1=[None if pd.isna(one) else str(int(one)) for one in numbers])
    expected = answer_sums(samples.extract(as_text), SMALL, measures=["mood"], wave="2025")._table
    typed = pl.from_pandas(as_text).with_columns(pl.col("A1").cast(pl.Float64))
    for source in (typed, typed.with_columns(pl.col("A1").cast(pl.Int64))):
        found = answer_sums(samples.extract(source), SMALL, measures=["mood"], wave="2025")._table
        pd.testing.assert_frame_equal(found, expected)


def test_nobody_is_brought_from_the_engine(monkeypatch) -> None:
    import polars as pl

    from workforce_analytics.engine import answers as brought

    survey = samples.extract(pl.from_pandas(samples.long_table(samples.rows(40, 4))))
    seen: set[str] = set()
    collect = engine.collect
    for module in (engine, brought):
        monkeypatch.setattr(module, "collect", lambda lazy: _watched(collect(lazy), seen))
    answer_sums(survey, SMALL, by=["sex"], wave="2025")
    assert {"sex", engine.N} <= seen
    assert "respondent_id" not in seen


def _watched(table, seen):
    seen.update(table.columns)
    return table


def test_a_person_of_a_long_file_who_says_two_things_is_one_person() -> None:
    records = [
        {"wave": "2025", "respondent_id": "r1", "sex": sex, "item": item, "answer": answer}
        for sex, item, answer in [("F", "A1", "2"), ("M", "a1", "4"), ("F", "I like it here", "9")]
    ]
    survey = samples.extract(pd.DataFrame(records).astype(object))
    found = answer_sums(survey, SMALL, measures=["A1"], by=["sex"], wave="2025")
    assert found.respondents().occurring() == {("male",): 1}
    assert found.arrays("A1")["y"].tolist() == [1.0]


def test_a_question_is_asked_of_the_engine_once(monkeypatch) -> None:
    survey = samples.extract(samples.table(samples.rows(40, 4)))
    ask = {"measures": ["mood", "voice"], "by": ["sex"], "wave": "2025"}
    first = answer_sums(survey, SMALL, **ask)
    monkeypatch.setattr(engine, "count", None)
    pd.testing.assert_frame_equal(answer_sums(survey, SMALL, **ask)._table, first._table)
    assert np.array_equal(first.arrays("mood")["n"], first.arrays("mood")["m"])


def test_waves_are_in_order(council) -> None:
    assert waves_of(council.survey) == waves_of(council.survey_responses)
    assert isinstance(council.survey_responses, type(wa.read("units", samples.UNITS)))
