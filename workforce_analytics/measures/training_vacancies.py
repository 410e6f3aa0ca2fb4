"""Applications of each vacancy by group, beside when its panel sat: what training is held against.

From here on a vacancy is a row of whole numbers, and nobody's application is told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workforce_analytics.engine import columns
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.codelists import codelist, codelists
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.contests import Contests, Outcome
from workforce_analytics.inference.rollout import NEVER, Rollout
from workforce_analytics.measures.between_groups import find_reference
from workforce_analytics.measures.passing import VACANCY
from workforce_analytics.measures.pipeline import (
    FATE,
    WITHDRAWN,
    Pipeline,
    pipeline,
    refuse_stages,
)
from workforce_analytics.measures.recruitment_tables import Where, base_cell, period_of
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.training_pools import (
    AFTER,
    BEFORE,
    EVER,
    WHEN,
    added_up,
    by_training,
    heads_of,
)

if TYPE_CHECKING:
    from workforce_analytics.measures.training_exposure import Exposure

TRAINING = "training"


@dataclass(frozen=True, eq=False)
class VacancyCounts:
    """Applications by vacancy and group: who was in the pool, who passed, and when that was."""

    found: Pipeline
    exposure: Exposure
    of: str
    stages: tuple[str, str]
    groups: tuple[str, ...]
    """Codes of the declared groups; the columns of `pool` and `passed`."""
    vacancies: pd.DataFrame
    """One row per vacancy of the roll-out: service, on, quarter, treated, dose, ..."""
    pool: np.ndarray
    passed: np.ndarray
    undeclared: np.ndarray
    """Applications in the pool whose group is not known, by vacancy."""
    counts: Mapping[tuple[str, ...], int]
    """Applications by group, training (`WHEN`, `OUTSIDE`) and fate."""
    heads: Mapping[tuple[str, str, str], int]
    """How many candidates stand behind a group's pool (the stage it is among), and behind those who
    passed (the outcome), before, after or ever."""
    outside: int
    """Vacancies with applications that are of no service of the roll-out."""
    cells: Mapping[tuple[str, ...], int]
    """Applications by group, vacancy and fate, those of vacancies outside the roll-out too."""

    @property
    def size(self) -> int:
        """How many vacancies there are."""
        return len(self.vacancies)

    @property
    def services(self) -> tuple[str, ...]:
        """Codes of all services of the roll-out."""
        return tuple(self.exposure.turns.index)

    def reference(self, asked: str) -> str:
        """Which group the others are compared with: the largest, or the one that is named."""
        if asked in ("rest", "total", "highest"):
            raise UsageError(
                f"reference={asked!r} is not taken here. Name a group, or use 'largest'."
            )
        sizes = dict(zip(self.groups, self.pool.sum(axis=0).tolist(), strict=True))
        return find_reference(asked, self.found.dimension(self.of), sizes, sizes)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Codes of the kinds of missing answer that occur."""
        return tuple(sorted({key[0] for key in self.cells} - set(self.groups)))

    def panel_days(self) -> list[str]:
        """Give the day of every panel, as ISO text."""
        return [str(day)[:10] for day in self.vacancies["on"]]

    def label(self, group: str) -> str:
        """What a group is called."""
        return self.found.dimension(self.of).label(group)

    def against(self, group: str, reference: str) -> Contests:
        """Give a group's contests with the reference, vacancy by vacancy."""
        one, other = self.groups.index(group), self.groups.index(reference)
        return Contests.of(
            self.pool[:, one], self.pool[:, other], self.passed[:, one], self.passed[:, other]
        )

    def by_vacancy(self, groups: Sequence[str], fates: Sequence[str]) -> np.ndarray:
        """Count applications with some fates: a row per vacancy, a column per group."""
        return added_up(self.cells, self.vacancies.index, groups, fates)

    def rollout(
        self,
        outcome: Outcome,
        weight: np.ndarray,
        rows: Any = slice(None),
        start: np.ndarray | None = None,
    ) -> Rollout:
        """Give an outcome of some vacancies with their services, days and quarters.

        `start` is the day of each service's turn, where it is not to be the day that it had.
        """
        chosen = self.vacancies.iloc[rows] if not isinstance(rows, slice) else self.vacancies
        quarter = chosen["quarter"].to_numpy(dtype=np.int64)
        return Rollout.of(
            outcome,
            unit=self.exposure.turns.index.get_indexer(chosen["service"]),
            day=days(chosen["on"]),
            period=quarter - (quarter.min() if quarter.size else 0),
            weight=weight,
            start=days(self.exposure.turns["on"]) if start is None else start,
        )

    def rows(self, *, named: bool = True) -> Rows:
        """Start a table whose cells are sums of groups, training and fates.

        `named` says who stands behind them; a table of models prints no counts and needs none.
        """
        rows = Rows(self.counts, [self.of, TRAINING, FATE])
        if named:
            self.name_people(rows)
        return rows

    def name_people(self, rows: Rows) -> None:
        """Say how many candidates stand behind the cells of this outcome's stages."""
        among, outcome = self.stages
        for (group, when, stage), people in self.heads.items():
            whom = self._whom(when, group)
            if stage == among:
                base_cell(rows, self.found, whom, among, outcome, people)
            else:
                rows.cell(people, **whom, **{FATE: self.found.reached(stage)})

    def pool_cell(self, rows: Rows, group: str, when: str) -> int:
        """Give the cell of a group's pool, `BEFORE` training, `AFTER` it or `EVER`."""
        return base_cell(rows, self.found, self._whom(when, group), *self.stages)

    def passed_cell(self, rows: Rows, group: str, when: str) -> int:
        """Give the cell of those of a group's pool who passed, before training or after."""
        return rows.cell(**self._whom(when, group), **{FATE: self.found.reached(self.stages[1])})

    def cell(
        self,
        rows: Rows,
        groups: Sequence[str],
        when: str,
        fates: Sequence[str],
        people: int | None = None,
    ) -> int:
        """Give the cell of some groups' applications with some fates, and who stands behind it."""
        return rows.cell(people, **self._whom(when, *groups), **{FATE: tuple(fates)})

    def n(self, groups: Sequence[str], when: str, fates: Sequence[str]) -> int:
        """Count some groups' applications with some fates."""
        inside = set(self._whom(when)[TRAINING])
        return sum(
            n
            for (group, code, fate), n in self.counts.items()
            if group in groups and code in inside and fate in fates
        )

    def fewest(self, *groups: str) -> int:
        """How few stand behind a model: who passed and who did not of a group, before or after.

        Candidates where they are known, else applications.
        """
        among, outcome = self.stages
        found = []
        for group, when in product(groups, (BEFORE, AFTER)):
            pool = self.n([group], when, self.found.base(among, outcome))
            passed = self.n([group], when, self.found.reached(outcome))
            people = [self.heads.get((group, when, stage), pool) for stage in self.stages]
            found += [pool, passed, pool - passed, *people]
        return min(found)

    def _whom(self, when: str, *groups: str) -> dict[str, tuple[str, ...]]:
        place = 0 if self.stages[1] == "shortlisted" else 1
        inside = tuple(code for code in WHEN if when in (EVER, code.split("-")[place]))
        return {self.of: groups, TRAINING: inside}


