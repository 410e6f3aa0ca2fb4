"""A grid of cells, stained where something stands out and blank where nothing does."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    ORANGE,
    RULE,
    Layout,
    Sheet,
)

_STAINS: dict[str, tuple[str, str]] = {"lower": (ORANGE, INK), "higher": (DARK_BLUE, "white")}
"""The ground of a cell, and what is written on it; the word stands in the cell as well."""
_GAP, _TALL, _KEY, _WORDY = 24.0, 46.0, 22.0, 60.0
_COLUMNS, _BOLD = 7, 0.54
"""Topics beside each other at most, more go below; width of a bold letter, as a part of its size.
"""
_UNTOLD = "#eef0f1"
"""The ground of a cell that was not tested."""
_NOT_TESTED = "not tested"
_WORDS = {
    "lower": "Lower",
    "higher": "Higher",
    "": "Blank: no clear difference",
    _NOT_TESTED: "Not tested: too few answered",
}


@dataclass(frozen=True)
class Cell:
    """What stands in one place."""

    kind: str
    """"lower", "higher", "" (blank), "not tested" or "mark"."""
    text: str = ""


@dataclass(frozen=True)
class Map:
    """Rows of cells."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which kinds of cell there are, in the order of the key."""
        there = {cell.kind for row in self.cells for cell in row}
        return tuple(kind for kind in _WORDS if kind in there)


def stained(layout: Layout, drawing: Map) -> Sheet:
    """Draw a grid; where the page is narrow, a list per row."""
    return _narrow(layout, drawing) if layout.name == "narrow" else _wide(layout, drawing)


def spoken(drawing: Map) -> str:
    """List what stands out, row by row, for those who do not see it."""
    if not drawing.cells:
        return "There is nothing to compare."
    told = []
    for name, cells in zip(drawing.rows, drawing.cells, strict=True):
        pairs = zip(drawing.columns, cells, strict=True)
        said = "; ".join(f"{column} {_said(cell)}" for column, cell in pairs)
        told.append(f"{name}: {said}.")
    return " ".join(told)


def _said(cell: Cell) -> str:
    if cell.kind == "mark":
        return "not applicable" if cell.text == "[z]" else f"{cell.text} not shown"
    return cell.text or cell.kind or "no clear difference"


# --- wide -----------------------------------------------------------------------------------------


def _wide(layout: Layout, drawing: Map) -> Sheet:
    longest = max(map(len, drawing.rows), default=0)
    labels = min(0.22 * layout.width, longest * layout.size * 0.5 + 20)
    small = layout.size - 3
    across = _across(drawing, layout.width - labels, small)
    starts = range(0, max(len(drawing.columns), 1), across)
    width = min((layout.width - labels) / across, 130.0)
    heads = [
        [_wrapped(name, width - 4, small) for name in drawing.columns[start : start + across]]
        for start in starts
    ]
    tops = [max((len(lines) for lines in head), default=0) * small * 1.25 + 10 for head in heads]
    lines = [layout.wrapped(name, labels - 12) for name in drawing.rows]
    heights = [max(len(one) * layout.line + 10, _TALL) for one in lines]
    key = _key_lines(layout, drawing) * _KEY + 12
    tall = key + sum(tops) + (sum(heights) + _GAP) * len(tops)
    sheet = Sheet(layout, tall - _GAP + 4)
    _keys(sheet, drawing)
    top = key
    for start, head, over in zip(starts, heads, tops, strict=True):
        for place, words in enumerate(head):
            middle = labels + (place + 0.5) * width
            _lines(sheet, middle, top + over - 8, words, small)
        top += over
        for name, height, cells in zip(lines, heights, drawing.cells, strict=True):
            sheet.lines(0, top + height / 2, name)
            for place, cell in enumerate(cells[start : start + across]):
                _cell(sheet, cell, (labels + place * width, top, width, height))
            top += height
        top += _GAP
    return sheet


def _across(drawing: Map, room: float, size: float) -> int:
    """How many columns stand beside each other: as many as have room for their longest words."""
    words = [word for name in drawing.columns for word in name.split()]
    least = max(map(len, words), default=0) * size * _BOLD + 6
    most = max(min(int(room / least), _COLUMNS), 1)
    blocks = ceil(len(drawing.columns) / most) or 1
    return ceil(len(drawing.columns) / blocks) or 1


