"""Panels of bars: one panel per group, one bar per row, every bar from 0.

Where a bar is held against something else, that is a diamond on its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    MID_BLUE,
    ORANGE,
    RULE,
    Layout,
    Sheet,
)
from workforce_analytics.publishing.figures import Figure
from workforce_analytics.publishing.wording import percent

_BAR, _GAP = 0.62, 26
_ROOM_FOR_VALUE = 56
_DIAMOND: dict[str, Any] = {"ms": 7.5, "mfc": "white", "mec": ORANGE, "mew": 2.2}
_FINE: dict[str, Any] = {"color": GREY}
SIMILAR = 0.25
"""Panels share one scale where the shortest panel's longest bar is this part of the longest."""


@dataclass(frozen=True)
class Panel:
    """The bars of one group."""

    title: str
    rows: tuple[tuple[str, Figure], ...]
    whole: str = ""
    """The row that holds everybody; the other bars are compared with it by a line."""
    under: str = ""
    """A line in grey under the title."""
    beside: tuple[Figure, ...] = ()
    """For each row, what its bar is held against."""

    @property
    def longest(self) -> float:
        """How far the panel reaches: to the end of every bar, and of ranges up to twice that."""
        held = max((figure.value or 0 for figure in self.beside), default=0)
        bar = max((figure.value or 0 for _, figure in self.rows), default=0)
        bar = max(bar, held)
        line = max((figure.upper or figure.value or 0 for _, figure in self.rows), default=0)
        # One of few people has a range so long that all bars would shrink beside it.
        return (max(held, min(line, 2 * bar)) if bar else line) or 1.0

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


def bars(layout: Layout, panels: tuple[Panel, ...], *, key: str = "") -> Sheet:
    """Draw panels of bars with their values; a hidden figure is its mark and no bar.

    `key` says what the diamonds are that the bars are held against.
    """
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
    if any(panel.under for panel in panels):
        heads = [head + layout.line for head in heads]
    told = layout.wrapped(key, layout.width - 26) if key else []
    body = pitch * max(len(panel.rows) for panel in panels)
    over = len(told) * layout.line + 12 if told else 0.0
    sheet = Sheet(layout, over + sum(heads) + body * len(heads) + _GAP * (len(heads) - 1) + 4)
    if told:
        sheet.dot(8, layout.line / 2 + 1, "D", zorder=5, **_DIAMOND)
        sheet.lines(26, len(told) * layout.line / 2 + 1, told)
    scale = max(panel.longest for panel in panels) if one_scale(panels) else 0.0
    top = over
    for head, start in zip(heads, starts, strict=True):
        for column, panel in enumerate(panels[start : start + columns]):
            left = beside + column * (width + _GAP)
            if panel.title:
                title = titles[start + column]
                sheet.title(left if columns > 1 else 0, top, title)
            if panel.under:
                # At the same height in all panels of a row, whatever their titles take.
                sheet.text(
                    left if columns > 1 else 0, top + head - layout.line, panel.under, **_FINE
                )
            if beside and column == 0:
                _labels(sheet, panel, top + head, pitch, beside)
            box = (left, top + head, width)
            axis = (pitch, scale or panel.longest)
            _panel(sheet, panel, box, axis, above=not beside, keyed=bool(told))
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
    axis: tuple[float, float],
    *,
    above: bool,
    keyed: bool,
) -> None:
    """Draw one panel: bars, intervals, values, and a line at the whole."""
    (left, top, width), (pitch, scale) = box, axis
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
        if panel.beside:
            _diamond(sheet, panel.beside[place], (left, plot, scale), middle)
        end = left
        if figure.value is not None:
            colour = DARK_BLUE if label == panel.whole or not panel.whole else MID_BLUE
            sheet.bar(left, middle, plot * figure.value / scale, thick, colour)
            end += plot * _interval(sheet, figure, (left, plot, scale), middle) / scale
        style: dict[str, Any] = {"weight": weight} if figure.value is not None else {"color": GREY}
        if keyed:
            # Beside a diamond a number would be taken for the diamond's.
            sheet.text(left + width, middle, _written(figure), ha="right", bbox=ground, **style)
        else:
            sheet.text(end + 6, middle, _written(figure), bbox=ground, **style)
        ends = [middle - 10, middle + 12] if above else [start, start + pitch]
        sheet.line([left, left], ends, color=RULE, lw=1.6, zorder=5)


def _written(figure: Figure) -> str:
    """Write a percentage; a hidden one is its mark."""
    return percent(figure.value) if figure.value is not None else figure.value_mark


def _diamond(sheet: Sheet, figure: Figure, axis: tuple[float, float, float], middle: float) -> None:
    """Draw what a bar is held against; nothing where that is hidden."""
    left, plot, scale = axis
    if figure.value is not None:
        sheet.dot(left + plot * figure.value / scale, middle, "D", zorder=5, **_DIAMOND)


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
