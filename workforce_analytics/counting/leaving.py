"""When people left the body: from records of leaving, last days in post, or snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from workforce_analytics import engine
from workforce_analytics.extracts.extract import Extract

PERSON, GONE_ON = "__person", "__gone_on"
_LAST, _LEFT, _ENDED, _NEXT = "__last", "__left", "__ended", "__next"
_SLACK = "31d"
"""A snapshot can still have somebody who left within so many days before it."""


def left_the_body(workforce: Extract, events: Extract | None) -> engine.Frame:
    """Everybody who is known to the body, and when they left it; missing while they are there.

    The day is that of the record of leaving or, without one, the last day in post before the next
    snapshot or, without that, the first snapshot in which the person is missing. Somebody who
    stands in a later snapshot has not left.
    """
    rows = [_in_snapshots(workforce)]
    if events is not None:
        rows.append(_records(events))
    people = engine.grouped(
        engine.stacked(rows),
        [PERSON],
        {name: engine.col(name).max() for name in (_LAST, _ENDED, _LEFT)},
    )
    people = engine.derive(people, {_NEXT: _following(workforce.snapshots())})
    last, left, ended, following = (engine.col(name) for name in (_LAST, _LEFT, _ENDED, _NEXT))
    never_there = last.is_null()
    recorded = never_there | (left >= last)
    late = ~following.is_null() & (left.dt.offset_by(_SLACK).cast(engine.Date) >= last)
    between = (ended >= last) & (ended <= following)
    missing = engine.when(between.fill_null(False)).then(ended).otherwise(following)
    told = (~left.is_null() & (recorded | late)).fill_null(False)
    return people.select(PERSON, engine.when(told).then(left).otherwise(missing).alias(GONE_ON))


def _in_snapshots(workforce: Extract) -> engine.Frame:
    held = engine.columns(workforce.frame)
    nothing = engine.lit(None, engine.Date)
    snapshot = engine.col("snapshot_date") if "snapshot_date" in held else nothing
    ended = engine.col("ended_on") if "ended_on" in held else nothing
    return workforce.frame.select(
        engine.text("person_id").alias(PERSON),
        snapshot.alias(_LAST),
        ended.alias(_ENDED),
        nothing.alias(_LEFT),
    )


def _records(events: Extract) -> engine.Frame:
    match = events.matcher("event")
    raws = {str(raw) for raw in events.distinct("event") if match(raw) == "leaving"}
    nothing = engine.lit(None, engine.Date)
    return events.frame.filter(engine.is_one_of("event", raws)).select(
        engine.text("person_id").alias(PERSON),
        nothing.alias(_LAST),
        nothing.alias(_ENDED),
        engine.col("opened_on").alias(_LEFT),
    )


def _following(snapshots: Sequence[str]) -> engine.Expression:
    """The snapshot after a person's last one; missing where that is the latest."""
    result = engine.lit(None, engine.Date)
    for before, after in pairwise(snapshots):
        here = engine.text(_LAST) == before
        day = engine.lit(date.fromisoformat(after), engine.Date)
        result = engine.when(here).then(day).otherwise(result)
    return result
