"""Which tables does an annual report have, and in how little detail may each be shown?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from workforce_analytics import engine
from workforce_analytics.counting.community import benchmark
from workforce_analytics.counting.dimensions import splitter
from workforce_analytics.counting.structure import GRADE_LEVELS, UNIT_LEVELS
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures import (
    composition,
    participation,
    recruitment,
    training_impact,
)
from workforce_analytics.measures.training_exposure import Exposure
from workforce_analytics.measures.training_plan import read_plan
from workforce_analytics.organisation import Organisation, Progress
from workforce_analytics.publishing.profile import (
    NETWORKS,
    PARTICIPATION,
    RECRUITMENT,
    SURVEY,
    TRAINING,
    WORKFORCE,
)
from workforce_analytics.report_networks import NETWORK_NEEDS, network_tables
from workforce_analytics.report_rungs import (
    Measure,
    Parts,
    heading_of,
    ladder,
    levels_of,
    present,
)
from workforce_analytics.report_survey import SURVEY_NEEDS, survey_tables
from workforce_analytics.settings import PARTS
from workforce_analytics.stepping import Ladder, Rung, rungs

NOT_COMPARED = frozenset({"age"})
"""The community's base is all ages from 16 and few of 65 and over work anywhere: the comparison
would say little else. Ask `against_community` with age_band="16_64" to compare working ages."""
OUTCOMES = ("shortlisted", "appointed")
"""Stages that applicants are compared at, each among all who applied: to compare those appointed
among those shortlisted would hide what shortlisting did."""
FORMAL = frozenset({"disciplinary", "capability"})
"""Of which events only the formal ones count."""
POOLED = 3
"""Years of events that are put together: in one year there are too few to be shown."""

ROLLOUT = "The roll-out of the training"
TRAINING_NEEDS = ("applications", "vacancies", "training", "panels")


def parts_of(organisation: Organisation, chosen: Sequence[str] | None = None) -> Parts:
    """Give the tables of a report: the first under each heading stands on the page.

    Raises
    ------
    UsageError
        The report is to show a characteristic that the workforce extract does not have, or a part
        that there is not.
    """
    characteristics = characteristics_of(organisation)
    wanted = tuple(chosen) if chosen is not None else organisation.settings.report.parts
    strange = [part for part in wanted if part not in PARTS]
    if strange or not wanted:
        raise UsageError(f"parts= takes one or more of {', '.join(PARTS)}.")
    parts: Parts = {}
    if "workforce" in wanted:
        parts[WORKFORCE] = {heading_of(of): _workforce(organisation, of) for of in characteristics}
    if "recruitment" in wanted and organisation.has("applications"):
        there = present(organisation.applications, characteristics)
        parts[RECRUITMENT] = {heading_of(of): _recruitment(organisation, of) for of in there}
    if "training" in wanted and all(map(organisation.has, TRAINING_NEEDS)):
        parts[TRAINING] = _training(
            organisation, present(organisation.applications, characteristics)
        )
    if "participation" in wanted and organisation.has("events"):
        found = {heading_of(of): _participation(organisation, of) for of in characteristics}
        parts[PARTICIPATION] = {heading: tables for heading, tables in found.items() if tables}
    if "survey" in wanted and organisation.has(SURVEY_NEEDS):
        parts[SURVEY] = survey_tables(organisation, characteristics)
    if "networks" in wanted and any(map(organisation.has, NETWORK_NEEDS)):
        parts[NETWORKS] = network_tables(organisation, characteristics)
    return parts


def characteristics_of(organisation: Organisation) -> list[str]:
    """Which characteristics does a report of this organisation show?"""
    workforce: Extract = organisation.workforce
    present = set(engine.columns(workforce.frame))
    known = [item.name for item in workforce.contract.characteristics]
    if "age" in present and "age" not in known:
        known.append("age")
    chosen = organisation.settings.report.characteristics or [n for n in known if n in present]
    absent = [name for name in chosen if name not in present]
    if absent or not chosen:
        raise UsageError(
            f"The workforce extract has no characteristic '{absent[0] if absent else ''}'. "
            f"It has: {', '.join(name for name in known if name in present)}."
        )
    return list(chosen)


# --- workforce profile --------------------------------------------------------------------------


def _workforce(organisation: Organisation, of: str) -> list[Ladder]:
    """Against the community (or the shares alone), by grade, over time.

    Snapshots are never pooled: most people of one stand in the next, and would be counted twice.
    """
    levels = levels_of(organisation, of)
    tables = [ladder(organisation, of, _shares, levels)]
    if of not in NOT_COMPARED and _in_census(organisation, of):
        tables = [ladder(organisation, of, _against, _comparable(organisation, of, levels))]
    splits = _splits(organisation)
    if splits:
        tables.append(ladder(organisation, of, _shares, levels, splits))
    if len(organisation.workforce.snapshots()) > 1:
        tables.append(ladder(organisation, of, _over_time, levels))
    return tables


def _shares(organisation: Organisation, of: str, rung: Rung) -> Estimates:
    return composition.shares(
        organisation.workforce, of=of, by=rung.by or None, level=rung.level, answers=rung.answers
    )


def _against(organisation: Organisation, of: str, rung: Rung) -> Estimates:
    return composition.against_community(
        organisation.workforce, organisation.community, of=of, level=rung.level
    )


def _over_time(organisation: Organisation, of: str, rung: Rung) -> Estimates:
    return composition.over_time(organisation.workforce, of=of, level=rung.level, allow_break=True)


def _comparable(organisation: Organisation, of: str, levels: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the levels above the main one that the census counts of this place do not have."""
    finer = levels[: levels.index("main")]
    first = next((level for level in finer if _census_holds(organisation, of, level)), "main")
    return levels[levels.index(first) :]


