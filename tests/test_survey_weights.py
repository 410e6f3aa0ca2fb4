"""Weights of survey answers: against raking of respondents one by one, and what is not known."""

from __future__ import annotations

import json
import math
import random
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from workforce_analytics.counting.answers import answer_sums
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED
from workforce_analytics.extracts.extract import Context
from workforce_analytics.inference.finite import sums
from workforce_analytics.inference.margins import margin
from workforce_analytics.inference.weighted_errors import weighted_mean, weighted_share
from workforce_analytics.inference.weighting import design_effect, rake
from workforce_analytics.measures.survey_asked import survey_of
from workforce_analytics.measures.survey_weights import Weights, weights
from workforce_analytics.samples import sample_data

SEXES, AGES = ("female", "male"), ("16_24", "25_34", "35_44")


def respondents(n: int, seed: int, *, unsaid: float = 0.1) -> list[dict]:
    """Respondents of all categories, some of whom did not say."""
    draw = random.Random(seed)
    full = [(sex, age) for sex in SEXES for age in AGES]
    made = full + [(draw.choice(SEXES), draw.choice(AGES)) for _ in range(n - len(full))]
    return [
        {
            "wave": "2025",
            "respondent_id": f"r{place}",
            "sex": sex if place < 6 or draw.random() > unsaid else None,
            "age_band": age if place < 6 or draw.random() > unsaid else "prefer_not_to_say",
            "E1": draw.choice(["1", "2", "4", "5"]),
        }
        for place, (sex, age) in enumerate(made)
    ]


def staff(seed: int, *, unknown: int = 7) -> pd.DataFrame:
    """How many could have answered, of some of whom records do not know the age."""
    draw = random.Random(seed)
    rows = [(sex, age, draw.randint(40, 90)) for sex in SEXES for age in AGES]
    rows += [(sex, "not_known", unknown) for sex in SEXES if unknown]
    return pd.DataFrame(rows, columns=["sex", "age_band", "n"], dtype=object).assign(wave="2025")


def survey(records: list[dict], eligible: pd.DataFrame | None, **plan) -> SimpleNamespace:
    context = Context(
        organisation="Small Council", plans={"survey": {"instrument": "sample", **plan}}
    )
    frame = pd.DataFrame(records).astype(object)
    frame = frame.where(frame.notna(), None)
    extracts = {"survey_responses": wa.read("survey_responses", frame, context=context)}
    if eligible is not None:
        extracts["survey_eligible"] = wa.read("survey_eligible", eligible, context=context)
    return SimpleNamespace(extracts=extracts)


def code(row: dict, name: str) -> str:
    column = "age_band" if name == "age" else name
    return row[column] or "blank"


def exact(found: Weights, of: str | None = None) -> pd.DataFrame:
    table = found.diagnostics(of).unprotected(reason="a test of made-up data")
    return table.set_index(["measure", "margin", "category"])


# Against raking of respondents one by one


def slow(records: list[dict], eligible: pd.DataFrame) -> np.ndarray:
    """Rake respondents one at a time; who did not say has the share of respondents."""
    total, n = eligible["n"].sum(), len(records)
    weight = np.ones(n)
    aims = []
    for name, column, known in (("sex", "sex", SEXES), ("age", "age_band", AGES)):
        said = np.array([code(row, name) for row in records])
        unsaid = ~np.isin(said, known)
        people = eligible[eligible[column].isin(known)].groupby(column)["n"].sum()
        left = total * (1 - unsaid.mean())
        aims += [(said == one, left * people[one] / people.sum()) for one in known]
        aims.append((unsaid, total * unsaid.mean()))
    for _ in range(400):
        for inside, aim in aims:
            if inside.any():
                weight[inside] *= aim / weight[inside].sum()
    return weight


