"""The chart of scores: a panel per theme with a row per group, and a line at what all staff score.

Without groups: a row per index and theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.level_panels import (
    Levels,
    Panel,
    Row,
    centred,
    levels,
    spoken,
)
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_scores_sentences import scored
from workforce_analytics.publishing.survey_verdicts import (
    HIGHER,
    LOWER,
    SCALES,
    Standing,
    fraction,
    inherited,
    score_range,
    score_words,
    standing,
    topics,
    whole,
)
from workforce_analytics.publishing.wording import number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_CUT = " An arrow ends a range that goes beyond the chart."
_MANY = 12
"""Of more groups those that are hidden have no row in the chart: the table has them."""
_TOO_MANY = 20
"""Of more groups only the first topic is drawn."""
TITLES = {"score_0_100": "Score from 0 to 100", "score_0_10": "Score from 0 to 10"}


@dataclass(frozen=True)
class Scores:
    """What a chart of scores draws."""

    drawing: Levels
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Scores:
    """What does each group score on each topic?

    Parameters
    ----------
    protected
        Figures of the kind "survey_scores" that have passed disclosure control.

    Returns
    -------
    Scores
        A panel per topic with a row per group, in which a dot that is clear of everybody else's is
        filled; without groups, a row per topic.
    """
    read = whole(figures(protected))
    drawing, what, notes = _by_group(read) if read.by else _by_topic(read)
    return Scores(
        drawing=drawing,
        alt=f"Dot chart of {what}. {spoken(drawing)} A table follows.",
        headline=headline(protected),
        statistical_title=read.about.title,
        notes=(notes + (_CUT if drawing.cut else ""),),
    )


def draw(scores: Scores) -> Chart:
    """Draw scores: dots with their ranges.

    Parameters
    ----------
    scores
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: levels(layout, scores.drawing),
        alt=scores.alt,
        headline=scores.headline,
        statistical_title=scores.statistical_title,
        notes=scores.notes,
    )


# --- without groups -------------------------------------------------------------------------------


def _by_topic(read: Figures) -> tuple[Levels, str, str]:
    found = scored(read)
    units = list(dict.fromkeys(_unit([one]) for one in found.values()))
    panels = tuple(
        _topics(unit, [(t, one) for t, one in found.items() if _unit([one]) == unit])
        for unit in units
    )
    drawing = Levels(panels)
    notes = (
        "The line through a dot is the range in which the score is likely to lie. In grey: how "
        "many people answered."
    )
    return drawing, "what all staff said", notes


def _topics(unit: str, found: Sequence[tuple[str, Figure]]) -> Panel:
    rows = []
    for topic, one in found:
        n = one.denominator
        under = f"{number(n)} answered" if n is not None else ""
        rows.append(Row(topic, fraction(one), score_words(one), score_range(one), under=under))
    title = TITLES.get(unit, "Percentage of positive answers")
    return Panel(title, tuple(rows), full=int(_full(unit)), sign=_sign(unit))


def _unit(found: Sequence[Figure]) -> str:
    return next((one.unit for one in found if one.unit), "proportion")


def _full(unit: str) -> float:
    return 100.0 if unit == "proportion" else SCALES.get(unit, 100.0)


def _sign(unit: str) -> str:
    return "%" if unit == "proportion" else ""


# --- by group -------------------------------------------------------------------------------------


def _by_group(read: Figures) -> tuple[Levels, str, str]:
    found = standing(read, "against_rest")
    names = topics(read)
    groups, left = _groups(read, names)
    others, names = (names[1:], names[:1]) if len(groups) > _TOO_MANY else ((), names)
    panels = tuple(_panel(read, topic, groups, found) for topic in names)
    columns = min(3, len(panels))
    lined = any(panel.line is not None for panel in panels)
    keys: tuple[tuple[str, str], ...] = (("line", "All staff"),) if lined else ()
    if found:
        told = (
            ("clear", "Clearly lower or higher than everybody else"),
            ("open", "No clear difference, or not compared"),
        )
        keys = (*told, *keys)
    drawing = Levels(centred(panels), keys, columns)
    notes = "The line through a dot is the range in which the score is likely to lie."
    if len(panels) > 1 and keys:
        notes += (
            " Scales do not begin at 0: each has the score of all staff in its middle, and a point "
            "is as wide in all of them."
        )
    if others:
        notes += f" Of so many groups only “{names[0]}” is drawn; the tables have all scores."
    if left:
        notes += f" {left} more groups are [c] not shown."
    if any(row.text == "[u]" for panel in panels for row in panel.rows):
        notes += " [u] Too few answered for a figure of their own: the tables say whose stands in."
    return drawing, f"scores by {read.of.lower()}, a panel per topic", notes


def _groups(read: Figures, names: Sequence[str]) -> tuple[list[str], int]:
    """Which groups have a row: all, or of many those of which anything may be seen."""
    groups = [*read.declared, *read.undeclared]
    if len(groups) <= _MANY:
        return groups, 0
    shown = [
        group
        for group in groups
        if any(read.get("score", group, split=topic).value is not None for topic in names)
    ]
    return shown, len(groups) - len(shown)


def _panel(read: Figures, topic: str, groups: Sequence[str], found: Standing) -> Panel:
    shown = {group: read.get("score", group, split=topic) for group in groups}
    every = read.get("score", ALL, split=topic)
    unit = _unit([every, *shown.values()])
    return Panel(
        title=topic,
        rows=tuple(_row(group, one, found.get((group, topic), "")) for group, one in shown.items()),
        under=f"All staff: {score_words(every)}" if every.status else "",
        line=fraction(every).value,
        full=int(_full(unit)),
        sign=_sign(unit),
    )


def _row(group: str, figure: Figure, said: str) -> Row:
    if inherited(figure):
        return Row(group, Figure(value_mark="[u]"), "[u]", "[u]", clear=False)
    text, full = score_words(figure), score_range(figure)
    return Row(group, fraction(figure), text, full, clear=said in (LOWER, HIGHER))
