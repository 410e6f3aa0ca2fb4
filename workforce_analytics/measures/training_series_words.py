"""What has to be said of rates over time before and after training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from workforce_analytics.counting.stage_words import VERBS
from workforce_analytics.estimates import ALL, About, long_date
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.time_series import POINTS_EACH_SIDE, TimeSeries
from workforce_analytics.measures.recruitment_tables import Where, describe
from workforce_analytics.measures.training_plan import NOT_PLANNED, Plan
from workforce_analytics.measures.training_vacancies import VacancyCounts, period_of_counts

HEADINGS = {"month": "Month", "quarter": "Quarter"}


def about_time_series(
    applications: Extract,
    counts: VacancyCounts,
    reference: str,
    every: str,
    labels: Sequence[str],
    start_on: pd.Timestamp,
    *,
    models: Sequence[TimeSeries],
    part: str,
    where: Where,
    confidence: float,
    decided: Plan | None,
) -> About:
    """Say what a reader must know of the table."""
    what = VERBS[counts.stages[1]]
    day = long_date(f"{start_on:%Y-%m-%d}")
    about = describe(
        applications,
        counts.found,
        [counts.of],
        kind="training_time_series",
        title=f"Rates of {what}, {every} by {every}, before and after training began on {day}",
        question="Did each group's rate change when all panels were trained, beyond where it was "
        "going?",
        definition=f"Share of each group's applications that led to {what}, by the {every} in "
        "which the panel sat, and what a model expects had it gone on as before.",
        period=period_of_counts(applications, counts, where),
        confidence=confidence,
        stages=counts.stages,
        reference=counts.label(reference),
        caveats=(*_caveats(every, models, part), *counts.exposure.notes),
    )
    planned = (
        decided.words(counts.of, [counts.stages[1]], counts.panel_days())
        if decided
        else NOT_PLANNED
    )
    return replace(
        about,
        plan=planned,
        delta=decided.delta_points if decided else about.delta,
        groups=(counts.of, every),
        headings={**about.headings, every: HEADINGS[every]},
        order={**about.order, every: (*labels, ALL)},
    )


def _caveats(every: str, models: Sequence[TimeSeries], part: str) -> list[str]:
    said = [
        "Whatever else changed for all at that time is in these figures too; between groups, what "
        "changed for both alike is not."
    ]
    before, after = (min(getattr(one, side) for one in models) for side in ("before", "after"))
    if any(one.few for one in models):
        said.append(
            f"The model rests on {before} {every}s before and {after} after; under "
            f"{POINTS_EACH_SIDE} on a side it can hardly tell a step from a trend."
        )
    if not any(one.harmonics for one in models):
        said.append("There are not two years, so seasons are not allowed for.")
    if part:
        said.append(
            f"Training began within {part}: that {every} is shown, and left out of the model."
        )
    return said
