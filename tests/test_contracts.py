from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import polars
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract_frames import FILLED, problems, table, typed
from workforce_analytics import engine
from workforce_analytics.errors import ConfigurationError, DataError, UsageError
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.checking import check
from workforce_analytics.extracts.checking_in_memory import run
from workforce_analytics.extracts.codelists import codelist, fold
from workforce_analytics.extracts.contracts import (
    Contract,
    contract,
    contract_names,
    from_descriptor,
)
from workforce_analytics.extracts.field_checks import Check
from workforce_analytics.extracts.quality import Problem

MARKER = "Zzyxmarker"
EXTRACTS = (
    *("workforce", "units", "grades", "people_keys", "payroll", "vacancies", "applications"),
    *("panels", "training", "rollout", "events", "survey_responses", "survey_eligible"),
    *("network_members", "network_counts", "network_events", "network_attendance"),
    *("network_support", "objections", "community", "actions", "counts", "survey_published"),
)


def descriptor(name: str) -> dict[str, Any]:
    return json.loads(resources.path("schemas", f"{name}.json").read_text(encoding="utf-8"))


def rules_of(found: list[Problem]) -> list[tuple[str, str, int | None]]:
    return [(item.column, item.rule, item.records) for item in found]


def one(found: list[Problem], rule: str) -> Problem:
    (problem,) = (item for item in found if item.rule == rule)
    return problem


# The descriptors


def test_every_extract_has_a_contract() -> None:
    assert contract_names() == tuple(sorted(EXTRACTS))


@pytest.mark.parametrize("name", EXTRACTS)
def test_contract_is_whole(name: str) -> None:
    described = contract(name)
    assert described.name == name
    assert len(set(described.field_names)) == len(described.fields)
    for field in described.fields:
        assert field.title
        assert field.description.endswith(".")
        if field.codelist:
            assert codelist(field.codelist).characteristic in {field.name, "age"}
    for key in described.foreign_keys:
        target = contract(key.reference.resource)
        assert len(key.fields) == len(key.reference.fields)
        assert all(target.field(column) for column in key.reference.fields)
    for rule in described.rules:
        assert not rule.message.endswith(".")
        assert rule.remedy.endswith(".")
        assert rule.remedy[0].isupper()


@pytest.mark.parametrize("name", EXTRACTS)
def test_a_synonym_means_one_thing(name: str) -> None:
    described = contract(name)
    headers = Counter(
        word
        for field in described.fields
        for word in {fold(text) for text in (field.name, field.title, *field.synonyms)}
    )
    assert not [word for word, n in headers.items() if n > 1]
    for field in described.fields:
        values = Counter(
            word
            for item in field.categories
            for word in {fold(text) for text in (item.value, item.label, *item.synonyms)}
        )
        assert not [word for word, n in values.items() if n > 1]


@pytest.mark.parametrize("name", EXTRACTS)
def test_a_column_headed_gender_is_nobodys_synonym(name: str) -> None:
    headers = {fold(text) for field in contract(name).fields for text in field.synonyms}
    assert "gender" not in headers


def test_keys_of_people_are_identifiers() -> None:
    people = ("person_id", "candidate_id", "respondent_id", "hiring_manager_id", "key")
    found = {
        (field.name, field.role)
        for name in contract_names()
        for field in contract(name).fields
        if field.name in (*people, "date_of_birth")
    }
    assert found == {(name, "identifier") for name in (*people, "date_of_birth")}


def test_field_matches_value_label_and_synonym() -> None:
    engagement = contract("workforce").field("engagement")
    assert engagement is not None
    assert [engagement.match(raw) for raw in ("employee", "RELIEF", " Agency worker ", "?")] == [
        "employee",
        "casual",
        "agency",
        None,
    ]
    assert engagement.match(None) is None
    ethnicity = contract("workforce").field("ethnicity")
    assert ethnicity is not None
    assert ethnicity.match("White – British") == "W1"


def test_unknown_contract_is_a_usage_error_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match=r"no contract 'workfroce'\. Did you mean 'workforce'\?"):
        contract("workfroce")


