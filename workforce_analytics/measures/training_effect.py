"""Did the gap between groups narrow where panels were trained, beyond what happened elsewhere?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.multiplicity import adjust
from workforce_analytics.inference.pooled import Pooled, pooled
from workforce_analytics.inference.rollout import Dropped
from workforce_analytics.inference.rollout_effect import Effect, Progress, Tested
from workforce_analytics.inference.verdicts import (
    CANNOT_TELL,
    FEWEST_UNITS_NOT_RANDOM,
    NARROWED,
    WIDENED,
    verdict,
)
from workforce_analytics.measures.recruitment_tables import Where
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.training_effect_words import effect_about
from workforce_analytics.measures.training_exposure import Exposure
from workforce_analytics.measures.training_outcomes import (
    OUTCOMES,
    SECONDARY_LABEL,
    delta_of,
    label_of,
    outcomes_of,
    refuse_draws,
    stages_of,
)
from workforce_analytics.measures.training_plan import Plan, plan_of
from workforce_analytics.measures.training_shift import Fitted, fit_group, shift
from workforce_analytics.measures.training_vacancies import (
    VacancyCounts,
    vacancy_counts,
)

DOSE_NOTE = "self-selected: who sits on a panel, and who takes a course, is nobody's lot"


def estimate(
    applications: Extract,
    exposure: Exposure,
    *,
    of: str,
    outcome: str | Sequence[str] = OUTCOMES,
    level: str | None = None,
    reference: str = "largest",
    plan: Plan | None = None,
    delta: float | None = None,
    draws: int = 999,
    where: Where = None,
    withdrawn: str = "in",
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Estimates:
    """Where panels were trained, did the gap between groups narrow, beyond what happened elsewhere?

    Parameters
    ----------
    applications
        An applications extract with vacancies.
    exposure
        What `exposure` gave: when each service had its turn, and who sat on which panel.
    of
        The characteristic.
    outcome
        "shortlisted", "appointed" (both among all who applied), or several of them; further
        "appointed_among_shortlisted", which is labelled as a group that training itself changes.
    level
        Level of the code list; without it the coarsest, of which the most can be told.
    reference
        The group that others are compared with: a label, a code, or "largest".
    plan
        What `plan` gave; without it what organisation.toml says.
    delta
        The smallest change that matters, in percentage points, in place of the plan's.
    draws
        Other orders of the roll-out, and random signs, to draw; 0 for the jackknife alone.
    where, withdrawn, confidence
        As in `recruitment.likelihood`; withdrawn applications stay in the base unless said.
    progress
        Called with what is being done, how much is done, and of how much.

    Returns
    -------
    Estimates
        Kind "training_effect". For every group but the reference, and each outcome: `effect` (odds
        ratio: how much the group's odds against the reference rose with training) with the p-value
        of the test that the verdict uses, `effect_points` (percentage points that the gap moved),
        `effect_people`, `gap_without` and `gap_with`, `pooled`, `jackknife`, `wild_bootstrap`,
        `dose`, and `verdict`, whose note is "narrowed", "widened", "no change that matters" or
        "cannot tell". There are no counts in it: `describe` has them.

    Raises
    ------
    UsageError
        A characteristic, stage or group that there is not; a plan that is none.

    Notes
    -----
    Candidates compete within their vacancy, given how many passed there (conditional likelihood).
    The group's log odds have a level per service and a level per quarter, and an effect of each
    cohort of services in each quarter since its turn, so that services are compared only with those
    that still wait; the estimate averages those effects over the group's applicants there. Where
    the order was random, the p-value and the interval come from other orders that could have been
    drawn; else from leaving out one service at a time. Percentage points: passes of the group and
    of the reference expected given each vacancy's total (Fisher's noncentral hypergeometric),
    with training less without, per applicant. A verdict of "narrowed" or "widened" also needs the
    pooled coefficient to agree in sign, both ends of the interval to agree that the gap is smaller
    (or larger), and the comparison to stand among all of the table (Holm).

    Sources: Breslow and Day (1980) on conditional likelihood; Wooldridge (2021), Sun and Abraham
    (2021) on cohorts and times; MacKinnon, Nielsen and Webb (2023) on the cluster jackknife; Wu and
    Ding (2021) on randomisation; Kline and Santos (2012) on score bootstraps.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> exposure = wa.training_impact.exposure(
    ...     council.panels, council.training, council.vacancies, rollout=council.rollout
    ... )
    >>> table = wa.training_impact.estimate(
    ...     council.applications, exposure, of="ethnicity", outcome="shortlisted", draws=99
    ... )
    >>> table.about.kind
    'training_effect'
    """
    wanted = outcomes_of(outcome)
    decided = plan_of(applications, plan, of) if isinstance(applications, Extract) else None
    matters = delta_of(delta, decided)
    refuse_draws(draws, confidence)
    counts = {}
    for name in wanted:
        stage, among = stages_of(name)
        counts[name] = vacancy_counts(
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
    first = next(iter(counts.values()))
    chosen = reference if reference != "largest" or not decided else decided.reference or reference
    other = first.reference(chosen)
    rows = first.rows(named=False)
    told = {}
    for name, one in counts.items():
        table = _Effects(one, label_of(name), other, rows, matters, confidence)
        table.add(draws, progress)
        told[label_of(name)] = table.told
    _family(rows, of, confidence)
    return rows.estimates(
        effect_about(applications, first, wanted, other, decided, matters, where, confidence, told),
        first.found.counts,
        first.found.holds(),
    )


def _family(rows: Rows, of: str, confidence: float) -> None:
    """Allow for how many comparisons of one table were made: who looks often finds something."""
    effects = rows.of_measure("effect")
    family = adjust([row.get("p_value", np.nan) for row in effects], method="holm")
    for row, q_value in zip(effects, family.q_value, strict=True):
        row["q_value"] = float(q_value)
        if len(effects) > 1 and not np.isnan(q_value):
            row["method"] += f"; q-value: {family.method}"
        verdicts = [one for one in rows.of_measure("verdict") if _same(one, row, of)]
        for one in verdicts:
            if one["note"] in (NARROWED, WIDENED) and q_value > 1 - confidence:
                said = f"one of {family.comparisons} comparisons may look so by chance"
                one["note"] = f"{CANNOT_TELL}: {said}"


def _same(one: Mapping[str, Any], other: Mapping[str, Any], of: str) -> bool:
    return all(one[name] == other[name] for name in (of, "outcome"))


@dataclass
class _Effects:
    """Adds the rows of one outcome."""

    counts: VacancyCounts
    label: str
    reference: str
    rows: Rows
    delta: float
    confidence: float
    told: list[Dropped] = field(default_factory=list)
    """How many vacancies told something, group by group."""

    def add(self, draws: int, progress: Progress | None) -> None:
        """Fit every group's model, then add its rows."""
        compared = [one for one in self.counts.groups if one != self.reference]
        fitted = [
            fit_group(
                self.counts,
                one,
                self.reference,
                draws=draws,
                confidence=self.confidence,
                progress=progress,
            )
            for one in compared
        ]
        for one in fitted:
            self._add(one, fitted)

    def _add(self, one: Fitted, fitted: Sequence[Fitted]) -> None:
        effect, primary = one.effect, one.effect.primary
        row = self._row("effect", one, "odds_ratio", _odds(primary))
        row["n_effective"] = float(one.rollout.unit.size)
        row["clusters"] = float(effect.units)
        self.told.append(one.rollout.dropped)
        if effect.why_not:
            row |= {"status": "undefined", "note": effect.why_not, "method": "none"}
            self._verdict(one, f"{CANNOT_TELL}: {effect.why_not}")
            return
        ends = [
            shift(self.counts, self.reference, one, fitted, end)
            for end in (primary.lower, primary.upper)
        ]
        middle = shift(self.counts, self.reference, one, fitted, primary.value)
        method = f"expected passes given each vacancy's total; {primary.method}"
        for measure, unit, name in (
            ("effect_points", "percentage_points", "points"),
            ("effect_people", "people", "people"),
        ):
            found = [getattr(moved, name) for moved in (middle, *ends)]
            figures = dict(zip(("value", "lower", "upper"), found, strict=True))
            self._row(measure, one, unit, {**figures, "method": method})
        for measure, value in (("gap_without", middle.without), ("gap_with", middle.after)):
            figures = {"value": value, "method": "expected passes given each vacancy's total"}
            self._row(measure, one, "percentage_points", figures)
        summary = pooled(one.rollout, one.rollout.treated.astype(float), confidence=self.confidence)
        self._summary(one, summary)
        for measure, tested in (
            ("jackknife", effect.jackknife),
            ("wild_bootstrap", effect.wild_bootstrap),
        ):
            if tested is not None:
                self._row(measure, one, "odds_ratio", _odds(tested))
        self._dose(one)
        said = verdict(
            ends[0].points,
            ends[1].points,
            delta=self.delta,
            gap_without=middle.without,
            doubt=self._doubt(effect),
        )
        if said in (NARROWED, WIDENED) and not summary.value * effect.value > 0:
            said = f"{CANNOT_TELL}: {self._disagrees(summary)}"
        self._verdict(one, said)

    @staticmethod
    def _disagrees(summary: Pooled) -> str:
        if np.isnan(summary.value):
            return "one figure for all services and times cannot be worked out"
        return "one figure for all services and times points the other way"

    def _doubt(self, effect: Effect) -> str:
        if self.label == SECONDARY_LABEL:
            return "training itself changes who is among those shortlisted"
        few = effect.units < FEWEST_UNITS_NOT_RANDOM and effect.randomisation is None
        if few and self.counts.exposure.random:
            return f"with {effect.units} services only draws of other orders can tell: ask for them"
        if few:
            return (
                f"{effect.units} services, and the order of the roll-out was not random: fewer "
                f"than {FEWEST_UNITS_NOT_RANDOM} are too few"
            )
        return ""

    def _summary(self, one: Fitted, summary: Pooled) -> None:
        row = self._row("pooled", one, "odds_ratio", _odds_of(summary))
        row["method"] = "one coefficient for all services and quarters, cluster jackknife"
        if np.isnan(summary.value):
            row |= {"status": "undefined", "note": "no size of one coefficient fits these data"}
            return
        row["note"] = f"{summary.negative:.0%} of the weights of its parts are negative"

    def _dose(self, one: Fitted) -> None:
        """Add the second analysis: by the share of the panel that was trained."""
        dose = self.counts.vacancies["dose"].to_numpy(dtype=float)[one.rollout.row]
        known = ~np.isnan(dose)
        if not known.any():
            return
        rows = one.rollout.only(known)
        found = pooled(rows, dose[known], confidence=self.confidence)
        row = self._row("dose", one, "odds_ratio", _odds_of(found))
        row["method"] = "one coefficient for the share of the panel trained, cluster jackknife"
        row["n_effective"] = float(rows.unit.size)
        row["note"] = DOSE_NOTE
        if np.isnan(found.value):
            row["status"] = "undefined"

    def _row(
        self, measure: str, one: Fitted, unit: str, figures: Mapping[str, Any]
    ) -> dict[str, Any]:
        label = self.counts.label(one.code)
        other = self.counts.label(self.reference)
        return self.rows.add(
            measure,
            {self.counts.of: label, "outcome": self.label},
            # Where nothing can be told there is no figure to be hidden, and the reason may stand.
            fewest=-1 if one.effect.why_not else self.counts.fewest(one.code, self.reference),
            unit=unit,
            inference="process",
            compared=label,
            reference=other,
            orientation=_orientation(unit, label, other),
            **figures,
        )

    def _verdict(self, one: Fitted, said: str) -> None:
        row = self._row("verdict", one, "statistic", {"method": "interval against delta"})
        row["note"] = said


def _orientation(unit: str, label: str, other: str) -> str:
    if unit == "odds_ratio":
        return f"above 1: with training the odds rose more for “{label}” than for “{other}”"
    if unit == "people":
        return f"above 0: with training more of “{label}” passed than would have without"
    return f"above 0: the rate of “{label}” less that of “{other}” rose, or is above 0"


def _odds(tested: Tested) -> dict[str, Any]:
    ends = {name: float(np.exp(getattr(tested, name))) for name in ("value", "lower", "upper")}
    return {**ends, "p_value": tested.p_value, "method": tested.method}


def _odds_of(found: Pooled) -> dict[str, Any]:
    ends = {name: float(np.exp(getattr(found, name))) for name in ("value", "lower", "upper")}
    return {
        **ends,
        "p_value": found.p_value,
        "n_effective": float(found.rows),
        "clusters": float(found.units),
    }
