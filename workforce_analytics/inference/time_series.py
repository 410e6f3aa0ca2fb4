"""A series before and after an interruption: how its level and its slope changed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import checked_confidence, chosen
from workforce_analytics.inference.serial import serial_covariance

ERRORS = {
    "serial": "quasi-Poisson, errors that go together from one period to the next",
    "quasi_poisson": "quasi-Poisson, errors scaled by dispersion",
    "newey_west": "quasi-Poisson, Newey-West errors",
}
"""Kinds of standard errors, and what they are called in a table."""
POINTS_EACH_SIDE = 12
"""Under this, a slope on one side of the interruption says little."""
UNTOLD = np.nan


@dataclass(frozen=True, eq=False)
class Change:
    """A factor by which something changed, with its interval and p-value; 1 is no change."""

    value: float
    lower: float
    upper: float
    p_value: float


@dataclass(frozen=True, eq=False)
class Series:
    """What the model says of one series: one element per period."""

    fitted: np.ndarray
    """Events of 1 of the denominator, with the interruption."""
    without: np.ndarray
    """The same had it gone on as before; before the interruption, `fitted`."""
    level: Change
    """The rate right after the interruption, to what it would have been."""
    slope: Change
    """The growth per period after the interruption, to that before."""


@dataclass(frozen=True, eq=False)
class TimeSeries:
    """An interrupted time series, or two of them held against each other."""

    series: Series
    reference: Series | None
    level_between: Change | None
    """The change of level of the series, to that of the reference."""
    slope_between: Change | None
    dispersion: float
    """Pearson's chi-squared per degree of freedom: 1 is what chance alone gives counts."""
    before: int
    """Points before the interruption: periods with a denominator in every series."""
    after: int
    few: bool
    """Whether one side has fewer than 12 points."""
    harmonics: int
    one_period_on: float
    """Correlation of what is left over with that of the period before; only of "serial"."""
    lags: int
    """Periods over which what is left over may go together; 0 without Newey-West."""
    freedom: int
    """Points less coefficients: of the t distribution of limits and p-values."""
    told: bool
    """Whether the coefficients could be estimated."""
    method: str
    coefficients: np.ndarray
    covariance: np.ndarray
    names: tuple[str, ...]


