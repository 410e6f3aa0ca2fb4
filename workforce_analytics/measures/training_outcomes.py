"""Which outcomes of recruitment are looked at, what they are called, and which change matters."""

from __future__ import annotations

import math
from typing import Any

from workforce_analytics.counting.stage_words import LABELS, VERBS
from workforce_analytics.errors import UsageError
from workforce_analytics.measures.training_plan import DELTA, Plan

OUTCOMES = ("shortlisted", "appointed")
SECONDARY = "appointed_among_shortlisted"
"""Appointed, of those shortlisted: a group that training itself changes."""
SECONDARY_LABEL = "Appointed, of those shortlisted"
SECONDARY_CAVEAT = (
    "Of those shortlisted is a group that training itself changes: a training that only mends "
    "shortlisting can look there as if it had widened the gap in appointments."
)


def outcomes_of(given: Any) -> tuple[str, ...]:
    """Read which outcomes are asked for."""
    named = (given,) if isinstance(given, str) else tuple(given)
    known = (*VERBS, SECONDARY)
    strange = [name for name in named if name not in known]
    if strange or not named or len(set(named)) < len(named):
        raise UsageError(f"outcome= takes one or more of {', '.join(known)}.")
    return named


def stages_of(name: str) -> tuple[str, str]:
    """Give the stage that is reached, and the stage among whose people."""
    return ("appointed", "shortlisted") if name == SECONDARY else (name, "applied")


def label_of(name: str) -> str:
    """What an outcome is called."""
    return SECONDARY_LABEL if name == SECONDARY else LABELS[name]


def delta_of(given: Any, decided: Plan | None) -> float:
    """Give the smallest change that matters: as asked, as planned, or the usual one."""
    if given is None:
        return decided.delta_points if decided else DELTA
    if not isinstance(given, int | float) or not given > 0:
        raise UsageError("delta= takes percentage points above 0, such as 2.")
    return float(given)


def refuse_draws(draws: Any, confidence: float) -> None:
    """Refuse draws so few that nothing could ever be told by them.

    Raises
    ------
    UsageError
        Not a whole number; or fewer than a p-value of 1 - confidence needs, and not none.
    """
    fewest = math.ceil(round(1 / (1 - confidence), 6)) - 1 if 0 < confidence < 1 else 1
    if not isinstance(draws, int) or draws < 0 or 0 < draws < fewest:
        raise UsageError(
            f"draws= takes a whole number of draws, such as 999: {fewest} at least, or 0 for none."
        )
