"""Surveys as they come: units, nobody there, one wave, other instruments, long files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import workforce_analytics as wa
from tests import answer_samples
from tests.survey_depth_samples import toml
from tests.survey_edge_samples import SAMPLE, people, survey, wide
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.extract import Context
from workforce_analytics.extracts.instruments import instrument
from workforce_analytics.organisation import Bundle
from workforce_analytics.publishing.tables import tables

ITEMS = [
    item.name for name in ("engagement", "inclusion", "workload") for item in SAMPLE.items_of(name)
]
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
        for item in ITEMS
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


EVERY: dict[str, Callable[..., Any]] = {
    "response_rates": lambda survey: wa.survey.response_rates(survey, of="sex"),
    "weights": lambda survey: wa.survey.weights(survey, margins=["sex"]).diagnostics(),
    "scores": lambda survey: wa.survey.scores(survey, of="sex"),
    "answers": wa.survey.answers,
    "gaps": lambda survey: wa.survey.gaps(survey, of="sex", adjust=["disability"]),
    "change": wa.survey.change,
    "reliability": wa.survey.reliability,
    "drivers": wa.survey.drivers,
    "priorities": lambda survey: wa.survey.priorities(survey, of=["sex", "disability"]),
}
ONE_WAVE = {"change": "no wave before '2025' to compare with"}
NO_OUTCOME = "has no 'engagement' to set themes against"
NOBODY = "Nobody answered this survey"
OF_TOPICS = ("scores", "gaps", "reliability", "drivers", "priorities")
ENOUGH = "Nobody answered enough questions of any index or theme in 2025"
TEN = (
    """
[instrument]
title = "From 0 to 10"
source = "Written for these tests."
[scales.ten]
points = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
positive = [9, 10]
evenly = [0, 100]
"""
    + "".join(f'[items.N{i}]\nscale = "ten"\ntext = "Question {i}"\n' for i in (1, 2, 3))
    + """