def _wrapped(words: str, width: float, size: float) -> list[str]:
    """Break a heading into lines of small bold letters, never within a word."""
    letters = max(int(width / (size * _BOLD)), 1)
    return textwrap.wrap(words, letters, break_long_words=False, break_on_hyphens=False)


def _lines(sheet: Sheet, middle: float, foot: float, words: Sequence[str], size: float) -> None:
    """Write a heading upwards from its foot."""
    for place, line in enumerate(words):
        down = foot - (len(words) - place - 0.5) * size * 1.25
        sheet.text(middle, down, line, ha="center", weight="bold", fontsize=size)


def _cell(sheet: Sheet, cell: Cell, box: tuple[float, float, float, float]) -> None:
    """Draw a cell: its ground and its words, or why nothing is said."""
    left, top, width, height = (*(part + 1.5 for part in box[:2]), *(part - 3 for part in box[2:]))
    middle, down = left + width / 2, top + height / 2
    edges = [left, left + width, left + width, left, left], [top, top, top + height]
    sheet.line(edges[0], [*edges[1], top + height, top], color=RULE, lw=0.9, zorder=1)
    small = sheet.layout.size - 1
    if cell.kind in _STAINS:
        ground, ink = _STAINS[cell.kind]
        sheet.bar(left, down, width, height, ground)
        if width < 100:
            parts = cell.text.split(" ", 1)
            for place, part in enumerate(parts):
                at = down + (place - (len(parts) - 1) / 2) * small * 1.25
                weight = "normal" if place else "bold"
                sheet.text(middle, at, part, ha="center", color=ink, fontsize=small, weight=weight)
        else:
            style: dict[str, Any] = {"color": ink, "fontsize": small, "weight": "bold"}
            sheet.text(middle, down, cell.text, ha="center", **style)
    elif cell.kind == _NOT_TESTED:
        sheet.bar(left, down, width, height, _UNTOLD)
        if width >= _WORDY:
            sheet.text(middle, down, _NOT_TESTED, ha="center", color=GREY, fontsize=small - 2)
    elif cell.text:
        sheet.text(middle, down, cell.text, ha="center", color=GREY, fontsize=small)


# --- key ------------------------------------------------------------------------------------------


def _places(layout: Layout, drawing: Map) -> list[tuple[str, float, int]]:
    """Where each mark of the key stands: its kind, its left edge and its line."""
    found, left, line = [], 0.0, 0
    for kind in drawing.kinds:
        width = 34 + len(_WORDS[kind]) * layout.size * 0.53 + 14
        if left and left + width > layout.width:
            left, line = 0.0, line + 1
        found.append((kind, left, line))
        left += width
    return found


def _key_lines(layout: Layout, drawing: Map) -> int:
    return max((line + 1 for _, _, line in _places(layout, drawing)), default=0)


def _keys(sheet: Sheet, drawing: Map) -> None:
    for kind, left, line in _places(sheet.layout, drawing):
        down = line * _KEY + _KEY / 2
        _cell(sheet, Cell(kind), (left, down - 9, 28, 18))
        sheet.text(left + 34, down, _WORDS[kind])


# --- narrow ---------------------------------------------------------------------------------------


def _narrow(layout: Layout, drawing: Map) -> Sheet:
    """Draw a list per group: its topics one under the other."""
    width, tall = 118.0, 30.0
    names = [layout.wrapped(name, layout.width - width - 8) for name in drawing.columns]
    heights = [max(len(lines) * layout.line + 8, tall) for lines in names]
    titles = [layout.wrapped(name, layout.width, bold=True) for name in drawing.rows]
    heads = [len(lines) * layout.line + 8 for lines in titles]
    key = _key_lines(layout, drawing) * _KEY + 12
    sheet = Sheet(layout, key + sum(heads) + len(heads) * (sum(heights) + _GAP) + 4)
    _keys(sheet, drawing)
    top = key
    for title, head, cells in zip(titles, heads, drawing.cells, strict=True):
        sheet.title(0, top, title)
        top += head
        for lines, height, cell in zip(names, heights, cells, strict=True):
            sheet.lines(0, top + height / 2, lines)
            _cell(sheet, cell, (layout.width - width, top, width, height))
            top += height
        top += _GAP
    return sheet
