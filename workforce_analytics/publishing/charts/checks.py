"""The chart of what else could explain a change: each check with its range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, dots, spoken
from workforce_analytics.publishing.charts.scales import from_zero, range_words, ratios
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.training_sentences import checks

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected


@dataclass(frozen=True)
class Checks:
    """What a chart of checks draws."""

    drawing: Dots
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Checks:
    """What did each check find?

    Parameters
    ----------
    protected
        Figures of the kind "training_threats" that have passed disclosure control.

    Returns
    -------
    Checks
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
    return Checks(
        drawing=drawing,
        alt=f"Dot chart of checks, with a line at 1. {spoken(drawing)} A table follows.",
        headline=headline(protected),
        statistical_title=read.about.title,
        notes=(
            "The line through a dot is the range in which the figure is likely to lie. The table "
            "says what each check means.",
        ),
    )


def draw(found: Checks) -> Chart:
    """Draw checks: a dot with its range per row.

    Parameters
    ----------
    found
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: dots(layout, found.drawing),
        alt=found.alt,
        headline=found.headline,
        statistical_title=found.statistical_title,
        notes=found.notes,
    )


def _panel(title: str, told: list[tuple[str, Figure]]) -> Panel:
    kind = "percent" if title == "Shares" else "ratio"
    rows = tuple(Row(check, (one,), (range_words(one, kind),)) for check, one in told)
    scale = from_zero([one for _, one in told], "percent") if kind == "percent" and told else None
    return Panel(title, rows, scale=scale)
