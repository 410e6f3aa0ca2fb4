"""A panel of one staff network: members as a line, joiners as bars upwards, leavers downwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    MID_BLUE,
    ORANGE,
    PALE,
    RULE,
    Sheet,
)
from workforce_analytics.publishing.charts.plane import Plane
from workforce_analytics.publishing.figures import Figure
from workforce_analytics.publishing.network_sentences import when
from workforce_analytics.publishing.wording import number

GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
MANY = 12
"""With more periods than these dots are small and only the ends are named."""
Points = tuple[Figure, ...]


@dataclass(frozen=True)
class Stock:
    """One network: its members at the end of each period, and who joined and left in it."""

    name: str
    members: Points
    joiners: Points
    leavers: Points
    reach: Figure

    @property
    def high(self) -> float:
        """How far it reaches upwards."""
        return max((one.value or 0 for one in (*self.members, *self.joiners)), default=0) or 1.0

    @property
    def low(self) -> float:
        """How far it reaches downwards."""
        return max((one.value or 0 for one in self.leavers), default=0)


def panel(sheet: Sheet, plane: Plane, periods: tuple[str, ...], stock: Stock) -> None:
    """Draw members as a line, joiners upwards and leavers downwards."""
    _counts(sheet, plane)
    thick = plane.width / len(periods) * 0.56
    for points, way, colour in ((stock.joiners, 1, MID_BLUE), (stock.leavers, -1, ORANGE)):
        for at, one in enumerate(points):
            if one.value:
                end, start = plane.y(way * one.value), plane.y(0)
                wide = min(thick, 22.0)
                left, tall = plane.x(at) - wide / 2, abs(end - start)
                sheet.bar(left, (end + start) / 2, wide, tall, colour, zorder=2)
    members = stock.members
    joined = runs(members)
    for run in joined:
        xs, ys = zip(*(plane.at(at, members[at].value or 0) for at in run), strict=True)
        sheet.line(xs, ys, color=DARK_BLUE, lw=2.2, zorder=4)
    small = len(periods) > MANY
    # In a long line a dot stands only where there is no line through it.
    lined = {at for run in joined for at in run} if small else set()
    for at, one in enumerate(members):
        if one.value is not None and at not in lined:
            sheet.dot(*plane.at(at, one.value), "o", ms=3 if small else 6, color=DARK_BLUE)
    either = tuple(
        one if one.hidden else other for one, other in zip(members, stock.joiners, strict=True)
    )
    # A mark stands above the bar that is shown where only the members are hidden.
    hidden(sheet, plane, either, [plane.y(one.value or 0) - 8 for one in stock.joiners])
    hidden(sheet, plane, stock.leavers, [plane.y(0) + 8] * len(periods))
    times(sheet, plane, periods)


def _counts(sheet: Sheet, plane: Plane) -> None:
    """Draw the lines of the scale from 0 upwards, with as many numbers as there is room for."""
    ticks = [tick for tick, _ in plane.up.ticks(plane.height) if 0 <= tick <= plane.up.high + 1e-9]
    apart = plane.y(0) - plane.y(plane.up.step)
    for tick in ticks:
        y = plane.y(tick)
        style = {"color": RULE, "lw": 1.6} if not tick else {"color": PALE, "lw": 1}
        sheet.line([plane.left, plane.right], [y, y], zorder=0, **style)
        if apart >= 20 or tick in (0, ticks[-1]):
            fine: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 2}
            sheet.text(plane.left - 6, y, number(tick), ha="right", **fine)


def runs(points: Points) -> list[list[int]]:
    """Which points are joined: neighbours with nothing hidden between them."""
    runs: list[list[int]] = [[]]
    for at, one in enumerate(points):
        if one.value is None:
            runs.append([])
        else:
            runs[-1].append(at)
    return [run for run in runs if len(run) > 1]


def hidden(sheet: Sheet, plane: Plane, points: Sequence[Figure], down: Sequence[float]) -> None:
    """Write the mark of what is hidden so far down, as often as there is room."""
    grey: dict[str, Any] = {"color": GREY, "ha": "center", "fontsize": sheet.layout.size - 3}
    taken = -100.0
    for at, one in enumerate(points):
        if one.hidden and plane.x(at) - taken >= 24:
            # The first one stays clear of the numbers of the scale.
            taken = max(plane.x(at), plane.left + 11)
            sheet.text(taken, down[at], one.value_mark, bbox=GROUND, **grey)


def times(sheet: Sheet, plane: Plane, periods: tuple[str, ...]) -> None:
    """Name every period under a panel where there is room, else the first and the last."""
    fine: dict[str, Any] = {"color": GREY, "fontsize": sheet.layout.size - 1}
    names = [when(period) for period in periods]
    widest = max(map(len, names)) * sheet.layout.size * 0.5
    middle = plane.foot + 16
    if widest + 8 <= plane.width / len(names):
        for at, name in enumerate(names):
            sheet.text(plane.x(at), middle, name, ha="center", **fine)
        return
    sheet.text(plane.left, middle, names[0], **fine)
    if len(names) > 1:
        sheet.text(plane.right + 6, middle, names[-1], ha="right", **fine)
