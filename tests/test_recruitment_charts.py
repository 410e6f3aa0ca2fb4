"""Charts of recruitment: every kind drawn, every figure spoken, hidden ones never at a place."""

import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests import protected_samples
from tests import recruitment_samples as samples
from tests.drawings import FORBIDDEN, SVG, contrast, must_be_described, must_stay_apart, size, texts
from workforce_analytics.publishing.charts import (
    canvas,
    expected,
    picture,
    rates,
    ratios,
    scales,
    service_funnel,
    service_plot,
    stages,
)
from workforce_analytics.publishing.charts.keys import BAND, MARKERS
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.wording import SCREENING, percent, ratio

HIDDEN = [{"ethnicity": group} for group in samples.GROUPS]


@pytest.fixture(scope="module", params=samples.EVERY.values(), ids=samples.EVERY.keys())
def drawn(request):
    table = request.param()
    return table, picture(table)


# --- every kind ---------------------------------------------------------------------------------


def test_every_kind_has_a_chart_with_two_drawings_that_are_described(drawn):
    must_be_described(drawn[1])


def test_words_stay_words_inside_of_the_drawing_and_apart(drawn):
    must_stay_apart(drawn[1])


def test_a_hidden_figure_is_spoken_as_hidden_and_never_as_a_number(drawn):
    table, chart = drawn
    main = {
        "funnel": "rate_from_applied",
        "variation": "observed_to_expected",
        "adjusted": "odds_ratio_adjusted",
        "routes": "share_at_stage",
        "intersections": "rate",
        "undeclared": "rate_shared_out",
    }.get(table.about.kind, "relative_likelihood")
    found = figures(table)
    hidden = [
        one
        for at, one in found.rows.items()
        if at.measure == main and one.hidden and at.group in found.declared
    ]
    if hidden and not (table.about.kind == "funnel" and found.parts):
        assert chart.alt.count("[c] not shown") >= len(hidden)
    if not any(one.hidden for one in found.rows.values()):
        assert "[c]" not in chart.alt
        assert "[c]" not in " ".join(texts(chart))
    assert "nan" not in chart.svg + chart.narrow_svg + chart.alt


def test_words_of_the_house(drawn):
    _, chart = drawn
    said = " ".join([chart.alt, chart.headline, chart.statistical_title, *chart.notes])
    assert not [word for word in FORBIDDEN if word.lower() in said.lower()]
    if "band from" in said:
        assert SCREENING in " ".join(chart.notes)


def test_the_order_of_rows_does_not_matter(drawn):
    table, chart = drawn
    turned = picture(protected_samples.reordered(table))
    assert (turned.svg, turned.narrow_svg) == (chart.svg, chart.narrow_svg)
    assert turned.alt == chart.alt


@pytest.mark.parametrize("name", samples.EVERY)
def test_nothing_stands_in_a_drawing_where_everything_is_hidden(name):
    table = samples.EVERY[name]()
    frame = table.to_frame()
    numbers = ["numerator", "denominator", "value", "lower", "upper", "p_value", "q_value"]
    frame[numbers] = math.nan
    frame[["numerator_mark", "denominator_mark", "value_mark"]] = "[c]"
    chart = picture(replace(table, _frame=frame))
    assert "[c]" in " ".join(texts(chart))
    assert "[c] not shown" in chart.alt
    assert not re.search(r"\d\.\d+%|\d\.\d\d \(", chart.alt.replace("99.8% that narrow", ""))


def test_another_process_draws_the_same_bytes():
    code = (
        "import hashlib; from tests import recruitment_samples as s;"
        "from workforce_analytics.publishing.charts import picture;"
        "made = [picture(s.EVERY[k]()) for k in ('funnel', 'likelihood of none', 'variation')];"
        "text = ''.join(c.svg + c.narrow_svg for c in made);"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[1],
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1] != ""