def period_of_counts(applications: Extract, counts: VacancyCounts, where: Where) -> str:
    """Give the financial years of the applications, those of which only counts were kept too."""
    told = period_of(applications, where)
    if counts.exposure.kept is None or not told:
        return told
    first = pd.to_datetime(counts.vacancies["on"]).min()
    year = first.year - (first.month < 4)
    start, end = f"{year}/{(year + 1) % 100:02d}", told.split(" to ")[-1]
    return told if start >= told[:7] else f"{start} to {end}"


def days(dates: pd.Series) -> np.ndarray:
    """Number days; a missing one is never."""
    known = pd.to_datetime(dates).to_numpy(dtype="datetime64[D]")
    numbers = known.astype(np.int64)
    return np.where(np.isnat(known), NEVER, numbers)


def vacancy_counts(
    applications: Extract,
    exposure: Exposure,
    *,
    of: str,
    outcome: str,
    among: str = "applied",
    level: str | None = None,
    where: Where = None,
    withdrawn: str = "in",
    until: date | None = None,
) -> VacancyCounts:
    """How many of each group were in the pool of each vacancy, and how many passed?

    Parameters
    ----------
    applications
        An applications extract with vacancies.
    exposure
        What `exposure` gave; what it kept of old vacancies is added to what the extract holds.
    of, outcome, among, where, withdrawn
        As in `recruitment.likelihood`.
    level
        Level of the code list; without it the coarsest, of which the most can be told.
    until
        The last day of the panels that are looked at.

    Raises
    ------
    UsageError
        A characteristic, stage or group that there is not; applications without vacancies.
    DataError
        No vacancy of the applications is of a service of the roll-out.
    """
    from workforce_analytics.measures.training_exposure import Exposure

    if not isinstance(exposure, Exposure):
        raise UsageError("The second argument is what training_impact.exposure(...) gave.")
    if not isinstance(applications, Extract) or VACANCY not in columns(applications.frame):
        raise UsageError(
            "The first argument is an applications extract that tells vacancies apart, such as "
            "council.applications."
        )
    chosen = level or coarsest(applications, of)
    found = pipeline(
        applications,
        by=[of, VACANCY],
        where=where,
        levels={of: chosen},
        withdrawn=withdrawn,
        unprinted=[VACANCY],
    )
    refuse_stages(found, among, outcome)
    cells = dict(found.occurring())
    cells = _with_kept(cells, exposure, found, of, chosen, where)
    return _laid_out(
        applications, exposure, found, cells, of, (among, outcome), where, chosen, until
    )


