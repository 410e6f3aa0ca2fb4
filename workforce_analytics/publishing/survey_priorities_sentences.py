"""Which themes to work on first, in plain English; the order is told only as far as it is known.

A theme comes first only where no other one's range of ranks reaches the first place. A priority is
where to look first: size, gap and link, none of which says what causes what. Where no group lies
behind by more than chance would make it, no theme is one.
"""

from __future__ import annotations

from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.survey_action_reading import (
    out_of,
    places,
    topics,
)
from workforce_analytics.publishing.survey_verdicts import HIDDEN, MOST_NAMED, score_words
from workforce_analytics.publishing.wording import lower_first, number, percent, quoted, signed

PRIORITY = "priority"
NONE_STANDS_OUT = "On no theme does a group clearly lie behind"
NO_EVIDENCE = "which is not evidence that none does"
NO_ACTION, NO_PLAN = "no action in the plan yet", "no plan was given"
WHERE_TO_LOOK = (
    "A priority says where to look first: how many people lie behind, how far, and how strongly "
    "the theme goes with engagement; it does not say what would help."
)


def priorities(read: Figures) -> list[str]:
    """Say which theme comes first and why, which others may, and which have no action yet."""
    order = ranked(read)
    if not order:
        return [_nothing(read)]
    if not stands_out(read):
        return [f"{NONE_STANDS_OUT}, {NO_EVIDENCE}.", WHERE_TO_LOOK]
    told = [_first(read, order), _plan(read, order), WHERE_TO_LOOK]
    return [words for words in told if words]


def priorities_headline(read: Figures) -> str:
    """Say which theme to work on first, or among which this data cannot choose."""
    order = ranked(read)
    if not order:
        return _nothing(read).rstrip(".")
    if not stands_out(read):
        return NONE_STANDS_OUT
    first = may_be_first(read)
    if not first:
        return "Themes by how far they are a priority"
    if len(first) == 1:
        return f"Work on “{first[0]}” first"
    if len(first) > 3:
        return f"Any of {len(first)} themes may come first: this data cannot tell which"
    return f"Work on {quoted(first)} first; which of them, this data cannot tell"


def ranked(read: Figures) -> tuple[str, ...]:
    """Which themes have a priority that may be seen? The highest first."""
    seen = [one for one in topics(read, PRIORITY) if read.get(PRIORITY, one).value is not None]
    return tuple(sorted(seen, key=lambda one: -(read.get(PRIORITY, one).value or 0.0)))


def hidden(read: Figures) -> tuple[str, ...]:
    """Which themes have no priority that may be seen?"""
    return tuple(one for one in topics(read, PRIORITY) if one not in ranked(read))


def stands_out(read: Figures) -> bool:
    """Whether some priority is more than chance: surely above nothing, or hidden."""
    seen = [read.get(PRIORITY, one) for one in ranked(read)]
    above = [one.lower if one.lower is not None else one.value for one in seen]
    return bool(hidden(read)) or any((least or 0.0) > 0 for least in above)


def may_be_first(read: Figures) -> tuple[str, ...]:
    """Which themes may have the highest priority, by their ranges of ranks?

    Parameters
    ----------
    read
        Figures of the kind "survey_priorities".

    Returns
    -------
    tuple of str
        The one with the highest priority first; none where a theme is hidden, which might be it.
    """
    order = ranked(read)
    if not order or hidden(read):
        return ()
    others = [one for one in order[1:] if _best(read.get("rank", one)) <= 1]
    return (order[0], *others)


def _best(rank: Figure) -> float:
    return next((end for end in (rank.lower, rank.value) if end is not None), 0.0)


def rank_words(rank: Figure) -> str:
    """Write a rank with its range: "1 (1 to 3)", or its mark."""
    if rank.value is None:
        return rank.value_mark
    said = number(rank.value)
    if rank.lower is None or rank.upper is None:
        return said
    return f"{said} ({number(rank.lower)} to {number(rank.upper)})"


def actions_of(figure: Figure) -> str:
    """Name the actions of the plan that a priority is joined with; "[z]" has none to name."""
    if figure.value is None:
        return figure.value_mark
    return figure.note.strip().rstrip(".") or NO_ACTION


