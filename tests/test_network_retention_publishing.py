"""How long members stay, on a page: two ways of leaving, tests, years of joining."""

import math
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import network_depth_samples as samples
from tests.drawings import SVG, texts
from workforce_analytics.estimates import ALL
from workforce_analytics.measures.network_cohorts import cohorts
from workforce_analytics.measures.network_retention import retention
from workforce_analytics.measures.network_retention_words import NO_LEAVERS
from workforce_analytics.publishing.charts import incidence, picture
from workforce_analytics.publishing.definitions import MEASURES
from workforce_analytics.publishing.figures import figures
from workforce_analytics.publishing.network_definitions import NETWORK_TERMS
from workforce_analytics.publishing.network_retention_sentences import (
    NOBODY_YET,
    differ,
    lapses,
    main_month,
    month_of,
    months,
)
from workforce_analytics.publishing.sentences import headline, sentences
from workforce_analytics.publishing.tables import tables

BY_SEX = {"Female": (39.0, 15.0), "Male": (35.0, 17.0), ALL: (37.5, 16.0)}


def with_months_as(table, write):
    """Give the same table with its months named in another way."""
    frame, about = table.to_frame(), table.about
    frame["month"] = [write(month) for month in frame["month"]]
    order = {**about.order, "month": tuple(write(month) for month in about.order["month"])}
    return replace(table, _frame=frame, about=replace(about, order=order))


# --- words --------------------------------------------------------------------------------------


def test_retention_tells_leaving_the_network_from_leaving_the_organisation():
    first, second, third = sentences(samples.retention())
    assert first == (
        "Of those who join a staff network, 19.5% leave it within 12 months of joining while they "
        "still work here (likely between 17.0% and 22.0%); a further 8.3% leave the organisation "
        "(likely between 6.3% and 10.3%)."
    )
    assert second == (
        "Networks differ in how soon members leave (were there no difference, one as large would "
        "be seen in 1.2% of such tables): within 12 months of joining, from 16.1% of “Disability” "
        "to 26.5% of “Young”."
    )
    assert third == (
        "Of those who have been members for 365 days or more, 69.1% came to no event in the last "
        "60 days, 65.9% in the last 90, 57.0% in the last 180 and 38.4% in the last 365."
    )


@pytest.mark.parametrize(("p_value", "told"), [(0.049, True), (0.051, False), (math.nan, None)])
def test_the_test_decides_whether_groups_differ(p_value, told):
    made = samples.retention(BY_SEX, of="sex", p_value=p_value)
    assert differ(figures(made))[0] is told
    said = " ".join(sentences(made))
    assert ("Groups by sex differ" in said) is (told is True)
    assert ("cannot tell whether groups by sex differ" in said) is (told is False)
    assert ("not evidence that there is no difference" in said) is (told is False)


def test_no_range_over_networks_is_said_where_one_of_them_is_hidden():
    made = samples.retention(hidden=[{"network": "Young"}])
    assert sentences(made)[1] == (
        "Networks differ in how soon members leave (were there no difference, one as large would "
        "be seen in 1.2% of such tables)."
    )


def test_a_hidden_test_says_nothing():
    made = samples.retention(hidden=[{"measure": "log_rank"}])
    assert differ(figures(made))[0] is None
    assert "differ" not in " ".join(sentences(made))


def test_where_nobody_knows_who_left_the_organisation_nothing_is_said_of_it():
    leaving = {group: (ends[0], 0.0) for group, ends in samples.LEAVING.items()}
    made = samples.retention(leaving, caveats=(NO_LEAVERS,), hidden=[{"network": "Young"}])
    assert sentences(made)[0] == (
        "Of those who join a staff network, 19.5% have left within 12 months of joining (likely "
        "between 17.0% and 22.0%), the network or the organisation: which of the two is not known."
    )
    assert headline(made) == (
        "19.5% of those who join a network have left within 12 months of joining"
    )
    found = incidence.retention(made)
    assert found.key == ("Left",)
    assert "had left the network or the organisation (which of the two" in found.notes[0]
    assert all(len(panel.lines) == 1 for panel in found.panels)
    assert not found.behind
    overs = [column.over for column in tables(made)[0].columns]
    assert overs[0] == "Left within 12 months"
    assert "Left: the network, or the organisation; which of the two" in tables(made)[0].notes[0]
    assert not any(over.startswith("Left the organisation") for over in overs)


