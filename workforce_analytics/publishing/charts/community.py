"""The chart against the community: for each group the share among staff and among residents."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from workforce_analytics.publishing.charts.canvas import (
    DARK_BLUE,
    GREY,
    ORANGE,
    PALE,
    RULE,
    Chart,
    Layout,
    Sheet,
    chart,
)
from workforce_analytics.publishing.charts.shares import said
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import noun, percent, who_declared

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
_KEY, _FOOT = 34, 26
_STAFF: dict[str, Any] = {"ms": 7.5, "color": DARK_BLUE}
_COMMUNITY: dict[str, Any] = {"ms": 8.5, "mfc": "white", "mec": ORANGE, "mew": 2.4}
_GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


@dataclass(frozen=True)
class Comparison:
    """What a chart against the community draws: group, share among staff, among residents."""

    rows: tuple[tuple[str, Figure, Figure], ...]
    people: str
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Comparison:
    """Which pairs of shares does the chart against the community have?

    Parameters
    ----------
    protected
        Figures of the kind "against_community" that have passed disclosure control.

    Returns
    -------
    Comparison
        One row per declared group, everybody of the table together.
    """
    table = figures(protected)
    rows = tuple(
        (group, table.get("share_of_known", group), table.get("community_share", group))
        for group in table.declared
    )
    people, who = noun(table.about.counted), who_declared(table.about.counted, table.of)
    notes = [
        "The thin line through a dot is the range in which the share among "
        f"{people} is likely to lie. Community: {table.about.reference}."
    ]
    if table.by:
        notes.append(f"The chart shows all {people}; the table also shows each part of them.")
    spoken = "; ".join(f"{group}: {people} {said(a)}, community {said(b)}" for group, a, b in rows)
    return Comparison(
        rows=rows,
        people=people.capitalize(),
        alt=(
            f"Dot chart of the percentage in each group among {who} and in the community. "
            f"{spoken}. A table follows."
        ),
        headline=headline(protected),
        statistical_title=(
            f"{table.about.title}, percentage of {who}, compared with {table.about.reference}"
        ),
        notes=(" ".join(notes),),
    )


def draw(comparison: Comparison) -> Chart:
    """Draw pairs of shares: a dot with its range for staff, a diamond for the community.

    Parameters
    ----------
    comparison
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: _paint(layout, comparison),
        alt=comparison.alt,
        headline=comparison.headline,
        statistical_title=comparison.statistical_title,
        notes=comparison.notes,
    )


def _paint(layout: Layout, comparison: Comparison) -> Sheet:
    wide = layout.name == "wide"
    left = 0.34 * layout.width if wide else 5.0
    plot = layout.width - left - (196 if wide else 5)
    labels = [
        layout.wrapped(label, left - 14 if wide else layout.width, bold=not wide)
        for label, _, _ in comparison.rows
    ]
    if wide:
        heights = [max(len(lines) * layout.line + 16, 42) for lines in labels]
    else:
        heights = [(len(lines) + 1) * layout.line + 42 for lines in labels]
    sheet = Sheet(layout, _KEY + sum(heights) + _FOOT)
    _key(sheet, comparison.people, left if wide else 0)
    foots = [_KEY + end for end in accumulate(heights)]
    # On a phone the grid stands only behind the dots, not behind the words above them.
    grid = [(float(_KEY), foots[-1])] if wide else [(foot - 33, foot - 7) for foot in foots]
    scale = _scale(sheet, comparison, (left, plot), grid)
    for (_, staff, community), lines, height, foot in zip(
        comparison.rows, labels, heights, foots, strict=True
    ):
        top = foot - height
        middle = top + height / 2 if wide else foot - 20
        _pair(sheet, staff, community, (left, plot / scale), middle)
        if wide:
            _row(sheet, lines, (staff, community), top, height)
        else:
            sheet.title(0, top + 6, lines)
            words = f"{comparison.people} {_value(staff)}, community {_value(community)}"
            below = top + 6 + (len(lines) + 0.5) * layout.line
            sheet.text(0, below, words)
    if wide:
        for right, words in ((layout.width - 104, comparison.people), (layout.width, "Community")):
            sheet.text(right, _KEY / 2 - 2, words, ha="right", weight="bold")
    return sheet


