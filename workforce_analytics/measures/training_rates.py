"""What was each group's rate before its panels had been trained, and after?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from workforce_analytics.counting.stage_words import VERBS
from workforce_analytics.estimates import ALL, UNDECLARED, About, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.intervals import Interval
from workforce_analytics.inference.proportions import difference_interval
from workforce_analytics.inference.risk_difference import risk_difference
from workforce_analytics.measures.recruitment_tables import Where
from workforce_analytics.measures.recruitment_tables import describe as described
from workforce_analytics.measures.rows import NOBODY, Rows
from workforce_analytics.measures.training_exposure import Exposure
from workforce_analytics.measures.training_plan import NOT_PLANNED, Plan, plan_of
from workforce_analytics.measures.training_pools import AFTER, BEFORE, EVER
from workforce_analytics.measures.training_vacancies import (
    TRAINING,
    VacancyCounts,
    period_of_counts,
    vacancy_counts,
)

TIMES = {BEFORE: "Before training", AFTER: "After training", EVER: ALL}
"""When panels sat, as the table says it."""
NO_MEETING = "no vacancy had candidates of both groups"


def describe(
    applications: Extract,
    exposure: Exposure,
    *,
    of: str,
    outcome: str = "shortlisted",
    among: str = "applied",
    level: str | None = None,
    reference: str = "largest",
    where: Where = None,
    withdrawn: str = "in",
    plan: Plan | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """What was each group's rate before panels were trained and after, and who was in the pool?

    Parameters
    ----------
    applications
        An applications extract with vacancies.
    exposure
        What `exposure` gave: when each service had its turn.
    of
        The characteristic.
    outcome, among
        The stage that is reached, and the stage among whose people.
    level
        Level of the code list; without it the coarsest, of which the most can be told.
    reference
        The group that others are compared with: a label, a code, or "largest".
    where, withdrawn, confidence
        As in `recruitment.likelihood`; withdrawn applications stay in the base unless said.
    plan
        What `plan` gave; without it what organisation.toml says.

    Returns
    -------
    Estimates
        Kind "training_rates", split by the characteristic and `training` ("Before training",
        "After training", "All"). For each declared group `share_of_applicants` (of the pool of
        those who declared) and `rate` (proportions, Wilson interval); for all but the reference
        `gap` (percentage points: the group's rate less the reference's, Newcombe interval) and
        `gap_within_vacancies` (the same among candidates for the same vacancy). "Undeclared" has
        its share of everybody in the pool, and its rate; it is in no other base.

    Raises
    ------
    UsageError
        A characteristic, stage or group that there is not; a plan that is none.
    DataError
        No vacancy of the applications is of a service of the roll-out.

    Notes
    -----
    Before and after: whether the panel of that stage sat before its service's turn or on that day
    and later. They are different vacancies, in different years and services, so no difference
    between them is an effect of training: that is what `estimate` is for.

    Within vacancies: Mantel-Haenszel risk difference over vacancies with both groups, limits by
    Sato (1989). It takes out which vacancies a group applied for; the crude gap does not.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> exposure = wa.training_impact.exposure(
    ...     council.panels, council.training, council.vacancies, rollout=council.rollout
    ... )
    >>> wa.training_impact.describe(council.applications, exposure, of="ethnicity").about.groups
    ('ethnicity', 'training')
    """
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
    table = _Rates(counts, other, counts.rows(), confidence)
    for when in TIMES:
        table.add(when)
    about = _about(applications, counts, other, where, confidence)
    return table.rows.estimates(
        _with_plan(about, counts, decided), counts.found.counts, counts.found.holds()
    )


@dataclass
class _Rates:
    """Adds the rows of before training, after it, and both together."""

    counts: VacancyCounts
    reference: str
    rows: Rows
    confidence: float

    def add(self, when: str) -> None:
        """Add every group's share and rate, and its gaps to the reference."""
        base = self.counts.found.base(*self.counts.stages)
        everybody = self.counts.cell(self.rows, self.counts.groups, when, base)
        for group in self.counts.groups:
            pool = self.counts.pool_cell(self.rows, group, when)
            passed = self.counts.passed_cell(self.rows, group, when)
            self._shares(self._labels(group, when), pool, everybody, passed)
            if group != self.reference:
                self._gaps(group, when)
        if self.counts.unknown:
            self._undeclared(when, base)

    def _labels(self, group: str, when: str) -> dict[str, str]:
        return {self.counts.of: self.counts.label(group), TRAINING: TIMES[when]}

    def _shares(self, labels: dict[str, str], pool: int, everybody: int, passed: int) -> None:
        self.rows.proportion("share_of_applicants", labels, pool, everybody, self.confidence)
        self.rows.proportion("rate", labels, passed, pool, self.confidence)

    def _undeclared(self, when: str, base: Sequence[str]) -> None:
        """Add those whose group is not known, all kinds of missing answer together."""
        counts, unknown = self.counts, self.counts.unknown
        among, outcome = counts.stages
        # Who gave two kinds of missing answer is in both: at least as many as of one kind.
        people = {
            stage: max(counts.heads.get((kind, when, stage), 0) for kind in unknown)
            for stage in (among, outcome)
        }
        known = any((kind, when, among) in counts.heads for kind in unknown)
        pool, passed = (
            counts.cell(self.rows, unknown, when, fates, people[stage] if known else None)
            for fates, stage in ((base, among), (counts.found.reached(outcome), outcome))
        )
        everybody = counts.cell(self.rows, (*counts.groups, *unknown), when, base)
        labels = {counts.of: UNDECLARED, TRAINING: TIMES[when]}
        self._shares(labels, pool, everybody, passed)

    def _gaps(self, group: str, when: str) -> None:
        counts = self.counts
        inside = self._inside(when)
        columns = [counts.groups.index(code) for code in (group, self.reference)]
        strata = [
            values[inside, column] for column in columns for values in (counts.passed, counts.pool)
        ]
        sums = [int(values.sum()) for values in strata]
        crude = difference_interval(*sums, confidence=self.confidence)
        within = risk_difference(*strata, confidence=self.confidence)
        somebody = min(sums[1], sums[3]) > 0
        self._gap("gap", group, when, crude, NOBODY)
        told = self._gap(
            "gap_within_vacancies", group, when, within, NO_MEETING if somebody else NOBODY
        )
        told["n_effective"] = float(((strata[1] > 0) & (strata[3] > 0)).sum())

    def _inside(self, when: str) -> Any:
        treated = self.counts.vacancies["treated"].to_numpy(dtype=bool)
        return {BEFORE: ~treated, AFTER: treated, EVER: slice(None)}[when]

    def _gap(
        self, measure: str, group: str, when: str, found: Interval, otherwise: str
    ) -> dict[str, Any]:
        counts = self.counts
        label, other = counts.label(group), counts.label(self.reference)
        ends: dict[str, Any] = {
            name: 100 * float(getattr(found, name)) for name in ("value", "lower", "upper")
        }
        row = self.rows.add(
            measure,
            self._labels(group, when),
            behind=[
                cell(self.rows, code, when)
                for code in (group, self.reference)
                for cell in (counts.pool_cell, counts.passed_cell)
            ],
            unit="percentage_points",
            inference="process",
            compared=label,
            reference=other,
            orientation=f"above 0: the rate of “{label}” is higher than that of “{other}”",
            method=str(found.method),
            **ends,
        )
        return self.rows.unless_known(row, otherwise=otherwise)


