"""The chart of expected against observed: in each stratum, and for each group in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts import ratios
from workforce_analytics.publishing.charts.canvas import Chart
from workforce_analytics.publishing.charts.dot_chart import DotChart, draw
from workforce_analytics.publishing.charts.dots import Panel, Row, from_zero, spoken
from workforce_analytics.publishing.charts.scales import words
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import lower_first, number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_SERIES = ("Observed", "DotChart")
_MOST = 12
"""Of more strata than these, only each group's sum over them is drawn."""


def picture(protected: Protected) -> Chart:
    """Draw a stratified comparison: by stratum where the table has strata, else its ratios.

    Parameters
    ----------
    protected
        Figures of the kind "stratified" that have passed disclosure control.

    Returns
    -------
    Chart
        DotChart against observed by stratum; without strata in the table, ratios as they are
        beside those within strata.
    """
    if len(protected.about.groups) > 1:
        return draw(data(protected))
    return draw(ratios.data(protected))


def data(protected: Protected) -> DotChart:
    """How many of each group passed in each stratum, and how many would have at everybody's rate?

    Parameters
    ----------
    protected
        Figures of the kind "stratified", with a row per stratum, that have passed disclosure
        control.

    Returns
    -------
    DotChart
        A panel per group with a row per stratum; with many strata a row per group.
    """
    table = figures(protected)
    groups = [
        group
        for group in table.declared
        if any(at.measure == "expected" and at.group == group for at in table.rows)
    ]
    if table.parts and len(table.parts) <= _MOST:
        panels = tuple(_group(table, group) for group in groups)
    else:
        rows = tuple(_row(table, group, table.total, group) for group in groups)
        panels = (Panel("", rows),)
    drawing = from_zero(panels, "count", series=_SERIES, joined=True)
    own = "" if drawing.one_scale else " Each panel has its own scale, which starts at 0."
    stratum = lower_first(table.by) or "stratum"
    return DotChart(
        drawing=drawing,
        alt=(
            f"Dot chart of how many passed in each {stratum}, compared with how many would have "
            f"at the rate of all who declared in the same {stratum}. {spoken(drawing)} "
            "A table follows."
        ),
        headline=headline(protected),
        statistical_title=(
            f"{table.about.title}: observed, and expected at the rate of all who declared in the "
            f"same {stratum}"
        ),
        notes=(
            f"DotChart: how many of the group would have passed at the rate of all who declared in "
            f"the same {stratum}. A dot left of its diamond means fewer than that.{own}",
        ),
    )


def _group(table: Figures, group: str) -> Panel:
    rows = tuple(_row(table, group, part, part) for part in table.parts)
    if ALL not in table.splits:
        return Panel(group, rows)
    observed, expected = _pair(table, group, ALL)
    in_all = f"In all: observed {words(observed, 'count')}, expected {_decimal(expected)}"
    return Panel(group, rows, under=in_all)


def _decimal(figure: Figure) -> str:
    """Write what is expected, which is seldom a whole number, always with its decimal."""
    return number(figure.value, 1) if figure.value is not None else figure.value_mark


def _row(table: Figures, group: str, split: str, label: str) -> Row:
    pair = _pair(table, group, split)
    return Row(label, pair, (words(pair[0], "count"), _decimal(pair[1])))


def _pair(table: Figures, group: str, split: str) -> tuple[Figure, Figure]:
    """Look up what was observed, the count behind what was expected, and that itself."""
    expected = table.get("expected", group, split=split)
    observed = Figure(value=expected.numerator, value_mark=expected.numerator_mark)
    return observed, expected