def planned(read: Figures) -> bool:
    """Whether a plan was given to look for actions in."""
    return not any(actions_of(read.get(PRIORITY, one)).startswith(NO_PLAN) for one in ranked(read))


def without_action(read: Figures) -> tuple[str, ...]:
    """Which themes have no action in the plan, the highest priority first?"""
    return tuple(
        one for one in ranked(read) if actions_of(read.get(PRIORITY, one)).startswith(NO_ACTION)
    )


def as_percentages(read: Figures, topic: str) -> Figure:
    """Give a priority as a percentage of the highest one, with its range."""
    order = ranked(read)
    figure = read.get(PRIORITY, topic)
    most = (read.get(PRIORITY, order[0]).value if order else None) or 1.0
    value, lower, upper = (
        None if end is None else 100 * end / most
        for end in (figure.value, figure.lower, figure.upper)
    )
    return Figure(
        value=value,
        lower=lower,
        upper=upper,
        value_mark=figure.value_mark,
        status=figure.status,
        note=figure.note,
    )


def gap_words(read: Figures, topic: str) -> str:
    """Write the gap that weighs most, for whom, and its range; empty where none is shown.

    It is not the largest gap: that of a large group weighs more than a larger one of a small group.
    """
    gap = read.get("gap", topic)
    if gap.value is None:
        return ""
    said = f"{signed(gap.value, places(gap))} points"
    if gap.compared:
        said += f" for “{gap.compared}” against everybody else"
    if gap.lower is not None and gap.upper is not None:
        ends = " and ".join(signed(end, places(gap)) for end in (gap.lower, gap.upper))
        said += f" (likely between {ends})"
    return said


def _first(read: Figures, order: tuple[str, ...]) -> str:
    first = may_be_first(read)
    why = "; ".join(_why(read, order[0]))
    if not first:
        return f"The highest priority that may be shown is “{order[0]}”: {why}."
    if len(first) == 1:
        return f"“{first[0]}” comes first: {why}."
    others = quoted(first[1:]) if len(first) <= 4 else f"{len(first) - 1} other themes"
    return (
        f"“{order[0]}” has the highest priority ({why}), but {others} may come first as well: "
        "which of them does, this data cannot tell."
    )


def _why(read: Figures, topic: str) -> list[str]:
    score, driver = read.get("score", topic), read.get("driver", topic)
    said = []
    if score.value is not None:
        positive = " positive" if score.unit == "proportion" else ""
        said.append(f"{score_words(score)}{positive}{out_of(score)}")
    if gap_words(read, topic):
        gap = read.get("gap", topic)
        untold = (gap.lower or 0.0) <= 0.0 <= (gap.upper or 0.0)
        cannot = ", which this data cannot tell from none" if untold else ""
        said.append(f"what weighs most is the gap of {gap_words(read, topic)}{cannot}")
    if driver.value is not None:
        explained = f"{percent(driver.value)} of what all themes explain of {_outcome(read)}"
        said.append(f"the theme goes with {explained}")
    return said or ["see the table"]


def _outcome(read: Figures) -> str:
    return lower_first(read.about.outcome or "Engagement")


def _plan(read: Figures, order: tuple[str, ...]) -> str:
    """Say which themes have no action in the plan yet."""
    without = without_action(read)
    if not planned(read):
        return ""
    if not without:
        return "" if hidden(read) else "Every theme has an action in the plan."
    if len(without) == len(order):
        return "No theme has an action in the plan yet." if not hidden(read) else ""
    if len(without) > MOST_NAMED:
        first = f"{len(without)} themes; the first of them is “{without[0]}”"
        return f"There is {NO_ACTION} for {first}."
    return f"There is {NO_ACTION} for {quoted(without)}."


def _nothing(read: Figures) -> str:
    if any(read.get(PRIORITY, one).hidden for one in topics(read, PRIORITY)):
        return f"The priorities are {HIDDEN}; nothing can be said of them."
    return "Priorities cannot be said: too few people answered."
