"""Ratios of rates: exact binomial limits, and widening for people with several events."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.rate_ratios import rate_ratio, repeat_factor

EVENTS = st.integers(0, 60)
YEARS = st.integers(50, 4000)


@settings(derandomize=True, deadline=None)
@given(a=EVENTS, b=EVENTS, x=YEARS, y=YEARS)
def test_limits_and_p_are_those_of_the_binomial_given_all_events(a, b, x, y) -> None:
    found = rate_ratio(a, x, b, y)
    ends = found.interval
    if a + b == 0:
        assert np.isnan([ends.value, ends.lower, ends.upper, found.p_value]).all()
        return
    limits = binomtest(a, a + b).proportion_ci(0.95, method="exact")
    odds = [q / (1 - q) if q < 1 else np.inf for q in (limits.low, limits.high)]
    np.testing.assert_allclose([ends.lower, ends.upper], np.array(odds) * y / x, rtol=1e-9)
    share = x / (x + y)
    upper = binom.sf(a, a + b, share) + binom.pmf(a, a + b, share) / 2
    assert float(found.p_value) == pytest.approx(min(1, 2 * min(upper, 1 - upper)), abs=1e-9)
    assert ends.lower <= ends.value <= ends.upper


@settings(derandomize=True, deadline=None)
@given(a=EVENTS, b=EVENTS, x=YEARS, y=YEARS)
def test_exchanging_the_groups_inverts_the_ratio(a, b, x, y) -> None:
    one, other = rate_ratio(a, x, b, y), rate_ratio(b, y, a, x)
    with np.errstate(divide="ignore"):
        inverse = [1 / other.interval.value, 1 / other.interval.upper, 1 / other.interval.lower]
    found = [one.interval.value, one.interval.lower, one.interval.upper]
    np.testing.assert_allclose(found, inverse, rtol=1e-9)
    np.testing.assert_allclose(one.p_value, other.p_value, atol=1e-12)


def test_no_events_and_nobody_at_risk_are_never_parity() -> None:
    found = rate_ratio([0, 5, 0, 5], [100, 100, 100, 0], [5, 0, 0, 5], [100, 100, 100, 100])
    np.testing.assert_array_equal(found.interval.value, [0, np.inf, np.nan, np.nan])
    assert found.interval.lower[0] == 0
    assert np.isfinite(found.interval.upper[0])
    assert found.interval.lower[1] > 0
    assert np.isinf(found.interval.upper[1])
    assert np.isnan(found.p_value[2:]).all()


@settings(derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.5, 1.0, 2.0]), st.integers(0, 4), st.integers(0, 30)),
        min_size=1,
        max_size=12,
    )
)
def test_the_factor_is_that_of_people_one_by_one(table) -> None:
    years, events, people = zip(*table, strict=True)
    one_by_one = [(t, e) for t, e, n in table for _ in range(n)]
    found = repeat_factor(years, events, people)
    if len(one_by_one) < 2 or max(e for _, e in one_by_one) < 2:
        assert found == 1
        return
    rate = sum(e for _, e in one_by_one) / sum(t for t, _ in one_by_one)
    spread = sum((e - rate * t) ** 2 for t, e in one_by_one)
    spread *= len(one_by_one) / (len(one_by_one) - 1)
    assert found == pytest.approx(max(1, spread / sum(e for _, e in one_by_one)))


def test_repeats_are_covered_where_plain_poisson_limits_are_not() -> None:
    draw = np.random.default_rng(7)
    people, rate, runs = 600, 0.08, 600
    covered = {"plain": 0, "widened": 0}
    for _ in range(runs):
        # One person in ten has most of the events: a gamma-Poisson count of mean `rate`.
        e, f = (draw.poisson(draw.gamma(0.1, rate / 0.1, people)) for _ in range(2))
        widths = [
            repeat_factor(np.ones(k + 1), np.arange(k + 1), np.bincount(one, minlength=k + 1))
            for one in (e, f)
            for k in (int(one.max()),)
        ]
        for how, (d, g) in (("plain", (1.0, 1.0)), ("widened", widths)):
            ends = rate_ratio(e.sum() / d, people / d, f.sum() / g, people / g).interval
            covered[how] += bool(ends.lower <= 1 <= ends.upper)
    assert covered["plain"] / runs < 0.93
    assert covered["widened"] / runs > 0.93


def test_what_is_no_count_is_refused() -> None:
    with pytest.raises(UsageError, match="events must be counts"):
        rate_ratio(-1, 10, 1, 10)
    with pytest.raises(UsageError, match="one shape"):
        repeat_factor([1, 1], [0, 1, 2], [5, 5])
