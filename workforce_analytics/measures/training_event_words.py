"""What has to be said of an event study of training: its times, its title, its caveats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workforce_analytics.counting.stage_words import VERBS
from workforce_analytics.estimates import ALL, About
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.recruitment_tables import Where, describe
from workforce_analytics.measures.training_plan import NOT_PLANNED, Plan
from workforce_analytics.measures.training_vacancies import VacancyCounts, period_of_counts

TIME = "time"


def time_label(since: int) -> str:
    """Say how many quarters after training something was.

    Examples
    --------
    >>> time_label(-2), time_label(0), time_label(1)
    ('2 quarters before', 'quarter of training', '1 quarter after')
    """
    if since == 0:
        return "quarter of training"
    quarters = f"{abs(since)} quarter{'' if abs(since) == 1 else 's'}"
    return f"{quarters} {'before' if since < 0 else 'after'}"


def about_event_study(
    applications: Extract,
    counts: VacancyCounts,
    reference: str,
    seen: Sequence[int],
    *,
    too_early: int,
    where: Where,
    confidence: float,
    decided: Plan | None,
) -> About:
    """Say what a reader must know of the table; `seen` are the quarters that rows are of."""
    what = VERBS[counts.stages[1]]
    about = describe(
        applications,
        counts.found,
        [counts.of],
        kind="training_event_study",
        title=f"The gap in {what}, quarter by quarter before and after training",
        question="How did the gap between groups move, quarter by quarter, before and after panels "
        "were trained?",
        definition=(
            "How far the rate of a group against that of the reference, among candidates for the "
            "same vacancy, moved in services since their last quarter before training, beyond how "
            "it moved in services that still waited; before training, from a quarter to the next."
        ),
        period=period_of_counts(applications, counts, where),
        confidence=confidence,
        stages=counts.stages,
        reference=counts.label(reference),
        caveats=(*_caveats(counts, too_early), *counts.exposure.notes),
    )
    times = tuple(time_label(since) for since in seen)
    what_was_planned = (
        decided.words(counts.of, [counts.stages[1]], counts.panel_days())
        if decided
        else NOT_PLANNED
    )
    return replace(
        about,
        plan=what_was_planned,
        delta=decided.delta_points if decided else about.delta,
        groups=(counts.of, TIME),
        headings={**about.headings, TIME: "Quarters from training"},
        order={**about.order, TIME: (*times, ALL)},
    )


def _caveats(counts: VacancyCounts, too_early: int) -> list[str]:
    said = [
        "Each service weighs as much as its candidates of both groups make it; a quarter in which "
        "none of its vacancies had both is left out, not counted as no gap.",
        "Panels of the quarter of training that sat before the day count in it, so what training "
        "did shows there only in part.",
    ]
    if not counts.exposure.random:
        said.append(
            "The order of the roll-out was not random in every service: ranges suppose that any "
            "other order was as likely."
        )
    if too_early:
        said.append(
            f"Services trained when the first quarter began, which have no before: "
            f"{too_early}. They are left out."
        )
    if counts.outside:
        said.append(
            f"{counts.outside:,} vacancies are of no service of the roll-out and are left out."
        )
    return said
