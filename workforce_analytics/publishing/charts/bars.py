"""Panels of bars: one panel per group, one bar per row, every bar from 0."""

from __future__ import annotations

from dataclasses import dataclass

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    MID_BLUE,
    RULE,
    Layout,
    Sheet,
)
from workforce_analytics.publishing.figures import Figure
from workforce_analytics.publishing.wording import percent

_BAR, _GAP = 0.62, 26
_ROOM_FOR_VALUE = 56
SIMILAR = 0.25
"""Panels share one scale where the shortest panel's longest bar is this part of the longest."""


@dataclass(frozen=True)
class Panel:
    """The bars of one group."""

    title: str
    rows: tuple[tuple[str, Figure], ...]
    whole: str = ""
    """The row that holds everybody; the other bars are compared with it by a line."""

    @property
    def longest(self) -> float:
        """How far the panel reaches: to the end of every bar, and of ranges up to twice that."""
        bar = max((figure.value or 0 for _, figure in self.rows), default=0)
        line = max((figure.upper or figure.value or 0 for _, figure in self.rows), default=0)
        # One of few people has a range so long that all bars would shrink beside it.
        return (min(line, 2 * bar) if bar else line) or 1.0

    def cut(self, scale: float) -> bool:
        """Whether a range goes beyond the panel, and ends in an arrow."""
        return any((figure.upper or 0) > scale for _, figure in self.rows)


def one_scale(panels: tuple[Panel, ...]) -> bool:
    """Can all panels be read on one scale, without the small ones shrinking to nothing?"""
    longest = [panel.longest for panel in panels]
    return min(longest) >= SIMILAR * max(longest)


def any_cut(panels: tuple[Panel, ...]) -> bool:
    """Whether a range goes beyond its panel anywhere."""
    together = max(panel.longest for panel in panels) if one_scale(panels) else 0.0
    return any(panel.cut(together or panel.longest) for panel in panels)


def bars(layout: Layout, panels: tuple[Panel, ...]) -> Sheet:
    """Draw panels of bars with their values; a hidden figure is its mark and no bar."""
    beside = _labels_beside(layout, panels)
    pitch = _pitch(layout, panels, beside)
    columns = min(layout.columns, len(panels))
    width = (layout.width - beside - _GAP * (columns - 1)) / columns
    room = width if columns > 1 else layout.width
    titles = [layout.wrapped(panel.title, room, bold=True) for panel in panels]
    starts = range(0, len(panels), columns)
    heads = [max(map(len, titles[i : i + columns])) * layout.line + 8 for i in starts]
    if not any(panel.title for panel in panels):
        heads = [4.0]
    body = pitch * max(len(panel.rows) for panel in panels)
    sheet = Sheet(layout, sum(heads) + body * len(heads) + _GAP * (len(heads) - 1) + 4)
    scale = max(panel.longest for panel in panels) if one_scale(panels) else 0.0
    top = 0.0
    for head, start in zip(heads, starts, strict=True):
        for column, panel in enumerate(panels[start : start + columns]):
            left = beside + column * (width + _GAP)
            if panel.title:
                title = titles[start + column]
                sheet.title(left if columns > 1 else 0, top, title)
            if beside and column == 0:
                _labels(sheet, panel, top + head, pitch, beside)
            box = (left, top + head, width)
            _panel(sheet, panel, box, pitch, scale or panel.longest, above=not beside)
        top += head + body + _GAP
    return sheet


def _labels_beside(layout: Layout, panels: tuple[Panel, ...]) -> float:
    """Width of the column of row labels; 0 where labels stand above their bars."""
    longest = max(len(label) for panel in panels for label, _ in panel.rows)
    if layout.name == "narrow" and longest > 18:
        return 0.0
    widest = {"narrow": 0.4, "wide": 0.36 if len(panels) == 1 else 0.22}[layout.name]
    return min(longest * layout.size * 0.5 + 14, widest * layout.width)


def _pitch(layout: Layout, panels: tuple[Panel, ...], beside: float) -> float:
    """Height of a row: of its bar, or of as many lines as its label takes."""
    labels = [label for panel in panels for label, _ in panel.rows]
    if not beside:
        return layout.line * max(len(layout.wrapped(x, layout.width)) for x in labels) + 26
    lines = max(len(layout.wrapped(label, beside - 12)) for label in labels)
    return max(layout.line * lines + 8, 28)


def _labels(sheet: Sheet, panel: Panel, top: float, pitch: float, width: float) -> None:
    for place, (label, _) in enumerate(panel.rows):
        lines = sheet.layout.wrapped(label, width - 12)
        weight = "bold" if label == panel.whole else "normal"
        sheet.lines(0, top + (place + 0.5) * pitch, lines, weight=weight)


def _panel(
    sheet: Sheet,
    panel: Panel,
    box: tuple[float, float, float],
    pitch: float,
    scale: float,
    *,
    above: bool,
) -> None:
    """Draw one panel: bars, intervals, values, and a line at the whole."""
    left, top, width = box
    plot, rows = width - _ROOM_FOR_VALUE, len(panel.rows)
    thick = 15.0 if above else min(pitch * _BAR, 20)
    whole = dict(panel.rows)[panel.whole].value if panel.whole else None
    if whole is not None:
        at, ends = left + plot * whole / scale, [top, top + pitch * rows]
        sheet.line([at, at], ends, color=GREY, lw=1, ls=(0, (4, 3)), zorder=1)
    for place, (label, figure) in enumerate(panel.rows):
        start = top + place * pitch
        middle = start + (pitch - 16 if above else pitch / 2)
        weight = "bold" if panel.whole and label == panel.whole else "normal"
        if above:
            lines = sheet.layout.wrapped(label, sheet.layout.width)
            sheet.lines(left, start + (pitch - 26) / 2, lines, weight=weight)
        # A white ground keeps the line of the whole from running through what is written.
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        if figure.value is None:
            sheet.text(left + 6, middle, figure.value_mark, color=GREY, bbox=ground)
        else:
            colour = DARK_BLUE if label == panel.whole or not panel.whole else MID_BLUE
            sheet.bar(left, middle, plot * figure.value / scale, thick, colour)
            end = left + plot * _interval(sheet, figure, (left, plot, scale), middle) / scale
            sheet.text(end + 6, middle, percent(figure.value), weight=weight, bbox=ground)
        ends = [middle - 10, middle + 12] if above else [start, start + pitch]
        sheet.line([left, left], ends, color=RULE, lw=1.6, zorder=5)


def _interval(
    sheet: Sheet, figure: Figure, axis: tuple[float, float, float], middle: float
) -> float:
    """Draw the range over its bar, an arrow where it goes on; return where bar and range end."""
    left, plot, scale = axis
    end = figure.value or 0.0
    if not figure.has_interval:
        return end
    upper = figure.upper or 0.0
    ends = [left + plot * share / scale for share in (figure.lower or 0.0, min(upper, scale))]
    sheet.line(ends, [middle, middle], color="white", lw=4, zorder=3)
    sheet.line(ends, [middle, middle], color=INK, lw=1.4, zorder=4)
    if upper > scale:
        sheet.dot(left + plot, middle, ">", ms=6, color=INK, zorder=4)
    return max(end, min(upper, scale))