def test_hidden_is_said_of_what_is_hidden_only():
    def only_left(made):
        frame = made.to_frame()
        return replace(made, _frame=frame[frame["measure"] == "left_network"])

    hidden = only_left(samples.retention(hidden=[{"network": ALL}]))
    assert sentences(hidden) == [
        "How long members stay is hidden so that nobody can be identified; nothing can be said of "
        "it."
    ]
    frame = only_left(samples.retention()).to_frame()
    beyond = frame["month"].isin(["12", "18", "24", "36"])
    frame.loc[beyond, ["value", "lower", "upper", "n_effective"]] = math.nan
    frame.loc[beyond, ["status", "value_mark"]] = ["undefined", "[z]"]
    short = replace(samples.retention(), _frame=frame)
    assert sentences(short) == [
        "Nobody could be followed for 12 months after joining, so that it is not known how many "
        "leave a network by then."
    ]
    of_one = replace(short, _frame=frame[frame["network"] == "Race"])
    assert sentences(of_one) == ["How long members stay is not known."]


def test_without_lapses_nothing_is_said_of_them():
    made = samples.retention(lapse=())
    assert lapses(figures(made)) == ()
    assert "no event" not in " ".join(sentences(made))
    assert not any("lapsed" in one.caption for one in tables(made))


@given(wanted=some.sets(some.integers(0, 60), min_size=1, max_size=6))
@settings(derandomize=True, deadline=None)
def test_months_stand_in_order_however_they_are_named_and_the_nearest_to_12_is_told(wanted):
    made = samples.retention({"Race": (30.0, 10.0), ALL: (30.0, 10.0)})
    frame = made.to_frame()
    rows = frame[(frame["month"] == "3") & (frame["measure"] == "left_network")]
    joined = [rows.assign(month=f"{month} months") for month in sorted(wanted, reverse=True)]
    frame = pd.concat(joined, ignore_index=True)
    read = figures(replace(made, _frame=frame))
    assert [month for month, _ in months(read)] == sorted(wanted)
    told, later = main_month(read)[0], wanted - {0}
    assert all(abs(told - 12) <= abs(month - 12) for month in later)
    assert told in (later or {0})


def test_names_of_months_may_be_numbers_or_words():
    made = samples.retention()
    named = with_months_as(made, lambda month: f"{month} months" if month else "")
    assert sentences(named) == sentences(made)
    assert tables(named) == tables(made)
    assert month_of("36 months") == 36


# --- tables -------------------------------------------------------------------------------------


def test_the_first_table_has_one_row_per_network_after_a_year():
    shown = tables(samples.retention())[0]
    assert [row.name for row in shown.rows] == [
        *((name,) for name in samples.NETWORKS),
        ("All networks",),
    ]
    assert [row.total for row in shown.rows] == [False] * 6 + [True]
    full = [column.full for column in shown.columns]
    assert full[0] == "Left the network within 12 months: %"
    assert full[3] == "Left the organisation within 12 months: %"
    assert [cell.text for cell in shown.rows[-1].cells] == [
        *("19.5", "17.0", "22.0"),
        *("8.3", "6.3", "10.3"),
        "72.2",
        "404",
    ]


def test_shares_of_the_three_states_add_up_in_every_row():
    shown = tables(samples.retention())[1]
    for row in shown.rows:
        left, gone, still = (row.cells[place].value for place in (0, 3, 6))
        assert math.isclose(left + gone + still, 100.0, abs_tol=0.11)
    assert shown.rows[0].name == ("Carers", "0 months")
    assert len(shown.rows) == 7 * len(samples.MONTHS)


def test_lapses_stand_side_by_side_and_fall_with_the_days():
    shown = next(one for one in tables(samples.retention()) if "lapsed" in one.caption)
    for row in shown.rows:
        shares = [cell.value for cell in row.cells[1::3]]
        assert shares == sorted(shares, reverse=True)
    assert any("a choice where to draw that line" in note for note in shown.notes)


