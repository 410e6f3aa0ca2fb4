"""The chart of what to work on first: themes in their order, and how sure the order is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, spoken
from workforce_analytics.publishing.charts.scales import from_zero
from workforce_analytics.publishing.figures import Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_action_reading import out_of
from workforce_analytics.publishing.survey_priorities_sentences import (
    as_percentages,
    hidden,
    rank_words,
    ranked,
)
from workforce_analytics.publishing.survey_verdicts import score_words

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_CUT = " An arrow ends a range that goes beyond the chart."


def data(protected: Protected) -> DotChart:
    """Which themes come first, how far ahead are they, and how sure is that?

    Parameters
    ----------
    protected
        Figures of the kind "survey_priorities" that have passed disclosure control.

    Returns
    -------
    DotChart
        A row per theme, the highest priority first and hidden ones last: the priority as a
        percentage of the highest with its range, its place in words.
    """
    read = figures(protected)
    rows = tuple(_row(read, topic) for topic in (*ranked(read), *hidden(read)))
    drawn = [figure for row in rows for figure in row.figures]
    drawing = Dots((Panel("", rows),), from_zero(drawn, "count"))
    return DotChart(
        drawing=drawing,
        alt=(
            "Dot chart of priorities from 0, the highest being 100, each with its place and the "
            f"places it could have. {spoken(drawing)} A table follows."
        ),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: priority, the highest being 100",
        notes=(
            "Place: the place in the order, and the places that a theme could have as far as "
            "chance goes. The line through a dot is the range in which its priority is likely to "
            f"lie.{_CUT if drawing.cut else ''}",
        ),
    )


def _row(read: Figures, topic: str) -> Row:
    figure, rank, score = (
        as_percentages(read, topic),
        read.get("rank", topic),
        read.get("score", topic),
    )
    place = f"Place {rank_words(rank)}" if rank.value is not None else rank.value_mark
    under = ""
    if score.value is not None and figure.value is not None:
        positive = " positive" if score.unit == "proportion" else ""
        under = f"{score_words(score)}{positive}{out_of(score)}"
    return Row(topic, (figure,), (place,), under)
