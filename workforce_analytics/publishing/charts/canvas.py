"""What every chart shares: a sheet measured in pixels, the house style, and SVG for a page.

Each chart is drawn twice from the same data, for a wide column and for a phone, because a picture
that shrinks to a phone's width takes its text along. Text stays text: it is measured with the font
that comes with matplotlib, so that the bytes are the same on every computer, and shown in the
page's own font.
"""

from __future__ import annotations

import hashlib
import io
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.writing import write_text

DARK_BLUE, ORANGE = "#12436D", "#F46A25"
"""The analysis function's palette for two categories; both stand out 3:1 from white."""
TURQUOISE, DARK_PINK = "#28A197", "#801650"
"""The other two of its palette for four categories."""
MID_BLUE = "#2073BC"
INK, GREY, RULE, PALE = "#0b0c0c", "#505a5f", "#b1b4b6", "#dee0e2"

_FONTS = "Arial, Helvetica, sans-serif"
_STYLE: dict[str, Any] = {
    "font.sans-serif": ["DejaVu Sans"],
    "svg.fonttype": "none",
    "svg.hashsalt": "workforce_analytics",
    "text.parse_math": False,
    "axes.grid": False,
    "axes.linewidth": 0.8,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


@dataclass(frozen=True)
class Layout:
    """How wide a chart is, and how much it may put side by side."""

    name: str
    width: int
    size: int
    """Size of its text, in pixels."""
    columns: int
    """Panels side by side."""

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return self.size * 1.25

    def wrapped(self, words: str, width: float, *, bold: bool = False) -> list[str]:
        """Break words into lines that fit a width in pixels."""
        # 0.47 of the size is the mean width of a letter in the page's font, bold ones 0.51.
        letters = int(width / (self.size * (0.51 if bold else 0.47)))
        return textwrap.wrap(words, max(letters, 8)) or [""]


WIDE = Layout("wide", width=720, size=15, columns=3)
NARROW = Layout("narrow", width=320, size=14, columns=1)


@dataclass(frozen=True)
class Chart:
    """A chart for a page: two drawings of one picture, and the words around them."""

    svg: str
    narrow_svg: str
    """The same picture for a phone."""
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...] = ()
    """How to read it, under the picture."""
    small_print: tuple[str, ...] = ()
    """How people are protected, and who may see it: under it where it stands alone. A page of many
    charts says it once."""

    def write(self, path: str | Path) -> Path:
        """Write the wide drawing as an SVG file, to be placed in a document.

        The rules by which people are protected stand under it, in its description, too.

        Raises
        ------
        UsageError
            The file's name does not end in .svg.
        """
        if Path(path).suffix.lower() != ".svg":
            raise UsageError(f"{path}: charts are written as SVG. Give a name that ends in .svg.")
        return write_text(path, _with_small_print(self.svg, self.small_print))

    def _repr_html_(self) -> str:
        words = (*self.notes, *self.small_print)
        notes = "".join(f"<p>{escape(note)}</p>" for note in words)
        return (
            f'<figure style="max-width: {WIDE.width}px; margin: 0"><figcaption>'
            f"<strong>{escape(self.headline)}</strong><br>{escape(self.statistical_title)}"
            f"</figcaption>{self.svg}{notes}</figure>"
        )


class Sheet:
    """A drawing surface measured in pixels from its top left corner."""

    def __init__(self, layout: Layout, height: float) -> None:
        from matplotlib.figure import Figure

        self.layout, self.height = layout, height
        # At 72 dots to the inch a pixel of the page is a point of the figure.
        self.figure = Figure(figsize=(layout.width / 72, height / 72), dpi=72)
        # One plot over the whole sheet: making one per panel would take most of the time.
        self._plot = self.figure.add_axes((0, 0, 1, 1))
        self._plot.set_axis_off()
        self._plot.set_xlim(0, layout.width)
        self._plot.set_ylim(height, 0)

    def text(self, left: float, middle: float, words: str, **style: Any) -> None:
        """Write a line of text whose middle is so far from the top."""
        style = {"ha": "left", "va": "center_baseline", "color": INK, "zorder": 6, **style}
        style.setdefault("fontsize", self.layout.size)
        self._plot.text(left, middle, words, **style)

    def line(self, across: Sequence[float], down: Sequence[float], **style: Any) -> None:
        """Draw a line through points."""
        self._plot.plot(across, down, **{"solid_capstyle": "butt", "clip_on": False, **style})

    def dot(self, across: float, down: float, marker: str, **style: Any) -> None:
        """Draw a marker at a point."""
        self._plot.plot([across], [down], marker, clip_on=False, **style)

    def bar(
        self,
        left: float,
        middle: float,
        length: float,
        thick: float,
        colour: str,
        *,
        zorder: float = 2,
    ) -> None:
        """Draw a horizontal bar from its left end."""
        self._plot.barh(middle, length, height=thick, left=left, color=colour, zorder=zorder)

    def title(self, left: float, top: float, lines: list[str]) -> None:
        """Write the title of a panel, downwards from its top."""
        middle = top + len(lines) * self.layout.line / 2
        self.lines(left, middle, lines, weight="bold")

    def lines(self, left: float, middle: float, lines: list[str], **style: Any) -> None:
        """Write several lines of text, centred on a height."""
        pitch = self.layout.line
        for place, line in enumerate(lines):
            self.text(left, middle + (place - (len(lines) - 1) / 2) * pitch, line, **style)


