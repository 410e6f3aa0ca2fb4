"""What a survey found in many organisations, in plain English; figures as they were published.

They came without ranges, so no difference between groups is called one: both figures are said.
"""

from __future__ import annotations

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import TOPIC, Figure, Figures
from workforce_analytics.publishing.survey_action_reading import out_of
from workforce_analytics.publishing.survey_verdicts import score_words
from workforce_analytics.publishing.wording import listed, number

MEDIAN = "median"
NO_RANGES = (
    "The figures were published without ranges, so this data cannot tell a difference from chance, "
    "which is not evidence that there is none."
)
_MOST_GROUPS = 4


def published(read: Figures) -> list[str]:
    """Say the first question's medians, how many scores were suppressed, and what is not known."""
    asked = questions(read)
    told = next((words for words in (_medians(read, topic) for topic in asked) if words), "")
    if not told:
        return ["No organisation's score was published."]
    return [words for words in (told, _suppressed(read), NO_RANGES) if words]


def published_headline(read: Figures) -> str:
    """Say how many organisations and questions there are medians of."""
    n = len(organisations(read))
    asked = questions(read)
    if not any(_medians(read, topic) for topic in asked):
        return "No organisation's score was published"
    what = f"“{asked[0]}”" if len(asked) == 1 else f"{len(asked)} questions and themes"
    return f"What the middle one of {number(n)} organisations found on {what}"


def questions(read: Figures) -> tuple[str, ...]:
    """What are the scores about? In the table's order."""
    return tuple(read.splits)


def groups_of(read: Figures) -> tuple[str, ...]:
    """Which groups of people are the scores of? One without a name where there are none."""
    return tuple(read.stages)


def heading_of_groups(read: Figures) -> str:
    """Name what the groups are of; empty where there are none."""
    name = next((one for one in read.about.groups[1:] if one != TOPIC), "")
    return read.about.headings.get(name, name)


def organisations(read: Figures) -> tuple[str, ...]:
    """Which organisations have scores of their own, in order? Not means of several of them."""
    apart = {
        place.group
        for place, figure in read.rows.items()
        if figure.note == "of several organisations"
    }
    return tuple(one for one in read.declared if one not in apart)


def published_at(
    read: Figures, measure: str, topic: str, group: str = "", organisation: str = ALL
) -> Figure:
    """Look a figure up: of the middle of all organisations, or of one of them."""
    return read.get(measure, organisation, split=topic, stage=group)


def _medians(read: Figures, topic: str) -> str:
    told = []
    for group in groups_of(read):
        median = published_at(read, MEDIAN, topic, group)
        if median.value is not None:
            among = f" among “{group}”" if group else ""
            told.append(f"{score_words(median)}{out_of(median)}{among}")
    if not told:
        return ""
    more = f" and {len(told) - _MOST_GROUPS} more groups" if len(told) > _MOST_GROUPS else ""
    said = listed(told) if not more else f"{', '.join(told[:_MOST_GROUPS])}{more}"
    return f"On “{topic}”, the organisation in the middle had {said}."


def _suppressed(read: Figures) -> str:
    """Say how many scores are in no median because their publisher hid them."""
    own = set(organisations(read))
    scores = [
        figure
        for place, figure in read.rows.items()
        if place.measure == "score" and place.group in own and place.period == read.latest
    ]
    n = sum(figure.status == "suppressed" for figure in scores)
    if not n:
        return ""
    return (
        f"{number(n)} of {number(len(scores))} scores of organisations were suppressed by their "
        "publisher, mostly those of small ones, and are in no median."
    )
