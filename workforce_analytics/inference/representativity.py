"""How far those who answered a survey are a likeness of the staff: R-indicators from counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import (
    Interval,
    at_most,
    checked_confidence,
    counts,
    divided,
    normal_quantile,
)
from workforce_analytics.inference.strata import one_interval

ADJUSTED = "R-indicator, adjusted for chance"


@dataclass(frozen=True, eq=False)
class Representativity:
    """What response rates by group say of the whole."""

    indicator: Interval
    """1: every group answered alike; 0: half the staff always answers and half never does."""
    unadjusted: float
    """The indicator before chance is taken out of the rates."""
    rate: float
    """The response rate of all."""
    spread: float
    """Standard deviation of the response rate over staff, chance taken out (0.05 is 5 points)."""
    largest_bias: float
    """Bias of an unweighted mean of respondents at most, in standard deviations of the answer, if
    who answers differs by these groups only."""
    contribution: np.ndarray
    """What each group adds to the spread: below 0 where it answered less than the staff as a
    whole. Not adjusted for chance."""


def r_indicator(answered: Any, people: Any, *, confidence: float = 0.95) -> Representativity:
    """Are those who answered a likeness of the staff, as far as these groups can tell?

    Parameters
    ----------
    answered
        How many of each group answered.
    people
        How many of each group could have answered. Groups without people add nothing.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Representativity
        Not numbers where nobody could answer, or fewer than two people could.

    Raises
    ------
    UsageError
        Counts are missing or negative; more answered than could; groups are no list.

    Notes
    -----
    R = 1 - 2 S, S the standard deviation of response probabilities over the staff (Schouten, Cobben
    and Bethlehem 2009, Survey Methodology 35, 101-113), here the rates r_g of groups. Rates differ
    by chance even where probabilities do not, the more so in small groups; so what chance adds on
    average is taken out: S^2 = (1 / N) sum [N_g (r_g - r)^2 - (1 - N_g / N) v_g], v_g = N_g r_g
    (1 - r_g) / (N_g - 1) (for groups of one: r (1 - r), all staff's), not below 0. Shlomo, Skinner
    and Schouten (2012, Journal of Statistical Planning and Inference 142, 201-211) have the like
    for models of response. Limits are those of S^2, with variance (1 / N^2) sum [4 N_g (r_g - r)^2
    v_g + 2 ((1 - N_g / N) v_g)^2], put into R. The contribution is the unconditional partial
    indicator sqrt(N_g / N) (r_g - r). The greatest bias is S / r.

    R depends on the groups: compare waves and questions by the same ones only.

    Examples
    --------
    >>> found = r_indicator([300, 120], [500, 300])
    >>> print(f"{found.indicator.value:.3f}, {found.indicator.lower:.3f} to"
    ...       f" {found.indicator.upper:.3f}")
    0.809, 0.750 to 0.901
    >>> print(found.contribution.round(3))
    [ 0.059 -0.077]
    """
    z = normal_quantile(checked_confidence(confidence))
    responded, size = counts(answered=answered, people=people)
    at_most(responded, size, names=("answered", "people"))
    if size.ndim != 1:
        raise UsageError("answered and people must be lists, with one number per group.")
    total = size.sum()
    if total < 2:
        undefined = one_interval(np.nan, np.nan, np.nan, ADJUSTED, confidence)
        nothing = np.full(size.shape, np.nan)
        return Representativity(undefined, np.nan, np.nan, np.nan, np.nan, nothing)
    mean = responded.sum() / total
    distance = np.where(size > 0, divided(responded, size) - mean, 0.0)
    chance = _variance_of_one(responded, size, float(mean))
    lost = (1 - size / total) * chance
    raw = (size * distance**2).sum() / total
    variance = max(raw - lost.sum() / total, 0.0)
    noise = np.sqrt((4 * size * distance**2 * chance + 2 * lost**2).sum()) / total
    ends = (_indicator(max(variance + side * z * noise, 0.0)) for side in (1, 0, -1))
    lower, value, upper = ends
    spread = float(np.sqrt(variance))
    return Representativity(
        indicator=one_interval(value, lower, upper, ADJUSTED, confidence),
        unadjusted=_indicator(float(raw)),
        rate=float(mean),
        spread=spread,
        largest_bias=spread / float(mean) if mean > 0 else np.nan,
        contribution=np.sqrt(size / total) * distance,
    )


def _variance_of_one(responded: np.ndarray, size: np.ndarray, mean: float) -> np.ndarray:
    """The variance of one person's answering or not, group by group, without bias."""
    rate = np.where(size > 0, divided(responded, size), 0.0)
    several = size > 1
    own = divided(size * rate * (1 - rate), np.where(several, size - 1, 1.0))
    return np.where(several, own, np.where(size == 1, mean * (1 - mean), 0.0))


def _indicator(variance: float) -> float:
    # Rates lie between 0 and 1, so that their standard deviation cannot pass a half.
    return 1 - 2 * min(float(np.sqrt(variance)), 0.5)
