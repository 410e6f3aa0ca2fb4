"""Applications few enough to count by hand: as rows, on every engine, and counted slowly."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

import workforce_analytics as wa
from workforce_analytics.extracts.attaching import with_vacancies
from workforce_analytics.extracts.extract import Context, Extract

STAGES = ("applied", "shortlisted", "interviewed", "offered", "appointed")
STATUS = {
    "New Application": "applied",
    "applied": "applied",
    "Shortlist": "shortlisted",
    "Rejected - Interview": "interviewed",
    "Offer Made": "offered",
    "Hired": "appointed",
    "appointed": "appointed",
    "Rejected": "not_known",
    None: "not_known",
}
SEX = {"F": "female", "Female": "female", "M": "male", "Not known": "not_known", None: "blank"}
ROUTE = {"Open": "standard", "Jobs Fair": "community_event", "standard": "standard"}
DAYS = ("2023-03-31", "2023-04-01", "2023-12-31", "2024-01-01", "2024-07-02", None)
BANDS = {"G1": "lower", "G5": "middle", "G9": "senior"}
GRADES = pd.DataFrame(
    {
        "scheme": "NJC",
        "grade": list(BANDS),
        "order": [1, 5, 9],
        "band": ["Lower", "Middle", "Senior"],
    }
)
Rows = list[dict[str, Any]]


def rows(n: int, draw: random.Random, *, candidates: int = 8) -> Rows:
    """Random applications; few candidates, so that many apply more than once."""
    return [
        {
            "application_id": f"a{number:04}",
            "vacancy_id": draw.choice(["v1", "v2", "v3", "v4"]),
            "candidate_id": f"c{draw.randrange(candidates)}",
            "applied_on": draw.choice(DAYS),
            "furthest_stage": draw.choice(list(STATUS)),
            "withdrawn": draw.choice([True, False, None]),
            "sex": draw.choice(list(SEX)),
            "age": draw.choice([15, 24, 25, 30, 34, None]),
        }
        for number in range(n)
    ]


VACANCIES: Rows = [
    {"vacancy_id": "v1", "opened_on": "2023-03-01", "grade": "G1", "route": "Open"},
    {"vacancy_id": "v2", "opened_on": "2023-04-01", "grade": "G5", "route": "Jobs Fair"},
    {"vacancy_id": "v3", "opened_on": "2024-05-01", "grade": "G9", "route": None},
]


def typed(records: Rows) -> pd.DataFrame:
    """Give rows the types that a frame on an engine must have."""
    table = pd.DataFrame(records)
    days = {
        name: pd.to_datetime(table[name]).astype("datetime64[s]")
        for name in table.columns
        if name.endswith("_on")
    }
    kinds = {"age": "Int64", "withdrawn": "boolean"}
    found = {name: table[name].astype(kind) for name, kind in kinds.items() if name in table}
    texts = {
        name: table[name].astype(object).where(table[name].notna(), None)
        for name in table.columns
        if name not in days and name not in found
    }
    return table.assign(**days, **found, **texts)


def sources(records: Rows, folder: Path) -> dict[str, Any]:
    """The same rows as Polars, Arrow, DuckDB and Parquet hold them."""
    import polars as pl

    path = folder / f"{len(list(folder.iterdir()))}.parquet"
    written(records, path)
    relation = duckdb.read_parquet(str(path))
    frame = pl.read_parquet(path)
    return {
        "polars": frame,
        "lazy polars": frame.lazy(),
        "arrow": frame.to_arrow(),
        "duckdb": relation,
        "parquet": path,
    }


def written(records: Rows, path: Path) -> None:
    """Write rows as Parquet."""
    with duckdb.connect() as connection:
        connection.register("records", typed(records))
        connection.execute(f"copy records to '{path}' (format parquet)")


def extract(source: Any, **options: Any) -> Extract:
    """Read applications of a council that has grades."""
    context = Context(organisation="Small Council")
    context.links["grades"] = wa.read("grades", GRADES, context=context)
    return wa.read("applications", source, context=context, **options)


def attached(source: Any, vacancies: Any) -> Extract:
    """Read applications that know their vacancy."""
    return with_vacancies(extract(source), wa.read("vacancies", vacancies))


def in_memory(records: Rows) -> pd.DataFrame:
    """Rows as text, the way a file is read."""
    return pd.DataFrame(records).astype(object).where(lambda cells: cells.notna(), None)


def kept(records: Rows) -> Rows:
    """The latest application of each candidate for each vacancy, found one by one."""
    best: dict[tuple[Any, ...], tuple[Any, dict[str, Any]]] = {}
    result = []
    for row in records:
        if row["vacancy_id"] is None or row.get("candidate_id") is None:
            result.append(row)
            continue
        stage = STATUS[row["furthest_stage"]]
        place = STAGES.index(stage) if stage in STAGES else -1
        rank = (row["applied_on"] or "", place, row["application_id"])
        pair = (row["vacancy_id"], row["candidate_id"])
        if pair not in best or rank > best[pair][0]:
            best[pair] = (rank, row)
    return result + [row for _, row in best.values()]


def year(row: Mapping[str, Any], vacancies: Rows = VACANCIES) -> str:
    """The financial year of an application: of its date, else of its vacancy's opening."""
    opened = {item["vacancy_id"]: item["opened_on"] for item in vacancies}
    day = row["applied_on"] or opened.get(row["vacancy_id"])
    if day is None:
        return "not_known"
    start = int(day[:4]) - (day[5:7] < "04")
    return f"{start}/{str(start + 1)[2:]}"


def grade_band(row: Mapping[str, Any]) -> str:
    """The band of the vacancy's grade."""
    grades = {item["vacancy_id"]: item["grade"] for item in VACANCIES}
    return BANDS.get(grades.get(row["vacancy_id"], ""), "not_known")


def age_band(row: Mapping[str, Any]) -> str:
    """The ten-year band of an age, of the ages that occur here."""
    if row["age"] is None:
        return "not_known"
    return "under_16" if row["age"] < 16 else "16_24" if row["age"] < 25 else "25_34"


CATEGORY = {
    "sex": lambda row: SEX[row["sex"]],
    "age": age_band,
    "year": year,
    "grade_band": grade_band,
}


def stood(row: Mapping[str, Any], stages: tuple[str, ...] = STAGES) -> str:
    """The last of some stages that an application passed."""
    stage = STATUS[row["furthest_stage"]]
    if stage == "not_known":
        return stage
    return [one for one in stages if STAGES.index(one) <= STAGES.index(stage)][-1]
