"""Which coefficients the data can tell at all, before a likelihood is maximised.

Two things can stand in the way. Columns can be collinear: two changes of the coefficients give the
same log odds everywhere, so no data tell them apart. Or the outcomes are separated: in some
direction the likelihood rises for ever, as it does for a group of whom nobody passed. The
likelihood then has its supremum in the limit along that direction, where those people's outcome is
certain, and what remains is an ordinary maximum over everybody else (Geyer 2009). Nothing is shrunk
or penalised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError

SMALLEST = 1e-9
"""Singular values below this share of the largest count as 0."""


@dataclass(frozen=True, eq=False)
class Design:
    """Distinct patterns of a design, in an order of their own, and which pattern each row has."""

    patterns: np.ndarray
    row: np.ndarray
    names: tuple[str, ...]

    def full(self) -> np.ndarray:
        """Give the design with a row for each row."""
        return self.patterns[self.row]


def designed(design: Any, names: Any, rows: int) -> Design:
    """Check a design and find its distinct patterns.

    Raises
    ------
    UsageError
        It holds something else than numbers, or its shape does not fit the rows or the names.
    """
    try:
        values = np.asarray(design, dtype="float64") + 0.0  # so that -0 and 0 are one pattern
    except (TypeError, ValueError):
        values = np.array(np.nan)
    if not np.isfinite(values).all():
        raise UsageError("design must hold numbers, none of them missing.")
    if values.ndim != 2 or len(values) != rows:
        raise UsageError(
            f"design must have {rows} rows, as passes and n do, and a column per coefficient; "
            f"its shape is {values.shape}."
        )
    width = values.shape[1]
    called = tuple(map(str, names)) or tuple(f"column {place + 1}" for place in range(width))
    if len(called) != width or len(set(called)) != width:
        raise UsageError(f"names must be {width} different names, one per column of the design.")
    first, row = _distinct(values)
    return Design(values[first], row, called)


def _distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give one row of each pattern, patterns ascending by their columns, and each row's pattern."""
    import pandas as pd

    code = np.zeros(len(values), dtype=np.int64)
    for column in values.T:
        held, kinds = pd.factorize(column)
        code = pd.factorize(code * len(kinds) + held)[0]
    first = np.unique(code, return_index=True)[1]
    if not first.size:
        return first, code
    order = np.lexsort(values[first].T[::-1]) if values.shape[1] else np.arange(first.size)
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return first[order], place[code]


def whole_numbers(**named: np.ndarray) -> None:
    """Say so where something is not counted in whole people.

    Raises
    ------
    UsageError
        Some count has a fraction.
    """
    for name, values in named.items():
        if (values != np.floor(values)).any():
            raise UsageError(f"{name} must be whole numbers of people.")


def row_space(rows: np.ndarray) -> np.ndarray:
    """Columns at right angles that span the rows: what a change must have a part in to be seen.

    The identity where every change is seen, so that coefficients are not turned without need.
    """
    width = rows.shape[1]
    values, right = _singular(rows)
    seen = right[values > SMALLEST * values.max(initial=0.0)]
    return np.eye(width) if len(seen) == width else seen.T


def _singular(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not rows.size:
        return np.zeros(0), np.zeros((0, rows.shape[1]))
    triangle = np.linalg.qr(rows, mode="r")
    _, values, right = np.linalg.svd(triangle, full_matrices=False)
    return values, right


def within(rows: np.ndarray, space: np.ndarray) -> np.ndarray:
    """Whether each row lies wholly in a space, so that its log odds can be told."""
    size = np.maximum(np.linalg.norm(rows, axis=1), np.finfo(float).tiny)
    outside = rows - (rows @ space) @ space.T
    return np.linalg.norm(outside, axis=1) <= 1e-7 * size


def receding(ahead: np.ndarray, level: np.ndarray) -> np.ndarray:
    """In which comparisons is the outcome certain, in the limit where the likelihood is highest?

    Parameters
    ----------
    ahead
        Comparisons as rows: the likelihood never falls in a direction along which all are >= 0.
    level
        Comparisons that must not change along such a direction: both outcomes occurred.

    Returns
    -------
    numpy.ndarray
        For each row of `ahead`, whether it grows without end in the limit. None do where the
        likelihood has a maximum.

    Notes
    -----
    A linear programme: the largest sum of s with 0 <= s <= 1, s <= ahead d and level d = 0. A cone
    has no scale, so every s that can be above 0 is 1.
    """
    from scipy import sparse
    from scipy.optimize import linprog

    free = _unseen(level)
    rows = ahead @ free
    size = np.linalg.norm(rows, axis=1)
    found = np.zeros(len(ahead), dtype=bool)
    moving = np.nonzero(size > SMALLEST * np.linalg.norm(ahead, axis=1))[0]
    if not moving.size:
        return found
    scaled = rows[moving] / size[moving, np.newaxis]
    count, width = scaled.shape
    solved = linprog(
        np.concatenate((np.zeros(width), -np.ones(count))),
        A_ub=sparse.hstack((sparse.csr_array(-scaled), sparse.eye_array(count)), format="csr"),
        b_ub=np.zeros(count),
        bounds=np.repeat([[-np.inf, np.inf], [0.0, 1.0]], [width, count], axis=0),
        method="highs",
    )
    if solved.x is not None:
        found[moving] = solved.x[width:] > 0.5
    return found


def _unseen(rows: np.ndarray) -> np.ndarray:
    """Columns at right angles that span what the rows do not see."""
    width = rows.shape[1]
    values, right = _singular(rows)
    seen = right[values > SMALLEST * values.max(initial=0.0)]
    if not len(seen):
        return np.eye(width)
    return np.linalg.svd(seen, full_matrices=True)[2][len(seen) :].T
