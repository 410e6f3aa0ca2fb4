"""Who came to the events of staff networks, and how often: counts of people, never their names.

Attendance is joined to membership where both lie; what comes back is how many people there are of
each kind, and how many came how often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.leaving import left_the_body
from workforce_analytics.counting.membership_rows import last_day_number
from workforce_analytics.counting.memberships import (
    END,
    KNOWN,
    NETWORK,
    PERSON,
    START,
    Memberships,
)
from workforce_analytics.counting.network_comers import (
    DAY,
    EVENT,
    FIRST,
    INSIDE,
    JOINED,
    LAST,
    NOBODY,
    SINCE,
    SOON,
    TIME,
    TIMES,
    UNTIL,
    YEAR,
    each_person,
)
from workforce_analytics.counting.network_months import ATTENDANCE, EVENTS, network_code
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.estimates import ALL
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.extract import Extract

WINDOWS = (30, 60, 90, YEAR)
DIMENSIONS = ("network", "member_for", "came_within", "times", "times_as_member", "first_event")
NO_MEMBER, NEVER, ONCE, MORE = "not_now", "never", "once", "more"
CAME, NOT_YET, NOT_ASKED = "came", "not_yet", "not_asked"
_AS, _FOR = "__as_member", "__member_for"


@dataclass(frozen=True, eq=False)
class Attendances:
    """Attendance at the events of each network in the 365 days up to a day, and who came."""

    labels: Mapping[str, str]
    """Code of a network -> its name, in order of the codes; those that held events, too."""
    on: date
    days: tuple[int, ...]
    """The spans of days that are told apart, each up to `on`, shortest first."""
    people: Mapping[tuple[str, ...], int]
    """How many people there are of each kind: see `DIMENSIONS`; of `ALL` networks, too."""
    clusters: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
    """Network -> days of membership in the year, attendances as a member, people who had both."""
    often: Mapping[str, tuple[np.ndarray, np.ndarray]]
    """Network -> attendances of a person in the year, people who have so many."""
    attendances: Mapping[str, int]
    """Network -> attendances in the year, whoever came."""
    nameless: Mapping[str, int]
    """Network -> those of them that say nobody's name, or that of somebody unknown to the body."""
    held: Mapping[str, tuple[date, ...]]
    """Network -> days of its events in the year, in their order."""
    in_work_time: Mapping[str, tuple[int, int]]
    """Network -> events in work time, and events of which that is known."""
    recorded: tuple[date, date]
    """Days of the first and the last event on record up to `on`."""
    unlisted: int
    """Attendances, of whatever year, at events that nobody lists."""
    extracts: tuple[Extract, ...]
    """What was counted."""


def network_attendances(
    found: Memberships,
    extracts: Mapping[str, Extract],
    *,
    on: date,
    days: Sequence[int] = WINDOWS,
    workforce: Extract | None = None,
    leaving: Extract | None = None,
) -> Attendances:
    """Who of a network's members came to its events, how often, and who else did?

    Parameters
    ----------
    found
        Who was a member when.
    extracts
        The extracts of networks by the name of their contract: events and attendance of them.
    on
        Last of the 365 days that are looked at.
    days
        Spans of days up to `on`, each from 1 to 365.
    workforce, leaving
        Where given, whoever is not known to the body counts among attendances, not among people.

    Returns
    -------
    Attendances
        People are told apart by how long they have been members without a break
        (`member_for`: the longest of `days` throughout which they were, "0" for less than any,
        `NO_MEMBER`), the shortest of `days` within which they came (`came_within`, `NEVER`), how
        often they came in the year (`times`), how often while they were members
        (`times_as_member`), and, if they joined at least 90 days ago and no more than a year before
        that, whether they came within 90 days of joining (`first_event`).

    Raises
    ------
    UsageError
        There is no list of events or of attendance; the extracts lie on different engines.
    DataError
        No event is on record up to that day.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.counting.memberships import memberships
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = memberships(council.networks)
    >>> came = network_attendances(found, council.networks.extracts, on=found.last)
    >>> len(came.held["race"])
    12
    """
    events, attendance = _checked(found, extracts)
    spans = tuple(sorted(set(days)))
    held = engine.settled(_held(events, on))
    recorded = _recorded(held)
    attended, nameless, unlisted = _attended(held, attendance, _known(workforce, leaving), on)
    came = engine.settled(_twice(attended))
    spells = engine.settled(engine.stacked([_spells(found.spells), _spells(found.anybody, ALL)]))
    # Who joined before anything was recorded cannot be seen to have come.
    joined = (max(on.toordinal() - SOON - YEAR + 1, recorded[0].toordinal()), on.toordinal() - SOON)
    each = engine.settled(each_person(came, spells, on, joined))
    labels = dict(sorted({**_labels(events), **found.labels}.items()))
    named = _by_network(came.filter(engine.col(DAY) > on.toordinal() - YEAR))
    unnamed = _with_all(_by_network(nameless))
    return Attendances(
        labels=labels,
        on=on,
        days=spans,
        people=_people(each, spans, on),
        clusters=_clusters(each),
        often=_often(each),
        attendances={code: named.get(code, 0) + unnamed.get(code, 0) for code in [*labels, ALL]},
        nameless=unnamed,
        held=_days(held, on),
        in_work_time=_in_work_time(events, on),
        recorded=recorded,
        unlisted=unlisted,
        extracts=(*found.extracts, events, attendance),
    )


