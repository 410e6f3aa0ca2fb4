"""How long memberships lasted and how they ended, as counts: days x ending x how many.

What comes back are numbers of memberships that lasted equally long, and how many people stand
behind them; never whose they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.dimensions import Dimension, splitter, with_new_starter
from workforce_analytics.counting.event_joins import AT, GROUP, staff_at
from workforce_analytics.counting.membership_rows import last_day_number, list_days, rows_of
from workforce_analytics.counting.memberships import (
    END,
    GONE,
    KNOWN,
    NETWORK,
    PERSON,
    START,
    Memberships,
)
from workforce_analytics.counting.network_months import MEMBERS, first_day, month_number
from workforce_analytics.errors import DataError
from workforce_analytics.estimates import ALL, UNDECLARED
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.extract import Extract

STILL, LEFT_NETWORK, LEFT_BODY = 0, 1, 2
"""How a membership ends: not yet, by leaving the network, by leaving the body."""
WHO, TIME, CAUSE, ENTRY = "who", "time", "cause", "entry"
UNKNOWN = "whose first day is not known"
OVER = "that ended before it was recorded who leaves"
ELSEWHERE = "of people who are not counted in the snapshots"
_FROM, _TO = "__from", "__to"
_UNDECLARED = "undeclared"
_KIND, _ALL = "__kind", "__all"
_SPAN = 2**22
"""More days than any membership lasts."""


@dataclass(frozen=True, eq=False)
class Lengths:
    """Memberships as counts."""

    table: pd.DataFrame
    """`who`, `time` (days of membership up to its end or the last day, both included), `cause`,
    `entry` (days of membership before it was recorded who leaves) and `n`; sorted."""
    pairs: pd.DataFrame
    """Memberships of one person, two by two: `first` and `second` (rows of the table) and `n`."""
    people: Mapping[tuple[str, int, int], int]
    """Who, place of a time asked for, and 0 (at risk just before it) or an ending (since the time
    before): how many different people."""
    since: date
    """From when on it is recorded who leaves."""
    until: date
    """The last day that is looked at."""
    left_out: Mapping[str, int]
    """Memberships that are not counted, in words."""
    dimension: Dimension | None = None
    """What people are split by, if by anything."""


def lengths(
    found: Memberships,
    *,
    days: Sequence[int] = (),
    until: date | None = None,
    earliest: bool = False,
) -> Lengths:
    """How long did memberships of each network last, and of any, and how did they end?

    Parameters
    ----------
    found
        Who was a member when.
    days
        Lengths at which people are to be counted, in ascending order.
    until
        The last day that is looked at; `found.last` without it.
    earliest
        Of lists: take people to have left right after the last list that has them, not right
        before the first one that has not.

    Returns
    -------
    Lengths
        `who` is the code of a network, or `ALL`: membership of any network without a break.

    Raises
    ------
    DataError
        No membership can be followed.

    Notes
    -----
    It is recorded who leaves from the first day of the month on in which anybody first did. Who had
    joined before is looked at from that day on only: others who had joined with them had left
    before, and nobody knows how many.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.counting.memberships import memberships
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> counted = lengths(memberships(council.networks, council.workforce))
    >>> list(counted.table.columns), counted.since.isoformat()
    (['who', 'time', 'cause', 'entry', 'n'], '2021-04-01')
    """
    last = until or found.last
    since = recorded_since(found, last)
    spells, anybody = found.spells, found.anybody
    if earliest and found.listed:
        spells, anybody = (_ended_early(found, frame) for frame in (spells, anybody))
    rows = engine.stacked(
        [
            _numbered(spells, engine.col(NETWORK), last),
            _numbered(anybody, engine.lit(ALL, engine.String), last),
        ]
    )
    only = engine.col(WHO) != engine.lit(ALL, engine.String)
    return _lengths(rows, only, days, since, last)


def lengths_by(
    found: Memberships,
    workforce: Extract,
    by: str,
    *,
    level: str = "main",
    days: Sequence[int] = (),
    until: date | None = None,
) -> Lengths:
    """How long did memberships of any network last, in each group of people?

    Parameters
    ----------
    found
        Who was a member when; of the same workforce.
    workforce
        A workforce extract.
    by
        A characteristic or another dimension of the workforce.
    level
        Level of the characteristic's code list.
    days, until
        As in `lengths`.

    Returns
    -------
    Lengths
        `who` is the code of a category, "undeclared" for all who did not answer, or `ALL`: as at
        the last snapshot on or before joining that has the person, else at the first one after.

    Raises
    ------
    UsageError
        The workforce cannot be split by that.
    DataError
        No membership can be followed.
    """
    last = until or found.last
    since = recorded_since(found, last)
    staff = with_new_starter(workforce, [by])
    split = splitter(staff, by, level)
    snapshots = staff.snapshots()
    numbered = _numbered(found.anybody, engine.lit(ALL, engine.String), last)
    there = staff_at(staff, split, snapshots, None, None)
    placed = engine.settled(_placed(numbered, there, snapshots))
    missing = _rows(numbered) - _rows(placed)
    present = {str(code) for code in engine.count(placed, [GROUP])[GROUP]}
    dimension, group = _one_undeclared(split.dimension(present))
    groups = placed.with_columns(group.alias(WHO)).drop(GROUP)
    rows = engine.stacked([groups, placed.drop(GROUP).select(*engine.columns(groups))])
    only = engine.col(WHO) == engine.lit(ALL, engine.String)
    counted = _lengths(rows, only, days, since, last)
    return Lengths(
        counted.table,
        counted.pairs,
        counted.people,
        counted.since,
        counted.until,
        {**counted.left_out, **({ELSEWHERE: missing} if missing else {})},
        dimension,
    )


def _one_undeclared(dimension: Dimension) -> tuple[Dimension, engine.Expression]:
    """Put all kinds of missing answers together: few people have each of them."""
    undeclared = dimension.undeclared
    group = engine.col(GROUP)
    if not undeclared:
        return dimension, group
    code = engine.when(engine.is_one_of(GROUP, undeclared)).then(engine.lit(_UNDECLARED))
    answers = tuple(item for item in dimension.categories if item.kind == "declared")
    together = Category(_UNDECLARED, UNDECLARED, "not_known")
    holds = {name: held for name, held in dimension.holds.items() if name not in undeclared}
    held = tuple(one for name in undeclared for one in dimension.holds.get(name, (name,)))
    return (
        replace(dimension, categories=(*answers, together), holds={**holds, _UNDECLARED: held}),
        code.otherwise(group),
    )


def _rows(frame: engine.Frame) -> int:
    return engine.one_row(frame, {"n": engine.rows()})["n"]


def recorded_since(found: Memberships, last: date) -> date:
    """First day of the month in which anybody is first recorded to have left."""
    ended = found.spells.filter((engine.col(END) <= last).fill_null(False))
    numbered = engine.derive(ended, {_TO: engine.day_number(END)})
    first = engine.one_row(numbered, {"n": engine.col(_TO).min()})["n"]
    if not first:
        return found.first
    return max(found.first, first_day(month_number(date.fromordinal(first))))


def _numbered(spells: engine.Frame, who: engine.Expression, last: date) -> engine.Frame:
    """Memberships that had begun by the last day: who, first and last day as numbers, ending."""
    begun = spells.filter(engine.col(START) <= last)
    numbers = engine.derive(
        begun, {_FROM: engine.day_number(START), _TO: last_day_number(END), WHO: who}
    )
    end = last.toordinal()
    ended, gone = engine.col(_TO) <= end, engine.col(GONE) == 1
    body = engine.when(gone).then(engine.lit(LEFT_BODY)).otherwise(engine.lit(LEFT_NETWORK))
    return numbers.select(
        engine.col(WHO).cast(engine.String),
        PERSON,
        KNOWN,
        _FROM,
        engine.when(ended).then(engine.col(_TO)).otherwise(engine.lit(end)).alias(_TO),
        engine.when(ended).then(body).otherwise(engine.lit(STILL)).cast(engine.Int64).alias(CAUSE),
    )


def _ended_early(found: Memberships, spells: engine.Frame) -> engine.Frame:
    """End each membership on the last list that has the person, where lists say when it ended."""
    members = next(one for one in found.extracts if one.contract.name == MEMBERS)
    days = list_days(rows_of(members)).filter(~engine.col("__before").is_null())
    keys = [name for name in (NETWORK,) if name in engine.columns(spells)]
    seen = engine.grouped(
        days.with_columns(engine.col("__before").alias(END)),
        [*keys, END],
        {"__seen_last": engine.col("__seen").max()},
    )
    joined = spells.join(seen, on=[*keys, END], how="left")
    seen_last = engine.col("__seen_last")
    inside = (~seen_last.is_null() & (seen_last >= engine.col(START))).fill_null(False)
    end = engine.when(inside).then(seen_last).otherwise(engine.col(END))
    return joined.with_columns(end.alias(END)).drop("__seen_last")


def _placed(spells: engine.Frame, staff: engine.Frame, snapshots: Sequence[str]) -> engine.Frame:
    """Join memberships to the group of the last snapshot before joining, else the first after."""
    joined = spells.join(staff, on=PERSON, how="inner")
    before = engine.lit(False)
    for place, day in enumerate(snapshots):
        number = date.fromisoformat(day[:10]).toordinal()
        before = before | ((engine.col(AT) == place) & (engine.col(_FROM) >= number))
    n, at = len(snapshots), engine.col(AT)
    score = engine.when(before).then(at + n).otherwise(n - 1 - at).cast(engine.Int64)
    scored = engine.derive(joined, {"__score": score}, drop=[AT])
    best = engine.grouped(scored, [PERSON, _FROM], {"__best": engine.col("__score").max()})
    chosen = scored.join(best, on=[PERSON, _FROM], how="inner")
    return chosen.filter(engine.col("__score") == engine.col("__best")).drop("__score", "__best")


def _lengths(
    rows: engine.Frame, only: engine.Expression, days: Sequence[int], since: date, last: date
) -> Lengths:
    start = since.toordinal()
    known, over = engine.col(KNOWN) == 1, engine.col(_TO) < start
    told = engine.one_row(
        rows.filter(only),
        {
            UNKNOWN: (~known).cast(engine.Int64).sum(),
            OVER: (known & over).cast(engine.Int64).sum(),
        },
    )
    late = engine.lit(start) - engine.col(_FROM)
    kept = rows.filter(known & ~over).select(
        WHO,
        PERSON,
        _FROM,
        CAUSE,
        (engine.col(_TO) - engine.col(_FROM) + 1).cast(engine.Int64).alias(TIME),
        engine.when(late > 0).then(late).otherwise(engine.lit(0)).cast(engine.Int64).alias(ENTRY),
    )
    codes = sorted({str(code) for code in engine.count(kept, [WHO])[WHO]})
    kept = engine.settled(_with_kind(kept, codes))
    table = _kinds(engine.count(kept, [_KIND]), codes)
    if table.empty:
        raise DataError(
            "No membership can be followed: nobody's first day is known. Fill joined_on, or give "
            "more than one list."
        )
    return Lengths(
        table,
        _pairs(kept, table, codes),
        _people(kept, days),
        since,
        last,
        {words: n for words, n in told.items() if n},
    )


def _with_kind(kept: engine.Frame, codes: Sequence[str]) -> engine.Frame:
    """Number each kind of membership, so that kinds are told apart by one number."""
    who: engine.Expression = engine.lit(0)
    for place, code in enumerate(codes):
        who = (
            engine.when(engine.col(WHO) == engine.lit(code)).then(engine.lit(place)).otherwise(who)
        )
    kind = who.cast(engine.Int64) * _SPAN + engine.col(TIME)
    kind = (kind * 4 + engine.col(CAUSE)) * _SPAN + engine.col(ENTRY)
    everybody = engine.col(WHO) == engine.lit(ALL, engine.String)
    return engine.derive(kept, {_KIND: kind, _ALL: everybody.cast(engine.Int64)})


def _kinds(counted: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Tell from the numbers of kinds what they are, in order."""
    ordered = counted.astype("int64").sort_values(_KIND)
    rest, entry = np.divmod(ordered[_KIND].to_numpy(), _SPAN)
    rest, cause = np.divmod(rest, 4)
    who, time = np.divmod(rest, _SPAN)
    names = np.array(codes, dtype=object)[who]
    columns = {WHO: names, TIME: time, CAUSE: cause, ENTRY: entry}
    return pd.DataFrame({**columns, "n": ordered[engine.N].to_numpy()})


