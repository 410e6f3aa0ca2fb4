"""Log odds of one group against another within vacancies: what the planted effects are measured by.

Plain and slow on purpose: it shares nothing with the package's own estimators, which are tested
against what is measured here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workforce_analytics.samples.draws import Array


@dataclass(frozen=True)
class Contests:
    """Vacancies in which a group competed with the rest: one entry per vacancy."""

    group: Array
    """Candidates of the group."""
    rest: Array
    passes: Array
    """Candidates who passed, of both."""
    group_passes: Array

    def informative(self) -> Array:
        """Whether both groups were there and somebody passed, but not everybody."""
        both = (self.group > 0) & (self.rest > 0)
        return both & (self.passes > 0) & (self.passes < self.group + self.rest)

    def where(self, chosen: Array) -> Contests:
        """Only some of the vacancies."""
        return Contests(
            self.group[chosen], self.rest[chosen], self.passes[chosen], self.group_passes[chosen]
        )


def moments(contests: Contests, log_odds: Array) -> tuple[Array, Array]:
    """Mean and variance of the group's passes, given each vacancy's total (Fisher's noncentral)."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, 1000)))])
    top = int(np.minimum(contests.group, contests.passes).max()) + 1
    x = np.arange(top)[None, :]
    group, rest, passes = (
        values[:, None] for values in (contests.group, contests.rest, contests.passes)
    )
    possible = (x <= np.minimum(group, passes)) & (passes - x <= rest)
    a, b = np.where(possible, x, 0), np.where(possible, passes - x, 0)
    weight = -logs[a] - logs[np.maximum(group - a, 0)] - logs[b] - logs[np.maximum(rest - b, 0)]
    weight = np.where(possible, weight + x * log_odds[:, None], -np.inf)
    share = np.exp(weight - weight.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    mean = (share * x).sum(axis=1)
    return mean, (share * (x - mean[:, None]) ** 2).sum(axis=1)


def fit(contests: Contests, columns: Array) -> tuple[Array, Array]:
    """Coefficients of the group's log odds and their standard errors, by Newton's method."""
    chosen = contests.informative()
    use, design = contests.where(chosen), columns[chosen]
    beta = np.zeros(design.shape[1])
    information = np.eye(len(beta))
    for _ in range(30):
        mean, variance = moments(use, design @ beta)
        information = (design * variance[:, None]).T @ design
        step = np.linalg.solve(information, design.T @ (use.group_passes - mean))
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def risk_ratio(contests: Contests) -> float:
    """Mantel-Haenszel ratio of the group's rate to the rest's, stratified by vacancy."""
    n = contests.group + contests.rest
    above = (contests.group_passes * contests.rest / n).sum()
    below = ((contests.passes - contests.group_passes) * contests.group / n).sum()
    return float(above / below)
