"""The chart of how far the questions of a score hang together: alpha and omega from 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, spoken
from workforce_analytics.publishing.charts.scales import Scale
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_reliability_sentences import (
    LIMIT,
    NAMES,
    RULE,
    scores_of,
)
from workforce_analytics.publishing.wording import number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_STEP = 0.2


class Decimal(Scale):
    """A scale from 0 to 1 whose numbers are written with a decimal."""

    def ticks(self, room: float) -> list[tuple[float, str]]:
        """Which numbers are written: every fifth, whatever room there is."""
        return [(round(_STEP * place, 1), f"{_STEP * place:.1f}") for place in range(6)]


def data(protected: Protected) -> DotChart:
    """How far do the questions of each score hang together?

    Parameters
    ----------
    protected
        Figures of the kind "survey_reliability" that have passed disclosure control.

    Returns
    -------
    DotChart
        A row per score: alpha and omega with their ranges, on a scale from 0 to 1, and what is
        held to be enough.
    """
    read = figures(protected)
    measures = [(measure, name) for measure, name in NAMES.items() if read.holds(measure)]
    rows = tuple(
        _row(read, topic, [measure for measure, _ in measures]) for topic in scores_of(read)
    )
    drawing = Dots(
        panels=(Panel("", rows),),
        scale=Decimal("count", 0.0, 1.0, _STEP),
        series=tuple(name for _, name in measures),
        zone=(LIMIT, 1.0),
        band=RULE,
    )
    return DotChart(
        drawing=drawing,
        alt=(
            f"Dot chart from 0 to 1, with a band from {LIMIT} on, which is a rule of thumb. "
            f"{spoken(drawing)} A table follows."
        ),
        headline=headline(protected),
        statistical_title=read.about.title,
        notes=(
            "1 if the questions of a score all went together, 0 if they had nothing in common. "
            "The line through a dot is the range in which the figure is likely to lie.",
        ),
    )


def _row(read: Figures, topic: str, measures: list[str]) -> Row:
    found = tuple(read.get(measure, topic) for measure in measures)
    return Row(topic, found, tuple(_words(figure) for figure in found))


def _words(figure: Figure) -> str:
    return figure.value_mark if figure.value is None else number(figure.value, 2)
