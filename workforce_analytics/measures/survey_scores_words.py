"""What a reader must know of a table of scores."""

from __future__ import annotations

from collections.abc import Sequence

from workforce_analytics.counting.counts import Counts
from workforce_analytics.estimates import About
from workforce_analytics.measures.survey_asked import LEAST_TESTED, TOPIC, describe
from workforce_analytics.measures.survey_scores_rows import MORE_THAN_STAFF, Split
from workforce_analytics.measures.survey_scores_units import UNITS

SILENT = (
    "Limits allow for chance in who answered. They know nothing of those who stayed silent because "
    "of what they think."
)
NO_STAFF = "Nobody counted who could answer: limits are about the process that made the answers."
TOO_MANY = (
    "More people say that they are of a group than staff records have in it: limits of that group "
    "are those of a process."
)
UNWEIGHTED = "All figures are unweighted: every answer counts for one."
LEVELS = {
    "theme": "of a theme, the positive answers to its questions, of their valid answers",
    "item": "of a question, the positive answers, of its valid answers",
    "index": "of an index, the mean of respondents' scores from 0 to 100",
    "element": "of an element, the mean of respondents' scores from 0 to 10",
}


def about_scores(
    split: Split, source: Counts, said: frozenset[str], missing: Sequence[str] = ()
) -> About:
    """Say what a reader must know of a table of scores."""
    kinds = [one.kind for one in split.answers.measures.values()]
    parts = [words for kind, words in LEVELS.items() if kind in kinds]
    groups = [name for name in (split.of, split.by) if name]
    everybody = source.subset or "all who answered"
    return describe(
        split.survey,
        kind="survey_scores",
        title="scores",
        question="What do staff say, and who says something else than everybody else?",
        definition=f"Score: {'; '.join(parts)}.{_compared(split)}",
        source=source,
        groups=[*groups, TOPIC],
        topics=split.labels,
        base=everybody if split.weights is None else f"{everybody}, weighted {_by(split)}",
        confidence=split.confidence,
        caveats=(*missing, *_caveats(split, said)),
        **({"headings": {TOPIC: "Question"}} if set(kinds) == {"item"} else {}),
    )


def _by(split: Split) -> str:
    names = split.weights.dimensions if split.weights else ()
    titles = [split.answers.dimension(name).title for name in names]
    return f"by {', '.join(title[:1].lower() + title[1:] for title in titles)}"


def _compared(split: Split) -> str:
    if split.of is None or split.weights is not None:
        return ""
    return " Against the rest: the group's score less that of everybody else who said."


def _caveats(split: Split, said: frozenset[str]) -> list[str]:
    found = [UNWEIGHTED if split.weights is None else f"All figures are weighted {_by(split)}."]
    found.append(SILENT)
    if split.eligible is None and split.weights is None:
        found.append(NO_STAFF)
    if MORE_THAN_STAFF in said:
        found.append(TOO_MANY)
    if split.of is not None and split.weights is None:
        found.append(
            f"Differences are tested from {LEAST_TESTED['index']} respondents on either side for "
            f"an index, {LEAST_TESTED['theme']} for a theme and {LEAST_TESTED['item']} for a "
            "question."
        )
    if split.of in UNITS:
        found.append("Where a unit is too small for a figure of its own, a larger one's stands.")
    return found
