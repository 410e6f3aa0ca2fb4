"""The screening range of ratios, by whole numbers alone: no rounding can turn a flag."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.two_by_two import checked_tables, comparable

ZONE = (Fraction(4, 5), Fraction(5, 4))
"""The screening range of ratios, its ends inside: a screening range, not a legal test."""


_LARGEST = 2**62
_Tables = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def checked_zone(zone: tuple[Any, Any]) -> tuple[Fraction, Fraction]:
    """Take decimals as they are written: 0.8 is 4/5, not the binary fraction beside it."""
    try:
        low, high = (Fraction(str(end)) for end in zone)
    except (TypeError, ValueError, ZeroDivisionError):
        low, high = Fraction(0), Fraction(0)
    if not 0 < low <= 1 <= high:
        raise UsageError("zone must be two ratios, one of at most 1 and one of at least 1.")
    return low, high


def whole_tables(
    successes: Any, n: Any, reference_successes: Any, reference_n: Any, zone: tuple[Any, Any]
) -> tuple[_Tables, np.ndarray]:
    """Give tables in whole numbers that do not overflow, and which of them can be compared."""
    tables = checked_tables(successes, n, reference_successes, reference_n, whole=True)
    defined = comparable(*tables)
    factor = max(max(end.numerator, end.denominator) for end in checked_zone(zone))
    size = max((float(array.max(initial=0)) for array in tables), default=0.0)
    kind = "int64" if 4 * factor * size * size < _LARGEST else "object"
    a, n_, b, m = (
        np.where(defined, array, filler).astype("int64").astype(kind)
        for array, filler in zip(tables, (1, 2, 1, 2), strict=True)
    )
    return (a, n_, b, m), defined


def side_of(
    a: np.ndarray,
    n: np.ndarray,
    b: np.ndarray,
    m: np.ndarray,
    zone: tuple[Fraction, Fraction],
) -> np.ndarray:
    """Tell whether a ratio lies below (-1), inside (0) or above (1) the zone, its ends inside."""
    low, high = zone
    below = low.denominator * a * m < low.numerator * b * n
    above = high.denominator * a * m > high.numerator * b * n
    return np.where(below, -1, np.where(above, 1, 0))


def moves_into(tables: _Tables, low: Fraction, zone: tuple[Fraction, Fraction]) -> np.ndarray:
    """Count the selections that bring a ratio from below into the zone; it can jump over it."""
    a, n, b, m = tables
    missing, each = _distance(tables, low)
    moves = np.maximum(-(-missing // each), 1)
    possible = moves <= np.minimum(n - a, b)
    moved = np.where(possible, moves, 0)
    inside = side_of(a + moved, n, b - moved, m, zone) == 0
    return np.where(possible & inside, moves, np.nan).astype("float64")


def moves_beyond(tables: _Tables, high: Fraction) -> np.ndarray:
    """Count the selections that bring a ratio from inside above the zone."""
    a, n, b, _ = tables
    missing, each = _distance(tables, high)
    moves = np.maximum(missing // each + 1, 1)
    return np.where(moves <= np.minimum(n - a, b), moves, np.nan).astype("float64")


def _distance(tables: _Tables, end: Fraction) -> tuple[np.ndarray, np.ndarray]:
    """Tell how far the cross product lies below an end of the zone, and what one move is worth."""
    a, n, b, m = tables
    missing = end.numerator * b * n - end.denominator * a * m
    return missing, end.denominator * m + end.numerator * n
