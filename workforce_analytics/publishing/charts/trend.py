"""The chart over time: one panel per group, a dot per snapshot with its range."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from workforce_analytics.estimates import long_date
from workforce_analytics.publishing.charts.bars import SIMILAR
from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    INK,
    RULE,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.charts.shares import said
from workforce_analytics.publishing.comparisons import breaks
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import percent, short_day, who_declared

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_PLOT, _FOOT, _GAP = 116, 48, 34
_INSET = 22.0
_HEADROOM = 1.24
"""Room for a number above the highest point, as a part of the scale."""


@dataclass(frozen=True)
class Series:
    """What a chart over time draws: for each group a figure at each period."""

    periods: tuple[str, ...]
    breaks: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]

    def furthest(self, points: tuple[Figure, ...]) -> float:
        """The furthest that anything in a group's panel reaches."""
        return max((point.upper or point.value or 0 for point in points), default=0) or 1.0

    @property
    def one_scale(self) -> bool:
        """Whether all panels can be read on one scale."""
        tops = [self.furthest(points) for _, points in self.groups]
        return min(tops) >= SIMILAR * max(tops)


def data(protected: Protected) -> Series:
    """Which points does the chart over time have?

    Parameters
    ----------
    protected
        Figures of the kind "over_time" that have passed disclosure control.

    Returns
    -------
    Series
        One panel per declared group, a point per period.
    """
    table = figures(protected)
    groups = tuple(
        (
            group,
            tuple(table.get("share_of_known", group, period=when) for when in table.periods),
        )
        for group in table.declared
    )
    who = who_declared(table.about.counted, table.of)
    series = Series(
        periods=table.periods,
        breaks=breaks(table),
        groups=groups,
        alt=_alt(groups, table.periods, who),
        headline=headline(protected),
        statistical_title=f"{table.about.title}, percentage of {who}",
        notes=(),
    )
    notes = "The thin line through a dot is the range in which the share is likely to lie."
    if series.breaks:
        notes += " A dashed line marks a break: figures on its two sides are not comparable."
    notes += (
        " All panels have one scale, which starts at 0%."
        if series.one_scale
        else " Each panel has its own scale, which starts at 0%."
    )
    return Series(**{**vars(series), "notes": (notes,)})


def draw(series: Series) -> Chart:
    """Draw shares over time.

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


def _alt(
    groups: tuple[tuple[str, tuple[Figure, ...]], ...], periods: tuple[str, ...], who: str
) -> str:
    parts = []
    for group, points in groups:
        spoken = "; ".join(
            f"{long_date(when)} {said(point)}" for when, point in zip(periods, points, strict=True)
        )
        parts.append(f"{group}: {spoken}.")
    return (
        f"Line charts of the percentage of {who} in each group, one panel per group. "
        f"{' '.join(parts)} A table follows."
    )


def _paint(layout: Layout, series: Series) -> Sheet:
    columns = min(layout.columns, len(series.groups))
    width = (layout.width - _GAP * (columns - 1)) / columns
    titles = [layout.wrapped(label, width, bold=True) for label, _ in series.groups]
    starts = range(0, len(series.groups), columns)
    heads = [max(map(len, titles[i : i + columns])) * layout.line + 6 for i in starts]
    sheet = Sheet(layout, sum(heads) + (_PLOT + _FOOT) * len(heads))
    tops = [series.furthest(points) for _, points in series.groups]
    top = 0.0
    for head, start in zip(heads, starts, strict=True):
        for column, (_, points) in enumerate(series.groups[start : start + columns]):
            left, place = column * (width + _GAP), start + column
            sheet.title(left, top, titles[place])
            scale = max(tops) if series.one_scale else tops[place]
            _panel(sheet, series, points, (left, top + head, width), scale)
        top += head + _PLOT + _FOOT
    return sheet


def _panel(
    sheet: Sheet,
    series: Series,
    points: tuple[Figure, ...],
    box: tuple[float, float, float],
    scale: float,
) -> None:
    left, top, width = box
    foot, unit = top + _PLOT, _PLOT / (scale * _HEADROOM)
    places = _places(series.periods, left + _INSET, left + width - _INSET)
    sheet.line([left, left + width], [foot, foot], color=RULE, lw=1.6, zorder=0)
    for when in series.breaks:
        place = series.periods.index(when)
        at = (places[place] + places[max(place - 1, 0)]) / 2
        sheet.line([at, at], [top, foot], color=GREY, lw=1, ls=(0, (4, 3)), zorder=0)
    for run in joined(series, points):
        heights = [foot - unit * (points[place].value or 0) for place in run]
        sheet.line([places[place] for place in run], heights, color=DARK_BLUE, lw=2, zorder=2)
    for place, point in enumerate(points):
        _point(sheet, point, places[place], foot, unit)
    shown = [place for place, point in enumerate(points) if point.value is not None]
    for place in sorted({*shown[:1], *shown[-1:]}):
        figure = points[place]
        middle = foot - unit * (figure.upper or figure.value or 0) - 12
        sheet.text(places[place], middle, percent(figure.value or 0), ha="center")
    style = {"color": GREY, "fontsize": sheet.layout.size - 1}
    sheet.text(left, foot + 14, short_day(series.periods[0]), ha="left", **style)
    if len(series.periods) > 1:
        sheet.text(left + width, foot + 14, short_day(series.periods[-1]), ha="right", **style)


def _point(sheet: Sheet, point: Figure, across: float, foot: float, unit: float) -> None:
    """Draw one figure with its range, or its mark where it is hidden."""
    if point.value is None:
        style = {"color": GREY, "fontsize": sheet.layout.size - 2}
        sheet.text(across, foot - 10, point.value_mark, ha="center", **style)
        return
    if point.has_interval:
        ends = [foot - unit * (share or 0) for share in (point.lower, point.upper)]
        sheet.line([across, across], ends, color=INK, lw=1.3, zorder=3)
    sheet.dot(across, foot - unit * point.value, "o", ms=7, color=DARK_BLUE, zorder=4)


def _places(periods: tuple[str, ...], first: float, last: float) -> list[float]:
    """Place periods by their dates; evenly where they are not dates."""
    try:
        days: list[float] = [date.fromisoformat(period).toordinal() for period in periods]
    except ValueError:
        days = [float(place) for place in range(len(periods))]
    span = (days[-1] - days[0]) or 1
    return [first + (day - days[0]) / span * (last - first) for day in days]


def joined(series: Series, points: tuple[Figure, ...]) -> list[list[int]]:
    """Which points are joined by a line: neighbours, with nothing hidden or broken between."""
    runs: list[list[int]] = [[]]
    for place, point in enumerate(points):
        if point.value is None or series.periods[place] in series.breaks:
            runs.append([])
        if point.value is not None:
            runs[-1].append(place)
    return [run for run in runs if len(run) > 1]
