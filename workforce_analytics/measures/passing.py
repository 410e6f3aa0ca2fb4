"""Who was in the pool and who passed, in the arrays that stratified comparisons take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.measures.pipeline import Pipeline

VACANCY = "vacancy_id"


@dataclass(frozen=True)
class Passing:
    """Who was in the pool and who passed: one row per stratum and vacancy, one column per group."""

    strata: np.ndarray
    """Number of the stratum of each row."""
    labels: tuple[tuple[str, ...], ...]
    """Codes of each stratum."""
    pool: np.ndarray
    passed: np.ndarray
    applicants: np.ndarray
    """Everybody who applied for the vacancy of each row, declared or not."""

    @classmethod
    def of(
        cls, found: Pipeline, of: str, strata: Sequence[str], stages: tuple[str, str]
    ) -> Passing:
        among, outcome = stages
        names = found.names
        places = [names.index(name) for name in strata]
        at_vacancy = names.index(VACANCY) if VACANCY in names else None
        groups = {code: n for n, code in enumerate(found.dimension(of).declared)}
        base, passed = set(found.base(among, outcome)), set(found.reached(outcome))
        rows: dict[tuple[Any, ...], int] = {}
        cells: list[tuple[int, int, bool, bool, int]] = []
        applicants: dict[str, int] = {}
        for key, n in sorted(found.occurring().items()):
            stratum = tuple(key[place] for place in places)
            vacancy = key[at_vacancy] if at_vacancy is not None else ""
            row = rows.setdefault((stratum, vacancy), len(rows))
            applicants[vacancy] = applicants.get(vacancy, 0) + n
            group = groups.get(key[names.index(of)])
            if group is not None:
                cells.append((row, group, key[-1] in base, key[-1] in passed, n))
        labels = tuple(dict.fromkeys(stratum for stratum, _ in rows))
        number = {label: place for place, label in enumerate(labels)}
        table = np.array(cells, dtype=np.int64).reshape(-1, 5)
        pool, made = (
            _summed(table, len(rows), len(groups), table[:, column] == 1) for column in (2, 3)
        )
        return cls(
            np.array([number[stratum] for stratum, _ in rows], dtype=np.int64),
            labels,
            pool,
            made,
            np.array([applicants[vacancy] for _, vacancy in rows], dtype=np.int64),
        )

    def by_stratum(self, rows: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Passed and pool of each stratum and group, of all rows or of some."""
        keep = slice(None) if rows is None else rows
        shape = (len(self.labels), self.pool.shape[1])
        found = []
        for counts in (self.passed, self.pool):
            sums = np.zeros(shape, dtype=np.int64)
            np.add.at(sums, self.strata[keep], counts[keep])
            found.append(sums)
        return found[0], found[1]


def _summed(table: np.ndarray, rows: int, groups: int, which: np.ndarray) -> np.ndarray:
    sums = np.zeros((rows, groups), dtype=np.int64)
    np.add.at(sums, (table[which, 0], table[which, 1]), table[which, 4])
    return sums


@dataclass(frozen=True)
class Bulk:
    """Vacancies that so many applied for that they can drown the others."""

    without: np.ndarray
    """Rows of all other vacancies."""

    @classmethod
    def of(cls, passing: Passing, most: int) -> Bulk:
        return cls(passing.applicants <= most)
