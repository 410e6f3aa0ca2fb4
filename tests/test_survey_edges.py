"""Surveys as they come: codes of their own, questions that are missing, nobody there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import workforce_analytics as wa
from tests import answer_samples
from workforce_analytics.counting.answer_codes import tick_counts
from workforce_analytics.counting.answer_presence import presence
from workforce_analytics.counting.answers import answer_counts, answer_sums
from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.estimates import ALL
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.extract import Context
from workforce_analytics.extracts.instruments import instrument
from workforce_analytics.extracts.survey_checks import survey_quality
from workforce_analytics.organisation import Bundle
from workforce_analytics.publishing.tables import tables

SAMPLE = instrument("sample")


def wide(answers: dict[str, list[Any]], **more: Any) -> pd.DataFrame:
    """Respondents of one wave, with some answers."""
    n = len(next(iter(answers.values())))
    return pd.DataFrame(
        {"wave": "2025", "respondent_id": [f"r{i}" for i in range(n)], **more, **answers}
    )


def long(answers: dict[str, list[Any]]) -> pd.DataFrame:
    """The same with a row for each answer."""
    kept = ["wave", "respondent_id"]
    return wide(answers).melt(kept, var_name="item", value_name="answer").dropna()


def read(table: Any, mapping: Path | None = None, **plan: Any) -> Any:
    """Read answers by the sample's instrument."""
    context = Context(organisation="Council", plans={"survey": {"instrument": "sample", **plan}})
    return wa.read("survey_responses", table, mapping=mapping, context=context)


def mapped(place: Path, text: str) -> Path:
    """Write a mapping."""
    place.write_text(text, encoding="utf-8")
    return place


def given(extract: Any, item: str) -> dict[str, int]:
    """How many gave each answer to a question."""
    found = answer_counts(extract, SAMPLE, item, wave="2025").occurring()
    return {code: n for (code,), n in found.items() if n}


RAW = ["-1", "1", "4.0", " 4 ", "5 - Strongly agree", "\u22121", "-99", "2.5", ".5"]


@pytest.mark.parametrize("shape", [wide, long])
def test_signs_and_decimals_of_raw_answers_count(shape) -> None:
    extract = read(shape({"E1": RAW, "E2": ["3"] * len(RAW)}))
    assert given(extract, "E1") == {"1": 1, "4": 2, "5": 1, "not_answered": 5}
    sums = answer_sums(extract, SAMPLE, measures=["E1"], wave="2025").arrays("E1")
    assert (sums["n"][0], sums["y"][0]) == (4, 3)


def test_numbers_of_a_frame_in_memory_are_codes_as_well() -> None:
    extract = read(wide({"E1": [4.0, -1.0, None, 2.5, 1.0], "E2": [5, -1, 1, 9, 3]}))
    assert given(extract, "E1") == {"1": 1, "4": 1, "not_answered": 3}
    assert given(extract, "E2") == {"1": 1, "3": 1, "5": 1, "not_answered": 2}


VALUES = """
[values.E1]
"1" = "5"
"2" = "Agree"
"-1" = ""
"Gar nicht" = "1"
"""


@pytest.mark.parametrize("shape", [wide, long])
def test_a_mapping_says_what_an_export_with_its_own_codes_means(shape, tmp_path) -> None:
    raw = {"E1": ["1", "1.0", "2", "-1", "gar  nicht", "3"], "E2": ["1", "2", "3", "4", "5", "-1"]}
    extract = read(shape(raw), mapped(tmp_path / "tool.toml", VALUES))
    # "1" is 5 once: what it stands for is not looked up again.
    assert given(extract, "E1") == {"1": 1, "3": 1, "4": 1, "5": 2, "not_answered": 1}
    assert given(extract, "E2") == {**dict.fromkeys("12345", 1), "not_answered": 1}
    ticked = tick_counts(extract, SAMPLE, "E1", wave="2025").occurring()
    assert {code: n for (code,), n in ticked.items()} == {"1": 1, "3": 1, "4": 1, "5": 2}
    found = {one.rule: one for one in survey_quality({"survey_responses": extract}).problems}
    assert found["out_of_scale"].message.endswith("not given: E2 once")
    assert '[values.E2] "..." = "1"' in found["out_of_scale"].remedy


