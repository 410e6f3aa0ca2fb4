"""Rounding as people do it on paper: last, half up, in decimals."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import overload

import numpy as np

_DIGITS = 12
"""Digits that a figure computed from counts carries for certain; further ones are the noise of
binary fractions (0.145 * 100 is stored as 14.499999999999998, 0.07 * 100 as 7.000000000000001)."""


@overload
def round_half_up(value: float, decimals: int = 0) -> float: ...


@overload
def round_half_up(value: np.ndarray, decimals: int = 0) -> np.ndarray: ...


def round_half_up(value: float | np.ndarray, decimals: int = 0) -> float | np.ndarray:
    """Round a figure for print: a half goes up (23.5 to 24 and 24.5 to 25).

    Parameters
    ----------
    value
        A number or an array of numbers. Missing and infinite ones stay as they are.
    decimals
        How many decimals are kept.

    Returns
    -------
    float or numpy.ndarray
        The rounded figure, in the shape of what went in.

    Notes
    -----
    Below 0 a half goes away from 0 (-2.5 to -3), so that a gap keeps its size when the two groups
    change places. Python's own `round` and numpy's take halves to the even neighbour.

    Examples
    --------
    >>> round_half_up(23.5), round_half_up(24.5), round_half_up(0.145 * 100)
    (24.0, 25.0, 15.0)
    >>> round_half_up(2.675, 2)
    2.68
    """
    if isinstance(value, np.ndarray):
        rounded = [_quantised(float(one), decimals, ROUND_HALF_UP) for one in value.ravel()]
        return np.array(rounded, dtype="float64").reshape(value.shape)
    return _quantised(float(value), decimals, ROUND_HALF_UP)


def round_up(value: float) -> int:
    """Say how many whole people it takes: 7.2 people are 8, and 0.07 x 100 people are 7.

    Parameters
    ----------
    value
        A finite number of people, as computed.

    Returns
    -------
    int
        The smallest whole number that is not below it.

    Examples
    --------
    >>> round_up(7.2), round_up(0.07 * 100)
    (8, 7)
    """
    return int(_quantised(float(value), 0, ROUND_CEILING))


def _quantised(value: float, decimals: int, rounding: str) -> float:
    if not math.isfinite(value):
        return value
    exact = Decimal(f"{value:.{_DIGITS}g}")
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    return float(rounded) + 0.0  # -0.0 would be printed as "-0"
