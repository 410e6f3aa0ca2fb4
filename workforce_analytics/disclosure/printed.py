"""What is printed, and what is asked of each printed count: the input of attack and protection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError


@dataclass(frozen=True)
class Printed:
    """Counts that are printed, as sums of elementary groups, and what is asked of each.

    Attributes
    ----------
    base
        Exact count of each elementary group.
    members
        For each printed cell, the elementary groups that it adds up.
    sensitive
        For each cell, whether it must be hidden.
    least
        The least count of a hidden cell that an attacker allows: 1 where zeros are always shown.
    threshold
        Unprinted groups and differences of two printed counts from 1 to `threshold - 1` must not be
        worked out either.
    width
        How far apart the smallest and the largest count of a hidden cell must lie: one number, for
        what is not printed, too, or one per cell; `threshold - 1` unless given.
    weights
        What hiding each cell costs; its count plus 1 unless given.
    keep
        For each cell, whether it must be shown; none unless given.
    room
        How far below and above its count each cell may be while it is shown: nothing unless counts
        are rounded.
    guard
        For each cell, how wide it must stay although it is shown, where counts are rounded.
    links
        Sums of groups, with signs, that are known to be 0: the same people split in two ways.
    guessed
        Groups whose count in `base` only fits what was printed: an earlier table, or people whom
        no table names. Where a guess is a small count, it must stay a guess.
    exact
        For each cell, whether its count is the true one, and not a guess that fits; all unless
        given.
    keys
        Names of the elementary groups, which put them in order; their position unless given.
    """

    base: Any
    members: Sequence[Sequence[int]]
    sensitive: Any
    least: int
    threshold: int
    width: Any = None
    weights: Any = None
    keep: Any = None
    room: tuple[Any, Any] | None = None
    guard: Any = None
    links: Sequence[Mapping[int, int]] = ()
    guessed: frozenset[int] = frozenset()
    exact: Any = None
    keys: Sequence[tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Given:
    """What is asked of each printed cell, as arrays."""

    base: np.ndarray
    members: list[frozenset[int]]
    values: np.ndarray
    sensitive: np.ndarray
    keep: np.ndarray
    width: np.ndarray
    cost: np.ndarray
    below: np.ndarray
    above: np.ndarray
    guard: np.ndarray
    guessed: frozenset[int]
    exact: np.ndarray
    implied_width: int
    names: Sequence[tuple[str, ...]]
    least: int
    threshold: int


def given(printed: Printed) -> Given:
    """Put what is asked of each printed cell into arrays, with what goes without saying."""
    base = _whole(printed.base)
    members = [frozenset(int(group) for group in cell) for cell in printed.members]
    values = np.array([int(base[list(cell)].sum()) for cell in members], dtype=np.int64)
    nothing = np.zeros(len(members), dtype=np.int64)
    below, above = (nothing, nothing) if printed.room is None else printed.room
    by_rule = printed.threshold - 1
    width = np.asarray(by_rule if printed.width is None else printed.width)
    return Given(
        base=base,
        members=members,
        values=values,
        sensitive=np.asarray(printed.sensitive, dtype=bool),
        keep=nothing > 0 if printed.keep is None else np.asarray(printed.keep, dtype=bool),
        width=np.broadcast_to(width, values.shape),
        implied_width=int(width) if width.ndim == 0 else by_rule,
        cost=values + 1.0 if printed.weights is None else np.asarray(printed.weights, dtype=float),
        below=np.asarray(below),
        above=np.asarray(above),
        guard=nothing if printed.guard is None else np.asarray(printed.guard),
        guessed=printed.guessed,
        exact=nothing == 0 if printed.exact is None else np.asarray(printed.exact, dtype=bool),
        names=(
            [(f"{place:012d}",) for place in range(len(base))]
            if printed.keys is None
            else list(printed.keys)
        ),
        least=printed.least,
        threshold=printed.threshold,
    )


def _whole(base: Any) -> np.ndarray:
    exact = np.asarray(base, dtype=float)
    if not (np.isfinite(exact).all() and (exact >= 0).all() and (exact == np.rint(exact)).all()):
        raise UsageError("Counts of elementary groups must be whole numbers of 0 or more.")
    return exact.astype(np.int64)
