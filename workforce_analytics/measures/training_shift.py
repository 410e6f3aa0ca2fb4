"""What an effect on log odds moves: expected passes, people, and percentage points of the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workforce_analytics.inference.conditional import expected_given_totals
from workforce_analytics.inference.rollout import Rollout
from workforce_analytics.inference.rollout_effect import Effect, Progress, rollout_effect
from workforce_analytics.measures.training_vacancies import VacancyCounts

FARTHEST = 30.0
"""Log odds that stand for an end of an interval that is infinite."""


@dataclass(frozen=True)
class Fitted:
    """What the model of one group against the reference gave."""

    code: str
    rollout: Rollout
    effect: Effect
    base: np.ndarray
    """Log odds without training against the reference, by vacancy; missing where untold."""
    told: np.ndarray
    """Whether a vacancy was after training and tells something of this group."""


@dataclass(frozen=True)
class Shift:
    """What training moves: people, points of the gap, and the gap without and with it."""

    people: float
    points: float
    without: float
    after: float


def fit_group(
    counts: VacancyCounts,
    code: str,
    reference: str,
    *,
    draws: int,
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Fitted:
    """How far did training move a group's odds against the reference?"""
    outcome = counts.against(code, reference)
    rollout = counts.rollout(outcome, outcome.group)
    effect = rollout_effect(
        rollout,
        random_order=counts.exposure.random,
        draws=draws,
        confidence=confidence,
        progress=progress,
    )
    base, told = np.full(counts.size, np.nan), np.zeros(counts.size, dtype=bool)
    if effect.statistic is not None:
        base[rollout.row] = effect.statistic.levels(effect.value).without
        told[rollout.row] = rollout.treated
    return Fitted(code, rollout, effect, base, told)


def shift(
    counts: VacancyCounts,
    reference: str,
    one: Fitted,
    fitted: Sequence[Fitted],
    effect: float,
) -> Shift:
    """What would training have moved, were its effect on this group so large?

    Parameters
    ----------
    counts
        Applications by vacancy.
    reference
        The group that others are compared with.
    one
        The group in question.
    fitted
        All groups; the effects on the others are as they were estimated.
    effect
        Log odds.

    Notes
    -----
    Sums over vacancies after training that tell something of the group: how many of it are expected
    to pass given how many passed in all, with the effect less without it, per applicant; less the
    same of the reference. How many pass stays as it is: training moves who.
    """
    others = [group for group in fitted if group is not one and not group.effect.why_not]
    place = [counts.groups.index(group.code) for group in (one, *others)]
    columns = np.array([*place, counts.groups.index(reference)])
    rows = np.flatnonzero(one.told)
    base = np.column_stack([*(group.base[rows] for group in (one, *others)), np.zeros(rows.size)])
    lift = np.array([effect, *(group.effect.value for group in others), 0.0])
    # A group of whom a vacancy tells nothing does not compete there.
    pool = np.where(np.isnan(base), 0, counts.pool[rows][:, columns])
    passed = np.where(np.isnan(base), 0, counts.passed[rows][:, columns])
    base = np.nan_to_num(base)
    stratum = np.repeat(np.arange(rows.size), columns.size)

    def passes(log_odds: np.ndarray) -> np.ndarray:
        design = np.clip(log_odds, -FARTHEST, FARTHEST).reshape(-1, 1)
        expected = expected_given_totals(stratum, design, passed.ravel(), pool.ravel(), [1.0])
        return np.asarray(expected.reshape(pool.shape).sum(axis=0)[[0, -1]])

    people = pool.sum(axis=0)[[0, -1]]
    without, after = passes(base), passes(base + lift)
    apart = [100 * float(sums[0] / people[0] - sums[1] / people[1]) for sums in (without, after)]
    return Shift(float(after[0] - without[0]), apart[1] - apart[0], *apart)
