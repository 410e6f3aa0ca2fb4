"""Who takes part in staff networks: against days gone through one by one, and against attack."""

from __future__ import annotations

import json
import random
from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import Bounds, LinearConstraint, milp

import workforce_analytics as wa
from tests import small_council
from tests.audited_reports import written
from workforce_analytics.counting import network_reach
from workforce_analytics.disclosure.attack import intervals
from workforce_analytics.disclosure.auditing import audit
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.disclosure.together import protect_together
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.extracts.extract import Context
from workforce_analytics.inference.proportions import proportion_interval
from workforce_analytics.measures import (
    network_participation,
    network_reach_gaps,
    network_retention,
)
from workforce_analytics.samples.planted import NETWORKS as PLANTED

START, DAYS = date(2022, 11, 20), 900
REASON = "a test"
Spell = dict[str, Any]


def spells(seed: int, people: int = 30, days: int = DAYS) -> list[Spell]:
    """Draw spells: open ones, leavers of the same day, who come back, overlaps, allies."""
    draw = random.Random(seed)
    rows: list[Spell] = [
        # Somebody left early, so that nothing is thought to be missing from the lists.
        _spell("Race", "p0", START, START + timedelta(days=2), "member"),
        _spell("Race", "p0", date(2024, 2, 29), date(2024, 2, 29), "member"),
        _spell("Race", "p0", date(2024, 3, 1), None, "member"),
    ]
    for _ in range(3 * people):
        joined = START + timedelta(days=draw.randrange(days))
        left = draw.choice([None, joined + timedelta(days=int(draw.expovariate(1 / 200)))])
        left = None if left is not None and left > START + timedelta(days=days) else left
        role = draw.choice(["member", "member", "ally", "chair"])
        network = draw.choice(
            ["Race", "Race", "Race", "RACE", "Carers", "Carers", "Women", "Women"]
        )
        rows.append(_spell(network, f"p{draw.randrange(people)}", joined, left, role))
    unique = {(row["network"], row["person_id"], row["joined_on"]): row for row in rows}
    return list(unique.values())


def _spell(network: str, person: str, joined: date, left: date | None, role: str) -> Spell:
    return {
        "network": network,
        "person_id": person,
        "joined_on": joined,
        "left_on": left,
        "role": role,
    }


def read_spells(rows: list[Spell], **context: Any) -> dict[str, Any]:
    table = pd.DataFrame(rows)
    for name in ("joined_on", "left_on"):
        table[name] = [None if pd.isna(day) else day.isoformat() for day in table[name]]
    held = Context(organisation="Small Council", **context)
    return {"network_members": wa.read("network_members", table, context=held)}


def exact(table: Estimates) -> dict[tuple[str, str, str], Any]:
    """The exact figures by measure, period and network."""
    rows = table.unprotected(reason=REASON).to_dict("records")
    return {(row["measure"], row["period"], row["network"]): row for row in rows}


def shown(table: Protected) -> dict[tuple[str, str, str], float]:
    rows = table.to_frame().to_dict("records")
    return {(row["measure"], row["period"], row["network"]): row["value"] for row in rows}


# --- days gone through one by one ---------------------------------------------------------------


def days_of(rows: list[Spell], network: str) -> list[set[int]]:
    """Every day on which each person was a member; an end so late that it is none."""
    found: dict[str, set[int]] = {}
    for row in rows:
        if network in (ALL, row["network"].capitalize()):
            left = row["left_on"] or date(2026, 1, 1)
            days = range(row["joined_on"].toordinal(), left.toordinal() + 1)
            found.setdefault(row["person_id"], set()).update(days)
    return list(found.values())


def slow(each: list[set[int]], start: date, end: date) -> tuple[int, int, int]:
    """Members at the close of a period, who joined and who left in it, day by day."""
    period, close = range(start.toordinal(), end.toordinal() + 1), end.toordinal() + 1
    members = sum(close - 1 in days and close in days for days in each)
    joined = sum(day in days and day - 1 not in days for days in each for day in period)
    left = sum(day in days and day + 1 not in days for days in each for day in period)
    return members, joined, left


