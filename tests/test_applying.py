"""Columns go under the contract's names; what nobody declared is told, never guessed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts.applying import apply
from workforce_analytics.extracts.contracts import contract
from workforce_analytics.extracts.mapping import Mapping, empty_mapping, load_mapping, starter
from workforce_analytics.extracts.reading import read_table


@pytest.fixture
def raw(tmp_path):
    """Write a table as a CSV file and read it."""

    def _raw(text):
        path = tmp_path / "staff.csv"
        path.write_text(text, encoding="utf-8")
        return read_table(path)

    return _raw


def mapped(raw, columns=None, contract_name="workforce", **rest):
    mapping = Mapping.model_validate({"columns": columns or {}, **rest})
    return apply(raw, mapping, contract(contract_name))


def rules(problems):
    return {(problem.rule, problem.column, problem.severity) for problem in problems}


def test_the_contracts_own_names_need_no_mapping(raw):
    table, problems = apply(
        raw("Snapshot date,person_id,Post ID,date_of_birth\n2025-03-31, A1 ,P7,1984-02-13\n"),
        empty_mapping(),
        contract("workforce"),
    )
    assert table.to_dict("records") == [
        {
            "snapshot_date": "2025-03-31",
            "person_id": "a1",
            "post_id": "P7",
            "date_of_birth": "1984-02-13",
        }
    ]
    assert problems == ()


def test_columns_are_renamed_dropped_and_made_constant(raw):
    table, problems = mapped(
        raw("Per. Ref.,Surname,Religion\n000482,Marker,None\n,Marker,\n"),
        {
            "Per Ref": {"to": "person_id", "purpose": "key"},
            "Surname": {"purpose": "drop"},
        },
        constants={"snapshot_date": "2025-03-31"},
    )
    assert list(table) == ["snapshot_date", "person_id", "religion"]
    assert table["person_id"].tolist() == ["000482", None]
    assert table["religion"][0] == "None"
    assert pd.isna(table["religion"][1])
    assert table["snapshot_date"].tolist() == ["2025-03-31"] * 2
    assert problems == ()


def test_codes_stay_as_they_came(raw):
    table, _ = mapped(
        raw("Ethnic Origin\nWhite – British\n"),
        {"Ethnic Origin": {"to": "ethnicity"}},
        values={"ethnicity": {"White – British": "W1"}},
    )
    assert table["ethnicity"].tolist() == ["White – British"]


IDENTIFIERS = """grade,Surname,Work Email,Extra,More,DOB,Post Code
G4,Marker,x,jane@marker.example,QQ123456C,1984-02-13,CV1 5RR
G5,Marker,y,,,1984-02-13,CV1 5RR
"""


def test_undeclared_identifiers_are_refused_with_the_line_that_declares_them(raw):
    _, problems = mapped(raw(IDENTIFIERS))
    refused = [problem for problem in problems if problem.rule == "undeclared_identifier"]
    assert {problem.column for problem in refused} == {
        "Surname",
        "Work Email",
        "Extra",
        "More",
        "DOB",
        "Post Code",
    }
    assert all(problem.severity == "error" for problem in refused)
    columns = {}
    for problem in refused:
        columns |= tomllib.loads(problem.remedy.split(": ", 1)[1])
    assert columns["Surname"] == {"purpose": "drop"}
    assert columns["DOB"] == {"to": "date_of_birth"}
    assert columns["Post Code"]["purpose"] == "lookup"
    columns["Post Code"] = {"purpose": "drop"}
    _, problems = mapped(raw(IDENTIFIERS), columns)
    assert problems == ()


def test_no_message_holds_what_stood_in_a_cell(raw):
    _, problems = mapped(raw(IDENTIFIERS))
    said = " ".join(f"{problem.message} {problem.remedy}" for problem in problems)
    for value in ("Marker", "jane", "QQ1", "1984", "CV1"):
        assert value not in said


def test_identifiers_in_a_plain_field_are_refused_too(raw):
    _, problems = mapped(
        raw("Post Title,Area\nNurse jane@marker.example,CV1 5RR\n"),
        {"Post Title": {"to": "job_title"}, "Area": {"to": "home_area"}},
    )
    assert rules(problems) == {
        ("undeclared_identifier", "Post Title", "error"),
        ("undeclared_identifier", "Area", "error"),
    }


def test_gender_is_never_guessed_to_be_sex(raw):
    table, problems = mapped(raw("grade,Gender\nG4,F\n"))
    assert "sex" not in table
    assert rules(problems) == {("gender_or_sex", "Gender", "error")}


def test_gender_may_be_left_out_where_sex_is_there(raw):
    _, problems = mapped(raw("sex,Gender\nF,F\n"))
    assert rules(problems) == {("unknown_column", "Gender", "warning")}


def test_a_near_miss_is_an_error_and_any_other_column_a_warning(raw):
    _, problems = mapped(raw("grade,ethncity,Ethnic Origin,Budget Code\nG4,A1,A1,X\n"))
    assert rules(problems) == {
        ("unknown_column", "ethncity", "error"),
        ("unknown_column", "Ethnic Origin", "error"),
        ("unknown_column", "Budget Code", "warning"),
    }
    first = next(problem for problem in problems if problem.column == "ethncity")
    assert first.message == "is not in the workforce contract. Did you mean 'ethnicity'?"


def test_many_unknown_columns_are_one_sentence(raw):
    header = ",".join(f"Budget {letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    _, problems = mapped(raw(f"grade,{header}\nG4,{',' * 25}\n"))
    assert rules(problems) == {("unknown_column", "", "warning")}
    assert "26 columns" in problems[0].message


def test_three_hundred_columns_that_nobody_knows_are_one_line(raw):
    header = ",".join(f"v{i}" for i in range(300))
    table, problems = mapped(raw(f"{header}\n{','.join(['Marker'] * 300)}\n"))
    assert table.empty
    assert rules(problems) == {("no_known_column", "", "error")}
    assert "none of its 300 columns" in problems[0].message


def test_a_mapped_column_that_is_missing_is_told_with_the_nearest(raw):
    _, problems = mapped(
        raw("grade,Ethnic Orign\nG4,A1\n"),
        {"Ethnic Origin": {"to": "ethnicity"}, "Surname": {"purpose": "drop"}},
    )
    missing = [problem for problem in problems if problem.rule == "mapped_column_missing"]
    assert [problem.column for problem in missing] == ["Ethnic Origin"]
    assert "Did you mean 'Ethnic Orign'?" in missing[0].message


def test_of_several_headers_for_a_field_one_is_enough(raw):
    columns = {"Grade Name": {"to": "grade"}, "Pay Grade": {"to": "grade"}}
    _, problems = mapped(raw("Pay Grade,fte\nG4,1\n"), columns)
    assert problems == ()
    _, problems = mapped(raw("Pay Grade,Grade Name\nG4,G4\n"), columns)
    assert rules(problems) == {("field_filled_twice", "Grade Name", "error")}


def test_numbers_with_and_without_zeros_are_told_and_mended_by_a_width(raw):
    file = raw("Per. Ref.\n000482\n482\n")
    table, problems = mapped(file, {"Per. Ref.": {"to": "person_id", "purpose": "key"}})
    assert table["person_id"].tolist() == ["000482", "482"]
    assert rules(problems) == {("leading_zeros_differ", "Per. Ref.", "warning")}
    line = tomllib.loads(problems[0].remedy.split(": ", 1)[1])
    table, problems = mapped(file, line)
    assert table["person_id"].tolist() == ["000482", "000482"]
    assert problems == ()


def test_a_postcode_becomes_an_area_and_is_dropped(raw, tmp_path):
    (tmp_path / "places.csv").write_text("pcds,oslaua\nCV1 5RR,E08000026\n")
    mapping = tmp_path / "hr.toml"
    mapping.write_text(
        '[columns]\n"Home" = { to = "home_area", purpose = "lookup", lookup = "places.csv" }\n'
    )
    table, problems = apply(
        raw("Home,grade\ncv1 5rr,G4\nXX1 1XX,G4\n,G5\n"),
        load_mapping(mapping),
        contract("workforce"),
    )
    assert table["home_area"].tolist() == ["E08000026", None, None]
    assert list(table) == ["grade", "home_area"]
    assert [(p.rule, p.records, p.of) for p in problems] == [("postcode_not_found", 1, 2)]


def test_free_text_is_not_read(raw):
    said = "I would like more hours of handover between the two early teams on number "
    rows = "".join(f"G4,{said}{n}\n" for n in range(9))
    table, problems = mapped(raw(f"grade,Anything else?\n{rows}"))
    assert list(table) == ["grade"]
    assert rules(problems) == {("undeclared_free_text", "Anything else?", "warning")}


def test_further_columns_of_a_survey_are_its_items(raw):
    said = "I would like more hours of handover between the two early teams on number "
    rows = "".join(f"2025,{n},4,F,jane@marker.example,{said}{n}\n" for n in range(9))
    table, problems = mapped(
        raw(f"wave,respondent_id,pride,Gender,Login,Comments\n{rows}"),
        contract_name="survey_responses",
    )
    assert list(table) == ["wave", "respondent_id", "pride"]
    assert rules(problems) == {
        ("gender_or_sex", "Gender", "error"),
        ("undeclared_identifier", "Login", "error"),
        ("undeclared_free_text", "Comments", "warning"),
    }


def test_further_columns_of_a_counted_table_are_its_dimensions(raw):
    table, problems = mapped(
        raw("counted,n,Gender,grade_band\nstaff,5,F,high\n"), contract_name="counts"
    )
    assert set(table) == {"counted", "n", "Gender", "grade_band"}
    assert problems == ()


def test_a_mapping_for_another_contract_is_refused(raw):
    with pytest.raises(ConfigurationError, match="'vacancy_id' is not in the workforce contract"):
        mapped(raw("Vacancy\nX\n"), {"Vacancy": {"to": "vacancy_id"}})


def test_the_order_of_rows_changes_nothing_but_the_order_of_rows(raw):
    text = "person_id,grade\n000482,G4\n482,G5\nA1,G4\n"
    head, *body = text.splitlines()
    first, found = mapped(raw(text))
    again, found_again = mapped(raw("\n".join([head, *reversed(body)]) + "\n"))
    assert found == found_again
    assert first.to_numpy().tolist() == again.to_numpy().tolist()[::-1]


FILES = {
    "itrent": (
        "workforce",
        "Sample City Council\n\n"
        "Per. Ref.,Surname,Post Ref,Post Title,Reporting Unit,Grade,FTE,Hours,Wks,"
        "Ethnic Origin,Disabled,Religion,Gender,Cont. Service\n"
        "000482,Marker,P01177,Care Assistant (Relief),ASC / Provider / Oak Hse,G4 (SCP 7-11),"
        "0.0000,0,52,White – British,N,None,F,01/04/1900\n",
        {
            "person_id": "000482",
            "post_id": "P01177",
            "unit_id": "ASC / Provider / Oak Hse",
            "fte": "0.0000",
            "ethnicity": "White – British",
            "religion": "None",
            "sex": "F",
            "joined_on": "01/04/1900",
        },
    ),
    "oracle": (
        "workforce",
        "Person Number,Assignment Number,Primary Flag,Assignment Status,Person Type,Legal Employer,"
        "Department,Grade,Effective Start Date,Effective End Date\n"
        "10482,E10482-2,N,Suspended - Payroll Eligible,Casual,Sample City Council,Care,G4,"
        "01-Apr-2020,31-Dec-4712\n",
        {
            "person_id": "10482",
            "post_id": "E10482-2",
            "is_main_post": "N",
            "assignment_status": "Suspended - Payroll Eligible",
            "engagement": "Casual",
            "effective_from": "01-Apr-2020",
            "effective_to": "31-Dec-4712",
        },
    ),
    "esr": (
        "workforce",
        "Employee Number,Last Name,NI Number,Date of Birth,Assignment Number,Ethnic Origin,Gender\n"
        "20211,Marker,QQ123456C,13/02/1984,20211-2,A,Female\n",
        {"person_id": "20211", "date_of_birth": "13/02/1984", "ethnicity": "A", "sex": "Female"},
    ),
    "ats": (
        "applications",
        "Application ID,Vacancy Ref,Job Title,Candidate ID,Status,Status Date,Internal?,Gender,"
        "Ethnicity,Disability,DCS,Source,Closing Date\n"
        "1,CC/24/0613A,Social Worker (x4),88213,Rejected - Interview,2024-07-02 09:14,Y,"
        "Prefer to self-describe,,Yes,Yes,Indeed,2024-06-13\n",
        {
            "vacancy_id": "CC/24/0613A",
            "candidate_id": "88213",
            "status": "Rejected - Interview",
            "job_title": "Social Worker (x4)",
            "interview_scheme": "Yes",
            "closed_on": "2024-06-13",
        },
    ),
    "learning": (
        "training",
        "User,Course,Status,Completed\n"
        "JANE.MARKER@,Recruitment & Selection v2 (refresher),Attended,13/02/24\n",
        {"person_id": "jane.marker@", "status": "Attended", "completed_on": "13/02/24"},
    ),
    "panels": (
        "panels",
        "Vacancy,Chair,Panel 2,Panel 3\nCC-24-613,J Marker,jane.marker@sample.example,tbc\n",
        {
            "vacancy_id": "CC-24-613",
            "chair": "j marker",
            "member_2": "jane.marker@sample.example",
            "member_3": "tbc",
            "stage": "interview",
        },
    ),
    "forms": (
        "survey_responses",
        "ID,Start time,Email,Name,Directorate?,Which networks?,pride\n"
        "7,2025-03-01,anonymous,Marker,Care,Race;LGBTQ+;,4\n",
        {"respondent_id": "7", "unit": "Care", "pride": "4"},
    ),
    "qualtrics": (
        "survey_responses",
        "ResponseId,IPAddress,Finished,Directorate,Q1\nId,IP Address,Finished,Where?,Proud?\n"
        "{1},{2},{3},{4},{5}\nR_1,192.0.2.1,False,Care,4\n",
        {"respondent_id": "r_1", "finished": "False", "unit": "Care", "Q1": "4"},
    ),
    "payroll": (
        "payroll",
        "Payroll Number,NI Number,Post Ref,Period Start,Period End,Element,Amount\n"
        "482,QQ123456C,P1,2025-03-01,2025-03-31,Honoraria,-12.50\n",
        {"person_id": "482", "kind": "Honoraria", "amount": "-12.50"},
    ),
    "networks": (
        "network_members",
        "Network,Email,Month\nRace,Shared.Mailbox@sample.example,2025-03\n",
        {"person_id": "shared.mailbox@sample.example", "observed_on": "2025-03"},
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_every_starter_reads_a_file_of_its_kind(name, tmp_path):
    contract_name, text, expected = FILES[name]
    mapping = starter(name, contract(contract_name))
    path = Path(tmp_path, "export.csv")
    path.write_text(text, encoding="utf-8")
    table, problems = apply(read_table(path, mapping.file), mapping, contract(contract_name))
    assert {key: table[key].iloc[0] for key in expected} == expected
    assert not [problem for problem in problems if problem.severity == "error"]
    assert "Marker" not in table.to_csv()
