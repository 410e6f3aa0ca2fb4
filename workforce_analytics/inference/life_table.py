"""Durations as counts, and the life table behind every curve and test of how long things last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import counts

LASTS = 0
"""How a duration ends that was still going on when it was last seen."""


@dataclass(frozen=True, eq=False)
class Durations:
    """Durations as counts: arrays of one length, one element per kind of duration."""

    time: np.ndarray
    """When it ended, or was last seen: above 0 and above `entry`."""
    cause: np.ndarray
    """How it ended: 1, 2, ...; 0 where it still lasted when it was last seen."""
    count: np.ndarray
    """How many there are."""
    entry: np.ndarray
    """From when on it was looked at: 0 unless what ended before would not have been recorded."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Durations of one cluster (a person), two by two: places of both, and how many such pairs."""

    first: np.ndarray
    second: np.ndarray
    count: np.ndarray


def durations(time: Any, cause: Any, count: Any = 1, entry: Any = 0) -> Durations:
    """Take durations as counts, checked.

    Parameters
    ----------
    time
        When each ended or was last seen.
    cause
        How it ended: 1, 2, ...; 0 where it still lasted.
    count
        How many such durations there are.
    entry
        From when on they were looked at: 0, or later where earlier endings are not recorded.

    Returns
    -------
    Durations

    Raises
    ------
    UsageError
        Numbers are missing or negative, or something ends before it is looked at.

    Examples
    --------
    >>> durations([3, 5], [1, 0], count=[10, 20]).entry
    array([0., 0.])
    """
    when, how, many, since = (
        np.atleast_1d(a) for a in counts(time=time, cause=cause, count=count, entry=entry)
    )
    early = int((when <= since).sum())
    if early:
        raise UsageError(
            f"A duration must end after it begins to be looked at, and {early} of {when.size} do "
            "not. Count the first day as a day."
        )
    return Durations(when, how.astype(np.int64), many, since)


@dataclass(frozen=True, eq=False)
class LifeTable:
    """A life table: place 0 is the beginning; place j stands for what happens at grid[j]."""

    grid: np.ndarray
    risk: np.ndarray
    """At risk after grid[j - 1] and up to grid[j]."""
    by_cause: dict[int, np.ndarray]
    before: np.ndarray
    """Share left just before grid[j]."""

    def events(self, cause: int) -> np.ndarray:
        """Endings of a kind at each place."""
        return self.by_cause.get(cause, np.zeros(self.grid.size))

    @property
    def ended(self) -> np.ndarray:
        """Endings of any kind at each place."""
        return sum(self.by_cause.values(), np.zeros(self.grid.size))

    @property
    def left_over(self) -> np.ndarray:
        """Share left just after grid[j]."""
        return self.before * (1 - hazard(self.ended, self.risk))

    @property
    def followed(self) -> float:
        """Up to when somebody was at risk throughout; below 0 where nobody ever was."""
        empty = np.flatnonzero(self.risk[1:] <= 0)
        if not empty.size:
            return float(self.grid[-1])
        return float(self.grid[empty[0]]) if empty[0] else -1.0

    def incidence(self, cause: int) -> np.ndarray:
        """Share that has ended in this way by grid[j] (Aalen and Johansen)."""
        return np.cumsum(self.before * hazard(self.events(cause), self.risk))

    def risk_before(self, times: np.ndarray) -> np.ndarray:
        """At risk just before times (at the beginning: just after it)."""
        place = np.maximum(np.searchsorted(self.grid, times, side="left"), 1)
        beyond = place >= self.grid.size
        return np.where(beyond, 0.0, self.risk[np.minimum(place, self.grid.size - 1)])

    def smallest(self, times: np.ndarray) -> np.ndarray:
        """At risk just before times, or when anybody last was."""
        last = np.maximum.accumulate(np.where(self.risk > 0, np.arange(self.grid.size), 0))
        place = np.maximum(np.searchsorted(self.grid, times, side="left"), 1)
        return self.risk[last[np.minimum(place, self.grid.size - 1)]]


def hazard(events: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Share of those at risk to whom it happens; 0 where nobody is."""
    return np.where(risk > 0, events / np.where(risk > 0, risk, 1.0), 0.0)


def only(found: Durations, here: np.ndarray) -> Durations:
    """Give some of the durations."""
    return Durations(found.time[here], found.cause[here], found.count[here], found.entry[here])


def life_table(found: Durations, grid: np.ndarray | None = None) -> LifeTable:
    """Give the life table of some durations, at their own times or at those of others, too."""
    if grid is None:
        grid = np.unique(np.concatenate([[0.0, 1.0], found.entry, found.time]))
    enters, ends = np.searchsorted(grid, found.entry), np.searchsorted(grid, found.time)
    size = grid.size + 1
    change = np.bincount(enters + 1, found.count, size) - np.bincount(ends + 1, found.count, size)
    risk = np.cumsum(change)[:-1]
    causes = np.unique(found.cause[found.cause != LASTS])
    by_cause = {
        int(cause): np.bincount(ends, found.count * (found.cause == cause), grid.size)
        for cause in causes
    }
    ended = sum(by_cause.values(), np.zeros(grid.size))
    stays = np.cumprod(1 - hazard(ended, risk))
    return LifeTable(grid, risk, by_cause, np.concatenate([[1.0], stays[:-1]]))


def incidence_variance(table: LifeTable, cause: int) -> np.ndarray:
    """Variance of the cumulative incidence at each place, by the delta method."""
    n, d, k = np.where(table.risk > 0, table.risk, 1.0), table.ended, table.events(cause)
    curve = table.incidence(cause)
    # Where all at risk end at once nobody is left, and what comes after adds nothing.
    ratio = np.where((table.risk > 0) & (d < n), d / (n * np.where(d < n, n - d, 1.0)), 0.0)
    own = np.where(table.risk > 0, table.before**2 * (n - k) * k / n**3, 0.0)
    cross = np.where(table.risk > 0, table.before * k / n**2, 0.0)
    total = curve**2 * np.cumsum(ratio) - 2 * curve * np.cumsum(curve * ratio)
    total += np.cumsum(curve**2 * ratio) + np.cumsum(own)
    total -= 2 * (curve * np.cumsum(cross) - np.cumsum(curve * cross))
    return np.maximum(total, 0.0)


def influence(found: Durations, table: LifeTable, cause: int, place: np.ndarray) -> np.ndarray:
    """Derivative of the incidence at places by weight of each duration: [duration, place]."""
    n = np.where(table.risk > 0, table.risk, 1.0)
    curve = table.incidence(cause)
    d, k = hazard(table.ended, table.risk), hazard(table.events(cause), table.risk)
    stays = np.where((table.risk > 0) & (d < 1), 1 / (n * np.where(d < 1, 1 - d, 1.0)), 0.0)
    gain = np.where(table.risk > 0, table.before / n, 0.0)
    a, b, c = np.cumsum(gain * k), np.cumsum(d * stays), np.cumsum(d * stays * curve)
    enters = np.searchsorted(table.grid, found.entry)[:, None]
    ends = np.searchsorted(table.grid, found.time)[:, None]
    to, by = place[None, :], np.minimum(ends, place[None, :])
    begun = np.minimum(enters, to)
    over = (ends <= to) & (found.cause[:, None] != LASTS)
    own = over & (found.cause[:, None] == cause)
    total = np.where(own, gain[ends], 0.0) - (a[by] - a[begun])
    total -= np.where(over, stays[ends] * (curve[to] - curve[ends]), 0.0)
    return total + curve[to] * (b[by] - b[begun]) - (c[by] - c[begun])
