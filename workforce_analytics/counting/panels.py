"""Rows of panels, course records, vacancies and staff, made alike so that they can be joined."""

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
DAY, DONE, UNTIL, SNAPSHOT = "__day", "__done", "__until", "__snapshot"
PLACE = "__place"
UNIT_KNOWN = "__unit_known"
NONE = -1
"""Number of the service of whatever is in none, and of a stage that is not known."""


@dataclass(frozen=True)
class Sources:
    """The rows that are joined, on one engine.

    Attributes
    ----------
    vacancies
        Vacancy, its service (a number, `NONE` where it is in none), the day that stands for a
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
        (_number("unit_id", services) if "unit_id" in there else lit(NONE, Int64)).alias(SERVICE),
        _first_day([name for name in ("closed_on", "opened_on") if name in there]).alias(DAY),
        _text_or_nothing(there, "hiring_manager_id").alias(PERSON),
    )


def nothing(kind: object) -> Expression:
    """Give a missing value of a kind."""
    return lit(None, kind)  # type: ignore[arg-type]


def _text_or_nothing(there: set[str], name: str) -> Expression:
    return engine.text(name) if name in there else nothing(engine.String)


def _first_day(names: Sequence[str]) -> Expression:
    """Give the first of some dates that is there."""
    result = nothing(Date)
    for name in reversed(names):
        result = when(col(name).is_null()).then(result).otherwise(col(name).cast(Date))
    return result


def _number(name: str, groups: Sequence[Iterable[str]]) -> Expression:
    """Tell in which of some groups of raw values a value is, from 0; `NONE` where in none."""
    result = lit(NONE, Int64)
    for place, units in enumerate(groups):
        here = engine.is_one_of(name, units)
        result = when(here).then(lit(place, Int64)).otherwise(result)
    return result


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
        _number("stage", stage).alias(STAGE),
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
        done.alias(DONE),
        _first_day(["valid_until"] if "valid_until" in there else []).alias(UNTIL),
    )
    return rows.filter(~col(DONE).is_null())


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
        day.alias(SNAPSHOT),
        (_number("unit_id", services) if units else lit(NONE, Int64)).alias(PLACE),
        (~col("unit_id").is_null() if units else lit(False)).cast(Int64).alias(UNIT_KNOWN),
    ).unique()


def everybody(frame: Frame) -> Frame:
    """Give everybody who is in an extract, once."""
    return frame.select(engine.text("person_id").alias(PERSON)).unique()