def test_dots_are_told_apart_by_shape_and_stand_out_from_the_ground():
    assert len({marker for marker, _ in MARKERS}) == len(MARKERS) == 4
    for _, style in MARKERS:
        colour = style.get("mec", style.get("color"))
        assert contrast(colour, "#ffffff") >= 3
    for words in (canvas.INK, canvas.GREY):
        assert contrast(words, "#ffffff") >= 4.5
        assert contrast(words, BAND) >= 4.5
    assert contrast(canvas.DARK_BLUE, BAND) >= 3


# --- the stage ladder ---------------------------------------------------------------------------


def test_the_ladder_has_a_panel_per_declared_group_with_every_stage():
    ladder = stages.data(samples.funnel())
    assert [panel.title for panel in ladder.panels] == list(samples.GROUPS)
    for panel in ladder.panels:
        assert [label for label, _ in panel.rows] == list(samples.STAGES[1:])
        applied = samples.FUNNEL[panel.title][0]
        assert panel.under == f"{applied:,} applied"
        for (_, rate), n in zip(panel.rows, samples.FUNNEL[panel.title][1:], strict=True):
            assert rate.value == n / applied


def test_each_rung_is_held_against_the_reference_or_else_against_all():
    ladder = stages.data(samples.funnel())
    white = dict(zip(samples.GROUPS, ladder.panels, strict=True))[samples.WHITE]
    for panel in ladder.panels:
        if panel.title == samples.WHITE:
            assert panel.beside == ()
        else:
            assert [f.value for f in panel.beside] == [f.value for _, f in white.rows]
    assert ladder.key == f"The rate of “{samples.WHITE}”"
    everybody = stages.data(samples.funnel(reference=""))
    counts = {**samples.FUNNEL, **samples.MISSING}.values()
    whole = [sum(n) for n in zip(*counts, strict=True)]
    assert everybody.key == "The rate of all who applied"
    assert everybody.panels[3].beside[0].value == whole[1] / whole[0]
    assert f"All, {whole[0]:,} applied: Shortlisted" in everybody.alt


def test_a_ladder_that_is_split_shows_the_last_stage_that_is_mostly_shown():
    ladder = stages.data(samples.funnel_by_band())
    assert [label for label, _ in ladder.panels[0].rows] == [
        "Grades 1 to 4",
        "Grades 5 to 7",
        "All applications",
    ]
    assert "who were appointed" in ladder.notes[0]
    few = [{"ethnicity": group, "stage": "Appointed"} for group in samples.GROUPS]
    assert "who were offered" in stages.data(samples.funnel_by_band(hidden=few)).notes[0]


def test_a_hidden_rung_has_no_bar_and_nobody_got_there_is_zero():
    few = dict(zip(samples.GROUPS, stages.data(samples.funnel(samples.FEW)).panels, strict=True))
    assert [figure.value for _, figure in few[samples.OTHER].rows][2:] == [None, None]
    chart = picture(samples.funnel(samples.FEW))
    assert texts(chart).count("[c]") == texts(chart, narrow=True).count("[c]") == 2
    assert f"{samples.OTHER}, 26 applied: Shortlisted 46.2%; Interviewed 0.0%" in (
        picture(samples.funnel(samples.NONE)).alt
    )


def test_six_groups_by_four_stages_stay_readable_on_a_phone():
    six = {**samples.FUNNEL, "Gypsy or Irish Traveller": (400, 90, 60, 20, 15)}
    chart = picture(samples.funnel(six, missing={}))
    assert sum(words.endswith("%") for words in texts(chart, narrow=True)) == 24
    drawing = ElementTree.fromstring(chart.narrow_svg)
    assert min(size(element) for element in drawing.iter(f"{SVG}text")) >= 12
    assert float(drawing.get("viewBox").split()[3]) < 1400


# --- ratios -------------------------------------------------------------------------------------


