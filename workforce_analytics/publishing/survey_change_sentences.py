"""What changed between two waves of a staff survey, in plain English; the verdict is the table's.

"Better" and "worse" only where the range excludes no change, and reaches beyond what is too small
to matter; else "no change that matters", or "this data cannot tell". Nothing is said of a hidden
figure.
"""

from __future__ import annotations

from collections.abc import Sequence

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.comparisons import verdict as judged
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.survey_action_reading import (
    at,
    by_group,
    called,
    declared,
    difference_words,
    groups,
    likely_points,
    out_of,
    points_words,
    timeless,
    topics,
    wave_of,
)
from workforce_analytics.publishing.survey_verdicts import HIDDEN, delta_of, score_words
from workforce_analytics.publishing.training_verdicts import NOT_EVIDENCE
from workforce_analytics.publishing.wording import (
    DELTA_POINTS,
    listed,
    quoted,
    upper_first,
)

MOST_NAMED = 2
"""So many scores that changed are named in a headline; of more, how many they are."""
MOST_LISTED = 3
"""So many scores of which nothing can be told are named in a sentence."""
BETTER, WORSE = "better", "worse"
SAME, UNTOLD = "no change that matters", "cannot tell"
VERDICTS = (BETTER, WORSE, SAME, UNTOLD)
_BY_RANGE = {"higher": BETTER, "lower": WORSE, "same": SAME, "unknown": UNTOLD}
METHOD = (
    "Both waves are counted as if the same mix of staff had answered, so that scores may differ a "
    "little from those of all who answered; the ranges hold however many people answered both "
    "times; a survey does not tell what brought a change about."
)
"""How waves are compared, in a sentence."""

Verdicts = dict[str, list[str]]
"""Labels under each verdict; one whose figure is hidden or missing is in none."""


def change(read: Figures) -> list[str]:
    """Say what changed in the first score, which others changed, and how they are compared."""
    waves, flat = (wave_of(read, "first"), wave_of(read, "second")), timeless(read)
    main = main_topic(flat)
    if by_group(flat):
        told = [_groups(flat, main), _elsewhere(flat, main)] if main else []
    else:
        found = by_verdict(flat)
        told = [_main(flat, main, waves), _rest(found, main)] if main else []
    said = [words for words in told if words]
    return [*said, METHOD] if said else [_nothing(flat)]


def change_headline(read: Figures) -> str:
    """Say how many scores are better and worse than in the wave before."""
    flat, before = timeless(read), wave_of(read, "first")
    than = f"than in {before}" if before else "than before"
    if by_group(flat):
        return _headline_by_group(flat, than)
    found = by_verdict(flat)
    told = [topic for labels in found.values() for topic in labels]
    if not told:
        return _nothing(flat).rstrip(".")
    if len(told) == 1:
        return f"{told[0]}: {_of_one(found, than)}"
    parts = [(word, len(found[word])) for word in (BETTER, WORSE) if found[word]]
    if not parts:
        return f"None of {len(told)} scores is clearly better or worse {than}"
    if sum(n for _, n in parts) <= MOST_NAMED:
        named = [f"{quoted(found[word])} {_is(n)} clearly {word} {than}" for word, n in parts]
        return f"Of {len(told)} scores, {'; '.join(named)}"
    (word, n), *more = parts
    said = f"Of {len(told)} scores, {n} {_is(n)} clearly {word}"
    return f"{said}{''.join(f' and {m} clearly {other}' for other, m in more)} {than}"


def verdict(read: Figures, group: str, topic: str) -> str:
    """Which verdict does the table give of a change, where the figures behind it may be seen?

    Parameters
    ----------
    read
        Figures of the kind "survey_change" without periods (`timeless`).
    group, topic
        Of which group (empty in a table of topics alone) and which index, theme or question.

    Returns
    -------
    str
        A word of `VERDICTS`; empty where the figure is hidden or there is none.
    """
    figure = at(read, "change", group, topic)
    if figure.value is None:
        return ""
    word = figure.note.partition(":")[0].strip()
    if word in VERDICTS:
        return word
    if figure.lower is None or figure.upper is None:
        return UNTOLD
    # The rule of every page is in points of 100.
    times = DELTA_POINTS / delta_of(read, figure)
    return _BY_RANGE[judged(times * figure.lower, times * figure.upper)]


def by_verdict(read: Figures, group: str = "") -> Verdicts:
    """Put the topics of a group under their verdicts; one that may not be seen is in none."""
    told = [(topic, verdict(read, group, topic)) for topic in topics(read, "change")]
    return {word: [topic for topic, one in told if one == word] for word in VERDICTS}


def main_topic(read: Figures) -> str:
    """Which score is told of first? The first index, else the first that anything is known of."""
    known = [
        topic
        for topic in topics(read, "change")
        if any(verdict(read, group, topic) for group in groups(read, "change"))
    ]
    indexes = [topic for topic in known if _unit(read, topic) == "score_0_100"]
    return next(iter([*indexes, *known]), "")


def _unit(read: Figures, topic: str) -> str:
    units = {at(read, "change", group, topic).unit for group in groups(read, "change")}
    return next((unit for unit in sorted(units) if unit), "")


# --- a table of topics --------------------------------------------------------------------------


def _main(read: Figures, topic: str, waves: tuple[str, str]) -> str:
    figure, word = at(read, "change", "", topic), verdict(read, "", topic)
    first, second = (at(read, measure, "", topic) for measure in ("first", "second"))
    likely = likely_points(read, figure)
    scores = (
        f"{score_words(first)}{out_of(first)} in {waves[0]} and {score_words(second)} in {waves[1]}"
        if first.value is not None and second.value is not None
        else ""
    )
    was = f"{topic} was {scores}" if scores else topic
    if word == UNTOLD:
        ranged = f" (a change {likely} points)" if likely else ""
        return f"{was}: this data cannot tell whether it changed{ranged}, {NOT_EVIDENCE}."
    ranged = f" ({likely})" if likely else ""
    if word == SAME:
        return f"{was}: no change that matters{f' ({likely} points)' if likely else ''}."
    return f"{was}: {_by(read, figure)} {word}{ranged}."


