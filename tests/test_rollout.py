"""Rows under a roll-out: what is left out, and sums for any order of the turns."""

import numpy as np

from tests.rollout_samples import Council, council
from workforce_analytics.inference.contests import Contests, Shares
from workforce_analytics.inference.rollout import NEVER, Rollout, Sums


def test_sums_for_any_order_are_those_of_rows_one_by_one() -> None:
    rollout, _ = council(Council(services=7, quarters=6, waiting=2), 3)
    values = np.random.default_rng(2).normal(size=rollout.unit.size)
    sums = Sums.of(rollout, values)
    random = np.random.default_rng(4)
    for _ in range(5):
        order = random.permutation(rollout.turn)
        before, after = sums.at(order)
        days = np.array([*rollout.turns, NEVER])
        slow = np.zeros((2, rollout.units, rollout.periods))
        for row, value in enumerate(values):
            unit = rollout.unit[row]
            treated = int(rollout.day[row] >= days[order[unit]])
            slow[treated, unit, rollout.period[row]] += value
        assert np.allclose(before, slow[0])
        assert np.allclose(after, slow[1])


def _rollout(
    seen: list[int], base: list[int], unit: list[int], period: list[int], start: list[int]
) -> Rollout:
    return Rollout.of(
        Shares(np.array(seen, float), np.array(base, float)),
        unit=unit,
        day=np.array(period) * 90,
        period=period,
        weight=base,
        start=start,
    )


def test_periods_without_an_untreated_unit_and_units_always_treated_are_left_out() -> None:
    unit, period = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3
    rollout = _rollout([3] * 9, [9] * 9, unit, period, [90, 180, 0])
    # In quarter 2 nobody waits; unit 2 had its turn before the first row.
    assert rollout.dropped.periods == 3
    assert rollout.dropped.units == 2
    assert sorted(zip(rollout.unit.tolist(), rollout.period.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ]
    assert rollout.treated.tolist() == [False, True, False, False]


def test_units_of_whom_nobody_or_everybody_passed_are_left_out_and_counted() -> None:
    unit, period = [0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4
    seen, base = [0, 0, 5, 5, 2, 3, 1, 2], [5, 5, 5, 5, 5, 5, 5, 5]
    rollout = _rollout(seen, base, unit, period, [90, NEVER, 90, NEVER])
    assert rollout.dropped.extreme == 4
    assert rollout.active.tolist() == [2, 3]
    assert rollout.dropped.left == rollout.unit.size == 4


def test_certain_rows_are_left_out_first() -> None:
    outcome = Contests.of([3, 0, 4, 5], [4, 5, 4, 5], [1, 0, 2, 3], [2, 3, 2, 1])
    rollout = Rollout.of(
        outcome,
        unit=[0, 0, 1, 1],
        day=[0, 90, 0, 90],
        period=[0, 1, 0, 1],
        weight=[1, 1, 1, 1],
        start=[NEVER, NEVER],
    )
    assert rollout.dropped.certain == 1


def test_the_quarter_of_a_turn_is_split_at_its_day() -> None:
    rollout = Rollout.of(
        Shares(np.full(6, 2.0), np.full(6, 6.0)),
        unit=[0, 0, 0, 1, 1, 1],
        day=[10, 95, 130, 10, 95, 130],
        period=[0, 1, 1, 0, 1, 1],
        weight=np.ones(6),
        start=[120, NEVER],
    )
    assert rollout.treated.tolist() == [False, False, True, False, False, False]
    assert rollout.cohort.tolist() == [1, -1]
