"""Random draws that give the same values on every platform and under every version of numpy.

Only `Generator.random` is used: the distributions of numpy may change from version to version, and
logarithms from processor to processor. Each part of the council has a stream of its own, so that a
change in one part leaves the others as they were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Draws:
    """A stream of random draws for one part of the council.

    Examples
    --------
    >>> draws = Draws(2025, "example")
    >>> sorted(draws.order(3).tolist())
    [0, 1, 2]
    """

    def __init__(self, seed: int, part: str) -> None:
        stream = np.random.SeedSequence([seed, *part.encode("ascii")])
        self._generator = np.random.Generator(np.random.PCG64(stream))

    def uniform(self, *shape: int) -> Array:
        """Numbers from 0 to 1."""
        return self._generator.random(shape)

    def chance(self, probability: Array | float, size: int | None = None) -> Array:
        """Whether something happens, for each probability (or `size` times for one)."""
        n = len(np.atleast_1d(probability)) if size is None else size
        return self.uniform(n) < probability

    def whole(self, low: int, high: int, size: int) -> Array:
        """Whole numbers from `low` up to and including `high`."""
        return low + np.floor(self.uniform(size) * (high - low + 1)).astype(np.int64)

    def choice(self, options: Mapping[str, float], size: int) -> Array:
        """Options drawn with their weights, as text."""
        return np.array(list(options), dtype=object)[self.index(list(options.values()), size)]

    def index(self, weights: Sequence[float] | Array, size: int) -> Array:
        """Positions drawn with their weights."""
        edges = np.cumsum(np.asarray(weights, dtype=float))
        found = np.searchsorted(edges, self.uniform(size) * edges[-1], side="right")
        return np.minimum(found, len(edges) - 1)

    def rows(self, weights: Array) -> Array:
        """One position per row of a table of weights."""
        edges = np.cumsum(weights, axis=1)
        aim = self.uniform(len(weights)) * edges[:, -1]
        return np.minimum((edges <= aim[:, None]).sum(axis=1), weights.shape[1] - 1)

    def normal(self, *shape: int) -> Array:
        """Draws near enough to a standard normal: twelve uniforms added, so plain arithmetic."""
        return self.uniform(*shape, 12).sum(axis=-1) - 6.0

    def poisson(self, mean: Array) -> Array:
        """Poisson counts for moderate means, by walking up the distribution."""
        aim = self.uniform(len(mean))
        term = np.exp(-mean)
        reached, n = term.copy(), np.zeros(len(mean), dtype=np.int64)
        for step in range(1, int(mean.max(initial=0.0) * 4 + 30)):
            n += aim >= reached
            term = term * mean / step
            reached = reached + term
        return n

    def order(self, n: int) -> Array:
        """Positions 0 to n - 1 in random order."""
        return np.argsort(self.uniform(n), kind="stable")

    def some(self, pool: Array, size: int) -> Array:
        """`size` different members of a pool (fewer where it is smaller)."""
        return pool[self.order(len(pool))[:size]]


def choose(weights: Array, k: int, uniforms: Array) -> Array:
    """Which k of the candidates pass, so that the conditional logit model holds exactly.

    A set S of size k is drawn with probability proportional to the product of its members' weights
    (the conditional Bernoulli distribution): the very likelihood of a conditional logit by vacancy
    with the log odds log(weights). Drawing one after another without replacement is another
    distribution.

    Parameters
    ----------
    weights
        Odds of each candidate.
    k
        How many pass.
    uniforms
        One number from 0 to 1 per candidate.

    Examples
    --------
    >>> choose(np.array([1.0, 1.0, 1000000.0]), 1, np.array([0.5, 0.5, 0.5])).tolist()
    [False, False, True]
    """
    n = len(weights)
    scaled = weights / weights.mean()
    ways = np.zeros((n + 1, k + 1))
    ways[n, 0] = 1.0
    for i in range(n - 1, -1, -1):
        ways[i] = ways[i + 1]
        ways[i, 1:] += scaled[i] * ways[i + 1, :-1]
    taken = np.zeros(n, dtype=bool)
    left = k
    for i in range(n):
        if left and uniforms[i] * ways[i, left] < scaled[i] * ways[i + 1, left - 1]:
            taken[i] = True
            left -= 1
    return taken
