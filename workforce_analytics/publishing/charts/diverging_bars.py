"""Bars that part at a middle line: negative answers to its left, positive ones to its right.

Answers that are neither stand in a bar of their own at the side, so that both sides begin at the
line. Who did not answer is in no bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    DARK_PINK,
    GREY,
    INK,
    MID_BLUE,
    ORANGE,
    PALE,
    Layout,
    Sheet,
)
from workforce_analytics.publishing.figures import Figure
from workforce_analytics.publishing.wording import percent

LEFT, RIGHT = (ORANGE, DARK_PINK), (MID_BLUE, DARK_BLUE)
"""Colours from the line outwards; one alone is the outer one on the right, the inner on the left.
"""
MIDDLE = "#8a8f93"
NO_BREAK = "\u00a0"
"""Keeps a number and what it is a number of in one line."""
_THICK, _GAP, _SPACE = 20.0, 26.0, 1.5
_ROOM = 48.0
"""Room for a percentage at the end of a bar."""
_INSIDE = 40.0
"""A part of a bar that is at least so long has its percentage in it."""


@dataclass(frozen=True)
class Row:
    """The answers of one row, each side from the line outwards."""

    label: str
    left: tuple[Figure, ...]
    right: tuple[Figure, ...]
    middle: Figure | None
    under: str = ""
    """How many answered and how many did not, in grey under the label."""
    strong: bool = False

    @property
    def mark(self) -> str:
        """What stands for a row of which something is hidden."""
        every = (*self.left, *self.right, *([self.middle] if self.middle else []))
        return next((one.value_mark for one in every if one.value is None), "")


@dataclass(frozen=True)
class Panel:
    """Rows whose answers have the same names."""

    title: str
    rows: tuple[Row, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    middle: str = ""


@dataclass(frozen=True)
class _Plan:
    layout: Layout
    labels: float
    """Width of the labels; 0 where they stand above their bars."""
    line: float
    """Where the middle line stands."""
    unit: float
    """How many pixels the whole of the answers is."""
    side: float
    """Where the bars at the side begin."""
    aside: float
    """How long a bar at the side may be."""

    def lines(self, row: Row) -> list[str]:
        room = self.labels - 14 if self.labels else self.layout.width
        return self.layout.wrapped(row.label, room, bold=row.strong)

    def under(self, row: Row) -> list[str]:
        room = (self.labels - 14 if self.labels else self.layout.width) * 0.95
        return self.layout.wrapped(row.under, room) if row.under else []

    def height(self, row: Row) -> float:
        tall = (len(self.lines(row)) + len(self.under(row))) * self.layout.line
        return max(tall + 14, 42.0) if self.labels else tall + _THICK + 20


def diverging(layout: Layout, panels: Sequence[Panel]) -> Sheet:
    """Draw panels of bars on one scale; a row of which something is hidden is its mark."""
    plan = _plan(layout, panels)
    heads = [_head(plan, panel) for panel in panels]
    bodies = [sum(map(plan.height, panel.rows)) for panel in panels]
    sheet = Sheet(layout, sum(heads) + sum(bodies) + _GAP * max(len(panels) - 1, 0) + 6)
    top = 0.0
    for panel, head in zip(panels, heads, strict=True):
        _names(sheet, plan, panel, top, head)
        top += head
        for row in panel.rows:
            _row(sheet, plan, panel, row, top)
            top += plan.height(row)
        top += _GAP
    return sheet


def _plan(layout: Layout, panels: Sequence[Panel]) -> _Plan:
    """Share the width out: labels, both sides of the line, and the bar at the side."""
    rows = [row for panel in panels for row in panel.rows if not row.mark]
    left = max((_sum(row.left) for row in rows), default=0.5)
    right = max((_sum(row.right) for row in rows), default=0.5)
    most = max((row.middle.value or 0.0 for row in rows if row.middle), default=0.0)
    aside = any(panel.middle for panel in panels)
    labels = 0.0 if layout.name == "narrow" else 0.36 * layout.width
    rooms = _ROOM * (3 if aside else 2) + (10 if aside else 0)
    # The names of the sides need room even where nobody is on one.
    left, right = max(left, 0.12), max(right, 0.12)
    unit = (layout.width - labels - rooms) / (left + right + most)
    line = labels + _ROOM + unit * left
    side = line + unit * right + _ROOM + 10
    return _Plan(layout, labels, line, unit, side, unit * most)


def _sum(figures: Sequence[Figure]) -> float:
    return sum(one.value or 0.0 for one in figures)


def _head(plan: _Plan, panel: Panel) -> float:
    lines = len(plan.layout.wrapped(panel.title, plan.layout.width, bold=True))
    title = lines * plan.layout.line + 6 if panel.title else 0.0
    return title + (1 if _direct(plan, panel) else len(_key(plan, panel))) * plan.layout.line + 12


def _direct(plan: _Plan, panel: Panel) -> bool:
    """Whether the names of the answers have room over their bars, so that no key is needed."""
    if (len(panel.left), len(panel.right)) != (1, 1):
        return False
    letter, end = plan.layout.size * 0.56, plan.side if panel.middle else plan.layout.width
    rooms = (plan.line - plan.labels, end - plan.line, plan.layout.width - plan.side)
    names = (panel.left[0], panel.right[0], panel.middle)
    return all(
        len(name) * letter + 10 <= room for name, room in zip(names, rooms, strict=True) if name
    )


def _key(plan: _Plan, panel: Panel) -> list[list[tuple[str, str]]]:
    """Set the names of the answers in lines, in the order in which they stand in a bar."""
    told = [*_coloured(panel.left, left=True)[::-1], *_coloured(panel.right, left=False)]
    told += [(panel.middle, MIDDLE)] if panel.middle else []
    lines: list[list[tuple[str, str]]] = [[]]
    left = 0.0
    for words, colour in told:
        width = 24 + len(words) * plan.layout.size * 0.53 + 14
        if left and left + width > plan.layout.width:
            lines.append([])
            left = 0.0
        lines[-1].append((words, colour))
        left += width
    return lines


def _coloured(names: Sequence[str], *, left: bool) -> list[tuple[str, str]]:
    """Give each answer of a side its colour, from the line outwards."""
    if len(names) == 1:
        return [(names[0], ORANGE if left else DARK_BLUE)]
    # A side without answers has no colours.
    return list(zip(names, LEFT if left else RIGHT, strict=False))


def _names(sheet: Sheet, plan: _Plan, panel: Panel, top: float, head: float) -> None:
    """Write the title, and the names of the answers with their colours."""
    line = sheet.layout.line
    if panel.title:
        sheet.title(0, top, sheet.layout.wrapped(panel.title, sheet.layout.width, bold=True))
    if _direct(plan, panel):
        down = top + head - 12 - line / 2
        sheet.text(plan.line - 6, down, panel.left[0], ha="right", weight="bold")
        sheet.text(plan.line + 6, down, panel.right[0], weight="bold")
        sheet.text(plan.side, down, panel.middle, weight="bold")
        return
    key = _key(plan, panel)
    middle = top + head - 12 - (len(key) - 0.5) * line
    for told in key:
        left = 0.0
        for words, colour in told:
            sheet.bar(left, middle, 16, 14, colour)
            sheet.text(left + 22, middle, words)
            left += 24 + len(words) * sheet.layout.size * 0.53 + 14
        middle += line


def _row(sheet: Sheet, plan: _Plan, panel: Panel, row: Row, top: float) -> None:
    line, height = sheet.layout.line, plan.height(row)
    label, under = plan.lines(row), plan.under(row)
    block = (len(label) + len(under)) * line
    first = top + ((height - block) / 2 if plan.labels else 6)
    weight = "bold" if row.strong else "normal"
    sheet.lines(0, first + len(label) * line / 2, label, weight=weight)
    grey: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 1}
    sheet.lines(0, first + (len(label) + len(under) / 2) * line, under, **grey)
    sheet.line([0, sheet.layout.width], [top, top], color=PALE, lw=0.8, zorder=-2)
    middle = top + height / 2 if plan.labels else top + height - _THICK / 2 - 8
    if row.mark:
        sheet.text(plan.line + 6, middle, row.mark, color=GREY)
    else:
        _side(sheet, plan, row.left, _coloured(panel.left, left=True), middle, -1)
        _side(sheet, plan, row.right, _coloured(panel.right, left=False), middle, 1)
        if row.middle is not None:
            long = plan.unit * (row.middle.value or 0.0)
            sheet.bar(plan.side, middle, long, _THICK, MIDDLE)
            sheet.text(plan.side + long + 5, middle, percent(row.middle.value or 0.0))
    ends = [middle - _THICK / 2 - 5, middle + _THICK / 2 + 5]
    sheet.line([plan.line] * 2, ends, color=INK, lw=1.6, zorder=5)


def _side(
    sheet: Sheet,
    plan: _Plan,
    figures: Sequence[Figure],
    colours: Sequence[tuple[str, str]],
    middle: float,
    way: int,
) -> None:
    """Draw one side from the line outwards; the last percentage stands at its end."""
    at = plan.line
    for place, (figure, (_, colour)) in enumerate(zip(figures, colours, strict=True)):
        long = plan.unit * (figure.value or 0.0)
        inner = min(at, at + way * long)
        sheet.bar(inner, middle, max(long - _SPACE, 0.0) if place else long, _THICK, colour)
        said = percent(figure.value or 0.0)
        if place < len(figures) - 1:
            if long >= _INSIDE:
                ink = INK if colour == ORANGE else "white"
                small = sheet.layout.size - 2
                sheet.text(inner + long / 2, middle, said, ha="center", color=ink, fontsize=small)
        else:
            sheet.text(at + way * (long + 5), middle, said, ha="left" if way > 0 else "right")
        at += way * long


def spoken(panels: Sequence[Panel]) -> str:
    """List the answers, row by row, for those who do not see them."""
    told = []
    for panel in panels:
        rows = "; ".join(_said(panel, row) for row in panel.rows)
        told.append(f"{panel.title}{'. ' if panel.title else ''}{rows}.")
    return " ".join(told) if told else "There is nothing to show."


def _said(panel: Panel, row: Row) -> str:
    if row.mark:
        hidden = "not applicable" if row.mark == "[z]" else f"{row.mark} not shown"
        return f"{row.label}: {hidden}"
    pairs = [
        *reversed(list(zip(panel.left, row.left, strict=True))),
        *([(panel.middle, row.middle)] if row.middle else []),
        *zip(panel.right, row.right, strict=True),
    ]
    said = ", ".join(f"{name} {percent(one.value or 0.0)}" for name, one in pairs)
    under = row.under.replace(NO_BREAK, " ")
    return f"{row.label}: {said}{f' ({under})' if under else ''}"
