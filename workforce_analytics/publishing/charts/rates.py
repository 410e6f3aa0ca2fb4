"""The chart of rates that are seen in several ways: bounds, shrunk rates, one dot per route."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import (
    Dots,
    Panel,
    Row,
    from_zero,
    spoken,
)
from workforce_analytics.publishing.charts.keys import MARKERS
from workforce_analytics.publishing.charts.scales import range_words, words
from workforce_analytics.publishing.figures import NOT_GIVEN, Figure, Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import listed, number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_CUT = " An arrow ends a range that goes beyond the chart."


def data(protected: Protected) -> DotChart:
    """Which rates does the chart have?

    Parameters
    ----------
    protected
        Figures of the kind "undeclared", "intersections", "routes" or "training_rates" that have
        passed disclosure control.

    Returns
    -------
    DotChart
        A row per group with its rate and what it is held against; for routes a panel per group, a
        row per stage and a dot per route.
    """
    table = figures(protected)
    made = {
        "undeclared": _undeclared,
        "intersections": _intersections,
        "routes": _routes,
        "training_rates": _training,
    }
    drawing, what, notes = made[protected.about.kind](table)
    return DotChart(
        drawing=drawing,
        alt=f"Dot chart of {what}. {spoken(drawing)} A table follows.",
        headline=headline(protected),
        statistical_title=table.about.title,
        notes=(notes + (_CUT if drawing.cut else ""),),
    )


def _undeclared(table: Figures) -> tuple[Dots, str, str]:
    """Every group's rate with its bounds, and with the undeclared shared out."""
    rows = []
    for group in table.declared:
        rate, shared = table.get("rate", group), table.get("rate_shared_out", group)
        low, high = (table.get(f"rate_{end}_bound", group).value for end in ("lower", "upper"))
        bounds = replace(rate, lower=low, upper=high)
        rows.append(_row(group, (bounds, shared), rate))
    lost = table.get("rate", NOT_GIVEN)
    if lost.value is not None or lost.hidden:
        # Those who did not declare have a rate, but nobody to share out.
        rate = replace(lost, lower=None, upper=None)
        rows.append(_row(NOT_GIVEN, (rate, Figure(value_mark="[z]")), lost))
    drawing = from_zero((Panel("", tuple(rows)),), "percent", series=("Left out", "Shared out"))
    notes = (
        "Left out: the rate of those who declared. Shared out: with those who did not declare "
        "spread over the groups in proportion. The line runs from the rate if everybody who did "
        "not declare were of that group and none had passed, to the rate if all had passed."
    )
    return drawing, "rates under different treatments of those who did not declare", notes


def _intersections(table: Figures) -> tuple[Dots, str, str]:
    """The rate of each crossing as it was counted, and drawn towards that of all."""
    rows = []
    for group in table.declared:
        plain, shrunk = table.get("rate", group), table.get("shrunk", group)
        alone = replace(plain, lower=None, upper=None)
        rows.append(_row(group, (shrunk, alone), plain))
    drawing = from_zero(
        (Panel("", tuple(rows)),), "percent", series=("Allowing for chance", "As counted")
    )
    notes = (
        "Allowing for chance: the rate drawn towards that of everybody, the more so the fewer "
        "people a group has, because among many small groups some lie far out by chance alone. "
        "The line through a dot is the range in which that rate is likely to lie."
    )
    return drawing, "rates where two characteristics meet", notes


def _training(table: Figures) -> tuple[Dots, str, str]:
    """Every group's rate before training and after it."""
    rows = []
    for group in table.declared:
        found = tuple(table.get("rate", group, split=part) for part in table.parts[:2])
        rows.append(Row(group, found, tuple(words(figure, "percent") for figure in found)))
    drawing = from_zero((Panel("", tuple(rows)),), "percent", series=table.parts[:2])
    notes = (
        "The line through a dot is the range in which the rate is likely to lie. Before and after "
        "are different years and vacancies: a difference is not by itself what training did."
    )
    return drawing, "rates before and after training", notes


def _row(group: str, found: tuple[Figure, ...], of: Figure) -> Row:
    under = f"{number(of.denominator)} in all" if of.denominator is not None else ""
    return Row(group, found, tuple(words(figure, "percent") for figure in found), under)


def _routes(table: Figures) -> tuple[Dots, str, str]:
    """The share of each group at each stage, a dot per route; of four routes at most."""
    routes, left_out = table.splits[: len(MARKERS)], table.splits[len(MARKERS) :]
    stages = _stages(table)
    # Of many routes a phone has room for the first and the last stage.
    drawn = stages if len(routes) < 3 else [*stages[:1], *stages[1:][-1:]]
    panels = tuple(
        Panel(group, tuple(_stage(table, group, routes, stage) for stage in drawn))
        for group in table.declared
    )
    names = tuple(_named(table, route) for route in routes)
    drawing = from_zero(panels, "percent", series=names if len(names) > 1 else ())
    notes = (
        "Each dot is the share of the group among all who declared and reached the stage by that "
        "route. Who applies by which route, and for which posts, differs: a difference is not the "
        "effect of the route."
    )
    if any(figure.has_interval for row in drawing.rows for figure in row.figures):
        notes += " The line through a dot is the range in which the share is likely to lie."
    if not drawing.one_scale:
        notes += " Each panel has its own scale, which starts at 0%."
    more = [*(f"“{route}”" for route in left_out), *(["other stages"] if drawn != stages else [])]
    if more:
        notes += f" The table also has {listed(more)}."
    return drawing, "the share of each group at each stage, by route", notes


def _named(table: Figures, route: str) -> str:
    """Name a route; a yes or no needs its question."""
    return f"{table.by}: {route.lower()}" if route.lower() in ("yes", "no") else route


def _stages(table: Figures) -> list[str]:
    there = {place.stage for place in table.rows if place.measure == "share_at_stage"}
    return [stage for stage in table.stages if stage in there]


def _stage(table: Figures, group: str, routes: tuple[str, ...], stage: str) -> Row:
    found = tuple(table.get("share_at_stage", group, split=r, stage=stage) for r in routes)
    alone = len(found) == 1
    texts = tuple(range_words(x, "percent") if alone else words(x, "percent") for x in found)
    return Row(stage, found, texts)
