"""Protected tables of a made-up council's training, for the tests of what people read.

One function per kind of figures, with the rows that the measures make: hidden rows, rows of nobody,
and effects that the data cannot tell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE
from tests.recruitment_samples import made, rate
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.estimates import ALL, About

MINORITY = "All other ethnic groups combined"
BINARY = (MINORITY, WHITE)
MAIN = (ASIAN, BLACK, MIXED, WHITE, OTHER)
SHORTLISTED, APPOINTED = "Shortlisted", "Appointed"
SECONDARY = "Appointed, of those shortlisted"
OUTCOMES = (SHORTLISTED, APPOINTED, SECONDARY)
BEFORE, AFTER = "Before training", "After training"
PLANNED, NOT_PLANNED = "Planned on 4 March 2024.", "Not planned beforehand."
PERIOD = "2022-04-01 to 2025-03-31"
WHEN = "1 April 2022 to 31 March 2025"
HEADINGS = {
    "ethnicity": "Ethnic group",
    "service": "Service",
    "training": "Training",
    "outcome": "Outcome",
    "time": "Quarter",
    "quarter": "Quarter",
    "month": "Month",
    "change": "Change",
    "check": "Check",
}
Row = dict[str, Any]
Ends = tuple[float, float, float]
NOTHING: Ends = (math.nan, math.nan, math.nan)

SERVICES: dict[str, tuple[str, int, int, int, int, int]] = {
    # Roll-out quarter; seats before and trained; after and trained; visitors among all.
    "Adult Social Care": ("2023/24 Q2", 310, 31, 420, 357, 44),
    "Housing and Homelessness": ("2023/24 Q2", 190, 12, 250, 205, 31),
    "Libraries, Museums, Archives and Community Learning": ("2024/25 Q1", 260, 40, 120, 90, 22),
    "Waste": ("2023/24 Q4", 120, 11, 90, 71, 18),
    "Children's Services": ("2022/23 Q4", 150, 15, 480, 430, 51),
    "Finance": ("", 230, 21, 0, 0, 40),
    "Legal": ("", 14, 3, 0, 0, 2),
}
"""Services in no order; of one so few seats are trained that the share is hidden."""


def about(kind: str, groups: Sequence[str], **more: Any) -> About:
    """Say what a made-up table of training is."""
    words: dict[str, Any] = {
        "title": f"Recruitment training, {WHEN}",
        "question": "Did recruitment training change anything?",
        "definition": "Services with training against services without, at the same time.",
        "source": "Applicant tracking system, training records",
        "population": "applications to the council's vacancies",
        "base": "9,280 applications -> 8,972: 308 withdrawn before the shortlist left out",
        "period": PERIOD,
        "counted": "applications",
        "groups": tuple(groups),
        "headings": {name: HEADINGS[name] for name in groups},
        "reference": WHITE,
        "plan": PLANNED,
        "delta": 1.5,
        "outcome": "being shortlisted",
        "among": "those who applied",
        "caveats": ("91.2% of panel members were found in the staff records.",),
    }
    return About(**{**words, **more, "kind": kind})


def figure(measure: str, ends: Ends, unit: str, **more: Any) -> Row:
    """Make a row of a figure with its interval; one that is no number is undefined."""
    value, lower, upper = ends
    row = {"measure": measure, "unit": unit, **more}
    if math.isnan(value):
        return row | {"status": "undefined"}
    return row | {"value": value, "lower": lower, "upper": upper}


# --- who was trained, and when ------------------------------------------------------------------


def exposure(
    services: Mapping[str, tuple[str, int, int, int, int, int]] = SERVICES,
    *,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """Seats on panels in each service, and how many were taken by people who were trained."""
    sums = [sum(values) for values in zip(*(n[1:] for n in services.values()), strict=True)]
    rows = [
        row
        for service, (quarter, *numbers) in {**services, ALL: ("", *sums)}.items()
        for row in _seats(service, quarter, *numbers)
    ]
    words = about(
        "training_exposure",
        ("service",),
        **{"title": f"Panel members who were trained, {WHEN}", "counted": "panel seats"} | more,
    )
    return made(rows, words, hidden=hidden)


def _seats(
    service: str, quarter: str, before: int, early: int, after: int, late: int, visitors: int
) -> list[Row]:
    at = {"service": service, "period": quarter}
    # One seat in twenty is of somebody whom nobody wrote down.
    everybody = round((before + after) / 0.95)
    return [
        {"measure": "seats", "value": everybody, "numerator": everybody, "unit": "events"}
        | {"behind": (everybody,), **at},
        rate("share_trained_before", early, before, **at),
        rate("share_trained_after", late, after, **at),
        rate("share_of_visitors", visitors, everybody, **at),
    ]


# --- before and after ---------------------------------------------------------------------------

RATES = {
    MINORITY: ((1840, 409), (2010, 531)),
    WHITE: ((2510, 720), (2480, 716)),
}


def rates(
    counts: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = RATES,
    *,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """Each group's rate before and after training, and the gap to the reference."""
    rows: list[Row] = []
    for place, training in enumerate((BEFORE, AFTER)):
        rows += _before_or_after({group: pair[place] for group, pair in counts.items()}, training)
    both = {group: tuple(map(sum, zip(*pair, strict=True))) for group, pair in counts.items()}
    rows += _before_or_after(both, ALL)
    words = about(
        "training_rates",
        ("ethnicity", "training"),
        order={"ethnicity": tuple(counts), "training": (BEFORE, AFTER, ALL)},
        **{"title": f"Being shortlisted before and after training, {WHEN}"} | more,
    )
    return made(rows, words, hidden=hidden)


