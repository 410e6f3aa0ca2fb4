"""What a roll-out did to each cohort in each period, against units it had not reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import chosen

CONTROLS = ("not_yet", "never")
"""Units that a cohort is held against: those not reached yet, or those never reached."""
BASES = ("varying", "universal")
"""Period that a change is counted from, before the roll-out: the one before, or always the last."""
ONE_PER_UNIT = "{} must be one number per unit, that is per row of outcomes."


@dataclass(frozen=True, eq=False)
class Pair:
    """A cohort, and the two periods whose difference is its effect; places of columns."""

    cohort: int
    period: int
    base: int


@dataclass(frozen=True, eq=False)
class Panel:
    """Units by periods; a cell that was not observed is not a number."""

    outcomes: np.ndarray
    cohort: np.ndarray
    """Of each unit, the column in which the roll-out reached it; the number of columns: never."""
    weights: np.ndarray
    """Of each unit, on average 1."""
    first: int
    """The first period."""
    kept: np.ndarray
    """Places, among the units given, of those that are here: the rest were reached too early."""
    controls: str
    base: str

    @property
    def columns(self) -> int:
        """How many periods there are."""
        return int(self.outcomes.shape[1])

    @property
    def cohorts(self) -> np.ndarray:
        """The cohorts that were reached in one of the periods, as columns."""
        found = np.unique(self.cohort)
        return found[found < self.columns]

    def pairs(self) -> tuple[Pair, ...]:
        """Give every cohort and period that there may be an effect of."""
        found = []
        for cohort in self.cohorts.tolist():
            for period in range(self.columns):
                base = cohort - 1
                if self.base == "varying":
                    base = min(base, period - 1)
                if base >= 0 and base != period:
                    found.append(Pair(cohort, period, base))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class GroupTime:
    """Effects of cohorts in periods, in the order of cohorts and periods: one element each."""

    cohort: np.ndarray
    """The period in which the roll-out reached it."""
    period: np.ndarray
    base: np.ndarray
    """The period that the change is counted from."""
    effect: np.ndarray
    error: np.ndarray
    """Of a unit drawn anew: not a number with a single unit on one side."""
    treated: np.ndarray
    """Units of the cohort that were observed in both periods."""
    controls: np.ndarray
    influence: np.ndarray
    """Units x effects: the error squared is the sum of squares over units / units squared."""
    share: np.ndarray
    """Weight of the cohort among all units."""

    @property
    def after(self) -> np.ndarray:
        """Whether the roll-out had reached the cohort."""
        return self.period >= self.cohort

    @property
    def since(self) -> np.ndarray:
        """Periods since the roll-out reached it; below 0 before that."""
        return self.period - self.cohort


def panel_of(
    outcomes: Any,
    cohorts: Any,
    *,
    first_period: int = 0,
    weights: Any = None,
    controls: str = "not_yet",
    base: str = "varying",
) -> Panel:
    """Check what goes into an event study, and leave out units reached before it begins.

    Raises
    ------
    UsageError
        The arrays do not fit each other, or an option is not known.
    """
    chosen(controls, CONTROLS, argument="controls")
    chosen(base, BASES, argument="base")
    values = np.asarray(outcomes, dtype=float)
    if values.ndim != 2 or values.shape[1] < 2:
        raise UsageError("outcomes must be a table: a row per unit, a column for each period.")
    if np.isinf(values).any():
        raise UsageError("outcomes must be numbers; a cell that was not observed is missing (NaN).")
    units = values.shape[0]
    reached = np.asarray(cohorts, dtype=float)
    if reached.shape != (units,):
        raise UsageError(ONE_PER_UNIT.format("cohorts"))
    if (np.isfinite(reached) & (reached != np.round(reached))).any():
        raise UsageError("cohorts must be periods: whole numbers, or missing for never reached.")
    weight = np.ones(units) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != (units,) or not np.isfinite(weight).all() or (weight < 0).any():
        raise UsageError(ONE_PER_UNIT.format("weights") + " They must be 0 or more.")
    columns = values.shape[1]
    column = np.where(np.isfinite(reached), reached - first_period, columns)
    column = np.minimum(column, columns).astype(np.int64)
    kept = np.flatnonzero((column > 0) & (weight > 0) & np.isfinite(values).any(axis=1))
    mean = weight[kept].mean() if kept.size else 1.0
    return Panel(
        values[kept], column[kept], weight[kept] / mean, int(first_period), kept, controls, base
    )


def group_time_effects(panel: Panel) -> GroupTime:
    """How much more did a cohort's outcome change than that of units not reached by then?

    Parameters
    ----------
    panel
        From `panel_of`.

    Returns
    -------
    GroupTime
        An effect is not a number where no unit of the cohort, or none to hold it against, was
        observed in both periods.

    Notes
    -----
    ATT(g, t) = weighted mean over units of cohort g of Y(t) - Y(b), less the same of the units it
    is held against (Callaway and Sant'Anna 2021, Journal of Econometrics 225, without covariates).
    b is the period before g; before the roll-out and with a varying base it is the period before t.
    Controls "not_yet": units reached after both t and b, or never. A unit takes part if it is
    observed in both periods, so that each effect is of the same units at both times.
    Influence of unit i: n w_i (Y_i(t) - Y_i(b) - mean) / sum of weights, on its own side.

    Examples
    --------
    >>> panel = panel_of([[1.0, 3.0], [2.0, 3.0], [5.0, 6.0]], [1, float("nan"), float("nan")])
    >>> group_time_effects(panel).effect
    array([1.])
    """
    pairs = panel.pairs()
    units, size = panel.cohort.size, len(pairs)
    effect, error = np.full(size, np.nan), np.full(size, np.nan)
    influence = np.full((units, size), np.nan)
    sides = np.zeros((2, size), dtype=np.int64)
    for place, pair in enumerate(pairs):
        change = panel.outcomes[:, pair.period] - panel.outcomes[:, pair.base]
        there = np.isfinite(change)
        both = [mask & there for mask in _sides(panel, pair, panel.cohort)]
        sides[:, place] = [mask.sum() for mask in both]
        if not sides[:, place].all():
            continue
        means, parts = zip(*(_mean(change, panel.weights, mask) for mask in both), strict=True)
        effect[place] = means[0] - means[1]
        influence[:, place] = parts[0] - parts[1]
        if sides[:, place].min() > 1:
            error[place] = np.sqrt((influence[:, place] ** 2).sum()) / units
    return _group_time(panel, pairs, effect, error, sides, influence)


def _group_time(
    panel: Panel,
    pairs: tuple[Pair, ...],
    effect: np.ndarray,
    error: np.ndarray,
    sides: np.ndarray,
    influence: np.ndarray,
) -> GroupTime:
    named = np.array([(pair.cohort, pair.period, pair.base) for pair in pairs], dtype=np.int64)
    cohort, period, base = named.reshape(-1, 3).T
    return GroupTime(
        cohort + panel.first,
        period + panel.first,
        base + panel.first,
        effect,
        error,
        sides[0],
        sides[1],
        influence,
        shares(panel, panel.cohort[np.newaxis])[0][np.searchsorted(panel.cohorts, cohort)],
    )


def shares(panel: Panel, assigned: np.ndarray) -> np.ndarray:
    """Weight of each cohort among all units, for each assignment of units to cohorts."""
    found = [(assigned == cohort) @ panel.weights for cohort in panel.cohorts]
    return np.array(found).reshape(len(found), -1).T / max(panel.cohort.size, 1)


def effects_when(panel: Panel, assigned: np.ndarray, layers: np.ndarray) -> np.ndarray:
    """Group-time effects under other assignments of units to cohorts, all at once.

    Parameters
    ----------
    panel
        From `panel_of`.
    assigned
        Assignments x units: the cohort of each, as columns.
    layers
        Layers x units x periods: outcomes to take the effects of. Cells that the panel did not
        observe take no part in any layer.

    Returns
    -------
    numpy.ndarray
        Assignments x effects x layers.
    """
    pairs = panel.pairs()
    equal = {cohort: (assigned == cohort).astype(float) for cohort in panel.cohorts.tolist()}
    later = [(assigned > period).astype(float) for period in range(panel.columns)]
    never = (assigned == panel.columns).astype(float)
    found = np.full((len(assigned), len(pairs), len(layers)), np.nan)
    there = np.isfinite(panel.outcomes)
    filled = np.where(there, layers, 0.0)
    for place, pair in enumerate(pairs):
        weight = panel.weights * (there[:, pair.period] & there[:, pair.base])
        change = (filled[:, :, pair.period] - filled[:, :, pair.base]) * weight
        sums = np.column_stack([change.T, weight])
        if panel.controls == "never":
            control = never
        else:
            last = max(pair.period, pair.base)
            control = later[last]
            if pair.cohort > last:
                control = control - equal[pair.cohort]
        found[:, place] = _ratio(equal[pair.cohort] @ sums) - _ratio(control @ sums)
    return found


def _ratio(sums: np.ndarray) -> np.ndarray:
    total = sums[:, -1:]
    undefined = np.full(sums[:, :-1].shape, np.nan)
    return np.divide(sums[:, :-1], total, out=undefined, where=total > 0)


def _sides(panel: Panel, pair: Pair, cohort: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell which units are of the cohort, and which it is held against."""
    if panel.controls == "never":
        return cohort == pair.cohort, cohort == panel.columns
    later = cohort > max(pair.period, pair.base)
    return cohort == pair.cohort, later & (cohort != pair.cohort)


def _mean(change: np.ndarray, weights: np.ndarray, mask: np.ndarray) -> tuple[float, np.ndarray]:
    """Weighted mean of some units, and how far each unit moves it."""
    total = weights[mask].sum()
    mean = float((weights[mask] * change[mask]).sum() / total)
    part = np.zeros(len(change))
    part[mask] = len(change) * weights[mask] * (change[mask] - mean) / total
    return mean, part
