"""Whom networks do not reach: gaps as they are and like with like, against independent work."""

from __future__ import annotations

import json
from math import log

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import confint_proportions_2indep

from tests import small_council
from tests.test_network_reach import members, on_engine, staff
from workforce_analytics.counting.memberships import LEAST, memberships
from workforce_analytics.counting.network_reach import YES, reach_counts
from workforce_analytics.errors import UsageError
from workforce_analytics.measures.network_reach_gaps import reach_gaps
from workforce_analytics.samples import sample_data
from workforce_analytics.samples.planted import NETWORKS as PLANTED

ADJUSTED = ("gap_adjusted", "odds_ratio_adjusted")


def exact(table) -> pd.DataFrame:
    """Give the exact figures by measure and group."""
    frame = table.unprotected(reason="a test of made-up data")
    return frame.set_index(["measure", table.about.groups[0]])


@pytest.fixture(scope="module")
def by_grade(council):
    return reach_gaps(council.networks, council.workforce, of="grade_band")


@pytest.fixture(scope="module")
def by_ethnicity(council):
    return reach_gaps(council.networks, council.workforce, of="ethnicity")


# Against other ways to work it out


def test_rates_and_gaps_are_those_of_the_counts(council, by_ethnicity) -> None:
    found = memberships(council.networks, council.workforce)
    cells = reach_counts(found, council.workforce, ["ethnicity"]).occurring()
    told = exact(by_ethnicity)
    white = (cells["white", YES], cells["white", YES] + cells["white", "no"])
    label = "Asian, Asian British or Asian Welsh"
    asian = (cells["asian", YES], cells["asian", YES] + cells["asian", "no"])
    assert told.loc[("rate", label), "value"] == asian[0] / asian[1]
    assert told.loc[("not_reached", label), "value"] == asian[1] - asian[0]
    gap = told.loc[("gap", label)]
    assert gap["value"] == pytest.approx(100 * (asian[0] / asian[1] - white[0] / white[1]))
    ends = confint_proportions_2indep(*asian, *white, method="newcomb")
    assert (gap["lower"] / 100, gap["upper"] / 100) == pytest.approx(ends)
    assert told.loc[("rate", "White"), "status"] == "reference"
    assert ("gap", "White") not in told.index


