"""Scales of charts: from 0 for shares and counts, by doubling about 1 for ratios.

Percentage points lie on both sides of 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, inf, isfinite, log

from workforce_analytics.publishing.figures import Figure
from workforce_analytics.publishing.wording import number, percent, ratio, signed

ZONE = (0.80, 1.25)
"""The screening range, from four fifths to its reciprocal."""

_ENDS = (2.0, 4.0, 10.0, 20.0)
_TICKS = (1.0, 0.5, 2.0, 0.8, 1.25, 0.25, 4.0, 0.1, 10.0, 0.05, 20.0)
"""What may be written under a scale of ratios, the most telling first."""
_ROOM_FOR_TICK = 34.0


@dataclass(frozen=True)
class Scale:
    """What lies between the edges of a chart."""

    kind: str
    """"ratio" (a doubling is as long as a halving), "percent" or "count" (both from 0), or
    "points" (percentage points)."""
    low: float
    high: float
    step: float = 0.0
    """From one number under the scale to the next; a scale of ratios has its own."""

    def place(self, value: float) -> float:
        """Where a value lies, from 0 at the left edge to 1 at the right one."""
        within = min(max(value, self.low), self.high)
        if self.kind == "ratio":
            return log(within / self.low) / log(self.high / self.low)
        return (within - self.low) / (self.high - self.low)

    def beyond(self, value: float) -> int:
        """Whether a value lies left of the scale (-1), right of it (1) or on it (0)."""
        return int(value > self.high) - int(value < self.low)

    def cuts(self, figure: Figure) -> bool:
        """Whether a figure, or its range, goes beyond the scale."""
        ends = (figure.value, figure.lower, figure.upper)
        return figure.value is not None and any(self.beyond(x) for x in ends if x is not None)

    def ticks(self, room: float) -> list[tuple[float, str]]:
        """Which numbers are written under so many pixels, in order."""
        if self.kind == "ratio":
            return [(tick, f"{tick:g}") for tick in sorted(self._ratios(room))]
        first, last = (round(end / self.step, 6) for end in (self.low, self.high))
        wanted = range(floor(first), ceil(last) + 1)
        return [(self.step * tick, self._written(self.step * tick)) for tick in wanted]

    def _ratios(self, room: float) -> list[float]:
        ends = [tick for tick in (self.low, self.high) if tick not in (0.5, 2.0)]
        kept: list[float] = []
        for tick in (1.0, *ends, *_TICKS[1:]):
            far = all(
                abs(self.place(tick) - self.place(one)) * room >= _ROOM_FOR_TICK for one in kept
            )
            if self.low <= tick <= self.high and far:
                kept.append(tick)
        return kept

    def _written(self, tick: float) -> str:
        if self.kind == "points":
            return signed(tick, 0 if not tick or float(self.step).is_integer() else 1)
        return f"{100 * tick:.0f}%" if self.kind == "percent" else number(tick)


def ratios(figures: Iterable[Figure]) -> Scale:
    """Fit a scale of ratios: it holds 0.5 to 2, every ratio, and ranges up to twice as far."""
    low, high = 0.5, 2.0
    for figure in figures:
        if figure.value is None:
            continue
        value, inside = figure.value, 0 < figure.value < inf
        upper = figure.upper if figure.upper is not None else value
        lower = figure.lower if figure.lower is not None else value
        # One of few people has a range so long that all others would shrink beside it.
        high = max(high, min(upper, 2 * value) if inside else 0.0)
        low = min(low, max(lower, value / 2) if inside else inf)
        low, high = min(low, upper or inf), max(high, lower if isfinite(lower) else 0.0)
    return Scale("ratio", 1 / _end(1 / low), _end(high))


def _end(furthest: float) -> float:
    return next((end for end in _ENDS if end >= furthest * (1 - 1e-9)), _ENDS[-1])


def from_zero(figures: Iterable[Figure], kind: str) -> Scale:
    """Fit a scale from 0 that holds every figure, and ranges up to twice as far."""
    shown = [figure for figure in figures if figure.value is not None]
    longest = max((figure.value or 0 for figure in shown), default=0.0)
    reach = max((figure.upper or figure.value or 0 for figure in shown), default=0.0)
    furthest = (min(reach, 2 * longest) if longest else reach) or 1.0
    furthest = min(furthest, 1.0) if kind == "percent" else furthest
    step = _step(furthest, least=0.01 if kind == "percent" else 1.0)
    return Scale(kind, 0.0, step * max(1, ceil(round(furthest / step, 6))), step)


def points(figures: Iterable[Figure], *, delta: float = 0.0) -> Scale:
    """Fit a scale of percentage points: 0, what matters either way, and ranges up to twice as far.

    Parameters
    ----------
    figures
        What it has to hold.
    delta
        The smallest change that matters; the scale holds it either way.

    Returns
    -------
    Scale
        Ends on round numbers, each as far out as its own side needs.
    """
    shown = [figure for figure in figures if figure.value is not None]
    furthest = max([abs(figure.value or 0) for figure in shown], default=0.0)
    most = 2 * max(furthest, delta, 0.5)
    ends = [end or 0.0 for one in shown for end in (one.value, one.lower, one.upper)]
    low = max(-most, min([-delta, *ends]))
    high = min(most, max([delta, *ends]))
    # Two sides need one step more than one does.
    step = _step(max(high - low, 1.0) * 5 / 6, least=0.5)
    return Scale(
        "points",
        step * floor(round(low / step, 6)),
        step * max(1, ceil(round(high / step, 6))),
        step,
    )


def _step(furthest: float, *, least: float) -> float:
    """Give the smallest round step that needs at most five numbers."""
    step, factors = least, (2.0, 2.5, 2.0)
    place = 0
    while furthest / step > 5:
        step *= factors[place % 3]
        place += 1
    return step


def words(figure: Figure, kind: str) -> str:
    """Write a figure as its scale has it; a hidden one is its mark.

    Parameters
    ----------
    figure
        The figure.
    kind
        "ratio", "percent", "points" or "count".

    Returns
    -------
    str
        For example "0.81", "14.3%" or "+2.4".
    """
    if figure.value is None:
        return figure.value_mark
    if kind == "points":
        return signed(figure.value)
    if kind == "percent":
        return percent(figure.value)
    if kind == "count":
        whole = float(figure.value).is_integer()
        return number(figure.value, 0 if whole else 1)
    if not isfinite(figure.value):
        # Nobody of the comparator passed: the ratio has no upper end.
        return f"{ratio(figure.lower, (1.0,))} or more" if figure.lower else ratio(figure.value)
    return ratio(figure.value)


def range_words(figure: Figure, kind: str) -> str:
    """Write a figure with its range in brackets, where it has one."""
    said = words(figure, kind)
    if figure.value is None or not isfinite(figure.value) or not figure.has_interval:
        return said
    if kind != "ratio":
        low, high = (words(Figure(value=end), kind) for end in (figure.lower, figure.upper))
        return f"{said} ({low} to {high})"
    low, high = (ratio(end or 0.0, (1.0,)) for end in (figure.lower, figure.upper))
    return f"{said} ({low} to {high})"
