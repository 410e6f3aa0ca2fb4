"""Panels and training records become sittings: a row per vacancy and stage, with its dose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.panels import (
    DAY,
    PERSON,
    SERVICE,
    STAGE,
    STAGES,
    VACANCY,
    Sources,
    completed,
    everybody,
    holders_of_courses,
    on_one_engine,
    panel_rows,
    staff_rows,
    vacancy_rows,
)
from workforce_analytics.counting.seats import SUMS, Seats, seats_of
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.training_kept import WHOLE
from workforce_analytics.measures.training_turns import NANOSECONDS, Services


@dataclass(frozen=True)
class Course:
    """Which course counts, how that was decided, and its records by their status."""

    names: tuple[str, ...]
    raws: tuple[str, ...]
    chosen: bool
    """Whether the course was not named, and the one that most panel members hold was taken."""
    statuses: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Found:
    """Sittings, and what was counted on the way to them."""

    sittings: pd.DataFrame
    seats: Seats
    course: Course | None
    tallies: Mapping[str, int]
    """Numbers of seats, sittings and records by what became of them."""
    listed: bool
    """Whether there is a list of staff or keys to look people up in."""
    placed: bool
    """Whether it is known in which unit people work."""


def find_sittings(
    panels: Extract | None,
    training: Extract | None,
    vacancies: Extract,
    services: Services,
    course: Any,
) -> Found:
    """Join panels to training records and to staff, where the rows lie, and count seats.

    Raises
    ------
    UsageError
        The extracts cannot be joined; a course that there is not.
    """
    links = vacancies.context.links
    extracts = {
        "panels": panels,
        "training": training,
        "vacancies": vacancies,
        "workforce": links.get("workforce"),
        "people_keys": links.get("people_keys"),
    }
    frames = on_one_engine(extracts)
    sources, decided = _sources(extracts, frames, services, course)
    seats = seats_of(sources)
    whole = engine.collect(sources.vacancies.select(VACANCY, SERVICE, DAY))
    sittings, tallies = _sittings(whole, seats, services, told=training is not None)
    placed = sources.staff is not None
    if not placed:
        sittings["visitors"] = np.nan
    tallies |= {"astray": seats.astray, **_matched_records(sources)}
    return Found(sittings, seats, decided, tallies, bool(sources.people), placed)


def _sources(
    extracts: Mapping[str, Extract | None],
    frames: Mapping[str, Any],
    services: Services,
    course: Any,
) -> tuple[Sources, Course | None]:
    """Prepare rows for joining, the records being those of the course that counts."""
    vacancies, panels, training = (extracts[name] for name in ("vacancies", "panels", "training"))
    staff = extracts["workforce"]
    assert vacancies is not None
    lists = [frames[name] for name in ("workforce", "people_keys") if frames[name] is not None]
    sources = Sources(
        vacancies=vacancy_rows(vacancies, frames["vacancies"], _units(vacancies, services)),
        panels=panel_rows(panels, frames["panels"]) if panels is not None else None,
        records=None,
        staff=engine.settled(staff_rows(frames["workforce"], _units(staff, services)))
        if staff is not None
        else None,
        people=tuple(engine.settled(everybody(one)) for one in lists),
    )
    if training is None:
        return sources, None
    records = completed(training, frames["training"])
    decided = _course(training, course, holders_of_courses(records, sources))
    kept = engine.settled(records.filter(engine.is_one_of("course", decided.raws)))
    return (
        Sources(sources.vacancies, sources.panels, kept, sources.staff, sources.people),
        decided,
    )


def _units(extract: Extract, services: Services) -> list[list[str]]:
    known = "unit_id" in engine.columns(extract.frame)
    return services.raw_units(extract.distinct("unit_id") if known else ())


def _course(training: Extract, asked: Any, holders: Mapping[str, int]) -> Course:
    """Decide which course counts: those named, or the one that most panel members hold.

    With that one go all whose name begins with its name: "Inclusive recruitment refresher" is the
    same training again.
    """
    raws: dict[str, list[str]] = {}
    for raw in training.distinct("course"):
        raws.setdefault(fold(str(raw)), []).append(str(raw))
    if asked is None:
        held: dict[str, int] = {}
        for raw, n in holders.items():
            held[fold(raw)] = held.get(fold(raw), 0) + n
        best = min(held, key=lambda name: (-held[name], name)) if held else None
        wanted = [name for name in sorted(raws) if best is not None and _begins(name, best)]
    else:
        wanted = _named(asked, raws)
    kept = tuple(sorted(raw for name in wanted for raw in raws[name]))
    match = training.matcher("status")
    statuses: dict[str, int] = {}
    counted = training.count(["course", "status"], where=engine.is_one_of("course", kept))
    for raw, n in zip(counted["status"], counted[engine.N], strict=True):
        code = match(raw) or "not_known"
        statuses[code] = statuses.get(code, 0) + int(n)
    names = tuple(min(raws[name]) for name in wanted)
    return Course(names, kept, asked is None, statuses)


def _begins(name: str, start: str) -> bool:
    return name == start or name.startswith(f"{start} ")


def _named(asked: Any, raws: Mapping[str, Sequence[str]]) -> list[str]:
    names = [asked] if isinstance(asked, str) else list(asked)
    there = sorted(min(some) for some in raws.values())
    for one in names:
        if not isinstance(one, str) or fold(one) not in raws:
            raise UsageError(
                f"course={one!r} is not a course of the training extract."
                f"{did_you_mean(str(one), there)} There are: {', '.join(there[:20]) or 'none'}."
            )
    return sorted({fold(one) for one in names})


def _sittings(
    whole: pd.DataFrame, seats: Seats, services: Services, *, told: bool
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Lay out a row per vacancy and stage; without a known seat the hiring manager decides."""
    grid = whole.merge(pd.DataFrame({STAGE: range(len(STAGES))}), how="cross")
    keys = [VACANCY, STAGE]
    sums = seats.sittings if len(seats.sittings) else pd.DataFrame(columns=[*keys, "sat_on"])
    grid = grid.merge(sums, on=keys, how="left").merge(
        seats.managers.rename(columns={"known": "listed", "trained": "listed_trained"}),
        on=keys,
        how="left",
    )
    grid = grid.sort_values(keys).reset_index(drop=True)
    n = {name: _whole(grid, name) for name in (*SUMS, "listed", "listed_trained")}
    codes = np.array([*services.codes, ""], dtype=object)
    number = grid[SERVICE].astype(int)  # that of none is the last
    by_manager = (n["known"] == 0) & (n["listed"] > 0)
    dose = np.where(
        by_manager, _ratio(n["listed_trained"], n["listed"]), _ratio(n["trained"], n["known"])
    )
    manager = _ratio(n["managers_trained"] > 0, n["managers"] > 0)
    listed = _ratio(n["listed_trained"], n["listed"])
    in_service = codes[number] != ""
    days = [_days(grid, name) for name in ("sat_on", DAY)]
    sittings = pd.DataFrame(
        {
            "vacancy_id": grid[VACANCY].astype(object),
            "stage": np.array(STAGES, dtype=object)[grid[STAGE].astype(int)],
            "service": codes[number],
            "on": days[0].fillna(days[1]),
            **{name: n[name] for name in WHOLE},
            "dose": dose if told else np.nan,
            "chair_trained": _ratio(n["chairs_trained"] > 0, n["chairs"] > 0) if told else np.nan,
            "manager_trained": np.where(np.isnan(manager), listed, manager) if told else np.nan,
            "visitors": np.where(in_service, n["visitor"].astype(float), np.nan),
        }
    )
    tallies = {name: int(n[name].sum()) for name in SUMS}
    tallies["assumed"] = int((n["assumed"] > 0).sum())
    tallies["by_manager"] = int((by_manager & told).sum())
    tallies["nobody_listed"] = int((n["seats"] == 0).sum())
    tallies["listed"] = int(n["listed"].sum())
    tallies["hiring_managers"] = len(seats.managers)
    tallies["without_day"] = int((days[0].isna() & (n["seats"] > 0)).sum())
    return sittings, tallies