def _people(counts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lay people out one by one: group, what is held equal, and whether they are members."""
    rows = [
        (group, *held, member == YES)
        for (group, *held, member), n in counts.occurring().items()
        if group in counts.dimensions[0].declared
        for _ in range(n)
    ]
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def test_like_with_like_against_a_regression_on_people_one_by_one(council) -> None:
    told = exact(
        reach_gaps(
            council.networks, council.workforce, of="disability", adjust=["grade_band", "sex"]
        )
    )
    found = memberships(council.networks, council.workforce)
    counts = reach_counts(found, council.workforce, ["disability", "grade_band", "sex"])
    group, grade, sex, member = _people(counts)
    disabled = (group == "disabled").astype(float)
    held = [(grade == one).astype(float) for one in np.unique(grade)[1:]]
    held += [(sex == one).astype(float) for one in np.unique(sex)[1:]]
    design = np.column_stack([np.ones(len(group)), disabled, *held])
    fit = sm.Logit(member.astype(float), design).fit(disp=0)

    def gap(coefficients: np.ndarray) -> float:
        sides = []
        for is_disabled in (1.0, 0.0):
            whom = design.copy()
            whom[:, 1] = is_disabled
            sides.append((1 / (1 + np.exp(-whom @ coefficients))).mean())
        return 100 * (sides[0] - sides[1])

    step = 1e-6
    slope = np.array(
        [
            (gap(fit.params + step * unit) - gap(fit.params - step * unit)) / (2 * step)
            for unit in np.eye(len(fit.params))
        ]
    )
    error = float(np.sqrt(slope @ fit.cov_params() @ slope))
    row = told.loc[("gap_adjusted", "Disabled")]
    assert row["value"] == pytest.approx(gap(fit.params), rel=1e-6)
    # Slopes by finite differences are good to about six digits.
    assert row["upper"] - row["value"] == pytest.approx(1.959964 * error, rel=1e-4)
    odds = told.loc[("odds_ratio_adjusted", "Disabled")]
    assert log(odds["value"]) == pytest.approx(fit.params[1], rel=1e-6)
    assert log(odds["upper"] / odds["value"]) == pytest.approx(1.959964 * fit.bse[1], rel=1e-6)
    assert odds["n_effective"] == len(group)


def test_against_another_reference_gaps_turn_round(council) -> None:
    held = {"of": "sex", "adjust": ["grade_band"]}
    one, other = (
        exact(reach_gaps(council.networks, council.workforce, reference=name, **held))
        for name in ("Female", "male")
    )
    for measure in ("gap", "gap_adjusted"):
        own, turned = one.loc[(measure, "Male")], other.loc[(measure, "Female")]
        assert own["value"] == pytest.approx(-turned["value"])
        assert (own["lower"], own["upper"]) == pytest.approx((-turned["upper"], -turned["lower"]))
        assert own["p_value"] == pytest.approx(turned["p_value"])
    ratios = (
        table.loc[("odds_ratio_adjusted", name), "value"]
        for table, name in ((one, "Male"), (other, "Female"))
    )
    assert np.prod(list(ratios)) == pytest.approx(1)


def test_several_groups_are_allowed_for(by_ethnicity) -> None:
    told = exact(by_ethnicity)
    for measure in ("gap", "gap_adjusted"):
        rows = told.loc[measure]
        order = rows["p_value"].sort_values()
        slow = (
            (order * len(order) / np.arange(1, len(order) + 1))[::-1].cummin()[::-1].clip(upper=1)
        )
        assert rows["q_value"].loc[order.index].to_numpy() == pytest.approx(slow.to_numpy())
        assert rows["method"].str.contains("Benjamini-Hochberg, 4 comparisons").all()


# What was planted in the sample


def test_the_low_grades_of_the_sample_are_reached_less(by_grade) -> None:
    told = exact(by_grade).loc["rate"]
    expected = json.loads(sample_data("truth.json").read_text(encoding="utf-8"))["expected"]
    low = expected["networks"]["reach/2025/Grades 1 to 4"]
    rate = told.loc["Grades 1 to 4", "value"]
    assert abs(rate - low["mean"]) <= 4 * low["deviation"]
    others = told.drop("Grades 1 to 4")
    rest = others["numerator"].sum() / others["denominator"].sum()
    more = expected["networks"]["reach/2025/other grades"]
    assert abs(rest - more["mean"]) <= 4 * more["deviation"]


def test_the_planted_factor_of_low_grades_is_recovered(council) -> None:
    """Joining is less likely by a factor; reach is low, so odds of being a member are by it too.

    Whom networks are for differs between grades: that is held equal.
    """
    factor = PLANTED["joining_factor"]["Grades 1 to 4"]
    table = reach_gaps(
        council.networks,
        council.workforce,
        of="grade_band",
        adjust=["sex", "ethnicity", "disability", "age"],
        reference="Grades 1 to 4",
    )
    told = exact(table)
    for band in ("Grades 5 to 7", "Grades 8 to 10", "Grades 11 and 12"):
        odds = told.loc[("odds_ratio_adjusted", band)]
        assert odds["lower"] < 1 / factor < odds["upper"], band
        assert odds["lower"] > 1, band
        assert told.loc[("gap_adjusted", band), "lower"] > 0


def test_new_starters_have_had_less_time_to_join(council) -> None:
    told = exact(reach_gaps(council.networks, council.workforce, of="new_starter"))
    assert told.loc[("gap_adjusted", "Joined in the last 12 months"), "upper"] < 0


# What is held equal, and what stands in the table


@pytest.mark.parametrize(
    ("of", "held"),
    [
        ("sex", "grade band and service"),
        ("grade_band", "service"),
        ("service", "grade band"),
        ("directorate", "grade band"),
    ],
)
def test_what_is_a_cut_of_the_same_thing_is_not_held_equal(council, of, held) -> None:
    about = reach_gaps(council.networks, council.workforce, of=of).about
    assert f"among people with like {held}." in about.definition


def test_units_of_other_employers_do_not_stand_in_the_table(council) -> None:
    told = exact(reach_gaps(council.networks, council.workforce, of="service", adjust=[]))
    assert not told.loc["rate"]["denominator"].eq(0).any()
    assert len(told.loc["rate"]) == len(told.loc["gap"]) + 1
    assert not set(told.index.get_level_values("measure")) & set(ADJUSTED)


def test_without_grades_they_are_not_held_equal() -> None:
    people, spells = staff(120, 3), members(120, 3)
    workforce = on_engine("pandas", "workforce", people)
    del workforce.context.links["grades"]
    lists = {"network_members": on_engine("pandas", "network_members", spells)}
    table = reach_gaps(lists, workforce, of="sex")
    assert not set(exact(table).index.get_level_values("measure")) & set(ADJUSTED)
    assert "like" not in table.about.definition


def test_one_network_and_who_is_not_in_it(council) -> None:
    table = reach_gaps(council.networks, council.workforce, of="sex", network="lgbtq+", adjust=[])
    assert "LGBTQ+" in table.about.title
    anybody = exact(reach_gaps(council.networks, council.workforce, of="sex", adjust=[]))
    told = exact(table)
    assert (told.loc["rate"]["numerator"] < anybody.loc["rate"]["numerator"]).all()
    assert (told.loc["rate"]["denominator"] == anybody.loc["rate"]["denominator"]).all()


def test_a_group_without_members_has_no_adjusted_gap() -> None:
    people = staff(150, 8).assign(ethnicity=lambda t: np.where(t.index % 3 == 0, "A1", "W1"))
    spells = members(150, 8)
    asian = set(people.loc[people["ethnicity"] == "A1", "person_id"])
    spells = spells[~spells["person_id"].isin(asian)]
    first = pd.DataFrame([("Race", "x", "2023-01-01", "2023-01-02")], columns=spells.columns)
    first = first.assign(joined_on=pd.to_datetime(first["joined_on"]).dt.date)
    first = first.assign(left_on=pd.to_datetime(first["left_on"]).dt.date)
    lists = on_engine("pandas", "network_members", pd.concat([spells, first], ignore_index=True))
    workforce = small_council.extract(people.astype({"joined_on": "string"}))
    told = exact(
        reach_gaps({"network_members": lists}, workforce, of="ethnicity", adjust=["grade_band"])
    )
    label = "Asian, Asian British or Asian Welsh"
    assert told.loc[("rate", label), "value"] == 0
    assert told.loc[("gap", label), "value"] < 0
    for measure in ADJUSTED:
        assert told.loc[(measure, label), "status"] == "undefined"
        assert told.loc[(measure, label), "note"].startswith("everybody or nobody")


# Protection and words


def test_few_members_are_hidden_from_everybody_but_an_analyst(by_grade) -> None:
    assert by_grade.about.least_threshold == LEAST
    assert exact(by_grade).loc[("rate", "Chief officers"), "numerator"] < LEAST
    for audience in ("public", "management"):
        shown = by_grade.protect(audience=audience).to_frame()
        few = shown[shown["grade_band"] == "Chief officers"]
        assert few[few["measure"] != "not_reached"]["value"].isna().all()
        numbers = pd.concat([shown["numerator"], shown["denominator"]]).dropna()
        assert not ((numbers > 0) & (numbers < LEAST)).any()


def test_it_says_what_membership_is_never_used_for(by_grade) -> None:
    said = " ".join(by_grade.about.caveats)
    assert "only sums are shown, and none under 10" in said
    assert "never followed into records of pay, promotion or conduct" in said
    assert by_grade.about.period == "2025-03-31"
    assert by_grade.about.reference == "Grades 1 to 4"


def test_rows_in_any_order_give_the_same_table() -> None:
    people, spells = staff(80, 11), members(80, 11)
    told = []
    for mixed in (False, True):
        rows = [t.sample(frac=1, random_state=5) if mixed else t for t in (people, spells)]
        lists = {"network_members": on_engine("pandas", "network_members", rows[1])}
        workforce = on_engine("pandas", "workforce", rows[0])
        table = reach_gaps(lists, workforce, of="sex", adjust=["grade_band"])
        told.append(exact(table))
    pd.testing.assert_frame_equal(told[0], told[1], check_exact=True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"of": "unit_id"}, "never by team"),
        ({"of": "team"}, "never by team"),
        ({"of": "sex", "adjust": ["unit_id"]}, "never by team"),
        ({"of": 7}, "of= takes one name"),
        ({"of": "sex", "adjust": "grade_band"}, "adjust= takes a list of names"),
        ({"of": "sex", "adjust": ["sex"]}, "adjust= names 'sex', which is what is compared"),
        ({"of": "sex", "adjust": ["hat_size"]}, "has no column 'hat_size'"),
        ({"of": "sex", "reference": "rest"}, "reference='rest' is not taken here"),
        ({"of": "sex", "reference": "Blue"}, "reference='Blue' is not a group of Sex"),
        ({"of": "sex", "network": "Chess"}, "network='Chess' is not a network"),
        ({"of": "sex", "confidence": 2}, "confidence"),
    ],
)
def test_mistakes_are_said_in_words(council, arguments, words) -> None:
    with pytest.raises(UsageError, match=words):
        reach_gaps(council.networks, council.workforce, **arguments)


def test_what_is_no_workforce_is_refused(council) -> None:
    with pytest.raises(UsageError, match="The second argument is a workforce extract"):
        reach_gaps(council.networks, council.events, of="sex")
