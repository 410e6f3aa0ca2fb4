"""Staff networks in depth on a page: every kind shown, and who comes to events of networks."""

import json
import math
import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import network_depth_samples as samples
from tests.drawings import (
    FORBIDDEN,
    everything_hidden,
    must_be_described,
    must_be_well_laid,
    must_stay_apart,
    texts,
)
from tests.protected_samples import reordered
from workforce_analytics.estimates import ALL
from workforce_analytics.measures.network_activity import activity
from workforce_analytics.publishing.charts import network_activity, picture
from workforce_analytics.publishing.definitions import MEASURES, definitions
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.network_activity_sentences import (
    main_window,
    member_days,
    per_hundred,
    throughout,
    windows,
)
from workforce_analytics.publishing.open_data import metadata
from workforce_analytics.publishing.page import Page, Section, exhibit, exhibit_heading, render
from workforce_analytics.publishing.sentences import headline, sentences
from workforce_analytics.publishing.tables import as_text, tables

DRAWN = {
    "network_activity": ("active_30", "active_90", "active_365", "attendances_per_member_month"),
    "network_retention": ("left_network", "left_council"),
    "network_cohorts": ("still_member",),
    "network_reach_gaps": ("gap", "gap_adjusted"),
}
NOT_FOR_PAGES = r"placebo|estimand|cluster|coefficient|spell\b|competing|hazard|\bnan\b"


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def shown(request):
    table = request.param()
    return table, picture(table), tables(table), sentences(table)


def column(table, full, *, at=0):
    """The texts of a column of one of a table's layouts, by both of its headings."""
    laid = tables(table)[at]
    names = [one.full for one in laid.columns]
    return [row.cells[names.index(full)].text for row in laid.rows]


# --- every kind ---------------------------------------------------------------------------------


def test_every_kind_has_tables_of_one_width_whose_marks_are_explained(shown):
    made, _, laid, _ = shown
    must_be_well_laid(made, laid)


def test_every_kind_has_a_chart_with_two_drawings_that_are_described(shown):
    must_be_described(shown[1])


def test_words_stay_inside_of_the_drawing_and_apart(shown):
    must_stay_apart(shown[1])


def test_up_to_three_sentences_and_words_of_the_house(shown):
    made, chart, laid, told = shown
    assert 1 <= len(told) <= 3
    assert all(words.endswith(".") and words[0] == words[0].upper() for words in told)
    assert not headline(made).endswith(".")
    every = [chart.alt, chart.headline, chart.statistical_title, *chart.notes, *told]
    said = " ".join([*every, *(as_text(one) for one in laid)])
    assert not [word for word in FORBIDDEN if word.lower() in said.lower()]
    assert not re.search(NOT_FOR_PAGES, said)
    assert not re.search(r"\bnan\b", chart.svg + chart.narrow_svg)


def test_a_hidden_figure_is_spoken_as_hidden_and_never_as_a_number(shown):
    made, chart, _, _ = shown
    found, measures = figures(made), DRAWN[made.about.kind]
    rows = found.rows.items()
    if made.about.kind == "network_activity" and windows(found):
        measures = measures[:-1]
    hidden = [one for at, one in rows if at.measure in measures and one.hidden]
    assert chart.alt.count("[c] not shown") == len(hidden)


def test_the_order_of_rows_does_not_matter(shown):
    made, chart, laid, told = shown
    turned = reordered(made)
    assert picture(turned) == chart
    assert tables(turned) == laid
    assert sentences(turned) == told


@pytest.mark.parametrize("name", samples.EVERY)
def test_nothing_is_said_drawn_or_laid_out_where_everything_is_hidden(name):
    table = samples.EVERY[name]()
    if table.to_frame().empty:
        assert "yet" in " ".join(sentences(table))
        return
    hidden = everything_hidden(table)
    chart, told = picture(hidden), sentences(hidden)
    assert all(row.value is None for one in tables(hidden) for r in one.rows for row in r.cells)
    assert not re.search(r"\d[\d.]*%|\d percentage", " ".join([*told, headline(hidden), chart.alt]))
    assert "hidden so that nobody can be identified" in " ".join([*told, headline(hidden)])
    assert "[c] not shown" in chart.alt
    assert "[c]" in " ".join(texts(chart))


def test_every_measure_and_kind_is_explained_and_has_a_heading_of_its_own():
    made = [samples.activity(), samples.retention(), samples.cohorts(), samples.reach_gaps()]
    headings = [exhibit_heading(table) for table in made]
    assert len(set(headings)) == len(made)
    for table in made:
        assert set(table.to_frame()["measure"]) <= set(MEASURES)
        assert len(definitions([table.about.kind])) > len(definitions([]))
        assert json.dumps(metadata(table, address="table.csv"))
        section = Section(key="networks", heading="Staff networks", exhibits=(exhibit(table),))
        page = render(Page(title="Networks", organisation="Sample", sections=(section,)))
        assert exhibit_heading(table) in page


# --- who comes ----------------------------------------------------------------------------------


def test_activity_says_the_share_its_range_over_networks_and_how_often():
    assert sentences(samples.activity()) == [
        "Of those who were members of a staff network throughout the last 365 days, 41.4% came to "
        "an event in the last 90 (likely between 37.2% and 45.7%).",
        "Among networks the share who came in the last 90 days is from 31.7% in “Carers” to 42.3% "
        "in “Young”; those of few members lie further apart by chance.",
        "For every 100 members there were 14.5 attendances a month (likely between 12.2 and 17.3); "
        "half of all attendances were made by 16.7% of those who came.",
    ]
    assert headline(samples.activity()) == (
        "41.4% of those who were members for a year came to an event in the last 90 days"
    )


