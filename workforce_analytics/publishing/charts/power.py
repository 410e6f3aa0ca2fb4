"""The chart of how large a change could be told: the chance of telling it, by its size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.charts.plane import Plane, View, foot, gaps, grid, mark, views
from workforce_analytics.publishing.charts.scales import Scale
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.training_sentences import asked
from workforce_analytics.publishing.training_verdicts import first_outcomes
from workforce_analytics.publishing.wording import percent, ratio

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_DOT: dict[str, Any] = {"ms": 7, "color": DARK_BLUE}
Point = tuple[float, Figure]


@dataclass(frozen=True)
class Curve:
    """One outcome: the chance of telling changes of several sizes, and the smallest told."""

    outcome: str
    points: tuple[Point, ...]
    smallest: Figure


@dataclass(frozen=True)
class Power:
    """What a chart of chances draws."""

    curves: tuple[Curve, ...]
    enough: float
    """How often a change is to be told."""
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Power:
    """How likely would a change of each size be told?

    Parameters
    ----------
    protected
        Figures of the kind "training_detectable" that have passed disclosure control.

    Returns
    -------
    Power
        A panel per outcome with a point per size of change.
    """
    read = figures(protected)
    curves = tuple(_curve(read, outcome) for outcome in first_outcomes(read))
    return Power(
        curves=curves,
        enough=asked(read),
        alt=_alt(curves, asked(read)),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: chance of telling a change, by its odds ratio",
        notes=(
            "Found by playing the council's own counts through many times with a change of each "
            f"size put in. The line at {asked(read):.0%} is what was asked for. For planning only: "
            "it says nothing about what training did.",
        ),
    )


def draw(power: Power) -> Chart:
    """Draw chances by size of change, with the line at 80%.

    Parameters
    ----------
    power
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, power),
        alt=power.alt,
        headline=power.headline,
        statistical_title=power.statistical_title,
        notes=power.notes,
    )


def _curve(read: Figures, outcome: str) -> Curve:
    told = []
    for part in read.parts:
        found = re.search(r"(\d+(?:\.\d+)?)", part)
        figure = read.get("power", outcome, split=part)
        if found and (figure.status or figure.value is not None):
            told.append((float(found[1]), figure))
    smallest = read.get("smallest_detectable", outcome, split=ALL)
    return Curve(outcome, tuple(sorted(told, key=lambda point: point[0])), smallest)


def _alt(curves: tuple[Curve, ...], enough: float) -> str:
    parts = []
    for curve in curves:
        told = "; ".join(f"odds ratio {change:g} {_spoken(one)}" for change, one in curve.points)
        parts.append(f"{curve.outcome}: {told or 'nothing to show'}. {_smallest(curve, enough)}.")
    return (
        "Line charts of the chance of telling a change, by its size, one panel per outcome, with a "
        f"line at {enough:.0%}. {' '.join(parts)} A table follows."
    )


def _spoken(figure: Figure) -> str:
    if figure.value is not None:
        return percent(figure.value)
    return f"{figure.value_mark} not shown"


def _smallest(curve: Curve, enough: float) -> str:
    start = f"Smallest told {enough:.0%} of the time"
    if curve.smallest.value is None:
        return f"{start}: {curve.smallest.value_mark}"
    return f"{start}: odds ratio {ratio(curve.smallest.value, (1.0,))}"


def _paint(layout: Layout, power: Power) -> Sheet:
    every = [change for curve in power.curves for change, _ in curve.points] or [1.0, 2.0]
    low, high = min(every), max(every)
    across = Scale("ratio", low / 1.03, high * 1.03 if high > low else low * 1.5)
    shown = [
        View(
            title=curve.outcome,
            said=(_smallest(curve, power.enough),),
            across=across,
            up=Scale("percent", 0.0, 1.0, 0.2),
            fill=lambda sheet, plane, curve=curve: _fill(sheet, plane, curve, power.enough),  # type: ignore[misc]
        )
        for curve in power.curves
    ]
    return views(layout, shown, columns=min(3, len(shown)))


def _fill(sheet: Sheet, plane: Plane, curve: Curve, enough: float) -> None:
    grid(sheet, plane, main=enough)
    sheet.line([plane.left, plane.right], [plane.foot] * 2, color=GREY, lw=1, zorder=0)
    seen = [plane.at(change, one.value) for change, one in curve.points if one.value is not None]
    if len(seen) > 1 and len(seen) == len(curve.points):
        xs, ys = zip(*seen, strict=True)
        sheet.line(xs, ys, color=DARK_BLUE, lw=2, zorder=2)
    for change, one in curve.points:
        mark(sheet, plane, change, one, "o", **_DOT)
    gaps(sheet, plane, curve.points, 0.0)
    smallest = curve.smallest.value
    if smallest is not None and not plane.across.beyond(smallest):
        x = plane.x(smallest)
        sheet.line([x, x], [plane.y(enough), plane.foot], color=INK, lw=1.4, ls=(0, (3, 2)))
    ticks = [(change, f"{change:g}") for change, _ in curve.points]
    foot(sheet, plane, ticks, "Odds ratio")
