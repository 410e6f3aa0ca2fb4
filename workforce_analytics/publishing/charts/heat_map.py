"""The heat map of a staff survey: where groups differ from the reference, and blank elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.stained_cells import Cell, Map, spoken, stained
from workforce_analytics.publishing.figures import Figures, figures
from workforce_analytics.publishing.network_gaps_sentences import gap_reference
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_gaps_sentences import found_in
from workforce_analytics.publishing.survey_verdicts import (
    HIGHER,
    LOWER,
    NOT_TESTED,
    Standing,
    compared_groups,
    topics,
    whole,
)
from workforce_analytics.publishing.wording import signed

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_MANY = 12
"""Of more groups those of which nothing stands out have no row in the chart: the table has them."""


@dataclass(frozen=True)
class Heat:
    """What a heat map draws."""

    drawing: Map
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Heat:
    """Where does what groups say stand out?

    Parameters
    ----------
    protected
        Figures of the kind "survey_gaps" that have passed disclosure control.

    Returns
    -------
    Heat
        A cell per group and topic: stained, with the difference and "lower" or "higher", where it
        stands out; blank where it does not; marked where it was not tested or is hidden.
    """
    read = whole(figures(protected))
    found, than = found_in(read), gap_reference(read)
    names, groups = topics(read, "gap"), compared_groups(read, "gap")
    shown, left = _shown(groups, found)
    cells = tuple(tuple(_cell(read, found, g, topic) for topic in names) for g in shown)
    drawing = Map(tuple(shown), names, cells)
    if left and not shown:
        told = len({group for group, _ in found})
        every = f"All {left} groups" if told == left else f"{told} of {left} groups"
        drawing = Map((every,), names, (tuple(Cell("") for _ in names),))
    notes = (
        f"Points by which a group scores lower or higher than {than}. A blank cell is no clear "
        "difference among all that were compared, which is not evidence that there is none."
    )
    if any(cell.kind == NOT_TESTED for row in cells for cell in row):
        notes += " Not tested: too few answered."
    if left and shown:
        notes += f" In {left} more groups nothing stands out; the table has them."
    return Heat(
        drawing=drawing,
        alt=f"Table of differences from {than}. {spoken(drawing)} A table follows.",
        headline=headline(protected),
        statistical_title=f"{read.about.title}: points, compared with {than}",
        notes=(notes,),
    )


def draw(heat: Heat) -> Chart:
    """Draw a heat map.

    Parameters
    ----------
    heat
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: stained(layout, heat.drawing),
        alt=heat.alt,
        headline=heat.headline,
        statistical_title=heat.statistical_title,
        notes=heat.notes,
    )


def _shown(groups: Sequence[str], found: Standing) -> tuple[list[str], int]:
    if len(groups) <= _MANY:
        return list(groups), 0
    clear = {group for (group, _), word in found.items() if word in (LOWER, HIGHER)}
    return [group for group in groups if group in clear], len(groups) - len(clear)


def _cell(read: Figures, found: Standing, group: str, topic: str) -> Cell:
    figure, word = read.get("gap", group, split=topic), found.get((group, topic), "")
    if word in (LOWER, HIGHER):
        return Cell(word, f"{signed(figure.value or 0.0)} {word}")
    if word:
        return Cell(NOT_TESTED if word == NOT_TESTED else "")
    return Cell("mark", figure.value_mark or "[x]")
