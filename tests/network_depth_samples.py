"""Protected tables of who comes to networks' events, who stays, and whom networks do not reach.

One function per kind of figures, with the rows that the measures make: hidden rows, networks from
monthly counts alone, years that cannot be seen to their end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE
from tests.recruitment_samples import made, rate
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.estimates import ALL, About

RANGE = ("numerator", "denominator", "lower", "upper")
Row = dict[str, Any]
NETWORKS = ("Carers", "Disability", "LGBTQ+", "Race", "Women", "Young")
MONTHS = (0, 3, 6, 12, 18, 24, 36)
HEADINGS = {
    "network": "Staff network",
    "month": "After joining",
    "cohort": "Joined in",
    "ethnicity": "Ethnic group",
    "sex": "Sex",
    "grade_band": "Grade band",
}


def about(kind: str, groups: Sequence[str], **more: Any) -> About:
    """Say what a made-up table of networks is."""
    words: dict[str, Any] = {
        "title": "Staff networks, 1 April 2024 to 31 March 2025",
        "question": "Who takes part in staff networks?",
        "definition": "Members are those on the lists of the networks.",
        "source": "Lists of members of staff networks",
        "population": "members of staff networks",
        "base": "812 memberships of 640 people",
        "period": "2024-04-01 to 2025-03-31",
        "counted": "people",
        "groups": tuple(groups),
        "headings": {name: HEADINGS[name] for name in groups},
        "order": {"network": (*NETWORKS, ALL)},
        "caveats": (
            "Membership reveals protected characteristics: only sums are shown, and none under 10.",
        ),
    }
    return About(**{**words, **more, "kind": kind})


def _number(measure: str, n: float, unit: str = "people", **at: Any) -> Row:
    return {"measure": measure, "value": n, "numerator": n, "unit": unit, "behind": (n,), **at}


# --- who comes ----------------------------------------------------------------------------------

CAME: dict[str, tuple[int, tuple[int, int, int, int]]] = {
    # Members, and how many of those who were members throughout came in 30, 60, 90 and 365 days.
    "Carers": (103, (11, 19, 26, 48)),
    "Disability": (92, (12, 20, 27, 45)),
    "LGBTQ+": (118, (14, 24, 33, 61)),
    "Race": (290, (41, 68, 93, 166)),
    "Women": (205, (26, 41, 55, 101)),
    "Young": (33, (2, 6, 11, 15)),
    ALL: (640, (94, 155, 212, 371)),
}
"""Of one network so few came in 30 days that it is hidden."""
DAYS = (30, 60, 90, 365)
SAME = (
    "Active: members throughout who came to at least one event. Members throughout: those who were "
    "members on each of the last 365 days; shares over fewer days are of the same people."
)
EACH = (
    "Active: members throughout who came to at least one event. Members throughout: for each "
    "number of days, those who were members on each of them."
)


def activity(
    came: Mapping[str, tuple[int, tuple[int, int, int, int]]] = CAME,
    *,
    days: Sequence[int] = DAYS,
    same: bool = True,
    counts_alone: bool = False,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """How many members of each network came, how often, and who they were."""
    rows: list[Row] = []
    for network, (members, each) in came.items():
        at = {"network": network}
        per_month = 0.08 + sum(each) / members / 20
        row = {"measure": "attendances_per_member_month", "value": per_month, **at}
        row |= {"unit": "per_member_month", "behind": (members,)}
        ranged = {"lower": 0.84 * per_month, "upper": 1.19 * per_month}
        rows.append(row | ({} if counts_alone else ranged))
        attendances = round(12 * members * per_month)
        rows.append(_number("attendances", attendances, "events", **at))
        if counts_alone:
            share = rate("came_in_a_month", round(0.9 * per_month * members), members, **at)
            rows.append({name: one for name, one in share.items() if name not in RANGE})
            continue
        rows.append(_number("events", 12 if network != ALL else 72, "events", **at))
        throughout = (0.8,) * 4 if same else (0.98, 0.96, 0.94, 0.8)
        for length, n, part in zip(DAYS, each, throughout, strict=True):
            if length in days:
                rows.append(rate(f"active_{length}", n, round(part * members), **at))
        rows += _habits(network, members, each[-1])
    words = about("network_activity", ("network",), **{"definition": SAME if same else EACH} | more)
    return made(rows, words, hidden=hidden)


def _habits(network: str, members: int, came: int) -> list[Row]:
    at = {"network": network}
    half = max(1, round(came / 6))
    return [
        rate("repeat", round(0.55 * came), came, **at),
        rate("first_event_90", round(0.07 * members), round(0.2 * members), **at),
        rate("in_work_time", 8, 12, **at) | {"behind": ()},
        {"measure": "carried_by", "value": half / came, "unit": "proportion", "behind": (half,)}
        | at,
        _number("came", came, **at),
        _number("came_not_members", round(0.1 * came), **at),
    ]


# --- who stays ----------------------------------------------------------------------------------

LEAVING = {
    # Of a hundred who join: who leave the network, and who the organisation, by the last month.
    "Carers": (34.0, 15.0),
    "Disability": (31.0, 17.0),
    "LGBTQ+": (42.0, 14.0),
    "Race": (37.0, 18.0),
    "Women": (35.0, 12.0),
    "Young": (51.0, 22.0),
    ALL: (37.5, 16.0),
}


def retention(
    leaving: Mapping[str, tuple[float, float]] = LEAVING,
    *,
    of: str = "network",
    p_value: float = 0.012,
    lapse: Sequence[int] = (60, 90, 180, 365),
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """How many of those who joined had left by each month, the test, and those who lapsed."""
    rows: list[Row] = []
    for place, (group, ends) in enumerate(leaving.items()):
        risk = 700 if group == ALL else 60 + 30 * place
        for month in MONTHS:
            at = {of: group, "month": str(month)}
            left, gone = (0.01 * end * _curve(month) for end in ends)
            for measure, share in (("left_network", left), ("left_council", gone)):
                half = 0.0 if not month else 1.1 / math.sqrt(risk) * (0.4 + share)
                rows.append(
                    {
                        "measure": measure,
                        "value": share,
                        "lower": max(0.0, share - half),
                        "upper": min(1.0, share + half),
                        "unit": "proportion",
                        "n_effective": round(risk * (1 - left - gone) * (1 - month / 60)),
                        **at,
                    }
                )
            rows.append(
                {"measure": "still_member", "value": 1 - left - gone, "unit": "proportion", **at}
            )
        members = 640 if group == ALL else 60 + 30 * place
        for days in lapse:
            share = round(members * (0.75 - days / 1000))
            rows.append(rate(f"lapsed_{days}", share, members, **{of: group, "month": ""}))
    test = {"measure": "log_rank", "value": 14.6, "p_value": p_value, "unit": "statistic"}
    rows.append(test | {of: ALL, "month": ""})
    order = {of: tuple(leaving), "month": tuple(str(month) for month in MONTHS)}
    definition = (
        "Of those who joined, the share who had left. Lapsed: of those who have been members for "
        "365 days or more, those who came to none of the network's events."
    )
    words = {"order": order, "definition": definition} | more
    words = about("network_retention", (of, "month"), **words)
    return made(rows, words, hidden=hidden)


def _curve(month: int) -> float:
    return (1 - math.exp(-0.045 * month)) / (1 - math.exp(-0.045 * 36))


JOINED = {
    "2021/22": (210, (201, 190, 166, 139, 117)),
    "2022/23": (232, (225, 213, 187, 152)),
    "2023/24": (251, (244, 233, 204)),
    "2024/25": (268, (258,)),
}
"""Who joined in a year, and how many were still members 3, 6, 12, 24 and 36 months later."""


def cohorts(
    joined: Mapping[str, tuple[int, tuple[int, ...]]] = JOINED,
    *,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """How many of each year's joiners were still members, as far as all could be seen."""
    later = (3, 6, 12, 24, 36)
    rows = [
        rate("still_member", n, everybody, cohort=year, month=str(month))
        for year, (everybody, still) in joined.items()
        for month, n in zip(later, still, strict=False)
    ]
    order = {"cohort": tuple(joined), "month": tuple(map(str, later))}
    words = about(
        "network_cohorts",
        ("cohort", "month"),
        **{"order": order, "title": "Staff networks: who stays, by year of joining"} | more,
    )
    return made(rows, words, hidden=hidden)


