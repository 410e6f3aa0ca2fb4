"""Why an attack succeeded, as inequalities that every safe pattern satisfies.

An identity is a sum of cells, with signs, that is always 0: a total less its parts, or several of
these added up. If a cell can be written through others, it moves no further than they may: a shown
cell not at all, a hidden one down to its floor, up without end. So each identity bounds each cell
in it: `sum of coefficient x hidden >= 1` wherever that cell is hidden. Identities come from the
table (totals and their parts) and from the attacker's own duals, and serve all their cells at once:
that is what makes the programme quick.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

from workforce_analytics.disclosure.attack import Failure
from workforce_analytics.disclosure.system import System

_NOTHING = 1e-9
_BROKEN = 1e-6
"""By how much an inequality must fail to count as failing."""

_NUDGE = 1e-4
"""Shown cells are priced as if hidden this much, so that of many duals one with few cells comes."""


class Cuts:
    """Inequalities known to hold for every safe pattern; few of them are ever put to use."""

    def __init__(self, system: System, *, coalition: bool) -> None:
        self.system = system
        self._ones = set(np.flatnonzero(system.alone).tolist()) if coalition else set()
        self._known: set[bytes] = set()
        self._all = csr_matrix((0, len(system.values)))
        self._used = np.zeros(0, dtype=bool)
        self._extend([self._bounds(identity) for identity in _totals_and_parts(system)])

    @property
    def used(self) -> csr_matrix:
        """The inequalities that some pattern has broken so far: `used @ hidden >= 0`."""
        return self._all[np.flatnonzero(self._used)]

    def broken(self, hidden: np.ndarray) -> bool:
        """Tell whether a pattern breaks an inequality, which is from then on in use.

        A pattern may be fractional. One that breaks an inequality is not safe; the reverse is for
        the attack to say.
        """
        bad = (self._all @ hidden < -_BROKEN) & ~self._used
        self._used |= bad
        return bool(bad.any())

    def refuted(self, hidden: np.ndarray) -> bool:
        """Tell whether some inequality proves that a pattern is not safe."""
        return bool((self._all @ hidden < -_BROKEN).any())

    def explained(self, hidden: np.ndarray, cell: int) -> bool:
        """Tell whether some inequality already proves that this very cell is not safe."""
        bad = np.flatnonzero(self._all @ hidden < -_BROKEN)
        return bool((self._all[bad][:, [cell]].toarray() < 0).any())

    def add(self, row: np.ndarray) -> None:
        """Add one inequality `row @ hidden >= 0` and put it to use."""
        self._extend([csr_matrix(row)])
        self._used[-1] = True

    def add_identity(self, identity: np.ndarray) -> None:
        """Add what an identity says of each of its cells, with and without the help of a 1."""
        self._extend([self._bounds(identity)])

    def _extend(self, rows: list[csr_matrix]) -> None:
        self._all = vstack([self._all, *rows], format="csr")
        new = self._all.shape[0] - len(self._used)
        self._used = np.append(self._used, np.zeros(new, dtype=bool))

    def _bounds(self, identity: np.ndarray) -> csr_matrix:
        places = np.flatnonzero(identity)
        scaled = np.round(identity / identity[places[0]], 6)
        if scaled.tobytes() in self._known:
            return csr_matrix((0, len(identity)))
        self._known.add(scaled.tobytes())
        ones = [one for one in places.tolist() if one in self._ones]
        rows = [_bound(self.system, scaled, -1)]
        rows += [_bound(self.system, scaled, one) for one in ones]
        return vstack(rows, format="csr")

    def explain(self, hidden: np.ndarray, failure: Failure) -> bool:
        """Find inequalities that a pattern breaks because a cell can be worked out too closely.

        Parameters
        ----------
        hidden
            The pattern, between 0 and 1.
        failure
            The cell, and the hidden 1 that helps.

        Returns
        -------
        bool
            Whether the pattern breaks one of them.
        """
        cell, still = failure
        slack = self.system.slack
        needed = 1 if still >= 0 else self.system.width[cell]
        total = np.zeros(len(hidden))
        for sign in (1, -1):
            prices = _prices(self.system, hidden, sign * self.system.members[cell], still)
            if prices is None:
                return False
            identity = -sign * prices
            identity[cell] += 1
            identity[np.abs(identity) < _NOTHING] = 0
            if identity.any():
                self.add_identity(identity)
            reach = np.where(prices > 0, np.inf, -prices * slack)
            reach[prices == 0] = 0
            total += reach
        if still >= 0:
            total[still] = 0
        missing = needed - total[cell]
        if missing > _NOTHING:
            row = np.minimum(total, missing) / missing
            row[cell] = -1
            if row @ hidden < -_BROKEN:
                self.add(row)
        return self.refuted(hidden)

    def used_for(self, hidden: np.ndarray, failure: Failure) -> np.ndarray:
        """Tell which cells a cell that can be worked out too closely is worked out from."""
        used = np.zeros(len(hidden), dtype=bool)
        for sign in (1, -1):
            aim = sign * self.system.members[failure.cell]
            prices = _prices(self.system, hidden, aim, failure.still)
            if prices is not None:
                used |= np.abs(prices) > _NOTHING
        return used


def _bound(system: System, identity: np.ndarray, still: int) -> csr_matrix:
    """Say for each cell of an identity what it demands of the others where that cell is hidden.

    Down, a cell may have room of its own; what is missing must come through the others. Where its
    own room is enough, another hidden cell in the identity is enough too.
    """
    places = np.flatnonzero(identity)
    places = places[places != still]
    share = -identity[places][None, :] / identity[places][:, None]
    needed = system.width[places] if still < 0 else np.ones(len(places))
    missing = (needed - system.slack[places])[:, None]
    below = np.minimum(1.0, -share * system.slack[places] / np.maximum(missing, 1))
    room = np.where((share > 0) | (missing <= 0), 1.0, below)
    np.fill_diagonal(room, 0.0)
    # What the cells that are hidden in any case achieve by themselves needs no inequality.
    wanting = room @ system.always[places] < 1
    wanting &= (system.printed | (system.sensitive & (still < 0)))[places]
    if still >= 0:
        wanting[wanting] = ~system.within(places[wanting], still)
    np.fill_diagonal(room, -1.0)
    rows = np.zeros((int(wanting.sum()), len(identity)))
    rows[:, places] = room[wanting]
    return csr_matrix(rows)


def _totals_and_parts(system: System) -> list[np.ndarray]:
    """Find cells that add up to another one: the identities that a table shows at first sight."""
    members = system.members
    masks = [int("".join(map(str, row)), 2) for row in members.tolist()]
    order = sorted(range(len(masks)), key=lambda cell: (-int(members[cell].sum()), cell))
    found: dict[tuple[int, ...], np.ndarray] = {}
    for whole in order:
        inside = [c for c in order if c != whole and masks[c] & ~masks[whole] == 0]
        met: set[int] = set()
        for start in inside:
            if start in met:
                continue
            parts = _fill(masks, start, inside, masks[whole])
            if parts:
                met.update(parts)
                identity = np.zeros(len(masks))
                identity[whole], identity[parts] = 1, -1
                found.setdefault((whole, *sorted(parts)), identity)
    return list(found.values())


def _fill(masks: list[int], start: int, inside: list[int], whole: int) -> list[int]:
    """Fill a total with parts that do not overlap, this one first and then the largest."""
    covered, parts = masks[start], [start]
    for cell in inside:
        if not masks[cell] & covered:
            covered |= masks[cell]
            parts.append(cell)
    return parts if covered == whole else []


def _prices(system: System, hidden: np.ndarray, aim: np.ndarray, still: int) -> np.ndarray | None:
    """Write a sum of groups through cells so that it is bound as tightly as the pattern allows.

    These are the duals of the attacker's linear programme. None where nothing binds it.
    """
    level = np.maximum(hidden, _NUDGE)
    open_ = level > 1 - _BROKEN
    above = np.where(open_, np.inf, system.width * level)
    below = np.where(open_, system.slack, np.minimum(system.slack, system.width) * level)
    single, members = system.single, system.members
    column = members[single].argmax(axis=1)
    limits = np.zeros((members.shape[1], 2))
    limits[column, 0], limits[column, 1] = -below[single], above[single]
    sums = csr_matrix(members[~single], dtype=float)
    capped = np.flatnonzero(np.isfinite(above[~single]))
    rows = vstack([sums[capped], -sums], format="csr")
    most = np.concatenate([above[~single][capped], below[~single]])
    alone = members[still][None, :] if still >= 0 else members[:0]
    fixed = csr_matrix(np.vstack([alone, system.links]), dtype=float)
    found = linprog(
        -aim.astype(float),
        A_ub=rows if rows.shape[0] else None,
        b_ub=most if rows.shape[0] else None,
        A_eq=fixed if fixed.shape[0] else None,
        b_eq=np.zeros(fixed.shape[0]) if fixed.shape[0] else None,
        bounds=limits,
        method="highs-ds",
    )
    if found.status != 0:
        return None
    prices = np.zeros(len(members))
    many = np.flatnonzero(~single)
    if rows.shape[0]:
        duals = found.ineqlin.marginals
        prices[many[capped]] -= duals[: len(capped)]
        prices[many] += duals[len(capped) :]
    if still >= 0 and not single[still]:
        prices[still] -= found.eqlin.marginals[0]
    rest = aim - members[~single].T @ prices[~single]
    if len(system.links):
        rest = rest + system.links.T @ found.eqlin.marginals[len(alone) :]
    prices[single] = rest[column]
    prices[np.abs(prices) < _NOTHING] = 0
    return prices
