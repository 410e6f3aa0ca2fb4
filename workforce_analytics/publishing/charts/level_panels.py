"""Small panels on one scale: a dot with its range per row, and a line at the level of everybody.

Levels of different units (per cent, 0 to 100, 0 to 10) stand on one scale as parts of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    PALE,
    Layout,
    Sheet,
)
from workforce_analytics.publishing.figures import Figure
from workforce_analytics.publishing.wording import number

CLEAR: dict[str, Any] = {"ms": 7.5, "color": DARK_BLUE}
OPEN: dict[str, Any] = {"ms": 7, "mfc": "white", "mec": DARK_BLUE, "mew": 1.7}
_GAP, _FOOT, _STRIP, _VALUE = 26.0, 30.0, 24.0, 54.0
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
_MOST_STEPS, _LEAST = 3.2, 0.03
"""Steps under a panel, and how far it reaches from its middle at least."""
_GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}


@dataclass(frozen=True)
class Span:
    """What lies between the edges of a panel, as parts of a whole scale."""

    low: float
    high: float
    step: float

    def place(self, value: float) -> float:
        """Where a level lies, from 0 at the left edge to 1 at the right one."""
        within = min(max(value, self.low), self.high)
        return (within - self.low) / (self.high - self.low)

    def beyond(self, value: float) -> int:
        """Whether a level lies left of the edges (-1), right of them (1) or between (0)."""
        return int(value > self.high + 1e-9) - int(value < self.low - 1e-9)

    def ticks(self) -> list[float]:
        """Which levels are written under a panel: round ones that there can be."""
        first = ceil(max(self.low, 0.0) / self.step - 1e-9)
        last = floor(min(self.high, 1.0) / self.step + 1e-9)
        return [self.step * tick for tick in range(first, last + 1)]


WHOLE = Span(0.0, 1.0, 0.2)


@dataclass(frozen=True)
class Row:
    """One level: a part of its scale from 0 to 1, and how it is written."""

    label: str
    figure: Figure
    text: str
    full: str
    """With its range."""
    clear: bool = True
    """Whether its dot is filled: it is clear of everybody else's, or nothing is compared."""
    under: str = ""
    """A line in grey under the label, where there is one panel."""
    strong: bool = False


@dataclass(frozen=True)
class Panel:
    """Rows under one title."""

    title: str
    rows: tuple[Row, ...]
    under: str = ""
    line: float | None = None
    """The level of everybody, as a part of the scale."""
    full: int = 100
    """What the whole of the scale is: 100 or 10."""
    sign: str = ""
    """What follows the numbers under the scale."""
    span: Span = WHOLE


@dataclass(frozen=True)
class Levels:
    """What a chart of levels draws."""

    panels: tuple[Panel, ...]
    keys: tuple[tuple[str, str], ...] = ()
    """What marks are: "clear", "open" or "line", and the words."""
    columns: int = 1
    """Panels side by side, where the page is wide."""

    @property
    def cut(self) -> bool:
        """Whether a range goes beyond the edges, and ends in an arrow."""
        return any(
            panel.span.beyond(end)
            for panel in self.panels
            for row in panel.rows
            if row.figure.value is not None
            for end in (row.figure.lower, row.figure.upper)
            if end is not None
        )


def centred(panels: Sequence[Panel]) -> tuple[Panel, ...]:
    """Put the line of each panel in its middle, on scales of one length.

    Every level has room, and ranges twice as far from the line as the furthest level.
    """
    middles = [_middle(panel) for panel in panels]
    pairs = [
        (row.figure, middle)
        for panel, middle in zip(panels, middles, strict=True)
        for row in panel.rows
        if row.figure.value is not None
    ]
    levels_ = max((abs((one.value or 0.0) - middle) for one, middle in pairs), default=0.0)
    ends = [
        abs(end - middle)
        for one, middle in pairs
        for end in (one.lower, one.upper)
        if end is not None
    ]
    half = max(levels_, min(max(ends, default=0.0), 2 * levels_), _LEAST) * 1.04
    step = next((one for one in _STEPS if 2 * half / one <= _MOST_STEPS), _STEPS[-1])
    spans = [Span(middle - half, middle + half, step) for middle in middles]
    fitted = zip(panels, spans, strict=True)
    return tuple(replace(panel, span=span) for panel, span in fitted)


def _middle(panel: Panel) -> float:
    """Where the line stands; without one, between the lowest level and the highest."""
    if panel.line is not None:
        return panel.line
    shown = [row.figure.value for row in panel.rows if row.figure.value is not None]
    return (min(shown) + max(shown)) / 2 if shown else 0.5


