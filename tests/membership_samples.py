"""Made-up lists of members, and a slow way to tell who was a member on each day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import polars as pl

import workforce_analytics as wa
from tests import small_council
from workforce_analytics import engine
from workforce_analytics.counting.memberships import Memberships
from workforce_analytics.extracts.extract import Extract

START = date(2023, 12, 20)
"""A leap day and the end of a year lie within the days that are drawn."""
DAYS = 120
NETWORKS = ("Race", "Carers", "race ")
SNAPSHOTS = (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 15))
A_DAY = timedelta(days=1)
COLUMNS = ("network", "person_id", "joined_on", "left_on", "observed_on", "role")


@dataclass(frozen=True)
class Spell:
    """An unbroken spell of membership."""

    network: str
    person: str
    start: date
    end: date | None
    known: bool
    ally: bool
    gone: bool


def drawn(seed: int, *, rows: int = 40, lists: int = 0, people: int = 9) -> pd.DataFrame:
    """Draw spells that overlap, touch, are open or lack a start, and names on lists."""
    draw = random.Random(seed)
    held: list[dict[str, Any]] = []
    for _ in range(rows):
        joined = START + draw.randrange(DAYS) * A_DAY
        left = joined + draw.choice([0, 0, 1, 2, 5, 20, 60]) * A_DAY
        open_ended, told = draw.random() < 0.2, draw.random() < 0.9
        held.append(
            {
                "joined_on": joined if told else None,
                "left_on": None if open_ended else left,
                "observed_on": None,
            }
        )
    days = [START + (5 + 11 * number + draw.randrange(3)) * A_DAY for number in range(lists)]
    for _ in range(3 * rows if lists else 0):
        day = draw.choice(days)
        told = day + draw.randrange(-20, 15) * A_DAY if draw.random() < 0.15 else None
        held.append({"joined_on": told, "left_on": None, "observed_on": day})
    for row in held:
        others = 1 if row["observed_on"] is None else 3
        row["network"] = draw.choice(NETWORKS[:2]) if draw.random() < 0.9 else NETWORKS[2]
        row["person_id"] = f"p{draw.randrange(others * people)}"
        row["role"] = draw.choice(["Member", "Ally", "Chair", None, "Member", "Ally", "Sponsor"])
    table = pd.DataFrame(held, columns=list(COLUMNS)).astype(object)
    table = table.where(table.notna(), None)
    keys = table.assign(network=table["network"].str.strip().str.casefold())
    return table[
        ~keys.duplicated(["network", "person_id", "joined_on", "observed_on"])
    ].reset_index(drop=True)


def read_members(table: pd.DataFrame, kind: str = "pandas") -> Extract:
    """Read rows of membership from a frame of an engine."""
    if kind == "pandas":
        return wa.read("network_members", table)
    schema = {name: pl.Date if name.endswith("_on") else pl.String for name in table}
    frame = pl.DataFrame({name: table[name].tolist() for name in table}, schema=schema)
    if kind == "polars":
        return wa.read("network_members", frame)
    connection = engine.connect()
    connection.register("made", frame.to_arrow())
    return wa.read("network_members", connection.sql("select * from made"))


def told(found: Memberships, frame: engine.Frame | None = None) -> Counter[Spell]:
    """Give what was found, row by row; people are pseudonyms, and are not told apart."""
    rows = engine.tidy(engine.collect(found.spells if frame is None else frame))
    return Counter(
        Spell(
            str(row.get("__network", "")),
            "",
            _day(row["__start"]),
            None if pd.isna(row["__end"]) else _day(row["__end"]),
            bool(row["__known"]),
            bool(row["__ally"]),
            bool(row["__gone"]),
        )
        for row in rows.to_dict("records")
    )


def nameless(spells: Iterable[Spell]) -> Counter[Spell]:
    """Give spells as `told` gives them."""
    return Counter(replace(spell, person="") for spell in spells)


def _day(value: Any) -> date:
    return date.fromisoformat(str(value)[:10])


def slow_spells(table: pd.DataFrame, last: date) -> list[Spell]:
    """Tick off the days of each person in each network, one by one.

    A spell that lasts is ticked off until two days after the last one that is known of.
    """
    rows = [
        {**row, "network": row["network"].strip().casefold()} for row in table.to_dict("records")
    ]
    begun = [row[name] for row in rows for name in ("joined_on", "observed_on") if row[name]]
    first, going = min(begun), max(begun)
    members = [row for row in rows if row["role"] != "Sponsor"]
    found = []
    for network, person in sorted({(row["network"], row["person_id"]) for row in members}):
        lists = sorted({row["observed_on"] for row in rows if row["network"] == network} - {None})
        mine = [row for row in members if (row["network"], row["person_id"]) == (network, person)]
        written = [row for row in mine if row["observed_on"] is None]
        pieces = [_piece(row, lists, first, last, going) for row in written or mine]
        found += _runs(network, person, [piece for piece in pieces if piece], last)
    return found


Piece = tuple[date, date, bool, bool]
"""First day, last day, whether it is known when it began, and whether the person is an ally."""


def _piece(
    row: dict[str, Any], lists: Sequence[date], first: date, last: date, going: date
) -> Piece | None:
    joined, seen = row["joined_on"], row["observed_on"]
    ally, forever = row["role"] == "Ally", last + 2 * A_DAY
    if seen is None:
        end = row["left_on"] or forever
        return None if (joined or first) > end else (joined or first, end, joined is not None, ally)
    after = [day for day in lists if day > seen]
    end = after[0] - A_DAY if after else _held(lists, going) or forever
    if joined is not None and joined <= seen:
        return joined, end, True, ally
    return seen, end, seen != lists[0], ally


def _held(lists: Sequence[date], going: date) -> date | None:
    """Until when the last list of a network holds, where others go on for longer."""
    gaps = [lists[place] - lists[place - 1] for place in range(1, len(lists))]
    until = lists[-1] + max([31 * A_DAY, *gaps])
    return until if until < going else None


def _runs(network: str, person: str, pieces: Sequence[Piece], last: date) -> list[Spell]:
    ticked: dict[date, list[Piece]] = {}
    for piece in pieces:
        day = piece[0]
        while day <= piece[1]:
            ticked.setdefault(day, []).append(piece)
            day += A_DAY
    found = []
    for start in sorted(day for day in ticked if day - A_DAY not in ticked):
        end, here = start, list(ticked[start])
        while end + A_DAY in ticked:
            end += A_DAY
            here += ticked[end]
        known = any(told for day, _, told, _ in here if day == start)
        ally = all(only for *_, only in here)
        found.append(
            Spell(network, person, start, end if end <= last else None, known, ally, False)
        )
    return found


def slow_anybody(spells: Iterable[Spell], last: date) -> list[Spell]:
    """Membership of any network, ticked off in the same way."""
    found = []
    held = list(spells)
    for person in sorted({spell.person for spell in held}):
        pieces = [
            (one.start, one.end or last + 2 * A_DAY, one.known, one.ally)
            for one in held
            if one.person == person
        ]
        found += _runs("", person, pieces, last)
    return found


def workforce(people: dict[str, Sequence[date]]) -> Extract:
    """Give a workforce extract of who stood in which snapshots."""
    template = small_council.rows(1).iloc[0].to_dict()
    rows = [
        {
            **template,
            "person_id": person,
            "post_id": f"{person}-0",
            "snapshot_date": day.isoformat(),
            "engagement": "employee",
            "is_main_post": "Y",
            "age": 40,
        }
        for person, days in people.items()
        for day in days
    ]
    return small_council.extract(pd.DataFrame(rows))


def leavings(records: dict[str, Sequence[date]]) -> Extract:
    """Give an events extract of who left when."""
    rows = [
        {"person_id": person, "event": "Leaving", "opened_on": day.isoformat()}
        for person, days in records.items()
        for day in days
    ]
    rows.append({"person_id": "somebody", "event": "Promotion", "opened_on": "2024-01-05"})
    return wa.read("events", pd.DataFrame(rows))


def slow_gone(stood: Sequence[date], left: Sequence[date]) -> date | None:
    """On which day somebody left the body, from snapshots and records of leaving."""
    latest = max(left, default=None)
    if not stood:
        return latest
    after = [day for day in SNAPSHOTS if day > max(stood)]
    if latest is not None and latest >= max(stood) - (31 * A_DAY if after else 0 * A_DAY):
        return latest
    return after[0] if after else None


def slow_until_gone(spells: Iterable[Spell], gone: dict[str, date | None]) -> list[Spell]:
    """End memberships when people leave the body; who is not in `gone` is nobody."""
    found = []
    for spell in spells:
        if spell.person not in gone:
            continue
        day = gone[spell.person]
        if day is None or (spell.end is not None and spell.end < day - 31 * A_DAY):
            found.append(spell)
        elif spell.start <= day:
            end = day if spell.end is None else min(spell.end, day)
            found.append(replace(spell, end=end, gone=True))
    return found
