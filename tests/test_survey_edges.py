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
from workforce_analytics.counting.answers import answer_counts, answer_sums
from workforce_analytics.errors import ConfigurationError
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
