"""Who came to events of networks: every day, person and event looked at one by one agrees."""

from datetime import date, timedelta

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import workforce_analytics as wa
from tests.network_rows import Lists, by_hand, day, drawn
from workforce_analytics import engine
from workforce_analytics.counting.memberships import memberships
from workforce_analytics.counting.network_attendances import network_attendances
from workforce_analytics.errors import DataError, UsageError

DAYS = (30, 60, 90, 365)


def counted(made: Lists, on: date, days=DAYS, frame=lambda table: table, workforce=None):
    extracts = made.extracts(frame)
    found = memberships(extracts, workforce)
    return network_attendances(found, extracts, on=on, days=days, workforce=workforce)


def as_by_hand(came) -> dict:
    """Put what was counted into the form of what is found by hand."""
    return {
        "people": dict(came.people),
        "clusters": {
            (code, int(time), int(often)): int(n)
            for code, parts in came.clusters.items()
            for time, often, n in zip(*parts, strict=True)
        },
        "often": {
            (code, int(times)): int(n)
            for code, parts in came.often.items()
            for times, n in zip(*parts, strict=True)
        },
        "nameless": {code: n for code, n in came.nameless.items() if n},
    }


@settings(derandomize=True, deadline=None, max_examples=4)
@given(
    some.integers(0, 10_000),
    some.integers(500, 759),
    some.sampled_from([DAYS, (1, 7), (200,), (365,)]),
)
def test_every_person_is_counted_as_by_hand(seed, place, days) -> None:
    made, on = drawn(seed), day(place)
    assert as_by_hand(counted(made, on, days)) == by_hand(made, on, days)


@pytest.mark.parametrize(
    "frame", [pl.from_pandas, lambda t: engine.frame(t)], ids=["polars", "duckdb"]
)
def test_other_engines_count_the_same(frame) -> None:
    for seed in (3, 4):
        made = drawn(seed)
        assert as_by_hand(counted(made, day(700), frame=frame)) == by_hand(made, day(700), DAYS)


def test_without_duckdb_the_same_is_counted(monkeypatch) -> None:
    made = drawn(8)
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    assert as_by_hand(counted(made, day(700))) == by_hand(made, day(700), DAYS)


def test_the_order_of_rows_changes_nothing() -> None:
    made = drawn(5)
    other = Lists(made.members[::-1], made.events[::-1], made.came[::-1])
    one, two = counted(made, day(700)), counted(other, day(700))
    assert list(one.people.items()) == list(two.people.items())
    assert as_by_hand(one) == as_by_hand(two)
    assert (one.labels, one.held, one.attendances) == (two.labels, two.held, two.attendances)
    for code, parts in one.clusters.items():
        assert [list(x) for x in parts] == [list(x) for x in two.clusters[code]]


def test_the_year_has_365_days_and_both_its_ends() -> None:
    on = date(2024, 3, 31)
    made = Lists(
        members=[("Race", "a", date(2023, 1, 1), None)],
        events=[
            ("before", "Race", date(2023, 4, 1), True),
            ("first", "Race", date(2023, 4, 2), True),
            ("last", "Race", on, False),
            ("after", "Race", on + timedelta(days=1), True),
        ],
        came=[(name, "a") for name in ("before", "first", "last", "after")],
    )
    came = counted(made, on)
    assert came.attendances == {"race": 2, "All": 2}
    assert came.held["race"] == (date(2023, 4, 2), on)
    assert came.in_work_time == {"race": (1, 2), "All": (1, 2)}
    assert [int(part[0]) for part in came.clusters["race"]] == [365, 2, 1]
    assert came.unlisted == 1  # what lies after the last day is on no list up to then
    assert came.recorded == (date(2023, 4, 1), on)


