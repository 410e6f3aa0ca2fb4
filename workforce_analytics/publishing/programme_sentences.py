"""What promotion was like after a programme, in plain English: the verdict first.

Nobody takes part in a programme by lot, so nothing is said of what it did: only of those who had
taken part and of others. The verdict is the table's own. Nothing is said of a hidden figure.
"""

from __future__ import annotations

import math

from workforce_analytics.publishing.figures import Figures
from workforce_analytics.publishing.likelihoods import reference_words
from workforce_analytics.publishing.training_verdicts import (
    HIDDEN,
    NARROWED,
    NOT_EVIDENCE,
    SAME,
    UNTOLD,
    VERDICTS,
    WIDENED,
    Verdict,
)
from workforce_analytics.publishing.wording import listed, quoted, ratio, upper_first

NOT_BY_LOT = (
    "Nobody takes part by lot: a difference may be one of who takes part, and not what the "
    "programme did."
)
_SIZE = {NARROWED: "narrower", WIDENED: "wider"}


def programme(read: Figures) -> list[str]:
    """Say the verdict of each group, the odds of those who had taken part, and who they are."""
    found = programme_verdicts(read)
    judged = [group for group, told in found.items() if told.word]
    if not judged:
        return [
            f"Whether {_gap(read)} was different among those who had taken part is {HIDDEN}; "
            "nothing can be said of it.",
            NOT_BY_LOT,
        ]
    first = _one(read, judged[0], found[judged[0]]) if len(judged) == 1 else _several(read, found)
    return [words for words in (first, _odds(read), NOT_BY_LOT) if words]


def programme_headline(read: Figures) -> str:
    """Say the verdict, or of how many groups there is which."""
    found = [told.word for told in programme_verdicts(read).values() if told.word]
    if not found:
        return f"Whether {_gap(read)} was different after the programme is {HIDDEN}"
    if len(found) == 1 or set(found) == {UNTOLD}:
        return {
            NARROWED: f"{upper_first(_gap(read))} was narrower among those who had taken part",
            WIDENED: f"{upper_first(_gap(read))} was wider among those who had taken part",
            SAME: f"{upper_first(_gap(read))} was much the same among those who had taken part",
            UNTOLD: f"This data cannot tell whether {_gap(read)} was different after the programme",
        }[found[0]]
    parts = [f"{_SIZE[word]} for {found.count(word)}" for word in _SIZE if word in found]
    if not parts:
        return f"{upper_first(_gap(read))} was not clearly different among those who had taken part"
    return (
        f"Among those who had taken part, {_gap(read)} was {' and '.join(parts)} of {len(found)} "
        "groups"
    )


def programme_groups(read: Figures) -> tuple[str, ...]:
    """List the groups that are compared with the reference."""
    there = {place.group for place in read.rows if place.measure == "verdict"}
    return tuple(group for group in read.declared if group in there)


def programme_verdicts(read: Figures) -> dict[str, Verdict]:
    """Give each group's verdict and its reason; empty where the figures behind it are hidden."""
    found = {}
    for group in programme_groups(read):
        word, _, why = read.get("verdict", group).note.partition(":")
        seen = not read.get("effect_ratio", group).hidden and word in VERDICTS
        found[group] = Verdict(word, why.strip()) if seen else Verdict()
    return found


def programme_reference(read: Figures) -> str:
    """Name what groups are compared with, in quotation marks."""
    return reference_words(read, read.about.reference)


def _gap(read: Figures) -> str:
    return f"the gap in {read.about.outcome}"


def _one(read: Figures, group: str, told: Verdict) -> str:
    gap = f"{_gap(read)} between “{group}” and {programme_reference(read)}"
    if told.word == UNTOLD:
        why = f": {told.why}" if told.why else ""
        return (
            f"This data cannot tell whether {gap} was different among those who had taken part in "
            f"the programme, {NOT_EVIDENCE}{why}."
        )
    others, after = (read.get(measure, group).value for measure in ("gap_others", "gap_took_part"))
    size = ""
    if others is not None and after is not None:
        size = (
            f": the odds were {ratio(others, (1.0,))} times those of the latter among others, and "
            f"{ratio(after, (1.0,))} times among those who had"
        )
    if told.word == SAME:
        return f"Among those who had taken part, {gap} was much the same as among others{size}."
    return f"Among those who had taken part, {gap} was {_SIZE[told.word]} than among others{size}."


def _several(read: Figures, found: dict[str, Verdict]) -> str:
    by_word = {word: [g for g, told in found.items() if told.word == word] for word in VERDICTS}
    gap = f"{_gap(read)} to {programme_reference(read)}"
    parts = [f"was {_SIZE[word]} for {quoted(by_word[word])}" for word in _SIZE if by_word[word]]
    if by_word[SAME]:
        parts.append(f"was much the same for {quoted(by_word[SAME])}")
    said = f"Among those who had taken part, {gap} {' and '.join(parts)}" if parts else ""
    if by_word[UNTOLD]:
        whom = quoted(by_word[UNTOLD])
        untold = f"this data cannot tell for {whom}, {NOT_EVIDENCE}"
        said = f"{said}; {untold}" if said else f"Of {gap} {untold}"
    return f"{said}."


def _odds(read: Figures) -> str:
    """Say how promotion of those who had taken part compares with others of their own group."""
    parts = []
    for group in read.declared:
        figure = read.get("effect", group)
        if figure.value is None or not figure.has_interval:
            continue
        if not math.isfinite(figure.upper or 0.0):
            continue
        low, high = (ratio(end or 0.0, (1.0,)) for end in (figure.lower, figure.upper))
        parts.append(
            f"{ratio(figure.value, (1.0,))} in “{group}” (likely between {low} and {high})"
        )
    if not parts:
        return ""
    return (
        f"The odds of {read.about.outcome} of those who had taken part, divided by those of others "
        f"of the same grade and year, were {listed(parts)}."
    )
