"""Weighted figures of a survey and their errors, as other packages work them out."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t

from workforce_analytics.inference.finite import Sums, mean_of_scores, share_of_answers, sums
from workforce_analytics.inference.margins import margin
from workforce_analytics.inference.weighted_errors import weighted_mean, weighted_share
from workforce_analytics.inference.weighting import Weighting, rake

FOLDER = Path(__file__).parent / "oracles"
CASE = json.loads((FOLDER / "survey_packages.json").read_text("utf-8"))
FIRST, SECOND, GROUP, SCORE = np.array(CASE["rows"]).T
CELL = FIRST * 2 + SECOND
N = np.bincount(CELL, minlength=6)
BASE = np.full(6, CASE["staff"] / len(CASE["rows"]))
EVERYBODY = margin(np.zeros(6, dtype=int), [CASE["staff"]])
MARGINS = [
    margin(np.arange(6) // 2, CASE["margins"]["first"]),
    margin(np.arange(6) % 2, CASE["margins"]["second"]),
]
WEIGHTINGS = {
    "unweighted": rake(N, [EVERYBODY], base=BASE),
    "raked": rake(N, MARGINS, base=BASE),
    "post_stratified": rake(N, MARGINS[:1], base=BASE),
}


def answers(kind: str) -> Sums:
    """Respondents one by one: their score, or whether they agree."""
    values = SCORE if kind == "score" else (CASE["agrees_from"] <= SCORE).astype(int)
    return sums(np.ones(values.size), values, values**2)


def estimated(weighting: Weighting, kind: str, answered: float) -> tuple[list[float], list[float]]:
    """Values and errors of all and of the two groups, by one function or the other."""
    estimate = weighted_mean if kind == "score" else weighted_share
    found = [
        estimate(weighting, answers(kind), cell=CELL, group=group, answered_share=answered)
        for group in (None, GROUP)
    ]
    return (
        [float(x) for one in found for x in one.interval.value],
        [float(x) for one in found for x in one.error],
    )


@pytest.mark.parametrize("kind", ["score", "agree"])
@pytest.mark.parametrize("name", list(WEIGHTINGS))
def test_values_and_errors_are_those_of_svy(name: str, kind: str) -> None:
    told, weighting = CASE["svy"][name], WEIGHTINGS[name]
    assert weighting.design_effect == pytest.approx(told["design_effect"], abs=1e-7)
    for measure, answered in (("error", 0.0), ("error_finite", len(SCORE) / CASE["staff"])):
        values, errors = estimated(weighting, kind, answered)
        assert values == pytest.approx(told[kind]["value"], abs=1e-6)
        assert errors == pytest.approx(told[kind][measure], abs=1e-6)


@pytest.mark.parametrize("kind", ["score", "agree"])
def test_samplics_leaves_raking_out_of_errors(kind: str) -> None:
    """Weights that were there from the start give its errors; those that know of raking do not."""
    told, raked = CASE["samplics"][kind], WEIGHTINGS["raked"]
    as_given = rake(N, [EVERYBODY], base=raked.weight)
    values, errors = estimated(as_given, kind, 0.0)
    assert values == pytest.approx(told["value"], abs=1e-6)
    assert errors == pytest.approx(told["error"], abs=1e-6)
    known = estimated(raked, kind, 0.0)
    assert known[0] == pytest.approx(values, abs=1e-6)
    assert all(ours < theirs for ours, theirs in zip(known[1], errors, strict=True))


def test_unweighted_shares_and_means_are_those_of_svy() -> None:
    told, one = CASE["svy"]["unweighted"], np.ones(SCORE.size)
    for kind, estimate in (("agree", share_of_answers), ("score", mean_of_scores)):
        rows = answers(kind)
        added = [
            sums(one[here].sum(), rows.y[here].sum(), rows.yy[here].sum())
            for here in (GROUP >= 0, GROUP == 0, GROUP == 1)
        ]
        found = [estimate(each) for each in added]
        values = [float(each.interval.value) for each in found]
        assert values == pytest.approx(told[kind]["value"], abs=1e-6)
        # svy counts a group as a part of all respondents: n / (n - 1) of all, not of the group.
        n = np.array([float(each.n) for each in added])
        errors = [float(each.error) for each in found] * np.sqrt((n - 1) / n * 60 / 59)
        assert errors == pytest.approx(told[kind]["error"], abs=1e-6)


def test_wilson_limits_of_svy_are_those_of_t() -> None:
    for group, limits in enumerate(CASE["svy"]["wilson"]["limits"]):
        value = CASE["svy"]["unweighted"]["agree"]["value"][1 + group]
        error = CASE["svy"]["unweighted"]["agree"]["error"][1 + group]
        n = int((group == GROUP).sum())
        size, z = value * (1 - value) / error**2, float(t.ppf(0.975, n - 1))
        centre = (value + z**2 / (2 * size)) / (1 + z**2 / size)
        half = z * sqrt(value * (1 - value) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
        assert [centre - half, centre + half] == pytest.approx(limits, abs=1e-6)
        agree = (CASE["agrees_from"] <= SCORE)[group == GROUP].sum()
        ours = share_of_answers(sums(n, agree, agree)).interval
        assert [float(ours.lower), float(ours.upper)] == pytest.approx(limits, abs=0.02)
        assert limits[0] < ours.lower < ours.upper < limits[1]


def test_errors_of_published_weights() -> None:
    """Ten weights of one sample, and the error of their mean, as R's survey has them."""
    case = json.loads((FOLDER / "survey.json").read_text("utf-8"))["kish"]
    x, weight = np.array(case["x"], dtype=float), np.array(case["weight"], dtype=float)
    one = np.ones(x.size)
    weighting = rake(one, [margin(np.zeros(x.size, dtype=int), [weight.sum()])], base=weight)
    found = weighted_mean(weighting, sums(one, x, x**2), scale=(0, 400))
    assert float(found.error[0]) == pytest.approx(case["error"], abs=5e-4)
