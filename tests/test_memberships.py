"""Unbroken spells of membership: the same as days that are ticked off one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import workforce_analytics as wa
from tests.membership_samples import (
    A_DAY,
    COLUMNS,
    DAYS,
    SNAPSHOTS,
    START,
    drawn,
    leavings,
    nameless,
    read_members,
    slow_anybody,
    slow_gone,
    slow_spells,
    slow_until_gone,
    told,
    workforce,
)
from workforce_analytics import engine
from workforce_analytics.counting.memberships import Memberships, memberships
from workforce_analytics.errors import DataError, UsageError

SLOWLY = settings(derandomize=True, deadline=None, max_examples=9)


def members(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of network, person, joined on, left on, observed on and role."""
    return pd.DataFrame([row + (None,) * (6 - len(row)) for row in rows], columns=list(COLUMNS))


def found_of(table: pd.DataFrame, *others: Any, **more: Any) -> Memberships:
    return memberships({"network_members": read_members(table)}, *others, **more)


def days_of(found: Memberships) -> list[tuple[str, str | None, bool]]:
    """First and last day, and whether the first is known, in order."""
    return sorted(
        (one.start.isoformat(), one.end and one.end.isoformat(), one.known)
        for one, n in told(found).items()
        for _ in range(n)
    )


@SLOWLY
@given(
    seed=some.integers(0, 10_000),
    lists=some.sampled_from([0, 0, 1, 6]),
    kind=some.sampled_from(["pandas", "polars", "duckdb"]),
)
def test_spells_are_the_days_ticked_off(seed: int, lists: int, kind: str) -> None:
    table = drawn(seed, lists=lists)
    found = memberships({"network_members": read_members(table, kind)})
    slow = slow_spells(table, found.last)
    assert told(found) == nameless(slow)
    assert told(found, found.anybody) == nameless(slow_anybody(slow, found.last))
    assert found.listed == (lists > 0)
    assert sum(found.left_out.values()) >= (table["role"] == "Sponsor").sum()


@SLOWLY
@given(seed=some.integers(0, 10_000), lists=some.sampled_from([0, 6]))
def test_memberships_end_when_people_leave_the_body(seed: int, lists: int) -> None:
    draw = random.Random(seed)
    table = drawn(seed, lists=lists)
    people = [f"p{number}" for number in range(40)]
    stood = {
        person: [day for day in SNAPSHOTS if draw.random() < 0.7]
        for person in people
        if draw.random() < 0.9
    }
    stood["somebody"] = list(SNAPSHOTS)
    records = {
        person: [START + draw.randrange(DAYS) * A_DAY for _ in range(draw.choice([1, 1, 2]))]
        for person in people
        if draw.random() < 0.4
    }
    found = found_of(table, workforce(stood), events=leavings(records))
    gone = {
        person: slow_gone(stood.get(person, []), records.get(person, []))
        for person in people
        if stood.get(person) or person in records
    }
    within = {
        person: day if day is not None and day <= found.last else None
        for person, day in gone.items()
    }
    slow = slow_until_gone(slow_spells(table, found.last), within)
    assert told(found) == nameless(slow)
    nobody = ~table["person_id"].isin(gone) & (table["role"] != "Sponsor")
    assert found.left_out.get("rows that lead to nobody in the workforce", 0) == nobody.sum()


def test_without_duckdb_spells_are_the_same(monkeypatch) -> None:
    table = drawn(5, lists=6)
    stood = workforce({f"p{number}": SNAPSHOTS[: 1 + number % 3] for number in range(30)})
    with_duckdb = found_of(table, stood)
    held = engine.collect(stood.frame)
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    plain = found_of(table, replace(stood, frame=engine.frame(held)))
    assert told(plain) == told(with_duckdb)
    assert told(plain, plain.anybody) == told(with_duckdb, with_duckdb.anybody)
    assert (plain.first, plain.last, dict(plain.left_out)) == (
        with_duckdb.first,
        with_duckdb.last,
        dict(with_duckdb.left_out),
    )