def _about(
    applications: Extract, counts: VacancyCounts, reference: str, where: Where, confidence: float
) -> About:
    what = VERBS[counts.stages[1]]
    about = described(
        applications,
        counts.found,
        [counts.of],
        kind="training_rates",
        title=f"Rates of {what} before and after training panels",
        question="What was each group's rate before panels were trained and after, and who was "
        "in the pool?",
        definition=f"Share of each group's applications that led to {what}, by whether the panel "
        "sat before its service's turn in the training or after it.",
        period=period_of_counts(applications, counts, where),
        confidence=confidence,
        stages=counts.stages,
        reference=counts.label(reference),
        caveats=(*_caveats(counts), *counts.exposure.notes),
    )
    return replace(
        about,
        groups=(counts.of, TRAINING),
        headings={**about.headings, TRAINING: "Training"},
        order={**about.order, TRAINING: tuple(TIMES.values())},
    )


def _caveats(counts: VacancyCounts) -> list[str]:
    said = [
        "Before and after are different vacancies of different years: their difference is not by "
        "itself what training did."
    ]
    if counts.unknown:
        said.append(
            "Applications of people whose group is not known are in no group's rate and in no gap; "
            f"they stand in rows of their own, “{UNDECLARED}”."
        )
    return said


def _with_plan(about: About, counts: VacancyCounts, decided: Plan | None) -> About:
    if decided is None:
        return replace(about, plan=NOT_PLANNED)
    return replace(
        about,
        plan=decided.words(counts.of, [counts.stages[1]], counts.panel_days()),
        delta=decided.delta_points,
    )
