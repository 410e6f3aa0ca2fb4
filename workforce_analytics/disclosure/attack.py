"""What can somebody work out who reads everything published and knows the policy?

The attacker looks for other tables that fit all that is shown: whole numbers, every shown count as
printed, every hidden one at least its floor. A hidden cell is safe when two such tables lie far
enough apart in it; the tables found are the proof. They are kept as differences from the true
table, which always fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, vstack

from workforce_analytics.disclosure.printed import Printed
from workforce_analytics.disclosure.system import System, systems

_WHOLE = 1e-7
"""How far from a whole number a solution may lie and still be read as one."""

_GUESSES = 4
_FEW = 2
"""Cells that are attacked one by one without guessing first: at most two attacks for each."""
_SEED = 2021


class Failure(NamedTuple):
    """A cell that can be worked out too closely; `still` is who helps, a hidden 1, or -1."""

    cell: int
    still: int


@dataclass(frozen=True)
class View:
    """A system as somebody sees it to whom some of its cells are hidden."""

    system: System
    hidden: np.ndarray
    free: np.ndarray
    """Elementary groups that are not printed by themselves."""
    lowest: np.ndarray
    highest: np.ndarray
    rows: csr_matrix
    least: np.ndarray
    most: np.ndarray
    parts: dict[int, View] = field(default_factory=dict)

    def near(self, cell: int) -> View:
        """Look at the block of a cell alone, all other groups and what links it to them fixed."""
        blocks = self.system.blocks
        block = int(blocks[self.system.members[cell].argmax()])
        if block not in self.parts:
            inside = blocks[self.free] == block
            rows = self.rows[:, np.flatnonzero(inside)]
            binding = np.flatnonzero(np.diff(rows.indptr))
            self.parts[block] = replace(
                self,
                free=self.free[inside],
                lowest=self.lowest[inside],
                highest=self.highest[inside],
                rows=rows[binding],
                least=self.least[binding],
                most=self.most[binding],
                parts={},
            )
        return self.parts[block]

    def views(self, cell: int) -> tuple[View, ...]:
        """From where to attack a cell: what is proven in its block need not be tried in all."""
        return (self.near(cell), self) if len(self.system.links) else (self,)

    def fits(self, moves: np.ndarray) -> np.ndarray:
        """Which of these differences from the true table would be published the same way?"""
        least, most = _limits(self.system, self.hidden)
        return np.asarray(((moves >= least) & (moves <= most)).all(axis=1))


def _limits(system: System, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each cell may be from its count: shown ones as printed, hidden ones to their floor.

    A rounded count may be further from what is printed than from 0, below which no count is.
    """
    below = np.minimum(system.below, system.values)
    return (
        np.where(hidden, -system.slack, -below).astype(float),
        np.where(hidden, np.inf, system.above),
    )


def view(system: System, hidden: np.ndarray) -> View:
    """How does a system look with these cells hidden?

    Parameters
    ----------
    system
        Printed counts as sums of elementary groups.
    hidden
        For each of its cells, whether it is hidden; those not printed always are.

    Returns
    -------
    View
        The equations and limits that an attacker can write down.
    """
    single, members = system.single, system.members
    least, most = _limits(system, hidden)
    column = members.argmax(axis=1)
    lowest, highest = np.full(members.shape[1], -np.inf), np.full(members.shape[1], np.inf)
    np.maximum.at(lowest, column[single], least[single])
    np.minimum.at(highest, column[single], most[single])
    free = np.flatnonzero((lowest < 0) | (highest > 0))
    binding = ~single & members[:, free].any(axis=1)
    links = system.links[system.links[:, free].any(axis=1)][:, free]
    rows = np.vstack([members[binding][:, free], links])
    none = np.zeros(len(links))
    return View(
        system,
        hidden,
        free,
        lowest[free],
        highest[free],
        csr_matrix(rows, dtype=float),
        np.concatenate([least[binding], none]),
        np.concatenate([most[binding], none]),
    )


