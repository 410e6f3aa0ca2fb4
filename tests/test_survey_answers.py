"""What was answered to each question: against respondents one by one, and what is counted apart."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import answer_samples as samples
from workforce_analytics.counting.answers import answer_counts
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED
from workforce_analytics.extracts.extract import Context
from workforce_analytics.inference.finite import share_of_answers, sums
from workforce_analytics.measures.survey_answers import answers
from workforce_analytics.measures.survey_asked import survey_of

LABELS = {"female": "Female", "male": "Male", "blank": UNDECLARED}
STAFF = pd.DataFrame(
    {"wave": "2025", "sex": ["female", "male", "not_known"], "n": [400, 300, 50]}, dtype=object
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> dict:
    path = tmp_path_factory.mktemp("instrument") / "small.toml"
    path.write_text(samples.TOML, encoding="utf-8")
    return {"survey": {"instrument": str(path)}}


def survey(plan: dict, records, *, staff: bool = False, long: bool = False) -> SimpleNamespace:
    context = Context(organisation="Small Council", plans=plan)
    table = (samples.long_table if long else samples.table)(records)
    extracts = {"survey_responses": wa.read("survey_responses", table, context=context)}
    if staff:
        extracts["survey_eligible"] = wa.read("survey_eligible", STAFF, context=context)
    return SimpleNamespace(extracts=extracts)


def of_2025(n: int, seed: int) -> list[dict]:
    return [{**row, "wave": "2025"} for row in samples.rows(n, seed)]


def exact(table) -> pd.DataFrame:
    frame = table.unprotected(reason="a test of made-up data")
    return frame.set_index(["measure", *table.about.groups])


def side(item: str, code: str) -> str:
    """On which side of the middle an answer is, by the instrument's words alone."""
    one = samples.small().items[item]
    point, last = int(code), 5 if one.scale == "agreement" else 7
    turned = last + 1 - point if one.reversed else point
    if turned > last - 2:
        return "Positive"
    return "Negative" if turned < 3 else "Neither"


def kind(item: str, row: dict) -> str:
    """What a respondent's answer to a question is counted as."""
    given = samples.codes(row)
    for earlier, codes in samples.small().items[item].asked_if.items():
        if given.get(earlier) not in codes:
            return "not_asked"
    if item not in given:
        return "not_answered"
    return "not_applicable" if given[item] == "NA" else side(item, given[item])


@pytest.mark.parametrize("long", [False, True], ids=["wide", "long"])
@settings(derandomize=True, deadline=None, max_examples=3)
@given(n=st.integers(20, 80), seed=st.integers(0, 10**6))
def test_answers_are_those_of_respondents_one_by_one(plan, long: bool, n: int, seed: int) -> None:
    records = of_2025(n, seed)
    items = ["A1", "A2", "C1", "S2"]
    told = exact(answers(survey(plan, records, long=long), items, of="sex"))
    topics = dict(zip(items, told.index.get_level_values("topic").unique(), strict=True))
    for item, topic in topics.items():
        for label in ("Female", "Male", ALL):
            own = [r for r in records if label == ALL or LABELS[samples.SEX[r["sex"]]] == label]
            kinds = [kind(item, row) for row in own]
            valid = sum(one in ("Positive", "Neither", "Negative") for one in kinds)
            for answer in ("Negative", "Neither", "Positive"):
                row = told.loc[("share", label, topic, answer)]
                assert (row["numerator"], row["denominator"]) == (kinds.count(answer), valid)
                assert row["orientation"] == answer.lower()
                if valid:
                    assert row["value"] == kinds.count(answer) / valid
                else:
                    assert row["status"] == "undefined"
            for name, words in (
                ("not_applicable", "Not applicable"),
                ("not_answered", "Not answered"),
                ("not_asked", "Not asked"),
            ):
                there = (name, label, topic, words) in told.index
                n_kind = kinds.count(name)
                assert there or not n_kind
                if there:
                    assert told.loc[(name, label, topic, words), "value"] == n_kind


