"""Columns that say who somebody is are told by their header and by their values."""

from __future__ import annotations

import tomllib

import pytest

from workforce_analytics.extracts.contracts import contract, contract_names
from workforce_analytics.extracts.identifiers import PERSON_KEYS
from workforce_analytics.extracts.personal import (
    declaration,
    fold_header,
    identifier_kind,
    is_free_text,
    toml_text,
)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Surname", "name"),
        ("FORENAME(S)", "name"),
        ("First Name", "name"),
        ("Known As", "name"),
        ("Manager name", "name"),
        ("Line Manager", "name"),
        ("Candidate Name", "name"),
        ("RecipientLastName", "name"),
        ("Name", "name"),
        ("Chair", "name"),
        ("Panel 2", "name"),
        ("E-mail Address", "email"),
        ("Work Email", "email"),
        ("NI Number", "ni_number"),
        ("NINO", "ni_number"),
        ("Home Telephone", "phone"),
        ("Mobile No", "phone"),
        ("Post Code", "postcode"),
        ("Postcode", "postcode"),
        ("Address Line 1", "address"),
        ("DOB", "date_of_birth"),
        ("D.O.B.", "date_of_birth"),
        ("Date of Birth", "date_of_birth"),
        ("IPAddress", "device"),
        ("LocationLatitude", "device"),
        ("Sort Code", "official_number"),
    ],
)
def test_headers_of_identifiers(header, kind):
    assert identifier_kind(header) == kind


@pytest.mark.parametrize(
    "header",
    [
        "Post Title", "Job Title", "Course", "Network", "Unit", "Grade", "Post Ref", "Per. Ref.",
        "Role", "Status", "Hours", "Date Joined", "Region", "Network Name", "Course Name",
        "Managerial level", "Nationality", "Mobile working",
    ],
)  # fmt: skip
def test_headers_that_say_nothing_about_who(header):
    assert identifier_kind(header) is None


def test_no_plain_field_of_a_contract_is_taken_for_an_identifier():
    plain = {
        name
        for described in map(contract, contract_names())
        for name in described.field_names
        if name not in (*PERSON_KEYS, "date_of_birth")
    }
    assert {name for name in plain if identifier_kind(name)} == {"name"}  # of a unit


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["Oak House", "jane.o'neil@sample.example"], "email"),
        (["JANE.ONEIL@"], "email"),
        (["x", "QQ 12 34 56 C"], "ni_number"),
        (["024 7683 1111", "+44 7700 900123", None], "phone"),
        (["CV1 5RR", "b1 1bb"], "postcode"),
        (["Mr J Smith", "Cllr Khan", "tbc"], "name"),
        (["000482", "000511"], None),
        (["01/04/1900", "13/02/1984"], None),
        (["G4 (SCP 7-11)", "10-12"], None),
        (["Nurse @ Home", "Dr Martin's Surgery", "Depot"], None),
        ([None, None], None),
        ([], None),
    ],
)
def test_values_of_identifiers(values, kind):
    assert identifier_kind("Extra", values) == kind


def test_free_text_is_long_and_varied():
    comments = [
        f"I would like {n} hours of handover between the two early teams, please" for n in range(9)
    ]
    label = "Social care, public health and community wellbeing (adults, all ages)"
    assert is_free_text("Q9", [*comments, None])
    assert not is_free_text("Q9", [label] * 50)
    assert not is_free_text("Q9", ["Agree", "Disagree"] * 20)
    assert not is_free_text("Q9", [])
    assert is_free_text("If other, please specify", [])


@pytest.mark.parametrize(
    "header", ['A "quoted" header', "back\\slash", "tab\tand\x7f", "Größe – é"]
)
def test_any_header_makes_a_line_of_toml(header):
    line = declaration(header, "name", [])
    assert tomllib.loads(line) == {header: {"purpose": "drop"}}
    assert tomllib.loads(f"x = {toml_text(header)}") == {"x": header}


def test_a_date_of_birth_is_kept_only_for_an_age():
    assert 'to = "date_of_birth"' in declaration("DOB", "date_of_birth", ["date_of_birth"])
    assert 'purpose = "drop"' in declaration("DOB", "date_of_birth", ["person_id"])
    assert 'purpose = "drop"' in declaration("Post Code", "postcode", ["person_id"])


def test_headers_fold():
    assert fold_header("Per. Ref.") == fold_header("PER REF") == "per ref"
    assert fold_header("FTEs") == "ftes"
