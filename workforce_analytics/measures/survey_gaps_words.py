"""What a reader must know of a table of gaps."""

from __future__ import annotations

from collections.abc import Sequence

from workforce_analytics.counting.counts import Counts
from workforce_analytics.estimates import About
from workforce_analytics.measures.survey_asked import LEAST_TESTED, TOPIC, describe
from workforce_analytics.measures.survey_gaps_figures import LEAST_POOLED, Compared
from workforce_analytics.measures.survey_gaps_rows import DELTA
from workforce_analytics.measures.survey_scores_words import SILENT, UNWEIGHTED

DECLARED = "Only people who said which group they are of are in this table."
NOT_TRUER = (
    "A gap between people alike is not a truer one: where a group works, and in which jobs, may be "
    "how it is treated."
)


def about_gaps(compared: Compared, source: Counts, missing: Sequence[str] = ()) -> About:
    """Say what a reader must know of a table of gaps."""
    split = compared.split
    kinds = {one.kind for one in split.answers.measures.values()}
    reference = compared.reference.label
    return describe(
        split.survey,
        kind="survey_gaps",
        title="where groups differ",
        question="Which groups say something else, and is it more than noise?",
        definition=(
            f"Gap: the group's score less that of “{reference}”, in points{_held(compared)}."
        ),
        source=source,
        groups=[split.of or "", TOPIC],
        topics=split.labels,
        reference=reference,
        confidence=split.confidence,
        delta=DELTA,
        caveats=(*missing, *_caveats(compared)),
        **({"headings": {TOPIC: "Question"}} if kinds == {"item"} else {}),
    )


def _held(compared: Compared) -> str:
    titles = [compared.split.answers.dimension(name).title for name in compared.factors]
    words = [title[:1].lower() + title[1:] for title in titles]
    if not words:
        return ""
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f", as it is and among people with like {listed}"


def _caveats(compared: Compared) -> list[str]:
    found = [UNWEIGHTED, DECLARED, SILENT]
    if compared.factors:
        found.append(NOT_TRUER)
    found.append(
        f"A gap is marked where it is more than noise among all that this table compares, and not "
        f"surely under {DELTA:g} points; it is tested from {LEAST_TESTED['index']} respondents on "
        f"either side for an index, {LEAST_TESTED['theme']} for a theme and {LEAST_TESTED['item']} "
        "for a question."
    )
    found.append(
        "Shrunk gaps draw those of small groups towards what groups of at least "
        f"{LEAST_POOLED} respondents have in common on the topic."
    )
    return found
