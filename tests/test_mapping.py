"""Mappings are read strictly, and every mistake of one is told at once."""

from __future__ import annotations

import pytest

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.contracts import contract
from workforce_analytics.extracts.mapping import (
    empty_mapping,
    load_mapping,
    starter,
    starter_names,
)

WHOLE = """
[file]
header_row = 5
skip_footer = "Run by"
[columns]
"Per. Ref." = { to = "person_id", purpose = "key", width = 6 }
"Surname" = { purpose = "drop" }
"Ethnic Origin" = { to = "ethnicity" }
"Gender" = { to = "sex", recorded_as = "gender in payroll" }
"Post Code" = { to = "home_area", purpose = "lookup", lookup = "postcodes.csv" }
[values.ethnicity]
"White – British" = "W1"
"Any Other" = "other"
"Refused" = "prefer_not_to_say"
[constants]
snapshot_date = 2025-03-31
is_main_post = true
"""


@pytest.fixture
def write(tmp_path):
    def _write(text):
        path = tmp_path / "hr.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def mistakes(path, contract_name="workforce"):
    with pytest.raises(ConfigurationError) as raised:
        load_mapping(path, contract(contract_name))
    return str(raised.value)


def test_a_whole_mapping_is_read(write, tmp_path):
    mapping = load_mapping(write(WHOLE), contract("workforce"))
    assert mapping.name == "hr.toml"
    assert mapping.file.header_row == 5
    assert mapping.columns["Per. Ref."].width == 6
    assert mapping.columns["Post Code"].lookup == str(tmp_path / "postcodes.csv")
    assert mapping.values["ethnicity"]["Any Other"] == "other"
    assert mapping.constants == {"snapshot_date": "2025-03-31", "is_main_post": "true"}
    assert mapping.recorded_as == {"sex": "gender in payroll"}


def test_an_empty_mapping_says_nothing():
    assert empty_mapping().columns == {}
    assert empty_mapping().file.header_row is None


def test_all_mistakes_of_form_are_told_at_once(write):
    said = mistakes(
        write(
            """
            [file]
            header_rwo = 5
            [columns]
            "Per. Ref." = { too = "person_id", purpose = "kee" }
            "Surname" = { purpose = "drop", to = "person_id" }
            "Grade" = "grade"
            "Post" = { to = "post_id", width = 3 }
            "Home" = { to = "home_area", purpose = "lookup" }
            "Nothing" = { }
            [value.ethnicity]
            "x" = "W1"
            """
        )
    )
    assert said.startswith("hr.toml: 9 mistakes.")
    assert "[file] 'header_rwo' is not known here. Did you mean 'header_row'?" in said
    assert "column 'Per. Ref.': 'too' is not known here." in said
    assert "column 'Per. Ref.': purpose should be 'key', 'lookup' or 'drop'." in said
    assert "column 'Surname': a column with purpose = \"drop\" takes nothing else." in said
    assert "column 'Grade': write it as a table, such as { to = \"grade\" }." in said
    assert "column 'Post': width and key_type go with purpose = \"key\"." in said
    assert 'column \'Home\': purpose = "lookup" and lookup = "postcodes.csv" go together.' in said
    assert "column 'Nothing': say which field it fills (to = \"...\") or purpose" in said
    assert "'value' is not known here. Did you mean 'values'?" in said


def test_all_mistakes_of_names_and_codes_are_told_at_once(write):
    said = mistakes(
        write(
            """
            [columns]
            "Ethnic Origin" = { to = "ethncity" }
            "Gender" = { to = "sex" }
            "FTE" = { to = "fte" }
            "fte " = { to = "fte" }
            [values.ethnicity]
            "White – British" = "White British"
            "Martian" = "MA"
            [values.grade]
            "4" = "G4"
            [values.enagement]
            "Relief" = "casual"
            [constants]
            fte = 1.0
            snapshot_dat = 2025-03-31
            """
        )
    )
    assert "'ethncity' is not in the workforce contract. Did you mean 'ethnicity'?" in said
    assert "column 'Gender': to = \"sex\" needs recorded_as" in said
    assert "columns 'FTE' and 'fte ' are one header" in said
    assert "[values.ethnicity] 'White British' is not one of its codes. Did you mean 'W1'?" in said
    assert "[values.ethnicity] 'MA' is not one of its codes. Allowed: A1, A2" in said
    assert "[values.grade] 'grade' is not a list of codes" in said
    assert "'enagement' is not in the workforce contract. Did you mean 'engagement'?" in said
    assert "[constants] 'fte' is filled by a column as well." in said
    assert "'snapshot_dat' is not in the workforce contract. Did you mean 'snapshot_date'?" in said


def test_a_single_mistake_is_one_line(write):
    said = mistakes(write('[columns]\n"Unit" = { to = "unit_ids" }\n'))
    assert said == (
        "hr.toml: column 'Unit': 'unit_ids' is not in the workforce contract. "
        "Did you mean 'unit_id'?"
    )


def test_an_answer_that_stands_in_a_mapping_is_not_repeated(write):
    said = mistakes(write('[values.disability]\n"Yes – Marker" = 1\n'))
    assert said == "hr.toml: [values.disability] a code should be a valid string."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[columns\n", "this is not TOML"),
        ('[columns]\n"A" = { to = "x" }\n"A" = { to = "y" }\n', "this is not TOML"),
    ],
)
def test_what_is_not_toml_is_said(write, content, said):
    assert said in mistakes(write(content))


def test_a_mapping_that_is_missing_or_no_text_is_said(tmp_path):
    assert "there is no such mapping file" in mistakes(tmp_path / "none.toml")
    path = tmp_path / "utf16.toml"
    path.write_bytes("[columns]".encode("utf-16"))
    assert "cannot be read as UTF-8" in mistakes(path)


def test_the_byte_order_mark_that_windows_writes_is_no_mistake(tmp_path):
    path = tmp_path / "hr.toml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.encode())
    assert load_mapping(path).file.header_row == 5


def test_a_path_wins_over_a_shipped_name(write, tmp_path, monkeypatch):
    path = write(WHOLE)
    assert starter(str(path)).file.header_row == 5
    path.rename(tmp_path / "itrent")
    monkeypatch.chdir(tmp_path)
    assert starter("itrent").name == "itrent"
    assert starter("oracle").name == "oracle.toml"


def test_an_unknown_starter_is_named_with_the_nearest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=r"'itrnt'\. Did you mean 'itrent'\?"):
        starter("itrnt")


CONTRACT_OF_STARTER = {
    "ats": "applications",
    "esr": "workforce",
    "forms": "survey_responses",
    "itrent": "workforce",
    "learning": "training",
    "networks": "network_members",
    "oracle": "workforce",
    "panels": "panels",
    "payroll": "payroll",
    "qualtrics": "survey_responses",
}


@pytest.mark.parametrize("name", starter_names())
def test_every_starter_fits_its_contract(name):
    mapping = starter(name, contract(CONTRACT_OF_STARTER[name]))
    assert mapping.columns


def test_the_nhs_letters_of_the_starter_are_those_of_the_code_list():
    letters = codelist("ethnicity_nhs")
    for letter, code in starter("esr").values["ethnicity"].items():
        assert letters.translate(letters.match(letter)) == code


def test_a_name_across_a_panel_says_how_its_people_are_found():
    assert starter("panels").key_types["person_id"] == "email"
    assert starter("learning").key_types == {"person_id": "email"}
    assert starter("itrent").key_types == {}
