"""Who sat on panels, joined to their training records: seats counted by vacancy and stage.

A seat is a person at a stage of a vacancy. Everything is joined where the rows lie; what leaves the
engine is numbers by vacancy and stage, or by service, never a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.panels import (
    DAY,
    DONE,
    NONE,
    ON,
    PERSON,
    PLACE,
    SERVICE,
    SNAPSHOT,
    STAGE,
    STAGES,
    UNIT_KNOWN,
    UNTIL,
    VACANCY,
    Sources,
    nothing,
)
from workforce_analytics.engine import Date, Expression, Frame, Int64, col, lit, when

SEAT = [VACANCY, STAGE, PERSON]
SUMS = (
    "seats",
    "outside",
    "known",
    "trained",
    "later",
    "expired",
    "visitor",
    "chairs",
    "chairs_trained",
    "managers",
    "managers_trained",
    "assumed",
)
"""What is added up over the seats of a sitting."""


@dataclass(frozen=True, eq=False)
class Seats:
    """Seats of panels, and the hiring managers of vacancies, judged against training records."""

    panel: Frame | None
    """A row per seat, its person joined to nothing but 0 and 1; it stays where it is."""
    sittings: pd.DataFrame
    """Vacancy, stage, `sat_on` and sums over its seats."""
    managers: pd.DataFrame
    """Vacancy, stage, `known` and `trained` of the hiring manager that the vacancy names."""
    astray: int
    """Panel rows whose vacancy is not in the vacancies extract, or whose stage cannot be read."""


def seats_of(sources: Sources) -> Seats:
    """Judge every seat, and every hiring manager: known, trained before the day, trained later?"""
    by_vacancy = sources.vacancies.select(VACANCY, SERVICE, DAY)
    managers = pd.DataFrame(columns=[VACANCY, STAGE, "known", "trained"])
    panel, sittings, astray, dates = None, pd.DataFrame(), 0, None
    if sources.panels is not None:
        rows = sources.panels.filter(col(STAGE) != NONE)
        rows = engine.settled(rows.join(by_vacancy, on=VACANCY, how="inner"))
        dates = engine.grouped(rows, [VACANCY, STAGE], {"sat_on": col("sat_on").min()})
        panel = engine.settled(_judged(_seats(rows, dates), sources))
        sums = {name: col(name).sum() for name in SUMS}
        sittings = engine.collect(engine.grouped(panel, [VACANCY, STAGE], sums))
        sittings = sittings.merge(engine.collect(dates), on=[VACANCY, STAGE], how="left")
        astray = _rows(sources.panels) - _rows(rows)
    if sources.records is not None:
        parts = [_managers(sources, dates, stage) for stage in range(len(STAGES))]
        managers = pd.concat(parts, ignore_index=True)
    return Seats(panel, sittings, managers, astray)


def _rows(frame: Frame) -> int:
    return engine.one_row(frame, {"n": engine.rows()})["n"]


def _seats(rows: Frame, dates: Frame) -> Frame:
    """Make one row per person and sitting; those without a key are one row with their number."""
    parts = {
        "rows": engine.rows(),
        **{name: col(name).max() for name in ("chair", "manager", "assumed", SERVICE, DAY)},
        "is_outside": col("outside").max(),
        "outsiders": col("outside").sum(),
    }
    nobody = col(PERSON).is_null()
    seats = engine.grouped(rows, SEAT, parts).join(dates, on=[VACANCY, STAGE], how="left")
    return seats.with_columns(
        when(nobody).then(col("rows")).otherwise(lit(1)).cast(Int64).alias("seats"),
        when(nobody)
        .then(col("outsiders"))
        .otherwise(col("is_outside"))
        .cast(Int64)
        .alias("outside"),
        when(col("sat_on").is_null()).then(col(DAY)).otherwise(col("sat_on")).alias(ON),
        when(nobody).then(lit(0)).otherwise(1 - col("is_outside")).cast(Int64).alias("staff"),
    ).select(*SEAT, ON, SERVICE, "seats", "outside", "staff", "chair", "manager", "assumed")


def _managers(sources: Sources, dates: Frame | None, stage: int) -> pd.DataFrame:
    """Judge the hiring manager of each vacancy as if they sat at a stage."""
    rows = sources.vacancies.filter(~col(PERSON).is_null())
    day = col(DAY)
    if dates is not None:
        of_stage = dates.filter(col(STAGE) == stage).select(VACANCY, "sat_on")
        rows = rows.join(of_stage, on=VACANCY, how="left")
        day = when(col("sat_on").is_null()).then(col(DAY)).otherwise(col("sat_on"))
    one, none = lit(1, Int64), lit(0, Int64)
    rows = rows.with_columns(day.alias(ON)).select(
        VACANCY,
        lit(stage, Int64).alias(STAGE),
        PERSON,
        ON,
        SERVICE,
        one.alias("seats"),
        none.alias("outside"),
        one.alias("staff"),
        none.alias("chair"),
        one.alias("manager"),
        none.alias("assumed"),
    )
    judged = _with_training(_with_known(rows, sources.people), sources.records)
    return engine.collect(judged.select(VACANCY, STAGE, "known", "trained"))


def _judged(seats: Frame, sources: Sources) -> Frame:
    """Say of each seat whether its person is known, was trained in time, and is of the service."""
    seats = _with_known(seats, sources.people)
    seats = _with_training(seats, sources.records)
    seats = _with_visitors(seats, sources.staff)
    return seats.with_columns(
        *(
            (col(part) * col(state)).cast(Int64).alias(name)
            for part, state, name in (
                ("chair", "known", "chairs"),
                ("chair", "trained", "chairs_trained"),
                ("manager", "known", "managers"),
                ("manager", "trained", "managers_trained"),
            )
        )
    )


def _with_known(seats: Frame, people: Sequence[Frame]) -> Frame:
    """Mark seats whose person is found in one of the lists; with a key at all where there is none.

    Members from outside are never among them.
    """
    if not people:
        return seats.with_columns(col("staff").alias("known"))
    found = lit(0, Int64)
    marks = [f"__found{place}" for place in range(len(people))]
    for mark, listed in zip(marks, people, strict=True):
        listed = listed.with_columns(lit(1, Int64).alias(mark))
        seats = seats.join(listed, on=PERSON, how="left")
        found = when(col(mark).is_null()).then(found).otherwise(lit(1, Int64))
    known = col("staff") * found
    return seats.with_columns(known.cast(Int64).alias("known")).drop(*marks)


def _with_training(seats: Frame, records: Frame | None) -> Frame:
    """Mark who was trained before the day, and whose training had run out or came later."""
    names = ("__in_time", "__later", "__expired")
    if records is None:
        marked = seats.with_columns(*(lit(0, Int64).alias(name) for name in names))
    else:
        pairs = seats.select(*SEAT, ON).join(
            records.select(PERSON, DONE, UNTIL), on=PERSON, how="inner"
        )
        before = (col(DONE) < col(ON)).fill_null(False)
        holds = (col(UNTIL) >= col(ON)).fill_null(True)
        flags = (before & holds, (col(DONE) >= col(ON)).fill_null(False), before & ~holds)
        pairs = pairs.with_columns(
            *(flag.cast(Int64).alias(name) for flag, name in zip(flags, names, strict=True))
        )
        found = engine.grouped(pairs, SEAT, {name: col(name).max() for name in names})
        marked = seats.join(found, on=SEAT, how="left").with_columns(
            *(col(name).fill_null(0) for name in names)
        )
    trained = col("known") * col("__in_time")
    rest = col("known") * (1 - col("__in_time"))
    return marked.with_columns(
        trained.cast(Int64).alias("trained"),
        (rest * col("__expired")).cast(Int64).alias("expired"),
        (rest * (1 - col("__expired")) * col("__later")).cast(Int64).alias("later"),
    ).drop(*names)


def _with_visitors(seats: Frame, staff: Frame | None) -> Frame:
    """Mark seats of people of another service, after the last snapshot before the day.

    Somebody who was not there yet is looked up at the first snapshot after it.
    """
    if staff is None:
        return seats.with_columns(lit(0, Int64).alias("visitor"))
    posts = seats.select(*SEAT, ON, SERVICE).join(staff, on=PERSON, how="inner")
    past = (col(SNAPSHOT) <= col(ON)).fill_null(False)
    posts = posts.with_columns(
        when(past).then(col(SNAPSHOT)).alias("__past"),
        when(~past).then(col(SNAPSHOT)).alias("__future"),
    )
    ends = {"__past": col("__past").max(), "__future": col("__future").min()}
    chosen = engine.grouped(posts, SEAT, ends).with_columns(
        when(col("__past").is_null()).then(col("__future")).otherwise(col("__past")).alias("__at")
    )
    there = posts.drop("__past", "__future").join(
        chosen.select(*SEAT, "__at"), on=SEAT, how="inner"
    )
    there = there.filter(col("__at") == col(SNAPSHOT)).with_columns(
        (col(PLACE) == col(SERVICE)).fill_null(False).cast(Int64).alias("__own")
    )
    sums = {"__own": col("__own").max(), "__placed": col(UNIT_KNOWN).max()}
    found = engine.grouped(there, SEAT, sums)
    joined = seats.join(found, on=SEAT, how="left")
    away = col("known") * col("__placed").fill_null(0) * (1 - col("__own").fill_null(0))
    away = away * (col(SERVICE) != NONE).cast(Int64)
    return joined.with_columns(away.cast(Int64).alias("visitor")).drop("__own", "__placed")


def people_behind(
    seats: Frame, turns: Sequence[date | None], stages: Iterable[int]
) -> dict[tuple[int | None, str], int]:
    """Count the different people behind the seats of each service, and of all.

    Parameters
    ----------
    seats
        `Seats.panel`.
    turns
        For each service its day in the roll-out.
    stages
        Which stages are looked at.

    Returns
    -------
    dict
        (number of the service, or None for all, name of the cell) -> people. Cells: "seats",
        "known", "before", "trained_before", "after", "trained_after", "visitors".
    """
    turn = nothing(Date)
    for number, day in enumerate(turns):
        if day is not None:
            turn = when(col(SERVICE) == number).then(lit(day, Date)).otherwise(turn)
    here = engine.any_of(*(col(STAGE) == stage for stage in stages), ignore_nulls=False)
    rows = seats.filter(here & (col(SERVICE) != NONE) & ~col(PERSON).is_null())
    rows = rows.with_columns((col(ON) >= turn).fill_null(False).cast(Int64).alias("__after"))
    dated = (~col(ON).is_null()).cast(Int64)
    after, known, trained = col("__after"), col("known") * dated, col("trained")
    marks = {
        "seats": col("seats"),
        "known": col("known"),
        "before": known * (1 - after),
        "trained_before": trained * (1 - after),
        "after": known * after,
        "trained_after": trained * after,
        "visitors": col("visitor"),
    }
    rows = rows.with_columns(*(value.alias(f"__{name}_") for name, value in marks.items()))
    most = {name: col(f"__{name}_").max() for name in marks}
    found: dict[tuple[int | None, str], int] = {}
    by_service = engine.count(
        engine.grouped(rows, [SERVICE, PERSON], most), [SERVICE], sums=_same(marks)
    )
    for row in by_service.to_dict("records"):
        found |= {(int(row[SERVICE]), name): int(row[name]) for name in marks}
    whole = engine.one_row(
        engine.grouped(rows, [PERSON], most), {name: col(name).sum() for name in marks}
    )
    return found | {(None, name): n for name, n in whole.items()}


def _same(names: Iterable[str]) -> dict[str, Expression]:
    return {name: col(name) for name in names}
