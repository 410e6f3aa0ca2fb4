"""A council small enough to count by hand, as rows and as an extract."""

from __future__ import annotations

import random

import pandas as pd

import workforce_analytics as wa
from workforce_analytics.extracts.extract import Context

ETHNICITIES = ["W1", "W2", "A1", "A3", "B2", "M1", "O1", "Refused", "", "White - British"]
SEXES = ["F", "M", "Female", "Not known"]


def rows(n: int, *, seed: int = 1, dates: tuple[str, ...] = ("2025-03-31",)) -> pd.DataFrame:
    """Random people, some with second posts, some who do not count."""
    draw = random.Random(seed)
    made = []
    for date in dates:
        for person in range(n):
            engagement = draw.choices(["employee", "casual", "agency"], [8, 1, 1])[0]
            base = {
                "snapshot_date": date,
                "person_id": f"p{person}",
                "engagement": engagement,
                "employer_unit": draw.choices(["council", "maintained_school"], [9, 1])[0],
                "unit_id": draw.choice(["U1", "U2"]),
                "grade": draw.choice(["G1", "G5", "G9"]),
                "ethnicity": draw.choice(ETHNICITIES),
                "sex": draw.choice(SEXES),
                "age": draw.choice([15, 22, 37, 44, 58, 66, None]),
            }
            posts = 2 if draw.random() < 0.1 else 1
            made.extend(
                {
                    **base,
                    "post_id": f"{person}-{post}",
                    "is_main_post": "Y" if post == 0 else "N",
                    "fte": draw.choice(["1", "0.5", "0.8108"]),
                }
                for post in range(posts)
            )
    return pd.DataFrame(made)


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Give rows the types that a frame on an engine must have."""
    return table.assign(
        snapshot_date=pd.to_datetime(table["snapshot_date"]).dt.date,
        is_main_post=table["is_main_post"] == "Y",
        fte=table["fte"].astype(float),
        age=table["age"].astype("Int64"),
        ethnicity=table["ethnicity"].where(table["ethnicity"] != "", None),
    )


GRADES = pd.DataFrame(
    {
        "scheme": ["NJC"] * 3,
        "grade": ["G1", "G5", "G9"],
        "order": [1, 5, 9],
        "band": ["Lower", "Middle", "Senior"],
        "is_senior": ["N", "N", "Y"],
    }
)


def extract(table: pd.DataFrame):
    """Read rows as a workforce extract, with its grades."""
    context = Context(organisation="Small Council")
    grades = wa.read("grades", GRADES, context=context)
    context.links["grades"] = grades
    return wa.read("workforce", table, context=context)
