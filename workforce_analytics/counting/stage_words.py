"""How stages of recruitment are called: the one place for tables, measures and sentences."""

from __future__ import annotations

LABELS = {
    "applied": "Applied",
    "shortlisted": "Shortlisted",
    "interviewed": "Interviewed",
    "offered": "Offered",
    "appointed": "Appointed",
}
WITHDRAWN_LABEL = "Withdrawn"
NOT_KNOWN_LABEL = "Stage not known"
APART = (WITHDRAWN_LABEL, NOT_KNOWN_LABEL)
"""Stages that are none: counted beside the others."""
VERBS = {
    "shortlisted": "being shortlisted",
    "interviewed": "being interviewed",
    "offered": "being offered a post",
    "appointed": "being appointed",
}
"""What it is to reach a stage."""
AMONG = {
    "applied": "those who applied",
    "shortlisted": "those shortlisted",
    "interviewed": "those interviewed",
    "offered": "those offered a post",
}
"""Those who reached a stage."""
_VERBS_BY_LABEL = {LABELS[stage]: words for stage, words in VERBS.items()}


def reaching(label: str) -> str:
    """Say what it is to reach a stage, by its label.

    Examples
    --------
    >>> reaching("Offered"), reaching("Tested")
    ('being offered a post', 'reaching the stage “Tested”')
    """
    return _VERBS_BY_LABEL.get(label, f"reaching the stage “{label}”")


def reached(label: str) -> str:
    """Say of several that they reached a stage, by its label.

    Examples
    --------
    >>> reached("Offered"), reached("Tested")
    ('were offered a post', 'reached the stage “Tested”')
    """
    if label not in _VERBS_BY_LABEL:
        return f"reached the stage “{label}”"
    return _VERBS_BY_LABEL[label].replace("being ", "were ", 1)
