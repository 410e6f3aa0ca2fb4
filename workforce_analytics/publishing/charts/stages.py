"""The stage ladder: for each group, what part of those who applied got to each stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.bars import Panel, any_cut, bars, one_scale
from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.shares import said
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.funnel_sentences import withdrawn_left_out
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import lower_first, noun, number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_RATE = "rate_from_applied"


@dataclass(frozen=True)
class Ladder:
    """What a stage ladder draws."""

    panels: tuple[Panel, ...]
    key: str
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Ladder:
    """Which rates does the stage ladder have, and what are they held against?

    Parameters
    ----------
    protected
        Figures of the kind "funnel" that have passed disclosure control.

    Returns
    -------
    Ladder
        One panel per declared group with a bar per stage; where the table is split, a bar per part
        of the split, everybody last, at the last stage that can be shown for most of them. Each bar
        is held against the rate of the reference, or of all who applied where there is none.
    """
    table = figures(protected)
    stages = [stage for stage in table.stages if _has_rates(table, stage)]
    other = table.reference if table.reference in table.declared else ALL
    if table.parts and stages:
        stage = _shown(table, stages)
        rungs = [(split, stage) for split in table.splits]
        everybody = f"All {noun(table.about.counted)}"
        labels = [everybody if split == ALL else split for split in table.splits]
    else:
        rungs = [(table.total, stage) for stage in stages]
        labels, everybody = stages, ""
    panels = tuple(_panel(table, group, other, labels, rungs) for group in table.declared)
    # Everybody has no panel, and is said once.
    whole = _panel(table, ALL, ALL, labels, rungs) if other == ALL else None
    reached = f" who were {lower_first(rungs[0][1])}" if everybody else ""
    against = "all who applied" if other == ALL else f"“{other}”"
    who = "applied and had not withdrawn before" if withdrawn_left_out(table) else "applied"
    what = f"the percentage of those who {who}{reached or ' who got to each stage'}"
    return Ladder(
        panels=panels,
        key=f"The rate of {against}",
        alt=_alt(panels, what, against, whole),
        headline=headline(protected),
        statistical_title=f"{table.about.title}: {what}, compared with {against}",
        notes=(_notes(panels, what, against),),
    )


def draw(ladder: Ladder) -> Chart:
    """Draw a stage ladder: bars that shorten from stage to stage, and a diamond on each.

    Parameters
    ----------
    ladder
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: bars(layout, ladder.panels, key=ladder.key),
        alt=ladder.alt,
        headline=ladder.headline,
        statistical_title=ladder.statistical_title,
        notes=ladder.notes,
    )


def _has_rates(table: Figures, stage: str) -> bool:
    return any(place.measure == _RATE and place.stage == stage for place in table.rows)


def _shown(table: Figures, stages: list[str]) -> str:
    """Pick the last stage at which most rates of the parts can be shown; else the first."""
    for stage in reversed(stages):
        rates = [
            table.get(_RATE, group, split=part, stage=stage)
            for group in table.declared
            for part in table.parts
        ]
        if 2 * sum(rate.hidden for rate in rates) <= len(rates):
            return stage
    return stages[0]


def _panel(
    table: Figures, group: str, other: str, labels: list[str], rungs: list[tuple[str, str]]
) -> Panel:
    rates = [table.get(_RATE, group, split=split, stage=stage) for split, stage in rungs]
    beside = [table.get(_RATE, other, split=split, stage=stage) for split, stage in rungs]
    applied = table.get("applications", group, stage=table.stages[0])
    shown = number(applied.value) if applied.value is not None else applied.value_mark
    return Panel(
        title=group,
        rows=tuple(zip(labels, rates, strict=True)),
        under=f"{shown} applied",
        # The reference is not held against itself.
        beside=() if group == other else tuple(_bare(figure) for figure in beside),
    )


def _bare(figure: Figure) -> Figure:
    """Give a figure without its range, which belongs to its own panel."""
    return Figure(value=figure.value, value_mark=figure.value_mark)


def _notes(panels: tuple[Panel, ...], what: str, against: str) -> str:
    notes = [f"Bars show {what}.", f"The diamond on a bar is the same rate of {against}."]
    if any(figure.has_interval for panel in panels for _, figure in panel.rows):
        notes.append("The thin line on a bar is the range in which the rate is likely to lie.")
    if any_cut(panels):
        notes.append("An arrow ends a range that goes beyond the panel.")
    notes.append(
        "All panels have one scale, which starts at 0%."
        if one_scale(panels)
        else "Each panel has its own scale, which starts at 0%."
    )
    return " ".join(notes)


def _alt(panels: tuple[Panel, ...], what: str, against: str, everybody: Panel | None) -> str:
    parts = []
    for panel in (*panels, *([everybody] if everybody else [])):
        rows = "; ".join(f"{label} {said(figure)}" for label, figure in panel.rows)
        parts.append(f"{panel.title}, {panel.under}: {rows}.")
    return (
        f"Bar charts of {what}, one panel per group, each bar compared with {against}. "
        f"{' '.join(parts)} A table follows."
    )
