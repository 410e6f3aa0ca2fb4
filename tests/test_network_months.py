"""Months of networks: monthly counts and lists of people give the same, and a slow count agrees."""

import random
from datetime import date, timedelta

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import workforce_analytics as wa
from tests.network_samples import Made, extracts, months_and_support, networks
from workforce_analytics.counting.network_months import (
    MEASURES,
    first_day,
    month_number,
    network_months,
)
from workforce_analytics.errors import UsageError

CHAIRS = {"outcome": "attendances", "support": "chair_training"}


def test_lists_of_people_give_the_same_months_as_monthly_counts(council) -> None:
    counted = network_months(council.networks, **CHAIRS)
    held = dict(council.networks.extracts)
    del held["network_counts"]
    listed = network_months(held, **CHAIRS)
    assert (counted.listed, listed.listed) == (False, True)
    keys = ["network", "month"]
    both = counted.table.merge(listed.table, on=keys, suffixes=("", "_listed"))
    assert len(both) == len(listed.table) == 6 * 36
    for name in MEASURES:
        assert (both[name] == both[f"{name}_listed"]).all()
    assert counted.given == listed.given


def test_support_counts_from_its_first_day(council) -> None:
    given_first = network_months(council.networks, **CHAIRS).given
    assert given_first == {
        "race": date(2022, 12, 1),
        "women": date(2023, 7, 1),
        "carers": date(2024, 2, 1),
    }
    meetings = network_months(
        council.networks, outcome="attendances", support="sponsor_meeting"
    ).given
    assert meetings["disability"] == date(2023, 5, 11)


def lists(seed: int) -> dict[str, pd.DataFrame]:
    """Members with spells that overlap or are open, names on monthly lists, and attendance."""
    draw = random.Random(seed)
    start = date(2023, 1, 1)
    members, events, came = [], [], []
    for _ in range(60):
        joined = start + timedelta(days=draw.randrange(-200, 300))
        left = joined + timedelta(days=draw.randrange(1, 300))
        members.append(
            {
                "network": draw.choice(["Race", "Carers"]),
                "person_id": f"p{draw.randrange(25)}",
                "joined_on": joined.isoformat(),
                "left_on": left.isoformat() if draw.random() < 0.6 else None,
                "observed_on": None,
            }
        )
    for _ in range(15):
        observed = start + timedelta(days=draw.randrange(300))
        members.append(
            {
                "network": "Race",
                "person_id": f"p{draw.randrange(25, 35)}",
                "joined_on": None,
                "left_on": None,
                "observed_on": observed.isoformat(),
            }
        )
    for number in range(20):
        held = start + timedelta(days=draw.randrange(300))
        network = draw.choice(["Race", "race ", "Carers"])
        events.append({"event_id": f"e{number}", "network": network, "held_on": held.isoformat()})
        came += [
            {"event_id": f"e{number}", "person_id": f"p{person}"}
            for person in draw.sample(range(35), draw.randrange(8))
        ]
    made = pd.DataFrame(members).drop_duplicates(
        ["network", "person_id", "joined_on", "observed_on"]
    )
    return {
        "network_members": made,
        "network_events": pd.DataFrame(events),
        "network_attendance": pd.DataFrame(came, columns=["event_id", "person_id"]),
    }


def slow(tables: dict[str, pd.DataFrame]) -> dict[tuple[str, int], tuple[int, int, int, int]]:
    """Count person by person, as one would by hand."""
    events = {
        row["event_id"]: (row["network"].strip().lower(), row["held_on"])
        for row in tables["network_events"].to_dict("records")
    }
    months = [month_number(date.fromisoformat(day)) for _, day in events.values()]
    found = {}
    for network in ("race", "carers"):
        for month in range(min(months), max(months) + 1):
            first, last = first_day(month), first_day(month + 1) - timedelta(days=1)
            members, joiners, people, attendances = set(), set(), set(), 0
            for row in tables["network_members"].to_dict("records"):
                if row["network"].lower() != network:
                    continue
                if isinstance(row["observed_on"], str):
                    if first.isoformat() <= row["observed_on"] <= last.isoformat():
                        members.add(row["person_id"])
                    continue
                left = row["left_on"] if isinstance(row["left_on"], str) else "9999"
                if row["joined_on"] <= last.isoformat() < left:
                    members.add(row["person_id"])
                if first.isoformat() <= row["joined_on"] <= last.isoformat():
                    joiners.add(row["person_id"])
            for row in tables["network_attendance"].to_dict("records"):
                where, day = events[row["event_id"]]
                if where == network and first.isoformat() <= day <= last.isoformat():
                    attendances += 1
                    people.add(row["person_id"])
            found[network, month] = (len(members), len(joiners), attendances, len(people))
    return found


@settings(derandomize=True, deadline=None, max_examples=12)
@given(seed=some.integers(0, 10_000), engine=some.sampled_from(["pandas", "polars"]))
def test_lists_against_a_slow_count(seed: int, engine: str) -> None:
    tables = lists(seed)
    days = {"joined_on", "left_on", "observed_on", "held_on"}
    held = {}
    for name, table in tables.items():
        frame = table
        if engine == "polars":
            typed = {day: pd.to_datetime(table[day]).dt.date for day in days & set(table)}
            plain = table.assign(**typed).astype(object)
            plain = plain.where(plain.notna(), None)
            columns = {column: plain[column].tolist() for column in plain}
            frame = pl.DataFrame(
                columns,
                schema={c: pl.Date if c in days else pl.String for c in columns},
            )
        held[name] = wa.read(name, frame)
    held["network_support"] = wa.read("network_support", months_and_support(Made(), 1)[1])
    found = network_months(held, **CHAIRS).table
    told = {
        (row["network"], row["month"]): tuple(int(row[name]) for name in MEASURES)
        for row in found.to_dict("records")
    }
    assert told == slow(tables)


def test_rows_in_any_order_give_the_same_months() -> None:
    counts, support = months_and_support(Made(networks=5, waiting=2), 3)
    first = network_months(extracts(counts, support), **CHAIRS)
    mixed = extracts(counts.sample(frac=1, random_state=2), support.iloc[::-1])
    second = network_months(mixed, **CHAIRS)
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.given == second.given


def test_support_of_a_network_without_months_is_counted_apart() -> None:
    counts, support = months_and_support(Made(), 1)
    found = network_months(
        extracts(counts[counts["network"] != support["network"][0]], support), **CHAIRS
    )
    assert found.elsewhere == 1


def test_mistakes_are_said_in_words() -> None:
    held = networks(Made(networks=5, waiting=1))
    with pytest.raises(UsageError, match="support='chairs' is no kind of support"):
        network_months(held, outcome="attendances", support="chairs")
    with pytest.raises(UsageError, match="The first argument is the extracts of staff networks"):
        network_months(7, **CHAIRS)
    with pytest.raises(UsageError, match="Nobody says when networks had support"):
        network_months({"network_counts": held["network_counts"]}, **CHAIRS)
    with pytest.raises(UsageError, match="Nothing is known of attendances"):
        network_months({"network_support": held["network_support"]}, **CHAIRS)