def _census_holds(organisation: Organisation, of: str, level: str) -> bool:
    areas = organisation.settings.areas or None
    try:
        benchmark(organisation.community, of=of, areas=areas, level=level)
    except UsageError:
        return False
    return True


def _splits(organisation: Organisation) -> tuple[str, ...]:
    """By what tables are split, from what is asked for to the coarsest that there is."""
    by = organisation.settings.report.by
    graded = organisation.has("grades")
    if not by or (by == "grade_band" and not graded):
        return ()
    coarser = next(
        (names[names.index(by) + 1 :] for names in (GRADE_LEVELS, UNIT_LEVELS) if by in names), ()
    )
    there = [name for name in coarser if graded or name not in GRADE_LEVELS]
    parts = {name: splitter(organisation.workforce, name).known_codes() for name in there}
    return (by, *(name for name, known in parts.items() if len(known) > 1))


def _in_census(organisation: Organisation, of: str) -> bool:
    held = organisation.has("community")
    return held and of in organisation.community.distinct("characteristic")


# --- recruitment --------------------------------------------------------------------------------


def _recruitment(organisation: Organisation, of: str) -> list[Ladder]:
    """The funnel, then each stage's comparison, in all, for like posts, and with the undeclared."""
    levels = levels_of(organisation, of)
    measures: list[Measure] = [_funnel]
    for outcome in OUTCOMES:
        measures += [partial(_likelihood, outcome=outcome), partial(_within, outcome=outcome)]
    measures.append(_undeclared)
    return [ladder(organisation, of, measure, levels) for measure in measures]


# Who withdrew stays in the base, as in the tables that other bodies publish: who left between two
# stages are few, and would hide much else.
IN_BASE = "in"


def _funnel(organisation: Organisation, of: str, rung: Rung) -> Estimates:
    return recruitment.funnel(
        organisation.applications,
        of=of,
        level=rung.level,
        reference="largest",
        withdrawn=IN_BASE,
    )


def _likelihood(organisation: Organisation, of: str, rung: Rung, *, outcome: str) -> Estimates:
    return recruitment.likelihood(
        organisation.applications, of=of, level=rung.level, outcome=outcome, withdrawn=IN_BASE
    )


def _within(organisation: Organisation, of: str, rung: Rung, *, outcome: str) -> Estimates:
    return recruitment.likelihood(
        organisation.applications,
        of=of,
        level=rung.level,
        outcome=outcome,
        strata="vacancy",
        withdrawn=IN_BASE,
    )


def _undeclared(organisation: Organisation, of: str, rung: Rung) -> Estimates:
    return recruitment.undeclared(
        organisation.applications,
        of=of,
        level=rung.level,
        outcome=OUTCOMES[0],
        withdrawn=IN_BASE,
    )


