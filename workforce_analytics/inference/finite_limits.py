"""Limits of shares and means whose standard errors are known, about a staff or a process."""

from __future__ import annotations

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import Interval, divided
from workforce_analytics.inference.proportions import proportion_interval

SHARE = "Wilson interval, clustered by respondent"
SHARE_ALIKE = "Wilson interval, all answers alike"
MEAN = "t interval"
MEAN_ALIKE = "Wilson interval on the scale, all answers alike"


def share_limits(
    value: np.ndarray,
    error: np.ndarray,
    *,
    respondents: np.ndarray,
    answers: np.ndarray,
    left: np.ndarray,
    confidence: float,
    gain: np.ndarray | float = 1.0,
) -> tuple[Interval, np.ndarray]:
    """Wilson limits of shares with known errors, and the sample size that they are worth.

    `left` is the share of the people about whom it is that did not answer: 1 for a process. `gain`
    is how many answers one is worth at most, where something explains part of what is answered.
    """
    partly = (left > 0) & (respondents > 1) & ~np.isnan(value)
    alike = (value <= 0) | (value >= 1)
    most = divided(np.maximum(np.where(alike, respondents, answers) - 1, 0), left)
    variance = np.where(partly, error, np.nan) ** 2
    most = np.where(alike, most, most * gain)
    worth = np.divide(value * (1 - value), variance, out=most.copy(), where=variance > 0)
    size = np.where(partly, np.where(alike, most, np.fmin(worth, most)), np.nan)
    usable = partly & (size > 0)
    inner = proportion_interval(
        np.where(usable, value, 0.0),
        np.ones(value.shape),
        n_effective=np.where(usable, size, 1.0),
        confidence=confidence,
    )
    lower, upper = _ends(usable, value, inner, left, (0.0, 1.0))
    methods = np.where(alike, SHARE_ALIKE, SHARE)
    return Interval(value, lower, upper, methods, confidence), size


def mean_limits(
    value: np.ndarray,
    error: np.ndarray,
    *,
    respondents: np.ndarray,
    left: np.ndarray,
    scale: tuple[float, float],
    confidence: float,
) -> Interval:
    """Limits of means with known errors, on a scale of two ends; `left` as in `share_limits`."""
    from scipy.stats import t

    low, high = scale
    slack = 1e-9 * (high - low)
    if ((value < low - slack) | (value > high + slack)).any():
        raise UsageError(f"a mean lies outside its scale, which goes from {low:g} to {high:g}.")
    usable = (left > 0) & (respondents > 1) & ~np.isnan(value)
    alike = usable & ~(error > slack)
    half = t.ppf((1 + confidence) / 2, np.where(usable, respondents - 1, 1)) * error
    place = proportion_interval(
        np.clip(np.where(usable, (value - low) / (high - low), 0.0), 0, 1),
        np.ones(value.shape),
        n_effective=np.where(usable, divided(respondents - 1, left), 1.0),
        confidence=confidence,
    )
    limits = Interval(
        value,
        np.where(alike, low + (high - low) * place.lower, np.maximum(value - half, low)),
        np.where(alike, low + (high - low) * place.upper, np.minimum(value + half, high)),
        np.where(alike, MEAN_ALIKE, MEAN),
        confidence,
    )
    lower, upper = _ends(usable, value, limits, left, scale)
    return Interval(value, lower, upper, limits.method, confidence)


def _ends(
    usable: np.ndarray,
    value: np.ndarray,
    limits: Interval,
    left: np.ndarray,
    scale: tuple[float, float],
) -> tuple[np.ndarray, np.ndarray]:
    """The limits; the point where nobody is left to answer, everything where one person did."""
    open_ends = [np.where(left > 0, end, value) for end in scale]
    return tuple(  # type: ignore[return-value]
        np.where(usable, limit, np.where(np.isnan(value), np.nan, end))
        for limit, end in zip((limits.lower, limits.upper), open_ends, strict=True)
    )
