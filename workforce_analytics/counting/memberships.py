"""Who belonged to which staff network, from when to when: unbroken spells. Nobody is told apart.

Spells come as somebody wrote them down, with a first and a last day, or from lists that were taken
every month. Both are told in days here; on lists, a day lies somewhere between two lists.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.leaving import GONE_ON, left_the_body
from workforce_analytics.counting.membership_rows import (
    ALLY,
    END,
    GONE,
    JOINED,
    KNOWN,
    LEFT,
    NETWORK,
    PERSON,
    SEEN,
    SPONSOR,
    START,
    ended_where_lists_stopped,
    from_lists,
    from_spells,
    last_day_number,
    list_days,
    on_a_list,
    rows_of,
    stopped,
    unbroken,
)
from workforce_analytics.counting.network_months import COUNTS, EVENTS, MEMBERS, network_extracts
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.extract import Extract

__all__ = [
    "ALLY",
    "END",
    "GONE",
    "KNOWN",
    "LEAST",
    "NETWORK",
    "PERSON",
    "START",
    "Memberships",
    "memberships",
]

LEAST = 10
"""Fewest people that a table of networks shows: membership reveals protected characteristics."""
NEAR = 31
"""Days between leaving a network and leaving the body within which one is taken as the other."""
_FAR = 366
"""A day of leaving so many days after everything else on record means that there is none yet, and
for so many days after the last one joined or left, other records say that nobody else did."""
_SOON = 31
"""For so many days after a list, other records say that the list still held."""
_WEEK = 7
_THERE = "__there"
_NOBODY = "rows that lead to nobody in the workforce"
_SPONSORS = "rows of sponsors, who are no members"
_NO_START = "rows without a day of joining (members from the first day that is known of)"
_ENDED = "rows without a day of joining that ended before the first day that is known of"
_AFTER = "memberships that began after the person had left"
_OUTLASTED = "memberships that went on after the person had left (they end on that day)"
_PLACEHOLDERS = "days of leaving far after everything else on record, taken for none"
_STOPPED = (
    "memberships of networks whose lists stopped (they end when the next list is missing, as if "
    "people had left then)"
)
_ALIKE = (
    "names of networks that differ only by the words network, staff or group (each is taken for a "
    "network of its own)"
)
_EMPTY_WORDS = frozenset({"network", "networks", "staff", "group", "groups"})


@dataclass(frozen=True)
class _Record:
    """Days that the record tells of."""

    first: date
    last: date
    going: date
    """The last day on which anybody joined, or stood on a list."""
    placeholder: date
    """The last day on which anything can end."""


@dataclass(frozen=True, eq=False)
class Memberships:
    """Unbroken spells of membership, and what is known of them."""

    labels: Mapping[str, str]
    """Code of a network -> its name as it is written most often, in order of the codes."""
    spells: engine.Frame
    """One row per network, person and unbroken spell: `__network`, `__person`, `__start`, `__end`
    (its last day; missing while it lasts), and as 1 or 0 `__known` (whether it is known when it
    began), `__ally` (an ally throughout) and `__gone` (it ended as the person left the body)."""
    anybody: engine.Frame
    """The same of membership of any network, one after another or several at a time."""
    first: date
    """First day on which anybody is known to have joined, or of the first list."""
    last: date
    """Last day that the record tells of."""
    listed: bool
    """Whether spells come from lists, so that their days lie between two lists."""
    left_out: Mapping[str, int]
    """What was left out or mended, in words, and how many rows of it."""
    extracts: tuple[Extract, ...]
    """What was counted."""


def memberships(
    networks: Any, workforce: Extract | None = None, *, events: Extract | None = None
) -> Memberships:
    """Who belonged to which network, from when to when?

    Parameters
    ----------
    networks
        `council.networks`, or the extracts of networks by the name of their contract.
    workforce
        A workforce extract: rows of people who stand in none of its snapshots are left out, and
        memberships end when people leave the body. Without it, the lists are believed.
    events
        An events extract, which says when people left.

    Returns
    -------
    Memberships
        A spell runs from its first to its last day, both included. Spells of one person in one
        network that overlap, or follow each other without a day between, are one.

    Raises
    ------
    UsageError
        What was given holds no list of members, or lies on different engines.
    DataError
        No row says when anybody was a member.

    Notes
    -----
    Whoever stands on monthly lists is a member from the first list in a row that has them to the
    day before the first one that has not. Where somebody has spells in a network, lists say nothing
    more of them. Where a network has no list any more while others go on, its members are members
    for as long after its last list as two of its lists ever lay apart, and for at least 31 days.

    The record goes to the last day on which anybody joined, left or stood on a list, and on to the
    last snapshot or event within a year of it (of 31 days, where lists tell who is a member). A day
    of leaving more than a year after everything else on record, other days of leaving among it,
    means that there is none yet. A membership that ended in the 31 days before the person left the
    body ended for that reason.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = memberships(council.networks)
    >>> list(found.labels), found.first.isoformat(), found.last.isoformat()
    (['carers', 'disability', 'lgbtq plus', 'race', 'women', 'young'], '2019-05-06', '2025-03-31')
    """
    extracts = network_extracts(networks)
    members = extracts.get(MEMBERS)
    if members is None:
        raise UsageError(
            f"Nobody says who is a member of a network. Add [extracts.{MEMBERS}] to "
            "organisation.toml."
        )
    _refuse_wrong_extracts(members, workforce, events)
    return _told(members, extracts.get(COUNTS), extracts.get(EVENTS), workforce, events)


@lru_cache(maxsize=4)  # several measures of one report ask the same
def _told(
    members: Extract,
    counts: Extract | None,
    held: Extract | None,
    workforce: Extract | None,
    events: Extract | None,
) -> Memberships:
    rows = rows_of(members)
    record = _record(rows, counts, held, workforce)
    people = None if workforce is None else left_the_body(workforce, events)
    kept, left_out = _kept(rows, people, record)
    listed = bool(left_out.pop(SEEN))
    spells, stops = _spells(rows, kept, record, listed=listed)
    spells = unbroken(spells, [NETWORK, PERSON])
    labels = _labels(members)
    left_out |= {_STOPPED: stops, _ALIKE: _alike(labels)}
    if people is None:
        spells = engine.settled(spells)
    else:
        spells, ended = _until_gone(spells, people, record.last)
        left_out |= ended
    return Memberships(
        labels,
        spells,
        engine.settled(unbroken(spells, [PERSON])),
        record.first,
        record.last,
        listed,
        {name: n for name, n in left_out.items() if n},
        tuple(x for x in (members, workforce, events) if x is not None),
    )


def _refuse_wrong_extracts(members: Extract, workforce: Any, events: Any) -> None:
    for given, name in ((workforce, "workforce"), (events, "events")):
        if given is None:
            continue
        if not isinstance(given, Extract) or given.contract.name != name:
            raise UsageError(f"{name}= takes the {name} extract, such as council.{name}.")
        if given.frame.implementation != members.frame.implementation:
            raise UsageError(
                f"The lists of members and the {name} lie on different engines and cannot be "
                "joined there. Read both from files, or hand both over as tables of one engine."
            )
    if workforce is None and events is not None:
        raise UsageError("events= says who left the workforce: give the workforce extract, too.")


def _labels(members: Extract) -> dict[str, str]:
    """Name of each network as it is written most often."""
    counted = members.count(["network"])
    names = sorted(zip(-counted[engine.N], counted["network"].map(str), strict=True), reverse=True)
    found = {fold(name): name for _, name in names}
    return dict(sorted(found.items()))


def _alike(codes: Iterable[str]) -> int:
    """How many names say the same as another but for words that nearly every network has."""
    told = ["".join(f" {x}" for x in code.split() if x not in _EMPTY_WORDS) for code in codes]
    return sum(told.count(one) > 1 for one in told)


def _record(
    rows: engine.Frame,
    counts: Extract | None,
    held: Extract | None,
    workforce: Extract | None,
) -> _Record:
    """Work out the first and last day that the record tells of, and when it tells of none."""
    told = _numbers(
        rows,
        {f"first{day}": engine.col(day).min() for day in (JOINED, SEEN)}
        | {f"last{day}": engine.col(day).max() for day in (JOINED, SEEN)},
    )
    begun = [n for name, n in told.items() if name.startswith("first") and n]
    if not begun:
        raise DataError(
            "No row of the list of members says when anybody joined, or was seen. "
            "Fill joined_on or observed_on."
        )
    snapshots = _day_numbers(workforce.snapshots() if workforce else ())
    events = _day_numbers(held.distinct("held_on") if held else ())
    left = _day_numbers(engine.collect(rows.select(engine.col(LEFT)).unique())[LEFT].dropna())
    going, latest = max(told.values()), max(*told.values(), _last_counted(counts))
    reach = _reached(max([latest, *snapshots]), left + events)
    last = max([latest, *(day for day in left if day <= reach)])
    # Who stands on lists is a member until the next one: long after the last, nobody knows.
    on = _SOON if told[f"last{SEEN}"] > last - _FAR else _FAR
    last = max([last, *(day for day in snapshots + events if day <= last + on)])
    return _Record(
        date.fromordinal(min(begun)),
        _whole_month(date.fromordinal(last)),
        date.fromordinal(going),
        date.fromordinal(reach),
    )


def _reached(latest: int, days: Sequence[int]) -> int:
    """Last of the days that lie no more than a year after another one, or after the latest."""
    for day in sorted(days):
        if day > latest + _FAR:
            break
        latest = max(latest, day)
    return latest


def _whole_month(day: date) -> date:
    """The end of its month, where a day lies in the last week of one."""
    length = monthrange(day.year, day.month)[1]
    return day.replace(day=length) if length - day.day < _WEEK else day


def _day_numbers(days: Iterable[Any]) -> list[int]:
    return [date.fromisoformat(str(day)[:10]).toordinal() for day in days]


def _numbers(rows: engine.Frame, days: Mapping[str, engine.Expression]) -> dict[str, int]:
    """Numbers of the days that some aggregates over all rows give; 0 where there is none."""
    one = engine.tidy(engine.collect(rows.select(*(day.alias(name) for name, day in days.items()))))
    return {
        name: 0 if pd.isna(day) else date.fromisoformat(str(day)[:10]).toordinal()
        for name, day in one.iloc[0].items()
    }


def _last_counted(counts: Extract | None) -> int:
    """Last day of the last month that somebody counted, as a number."""
    months = () if counts is None else counts.distinct("month")
    if not months:
        return 0
    year, month = (int(part) for part in str(max(map(str, months)))[:7].split("-"))
    return date(year, month, monthrange(year, month)[1]).toordinal()


def _kept(
    rows: engine.Frame, people: engine.Frame | None, record: _Record
) -> tuple[engine.Frame, dict[str, int]]:
    """Rows of members who are known to the body, and how many others there are."""
    nobody = engine.col(PERSON).is_null() | (engine.col(PERSON) == "")
    if people is not None:
        known = engine.derive(people.select(PERSON), {_THERE: engine.lit(1, engine.Int64)})
        rows = rows.join(known, on=PERSON, how="left")
        nobody = engine.col(_THERE).is_null()
    sponsor = engine.col(SPONSOR) == 1
    no_start = engine.col(JOINED).is_null() & ~on_a_list() & ~sponsor & ~nobody
    over = (engine.col(LEFT) < record.first).fill_null(False)
    listed = on_a_list() & ~sponsor & ~nobody
    what = {
        _SPONSORS: sponsor,
        _NOBODY: nobody & ~sponsor,
        _NO_START: no_start & ~over,
        _ENDED: no_start & over,
        _PLACEHOLDERS: (engine.col(LEFT) > record.placeholder).fill_null(False)
        & ~sponsor
        & ~nobody,
        SEEN: listed,
    }
    asked = {name: held.cast(engine.Int64).sum() for name, held in what.items()}
    kept = rows.filter(~sponsor & ~nobody & ~(no_start & over))
    return kept, engine.one_row(rows, asked)


def _spells(
    rows: engine.Frame, kept: engine.Frame, record: _Record, *, listed: bool
) -> tuple[engine.Frame, int]:
    """Spells from both kinds of rows, and how many of them end because there are no more lists.

    Whoever has a spell in a network is not told from lists.
    """
    written = kept.filter(~on_a_list())
    spells = from_spells(written, record.first, record.placeholder)
    if not listed:
        return spells, 0
    having = written.select(NETWORK, PERSON).unique()
    named = kept.filter(on_a_list()).join(having, on=[NETWORK, PERSON], how="anti")
    lists = list_days(rows)
    told, ended = ended_where_lists_stopped(from_lists(named, lists), stopped(lists, record.going))
    return engine.stacked([spells, told]), ended


def _until_gone(
    spells: engine.Frame, people: engine.Frame, last: date
) -> tuple[engine.Frame, dict[str, int]]:
    """End memberships on the day on which the person left the body, and count those."""
    left = people.filter(engine.col(GONE_ON) <= last)
    joined = spells.drop(GONE).join(left, on=PERSON, how="left")
    gone = engine.day_number(GONE_ON)
    numbered = engine.derive(
        joined,
        {"__from": engine.day_number(START), "__to": last_day_number(END), "__day": gone},
    )
    begun, ended, day = (engine.col(name) for name in ("__from", "__to", "__day"))
    flags = {"__late": begun > day, "__outlasted": ended > day, "__near": ended >= day - NEAR}
    told = {name: flag.fill_null(False).cast(engine.Int64) for name, flag in flags.items()}
    numbered = engine.settled(engine.derive(numbered, told, drop=["__from", "__to", "__day"]))
    late, outlasted = engine.col("__late") == 1, engine.col("__outlasted") == 1
    cut = {_AFTER: late, _OUTLASTED: outlasted & ~late}
    found = engine.one_row(
        numbered, {name: rows.cast(engine.Int64).sum() for name, rows in cut.items()}
    )
    kept = numbered.filter(~late).select(
        NETWORK,
        PERSON,
        START,
        engine.when(outlasted).then(engine.col(GONE_ON)).otherwise(engine.col(END)).alias(END),
        KNOWN,
        ALLY,
        engine.col("__near").alias(GONE),
    )
    return kept, found
