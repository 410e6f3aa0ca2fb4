"""The chart over time: one panel per group, a dot per snapshot with its range."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

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
from workforce_analytics.publishing.wording import lower_first, noun, percent, short_day

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_PLOT, _FOOT, _GAP = 116, 48, 34
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
    who = f"{noun(table.about.counted)} who declared their {lower_first(table.of)}"
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
    inset = 22.0
    axes = sheet.axes(left, top, width, _PLOT)
    axes.set_xlim(0, width)
    axes.set_ylim(0, scale * _HEADROOM)
    places = _places(series.periods, inset, width - inset)
    axes.axhline(0, color=RULE, lw=1.6, zorder=0)
    for when in series.breaks:
        at = places[series.periods.index(when)]
        before = places[max(series.periods.index(when) - 1, 0)]
        axes.axvline((at + before) / 2, color=GREY, lw=1, ls=(0, (4, 3)), zorder=0)
    for run in joined(series, points):
        values = [points[place].value for place in run]
        axes.plot([places[place] for place in run], values, color=DARK_BLUE, lw=2, zorder=2)
    for place, point in enumerate(points):
        _point(sheet, axes, point, places[place], (left, top))
    shown = [place for place, point in enumerate(points) if point.value is not None]
    for place in {shown[0], shown[-1]} if shown else set():
        high = (points[place].upper or points[place].value or 0) / (scale * _HEADROOM)
        middle = top + _PLOT * (1 - high) - 12
        sheet.text(left + places[place], middle, percent(points[place].value or 0), ha="center")
    for place, side, x in ((0, "left", 0.0), (len(points) - 1, "right", width)):
        sheet.text(
            left + x,
            top + _PLOT + 14,
            short_day(series.periods[place]),
            ha=side,
            color=GREY,
            fontsize=sheet.layout.size - 1,
        )


def _point(
    sheet: Sheet, axes: Any, point: Figure, where: float, corner: tuple[float, float]
) -> None:
    """Draw one figure with its range, or its mark where it is hidden."""
    if point.value is None:
        left, top = corner
        sheet.text(
            left + where,
            top + _PLOT - 10,
            point.value_mark,
            ha="center",
            color=GREY,
            fontsize=sheet.layout.size - 2,
        )
        return
    if point.has_interval:
        axes.plot(
            [where, where], [point.lower, point.upper], color=INK, lw=1.3, zorder=3, clip_on=False
        )
    axes.plot([where], [point.value], "o", ms=7, color=DARK_BLUE, zorder=4, clip_on=False)


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
