"""`map` drafts a mapping: what is certain, what to decide, what will not be read."""

from __future__ import annotations

import random

import pytest
import xlsxwriter

from workforce_analytics.extracts.applying import apply
from workforce_analytics.extracts.contracts import contract
from workforce_analytics.extracts.drafting import draft
from workforce_analytics.extracts.mapping import load_mapping
from workforce_analytics.extracts.reading import read_table

HEADERS = [
    "Per. Ref.", "Surname", "Post Ref", "Post Title", "Reporting Unit", "Grade", "FTE", "Hours",
    "Wks", "Ethnic Origin", "Disabled", "Religion", "Gender", "Cont. Service", "Line Manager",
    "Budget Code",
]  # fmt: skip


def staff():
    """An HR system's records: the quirks of a real report, every person a marker."""
    ethnicities = ["White – British"] * 20 + ["Any Other"] * 12 + ["Refused"] * 3
    ethnicities += ["Z", "NOT STATED", "Black/Caribbean", "Marker Rare", "Marker Rare"]
    for i, ethnicity in enumerate(ethnicities):
        yield [
            "482" if i == 1 else f"{482 + max(i - 1, 0):06d}",
            f"Markerson{i}",
            f"P{1177 + i}",
            "Care Assistant (Relief)",
            "ASC / Provider / Oak Hse",
            "G4 (SCP 7-11)",
            "0.5",
            "18.5",
            "52",
            ethnicity,
            "Yes – Marker Dyslexia" if i == 3 else "NY"[i % 2],
            "None",
            "F",
            "01/04/1900" if i % 2 else "05/06/2011",
            f"Mx Marker {i}",
            "X1",
        ]


def report(path, records):
    """Write the report as a workbook: four title rows, a subtotal, a footer that names somebody."""
    titles = [["Sample City Council"], ["Staff"], ["As at 31/03/2025"], []]
    rows = [*titles, HEADERS, *records, ["Subtotal ASC", "", "", "", "", "", "20"]]
    rows.append(["Run by Jane Marker 01/04/2025"])
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Staff")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write_string(r, c, value)
    return path


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    path = report(tmp_path_factory.mktemp("hr") / "staff.xlsx", staff())
    return path, draft(path, "workforce")


def decisions(made):
    return {decision.question: decision.lines for decision in made.decide}


def test_the_draft_loads_and_reads_the_file_as_it_is(drafted, tmp_path):
    path, made = drafted
    (tmp_path / "hr.toml").write_text(made.toml, encoding="utf-8")
    mapping = load_mapping(tmp_path / "hr.toml", contract("workforce"))
    raw = read_table(path, mapping.file)
    assert len(raw.table) == 40
    table, problems = apply(raw, mapping, contract("workforce"))
    assert {problem.rule for problem in problems} == {"gender_or_sex", "leading_zeros_differ"}
    assert set(table) == {
        "person_id", "post_id", "job_title", "unit_id", "grade", "fte", "contracted_hours",
        "weeks_per_year", "joined_on", "ethnicity", "disability", "religion",
    }  # fmt: skip


def test_the_layout_is_stated(drafted):
    _, made = drafted
    assert 'header_row = 5\nskip_footer = "Run by"\nsubtotal = "total"\n' in made.toml


def test_no_persons_value_is_anywhere(drafted):
    _, made = drafted
    everything = made.toml + "".join(made.lines()) + repr(made)
    for value in ("Marker", "Dyslexia", "Jane", "000482", "P1177", "Oak Hse", "Relief", "SCP"):
        assert value not in everything


def test_values_are_shown_if_a_list_knows_them_or_ten_records_have_them(drafted):
    _, made = drafted
    asked = decisions(made)["what do the values that no shipped list knows stand for?"]
    assert '"White – British" = "W1"  # English' in made.toml
    assert '"Black/Caribbean" = "B1"' in made.toml
    assert '\n# "Any Other" = "CODE"\n# 1 other value, fewer than 10 records each' in made.toml
    assert asked == ("1 other value, fewer than 10 records each, not shown here",)  # disability


def test_what_needs_a_decision_is_asked_with_the_lines_to_fill(drafted):
    _, made = drafted
    lines = {line for decision in made.decide for line in decision.lines}
    assert '"Gender" = { to = "sex", recorded_as = "gender in payroll" }' in lines
    assert '"Per. Ref." = { to = "person_id", purpose = "key", width = 6 }' in lines
    assert 'dates = "day_first"' in lines
    assert "snapshot_date = 2025-03-31" in lines
    assert 'engagement = "employee"' in lines


def test_what_names_people_will_not_be_read(drafted):
    _, made = drafted
    assert made.not_read == (
        "'Surname': people's names",
        "'Line Manager': people's names",
        "'Budget Code': not in the workforce contract",
    )