def chart(
    paint: Callable[[Layout], Sheet],
    *,
    alt: str,
    headline: str,
    statistical_title: str,
    notes: tuple[str, ...] = (),
) -> Chart:
    """Draw a picture for both widths, in the house style and with its description.

    Parameters
    ----------
    paint
        Draws the picture for one layout and returns the sheet.
    alt
        What the picture shows, for those who do not see it.
    headline, statistical_title
        Its main message, and what it is a picture of; they stand outside the picture.
    notes
        How to read it.

    Returns
    -------
    Chart
        Both drawings as SVG elements that can stand in a page.
    """
    drawings = {
        layout.name: _embedded(_svg(paint, layout), layout.name, statistical_title, alt)
        for layout in (WIDE, NARROW)
    }
    return Chart(drawings["wide"], drawings["narrow"], alt, headline, statistical_title, notes)


def _svg(paint: Callable[[Layout], Sheet], layout: Layout) -> str:
    from matplotlib import style

    # The context gives matplotlib's settings back as they were.
    with style.context(["afcharts.afcharts", _STYLE]):
        sheet = paint(layout)
        file = io.StringIO()
        sheet.figure.savefig(file, format="svg", metadata=_NO_METADATA)
    return file.getvalue()


def _embedded(svg: str, variant: str, title: str, description: str) -> str:
    """Turn a file into an element: described, scalable, its ids its own on any page."""
    key = hashlib.sha256(f"{variant}|{title}|{description}|{svg}".encode()).hexdigest()[:10]
    body = svg[svg.index("<svg") :]
    box = re.search(r'viewBox="([^"]+)"', body)
    body = body[body.index(">") + 1 :]
    used = set(re.findall(r"url\(#([^)]+)\)", body)) | set(re.findall(r'href="#([^"]+)"', body))
    body = re.sub(r' id="([^"]+)"', lambda m: f' id="{key}-{m[1]}"' if m[1] in used else "", body)
    body = re.sub(r"url\(#", f"url(#{key}-", body)
    body = re.sub(r'(?:xlink:)?href="#', f'href="#{key}-', body)
    body = re.sub(r"font-family: [^;\"]+", f"font-family: {_FONTS}", body)
    body = re.sub(r"(font: [^;\"]*?px) '[^;\"]+", rf"\1 {_FONTS}", body)
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.S)
    body = re.sub(r"<!--.*?-->\s*", "", body, flags=re.S)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart-{variant}" role="img" '
        f'viewBox="{box[1] if box else ""}" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(description)}</desc>{body.strip()}'
    )


def _with_small_print(svg: str, words: Sequence[str]) -> str:
    """Add lines of text under a drawing, and to its description."""
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if not words or size is None:
        return svg
    width, height = float(size[1]), float(size[2])
    fine = Layout("small print", width=int(width), size=12, columns=1)
    lines = [line for one in words for line in fine.wrapped(one, width)]
    style = f"font: {fine.size}px {_FONTS}; fill: {GREY}"
    texts = "".join(
        f'<text x="0" y="{height + 14 + fine.line * place:g}" style="{style}">{escape(line)}</text>'
        for place, line in enumerate(lines, start=1)
    )
    tall = height + 22 + fine.line * len(lines)
    svg = svg.replace(size[0], f'viewBox="0 0 {size[1]} {tall:g}"', 1)
    svg = svg.replace("</desc>", f" {escape(' '.join(words))}</desc>", 1)
    return f"{svg.removesuffix('</svg>')}{texts}</svg>"
