"""Protected tables of a made-up council's staff survey, for the tests of what people read.

One function per kind of figures, with the rows that the measures make: hidden groups, groups that
are too small to test, and questions with other scales.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE
from tests.recruitment_samples import made, rate
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.estimates import ALL, About

Row = dict[str, Any]
NOT_KNOWN = "Undeclared"
ENGAGEMENT = "Engagement"
THEMES = (
    "My line manager",
    "Senior leadership",
    "Inclusion",
    "Learning and development",
    "Workload",
    "Fair treatment",
)
TOPICS = (ENGAGEMENT, *THEMES)
ANSWERED = {ASIAN: 376, BLACK: 163, MIXED: 84, WHITE: 2410, OTHER: 25, NOT_KNOWN: 160}
"""How many of each group answered."""
STAFF = {ASIAN: 702, BLACK: 338, MIXED: 150, WHITE: 3890, OTHER: 43, NOT_KNOWN: 600}
SCORES = dict(zip(TOPICS, (61.3, 70.2, 52.4, 55.1, 58.8, 41.0, 49.7), strict=True))
"""What all staff score: the index from 0 to 100, themes in per cent positive."""
SHIFTS = {ASIAN: -1.1, BLACK: -7.9, MIXED: 0.6, WHITE: 0.9, OTHER: -3.0, NOT_KNOWN: -0.4}
"""How far a group's engagement is from that of all; twice that on inclusion."""
ITEMS = (
    "My line manager listens to me",
    "My line manager tells me when work is good",
    "Senior leaders say clearly where the council is going",
    "I can do my work well in the hours I have",
    "Rules are the same for everybody here",
)
SIDES = {
    2: ("", ""),
    3: ("negative", "neither", "positive"),
    5: ("negative", "negative", "neither", "positive", "positive"),
}
"""On which side of the middle answers are, by how many there are."""
GROUPED = ("Negative", "Neither", "Positive")
AGREEMENT = (
    "Strongly disagree",
    "Disagree",
    "Neither agree nor disagree",
    "Agree",
    "Strongly agree",
)


def about(kind: str, groups: Sequence[str], **more: Any) -> About:
    """Say what a made-up table of the survey is."""
    words: dict[str, Any] = {
        "title": "Staff survey 2024: scores, by ethnic group",
        "question": "What do staff say?",
        "definition": "The mean of what people answered.",
        "source": "Sample City Council",
        "population": "staff who answered the survey",
        "base": "all who answered",
        "period": "2024",
        "counted": "respondents",
        "groups": tuple(groups),
        "headings": {
            "ethnicity": "Ethnic group",
            "service": "Service",
            "whole": "Who",
            "topic": "Theme or index",
            "answer": "Answer",
            "margin": "Characteristic",
            "category": "Group",
        },
        "order": {"ethnicity": tuple(ANSWERED), "topic": TOPICS},
        "caveats": ("Answers are anonymous and are never joined to staff records.",),
    }
    words["order"] = words["order"] | more.pop("order", {})
    return About(**{**words, **more, "kind": kind})


# --- who answered ---------------------------------------------------------------------------------


