"""Draws a funnel plot: services by size, and the lines between which chance would leave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    RULE,
    Layout,
    Sheet,
)
from workforce_analytics.publishing.charts.scales import Scale, from_zero
from workforce_analytics.publishing.figures import Figure

_PLOT, _FOOT, _GAP = {"wide": 320.0, "narrow": 260.0}, 56.0, 26.0
_AXIS, _RIGHT = 40.0, 44.0
LEVELS = (("95", "95%", (0, (5, 3))), ("998", "99.8%", "-"))
"""Levels of the limits: their name in a measure, in words, and how their line is drawn."""
_DOT: dict[str, Any] = {"ms": 7.5, "color": DARK_BLUE}
_OUTSIDE: dict[str, Any] = {"ms": 9, "mfc": "white", "mec": ORANGE, "mew": 2.4}
_GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
_POINTS = 90


@dataclass(frozen=True)
class Service:
    """One service: what was expected, observed over expected, and its own limits."""

    label: str
    expected: Figure
    ratio: Figure
    limits: tuple[tuple[float | None, float | None], ...]
    """Lower and upper limit at each level, the narrower first."""
    outside: bool
    centre: float = 1.0
    """The ratio of all services together, around which the limits lie."""
    size: float = 0.0
    """How many were expected, weighted so that one pair of limits holds for all of its size."""

    @property
    def drawn(self) -> bool:
        """Whether both figures may be shown, and there was something to expect."""
        return self.ratio.value is not None and bool(self.expected.value)


Panels = tuple[tuple[str, tuple[Service, ...]], ...]
"""For each group its services; one group has no title."""


@dataclass(frozen=True)
class _Frame:
    """Where a panel's plot lies, in pixels, and its two scales."""

    left: float
    top: float
    width: float
    height: float
    across: Scale
    up: Scale

    def at(self, expected: float, value: float) -> tuple[float, float]:
        """Where a size and a ratio lie."""
        down = self.top + self.height * (1 - self.up.place(value))
        return self.left + self.width * self.across.place(expected), down


def paint(layout: Layout, panels: Panels, unit: str, axis: str) -> Sheet:
    """Draw a panel per group, a dot per service and lines at the limits."""
    columns = min(2 if layout.name == "wide" else 1, len(panels)) or 1
    width = (layout.width - _GAP * (columns - 1)) / columns
    plot = _PLOT[layout.name] if columns == 1 else _PLOT["narrow"]
    titles = [layout.wrapped(group, width, bold=True) if group else [] for group, _ in panels]
    starts = range(0, len(panels), columns)
    heads = [
        max(map(len, titles[i : i + columns])) * layout.line + (8 if any(titles) else 0)
        for i in starts
    ]
    keys = layout.line * (1 if layout.name == "wide" else 2) + 12
    sheet = Sheet(layout, keys + sum(heads) + (plot + _FOOT) * len(heads))
    _draw_key(sheet, unit)
    top = keys
    for head, start in zip(heads, starts, strict=True):
        for column, (_, services) in enumerate(panels[start : start + columns]):
            left = column * (width + _GAP)
            if titles[start + column]:
                sheet.title(left, top, titles[start + column])
            _panel(sheet, services, (left, top + head, width, plot), axis)
        top += head + plot + _FOOT
    return sheet


def _draw_key(sheet: Sheet, unit: str) -> None:
    """Say what the two kinds of dot are."""
    line, wide = sheet.layout.line, sheet.layout.name == "wide"
    sheet.dot(8, line / 2 + 2, "o", **_DOT)
    inside = f"One {unit}"
    sheet.text(22, line / 2 + 2, inside)
    left = 22 + len(inside) * sheet.layout.size * 0.52 + 30 if wide else 8.0
    middle = line / 2 + 2 + (0 if wide else line)
    sheet.dot(left, middle, "D", **_OUTSIDE)
    sheet.text(left + 14, middle, f"One {unit} outside the 99.8% limits")


def _panel(
    sheet: Sheet,
    services: tuple[Service, ...],
    box: tuple[float, float, float, float],
    axis: str,
) -> None:
    left, top, width, height = box
    drawn = [one for one in services if one.drawn]
    frame = _Frame(
        left=left + _AXIS,
        top=top,
        width=width - _AXIS - _RIGHT,
        height=height,
        across=from_zero([Figure(value=one.size) for one in drawn], "count"),
        up=_up(drawn),
    )
    _axes(sheet, frame, axis)
    _limits(sheet, frame, drawn)
    for one in drawn:
        marker, style = ("D", _OUTSIDE) if one.outside else ("o", _DOT)
        sheet.dot(*frame.at(one.size, one.ratio.value or 0.0), marker, zorder=5, **style)
    for one in (one for one in drawn if one.outside):
        x, y = frame.at(one.size, one.ratio.value or 0.0)
        beyond = x > frame.left + frame.width / 2
        fine: dict[str, Any] = {"fontsize": sheet.layout.size - 1, "bbox": _GROUND}
        sheet.text(
            x + (-10 if beyond else 10), y, one.label, ha="right" if beyond else "left", **fine
        )
    hidden = sum(one.ratio.hidden for one in services)
    if hidden:
        grey: dict[str, Any] = {"color": GREY, "ha": "right", "fontsize": sheet.layout.size - 1}
        words = f"[c] {hidden} not shown"
        sheet.text(frame.left + frame.width - 4, top + height - 12, words, bbox=_GROUND, **grey)


