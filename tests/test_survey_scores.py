"""Scores of the staff survey by group: one by one, against the rest, units, weights, protection."""

from __future__ import annotations

import json
import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import workforce_analytics as wa
from tests import answer_samples
from workforce_analytics.disclosure.together import protect_together
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED
from workforce_analytics.extracts.extract import Context
from workforce_analytics.extracts.instruments import (
    instrument,
    respondent_positives,
    respondent_score,
)
from workforce_analytics.measures.survey_answers import answers
from workforce_analytics.measures.survey_scores import scores
from workforce_analytics.measures.survey_weights import weights
from workforce_analytics.organisation import Bundle
from workforce_analytics.samples import sample_data

SAMPLE = instrument("sample")
ITEMS = [name for name, item in SAMPLE.items.items() if item.scale]
UNITS = ["U1", "u2", "U3", "Elsewhere", ""]
SEX = {"F": "Female", "M": "Male", "": UNDECLARED}
LABELS = {"Inclusion": "inclusion", "Engagement": "engagement"}


def people(n: int, seed: int) -> pd.DataFrame:
    """Random respondents of the sample's instrument; men agree less with being included."""
    draw = np.random.default_rng(seed)
    sex = draw.choice(["F", "M", ""], n, p=[0.55, 0.35, 0.1])
    own = draw.normal(size=n) - 0.6 * (sex == "M")
    table = pd.DataFrame(
        {
            "wave": "2025",
            "respondent_id": [f"r{place:04}" for place in range(n)],
            "unit": draw.choice(
                ["U1", "u2", "U3", "Elsewhere", ""], n, p=[0.6, 0.2, 0.1, 0.05, 0.05]
            ),
            "sex": sex,
            "age_band": draw.choice(["16-24", "25-34", "35-44"], n),
        }
    )
    for item in ITEMS:
        answer = np.clip(np.round(3.4 + own + draw.normal(size=n)), 1, 5).astype(int).astype(str)
        table[item] = np.where(draw.random(n) < 0.04, "", answer)
    return table


def survey(answers: pd.DataFrame, staff: pd.DataFrame | None = None) -> Bundle:
    """Read a survey of a council with a few units, and who could answer it."""
    context = Context(organisation="Small Council")
    context.links["units"] = wa.read("units", answer_samples.UNITS, context=context)
    found = {"survey_responses": wa.read("survey_responses", answers, context=context)}
    if staff is not None:
        found["survey_eligible"] = wa.read("survey_eligible", staff, context=context)
    return Bundle(found)


def staff(**n: int) -> pd.DataFrame:
    """Who could answer, by sex; those who are not on record as "blank"."""
    rows = [("2025", {"blank": ""}.get(sex, sex), number) for sex, number in n.items()]
    return pd.DataFrame(rows, columns=["wave", "sex", "n"])


def exact(table) -> pd.DataFrame:
    """Give the exact figures by measure and groups."""
    frame = table.unprotected(reason="a test of made-up data")
    return frame.set_index(["measure", *table.about.groups]).sort_index()


ANSWERS = people(420, 3)
STAFF = staff(F=380, M=300, blank=40)


@cache
def whole(*, known: bool = True) -> Bundle:
    """All of them, read once; without staff records where those are not known."""
    return survey(ANSWERS, STAFF if known else None)


@pytest.fixture(scope="module")
def by_sex():
    return scores(whole(), of="sex", measures=["engagement", "inclusion", "I1"])


