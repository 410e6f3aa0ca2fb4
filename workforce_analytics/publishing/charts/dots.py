"""Panels of dots with their ranges: one row per group, up to four dots in it, on one scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from workforce_analytics.publishing.charts.bars import SIMILAR
from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    DARK_PINK,
    GREY,
    INK,
    ORANGE,
    PALE,
    RULE,
    TURQUOISE,
    Layout,
    Sheet,
)
from workforce_analytics.publishing.charts.keys import BAND, MARKERS, draw_keys, keys_for
from workforce_analytics.publishing.charts.scales import Scale
from workforce_analytics.publishing.charts.scales import from_zero as scale_from_zero
from workforce_analytics.publishing.figures import Figure

_COLOURS = (DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK)
_FOOT, _GAP, _APART, _STRIP = 28.0, 20.0, 13.0, 30.0
_COLUMN = {2: 100.0, 3: 78.0, 4: 72.0}
_GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


@dataclass(frozen=True)
class Row:
    """A row of a panel: a figure per series, and how each is written."""

    label: str
    figures: tuple[Figure, ...]
    texts: tuple[str, ...]
    under: str = ""
    """A line in grey under the label."""
    strong: bool = False


@dataclass(frozen=True)
class Panel:
    """Rows under one title."""

    title: str
    rows: tuple[Row, ...]
    under: str = ""
    scale: Scale | None = None
    """Its own scale, where the panels cannot be read on one."""


@dataclass(frozen=True)
class Dots:
    """What a chart of dots draws."""

    panels: tuple[Panel, ...]
    scale: Scale
    series: tuple[str, ...] = ()
    """What each dot of a row is, where there are several."""
    line: str = ""
    """What the line at 1 stands for."""
    zone: tuple[float, float] | None = None
    """The screening range, or another band, where one is drawn."""
    band: str = ""
    """What the band is, where it is not the screening range."""
    joined: bool = False
    """Whether the dots of a row are joined, rather than one under the other."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of all panels."""
        return tuple(row for panel in self.panels for row in panel.rows)

    @property
    def cut(self) -> bool:
        """Whether anything goes beyond the scale, and ends in an arrow."""
        return any(
            (panel.scale or self.scale).cuts(figure)
            for panel in self.panels
            for row in panel.rows
            for figure in row.figures
        )

    @property
    def one_scale(self) -> bool:
        """Whether all panels are read on one scale."""
        return all(panel.scale is None for panel in self.panels)


def from_zero(panels: tuple[Panel, ...], kind: str, **more: Any) -> Dots:
    """Fit panels on scales from 0: on one, unless small ones would shrink to nothing on it.

    Parameters
    ----------
    panels
        The panels.
    kind
        "percent" or "count".
    **more
        The other fields of `Dots`.

    Returns
    -------
    Dots
        What a chart of dots draws.
    """
    each = [scale_from_zero(_figures(panel), kind) for panel in panels]
    if each and min(scale.high for scale in each) < SIMILAR * max(scale.high for scale in each):
        fitted = zip(panels, each, strict=True)
        panels = tuple(replace(panel, scale=scale) for panel, scale in fitted)
    together = scale_from_zero([one for panel in panels for one in _figures(panel)], kind)
    return Dots(panels, together, **more)


def _figures(panel: Panel) -> list[Figure]:
    return [figure for row in panel.rows for figure in row.figures]


@dataclass(frozen=True)
class _Plan:
    """Where things stand across the sheet, in pixels."""

    layout: Layout
    drawing: Dots
    labels: float
    left: float
    plot: float
    column: float
    """Width of a column of figures."""
    scale: Scale

    @property
    def wide(self) -> bool:
        return self.layout.name == "wide"

    @property
    def spread(self) -> float:
        """How far the dots of a row lie apart, first to last."""
        return 0.0 if self.drawing.joined else _APART * max(len(self.drawing.series) - 1, 0)

    def label(self, row: Row, *, bold: bool = False) -> list[str]:
        room = self.labels - 14 if self.wide else self.layout.width
        return self.layout.wrapped(row.label, room, bold=bold or row.strong)

    def said(self, row: Row) -> list[str]:
        """The figures in words, where no column has room for them."""
        names = self.drawing.series or ("",)
        words = [f"{name} {text}".strip() for name, text in zip(names, row.texts, strict=True)]
        # A name and its figure stay in one line.
        lines = [words[0]]
        for one in words[1:]:
            longer = f"{lines[-1]}, {one}"
            lines[-1:] = [longer] if self.fits(longer) else [f"{lines[-1]},", one]
        return lines

    def fits(self, words: str) -> bool:
        """Whether words with figures in them, which are wide, fit into a line."""
        return len(words) * self.layout.size * 0.53 <= self.layout.width

    @cached_property
    def short(self) -> bool:
        """Whether every row's label and figures fit into one line on a phone."""
        return all(
            not row.under and len(said) == 1 and self.fits(f"{row.label}: {said[0]}")
            for panel in self.drawing.panels
            for row in panel.rows
            for said in [self.said(row)]
        ) and any(panel.title for panel in self.drawing.panels)

    def words(self, row: Row) -> tuple[list[str], list[str]]:
        """The lines of a row's label and, on a phone, those of its figures, together if short."""
        titled = any(panel.title for panel in self.drawing.panels)
        label = self.label(row, bold=not self.wide and not titled)
        if self.wide:
            return label, []
        if self.short:
            return [f"{row.label}: {self.said(row)[0]}"], []
        return label, self.said(row)

    def height(self, row: Row) -> float:
        label, said = self.words(row)
        lines, line = len(label) + bool(row.under) + len(said), self.layout.line
        if self.wide:
            least = 42.0 if row.under or len(self.drawing.panels) == 1 else 32.0
            return max(lines * line + 14, least, 26 + self.spread)
        return lines * line + _STRIP + self.spread + 14

    def across(self, value: float) -> float:
        return self.left + self.plot * self.scale.place(value)


