"""What training changed, in plain English: the verdict first, then people, then all others.

What may be said of a change is decided in training_verdicts.py.
"""

from __future__ import annotations

from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.training_verdicts import (
    HIDDEN,
    NARROWED,
    NOT_EVIDENCE,
    SAME,
    UNTOLD,
    WIDENED,
    Verdict,
    by_verdict,
    delta,
    edges_of,
    groups,
    happening,
    least_words,
    outcomes,
    places_of,
    reference,
    verdict,
    with_sign,
)
from workforce_analytics.publishing.wording import lower_first, number, quoted, upper_first


def effect(read: Figures) -> list[str]:
    """Say the verdict of the primary outcome, what it means in people, and the other verdicts."""
    first, *others = outcomes(read) or ("",)
    main = lead(read, first)
    if main:
        rest = rest_sentence(read, first, main)
        # Of several groups the table says how many people a change is.
        second = rest or people_sentence(read, main, first)
        said = [verdict_sentence(read, main, first), *([second] if second else [])]
    else:
        why = _why_not(read, first)
        said = [f"What training changed in {happening(first)} is {why}; nothing is said of it."]
    said += [summary for outcome in others if (summary := outcome_sentence(read, outcome))]
    return said[:3]


def effect_headline(read: Figures) -> str:
    """Say the verdict of the primary outcome, and for how many groups where there are several."""
    first, *_ = outcomes(read) or ("",)
    found = by_verdict(read, first)
    judged_groups = [group for found_groups in found.values() for group in found_groups]
    what = happening(first)
    if not judged_groups:
        return f"What training changed in {what} is {_why_not(read, first)}"
    if len(judged_groups) == 1:
        word = verdict(read, judged_groups[0], first).word
        return {
            NARROWED: f"The gap in {what} narrowed where panels were trained",
            WIDENED: f"The gap in {what} widened where panels were trained",
            SAME: f"No change that matters in the gap in {what} where panels were trained",
            UNTOLD: f"This data cannot tell whether training changed the gap in {what}",
        }[word]
    if len(found[UNTOLD]) == len(judged_groups):
        return f"This data cannot tell whether training changed any gap in {what}"
    parts = [f"{word} for {len(found[word])}" for word in (NARROWED, WIDENED) if found[word]]
    if not parts:
        return f"No gap in {what} clearly changed where panels were trained"
    return (
        f"Where panels were trained, the gap in {what} {' and '.join(parts)} of "
        f"{len(judged_groups)} groups"
    )


def lead(read: Figures, outcome: str) -> str:
    """Choose the group to tell most of: one whose gap changed, by the most; else the first."""
    found = by_verdict(read, outcome)
    clear = found[NARROWED] + found[WIDENED]
    if clear:
        return max(clear, key=lambda group: _at_least(read, group, outcome))
    order = [group for word in (SAME, UNTOLD) for group in found[word]]
    return order[0] if order else ""


def _at_least(read: Figures, group: str, outcome: str) -> float:
    """How far from no change is the near end of the range?"""
    figure = read.get("effect_points", group, split=outcome)
    if figure.lower is None or figure.upper is None:
        return 0.0
    return max(figure.lower, -figure.upper)


def verdict_sentence(read: Figures, group: str, outcome: str) -> str:
    """Say the verdict on one group and outcome, with its figures."""
    told = verdict(read, group, outcome)
    gap = f"the gap in {happening(outcome)} between “{group}” and {reference(read)}"
    figure = read.get("effect_points", group, split=outcome)
    if told.word in (NARROWED, WIDENED):
        return f"Where panels were trained, {gap} {told.word}{_by_how_much(read, group, outcome)}."
    if told.word == SAME:
        moved = _likely(figure, read)
        return (
            f"Where panels were trained, {gap} shows no change that matters{moved}; less than "
            f"{least_words(read)} either way was set as too small to matter."
        )
    return _cannot_tell(gap, told, _likely(figure, read))


def _cannot_tell(gap: str, told: Verdict, moved: str) -> str:
    why = f": {told.why}" if told.why else ""
    return f"This data cannot tell whether training changed {gap}{moved}, {NOT_EVIDENCE}{why}."


def _likely(figure: Figure, read: Figures) -> str:
    """Say how far a gap could have moved, in brackets."""
    if not figure.has_interval:
        return ""
    low, high = (with_sign(end or 0.0, edges_of(read)) for end in (figure.lower, figure.upper))
    return f" (likely between {low} and {high} percentage points)"


