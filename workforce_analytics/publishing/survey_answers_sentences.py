"""What was answered to each question of the staff survey, in plain English.

A question is answered most (or least) positively only where its range lies clear of all others and
none is hidden; a group's answers are more (or less) positive than those of all staff only where its
range lies beyond theirs. Else this data cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass

from workforce_analytics.estimates import ALL
from workforce_analytics.inference.proportions import proportion_interval
from workforce_analytics.publishing.comparisons import Verdicts, verdict
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.survey_scores_sentences import highest, lowest
from workforce_analytics.publishing.survey_verdicts import HIDDEN, MOST_NAMED, NOT_EVIDENCE, few
from workforce_analytics.publishing.wording import between, listed, lower_first, number, percent

_ENOUGH_FOR_CHANCE = 20
"""With so many comparisons one seems clear by chance alone: one in twenty does."""


@dataclass(frozen=True)
class Sides:
    """Which answers to a question are on which side of the middle, lowest first."""

    negative: tuple[str, ...]
    neither: tuple[str, ...]
    positive: tuple[str, ...]

    @property
    def there(self) -> bool:
        """Whether any answer is on a side, which those without an order are not."""
        return bool(self.negative or self.positive)


@dataclass(frozen=True)
class Asked:
    """One row of answers: a question, and of whom."""

    topic: str
    group: str = ""
    """Empty where the table is not by group."""


def asked(read: Figures) -> list[Asked]:
    """Name the rows of answers: each question, and in it each group, all staff last."""
    there = {(p.group, p.split) for p in read.rows if p.measure == "share"}
    if not read.by:
        return [Asked(topic) for topic in read.declared if (topic, "") in there]
    groups = (*read.declared, *read.undeclared, ALL)
    return [Asked(t, g) for t in read.splits for g in groups if (g, t) in there]


def questions(read: Figures) -> tuple[str, ...]:
    """Name the questions in their order."""
    return tuple(dict.fromkeys(row.topic for row in asked(read)))


def answer(read: Figures, row: Asked, label: str) -> Figure:
    """Look up the share that gave an answer."""
    group, split = (row.group, row.topic) if read.by else (row.topic, "")
    return read.get("share", group, split=split, stage=label)


def apart(read: Figures, row: Asked, measure: str) -> Figure:
    """Look up how many to whom a question did not apply, or who left it out."""
    group, split = (row.group, row.topic) if read.by else (row.topic, "")
    found = (
        figure
        for place, figure in read.rows.items()
        if (place.measure, place.group, place.split) == (measure, group, split)
    )
    return next(found, Figure())


def answers_to(read: Figures, topic: str) -> tuple[str, ...]:
    """Name the answers to a question in the order of its scale."""
    at = "split" if read.by else "group"
    there = {p.stage for p in read.rows if p.measure == "share" and getattr(p, at) == topic}
    return tuple(label for label in read.stages if label in there)


def sides(read: Figures, topic: str) -> Sides:
    """Which answers to a question are positive, and which negative?

    The table says it in the orientation of each. Answers without an order have no sides.
    """
    labels = answers_to(read, topic)
    row = next(one for one in asked(read) if one.topic == topic)
    said = {label: answer(read, row, label).orientation.lower() for label in labels}
    by_word = {word: tuple(x for x in labels if said[x] == word) for word in set(said.values())}
    left = tuple(x for x in labels if said[x] not in ("positive", "negative"))
    return Sides(by_word.get("negative", ()), left, by_word.get("positive", ()))


def positive(read: Figures, row: Asked) -> Figure:
    """Look up the share of positive answers; of several, what they add up to."""
    return together(read, row, sides(read, row.topic).positive)


def together(read: Figures, row: Asked, labels: tuple[str, ...]) -> Figure:
    """Add the shares of several answers up; where one is hidden, so is the sum."""
    found = [answer(read, row, label) for label in labels]
    if len(found) == 1:
        return found[0]
    hidden = next((one for one in found if one.numerator is None or not one.denominator), None)
    if hidden is not None or not found:
        return Figure(value_mark=hidden.value_mark if hidden is not None else "[z]")
    n, of = sum(one.numerator or 0.0 for one in found), found[0].denominator or 1.0
    ends = proportion_interval(n, of, confidence=read.about.confidence)
    return Figure(
        value=n / of,
        lower=float(ends.lower),
        upper=float(ends.upper),
        numerator=n,
        denominator=of,
        value_mark="",
        unit="proportion",
    )


# --- words ----------------------------------------------------------------------------------------


def answers(read: Figures) -> list[str]:
    """Say which question is answered most and least positively, or for which groups one is."""
    said = _by_group(read) if read.by else _by_question(read)
    found = [words for words in said if words]
    return found or [f"What was answered is {HIDDEN}; nothing can be said of it."]


def answers_headline(read: Figures) -> str:
    """Say what is answered most and least positively; of one question, how positively."""
    names = questions(read)
    whole = {topic: positive(read, Asked(topic, ALL if read.by else "")) for topic in names}
    if not names or all(one.hidden for one in whole.values()):
        return f"What was answered is {HIDDEN}"
    if len(names) == 1:
        return _headline_of_one(read, names[0], whole[names[0]])
    if read.by:
        return _headline_by_group(read, names)
    best, worst = highest(whole), lowest(whole)
    if best:
        return f"“{best}” has the most positive answers{f', “{worst}” the fewest' if worst else ''}"
    if worst:
        return f"“{worst}” has the fewest positive answers"
    return f"Answers to {len(names)} questions"


def _headline_by_group(read: Figures, names: tuple[str, ...]) -> str:
    found = [compared(read, topic) for topic in names]
    clear = len([one for one in found if one["lower"] or one["higher"]])
    by = f"Answers by {lower_first(read.of)}"
    if clear:
        return f"{by}: clear differences on {clear} of {len(names)} questions"
    return f"{by}: no clear differences on {len(names)} questions"


def _headline_of_one(read: Figures, topic: str, whole: Figure) -> str:
    found = compared(read, topic) if read.by else {}
    clear = [
        f"{word} positive for {few(found[side], sum(map(len, found.values())))}"
        for side, word in (("lower", "less"), ("higher", "more"))
        if found.get(side)
    ]
    if clear:
        return f"“{topic}”: clearly {' and '.join(clear)}"
    if whole.value is None:
        return f"“{topic}”: answers"
    return f"“{topic}”: {percent(whole.value)} of answers are positive"


def _by_question(read: Figures) -> list[str]:
    names = questions(read)
    found = {topic: positive(read, Asked(topic)) for topic in names}
    shown = {topic: one for topic, one in found.items() if one.value is not None}
    if not shown:
        return []
    if len(names) == 1:
        return [_of_one(read, Asked(names[0]))]
    best, worst = highest(found), lowest(found)
    first = [f"“{best}” has the most positive answers: {_likely(found[best])}."] if best else []
    last = [f"“{worst}” has the fewest: {_likely(found[worst])}."] if worst and best else []
    if worst and not best:
        last = [f"“{worst}” has the fewest positive answers: {_likely(found[worst])}."]
    if first or last:
        return [*first, *last]
    ends = sorted(shown.values(), key=lambda one: one.value or 0.0)
    low, high = (percent(one.value or 0.0) for one in (ends[0], ends[-1]))
    cannot = "; which has the most or the fewest, this data cannot tell"
    all_ = f"Between {low} and {high} of the answers to {len(shown)} questions are positive"
    return [f"{all_}{cannot if len(shown) == len(found) else ''}."]


def _likely(figure: Figure) -> str:
    said = percent(figure.value or 0.0)
    if not figure.has_interval:
        return said
    return f"{said} ({between(figure.lower or 0.0, figure.upper or 0.0)})"


def _of_one(read: Figures, row: Asked) -> str:
    """Say how a question was answered, and by how many."""
    side = sides(read, row.topic)
    parts = []
    for labels, word in (
        (side.positive, "positive"),
        (side.negative, "negative"),
        (side.neither, "neither"),
    ):
        one = together(read, row, labels)
        if labels and one.value is not None:
            parts.append((word, one))
    if not parts:
        return ""
    said = listed(
        [
            f"{_likely(one) if word == 'positive' else percent(one.value or 0.0)} {word}"
            for word, one in parts
        ]
    )
    n = next((one.denominator for _, one in parts if one.denominator is not None), None)
    of = f"of {number(n)} answers" if n is not None else "of the answers"
    return f"“{row.topic}”: {of}, {said}."


def compared(read: Figures, topic: str) -> Verdicts:
    """Judge each group's positive answers to a question against those of all staff.

    Parameters
    ----------
    read
        Figures of the kind "survey_answers", by group.
    topic
        The question.

    Returns
    -------
    dict
        Groups under "higher", "lower", "same" and "unknown"; one that is hidden in none.
    """
    found: Verdicts = {"higher": [], "lower": [], "same": [], "unknown": []}
    whole = positive(read, Asked(topic, ALL)).value
    for group in read.declared if whole is not None else ():
        one = positive(read, Asked(topic, group))
        if one.has_interval:
            ends = (100 * ((end or 0.0) - (whole or 0.0)) for end in (one.lower, one.upper))
            found[verdict(*ends)].append(group)
    return found


def _by_group(read: Figures) -> list[str]:
    names = questions(read)
    if len(names) == 1:
        return [_of_one(read, Asked(names[0], ALL)), _groups(read, names[0])]
    clear = {
        topic: [g for side in ("lower", "higher") for g in compared(read, topic)[side]]
        for topic in names
    }
    differing = [topic for topic, groups in clear.items() if groups]
    if not differing:
        whole = f"{len(names)} questions by {lower_first(read.of)}"
        seen = any(any(compared(read, topic).values()) for topic in names)
        said = f"For no group are the answers to {whole} clear of those of all staff"
        return [f"{said}, {NOT_EVIDENCE}."] if seen else []
    judged = sum(len(groups) for topic in names for groups in compared(read, topic).values())
    chance = ""
    if judged >= _ENOUGH_FOR_CHANCE:
        n = judged // _ENOUGH_FOR_CHANCE
        chance = f"; of {judged} comparisons about {n} would seem so by chance alone"
    most = max(differing, key=lambda topic: len(clear[topic]))
    many = f"{len(differing)} of {len(names)} questions"
    return [
        f"On {many} a group's positive answers are clear of those of all staff{chance}.",
        _groups(read, most),
    ]


def _groups(read: Figures, topic: str) -> str:
    found = compared(read, topic)
    judged = sum(map(len, found.values()))
    parts = [
        f"clearly {word} positive for {_each(read, topic, found[side], judged)}"
        for side, word in (("lower", "less"), ("higher", "more"))
        if found[side]
    ]
    said = [f"answers are {' and '.join(parts)} than for all staff"] if parts else []
    if found["same"]:
        said.append(f"for {few(found['same'], judged)} there is no difference that matters")
    if found["unknown"]:
        said.append(f"for {few(found['unknown'], judged)} this data cannot tell, {NOT_EVIDENCE}")
    return f"On “{topic}”, {'; '.join(said)}." if said else ""


def _each(read: Figures, topic: str, groups: list[str], of: int) -> str:
    if len(groups) > MOST_NAMED:
        return few(groups, of)
    rates = [positive(read, Asked(topic, group)).value or 0.0 for group in groups]
    pairs = zip(groups, rates, strict=True)
    return listed([f"“{group}” ({percent(rate)})" for group, rate in pairs])
