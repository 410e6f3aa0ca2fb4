"""The only road out: figures become what an audience may see, and nothing is shown before that.

What must be hidden, and who asks:

- policy.py        what must be hidden or rounded: profiles by name, each part a parameter
- session.py       who is looking: public, management, analyst; reasons given in this session
- asking.py        what that asks of each count of a table
- dominance.py     sums of which few people make up most

What can be worked out, and what to hide against it:

- printed.py       what is printed, and what is asked of each count
- system.py        printed counts as sums of elementary groups, whatever the layout of the table
- attack.py        what somebody who reads everything can work out: tables that fit all of it
- cuts.py          why an attack succeeded, as inequalities for the programme
- programme.py     the lightest pattern that breaks none of them, within a bound of work
- suppression.py   which further counts to hide: least weight, proven, none too many
- rounding.py      counts rounded instead of hidden, one by one or so that they add up
- room.py          which other counts would be printed alike
- means.py         means and medians from which those of few people could be worked out
- parts.py, singling.py   what means and controlled rounding share with each other

Many tables, and those released before:

- layout.py        what each count of a table counts, in terms that tables have in common
- demands.py       what is asked of each count of a table, and what was decided of it
- partitions.py    categories cut in several ways
- blocks.py        tables of the same people on blocks of groups, and the sums that blocks share
- linking.py       what must be hidden of tables that somebody has all before him
- between.py       small changes between dates, medians of nearly the same people
- record.py        what a released table tells of each count, without any exact one
- chain.py, ledger.py   the file of all that was released, in which no line changes unnoticed
- releasing.py     the door: held against the ledger, taken down in it

What comes out:

- marking.py       rows of figures that rest on a hidden count are hidden with it
- together.py      tables protected together, and what was done to each
- printing.py      a protected table as plain text
- protected.py     the result: figures with marks, and no exact one behind them

A finished report, from its files alone:

- auditing.py      what an attacker finds, and what the policy does not allow
- published.py, rows.py   the files, and what each row of a table says
- equations.py, narrowing.py   all that is printed as equations, and how narrow they leave a count
- elsewhere.py, displays.py    what page and workbooks show that the tables do not

Limits, told where they apply: a ring of tables too large for one block (blocks.py) is attacked
through what its tables share, not as one table of people; of a system too large for whole numbers
(suppression.py) more is hidden than has to be; what cannot be looked at together is withheld.

A new profile goes into policy.py; a new way to work a count out becomes a printed cell of the
`Cells` of a measure, and the attack takes it from there.
"""

from __future__ import annotations

import importlib
from typing import Any

_NAMES = {
    "audience": "session",
    "audit": "auditing",
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