def test_every_line_to_fill_is_a_mapping_once_it_is_taken(drafted, tmp_path):
    _, made = drafted
    text = made.toml.replace('\n"Per. Ref." = { to = "person_id", purpose = "key" }', "")
    for line in (line for decision in made.decide for line in decision.lines):
        if " = " in line and "gender_identity" not in line:
            text = text.replace(f"\n# {line}", f"\n{line.replace('CODE', 'O9')}")
    (tmp_path / "hr.toml").write_text(text, encoding="utf-8")
    mapping = load_mapping(tmp_path / "hr.toml", contract("workforce"))
    assert mapping.columns["Per. Ref."].width == 6
    assert mapping.values["ethnicity"]["Any Other"] == "O9"
    assert mapping.constants["snapshot_date"] == "2025-03-31"


def test_the_order_of_rows_changes_nothing(drafted, tmp_path):
    _, made = drafted
    records = list(staff())
    random.Random(1).shuffle(records)
    assert draft(report(tmp_path / "staff.xlsx", records), "workforce") == made


@pytest.fixture
def export(tmp_path):
    def _export(text):
        path = tmp_path / "export.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return _export


def columns_of(made, tmp_path):
    path = tmp_path / "draft.toml"
    path.write_text(made.toml, encoding="utf-8")
    mapping = load_mapping(path, contract(made.contract))
    return {header: rule.to for header, rule in mapping.columns.items()}, mapping


def test_an_effective_dated_export_is_recognised(export, tmp_path):
    made = draft(
        export(
            "Person Number,Assignment Number,Primary Flag,Effective Start Date,Effective End Date\n"
            "10482,E10482-2,N,01-Apr-2020,31-Dec-4712\n"
        ),
        "workforce",
    )
    columns, mapping = columns_of(made, tmp_path)
    assert mapping.file.shape == "effective_dated"
    assert columns["Effective Start Date"] == "effective_from"
    assert columns["Effective End Date"] == "effective_to"


def test_a_current_status_instead_of_stages_is_recognised(export, tmp_path):
    made = draft(
        export(
            "Vacancy Ref,Job Title,Candidate ID,Status,Status Date,Internal?,Gender,Ethnicity\n"
            "CC/24/0613A,Social Worker (x4),88213,Rejected - Interview,2024-07-02,Y,F,\n"
        ),
        "applications",
    )
    columns, mapping = columns_of(made, tmp_path)
    assert mapping.file.shape == "status_to_stage"
    assert (columns["Status"], columns["Job Title"]) == ("status", "job_title")
    assert "application_id" in " ".join(decisions(made))


def test_a_panel_across_is_recognised(export, tmp_path):
    made = draft(
        export(
            "Vacancy,Chair,Panel 2,Panel 3\n"
            "CC-24-613,J Marker,jane.marker@sample.example,tbc / Cllr Marker\n"
        ),
        "panels",
    )
    columns, mapping = columns_of(made, tmp_path)
    assert mapping.file.shape == "wide_panels"
    assert columns == {
        "Vacancy": "vacancy_id",
        "Chair": "chair",
        "Panel 2": "member_2",
        "Panel 3": "member_3",
    }
    assert mapping.columns["Panel 2"].key_type == "email"
    assert "Marker" not in made.toml + "".join(made.lines())


def test_people_known_by_email_alone_need_a_decision(export, tmp_path):
    made = draft(
        export("User,Course,Status,Completed\nJANE.MARKER@,Selection v2,Attended,13/02/24\n"),
        "training",
    )
    columns, _ = columns_of(made, tmp_path)
    assert columns["User"] is None
    assert ('"User" = { to = "person_id", purpose = "key", key_type = "email" }',) in [
        decision.lines for decision in made.decide
    ]


def test_an_email_beside_the_persons_own_number_is_left_out_without_asking(export):
    made = draft(
        export("Employee Number,Email,Course,Status\n1,a@marker.example,Selection,DNA\n"),
        "training",
    )
    assert "'Email': e-mail addresses" in made.not_read
    assert not [decision for decision in made.decide if "Email" in decision.question]


def test_older_lists_are_translated(export):
    rows = "".join(f"{n},{letter}\n" for n, letter in enumerate("ABHJMNRZ" * 3))
    made = draft(export(f"Employee Number,Ethnic Origin\n{rows}"), "workforce")
    assert '"R" = "A4"  # Chinese' in made.toml
    assert '"A" = "W1"' in made.toml
    assert "as the list ethnicity_nhs has it" in made.sure[1]