def push(
    seen: View,
    direction: np.ndarray,
    *,
    cap: float = np.inf,
    box: float = np.inf,
    still: int = -1,
) -> np.ndarray | None:
    """How far can a sum of groups be moved without anything published changing?

    Parameters
    ----------
    seen
        What the attacker sees.
    direction
        The weight of each elementary group in what is made as large as possible.
    cap
        Stop here: enough is proven.
    box
        No group moves further than this.
    still
        A cell that keeps its count, known to the person who is alone in it; -1 for none.

    Returns
    -------
    numpy.ndarray or None
        The move of every cell, whole numbers; None where there is no end to it.
    """
    free, aim = seen.free, direction[seen.free].astype(float)
    rows, least, most = seen.rows, seen.least, seen.most
    if not np.isinf(cap):
        rows = vstack([rows, csr_matrix(aim)], format="csr")
        least, most = np.append(least, -np.inf), np.append(most, cap)
    if still >= 0:
        rows = vstack(
            [rows, csr_matrix(seen.system.members[still][free], dtype=float)], format="csr"
        )
        least, most = np.append(least, 0.0), np.append(most, 0.0)
    moves = np.zeros(seen.system.members.shape[1], dtype=np.int64)
    if len(free) == 0 or not aim.any():
        return seen.system.members @ moves
    limits = Bounds(np.maximum(seen.lowest, -box), np.minimum(seen.highest, box))
    fitting = LinearConstraint(rows, least, most) if rows.shape[0] else ()
    # Linear programmes are several times faster; most of these have whole solutions anyway.
    for whole in (0, 1):
        found = milp(
            -aim,
            constraints=fitting,
            bounds=limits,
            integrality=np.full(len(free), whole),
            options={"presolve": bool(whole)},
        )
        if found.x is None:
            return None
        if np.abs(found.x - np.rint(found.x)).max() < _WHOLE:
            moves[free] = np.rint(found.x).astype(np.int64)
            moved = seen.system.members @ moves
            if seen.fits(moved[None, :])[0]:
                return moved
    return seen.system.members @ np.zeros_like(moves)


