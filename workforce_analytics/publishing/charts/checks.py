"""The chart of what else could explain a change: each check with its range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, spoken
from workforce_analytics.publishing.charts.scales import from_zero, range_words, ratios
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.training_sentences import checks

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected


def data(protected: Protected) -> DotChart:
    """What did each check find?

    Parameters
    ----------
    protected
        Figures of the kind "training_threats" that have passed disclosure control.

    Returns
    -------
    DotChart
        A panel of odds ratios and one of shares, a row per check.
    """
    read = figures(protected)
    told = [(place.group, read.rows[place]) for place in checks(read)]
    odds = _panel("Odds ratios", [(k, f) for k, f in told if f.unit != "proportion"])
    shares = _panel("Shares", [(k, f) for k, f in told if f.unit == "proportion"])
    panels = tuple(panel for panel in (odds, shares) if panel.rows)
    shown = [figure for panel in panels for row in panel.rows for figure in row.figures]
    drawing = Dots(
        panels=panels if len(panels) > 1 else tuple(Panel("", panel.rows) for panel in panels),
        scale=ratios([figure for figure in shown if figure.unit != "proportion"]),
        line="1: no change" if odds.rows else "",
    )
    if not odds.rows:
        drawing = Dots(drawing.panels, from_zero(shown, "percent"))
    return DotChart(
        drawing=drawing,
        alt=f"Dot chart of checks, with a line at 1. {spoken(drawing)} A table follows.",
        headline=headline(protected),
        statistical_title=read.about.title,
        notes=(
            "The line through a dot is the range in which the figure is likely to lie. The table "
            "says what each check means.",
        ),
    )


def _panel(title: str, told: list[tuple[str, Figure]]) -> Panel:
    kind = "percent" if title == "Shares" else "ratio"
    rows = tuple(Row(check, (one,), (range_words(one, kind),)) for check, one in told)
    scale = from_zero([one for _, one in told], "percent") if kind == "percent" and told else None
    return Panel(title, rows, scale=scale)
