"""The effect of a roll-out: estimate, tests and intervals, held against slow computations."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.rollout_samples import Council, council
from tests.test_two_way import dense_average
from workforce_analytics.inference import rollout_effect as module
from workforce_analytics.inference.conditional import conditional_logit
from workforce_analytics.inference.contests import Contests
from workforce_analytics.inference.pooled import pooled
from workforce_analytics.inference.rollout import NEVER, Rollout
from workforce_analytics.inference.rollout_effect import Statistic, rollout_effect
from workforce_analytics.inference.two_way import levels


def grows(cohort: int, since: int) -> float:
    """Effects that grow over time, and larger for early cohorts."""
    return min(0.12 * since, 0.8) + (0.3 if cohort < 6 else 0.0)


def test_an_effect_is_found_and_no_effect_is_not() -> None:
    lifted, truth = council(Council(effect=lambda cohort, since: 0.6, vacancies=15), 1)
    found = rollout_effect(lifted, random_order=True, draws=199)
    assert truth == pytest.approx(0.6)
    for tested in (found.jackknife, found.wild_bootstrap, found.randomisation):
        assert tested is not None
        assert tested.p_value < 0.01
        assert tested.lower < 0.6 < tested.upper
        assert tested.lower > 0.3
    nothing = rollout_effect(council(Council(vacancies=15), 2)[0], random_order=True, draws=199)
    assert nothing.primary.lower < 0 < nothing.primary.upper
    assert nothing.primary.p_value > 0.05


def test_the_first_step_and_its_error_are_those_of_dense_least_squares() -> None:
    rollout, _ = council(Council(services=9, quarters=7, waiting=3, effect=grows), 8)
    statistic = Statistic(rollout)
    none = levels(rollout, np.zeros(rollout.unit.size))
    whole = dense_average(rollout, none.residual, none.fitted.variance)
    assert statistic.estimate(0.0) == pytest.approx(whole, rel=1e-6)
    others = []
    for unit in rollout.active:
        kept = rollout.unit != unit
        rest = rollout.only(kept)
        others.append(dense_average(rest, none.residual[kept], none.fitted.variance[kept]))
    units = len(others)
    error = np.sqrt((units - 1) / units * ((np.array(others) - whole) ** 2).sum())
    assert statistic.error(0.0) == pytest.approx(error, rel=1e-6)


def test_nothing_is_left_at_the_estimate_and_the_ends_are_just_not_rejected() -> None:
    rollout, _ = council(Council(services=20, waiting=4, effect=grows), 3)
    found = rollout_effect(rollout, draws=0)
    assert found.statistic is not None
    assert found.statistic.estimate(found.value) == pytest.approx(0, abs=1e-6)
    critical = stats.t.ppf(0.975, found.units - 1)
    for end in (found.jackknife.lower, found.jackknife.upper):
        size = abs(found.statistic.estimate(end)) / found.statistic.error(end)
        assert size == pytest.approx(critical, rel=5e-3)


def test_randomisation_is_the_same_statistic_for_orders_dealt_one_by_one() -> None:
    rollout, _ = council(Council(services=8, quarters=7, waiting=2), 4)
    found = rollout_effect(rollout, random_order=True, draws=60)
    none = levels(rollout, np.zeros(rollout.unit.size))

    def studentised(start: np.ndarray) -> float:
        dealt = replace(rollout, start=start)
        parts = np.array(
            [
                dense_average(dealt, np.where(dealt.unit == unit, none.residual, 0), variance)
                for unit in rollout.active
            ]
        )
        return abs(parts.sum()) / (parts.std(ddof=1) * np.sqrt(parts.size))

    variance = none.fitted.variance
    orders = module._orders(rollout, 60)
    days = np.array([*rollout.turns, NEVER])
    drawn = np.array([studentised(days[order]) for order in orders])
    own = studentised(rollout.start)
    assert found.randomisation is not None
    assert found.randomisation.p_value == pytest.approx((1 + (drawn >= own - 1e-9).sum()) / 61)


def test_a_pooled_coefficient_is_the_conditional_logit_of_it() -> None:
    rollout, _ = council(Council(services=10, waiting=2, effect=grows), 5)
    outcome = rollout.outcome
    assert isinstance(outcome, Contests)
    treated = rollout.treated.astype(float)
    found = pooled(rollout, treated)
    rows = np.arange(rollout.unit.size)
    unit, period = np.eye(rollout.units)[rollout.unit], np.eye(rollout.periods)[rollout.period]
    design = np.column_stack([unit, period[:, 1:], treated])
    fit = conditional_logit(
        np.concatenate((rows, rows)),
        np.concatenate((design, np.zeros_like(design))),
        np.concatenate((outcome.group_passes, outcome.rest_passes)),
        np.concatenate((outcome.group, outcome.rest)),
    )
    assert found.value == pytest.approx(fit.coefficients[-1], abs=1e-6)


def test_growing_effects_fool_the_pooled_coefficient_but_not_the_average() -> None:
    def late(cohort: int, since: int) -> float:
        return 0.35 * since

    everybody = Council(waiting=2, effect=late, vacancies=20, shocks=0.05)
    rollout, _ = council(everybody, 6)
    found = rollout_effect(rollout, draws=0)
    weight = rollout.weight * rollout.treated
    since = rollout.period - rollout.cohort[rollout.turn][rollout.unit]
    truth = (0.35 * since * weight).sum() / weight.sum()
    assert found.jackknife.lower < truth < found.jackknife.upper
    assert pooled(rollout, rollout.treated.astype(float)).value < 0.6 * truth


def test_with_four_services_nothing_can_be_told() -> None:
    found = rollout_effect(council(Council(services=4, waiting=1), 7)[0])
    assert np.isnan(found.value)
    assert found.why_not == "fewer than 5 services tell anything"
    assert np.isnan(found.jackknife.p_value)


def test_without_anybody_waiting_nothing_can_be_told() -> None:
    unit, period = (place.ravel() for place in np.indices((6, 4)))
    rollout = Rollout.of(
        Contests.of(np.full(24, 8), np.full(24, 9), np.full(24, 2), np.full(24, 3)),
        unit=unit,
        day=period * 90,
        period=period,
        weight=np.ones(24),
        start=np.full(6, 180),
    )
    found = rollout_effect(rollout)
    assert np.isnan(found.value)
    assert "before and after" in found.why_not


def test_the_order_of_rows_changes_nothing() -> None:
    rollout, _ = council(Council(services=8, quarters=7, waiting=2), 9)
    shuffled = rollout.only(np.random.default_rng(1).permutation(rollout.unit.size))
    first, second = (
        rollout_effect(one, random_order=True, draws=49) for one in (rollout, shuffled)
    )
    assert first.randomisation is not None
    assert second.randomisation is not None
    assert first.value == pytest.approx(second.value, abs=1e-9)
    assert first.randomisation.p_value == second.randomisation.p_value
