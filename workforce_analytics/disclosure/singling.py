"""Few people whom published sets single out when they are added and taken away."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, vstack

_NODES = 2_000
"""Branches per programme; counted, not timed, so that a slow machine finds the same."""

_INFEASIBLE = 2
_SOME = 1e-6


def singled_out(shown: np.ndarray, counts: np.ndarray, few: int) -> tuple[int, ...] | None:
    """Which set of fewer than so many people do shown sets single out, added and taken away?

    Parameters
    ----------
    shown
        One row per shown set, one column per part that it may hold: 1 where it does.
    counts
        How many people are in each part, at least 1.
    few
        From how many people on a set does not matter.

    Returns
    -------
    tuple of int or None
        The parts of a smallest such set; None where there is none, which is proven, and no part at
        all where the search grew too long to tell.

    Notes
    -----
    A set is singled out where it is a sum of shown ones with any factors: a total less a part, a
    total less several, two parts less what they share. By integer programme over the parts, tied
    by exact elimination.

    Examples
    --------
    Forty and thirty of 73 leave three.

    >>> singled_out(np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0]]), np.array([40, 30, 3]), 10)
    (2,)
    """
    alike: dict[bytes, list[int]] = {}
    for part in np.flatnonzero(shown.any(axis=0)):
        alike.setdefault(shown[:, part].tobytes(), []).append(int(part))
    together = list(alike.values())
    people = np.array([counts[same].sum() for same in together], dtype=np.int64)
    if not (people < few).any():
        return None
    ties = _ties(shown[:, [same[0] for same in together]])
    found = milp(
        people,
        constraints=LinearConstraint(
            vstack([csr_matrix(people[None, :], dtype=float), ties]),
            np.append(1, np.zeros(ties.shape[0])),
            np.append(few - 1, np.zeros(ties.shape[0])),
        ),
        bounds=Bounds(0, (people < few).astype(float)),
        integrality=np.ones(len(people)),
        options={"mip_rel_gap": 0, "node_limit": _NODES},
    )
    if found.status == _INFEASIBLE:
        return None
    inside = np.flatnonzero(found.x > 0.5) if found.x is not None else ()
    return tuple(sorted(part for place in inside for part in together[place]))


def made_of(shown: np.ndarray, people: tuple[int, ...]) -> tuple[int, ...]:
    """Which shown sets, as few times as possible, single these people out?

    Parameters
    ----------
    shown
        One row per shown set, one column per part.
    people
        The parts of a set that is a sum of shown ones.

    Returns
    -------
    tuple of int
        The rows of the sets that are added or taken away.

    Examples
    --------
    >>> made_of(np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 0]]), (2,))
    (0, 1, 2)
    """
    sets = len(shown)
    wanted = np.isin(np.arange(shown.shape[1]), people).astype(float)
    factors = csr_matrix(shown.T, dtype=float)
    found = milp(
        np.ones(2 * sets), constraints=LinearConstraint(hstack([factors, -factors]), wanted, wanted)
    )
    times = np.abs(found.x[:sets] - found.x[sets:])
    return tuple(np.flatnonzero(times > _SOME).tolist())


def _ties(shown: np.ndarray) -> csr_matrix:
    """Find the sums of parts that are 0 in every shown set: what sets single out keeps them all.

    By exact elimination: a set of people is a sum of shown sets, with any factors, where each of
    these sums is 0 for it.
    """
    solved: dict[int, dict[int, Fraction]] = {}
    for row in sorted(shown.tolist(), key=lambda one: (sum(one), one)):
        left = {part: Fraction(one) for part, one in enumerate(row) if one}
        for part in [part for part in left if part in solved]:
            _take(left, left[part], solved[part])
        if not left:
            continue
        pivot = min(left)
        scaled = {part: one / left[pivot] for part, one in left.items()}
        for other in solved.values():
            if pivot in other:
                _take(other, other[pivot], scaled)
        solved[pivot] = scaled
    free = [part for part in range(shown.shape[1]) if part not in solved]
    place = {part: row for row, part in enumerate(free)}
    entries = [(row, part, 1.0) for row, part in enumerate(free)]
    entries += [
        (place[part], pivot, -float(one))
        for pivot, row in solved.items()
        for part, one in row.items()
        if part in place
    ]
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_matrix((values, (rows, columns)), shape=(len(free), shown.shape[1]))


def _take(row: dict[int, Fraction], times: Fraction, other: dict[int, Fraction]) -> None:
    """Take a row away from another so many times."""
    for part, one in other.items():
        left = row.get(part, Fraction(0)) - times * one
        if left:
            row[part] = left
        else:
            row.pop(part, None)
