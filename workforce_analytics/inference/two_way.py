"""An average effect of a roll-out as a weighted sum over rows, given levels of units and periods.

The model: log odds of a row = level of its unit + level of its period + effect of its cohort in its
period, if treated; a cohort is all units whose turn came in one period (extended two-way fixed
effects: Wooldridge 2021, Sun and Abraham 2021). So treated rows are compared with units that have
not had their turn, never with units that have.

`contrast` gives the weights with which the average of those effects is a sum over residuals, for
many orders of the turns at once; `levels` the levels of units and periods without any effect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workforce_analytics.inference.contests import Fitted
from workforce_analytics.inference.rollout import Rollout

STEPS = 50
SMALL = 1e-9


@dataclass(frozen=True, eq=False)
class Contrast:
    """Weights of residuals by unit and period in the average effect; one layer per order."""

    before: np.ndarray
    after: np.ndarray

    def by_unit(self, residuals: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """What each unit adds to the one-step estimate of the average effect."""
        untreated, treated = residuals
        return (self.before * untreated + self.after * treated).sum(axis=-1)


def contrast(
    information: tuple[np.ndarray, np.ndarray],
    weight: np.ndarray,
    cohort: np.ndarray,
    periods: int,
) -> Contrast:
    """With which weights do residuals make up the average effect?

    Parameters
    ----------
    information
        Variance of the rows by order, unit and period: untreated ones, treated ones.
    weight
        How much treated rows count in the average, by order, unit and period.
    cohort
        Period in which each unit had its turn, by order and unit; -1 where it has had none.
    periods
        How many periods there are.

    Notes
    -----
    One weighted least-squares step. The effects of cohorts are solved for by hand: what is left are
    the normal equations of units and periods, from untreated rows, and from treated rows as far as
    units of one cohort differ in one period.
    """
    system = _System.of(*information, cohort, periods)
    inside = np.where(system.after > 0, weight, 0.0)
    total = inside.sum(axis=(1, 2), keepdims=True)
    share = inside / np.where(total > 0, total, 1.0)
    by_cohort = system.spread(system.gather(share))
    slope = np.concatenate(
        (-(by_cohort * system.after * system.inverse).sum(axis=2), -share.sum(axis=1)), axis=1
    )
    solved = system.solve(slope)
    unit, period = solved[:, : system.units, np.newaxis], solved[:, np.newaxis, system.units :]
    before = np.where(system.before > 0, unit + period, 0.0)
    mean = system.spread(system.gather(system.after * unit)) * system.inverse
    after = np.where(system.after > 0, by_cohort * system.inverse + unit - mean, 0.0)
    return Contrast(before, after)


@dataclass(frozen=True, eq=False)
class _System:
    """Normal equations of unit and period levels, one layer per order of the turns."""

    before: np.ndarray
    after: np.ndarray
    cohorts: np.ndarray
    """1 where a unit is of a cohort: order, unit, cohort."""
    inverse: np.ndarray
    """1 over the information of a unit's cohort in a period: order, unit, period."""
    matrix: np.ndarray
    fixed: np.ndarray
    """Levels that are not estimated: of units and periods without rows, and one period of all."""

    @property
    def units(self) -> int:
        return self.before.shape[1]

    @classmethod
    def of(cls, before: np.ndarray, after: np.ndarray, cohort: np.ndarray, periods: int) -> _System:
        """Set the equations up, without periods or units that have no untreated row."""
        period_told = before.sum(axis=1, keepdims=True) > 0
        before, after = before * period_told, after * period_told
        unit_told = before.sum(axis=2, keepdims=True) > 0
        before, after = before * unit_told, after * unit_told
        cohorts = (cohort[:, :, np.newaxis] == np.arange(periods)).astype(float)
        information = np.swapaxes(cohorts, 1, 2) @ after
        inverse = cohorts @ np.where(
            information > 0, 1 / np.where(information > 0, information, 1.0), 0.0
        )
        units, size = before.shape[1], before.shape[1] + periods
        matrix = np.zeros((len(before), size, size))
        scaled = after * np.sqrt(inverse)
        same = cohorts @ np.swapaxes(cohorts, 1, 2)
        matrix[:, :units, :units] = -same * (scaled @ np.swapaxes(scaled, 1, 2))
        matrix[:, :units, units:] = before
        matrix[:, units:, :units] = np.swapaxes(before, 1, 2)
        diagonal = np.arange(size)
        matrix[:, diagonal[:units], diagonal[:units]] += (before + after).sum(axis=2)
        matrix[:, diagonal[units:], diagonal[units:]] += before.sum(axis=1)
        fixed = matrix[:, diagonal, diagonal] <= 0
        # Only differences of levels count: the first period with rows has level 0.
        first = np.argmax(period_told[:, 0, :], axis=1)
        fixed[np.arange(len(before)), units + first] = True
        matrix[fixed[:, :, np.newaxis] | fixed[:, np.newaxis, :]] = 0.0
        matrix[:, diagonal, diagonal] += fixed
        return cls(before, after, cohorts, inverse, matrix, fixed)

    def gather(self, values: np.ndarray) -> np.ndarray:
        """Add up over the units of each cohort."""
        return np.swapaxes(self.cohorts, 1, 2) @ values

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Give each unit its cohort's value."""
        return self.cohorts @ values

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve the equations of every layer; by least squares where they hang apart."""
        right = np.where(self.fixed, 0.0, right)[:, :, np.newaxis]
        try:
            return np.linalg.solve(self.matrix, right)[:, :, 0]
        except np.linalg.LinAlgError:
            pairs = zip(self.matrix, right, strict=True)
        return np.stack([np.linalg.lstsq(left, side, rcond=SMALL)[0][:, 0] for left, side in pairs])


@dataclass(frozen=True, eq=False)
class Levels:
    """Levels of units and periods at the maximum of the likelihood, given the effect."""

    without: np.ndarray
    """Log odds of each row without the effect."""
    fitted: Fitted
    """What rows are like with it."""
    residual: np.ndarray
    log_likelihood: float


def levels(rollout: Rollout, effect: np.ndarray, start: np.ndarray | None = None) -> Levels:
    """Which levels of units and periods fit best, if this is the effect on each row?

    Parameters
    ----------
    rollout
        Rows, their outcome and their units.
    effect
        Known effect on the log odds of each row.
    start
        Log odds of each row without the effect, to start from.

    Notes
    -----
    Newton's method; a step that lowers the likelihood is halved.
    """
    outcome, unit, period = rollout.outcome, rollout.unit, rollout.period
    units, periods = rollout.units, rollout.periods
    place = unit * periods + period
    none = np.full((1, units), -1)
    empty = np.zeros((1, units, periods))
    here = np.zeros(unit.size) if start is None else start
    fitted = outcome.at(here + effect)
    value = float(fitted.log_likelihood.sum())

    def added(values: np.ndarray) -> np.ndarray:
        sums = np.bincount(place, weights=values, minlength=units * periods)
        return sums.reshape(1, units, periods)

    for _ in range(STEPS):
        residual = outcome.seen - fitted.expected
        system = _System.of(added(np.maximum(fitted.variance, 1e-12)), empty, none, periods)
        left = added(residual)
        solved = system.solve(np.concatenate((left.sum(axis=2), left.sum(axis=1)), axis=1))[0]
        step = solved[unit] + solved[units + period]
        for halvings in range(30):
            there = here + step / 2**halvings
            tried = outcome.at(there + effect)
            reached = float(tried.log_likelihood.sum())
            if reached >= value - 1e-9 * (1 + abs(value)):
                break
        here, fitted, value = there, tried, reached
        if np.abs(step).max(initial=0.0) < SMALL:
            break
    return Levels(here, fitted, outcome.seen - fitted.expected, value)
