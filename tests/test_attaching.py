"""Applications know their vacancy, on every engine, and only pay for it where it is asked for."""

import json
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import small_applications as small
from workforce_analytics import engine
from workforce_analytics.counting.counts import count
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.attaching import FROM_VACANCIES, with_vacancies

KINDS = ["polars", "lazy polars", "arrow", "duckdb", "parquet"]


def _once(n: int, seed: int) -> small.Rows:
    return small.kept(small.rows(n, random.Random(seed)))


def _cells(records: small.Rows, *categories) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for row in records:
        key = tuple(one(row) for one in categories)
        found[key] = found.get(key, 0) + 1
    return found


def _route(row: dict[str, object]) -> str:
    routes = {item["vacancy_id"]: item["route"] for item in small.VACANCIES}
    return small.ROUTE.get(routes.get(row["vacancy_id"]), "not_known")


@settings(derandomize=True, deadline=None, max_examples=25)
@given(n=st.integers(1, 60), seed=st.integers(0, 10_000))
def test_counts_by_the_vacancys_fields_agree_with_looking_up_one_by_one(n, seed) -> None:
    records = _once(n, seed)
    extract = small.attached(small.in_memory(records), small.in_memory(small.VACANCIES))
    counts = count(extract, by=["grade_band", "route", "year"])
    expected = _cells(records, small.grade_band, _route, small.year)
    assert counts.occurring() == expected


@pytest.mark.parametrize("kind", KINDS)
def test_every_engine_knows_the_vacancy_alike(kind, tmp_path) -> None:
    records = _once(120, 3)
    vacancies = small.sources(small.VACANCIES, tmp_path)[kind]
    extract = small.attached(small.sources(records, tmp_path)[kind], vacancies)
    here = small.attached(small.in_memory(records), small.in_memory(small.VACANCIES))
    by = ["grade_band", "route", "year"]
    assert count(extract, by=by).equals(count(here, by=by))
    assert count(extract, by=["quarter"]).equals(count(here, by=["quarter"]))


def test_the_vacancy_is_known_without_duckdb(monkeypatch) -> None:
    records = _once(60, 5)
    by = ["grade_band", "route", "year"]
    frames = small.in_memory(records), small.in_memory(small.VACANCIES)
    expected = count(small.attached(*frames), by=by).occurring()
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    assert count(small.attached(*frames), by=by).occurring() == expected


def test_a_vacancy_that_is_not_there_doubles_and_loses_nobody() -> None:
    records = _once(80, 6)
    assert {row["vacancy_id"] for row in records} > {"v4"}
    extract = small.attached(small.in_memory(records), small.in_memory(small.VACANCIES[:1]))
    assert count(extract, by=[]).total() == len(records)
    found = count(extract, by=["grade_band"]).occurring()
    assert found[("not_known",)] == sum(row["vacancy_id"] != "v1" for row in records)


def test_what_the_application_says_of_its_vacancy_stays() -> None:
    records = [{**row, "grade": "G9"} for row in _once(20, 7)]
    extract = small.attached(small.in_memory(records), small.in_memory(small.VACANCIES))
    assert set(count(extract, by=["grade_band"]).occurring()) == {("senior",)}
    assert ("community_event",) in count(extract, by=["route"]).occurring()


def test_the_vacancys_own_words_are_mapped(tmp_path) -> None:
    (tmp_path / "vacancies.toml").write_text(
        '[columns]\n"kind" = { to = "route" }\n[values.route]\n"Z" = "apprenticeship"\n'
    )
    table = pd.DataFrame({"vacancy_id": ["v1"], "kind": ["Z"]})
    vacancies = wa.read("vacancies", table, mapping=tmp_path / "vacancies.toml")
    records = [row for row in _once(40, 8) if row["vacancy_id"] == "v1"]
    extract = with_vacancies(small.extract(small.in_memory(records)), vacancies)
    assert count(extract, by=["route"]).occurring() == {("apprenticeship",): len(records)}


