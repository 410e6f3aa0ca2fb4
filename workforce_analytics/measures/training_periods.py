"""Months or quarters in which panels sat, and from which of them on all were trained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics.errors import UsageError
from workforce_analytics.measures.training_exposure import Exposure
from workforce_analytics.measures.training_turns import quarter_label
from workforce_analytics.measures.training_vacancies import VacancyCounts

EVERY = {"month": 12, "quarter": 4}
"""Lengths of a period, and how many are in a year."""


@dataclass(frozen=True, eq=False)
class Periods:
    """Months or quarters, one after another, and the first that is all after training."""

    every: str
    of_vacancy: np.ndarray
    """Place of each vacancy's period."""
    labels: tuple[str, ...]
    first: int
    """Which month, or quarter, of the calendar year the first is, from 0."""
    start: int
    """Place of the first period that is all after training."""
    start_on: pd.Timestamp
    part: str
    """The period that is partly before and partly after, if there is one."""

    @classmethod
    def of(cls, counts: VacancyCounts, every: str, on: date | str | None) -> Periods:
        """Number the periods of vacancies, and find the one in which training began."""
        sat = pd.to_datetime(counts.vacancies["on"])
        number = _number(sat, every)
        first, last = int(number.min()), int(number.max())
        day = _day(on) if on is not None else _at_once(counts.exposure, every)
        begins = int(_number(pd.Series([day]), every).iloc[0])
        whole = day == _begin(begins, every)
        start = begins - first + (0 if whole else 1)
        labels = tuple(_label(at, every) for at in range(first, last + 1))
        if not 0 < start < len(labels):
            raise UsageError(
                f"Training began on {day:%Y-%m-%d}, and the panels sat from {labels[0]} to "
                f"{labels[-1]}: there is no time before it, or none after. Use on= for another day."
            )
        return cls(
            every,
            (number - first).to_numpy(dtype=np.int64),
            labels,
            first % EVERY[every],
            start,
            day,
            "" if whole else labels[start - 1],
        )

    @property
    def kept(self) -> np.ndarray:
        """Of each period, whether the regression takes it."""
        return np.array([label != self.part for label in self.labels])


def _number(days: pd.Series, every: str) -> pd.Series:
    months = days.dt.year * 12 + days.dt.month - 1
    return months if every == "month" else months // 3


def _begin(number: int, every: str) -> pd.Timestamp:
    months = number if every == "month" else number * 3
    return pd.Timestamp(months // 12, months % 12 + 1, 1)


def _label(number: int, every: str) -> str:
    begin = _begin(number, every)
    return f"{begin:%Y-%m}" if every == "month" else quarter_label(begin)


def _at_once(exposure: Exposure, every: str) -> pd.Timestamp:
    """Find the day of the roll-out, where all services had it within one period."""
    on = pd.to_datetime(exposure.turns["on"])
    numbers = _number(on.dropna(), every)
    if on.isna().any() or numbers.nunique() != 1:
        raise UsageError(
            "Services were not all trained at once, so there is no one day to compare before and "
            "after. Use event_study, or give the day with on=."
        )
    return on.min()


def _day(given: Any) -> pd.Timestamp:
    """Read a day.

    Raises
    ------
    UsageError
        It is none.
    """
    found = None
    if isinstance(given, date | str):
        try:
            found = pd.Timestamp(given).normalize()
        except ValueError:
            found = None
    if found is None or pd.isna(found):
        raise UsageError("on= takes a day, such as 2024-03-04.")
    return found