def test_who_leaves_on_the_last_day_is_no_member_at_its_close() -> None:
    on = date(2024, 3, 31)
    made = Lists(
        members=[("Race", "a", date(2023, 1, 1), on), ("Race", "b", date(2024, 3, 2), None)],
        events=[("e", "Race", on, None)],
        came=[("e", "a"), ("e", "b"), ("e", "c")],
    )
    people = counted(made, on).people
    mine = {key[1:]: n for key, n in people.items() if key[0] == "race"}
    assert mine == {
        ("not_now", "30", "once", "once", "not_asked"): 1,
        ("30", "30", "once", "once", "not_asked"): 1,
        ("not_now", "30", "once", "never", "not_asked"): 1,
    }


def test_a_person_counts_once_among_all_networks() -> None:
    on = date(2024, 3, 31)
    made = Lists(
        members=[
            ("Race", "a", date(2022, 1, 1), date(2023, 12, 31)),
            ("Carers", "a", date(2024, 1, 1), None),
        ],
        events=[("r", "Race", date(2024, 2, 1), None), ("c", "Carers", date(2024, 3, 1), None)],
        came=[("r", "a"), ("c", "a")],
    )
    came = counted(made, on)
    assert came.people["All", "365", "60", "more", "more", "not_asked"] == 1
    assert came.people["race", "not_now", "60", "once", "never", "not_asked"] == 1
    assert came.people["carers", "90", "60", "once", "once", "not_asked"] == 1
    assert [int(part[0]) for part in came.clusters["All"]] == [365, 2, 1]


def workforce(*people: str):
    rows = [
        {"snapshot_date": "2024-03-31", "person_id": who, "post_id": f"post {who}"}
        | {"is_main_post": True, "engagement": "employee", "employer_unit": "council"}
        | {"assignment_status": "active", "unit_id": "u", "fte": 1.0}
        for who in people
    ]
    return wa.read("workforce", pd.DataFrame(rows))


def test_sheets_without_names_and_strangers_count_as_attendances_alone() -> None:
    on = date(2024, 3, 31)
    made = Lists(
        members=[("Race", "a", date(2022, 1, 1), None), ("Race", "mailbox", on, None)],
        events=[("e", "Race", date(2024, 3, 2), None), ("f", "Race", date(2022, 3, 1), None)],
        came=[("e", "a"), ("e", None), ("e", None), ("e", "guest"), ("f", None), ("x", "a")],
    )
    came = counted(made, on, workforce=workforce("a", "b"))
    assert came.attendances == {"race": 4, "All": 4}
    assert came.nameless == {"race": 3, "All": 3}
    assert came.unlisted == 1
    assert came.people == {
        ("race", "365", "30", "once", "once", "not_asked"): 1,
        ("All", "365", "30", "once", "once", "not_asked"): 1,
    }


@settings(derandomize=True, deadline=None, max_examples=2)
@given(some.integers(0, 10_000))
def test_strangers_are_left_out_as_by_hand(seed) -> None:
    made, known = drawn(seed), {f"p{number}" for number in range(0, 40, 2)}
    found = counted(made, day(700), workforce=workforce(*sorted(known)))
    expected = by_hand(made, day(700), DAYS, known)
    got = as_by_hand(found)
    assert got["often"] == expected["often"]
    assert got["nameless"] == expected["nameless"]


def test_a_network_that_holds_events_without_members_is_there() -> None:
    made = drawn(2)
    made.events.append(("z", "Faith", day(650), True))
    made.came.append(("z", "p1"))
    came = counted(made, day(700))
    assert came.labels["faith"] == "Faith"
    assert came.attendances["faith"] == 1
    assert "faith" not in came.clusters


def test_what_is_lacking_is_said() -> None:
    extracts = drawn(1).extracts()
    found = memberships(extracts)
    with pytest.raises(DataError, match="Choose a later one"):
        network_attendances(found, extracts, on=date(2020, 1, 1))
    del extracts["network_attendance"]
    with pytest.raises(UsageError, match=r"Add \[extracts.network_attendance\]"):
        network_attendances(found, extracts, on=day(700))
    extracts["network_attendance"] = drawn(1).extracts(pl.from_pandas)["network_attendance"]
    with pytest.raises(UsageError, match="different engines"):
        network_attendances(found, extracts, on=day(700))