def test_without_a_date_the_opening_of_the_vacancy_tells_the_year() -> None:
    records = [
        {name: cell for name, cell in row.items() if name != "applied_on"} for row in _once(40, 9)
    ]
    bare = small.extract(small.in_memory(records))
    assert "year" not in engine.columns(bare.frame)
    extract = with_vacancies(bare, wa.read("vacancies", small.in_memory(small.VACANCIES)))
    expected = _cells(records, lambda row: small.year({**row, "applied_on": None}))
    assert count(extract, by=["year"]).occurring() == expected
    assert "__opened_on" not in engine.columns(extract.frame)


def test_a_count_that_asks_for_nothing_of_the_vacancy_does_not_join() -> None:
    records = [row for row in _once(60, 10) if row["applied_on"]]
    extract = small.attached(small.in_memory(records), small.in_memory(small.VACANCIES))
    assert extract.rows_with(["sex", "year", "furthest_stage"]) is extract.unattached
    assert extract.rows_with(["sex", "grade"]) is extract.frame
    undated = [
        *records,
        {**records[0], "application_id": "z", "candidate_id": "z", "applied_on": None},
    ]
    extract = small.attached(small.in_memory(undated), small.in_memory(small.VACANCIES))
    assert extract.rows_with(["sex"]) is extract.frame


def test_fields_of_the_vacancy_are_described_alike_in_both_contracts() -> None:
    described = {
        name: json.loads(resources.path("schemas", f"{name}.json").read_text(encoding="utf-8"))
        for name in ("applications", "vacancies")
    }
    fields = {
        name: {field["name"]: field for field in one["fields"]} for name, one in described.items()
    }
    for name, source in FROM_VACANCIES.items():
        for key in ("type", "role", "categories", "constraints"):
            here, there = fields["applications"][name], fields["vacancies"][source]
            assert here.get(key) == there.get(key), (name, key)


def test_the_sample_council_is_split_by_everything_of_the_vacancy(council) -> None:
    made = pd.read_csv(wa.sample_data("applications.csv"), dtype=str)
    vacancies = pd.read_csv(wa.sample_data("vacancies.csv"), dtype=str)
    units = pd.read_csv(wa.sample_data("units.csv"), dtype=str)
    joined = made.merge(vacancies, on="vacancy_id", how="left", validate="many_to_one")
    services = {code for code in joined["unit_id"].dropna() if code in set(units["unit_id"])}
    assert len(services) > 5
    by_service = count(council.applications, by=["service"])
    assert by_service.total() == len(made)
    by_route = count(council.applications, by=["route"]).occurring()
    assert by_route[("community_event",)] == int((joined["route"] == "C").sum())
    applied = pd.to_datetime(made["applied_on"])
    start = (applied.dt.year - (applied.dt.month < 4)).value_counts()
    by_year = count(council.applications, by=["year"]).occurring()
    assert by_year == {(f"{y}/{(y + 1) % 100:02}",): n for y, n in start.items()}
    for name in ("grade_band", "senior", "directorate", "name_blind", "vacancy_outcome", "quarter"):
        found = count(council.applications, by=[name])
        assert found.total() == len(made)
        assert "not_known" not in found.dimension(name).codes
    grades = pd.read_csv(wa.sample_data("grades.csv"), dtype=str).set_index("grade")["band"]
    bands = joined["grade"].map(grades[~grades.index.duplicated()]).str.casefold().value_counts()
    by_band = count(council.applications, by=["grade_band"])
    assert {code: n for (code,), n in by_band.occurring().items()} == bands.to_dict()


def test_years_and_quarters_are_cuts_of_one_thing(council) -> None:
    year = count(council.applications, by=["year"]).dimension("year")
    quarter = count(council.applications, by=["quarter"]).dimension("quarter")
    assert year.root == "quarter"
    assert sorted(one for code in year.codes for one in year.holds[code]) == list(quarter.codes)
    limited = count(council.applications, by=["sex"], where={"year": "2023/24"})
    assert limited.limits == {"quarter": tuple(f"2023/24 Q{part}" for part in (1, 2, 3, 4))}
    assert limited.subset == "Financial year: 2023/24"
