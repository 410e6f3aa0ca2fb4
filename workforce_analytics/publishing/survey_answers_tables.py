"""Tables of what was answered to each question of the staff survey."""

from __future__ import annotations

from collections.abc import Sequence

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.layouts import (
    EMPTY,
    Cell,
    Column,
    Layout,
    Row,
    people_cell,
    percent_cell,
    plain_cell,
    range_cells,
)
from workforce_analytics.publishing.survey_answers_sentences import (
    Asked,
    answer,
    answers_to,
    apart,
    asked,
    positive,
    questions,
)

_APART = {
    "not_applicable": "Not applicable",
    "not_answered": "Not answered",
    "not_asked": "Not asked",
}
_OF = (
    "Percentages are of valid answers: who left a question out, or to whom it did not apply, is "
    "counted apart."
)


def answers(read: Figures) -> tuple[Layout, ...]:
    """One row per question (and group): valid answers, each answer in %, who did not answer.

    Questions with other answers stand in a table of their own.
    """
    found: list[Layout] = []
    for labels in dict.fromkeys(answers_to(read, topic) for topic in questions(read)):
        rows = [row for row in asked(read) if answers_to(read, row.topic) == labels]
        about = "" if not found else f"answers from “{labels[0]}” to “{labels[-1]}”"
        found.append(_layout(read, rows, labels, about))
    return (*found, *_ranges(read))


def _layout(read: Figures, rows: Sequence[Asked], labels: tuple[str, ...], about: str) -> Layout:
    held = {name: words for name, words in _APART.items() if read.holds(name)}
    columns = (
        Column("Valid answers"),
        *(Column(label, over="Share of valid answers (%)") for label in labels),
        *(Column(words, over="Not in the percentages") for words in held.values()),
    )
    filled = []
    for row in rows:
        shares = [answer(read, row, label) for label in labels]
        cells = [people_cell(shares[0], "denominator"), *map(percent_cell, shares)]
        cells += [_people(apart(read, row, name)) for name in held]
        filled.append(Row(_named(read, row), tuple(cells), row.group == ALL))
    return Layout(_names(read), columns, tuple(filled), (_OF,), about)


def _ranges(read: Figures) -> tuple[Layout, ...]:
    """Give positive answers with their ranges, where the table has them."""
    found = {row: positive(read, row) for row in asked(read)}
    if not any(figure.has_interval for figure in found.values()):
        return ()
    over = "Positive answers"
    columns = (
        Column("Valid answers"),
        *(Column(words, over=over) for words in ("%", "Likely from", "Likely to")),
    )
    rows = tuple(
        Row(
            _named(read, row),
            (people_cell(one, "denominator"), percent_cell(one), *range_cells(one)),
            row.group == ALL,
        )
        for row, one in found.items()
    )
    return (Layout(_names(read), columns, rows, (), "positive answers with their ranges"),)


def _names(read: Figures) -> tuple[str, ...]:
    return (read.by, read.of) if read.by else (read.of,)


def _named(read: Figures, row: Asked) -> tuple[str, ...]:
    if not read.by:
        return (row.topic,)
    return (row.topic, "All staff" if row.group == ALL else row.group)


def _people(figure: Figure) -> Cell:
    """Show how many; a row that the table does not have is not applicable."""
    if not figure.status:
        return EMPTY
    return people_cell(figure) if figure.numerator is not None else plain_cell(figure, 0)
