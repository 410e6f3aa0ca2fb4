"""Protected tables of what to act on after a staff survey, for the tests of what people read.

One function per kind of figures, with the rows that the measures make: hidden rows, scores in three
units, changes of every verdict, too few people, priorities whose order is known or is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE
from tests.recruitment_samples import made
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.estimates import ALL, About

Row = dict[str, Any]
ENGAGEMENT = "Engagement"
MANAGER, LEADERS, INCLUSION = "My line manager", "Senior leadership", "Inclusion"
LEARNING, WORKLOAD, FAIR = "Learning and development", "Workload", "Fair treatment"
THEMES = (MANAGER, LEADERS, INCLUSION, LEARNING, WORKLOAD, FAIR)
TOPICS = (ENGAGEMENT, *THEMES)
GROUPS = (ASIAN, BLACK, MIXED, WHITE, OTHER)
FIRST, SECOND = "2022", "2024"
BETTER, WORSE = "better", "worse"
SAME, UNTOLD = "no change that matters", "cannot tell"


def about(kind: str, groups: Sequence[str] = ("topic",), **more: Any) -> About:
    """Say what a made-up table of a survey is."""
    words: dict[str, Any] = {
        "title": "Staff survey 2024: what to act on",
        "question": "What should we work on first?",
        "definition": "As the report says.",
        "source": "Made-up Council",
        "population": "staff who answered the survey",
        "base": "all who answered",
        "period": SECOND,
        "counted": "respondents",
        "groups": tuple(groups),
        "headings": {"topic": "Theme or index", "ethnicity": "Ethnic group", "code": "Comment"},
        "order": {"topic": TOPICS, "ethnicity": (*GROUPS, "Prefer not to say")},
        "caveats": ("Answers are anonymous and are never joined to staff records.",),
    }
    return About(**{**words, **more, "kind": kind})


# --- change -------------------------------------------------------------------------------------

CHANGES: dict[str, tuple[float, float, float, str]] = {
    # The first score in hundredths, the change with how far its range reaches, and the verdict.
    ENGAGEMENT: (58.1, 4.2, 1.6, BETTER),
    MANAGER: (61.4, 0.3, 1.5, SAME),
    LEADERS: (44.9, 5.6, 2.2, BETTER),
    INCLUSION: (57.0, -3.9, 2.4, WORSE),
    LEARNING: (49.3, 1.7, 2.6, UNTOLD),
    WORKLOAD: (38.8, -0.6, 2.9, UNTOLD),
    FAIR: (52.2, 0.1, 1.8, SAME),
}


def change_rows(
    topic: str, told: tuple[float, float, float, str], n: int = 900, unit: str = "", **at: str
) -> list[Row]:
    """Make the rows of one score in both waves."""
    first, moved, reach, word = told
    score = unit or ("score_0_100" if topic == ENGAGEMENT else "proportion")
    points = "percentage_points" if score == "proportion" else score
    scale = {"proportion": 0.01, "score_0_10": 0.1}.get(score, 1.0)
    of = {"score_0_10": 0.1}.get(score, 1.0)
    labels = {"topic": topic, **at}
    both = [
        {"measure": name, "period": wave, "value": scale * value, "unit": score, **labels}
        | {"denominator": n, "behind": (n,)}
        for name, wave, value in (("first", FIRST, first), ("second", SECOND, first + moved))
    ]
    period = f"{FIRST} to {SECOND}"
    row = {"measure": "change", "period": period, "value": of * moved, "unit": points, **labels}
    row |= {"lower": of * (moved - reach), "upper": of * (moved + reach), "behind": (n,)}
    parts = [
        {"measure": name, "period": period, "value": of * value, "unit": points, **labels}
        | {"behind": (n,)}
        for name, value in (
            ("change_within", 0.9 * moved),
            ("change_mix", 0.2 * moved),
            ("as_answered", 1.1 * moved),
        )
    ]
    return [*both, row | {"note": word}, *parts]


def change(
    told: Mapping[str, tuple[float, float, float, str]] = CHANGES,
    *,
    unit: str = "",
    hidden: Sequence[str] = (),
) -> Protected:
    """What changed from one wave to the next, score by score."""
    rows = [row for topic in told for row in change_rows(topic, told[topic], unit=unit)]
    return made(rows, about("survey_change"), hidden=[{"topic": one} for one in hidden])


def change_by_group(topics: Sequence[str] = TOPICS) -> Protected:
    """What changed for whom; so few of one group answered that they are hidden."""
    rows: list[Row] = []
    words = (BETTER, UNTOLD, SAME, BETTER, WORSE)
    for place, topic in enumerate(topics):
        first, moved, _, _ = CHANGES[topic]
        for at, group in enumerate((*GROUPS, "Prefer not to say", ALL)):
            word = words[(at + place) % 5]
            shift = {BETTER: 6.0, WORSE: -7.0, SAME: 0.2, UNTOLD: 2.0}[word]
            reach = {SAME: 1.4, UNTOLD: 6.5}.get(word, 3.5)
            if group == ALL:
                shift, reach, word = moved, 1.6, CHANGES[topic][3]
            n = 7 if group == OTHER else 300
            rows += change_rows(topic, (first, shift, reach, word), n, ethnicity=group)
    return made(rows, about("survey_change", ("ethnicity", "topic")))


# --- reliability --------------------------------------------------------------------------------

ALPHAS = {
    ENGAGEMENT: (0.87, 0.88),
    MANAGER: (0.82, 0.83),
    LEADERS: (0.79, 0.80),
    INCLUSION: (0.71, 0.72),
    LEARNING: (0.66, 0.67),
    WORKLOAD: (0.52, math.nan),
}
TWO = "two questions only: alpha and omega say little"


def reliability(
    told: Mapping[str, tuple[float, float]] = ALPHAS, *, hidden: Sequence[str] = ()
) -> Protected:
    """How far the questions of each score hang together; one of them has two questions."""
    rows = []
    for topic, both in told.items():
        for measure, value in zip(("alpha", "omega"), both, strict=True):
            row = {"measure": measure, "topic": topic, "value": value, "unit": "statistic"}
            row |= {"lower": value - 0.02, "upper": value + 0.018, "denominator": 2113}
            note = TWO if math.isnan(both[1]) else ""
            status = "undefined" if math.isnan(value) else ""
            rows.append(row | {"note": note, "status": status, "behind": (2113,)})
    words = about("survey_reliability")
    return made(rows, words, hidden=[{"topic": one} for one in hidden])


# --- drivers ------------------------------------------------------------------------------------

DRIVERS: dict[str, tuple[float, float, float]] = {
    # Share of what is explained with how far its range reaches, and the score.
    MANAGER: (0.31, 0.04, 0.617),
    LEADERS: (0.24, 0.035, 0.505),
    INCLUSION: (0.19, 0.035, 0.531),
    LEARNING: (0.12, 0.03, 0.510),
    WORKLOAD: (0.08, 0.025, 0.382),
    FAIR: (0.06, 0.02, 0.523),
}
EVEN = {topic: (1 / 6 + 0.01 * (2 - at), 0.05, 0.5) for at, topic in enumerate(THEMES)}


def driver_rows(
    told: Mapping[str, tuple[float, float, float]], n: int, unit: str = "proportion", **at: str
) -> list[Row]:
    """Make the rows of one group of people: each theme's share, and all of them together."""
    rows: list[Row] = []
    for topic, (value, reach, score) in told.items():
        labels = {"topic": topic, "denominator": n, "behind": (n,), **at}
        few = n < 100
        share: Row = {"measure": "share_of_explained", "unit": "proportion", **labels}
        if few:
            rows.append(share | {"status": "too_few", "note": "fewer than 100 people"})
        else:
            ends = {"lower": value - reach, "upper": value + reach}
            rows.append(share | {"value": value, **ends})
            rows.append(share | {"measure": "share_of_variance", "value": 0.46 * value})
            correlation = {"measure": "correlation", "unit": "statistic", "value": value + 0.2}
            rows.append({**correlation, **labels})
        scores = {"measure": "score", "unit": unit, "value": score, **labels}
        width = 0.02 if unit == "proportion" else 0.02 * score
        rows.append(scores | {"lower": score - width, "upper": score + width})
    whole = {"measure": "r_squared", "topic": ALL, "unit": "proportion", "denominator": n, **at}
    ends = {"value": 0.46, "lower": 0.43, "upper": 0.49} if n >= 100 else {"status": "too_few"}
    return [*rows, {**whole, "behind": (n,), **ends}]


