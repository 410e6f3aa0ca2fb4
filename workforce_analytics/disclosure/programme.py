"""The lightest pattern that breaks no inequality known: an integer programme, within bounds.

What it may cost is counted, never timed: a slow machine gives the same pattern.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from workforce_analytics.disclosure.cuts import Cuts
from workforce_analytics.disclosure.system import System

_NODES = 2_000
"""Branches per programme; counted, not timed, so that a slow machine gives the same pattern."""

_ROUNDED = 0.1
"""What of a fraction is hidden: much, because whatever is hidden in vain is shown again later."""

_WORK = 10_000_000
"""Rows times cells of all programmes of one system, once for each branch: some seconds; counted for
the same reason. After it, or after a programme that a quarter of it does not solve, programmes are
solved for fractions, and those rounded: as safe, but more is hidden, and nothing is proven."""


@dataclass
class Work:
    """How much is still spent on programmes of whole numbers."""

    left: int = _WORK

    def branches(self, size: int) -> int:
        """How many branches may a programme of this size have? One in any case."""
        return max(1, min(_NODES, _WORK // 4 // size))

    def done(self, size: int, branches: int, *, solved: bool) -> None:
        """Take down what a programme cost; one that was not solved makes all proof impossible."""
        self.left = self.left - size * max(1, branches) if solved else 0


def programme(
    system: System, cuts: Cuts, hidden: np.ndarray, work: Work
) -> tuple[np.ndarray, bool]:
    """Which pattern is the lightest that breaks no inequality known?

    Parameters
    ----------
    system
        The cells, and what hiding each costs.
    cuts
        The inequalities.
    hidden
        A pattern to start from, which breaks some.
    work
        What may still be spent.

    Returns
    -------
    numpy.ndarray and bool
        The pattern, and whether it is proven that none is lighter.
    """
    while cuts.broken(hidden):
        hidden, _ = _lightest(system, cuts)
    while work.left > 0:
        hidden, optimal = _lightest(system, cuts, work)
        if not cuts.broken(hidden):
            return hidden > 0.5, optimal
    while cuts.broken(hidden):
        hidden, _ = _lightest(system, cuts)
    nearly = hidden > _ROUNDED
    mend(system, cuts, nearly)
    return nearly, False


def _lightest(system: System, cuts: Cuts, work: Work | None = None) -> tuple[np.ndarray, bool]:
    """Solve the programme; for fractions, unless there is work to spend on whole numbers."""
    rows, whole = cuts.used, work is not None
    size = rows.shape[0] * rows.shape[1]
    always = system.always.astype(float)
    if rows.shape[0] == 0:
        return always, True
    found = milp(
        system.weight,
        constraints=LinearConstraint(rows, 0, np.inf),
        bounds=Bounds(always, np.where(system.kept, 0, 1)),
        integrality=np.full(len(always), int(whole)),
        options={"mip_rel_gap": 0, "node_limit": work.branches(size)} if work else {},
    )
    if work is not None:
        work.done(size, int(found.mip_node_count or 0), solved=found.status == 0)
    if found.x is None:
        return np.where(system.kept, 0.0, 1.0), False
    return (np.rint(found.x) if whole else np.clip(found.x, 0, 1)), found.status == 0


def mend(system: System, cuts: Cuts, hidden: np.ndarray) -> None:
    """Hide what does most, by its weight, against each inequality that is broken.

    Parameters
    ----------
    system
        The cells.
    cuts
        The inequalities.
    hidden
        The pattern, changed in place.
    """
    cuts.broken(hidden)
    rows = cuts.used
    for row in rows[np.flatnonzero(rows @ hidden < -1e-6)]:
        if (row @ hidden)[0] >= -1e-6:
            continue
        gain = np.where(hidden | system.kept, 0, row.toarray()[0]) / np.maximum(system.weight, 1)
        if gain.max() > 0:
            hidden[int(gain.argmax())] = True