@dataclass(frozen=True)
class _Plan:
    """Where things stand across the sheet, in pixels."""

    layout: Layout
    drawing: Levels
    labels: float
    """Width of the column of labels; 0 where they stand above their dots."""
    width: float
    """Width of a panel."""
    value: float
    """Width of the column of values in a panel."""
    columns: int

    @property
    def plot(self) -> float:
        return self.width - self.value - 6

    @property
    def brief(self) -> bool:
        """Whether there are so few panels that every range is written."""
        return len(self.drawing.panels) < 3

    def text(self, row: Row) -> str:
        return row.full if self.columns == 1 else row.text

    def label(self, row: Row) -> list[str]:
        if self.labels:
            return self.layout.wrapped(row.label, self.labels - 14, bold=row.strong)
        # Figures are wide: their line is broken sooner than one of letters.
        room, said = self.layout.width * 0.88, row.full if self.brief else row.text
        words = row.label if row.figure.value is None else f"{row.label}: {said}"
        return self.layout.wrapped(words, room, bold=row.strong)

    def height(self, row: Row) -> float:
        lines = len(self.label(row)) + bool(row.under)
        if self.labels:
            return max(self.layout.line * lines + 10, 30.0)
        return self.layout.line * lines + _STRIP + 12


def levels(layout: Layout, drawing: Levels) -> Sheet:
    """Draw panels of levels; a hidden one is its mark and no dot."""
    plan = _plan(layout, drawing)
    keys = [(kind, layout.wrapped(words, layout.width - 30)) for kind, words in drawing.keys]
    head = sum(len(lines) for _, lines in keys) * layout.line + (14 if keys else 0)
    starts = range(0, len(drawing.panels), plan.columns)
    blocks = [drawing.panels[start : start + plan.columns] for start in starts]
    tops = [max(_head(plan, panel) for panel in block) for block in blocks]
    bodies = [max(sum(map(plan.height, panel.rows)) for panel in block) for block in blocks]
    tall = sum(tops) + sum(bodies) + len(blocks) * _FOOT + _GAP * (len(blocks) - 1)
    sheet = Sheet(layout, head + tall)
    _keys(sheet, keys)
    top = head
    for block, over, body in zip(blocks, tops, bodies, strict=True):
        if plan.labels:
            across = plan.labels + len(block) * (plan.width + _GAP) - _GAP
            _labels(sheet, plan, block[0], (across, top + over))
        for column, panel in enumerate(block):
            left = plan.labels + column * (plan.width + _GAP)
            _title(sheet, plan, panel, (left if plan.columns > 1 else 0.0, top))
            _panel(sheet, plan, panel, (left, top + over))
        top += over + body + _FOOT + _GAP
    return sheet


def _plan(layout: Layout, drawing: Levels) -> _Plan:
    if layout.name == "narrow":
        return _Plan(layout, drawing, 0.0, layout.width - 6.0, -6.0, 1)
    columns = min(drawing.columns, max(len(drawing.panels), 1))
    rows = [row for panel in drawing.panels for row in panel.rows]
    longest = max((max(len(row.label), len(row.under)) for row in rows), default=0)
    most = {1: 0.38, 2: 0.28}.get(columns, 0.25)
    labels = min(most * layout.width, longest * layout.size * 0.5 + 20)
    wordy = max((len(row.full) for row in rows), default=0)
    value = wordy * layout.size * 0.54 + 8 if columns == 1 else _VALUE
    width = (layout.width - labels - _GAP * (columns - 1)) / columns
    return _Plan(layout, drawing, labels, width, value, columns)


def _keys(sheet: Sheet, keys: list[tuple[str, list[str]]]) -> None:
    top, line = 2.0, sheet.layout.line
    for kind, lines in keys:
        middle = top + line / 2
        if kind == "line":
            sheet.line([10, 10], [middle - 8, middle + 8], color=GREY, lw=1.6, ls=(0, (4, 2)))
        else:
            sheet.dot(10, middle, "o", **(CLEAR if kind == "clear" else OPEN))
        sheet.lines(30, top + len(lines) * line / 2, lines)
        top += len(lines) * line


def _head(plan: _Plan, panel: Panel) -> float:
    if not panel.title:
        return 4.0
    room = plan.width if plan.columns > 1 else plan.layout.width
    lines = len(plan.layout.wrapped(panel.title, room, bold=True)) + bool(panel.under)
    return lines * plan.layout.line + 8


def _title(sheet: Sheet, plan: _Plan, panel: Panel, corner: tuple[float, float]) -> None:
    left, top = corner
    if not panel.title:
        return
    room = plan.width if plan.columns > 1 else plan.layout.width
    lines = plan.layout.wrapped(panel.title, room, bold=True)
    sheet.title(left, top, lines)
    if panel.under:
        sheet.text(left, top + (len(lines) + 0.5) * plan.layout.line, panel.under, color=GREY)


