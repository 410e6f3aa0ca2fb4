"""Charts of training: every kind drawn, before told from after, and nothing that is hidden."""

import math
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import training_samples as samples
from tests.drawings import FORBIDDEN, SVG, must_be_described, must_stay_apart, texts
from tests.protected_samples import reordered
from workforce_analytics.publishing.charts import (
    canvas,
    checks,
    effect,
    event_study,
    picture,
    power,
    rates,
    rollout,
    scales,
    series,
)
from workforce_analytics.publishing.charts.keys import BAND
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.training_verdicts import VERDICTS

MAIN = {
    "training_exposure": ("share_trained_before", "share_trained_after"),
    "training_rates": ("rate",),
    "training_effect": ("effect_points",),
    "training_event_study": ("effect_at",),
    "training_time_series": ("rate",),
    "training_detectable": ("power",),
    "training_threats": ("check",),
}


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def drawn(request):
    table = request.param()
    return table, picture(table)


# --- every kind ---------------------------------------------------------------------------------


def test_every_kind_has_a_chart_with_two_drawings_that_are_described(drawn):
    must_be_described(drawn[1])


def test_words_stay_inside_of_the_drawing_and_apart(drawn):
    must_stay_apart(drawn[1])


def test_a_hidden_figure_is_spoken_as_hidden_and_never_as_a_number(drawn):
    table, chart = drawn
    found = figures(table)
    hidden = [
        one
        for at, one in found.rows.items()
        if at.measure in MAIN[table.about.kind] and at.split != "All" and one.hidden
    ]
    assert chart.alt.count("[c] not shown") == len(hidden)
    if not hidden:
        assert "[c]" not in " ".join([chart.alt, *texts(chart), *texts(chart, narrow=True)])
    assert not re.search(r"\bnan\b", chart.svg + chart.narrow_svg + chart.alt)


def test_words_of_the_house(drawn):
    _, chart = drawn
    said = " ".join([chart.alt, chart.headline, chart.statistical_title, *chart.notes])
    assert not [word for word in FORBIDDEN if word.lower() in said.lower()]
    assert not re.search(r"placebo|estimand|cluster|coefficient|spell\b", said)


def test_the_order_of_rows_does_not_matter(drawn):
    table, chart = drawn
    turned = picture(reordered(table))
    assert (turned.svg, turned.narrow_svg, turned.alt) == (chart.svg, chart.narrow_svg, chart.alt)


@pytest.mark.parametrize("name", samples.EVERY)
def test_nothing_stands_in_a_drawing_where_everything_is_hidden(name):
    table = samples.EVERY[name]()
    frame = table.to_frame()
    numbers = ["numerator", "denominator", "value", "lower", "upper", "p_value", "q_value"]
    frame[numbers] = math.nan
    frame[["numerator_mark", "denominator_mark", "value_mark"]] = "[c]"
    frame["note"] = ""
    frame["status"] = "suppressed"
    chart = picture(replace(table, _frame=frame))
    assert "[c]" in " ".join(texts(chart))
    assert "[c] not shown" in chart.alt
    assert not re.search(r"\d\.\d+%|[+−]\d\.\d \(|\d\.\d\d \(", chart.alt)
    assert not any(word in texts(chart) for word in VERDICTS)


# --- the roll-out -------------------------------------------------------------------------------


def test_services_stand_in_the_order_of_their_dates_and_those_without_one_last():
    shown = rollout.data(samples.exposure())
    assert [turn.service for turn in shown.turns] == [
        "Children's Services",
        "Adult Social Care",
        "Housing and Homelessness",
        "Waste",
        "Libraries, Museums, Archives and Community Learning",
        "Finance",
        "Legal",
        "All services",
    ]
    dates = [turn.at for turn in shown.turns if turn.at is not None]
    assert dates == sorted(dates)
    assert texts(picture(samples.exposure())).count("not yet") == 2


def test_a_roll_out_spans_the_years_of_the_table_and_says_shares_before_and_after():
    shown = rollout.data(samples.exposure())
    # April 2022 to March 2025: the first quarter of 2022/23 to the last of 2024/25.
    assert (shown.first, shown.last) == (4 * 2022, 4 * 2024 + 3)
    written = texts(picture(samples.exposure()))
    assert written.count("85%") == 2  # 357 of 420, and all services
    assert "[c]" in written
    assert "[z]" in written
    one = rollout.data(samples.exposure(period=""))
    assert (one.first, one.last) == (4 * 2022 + 2, 4 * 2024 + 1)


