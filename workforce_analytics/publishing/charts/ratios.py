"""The chart of ratios: a dot with its range per group, against the line of no difference at 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.charts.dot_chart import DotChart
from workforce_analytics.publishing.charts.dots import Dots, Panel, Row, spoken
from workforce_analytics.publishing.charts.scales import ZONE, range_words, ratios, words
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.likelihoods import reference_words
from workforce_analytics.publishing.sentences import headline
from workforce_analytics.publishing.wording import (
    SCREENING,
    lower_first,
    noun,
    number,
    percent,
)

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_RANGE = "The line through a dot is the range in which the ratio is likely to lie."
_CUT = "An arrow ends a range that goes beyond the chart."
_AGAINST = re.compile(r"against (\d+\.\d+) to (\d+\.\d+)")
_WORDS = ("lower", "higher")
_COMPARED = {
    "adjusted": (
        ("odds_ratio", "Before"),
        ("odds_ratio_adjusted", "Adjusted"),
        ("odds_ratio_within_vacancy", "Within vacancies"),
    ),
    "stratified": (
        ("relative_likelihood", "All together"),
        ("relative_likelihood_stratified", "Like with like"),
    ),
}


@dataclass(frozen=True)
class Sides:
    """What is divided by what: for each row its group, what stands above the line, what below."""

    rows: frozenset[tuple[str, str, str]]

    @property
    def below(self) -> str:
        """The comparator, where all rows have the same one."""
        names = {below for _, _, below in self.rows}
        return names.pop() if len(names) == 1 else ""

    @property
    def turned(self) -> str:
        """What stands above the line, where that is the comparator and not the row's own group."""
        names = {above for _, above, _ in self.rows}
        own = any(group == above for group, above, _ in self.rows)
        return names.pop() if len(names) == 1 and not own else ""


def sides(table: Figures, measure: str) -> Sides:
    """Read off the rows of a measure what is divided by what."""
    return Sides(
        frozenset(
            (place.group, figure.compared, figure.reference)
            for place, figure in table.rows.items()
            if place.measure == measure and figure.compared and figure.reference
        )
    )


def data(protected: Protected) -> DotChart:
    """Which ratios does the chart have, and what are they compared with?

    Parameters
    ----------
    protected
        Figures of the kind "likelihood", "participation" or "adjusted", or "stratified" without a
        row per stratum, that have passed disclosure control.

    Returns
    -------
    DotChart
        A row per group with its ratio; where the table is split, a panel per group with a row per
        part of the split, everybody last, or a panel per event.
    """
    table, kind = figures(protected), protected.about.kind
    measures = [
        (measure, name)
        for measure, name in _COMPARED.get(kind, (("relative_likelihood", ""),))
        if any(at.measure == measure and x.value is not None for at, x in table.rows.items())
    ] or [_COMPARED.get(kind, (("relative_likelihood", ""),))[0]]
    against = sides(table, measures[0][0])
    panels = _panels(table, [measure for measure, _ in measures], against)
    shown = [figure for panel in panels for row in panel.rows for figure in row.figures]
    drawing = Dots(
        panels=panels,
        scale=ratios(shown),
        series=tuple(name for _, name in measures) if len(measures) > 1 else (),
        line=_line(table, against, odds=kind == "adjusted"),
        zone=None if kind == "adjusted" else _zone(table),
    )
    reference = against.below or against.turned or table.about.reference
    compared = f", compared with {reference_words(table, reference)}" if reference else ""
    return DotChart(
        drawing=drawing,
        alt=_alt(table, drawing, against, odds=kind == "adjusted"),
        headline=headline(protected),
        statistical_title=f"{table.about.title}{compared}",
        notes=(_notes(table, drawing, against),),
    )


def _zone(table: Figures) -> tuple[float, float]:
    """Read the screening range off the rows that were held against it; else it is the usual one."""
    for place, figure in table.rows.items():
        found = _AGAINST.search(figure.method) if place.measure == "screening" else None
        if found:
            return float(found[1]), float(found[2])
    return ZONE


