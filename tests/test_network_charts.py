"""Charts of staff networks: every kind drawn, bands where they begin, nothing that is hidden."""

import math
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import network_figures as samples
from tests.drawings import (
    FORBIDDEN,
    SVG,
    contrast,
    everything_hidden,
    must_be_described,
    must_stay_apart,
    span,
    texts,
)
from tests.protected_samples import reordered
from workforce_analytics.publishing.charts import (
    canvas,
    network_groups,
    network_stock,
    network_support,
    networks,
    picture,
)
from workforce_analytics.publishing.figures import Figure


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def drawn(request):
    table = request.param()
    return table, picture(table)


# --- every kind ---------------------------------------------------------------------------------


def test_every_kind_has_a_chart_with_two_drawings_that_are_described(drawn):
    must_be_described(drawn[1])


def test_words_stay_inside_of_the_drawing_and_apart(drawn):
    must_stay_apart(drawn[1])


def test_words_of_the_house(drawn):
    _, chart = drawn
    said = " ".join([chart.alt, chart.headline, chart.statistical_title, *chart.notes])
    assert not [word for word in FORBIDDEN if word.lower() in said.lower()]
    assert not re.search(r"\bnan\b|spell\b|cluster|suppress", said + chart.svg)


def test_the_order_of_rows_does_not_matter(drawn):
    table, chart = drawn
    turned = picture(reordered(table))
    assert (turned.svg, turned.narrow_svg, turned.alt) == (chart.svg, chart.narrow_svg, chart.alt)


@pytest.mark.parametrize("name", samples.EVERY)
def test_nothing_stands_in_a_drawing_where_everything_is_hidden(name):
    chart = picture(everything_hidden(samples.EVERY[name]()))
    assert "[c]" in " ".join(texts(chart))
    assert "[c] not shown" in chart.alt
    assert not re.search(r"\d%|\d members|\d joined", chart.alt)
    assert not re.search(r"\d+\.\d%|\d% of staff|\d members", " ".join(texts(chart)))
    # No line, dot or bar of a figure: of each colour there is only what the key shows.
    for colour in (canvas.DARK_BLUE, canvas.MID_BLUE, canvas.ORANGE):
        assert chart.svg.lower().count(colour.lower()) <= 4


# --- over time ----------------------------------------------------------------------------------


def test_months_stand_in_the_order_of_time_not_of_their_names():
    shown = networks.data(samples.by_month())
    assert shown.periods[:2] == ("April 2023", "May 2023")
    assert shown.periods[-1] == "September 2024"
    assert [one.value for one in shown.stocks[0].members] == sorted(
        one.value for one in shown.stocks[0].members
    )
    assert "Apr 2023" in texts(picture(samples.by_month()))


def test_people_come_first_then_the_networks_in_their_order():
    names = [stock.name for stock in networks.data(samples.participation()).stocks]
    assert names == ["Any network", *samples.NETWORKS]
    counted = [stock.name for stock in networks.data(samples.from_counts()).stocks]
    assert counted == ["Memberships", *samples.NETWORKS]


def test_the_alt_text_says_every_year_and_that_hidden_ones_are_not_shown():
    alt = picture(samples.EVERY["participation with hidden"]()).alt
    assert "2021/22 7.6%; 2022/23 8.8%; 2023/24 10.1%; 2024/25 11.6%" in alt
    assert "Young: members 2021/22 [c] not shown; 2022/23 [c] not shown; 2023/24 21" in alt
    assert "in 2024/25 [c] not shown joined and 17 left" in alt


@pytest.mark.parametrize(
    ("staff", "bands"),
    [
        (60000, ["Under 10%"]),
        (5400, ["Under 10%", "10% to under 20%"]),
        (2200, ["Under 10%", "10% to under 20%", "20% to under 40%"]),
        (900, ["Under 10%", "10% to under 20%", "20% to under 40%", "40% or more"]),
    ],
)
def test_the_bands_up_to_the_one_that_is_reached_are_named(staff, bands):
    chart = picture(samples.participation(staff=[staff] * 4))
    named = ("Under 10%", "10% to under 20%", "20% to under 40%", "40% or more")
    assert [words for words in texts(chart) if words in named] == bands


def test_a_band_begins_where_the_scale_has_its_edge():
    drawing = ElementTree.fromstring(picture(samples.participation(staff=[2200] * 4)).svg)
    down = {}
    for element in drawing.iter(f"{SVG}text"):
        _, _, at, words = span(element)
        down.setdefault(words, at)
    # Bands are named in their middle: between their edges on the scale, near enough.
    assert down["0%"] > down["Under 10%"] > down["10%"] > down["10% to under 20%"] > down["20%"]
    middle = (down["10%"] + down["20%"]) / 2
    assert down["10% to under 20%"] == pytest.approx(middle, abs=1.5)


def test_without_staff_there_is_no_reach_and_no_band():
    for table in (samples.EVERY["participation without workforce"](), samples.from_counts()):
        chart = picture(table)
        assert not any("%" in words for words in texts(chart))
        assert "percentage" not in chart.alt + chart.statistical_title


def test_flows_of_the_latest_periods_only_are_said_to_be_that():
    assert "latest periods only" in picture(samples.by_month()).notes[0]
    assert "latest periods only" not in picture(samples.participation()).notes[0]


