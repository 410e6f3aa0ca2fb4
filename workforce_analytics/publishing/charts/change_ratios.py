"""The chart of what training of chairs, or a programme, went with: ratios against 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, spoken
from workforce_analytics.publishing.charts.scales import range_words, ratios
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.programme_sentences import (
    NOT_BY_LOT,
    programme_groups,
    programme_reference,
)
from workforce_analytics.publishing.sentences import headline

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_RANGE = "The line through a dot is the range in which the ratio is likely to lie."
_CUT = "An arrow ends a range that goes beyond the chart."


def chairs(protected: Protected) -> DotChart:
    """By what ratio did the outcome change where chairs of networks were trained?

    Parameters
    ----------
    protected
        Figures of the kind "chairs_training" that have passed disclosure control.

    Returns
    -------
    DotChart
        One row: the outcome with its range, and the band of what is too small to matter.
    """
    read = figures(protected)
    label = read.declared[0]
    panel = Panel("", (_row(label, read.get("effect", label)),))
    least = read.get("smallest_that_matters", label).value
    drawing = Dots(
        (panel,),
        ratios([read.get("effect", label)]),
        line="1: the same with training as without",
        zone=(1 / least, least) if least else None,
        band="Too small to matter" if least else "",
    )
    return _made(protected, read, drawing, "Right of 1: more than there would have been without.")


def programme(protected: Protected) -> DotChart:
    """How did promotion compare after a programme, in each group and between groups?

    Parameters
    ----------
    protected
        Figures of the kind "programme_effect" that have passed disclosure control.

    Returns
    -------
    DotChart
        A panel of each group's odds ratio, and one of the gap to the reference among others and
        among those who had taken part.
    """
    read = figures(protected)
    own = Panel(
        "Those who had taken part, against others of their group",
        tuple(_row(group, read.get("effect", group)) for group in read.declared),
    )
    gaps = tuple(
        Panel(
            f"“{group}” against {programme_reference(read)}",
            (
                _row("Among others", read.get("gap_others", group)),
                _row("Among those who had taken part", read.get("gap_took_part", group)),
            ),
        )
        for group in programme_groups(read)
    )
    panels = (own, *gaps)
    shown = [figure for panel in panels for row in panel.rows for figure in row.figures]
    drawing = Dots(panels, ratios(shown), line="1: the same odds")
    return _made(protected, read, drawing, f"Right of 1: more promoted. {NOT_BY_LOT}")


def _row(label: str, figure: Figure) -> Row:
    return Row(label, (figure,), (range_words(figure, "ratio"),))


def _made(protected: Protected, read: Figures, drawing: Dots, side: str) -> DotChart:
    said = [side, _RANGE, *([_CUT] if drawing.cut else []), read.about.plan]
    return DotChart(
        drawing=drawing,
        alt=f"Dot chart of ratios, with a line at 1. {spoken(drawing)} A table follows.",
        headline=headline(protected),
        statistical_title=read.about.title,
        notes=(" ".join(said).strip(),),
    )