def test_the_test_has_a_table_of_its_own():
    shown = tables(samples.retention())[-1]
    assert [row.name for row in shown.rows] == [("All networks",)]
    assert [cell.text for cell in shown.rows[0].cells] == ["14.60", "0.012", "[z]"]
    assert any("one table in twenty looks" in note for note in shown.notes)


def test_the_words_say_of_whom_shares_are_and_how_tests_are_judged():
    for days in (60, 365):
        assert "of those who have been members for the longest" in MEASURES[f"lapsed_{days}"]
    terms = dict(NETWORK_TERMS["network_retention"])
    assert "right after the last list that has them" in terms["If as early as could be"]
    assert "among many tables" in terms["Chance of differences as large"]
    assert "about one in twenty" in terms["Chance of differences as large"]


# --- charts -------------------------------------------------------------------------------------


def test_a_panel_per_network_has_two_lines_on_one_scale():
    found = incidence.retention(samples.retention())
    assert [panel.title for panel in found.panels] == [*samples.NETWORKS, "All networks"]
    for panel in found.panels:
        assert [line.name for line in panel.lines] == list(found.key)
        assert [at for at, _ in panel.lines[0].points] == list(samples.MONTHS)
    assert found.scale.low == 0.0
    assert found.scale.high >= max(
        one.value for panel in found.panels for line in panel.lines for _, one in line.points
    )
    assert "34.0%" in texts(picture(samples.retention()))


def test_nothing_is_drawn_where_a_network_is_hidden():
    made = samples.retention(hidden=[{"network": "Young"}])
    young = next(one for one in incidence.retention(made).panels if one.title == "Young")
    assert all(line.last is None for line in young.lines)
    assert "Left the network: [c]" in texts(picture(made))
    assert "51.0%" not in texts(picture(made))
    assert "Young: Left the network after 0 months [c] not shown" in picture(made).alt


def test_one_hidden_month_breaks_the_line():
    hidden = [{"network": "Race", "month": "12", "measure": "left_network"}]
    whole = picture(samples.retention()).svg.count("<path")
    broken = picture(samples.retention(hidden=hidden))
    # One mark and its range are gone, the line is in two parts.
    assert broken.svg.count("<path") != whole
    assert texts(broken).count("[c]") == 1


LATER = [{"network": "Young", "month": month} for month in ("3", "6", "12", "18", "24", "36")]


def test_nothing_is_said_of_the_end_of_a_line_that_has_the_day_of_joining_alone():
    made = samples.retention(hidden=LATER)
    young = next(one for one in incidence.retention(made).panels if one.title == "Young")
    assert [line.points[0][1].value for line in young.lines] == [0.0, 0.0]
    assert all(line.last is None for line in young.lines)
    shown = texts(picture(made))
    assert "0.0%" not in shown
    assert "Left the network: [c]" in shown


def test_an_end_before_that_of_other_panels_names_its_month():
    whole, made = samples.retention(), samples.retention(hidden=LATER[3:])
    assert "12 months" not in texts(picture(whole))
    for narrow in (False, True):
        shown = texts(picture(made), narrow=narrow)
        # The two labels of the panel stand above each other: the month is said once, below them.
        assert shown.count("12 months") == 1
        assert shown[shown.index("12 months") - 1].endswith("%")


def test_labels_of_zero_stand_above_the_foot_and_apart():
    nobody = dict.fromkeys(samples.LEAVING, (0.0, 0.0))
    early = [{"month": month} for month in ("12", "18", "24", "36")]
    for hidden in ((), early, [{"network": "Young", **one} for one in early]):
        drawing = ElementTree.fromstring(picture(samples.retention(nobody, hidden=hidden)).svg)
        written = [(one.text, float(one.get("y"))) for one in drawing.iter(f"{SVG}text")]
        feet = sorted(down for words, down in written if words == "0%")
        zeros = sorted(down for words, down in written if words == "0.0%")
        assert len(zeros) == 14
        for down in zeros:
            foot = min(foot for foot in feet if foot > down)
            assert foot - down > 7
        rows = sorted(set(zeros))
        assert all(after - before > 14 for before, after in pairwise(rows))


# --- years of joining ---------------------------------------------------------------------------


