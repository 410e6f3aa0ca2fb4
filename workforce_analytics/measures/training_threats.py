"""What else could explain a change: checks in which training should be seen to do nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from workforce_analytics.estimates import About, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.multiplicity import adjust
from workforce_analytics.inference.rollout import Rollout
from workforce_analytics.inference.rollout_effect import Effect, Progress, rollout_effect
from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.measures.recruitment_tables import Where, describe
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.training_checks import Pair
from workforce_analytics.measures.training_exposure import Exposure
from workforce_analytics.measures.training_outcomes import refuse_draws
from workforce_analytics.measures.training_plan import Plan, plan_of
from workforce_analytics.measures.training_pools import AFTER, BEFORE
from workforce_analytics.measures.training_reforms import name_blind, reforms
from workforce_analytics.measures.training_threat_words import (
    APPLIED,
    BESIDE,
    BY_CHANCE,
    DECLARED,
    EVERYBODY_DECLARED,
    NAME_BLIND_NOT_SAID,
    NO_VISITORS_KNOWN,
    NOBODY_WITHDREW,
    PLACEBO,
    SEPARATED,
    VISITORS,
    WITHDREW,
    beside_words,
    check_words,
    one_way_words,
    visitor_words,
)
from workforce_analytics.measures.training_vacancies import (
    VacancyCounts,
    period_of_counts,
    vacancy_counts,
)

CHECK = "check"
FAR_APART = 0.5
"""A share of vacancies that differs by so much needs no model to be seen to have moved."""
FEWEST_PEOPLE = 10
"""Seats of visitors are not told where fewer people hold them."""


def threats(
    applications: Extract,
    exposure: Exposure,
    *,
    of: str,
    outcome: str = "shortlisted",
    among: str = "applied",
    level: str | None = None,
    reference: str = "largest",
    plan: Plan | None = None,
    where: Where = None,
    withdrawn: str = "in",
    draws: int = 999,
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Estimates:
    """What else could explain a change that came with training?

    Parameters
    ----------
    applications
        An applications extract with vacancies.
    exposure
        What `exposure` gave: when each service had its turn, and who sat on which panel.
    of
        The characteristic.
    outcome, among
        The stage that is reached, and the stage among whose people.
    level
        Level of the code list; without it the coarsest, of which the most can be told.
    reference
        The group that all others together are compared with: a label, a code, or "largest".
    where, withdrawn, confidence
        As in `recruitment.likelihood`; withdrawn applications stay in the base unless said.
    draws
        Other orders of the roll-out to draw; 0 for the jackknife alone.
    progress
        Called with what is being done, how much is done, and of how much.

    Returns
    -------
    Estimates
        Kind "training_threats", split by `check`; measure `check`, an odds ratio with its interval
        and p-value, except for the last one, a proportion. The note says what it means.

        - "Training that had not happened yet": services take their turn a year earlier than they
          did, and only vacancies from before their training are looked at.
        - "Who applied", "Who declared": the groups' share of those who declared, and the share that
          declared, in the pool.
        - "An outcome that training cannot move": who withdrew before the first decision of a panel.
        - "Another change: ...": name-blind vacancies, and those of a route or grade band, as a
          share of vacancies.
        - "Another change at the same time": the main result among vacancies that were not
          name-blind.
        - "Panel members from other services": their share of the seats.

    Raises
    ------
    UsageError
        A characteristic, stage or group that there is not; draws that are no whole number.
    DataError
        No vacancy of the applications is of a service of the roll-out.

    Notes
    -----
    Every check but the last one is the model of `estimate` with something else in the place of who
    passed, or of the turns: levels of services and of quarters, services only compared with those
    that wait, p-values from other orders of the roll-out where the order was by lot, else from
    leaving out one service at a time. `q_value` allows for the number of checks (Benjamini and
    Hochberg 1995); the main result among vacancies that were not name-blind is no such check.

    A check clears the main result only where its whole interval is nearer to 1 than the main result
    is, or than 0.80 and 1.25, whichever is farther (for shares of vacancies: 0.5 and 2); where it
    is not, and holds 1, it cannot tell.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> exposure = wa.training_impact.exposure(
    ...     council.panels, council.training, council.vacancies, rollout=council.rollout
    ... )
    >>> table = wa.training_impact.threats(
    ...     council.applications, exposure, of="ethnicity", draws=0
    ... )
    >>> table.about.groups
    ('check',)
    """
    refuse_draws(draws, confidence)
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
    pair = Pair(counts, counts.reference(planned or reference))
    table = _Checks(pair, counts.rows(named=False), draws, confidence, progress)
    table.add(applications, where)
    return table.rows.estimates(
        _about(applications, table, where, confidence), counts.found.counts, counts.found.holds()
    )


@dataclass
class _Checks:
    """Adds a row per check, then allows for how many there are."""

    pair: Pair
    rows: Rows
    draws: int
    confidence: float
    progress: Progress | None
    labels: list[str] = field(default_factory=list)
    judged: list[tuple[dict[str, Any], Effect]] = field(default_factory=list)

    @property
    def counts(self) -> VacancyCounts:
        return self.pair.counts

    def add(self, applications: Extract, where: Where) -> None:
        """Make every check, in the order in which a reader wants them."""
        pair, counts = self.pair, self.counts
        both = (pair.others, (pair.reference,))
        own = tuple(n for groups in both for n in self._people(groups))
        who = (*own, *(n for groups in both for n in self._people(groups, passed=True)))
        self._judge(PLACEBO, self._fit(pair.before()), who)
        self._judge(APPLIED, self._fit(pair.applied()), own)
        everybody = self._people((*counts.groups, *counts.unknown))
        self._declared(everybody)
        self._withdrew()
        for one in reforms(applications, counts, where):
            effect = self._fit(pair.vacancies_that(one.has))
            self._judge(one.label, effect, everybody)
            if effect.why_not and self._apart(one.has):
                self.judged[-1][0]["note"] = SEPARATED
        main = self._fit(pair.main())
        self._family(main)
        self._beside(name_blind(applications, counts, where), main, who)
        self._visitors()

    def _fit(self, rollout: Rollout) -> Effect:
        return rollout_effect(
            rollout,
            random_order=self.counts.exposure.random,
            draws=self.draws,
            confidence=self.confidence,
            progress=self.progress,
        )

    def _apart(self, has: np.ndarray) -> bool:
        """Whether something was so different after training that no model is needed to see it."""
        treated = self.counts.vacancies["treated"].to_numpy(dtype=bool)
        parts = [has[inside & ~np.isnan(has)] for inside in (treated, ~treated)]
        return all(part.size for part in parts) and bool(
            abs(parts[0].mean() - parts[1].mean()) >= FAR_APART
        )

    def _people(self, groups: Sequence[str], *, passed: bool = False) -> tuple[int, ...]:
        """Count groups taken together, before training and after: the pool, or who passed.

        Candidates where they are known: as many as in the largest of the groups, at least.
        """
        counts = self.counts
        stage = counts.stages[1 if passed else 0]
        fates = counts.found.reached(stage) if passed else counts.found.base(*counts.stages)
        found = []
        for when in (BEFORE, AFTER):
            heads = [counts.heads.get((group, when, stage)) for group in groups]
            known = [n for n in heads if n is not None]
            found.append(min([counts.n(groups, when, fates), *([max(known)] if known else [])]))
        return tuple(found)

    def _judge(self, label: str, effect: Effect, people: Sequence[int]) -> None:
        row = self._row(label, effect, people)
        self.judged.append((row, effect))

    def _row(self, label: str, effect: Effect, people: Sequence[int]) -> dict[str, Any]:
        self.labels.append(label)
        primary = effect.primary
        ends: dict[str, Any] = {name: float(np.exp(getattr(primary, name))) for name in _ENDS}
        row = self.rows.add(
            CHECK,
            {CHECK: label},
            fewest=min(people, default=-1),
            unit="odds_ratio",
            inference="process",
            compared=self._others(),
            reference=self.counts.label(self.pair.reference),
            orientation="above 1: it rose together with training",
            method=primary.method,
            p_value=primary.p_value,
            n_effective=float(effect.statistic.rollout.unit.size if effect.statistic else 0),
            clusters=float(effect.units),
            **ends,
        )
        if effect.why_not:
            row |= {"status": "undefined", "method": "none"}
        return row

    def _others(self) -> str:
        if len(self.pair.others) == 1:
            return self.counts.label(self.pair.others[0])
        return f"all groups but “{self.counts.label(self.pair.reference)}” together"

    def _undefined(self, label: str, note: str, unit: str = "odds_ratio") -> None:
        self.labels.append(label)
        self.rows.add(
            CHECK, {CHECK: label}, unit=unit, method="none", status="undefined", note=note
        )

    def _declared(self, everybody: Sequence[int]) -> None:
        """Look at who said of which group they are, if not everybody did."""
        if not self.counts.undeclared.any():
            self._undefined(DECLARED, EVERYBODY_DECLARED)
            return
        missing = self._people(self.counts.unknown)
        self._judge(DECLARED, self._fit(self.pair.declared()), (*everybody, *missing))

    def _withdrew(self) -> None:
        """Look at withdrawals before the first decision, where somebody writes them down."""
        pair = self.pair
        if not any(self.counts.found.knows(fate) for fate in pair.left):
            self._undefined(WITHDREW, NOBODY_WITHDREW)
            return
        people = [
            self.counts.n(groups, when, fates)
            for groups in (pair.others, (pair.reference,))
            for when in (BEFORE, AFTER)
            for fates in (pair.applicants, pair.left)
        ]
        self._judge(WITHDREW, self._fit(pair.withdrew()), people)

    def _family(self, main: Effect) -> None:
        """Say what each check means, and allow for how many were made."""
        family = adjust(
            [effect.primary.p_value for _, effect in self.judged], method="benjamini_hochberg"
        )
        for (row, effect), q_value in zip(self.judged, family.q_value, strict=True):
            row["q_value"] = float(q_value)
            words = check_words(row[CHECK], effect, main, self.counts.exposure.random)
            row.setdefault("note", words)
            if effect.why_not:
                continue
            row["method"] += f"; q-value: {family.method}"
            if row["p_value"] <= 1 - self.confidence < row["q_value"]:
                row["note"] += BY_CHANCE.format(family.comparisons)

    def _beside(self, blind: np.ndarray | None, main: Effect, who: Sequence[int]) -> None:
        """Look at the main result where the other change had no part in it."""
        if blind is None:
            self._undefined(BESIDE, NAME_BLIND_NOT_SAID)
            return
        seen = set(blind[~np.isnan(blind)])
        if len(seen) < 2:
            self._undefined(BESIDE, one_way_words(bool(seen.pop())))
            return
        effect = self._fit(self.pair.main(blind == 0))
        row = self._row(BESIDE, effect, who)
        row["note"] = beside_words(effect, main, self.counts.exposure.random)

    def _visitors(self) -> None:
        """Say how many seats people of another service hold, and what that hides."""
        exposure = self.counts.exposure
        known = exposure.sittings[exposure.sittings["visitors"].notna()]
        known = known[(known["service"] != "") & ~known["vacancy_id"].isin(exposure.again)]
        seats, away = float(known["known"].sum()), float(known["visitors"].sum())
        people = exposure.people.get(("", "visitors"), 0)
        if not seats:
            self._undefined(VISITORS, NO_VISITORS_KNOWN, "proportion")
            return
        self.labels.append(VISITORS)
        # Seats are of no cell of this table, so nothing but the whole per cent is told of them.
        share = round_half_up(away / seats, 2)
        row = self.rows.add(CHECK, {CHECK: VISITORS}, unit="proportion", method="share of seats")
        if away and people < FEWEST_PEOPLE:
            row |= {"status": "too_few", "note": "too few people sat on panels of other services"}
            return
        row |= {"value": share, "note": visitor_words(share)}


_ENDS = ("value", "lower", "upper")


def _about(applications: Extract, table: _Checks, where: Where, confidence: float) -> About:
    counts = table.counts
    others = table.pair.others
    about = describe(
        applications,
        counts.found,
        [counts.of],
        kind="training_threats",
        title="What else could explain a change that came with training panels",
        question="What else could explain a change that came with training?",
        definition=(
            "Things that training of panels should not move, or that may have changed at the same "
            "time, looked at in the same way as who passed."
        ),
        period=period_of_counts(applications, table.counts, where),
        confidence=confidence,
        stages=counts.stages,
        reference=counts.label(table.pair.reference),
        caveats=(
            *(
                ["All groups but the reference are taken together in these checks."]
                if len(others) > 1
                else []
            ),
            *counts.exposure.notes,
        ),
    )
    return replace(
        about,
        groups=(CHECK,),
        headings={CHECK: "Check"},
        order={CHECK: tuple(table.labels)},
    )
