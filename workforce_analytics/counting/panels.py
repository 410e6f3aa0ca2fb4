"""Who sat on panels, joined to their training records: seats counted by vacancy and stage.

A seat is a person at a stage of a vacancy. Everything is joined where the rows lie; what leaves the
engine is numbers by vacancy and stage, or by service, never a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.engine import Date, Expression, Frame, Int64, col, lit, when
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.extract import Extract

STAGES = ("shortlisting", "interview")
OUTSIDE = ("councillor", "partner", "service_user", "agency")
"""Kinds of panel members who are not on the staff: no training record is kept of them."""

VACANCY, STAGE, PERSON, ON, SERVICE = "__vacancy", "__stage", "__person", "__on", "__service"
_SEAT = [VACANCY, STAGE, PERSON]
_DONE, _UNTIL, _SNAPSHOT, _PLACE = "__done", "__until", "__snapshot", "__place"
_UNIT_KNOWN = "__unit_known"
_SITTING_SUMS = (
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


@dataclass(frozen=True)
class Sources:
    """The rows that are joined, on one engine.

    Attributes
    ----------
    vacancies
        Vacancy, its service (a number, missing where it is in none), the day that stands for a
        panel without a date, and its hiring manager.
    panels
        Vacancy, stage (0 shortlisting, 1 interview), person, what they did, and when they sat.
    records
        Person, day of completion and last day on which it counts: completed courses that count.
    staff
        Person, snapshot and service of each post; None where nobody knows who is on the staff.
    people
        Lists of everybody who is on the staff, and who has a key; none where nobody knows.
    """

    vacancies: Frame
    panels: Frame | None
    records: Frame | None
    staff: Frame | None
    people: tuple[Frame, ...]


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


def on_one_engine(extracts: Mapping[str, Extract | None]) -> dict[str, Frame | None]:
    """Give the rows of some extracts so that they can be joined.

    Where they lie on several engines, those in this computer's memory or files are brought
    together in the embedded one.

    Raises
    ------
    UsageError
        One lies in Spark or a warehouse and another does not: keys of people never leave there.
    """
    frames = {name: item.frame if item is not None else None for name, item in extracts.items()}
    there = {frame.implementation for frame in frames.values() if frame is not None}
    if len(there) < 2:
        return frames
    near = all(one.is_polars() or one.is_duckdb() or one.is_pandas() for one in there)
    if not near:
        named = ", ".join(name for name, frame in frames.items() if frame is not None)
        raise UsageError(
            f"The extracts {named} lie on different engines and cannot be joined there. "
            "Read all from files, or hand all over as tables of one engine."
        )
    return {name: _embedded(frame) for name, frame in frames.items()}


def _embedded(frame: Frame | None) -> Frame | None:
    """Bring rows into the embedded engine, dates as dates even where all are missing."""
    if frame is None or frame.implementation.is_duckdb():
        return frame
    table = engine.collect(frame)
    for name, kind in engine.kinds(frame).items():
        if kind == "date":
            table[name] = pd.to_datetime(table[name])
        elif kind == "text":
            table[name] = table[name].astype("str").where(table[name].notna(), None)
    return engine.frame(table)


def vacancy_rows(vacancies: Extract, frame: Frame, services: Sequence[Iterable[str]]) -> Frame:
    """Give each vacancy its service, its day and its hiring manager.

    Parameters
    ----------
    services
        For each service, the raw units of vacancies that lie in it.
    """
    there = set(engine.columns(frame))
    return frame.select(
        engine.text("vacancy_id").alias(VACANCY),
        (_number("unit_id", services) if "unit_id" in there else _nothing(Int64)).alias(SERVICE),
        _first_day([name for name in ("closed_on", "opened_on") if name in there]).alias(_DONE),
        _text_or_nothing(there, "hiring_manager_id").alias(PERSON),
    )


def _nothing(kind: object) -> Expression:
    return lit(None, kind)  # type: ignore[arg-type]


def _text_or_nothing(there: set[str], name: str) -> Expression:
    return engine.text(name) if name in there else _nothing(engine.String)


def _first_day(names: Sequence[str]) -> Expression:
    """Give the first of some dates that is there."""
    result = _nothing(Date)
    for name in reversed(names):
        result = when(col(name).is_null()).then(result).otherwise(col(name).cast(Date))
    return result


def _number(name: str, groups: Sequence[Iterable[str]]) -> Expression:
    """Tell in which of some groups of raw units a unit is, from 0; missing where in none."""
    return engine.place_of(name, [sorted(units) for units in groups])


def panel_rows(panels: Extract, frame: Frame) -> Frame:
    """Give each row of the panels its stage, person and part; other kinds of words are gone."""
    there = set(engine.columns(frame))
    stage = [_raws(panels, "stage", (code,)) for code in STAGES]

    def is_one(column: str, codes: tuple[str, ...]) -> Expression:
        if column not in there:
            return lit(0, Int64)
        return engine.is_one_of(column, _raws(panels, column, codes)).cast(Int64)

    return frame.select(
        engine.text("vacancy_id").alias(VACANCY),
        engine.place_of("stage", stage).alias(STAGE),
        _text_or_nothing(there, "person_id").alias(PERSON),
        is_one("role", ("chair",)).alias("chair"),
        is_one("role", ("hiring_manager",)).alias("manager"),
        is_one("member_type", OUTSIDE).alias("outside"),
        is_one("source", ("assumed",)).alias("assumed"),
        _first_day(["sat_on"] if "sat_on" in there else []).alias("sat_on"),
    )


def _raws(extract: Extract, column: str, codes: Iterable[str]) -> list[str]:
    """Raw values of a column that mean one of some codes."""
    match = extract.matcher(column)
    return sorted(str(raw) for raw in extract.distinct(column) if match(raw) in set(codes))


def completed(training: Extract, frame: Frame) -> Frame:
    """Give the records of completed courses that have a day: who, which, when, and how long."""
    there = set(engine.columns(frame))
    done = _first_day(["completed_on"] if "completed_on" in there else [])
    kept = frame.filter(engine.is_one_of("status", _raws(training, "status", ("completed",))))
    rows = kept.select(
        engine.text("person_id").alias(PERSON),
        engine.text("course").alias("course"),
        done.alias(_DONE),
        _first_day(["valid_until"] if "valid_until" in there else []).alias(_UNTIL),
    )
    return rows.filter(~col(_DONE).is_null())


def holders_of_courses(records: Frame, sources: Sources) -> dict[str, int]:
    """Count the people on panels, or hiring managers, who completed each course."""
    parts = [sources.panels, sources.vacancies]
    sat = [part.select(PERSON).filter(~col(PERSON).is_null()) for part in parts if part is not None]
    found: dict[str, int] = {}
    for people in sat[:1] if sources.panels is not None else sat:
        held = records.select(PERSON, "course").unique().join(people.unique(), on=PERSON)
        for course, n in engine.count(held, ["course"]).itertuples(index=False):
            found[course] = found.get(course, 0) + n
    return found


def staff_rows(frame: Frame, services: Sequence[Iterable[str]]) -> Frame:
    """Give each post of the staff its person, snapshot and service."""
    there = set(engine.columns(frame))
    day = col("snapshot_date").cast(Date) if "snapshot_date" in there else lit(date.min, Date)
    units = "unit_id" in there
    return frame.select(
        engine.text("person_id").alias(PERSON),
        day.alias(_SNAPSHOT),
        (_number("unit_id", services) if units else _nothing(Int64)).alias(_PLACE),
        (~col("unit_id").is_null() if units else lit(False)).cast(Int64).alias(_UNIT_KNOWN),
    ).unique()


def everybody(frame: Frame) -> Frame:
    """Give everybody who is in an extract, once."""
    return frame.select(engine.text("person_id").alias(PERSON)).unique()


def seats_of(sources: Sources) -> Seats:
    """Judge every seat, and every hiring manager: known, trained before the day, trained later?"""
    by_vacancy = sources.vacancies.select(VACANCY, SERVICE, _DONE)
    managers = pd.DataFrame(columns=[VACANCY, STAGE, "known", "trained"])
    panel, sittings, astray, dates = None, pd.DataFrame(), 0, None
    if sources.panels is not None:
        rows = sources.panels.filter(~col(STAGE).is_null())
        rows = engine.settled(rows.join(by_vacancy, on=VACANCY, how="inner"))
        dates = engine.grouped(rows, [VACANCY, STAGE], {"sat_on": col("sat_on").min()})
        panel = engine.settled(_judged(_seats(rows, dates), sources))
        sums = {name: col(name).sum() for name in _SITTING_SUMS}
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
        **{name: col(name).max() for name in ("chair", "manager", "assumed", SERVICE, _DONE)},
        "is_outside": col("outside").max(),
        "outsiders": col("outside").sum(),
    }
    nobody = col(PERSON).is_null()
    seats = engine.grouped(rows, _SEAT, parts).join(dates, on=[VACANCY, STAGE], how="left")
    return seats.with_columns(
        when(nobody).then(col("rows")).otherwise(lit(1)).cast(Int64).alias("seats"),
        when(nobody)
        .then(col("outsiders"))
        .otherwise(col("is_outside"))
        .cast(Int64)
        .alias("outside"),
        when(col("sat_on").is_null()).then(col(_DONE)).otherwise(col("sat_on")).alias(ON),
        when(nobody).then(lit(0)).otherwise(1 - col("is_outside")).cast(Int64).alias("staff"),
    ).select(*_SEAT, ON, SERVICE, "seats", "outside", "staff", "chair", "manager", "assumed")


def _managers(sources: Sources, dates: Frame | None, stage: int) -> pd.DataFrame:
    """Judge the hiring manager of each vacancy as if they sat at a stage."""
    rows = sources.vacancies.filter(~col(PERSON).is_null())
    day = col(_DONE)
    if dates is not None:
        of_stage = dates.filter(col(STAGE) == stage).select(VACANCY, "sat_on")
        rows = rows.join(of_stage, on=VACANCY, how="left")
        day = when(col("sat_on").is_null()).then(col(_DONE)).otherwise(col("sat_on"))
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
        pairs = seats.select(*_SEAT, ON).join(
            records.select(PERSON, _DONE, _UNTIL), on=PERSON, how="inner"
        )
        before = (col(_DONE) < col(ON)).fill_null(False)
        holds = (col(_UNTIL) >= col(ON)).fill_null(True)
        flags = (before & holds, (col(_DONE) >= col(ON)).fill_null(False), before & ~holds)
        pairs = pairs.with_columns(
            *(flag.cast(Int64).alias(name) for flag, name in zip(flags, names, strict=True))
        )
        found = engine.grouped(pairs, _SEAT, {name: col(name).max() for name in names})
        marked = seats.join(found, on=_SEAT, how="left").with_columns(
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
    posts = seats.select(*_SEAT, ON, SERVICE).join(staff, on=PERSON, how="inner")
    past = (col(_SNAPSHOT) <= col(ON)).fill_null(False)
    posts = posts.with_columns(
        when(past).then(col(_SNAPSHOT)).alias("__past"),
        when(~past).then(col(_SNAPSHOT)).alias("__future"),
    )
    ends = {"__past": col("__past").max(), "__future": col("__future").min()}
    chosen = engine.grouped(posts, _SEAT, ends).with_columns(
        when(col("__past").is_null()).then(col("__future")).otherwise(col("__past")).alias("__at")
    )
    there = posts.drop("__past", "__future").join(
        chosen.select(*_SEAT, "__at"), on=_SEAT, how="inner"
    )
    there = there.filter(col("__at") == col(_SNAPSHOT)).with_columns(
        (col(_PLACE) == col(SERVICE)).fill_null(False).cast(Int64).alias("__own")
    )
    sums = {"__own": col("__own").max(), "__placed": col(_UNIT_KNOWN).max()}
    found = engine.grouped(there, _SEAT, sums)
    joined = seats.join(found, on=_SEAT, how="left")
    away = col("known") * col("__placed").fill_null(0) * (1 - col("__own").fill_null(0))
    away = when(col(SERVICE).is_null()).then(lit(0)).otherwise(away)
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
        "before", "trained_before", "after", "trained_after", "visitors".
    """
    turn = _nothing(Date)
    for number, day in enumerate(turns):
        if day is not None:
            turn = when(col(SERVICE) == number).then(lit(day, Date)).otherwise(turn)
    here = engine.any_of(*(col(STAGE) == stage for stage in stages), ignore_nulls=False)
    rows = seats.filter(here & ~col(SERVICE).is_null() & ~col(PERSON).is_null())
    rows = rows.with_columns((col(ON) >= turn).fill_null(False).cast(Int64).alias("__after"))
    dated = (~col(ON).is_null()).cast(Int64)
    after, known, trained = col("__after"), col("known") * dated, col("trained")
    marks = {
        "seats": col("seats"),
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
