"""What must be hidden or rounded: profiles by name, every part of them a parameter."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from workforce_analytics.errors import ConfigurationError

MANAGEMENT_THRESHOLD = 5
_WORKED_OUT = ", and all from which they could be worked out,"


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
        "none", "nearest" (halves up), "midpoint" (the middle of each block of `rounding_base`) or
        "controlled" (to one of the two neighbouring multiples, so that rounded counts add up).
        Rounded counts are protected by rounding alone, without complementary cells.
    rounding_base
        To which multiple counts are rounded.
    least_percentage, least_mean, least_median
        The smallest base on which a percentage, a mean or a median is shown; medians as means
        unless given.
    least_pay
        The smallest base of a mean or median in pounds, where that is more.
    full_groups
        A group all of whose members are in one category tells of every member: "flag" says so to
        whoever makes the table, "hide" hides that group's counts, zeros included.
    mark
        What stands in place of a hidden figure.
    ledger
        Path of the file that takes down why exact figures were asked for; empty for none.
    dominance_n, dominance_k
        A sum or average is hidden where its `dominance_n` largest contributions are more than
        `dominance_k` per cent of it; 0 asks for nothing.
    p_percent
        A sum or average is hidden where whoever made the second-largest contribution could estimate
        the largest to within so many per cent; 0 asks for nothing. The numbers of both rules are
        never printed: whoever knew them could narrow a contribution down (Hundepool and others,
        Handbook on Statistical Disclosure Control, sensitive cells in magnitude tables).
    weights
        What hiding a count costs, where there is a choice: "rows" (the rows it stands in, and a
        little its size), "value" (its size) or "equal".
    least_width
        How far apart the smallest and largest count that a hidden cell may have must lie; 0 leaves
        it to the rule, which `width` follows.
    least_mean_width
        The same for a hidden mean, in per cent of the sum behind it.
    min_gap_months
        Tables whose dates are closer together are held against each other for small changes.
    step_down
        The share of hidden cells above which a published table is shown one level coarser; 1 never
        is. The page of a table that was says so.
    attacker
        Whom a hidden count is safe from: "policy" (somebody who knows the policy, so that a hidden
        count is at least 1 where zeros are always shown) or "any" (somebody who does not, and takes
        it for 0 or more, as published patterns often do): fewer counts are then hidden.
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
    least_median: float | None = None
    least_pay: float = 0.0
    dominance_n: int = 0
    dominance_k: float = 0.0
    p_percent: float = 0.0
    weights: str = "rows"
    least_width: int = 0
    least_mean_width: float = 10.0
    min_gap_months: int = 3
    step_down: float = 0.2
    attacker: str = "policy"

    @property
    def rounds(self) -> bool:
        """Whether counts are rounded."""
        return self.rounding != "none"

    @property
    def least_hidden(self) -> int:
        """The least count that an attacker grants a hidden cell."""
        knows = self.attacker == "policy"
        return 1 if knows and self.zeros == "show" and self.full_groups == "flag" else 0

    @property
    def width(self) -> int:
        """How far apart the smallest and largest count that a hidden cell may have must lie."""
        return self.least_width or (self.rounding_base if self.rounds else self.threshold) - 1

    @property
    def weighs_contributions(self) -> bool:
        """Whether a figure may be hidden because few people make up most of it."""
        return self.dominance_n > 0 or self.p_percent > 0

    def fewest(self, unit: str, *, median: bool = False) -> float:
        """How many people must stand behind a mean, or a median, in this unit?"""
        least = self.least_mean if self.least_median is None or not median else self.least_median
        return max(least, self.least_pay) if unit == "pounds" else least

    @property
    def words(self) -> str:
        """The policy in one line, printed with every table."""
        said = [*_of_counts(self), *_of_averages(self), *_of_contributions(self), *_of_choice(self)]
        return " ".join(said)


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
    "midpoint6": Policy(
        profile="midpoint6", threshold=1, rounding="midpoint", rounding_base=6, least_mean=7
    ),
}
"""Profiles by name.

- default: counts from 1 to 9 hidden, with complementary cells; zeros shown.
- csps10: the same, and no percentage or mean on fewer than 10, as the Civil Service People Survey.
  That zeros are shown, and that the threshold also holds for the parts of a base, is our reading.
- hesa: nearest 5, halves up; no percentage on fewer than 22.5, no average on 7 or fewer (Higher
  Education Statistics Agency, rounding and suppression).
- nhs: 1 to 7 hidden as "*", the rest to the nearest 5 (NHS Digital, hospital statistics).
- ons_10_5: under 10 hidden, the rest to the nearest 5; zeros are shown unless zeros = "hide".
- midpoint6: each block of six counts to its middle: 1 to 6 is 3, 7 to 12 is 9. That no average is
  shown of those whose count is in the first block is our reading: else it could be of one person.
