"""Were people promoted more after a leadership programme, and did that narrow the gap?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from workforce_analytics.counting.promotions import promotion_counts
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.clustered_conditional import Combined
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.inference.multiplicity import adjust
from workforce_analytics.inference.verdicts import (
    CANNOT_TELL,
    FEWEST_UNITS_NOT_RANDOM,
    verdict,
)
from workforce_analytics.measures.between_groups import find_reference
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.training_network_words import planned_words
from workforce_analytics.measures.training_programme_model import Model
from workforce_analytics.measures.training_programme_words import (
    SELF_SELECTED,
    People,
    describe,
)

DELTA = 1.25
"""The ratio of odds ratios that matters where nobody says which does: a quarter more, or 0.80."""
NOBODY_TOOK_PART = "nobody of this group who took part can be compared with others"
ALL_ALIKE = "nobody, or everybody, of this group who took part was promoted"
ENDS = ("value", "lower", "upper")


def programme(
    events: Extract,
    workforce: Extract,
    *,
    of: str,
    programme: str | Sequence[str] | None = None,
    outcome: str = "promotion",
    level: str | None = None,
    reference: str = "largest",
    years_after: int | None = None,
    period: str | Sequence[Any] | None = None,
    years: int | None = None,
    delta: float = DELTA,
    planned_on: date | str | None = None,
    population: str | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Were people promoted more after a leadership programme, and did that narrow the gap?

    Parameters
    ----------
    events
        An events extract that holds the programme ("programme") and promotions.
    workforce
        A workforce extract with grades and units, and a snapshot before each year.
    of
        The characteristic.
    programme
        Names of programmes (the records' detail); all of them without it.
    outcome
        What is looked for in each year: "promotion", "acting_up", "leaving", ...
    level
        Level of the code list; without it the coarsest, of which the most can be told.
    reference
        The group that others are compared with: a label, a code, or "largest".
    years_after
        For how many years after completing it somebody counts as having taken part; without it for
        good. Who took part longer ago is then in neither group.
    period, years
        First and last day, or how many years up to the last snapshot; without both, all years since
        the first programme was completed.
    delta
        The smallest difference between groups that matters, as a ratio above 1 of the odds ratios.
    planned_on
        The day on which the question and delta were set down, where that was done.
    population, where
        As in `participation.likelihood`.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "programme_effect". For every declared group, the reference too: `took_part` (people
        at the start of each year who had), `rate_took_part` and `rate_others` (proportion promoted
        in the year, as it is), `effect` (odds ratio of promotion of those who had taken part
        against others of the same group, grade and year) and `effect_people` (how many more were
        promoted). For every group but the reference: `gap_others` and `gap_took_part` (odds ratios
        of promotion against the reference, among others and among those who had taken part),
        `effect_ratio` (one effect divided by the other, with its p-value),
        `smallest_that_matters`, and `verdict`, whose note is "narrowed", "widened", "no change that
        matters" or "cannot tell", with a reason where there is one.

    Raises
    ------
    UsageError
        An extract, event, programme, group or period that there is not.

    Notes
    -----
    People are compared only within grade and year, and within service too where at least 80 % of
    those who took part would still have somebody to be compared with: the exact conditional
    likelihood given how many were promoted there. Its terms are a level of each group and an effect
    of having completed the programme before the year in each group. Errors come from leaving out
    one service at a time, against t with one degree of freedom fewer than there are services in
    which somebody took part. People: those expected to be promoted given the total of their stratum
    (Fisher's noncentral hypergeometric) with the programme less without.

    Nobody takes part by lot, so this cannot tell what the programme did from who takes part; a
    verdict is on the gap among those who took part against that among others. Its rule is that of
    `inference.verdicts` on log odds ratios. With fewer than 10 services nothing can be told.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.training_impact.programme(council.events, council.workforce, of="sex")
    >>> print(table.about.title)
    Promotion after a development programme, by sex, 1 April 2023 to 31 March 2025
    """
    matters = _delta(delta)
    likely = checked_confidence(confidence)
    counts = promotion_counts(
        events,
        workforce,
        of=of,
        programme=programme,
        outcome=outcome,
        years_after=years_after,
        period=period,
        years=years,
        level=level or _coarsest(workforce, of),
        population_name=population,
        where=where,
    )
    people = People(counts, of)
    code = find_reference(_one(reference), people.dimension, people.sizes, people.sizes)
    model = Model(counts, tuple(people.dimension.declared), code, likely)
    rows = people.rows()
    _Table(people, model, rows, matters, likely).add()
    about = describe(
        people,
        organisation=workforce.context.organisation,
        reference=people.dimension.label(code),
        within_service=model.within_service,
        services=model.telling(None),
        years_after=years_after,
        planned=planned_words(planned_on, counts.spans[-1].end, _matters(matters)),
        confidence=likely,
    )
    return rows.estimates(about, counts.people, people.holds)


