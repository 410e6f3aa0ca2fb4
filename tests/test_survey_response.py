"""Who answered the staff survey: against rows one by one, and what was planted in the sample."""

from __future__ import annotations

import json
import random
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import answer_samples as samples
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED
from workforce_analytics.extracts.extract import Context
from workforce_analytics.inference.proportions import proportion_interval
from workforce_analytics.inference.representativity import r_indicator
from workforce_analytics.measures.survey_response import (
    NOT_THE_SAME,
    TOO_MANY,
    UNKNOWN_PROGRESS,
    response_rates,
)
from workforce_analytics.samples import sample_data
from workforce_analytics.samples.planted import SURVEY as PLANTED

ITEMS = ("E1", "E2", "L1")
LABEL = {"female": "Female", "male": "Male", "blank": UNDECLARED, "not_known": UNDECLARED}
BINARY = ("All other ethnic groups combined", "White")
STAFF = pd.DataFrame(
    {"wave": "2025", "sex": ["female", "male", "not_known"], "n": [40, 30, 5]}, dtype=object
)


def respondents(n: int, seed: int) -> list[dict]:
    """Respondents of whom some answered nothing, and some did not reach the end."""
    draw = random.Random(seed)
    return [
        {
            "wave": "2025",
            "respondent_id": f"r{number}",
            "sex": draw.choice(["female", "male", None]),
            "finished": draw.choice(["yes", "yes", "no"]),
            **{item: draw.choice(["1", "4", "NA", "9", None, None]) for item in ITEMS},
        }
        for number in range(n)
    ]


def survey(records: list[dict], staff: pd.DataFrame | None = STAFF, **policy) -> SimpleNamespace:
    """A survey by the sample instrument, and how many could have answered it."""
    context = Context(
        organisation="Small Council", plans={"survey": {"instrument": "sample"}}, policy=policy
    )
    frame = pd.DataFrame(records).astype(object)
    answers = frame.where(frame.notna(), None)
    extracts = {"survey_responses": wa.read("survey_responses", answers, context=context)}
    if staff is not None:
        extracts["survey_eligible"] = wa.read("survey_eligible", staff, context=context)
    return SimpleNamespace(extracts=extracts)


def exact(table) -> pd.DataFrame:
    frame = table.unprotected(reason="a test of made-up data")
    return frame.set_index(["measure", table.about.groups[0]])


@settings(derandomize=True, deadline=None, max_examples=5)
@given(n=st.integers(8, 40), seed=st.integers(0, 10**6))
def test_rates_are_those_of_respondents_one_by_one(n: int, seed: int) -> None:
    records = respondents(n, seed)
    told = exact(response_rates(survey(records), of="sex", confidence=0.9))
    answered = [row for row in records if any(row[item] in ("1", "4", "NA") for item in ITEMS)]
    staff = {"Female": 40, "Male": 30, UNDECLARED: 5, ALL: 75}
    for label, people in staff.items():
        own = [r for r in answered if label == ALL or LABEL[r["sex"] or "blank"] == label]
        if label == UNDECLARED and ("response_rate", label) not in told.index:
            continue
        complete = [row for row in own if row["finished"] == "yes"]
        for measure, found in (("response_rate", own), ("complete_rate", complete)):
            if ("complete_rate", label) not in told.index and measure == "complete_rate":
                assert not answered
                continue
            row = told.loc[(measure, label)]
            assert (row["numerator"], row["denominator"]) == (len(found), people)
            if label == UNDECLARED:
                assert (row["status"], row["note"]) == ("undefined", NOT_THE_SAME)
                continue
            limits = proportion_interval(len(found), people, confidence=0.9)
            assert row["value"] == len(found) / people
            assert (row["lower"], row["upper"]) == (float(limits.lower), float(limits.upper))
            assert row["inference"] == "process"
    said = [row for row in answered if row["sex"]]
    share = told.loc[("share_of_respondents", "Male")]
    assert share["denominator"] == len(said)
    assert share["numerator"] == sum(row["sex"] == "male" for row in said)
    assert told.loc[("share_of_eligible", "Male"), "value"] == pytest.approx(30 / 70)


def test_a_long_file_says_the_same() -> None:
    records = respondents(40, 3)
    kept = [name for name in records[0] if name not in ITEMS]
    frame = pd.DataFrame(records).astype(object)
    melted = frame.where(frame.notna(), None).melt(kept, var_name="item", value_name="answer")
    wide, long = (
        exact(response_rates(survey(rows), of="sex"))
        for rows in (records, melted.to_dict("records"))
    )
    pd.testing.assert_frame_equal(wide, long)


def test_how_like_the_staff_they_are() -> None:
    records = respondents(60, 5)
    told = exact(response_rates(survey(records), of="sex"))
    numbers = [told.loc[("response_rate", one), "numerator"] for one in ("Female", "Male")]
    found = r_indicator(numbers, [40, 30])
    row = told.loc[("r_indicator", ALL)]
    limits = found.indicator
    assert (row["value"], row["lower"], row["upper"]) == (
        float(limits.value),
        float(limits.lower),
        float(limits.upper),
    )
    assert told.loc[("largest_bias", ALL), "value"] == found.largest_bias


