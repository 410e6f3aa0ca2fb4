"""Weights of the average effect, held against dense least squares; levels against statsmodels."""

import numpy as np
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rollout_samples import Council, council
from workforce_analytics.inference.contests import Shares
from workforce_analytics.inference.rollout import NEVER, Rollout, Sums
from workforce_analytics.inference.two_way import contrast, levels

quick = settings(derandomize=True, deadline=None, max_examples=25)


def dense_average(rollout: Rollout, residual: np.ndarray, information: np.ndarray) -> float:
    """One weighted least-squares step with a dummy per unit, period, and cohort by period."""
    cohort = rollout.cohort[rollout.turn][rollout.unit]
    cells = sorted(set(zip(cohort[rollout.treated], rollout.period[rollout.treated], strict=True)))
    columns = [rollout.unit == one for one in range(rollout.units)]
    columns += [rollout.period == one for one in range(rollout.periods)]
    columns += [rollout.treated & (cohort == c) & (rollout.period == q) for c, q in cells]
    design = np.array(columns, dtype=float).T
    information = information[:, np.newaxis]
    found = np.linalg.lstsq(design.T @ (information * design), design.T @ residual, rcond=1e-11)[0]
    effects = found[rollout.units + rollout.periods :]
    weight = np.array(
        [rollout.weight[column].sum() for column in columns[rollout.units + rollout.periods :]]
    )
    return float(effects @ weight / weight.sum())


@quick
@given(seed=st.integers(0, 10**6))
def test_the_average_is_that_of_dense_least_squares(seed: int) -> None:
    rollout, _ = council(Council(services=9, quarters=7, waiting=3, vacancies=3), seed)
    random = np.random.default_rng(seed)
    residual = random.normal(size=rollout.unit.size)
    information = random.uniform(0.2, 2, rollout.unit.size)
    order = rollout.turn[np.newaxis]
    made = contrast(
        Sums.of(rollout, information).at(order),
        Sums.of(rollout, rollout.weight).at(order)[1],
        rollout.cohort[order],
        rollout.periods,
    )
    own = made.by_unit(Sums.of(rollout, residual).at(order)).sum()
    assert np.isclose(own, dense_average(rollout, residual, information), rtol=1e-6, atol=1e-8)


def test_many_orders_at_once_are_each_order_alone() -> None:
    rollout, _ = council(Council(services=9, quarters=7, waiting=3), 11)
    orders = np.random.default_rng(0).permuted(np.tile(rollout.turn, (6, 1)), axis=1)
    information, weight = np.ones(rollout.unit.size), rollout.weight

    def made(chosen: np.ndarray) -> np.ndarray:
        found = contrast(
            Sums.of(rollout, information).at(chosen),
            Sums.of(rollout, weight).at(chosen)[1],
            rollout.cohort[chosen],
            rollout.periods,
        )
        return np.concatenate((found.before, found.after), axis=2)

    together = made(orders)
    assert np.allclose(together, np.concatenate([made(order[np.newaxis]) for order in orders]))


def test_levels_are_those_of_a_regression_with_dummies() -> None:
    random = np.random.default_rng(5)
    unit, period = (place.ravel() for place in np.indices((6, 5)))
    base = random.integers(8, 30, 30)
    seen = random.binomial(base, 0.35)
    rollout = Rollout.of(
        Shares(seen.astype(float), base.astype(float)),
        unit=unit,
        day=period * 90,
        period=period,
        weight=base,
        start=np.full(6, NEVER),
    )
    effect = np.linspace(-0.5, 0.5, 30)
    found = levels(rollout, effect)
    design = np.column_stack([unit == one for one in range(6)] + [period == q for q in range(1, 5)])
    outcome = np.column_stack([seen, base - seen])
    model = sm.GLM(outcome, design.astype(float), family=sm.families.Binomial(), offset=effect)
    assert np.allclose(found.fitted.expected, base * model.fit().mu, atol=1e-6)
