"""Answers held against their instrument, and respondents against the staff who could answer."""

from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from workforce_analytics.extracts.extract import Context, Extract
from workforce_analytics.extracts.quality import Problem
from workforce_analytics.extracts.survey_checks import survey_quality
from workforce_analytics.extracts.survey_words import how_often

INSTRUMENT = """[instrument]
title = "Our survey"
source = "Ourselves"
[scales.agreement]
points = ["1", "2", "3", "4", "5"]
labels = { 1 = "Strongly disagree", 5 = "Strongly agree", NA = "Not applicable" }
positive = ["4", "5"]
not_applicable = ["NA"]
[scales.yes_no]
points = ["yes", "no"]
ordered = false
[scales.network]
points = ["Race", "Women"]
ordered = false
[items.Q1]
text = "I am proud of what we do"
scale = "agreement"
[items.Q2]
text = "I was bullied in the last year"
scale = "yes_no"
[items.Q3]
text = "It was dealt with well"
scale = "agreement"
asked_if = { Q2 = ["yes"] }
[items.Q4]
text = "I can work from home"
scale = "agreement"
waves = ["2024"]
[items.Q5]
text = "Which networks do you belong to?"
scale = "network"
several = true
[items.Q6]
text = "What else should we know?"
free_text = true
"""
GOOD: dict[str, list[Any]] = {
    "wave": ["2022", "2022", "2024", "2024"],
    "respondent_id": ["a", "b", "a", "c"],
    "sex": ["Female", "Male", "Female", "Prefer not to say"],
    "Q1": ["1", "5 Strongly agree", "Not applicable", None],
    "Q2": ["yes", "no", "no", "Yes"],
    "Q3": ["5", None, None, "1"],
    "Q4": [None, None, "3", "4"],
    "Q5": ["Race;Women;", None, "women", None],
}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    path = tmp_path_factory.mktemp("instrument") / "own.toml"
    path.write_text(INSTRUMENT, encoding="utf-8")
    return Context(plans={"survey": {"instrument": str(path)}})


