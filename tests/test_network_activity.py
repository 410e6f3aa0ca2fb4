"""How active networks are: published figures, people looked at one by one, and what is hidden."""

import random
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from statsmodels.stats.proportion import proportion_confint

import workforce_analytics as wa
from tests.network_rows import Lists, by_hand, day, drawn
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.extract import Context
from workforce_analytics.inference.clustered_rates import clustered_rate
from workforce_analytics.inference.proportions import proportion_interval
from workforce_analytics.measures.network_activity import activity, fewest_for_half

DAYS = (30, 60, 90, 365)
ON = date(2024, 3, 31)
REASON = "to compare with what is found by hand"


def figures(table) -> dict[tuple[str, str], pd.Series]:
    """Exact rows by measure and network."""
    exact = table.unprotected(reason=REASON)
    return {(row["measure"], row["network"]): row for _, row in exact.iterrows()}


def network(members: int, visits: list[int], guests: int = 0, name: str = "Race") -> Lists:
    """Members of many years, so many visits of the first of them, and guests who come once."""
    most = max(visits, default=1)
    events = [(f"{name}{n}", name, date(2024, 3, 1 + n), True) for n in range(most)]
    came = [
        (events[n][0], f"{name} {who}") for who, often in enumerate(visits) for n in range(often)
    ]
    came += [(events[0][0], f"guest {who}") for who in range(guests)]
    people = [(name, f"{name} {who}", date(2020, 1, 1), None) for who in range(members)]
    return Lists(people, events, came)


def together(*lists: Lists) -> Lists:
    return Lists(
        *(
            [row for one in lists for row in getattr(one, name)]
            for name in ("members", "events", "came")
        )
    )


def test_the_published_share_of_active_members() -> None:
    # 312 of 1,000 members came to something in twelve months: 31.2 %.
    found = figures(activity(network(1000, [1] * 312).extracts(), on=ON))
    row = found["active_365", "Race"]
    assert (row["numerator"], row["denominator"]) == (312, 1000)
    assert f"{row['value']:.1%}" == "31.2%"
    lower, upper = proportion_confint(312, 1000, method="wilson")
    assert (row["lower"], row["upper"]) == pytest.approx((lower, upper))


@settings(derandomize=True, deadline=None, max_examples=3)
@given(some.integers(0, 10_000), some.booleans())
def test_every_figure_is_that_of_people_one_by_one(seed, same_members) -> None:
    made, on = drawn(seed), day(700)
    found = figures(activity(made.extracts(), on=on, same_members=same_members))
    hand = by_hand(made, on, DAYS)
    for code, label in (("race", "Race"), ("carers", "Carers"), ("All", "All")):
        people = {key[1:]: n for key, n in hand["people"].items() if key[0] == code}
        for span in DAYS:
            least = 365 if same_members else span
            base = {
                key: n for key, n in people.items() if key[0] != "not_now" and int(key[0]) >= least
            }
            came = sum(n for key, n in base.items() if key[1] != "never" and int(key[1]) <= span)
            row = found[f"active_{span}", label]
            assert (row["numerator"], row["denominator"]) == (came, sum(base.values()))
        assert found["came", label]["value"] == sum(
            n for key, n in people.items() if key[2] != "never"
        )
        assert found["repeat", label]["numerator"] == sum(
            n for key, n in people.items() if key[2] == "more"
        )
        assert found["came_not_members", label]["value"] == sum(
            n for key, n in people.items() if key[2] != "never" and key[3] == "never"
        )
        first = found["first_event_90", label]
        assert (first["numerator"], first["denominator"]) == (
            sum(n for key, n in people.items() if key[4] == "came"),
            sum(n for key, n in people.items() if key[4] != "not_asked"),
        )
        _as_clustered(found["attendances_per_member_month", label], code, hand)
        visits = [
            times for (one, times), n in hand["often"].items() if one == code for _ in range(n)
        ]
        assert found["carried_by", label]["value"] * len(visits) == pytest.approx(_carry(visits))
        assert found["attendances", label]["value"] == sum(visits) + hand["nameless"][code]


def _as_clustered(row: pd.Series, code: str, hand: dict) -> None:
    parts = [(time, often, n) for (one, time, often), n in hand["clusters"].items() if one == code]
    time, often, people = (np.array(part, dtype=float) for part in zip(*parts, strict=True))
    expected = clustered_rate(time * 12 / 365, often, people).interval
    ends = [float(getattr(expected, end)) for end in ("value", "lower", "upper")]
    assert [row["value"], row["lower"], row["upper"]] == pytest.approx(ends)


def _carry(visits: list[int]) -> int:
    """Take people one by one, the most frequent first, until half of all visits are theirs."""
    taken = 0
    for counted, often in enumerate(sorted(visits, reverse=True), start=1):
        taken += often
        if 2 * taken >= sum(visits):
            return counted
    return 0


