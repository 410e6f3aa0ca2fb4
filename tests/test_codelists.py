"""Code lists: consistent in themselves, sure of what they match, silent where they are not."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.extracts import codelists as module
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.codelists import (
    UNDECLARED,
    codelist,
    codelists,
    fold,
)

FOLDER = resources.path("schemas", "codelists")
FILES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
    if path.stem != "undeclared"
}
KINDS = json.loads((FOLDER / "undeclared.json").read_text(encoding="utf-8"))["kinds"]
DEFAULTS = {name: file for name, file in FILES.items() if file["default"]}
TRANSLATED = {name: file for name, file in FILES.items() if not file["default"]}
every_list = pytest.mark.parametrize("name", FILES)


def wordings(name: str) -> list[tuple[str, str]]:
    """All (code, wording) pairs that a file states itself."""
    file = FILES[name]
    items = [
        *file["codes"],
        *(group for level in file.get("groups", {}).values() for group in level),
    ]
    own = [(item["code"], text) for item in items for text in phrases(item)]
    return own + [
        (kind, text) for kind, texts in file.get("undeclared", {}).items() for text in texts
    ]


def phrases(item: dict) -> list[str]:
    return [item["label"], *item.get("synonyms", [])]


def phrases_of_kinds() -> dict[str, str]:
    return {fold(text): kind["code"] for kind in KINDS for text in phrases(kind)}


# --- the files ---------------------------------------------------------------------------------


@every_list
def test_no_wording_points_to_two_codes(name: str) -> None:
    codes = defaultdict(set)
    for code, text in wordings(name):
        codes[fold(text)].add(code)
    assert {text: found for text, found in codes.items() if len(found) > 1} == {}


@every_list
def test_no_wording_is_both_an_answer_and_undeclared(name: str) -> None:
    shared = phrases_of_kinds()
    answers = {fold(text) for code, text in wordings(name) if code not in UNDECLARED}
    assert answers & shared.keys() == set()


def test_no_wording_points_to_two_kinds_of_undeclared() -> None:
    assert sum(len({fold(text) for text in phrases(kind)}) for kind in KINDS) == len(
        phrases_of_kinds()
    )
    assert [kind["code"] for kind in KINDS] == list(UNDECLARED)


@every_list
def test_every_file_states_its_source_and_is_named_after_its_list(name: str) -> None:
    file = FILES[name]
    assert file["name"] == name
    assert len(file["source"]) > 40
    assert file["licence"] == "Open Government Licence v3.0"
    assert file["statutory_heading"]


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_code_reaches_every_level_and_levels_nest(name: str) -> None:
    file = FILES[name]
    finest, *coarser = file["levels"]
    assert "main" in file["levels"]
    parents: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for level in coarser:
        known = {group["code"] for group in file["groups"][level]}
        assert {code[level] for code in file["codes"]} == known
    for finer, wider in zip([finest, *coarser], coarser, strict=False):
        for code in file["codes"]:
            parents[wider][code["code"] if finer == finest else code[finer]].add(code[wider])
        assert all(len(found) == 1 for found in parents[wider].values())


@pytest.mark.parametrize("name", DEFAULTS)
def test_one_code_at_two_levels_has_one_label_and_the_same_members(name: str) -> None:
    file = FILES[name]
    seen: dict[str, tuple[str, frozenset[str]]] = {}
    for level in file["levels"]:
        own = level == file["levels"][0]
        for item in file["codes"] if own else file["groups"][level]:
            members = frozenset(
                code["code"]
                for code in file["codes"]
                if (code["code"] if own else code[level]) == item["code"]
            )
            assert seen.setdefault(item["code"], (item["label"], members)) == (
                item["label"],
                members,
            )


@pytest.mark.parametrize("name", TRANSLATED)
def test_every_translation_ends_at_a_code_or_group_of_the_default_list(name: str) -> None:
    default = codelist(FILES[name]["characteristic"])
    own = codelist(name)
    for code in FILES[name]["codes"]:
        target = own.translate(code["code"])
        assert target == code["to"]
        for level in default.levels:
            assert own.to_level(code["code"], level) == default.to_level(target, level)


def test_each_characteristic_has_exactly_one_default_list() -> None:
    listed = [file["characteristic"] for file in DEFAULTS.values()]
    assert sorted(listed) == sorted({file["characteristic"] for file in FILES.values()})


def test_a_misspelt_key_in_a_file_is_refused(monkeypatch, tmp_path) -> None:
    (tmp_path / "sex.json").write_text(json.dumps({**FILES["sex"], "synonims": []}))
    monkeypatch.setattr(module.resources, "path", lambda *parts: tmp_path)
    with pytest.raises(ValidationError, match="synonims"):
        codelists.__wrapped__()


# --- lists and levels --------------------------------------------------------------------------


def test_ethnic_groups_are_those_of_the_census_in_order() -> None:
    ethnicity = codelist("ethnicity")
    declared = {
        level: [c.code for c in ethnicity.categories(level) if c.kind == "declared"]
        for level in ethnicity.levels
    }
    assert declared["binary"] == ["white", "minority_ethnic"]
    assert declared["main"] == ["asian", "black", "mixed", "white", "other"]
    assert " ".join(declared["full"]) == (
        "A1 A2 A3 A4 A9 B1 B2 B9 M1 M2 M3 M9 W1 W2 W3 W4 W9 O1 O9"
    )
    assert ethnicity.categories("binary")[1].label == "All other ethnic groups combined"


@every_list
def test_undeclared_answers_are_kept_apart_at_the_end_of_every_level(name: str) -> None:
    listing = codelist(name)
    for level in listing.levels:
        last = listing.categories(level)[-4:]
        assert [category.kind for category in last] == list(UNDECLARED)
        assert [listing.to_level(kind, level) for kind in UNDECLARED] == list(UNDECLARED)


def test_a_group_without_detail_is_a_row_of_its_own_only_where_somebody_is_in_it() -> None:
    ethnicity = codelist("ethnicity")
    assert ethnicity.to_level("white", "full") == "white_detail_not_known"
    assert ethnicity.to_level("minority_ethnic", "main") == "minority_ethnic_detail_not_known"
    assert len(ethnicity.categories("full")) == 19 + 4
    shown = ethnicity.categories("full", present={"white_detail_not_known"})
    codes = [category.code for category in shown]
    assert codes[codes.index("W9") + 1] == "white_detail_not_known"
    assert shown[codes.index("W9") + 1].label == "White: detail not known"


def test_a_row_of_a_table_can_be_taken_to_a_coarser_level() -> None:
    ethnicity = codelist("ethnicity")
    assert ethnicity.to_level("white_detail_not_known", "main") == "white"
    assert ethnicity.to_level("mixed", "binary") == "minority_ethnic"
    assert ethnicity.to_level("minority_ethnic_detail_not_known", "binary") == "minority_ethnic"


@every_list
def test_every_code_stands_at_a_category_of_every_level(name: str) -> None:
    listing = codelist(name)
    for level in listing.levels:
        for code in listing.allowed().split(", "):
            at = listing.to_level(code, level)
            assert at in {c.code for c in listing.categories(level, present={at})}


def test_what_does_not_exist_is_said_with_what_does() -> None:
    with pytest.raises(ConfigurationError, match=r"no code list 'ethncity'\. Code lists: age, "):
        codelist("ethncity")
    with pytest.raises(UsageError, match=r"Sex has no level 'full'\. Levels: main\."):
        codelist("sex").categories("full")
    with pytest.raises(UsageError, match="A code is not in the list 'sex'") as caught:
        codelist("sex").to_level("SECRET", "main")
    assert "SECRET" not in str(caught.value)


def test_a_list_is_displayed_without_its_contents() -> None:
    assert "White British" not in repr(codelist("ethnicity"))
    assert "ethnicity_ew_2021" in repr(codelist("ethnicity"))


# --- what systems really write -----------------------------------------------------------------

MATCHES = {
    "ethnicity": {
        "White – British": "W1",
        "White — British": "W1",
        " white   BRITISH ": "W1",
        "White: English, Welsh, Scottish, Northern Irish or British": "W1",
        "WBRI": "W1",
        "White - Irish": "W2",
        "White: Gypsy or Irish Traveller": "W3",
        "White: Roma": "W4",
        "Any other White background": "W9",
        "Black/Caribbean": "B1",
        "Black or Black British - Caribbean": "B1",
        "Black, Black British, Black Welsh, Caribbean or African: African": "B2",
        "Any other Black/African/Caribbean background": "B9",
        "White & Black Caribbean": "M1",
        "Mixed/multiple ethnic groups: White and Asian": "M3",
        "Asian/Asian British - Chinese": "A4",
        "Chinese": "A4",
        "Other Ethnic Groups - Chinese": "A4",
        "Asian or Asian British – Any other Asian background": "A9",
        "Other ethnic group: Arab": "O1",
        "Other Ethnic Groups - Any other ethnic group": "O9",
        "White": "white",
        "Asian, Asian British or Asian Welsh": "asian",
        "Black/African/Caribbean/Black British": "black",
        "BME": "minority_ethnic",
        "Gypsy / Roma": "white",
        "W9": "W9",
        "NOT STATED": "prefer_not_to_say",
        "Refused": "prefer_not_to_say",
        "Z": "prefer_not_to_say",
        "Not answered": "blank",
        "Undisclosed": "not_known",
    },
    "religion": {"None": "none", "No religion": "none", "C of E": "christian", "Islam": "muslim"},
    "religion_scotland_2022": {"Church of Scotland": "church_of_scotland", "None": "none"},
    "religion_ni_2021": {"Catholic": "catholic", "Religion not stated": "blank"},
    "disability": {"Y": "disabled", "Yes": "disabled", "N": "not_disabled", "TRUE": "disabled"},
    "sex": {"F": "female", "m": "male", "Female": "female"},
    "gender_identity": {"Trans woman": "trans_woman", "Transgender": "different"},
    "sexual_orientation": {"Straight / Heterosexual": "heterosexual", "LGB+": "lgb_plus"},
    "marriage_civil_partnership": {
        "Single": "never",
        "Civil Partner": "civil_partnership",
        "Cohabiting": "not_in_marriage_or_civil_partnership",
    },
    "age": {"16-24": "16_24", "65+": "65_plus", "Aged 25 to 34 years": "25_34", "20–24": "20_24"},
    "caring": {"Yes": "carer", "No": "not_carer"},
    "socio_economic_background": {"Working class": "lower"},
    "ethnicity_nhs": {"A": "A", "A - White - British": "A", "CA": "CA", "99": "not_known"},
    "ethnicity_scotland_2022": {
        "White: Polish": "SW4",
        "Pakistani, Pakistani Scottish or Pakistani British": "SA1",
    },
    "ethnicity_ni_2021": {"Irish Traveller": "NW3"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [(name, raw, code) for name, pairs in MATCHES.items() for raw, code in pairs.items()],
)
def test_what_systems_write_is_understood(name: str, raw: str, code: str) -> None:
    assert codelist(name).match(raw) == code


UNSURE = {
    "ethnicity": ["Any Other", "Other", "British", "A", "S", "BOTH", "NA", "N/A", "None"],
    "disability": ["Yes – Dyslexia", "Yes - anything", "Dyslexia", "None", "N/A"],
    "sex": ["Non-binary", "X", "Other", "Prefer to self-describe: agender"],
    "gender_identity": ["Yes", "No", "Woman", "Man", "Female"],
    "religion": ["No", "Orthodox", "NA", "Any Other"],
    "sexual_orientation": ["Undecided", "Not sure"],
    "marriage_civil_partnership": ["S", "M"],
    "age": ["34", "Over 21s"],
    "caring": ["Primary carer of a child under 18"],
    "ethnicity_nhs": ["a", "S2", "S3"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "raw"), [(name, raw) for name, values in UNSURE.items() for raw in values]
)
def test_what_could_mean_two_things_needs_a_decision(name: str, raw: str) -> None:
    assert codelist(name).match(raw) is None


@every_list
def test_bare_numbers_and_signs_need_a_decision(name: str) -> None:
    found = [codelist(name).match(str(number)) for number in range(1, 30)]
    assert found == [None] * 29
    assert [codelist(name).match(sign) for sign in ("-", "–", "?", "/", "0", "#N/A")] == [None] * 6


@every_list
def test_an_empty_cell_is_blank(name: str) -> None:
    assert [codelist(name).match(raw) for raw in (None, "", "  ")] == ["blank"] * 3


def test_nhs_letters_go_where_the_census_counts_them() -> None:
    nhs = codelist("ethnicity_nhs")
    assert {letter: nhs.translate(letter) for letter in "ABCDEFGHJKLMNPRS"} == {
        "A": "W1", "B": "W2", "C": "W9", "D": "M1", "E": "M2", "F": "M3", "G": "M9", "H": "A1",
        "J": "A2", "K": "A3", "L": "A9", "M": "B1", "N": "B2", "P": "B9", "R": "A4", "S": "O9",
    }  # fmt: skip
    assert nhs.to_level("B", "binary") == "white"
    assert nhs.to_level("R", "main") == "asian"
    assert nhs.match("Z") == "prefer_not_to_say"
    assert [nhs.translate(code) for code in ("C3", "CA", "CK", "LA", "PA", "PC", "SC")] == [
        "white", "W1", "W9", "asian", "B2", "B2", "A9",
    ]  # fmt: skip


def test_countries_are_compared_only_where_their_groups_are_comparable() -> None:
    scotland, northern_ireland = codelist("ethnicity_scotland_2022"), codelist("ethnicity_ni_2021")
    assert scotland.to_level("SB2", "full") == "black_detail_not_known"
    assert scotland.to_level("SM", "main") == "mixed"
    assert northern_ireland.to_level("NW1", "full") == "white_detail_not_known"
    assert northern_ireland.to_level("NA9", "main") == "asian"
    assert scotland.to_level("SW1", "as_recorded") == "SW1"
    other = codelist("religion_ni_2021").to_level("other_religions", "main")
    assert other == "other_religions_detail_not_known"


# --- folding -----------------------------------------------------------------------------------

PHRASES = [(name, code, text) for name in FILES for code, text in wordings(name)]


@given(
    st.sampled_from(PHRASES), st.sampled_from(["-", "–", "—", " / ", "  ", " : "]), st.booleans()
)
def test_case_dashes_and_spaces_do_not_matter(phrase, separator: str, upper: bool) -> None:
    name, code, text = phrase
    written = text.replace(" - ", separator).replace(": ", separator)
    assert codelist(name).match(f" {written.upper() if upper else written} ") == code


@given(st.text())
def test_folding_twice_changes_nothing_and_any_text_can_be_matched(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for listing in codelists():
        code = listing.match(text)
        assert code is None or code in listing.allowed().split(", ")


def test_accents_and_quotes_are_folded() -> None:
    assert fold("Bahá’í") == fold("Baha'i")
    assert codelist("religion").match("Bahá’í") == "other"
    assert codelist("ethnicity").match("I don’t wish to say") == "prefer_not_to_say"