def test_ratios_are_named_with_their_ranges_and_the_comparator():
    chart = picture(samples.likelihood())
    found = figures(samples.likelihood())
    for group in samples.GROUPS:
        if group == samples.WHITE:
            continue
        one = found.get("relative_likelihood", group)
        ends = f"({ratio(one.lower, (1.0,))} to {ratio(one.upper, (1.0,))})"
        assert f"{group}: {ratio(one.value)} {ends}" in chart.alt
        assert f"{ratio(one.value)} {ends}" in texts(chart)
    white = samples.PASSES[samples.WHITE]
    rate = percent(white[0] / white[1])
    assert f"1: as likely as “{samples.WHITE}” ({rate} of {white[1]:,})" in texts(chart)
    assert f"compared with “{samples.WHITE}”" in chart.statistical_title


def test_a_ratio_of_nobody_is_not_parity_and_none_passing_is_an_arrow_at_the_edge():
    data = ratios.data(samples.likelihood(samples.ZERO))
    rows = {row.label: row for row in data.drawing.rows}
    assert rows[samples.MIXED].texts == ("[z]",)
    assert rows[samples.MIXED].figures[0].value is None
    assert rows[samples.OTHER].texts[0].startswith("0.00 (0.00 to ")
    assert data.drawing.scale.beyond(0.0) == -1
    assert data.drawing.cut
    assert "An arrow ends a range" in data.notes[0]
    assert f"{samples.MIXED}: not applicable" in data.alt


def test_a_ratio_without_an_upper_end_says_from_where_on():
    table = samples.likelihood({samples.WHITE: (0, 80), samples.ASIAN: (12, 60)})
    chart = picture(table)
    assert "1.20 or more" in texts(chart)
    assert "inf" not in chart.svg.replace("info", "") + chart.alt


def test_a_standard_with_the_reference_above_the_line_says_so():
    data = ratios.data(samples.likelihood_by_standard())
    assert data.drawing.line == "1: “White” and the group named are equally likely"
    assert "rate of “White” divided by rate of the group named" in data.notes[0]
    assert "left of 1 means a higher rate in that group" in data.notes[0]
    plain = ratios.data(samples.likelihood())
    assert "rate of the group divided by rate of “White”" in plain.notes[0]
    assert "left of 1 means a lower rate in the group" in plain.notes[0]


def test_the_screening_range_is_the_one_that_rows_were_held_against():
    assert ratios.data(samples.likelihood()).drawing.zone == (0.80, 1.25)
    table = samples.likelihood()
    frame = table.to_frame()
    rows = frame["measure"] == "screening"
    frame.loc[rows, "method"] = "ratio against 0.75 to 1.33, by whole numbers"
    data = ratios.data(replace(table, _frame=frame))
    assert data.drawing.zone == (0.75, 1.33)
    assert f"The band from 0.75 to 1.33 is {SCREENING}." in data.notes[0]


def test_odds_ratios_have_no_screening_range_and_say_that_they_are_odds():
    data = ratios.data(samples.adjusted())
    assert data.drawing.zone is None
    assert data.drawing.series == ("Before", "Adjusted", "Within vacancies")
    assert data.drawing.line == "1: the same odds as “White”"
    assert "means lower odds in the group" in data.notes[0]


def test_several_events_have_a_panel_each_and_parts_a_panel_per_group():
    events = ratios.data(samples.participation_events()).drawing
    assert [panel.title for panel in events.panels] == [
        "Formal disciplinary process",
        "Leadership programme",
    ]
    parts = ratios.data(samples.likelihood_by_band()).drawing
    assert [panel.title for panel in parts.panels] == [
        group for group in samples.GROUPS if group != samples.WHITE
    ]
    assert [row.label for row in parts.panels[0].rows] == [*samples.BY_BAND, "All applications"]
    assert parts.panels[0].rows[-1].strong


# --- strata, rates, services --------------------------------------------------------------------


