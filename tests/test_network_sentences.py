"""What is said of staff networks: reach and whether it changed, never of what is hidden."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import network_figures as samples
from tests.drawings import FORBIDDEN
from tests.protected_samples import reordered
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.network_sentences import (
    EDGES,
    in_time,
    places_of,
    reached,
    stocked,
    when,
)
from workforce_analytics.publishing.sentences import headline, sentences


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def said(request):
    made = request.param()
    return made, sentences(made), headline(made)


def hide(made, **where):
    """Hide the rows of a table that these columns say."""
    frame = made.to_frame()
    rows = frame["measure"].notna()
    for name, label in where.items():
        rows &= frame[name] == label
    assert rows.any()
    numbers = ["numerator", "denominator", "value", "lower", "upper"]
    frame.loc[rows, numbers] = math.nan
    frame.loc[rows, ["numerator_mark", "denominator_mark", "value_mark"]] = "[c]"
    frame.loc[rows, ["note", "status"]] = ["", "suppressed"]
    return replace(made, _frame=frame)


# --- every kind ---------------------------------------------------------------------------------


def test_one_to_three_sentences_and_a_headline_without_a_stop(said):
    _, words, top = said
    assert 1 <= len(words) <= 3
    assert all(one.endswith(".") and one[0] == one[0].upper() for one in words)
    assert top
    assert not top.endswith(".")


def test_words_of_the_house(said):
    _, words, top = said
    text = " ".join([*words, top])
    assert not [word for word in FORBIDDEN if word.lower() in text.lower()]
    assert not re.search(r"spell\b|cluster|\bnan\b|\bNone\b (?!of)|suppress", text)


def test_the_order_of_rows_does_not_matter(said):
    made, words, top = said
    assert (sentences(reordered(made)), headline(reordered(made))) == (words, top)


def test_no_figure_is_said_where_everything_is_hidden(said):
    made, _, _ = said
    frame = hide(made).to_frame()
    text = " ".join(
        [*sentences(replace(made, _frame=frame)), headline(replace(made, _frame=frame))]
    )
    years = re.sub(r"\d{4}/\d\d|\d+ \w+ \d{4}|[A-Z]\w+ \d{4}", "", text)
    assert not re.search(r"\d", years)
    if made.about.kind != "network_support":
        assert "hidden so that nobody can be identified" in text


# --- over time ----------------------------------------------------------------------------------


def test_reach_is_said_with_its_counts_its_range_and_its_band():
    assert sentences(samples.participation()) == [
        "At the end of 2024/25, 11.6% of staff (627 of 5,400) were members of a staff network "
        "(likely between 10.8% and 12.5%); as a rule of thumb, that is in the band “10% to under "
        "20%”.",
        "This rose from 7.6% at the end of 2021/22.",
        "In 2024/25, 140 people who were in no network joined one, and 56 left the last network "
        "that they were in, or stopped working here.",
    ]
    assert headline(samples.participation()) == (
        "Staff networks reach 11.6% of staff, up from 7.6% at the end of 2021/22"
    )


def test_a_reach_that_fell_is_said_to_have_fallen():
    made = samples.participation(staff=(3000, 3600, 5000, 6400))
    assert sentences(made)[1] == "This fell from 13.4% at the end of 2021/22."
    assert ", down from 13.4%" in headline(made)


def test_a_small_change_is_no_difference_that_matters():
    made = samples.participation(people=(628, 630, 632, 636, 640), staff=[5400] * 4)
    assert sentences(made)[1].endswith("at the end of 2021/22: no difference that matters.")
    assert headline(made) == "Staff networks reach 11.6% of staff"


def test_a_change_within_wide_ranges_cannot_be_told():
    few = {"Race": (40, 44, 48, 50, 55)}
    made = samples.participation(few, (40, 44, 48, 50, 55), staff=[400] * 4)
    assert "this data cannot tell whether it changed, which is not evidence" in sentences(made)[1]
    assert "up from" not in headline(made)


def test_months_are_compared_from_the_first_to_the_last_in_time():
    made = samples.by_month()
    assert sentences(made)[1] == "This rose from 6.6% at the end of April 2023."
    assert sentences(made)[0].startswith("At the end of September 2024, ")


def test_of_hidden_reach_members_are_told():
    made = hide(samples.participation(), measure="reach", network="All")
    assert sentences(made)[0] == (
        "At the end of 2024/25, 640 people were members of a staff network; somebody in two "
        "networks counts once."
    )
    assert sentences(made)[1] == "That is 230 more than at the end of 2021/22."
    assert "%" not in headline(made)


def test_of_a_hidden_flow_nothing_is_said():
    made = hide(samples.participation(), measure="joiners", network="All")
    assert len(sentences(made)) == 2
    assert not any("joined" in one for one in sentences(made))


def test_from_counts_alone_memberships_are_told_and_that_some_count_twice():
    assert sentences(samples.from_counts()) == [
        "At the end of 2024/25, staff networks had 841 memberships, 325 more than at the end of "
        "2021/22; somebody in two networks counts twice.",
        "The largest was “Race” with 290 members.",
    ]


def test_no_network_is_called_the_largest_beside_a_hidden_one():
    made = hide(samples.from_counts(), measure="members", network="Young", period="2024/25")
    assert len(sentences(made)) == 1
    tied = samples.participation({"A": (20, 30), "B": (20, 30)}, (30, 40), periods=("2024/25",))
    assert not any("largest" in one for one in sentences(tied))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(some.one_of(some.floats(0, 1), some.sampled_from(EDGES).map(lambda e: e - 1e-6)))
def test_a_written_reach_stands_in_its_own_band(share):
    def band(value):
        return sum(value >= edge for edge in EDGES)

    shown = float(reached(share).rstrip("%").replace(",", "")) / 100
    if places_of(share) < 5:
        assert band(shown + 1e-12) == band(share + 1e-15)


def test_periods_stand_in_the_order_of_time():
    months = figures(samples.by_month(17))
    assert months.latest == "September 2023"  # by its name
    assert in_time(months).latest == "August 2024"
    assert stocked(months).periods == in_time(months).periods
    assert [when(one) for one in ("May 2024", "2024/25 Q1", "2024-05-31")] == [
        "May 2024",
        "2024/25 Q1",
        "May 2024",
    ]


# --- by group -----------------------------------------------------------------------------------


def test_groups_are_held_against_all_staff():
    assert sentences(samples.reach()) == [
        "11.9% of staff (654 of 5,490) were members of a staff network (likely between 11.1% and "
        "12.8%).",
        "Reach was lower in “Grades 1 to 4” (6.3%), and higher in “Grades 5 to 7” (16.7%) and "
        "“Grades 8 to 10” (21.9%), than among all staff.",
    ]
    assert headline(samples.reach()) == (
        "Reach of staff networks is clearly lower in “Grades 1 to 4” and higher in “Grades 5 to 7” "
        "and “Grades 8 to 10”"
    )


def test_hidden_groups_are_not_named():
    words = " ".join([*sentences(samples.reach()), headline(samples.reach())])
    assert "Senior" not in words
    made = hide(samples.reach(), network="All", grade_band="Grades 1 to 4")
    assert "Grades 1 to 4" not in " ".join([*sentences(made), headline(made)])


def test_where_no_group_differs_clearly_this_data_cannot_tell():
    made = samples.reach({"Full time": (60, 500), "Part time": (20, 210)}, missing={})
    assert sentences(made)[1] == (
        "For “Full time” and “Part time” this data cannot tell whether reach differs, which is not "
        "evidence that there is no difference."
    )
    assert headline(made) == "No clear differences in reach by grade band, of 2 groups compared"


def test_where_all_groups_are_alike_no_difference_that_matters_is_said():
    made = samples.reach({"Full time": (1200, 10000), "Part time": (1190, 10000)}, missing={})
    assert sentences(made)[1] == (
        "There was no difference that matters from all staff for “Full time” and “Part time”."
    )
    assert headline(made) == "No clear differences in reach by grade band, of 2 groups compared"


def test_one_group_beside_hidden_ones_is_not_called_a_comparison():
    made = samples.reach({"Female": (300, 2000), "Male": (5, 60)}, missing={})
    assert headline(made) == "Reach of staff networks by grade band"


def test_of_very_many_groups_some_differ_by_chance_alone():
    many = {f"Service {at}": (60, 400) for at in range(41)} | {"Service 99": (200, 400)}
    assert sentences(samples.reach(many, missing={}))[1].endswith(
        "than among all staff; of 42 groups about 2 would seem so by chance alone."
    )
    assert headline(samples.reach(many, missing={})) == (
        "Reach of staff networks is clearly higher in 1 of 42 groups"
    )
    assert "chance alone" not in " ".join(sentences(samples.reach()))


def test_many_groups_are_counted_in_the_headline():
    many = {f"Service {name}": (100 * (1 + 5 * (at % 2)), 2000) for at, name in enumerate("ABCDEF")}
    assert headline(samples.reach(many, missing={})) == (
        "Reach of staff networks is clearly lower in 3 and higher in 3 of 6 groups"
    )


# --- support ------------------------------------------------------------------------------------


def test_support_is_held_against_its_plan_and_networks_are_counted_not_named():
    assert sentences(samples.support()) == [
        "Of what was planned for 2024/25, networks were given: training for the chair 50%, "
        "protected time 76.0%, meetings with the sponsor 75% and budget 65%.",
        "Networks that had any in 2024/25: training for the chair for 3 of 6, protected time for 5 "
        "of 6, meetings with the sponsor for 5 of 6 and budget for 5 of 6.",
        "The latest support on record is of 3 March 2025.",
    ]
    assert headline(samples.support()) == (
        "None of 4 kinds of support for staff networks came up to plan in 2024/25"
    )


def test_support_that_came_up_to_plan_is_said_to_have():
    made = samples.support({"Budget": ("pounds", 1000, (1000,) * 6)})
    assert headline(made) == "All support planned for staff networks was given in 2024/25"
    nearly = samples.support({"Budget": ("pounds", 1000, (1000,) * 5 + (999.9,))})
    assert "budget under 100.0%" in sentences(nearly)[0]
    assert headline(nearly).startswith("None of 1 kind of support")


def test_without_a_plan_support_is_not_held_against_one():
    made = samples.EVERY["support without a plan"]()
    assert not any("planned" in one for one in sentences(made))
    assert headline(made) == "Support for staff networks, 2024/25"
