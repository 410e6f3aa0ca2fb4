"""How far apart two rates are within strata, the strata put together: Mantel-Haenszel."""

from __future__ import annotations

from typing import Any

import numpy as np

from workforce_analytics.inference.intervals import Interval, checked_confidence, normal_quantile
from workforce_analytics.inference.strata import NOTHING_TO_COMPARE, checked_strata, one_interval

METHOD = "Mantel-Haenszel difference, Sato limits"


def risk_difference(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Within vacancies (or grades, or services), how far apart are the rates of two groups?

    Parameters
    ----------
    successes, n
        The group compared, one element per stratum: how many passed, out of how many.
    reference_successes, reference_n
        The group it is compared with, in the same strata.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        The group's rate minus the reference's, as a proportion (0.05 is 5 percentage points). Not
        a number where no stratum has both groups.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n, or not one list each.

    Notes
    -----
    With a of n and c of m in a stratum of N = n + m, weights w = nm/N:
    D = sum((am - cn)/N) / sum(w). Variance (D sum(P) + sum(Q)) / sum(w)^2 with
    P = (n^2 c - m^2 a + nm(m - n)/2) / N^2 and Q = (a(m - c) + c(n - a)) / (2N) (Sato 1989), which
    holds for many small strata as for a few large ones. Strata in which everybody or nobody passed
    count as well: there the rates are alike. Limits are cut at -1 and 1.

    Examples
    --------
    >>> gap = risk_difference([89, 17], [108, 25], [512, 353], [825, 560])
    >>> print(f"{gap.value:.3f}, likely between {gap.lower:.3f} and {gap.upper:.3f}")
    0.173, likely between 0.099 and 0.247
    """
    confidence = checked_confidence(confidence)
    a, n, c, m = checked_strata(successes, n, reference_successes, reference_n)
    people = np.maximum(n + m, 1)
    total = float((n * m / people).sum())
    if total == 0:
        return one_interval(np.nan, np.nan, np.nan, NOTHING_TO_COMPARE, confidence)
    value = float(((a * m - c * n) / people).sum()) / total
    tilt = ((n**2 * c - m**2 * a + n * m * (m - n) / 2) / people**2).sum()
    apart = ((a * (m - c) + c * (n - a)) / (2 * people)).sum()
    error = np.sqrt(max(value * float(tilt) + float(apart), 0.0)) / total
    reach = normal_quantile(confidence) * error
    lower, upper = max(value - reach, -1.0), min(value + reach, 1.0)
    return one_interval(value, lower, upper, METHOD, confidence)
