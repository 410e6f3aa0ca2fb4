"""Who takes part in staff networks, for how long, who is not reached, and what support there is.

- `participation`: members, joiners, leavers and reach over time, or by characteristic
- `activity`: who comes to anything, and how few people carry a network
- `retention`, `cohorts`: how long people stay, with leaving the body as another way out
- `reach_gaps`: who is not reached, for like grades and services
- `support`: what networks were given, against the plan

What a chair's training changed is `training_impact.chairs_training`.

Membership reveals what people may keep to themselves: only sums are shown, none under 10 to anybody
but an analyst, never by team; and members are never followed into records of pay, promotion or
conduct.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

_NAMES = {
    "activity": "network_activity",
    "cohorts": "network_cohorts",
    "participation": "network_participation",
    "reach_gaps": "network_reach_gaps",
    "retention": "network_retention",
    "support": "network_support",
}
_ROOM = "workforce_analytics.measures."

__all__ = [name for name, room in _NAMES.items() if importlib.util.find_spec(_ROOM + room)]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_ROOM + _NAMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
