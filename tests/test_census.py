"""Census 2021 downloads: every layout and its traps, on rows of real files."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from workforce_analytics.errors import ConfigurationError, DataError, UsageError, WorkforceError
from workforce_analytics.extracts.ages import age_code, ages_of_code, ages_of_label
from workforce_analytics.extracts.census import (
    ATTRIBUTION,
    COLUMNS,
    is_census_download,
    read_census,
)
from workforce_analytics.extracts.contracts import contract

FOLDER = Path(__file__).parent / "census"
SAMPLE = Path(__file__).parents[1] / "sample_data" / "community.csv"
FILES = sorted(FOLDER.glob("*.csv"))


def people(rows: pd.DataFrame, **where: str) -> dict[str, int]:
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return {
        str(code): int(n) for code, n in rows.groupby("category", sort=False)["n"].sum().items()
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_layout_gives_the_contract_s_columns(path: Path) -> None:
    rows = read_census(path)
    described = contract("community")
    assert tuple(rows.columns) == COLUMNS == tuple(described.field_names)
    assert not rows.isna().any().any()
    assert not rows.duplicated(list(described.primary_key)).any()
    assert (rows["n"] >= 0).all()
    assert (
        rows["source"]
        .str.match(
            r"Census 2021, .+, Office for National Statistics, Open Government Licence v3\.0$"
        )
        .all()
    )
    assert set(rows["census_date"]) == {pd.Timestamp("2021-03-21")}
    assert all(ages_of_code(band) for band in rows["age_band"])
    assert is_census_download(pd.read_csv(path, nrows=0).columns)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_order_of_rows_changes_nothing(path: Path, tmp_path: Path) -> None:
    header, *lines = path.read_text("utf-8").splitlines(keepends=True)
    random.Random(7).shuffle(lines)
    shuffled = tmp_path / path.name
    shuffled.write_text(header + "".join(lines), "utf-8")
    pd.testing.assert_frame_equal(read_census(path), read_census(shuffled))


def test_bulk_single_years_are_counted_once() -> None:
    rows = read_census(FOLDER / "census2021-ts007-ltla.csv", areas=["E08000026"])
    # Coventry's own total is 345,328; the row of the file sums to 1,035,984.
    assert int(rows["n"].sum()) == 276_875
    bands = people(rows)
    assert list(bands)[:2] == ["16_19", "20_24"]
    assert list(bands)[-1] == "70_plus"
    assert bands["16_19"] + bands["20_24"] == 21_469 + 31_586
    assert rows["age_band"].tolist() == rows["category"].tolist()
    assert set(rows["source"]) == {
        "Census 2021, table TS007, Office for National Statistics, Open Government Licence v3.0"
    }


def test_bulk_groups_beside_their_children_are_counted_once() -> None:
    rows = read_census(FOLDER / "census2021-ts021-ltla.csv")
    coventry = people(rows, area_code="E08000026")
    assert len(coventry) == 19
    assert sum(coventry.values()) == 345_321
    assert coventry["A1"] == 32_096
    assert coventry["W1"] == 190_889
    assert coventry["O9"] == 10_224
    leeds = people(rows, area_code="E08000035")
    assert sum(leeds.values()) == 811_953
    assert leeds["A2"] == 31_405
    assert set(rows["base"]) == {"all_usual_residents"}


def test_names_and_not_numeric_codes_are_matched() -> None:
    """Code 1 is White British in one of these tables and Bangladeshi in the other."""
    one = read_census(FOLDER / "nomis_api_ts021.csv")
    assert people(one)["W1"] == 6_608
    assert people(one)["A3"] < 50
    two = read_census(FOLDER / "nomis_api_rm032.csv")
    assert set(people(two, characteristic="ethnicity")) == {"A3", "A4"}
    assert people(two, characteristic="ethnicity", age_band="under_25") == {"A3": 0, "A4": 3}
    assert people(two, characteristic="sex", age_band="25_34") == {"female": 0, "male": 0}


def test_rows_that_do_not_apply_are_dropped_and_parts_added_up() -> None:
    rows = read_census(FOLDER / "ons_custom_gender_identity_by_disability.csv")
    assert people(rows, characteristic="disability") == {
        "disabled": 52_957,
        "not_disabled": 223_916,
    }
    identity = people(rows, characteristic="gender_identity")
    assert identity["same"] == 253_522
    assert identity["blank"] == 21_169
    assert identity["different_unspecified"] == 1_122
    assert set(rows["base"]) == {"usual_residents_16_plus"}
    assert set(rows["age_band"]) == {"16_plus"}


def test_economic_activity_splits_the_other_variable() -> None:
    rows = read_census(FOLDER / "ons_custom_gender_identity_by_economic_activity.csv")
    assert people(rows, economic_activity="in_employment") == {
        "same": 140_145,
        "different": 1_078,
        "blank": 8_921,
    }
    assert set(rows["economic_activity"]) == {
        "economically_inactive",
        "in_employment",
        "unemployed",
    }


def test_the_long_table_and_the_two_names_of_one_area() -> None:
    rows = read_census(FOLDER / "long.csv")
    assert set(rows["area_name"]) == {"West Midlands"}
    full = people(rows, characteristic="ethnicity", age_band="all")
    assert len(full) == 19
    assert sum(full.values()) == 5_950_768
    broad = people(rows, characteristic="ethnicity", age_band="16_plus")
    assert sum(broad.values()) == 4_801_315
    assert {"asian", "black", "mixed", "other", "white"} < set(broad)
    assert "ns_sec" not in set(rows["characteristic"])
    assert people(rows, characteristic="sexual_orientation")["blank"] > 300_000


def test_areas_and_source_can_be_chosen() -> None:
    rows = read_census(
        FOLDER / "census2021-ts021-ltla.csv", areas=["E08000035"], source="Census 2021, TS021"
    )
    assert set(rows["area_name"]) == {"Leeds"}
    assert set(rows["source"]) == {"Census 2021, TS021"}
    with pytest.raises(UsageError, match="no rows of E06000001"):
        read_census(FOLDER / "census2021-ts021-ltla.csv", areas=["E06000001"])


BULK = "date,geography,geography code,"


@pytest.mark.parametrize(
    ("headers", "counts", "kept"),
    [
        (
            "Sex: All persons; measures: Value,Sex: Female; measures: Value,"
            "Sex: Male; measures: Value",
            "100,51,49",
            {"female": 51, "male": 49},
        ),
        (
            "Disability: Total: All usual residents,Disability: Disabled under the Equality Act,"
            "Disability: Disabled under the Equality Act: Day-to-day activities limited a lot,"
            "Disability: Disabled under the Equality Act: Day-to-day activities limited a little,"
            "Disability: Not disabled under the Equality Act",
            "100,17,7,10,83",
            {"disabled": 17, "not_disabled": 83},
        ),
        (
            "Provision of unpaid care: Total,Provision of unpaid care: Provides no unpaid care,"
            "Provision of unpaid care: Provides 19 hours or less unpaid care a week,"
            "Provision of unpaid care: Provides 9 hours or less unpaid care a week,"
            "Provision of unpaid care: Provides 10 to 19 hours unpaid care a week,"
            "Provision of unpaid care: Provides 50 or more hours unpaid care a week",
            "100,90,7,4,3,3",
            {"not_carer": 90, "care_19_or_less": 7, "care_50_or_more": 3},
        ),
    ],
    ids=["sex", "disability", "care"],
)
def test_bulk_headers_of_other_tables(
    headers: str, counts: str, kept: dict[str, int], tmp_path: Path
) -> None:
    path = tmp_path / "download.csv"
    path.write_text(f"{BULK}{headers}\n2021,Coventry,E08000026,{counts}\n", "utf-8")
    assert people(read_census(path)) == kept


def test_sex_by_single_year_keeps_the_years(tmp_path: Path) -> None:
    headers = ",".join(
        f"Sex: {sex}; Age: {age}; measures: Value"
        for sex in ("All persons", "Female", "Male")
        for age in ("Total", "Aged 15 to 16 years", "Aged 15 years", "Aged 16 years")
    )
    path = tmp_path / "census2021-ts009-ltla.csv"
    path.write_text(
        f"{BULK}{headers}\n2021,Coventry,E08000026,14,14,8,6,9,9,5,4,5,5,3,2\n", "utf-8"
    )
    rows = read_census(path)
    assert people(rows, age_band="15") == {"female": 5, "male": 3}
    assert people(rows, age_band="16") == {"female": 4, "male": 2}
    assert int(rows["n"].sum()) == 14


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("a,b\n1,2\n", DataError, "not a layout of Census 2021 that is known"),
        (
            f"{BULK}Sex: All persons,Sex: Female\n2021,Coventry,E08000026,100,51\n",
            DataError,
            "add up to 51 people and their total is 100",
        ),
        (
            f"{BULK}Sex: Female,Sex: Male\n2011,Coventry,E08000026,51,49\n",
            DataError,
            "1 of 1 rows are not of 2021",
        ),
        (
            f"{BULK}Sex: Female,Sex: Male\n2021,Coventry,E08000026,51,secret\n",
            DataError,
            "1 of 2 counts are not whole numbers",
        ),
        (
            f"{BULK}Religion: Hindu,Religion: Secretism\n2021,Coventry,E08000026,51,1\n",
            DataError,
            "1 of 2 categories of religion or belief are not in the code list religion",
        ),
        (
            f"{BULK}General health: Good,General health: Bad\n2021,Coventry,E08000026,51,1\n",
            DataError,
            "none of its variables is one that is read here",
        ),
        (
            f"{BULK}Age: Aged 15 to 19 years,Age: Aged 20 to 24 years\n"
            "2021,Coventry,E08000026,51,1\n",
            DataError,
            "Download age by single year",
        ),
    ],
)
def test_what_cannot_be_read_is_said(
    text: str, error: type[WorkforceError], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "download.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(error, match=words) as caught:
        read_census(path)
    assert str(caught.value).startswith("download.csv: ")
    assert "ecret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_file_is_a_matter_of_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        read_census(tmp_path / "none.csv")


def test_a_file_in_the_contract_s_own_layout_is_no_download() -> None:
    assert not is_census_download(pd.read_csv(SAMPLE, nrows=0).columns)


@pytest.mark.parametrize("ages", [(0, 999), (0, 15), (16, 24), (7, 7), (65, 999), (16, 999)])
def test_ages_go_to_a_code_and_back(ages: tuple[int, int]) -> None:
    assert ages_of_code(age_code(ages)) == ages


def test_what_is_no_age_is_none() -> None:
    assert ages_of_label("Never worked") is None
    assert ages_of_code("65_16") is None
    assert ages_of_code("working age") is None


def test_the_attribution_is_the_licence_s_own_wording() -> None:
    assert ATTRIBUTION == (
        "Contains public sector information licensed under the Open Government Licence v3.0. "
        "Source: Office for National Statistics, Census 2021."
    )
