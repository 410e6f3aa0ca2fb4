"""Difference of two rates within strata: held against fractions, simple cases and simulation."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.risk_difference import risk_difference

stratum = some.tuples(
    some.integers(0, 9), some.integers(0, 9), some.integers(0, 9), some.integers(0, 9)
).map(lambda four: (min(four[:2]), max(four[:2]), min(four[2:]), max(four[2:])))


@given(some.lists(stratum, min_size=1, max_size=12))
@settings(derandomize=True, deadline=None)
def test_it_is_the_weighted_sum_of_differences_one_by_one(strata) -> None:
    top, weight, tilt, apart = (Fraction(0) for _ in range(4))
    for a, n, c, m in strata:
        if n == 0 or m == 0:
            continue
        top += Fraction(n * m, n + m) * (Fraction(a, n) - Fraction(c, m))
        weight += Fraction(n * m, n + m)
        people = (n + m) ** 2
        tilt += (n * n * c - m * m * a + Fraction(n * m * (m - n), 2)) / people
        apart += Fraction(a * (m - c) + c * (n - a), 2 * (n + m))
    found = risk_difference(*zip(*strata, strict=True))
    if weight == 0:
        assert np.isnan([found.value, found.lower, found.upper]).all()
        return
    value = top / weight
    reach = 1.959963985 * float(max(value * tilt + apart, 0)) ** 0.5 / float(weight)
    assert float(found.value) == pytest.approx(float(value), abs=1e-12)
    assert float(found.lower) == pytest.approx(max(float(value) - reach, -1), abs=1e-7)
    assert float(found.upper) == pytest.approx(min(float(value) + reach, 1), abs=1e-7)


def test_of_one_stratum_of_two_equal_groups_it_is_the_binomial_error() -> None:
    found = risk_difference([30], [80], [50], [80])
    error = np.sqrt((30 * 50 + 50 * 30) / 80**3)
    assert float(found.value) == pytest.approx(-0.25)
    assert float(found.upper - found.lower) == pytest.approx(2 * 1.959963985 * error)


def test_swapping_the_groups_turns_the_sign_and_the_order_does_not_matter() -> None:
    random = np.random.default_rng(4)
    n, m = random.integers(0, 12, (2, 50))
    a, c = random.binomial(n, 0.4), random.binomial(m, 0.3)
    one, other = risk_difference(a, n, c, m), risk_difference(c, m, a, n)
    ends = [float(one.value), float(one.lower), float(one.upper)]
    assert ends == pytest.approx([-float(other.value), -float(other.upper), -float(other.lower)])
    order = random.permutation(50)
    again = risk_difference(a[order], n[order], c[order], m[order])
    assert ends == [float(again.value), float(again.lower), float(again.upper)]


@pytest.mark.parametrize("strata", [6, 150])
def test_intervals_of_few_large_and_of_many_small_strata_hold_the_difference(strata: int) -> None:
    random = np.random.default_rng([9, strata])
    size = 600 // strata
    n, m = random.integers(size // 2, size + 1, (2, strata))
    rate = random.uniform(0.2, 0.6, strata)
    inside = 0
    for _ in range(500):
        found = risk_difference(random.binomial(n, rate + 0.15), n, random.binomial(m, rate), m)
        inside += int(found.lower <= 0.15 <= found.upper)
    assert 0.93 <= inside / 500 <= 0.97


def test_strata_of_one_group_say_nothing() -> None:
    plain = risk_difference([3], [10], [5], [12])
    more = risk_difference([3, 4, 0], [10, 4, 0], [5, 0, 3], [12, 0, 9])
    assert (plain.value, plain.lower, plain.upper) == (more.value, more.lower, more.upper)
    assert "no stratum with both groups" in str(risk_difference([1], [2], [0], [0]).method)


def test_more_passes_than_people_are_refused() -> None:
    with pytest.raises(UsageError, match="successes"):
        risk_difference([3], [2], [1], [2])
