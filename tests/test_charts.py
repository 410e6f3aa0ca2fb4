"""Charts: the same bytes every time, described, and blank where a figure is hidden."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests import protected_samples as samples
from workforce_analytics.disclosure import intervals
from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.charts import (
    attack,
    bars,
    community,
    picture,
    shares,
    trend,
)
from workforce_analytics.publishing.charts.canvas import NARROW, WIDE

EVERY = {
    "shares": samples.shares,
    "two groups": samples.by_sex,
    "by grade band": samples.shares_by_band,
    "against the community": samples.against_community,
    "over time": samples.over_time,
    "over a break": lambda: samples.over_time(broken_at="2023-03-31"),
}
SVG = "{http://www.w3.org/2000/svg}"
POLICY = "Counts from 1 to 9, and all from which they could be worked out, are hidden [c]."


@pytest.fixture(scope="module", params=EVERY.values(), ids=EVERY.keys())
def chart(request):
    return picture(request.param())


def drawings(chart):
    return [ElementTree.fromstring(text) for text in (chart.svg, chart.narrow_svg)]


def texts(chart):
    return [element.text for element in drawings(chart)[0].iter(f"{SVG}text")]


def test_each_drawing_is_an_image_with_a_title_and_a_description(chart):
    for drawing in drawings(chart):
        title, description = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
        assert drawing.get("role") == "img"
        assert drawing.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert title.text == chart.statistical_title
        assert description.text == chart.alt


def test_titles_stand_outside_of_the_picture(chart):
    words = " ".join(texts(chart))
    assert chart.headline not in words
    assert chart.statistical_title not in words


def test_text_is_text_and_nothing_is_fetched(chart):
    assert texts(chart)
    for svg in (chart.svg, chart.narrow_svg):
        assert not re.search(r"DejaVu|<metadata|<image|https?://(?!www\.w3\.org/2000/svg)", svg)


def test_ids_are_unique_over_all_charts():
    ids = [
        name
        for make in EVERY.values()
        for svg in (picture(make()).svg, picture(make()).narrow_svg)
        for name in re.findall(r' id="([^"]+)"', svg)
    ]
    assert len(ids) >= 4 * len(EVERY)
    assert len(ids) == len(set(ids))


def test_references_inside_a_drawing_lead_somewhere(chart):
    for svg in (chart.svg, chart.narrow_svg):
        used = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))
        assert used <= set(re.findall(r' id="([^"]+)"', svg))


def test_another_process_draws_the_same_bytes():
    code = (
        "import hashlib; from tests import protected_samples as s;"
        "from workforce_analytics.publishing.charts import picture;"
        "c = picture(s.shares_by_band());"
        "print(hashlib.sha256((c.svg + c.narrow_svg).encode()).hexdigest())"
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


def test_the_order_of_rows_does_not_matter():
    table = samples.shares_by_band()
    turned = samples.reordered(table)
    assert picture(turned).svg == picture(table).svg
    assert picture(turned).alt == picture(table).alt


def test_settings_of_matplotlib_stay_as_they_were():
    import matplotlib

    before = dict(matplotlib.rcParams)
    picture(samples.shares())
    assert dict(matplotlib.rcParams) == before


def test_a_hidden_figure_is_its_mark_and_no_bar():
    chart = picture(samples.shares_by_band())
    hidden = [
        figure
        for panel in shares.data(samples.shares_by_band()).panels
        for _, figure in panel.rows
        if figure.value is None
    ]
    assert len(hidden) == 5
    assert texts(chart).count("[c]") == 5
    assert chart.alt.count("[c] not shown") == 5
    assert "0.0%" not in texts(chart)


def test_a_group_of_nobody_is_zero_and_not_hidden():
    chart = picture(samples.shares({**samples.STAFF, samples.OTHER: 0}))
    assert "0.0%" in texts(chart)
    assert "[c]" not in texts(chart)


def test_a_hidden_group_shows_only_the_community():
    table = samples.against_community({**samples.STAFF, samples.OTHER: 4})
    chart = picture(table)
    assert texts(chart).count("[c]") == 2
    assert f"{samples.OTHER}: staff [c] not shown, community 3.6%" in chart.alt


def test_no_line_runs_over_a_break_or_a_hidden_figure():
    series = trend.data(samples.over_time(broken_at="2023-03-31"))
    points = series.groups[0][1]
    assert trend.joined(series, points) == [[0, 1], [2, 3, 4]]
    years = {**samples.YEARS, "2023-03-31": (5, *samples.YEARS["2023-03-31"][1:])}
    series = trend.data(samples.over_time(years))
    assert trend.joined(series, series.groups[0][1]) == [[0, 1], [3, 4]]


def test_bars_start_at_zero_and_small_groups_get_a_scale_of_their_own():
    panels = shares.data(samples.shares_by_band()).panels
    assert not bars.one_scale(panels)
    assert (
        "Each panel has its own scale, which starts at 0%."
        in picture(samples.shares_by_band()).notes[0]
    )
    assert bars.one_scale(panels[:1])


def test_a_range_of_few_people_does_not_shrink_the_bars():
    few = bars.Figure(value=0.0, lower=0.0, upper=0.4)
    panel = bars.Panel("Group", (("Many", bars.Figure(value=0.05, lower=0.04, upper=0.06)),))
    assert panel.longest == 0.06
    with_few = bars.Panel("Group", (*panel.rows, ("Few", few)))
    assert with_few.longest == 0.1
    assert bars.any_cut((with_few,))
    assert not bars.any_cut((panel,))


def test_the_chart_names_what_staff_are_compared_with():
    data = community.data(samples.against_community())
    assert "Coventry, residents aged 16 to 64, Census 2021" in data.statistical_title
    assert [row[0] for row in data.rows] == list(samples.GROUPS)


def test_words_break_into_lines_that_fit():
    lines = WIDE.wrapped(samples.BLACK, 200)
    assert " ".join(lines) == samples.BLACK
    assert max(map(len, lines)) <= 200 / (WIDE.size * 0.47)
    assert NARROW.wrapped("", 100) == [""]


def test_a_chart_writes_its_file_and_shows_itself_in_a_notebook(tmp_path):
    chart = picture(samples.by_sex())
    written = ElementTree.parse(chart.write(tmp_path / "sex.svg")).getroot()
    drawn = ElementTree.fromstring(chart.svg)
    assert [e.text for e in written.iter(f"{SVG}text")][: len(texts(chart))] == texts(chart)
    assert written.find(f"{SVG}title").text == drawn.find(f"{SVG}title").text
    assert chart.headline in chart._repr_html_()


@pytest.mark.parametrize(
    ("audience", "said"),
    [
        ("public", POLICY),
        ("management", "Not for sharing: these figures are for management, not for the public."),
        ("analyst", "Exact figures: not for sharing."),
    ],
)
def test_a_chart_that_stands_alone_says_how_people_are_protected(tmp_path, audience, said):
    table = samples.for_audience(samples.by_sex(), audience)
    chart = picture(table)
    written = ElementTree.parse(chart.write(tmp_path / "sex.svg")).getroot()
    visible = " ".join(e.text for e in written.iter(f"{SVG}text"))
    assert said in visible
    assert said in written.find(f"{SVG}desc").text
    assert said in chart._repr_html_()
    # What is said lies inside of the drawing, and on a page it is not said under every chart.
    lowest = max(float(e.get("y") or 0) for e in written.iter(f"{SVG}text"))
    assert lowest < float(written.get("viewBox").split()[3])
    assert said not in chart.svg + chart.narrow_svg
    assert (POLICY in visible) == (audience != "analyst")


def test_an_unknown_kind_is_refused():
    table = samples.by_sex()
    other = samples.renamed(table, kind="horoscope")
    with pytest.raises(UsageError, match="no chart for figures of the kind 'horoscope'"):
        picture(other)


CELLS = [[0], [1], [2], [0, 1, 2]]
SMALL, SAFE = [True, False, False, False], [True, True, False, False]


def attacked(actual=(), counts=(3, 20, 30), panels=None):
    told = {"Small ones hidden": SMALL, "As published": SAFE} if panels is None else panels
    return attack.data(
        ["Parks", "Libraries", "Waste", "All"],
        {name: (*intervals(counts, CELLS, out), out) for name, out in told.items()},
        required=9,
        title="Staff by service",
        actual=actual,
    )


def test_an_attack_is_told_in_words_and_not_by_colour_alone():
    chart = attack.draw(attacked())
    assert [cell.words for cell in attacked().panels[0][1]] == ["exactly 3", "20 printed"]
    assert [cell.words for cell in attacked().panels[1][1]] == ["1 to 22", "1 to 22"]
    for words in ("exactly 3", "20 printed", "1 to 22", "Parks", "As published"):
        assert words in texts(chart)
        assert words in chart.alt
    assert chart.headline == (
        "Small ones hidden: 1 of 1 hidden counts can be told too closely. "
        "As published: none of 2 hidden counts can be told too closely."
    )
    assert "Waste" not in texts(chart)
    for drawing in drawings(chart):
        assert drawing.find(f"{SVG}title").text == chart.statistical_title
        assert drawing.find(f"{SVG}desc").text == chart.alt


def test_counts_that_are_hidden_stay_out_of_the_chart_of_an_attack_unless_given():
    plain, invented = attacked(), attacked(actual=[3, 20, 30, 53])
    assert plain.actual == ()
    assert invented.actual == (3.0, 20.0)
    assert "invented" in invented.notes[0]
    assert "invented" not in plain.notes[0]
    # Other people who would be published alike give the same picture, byte for byte.
    last = attacked(panels={"As published": SAFE})
    other = attacked(counts=(5, 18, 30), panels={"As published": SAFE})
    assert attack.draw(last).svg == attack.draw(other).svg


def test_a_count_without_an_end_is_drawn_with_an_arrow():
    data = attack.data(
        ["Parks", "Libraries"],
        {"As published": ([1, 1], [float("inf"), 22], [True, True])},
        required=9,
        title="Staff by service",
    )
    assert "1 or more" in texts(attack.draw(data))
    assert not data.panels[0][1][0].close


@pytest.mark.parametrize(
    ("panels", "said"),
    [
        ({"None": [False] * 4}, "nothing to attack"),
        ({"One": [True, True, False]}, "one label, and one range per panel, per count"),
    ],
)
def test_an_attack_on_nothing_is_refused(panels, said):
    told = {name: ([1.0] * len(out), [9.0] * len(out), out) for name, out in panels.items()}
    with pytest.raises(UsageError, match=said):
        attack.data(["A", "B", "C", "D"], told, required=9, title="Staff")
