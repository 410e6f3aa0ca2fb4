"""Rows of an outcome under a roll-out that reached one unit after another.

A row (a vacancy) belongs to a unit (a service), a day and a period (a quarter). It is treated once
its unit's turn has come. What later modules need of the rows are sums by unit and period, before
and after the unit's turn: `Sums` gives them for the turns as they were and, at no further cost, for
any other order of the same turns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.contests import Outcome

NEVER = 10**7
"""The day on which a unit starts that has not had its turn."""


@dataclass(frozen=True, eq=False)
class Rollout:
    """Rows of an outcome, and the day on which each unit had its turn."""

    outcome: Outcome
    unit: np.ndarray
    """Number of each row's unit, from 0."""
    day: np.ndarray
    period: np.ndarray
    """Number of each row's period, from 0; a period is a stretch of days."""
    weight: np.ndarray
    """How much each row counts in an average effect: people of the group."""
    start: np.ndarray
    """The day of each unit's turn; `NEVER` where it has had none."""
    row: np.ndarray
    """Which of the rows that were given each one is."""
    dropped: Dropped

    @classmethod
    def of(
        cls, outcome: Outcome, *, unit: Any, day: Any, period: Any, weight: Any, start: Any
    ) -> Rollout:
        """Check rows and leave out those that cannot tell anything of the roll-out.

        Raises
        ------
        UsageError
            Rows of different length, or a unit that has no turn.
        """
        codes, days, periods = (
            np.asarray(values, dtype=np.int64) for values in (unit, day, period)
        )
        weights = np.asarray(weight, dtype=float)
        starts = np.asarray(start, dtype=np.int64)
        rows = outcome.seen.size
        if any(values.shape != (rows,) for values in (codes, days, periods, weights)):
            raise UsageError("unit, day, period and weight must be one number per row each.")
        if rows and (codes.min() < 0 or codes.max() >= starts.size or periods.min() < 0):
            raise UsageError("Units and periods are numbers from 0; each unit needs its turn.")
        made = cls(outcome, codes, days, periods, weights, starts, np.arange(rows), Dropped(rows))
        return made._told()

    @property
    def units(self) -> int:
        """How many units there are, those without rows too."""
        return self.start.size

    @cached_property
    def periods(self) -> int:
        """How many periods there are."""
        return int(self.period.max(initial=-1)) + 1

    @cached_property
    def turns(self) -> np.ndarray:
        """The days on which some unit had its turn, ascending."""
        return np.unique(self.start[self.start < NEVER])

    @cached_property
    def turn(self) -> np.ndarray:
        """For each unit the place of its day among the turns; one beyond them where it has none."""
        return np.searchsorted(self.turns, np.minimum(self.start, NEVER))

    @cached_property
    def passed(self) -> np.ndarray:
        """For each row how many turns had come by its day."""
        return np.searchsorted(self.turns, self.day, side="right")

    @cached_property
    def treated(self) -> np.ndarray:
        """For each row whether its unit had had its turn."""
        return self.passed > self.turn[self.unit]

    @cached_property
    def cohort(self) -> np.ndarray:
        """For each turn the first period with rows of that day or later; -1 for no turn."""
        first = [self.period[self.day >= day].min(initial=self.periods) for day in self.turns]
        return np.array([*first, -1], dtype=np.int64)

    @cached_property
    def active(self) -> np.ndarray:
        """Units with rows."""
        return np.unique(self.unit)

    def only(self, kept: np.ndarray) -> Rollout:
        """Give some of the rows."""
        return replace(
            self,
            outcome=self.outcome.only(kept),
            unit=self.unit[kept],
            day=self.day[kept],
            period=self.period[kept],
            weight=self.weight[kept],
            row=self.row[kept],
        )

    def _told(self) -> Rollout:
        """Leave out, in turn, what tells nothing, until all that is left tells something.

        A row that could only have ended in one way; a period in which no unit was untreated; a unit
        that was never untreated; a unit or period in which all rows ended at the same extreme, so
        that its own level is infinite and its rows fit perfectly whatever the effect is.
        """
        counts = {"certain": 0, "periods": 0, "units": 0, "extreme": 0}
        here = self
        while True:
            name, kept = here._next_to_drop()
            if name == "":
                return replace(here, dropped=replace(self.dropped, **counts))
            counts[name] += int((~kept).sum())
            here = here.only(kept)

    def _next_to_drop(self) -> tuple[str, np.ndarray]:
        certain = self.outcome.least >= self.outcome.most
        if certain.any():
            return "certain", ~certain
        untreated = ~self.treated
        for name, place in (("periods", self.period), ("units", self.unit)):
            there = np.bincount(place[untreated], minlength=place.max(initial=0) + 1) > 0
            if not there[place].all():
                return name, there[place]
        low = self.outcome.seen - self.outcome.least
        high = self.outcome.most - self.outcome.seen
        for place in (self.unit, self.period):
            open_ended = (np.bincount(place, low) > 0) & (np.bincount(place, high) > 0)
            if not open_ended[place].all():
                return "extreme", open_ended[place]
        return "", untreated


@dataclass(frozen=True)
class Dropped:
    """How many rows there were, and how many were left out for which reason."""

    rows: int
    certain: int = 0
    """Rows that could only have ended in one way."""
    periods: int = 0
    """Rows of periods in which every unit had had its turn."""
    units: int = 0
    """Rows of units that had had their turn before the first row."""
    extreme: int = 0
    """Rows of units or periods with nothing but passes, or none, of the group."""

    @property
    def left(self) -> int:
        """Rows that tell something."""
        return self.rows - self.certain - self.periods - self.units - self.extreme


@dataclass(frozen=True, eq=False)
class Sums:
    """A number per row, added up by unit, turn and period: before that turn, and after it."""

    before: np.ndarray
    after: np.ndarray

    @classmethod
    def of(cls, rollout: Rollout, values: np.ndarray) -> Sums:
        """Add up one number per row."""
        units, periods, turns = rollout.units, rollout.periods, rollout.turns.size
        place = (rollout.unit * periods + rollout.period) * (turns + 1) + rollout.passed
        size = units * periods * (turns + 1)
        added = np.bincount(place, weights=values, minlength=size)
        # By the number of turns that had come: a row is before turn j if at most j had come.
        before = np.cumsum(added.reshape(units, periods, turns + 1), axis=2)
        after = before[:, :, -1:] - before
        return cls(np.moveaxis(before, 2, 1), np.moveaxis(after, 2, 1))

    def at(self, turn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sums by unit and period, untreated and treated, for a turn per unit (last axis)."""
        unit = np.arange(self.before.shape[0])
        return self.before[unit, turn], self.after[unit, turn]
