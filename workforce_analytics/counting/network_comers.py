"""Each person's part in the events of staff networks, worked out where the rows lie."""

from __future__ import annotations

from datetime import date

from workforce_analytics import engine
from workforce_analytics.counting.memberships import KNOWN, NETWORK, PERSON

YEAR = 365
"""Days over which people and attendances are counted."""
SOON = 90
"""Days after joining within which somebody who will come at all should have come."""
EVENT, DAY, SINCE, UNTIL = "__event", "__day", "__since", "__until"
LAST, TIMES, INSIDE, TIME = "__last", "__times", "__inside", "__time"
JOINED, FIRST = "__joined", "__first"
NOBODY = 0
"""Number of a day that there is none of."""


def each_person(
    came: engine.Frame, spells: engine.Frame, on: date, joined: tuple[int, int]
) -> engine.Frame:
    """One row per network and person: member since when and how long, came when and how often.

    Parameters
    ----------
    came
        Attendances up to a day: network, person, event and day, each once.
    spells
        Spells of membership, their days as numbers.
    on
        Last of the 365 days that are looked at.
    joined
        First and last day of joining of those whose first event is looked for.

    Returns
    -------
    Frame
        Network, person; `SINCE` when they have been a member without a break; `TIME`, days of
        membership in the year; `JOINED`, when they first joined among those days, and `FIRST`,
        whether they came within 90 days of it; `LAST`, when they came last in the year, how many
        `TIMES`, and how many of them as a member (`INSIDE`). 0 where there is nothing.
    """
    keys = [NETWORK, PERSON]
    members = engine.settled(_members(spells, on, joined))
    day, start = engine.col(DAY), engine.col(JOINED)
    soon = (day >= start) & (day <= start + SOON) & (start > NOBODY)
    first = members.join(came, on=keys, how="inner").filter(soon).select(*keys).unique()
    first = engine.settled(engine.derive(first, {FIRST: engine.lit(1, engine.Int64)}))
    comers = engine.settled(_comers(came.filter(day > on.toordinal() - YEAR), spells))
    both = members.join(first, on=keys, how="left").join(comers, on=keys, how="left")
    guests = engine.derive(
        comers.join(members, on=keys, how="anti"),
        {name: engine.lit(NOBODY, engine.Int64) for name in (SINCE, TIME, JOINED, FIRST)},
    )
    names = (SINCE, TIME, JOINED, FIRST, LAST, TIMES, INSIDE)
    whole = {name: engine.col(name).fill_null(NOBODY).cast(engine.Int64) for name in names}
    parts = (engine.derive(part, whole).select(*keys, *names) for part in (both, guests))
    return engine.stacked(list(parts))


def _members(spells: engine.Frame, on: date, joined: tuple[int, int]) -> engine.Frame:
    """Who is a member and since when, days of membership in the year, and who joined when."""
    last = on.toordinal()
    since, until = engine.col(SINCE), engine.col(UNTIL)
    begin = engine.when(since > last - YEAR).then(since).otherwise(engine.lit(last - YEAR + 1))
    end = engine.when(until < last).then(until).otherwise(engine.lit(last))
    nobody = engine.lit(NOBODY)
    known = (engine.col(KNOWN) == 1) & (since >= joined[0]) & (since <= joined[1])
    rows = spells.filter(since <= last).select(
        NETWORK,
        PERSON,
        # A member at the close of a day is one who does not leave on it.
        engine.when(until > last).then(since).otherwise(nobody).alias(SINCE),
        engine.when(end >= begin).then(end - begin + 1).otherwise(nobody).alias(TIME),
        engine.when(known).then(since).alias(JOINED),
    )
    each = engine.grouped(
        rows,
        [NETWORK, PERSON],
        {
            SINCE: engine.col(SINCE).max(),
            TIME: engine.col(TIME).sum(),
            JOINED: engine.col(JOINED).min(),
        },
    )
    filled = engine.derive(each, {JOINED: engine.col(JOINED).fill_null(NOBODY)})
    wanted = [engine.col(name) > NOBODY for name in (SINCE, TIME, JOINED)]
    return filled.filter(engine.any_of(*wanted, ignore_nulls=False))


def _comers(came: engine.Frame, spells: engine.Frame) -> engine.Frame:
    """Who came in the year: when last, how often, and how often while being a member."""
    keys = [NETWORK, PERSON]
    joined = came.join(spells, on=keys, how="left")
    day = engine.col(DAY)
    inside = ((day >= engine.col(SINCE)) & (day <= engine.col(UNTIL))).fill_null(False)
    flagged = engine.derive(joined, {INSIDE: inside.cast(engine.Int64)})
    once = {INSIDE: engine.col(INSIDE).max()}
    one_by_one = engine.grouped(flagged, [*keys, EVENT, DAY], once)
    counted = engine.derive(one_by_one, {TIMES: engine.lit(1, engine.Int64)})
    return engine.grouped(
        counted,
        keys,
        {
            LAST: day.max(),
            TIMES: engine.col(TIMES).sum(),
            INSIDE: engine.col(INSIDE).sum(),
        },
    )
