"""Weights on cells and their errors: published digits, respondents one by one, obstacles said."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.finite import Sums, mean_of_scores, share_of_answers, sums
from workforce_analytics.inference.margins import Margin, Obstacle, margin, obstacles
from workforce_analytics.inference.weighted_errors import weighted_mean, weighted_share
from workforce_analytics.inference.weighting import (
    Weighting,
    design_effect,
    post_stratify,
    rake,
    trim,
)

ORACLES = json.loads((Path(__file__).parent / "oracles" / "survey.json").read_text("utf-8"))
SLOW = settings(max_examples=40, derandomize=True, deadline=None)
SCHOOLS = ORACLES["clusters"]
BASE = 6194 / 183


def schools() -> tuple[dict[str, np.ndarray], Sums]:
    """The published cells; their squares are not published, and errors by district need none."""
    columns = dict(zip(SCHOOLS["columns"], zip(*SCHOOLS["rows"], strict=True), strict=True))
    place = {
        name: np.array([sorted(SCHOOLS["margins"][name]).index(value) for value in columns[name]])
        for name in ("stype", "sch.wide")
    }
    place["district"] = np.unique(columns["district"], return_inverse=True)[1]
    n, total = np.array(columns["n"]), np.array(columns["sum_api00"], dtype=float)
    assert total.sum() / n.sum() == pytest.approx(SCHOOLS["unweighted"]["mean"])
    return place, sums(n, total, total**2)


def people_of(name: str) -> list[int]:
    return [SCHOOLS["margins"][name][key] for key in sorted(SCHOOLS["margins"][name])]


def weightings() -> dict[str, Weighting]:
    place, scores = schools()
    margins = {name: margin(place[name], people_of(name)) for name in ("stype", "sch.wide")}
    base = np.full(scores.n.size, BASE)
    everybody = margin(np.zeros(scores.n.size, dtype=int), [6194])
    return {
        "raked": rake(scores.n, list(margins.values()), base=base),
        "post_stratified": rake(scores.n, [margins["stype"]], base=base),
        "unweighted": rake(scores.n, [everybody], base=base),
    }


@pytest.mark.parametrize("name", ["raked", "post_stratified", "unweighted"])
def test_means_and_errors_as_published(name: str) -> None:
    place, scores = schools()
    weighting = weightings()[name]
    found = {
        key: weighted_mean(
            weighting,
            scores,
            cluster=place["district"],
            answered_share=share,
            scale=(200, 1000),
        )
        for key, share in (("error", 0.0), ("error_finite", 15 / 757))
    }
    assert weighting.converged
    assert found["error"].interval.value[0] == pytest.approx(SCHOOLS[name]["mean"], abs=1e-7)
    for key in found:
        if key in SCHOOLS[name]:
            assert found[key].error[0] == pytest.approx(SCHOOLS[name][key], abs=1e-4)
    half = 2.144787 * found["error"].error[0]
    assert found["error"].interval.upper[0] - found["error"].interval.value[0] == pytest.approx(
        half, rel=1e-6
    )


def test_kish_as_published() -> None:
    case = ORACLES["kish"]
    x, weight = np.array(case["x"], dtype=float), np.array(case["weight"], dtype=float)
    assert design_effect(weight) == pytest.approx(case["kish"], abs=5e-5)
    assert design_effect([2, 5, math.nan], [3, 1, 0]) == pytest.approx(4 * 37 / 11**2)
    assert math.isnan(design_effect([math.nan], [0]))
    one = np.ones(x.size)
    weighting = rake(one, [margin(np.zeros(x.size, dtype=int), [weight.sum()])], base=weight)
    assert weighting.n_effective == pytest.approx(10 / case["kish"], abs=1e-4)
    found = weighted_mean(weighting, sums(one, x, x**2), scale=(0, 400))
    assert found.interval.value[0] == pytest.approx(case["mean"], abs=5e-4)


@st.composite
def surveys(draw: st.DrawFn) -> dict[str, Any]:
    """Respondents with two characteristics, a group, answers and base weights by cell."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 1), st.integers(0, 3)),
            min_size=8,
            max_size=25,
        )
    )
    full = [(a, b, a % 2, 2) for a in range(3) for b in range(2)]
    first, second, group, answers = (np.array(c) for c in zip(*(rows + full), strict=True))
    seed = np.random.default_rng(draw(st.integers(0, 99)))
    cells = first * 2 + second
    return {
        "first": first,
        "second": second,
        "group": group,
        "m": answers,
        "y": seed.integers(0, answers + 1),
        "cell": cells,
        "base": seed.uniform(0.5, 2, 6),
        "people": seed.integers(20, 60, 6),
    }


