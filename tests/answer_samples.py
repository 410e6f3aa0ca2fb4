"""A small survey with everything that can happen to an answer: rows, and scored one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

import workforce_analytics as wa
from workforce_analytics.extracts.extract import Context, Extract
from workforce_analytics.extracts.instruments import Instrument, instrument

TOML = """
[instrument]
title = "A small survey"
source = "Written for these tests."

[scales.agreement]
points = [1, 2, 3, 4, 5]
labels = { 1 = "Strongly disagree", 5 = "Strongly agree", NA = "Not applicable" }
synonyms = { 5 = ["Very much so"] }
positive = [4, 5]
evenly = [0, 100]
not_applicable = ["NA"]

[scales.seven]
points = [1, 2, 3, 4, 5, 6, 7]
positive = [6, 7]
evenly = [0, 10]

[scales.yes_no]
points = ["no", "yes"]
positive = ["yes"]
ordered = false

[items.A1]
scale = "agreement"
text = "I like it here"
[items.A2]
scale = "agreement"
text = "I would rather be elsewhere"
reversed = true
[items.A3]
scale = "agreement"
topic = "Being here"
[items.C0]
scale = "agreement"
topic = "Being cared for"
[items.C1]
scale = "agreement"
topic = "Being cared for well"
asked_if = { C0 = [4, 5] }
[items.C2]
scale = "agreement"
topic = "Nobody caring"
reversed = true
[items.Y1]
scale = "yes_no"
topic = "Was it fair"
[items.S1]
scale = "seven"
topic = "Safety"
[items.S2]
scale = "seven"
topic = "Danger"
reversed = true
[items.S3]
scale = "seven"
topic = "Pay"
asked_if = { Y1 = ["yes"], C0 = [3, 4, 5] }
[items.Y2]
scale = "yes_no"
topic = "Was it open"
[items.LATER]
scale = "agreement"
topic = "Asked in another wave"
waves = ["2026"]
[items.WORDS]
free_text = true
topic = "Anything else"
[items.TICKS]
scale = "yes_no"
several = true
topic = "Which of these"

[themes.care]
label = "Care"
items = ["C0", "C1", "C2"]
least_items = 2
[themes.fair]
label = "Fairness"
items = ["Y1", "Y2"]
[themes.safe]
label = "Safety"
items = ["S1", "S2"]
kind = "score_0_10"
least_items = 2
[themes.paid]
label = "Pay"
items = ["S3"]
kind = "score_0_10"
[themes.voice]
label = "Safety and pay"
parts = ["safe", "paid"]
kind = "score_0_10"
[themes.both]
label = "A later question"
items = ["LATER"]

[indexes.mood]
label = "Mood"
items = ["A1", "A2", "A3"]
least_items = 2
[indexes.stress]
label = "Stress"
items = ["A1"]
reversed = ["A1"]
"""
ITEMS = ("A1", "A2", "A3", "C0", "C1", "C2", "S1", "S2", "S3", "Y1", "Y2")
POOLED = ("care", "fair", "A2", "C1", "S3", "Y2")
SCORED = ("mood", "stress", "safe", "paid", "voice")
SEX = {"F": "female", "Female": "female", "M": "male", None: "blank"}
AGREEMENT = ("1", "2", "3", "4", "5", "Strongly disagree", "very much so", "NA", "9", "", None)
"""Codes, a label, another word, not applicable, out of the scale, empty."""
RAW = {
    **dict.fromkeys(("A1", "A2", "A3", "C0", "C1", "C2"), AGREEMENT),
    **dict.fromkeys(("S1", "S2", "S3"), ("1", "2", "3", "5", "6", "7", "0", None)),
    **dict.fromkeys(("Y1", "Y2"), ("yes", "no", "Yes", "maybe", None)),
}
UNITS = pd.DataFrame(
    {
        "unit_id": ["C", "D1", "D2", "U1", "U2", "U3"],
        "name": ["Council", "Places", "People", "Parks", "Schools", "Parks"],
        "parent_id": [None, "C", "C", "D1", "D2", "D2"],
        "level": [1, 2, 2, 3, 3, 3],
    }
)
Rows = list[dict[str, Any]]


@cache
def small() -> Instrument:
    """The instrument of the small survey."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.toml"
        path.write_text(TOML, encoding="utf-8")
        return instrument(path)


def rows(n: int, seed: int) -> Rows:
    """Random respondents of two waves."""
    draw = random.Random(seed)
    return [
        {
            "wave": draw.choice(["2024", "2025", "2025"]),
            "respondent_id": f"r{number:03}",
            "unit": draw.choice(["U1", "u2", "U3", "Elsewhere", None]),
            "sex": draw.choice(list(SEX)),
            "age_band": draw.choice(["16-24", "25-34", None]),
            **{item: draw.choice(RAW[item]) for item in ITEMS},
        }
        for number in range(n)
    ]


def table(records: Rows) -> pd.DataFrame:
    """Rows as text, the way a file is read."""
    made = pd.DataFrame(records).astype(object)
    return made.where(made.notna(), None)


def long_table(records: Rows) -> pd.DataFrame:
    """The same with a row for each answer, those that were not given as well."""
    kept = [name for name in records[0] if name not in ITEMS]
    return table(records).melt(kept, var_name="item", value_name="answer")


def extract(source: Any, *, units: bool = False) -> Extract:
    """Read survey responses of a small council."""
    context = Context(organisation="Small Council")
    if units:
        context.links["units"] = wa.read("units", UNITS, context=context)
    return wa.read("survey_responses", source, context=context)


def codes(row: Mapping[str, Any]) -> dict[str, str]:
    """A respondent's answers as codes; those that are none left out."""
    found = {item: small().scale_of(item).match(row[item]) for item in ITEMS if row[item]}
    return {item: code for item, code in found.items() if code is not None}


def sums_of(pairs: list[tuple[float, float]]) -> dict[str, float]:
    """Sums over respondents, one by one, of (y, m) of each who has a figure."""
    kept = [(y, m) for y, m in pairs if m]
    figures: dict[str, Callable[[float, float], float]] = {
        "n": lambda y, m: 1,
        "m": lambda y, m: m,
        "y": lambda y, m: y,
        "yy": lambda y, m: y * y,
        "ym": lambda y, m: y * m,
        "mm": lambda y, m: m * m,
    }
    return {name: sum(work(y, m) for y, m in kept) for name, work in figures.items()}
