"""Whether the questions of a theme tell one thing, in a table, against single answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.survey_depth_samples import ITEMS, answers, exact, scores, shuffled, survey, toml
from workforce_analytics.inference.reliability import mcdonald_omega
from workforce_analytics.measures.survey_reliability import reliability

ROWS = answers(220, "2024", 5)
SMALL = """
[instrument]
title = "Few questions"
source = "Written for these tests."

[scales.agreement]
points = [1, 2, 3, 4, 5]
positive = [4, 5]
evenly = [0, 100]

[items.Q1]
scale = "agreement"
text = "I belong here"
[items.Q2]
scale = "agreement"
text = "I feel out of place"
reversed = true
[items.Q3]
scale = "agreement"
text = "I can say no"

[themes.two]
label = "Belonging"
items = ["Q1", "Q2"]

[themes.one]
label = "Saying no"
items = ["Q3"]
"""


@pytest.fixture(scope="module")
def told():
    return exact(reliability(survey(ROWS), measures=["engagement", "inclusion"]))


@pytest.mark.parametrize(
    ("name", "topic"), [("engagement", "Engagement"), ("inclusion", "Inclusion")]
)
def test_alpha_and_omega_are_those_of_people_who_answered_all(told, name: str, topic: str) -> None:
    items = scores(ROWS, ITEMS[name])
    items = items[np.isfinite(items).all(axis=1)]
    k, n = items.shape[1], len(items)
    ratio = items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1)
    alpha, omega = (told.loc[(measure, topic)] for measure in ("alpha", "omega"))
    assert alpha["value"] == pytest.approx(k / (k - 1) * (1 - ratio))
    assert alpha["lower"] < alpha["value"] < alpha["upper"]
    assert alpha["denominator"] == omega["denominator"] == n
    slow = mcdonald_omega(np.cov(items.T), n)
    assert omega[["value", "lower", "upper"]].to_list() == pytest.approx(
        [slow.value, slow.lower, slow.upper], rel=1e-5
    )


def test_fewer_than_three_questions_come_with_a_warning(tmp_path) -> None:
    draws = np.random.default_rng(2)
    first = draws.integers(1, 6, 90)
    rows = pd.DataFrame(
        {
            "wave": "2024",
            "respondent_id": [str(i) for i in range(90)],
            "Q1": first.astype(str),
            "Q2": np.clip(6 - first + draws.integers(-1, 2, 90), 1, 5).astype(str),
            "Q3": draws.integers(1, 6, 90).astype(str),
        }
    )
    told = exact(reliability(survey(rows, instrument=toml(tmp_path / "few.toml", SMALL))))
    # The second is turned over before it is set beside the first: they agree.
    assert told.loc[("alpha", "Belonging"), "value"] > 0.7
    assert (told.xs("Belonging", level="topic")["note"].str.startswith("two questions only")).all()
    assert told.loc[("omega", "Belonging"), "status"] == "undefined"
    one = told.xs("Saying no", level="topic")
    assert (one["status"] == "undefined").all()
    assert one["value"].isna().all()
    assert (one["note"].str.startswith("one question only")).all()


def test_the_themes_of_the_sample_hold_together(council) -> None:
    """Planted: a latent answer, plus noise of 0.65 (themes) or 0.55 (engagement) of its size."""
    told = exact(reliability(council.survey, measures=["engagement", "inclusion", "workload"]))
    # Answers in five steps agree a little less than what lies behind them does.
    latent = 3 / (3 + 0.65**2)
    alphas = told.loc["alpha", "value"]
    assert len(alphas) == 3
    assert ((alphas > latent - 0.07) & (alphas < latent + 0.06)).all()
    assert alphas["Engagement"] == alphas.max()


def test_nobody_who_answered_all_is_told_and_no_error() -> None:
    rows = ROWS.head(30)
    rows = rows.assign(
        I1=rows["I1"].where(rows.index < 15, ""), I2=rows["I2"].where(rows.index >= 15, "")
    )
    told = exact(reliability(survey(rows), measures="inclusion"))
    assert (told["status"] == "undefined").all()
    assert (told["denominator"] == 0).all()


def test_a_question_that_nobody_answered_is_left_out_and_named() -> None:
    made = reliability(survey(ROWS.head(30).assign(I1="")), measures="inclusion")
    both = exact(reliability(survey(ROWS.head(30).drop(columns="I1")), measures="inclusion"))
    assert exact(made).loc["alpha", "value"].notna().all()
    pd.testing.assert_frame_equal(exact(made), both)
    assert "“Inclusion” rests on 2 of its 3 questions: nobody answered I1." in made.about.caveats


def test_few_people_are_hidden_and_the_order_of_rows_changes_nothing(told) -> None:
    shown = reliability(survey(ROWS.head(8)), measures="inclusion").to_frame()
    assert shown["value"].isna().all()
    again = exact(reliability(survey(shuffled(ROWS)), measures="inclusion"))
    one = told[told.index.get_level_values("topic") == "Inclusion"]
    pd.testing.assert_frame_equal(one, again, check_exact=True)
