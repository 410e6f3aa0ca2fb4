"""What every chart and every table of the package must be, whatever it shows."""

import math
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

from workforce_analytics.publishing.charts import canvas
from workforce_analytics.publishing.page import table_html

SVG = "{http://www.w3.org/2000/svg}"
FORBIDDEN = ("adverse impact", "disparity", "discriminat", "significant", "BAME")
HIDDEN_NUMBERS = [
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "p_value",
    "q_value",
    "n_effective",
    "clusters",
]


def texts(chart, *, narrow=False):
    drawing = ElementTree.fromstring(chart.narrow_svg if narrow else chart.svg)
    return [element.text for element in drawing.iter(f"{SVG}text")]


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def span(element):
    """Where a line of text begins and ends, and how far down it stands, near enough."""
    across, down = place(element)
    style = element.get("style")
    width = sum(ems(letter) for letter in element.text) * size(element)
    start = {"end": across - width, "middle": across - width / 2}
    anchor = re.search(r"text-anchor: (\w+)", style)[1]
    left = start.get(anchor, across)
    return left, left + width, down, element.text


def ems(letter):
    """How wide a letter of the page's font is, as a part of its size."""
    if letter in "ijl.,:;|!'()[] tfI/":
        return 0.28
    return 0.67 if letter.isupper() or letter == "%" else 0.53


def size(element):
    return float(re.search(r"font-size: ([\d.]+)px", element.get("style"))[1])


def place(element):
    moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", element.get("transform") or "")
    if moved:
        return float(moved[1]), float(moved[2])
    return float(element.get("x")), float(element.get("y"))


def must_be_described(chart):
    """Two drawings, wide and narrow, each with a title and a description for who cannot see it."""
    for svg, width in ((chart.svg, canvas.WIDE.width), (chart.narrow_svg, canvas.NARROW.width)):
        drawing = ElementTree.fromstring(svg)
        assert drawing.get("role") == "img"
        assert drawing.find(f"{SVG}title").text == chart.statistical_title
        assert drawing.find(f"{SVG}desc").text == chart.alt
        assert float(drawing.get("viewBox").split()[2]) == width
    assert chart.headline
    assert not chart.headline.endswith(".")
    assert chart.notes[0]
    assert chart.alt.endswith("A table follows.")


def must_stay_apart(chart):
    """Words are words, stay inside of the drawing, and none runs into another."""
    for svg in (chart.svg, chart.narrow_svg):
        assert not re.search(r"DejaVu|<metadata|<image|https?://(?!www\.w3\.org/2000/svg)", svg)
        drawing = ElementTree.fromstring(svg)
        width, height = map(float, drawing.get("viewBox").split()[2:])
        spans = [span(element) for element in drawing.iter(f"{SVG}text")]
        for at, (left, right, down, words) in enumerate(spans):
            assert left >= -1, words
            assert right <= width + 1, words
            assert 0 < down < height, words
            for other_left, other_right, other_down, other in spans[:at]:
                if abs(down - other_down) < 9:
                    apart = left >= other_right or other_left >= right
                    assert apart, f"“{words}” and “{other}” overlap"


def must_be_well_laid(made, laid):
    """Tables of one width each, with captions that differ and every mark explained."""
    captions = [one.caption for one in laid]
    assert len(set(captions)) == len(captions)
    assert captions[0] == made.about.title
    for one in laid:
        assert one.rows or made.to_frame().empty
        assert {len(row.cells) for row in one.rows} <= {len(one.columns)}
        assert {len(row.name) for row in one.rows} <= {len(one.names)}
        marks = {cell.text for row in one.rows for cell in row.cells if cell.text.startswith("[")}
        assert marks <= {mark for mark, _ in one.shorthand}
        assert not one.rows or 'scope="row"' in table_html(one, key="t")


def must_be_in_words_of_the_house(said, *, never=""):
    """No word that is a finding of law, or that a councillor need not know."""
    assert not [word for word in FORBIDDEN if word.lower() in said.lower()]
    assert not re.search(rf"\bnan\b{never and f'|{never}'}", said)


def said_by(chart):
    """Everything that a chart says beside its drawing."""
    return " ".join([chart.alt, chart.headline, chart.statistical_title, *chart.notes])


def everything_hidden(table):
    """Give the same table with no figure that may be seen."""
    frame = table.to_frame()
    frame[HIDDEN_NUMBERS] = math.nan
    frame[["numerator_mark", "denominator_mark", "value_mark"]] = "[c]"
    frame["note"], frame["status"] = "", "suppressed"
    return replace(table, _frame=frame)
