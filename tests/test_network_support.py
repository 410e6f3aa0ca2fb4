"""Support for networks: what was given in each year, against a slow tally and the plan."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import workforce_analytics as wa
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.estimates import ALL, UNITS
from workforce_analytics.extracts.extract import Context
from workforce_analytics.measures.network_support import WORDS, support

KINDS = {"C": "chair_training", "P": "protected_time", "S": "sponsor_meeting", "B": "budget"}


def read(rows: list[tuple], **plans) -> dict:
    """Read support, each row a network, a kind, a day and an amount."""
    table = pd.DataFrame(rows, columns=["network", "kind", "given_on", "amount"])
    context = Context(organisation="Small Council", plans=plans)
    return {"network_support": wa.read("network_support", table, context=context)}


def exact(table) -> pd.DataFrame:
    """Give the exact figures by measure, network, kind and year."""
    frame = table.unprotected(reason="a test of made-up data")
    return frame.set_index(["measure", "network", "kind", "period"])["value"]


def first_year(day: date) -> int:
    """Give the year in which the financial year of a day began."""
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1


def month_ends(start: int) -> list[date]:
    """Give the last days of the months of a financial year."""
    firsts = [date(start + (4 + m) // 12, (4 + m) % 12 + 1, 1) for m in range(12)]
    return [first - timedelta(days=1) for first in firsts]


def slow(rows: list[tuple], network: str, kind: str, start: int) -> float:
    """Tally one network's support of a kind, row by row."""
    own = [(date.fromisoformat(day), n) for name, k, day, n in rows if (name, k) == (network, kind)]
    if kind == "chair_training":
        return sum(1 if n is None else n for day, n in own if first_year(day) <= start)
    if kind != "protected_time":
        return sum(1 if n is None else n for day, n in own if first_year(day) == start)
    total = 0.0
    for end in month_ends(start):
        days = [day for day, _ in own if day <= end]
        total += sum(n for day, n in own if day == max(days)) if days else 0
    return total / 12


@settings(derandomize=True, deadline=None, max_examples=25)
@given(seed=some.integers(0, 100_000))
def test_support_against_a_slow_tally(seed: int) -> None:
    draw = random.Random(seed)
    rows = []
    for _ in range(draw.randrange(1, 40)):
        kind = draw.choice(list(KINDS.values()))
        day = date(2022, 3, 20) + timedelta(days=draw.randrange(900))
        amount = draw.choice([1, 2, 5, 8])
        counted = kind in ("chair_training", "sponsor_meeting")
        told = None if counted and draw.random() < 0.7 else amount
        rows.append((draw.choice(["Race", "Carers"]), kind, day.isoformat(), told))
    told = exact(support(read(rows)))
    starts = [first_year(date.fromisoformat(day)) for _, _, day, _ in rows]
    years = range(min(starts), max(starts) + 1)
    names = sorted({name for name, *_ in rows})
    seen = defaultdict(float)
    for start in years:
        year = f"{start}/{(start + 1) % 100:02}"
        for kind in {kind for _, kind, *_ in rows}:
            for name in names:
                n = slow(rows, name, kind, start)
                assert told["given", name, WORDS[kind], year] == pytest.approx(n)
                seen[kind, year] += n
            assert told["given", ALL, WORDS[kind], year] == pytest.approx(seen[kind, year])
            having = sum(slow(rows, name, kind, start) > 0 for name in names)
            assert told["networks_with", ALL, WORDS[kind], year] == having
            assert told["networks", ALL, WORDS[kind], year] == len(names)


def test_the_sample_is_held_against_its_plan(council) -> None:
    table = support(council.networks)
    told = exact(table)
    assert told["given", "Race", "Courses for chairs, so far", "2022/23"] == 1
    assert told["given", "Race", "Courses for chairs, so far", "2024/25"] == 1
    assert told["given", "Young", "Courses for chairs, so far", "2024/25"] == 0
    assert told["given", "Race", "Protected time", "2022/23"] == 4
    assert told["given", ALL, "Protected time", "2024/25"] == 48
    assert told["planned", ALL, "Protected time", "2024/25"] == 48
    assert told["given", "Disability", "Meetings with the sponsor", "2024/25"] == 2
    assert told["share_of_plan", "Disability", "Meetings with the sponsor", "2024/25"] == 0.5
    assert told["networks_with", ALL, "Courses for chairs, so far", "2023/24"] == 3
    assert told["networks", ALL, "Courses for chairs, so far", "2023/24"] == 6
    assert told["given", "Young", "Budget", "2024/25"] == 1000
    assert table.about.period == "2022/23 to 2024/25"
    assert table.about.order["kind"] == tuple(WORDS.values())


def test_protected_time_holds_until_it_changes_and_is_an_average() -> None:
    rows = [
        ("Race", "protected_time", "2022-04-01", 4),
        ("Race", "protected_time", "2023-10-11", 8),
        ("Race", "protected_time", "2023-10-11", 2),
        ("Race", "sponsor_meeting", "2025-02-01", None),
    ]
    told = exact(support(read(rows)))
    # Six months of 4 hours, then both of one day together for six months.
    assert told["given", "Race", "Protected time", "2023/24"] == (6 * 4 + 6 * 10) / 12
    assert told["given", "Race", "Protected time", "2024/25"] == 10
    assert told["given", "Race", "Meetings with the sponsor", "2023/24"] == 0


