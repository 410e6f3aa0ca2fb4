"""Rows of membership, as spells or from lists, and how they become unbroken spells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from workforce_analytics import engine
from workforce_analytics.counting.network_months import network_code
from workforce_analytics.extracts.extract import Extract

NETWORK, PERSON = "__network", "__person"
START, END = "__start", "__end"
KNOWN, ALLY, GONE = "__known", "__ally", "__gone"
JOINED, LEFT, SEEN, SPONSOR = "__joined", "__left", "__seen", "__sponsor"
_FROM, _TO, _OPEN = "__from", "__to", "__open"
_FOREVER = date.max.toordinal()
_MONTH = timedelta(days=31)


def rows_of(members: Extract) -> engine.Frame:
    """Rows of the extract: network (a code), person, days, and whether ally or sponsor."""
    held = engine.columns(members.frame)
    days = {JOINED: "joined_on", LEFT: "left_on", SEEN: "observed_on"}
    return members.frame.select(
        network_code(members).alias(NETWORK),
        engine.text("person_id").alias(PERSON),
        *(
            (engine.col(name) if name in held else engine.lit(None, engine.Date)).alias(day)
            for day, name in days.items()
        ),
        _is(members, "ally").alias(ALLY),
        _is(members, "sponsor").alias(SPONSOR),
    )


def _is(members: Extract, role: str) -> engine.Expression:
    """Whether somebody has a role; chairs and their deputies are members as others are."""
    if "role" not in engine.columns(members.frame):
        return engine.lit(0, engine.Int64)
    match = members.matcher("role")
    raws = {str(raw) for raw in members.distinct("role") if match(raw) == role}
    return engine.is_one_of("role", raws).cast(engine.Int64)


def on_a_list() -> engine.Expression:
    """Whether a row is a name on a list: one that says when somebody left is a spell."""
    return ~engine.col(SEEN).is_null() & engine.col(LEFT).is_null()


def from_spells(rows: engine.Frame, first: date, placeholder: date) -> engine.Frame:
    """Spells as they were written down; whose start is not known has been there from `first`.

    Nothing ends after `placeholder`: such a day of leaving means that there is none yet.
    """
    joined, left = engine.col(JOINED), engine.col(LEFT)
    start = engine.when(joined.is_null()).then(engine.lit(first, engine.Date)).otherwise(joined)
    return rows.select(
        NETWORK,
        PERSON,
        start.alias(START),
        engine.when(left <= placeholder).then(left).alias(END),
        (~joined.is_null()).cast(engine.Int64).alias(KNOWN),
        ALLY,
        engine.lit(0, engine.Int64).alias(GONE),
    )


def list_days(rows: engine.Frame) -> engine.Frame:
    """Days of each network's lists: which list it was, and the day before the next one."""
    days = rows.filter(~engine.col(SEEN).is_null()).select(NETWORK, SEEN).unique()
    one = engine.derive(days, {"__one": engine.lit(1, engine.Int64)})
    following = engine.col(SEEN).shift(-1).over(NETWORK, order_by=SEEN)
    place = engine.col("__one").cum_sum().over(NETWORK, order_by=SEEN)
    found = engine.derive(one, {"__following": following, "__place": place.cast(engine.Int64)})
    before = engine.col("__following").dt.offset_by("-1d").cast(engine.Date)
    return engine.derive(found, {"__before": before}, drop=["__one", "__following"])


def from_lists(rows: engine.Frame, lists: engine.Frame) -> engine.Frame:
    """Spells of those who stood on lists: from the first list in a row to the day before the next.

    When somebody joined is known where a list before it had not had them, or where a list says so.
    """
    joined = engine.col(JOINED)
    believed = engine.when(joined <= engine.col(SEEN)).then(joined)
    named = engine.derive(rows, {JOINED: believed})
    stood = engine.grouped(
        named,
        [NETWORK, PERSON, SEEN],
        {JOINED: engine.col(JOINED).min(), ALLY: engine.col(ALLY).min()},
    )
    stood = engine.derive(stood, {"__one": engine.lit(1, engine.Int64)})
    placed = stood.join(lists, on=[NETWORK, SEEN], how="inner")
    number = engine.col("__one").cum_sum().over(NETWORK, PERSON, order_by=SEEN)
    placed = engine.derive(placed, {"__number": number.cast(engine.Int64)})
    placed = engine.derive(placed, {"__run": engine.col("__place") - engine.col("__number")})
    runs = engine.grouped(
        engine.derive(placed, {_OPEN: engine.col("__before").is_null().cast(engine.Int64)}),
        [NETWORK, PERSON, "__run"],
        {
            "__list": engine.col(SEEN).min(),
            "__place": engine.col("__place").min(),
            "__before": engine.col("__before").max(),
            JOINED: engine.col(JOINED).min(),
            ALLY: engine.col(ALLY).min(),
            _OPEN: engine.col(_OPEN).max(),
        },
    )
    seen = engine.col("__list")
    told = (engine.col(JOINED) <= seen).fill_null(False)
    return runs.select(
        NETWORK,
        PERSON,
        engine.when(told).then(engine.col(JOINED)).otherwise(seen).alias(START),
        engine.when(engine.col(_OPEN) == 0).then(engine.col("__before")).alias(END),
        ((engine.col("__place") > 1) | told).cast(engine.Int64).alias(KNOWN),
        ALLY,
        engine.lit(0, engine.Int64).alias(GONE),
    )