def test_a_thick_line_begins_where_a_service_was_trained():
    drawing = ElementTree.fromstring(picture(samples.exposure()).svg)
    thick = lines_of(drawing, "stroke-width: 9")
    starts = [points[0][0] for points in thick]
    assert len(thick) == 5
    assert starts == sorted(starts)
    assert starts[1] == starts[2]  # two services of one quarter
    assert len({points[-1][0] for points in thick}) == 1


# --- the effect ---------------------------------------------------------------------------------


def test_an_effect_has_a_panel_per_outcome_and_the_verdict_in_words_beside_each_row():
    shown = effect.data(samples.effect_by_group())
    assert [panel.title for panel in shown.drawing.panels] == list(samples.OUTCOMES)
    assert [row.texts[0] for row in shown.drawing.panels[0].rows] == [
        "narrowed",
        "no change that matters",
        "cannot tell",
        "[c]",
    ]
    assert shown.drawing.panels[0].rows[0].under == "+2.4 points, likely +1.4 to +3.3"
    assert shown.drawing.panels[1].rows[2].texts == ("cannot tell",)
    assert [bool(panel.under) for panel in shown.drawing.panels] == [False, False, True]
    assert "training itself changes who is among" in shown.notes[0]


def test_the_band_is_as_wide_as_what_matters_and_is_named():
    shown = effect.data(samples.effect())
    assert shown.drawing.zone == (-1.5, 1.5)
    assert "1.5 percentage points or less" in shown.drawing.band
    assert effect.data(samples.effect(delta=0.0)).drawing.zone == (-2.0, 2.0)
    said = " ".join(texts(picture(samples.effect())))
    assert "Too small to matter" in said
    assert "Screening" not in said


def test_a_dot_lies_on_its_side_of_nothing_and_of_the_band():
    scale = effect.data(samples.effect()).drawing.scale
    assert scale.place(-1.5) < scale.place(0) < scale.place(1.5) < scale.place(2.4) < 1
    assert scale.place(0) > 0


def test_an_effect_whose_odds_are_hidden_is_hidden_in_points_too():
    table = samples.effect(hidden=[{"outcome": samples.SHORTLISTED, "measure": "effect"}])
    row = effect.data(table).drawing.panels[0].rows[0]
    assert row.figures[0].value is None
    assert row.texts == ("[c]",)
    assert row.under == ""


def test_who_was_compared_and_whether_it_was_planned_stand_under_the_chart():
    note = effect.data(samples.effect()).notes[0]
    assert "none yet, at the same time" in note
    assert note.endswith("Planned on 4 March 2024.")
    assert effect.data(samples.effect_not_told()).notes[0].endswith("Not planned beforehand.")


@given(
    some.lists(some.tuples(some.floats(-60, 60), some.floats(0.01, 90)), min_size=1, max_size=8),
    some.floats(0.1, 8),
)
@settings(derandomize=True, deadline=None)
def test_a_scale_of_points_holds_nothing_what_matters_and_every_value(pairs, least):
    told = [Figure(value=v, lower=v - w, upper=v + w) for v, w in pairs]
    scale = scales.points(told, delta=least)
    assert scale.low <= -least < 0 < least <= scale.high
    assert all(scale.beyond(one.value) == 0 for one in told)
    furthest = max([abs(one.value) for one in told] + [least, 0.5])
    assert scale.high - scale.low <= 4 * furthest + 2 * scale.step + 1e-9
    ticks = [tick for tick, _ in scale.ticks(400)]
    assert 0 in ticks
    assert 3 <= len(ticks) <= 8
    assert ticks[0] == pytest.approx(scale.low)
    assert ticks[-1] == pytest.approx(scale.high)


# --- quarter by quarter -------------------------------------------------------------------------


def test_quarters_are_read_from_their_labels_and_drawn_in_their_order():
    for n in range(-12, 12):
        assert event_study.quarter(samples.time_label(n)) == n
    assert event_study.quarter("All") is None
    panel = event_study.data(samples.event_study()).panels[0]
    assert [at for at, _ in panel.points] == list(range(-5, 5))
    assert panel.after.value == 2.5