def _checked(found: Memberships, extracts: Mapping[str, Extract]) -> tuple[Extract, Extract]:
    for name in (EVENTS, ATTENDANCE):
        if name not in extracts:
            raise UsageError(
                f"Nobody says who came to events of networks. Add [extracts.{name}] to "
                "organisation.toml."
            )
    events, attendance = extracts[EVENTS], extracts[ATTENDANCE]
    engines = {frame.implementation for frame in (events.frame, attendance.frame, found.spells)}
    if len(engines) > 1:
        raise UsageError(
            "Members, events and attendance of networks lie on different engines and cannot be "
            "joined there. Read all from files, or hand all over as tables of one engine."
        )
    return events, attendance


def _known(workforce: Extract | None, leaving: Extract | None) -> engine.Frame | None:
    return None if workforce is None else left_the_body(workforce, leaving).select(PERSON)


def _held(events: Extract, on: date) -> engine.Frame:
    """Events up to a day, their days as numbers."""
    rows = events.frame.select(
        engine.text("event_id").alias(EVENT),
        network_code(events).alias(NETWORK),
        engine.day_number("held_on").alias(DAY),
    )
    return rows.filter(engine.col(DAY) <= on.toordinal())


def _recorded(held: engine.Frame) -> tuple[date, date]:
    day = engine.col(DAY)
    ends = engine.one_row(held, {"first": day.min(), "last": day.max()})
    if not ends["first"]:
        raise DataError(
            "No event of a network is on record up to the day that figures are to end with. "
            "Choose a later one with on=, or correct held_on."
        )
    return date.fromordinal(ends["first"]), date.fromordinal(ends["last"])


def _attended(
    held: engine.Frame, attendance: Extract, known: engine.Frame | None, on: date
) -> tuple[engine.Frame, engine.Frame, int]:
    """Attendances of known people, each once; those of the year without one; those of no event."""
    columns = engine.columns(attendance.frame)
    person = engine.text("person_id") if "person_id" in columns else engine.lit(None, engine.String)
    rows = attendance.frame.select(engine.text("event_id").alias(EVENT), person.alias(PERSON))
    listed = rows.join(held, on=EVENT, how="inner")
    blank = engine.blank(PERSON)
    named, nameless = listed.filter(~blank).unique(), listed.filter(blank)
    if known is not None:
        strangers = named.join(known, on=PERSON, how="anti")
        nameless = engine.stacked([nameless, strangers.select(*engine.columns(nameless))])
        named = named.join(known, on=PERSON, how="semi")
    unlisted = engine.one_row(rows.join(held, on=EVENT, how="anti"), {"n": engine.rows()})["n"]
    return named, nameless.filter(engine.col(DAY) > on.toordinal() - YEAR), unlisted


def _twice(rows: engine.Frame) -> engine.Frame:
    """Rows of each network, and the same again as those of all."""
    names = (NETWORK, PERSON, EVENT, DAY)
    everybody = engine.derive(rows, {NETWORK: engine.lit(ALL, engine.String)})
    return engine.stacked([rows.select(*names), everybody.select(*names)])


def _spells(spells: engine.Frame, network: str | None = None) -> engine.Frame:
    """Spells with their days as numbers."""
    code = engine.col(NETWORK) if network is None else engine.lit(network, engine.String)
    return spells.select(
        code.alias(NETWORK),
        PERSON,
        engine.day_number(START).alias(SINCE),
        last_day_number(END).alias(UNTIL),
        KNOWN,
    )


