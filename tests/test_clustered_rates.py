"""Rates clustered on person: statsmodels' sandwich, people one by one, and what repeats cover."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as some
from scipy.stats import norm, t

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.clustered_rates import clustered_rate
from workforce_analytics.inference.rates import rate_interval

TABLES = some.lists(
    some.tuples(some.integers(1, 24), some.integers(0, 8), some.integers(0, 15)),
    min_size=1,
    max_size=10,
)


def one_by_one(table):
    """Each person's time and events."""
    rows = [(time, events) for time, events, people in table for _ in range(people)]
    return np.array(rows, dtype=float).reshape(-1, 2).T


@settings(derandomize=True, deadline=None)
@given(TABLES)
def test_the_variance_is_that_of_statsmodels_on_people_one_by_one(table) -> None:
    time, events = one_by_one(table)
    assume(len(time) > 1 and events.sum() > 0)
    assume(np.ptp(events / time) > 0)  # statsmodels warns where everybody fits exactly
    found = clustered_rate(*zip(*table, strict=True))
    model = sm.GLM(
        events, np.ones((len(time), 1)), family=sm.families.Poisson(), exposure=time
    ).fit(cov_type="cluster", cov_kwds={"groups": np.arange(len(time))})
    assert float(found.interval.value) == pytest.approx(np.exp(model.params[0]), rel=1e-8)
    variance = float(model.cov_params()[0, 0]) * events.sum()
    expected = max(1.0, variance) if events.max() > 1 else 1.0
    assert found.factor == pytest.approx(expected, rel=1e-6)
    assert found.people == len(time)


@settings(derandomize=True, deadline=None)
@given(TABLES, some.sampled_from([0.8, 0.95, 0.99]))
def test_limits_are_those_of_effective_events(table, confidence) -> None:
    time, events = one_by_one(table)
    found = clustered_rate(*zip(*table, strict=True), confidence=confidence)
    if not len(time):
        assert np.isnan([found.interval.value, found.interval.lower, found.interval.upper]).all()
        return
    widened = found.factor > 1
    level = (1 + confidence) / 2
    of_few = (t.ppf(level, len(time) - 1) / norm.ppf(level)) ** 2 if widened else 1
    worth = found.factor * of_few
    limits = rate_interval(events.sum() / worth, time.sum() / worth, confidence=confidence)
    assert float(found.interval.lower) == pytest.approx(float(limits.lower))
    assert float(found.interval.upper) == pytest.approx(float(limits.upper))
    assert found.effective == pytest.approx(events.sum() / worth)
    assert str(found.interval.method).endswith("clustered on person") == widened
    plain = rate_interval(events.sum(), time.sum(), confidence=confidence, method="exact")
    if widened and events.sum() / worth >= 10:
        assert found.interval.upper > plain.upper


@settings(derandomize=True, deadline=None)
@given(TABLES, some.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(table, shuffled) -> None:
    other = list(table)
    shuffled.shuffle(other)
    one, two = (clustered_rate(*zip(*rows, strict=True)) for rows in (table, other))
    np.testing.assert_allclose(
        [one.interval.lower, one.interval.upper], [two.interval.lower, two.interval.upper]
    )


def test_a_rate_per_hundred_and_per_year_says_the_same() -> None:
    months = clustered_rate([12, 6], [0, 4], [30, 20])
    years = clustered_rate([1, 0.5], [0, 4], [30, 20], per=100)
    for end in ("value", "lower", "upper"):
        ratio = float(getattr(years.interval, end)) / float(getattr(months.interval, end))
        assert ratio == pytest.approx(1200)
    assert months.factor == pytest.approx(years.factor)


def test_nobody_at_risk_has_no_rate_and_nothing_at_all_has_an_upper_limit() -> None:
    nobody = clustered_rate([], [], [])
    assert np.isnan(float(nobody.interval.value))
    assert nobody.people == 0
    nothing = clustered_rate([12], [0], [40])
    assert float(nothing.interval.value) == 0 == float(nothing.interval.lower)
    assert 0 < float(nothing.interval.upper) < 0.01


def test_events_of_people_who_were_never_at_risk_are_refused() -> None:
    with pytest.raises(UsageError, match="without having been at risk"):
        clustered_rate([12, 0], [1, 1], [40, 1])
    with pytest.raises(UsageError, match="lists of one length"):
        clustered_rate(np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 2)))


def test_clustered_limits_cover_where_poisson_limits_do_not() -> None:
    draw = np.random.default_rng(11)
    covered = {"poisson": 0, "clustered": 0}
    runs, rate = 400, 0.3
    for _ in range(runs):
        time = draw.uniform(1, 12, 200)
        events = draw.poisson(rate * time * draw.gamma(0.5, 2, 200))
        poisson = rate_interval(events.sum(), time.sum(), method="exact")
        clustered = clustered_rate(time, events, np.ones(200)).interval
        for name, ends in (("poisson", poisson), ("clustered", clustered)):
            covered[name] += bool(ends.lower <= rate <= ends.upper)
    assert covered["poisson"] < 0.75 * runs
    assert 0.92 * runs < covered["clustered"] < 0.98 * runs
