"""One protected table as people read it: rows and columns, a caption, and its marks explained."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from workforce_analytics.errors import UsageError
from workforce_analytics.publishing import (
    chairs_tables,
    composition_tables,
    funnel_tables,
    likelihood_tables,
    network_activity_tables,
    network_gaps_tables,
    network_retention_tables,
    network_tables,
    strata_tables,
    survey_action_tables,
    survey_answers_tables,
    survey_published_tables,
    survey_response_tables,
    survey_scores_tables,
    training_effect_tables,
    training_tables,
)
from workforce_analytics.publishing.figures import Figures, figures
from workforce_analytics.publishing.layouts import Layout, Table, shorthand
from workforce_analytics.publishing.protection import policy_words, stamp
from workforce_analytics.publishing.wording import lower_first, number

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

LAYOUTS: dict[str, Callable[[Figures], tuple[Layout, ...]]] = {
    "shares": composition_tables.shares,
    "against_community": composition_tables.community,
    "over_time": composition_tables.series,
    "funnel": funnel_tables.funnel,
    "routes": funnel_tables.routes,
    "likelihood": likelihood_tables.likelihood,
    "participation": likelihood_tables.participation,
    "intersections": likelihood_tables.intersections,
    "stratified": strata_tables.stratified,
    "adjusted": strata_tables.adjusted,
    "undeclared": strata_tables.undeclared,
    "variation": strata_tables.variation,
    "training_exposure": training_tables.exposure,
    "training_rates": training_tables.rates,
    "training_effect": training_effect_tables.effect,
    "training_event_study": training_tables.event_study,
    "training_time_series": training_tables.time_series,
    "training_detectable": training_tables.detectable,
    "training_threats": training_tables.threats,
    "chairs_training": chairs_tables.chairs,
    "programme_effect": chairs_tables.programme,
    "network_activity": network_activity_tables.activity,
    "network_retention": network_retention_tables.retention,
    "network_cohorts": network_retention_tables.cohorts,
    "network_reach_gaps": network_gaps_tables.reach_gaps,
    "network_participation": network_tables.participation,
    "network_reach": network_tables.reach,
    "network_support": network_tables.support,
    "survey_response": survey_response_tables.response,
    "survey_weights": survey_response_tables.weights,
    "survey_answers": survey_answers_tables.answers,
    "survey_scores": survey_scores_tables.scores,
    "survey_gaps": survey_scores_tables.gaps,
    "survey_change": survey_action_tables.change,
    "survey_reliability": survey_action_tables.reliability,
    "survey_drivers": survey_action_tables.drivers,
    "survey_priorities": survey_action_tables.priorities,
    "survey_comments": survey_action_tables.comments,
    "survey_published": survey_published_tables.published,
}
"""How the figures of each kind are laid out."""


def table(protected: Protected) -> Table:
    """What does this table look like as rows and columns?

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.

    Returns
    -------
    Table
        The main table of its kind. Shares: one row per group; split by something or over time, two
        columns (people and percentage) per part. Against the community: both shares, the
        difference, the index and people to parity. Funnels: one row per group, its applications at
        each stage. Comparisons with a reference: one row per group (and part) with its rate and
        its ratio. Hidden figures are their marks, which are explained.

    Raises
    ------
    UsageError
        If there is no table for this kind of figures.
    """
    return tables(protected)[0]


def tables(protected: Protected) -> tuple[Table, ...]:
    """Which tables show all figures of this table, where one would be too wide to read?

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.

    Returns
    -------
    tuple of Table
        The main table first, then those of tests and further measures.

    Raises
    ------
    UsageError
        If there is no table for this kind of figures.
    """
    kind = protected.about.kind
    if kind not in LAYOUTS:
        raise UsageError(f"there is no table for figures of the kind '{kind}' yet")
    read = figures(protected)
    return tuple(_table(protected, read, layout) for layout in LAYOUTS[kind](read))


def _table(protected: Protected, read: Figures, layout: Layout) -> Table:
    notes = _notes(read, layout)
    named = ", ".join(words for words in (read.about.title, layout.about) if words)
    return Table(
        caption=named,
        names=layout.names,
        columns=layout.columns,
        rows=layout.rows,
        shorthand=shorthand(layout.rows, notes),
        notes=notes,
        source=protected.about.source,
        stamp=stamp([protected]),
        policy=policy_words(protected),
    )


def _notes(read: Figures, layout: Layout) -> tuple[str, ...]:
    """What a reader must know to read this table: who, what, compared with what, how recorded."""
    about = read.about
    first, *rest = layout.notes or ("",)
    found = [first] if first else []
    if about.base:
        found.append(f"Who was counted: {about.base.replace(' -> ', ' became ')}.")
    found += rest
    if about.recorded_as:
        # What is said of a survey's sex may be on a table by something else, which allows for it.
        other = about.kind.startswith("survey_") and lower_first(read.of) not in about.recorded_as
        what = "What staff told of themselves" if other else read.of
        found.append(f"{what} is recorded as: {about.recorded_as}.")
    if any(
        column.over.startswith("Likely") or column.heading == "Likely to"
        for column in layout.columns
    ):
        found.append(
            "“Likely between” is how far a figure could lie from the one shown by chance alone "
            f"({number(100 * about.confidence)}% confidence interval)."
        )
    found += [caveat for caveat in about.caveats if caveat not in found]
    found += [about.less_detail] if about.less_detail else []
    return tuple(found)


def as_text(shown: Table) -> str:
    """Set a table in columns of plain text, for a terminal.

    Parameters
    ----------
    shown
        The table.

    Returns
    -------
    str
        Caption, one line per row, the marks explained, the notes, how it was protected.
    """
    lines = [[*shown.names, *(column.heading for column in shown.columns)]]
    lines += [[*row.name, *(cell.text for cell in row.cells)] for row in shown.rows]
    if shown.spans:
        # Columns are numbers; the upper heading stands over the first of those it belongs to.
        seen = ["", *(column.over for column in shown.columns)]
        over = [new if new != old else "" for old, new in pairwise(seen)]
        lines.insert(0, [*[""] * len(shown.names), *over])
    names = len(shown.names)
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    text = [
        "  ".join(
            words.ljust(width) if place < names else words.rjust(width)
            for place, (words, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    marks = [f"{mark} {meaning}" for mark, meaning in shown.shorthand]
    return "\n".join([shown.caption, *text, *marks, *shown.notes, *shown.small_print])
