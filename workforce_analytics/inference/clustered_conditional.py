"""Conditional logistic regression whose errors come from leaving out one cluster at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.conditional import ConditionalLogit, conditional_logit
from workforce_analytics.inference.intervals import checked_confidence


@dataclass(frozen=True)
class Combined:
    """A sum of coefficients with its error; not a number where it cannot be told."""

    value: float
    lower: float
    upper: float
    p_value: float


@dataclass(frozen=True, eq=False)
class ClusteredConditional:
    """A conditional regression, and its coefficients with each cluster left out."""

    fit: ConditionalLogit
    """Of everybody; its own errors take people of one cluster for independent."""
    without: np.ndarray
    """Coefficients with one cluster left out: a row per cluster, a column per coefficient."""
    told: np.ndarray
    """Whether each row that was given is of a stratum that tells something."""
    confidence: float

    @property
    def clusters(self) -> int:
        """How many clusters have people in strata that tell something."""
        return len(self.without)

    def combined(self, weights: Any, *, telling: int | None = None) -> Combined:
        """Which sum of coefficients, such as a difference of two, is likely?

        Parameters
        ----------
        weights
            What each coefficient counts.
        telling
            In how many clusters there is anybody whom the sum is about, where that is fewer than
            there are: the degrees of freedom are one fewer.

        Notes
        -----
        Variance (G - 1) / G times the sum, over G clusters, of squared differences between the sum
        without a cluster and the sum of everybody (CR3; MacKinnon, Nielsen and Webb 2023), against
        t. Where a cluster is left out and the sum can no longer be told, there is no error.
        """
        from scipy.stats import t

        chosen = np.asarray(weights, dtype="float64")
        inside = chosen != 0
        value = float(chosen[inside] @ self.fit.coefficients[inside])
        freedom = (self.clusters if telling is None else telling) - 1
        if np.isnan(value) or freedom < 1:
            return Combined(value, np.nan, np.nan, np.nan)
        apart = self.without[:, inside] @ chosen[inside] - value
        error = float(np.sqrt((self.clusters - 1) / self.clusters * (apart**2).sum()))
        if not error > 0:
            return Combined(value, np.nan, np.nan, np.nan)
        reach = float(t.ppf((1 + self.confidence) / 2, freedom)) * error
        return Combined(
            value, value - reach, value + reach, float(2 * t.sf(abs(value) / error, freedom))
        )


def clustered_conditional(
    cluster: Any,
    stratum: Any,
    design: Any,
    passes: Any,
    n: Any,
    *,
    names: Sequence[str] = (),
    confidence: float = 0.95,
) -> ClusteredConditional:
    """How do odds differ within strata, where people of one cluster go through the same things?

    Parameters
    ----------
    cluster
        The cluster of each row (a service): a number or a text. A stratum may have several, and a
        cluster several strata.
    stratum, design, passes, n, names, confidence
        As `conditional_logit` takes them.

    Returns
    -------
    ClusteredConditional

    Raises
    ------
    UsageError
        Clusters, strata, design, counts or names do not fit each other.

    Notes
    -----
    One regression per cluster besides the one of everybody; no step is left out, so that one
    cluster with much to say is seen as such.

    Examples
    --------
    >>> stratum = ["1"] * 12
    >>> cluster = [service for service in "abcdef" for _ in range(2)]
    >>> found = clustered_conditional(
    ...     cluster, stratum, [[1], [0]] * 6, [3, 2, 4, 1, 2, 3, 5, 2, 3, 1, 2, 2], [20] * 12
    ... )
    >>> one = found.combined([1])
    >>> print(f"{one.value:.3f}, likely between {one.lower:.3f} and {one.upper:.3f}")
    0.620, likely between -0.172 and 1.412
    """
    likely = checked_confidence(confidence)
    passed, people = (np.atleast_1d(np.asarray(x, dtype="float64")) for x in (passes, n))
    codes, strata = np.asarray(cluster), np.asarray(stratum)
    columns = np.asarray(design, dtype="float64")
    if codes.shape != passed.shape or strata.shape != passed.shape or len(columns) != passed.size:
        raise UsageError("cluster, stratum, passes and n must be one per row of the design.")
    fit = conditional_logit(strata, columns, passed, people, names=names, confidence=likely)
    told = _told(strata, columns, passed, people)
    without = []
    for one in np.unique(codes[told & (people > 0)]):
        # Strata that tell nothing have no part in any of the regressions.
        kept = told & (codes != one)
        if not kept.any():
            without.append(np.full(fit.coefficients.size, np.nan))
            continue
        left = conditional_logit(
            strata[kept], columns[kept], passed[kept], people[kept], names=fit.names
        )
        without.append(left.coefficients)
    found = np.array(without).reshape(-1, fit.coefficients.size)
    return ClusteredConditional(fit, found, told, likely)


def _told(
    strata: np.ndarray, columns: np.ndarray, passed: np.ndarray, people: np.ndarray
) -> np.ndarray:
    """Whether rows are of strata with people of several patterns and with both outcomes."""
    numbers = np.unique(strata, return_inverse=True)[1]
    if not numbers.size:
        return np.zeros(0, dtype=bool)
    patterns = np.unique(columns, axis=0, return_inverse=True)[1].reshape(-1)
    held = np.unique(np.column_stack((numbers, patterns))[people > 0], axis=0)
    several = np.bincount(held[:, 0], minlength=numbers.max() + 1) > 1
    totals, everybody = (np.bincount(numbers, weights=x) for x in (passed, people))
    return np.asarray((several & (totals > 0) & (totals < everybody))[numbers])
