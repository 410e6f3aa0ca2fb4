"""What a table is of where an export lacks questions, or a wave has no answers to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import workforce_analytics as wa
from tests.survey_edge_samples import SAMPLE, SCALED, people, survey
from workforce_analytics.counting.answer_presence import presence
from workforce_analytics.errors import UsageError

WHOLE = people(120, SCALED)
LACKING = WHOLE.drop(columns=["I1", "I2", "I3", "E4", "W1"]).assign(L1="-1", L2="", D2="9")
SAID = (
    "Left out, as nobody answered enough of their questions: “Inclusion”.",
    "“Engagement” rests on 4 of its 5 questions: nobody answered E4.",
    "“My line manager” rests on 1 of its 3 questions: nobody answered L1, L2.",
    "“Learning and development” rests on 2 of its 3 questions: nobody answered D2.",
    "“Workload” rests on 2 of its 3 questions: nobody answered W1.",
)
PARTIAL: dict[str, Callable[..., Any]] = {
    "scores": wa.survey.scores,
    "gaps": lambda survey: wa.survey.gaps(survey, of="sex", adjust=[]),
    "reliability": wa.survey.reliability,
    "drivers": wa.survey.drivers,
    "priorities": lambda survey: wa.survey.priorities(survey, of=["sex"]),
}


@pytest.mark.parametrize("name", PARTIAL)
def test_what_an_export_lacks_is_left_out_and_said(name) -> None:
    about = PARTIAL[name](survey(LACKING)).about
    assert set(SAID) <= set(about.caveats)
    assert "Inclusion" not in about.order["topic"]
    assert "My line manager" in about.order["topic"]


def test_nothing_is_said_of_questions_where_all_are_there() -> None:
    said = " ".join(wa.survey.scores(survey(WHOLE)).about.caveats)
    assert "Left out, as" not in said
    assert "rests on" not in said


def test_scores_rest_on_the_questions_that_there_are() -> None:
    table = wa.survey.scores(survey(LACKING)).unprotected(reason="made-up data")
    found = table[table["measure"] == "score"].set_index("topic")
    workload = LACKING[["W2", "W3"]].astype(int)
    assert found.loc["Workload", "value"] == (workload >= 4).to_numpy().mean()
    engagement = LACKING[["E1", "E2", "E3", "E5"]].astype(int).mean(axis=1)
    assert found.loc["Engagement", "value"] == pytest.approx((engagement.mean() - 1) * 25)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            lambda: wa.survey.scores(survey(LACKING), measures="inclusion"),
            r"\(I1, I2, I3\). Map one",
        ),
        (
            lambda: wa.survey.scores(
                survey(WHOLE.drop(columns=["E1", "E2", "E3"])), measures="engagement"
            ),
            "too few of the questions of 'engagement': it lacks E1, E2, E3",
        ),
        (
            lambda: wa.survey.drivers(survey(LACKING), predictors=["inclusion"]),
            "no column for 'incl",
        ),
        (lambda: wa.survey.answers(survey(LACKING), "I1"), "no column for 'I1'"),
        (
            lambda: wa.survey.scores(survey(LACKING[["wave", "respondent_id", "L1"]])),
            "Nobody answered enough",
        ),
    ],
)
def test_what_was_named_and_is_not_there_is_refused(ask, words) -> None:
    with pytest.raises(UsageError, match=words):
        ask()


def test_answers_to_a_theme_are_those_that_there_are() -> None:
    made = wa.survey.answers(survey(LACKING), ["workload", "E1"])
    assert len(made.about.order["topic"]) == 3
    assert "Left out, as the extract has no column for them: W1." in made.about.caveats


def test_a_named_theme_that_nobody_answered_is_undefined() -> None:
    made = wa.survey.scores(survey(WHOLE.assign(I1="", I2="-1", I3="")), measures="inclusion")
    assert "Nobody answered a question of “Inclusion”." in made.about.caveats
    assert (made.unprotected(reason="made-up data")["status"] == "undefined").all()


def test_waves_that_rest_on_other_questions_are_not_compared() -> None:
    before = people(120, SCALED, wave="2023", seed=2).assign(I1="", W1="-1", L1="", L2="", L3="")
    both = survey(pd.concat([before, WHOLE.drop(columns="D1")]).assign(D1=""))
    table = wa.survey.change(both, strata=[])
    frame = table.unprotected(reason="made-up data")
    refused = frame[frame["status"] == "not_tested"].set_index("topic")["note"]
    assert dict(refused) == {
        "My line manager": "Only one of the two waves has answers to L1, L2, L3.",
        "Inclusion": "Only one of the two waves has answers to I1.",
        "Workload": "Only one of the two waves has answers to W1.",
    }
    said = "“Learning and development” rests on 2 of its 3 questions in 2025: nobody answered D1."
    assert said in table.about.caveats


@pytest.mark.parametrize("shape", ["wide", "long"])
def test_what_is_there_is_counted_alike_in_both_layouts(shape) -> None:
    table = pd.concat([LACKING, WHOLE.assign(wave="2023", E1="")])
    if shape == "long":
        table = table.melt(["wave", "respondent_id", "sex", "disability"], SCALED, "item", "answer")
    found = presence(survey(table), SAMPLE, SCALED)
    assert found.lacking("line_manager", "2025") == ("L1", "L2")
    assert found.lacking("engagement", "2023") == ("E1",)
    assert found.lacking("inclusion", "2025") == ("I1", "I2", "I3")
    assert not found.is_enough("inclusion", "2025")
    assert found.is_enough("inclusion", "2025", held=True)


def test_many_reasons_why_nothing_can_be_compared_are_not_all_told() -> None:
    blank = WHOLE.assign(wave="2023", **dict.fromkeys(SCALED, ""))
    words = "has answers to E1, .* L3; and 5 reasons more. Name other waves"
    with pytest.raises(UsageError, match=words):
        wa.survey.change(survey(pd.concat([WHOLE, blank])))