def on_cells(survey: dict[str, Any]) -> tuple[Sums, np.ndarray, np.ndarray]:
    """Sums by cell and group, and which those are."""
    place = survey["cell"] * 2 + survey["group"]
    kinds = np.unique(place)
    y, m = survey["y"], survey["m"]
    n, *columns = (
        np.array([values[place == kind].sum() for kind in kinds])
        for values in (np.ones(y.size), y, y * y, m, y * m, m * m)
    )
    total, squares, answers, products, answers_squared = columns
    made = sums(n, total, squares, m=answers, ym=products, mm=answers_squared)
    return made, kinds // 2, kinds % 2


def slow_raking(survey: dict[str, Any], margins: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Raked weights of respondents, one at a time."""
    weight = survey["base"][survey["cell"]].copy()
    for _ in range(400):
        for category, people in margins:
            for kind, wanted in enumerate(people):
                weight[category == kind] *= wanted / weight[category == kind].sum()
    return weight


def slow_error(
    survey: dict[str, Any], weight: np.ndarray, design: np.ndarray, left: np.ndarray
) -> list[tuple[float, float]]:
    """Linearised values of respondents, their residuals on the design, group by group."""
    base, found = survey["base"][survey["cell"]], []
    for group in range(2):
        inside = (survey["group"] == group).astype(float)
        answers = (weight * inside * survey["m"]).sum()
        if not answers:
            found.append((math.nan, math.nan))
            continue
        ratio = (weight * inside * survey["y"]).sum() / answers
        z = inside * (survey["y"] - ratio * survey["m"]) / answers
        information = design.T @ (base[:, np.newaxis] * design)
        slopes = np.linalg.pinv(information) @ design.T @ (base * z)
        u = weight * (z - design @ slopes)
        n = u.size
        variance = n / (n - 1) * (left * (u - u.mean()) ** 2).sum()
        found.append((ratio, math.sqrt(variance)))
    return found


def dummies(*categories: np.ndarray) -> np.ndarray:
    return np.hstack([(one[:, np.newaxis] == np.unique(one)).astype(float) for one in categories])


@SLOW
@given(surveys(), st.booleans())
def test_raking_errors_are_linearisation_on_rows(survey: dict[str, Any], finite: bool) -> None:
    people = survey["people"].reshape(3, 2)
    n = np.bincount(survey["cell"], minlength=6)
    margins = [
        margin(np.arange(6) // 2, people.sum(axis=1)),
        margin(np.arange(6) % 2, people.sum(axis=0)),
    ]
    raked = rake(n, margins, base=survey["base"])
    slow = slow_raking(
        survey, [(survey["first"], people.sum(axis=1)), (survey["second"], people.sum(axis=0))]
    )
    assert raked.converged
    assert raked.weight[survey["cell"]] == pytest.approx(slow, rel=1e-7)
    assert raked.n_effective == pytest.approx(slow.sum() ** 2 / (slow**2).sum())
    answered = np.linspace(0.1, 0.6, 6) if finite else np.zeros(6)
    rows, cell, group = on_cells(survey)
    found = weighted_share(raked, rows, cell=cell, group=group, answered_share=answered)
    design = dummies(survey["first"], survey["second"])
    expected = slow_error(survey, slow, design, 1 - answered[survey["cell"]])
    for place, (ratio, error) in enumerate(expected):
        assert found.interval.value[place] == pytest.approx(ratio, abs=1e-7, nan_ok=True)
        assert found.error[place] == pytest.approx(error, abs=1e-6, nan_ok=True)
    order = np.random.default_rng(0).permutation(cell.size)
    turned = weighted_share(
        raked,
        Sums(**{name: values[order] for name, values in vars(rows).items()}),
        cell=cell[order],
        group=group[order],
        answered_share=answered,
    )
    assert turned.error == pytest.approx(found.error, abs=1e-8, nan_ok=True)


@SLOW
@given(surveys())
def test_post_strata_are_linearised_on_cells(survey: dict[str, Any]) -> None:
    n = np.bincount(survey["cell"], minlength=6)
    weighting = post_stratify(n, survey["people"], base=survey["base"])
    weight = (survey["people"] / n)[survey["cell"]]
    rows, cell, group = on_cells(survey)
    found = weighted_share(weighting, rows, cell=cell, group=group)
    expected = slow_error(survey, weight, dummies(survey["cell"]), np.ones(weight.size))
    for place, (ratio, error) in enumerate(expected):
        assert found.interval.value[place] == pytest.approx(ratio, abs=1e-9, nan_ok=True)
        assert found.error[place] == pytest.approx(error, abs=1e-8, nan_ok=True)


def test_clusters_of_one_respondent_are_respondents() -> None:
    draw = np.random.default_rng(2)
    cell = np.repeat([0, 1, 2, 3], [5, 9, 3, 7])
    y = draw.integers(0, 101, cell.size)
    one = np.ones(cell.size)
    margins = [margin([0, 0, 1, 1], [40, 30]), margin([0, 1, 0, 1], [25, 45])]
    raked = rake([5, 9, 3, 7], margins)
    scores, group = sums(one, y, y**2), np.arange(cell.size) % 2
    alone = weighted_mean(raked, scores, cell=cell, group=group)
    single = weighted_mean(raked, scores, cell=cell, group=group, cluster=np.arange(cell.size))
    assert single.error == pytest.approx(alone.error)
    with pytest.raises(UsageError, match="all respondents of each cell"):
        weighted_mean(raked, sums(one[1:], y[1:], y[1:] ** 2), cell=cell[1:], cluster=cell[1:])
    with pytest.raises(UsageError, match="one number where whole clusters"):
        weighted_mean(raked, scores, cell=cell, cluster=cell, answered_share=[0.1, 0.2, 0.3, 0.4])


def test_equal_weights_give_the_unweighted_figure() -> None:
    weighting = post_stratify([40], [80])
    theme = sums([40], [96], [310], m=[160], ym=[384], mm=[640])
    weighted = weighted_share(weighting, theme, answered_share=0.5)
    plain = share_of_answers(theme, population=80)
    assert weighted.error == pytest.approx(plain.error)
    assert weighted.interval.lower == pytest.approx(plain.interval.lower)
    scores = sums([40], [2000], [120000])
    index = weighted_mean(weighting, scores, answered_share=0.5).interval
    assert index.upper == pytest.approx(mean_of_scores(scores, population=80).interval.upper)
    assert str(index.method[0]) == "t interval, weighted, linearised on all margins"


def test_answers_all_alike_are_worth_kish() -> None:
    weighting = post_stratify([30, 10], [30, 90])
    alike = weighted_share(weighting, sums([30, 10], [30, 10], [30, 10]))
    worth = 120**2 / (30 + 90 * 9)
    assert alike.n_effective[0] == pytest.approx(worth - 1)
    assert alike.interval.upper[0] == 1
    assert 0.7 < alike.interval.lower[0] < 0.9


def test_limits_allow_for_what_was_fitted() -> None:
    few = post_stratify([1, 1], [40, 60])
    found = weighted_mean(few, sums([1, 1], [50, 75], [2500, 5625])).interval
    assert (found.lower[0], found.value[0], found.upper[0]) == (0, 65, 100)
    weighting = post_stratify([6, 6], [40, 60])
    scores = sums([6, 6], [300, 450], [16000, 35000])
    index = weighted_mean(weighting, scores)
    wider = index.error[0] * math.sqrt(11 / 10)
    assert index.interval.upper[0] - 65 == pytest.approx(2.200985 * wider, rel=1e-6)


def test_limits_of_raked_shares_hold_as_often_as_they_say() -> None:
    """A staff of 600 in six cells with response rates of their own, and two groups across them."""
    draw = np.random.default_rng(1)
    cell, group = draw.integers(0, 6, 600), (draw.random(600) < 0.3).astype(int)
    y = (draw.normal(size=600) + 0.4 * (cell // 2) > 0.3).astype(int)
    people = np.bincount(cell, minlength=6)
    truth = np.array([y[group == place].mean() for place in (0, 1)])
    margins = [
        margin(kind, np.bincount(kind, weights=people))
        for kind in (np.arange(6) // 2, np.arange(6) % 2)
    ]
    held = np.zeros(2)
    for _ in range(400):
        answered = draw.random(600) < 0.4 + 0.1 * (cell // 2) + 0.1 * (cell % 2)
        n = np.bincount(cell[answered], minlength=6)
        rows = np.bincount(cell[answered] * 2 + group[answered], minlength=12)
        yes = np.bincount(cell[answered] * 2 + group[answered], y[answered], minlength=12)
        found = weighted_share(
            rake(n, margins),
            sums(rows, yes, yes),
            cell=np.arange(12) // 2,
            group=np.arange(12) % 2,
            answered_share=n / people,
        ).interval
        held += (found.lower <= truth) & (truth <= found.upper)
    assert (held / 400 >= 0.925).all()
    assert (held / 400 <= 0.975).all()


def test_cells_without_respondents() -> None:
    weighting = post_stratify([10, 0, 5], [20, 7, 30])
    assert np.isnan(weighting.weight[1])
    assert (weighting.uncovered, weighting.converged) == (7, False)
    found = weighted_share(weighting, sums([10, 0, 5], [5, 0, 1], [5, 0, 1]))
    assert found.interval.value[0] == pytest.approx((5 * 2 + 1 * 6) / 50)
    raked = rake([10, 0, 5, 5], [margin([0, 0, 1, 1], [60, 40]), margin([0, 1, 0, 1], [70, 30])])
    assert raked.converged
    assert np.isnan(raked.weight[1])
    with pytest.raises(UsageError, match="no respondents, and so no weight"):
        weighted_share(raked, sums([1] * 4, [1] * 4, [1] * 4))


def test_obstacles_are_all_named() -> None:
    first, second = margin([0, 1, 2], [5, 5, 0]), margin([0, 0, 0], [6, 4, 1])
    assert obstacles([3, 3, 3], [first, second]) == (
        Obstacle("no people", 0, 2),
        Obstacle("no respondents", 1, 1),
        Obstacle("no respondents", 1, 2),
        Obstacle("another total", 1, None),
    )
    with pytest.raises(UsageError, match=r"margin 0, category 2 .*no people, one of 4 such"):
        rake([3, 3, 3], [first, second])
    with pytest.raises(UsageError, match="another total than margin 0"):
        rake([3, 3], [margin([0, 1], [5, 5]), margin([0, 1], [5, 6])])


def test_margins_that_contradict_each_other_do_not_converge() -> None:
    impossible = rake([4, 4], [margin([0, 1], [10, 30]), margin([0, 1], [30, 10])], rounds=50)
    assert not impossible.converged
    assert impossible.rounds == 50
    assert impossible.furthest == pytest.approx(0.5)


@SLOW
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 90)), min_size=2, max_size=8),
    st.floats(1.2, 4),
)
def test_trimming_keeps_the_total_and_the_limit(
    cells: list[tuple[int, int]], largest: float
) -> None:
    n, people = (np.array(column) for column in zip(*[*cells, (3, 30)], strict=True))
    before = post_stratify(n, people)
    after = trim(before, largest=largest)
    answered = n > 0
    total = people[answered].sum()
    assert (after.weight * n)[answered].sum() == pytest.approx(total)
    most = largest * total / n.sum()
    assert after.weight[answered].max() <= most * (1 + 1e-9)
    assert after.design_effect <= before.design_effect + 1e-9
    free = answered & (after.weight < most * (1 - 1e-9))
    ratios = (after.weight / before.weight)[free]
    assert ratios == pytest.approx(ratios[0] if ratios.size else 1)
    assert (after.trimmed > 0) == (after.furthest > 1e-9)
    if not after.trimmed:
        assert after.weight[answered] == pytest.approx(before.weight[answered])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: trim(post_stratify([3], [5]), largest=1), "more than 1"),
        (lambda: post_stratify([0, 0], [5, 5]), "respondents in at least one"),
        (lambda: post_stratify([3, 1], [5, 0]), "respondents and no people"),
        (lambda: post_stratify([3, 1], [5, 5], base=[1, 0]), "base weights"),
        (lambda: rake([3], []), "at least one margin"),
        (lambda: rake([3], [margin([0, 1], [5, 5])]), "one category for each cell"),
        (lambda: margin([0, 2], [5, 5]), "from 0 to 1"),
        (lambda: margin([0.5], [5]), "list of positions"),
        (lambda: weighted_share(post_stratify([3], [5]), sums([3], [4], [6])), "more than valid"),
        (
            lambda: weighted_mean(post_stratify([3], [5]), sums([3], [4], [6]), answered_share=2),
            "answered_share",
        ),
        (
            lambda: weighted_mean(post_stratify([3], [5]), sums([3], [4], [6]), cell=[1]),
            "cell must give each row",
        ),
    ],
)
def test_what_cannot_be_is_said(wrong: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        wrong()


def test_records_are_frozen() -> None:
    with pytest.raises(AttributeError):
        post_stratify([3], [5]).converged = False  # type: ignore[misc]
    assert isinstance(post_stratify([3], [5]).margins[0], Margin)