def time_series(
    events: Any,
    n: Any,
    *,
    start: int,
    reference_events: Any = None,
    reference_n: Any = None,
    per_year: int = 12,
    first: int = 0,
    harmonics: int | None = None,
    errors: str = "serial",
    lags: int | None = None,
    confidence: float = 0.95,
) -> TimeSeries:
    """Did a rate change when something happened to all at once, beyond where it was going?

    Parameters
    ----------
    events, n
        Of each period in turn, without gaps: how many, out of how many. A period of nobody is
        missing and takes no part.
    start
        Place of the first period after the interruption.
    reference_events, reference_n
        The same of a series to hold it against: others to whom the same happened, who should have
        changed alike.
    per_year, first
        Periods in a year (12, 4), and which of them the first one is (0 for January).
    harmonics
        Pairs of sine and cosine for the season; by itself 2 where there are three years or more, 1
        where there are two, else none. Never more than tell periods of a year apart.
    errors
        "serial" (what is left over goes together from one period to the next and between the two
        series, as `serial_covariance` finds), "quasi_poisson" (dispersion alone) or "newey_west".
    lags
        Of Newey-West; by itself the whole part of 4 (points / 100) ** (2 / 9).
    confidence
        0.95 for 95 %.

    Returns
    -------
    TimeSeries
        Nothing is told (not a number) with fewer than three points on a side, or without any event
        on a side of a series.

    Raises
    ------
    UsageError
        Arrays that do not fit each other, more events than n, or an option that there is not.

    Notes
    -----
    Poisson regression of events with log(n) as offset: level, trend, step at the interruption,
    change of trend counted from it, harmonics of the year (Bernal, Cummins and Gasparrini 2017,
    International Journal of Epidemiology 46). With a reference each of the first four has a term
    of its own for it; the season is common to both. Variance is the mean times the dispersion.
    Newey-West: scores of all series of a period are added up (what happens in one period happens
    to both), with Bartlett weights over time, times points / (points - coefficients). Limits and
    p-values by the t distribution on that difference. Of 400 made-up series of 24 to 48 months
    without any change, the dispersion alone finds one in 5 to 18 %, "serial" in 4 to 8 %; of two
    series against each other 0 to 7 % and 4 to 13 %, most where 24 months have shocks that last
    (tests/benchmarks/over_time.py). So "serial" is the default, and short series are to be doubted.

    Examples
    --------
    >>> found = time_series([10, 12, 9, 11, 20, 22, 19, 21], [100] * 8, start=4)
    >>> print(round(found.series.level.value, 2), found.few)
    1.95 True
    """
    confidence = checked_confidence(confidence)
    chosen(errors, ERRORS, argument="errors")
    pairs = [_checked(events, n, names=("events", "n"))]
    if reference_events is not None or reference_n is not None:
        other = _checked(reference_events, reference_n, names=("reference_events", "reference_n"))
        pairs.append(other)
    periods = len(pairs[0][0])
    if len(pairs[-1][0]) != periods:
        raise UsageError("events and reference_events must be of the same periods.")
    if not 0 < start < periods:
        raise UsageError(f"start must lie within the series, from 1 to {periods - 1}: is {start}.")
    waves = _harmonics(harmonics, periods, per_year)
    design, names = _design(periods, start, len(pairs), waves, per_year, first)
    rows = _Rows.of(pairs, design)
    before, after = (int(part.sum()) for part in (rows.there[:start], rows.there[start:]))
    freedom = len(rows.design) - design.shape[1]
    told = min(before, after) >= 3 and _estimable(rows, pairs, start)
    fit = _fit(rows, errors, lags) if told else _nothing(design.shape[1])
    model = _Model(design, fit.coefficients, fit.covariance, freedom, confidence, periods)
    both = len(pairs) == 2
    return TimeSeries(
        series=model.series(int(both)),
        reference=model.series(0) if both else None,
        level_between=model.change(6) if both else None,
        slope_between=model.change(7) if both else None,
        before=before,
        after=after,
        few=min(before, after) < POINTS_EACH_SIDE,
        harmonics=waves,
        freedom=freedom,
        told=told,
        method=_method(errors, fit),
        names=names,
        **vars(fit),
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """Periods with a denominator in every series, one series after the other."""

    design: np.ndarray
    seen: np.ndarray
    base: np.ndarray
    time: np.ndarray
    series: np.ndarray
    there: np.ndarray
    """Of each period, whether it is here."""

    @classmethod
    def of(cls, pairs: list[tuple[np.ndarray, np.ndarray]], design: np.ndarray) -> _Rows:
        there = np.logical_and.reduce([base > 0 for _, base in pairs])
        kept = np.tile(there, len(pairs))
        periods = len(there)
        return cls(
            design[kept],
            np.concatenate([seen for seen, _ in pairs])[kept],
            np.concatenate([base for _, base in pairs])[kept],
            np.tile(np.arange(periods), len(pairs))[kept],
            np.repeat(np.arange(len(pairs)), periods)[kept],
            there,
        )


def _checked(events: Any, n: Any, *, names: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Turn counts of a series into arrays; a missing period has nobody in it."""
    seen, base = (np.asarray(values, dtype=float) for values in (events, n))
    if seen.ndim != 1 or seen.shape != base.shape:
        raise UsageError(f"{names[0]} and {names[1]} must be lists of the same length.")
    missing = np.isnan(base) | np.isnan(seen)
    seen, base = np.where(missing, 0.0, seen), np.where(missing, 0.0, base)
    if (seen < 0).any() or (seen > base).any() or np.isinf(base).any():
        raise UsageError(f"{names[0]} must be counts of 0 or more, and not more than {names[1]}.")
    return seen, base


def _harmonics(asked: int | None, periods: int, per_year: int) -> int:
    """Say how many pairs of sine and cosine the season gets."""
    if per_year < 1 or (asked is not None and asked < 0):
        raise UsageError("per_year must be 1 or more, and harmonics 0 or more.")
    years = periods // per_year
    wanted = asked if asked is not None else min(max(years - 1, 0), 2)
    return min(wanted, (per_year - 1) // 2)


def _design(
    periods: int, start: int, series: int, waves: int, per_year: int, first: int
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Lay out the columns: level, trend, step, change of trend, the same for the series, season."""
    time = np.arange(periods, dtype=float) - start
    after = (time >= 0).astype(float)
    own = np.column_stack([np.ones(periods), time, after, after * time])
    names = ["level", "trend", "step", "change of trend"]
    angle = 2 * np.pi * (np.arange(periods) + first) / per_year
    season = np.column_stack(
        [wave(angle * (pair + 1)) for pair in range(waves) for wave in (np.sin, np.cos)]
        or [np.empty((periods, 0))]
    )
    seasonal = [f"{wave} {pair + 1}" for pair in range(waves) for wave in ("sine", "cosine")]
    if series == 1:
        return np.hstack([own, season]), (*names, *seasonal)
    extra = [f"{name} of the series" for name in names]
    both = np.vstack([np.hstack([own, own]), np.hstack([own, np.zeros_like(own)])])
    return np.hstack([both, np.tile(season, (2, 1))]), (*names, *extra, *seasonal)


def _estimable(rows: _Rows, pairs: list[tuple[np.ndarray, np.ndarray]], start: int) -> bool:
    """Whether coefficients can be told: without events on one side a step runs away."""
    points, size = rows.design.shape
    seen = [seen * rows.there for seen, _ in pairs]
    everywhere = all(one[:start].any() and one[start:].any() for one in seen)
    return bool(everywhere and points > size and np.linalg.matrix_rank(rows.design) == size)


def _nothing(size: int) -> _Fit:
    return _Fit(np.full(size, UNTOLD), np.full((size, size), UNTOLD), UNTOLD, 0, UNTOLD)


def _fit(rows: _Rows, errors: str, lags: int | None) -> _Fit:
    """Fit the regression."""
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    design, seen, time = rows.design, rows.seen, rows.time
    model = GLM(seen, design, family=Poisson(), offset=np.log(rows.base))
    fitted = model.fit(tol=1e-12, maxiter=200)
    params, mean = np.asarray(fitted.params), np.asarray(fitted.mu)
    inverse = np.asarray(fitted.normalized_cov_params)
    points, size = design.shape
    dispersion = float((((seen - mean) ** 2) / mean).sum() / (points - size))
    if errors == "serial":
        root = np.sqrt(mean)
        found = serial_covariance(
            design * root[:, np.newaxis], (seen - mean) / root, time, rows.series
        )
        return _Fit(params, found.covariance, found.dispersion, 0, found.one_period_on)
    if errors == "quasi_poisson":
        return _Fit(params, inverse * dispersion, dispersion, 0, UNTOLD)
    score = np.zeros((int(time.max()) + 1, size))
    np.add.at(score, time, design * (seen - mean)[:, np.newaxis])
    moments = len(np.unique(time))
    used = math.floor(4 * (moments / 100) ** (2 / 9)) if lags is None else int(lags)
    meat = score.T @ score
    for lag in range(1, min(used, len(score) - 1) + 1):
        together = score[lag:].T @ score[:-lag]
        meat += (1 - lag / (used + 1)) * (together + together.T)
    covariance = inverse @ meat @ inverse * points / (points - size)
    return _Fit(params, covariance, dispersion, used, UNTOLD)


def _method(errors: str, fit: _Fit) -> str:
    """Name the model, with what its errors rest on."""
    said = ERRORS[errors]
    if math.isnan(fit.dispersion):
        return said
    details = f"dispersion {fit.dispersion:.2f}"
    if errors == "newey_west":
        said += f" over {fit.lags} period{'s' if fit.lags != 1 else ''}"
    if errors == "serial":
        details += f", correlation {fit.one_period_on:.2f} from one period to the next"
    return f"{said}, {details}"


@dataclass(frozen=True, eq=False)
class _Fit:
    """What a regression gave."""

    coefficients: np.ndarray
    covariance: np.ndarray
    dispersion: float
    lags: int
    one_period_on: float


@dataclass(frozen=True, eq=False)
class _Model:
    """Reads what is asked for from coefficients."""

    design: np.ndarray
    coefficients: np.ndarray
    covariance: np.ndarray
    freedom: int
    confidence: float
    periods: int

    def change(self, *places: int) -> Change:
        """Give the factor that the sum of some coefficients stands for."""
        from scipy.stats import t

        which = list(places)
        value = float(self.coefficients[which].sum())
        spread = float(self.covariance[np.ix_(which, which)].sum())
        if not spread > 0:
            return Change(UNTOLD, UNTOLD, UNTOLD, UNTOLD)
        error = math.sqrt(spread)
        distance = float(t.ppf((1 + self.confidence) / 2, self.freedom)) * error
        p_value = float(2 * t.sf(abs(value) / error, self.freedom))
        lower, upper = (math.exp(min(value + side * distance, 700.0)) for side in (-1, 1))
        return Change(math.exp(value), lower, upper, p_value)

    def series(self, own: int) -> Series:
        """Give the fitted rates and changes of the series (1 with a reference), or of the other."""
        two = len(self.design) > self.periods
        first = own == 1 or not two
        rows = self.design[: self.periods] if first else self.design[self.periods :]
        step = [2, 6] if two and first else [2]
        slope = [3, 7] if two and first else [3]
        before = rows.copy()
        before[:, step + slope] = 0.0
        return Series(
            np.exp(rows @ self.coefficients),
            np.exp(before @ self.coefficients),
            self.change(*step),
            self.change(*slope),
        )
