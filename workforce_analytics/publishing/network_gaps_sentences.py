"""Whom staff networks do not reach, in plain English; the verdict follows the interval.

A difference of shares within two percentage points either way is no difference that matters; else
one whose range excludes 0 is higher or lower; else this data cannot tell. Where the table compares
like with like, that comparison decides. Nothing is said of a hidden figure.
"""

from __future__ import annotations

import re

from workforce_analytics.publishing.comparisons import Verdicts, verdict
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.network_activity_sentences import HIDDEN
from workforce_analytics.publishing.wording import (
    between,
    lower_first,
    number,
    percent,
    quoted,
    signed,
    upper_first,
)

NOT_EVIDENCE = "which is not evidence that there is no difference"


def reach_gaps(read: Figures) -> list[str]:
    """Say which group is reached least, which others differ, and how many are not reached."""
    found = verdicts(read)
    main = _most_apart(read, found)
    judged = [group for groups in found.values() for group in groups]
    first = _gap(read, main or judged[0]) if main or len(judged) == 1 else ""
    rest = _rest(found, main, alone=len(judged) == 1 and not main)
    said = [first, rest, _not_reached(read)]
    told = [words for words in said if words]
    return told or [
        f"The comparisons with {gap_reference(read)} are {HIDDEN}; nothing can be said of them."
    ]


def reach_gaps_headline(read: Figures) -> str:
    """Say for how many groups networks reach clearly less, or more."""
    found, than = verdicts(read), gap_reference(read)
    judged = [group for groups in found.values() for group in groups]
    what = f"Membership of {networks_words(read)}"
    if not judged:
        hidden = any(gap_of(read, group).hidden for group in read.declared)
        return f"{what}: the comparisons are {HIDDEN if hidden else 'not available'}"
    lower, higher = len(found["lower"]), len(found["higher"])
    if len(judged) == 1:
        return f"{what}{_headline_of_one(found, judged[0], than)}"
    n = len(judged)
    if not lower and not higher:
        return f"{what} is not clearly lower or higher than for {than}, for any of {n} groups"
    parts = [f"lower for {lower}"] if lower else []
    parts += [f"higher for {higher}"] if higher else []
    return f"{what} is clearly {' and '.join(parts)} of {n} groups than for {than}"


def _headline_of_one(found: Verdicts, group: str, than: str) -> str:
    word = next(word for word, groups in found.items() if groups)
    return {
        "lower": f" is clearly lower for “{group}” than for {than}",
        "higher": f" is clearly higher for “{group}” than for {than}",
        "same": f": no difference that matters between “{group}” and {than}",
        "unknown": f": this data cannot tell “{group}” from {than}",
    }[word]


def verdicts(read: Figures) -> Verdicts:
    """For which groups is reach higher or lower than for the reference?

    Parameters
    ----------
    read
        Figures of the kind "network_reach_gaps".

    Returns
    -------
    dict
        Groups under "higher", "lower", "same" and "unknown"; one whose figure is hidden or cannot
        be worked out is in none.
    """
    found: Verdicts = {"higher": [], "lower": [], "same": [], "unknown": []}
    for group in read.declared:
        gap = gap_of(read, group)
        if gap.value is not None and gap.lower is not None and gap.upper is not None:
            found[verdict(gap.lower, gap.upper)].append(group)
    return found


def gap_of(read: Figures, group: str) -> Figure:
    """Look up the difference that a group is judged by: like with like, where the table has it."""
    return read.get("gap_adjusted" if read.holds("gap_adjusted") else "gap", group)


def compared_groups(read: Figures) -> tuple[str, ...]:
    """Which groups are compared with the reference?"""
    there = {place.group for place in read.rows if place.measure in ("gap", "gap_adjusted")}
    return tuple(group for group in (*read.declared, *read.undeclared) if group in there)


def gap_reference(read: Figures) -> str:
    """Name what groups are compared with: a group in quotation marks, others as they are."""
    names = {figure.reference for figure in read.rows.values() if figure.reference}
    name = names.pop() if len(names) == 1 else read.about.reference
    if name in read.declared or name in read.undeclared:
        return f"“{name}”"
    return lower_first(name) or "the reference"


def networks_words(read: Figures) -> str:
    """Name what people are members of: "any staff network", or one network."""
    return read.about.outcome.removeprefix("being a member of ") or "any staff network"


def _most_apart(read: Figures, found: Verdicts) -> str:
    """Choose the group to tell most of: one that is reached less, and surely furthest from 0."""
    groups = found["lower"] or found["higher"]
    return max(groups, key=lambda group: _nearest(gap_of(read, group)), default="")


def _nearest(gap: Figure) -> float:
    """How far from 0 is the near end of the range? So a group of a few does not come first."""
    return min(abs(gap.lower or 0.0), abs(gap.upper or 0.0))


def _gap(read: Figures, group: str) -> str:
    gap, own = gap_of(read, group), read.get("rate", group)
    other = _reference_rate(read)
    if gap.value is None or gap.lower is None or gap.upper is None:
        return ""
    than = gap_reference(read)
    apart = (
        f"{number(abs(gap.value), 1)} percentage points {'fewer' if gap.value < 0 else 'more'} "
        f"(likely between {signed(gap.lower)} and {signed(gap.upper)})"
    )
    held = f", for people alike in {alike(read)}" if read.holds("gap_adjusted") else ""
    if own.value is None or other.value is None:
        return f"Compared with {than}, {apart} of “{group}” are members{held}."
    rates = (
        f"{percent(own.value)} of “{group}” are members of {networks_words(read)}{_likely(own)} "
        f"and {percent(other.value)} of {than}{_likely(other)}"
    )
    return f"{rates}; {apart}{held}." if held else f"{rates}: {apart}."


def alike(read: Figures) -> str:
    """Name what people are held alike in: "grade band and service"."""
    found = re.search(r"people with like ([^.;]+)", read.about.definition)
    return found[1] if found else "what the table names"


def _reference_rate(read: Figures) -> Figure:
    name = gap_reference(read).strip("“”")
    return read.get("rate", name) if name in (*read.declared, *read.undeclared) else Figure()


def _likely(figure: Figure) -> str:
    if figure.lower is None or figure.upper is None:
        return ""
    return f" ({between(figure.lower, figure.upper)})"


def _rest(found: Verdicts, main: str, *, alone: bool) -> str:
    """Say what is clear of the other groups, and of which this data cannot tell."""
    lower, higher, same, unknown = (
        [group for group in found[word] if group != main]
        for word in ("lower", "higher", "same", "unknown")
    )
    parts = [f"lower for {quoted(lower)} too"] if lower else []
    parts += [f"higher for {quoted(higher)}"] if higher else []
    clear = [f"membership is clearly {' and '.join(parts)}"] if parts else []
    clear += [f"for {quoted(same)} there is no difference that matters"] if same else []
    if unknown:
        whom = "it" if alone else f"{quoted(unknown)}"
        clear.append(f"for {whom} this data cannot tell, {NOT_EVIDENCE}")
    return f"{upper_first('; '.join(clear))}." if clear else ""


def _not_reached(read: Figures) -> str:
    """Say how many people are no members, where every group's number may be seen."""
    out = [read.get("not_reached", group).value for group in read.declared]
    people = [read.get("rate", group).denominator for group in read.declared]
    if not out or None in out or None in people:
        return ""
    of = f"{number(sum(one or 0 for one in out))} of {number(sum(one or 0 for one in people))}"
    return f"{of} people in these groups are not members of {networks_words(read)}."
