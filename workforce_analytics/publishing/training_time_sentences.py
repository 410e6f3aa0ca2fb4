"""What changed quarter by quarter and month by month with training, in plain English."""

from __future__ import annotations

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.training_verdicts import (
    HIDDEN,
    NOT_EVIDENCE,
    delta,
    edges_of,
    groups,
    places_of,
    range_of,
    reference,
)
from workforce_analytics.publishing.wording import number, quoted, ratio, ratio_between


def event_study(read: Figures) -> list[str]:
    """Say the change after training, what was seen before it, and what the latter means."""
    said = []
    for group in groups(read, "effect_overall")[:1]:
        after = read.get("effect_overall", group, split=ALL)
        before = read.get("before_overall", group, split=ALL)
        if after.has_interval:
            said.append(_after_words(read, group, after))
        if before.has_interval:
            said.append(_before_words(read, group, before))
    others = groups(read, "effect_overall")[1:]
    if others and said:
        said.append(f"The chart and the table also show {quoted(others)}.")
    return said or [f"The change quarter by quarter is {_hidden_or_not(read, 'effect_overall')}."]


def _after_words(read: Figures, group: str, after: Figure) -> str:
    told = judged_by(read, after)
    ends = f"likely between {range_of(after, edges_of(read)).replace(' to ', ' and ')}"
    gap = f"the gap between “{group}” and {reference(read)}"
    if told == "unknown":
        return (
            f"This data cannot tell whether {gap} moved in the quarters after training ({ends} "
            f"percentage points), {NOT_EVIDENCE}."
        )
    if told == "same":
        return f"After training, {gap} shows no change that matters ({ends} percentage points)."
    low, high = sorted(abs(end or 0.0) for end in (after.lower, after.upper))
    way = "up" if told == "higher" else "down"
    return (
        f"After training, the rate of “{group}” against that of {reference(read)} went {way}, by "
        f"{_size(read, after.value or 0.0)} percentage points on average (likely between "
        f"{_size(read, low)} and {_size(read, high)})."
    )


def _size(read: Figures, value: float) -> str:
    return number(abs(value), places_of(abs(value), (0.0, delta(read))))


def _before_words(read: Figures, group: str, before: Figure) -> str:
    ends = f"likely between {range_of(before, edges_of(read)).replace(' to ', ' and ')}"
    told = judged_by(read, before)
    if told in ("higher", "lower"):
        return (
            f"Before training the gap was already moving otherwise than in services without it "
            f"({ends} percentage points): what was seen after it may be something else."
        )
    if told == "same":
        return (
            "Before training the gap moved as it did in services without it, as it should if the "
            f"change is to be put down to training ({ends} percentage points)."
        )
    return (
        "This data cannot tell whether the gap moved before training as it did in services "
        f"without it ({ends} percentage points)."
    )


def judged_by(read: Figures, figure: Figure) -> str:
    """Judge a change by its range: "same" where too small to matter, else its side or "unknown"."""
    low, high, least = figure.lower or 0.0, figure.upper or 0.0, delta(read)
    if -least <= low and high <= least:
        return "same"
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "unknown"


def event_study_headline(read: Figures) -> str:
    """Say for one group whether the gap moved after training."""
    named = groups(read, "effect_overall")
    if len(named) != 1:
        return "The change before and after training, quarter by quarter"
    after = read.get("effect_overall", named[0], split=ALL)
    if not after.has_interval:
        return "The change before and after training, quarter by quarter"
    return {
        "same": "No change that matters in the quarters after training",
        "unknown": "This data cannot tell whether the gap moved after training",
        "higher": f"After training, the rate of “{named[0]}” went up against {reference(read)}",
        "lower": f"After training, the rate of “{named[0]}” went down against {reference(read)}",
    }[judged_by(read, after)]


def _hidden_or_not(read: Figures, measure: str) -> str:
    told = [figure for place, figure in read.rows.items() if place.measure == measure]
    return HIDDEN if any(figure.hidden for figure in told) else "not available"


# --- month by month -----------------------------------------------------------------------------


def time_series(read: Figures) -> list[str]:
    """Say how rates changed when training began, and that all services changed at once."""
    # The reference's own change is told only where there is no other.
    compared = groups(read, "level_change_between") or read.declared
    said = [words for group in compared if (words := _level(read, group))][:2]
    for group in groups(read, "level_change_between")[:1]:
        figure = read.get("level_change_between", group, split=ALL)
        if figure.has_interval:
            said.insert(0, _between_words(read, group, figure))
    if not said:
        return [f"How rates changed is {_hidden_or_not(read, 'level_change')}."]
    return [*said[:2], _AT_ONCE]


_AT_ONCE = (
    "There is nobody to compare with where all services were trained at once: whatever else "
    "changed then is in these figures too."
)


def _level(read: Figures, group: str) -> str:
    figure = read.get("level_change", group, split=ALL)
    if not figure.has_interval:
        return ""
    size = f"{ratio(figure.value or 0, (1.0,))} times what it would have been"
    ends = ratio_between(figure.lower or 0, figure.upper or 0)
    if (figure.lower or 0) <= 1 <= (figure.upper or 0):
        return (
            f"This data cannot tell whether the rate of “{group}” changed when training began "
            f"({ends} times what it would have been), {NOT_EVIDENCE}."
        )
    return f"When training began, the rate of “{group}” was {size} ({ends})."


def _between_words(read: Figures, group: str, figure: Figure) -> str:
    ends = ratio_between(figure.lower or 0, figure.upper or 0)
    pair = f"“{group}” against that of {reference(read)}"
    if (figure.lower or 0) <= 1 <= (figure.upper or 0):
        return (
            f"This data cannot tell whether the rate of {pair} changed when training began "
            f"({ends} times), {NOT_EVIDENCE}."
        )
    way = "rose" if (figure.value or 0) > 1 else "fell"
    times = ratio(figure.value or 0, (1.0,))
    return (
        f"When training began, the rate of {pair} {way}, to {times} times what it would have been "
        f"({ends})."
    )


def time_series_headline(read: Figures) -> str:
    """Say what happened to the gap when training began, where the table says so."""
    for group in groups(read, "level_change_between")[:1]:
        figure = read.get("level_change_between", group, split=ALL)
        if figure.has_interval and not (figure.lower or 0) <= 1 <= (figure.upper or 0):
            way = "rose" if (figure.value or 0) > 1 else "fell"
            return f"When training began, the rate of “{group}” {way} against {reference(read)}"
        if figure.has_interval:
            return "This data cannot tell whether the gap changed when training began"
    return "Rates before and after training began"