def test_a_day_between_makes_two_spells_and_none_makes_one() -> None:
    found = found_of(
        members(
            ("Race", "a", "2024-02-01", "2024-02-28"),
            ("Race", "a", "2024-02-29", "2024-03-05"),
            ("Race", "a", "2024-03-05", "2024-03-05"),
            ("Race", "a", "2024-03-07", None),
            ("Race", "a", "2024-03-10", "2024-03-11"),
        )
    )
    assert days_of(found) == [
        ("2024-02-01", "2024-03-05", True),
        ("2024-03-07", None, True),
    ]
    assert (found.first, found.last) == (date(2024, 2, 1), date(2024, 3, 11))


def test_lists_tell_days_between_two_of_them() -> None:
    found = found_of(
        members(
            ("Race", "a", None, None, "2024-01-31"),
            ("Race", "a", None, None, "2024-02-29"),
            ("Race", "b", None, None, "2024-02-29"),
            ("Race", "c", None, None, "2024-03-31"),
            ("Race", "d", "2023-05-01", None, "2024-03-31"),
            ("Carers", "e", None, None, "2024-03-31"),
        )
    )
    assert days_of(found) == [
        ("2023-05-01", None, True),
        ("2024-01-31", "2024-03-30", False),
        ("2024-02-29", "2024-03-30", True),
        ("2024-03-31", None, False),
        ("2024-03-31", None, True),
    ]
    assert found.listed
    assert (found.first, found.last) == (date(2023, 5, 1), date(2024, 3, 31))


def test_a_membership_that_a_person_has_a_spell_of_is_not_told_from_lists() -> None:
    found = found_of(
        members(
            ("Race", "a", "2024-01-10", "2024-02-10", None),
            ("Race", "a", None, None, "2024-03-31"),
            ("Carers", "a", None, None, "2024-03-31"),
        )
    )
    assert days_of(found) == [("2024-01-10", "2024-02-10", True), ("2024-03-31", None, False)]


def test_a_day_of_joining_after_the_list_that_has_the_person_is_not_believed() -> None:
    found = found_of(
        members(
            ("Race", "b", None, None, "2024-01-31"),
            ("Race", "a", None, None, "2024-02-29"),
            ("Race", "a", "2024-03-31", None, "2024-03-31"),
        )
    )
    assert days_of(found)[1:] == [("2024-02-29", None, True)]


def test_the_last_day_is_that_of_the_record_not_of_a_placeholder() -> None:
    table = members(
        ("Race", "a", "2023-01-10", "2099-12-31"),
        ("Race", "b", "2023-03-01", "2023-03-20"),
    )
    found = found_of(table)
    assert days_of(found)[0] == ("2023-01-10", None, True)
    assert found.last == date(2023, 3, 20)
    events = wa.read(
        "network_events",
        pd.DataFrame(
            {
                "event_id": ["e1", "e2"],
                "network": ["Race", "Race"],
                "held_on": ["2023-04-12", "2023-12-01"],
            }
        ),
    )
    held = {"network_members": read_members(table), "network_events": events}
    assert memberships(held).last == date(2023, 4, 12)
    counts = wa.read(
        "network_counts",
        pd.DataFrame({"network": ["Race"], "month": ["2023-06"], "members": [2]}),
    )
    assert memberships({**held, "network_counts": counts}).last == date(2023, 6, 30)


def test_a_record_that_goes_to_the_last_week_of_a_month_goes_to_its_end() -> None:
    assert found_of(members(("Race", "a", "2024-02-23", None))).last == date(2024, 2, 29)
    assert found_of(members(("Race", "a", "2024-02-22", None))).last == date(2024, 2, 22)


def test_shared_mailboxes_are_counted_and_those_who_left_are_told() -> None:
    table = members(
        ("Race", "mailbox", "2024-01-01", None),
        ("Race", "there", "2024-01-01", None),
        ("Race", "left", "2024-01-01", None),
        ("Race", "late", "2024-03-01", None),
        ("Race", "due", "2024-01-01", "2024-01-20"),
        ("Race", "before", "2023-12-01", "2024-01-10"),
    )
    stood = {"there": SNAPSHOTS, "left": SNAPSHOTS[:1], "late": SNAPSHOTS[:1]}
    stood |= {"due": SNAPSHOTS[:1], "before": SNAPSHOTS[:1]}
    found = found_of(table, workforce(stood))
    ends = {(one.end, one.gone) for one in told(found)}
    assert ends == {
        (None, False),
        (SNAPSHOTS[1], True),
        (date(2024, 1, 20), True),
        (date(2024, 1, 10), True),
    }
    assert found.left_out == {
        "rows that lead to nobody in the workforce": 1,
        "memberships that began after the person had left": 1,
        "memberships that went on after the person had left (they end on that day)": 1,
    }


