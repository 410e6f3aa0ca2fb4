"""Charts of the staff survey: sides of a line, blank cells, clear dots, nothing that is hidden."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import survey_figures as samples
from tests.drawings import (
    SVG,
    contrast,
    everything_hidden,
    must_be_described,
    must_be_in_words_of_the_house,
    must_stay_apart,
    said_by,
    texts,
)
from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, reordered
from workforce_analytics.publishing.charts import (
    canvas,
    diverging,
    diverging_bars,
    heat_map,
    level_panels,
    picture,
    stained_cells,
    survey_response,
    survey_scores,
)
from workforce_analytics.publishing.figures import Figure


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def drawn(request):
    table = request.param()
    return table, picture(table)


def fills(chart, colour):
    """Rectangles of a colour: left edge, right edge and middle."""
    found = []
    for element in ElementTree.fromstring(chart.svg).iter(f"{SVG}path"):
        if f"fill: {colour.lower()}" in (element.get("style") or "").lower():
            numbers = list(map(float, re.findall(r"-?\d+\.?\d*", element.get("d"))))
            across, down = numbers[::2], numbers[1::2]
            found.append((min(across), max(across), (min(down) + max(down)) / 2))
    return found


# --- every kind -----------------------------------------------------------------------------------


def test_every_kind_has_a_chart_with_two_drawings_that_are_described(drawn):
    must_be_described(drawn[1])


def test_words_stay_inside_of_the_drawing_and_apart(drawn):
    must_stay_apart(drawn[1])


def test_words_of_the_house(drawn):
    must_be_in_words_of_the_house(said_by(drawn[1]), never=r"cluster|suppress")


@pytest.mark.parametrize("name", ["response", "gaps", "answers by group", "weights"])
def test_the_order_of_rows_does_not_matter(name):
    table = samples.EVERY[name]()
    chart, turned = picture(table), picture(reordered(table))
    assert (turned.svg, turned.narrow_svg, turned.alt) == (chart.svg, chart.narrow_svg, chart.alt)
    scored = samples.EVERY["scores by group"]()
    assert survey_scores.data(reordered(scored)) == survey_scores.data(scored)


@pytest.mark.parametrize(
    "name", ["response", "weights", "answers", "answers by group", "scores by group", "gaps"]
)
def test_nothing_stands_in_a_drawing_where_everything_is_hidden(name):
    chart = picture(everything_hidden(samples.EVERY[name]()))
    assert "[c]" in texts(chart)
    assert "[c] not shown" in chart.alt
    assert not re.search(r"\d\.\d", chart.alt + " ".join(texts(chart)))


def test_marks_and_stains_stand_out():
    for colour in (*diverging_bars.LEFT, *diverging_bars.RIGHT, diverging_bars.MIDDLE):
        assert contrast(colour, "#ffffff") >= 3.0
    for ground, ink in stained_cells._STAINS.values():
        assert contrast(ground, "#ffffff") >= 3.0
        assert contrast(ground, "#ffffff" if ink == "white" else ink) >= 4.5
    assert contrast(canvas.GREY, stained_cells._UNTOLD) >= 4.5


# --- answers --------------------------------------------------------------------------------------


def test_negative_bars_end_where_positive_ones_begin_and_neither_is_in_none():
    chart = picture(samples.answers())
    left, right = fills(chart, canvas.ORANGE), fills(chart, canvas.DARK_BLUE)
    assert len(left) == len(right) == len(samples.ITEMS)
    for (_, end, down), (start, _, other) in zip(left, right, strict=True):
        assert end == pytest.approx(start, abs=0.01)
        assert down == other
    line = left[0][1]
    assert all(start > line for start, _, _ in fills(chart, diverging_bars.MIDDLE))
    # All bars are of one scale: percentages of valid answers.
    shares = next(panel.rows for panel in diverging.data(samples.answers()).panels)
    for (start, end, _), row in zip(right, shares, strict=True):
        assert (end - start) / row.right[0].value == pytest.approx(
            (right[0][1] - right[0][0]) / shares[0].right[0].value, rel=1e-3
        )


def test_answers_have_n_and_who_gave_none_beside_each_bar():
    (panel,) = diverging.data(samples.answers()).panels
    assert panel.rows[1].under.replace(diverging_bars.NO_BREAK, " ") == (
        "3,206 answers; not applicable 11; not answered 24"
    )
    assert "(3,206 answers; not applicable 11; not answered 24)" in picture(samples.answers()).alt


def test_four_answers_have_a_colour_each_and_more_are_put_together():
    (panel,) = diverging.data(samples.EVERY["answers in full"]()).panels
    assert panel.left == ("Disagree", "Strongly disagree")
    assert panel.right == ("Agree", "Strongly agree")
    assert panel.middle == "Neither agree nor disagree"
    chart = picture(samples.EVERY["answers in full"]())
    colours = (canvas.DARK_PINK, canvas.ORANGE, canvas.MID_BLUE, canvas.DARK_BLUE)
    assert all(fills(chart, colour) for colour in colours)
    table = samples.EVERY["answers in full"]()
    frame = table.to_frame()
    frame.loc[frame["orientation"] == "neither", "orientation"] = "negative"
    (together,) = diverging.data(replace(table, _frame=frame)).panels
    assert len(together.left) == 1
    assert together.rows[0].left[0].value == pytest.approx(0.34, abs=0.001)


def test_answers_without_an_order_are_bars_of_their_own():
    (panel,) = diverging.data(samples.EVERY["answers without an order"]()).panels
    assert [row.label for row in panel.rows] == ["No", "Yes"]
    assert panel.left == ()


def test_a_group_of_which_an_answer_is_hidden_has_no_bar():
    (panel, _) = diverging.data(samples.EVERY["answers to two by group"]()).panels
    marks = {row.label: row.mark for row in panel.rows}
    assert marks[OTHER] == marks[MIXED] == "[c]"
    assert panel.rows[-1].label == "All staff"
    assert marks["All staff"] == ""


# --- scores ---------------------------------------------------------------------------------------


def test_there_is_a_panel_per_topic_with_the_score_of_all_staff_in_its_middle():
    found = survey_scores.data(samples.EVERY["scores by group"]()).drawing
    assert [panel.title for panel in found.panels] == list(samples.TOPICS)
    assert found.panels[0].under == "All staff: 61.3"
    for panel in found.panels:
        assert panel.span.place(panel.line) == pytest.approx(0.5)
    lengths = {round(panel.span.high - panel.span.low, 9) for panel in found.panels}
    assert len(lengths) == 1
    rows = {row.label: row for row in found.panels[0].rows}
    assert rows[BLACK].clear
    assert not rows[ASIAN].clear
    assert rows[OTHER].figure.value is None


def test_seven_topics_by_six_groups_stay_readable():
    drawing = survey_scores.data(samples.EVERY["scores by group"]()).drawing
    sheet = level_panels.levels(canvas.WIDE, drawing)
    written = sheet._plot.texts
    assert min(text.get_fontsize() for text in written) >= 12
    assert sum(text.get_text().startswith("All staff: ") for text in written) == 7
    assert sheet.height < 1400


def test_of_very_many_groups_only_the_first_topic_is_drawn():
    units = {f"Unit {at:02d}": 60 for at in range(24)}
    table = samples.scores_by_group(
        dict.fromkeys(units, 0.0), units, of="service", headings={"service": "Service"}
    )
    found = survey_scores.data(table)
    assert [panel.title for panel in found.drawing.panels] == ["Engagement"]
    assert "the tables have all scores" in found.notes[0]


def test_a_unit_with_the_figure_of_something_larger_has_no_dot():
    table = samples.scores_by_group()
    frame = table.to_frame()
    small = (frame["ethnicity"] == MIXED) & (frame["measure"] == "score")
    frame.loc[small, "compared"] = "All"
    chart = survey_scores.data(replace(table, _frame=frame))
    row = next(row for row in chart.drawing.panels[0].rows if row.label == MIXED)
    assert (row.figure.value, row.text) == (None, "[u]")
    assert "Too few answered for a figure of their own" in chart.notes[0]


def test_without_groups_scores_of_other_units_stand_in_panels_from_0():
    found = survey_scores.data(samples.scores()).drawing
    assert [panel.title for panel in found.panels] == [
        "Score from 0 to 100",
        "Percentage of positive answers",
    ]
    assert {(panel.span.low, panel.span.high) for panel in found.panels} == {(0.0, 1.0)}
    assert found.panels[0].rows[0].under == "3,218 answered"


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    some.lists(
        some.lists(some.tuples(some.floats(0, 1), some.floats(0, 0.3)), min_size=1, max_size=5),
        min_size=1,
        max_size=4,
    ),
    some.floats(0.2, 0.8),
)
def test_panels_hold_every_level_and_ticks_that_can_be(drawn, line):
    panels = tuple(
        level_panels.Panel(
            str(at),
            tuple(
                level_panels.Row("a", Figure(value=v, lower=v - half, upper=v + half), "", "")
                for v, half in rows
            ),
            line=line,
        )
        for at, rows in enumerate(drawn)
    )
    for panel in level_panels.centred(panels):
        assert not any(panel.span.beyond(row.figure.value) for row in panel.rows)
        assert all(0.0 <= tick <= 1.0 + 1e-9 for tick in panel.span.ticks())
        assert len(panel.span.ticks()) <= 4


# --- gaps -----------------------------------------------------------------------------------------


def test_cells_are_stained_only_where_a_difference_stands_out():
    drawing = heat_map.data(samples.EVERY["gaps"]()).drawing
    rows = dict(zip(drawing.rows, drawing.cells, strict=True))
    assert [cell.text for cell in rows[BLACK]][:2] == ["−8.8 lower", ""]
    assert {cell.kind for cell in rows[OTHER]} == {"not tested"}
    assert rows[MIXED][5] == stained_cells.Cell("mark", "[c]")
    stained = sum(cell.kind == "lower" for row in drawing.cells for cell in row)
    chart = picture(samples.EVERY["gaps"]())
    # The key has one more.
    assert len(fills(chart, canvas.ORANGE)) == stained + 1
    assert texts(chart).count("lower") == stained
    assert texts(chart).count("not tested") == 7


def test_a_map_of_noise_is_blank():
    chart = picture(samples.EVERY["gaps that are noise"]())
    assert not fills(chart, canvas.ORANGE)
    assert not fills(chart, canvas.DARK_BLUE)
    assert "Blank: no clear difference" in texts(chart)
    assert "not evidence that there is none" in chart.notes[0]


def test_of_many_groups_those_that_stand_out_have_a_row():
    shifts = {unit: (-30.0 if at == 9 else 0.0) for at, unit in enumerate(samples.UNITS)}
    words = {"of": "service", "reference": "Service 13", "headings": {"service": "Service"}}
    found = heat_map.data(samples.gaps(shifts, samples.UNITS, **words))
    assert found.drawing.rows == ("Service 09",)
    assert "In 12 more groups nothing stands out" in found.notes[0]
    none = heat_map.data(samples.gaps(dict.fromkeys(samples.UNITS, 0.0), samples.UNITS, **words))
    assert none.drawing.rows == ("All 13 groups",)


def test_headings_are_never_broken_within_a_word():
    columns = tuple(f"Understanding of {word}" for word in ("recommendations", "a", "b", "c", "d"))
    cells = (tuple(stained_cells.Cell("") for _ in columns),)
    wide = canvas.WIDE
    sheet = stained_cells.stained(wide, stained_cells.Map(("One",), columns, cells))
    written = " ".join(text.get_text() for text in sheet._plot.texts)
    assert "recommendations" in written.split()


# --- who answered ---------------------------------------------------------------------------------


def test_who_answered_is_held_against_the_rate_of_all():
    found = survey_response.data(samples.response()).drawing
    (panel,) = found.panels
    assert panel.line == pytest.approx(3218 / 5723)
    assert [row.clear for row in panel.rows] == [False, True, False, True, False, True]
    assert panel.rows[-1].strong
    # Those who did not say, and those who are not on record, have no rate together.
    assert samples.NOT_KNOWN not in [row.label for row in panel.rows]


def test_of_many_categories_those_that_weights_change_most_are_drawn():
    categories = {f"Unit {at:02d}": (100, 100 + 10 * at, 0.05) for at in range(20)}
    found = survey_response.weights(samples.weights({"Unit": categories}))
    (panel,) = found.drawing.panels
    names = [row.label for row in panel.rows]
    assert len(names) == 12
    assert names == sorted(names)
    assert {"Unit 00", "Unit 19"} <= set(names)
    assert "the table has all" in found.notes[0]
