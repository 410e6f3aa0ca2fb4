"""Did each group's rate change on the day from which all panels were trained?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.event_study_draws import Progress
from workforce_analytics.inference.intervals import chosen
from workforce_analytics.inference.time_series import (
    ERRORS,
    Change,
    Series,
    TimeSeries,
)
from workforce_analytics.inference.time_series import time_series as time_series_of
from workforce_analytics.measures.pipeline import FATE
from workforce_analytics.measures.recruitment_tables import Where, base_cell
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.training_exposure import Exposure
from workforce_analytics.measures.training_periods import EVERY, Periods
from workforce_analytics.measures.training_plan import Plan, plan_of
from workforce_analytics.measures.training_pools import heads_of
from workforce_analytics.measures.training_series_words import about_time_series
from workforce_analytics.measures.training_vacancies import VacancyCounts, vacancy_counts

OUTSIDE = "outside"
"""Code of vacancies of no service, or after the last day of the plan: in no period."""
BEFORE, AFTER = "before", "after"
NOT_TOLD = (
    "too few periods on one side, nobody passed there, or the season takes up what there is to tell"
)


def time_series(
    applications: Extract,
    exposure: Exposure,
    *,
    of: str,
    outcome: str = "shortlisted",
    among: str = "applied",
    on: date | str | None = None,
    every: str = "month",
    errors: str = "serial",
    level: str | None = None,
    reference: str = "largest",
    plan: Plan | None = None,
    where: Where = None,
    withdrawn: str = "in",
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Estimates:
    """Did each group's rate change when all panels were trained at once, beyond where it was going?

    Parameters
    ----------
    applications
        An applications extract with vacancies.
    exposure
        What `exposure` gave: which day each panel sat.
    of
        The characteristic.
    outcome, among
        The stage that is reached, and the stage among whose people.
    on
        The day from which panels were trained. None: the day of the roll-out, where all services
        had it within one period.
    every
        "month" or "quarter" (of the financial year).
    errors
        "serial", "quasi_poisson" or "newey_west", as in `inference.time_series`.
    level
        Level of the code list; without it the coarsest, of which the most can be told.
    reference
        The group that others are compared with: a label, a code, or "largest".
    plan
        What `plan` gave; without it what organisation.toml says.
    where, withdrawn, confidence
        As in `recruitment.likelihood`; withdrawn applications stay in the base unless said.
    progress
        Called with what is being done, how much is done, and of how much.

    Returns
    -------
    Estimates
        Kind "training_time_series", split by the characteristic and `month` ("2023-04") or
        `quarter` ("2023/24 Q1"). For each declared group `rate` (proportion), `fitted` and
        `fitted_without` (had it gone on as before), and for "All" `level_change` and `slope_change`
        (ratios: the rate right after, to what it would have been; its growth per period, to that
        before); for all but the reference `level_change_between` and `slope_change_between`, the
        group's change to that of the reference.

    Raises
    ------
    UsageError
        A characteristic, stage or group that there is not; services that were trained at different
        times, and no day given; a day outside the periods.
    DataError
        No vacancy of the applications is of a service of the roll-out.

    Notes
    -----
    Quasi-Poisson regression with the logarithm of the base as offset: level, trend, step, change of
    trend, and waves of the year where there are two years (`inference.time_series`). Changes
    between groups come from both series in one regression, in which each has a level, trend, step
    and change of trend of its own, and the season is common. A period that the day falls into, but
    does not begin, is shown and left out of the regression.

    Nothing here tells training from anything else that happened at that time to all; only what
    would have hit both groups alike drops out between them. Where services were trained one after
    another, `estimate` and `event_study` tell more.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> exposure = wa.training_impact.exposure(
    ...     council.panels, council.training, council.vacancies, rollout=council.rollout
    ... )
    >>> table = wa.training_impact.time_series(
    ...     council.applications, exposure, of="sex", on="2023-10-01", every="quarter"
    ... )
    >>> table.about.order["quarter"][:2]
    ('2022/23 Q1', '2022/23 Q2')
    """
    chosen(every, EVERY, argument="every")
    chosen(errors, ERRORS, argument="errors")
    decided = plan_of(applications, plan, of) if isinstance(applications, Extract) else None
    counts = vacancy_counts(
        applications,
        exposure,
        of=of,
        outcome=outcome,
        among=among,
        level=level or (decided.level if decided else "") or None,
        where=where,
        withdrawn=withdrawn,
        until=decided.until if decided else None,
    )
    planned = decided.reference if decided and reference == "largest" else ""
    other = counts.reference(planned or reference)
    periods = Periods.of(counts, every, on)
    heads = _heads(applications, counts, periods, where, progress)
    table = _Table(counts, periods, other, heads, errors, confidence)
    table.add()
    about = about_time_series(
        applications,
        counts,
        other,
        every,
        periods.labels,
        periods.start_on,
        models=table.models,
        part=periods.part,
        where=where,
        confidence=confidence,
        decided=decided,
    )
    return table.rows.estimates(about, counts.found.counts, counts.found.holds())


def _heads(
    applications: Extract,
    counts: VacancyCounts,
    periods: Periods,
    where: Where,
    progress: Progress | None,
) -> Mapping[tuple[str, str, str], int]:
    """Count the people behind each group's applications in each period."""
    names = counts.vacancies.index.to_numpy()
    level = counts.found.dimension(counts.of).level
    heads: dict[tuple[str, str, str], int] = {}
    for place, label in enumerate(periods.labels):
        part = {label: [str(name) for name in names[periods.of_vacancy == place]]}
        heads |= heads_of(applications, counts.found, counts.of, counts.stages, where, level, part)
        if progress is not None:
            progress("Counting people", place + 1, len(periods.labels))
    return heads