def _by(read: Figures, figure: Figure) -> str:
    size = difference_words(read, figure).lstrip("+−")
    return f"{size} {points_words(figure)}"


def _rest(found: Verdicts, main: str) -> str:
    """Say which other scores are better, worse or the same, and of which this data cannot tell."""
    others = {word: [label for label in labels if label != main] for word, labels in found.items()}
    return upper_first(_listed(others, "scores are", "in", "other scores"))


def _listed(found: Verdicts, subject: str, where: str, many: str) -> str:
    """Say which are under each verdict, in one sentence; of many nothing can be told, how many."""
    parts = [f"{word} {where} {quoted(found[word])}" for word in (BETTER, WORSE) if found[word]]
    clear = [f"{subject} clearly {' and '.join(parts)}"] if parts else []
    if found[SAME]:
        clear.append(f"{where} {quoted(found[SAME])} there is no change that matters")
    if found[UNTOLD]:
        n = len(found[UNTOLD])
        whom = quoted(found[UNTOLD]) if n <= MOST_LISTED else f"{n} {many}"
        clear.append(f"{where} {whom} this data cannot tell, {NOT_EVIDENCE}")
    return f"{'; '.join(clear)}." if clear else ""


# --- a table of groups --------------------------------------------------------------------------


def _groups(read: Figures, topic: str) -> str:
    """Say for whom one score changed."""
    told = [(group, verdict(read, group, topic)) for group in declared(read, "change")]
    found = {word: [group for group, one in told if one == word] for word in VERDICTS}
    said = _listed(found, "it is", "for", "groups")
    if not said:
        return ""
    apart = _words_of(verdict(read, ALL, topic))
    everybody = f" ({called(ALL).lower()}: {apart})" if apart else ""
    if found[BETTER] or found[WORSE]:
        return f"{topic}{everybody} {said.removeprefix('it ')}"
    return f"{topic}{everybody}: {said}"


def _words_of(word: str) -> str:
    return {UNTOLD: "this data cannot tell"}.get(word, word)


def _elsewhere(read: Figures, main: str) -> str:
    """Count the other scores of all groups that are better and worse, and name where worse."""
    pairs = [
        (group, topic, verdict(read, group, topic))
        for topic in topics(read, "change")
        if topic != main
        for group in declared(read, "change")
    ]
    told = [(group, topic, word) for group, topic, word in pairs if word]
    if not told:
        return ""
    n = {word: sum(one == word for _, _, one in told) for word in VERDICTS}
    worse = [f"{topic} for “{group}”" for group, topic, word in told if word == WORSE]
    named = f" ({listed(worse)})" if 0 < len(worse) <= 3 else ""
    moved = [(group, topic) for group, topic, word in told if word in (BETTER, WORSE)]
    untold = f"; of {n[UNTOLD]} this data cannot tell, {NOT_EVIDENCE}" if n[UNTOLD] else ""
    return (
        f"Of {len(told)} other comparisons, each a score of one group, {_are(n[BETTER])} better "
        f"and {_are(n[WORSE])} worse{named}{_among_so_many(read, moved)}{untold}."
    )


def _are(n: int) -> str:
    return f"{n or 'none'} {_is(n)}"


def _is(n: int) -> str:
    return "is" if n < 2 else "are"


def _among_so_many(read: Figures, moved: Sequence[tuple[str, str]]) -> str:
    """Say how many of those that changed stand out among all comparisons of the table."""
    if not moved:
        return ""
    chances = [at(read, "change", group, topic).q_value for group, topic in moved]
    if None in chances:
        return "; of so many, about one in twenty would look so by chance alone"
    level = 1 - read.about.confidence + 1e-12
    stand = sum(chance is not None and chance <= level for chance in chances)
    if stand == len(moved):
        return ""
    some = "none of them stands" if not stand else f"{stand} of them stand{'s' * (stand == 1)}"
    return f"; among so many, {some} out from what chance alone does"


def _headline_by_group(read: Figures, than: str) -> str:
    topic = main_topic(read)
    told = [(group, verdict(read, group, topic)) for group in declared(read, "change")]
    found = {word: [group for group, one in told if one == word] for word in VERDICTS}
    n = sum(map(len, found.values()))
    if not n:
        return _nothing(read).rstrip(".")
    parts = [f"{w} {than} for {len(found[w])}" for w in (BETTER, WORSE) if found[w]]
    if not parts:
        return f"{topic} is not clearly better or worse {than}, for any of {n} groups"
    return f"{topic} is clearly {' and '.join(parts)} of {n} groups"


# --- both ---------------------------------------------------------------------------------------


def _of_one(found: Verdicts, than: str) -> str:
    word = next(word for word, labels in found.items() if labels)
    return {
        BETTER: f"clearly better {than}",
        WORSE: f"clearly worse {than}",
        SAME: f"no change that matters {than.replace('than in', 'since').replace('than', '')}",
        UNTOLD: "this data cannot tell whether it changed",
    }[word].strip()


def _nothing(read: Figures) -> str:
    figures = [
        at(read, "change", group, topic)
        for topic in topics(read, "change")
        for group in groups(read, "change")
    ]
    if any(figure.hidden for figure in figures):
        return f"What changed between the waves is {HIDDEN}; nothing can be said of it."
    return "The waves have no score that can be compared."