# --- did training panels change anything --------------------------------------------------------


def _training(
    organisation: Organisation, characteristics: Sequence[str]
) -> dict[str, list[Ladder]]:
    """The roll-out, then its effect by characteristic; in full for those that were planned."""
    exposure = exposure_of(organisation)
    in_full = _planned(organisation) or characteristics[:1]
    parts = {
        heading_of(of): _training_tables(organisation, exposure, of)[: None if of in in_full else 1]
        for of in characteristics
    }
    return {**parts, ROLLOUT: [_coverage(exposure)]}


def leadership_tables(
    organisation: Organisation, of: str, simulations: int, progress: Progress | None
) -> list[Ladder]:
    """Give the tables of the one page for the leadership team."""
    exposure = exposure_of(organisation)

    def planning(rung: Rung) -> Estimates:
        return training_impact.detectable(
            organisation.applications,
            exposure,
            of=of,
            level=rung.level,
            simulations=simulations,
            progress=progress,
        )

    ahead = Ladder(of, rungs(levels_of(organisation, of)[-1:]), planning)
    return [*_training_tables(organisation, exposure, of), ahead, _coverage(exposure)]


def planned_of(organisation: Organisation) -> str:
    """Name the characteristic that the effect of training was planned for."""
    return next(iter(_planned(organisation)), "ethnicity")


def _planned(organisation: Organisation) -> Sequence[str]:
    written = organisation.settings.training.plan
    return read_plan(written).characteristics if written else ()


def _coverage(exposure: Exposure) -> Ladder:
    return Ladder("service", rungs(("main",)), lambda rung: exposure.coverage())


def exposure_of(organisation: Organisation) -> Exposure:
    """Give when each service's panels were trained, as organisation.toml says to look at it."""
    choices = organisation.settings.training
    there = {
        name: getattr(organisation, name) if organisation.has(name) else None
        for name in ("panels", "training", "rollout")
    }
    return training_impact.exposure(
        there["panels"],
        there["training"],
        organisation.vacancies,
        rollout=there["rollout"],
        course=choices.course or None,
        date=choices.date,
        kept=organisation.kept,
    )


def _training_tables(organisation: Organisation, exposure: Exposure, of: str) -> list[Ladder]:
    """Give the effect by a characteristic, and what it rests on."""
    measures: list[Callable[..., Estimates]] = [
        training_impact.estimate,
        training_impact.describe,
        training_impact.event_study,
        training_impact.threats,
    ]
    levels = rungs(levels_of(organisation, of)[-1:])

    def at(measure: Callable[..., Estimates]) -> Callable[[Rung], Estimates]:
        return lambda rung: measure(organisation.applications, exposure, of=of, level=rung.level)

    return [Ladder(of, levels, at(measure)) for measure in measures]


# --- access to training, formal procedures ------------------------------------------------------


def _participation(organisation: Organisation, of: str) -> list[Ladder]:
    """What happened to people at work, one table for each kind of event that there is.

    They are rare: in more detail than the coarsest, hardly a count could be shown.
    """
    levels = levels_of(organisation, of)[-1:]
    match = organisation.events.matcher("event")
    there = {match(raw) for raw in organisation.events.distinct("event")}
    listed = organisation.events.contract.field("event")
    known = [item.value for item in listed.categories] if listed else []
    strange = [event for event in organisation.settings.report.events if event not in known]
    if strange:
        raise UsageError(
            f"[report] events: '{strange[0]}' is not an event. Allowed: {', '.join(known)}."
        )
    return [
        ladder(organisation, of, partial(_event, event=event), levels)
        for event in organisation.settings.report.events
        if event in there
    ]


def _event(organisation: Organisation, of: str, rung: Rung, *, event: str) -> Estimates:
    # The last year stands on its own start, so as many years as there are snapshots but one.
    years = min(POOLED, max(1, len(organisation.workforce.snapshots()) - 1))
    return participation.likelihood(
        organisation.events,
        organisation.workforce,
        of=of,
        level=rung.level,
        event=event,
        formal=True if event in FORMAL else None,
        years=years,
    )
