"""Where groups differ in the staff survey: rows one by one, planted gaps, noise, small groups."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from tests.test_survey_scores import ANSWERS, ITEMS, SAMPLE, STAFF, exact, survey, whole
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.instruments import respondent_positives, respondent_score
from workforce_analytics.measures.survey_gaps import gaps
from workforce_analytics.measures.survey_scores import scores
from workforce_analytics.samples import sample_data
from workforce_analytics.samples.planted import SURVEY as PLANTED
from workforce_analytics.samples.survey import CUTS, EASE

ETHNICITIES = {
    "A": "Asian, Asian British or Asian Welsh",
    "B": "Black, Black British, Black Welsh, Caribbean or African",
    "M": "Mixed or Multiple ethnic groups",
    "O": "Other ethnic group",
}
SHIFTS = PLANTED["theme_shift_in_standard_deviations"]
THEMES = {
    "My line manager": "line_manager",
    "Senior leadership": "leadership",
    "Inclusion": "inclusion",
    "Learning and development": "development",
    "Workload": "workload",
    "Fair treatment": "fair_treatment",
}


@pytest.fixture(scope="module")
def small():
    return gaps(whole(), of="sex", measures=["engagement", "inclusion", "I1"], adjust=["age"])


@pytest.fixture(scope="module")
def by_ethnicity(council):
    return gaps(council.survey, of="ethnicity")


def respondents(measure: str) -> pd.DataFrame:
    """y and m of each respondent who said their sex and has a figure, one row each."""
    found = []
    for row in ANSWERS.to_dict("records"):
        given = {item: row[item] for item in ITEMS if row[item]}
        if measure == "engagement":
            score = respondent_score(SAMPLE, measure, given)
            pair = (score or 0.0, float(score is not None))
        else:
            pair = respondent_positives(SAMPLE, measure, given)
        if row["sex"] and pair[1]:
            found.append((row["sex"], row["age_band"], *map(float, pair)))
    return pd.DataFrame(found, columns=["sex", "age", "y", "m"])


# Against respondents one by one


@pytest.mark.parametrize(
    ("measure", "topic"), [("engagement", "Engagement"), ("inclusion", "Inclusion")]
)
def test_gaps_are_those_of_respondents_one_by_one(small, measure, topic) -> None:
    told, rows = exact(small), respondents(measure)
    points = 1 if measure == "engagement" else 100
    sums = rows.groupby("sex")[["y", "m"]].sum()
    share = sums["y"] / sums["m"]
    assert told.loc[("gap", "Male", topic), "value"] == pytest.approx(
        points * (share["M"] - share["F"])
    )
    mix = rows.loc[rows["sex"] == "F", "age"].value_counts()
    means = rows.groupby(["sex", "age"])[["y", "m"]].mean()
    alike = {
        sex: (means.loc[sex, "y"] * mix).sum() / (means.loc[sex, "m"] * mix).sum() for sex in "FM"
    }
    row = told.loc[("gap_standardised", "Male", topic)]
    assert row["value"] == pytest.approx(points * (alike["M"] - alike["F"]))
    assert row["lower"] < row["value"] < row["upper"]
    assert row["note"] == ""  # everybody has somebody alike


def test_odds_are_those_of_a_regression_on_respondents() -> None:
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    table = gaps(whole(known=False), of="sex", measures=["inclusion"], adjust=["age"])
    rows = respondents("inclusion")
    answer = pd.Series(pd.Categorical(rows["y"] / rows["m"], ordered=True))
    design = np.column_stack(
        [rows["sex"] == "M", rows["age"] == "25-34", rows["age"] == "35-44"]
    ).astype(float)
    fit = OrderedModel(answer, design, distr="logit").fit(method="bfgs", disp=False, gtol=1e-5)
    odds = exact(table).loc[("odds_ratio_adjusted", "Male", "Inclusion")]
    assert math.log(odds["value"]) == pytest.approx(np.asarray(fit.params)[0], abs=1e-4)
    error = math.log(odds["upper"] / odds["lower"]) / 2 / norm.ppf(0.975)
    assert error == pytest.approx(np.asarray(fit.bse)[0], rel=1e-3)


def test_a_question_is_modelled_on_its_whole_scale(small) -> None:
    """Odds of a higher answer on five points are surer than those of a positive one."""
    told = exact(small)
    odds = told.loc[("odds_ratio_adjusted", "Male", "I belong here")]
    rows = respondents("I1")
    a, n = (
        rows[rows["sex"] == "M"]["y"].agg(["sum", "size"]),
        rows[rows["sex"] == "F"]["y"].agg(["sum", "size"]),
    )
    cells = [a["sum"], a["size"] - a["sum"], n["sum"], n["size"] - n["sum"]]
    plain = math.sqrt(sum(1 / one for one in cells))
    assert math.log(odds["upper"] / odds["lower"]) / 2 / norm.ppf(0.975) < plain
    assert odds["upper"] < 1
    assert odds["unit"] == "odds_ratio"


def test_scores_are_those_of_the_table_of_scores(small) -> None:
    other = scores(whole(), of="sex", measures=["engagement", "inclusion", "I1"])
    one, two = exact(small).loc["score"], exact(other).loc["score"]
    figures = ["value", "lower", "upper", "numerator", "denominator"]
    pd.testing.assert_frame_equal(one[figures], two.loc[one.index, figures], check_exact=True)
    assert one.loc[("Female", "Inclusion"), "status"] == "reference"


def test_against_another_reference_gaps_turn_round(small) -> None:
    turned = exact(
        gaps(
            whole(),
            of="sex",
            measures=["engagement", "inclusion", "I1"],
            adjust=["age"],
            reference="Male",
        )
    )
    told = exact(small)
    for topic in ("Engagement", "Inclusion", "I belong here"):
        own, other = told.loc[("gap", "Male", topic)], turned.loc[("gap", "Female", topic)]
        assert own["value"] == pytest.approx(-other["value"])
        assert (own["lower"], own["upper"]) == pytest.approx((-other["upper"], -other["lower"]))
        assert own["p_value"] == pytest.approx(other["p_value"])
        assert {own["note"], other["note"]} in ({"lower", "higher"}, {""})
        odds = (
            table.loc[("odds_ratio_adjusted", sex, topic), "value"]
            for table, sex in ((told, "Male"), (turned, "Female"))
        )
        assert math.prod(odds) == pytest.approx(1)


def test_rows_in_any_order_give_the_same_table(small) -> None:
    mixed = survey(ANSWERS.sample(frac=1, random_state=4), STAFF.iloc[::-1])
    table = gaps(mixed, of="sex", measures=["I1", "inclusion", "engagement"], adjust=["age"])
    pd.testing.assert_frame_equal(exact(table), exact(small), check_exact=True)


# What was planted in the sample


def _positive(shift: float) -> float:
    """Per cent positive of a theme whose latent mean is shifted, as the sample is drawn."""
    spread = math.sqrt(0.6**2 + 0.8**2 + 0.65**2)
    return 100 * float(np.mean([norm.cdf((shift + lift - CUTS[2]) / spread) for lift in EASE[:3]]))


def test_planted_gaps_are_recovered_and_nothing_else(council, by_ethnicity) -> None:
    """Of 16 gaps without a planted one, one stands out in 2024, by chance, and none in 2022.

    Benjamini and Hochberg promise that of gaps that stand out 5 in 100 are noise, not that none is.
    """
    told = exact(by_ethnicity)
    held, noise = [], []
    for topic, theme in THEMES.items():
        planted = SHIFTS.get(theme, {}).get("minority_ethnic", 0.0)
        # Disabled staff are shifted as well, in every group alike: about 8 in 100.
        drift = 0.08 * SHIFTS.get(theme, {}).get("disabled", 0.0)
        true = _positive(planted + drift) - _positive(drift)
        for label in ETHNICITIES.values():
            row = told.loc[("gap", label, topic)]
            error = (row["upper"] - row["lower"]) / 2 / norm.ppf(0.975)
            assert abs(row["value"] - true) < 4 * error, (topic, label)
            shrunk = told.loc[("gap_shrunk", label, topic)]
            held.append(shrunk["lower"] <= true <= shrunk["upper"])
            if not planted:
                noise.append(row["note"])
        if planted:
            lower = [told.loc[("gap", label, topic), "note"] for label in ETHNICITIES.values()]
            assert lower.count("lower") >= 3, topic
    assert sum(held) >= 0.9 * len(held)
    quiet = [topic for topic, theme in THEMES.items() if theme not in SHIFTS]
    earlier = exact(gaps(council.survey, of="ethnicity", wave="2022", adjust=[])).loc["gap", "note"]
    noise += earlier[earlier.index.get_level_values(1).isin(quiet)].tolist()
    assert len(noise) == 32
    assert sum(note != "" for note in noise) <= 1
    standardised = told.loc[("gap_standardised", ETHNICITIES["A"], "Inclusion")]
    assert standardised["upper"] < -5


def test_gaps_of_minority_ethnic_staff_are_those_of_the_truth(council) -> None:
    told = exact(gaps(council.survey, of="ethnicity", level="binary", adjust=["age", "sex"]))
    truth = json.loads(sample_data("truth.json").read_text(encoding="utf-8"))["expected"]["survey"]
    group = next(one for one in told.loc["gap"].index.get_level_values(0))
    one = truth["engagement_gap_minority_ethnic/2024"]
    gap = told.loc[("gap", group, "Engagement")]
    assert abs(gap["value"] - one["mean"]) < 4 * one["deviation"]
    minority, white = (
        truth[f"inclusion_percent_positive/2024/{name}"] for name in ("minority_ethnic", "white")
    )
    found = told.loc[("gap", group, "Inclusion")]
    spread = math.hypot(minority["deviation"], white["deviation"])
    assert abs(found["value"] - (minority["mean"] - white["mean"])) < 4 * spread
    assert (gap["note"], found["note"]) == ("lower", "lower")
    # One group alone is not shrunk.
    shrunk = told.loc[("gap_shrunk", group, "Inclusion")]
    assert shrunk["value"] == pytest.approx(found["value"])
    assert "not shrunk" in shrunk["method"]


def test_gaps_of_disabled_staff_are_those_of_the_truth(council) -> None:
    told = exact(gaps(council.survey, of="disability", measures=["engagement"], adjust=["sex"]))
    truth = json.loads(sample_data("truth.json").read_text(encoding="utf-8"))["expected"]["survey"]
    one = truth["engagement_gap_disabled/2024"]
    for measure in ("gap", "gap_standardised"):
        gap = told.loc[(measure, "Disabled", "Engagement"), "value"]
        assert abs(gap - one["mean"]) < 4 * one["deviation"], measure


def test_where_nothing_was_planted_the_map_is_blank(council) -> None:
    told = exact(gaps(council.survey, of="service", adjust=[])).loc["gap"]
    assert len(told) > 200
    assert (told["note"] != "").sum() <= 2
    assert (told["p_value"] < 0.05).mean() < 0.1


def test_small_groups_are_drawn_towards_what_groups_have_in_common(by_ethnicity) -> None:
    told = exact(by_ethnicity)
    raw, shrunk = told.loc["gap"], told.loc["gap_shrunk"]
    assert len(raw) == len(shrunk) == 28
    width = (shrunk["upper"] - shrunk["lower"]) / (raw["upper"] - raw["lower"])
    other = width.xs(ETHNICITIES["O"], level=0)
    assert (other < 0.7).all()
    assert (width.xs(ETHNICITIES["A"], level=0) > other).all()


def test_all_groups_and_topics_are_one_family(by_ethnicity) -> None:
    told = exact(by_ethnicity)
    for measure in ("gap", "gap_standardised"):
        rows = told.loc[measure]
        order = rows["p_value"].sort_values()
        ranks = np.arange(1, len(order) + 1)
        slow = (order * len(order) / ranks)[::-1].cummin()[::-1].clip(upper=1)
        assert rows["q_value"].loc[order.index].to_numpy() == pytest.approx(slow.to_numpy())
        assert rows["method"].str.contains("Benjamini-Hochberg, 28 comparisons").all()


def test_what_stands_out_is_told_by_q_value_limits_and_what_matters(by_ethnicity) -> None:
    rows = exact(by_ethnicity).loc["gap"]
    for _, row in rows.iterrows():
        stands = row["q_value"] <= 0.05 and not row["lower"] <= 0 <= row["upper"]
        stands = stands and not (row["lower"] > -2 and row["upper"] < 2)
        expected = ("lower" if row["upper"] < 0 else "higher") if stands else ""
        assert row["note"] == expected
    assert by_ethnicity.about.delta == 2


# Small groups, what is held equal, protection, words


def test_few_respondents_are_not_tested() -> None:
    kept = ANSWERS[(ANSWERS["sex"] == "F") | (ANSWERS.index % 12 == 0)]
    told = exact(gaps(survey(kept), of="sex", measures=["engagement", "inclusion"]))
    for measure in ("gap", "gap_standardised", "odds_ratio_adjusted"):
        few = told.loc[(measure, "Male", "Inclusion")]
        assert few["status"] == "not_tested", measure
        assert math.isnan(few["p_value"])
        assert told.loc[(measure, "Male", "Engagement"), "status"] == "ok"
    assert told.loc[("gap_shrunk", "Male", "Inclusion"), "status"] == "ok"
    nearly = ANSWERS[(ANSWERS["sex"] == "F") | (ANSWERS.index % 40 == 0)]
    assert 0 < (nearly["sex"] == "M").sum() < 10
    told = exact(gaps(survey(nearly), of="sex", measures=["inclusion"], adjust=["age"]))
    assert told.loc[("gap_shrunk", "Male", "Inclusion"), "status"] == "not_tested"
    assert math.isnan(told.loc[("odds_ratio_adjusted", "Male", "Inclusion"), "value"])


def test_a_group_of_nobody_is_undefined_and_one_of_one_mind_has_limits() -> None:
    nobody = gaps(survey(ANSWERS[ANSWERS["sex"] != "M"]), of="sex", measures=["inclusion"])
    told = exact(nobody).drop("score")
    assert (told["status"] == "undefined").all()
    assert told["value"].isna().all()
    same = ANSWERS.copy()
    same.loc[same["sex"] == "M", ["I1", "I2", "I3"]] = "5"
    told = exact(gaps(survey(same), of="sex", measures=["inclusion"], adjust=["age"]))
    assert told.loc[("gap", "Male", "Inclusion"), "note"] == "higher"
    odds = told.loc[("odds_ratio_adjusted", "Male", "Inclusion")]
    assert (odds["status"], math.isnan(odds["value"])) == ("undefined", True)
    assert told.loc[("gap_shrunk", "Male", "Inclusion"), "lower"] > 0


def test_what_is_held_equal_unless_said(council, by_ethnicity) -> None:
    assert "people with like age, sex and directorate" in by_ethnicity.about.definition.lower()
    plain = gaps(council.survey, of="sex", measures=["workload"], adjust=[])
    assert set(exact(plain).index.get_level_values(0)) == {"score", "gap", "gap_shrunk"}
    small = gaps(whole(known=False), of="unit", measures=["engagement"])
    assert "people with like age and sex." in small.about.definition.lower()
    assert small.about.groups == ("unit_id", "topic")


def test_many_without_anybody_alike_are_said() -> None:
    young = ANSWERS[(ANSWERS["sex"] != "M") | (ANSWERS["age_band"] == "16-24")]
    told = exact(gaps(survey(young), of="sex", measures=["engagement"], adjust=["age"]))
    note = told.loc[("gap_standardised", "Male", "Engagement"), "note"]
    assert note == "rests on less than half of the reference: the others have nobody alike"


def test_small_groups_are_hidden_and_nothing_tells_of_them(council) -> None:
    table = gaps(
        council.survey, of="ethnicity", level="full", measures=["inclusion"], adjust=["sex"]
    )
    kept = ANSWERS[(ANSWERS["sex"] == "F") | (ANSWERS.index % 40 == 0)]
    few = gaps(survey(kept), of="sex", measures=["engagement"], adjust=["age"])
    for one in (table, few):
        shown = one.protect().to_frame()
        numbers = pd.concat([shown["numerator"], shown["denominator"]]).dropna()
        assert not ((numbers > 0) & (numbers < 10)).any()
        assert shown["n_effective"].isna().all()
    shown = few.protect().to_frame()
    assert shown[shown["sex"] == "Male"]["value"].isna().all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"of": 7}, "of= takes one name"),
        ({"of": "sex", "adjust": "age"}, "adjust= takes a list of names"),
        ({"of": "sex", "adjust": ["sex"]}, "adjust= names 'sex', which is what is compared"),
        ({"of": "sex", "adjust": ["hat_size"]}, "hat_size"),
        ({"of": "sex", "reference": "rest"}, "reference='rest' is not taken here"),
        ({"of": "sex", "reference": "Blue"}, "reference='Blue' is not a group of Sex"),
        ({"of": "sex", "measures": ["happiness"]}, "no item, theme or index 'happiness'"),
        ({"of": "sex", "confidence": 2}, "confidence"),
    ],
)
def test_mistakes_are_said_in_words(arguments, words) -> None:
    with pytest.raises(UsageError, match=words):
        gaps(whole(known=False), **arguments)
