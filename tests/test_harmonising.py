from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce_analytics.counting.harmonising import (
    age_dimension,
    age_harmoniser,
    dimension,
    harmoniser,
)
from workforce_analytics.errors import ConfigurationError, DataError, UsageError
from workforce_analytics.extracts.codelists import UNDECLARED, codelist

ETHNICITY = codelist("ethnicity")


def test_counted_raw_codes_become_categories_at_each_level() -> None:
    raw = ["White – British", "W2", "White", "Black/Caribbean", "BME", "Refused", None]
    at = {level: [harmoniser(ETHNICITY, level=level)(v) for v in raw] for level in ETHNICITY.levels}
    undeclared = ["prefer_not_to_say", "blank"]
    assert at["full"] == [
        "W1", "W2", "white_detail_not_known", "B1", "minority_ethnic_detail_not_known", *undeclared
    ]  # fmt: skip
    assert at["main"] == [
        "white", "white", "white", "black", "minority_ethnic_detail_not_known", *undeclared
    ]  # fmt: skip
    assert at["binary"] == ["white"] * 3 + ["minority_ethnic"] * 2 + undeclared


def test_the_mapping_decides_before_the_code_list() -> None:
    to_group = harmoniser(
        ETHNICITY, {"Any Other": "O9", "Black/Caribbean": "not_known", "": "not_asked"}
    )
    assert [to_group(raw) for raw in ("Any Other", "ANY  OTHER", "Black/Caribbean", "", None)] == [
        "other", "other", "not_known", "not_asked", "not_asked",
    ]  # fmt: skip


def test_the_exact_wording_in_a_mapping_goes_before_one_that_folds_to_the_same() -> None:
    to_group = harmoniser(codelist("disability"), {"yes?": "not_known", "Yes": "disabled"})
    assert (to_group("yes?"), to_group("Yes")) == ("not_known", "disabled")


def test_a_lone_dash_can_be_decided_without_touching_empty_cells() -> None:
    assert [harmoniser(ETHNICITY, {"-": "not_asked"})(raw) for raw in ("-", None)] == [
        "not_asked",
        "blank",
    ]


def test_a_value_that_nobody_decided_about_is_refused_without_being_named() -> None:
    with pytest.raises(DataError, match=r"Add it to \[values\.ethnicity\]") as caught:
        harmoniser(ETHNICITY)("ZEBRA-7")
    assert "ZEBRA" not in str(caught.value)
    assert harmoniser(ETHNICITY, unmatched="not_known")("ZEBRA-7") == "not_known"


def test_a_mapping_to_a_code_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="1 of 2 lines give a code") as caught:
        harmoniser(ETHNICITY, {"ZEBRA-7": "W77", "White UK": "W1"})
    assert "ZEBRA" not in str(caught.value)


def test_arguments_that_do_not_exist_are_refused_at_once() -> None:
    with pytest.raises(UsageError, match="unmatched is one of prefer_not_to_say"):
        harmoniser(ETHNICITY, unmatched="white")
    with pytest.raises(UsageError, match="no level 'nineteen'"):
        harmoniser(ETHNICITY, level="nineteen")


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_every_engines_null_is_a_blank(missing: object) -> None:
    assert harmoniser(ETHNICITY)(missing) == "blank"
    assert age_harmoniser()(missing) == "not_known"


def test_answers_true_and_false_are_understood() -> None:
    to_group = harmoniser(codelist("disability"))
    assert (to_group(True), to_group(np.False_)) == ("disabled", "not_disabled")


def test_ages_fall_in_bands() -> None:
    ages = [13, 14, 15, 16, 24, 25, 34, 35, 44, 45, 54, 55, 64, 65, 100, 101, -1]
    assert [age_harmoniser()(age) for age in ages] == [
        "not_known", "under_16", "under_16", "16_24", "16_24", "25_34", "25_34", "35_44", "35_44",
        "45_54", "45_54", "55_64", "55_64", "65_plus", "65_plus", "not_known", "not_known",
    ]  # fmt: skip
    assert age_harmoniser("full")(70) == "70_plus"
    assert age_harmoniser("broad")(np.int64(35)) == "35_54"
    assert age_harmoniser("main")(61.0) == "55_64"


@given(st.integers(14, 100), st.sampled_from(["full", "main", "broad"]))
def test_the_label_of_a_band_holds_the_age(age: int, level: str) -> None:
    listing = codelist("age")
    code = harmoniser(listing, level=level)(age)
    label = {c.code: c.label for c in listing.categories(level, present={code})}[code]
    numbers = [int(word) for word in label.split() if word.isdigit()]
    if label.startswith("Under"):
        assert age < numbers[0]
    else:
        assert numbers[0] <= age <= (numbers[1] if len(numbers) > 1 else 100)


def test_bands_recorded_as_text_meet_those_made_from_years() -> None:
    to_band = harmoniser(codelist("age"))
    assert to_band("25-34") == to_band(30) == "25_34"
    assert to_band("20 to 24") == "16_24"


def test_bands_of_ones_own() -> None:
    to_band = age_harmoniser(edges=(18, 30, 50))
    assert [to_band(age) for age in (13, 17, 18, 29, 30, 49, 50, 100, None)] == [
        "not_known", "under_18", "18_29", "18_29", "30_49", "30_49", "50_plus", "50_plus",
        "not_known",
    ]  # fmt: skip
    rows = age_dimension((18, 30, 50), {"under_18"})
    assert [row.label for row in rows[:4]] == ["Under 18", "18 to 29", "30 to 49", "50 and over"]
    assert [row.kind for row in rows[4:]] == list(UNDECLARED)


@pytest.mark.parametrize("edges", [(), (30, 30), (50, 30), (14, 30), (30, 101)])
def test_bands_that_do_not_rise_are_refused(edges: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="Age bands start at whole years between 15 and 100"):
        age_harmoniser(edges=edges)


def test_a_dimension_lists_groups_that_nobody_is_in() -> None:
    codes = [row.code for row in dimension(ETHNICITY, "main", {"white"})]
    assert codes == ["asian", "black", "mixed", "white", "other", *UNDECLARED]
    with pytest.raises(UsageError, match="Ethnic group: 1 codes are not categories"):
        dimension(ETHNICITY, "main", {"W1"})


def test_under_16_is_a_row_only_where_somebody_is_in_it() -> None:
    age = codelist("age")
    assert dimension(age, "main", {"under_16"})[0].label == "Under 16"
    assert dimension(age, "main", set())[0].label == "16 to 24"