def one_by_one(measure: str) -> dict[str, np.ndarray]:
    """y and m of each respondent with a figure, by the label of their group."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in ANSWERS.to_dict("records"):
        given = {item: row[item] for item in ITEMS if row[item]}
        if measure == "engagement":
            score = respondent_score(SAMPLE, measure, given)
            pair = (score or 0.0, float(score is not None))
        else:
            pair = respondent_positives(SAMPLE, measure, given)
        if pair[1]:
            for group in (SEX[row["sex"]], ALL):
                found.setdefault(group, []).append(pair)
    return {group: np.array(pairs, dtype=float) for group, pairs in found.items()}


def wilson(share: float, size: float) -> tuple[float, float]:
    z = stats.norm.ppf(0.975)
    centre = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size**2)) / (1 + z * z / size)
    return centre - half, centre + half


# Against respondents one by one


@pytest.mark.parametrize("topic", ["Inclusion", "Engagement", "I belong here"])
def test_scores_and_limits_are_those_of_respondents_one_by_one(by_sex, topic) -> None:
    told = exact(by_sex)
    measure = LABELS.get(topic, "I1")
    # Those who are on record with no sex may be of either.
    known = {"Female": 420, "Male": 340, ALL: 720, UNDECLARED: math.inf}
    for group, pairs in one_by_one(measure).items():
        y, m = pairs.T
        row = told.loc[("score", group, topic)]
        n, left = len(y), 1 - len(y) / known[group]
        share = y.sum() / m.sum()
        square = left * n / (n - 1) * ((y - share * m) ** 2).sum() / m.sum() ** 2
        if measure == "engagement":
            half = stats.t.ppf(0.975, n - 1) * math.sqrt(square)
            ends = share - half, share + half
        else:
            size = share * (1 - share) / square
            ends = wilson(share, min(size, (m.sum() - 1) / left))
        assert row["value"] == pytest.approx(share)
        assert (row["lower"], row["upper"]) == pytest.approx(ends)
        assert row["denominator"] == n
        assert row["inference"] == ("process" if group == UNDECLARED else "finite_population")
        if measure == "I1":
            assert row["numerator"] == y.sum()


def test_against_the_rest_is_welch_and_a_test_of_clusters(by_sex) -> None:
    told = exact(by_sex).loc["against_rest"]
    groups = one_by_one("engagement")
    slow = stats.ttest_ind(groups["Male"][:, 0], groups["Female"][:, 0], equal_var=False)
    row = told.loc[("Male", "Engagement")]
    assert row["p_value"] == pytest.approx(slow.pvalue)
    assert row["lower"] == pytest.approx(slow.confidence_interval(0.95).low)
    assert (row["unit"], row["inference"]) == ("score_0_100", "process")
    theme = told.loc[("Male", "Inclusion")]
    (y, m), (v, w) = (one_by_one("inclusion")[sex].T for sex in ("Male", "Female"))
    assert theme["value"] == pytest.approx(100 * (y.sum() / m.sum() - v.sum() / w.sum()))
    assert theme["unit"] == "percentage_points"
    assert theme["note"] == "different"
    assert theme["reference"] == "everybody else"


def test_all_comparisons_of_the_table_are_allowed_for(by_sex) -> None:
    rows = exact(by_sex).loc["against_rest"]
    order = rows["p_value"].sort_values()
    ranks = np.arange(1, len(order) + 1)
    slow = (order * len(order) / ranks)[::-1].cummin()[::-1].clip(upper=1)
    assert rows["q_value"].loc[order.index].to_numpy() == pytest.approx(slow.to_numpy())
    assert rows["method"].str.contains("Benjamini-Hochberg, 6 comparisons").all()


def test_few_answers_are_not_tested() -> None:
    kept = ANSWERS[(ANSWERS["sex"] == "F") | (ANSWERS.index % 12 == 0)]
    men = int((kept["sex"] == "M").sum())
    assert 10 <= men < 20
    told = exact(scores(survey(kept), of="sex", measures=["engagement", "inclusion"]))
    few = told.loc[("against_rest", "Male", "Inclusion")]
    assert few["status"] == "not_tested"
    assert few["note"] == "not tested: fewer than 20 answered"
    assert math.isnan(few["p_value"])
    assert told.loc[("against_rest", "Male", "Engagement"), "status"] == "ok"
    # Without staff records limits are about a process.
    assert (told["inference"] == "process").all()


def test_more_respondents_than_staff_are_said() -> None:
    table = scores(survey(ANSWERS, staff(F=90, M=300)), of="sex", measures=["engagement"])
    told = exact(table).loc["score"]
    assert told.loc[("Female", "Engagement"), "inference"] == "process"
    assert told.loc[("Male", "Engagement"), "inference"] == "finite_population"
    assert any("More people say" in words for words in table.about.caveats)


def test_margins_of_the_people_survey() -> None:
    found = whole()
    told = exact(scores(found, measures=["I1"], margins="csps")).loc[("score", "I belong here")]
    p, n, eligible = told["value"], told["denominator"], 720
    margin = stats.norm.ppf(0.975) * math.sqrt(p * (1 - p) / n * (eligible - n) / (eligible - 1))
    assert told["upper"] - p == pytest.approx(margin)
    assert "Civil Service People Survey" in told["method"]


def test_within_a_category_of_another_it_is_the_table_of_that_subset() -> None:
    found = whole()
    ask = {"of": "sex", "measures": ["inclusion"]}
    table = exact(scores(found, by="age", **ask))
    young = exact(scores(found, where={"age": "16_24"}, **ask))
    label = next(one for one in table.index.get_level_values("age") if one.startswith("16"))
    figures = ["value", "denominator"]
    inside = table.xs(label, level="age").loc["score", figures]
    pd.testing.assert_frame_equal(inside, young.loc["score", figures])
    everybody = exact(scores(found, **ask))
    pd.testing.assert_frame_equal(
        table.xs(ALL, level="age").loc["score"], everybody.loc["score"], check_exact=True
    )


def test_rows_in_any_order_give_the_same_table(by_sex) -> None:
    mixed = survey(ANSWERS.sample(frac=1, random_state=4), STAFF.iloc[::-1])
    table = scores(mixed, of="sex", measures=["I1", "inclusion", "engagement"])
    pd.testing.assert_frame_equal(exact(table), exact(by_sex), check_exact=True)


# Units


def test_a_small_unit_has_the_figure_of_what_it_is_part_of() -> None:
    """U2 and U3 are of one directorate, U1 of another."""
    kept = ANSWERS.drop(ANSWERS[ANSWERS["unit"] == "U3"].index[15:])
    table = scores(survey(kept), of="unit", measures=["engagement", "inclusion"])
    told = exact(table)
    label = next(one for one in told.index.get_level_values("unit_id") if one.endswith("(U3)"))
    small = told.loc[("score", label, "Inclusion")]
    larger = kept["unit"].isin(["u2", "U3"]).sum()
    assert small["denominator"] == larger
    assert small["compared"] == "People"
    assert small["note"] == "fewer than 20 answered: the figure of “People” stands here"
    tested = told.loc[("against_rest", label, "Inclusion")]
    assert tested["status"] == "not_tested"
    assert math.isnan(tested["value"])
    # An index is shown from 10 on.
    assert told.loc[("score", label, "Engagement"), "denominator"] == 15
    # Where the directorate is too small as well, it is the figure of all staff.
    kept = kept.drop(kept[kept["unit"] == "u2"].index[3:])
    told = exact(scores(survey(kept), of="unit", measures=["inclusion"]))
    alone = told.loc[("score", label, "Inclusion")]
    assert alone["compared"] == ALL
    assert alone["value"] == told.loc[("score", ALL, "Inclusion"), "value"]


def test_services_of_the_sample_inherit_from_their_directorate(council) -> None:
    of_services = exact(scores(council.survey, of="service", measures=["E1"]))
    topic = "Most days I look forward to my work"
    small = of_services.loc[("score", "Occupational Therapy", topic)]
    directorates = exact(scores(council.survey, of="directorate", measures=["E1"]))
    larger = directorates.loc[("score", "Adult Social Care and Housing", topic)]
    for name in ("value", "numerator", "denominator"):
        assert small[name] == larger[name]
    assert "stands here" in small["note"]
    # Units of other employers, of whom nobody could answer, are no rows.
    assert "Sample School 1" not in of_services.index.get_level_values("service")
    quiet = of_services.loc["against_rest"]
    assert (quiet["note"] == "different").sum() <= 1


# Weights


def test_equal_weights_change_nothing() -> None:
    twice = ANSWERS.groupby(["sex", "age_band"]).size().mul(2).rename("n").reset_index()
    found = survey(ANSWERS, twice.assign(wave="2025"))
    equal = weights(found, margins=["sex", "age"], method="cells")
    assert equal.weighting.weight == pytest.approx(2)
    ask = {"of": "sex", "measures": ["engagement", "inclusion", "I1"]}
    plain, weighted = scores(found, **ask), scores(found, weights=equal, **ask)
    one, other = exact(plain).loc["score"], exact(weighted)
    assert set(other.index.get_level_values("measure")) == {"score"}
    other = other.loc["score"]
    assert other["value"].to_numpy() == pytest.approx(one["value"].to_numpy())
    assert (other["denominator"] == one["denominator"]).all()
    assert other["method"].str.contains("weighted").all()
    assert "weighted by" in weighted.about.base
    assert not one["method"].str.contains("weighted").any()


def test_weights_bring_groups_to_their_share_of_staff() -> None:
    found = survey(ANSWERS[ANSWERS["sex"] != ""], staff(F=300, M=700))
    told = exact(scores(found, weights=weights(found, margins=["sex"]), measures=["engagement"]))
    means = {sex: pairs[:, 0].mean() for sex, pairs in one_by_one("engagement").items()}
    # Nearly: some of either sex have no score.
    expected = 0.3 * means["Female"] + 0.7 * means["Male"]
    assert told.loc[("score", "Engagement"), "value"] == pytest.approx(expected, abs=0.1)


# The sample, protection, words


def test_the_sample_scores_what_it_should(council) -> None:
    table = scores(council.survey, of="ethnicity", measures=["engagement", "inclusion"])
    told = exact(table).loc["score"]
    truth = json.loads(sample_data("truth.json").read_text(encoding="utf-8"))["expected"]["survey"]
    index = truth["engagement_index/2024"]
    assert abs(told.loc[(ALL, "Engagement"), "value"] - index["mean"]) < 4 * index["deviation"]
    white = truth["inclusion_percent_positive/2024/white"]
    score = 100 * told.loc[("White", "Inclusion"), "value"]
    assert abs(score - white["mean"]) < 4 * white["deviation"]
    assert table.about.order["topic"] == ("Engagement", "Inclusion")


def test_few_respondents_and_few_positive_answers_are_hidden() -> None:
    kept = ANSWERS[(ANSWERS["sex"] == "F") | (ANSWERS.index % 20 == 0)].copy()
    assert (kept["sex"] == "M").sum() < 10
    kept.loc[kept["sex"] == "F", "I1"] = "1"
    kept.loc[kept.index[kept["sex"] == "F"][:4], "I1"] = "5"
    shown = scores(survey(kept), of="sex", measures=["engagement", "I1"]).protect().to_frame()
    men = shown[shown["sex"] == "Male"]
    assert men["value"].isna().all()
    few = shown[(shown["sex"] == "Female") & (shown["topic"] == "I belong here")]
    assert few["value"].isna().all()
    counts = pd.concat([shown["numerator"], shown["denominator"]]).dropna()
    assert not ((counts > 0) & (counts < 10)).any()


def test_who_did_not_say_is_not_all_less_those_who_did_in_another_table() -> None:
    """A third table, of other questions, must not loosen what ties the first two."""
    kept = ANSWERS[ANSWERS["sex"] != ""].index
    few = ANSWERS[ANSWERS["sex"] == ""].index[:6]
    asked = survey(ANSWERS.loc[[*kept, *few]])
    tables = [
        scores(asked, of="sex", measures=["engagement", "I1"]),
        scores(asked, measures=["engagement", "inclusion"]),
        answers(asked, ["I1", "E1"], of="sex", detail="full"),
    ]
    by_sex, whole_staff, _ = (one.to_frame() for one in protect_together(tables))
    said = by_sex[(by_sex["measure"] == "score") & (by_sex["topic"] == "Engagement")]
    n = said.set_index("sex")["denominator"]
    everybody = whole_staff.set_index("topic").loc["Engagement", "denominator"]
    assert math.isnan(n[UNDECLARED])
    # Printed once, all who answered are printed in both; with both groups they give the six away.
    assert math.isnan(n[ALL]) == math.isnan(everybody)
    assert np.isnan([n["Female"], n["Male"], everybody]).any()


def test_one_question_does_not_tell_who_is_hidden_in_another() -> None:
    """Nearly everybody answers every question: what is hidden once is hidden for all of them."""
    kept = ANSWERS[ANSWERS["sex"] != ""].index
    few = ANSWERS[ANSWERS["sex"] == ""].index[:6]
    asked = survey(ANSWERS.loc[[*kept, *few]])
    tables = [
        scores(asked, of="sex", measures=["engagement", "inclusion", "I1"]),
        scores(asked, measures=["engagement", "inclusion"]),
        answers(asked, ["E1"]),
    ]
    said, whole_staff, one_question = (one.to_frame() for one in protect_together(tables))
    shown = said[(said["measure"] == "score") & said["denominator"].notna()]
    groups = {topic: set(rows["sex"]) for topic, rows in shown.groupby("topic")}
    everywhere = set().union(*groups.values())
    if whole_staff["denominator"].notna().any() or one_question["denominator"].notna().any():
        everywhere.add(ALL)
    # Whatever may be seen of any question must leave open how many did not say.
    assert everywhere
    assert not {"Female", "Male", ALL} <= everywhere
    assert UNDECLARED not in everywhere


def test_a_hidden_unit_does_not_tell_by_whose_figure_stands_there_how_few_it_has() -> None:
    """A unit of few and one that is hidden beside it look the same."""
    units = ["U1"] * 40 + ["U2"] * 14 + ["U3"] * 5 + [""] * 41
    asked = survey(ANSWERS.head(100).assign(unit=units))
    made = scores(asked, of="unit", measures=["engagement", "inclusion"])
    told = exact(made).reset_index()
    assert (told["compared"] != "").any()
    frame = made.protect().to_frame()
    hidden = frame[frame["status"] == "suppressed"]
    hidden = hidden[hidden["measure"] == "score"]
    assert len(hidden) > 2
    assert set(hidden["compared"]) == {""} == set(hidden["note"])


def test_how_many_staff_a_group_has_cannot_be_had_from_its_limits() -> None:
    """Of 396 and 404 women the limits are those of 400 and 410: no narrower, and in whole tens."""

    def limits(women: int) -> tuple[float, float]:
        asked = survey(ANSWERS, staff(F=women, M=300))
        row = exact(scores(asked, of="sex", measures=["I1"])).loc[
            ("score", "Female", "I belong here")
        ]
        return row["lower"], row["upper"]

    assert limits(396) == limits(400) != limits(404) == limits(410)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"of": 7}, "of= and by= take one name each"),
        ({"by": "sex"}, "by= takes another name than of="),
        ({"of": "sex", "by": "sex"}, "by= takes another name than of="),
        ({"of": "hat_size"}, "hat_size"),
        ({"measures": ["happiness"]}, "no item, theme or index 'happiness'"),
        ({"measures": []}, "measures= names nothing"),
        ({"wave": "1066"}, "no wave '1066'"),
        ({"margins": "wide"}, "margins='wide' is not known"),
        ({"weights": 3}, "weights= takes what"),
        ({"confidence": 2}, "confidence"),
        ({"confidence": "95"}, "confidence must lie between 0 and 1"),
    ],
)
def test_mistakes_are_said_in_words(arguments, words) -> None:
    with pytest.raises(UsageError, match=words):
        scores(whole(known=False), **arguments)


def test_weights_of_another_wave_or_level_are_refused() -> None:
    both = pd.concat([ANSWERS, ANSWERS.assign(wave="2026")])
    found = survey(both, STAFF)
    made = weights(found, wave="2025", margins=["sex"])
    with pytest.raises(UsageError, match="weights are of wave 2025"):
        scores(found, weights=made)
    with pytest.raises(UsageError, match="at the level 'main'"):
        scores(found, wave="2025", of="sex", level="full", weights=made)
    with pytest.raises(UsageError, match="unweighted figures"):
        scores(found, wave="2025", weights=made, margins="csps")
