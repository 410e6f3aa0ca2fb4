"""The chart of what changed quarter by quarter, from before training to after it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.charts.keys import BAND
from workforce_analytics.publishing.charts.plane import Plane, View, foot, gaps, grid, mark, views
from workforce_analytics.publishing.charts.scales import Scale, points
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.training_verdicts import (
    COMPARED_WITH,
    change_words,
    groups,
    reference,
)

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_BEFORE: dict[str, Any] = {"ms": 8, "mfc": "white", "mec": GREY, "mew": 2}
_AFTER: dict[str, Any] = {"ms": 8, "color": DARK_BLUE}
Point = tuple[int, Figure]


@dataclass(frozen=True)
class Panel:
    """One group: its changes by quarter from training, and the whole before and after."""

    group: str
    points: tuple[Point, ...]
    before: Figure
    after: Figure


@dataclass(frozen=True)
class EventStudy:
    """What a chart of changes by quarter draws."""

    panels: tuple[Panel, ...]
    scale: Scale
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> EventStudy:
    """How far had the gap moved in each quarter before and after training?

    Parameters
    ----------
    protected
        Figures of the kind "training_event_study" that have passed disclosure control.

    Returns
    -------
    EventStudy
        A panel per group with a point per quarter, on one scale of percentage points.
    """
    read = figures(protected)
    panels = tuple(_panel(read, group) for group in groups(read, "effect_at"))
    shown = [figure for panel in panels for _, figure in panel.points]
    scale = points(shown)
    notes = (
        f"Each dot is how far the group's rate had moved against that of {reference(read)} in a "
        "quarter, more than in services without training at the time. The line through it is the "
        "range in which it is likely to lie. Before training (hollow, shaded) each is the move "
        "from one quarter to the next, which should be near 0."
    )
    notes += " An arrow ends a range that goes beyond the chart." * any(map(scale.cuts, shown))
    return EventStudy(
        panels=panels,
        scale=scale,
        alt=_alt(read, panels),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: percentage points, against {reference(read)}",
        notes=(f"{notes} {COMPARED_WITH} {read.about.plan}".strip(),),
    )


def draw(study: EventStudy) -> Chart:
    """Draw changes by quarter: points with their ranges, before training on a ground of its own.

    Parameters
    ----------
    study
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, study),
        alt=study.alt,
        headline=study.headline,
        statistical_title=study.statistical_title,
        notes=study.notes,
    )


def quarter(label: str) -> int | None:
    """Read how many quarters after training a label names.

    Examples
    --------
    >>> quarter("2 quarters before"), quarter("quarter of training"), quarter("1 quarter after")
    (-2, 0, 1)
    """
    if label == "quarter of training":
        return 0
    found = re.fullmatch(r"(\d+) quarters? (before|after)", label)
    if not found:
        return None
    return int(found[1]) if found[2] == "after" else -int(found[1])


def _panel(read: Figures, group: str) -> Panel:
    told = [(quarter(part), read.get("effect_at", group, split=part)) for part in read.parts]
    return Panel(
        group=group,
        points=tuple(sorted(((at, one) for at, one in told if at is not None), key=_at)),
        before=read.get("before_overall", group, split=ALL),
        after=read.get("effect_overall", group, split=ALL),
    )


def _at(point: Point) -> int:
    return point[0]


def _alt(read: Figures, panels: tuple[Panel, ...]) -> str:
    parts = []
    for panel in panels:
        told = "; ".join(f"{_named(at)} {_spoken(figure)}" for at, figure in panel.points)
        whole = f"before training {_spoken(panel.before)}, after it {_spoken(panel.after)}"
        parts.append(f"{panel.group}: {told}. On average {whole}.")
    return (
        "Dot charts of the change by quarter before and after training, in percentage points "
        f"against {reference(read)}, with a line at 0 and a shaded ground before training. "
        f"{' '.join(parts)} A table follows."
    )


def _named(at: int) -> str:
    if not at:
        return "quarter of training"
    return f"{abs(at)} quarter{'' if abs(at) == 1 else 's'} {'before' if at < 0 else 'after'}"


def _spoken(figure: Figure) -> str:
    if figure.value is not None:
        return change_words(figure)
    return "not applicable" if figure.value_mark == "[z]" else f"{figure.value_mark} not shown"


def _paint(layout: Layout, study: EventStudy) -> Sheet:
    titled = len(study.panels) > 1
    shown = [
        View(
            title=panel.group,
            said=(
                f"Before, on average: {change_words(panel.before)}",
                f"After, on average: {change_words(panel.after)}",
            ),
            across=_across(panel.points),
            up=study.scale,
            fill=lambda sheet, plane, panel=panel: _fill(sheet, plane, panel.points),  # type: ignore[misc]
        )
        for panel in study.panels
    ]
    return views(layout, shown, columns=2 if titled else 1)


def _across(told: tuple[Point, ...]) -> Scale:
    first, last = (min(-1, told[0][0]), max(0, told[-1][0])) if told else (-1, 0)
    return Scale("count", first - 0.5, last + 0.5, 1.0)


def _fill(sheet: Sheet, plane: Plane, told: tuple[Point, ...]) -> None:
    start = plane.x(-0.5)
    middle, tall = (plane.top + plane.foot) / 2, plane.height
    sheet.bar(plane.left, middle, start - plane.left, tall, BAND, zorder=-1)
    sheet.line([start, start], [plane.top, plane.foot], color=GREY, lw=1.2, ls=(0, (4, 3)))
    _sides(sheet, plane, start)
    grid(sheet, plane)
    for at, figure in told:
        marker, style = ("D", _BEFORE) if at < 0 else ("o", _AFTER)
        mark(sheet, plane, at, figure, marker, **style)
    gaps(sheet, plane, told, 0.0)
    kept = [at for at, _ in told if at % _every(plane, told) == 0]
    labels = [(float(at), f"{'+' if at > 0 else '−' if at < 0 else ''}{abs(at)}") for at in kept]
    foot(sheet, plane, labels, "Quarters from training")


def _sides(sheet: Sheet, plane: Plane, start: float) -> None:
    """Name both sides of the line, where each has room for its name."""
    fine: dict[str, Any] = {"fontsize": sheet.layout.size - 1, "color": GREY, "zorder": 6}
    letter = sheet.layout.size * 0.5
    for words, left, right in (("Before", plane.left, start), ("After", start, plane.right)):
        if right - left > len(words) * letter + 10:
            sheet.text((left + right) / 2, plane.top - 9, words, ha="center", **fine)


def _every(plane: Plane, told: tuple[Point, ...]) -> int:
    """Give every how many quarters a number stands under the panel."""
    room = plane.width / max(len(told), 1)
    return next(step for step in (1, 2, 4, 8, 16, 1000) if step * room >= 30)