def _whole(grid: pd.DataFrame, name: str) -> np.ndarray:
    if name not in grid:
        return np.zeros(len(grid), dtype=np.int64)
    return pd.to_numeric(grid[name]).fillna(0).to_numpy(dtype=np.int64)


def _days(grid: pd.DataFrame, name: str) -> pd.Series:
    return pd.to_datetime(grid[name]).astype(NANOSECONDS)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide; of nobody it is not a number."""
    known = np.asarray(whole, dtype=float)
    return np.divide(
        np.asarray(part, dtype=float), known, out=np.full(len(known), np.nan), where=known > 0
    )


def _matched_records(sources: Sources) -> dict[str, int]:
    """Count the records of the course, and those of people whom a list knows."""
    if sources.records is None:
        return {"records": 0, "records_matched": 0}
    rows = sources.records.select(PERSON)
    mark = engine.lit(0, engine.Int64)
    for place, listed in enumerate(sources.people):
        name = f"__in{place}"
        found = listed.with_columns(engine.lit(1, engine.Int64).alias(name))
        rows = rows.join(found, on=PERSON, how="left")
        there = engine.col(name).is_null()
        mark = engine.when(there).then(mark).otherwise(engine.lit(1, engine.Int64))
    rows = rows.with_columns(mark.alias("__in"))
    return engine.one_row(
        rows, {"records": engine.rows(), "records_matched": engine.col("__in").sum()}
    )