def _panels(table: Figures, measures: list[str], against: Sides) -> tuple[Panel, ...]:
    groups = [group for group in table.declared if _stands(table, measures, group)]
    if not table.by:
        return (Panel("", tuple(_row(table, measures, group, "", group) for group in groups)),)
    if table.about.groups[1] == "event":
        return tuple(
            Panel(event, tuple(_row(table, measures, group, event, group) for group in groups))
            for event in table.splits
        )
    everybody = f"All {noun(table.about.counted)}"
    return tuple(
        Panel(
            group,
            tuple(
                _row(table, measures, group, split, everybody if split == ALL else split)
                for split in table.splits
            ),
        )
        for group in groups
    )


def _stands(table: Figures, measures: list[str], group: str) -> bool:
    """Whether a group has ratios: the comparator, and those who did not declare, have none."""
    return any(place.measure in measures and place.group == group for place in table.rows)


def _row(table: Figures, measures: list[str], group: str, split: str, label: str) -> Row:
    found = tuple(table.get(measure, group, split=split) for measure in measures)
    alone = len(found) == 1
    return Row(
        label=label,
        figures=found,
        texts=tuple(range_words(x, "ratio") if alone else words(x, "ratio") for x in found),
        under=_rate(table.get("rate", group, split=split)),
        strong=split == ALL,
    )


def _rate(figure: Figure) -> str:
    """Say a rate and what it is of; nothing where the table has none."""
    if figure.value is None:
        return f"Rate {figure.value_mark}" if figure.hidden else ""
    of = f" of {number(figure.denominator)}" if figure.denominator is not None else ""
    return f"{percent(figure.value)}{of}"


def _line(table: Figures, against: Sides, *, odds: bool) -> str:
    """Say what the line at 1 stands for, with the comparator's own rate where it is one."""
    if against.turned:
        return f"1: “{against.turned}” and the group named are equally likely"
    if not against.below:
        return "1: as likely as the comparator"
    rate = "" if table.by else _rate(table.get("rate", against.below))
    beside = f" ({lower_first(rate)})" if rate else ""
    same = "the same odds" if odds else "as likely"
    return f"1: {same} as {reference_words(table, against.below)}{beside}"


def _notes(table: Figures, drawing: Dots, against: Sides) -> str:
    what = "odds" if table.about.kind == "adjusted" else "rate"
    lower, higher = (f"{word} odds" if what == "odds" else f"a {word} rate" for word in _WORDS)
    if against.turned:
        divided = f"Ratio: {what} of “{against.turned}” divided by {what} of the group named"
        left = f"a dot left of 1 means {higher} in that group, right of 1 {lower}"
    else:
        known = against.below
        comparator = reference_words(table, known) if known else "the comparator"
        divided = f"Ratio: {what} of the group divided by {what} of {comparator}"
        left = f"a dot left of 1 means {lower} in the group, right of 1 {higher}"
    said = [f"{divided}; {left}.", _RANGE]
    if drawing.zone:
        low, high = drawing.zone
        said.append(f"The band from {low:.2f} to {high:.2f} is {SCREENING}.")
    if any(row.under for row in drawing.rows):
        said.append("In grey: the rate of each group, and how many it is a rate of.")
    said.append("A halving and a doubling are equally far from 1.")
    if drawing.cut:
        said.append(_CUT)
    return " ".join(said)


def _alt(table: Figures, drawing: Dots, against: Sides, *, odds: bool) -> str:
    what = "odds ratios" if odds else "relative likelihoods"
    known = against.turned or against.below
    comparator = reference_words(table, known) if known else "the comparator of each row"
    start = f"Dot chart of {what}, compared with {comparator}, with a line at 1"
    if drawing.zone:
        start += " and a band from {:.2f} to {:.2f}".format(*drawing.zone)
    return f"{start}. {spoken(drawing)} A table follows."
