"""R-indicators: known extremes, an independent computation, chance taken out, limits that hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.representativity import r_indicator

GROUP = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_its_ends() -> None:
    half = r_indicator([1000, 0], [1000, 1000])
    assert float(half.indicator.value) == 0
    assert half.largest_bias == pytest.approx(1)
    alike = r_indicator([500, 250], [1000, 500])
    assert (float(alike.indicator.value), alike.unadjusted, alike.spread) == (1, 1, 0)
    assert alike.contribution.tolist() == [0, 0]
    assert 0.9 < alike.indicator.lower < 1 == alike.indicator.upper


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(GROUP, min_size=1, max_size=6))
def test_it_is_the_spread_over_people(groups: list[tuple[int, int]]) -> None:
    answered, people = (list(column) for column in zip(*groups, strict=True))
    found = r_indicator(answered, people)
    if sum(people) < 2:
        assert math.isnan(found.indicator.value)
        return
    rates = [x / n for x, n in groups for _ in range(n)]
    assert found.unadjusted == pytest.approx(1 - 2 * float(np.std(rates)), abs=1e-9)
    assert (found.contribution**2).sum() == pytest.approx(np.var(rates), abs=1e-9)
    assert 0 <= found.indicator.lower <= found.indicator.value <= found.indicator.upper <= 1
    order = np.random.default_rng(1).permutation(len(groups))
    turned = r_indicator(np.array(answered)[order], np.array(people)[order])
    assert float(turned.indicator.value) == pytest.approx(float(found.indicator.value), abs=1e-7)
    padded = r_indicator([*answered, 0], [*people, 0])
    assert float(padded.indicator.value) == pytest.approx(float(found.indicator.value), abs=1e-7)


def test_chance_is_taken_out_without_bias() -> None:
    draw = np.random.default_rng(3)
    people = np.array([8, 12, 30, 50, 1, 99])
    rates = np.array([0.9, 0.5, 0.7, 0.6, 0.6, 0.4])
    true = math.sqrt(np.average((rates - np.average(rates, weights=people)) ** 2, weights=people))
    replies = draw.binomial(people, rates, size=(1500, people.size))
    found = [r_indicator(reply, people) for reply in replies]
    assert np.mean([one.spread**2 for one in found]) == pytest.approx(true**2, rel=0.05)
    assert np.mean([(1 - one.unadjusted) ** 2 / 4 for one in found]) > 1.1 * true**2
    held = [one.indicator.lower <= 1 - 2 * true <= one.indicator.upper for one in found]
    assert 0.92 <= np.mean(held) <= 0.99


def test_the_greatest_bias_is_one_that_can_be() -> None:
    answered, people = np.array([300, 120]), np.array([500, 300])
    found = r_indicator(answered, people)
    answer = np.repeat(answered / people, people)
    mean = np.average(answered / people, weights=answered)
    bias = (mean - answer.mean()) / answer.std()
    assert found.largest_bias < bias == pytest.approx((1 - found.unadjusted) / 2 / found.rate)


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(UsageError, match="answered cannot be more than people"):
        r_indicator([5], [4])
    with pytest.raises(UsageError, match="lists"):
        r_indicator(5, 9)
    nobody = r_indicator([0, 0], [9, 9])
    assert float(nobody.indicator.value) == 1
    assert math.isnan(nobody.largest_bias)