def _by_how_much(read: Figures, group: str, outcome: str) -> str:
    """Say by how many points a gap changed, and from what to what."""
    figure = read.get("effect_points", group, split=outcome)
    if figure.value is None:
        return ""
    without = read.get("gap_without", group, split=outcome).value
    with_it = read.get("gap_with", group, split=outcome).value
    ends = [abs(end) for end in (figure.lower, figure.upper) if end is not None]
    low, high = (number(end, places_of(end, (0.0, delta(read)))) for end in sorted(ends) or (0, 0))
    size = abs(figure.value)
    moved = f" by {number(size, places_of(size, (0.0, delta(read))))} percentage points"
    if figure.has_interval and (figure.lower or 0) * (figure.upper or 0) > 0:
        moved += f" (likely between {low} and {high})"
    if without is None or with_it is None:
        return moved
    if without * with_it < 0:
        # A gap that turned round moved by more than it shrank or grew.
        return f": it moved{moved}, from {with_sign(without)} to {with_sign(with_it)}"
    return f"{moved}, from {number(abs(without), 1)} to {number(abs(with_it), 1)}"


def people_sentence(read: Figures, group: str, outcome: str, *, alone: bool = False) -> str:
    """Say a change as a number of people, where it is clear; after its verdict or alone."""
    figure = read.get("effect_people", group, split=outcome)
    if verdict(read, group, outcome).word not in (NARROWED, WIDENED) or figure.value is None:
        return ""
    n = number(abs(figure.value))
    if n == "0":
        return ""
    more = "more" if figure.value > 0 else "fewer"
    whom = f"{n} {more} {people_of(read)} from “{group}”"
    start = f"About {whom} were" if alone else f"That is about {whom}"
    than = "than would have been without training"
    return f"{start} {passed_words(outcome)} {than}{_people_range(figure)}."


def _people_range(figure: Figure) -> str:
    if figure.lower is None or figure.upper is None:
        return ""
    if figure.lower * figure.upper > 0:
        low, high = sorted((abs(figure.lower), abs(figure.upper)))
        return f" (likely between {number(low)} and {number(high)})"
    low, high = figure.lower, figure.upper
    return f" (likely between {with_sign_whole(low)} and {with_sign_whole(high)})"


def with_sign_whole(value: float) -> str:
    """Write a number of people with its sign."""
    shown = number(abs(value))
    return shown if shown == "0" else f"{'+' if value > 0 else '−'}{shown}"


def people_of(read: Figures) -> str:
    """Name those who could pass: applicants, where applications are counted."""
    return "applicants" if read.about.counted == "applications" else "people"


def passed_words(outcome: str) -> str:
    """Name an outcome after "more applicants": "shortlisted"."""
    return "offered a post" if outcome == "Offered" else lower_first(outcome).split(",")[0]


def rest_sentence(read: Figures, outcome: str, main: str) -> str:
    """Say the verdicts on all other groups, in one sentence."""
    found = {
        word: [g for g in named if g != main] for word, named in by_verdict(read, outcome).items()
    }
    parts = [f"it {word} for {quoted(found[word])}" for word in (NARROWED, WIDENED) if found[word]]
    if found[SAME]:
        parts.append(f"there is no change that matters for {quoted(found[SAME])}")
    if found[UNTOLD]:
        parts.append(f"this data cannot tell for {quoted(found[UNTOLD])}, {NOT_EVIDENCE}")
    return f"{upper_first('; '.join(parts))}." if parts else ""


def outcome_sentence(read: Figures, outcome: str) -> str:
    """Say the verdict on another outcome: in full for one group, by verdict for several."""
    found = by_verdict(read, outcome)
    named = [group for told in found.values() for group in told]
    if len(named) == 1:
        return verdict_sentence(read, named[0], outcome)
    parts = [f"{word} for {quoted(found[word])}" for word in (NARROWED, WIDENED) if found[word]]
    if found[SAME]:
        parts.append(f"shows no change that matters for {quoted(found[SAME])}")
    start = f"The gap in {happening(outcome)} {' and '.join(parts)}" if parts else ""
    if found[UNTOLD]:
        whom = quoted(found[UNTOLD])
        told = f"this data cannot tell for {whom}, {NOT_EVIDENCE}"
        alone = f"Of the gap in {happening(outcome)} {told}"
        start = f"{start}; {told}" if start else alone
    return f"{start}." if start else ""


def _why_not(read: Figures, outcome: str) -> str:
    told = [
        read.get(measure, group, split=outcome)
        for group in groups(read, "verdict")
        for measure in ("effect", "effect_points")
    ]
    return HIDDEN if any(figure.hidden for figure in told) else "not available"