def test_every_point_of_the_scale(plan) -> None:
    records = of_2025(200, 4)
    source = survey(plan, records)
    full = exact(answers(source, "A2", detail="full"))
    shares = full.loc["share"]
    assert list(shares.index.get_level_values("answer")) == [
        "Strongly disagree",
        "2",
        "3",
        "4",
        "Strongly agree",
    ]
    # Agreeing is the bad answer to this one.
    assert list(shares["orientation"]) == ["positive"] * 2 + ["neither"] + ["negative"] * 2
    ends = exact(answers(source, "A2")).loc["share"]
    assert ends.xs("Positive", level="answer")["numerator"].iloc[0] == shares["numerator"][:2].sum()
    assert shares["value"].sum() == pytest.approx(1)
    yes_no = exact(answers(source, "Y1")).loc["share"]
    assert list(yes_no.index.get_level_values("answer")) == ["no", "yes"]
    assert list(yes_no["orientation"]) == ["", "positive"]


def test_limits_are_about_the_staff_where_they_are_counted(plan) -> None:
    records = of_2025(300, 5)
    for known in (True, False):
        source = survey(plan, records, staff=known)
        told = exact(answers(source, "A1", of="sex"))
        for label, people in (("Female", 450), (ALL, 750), (UNDECLARED, None)):
            row = told.loc[("share", label, "I like it here", "Positive")]
            n, y = row["denominator"], row["numerator"]
            # Of a group there may be those on record, and those of whom it is not.
            found = share_of_answers(sums(n, y, y), population=people if known else None).interval
            assert (row["lower"], row["upper"]) == (float(found.lower), float(found.upper))
            finite = known and people is not None
            assert row["inference"] == ("finite_population" if finite else "process")


def test_all_questions_that_have_answers(plan) -> None:
    table = answers(survey(plan, of_2025(60, 6)))
    told = exact(table)
    asked = samples.small()
    # Neither words nor several ticks, nor what another wave asked; two worded alike have names.
    assert len(table.about.order["topic"]) == len(samples.ITEMS)
    assert set(told.index.get_level_values("topic")) == set(table.about.order["topic"])
    assert table.about.order["topic"][0] == asked.items["A1"].label
    theme = answers(survey(plan, of_2025(60, 6)), ["fair", "A1"])
    assert theme.about.order["topic"] == ("I like it here", "Was it fair", "Was it open")


def test_those_of_the_sample(council) -> None:
    table = answers(council.survey, "inclusion", of="disability", wave="2024")
    told = exact(table)
    asked = survey_of(council.survey, wave="2024")
    counts = answer_counts(asked, asked.instrument, "I1", by=["disability"], wave="2024")
    cells = counts.occurring()
    row = told.loc[("share", "Disabled", "I belong here", "Positive")]
    assert row["numerator"] == cells["disabled", "4"] + cells["disabled", "5"]
    rest = told.loc[("share", "Not disabled", "I belong here", "Positive")]
    # Planted: disabled people feel less included.
    assert row["upper"] < rest["lower"]
    assert (table.about.headings["topic"], table.about.kind) == ("Question", "survey_answers")


def test_few_answers_are_hidden(plan) -> None:
    shown = answers(survey(plan, of_2025(60, 7)), "A1", of="sex").protect().to_frame()
    hidden = shown[shown["status"] == "suppressed"]
    assert len(hidden)
    assert hidden["value"].isna().all()
    assert not shown["numerator"].between(1, 9).any()


def test_the_order_of_rows_changes_nothing(plan) -> None:
    records = of_2025(50, 8)
    tables = [exact(answers(survey(plan, rows), of="sex")) for rows in (records, records[::-1])]
    pd.testing.assert_frame_equal(*tables)
    assert not np.isinf(tables[0]["upper"]).any()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"items": "A9"}, "no item, theme or index 'A9'"),
        ({"items": []}, "names no question"),
        ({"items": "WORDS"}, "WORDS"),
        ({"items": "TICKS"}, "several answers"),
        ({"detail": "some"}, "Allowed: ends, full"),
        ({"of": ["sex"]}, "one name"),
        ({"level": "full"}, "Name it with of="),
        ({"wave": "1999"}, "no wave '1999'"),
    ],
)
def test_what_cannot_be_asked(plan, arguments, words) -> None:
    with pytest.raises(UsageError, match=words):
        answers(survey(plan, of_2025(10, 1)), **arguments)


def test_the_instrument_is_one_of_ones_own(plan) -> None:
    assert Path(plan["survey"]["instrument"]).exists()
    asked = survey_of(survey(plan, of_2025(10, 1)))
    assert asked.instrument.title == "A small survey"
