"""Panels with a scale across and a scale upwards, for figures in time or by size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from workforce_analytics.publishing.charts.canvas import GREY, INK, PALE, RULE, Layout, Sheet
from workforce_analytics.publishing.charts.scales import Scale
from workforce_analytics.publishing.figures import Figure

_PLOT, _FOOT, _GAP = {"wide": 260.0, "narrow": 210.0}, 52.0, 28.0
_AXIS = 44.0
_GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
_ROOM_FOR_TICK = 40.0


@dataclass(frozen=True)
class Plane:
    """Where a panel's plot lies, in pixels, and its two scales."""

    left: float
    top: float
    width: float
    height: float
    across: Scale
    up: Scale

    @property
    def right(self) -> float:
        """Where the plot ends."""
        return self.left + self.width

    @property
    def foot(self) -> float:
        """Where its lower edge is."""
        return self.top + self.height

    def at(self, across: float, up: float) -> tuple[float, float]:
        """Where a point of both scales lies."""
        return self.x(across), self.y(up)

    def x(self, value: float) -> float:
        """How far right a value lies."""
        return self.left + self.width * self.across.place(value)

    def y(self, value: float) -> float:
        """How far down a value lies."""
        return self.top + self.height * (1 - self.up.place(value))


@dataclass(frozen=True)
class View:
    """One panel: its title, what is said under it, its scales and how it is filled."""

    title: str
    said: tuple[str, ...]
    across: Scale
    up: Scale
    fill: Callable[[Sheet, Plane], None]
    room: float = 12.0
    """Room at the right of the plot, for words at the ends of lines."""


def views(
    layout: Layout,
    shown: Sequence[View],
    *,
    head: float = 0.0,
    columns: int = 2,
    begin: Callable[[Sheet], None] | None = None,
) -> Sheet:
    """Draw panels side by side where there is room, each with its words above it.

    Parameters
    ----------
    layout
        How wide the sheet is.
    shown
        The panels.
    head
        Room above all panels, for a key.
    columns
        How many may stand side by side on a wide sheet.
    begin
        Draws the key.

    Returns
    -------
    Sheet
        The sheet with its panels.
    """
    columns = min(columns if layout.name == "wide" else 1, len(shown)) or 1
    width = (layout.width - _GAP * (columns - 1)) / columns
    plot = _PLOT[layout.name] if columns == 1 else _PLOT["narrow"]
    titles = [layout.wrapped(one.title, width, bold=True) if one.title else [] for one in shown]
    said = [[line for words in one.said for line in layout.wrapped(words, width)] for one in shown]
    lines = [len(title) + len(words) for title, words in zip(titles, said, strict=True)]
    starts = range(0, len(shown), columns)
    heads = [max(lines[i : i + columns]) * layout.line + 22 for i in starts]
    sheet = Sheet(layout, head + sum(heads) + (plot + _FOOT) * len(heads))
    if begin:
        begin(sheet)
    top = head
    for above, start in zip(heads, starts, strict=True):
        for column, one in enumerate(shown[start : start + columns]):
            left, at = column * (width + _GAP), start + column
            sheet.title(left, top, titles[at])
            block = len(titles[at]) * layout.line
            sheet.lines(left, top + block + len(said[at]) * layout.line / 2, said[at])
            size = (width - _AXIS - one.room, plot)
            one.fill(sheet, Plane(left + _AXIS, top + above, *size, one.across, one.up))
        top += above + plot + _FOOT
    return sheet


def grid(sheet: Sheet, plane: Plane, *, main: float = 0.0) -> None:
    """Draw the lines of the upward scale with their numbers; the main one stands out."""
    for tick, label in plane.up.ticks(plane.height):
        y, strong = plane.y(tick), abs(tick - main) < 1e-9
        style = {"color": INK, "lw": 1.6} if strong else {"color": PALE, "lw": 1}
        sheet.line([plane.left, plane.right], [y, y], zorder=1 if strong else 0, **style)
        words: dict[str, Any] = {"color": INK if strong else GREY, "ha": "right"}
        sheet.text(plane.left - 7, y, label, fontsize=sheet.layout.size - 1, **words)


def foot(sheet: Sheet, plane: Plane, ticks: Sequence[tuple[float, str]], caption: str = "") -> None:
    """Write numbers or dates under a panel, as many as there is room for, and what they are."""
    fine: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 1}
    taken = -_ROOM_FOR_TICK
    for value, label in ticks:
        x, half = plane.x(value), len(label) * sheet.layout.size * 0.26
        if x - half < taken + 8:
            continue
        sheet.line([x, x], [plane.foot, plane.foot + 5], color=RULE, lw=1.2)
        sheet.text(x, plane.foot + 16, label, ha="center", **fine)
        taken = x + half
    if caption:
        sheet.text(plane.right, plane.foot + 36, caption, ha="right", **fine)


def mark(
    sheet: Sheet, plane: Plane, across: float, figure: Figure, marker: str, **style: Any
) -> None:
    """Draw a figure and its range upwards; what goes beyond the scale ends in an arrow."""
    if figure.value is None:
        return
    x, colour = plane.x(across), style.get("mec", style.get("color"))
    if figure.has_interval:
        ends = [end for end in (figure.lower, figure.upper) if end is not None]
        sheet.line([x, x], [plane.y(end) for end in ends], color=colour, lw=1.8, zorder=3)
        for end in ends:
            if plane.up.beyond(end):
                arrow = "^" if plane.up.beyond(end) > 0 else "v"
                sheet.dot(x, plane.y(end), arrow, ms=7, color=colour, zorder=4)
    sheet.dot(x, plane.y(figure.value), marker, zorder=5, **style)


def gaps(sheet: Sheet, plane: Plane, points: Sequence[tuple[float, Figure]], up: float) -> None:
    """Write the mark of what is not shown, once for each run of neighbours."""
    runs: list[tuple[str, list[float]]] = []
    last = ""
    for across, figure in points:
        mark_ = figure.value_mark if figure.value is None else ""
        if mark_ and mark_ == last:
            runs[-1][1].append(across)
        elif mark_:
            runs.append((mark_, [across]))
        last = mark_
    grey: dict[str, Any] = {"color": GREY, "ha": "center", "fontsize": sheet.layout.size - 2}
    for words, places in runs:
        middle = plane.x((places[0] + places[-1]) / 2)
        sheet.text(middle, plane.y(up) - 9, words, bbox=_GROUND, **grey)
