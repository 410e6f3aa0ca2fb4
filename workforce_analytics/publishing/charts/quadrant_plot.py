"""Draws a plane of four corners: points by score and by link, each with its name beside it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    PALE,
    RULE,
    Layout,
    Sheet,
)
from workforce_analytics.publishing.charts.keys import BAND
from workforce_analytics.publishing.charts.label_places import (
    Box,
    Named,
    lead,
    places,
)
from workforce_analytics.publishing.charts.plane import Plane, foot, grid
from workforce_analytics.publishing.charts.scales import Scale, from_zero
from workforce_analytics.publishing.figures import Figure
from workforce_analytics.publishing.survey_drivers_sentences import FIRST, KEEP, LOW, REST

_PLOT = {"wide": 400.0, "narrow": 330.0}
_PER_POINT = {"wide": 8.0, "narrow": 16.0}
_AXIS, _RIGHT, _FOOT = 46.0, 14.0, 56.0
_DASHED: dict[str, Any] = {"color": GREY, "lw": 1.2, "ls": (0, (4, 3)), "zorder": 1}
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
_LIGHT = {"color": RULE, "lw": 1.6, "zorder": 2}


@dataclass(frozen=True)
class Point:
    """A theme: its score, and its share of what is explained."""

    label: str
    score: Figure
    share: Figure

    @property
    def drawn(self) -> bool:
        """Whether both figures may be shown."""
        return self.score.value is not None and self.share.value is not None


@dataclass(frozen=True)
class Quadrants:
    """What a plane of four corners draws."""

    points: tuple[Point, ...]
    middle: float
    """The score at which low ends and high begins."""
    equal: float
    """The share at which weak ends and strong begins."""
    across: str
    up: str
    """What both scales are, in words."""
    hidden: tuple[Point, ...] = ()


def paint(layout: Layout, drawn: Quadrants) -> Sheet:
    """Draw the plane: corners, ranges, dots, and names that do not run into each other."""
    said = layout.wrapped(drawn.up, layout.width)
    head = len(said) * layout.line + 14
    height = _PLOT[layout.name] + _PER_POINT[layout.name] * max(len(drawn.points) - 6, 0)
    out = _hidden_words(layout, drawn)
    sheet = Sheet(layout, head + height + _FOOT + len(out) * layout.line)
    sheet.lines(0, len(said) * layout.line / 2 + 2, said, color=GREY, fontsize=layout.size - 1)
    width = layout.width - _AXIS - _RIGHT
    plane = Plane(_AXIS, head, width, height, _across(drawn), _up(drawn))
    _ground(sheet, plane, drawn)
    corners = _corners(sheet, plane, drawn)
    lines = [line for point in drawn.points for line in _ranges(sheet, plane, point)]
    _names(sheet, plane, drawn, corners, [*_borders(plane, drawn), *lines])
    middle = head + height + _FOOT + len(out) * layout.line / 2 - 6
    sheet.lines(0, middle, out, color=GREY, fontsize=layout.size - 1)
    return sheet


def _hidden_words(layout: Layout, drawn: Quadrants) -> list[str]:
    if not drawn.hidden:
        return []
    marks = {point.share.value_mark or point.score.value_mark for point in drawn.hidden}
    named = ", ".join(point.label for point in drawn.hidden)
    return layout.wrapped(f"{' '.join(sorted(marks))} not shown: {named}", layout.width)


# --- scales -------------------------------------------------------------------------------------


def _across(drawn: Quadrants) -> Scale:
    """Fit the scale of scores about those that are there: it need not begin at 0."""
    unit = drawn.points[0].score.unit
    full = {"proportion": 1.0, "score_0_10": 10.0}.get(unit, 100.0)
    ends = [end for point in drawn.points for end in _ends(point.score)]
    low, high = min([*ends, drawn.middle]) / full, max([*ends, drawn.middle]) / full
    low, high = max(low - 0.01, 0.0), min(high + 0.01, 1.0)
    wide = max(high - low, 0.06)
    step = next((one for one in _STEPS if wide / one <= 6), _STEPS[-1])
    if unit == "score_0_10":
        # Its numbers are whole.
        step = max(step, 0.1)
    first = floor(round(low / step, 6)) * step
    last = max(ceil(round(high / step, 6)) * step, first + step)
    kind = "percent" if unit == "proportion" else "count"
    return Scale(kind, full * first, full * min(last, 1.0), full * step)


def _up(drawn: Quadrants) -> Scale:
    """Fit the scale of shares from 0, with room above an equal share."""
    shares = [point.share for point in drawn.points]
    return from_zero([*shares, Figure(value=1.4 * drawn.equal)], "percent")


def _ends(figure: Figure) -> list[float]:
    return [end for end in (figure.value, figure.lower, figure.upper) if end is not None]


# --- parts --------------------------------------------------------------------------------------


def _ground(sheet: Sheet, plane: Plane, drawn: Quadrants) -> None:
    """Draw the corner to work on first, the grid, and the lines between the corners."""
    x, y = plane.at(drawn.middle, drawn.equal)
    first = (plane.left, (plane.top + y) / 2, x - plane.left, y - plane.top)
    sheet.bar(*first, BAND, zorder=-1)
    grid(sheet, plane)
    for tick, _ in plane.across.ticks(plane.width):
        across = plane.x(tick)
        sheet.line([across, across], [plane.top, plane.foot], color=PALE, lw=1, zorder=0)
    sheet.line([x, x], [plane.top, plane.foot], **_DASHED)
    sheet.line([plane.left, plane.right], [y, y], **_DASHED)
    foot(sheet, plane, plane.across.ticks(plane.width), drawn.across)


def _borders(plane: Plane, drawn: Quadrants) -> list[Box]:
    """Give the lines between the corners."""
    x, y = plane.at(drawn.middle, drawn.equal)
    return [Box(x, plane.top, x, plane.foot), Box(plane.left, y, plane.right, y)]


def _corners(sheet: Sheet, plane: Plane, drawn: Quadrants) -> list[Box]:
    """Name the corners, and give the places that their names take."""
    x = plane.x(drawn.middle)
    size, line = sheet.layout.size - 1, sheet.layout.line
    named = (
        (FIRST, "left", plane.left, plane.top, x),
        (KEEP, "right", plane.right, plane.top, x),
        (LOW, "left", plane.left, plane.foot, x),
        (REST, "right", plane.right, plane.foot, x),
    )
    taken = []
    for words, side, edge, level, until in named:
        bold = words == FIRST
        room = abs(edge - until) - 12
        lines = sheet.layout.wrapped(words, max(room, 60.0), bold=bold)
        tall = len(lines) * line
        middle = level + tall / 2 + 4 if level == plane.top else level - tall / 2 - 4
        at = edge + 6 if side == "left" else edge - 6
        style: dict[str, Any] = {"weight": "bold", "color": INK} if bold else {"color": GREY}
        sheet.lines(at, middle, lines, ha=side, fontsize=size, **style)
        wide = max(map(len, lines)) * size * 0.6
        left = at if side == "left" else at - wide
        taken.append(Box(left, middle - tall / 2, left + wide, middle + tall / 2))
    return taken


def _ranges(sheet: Sheet, plane: Plane, point: Point) -> list[Box]:
    """Draw both ranges of a point lightly, cut at the edges of the plane; give where they are."""
    x, y = plane.at(point.score.value or 0.0, point.share.value or 0.0)
    drawn = []
    if point.score.has_interval:
        ends = [plane.x(end) for end in (point.score.lower, point.score.upper) if end is not None]
        sheet.line(ends, [y, y], **_LIGHT)
        drawn.append(Box(min(ends), y, max(ends), y))
    if point.share.has_interval:
        ends = [plane.y(end) for end in (point.share.lower, point.share.upper) if end is not None]
        sheet.line([x, x], ends, **_LIGHT)
        drawn.append(Box(x, min(ends), x, max(ends)))
    return drawn


def _names(
    sheet: Sheet, plane: Plane, drawn: Quadrants, taken: list[Box], crossed: list[Box]
) -> None:
    """Draw the dots with their names beside them, a line where a name stands further off."""
    layout = sheet.layout
    # Names take two lines rather than half of a narrow plane.
    room = plane.width * (0.5 if layout.name == "wide" else 0.34)
    lines = [layout.wrapped(point.label, room) for point in drawn.points]
    named = []
    for point, words in zip(drawn.points, lines, strict=True):
        x, y = plane.at(point.score.value or 0.0, point.share.value or 0.0)
        width = max(map(len, words)) * layout.size * 0.55
        named.append(Named(x, y, width, len(words) * layout.line))
    plot = Box(plane.left + 2, plane.top + 2, plane.right, plane.foot - 2)
    spots = places(named, plot, taken, crossed)
    for one, words, spot in zip(named, lines, spots, strict=True):
        if spot.ring:
            across, down = zip(*lead(one, spot), strict=True)
            sheet.line(across, down, color=GREY, lw=0.9, zorder=3)
        sheet.dot(one.x, one.y, "o", ms=8.5, color=DARK_BLUE, zorder=5)
        centre, middle = spot.box.middle
        side = "left" if spot.box.left > one.x else "right" if spot.box.right < one.x else "center"
        at = {"left": spot.box.left, "right": spot.box.right}.get(side, centre)
        sheet.lines(at, middle, words, ha=side)
