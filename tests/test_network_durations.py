"""How long memberships lasted, as counts: the same as days that are ticked off one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import small_council
from tests.membership_samples import (
    A_DAY,
    COLUMNS,
    SNAPSHOTS,
    Spell,
    drawn,
    leavings,
    read_members,
    slow_anybody,
    slow_gone,
    slow_spells,
    slow_until_gone,
    workforce,
)
from workforce_analytics import engine
from workforce_analytics.counting.memberships import Memberships, memberships
from workforce_analytics.counting.network_cohorts import joined_in
from workforce_analytics.counting.network_durations import (
    ELSEWHERE,
    LEFT_BODY,
    LEFT_NETWORK,
    OVER,
    STILL,
    UNKNOWN,
    Lengths,
    lengths,
    lengths_by,
    of,
)
from workforce_analytics.errors import DataError
from workforce_analytics.estimates import ALL

SLOWLY = settings(derandomize=True, deadline=None, max_examples=3)
Kind = tuple[str, int, int, int]


def slow_lengths(
    spells: Sequence[Spell], since: date, until: date
) -> tuple[list[tuple[Spell, Kind]], Counter[str]]:
    """Live through each membership day by day; what is left out is counted in words."""
    found, left_out = [], Counter[str]()
    for spell in spells:
        if spell.start > until:
            continue
        last = spell.end if spell.end is not None and spell.end <= until else until
        if not spell.known:
            left_out[UNKNOWN] += bool(spell.network)
            continue
        if last < since:
            left_out[OVER] += bool(spell.network)
            continue
        time = entry = 0
        day = spell.start
        while day <= last:
            time += 1
            entry += day < since
            day += A_DAY
        ended = spell.end is not None and spell.end <= until
        cause = (LEFT_BODY if spell.gone else LEFT_NETWORK) if ended else STILL
        found.append((spell, (spell.network or ALL, time, cause, entry)))
    return found, left_out


def slow_since(spells: Sequence[Spell], first: date, until: date) -> date:
    ends = [spell.end for spell in spells if spell.end is not None and spell.end <= until]
    return max(first, min(ends).replace(day=1)) if ends else first


def rows_of_table(counted: Lengths) -> Counter[Kind]:
    """Rows of the table, as they are counted."""
    return Counter(
        {
            (row["who"], row["time"], row["cause"], row["entry"]): row["n"]
            for row in counted.table.to_dict("records")
        }
    )


def slow_people(
    found: Sequence[tuple[Spell, Kind]], days: Sequence[int]
) -> dict[tuple[str, int, int], int]:
    people: dict[tuple[str, int, int], set[str]] = {}
    for who in {kind[0] for _, kind in found}:
        for place in range(len(days)):
            people |= {(who, place, way): set() for way in (0, LEFT_NETWORK, LEFT_BODY)}
    for spell, (who, time, cause, entry) in found:
        for place, day in enumerate(days):
            before = days[place - 1] if place else 0
            if entry < max(day, 1) <= time:
                people[who, place, 0].add(spell.person)
            if cause and before < time <= day:
                people[who, place, cause].add(spell.person)
    return {key: len(names) for key, names in people.items()}


def slow_pairs(found: Sequence[tuple[Spell, Kind]]) -> Counter[frozenset[Any]]:
    pairs: Counter[frozenset[Any]] = Counter()
    for i, (one, kind) in enumerate(found):
        for other, another in found[i + 1 :]:
            if one.person == other.person and (kind[0] == ALL) == (another[0] == ALL):
                pairs[frozenset(Counter([kind, another]).items())] += 1
    return pairs


def pairs_of(counted: Lengths) -> Counter[frozenset[Any]]:
    kinds = [tuple(row) for row in counted.table[["who", "time", "cause", "entry"]].to_numpy()]
    found: Counter[frozenset[Any]] = Counter()
    for first, second, n in counted.pairs[["first", "second", "n"]].to_numpy():
        found[frozenset(Counter([kinds[first], kinds[second]]).items())] += int(n)
    return found


@SLOWLY
@given(
    seed=some.integers(0, 10_000),
    kind=some.sampled_from(["pandas", "polars", "duckdb"]),
    early=some.integers(0, 40),
)
def test_lengths_are_days_lived_through(seed: int, kind: str, early: int) -> None:
    table = drawn(seed)
    found = memberships({"network_members": read_members(table, kind)})
    spells = slow_spells(table, found.last)
    until = found.last - early * A_DAY
    since = slow_since(spells, found.first, until)
    everything = [*spells, *slow_anybody(spells, found.last)]
    slow, left_out = slow_lengths(everything, since, until)
    days = (0, 3, 10, 30)
    counted = lengths(found, days=days, until=until)
    assert (counted.since, counted.until) == (since, until)
    assert rows_of_table(counted) == Counter(kind for _, kind in slow)
    assert counted.left_out == {words: n for words, n in left_out.items() if n}
    assert counted.people == slow_people(slow, days)
    assert pairs_of(counted) == slow_pairs(slow)


def test_the_order_of_rows_changes_nothing() -> None:
    table = drawn(11)
    mixed = table.sample(frac=1, random_state=1).reset_index(drop=True)
    one, other = (lengths(_found(rows), days=(0, 9)) for rows in (table, mixed))
    assert one.table.to_csv() == other.table.to_csv()
    assert one.pairs.to_csv() == other.pairs.to_csv()
    assert list(one.people.items()) == list(other.people.items())


def test_without_duckdb_lengths_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    table = drawn(5)
    counted = lengths(_found(table), days=(0, 9))
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    plain = lengths(_found(table), days=(0, 9))
    assert plain.table.equals(counted.table)
    assert plain.pairs.equals(counted.pairs)
    assert plain.people == counted.people


def test_leaving_the_body_is_another_ending() -> None:
    table = _members(
        ("Race", "p0", date(2024, 1, 5), date(2024, 1, 20)),
        ("Race", "p1", date(2024, 1, 5), None),
        ("Race", "p2", date(2024, 3, 25), None),
    )
    staff = workforce({"p0": SNAPSHOTS, "p1": SNAPSHOTS, "p2": SNAPSHOTS})
    gone = leavings({"p1": [date(2024, 3, 20)]})
    counted = lengths(memberships({"network_members": read_members(table)}, staff, events=gone))
    race = of(counted, "race")[0].to_dict("records")
    ended = [(row["time"], row["cause"]) for row in race if row["cause"]]
    assert ended == [(16, LEFT_NETWORK), (76, LEFT_BODY)]


def test_who_had_joined_before_leavers_were_recorded_enters_late() -> None:
    """Nobody left before February: of those who joined in 2023, only who stayed is known."""
    table = _members(
        ("Race", "p0", date(2023, 12, 1), date(2024, 2, 1)),
        ("Race", "p1", date(2024, 2, 1), date(2024, 2, 29)),
    )
    counted = lengths(_found(table))
    assert counted.since == date(2024, 2, 1)
    assert of(counted, "race")[0][["time", "entry"]].to_numpy().tolist() == [[29, 0], [63, 62]]


def test_on_lists_people_may_have_left_right_after_the_last_one() -> None:
    days = [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1), date(2024, 4, 1)]
    stood = {"p0": days, "p1": days[1:3], "p2": days[1:2]}
    rows = [("Race", p, None, None, day) for p, listed in stood.items() for day in listed]
    found = _found(_members(*rows))
    late, early = (lengths(found, earliest=one) for one in (False, True))
    # p0 stood on the first list: nobody knows since when.
    assert late.left_out == {UNKNOWN: 1}
    assert _times(late, "race") == [29, 60]
    assert _times(early, "race") == _times(early, ALL) == [1, 30]


@SLOWLY
@given(seed=some.integers(0, 10_000))
def test_groups_are_those_before_joining_or_the_first_after(seed: int) -> None:
    draw = random.Random(seed)
    table = drawn(seed)
    people = sorted(set(table["person_id"]))
    sex = {(p, day): draw.choice("MF") for p in people for day in SNAPSHOTS}
    stood = {p: [day for day in SNAPSHOTS if draw.random() < 0.7] for p in people}
    stood = {p: days for p, days in stood.items() if days} | {"somebody": list(SNAPSHOTS)}
    staff = _split_by_sex(stood, sex)
    found = memberships({"network_members": read_members(table)}, staff)
    spells = _anybody_of(table, stood, found)
    since = found.first if not spells else lengths(found).since
    slow: Counter[Kind] = Counter()
    for spell, kind in slow_lengths(spells, since, found.last)[0]:
        before = [day for day in stood[spell.person] if day <= spell.start]
        at = max(before) if before else min(stood[spell.person])
        code = {"M": "male", "F": "female"}[sex[spell.person, at]]
        for who in (code, ALL):
            slow[who, *kind[1:]] += 1
    counted = lengths_by(found, staff, "sex", days=(0, 9))
    assert rows_of_table(counted) == slow
    assert ELSEWHERE not in counted.left_out
    assert counted.dimension is not None
    assert {"male", "female"} <= set(counted.dimension.codes)


def test_who_did_not_answer_stands_together() -> None:
    table = _members(
        ("Race", "p0", date(2024, 1, 5), date(2024, 1, 20)),
        ("Race", "p1", date(2024, 1, 6), None),
        ("Race", "p2", date(2024, 1, 7), None),
    )
    sex = {(p, day): code for p, code in (("p0", "M"), ("p1", ""), ("p2", "")) for day in SNAPSHOTS}
    staff = _split_by_sex(dict.fromkeys(("p0", "p1", "p2"), SNAPSHOTS), sex)
    found = memberships({"network_members": read_members(table)}, staff)
    counted = lengths_by(found, staff, "sex")
    assert counted.table.groupby("who")["n"].sum().to_dict() == {
        ALL: 3,
        "male": 1,
        "undeclared": 2,
    }
    assert counted.dimension is not None
    assert counted.dimension.label("undeclared") == "Undeclared"


def test_nobody_whose_first_day_is_known_is_refused() -> None:
    rows = [("Race", "p0", None, None, date(2024, 1, 1))]
    with pytest.raises(DataError, match="nobody's first day is known"):
        lengths(_found(_members(*rows)))


@SLOWLY
@given(seed=some.integers(0, 10_000))
def test_cohorts_are_people_who_joined_in_the_same_quarter(seed: int) -> None:
    draw = random.Random(seed)
    rows = []
    for person in range(30):
        day = date(2022, 3, 1)
        for _ in range(draw.randrange(1, 4)):
            day += draw.randrange(2, 300) * A_DAY
            left = day + draw.randrange(0, 400) * A_DAY
            rows.append(("Race", f"p{person}", day, left if draw.random() < 0.8 else None))
            day = left + A_DAY
    table = _members(*[row for row in rows if row[2] < date(2024, 1, 31)])
    found = _found(table)
    days = (20, 91, 365)
    joined = joined_in(found, "quarter", days)
    spells = slow_anybody(slow_spells(table, found.last), found.last)
    for cohort, row, seen in zip(joined.cohorts, joined.stayed, joined.seen, strict=True):
        first: dict[str, Spell] = {}
        for spell in sorted(spells, key=lambda one: one.start):
            if cohort.start <= spell.start <= cohort.end:
                first.setdefault(spell.person, spell)
        slow = [0] * (len(days) + 1)
        for spell in first.values():
            end = spell.end or found.last + timedelta(days=10_000)
            slow[sum((end - spell.start).days + 1 > day for day in days)] += 1
        assert row.tolist() == slow
        assert seen == sum(cohort.end + (day - 1) * A_DAY <= found.last for day in days)


def test_no_whole_year_of_joining_is_refused() -> None:
    with pytest.raises(DataError, match="No whole year lies between"):
        joined_in(_found(drawn(3)), "year", (91,))


def _members(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame([row + (None,) * (6 - len(row)) for row in rows], columns=list(COLUMNS))


def _found(table: pd.DataFrame) -> Memberships:
    return memberships({"network_members": read_members(table)})


def _times(counted: Lengths, who: str) -> list[int]:
    return [int(n) for n in of(counted, who)[0]["time"]]


def _split_by_sex(stood: Mapping[str, Sequence[date]], sex: Mapping[tuple[str, date], str]) -> Any:
    template = small_council.rows(1).iloc[0].to_dict()
    rows = [
        {
            **template,
            "person_id": person,
            "post_id": f"{person}-0",
            "snapshot_date": day.isoformat(),
            "sex": sex.get((person, day), "M"),
            "engagement": "employee",
            "employer_unit": "council",
            "is_main_post": "Y",
            "age": 40,
        }
        for person, days in stood.items()
        for day in days
    ]
    return small_council.extract(pd.DataFrame(rows))


def _anybody_of(table: pd.DataFrame, stood: dict[str, Any], found: Memberships) -> list[Spell]:
    """Membership of any network, until people are missing from the snapshots."""
    gone = {p: slow_gone(days, []) for p, days in stood.items()}
    within = {p: day if day is not None and day <= found.last else None for p, day in gone.items()}
    spells = slow_until_gone(slow_spells(table, found.last), within)
    whole = slow_anybody(spells, found.last)
    ended = {(spell.person, spell.end) for spell in spells if spell.gone and spell.end is not None}
    return [replace(one, gone=(one.person, one.end) in ended) for one in whole]