def test_a_header_of_its_own_takes_values_under_the_question_or_the_header(tmp_path) -> None:
    for name in ("E1", "e1"):
        mapping = mapped(tmp_path / f"{name}.toml", f'[values.{name}]\n"Ja" = "5"\n')
        assert given(read(wide({"e1": ["Ja", "2"]}), mapping), "E1") == {"2": 1, "5": 1}


def test_values_of_the_mapping_that_nothing_has_are_told(tmp_path) -> None:
    text = '[values.E11]\n"a" = "1"\n[values.E2]\n"secret" = "6"\n'
    extract = read(wide({"E1": ["1"], "E2": ["2"]}), mapped(tmp_path / "tool.toml", text))
    found = {one.rule: one for one in survey_quality({"survey_responses": extract}).problems}
    assert "E11" in found["values_of_no_item"].message
    assert "Did you mean 'E1'?" in found["values_of_no_item"].remedy
    assert "E2" in found["values_not_in_scale"].message
    assert "one of 1, 2, 3, 4, 5" in found["values_not_in_scale"].remedy
    assert not any("secret" in one.sentence() for one in found.values())


OWN = {"2024": '"1" = "5"\n"-1" = "2"\n"3" = ""\n', "2025": '"1" = "4"\n'}


def test_files_with_mappings_of_their_own_keep_signs_and_lose_no_values(tmp_path) -> None:
    paths, mappings = [], []
    for wave, text in OWN.items():
        table = wide({"E1": ["1", "-1", "3"], "E2": ["1", "2", "3"]}).assign(wave=wave)
        paths.append(tmp_path / f"{wave}.csv")
        table.to_csv(paths[-1], index=False)
        mappings.append(mapped(tmp_path / f"{wave}.toml", f"[values.E1]\n{text}"))
    context = Context(plans={"survey": {"instrument": "sample"}})
    extract = wa.read("survey_responses", paths, mapping=mappings, context=context)
    assert given(extract, "E1") == {"3": 1, "4": 1, "not_answered": 1}
    earlier = answer_counts(extract, SAMPLE, "E1", wave="2024").occurring()
    assert {code: n for (code,), n in earlier.items() if n} == {"2": 1, "5": 1, "not_answered": 1}
    mapped(mappings[1], '[values.E3]\n"1" = "4"\n')
    with pytest.raises(ConfigurationError, match=r"\[values.E3\] names no column"):
        wa.read("survey_responses", paths, mapping=mappings, context=context)


