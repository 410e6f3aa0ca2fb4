"""The census baseline: figures that were printed, blending, bases that are refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.counting.community import area_weights, benchmark
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.census import read_census
from workforce_analytics.extracts.extract import read

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data" / "community.csv"
COVENTRY, WEST_MIDLANDS, ENGLAND = "E08000026", "E12000005", "E92000001"


@pytest.fixture(scope="module")
def community() -> pd.DataFrame:
    return pd.read_csv(SAMPLE, parse_dates=["census_date"], keep_default_na=False)


def test_figures_that_coventry_city_council_printed(community: pd.DataFrame) -> None:
    """One Coventry Plan, performance report 2023/24: 34.5 %, 16.6 % and 3.16 % of residents."""
    ethnicity = benchmark(community, of="ethnicity", areas={COVENTRY: 1}, level="binary")
    assert ethnicity.shares["minority_ethnic"] == pytest.approx(1 - 226_246 / 345_321)
    assert round(ethnicity.shares["minority_ethnic"] * 100, 1) == 34.5
    disability = benchmark(community, of="disability", areas={COVENTRY: 1})
    assert round(disability.shares["disabled"] * 100, 1) == 16.6
    orientation = benchmark(community, of="sexual_orientation", areas={COVENTRY: 1}, level="binary")
    of_all = orientation.shares["lgb_plus"] * (1 - orientation.not_answered)
    assert round(of_all * 100, 2) == 3.16
    assert orientation.shares["lgb_plus"] == pytest.approx(8_761 / (276_873 - 24_490))


def test_what_a_benchmark_carries(community: pd.DataFrame) -> None:
    found = benchmark(community, of="sexual_orientation", areas={COVENTRY: 1})
    assert found.base == "usual residents aged 16 and over"
    assert found.description == "usual residents aged 16 and over of Coventry, 21 March 2021"
    assert found.census_date == "2021-03-21"
    assert found.source == (
        "Census 2021, table TS077, Office for National Statistics, Open Government Licence v3.0"
    )
    assert found.not_answered == pytest.approx(24_490 / 276_873)
    assert sum(found.shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "of",
    ["age", "disability", "ethnicity", "gender_identity", "religion", "sex", "sexual_orientation"],
)
def test_every_characteristic_has_a_baseline_in_every_area(
    community: pd.DataFrame, of: str
) -> None:
    for area in (COVENTRY, WEST_MIDLANDS, ENGLAND):
        found = benchmark(community, of=of, areas={area: 1})
        assert sum(found.shares.values()) == pytest.approx(1)
        assert min(found.shares.values()) > 0
        sixteen = benchmark(community, of=of, areas={area: 1}, age_band="16_plus")
        assert sixteen.base == "usual residents aged 16 and over"
        assert sum(sixteen.shares.values()) == pytest.approx(1)


def test_ages_are_added_up_to_the_band_asked_for(community: pd.DataFrame) -> None:
    working = benchmark(community, of="age", areas={COVENTRY: 1}, age_band="16_64")
    assert working.shares["65_plus"] == 0
    aged_16_to_64 = 276_875 - 13_385 - 36_931
    assert working.shares["16_24"] == pytest.approx((21_469 + 31_586) / aged_16_to_64)
    assert working.base == "usual residents aged 16 to 64"
    assert benchmark(community, of="age", areas={COVENTRY: 1}).age_band == "16_plus"


def test_broad_groups_of_16_and_over_have_no_detail(community: pd.DataFrame) -> None:
    main = benchmark(community, of="ethnicity", areas={COVENTRY: 1}, age_band="16_plus")
    white = (159_111 + 5_493 + 24_702) / 276_871
    assert main.shares["white"] == pytest.approx(white)
    with pytest.raises(UsageError, match=r"broad groups only, not at level 'full'.*main, binary"):
        benchmark(community, of="ethnicity", areas={COVENTRY: 1}, age_band="16_plus", level="full")
    full = benchmark(community, of="ethnicity", areas={COVENTRY: 1}, level="full")
    assert full.shares["A1"] == pytest.approx(32_096 / 345_321)
    assert len(full.shares) == 19


def test_a_base_that_is_not_there_is_refused_and_what_is_there_listed(
    community: pd.DataFrame,
) -> None:
    with pytest.raises(UsageError, match="ethnic group for age band 16_64") as caught:
        benchmark(community, of="ethnicity", areas={COVENTRY: 1}, age_band="16_64")
    assert "all (all), 16_plus (all)" in str(caught.value)
    with pytest.raises(UsageError, match="economic activity: in_employment"):
        benchmark(community, of="sex", areas={COVENTRY: 1}, economic_activity="in_employment")


def test_economic_activity_is_added_up_where_it_is_split() -> None:
    rows = read_census(
        Path(__file__).parent / "census" / "ons_custom_gender_identity_by_economic_activity.csv"
    )
    active = benchmark(rows, of="gender_identity", economic_activity="economically_active")
    known = 140_145 + 1_078 + 12_556 + 156
    assert active.shares["different"] == pytest.approx((1_078 + 156) / known)
    assert active.base == "economically active usual residents aged 16 and over"
    everybody = benchmark(rows, of="gender_identity")
    known += 100_824 + 947
    assert everybody.shares["different"] == pytest.approx((1_078 + 156 + 947) / known)
    employed = benchmark(rows, of="gender_identity", economic_activity="in_employment")
    assert employed.base == "usual residents aged 16 and over in employment"


@settings(max_examples=25, deadline=None)
@given(weight=st.floats(0, 1))
def test_blending_is_a_weighted_mean_of_shares(weight: float) -> None:
    rows = pd.read_csv(SAMPLE, keep_default_na=False)
    both = benchmark(rows, of="religion", areas={COVENTRY: weight, ENGLAND: 1 - weight})
    one = benchmark(rows, of="religion", areas={COVENTRY: 1})
    other = benchmark(rows, of="religion", areas={ENGLAND: 1})
    for code, share in both.shares.items():
        blended = weight * one.shares[code] + (1 - weight) * other.shares[code]
        assert share == pytest.approx(blended)


def test_a_blend_names_its_areas(community: pd.DataFrame) -> None:
    found = benchmark(community, of="sex", areas={ENGLAND: 0.25, COVENTRY: 0.75})
    assert found.description == ("all usual residents (Coventry 75%, England 25%), 21 March 2021")
    turned = benchmark(community, of="sex", areas={COVENTRY: 0.75, ENGLAND: 0.25})
    assert found == turned


def test_definition_changes_with_the_base_and_not_with_the_order(community: pd.DataFrame) -> None:
    everybody = benchmark(community, of="sex", areas={COVENTRY: 1})
    adults = benchmark(community, of="sex", areas={COVENTRY: 1}, age_band="16_and_over")
    shuffled = community.sample(frac=1, random_state=3)
    assert everybody.definition != adults.definition
    assert benchmark(shuffled, of="sex", areas={COVENTRY: 1}) == everybody


def test_an_extract_and_a_frame_give_one_benchmark(community: pd.DataFrame) -> None:
    extract = read("community", SAMPLE)
    for of in ("ethnicity", "sex"):
        from_frame = benchmark(community, of=of, areas={COVENTRY: 1})
        assert benchmark(extract, of=of, areas={COVENTRY: 1}) == from_frame


def test_a_small_table_of_one_s_own_needs_few_columns() -> None:
    rows = pd.DataFrame(
        {
            "area_code": "X1",
            "characteristic": "sex",
            "category": ["Women", "Men", "Not stated", "total"],
            "base": "People aged 16 and over",
            "n": [60, 30, 10, 100],
            "source": "Own estimate",
            "census_date": "2023-06-30",
        }
    )
    found = benchmark(rows, of="sex")
    assert found.shares == pytest.approx({"female": 2 / 3, "male": 1 / 3})
    assert found.not_answered == pytest.approx(0.1)
    assert found.description == "usual residents aged 16 and over of X1, 30 June 2023"


def test_the_latest_date_is_taken(community: pd.DataFrame) -> None:
    older = community.assign(census_date=pd.Timestamp("2011-03-27"), n=1)
    both = pd.concat([older, community])
    assert benchmark(both, of="sex", areas={COVENTRY: 1}) == benchmark(
        community, of="sex", areas={COVENTRY: 1}
    )


def test_two_tables_of_the_same_people_are_refused(community: pd.DataFrame) -> None:
    twice = pd.concat([community, community.assign(source="Another table")])
    with pytest.raises(DataError, match="several tables count the same people: Another table"):
        benchmark(twice, of="sex", areas={COVENTRY: 1})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"of": "sex"}, "hold 3 areas .*name those to compare with"),
        ({"of": "sex", "areas": {"E06000001": 1}}, "hold no E06000001. They hold: E08000026"),
        ({"of": "sex", "areas": {COVENTRY: 0.5}}, "add up to 1, and add up to 0.5"),
        ({"of": "sex", "areas": {COVENTRY: 2, ENGLAND: -1}}, "must add up to 1"),
        ({"of": "caring", "areas": {COVENTRY: 1}}, "hold no .*They hold: age, disability"),
        ({"of": "sex", "areas": {COVENTRY: 1}, "age_band": "adults"}, "written as all, 16_plus"),
        ({"of": "sex", "areas": {COVENTRY: 1}, "economic_activity": "busy"}, "must be one of all"),
        ({"of": "sex", "areas": {COVENTRY: 1}, "level": "full"}, "no level 'full'"),
    ],
)
def test_what_makes_no_sense_is_refused(
    community: pd.DataFrame, arguments: dict, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        benchmark(community, **arguments)


def test_a_category_that_nobody_knows_is_refused_without_its_name(
    community: pd.DataFrame,
) -> None:
    wrong = community.replace({"category": {"female": "secret"}})
    with pytest.raises(DataError, match="1 of 2 categories of sex") as caught:
        benchmark(wrong, of="sex", areas={COVENTRY: 1})
    assert "secret" not in str(caught.value)


def test_weights_from_where_staff_live(community: pd.DataFrame) -> None:
    homes = {COVENTRY: 600, WEST_MIDLANDS: 200, "E07000222": 50, "not_known": 30, "": 20}
    found = area_weights(homes, community)
    assert found.weights == {COVENTRY: 0.75, WEST_MIDLANDS: 0.25}
    assert (found.placed, found.elsewhere, found.not_known) == (800, 50, 50)
    assert benchmark(community, of="sex", areas=found.weights).areas == found.weights
    with pytest.raises(UsageError, match="None of the staff live in an area"):
        area_weights({"E07000222": 50}, community)


def test_the_sample_s_rows_are_the_census_s_own(community: pd.DataFrame) -> None:
    """Nomis bulk rows of Coventry and the shipped figures are one set of numbers."""
    for table in ("census2021-ts007-ltla.csv", "census2021-ts021-ltla.csv"):
        rows = read_census(Path(__file__).parent / "census" / table, areas=[COVENTRY])
        keys = ["characteristic", "category", "age_band", "base", "source"]
        joined = rows.merge(
            community[community["area_code"] == COVENTRY], on=keys, suffixes=("", "_shipped")
        )
        assert len(joined) == len(rows)
        assert (joined["n"] == joined["n_shipped"]).all()
