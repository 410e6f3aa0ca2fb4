"""Which further counts must be hidden, so that the hidden ones cannot be worked out?

The least-weight pattern that no attack breaks: an integer programme over inequalities that every
safe pattern satisfies, solved again with those that the attack on its last answer teaches, until no
attack succeeds. Then each complementary cell is shown again where that stays safe, so that none is
hidden in vain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.disclosure.attack import (
    Evidence,
    Failure,
    View,
    failures,
    suspects,
    view,
    wide,
)
from workforce_analytics.disclosure.cuts import Cuts
from workforce_analytics.disclosure.printed import Printed
from workforce_analytics.disclosure.programme import Work, mend, programme
from workforce_analytics.disclosure.system import System, systems
from workforce_analytics.errors import DisclosureRefused, UsageError

_ROUNDS = 20
"""Programmes solved before the pattern is completed cell by cell instead."""

_LEARNT = 80
"""Cells that could be worked out of one pattern from which something is learnt for the next."""


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


class Impossible(DisclosureRefused):
    """Cells that must be shown let others be worked out, whatever else is hidden.

    Attributes
    ----------
    cells
        The printed cells that must be shown and lay a hidden one open.
    """

    def __init__(self, cells: Sequence[int]) -> None:
        super().__init__(
            "Counts that are to be shown let others under the threshold be worked out, whatever "
            "else is hidden."
        )
        self.cells = tuple(cells)


def pattern(
    base: Any,
    members: Sequence[Sequence[int]],
    *,
    threshold: int = 10,
    sensitive: Any = None,
    keep: Any = None,
    least: int = 1,
    width: Any = None,
    weights: Any = None,
    room: tuple[Any, Any] | None = None,
    guard: Any = None,
    links: Sequence[Mapping[int, int]] = (),
    guessed: frozenset[int] = frozenset(),
    exact: Any = None,
    start: Any = None,
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
    keep
        For each printed cell, whether it must be shown; none unless given.
    least
        The least that an attacker grants a hidden count: 1 where zeros are always shown, else 0.
    width
        Required distance between the smallest and the largest count that everything published
        allows a hidden cell, one number or one per cell; `threshold - 1` unless given.
    weights
        What hiding each printed cell costs: one number per cell, "value" (its count plus 1) or
        "equal"; "value" unless given.
    room
        How far below and above its exact count each printed cell may be while it is shown, where
        counts are rounded.
    guard
        How wide each printed cell must stay although it is shown, where counts are rounded.
    links
        Sums of groups, with signs, that are known to be 0: the same people split in two ways.
    guessed, exact
        Groups whose count only fits what was printed, and cells whose count is the true one: see
        `system.Printed`.
    start
        For each printed cell, whether it is hidden already; then no pattern of least weight is
        looked for, and only what is missing is hidden, too.
    coalition
        Whether somebody who is alone in a hidden cell, and knows it, may learn no other one.
    keys
        Names of the elementary groups. With them the pattern does not depend on their order.

    Returns
    -------
    Pattern
        Proven by attack: two tables that fit everything published lie `width` apart in each hidden
        cell. Showing any one complementary cell would break that.

    Raises
    ------
    Impossible
        Cells that must be shown let others be worked out.

    Notes
    -----
    Unprinted elementary groups under the threshold, and differences of two printed counts under it
    (everybody less those who answered), are kept as wide as the hidden cells.
    After Fischetti and Salazar (2001), "Solving the cell suppression problem on tabular data with
    linear constraints", Management Science 47(7); HiGHS solves the programmes. Where counts are
    rounded, cells are hidden one by one instead, and nothing is said of least weight.

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
    printed = Printed(
        base,
        members,
        primary,
        least=least,
        threshold=threshold,
        width=width,
        weights=_weights(weights, values),
        keep=keep,
        room=room,
        guard=guard,
        links=links,
        guessed=guessed,
        exact=exact,
        keys=keys,
    )
    hidden = primary.copy()
    least_weight = True
    for system in systems(printed):
        if not system.sensitive.any():
            continue
        begun = None if start is None else _any(system, np.asarray(start, dtype=bool))
        solved, best = _solve(system, begun, coalition=coalition)
        least_weight &= best
        for cell, places in enumerate(system.places):
            hidden[list(places)] = solved[cell]
    return Pattern(hidden, primary & hidden, least_weight)


def _weights(asked: Any, values: np.ndarray) -> np.ndarray:
    if isinstance(asked, str):
        if asked not in ("value", "equal"):
            raise UsageError('weights= takes "value", "equal" or one number per cell.')
        return values + 1.0 if asked == "value" else np.ones(len(values))
    return values + 1.0 if asked is None else np.asarray(asked, dtype=float)


def _any(system: System, given: np.ndarray) -> np.ndarray:
    """Bring what is said of given cells to the cells of a system."""
    rest = len(system.values) - len(system.places)
    return np.array([*(given[list(at)].any() for at in system.places), *[True] * rest], dtype=bool)


def _solve(system: System, begun: np.ndarray | None, *, coalition: bool) -> tuple[np.ndarray, bool]:
    """Find the least-weight safe pattern of cells that hang together, and whether it is proven."""
    if (system.always & system.kept).any():
        raise Impossible(_given(system, system.always & system.kept))
    evidence = Evidence(system)
    if begun is not None:
        begun = begun | system.always
        if not failures(view(system, begun), evidence, coalition=coalition, first=True):
            return begun, True
    cuts = Cuts(system, coalition=coalition)
    if begun is not None:
        return _complete(system, cuts, evidence, begun, coalition=coalition), False
    hidden, best, proven = system.always, not system.rounded, False
    work = Work()
    for _ in range(_ROUNDS if best else 0):
        hidden, optimal = programme(system, cuts, hidden.astype(float), work)
        best &= optimal
        seen = view(system, hidden)
        taught = _teach(seen, cuts, evidence)
        failed = [] if taught else failures(seen, evidence, coalition=coalition, most=_LEARNT)
        for failure in failed:
            _learn(system, cuts, hidden, failure)
        proven = not (taught or failed)
        if proven or (hidden | system.kept).all():
            break
    if not proven:
        best = False
        hidden = _complete(system, cuts, evidence, hidden, coalition=coalition)
    return _prune(system, cuts, evidence, hidden, coalition=coalition), best


def _given(system: System, cells: np.ndarray) -> list[int]:
    """Give the places of cells of a system among the cells that were given."""
    return [place for cell in np.flatnonzero(cells) for place in system.places[cell]]


def _learn(system: System, cuts: Cuts, hidden: np.ndarray, failure: Failure) -> None:
    if cuts.explained(hidden, failure.cell):
        return
    if not cuts.explain(hidden.astype(float), failure):
        # Only whole numbers fail here: any safe pattern hides something more, or not this cell.
        row = (~hidden).astype(float)
        row[failure.cell] = -1.0
        cuts.add(row)


def _teach(seen: View, cuts: Cuts, evidence: Evidence) -> int:
    """Learn why cells can be worked out of a pattern, and how many were looked at."""
    taught = 0
    for cell in suspects(seen, evidence):
        if not cuts.explained(seen.hidden, int(cell)):
            if wide(seen, evidence, int(cell)):
                continue
            _learn(seen.system, cuts, seen.hidden, Failure(int(cell), -1))
        taught += 1
        if taught == _LEARNT:
            break
    return taught


def _complete(
    system: System, cuts: Cuts, evidence: Evidence, hidden: np.ndarray, *, coalition: bool
) -> np.ndarray:
    """Hide more for each attack that succeeds, until none does."""
    hidden = hidden.copy()
    while failed := failures(view(system, hidden), evidence, coalition=coalition):
        if (hidden | system.kept).all():
            raise Impossible(_to_blame(system, cuts, hidden, failed[0]))
        before = hidden.sum()
        if system.rounded:
            _hide_beside(system, hidden, failed)
        else:
            _hide_by_cuts(system, cuts, hidden, failed)
        if hidden.sum() == before:
            # Nothing can be worked out where everything is hidden.
            hidden = ~system.kept
    return hidden


def _hide_by_cuts(
    system: System, cuts: Cuts, hidden: np.ndarray, failed: Sequence[Failure]
) -> None:
    """Hide more because of what each attack that succeeded teaches."""
    for failure in failed:
        _learn(system, cuts, hidden, failure)
    mend(system, cuts, hidden)


def _hide_beside(system: System, hidden: np.ndarray, failed: Sequence[Failure]) -> None:
    """Hide the lightest count that holds people of a cell that can be worked out."""
    shared = system.members @ system.members.T > 0
    for failure in failed:
        open_ = shared[failure.cell] & system.printed & ~hidden & ~system.kept
        cells = np.flatnonzero(open_)
        if len(cells):
            hidden[cells[int(system.weight[cells].argmin())]] = True


def _to_blame(system: System, cuts: Cuts, hidden: np.ndarray, failure: Failure) -> list[int]:
    """Which cells that must be shown give this one away?"""
    lie = system.kept & cuts.used_for(hidden.astype(float), failure)
    return _given(system, lie if lie.any() else system.kept)


def _prune(
    system: System, cuts: Cuts, evidence: Evidence, hidden: np.ndarray, *, coalition: bool
) -> np.ndarray:
    """Show again, the dearest first, what the pattern stays safe without."""
    extra = np.flatnonzero(hidden & ~system.always)
    for cell in sorted(extra.tolist(), key=lambda place: (-system.weight[place], place)):
        without = hidden.copy()
        without[cell] = False
        # Inequalities take shown counts for exact.
        if not system.rounded and cuts.refuted(without.astype(float)):
            continue
        seen: View = view(system, without)
        if not failures(seen, evidence, coalition=coalition, first=True):
            hidden = without
    return hidden