def drivers(
    told: Mapping[str, tuple[float, float, float]] = DRIVERS,
    *,
    n: int = 2113,
    unit: str = "proportion",
    hidden: Sequence[str] = (),
) -> Protected:
    """What engagement goes with."""
    words = about("survey_drivers", outcome=ENGAGEMENT)
    return made(driver_rows(told, n, unit), words, hidden=[{"topic": one} for one in hidden])


def drivers_by_group() -> Protected:
    """What engagement goes with for whom; there are too few of one group, and one is hidden."""
    rows: list[Row] = []
    sizes = (421, 230, 66, 1270, 6, 2113)
    for place, (group, n) in enumerate(zip((*GROUPS, ALL), sizes, strict=True)):
        told = DRIVERS
        if place == 1:
            told = {topic: (*EVEN[topic][:2], DRIVERS[topic][2]) for topic in THEMES}
        rows += driver_rows(told, n, ethnicity=group)
    return made(rows, about("survey_drivers", ("ethnicity", "topic"), outcome=ENGAGEMENT))


# --- priorities ---------------------------------------------------------------------------------

PLANNED = "1 action in the plan (Director of Law and Governance), next due 31 October 2026"
NO_ACTION, NO_PLAN = "no action in the plan yet", "no plan was given to look for actions in"
PRIORITIES: dict[str, tuple[float, tuple[int, int], float, float, str, float, str]] = {
    # Product, range of ranks, score, gap that weighs most, for whom, link, actions in the plan.
    INCLUSION: (0.97, (1, 2), 0.531, -14.8, "Disabled", 0.19, PLANNED),
    LEADERS: (0.77, (1, 3), 0.505, -8.8, BLACK, 0.24, NO_ACTION),
    MANAGER: (0.53, (2, 4), 0.617, -6.0, "Disabled", 0.31, NO_ACTION),
    LEARNING: (0.25, (3, 5), 0.510, -5.6, BLACK, 0.12, NO_ACTION),
    WORKLOAD: (0.12, (4, 6), 0.382, -3.3, "Women", 0.08, NO_ACTION),
    FAIR: (0.09, (4, 6), 0.523, -2.1, BLACK, 0.06, NO_ACTION),
}
"""Of the last one, the gap cannot be told from none."""
CLEAR = {
    topic: (one[0], (place, place), *one[2:])
    for place, (topic, one) in enumerate(PRIORITIES.items(), start=1)
}