@settings(derandomize=True, deadline=None, max_examples=6)
@given(n=st.integers(20, 60), seed=st.integers(0, 10**6))
def test_weights_are_those_of_raking_respondents_one_by_one(n: int, seed: int) -> None:
    records, eligible = respondents(n, seed), staff(seed)
    found = weights(survey(records, eligible), margins=["sex", "age"], trim=math.inf)
    expected = slow(records, eligible)
    assert found.weighting.converged
    assert found.dimensions == ("sex", "age")
    own = [found.cell_of([code(row, name) for name in found.dimensions]) for row in records]
    assert found.weighting.weight[own] == pytest.approx(expected, rel=1e-6)
    assert found.weighting.weight[own].sum() == pytest.approx(eligible["n"].sum())
    assert found.weighting.n_effective == pytest.approx(expected.sum() ** 2 / (expected**2).sum())
    assert found.answered_share[own] == pytest.approx(np.minimum(1 / expected, 1), rel=1e-6)
    told = exact(found, "sex")
    men = np.array([code(row, "sex") == "male" for row in records])
    said = np.array([code(row, "sex") in SEXES for row in records])
    assert told.loc[("share_weighted", "Sex", "Male"), "value"] == pytest.approx(
        expected[men].sum() / expected[said].sum()
    )
    # Of those whose category is known weights reach what staff records say, to the last digit.
    assert told.loc[("share_weighted", "Sex", "Male"), "value"] == pytest.approx(
        told.loc[("share_of_eligible", "Sex", "Male"), "value"]
    )
    assert told.loc[("mean_weight", "Sex", "Male"), "value"] == pytest.approx(
        expected[men].mean() / expected.mean()
    )
    assert told.loc[("design_effect", ALL, ALL), "value"] == pytest.approx(design_effect(expected))


def test_cells_bring_every_combination_to_the_staff() -> None:
    records, eligible = respondents(80, 4), staff(4)
    found = weights(
        survey(records, eligible), margins=["sex", "age"], method="cells", trim=math.inf
    )
    unsaid = [r for r in records if r["sex"] is None or r["age_band"] not in AGES]
    total, known = eligible["n"].sum(), eligible[eligible["age_band"] != "not_known"]
    left = total * (1 - len(unsaid) / len(records))
    for place, (sex, age) in enumerate(found.cells):
        own = known[(known["sex"] == sex) & (known["age_band"] == age)]["n"]
        people = sum(r["sex"] == sex and r["age_band"] == age for r in records)
        aim = left * own.iloc[0] / known["n"].sum() if len(own) else 0
        expected = aim / people if len(own) else total / len(records)
        assert found.weighting.weight[place] == pytest.approx(expected)
    notes = " ".join(found.diagnostics().about.caveats)
    assert "the share of staff that they are of respondents" in notes
    assert "are shared out in proportion" in notes


def test_with_weights_shares_among_respondents_are_as_among_staff(council) -> None:
    found = weights(council.survey, wave="2024")
    plan = council.survey_responses.context.plans["survey"]
    assert found.dimensions == plan["margins"]
    asked = survey_of(council.survey, wave="2024")
    answers = answer_sums(
        asked, asked.instrument, measures=["E1"], by=found.dimensions, wave="2024"
    )
    cells = [found.cell_of(key) for key in answers.rows()]
    assert sorted(cells) == list(range(len(found.cells)))
    figures = answers.arrays("E1")
    assert found.weighting.n.sum() == answers.respondents().total()
    weighted = weighted_share(
        found.weighting,
        sums(figures["n"], figures["y"], figures["yy"]),
        cell=np.array(cells),
        answered_share=found.answered_share,
    )
    plain = figures["y"].sum() / figures["n"].sum()
    assert weighted.interval.value[0] == pytest.approx(plain, abs=0.02)
    assert weighted.interval.value[0] != plain
    # Planted: men answer 0.9 times as often as women, so their answers count for more.
    told = exact(found)
    assert told.loc[("mean_weight", "Sex", "Male"), "value"] > 1
    assert told.loc[("mean_weight", "Sex", "Female"), "value"] < 1
    assert told.loc[("mean_weight", "Sex", UNDECLARED), "value"] == pytest.approx(1, abs=0.01)
    assert 1 < told.loc[("design_effect", ALL, ALL), "value"] < 1.1
    truth = json.loads(sample_data("truth.json").read_text(encoding="utf-8"))["expected"]["survey"]
    assert truth["response_rate/2024"]["mean"] == pytest.approx(
        1 / np.average(found.weighting.weight, weights=found.weighting.n), abs=0.04
    )


# What is not known, and what does not fit


def test_a_category_without_answers_is_put_to_its_neighbour() -> None:
    records = [row for row in respondents(60, 2, unsaid=0) if row["age_band"] != "35_44"]
    eligible = staff(2, unknown=0)
    found = weights(survey(records, eligible), margins=["age", "sex"], trim=math.inf)
    by_age = eligible.groupby("age_band")["n"].sum()
    weighted = dict.fromkeys(AGES, 0.0)
    for row in records:
        cell = found.cell_of((row["age_band"], row["sex"]))
        weighted[row["age_band"]] += found.weighting.weight[cell]
    assert weighted["25_34"] == pytest.approx(by_age["25_34"] + by_age["35_44"])
    assert weighted["16_24"] == pytest.approx(by_age["16_24"])
    told = exact(found, "age")
    assert told.loc[("uncovered", ALL, ALL), "value"] == by_age["35_44"]
    assert told.loc[("mean_weight", "Age", "35 to 44"), "status"] == "undefined"
    assert told.loc[("share_weighted", "Age", "35 to 44"), "value"] == 0
    assert any(
        "weighted together, as few or none of the one answered: “35 to 44” with “25 to 34”" in one
        for one in found.diagnostics().about.caveats
    )


