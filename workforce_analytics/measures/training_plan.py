"""What is to be looked at, and which change would matter: set down before results are run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from workforce_analytics.counting.stage_words import VERBS
from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.estimates import long_date
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Extract

DELTA = 2.0
"""Percentage points that matter where no plan says which change does."""
NOT_PLANNED = "Not planned beforehand."


@dataclass(frozen=True)
class Plan:
    """A plan for an effect to be looked at."""

    recorded_on: date
    delta_points: float = DELTA
    outcomes: tuple[str, ...] = ()
    """Stages to be looked at; none named means any."""
    characteristics: tuple[str, ...] = ()
    reference: str = ""
    level: str = ""
    until: date | None = None
    """The last day of the applications to be used."""

    def covers(self, of: str, outcomes: Sequence[str]) -> bool:
        """Whether these outcomes of this characteristic were planned."""
        stages = not self.outcomes or set(outcomes) <= set(self.outcomes)
        return stages and (not self.characteristics or of in self.characteristics)

    def told_of(self, of: str) -> Plan:
        """Leave out reference and level where the plan is of other characteristics."""
        if not of or not self.characteristics or of in self.characteristics:
            return self
        return replace(self, reference="", level="")

    def words(self, of: str, outcomes: Sequence[str], panels: Sequence[str]) -> str:
        """Say of a table whether it was planned, and before how many of its panels had sat.

        Parameters
        ----------
        of, outcomes
            What the table looks at.
        panels
            The days on which its panels sat, as ISO text.
        """
        on = long_date(self.recorded_on.isoformat())
        if not self.covers(of, outcomes):
            return f"{NOT_PLANNED} The plan of {on} is of other questions."
        sat = sum(day < self.recorded_on.isoformat() for day in panels)
        if panels and sat == len(panels):
            return f"{NOT_PLANNED} The plan is of {on}, after the last of these panels had sat."
        share = f", when {sat / len(panels):.0%} of these panels had sat" if sat else ""
        return (
            f"Planned on {on}{share}: a change of {self.delta_points:g} percentage points or more "
            "matters."
        )

    def toml(self) -> str:
        """Give the lines of organisation.toml that keep the plan."""
        lines = ["[training_impact.plan]", f"recorded_on = {self.recorded_on.isoformat()}"]
        lines.append(f"delta_points = {self.delta_points:g}")
        for name in ("outcomes", "characteristics"):
            if getattr(self, name):
                listed = ", ".join(map(_quoted, getattr(self, name)))
                lines.append(f"{name} = [{listed}]")
        lines += [
            f"{name} = {_quoted(getattr(self, name))}"
            for name in ("reference", "level")
            if getattr(self, name)
        ]
        if self.until:
            lines.append(f"until = {self.until.isoformat()}")
        return "\n".join(lines) + "\n"


def plan(
    *,
    recorded_on: date | str,
    delta_points: float = DELTA,
    outcomes: Sequence[str] = (),
    characteristics: Sequence[str] = (),
    reference: str = "",
    level: str = "",
    until: date | str | None = None,
) -> Plan:
    """Which change would matter, of what, and by when: before anybody has looked?

    Parameters
    ----------
    recorded_on
        The day on which this was decided.
    delta_points
        The smallest change of a gap that matters, in percentage points.
    outcomes, characteristics
        What is to be looked at: stages ("shortlisted"), characteristics ("ethnicity").
    reference, level
        The group that others are compared with; how detailed groups are.
    until
        The last day of the applications to be used.

    Returns
    -------
    Plan
        Give it to `estimate(..., plan=...)`, or keep its `toml()` in organisation.toml, where every
        later run finds it.

    Raises
    ------
    UsageError
        A date that is none, or a change that is not above 0.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> decided = wa.training_impact.plan(recorded_on="2024-03-04", outcomes=["shortlisted"])
    >>> print(decided.toml(), end="")
    [training_impact.plan]
    recorded_on = 2024-03-04
    delta_points = 2
    outcomes = ["shortlisted"]
    """
    if not isinstance(delta_points, int | float) or not 0 < delta_points <= 100:
        raise UsageError("delta_points= takes percentage points above 0, such as 2.")
    strange = [one for one in _listed(outcomes, "outcomes") if one not in VERBS]
    if strange:
        raise UsageError(
            f"outcomes= '{strange[0]}' is not a stage.{did_you_mean(strange[0], VERBS)} Allowed: "
            f"{', '.join(VERBS)}."
        )
    return Plan(
        _day(recorded_on, "recorded_on"),
        float(delta_points),
        _listed(outcomes, "outcomes"),
        _listed(characteristics, "characteristics"),
        str(reference),
        str(level),
        None if until is None else _day(until, "until"),
    )


def plan_of(applications: Extract, given: Plan | None, of: str = "") -> Plan | None:
    """Find the plan: the one that is given, else the one in organisation.toml.

    Where it is of other characteristics than `of`, it is without its reference and level: there may
    be no such group or level here.

    Raises
    ------
    UsageError
        What was given is not a plan.
    ConfigurationError
        [training_impact.plan] in organisation.toml says something that is not known.
    """
    if given is not None:
        if not isinstance(given, Plan):
            raise UsageError("plan= takes what training_impact.plan(...) gave.")
        return given.told_of(of)
    written = applications.context.plans.get("plan")
    return read_plan(written).told_of(of) if written else None


def read_plan(written: Mapping[str, Any]) -> Plan:
    """Read a plan from organisation.toml.

    Raises
    ------
    ConfigurationError
        A name that a plan does not have, a date that is none, or no date at all.
    """
    known = [field.name for field in fields(Plan)]
    strange = [name for name in written if name not in known]
    if strange:
        raise ConfigurationError(
            f"[training_impact.plan] '{strange[0]}' is not known."
            f"{did_you_mean(strange[0], known)} Allowed: {', '.join(known)}."
        )
    if "recorded_on" not in written:
        raise ConfigurationError(
            "[training_impact.plan] has no recorded_on: write the day on which it was decided."
        )
    trouble = ""
    try:
        return plan(**written)
    except UsageError as error:
        trouble = str(error)
    raise ConfigurationError(f"[training_impact.plan] {trouble}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _day(given: Any, name: str) -> date:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    found = None
    try:
        found = date.fromisoformat(str(given))
    except ValueError:
        found = None
    if found is None:
        raise UsageError(f"{name}= takes a day, such as 2024-03-04.")
    return found


def _listed(given: Any, name: str) -> tuple[str, ...]:
    if isinstance(given, str) or not all(isinstance(one, str) for one in given):
        raise UsageError(f"{name}= takes a list of names.")
    return tuple(given)
