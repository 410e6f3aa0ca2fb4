"""The chart of shares: bars of each group, in all and in each grade band, directorate, ..."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.bars import Panel, any_cut, bars, one_scale
from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.figures import Figure, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import lower_first, noun, percent, who_declared

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected


@dataclass(frozen=True)
class Shares:
    """What a chart of shares draws."""

    panels: tuple[Panel, ...]
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Shares:
    """Which bars does the chart of shares have?

    Parameters
    ----------
    protected
        Figures of the kind "shares" that have passed disclosure control.

    Returns
    -------
    Shares
        One panel with a bar per group; where the table is split, one panel per group with a bar
        per part of the split, everybody last.
    """
    table = figures(protected)
    everybody = f"All {noun(table.about.counted)}"
    if table.by:
        panels = tuple(
            Panel(
                title=group,
                rows=tuple(
                    (
                        everybody if split == ALL else split,
                        table.get("share_of_known", group, split=split),
                    )
                    for split in table.splits
                ),
                whole=everybody if ALL in table.splits else "",
            )
            for group in table.declared
        )
    else:
        rows = tuple((group, table.get("share_of_known", group)) for group in table.declared)
        panels = (Panel(title="", rows=rows),)
    who = who_declared(table.about.counted, table.of)
    notes = [f"Bars show the percentage of {who}."]
    if any(figure.has_interval for panel in panels for _, figure in panel.rows):
        notes.append("The thin line on a bar is the range in which the share is likely to lie.")
    if any_cut(panels):
        notes.append("An arrow ends a range that goes beyond the panel.")
    if table.by:
        notes.append(f"The dashed line is the share of all {noun(table.about.counted)}.")
    if not one_scale(panels):
        notes.append("Each panel has its own scale, which starts at 0%.")
    return Shares(
        panels=panels,
        alt=_alt(panels, who, table.by),
        headline=headline(protected),
        statistical_title=f"{table.about.title}, percentage of {who}",
        notes=(" ".join(notes),),
    )


def draw(shares: Shares) -> Chart:
    """Draw bars of shares.

    Parameters
    ----------
    shares
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: bars(layout, shares.panels),
        alt=shares.alt,
        headline=shares.headline,
        statistical_title=shares.statistical_title,
        notes=shares.notes,
    )


def said(figure: Figure) -> str:
    """Say a figure in a description; a hidden one is said to be hidden."""
    return percent(figure.value) if figure.value is not None else f"{figure.value_mark} not shown"


def _alt(panels: tuple[Panel, ...], who: str, by: str) -> str:
    if not by:
        rows = "; ".join(f"{label}: {said(figure)}" for label, figure in panels[0].rows)
        return f"Bar chart of the percentage of {who} in each group. {rows}. A table follows."
    parts = []
    for panel in panels:
        rows = "; ".join(f"{label} {said(figure)}" for label, figure in panel.rows)
        parts.append(f"{panel.title}: {rows}.")
    return (
        f"Bar charts of the percentage of {who}, one panel per group, one bar per "
        f"{lower_first(by)}. {' '.join(parts)} A table follows."
    )
