"""A chart of dots with all that is said beside it: what most families of charts are."""

from __future__ import annotations

from dataclasses import dataclass

from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.dots import Dots, dots


@dataclass(frozen=True)
class DotChart:
    """What a chart of dots draws, and what is said beside it.

    Attributes
    ----------
    drawing
        Rows of dots with their ranges, and the scale that they stand on.
    alt
        What the picture shows, for those who do not see it.
    headline, statistical_title
        Its main message, and what it is a picture of.
    notes
        How to read it.
    """

    drawing: Dots
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def draw(found: DotChart) -> Chart:
    """Draw dots with their ranges.

    Parameters
    ----------
    found
        What a family's `data` made.

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
