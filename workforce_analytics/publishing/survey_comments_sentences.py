"""What comments in a staff survey are about, in plain English: counts of codes, never a word.

A comment can have several codes, so nothing is added up; and nothing is called the most frequent
that a hidden code might outdo.
"""

from __future__ import annotations

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figures
from workforce_analytics.publishing.survey_verdicts import HIDDEN
from workforce_analytics.publishing.wording import listed, number

MEASURE = "comments"
_MOST = 3
NOT_OPINION = (
    "One comment can have several codes; the numbers say how often something was written of, not "
    "how many people think so."
)


def comments(read: Figures) -> list[str]:
    """Say which codes most comments have, how many codes are hidden, and what that does not say."""
    seen = shown(read)
    if not seen:
        return [_nothing(read)]
    n = len(hidden(read))
    codes = "code has" if n == 1 else "codes have"
    out = f"{n} {codes} numbers that are {HIDDEN}." if n else ""
    return [words for words in (_most(read, seen), out, NOT_OPINION) if words]


def comments_headline(read: Figures) -> str:
    """Say what comments are about most often."""
    seen = shown(read)
    if not seen:
        return _nothing(read).rstrip(".")
    if hidden(read) or len(seen) == 1:
        return f"{number(_n(read, seen[0]))} comments are about “{seen[0]}”"
    return f"“{seen[0]}” is what comments are about most often"


def codes(read: Figures) -> tuple[str, ...]:
    """Which codes does the table have? In their order."""
    there = {place.group for place in read.rows if place.measure == MEASURE} - {ALL}
    return tuple(code for code in (*read.declared, *read.undeclared) if code in there)


def shown(read: Figures) -> tuple[str, ...]:
    """Which codes have a number that may be seen? The largest first."""
    seen = [code for code in codes(read) if read.get(MEASURE, code).value is not None]
    return tuple(sorted(seen, key=lambda code: -_n(read, code)))


def hidden(read: Figures) -> tuple[str, ...]:
    """Which codes have a number that may not be seen?"""
    return tuple(code for code in codes(read) if read.get(MEASURE, code).value is None)


def _n(read: Figures, code: str) -> float:
    return read.get(MEASURE, code).value or 0.0


def _most(read: Figures, seen: tuple[str, ...]) -> str:
    first = [f"“{code}” ({number(_n(read, code))})" for code in seen[:_MOST] if _n(read, code)]
    if not first:
        return ""
    if hidden(read):
        return f"Of the numbers that may be shown, the largest are {listed(first)}."
    whole = read.get(MEASURE, ALL).value
    of = f" (of {number(whole)} comments)" if whole is not None else ""
    return f"Comments are most often about {listed(first)}{of}."


def _nothing(read: Figures) -> str:
    if hidden(read):
        return f"What comments are about is {HIDDEN}."
    return "No comment has a code."
