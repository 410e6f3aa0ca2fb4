"""The chart of what a survey found in many organisations: the middle one, and the middle half."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, spoken
from workforce_analytics.publishing.charts.scales import Scale
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_published_sentences import (
    NO_RANGES,
    groups_of,
    published_at,
    questions,
)
from workforce_analytics.publishing.survey_verdicts import fraction, score_range

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

MOST_ROWS = 40
"""So many rows are drawn; the table has all."""
_STEP = 20.0


def data(protected: Protected) -> DotChart:
    """What did the organisation in the middle find, question by question and group by group?

    Parameters
    ----------
    protected
        Figures of the kind "survey_published" that have passed disclosure control.

    Returns
    -------
    DotChart
        A panel per question with a row per group, or a row per question where there are no groups:
        the median, and a line from the lower to the upper quartile.
    """
    read = figures(protected)
    asked, groups = questions(read), groups_of(read)
    shown = asked[: max(MOST_ROWS // len(groups), 1)]
    if groups == ("",):
        panels: tuple[Panel, ...] = (Panel("", tuple(_row(read, one, "", one) for one in shown)),)
    else:
        panels = tuple(
            Panel(topic, tuple(_row(read, topic, group, group) for group in groups))
            for topic in shown
        )
    drawing = Dots(panels, Scale("count", 0.0, 100.0, _STEP))
    left = len(asked) - len(shown)
    questions_are = "question is" if left == 1 else "questions are"
    more = f" {left} more {questions_are} in the table." if left else ""
    return DotChart(
        drawing=drawing,
        alt=(
            "Dot chart from 0 to 100 of the medians of organisations, with quartiles. "
            f"{spoken(drawing)} A table follows."
        ),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: medians, with lower and upper quartiles",
        notes=(
            "A dot is the organisation in the middle; the line through it holds the middle half of "
            f"the organisations, and is no range of chance. {NO_RANGES}{more}",
        ),
    )


def _row(read: Figures, topic: str, group: str, label: str) -> Row:
    median = published_at(read, "median", topic, group)
    low, high = (
        published_at(read, f"{end}_quartile", topic, group).value for end in ("lower", "upper")
    )
    whole = Figure(
        value=median.value,
        lower=low,
        upper=high,
        value_mark=median.value_mark,
        unit=median.unit,
        status=median.status,
    )
    return Row(label, (_of_100(whole),), (score_range(whole),))


def _of_100(figure: Figure) -> Figure:
    """Put percentages and scores on one scale from 0 to 100."""
    part = fraction(figure)
    value, lower, upper = (
        None if end is None else 100 * end for end in (part.value, part.lower, part.upper)
    )
    return replace(part, value=value, lower=lower, upper=upper)
