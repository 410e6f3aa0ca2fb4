"""A council with a few vacancies, panels and courses, on any engine; and a slow count of it."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl

import workforce_analytics as wa
from workforce_analytics.extracts.extract import Context, Extract
from workforce_analytics.measures.training_exposure import exposure

Tables = dict[str, list[dict[str, Any]]]
COLUMNS = {
    "units": ("unit_id", "name", "parent_id", "level", "succeeded_by"),
    "workforce": (
        "snapshot_date",
        "person_id",
        "post_id",
        "is_main_post",
        "engagement",
        "employer_unit",
        "unit_id",
    ),
    "people_keys": ("person_id", "key_type", "key"),
    "vacancies": ("vacancy_id", "unit_id", "opened_on", "closed_on", "hiring_manager_id"),
    "panels": (
        "vacancy_id",
        "stage",
        "person_id",
        "role",
        "member_type",
        "sat_on",
        "source",
    ),
    "training": ("person_id", "course", "status", "completed_on", "valid_until"),
    "rollout": ("unit_id", "planned_on", "actual_on", "order"),
}
LINKS = ("units", "workforce", "people_keys")
OUTSIDE = ("councillor", "partner", "service_user", "agency")
STAGES = ("shortlisting", "interview")
KINDS = ["pandas", "polars", "duckdb", "parquet"]


def _type(name: str) -> Any:
    if name.endswith(("_on", "_until", "_date")):
        return pl.Date
    return {"level": pl.Int64, "is_main_post": pl.Boolean}.get(name, pl.String)


def source(name: str, rows: list[dict[str, Any]], kind: str, folder: Path | None) -> Any:
    """Rows of a contract as some engine holds them."""
    filled = [{column: row.get(column) for column in COLUMNS[name]} for row in rows]
    if kind == "pandas":
        return pd.DataFrame(filled, columns=list(COLUMNS[name]), dtype=object)
    frame = pl.DataFrame(filled, schema={column: _type(column) for column in COLUMNS[name]})
    if kind == "polars":
        return frame.lazy()
    assert folder is not None
    path = folder / f"{name}.parquet"
    frame.write_parquet(path)
    return path if kind == "parquet" else duckdb.read_parquet(str(path))


def extracts(
    tables: Tables, kind: str | dict[str, str] = "pandas", folder: Path | None = None
) -> dict[str, Extract]:
    """Read tables as extracts of one organisation; `kind` may differ from table to table."""
    context = Context(organisation="Small Council")
    found = {}
    for name, rows in tables.items():
        here = kind if isinstance(kind, str) else kind.get(name, "pandas")
        found[name] = wa.read(name, source(name, rows, here, folder), context=context)
    context.links.update({name: found[name] for name in LINKS if name in found})
    return found


def exposed(
    tables: Tables,
    kind: str | dict[str, str] = "pandas",
    folder: Path | None = None,
    **options: Any,
):
    """The exposure of such a council."""
    found = extracts(tables, kind, folder)
    return exposure(
        found.get("panels"),
        found.get("training"),
        found["vacancies"],
        rollout=found.get("rollout"),
        **options,
    )


def staff(
    person: str, unit: str | None, day: date = date(2024, 3, 31), post: int = 0
) -> dict[str, Any]:
    """Somebody's post at a snapshot."""
    return {
        "snapshot_date": day,
        "person_id": person,
        "post_id": f"{person}-{post}",
        "is_main_post": post == 0,
        "engagement": "employee",
        "employer_unit": "council",
        "unit_id": unit,
    }


def trained(person: str, day: date | None, until: date | None = None, **more: Any) -> dict:
    """A completed course."""
    row = {"course": "Fair panels", "status": "completed", "completed_on": day}
    return {"person_id": person, **row, "valid_until": until, **more}


def sat(vacancy: str, person: str | None, day: date | None, **more: Any) -> dict[str, Any]:
    """A seat on the shortlisting panel, unless said otherwise."""
    row = {"stage": "shortlisting", "role": "member", "member_type": "employee", "source": "ats"}
    return {"vacancy_id": vacancy, "person_id": person, "sat_on": day, **row, **more}


def vacancy(name: str, unit: str | None = "U1", **more: Any) -> dict[str, Any]:
    """A vacancy open in January 2024."""
    row = {"opened_on": date(2024, 1, 2), "closed_on": date(2024, 1, 20)}
    return {"vacancy_id": name, "unit_id": unit, **row, **more}


def turn(unit: str, planned: date | None, actual: date | None, order: str = "random") -> dict:
    """A unit's turn."""
    return {"unit_id": unit, "planned_on": planned, "actual_on": actual, "order": order}


