"""What people said in the staff survey, in plain English: scores, and who is clear of the others.

A group is lower or higher than everybody else only where the range of the difference says so and
the difference still stands among all that were compared; else this data cannot tell. Nothing is
said of a hidden figure, and no order that a hidden one might upset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.survey_verdicts import (
    HIDDEN,
    HIGHER,
    LOWER,
    MOST_NAMED,
    NOT_EVIDENCE,
    NOT_TESTED,
    SAME,
    UNKNOWN,
    Standing,
    counted,
    few,
    fraction,
    nearest,
    points_told,
    score_words,
    standing,
    told,
    topics,
    untold,
    whole,
)
from workforce_analytics.publishing.wording import listed, lower_first, upper_first

_MEASURE = "against_rest"


def scores(read: Figures) -> list[str]:
    """Say what all staff score, for whom that differs on the first topic, and on the others."""
    said = _by_group(whole(read)) if read.by else _of_all(read)
    found = [words for words in said if words]
    return found or [f"What staff said is {HIDDEN}; nothing can be said of it."]


def scores_headline(read: Figures) -> str:
    """Say for whom the first topic is clearly lower or higher; without groups, what it is."""
    return _headline_by_group(whole(read)) if read.by else _headline(read)


# --- without groups -------------------------------------------------------------------------------


def scored(read: Figures) -> dict[str, Figure]:
    """Give the scores of all staff by topic, in the order of the questionnaire."""
    if read.by:
        return {topic: read.get("score", ALL, split=topic) for topic in topics(read)}
    there = {place.group for place in read.rows if place.measure == "score"}
    return {topic: read.get("score", topic) for topic in read.declared if topic in there}


def _of_all(read: Figures) -> list[str]:
    return [_indexes(read), _positive(read), _elements(read)]


def _indexes(read: Figures) -> str:
    """Say what the indexes are, the first three of them."""
    found = [(topic, one) for topic, one in scored(read).items() if one.unit == "score_0_100"]
    shown = [f"{_name(topic)} is {told(one)}" for topic, one in found if one.value is not None]
    return f"{'; '.join(shown[:MOST_NAMED])}." if shown else ""


def _name(topic: str) -> str:
    """Name an index as the subject of a sentence; what stands in a heading is not quoted."""
    return upper_first(topic)


def _positive(read: Figures) -> str:
    """Say which theme or question is answered most and least positively, where that is clear."""
    found = {topic: one for topic, one in scored(read).items() if one.unit == "proportion"}
    return _spread(read, found, "positive")


def _elements(read: Figures) -> str:
    found = {topic: one for topic, one in scored(read).items() if one.unit == "score_0_10"}
    return _spread(read, found, "out of 10")


def _kind(read: Figures) -> str:
    """What topics with a share of positive answers are called."""
    return "questions" if read.about.headings.get("topic") == "Question" else "themes"


def _spread(read: Figures, found: dict[str, Figure], what: str) -> str:
    shown = {topic: one for topic, one in found.items() if one.value is not None}
    if not shown:
        return ""
    if len(shown) == 1:
        ((topic, one),) = shown.items()
        of = " of answers are positive" if what == "positive" else ""
        return f"“{topic}”: {told(one)}{of}."
    low, high = lowest(found), highest(found)
    if not (low or high):
        values = sorted(shown.values(), key=lambda one: one.value or 0.0)
        ends = f"between {score_words(values[0])} and {score_words(values[-1])}"
        cannot = "; which of them is highest or lowest, this data cannot tell"
        cannot = cannot if len(shown) == len(found) else ""
        of = "of the answers are positive" if what == "positive" else what
        return f"On {len(shown)} {_kind(read)}, {ends} {of}{cannot}."
    best = f"highest for “{high}” ({score_words(found[high])})" if high else ""
    worst = f"lowest for “{low}” ({score_words(found[low])})" if low else ""
    lead = "The share of positive answers is" if what == "positive" else "The score out of 10 is"
    return f"{lead} {listed([one for one in (best, worst) if one])}."


def lowest(found: dict[str, Figure]) -> str:
    """Name the topic whose score is clear below all others; none where one is hidden or close."""
    return _extreme({topic: _turned(one) for topic, one in found.items()})


def highest(found: dict[str, Figure]) -> str:
    """Name the topic whose score is clear above all others; none where one is hidden or close."""
    return _extreme({topic: fraction(one) for topic, one in found.items()})


def _turned(figure: Figure) -> Figure:
    one = fraction(figure)
    value, lower, upper = (None if x is None else -x for x in (one.value, one.upper, one.lower))
    return Figure(value=value, lower=lower, upper=upper)


def _extreme(found: dict[str, Figure]) -> str:
    if len(found) < 2 or not all(one.has_interval for one in found.values()):
        return ""
    first, second, *_ = sorted(found, key=lambda topic: found[topic].value or 0.0, reverse=True)
    others = max(one.upper or 0.0 for topic, one in found.items() if topic != first)
    clear = (found[first].lower or 0.0) > others and found[second].value is not None
    return first if clear else ""


def _headline(read: Figures) -> str:
    found = scored(read)
    lead = next(((topic, one) for topic, one in found.items() if one.value is not None), None)
    if lead is None:
        return f"What staff said is {HIDDEN}"
    topic, one = lead
    themes = {name: each for name, each in found.items() if each.unit == "proportion"}
    worst = lowest(themes)
    best = highest(themes)
    if one.unit == "proportion" and (worst or best):
        ends = [f"on “{best}” are the most positive"] if best else []
        ends += [f"on “{worst}” are the least positive"] if worst else []
        return f"Answers {' and '.join(ends)}"
    if one.unit == "proportion" and len(themes) > 1:
        return f"Positive answers on {len(themes)} {_kind(read)}"
    low = f"; answers on “{worst}” are the least positive" if worst else ""
    if one.unit == "proportion":
        return f"“{topic}”: {score_words(one)} of answers are positive"
    scale = {"score_0_100": " out of 100", "score_0_10": " out of 10"}.get(one.unit, "")
    return f"{_name(topic)} is {score_words(one)}{scale}{low}"


# --- by group -------------------------------------------------------------------------------------


def _by_group(read: Figures) -> list[str]:
    found = standing(read, _MEASURE)
    if not topics(read):
        return []
    lead = topics(read)[0]
    every = read.get("score", ALL, split=lead)
    first = f"{_name(lead)} is {told(every)} among all staff." if every.value is not None else ""
    if every.value is not None and every.unit == "proportion":
        first = f"“{lead}”: {told(every)} of answers of all staff are positive."
    if nothing := _nothing_told(read, found):
        return [first, nothing]
    return [first, _against_rest(read, lead, found), _others(read, lead, found)]


def _nothing_told(read: Figures, found: Standing) -> str:
    """Say once that of no group anything can be told, where that is so of all that was asked."""
    said, asked = set(found.values()), {topic for _, topic in found}
    if UNKNOWN not in said or said - {UNKNOWN, NOT_TESTED} or len(asked) < 2:
        return ""
    groups = list(dict.fromkeys(group for group, _ in found))
    out = len(counted(found, NOT_TESTED))
    were = "was" if out == 1 else "were"
    tested = f"; {out} of {len(found)} comparisons {were} not tested: too few answered"
    return (
        f"Compared with everybody else, for {few(groups, len(groups))} this data cannot tell on "
        f"any of {len(asked)} scores, {NOT_EVIDENCE}{tested if out else ''}."
    )


def _against_rest(read: Figures, lead: str, found: Standing) -> str:
    """Say for which groups the first topic is lower or higher than for everybody else."""
    here = {place: word for place, word in found.items() if place[1] == lead}
    if not here:
        return ""
    groups = {word: [g for g, _ in counted(here, word)] for word in set(here.values())}
    words, they = _words(read, lead), "they are" if _shared(read, lead) else "it is"
    parts = [
        f"clearly {words[word]} for {_each(read, groups[word], lead, len(here))}"
        for word in _both(groups, here)
    ]
    rest = []
    if SAME in groups:
        rest.append(f"for {few(groups[SAME], len(here))} there is no difference that matters")
    if UNKNOWN in groups:
        whom = few(groups[UNKNOWN], len(here))
        rest.append(f"for {whom} this data cannot tell, {NOT_EVIDENCE}")
    if NOT_TESTED in groups:
        n = len(groups[NOT_TESTED])
        verb = "was" if n == 1 else "were"
        rest.append(f"{few(groups[NOT_TESTED], len(here))} {verb} not tested: too few answered")
    clear = [f"{they} {' and '.join(parts)}"] if parts else []
    return f"Compared with everybody else, {'; '.join([*clear, *rest])}."


def _shared(read: Figures, topic: str) -> bool:
    """Whether a topic's figures are shares of positive answers."""
    return read.get("score", ALL, split=topic).unit == "proportion"


