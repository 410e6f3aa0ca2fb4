"""What engagement goes with, in plain English: association, never cause.

A theme goes most closely with it only where its range lies above those of all others; a theme is
in the corner "work on first" clearly only where both of its ranges are. Nothing is said of a hidden
figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.survey_action_reading import (
    NOT_CAUSE,
    at,
    by_group,
    called,
    declared,
    groups,
    out_of,
    topics,
)
from workforce_analytics.publishing.survey_verdicts import HIDDEN, inherited, score_words
from workforce_analytics.publishing.wording import (
    between,
    listed,
    lower_first,
    number,
    percent,
    quoted,
    upper_first,
)

SHARE = "share_of_explained"
FIRST, KEEP, LOW, REST = "Work on first", "Keep up", "Low score, weak link", "High score, weak link"
"""Names of the corners: low score and strong link, high and strong, low and weak, high and weak."""
NO_EVIDENCE = "which is not evidence that there is no difference"


class Corner(NamedTuple):
    """In which corner a theme lies, and whether its ranges lie there too."""

    name: str
    clear: bool


def drivers(read: Figures) -> list[str]:
    """Say what engagement goes with most, what to work on first, and how much is told at all."""
    if not known(read):
        return [_nothing(read)]
    if by_group(read):
        told = [_most(read, ALL), _by_group(read), NOT_CAUSE]
        return [words for words in told if words]
    told = [_most(read), _work_on(read), f"{_together(read)}{NOT_CAUSE}"]
    return [words for words in told if words]


def drivers_headline(read: Figures) -> str:
    """Say which theme goes most closely with engagement, or which of them this data cannot tell."""
    outcome = lower_first(outcome_of(read))
    if by_group(read):
        whole = leading(read, ALL)
        if len(whole) == 1:
            return f"“{whole[0]}” goes most closely with {outcome} among all staff"
        return f"What goes most closely with {outcome}, group by group"
    if not known(read):
        return _nothing(read).rstrip(".")
    first = leading(read)
    if not first:
        return f"How closely themes go with {outcome}"
    if len(first) == 1:
        return f"“{first[0]}” goes most closely with {outcome}"
    if len(first) > 3:
        return f"Which theme goes most closely with {outcome}, this data cannot tell"
    return f"{quoted(first)} go most closely with {outcome}"


def outcome_of(read: Figures) -> str:
    """Name what the themes go with: "Engagement"."""
    return read.about.outcome or "Engagement"


def known(read: Figures) -> bool:
    """Whether any share may be seen."""
    return any(
        at(read, SHARE, group, topic).value is not None
        for group in groups(read, SHARE)
        for topic in topics(read, SHARE)
    )


def leading(read: Figures, group: str = "") -> tuple[str, ...]:
    """Which themes may be the one that goes most closely with engagement, by their ranges?

    Parameters
    ----------
    read
        Figures of the kind "survey_drivers".
    group
        Of which group; empty in a table of themes alone.

    Returns
    -------
    tuple of str
        The theme with the largest share first, then those whose range reaches up to its range;
        none where a share is hidden, which might be the largest, or is not the group's own.
    """
    shares = {topic: at(read, SHARE, group, topic) for topic in topics(read, SHARE)}
    if not shares or any(one.value is None or inherited(one) for one in shares.values()):
        return ()
    ranked = sorted(shares, key=lambda topic: -(shares[topic].value or 0.0))
    floor = _low(shares[ranked[0]])
    return (ranked[0], *(topic for topic in ranked[1:] if _high(shares[topic]) >= floor))


def _low(figure: Figure) -> float:
    return figure.lower if figure.lower is not None else figure.value or 0.0


def _high(figure: Figure) -> float:
    return figure.upper if figure.upper is not None else figure.value or 0.0


# --- corners ------------------------------------------------------------------------------------


def equal_share(read: Figures) -> float:
    """What share would each theme have, if engagement went with all of them alike?"""
    return 1 / max(len(topics(read, SHARE)), 1)


def middle_score(read: Figures) -> float | None:
    """What is the mean of the themes' scores that may be seen? None where they have two units."""
    scores = [at(read, "score", "", topic) for topic in topics(read, SHARE)]
    seen = [one.value for one in scores if one.value is not None]
    units = {one.unit for one in scores if one.value is not None}
    return sum(seen) / len(seen) if len(units) == 1 else None


def corner(read: Figures, topic: str) -> Corner:
    """In which corner does a theme lie: low or high score, strong or weak link?

    Parameters
    ----------
    read
        Figures of the kind "survey_drivers", by theme alone.
    topic
        The theme.

    Returns
    -------
    Corner
        Its name, without one where a figure is hidden. It is clear where the range of the share
        and that of the score, if it has one, lie within the corner too.
    """
    score, share = at(read, "score", "", topic), at(read, SHARE, "", topic)
    middle, equal = middle_score(read), equal_share(read)
    if score.value is None or share.value is None or middle is None:
        return Corner("", clear=False)
    strong, low = share.value > equal, score.value < middle
    name = {(True, True): FIRST, (True, False): KEEP, (False, True): LOW}.get((strong, low), REST)
    clear = share.has_interval and _one_side(share, equal) and _one_side(score, middle)
    return Corner(name, clear)