NOT_PLANNED = {topic: (*one[:6], NO_PLAN) for topic, one in PRIORITIES.items()}
LEVEL = {topic: (0.0, (1, 6), *one[2:]) for topic, one in PRIORITIES.items()}
"""No group lies behind by more than chance would make it."""


def priorities(
    told: Mapping[str, tuple[float, tuple[int, int], float, float, str, float, str]] = PRIORITIES,
    *,
    hidden: Sequence[str] = (),
    **more: Any,
) -> Protected:
    """The themes as a table to act on."""
    rows: list[Row] = []
    order = sorted(told, key=lambda topic: -told[topic][0])
    for topic in THEMES:
        if topic not in told:
            continue
        value, (low, high), score, gap, whom, link, actions = told[topic]
        labels = {"topic": topic, "behind": (420,)}
        product: Row = {"measure": "priority", "unit": "statistic", "value": value, **labels}
        product |= {"lower": 0.6 * value, "upper": 1.5 * value or 0.2, "note": actions}
        rank = {"measure": "rank", "unit": "statistic", "value": 1 + order.index(topic), **labels}
        scores = {"measure": "score", "unit": "proportion", "value": score, **labels}
        gaps = {"measure": "gap", "unit": "percentage_points", "value": gap, **labels}
        gaps |= {"lower": gap - 3.1, "upper": gap + 3.1, "compared": whom, "reference": "the rest"}
        rows += [
            product,
            {**rank, "lower": low, "upper": high},
            {**scores, "lower": score - 0.02, "upper": score + 0.02},
            gaps,
            {"measure": "driver", "unit": "proportion", "value": link, **labels},
        ]
    words = about("survey_priorities", outcome=ENGAGEMENT, **more)
    return made(rows, words, hidden=[{"topic": one} for one in hidden])


# --- comments -----------------------------------------------------------------------------------

COMMENTS = {
    "Pay and reward": 212,
    "Workload and staffing": 341,
    "Managers": 158,
    "Buildings and equipment": 64,
    "Harassment": 6,
    "Something else": 97,
}


