"""What must be hidden or rounded: profiles by name, every part of them a parameter."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from workforce_analytics.errors import ConfigurationError

MANAGEMENT_THRESHOLD = 5


@dataclass(frozen=True)
class Policy:
    """How counts of people are protected.

    Attributes
    ----------
    profile
        Name of the profile it started from.
    threshold
        Counts from 1 to `threshold - 1` are hidden; 1 hides none for its own sake.
    zeros
        "show" or "hide". Where zeros are always shown, everybody knows that a hidden count is at
        least 1.
    rounding
        "none", "nearest" (halves up) or "midpoint" (the middle of each block of `rounding_base`).
        Rounded counts are protected by rounding alone, without complementary cells.
    rounding_base
        To which multiple counts are rounded.
    least_percentage, least_mean
        The smallest base on which a percentage, or a mean or median, is shown.
    full_groups
        A group all of whose members are in one category tells of every member: "flag" says so to
        whoever makes the table, "hide" hides that group's counts, zeros included.
    mark
        What stands in place of a hidden figure.
    ledger
        Path of the file that takes down why exact figures were asked for; empty for none.
    """

    profile: str = "default"
    threshold: int = 10
    zeros: str = "show"
    rounding: str = "none"
    rounding_base: int = 1
    least_percentage: float = 0.0
    least_mean: float = 0.0
    full_groups: str = "flag"
    mark: str = "[c]"
    ledger: str = ""

    @property
    def rounds(self) -> bool:
        """Whether counts are rounded."""
        return self.rounding != "none"

    @property
    def least_hidden(self) -> int:
        """The least count that an attacker who knows the policy grants a hidden cell."""
        return 1 if self.zeros == "show" and self.full_groups == "flag" else 0

    @property
    def width(self) -> int:
        """How far apart the smallest and largest count that a hidden cell may have must lie."""
        return self.threshold - 1

    @property
    def words(self) -> str:
        """The policy in one line, printed with every table."""
        parts = []
        if self.threshold > 1:
            least = "0" if self.zeros == "hide" else "1"
            rest = "" if self.rounds else ", and all from which they could be worked out,"
            parts.append(
                f"Counts from {least} to {self.threshold - 1}{rest} are hidden {self.mark}."
            )
        if self.rounding == "nearest":
            parts.append(f"Counts are rounded to the nearest {self.rounding_base}, halves up.")
        if self.rounding == "midpoint":
            parts.append(f"Counts are rounded to the middle of each block of {self.rounding_base}.")
        if self.least_percentage:
            parts.append(f"Percentages of fewer than {self.least_percentage:g} are hidden.")
        if self.least_mean:
            parts.append(f"Averages of fewer than {self.least_mean:g} are hidden.")
        return " ".join(parts)


PROFILES: Mapping[str, Policy] = {
    "default": Policy(),
    "csps10": Policy(profile="csps10", least_percentage=10, least_mean=10),
    "hesa": Policy(
        profile="hesa",
        threshold=1,
        rounding="nearest",
        rounding_base=5,
        least_percentage=22.5,
        least_mean=8,
    ),
    "nhs": Policy(profile="nhs", threshold=8, rounding="nearest", rounding_base=5, mark="*"),
    "ons_10_5": Policy(profile="ons_10_5", rounding="nearest", rounding_base=5),
    "midpoint6": Policy(profile="midpoint6", threshold=1, rounding="midpoint", rounding_base=6),
}
"""Profiles by name.

- default: counts from 1 to 9 hidden, with complementary cells; zeros shown.
- csps10: the same, and no percentage or mean on fewer than 10, as the Civil Service People Survey.
  That zeros are shown, and that the threshold also holds for the parts of a base, is our reading.
- hesa: nearest 5, halves up; no percentage on fewer than 22.5, no average on 7 or fewer (Higher
  Education Statistics Agency, rounding and suppression).
- nhs: 1 to 7 hidden as "*", the rest to the nearest 5 (NHS Digital, hospital statistics).
- ons_10_5: under 10 hidden, the rest to the nearest 5; zeros are shown unless zeros = "hide".
- midpoint6: each block of six counts to its middle: 1 to 6 is 3, 7 to 12 is 9.
"""

_WORDS: Mapping[str, tuple[str, ...]] = {
    "zeros": ("show", "hide"),
    "rounding": ("none", "nearest", "midpoint"),
    "full_groups": ("flag", "hide"),
    "profile": tuple(PROFILES),
}
_LEAST: Mapping[str, int] = {"threshold": 1, "rounding_base": 1}


def resolve(mapping: Mapping[str, object]) -> Policy:
    """Which policy does an organisation's [policy] table ask for?

    Parameters
    ----------
    mapping
        `profile` names one of the profiles ("default" unless given); every other key replaces a
        part of it.

    Returns
    -------
    Policy
        The policy, complete.

    Raises
    ------
    ConfigurationError
        If something in the table is not known or not allowed; all mistakes at once.

    Examples
    --------
    >>> resolve({"profile": "nhs"}).threshold
    8
    >>> resolve({"threshold": 5}).words
    'Counts from 1 to 4, and all from which they could be worked out, are hidden [c].'
    """
    known = [item.name for item in fields(Policy)]
    mistakes = [_unknown(key, known) for key in sorted(mapping) if key not in known]
    given = {key: mapping[key] for key in known if key in mapping}
    mistakes += [words for key, value in given.items() if (words := _mistake(key, value))]
    if not mistakes:
        start = PROFILES[str(given.get("profile", "default"))]
        policy = replace(start, **given)  # type: ignore[arg-type]
        mistakes += _contradictions(policy)
    if mistakes:
        raise ConfigurationError("organisation.toml, [policy]: " + " ".join(mistakes))
    return policy


def for_audience(policy: Policy, audience: str) -> Policy:
    """What does the policy ask for when the figures are for this audience?

    Management sees counts from 5 on, each display protected on its own and nothing rounded.
    """
    if audience != "management":
        return policy
    return replace(
        policy,
        threshold=MANAGEMENT_THRESHOLD,
        rounding="none",
        rounding_base=1,
        least_percentage=0.0,
        least_mean=0.0,
        mark="[c]",
    )


def _unknown(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, 1)
    hint = f"Did you mean '{close[0]}'?" if close else f"Known are: {', '.join(known)}."
    return f"'{key}' is not known. {hint}"


def _mistake(key: str, value: object) -> str:
    if key in _WORDS:
        return "" if value in _WORDS[key] else f"{key} must be one of {', '.join(_WORDS[key])}."
    if key in ("mark", "ledger"):
        return "" if isinstance(value, str) else f"{key} must be text."
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if key in _LEAST:
        fine = number and isinstance(value, int) and value >= _LEAST[key]
        return "" if fine else f"{key} must be a whole number of at least {_LEAST[key]}."
    return "" if number and float(str(value)) >= 0 else f"{key} must be a number of at least 0."


def _contradictions(policy: Policy) -> list[str]:
    if policy.rounds and policy.rounding_base < 2:
        return ["rounding needs a rounding_base of at least 2."]
    if not policy.rounds and policy.threshold < 2:
        return ["without rounding, threshold must be at least 2: else nothing is protected."]
    return []
