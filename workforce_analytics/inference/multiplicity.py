"""p-values of several comparisons read together: who looks often finds something by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import chosen

METHODS = {"holm": "Holm", "benjamini_hochberg": "Benjamini-Hochberg"}


@dataclass(frozen=True, eq=False)
class Adjusted:
    """p-values that allow for how many comparisons were made together."""

    q_value: np.ndarray
    """One per p-value, in its order; not a number where there was no test."""
    comparisons: int
    """How many tests the family has."""
    method: str
    """The method and the family's size, as a table names them."""


def adjust(p_values: Any, *, method: str = "holm") -> Adjusted:
    """Which of these differences would still stand, given how many were looked at?

    Parameters
    ----------
    p_values
        One per comparison of the family. Missing ones stay missing and do not count.
    method
        "holm" (default) for a few planned comparisons: the chance of even one false finding is
        kept. "benjamini_hochberg" for screens: the expected share of false findings is kept.

    Returns
    -------
    Adjusted
        Read a `q_value` as one reads a p-value: at most 0.05 stands at the 5 % level.

    Raises
    ------
    UsageError
        The p-values are not a list of numbers between 0 and 1; the method is unknown.

    Notes
    -----
    Holm (1979): the largest of (m - i + 1) p(i) up to the rank i. Benjamini and Hochberg (1995):
    the smallest of m p(i) / i from the rank i on. Neither exceeds 1.

    Examples
    --------
    >>> print(adjust([0.01, 0.04, 0.03]).q_value)
    [0.03 0.06 0.06]
    """
    chosen(method, METHODS, argument="method")
    p = _checked(p_values)
    tested = ~np.isnan(p)
    q = np.full(p.shape, np.nan)
    q[tested] = _holm(p[tested]) if method == "holm" else _benjamini_hochberg(p[tested])
    comparisons = int(tested.sum())
    many = f"{comparisons} comparison{'' if comparisons == 1 else 's'}"
    return Adjusted(q, comparisons, f"{METHODS[method]}, {many}")


def _holm(p: np.ndarray) -> np.ndarray:
    # statsmodels collects all garbage at each call for this: up to a second in a long session.
    order = np.argsort(p)
    q = np.empty_like(p)
    q[order] = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    return np.minimum(q, 1.0)


def _benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    from statsmodels.stats.multitest import fdrcorrection

    return np.asarray(fdrcorrection(p)[1]) if p.size else p


def _checked(p_values: Any) -> np.ndarray:
    try:
        p = np.array(p_values, dtype="float64")
    except (TypeError, ValueError):
        p = np.array(-1.0)
    if p.ndim != 1 or ((p < 0) | (p > 1) | np.isinf(p)).any():
        raise UsageError("p_values must be a list of numbers between 0 and 1, or missing.")
    return p
