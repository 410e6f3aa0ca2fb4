"""The exact distribution of a table of two groups by two outcomes, its margins held fixed.

Cells come as four arrays: selected and not selected of the group, selected and not selected of the
reference. With the margins fixed one number tells the whole table: by how many more of the group
are selected than were (the offset). Everything here works on offsets, table by table in rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

TIES = 1e-7
"""Relative difference under which two tables count as equally likely, as R's fisher.test has it."""

_CHUNK = 1_000_000
"""Probabilities held at one time."""

_Curve = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


class Cells(NamedTuple):
    """Tables with something to compare: people in both groups, and both outcomes."""

    selected: np.ndarray
    not_selected: np.ndarray
    reference_selected: np.ndarray
    reference_not_selected: np.ndarray

    @property
    def lowest(self) -> np.ndarray:
        """How far the group's selected could fall: an offset of 0 or less."""
        return -np.minimum(self.selected, self.reference_not_selected)

    @property
    def highest(self) -> np.ndarray:
        """How far the group's selected could rise: an offset of 0 or more."""
        return np.minimum(self.not_selected, self.reference_selected)

    def at(self, rows: np.ndarray) -> Cells:
        """Keep some of the tables."""
        return Cells(*(cell[rows] for cell in self))


def two_sided(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Give Fisher's two-sided p-value of each table, and the probability of the table itself.

    The p-value sums the probabilities of all tables no likelier than the observed one.
    """
    first, last = _around_the_mode(cells)
    p_value, observed = np.zeros(first.shape), np.zeros(first.shape)
    # Beyond the window probabilities are smaller than the smallest number there is.
    inside = np.flatnonzero((first <= 0) & (last >= 0))
    for chunk, offsets, logs in _log_weights(cells, first, last, inside):
        weights = np.exp(logs)
        whole = weights.sum(axis=1)
        own = np.take_along_axis(logs, -offsets[:, :1], axis=1)
        no_likelier = np.where(logs <= own + np.log1p(TIES), weights, 0.0).sum(axis=1)
        p_value[chunk] = np.minimum(no_likelier / whole, 1.0)
        observed[chunk] = np.exp(own[:, 0]) / whole
    return p_value, observed


def odds_ratio(cells: Cells, tail: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the odds ratio most likely given the margins, and exact limits with `tail` outside each.

    At the lower limit as many selected or more have the probability `tail`, at the upper limit as
    many or fewer.
    """
    first, last = _around_the_observed(cells, tail)
    falls, rises = cells.lowest < 0, cells.highest > 0
    # Without a table on one side of the observed the odds ratio and a limit are 0 or infinite.
    value = np.where(falls, np.inf, 0.0)
    lower, upper = np.zeros(first.shape), np.full(first.shape, np.inf)
    for chunk, offsets, logs in _log_weights(cells, first, last, np.arange(first.size)):
        some = cells.at(chunk)
        start, error = _rough_log_odds(some)
        below, above = falls[chunk], rises[chunk]
        for result, curve, begin, wanted in (
            (value, _mean(offsets, logs), start, below & above),
            (lower, _tail(offsets, logs, upward=True, tail=tail), start - 2 * error, below),
            (upper, _tail(offsets, logs, upward=False, tail=tail), start + 2 * error, above),
        ):
            result[chunk[wanted]] = np.exp(_root(curve, begin, wanted)[wanted])
    return value, lower, upper


def _around_the_mode(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Find the offsets that hold all of the probability, and the observed table's own tail.

    Twice the observed distance from the mode reaches the tables as unlikely on the other side; 45
    standard deviations and 2,000 leave out less than the smallest number there is (Bernstein).
    """
    a, f, b, g = cells
    n, m, chosen = a + f, b + g, a + b
    mode = np.floor((chosen + 1) * (n + 1) / (n + m + 2)) - a
    both = np.maximum(n + m - 1, 1)
    spread = np.sqrt((n / (n + m)) * m * (chosen / (n + m)) * ((f + g) / both))
    reach = np.minimum(2 * np.abs(mode) + 10 * spread + 100, 45 * spread + 2_000)
    first = np.maximum(cells.lowest, np.floor(mode - reach))
    last = np.minimum(cells.highest, np.ceil(mode + reach))
    return first.astype("int64"), last.astype("int64")


def _around_the_observed(cells: Cells, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Find the offsets that hold all of the probability where the observed table is not unlikely.

    The distributions that matter have means within a few standard deviations of the observed.
    """
    error = _rough_log_odds(cells)[1]
    reach = np.ceil((12 + 2 * np.sqrt(-np.log(tail))) / error + 60)
    first = np.maximum(cells.lowest, -reach)
    return first.astype("int64"), np.minimum(cells.highest, reach).astype("int64")


def _rough_log_odds(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Estimate the log odds ratio and its error from the table with a half added to each cell."""
    a, f, b, g = (cell + 0.5 for cell in cells)
    return np.log(a * g / (f * b)), np.sqrt(1 / a + 1 / f + 1 / b + 1 / g)


def _log_weights(
    cells: Cells, first: np.ndarray, last: np.ndarray, rows: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield rows of tables, the offsets of each, and log probabilities less the largest of them.

    Each probability follows from the one before it, so that nothing is lost in large tables, where
    factorials would lose digits. Tables of like width go together.
    """
    width = last - first + 1
    rows = rows[np.argsort(width[rows], kind="stable")]
    while rows.size:
        # Rows come by width, the widest last: as many as fit beside the widest of them.
        fit = np.arange(1, rows.size + 1) * width[rows] <= _CHUNK
        chunk, rows = np.split(rows, [max(int(fit.sum()), 1)])
        offsets = first[chunk, None] + np.arange(int(width[chunk[-1]]))
        a, f, b, g = (cell[:, None] for cell in cells.at(chunk))
        before = offsets[:, :-1]
        # Beyond the last table a factor is 0 and stays so: the probability is 0 from there on.
        left = np.maximum(f - before, 0) * np.maximum(b - before, 0)
        with np.errstate(divide="ignore"):
            steps = np.log(left) - np.log(a + before + 1) - np.log(g + before + 1)
        logs = np.zeros(offsets.shape)
        np.cumsum(steps, axis=1, out=logs[:, 1:])
        logs[offsets > last[chunk, None]] = -np.inf
        yield chunk, offsets, logs - logs.max(axis=1, keepdims=True)


def _tilted(log_odds: np.ndarray, offsets: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """Give the probabilities of tables at an odds ratio, not yet summing to 1."""
    tilted = logs + log_odds[:, None] * offsets
    return np.asarray(np.exp(tilted - tilted.max(axis=1, keepdims=True)))


def _mean(offsets: np.ndarray, logs: np.ndarray) -> _Curve:
    """Give the mean offset at an odds ratio, which is 0 at the most likely one, and its slope."""

    def curve(log_odds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        weights = _tilted(log_odds, offsets, logs)
        whole = weights.sum(axis=1)
        mean = (weights * offsets).sum(axis=1) / whole
        return mean, (weights * (offsets - mean[:, None]) ** 2).sum(axis=1) / whole

    return curve


def _tail(offsets: np.ndarray, logs: np.ndarray, *, upward: bool, tail: float) -> _Curve:
    """Give how far a tail exceeds what is asked, in logs and so that it rises, and its slope."""
    beyond = offsets >= 0 if upward else offsets <= 0
    sign = 1.0 if upward else -1.0

    def curve(log_odds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        weights = _tilted(log_odds, offsets, logs)
        there = np.where(beyond, weights, 0.0)
        whole, part = weights.sum(axis=1), there.sum(axis=1)
        mean = (weights * offsets).sum(axis=1) / whole
        with np.errstate(divide="ignore", invalid="ignore"):
            excess = np.log(part / whole) - np.log(tail)
            slope = (there * offsets).sum(axis=1) / part - mean
        return sign * excess, sign * slope

    return curve


def _root(curve: _Curve, start: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Find where a rising curve is 0: Newton's steps, halving the bracket where one leaves it."""
    low, high = np.full(start.shape, -100.0), np.full(start.shape, 100.0)
    at = np.clip(start, -99.0, 99.0)
    for _ in range(200):
        height, slope = curve(at)
        low, high = np.where(height <= 0, at, low), np.where(height >= 0, at, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            there = at - height / slope
            found = np.abs(there - at) <= 1e-13 * np.maximum(np.abs(at), 1)
        found |= ~wanted
        if found.all():
            break
        better = np.where((there > low) & (there < high), there, (low + high) / 2)
        at = np.where(found, at, better)
    return at
