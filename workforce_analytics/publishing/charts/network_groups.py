"""Charts of staff networks by group, and of their support: dots with ranges, given against plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL, long_date
from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, dots, from_zero, spoken
from workforce_analytics.publishing.charts.scales import range_words
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.network_sentences import in_time
from workforce_analytics.publishing.network_tables import amount, unit_words
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_CUT = " An arrow ends a range that goes beyond the chart."


@dataclass(frozen=True)
class Groups:
    """What a chart of reach by group, or of support, draws."""

    drawing: Dots
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def reach(protected: Protected) -> Groups:
    """Which part of each group is a member of a staff network?

    Parameters
    ----------
    protected
        Figures of the kind "network_reach" that have passed disclosure control.

    Returns
    -------
    Groups
        A row per group with its reach in any network, at the latest date; all staff last.
    """
    read = in_time(figures(protected))
    groups = [*read.declared, *read.undeclared]
    rows = [_row(read, name, name) for name in groups]
    if any(place.group == ALL for place in read.rows):
        rows.append(replace(_row(read, ALL, "All staff"), strong=True))
    drawing = from_zero((Panel("", tuple(rows)),), "percent")
    note = (
        f"On {long_date(read.latest)}; somebody in two networks counts once. The line through a "
        "dot is the range in which the reach is likely to lie."
    )
    return Groups(
        drawing=drawing,
        alt=(
            "Dot chart of the percentage of staff who are members of any network. "
            f"{spoken(drawing)} A table follows."
        ),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: percentage of staff, any network",
        notes=(note + (_CUT if drawing.cut else ""),),
    )


def _row(read: Figures, group: str, label: str) -> Row:
    figure = read.get("reach", group, split=ALL)
    under = ""
    if figure.numerator is not None and figure.denominator is not None:
        under = f"{number(figure.numerator)} of {number(figure.denominator)} staff"
    elif figure.denominator is not None:
        under = f"{number(figure.denominator)} staff"
    return Row(label, (figure,), (range_words(figure, "percent"),), under)


def support(protected: Protected) -> Groups:
    """What was each network given, of what was planned for it?

    Parameters
    ----------
    protected
        Figures of the kind "network_support" that have passed disclosure control.

    Returns
    -------
    Groups
        A panel per kind of support, a row per network: what was given, and what was planned.
    """
    read = in_time(figures(protected))
    planned = read.holds("planned")
    measures = ("given", "planned") if planned else ("given",)
    panels = tuple(
        Panel(
            f"{kind}{unit_words(read, kind)}",
            tuple(_amounts(read, name, kind, measures) for name in read.declared),
        )
        for kind in read.parts
    )
    series = ("Given", "Planned") if planned else ()
    drawing = from_zero(panels, "count", series=series, joined=True)
    notes = f"What networks were given in {read.latest}"
    notes += ", and what was planned." if planned else "."
    if not drawing.one_scale:
        notes += " Each panel has its own scale, which starts at 0."
    against = " against plan" if planned else ""
    return Groups(
        drawing=drawing,
        alt=(
            f"Dot charts of support for each network{against}, one panel per kind. "
            f"{spoken(drawing)} A table follows."
        ),
        headline=headline(protected),
        statistical_title=f"{read.about.title}: given{', and planned' if planned else ''}",
        notes=(notes,),
    )


def _amounts(read: Figures, name: str, kind: str, measures: tuple[str, ...]) -> Row:
    found = tuple(_there(read.get(measure, name, split=kind)) for measure in measures)
    texts = tuple(one.value_mark if one.value is None else amount(one.value) for one in found)
    return Row(name, found, texts)


def _there(figure: Figure) -> Figure:
    """A figure that the table does not have at all is not applicable."""
    return figure if figure.status else replace(figure, value_mark="[z]")


def draw(groups: Groups) -> Chart:
    """Draw groups, or networks, as rows of dots.

    Parameters
    ----------
    groups
        What `reach` or `support` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: dots(layout, groups.drawing),
        alt=groups.alt,
        headline=groups.headline,
        statistical_title=groups.statistical_title,
        notes=groups.notes,
    )
