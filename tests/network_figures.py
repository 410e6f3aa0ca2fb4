"""Protected tables of a made-up council's staff networks, for the tests of what people read.

One function per kind of figures, with the rows that the measures make: hidden rows, networks that
began later, and tables from monthly counts alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.recruitment_samples import made, rate
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.estimates import ALL, MONTHS, About

Row = dict[str, Any]
YEARS = ("2021/22", "2022/23", "2023/24", "2024/25")
NETWORKS = ("Carers", "Disability", "LGBTQ+", "Race", "Women", "Young")
STAFF = (5300, 5340, 5380, 5400)
ELIGIBLE = {"Race": 1180, "Disability": 410, "Women": 3100}
MEMBERS = {
    # At the start of the first period, then at the end of each.
    "Carers": (48, 61, 72, 88, 103),
    "Disability": (52, 60, 71, 80, 92),
    "LGBTQ+": (70, 79, 90, 101, 118),
    "Race": (160, 182, 211, 248, 290),
    "Women": (110, 128, 150, 178, 205),
    "Young": (4, 6, 14, 21, 33),
}
PEOPLE = (351, 410, 480, 556, 640)


def about(kind: str, groups: Sequence[str], **more: Any) -> About:
    """Say what a made-up table of networks is."""
    words: dict[str, Any] = {
        "title": "Members of staff networks, 2021/22 to 2024/25",
        "question": "Who takes part in staff networks?",
        "definition": "People on the list of members of a network.",
        "source": "Lists of members of staff networks",
        "population": "staff in post at the snapshot",
        "base": "5,400 staff",
        "period": "2021/22 to 2024/25",
        "counted": "people",
        "groups": tuple(groups),
        "headings": {
            "network": "Staff network",
            "grade_band": "Grade band",
            "ethnicity": "Ethnic group",
            "kind": "Support",
        },
        "order": {"network": (*NETWORKS, ALL)},
        "caveats": (
            "Membership reveals protected characteristics: only sums are shown, and none under 10.",
            "Members are never followed into records of pay, promotion or conduct.",
        ),
    }
    words["order"] = words["order"] | more.pop("order", {})
    return About(**{**words, **more, "kind": kind})


def _number(measure: str, n: float, unit: str = "people", **at: Any) -> Row:
    row = {"measure": measure, "value": n, "unit": unit, **at}
    return row if "behind" in at else row | {"numerator": n, "behind": (n,)}


def band(share: float) -> str:
    """Name the band of a reach."""
    edges = ((0.1, "under 10%"), (0.2, "10% to under 20%"), (0.4, "20% to under 40%"))
    return next((words for edge, words in edges if share < edge), "40% or more")


def _stock(network: str, counts: Sequence[int], flows: int, periods: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    for place, period in enumerate(periods):
        at = {"network": network, "period": period}
        before, after = counts[place : place + 2]
        rows.append(_number("members", after, **at))
        if place < len(periods) - flows:
            continue
        left = 10 + before // 12
        joined = after - before + left
        rows += [
            _number("joiners", joined, **at),
            _number("leavers", left, **at),
            _number("net", joined - left, **at, behind=(joined, left)),
        ]
    return rows


# --- over time ----------------------------------------------------------------------------------


def participation(
    members: Mapping[str, Sequence[int]] = MEMBERS,
    people: Sequence[int] = PEOPLE,
    *,
    periods: Sequence[str] = YEARS,
    staff: Sequence[int] = STAFF,
    flows: int = 12,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """Members of each network and of any, who joined and left, and how much of staff that is."""
    rows: list[Row] = []
    for network, counts in members.items():
        rows += _stock(network, counts, flows, periods)
    rows += _stock(ALL, people, flows, periods)
    for place, period in enumerate(periods):
        for network, counts in {**members, ALL: people}.items():
            at = {"network": network, "period": period}
            n = counts[place + 1]
            if staff:
                share = rate("reach", round(0.98 * n), staff[place], **at)
                rows.append(share | {"note": band(share["value"])})
            if network in ELIGIBLE:
                rows.append(rate("eligible_reach", round(0.8 * n), ELIGIBLE[network], **at))
            rows.append(rate("ally_share", round(0.15 * n), n, **at))
        together = sum(counts[place + 1] for counts in members.values())
        rows.append(_number("memberships", together, network=ALL, period=period))
    return made(rows, about("network_participation", ("network",), **more), hidden=hidden)


def by_month(count: int = 18, **more: Any) -> Protected:
    """The same by month: names of months do not sort as months do."""
    months = [f"{MONTHS[(3 + at) % 12]} {2023 + (3 + at) // 12}" for at in range(count)]
    members = {
        name: [counts[0] + round(at * (counts[-1] - counts[0]) / count) for at in range(count + 1)]
        for name, counts in MEMBERS.items()
    }
    people = [351 + 14 * at + (at % 3) for at in range(count + 1)]
    return participation(
        members,
        people,
        periods=months,
        staff=[5400] * count,
        title="Members of staff networks, April 2023 to September 2024",
        **more,
    )


def from_counts(*, staff: Sequence[int] = (), **more: Any) -> Protected:
    """From monthly counts alone: nobody knows who is in two networks."""
    rows: list[Row] = []
    for network, counts in MEMBERS.items():
        rows += _stock(network, counts, 12, YEARS)
    for place, period in enumerate(YEARS):
        for network, counts in MEMBERS.items() if staff else ():
            share = rate("reach", counts[place + 1], staff[place], network=network, period=period)
            rows.append(share | {"note": band(share["value"])})
        together = sum(counts[place + 1] for counts in MEMBERS.values())
        rows.append(_number("memberships", together, network=ALL, period=period))
    return made(rows, about("network_participation", ("network",), **more))


# --- by characteristic --------------------------------------------------------------------------

BANDS: dict[str, tuple[int, int]] = {
    # Members of any network, and staff.
    "Grades 1 to 4": (182, 2900),
    "Grades 5 to 7": (300, 1800),
    "Grades 8 to 10": (140, 640),
    "Senior": (8, 60),
}


def reach(
    counts: Mapping[str, tuple[int, int]] = BANDS,
    *,
    of: str = "grade_band",
    periods: Sequence[str] = ("2025-03-31",),
    missing: Mapping[str, tuple[int, int]] | None = None,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """How many of each group are members of a network, and of each network."""
    missing = missing if missing is not None else {"Not known": (24, 90)}
    every = {**counts, **missing}
    every[ALL] = tuple(map(sum, zip(*every.values(), strict=True)))  # type: ignore[assignment]
    shares = {"Carers": 0.16, "Race": 0.45, "Women": 0.32, ALL: 1.0}
    rows: list[Row] = []
    for back, period in enumerate(reversed(periods)):
        for label, (n, of_all) in every.items():
            for network, share in shares.items():
                at = {of: label, "network": network, "period": period}
                members = round(n * share * 0.9**back)
                rows.append(_number("members", members, **at))
                rows.append(rate("reach", members, of_all, **at))
    order = {of: (*counts, *missing, ALL), "network": tuple(shares)}
    words = about(
        "network_reach",
        (of, "network"),
        order=order,
        **{"title": "Reach of staff networks by grade band, 31 March 2025"} | more,
    )
    return made(rows, words, hidden=hidden)


# --- support ------------------------------------------------------------------------------------

SUPPORT: dict[str, tuple[str, float | None, tuple[float, ...]]] = {
    # Unit, planned for each network, and given to each.
    "Training for the chair": ("events", 1, (0, 0, 0, 1, 1, 1)),
    "Protected time": ("hours", 8, (8, 6.5, 0, 10, 8, 4)),
    "Meetings with the sponsor": ("events", 4, (3, 4, 1, 6, 4, 0)),
    "Budget": ("pounds", 2000, (1500, 2000, 500, 2000, 1800, 0)),
}


def support(
    given: Mapping[str, tuple[str, float | None, tuple[float, ...]]] = SUPPORT,
    *,
    years: Sequence[str] = ("2024/25",),
    **more: Any,
) -> Protected:
    """What each network was given, and what was planned."""
    rows: list[Row] = []
    for back, year in enumerate(reversed(years)):
        for kind, (unit, plan, amounts) in given.items():
            amounts = tuple(round(amount * 0.8**back, 1) for amount in amounts)
            named = zip(NETWORKS, amounts, strict=True)
            for network, amount in (*named, (ALL, sum(amounts))):
                planned = plan and plan * (len(NETWORKS) if network == ALL else 1)
                at = {"network": network, "kind": kind, "period": year}
                rows.append({"measure": "given", "value": amount, "unit": unit, **at})
                if planned:
                    rows += [
                        {"measure": "planned", "value": planned, "unit": unit, **at},
                        {"measure": "share_of_plan", "value": amount / planned, **at}
                        | {"unit": "proportion"},
                    ]
            some = sum(amount > 0 for amount in amounts)
            at = {"network": ALL, "kind": kind, "period": year, "unit": "networks"}
            rows.append({"measure": "networks_with", "value": some, **at})
            rows.append({"measure": "networks", "value": len(amounts), **at})
    words = about(
        "network_support",
        ("network", "kind"),
        order={"kind": tuple(given)},
        **{
            "title": "Support given to staff networks, 2024/25",
            "counted": "support",
            "base": "",
            "caveats": ("The latest support on record is of 3 March 2025.",),
        }
        | more,
    )
    return made(rows, words)


FEW: Sequence[Mapping[str, str]] = (
    {"network": "Young", "period": "2021/22"},
    {"network": "Young", "period": "2022/23"},
    {"network": "Carers", "measure": "joiners"},
)
EVERY: dict[str, Callable[[], Protected]] = {
    "participation": participation,
    "participation with hidden": lambda: participation(hidden=FEW),
    "participation of one year": lambda: participation(
        {name: counts[-2:] for name, counts in MEMBERS.items()},
        PEOPLE[-2:],
        periods=YEARS[-1:],
        staff=STAFF[-1:],
    ),
    "participation without workforce": lambda: participation(staff=()),
    "participation by month": by_month,
    "participation of ten years": lambda: by_month(120, flows=12),
    "participation from counts": from_counts,
    "participation from counts, with staff": lambda: from_counts(staff=STAFF),
    "reach": reach,
    "reach over time": lambda: reach(periods=("2024-03-31", "2025-03-31")),
    "reach, nothing missing": lambda: reach(missing={}),
    "reach with a group of nobody": lambda: reach({**BANDS, "Apprentices": (0, 0)}),
    "support": support,
    "support over years": lambda: support(years=("2023/24", "2024/25")),
    "support without a plan": lambda: support(
        {kind: (unit, None, amounts) for kind, (unit, _, amounts) in SUPPORT.items()}
    ),
}
