"""Whether groups differ in how soon something ends: the log-rank test on counts of durations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import divided
from workforce_analytics.inference.life_table import Durations, Pairs, life_table, only


@dataclass(frozen=True, eq=False)
class LogRank:
    """A log-rank test of several groups."""

    statistic: float
    degrees: int
    p_value: float
    """Not a number where fewer than two groups could be told apart."""
    observed: np.ndarray
    """Events of each group."""
    expected: np.ndarray
    """Events that each would have had if all groups were alike."""


def log_rank(
    found: Durations, group: Any, *, cause: int = 1, pairs: Pairs | None = None
) -> LogRank:
    """Do groups differ in how soon it ends in this way, or could chance alone have done it?

    Parameters
    ----------
    found
        Durations.
    group
        Group of each, as whole numbers from 0.
    cause
        The way of ending that is compared; others count as no longer seen.
    pairs
        Durations of one person, two by two, in whatever groups.

    Returns
    -------
    LogRank

    Raises
    ------
    UsageError
        The groups are not one per duration.

    Notes
    -----
    Mantel (1966): at each time, the events of a group against those expected by its share of all
    at risk; variance hypergeometric, summed over times. With pairs, what the durations of a person
    add to that variance together is added, where the sum is still a variance.

    Examples
    --------
    >>> from workforce_analytics.inference.life_table import durations
    >>> found = durations([1, 2, 1, 2], [1, 0, 1, 0], count=[10, 90, 30, 70])
    >>> test = log_rank(found, [0, 0, 1, 1])
    >>> print(f"{test.statistic:.2f}, p = {test.p_value:.4f}")
    12.44, p = 0.0004
    """
    from scipy.stats import chi2

    of = np.asarray(group)
    if of.shape != found.time.shape:
        raise UsageError("group must name one group for each duration.")
    parts = [only(found, of == one) for one in range(int(of.max(initial=-1)) + 1)]
    grid = life_table(found).grid
    tables = [life_table(part, grid) for part in parts]
    risk = np.array([table.risk for table in tables]).reshape(len(parts), grid.size)
    seen = np.array([table.events(cause) for table in tables]).reshape(len(parts), grid.size)
    n, d = risk.sum(axis=0), seen.sum(axis=0)
    share = divided(risk, n)
    share = np.where(n > 0, share, 0.0)
    expected = (share * d).sum(axis=1)
    scale = np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    variance = np.diag((share * scale).sum(axis=1)) - (share * scale) @ share.T
    if pairs is not None and pairs.count.size:
        clustered = variance + _together(found, of, grid, share, divided(d, n), cause, pairs)
        variance = clustered if np.linalg.eigvalsh(clustered).min() > -1e-9 else variance
    observed = seen.sum(axis=1)
    told = np.flatnonzero(np.diag(variance) > 1e-12)[:-1]
    if told.size == 0:
        return LogRank(np.nan, 0, np.nan, observed, expected)
    gap = (observed - expected)[told]
    statistic = float(gap @ np.linalg.solve(variance[np.ix_(told, told)], gap))
    p_value = float(chi2.sf(statistic, told.size))
    return LogRank(statistic, int(told.size), p_value, observed, expected)


def _together(
    found: Durations,
    of: np.ndarray,
    grid: np.ndarray,
    share: np.ndarray,
    hazard: np.ndarray,
    cause: int,
    pairs: Pairs,
) -> np.ndarray:
    """What durations of one person add to the variance of a log-rank test together."""
    groups = np.arange(share.shape[0])
    steps = np.where(np.isfinite(hazard), hazard, 0.0)
    plain, shares = np.cumsum(steps), np.cumsum(steps * share, axis=1)
    enters, ends = np.searchsorted(grid, found.entry), np.searchsorted(grid, found.time)
    mine = (of[:, None] == groups[None, :]).astype(float)
    score = np.where((found.cause == cause)[:, None], mine - share.T[ends], 0.0)
    score -= mine * (plain[ends] - plain[enters])[:, None] - (shares.T[ends] - shares.T[enters])
    product = (pairs.count[:, None] * score[pairs.first]).T @ score[pairs.second]
    return product + product.T