def no_cohorts() -> Protected:
    """Nobody joined so long ago that a whole year could be followed."""
    table = cohorts()
    return replace(table, _frame=table.to_frame().iloc[:0].reset_index(drop=True))


# --- whom networks do not reach -----------------------------------------------------------------

REACHED: dict[str, tuple[int, int, tuple[float, float, float]]] = {
    # Members, people, and the difference from the reference, like with like.
    ASIAN: (98, 702, (1.9, -0.9, 4.7)),
    BLACK: (71, 338, (9.4, 5.1, 13.9)),
    MIXED: (14, 150, (-2.1, -6.4, 2.3)),
    WHITE: (432, 3890, (math.nan, math.nan, math.nan)),
    OTHER: (3, 43, (-4.6, -9.9, 2.8)),
}
"""Of one group so few are members that its figures are hidden."""
GRADES: dict[str, tuple[int, int, tuple[float, float, float]]] = {
    "Grades 1 to 4": (182, 2900, (-10.6, -12.7, -8.5)),
    "Grades 5 to 7": (300, 1800, (math.nan, math.nan, math.nan)),
    "Grades 8 to 10": (140, 640, (4.9, 1.1, 8.7)),
    "Senior leadership": (18, 103, (0.4, -6.1, 8.6)),
}


def reach_gaps(
    reached: Mapping[str, tuple[int, int, tuple[float, float, float]]] = REACHED,
    *,
    of: str = "ethnicity",
    adjusted: bool = True,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """How many of each group are members, and how far that is from the reference."""
    reference = next(one for one, figures in reached.items() if math.isnan(figures[2][0]))
    rows: list[Row] = []
    for group, (n, people, like) in reached.items():
        own = rate("rate", n, people, **{of: group})
        rows.append(own | ({"status": "reference"} if group == reference else {}))
        rows.append(_number("not_reached", people - n, **{of: group}) | {"behind": (n,)})
        if group != reference:
            rows += _differences(reached, group, reference, of, like if adjusted else ())
    like_words = ", and among people with like grade band and service" if adjusted else ""
    words = about(
        "network_reach_gaps",
        (of,),
        **{
            "title": "Members of any staff network, by ethnic group, 31 March 2025",
            "definition": f"Members, of all people in the group{like_words}.",
            "period": "2025-03-31",
            "reference": reference,
            "outcome": "being a member of any staff network",
            "among": "the workforce",
            "order": {of: tuple(reached)},
        }
        | more,
    )
    return made(rows, words, hidden=hidden)


def _differences(
    reached: Mapping[str, Any], group: str, reference: str, of: str, like: Sequence[float]
) -> list[Row]:
    (n, people, _), (m, others, _) = reached[group], reached[reference]
    apart = 100 * (n / people - m / others)
    half = 196 * math.sqrt(n / people * (1 - n / people) / people + 0.00002)
    at = {of: group, "compared": group, "reference": reference, "behind": (n, m)}
    at |= {"numerator": n, "denominator": people}
    points = {"unit": "percentage_points", "p_value": 0.03, "q_value": 0.06, **at}
    rows = [
        {"measure": "gap", "value": apart, "lower": apart - half, "upper": apart + half, **points}
    ]
    if like:
        value, lower, upper = like
        rows.append(
            {"measure": "gap_adjusted", "value": value, "lower": lower, "upper": upper, **points}
        )
        ratio = {"value": math.exp(value / 10), "lower": math.exp(lower / 10)}
        ratio |= {"upper": math.exp(upper / 10), "unit": "odds_ratio"}
        rows.append({"measure": "odds_ratio_adjusted", **ratio, **at})
    return rows


EVERY: dict[str, Callable[[], Protected]] = {
    "activity": activity,
    "activity by one span": lambda: activity(days=(90,), same=False),
    "activity from counts": lambda: activity(counts_alone=True),
    "activity hidden": lambda: activity(hidden=[{"network": ALL}]),
    "retention": retention,
    "retention by sex": lambda: retention(
        {"Female": (39.0, 15.0), "Male": (35.0, 17.0), ALL: (37.5, 16.0)}, of="sex", p_value=0.41
    ),
    "retention with a network hidden": lambda: retention(hidden=[{"network": "Young"}]),
    "retention with ends before those of others": lambda: retention(
        {**LEAVING, "Race": (0.0, 0.0)},
        hidden=[
            {"network": network, "month": month}
            for network, first in (("Race", 3), ("Women", 6))
            for month in map(str, MONTHS[MONTHS.index(first) + 1 :])
        ],
    ),
    "cohorts": cohorts,
    "cohorts with one hidden": lambda: cohorts(hidden=[{"cohort": "2022/23", "month": "12"}]),
    "no cohorts yet": no_cohorts,
    "reach gaps": reach_gaps,
    "reach gaps by grade": lambda: reach_gaps(GRADES, of="grade_band"),
    "reach gaps as they are": lambda: reach_gaps(adjusted=False),
}
"""Every kind, as the measures make it."""