def _up(drawn: list[Service]) -> Scale:
    """Fit the scale of ratios: from 0 to above every service, and to 1.5 at least."""
    highest = max([1.45, *(1.05 * (one.ratio.value or 0.0) for one in drawn)])
    step = 0.5 if highest <= 3 else 1.0 if highest <= 6 else float(ceil(highest / 5))
    return Scale("count", 0.0, step * ceil(highest / step), step)


def _axes(sheet: Sheet, frame: _Frame, axis: str) -> None:
    """Draw the grid with its numbers, the line at 1 and what both scales are."""
    layout, foot = sheet.layout, frame.top + frame.height
    fine: dict[str, Any] = {"color": GREY, "fontsize": layout.size - 1}
    right = frame.left + frame.width
    for place in range(round(frame.up.high / frame.up.step) + 1):
        value = frame.up.step * place
        _, y = frame.at(0.0, value)
        style = {"color": RULE, "lw": 1.6} if not place else {"color": PALE, "lw": 1}
        sheet.line([frame.left, right], [y, y], zorder=0, **style)
        if value != 1:
            sheet.text(frame.left - 8, y, f"{value:g}", ha="right", **fine)
    _, y = frame.at(0.0, 1.0)
    sheet.line([frame.left, right], [y, y], color=INK, lw=1.4, zorder=1)
    sheet.text(frame.left - 8, y, "1", ha="right", weight="bold", fontsize=layout.size - 1)
    for tick, label in frame.across.ticks(frame.width):
        x, _ = frame.at(tick, 0.0)
        sheet.line([x, x], [foot, foot + 5], color=RULE, lw=1.2)
        sheet.text(x, foot + 16, label, ha="center", **fine)
    sheet.text(right, foot + 36, axis, ha="right", **fine)


def _limits(sheet: Sheet, frame: _Frame, drawn: list[Service]) -> None:
    """Draw the limits as lines through those of every service, each named at its end."""
    if drawn and abs(drawn[0].centre - 1) > 1e-9:
        across = [frame.left, frame.left + frame.width]
        _, y = frame.at(0.0, drawn[0].centre)
        sheet.line(across, [y, y], color=DARK_BLUE, lw=1.4, ls=(0, (1, 2)), zorder=1)
    ends: list[tuple[float, float, str]] = []
    for place, (_, name, dash) in enumerate(LEVELS):
        for upper in (False, True):
            traced = curve(drawn, place, frame.across.high, upper=upper)
            seen = [frame.at(x, y) for x, y in traced if 0 <= y <= frame.up.high]
            if len(seen) < 2:
                continue
            xs, ys = zip(*seen, strict=True)
            sheet.line(xs, ys, color=GREY, lw=1.3, ls=dash, zorder=2)
            ends.append((xs[-1], ys[-1], name))
    fine: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 2}
    _, middle = frame.at(0.0, drawn[0].centre if drawn else 1.0)
    inner = [abs(y - middle) for _, y, name in ends if name == LEVELS[0][1]]
    for x, y, name in ends:
        apart = abs(y - middle)
        # The outer limit's name makes way where the inner one's is close.
        least = max(inner, default=0.0) + 14 if name != LEVELS[0][1] else 7.0
        down = middle + (1 if y > middle else -1) * max(apart, least)
        sheet.text(x + 5, down, name, **fine)


def curve(
    drawn: Sequence[Service], place: int, largest: float, *, upper: bool
) -> list[tuple[float, float]]:
    """Trace a limit up to the largest size: through each service's own, smoothly between them.

    A limit's distance from the centre shrinks with the root of what is expected; that product
    changes little from service to service.
    """
    known: dict[float, float] = {}
    for one in drawn:
        low, high = one.limits[place]
        # One that is cut at 0 says nothing of its distance; the other limit does.
        end = high if upper or not low else low
        if end is not None and one.size > 0:
            known[one.size] = abs(end - one.centre) * sqrt(one.size)
    if not known:
        return []
    sizes = sorted(known)
    # Closer together where the limits bend.
    grid = sorted({*sizes, *(largest * (n / _POINTS) ** 2 for n in range(1, _POINTS + 1))})
    sign, centre = 1 if upper else -1, drawn[0].centre
    return [(size, centre + sign * _between(sizes, known, size) / sqrt(size)) for size in grid]


def _between(sizes: list[float], known: dict[float, float], size: float) -> float:
    """Interpolate between the nearest services; beyond the first and last, as at those."""
    before = max((one for one in sizes if one <= size), default=sizes[0])
    after = min((one for one in sizes if one >= size), default=sizes[-1])
    if before >= after:
        return known[before]
    part = (size - before) / (after - before)
    return known[before] + part * (known[after] - known[before])