def test_cohorts_are_a_triangle_that_ends_where_nobody_could_be_seen_so_long():
    shown = tables(samples.cohorts())[0]
    assert [row.name for row in shown.rows] == [(year,) for year in samples.JOINED]
    assert [cell.text for cell in shown.rows[0].cells] == [
        *("210", "95.7", "90.5", "79.0", "66.2", "55.7")
    ]
    assert [cell.text for cell in shown.rows[-1].cells] == ["268", "96.3", *["[z]"] * 4]
    assert len(tables(samples.cohorts())[1].rows) == 5 + 4 + 3 + 1


def test_the_last_year_is_compared_with_the_first_by_the_range_of_the_difference():
    said = sentences(samples.cohorts())
    assert said[0] == (
        "Of those who joined in 2021/22, 79.0% were still members 12 months later (likely between "
        "73.0% and 84.0%); of those who joined in 2023/24, 81.3% were (likely between 76.0% and "
        "85.6%)."
    )
    assert said[1] == (
        "This data cannot tell whether more or fewer stay than before (likely between −5.0 and 9.6 "
        "percentage points), which is not evidence that there is no difference."
    )
    assert headline(samples.cohorts()) == (
        "81.3% of those who joined in 2023/24 were still members 12 months later"
    )


@pytest.mark.parametrize(
    ("later", "word"),
    [
        (950, "more than before"),
        (600, "fewer than before"),
        (801, "no difference that matters"),
    ],
)
def test_a_clear_difference_between_years_is_named(later, word):
    scale = 20 if "matters" in word else 1
    joined = {
        "2021/22": (1000 * scale, (900 * scale, 850 * scale, 800 * scale)),
        "2022/23": (1000 * scale, (900 * scale, 850 * scale, later * scale)),
    }
    assert word in sentences(samples.cohorts(joined))[1]


def test_one_year_is_told_by_itself():
    said = sentences(samples.cohorts({"2021/22": samples.JOINED["2021/22"]}))
    assert len(said) == 1
    assert said[0].startswith("Of those who joined in 2021/22, 79.0% were still members")


def test_other_years_stand_behind_each_panel_and_hidden_ones_do_not():
    found = incidence.cohorts(samples.cohorts())
    assert found.behind
    assert [panel.title for panel in found.panels] == [f"Joined in {one}" for one in samples.JOINED]
    assert [len(panel.lines[0].points) for panel in found.panels] == [5, 4, 3, 1]
    hidden = picture(samples.cohorts(hidden=[{"cohort": "2022/23", "month": "12"}]))
    assert texts(hidden).count("[c]") == 1
    assert (
        "Joined in 2022/23: after 3 months 97.0%, after 6 months 91.8%, after 12 months [c] "
        in (hidden.alt)
    )


def test_where_no_year_can_be_followed_yet_that_is_said():
    made = samples.no_cohorts()
    assert sentences(made) == [NOBODY_YET]
    assert tables(made)[0].rows == ()
    assert "There is no year to show yet." in texts(picture(made))


# --- the sample council -------------------------------------------------------------------------


def test_what_the_measures_make_is_what_is_read(council):
    made = retention(council.networks, council.workforce, events=council.events)
    table = made.protect()
    read = figures(table)
    assert [month for month, _ in months(read)] == list(samples.MONTHS)
    assert lapses(read) == (60, 90, 180, 365)
    first, _, third = sentences(table)
    exact = made.unprotected(reason="compare what is said with the figure behind it")
    year = exact[(exact["network"] == ALL) & (exact["month"] == "12 months")].set_index("measure")[
        "value"
    ]
    assert f"{100 * year['left_network']:.1f}% leave it within 12 months of joining" in first
    assert f"a further {100 * year['left_council']:.1f}% leave the organisation" in first
    assert third.startswith("Of those who have been members for 365 days or more, ")
    assert set(exact["measure"]) <= set(MEASURES)


def test_years_of_joining_of_the_measure_are_read(council):
    table = cohorts(council.networks, council.workforce, events=council.events).protect()
    shown = tables(table)[0]
    assert [row.name[0] for row in shown.rows] == ["2021/22", "2022/23", "2023/24"]
    assert "were still members 12 months later" in sentences(table)[0]
    assert [panel.title for panel in incidence.cohorts(table).panels] == [
        *(f"Joined in {row.name[0]}" for row in shown.rows)
    ]