def test_a_line_does_not_run_over_what_is_hidden():
    def hidden(*places):
        return [Figure(value=None if at in places else 5.0) for at in range(6)]

    assert network_stock.runs(hidden()) == [[0, 1, 2, 3, 4, 5]]
    assert network_stock.runs(hidden(2)) == [[0, 1], [3, 4, 5]]
    assert network_stock.runs(hidden(1, 3, 5)) == []


def test_in_a_long_line_what_stands_alone_is_a_dot():
    table = samples.by_month()
    frame = table.to_frame()
    race = (frame["network"] == "Race") & (frame["measure"] == "members")
    out = race & frame["period"].isin(["June 2023", "August 2023"])
    frame.loc[out, ["numerator", "value"]] = math.nan
    frame.loc[out, ["numerator_mark", "value_mark"]] = "[c]"
    frame.loc[out, "status"] = "suppressed"

    def dots(chart):
        # A dot is a marker that is used at a place.
        return chart.svg.count("<use ")

    alone = picture(replace(table, _frame=frame))
    assert dots(alone) == dots(picture(table)) + 1
    assert "Race: members April 2023 167; June 2023 [c] not shown; August 2023 [c]" in alone.alt


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    some.lists(
        some.tuples(some.floats(0, 1), some.floats(0, 1)).map(sorted), min_size=1, max_size=9
    )
)
def test_the_scale_of_reach_holds_every_range(ends):
    points = tuple(Figure(value=low, lower=low, upper=high) for low, high in ends)
    scale = networks._reach_scale(points)
    assert scale.high >= max(high for _, high in ends)
    assert not any(scale.cuts(point) for point in points)
    # Its numbers meet its end, so that the uppermost line has a number.
    assert scale.high / scale.step == pytest.approx(round(scale.high / scale.step))


def test_the_marks_stand_out_from_white():
    for colour in (canvas.DARK_BLUE, canvas.MID_BLUE, canvas.ORANGE, canvas.GREY):
        assert contrast(colour, "#ffffff") >= (4.5 if colour == canvas.GREY else 3.0)
    # What is written on a band, and the line over it, can be told from it.
    for ground in networks._GROUNDS:
        assert contrast(canvas.DARK_BLUE, ground) >= 3.0


# --- by group -----------------------------------------------------------------------------------


def test_reach_is_drawn_of_any_network_at_the_latest_date_with_all_staff_last():
    drawing = network_groups.data(samples.EVERY["reach over time"]()).drawing
    rows = drawing.panels[0].rows
    assert [row.label for row in rows] == [*samples.BANDS, "Not known", "All staff"]
    assert rows[0].texts == ("6.3% (5.4% to 7.2%)",)
    assert rows[0].under == "182 of 2,900 staff"
    assert rows[-1].strong
    assert rows[3].texts == ("[c]",)
    assert rows[3].under == "60 staff"


def test_of_many_groups_those_that_are_hidden_are_counted_and_have_no_row():
    many = {f"Service {at:02d}": (4 if at % 3 == 0 else 40, 200) for at in range(24)}
    table = samples.reach(many, missing={})
    drawing = network_groups.data(table).drawing
    assert [row.label for row in drawing.rows] == [
        *(f"Service {at:02d}" for at in range(24) if at % 3),
        "All staff",
    ]
    chart = picture(table)
    assert chart.notes[0].endswith("8 more groups are [c] not shown.")
    assert "8 more groups are [c] not shown. A table follows." in chart.alt


# --- support ------------------------------------------------------------------------------------


def test_support_has_a_panel_per_kind_with_its_unit_and_a_bar_per_network():
    shown = network_support.data(samples.support())
    assert [panel.title for panel in shown.panels] == [
        "Training for the chair",
        "Protected time (hours a month)",
        "Meetings with the sponsor",
        "Budget (£)",
    ]
    assert [bar.network for bar in shown.panels[0].bars] == list(samples.NETWORKS)
    assert [bar.text for bar in shown.panels[1].bars][:4] == [
        "8 of 8",
        "6.5 of 8",
        "0 of 8",
        "10 of 8",
    ]


def test_a_bar_is_as_long_as_its_plan_where_the_plan_was_met():
    drawing = ElementTree.fromstring(picture(samples.support()).svg)
    bars = [
        element
        for element in drawing.iter(f"{SVG}path")
        if canvas.DARK_BLUE.lower() in (element.get("style") or "").lower()
        and "fill" in element.get("style")
    ]
    assert bars
    numbers = [list(map(float, re.findall(r"-?\d+\.?\d*", bar.get("d")))) for bar in bars]
    lengths = [round(max(xs[::2]) - min(xs[::2]), 1) for xs in numbers]
    # The key, then the chairs: nobody, nobody, nobody, one of one each.
    assert lengths[1:4] == [0.0, 0.0, 0.0]
    assert lengths[4] == lengths[5] == lengths[6] > 0


def test_support_without_a_plan_has_no_diamonds():
    chart = picture(samples.EVERY["support without a plan"]())
    assert "Planned" not in texts(chart)
    assert not any(" of " in words for words in texts(chart))


def test_a_network_that_the_table_does_not_have_a_kind_for_is_not_applicable():
    table = samples.support()
    frame = table.to_frame()
    gone = (frame["network"] == "Race") & frame["kind"].str.startswith("Budget")
    chart = picture(replace(table, _frame=frame[~gone].reset_index(drop=True)))
    assert "Race not applicable" in chart.alt