@settings(derandomize=True, deadline=None)
@given(some.lists(some.integers(1, 12), max_size=40))
def test_the_fewest_who_make_half_are_found_by_taking_the_most_frequent(visits) -> None:
    times, people = np.unique(visits, return_counts=True) if visits else ([], [])
    assert fewest_for_half(np.asarray(times), np.asarray(people)) == _carry(visits)


def test_the_range_of_the_rate_is_wider_where_few_make_most_of_it() -> None:
    alike = figures(activity(network(100, [1] * 60).extracts(), on=ON))
    carried = figures(activity(network(100, [20, 20, 20]).extracts(), on=ON))
    one, other = (found["attendances_per_member_month", "Race"] for found in (alike, carried))
    assert one["value"] == pytest.approx(other["value"]) == pytest.approx(60 / 1200)
    assert other["upper"] > 1.5 * one["upper"]
    assert np.isnan(one["n_effective"])
    assert other["n_effective"] < 4
    assert "clustered on person" in other["method"]
    assert other["note"] == ""
    few = figures(activity(network(59, [20, 20, 20]).extracts(), on=ON))
    said = few["attendances_per_member_month", "Race"]["note"]
    assert said == "few members: the range may be too narrow"


def test_work_time_is_a_share_of_events_and_a_silent_month_is_said() -> None:
    made = network(40, [1] * 20)
    made.events.append(("evening", "Race", date(2023, 9, 1), False))
    made.events.append(("unsaid", "Race", date(2023, 9, 2), None))
    found = figures(activity(made.extracts(), on=date(2024, 8, 1)))
    assert found["in_work_time", "Race"]["value"] == 0.5
    assert found["in_work_time", "Race"]["note"] == "1 of 2 events"
    assert found["events", "Race"]["value"] == 3
    silent = found["active_30", "Race"]
    assert (silent["numerator"], silent["value"]) == (0, 0)
    assert silent["note"] == "no event was held in these days"


def test_without_anybody_nothing_is_a_share() -> None:
    made = Lists([("Race", "a", date(2024, 3, 20), None)], [("e", "Faith", ON, None)], [])
    found = figures(activity(made.extracts(), on=ON))
    for measure in ("active_365", "repeat", "carried_by", "first_event_90"):
        assert found[measure, "Faith"]["status"] == "undefined"
        assert np.isnan(found[measure, "Faith"]["value"])
    assert found["attendances_per_member_month", "Faith"]["status"] == "undefined"
    assert found["attendances_per_member_month", "Race"]["value"] == 0


# --- what is hidden -----------------------------------------------------------------------------


def shown(table, audience="public") -> pd.DataFrame:
    frame = table.protect(audience=audience).to_frame()
    return frame.set_index(["measure", "network"])


@pytest.mark.parametrize("audience", ["public", "management"])
def test_no_audience_but_an_analyst_sees_fewer_than_ten(audience) -> None:
    lists = together(
        network(200, [1] * 60 + [2] * 60), network(60, [1] * 4 + [2] * 3, name="Carers")
    )
    frame = shown(activity(lists.extracts(), on=ON), audience)
    for measure in ("came", "repeat", "active_365", "attendances", "carried_by"):
        assert frame.loc[(measure, "Carers"), "value_mark"] == "[c]"
        assert frame.loc[(measure, "Race"), "value_mark"] == ""
    # What all networks have, less what the others have, would be those of the hidden one.
    assert frame.loc[("attendances", "All"), "value_mark"] == "[c]"
    assert frame.loc[("attendances_per_member_month", "Carers"), "value_mark"] == "[c]"
    assert frame.loc[("events", "Carers"), "value"] == 2
    counts = frame[["numerator", "denominator"]].to_numpy().ravel()
    assert not ((counts > 0) & (counts < 10)).any()


def test_few_who_never_came_are_hidden_as_few_who_did() -> None:
    frame = shown(activity(network(100, [1] * 95).extracts(), on=ON))
    assert frame.loc[("active_365", "Race"), "value_mark"] == "[c]"


def test_few_who_carry_a_network_are_hidden() -> None:
    frame = shown(activity(network(200, [30] * 5 + [1] * 60).extracts(), on=ON))
    assert frame.loc[("carried_by", "Race"), "value_mark"] == "[c]"
    assert frame.loc[("came", "Race"), "value"] == 65


def test_shares_of_different_members_are_hidden_where_they_tell_who_joined_between() -> None:
    made = network(100, [1] * 50)
    made.members += [("Race", f"new {n}", date(2024, 2, 20), None) for n in range(4)]
    extracts = made.extracts()
    same = shown(activity(extracts, on=ON))
    each = shown(activity(extracts, on=ON, same_members=False))
    windows = [f"active_{span}" for span in DAYS]
    assert (same.loc[[(one, "Race") for one in windows], "value_mark"] == "").all()
    told = each.loc[[(one, "Race") for one in windows], "denominator"].dropna()
    assert not {abs(a - b) for a in told for b in told} & set(range(1, 10))


