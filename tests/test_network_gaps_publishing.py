"""Whom networks do not reach, on a page: differences, verdicts by their ranges, hidden groups."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import network_depth_samples as samples
from tests.drawings import texts
from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE
from workforce_analytics.measures.network_reach_gaps import reach_gaps as measured
from workforce_analytics.publishing.charts import picture, reach_gaps
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.network_gaps_sentences import (
    alike,
    compared_groups,
    gap_reference,
    networks_words,
    verdicts,
)
from workforce_analytics.publishing.sentences import headline, sentences
from workforce_analytics.publishing.tables import tables

NONE = (math.nan, math.nan, math.nan)


def two(like, *, n=90, people=900):
    """A table of one group against its reference."""
    return samples.reach_gaps({BLACK: (n, people, like), WHITE: (400, 4000, NONE)})


# --- words --------------------------------------------------------------------------------------


def test_reach_gaps_say_the_rates_the_difference_like_with_like_and_who_cannot_be_told():
    assert sentences(samples.reach_gaps()) == [
        f"21.0% of “{BLACK}” are members of any staff network (likely between 17.0% and 25.7%) and "
        "11.1% of “White” (likely between 10.2% and 12.1%); 9.4 percentage points more (likely "
        "between +5.1 and +13.9), for people alike in grade band and service.",
        f"For “{ASIAN}” and “{MIXED}” this data cannot tell, which is not evidence that there is "
        "no difference.",
    ]
    assert headline(samples.reach_gaps()) == (
        "Membership of any staff network is clearly higher for 1 of 3 groups than for “White”"
    )


def test_those_reached_least_come_first_and_all_who_are_not_reached_are_counted():
    said = sentences(samples.reach_gaps(samples.GRADES, of="grade_band"))
    assert said[0].startswith("6.3% of “Grades 1 to 4” are members of any staff network")
    assert "10.6 percentage points fewer (likely between −12.7 and −8.5)" in said[0]
    assert said[1] == (
        "Membership is clearly higher for “Grades 8 to 10”; for “Senior leadership” this data "
        "cannot tell, which is not evidence that there is no difference."
    )
    assert said[2] == "4,803 of 5,443 people in these groups are not members of any staff network."


def test_nobody_is_counted_in_all_where_a_group_is_hidden():
    assert not any("people in these groups" in words for words in sentences(samples.reach_gaps()))


@pytest.mark.parametrize(
    ("like", "words"),
    [
        ((-5.0, -8.0, -2.1), "is clearly lower for"),
        ((5.0, 2.1, 8.0), "is clearly higher for"),
        ((0.3, -1.2, 1.8), "no difference that matters"),
        ((3.0, -0.5, 6.5), "this data cannot tell"),
    ],
)
def test_the_verdict_of_one_group_follows_its_range(like, words):
    assert words in headline(two(like))


def test_what_is_like_with_like_decides_over_what_is_as_it_is():
    crude, like = samples.reach_gaps(adjusted=False), samples.reach_gaps()
    assert ASIAN in verdicts(figures(crude))["higher"]
    assert ASIAN in verdicts(figures(like))["unknown"]
    assert "alike in" not in " ".join(sentences(crude))


def test_a_group_that_is_hidden_is_in_no_verdict():
    found = verdicts(figures(samples.reach_gaps()))
    assert OTHER not in [group for groups in found.values() for group in groups]
    assert OTHER in compared_groups(figures(samples.reach_gaps()))


def test_what_people_are_members_of_and_alike_in_is_read_off_the_table():
    read = figures(samples.reach_gaps(outcome="being a member of the network Race"))
    assert networks_words(read) == "the network Race"
    assert alike(read) == "grade band and service"
    assert gap_reference(read) == "“White”"
    other = figures(samples.reach_gaps(definition="As the report says."))
    assert alike(other) == "what the table names"


@given(
    middle=some.floats(-12, 12),
    below=some.floats(0.05, 6),
    above=some.floats(0.05, 6),
)
@settings(derandomize=True, deadline=None)
def test_a_group_stands_under_the_verdict_of_its_range(middle, below, above):
    read = figures(two((middle, middle - below, middle + above)))
    found = {word: groups for word, groups in verdicts(read).items() if groups}
    assert found == {verdict(middle - below, middle + above): [BLACK]}


# --- tables and chart ---------------------------------------------------------------------------


def test_the_first_table_has_everybody_and_the_reference_has_no_difference():
    shown = tables(samples.reach_gaps())[0]
    rows = {row.name[0]: [cell.text for cell in row.cells] for row in shown.rows}
    assert list(rows) == [ASIAN, BLACK, MIXED, WHITE, OTHER]
    assert rows[WHITE][:3] == ["3,890", "432", "11.1"]
    assert rows[WHITE][-3:] == ["[z]"] * 3
    assert set(rows[OTHER][1:]) == {"[c]"}
    assert any("people alike in grade band and service" in note for note in shown.notes)


def test_differences_as_they_are_and_tests_stand_apart():
    _, second, third = tables(samples.reach_gaps())
    assert [column.over for column in second.columns][::3] == [
        "Difference as it is (percentage points)",
        "Odds ratio, like with like",
    ]
    assert WHITE not in [row.name[0] for row in (*second.rows, *third.rows)]
    assert third.rows[0].cells[0].text == "0.030"
    crude = tables(samples.reach_gaps(adjusted=False))
    assert crude[0].columns[-1].over == "Difference (percentage points)"


def test_the_chart_has_both_differences_and_the_band_of_what_does_not_matter():
    found = reach_gaps.data(samples.reach_gaps())
    assert found.drawing.series == ("As it is", "Like with like")
    assert found.drawing.zone == (-2.0, 2.0)
    assert [row.label for row in found.drawing.rows] == [ASIAN, BLACK, MIXED, OTHER]
    assert found.drawing.rows[0].under == "14.0% of 702"
    assert "the same reach as for “White” (11.1% of 3,890)" in found.drawing.line
    assert texts(picture(samples.reach_gaps())).count("[c]") == 3
    assert reach_gaps.data(samples.reach_gaps(adjusted=False)).drawing.series == ()


def test_hidden_groups_are_drawn_nowhere():
    found = reach_gaps.data(samples.reach_gaps())
    other = found.drawing.rows[-1]
    assert [figure.value for figure in other.figures] == [None, None]
    assert other.under == ""


# --- the sample council -------------------------------------------------------------------------


def test_what_is_read_off_the_words_of_a_table_is_what_the_measure_writes(council):
    table = measured(council.networks, council.workforce, of="ethnicity").protect()
    read = figures(table)
    assert alike(read) == "grade band and service"
    assert networks_words(read) == "any staff network"
    assert gap_reference(read) == "“White”"
    assert WHITE not in compared_groups(read)
    one = measured(council.networks, council.workforce, of="sex", network="Race").protect()
    assert networks_words(figures(one)) == "the network Race"


def test_low_grades_are_told_to_be_reached_less_as_was_planted(council):
    table = measured(
        council.networks,
        council.workforce,
        of="grade_band",
        reference="Grades 5 to 7",
        events=council.events,
    ).protect()
    assert "Grades 1 to 4" in verdicts(figures(table))["lower"]
    assert "of “Grades 1 to 4” are members of any staff network" in sentences(table)[0]
    assert "percentage points fewer" in sentences(table)[0]
