"""How long people stay in networks: by definition, as planted, and so that nobody is told apart."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

import workforce_analytics as wa
from tests.membership_samples import COLUMNS, read_members
from workforce_analytics.counting.memberships import LEAST, memberships
from workforce_analytics.counting.network_durations import LEFT_BODY, LEFT_NETWORK, lengths
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.measures.network_cohorts import cohorts
from workforce_analytics.measures.network_retention import retention
from workforce_analytics.measures.network_retention_words import days_of
from workforce_analytics.samples.planted import NETWORKS as PLANTED

SHARES = ("left_network", "left_council", "still_member")


@pytest.fixture(scope="module")
def table(council: Any) -> Estimates:
    return retention(council.networks, council.workforce, events=council.events)


@pytest.fixture(scope="module")
def by_ethnicity(council: Any) -> Estimates:
    return retention(council.networks, council.workforce, by="ethnicity", events=council.events)


def _exact(found: Estimates) -> pd.DataFrame:
    return found.unprotected(reason="test of exact figures")


def _shares(found: Estimates, group: str) -> pd.DataFrame:
    exact = _exact(found)
    wide = exact[exact["measure"].isin(SHARES)].pivot(
        index=[group, "month"], columns="measure", values="value"
    )
    return wide.loc[:, list(SHARES)]


def test_the_three_shares_add_up_to_everybody(table: Estimates, by_ethnicity: Estimates) -> None:
    for found in (table, by_ethnicity):
        wide = _shares(found, found.about.groups[0])
        known = wide.dropna()
        assert known.sum(axis=1).to_numpy() == pytest.approx(1)
        assert len(known) >= len(wide) - 3
        start = wide.xs("0 months", level="month")
        assert (start.to_numpy() == [0, 0, 1]).all()


def test_what_is_true_of_all_does_not_hang_on_the_split(
    table: Estimates, by_ethnicity: Estimates
) -> None:
    one, other = (_shares(x, x.about.groups[0]).loc[ALL] for x in (table, by_ethnicity))
    assert one.equals(other)


def test_the_planted_leaving_is_found(council: Any) -> None:
    """Members leave a network with a probability of 0.009 a month, whoever they are.

    Who leaves the council in the month is drawn beside it, so that both happen to some.
    """
    found = memberships(council.networks, council.workforce, events=council.events)
    counted = lengths(found).table
    counted = counted[counted["who"] != ALL]
    left = counted.loc[counted["cause"] == LEFT_NETWORK, "n"].sum()
    months = ((counted["time"] - counted["entry"]) * counted["n"]).sum() * 12 / 365.25
    planted = PLANTED["monthly_leaving_probability"]
    assert abs(left / months - planted) < 3 * np.sqrt(planted / months)


def test_the_incidence_at_a_year_holds_what_was_planted(table: Estimates) -> None:
    exact = _exact(table).set_index(["measure", "network", "month"])
    planted = PLANTED["monthly_leaving_probability"]
    inside = 0
    networks = [name for name in table.about.order["network"] if name != ALL]
    for network in networks:
        gone = exact.loc[("left_council", network, "12 months"), "value"]
        row = exact.loc[("left_network", network, "12 months")]
        # Constant leaving beside a competing one of the same year, found in the data.
        hazard = 12 * planted
        other = -np.log(1 - gone / (1 - hazard / 2))
        expected = hazard / (hazard + other) * (1 - np.exp(-hazard - other))
        inside += row["lower"] <= expected <= row["upper"]
    assert inside >= len(networks) - 1


def test_months_that_are_shown_tell_of_enough_people_between_them(
    table: Estimates, council: Any
) -> None:
    found = memberships(council.networks, council.workforce, events=council.events)
    counted = lengths(found).table
    code = {label: code for code, label in found.labels.items()} | {ALL: ALL}
    shown = table.protect(audience="management").to_frame()
    shown = shown[(shown["measure"] == "left_network") & shown["value"].notna()]
    looked = 0
    for name, rows in shown.groupby("network"):
        mine = counted[counted["who"] == code[name]]
        ends = [days_of(int(month.split()[0])) for month in rows["month"]]
        for before, after in pairwise(ends):
            there = mine[(mine["time"] > before) & (mine["time"] <= after)]
            for way in (LEFT_NETWORK, LEFT_BODY):
                left = there.loc[there["cause"] == way, "n"].sum()
                assert left == 0 or left >= LEAST
                looked += 1
    assert looked > 20


def test_a_year_after_joining_is_shown_before_other_months(table: Estimates) -> None:
    shown = table.protect(audience="management").to_frame()
    shown = shown[(shown["measure"] == "left_network") & (shown["month"] == "12 months")]
    assert shown["value"].notna().sum() >= 5


def test_nothing_of_fewer_than_ten_is_shown_to_management(by_ethnicity: Estimates) -> None:
    shown = by_ethnicity.protect(audience="management").to_frame()
    exact = _exact(by_ethnicity)
    few = exact["n_effective"] < LEAST
    assert few.any()
    assert shown.loc[few.to_numpy(), "value"].isna().all()
    assert by_ethnicity.about.least_threshold == LEAST


def test_undeclared_answers_are_one_row(by_ethnicity: Estimates) -> None:
    groups = list(dict.fromkeys(_exact(by_ethnicity)["ethnicity"]))
    assert groups[-2:] == ["Undeclared", ALL]
    assert list(by_ethnicity.about.order["ethnicity"]) == groups
    test = _exact(by_ethnicity).set_index("measure").loc["log_rank"]
    assert "Undeclared" not in test["compared"]


def test_who_lapsed_falls_with_the_days(table: Estimates, council: Any) -> None:
    exact = _exact(table)
    for _, rows in exact[exact["measure"].str.startswith("lapsed")].groupby("network"):
        shares = rows.set_index("measure")["value"]
        order = [shares[f"lapsed_{days}"] for days in (60, 90, 180, 365)]
        assert order == sorted(order, reverse=True)
        assert rows["denominator"].nunique() == 1
    assert len(exact[exact["measure"] == "lapsed_60"]) == 7


def test_lapsed_by_hand(council: Any) -> None:
    """Of those who were members for 90 days, who came to no event of Race in the last 30?"""
    found = retention(council.networks, months=(12,), lapse=(30, 90))
    row = _exact(found).set_index(["measure", "network"]).loc[("lapsed_30", "Race")]
    held = council.networks.extracts
    members, events, came = (
        _plain(held[f"network_{name}"]) for name in ("members", "events", "attendance")
    )
    last = pd.Timestamp("2025-03-31")
    race = members[members["network"] == "Race"]
    there = race["left_on"].isna() & (race["joined_on"] <= last - timedelta(days=89))
    whole = set(race.loc[there, "person_id"])
    late = events[(events["network"] == "Race") & (events["held_on"] > last - timedelta(days=30))]
    seen = set(came.loc[came["event_id"].isin(late["event_id"]), "person_id"])
    assert (row["numerator"], row["denominator"]) == (len(whole - seen), len(whole))


def _plain(extract: Any) -> pd.DataFrame:
    from workforce_analytics import engine

    rows = engine.collect(extract.frame)
    days = {name: pd.to_datetime(rows[name]) for name in rows if name.endswith("_on")}
    return rows.assign(**days)


def _small(n: int = 40, lists: bool = False) -> dict[str, Any]:
    rows = []
    days = [date(2023, 1, 1) + timedelta(days=31 * i) for i in range(20)]
    for person in range(n):
        joined, left = days[person % 5 + 1], days[person % 5 + 3 + person % 4]
        if lists:
            rows += [
                ("Race", f"p{person}", None, None, day) for day in days if joined <= day < left
            ]
            rows.append(("Race", "always", None, None, days[person % 20]))
        else:
            rows.append(("Race", f"p{person}", joined, left))
    made = pd.DataFrame([row + (None,) * (6 - len(row)) for row in rows], columns=list(COLUMNS))
    return {"network_members": read_members(made.drop_duplicates().reset_index(drop=True))}


def test_lists_say_what_if_all_had_left_earlier() -> None:
    found = retention(_small(lists=True), months=(0, 1, 2, 3))
    exact = _exact(found).set_index(["measure", "network", "month"])["value"]
    for month in ("1 month", "2 months", "3 months"):
        early = exact["left_network_earliest", "Race", month]
        assert early >= exact["left_network", "Race", month]
    at = ("Race", "2 months")
    assert exact["left_network_earliest", *at] > exact["left_network", *at]
    assert any("one list earlier" in words for words in found.about.caveats)


def test_with_nothing_but_members_it_says_what_is_not_known() -> None:
    found = retention(_small())
    assert not [name for name in set(_exact(found)["measure"]) if name.startswith("lapsed")]
    caveats = " ".join(found.about.caveats)
    assert "nobody knows who left the organisation" in caveats
    assert "who came to events is not recorded" in caveats
    assert (
        "had left so many months later, the network or the organisation" in found.about.definition
    )
    assert "log_rank" not in set(_exact(found)["measure"])
    beyond = _exact(found).set_index(["measure", "network", "month"])
    assert beyond.loc[("left_network", "Race", "36 months"), "value"] == 1


def test_who_left_the_organisation_is_no_figure_where_nobody_knows() -> None:
    found = retention(_small())
    for rows in (_exact(found), found.protect(audience="management").to_frame()):
        gone = rows[rows["measure"] == "left_council"]
        assert len(gone) == 14
        assert gone[["value", "lower", "upper", "n_effective"]].isna().all(axis=None)
        assert set(gone["status"]) == {"undefined"}
        assert set(gone["note"]) == {"nobody knows who left the organisation"}
    shown = found.protect(audience="management").to_frame()
    assert set(shown.loc[shown["measure"] == "left_council", "value_mark"]) == {"[z]"}


def test_a_month_beyond_the_record_is_unknown_and_not_hidden() -> None:
    found = retention(_small(60), months=(2, 12), on="2023-06-20")
    shown = found.protect(audience="management").to_frame()
    shown = shown[shown["measure"] != "left_council"]
    later, sooner = (shown[shown["month"] == month] for month in ("12 months", "2 months"))
    assert set(later["value_mark"]) == {"[z]"}
    assert set(later["note"]) == {"nobody was followed for so long"}
    assert sooner["value"].notna().all()
    assert found.protect(audience="management").sentence() == (
        "Nobody could be followed for 12 months after joining, so that it is not known how many "
        "leave a network by then."
    )


def test_a_month_that_others_were_followed_to_is_hidden_of_a_group_that_was_not() -> None:
    """That nobody of a small group stayed so long would tell of each of them."""
    rows = [("Race", f"p{i}", date(2023, 1, 1), None) for i in range(30)]
    rows += [("Young", f"q{i}", date(2023, 10, 1), None) for i in range(3)]
    rows += [("Race", "p98", date(2022, 12, 1), date(2023, 1, 5))]
    rows += [("Race", "p99", date(2023, 1, 1), date(2024, 6, 1))]
    made = pd.DataFrame([row + (None,) * 2 for row in rows], columns=list(COLUMNS))
    found = retention({"network_members": read_members(made)}, months=(12,))
    shown = found.protect(audience="management").to_frame()
    shown = shown[shown["measure"] == "left_network"].set_index("network")
    assert shown.loc["Young", "value_mark"] == "[c]"


def test_how_people_are_put_in_groups_is_a_caveat(by_ethnicity: Estimates) -> None:
    assert by_ethnicity.about.recorded_as == ""
    assert any("last snapshot on or before joining" in one for one in by_ethnicity.about.caveats)


def test_looking_on_an_earlier_day_leaves_out_what_came_later(council: Any) -> None:
    early = retention(council.networks, on="2023-03-31", months=(12,), lapse=(60,))
    exact = _exact(early).set_index(["measure", "network", "month"])
    later = _exact(retention(council.networks, months=(12,), lapse=(60,)))
    later = later.set_index(["measure", "network", "month"])
    risk = "n_effective"
    key = ("left_network", "Race", "12 months")
    assert exact.loc[key, risk] < later.loc[key, risk]
    assert early.about.period.endswith("to 2023-03-31")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"months": ()}, "months= takes whole numbers"),
        ({"months": (1.5,)}, "months= takes whole numbers"),
        ({"lapse": (0,)}, "lapse= takes numbers of days from 1 to 365"),
        ({"lapse": (400,)}, "lapse= takes numbers of days from 1 to 365"),
        ({"on": "soon"}, "on= takes a day"),
        ({"on": "1999-01-01"}, "lies outside what is known of members"),
        ({"by": "sex"}, "needs the workforce extract"),
        ({"by": "unit_id"}, "never by team"),
        ({"confidence": 95}, "confidence must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_asked_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        retention(_small(8), **more)


def test_cohorts_are_plain_shares(council: Any) -> None:
    found = cohorts(council.networks, council.workforce, events=council.events)
    exact = _exact(found)
    assert found.about.kind == "network_cohorts"
    for cohort, rows in exact.groupby("cohort"):
        assert rows["denominator"].nunique() == 1
        assert rows["value"].is_monotonic_decreasing
        assert (rows["value"] == rows["numerator"] / rows["denominator"]).all()
        assert cohort in found.about.order["cohort"]
    # Not everybody who joined in 2023/24 could be seen for two years.
    assert list(exact.loc[exact["cohort"] == "2023/24", "month"]) == [
        "3 months",
        "6 months",
        "12 months",
    ]
    assert "2024/25" not in set(exact["cohort"])


def test_cohorts_of_quarters_and_what_is_refused(council: Any) -> None:
    found = cohorts(council.networks, every=3, months=(3,))
    assert found.about.order["cohort"][:2] == ("2021/22 Q1", "2021/22 Q2")
    with pytest.raises(UsageError, match="every= takes 12"):
        cohorts(council.networks, every=6)
    with pytest.raises(UsageError, match="months= takes whole numbers"):
        cohorts(council.networks, months=(0,))


def test_both_stand_behind_the_public_door() -> None:
    assert wa.networks.retention is retention
    assert wa.networks.cohorts is cohorts