def random_tables(seed: int, vacancies: int = 10) -> Tables:
    """Panels of all kinds: strangers, outsiders, several roles, gaps in dates and records."""
    draw = random.Random(seed)
    start = date(2023, 1, 1)

    def day(gaps: float = 0.1) -> date | None:
        return None if draw.random() < gaps else start + timedelta(draw.randrange(700))

    people = [f"p{i}" for i in range(12)]
    units = ["U1", "U2", "U3", None]
    tables: Tables = {name: [] for name in COLUMNS if name != "units"}
    for snapshot in (date(2023, 3, 31), date(2024, 3, 31)):
        for person in draw.sample(people[:10], 8):
            for post in range(draw.choice([1, 1, 2])):
                unit = draw.choice(units)
                tables["workforce"].append(staff(person, unit, snapshot, post))
    tables["people_keys"] = [{"person_id": "p10", "key_type": "email", "key": "k10"}]
    tables["rollout"] = [turn("U1", day(0), day()), turn("U2", None, None)]
    tables["vacancies"] = [
        {
            "vacancy_id": f"v{i}",
            "unit_id": draw.choice(units),
            "opened_on": (opened := day()),
            "closed_on": opened + timedelta(14) if opened and draw.random() < 0.8 else None,
            "hiring_manager_id": draw.choice([*people, None]),
        }
        for i in range(vacancies)
    ]
    for i in range(vacancies):
        for stage in draw.sample(STAGES, draw.choice([0, 1, 2])):
            seats = draw.sample(people, draw.randrange(4))
            for person in [*seats, *[None] * draw.choice([0, 0, 1])]:
                tables["panels"].append(
                    sat(
                        f"v{i}",
                        person,
                        day(),
                        stage=stage,
                        role=draw.choice(["chair", "member", "hiring_manager", None]),
                        member_type=draw.choice(["employee"] * 4 + ["councillor", "unknown", None]),
                        source=draw.choice(["ats", "assumed"]),
                    )
                )
    tables["training"] = [
        trained(
            draw.choice(people),
            (done := day()),
            done + timedelta(draw.choice([30, 300])) if done and draw.random() < 0.5 else None,
            status=draw.choice(["completed"] * 4 + ["booked", "did_not_attend"]),
            course=draw.choice(["Fair panels", "Fair panels", "Cooking"]),
        )
        for _ in range(14)
    ]
    return tables


def slow_sittings(tables: Tables, course: str = "Fair panels") -> list[dict[str, Any]]:
    """The same sittings, one by one in plain Python."""
    listed = {row["person_id"] for name in ("workforce", "people_keys") for row in tables[name]}
    courses = [row for row in tables["training"] if row["course"] == course]

    def is_trained(person: str, on: date | None) -> bool:
        return on is not None and any(
            row["person_id"] == person
            and row["status"] == "completed"
            and row["completed_on"] is not None
            and row["completed_on"] < on
            and (row["valid_until"] is None or row["valid_until"] >= on)
            for row in courses
        )

    def is_visitor(person: str, service: str, on: date | None) -> bool:
        posts = [row for row in tables["workforce"] if row["person_id"] == person]
        days = sorted({row["snapshot_date"] for row in posts})
        past = [one for one in days if on is not None and one <= on]
        if not days:
            return False
        at = past[-1] if past else days[0]
        here = [row["unit_id"] for row in posts if row["snapshot_date"] == at]
        return any(here) and service not in here

    services = {row["unit_id"] for row in tables["rollout"]}
    found = []
    for item in sorted(tables["vacancies"], key=lambda row: row["vacancy_id"]):
        service = item["unit_id"] if item["unit_id"] in services else ""
        for stage in STAGES:
            rows = [
                row
                for row in tables["panels"]
                if row["vacancy_id"] == item["vacancy_id"] and row["stage"] == stage
            ]
            days = [row["sat_on"] for row in rows if row["sat_on"]]
            on = min(days) if days else item["closed_on"] or item["opened_on"]
            known = [
                row
                for row in rows
                if row["member_type"] not in OUTSIDE and row["person_id"] in listed
            ]
            done = [is_trained(row["person_id"], on) for row in known]
            manager = item["hiring_manager_id"]
            by_record = is_trained(manager, on) if manager in listed else math.nan
            parts = {
                role: [ok for row, ok in zip(known, done, strict=True) if row["role"] == role]
                for role in ("chair", "hiring_manager")
            }
            chair, seated = parts.values()
            found.append(
                {
                    "vacancy_id": item["vacancy_id"],
                    "stage": stage,
                    "service": service,
                    "on": on,
                    "seats": len(rows),
                    "known": len(known),
                    "trained": sum(done),
                    "dose": sum(done) / len(known) if known else by_record,
                    "chair_trained": any(chair) if chair else math.nan,
                    "manager_trained": any(seated) if seated else by_record,
                    "visitors": sum(is_visitor(row["person_id"], service, on) for row in known)
                    if service
                    else math.nan,
                }
            )
    return found
