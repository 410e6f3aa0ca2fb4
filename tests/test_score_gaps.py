"""Gaps between the scores of two groups, against scipy on rows and the formulas written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workforce_analytics.inference.finite import Sums, share_of_answers, sums
from workforce_analytics.inference.proportions import difference_interval
from workforce_analytics.inference.score_gaps import gap_of_means, gap_of_shares
from workforce_analytics.inference.standardised_gaps import standardised_gap

SEED = st.integers(0, 10**6)


def added(y: np.ndarray, m: np.ndarray, stratum: np.ndarray | None = None, strata: int = 1) -> Sums:
    """Sums over respondents, in all or by stratum."""
    place = np.zeros(len(y), dtype=int) if stratum is None else stratum

    def by(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=values, minlength=strata)

    return sums(by((m > 0) * 1.0), by(y), by(y * y), m=by(m), ym=by(y * m), mm=by(m * m))


def scores(draw: np.random.Generator, n: int, mean: float) -> tuple[np.ndarray, np.ndarray]:
    y = np.clip(np.round(draw.normal(mean, 20, n) / 5) * 5, 0, 100)
    return y, np.ones(n)


def answers(draw: np.random.Generator, n: int, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """Answers of respondents to three questions, each agreeing more or less with all of them."""
    chance = 1 / (1 + np.exp(-(shift + 1.2 * draw.normal(size=n))))
    m = draw.integers(1, 4, n)
    return draw.binomial(m, chance).astype(float), m.astype(float)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(SEED)
def test_means_are_welchs(seed: int) -> None:
    draw = np.random.default_rng(seed)
    (a, one), (b, other) = scores(draw, 14, 55), scores(draw, 90, 62)
    found = gap_of_means(added(a, one), added(b, other))
    slow = stats.ttest_ind(a, b, equal_var=False)
    ends = slow.confidence_interval(0.95)
    assert found.interval.value[0] == pytest.approx(a.mean() - b.mean())
    assert found.interval.lower[0] == pytest.approx(max(ends.low, -100))
    assert found.interval.upper[0] == pytest.approx(ends.high)
    assert found.p_value[0] == pytest.approx(slow.pvalue)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(SEED)
def test_shares_are_the_formulas_written_out(seed: int) -> None:
    draw = np.random.default_rng(seed)
    (y, m), (v, w) = answers(draw, 25, 0.4), answers(draw, 130, -0.2)
    found = gap_of_shares(added(y, m), added(v, w))
    own, rest = share_of_answers(added(y, m)).interval, share_of_answers(added(v, w)).interval
    gap = y.sum() / m.sum() - v.sum() / w.sum()
    below = math.hypot(own.value[0] - own.lower[0], rest.upper[0] - rest.value[0])
    assert (found.interval.value[0], found.interval.lower[0]) == pytest.approx((gap, gap - below))
    common = (y.sum() + v.sum()) / (m.sum() + w.sum())
    left = np.concatenate((y - common * m, v - common * w))
    spread = (left**2).sum() / (len(left) - 1)
    error = math.sqrt(spread * (len(y) / m.sum() ** 2 + len(v) / w.sum() ** 2))
    assert found.p_value[0] == pytest.approx(2 * stats.norm.sf(abs(gap) / error))


def test_one_answer_each_is_the_n_minus_1_chi_squared_test() -> None:
    found = gap_of_shares(sums(70, 56, 56), sums(80, 48, 48))
    table = [[56, 14], [48, 32]]
    chi = stats.chi2_contingency(table, correction=False).statistic * 149 / 150
    assert found.p_value == pytest.approx(stats.chi2.sf(chi, 1))
    # Limits of a respondent's answers count n - 1, those of two shares by themselves n.
    plain = difference_interval(56, 70, 48, 80)
    assert found.interval.lower == pytest.approx(plain.lower, abs=0.002)
    assert found.interval.upper == pytest.approx(plain.upper, abs=0.002)


def test_groups_swapped_turn_the_gap_round() -> None:
    draw = np.random.default_rng(2)
    sides = [added(*answers(draw, n, 0.3)) for n in (40, 60)]
    marks = [added(*scores(draw, n, 60)) for n in (40, 60)]
    for gap, (a, b) in ((gap_of_shares, sides), (gap_of_means, marks)):
        one, other = gap(a, b), gap(b, a)
        assert one.interval.value == pytest.approx(-other.interval.value)
        assert one.interval.lower == pytest.approx(-other.interval.upper)
        assert one.p_value == pytest.approx(other.p_value)


def test_answers_that_are_all_alike_have_limits_and_perhaps_no_test() -> None:
    same = sums(12, 12 * 75, 12 * 75**2)
    found = gap_of_means(same, sums(40, 2600, 184000))
    assert math.isnan(found.p_value)
    assert found.interval.lower < 75 - 65 < found.interval.upper
    everybody = gap_of_shares(sums(30, 30, 30), sums(900, 810, 810))
    # All 30 of one group, nine in ten of the other: Fisher's test gives 0.066.
    assert 0.05 < everybody.p_value < 0.09
    assert everybody.interval.lower < 0 < everybody.interval.upper
    nobody = gap_of_shares(sums(0, 0, 0), sums(900, 810, 810))
    assert math.isnan(nobody.interval.value)
    assert math.isnan(nobody.p_value)


@settings(derandomize=True, deadline=None, max_examples=10)
@given(SEED, st.booleans())
def test_standardised_is_people_one_by_one(seed: int, marks: bool) -> None:
    draw = np.random.default_rng(seed)
    make = scores if marks else answers
    (y, m), (v, w) = make(draw, 40, 0.5), make(draw, 150, 0.0)
    at, there = draw.integers(0, 12, 40), draw.integers(2, 16, 150)
    found = standardised_gap(
        added(y, m, at, 16), added(v, w, there, 16), scale=(0, 100) if marks else (0, 1)
    )
    both = sorted(set(at) & set(there))
    weight = np.array([(there == h).sum() for h in both], dtype=float)
    value, squares = [], []
    for a, b, place in ((y, m, at), (v, w, there)):
        top = sum(k * a[place == h].mean() for h, k in zip(both, weight, strict=True))
        below = sum(k * b[place == h].mean() for h, k in zip(both, weight, strict=True))
        value.append(top / below)
        left = a - value[-1] * b
        inside = [left[place == h] for h in both]
        free = sum(len(one) - 1 for one in inside)
        spread = sum(((one - one.mean()) ** 2).sum() for one in inside) / free
        unequal = sum(k**2 / len(one) for one, k in zip(inside, weight, strict=True))
        squares.append(spread * unequal / below**2)
    assert found.interval.value == pytest.approx(value[0] - value[1])
    assert found.error == pytest.approx(math.sqrt(sum(squares)))
    assert found.kept[0] == pytest.approx(np.isin(at, both).mean())
    assert found.interval.lower < found.interval.value < found.interval.upper


def test_a_gap_that_comes_of_the_mix_goes_with_it() -> None:
    """Nine in ten of one stratum agree and one in ten of the other; groups differ in their mix."""
    group = sums([20, 80], [18, 8], [18, 8])
    reference = sums([80, 20], [72, 2], [72, 2])
    raw = gap_of_shares(sums(100, 26, 26), sums(100, 74, 74))
    found = standardised_gap(group, reference)
    assert raw.p_value < 1e-9
    assert found.interval.value == pytest.approx(0, abs=1e-12)
    assert found.p_value > 0.9


@pytest.mark.parametrize("scale", [(0, 1), (0, 100)])
def test_nobody_alike_and_nobody_twice(scale) -> None:
    apart = standardised_gap(
        sums([5, 0], [3, 0], [3, 0]), sums([0, 9], [0, 4], [0, 4]), scale=scale
    )
    assert math.isnan(apart.interval.value)
    assert apart.n == (0, 0)
    alone = standardised_gap(
        sums([1, 1], [1, 0], [1, 0]), sums([4, 9], [3, 4], [3, 4]), scale=scale
    )
    assert alone.interval.value == pytest.approx((4 * 1 + 9 * 0) / 13 - 7 / 13)
    assert math.isnan(alone.interval.lower)
    assert math.isnan(alone.p_value)


@pytest.mark.parametrize(("n", "share"), [(20, 0.5), (20, 0.9), (60, 0.9)])
def test_limits_hold_what_they_promise(n: int, share: float) -> None:
    """Two groups alike in 12 strata of unlike mix, 400 surveys: about 95 of 100 limits hold 0."""
    draw = np.random.default_rng(7)
    mixes = draw.dirichlet(np.ones(12) * 2, 2)
    shift = math.log(share / (1 - share)) * 1.3
    held = {"raw": 0, "alike": 0, "p": 0}
    for _ in range(400):
        sides = []
        for size, mix in ((n, mixes[0]), (900, mixes[1])):
            sides.append((*answers(draw, size, shift), draw.choice(12, size, p=mix)))
        raw = gap_of_shares(*(added(y, m) for y, m, _ in sides))
        found = standardised_gap(*(added(y, m, at, 12) for y, m, at in sides))
        held["raw"] += bool(raw.interval.lower[0] <= 0 <= raw.interval.upper[0])
        held["alike"] += bool(found.interval.lower <= 0 <= found.interval.upper)
        held["p"] += bool(raw.p_value[0] > 0.05)
    # Four standard errors of 400 surveys are 4.4 points.
    assert all(0.906 <= one / 400 <= 0.994 for one in held.values()), held