def _words(read: Figures, topic: str) -> dict[str, str]:
    """How a group's score is lower or higher: answers are less or more positive."""
    if _shared(read, topic):
        return {LOWER: "less positive", HIGHER: "more positive"}
    return {LOWER: LOWER, HIGHER: HIGHER}


def _both(groups: Mapping[str, Sequence[str]], here: Standing) -> list[str]:
    """Which sides are told: of two groups only one, for the other is what it is compared with."""
    sides = [word for word in (LOWER, HIGHER) if groups.get(word)]
    return sides[:1] if len(here) == 2 else sides


def _each(read: Figures, groups: list[str], topic: str, of: int) -> str:
    """Name groups with their scores; of many, how many they are."""
    if len(groups) > MOST_NAMED:
        return few(groups, of)
    shown = [(group, read.get("score", group, split=topic)) for group in groups]
    return listed(
        [
            f"“{group}” ({score_words(one)})" if one.value is not None else f"“{group}”"
            for group, one in shown
        ]
    )


def _others(read: Figures, lead: str, found: Standing) -> str:
    """Say how many comparisons on the other themes are clear, and the clearest of them."""
    rest = {place: word for place, word in found.items() if place[1] != lead}
    if not rest:
        return ""
    clear = [place for place, word in rest.items() if word in (LOWER, HIGHER)]
    if not clear:
        return f"On the other {_kind(read)}: {untold(rest, of_all=True)}."
    lower = counted(rest, LOWER)
    most = max(lower or clear, key=lambda place: nearest(fraction(_gap(read, place))))
    group, topic = most
    sides = [f"{n} {word}" for word in (LOWER, HIGHER) if (n := len(counted(rest, word)))]
    if len(sides) == 1:
        sides = [f"all {sides[0].split()[1]}" if len(clear) > 1 else sides[0].split()[1]]
    said = [
        f"Of {len(rest)} comparisons on the other {_kind(read)} {len(clear)} "
        f"{'is' if len(clear) == 1 else 'are'} clear ({' and '.join(sides)}), "
        f"{'that on' if len(clear) == 1 else 'most of all'} “{topic}” for “{group}” "
        f"({points_told(_gap(read, most))})",
        untold(rest),
    ]
    return f"{'; '.join(words for words in said if words)}."