def test_the_last_day_in_post_tells_when_somebody_left() -> None:
    table = members(("Race", "a", "2024-01-01", None), ("Race", "b", "2024-03-14", None))
    rows = workforce({"a": SNAPSHOTS[:1], "b": SNAPSHOTS})
    ended = engine.when(engine.text("snapshot_date") == "2024-01-01").then(
        engine.lit(date(2024, 1, 20), engine.Date)
    )
    said = replace(rows, frame=engine.derive(rows.frame, {"ended_on": ended}))
    assert days_of(found_of(table, said))[0] == ("2024-01-01", "2024-01-20", True)


def test_allies_are_those_who_were_nothing_else_and_sponsors_no_members() -> None:
    found = found_of(
        members(
            ("Race", "a", "2024-01-01", "2024-01-31", None, "Ally"),
            ("Race", "a", "2024-02-01", None, None, "Chair"),
            ("Race", "b", "2024-01-01", None, None, "Ally"),
            ("Carers", "b", "2024-01-01", None, None, "Member"),
            ("Race", "c", "2024-01-01", None, None, "Executive Sponsor"),
        )
    )
    assert sorted(one.ally for one in told(found).elements()) == [False, False, True]
    assert not any(one.ally for one in told(found, found.anybody))
    assert found.left_out == {"rows of sponsors, who are no members": 1}


def test_a_network_has_the_name_that_it_is_written_with_most_often() -> None:
    found = found_of(
        members(
            ("race network", "a", "2024-01-01"),
            ("Race Network", "b", "2024-01-01"),
            ("Race Network", "c", "2024-01-01"),
            ("Carers", "c", "2024-01-01"),
        )
    )
    assert dict(found.labels) == {"carers": "Carers", "race network": "Race Network"}


def test_rows_in_any_order_give_the_same_spells() -> None:
    table = drawn(11, lists=6)
    one, two = found_of(table), found_of(table.sample(frac=1, random_state=3))
    assert told(one) == told(two)
    assert list(one.labels.items()) == list(two.labels.items())


def test_the_sample_council(council) -> None:
    found = memberships(council.networks, council.workforce, events=council.events)
    spells = told(found)
    assert sum(spells.values()) == 1304
    assert not found.left_out
    left = sum(n for one, n in spells.items() if one.gone)
    alone = told(memberships(council.networks, council.workforce))
    assert left > sum(n for one, n in alone.items() if one.gone) > 0


def test_mistakes_are_said_in_words(council) -> None:
    with pytest.raises(UsageError, match="Nobody says who is a member"):
        memberships({})
    with pytest.raises(UsageError, match="workforce= takes the workforce extract"):
        memberships(council.networks, council.events)
    with pytest.raises(UsageError, match="give the workforce extract, too"):
        memberships(council.networks, events=council.events)
    elsewhere = {"network_members": read_members(drawn(1), "polars")}
    with pytest.raises(UsageError, match="lie on different engines"):
        memberships(elsewhere, council.workforce)
    with pytest.raises(DataError, match="says when anybody joined"):
        found_of(members(("Race", "a", None, "2024-01-01")))


def test_days_are_numbered_as_python_numbers_them() -> None:
    days = [date(1899, 12, 31) + timedelta(days=37 * number) for number in range(5500)]
    days += [date(2000, 2, 29), date(2024, 2, 29), date(1900, 3, 1), date(2100, 2, 28)]
    table = pd.DataFrame({"day": days})
    numbered = engine.collect(engine.derive(engine.frame(table), {"n": engine.day_number("day")}))
    assert sorted(numbered["n"]) == sorted(day.toordinal() for day in days)
