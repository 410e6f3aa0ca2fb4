"""Published definitions of relative likelihoods: which group stands over which, of what, for whom.

They are data (schemas/standards/likelihoods.toml). Standards of one family differ in which group
stands on top of the ratio, so a figure that follows one says so on every row.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.contracts import did_you_mean

EACH = "each"
"""Every group but the reference stands on top of a ratio of its own."""
MAJORITIES = ("white", "not_disabled")
"""The groups that published standards hold others against."""
WHERE = {"applications": "recruitment", "events": "participation", "any": "either"}
"""What a standard is used for, and the measures that know of it."""
_CHOSEN = {"largest": "the largest group", "highest": "the group with the highest rate"}


@dataclass(frozen=True)
class Standard:
    """A published definition of a relative likelihood.

    Attributes
    ----------
    name
        How it is asked for: "wres_3".
    used_for
        "applications": an outcome among those at a stage; "events": something that happened at
        work; "any": a ratio of any two rates.
    of, level
        The characteristic and the level of its code list; of any where `of` is "".
    compared, by
        Codes of the groups whose rates are divided, the first by the second; "each" stands for
        every group, "largest" and "highest" for what the table shows to be so.
    outcome, among
        For applications: the stage reached, of those at which stage.
    withdrawn
        For applications: whether who withdrew after reaching the stage is "in" its base or "apart".
    event, formal
        For events: which one; whether only formal ones count, None for all.
    happening
        What happens: "being appointed".
    per, years
        "head" or "person_year", and how many years are pooled.
    population
        Whom the standard means, in words.
    source, note
        Where it is published, and what else a reader must know.
    known
        Fields that were known but not read in the source.
    """

    name: str
    title: str
    publisher: str
    used_for: str
    compared: str
    by: str
    source: str
    of: str = ""
    level: str = "main"
    outcome: str = "appointed"
    among: str = "applied"
    withdrawn: str = "apart"
    event: str = ""
    formal: bool | None = None
    happening: str = ""
    per: str = "head"
    years: int = 1
    population: str = ""
    note: str = ""
    known: tuple[str, ...] = ()

    @property
    def swapped(self) -> bool:
        """Whether the ratio has the majority's rate on top: White over all other groups, say.

        Examples
        --------
        >>> standard("wres_2").swapped, standard("wres_3").swapped
        (True, False)
        """
        return self.compared in MAJORITIES

    @property
    def reference(self) -> str:
        """The group that others are held against, whichever stands on top: never the minority.

        Examples
        --------
        >>> standard("wres_2").reference, standard("wres_3").reference
        ('white', 'white')
        """
        return self.compared if self.swapped else self.by

    @property
    def orientation(self) -> str:
        """What stands over what, in words.

        Examples
        --------
        >>> standard("wdes_2").orientation
        'rate of “Not disabled” divided by rate of “Disabled”'
        """
        return f"rate of {self._named(self.compared)} divided by rate of {self._named(self.by)}"

    def _named(self, code: str) -> str:
        if not self.of:
            return _CHOSEN.get(code, "each other group")
        labels = {item.code: item.label for item in codelist(self.of).categories(self.level)}
        return f"“{labels[code]}”"

    @property
    def definition(self) -> str:
        """What is divided by what, who publishes it, and what was not read in its source."""
        known = ", ".join(self.known)
        unread = f" Known, but not read in the source: {known}." if known else ""
        note = f" {self.note}" if self.note else ""
        return f"{self.orientation} ({self.publisher}).{note}{unread}"


def standard(name: str) -> Standard:
    """Which published definition goes by this name?

    Parameters
    ----------
    name
        "wres_2", "wres_3", "wres_4", "wdes_2", "wdes_3", "sc_wres_2", "sc_wres_3", "sc_wres_5",
        "sc_wres_8", "relative_rate_index" or "impact_ratio".

    Returns
    -------
    Standard

    Raises
    ------
    UsageError
        There is no such standard; those there are, are listed.

    Notes
    -----
    The fourth metric of SC-WRES (fitness-to-practise referrals of regulated professionals) needs
    the regulators' data; those on pay bands, harassment and senior managers are not likelihoods of
    an event. They are not here.

    Examples
    --------
    >>> one = standard("sc_wres_2")
    >>> one.compared, one.by
    ('minority_ethnic', 'white')
    """
    known = _all()
    if not isinstance(name, str) or name not in known:
        hint = did_you_mean(name, list(known)) if isinstance(name, str) else ""
        raise UsageError(f"There is no standard {name!r}.{hint} Known: {', '.join(known)}.")
    return known[name]


def standard_for(name: str, of: str, used_for: str) -> Standard:
    """Give a published definition, if it is about this characteristic and this kind of rows.

    Parameters
    ----------
    name
        As in `standard`.
    of
        The characteristic that is looked at.
    used_for
        "applications" or "events".

    Raises
    ------
    UsageError
        There is no such standard, or it is about something else.

    Examples
    --------
    >>> standard_for("wdes_3", "disability", "events").years
    2
    """
    found = standard(name)
    if found.used_for not in (used_for, "any"):
        raise UsageError(
            f"standard='{name}' is about {found.used_for}, not about {used_for}. "
            f"Use {WHERE[found.used_for]}.likelihood(...)."
        )
    if found.of and of != found.of:
        raise UsageError(
            f"standard='{name}' compares people by {found.of}, not by {of}. "
            f'Use of="{found.of}", or leave standard= out.'
        )
    return found


def standards() -> tuple[str, ...]:
    """Give the names of all published definitions that are known here."""
    return tuple(_all())


@cache
def _all() -> Mapping[str, Standard]:
    path = resources.path("schemas", "standards", "likelihoods.toml")
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _read(name, settings) for name, settings in listed.items()}


def _read(name: str, settings: Mapping[str, Any]) -> Standard:
    allowed = {item.name for item in dataclasses.fields(Standard)} - {"name", "used_for"}
    strange = sorted(set(settings) - allowed - {"for"})
    if strange or settings.get("for") not in WHERE:
        what = f"'{strange[0]}' is not a field" if strange else f"for is one of {', '.join(WHERE)}"
        raise ConfigurationError(f"[{name}] of likelihoods.toml: {what}.")
    given = {key: value for key, value in settings.items() if key not in ("for", "known")}
    known = tuple(settings.get("known", ()))
    return Standard(name=name, used_for=settings["for"], known=known, **given)
