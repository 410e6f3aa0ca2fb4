"""The chart of who comes to events: for each network, the share of members, by span of days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, from_zero, spoken
from workforce_analytics.publishing.charts.scales import range_words, words
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.network_activity_sentences import (
    ATTENDANCES,
    per_hundred,
    throughout,
    windows,
)
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_MOST = 3
"""Spans of days drawn: more dots in a row could not be told apart; the table has them all."""
_EVERYWHERE = "All networks"
_RANGE = "The line through a dot is the range in which the figure is likely to lie."
_CUT = " An arrow ends a range that goes beyond the chart."


def data(protected: Protected) -> DotChart:
    """Which share of each network's members came to its events?

    Parameters
    ----------
    protected
        Figures of the kind "network_activity" that have passed disclosure control.

    Returns
    -------
    DotChart
        A row per network, all of them last, with a dot for each of up to three spans of days;
        where nobody wrote down who came, a dot for attendances a month per 100 members.
    """
    read = figures(protected)
    drawn = _drawn_windows(windows(read))
    drawing = _shares(read, drawn) if drawn else _rates(read)
    what = (
        "the share of members who came to an event"
        if drawn
        else "attendances a month per 100 members"
    )
    said = (
        f"Share of members throughout who came to at least one event. {throughout(read)}"
        if drawn
        else "Attendances a month for every 100 members."
    )
    ranged = any(figure.has_interval for row in drawing.rows for figure in row.figures)
    notes = f"{said} {_RANGE}" if ranged else said
    return DotChart(
        drawing=drawing,
        alt=f"Dot chart of {what}, by network. {spoken(drawing)} A table follows.",
        headline=headline(protected),
        statistical_title=read.about.title,
        notes=(notes + (_CUT if drawing.cut else ""),),
    )


def _drawn_windows(spans: tuple[int, ...]) -> tuple[int, ...]:
    """Choose the shortest, the longest and the one told; 60 days say little beside 30 and 90."""
    if len(spans) <= _MOST:
        return spans
    middle = min(spans[1:-1], key=lambda days: (abs(days - 90), days))
    return (spans[0], middle, spans[-1])


def _networks(read: Figures) -> list[tuple[str, str]]:
    named = [(name, name) for name in read.declared]
    together = any(place.group == ALL for place in read.rows)
    return [*named, (_EVERYWHERE, ALL)] if together else named


def _shares(read: Figures, spans: tuple[int, ...]) -> Dots:
    rows = []
    for label, group in _networks(read):
        found = tuple(read.get(f"active_{days}", group) for days in spans)
        alone = len(found) == 1
        texts = tuple(range_words(x, "percent") if alone else words(x, "percent") for x in found)
        rows.append(Row(label, found, texts, _members(found), strong=group == ALL))
    series = tuple(f"Last {days} days" for days in spans) if len(spans) > 1 else ()
    return from_zero((Panel("", tuple(rows)),), "percent", series=series)


def _members(found: tuple[Figure, ...]) -> str:
    """Say how many members the shortest span is of, in grey."""
    known = found[0].denominator if found else None
    return "" if known is None else f"{number(known)} members throughout"


def _rates(read: Figures) -> Dots:
    rows = []
    for label, group in _networks(read):
        figure = per_hundred(read.get(ATTENDANCES, group))
        rows.append(Row(label, (figure,), (range_words(figure, "count"),), strong=group == ALL))
    return from_zero((Panel("", tuple(rows)),), "count")