def test_a_list_is_recognised_by_its_values(export):
    values = ["White - British", "Indian", "Pakistani", "Chinese", "African"]
    rows = "".join(f"{n},{values[n % 5]}\n" for n in range(20))
    made = draft(export(f"Employee Number,Attribute 7\n{rows}"), "workforce")
    assert ('"Attribute 7" = { to = "ethnicity" }',) in [d.lines for d in made.decide]


def test_answers_that_any_question_has_recognise_nothing(export):
    rows = "".join(f"{n},{'YN'[n % 2]}\n" for n in range(20))
    made = draft(export(f"Employee Number,Attribute 7\n{rows}"), "workforce")
    assert made.not_read == ("'Attribute 7': not in the workforce contract",)


def test_two_columns_that_say_they_are_one_field_are_asked_about(export, tmp_path):
    path = export("Employee Number,Payroll Number,grade,Pay Grade\n1,2,G4,G4\n")
    made = draft(path, "workforce")
    columns, _ = columns_of(made, tmp_path)
    assert "Employee Number" not in columns
    assert columns["grade"] == "grade"
    questions = " ".join(decisions(made))
    assert (
        "'Employee Number' and 'Payroll Number': they all say that they are person_id" in questions
    )
    assert "'grade' and 'Pay Grade': they all say that they are grade" in questions


def test_questions_of_a_survey_are_asked_for_their_names(export):
    said = "I would like more hours of handover between the two early teams on number "
    rows = "".join(f"{n},anonymous,Care,4,{said}{n}\n" for n in range(9))
    made = draft(
        export(f"ID,Email,Directorate?,I am proud to work here,Anything else?\n{rows}"),
        "survey_responses",
    )
    assert '# "I am proud to work here" = { to = "i_am_proud_to_work" }' in made.toml
    assert "'Anything else?': free text" in made.not_read


def test_the_text_says_all_three_parts(drafted):
    _, made = drafted
    text = "\n".join(made.lines())
    assert "staff.xlsx, read as workforce" in text
    assert "Sure of 12:" in text
    assert f"For you to decide: {len(made.decide)}" in text
    assert "Will not be read: 3" in text


def test_of_several_sheets_the_one_that_the_contract_knows_is_read(tmp_path):
    path = tmp_path / "staff.xlsx"
    sheets = {
        "Read me": [["Notes", "More"], *([["a", "b"]] * 30)],
        "Data": [["Employee Number", "Grade"], ["000482", "G4"]],
    }
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                sheet.write_row(r, 0, row)
    made = draft(path, "workforce")
    assert 'sheet = "Data"' in made.toml
    assert made.sure == ("'Employee Number' is person_id", "'Grade' is grade")


def test_a_status_is_what_the_shipped_table_says_and_others_are_asked(export):
    statuses = ["Rejected - Interview", "Parked by HR"]
    rows = "".join(f"{n},V1,{n},{statuses[n % 2]}\n" for n in range(24))
    made = draft(export(f"Application ID,Vacancy Ref,Candidate ID,Status\n{rows}"), "applications")
    assert "[values.furthest_stage]" in made.toml
    assert '"Rejected - Interview" = "interviewed"' in made.toml
    assert '# "Parked by HR" = "CODE"' in made.toml


def test_columns_of_which_one_set_is_needed_are_asked_for(export):
    header = "Employee Number,Period Start,Period End,Element,Amount"
    made = draft(export(f"{header}\n1,2025-03-01,2025-03-31,Other,1\n"), "payroll")
    needs = "the payroll contract needs kind and amount, or ordinary_pay and weekly_hours: "
    asked = decisions(made)[f"{needs}which columns are they?"]
    assert asked[0] == '"HEADER" = { to = "kind" }'


def test_the_people_keys_themselves_may_be_addresses(export, tmp_path):
    path = export("person_id,key_type,key\n000482,email,jane@marker.example\n")
    columns, mapping = columns_of(draft(path, "people_keys"), tmp_path)
    assert columns["key"] == "key"
    assert mapping.columns["key"].purpose == "key"


def test_what_sex_stands_for_is_asked(export):
    made = draft(export("person_id,sex\n000482,F\n"), "workforce")
    lines = [decision.lines for decision in made.decide]
    assert ('"sex" = { to = "sex", recorded_as = "legal sex" }',) in lines


def test_a_survey_tools_own_columns_are_left_out(export, tmp_path):
    path = export("Start time,ResponseId,Status,Finished,Q1\n2025-03-01,R_1,IP Address,True,4\n")
    made = draft(path, "survey_responses")
    columns, mapping = columns_of(made, tmp_path)
    assert mapping.file.shape == "survey_export"
    assert columns["Status"] == "response_type"
    assert "'Start time': written by the survey tool, not by the respondent" in made.not_read
