"""Change between two surveys: against work on single answers, and what was planted."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tests.survey_depth_samples import answers, exact, index, positives, shuffled, survey, toml
from workforce_analytics.errors import UsageError
from workforce_analytics.measures.survey_change import change
from workforce_analytics.samples import sample_data

ROWS = pd.concat([answers(260, "2022", 1), answers(240, "2024", 2, lift=0.4, female=0.5)])
STAFF = pd.DataFrame(
    [
        {"wave": wave, "sex": sex, "n": n}
        for wave, numbers in (("2022", (400, 200)), ("2024", (300, 300)))
        for sex, n in zip(("female", "male"), numbers, strict=True)
    ]
)
SMALL = """
[instrument]
title = "Three questions"
source = "Written for these tests."

[scales.agreement]
points = [1, 2, 3, 4, 5]
positive = [4, 5]
evenly = [0, 100]

[items.Q1]
scale = "agreement"
text = "I have strength left in the evening"
[items.Q2]
scale = "agreement"
text = "I leave work at work"
[items.Q3]
scale = "agreement"
text = "I am glad to be here"

[themes.gladness]
label = "Gladness"
items = ["Q3"]

[indexes.strain]
label = "Strain"
items = ["Q1", "Q2"]
reversed = ["Q1", "Q2"]

[indexes.ease]
label = "Ease"
items = ["Q1", "Q2"]

[[breaks]]
waves = ["2022", "2024"]
reason = "The question was asked of half the staff in 2022."
measures = ["gladness"]
"""


@pytest.fixture(scope="module")
def both():
    return survey(ROWS, staff=STAFF)


@pytest.fixture(scope="module")
def planted(council):
    return exact(change(council.survey))


def _strata(rows: pd.DataFrame, names: list[str]) -> pd.Series:
    told = rows[names].replace({"prefer_not_to_say": "", "not_known": ""})
    return told.agg("/".join, axis=1)


def _by_hand(rows: pd.DataFrame, y: np.ndarray, m: np.ndarray, names: list[str]) -> dict:
    """Work the standardised change out respondent by respondent, nobody answering both times."""
    strata = _strata(rows, names) if names else pd.Series("", index=rows.index)
    valid = m > 0
    weights, changes, squares = [], [], []
    for one in sorted(strata[valid].unique()):
        means, errors, people = [], [], 0
        for wave in ("2022", "2024"):
            here = ((strata == one) & (rows["wave"] == wave)).to_numpy() & valid
            n = here.sum()
            mean = y[here].sum() / m[here].sum()
            left = (y[here] - mean * m[here]) / m[here].mean()
            means.append(mean)
            errors.append((left**2).sum() / (n - 1) / n)
            people += n
        weights.append(people)
        changes.append(means[1] - means[0])
        squares.append(sum(errors))
    share = np.array(weights) / sum(weights)
    value = float(share @ np.array(changes))
    error = float(np.sqrt(share**2 @ np.array(squares)))
    return {"value": value, "lower": value - 1.959964 * error, "upper": value + 1.959964 * error}


# Against other ways to work it out


@pytest.mark.parametrize("names", [[], ["sex"], ["sex", "disability"]])
def test_a_change_is_that_of_single_answers(both, names: list[str]) -> None:
    rows = ROWS.reset_index(drop=True)
    told = exact(change(both, measures=["engagement", "inclusion"], strata=names))
    y, m = positives(rows, "inclusion")
    slow = {end: 100 * value for end, value in _by_hand(rows, y, m, names).items()}
    row = told.loc[("change", "Inclusion")]
    assert row[["value", "lower", "upper"]].to_dict() == pytest.approx(slow, rel=1e-6)
    score = index(rows)
    one = np.isfinite(score).astype(int)
    slow = _by_hand(rows, np.nan_to_num(score), one, names)
    row = told.loc[("change", "Engagement")]
    assert row[["value", "lower", "upper"]].to_dict() == pytest.approx(slow, rel=1e-6)
    assert row["denominator"] == one[(rows["wave"] == "2024").to_numpy()].sum()
    levels = [told.loc[(side, "Engagement"), "value"] for side in ("first", "second")]
    assert row["value"] == pytest.approx(levels[1] - levels[0])


def test_within_and_mix_add_up_to_the_change_as_answered(both) -> None:
    told = exact(change(both, measures=["inclusion", "workload"], strata=["sex"]))
    rows = ROWS.reset_index(drop=True)
    for theme, topic in (("inclusion", "Inclusion"), ("workload", "Workload")):
        y, m = positives(rows, theme)
        of = [(rows["wave"] == wave).to_numpy() for wave in ("2022", "2024")]
        first, second = (y[here].sum() / m[here].sum() for here in of)
        plain = told.loc[("as_answered", topic), "value"]
        assert plain == pytest.approx(100 * (second - first))
        parts = [told.loc[(part, topic), "value"] for part in ("change_within", "change_mix")]
        assert sum(parts) == pytest.approx(plain)


def test_another_mix_alone_is_no_change_of_what_people_say() -> None:
    women = pd.DataFrame({"sex": "female", **{f"E{i}": "5" for i in range(1, 6)}}, index=range(80))
    men = pd.DataFrame({"sex": "male", **{f"E{i}": "3" for i in range(1, 6)}}, index=range(80))
    waves = [
        pd.concat([women[:some], men[: 80 - some]]).assign(wave=wave)
        for wave, some in (("2022", 60), ("2024", 20))
    ]
    rows = pd.concat(waves).reset_index(drop=True)
    rows["respondent_id"] = [str(i) for i in range(len(rows))]
    told = exact(change(survey(rows), measures="engagement", strata=["sex"])).xs(
        "Engagement", level="topic"
    )["value"]
    assert told["change"] == 0
    assert told["as_answered"] == told["change_mix"] == -25
    assert told["change_within"] == 0


def test_limits_by_how_many_answered_both_times(both) -> None:
    """Widest where nobody did; narrower by chance's number, narrowest if all who could did."""
    told = exact(change(both, measures="inclusion", strata=["sex"])).xs("Inclusion", level="topic")
    reach = {
        name: told.loc[name, "upper"] - told.loc[name, "value"]
        for name in ("change", "change_expected", "change_narrowest")
    }
    assert reach["change"] > reach["change_expected"] > reach["change_narrowest"]
    rows = ROWS.reset_index(drop=True)
    m = positives(rows, "inclusion")[1]
    people = [(m[(rows["wave"] == wave).to_numpy()] > 0).sum() for wave in ("2022", "2024")]
    expected = people[0] * people[1] / 600  # 600 could have answered each time
    squared = {name: value**2 for name, value in reach.items()}
    # The square falls in a straight line from nobody to everybody, alike in all strata; the
    # narrowest is of the most there can be by sex, who are fewer than the smaller wave.
    most = sum(
        min(((rows["wave"] == w) & (rows["sex"] == sex) & (m > 0)).sum() for w in ("2022", "2024"))
        for sex in ("female", "male")
    )
    by_line = squared["change"] - expected / most * (
        squared["change"] - squared["change_narrowest"]
    )
    assert squared["change_expected"] == pytest.approx(by_line)
    without = exact(change(survey(ROWS), measures="inclusion"))
    assert "change_expected" not in without.index.get_level_values("measure")


