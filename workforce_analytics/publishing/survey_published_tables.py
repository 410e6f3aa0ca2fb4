"""Tables of results that other bodies published: the middle of all organisations, and each one."""

from __future__ import annotations

from workforce_analytics.publishing.figures import Figures
from workforce_analytics.publishing.layouts import (
    Column,
    Layout,
    Row,
    people_cell,
    percent_cell,
)
from workforce_analytics.publishing.survey_action_reading import score_cell
from workforce_analytics.publishing.survey_published_sentences import (
    NO_RANGES,
    groups_of,
    heading_of_groups,
    organisations,
    published_at,
    questions,
)

_MIDDLE = (
    ("lower_quartile", "Lower quartile"),
    ("median", "Median"),
    ("upper_quartile", "Upper quartile"),
)
_OVER = "Score in the middle of all organisations"


def published(read: Figures) -> tuple[Layout, ...]:
    """Quartiles of all organisations by question and group; then each organisation's scores."""
    of = (heading_of_groups(read),) if heading_of_groups(read) else ()
    columns = (
        *(Column(heading, _OVER) for _, heading in _MIDDLE),
        Column("Organisations"),
        Column("With a score (%)"),
    )
    rows = []
    for topic in questions(read):
        for group in groups_of(read):
            shown = published_at(read, "share_shown", topic, group)
            cells = (
                *(score_cell(published_at(read, one, topic, group)) for one, _ in _MIDDLE),
                people_cell(shown, "denominator"),
                percent_cell(shown),
            )
            rows.append(Row((topic, *((group,) if of else ())), cells))
    notes = (
        "A quarter of the organisations are at or below the lower quartile, half at or below the "
        "median, a quarter at or above the upper quartile; each organisation counts once.",
        NO_RANGES,
    )
    main = Layout((read.by, *of), columns, tuple(rows), notes)
    return (main, *_each(read, of))


def _each(read: Figures, of: tuple[str, ...]) -> tuple[Layout, ...]:
    """One row per organisation and group, a column per question."""
    asked = questions(read)
    rows = tuple(
        Row(
            (organisation, *((group,) if of else ())),
            tuple(
                score_cell(published_at(read, "score", topic, group, organisation))
                for topic in asked
            ),
        )
        for organisation in (*organisations(read), *_several(read))
        for group in groups_of(read)
    )
    columns = tuple(Column(topic) for topic in asked)
    return (Layout((read.of, *of), columns, rows, (), "organisation by organisation"),)


def _several(read: Figures) -> tuple[str, ...]:
    """Name the rows that are of several organisations together; they come last."""
    own = set(organisations(read))
    return tuple(one for one in (*read.declared, *read.undeclared) if one not in own)