def _plan(layout: Layout, drawing: Dots) -> _Plan:
    """Share the width out among labels, dots and columns of figures."""
    if layout.name == "narrow":
        return _Plan(layout, drawing, 0.0, 6.0, layout.width - 12.0, 0.0, drawing.scale)
    several = max(len(drawing.series), 1)
    longest = max((len(row.texts[0]) for row in drawing.rows), default=0)
    word = max((len(word) for name in drawing.series for word in name.split()), default=0)
    column = max(_COLUMN.get(several, longest * layout.size * 0.5 + 18), word * 8.0 + 10)
    label = max((max(len(row.label), len(row.under)) for row in drawing.rows), default=0)
    most = (0.34 if several < 3 else 0.28) * layout.width
    labels = min(most, label * layout.size * 0.5 + 20)
    plot = layout.width - labels - column * several - 8
    return _Plan(layout, drawing, labels, labels, plot, column, drawing.scale)


def dots(layout: Layout, drawing: Dots) -> Sheet:
    """Draw panels of dots; a hidden figure is its mark and no dot."""
    plan = _plan(layout, drawing)
    keys = keys_for(layout, drawing.series, drawing.line, drawing.zone, drawing.band)
    head = keys[-1].top + len(keys[-1].lines) * layout.line + 12 if keys else 4.0
    headings = _headings(plan)
    tops = max((len(lines) for lines in headings), default=0) * layout.line
    titles = [_title(plan, panel) for panel in drawing.panels]
    heights = [
        len(title) * layout.line
        + bool(title) * 8
        + bool(panel.under) * layout.line
        + sum(plan.height(row) for row in panel.rows)
        + _FOOT
        for title, panel in zip(titles, drawing.panels, strict=True)
    ]
    sheet = Sheet(layout, head + tops + sum(heights) + _GAP * (len(heights) - 1))
    draw_keys(sheet, keys)
    for place, lines in enumerate(headings):
        right = layout.width - plan.column * (len(headings) - 1 - place)
        sheet.lines(right, head + tops / 2 - 4, lines, ha="right", weight="bold")
    top = head + tops
    for title, panel, height in zip(titles, drawing.panels, heights, strict=True):
        _panel(sheet, replace(plan, scale=panel.scale or drawing.scale), panel, title, top)
        top += height + _GAP
    return sheet


def spoken(drawing: Dots) -> str:
    """List the figures of a chart of dots, row by row, for those who do not see it."""
    if not drawing.rows:
        return "There is nothing to compare."
    panels = []
    for panel in drawing.panels:
        rows = "; ".join(f"{row.label}: {_said(drawing, row)}" for row in panel.rows)
        title = f"{panel.title}. " if panel.title else ""
        under = f"{panel.under}. " if panel.under else ""
        panels.append(f"{title}{under}{rows}.")
    return " ".join(panels)


def _said(drawing: Dots, row: Row) -> str:
    parts = [
        f"{name} {_spoken(text, figure)}".strip()
        for name, text, figure in zip(drawing.series or [""], row.texts, row.figures, strict=True)
    ]
    return f"{', '.join(parts)}{f' ({row.under})' if row.under else ''}"


def _spoken(text: str, figure: Figure) -> str:
    if figure.value is not None:
        return text
    if text != figure.value_mark:
        return text
    return "not applicable" if text == "[z]" else f"{text} not shown"


def _title(plan: _Plan, panel: Panel) -> list[str]:
    return plan.layout.wrapped(panel.title, plan.layout.width, bold=True) if panel.title else []


def _headings(plan: _Plan) -> list[list[str]]:
    """Headings of the columns of figures."""
    if not plan.wide:
        return []
    return [plan.layout.wrapped(name, plan.column - 8, bold=True) for name in plan.drawing.series]


def _panel(sheet: Sheet, plan: _Plan, panel: Panel, title: list[str], top: float) -> None:
    line = sheet.layout.line
    if title:
        sheet.title(0, top, title)
        top += len(title) * line + 8
    if panel.under:
        sheet.text(0, top + line / 2 - 4, panel.under, color=GREY)
        top += line
    heights = [plan.height(row) for row in panel.rows]
    foot = top + sum(heights)
    starts = [foot - sum(heights[place:]) for place in range(len(heights))]
    ends = [start + height for start, height in zip(starts, heights, strict=True)]
    # On a phone the grid stands only behind the dots, not behind the words above them.
    strips = [(end - _STRIP - plan.spread - 4, end - 6) for end in ends]
    _grid(sheet, plan, [(top, foot)] if plan.wide else strips, foot)
    for row, start, height in zip(panel.rows, starts, heights, strict=True):
        _row(sheet, plan, row, start, height)