def _people(each: engine.Frame, days: Sequence[int], on: date) -> dict[tuple[str, ...], int]:
    """How many people there are of each kind."""
    last = on.toordinal()
    since, latest = engine.col(SINCE), engine.col(LAST)
    member, came = engine.lit(-1), engine.lit(-1)
    member = engine.when(since > NOBODY).then(engine.lit(0)).otherwise(member)
    came = engine.when(latest > NOBODY).then(engine.lit(YEAR)).otherwise(came)
    for span in days:
        there = (since > NOBODY) & (since <= last - span + 1)
        member = engine.when(there).then(engine.lit(span)).otherwise(member)
    for span in reversed(days):
        came = engine.when(latest > last - span).then(engine.lit(span)).otherwise(came)
    times, inside = (_up_to_two(name) for name in (TIMES, INSIDE))
    asked = (engine.col(JOINED) > NOBODY).cast(engine.Int64) + engine.col(FIRST)
    rows = each.select(
        NETWORK,
        member.cast(engine.Int64).alias(_FOR),
        came.cast(engine.Int64).alias(LAST),
        times.alias(TIMES),
        inside.alias(_AS),
        asked.cast(engine.Int64).alias(FIRST),
    )
    often = (NEVER, ONCE, MORE)
    found: dict[tuple[str, ...], int] = {}
    counted = engine.count(rows, [NETWORK, _FOR, LAST, TIMES, _AS, FIRST])
    for row in counted.to_dict("records"):
        key = (
            row[NETWORK],
            NO_MEMBER if row[_FOR] < 0 else str(row[_FOR]),
            NEVER if row[LAST] < 0 else str(row[LAST]),
            often[row[TIMES]],
            often[row[_AS]],
            (NOT_ASKED, NOT_YET, CAME)[row[FIRST]],
        )
        found[key] = int(row[engine.N])
    return dict(sorted(found.items()))


def _up_to_two(name: str) -> engine.Expression:
    n = engine.col(name)
    return engine.when(n > 1).then(engine.lit(2)).otherwise(n).cast(engine.Int64)


def _clusters(each: engine.Frame) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """How long people were members, and how often they came as such, by network."""
    there = each.filter(engine.col(TIME) > 0)
    return {
        code: tuple(part[name].to_numpy(dtype=np.int64) for name in (TIME, INSIDE, engine.N))
        for code, part in _parts(engine.count(there, [NETWORK, TIME, INSIDE]), [TIME, INSIDE])
    }


def _often(each: engine.Frame) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """How often people came, by network."""
    came = each.filter(engine.col(TIMES) > 0)
    return {
        code: tuple(part[name].to_numpy(dtype=np.int64) for name in (TIMES, engine.N))
        for code, part in _parts(engine.count(came, [NETWORK, TIMES]), [TIMES])
    }


def _parts(table: pd.DataFrame, by: Sequence[str]) -> list[tuple[str, pd.DataFrame]]:
    """Rows of each network, in an order that no engine decides."""
    ordered = table.astype(dict.fromkeys(by, "int64")).sort_values([NETWORK, *by])
    return [(str(code), part) for code, part in ordered.groupby(NETWORK)]


def _by_network(rows: engine.Frame) -> dict[str, int]:
    counted = engine.count(rows, [NETWORK])
    found = zip(counted[NETWORK], counted[engine.N], strict=True)
    return {str(code): int(n) for code, n in sorted(found)}


def _with_all(counted: Mapping[str, int]) -> dict[str, int]:
    return {**counted, ALL: sum(counted.values())}


def _days(held: engine.Frame, on: date) -> dict[str, tuple[date, ...]]:
    """Days of the events of the year, by network."""
    table = engine.count(held.filter(engine.col(DAY) > on.toordinal() - YEAR), [NETWORK, DAY])
    found: dict[str, list[date]] = {}
    for code, day, n in zip(table[NETWORK], table[DAY], table[engine.N], strict=True):
        for name in (str(code), ALL):
            found.setdefault(name, []).extend([date.fromordinal(int(day))] * int(n))
    return {code: tuple(sorted(days)) for code, days in sorted(found.items())}


def _labels(events: Extract) -> dict[str, str]:
    """Name of each network that held events, as it is written most often."""
    counted = events.count(["network"])
    names = sorted(zip(-counted[engine.N], counted["network"].map(str), strict=True), reverse=True)
    return {fold(name): name for _, name in names}


def _in_work_time(events: Extract, on: date) -> dict[str, tuple[int, int]]:
    """Events of the year in work time, and those of which it is known, by network."""
    if "in_work_time" not in engine.columns(events.frame):
        return {}
    rows = events.frame.select(
        network_code(events).alias(NETWORK),
        engine.day_number("held_on").alias(DAY),
        "in_work_time",
    )
    day, inside = engine.col(DAY), engine.col("in_work_time")
    year = rows.filter((day > on.toordinal() - YEAR) & (day <= on.toordinal()) & ~inside.is_null())
    table = engine.count(year, [NETWORK], sums={"__yes": inside.cast(engine.Int64)})
    found = {
        str(row[NETWORK]): (int(row["__yes"]), int(row[engine.N]))
        for row in table.sort_values(NETWORK).to_dict("records")
    }
    yes, told = (sum(pair[place] for pair in found.values()) for place in (0, 1))
    return {**found, ALL: (yes, told)} if told else {}
