"""What a table of training lets one say: narrowed, widened, no change that matters, or nothing.

The verdict is the table's own, worked out by the rule of its plan: an interval within the smallest
change that matters is "no change that matters" (this wins); else one that excludes no change is
"narrowed" or "widened"; else "this data cannot tell". Nothing is said of a hidden figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workforce_analytics.counting.stage_words import LABELS, reaching
from workforce_analytics.estimates import ALL
from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.likelihoods import reference_words
from workforce_analytics.publishing.wording import DELTA_POINTS, lower_first, number, signed

NARROWED, WIDENED = "narrowed", "widened"
SAME, UNTOLD = "no change that matters", "cannot tell"
VERDICTS = (NARROWED, WIDENED, SAME, UNTOLD)
NOT_EVIDENCE = "which is not evidence that nothing changed"
"""What follows "this data cannot tell", each time."""

HIDDEN = "hidden so that nobody can be identified"
"""Why nothing is said of a figure."""

SECOND_LOOK = "of those shortlisted"
"""In the name of an outcome: it is looked at among a group that training itself changes."""

COMPARED_WITH = (
    "Services with training are compared with services that had none, or none yet, at the same "
    "time, and applicants only with others for the same vacancy."
)
ODDS = (
    "Odds ratio: the odds of passing in the group against those in {reference}, with training "
    "divided by the same without it: 1 is no change, above 1 the group did better than without. "
    "It is no ratio of rates: the points say how much that is."
)


class Verdict(NamedTuple):
    """What may be said of a group's outcome: a word of `VERDICTS`, and why where there is one."""

    word: str = ""
    """Empty where the figure is hidden or there is none."""
    why: str = ""


def verdict(read: Figures, group: str, outcome: str) -> Verdict:
    """Which verdict does the table give, where the figures behind it may be seen?

    Parameters
    ----------
    read
        Figures of the kind "training_effect".
    group, outcome
        Of which group and which outcome.

    Returns
    -------
    Verdict
        Its word and its reason; both empty where nothing may be said.
    """
    points = read.get("effect_points", group, split=outcome)
    odds = read.get("effect", group, split=outcome)
    if points.hidden or odds.hidden:
        return Verdict()
    word, _, why = read.get("verdict", group, split=outcome).note.partition(":")
    return Verdict(word.strip(), why.strip()) if word.strip() in VERDICTS else Verdict()


def outcomes(read: Figures) -> tuple[str, ...]:
    """Which outcomes does the table have? The primary one first, second looks last."""
    told = [split for split in read.splits if split not in ("", ALL)]
    ordered = read.about.order.get(read.about.groups[1], ())
    places = {name: at for at, name in enumerate(ordered or tuple(LABELS.values()))}
    return tuple(
        sorted(told, key=lambda one: (SECOND_LOOK in one, places.get(one, len(places)), one))
    )


def first_outcomes(read: Figures) -> tuple[str, ...]:
    """List the outcomes of a table whose rows they name, those that are a second look last."""
    return tuple(sorted(read.declared, key=lambda one: SECOND_LOOK in one))


def groups(read: Figures, measure: str) -> tuple[str, ...]:
    """Which groups have figures of a measure? The reference has none."""
    there = {place.group for place in read.rows if place.measure == measure}
    return tuple(group for group in read.declared if group in there)


def by_verdict(read: Figures, outcome: str) -> dict[str, list[str]]:
    """Put the groups of an outcome under their verdicts; a hidden one is in none."""
    found: dict[str, list[str]] = {word: [] for word in VERDICTS}
    for group in groups(read, "verdict"):
        word = verdict(read, group, outcome).word
        if word:
            found[word].append(group)
    return found


def reference(read: Figures) -> str:
    """Name what groups are compared with: a group in quotation marks."""
    names = {figure.reference for figure in read.rows.values() if figure.reference}
    return reference_words(read, names.pop() if len(names) == 1 else read.about.reference)


def delta(read: Figures) -> float:
    """What is the smallest change that matters, in percentage points?"""
    return read.about.delta or DELTA_POINTS


def least_words(read: Figures) -> str:
    """Write the smallest change that matters, with a decimal only where it has one."""
    return number(delta(read), 0 if float(delta(read)).is_integer() else 1)


def happening(outcome: str) -> str:
    """Name an outcome after "the gap in": "being shortlisted".

    Examples
    --------
    >>> happening("Offered"), happening("Appointed, of those shortlisted")
    ('being offered a post', 'being appointed, of those shortlisted')
    """
    stage, comma, among = outcome.partition(",")
    said = reaching(stage)
    return f"{said if 'the stage' not in said else f'being {lower_first(stage)}'}{comma}{among}"


def with_sign(value: float, edges: Sequence[float] = (0.0,)) -> str:
    """Write a change with as many decimals as keep it on its side of what it is judged by.

    Parameters
    ----------
    value
        Percentage points, or people.
    edges
        What it is judged by.

    Returns
    -------
    str
        For example "+2.4".

    Examples
    --------
    >>> with_sign(2.44), with_sign(0.03), with_sign(1.46, (0.0, 1.5))
    ('+2.4', '+0.03', '+1.46')
    """
    return signed(value, places_of(value, edges))


def places_of(value: float, edges: Sequence[float]) -> int:
    """How many decimals keep a number on its side of what it is judged by? One to three."""
    for places in (1, 2):
        shown = round_half_up(value, places)
        if all((shown > edge) == (value > edge) for edge in edges) and all(
            (shown < edge) == (value < edge) for edge in edges
        ):
            return places
    return 3


def edges_of(read: Figures) -> tuple[float, ...]:
    """What are changes judged by? Nothing, and the smallest change that matters either way."""
    return (-delta(read), 0.0, delta(read))


def range_of(figure: Figure, edges: Sequence[float] = (0.0,)) -> str:
    """Write both ends of a change: "+1.4 to +3.3"; empty where there are none."""
    if figure.lower is None or figure.upper is None:
        return ""
    return f"{with_sign(figure.lower, edges)} to {with_sign(figure.upper, edges)}"


def change_words(figure: Figure, edges: Sequence[float] = (0.0,)) -> str:
    """Write a change with its range: "+2.4 (+1.4 to +3.3)", or its mark."""
    if figure.value is None:
        return figure.value_mark
    ends = range_of(figure, edges)
    return f"{with_sign(figure.value, edges)} ({ends})" if ends else with_sign(figure.value, edges)