def response(
    answered: Mapping[str, int] = ANSWERED,
    staff: Mapping[str, int] = STAFF,
    *,
    of: str = "ethnicity",
    likeness: float = 0.912,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """How many of each group answered, and how like staff they are."""
    every, everybody = sum(answered.values()), sum(staff.values())
    rows = [
        rate("response_rate", answered[group], staff[group], **{of: group})
        for group in answered
        if group != NOT_KNOWN
    ]
    if NOT_KNOWN in answered:
        at = {of: NOT_KNOWN, "numerator": answered[NOT_KNOWN], "denominator": staff[NOT_KNOWN]}
        rows.append({"measure": "response_rate", "unit": "proportion", "status": "undefined", **at})
    rows.append(rate("response_rate", every, everybody, **{of: ALL}))
    for group in answered:
        rows.append(rate("share_of_respondents", answered[group], every, **{of: group}))
        rows.append(rate("share_of_eligible", staff[group], everybody, **{of: group}))
    if likeness:
        at = {of: ALL, "unit": "statistic"}
        ends = {"lower": likeness - 0.03, "upper": min(likeness + 0.03, 1.0)}
        rows.append({"measure": "r_indicator", "value": likeness, **ends, **at})
        rows.append({"measure": "largest_bias", "value": 0.08, **at})
    words = {"title": "Staff survey 2024: who answered, by ethnic group"} | more
    order = {of: (*answered, ALL)}
    return made(rows, about("survey_response", (of,), order=order, **words), hidden=hidden)


def response_of_all() -> Protected:
    """How many answered in all, by nothing."""
    rows = [
        rate("response_rate", 3218, 5723, whole=ALL),
        rate("complete_rate", 3011, 5723, whole=ALL),
    ]
    return made(rows, about("survey_response", ("whole",), title="Staff survey 2024: who answered"))


MARGINS = {
    "Sex": {"Female": (2105, 3480, 0.608), "Male": (1113, 2243, 0.392)},
    "Grade band": {
        "Grades 1 to 4": (1502, 3010, 0.526),
        "Grades 5 to 7": (1203, 1950, 0.341),
        "Grades 8 to 10": (460, 660, 0.115),
        "Senior leadership": (53, 103, 0.018),
    },
}
"""For each margin and category: respondents, staff, the share with weights."""
DIAGNOSTICS = {
    "design_effect": 1.09,
    "n_effective": 2952.3,
    "largest_weight": 2.1,
    "trimmed": 0,
    "uncovered": 0,
    "furthest": 0.002,
    "converged": 1,
}


def weights(
    margins: Mapping[str, Mapping[str, tuple[int, int, float]]] = MARGINS,
    *,
    hidden: Sequence[Mapping[str, str]] = (),
    **diagnostics: float,
) -> Protected:
    """What weights change, and what they are worth."""
    rows: list[Row] = []
    for margin, categories in margins.items():
        respondents, staff = (sum(n[at] for n in categories.values()) for at in (0, 1))
        for category, (n, people, weighted) in categories.items():
            at = {"margin": margin, "category": category}
            rows.append(rate("share_of_respondents", n, respondents, **at))
            rows.append(rate("share_of_eligible", people, staff, **at))
            rows.append(
                {"measure": "share_weighted", "value": weighted, "unit": "proportion", **at}
            )
            mean = weighted * respondents / n
            rows.append({"measure": "mean_weight", "value": mean, "unit": "ratio", **at})
    for measure, value in (DIAGNOSTICS | diagnostics).items():
        at = {"margin": ALL, "category": ALL, "unit": "statistic", "denominator": respondents}
        rows.append({"measure": measure, "value": value, **at})
    order = {
        "margin": (*margins, ALL),
        "category": (*(c for one in margins.values() for c in one), ALL),
    }
    words = about(
        "survey_weights", ("margin", "category"), order=order, title="Staff survey 2024: weights"
    )
    return made(rows, words, hidden=hidden)


# --- what was answered ----------------------------------------------------------------------------


def _answers(
    shares: Sequence[float], labels: Sequence[str], n: int, apart: tuple[int, int], **at: str
) -> list[Row]:
    counts = [round(n * share) for share in shares[:-1]]
    counts.append(n - sum(counts))
    rows = [
        rate("share", count, n, answer=label, orientation=side, **at)
        for label, count, side in zip(labels, counts, SIDES[len(labels)], strict=True)
    ]
    for measure, count in zip(("not_applicable", "not_answered"), apart, strict=True):
        number = {"numerator": count, "value": count, "unit": "people", "behind": (count,)}
        label = measure.replace("_", " ").capitalize()
        rows.append({"measure": measure, "answer": label, **number, **at})
    return rows


_SHARES = {
    2: [(0.3, 0.7)],
    3: [(0.14, 0.20, 0.66), (0.21, 0.22, 0.57), (0.29, 0.24, 0.47), (0.44, 0.18, 0.38)],
    5: [(0.04, 0.10, 0.20, 0.41, 0.25), (0.12, 0.31, 0.19, 0.28, 0.10)],
}


def answers(
    items: Sequence[str] = ITEMS,
    labels: Sequence[str] = GROUPED,
    *,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """What was answered to each question."""
    shares = _SHARES[len(labels)]
    rows = [
        row
        for place, item in enumerate(items)
        for row in _answers(
            shares[place % len(shares)], labels, 3218 - 12 * place, (place * 11, 24), topic=item
        )
    ]
    words = about(
        "survey_answers",
        ("topic", "answer"),
        **{
            "order": {"topic": tuple(items), "answer": (*labels, ALL)},
            "title": "Staff survey 2024: answers",
            "headings": {"topic": "Question", "answer": "Answer"},
        }
        | more,
    )
    return made(rows, words, hidden=hidden)


def answers_by_group(
    items: Sequence[str] = ITEMS[:1], *, hidden: Sequence[Mapping[str, str]] = ()
) -> Protected:
    """What each group answered to a few questions."""
    rows: list[Row] = []
    for place, item in enumerate(items):
        for group, n in {**ANSWERED, ALL: sum(ANSWERED.values())}.items():
            positive = 0.66 - 0.1 * place + SHIFTS.get(group, 0.0) * 0.02
            shares = (0.8 - positive, 0.2, positive)
            rows += _answers(shares, GROUPED, n, (0, 11), topic=item, ethnicity=group)
    words = about(
        "survey_answers",
        ("ethnicity", "topic", "answer"),
        order={
            "topic": tuple(items),
            "answer": (*GROUPED, ALL),
            "ethnicity": (*ANSWERED, ALL),
        },
        title="Staff survey 2024: answers, by ethnic group",
        headings={"topic": "Question", "answer": "Answer", "ethnicity": "Ethnic group"},
    )
    return made(rows, words, hidden=hidden)


# --- scores ---------------------------------------------------------------------------------------


def _score(value: float, n: int, at: Mapping[str, str]) -> Row:
    """Make the row of a score; of an index in points, of a theme as a share of its answers."""
    topic = at["topic"]
    spread = 41.0 if topic == ENGAGEMENT else 70.0
    half = 1.96 * spread / math.sqrt(max(n, 1))
    row = {"measure": "score", "denominator": n, "behind": (n,), **at}
    if topic == ENGAGEMENT:
        ends = {"value": value, "lower": value - half, "upper": value + half}
        return row | ends | {"unit": "score_0_100", "inference": "finite_population"}
    value, half = value / 100, half / 100
    ends = {"value": value, "lower": max(value - half, 0.0), "upper": min(value + half, 1.0)}
    return row | ends | {"unit": "proportion", "inference": "finite_population"}


def scores(
    *, topics: Sequence[str] = TOPICS, hidden: Sequence[Mapping[str, str]] = (), **more: Any
) -> Protected:
    """What all staff score, by nothing."""
    rows = [_score(SCORES[topic], 3218, {"topic": topic}) for topic in topics]
    words = about("survey_scores", ("topic",), **{"title": "Staff survey 2024: scores"} | more)
    return made(rows, words, hidden=hidden)


def scores_by_group(
    shifts: Mapping[str, float] = SHIFTS,
    answered: Mapping[str, int] = ANSWERED,
    *,
    of: str = "ethnicity",
    topics: Sequence[str] = TOPICS,
    tests: bool = True,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """What each group scores on each topic, and how far that is from everybody else."""
    rows: list[Row] = []
    for topic in topics:
        rows.append(_score(SCORES[topic], sum(answered.values()), {of: ALL, "topic": topic}))
        for group, n in answered.items():
            at = {of: group, "topic": topic}
            shift = shifts[group] * (2 if topic == "Inclusion" else 1)
            rows.append(_score(SCORES[topic] + shift, n, at))
            if group != NOT_KNOWN:
                rows.append(_difference("against_rest", shift, n, group, at, tests))
    order = {of: (*answered, ALL), "topic": tuple(topics)}
    words = about("survey_scores", (of, "topic"), order=order, **more)
    return made(rows, words, hidden=hidden)


def _difference(
    measure: str, shift: float, n: int, group: str, at: Mapping[str, str], tests: bool = True
) -> Row:
    """Make the row of a difference; of fewer than 30 it is not tested."""
    topic = at["topic"]
    unit = "score_0_100" if topic == ENGAGEMENT else "percentage_points"
    row = {"measure": measure, "unit": unit, "compared": group, "behind": (n,), **at}
    row |= {"reference": "everybody else" if measure == "against_rest" else WHITE}
    if n < 30:
        return row | {"status": "not_tested", "note": "fewer than 30 answered"}
    error = (20.0 if topic == ENGAGEMENT else 35.0) / math.sqrt(n)
    p_value = math.erfc(abs(shift) / error / math.sqrt(2))
    ends = {"value": shift, "lower": shift - 1.96 * error, "upper": shift + 1.96 * error}
    row |= ends | {"denominator": n, "p_value": p_value}
    if measure == "against_rest" and tests:
        row["note"] = "different" if 4 * p_value <= 0.05 else "no clear difference"
    return row | {"q_value": min(4 * p_value, 1.0)}


# --- gaps -----------------------------------------------------------------------------------------


def gaps(
    shifts: Mapping[str, float] = SHIFTS,
    answered: Mapping[str, int] = ANSWERED,
    *,
    of: str = "ethnicity",
    reference: str = WHITE,
    topics: Sequence[str] = TOPICS,
    like: bool = True,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """How far each group is from the reference, as it is, like with like, and which stand out."""
    rows: list[Row] = []
    for place, topic in enumerate(topics):
        for group, n in answered.items():
            at = {of: group, "topic": topic}
            shift = shifts[group] - shifts[reference]
            shift *= 2 if topic == "Inclusion" else 1 if topic == ENGAGEMENT else 0.2 * place
            rows.append(_score(SCORES[topic] + shift, n, at))
            if group in (reference, NOT_KNOWN):
                continue
            gap = _difference("gap", shift, n, group, at)
            if gap.get("q_value", 1.0) < 0.05:
                gap["note"] = "lower" if shift < 0 else "higher"
            rows.append(gap)
            if like and "value" in gap:
                rows += _alike(gap, at, n)
    order = {of: (*answered, ALL), "topic": tuple(topics)}
    words = {
        "title": "Staff survey 2024: differences from White, by ethnic group",
        "definition": "The gap, as it is and among people with like sex and age.",
        "reference": reference,
    } | more
    return made(rows, about("survey_gaps", (of, "topic"), order=order, **words), hidden=hidden)


def _alike(gap: Row, at: Mapping[str, str], n: int) -> list[Row]:
    ends = ("value", "lower", "upper")
    plain = {"unit": gap["unit"], "compared": gap["compared"], "reference": gap["reference"]}
    ratio = {"unit": "odds_ratio", "compared": gap["compared"], "reference": gap["reference"]}
    behind = {"behind": (n,), **at}
    return [
        {"measure": "gap_standardised", **{e: 0.8 * gap[e] for e in ends}, **plain, **behind},
        {"measure": "gap_shrunk", **{e: 0.6 * gap[e] for e in ends}, **plain, **behind},
        {
            "measure": "odds_ratio_adjusted",
            **{e: math.exp(gap[e] / 12) for e in ends},
            **ratio,
            **behind,
        },
    ]


UNITS = {f"Service {at:02d}": 14 + 23 * at for at in range(14)}

EVERY: dict[str, Callable[[], Protected]] = {
    "response": response,
    "response of all": response_of_all,
    "response hidden": lambda: response(hidden=[{"ethnicity": OTHER}]),
    "weights": weights,
    "weights that did not settle": lambda: weights(converged=0, uncovered=12, trimmed=40),
    "answers": answers,
    "answers in full": lambda: answers(ITEMS[:3], AGREEMENT),
    "answers without an order": lambda: answers(["I have had an appraisal"], ("No", "Yes")),
    "answers to one": lambda: answers(ITEMS[:1]),
    "answers by group": answers_by_group,
    "answers to two by group": lambda: answers_by_group(
        ITEMS[:2], hidden=[{"ethnicity": OTHER}, {"ethnicity": MIXED}]
    ),
    "scores": scores,
    "scores of themes": lambda: scores(topics=THEMES),
    "scores by group": lambda: scores_by_group(hidden=[{"ethnicity": OTHER}]),
    "scores by unit": lambda: scores_by_group(
        {unit: at - 7.0 for at, unit in enumerate(UNITS)},
        UNITS,
        of="service",
        title="Staff survey 2024: scores, by unit",
    ),
    "gaps": lambda: gaps(hidden=[{"ethnicity": MIXED, "topic": "Workload"}]),
    "gaps as they are": lambda: gaps(like=False),
    "gaps that are noise": lambda: gaps(dict.fromkeys(SHIFTS, 0.0)),
}
"""Every kind, as the measures make it."""