def comments(told: Mapping[str, int] = COMMENTS, *, whole: int = 640) -> Protected:
    """How many comments have each code, and how many there are; one is hidden as it has so few."""
    rows = [_coded(code, n) for code, n in {**told, ALL: whole}.items()]
    order = {"code": (*told, ALL)}
    return made(rows, about("survey_comments", ("code",), counted="comments", order=order))


def comments_by_group() -> Protected:
    """How many comments of each group have each code."""
    rows = []
    for group, part in ((ASIAN, 0.2), (WHITE, 0.8), (ALL, 1.0)):
        for code, n in {**COMMENTS, ALL: 640}.items():
            rows.append({**_coded(code, round(part * n)), "ethnicity": group})
    order = {"code": (*COMMENTS, ALL), "ethnicity": (ASIAN, WHITE, ALL)}
    words = about("survey_comments", ("code", "ethnicity"), counted="comments", order=order)
    return made(rows, words)


def _coded(code: str, n: int) -> Row:
    row = {"measure": "comments", "code": code, "value": n, "numerator": n, "unit": "people"}
    return {**row, "behind": (n,)}


# --- published results --------------------------------------------------------------------------

ORGANISATIONS = ("North", "South", "West")
SEVERAL = "All organisations"
QUESTIONS = ("Bullied (% selecting 'Yes')", "Engagement index")


def published(*, by: bool = True, scored: bool = True) -> Protected:
    """What a survey found in three organisations; one suppressed a score of a small group."""
    rows: list[Row] = []
    for topic, unit, value in zip(
        QUESTIONS, ("proportion", "score_0_100"), (0.08, 61.0), strict=True
    ):
        for at, group in enumerate(("Ethnic Minority", "White") if by else ("",)):
            labels = {"topic": topic, **({"response": group} if by else {}), "unit": unit}
            for place, name in enumerate((*ORGANISATIONS, SEVERAL)):
                row = {"measure": "score", "organisation": name, **labels}
                if not scored or (by and (place, at) == (0, 0)):
                    rows.append(row | {"status": "suppressed", "note": "by its publisher"})
                    continue
                note = "of several organisations" if name == SEVERAL else ""
                rows.append(row | {"value": value * (1 + 0.1 * place), "note": note})
            for end, part in (("lower_quartile", 1.05), ("median", 1.1), ("upper_quartile", 1.15)):
                row = {"measure": end, "organisation": ALL, **labels}
                rows.append(row | ({"value": part * value} if scored else {"status": "undefined"}))
            n = 3 - (by and not at) if scored else 0
            shown = {"measure": "share_shown", "organisation": ALL, **labels, "value": n / 3}
            rows.append({**shown, "unit": "proportion", "numerator": n, "denominator": 3})
    order = {"organisation": (ALL, *ORGANISATIONS, SEVERAL), "topic": QUESTIONS}
    groups = ("organisation", *(["response"] if by else []), "topic")
    headings = {"organisation": "Organisation", "response": "Response", "topic": "Theme or index"}
    words = {"order": order, "headings": headings, "counted": "organisations"}
    return made(rows, about("survey_published", groups, **words))


EVERY: dict[str, Callable[[], Protected]] = {
    "change": change,
    "change with hidden": partial(change, hidden=(LEADERS,)),
    "change of elements": partial(change, unit="score_0_10"),
    "change of one": partial(change, {INCLUSION: CHANGES[INCLUSION]}),
    "change by group": change_by_group,
    "reliability": reliability,
    "reliability with hidden": partial(reliability, hidden=(MANAGER,)),
    "drivers": drivers,
    "drivers all alike": partial(drivers, EVEN),
    "drivers with hidden": partial(drivers, hidden=(LEADERS,)),
    "drivers of few": partial(drivers, n=60),
    "drivers by group": drivers_by_group,
    "priorities": priorities,
    "priorities in a clear order": partial(priorities, CLEAR),
    "priorities with hidden": partial(priorities, hidden=(LEADERS,)),
    "priorities without a plan": partial(priorities, NOT_PLANNED),
    "priorities that do not stand out": partial(priorities, LEVEL),
    "comments": comments,
    "comments by group": comments_by_group,
    "published": published,
    "published of all": partial(published, by=False),
}
"""All tables that are drawn, written and said."""
