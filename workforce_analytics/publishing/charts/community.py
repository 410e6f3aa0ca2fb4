"""The chart against the community: for each group the share among staff and among residents."""

from __future__ import annotations

from dataclasses import dataclass
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
from workforce_analytics.publishing.wording import lower_first, noun, percent

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
_KEY, _FOOT = 34, 26
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
    people, heading = noun(table.about.counted), lower_first(table.of)
    spoken = "; ".join(f"{group}: {people} {said(a)}, community {said(b)}" for group, a, b in rows)
    return Comparison(
        rows=rows,
        people=people.capitalize(),
        alt=(
            f"Dot chart of the percentage in each group among {people} who declared their "
            f"{heading} and in the community. {spoken}. A table follows."
        ),
        headline=headline(protected),
        statistical_title=(
            f"{table.about.title}, percentage of {people} who declared it, compared with "
            f"{table.about.reference}"
        ),
        notes=(
            "The thin line through a dot is the range in which the share among "
            f"{people} is likely to lie. Community: {table.about.reference}.",
        ),
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
    axes = sheet.axes(left, _KEY, plot, sum(heights))
    axes.set_ylim(sum(heights), 0)
    _scale(axes, sheet, comparison, (left, plot, sum(heights)))
    top = 0.0
    for (_, staff, community), lines, height in zip(comparison.rows, labels, heights, strict=True):
        middle = top + height / 2 if wide else top + height - 20
        _pair(axes, staff, community, middle)
        if staff.value is None:
            # Where the diamond stands at the start, the mark stands after it.
            diamond = plot * (community.value or 0) / axes.get_xlim()[1]
            beside = diamond + 12 if diamond < 36 else 5
            sheet.text(left + beside, _KEY + middle, staff.value_mark, color=GREY, bbox=_GROUND)
        if wide:
            _row(sheet, lines, (staff, community), _KEY + top, height)
        else:
            sheet.title(0, _KEY + top + 6, lines)
            words = f"{comparison.people} {_value(staff)}, community {_value(community)}"
            below = _KEY + top + 6 + (len(lines) + 0.5) * layout.line
            sheet.text(0, below, words, bbox=_GROUND)
        top += height
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
    sheet.rule(top, PALE)


def _value(figure: Figure) -> str:
    return percent(figure.value) if figure.value is not None else figure.value_mark


def _key(sheet: Sheet, people: str, left: float) -> None:
    """Say once what the dot and the diamond are."""
    axes = sheet.axes(0, 0, sheet.layout.width, _KEY)
    axes.set_xlim(0, sheet.layout.width)
    axes.set_ylim(_KEY, 0)
    middle, start = _KEY / 2 - 2, left + 8
    axes.plot([start, start + 24], [middle, middle], color=DARK_BLUE, lw=1.6)
    axes.plot([start + 12], [middle], "o", ms=7.5, color=DARK_BLUE)
    sheet.text(start + 31, middle, people)
    diamond = start + 44 + len(people) * sheet.layout.size * 0.56 + 14
    axes.plot([diamond], [middle], "D", ms=8.5, mfc="white", mec=ORANGE, mew=2.4)
    sheet.text(diamond + 12, middle, "Community")


def _scale(
    axes: Any, sheet: Sheet, comparison: Comparison, box: tuple[float, float, float]
) -> None:
    """Draw the grid, from 0 to a round number above every figure."""
    left, width, height = box
    furthest = max(
        [staff.upper or staff.value or 0 for _, staff, _ in comparison.rows]
        + [community.value or 0 for _, _, community in comparison.rows]
    )
    furthest = furthest or 1.0
    wanted = 6 if sheet.layout.name == "wide" else 4
    step = next((step for step in _STEPS if furthest / step <= wanted), 0.25)
    ticks = [place * step for place in range(int(-(-furthest // step)) + 1)]
    axes.set_xlim(0, ticks[-1])
    for tick in ticks:
        colour = RULE if tick == 0 else PALE
        axes.axvline(tick, color=colour, lw=1.6 if tick == 0 else 1, zorder=0)
        where = left + width * tick / ticks[-1]
        at_edge = sheet.layout.name == "narrow" and tick in (0, ticks[-1])
        side = "center" if not at_edge else ("left" if tick == 0 else "right")
        x = where - 5 if at_edge and tick == 0 else where + (5 if at_edge else 0)
        sheet.text(
            x,
            _KEY + height + 14,
            f"{100 * tick:.0f}%",
            ha=side,
            color=GREY,
            fontsize=sheet.layout.size - 1,
        )


def _pair(axes: Any, staff: Figure, community: Figure, middle: float) -> None:
    if community.value is not None:
        axes.plot(
            [community.value],
            [middle],
            "D",
            ms=8.5,
            mfc="white",
            mec=ORANGE,
            mew=2.4,
            zorder=3,
            clip_on=False,
        )
    if staff.value is None:
        return
    if community.value is not None:
        ends = [staff.value, community.value]
        axes.plot(ends, [middle, middle], color=RULE, lw=3, zorder=2, clip_on=False)
    if staff.has_interval:
        axes.plot(
            [staff.lower, staff.upper],
            [middle, middle],
            color=DARK_BLUE,
            lw=1.6,
            zorder=4,
            clip_on=False,
        )
    axes.plot([staff.value], [middle], "o", ms=7.5, color=DARK_BLUE, zorder=5, clip_on=False)