def _labels(sheet: Sheet, plan: _Plan, panel: Panel, corner: tuple[float, float]) -> None:
    """Write what the rows are, once for all panels beside each other."""
    across, top = corner
    for row in panel.rows:
        height, lines, line = plan.height(row), plan.label(row), sheet.layout.line
        middle = top + height / 2 - (line / 2 if row.under else 0)
        sheet.lines(0, middle, lines, weight="bold" if row.strong else "normal")
        if row.under:
            below = middle + (len(lines) / 2 + 0.5) * line
            sheet.text(0, below, row.under, color=GREY, fontsize=sheet.layout.size - 1)
        sheet.line([0, across], [top, top], color=PALE, lw=0.8, zorder=-2)
        top += height


def _panel(sheet: Sheet, plan: _Plan, panel: Panel, corner: tuple[float, float]) -> None:
    left, top = corner
    heights = [plan.height(row) for row in panel.rows]
    foot = top + sum(heights)
    starts = [foot - sum(heights[place:]) for place in range(len(heights))]
    # Where labels stand above their dots, lines stand behind the dots alone.
    strips = [
        (start if plan.labels else start + height - _STRIP - 2, start + height)
        for start, height in zip(starts, heights, strict=True)
    ]
    _scale(sheet, plan, panel, left, foot, strips)
    for row, start, strip in zip(panel.rows, starts, strips, strict=True):
        middle = sum(strip) / 2
        weight = "bold" if row.strong or (row.clear and plan.columns > 1) else "normal"
        if plan.labels:
            sheet.text(left + plan.width, middle, _value(plan, row), ha="right", weight=weight)
        else:
            lines = plan.label(row)
            down = start + len(lines) * sheet.layout.line / 2 + 9
            sheet.lines(0, down, lines, weight="bold" if row.strong else "normal")
            if row.under:
                below = start + (len(lines) + 0.5) * sheet.layout.line + 9
                sheet.text(0, below, row.under, color=GREY, fontsize=sheet.layout.size - 1)
        _dot(sheet, plan, row, (left, middle), panel.span)


def _value(plan: _Plan, row: Row) -> str:
    return plan.text(row) if row.figure.value is not None else ""


def _scale(
    sheet: Sheet,
    plan: _Plan,
    panel: Panel,
    left: float,
    foot: float,
    strips: list[tuple[float, float]],
) -> None:
    """Draw the lines of the scale, the numbers under it, and the level of everybody."""
    span, style = panel.span, {"color": GREY, "fontsize": sheet.layout.size - 2}
    for tick in span.ticks():
        at, words = left + 3 + (plan.plot - 6) * span.place(tick), f"{number(panel.full * tick)}"
        for ends in strips:
            sheet.line([at, at], ends, color=PALE, lw=1, zorder=-1)
        # What stands at the edge of the sheet is kept inside of it.
        half = len(f"{words}{panel.sign}") * sheet.layout.size * 0.28
        at = min(max(at, half), sheet.layout.width - half)
        sheet.text(at, foot + 13, f"{words}{panel.sign}", ha="center", **style)
    if panel.line is not None:
        at = left + 3 + (plan.plot - 6) * span.place(panel.line)
        for ends in strips:
            sheet.line([at, at], ends, color=GREY, lw=1.6, ls=(0, (4, 2)), zorder=1)


def _dot(sheet: Sheet, plan: _Plan, row: Row, corner: tuple[float, float], span: Span) -> None:
    figure, (left, middle) = row.figure, corner

    def across(value: float) -> float:
        return left + 3 + (plan.plot - 6) * span.place(value)

    if figure.value is None:
        sheet.text(left + 6, middle, row.text, color=GREY, bbox=_GROUND)
        return
    if figure.has_interval:
        ends = [end for end in (figure.lower, figure.upper) if end is not None]
        at = [across(end) for end in ends]
        sheet.line(at, [middle, middle], color=DARK_BLUE, lw=1.8, zorder=3)
        for end, place in zip(ends, at, strict=True):
            if span.beyond(end):
                arrow = ">" if span.beyond(end) > 0 else "<"
                sheet.dot(place, middle, arrow, ms=6, color=DARK_BLUE, zorder=4)
    style = CLEAR if row.clear else OPEN
    sheet.dot(across(figure.value), middle, "o", zorder=5, **style)


def spoken(drawing: Levels) -> str:
    """List the levels, panel by panel, for those who do not see them."""
    panels = []
    for panel in drawing.panels:
        told = "; ".join(f"{row.label}: {_said(row)}" for row in panel.rows)
        lead = ". ".join(words for words in (panel.title, panel.under) if words)
        panels.append(f"{lead}{'. ' if lead else ''}{told}.")
    return " ".join(panels) if panels else "There is nothing to show."


def _said(row: Row) -> str:
    if row.figure.value is None:
        hidden = row.text in ("[c]", "*")
        return f"{row.text} not shown" if hidden or row.text == "[u]" else "not applicable"
    return f"{row.full}{f' ({row.under})' if row.under else ''}"