def test_expected_stands_beside_observed_in_each_stratum():
    data = expected.data(samples.stratified())
    panel = next(one for one in data.drawing.panels if one.title == samples.BLACK)
    assert [row.label for row in panel.rows] == list(samples.BY_BAND)
    for row, strata in zip(panel.rows, samples.BY_BAND.values(), strict=True):
        passed, pool = (sum(pair[i] for pair in strata.values()) for i in (0, 1))
        observed, wanted = row.figures
        assert observed.value == strata[samples.BLACK][0]
        assert wanted.value == pytest.approx(strata[samples.BLACK][1] * passed / pool)
    assert panel.under.startswith("In all: observed 341, expected ")


def test_many_strata_are_summed_and_none_named_are_ratios():
    many = {f"Service {place}": dict(samples.BY_BAND["Grades 5 to 7"]) for place in range(1, 21)}
    rows = expected.data(samples.stratified(many)).drawing.rows
    assert [row.label for row in rows] == [g for g in samples.GROUPS if g != samples.WHITE]
    assert rows[0].figures[0].value == 20 * 150
    without = ratios.data(samples.stratified(by=False)).drawing
    assert without.series == ("All together", "Like with like")
    assert picture(samples.stratified(by=False)).alt.startswith("Dot chart of relative likelihoods")


def test_bounds_of_those_who_did_not_declare_are_the_line_through_the_dot():
    data = rates.data(samples.undeclared())
    rows = {row.label: row for row in data.drawing.rows}
    n, of = samples.PASSES[samples.OTHER]
    bounds = rows[samples.OTHER].figures[0]
    assert (bounds.value, bounds.lower, bounds.upper) == (
        n / of,
        n / (of + 308),
        (n + 308) / (of + 308),
    )
    assert rows["Undeclared"].figures[0].value == 101 / 308
    assert not rows["Undeclared"].figures[0].has_interval


def test_routes_have_a_dot_each_and_no_more_than_can_be_told_apart():
    data = rates.data(samples.routes())
    assert data.drawing.series == ("Standard", "Community event")
    assert [row.label for row in data.drawing.panels[0].rows] == list(samples.STAGES)
    many = {f"Route {place}": samples.FUNNEL for place in range(1, 7)}
    data = rates.data(samples.routes(many))
    assert data.drawing.series == ("Route 1", "Route 2", "Route 3", "Route 4")
    assert [row.label for row in data.drawing.panels[0].rows] == ["Applied", "Appointed"]
    assert "The table also has “Route 5”, “Route 6” and other stages." in data.notes[0]


def test_services_are_labelled_only_outside_the_limits():
    chart = picture(samples.EVERY["variation, some outside"]())
    named = [words for words in texts(chart) if words.startswith("Service ")]
    assert sorted(named) == ["Service 1", "Service 2"]
    assert "[c] 1 not shown" in texts(chart)
    assert "Service 3 [c] not shown" in chart.alt
    assert chart.alt.count("outside the 99.8% limits") == 2
    none = picture(samples.variation())
    assert not [words for words in texts(none) if words.startswith("Service ")]


def test_limits_run_through_those_of_every_service():
    data = service_funnel.data(samples.variation())
    ((_, services),) = data.panels
    for place in (0, 1):
        for end, upper in ((0, False), (1, True)):
            traced = dict(service_plot.curve(services, place, 250.0, upper=upper))
            for one in services:
                limit = one.limits[place][end]
                if limit:
                    assert traced[one.size] == pytest.approx(limit)