"""

_WORDS: Mapping[str, tuple[str, ...]] = {
    "zeros": ("show", "hide"),
    "rounding": ("none", "nearest", "midpoint", "controlled"),
    "full_groups": ("flag", "hide"),
    "profile": tuple(PROFILES),
    "weights": ("rows", "value", "equal"),
    "attacker": ("policy", "any"),
}
_WHOLE: Mapping[str, int] = {
    "threshold": 1,
    "rounding_base": 1,
    "dominance_n": 0,
    "least_width": 0,
    "min_gap_months": 0,
}
"""Whole numbers, and the least that each may be."""

_MOST: Mapping[str, int] = {
    "dominance_k": 100,
    "p_percent": 100,
    "least_mean_width": 100,
    "step_down": 1,
}


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

    Management sees counts from 5 on, each display protected on its own and nothing rounded. What
    one person contributes is kept from it as from everybody: those rules stand.
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
        least_median=None,
        least_pay=0.0,
        least_width=0,
        mark="[c]",
    )


def with_floor(policy: Policy, least: int) -> Policy:
    """What does the policy ask for of figures that ask for a threshold of their own?

    Parameters
    ----------
    policy
        The policy, for its audience.
    least
        The least threshold of these figures (`About.least_threshold`); 0 asks for nothing.

    Returns
    -------
    Policy
        The same policy with a threshold of at least that. A width that was set is made to follow.
        Counts that are rounded so that they add up would give hidden ones back, so they are rounded
        to the nearest multiple.

    Examples
    --------
    >>> with_floor(PROFILES["midpoint6"], 10).words[:35]
    'Counts from 1 to 12 are hidden [c].'
    >>> with_floor(PROFILES["default"], 5) == PROFILES["default"]
    True
    """
    if policy.rounding == "midpoint":
        # A block of counts is printed as its middle: no block may begin below the threshold.
        least = -(-(least - 1) // policy.rounding_base) * policy.rounding_base + 1
    if policy.threshold >= least:
        return policy
    return replace(
        policy,
        threshold=least,
        rounding="nearest" if policy.rounding == "controlled" else policy.rounding,
        least_width=max(policy.least_width, least - 1) if policy.least_width else 0,
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
    if key in _WHOLE:
        fine = number and isinstance(value, int) and value >= _WHOLE[key]
        return "" if fine else f"{key} must be a whole number of at least {_WHOLE[key]}."
    if key in _MOST:
        fine = number and 0 <= float(str(value)) <= _MOST[key]
        return "" if fine else f"{key} must be a number from 0 to {_MOST[key]}."
    return "" if number and float(str(value)) >= 0 else f"{key} must be a number of at least 0."


def _contradictions(policy: Policy) -> list[str]:
    found = []
    if policy.rounds and policy.rounding_base < 2:
        found.append("rounding needs a rounding_base of at least 2.")
    if not policy.rounds and policy.threshold < 2:
        found.append("without rounding, threshold must be at least 2: else nothing is protected.")
    if policy.rounding == "controlled" and (policy.threshold > 1 or policy.zeros == "hide"):
        found.append(
            "counts rounded to add up would give hidden ones back: with rounding = 'controlled' "
            "set threshold to 1 and zeros to 'show'."
        )
    if bool(policy.dominance_n) != bool(policy.dominance_k):
        found.append("dominance_n and dominance_k go together: set both, or neither.")
    return found


def _of_counts(policy: Policy) -> list[str]:
    said = []
    least = 0 if policy.zeros == "hide" else 1
    if policy.threshold > 1:
        rest = "" if policy.rounds else _WORKED_OUT
        said.append(
            f"Counts from {least} to {policy.threshold - 1}{rest} are hidden {policy.mark}."
        )
    elif policy.zeros == "hide":
        said.append(f"Counts of 0 are hidden {policy.mark}.")
    if policy.full_groups == "hide":
        said.append("Groups all of whose members are in one category are hidden.")
    base = policy.rounding_base
    ways = {
        "nearest": f"Counts are rounded to the nearest {base}, halves up.",
        "midpoint": f"Counts are rounded to the middle of each block of {base}.",
        "controlled": f"Counts are rounded up or down to a multiple of {base}, so that they still "
        "add up.",
    }
    return [*said, ways[policy.rounding]] if policy.rounds else said


def _of_averages(policy: Policy) -> list[str]:
    said = []
    if policy.least_percentage:
        said.append(f"Percentages of fewer than {policy.least_percentage:g} are hidden.")
    mean, median = policy.fewest(""), policy.fewest("", median=True)
    bases = {"Averages": mean} if mean == median else {"Means": mean, "Medians": median}
    said += [
        f"{name} of fewer than {least:g}{_WORKED_OUT} are hidden."
        for name, least in bases.items()
        if least
    ]
    if policy.least_pay > min(mean, median):
        said.append(
            f"Averages of the pay of fewer than {policy.least_pay:g}{_WORKED_OUT} are hidden."
        )
    return said


def _of_contributions(policy: Policy) -> list[str]:
    """Say that a rule is in force, never its numbers: they would help whoever attacks it."""
    said = []
    if policy.dominance_n:
        said.append("A sum or average is hidden where a few people make up most of it.")
    if policy.p_percent:
        said.append(
            "A sum or average is hidden where one person in it could closely estimate what another "
            "contributes."
        )
    return said


def _of_choice(policy: Policy) -> list[str]:
    """Say which counts are hidden with the small ones, and how safe that makes them."""
    if policy.rounds:
        return []
    said = []
    if policy.weights != "rows":
        fewest = "as few counts" if policy.weights == "equal" else "counts of as few people"
        said.append(f"Where there is a choice, {fewest} as possible are hidden.")
    if policy.least_width:
        said.append(
            f"Everything published leaves at least {policy.least_width} between the smallest and "
            "the largest count that a hidden one can be."
        )
    if replace(policy, attacker="policy").least_hidden != policy.least_hidden:
        said.append("Readers are supposed not to know that a hidden count is at least 1.")
    return said
