"""The highest point of a concave log-likelihood, and what to say where it has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

import numpy as np

from workforce_analytics.inference.estimable import row_space, within

FIRST_STEPS = 15
"""Newton steps before it is asked whether the likelihood has a maximum; five to eight are usual."""
LAST_STEPS = 100
STEP = 1e-10
"""A step this small, as a share of the largest coefficient, is the last."""
NOISE = 1e-6
"""A step that gets no smaller than this share is not towards a maximum."""


@dataclass(frozen=True, eq=False)
class Likelihood:
    """A log-likelihood at some coefficients, with its slope and minus its curvature."""

    value: float
    score: np.ndarray
    information: np.ndarray


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where Newton's method ended."""

    at: np.ndarray
    likelihood: Likelihood
    covariance: np.ndarray
    converged: bool


class Problem(Protocol):
    """A likelihood over patterns whose columns have been brought to one scale."""

    def contrasts(self) -> np.ndarray:
        """Rows that span every change of coefficients that changes the likelihood."""

    def likelihood(self, told: np.ndarray) -> Callable[[np.ndarray], Likelihood]:
        """Give the likelihood along some directions of the coefficients."""

    def maximum(self, told: np.ndarray, start: np.ndarray, *, steps: int) -> Maximum:
        """Climb as far as so many steps go."""

    def limit(self) -> Self | None:
        """Give what is left where some outcomes become certain; None where none do."""


P = TypeVar("P", bound=Problem)


@dataclass(frozen=True, eq=False)
class Solution(Generic[P]):
    """Coefficients at the maximum, as far as the data tell them."""

    problem: P
    """What was maximised in the end: without the rows whose outcome is certain in the limit."""
    maximum: Maximum
    told: np.ndarray
    """The directions along which the data tell the coefficients, of columns of one scale."""
    scale: np.ndarray
    estimable: np.ndarray
    collinear: tuple[str, ...]
    separated: tuple[str, ...]

    @property
    def converged(self) -> bool:
        """Whether there is something to tell, and its maximum was found."""
        return self.maximum.converged and self.told.shape[1] > 0

    def vector(self) -> np.ndarray:
        """Coefficients that give the right log odds for every row within `told`."""
        if not self.converged:
            return np.full(self.scale.size, np.nan)
        return (self.told @ self.maximum.at) / self.scale

    def spread(self, covariance: np.ndarray) -> np.ndarray:
        """Covariance of `vector`, from one along the directions of `told`."""
        if not self.converged:
            return np.full((self.scale.size, self.scale.size), np.nan)
        return (self.told @ covariance @ self.told.T) / np.outer(self.scale, self.scale)

    def only_estimable(self, values: np.ndarray) -> np.ndarray:
        """Turn into not a number what belongs to a coefficient that the data do not tell."""
        known = self.estimable if values.ndim == 1 else np.outer(self.estimable, self.estimable)
        return np.where(known, values, np.nan)

    def tells(self, rows: np.ndarray) -> np.ndarray:
        """Whether the data tell the log odds of each row."""
        return within(rows / self.scale, self.told)


def solve(problem: P, names: tuple[str, ...], scale: np.ndarray) -> Solution[P]:
    """Maximise a likelihood; where it has no maximum, go to the limit and maximise what is left.

    Parameters
    ----------
    problem
        Its columns are the design's, divided by `scale`.
    names
        What the columns are called.
    """
    first = told = row_space(problem.contrasts())
    maximum = problem.maximum(told, np.zeros(told.shape[1]), steps=FIRST_STEPS)
    if not maximum.converged:
        left = problem.limit()
        start = maximum.at
        if left is not None:
            problem, told = left, row_space(left.contrasts())
            start = np.zeros(told.shape[1])
        maximum = problem.maximum(told, start, steps=LAST_STEPS)
    unit = np.eye(scale.size)
    seen, estimable = within(unit, first), within(unit, told)
    return Solution(
        problem,
        maximum,
        told,
        scale,
        estimable,
        _named(names, ~seen),
        _named(names, seen & ~estimable),
    )


def _named(names: tuple[str, ...], which: np.ndarray) -> tuple[str, ...]:
    return tuple(name for name, chosen in zip(names, which, strict=True) if chosen)


def column_scale(patterns: np.ndarray) -> np.ndarray:
    """Give the largest size in each column, 1 for a column of zeros."""
    largest = np.abs(patterns).max(axis=0, initial=0.0)
    return np.where(largest > 0, largest, 1.0)


def maximise(
    likelihood: Callable[[np.ndarray], Likelihood], start: np.ndarray, *, steps: int
) -> Maximum:
    """Climb a concave log-likelihood by Newton's method, halving steps that go down.

    It has converged where a step changes no coefficient by more than a tiny share of the largest;
    along a direction in which the likelihood rises for ever the steps stay near 1 instead.
    """
    at, here = start, likelihood(start)
    covariance = _inverse(here.information)
    moved = np.inf if start.size else 0.0
    for _ in range(steps):
        if moved <= STEP or not np.isfinite(covariance).all():
            break
        step = covariance @ here.score
        moved = np.abs(step).max() / max(1.0, np.abs(at).max())
        at, here, improved = _stepped(likelihood, at, here, step)
        covariance = _inverse(here.information)
        if not improved:
            break
    # What rounding leaves of a step, where columns are nearly collinear, is no reason to fail.
    return Maximum(at, here, covariance, bool(moved <= NOISE and np.isfinite(covariance).all()))


def _stepped(
    likelihood: Callable[[np.ndarray], Likelihood],
    at: np.ndarray,
    here: Likelihood,
    step: np.ndarray,
) -> tuple[np.ndarray, Likelihood, bool]:
    allowed = here.value - 1e-12 * (1 + abs(here.value))
    for halvings in range(40):
        to = at + step / 2**halvings
        there = likelihood(to)
        if there.value >= allowed:
            return to, there, True
    return at, here, False


def _inverse(information: np.ndarray) -> np.ndarray:
    """Invert a positive definite matrix of any scale; not a number where it is none."""
    diagonal = np.diag(information)
    if not (np.isfinite(information).all() and (diagonal > 0).all()):
        return np.full(information.shape, np.nan)
    scale = np.sqrt(np.outer(diagonal, diagonal))
    try:
        lower = np.linalg.cholesky(information / scale)
    except np.linalg.LinAlgError:
        return np.full(information.shape, np.nan)
    half = np.linalg.solve(lower, np.eye(len(lower)))
    return half.T @ half / scale
