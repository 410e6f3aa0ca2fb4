"""Members at the close of periods: the same as members who are counted day by day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.membership_samples import (
    A_DAY,
    COLUMNS,
    NETWORKS,
    Spell,
    drawn,
    read_members,
    slow_anybody,
    slow_spells,
)
from workforce_analytics.counting.memberships import Memberships, memberships
from workforce_analytics.counting.network_stock import AFTER, BEFORE, Period, moves, periods, stock
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL

SLOWLY = settings(derandomize=True, deadline=None, max_examples=5)


def found_of(table: pd.DataFrame, kind: str = "pandas") -> Memberships:
    return memberships({"network_members": read_members(table, kind)})


def later(table: pd.DataFrame) -> pd.DataFrame:
    """The same spells with something on record a year before and half a year after."""
    frame = pd.DataFrame(
        [
            ("Race", "early", date(2022, 11, 3), date(2022, 11, 9), None, "Member"),
            ("Race", "late", date(2024, 7, 30), None, None, "Member"),
        ],
        columns=list(COLUMNS),
    )
    both = pd.concat([table, frame.astype(object)], ignore_index=True)
    return both.where(both.notna(), None)


def slow(spells: list[Spell], first: date, period: Period) -> dict[str, int]:
    """Numbers of a period, one spell and one day at a time."""
    before = period.start - A_DAY
    there = dict.fromkeys(("members", "joiners", "leavers", "seen", "days", "allies"), 0)
    for spell in spells:
        old = not spell.known and spell.start == first
        start = date.min if old else spell.start
        end = spell.end or date.max
        here = start <= period.end < end
        there["members"] += here
        there["allies"] += here and spell.ally
        new = before < start <= period.end
        there["joiners"] += new and spell.known
        there["seen"] += new and not spell.known
        there["leavers"] += before < end <= period.end
        day = period.start
        while day <= period.end:
            there["days"] += start <= day <= end
            day += A_DAY
    return there


@SLOWLY
@given(
    seed=some.integers(0, 10_000),
    lists=some.sampled_from([0, 5]),
    every=some.sampled_from(["month", "quarter", "year"]),
    kind=some.sampled_from(["pandas", "polars"]),
)
def test_stock_against_a_count_day_by_day(seed: int, lists: int, every: str, kind: str) -> None:
    table = later(drawn(seed, lists=lists))
    found = found_of(table, kind)
    over = periods(found.first, found.last, every)
    counted = stock(found, over)
    spells = slow_spells(table, found.last)
    anybody = slow_anybody(spells, found.last)
    arrays = {
        "members": counted.members,
        "joiners": counted.joiners,
        "leavers": counted.leavers,
        "seen": counted.first_seen,
        "days": counted.member_days,
        "allies": counted.allies,
    }
    for row, network in enumerate(found.labels):
        mine = [spell for spell in spells if spell.network == network]
        for column, period in enumerate(over):
            told = {name: int(held[row, column]) for name, held in arrays.items()}
            assert told == slow(mine, found.first, period)
    for column, period in enumerate(over):
        people = slow(anybody, found.first, period)
        assert counted.people[column] == people["members"]
        assert counted.people_joiners[column] == people["joiners"]
        assert counted.people_leavers[column] == people["leavers"]
        assert counted.people_first_seen[column] == people["seen"]
        assert counted.people_allies[column] == people["allies"]


@SLOWLY
@given(seed=some.integers(0, 10_000), lists=some.sampled_from([0, 5]))
def test_moves_add_up_to_stock_and_flow(seed: int, lists: int) -> None:
    found = found_of(later(drawn(seed, lists=lists)))
    over = periods(found.first, found.last, "month")[3:-2]
    counted, told = stock(found, over), moves(found, over)
    codes = [BEFORE, *(period.code for period in over), AFTER]
    names = [*found.labels, ALL]
    cube = np.zeros((len(names), len(codes), len(codes)), dtype=int)
    for (network, since, until), n in told.items():
        cube[names.index(network), codes.index(since), codes.index(until)] = n
    members = np.vstack([counted.members, counted.people])
    new = np.vstack(
        [counted.joiners + counted.first_seen, counted.people_joiners + counted.people_first_seen]
    )
    left = np.vstack([counted.leavers, counted.people_leavers])
    for place in range(1, len(codes) - 1):
        assert (cube[:, : place + 1, place + 1 :].sum(axis=(1, 2)) == members[:, place - 1]).all()
        assert (cube[:, place].sum(axis=1) == new[:, place - 1]).all()
        assert (cube[:, :, place].sum(axis=1) == left[:, place - 1]).all()
    assert (np.diff(members, axis=1) == (new - left)[:, 1:]).all()
    assert not cube[:, :, 0].any()  # ended before the first period
    assert not cube[:, -1].any()  # began after the last one
    assert list(told) == sorted(told)


def test_the_sample_council_has_the_members_that_its_monthly_counts_say(council) -> None:
    found = memberships(council.networks)
    over = periods(date(2021, 4, 1), found.last, "month")
    counted = stock(found, over)
    said = council.networks.extracts["network_counts"].count(
        ["network", "month", "members", "joiners", "leavers"]
    )
    rows = said.set_index(["network", "month"])
    for row, network in enumerate(found.labels.values()):
        for column, period in enumerate(over):
            month = rows.loc[(network, period.code)]
            assert counted.members[row, column] == month["members"]
            assert counted.joiners[row, column] == month["joiners"]
            assert counted.leavers[row, column] == month["leavers"]
    assert len(rows) == counted.members.size


def test_who_leaves_and_comes_back_on_one_day_never_left() -> None:
    rows = [
        ("Race", "a", date(2024, 2, 1), date(2024, 2, 29), None, None),
        ("Race", "a", date(2024, 2, 29), date(2024, 3, 30), None, None),
        ("Race", "b", date(2024, 1, 1), None, None, None),
        ("Carers", "a", date(2024, 3, 1), date(2024, 4, 30), None, None),
    ]
    found = found_of(pd.DataFrame(rows, columns=list(COLUMNS)))
    counted = stock(found, periods(date(2024, 1, 1), date(2024, 4, 30), "month"))
    assert counted.members.tolist() == [[0, 0, 1, 0], [1, 2, 1, 1]]
    assert counted.leavers.tolist() == [[0, 0, 0, 1], [0, 0, 1, 0]]
    assert counted.member_days.tolist() == [[0, 0, 31, 30], [31, 58, 61, 30]]
    assert counted.people.tolist() == [1, 2, 2, 1]
    assert counted.people_joiners.tolist() == [1, 1, 0, 0]
    assert counted.people_leavers.tolist() == [0, 0, 0, 1]


def test_nobody_is_called_a_joiner_for_standing_on_the_first_list() -> None:
    lists = [
        ("Race", "a", None, None, date(2024, 1, 1), None),
        ("Race", "a", None, None, date(2024, 2, 1), None),
        ("Race", "b", None, None, date(2024, 2, 1), None),
        ("Carers", "c", None, None, date(2024, 2, 1), None),
        ("Carers", "c", None, None, date(2024, 2, 29), None),
    ]
    found = found_of(pd.DataFrame(lists, columns=list(COLUMNS)))
    over = periods(found.first, found.last, "month")
    counted = stock(found, over)
    assert counted.members.tolist() == [[0, 1], [1, 2]]
    assert counted.joiners.tolist() == [[0, 0], [0, 1]]
    assert counted.first_seen.tolist() == [[0, 1], [0, 0]]
    assert moves(found, over)["race", BEFORE, AFTER] == 1


def test_periods_are_whole_and_follow_each_other() -> None:
    first, last = date(2022, 4, 2), date(2024, 3, 31)
    assert [one.code for one in periods(first, last, "year")] == ["2023/24"]
    quarters = periods(first, last, "quarter")
    assert [one.code for one in quarters[:4]] == [
        "2022/23 Q2",
        "2022/23 Q3",
        "2022/23 Q4",
        "2023/24 Q1",
    ]
    assert (quarters[2].start, quarters[2].end) == (date(2023, 1, 1), date(2023, 3, 31))
    months = periods(first, last - timedelta(days=1), "month")
    assert (months[0].label, months[-1].label) == ("May 2022", "February 2024")
    assert periods(date(2024, 1, 2), date(2024, 1, 31), "month") == ()
    assert periods(date(1999, 4, 1), date(2000, 3, 31), "year")[0].code == "1999/00"


def test_mistakes_are_said_in_words() -> None:
    found = found_of(drawn(3))
    with pytest.raises(UsageError, match="every='week': it takes 'month', 'quarter', 'year'"):
        periods(found.first, found.last, "week")
    with pytest.raises(UsageError, match="No whole period lies within the record"):
        stock(found, ())
    months = periods(date(2024, 1, 1), date(2024, 4, 30), "month")
    with pytest.raises(UsageError, match="without a day between"):
        moves(found, [months[0], months[2]])


def test_networks_stand_in_order_of_their_names() -> None:
    assert list(found_of(drawn(2)).labels) == sorted({name.strip().casefold() for name in NETWORKS})
