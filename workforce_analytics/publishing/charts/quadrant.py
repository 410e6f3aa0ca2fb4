"""The chart of what engagement goes with: themes by their score and by how strong the link is.

By a characteristic it is a chart of dots: one plane per group could not be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, dots, spoken
from workforce_analytics.publishing.charts.quadrant_plot import Point, Quadrants, paint
from workforce_analytics.publishing.charts.scales import from_zero, range_words
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.survey_action_reading import (
    NOT_CAUSE,
    at,
    by_group,
    called,
    groups,
    topics,
)
from workforce_analytics.publishing.survey_drivers_sentences import (
    FIRST,
    SHARE,
    corner,
    equal_share,
    middle_score,
    outcome_of,
)
from workforce_analytics.publishing.survey_verdicts import inherited, score_range, score_words
from workforce_analytics.publishing.wording import lower_first, percent, upper_first

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_LEAST_POINTS = 2
MOST_ROWS = 36
"""So many rows of groups are drawn; of more, the whole and the first groups."""
_CUT = " An arrow ends a range that goes beyond the chart."
_SCORES = {
    "proportion": "Score of the theme, per cent positive",
    "score_0_10": "Score of the theme, 0 to 10",
}


@dataclass(frozen=True)
class Drivers:
    """What a chart of what engagement goes with draws: a plane, or dots where there is none."""

    plane: Quadrants | None
    drawing: Dots
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Drivers:
    """Which themes does engagement go with, and what is their score?

    Parameters
    ----------
    protected
        Figures of the kind "survey_drivers" that have passed disclosure control.

    Returns
    -------
    Drivers
        A point per theme, at its score and its share of what is explained, with both ranges. Dots
        of the shares alone where the table is by a characteristic, or scores have two units, or
        fewer than two themes may be shown.
    """
    read = figures(protected)
    outcome = lower_first(outcome_of(read))
    plane = None if by_group(read) else _plane(read)
    shown = _shown(read)
    panels = tuple(_panel(read, group) for group in shown)
    drawn = [figure for panel in panels for row in panel.rows for figure in row.figures]
    drawing = Dots(panels, from_zero(drawn, "percent"))
    more = len(groups(read, SHARE)) - len(shown)
    notes = _of_plane(plane, outcome) if plane else _of_dots(drawing, more)
    return Drivers(
        plane=plane,
        drawing=drawing,
        alt=_alt(read, plane, drawing, outcome),
        headline=headline(protected),
        statistical_title=(
            f"{read.about.title}: share of what themes explain of {outcome}"
            f"{', and score' if plane else ''}"
        ),
        notes=(f"{notes} {NOT_CAUSE}",),
    )


def draw(found: Drivers) -> Chart:
    """Draw themes in the plane of score and link, or their shares as dots.

    Parameters
    ----------
    found
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    plane = found.plane
    return chart(
        lambda layout: paint(layout, plane) if plane else dots(layout, found.drawing),
        alt=found.alt,
        headline=found.headline,
        statistical_title=found.statistical_title,
        notes=found.notes,
    )


# --- the plane ----------------------------------------------------------------------------------


def _plane(read: Figures) -> Quadrants | None:
    middle = middle_score(read)
    every = [
        Point(topic, at(read, "score", "", topic), at(read, SHARE, "", topic))
        for topic in topics(read, SHARE)
    ]
    points = tuple(one for one in every if one.drawn)
    if middle is None or len(points) < _LEAST_POINTS:
        return None
    unit = points[0].score.unit
    outcome = lower_first(outcome_of(read))
    return Quadrants(
        points=points,
        middle=middle,
        equal=equal_share(read),
        across=_SCORES.get(unit, "Score of the theme, 0 to 100"),
        up=f"Share of what themes explain of {outcome}",
        hidden=tuple(one for one in every if not one.drawn),
    )


def _middle(plane: Quadrants) -> str:
    return score_words(Figure(value=plane.middle, unit=plane.points[0].score.unit))


def _of_plane(plane: Quadrants, outcome: str) -> str:
    return (
        f"“{FIRST}”: a score below the mean of the themes ({_middle(plane)}), and a link with "
        f"{outcome} stronger than if it went with all themes alike ({percent(plane.equal)}). "
        "The pale lines through a dot are the ranges in which score and share are likely to lie; "
        "where they cross a dashed line, this data cannot tell the corner."
    )


# --- dots ---------------------------------------------------------------------------------------


def _shown(read: Figures) -> tuple[str, ...]:
    """Which groups have room? The whole is one of them."""
    every = groups(read, SHARE)
    room = max(MOST_ROWS // max(len(topics(read, SHARE)), 1), 2)
    if len(every) <= room:
        return every
    return (*every[: room - 1], *every[-1:])


def _panel(read: Figures, group: str) -> Panel:
    shares = {topic: _own(at(read, SHARE, group, topic)) for topic in topics(read, SHARE)}
    marks = {share.value_mark for share in shares.values()}
    if len(marks) == 1 and all(share.value is None for share in shares.values()):
        # A mark in every row would say no more than one does.
        shares = {"All themes": next(iter(shares.values()))}
    rows = tuple(
        Row(topic, (share,), (range_words(share, "percent"),)) for topic, share in shares.items()
    )
    return Panel(called(group), rows, under=_too_few(read, group))


def _own(figure: Figure) -> Figure:
    """Draw no figure of a larger group in a smaller one's place."""
    return Figure(value_mark="[u]", note=figure.note) if inherited(figure) else figure


def _too_few(read: Figures, group: str) -> str:
    """Say why a group has no figures of its own, where the table says so."""
    shares = [_own(at(read, SHARE, group, topic)) for topic in topics(read, SHARE)]
    notes = {one.note for one in shares if one.value is None and not one.hidden and one.note}
    return upper_first(min(notes).partition(":")[0]) if len(notes) == 1 else ""


def _of_dots(drawing: Dots, more: int) -> str:
    groups_are = "group is" if more == 1 else "groups are"
    left = f" {more} more {groups_are} in the table." if more else ""
    return (
        "The line through a dot is the range in which the share is likely to lie."
        f"{_CUT if drawing.cut else ''}{left}"
    )


# --- words for those who do not see it ----------------------------------------------------------


def _alt(read: Figures, plane: Quadrants | None, drawing: Dots, outcome: str) -> str:
    if plane is None:
        what = f"Dot chart of the share of each theme in what themes explain of {outcome}"
        return f"{what}. {spoken(drawing)} A table follows."
    parts = []
    for point in (*plane.points, *plane.hidden):
        if not point.drawn:
            mark = point.share.value_mark or point.score.value_mark
            parts.append(f"{point.label}: {mark} not shown")
            continue
        found = corner(read, point.label)
        reach = "" if found.clear else ", but its ranges reach further"
        parts.append(
            f"{point.label}: score {score_range(point.score)}, share "
            f"{range_words(point.share, 'percent')}, in the corner “{found.name}”{reach}"
        )
    return (
        f"Chart of themes by score, across, and by share of what they explain of {outcome}, "
        f"upwards, with lines at the mean score ({_middle(plane)}) and at an equal share "
        f"({percent(plane.equal)}). {'; '.join(parts)}. A table follows."
    )
