"""The chart of what changed between two waves: a dot per score, and the band of what matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, spoken
from workforce_analytics.publishing.charts.scales import points
from workforce_analytics.publishing.figures import Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_action_reading import (
    at,
    by_group,
    called,
    difference_words,
    groups,
    in_hundredths,
    likely_points,
    timeless,
    topics,
    wave_of,
)
from workforce_analytics.publishing.survey_change_sentences import UNTOLD, verdict
from workforce_analytics.publishing.survey_verdicts import score_words
from workforce_analytics.publishing.wording import DELTA_POINTS, number, signed

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

MOST_ROWS = 32
"""So many rows of groups are drawn; of more, the first topics."""
_CUT = " An arrow ends a range that goes beyond the chart."
_TENTHS = " A change of a score out of 10 is drawn ten times as long."


def data(protected: Protected) -> DotChart:
    """By how much did each score change, and does it matter?

    Parameters
    ----------
    protected
        Figures of the kind "survey_change" that have passed disclosure control.

    Returns
    -------
    DotChart
        A row per score, or a panel per score with a row per group: the change in points with its
        range, both scores and the verdict in words.
    """
    read = figures(protected)
    waves, flat = (wave_of(read, "first"), wave_of(read, "second")), timeless(read)
    every = topics(flat, "change")
    shown = _shown(flat, every)
    panels = _panels(flat, shown)
    drawn = [figure for panel in panels for row in panel.rows for figure in row.figures]
    least = read.about.delta or DELTA_POINTS
    told = number(least, 0 if float(least).is_integer() else 1)
    drawing = Dots(
        panels=panels,
        scale=points(drawn, delta=least),
        line=f"0: the same score in {waves[1]} as in {waves[0]}" if all(waves) else "0: the same",
        zone=(-least, least),
        band=f"Too small to matter: {told} points or less, either way",
    )
    title = f"{read.about.title}: change in points, from {waves[0]} to {waves[1]}"
    return DotChart(
        drawing=drawing,
        alt=(
            f"Dot chart of changes in points from {waves[0]} to {waves[1]}, with a line at 0 and a "
            f"band from {signed(-least)} to {signed(least)}. {spoken(_at_length(flat, drawing))} "
            "A table follows."
        ),
        headline=headline(protected),
        statistical_title=title if all(waves) else f"{read.about.title}: change in points",
        notes=(_notes(flat, drawing, len(every) - len(shown)),),
    )


def _shown(read: Figures, every: Sequence[str]) -> tuple[str, ...]:
    """Which topics have room? By group each takes as many rows as there are groups."""
    if not by_group(read):
        return tuple(every)
    return tuple(every[: max(MOST_ROWS // max(len(groups(read, "change")), 1), 1)])


def _panels(read: Figures, shown: Sequence[str]) -> tuple[Panel, ...]:
    if not by_group(read):
        return (Panel("", tuple(_row(read, "", topic, topic) for topic in shown)),)
    return tuple(
        Panel(
            topic,
            tuple(_row(read, group, topic, called(group)) for group in groups(read, "change")),
        )
        for topic in shown
    )


def _row(read: Figures, group: str, topic: str, label: str) -> Row:
    figure = at(read, "change", group, topic)
    told = verdict(read, group, topic)
    first, second = (at(read, measure, group, topic) for measure in ("first", "second"))
    both = ""
    if figure.value is not None and first.value is not None and second.value is not None:
        moved = difference_words(read, figure)
        both = f"{score_words(first)} to {score_words(second)} ({moved})"
    words = (told or UNTOLD) if figure.value is not None else figure.value_mark
    return Row(label, (in_hundredths(figure),), (words,), both, strong=group == ALL)


def _at_length(read: Figures, drawing: Dots) -> Dots:
    """Say each change and its range too, for those who do not see where the dot is."""
    panels = []
    for panel in drawing.panels:
        rows = []
        for row in panel.rows:
            group = next((g for g in groups(read, "change") if called(g) == row.label), "")
            figure = at(read, "change", group, panel.title or row.label)
            said = row.texts[0]
            if figure.value is not None:
                likely = likely_points(read, figure)
                ranged = f", {likely}" if likely else ""
                said = f"{said}, {difference_words(read, figure)} points{ranged}"
            rows.append(replace(row, texts=(said,), under=row.under.partition(" (")[0]))
        panels.append(replace(panel, rows=tuple(rows)))
    return replace(drawing, panels=tuple(panels))


def _notes(read: Figures, drawing: Dots, left_out: int) -> str:
    units = {figure.unit for place, figure in read.rows.items() if place.measure == "change"}
    first = next(iter(topics(read, "change")), "")
    scores_are = "score is" if left_out == 1 else "scores are"
    more = f"{left_out} more {scores_are} in the table." if left_out else ""
    said = [
        f"Right of 0: the later score is better; left of 0: worse. The line through a dot is the "
        f"range in which the change is likely to lie.{_CUT if drawing.cut else ''}"
        f"{_TENTHS if 'score_0_10' in units else ''}",
        "Both waves are counted as if the same mix of staff had answered.",
        f"Only {first} is drawn: {more}" if more and len(drawing.panels) == 1 else more,
    ]
    return " ".join(words for words in said if words)