CODED = """
[scales.subjects]
points = ["pay", "room"]
labels = { pay = "Pay", room = "Rooms" }
ordered = false
[items.subject]
topic = "What the comment is about"
scale = "subjects"
several = true
"""
UNIT_LABELS = {
    "unit": {"Parks (U1)", "Parks (U3)", "Schools"},
    "service": {"Parks (U1)", "Parks (U3)", "Schools"},
    "directorate": {"People", "Places"},
}


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Two waves of a council with three units, whose comments were given codes."""
    path = tmp_path_factory.mktemp("instrument") / "coded.toml"
    shipped = resources.path("schemas", "instruments", "sample.toml")
    path.write_text(shipped.read_text(encoding="utf-8") + CODED, encoding="utf-8")
    draw, n = np.random.default_rng(1), 480
    mood = draw.normal(size=n)
    answers = {
        item: np.clip(np.round(3.3 + mood + draw.normal(size=n)), 1, 5).astype(int).astype(str)
        for name in ("engagement", "inclusion", "workload")
        for item in (one.name for one in SAMPLE.items_of(name))
    }
    table = wide(
        answers,
        unit=draw.choice(["U1", "U2", "U3"], n),
        sex=draw.choice(["F", "M"], n),
        subject=draw.choice(["pay", "room", "pay;room", ""], n),
    )
    table["wave"] = np.where(np.arange(n) < n // 2, "2023", "2025")
    staff = pd.DataFrame(
        {"wave": ["2023", "2025"] * 3, "unit": ["U1", "U1", "U2", "U2", "U3", "U3"]}
    )
    context = Context(organisation="Council", plans={"survey": {"instrument": str(path)}})
    context.links["units"] = wa.read("units", answer_samples.UNITS, context=context)
    responses = wa.read("survey_responses", table, context=context)
    eligible = wa.read("survey_eligible", staff.assign(n=130), context=context)
    return Bundle({"survey_responses": responses, "survey_eligible": eligible})


INCLUSION = {"measures": "inclusion"}
BY_UNIT: dict[str, Callable[..., Any]] = {
    "response_rates": wa.survey.response_rates,
    "answers": lambda survey, of: wa.survey.answers(survey, "I1", of=of),
    "comments": lambda survey, of: wa.survey.comments(survey, codes="subject", of=of),
    "scores": lambda survey, of: wa.survey.scores(survey, of=of, **INCLUSION),
    "scores by": lambda survey, of: wa.survey.scores(survey, of="sex", by=of, **INCLUSION),
    "gaps": lambda survey, of: wa.survey.gaps(survey, of=of, adjust=["sex"], **INCLUSION),
    "change": lambda survey, of: wa.survey.change(survey, of=of, **INCLUSION),
    "drivers": lambda survey, of: wa.survey.drivers(survey, of=of, predictors=["inclusion"]),
}


@pytest.mark.parametrize("of", UNIT_LABELS)
@pytest.mark.parametrize("name", BY_UNIT)
def test_groups_are_units_in_every_table_and_units_of_measure_stay(council, name, of) -> None:
    made = BY_UNIT[name](council, of=of)
    column = "unit_id" if of == "unit" else of
    assert column in made.about.groups
    assert made.about.headings[column] == of.capitalize()
    protected = made.protect()
    frame = protected.to_frame()
    assert set(frame[column]) - {ALL} == UNIT_LABELS[of]
    assert not set(frame["unit"]) & UNIT_LABELS[of]
    assert frame["value"].notna().any()
    laid = tables(protected)
    words = [one.caption for one in laid]
    words += [word for one in laid for row in one.rows for word in row.name]
    words += [
        word for one in laid for column in one.columns for word in (column.over, column.heading)
    ]
    assert all(label in " ".join(words) for label in UNIT_LABELS[of] - {made.about.reference})
    assert f" {of}" in laid[0].caption
    assert protected.sentence()


def people(n: int, items: list[str], *, wave: str = "2025", seed: int = 1) -> pd.DataFrame:
    """Draw answers of 1 to 5 to some questions."""
    draw = np.random.default_rng(seed)
    mood = draw.normal(size=n)
    answers = {
        item: np.clip(np.round(3.2 + mood + draw.normal(size=n)), 1, 5).astype(int).astype(str)
        for item in items
    }
    table = wide(
        answers,
        sex=draw.choice(["F", "M"], n),
        disability=draw.choice(["disabled", "not_disabled"], n),
    )
    return table.assign(wave=wave, respondent_id=[f"{wave}-{i}" for i in range(n)])


def survey(table: pd.DataFrame, staff: pd.DataFrame | None = None, name: str = "sample") -> Bundle:
    """Read a survey, and who could have answered."""
    context = Context(organisation="Council", plans={"survey": {"instrument": name}})
    found = {"survey_responses": wa.read("survey_responses", table, context=context)}
    if staff is not None:
        found["survey_eligible"] = wa.read("survey_eligible", staff, context=context)
    return Bundle(found)


SCALED = [name for name, item in SAMPLE.items.items() if item.scale]
WHOLE = people(120, SCALED)
STAFF = pd.DataFrame({"wave": "2025", "sex": ["female", "male"], "n": [150, 150]})
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