def _before_or_after(counts: Mapping[str, tuple[int, int]], training: str) -> list[Row]:
    everybody = sum(n for n, _ in counts.values())
    reference, passed = counts[WHITE]
    rows = []
    for group, (n, k) in counts.items():
        at = {"ethnicity": group, "training": training}
        rows += [
            rate("share_of_applicants", n, everybody, **at),
            rate("rate", k, n, **at),
        ]
        if group == WHITE:
            continue
        gap = 100 * (k / n - passed / reference) if n and reference else math.nan
        pair = {"compared": group, "reference": WHITE, "behind": (k, passed)}
        unit = "percentage_points"
        rows += [
            figure("gap", (gap, gap - 2.1, gap + 2.1), unit, **at, **pair),
            figure("gap_within_vacancies", (gap + 0.6, gap - 1.6, gap + 2.8), unit, **at, **pair),
        ]
    return rows


# --- the effect ---------------------------------------------------------------------------------

NARROWED = {
    "points": (2.4, 1.4, 3.3),
    "odds": (1.31, 1.15, 1.49),
    "people": (49.0, 30.0, 70.0),
    "without": -6.1,
    "with": -3.7,
    "p": 0.004,
    "verdict": "narrowed",
}
UNTOLD = {
    "points": (0.6, -1.3, 2.4),
    "odds": (1.12, 0.79, 1.58),
    "people": (12.0, -27.0, 50.0),
    "without": -1.9,
    "with": -1.3,
    "p": 0.51,
    "verdict": "cannot tell",
}
SAME = {
    "points": (0.2, -0.7, 1.1),
    "odds": (1.02, 0.94, 1.1),
    "people": (4.0, -14.0, 22.0),
    "without": -2.0,
    "with": -1.8,
    "p": 0.64,
    "verdict": "no change that matters",
}
WIDENED = {
    "points": (-3.1, -5.2, -1.1),
    "odds": (0.78, 0.65, 0.93),
    "people": (-31.0, -52.0, -11.0),
    "without": -2.0,
    "with": -5.1,
    "p": 0.01,
    "verdict": "widened",
}
TOO_FEW = {
    "points": NOTHING,
    "odds": NOTHING,
    "people": NOTHING,
    "without": math.nan,
    "with": math.nan,
    "p": math.nan,
    "verdict": "cannot tell: fewer than 5 services have been trained or can be compared",
}
EFFECTS = {MINORITY: {SHORTLISTED: NARROWED, APPOINTED: UNTOLD, SECONDARY: SAME}}