def test_more_answers_than_staff_give_no_rate() -> None:
    few = STAFF.assign(n=[3, 30, 5])
    records = [row | {"E1": "4"} for row in respondents(60, 5)]
    told = exact(response_rates(survey(records, few), of="sex"))
    row = told.loc[("response_rate", "Female")]
    assert (row["status"], row["note"]) == ("undefined", TOO_MANY)
    assert np.isnan(row["value"])
    assert row["numerator"] > row["denominator"]
    for measure in ("r_indicator", "largest_bias"):
        assert told.loc[(measure, ALL), "status"] == "undefined"


def test_where_nobody_counted_who_could_answer() -> None:
    records = respondents(40, 7)
    for known in (None, STAFF.drop(columns="sex").head(1)):
        table = response_rates(survey(records, known), of="sex")
        told = exact(table)
        assert set(told.index.get_level_values("measure")) == {"share_of_respondents"}
        assert any("is not known" in words for words in table.about.caveats)
    whole = exact(response_rates(survey(records, STAFF.drop(columns="sex").head(1))))
    assert list(whole.index) == [("response_rate", ALL), ("complete_rate", ALL)]


def test_who_reached_the_end_is_told_only_where_it_is_known() -> None:
    records = [row | {"E1": "4", "finished": "yes"} for row in respondents(30, 9)]
    plain = [{k: v for k, v in row.items() if k != "finished"} for row in records]
    told = exact(response_rates(survey(plain)))
    assert list(told.index) == [("response_rate", ALL)]
    records[0]["finished"] = None
    row = exact(response_rates(survey(records))).loc[("complete_rate", ALL)]
    assert (row["status"], row["note"]) == ("undefined", UNKNOWN_PROGRESS)
    records[0]["finished"] = "yes"
    assert exact(response_rates(survey(records))).loc[("complete_rate", ALL), "value"] == 30 / 75


def test_few_are_hidden_and_cannot_be_worked_out() -> None:
    records = [
        {"wave": "2025", "respondent_id": f"r{i}", "sex": "female" if i < 30 else "male", "E1": "4"}
        for i in range(34)
    ]
    shown = response_rates(survey(records), of="sex").protect().to_frame()
    hidden = shown[(shown["measure"] == "response_rate") & (shown["status"] == "suppressed")]
    assert set(hidden["sex"]) >= {"Male"}
    indicator = shown[shown["measure"] == "r_indicator"]
    assert indicator["value"].isna().all()


def test_few_staff_of_whom_nobody_answered_cannot_be_had_from_the_indicator() -> None:
    told = {"asian": 60, "black": 40, "mixed": 15, "white": 100}
    records = [
        {"wave": "2025", "respondent_id": f"{group}{place}", "ethnicity": group, "E1": "4"}
        for group, n in told.items()
        for place in range(n)
    ]
    staff = {"asian": 90, "black": 70, "mixed": 27, "white": 150, "other": 6}
    known = pd.DataFrame({"wave": "2025", "ethnicity": list(staff), "n": list(staff.values())})
    table = response_rates(survey(records, known.astype(object)), of="ethnicity")
    assert exact(table).loc[("r_indicator", ALL), "value"] > 0
    shown = table.protect().to_frame().set_index(["measure", "ethnicity"])["value"]
    assert np.isnan(shown["r_indicator", ALL])
    assert np.isnan(shown["largest_bias", ALL])


def test_what_the_sample_was_made_with(council) -> None:
    truth = json.loads(sample_data("truth.json").read_text(encoding="utf-8"))["expected"]["survey"]
    for wave in ("2022", "2024"):
        expected = truth[f"response_rate/{wave}"]
        told = exact(response_rates(council.survey, wave=wave)).loc[("response_rate", ALL)]
        assert told["value"] == pytest.approx(expected["mean"], abs=4 * expected["deviation"])
    planted = {"sex": ("Male", "Female", "male"), "ethnicity": (*BINARY, "minority_ethnic")}
    for of, (fewer, more, name) in planted.items():
        level = "binary" if of == "ethnicity" else None
        rates = exact(response_rates(council.survey, of=of, level=level)).loc["response_rate"]
        # Those who did not say are missing from both, and move this by a hundredth or so.
        ratio = rates.loc[fewer, "value"] / rates.loc[more, "value"]
        assert ratio == pytest.approx(PLANTED["response_factor"][name], abs=0.07)


def test_the_order_of_rows_changes_nothing() -> None:
    records = respondents(40, 11)
    tables = [exact(response_rates(survey(rows), of="sex")) for rows in (records, records[::-1])]
    pd.testing.assert_frame_equal(*tables)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"of": ["sex"]}, "one name"),
        ({"level": "full"}, "Name it with of="),
        ({"of": "grade"}, "grade"),
        ({"wave": "1999"}, "no wave '1999'"),
        ({"where": {"sex": "nobody"}}, "nobody"),
    ],
)
def test_what_cannot_be_asked(arguments, words) -> None:
    with pytest.raises(UsageError, match=words):
        response_rates(survey(respondents(10, 1)), **arguments)


def test_another_thing_is_no_survey() -> None:
    with pytest.raises(UsageError, match="staff survey"):
        response_rates(wa.read("units", samples.UNITS))