def _one_side(figure: Figure, edge: float) -> bool:
    ends = [end for end in (figure.value, figure.lower, figure.upper) if end is not None]
    return all(end > edge for end in ends) or all(end < edge for end in ends)


# --- a table of themes --------------------------------------------------------------------------


def _most(read: Figures, group: str = "") -> str:
    """Say which theme goes most closely with engagement, or among which this data cannot tell."""
    outcome = lower_first(outcome_of(read))
    among = f"Among {lower_first(called(group))}, " if group else ""
    first = leading(read, group)
    if not first:
        return f"Which theme goes most closely with {outcome} is {HIDDEN}." if not group else ""
    top = at(read, SHARE, group, first[0])
    share = _share_words(top, f"of what all {len(topics(read, SHARE))} themes explain of it")
    if len(first) == 1:
        said = f"how people answer on “{first[0]}” goes most closely with {outcome}: {share}."
    elif len(first) > 3:
        said = (
            f"which theme goes most closely with {outcome} this data cannot tell: the largest "
            f"share is that of “{first[0]}”, {share}, and the ranges of {len(first) - 1} others "
            f"reach it, {NO_EVIDENCE}."
        )
    else:
        said = (
            f"{quoted(first)} go most closely with {outcome}, “{first[0]}” with {share}; which of "
            "them goes most closely, this data cannot tell."
        )
    return upper_first(f"{among}{said}")


def _share_words(figure: Figure, of: str) -> str:
    likely = (
        f" ({between(figure.lower, figure.upper)})"
        if figure.lower is not None and figure.upper is not None
        else ""
    )
    return f"{percent(figure.value or 0.0)} {of}{likely}"


def _work_on(read: Figures) -> str:
    """Say which themes have a low score and a strong link, and whether their ranges do too."""
    corners = {topic: corner(read, topic) for topic in topics(read, SHARE)}
    inside = [topic for topic, one in corners.items() if one.name == FIRST]
    if not inside:
        # A hidden theme might be in it.
        there = all(one.name for one in corners.values())
        return "No theme has both a low score and a strong link." if there else ""
    clear = [topic for topic in inside if corners[topic].clear]
    unclear = [topic for topic in inside if not corners[topic].clear]
    said = []
    if clear:
        named = listed([f"“{one}” ({_score(read, one)})" for one in clear])
        said.append(f"to work on first, with a low score and a strong link: {named}")
    if unclear:
        named = listed([f"“{one}” ({_score(read, one)})" for one in unclear])
        reach = "its range reaches" if len(unclear) == 1 else "their ranges reach"
        said.append(f"perhaps {'' if clear else 'to work on first: '}{named}, but {reach} further")
    return f"{upper_first('; '.join(said))}."


def _score(read: Figures, topic: str) -> str:
    score = at(read, "score", "", topic)
    positive = " positive" if score.unit == "proportion" else ""
    return f"{score_words(score)}{positive}{out_of(score)}"


def _together(read: Figures) -> str:
    """Say how much of the differences in engagement the themes go with together."""
    whole = at(read, "r_squared", "" if not by_group(read) else ALL, ALL)
    if whole.value is None:
        return ""
    n = f" ({number(whole.denominator)} people)" if whole.denominator else ""
    return (
        f"Together the themes go with {percent(whole.value)} of the differences in "
        f"{lower_first(outcome_of(read))}{n}. "
    )


# --- a table of groups --------------------------------------------------------------------------


def _by_group(read: Figures) -> str:
    """Say which theme goes most closely with engagement for each group, where that is clear."""
    told = {group: leading(read, group) for group in declared(read, SHARE)}
    clear: dict[str, list[str]] = {}
    for group, first in told.items():
        if len(first) == 1:
            clear.setdefault(first[0], []).append(group)
    most = [f"“{topic}” for {quoted(named)}" for topic, named in clear.items()]
    untold = [group for group, first in told.items() if len(first) > 1]
    missing = [group for group, first in told.items() if not first]
    words = [f"by group, {listed(most)} goes most closely with it"] if most else []
    if untold:
        words.append(f"for {_few(untold)} this data cannot tell which theme does, {NO_EVIDENCE}")
    if missing:
        words.append(f"for {_few(missing)} too few answered, or their figures are hidden")
    return f"{upper_first('; '.join(words))}." if words else ""


def _few(named: Sequence[str]) -> str:
    return quoted(named) if len(named) <= 3 else f"{len(named)} groups"


def _nothing(read: Figures) -> str:
    figures = [
        at(read, SHARE, group, topic)
        for group in groups(read, SHARE)
        for topic in topics(read, SHARE)
    ]
    what = f"What {lower_first(outcome_of(read))} goes with"
    if any(figure.hidden for figure in figures):
        return f"{what} is {HIDDEN}."
    return f"{what} cannot be said: too few people answered all of it."
