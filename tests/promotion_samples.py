"""Made-up staff of several services, some of whom take part in a programme and are promoted."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pandas as pd

import workforce_analytics as wa
from workforce_analytics.extracts.extract import Context, Extract

DATES = ("2022-03-31", "2023-03-31", "2024-03-31")
GRADES = ("G1", "G5", "G9")


@dataclass(frozen=True)
class Made:
    """How people come about."""

    people: int = 400
    services: int = 12
    share: float = 0.25
    """Share of people who take part."""
    odds: float = 0.15
    """Odds of promotion of the majority, in the lowest grade."""
    minority: float = 0.5
    """What the odds of the minority are multiplied by."""
    after_minority: float = 1.0
    """What the odds are multiplied by after the programme, in the minority."""
    after_majority: float = 1.0


def tables(made: Made, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw people at three snapshots, and what happened to them."""
    draw = random.Random(seed)
    staff, events = [], []
    for number in range(made.people):
        person = f"p{number}"
        minority = draw.random() < 0.4
        unit = f"U{draw.randrange(made.services)}"
        code = draw.choice(["A1", "B2"]) if minority else draw.choice(["W1", "W2"])
        took = draw.random() < made.share
        began = f"202{draw.choice('123')}-{draw.randrange(1, 13):02d}-1{draw.randrange(10)}"
        if took:
            events.append((person, "programme", draw.choice(["Aspire", "Lead"]), began))
        grade = draw.choice([0, 1, 2])
        for place, day in enumerate(DATES):
            if draw.random() < 0.1:
                continue
            staff.append((day, person, unit, GRADES[grade], code))
            after = took and began <= day
            odds = made.odds * (1.0, 0.8, 0.5)[grade]
            if minority:
                odds *= made.minority * (made.after_minority if after else 1.0)
            else:
                odds *= made.after_majority if after else 1.0
            if draw.random() < odds / (1 + odds):
                year = int(DATES[place][:4])
                month = draw.choice(["04", "09", "12"])
                events.append((person, "promotion", "", f"{year}-{month}-20"))
    people = pd.DataFrame(
        staff, columns=["snapshot_date", "person_id", "unit_id", "grade", "ethnicity"]
    )
    people = people.assign(
        post_id=people["person_id"],
        is_main_post="Y",
        engagement="employee",
        employer_unit="council",
        fte="1",
    )
    happened = pd.DataFrame(events, columns=["person_id", "event", "detail", "opened_on"])
    return people, happened


def units(services: int) -> pd.DataFrame:
    """Services under one directorate."""
    return pd.DataFrame(
        [("C", "Council", "", "1"), ("D", "Directorate", "C", "2")]
        + [(f"U{n}", f"Service {n}", "D", "3") for n in range(services)],
        columns=["unit_id", "name", "parent_id", "level"],
    )


def extracts(
    people: pd.DataFrame, happened: pd.DataFrame, services: int = 12
) -> tuple[Extract, Extract]:
    """Read events and workforce, with grades and units."""
    context = Context(organisation="Small Council")
    grades = pd.DataFrame(
        {
            "scheme": ["NJC"] * 3,
            "grade": GRADES,
            "order": [1, 5, 9],
            "band": ["Lower", "Middle", "Senior"],
            "is_senior": ["N", "N", "Y"],
        }
    )
    context.links["grades"] = wa.read("grades", grades, context=context)
    context.links["units"] = wa.read("units", units(services), context=context)
    workforce = wa.read("workforce", people, context=context)
    return wa.read("events", happened, context=context), workforce


def council(made: Made, seed: int = 1) -> tuple[Extract, Extract]:
    """Draw a council and read it."""
    return extracts(*tables(made, seed), made.services)
