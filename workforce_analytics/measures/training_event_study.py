"""How did the gap between groups move, quarter by quarter, before and after panels were trained?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.event_study import EventStudy, Told
from workforce_analytics.inference.event_study import event_study as event_study_of
from workforce_analytics.inference.event_study_draws import Progress
from workforce_analytics.inference.rollout_effect import FEWEST_UNITS
from workforce_analytics.inference.verdicts import FEWEST_UNITS_NOT_RANDOM
from workforce_analytics.measures.recruitment_tables import Where
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.training_event_words import TIME, about_event_study, time_label
from workforce_analytics.measures.training_exposure import Exposure
from workforce_analytics.measures.training_plan import Plan, plan_of
from workforce_analytics.measures.training_vacancies import VacancyCounts, vacancy_counts

FEWEST_SERVICES = 3
"""A quarter that rests on fewer services would tell of single ones, and is not shown."""
FEWEST_APPLICATIONS = 10
"""Applications of either group that a quarter must rest on."""
UNTOLD = "no service was trained that can be held against one still waiting"
FEW_THERE = (
    f"rests on fewer than {FEWEST_SERVICES} services, or on fewer than {FEWEST_APPLICATIONS} "
    "applications of a group"
)
NO_LIMITS = "too few different orders of the roll-out to say between what it is likely to lie"


def event_study(
    applications: Extract,
    exposure: Exposure,
    *,
    of: str,
    outcome: str = "shortlisted",
    among: str = "applied",
    level: str | None = None,
    reference: str = "largest",
    plan: Plan | None = None,
    draws: int = 999,
    where: Where = None,
    withdrawn: str = "in",
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Estimates:
    """How did the gap move, quarter by quarter, before and after panels were trained?

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
    plan
        What `plan` gave; without it what organisation.toml says.
    draws
        Other orders of the roll-out to draw.
    where, withdrawn, confidence
        As in `recruitment.likelihood`; withdrawn applications stay in the base unless said.
    progress
        Called with what is being done, how much is done, and of how much.

    Returns
    -------
    Estimates
        Kind "training_event_study", split by the characteristic and `time` ("2 quarters before",
        "quarter of training", "1 quarter after", ..., "All"). For every group but the reference
        `effect_at` (percentage points that its rate against the reference's had moved, beyond
        services that still waited; before training: that it moved from one quarter to the next),
        and for "All" `effect_overall` (the mean of each service's quarters since training) and
        `before_overall` (the mean before it; its p-value is of all quarters before together).
        `clusters` is how many trained services a figure rests on, `n_effective` how many vacancies.

    Raises
    ------
    UsageError
        A characteristic, stage or group that there is not; a plan that is none.
    DataError
        No vacancy of the applications is of a service of the roll-out.

    Notes
    -----
    The outcome of a service in a quarter is the Mantel-Haenszel difference of the two groups' rates
    within its vacancies, weights n m / (n + m) with n and m the candidates of both; a quarter
    without a vacancy that had both is missing, not 0. Effects by cohort of services and quarter,
    averaged over cohorts (Callaway and Sant'Anna 2021); services are held against those that were
    not trained by then. A service weighs as much as all its vacancies together do by n m / (n + m).

    Ranges and p-values come from other orders of the roll-out, not studentised, however many
    services there are: errors of formulas are too small for services of very different size. A
    range holds every constant effect that this test does not reject. With fewer than five services
    nothing is told; with fewer than ten, no range unless the order was random. A quarter
    that rests on fewer than three services, or fewer than ten applications of a group, is not told.

    Vacancies of the quarter of training whose panel sat before the day count in it: an effect is
    smaller there than it is after.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> exposure = wa.training_impact.exposure(
    ...     council.panels, council.training, council.vacancies, rollout=council.rollout
    ... )
    >>> table = wa.training_impact.event_study(
    ...     council.applications, exposure, of="ethnicity", draws=99
    ... )
    >>> table.about.order["time"][7:10]
    ('1 quarter before', 'quarter of training', '1 quarter after')
    """
    if not isinstance(draws, int) or isinstance(draws, bool) or draws < 1:
        raise UsageError("draws= takes a whole number of draws, such as 999.")
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
    table = _Quarters(counts, other, counts.rows(named=False), draws, confidence)
    for group in counts.groups:
        if group != other:
            table.add(group, progress)
    about = about_event_study(
        applications,
        counts,
        other,
        table.seen,
        too_early=table.too_early,
        where=where,
        confidence=confidence,
        decided=decided,
    )
    return table.rows.estimates(about, counts.found.counts, counts.found.holds())


@dataclass(frozen=True, eq=False)
class _Gaps:
    """The gap between two groups in each service and quarter."""

    outcomes: np.ndarray
    """Services x quarters; missing where no vacancy had both groups."""
    weights: np.ndarray
    """Of each service."""
    vacancies: np.ndarray
    """Services x quarters: vacancies with both groups."""
    applications: np.ndarray
    """Groups x services x quarters: applications to those vacancies."""
    cohorts: np.ndarray
    """The quarter in which each service had its turn; missing for not yet."""
    first: int

    @classmethod
    def of(cls, counts: VacancyCounts, group: str, reference: str) -> _Gaps:
        """Put vacancies together, service by service and quarter by quarter."""
        columns = [counts.groups.index(code) for code in (group, reference)]
        n, m = (counts.pool[:, column].astype(float) for column in columns)
        a, c = (counts.passed[:, column].astype(float) for column in columns)
        both = (n > 0) & (m > 0)
        quarter = counts.vacancies["quarter"].to_numpy(dtype=np.int64)
        first = int(quarter.min())
        turns = counts.exposure.turns
        service = turns.index.get_indexer(counts.vacancies["service"])
        shape = (len(turns), int(quarter.max()) - first + 1)
        place = (service * shape[1] + quarter - first)[both]

        def summed(values: np.ndarray) -> np.ndarray:
            sums = np.bincount(place, weights=values[both], minlength=shape[0] * shape[1])
            return sums.reshape(shape)

        people = np.maximum(n + m, 1)
        weight = summed(n * m / people)
        apart = summed((a * m - c * n) / people)
        return cls(
            np.divide(apart, weight, out=np.full(shape, np.nan), where=weight > 0),
            weight.sum(axis=1),
            summed(np.ones(len(n))),
            np.stack([summed(n), summed(m)]),
            _quarters(turns["on"]),
            first,
        )

    def since(self) -> np.ndarray:
        """Quarters since its turn, of each service and quarter; missing where it has had none."""
        quarters = np.arange(self.outcomes.shape[1]) + self.first
        return np.asarray(quarters - self.cohorts[:, np.newaxis])


def _quarters(days: pd.Series) -> np.ndarray:
    on = pd.to_datetime(days)
    return (on.dt.year * 4 + (on.dt.month - 1) // 3).to_numpy(dtype=float, na_value=np.nan)


@dataclass
class _Quarters:
    """Adds the rows of each group."""

    counts: VacancyCounts
    reference: str
    rows: Rows
    draws: int
    confidence: float
    seen: tuple[int, ...] = ()
    """Quarters since training that some row is of."""
    too_early: int = 0

    def add(self, group: str, progress: Progress | None) -> None:
        """Estimate for a group, and add its rows."""
        gaps = _Gaps.of(self.counts, group, self.reference)
        found = self._study(gaps, progress)
        why = self._why_not(found)
        if found is None or why:
            for measure in ("effect_overall", "before_overall"):
                row = self._row(measure, group, ALL)
                row |= {"status": "too_few", "note": why, "method": "none"}
            return
        self.too_early = max(self.too_early, found.too_early)
        limits = self._limits(found)
        for place, since in enumerate(found.dynamic.at.tolist()):
            self._at(group, gaps, found, place, since, limits)
        self.seen = tuple(sorted({*self.seen, *found.dynamic.at.tolist()}))
        whole: dict[str, Any] = {
            "n_effective": float(gaps.vacancies.sum()),
            "clusters": float(found.units),
        }
        row = self._row("effect_overall", group, ALL, limits, found.group_overall, 0)
        row |= whole | {"method": f"{found.method}; mean of each service's quarters since training"}
        row = self._row("before_overall", group, ALL, limits, found.before, 0)
        row |= whole | {
            "p_value": found.before_p if limits else np.nan,
            "method": f"{found.method}; mean of changes before; p-value of all of them together",
        }
        self.rows.unless_known(row, otherwise="no quarter before training can be compared")

    def _study(self, gaps: _Gaps, progress: Progress | None) -> EventStudy | None:
        reached = gaps.cohorts[(gaps.weights > 0) & np.isfinite(gaps.cohorts)]
        inside = (reached > gaps.first) & (reached < gaps.first + gaps.outcomes.shape[1])
        if not inside.any():
            return None
        return event_study_of(
            gaps.outcomes,
            gaps.cohorts,
            first_period=gaps.first,
            weights=gaps.weights,
            inference="randomisation",
            draws=self.draws,
            confidence=self.confidence,
            progress=progress,
        )

    def _why_not(self, found: EventStudy | None) -> str:
        """Say why nothing is told of a group; nothing where something is."""
        if found is None or not np.isfinite(found.group_overall.effect).any():
            return UNTOLD
        if found.units < FEWEST_UNITS:
            return f"fewer than {FEWEST_UNITS} services tell anything"
        return ""

    def _limits(self, found: EventStudy) -> bool:
        """Whether there are services enough for ranges and p-values."""
        return found.units >= FEWEST_UNITS_NOT_RANDOM or self.counts.exposure.random

    def _at(
        self,
        group: str,
        gaps: _Gaps,
        found: EventStudy,
        place: int,
        since: int,
        limits: bool,
    ) -> None:
        """Add the row of a quarter before or after training."""
        here = found.effects.since == since
        told = here & np.isfinite(found.effects.effect)
        services = int(found.effects.treated[told].sum())
        inside = gaps.since() == since
        fewest = gaps.applications[:, inside].sum(axis=1).min()
        if services < FEWEST_SERVICES or fewest < FEWEST_APPLICATIONS:
            row = self._row("effect_at", group, time_label(since))
            row |= {"status": "too_few", "note": FEW_THERE, "method": found.method}
            return
        row = self._row("effect_at", group, time_label(since), limits, found.dynamic, place)
        row |= {
            "method": found.method,
            "n_effective": float(gaps.vacancies[inside].sum()),
            "clusters": float(services),
        }

    def _row(
        self,
        measure: str,
        group: str,
        time: str,
        limits: bool = False,
        told: Told | None = None,
        place: int = 0,
    ) -> dict[str, Any]:
        label, other = self.counts.label(group), self.counts.label(self.reference)
        row = self.rows.add(
            measure,
            {self.counts.of: label, TIME: time},
            # A row without a figure has nothing to hide, and its reason may stand.
            fewest=-1 if told is None else self.counts.fewest(group, self.reference),
            unit="percentage_points",
            inference="process",
            compared=label,
            reference=other,
            orientation=f"above 0: the rate of “{label}” rose against that of “{other}”",
        )
        if told is None:
            return row
        row["value"] = 100 * float(told.effect[place])
        lower, upper = (
            100 * float(end[place]) for end in (told.interval.lower, told.interval.upper)
        )
        if not limits:
            row["note"] = (
                f"fewer than {FEWEST_UNITS_NOT_RANDOM} services, and the order was not random: no "
                "range can be given"
            )
        elif np.isinf([lower, upper]).any():
            row |= {"p_value": float(told.p_value[place]), "note": NO_LIMITS}
        else:
            row |= {"lower": lower, "upper": upper, "p_value": float(told.p_value[place])}
        return row
