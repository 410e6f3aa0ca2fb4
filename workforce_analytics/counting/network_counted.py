"""Months of networks as somebody counted them: members, who joined and who left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.network_months import first_day, month_number
from workforce_analytics.errors import DataError
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.extract import Extract

MEASURES = ("members", "joiners", "leavers")


@dataclass(frozen=True, eq=False)
class Counted:
    """Monthly counts by network (in order of the labels) and month, from `start` on.

    A number that nobody wrote down is missing.
    """

    labels: Mapping[str, str]
    start: int
    """First month: 12 x year + month, January 0."""
    members: np.ndarray
    joiners: np.ndarray
    leavers: np.ndarray
    extract: Extract

    @property
    def first(self) -> date:
        """First day that is counted."""
        return first_day(self.start)

    @property
    def end(self) -> date:
        """First day after all that is counted."""
        return first_day(self.start + self.members.shape[1])


def counted(extract: Extract) -> Counted:
    """What did networks count, month by month?

    Parameters
    ----------
    extract
        Monthly counts (contract `network_counts`).

    Returns
    -------
    Counted
        One network that is written in several ways is one.

    Raises
    ------
    DataError
        There is no month.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = counted(council.networks.network_counts)
    >>> found.first.isoformat(), found.members.shape
    ('2021-04-01', (6, 48))
    """
    held = [name for name in MEASURES if name in engine.columns(extract.frame)]
    raw = extract.count(["network", "month", *held])
    if raw.empty:
        raise DataError("The monthly counts of networks hold no month.")
    names = extract.count(["network"])
    ranked = sorted(zip(-names[engine.N], names["network"].map(str), strict=True), reverse=True)
    labels = dict(sorted({fold(name): name for _, name in ranked}.items()))
    month = np.array([month_number(date.fromisoformat(f"{str(m)[:7]}-01")) for m in raw["month"]])
    rank = np.array([list(labels).index(fold(str(name))) for name in raw["network"]])
    start = int(month.min())
    found = {}
    for name in MEASURES:
        table = np.full((len(labels), int(month.max()) - start + 1), np.nan)
        if name in held:
            numbers = pd.to_numeric(raw[name]).to_numpy(dtype=float)
            known = ~np.isnan(numbers)
            table[rank[known], month[known] - start] = 0.0
            np.add.at(table, (rank[known], month[known] - start), numbers[known])
        found[name] = table
    return Counted(labels, start, found["members"], found["joiners"], found["leavers"], extract)