def _grid(sheet: Sheet, plan: _Plan, down: list[tuple[float, float]], foot: float) -> None:
    """Draw the zone, the lines of the scale and the numbers under it."""
    drawing, layout = plan.drawing, sheet.layout
    for top, bottom in down:
        if drawing.zone:
            start, end = (plan.across(edge) for edge in drawing.zone)
            sheet.bar(start, (top + bottom) / 2, end - start, bottom - top, BAND, zorder=-1)
            for at in (start, end):
                sheet.line([at, at], [top, bottom], color=GREY, lw=1, ls=(0, (3, 3)), zorder=0)
    ticks = plan.scale.ticks(plan.plot)
    main = 1.0 if plan.scale.kind == "ratio" else 0.0
    for tick, label in ticks:
        at = plan.across(tick)
        style = {"color": PALE, "lw": 1}
        if tick == main:
            style = {"color": INK if drawing.line else RULE, "lw": 1.6}
        if not (drawing.zone and tick in drawing.zone):
            for ends in down:
                sheet.line([at, at], ends, zorder=0, **style)
        edge = {ticks[0][0]: "left", ticks[-1][0]: "right"} if not plan.wide else {}
        at = {"left": 0.0, "right": float(layout.width)}.get(edge.get(tick, ""), at)
        words: dict[str, Any] = {"color": GREY, "fontsize": layout.size - 1}
        sheet.text(at, foot + 14, label, ha=edge.get(tick, "center"), **words)


def _row(sheet: Sheet, plan: _Plan, row: Row, top: float, height: float) -> None:
    """Draw one row: its words, and its dots beside or below them."""
    layout, line = sheet.layout, sheet.layout.line
    titled = any(panel.title for panel in plan.drawing.panels)
    weight = "bold" if row.strong or not (plan.wide or titled) else "normal"
    label, said = plan.words(row)
    block = (len(label) + bool(row.under)) * line
    first = top + ((height - block) / 2 if plan.wide else 8)
    middle = top + height / 2 if plan.wide else top + height - (_STRIP + plan.spread) / 2 - 5
    sheet.line([0, layout.width], [top, top], color=PALE, lw=0.8, zorder=-2)
    sheet.lines(0, first + len(label) * line / 2, label, weight=weight)
    if row.under:
        grey: dict[str, Any] = {"color": GREY, "fontsize": layout.size - 1}
        sheet.text(0, first + (len(label) + 0.5) * line, row.under, **grey)
    if plan.wide:
        for place, text in enumerate(reversed(row.texts)):
            right = layout.width - plan.column * place
            sheet.text(right, middle, text, ha="right", weight=weight)
    elif said:
        sheet.lines(0, first + block + len(said) * line / 2, said)
    _marks(sheet, plan, row, middle)


def _marks(sheet: Sheet, plan: _Plan, row: Row, middle: float) -> None:
    hidden = [figure.value_mark for figure in row.figures if figure.value is None]
    if len(hidden) == len(row.figures):
        sheet.text(plan.left + 5, middle, hidden[0], color=GREY, bbox=_GROUND)
        return
    shown = [figure.value for figure in row.figures if figure.value is not None]
    if plan.drawing.joined and len(shown) > 1:
        ends = [plan.across(value) for value in (min(shown), max(shown))]
        sheet.line(ends, [middle, middle], color=RULE, lw=3, zorder=2)
    first = middle - plan.spread / 2
    for place, figure in reversed(list(enumerate(row.figures))):
        down = first + (0.0 if plan.drawing.joined else _APART * place)
        _dot(sheet, plan, figure, place, down)


def _dot(sheet: Sheet, plan: _Plan, figure: Figure, place: int, down: float) -> None:
    """Draw a figure and its range; what goes beyond the scale ends in an arrow."""
    if figure.value is None:
        return
    scale, colour = plan.scale, _COLOURS[place]
    if figure.has_interval:
        ends = [end for end in (figure.lower, figure.upper) if end is not None]
        across = [plan.across(end) for end in ends]
        sheet.line(across, [down, down], color=colour, lw=1.8, zorder=3)
        for end, at in zip(ends, across, strict=True):
            if scale.beyond(end):
                arrow = ">" if scale.beyond(end) > 0 else "<"
                sheet.dot(at, down, arrow, ms=7, color=colour, zorder=4)
    if scale.beyond(figure.value):
        arrow = ">" if scale.beyond(figure.value) > 0 else "<"
        sheet.dot(plan.across(figure.value), down, arrow, ms=9, color=colour, zorder=5)
        return
    marker, style = MARKERS[place]
    sheet.dot(plan.across(figure.value), down, marker, zorder=5, **style)
