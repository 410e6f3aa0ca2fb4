"""What a reader must know of a table of effects: definition, plan, what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workforce_analytics.estimates import About
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.rollout import Dropped
from workforce_analytics.measures.recruitment_tables import Where, describe
from workforce_analytics.measures.training_outcomes import SECONDARY, SECONDARY_CAVEAT, label_of
from workforce_analytics.measures.training_plan import NOT_PLANNED, Plan
from workforce_analytics.measures.training_vacancies import VacancyCounts, period_of_counts


def effect_about(
    applications: Extract,
    counts: VacancyCounts,
    wanted: Sequence[str],
    reference: str,
    decided: Plan | None,
    delta: float,
    where: Where,
    confidence: float,
    told: Mapping[str, Sequence[Dropped]],
) -> About:
    """Say what a reader must know of a table of effects."""
    period = period_of_counts(applications, counts, where)
    exposure = counts.exposure
    about = describe(
        applications,
        counts.found,
        [counts.of],
        kind="training_effect",
        title="Change of the gap in recruitment that came with training panels",
        question=(
            "Where panels were trained, did the gap between groups narrow, beyond what happened "
            "where they were not?"
        ),
        definition=(
            "How far the odds of a group against the reference, among candidates for the same "
            "vacancy, moved once a service's panels had been trained, beyond how they moved in the "
            "services that still waited."
        ),
        period=period,
        confidence=confidence,
        stages=counts.stages,
        reference=counts.label(reference),
        caveats=(
            *([SECONDARY_CAVEAT] if SECONDARY in wanted else []),
            *dropped_words(counts, told),
            *exposure.notes,
        ),
    )
    said = decided.words(counts.of, wanted, counts.panel_days()) if decided else NOT_PLANNED
    if decided and decided.covers(counts.of, wanted):
        said += _departures(decided, counts, reference, delta, where)
    return replace(
        about,
        groups=(counts.of, "outcome"),
        headings={**about.headings, "outcome": "Outcome"},
        order={**about.order, "outcome": tuple(label_of(name) for name in wanted)},
        outcome="",
        among="",
        plan=said,
        delta=delta,
    )


def _departures(
    decided: Plan, counts: VacancyCounts, reference: str, delta: float, where: Where
) -> str:
    """Say where a table is not what was planned."""
    named = {reference.casefold(), counts.label(reference).casefold()}
    found = [
        *([f"a change of {delta:g} points matters"] if delta != decided.delta_points else []),
        *(
            [f"compared with “{counts.label(reference)}”"]
            if decided.reference and decided.reference.casefold() not in named
            else []
        ),
        *(["a part of the applications"] if where else []),
    ]
    return f" Departs from the plan: {', '.join(found)}." if found else ""


def dropped_words(counts: VacancyCounts, told: Mapping[str, Sequence[Dropped]]) -> tuple[str, ...]:
    """Say how many vacancies tell something of each outcome, and what became of the others."""
    said = []
    if counts.outside:
        said.append(
            f"{counts.outside:,} vacancies are of no service of the roll-out and are left out."
        )
    for label, groups in told.items():
        left = sorted({dropped.left for dropped in groups})
        of = groups[0].rows if groups else 0
        between = " to ".join(f"{n:,}" for n in dict.fromkeys((left[0], left[-1]))) if left else "0"
        said.append(
            f"{between} of {of:,} vacancies tell something of a comparison at the stage “{label}”."
        )
    said.append(
        "The other vacancies tell nothing: one group was missing, everybody or nobody passed, no "
        "service was still waiting at the time, or the service had its turn before the first of "
        "them."
    )
    return tuple(said)
