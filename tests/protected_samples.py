"""Protected tables of a made-up council, for the tests of what people read."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from workforce_analytics.disclosure.protected import Protected, protect
from workforce_analytics.estimates import About, Estimates, assemble

ASIAN = "Asian, Asian British or Asian Welsh"
BLACK = "Black, Black British, Black Welsh, Caribbean or African"
MIXED = "Mixed or Multiple ethnic groups"
WHITE = "White"
OTHER = "Other ethnic group"
GROUPS = (ASIAN, BLACK, MIXED, WHITE, OTHER)
UNDECLARED = ("Prefer not to say", "Not known", "Not asked", "Blank")
BANDS = ("Grades 1 to 4", "Grades 5 to 7", "Grades 8 to 10", "Senior leadership", "All")

STAFF = {ASIAN: 702, BLACK: 338, MIXED: 150, WHITE: 3890, OTHER: 43}
STAFF |= dict(zip(UNDECLARED, (212, 460, 0, 76), strict=True))
COMMUNITY = {ASIAN: 0.185, BLACK: 0.089, MIXED: 0.034, WHITE: 0.656, OTHER: 0.036}
BY_BAND = {
    "Grades 1 to 4": (418, 212, 79, 1820, 20, 90, 240, 0, 30),
    "Grades 5 to 7": (222, 96, 51, 1350, 15, 80, 160, 0, 30),
    "Grades 8 to 10": (58, 26, 17, 640, 5, 30, 50, 0, 14),
    "Senior leadership": (4, 4, 3, 80, 3, 12, 10, 0, 2),
}
YEARS = {
    "2021-03-31": (560, 301, 122, 4022, 33, 260, 700, 0, 90),
    "2022-03-31": (598, 310, 131, 3990, 36, 250, 640, 0, 80),
    "2023-03-31": (640, 322, 138, 3950, 39, 230, 590, 0, 80),
    "2024-03-31": (671, 330, 144, 3920, 41, 220, 520, 0, 78),
    "2025-03-31": tuple(STAFF.values()),
}


def protected(estimates: Estimates, *, also_hidden: tuple[tuple[str, ...], ...] = ()) -> Protected:
    """Protect row by row, and hide what is asked for besides."""
    made = protect(estimates, audience="public")
    frame = made.to_frame()
    for labels in also_hidden:
        rows = (frame[list(estimates.about.groups)] == list(labels)).all(axis=1)
        rows &= frame["measure"] != "community_share"
        frame.loc[rows, ["numerator", "value", "lower", "upper"]] = float("nan")
        frame.loc[rows, ["numerator_mark", "value_mark"]] = "[c]"
    return replace(made, _frame=frame)


def for_audience(table: Protected, audience: str) -> Protected:
    """Give the same table as if it had been protected for another audience."""
    words = "Exact figures: not for sharing." if audience == "analyst" else table.decisions.words
    return replace(table, audience=audience, decisions=replace(table.decisions, words=words))


def in_less_detail(table: Protected, words: str) -> Protected:
    """Give the same table with words about the detail that it lacks."""
    return replace(table, about=replace(table.about, less_detail=words))


def reordered(table: Protected) -> Protected:
    """Give the same table with its rows the other way round."""
    return replace(table, _frame=table.to_frame().iloc[::-1].reset_index(drop=True))


def of_those_who_declared(table: Protected) -> Protected:
    """Give the same table without those who did not declare, and without the declaration rate."""
    frame = table.to_frame()
    known = frame[frame["measure"] == "share_of_known"].reset_index(drop=True)
    return replace(table, _frame=known)


def renamed(table: Protected, *, kind: str) -> Protected:
    """Give the same table with another kind said of it."""
    return replace(table, about=replace(table.about, kind=kind))


def wilson(n: float, of: float) -> tuple[float, float]:
    z, p = 1.959964, n / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def share(measure: str, n: float, of: float, **more: Any) -> dict[str, Any]:
    row = {"measure": measure, "numerator": n, "denominator": of, "unit": "proportion", **more}
    if of == 0:
        return row | {"status": "undefined"}
    lower, upper = wilson(n, of)
    return row | {"value": n / of, "lower": lower, "upper": upper, "method": "Wilson"}


def shares_rows(counts: dict[str, float], **more: Any) -> list[dict[str, Any]]:
    everyone = sum(counts.values())
    known = sum(n for label, n in counts.items() if label not in UNDECLARED)
    rows = [share("share_of_all", n, everyone, ethnicity=g, **more) for g, n in counts.items()]
    rows += [
        share("share_of_known", n, known, ethnicity=g, **more)
        for g, n in counts.items()
        if g not in UNDECLARED
    ]
    return [*rows, share("declaration_rate", known, everyone, ethnicity="All", **more)]


def about(kind: str, **more: Any) -> About:
    words: dict[str, Any] = {
        "title": "Ethnic group of the workforce, 31 March 2025",
        "question": "Which ethnic groups do our staff belong to?",
        "definition": "Number of staff in a group divided by all staff who declared theirs.",
        "source": "HR system, snapshot of 31 March 2025",
        "population": "the workforce",
        "base": "6,214 rows -> 5,871 people: 297 casual, 46 school left out",
        "period": "2025-03-31",
        "counted": "people",
        "groups": ("ethnicity",),
        "headings": {"ethnicity": "Ethnic group", "grade_band": "Grade band"},
        "order": {"ethnicity": GROUPS + UNDECLARED, "grade_band": BANDS},
        "recorded_as": "",
        "provenance": ("Census 2021, Office for National Statistics",),
    }
    return About(**{**words, **more, "kind": kind})


def shares(counts: dict[str, float] = STAFF, **more: Any) -> Protected:
    rows = shares_rows(counts, period="2025-03-31")
    return protected(assemble(rows, about("shares")), **more)


def shares_by_band(**more: Any) -> Protected:
    rows: list[dict[str, Any]] = []
    bands = {**BY_BAND, "All": [sum(n) for n in zip(*BY_BAND.values(), strict=True)]}
    for band, numbers in bands.items():
        counts = dict(zip(GROUPS + UNDECLARED, numbers, strict=True))
        rows += shares_rows(counts, period="2025-03-31", grade_band=band)
    words = about(
        "shares",
        groups=("ethnicity", "grade_band"),
        title="Ethnic group of the workforce, by grade band, 31 March 2025",
    )
    return protected(assemble(rows, words), **more)


def against_community(
    counts: dict[str, float] = STAFF, community: dict[str, float] = COMMUNITY, **more: Any
) -> Protected:
    rows = shares_rows(counts, period="2025-03-31")
    known = sum(counts[g] for g in community)
    for group, benchmark in community.items():
        n = counts[group]
        at = {"period": "2025-03-31", "ethnicity": group, "numerator": n, "denominator": known}
        at |= {"compared": "workforce", "reference": "community"}
        lower, upper = wilson(n, known)
        missing = max(0, math.ceil(known * benchmark - n))
        hires = max(0, math.ceil((benchmark * known - n) / (1 - benchmark)))
        rows += [
            {
                "measure": "community_share",
                "period": "2025-03-31",
                "ethnicity": group,
                "value": benchmark,
                "unit": "proportion",
            },
            at
            | {
                "measure": "representation_index",
                "value": n / known / benchmark,
                "lower": lower / benchmark,
                "upper": upper / benchmark,
                "unit": "ratio",
            },
            at
            | {
                "measure": "gap",
                "value": 100 * (n / known - benchmark),
                "lower": 100 * (lower - benchmark),
                "upper": 100 * (upper - benchmark),
                "unit": "percentage_points",
            },
            at | {"measure": "people_to_parity_replacement", "value": missing, "unit": "people"},
            at | {"measure": "people_to_parity_hires", "value": hires, "unit": "people"},
        ]
    words = about(
        "against_community",
        reference="Coventry, residents aged 16 to 64, Census 2021",
        question="Does the workforce reflect the people who live here?",
    )
    return protected(assemble(rows, words), **more)


def over_time(
    years: dict[str, tuple[int, ...]] = YEARS, *, broken_at: str = "", **more: Any
) -> Protected:
    rows: list[dict[str, Any]] = []
    for year, numbers in years.items():
        made = shares_rows(dict(zip(GROUPS + UNDECLARED, numbers, strict=True)), period=year)
        note = "[b] another question was asked" if year == broken_at else ""
        rows += [{**row, "note": note} for row in made]
    first, last = min(years), max(years)
    for place, group in enumerate(GROUPS):
        row = {"measure": "change_per_year", "period": f"{first} to {last}", "ethnicity": group}
        row |= {"unit": "percentage_points"}
        shares = {day: 100 * numbers[place] / sum(numbers[:5]) for day, numbers in years.items()}
        change = (shares[last] - shares[first]) / max(1, len(years) - 1)
        if len(years) < 3 or broken_at:
            row |= {"status": "undefined"}
        else:
            row |= {"value": change, "lower": change - 0.4, "upper": change + 0.4}
        rows.append(row)
    words = about(
        "over_time",
        title="Ethnic group of the workforce, 31 March 2021 to 31 March 2025",
        period=f"{first} to {last}",
    )
    return protected(assemble(rows, words), **more)


def by_sex() -> Protected:
    rows = [
        {"sex": row.pop("ethnicity"), **row}
        for row in shares_rows({"Female": 3811, "Male": 2060, "Not known": 0}, period="2025-03-31")
    ]
    words = about(
        "shares",
        title="Sex of the workforce, 31 March 2025",
        groups=("sex",),
        headings={"sex": "Sex"},
        order={"sex": ("Female", "Male", "Not known")},
        recorded_as="gender in payroll",
    )
    return protected(assemble(rows, words))