# --- data as they come --------------------------------------------------------------------------


def test_what_the_lists_leave_open_is_said() -> None:
    made = network(40, [1] * 20)
    made.came += [("Race0", None)] * 5
    made.came.append(("nowhere", "Race 1"))
    caveats = " ".join(activity(made.extracts(), on=date(2024, 6, 30)).about.caveats)
    assert "Events are on record only from 1 March 2024 on." in caveats
    assert "The last event on record was held on 1 March 2024." in caveats
    assert "About 20% of attendances name nobody" in caveats
    assert "not on the list of events are left out" in caveats
    assert "none under 10" in caveats
    assert "never followed" in caveats


def test_the_order_of_rows_changes_no_byte() -> None:
    made = drawn(9)
    other = Lists(*(list(getattr(made, name)) for name in ("members", "events", "came")))
    for rows in (other.members, other.events, other.came):
        random.Random(1).shuffle(rows)
    one, two = (activity(lists.extracts(), on=day(700)) for lists in (made, other))
    assert one.unprotected(reason=REASON).to_csv() == two.unprotected(reason=REASON).to_csv()
    assert one.to_csv() == two.to_csv()


def test_the_sample_is_answered_and_agrees_with_its_monthly_counts(council) -> None:
    listed = figures(activity(council.networks, council.workforce))
    held = {"network_counts": council.networks.extracts["network_counts"]}
    counted = activity(held)
    assert counted.about.period == "2024-04-01 to 2025-03-31"
    for (measure, name), row in figures(counted).items():
        if measure == "attendances":
            assert row["value"] == listed[measure, name]["value"]
        elif measure == "attendances_per_member_month" and name != "All":
            assert row["value"] == pytest.approx(listed[measure, name]["value"], rel=0.03)


def counts(**columns) -> dict:
    months = [f"2023-{month:02d}" for month in range(1, 13)] + ["2024-01", "2024-02"]
    table = pd.DataFrame(
        {"network": ["Race"] * 14, "month": months, "members": [50] * 14, **columns}
    )
    context = Context(organisation="Small Council")
    return {"network_counts": wa.read("network_counts", table, context=context)}


def test_monthly_counts_alone_give_rates_without_a_range() -> None:
    extracts = counts(
        attendances=[100] * 2 + [20, 30] * 6, unique_attendees=[50] * 2 + [15, 20] * 6
    )
    table = activity(extracts)
    found = figures(table)
    assert table.about.period == "2023-03-01 to 2024-02-29"
    assert found["attendances_per_member_month", "Race"]["value"] == 300 / 600
    assert found["came_in_a_month", "All"]["value"] == 210 / 600
    assert found["attendances", "All"]["value"] == 300
    assert np.isnan(found["attendances_per_member_month", "Race"]["lower"])
    assert "cannot be known" in " ".join(table.about.caveats)
    earlier = figures(activity(extracts, on="2023-02-28"))
    assert earlier["attendances", "Race"]["value"] == 200


def test_monthly_counts_of_few_are_hidden() -> None:
    few = counts(attendances=[8] * 14, unique_attendees=[7] * 14)
    frame = shown(activity(few), "management")
    assert (frame["value_mark"] == "[c]").all()


def test_months_without_the_figure_are_left_out_of_both_sides() -> None:
    extracts = counts(attendances=[None] * 10 + [25] * 4, unique_attendees=[None] * 14)
    found = figures(activity(extracts))
    assert found["attendances_per_member_month", "Race"]["value"] == 100 / 200
    assert found["came_in_a_month", "Race"]["status"] == "undefined"


def test_mistakes_are_answered_with_what_is_allowed() -> None:
    extracts = network(20, [1]).extracts()
    for days in ((), (0,), (366,), (1.5,), ("x",), None):
        with pytest.raises(UsageError, match="from 1 to 365"):
            activity(extracts, days=days)
    with pytest.raises(UsageError, match="takes a date"):
        activity(extracts, on="next week")
    with pytest.raises(UsageError, match="between 0 and 1"):
        activity(extracts, confidence=95)
    with pytest.raises(UsageError, match="there is no network_attendance extract"):
        activity({name: extracts[name] for name in ("network_members", "network_events")})
    with pytest.raises(UsageError, match="has no column 'attendances'"):
        activity(counts())
    with pytest.raises(DataError, match="no month with attendances"):
        activity(counts(attendances=[None] * 14))


def test_shares_have_intervals_at_the_confidence_asked_for() -> None:
    extracts = network(100, [1] * 40).extracts()
    row = figures(activity(extracts, on=ON, confidence=0.8))["active_365", "Race"]
    expected = proportion_interval(40, 100, confidence=0.8)
    assert (row["lower"], row["upper"]) == pytest.approx(
        (float(expected.lower), float(expected.upper))
    )
