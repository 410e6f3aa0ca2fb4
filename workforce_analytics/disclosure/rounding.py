"""Counts rounded instead of hidden: to the nearest multiple, or to the middle of a block."""

from __future__ import annotations

import numpy as np

from workforce_analytics.disclosure.policy import Policy


def rounded(counts: np.ndarray, policy: Policy) -> np.ndarray:
    """What does a rounding policy print for these counts?

    Parameters
    ----------
    counts
        Counts of 0 or more; fractions (FTE) are taken.
    policy
        The policy.

    Returns
    -------
    numpy.ndarray
        The rounded counts; NaN where a count is under the threshold and hidden, or was missing.

    Examples
    --------
    >>> from workforce_analytics.disclosure.policy import PROFILES
    >>> rounded(np.array([0.0, 1.0, 6.0, 7.0]), PROFILES["midpoint6"]).tolist()
    [0.0, 3.0, 3.0, 9.0]
    """
    base = policy.rounding_base
    exact = np.asarray(counts, dtype=float)
    if policy.rounding == "midpoint":
        result = np.ceil(exact / base) * base - base / 2
        result = np.where(exact == 0, 0.0, result)
    else:
        result = np.floor(exact / base + 0.5) * base
    return np.where(under_threshold(exact, policy), np.nan, result)


def under_threshold(counts: np.ndarray, policy: Policy) -> np.ndarray:
    """Which of these counts are too small to be shown?"""
    exact = np.asarray(counts, dtype=float)
    small = (exact > 0) & (exact < policy.threshold)
    return small | (exact == 0) if policy.zeros == "hide" else small
