"""Applications are made ready to be counted: stage, period, each candidate once."""

import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import small_applications as small
from workforce_analytics import engine
from workforce_analytics.extracts.application_rows import LEFT_OUT
from workforce_analytics.extracts.extract import Extract

DATED = [
    {"applied_on": "2023-04-01"},
    {"applied_on": "2023-04-01", "shortlisted_on": "2023-04-20"},
    {"applied_on": "2023-04-01", "shortlisted_on": "2023-04-20", "interviewed_on": "2023-05-01"},
    {"applied_on": "2023-04-01", "interviewed_on": "2023-05-01"},
    {"applied_on": "2023-04-01", "appointed_on": "2023-06-01"},
]
PROVEN = ["applied", "shortlisted", "interviewed", "interviewed", "appointed"]


def _dated() -> small.Rows:
    names = ("applied_on", "shortlisted_on", "interviewed_on", "appointed_on")
    return [
        {
            "application_id": f"a{number}",
            "vacancy_id": "v1",
            "candidate_id": f"c{number}",
            **{name: row.get(name) for name in names},
        }
        for number, row in enumerate(DATED)
    ]


def _held(extract: Extract, *names: str) -> dict[str, object]:
    table = engine.collect(extract.frame)
    return {row[0]: row[1:] for row in table[["application_id", *names]].itertuples(index=False)}


@pytest.mark.parametrize("kind", ["polars", "lazy polars", "arrow", "duckdb", "parquet"])
def test_dates_prove_the_furthest_stage_on_every_engine(kind, tmp_path) -> None:
    source = small.sources(_dated(), tmp_path)[kind]
    held = _held(small.extract(source), "furthest_stage")
    assert [held[f"a{number}"] for number in range(5)] == [(stage,) for stage in PROVEN]


def test_dates_prove_the_furthest_stage_in_memory_and_without_duckdb(monkeypatch) -> None:
    records = small.in_memory(_dated())
    with_duckdb = _held(small.extract(records), "furthest_stage", "year", "quarter")
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    assert _held(small.extract(records), "furthest_stage", "year", "quarter") == with_duckdb
    assert [with_duckdb[f"a{number}"][0] for number in range(5)] == PROVEN


def test_a_date_proves_its_stage_where_the_status_names_none() -> None:
    records = [
        {**row, "furthest_stage": status}
        for row, status in zip(
            _dated(), ["Rejected", "Rejected", None, "Rejected - Interview", "Hired"], strict=True
        )
    ]
    extract = small.extract(small.in_memory(records))
    match = extract.matcher("furthest_stage")
    held = _held(extract, "furthest_stage")
    stages = [match(held[f"a{number}"][0]) for number in range(5)]
    # that somebody applied and was rejected does not tell at what stage
    assert stages == ["not_known", "shortlisted", "interviewed", "interviewed", "appointed"]


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [
        ("2024-03-31", 2023, 20234),
        ("2024-04-01", 2024, 20241),
        ("2024-06-30", 2024, 20241),
        ("2024-07-01", 2024, 20242),
        ("2024-12-31", 2024, 20243),
        ("2000-01-01", 1999, 19994),
        (None, None, None),
    ],
)
def test_financial_years_begin_in_april(day, year, quarter, tmp_path) -> None:
    row = {"application_id": "a1", "vacancy_id": "v1", "candidate_id": "c1"}
    records = [{**row, "applied_on": day, "furthest_stage": "applied"}]
    frames = [small.in_memory(records), *small.sources(records, tmp_path).values()]
    for source in frames:
        held = _held(small.extract(source), "year", "quarter")["a1"]
        assert [None if pd.isna(value) else int(value) for value in held] == [year, quarter]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(n=st.integers(1, 40), seed=st.integers(0, 10_000), seen=st.randoms(use_true_random=False))
def test_the_latest_application_of_a_candidate_stays(n, seed, seen) -> None:
    records = small.rows(n, random.Random(seed), candidates=5)
    expected = {row["application_id"] for row in small.kept(records)}
    seen.shuffle(records)
    extract = small.extract(small.in_memory(records))
    assert set(_held(extract)) == expected
    (summary,) = extract.quality.files
    assert (summary.rows_read, summary.kept) == (n, len(expected))
    out = dict(summary.refused).get(LEFT_OUT, 0)
    assert out == n - len(expected)
    told = [
        item.records for item in extract.quality.problems if item.rule == "candidate_applied_twice"
    ]
    assert sum(told) == out


