"""Where groups differ from the reference in the staff survey, in plain English.

The table says which differences stand out among all that it holds; of the others one may only say
that they do not matter, or that this data cannot tell. Nothing is said of a hidden figure.
"""

from __future__ import annotations

from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.network_gaps_sentences import alike, gap_reference
from workforce_analytics.publishing.survey_verdicts import (
    HIDDEN,
    HIGHER,
    LOWER,
    NOT_TESTED,
    Standing,
    counted,
    fraction,
    nearest,
    points_told,
    standing,
    untold,
    whole,
)
from workforce_analytics.publishing.wording import listed, lower_first, number, signed, upper_first

_TOLD = 3
"""So many differences are told one by one."""


def found_in(read: Figures) -> Standing:
    """What may be said of each group on each topic, by the table's own decision."""
    return standing(whole(read), "gap")


def gaps(read: Figures) -> list[str]:
    """Say which differences stand out, what is left of the largest, and what cannot be told."""
    read, found = whole(read), found_in(read)
    clear = clearest(read, found)
    if not found:
        return [f"The comparisons with {gap_reference(read)} are {HIDDEN}; nothing can be said."]
    rest = untold(found, of_all=True)
    said = [
        _clear(read, found, clear),
        _alike(read, clear[0]) if clear else "",
        f"{upper_first(rest)}." if rest else "",
    ]
    return [words for words in said if words]


def clearest(read: Figures, found: Standing) -> list[tuple[str, str]]:
    """Give the groups and topics that stand out, those surely furthest apart first."""
    places = [place for place, word in found.items() if word in (LOWER, HIGHER)]
    return sorted(places, key=lambda place: -nearest(fraction(gap_of(read, place))))


def gap_of(read: Figures, place: tuple[str, str], measure: str = "gap") -> Figure:
    """Look up the difference of a group on a topic."""
    return read.get(measure, place[0], split=place[1])


def _clear(read: Figures, found: Standing, clear: list[tuple[str, str]]) -> str:
    compared = f"Compared with {gap_reference(read)}, "
    tested = sum(word != NOT_TESTED for word in found.values())
    if not clear:
        none = f"none of {tested} differences stands"
        none = "the difference does not stand" if tested == 1 else none
        return f"{compared}{none} out." if tested else ""
    some = f"{len(clear)} of {tested} differences {_stand(len(clear))}"
    many = f"{some if tested > 1 else 'the difference stands'} out"
    lead = ", most of all" if len(clear) > _TOLD else ""
    return f"{compared}{many}{_sides(found)}{lead}: {_each(read, clear[:_TOLD])}."


def _each(read: Figures, places: list[tuple[str, str]]) -> str:
    """Name differences, those of a group together."""
    groups = dict.fromkeys(group for group, _ in places)
    said = []
    for one in groups:
        topics = [
            f"“{topic}” ({points_told(gap_of(read, (group, topic)))})"
            for group, topic in places
            if group == one
        ]
        said.append(f"{listed(topics)} for “{one}”")
    return "; ".join(said)


def _stand(n: int) -> str:
    return "stands" if n == 1 else "stand"


def _sides(found: Standing) -> str:
    """Say how many are lower, and how many higher."""
    low, high = (len(counted(found, word)) for word in (LOWER, HIGHER))
    if low and high:
        return f", {low} lower and {high} higher"
    return f", {'all ' if low + high > 1 else ''}{LOWER if low else HIGHER}"


def _alike(read: Figures, place: tuple[str, str]) -> str:
    """Say what is left of the largest difference when like is compared with like."""
    like = gap_of(read, place, "gap_standardised")
    if like.value is None:
        return ""
    before = gap_of(read, place).value or 0.0
    group, topic = place
    return (
        f"Among people alike in {alike(read)}, the difference on “{topic}” for “{group}” is "
        f"{points_told(like)} (as it is: {signed(before)}); neither says how it came about."
    )


def gaps_headline(read: Figures) -> str:
    """Say how many differences stand out."""
    read = whole(read)
    found, than = found_in(read), gap_reference(read)
    tested = sum(word != NOT_TESTED for word in found.values())
    heading = lower_first(read.of)
    if not tested:
        why = "too few answered to test them" if found else HIDDEN
        return f"Differences by {heading}: {why}"
    clear = clearest(read, found)
    if tested == 1:
        stands = f"stands out{_sides(found)}" if clear else "does not stand out"
        return f"The difference from {than} {stands}"
    if not clear:
        return f"None of {number(tested)} differences from {than} stands out"
    n = len(clear)
    return f"{n} of {number(tested)} differences from {than} {_stand(n)} out{_sides(found)}"