# What was planted in the sample


def test_engagement_rose_as_planted_and_nothing_else_did(planted) -> None:
    expected = json.loads(sample_data("truth.json").read_text(encoding="utf-8"))["expected"]
    truth = expected["survey"]
    rise = truth["engagement_index/2024"]["mean"] - truth["engagement_index/2022"]["mean"]
    row = planted.loc[("change", "Engagement")]
    assert row["lower"] < rise < row["upper"]
    assert row["note"] == "better"
    assert row["q_value"] < 1e-6
    others = planted.loc["change"].drop(index="Engagement")
    assert len(others) == 6
    assert ((others["lower"] < 0) & (others["upper"] > 0)).all()
    assert set(others["note"]) <= {"cannot tell", "no change that matters"}
    assert (planted.loc["change_mix", "value"].abs() < 0.5).all()


def test_the_smallest_change_that_matters_may_be_another(council) -> None:
    told = exact(change(council.survey, measures=["engagement", "workload"], delta=8))
    assert set(told.loc["change", "note"]) == {"no change that matters"}


# Groups


def test_groups_stand_beside_all_and_small_ones_are_not_tested(council) -> None:
    table = change(council.survey, of="ethnicity", measures=["engagement"], where={"unit": "S01"})
    told = exact(table)
    assert table.about.groups == ("ethnicity", "topic")
    plain = exact(change(council.survey, measures=["engagement"], where={"unit": "S01"}))
    for end in ("value", "lower", "upper"):
        whole = told.loc[("change", "All", "Engagement"), end]
        assert whole == pytest.approx(plain.loc[("change", "Engagement"), end])
    changes = told.loc["change"].droplevel("topic")
    small = changes[changes["status"] == "not_tested"]
    assert len(small)
    assert small[["lower", "upper", "p_value"]].isna().all(axis=None)
    assert small["note"].str.startswith("cannot tell").all()
    assert changes["denominator"].drop(index="All").sum() == changes.loc["All", "denominator"]


