"""Which actions of a plan are joined with which themes of a survey?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import long_date
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Extract

FIELDS = ("theme", "indicator", "owner_role", "due_on", "status")
SURVEY = "survey"
"""How an indicator that comes from a survey begins."""
DONE, STOPPED = "completed", "cancelled"
NO_ACTION = "no action in the plan yet"
NO_PLAN = "no plan was given to look for actions in"


@dataclass(frozen=True)
class Action:
    """An action of the plan, as far as it is told: its owner is a post, never a person."""

    theme: str
    indicator: str
    owner: str
    due_on: str
    status: str


def notes_of(
    actions: Any, topics: Mapping[str, str], themes: Mapping[str, str] | None
) -> dict[str, str]:
    """What does the plan do about each theme?

    Parameters
    ----------
    actions
        An actions extract, or None.
    topics
        Themes of the survey by name -> as they are printed.
    themes
        Themes of the plan -> the survey's, by name or as they are printed, where they are called
        otherwise.

    Returns
    -------
    dict
        Name of the survey's theme -> how many actions there are, whose they are and when the next
        is due.

    Raises
    ------
    UsageError
        It is no actions extract, or `themes` names a theme that the survey does not have.
    """
    if actions is None:
        if themes:
            raise UsageError("themes= names themes of a plan: give it with actions= as well.")
        return dict.fromkeys(topics, NO_PLAN)
    if not isinstance(actions, Extract) or actions.contract.name != "actions":
        raise UsageError("actions= takes an actions extract, such as council.actions.")
    known = {fold(word): name for name, label in topics.items() for word in (name, label)}
    given = _given(themes or {}, known, topics)
    joined: dict[str, list[Action]] = {name: [] for name in topics}
    labels = {fold(label): name for name, label in topics.items()}
    for action in _listed(actions):
        name = given.get(fold(action.theme)) or labels.get(fold(action.theme))
        name = name or _by_indicator(action.indicator, known)
        if name is not None:
            joined[name].append(action)
    return {name: _note(found) for name, found in joined.items()}


def _given(
    themes: Mapping[str, str], known: Mapping[str, str], topics: Mapping[str, str]
) -> dict[str, str]:
    for theirs in themes.values():
        if fold(str(theirs)) not in known:
            raise UsageError(
                f"themes= names '{theirs}', which is no theme of this survey."
                f"{did_you_mean(str(theirs), topics)} Allowed: {', '.join(topics)}."
            )
    return {fold(str(plan)): known[fold(str(theirs))] for plan, theirs in themes.items()}


def _by_indicator(indicator: str, known: Mapping[str, str]) -> str | None:
    """Which theme's score is an action to move ("survey.scores/inclusion")?"""
    first, *parts = indicator.split("/")
    if fold(first.split(".")[0]) != SURVEY:
        return None
    return next((known[fold(part)] for part in parts if fold(part) in known), None)


def _listed(actions: Extract) -> list[Action]:
    """Give the actions of a plan in one order, whatever the order of its rows."""
    there = [name for name in FIELDS if name in engine.columns(actions.frame)]
    table = actions.count(there)
    status = actions.matcher("status") if "status" in there else None
    found = []
    for row in table.to_dict("records"):
        words = {name: "" if row.get(name) is None else str(row.get(name)) for name in FIELDS}
        state = (status(row["status"]) if status and row["status"] is not None else "") or ""
        one = Action(
            words["theme"], words["indicator"], words["owner_role"], words["due_on"][:10], state
        )
        found += [one] * int(row[engine.N])
    return sorted(found, key=lambda one: (one.due_on or "9", one.owner, one.indicator, one.status))


def _note(actions: list[Action]) -> str:
    """Say how many actions there are, whose they are, and when the next is due."""
    meant = [one for one in actions if one.status != STOPPED]
    if not meant:
        return NO_ACTION
    several = f"{len(meant)} action{'s' if len(meant) > 1 else ''} in the plan"
    still = [one for one in meant if one.status != DONE]
    if not still:
        return f"{several}, completed"
    owners = list(dict.fromkeys(one.owner for one in still if one.owner))
    due = next((one.due_on for one in still if one.due_on), "")
    said = [several, *([", ".join(owners)] if owners else [])]
    left = "" if len(still) == len(meant) else f", {len(still)} of them open"
    next_ = f"next due {long_date(due)}" if due else "no day by which it is due"
    return f"{said[0]}{left}{f' ({said[1]})' if said[1:] else ''}, {next_}"
