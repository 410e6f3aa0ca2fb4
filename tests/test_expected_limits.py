"""Funnel of observed over expected: its limits by hand, its false alarms, its over-dispersion."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.expected_limits import expected_limits
from workforce_analytics.inference.stratified import expected_passes

UNIT = st.tuples(st.integers(0, 60), st.integers(1, 60), st.integers(1, 40))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(UNIT, min_size=1, max_size=25))
def test_limits_and_positions_by_hand(units: list[tuple[int, ...]]) -> None:
    observed, expected, variance = np.array(units, dtype=float).T
    found = expected_limits(observed, expected, variance)
    z = sorted((o - e) / math.sqrt(v) for o, e, v in units)
    kept = int(0.1 * len(z))
    drawn = [min(max(each, z[kept]), z[-1 - kept]) for each in z]
    factor = max(1.0, sum(each**2 for each in drawn) / len(drawn))
    assert found.overdispersion == pytest.approx(factor)
    for k, level in enumerate((0.95, 0.998)):
        quantile = norm.ppf((1 + level) / 2)
        for i, (o, e, v) in enumerate(units):
            half = quantile * math.sqrt(factor * v) / e
            assert found.lower[k, i] == pytest.approx(max(0, 1 - half), abs=1e-12)
            assert found.upper[k, i] == pytest.approx(1 + half)
            assert found.z[i] == pytest.approx((o - e) / math.sqrt(v))
            assert found.position[i] == pytest.approx(found.z[i] / math.sqrt(factor))
            if abs(abs(found.position[i]) - quantile) > 1e-9:
                further = abs(found.position[i]) > quantile
                assert found.outside[k, i] == (math.copysign(1, o - e) if further else 0)


def test_a_unit_that_chance_cannot_move_is_undefined_and_widens_nothing() -> None:
    alone = expected_limits([9, 4], [6, 6], [4, 4])
    found = expected_limits([9, 4, 0, 5, 3], [6, 6, 0, 5, 0], [4, 4, 0, 0, 2])
    assert found.overdispersion == alone.overdispersion
    for name in ("ratio", "z", "position"):
        assert np.isnan(getattr(found, name)[2:]).all()
        assert getattr(found, name)[:2].tolist() == getattr(alone, name).tolist()
    for name in ("lower", "upper", "outside"):
        assert np.isnan(getattr(found, name)[:, 2:]).all()
    nothing = expected_limits([0], [0], [0])
    assert nothing.overdispersion == 1
    assert np.isnan(nothing.outside).all()
    none = expected_limits([], [], [])
    assert none.ratio.size == 0
    assert none.overdispersion == 1


def test_a_false_alarm_is_as_rare_as_the_levels_say() -> None:
    """Services within which only chance chooses: 4.9 % and 0.24 % lie outside, measured."""
    draw = np.random.default_rng(11)
    outside = []
    for _ in range(300):
        pools = np.column_stack([draw.integers(20, 80, 30), draw.integers(60, 300, 30)])
        chosen = draw.integers(25, 80, 30)
        group = draw.hypergeometric(pools[:, 0], pools[:, 1], chosen)
        found = expected_passes(np.column_stack([group, chosen - group]), pools)
        limits = expected_limits(
            group, found.expected[:, 0], found.variance[:, 0], overdispersion=1
        )
        outside.append(np.abs(limits.outside).mean(axis=1))
    measured = np.mean(outside, axis=0)
    assert measured[0] == pytest.approx(0.049, abs=0.007)
    assert measured[1] == pytest.approx(0.0024, abs=0.0015)


def test_planted_over_dispersion_is_found_and_outliers_stand_out() -> None:
    draw = np.random.default_rng(12)
    expected = np.full(60, 40.0)
    rates = np.exp(draw.normal(0, 0.2, 60))
    observed = draw.poisson(expected * rates)
    found = expected_limits(observed, expected, expected)
    # Chance 1, and 40 x 0.2^2 = 1.6 planted on top; winsorising takes some of it away.
    assert 1.6 < found.overdispersion < 3.0
    assert found.method == "funnel limits, widened for over-dispersion"
    with_outlier = expected_limits([*observed, 150], [*expected, 40], [*expected, 40])
    assert with_outlier.outside[1].tolist() == [0] * 60 + [1]


def test_order_of_units_cannot_show() -> None:
    draw = np.random.default_rng(13)
    observed, expected = draw.integers(0, 40, 25), draw.uniform(1, 40, 25)
    here = expected_limits(observed, expected, 0.7 * expected)
    order = draw.permutation(25)
    there = expected_limits(observed[order], expected[order], 0.7 * expected[order])
    assert there.overdispersion == here.overdispersion
    assert there.position.tobytes() == here.position[order].tobytes()
    assert there.upper.tobytes() == here.upper[:, order].tobytes()


def test_messages() -> None:
    with pytest.raises(UsageError, match="variance must be counts"):
        expected_limits([1], [2], [-1])
    with pytest.raises(UsageError, match="overdispersion must be 1 or more"):
        expected_limits([1], [2], [1], overdispersion=0.5)
    with pytest.raises(UsageError, match="must have one shape"):
        expected_limits([1, 2], [2, 3, 4], [1, 1, 1])


def test_a_ratio_that_all_units_share_tells_none_of_them_apart() -> None:
    expected = np.linspace(50, 400, 20)
    observed = np.round(0.8 * expected)
    at_one = expected_limits(observed, expected, 0.8 * expected)
    centre = observed.sum() / expected.sum()
    held = expected_limits(observed, expected, 0.8 * expected, centre=centre)
    assert at_one.overdispersion > 5
    assert held.overdispersion == 1
    assert (held.outside == 0).all()
    assert held.ratio == pytest.approx(observed / expected)
    half = 1.959963984540054 * np.sqrt(centre * 0.8 * expected) / expected
    assert held.upper[0] == pytest.approx(centre + half)
    with pytest.raises(UsageError, match="centre must be a ratio above 0"):
        expected_limits([1], [1], [1], centre=0)
