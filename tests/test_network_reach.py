"""Who of the staff is a member: counted on engines as when people are gone through one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import workforce_analytics as wa
from tests import small_council
from workforce_analytics import engine
from workforce_analytics.counting.counts import count
from workforce_analytics.counting.dimensions import with_new_starter
from workforce_analytics.counting.memberships import memberships
from workforce_analytics.counting.network_reach import (
    MEMBER,
    NO,
    YES,
    code_of,
    member_dimension,
    reach_counts,
)
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.extract import Extract

DATES = ("2024-02-29", "2025-02-28")
NAMES = ("Race", "Carers")


def staff(n: int, seed: int, dates: tuple[str, ...] = DATES) -> pd.DataFrame:
    """Draw people with days of joining around the edge of a year before each snapshot."""
    draw = random.Random(seed)
    table = small_council.rows(n, seed=seed, dates=dates)
    joined = {
        person: draw.choice(
            [None, *(date(2024, 2, 26) + timedelta(days=d) for d in range(8)), date(2023, 2, 28)]
        )
        for person in sorted(table["person_id"].unique())
    }
    return table.assign(joined_on=table["person_id"].map(joined))


def members(n: int, seed: int) -> pd.DataFrame:
    """Draw spells, some of people who are not staff, some that end on or next to a snapshot."""
    draw = random.Random(seed)
    rows = []
    for _ in range(2 * n):
        joined = date(2023, 6, 1) + timedelta(days=draw.randrange(660))
        left = draw.choice([None, joined + timedelta(days=draw.randrange(300))])
        if draw.random() < 0.3:
            joined = date(2024, 2, 20)
            left = date(2024, 2, 28) + timedelta(days=draw.randrange(3))
        person = f"p{draw.randrange(n + 3)}"
        rows.append((draw.choice(["Race", "RACE", "Carers"]), person, joined, left))
    table = pd.DataFrame(rows, columns=["network", "person_id", "joined_on", "left_on"])
    table = table.drop_duplicates(["network", "person_id", "joined_on"])
    # Somebody has been a member since before the first snapshot, so that it can be told of.
    first = ("Race", "p0", date(2023, 1, 1), date(2023, 1, 2))
    return pd.concat([table, pd.DataFrame([first], columns=table.columns)], ignore_index=True)


def on_engine(name: str, contract: str, table: pd.DataFrame) -> Extract:
    """Read rows of a contract from a frame of an engine."""
    if name == "pandas":
        plain = table.assign(
            **{day: table[day].map(_iso) for day in ("joined_on", "left_on") if day in table}
        )
        return small_council.extract(plain) if contract == "workforce" else wa.read(contract, plain)
    typed = small_council.typed(table) if contract == "workforce" else table
    held = typed.astype(object).where(typed.notna(), None)
    days = {"snapshot_date", "joined_on", "left_on"}
    schema = {"age": pl.Int64, "is_main_post": pl.Boolean, "fte": pl.Float64}
    frame = pl.DataFrame(
        {column: held[column].tolist() for column in held},
        schema={c: pl.Date if c in days else schema.get(c, pl.String) for c in held},
    )
    return small_council.extract(frame) if contract == "workforce" else wa.read(contract, frame)


def _iso(day: date | None) -> str | None:
    return None if day is None or pd.isna(day) else day.isoformat()


def slow(
    people: pd.DataFrame, spells: pd.DataFrame, day: str, network: str
) -> dict[tuple[str, ...], int]:
    """Go through people one by one."""
    close = date.fromisoformat(day)
    there = {
        row["person_id"]
        for row in spells.to_dict("records")
        if (network == ALL or row["network"].casefold() == network.casefold())
        and row["joined_on"] <= close
        and (pd.isna(row["left_on"]) or row["left_on"] > close)
    }
    seen: dict[tuple[str, ...], int] = {}
    for row in people.to_dict("records"):
        if row["engagement"] != "employee" or row["employer_unit"] != "council":
            continue
        if row["is_main_post"] != "Y" or row["snapshot_date"] != day:
            continue
        sex = codelist("sex").to_level(codelist("sex").match(row["sex"] or None), "main")
        key = (sex, YES if row["person_id"] in there else NO)
        seen[key] = seen.get(key, 0) + 1
    return seen


@settings(derandomize=True, deadline=None, max_examples=12)
@given(
    seed=some.integers(0, 10_000),
    day=some.sampled_from(DATES),
    network=some.sampled_from([*NAMES, ALL]),
    name=some.sampled_from(["pandas", "polars"]),
)
def test_reach_against_going_through_people_one_by_one(seed, day, network, name) -> None:
    people, spells = staff(30, seed), members(30, seed)
    workforce = on_engine(name, "workforce", people)
    # People who leave the body leave their networks: that is told elsewhere.
    found = memberships({"network_members": on_engine(name, "network_members", spells)})
    counts = reach_counts(found, workforce, ["sex"], as_at=day, network=network)
    assert counts.occurring() == slow(people, spells, day, network)


def test_several_networks_at_once_add_up_to_each_and_to_any() -> None:
    people, spells = staff(60, 5), members(60, 5)
    workforce = on_engine("pandas", "workforce", people)
    found = memberships({"network_members": on_engine("pandas", "network_members", spells)})
    together = reach_counts(found, workforce, ["sex"], network=[ALL, *NAMES])
    assert [item.name for item in together.dimensions] == [
        "sex",
        MEMBER,
        "network_member: race",
        "network_member: carers",
    ]
    for network in (ALL, *NAMES):
        alone = reach_counts(found, workforce, ["sex"], network=network)
        name = member_dimension(code_of(found, network))
        assert together.over("sex", name).occurring() == alone.occurring()
    for (_, anybody, *each), n in together.occurring().items():
        assert n == 0 or (anybody == YES) == (YES in each)


def test_small_tables_are_counted_without_duckdb(monkeypatch) -> None:
    people, spells = staff(30, 2), members(30, 2)
    workforce = on_engine("pandas", "workforce", people)
    lists = on_engine("pandas", "network_members", spells)
    held = [engine.collect(extract.frame) for extract in (workforce, lists)]
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    plain = [
        replace(extract, frame=engine.frame(table), unattached=None, _counted={})
        for extract, table in zip((workforce, lists), held, strict=True)
    ]
    found = memberships({"network_members": plain[1]})
    for network in (ALL, "Race"):
        counts = reach_counts(found, plain[0], ["sex"], as_at=DATES[0], network=network)
        assert counts.occurring() == slow(people, spells, DATES[0], network)


def test_rows_in_any_order_give_the_same_counts() -> None:
    people, spells = staff(40, 9), members(40, 9)
    told = []
    for mixed in (False, True):
        rows = [t.sample(frac=1, random_state=3) if mixed else t for t in (people, spells)]
        workforce = on_engine("pandas", "workforce", rows[0])
        lists = {"network_members": on_engine("pandas", "network_members", rows[1])}
        told.append(reach_counts(memberships(lists), workforce, ["ethnicity"], network="Race"))
    assert told[0].equals(told[1])


def test_who_is_counted_hangs_together_with_other_tables_of_staff(council) -> None:
    found = memberships(council.networks, council.workforce)
    counts = reach_counts(found, council.workforce, ["grade_band"], network="Race")
    staff_alone = count(council.workforce, by=["grade_band"], as_at="latest")
    assert counts.over("grade_band").equals(staff_alone)
    assert counts.people == staff_alone.people
    assert counts.limits == staff_alone.limits
    assert any("network_members" in line for line in counts.provenance)


def test_a_subset_and_levels(council) -> None:
    found = memberships(council.networks, council.workforce)
    of_all = reach_counts(
        found, council.workforce, ["ethnicity", "sex"], levels={"ethnicity": "full"}
    )
    women = reach_counts(
        found,
        council.workforce,
        ["ethnicity"],
        where={"sex": "female"},
        levels={"ethnicity": "full"},
    )
    assert of_all.at("sex", "female").equals(women)
    assert women.subset == "Sex: Female"


# New starters


def test_new_starters_joined_in_the_year_before_the_snapshot() -> None:
    people = staff(80, 4)
    workforce = with_new_starter(small_council.extract(people), ["new_starter"])
    told = workforce.count(["snapshot_date", "joined_on", "new_starter"])
    # A year before 28 February 2025 began on 29 February 2024, and before 29 February 2024 on
    # 1 March 2023.
    edge = {"2024-02-29": date(2023, 3, 1), "2025-02-28": date(2024, 2, 29)}
    for row in told.to_dict("records"):
        if row["joined_on"] is None:
            assert row["new_starter"] is None
            continue
        joined = date.fromisoformat(str(row["joined_on"])[:10])
        assert row["new_starter"] == (joined >= edge[str(row["snapshot_date"])[:10]])


def test_new_starters_are_a_split_of_reach() -> None:
    people, spells = staff(60, 6), members(60, 6)
    workforce = on_engine("polars", "workforce", people)
    found = memberships({"network_members": on_engine("polars", "network_members", spells)})
    counts = reach_counts(found, workforce, ["new_starter"])
    assert counts.dimension("new_starter").declared == ("yes", "no")
    assert counts.dimension("new_starter").undeclared == ("not_known",)
    plain = reach_counts(found, workforce, [])
    assert counts.over(MEMBER).equals(plain)


def test_without_a_day_of_joining_nobody_knows_who_is_new() -> None:
    workforce = small_council.extract(small_council.rows(20))
    assert with_new_starter(workforce, ["sex"]) is workforce
    with pytest.raises(UsageError, match="Nobody knows who is new"):
        with_new_starter(workforce, ["new_starter"])


# Mistakes


def test_mistakes_are_said_in_words(council) -> None:
    found = memberships(council.networks, council.workforce)
    with pytest.raises(UsageError, match=r"network='Rase' is not a network.*Did you mean 'Race'"):
        reach_counts(found, council.workforce, [], network="Rase")
    with pytest.raises(UsageError, match=r"There is no snapshot of 2020-01-01\. There are: 2021"):
        reach_counts(found, council.workforce, [], as_at="2020-01-01")
    with pytest.raises(UsageError, match="The second argument is a workforce extract"):
        reach_counts(found, council.events, [])


def test_a_snapshot_before_anything_is_known_of_members_is_refused() -> None:
    workforce = on_engine("pandas", "workforce", staff(10, 1))
    table = pd.DataFrame(
        {"network": ["Race"], "person_id": ["p1"], "joined_on": ["2024-06-01"], "left_on": [None]}
    )
    found = memberships({"network_members": wa.read("network_members", table)})
    with pytest.raises(UsageError, match="older than all that is known of members"):
        reach_counts(found, workforce, [], as_at=DATES[0])


def test_members_and_staff_on_different_engines_are_not_joined() -> None:
    workforce = on_engine("polars", "workforce", staff(10, 1))
    lists = {"network_members": on_engine("pandas", "network_members", members(10, 1))}
    with pytest.raises(UsageError, match="lie on different engines"):
        reach_counts(memberships(lists), workforce, [])