@dataclass
class _Table:
    """Adds the rows of every group."""

    counts: VacancyCounts
    periods: Periods
    reference: str
    heads: Mapping[tuple[str, str, str], int]
    errors: str
    confidence: float

    def __post_init__(self) -> None:
        """Start the table: its cells are sums of groups, periods and fates."""
        # A name of its own: the quarter in which panels sat is not that in which people applied.
        self.split = f"panel_{self.periods.every}"
        self.rows = Rows(self._cells(), [self.counts.of, self.split, FATE])
        self.models: list[TimeSeries] = []
        among, outcome = self.counts.stages
        for (group, label, stage), people in self.heads.items():
            whom = self._whom(group, (label,))
            if stage == among:
                base_cell(self.rows, self.counts.found, whom, among, outcome, people)
            else:
                self.rows.cell(people, **whom, **{FATE: self.counts.found.reached(stage)})

    def _cells(self) -> dict[tuple[str, ...], int]:
        names = self.counts.vacancies.index
        labels = [self.periods.labels[place] for place in self.periods.of_vacancy]
        label_of = dict(zip(names, labels, strict=True))
        cells: dict[tuple[str, ...], int] = {
            (group, label, fate): 0
            for group in self.counts.found.dimension(self.counts.of).codes
            for label in (*self.periods.labels, OUTSIDE)
            for fate in self.counts.found.fates
        }
        for (group, vacancy, fate), n in sorted(self.counts.cells.items()):
            key = (group, label_of.get(vacancy, OUTSIDE), fate)
            cells[key] = cells.get(key, 0) + n
        return cells

    def add(self) -> None:
        """Fit every group, and every pair with the reference; add their rows."""
        for group in self.counts.groups:
            own = self._fit(group)
            for place, label in enumerate(self.periods.labels):
                self._rates(group, label, own, place)
            for measure, change in (
                ("level_change", own.series.level),
                ("slope_change", own.series.slope),
            ):
                self._change(measure, group, own, change)
            if group != self.reference:
                self._between(group)

    def _fit(self, group: str, reference: str | None = None) -> TimeSeries:
        events, n = self._series(group)
        more: dict[str, Any] = {}
        if reference is not None:
            more["reference_events"], more["reference_n"] = self._series(reference)
        found = time_series_of(
            events,
            n,
            start=self.periods.start,
            per_year=EVERY[self.periods.every],
            first=self.periods.first,
            errors=self.errors,
            confidence=self.confidence,
            **more,
        )
        self.models.append(found)
        return found

    def _series(self, group: str) -> tuple[np.ndarray, np.ndarray]:
        """Count who passed, and the base, in each period that the regression takes."""
        column = self.counts.groups.index(group)
        size = len(self.periods.labels)
        seen, base = (
            np.bincount(self.periods.of_vacancy, weights=values[:, column], minlength=size)
            for values in (self.counts.passed, self.counts.pool)
        )
        return np.where(self.periods.kept, seen, 0.0), np.where(self.periods.kept, base, 0.0)

    def _whom(self, group: str, labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {self.counts.of: (group,), self.split: tuple(labels)}

    def _both(self, group: str, labels: Sequence[str]) -> tuple[int, int]:
        """Give the cells of those who passed, and of the base."""
        whom = self._whom(group, labels)
        found, stages = self.counts.found, self.counts.stages
        passed = self.rows.cell(**whom, **{FATE: found.reached(stages[1])})
        return passed, base_cell(self.rows, found, whom, *stages)

    def _behind(self, *groups: str) -> list[int]:
        """Give all cells that a regression rests on: before training and after it."""
        labels, start = self.periods.labels, self.periods.start
        return [
            cell
            for group in groups
            for side in (labels[:start], labels[start:])
            for cell in self._both(group, side)
        ]

    def _labels(self, group: str, label: str) -> dict[str, str]:
        return {self.counts.of: self.counts.label(group), self.periods.every: label}

    def _rates(self, group: str, label: str, own: TimeSeries, place: int) -> None:
        passed, base = self._both(group, (label,))
        self.rows.proportion("rate", self._labels(group, label), passed, base, self.confidence)
        model: Series = own.series
        for measure, values in (("fitted", model.fitted), ("fitted_without", model.without)):
            row = self.rows.add(
                measure,
                self._labels(group, label),
                behind=self._behind(group),
                unit="proportion",
                inference="process",
                value=float(values[place]),
                method=own.method,
            )
            self.rows.unless_known(row, otherwise=NOT_TOLD)

    def _change(
        self,
        measure: str,
        group: str,
        model: TimeSeries,
        change: Change | None,
        reference: str | None = None,
    ) -> None:
        assert change is not None
        label = self.counts.label(group)
        other = self.counts.label(reference) if reference else ""
        row = self.rows.add(
            measure,
            self._labels(group, ALL),
            behind=self._behind(group, *([reference] if reference else [])),
            unit="ratio",
            inference="process",
            compared=label,
            reference=other,
            orientation=f"above 1: the rate of “{label}” rose"
            + (f" more than that of “{other}”" if other else ""),
            method=model.method,
            n_effective=float(model.before + model.after),
            **vars(change),
        )
        self.rows.unless_known(row, otherwise=NOT_TOLD)

    def _between(self, group: str) -> None:
        both = self._fit(group, self.reference)
        self._change("level_change_between", group, both, both.level_between, self.reference)
        self._change("slope_change_between", group, both, both.slope_between, self.reference)
