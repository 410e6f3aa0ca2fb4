"""The funnel plot of services: do some lie further from what was expected than chance takes them?

Services stand by their size and are not ranked; those outside the limits are labelled as the table
labels them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.canvas import Chart, chart
from workforce_analytics.publishing.charts.scales import words
from workforce_analytics.publishing.charts.service_plot import LEVELS, Panels, Service, paint
from workforce_analytics.publishing.figures import Figures, figures
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import lower_first, ratio

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected


@dataclass(frozen=True)
class Funnel:
    """What a funnel plot draws: for each group its services."""

    panels: Panels
    between: str
    axis: str
    """What the scale of sizes is."""
    alt: str
    headline: str
    statistical_title: str
    notes: tuple[str, ...]


def data(protected: Protected) -> Funnel:
    """Where do services lie, and between which limits would chance leave them?

    Parameters
    ----------
    protected
        Figures of the kind "variation" that have passed disclosure control.

    Returns
    -------
    Funnel
        A panel per compared group, a point per service, without names of services unless the table
        has them.
    """
    table = figures(protected)
    held = {place.group for place in table.rows if place.measure == "observed_to_expected"}
    groups = [group for group in table.declared if group in held]
    several = len(groups) > 1
    panels = tuple((group if several else "", _services(table, group)) for group in groups)
    unit = lower_first(table.by) or "service"
    weighted = any(
        abs(one.size - (one.expected.value or 0.0)) > 0.005 * one.size
        for _, services in panels
        for one in services
    )
    return Funnel(
        panels=panels,
        between=unit,
        axis=f"Expected in the {unit}, weighted" if weighted else f"Expected in the {unit}",
        alt=_alt(panels, unit),
        headline=headline(protected),
        statistical_title=f"{table.about.title}: observed divided by expected{_against(table)}",
        notes=(_notes(panels, unit, weighted=weighted),),
    )


def draw(funnel: Funnel) -> Chart:
    """Draw a funnel plot: a dot per service, lines at the limits.

    Parameters
    ----------
    funnel
        What `data` made.

    Returns
    -------
    Chart
        The chart with its words.
    """
    return chart(
        lambda layout: paint(layout, funnel.panels, funnel.between, funnel.axis),
        alt=funnel.alt,
        headline=funnel.headline,
        statistical_title=funnel.statistical_title,
        notes=funnel.notes,
    )


def _against(table: Figures) -> str:
    """Name the group that the compared one is held against."""
    names = {one.reference for one in table.rows.values() if one.reference}
    if len(names) == 1:
        return f", compared with “{names.pop()}”"
    return f", compared with {lower_first(table.about.reference)}" if table.about.reference else ""


def _services(table: Figures, group: str) -> tuple[Service, ...]:
    def limit(name: str, split: str) -> float | None:
        return table.get(f"limit_{name}", group, split=split).value

    centre = _centre(table, group)
    return _weighed(
        Service(
            label=split,
            centre=centre,
            expected=table.get("expected", group, split=split),
            ratio=table.get("observed_to_expected", group, split=split),
            limits=tuple(
                (limit(f"{level}_lower", split), limit(f"{level}_upper", split))
                for level, _, _ in LEVELS
            ),
            outside=bool(table.get("outside_998", group, split=split).value),
        )
        for split in table.splits
        if split != ALL
    )


def _centre(table: Figures, group: str) -> float:
    """Find the ratio around which the limits lie: midway between any two that are not cut at 0."""
    for split in table.splits:
        low, high = (
            table.get(f"limit_95_{end}", group, split=split).value for end in ("lower", "upper")
        )
        if low and high is not None:
            return (low + high) / 2
    return 1.0


def _weighed(services: Iterable[Service]) -> tuple[Service, ...]:
    """Give each service its size: what it tells, in the unit of what is expected.

    Chance moves a service where most candidates passed less than another of which as many were
    expected. Its limits say by how much; they narrow with the root of the size.
    """
    found = tuple(services)
    told = [_told(one) for one in found]
    expected = sum(one.expected.value or 0.0 for one in found if one.drawn)
    whole = sum(each for one, each in zip(found, told, strict=True) if one.drawn)
    if not whole:
        return tuple(replace(one, size=one.expected.value or 0.0) for one in found)
    return tuple(
        replace(one, size=each * expected / whole) for one, each in zip(found, told, strict=True)
    )


def _told(one: Service) -> float:
    upper = one.limits[0][1]
    return (upper - one.centre) ** -2 if upper is not None and upper > one.centre else 0.0


def _hidden(panels: Panels) -> int:
    return sum(one.ratio.hidden or one.expected.hidden for _, group in panels for one in group)


def _notes(panels: Panels, unit: str, *, weighted: bool) -> str:
    notes = [
        f"Each dot is one {unit}, further to the right the more were expected. At 1 as many passed "
        "as if both groups had been passed alike; the dotted line is where all together lie. Were "
        "there only the usual variation around that, about 95 in 100 would lie between the dashed "
        "lines and 998 in 1,000 between the solid ones. A place outside is a reason to look, not a "
        "finding."
    ]
    if weighted:
        notes.append(
            "Weighted: chance moves some less than others of which as many were expected; they "
            "stand further to the right."
        )
    if _hidden(panels):
        notes.append(f"[c]: {_hidden(panels)} hidden so that nobody can be identified.")
    return " ".join(notes)


def _alt(panels: Panels, unit: str) -> str:
    parts = []
    for group, services in panels:
        rows = "; ".join(_said(one) for one in services)
        parts.append(f"{group}: {rows}." if group else f"{rows}.")
    return (
        f"Funnel plot of observed divided by expected for each {unit}, with a line at 1 and limits "
        f"of 95% and 99.8% that narrow as more are expected. {' '.join(parts)} A table follows."
    )


def _said(one: Service) -> str:
    if one.ratio.value is None:
        mark = one.ratio.value_mark
        return f"{one.label} {'not applicable' if mark == '[z]' else f'{mark} not shown'}"
    where = " outside the 99.8% limits" if one.outside else ""
    said = f"{one.label} {ratio(one.ratio.value, (1.0,))}{where}"
    return f"{said}, of {words(one.expected, 'count')} expected"
