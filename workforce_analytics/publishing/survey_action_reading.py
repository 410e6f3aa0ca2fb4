"""Looks up what tables of change, drivers and priorities hold, and writes scores in their units.

Scores of themes and questions are per cent positive, those of indexes points out of 100, those
of elements out of 10: each is written so that a reader can tell which. Nothing is written of a
hidden figure but its mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workforce_analytics.estimates import ALL, UNDECLARED
from workforce_analytics.publishing.figures import TOPIC, Figure, Figures
from workforce_analytics.publishing.layouts import (
    NOT_APPLICABLE,
    Cell,
    Column,
    Entry,
    percent_cell,
    plain_cell,
)
from workforce_analytics.publishing.survey_verdicts import SCALES, delta_of
from workforce_analytics.publishing.training_verdicts import places_of
from workforce_analytics.publishing.wording import signed

NOT_CAUSE = "This shows what goes together, not what causes what."
"""What is said beside every figure of what goes with what."""

EVERYBODY = "All staff"
"""What the whole is called in a table of groups."""

_OF = {"score_0_100": " out of 100", "score_0_10": " out of 10"}
_MEANS = {
    "proportion": "of themes and questions, per cent positive answers",
    "score_0_100": "of indexes, out of 100",
    "score_0_10": "of elements, out of 10",
}


def timeless(read: Figures) -> Figures:
    """Give the same figures without their periods: each measure of change has its own, one each.

    Parameters
    ----------
    read
        Figures of one table, no measure of which is there for several periods.

    Returns
    -------
    Figures
        The same, to be looked up by measure, group and topic alone.
    """
    rows = {place._replace(period=""): figure for place, figure in read.rows.items()}
    return replace(read, rows=rows, periods=("",))


def wave_of(read: Figures, measure: str) -> str:
    """Name the wave that a measure is of, as the survey names it; empty where there is none."""
    return min((place.period for place in read.rows if place.measure == measure), default="")


def by_group(read: Figures) -> bool:
    """Whether the table has groups of people in its first column, and topics in its second."""
    return read.about.groups[0] != TOPIC


def topics(read: Figures, measure: str) -> tuple[str, ...]:
    """Which indexes, themes or questions have a measure? In the order of the instrument."""
    grouped = by_group(read)
    there = {
        place.split if grouped else place.group for place in read.rows if place.measure == measure
    } - {ALL}
    order = {label: at for at, label in enumerate(read.about.order.get(TOPIC, ()))}
    return tuple(sorted(there, key=lambda label: (order.get(label, len(order)), label)))


def groups(read: Figures, measure: str, *, whole: bool = True) -> tuple[str, ...]:
    """Which groups of people have a measure? In their order, those who did not declare late.

    The whole comes last, unless `whole` is False. A table of topics alone has one, without a name.
    """
    if not by_group(read):
        return ("",)
    there = {place.group for place in read.rows if place.measure == measure}
    named = [group for group in (*read.declared, *read.undeclared) if group in there]
    return (*named, *([ALL] if whole and ALL in there else []))


def declared(read: Figures, measure: str) -> tuple[str, ...]:
    """Which groups of people who declared one have a measure? Never the whole."""
    late = {*read.undeclared, UNDECLARED}
    return tuple(group for group in groups(read, measure, whole=False) if group not in late)


def at(read: Figures, measure: str, group: str, topic: str) -> Figure:
    """Look a figure up by group and topic; the group is empty in a table of topics alone."""
    place = {"group": group, "split": topic} if by_group(read) else {"group": topic}
    return read.get(measure, **place)


def called(group: str) -> str:
    """Name a group as people read it: the whole is all staff."""
    return EVERYBODY if group == ALL else group


# --- words --------------------------------------------------------------------------------------


def out_of(figure: Figure) -> str:
    """Say how long the scale of a score is: " out of 100"; nothing behind a percentage."""
    return _OF.get(figure.unit, "") if figure.value is not None else ""


def places(figure: Figure) -> int:
    """How many decimals has a difference of its unit? Points out of 10 are ten times as large."""
    return 2 if figure.unit == "score_0_10" else 1


def points_words(figure: Figure) -> str:
    """Name the points that a difference of scores is in.

    Examples
    --------
    >>> points_words(Figure(unit="percentage_points")), points_words(Figure(unit="score_0_100"))
    ('percentage points', 'points')
    """
    return "percentage points" if figure.unit == "percentage_points" else "points"


def edges_of(read: Figures, figure: Figure) -> tuple[float, ...]:
    """What is a difference judged by? Nothing, and the smallest one that matters either way."""
    least = delta_of(read, figure)
    return (-least, 0.0, least)


def difference_words(read: Figures, figure: Figure) -> str:
    """Write a difference of scores with its sign, in points of its unit, or its mark."""
    if figure.value is None:
        return figure.value_mark
    return signed(figure.value, _kept(read, figure, figure.value))


def likely_points(read: Figures, figure: Figure) -> str:
    """Write the range of a difference: "likely between +1.4 and +4.8"; empty where it has none."""
    if figure.value is None or figure.lower is None or figure.upper is None:
        return ""
    ends = (signed(end, _kept(read, figure, end)) for end in (figure.lower, figure.upper))
    return "likely between {} and {}".format(*ends)


def _kept(read: Figures, figure: Figure, value: float) -> int:
    """How many decimals keep a difference on its side of what it is judged by?"""
    return max(places(figure), places_of(value, edges_of(read, figure)))


def in_hundredths(figure: Figure) -> Figure:
    """Give a difference in hundredths of its scale, so that all can stand on one axis."""
    times = 100.0 / SCALES.get(figure.unit, 100.0)
    value, lower, upper = (
        None if end is None else times * end for end in (figure.value, figure.lower, figure.upper)
    )
    return replace(figure, value=value, lower=lower, upper=upper)


def what_scores_are(figures: Sequence[Figure]) -> str:
    """Say what the scores of a table are, by the units that occur: a sentence, or nothing."""
    units = {figure.unit for figure in figures}
    said = [words for unit, words in _MEANS.items() if unit in units]
    if len(said) == 1:
        return f"Scores: {said[0].partition(', ')[2]}."
    return f"Scores: {'; '.join(said)}." if said else ""


# --- cells --------------------------------------------------------------------------------------


def score_cell(figure: Figure) -> Cell:
    """Show a score as a number of its scale, per cent without the sign, or its mark."""
    if figure.unit == "proportion":
        return percent_cell(figure)
    return plain_cell(figure, 1)


def score_entry(measure: str, heading: str, *, over: str = "") -> Entry:
    """Show a score in the unit that it has."""
    return Entry(measure, (Column(heading, over),), lambda figure: (score_cell(figure),))


def difference_entry(read: Figures, measure: str, over: str, *, judged: bool = False) -> Entry:
    """Show a difference of scores with both ends of its range, where the table has one.

    One that is judged has as many decimals as keep it on its side of what it is judged by.
    """
    columns = (Column("Points", over), Column("Likely from", over), Column("Likely to", over))
    ranged = any(
        figure.lower is not None for place, figure in read.rows.items() if place.measure == measure
    )
    shown = 3 if ranged else 1

    def cells(figure: Figure) -> tuple[Cell, ...]:
        mark = figure.value_mark or NOT_APPLICABLE
        ends = (figure.value, figure.lower, figure.upper)[:shown]
        return tuple(
            Cell(mark)
            if end is None
            else plain_cell(
                Figure(value=end), _kept(read, figure, end) if judged else places(figure)
            )
            for end in ends
        )

    return Entry(measure, columns[:shown], cells)
