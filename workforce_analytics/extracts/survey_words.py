"""How findings about a survey are worded: a few names, how many more, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from workforce_analytics.extracts.quality import Problem

if TYPE_CHECKING:
    from workforce_analytics.extracts.extract import Extract

SHOWN = 6
"""So many questions, or groups, are named in one finding; the rest are counted."""


def problem(responses: Extract, column: str, rule: str, message: str, remedy: str) -> Problem:
    """Give a finding about the answers, of which figures suffer."""
    return Problem(
        file=", ".join(item.file for item in responses.quality.files),
        column=column,
        rule=rule,
        severity="warning",
        message=message,
        remedy=remedy,
        contract=responses.contract.name,
    )


def named(some: Iterable[str], noun: str = "question") -> str:
    """List a few names, and how many more there are.

    Examples
    --------
    >>> named(["E1", "E2"]), named("ABCDEFGHI")
    ('E1, E2', 'A, B, C, D, E, F and 3 more questions')
    """
    listed = list(some)
    more = len(listed) - SHOWN
    rest = f" and {more} more {noun}{'s' * (more != 1)}" if more > 0 else ""
    return f"{', '.join(listed[:SHOWN])}{rest}"


def how_often(counts: Mapping[str, int]) -> str:
    """Say how often something was found of each of some names.

    Examples
    --------
    >>> how_often({"E1": 1200, "L2": 1})
    'E1 1,200 times, L2 once'
    """
    return named(f"{name} {n:,} times" if n != 1 else f"{name} once" for name, n in counts.items())