def test_before_training_looks_unlike_after_it():
    drawing = ElementTree.fromstring(picture(samples.event_study()).svg)
    styles = [element.get("style") or "" for element in drawing.iter(f"{SVG}use")]
    hollow = [style for style in styles if "fill: #ffffff" in style]
    filled = [style for style in styles if f"fill: {canvas.DARK_BLUE.lower()}" in style]
    assert len(hollow) == 5
    assert len(filled) == 4  # one of five quarters has no figure
    assert BAND in ElementTree.tostring(drawing, encoding="unicode")
    assert {"Before", "After"} <= set(texts(picture(samples.event_study())))


def test_a_range_beyond_the_chart_ends_in_an_arrow_and_is_said():
    wide = samples.event_study((0.2, 0.3), first=-1)
    assert "An arrow ends a range" in event_study.data(wide).notes[0]
    assert "An arrow" not in event_study.data(samples.event_study()).notes[0]


# --- month by month -----------------------------------------------------------------------------


def test_what_would_have_been_is_drawn_from_where_training_begins():
    shown = series.data(samples.time_series())
    assert [panel.start for panel in shown.panels] == [18, None]
    drawing = ElementTree.fromstring(picture(samples.time_series()).svg)
    orange = lines_of(drawing, f"stroke: {canvas.ORANGE.lower()}")
    # One is its key.
    assert [len(points) for points in orange] == [2, 18]


def test_months_that_are_not_shown_have_one_mark_for_neighbours_and_no_dot():
    chart = picture(samples.time_series())
    assert texts(chart).count("[c]") == 1
    assert chart.alt.count("[c] not shown") == 2
    drawing = ElementTree.fromstring(chart.svg)
    dots = [e for e in drawing.iter(f"{SVG}use") if "fill: #ffffff" in (e.get("style") or "")]
    assert len(dots) == 36 * 2 - 2 + 1  # all months of both groups but two, and the key


def test_the_last_figures_of_both_lines_stand_at_their_ends():
    written = texts(picture(samples.time_series()))
    assert {"27.6%", "23.1%", "30.1%", "Apr 2022", "Oct 2023", "Mar 2025"} <= set(written)


# --- how large a change could be told -----------------------------------------------------------


def test_chances_rise_with_the_size_of_the_change_and_meet_the_line_at_80():
    shown = power.data(samples.detectable())
    assert [curve.outcome for curve in shown.curves] == ["Shortlisted", "Appointed"]
    for curve in shown.curves:
        sizes = [size for size, _ in curve.points]
        assert sizes == [1.1, 1.2, 1.35, 1.5, 2.0]
    assert "Smallest told 80% of the time: odds ratio 1.34" in texts(picture(samples.detectable()))
    assert "says nothing about what training did" in shown.notes[0]


# --- before and after, and checks ---------------------------------------------------------------


def test_rates_before_and_after_are_two_dots_of_one_row():
    drawing = rates.data(samples.rates()).drawing
    assert drawing.series == (samples.BEFORE, samples.AFTER)
    assert [row.label for row in drawing.rows] == list(samples.BINARY)
    assert drawing.rows[0].texts == ("22.2%", "26.4%")
    assert "not by itself what training did" in rates.data(samples.rates()).notes[0]


def test_checks_of_two_units_have_scales_of_their_own():
    drawing = checks.data(samples.threats()).drawing
    assert [panel.title for panel in drawing.panels] == ["Odds ratios", "Shares"]
    assert drawing.panels[1].scale.kind == "percent"
    assert drawing.scale.kind == "ratio"
    assert drawing.panels[1].rows[0].texts == ("7.6% (6.5% to 8.9%)",)
    assert checks.data(samples.EVERY["threats of one"]()).drawing.panels[0].title == ""
    share = {"Visitors": samples.CHECKS["Panel members from other services"]}
    assert checks.data(samples.threats(share)).drawing.scale.kind == "percent"


def lines_of(drawing, style):
    """The points of each line of a style, in the order in which they are drawn."""
    found = []
    for element in drawing.iter(f"{SVG}path"):
        if style in (element.get("style") or ""):
            pairs = re.findall(r"[ML] ([-\d.]+) ([-\d.]+)", element.get("d"))
            if pairs:
                found.append([(float(x), float(y)) for x, y in pairs])
    return found