def _gap(read: Figures, place: tuple[str, str]) -> Figure:
    return read.get(_MEASURE, place[0], split=place[1])


def _headline_by_group(read: Figures) -> str:
    found, heading = standing(read, _MEASURE), lower_first(read.of)
    names = topics(read)
    if not names:
        return f"What staff said by {heading} is {HIDDEN}"
    lead = names[0]
    here = {place: word for place, word in found.items() if place[1] == lead}
    groups = {word: [group for group, _ in counted(here, word)] for word in (LOWER, HIGHER)}
    words = _words(read, lead)
    parts = [f"{words[w]} for {few(groups[w], len(here))}" for w in _both(groups, here)]
    if parts and _shared(read, lead):
        return f"Answers on “{lead}” are clearly {' and '.join(parts)}"
    if parts:
        return f"{_name(lead)} is clearly {' and '.join(parts)}"
    clear = sum(word in (LOWER, HIGHER) for word in found.values())
    if clear:
        return f"{clear} of {len(found)} scores by {heading} are clear of everybody else's"
    if not found:
        return f"Scores by {heading}: the comparisons are {HIDDEN} or not tested"
    if set(found.values()) == {NOT_TESTED}:
        return f"Scores by {heading}: too few answered to test differences"
    return f"No clear differences by {heading} in {len(found)} comparisons"