class Evidence:
    """Tables found so far that fit what is published, and what they prove."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.seen: View | None = None
        self._moves = [np.zeros(len(system.values), dtype=np.int64)]
        self._ones = np.flatnonzero(system.alone)
        self._place = {int(one): place for place, one in enumerate(self._ones)}

    def look(self, seen: View) -> None:
        """Keep the tables that fit this view; where much is open, add a few found by guessing."""
        if self.seen is seen:
            return
        self.seen = seen
        moves = np.array(self._moves)
        moves = moves[seen.fits(moves)]
        self._moves = list(moves)
        self.lowest, self.highest = moves.min(axis=0), moves.max(axis=0)
        self.apart = (moves[:, self._ones] == 0).T.astype(float) @ (moves != 0) > 0
        if self._is_nearly_proven(seen):
            return
        signs = np.random.default_rng(_SEED)
        box = 2.0 * max(1, int(self.system.values[self.system.sensitive].max(initial=1)))
        for _ in range(_GUESSES):
            self.add(push(seen, signs.choice([-1.0, 1.0], self.system.members.shape[1]), box=box))

    def _is_nearly_proven(self, seen: View) -> bool:
        """Whether so little is open that to attack it costs less than to guess tables for all."""
        looked_at = seen.hidden & (self.system.printed | self.system.sensitive)
        open_ = len(self.narrow(np.flatnonzero(looked_at)))
        return open_ <= _FEW and (open_ > 0 or not self.unsettled(seen.hidden))

    def add(self, moved: np.ndarray | None) -> None:
        """Take one more table into account."""
        if moved is None or not moved.any():
            return
        self._moves.append(moved)
        self.lowest = np.minimum(self.lowest, moved)
        self.highest = np.maximum(self.highest, moved)
        self.apart |= (moved[self._ones] == 0)[:, None] & (moved != 0)[None, :]

    def spread(self, cell: int) -> int:
        """Tell how far apart the tables found lie in a cell."""
        return int(self.highest[cell] - self.lowest[cell])

    def narrow(self, cells: np.ndarray) -> np.ndarray:
        """Tell which cells no tables found so far show to be wide enough."""
        return cells[(self.highest - self.lowest)[cells] < self.system.width[cells]]

    def settled(self, pair: Failure) -> bool:
        """Tell whether a cell moved in some table while the one who helps stayed alone."""
        return bool(self.apart[self._place[pair.still], pair.cell])

    def unsettled(self, hidden: np.ndarray) -> list[Failure]:
        """List the hidden cells that a person alone in another one might know exactly."""
        open_ = ~self.apart & (hidden & self.system.printed)
        members = self.system.members
        for place, one in enumerate(self._ones.tolist()):
            open_[place] &= ~(members <= members[one]).all(axis=1)
        return [Failure(int(cell), int(self._ones[place])) for place, cell in np.argwhere(open_)]


def failures(
    seen: View,
    evidence: Evidence,
    *,
    coalition: bool,
    first: bool = False,
    most: int | None = None,
) -> list[Failure]:
    """Which hidden cells can be worked out too closely?

    Parameters
    ----------
    seen
        What the attacker sees.
    evidence
        Tables found so far; those found now are added.
    coalition
        Whether a person alone in a hidden cell, who knows that it counts 1, may learn another
        hidden count exactly.
    first
        Whether to stop at the first failure.
    most
        Stop after so many failures; there may be more.

    Returns
    -------
    list of Failure
        Empty where everything is proven safe. Who is alone in a cell is tried once the rest holds.
    """
    failed: list[Failure] = []
    for cell in suspects(seen, evidence):
        if not wide(seen, evidence, int(cell)):
            failed.append(Failure(int(cell), -1))
            if first or len(failed) == most:
                return failed
    if failed or not coalition:
        return failed
    for pair in evidence.unsettled(seen.hidden):
        if not _moves(seen, evidence, pair):
            failed.append(pair)
            if first or len(failed) == most:
                return failed
    return failed


def suspects(seen: View, evidence: Evidence) -> np.ndarray:
    """Which hidden cells do no tables found so far show to be wide enough?"""
    evidence.look(seen)
    system = seen.system
    return evidence.narrow(np.flatnonzero(seen.hidden & (system.printed | system.sensitive)))


def wide(seen: View, evidence: Evidence, cell: int) -> bool:
    """Tell whether two tables that fit lie as far apart in a cell as they must."""
    width = int(seen.system.width[cell])
    for from_there in seen.views(cell):
        for sign in (1, -1):
            if evidence.spread(cell) >= width:
                return True
            evidence.add(push(from_there, sign * seen.system.members[cell], cap=width))
    return evidence.spread(cell) >= width


def _moves(seen: View, evidence: Evidence, pair: Failure) -> bool:
    for from_there in seen.views(pair.cell):
        for sign in (1, -1):
            if evidence.settled(pair):
                return True
            aim = sign * seen.system.members[pair.cell]
            evidence.add(push(from_there, aim, cap=1, still=pair.still))
    cell = np.array([pair.cell])
    return evidence.settled(pair) or bool(seen.system.within(cell, pair.still)[0])


def intervals(
    base: Any, members: Sequence[Sequence[int]], hidden: Any, *, least: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Between which counts does everything published leave each cell?

    Parameters
    ----------
    base
        Exact count of each elementary group.
    members
        For each printed cell, the elementary groups that it adds up.
    hidden
        For each printed cell, whether it is hidden.
    least
        The least that a hidden cell can be: 1 where zeros are always shown, else 0.

    Returns
    -------
    tuple of numpy.ndarray
        The smallest and the largest count of each cell; infinity where there is no end. Cells that
        are shown are their own count.

    Examples
    --------
    Three people in one group and twenty in another; the total of 23 is shown.

    >>> lowest, highest = intervals([3, 20], [[0], [1], [0, 1]], [True, True, False])
    >>> lowest.tolist(), highest.tolist()
    ([1.0, 1.0, 23.0], [22.0, 22.0, 23.0])
    """
    veiled = np.asarray(hidden, dtype=bool)
    counts = np.asarray(base)
    values = np.array([counts[list(cell)].sum() for cell in members])
    # Zeros that are shown are known; a zero that is hidden is one more cell to imagine.
    printed = Printed(base, members, veiled & (values == 0), least=least, threshold=1)
    return ranges(printed, veiled)


def ranges(printed: Printed, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between which counts does everything printed leave each cell, rounded and linked ones too?

    Parameters
    ----------
    printed
        Counts as sums of elementary groups; any table that fits serves as the exact one.
    hidden
        For each printed cell, whether it is hidden.

    Returns
    -------
    tuple of numpy.ndarray
        The smallest and the largest count of each cell; infinity where there is no end.
    """
    counts = np.asarray(printed.base)
    low = np.array([counts[list(cell)].sum() for cell in printed.members], dtype=float)
    high = low.copy()
    for system in systems(printed):
        out = np.array([all(hidden[at] for at in places) for places in system.places], dtype=bool)
        unseen = np.concatenate([out, np.ones(len(system.values) - len(out), dtype=bool)])
        seen = view(system, unseen)
        uncertain = out | (system.below[: len(out)] > 0) | (system.above[: len(out)] > 0)
        for cell in np.flatnonzero(uncertain):
            up = push(seen, system.members[cell])
            down = push(seen, -system.members[cell])
            for at in system.places[cell]:
                high[at] = np.inf if up is None else high[at] + up[cell]
                low[at] = low[at] + (0 if down is None else down[cell])
    return low, high