def _delta(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 1 < given < np.inf:
        raise UsageError("delta= takes a ratio above 1, such as 1.25.")
    return float(given)


def _matters(delta: float) -> str:
    return f"an odds ratio that is {delta:g} times as large, or as much smaller, matters"


def _coarsest(workforce: Any, of: str) -> str:
    """Name the coarsest level that a characteristic's code list has."""
    listing = workforce.code_list(of) if isinstance(workforce, Extract) else None
    return listing.levels[-1] if listing is not None and listing.levels else "main"


def _one(reference: str) -> str:
    if reference in ("rest", "total", "highest"):
        raise UsageError(f"reference={reference!r} is not taken here. Name a group, or 'largest'.")
    return reference


@dataclass
class _Table:
    """Adds the rows."""

    people: People
    model: Model
    rows: Rows
    delta: float
    confidence: float

    def add(self) -> None:
        """Add each group's rows, then those that compare it with the reference."""
        for group in self.model.groups:
            self._group(group)
        for group in self.model.others:
            self._compared(group)
        family = self.rows.of_measure("effect_ratio")
        adjusted = adjust([row.get("p_value", np.nan) for row in family], method="holm")
        for row, q_value in zip(family, adjusted.q_value, strict=True):
            row["q_value"] = float(q_value)
            if len(family) > 1 and not np.isnan(q_value):
                row["method"] += f"; q-value: {adjusted.method}"

    def _group(self, group: str) -> None:
        labels, cells = self.people.labels(group), self.people.cells(self.rows, group)
        self.rows.add(
            "took_part",
            labels,
            numerator=cells.took,
            unit="people",
            value=self.rows.n(cells.took),
            method="count, added up over the years",
            note=SELF_SELECTED,
        )
        for measure, part, whole in (
            ("rate_took_part", cells.took_promoted, cells.took),
            ("rate_others", cells.others_promoted, cells.others),
        ):
            self.rows.proportion(measure, labels, part, whole, self.confidence, note=SELF_SELECTED)
        found = self.model.combined(self.model.effect(group), group)
        row = self._row("effect", group, "odds_ratio", _odds(found), self._method(group))
        row |= {
            "n_effective": float(self.model.found.fit.informative_strata),
            "clusters": float(self.model.telling(group)),
        }
        if np.isnan(found.value):
            row |= {"status": "undefined", "note": f"{self._why_not(group)}; {SELF_SELECTED}"}
            return
        people = {end: self.model.people(group, getattr(found, end)) for end in ENDS}
        method = "expected given how many were promoted in each stratum, with less without"
        self._row("effect_people", group, "people", people, method)

    def _compared(self, group: str) -> None:
        model = self.model
        first, other = model.effect(group), model.effect(model.reference)
        found = model.combined(first - other, group, model.reference)
        base = model.combined(model.level(group))
        after = model.combined(model.level(group) + first - other, group, model.reference)
        for measure, one in (
            ("gap_others", base),
            ("gap_took_part", after),
            ("effect_ratio", found),
        ):
            row = self._row(measure, group, "odds_ratio", _odds(one), self._method(group, True))
            if np.isnan(one.value):
                row |= {
                    "status": "undefined",
                    "note": f"{self._doubt(group, one)}; {SELF_SELECTED}",
                }
        size = self._row("smallest_that_matters", group, "odds_ratio", {"value": self.delta}, "")
        size["method"] = "this, or 1 divided by it"
        doubt = self._doubt(group, found)
        said = f"{CANNOT_TELL}: {doubt}" if doubt else verdict(
            found.lower,
            found.upper,
            delta=float(np.log(self.delta)),
            gap_without=base.value,
        )  # fmt: skip
        method = f"interval against {1 / self.delta:.2f} to {self.delta:.2f}; {SELF_SELECTED}"
        self._row("verdict", group, "statistic", {}, method)["note"] = said

    def _doubt(self, group: str, found: Combined) -> str:
        """Say why nothing can be told of a comparison; empty where something can."""
        for one in (group, self.model.reference):
            if np.isnan(self.model.combined(self.model.effect(one), one).value):
                return f"{self._why_not(one)} (“{self.people.label(one)}”)"
        if np.isnan(found.value):
            return "nobody of the two groups can be compared"
        services = min(self.model.telling(one) for one in (group, self.model.reference))
        if services < FEWEST_UNITS_NOT_RANDOM:
            return (
                f"those who took part and can be compared come from {services} services in one of "
                f"the groups; fewer than {FEWEST_UNITS_NOT_RANDOM} are too few"
            )
        if np.isnan(found.lower):
            return "it all hangs on one service"
        return ""

    def _why_not(self, group: str) -> str:
        return ALL_ALIKE if self.model.telling(group) else NOBODY_TOOK_PART

    def _method(self, group: str, compared: bool = False) -> str:
        within = "grade, service and year" if self.model.within_service else "grade and year"
        both = (group, self.model.reference) if compared else (group,)
        freedom = max(min(self.model.telling(one) for one in both) - 1, 0)
        return (
            f"conditional logit within {within}, leaving out one service at a time (CR3), t with "
            f"{freedom} degrees of freedom"
        )

    def _row(
        self, measure: str, group: str, unit: str, figures: Mapping[str, Any], method: str
    ) -> dict[str, Any]:
        cells = self.people.cells(self.rows, group)
        return self.rows.add(
            measure,
            self.people.labels(group),
            numerator=cells.took_promoted,
            denominator=cells.took,
            behind=self.people.behind(self.rows, group, self.model.reference),
            unit=unit,
            inference="process",
            method=method,
            note=SELF_SELECTED,
            **self.people.orientation(measure, group, self.model.reference),
            **figures,
        )


def _odds(found: Combined) -> dict[str, Any]:
    return {
        **{end: float(np.exp(getattr(found, end))) for end in ENDS},
        "p_value": found.p_value,
    }
