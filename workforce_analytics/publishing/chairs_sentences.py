"""What the training of networks' chairs changed, in plain English: the verdict first.

The verdict is the table's own: a ratio whose range lies within what matters either way shows no
change that matters (this wins); else one whose range excludes 1 "rose" or "fell"; else this data
cannot tell. Nothing is said of a hidden figure.
"""

from __future__ import annotations

import math

from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.training_verdicts import (
    HIDDEN,
    NOT_EVIDENCE,
    SAME,
    UNTOLD,
    Verdict,
    places_of,
)
from workforce_analytics.publishing.wording import lower_first, number

ROSE, FELL = "rose", "fell"
NOT_BY_LOT = (
    "Whose chair is trained, and when, was not left to chance: a network that was growing anyway "
    "may have been trained first."
)


def chairs(read: Figures) -> list[str]:
    """Say the verdict, what it comes to, and that chairs were not chosen by lot."""
    told, thing = chairs_verdict(read), chairs_outcome(read)
    if not told.word:
        return [f"What training changed in {thing} is {HIDDEN}; nothing can be said of it."]
    said = [_verdict(read, told, thing), _how_many(read, told) or _rates(read, thing)]
    # Where the order was drawn by lot the table says nothing of this.
    said += [NOT_BY_LOT] if NOT_BY_LOT in read.about.caveats else []
    return [words for words in said if words]


def chairs_headline(read: Figures) -> str:
    """Say the verdict."""
    told, thing = chairs_verdict(read), chairs_outcome(read)
    if not told.word:
        return f"What training of chairs changed in {thing} is {HIDDEN}"
    return {
        ROSE: f"More {thing} where chairs of networks were trained",
        FELL: f"Fewer {thing} where chairs of networks were trained",
        SAME: f"No change that matters in {thing} where chairs of networks were trained",
        UNTOLD: f"This data cannot tell whether training chairs changed {thing}",
    }[told.word]


def chairs_outcome(read: Figures) -> str:
    """Name what is looked at: "attendances per member"."""
    return lower_first(read.declared[0])


def chairs_verdict(read: Figures) -> Verdict:
    """Give the table's verdict and its reason; empty where the figures behind it are hidden."""
    if _figure(read, "effect").hidden:
        return Verdict()
    word, _, why = _figure(read, "verdict").note.partition(":")
    return Verdict(word, why.strip()) if word in (ROSE, FELL, SAME, UNTOLD) else Verdict()


def _figure(read: Figures, measure: str) -> Figure:
    return read.get(measure, read.declared[0])


def _edges(read: Figures) -> tuple[float, ...]:
    """What a change in per cent is judged by: nothing, and what matters either way."""
    least = _figure(read, "smallest_that_matters").value or 1.0
    return (0.0, 100 * (least - 1), 100 * (1 / least - 1))


def _percent(ratio: float, read: Figures) -> str:
    """Write a ratio as a change in per cent: 1.25 is "+25%"."""
    change, edges = 100 * (ratio - 1), _edges(read)
    places = next(
        (at for at in (0, 1) if all((round(change, at) > e) == (change > e) for e in edges)),
        places_of(change, edges),
    )
    shown = number(abs(change), places)
    if not float(shown.replace(",", "")):
        return "0%"
    return f"{'+' if change > 0 else '−'}{shown}%"


def _likely(read: Figures) -> str:
    figure = _figure(read, "effect")
    if not figure.has_interval or not math.isfinite(figure.upper or 0.0):
        return ""
    low, high = (_percent(end or 0.0, read) for end in (figure.lower, figure.upper))
    return f" (likely between {low} and {high})"


def _verdict(read: Figures, told: Verdict, thing: str) -> str:
    likely, value = _likely(read), _figure(read, "effect").value
    if told.word in (ROSE, FELL):
        moved = _percent(value or 0.0, read).lstrip("+−")
        return (
            f"In networks whose chair had been trained, {thing} {told.word} by {moved}{likely}, "
            "beyond what happened at the same time in networks that still waited."
        )
    if told.word == SAME:
        _, above, below = _edges(read)
        return (
            f"In networks whose chair had been trained, {thing} show no change that matters"
            f"{likely}; less than +{number(above)}% or −{number(abs(below))}% was set as too small "
            "to matter."
        )
    # Where there is a reason why nothing can be told, the range is not to be relied on either.
    why, likely = (f": {told.why}", "") if told.why else ("", likely)
    return (
        f"This data cannot tell whether training chairs changed {thing}{likely}, "
        f"{NOT_EVIDENCE}{why}."
    )


def _how_many(read: Figures, told: Verdict) -> str:
    """Say a clear change as a number."""
    figure = _figure(read, "effect_events")
    if told.word not in (ROSE, FELL) or figure.value is None:
        return ""
    more = "more" if told.word == ROSE else "fewer"
    what = read.about.counted.partition(",")[0]
    ends = sorted(abs(end) for end in (figure.lower, figure.upper) if end is not None)
    likely = f" (likely between {number(ends[0])} and {number(ends[1])})" if len(ends) > 1 else ""
    return (
        f"That is about {number(abs(figure.value))} {more} {what} than there would have been "
        f"without{likely}."
    )


def _rates(read: Figures, thing: str) -> str:
    """Say the rates as they are, before, after and elsewhere."""
    before, after, waiting = (
        _figure(read, f"rate_{when}") for when in ("before", "after", "waiting")
    )
    if before.value is None or after.value is None:
        return ""
    elsewhere = ""
    if waiting.value is not None:
        elsewhere = f"; in networks that still wait there were {number(waiting.value, 2)}"
    return (
        f"As it is, without regard to what else changed, there were {number(before.value, 2)} "
        f"{thing} a month before the training and {number(after.value, 2)} after it{elsewhere}."
    )
