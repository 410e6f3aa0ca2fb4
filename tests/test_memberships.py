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
    days = [
        (one.start.isoformat(), one.end and one.end.isoformat(), one.known)
        for one in told(found).elements()
    ]
    return sorted(days, key=lambda one: (one[0], one[1] or "9", one[2]))


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
    assert found.left_out == {PLACEHOLDERS: 1}
    held = {
        "network_members": read_members(table),
        "network_events": events("2023-04-12", "2026-12-01"),
    }
    assert memberships(held).last == date(2023, 4, 12)
    counts = wa.read(
        "network_counts",
        pd.DataFrame({"network": ["Race"], "month": ["2023-06"], "members": [2]}),
    )
    assert memberships({**held, "network_counts": counts}).last == date(2023, 6, 30)


PLACEHOLDERS = "days of leaving far after everything else on record, taken for none"


def test_a_day_of_leaving_long_after_the_last_joiner_is_real_where_the_record_goes_on() -> None:
    table = members(
        ("Race", "a", "2021-02-01", None),
        ("Race", "b", "2021-12-15", None),
        ("Race", "c", "2021-03-01", "2023-08-01"),
        ("Race", "d", "2021-03-01", "2099-12-31"),
    )
    alone = found_of(table)
    assert (alone.last, alone.left_out) == (date(2021, 12, 15), {PLACEHOLDERS: 2})
    stood = {person: [date(2021, 3, 31), date(2023, 3, 31)] for person in "abcd"}
    found = found_of(table, workforce(stood))
    assert (found.last, found.left_out) == (date(2023, 8, 1), {PLACEHOLDERS: 1})
    assert ("2021-03-01", "2023-08-01", True) in days_of(found)
    # One day of leaving that bears another out, and events do the same as snapshots.
    between = pd.concat([table, members(("Race", "e", "2021-02-01", "2022-10-01"))])
    assert found_of(between).last == date(2023, 8, 1)
    held = {"network_members": read_members(table), "network_events": events("2022-10-01")}
    assert memberships(held).left_out == {PLACEHOLDERS: 1}


def events(*days: str) -> Any:
    """Give an extract of one event on each of some days."""
    numbers = [f"e{number}" for number, _ in enumerate(days)]
    rows = {"event_id": numbers, "network": ["Race" for _ in days], "held_on": list(days)}
    return wa.read("network_events", pd.DataFrame(rows))


def test_the_record_goes_on_to_the_last_snapshot_within_a_year() -> None:
    table = members(("Race", "a", "2024-05-01", None), ("Race", "b", "2024-05-01", "2025-01-10"))
    days = [date(2024, 5, 31), date(2025, 3, 31), date(2026, 3, 31)]
    stood = dict.fromkeys("ab", days[:2])
    assert found_of(table, workforce(stood)).last == date(2025, 3, 31)
    assert found_of(table, workforce(dict.fromkeys("ab", days))).last == date(2025, 3, 31)
    held = {"network_members": read_members(table), "network_events": events("2025-11-20")}
    assert memberships(held).last == date(2025, 11, 20)
    # Who stands on the last of the lists is not known to be a member long after it.
    listed = members(("Race", "a", None, None, "2025-01-10"))
    assert found_of(listed, workforce(stood)).last == date(2025, 1, 10)


def test_members_of_a_network_whose_lists_stopped_are_not_members_for_ever() -> None:
    lists = [f"2024-0{month}-01" for month in range(1, 8)]
    stopped = [("Faith", person, None, None, day) for day in lists[:2] for person in "ab"]
    found = found_of(
        members(
            *stopped,
            ("Faith", "c", None, None, lists[0]),
            *(("Race", "c", None, None, day) for day in lists),
            *(("Carers", "c", None, None, day) for day in (lists[0], lists[4])),
        )
    )
    # Two lists of carers lay 121 days apart: that the next one is missing is not known yet.
    assert days_of(found) == [
        ("2024-01-01", "2024-01-31", False),
        ("2024-01-01", "2024-03-03", False),
        ("2024-01-01", "2024-03-03", False),
        ("2024-01-01", None, False),
        ("2024-01-01", None, False),
    ]
    words = "memberships of networks whose lists stopped (they end when the next list is missing"
    assert {name.split(",")[0]: n for name, n in found.left_out.items()} == {words: 2}


def test_names_that_differ_by_words_of_every_network_are_said_and_not_put_together() -> None:
    names = ("Carers", "CARERS NETWORK", "Staff Carers Group", "Race network", "Faith", "Carers UK")
    found = found_of(members(*((name, "a", "2024-01-01", None) for name in names)))
    assert len(found.labels) == 6
    assert list(found.left_out.values()) == [3]
    assert "differ only by the words network, staff or group" in next(iter(found.left_out))


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
