"""A warehouse behind Ibis is only asked to count, and counts what pandas counts."""

import importlib.util
import random

import duckdb
import pytest

import workforce_analytics as wa
from tests import small_applications, small_council
from workforce_analytics import engine
from workforce_analytics.counting.counts import count
from workforce_analytics.counting.stages import candidate_counts, stage_counts
from workforce_analytics.engine import answers

BY = ["snapshot_date", "ethnicity", "sex", "age", "unit_id"]

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("ibis") is None,
        reason="needs Ibis (pip install workforce_analytics[warehouse])",
    ),
    # Ibis' own words to DuckDB, when it looks at a table
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]


@pytest.fixture
def table():
    return small_council.typed(small_council.rows(200, dates=("2024-03-31", "2025-03-31")))


@pytest.fixture
def warehouse(table, tmp_path):
    """Write the rows into a database file, and open it as others would open their warehouse."""
    import ibis

    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.register("rows", table)
        connection.execute("create table staff as select * from rows")
    opened = ibis.duckdb.connect(path, read_only=True)
    yield opened
    opened.disconnect()


@pytest.mark.parametrize("counted", ["people", "posts", "fte"])
def test_a_warehouse_counts_what_pandas_counts(warehouse, table, counted) -> None:
    there = count(wa.read("workforce", warehouse.table("staff")), by=BY, counted=counted)
    assert there.equals(count(wa.read("workforce", table), by=BY, counted=counted))


def test_a_subset_at_one_date_is_counted_alike(warehouse, table) -> None:
    ask = {"by": ["sex"], "as_at": "latest", "where": {"ethnicity": ["asian", "black"]}}
    there = count(wa.read("workforce", warehouse.table("staff")), **ask)
    here = count(wa.read("workforce", table), **ask)
    assert there.equals(here)
    assert there.selection.sentence() == here.selection.sentence()


def test_what_is_wrong_is_found_in_a_warehouse(warehouse) -> None:
    staff = warehouse.table("staff")
    report = wa.check("workforce", staff.mutate(fte=staff.fte + 1).union(staff))
    found = {item.rule for item in report.errors}
    assert {"duplicate_key", "fte_above_one", "not_exactly_one_main_post"} <= found


def test_no_person_is_brought_from_a_warehouse(warehouse, monkeypatch) -> None:
    brought: set[str] = set()
    collect = engine.collect

    def watched(lazy):
        result = collect(lazy)
        brought.update(result.columns)
        return result

    for module in (engine, answers):
        monkeypatch.setattr(module, "collect", watched)
    count(wa.read("workforce", warehouse.table("staff")), by=BY)
    assert {engine.N, "ethnicity"} <= brought
    assert not brought & {"person_id", "post_id"}


def test_applications_of_a_warehouse_know_their_vacancy_and_how_far_they_came(
    tmp_path, monkeypatch
) -> None:
    import ibis

    records = small_applications.rows(80, random.Random(1), candidates=12)
    path = tmp_path / "recruitment.duckdb"
    with duckdb.connect(str(path)) as connection:
        for name, rows in (("made", records), ("vacancies", small_applications.VACANCIES)):
            connection.register("rows", small_applications.typed(rows))
            connection.execute(f"create table {name} as select * from rows")
    brought: set[str] = set()
    collect = engine.collect

    def watched(lazy):
        brought.update(lazy.collect_schema().names())
        return collect(lazy)

    for module in (engine, answers):
        monkeypatch.setattr(module, "collect", watched)
    opened = ibis.duckdb.connect(path, read_only=True)
    there = small_applications.attached(opened.table("made"), opened.table("vacancies"))
    found = [
        (stage_counts(there, by=by), candidate_counts(there, by=by))
        for by in (["sex", "year"], ["grade_band", "age"])
    ]
    opened.disconnect()
    assert {"furthest_stage", "grade"} <= brought
    assert not brought & {"candidate_id", "application_id"}
    here = small_applications.attached(
        small_applications.in_memory(records),
        small_applications.in_memory(small_applications.VACANCIES),
    )
    for by, (stages, candidates) in zip(
        (["sex", "year"], ["grade_band", "age"]), found, strict=True
    ):
        assert stages.equals(stage_counts(here, by=by))
        assert candidates.equals(candidate_counts(here, by=by))
