"""The record that every interval comes in, and the checks of what goes into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError


@dataclass(frozen=True, eq=False)
class Interval:
    """Estimates with their limits, one element per estimate; not a number where undefined.

    The arrays have one shape: that of what went in. Single numbers give arrays without a dimension,
    which `float(...)` and `str(...)` take as they are.
    """

    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    method: np.ndarray
    """The name of the interval, element by element: small counts can need another than large."""
    confidence: float


def normal_quantile(confidence: float) -> float:
    """How many standard errors lie on each side of a two-sided interval (1.96 for 0.95)."""
    return NormalDist().inv_cdf((1 + checked_confidence(confidence)) / 2)


def checked_confidence(confidence: float) -> float:
    """Return the confidence level, or say that it is not one.

    Raises
    ------
    UsageError
        It does not lie between 0 and 1.
    """
    if not isinstance(confidence, int | float) or not 0 < confidence < 1:
        raise UsageError(f"confidence must lie between 0 and 1, as 0.95 does, and is {confidence}.")
    return float(confidence)


def counts(**named: Any) -> tuple[np.ndarray, ...]:
    """Turn what was given into arrays of one shape, none negative, none missing.

    Raises
    ------
    UsageError
        An argument does not hold numbers, holds missing or negative ones, or the shapes differ.
    """
    arrays = []
    for name, values in named.items():
        try:
            array = np.asarray(values, dtype="float64")
        except (TypeError, ValueError):
            array = np.array(np.nan)
        if not np.isfinite(array).all() or (array < 0).any():
            raise UsageError(f"{name} must be counts: numbers of 0 or more, none of them missing.")
        arrays.append(array)
    try:
        return tuple(np.array(array) for array in np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = ", ".join(
            f"{name} {array.shape}" for name, array in zip(named, arrays, strict=True)
        )
    raise UsageError(f"counts of one calculation must have one shape, and have: {shapes}.")


def at_most(part: np.ndarray, whole: np.ndarray, *, names: tuple[str, str]) -> None:
    """Say so where a part is larger than its whole.

    Raises
    ------
    UsageError
        Some part is larger.
    """
    larger = int((part > whole).sum())
    if larger:
        raise UsageError(
            f"{names[0]} cannot be more than {names[1]}, and are in {larger} of {part.size} places."
        )


def divided(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide; nothing divided by nobody is not a number, never 0 and never 1."""
    undefined = np.full(np.broadcast(numerator, denominator).shape, np.nan)
    return np.divide(numerator, denominator, out=undefined, where=denominator > 0)


def chosen(name: str, options: Mapping[str, Any] | Sequence[str], *, argument: str) -> str:
    """Return the option, or say which there are.

    Raises
    ------
    UsageError
        There is no such option.
    """
    if name not in options:
        raise UsageError(f"{argument} must be one of {', '.join(options)}.")
    return name


def named(method: str, shape: tuple[int, ...]) -> np.ndarray:
    """Give every element of a result the one name of its method."""
    return np.full(shape, method)
