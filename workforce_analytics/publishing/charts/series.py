"""The chart of rates over time: what was seen, what a model has, what would have been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    ORANGE,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.charts.plane import Plane, View, foot, gaps, grid, views
from workforce_analytics.publishing.charts.scales import Scale, from_zero
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import percent, short_day

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_SEEN: dict[str, Any] = {"ms": 5.5, "mfc": "white", "mec": INK, "mew": 1.3}
_LINES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("As the model has it", {"color": DARK_BLUE, "lw": 2.6}),
    ("What would have been", {"color": ORANGE, "lw": 2.6, "ls": (0, (4, 2))}),
)
_NOTE = (
    "Dots: the rate that was seen. Solid line: the rate as the model has it. Dashed line: what the "
    "model expects had there been no training, with the trend and the seasons going on as before. "
    "Dotted line: training begins. All panels have one scale, which starts at 0%."
)
Points = tuple[Figure, ...]


@dataclass(frozen=True)
class Panel:
    """One group: its rate, the model's, and that without training, at each time."""

    group: str
    seen: Points
    fitted: Points
    without: Points

    @property
    def start(self) -> int | None:
        """From which time on the model has a rate of its own for training."""
        for place, (one, other) in enumerate(zip(self.fitted, self.without, strict=True)):
            if one.value is None or other.value is None:
                continue
            if abs(one.value - other.value) > 1e-9:
                return place
        return None


@dataclass(frozen=True)
class Series:
    """What a chart of rates over time draws."""

    times: tuple[str, ...]
    panels: tuple[Panel, ...]
    scale: Scale
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Series:
    """How did rates go on when training began, and how would they have without it?

    Parameters
    ----------
    protected
        Figures of the kind "training_time_series" that have passed disclosure control.

    Returns
    -------
    Series
        A panel per group with a rate, a fitted rate and one without training at each time.
    """
    read = figures(protected)
    panels = tuple(_panel(read, group) for group in read.declared)
    every = [one for panel in panels for one in (*panel.seen, *panel.fitted, *panel.without)]
    scale = from_zero(
        [Figure(value=one.value) for one in every if one.value is not None], "percent"
    )
    return Series(
        times=read.parts,
        panels=panels,
        scale=scale,
        alt=_alt(read.parts, panels),
        headline=headline(protected),
        statistical_title=f"{read.about.title}, percentage of {read.about.among or 'all'}",
        notes=(f"{_NOTE} {read.about.plan}".strip(),),
    )


