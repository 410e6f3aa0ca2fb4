"""Errors of a survey of a known staff: published digits, rows one by one, coverage measured."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.finite import (
    Sums,
    margin_of_error,
    mean_of_scores,
    mean_over_strata,
    share_of_answers,
    sums,
)
from workforce_analytics.inference.proportions import (
    finite_population_interval,
    proportion_interval,
)
from workforce_analytics.inference.rounding import round_half_up

ORACLES = json.loads((Path(__file__).parent / "oracles" / "survey.json").read_text("utf-8"))
SLOW = settings(max_examples=60, derandomize=True, deadline=None)
RESPONDENT = st.integers(0, 5).flatmap(lambda m: st.tuples(st.integers(0, m), st.just(m)))


def of_rows(rows: list[tuple[int, int]]) -> Sums:
    y, m = (np.array(column) for column in zip(*rows, strict=True))
    return sums(len(rows), y.sum(), (y * y).sum(), m=m.sum(), ym=(y * m).sum(), mm=(m * m).sum())


@SLOW
@given(st.lists(RESPONDENT, min_size=2, max_size=12), st.integers(0, 9))
def test_theme_errors_are_those_of_rows(rows: list[tuple[int, int]], silent: int) -> None:
    found = share_of_answers(of_rows(rows), population=len(rows) + silent)
    answers = sum(m for _, m in rows)
    if not answers:
        assert math.isnan(found.interval.value)
        assert math.isnan(found.interval.lower)
        return
    share = sum(y for y, _ in rows) / answers
    n, people = len(rows), len(rows) + silent
    squares = math.fsum((y - share * m) ** 2 for y, m in rows)
    variance = (1 - n / people) * n / (n - 1) * squares / answers**2
    assert float(found.interval.value) == pytest.approx(share, abs=1e-12)
    assert float(found.error) == pytest.approx(math.sqrt(variance), abs=1e-8)
    assert 0 <= found.interval.lower <= share + 1e-12
    assert share - 1e-12 <= found.interval.upper <= 1
    if silent:
        assert found.interval.upper > found.interval.lower
    else:
        assert found.interval.lower == found.interval.value == found.interval.upper


@SLOW
@given(st.integers(2, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_one_question_is_the_share_of_a_known_staff(counted: tuple[int, int]) -> None:
    x, n = counted
    found = share_of_answers(sums(n, x, x), population=n + 15).interval
    known = finite_population_interval(x, n, n + 15)
    assert float(found.lower) == pytest.approx(float(known.lower), abs=1e-9)
    assert float(found.upper) == pytest.approx(float(known.upper), abs=1e-9)


def test_a_process_has_no_correction() -> None:
    answers = sums([120, 120], [52, 52], [52, 52])
    found = share_of_answers(answers, population=[200, np.inf])
    free = share_of_answers(answers)
    plain = proportion_interval(52, 120, n_effective=119)
    assert found.interval.upper[1] == free.interval.upper[1] == pytest.approx(float(plain.upper))
    assert found.error[0] == pytest.approx(free.error[0] * math.sqrt(0.4))
    assert list(found.interval.method) == [
        "Wilson interval, clustered by respondent, finite population",
        "Wilson interval, clustered by respondent",
    ]


def test_published_errors() -> None:
    case = ORACLES["simple_random"]
    drawn = sums(case["answered"], case["positive"], case["positive"])
    found = share_of_answers(drawn, population=case["population"])
    assert float(found.error) == pytest.approx(case["error"], abs=5e-8)
    assert float(found.n_effective) == pytest.approx(119 / 0.4)
    case = ORACLES["two_strata"]
    strata = sums(
        [len(x) for x in case["x"]],
        [sum(x) for x in case["x"]],
        [sum(value**2 for value in x) for x in case["x"]],
    )
    mean, finite = mean_over_strata(strata, case["population"])
    assert mean == pytest.approx(case["mean"], abs=5e-5)
    assert finite == pytest.approx(case["error_finite"], abs=5e-5)
    process = mean_over_strata(strata, case["population"], finite=False)[1]
    assert process == pytest.approx(case["error"], abs=5e-5)


def test_strata_that_cannot_be_told() -> None:
    assert math.isnan(mean_over_strata(sums([1, 3], [5, 9], [25, 29]), [4, 9])[1])
    mean, error = mean_over_strata(sums([1, 0], [5, 0], [25, 0]), [1, 0])
    assert (mean, error) == (5, 0)
    assert math.isnan(mean_over_strata(sums([2, 0], [5, 0], [13, 0]), [4, 3])[0])


def test_index_of_the_published_group() -> None:
    scores = np.array(ORACLES["group_index"]["scores"])
    group = sums(scores.size, scores.sum(), (scores**2).sum())
    found = mean_of_scores(group, population=25)
    assert float(found.interval.value) == ORACLES["group_index"]["index"]
    assert float(found.error) == pytest.approx(np.std(scores, ddof=1) * math.sqrt(0.6 / 10))
    half = 2.262157 * float(found.error)
    assert float(found.interval.upper) == pytest.approx(53 + half, abs=1e-4)


def test_margins_as_published() -> None:
    for population, answered, per_cent, points in ORACLES["margins"]["rows"]:
        margin = margin_of_error(per_cent / 100, answered, population)
        assert round_half_up(float(margin) * 100) == points
    table = ORACLES["margins_of_large_groups"]
    for answered, points in table["rows"].items():
        margins = margin_of_error(np.array(table["per_cent"]) / 100, int(answered)) * 100
        assert [round_half_up(margin) for margin in margins] == points
    assert math.isnan(margin_of_error(0.5, 0, 9))


def test_answers_that_are_all_alike_leave_room_for_others() -> None:
    theme = share_of_answers(sums(5, 25, 125, m=25, ym=125, mm=125), population=50)
    lower = proportion_interval(1, 1, n_effective=4 / 0.9).lower
    assert float(theme.interval.lower) == pytest.approx(float(lower))
    assert str(theme.interval.method) == "Wilson interval, all answers alike, finite population"
    index = mean_of_scores(sums(5, 500, 50000), population=50).interval
    assert float(index.lower) == pytest.approx(100 * float(lower))
    assert float(index.upper) == 100
    middle = mean_of_scores(sums(5, 250, 12500)).interval
    assert middle.lower < 50 < middle.upper


def test_one_respondent_leaves_everything_open() -> None:
    one = share_of_answers(sums([1, 1, 0], [1, 1, 0], [1, 1, 0]), population=[9, 1, 9])
    assert one.interval.lower.tolist()[:2] == [0, 1]
    assert one.interval.upper.tolist()[:2] == [1, 1]
    assert np.isnan(one.interval.lower[2])
    assert np.isnan(one.error[[0, 2]]).all()
    score = mean_of_scores(sums([1, 1], [75, 75], [5625, 5625]), population=[9, 1]).interval
    assert score.lower.tolist() == [0, 75]
    assert score.upper.tolist() == [100, 75]


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(UsageError, match="no fewer than answered"):
        share_of_answers(sums(5, 3, 3), population=4)
    with pytest.raises(UsageError, match="together"):
        sums(5, 3, 3, m=5)
    with pytest.raises(UsageError, match="ym is too large"):
        sums(2, 3, 1, m=5, ym=90, mm=13)
    with pytest.raises(UsageError, match="more than valid"):
        share_of_answers(sums(2, 5, 13))
    with pytest.raises(UsageError, match="outside its scale"):
        mean_of_scores(sums(2, 50, 1250), scale=(0, 10))
    with pytest.raises(UsageError, match="between 0 and 1"):
        margin_of_error(1.2, 9)


@pytest.mark.parametrize("rate", [0.4, 0.6, 0.8])
def test_limits_hold_as_often_as_they_say(rate: float) -> None:
    """A staff of 200 whose answers hang together: shares of three items, and a mean score."""
    draw = np.random.default_rng(5)
    mood = draw.normal(size=200)
    answers = mood[:, np.newaxis] + draw.normal(size=(200, 3)) > 0.3
    positive = answers.sum(axis=1)
    asked = np.where(draw.random(200) < 0.15, 0, 3)
    positive = np.where(asked > 0, positive, 0)
    score = np.clip(np.round(50 + 25 * mood), 0, 100)
    replies = (draw.random((3000, 200)) < rate).astype(int)
    n = replies @ (asked > 0)
    theme = share_of_answers(
        sums(
            n,
            replies @ positive,
            replies @ positive**2,
            m=replies @ asked,
            ym=replies @ (positive * asked),
            mm=replies @ asked**2,
        ),
        population=(asked > 0).sum(),
    ).interval
    true = positive.sum() / asked.sum()
    assert 0.93 <= ((theme.lower <= true) & (true <= theme.upper)).mean() <= 0.97
    n = replies.sum(axis=1)
    index = mean_of_scores(sums(n, replies @ score, replies @ score**2), population=200).interval
    true = score.mean()
    assert 0.93 <= ((index.lower <= true) & (true <= index.upper)).mean() <= 0.97