def test_few_staff_cannot_be_had_from_what_they_are_weighted_with() -> None:
    """Nobody of six staff answered: they are put to others, whose shares gave the six away."""
    records = [row for row in respondents(90, 2, unsaid=0) if row["age_band"] != "35_44"]
    ages = {"16_24": 200, "25_34": 90, "35_44": 6}
    eligible = pd.DataFrame({"age_band": list(ages), "n": list(ages.values()), "wave": "2025"})
    found = weights(survey(records, eligible), margins=["age"], trim=math.inf)
    assert found.weighting.design_effect > 1
    shown = found.diagnostics().protect().to_frame().set_index(["measure", "category"])["value"]
    for measure in ("share_weighted", "mean_weight"):
        assert math.isnan(shown[measure, "25 to 34"])
    for measure in ("design_effect", "n_effective", "largest_weight", "uncovered"):
        assert math.isnan(shown[measure, ALL])
    assert shown["converged", ALL] == 1


def test_an_answer_that_no_staff_record_has_is_like_none() -> None:
    records, eligible = respondents(60, 6, unsaid=0), staff(6, unknown=0)
    records[-1]["age_band"] = "55_64"
    found = weights(survey(records, eligible), margins=["age"], trim=math.inf)
    place = found.cell_of(("55_64",))
    assert found.weighting.weight[place] == pytest.approx(eligible["n"].sum() / 60)
    assert any("no staff record has" in one for one in found.diagnostics().about.caveats)


def test_few_large_weights_are_cut() -> None:
    records = [row for row in respondents(90, 8, unsaid=0) if row["age_band"] != "35_44"]
    records.append({**records[0], "respondent_id": "last", "age_band": "35_44"})
    source = survey(records, staff(8), margins=("age",), trim=3)
    told = exact(weights(source))
    assert told.loc[("largest_weight", ALL, ALL), "value"] == pytest.approx(3)
    assert told.loc[("trimmed", ALL, ALL), "value"] == 1
    assert told.loc[("furthest", ALL, ALL), "value"] > 0.1
    free = exact(weights(source, trim=math.inf))
    assert free.loc[("largest_weight", ALL, ALL), "value"] > 20
    assert free.loc[("converged", ALL, ALL), "value"] == 1
    shown = weights(source).diagnostics().protect().to_frame()
    assert shown[shown["measure"] == "trimmed"]["value"].isna().all()


def test_what_is_weighted_by_where_nobody_says() -> None:
    records, eligible = respondents(60, 3, unsaid=0), staff(3, unknown=80)
    assert weights(survey(records, eligible)).dimensions == ("sex",)
    assert weights(survey(records, eligible, margins=("age",))).dimensions == ("age",)
    assert set(weights(survey(records, staff(3, unknown=3))).dimensions) == {"sex", "age"}


def test_the_order_of_rows_and_display() -> None:
    records, eligible = respondents(60, 9), staff(9)
    first, second = (
        weights(survey(rows, eligible), margins=["sex", "age"]) for rows in (records, records[::-1])
    )
    assert first.cells == second.cells
    assert (first.weighting.weight == second.weighting.weight).all()
    assert "mean_weight" in repr(first)
    shown = {of: exact(first, of) for of in (None, "sex", "age")}
    moved = {
        of: (told.loc["share_weighted"]["value"] - told.loc["share_of_respondents"]["value"])
        .drop(UNDECLARED, level="category")
        .abs()
        .max()
        for of, told in shown.items()
    }
    assert moved[None] == max(moved.values())
    with pytest.raises(UsageError, match="Allowed: sex, age"):
        first.diagnostics("unit")
    with pytest.raises(AttributeError):
        first.wave = "2026"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"method": "magic"}, "Allowed: rake, cells"),
        ({"margins": "sex"}, "list of names"),
        ({"margins": []}, "nothing to weight by"),
        ({"margins": ["disability"]}, "disability"),
        ({"trim": 1}, "more than 1"),
        ({"trim": "5"}, "more than 1"),
        ({"levels": "binary"}, "levels of code lists by margin"),
        ({"levels": {"hat": "main"}}, "levels of code lists by margin"),
        ({"wave": "1999"}, "no wave '1999'"),
    ],
)
def test_what_cannot_be_asked(arguments, words) -> None:
    with pytest.raises(UsageError, match=words):
        weights(survey(respondents(20, 1), staff(1)), **arguments)