def coarsest(applications: Extract, of: str) -> str:
    """Name the coarsest level that a characteristic's code list has; fields have one level."""
    listing = applications.code_list(of)
    if listing is None and any(of in (one.name, one.characteristic) for one in codelists()):
        listing = codelist(of)
    return listing.levels[-1] if listing else "main"


def _with_kept(
    cells: dict[tuple[str, ...], int],
    exposure: Exposure,
    found: Pipeline,
    of: str,
    level: str,
    where: Where,
) -> dict[tuple[str, ...], int]:
    """Add what was kept of vacancies whose applications are gone, or of which some are."""
    kept = exposure.kept
    if kept is None:
        return cells
    if where:
        raise UsageError(
            "where= cannot be used together with kept counts: they hold one characteristic at a "
            "time. Leave out where=, or give an exposure without kept=."
        )
    sizes: dict[str, int] = {}
    for (_, vacancy, _), n in cells.items():
        sizes[vacancy] = sizes.get(vacancy, 0) + n
    fuller = set(kept.fuller(sizes))
    cells = {key: n for key, n in cells.items() if key[1] not in fuller}
    table = kept.without(set(sizes) - fuller).table(of=of, level=level)
    for row in table.to_dict("records"):
        stage = row["furthest_stage"]
        left = WITHDRAWN if row["withdrawn"] == "yes" and stage in found.stages else ""
        key = (str(row[of]), str(row[VACANCY]), f"{stage}{left}")
        cells[key] = cells.get(key, 0) + int(row["n"])
    return cells


def _laid_out(
    applications: Extract,
    exposure: Exposure,
    found: Pipeline,
    cells: Mapping[tuple[str, ...], int],
    of: str,
    stages: tuple[str, str],
    where: Where,
    level: str,
    until: date | None,
) -> VacancyCounts:
    outcome = stages[1]
    sittings = exposure.at(outcome)
    named = sorted({key[1] for key in cells})
    inside = [vacancy for vacancy in named if vacancy in sittings.index]
    table = sittings.loc[inside]
    table = table[(table["service"] != "") & table["service"].notna() & table["on"].notna()]
    outside = len(named) - len(table)
    if until is not None:
        table = table[pd.to_datetime(table["on"]) <= pd.Timestamp(until)]
    if table.empty:
        raise DataError(
            "No vacancy of these applications is of a service of the roll-out. Check that "
            "vacancies and the roll-out table use the same units."
        )
    turn = exposure.turns["on"].reindex(table["service"]).to_numpy()
    on = pd.to_datetime(table["on"])
    table = table.assign(
        on=on,
        quarter=on.dt.year * 4 + (on.dt.month - 1) // 3,
        treated=on.to_numpy() >= turn,
    )
    dimension = found.dimension(of)
    groups = dimension.declared
    missing = sorted({key[0] for key in cells} - set(groups))
    base, reached = found.base(*stages), found.reached(outcome)
    parts = {
        when: [str(vacancy) for vacancy in table.index[inside]]
        for when, inside in (
            (BEFORE, ~table["treated"]),
            (AFTER, table["treated"]),
            (EVER, slice(None)),
        )
    }
    return VacancyCounts(
        found,
        exposure,
        of,
        stages,
        groups,
        table,
        pool=added_up(cells, table.index, groups, base),
        passed=added_up(cells, table.index, groups, reached),
        undeclared=added_up(cells, table.index, missing, base).sum(axis=1),
        counts=by_training(exposure, table, cells, dimension.codes, found.fates),
        heads=heads_of(applications, found, of, stages, where, level, parts),
        outside=outside,
        cells=cells,
    )