def test_misspelt_words_of_a_contract_are_refused_all_at_once() -> None:
    described = descriptor("panels")
    described["primarykey"] = described.pop("primaryKey")
    described["fields"][0]["constraints"] = {"requierd": True}
    described["fields"][1]["type"] = "text"
    del described["fields"][2]["title"]
    with pytest.raises(ConfigurationError) as caught:
        from_descriptor(described, file="schemas/panels.json")
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert all(line.startswith("schemas/panels.json: ") for line in lines)
    assert "'requierd' at fields.0.constraints is not a word of a contract." in str(caught.value)
    assert "Did you mean 'required'?" in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "change",
    [
        {"primaryKey": ["vacancy_di"]},
        {"requiresOneOf": [["vacancy_di"]]},
        {"foreignKeys": [{"fields": "vacancy_di", "reference": {"resource": "a", "fields": "b"}}]},
        {
            "rules": [
                {
                    "name": "two_panels",
                    "severity": "error",
                    "fields": ["vacancy_di"],
                    "message": "",
                    "remedy": "",
                }
            ]
        },
    ],
)
def test_a_name_that_is_no_field_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"'vacancy_di', which is not .*vacancy_id"):
        from_descriptor({**descriptor("panels"), **change}, file="panels.json")


# Checking


@pytest.mark.parametrize("name", sorted(FILLED))
def test_a_good_frame_has_no_problem(name: str) -> None:
    assert problems(name, {}) == []
    frame = polars.from_pandas(table(name, {}))
    assert check(contract(name), frame, file="", in_memory=False) == []


def test_nothing_of_the_contract_is_one_line() -> None:
    frame = pd.DataFrame({f"x{i}": [1] for i in range(300)})
    (problem,) = check(contract("workforce"), frame, file="wide.csv", in_memory=True)
    assert problem.rule == "not_this_contract"
    assert problem.sentence().startswith(
        "wide.csv: none of its 300 columns is in the workforce contract, which has snapshot_date, "
    )


def test_missing_and_misspelt_columns() -> None:
    frame = table("workforce", {}).drop(columns="post_id")
    frame = frame.assign(ethncity=["W1"], shoe_size=[43])
    found = check(contract("workforce"), frame, file="staff_2025.csv", in_memory=True)
    assert [(item.column, item.rule, item.severity) for item in found] == [
        ("ethncity", "unknown_column", "error"),
        ("post_id", "missing_column", "error"),
        ("shoe_size", "unknown_column", "warning"),
    ]
    assert found[0].sentence() == (
        "staff_2025.csv: column 'ethncity': is not in the workforce contract. "
        "Did you mean 'ethnicity'?"
    )


def test_one_of_two_shapes_is_needed() -> None:
    frame = table("payroll", {}).drop(columns=["amount", "hours"])
    problem = one(check(contract("payroll"), frame, file="", in_memory=True), "missing_column")
    assert "kind with amount or ordinary_pay with weekly_hours" in problem.message


def test_items_and_dimensions_are_further_columns() -> None:
    survey = table("survey_responses", {"q1": 4, "ethncity": "W1"})
    found = check(contract("survey_responses"), survey, file="", in_memory=True)
    assert [(item.column, item.severity) for item in found] == [("ethncity", "warning")]
    assert problems("counts", {"sex": "Female", "year": "2025"}) == []


def test_blank_cells_of_required_columns() -> None:
    found = problems("workforce", {}, {"post_id": None}, {"post_id": "  "})
    assert ("post_id", "blank", 2) in rules_of(found)
    assert one(found, "blank").first_record == 2


def test_codes_that_nobody_lists_are_counted_not_shown() -> None:
    found = problems(
        "workforce",
        {"ethnicity": "White – British"},
        {"ethnicity": MARKER, "person_id": "p2"},
        {"ethnicity": f"{MARKER}2", "person_id": "p3"},
        {"ethnicity": MARKER, "person_id": "p4"},
        {"ethnicity": None, "person_id": "p5"},
    )
    problem = one(found, "unlisted_code")
    assert (problem.column, problem.records, problem.first_record) == ("ethnicity", 3, 2)
    assert problem.message.startswith("2 different codes that neither the mapping nor")
    assert "[values.ethnicity]" in problem.remedy


def test_the_mappings_word_goes_first() -> None:
    frame = table("workforce", {"engagement": "KIND 7"}, {"person_id": "p2"})
    found = check(
        contract("workforce"),
        frame,
        file="",
        in_memory=True,
        matchers={"engagement": lambda raw: "employee" if raw == "KIND 7" else None},
    )
    assert found == []


def test_dimensions_of_counted_tables_are_matched_with_the_characteristics_list() -> None:
    found = problems(
        "counts", {"ethnicity": "White"}, {"ethnicity": MARKER}, {"ethnicity": "Indian"}
    )
    assert rules_of(found) == [("ethnicity", "unlisted_code", 1)]