def periods_of(every: str, first: date, last: date) -> dict[str, tuple[date, date]]:
    """Label, first and last day of every period that lies whole between two days."""
    length = {"month": 1, "quarter": 3, "year": 12}[every]
    found = {}
    for number in range(first.year * 12, last.year * 12 + 12, length):
        month = number + (3 if every == "year" else 0)
        start = date(month // 12, month % 12 + 1, 1)
        stop = month + length - 1
        end = date(stop // 12, stop % 12 + 1, monthrange(stop // 12, stop % 12 + 1)[1])
        year = start.year if start.month > 3 else start.year - 1
        named = f"{year}/{(year + 1) % 100:02}"
        if every == "quarter":
            named += f" Q{(start.month - 4) % 12 // 3 + 1}"
        if every == "month":
            named = start.strftime("%B %Y")
        if first <= start and end <= last:
            found[named] = (start, end)
    return found


@settings(derandomize=True, deadline=None, max_examples=8)
@given(seed=some.integers(0, 10_000), every=some.sampled_from(["month", "quarter", "year"]))
def test_stock_and_flow_against_days_gone_through_one_by_one(seed: int, every: str) -> None:
    rows = spells(seed)
    found = exact(wa.networks.participation(read_spells(rows), every=every))
    last = max([row["joined_on"] for row in rows] + [row["left_on"] or START for row in rows])
    labels = list(dict.fromkeys(period for _, period, _ in found))
    length = monthrange(last.year, last.month)[1]
    # A record that ends in the last days of a month goes to its end.
    expected = periods_of(
        every, START, last.replace(day=length if length - last.day < 7 else last.day)
    )
    assert labels == list(expected)
    each = {network: days_of(rows, network) for network in ("Race", "Carers", "Women", ALL)}
    for period in labels:
        sums = 0
        for network, people in each.items():
            members, joined, left = slow(people, *expected[period])
            assert found["members", period, network]["value"] == members
            if ("joiners", period, network) in found:
                assert found["joiners", period, network]["value"] == joined
                assert found["leavers", period, network]["value"] == left
                assert found["net", period, network]["value"] == joined - left
            sums += members if network != ALL else 0
        assert found["memberships", period, ALL]["value"] == sums
    flows = {period for measure, period, _ in found if measure == "joiners"}
    assert flows == set(labels[-12:])


def test_members_are_those_before_and_joiners_less_leavers() -> None:
    found = exact(wa.networks.participation(read_spells(spells(11)), every="month"))
    months = list(dict.fromkeys(period for _, period, _ in found))[-12:]
    for network in ("Race", "Carers", "Women", ALL):
        for before, month in pairwise(months):
            told = {m: found[m, month, network]["value"] for m in ("members", "joiners", "leavers")}
            assert (
                told["members"]
                == found["members", before, network]["value"] + told["joiners"] - told["leavers"]
            )


def test_any_order_of_rows_gives_the_same() -> None:
    rows = spells(3)
    one = wa.networks.participation(read_spells(rows))
    other = wa.networks.participation(read_spells(rows[::-1]))
    assert one.protect().to_csv() == other.protect().to_csv()
    assert one.about.caveats == other.about.caveats


def test_polars_gives_the_same_as_pandas() -> None:
    rows, staff = spells(8, people=60), _staff(50)
    whom = {"Race": {"ethnicity": "asian"}, "Women": {"sex": "female"}}
    schema = {name: pl.Date if name.endswith("_on") else pl.String for name in rows[0]}
    typed = small_council.typed(staff).astype(object)
    days = {"snapshot_date": pl.Date, "is_main_post": pl.Boolean, "fte": pl.Float64}
    frame = pl.DataFrame(
        {name: typed[name].tolist() for name in typed},
        schema={name: days.get(name, pl.Int64 if name == "age" else pl.String) for name in typed},
    )
    held = Context(organisation="Small Council")
    members = wa.read("network_members", pl.DataFrame(rows, schema=schema), context=held)
    one = wa.networks.participation(
        {"network_members": members}, small_council.extract(frame), eligible=whom
    )
    other = wa.networks.participation(
        read_spells(rows), small_council.extract(staff), eligible=whom
    )
    assert exact(one).keys() == exact(other).keys()
    assert one.protect().to_csv() == other.protect().to_csv()


# --- reach --------------------------------------------------------------------------------------


def _staff(people: int, **columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "snapshot_date": "2025-03-31",
            "person_id": [f"p{n}" for n in range(people)],
            "post_id": [f"{n}" for n in range(people)],
            "is_main_post": "Y",
            "engagement": "employee",
            "employer_unit": "council",
            "unit_id": "U1",
            "grade": "G5",
            "ethnicity": ["A1" if n % 4 == 0 else "W1" for n in range(people)],
            "sex": ["F" if n % 2 else "M" for n in range(people)],
            "age": 40,
            "fte": "1",
            **columns,
        }
    )


def _joined(people: range, network: str, **more: Any) -> list[Spell]:
    day = date(2024, 4, 1)
    return [_spell(network, f"p{n}", day, None, "member") | more for n in people]


EDGES = [
    _spell("Race", "p5000", date(2024, 3, 1), date(2024, 4, 2), "member"),
    _spell("Race", "p5000", date(2025, 3, 1), date(2025, 3, 30), "member"),
]
"""Somebody who was a member before and near the end of the year alone: the record goes so far."""


def published() -> list[Spell]:
    """5,400 staff, 900 memberships of 640 people."""
    return [*EDGES, *_joined(range(500), "Race"), *_joined(range(240, 640), "Carers")]


def test_the_published_reach() -> None:
    workforce = small_council.extract(_staff(5400))
    table = wa.networks.participation(read_spells(published()), workforce)
    found = exact(table)
    assert found["memberships", "2024/25", ALL]["value"] == 900
    reach = found["reach", "2024/25", ALL]
    assert (reach["numerator"], reach["denominator"]) == (640, 5400)
    assert round(100 * reach["value"], 1) == 11.9
    assert reach["note"] == "10% to under 20%"
    limits = proportion_interval(640, 5400)
    assert (reach["lower"], reach["upper"]) == (float(limits.lower), float(limits.upper))
    assert found["reach", "2024/25", "Race"]["note"] == "under 10%"


@pytest.mark.parametrize(
    ("n", "of_all", "words"),
    [
        (99, 1000, "under 10%"),
        (100, 1000, "10% to under 20%"),
        (199, 1000, "10% to under 20%"),
        (200, 1000, "20% to under 40%"),
        (399, 1000, "20% to under 40%"),
        (400, 1000, "40% or more"),
    ],
)
def test_bands_begin_at_their_lower_end(n: int, of_all: int, words: str) -> None:
    rows = [*EDGES, *_joined(range(n), "Race")]
    workforce = small_council.extract(_staff(of_all))
    found = exact(wa.networks.participation(read_spells(rows), workforce))
    assert found["reach", "2024/25", "Race"]["note"] == words


def test_reach_among_those_whom_a_network_is_for() -> None:
    whom = {"Race": {"ethnicity": ["asian", "black"]}}
    workforce = small_council.extract(_staff(400))
    rows = read_spells([*published()[:102], *_joined(range(240, 300), "Carers")])
    found = exact(wa.networks.participation(rows, workforce, eligible=whom))
    told = found["eligible_reach", "2024/25", "Race"]
    # Of 400 staff every fourth is Asian, and of the 100 members in post every fourth, too.
    assert (told["numerator"], told["denominator"]) == (25, 100)
    assert ("eligible_reach", "2024/25", "Carers") not in found
    default = read_spells(published()[:102], plans={"networks": {"eligible": whom}})
    again = exact(wa.networks.participation(default, workforce))
    assert again["eligible_reach", "2024/25", "Race"]["numerator"] == 25


def test_members_who_are_no_staff_are_left_out() -> None:
    engagement = ["agency" if n < 20 else "employee" for n in range(400)]
    workforce = small_council.extract(_staff(400, engagement=engagement))
    rows = read_spells([*published()[:102], *_joined(range(900, 950), "Race")])
    table = wa.networks.participation(rows, workforce)
    found = exact(table)
    # 100 members, of whom 20 are agency workers; 50 of other bodies; one had left.
    assert found["members", "2024/25", "Race"]["value"] == 80
    reach = found["reach", "2024/25", "Race"]
    assert (reach["numerator"], reach["denominator"]) == (80, 380)
    assert any("never among these staff" in words for words in table.about.caveats)
    assert any("nobody in the workforce" in words for words in table.about.caveats)


def test_allies_are_told_where_the_lists_say_who_is_one() -> None:
    rows = [*published()[:102], *_joined(range(200, 220), "Race", role="ally")]
    found = exact(wa.networks.participation(read_spells(rows)))
    told = found["ally_share", "2024/25", "Race"]
    assert (told["numerator"], told["denominator"]) == (20, 120)
    silent = [{k: v for k, v in row.items() if k != "role"} for row in rows]
    assert not any(
        m == "ally_share" for m, *_ in exact(wa.networks.participation(read_spells(silent)))
    )


def test_a_snapshot_more_than_a_year_old_says_nothing_of_reach() -> None:
    old = _staff(400, snapshot_date=["2024-03-30"] * 400)
    found = exact(
        wa.networks.participation(read_spells(published()[:102]), small_council.extract(old))
    )
    assert ("members", "2024/25", "Race") in found
    assert not any(measure == "reach" for measure, *_ in found)


# --- monthly counts alone -----------------------------------------------------------------------


def monthly(**lacking: Any) -> pd.DataFrame:
    """Two networks, 36 months that add up; what is named is then left empty."""
    rows = []
    for network, size in (("Race", 200), ("Young", 14)):
        members = size
        for month in range(36):
            joined, left = size // 10 + month % 3, size // 14 + month % 2
            members += joined - left
            named = f"{2022 + (3 + month) // 12}-{(3 + month) % 12 + 1:02}"
            rows.append((network, named, members, joined, left))
    table = pd.DataFrame(rows, columns=["network", "month", "members", "joiners", "leavers"])
    return table.astype(object).assign(**lacking)


def read_months(table: pd.DataFrame) -> dict[str, Any]:
    held = Context(organisation="Small Council")
    return {"network_counts": wa.read("network_counts", table.astype(str), context=held)}


def test_monthly_counts_alone_are_enough() -> None:
    table = monthly()
    made = wa.networks.participation(read_months(table))
    found = exact(made)
    race = table[table["network"] == "Race"]
    assert found["members", "2024/25", "Race"]["value"] == race["members"].iloc[-1]
    assert found["joiners", "2023/24", "Race"]["value"] == race["joiners"].iloc[12:24].sum()
    assert found["leavers", "2023/24", "Race"]["value"] == race["leavers"].iloc[12:24].sum()
    change = race["members"].iloc[23] - race["members"].iloc[11]
    assert found["net", "2023/24", "Race"]["value"] == change
    first = race["joiners"].iloc[:12].sum() - race["leavers"].iloc[:12].sum()
    assert found["net", "2022/23", "Race"]["value"] == first
    young = table[table["network"] == "Young"]["members"].iloc[-1]
    total = found["memberships", "2024/25", ALL]["value"]
    assert total == race["members"].iloc[-1] + young
    # Nobody knows who is in two networks.
    assert {measure for measure, _, network in found if network == ALL} == {"memberships"}
    assert any("nobody knows who is in two networks" in words for words in made.about.caveats)


def test_monthly_counts_are_held_against_staff() -> None:
    workforce = small_council.extract(_staff(5000))
    found = exact(wa.networks.participation(read_months(monthly()), workforce))
    told = found["reach", "2024/25", "Race"]
    assert told["denominator"] == 5000
    assert told["numerator"] == found["members", "2024/25", "Race"]["value"]
    few = small_council.extract(_staff(50))
    told = exact(wa.networks.participation(read_months(monthly()), few))["reach", "2024/25", "Race"]
    assert (told["status"], told["note"]) == (
        "undefined",
        "there are more members than staff: some of them are no staff",
    )


def test_members_alone_are_shown_where_nothing_else_was_counted() -> None:
    table = monthly().drop(columns=["joiners", "leavers"])
    found = exact(wa.networks.participation(read_months(table)))
    assert found["members", "2024/25", "Race"]["status"] == "ok"
    assert found["joiners", "2024/25", "Race"]["status"] == "undefined"
    assert np.isnan(found["joiners", "2024/25", "Race"]["value"])
    assert found["net", "2024/25", "Race"]["status"] == "ok"
    assert found["net", "2022/23", "Race"]["status"] == "undefined"


def test_months_that_do_not_add_up_are_taken_as_they_are() -> None:
    table = monthly()
    table.loc[20, "members"] += 25
    table.loc[30, "leavers"] = 900
    made = wa.networks.participation(read_months(table), every="month")
    found = exact(made)
    for place, row in table[table["network"] == "Race"].iloc[-12:].iterrows():
        period = list(dict.fromkeys(p for _, p, _ in found))[int(str(place))]
        for measure in ("members", "joiners", "leavers"):
            assert found[measure, period, "Race"]["value"] == row[measure]
    assert any("the counts say so" in words for words in made.about.caveats)


def test_a_month_that_is_missing_is_said() -> None:
    table = monthly().drop(index=[23])
    found = exact(wa.networks.participation(read_months(table)))
    for measure, network in (("members", "Race"), ("joiners", "Race"), ("memberships", ALL)):
        row = found[measure, "2023/24", network]
        assert (row["status"], row["note"]) == (
            "undefined",
            "not counted in all months that this takes",
        )
    assert found["members", "2023/24", "Young"]["status"] == "ok"


# --- nobody can work out what is hidden ---------------------------------------------------------


def attack(table: Protected, networks: list[str]) -> dict[str, tuple[float, float]]:
    """Between which numbers each hidden one lies, for who reads all and knows how it adds up.

    Nothing of the package's own groups: members at a close are those before, and joiners, less
    leavers; memberships are the sum of members; a hidden count is at least 1.
    """
    seen = shown(table)
    months = list(dict.fromkeys(period for _, period, _ in seen))[-12:]
    names = [(m, p, n) for m in ("members", "joiners", "leavers") for p in months for n in networks]
    names += [("members", "before", n) for n in networks]
    place = {name: number for number, name in enumerate(names)}
    rows, ends = [], []

    def add(parts: dict[tuple[str, str, str], float], low: float, high: float) -> None:
        row = np.zeros(len(names))
        for name, sign in parts.items():
            row[place[name]] += sign
        rows.append(row)
        ends.append((low, high))

    earlier = list(dict.fromkeys(period for _, period, _ in seen))[:-12]
    for n in networks:
        for before, month in pairwise(["before", *months]):
            m, j, x = (("members", month, n), ("joiners", month, n), ("leavers", month, n))
            add({m: 1, ("members", before, n): -1, j: -1, x: 1}, 0, 0)
            add({x: 1, ("members", before, n): -1, j: -1}, -np.inf, 0)
            if ("net", month, n) in seen and not np.isnan(seen["net", month, n]):
                net = seen["net", month, n]
                add({m: 1, ("members", before, n): -1}, net, net)
        if earlier and not np.isnan(seen["members", earlier[-1], n]):
            stock = seen["members", earlier[-1], n]
            add({("members", "before", n): 1}, stock, stock)
    hidden = []
    for name in names:
        if name in seen and not np.isnan(seen[name]):
            add({name: 1}, seen[name], seen[name])
        elif name[1] != "before":
            hidden.append(name)
            add({name: 1}, 1, np.inf)
    for month in months:
        total = seen.get(("memberships", month, ALL), np.nan)
        if networks != [ALL] and not np.isnan(total):
            add({("members", month, n): 1 for n in networks}, total, total)
    known = LinearConstraint(np.array(rows), *np.array(ends).T)
    found = {}
    for name in hidden:
        both = []
        for sign in (1, -1):
            goal = np.zeros(len(names))
            goal[place[name]] = sign
            told = milp(
                goal,
                constraints=known,
                bounds=Bounds(0, np.inf),
                integrality=np.ones(len(names)),
            )
            both.append(sign * told.fun if told.x is not None else np.inf)
        found[", ".join(name)] = (round(both[0]), both[1] if np.isinf(both[1]) else round(both[1]))
    return found


def too_narrow(table: Protected, networks: list[str]) -> dict[str, tuple[float, float]]:
    told = attack(table, networks)
    assert told, "nothing is hidden, so nothing was attacked"
    return {name: ends for name, ends in told.items() if ends[1] - ends[0] < 9}


@pytest.mark.parametrize("audience", ["public", "management"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_hidden_joiners_and_leavers_cannot_be_had_from_stock_and_flow(
    seed: int, audience: str
) -> None:
    made = wa.networks.participation(read_spells(spells(seed, people=90)), every="quarter")
    table = made.protect(audience=audience)
    assert table.policy.threshold == 10
    assert not too_narrow(table, ["Race", "Carers", "Women"])
    assert not too_narrow(table, [ALL])
    counts = table.to_frame()["numerator"].dropna()
    assert not counts.between(1, 9).any()


@pytest.mark.parametrize("profile", ["hesa", "nhs", "ons_10_5", "midpoint6"])
def test_a_policy_that_rounds_prints_rounded_members_and_none_under_ten(profile: str) -> None:
    rows = read_spells(spells(2, people=90), policy={"profile": profile})
    frame = wa.networks.participation(rows).protect().to_frame()
    there = frame[(frame["measure"] == "members") & frame["numerator"].notna()]
    assert len(there)
    assert (there["value"] == there["numerator"]).all()
    assert (there["numerator"] >= 9).all()  # the middle of the block from 7 to 12 is 9
    base = {"midpoint6": 6}.get(profile, 5)
    assert (there["numerator"] % base == (3 if profile == "midpoint6" else 0)).all()


def test_nor_from_monthly_counts() -> None:
    made = wa.networks.participation(read_months(monthly()), every="month")
    assert not too_narrow(made.protect(), ["Race", "Young"])


def test_nor_from_those_months_of_the_sample_council(council) -> None:
    bare = {"network_counts": council.networks.network_counts}
    made = wa.networks.participation(bare, every="quarter").protect()
    networks = [name for name in made.about.order["network"] if name != ALL]
    assert not too_narrow(made, networks)


def test_one_network_alone_is_not_told_twice_in_other_ways() -> None:
    rows = [row for row in spells(5, people=90) if row["network"] == "Carers"]
    rows.append(_spell("Carers", "p0", START, START + timedelta(days=2), "member"))
    table = wa.networks.participation(read_spells(rows), every="quarter").protect()
    seen = shown(table)
    for (measure, period, network), value in seen.items():
        if network == "Carers":
            assert seen[measure, period, ALL] == pytest.approx(value, nan_ok=True)


def test_an_audit_of_a_report_with_networks_finds_nothing(council, tmp_path: Path) -> None:
    tables = [
        wa.networks.participation(council.networks, council.workforce),
        wa.networks.participation(council.networks, council.workforce, by="sex"),
        wa.networks.participation(council.networks, council.workforce, by="grade_band"),
        wa.composition.shares(council.workforce, of="sex"),
    ]
    found = audit(written(tmp_path / "report", protect_together(tables, audience="public")))
    assert found.findings == ()
    assert sum(table.hidden for table in found.tables) > 0


def test_who_is_not_a_member_is_told_no_closer() -> None:
    """Of 105 staff that a network is for, 100 are members: the other five can be counted."""
    ethnicity = ["A1" if n <= 105 else "W1" for n in range(400)]
    workforce = small_council.extract(_staff(400, ethnicity=ethnicity))
    whom = {"Race": {"ethnicity": "asian"}}
    made = wa.networks.participation(
        read_spells([*EDGES, *_joined(range(1, 101), "Race")]), workforce, eligible=whom
    )
    row = exact(made)["eligible_reach", "2024/25", "Race"]
    assert (row["numerator"], row["denominator"]) == (100, 106)
    frame = made.protect().to_frame()
    told = frame[frame["measure"] == "eligible_reach"].iloc[-1]
    assert np.isnan(told["value"])
    assert np.isnan(told["numerator"]) or np.isnan(told["denominator"])


# --- the sample council -------------------------------------------------------------------------


def test_the_growth_that_was_planted(council) -> None:
    with wa.sample_data("truth.json").open(encoding="utf-8") as file:
        truth = json.load(file)["expected"]["networks"]
    found = exact(wa.networks.participation(council.networks, council.workforce, every="month"))
    for month, name in (("April 2021", "2021-04"), ("March 2025", "2025-03")):
        told = truth[f"memberships/{name}"]
        value = found["memberships", month, ALL]["value"]
        assert abs(value - told["mean"]) < 4 * told["deviation"]
    told = truth["reach/2025"]
    value = found["reach", "March 2025", ALL]["value"]
    assert abs(value - told["mean"]) < 4 * told["deviation"]


def test_the_leaving_that_was_planted(council) -> None:
    """Who leaves in a year, per member-month: what leaves the network, and the council besides."""
    found = exact(wa.networks.participation(council.networks, council.workforce, every="month"))
    months = [period for measure, period, network in found if (measure, network) == ("net", ALL)]
    left = sum(found["leavers", month, ALL]["value"] for month in months)
    there = sum(found["members", month, ALL]["value"] for month in months)
    # Chance of one of 12 x 700 member-months; leaving the council can only add.
    error = (PLANTED["monthly_leaving_probability"] / there) ** 0.5
    assert left / there > PLANTED["monthly_leaving_probability"] - 4 * error
    assert left / there < 3 * PLANTED["monthly_leaving_probability"]


def test_lists_and_counts_of_the_sample_council_say_the_same(council) -> None:
    lists = exact(wa.networks.participation(council.networks, every="month"))
    bare = {"network_counts": council.networks.network_counts}
    counts = exact(wa.networks.participation(bare, every="month"))
    same = [key for key in counts if key in lists and key[0] in ("members", "memberships")]
    assert len(same) == 7 * 48
    for key in same:
        assert lists[key]["value"] == counts[key]["value"], key


def test_whom_a_network_is_for_comes_from_organisation_toml(council) -> None:
    found = exact(wa.networks.participation(council.networks, council.workforce))
    named = {network for measure, _, network in found if measure == "eligible_reach"}
    assert named == {"Race", "Disability", "LGBTQ+", "Women", "Young"}


# --- by characteristic --------------------------------------------------------------------------


def test_reach_by_characteristic_against_people_one_by_one(council) -> None:
    workforce = small_council.extract(_staff(5400))
    made = wa.networks.participation(read_spells(published()), workforce, by="sex")
    rows = made.unprotected(reason=REASON).to_dict("records")
    found = {(row["measure"], row["sex"], row["network"]): row for row in rows}
    assert found["reach", "Female", "Race"]["numerator"] == 250
    assert found["reach", "Female", ALL]["numerator"] == 320
    assert found["reach", "Male", "Carers"]["numerator"] == 200
    assert found["reach", ALL, ALL]["numerator"] == 640
    assert found["reach", ALL, ALL]["denominator"] == 5400
    assert {row["period"] for row in rows} == {"2025-03-31"}
    assert made.about.kind == "network_reach"
    assert made.about.groups == ("sex", "network")


def test_every_snapshot_by_grade(council) -> None:
    made = wa.networks.participation(
        council.networks, council.workforce, by="grade_band", every="year"
    )
    rows = made.unprotected(reason=REASON)
    assert list(rows["period"].unique()) == list(council.workforce.snapshots())
    whole = rows[(rows["measure"] == "reach") & (rows["grade_band"] == ALL)]
    ends = whole[whole["network"] == ALL].set_index("period")["value"]
    assert ends["2025-03-31"] > ends["2021-03-31"]


def test_small_groups_are_hidden_from_management_too(council) -> None:
    made = wa.networks.participation(council.networks, council.workforce, by="ethnicity")
    table = made.protect(audience="management")
    frame = table.to_frame()
    assert not frame["numerator"].dropna().between(1, 9).any()
    cells = made.cells
    assert cells is not None
    veil = np.zeros(len(cells.members), dtype=bool)
    for cell, n in zip(cells.numerator, frame["numerator"], strict=True):
        veil[cell] |= bool(np.isnan(n))
    assert veil.any()
    low, high = intervals(cells.base, cells.members, veil)
    assert (high[veil] - low[veil] >= 9).all()


@pytest.mark.parametrize("fine", ["unit_id", "team", "grade"])
def test_never_by_team(fine: str) -> None:
    workforce = small_council.extract(_staff(40))
    with pytest.raises(UsageError, match="never by team"):
        wa.networks.participation(read_spells(spells(1)), workforce, by=fine)
    with pytest.raises(UsageError, match=f"by '{fine}', so never by team"):
        wa.networks.participation(
            read_spells(spells(1)), workforce, by="sex", where={"sex": "female", fine: "U1"}
        )
    for whom, toml in (({"Race": {fine: "U1"}}, {}), (None, {"Race": {fine: "U1"}})):
        lists = read_spells(spells(1), plans={"networks": {"eligible": toml}})
        with pytest.raises(UsageError, match=f"by '{fine}', so never by team"):
            wa.networks.participation(lists, workforce, eligible=whom)


def test_it_is_said_once_what_is_too_fine() -> None:
    for module in (network_participation, network_reach_gaps, network_retention):
        assert module.TOO_FINE is network_reach.TOO_FINE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"every": "week"}, "every='week': it takes 'month', 'quarter', 'year'."),
        ({"where": {"sex": "female"}}, "where= limits the staff of a snapshot: give by=, too."),
        (
            {"eligible": {"Rase": {"sex": "female"}}},
            "eligible= names 'Rase', which is no network of the lists of members. "
            "Did you mean 'Race'? There are: Carers, Race, Women.",
        ),
        (
            {"eligible": {"Race": "female"}},
            'eligible= takes networks and whom they are for, such as {"Women": {"sex": "female"}}.',
        ),
        (
            {"by": "sex"},
            "The second argument is a workforce extract, such as council.workforce.",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as raised:
        wa.networks.participation(read_spells(spells(1)), **arguments)
    assert str(raised.value) == words


def test_without_lists_and_counts_nothing_is_known() -> None:
    with pytest.raises(UsageError, match="Nobody says who takes part"):
        wa.networks.participation({})


def test_lists_in_which_nobody_left_say_so() -> None:
    still = [_spell("Race", "p60", date(2025, 3, 30), None, "member")]
    table = wa.networks.participation(read_spells([*_joined(range(60), "Race"), *still]))
    assert any("may be missing from the lists" in words for words in table.about.caveats)


def test_what_was_before_anybody_left_is_not_shown() -> None:
    """Who had left before the lists were begun is missing: networks would grow from nothing."""
    old = [row | {"joined_on": date(2020, 5, 1)} for row in _joined(range(60), "Race")]
    table = wa.networks.participation(read_spells([*old, *published()]))
    found = exact(table)
    assert [period for m, period, n in found if (m, n) == ("members", ALL)] == ["2024/25"]
    # Those who were members before it are members all the same, and did not join in it.
    assert found["members", "2024/25", "Race"]["value"] == 500
    assert found["joiners", "2024/25", "Race"]["value"] == 441


def test_it_is_said_that_nobody_left_where_that_takes_all_periods_away() -> None:
    rows = [
        *[row | {"joined_on": date(2022, 3, 1)} for row in _joined(range(60), "Race")],
        _spell("Race", "p70", date(2022, 4, 1), date(2024, 5, 1), "member"),
        _spell("Race", "p71", date(2024, 6, 1), None, "member"),
    ]
    with pytest.raises(UsageError) as raised:
        wa.networks.participation(read_spells(rows))
    assert str(raised.value) == (
        "Nobody is on record as having left before 1 May 2024, so earlier periods are not shown, "
        "and no later one lies whole within the record of members."
    )
    short = [row for row in rows if row["joined_on"] > date(2022, 3, 1)]
    short[0] |= {"joined_on": date(2024, 4, 20)}
    with pytest.raises(UsageError, match="No whole period lies within the record"):
        wa.networks.participation(read_spells(short))


def test_without_a_workforce_it_is_not_said_who_stopped_working_here() -> None:
    said = wa.networks.participation(read_spells(_many_years())).protect().sentence()
    assert "130 people were members of a staff network" in said
    assert "That is 50 more than at the end of 2023/24." in said
    assert "left the last network that they were in." in said
    assert "stopped working here" not in said


def _many_years() -> list[Spell]:
    """Eighty members at one close, 130 at the next; 20 joined and left in each year."""
    gone = [
        _spell("Race", f"p{n}", date(year, 4, 1), date(year, 4, 20), "member")
        for year in (2023, 2024)
        for n in range(100 * year, 100 * year + 20)
    ]
    old, young = date(2023, 6, 1), date(2025, 3, 30)
    return [
        *gone,
        *_from(old, range(50), "Race"),
        *_from(old, range(50, 80), "Carers"),
        *_from(young, range(80, 130), "Carers"),
    ]


def test_members_before_all_periods_are_no_reason_to_hide_who_left() -> None:
    """One person joins in the first year and 20 leave: of members a year ago nobody is told."""
    gone = [
        _spell("Race", f"p{n}", date(2021, 3, 1), date(2022, 4, 1), "member")
        for n in range(900, 920)
    ]
    rows = [
        *gone,
        *_from(date(2021, 3, 1), range(40), "Race"),
        *_from(date(2022, 6, 1), range(50, 51), "Race"),
        *_from(date(2021, 3, 1), range(100, 160), "Carers"),
        *_from(date(2024, 3, 30), range(200, 220), "Carers"),
    ]
    table = wa.networks.participation(read_spells(rows)).protect()
    seen = shown(table)
    assert np.isnan(seen["joiners", "2022/23", "Race"])
    assert np.isnan(seen["net", "2022/23", "Race"])
    assert seen["leavers", "2022/23", "Race"] == 20
    assert seen["members", "2022/23", "Race"] == 41
    assert not too_narrow(table, ["Race", "Carers"])


# --- what people in any network, or a table of who stayed, tell of a hidden one -------------------


def _from(day: date, people: range, network: str) -> list[Spell]:
    return [_spell(network, f"p{n}", day, None, "member") for n in people]


def _came_and_went() -> list[Spell]:
    """Twenty who leave in the first days, and twenty who join in the last: enough to be shown."""
    first, last = date(2023, 4, 1), date(2025, 3, 30)
    gone = [_spell("Carers", f"p{n}", first, first, "member") for n in range(900, 920)]
    return [*gone, *_from(last, range(920, 940), "Carers")]


def least_of_hidden(seen: dict[tuple[str, str, str], float], measure: str, period: str) -> int:
    """The least that people in any network leave for networks that are hidden, 9 each but one."""
    each = [seen[measure, period, name] for name in ("Carers", "Faith", "Women")]
    hidden = [n for n in each if np.isnan(n)]
    whole = seen.get((measure, period, ALL), np.nan)
    if not hidden or np.isnan(whole):
        return 1
    return round(whole - sum(n for n in each if not np.isnan(n)) - 9 * (len(hidden) - 1))


@pytest.mark.parametrize("faith", [2, 5, 9])
def test_people_in_any_network_do_not_tell_of_a_hidden_one(faith: int) -> None:
    day, last = date(2023, 5, 1), 98 + faith
    rows = [
        *_came_and_went(),
        *_from(day, range(78), "Carers"),
        *_from(day, range(78, 98), "Women"),
        *_from(day, range(98, last), "Faith"),
    ]
    made = wa.networks.participation(read_spells(rows))
    assert exact(made)["members", "2023/24", ALL]["value"] == 98 + faith
    seen = shown(made.protect())
    assert np.isnan(seen["members", "2023/24", "Faith"])
    for measure, period, network in seen:
        if network == ALL and measure in ("members", "joiners", "leavers"):
            assert least_of_hidden(seen, measure, period) <= 1
    # Nor can they be worked out of other closes.
    wide = attack(made.protect(), [ALL])
    for period in ("2023/24", "2024/25"):
        low, high = wide[f"members, {period}, {ALL}"]
        assert low <= 99
        assert high >= 107


def test_people_in_many_networks_are_shown_beside_a_hidden_one() -> None:
    day = date(2023, 5, 1)
    rows = [
        *_came_and_went(),
        *_from(day, range(78), "Carers"),
        *_from(day, range(60, 98), "Women"),
        *_from(day, range(9), "Faith"),
    ]
    seen = shown(wa.networks.participation(read_spells(rows)).protect())
    assert np.isnan(seen["members", "2023/24", "Faith"])
    assert seen["members", "2023/24", ALL] == 98


def test_who_stayed_does_not_tell_who_left() -> None:
    """Two leave in a year in which 30 join and all stay: joiners, less net, would be 2."""
    rows = [
        *_came_and_went(),
        *_from(date(2023, 5, 1), range(2, 40), "Carers"),
        *_from(date(2023, 6, 1), range(50, 80), "Carers"),
        *[_spell("Carers", f"p{n}", date(2023, 5, 1), date(2024, 6, 1), "member") for n in (0, 1)],
        *_from(date(2024, 7, 1), range(100, 130), "Carers"),
        *_from(date(2023, 5, 1), range(200, 230), "Race"),
        *_from(date(2025, 7, 28), range(300, 330), "Race"),
    ]
    networks = read_spells(rows)
    stock, stayed = protect_together(
        [wa.networks.participation(networks), wa.networks.cohorts(networks, months=[3])],
        audience="public",
    )
    seen, frame = shown(stock), stayed.to_frame()
    assert np.isnan(seen["leavers", "2024/25", ALL])
    assert exact(wa.networks.participation(networks))["net", "2024/25", ALL]["value"] == 48
    cohort = frame[frame["cohort"] == "2024/25"]
    assert len(cohort)
    assert cohort[["numerator", "denominator", "value"]].isna().all(axis=None)
