"""Between which counts does everything printed leave each hidden one?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf, isfinite

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, vstack
from scipy.sparse.csgraph import connected_components

from workforce_analytics.disclosure.equations import Equations

_WHOLE = 1e-6
"""How far from a whole number a solution may lie and still be read as one."""
_NODES = 20_000
"""Branches that are looked at before a count is taken for no wider than was found."""
_FAR = 10_000
_GUESSES, _SEED, _BOX = 4, 2021, 20.0

Ends = tuple[float, float]


@dataclass
class Part:
    """Groups that hang together, and the tables found so far that fit what is printed of them.

    Attributes
    ----------
    groups
        The groups, as numbered in the equations.
    rows, lowest, highest
        What is printed of them, less what is known already.
    least, most
        The ends of each group.
    found
        Counts of the groups that fit, one row each.
    """

    groups: np.ndarray
    rows: csr_matrix
    lowest: np.ndarray
    highest: np.ndarray
    least: np.ndarray
    most: np.ndarray
    found: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def fit(
        self,
        aim: np.ndarray,
        *,
        extra: Sequence[tuple[np.ndarray, Ends]] = (),
        most: np.ndarray | float = inf,
    ) -> str:
        """Look for the counts that make a sum as small as possible; say how that went.

        Parameters
        ----------
        aim
            The weight of each group in the sum.
        extra
            What else is known: sums, and their ends.
        most
            No group is looked for beyond this.

        Returns
        -------
        str
            "found", "none" where nothing fits, "endless" where there is no end to it.
        """
        rows = vstack([self.rows, *(csr_matrix(row) for row, _ in extra)], format="csr")
        low = np.append(self.lowest, [ends[0] for _, ends in extra])
        high = np.append(self.highest, [ends[1] for _, ends in extra])
        fitting = LinearConstraint(rows, low, high) if rows.shape[0] else ()
        # Linear programmes are several times faster; most of these have whole solutions anyway.
        for whole in (0, 1):
            result = milp(
                aim,
                constraints=fitting,
                bounds=Bounds(self.least, np.minimum(self.most, most)),
                integrality=np.full(len(self.groups), whole),
                options={"node_limit": _NODES},
            )
            if result.status == 2:
                return "none"
            if result.status in (3, 4):
                return "endless"
            if result.x is None:
                continue
            counts = np.rint(result.x)
            if np.abs(result.x - counts).max() < _WHOLE and _holds(rows, counts, low, high):
                self.found = np.vstack([self.found.reshape(-1, len(counts)), counts])
                return "found"
        return "unsure"


def _holds(rows: csr_matrix, counts: np.ndarray, low: np.ndarray, high: np.ndarray) -> bool:
    sums = rows @ counts
    return bool(((sums >= low - _WHOLE) & (sums <= high + _WHOLE)).all())


@dataclass(frozen=True)
class Attack:
    """All that is printed, taken apart into what hangs together.

    Attributes
    ----------
    parts
        Each with a table that fits.
    fixed
        The count of every group that is known, NaN for the others.
    part_of
        The part in which each group is; -1 for known ones.
    """

    parts: Sequence[Part]
    fixed: np.ndarray
    part_of: np.ndarray

    def aim(self, groups: Sequence[int]) -> tuple[Part | None, np.ndarray, float]:
        """Write a sum of groups of a block as one of a part, and what of it is known."""
        chosen = np.array(groups, dtype=np.int64)
        known = ~np.isnan(self.fixed[chosen])
        base = float(self.fixed[chosen[known]].sum())
        free = chosen[~known]
        if not len(free):
            return None, np.zeros(0), base
        # What is printed as one sum hangs together; what is not may lie in several parts.
        part = self.parts[int(self.part_of[free[0]])]
        return part, np.isin(part.groups, free).astype(float), base

    def ends(self, groups: Sequence[int], *, cap: float = inf) -> Ends:
        """Between which counts does everything printed leave a sum of groups?

        Parameters
        ----------
        groups
            The groups.
        cap
            Stop where it is proven to be as wide as this.

        Returns
        -------
        tuple of float
            The smallest and the largest count, as far as was looked.
        """
        part, aim, base = self.aim(groups)
        if part is None:
            return base, base
        endless = False
        for sign in (1.0, -1.0):
            seen = part.found @ aim
            if seen.max() - seen.min() >= cap:
                break
            most = float(seen.min() + cap)
            said = part.fit(sign * aim, extra=[(aim, (-inf, most))] if isfinite(most) else [])
            if said == "endless":
                # Taken at its word only where a table is found that lies far out.
                far = float(seen.max() + _FAR)
                part.fit(-aim, extra=[(aim, (-inf, far))])
                endless = float((part.found @ aim).max()) >= far
        seen = part.found @ aim
        return base + float(seen.min()), inf if endless else base + float(seen.max())

    def exact_for(self, one: Sequence[int], others: Sequence[Sequence[int]]) -> list[int]:
        """Which other counts are exact for a person who is alone in one of them?

        Parameters
        ----------
        one
            Groups of a hidden count, which that person knows to be 1.
        others
            Groups of the other hidden counts.

        Returns
        -------
        list of int
            Places in `others`. Counts that can hold nobody but that person are not among them.
        """
        part, aim, base = self.aim(one)
        if part is None:
            return []
        there = [(place, *self.aim(groups)[:2]) for place, groups in enumerate(others)]
        inside = [(place, other) for place, at, other in there if at is part]
        alone = _Alone(part, aim, 1 - base)
        if not inside or not alone.possible():
            return []
        open_ = alone.unmoved(np.array([other for _, other in inside]))
        return [
            inside[at][0]
            for at in open_
            if alone.exact(inside[at][1]) and alone.may_exceed(inside[at][1])
        ]


@dataclass(frozen=True)
class _Alone:
    """The tables that fit for a person who knows that a sum is this."""

    part: Part
    aim: np.ndarray
    n: float

    @property
    def known(self) -> tuple[np.ndarray, Ends]:
        return self.aim, (self.n, self.n)

    @property
    def found(self) -> np.ndarray:
        return self.part.found[self.part.found @ self.aim == self.n]

    def possible(self) -> bool:
        """Whether there is such a table; a few are looked for at random, always the same."""
        if not len(self.found) and self.part.fit(0 * self.aim, extra=[self.known]) != "found":
            return False
        signs = np.random.default_rng(_SEED)
        box = self.found[0] + _BOX
        for _ in range(_GUESSES):
            self.part.fit(signs.choice([-1.0, 1.0], len(self.aim)), extra=[self.known], most=box)
        return True

    def unmoved(self, others: np.ndarray) -> list[int]:
        """Which of these sums are the same in all tables found so far?"""
        sums = self.found @ others.T
        return np.flatnonzero(sums.max(axis=0) == sums.min(axis=0)).tolist()

    def exact(self, other: np.ndarray) -> bool:
        """Whether a sum is the same in all such tables."""
        for sign in (1.0, -1.0):
            seen = self.found @ other
            if seen.max() > seen.min():
                return False
            cap = (other, (-inf, float(seen.max() + 1)))
            self.part.fit(sign * other, extra=[self.known, cap])
        seen = self.found @ other
        return bool(seen.max() == seen.min())

    def may_exceed(self, other: np.ndarray) -> bool:
        """Whether a sum can count anybody who is not in that of the person, in any table."""
        more = other - self.aim
        if not (more > 0).any():
            return False
        if (self.part.found @ more).max() <= 0:
            self.part.fit(-more, extra=[(more, (-inf, 1.0))])
        return bool((self.part.found @ more).max() > 0)


def attack(known: Equations) -> Attack | list[int]:
    """Take what is printed apart, and find a table that fits each part of it.

    Parameters
    ----------
    known
        What is printed.

    Returns
    -------
    Attack or list of int
        The parts; or, where no table of people fits, rows of which some contradict each other.
    """
    rows, groups = known.rows, known.rows.shape[1]
    least, most = np.zeros(groups), np.full(groups, inf)
    entries = np.diff(rows.indptr)
    single = np.flatnonzero((entries == 1) & (rows.sum(axis=1).A1 == 1))
    column = rows.indices[rows.indptr[single]]
    np.maximum.at(least, column, np.ceil(known.lowest[single]))
    np.minimum.at(most, column, np.floor(known.highest[single]))
    if (least > most).any():
        wrong = np.flatnonzero(least > most)
        return [int(row) for row, at in zip(single, column, strict=True) if at in wrong]
    fixed = np.where(least == most, least, np.nan)
    free = np.flatnonzero(np.isnan(fixed))
    several = np.setdiff1d(np.arange(rows.shape[0]), single)
    already = rows[several] @ np.nan_to_num(fixed)
    low, high = known.lowest[several] - already, known.highest[several] - already
    left = rows[several][:, free]
    bare = np.diff(left.indptr) == 0
    wrong = bare & ((low > _WHOLE) | (high < -_WHOLE))
    if wrong.any():
        return [int(row) for row in several[wrong]]
    left, low, high, several = left[~bare], low[~bare], high[~bare], several[~bare]
    _, label = connected_components(left.T @ abs(left) if len(free) else csr_matrix((0, 0)))
    part_of = np.full(groups, -1)
    part_of[free] = label
    parts = []
    for number in range(int(label.max(initial=-1)) + 1):
        inside = np.flatnonzero(label == number)
        ours = np.flatnonzero(label[left.indices[left.indptr[:-1]]] == number)
        at = free[inside]
        part = Part(at, left[ours][:, inside], low[ours], high[ours], least[at], most[at])
        if part.fit(np.zeros(len(at))) != "found":
            return [int(row) for row in several[ours]]
        parts.append(part)
    return Attack(parts, fixed, part_of)