def stopped(lists: engine.Frame, going: date) -> dict[str, date]:
    """Networks whose lists stopped while others went on, and until when their last list holds.

    A list holds for as long as the network's lists ever lay apart, and for at least a month.
    """
    days: dict[str, list[date]] = {}
    held = engine.collect(lists.select(NETWORK, SEEN))
    for network, day in zip(held[NETWORK], held[SEEN], strict=True):
        days.setdefault(str(network), []).append(date.fromisoformat(str(day)[:10]))
    holds = {
        network: max(seen) + max([_MONTH, *(b - a for a, b in pairwise(sorted(seen)))])
        for network, seen in sorted(days.items())
    }
    return {network: day for network, day in holds.items() if day < going}


def ended_where_lists_stopped(
    spells: engine.Frame, stops: Mapping[str, date]
) -> tuple[engine.Frame, int]:
    """End what lasts in networks whose lists stopped, and count those spells."""
    if not stops:
        return spells, 0
    lasts = engine.col(END).is_null() & engine.is_one_of(NETWORK, stops)
    found = engine.one_row(spells, {"n": lasts.cast(engine.Int64).sum()})["n"]
    end = engine.col(END)
    for network, day in stops.items():
        here = engine.col(END).is_null() & (engine.col(NETWORK) == network)
        end = engine.when(here).then(engine.lit(day, engine.Date)).otherwise(end)
    return spells.with_columns(end.alias(END)), found


def last_day_number(name: str) -> engine.Expression:
    """Number of a spell's last day; one that lasts ends after every other."""
    return engine.day_number(name).fill_null(_FOREVER)


def unbroken(spells: engine.Frame, by: Sequence[str]) -> engine.Frame:
    """Make one spell of those that overlap, or follow each other without a day between.

    It is known when it began where one of those that began first says so; an ally is who was never
    anything else.
    """
    island, ends = "__island", "__ends"
    rows = engine.derive(spells, {_FROM: engine.day_number(START), _TO: last_day_number(END)})
    order = [_FROM, _TO]
    reach = engine.col(_TO).cum_max().over(*by, order_by=order)
    following = engine.col(_FROM).shift(-1).over(*by, order_by=order)
    rows = engine.derive(rows, {"__reach": reach, "__next": following})
    last = (engine.col("__reach") + 1 < engine.col("__next")).fill_null(True)
    rows = engine.derive(rows, {ends: last.cast(engine.Int64)})
    # Of spells with the same days, the one that was taken as the last must come last here, too.
    number = engine.col(ends).cum_sum().over(*by, order_by=[*order, ends]).cast(engine.Int64)
    number = number - engine.col(ends)
    first = engine.when(engine.col(KNOWN) == 1).then(engine.col(_FROM))
    gone = engine.when(engine.col(GONE) == 1).then(engine.col(_TO))
    rows = engine.derive(rows, {island: number, "__told": first, "__gone_to": gone})
    merged = engine.grouped(
        rows,
        [*by, island],
        {
            START: engine.col(START).min(),
            END: engine.col(END).max(),
            _FROM: engine.col(_FROM).min(),
            _TO: engine.col(_TO).max(),
            "__told": engine.col("__told").min(),
            "__gone_to": engine.col("__gone_to").max(),
            ALLY: engine.col(ALLY).min(),
        },
    )
    told = (engine.col("__told") == engine.col(_FROM)).fill_null(False)
    left = (engine.col("__gone_to") == engine.col(_TO)).fill_null(False)
    return merged.select(
        *by,
        START,
        engine.when(engine.col(_TO) < _FOREVER).then(engine.col(END)).alias(END),
        told.cast(engine.Int64).alias(KNOWN),
        engine.col(ALLY).cast(engine.Int64),
        left.cast(engine.Int64).alias(GONE),
    )