def test_a_service_is_flagged_exactly_where_it_lies_outside_of_the_lines():
    # Chance moves these differently: their limits are no function of what was expected.
    table = samples.variation(((80.0, 41), (79.0, 41), (200.0, 150), (60.0, 75), (31.0, 30)))
    frame = table.to_frame()
    spread = {f"Service {n}": wide for n, wide in enumerate((1.0, 1.9, 0.6, 1.3, 1.0), start=1)}
    for row in frame.index[frame["measure"].str.startswith("limit_")]:
        wide = spread[frame.loc[row, "service"]]
        frame.loc[row, "value"] = 1 + (frame.loc[row, "value"] - 1) * wide
    value = frame.pivot_table(index="service", columns="measure", values="value")
    for row in frame.index[frame["measure"] == "outside_998"]:
        one = value.loc[frame.loc[row, "service"]]
        above = one["observed_to_expected"] > one["limit_998_upper"]
        below = one["observed_to_expected"] < one["limit_998_lower"]
        frame.loc[row, "value"] = float(above) - float(below)
    data = service_funnel.data(replace(table, _frame=frame))
    ((_, services),) = data.panels
    assert sorted(one.label for one in services if one.outside) == ["Service 1", "Service 3"]
    for upper in (True, False):
        traced = dict(service_plot.curve(services, 1, 400.0, upper=upper))
        for one in services:
            # Smooth: what is left of a limit's distance, times the root of the size, is one number.
            apart = abs(traced[one.size] - 1) * math.sqrt(one.size)
            assert apart == pytest.approx(
                abs(traced[services[0].size] - 1) * services[0].size ** 0.5
            )
            beyond = one.ratio.value > traced[one.size]
            assert (beyond if upper else one.ratio.value < traced[one.size]) <= one.outside
    assert data.axis == "Expected in the service, weighted"
    assert sum(one.size for one in services) == pytest.approx(450)
    assert service_funnel.data(samples.variation()).axis == "Expected in the service"


def test_small_groups_get_a_scale_of_their_own_and_yes_or_no_its_question():
    data = rates.data(samples.routes())
    assert not data.drawing.one_scale
    assert "Each panel has its own scale, which starts at 0%." in data.notes[0]
    few = {"Yes": {samples.WHITE: (200, 80, 60, 30, 25), samples.ASIAN: (180, 60, 50, 20, 15)}}
    data = rates.data(samples.routes({**few, "No": few["Yes"]}))
    assert data.drawing.one_scale
    assert data.drawing.series == ("Route: yes", "Route: no")


# --- scales -------------------------------------------------------------------------------------

ratio_figures = some.builds(
    lambda value, low, high: Figure(value=value, lower=value * low, upper=value * high),
    some.floats(0.06, 18),
    some.floats(0.01, 1),
    some.floats(1, 100),
)


@given(some.lists(ratio_figures, max_size=8))
@settings(derandomize=True, deadline=None)
def test_a_scale_of_ratios_holds_every_ratio_and_half_and_double(found):
    scale = scales.ratios(found)
    assert scale.low <= 0.5
    assert scale.high >= 2
    assert not any(scale.beyond(figure.value) for figure in found)
    assert scale.place(1.0) - scale.place(0.5) == pytest.approx(scale.place(2.0) - scale.place(1.0))
    for room in (308.0, 400.0):
        ticks = [tick for tick, _ in scale.ticks(room)]
        assert 1.0 in ticks
        places = [scale.place(tick) * room for tick in ticks]
        assert all(b - a >= 30 for a, b in pairwise(places))


@given(some.lists(some.floats(0, 1), min_size=1, max_size=8), some.sampled_from([1, 1000]))
@settings(derandomize=True, deadline=None)
def test_a_scale_from_zero_holds_every_figure_under_few_numbers(values, times):
    kind = "percent" if times == 1 else "count"
    scale = scales.from_zero([Figure(value=times * value) for value in values], kind)
    assert scale.low == 0
    assert scale.high >= times * max(values) * (1 - 1e-9)
    assert 2 <= len(scale.ticks(300)) <= 6
    assert scale.place(0) == 0


def test_a_range_of_few_people_does_not_shrink_the_others():
    many = Figure(value=0.9, lower=0.85, upper=0.95)
    few = Figure(value=1.5, lower=0.1, upper=19.0)
    scale = scales.ratios([many, few])
    assert scale.high == 4
    assert scale.cuts(few)
    assert not scale.cuts(many)
