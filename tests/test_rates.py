"""Rates, standardised rates and funnel limits: published digits, slow sums, planted truth."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.funnel import funnel_limits, overdispersion_factor
from workforce_analytics.inference.proportions import proportion_interval
from workforce_analytics.inference.rates import (
    expected_events,
    observed_over_expected,
    rate_interval,
    standardised_rate,
)

ORACLES = json.loads((Path(__file__).parent / "oracles" / "proportions.json").read_text("utf-8"))


@pytest.mark.parametrize(("name", "confidence"), [("byar_95", 0.95), ("byar_998", 0.998)])
def test_byar_gives_the_published_digits(name: str, confidence: float) -> None:
    for events, lower, upper in ORACLES[name]["rows"]:
        found = rate_interval(events, confidence=confidence)
        assert float(found.lower) == pytest.approx(lower, abs=1e-5)
        assert float(found.upper) == pytest.approx(upper, abs=1e-5)
        assert str(found.method) == "Byar's limits"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200))
def test_exact_limits_leave_each_tail_its_half(events: int) -> None:
    found = rate_interval(events, method="exact")
    assert _at_most(events, float(found.upper)) == pytest.approx(0.025, rel=1e-6)
    if events:
        assert 1 - _at_most(events - 1, float(found.lower)) == pytest.approx(0.025, rel=1e-6)
    else:
        assert float(found.lower) == 0


def _at_most(events: int, mean: float) -> float:
    """Sum Poisson probabilities one by one."""
    return math.fsum(
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(events + 1)
    )


def test_limits_are_exact_below_ten_and_say_so() -> None:
    found = rate_interval([0, 9, 10], 50, per=100)
    assert list(found.method) == ["exact Poisson limits", "exact Poisson limits", "Byar's limits"]
    exact = rate_interval([0, 9, 10], 50, per=100, method="exact")
    assert found.upper[:2].tolist() == exact.upper[:2].tolist()
    assert float(found.upper[2]) == pytest.approx(float(exact.upper[2]), rel=0.005)
    assert found.value.tolist() == [0, 18, 20]


def test_coverage_of_counts() -> None:
    counts = np.arange(0, 700)
    for method in ("byar", "exact"):
        found = rate_interval(counts, method=method)
        covered = [
            float(poisson.pmf(counts, mean)[(found.lower <= mean) & (mean <= found.upper)].sum())
            for mean in (0.5, 1, 2, 5, 7.5, 10, 15, 20, 35, 50, 80, 120, 200, 350, 500)
        ]
        assert min(covered) >= (0.95 if method == "exact" else 0.94)
        assert np.mean(covered) <= 0.98


def test_nobody_at_risk_is_undefined() -> None:
    found = rate_interval([0, 4], [0, 0])
    assert np.isnan([found.value, found.lower, found.upper]).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 900), st.integers(1, 900)),
        min_size=1,
        max_size=6,
    )
)
def test_a_standardised_rate_is_a_weighted_mean(strata: list[tuple[int, int, int]]) -> None:
    events, people, standard = zip(*strata, strict=True)
    found = standardised_rate(events, people, standard, per=1000)
    total = sum(standard)
    if sum(events) < 10:
        assert np.isnan([found.value, found.lower, found.upper]).all()
        assert str(found.method) == "not published: fewer than 10 events"
        return
    slow = sum(w / total * x / n for x, n, w in strata) * 1000
    assert float(found.value) == pytest.approx(slow)
    assert found.lower < found.value < found.upper


def test_with_one_stratum_dobsons_limits_are_byars() -> None:
    standardised = standardised_rate([[25]], [[400]], [[7]])
    plain = rate_interval([25], [400])
    assert standardised.lower.tolist() == pytest.approx(plain.lower.tolist())
    assert standardised.upper.tolist() == pytest.approx(plain.upper.tolist())


def test_scaling_the_standard_changes_nothing() -> None:
    groups = [[5, 20], [15, 10]], [[100, 300], [150, 200]]
    one = standardised_rate(*groups, [[6, 4]])
    other = standardised_rate(*groups, [[600, 400]])
    assert one.lower.tolist() == pytest.approx(other.lower.tolist())
    assert one.value.shape == (2,)


def test_a_stratum_with_nobody_at_risk_is_undefined_unless_the_standard_skips_it() -> None:
    assert np.isnan(float(standardised_rate([20, 0], [100, 0], [1, 1]).value))
    assert float(standardised_rate([20, 0], [100, 0], [1, 0]).value) == pytest.approx(0.2)


def test_expected_events_and_their_ratio() -> None:
    expected = expected_events([[100, 50], [0, 300]], [20, 30], [1000, 600])
    assert expected.tolist() == [4.5, 15]
    ratio = observed_over_expected([9, 15], expected)
    assert ratio.value.tolist() == [2, 1]
    assert ratio.lower[1] < 1 < ratio.upper[1]
    assert np.isnan(expected_events([10, 1], [2, 0], [20, 0]))
    assert np.isnan(observed_over_expected(0, 0).value)


def test_the_reference_itself_is_as_expected() -> None:
    events, people = [12, 30, 7], [400, 800, 90]
    ratio = observed_over_expected(sum(events), expected_events(people, events, people))
    assert float(ratio.value) == pytest.approx(1)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_unit_lies_outside_where_its_own_interval_leaves_the_target_out(
    share: tuple[int, int],
) -> None:
    x, n = share
    target = 0.237
    limits = funnel_limits([n], target)
    for level, confidence in enumerate(limits.confidence):
        own = proportion_interval(x, n, confidence=confidence)
        outside = not limits.lower[level, 0] <= x / n <= limits.upper[level, 0]
        assert outside == (not own.lower <= target <= own.upper)


def test_funnel_limits_of_ratios() -> None:
    limits = funnel_limits([4, 100, 0], 1, kind="ratio", overdispersion=4)
    assert limits.lower[0].tolist()[:2] == pytest.approx([0, 1 - 1.959964 * 0.2])
    assert limits.upper[1, 1] == pytest.approx(1 + 3.090232 * 0.2, abs=1e-6)
    assert np.isnan(limits.upper[:, 2]).all()
    assert limits.method == "funnel limits, widened for over-dispersion"


def test_over_dispersion_is_found_where_it_was_planted_and_not_elsewhere() -> None:
    random = np.random.default_rng(20210321)
    size = random.integers(100, 600, 400)
    chance = random.binomial(size, 0.2)
    assert overdispersion_factor(chance, size, 0.2) == 1
    varying = random.binomial(size, np.clip(random.normal(0.2, 0.05, 400), 0.01, 0.99))
    planted = 1 + float(np.mean((size - 1) * 0.05**2 / (0.2 * 0.8)))
    found = overdispersion_factor(varying, size, 0.2, winsorised=0)
    assert found == pytest.approx(planted, rel=0.15)
    assert 1 < overdispersion_factor(varying, size, 0.2) < found


def test_one_wild_unit_hardly_moves_the_winsorised_factor() -> None:
    size = np.full(20, 100)
    observed = np.array([20] * 19 + [95])
    assert overdispersion_factor(observed, size, 0.2) == 1
    assert overdispersion_factor(observed, size, 0.2, winsorised=0) > 15
    assert overdispersion_factor([0], [0], 0.2) == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rate_interval(-1), "events must be counts"),
        (lambda: rate_interval(1, method="wilson"), "method must be one of byar, exact"),
        (lambda: standardised_rate(1, 2, 3), "by stratum"),
        (lambda: expected_events(1, 2, 3), "by stratum"),
        (lambda: funnel_limits([1], 1.5), "between 0 and 1"),
        (lambda: funnel_limits([1], 0, kind="ratio"), "above 0"),
        (lambda: funnel_limits([1], 0.5, overdispersion=0.5), "1 or more"),
        (lambda: overdispersion_factor([2], [1], 0.5), "observed cannot be more than size"),
        (lambda: overdispersion_factor([1], [2], 0.5, winsorised=0.5), "under 0.5"),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call()  # type: ignore[operator]