def test_a_network_that_was_given_nothing_is_there_with_nothing() -> None:
    held = read([("Race", "budget", "2024-05-01", 500)])
    months = pd.DataFrame({"network": ["Race", "Carers"], "month": "2024-05", "members": 12})
    held["network_counts"] = wa.read("network_counts", months)
    told = exact(support(held))
    assert told["given", "Carers", "Budget", "2024/25"] == 0
    assert told["networks_with", ALL, "Budget", "2024/25"] == 1
    assert told["networks", ALL, "Budget", "2024/25"] == 2


def test_a_plan_is_for_each_network_and_may_be_nothing() -> None:
    rows = [("Race", "budget", "2024-05-01", 500), ("Carers", "budget", "2024-05-01", 300)]
    table = support(read(rows), plan={"budget": 400, "chair_training": 0})
    told = exact(table)
    assert told["planned", ALL, "Budget", "2024/25"] == 800
    assert told["share_of_plan", "Race", "Budget", "2024/25"] == 1.25
    assert told["share_of_plan", ALL, "Budget", "2024/25"] == 1
    assert pd.isna(told["share_of_plan", ALL, "Courses for chairs, so far", "2024/25"])


def test_the_plan_of_the_organisation_is_taken_unless_another_is_given() -> None:
    rows = [("Race", "budget", "2024-05-01", 500)]
    held = read(rows, networks={"plan": {"budget": 1000}})
    assert exact(support(held))["share_of_plan", "Race", "Budget", "2024/25"] == 0.5
    other = exact(support(held, plan={"budget": 250}))
    assert other["share_of_plan", "Race", "Budget", "2024/25"] == 2
    without = exact(support(held, plan={}))
    assert "planned" not in without.index.get_level_values("measure")


def test_only_the_latest_years_that_are_asked_for(council) -> None:
    two = support(council.networks, years=2)
    assert two.about.period == "2023/24 to 2024/25"
    assert set(exact(two).index.get_level_values("period")) == {"2023/24", "2024/25"}
    one = exact(support(council.networks, years=1))
    pd.testing.assert_series_equal(one, exact(two).loc[:, :, :, ["2024/25"]])


def test_money_without_an_amount_is_left_out_and_said() -> None:
    rows = [("Race", "budget", "2024-05-01", 500), ("Race", "budget", "2024-06-01", None)]
    table = support(read(rows))
    assert exact(table)["given", "Race", "Budget", "2024/25"] == 500
    assert any("do not say how much are left out: 1." in one for one in table.about.caveats)


def test_names_written_in_several_ways_are_one_network() -> None:
    rows = [
        ("LGBTQ+", "sponsor_meeting", "2024-05-01", None),
        ("lgbtq+ ", "sponsor_meeting", "2024-06-01", None),
        ("LGBTQ+", "sponsor_meeting", "2024-07-01", None),
    ]
    told = exact(support(read(rows)))
    assert told["given", "LGBTQ+", "Meetings with the sponsor", "2024/25"] == 3
    assert told["networks", ALL, "Meetings with the sponsor", "2024/25"] == 1


def test_nothing_is_hidden_for_there_are_no_people_in_it(council) -> None:
    table = support(council.networks)
    assert table.about.least_threshold == 10
    shown = table.protect(audience="public").to_frame()
    assert shown["value"].notna().all()
    assert shown[["numerator", "denominator"]].isna().all(axis=None)
    assert set(shown["unit"]) <= UNITS


def test_rows_in_any_order_give_the_same_table() -> None:
    rows = [
        (name, kind, f"2024-0{month}-11", 0.1 * month)
        for name in ("Race", "Carers")
        for kind in ("budget", "protected_time")
        for month in (5, 7, 9)
    ]
    told = [exact(support(read(order))) for order in (rows, rows[::-1])]
    pd.testing.assert_series_equal(told[0], told[1], check_exact=True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"plan": {"cake": 3}}, "plan= names 'cake', which is no kind of support"),
        ({"plan": {"budget": -1}}, "plan= takes an amount of 0 or more for budget"),
        ({"plan": 5}, "plan= takes kinds and amounts"),
        ({"years": 0}, "years= takes a whole number"),
    ],
)
def test_mistakes_are_said_in_words(council, arguments, words) -> None:
    with pytest.raises(UsageError, match=words):
        support(council.networks, **arguments)


def test_without_a_record_of_support_nothing_is_made_up(council) -> None:
    held = dict(council.networks.extracts)
    del held["network_support"]
    with pytest.raises(UsageError, match="Nobody says what networks were given"):
        support(held)
    with pytest.raises(UsageError, match="The first argument is the extracts"):
        support("networks")


def test_support_of_no_known_kind_is_no_support() -> None:
    held = read([("Race", "budget", "2024-05-01", 5)])
    empty = held["network_support"].frame
    nothing = {
        "network_support": wa.read(
            "network_support", empty.to_native().df().assign(kind="budget").head(0)
        )
    }
    with pytest.raises(DataError, match="holds no support with a day"):
        support(nothing)