@pytest.mark.parametrize("kind", ["polars", "lazy polars", "arrow", "duckdb", "parquet"])
def test_the_latest_application_stays_on_every_engine(kind, tmp_path) -> None:
    records = small.rows(120, random.Random(4))
    extract = small.extract(small.sources(records, tmp_path)[kind])
    expected = {row["application_id"] for row in small.kept(records)}
    assert 0 < len(expected) < 120
    assert set(_held(extract)) == expected
    assert extract.quality.files[0].kept == len(expected)


def test_the_latest_application_stays_without_duckdb(monkeypatch) -> None:
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    records = small.rows(60, random.Random(5))
    extract = small.extract(small.in_memory(records))
    assert set(_held(extract)) == {row["application_id"] for row in small.kept(records)}


def test_nothing_is_looked_for_where_nobody_applied_twice(monkeypatch) -> None:
    settle = engine.settled
    asked = []
    monkeypatch.setattr(engine, "settled", lambda lazy: asked.append(lazy) or settle(lazy))
    records = small.rows(60, random.Random(6), candidates=4)
    small.extract(small.in_memory(small.kept(records)))
    assert not asked
    small.extract(small.in_memory(records))
    assert len(asked) == 1


def test_an_application_in_two_files_is_found_and_told_of_its_file(tmp_path) -> None:
    records = small.rows(40, random.Random(7))
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for path, part in zip(paths, (records[:25], records[25:]), strict=True):
        small.in_memory(part).to_csv(path, index=False)
    extract = small.extract(paths)
    stay = {row["application_id"] for row in small.kept(records)}
    assert set(_held(extract)) == stay
    parts = (records[:25], records[25:])
    assert [item.kept for item in extract.quality.files] == [
        sum(row["application_id"] in stay for row in part) for part in parts
    ]
    told = [item for item in extract.quality.problems if item.rule == "candidate_applied_twice"]
    assert sum(item.records for item in told) == len(records) - len(stay)
    assert any(item.file == "one.csv, two.csv" for item in told)


def test_an_advertisement_of_its_own_is_a_vacancy_of_its_own() -> None:
    row = {"candidate_id": "c1", "applied_on": "2024-06-10", "furthest_stage": "applied"}
    records = [
        {"application_id": f"a{place}", "vacancy_id": vacancy, **row}
        for place, vacancy in enumerate(["0613A", "0613B"])
    ]
    assert len(_held(small.extract(small.in_memory(records)))) == 2


def test_candidates_who_are_not_given_are_not_one_candidate(tmp_path) -> None:
    records = small.rows(30, random.Random(8))
    for row in records[:10]:
        row["candidate_id"] = None
    stay = {row["application_id"] for row in small.kept(records)}
    assert {row["application_id"] for row in records[:10]} <= stay
    for source in [small.in_memory(records), *small.sources(records, tmp_path).values()]:
        extract = small.extract(source)
        assert set(_held(extract)) == stay
        (told,) = [i for i in extract.quality.problems if i.rule == "candidate_not_given"]
        assert (told.severity, told.records, told.of) == ("warning", 10, 30)


def test_an_export_without_candidates_is_read_and_it_is_said() -> None:
    records = [{**row} for row in small.rows(5, random.Random(9))]
    for row in records:
        del row["candidate_id"]
    report = wa.check("applications", small.in_memory(records))
    assert report.ok
    (told,) = [item for item in report.problems if item.rule == "candidate_not_given"]
    assert told.records == 5
    assert "candidate" in told.sentence()


def test_an_empty_text_is_no_candidate_on_any_engine(tmp_path) -> None:
    records = small.kept(small.rows(30, random.Random(10)))
    for row, text in zip(records, ["", " ", "", None, ""], strict=False):
        row.update(candidate_id=text, vacancy_id="v1")
    for source in [small.in_memory(records), *small.sources(records, tmp_path).values()]:
        extract = small.extract(source)
        assert len(_held(extract)) == len(records)
        told = [item for item in extract.quality.problems if item.column.endswith("candidate_id")]
        assert [(item.rule, item.records) for item in told] == [("candidate_not_given", 5)]
