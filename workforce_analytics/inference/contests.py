"""What is expected of a group in each of many contests, when its log odds move: three kinds.

A model of a roll-out needs of its outcome only three numbers per row (a vacancy, a cell of counts)
at given log odds: the log-likelihood, how far what was seen is from what is expected, and the
variance of what is seen. `Contests` gives them for candidates who compete for a vacancy, `Shares`
for how many of a base, `Events` for how many in a stretch of time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, Self

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.estimable import whole_numbers
from workforce_analytics.inference.intervals import at_most, counts

BLOCK = 2**18
"""How many numbers are worked on at a time."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """What rows are like at some log odds: one element per row."""

    log_likelihood: np.ndarray
    expected: np.ndarray
    variance: np.ndarray


class Outcome(Protocol):
    """Rows of an outcome whose log odds (or log rate) a model sets."""

    @property
    def seen(self) -> np.ndarray:
        """What was counted in each row."""

    @property
    def least(self) -> np.ndarray:
        """The smallest number that could have been counted in each row."""

    @property
    def most(self) -> np.ndarray:
        """The largest number that could have been counted in each row."""

    def at(self, log_odds: np.ndarray) -> Fitted:
        """Give what rows are like at some log odds, one per row."""

    def only(self, kept: np.ndarray) -> Self:
        """Give some of the rows."""


@dataclass(frozen=True, eq=False)
class Contests:
    """Vacancies in which candidates of a group competed with others: one element per vacancy.

    How many passed in all is taken as given: the model is of who they were (Fisher's noncentral
    hypergeometric distribution of the group's passes, its log odds against the others).
    """

    group: np.ndarray
    """Candidates of the group."""
    rest: np.ndarray
    """Candidates of those it is compared with."""
    group_passes: np.ndarray
    rest_passes: np.ndarray

    @classmethod
    def of(cls, group: Any, rest: Any, group_passes: Any, rest_passes: Any) -> Contests:
        """Check the counts of each vacancy.

        Raises
        ------
        UsageError
            Counts of different length, no whole numbers, or more passes than candidates.
        """
        n, others, passed, other_passes = (
            np.atleast_1d(values)
            for values in counts(
                group=group, rest=rest, group_passes=group_passes, rest_passes=rest_passes
            )
        )
        whole_numbers(group=n, rest=others, group_passes=passed, rest_passes=other_passes)
        at_most(passed, n, names=("group_passes", "group"))
        at_most(other_passes, others, names=("rest_passes", "rest"))
        if not n.shape == others.shape == passed.shape == other_passes.shape or n.ndim != 1:
            raise UsageError("group, rest and their passes must be one number per vacancy each.")
        return cls(n, others, passed, other_passes)

    @property
    def seen(self) -> np.ndarray:
        """Passes of the group."""
        return self.group_passes

    @cached_property
    def passes(self) -> np.ndarray:
        """Passes of both."""
        return self.group_passes + self.rest_passes

    @cached_property
    def least(self) -> np.ndarray:
        """Passes that the group must have, the others being too few."""
        return np.maximum(0.0, self.passes - self.rest)

    @cached_property
    def most(self) -> np.ndarray:
        """Passes that the group can have."""
        return np.minimum(self.group, self.passes)

    @cached_property
    def informative(self) -> np.ndarray:
        """Whether a vacancy tells anything: both were there, and somebody passed but not all."""
        return self.least < self.most

    def only(self, kept: np.ndarray) -> Contests:
        """Give some of the vacancies."""
        return Contests(
            self.group[kept], self.rest[kept], self.group_passes[kept], self.rest_passes[kept]
        )

    def at(self, log_odds: np.ndarray) -> Fitted:
        """Give the group's passes expected in each vacancy, given how many passed in all.

        Notes
        -----
        All outcomes of a vacancy are listed; their probabilities at even odds are worked out once,
        and tilted by exp(x log odds).
        """
        at_even, expected, variance = (np.zeros(self.group.size) for _ in range(3))
        for block in self._blocks:
            shift = log_odds[block.rows, np.newaxis]
            exponent = block.log_even + block.above * shift
            top = exponent.max(axis=1, keepdims=True)
            weight = np.exp(exponent - top)
            total = weight.sum(axis=1)
            mean = weight @ block.above / total
            square = weight @ (block.above**2) / total
            at_even[block.rows] = np.log(total) + top[:, 0]
            expected[block.rows] = mean
            variance[block.rows] = np.maximum(square - mean**2, 0.0)
        over = self.seen - self.least
        seen_at_even = self._log_even(over)
        return Fitted(seen_at_even + over * log_odds - at_even, self.least + expected, variance)

    def draw(self, log_odds: np.ndarray, random: np.random.Generator) -> Contests:
        """Draw who passed anew, at some log odds: as many in each vacancy as passed there."""
        drawn = np.zeros(self.group.size)
        luck = random.random(self.group.size)
        for block in self._blocks:
            exponent = block.log_even + block.above * log_odds[block.rows, np.newaxis]
            weight = np.exp(exponent - exponent.max(axis=1, keepdims=True))
            below = np.cumsum(weight, axis=1)
            reached = below < (luck[block.rows] * below[:, -1])[:, np.newaxis]
            drawn[block.rows] = reached.sum(axis=1)
        passed = self.least + drawn
        return Contests(self.group, self.rest, passed, self.passes - passed)

    @cached_property
    def _logs(self) -> np.ndarray:
        """Logarithms of factorials."""
        from scipy.special import gammaln

        top = int((self.group + self.rest).max(initial=0.0)) + 2
        return np.asarray(gammaln(np.arange(top) + 1.0))

    def _log_even(self, above: np.ndarray, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Log of the number of ways in which the group passes so many times above the least."""
        wide = above.ndim - 1
        n, others, passes, least = (
            values[rows].reshape(-1, *([1] * wide)).astype(np.int64)
            for values in (self.group, self.rest, self.passes, self.least)
        )
        inside = least + above.astype(np.int64)
        outside = passes - inside
        logs = self._logs
        return (
            logs[n]
            - logs[inside]
            - logs[n - inside]
            + logs[others]
            - logs[outside]
            - logs[others - outside]
        )

    @cached_property
    def _blocks(self) -> list[_Block]:
        """Lay vacancies with about as many possible outcomes out together."""
        width = (self.most - self.least).astype(np.int64) + 1
        order = np.argsort(width, kind="stable")
        return [self._block(rows, int(width[rows].max())) for rows in _chunks(order, width)]

    def _block(self, rows: np.ndarray, width: int) -> _Block:
        above = np.arange(width, dtype=float)
        possible = above <= (self.most - self.least)[rows, np.newaxis]
        ways = self._log_even(np.where(possible, above, 0.0), rows)
        return _Block(rows, above, np.where(possible, ways, -np.inf))


@dataclass(frozen=True, eq=False)
class _Block:
    """Vacancies with about as many possible outcomes, side by side."""

    rows: np.ndarray
    above: np.ndarray
    """Passes of the group above the least possible: 0, 1, 2, ..."""
    log_even: np.ndarray
    """Log of the number of ways of each; minus infinity where a vacancy has no such outcome."""


def _chunks(order: np.ndarray, width: np.ndarray) -> Iterator[np.ndarray]:
    """Cut rows in order of width where it has doubled, or a block is full."""
    start = 0
    while start < order.size:
        narrow = width[order[start]]
        same = int(np.searchsorted(width[order], 2 * narrow, side="right"))
        size = max(1, BLOCK // int(2 * narrow))
        yield order[start : min(same, start + size)]
        start = min(same, start + size)


@dataclass(frozen=True, eq=False)
class Shares:
    """How many of a base, row by row: binomial, its log odds set by the model."""

    seen: np.ndarray
    base: np.ndarray

    @property
    def least(self) -> np.ndarray:
        """Nobody."""
        return np.zeros(self.seen.size)

    @property
    def most(self) -> np.ndarray:
        """Everybody of the base."""
        return self.base

    def only(self, kept: np.ndarray) -> Shares:
        """Give some of the rows."""
        return Shares(self.seen[kept], self.base[kept])

    def at(self, log_odds: np.ndarray) -> Fitted:
        """Give how many are expected of each base; the likelihood up to a constant."""
        from scipy.special import expit

        share = expit(log_odds)
        value = self.seen * log_odds - self.base * np.logaddexp(0.0, log_odds)
        return Fitted(value, self.base * share, self.base * share * (1 - share))


@dataclass(frozen=True, eq=False)
class Events:
    """How often something happened in a stretch of time: Poisson, its log rate set by the model."""

    seen: np.ndarray
    time: np.ndarray
    """How much time, or how many people, each row is of; above 0."""

    @property
    def least(self) -> np.ndarray:
        """Never."""
        return np.zeros(self.seen.size)

    @property
    def most(self) -> np.ndarray:
        """There is no bound."""
        return np.full(self.seen.size, np.inf)

    def only(self, kept: np.ndarray) -> Events:
        """Give some of the rows."""
        return Events(self.seen[kept], self.time[kept])

    def at(self, log_odds: np.ndarray) -> Fitted:
        """Give how many are expected in each row; the likelihood up to a constant."""
        expected = self.time * np.exp(log_odds)
        return Fitted(self.seen * np.log(expected) - expected, expected, expected)
