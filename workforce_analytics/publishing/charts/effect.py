"""The chart of what training changed: a dot per group and outcome, and the band of what matters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, spoken
from workforce_analytics.publishing.charts.scales import points
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.training_verdicts import (
    COMPARED_WITH,
    SECOND_LOOK,
    UNTOLD,
    delta,
    edges_of,
    groups,
    least_words,
    outcomes,
    range_of,
    reference,
    verdict,
    with_sign,
)

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_SECOND = "A second look: see below"
_SECOND_NOTE = (
    "The last panel is a second look: training itself changes who is among those shortlisted."
)


def data(protected: Protected) -> DotChart:
    """What changed for which group and outcome, and does it matter?

    Parameters
    ----------
    protected
        Figures of the kind "training_effect" that have passed disclosure control.

    Returns
    -------
    DotChart
        A panel per outcome with a row per group: the change in percentage points with its range,
        and the verdict in words.
    """
    read = figures(protected)
    least = delta(read)
    panels = tuple(_panel(read, outcome) for outcome in outcomes(read))
    shown = [figure for panel in panels for row in panel.rows for figure in row.figures]
    drawing = Dots(
        panels=panels,
        scale=points(shown, delta=least),
        line="0: the same with training as without",
        zone=(-least, least),
        band=f"Too small to matter: {least_words(read)} percentage points or less, either way",
    )
    return DotChart(
        drawing=drawing,
        alt=(
            "Dot chart of the change with training in percentage points, compared with "
            f"{reference(read)}, with a line at 0 and a band from {with_sign(-least)} to "
            f"{with_sign(least)}. {spoken(drawing)} A table follows."
        ),
        headline=headline(protected),
        statistical_title=(
            f"{read.about.title}: change in percentage points, compared with {reference(read)}"
        ),
        notes=(_notes(read, drawing),),
    )


def _panel(read: Figures, outcome: str) -> Panel:
    rows = tuple(_row(read, group, outcome) for group in groups(read, "verdict"))
    return Panel(outcome, rows, under=_SECOND if SECOND_LOOK in outcome else "")


def _row(read: Figures, group: str, outcome: str) -> Row:
    figure, edges = read.get("effect_points", group, split=outcome), edges_of(read)
    told = verdict(read, group, outcome).word
    odds = read.get("effect", group, split=outcome)
    if not figure.status or (odds.hidden and not figure.hidden):
        # What is hidden in one unit is not to be read off in another.
        figure = Figure(value_mark=odds.value_mark)
    if figure.value is None:
        return Row(group, (figure,), (told or figure.value_mark,))
    ends = range_of(figure, edges)
    said = f"{with_sign(figure.value, edges)} points"
    return Row(group, (figure,), (told or UNTOLD,), f"{said}, likely {ends}" if ends else said)


def _notes(read: Figures, drawing: Dots) -> str:
    said = [
        f"Right of 0: with training the group's rate is higher, against that of {reference(read)}, "
        "than it would have been without; left of 0: lower.",
        "The line through a dot is the range in which the change is likely to lie.",
    ]
    if drawing.cut:
        said.append("An arrow ends a range that goes beyond the chart.")
    if any(panel.under for panel in drawing.panels):
        said.append(_SECOND_NOTE)
    said.append(COMPARED_WITH)
    return " ".join([*said, read.about.plan]).strip()


def shortened(effect: DotChart, outcomes_shown: int) -> DotChart:
    """Keep the first outcomes of a chart, for a page that has little room.

    Parameters
    ----------
    effect
        What `data` made.
    outcomes_shown
        How many outcomes are kept.

    Returns
    -------
    DotChart
        The same chart with fewer panels, and words to fit.
    """
    drawing = replace(effect.drawing, panels=effect.drawing.panels[:outcomes_shown])
    told = spoken(effect.drawing)
    return replace(effect, drawing=drawing, alt=effect.alt.replace(told, spoken(drawing)))
