"""One coefficient for an exposure, the same for all units and times: a summary, and its weights.

Over a roll-out it is a weighted average of effects in which some weights can be negative (Goodman-
Bacon 2021; de Chaisemartin and D'Haultfoeuille 2020), so it can have the wrong sign where effects
grow: it stands beside the average that compares with untreated units only, and never in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workforce_analytics.inference.rollout import Rollout
from workforce_analytics.inference.two_way import Levels, levels

SMALL = 1e-9


@dataclass(frozen=True)
class Pooled:
    """One coefficient with its interval by the cluster jackknife; log odds per 1 of exposure."""

    value: float
    lower: float
    upper: float
    p_value: float
    negative: float
    """Share of the weights, by size, that treated rows have with a negative sign."""
    rows: int
    units: int


def pooled(rollout: Rollout, exposure: np.ndarray, *, confidence: float = 0.95) -> Pooled:
    """By how much do log odds go with an exposure, given levels of units and periods?

    Parameters
    ----------
    rollout
        Rows and units.
    exposure
        A number per row, such as 1 for treated rows, or the share of a panel that was trained.
    confidence
        0.95 for 95 %.

    Notes
    -----
    Maximum likelihood. The error is that of the one-step estimate at the maximum from leaving out
    one unit at a time, against t with units - 1 degrees of freedom.
    """
    from scipy.optimize import brentq
    from scipy.stats import t

    units = rollout.active.size
    gone = float(np.nan)
    nothing = Pooled(gone, gone, gone, gone, gone, rollout.unit.size, units)
    if units < 2:
        return nothing
    fits: dict[float, Levels] = {}

    def fit(value: float) -> Levels:
        if value not in fits:
            near = min(fits, key=lambda known: abs(known - value), default=None)
            start = None if near is None else fits[near].without
            fits[value] = levels(rollout, value * exposure, start)
        return fits[value]

    def slope(value: float) -> float:
        return float(fit(value).residual @ exposure)

    free = _apart(rollout, exposure, fit(0.0).fitted.variance)
    told = float((fit(0.0).fitted.variance * free) @ exposure)
    if told < SMALL:
        return nothing
    ends = _bracket(slope, slope(0.0) / told)
    if ends is None:
        return nothing
    value = float(brentq(slope, *ends, xtol=1e-7))
    last = fit(value)
    error = _jackknife(rollout, exposure, last.fitted.variance, last.residual)
    reach = float(t.ppf((1 + confidence) / 2, units - 1)) * error
    p_value = float(2 * t.sf(abs(value) / error, units - 1)) if error > 0 else np.nan
    weights = (last.fitted.variance * _apart(rollout, exposure, last.fitted.variance))[exposure > 0]
    size = np.abs(weights).sum()
    negative = float(-weights[weights < 0].sum() / size) if size else np.nan
    return Pooled(value, value - reach, value + reach, p_value, negative, rollout.unit.size, units)


def _bracket(slope: Callable[[float], float], first: float) -> tuple[float, float] | None:
    """Two values between which a falling function is 0."""
    step = abs(first) or 0.1
    towards = step if slope(0.0) > 0 else -step
    near = 0.0
    for far in towards * 2.0 ** np.arange(8):
        if slope(far) * towards <= 0:
            return (near, far) if near < far else (far, near)
        near = far
    return None


def _apart(rollout: Rollout, exposure: np.ndarray, information: np.ndarray) -> np.ndarray:
    """What of each row's exposure is explained neither by its unit nor by its period."""
    unit, period = _solved(rollout, exposure, information)
    return exposure - unit[rollout.unit] - period[rollout.period]


def _solved(
    rollout: Rollout, exposure: np.ndarray, information: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    units, periods = rollout.units, rollout.periods
    place = rollout.unit * periods + rollout.period

    def added(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=values, minlength=units * periods).reshape(units, periods)

    here, exposed = added(information), added(information * exposure)
    matrix = np.zeros((units + periods, units + periods))
    matrix[:units, :units] = np.diag(here.sum(axis=1))
    matrix[units:, units:] = np.diag(here.sum(axis=0))
    matrix[:units, units:] = here
    matrix[units:, :units] = here.T
    right = np.concatenate((exposed.sum(axis=1), exposed.sum(axis=0)))
    # Units, and periods, without rows have no level, and one level is free: the least solution.
    found = np.linalg.lstsq(matrix, right, rcond=SMALL)[0]
    return found[:units], found[units:]


def _jackknife(
    rollout: Rollout, exposure: np.ndarray, information: np.ndarray, residual: np.ndarray
) -> float:
    others = []
    for unit in rollout.active:
        kept = rollout.unit != unit
        weight = np.where(kept, information, 0.0)
        free = np.where(kept, _apart(rollout, exposure, weight), 0.0)
        told = float((weight * free) @ exposure)
        others.append(float(free @ residual) / told if told > SMALL else np.nan)
    found = np.array(others)
    units = found.size
    return float(np.sqrt((units - 1) / units * (found**2).sum()))