def _pairs(kept: engine.Frame, table: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Memberships of one person two by two, as counts of rows of the table."""
    rows = kept.select(PERSON, _ALL, _FROM, _KIND)
    # Membership of any network is made of those of each: the two are never looked at together.
    several = engine.grouped(rows, [PERSON, _ALL], {"__several": engine.rows()})
    several = several.filter(engine.col("__several") > 1).drop("__several")
    rows = rows.join(several, on=[PERSON, _ALL], how="inner")
    other = rows.rename({name: f"{name}_2" for name in (_FROM, _KIND)})
    both = rows.join(other, on=[PERSON, _ALL], how="inner")
    first, second = engine.col(_FROM), engine.col(f"{_FROM}_2")
    apart = (first < second) | ((first == second) & (engine.col(_KIND) < engine.col(f"{_KIND}_2")))
    counted = engine.count(both.filter(apart), [_KIND, f"{_KIND}_2"]).astype("int64")
    ordered = counted.sort_values([_KIND, f"{_KIND}_2"])
    place = pd.Series(range(len(codes)), index=list(codes))[table[WHO]].to_numpy()
    kinds = (place * _SPAN + table[TIME].to_numpy()) * 4 + table[CAUSE].to_numpy()
    kinds = kinds * _SPAN + table[ENTRY].to_numpy()
    sides = (np.searchsorted(kinds, ordered[name].to_numpy()) for name in (_KIND, f"{_KIND}_2"))
    return pd.DataFrame(
        dict(zip(("first", "second"), sides, strict=True)) | {"n": ordered[engine.N].to_numpy()}
    )


def _people(kept: engine.Frame, days: Sequence[int]) -> dict[tuple[str, int, int], int]:
    """Different people at risk at each length, and with each ending since the one before."""
    if not days:
        return {}
    time, entry, cause = (engine.col(name) for name in (TIME, ENTRY, CAUSE))
    flags: dict[str, engine.Expression] = {}
    before = 0
    for place, day in enumerate(days):
        at = max(day, 1)
        flags[f"{place}_0"] = (entry < at) & (time >= at)
        for way in (LEFT_NETWORK, LEFT_BODY):
            flags[f"{place}_{way}"] = (cause == way) & (time > before) & (time <= day)
        before = day
    each = engine.grouped(
        kept.select(
            WHO, PERSON, *(flag.cast(engine.Int64).alias(name) for name, flag in flags.items())
        ),
        [WHO, PERSON],
        {name: engine.col(name).max() for name in flags},
    )
    table = engine.count(each, [WHO], sums={name: engine.col(name) for name in flags})
    found = {}
    for row in table.sort_values(WHO).to_dict("records"):
        for name in flags:
            asked, ending = name.split("_")
            found[str(row[WHO]), int(asked), int(ending)] = int(row[name])
    return found


def of(counted: Lengths, who: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the rows of one network or group, and the pairs among them."""
    here = np.flatnonzero((counted.table[WHO] == who).to_numpy())
    places = np.full(len(counted.table), -1)
    places[here] = np.arange(here.size)
    pairs = counted.pairs.assign(
        first=places[counted.pairs["first"]], second=places[counted.pairs["second"]]
    )
    return counted.table.iloc[here], pairs[(pairs["first"] >= 0) & (pairs["second"] >= 0)]