def test_the_value_of_a_group_is_that_of_its_people_alone(both) -> None:
    told = exact(change(both, of="sex", measures=["inclusion"], strata=["disability"]))
    rows = ROWS[ROWS["sex"] == "male"].reset_index(drop=True)
    slow = _by_hand(rows, *positives(rows, "inclusion"), ["disability"])
    row = told.loc[("change", "Male", "Inclusion")]
    assert row["value"] == pytest.approx(100 * slow["value"])
    assert row["upper"] == pytest.approx(100 * slow["upper"], rel=1e-6)
    assert row["compared"] == ""


# What must not be compared, and words


def test_only_what_may_be_compared_is(tmp_path) -> None:
    file = toml(tmp_path / "small.toml", SMALL)
    draws = np.random.default_rng(4)
    rows = pd.DataFrame(
        {
            "wave": ["2022"] * 60 + ["2024"] * 60,
            "respondent_id": [str(i) for i in range(120)],
            "Q1": ["2"] * 60 + ["4"] * 60,
            "Q2": draws.choice(["2", "3"], 120),
            "Q3": draws.choice(["2", "4"], 120),
        }
    )
    whole = survey(rows, instrument=file)
    table = change(whole)
    told = exact(table)
    refused = told.loc[("change", "Gladness")]
    assert refused["status"] == "not_tested"
    assert np.isnan(refused["value"])
    assert refused["note"] == "The question was asked of half the staff in 2022."
    assert any("half the staff" in words for words in table.about.caveats)
    # Of an index that turns good items over, more is worse: it fell, and that is better.
    strain, ease = (told.loc[("change", topic)] for topic in ("Strain", "Ease"))
    assert strain["value"] == pytest.approx(-ease["value"])
    assert strain["value"] < -20
    assert strain["note"] == ease["note"] == "better"
    with pytest.raises(UsageError, match="half the staff in 2022"):
        change(whole, measures="gladness")


def test_arguments_are_checked(both) -> None:
    for arguments, words in (
        ({"delta": 0}, "above 0"),
        ({"first": "2024"}, "Name two"),
        ({"second": "2022"}, "no wave before '2022'"),
        ({"first": "2019"}, "no wave '2019'"),
        ({"measures": "engagment"}, "engagement"),
        ({"measures": "inclusion", "strata": ["shoe_size"]}, "shoe_size"),
    ):
        with pytest.raises(UsageError, match=words):
            change(both, **arguments)


def test_the_order_of_rows_changes_nothing(both) -> None:
    names = ["engagement", "inclusion"]
    one, other = (
        exact(change(one, of="disability", measures=names))
        for one in (both, survey(shuffled(ROWS), staff=shuffled(STAFF)))
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_all_that_is_shown_may_be_shown(both) -> None:
    shown = change(both, of="disability", measures=["engagement"]).to_frame()
    assert shown["value"].notna().any()
    few = ROWS[
        (ROWS["disability"] != "disabled") | (ROWS.groupby(["wave", "disability"]).cumcount() < 6)
    ]
    hidden = change(survey(few), of="disability", measures=["engagement"]).to_frame()
    of = hidden[hidden["disability"] == "Disabled"]
    assert len(of)
    assert of["value"].isna().all()


def test_few_positive_answers_to_a_question_are_hidden() -> None:
    rows = answers(300, "2022", 3).assign(W1="2")
    rows.loc[:4, "W1"] = "5"
    rows = pd.concat([rows, answers(300, "2024", 4)])
    table = change(survey(rows), measures=["W1", "W2", "workload"])
    shown = table.to_frame().set_index(["measure", "topic"])
    (few,) = (label for label in table.about.order["topic"] if "hours" in label)
    assert (
        shown.loc[["first", "change", "as_answered"]].xs(few, level="topic")["value"].isna().all()
    )
    whole = exact(table)
    assert whole.loc[("first", few), "value"] < 0.05
    others = shown.drop(index=few, level="topic")
    assert others["value"].notna().all()


def test_units_stand_in_a_column_of_their_own(council) -> None:
    table = change(council.survey, of="unit", measures=["engagement"], strata=[])
    column = table.about.groups[0]
    assert column != "unit"
    found = table.unprotected(reason="a test of made-up data")
    assert found[column].nunique() > 20
    assert set(found["unit"]) == {"score_0_100"}
