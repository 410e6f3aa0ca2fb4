"""Charts of what to act on after a survey: bands, corners, names apart, nothing that is hidden."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from tests import survey_action_samples as samples
from tests.drawings import (
    SVG,
    everything_hidden,
    must_be_described,
    must_be_in_words_of_the_house,
    must_stay_apart,
    said_by,
    texts,
)
from tests.protected_samples import ASIAN, MIXED, OTHER, reordered
from tests.survey_action_samples import (
    INCLUSION,
    LEADERS,
    MANAGER,
    THEMES,
    WORKLOAD,
)
from workforce_analytics.publishing.charts import (
    canvas,
    comments,
    label_places,
    picture,
    priorities,
    quadrant,
    reliability,
    survey_change,
    survey_published,
)
from workforce_analytics.publishing.charts.label_places import Box, Named, places

KINDS = (
    "change",
    "change by group",
    "reliability",
    "drivers",
    "drivers by group",
    "priorities",
    "comments",
    "published",
)
"""One table for each way of drawing."""
ALIKE = {"priorities in a clear order", "priorities without a plan", "change of one"}
"""Drawn as others are."""


@pytest.fixture(scope="module", params=[name for name in samples.EVERY if name not in ALIKE])
def drawn(request):
    table = samples.EVERY[request.param]()
    return table, picture(table)


# --- every kind ---------------------------------------------------------------------------------


def test_every_kind_has_a_chart_with_two_drawings_that_are_described(drawn):
    must_be_described(drawn[1])


def test_words_stay_inside_of_the_drawing_and_apart(drawn):
    must_stay_apart(drawn[1])


def test_words_of_the_house(drawn):
    must_be_in_words_of_the_house(said_by(drawn[1]), never=r"\bdriv(es|ers?)\b|\bcauses\b(?! what)")


@pytest.mark.parametrize("name", KINDS)
def test_the_order_of_rows_does_not_matter(name):
    table = samples.EVERY[name]()
    chart, turned = picture(table), picture(reordered(table))
    assert (turned.svg, turned.narrow_svg, turned.alt) == (chart.svg, chart.narrow_svg, chart.alt)


@pytest.mark.parametrize("name", KINDS)
def test_nothing_stands_in_a_drawing_where_everything_is_hidden(name):
    chart = picture(everything_hidden(samples.EVERY[name]()))
    assert "[c]" in " ".join(texts(chart))
    assert "[c] not shown" in chart.alt
    assert not re.search(r"\d\.\d%|\d\.\d\d|\d to \d|Place", " ".join(texts(chart)))
    # No line, dot or bar of a figure: of each colour there is only what the key shows.
    for colour in (canvas.DARK_BLUE, canvas.ORANGE):
        assert chart.svg.lower().count(colour.lower()) <= 4


# --- change -------------------------------------------------------------------------------------


def test_a_change_stands_with_both_scores_its_verdict_and_the_band():
    found = survey_change.data(samples.change())
    assert found.drawing.zone == (-2.0, 2.0)
    row = next(row for row in found.drawing.rows if row.label == INCLUSION)
    assert (row.texts, row.under) == (("worse",), "57.0% to 53.1% (−3.9)")
    assert "0: the same score in 2024 as in 2022" in texts(picture(samples.change()))
    assert (
        "Inclusion: worse, −3.9 points, likely between −6.3 and −1.5 (57.0% to 53.1%)" in found.alt
    )


def test_changes_of_scores_out_of_ten_stand_on_the_same_axis_ten_times_as_long():
    hundred = survey_change.data(samples.change())
    ten = survey_change.data(samples.change(unit="score_0_10"))
    for one, other in zip(hundred.drawing.rows, ten.drawing.rows, strict=True):
        assert other.figures[0].value == pytest.approx(one.figures[0].value)
    assert "drawn ten times as long" in ten.notes[0]
    assert "drawn ten times as long" not in hundred.notes[0]
    assert "+0.42 points" in ten.alt


def test_of_groups_the_first_scores_have_a_panel_each_and_all_staff_come_last():
    found = survey_change.data(samples.change_by_group())
    assert [panel.title for panel in found.drawing.panels] == list(samples.TOPICS[:4])
    assert [row.label for row in found.drawing.panels[0].rows][-2:] == [
        "Prefer not to say",
        "All staff",
    ]
    assert found.notes[0].endswith("3 more scores are in the table.")
    other = next(row for row in found.drawing.rows if row.label == OTHER)
    assert (other.figures[0].value, other.texts, other.under) == (None, ("[c]",), "")


# --- what engagement goes with ------------------------------------------------------------------


def test_each_theme_stands_at_its_score_and_share_and_the_corner_is_named():
    chart = picture(samples.drivers())
    assert {"Work on first", "Keep up", *THEMES} <= set(texts(chart))
    found = quadrant.data(samples.drivers())
    assert found.plane.equal == pytest.approx(1 / 6)
    assert found.plane.middle == pytest.approx(sum(x[2] for x in samples.DRIVERS.values()) / 6)
    assert (
        "My line manager: score 61.7% (59.7% to 63.7%), share 31.0% (27.0% to 35.0%), in the "
        "corner “Keep up”;" in chart.alt
    )
    assert "in the corner “Work on first”, but its ranges reach further" in chart.alt
    assert "not what causes what" in chart.notes[0]


def test_points_lie_where_their_figures_are():
    drawing = ElementTree.fromstring(picture(samples.drivers()).svg)
    dots = sorted(
        (float(use.get("x")), float(use.get("y")))
        for use in drawing.iter(f"{SVG}use")
        if canvas.DARK_BLUE.lower() in (use.get("style") or "").lower()
    )
    assert len(dots) == len(THEMES)
    told = sorted((score, share) for share, _, score in samples.DRIVERS.values())
    (left, low), (right, high) = told[0], told[-1]
    for (x, y), (score, share) in zip(dots, told, strict=True):
        across = (x - dots[0][0]) / (dots[-1][0] - dots[0][0])
        assert across == pytest.approx((score - left) / (right - left), abs=0.01)
        up = (y - dots[0][1]) / (dots[-1][1] - dots[0][1])
        assert up == pytest.approx((share - low) / (high - low), abs=0.01)


def test_a_hidden_theme_is_named_below_and_is_in_no_mean():
    found = quadrant.data(samples.drivers(hidden=(LEADERS,)))
    seen = [one[2] for topic, one in samples.DRIVERS.items() if topic != LEADERS]
    assert found.plane.middle == pytest.approx(sum(seen) / 5)
    assert [point.label for point in found.plane.hidden] == [LEADERS]
    assert "[c] not shown: Senior leadership" in texts(picture(samples.drivers(hidden=(LEADERS,))))
    assert "Senior leadership: [c] not shown" in found.alt


@pytest.mark.parametrize("unit", ["score_0_10", "score_0_100"])
def test_scores_of_other_scales_have_numbers_of_their_own(unit):
    full = {"score_0_10": 10, "score_0_100": 100}[unit]
    told = {topic: (one[0], one[1], full * one[2]) for topic, one in samples.DRIVERS.items()}
    chart = picture(samples.drivers(told, unit=unit))
    assert f"Score of the theme, 0 to {full}" in texts(chart)
    must_stay_apart(chart)


def test_twelve_themes_can_be_told_apart_on_a_phone_too():
    told = {
        f"Theme with a name {at}": (0.02 + 0.012 * at, 0.02, 0.5 + 0.02 * ((5 * at) % 12))
        for at in range(12)
    }
    must_stay_apart(picture(samples.drivers(told)))


def test_by_group_there_are_dots_and_groups_without_figures_have_one_row():
    found = quadrant.data(samples.drivers_by_group())
    assert found.plane is None
    panels = {panel.title: panel for panel in found.drawing.panels}
    assert list(panels)[-1] == "All staff"
    assert [row.label for row in panels[ASIAN].rows] == list(THEMES)
    assert [row.label for row in panels[MIXED].rows] == ["All themes"]
    assert panels[MIXED].under == "Fewer than 100 people"
    assert quadrant.data(samples.drivers(n=60)).plane is None


# --- names of points ----------------------------------------------------------------------------

POINTS = some.lists(
    some.tuples(some.integers(20, 380), some.integers(20, 280), some.integers(20, 90)),
    min_size=1,
    max_size=7,
    unique_by=lambda point: point[:2],
)


@given(POINTS)
@settings(derandomize=True, deadline=None, max_examples=25)
def test_names_stay_in_the_plot_and_apart(points):
    apart = all(
        abs(one[0] - other[0]) > 40 or abs(one[1] - other[1]) > 25
        for at, one in enumerate(points)
        for other in points[:at]
    )
    assume(apart)
    plot = Box(0, 0, 400, 300)
    named = [Named(x, y, width, 15.0) for x, y, width in points]
    spots = places(named, plot)
    for at, spot in enumerate(spots):
        assert spot.box.outside(plot) == 0
        assert not any(spot.box.overlap(other.box) for other in spots[:at])
        for one in named:
            assert not spot.box.overlap(Box(one.x - 4, one.y - 4, one.x + 4, one.y + 4))


def test_a_name_makes_way_for_a_line_and_leads_do_not_cross():
    alone = places([Named(100, 100, 40, 12)], Box(0, 0, 300, 200))[0]
    assert alone.ring == 0
    assert alone.box.left > 100
    line = Box(60, 100, 200, 100)
    moved = places([Named(100, 100, 40, 12)], Box(0, 0, 300, 200), lines=[line])[0]
    assert moved.box.covers(line) < 0
    column = [Named(150, 60 + 14 * at, 60, 14) for at in range(6)]
    spots = places(column, Box(0, 0, 300, 200))
    leads = [label_places.lead(one, spot) for one, spot in zip(column, spots, strict=True)]
    for at, one in enumerate(leads):
        for other in leads[:at]:
            assert not label_places.cross(one, other)


# --- the others ---------------------------------------------------------------------------------


def test_reliability_is_drawn_from_0_to_1_with_a_rule_of_thumb_that_is_named():
    found = reliability.data(samples.reliability())
    assert found.drawing.zone == (0.7, 1.0)
    assert "0.7 or more: a rule of thumb, not a standard" in texts(picture(samples.reliability()))
    assert {"0.0", "0.2", "0.8", "1.0"} <= set(texts(picture(samples.reliability())))
    row = next(row for row in found.drawing.rows if row.label == WORKLOAD)
    assert row.texts == ("0.52", "[z]")
    assert "Workload: Alpha 0.52, Omega not applicable" in found.alt


def test_priorities_stand_in_their_order_with_the_places_they_could_have():
    rows = priorities.data(samples.priorities()).drawing.rows
    assert [row.label for row in rows][:3] == [INCLUSION, LEADERS, MANAGER]
    assert rows[0].figures[0].value == pytest.approx(100)
    assert rows[1].figures[0].value == pytest.approx(100 * 0.77 / 0.97)
    assert (rows[1].texts, rows[1].under) == (("Place 2 (1 to 3)",), "50.5% positive")
    hidden = priorities.data(samples.priorities(hidden=(INCLUSION,))).drawing.rows
    assert [row.label for row in hidden][-1] == INCLUSION
    assert hidden[0].figures[0].value == pytest.approx(100)


def test_bars_of_comments_are_as_long_as_their_numbers():
    drawing = ElementTree.fromstring(picture(samples.comments()).svg)
    bars = [
        list(map(float, re.findall(r"-?\d+\.?\d*", path.get("d"))))
        for path in drawing.iter(f"{SVG}path")
        if f"fill: {canvas.DARK_BLUE.lower()}" in (path.get("style") or "")
    ]
    lengths = [max(ends[::2]) - min(ends[::2]) for ends in bars]
    numbers = [341, 212, 158, 97, 64]
    assert [length / lengths[0] for length in lengths] == pytest.approx(
        [n / numbers[0] for n in numbers], abs=0.01
    )
    assert comments.data(samples.comments()).bars[-1][0] == "Harassment"


def test_published_percentages_and_scores_stand_on_one_scale():
    found = survey_published.data(samples.published())
    assert [panel.title for panel in found.drawing.panels] == list(samples.QUESTIONS)
    percentage, score = (panel.rows[1].figures[0] for panel in found.drawing.panels)
    assert (percentage.value, score.value) == (pytest.approx(8.8), pytest.approx(67.1))
    assert found.drawing.panels[0].rows[1].texts == ("8.8% (8.4% to 9.2%)",)
    assert "no range of chance" in found.notes[0]
    together = survey_published.data(samples.published(by=False))
    assert [row.label for row in together.drawing.rows] == list(samples.QUESTIONS)