def draw(series: Series) -> Chart:
    """Draw rates over time: dots, a solid line and a dashed one.

    Parameters
    ----------
    series
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, series),
        alt=series.alt,
        headline=series.headline,
        statistical_title=series.statistical_title,
        notes=series.notes,
    )


def _panel(read: Figures, group: str) -> Panel:
    measures = ("rate", "fitted", "fitted_without")
    told = [tuple(read.get(one, group, split=when) for when in read.parts) for one in measures]
    return Panel(group, *told)


def _alt(times: tuple[str, ...], panels: tuple[Panel, ...]) -> str:
    parts = []
    for panel in panels:
        seen = [(when, one) for when, one in zip(times, panel.seen, strict=True)]
        shown = [(when, one.value) for when, one in seen if one.value is not None]
        words = "; ".join(
            f"{when} {percent(value)}" for when, value in (*shown[:1], *shown[1:][-1:])
        )
        hidden = [f"{when} {one.value_mark} not shown" for when, one in seen if one.hidden]
        ends = [line[-1].value for line in (panel.fitted, panel.without) if line]
        last = [percent(value) for value in ends if value is not None]
        model = (
            f" At the end the model has {last[0]}, without training {last[1]}." if last[1:] else ""
        )
        parts.append(f"{panel.group}: {'; '.join([words, *hidden])}.{model}")
    return (
        "Line charts of rates over time, one panel per group, with the model's line and the line "
        f"without training. {' '.join(parts)} A table follows."
    )


def _paint(layout: Layout, series: Series) -> Sheet:
    shown = [
        View(
            title=panel.group,
            said=(),
            across=Scale("count", -0.5, len(series.times) - 0.5, 1.0),
            up=series.scale,
            fill=lambda sheet, plane, panel=panel: _fill(sheet, plane, series.times, panel),  # type: ignore[misc]
            room=52.0,
        )
        for panel in series.panels
    ]
    entries = 3 if layout.name == "narrow" else 1
    head = entries * layout.line + 16
    columns = 1 if len(shown) == 1 else 2
    return views(layout, shown, head=head, columns=columns, begin=_key)


def _key(sheet: Sheet) -> None:
    """Say what dots and lines are, side by side where there is room."""
    layout, left, down = sheet.layout, 0.0, sheet.layout.line / 2 + 2
    for name, style in (("Seen", None), *_LINES):
        if style is None:
            sheet.dot(left + 14, down, "o", **_SEEN)
        else:
            sheet.line([left, left + 28], [down, down], **style)
        sheet.text(left + 36, down, name)
        if layout.name == "narrow":
            down += layout.line
        else:
            left += 36 + len(name) * layout.size * 0.53 + 28


def _fill(sheet: Sheet, plane: Plane, times: tuple[str, ...], panel: Panel) -> None:
    grid(sheet, plane)
    if panel.start is not None:
        x = plane.x(panel.start - 0.5)
        sheet.line([x, x], [plane.top, plane.foot], color=GREY, lw=1.2, ls=(0, (2, 2)), zorder=1)
    start, ends = panel.start, []
    for line, first, last, (_, style) in (
        # Before training both are one line; where it began the model's line has a step.
        (panel.fitted, 0, start, _LINES[0]),
        (panel.fitted, start, None, _LINES[0]),
        (panel.without, start, None, _LINES[1]),
    ):
        if first is None:
            continue
        told = list(enumerate(line))[first:last]
        points = [plane.at(place, one.value) for place, one in told if one.value is not None]
        if len(points) > 1:
            xs, ys = zip(*points, strict=True)
            sheet.line(xs, ys, zorder=3, **style)
        if points and last is None:
            ends.append((points[-1][1], line[-1]))
    _ends(sheet, plane, ends)
    for place, one in enumerate(panel.seen):
        if one.value is not None:
            sheet.dot(*plane.at(place, one.value), "o", zorder=2, **_SEEN)
    gaps(sheet, plane, list(enumerate(panel.seen)), 0.0)
    places = [0, len(times) - 1] if len(times) > 1 else [0]
    middle = [panel.start] if panel.start is not None else []
    wanted = sorted({*places, *middle})
    foot(sheet, plane, _spread(sheet, plane, [(float(at), _month(times[at])) for at in wanted]))


def _month(when: str) -> str:
    """Write "2023-04" as "Apr 2023"; another text as it is."""
    words = short_day(f"{when}-01")
    return when if words.endswith("-01") else words


def _spread(sheet: Sheet, plane: Plane, ticks: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Leave out the middle label where it would run into the last one."""
    if len(ticks) < 3:
        return ticks
    (_, _), (at, label), (end, last) = ticks
    need = (len(label) + len(last)) * sheet.layout.size * 0.26 + 10
    return ticks if plane.x(end) - plane.x(at) >= need else [ticks[0], ticks[2]]


def _ends(sheet: Sheet, plane: Plane, ends: list[tuple[float, Figure]]) -> None:
    """Write the last figure of each line at its end, apart from each other."""
    down = [y for y, _ in ends]
    if len(down) > 1 and abs(down[0] - down[1]) < 16:
        middle, upper = sum(down) / 2, down[0] <= down[1]
        down = [middle + (-8 if upper else 8), middle + (8 if upper else -8)]
    for y, (_, figure) in zip(down, ends, strict=True):
        if figure.value is not None:
            fine = sheet.layout.size - 1
            sheet.text(plane.right + 4, y, percent(figure.value), fontsize=fine)
