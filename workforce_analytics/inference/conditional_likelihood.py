"""The likelihood of who passed in each stratum, given how many did, and where it has a maximum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workforce_analytics.inference.estimable import receding
from workforce_analytics.inference.maximising import Likelihood, Maximum, maximise
from workforce_analytics.inference.noncentral import Block, blocks, moments


@dataclass(frozen=True, eq=False)
class Cells:
    """Passes out of n by stratum and pattern, ascending by both; strata numbered without gaps."""

    stratum: np.ndarray
    pattern: np.ndarray
    passes: np.ndarray
    n: np.ndarray

    @cached_property
    def strata(self) -> int:
        """How many strata there are."""
        return int(self.stratum[-1]) + 1 if self.stratum.size else 0

    @cached_property
    def totals(self) -> np.ndarray:
        """Passes by stratum."""
        return np.bincount(self.stratum, weights=self.passes, minlength=self.strata)

    @cached_property
    def people(self) -> np.ndarray:
        """Candidates by stratum."""
        return np.bincount(self.stratum, weights=self.n, minlength=self.strata)

    @cached_property
    def informative(self) -> np.ndarray:
        """For each cell, whether its stratum has two patterns and both outcomes."""
        several = np.bincount(self.stratum, minlength=self.strata) > 1
        return (several & (self.totals > 0) & (self.totals < self.people))[self.stratum]

    @cached_property
    def first(self) -> np.ndarray:
        """For each cell, the first cell of its stratum."""
        return np.searchsorted(self.stratum, np.arange(self.strata))[self.stratum]

    @cached_property
    def blocks(self) -> list[Block]:
        """Give the strata, laid out to be worked on together; every one of them informative."""
        return blocks(self.stratum, self.n, self.totals)

    def only(self, kept: np.ndarray) -> Cells:
        """Give some of the cells, strata numbered anew."""
        numbers = np.unique(self.stratum[kept], return_inverse=True)[1]
        return Cells(numbers, self.pattern[kept], self.passes[kept], self.n[kept])

    def expected(self, log_odds: np.ndarray) -> np.ndarray:
        """Give the passes expected of each cell, given the totals; any strata will do."""
        expected = self.n * (self.totals / self.people)[self.stratum]
        if self.informative.any():
            telling = self.only(self.informative)
            odds = log_odds[self.informative]
            found = np.zeros(telling.n.size)
            for block in telling.blocks:
                given = moments(odds[block.rows], block.n, block.totals)
                found[block.rows[block.real]] = given.expected[block.real]
            expected[self.informative] = found
        return expected


@dataclass(frozen=True, eq=False)
class Conditional:
    """The conditional likelihood of cells, all of them of informative strata."""

    patterns: np.ndarray
    cells: Cells
    constant: float
    """What strata of one pattern add: which of like candidates passed was a matter of luck."""

    @classmethod
    def of(cls, patterns: np.ndarray, cells: Cells) -> Conditional:
        """Leave out the strata that tell nothing."""
        from scipy.special import gammaln

        alike = np.unique(cells.stratum[~cells.informative])
        people, passed = cells.people[alike], cells.totals[alike]
        ways = gammaln(people + 1) - gammaln(passed + 1) - gammaln(people - passed + 1)
        return cls(patterns, cells.only(cells.informative), -float(ways.sum()))

    def contrasts(self) -> np.ndarray:
        """Differences of patterns within a stratum, each of them once."""
        upper, lower = self.cells.pattern, self.cells.pattern[self.cells.first]
        return self._differences(np.unique(self._pairs(upper, lower)))

    def likelihood(self, told: np.ndarray) -> Callable[[np.ndarray], Likelihood]:
        """Give the likelihood along some directions of the coefficients."""
        cells = self.cells
        columns = self.patterns @ told

        def at(coefficients: np.ndarray) -> Likelihood:
            log_odds = (columns @ coefficients)[cells.pattern]
            value = self.constant + cells.passes @ log_odds
            left = cells.passes.copy()
            information = np.zeros((columns.shape[1], columns.shape[1]))
            for block in cells.blocks:
                given = moments(log_odds[block.rows], block.n, block.totals)
                value -= given.log_sum.sum()
                left[block.rows[block.real]] -= given.expected[block.real]
                held = columns[cells.pattern[block.rows]]
                spread = given.covariance @ held
                information += np.tensordot(held, spread, axes=([0, 1], [0, 1]))
            by_pattern = np.bincount(cells.pattern, weights=left, minlength=len(columns))
            return Likelihood(float(value), columns.T @ by_pattern, information)

        return at

    def maximum(self, told: np.ndarray, start: np.ndarray, *, steps: int) -> Maximum:
        """Climb by Newton's method: no library takes counts."""
        return maximise(self.likelihood(told), start, steps=steps)

    def limit(self) -> Conditional | None:
        """Give what is left where some outcomes become certain; None where none do."""
        upper, lower, level = _ordered(self.cells)
        pattern = self.cells.pattern
        ahead, place = np.unique(
            self._pairs(pattern[upper], pattern[lower])[~level], return_inverse=True
        )
        alike = np.unique(self._pairs(pattern[upper], pattern[lower])[level])
        grows = receding(self._differences(ahead), self._differences(alike))
        if not grows.any():
            return None
        open_pairs = np.ones(level.size, dtype=bool)
        open_pairs[~level] = ~grows[place]
        kept = (self.cells.passes > 0) & (self.cells.passes < self.cells.n)
        kept[upper[open_pairs]] = True
        kept[lower[open_pairs]] = True
        left = Conditional.of(self.patterns, self.cells.only(kept))
        return Conditional(left.patterns, left.cells, self.constant + left.constant)

    def _pairs(self, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
        return upper * np.int64(len(self.patterns)) + lower

    def _differences(self, pairs: np.ndarray) -> np.ndarray:
        upper, lower = np.divmod(pairs, max(len(self.patterns), 1))
        return self.patterns[upper] - self.patterns[lower]


def _ordered(cells: Cells) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of cells of one stratum: the log odds of the first must not fall below the second's.

    That is so where the first passed and the second failed; where both did both they must stay
    level. A stratum with a cell that did both needs pairs with that one only.
    """
    passed, failed = cells.passes > 0, cells.passes < cells.n
    mixed = np.nonzero(passed & failed)[0]
    anchor = np.full(cells.strata, -1)
    anchor[cells.stratum[mixed[::-1]]] = mixed[::-1]
    at = anchor[cells.stratum]
    number = np.arange(cells.n.size)
    anchored = (at >= 0) & (number != at)
    upper = np.where(passed, number, at)[anchored]
    lower = np.where(passed, at, number)[anchored]
    level = (passed & failed)[anchored]
    free_upper, free_lower = _crossed(cells, (at < 0) & passed, (at < 0) & failed)
    return (
        np.concatenate((upper, free_upper)),
        np.concatenate((lower, free_lower)),
        np.concatenate((level, np.zeros(free_upper.size, dtype=bool))),
    )


def _crossed(cells: Cells, uppers: np.ndarray, lowers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every upper cell of a stratum with every lower one of the same."""
    upper, lower = np.nonzero(uppers)[0], np.nonzero(lowers)[0]
    start = np.searchsorted(cells.stratum[lower], cells.stratum[upper], side="left")
    stop = np.searchsorted(cells.stratum[lower], cells.stratum[upper], side="right")
    times = stop - start
    before = np.repeat(np.cumsum(times) - times, times)
    place = np.repeat(start, times) + np.arange(times.sum()) - before
    return np.repeat(upper, times), lower[place]
