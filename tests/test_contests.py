"""Expected passes of a group in each vacancy, held against scipy's distributions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.contests import Contests, Events, Shares

quick = settings(derandomize=True, deadline=None, max_examples=40)


def _random(seed: int, vacancies: int = 30) -> Contests:
    random = np.random.default_rng(seed)
    group, rest = random.integers(0, 25, (2, vacancies))
    return Contests.of(group, rest, random.binomial(group, 0.3), random.binomial(rest, 0.4))


@quick
@given(seed=st.integers(0, 10**6), spread=st.floats(0, 3))
def test_contests_are_fishers_noncentral_hypergeometric(seed: int, spread: float) -> None:
    contests = _random(seed)
    log_odds = np.random.default_rng(seed + 1).normal(0, spread, 30)
    fitted = contests.at(log_odds)
    for at in range(30):
        n, others = contests.group[at], contests.rest[at]
        if not contests.informative[at]:
            assert fitted.expected[at] == pytest.approx(contests.seen[at])
            assert fitted.variance[at] == pytest.approx(0, abs=1e-12)
            continue
        known = stats.nchypergeom_fisher(n + others, n, contests.passes[at], np.exp(log_odds[at]))
        assert fitted.expected[at] == pytest.approx(known.mean(), rel=1e-8)
        assert fitted.variance[at] == pytest.approx(known.var(), rel=1e-6, abs=1e-9)
        likelihood = known.logpmf(contests.seen[at])
        assert fitted.log_likelihood[at] == pytest.approx(likelihood, rel=1e-7, abs=1e-9)


def test_far_log_odds_give_the_extremes_and_nothing_overflows() -> None:
    contests = Contests.of([5000.0, 3], [9000.0, 4], [700, 1], [800, 2])
    high, low = contests.at(np.full(2, 60.0)), contests.at(np.full(2, -60.0))
    assert high.expected == pytest.approx(contests.most)
    assert low.expected == pytest.approx(contests.least, abs=1e-9)
    assert np.isfinite(high.log_likelihood).all()
    assert np.isfinite(low.log_likelihood).all()


def test_draws_have_the_mean_and_variance_and_keep_how_many_passed() -> None:
    contests = _random(7)
    log_odds = np.linspace(-1, 1, 30)
    random = np.random.default_rng(1)
    draws = [contests.draw(log_odds, random) for _ in range(3000)]
    seen = np.array([drawn.seen for drawn in draws])
    fitted = contests.at(log_odds)
    assert np.abs(seen.mean(axis=0) - fitted.expected).max() < 0.15
    assert np.abs(seen.var(axis=0) - fitted.variance).max() < 0.5
    assert all((drawn.passes == contests.passes).all() for drawn in draws[:5])


def test_shares_are_binomial_and_events_poisson() -> None:
    log_odds = np.array([-1.0, 0.3])
    seen, base = np.array([3.0, 7.0]), np.array([10.0, 12.0])
    share = 1 / (1 + np.exp(-log_odds))
    fitted = Shares(seen, base).at(log_odds)
    assert fitted.expected == pytest.approx(base * share)
    assert fitted.variance == pytest.approx(base * share * (1 - share))
    known = stats.binom.logpmf(seen, base, share)
    even = stats.binom.logpmf(seen, base, 0.5)
    at_even = Shares(seen, base).at(np.zeros(2)).log_likelihood
    assert fitted.log_likelihood - at_even == pytest.approx(known - even)
    time = np.array([2.0, 5.0])
    events = Events(seen, time).at(log_odds)
    assert events.expected == pytest.approx(time * np.exp(log_odds))
    difference = events.log_likelihood - Events(seen, time).at(np.zeros(2)).log_likelihood
    known = stats.poisson.logpmf(seen, time * np.exp(log_odds)) - stats.poisson.logpmf(seen, time)
    assert difference == pytest.approx(known)


def test_a_vacancy_that_could_end_in_one_way_only_tells_nothing() -> None:
    contests = Contests.of([4, 0, 3, 3, 2], [5, 6, 0, 4, 2], [0, 0, 2, 3, 1], [0, 2, 0, 4, 1])
    assert contests.informative.tolist() == [False, False, False, False, True]


@pytest.mark.parametrize(
    "counts",
    [([3], [4], [4], [1]), ([2.5], [4], [1], [1]), ([-1], [4], [0], [1])],
)
def test_counts_that_cannot_be_are_refused(counts: tuple[list[float], ...]) -> None:
    with pytest.raises(UsageError):
        Contests.of(*counts)