def effect(
    effects: Mapping[str, Mapping[str, Mapping[str, Any]]] = EFFECTS,
    *,
    groups: Sequence[str] = BINARY,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """What changed for each group and outcome where panels were trained."""
    rows = [
        row
        for group, outcomes in effects.items()
        for outcome, told in outcomes.items()
        for row in _effect(group, outcome, told)
    ]
    words = about(
        "training_effect",
        ("ethnicity", "outcome"),
        order={"ethnicity": tuple(groups), "outcome": OUTCOMES},
        **{"title": f"What changed where panels were trained, {WHEN}"} | more,
    )
    return made(rows, words, hidden=hidden)


def effect_of_nothing() -> Protected:
    """Too few services: of each outcome only the verdict and why, as there is nothing to model."""
    at = {"ethnicity": MINORITY, "compared": MINORITY, "reference": WHITE}
    why = "4 services are fewer than 5"
    rows = []
    for outcome in OUTCOMES[:2]:
        row = {**at, "outcome": outcome, "n_effective": 41.0, "clusters": 4.0}
        rows += [
            {"measure": "effect", "unit": "odds_ratio", "status": "undefined", "note": why, **row},
            {"measure": "verdict", "unit": "statistic", "note": f"cannot tell: {why}", **at}
            | {"outcome": outcome},
        ]
    order = {"ethnicity": BINARY, "outcome": OUTCOMES[:2]}
    words = about("training_effect", ("ethnicity", "outcome"), order=order)
    return made(rows, words)


def _effect(group: str, outcome: str, told: Mapping[str, Any]) -> list[Row]:
    at = {"ethnicity": group, "outcome": outcome, "compared": group, "reference": WHITE}
    tested = {"p_value": told["p"], "q_value": told["p"], "n_effective": 812, "clusters": 38}
    wider = tuple(end * stretch for end, stretch in zip(told["odds"], (1, 0.97, 1.03), strict=True))
    points, odds = "percentage_points", "odds_ratio"
    return [
        figure("effect", told["odds"], odds, **at, **tested)
        | {"method": "conditional logit by vacancy; randomisation test"},
        figure("effect_points", told["points"], points, **at),
        figure("effect_people", told["people"], "people", **at),
        figure("gap_without", (told["without"], math.nan, math.nan), points, **at),
        figure("gap_with", (told["with"], math.nan, math.nan), points, **at),
        figure("pooled", told["odds"], odds, **at) | {"note": "0.0% of its weights are negative"},
        figure("jackknife", wider, odds, **at, p_value=told["p"]),
        figure("wild_bootstrap", wider, odds, **at, p_value=told["p"]),
        figure("dose", told["odds"], odds, **at) | {"note": "self-selected"},
        {"measure": "verdict", "unit": "statistic", "note": told["verdict"], **at},
    ]


def effect_by_group(**more: Any) -> Protected:
    """Four groups against the reference: each of the verdicts, and one that is hidden."""
    effects = {
        ASIAN: {SHORTLISTED: NARROWED, APPOINTED: UNTOLD, SECONDARY: UNTOLD},
        BLACK: {SHORTLISTED: SAME, APPOINTED: WIDENED, SECONDARY: UNTOLD},
        MIXED: {SHORTLISTED: UNTOLD, APPOINTED: TOO_FEW, SECONDARY: TOO_FEW},
        OTHER: {SHORTLISTED: UNTOLD, APPOINTED: UNTOLD, SECONDARY: UNTOLD},
    }
    few = [{"ethnicity": OTHER, "outcome": outcome} for outcome in OUTCOMES]
    return effect(effects, groups=MAIN, hidden=few, **more)


def effect_not_told(**more: Any) -> Protected:
    """One outcome, of which nothing can be told."""
    return effect({MINORITY: {SHORTLISTED: TOO_FEW}}, **{"plan": NOT_PLANNED} | more)


# --- quarter by quarter -------------------------------------------------------------------------

QUARTERS = (0.4, -0.6, 0.2, -0.3, 0.5, 1.9, 2.6, 2.9, math.nan, 3.4)


def time_label(quarter: int) -> str:
    """Name a quarter by its distance from that of training."""
    if not quarter:
        return "quarter of training"
    plural = "" if abs(quarter) == 1 else "s"
    return f"{abs(quarter)} quarter{plural} {'before' if quarter < 0 else 'after'}"


def event_study(
    quarters: Sequence[float] = QUARTERS,
    *,
    groups: Sequence[str] = (MINORITY,),
    first: int = -5,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """The change in the gap, quarter by quarter from training."""
    rows: list[Row] = []
    unit = "percentage_points"
    labels = [time_label(first + place) for place in range(len(quarters))]
    for turn, group in enumerate(groups):
        at = {"ethnicity": group, "compared": group, "reference": WHITE}
        for place, (label, value) in enumerate(zip(labels, quarters, strict=True)):
            apart = 1.6 + 0.1 * place + 0.5 * turn
            moved = value - 0.7 * turn
            ends = (moved, moved - apart, moved + apart)
            p = max(0.001, 1 - abs(moved) / 4) if not math.isnan(moved) else math.nan
            rows.append(figure("effect_at", ends, unit, **at, time=label, p_value=p))
        rows += [
            figure("effect_overall", (2.5, 1.1, 3.9), unit, **at, time=ALL, p_value=0.01),
            figure("before_overall", (0.0, -1.1, 1.2), unit, **at, time=ALL, p_value=0.93),
        ]
    words = about(
        "training_event_study",
        ("ethnicity", "time"),
        order={"ethnicity": (*groups, WHITE), "time": (*labels, ALL)},
        **{"title": f"Change in the gap in being shortlisted, quarter by quarter, {WHEN}"} | more,
    )
    return made(rows, words, hidden=hidden)


# --- month by month -----------------------------------------------------------------------------


def time_series(
    months: int = 36,
    *,
    start: int = 18,
    groups: Sequence[str] = BINARY,
    few: Sequence[int] = (3, 4),
    by: str = "month",
    **more: Any,
) -> Protected:
    """Rates by month, what the model fits, and what would have been without training."""
    rows: list[Row] = []
    times = [f"{2022 + (3 + n) // 12}-{1 + (3 + n) % 12:02d}" for n in range(months)]
    for turn, group in enumerate(groups):
        for n, when in enumerate(times):
            at = {"ethnicity": group, by: when}
            level = 0.21 + 0.07 * turn + 0.0006 * n
            lift = 0.045 if n >= start and not turn else 0.0
            of = 8 if n in few and not turn else 160
            seen = round(of * (level + lift + 0.02 * math.sin(2.1 * n + turn)))
            rows.append(rate("rate", seen, of, **at))
            fitted = {"unit": "proportion", "behind": (of,), **at}
            rows.append({"measure": "fitted", "value": level + lift, **fitted})
            rows.append({"measure": "fitted_without", "value": level, **fitted})
        at = {"ethnicity": group, by: ALL, "unit": "ratio", "p_value": 0.02}
        ends = ((1.18, 1.05, 1.33), (1.01, 0.93, 1.08))[turn % 2]
        value, lower, upper = ends
        rows += [
            at | {"measure": "level_change", "value": value, "lower": lower, "upper": upper},
            at | {"measure": "slope_change", "value": 1.002, "lower": 0.991, "upper": 1.013},
        ]
        if group != WHITE:
            pair = at | {"compared": group, "reference": WHITE}
            rows += [
                pair
                | {"measure": "level_change_between", "value": 1.17}
                | {"lower": 1.02, "upper": 1.34},
                pair
                | {"measure": "slope_change_between", "value": 1.001}
                | {"lower": 0.988, "upper": 1.015},
            ]
    words = about(
        "training_time_series",
        ("ethnicity", by),
        order={"ethnicity": tuple(groups), by: (*times, ALL)},
        **{"title": f"Being shortlisted, month by month, {WHEN}"} | more,
    )
    return made(rows, words)


# --- how large a change could be told -----------------------------------------------------------

POWER = {
    SHORTLISTED: {1.1: 0.18, 1.2: 0.45, 1.35: 0.82, 1.5: 0.95, 2.0: 1.0},
    APPOINTED: {1.1: 0.08, 1.2: 0.14, 1.35: 0.31, 1.5: 0.52, 2.0: 0.88},
}
SMALLEST: dict[str, tuple[float, float, float, float]] = {
    SHORTLISTED: (1.34, 2.1, 12.0, 900.0),
    APPOINTED: (1.86, 3.9, 46.0, 3400.0),
}


def detectable(
    power: Mapping[str, Mapping[float, float]] = POWER,
    smallest: Mapping[str, tuple[float, float, float, float]] = SMALLEST,
    **more: Any,
) -> Protected:
    """How likely a change of each size would be told, and what it would take to tell delta."""
    rows: list[Row] = []
    changes = sorted({change for curve in power.values() for change in curve})
    labels = tuple(f"odds ratio {change:g}" for change in changes)
    for outcome, curve in power.items():
        for change, chance in curve.items():
            at = {"outcome": outcome, "change": f"odds ratio {change:g}"}
            spread = 1.96 * math.sqrt(chance * (1 - chance) / 200)
            ends = (chance, max(0.0, chance - spread), min(1.0, chance + spread))
            rows.append(figure("power", ends, "proportion", **at))
        whole = {"outcome": outcome, "change": ALL}
        measures = (
            ("smallest_detectable", "odds_ratio"),
            ("smallest_detectable_points", "percentage_points"),
            ("months_needed", "statistic"),
            ("vacancies_needed", "statistic"),
        )
        for (measure, unit), value in zip(measures, smallest[outcome], strict=True):
            rows.append(figure(measure, (value, math.nan, math.nan), unit, **whole))
    words = about(
        "training_detectable",
        ("outcome", "change"),
        order={"outcome": OUTCOMES, "change": (*labels, ALL)},
        **{"title": "How large a change these services could tell"} | more,
    )
    return made(rows, words)


# --- what else could explain it -----------------------------------------------------------------

CHECKS: dict[str, tuple[str, Ends, float, str]] = {
    "Training that had not happened yet": (
        "odds_ratio",
        (1.03, 0.9, 1.18),
        0.64,
        "no change was found before the training took place, as it should be",
    ),
    "Who applied": (
        "odds_ratio",
        (0.98, 0.91, 1.06),
        0.61,
        "the make-up of those who applied did not clearly change with training",
    ),
    "Who declared": (
        "odds_ratio",
        (1.09, 1.01, 1.18),
        0.03,
        "more applicants declared their ethnic group after training, which may be part of it",
    ),
    "An outcome that training cannot move": (
        "odds_ratio",
        (1.2, 0.7, 2.06),
        0.51,
        "who withdrew cannot be seen to have changed, but this check cannot tell",
    ),
    "Vacancies filled by community events": ("odds_ratio", NOTHING, math.nan, ""),
    "Another change at the same time": (
        "odds_ratio",
        (1.28, 1.11, 1.47),
        0.006,
        "the main result is also seen among vacancies that were not name-blind",
    ),
    "Panel members from other services": (
        "proportion",
        (0.076, 0.065, 0.089),
        math.nan,
        "one panel seat in thirteen was taken by somebody of another service",
    ),
}


def threats(
    checks: Mapping[str, tuple[str, Ends, float, str]] = CHECKS,
    *,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """What else could explain the change, each with what it means."""
    rows = [
        figure("check", ends, unit, check=check, p_value=p, note=note)
        for check, (unit, ends, p, note) in checks.items()
    ]
    words = about(
        "training_threats",
        ("check",),
        order={"check": tuple(checks)},
        **{"title": f"What else could explain a change, {WHEN}"} | more,
    )
    return made(rows, words, hidden=hidden)


EVERY: dict[str, Callable[[], Protected]] = {
    "exposure": exposure,
    "exposure of one service": lambda: exposure({"Waste": SERVICES["Waste"]}),
    "exposure of all trained": lambda: exposure(
        {name: seats for name, seats in SERVICES.items() if seats[0]}
    ),
    "rates": rates,
    "effect": effect,
    "effect by group": effect_by_group,
    "effect not told": effect_not_told,
    "effect of nothing": effect_of_nothing,
    "effect widened": lambda: effect({MINORITY: {SHORTLISTED: WIDENED, APPOINTED: SAME}}),
    "event study": event_study,
    "event study of four groups": lambda: event_study(
        groups=(ASIAN, BLACK, MIXED, OTHER),
        hidden=[{"ethnicity": OTHER, "time": time_label(n)} for n in (-5, -4, 1)],
    ),
    "event study of many quarters": lambda: event_study(
        [0.3 * (n % 5) - 0.6 + (2.5 if n > 11 else 0) for n in range(24)], first=-12
    ),
    "event study after only": lambda: event_study((1.2, 2.2), first=0),
    "time series": time_series,
    "time series by quarter": lambda: time_series(12, start=6, few=(), by="quarter"),
    "time series of five groups": lambda: time_series(60, start=30, groups=MAIN),
    "detectable": detectable,
    "detectable of one": lambda: detectable(
        {SECONDARY: POWER[APPOINTED]}, {SECONDARY: (1.9, 4.2, math.nan, math.nan)}
    ),
    "threats": threats,
    "threats of one": lambda: threats({"Who applied": CHECKS["Who applied"]}),
}
"""Every kind of table of training, in its long and its small form."""