def _long(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [name for name in frame.columns if not name.startswith("Q")]
    melted = frame.melt(id_vars=keys, var_name="item", value_name="answer")
    return melted[melted["answer"].notna()].sample(frac=1, random_state=1)


def _found(source: Any, context: Context, eligible: Any = None) -> dict[str, Problem]:
    extracts: dict[str, Extract] = {
        "survey_responses": wa.read("survey_responses", source, context=context)
    }
    if eligible is not None:
        extracts["survey_eligible"] = wa.read("survey_eligible", pd.DataFrame(eligible))
    found = survey_quality(extracts).problems
    assert len({item.rule for item in found}) == len(found), "one finding for each rule"
    return {item.rule: item for item in found}


def _ways(columns: dict[str, list[Any]]) -> list[Any]:
    wide = pd.DataFrame(columns)
    return [wide, _long(wide), polars.DataFrame(columns), polars.from_pandas(_long(wide)).lazy()]


@pytest.mark.parametrize("way", range(4))
def test_nothing_is_found_where_nothing_is_wrong(context: Context, way: int) -> None:
    assert _found(_ways(GOOD)[way], context) == {}


@pytest.mark.parametrize("way", range(4))
def test_every_rule_finds_what_breaks_it(context: Context, way: int) -> None:
    bad = {
        **GOOD,
        "Q1": ["1", "6", "Agree Zzyx", "0"],
        "Q3": ["5", "4", "3", "1"],
        "Q4": ["2", None, None, None],
        "Q5": ["Race;Zzyx;", None, None, None],
        "Q9": ["1", None, None, "1"],
    }
    found = _found(_ways(bad)[way], context)
    assert not any("Zzyx" in one.sentence() for one in found.values())
    assert set(found) == {
        *("unknown_answer", "out_of_scale", "routing_error", "not_asked_in_wave"),
        *("not_in_instrument", "item_without_answers"),
    }
    assert found["unknown_answer"].message.endswith(": Q1 once, Q5 once")
    assert '[scales.agreement] synonyms = { 1 = ["..."] }' in found["unknown_answer"].remedy
    assert found["out_of_scale"].message.endswith(": Q1 2 times")
    assert "(Q1: 1, 2, 3, 4, 5, NA)" in found["out_of_scale"].remedy
    assert found["routing_error"].message.endswith(": Q3 2 times")
    assert "(Q2 = yes)" in found["routing_error"].remedy
    assert found["not_asked_in_wave"].message.endswith(": Q4 in 2022 once")
    # What stands in the cells of a long file may be anything, so its items are not named.
    which = "1 item of the file is" if way in {1, 3} else "Q9 is"
    assert found["not_in_instrument"].message.startswith(f"{which} in no item of the instrument")
    assert found["item_without_answers"].message.endswith("asked them: 2024: Q4, Q5")


def test_a_question_whose_way_in_is_missing_is_told(context: Context) -> None:
    found = _found(pd.DataFrame(GOOD).drop(columns="Q2"), context)
    assert "asked Q3: the question before" in found["routing_without_column"].message
    assert found["item_without_answers"].message.endswith("2022: Q2; 2024: Q2")


def test_two_columns_of_one_question_are_told(context: Context) -> None:
    found = _found(pd.DataFrame(GOOD).assign(**{"I am proud of what we do": "1"}), context)
    assert list(found) == ["item_twice"]
    assert found["item_twice"].message.startswith("I am proud of what we do is left out")


def test_a_wave_that_is_no_wave_is_told_and_not_named(context: Context) -> None:
    keys = [f"Zzyx {number}" for number in range(41)]
    frame = pd.DataFrame({"wave": keys, "respondent_id": keys, "Q1": "1"})
    found = _found(frame, context)
    assert list(found) == ["many_waves"]
    assert "41 different waves" in found["many_waves"].message
    assert "Zzyx" not in found["many_waves"].sentence()


ANSWERS = {
    "Q1": st.sampled_from(["1", "3", "5", "NA", "6", "-1", "Maybe", None]),
    "Q2": st.sampled_from(["yes", "no", "NO", "Perhaps", None]),
    "Q3": st.sampled_from(["1", "5", "9", None]),
}


@settings(derandomize=True, deadline=None, max_examples=15)
@given(rows=st.lists(st.tuples(*ANSWERS.values()), min_size=1, max_size=12), long=st.booleans())
def test_counts_agree_with_counting_row_by_row(context: Context, rows: list, long: bool) -> None:
    columns = dict(zip(ANSWERS, map(list, zip(*rows, strict=True)), strict=True))
    wide = pd.DataFrame(
        {"wave": "2022", "respondent_id": [f"r{n}" for n in range(len(rows))], **columns}
    )
    words, numbers, passed = Counter(), Counter(), Counter()
    for q1, q2, q3 in rows:
        words["Q1"] += q1 == "Maybe"
        words["Q2"] += q2 == "Perhaps"
        numbers["Q1"] += q1 in {"6", "-1"}
        numbers["Q3"] += q3 == "9"
        passed["Q3"] += q3 is not None and q2 != "yes"
    if long and not len(_long(wide)):
        return
    asked_nobody = long and not any(q2 for _, q2, _ in rows)
    found = _found(_long(wide) if long else wide, context)
    expected = {"unknown_answer": words, "out_of_scale": numbers, "routing_error": passed}
    for rule, counts in expected.items():
        counts = {name: n for name, n in counts.items() if n}
        if rule == "routing_error" and asked_nobody:
            # Without an answer to the question before, a long file has nothing of it.
            assert not counts or "routing_without_column" in found
        elif counts:
            assert found[rule].message.endswith(f": {how_often(counts)}")
        else:
            assert rule not in found


ELIGIBLE = {
    "wave": ["2022", "2022", "2024", "2024"],
    "sex": ["Female", "Male", "Female", "Not known"],
    "unit": ["N", "S", "N", "S"],
    "n": [1, 1, 1, 1],
}


@pytest.mark.parametrize("way", range(4))
def test_more_respondents_than_staff_are_told(context: Context, way: int) -> None:
    staffed = {**GOOD, "unit": ["N", "S", "N", "Prefer not to say"]}
    assert _found(_ways(staffed)[way], context, ELIGIBLE) == {}
    # One of the two of 2024 whose sex the employer does not know may be a woman.
    women = {**staffed, "sex": ["Female", "Male", "Female", "Female"]}
    assert _found(_ways(women)[way], context, ELIGIBLE) == {}
    crowded = {**staffed, "unit": ["N", "N", "N", "N"], "sex": ["Male", "Male", "Female", "Male"]}
    found = _found(_ways(crowded)[way], context, ELIGIBLE)
    assert list(found) == ["more_than_staff_of_group"]
    assert found["more_than_staff_of_group"].message.endswith(
        "unit: N in 2022, N in 2024; sex: Male in 2022"
    )
    fewer = {**ELIGIBLE, "n": [1, 0, 1, 1]}
    found = _found(_ways(staffed)[way], context, fewer)
    assert list(found) == ["more_than_staff"]
    assert "than could: 2022 (2 of 1)" in found["more_than_staff"].message
    once = {name: values[:2] for name, values in ELIGIBLE.items()}
    found = _found(_ways(staffed)[way], context, once)
    assert list(found) == ["wave_without_staff"]
    assert "could answer in 2024, so" in found["wave_without_staff"].message


def test_a_respondent_who_stands_twice_is_an_error_whatever_the_layout(context: Context) -> None:
    twice = pd.DataFrame({**GOOD, "respondent_id": ["a", "a", "a", "c"]})
    for frame in (twice, _long(twice), polars.from_pandas(twice)):
        (error,) = wa.check("survey_responses", frame).errors
        assert error.rule == "duplicate_key"
    # Another wave is another survey: the same number may be anybody.
    assert wa.check("survey_responses", pd.DataFrame(GOOD)).ok


def test_check_looks_at_answers_too_and_says_where_no_instrument_fits() -> None:
    names = ["E1", "E2", "E3"]
    frame = pd.DataFrame({"wave": "2024", "respondent_id": ["a", "b"], **dict.fromkeys(names, "7")})
    found = {item.rule: item for item in wa.check("survey_responses", frame).problems}
    assert set(found) == {"out_of_scale", "item_without_answers"}
    assert "F3" not in found["item_without_answers"].message
    assert "12 more questions" in found["item_without_answers"].message or (
        "14 more questions" in found["item_without_answers"].message
    )
    (note,) = wa.check("survey_responses", frame.rename(columns={"E1": "Zz"})).warnings
    assert note.rule == "no_instrument"
    assert note.remedy.startswith("Write [survey] instrument")


def test_the_sample_survey_is_sound(council) -> None:
    assert survey_quality(council.extracts).problems == ()
    assert survey_quality({}).problems == ()


def test_findings_stand_in_the_quality_of_the_organisation(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(INSTRUMENT, encoding="utf-8")
    pd.DataFrame({**GOOD, "Q1": ["7", "1", "2", "3"]}).to_csv(tmp_path / "r.csv", index=False)
    (tmp_path / "organisation.toml").write_text(
        '[organisation]\nname = "A"\n[survey]\ninstrument = "own.toml"\n'
        '[extracts.survey_responses]\npath = "r.csv"\n',
        encoding="utf-8",
    )
    (problem,) = wa.load(tmp_path / "organisation.toml").quality.warnings
    assert problem.rule == "out_of_scale"
    assert problem.sentence() == (
        "r.csv: numbers that their scale does not have, so they count as not given: Q1 once. Check "
        "which scale the questions have (Q1: 1, 2, 3, 4, 5, NA), and whether the export numbers "
        "its points alike; where it has codes of its own, say in the mapping what they stand for, "
        'as in [values.Q1] "..." = "1". Paper answers are typed in wrong most often.'
    )