def test_community_categories_are_of_the_list_that_the_record_names() -> None:
    found = problems(
        "community",
        {"category": "female"},
        {"category": "W1"},
        {"category": "W1", "characteristic": "Ethnic group"},
        {"category": "Total", "base": "adults"},
    )
    assert rules_of(found) == [("category", "unlisted_code", 1)]


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("workforce", {"fte": -0.5}, ("fte", "out_of_range")),
        ("workforce", {"contracted_hours": -1.0}, ("contracted_hours", "out_of_range")),
        ("workforce", {"weeks_per_year": float("inf")}, ("weeks_per_year", "out_of_range")),
        ("workforce", {"fte": 0.55555}, ("fte", "too_many_decimals")),
        ("payroll", {"amount": 10.001}, ("amount", "too_many_decimals")),
        ("workforce", {"home_area": "Coventry"}, ("home_area", "wrong_form")),
        ("workforce", {"home_area": "E08000026\n"}, ("home_area", "wrong_form")),
        ("network_counts", {"month": "2025-13"}, ("month", "wrong_form")),
        ("network_counts", {"members": -1}, ("members", "out_of_range")),
    ],
)
def test_values_that_are_not_allowed(
    name: str, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    frame = table(name, change)
    found = check(contract(name), frame, file="", in_memory=True)
    assert (*expected, 1) in rules_of(found)
    engines = check(contract(name), polars.from_pandas(frame), file="", in_memory=False)
    assert rules_of(engines) == rules_of(found)


def test_a_form_is_shown_by_an_example() -> None:
    message = one(problems("workforce", {"home_area": "Coventry"}), "wrong_form").message
    assert message == "not of the form that is allowed: text of the form E08000026"


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_column_of_another_type_is_said_once(in_memory: bool) -> None:
    frame = table("workforce", {}, {"person_id": "p2"}).assign(
        joined_on=["01/02/2020", None], fte=["half", "1"], is_main_post=["Y", "N"], age=[None, None]
    )
    found = check(contract("workforce"), frame, file="", in_memory=in_memory)
    assert rules_of(found) == [
        ("fte", "wrong_type", 2),
        ("is_main_post", "wrong_type", 2),
        ("joined_on", "wrong_type", 1),
    ]


def test_whole_numbers_may_come_as_floats_but_not_halves() -> None:
    rows = [{"members": 10.0}, {"members": 10.5, "month": "2025-02"}]
    frame = table("network_counts", {}, {"month": "2025-02"})
    frame["members"] = pd.Series([row["members"] for row in rows], dtype="float64")
    found = check(contract("network_counts"), frame, file="", in_memory=True)
    assert rules_of(found) == [("members", "too_many_decimals", 1)]


def test_duplicate_keys_count_the_repeats() -> None:
    found = problems("workforce", *[{"is_main_post": i == 0} for i in range(3)])
    problem = one(found, "duplicate_key")
    assert (problem.column, problem.records, problem.first_record) == (
        "snapshot_date, post_id, person_id",
        2,
        1,
    )


def test_record_numbers_are_those_of_the_file() -> None:
    frame = table("workforce", {}, {"person_id": "p2", "fte": 1.5})
    found = check(contract("workforce"), frame, file="", in_memory=True, records=pd.Series([4, 9]))
    assert one(found, "fte_above_one").first_record == 9


def test_the_frame_is_not_changed() -> None:
    frame = table("workforce", {}, {"fte": 1.5, "ethnicity": "?"})
    frame.index = pd.Index([7, 3])
    before = frame.copy(deep=True)
    check(contract("workforce"), frame, file="", in_memory=True)
    pd.testing.assert_frame_equal(frame, before)


# Both roads

DAYS = st.sampled_from([None, "2019-02-28", "2020-01-01", "2021-06-30", "2025-04-01"])
ROW = st.fixed_dictionaries(
    {
        "snapshot_date": st.sampled_from(["2025-03-31", "2024-03-31", None]),
        "person_id": st.sampled_from(["p1", "p2", None, " "]),
        "post_id": st.sampled_from(["t1", "t2", "t3"]),
        "is_main_post": st.sampled_from([True, False, None]),
        "engagement": st.sampled_from(["Perm", "Relief", "?", None, ""]),
        "employer_unit": st.just("council"),
        "fte": st.sampled_from([0.0, 0.5, 1.38, 0.55555, -1.0, None, float("inf")]),
        "contracted_hours": st.sampled_from([0.0, 37.0, 200.0, None]),
        "full_time_hours": st.sampled_from([37.0, 36.5, None]),
        "joined_on": DAYS,
        "post_started_on": DAYS,
        "ended_on": DAYS,
        "date_of_birth": st.sampled_from([None, "1900-01-01", "1990-02-28", "2012-02-29"]),
        "home_area": st.sampled_from(["E08000026", "Coventry", "", None]),
        "ethnicity": st.sampled_from(["White – British", "W1", "Klingon", "Z", None]),
        "age": st.sampled_from([13, 40, 101, 200, None]),
    }
)
CANDIDATE = st.fixed_dictionaries(
    {
        "application_id": st.sampled_from(["a1", "a2", "a3"]),
        "vacancy_id": st.sampled_from(["v1", "v2"]),
        "candidate_id": st.sampled_from(["c1", "c2", None]),
        "applied_on": DAYS,
        "shortlisted_on": DAYS,
        "appointed_on": DAYS,
        "furthest_stage": st.sampled_from(["Applied", "Hired", "Rejected", "??", None]),
        "withdrawn": st.sampled_from([True, False, None]),
        "closed_on": DAYS,
    }
)
CELL = st.fixed_dictionaries(
    {
        "counted": st.sampled_from(["applied", "Shortlisted", "appointed"]),
        "sex": st.sampled_from(["Female", "Male", "Total", None, "?"]),
        "n": st.sampled_from([0, 1, 2, 3, None, -1]),
        "total": st.sampled_from([2, 3, None]),
        "percentage": st.sampled_from([50.0, 33.3, None]),
    }
)


@pytest.mark.parametrize(
    ("name", "row"), [("workforce", ROW), ("applications", CANDIDATE), ("counts", CELL)]
)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_roads_find_the_same(name: str, row: st.SearchStrategy, data: st.DataObject) -> None:
    described: Contract = contract(name)
    frame = typed(described, data.draw(st.lists(row, min_size=1, max_size=8)))
    memory = check(described, frame, file="f", in_memory=True)
    duckdb = check(described, frame, file="f", in_memory=False)
    lazy = check(described, polars.from_pandas(frame).lazy(), file="f", in_memory=False)
    shuffled = check(described, frame.take(range(len(frame))[::-1]), file="f", in_memory=True)
    assert rules_of(memory) == rules_of(duckdb) == rules_of(lazy) == rules_of(shuffled)
    assert [p.message for p in memory] == [p.message for p in lazy]
    assert all(problem.first_record is None for problem in (*duckdb, *lazy))
    assert all(1 <= p.first_record <= len(frame) for p in memory if p.records and p.first_record)


def test_an_empty_frame_is_checked_on_both_roads() -> None:
    frame = table("workforce", {}).iloc[:0]
    assert check(contract("workforce"), frame, file="", in_memory=True) == []
    assert check(contract("workforce"), frame, file="", in_memory=False) == []


# Nobody's values


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("name", EXTRACTS)
def test_no_value_is_in_any_problem(name: str, in_memory: bool) -> None:
    described = contract(name)
    columns = {field.name: [MARKER, f"{MARKER}2", f"{MARKER}2"] for field in described.fields}
    found = check(described, pd.DataFrame(columns), file="f.csv", in_memory=in_memory)
    assert found or not described.primary_key
    assert MARKER.lower() not in repr(found).lower()


def test_a_column_of_mixed_kinds_is_checked_as_text() -> None:
    frame = table("workforce", {}, {"person_id": "p2"})
    frame["post_id"] = pd.Series([MARKER, b"\xff"], dtype="object")
    frame["home_area"] = pd.Series([MARKER, 5], dtype="object")
    memory = check(contract("workforce"), frame, file="", in_memory=True)
    assert rules_of(memory) == [("home_area", "wrong_form", 2)]
    assert rules_of(check(contract("workforce"), frame, file="", in_memory=False)) == rules_of(
        memory
    )


def test_a_check_that_cannot_be_run_leaks_nothing() -> None:
    def cannot(values: pd.Series) -> pd.Series:
        raise ValueError(values.iloc[0])

    failing = Check("post_id", "wrong_form", "error", "", "", engine.lit(True), cannot)
    with pytest.raises(DataError, match="Columns post_id could not be checked") as caught:
        run(pd.DataFrame({"post_id": [MARKER]}), [failing])
    assert caught.value.__context__ is None
    assert MARKER not in str(caught.value)


def test_pandera_is_imported_in_silence_beside_pyspark(tmp_path: Path) -> None:
    package = tmp_path / "pandera"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "pandas.py").write_text(
        "import os, warnings\n"
        "os.environ['SPARK_LOCAL_IP'] = '127.0.0.1'\n"
        "warnings.warn('pyspark')\n"
        "class DataFrameSchema:\n"
        "    def validate(self, table):\n"
        "        warnings.warn('pyspark again')\n"
    )
    code = (
        "import os\n"
        "from workforce_analytics.extracts.checking_in_memory import _pandera\n"
        "_pandera()\n"
        "assert 'SPARK_LOCAL_IP' not in os.environ\n"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.returncode == 0
