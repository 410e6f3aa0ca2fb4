"""Shrunk rates: integrals by another route, planted spreads recovered, coverage measured."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, expit, gammaln

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.proportions import proportion_interval
from workforce_analytics.inference.rates import observed_over_expected
from workforce_analytics.inference.shrinkage import (
    shrunk_rates,
    shrunk_ratios,
    spread_of_rates,
    spread_of_ratios,
)
from workforce_analytics.inference.stratified import expected_passes

UNIT = st.tuples(st.integers(0, 30), st.integers(0, 30))


@settings(max_examples=12, derandomize=True, deadline=None)
@given(st.lists(UNIT, min_size=2, max_size=6), UNIT)
def test_rates_are_the_integrals_they_claim_to_be(
    units: list[tuple[int, int]], last: tuple[int, int]
) -> None:
    """The same means and spreads on one wide, dense grid without any search."""
    x = np.array([a + 1 for a, _ in units] + [last[0]], dtype=float)
    n = x + np.array([b + 1 for _, b in units] + [last[1] + 1], dtype=float)
    found = shrunk_rates(x, n)
    rate = np.clip(expit(np.linspace(-25, 25, 401)), 1e-12, 1 - 1e-12)[:, np.newaxis]
    weights, means = [], []
    for place in np.linspace(-20, 12, 129):
        prior = np.median(n) * math.exp(place)
        a, b = rate * prior, (1 - rate) * prior
        likelihood = (betaln(a + x, b + n - x) - betaln(a, b)).sum(axis=1)
        weights.append(likelihood - math.log1p(math.exp(place)))
        means.append((a + x) / (prior + n))
    weight = np.exp(np.array(weights) - np.max(weights))
    value = (weight[:, :, np.newaxis] * np.array(means)).sum(axis=(0, 1)) / weight.sum()
    assert found.value == pytest.approx(value, abs=2e-3)


def test_ratios_are_the_integrals_they_claim_to_be() -> None:
    observed, expected = np.array([0.0, 12, 30, 9, 3]), np.array([2.0, 15, 20, 9, 6])
    found, spread = shrunk_ratios(observed, expected), spread_of_ratios(observed, expected)
    logs, places = np.linspace(-6, 6, 1201), np.linspace(-12, 12, 481)
    weights, means, spreads = [], [], []
    for place in places:
        prior = np.median(expected) * math.exp(place)
        shape = np.exp(logs)[:, np.newaxis] * prior
        likelihood = (
            gammaln(shape + observed)
            - gammaln(shape)
            + shape * np.log(prior / (prior + expected))
            - observed * np.log(prior + expected)
        ).sum(axis=1)
        weights.append(likelihood - math.log1p(math.exp(place)))
        means.append((shape + observed) / (prior + expected))
        spreads.append(np.sqrt(np.exp(logs) / prior))
    weight = np.exp(np.array(weights) - np.max(weights))
    value = (weight[:, :, np.newaxis] * np.array(means)).sum(axis=(0, 1)) / weight.sum()
    assert found.value == pytest.approx(value, abs=1e-3)
    order = np.argsort(np.ravel(spreads))
    reached = np.cumsum(np.ravel(weight)[order]) / weight.sum()
    quantiles = np.interp([0.025, 0.5, 0.975], reached, np.ravel(spreads)[order])
    assert [spread.lower, spread.value, spread.upper] == pytest.approx(quantiles, rel=0.03)


MEASURED = [
    (6, 5, 0.949, 0.992),
    (6, 20, 0.949, 1.0),
    (6, 100, 0.962, 0.933),
    (20, 20, 0.955, 1.0),
    (20, math.inf, 0.998, 0.0),
]
"""Units, planted prior size, and the shares of rates and of spreads that lay within their limits. A
planted spread of exactly 0 lies outside by construction: it is never claimed."""


@pytest.mark.parametrize(("size", "strength", "rates", "spreads"), MEASURED)
def test_coverage_and_error_of_rates(
    size: int, strength: float, rates: float, spreads: float
) -> None:
    draw = np.random.default_rng(size + (0 if math.isinf(strength) else int(strength)))
    covered, shrunk, own, spread_covered = [], [], [], []
    true_spread = math.sqrt(0.21 / (strength + 1))
    for _ in range(60 if size > 10 else 120):
        n = draw.integers(5, 80, size)
        planted = math.isfinite(strength)
        rate = draw.beta(0.3 * strength, 0.7 * strength, size) if planted else np.full(size, 0.3)
        x = draw.binomial(n, rate)
        found, spread = shrunk_rates(x, n), spread_of_rates(x, n)
        covered.append((found.lower <= rate) & (rate <= found.upper))
        shrunk.append((found.value - rate) ** 2)
        own.append((x / n - rate) ** 2)
        spread_covered.append(spread.lower <= true_spread <= spread.upper)
    assert np.mean(shrunk) < np.mean(own)
    assert np.mean(covered) == pytest.approx(rates, abs=0.015)
    assert np.mean(spread_covered) == pytest.approx(spreads, abs=0.03)


def test_a_planted_spread_is_recovered() -> None:
    draw = np.random.default_rng(3)
    n = draw.integers(10, 200, 400)
    x = draw.binomial(n, draw.beta(6, 14, 400))
    spread = spread_of_rates(x, n)
    true = math.sqrt(0.3 * 0.7 / 21)
    assert spread.lower < true < spread.upper
    assert float(spread.value) == pytest.approx(true, rel=0.1)
    expected = draw.uniform(2, 60, 400)
    observed = draw.poisson(expected * draw.gamma(0.8 * 10, 1 / 10, 400))
    spread = spread_of_ratios(observed, expected)
    assert float(spread.value) == pytest.approx(math.sqrt(0.8 / 10), rel=0.1)


def test_coverage_of_ratios_under_hypergeometric_chance() -> None:
    """12 services whose rates differ by 0.3 on the log scale: 96.4 % covered, measured. Poisson
    chance in place of hypergeometric makes the limits 13 % wider."""
    draw = np.random.default_rng(4)
    covered, widths = [], []
    for _ in range(60):
        group, rest = draw.integers(10, 60, 12), draw.integers(40, 200, 12)
        ratio = np.exp(draw.normal(-0.2, 0.3, 12))
        # Passes of the group beside those of the rest; the true ratio is of their means.
        passes = draw.binomial(group, 0.2 * ratio), draw.binomial(rest, 0.2)
        found = expected_passes(np.column_stack(passes), np.column_stack([group, rest]))
        mean = group * (0.2 * ratio * group + 0.2 * rest) / (group + rest)
        true = 0.2 * ratio * group / mean
        expected, variance = found.expected[:, 0], found.variance[:, 0]
        near = shrunk_ratios(passes[0], expected, variance=variance)
        wide = shrunk_ratios(passes[0], expected)
        covered.append((near.lower <= true) & (true <= near.upper))
        widths.append((wide.upper - wide.lower) / (near.upper - near.lower))
    assert np.mean(covered) == pytest.approx(0.964, abs=0.02)
    assert np.mean(widths) == pytest.approx(1.13, abs=0.03)


def test_units_that_are_all_alike_come_to_the_pooled_rate() -> None:
    sizes = np.array([10, 40, 100, 400, 1000])
    found = shrunk_rates(0.3 * sizes, sizes)
    assert found.value == pytest.approx(np.full(5, 0.3), abs=0.005)
    # Their limits are neither those of one whole (too narrow) nor those of each alone.
    whole = proportion_interval(465, 1550)
    alone = proportion_interval(0.3 * sizes, sizes)
    width = found.upper - found.lower
    assert (width[:3] < (alone.upper - alone.lower)[:3]).all()
    assert (width > whole.upper - whole.lower).all()
    ratios = shrunk_ratios(0.8 * sizes, sizes)
    assert ratios.value == pytest.approx(np.full(5, 0.8), abs=0.01)


def test_small_units_are_drawn_in_more_than_large_ones() -> None:
    found = shrunk_rates([5, 50, 500, 90, 300, 180], [10, 100, 1000, 300, 1000, 900])
    drawn = 0.5 - found.value[:3]
    assert drawn[0] > drawn[1] > drawn[2] > 0
    ratios = shrunk_ratios([4, 40, 400, 45, 210], [2, 20, 200, 50, 200])
    drawn = 2 - ratios.value[:3]
    assert drawn[0] > drawn[1] > drawn[2] > 0


def test_units_without_people_are_undefined() -> None:
    found = shrunk_rates([[0, 4], [3, 0]], [[0, 10], [9, 0]])
    assert np.isnan(found.value).tolist() == [[True, False], [False, True]]
    assert np.isnan(found.lower).tolist() == np.isnan(found.value).tolist()
    ratios = shrunk_ratios([0, 4, 3, 2], [0, 5, 3, 2], variance=[0, 4, 2, 0])
    assert np.isnan(ratios.value).tolist() == [True, False, False, True]
    assert np.isnan(shrunk_rates([0, 0], [0, 0]).value).all()
    assert shrunk_rates([], []).value.size == 0


@pytest.mark.parametrize(
    ("x", "n"),
    [
        ([3], [10]),
        ([0, 0, 0], [4, 9, 0]),
        ([4, 9], [4, 9]),
        ([1, 0, 1], [1, 1, 1]),
        ([0, 6], [5, 6]),
    ],
    ids=["one unit", "nobody", "everybody", "single people", "all or none"],
)
def test_units_that_cannot_tell_keep_their_own(x: list[int], n: list[int]) -> None:
    found, own = shrunk_rates(x, n), proportion_interval(x, n, method="jeffreys")
    for part in ("value", "lower", "upper"):
        np.testing.assert_array_equal(getattr(found, part), getattr(own, part))
    assert set(found.method) == {
        "Jeffreys interval, not shrunk: too little to tell how far units differ"
    }
    assert np.isnan(spread_of_rates(x, n).upper)


def test_ratios_that_cannot_tell_keep_their_own() -> None:
    for observed, expected in (([4], [5]), ([0, 0], [3, 2])):
        found, own = shrunk_ratios(observed, expected), observed_over_expected(observed, expected)
        assert found.upper.tolist() == own.upper.tolist()
        assert "not shrunk" in str(found.method[0])
        assert np.isnan(spread_of_ratios(observed, expected).value)
    assert "not shrunk" in str(shrunk_rates(3, 10).method)


def test_extremes_stay_within_bounds() -> None:
    x, n = [0, 1, 3_000_000, 2, 0, 40], [1, 1, 9_000_000, 100_000, 50_000, 40]
    found = shrunk_rates(x, n)
    assert ((found.lower >= 0) & (found.lower <= found.value)).all()
    assert ((found.upper <= 1) & (found.upper >= found.value)).all()
    assert found.value[2] == pytest.approx(1 / 3, rel=1e-3)
    ratios = shrunk_ratios([0, 500_000, 3, 0], [0.01, 400_000, 1e-4, 900])
    assert ((ratios.lower >= 0) & (ratios.lower <= ratios.value)).all()
    assert (ratios.upper >= ratios.value).all()


def test_order_of_units_cannot_show() -> None:
    draw = np.random.default_rng(9)
    n = draw.integers(0, 60, 40)
    x = draw.binomial(n, 0.3)
    here, order = shrunk_rates(x, n), draw.permutation(40)
    there = shrunk_rates(x[order], n[order])
    for part in ("value", "lower", "upper"):
        assert getattr(there, part).tobytes() == getattr(here, part)[order].tobytes()


def test_messages() -> None:
    for function in (shrunk_rates, spread_of_rates):
        with pytest.raises(UsageError, match="successes cannot be more than n"):
            function([3, 1], [2, 4])
    for function in (shrunk_ratios, spread_of_ratios):
        with pytest.raises(UsageError, match="expected must be counts"):
            function([3, 1], [2, -4])
    with pytest.raises(UsageError, match="confidence must lie between 0 and 1"):
        shrunk_ratios([3, 1], [2, 4], confidence=1)
