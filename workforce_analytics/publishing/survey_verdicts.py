"""What a table of the staff survey lets one say of a group: lower, higher, nothing that matters.

A difference whose range lies within the smallest one that matters is no difference that matters;
else one whose range excludes 0, and that the table says still stands among all its comparisons, is
higher or lower; else this data cannot tell. A difference of too few answers was not tested. A
hidden figure is never compared.
"""

from __future__ import annotations

from dataclasses import replace

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.wording import DELTA_POINTS, number, percent, quoted, signed

LOWER, HIGHER, SAME, UNKNOWN = "lower", "higher", "same", "unknown"
NOT_TESTED = "not tested"
NOT_EVIDENCE = "which is not evidence that there is no difference"
STANDS = frozenset({LOWER, HIGHER, "different"})
"""Notes of a difference that still stands among all that the table holds."""
HIDDEN = "hidden so that nobody can be identified"
SCALES = {"proportion": 1.0, "percentage_points": 100.0, "score_0_100": 100.0, "score_0_10": 10.0}
"""How far the scale of a unit reaches."""
MOST_NAMED = 3
"""So many groups are named; of more, how many there are."""

Standing = dict[tuple[str, str], str]
"""What may be said of a group on a topic, by both; a hidden figure has no place."""


# --- figures in words -----------------------------------------------------------------------------


def fraction(figure: Figure) -> Figure:
    """Put a score on a scale from 0 to 1, whatever its unit."""
    full = SCALES.get(figure.unit, 1.0)
    ends = (figure.value, figure.lower, figure.upper)
    value, lower, upper = (None if end is None else end / full for end in ends)
    return replace(figure, value=value, lower=lower, upper=upper)


def score_words(figure: Figure) -> str:
    """Write a score as its unit has it, "58.3%" or "61.3"; a hidden one is its mark."""
    if figure.value is None:
        return figure.value_mark
    return percent(figure.value) if figure.unit == "proportion" else number(figure.value, 1)


def score_range(figure: Figure) -> str:
    """Write a score with its range in brackets, where it has one."""
    if not figure.has_interval:
        return score_words(figure)
    ends = (replace(figure, value=end) for end in (figure.lower, figure.upper))
    return f"{score_words(figure)} ({' to '.join(map(score_words, ends))})"


def told(figure: Figure) -> str:
    """Say a score in a sentence: "61.3 out of 100 (likely between 60.4 and 62.1)"."""
    scale = {"score_0_100": " out of 100", "score_0_10": " out of 10"}.get(figure.unit, "")
    likely = ""
    if figure.has_interval:
        low, high = (
            score_words(replace(figure, value=end)) for end in (figure.lower, figure.upper)
        )
        likely = f" (likely between {low} and {high})"
    return f"{score_words(figure)}{scale}{likely}"


def points_told(figure: Figure) -> str:
    """Say a difference in points, with its range."""
    said = f"{signed(figure.value or 0.0)} points"
    if not figure.has_interval:
        return said
    return f"{said}, likely between {signed(figure.lower or 0.0)} and {signed(figure.upper or 0.0)}"


def meaning(unit: str) -> str:
    """Say what a score is, for a heading: "% positive" or "0 to 100"."""
    return {"proportion": "% positive", "score_0_10": "0 to 10"}.get(unit, "0 to 100")


def few(groups: list[str], of: int) -> str:
    """Name a few groups; of many, say how many they are."""
    if len(groups) <= MOST_NAMED:
        return quoted(groups)
    return f"all {of} groups" if len(groups) == of else f"{len(groups)} of {of} groups"


# --- verdicts -------------------------------------------------------------------------------------


def topics(read: Figures, measure: str = "score") -> tuple[str, ...]:
    """Name what a table by group has figures on, in the order of the questionnaire."""
    there = {place.split for place in read.rows if place.measure == measure}
    return tuple(one for one in read.splits if one in there)


def compared_groups(read: Figures, measure: str) -> tuple[str, ...]:
    """Name the groups that are compared, those who did not declare last."""
    there = {place.group for place in read.rows if place.measure == measure}
    return tuple(one for one in (*read.declared, *read.undeclared) if one in there and one != ALL)


def standing(read: Figures, measure: str) -> Standing:
    """What may be said of each group on each topic?

    Parameters
    ----------
    read
        Figures by group and topic.
    measure
        The difference that is judged: "against_rest" or "gap". Its note says whether it stands
        among all differences of the table.

    Returns
    -------
    dict
        "lower", "higher", "same", "unknown" or "not tested" by group and topic.
    """
    found: Standing = {}
    for topic in topics(read, measure):
        for group in compared_groups(read, measure):
            figure = read.get(measure, group, split=topic)
            word = _judged(figure, delta_of(read, figure))
            if word:
                found[group, topic] = word
    return found


def delta_of(read: Figures, figure: Figure) -> float:
    """Give the smallest difference that matters, in the unit of a figure."""
    points = read.about.delta or DELTA_POINTS
    return points * SCALES.get(figure.unit, 100.0) / 100


def _judged(figure: Figure, delta: float) -> str:
    """Judge a range by the rule of every page, which is in points of 100."""
    if figure.status == "not_tested":
        return NOT_TESTED
    if not figure.has_interval:
        return ""
    low, high = (DELTA_POINTS * (end or 0.0) / delta for end in (figure.lower, figure.upper))
    word = verdict(low, high)
    return word if word == SAME or figure.note in STANDS else UNKNOWN


def whole(read: Figures) -> Figures:
    """Give the figures of everybody, where a table also has them within parts of the staff."""
    parts = [stage for stage in read.stages if stage]
    return within(read, ALL) if parts else read


def within(read: Figures, part: str) -> Figures:
    """Give the figures within one part of the staff."""
    rows = {p._replace(stage=""): f for p, f in read.rows.items() if p.stage == part}
    return replace(read, rows=rows, stages=("",))


def counted(found: Standing, word: str) -> list[tuple[str, str]]:
    """Give the groups and topics of which something may be said, in their order."""
    return [place for place, said in found.items() if said == word]


def nearest(figure: Figure) -> float:
    """How far from 0 is the near end of the range? So a group of a few does not come first."""
    return min(abs(figure.lower or 0.0), abs(figure.upper or 0.0))


def untold(found: Standing, *, of_all: bool = False) -> str:
    """Say how many differences do not matter, cannot be told, and were not tested."""
    same, unknown, out = (len(counted(found, word)) for word in (SAME, UNKNOWN, NOT_TESTED))
    said = []
    if same:
        said.append(f"for {_of(same, found, of_all)} there is no difference that matters")
    if unknown:
        said.append(f"for {_of(unknown, found, of_all)} this data cannot tell, {NOT_EVIDENCE}")
    if out:
        said.append(f"{out} {'was' if out == 1 else 'were'} not tested: too few answered")
    return "; ".join(said)


def _of(n: int, found: Standing, of_all: bool) -> str:
    if n == len(found):
        return "it" if n == 1 else "all of them"
    return f"{n} of {len(found)} comparisons" if of_all else str(n)


def inherited(figure: Figure) -> bool:
    """Whether the figure of something larger stands here, because too few answered."""
    return bool(figure.compared) and figure.value is not None
