"""Outcomes that training should not have moved, or that moved beside it, under the same roll-out.

Each function gives rows of vacancies for `rollout_effect`; who is in them is not told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workforce_analytics.inference.contests import Contests, Shares
from workforce_analytics.inference.rollout import Rollout
from workforce_analytics.measures.pipeline import WITHDRAWN
from workforce_analytics.measures.training_vacancies import VacancyCounts, days

YEARS_BEFORE = 1
"""How much earlier than in truth services have their turn in the check of what was before."""


@dataclass(frozen=True, eq=False)
class Pair:
    """All groups but one, taken together, and that one: what every check compares."""

    counts: VacancyCounts
    reference: str

    @property
    def others(self) -> tuple[str, ...]:
        """Codes of the groups taken together."""
        return tuple(code for code in self.counts.groups if code != self.reference)

    def contests(self, pool: np.ndarray, passed: np.ndarray) -> Contests:
        """Give the contests of the groups with the reference, from a column per group."""
        at = self.counts.groups.index(self.reference)
        own = [np.delete(values, at, axis=1).sum(axis=1) for values in (pool, passed)]
        return Contests.of(own[0], pool[:, at], own[1], passed[:, at])

    def main(self, kept: np.ndarray | None = None) -> Rollout:
        """Who passed: what the main result is of; of some of the vacancies."""
        return self._passing(np.ones(self.counts.size, dtype=bool) if kept is None else kept)

    def before(self) -> Rollout:
        """Who passed before training, as if every service had had its turn a year earlier."""
        on = self.counts.exposure.turns["on"] - pd.DateOffset(years=YEARS_BEFORE)
        untreated = ~self.counts.vacancies["treated"].to_numpy(dtype=bool)
        return self._passing(untreated, days(on))

    def _passing(self, kept: np.ndarray, start: np.ndarray | None = None) -> Rollout:
        outcome = self.contests(self.counts.pool, self.counts.passed).only(kept)
        return self.counts.rollout(outcome, outcome.group, np.flatnonzero(kept), start)

    def applied(self) -> Rollout:
        """Which share of the pool is of the groups; of those who declared."""
        declared = self.counts.pool.sum(axis=1)
        of_reference = self.counts.pool[:, self.counts.groups.index(self.reference)]
        return _share(self.counts, declared - of_reference, declared)

    def declared(self) -> Rollout:
        """Which share of the pool said of which group they are."""
        declared = self.counts.pool.sum(axis=1)
        return _share(self.counts, declared, declared + self.counts.undeclared)

    @property
    def left(self) -> tuple[str, ...]:
        """Fates of those who withdrew before the first decision of a panel."""
        return (f"{self.counts.found.stages[0]}{WITHDRAWN}",)

    @property
    def applicants(self) -> tuple[str, ...]:
        """Fates of all who applied."""
        return self.counts.found.reached(self.counts.found.stages[0])

    def withdrew(self) -> Rollout:
        """Who withdrew before the first decision of a panel, among all who applied."""
        pool, passed = (
            self.counts.by_vacancy(self.counts.groups, fates)
            for fates in (self.applicants, self.left)
        )
        outcome = self.contests(pool, passed)
        return self.counts.rollout(outcome, outcome.group)

    def vacancies_that(self, has: np.ndarray) -> Rollout:
        """Which share of vacancies has something: 1, 0, or missing where it is not known."""
        known = ~np.isnan(has)
        seen = has[known]
        outcome = Shares(seen, np.ones(seen.size))
        return self.counts.rollout(outcome, np.ones(seen.size), np.flatnonzero(known))


def _share(counts: VacancyCounts, seen: np.ndarray, base: np.ndarray) -> Rollout:
    outcome = Shares(seen.astype(float), base.astype(float))
    return counts.rollout(outcome, outcome.base)
