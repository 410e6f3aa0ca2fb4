"""Limits of a funnel plot: how far apart services lie when only chance tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import (
    at_most,
    chosen,
    counts,
    divided,
    normal_quantile,
)


@dataclass(frozen=True, eq=False)
class FunnelLimits:
    """Where units of each size are expected to lie, if only chance tells them apart."""

    target: float
    confidence: tuple[float, ...]
    lower: np.ndarray
    """One row per confidence level, one column per unit."""
    upper: np.ndarray
    overdispersion: float
    method: str


def funnel_limits(
    size: Any,
    target: float,
    *,
    kind: str = "proportion",
    overdispersion: float = 1.0,
    confidence: Sequence[float] = (0.95, 0.998),
) -> FunnelLimits:
    """Between which limits would services of each size lie, if only chance told them apart?

    Parameters
    ----------
    size
        One per unit: its people (kind "proportion") or its expected events (kind "ratio").
    target
        The share of all units together, or 1 for observed over expected.
    kind
        "proportion" or "ratio".
    overdispersion
        As `overdispersion_factor` gives it: 1 where units vary no more than chance makes them.
    confidence
        The levels of the limits.

    Returns
    -------
    FunnelLimits
        Limits within 0 and 1 for proportions and not below 0 for ratios; not a number for a unit
        of size 0.

    Raises
    ------
    UsageError
        Sizes are missing or negative, the target is out of range, the factor is below 1.

    Notes
    -----
    Spiegelhalter (2005): target +- z sqrt(factor x variance), the variance being target (1 -
    target) / n for proportions and target / expected for ratios. With a factor of 1 a unit lies
    outside exactly where the Wilson interval of its own share leaves the target out.

    Examples
    --------
    >>> limits = funnel_limits([100, 400], 0.2)
    >>> print(limits.upper.round(3))
    [[0.278 0.239]
     [0.324 0.262]]
    """
    chosen(kind, ("proportion", "ratio"), argument="kind")
    (people,) = counts(size=np.atleast_1d(size))
    if overdispersion < 1:
        raise UsageError("overdispersion must be 1 or more.")
    variance = _variance(people, target, kind) * overdispersion
    z = np.array([normal_quantile(level) for level in confidence])[:, np.newaxis]
    half = z * np.sqrt(variance)
    highest = 1.0 if kind == "proportion" else np.inf
    return FunnelLimits(
        float(target),
        tuple(confidence),
        np.maximum(target - half, 0.0),
        np.minimum(target + half, highest),
        float(overdispersion),
        "funnel limits" if overdispersion == 1 else "funnel limits, widened for over-dispersion",
    )


def overdispersion_factor(
    observed: Any,
    size: Any,
    target: float,
    *,
    kind: str = "proportion",
    winsorised: float = 0.1,
) -> float:
    """Do services vary more than chance alone would make them, and by what factor?

    Parameters
    ----------
    observed, size
        One per unit: its events and its people (kind "proportion"), or its observed and expected
        events (kind "ratio"). Units of size 0 are left out.
    target
        The share of all units together, or 1 for observed over expected.
    kind
        "proportion" or "ratio".
    winsorised
        The share of units at each end whose distance is drawn in, so that the few that truly
        differ do not widen the limits that are to find them.

    Returns
    -------
    float
        The factor by which the variance exceeds chance; 1 where it does not.

    Raises
    ------
    UsageError
        Counts are missing or negative, the target is out of range.

    Notes
    -----
    Spiegelhalter (2005): the mean of the squared z-scores about the target, after the lowest and
    the highest tenth of the z-scores have been set to the nearest one that is kept; never below 1.

    Examples
    --------
    >>> print(round(overdispersion_factor([5, 30, 10, 40], [100] * 4, 0.2125), 2))
    12.23
    """
    chosen(kind, ("proportion", "ratio"), argument="kind")
    if not 0 <= winsorised < 0.5:
        raise UsageError("winsorised must be a share of at least 0 and under 0.5.")
    events, people = counts(observed=np.atleast_1d(observed), size=np.atleast_1d(size))
    if kind == "proportion":
        at_most(events, people, names=("observed", "size"))
    variance = _variance(people, target, kind)
    somebody = people > 0
    if not somebody.any():
        return 1.0
    # Sorted, so that the sum, and its last digit, do not depend on the order of the units.
    z = np.sort((events[somebody] / people[somebody] - target) / np.sqrt(variance[somebody]))
    drawn_in = int(winsorised * z.size)
    drawn = np.clip(z, z[drawn_in], z[z.size - 1 - drawn_in])
    return max(1.0, float(np.mean(drawn**2)))


def _variance(size: np.ndarray, target: float, kind: str) -> np.ndarray:
    if kind == "proportion" and not 0 < target < 1:
        raise UsageError("the target of proportions must lie between 0 and 1.")
    if kind == "ratio" and not target > 0:
        raise UsageError("the target of ratios must lie above 0.")
    spread = target * (1 - target) if kind == "proportion" else target
    return divided(np.full(size.shape, spread), size)
