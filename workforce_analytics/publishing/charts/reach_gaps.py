"""The chart of whom networks do not reach: differences as they are, and like with like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, spoken
from workforce_analytics.publishing.charts.scales import points, range_words, words
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.network_gaps_sentences import compared_groups, gap_reference
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import DELTA_POINTS, number, percent

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_SERIES = (("gap", "As it is"), ("gap_adjusted", "Like with like"))
_CUT = " An arrow ends a range that goes beyond the chart."


def data(protected: Protected) -> DotChart:
    """How far is each group's reach from that of the reference?

    Parameters
    ----------
    protected
        Figures of the kind "network_reach_gaps" that have passed disclosure control.

    Returns
    -------
    DotChart
        A row per group with its difference in percentage points, as it is and like with like, and
        the band of what is too small to matter.
    """
    read = figures(protected)
    series = [(measure, name) for measure, name in _SERIES if read.holds(measure)]
    rows = tuple(_row(read, group, series) for group in compared_groups(read))
    shown = [figure for row in rows for figure in row.figures]
    than = gap_reference(read)
    rate = _under(read, than.strip("“”"))
    drawing = Dots(
        panels=(Panel("", rows),),
        scale=points(shown, delta=DELTA_POINTS),
        series=tuple(name for _, name in series) if len(series) > 1 else (),
        line=f"0: the same reach as for {than}{f' ({rate})' if rate else ''}",
        zone=(-DELTA_POINTS, DELTA_POINTS),
        band=f"Too small to matter: within {number(DELTA_POINTS)} points",
    )
    notes = (
        "Left of 0: a smaller share of the group is in a network. The line through a dot is the "
        "range in which the difference is likely to lie. In grey: the share of the group, and how "
        f"many people it is a share of.{_CUT if drawing.cut else ''}"
    )
    return DotChart(
        drawing=drawing,
        alt=(
            f"Dot chart of differences in percentage points from {than}, with a line at 0. "
            f"{spoken(drawing)} A table follows."
        ),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: percentage points, compared with {than}",
        notes=(notes,),
    )


def _row(read: Figures, group: str, series: list[tuple[str, str]]) -> Row:
    found: tuple[Figure, ...] = tuple(read.get(measure, group) for measure, _ in series)
    write = range_words if len(found) == 1 else words
    return Row(group, found, tuple(write(one, "points") for one in found), _under(read, group))


def _under(read: Figures, group: str) -> str:
    """Say a group's share and what it is of; nothing where the table has none."""
    rate = read.get("rate", group)
    if rate.value is None:
        return ""
    of = "" if rate.denominator is None else f" of {number(rate.denominator)}"
    return f"{percent(rate.value)}{of}"