def _row(
    sheet: Sheet, label: list[str], pair: tuple[Figure, Figure], top: float, height: float
) -> None:
    """Write a group's name and both its figures, with a hairline above."""
    width = sheet.layout.width
    sheet.lines(0, top + height / 2, label)
    for right, figure in zip((width - 104, width), pair, strict=True):
        sheet.text(right, top + height / 2, _value(figure), ha="right")
    sheet.line([0, width], [top, top], color=PALE, lw=0.8, zorder=0)


def _value(figure: Figure) -> str:
    return percent(figure.value) if figure.value is not None else figure.value_mark


def _key(sheet: Sheet, people: str, left: float) -> None:
    """Say once what the dot and the diamond are."""
    middle, start = _KEY / 2 - 2, left + 8
    sheet.line([start, start + 24], [middle, middle], color=DARK_BLUE, lw=1.6)
    sheet.dot(start + 12, middle, "o", **_STAFF)
    sheet.text(start + 31, middle, people)
    diamond = start + 44 + len(people) * sheet.layout.size * 0.56 + 14
    sheet.dot(diamond, middle, "D", **_COMMUNITY)
    sheet.text(diamond + 12, middle, "Community")


def _scale(
    sheet: Sheet,
    comparison: Comparison,
    across: tuple[float, float],
    down: list[tuple[float, float]],
) -> float:
    """Draw the grid, from 0 to a round number above every figure, which is returned."""
    left, width = across
    furthest = max(
        [staff.upper or staff.value or 0 for _, staff, _ in comparison.rows]
        + [community.value or 0 for _, _, community in comparison.rows]
    )
    furthest = furthest or 1.0
    wanted = 6 if sheet.layout.name == "wide" else 4
    step = next((step for step in _STEPS if furthest / step <= wanted), 0.25)
    last = int(-(-furthest // step))
    for tick in range(last + 1):
        at = left + width * tick / last
        style = {"color": PALE, "lw": 1} if tick else {"color": RULE, "lw": 1.6}
        for ends in down:
            sheet.line([at, at], ends, zorder=0, **style)
        # On a phone the grid reaches both edges, and so do the numbers under it.
        edge = {0: "left", last: "right"} if sheet.layout.name == "narrow" else {}
        at = {0: 0.0, last: float(sheet.layout.width)}[tick] if tick in edge else at
        sheet.text(
            at,
            sheet.height - _FOOT + 14,
            f"{100 * step * tick:.0f}%",
            ha=edge.get(tick, "center"),
            color=GREY,
            fontsize=sheet.layout.size - 1,
        )
    return last * step


def _pair(
    sheet: Sheet, staff: Figure, community: Figure, axis: tuple[float, float], middle: float
) -> None:
    """Draw both shares of a group and how far they are apart; a hidden one is its mark."""
    left, unit = axis
    there = left + unit * (community.value or 0)
    if community.value is not None:
        sheet.dot(there, middle, "D", zorder=3, **_COMMUNITY)
    if staff.value is None:
        # Where the diamond stands at the start, the mark stands after it.
        beside = there + 12 if there - left < 36 else left + 5
        sheet.text(beside, middle, staff.value_mark, color=GREY, bbox=_GROUND)
        return
    here = left + unit * staff.value
    if community.value is not None:
        sheet.line([here, there], [middle, middle], color=RULE, lw=3, zorder=2)
    if staff.has_interval:
        ends = [left + unit * (share or 0) for share in (staff.lower, staff.upper)]
        sheet.line(ends, [middle, middle], color=DARK_BLUE, lw=1.6, zorder=4)
    sheet.dot(here, middle, "o", zorder=5, **_STAFF)
