"""The chart of reach by group: which part of each group is in a staff network, with its range."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL, long_date
from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Panel, Row, from_zero, spoken
from workforce_analytics.publishing.charts.scales import range_words
from workforce_analytics.publishing.figures import Figures, figures
from workforce_analytics.publishing.network_group_sentences import groups_of
from workforce_analytics.publishing.network_sentences import in_time
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_MANY = 15
"""Of more groups those that are hidden have no row in the chart: the table has them."""
_CUT = " An arrow ends a range that goes beyond the chart."


def data(protected: Protected) -> DotChart:
    """Which part of each group is a member of a staff network?

    Parameters
    ----------
    protected
        Figures of the kind "network_reach" that have passed disclosure control.

    Returns
    -------
    DotChart
        A row per group with its reach in any network, at the latest date; all staff last.
    """
    read = in_time(figures(protected))
    rows = [_row(read, name, name) for name in groups_of(read)]
    out = [row for row in rows if row.figures[0].hidden] if len(rows) > _MANY else []
    rows = [row for row in rows if row not in out]
    if any(place.group == ALL for place in read.rows):
        rows.append(replace(_row(read, ALL, "All staff"), strong=True))
    drawing = from_zero((Panel("", tuple(rows)),), "percent")
    note = (
        f"On {long_date(read.latest)}; somebody in two networks counts once. The line through a "
        "dot is the range in which the reach is likely to lie."
    )
    left = f"{len(out)} more groups are [c] not shown." if out else ""
    note += f" {left}" if left else ""
    return DotChart(
        drawing=drawing,
        alt=(
            "Dot chart of the percentage of staff who are members of any network. "
            f"{spoken(drawing)} {left} A table follows.".replace("  ", " ")
        ),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: percentage of staff, any network",
        notes=(note + (_CUT if drawing.cut else ""),),
    )


def _row(read: Figures, group: str, label: str) -> Row:
    figure = read.get("reach", group, split=ALL)
    under = ""
    if figure.numerator is not None and figure.denominator is not None:
        under = f"{number(figure.numerator)} of {number(figure.denominator)} staff"
    elif figure.denominator is not None:
        under = f"{number(figure.denominator)} staff"
    return Row(label, (figure,), (range_words(figure, "percent"),), under)
