"""Which further counts must be hidden, so that the hidden ones cannot be worked out?

The least-weight pattern that no attack breaks: an integer programme over inequalities that every
safe pattern satisfies, solved again with those that the attack on its last answer teaches, until no
attack succeeds. Then each complementary cell is shown again where that stays safe, so that none is
hidden in vain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from workforce_analytics.disclosure.attack import Evidence, Failure, View, failures, view
from workforce_analytics.disclosure.cuts import Cuts
from workforce_analytics.disclosure.system import System, systems

_ROUNDS = 10
"""Programmes solved before the pattern is completed cell by cell instead."""

_NODES = 2_000
"""Branches per programme; counted, not timed, so that a slow machine gives the same pattern."""

_TAUGHT = 6
"""Inequalities learnt between two relaxed solutions."""

_RELAXED = 12


@dataclass(frozen=True)
class Pattern:
    """Which printed cells are hidden, and why.

    Attributes
    ----------
    hidden
        For each printed cell, whether it is hidden.
    primary
        Whether it is hidden for its own sake.
    least_weight
        Whether no safe pattern weighs less; a fallback pattern is as safe and only may hide more.
    """

    hidden: np.ndarray
    primary: np.ndarray
    least_weight: bool

    @property
    def complementary(self) -> np.ndarray:
        """Cells hidden because others could be worked out from them."""
        return self.hidden & ~self.primary


def pattern(
    base: Any,
    members: Sequence[Sequence[int]],
    *,
    threshold: int = 10,
    sensitive: Any = None,
    least: int = 1,
    width: int | None = None,
    weights: Any = None,
    coalition: bool = True,
    keys: Sequence[tuple[str, ...]] | None = None,
) -> Pattern:
    """Which counts must be hidden, so that none under the threshold can be worked out?

    Parameters
    ----------
    base
        Exact count of each elementary group, whole numbers.
    members
        For each printed cell, the elementary groups that it adds up.
    threshold
        Counts from 1 to `threshold - 1` are hidden.
    sensitive
        For each printed cell, whether it must be hidden, where not the threshold says so.
    least
        The least that an attacker grants a hidden count: 1 where zeros are always shown, else 0.
    width
        Required distance between the smallest and the largest count that everything published
        allows a hidden cell; `threshold - 1` unless given.
    weights
        What hiding each printed cell costs; its count plus 1 unless given.
    coalition
        Whether somebody who is alone in a hidden cell, and knows it, may learn no other one.
    keys
        Names of the elementary groups. With them the pattern does not depend on their order.

    Returns
    -------
    Pattern
        Proven by attack: two tables that fit everything published lie `width` apart in each hidden
        cell. Showing any one complementary cell would break that.

    Notes
    -----
    Unprinted elementary groups under the threshold, and differences of two printed counts under it
    (everybody less those who answered), are kept as wide as the hidden cells.
    After Fischetti and Salazar (2001), "Solving the cell suppression problem on tabular data with
    linear constraints", Management Science 47(7); HiGHS solves the programmes.

    Examples
    --------
    Hiding 3 alone would leave it to be had from the total, so the smallest other cell goes too.

    >>> found = pattern([3, 20, 30], [[0], [1], [2], [0, 1, 2]])
    >>> found.hidden.tolist(), found.complementary.tolist()
    ([True, True, False, False], [False, True, False, False])
    """
    counts = np.asarray(base)
    values = np.array([counts[list(cell)].sum() for cell in members])
    primary = (
        (values >= 1) & (values < threshold)
        if sensitive is None
        else np.asarray(sensitive, dtype=bool)
    )
    required = threshold - 1 if width is None else width
    parts = systems(
        base,
        members,
        sensitive=primary,
        least=least,
        threshold=threshold,
        weights=weights,
        keys=keys,
    )
    hidden = np.zeros(len(members), dtype=bool)
    least_weight = True
    for system in parts:
        if not system.sensitive.any():
            continue
        solved, best = _solve(system, width=required, coalition=coalition)
        least_weight &= best
        for cell, places in enumerate(system.places):
            hidden[list(places)] = solved[cell]
    return Pattern(hidden, primary & hidden, least_weight)


def _solve(system: System, *, width: int, coalition: bool) -> tuple[np.ndarray, bool]:
    """Find the least-weight safe pattern of cells that hang together, and whether it is proven."""
    cuts = Cuts(system, width=width, coalition=coalition)
    evidence = Evidence(system)
    hidden, best = system.always, True
    failed: list[Failure] = []
    for _ in range(_ROUNDS):
        hidden, optimal = _programme(system, cuts, hidden.astype(float), failed)
        best &= optimal
        seen = view(system, hidden)
        failed = failures(seen, evidence, width=width, coalition=coalition)
        if not failed:
            break
        for failure in failed:
            _learn(system, cuts, hidden, failure)
    if failed:
        best = False
        hidden = _complete(system, cuts, evidence, hidden, width=width, coalition=coalition)
    return _prune(system, cuts, evidence, hidden, width=width, coalition=coalition), best


def _learn(system: System, cuts: Cuts, hidden: np.ndarray, failure: Failure) -> None:
    if cuts.explained(hidden, failure.cell):
        return
    if not cuts.explain(hidden.astype(float), failure):
        # Only whole numbers fail here: any safe pattern hides something more, or not this cell.
        row = (~hidden).astype(float)
        row[failure.cell] = -1.0
        cuts.add(row)


def _programme(
    system: System, cuts: Cuts, hidden: np.ndarray, failed: list[Failure]
) -> tuple[np.ndarray, bool]:
    """Solve for the lightest pattern that breaks no inequality known, relaxed at first."""
    for turn in range(_RELAXED):
        while cuts.broken(hidden):
            hidden, _ = _lightest(system, cuts, whole=False)
        taught = 0
        for place in range(len(failed)):
            taught += cuts.explain(hidden, failed[(place + _TAUGHT * turn) % len(failed)])
            if taught == _TAUGHT:
                break
        if not taught:
            break
        hidden, _ = _lightest(system, cuts, whole=False)
    while True:
        hidden, optimal = _lightest(system, cuts, whole=True)
        if not cuts.broken(hidden):
            return hidden > 0.5, optimal


def _lightest(system: System, cuts: Cuts, *, whole: bool) -> tuple[np.ndarray, bool]:
    rows = cuts.used
    always = system.always.astype(float)
    if rows.shape[0] == 0:
        return always, True
    found = milp(
        system.weight,
        constraints=LinearConstraint(rows, 0, np.inf),
        bounds=Bounds(always, 1),
        integrality=np.full(len(always), int(whole)),
        options={"mip_rel_gap": 0, "node_limit": _NODES} if whole else {},
    )
    if found.x is None:
        return np.ones(len(always)), False
    return (np.rint(found.x) if whole else np.clip(found.x, 0, 1)), found.status == 0


def _complete(
    system: System,
    cuts: Cuts,
    evidence: Evidence,
    hidden: np.ndarray,
    *,
    width: int,
    coalition: bool,
) -> np.ndarray:
    """Hide one more cell for each attack that succeeds, until none does."""
    hidden = hidden.copy()
    while not hidden.all():
        failed = failures(view(system, hidden), evidence, width=width, coalition=coalition)
        if not failed:
            break
        before = hidden.sum()
        for failure in failed:
            _learn(system, cuts, hidden, failure)
        cuts.broken(hidden)
        rows = cuts.used
        for row in rows[np.flatnonzero(rows @ hidden < -1e-6)]:
            if (row @ hidden)[0] >= -1e-6:
                continue
            gain = np.where(hidden, 0, row.toarray()[0]) / np.maximum(system.weight, 1)
            hidden[int(gain.argmax())] = True
        if hidden.sum() == before:
            # Nothing can be worked out where everything is hidden.
            hidden[:] = True
    return hidden


def _prune(
    system: System,
    cuts: Cuts,
    evidence: Evidence,
    hidden: np.ndarray,
    *,
    width: int,
    coalition: bool,
) -> np.ndarray:
    """Show again, the dearest first, what the pattern stays safe without."""
    extra = np.flatnonzero(hidden & ~system.always)
    for cell in sorted(extra.tolist(), key=lambda place: (-system.weight[place], place)):
        without = hidden.copy()
        without[cell] = False
        if cuts.refuted(without.astype(float)):
            continue
        seen: View = view(system, without)
        if not failures(seen, evidence, width=width, coalition=coalition, first=True):
            hidden = without
    return hidden