def test_where_each_span_has_members_of_its_own_that_is_said():
    made = samples.activity(same=False)
    assert sentences(made)[0] == (
        "Of those who were members of a staff network throughout the last 90 days, 35.2% came to "
        "an event in that time (likely between 31.5% and 39.1%)."
    )
    assert headline(made) == "35.2% of members came to an event in the last 90 days"
    assert "for each number of days" in tables(made)[0].notes[0]
    assert "same people" in tables(samples.activity())[0].notes[0]


def test_no_range_over_networks_is_said_where_one_of_them_is_hidden():
    made = samples.activity(hidden=[{"network": "Race", "measure": "active_90"}])
    assert len(sentences(made)) == 2
    assert "Among networks" not in " ".join(sentences(made))


def test_nothing_is_said_of_all_networks_where_they_are_hidden():
    made = samples.activity(hidden=[{"network": ALL}])
    assert sentences(made)[0].startswith("Among networks")
    assert "hidden" in headline(made)
    assert len(sentences(made)) == 1


def test_monthly_counts_alone_give_attendances_and_no_share_of_people():
    made = samples.activity(counts_alone=True)
    assert windows(figures(made)) == ()
    assert sentences(made) == [
        "For every 100 members there were 14.5 attendances a month.",
        "In an average month the number of different people who came was 13.1% of the number of "
        "members.",
    ]
    assert headline(made).startswith("14.5 attendances a month")
    drawn = network_activity.data(made)
    assert drawn.drawing.series == ()
    assert len(tables(made)) == 1
    assert "attendances a month per 100 members" in drawn.alt
    # Nobody knows how often the same people came: no range is given, and none is explained.
    assert not any("ikely" in words for words in (*drawn.notes, *tables(made)[0].notes))
    assert not any("ikely" in one.full for one in tables(made)[0].columns)


def test_a_chart_of_who_comes_has_three_spans_and_the_table_all():
    made = samples.activity()
    drawn = network_activity.data(made)
    assert drawn.drawing.series == ("Last 30 days", "Last 90 days", "Last 365 days")
    assert [row.label for row in drawn.drawing.rows] == [*samples.NETWORKS, "All networks"]
    assert [row.strong for row in drawn.drawing.rows] == [False] * 6 + [True]
    assert column(made, "Share who came: %", at=1)[:4] == ["13.4", "23.2", "31.7", "58.5"]
    names = [row.name for row in tables(made)[1].rows]
    assert names[:4] == [("Carers", f"{days} days") for days in (30, 60, 90, 365)]
    assert names[-1] == ("All networks", "365 days")


def test_rows_of_the_chart_say_that_members_throughout_are_counted():
    """Other pages count everybody who is a member: the number alone would be read as that."""
    rows = network_activity.data(samples.activity()).drawing.rows
    assert rows[0].under == "82 members throughout"


def test_a_small_network_is_hidden_in_table_and_chart():
    made = samples.activity()
    young = [row for row in tables(made)[1].rows if row.name == ("Young", "30 days")]
    assert {cell.text for cell in young[0].cells[1:]} == {"[c]"}
    assert "Young: Last 30 days [c] not shown" in network_activity.data(made).alt


def test_rates_of_the_table_are_per_100_members():
    made = samples.activity()
    found = figures(made).get("attendances_per_member_month", "Race")
    rates = column(made, "Attendances a month per 100 members: rate")
    assert rates[3] == f"{100 * found.value:.1f}"
    habits = column(made, "People who came", at=2)
    assert habits[-1] == "371"


@given(
    value=some.floats(0.001, 3.0),
    wider=some.floats(1.0, 2.0),
    spans=some.sets(some.integers(1, 700), min_size=1, max_size=6),
)
@settings(derandomize=True, deadline=None)
def test_rates_are_a_hundred_times_those_per_member_and_the_span_told_is_nearest_to_90_days(
    value, wider, spans
):
    rate = per_hundred(Figure(value=value, lower=value / wider, upper=value * wider))
    assert math.isclose(rate.value, 100 * value)
    assert rate.lower <= rate.value <= rate.upper
    frame = samples.activity(days=(90,)).to_frame()
    rows = [
        frame[frame["measure"] == "active_90"].assign(measure=f"active_{days}") for days in spans
    ]
    made = samples.activity(days=(90,))
    read = figures(replace(made, _frame=pd.concat(rows, ignore_index=True)))
    assert windows(read) == tuple(sorted(spans))
    told = main_window(read)
    assert all(abs(told - 90) <= abs(days - 90) for days in spans)


# --- the sample council -------------------------------------------------------------------------


def test_what_is_read_off_the_definition_is_what_the_measure_writes(council):
    made = activity(council.networks, council.workforce)
    table = made.protect()
    read = figures(table)
    assert member_days(read, main_window(read)) == 365
    assert throughout(read) in made.about.definition
    apart = activity(council.networks, council.workforce, same_members=False).protect()
    assert member_days(figures(apart), 90) == 90
    said = " ".join(sentences(table))
    exact = made.unprotected(reason="compare what is said with the figure behind it")
    whole = exact[(exact["measure"] == "active_90") & (exact["network"] == ALL)]["value"].iloc[0]
    assert f"365 days, {100 * whole:.1f}% came to an event in the last 90" in said
    assert set(exact["measure"]) <= set(MEASURES)
