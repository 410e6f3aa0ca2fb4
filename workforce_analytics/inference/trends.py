"""Straight lines through a few points in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workforce_analytics.errors import UsageError


@dataclass(frozen=True)
class Slope:
    """Change per unit of time, with its interval; missing where three points are not there."""

    value: float
    lower: float
    upper: float
    points: int
    method: str = "least squares, t interval"


def slope(times: Sequence[float], values: Sequence[float], *, confidence: float = 0.95) -> Slope:
    """How much something changes per unit of time, and how sure that is.

    Parameters
    ----------
    times, values
        The points; missing values are left out.
    confidence
        Of the interval, between 0 and 1.

    Returns
    -------
    Slope
        With fewer than three points all figures are missing: two points make no trend.

    Notes
    -----
    Ordinary least squares with a t interval on n - 2 degrees of freedom (statsmodels OLS). The
    points are treated as independent; a stock of staff carries over from year to year, so the
    interval describes how well a straight line fits these points, not chance in recruitment.

    Examples
    --------
    >>> slope([0, 1, 2, 3], [10.0, 11.0, 12.0, 13.0]).value
    1.0
    """
    x = np.asarray(times, dtype=float)
    y = np.asarray(values, dtype=float)
    if x.shape != y.shape:
        raise UsageError("A trend needs one value for each point in time.")
    there = np.isfinite(x) & np.isfinite(y)
    x, y = x[there], y[there]
    if len(x) < 3 or np.ptp(x) == 0:
        return Slope(float("nan"), float("nan"), float("nan"), len(x))
    from statsmodels.api import OLS, add_constant

    fitted = OLS(y, add_constant(x)).fit()
    lower, upper = fitted.conf_int(alpha=1 - confidence)[1]
    return Slope(round(float(fitted.params[1]), 12), float(lower), float(upper), len(x))