[indexes.engagement]
label = "Engagement"
items = ["N1", "N2"]
[themes.third]
label = "The third"
items = ["N3"]
"""
)
WHOLE = people(120, ITEMS)
FEW = WHOLE.head(40)
STAFF = pd.DataFrame({"wave": "2025", "sex": ["female", "male"], "n": [150, 150]})


def ten(n: int) -> pd.DataFrame:
    """Draw answers from 0 to 10."""
    draw = np.random.default_rng(3)
    answers = {name: draw.integers(0, 11, n).astype(str).tolist() for name in ("N1", "N2", "N3")}
    return wide(answers, sex=draw.choice(["F", "M"], n), disability="disabled")


def melted(table: pd.DataFrame) -> pd.DataFrame:
    """Make a long file of a wide one."""
    kept = ["wave", "respondent_id", "sex", "disability"]
    return table.melt(kept, var_name="item", value_name="answer")


def of_instrument(name: str) -> pd.DataFrame:
    """Draw answers to a shipped instrument, all of whose scales have five points."""
    items = instrument(name).items
    return people(40, [one for one in items if items[one].scale])


CASES: dict[str, tuple[Callable[[Path], Any], dict[str, str]]] = {
    "answers alone": (
        lambda _: survey(FEW).extracts["survey_responses"],
        {**ONE_WAVE, "weights": "Nobody said how many could answer"},
    ),
    "one respondent": (lambda _: survey(FEW.head(1), STAFF), ONE_WAVE),
    "nobody": (lambda _: survey(FEW.head(0), STAFF), dict.fromkeys(EVERY, NOBODY)),
    "a theme that nobody answered": (
        lambda _: survey(FEW.assign(I1="", I2="-1", I3=None), STAFF),
        ONE_WAVE,
    ),
    "nothing answered": (
        lambda _: survey(FEW.assign(**dict.fromkeys(ITEMS, "")), STAFF),
        ONE_WAVE | dict.fromkeys(OF_TOPICS, ENOUGH),
    ),
    "a wave of blanks": (
        lambda _: survey(
            pd.concat([FEW, FEW.assign(wave="2023", **dict.fromkeys(ITEMS, ""))]), STAFF
        ),
        {"change": "Only one of the two waves has answers to E1, .* E5; .*Name other"},
    ),
    "two waves, one counted": (
        lambda _: survey(pd.concat([FEW, FEW.assign(wave="2026")]), STAFF),
        {"weights": "does not say how many could answer the wave '2026'"},
    ),
    "a long file": (lambda _: survey(melted(FEW), STAFF), ONE_WAVE),
    "no themes": (
        lambda _: survey(of_instrument("lga_engagement"), STAFF, "lga_engagement"),
        {
            **ONE_WAVE,
            "reliability": "no index or theme whose questions",
            "drivers": NO_OUTCOME,
            "priorities": NO_OUTCOME,
        },
    ),
    "sub-scores": (
        lambda _: survey(of_instrument("sub_scores_0_10"), STAFF, "sub_scores_0_10"),
        {**ONE_WAVE, "drivers": NO_OUTCOME, "priorities": NO_OUTCOME},
    ),
    "a scale of eleven points": (
        lambda place: survey(ten(120), STAFF, toml(place / "ten.toml", TEN)),
        ONE_WAVE,
    ),
}


@pytest.fixture(scope="module")
def read_once() -> dict[str, Any]:
    """Surveys of the cases that were tried already."""
    return {}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("case", CASES)
def test_every_question_is_answered_or_refused_in_one_sentence(
    case, name, tmp_path, read_once
) -> None:
    made, refused = CASES[case]
    if case not in read_once:
        read_once[case] = made(tmp_path)
    if name in refused:
        with pytest.raises(UsageError, match=refused[name]):
            EVERY[name](read_once[case])
        return
    protected = EVERY[name](read_once[case]).protect()
    assert tables(protected)
    assert protected.sentence()


def test_questions_of_an_instrument_without_themes_are_scored_and_compared() -> None:
    table = of_instrument("lga_engagement")
    made = wa.survey.scores(survey(table, name="lga_engagement"))
    assert len(made.about.order["topic"]) == 6
    both = pd.concat([table, table.assign(wave="2023")])
    compared = wa.survey.change(survey(both, name="lga_engagement"), strata=[])
    told = compared.unprotected(reason="made-up data").query("measure == 'as_answered'")
    assert len(told) == 6
    assert (told["value"].abs() < 1e-9).all()


def test_a_long_file_gives_what_a_wide_one_does() -> None:
    for name in ("scores", "reliability"):
        one, two = (
            EVERY[name](survey(table, STAFF)).unprotected(reason="made-up data")
            for table in (WHOLE, melted(WHOLE))
        )
        pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize(
    ("margins", "lacks"), [(["sex", "ethnicity"], "responses"), (["disability"], "eligible")]
)
def test_margins_that_one_extract_lacks_are_refused(margins, lacks) -> None:
    counted = survey(WHOLE, STAFF.assign(ethnicity="asian", unit="X"))
    words = rf"margins name {margins[-1]}, which the survey_{lacks} extract does.*have: sex\."
    with pytest.raises(UsageError, match=words):
        wa.survey.weights(counted, margins=margins)
    # What only staff records have changes nothing where nobody asks for it.
    few, more = (
        wa.survey.response_rates(one, of="sex").unprotected(reason="made-up data")
        for one in (survey(WHOLE, STAFF), counted)
    )
    pd.testing.assert_frame_equal(few, more)


def test_what_nobody_was_asked_is_refused_with_what_was() -> None:
    words = r"no column 'ethnicity'\. It can be split by: sex, disability\.$"
    for ask in (wa.survey.scores, wa.survey.gaps, wa.survey.response_rates, wa.survey.answers):
        with pytest.raises(UsageError, match=words):
            ask(survey(WHOLE, STAFF), of="ethnicity")


def test_a_subset_of_nobody_is_undefined_everywhere() -> None:
    men = survey(WHOLE.assign(sex="M"), STAFF)
    nobody = {"where": {"sex": "female"}}
    for made in (
        wa.survey.scores(men, **nobody),
        wa.survey.answers(men, "inclusion", **nobody),
        wa.survey.reliability(men, **nobody),
        wa.survey.drivers(men, **nobody),
        wa.survey.priorities(men, of=["disability"], **nobody),
    ):
        assert made.protect().to_frame()["value"].isna().all()


def test_without_a_plan_nothing_is_said_of_its_actions() -> None:
    made = wa.survey.priorities(survey(WHOLE, STAFF), of=["sex"])
    frame = made.unprotected(reason="made-up data")
    assert not frame["note"].str.contains("no action").any()
    assert "no action" not in made.protect().sentence().lower()
