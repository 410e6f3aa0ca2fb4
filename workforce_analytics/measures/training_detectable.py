"""How small a change could be told at all, and how long it would take to tell one that matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference import detectable as planning
from workforce_analytics.inference.detectable import LONGEST, Power, periods_needed
from workforce_analytics.inference.rollout_effect import Progress
from workforce_analytics.measures.between_groups import find_group
from workforce_analytics.measures.recruitment_tables import Where, describe
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.training_exposure import Exposure
from workforce_analytics.measures.training_outcomes import (
    OUTCOMES,
    delta_of,
    label_of,
    outcomes_of,
    stages_of,
)
from workforce_analytics.measures.training_plan import Plan, plan_of
from workforce_analytics.measures.training_shift import Fitted, fit_group, shift
from workforce_analytics.measures.training_vacancies import (
    VacancyCounts,
    period_of_counts,
    vacancy_counts,
)

MONTHS = 3
"""Months of a quarter."""
LAST_YEAR = 4
FIVE_YEARS = 20
"""Quarters."""
WIDEST = 4.0
"""Log odds beyond which no change is looked for."""
BY_SIMULATION = "cluster jackknife in simulated councils"
BY_WAITING = "expected error of more quarters like the last four, services keeping their turns"


def detectable(
    applications: Extract,
    exposure: Exposure,
    *,
    of: str,
    outcome: str | Sequence[str] = OUTCOMES,
    group: str | None = None,
    level: str | None = None,
    reference: str = "largest",
    plan: Plan | None = None,
    delta: float | None = None,
    power: float = 0.8,
    simulations: int = 100,
    where: Where = None,
    withdrawn: str = "in",
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Estimates:
    """How small a change could this council tell, and how long would one that matters take?

    For planning; what was found is said by `estimate`.

    Parameters
    ----------
    applications, exposure, of, outcome, level, reference, plan, delta, where, withdrawn, confidence
        As in `estimate`.
    group
        The group that is compared with the reference, by label or code; needed where there are
        several.
    power
        How often a change is to be told.
    simulations
        Councils to draw for each of five sizes of change.
    progress
        Called with what is being done, how much is done, and of how much.

    Returns
    -------
    Estimates
        Kind "training_detectable". For each outcome `power` at five sizes of change, and
        `smallest_detectable` (odds ratio), `smallest_detectable_points` (percentage points of the
        gap), `months_needed` and `vacancies_needed` until a change of delta points could be told
        with that power: 0 where it can already; undefined where waiting does not help.

    Raises
    ------
    UsageError
        A characteristic, stage or group that there is not; several groups and none named.

    Notes
    -----
    The council's own vacancies and candidates, with who passed drawn anew in each vacancy, tested
    by the cluster jackknife. Where its services scatter more than in the simulations, sizes are
    larger by as much. Waiting adds quarters like the last four.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> exposure = wa.training_impact.exposure(
    ...     council.panels, council.training, council.vacancies, rollout=council.rollout
    ... )
    >>> table = wa.training_impact.detectable(
    ...     council.applications, exposure, of="ethnicity", outcome="shortlisted", simulations=10
    ... )
    >>> table.about.kind
    'training_detectable'
    """
    wanted = outcomes_of(outcome)
    decided = plan_of(applications, plan, of) if isinstance(applications, Extract) else None
    matters = delta_of(delta, decided)
    rows: Rows | None = None
    first: VacancyCounts | None = None
    for name in wanted:
        stage, among = stages_of(name)
        counts = vacancy_counts(
            applications,
            exposure,
            of=of,
            outcome=stage,
            among=among,
            level=level or (decided.level if decided and decided.level else None),
            where=where,
            withdrawn=withdrawn,
            until=decided.until if decided else None,
        )
        if first is None or rows is None:
            first, rows = counts, counts.rows(named=False)
            other = first.reference(reference)
            compared = _compared(first, group, other)
        table = _Planning(counts, label_of(name), compared, other, rows, matters, power, confidence)
        table.add(simulations, progress)
    if first is None or rows is None:
        raise UsageError("outcome= names nothing.")
    about = describe(
        applications,
        first.found,
        [of],
        kind="training_detectable",
        title=f"Smallest change of the gap that could be told {power:.0%} of the time",
        question="How small a change could be told, and how long would one that matters take?",
        definition=(
            f"A change is told {power:.0%} of the time where the test tells it in so many of "
            "simulated councils with the same vacancies, candidates and roll-out."
        ),
        period=period_of_counts(applications, first, where),
        confidence=confidence,
        stages=first.stages,
        reference=first.label(other),
        caveats=("For planning: a change that was found is judged by its interval, not by this.",),
    )
    sizes = dict.fromkeys(row["change"] for row in rows.of_measure("power"))
    return rows.estimates(
        replace(
            about,
            groups=("outcome", "change"),
            headings={"outcome": "Outcome", "change": "Change"},
            order={
                "outcome": tuple(label_of(name) for name in wanted),
                "change": (*sizes, ALL),
            },
            outcome="",
            among="",
            delta=matters,
        ),
        first.found.counts,
        first.found.holds(),
    )


def _compared(counts: VacancyCounts, group: str | None, reference: str) -> str:
    others = [one for one in counts.groups if one != reference]
    if group is not None:
        found = find_group(group, counts.found.dimension(counts.of), argument="group")
        if found == reference:
            raise UsageError("group= is the reference itself. Name another group.")
        return found
    if len(others) != 1:
        labels = ", ".join(counts.label(one) for one in others)
        raise UsageError(f"There are several groups. Name one with group=: {labels}.")
    return others[0]


@dataclass
class _Planning:
    """Adds the rows of one outcome."""

    counts: VacancyCounts
    label: str
    group: str
    reference: str
    rows: Rows
    delta: float
    power: float
    confidence: float

    def add(self, simulations: int, progress: Progress | None) -> None:
        """Simulate, then look ahead."""
        one = fit_group(self.counts, self.group, self.reference, draws=0)
        if one.effect.why_not:
            figures = {"method": BY_SIMULATION, "fewest": -1}
            row = self._row("smallest_detectable", ALL, "odds_ratio", figures)
            row |= {"status": "undefined", "note": one.effect.why_not}
            return
        base = one.base[one.rollout.row]
        statistic = one.effect.statistic
        assert statistic is not None
        found = planning.detectable(
            one.rollout,
            base,
            error=statistic.error(one.effect.value),
            power=self.power,
            simulations=simulations,
            confidence=self.confidence,
            progress=progress,
        )
        for effect, told in zip(found.effects, found.told, strict=True):
            change = f"odds ratio {np.exp(effect):.2f}"
            figures = {"value": told / found.simulations, "method": BY_SIMULATION}
            self._row("power", change, "proportion", figures)
        self._smallest(one, found)
        self._ahead(one, base, found)

    def _smallest(self, one: Fitted, found: Power) -> None:
        figures = {"value": float(np.exp(found.smallest)), "method": BY_SIMULATION}
        row = self._row("smallest_detectable", ALL, "odds_ratio", figures)
        row["note"] = f"services scatter {found.scatter:.2f} times as much as in simulations"
        points = shift(self.counts, self.reference, one, [one], found.smallest).points
        figures = {"value": abs(points), "method": BY_SIMULATION}
        self._row("smallest_detectable_points", ALL, "percentage_points", figures)

    def _ahead(self, one: Fitted, base: np.ndarray, found: Power) -> None:
        """Look how long it takes until a change that matters can be told."""
        wanted = self._log_odds(one)
        quarters = None
        if wanted is not None:
            quarters = periods_needed(
                one.rollout,
                base,
                wanted,
                beyond_chance=found.beyond_chance,
                power=self.power,
                confidence=self.confidence,
            )
        last = self.counts.vacancies["quarter"]
        yearly = float((last > last.max() - LAST_YEAR).sum())
        for measure, times in (
            ("months_needed", float(MONTHS)),
            ("vacancies_needed", yearly / LAST_YEAR),
        ):
            row = self._row(measure, ALL, "statistic", {"method": BY_WAITING})
            if quarters is not None:
                row["value"] = float(np.ceil(quarters * times))
                continue
            row["status"] = "undefined"
            row["note"] = self._no_waiting(one, base, found, wanted)

    def _no_waiting(self, one: Fitted, base: np.ndarray, found: Power, wanted: float | None) -> str:
        if wanted is None:
            return f"a change of {self.delta:g} points is more than there is to change"
        here, later = (
            planning.expected_error(one.rollout, base, wanted, more) for more in (0, FIVE_YEARS)
        )
        points = shift(self.counts, self.reference, one, [one], found.smallest * later / here)
        return (
            f"a change of {self.delta:g} points cannot be told within {LONGEST // 4} more years: "
            f"waiting for five would bring what can be told to {abs(points.points):.1f} points"
        )

    def _log_odds(self, one: Fitted) -> float | None:
        """Find the effect that would narrow the gap by as much as matters."""
        ahead = shift(self.counts, self.reference, one, [one], 0.0).without > 0
        towards = -1.0 if ahead else 1.0

        def points(size: float) -> float:
            return towards * shift(self.counts, self.reference, one, [one], towards * size).points

        low, high = 0.0, WIDEST
        if points(high) < self.delta:
            return None
        for _ in range(25):
            middle = (low + high) / 2
            low, high = (middle, high) if points(middle) < self.delta else (low, middle)
        return towards * high

    def _row(
        self, measure: str, change: str, unit: str, figures: Mapping[str, Any]
    ) -> dict[str, Any]:
        return self.rows.add(
            measure,
            {"outcome": self.label, "change": change},
            unit=unit,
            inference="process",
            compared=self.counts.label(self.group),
            reference=self.counts.label(self.reference),
            **{"fewest": self.counts.fewest(self.group, self.reference), **figures},
        )
