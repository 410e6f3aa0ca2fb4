"""The only road out: figures become what an audience may see, and nothing is shown before that.

- policy.py        what must be hidden or rounded: profiles by name, each part a parameter
- session.py       who is looking: public, management, analyst; reasons given in this session
- system.py        printed counts as sums of elementary groups, whatever the layout of the table
- attack.py        what somebody who reads everything can work out: tables that fit all of it
- cuts.py          why an attack succeeded, as inequalities for the programme
- suppression.py   which further counts to hide: least weight, proven, none too many
- rounding.py      counts rounded instead of hidden
- marking.py       rows of figures that rest on a hidden count are hidden with it
- linking.py       tables of the same people put on one set of elementary groups
- together.py      tables protected together, and what was done to each
- printing.py      a protected table as plain text
- protected.py     the result: figures with marks, and no exact one behind them

A new profile goes into policy.py; a new way to work a count out becomes a printed cell of the
`Cells` of a measure, and the attack takes it from there.
"""

from __future__ import annotations

import importlib
from typing import Any

_NAMES = {
    "audience": "session",
    "reasons": "session",
    "Policy": "policy",
    "resolve": "policy",
    "intervals": "attack",
    "pattern": "suppression",
    "protect_together": "together",
    "release": "releasing",
    "Protected": "protected",
    "protect": "protected",
    "unprotected": "protected",
}

__all__ = list(_NAMES)


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'workforce_analytics.disclosure' has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_NAMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
