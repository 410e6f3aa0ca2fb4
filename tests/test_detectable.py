"""How small an effect could be told: held against formulas, and against councils drawn anew."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from tests.rollout_samples import Council, council
from workforce_analytics.errors import UsageError
from workforce_analytics.inference.contests import Contests
from workforce_analytics.inference.detectable import (
    detectable,
    expected_error,
    periods_needed,
)
from workforce_analytics.inference.rollout import Rollout
from workforce_analytics.inference.rollout_effect import Statistic, rollout_effect

SMALL = Council(services=16, quarters=8, waiting=6, vacancies=5, shocks=0.0)


def test_the_smallest_effect_is_about_that_of_the_formula_and_is_told_as_often_as_said() -> None:
    rollout, _ = council(SMALL, 3)
    statistic = Statistic(rollout)
    base = statistic.levels(0.0).without
    error = statistic.error(0.0)
    found = detectable(rollout, base, error=0.0, simulations=40)
    assert found.scatter == 1.0
    reach = stats.t.ppf(0.975, 15) + stats.norm.ppf(0.8)
    assert found.smallest == pytest.approx(reach * statistic.scale, rel=0.35)
    assert (np.diff(found.told) >= -2).all()
    lifted = base + found.smallest * rollout.treated
    told = 0
    for seed in range(60):
        random = np.random.default_rng([1, seed])
        drawn = rollout_effect(_with(rollout, rollout.outcome.draw(lifted, random)), draws=0)
        told += drawn.jackknife.p_value <= 0.05
    assert 0.62 <= told / 60 <= 0.95
    wider = detectable(rollout, base, error=5 * error, simulations=3)
    assert wider.scatter > 1
    assert wider.smallest > found.smallest


def _with(rollout: Rollout, outcome: Contests) -> Rollout:
    return Rollout.of(
        outcome,
        unit=rollout.unit,
        day=rollout.day,
        period=rollout.period,
        weight=rollout.weight,
        start=rollout.start,
    )


def test_the_expected_error_now_is_the_models_own() -> None:
    rollout, _ = council(SMALL, 4)
    statistic = Statistic(rollout)
    base = statistic.levels(0.0).without
    assert expected_error(rollout, base, 0.0, 0) == pytest.approx(statistic.scale, rel=1e-9)
    errors = [expected_error(rollout, base, 0.2, more) for more in (0, 4, 8, 20)]
    assert all(later < sooner for sooner, later in pairwise(errors))


def test_how_long_to_wait_is_until_the_error_is_small_enough() -> None:
    rollout, _ = council(SMALL, 5)
    base = Statistic(rollout).levels(0.0).without
    reach = stats.t.ppf(0.975, rollout.active.size - 1) + stats.norm.ppf(0.8)
    in_a_year = expected_error(rollout, base, 0.4, 4) * reach
    found = periods_needed(rollout, base, in_a_year * 1.0001)
    slow = next(
        more
        for more in range(41)
        if expected_error(rollout, base, in_a_year, more) * reach <= in_a_year * 1.0001
    )
    assert found == pytest.approx(slow, abs=1)
    assert periods_needed(rollout, base, 5.0) == 0
    assert periods_needed(rollout, base, 1e-3) is None


def test_too_few_services_can_tell_nothing() -> None:
    rollout, _ = council(Council(services=4, waiting=1), 6)
    found = detectable(rollout, np.zeros(rollout.unit.size), error=1.0, simulations=2)
    assert np.isnan(found.smallest)
    assert np.isnan(found.effects).all()


@pytest.mark.parametrize("wrong", [{"power": 1.0}, {"power": 0.2}, {"simulations": 0}])
def test_a_power_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    rollout, _ = council(SMALL, 7)
    with pytest.raises(UsageError, match="power="):
        detectable(rollout, np.zeros(rollout.unit.size), error=1.0, **wrong)
