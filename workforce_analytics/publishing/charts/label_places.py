"""Finds places for the names of points, so that none runs into another, a point or an edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

_NEAR = 9.0
_RINGS = (0.0, 14.0, 30.0, 50.0, 74.0)
"""How much further from its point than necessary a name may stand, in pixels."""
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
"""Where a name may stand: right of its point, left, above, below, and in the four corners."""
_PASSES = 4
_OVERLAP, _OUTSIDE, _CROSSED, _ALONG = 60.0, 200.0, 10.0, 0.3
"""What a pixel of overlap, one outside of the plot, a line that is crossed, and a pixel of it cost
against a pixel of distance."""


Lead = tuple[tuple[float, float], tuple[float, float]]
"""A line from a point to its name: both ends."""


@dataclass(frozen=True)
class Box:
    """A rectangle, in pixels from the top left corner of the sheet."""

    left: float
    top: float
    right: float
    foot: float

    def overlap(self, other: Box) -> float:
        """How large is the part that both cover? Its shorter side, so that a touch counts."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.foot, other.foot) - max(self.top, other.top)
        return min(across, down) + 1.0 if across > 0 and down > 0 else 0.0

    def outside(self, other: Box) -> float:
        """How far does it reach beyond another one?"""
        return sum(
            max(beyond, 0.0)
            for beyond in (
                other.left - self.left,
                self.right - other.right,
                other.top - self.top,
                self.foot - other.foot,
            )
        )

    def covers(self, line: Box) -> float:
        """How long is the part of a line, a box without breadth, that it covers? -1 for none."""
        across = min(self.right, line.right) - max(self.left, line.left)
        down = min(self.foot, line.foot) - max(self.top, line.top)
        return max(across, down) if across >= 0 and down >= 0 else -1.0

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.left + self.right) / 2, (self.top + self.foot) / 2


@dataclass(frozen=True)
class Named:
    """A point and the size of its name."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Spot:
    """Where a name stands."""

    box: Box
    ring: int
    """0 where it stands beside its point; from 1 on a line has to lead there."""


def places(
    named: Sequence[Named], plot: Box, taken: Sequence[Box] = (), lines: Sequence[Box] = ()
) -> list[Spot]:
    """Where may each name stand, so that it is near its point and clear of everything else?

    Parameters
    ----------
    named
        The points, with the sizes of their names.
    plot
        Where names may stand at all.
    taken
        What else is in the plot, and is not to be written over.
    lines
        Lines in the plot, as boxes without breadth: a name crosses one only if all else is worse.

    Returns
    -------
    list of Spot
        A place for each name, in the order of the points.

    Notes
    -----
    Names of points with near neighbours choose first; then each chooses again, knowing where all
    others stand. There is no chance in it: the same points give the same places.

    Examples
    --------
    >>> points = [Named(50, 50, 40, 12), Named(58, 50, 40, 12)]
    >>> one, other = places(points, Box(0, 0, 200, 100))
    >>> one.box.overlap(other.box), one.box.right < 50, other.box.left > 58
    (0.0, True, True)
    """
    dots = [Box(one.x - 6, one.y - 6, one.x + 6, one.y + 6) for one in named]
    order = sorted(range(len(named)), key=lambda at: (-_crowded(named, at), at))
    found: dict[int, Spot] = {}
    for _ in range(_PASSES):
        before = dict(found)
        for at in order:
            others = {place: spot for place, spot in found.items() if place != at}
            apart = [*dots[:at], *dots[at + 1 :], *(spot.box for spot in others.values()), *taken]
            leads = [lead(named[place], spot) for place, spot in others.items() if spot.ring]
            found[at] = _best(named[at], plot, apart, leads, (dots[at], lines))
        if before == found:
            break
    return [found[at] for at in range(len(named))]


def _crowded(named: Sequence[Named], at: int) -> float:
    """How near are a point's neighbours?"""
    one = named[at]
    apart = (hypot(one.x - other.x, one.y - other.y) for other in named if other is not one)
    return sum(1 / (gap + 1) for gap in apart)


def lead(one: Named, spot: Spot) -> Lead:
    """Where does a line run from a point to its name?"""
    x = min(max(one.x, spot.box.left), spot.box.right)
    y = min(max(one.y, spot.box.top), spot.box.foot)
    return (one.x, one.y), (x, y)


def _best(
    one: Named,
    plot: Box,
    apart: Sequence[Box],
    leads: Sequence[Lead],
    own: tuple[Box, Sequence[Box]],
) -> Spot:
    """Choose the cheapest spot, as everything else stands."""
    dot, lines = own
    spots = []
    for ring in range(len(_RINGS)):
        for side, box in enumerate(_boxes(one, _RINGS[ring])):
            spot = Spot(box, ring)
            cost = _cost(box, plot, [*apart, dot], lines) + _RINGS[ring] + 0.5 * side
            run_over = sum(_runs_through(other, box) for other in leads)
            if ring:
                mine = lead(one, spot)
                run_over += sum(_runs_through(mine, other) for other in apart)
                run_over += sum(cross(mine, other) for other in leads)
            spots.append((cost + _OVERLAP * run_over, ring, side, spot))
    return min(spots, key=lambda found: found[:3])[3]


def _runs_through(line: Lead, box: Box) -> bool:
    """Whether a line to a name runs through a box: whether it crosses one of its diagonals."""
    corners = ((box.left, box.top), (box.right, box.foot))
    others = ((box.left, box.foot), (box.right, box.top))
    return cross(line, corners) or cross(line, others)


def cross(one: Lead, other: Lead) -> bool:
    """Whether two lines cross."""
    return _sides(one, other) and _sides(other, one)


def _sides(one: Lead, other: Lead) -> bool:
    """Whether the ends of one line lie on different sides of another."""
    (left, top), (right, foot) = other
    first, second = ((right - left) * (y - top) - (foot - top) * (x - left) for x, y in one)
    return (first > 0) != (second > 0)


def _boxes(one: Named, ring: float) -> list[Box]:
    """Give the boxes of a name on all sides of its point, so far away."""
    boxes = []
    for right, down in _SIDES:
        slant = 0.6 if right and down else 1.0
        x = one.x + right * (slant * (_NEAR + ring) + one.width / 2)
        y = one.y + down * (slant * (_NEAR + ring) + one.height / 2)
        half = (one.width / 2, one.height / 2)
        boxes.append(Box(x - half[0], y - half[1], x + half[0], y + half[1]))
    return boxes


def _cost(box: Box, plot: Box, taken: Sequence[Box], lines: Sequence[Box]) -> float:
    over = sum(box.overlap(other) for other in taken)
    crossed = [covered for line in lines if (covered := box.covers(line)) >= 0]
    along = _CROSSED * len(crossed) + _ALONG * sum(crossed)
    return _OVERLAP * over + _OUTSIDE * box.outside(plot) + along
