"""The chart of what was answered: bars that part at a middle line, who did not answer apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.diverging_bars import (
    NO_BREAK,
    Panel,
    Row,
    diverging,
    spoken,
)
from workforce_analytics.publishing.figures import Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_answers_sentences import (
    Asked,
    Sides,
    answer,
    answers_to,
    apart,
    asked,
    questions,
    sides,
    together,
)
from workforce_analytics.publishing.wording import number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_OF_VALID = "Percentage of valid answers"
_MOST = 2
"""So many answers of a side have a colour of their own; more are put together."""


@dataclass(frozen=True)
class Answers:
    """What a chart of answers draws."""

    panels: tuple[Panel, ...]
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Answers:
    """What was answered to each question?

    Parameters
    ----------
    protected
        Figures of the kind "survey_answers" that have passed disclosure control.

    Returns
    -------
    Answers
        A row per question, or a panel per question with a row per group, all staff last; questions
        with other answers in a panel of their own.
    """
    read = figures(protected)
    panels = tuple(_by_group(read) if read.by else _by_question(read))
    notes = "Percentages are of valid answers: to the right of the line positive ones, to the left "
    notes += "negative ones."
    if any(panel.middle for panel in panels):
        notes += " Those that are neither stand apart, in grey."
    notes += " Under each question: how many gave a valid answer, and how many gave none."
    return Answers(
        panels=panels,
        alt=f"Bar chart of answers. {spoken(panels)} A table follows.",
        headline=headline(protected),
        statistical_title=f"{read.about.title}: percentage of valid answers",
        notes=(notes,),
    )


def draw(answers: Answers) -> Chart:
    """Draw answers: bars that part at a middle line.

    Parameters
    ----------
    answers
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: diverging(layout, answers.panels),
        alt=answers.alt,
        headline=answers.headline,
        statistical_title=answers.statistical_title,
        notes=answers.notes,
    )


def _by_question(read: Figures) -> list[Panel]:
    """One panel for all questions with the same answers."""
    rows = [row for row in asked(read) if sides(read, row.topic).there]
    scales = dict.fromkeys((answers_to(read, row.topic), sides(read, row.topic)) for row in rows)
    panels = []
    for labels, side in scales:
        same = [
            row
            for row in rows
            if (answers_to(read, row.topic), sides(read, row.topic)) == (labels, side)
        ]
        panels.append(_panel(read, "", same, side))
    rest = [row for row in asked(read) if row not in rows]
    return [*panels, *(_without_order(read, row) for row in rest)]


def _by_group(read: Figures) -> list[Panel]:
    return [
        _panel(
            read,
            topic,
            [row for row in asked(read) if row.topic == topic],
            sides(read, topic),
        )
        for topic in questions(read)
        if sides(read, topic).there
    ] + [
        _without_order(read, row)
        for row in asked(read)
        if row.group == ALL and not sides(read, row.topic).there
    ]


def _without_order(read: Figures, row: Asked) -> Panel:
    """Give a bar per answer: answers such as yes and no have no sides."""
    labels = answers_to(read, row.topic)
    shares = (answer(read, row, label) for label in labels)
    rows = (Row(label, (), (share,), None) for label, share in zip(labels, shares, strict=True))
    under = _under(read, row, labels)
    return Panel(f"{row.topic} ({under})" if under else row.topic, tuple(rows), (), (_OF_VALID,))


def _panel(read: Figures, title: str, rows: Sequence[Asked], side: Sides) -> Panel:
    # Scales run from the lowest answer up: on the left the last is nearest to the line.
    left, right = _parts(side.negative[::-1]), _parts(side.positive)
    drawn = tuple(
        Row(
            label=_label(read, row),
            left=tuple(together(read, row, labels) for labels in left),
            right=tuple(together(read, row, labels) for labels in right),
            middle=together(read, row, side.neither) if side.neither else None,
            under=_under(read, row, answers_to(read, row.topic)),
            strong=row.group == ALL,
        )
        for row in rows
    )
    names = (tuple(map(_named, left)), tuple(map(_named, right)))
    return Panel(title, drawn, *names, _named(side.neither) if side.neither else "")


def _parts(labels: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Part a side into what has a colour each: all answers together where they are too many."""
    return [(label,) for label in labels] if len(labels) <= _MOST else [labels]


def _named(labels: Sequence[str]) -> str:
    if len(labels) == 1:
        return labels[0]
    first, last = sorted((labels[0], labels[-1]))
    return f"{first} to {last}"


def _label(read: Figures, row: Asked) -> str:
    if not read.by:
        return row.topic
    return "All staff" if row.group == ALL else row.group


def _under(read: Figures, row: Asked, labels: tuple[str, ...]) -> str:
    """Say how many gave a valid answer, and how many did not and why."""
    of = answer(read, row, labels[0])
    said = [f"{number(of.denominator)}{NO_BREAK}answers"] if of.denominator is not None else []
    for measure in ("not_applicable", "not_answered", "not_asked"):
        figure = apart(read, row, measure)
        n = figure.numerator if figure.numerator is not None else figure.value
        if n:
            said.append(f"{measure.replace('_', ' ')} {number(n)}".replace(" ", NO_BREAK))
    return "; ".join(said)