def test_what_cannot_be_weighted() -> None:
    records = respondents(20, 1)
    with pytest.raises(UsageError, match="Add a survey_eligible extract"):
        weights(survey(records, None))
    with pytest.raises(UsageError, match="More people answered than could"):
        weights(survey(records, staff(1, unknown=0).assign(n=2)), margins=["sex"])
    unsaid = [{**row, "sex": None} for row in records]
    with pytest.raises(UsageError, match="nothing can be weighted by it"):
        weights(survey(unsaid, staff(1)), margins=["sex"])
    found = weights(survey(records, staff(1)), margins=["sex"])
    with pytest.raises(UsageError, match="No respondent of 2025 is of this cell"):
        found.cell_of(("other",))


# Errors where some did not say


def estimate(base: np.ndarray, first: np.ndarray, y: np.ndarray, people: np.ndarray) -> float:
    """The weighted mean, where the last category has the share of respondents that it is."""
    share = base[first == 2].sum() / base.sum()
    aims = np.append((1 - share) * people / people.sum(), share)
    weight = base.copy()
    for category, aim in enumerate(aims):
        weight[first == category] *= aim / weight[first == category].sum()
    return float((weight * y).sum() / weight.sum())


def test_that_the_unsaid_are_drawn_is_in_the_errors() -> None:
    """By the slope of the whole estimate in the weight of each respondent, one at a time."""
    draw = np.random.default_rng(3)
    first = draw.choice(3, 120, p=(0.4, 0.35, 0.25))
    y = np.clip(50 + 25 * (first == 2) - 10 * first + draw.normal(0, 12, 120), 0, 100).round()
    people, share = np.array([550.0, 450.0]), (first == 2).mean()
    n = np.bincount(first)
    aims = np.append((1 - share) * people, share * people.sum())
    ones, step = np.ones(120), 1e-6
    middle = estimate(ones, first, y, people)
    slopes = np.array(
        [(estimate(ones + step * unit, first, y, people) - middle) / step for unit in np.eye(120)]
    )
    slow_error = math.sqrt(120 / 119 * ((slopes - slopes.mean()) ** 2).sum())
    scores = sums(ones, y, y**2)
    free, fixed = (
        weighted_mean(rake(n, [margin(np.arange(3), aims, free=given)]), scores, cell=first)
        for given in ([2], [])
    )
    assert free.interval.value[0] == pytest.approx(middle)
    assert free.error[0] == pytest.approx(slow_error, rel=1e-5)
    assert fixed.error[0] < 0.97 * free.error[0]
    alone = weighted_mean(
        rake(n, [margin(np.arange(3), aims, free=[2])]),
        scores,
        cell=first,
        cluster=np.arange(120),
    )
    assert alone.error[0] == pytest.approx(free.error[0])
    with pytest.raises(UsageError, match="free categories"):
        margin(np.arange(3), aims, free=[3])


def test_what_margins_explain_makes_limits_narrower_but_not_without_end() -> None:
    weighting = rake(np.array([100, 100]), [margin([0, 1], [300, 300])])
    told, silent = (
        weighted_share(weighting, sums([100, 100], yes, yes)) for yes in ([5, 95], [50, 50])
    )
    assert silent.n_effective[0] == pytest.approx(198, abs=2)
    # Within categories 19 of 20 are alike: a variance of 0.0475 in place of 0.25.
    assert told.n_effective[0] == pytest.approx(198 * 0.25 / 0.0475, rel=0.01)
    alike = weighted_share(weighting, sums([100, 100], [0, 100], [0, 100]))
    assert alike.error[0] == pytest.approx(0, abs=1e-9)
    # As though one of each hundred might not be like the others.
    assert alike.n_effective[0] == pytest.approx(199 * 200 / 8, rel=0.01)
    assert 0.01 < alike.interval.upper[0] - 0.5 < 0.02
    few = rake(np.array([4, 4]), [margin([0, 1], [300, 300])])
    assert weighted_share(few, sums([4, 4], [0, 4], [0, 4])).n_effective[0] == pytest.approx(7)
