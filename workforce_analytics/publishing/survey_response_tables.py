"""Tables of who answered the staff survey, and of the weights that make up for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.layouts import (
    EMPTY,
    At,
    Cell,
    Column,
    Layout,
    Row,
    count,
    layout,
    people_cell,
    percent_cell,
    plain,
    plain_cell,
    share,
)
from workforce_analytics.publishing.survey_response_sentences import diagnostic, margins

_LIKENESS = {
    "r_indicator": ("How alike groups answered: 1 is all alike", 2),
    "largest_bias": ("Bias of a mean at most, in standard deviations of the answer", 2),
}
_WORTH = {
    "n_effective": ("Answers that the weighted ones are worth", 0),
    "design_effect": ("How many times larger variances become", 2),
    "largest_weight": ("Largest weight", 2),
    "trimmed": ("Answers whose weight was cut", 0),
    "uncovered": ("Staff of whom nobody alike answered", 0),
    "furthest": ("Farthest share from that of staff (%)", 1),
    "converged": ("Whether the weights settled", 0),
}


def response(read: Figures) -> tuple[Layout, ...]:
    """One row per group: who answered, of how many, its share of both; how like staff they are."""
    rows = [At((group,), group) for group in (*read.declared, *read.undeclared)]
    if any(place.group == ALL for place in read.rows):
        rows.append(At(("All staff",), ALL, total=True))
    main = [
        count("response_rate", "Answered", part="numerator"),
        count("response_rate", "Staff", part="denominator"),
        share("response_rate", "Response rate"),
        share("share_of_respondents", "Share of those who answered", ends=False),
        share("share_of_eligible", "Share of staff", ends=False),
    ]
    if not read.holds("response_rate"):
        main.insert(0, count("share_of_respondents", "Answered", part="numerator"))
    complete = [
        count("complete_rate", "Reached the end", part="numerator"),
        share("complete_rate", "Share of staff who reached the end"),
    ]
    names = (read.of,) if read.declared else ("Who",)
    return (
        *layout(read, names, rows, main),
        *layout(read, names, rows, complete, about="who reached the end"),
        *_measures(
            {name: read.get(name, ALL) for name in _LIKENESS},
            _LIKENESS,
            about="how like staff those who answered are",
            ends=True,
        ),
    )


def weights(read: Figures) -> tuple[Layout, ...]:
    """One row per category with its shares and mean weight; what the weights are worth."""
    rows = [At(place, *place) for place in margins(read)]
    entries = [
        share("share_of_respondents", "Share of those who answered", ends=False),
        share("share_of_eligible", "Share of staff", ends=False),
        share("share_weighted", "Share with weights", ends=False),
        plain("mean_weight", "Mean weight", 2),
    ]
    answered = count("share_of_respondents", "Answered", part="numerator")
    return (
        *layout(read, (read.of, read.by), rows, [answered, *entries]),
        *_measures(
            {name: diagnostic(read, name) for name in _WORTH},
            _WORTH,
            about="what the weights are worth",
        ),
    )


def _measures(
    found: Mapping[str, Figure],
    words: Mapping[str, tuple[str, int]],
    *,
    about: str,
    ends: bool = False,
) -> tuple[Layout, ...]:
    """Give figures of a whole table a row each; those that it does not have none."""
    rows = []
    for name, figure in found.items():
        meaning, places = words[name]
        if figure.status:
            cells: Sequence[Cell] = [_cell(name, figure, places)]
            if ends:
                cells = [*cells, *(_end(figure, end, places) for end in ("lower", "upper"))]
            rows.append(Row((meaning,), tuple(cells)))
    likely = [Column("Likely from"), Column("Likely to")] if ends else []
    columns = (Column("Figure"), *likely)
    return (Layout(("What it is",), columns, tuple(rows), (), about),) if rows else ()


def _cell(name: str, figure: Figure, places: int) -> Cell:
    if name == "furthest":
        return percent_cell(figure)
    if name == "converged" and figure.value is not None:
        return Cell("yes" if figure.value else "no")
    if figure.value is None and figure.numerator is not None:
        return people_cell(figure)
    return plain_cell(figure, places)


def _end(figure: Figure, end: str, places: int) -> Cell:
    value = getattr(figure, end)
    if figure.value is None:
        return Cell(figure.value_mark)
    return EMPTY if value is None else plain_cell(Figure(value=value), places)
