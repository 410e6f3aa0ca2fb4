"""Who joined a network in the same year, and how long they stayed: counts of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.membership_rows import last_day_number
from workforce_analytics.counting.memberships import END, KNOWN, PERSON, START, Memberships
from workforce_analytics.counting.network_durations import recorded_since
from workforce_analytics.counting.network_stock import Period, periods
from workforce_analytics.errors import DataError

_COHORT, _FROM, _TO = "__cohort", "__from", "__to"


@dataclass(frozen=True, eq=False)
class Joined:
    """People by the period in which they joined, and how long they stayed."""

    cohorts: tuple[Period, ...]
    stayed: np.ndarray
    """[cohort, n]: people who were members for longer than n of the times, and no more of them."""
    seen: np.ndarray
    """[cohort]: for how many of the times everybody who joined in it has been looked at."""
    since: date
    until: date


def joined_in(
    found: Memberships, every: str, days: Sequence[int], *, until: date | None = None
) -> Joined:
    """How many of those who joined in a period stayed longer than so many days?

    Parameters
    ----------
    found
        Who was a member when.
    every
        "year" (financial years) or "quarter".
    days
        Lengths of membership, in ascending order.
    until
        The last day that is looked at; `found.last` without it.

    Returns
    -------
    Joined
        Of people who joined any network, having been in none the day before. Whoever did so more
        than once in a period counts once, from the first time. Only periods from the month on in
        which anybody is first recorded to have left.

    Raises
    ------
    DataError
        No whole period lies within what is known.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.counting.memberships import memberships
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> counted = joined_in(memberships(council.networks), "year", (365, 731))
    >>> [cohort.label for cohort in counted.cohorts], counted.seen.tolist()
    (['2021/22', '2022/23', '2023/24', '2024/25'], [2, 2, 1, 0])
    """
    last = until or found.last
    since = recorded_since(found, last)
    cohorts = periods(since, last, every)
    if not cohorts:
        raise DataError(
            f"No whole {every} lies between the first day on which anybody is recorded to have "
            "left a network and the last day that is known of."
        )
    stayed = np.zeros((len(cohorts), len(days) + 1), dtype=np.int64)
    table = _first_spells(found, cohorts, last)
    longer = (table["time"].to_numpy()[:, None] > np.array(days)[None, :]).sum(axis=1)
    np.add.at(stayed, (table["cohort"].to_numpy(), longer), table["n"].to_numpy())
    followed = [last.toordinal() - cohort.end.toordinal() + 1 for cohort in cohorts]
    seen = [sum(day <= length for day in days) for length in followed]
    return Joined(cohorts, stayed, np.array(seen), since, last)


def _first_spells(found: Memberships, cohorts: Sequence[Period], last: date) -> pd.DataFrame:
    """People by cohort and days of membership; one that lasts is longer than all."""
    begun = found.anybody.filter((engine.col(KNOWN) == 1) & (engine.col(START) <= last))
    rows = engine.derive(begun, {_FROM: engine.day_number(START), _TO: last_day_number(END)})
    cohort: engine.Expression = engine.lit(-1)
    for place, period in enumerate(cohorts):
        inside = (engine.col(START) >= period.start) & (engine.col(START) <= period.end)
        cohort = engine.when(inside).then(engine.lit(place)).otherwise(cohort)
    rows = engine.derive(rows, {_COHORT: cohort.cast(engine.Int64)})
    rows = rows.filter(engine.col(_COHORT) >= 0)
    first = engine.grouped(
        rows,
        [PERSON, _COHORT],
        {_FROM: engine.col(_FROM).min(), _TO: engine.col(_TO).min()},
    )
    # Spells of a person do not overlap: the first to begin is the first to end.
    ended = engine.col(_TO) <= last.toordinal()
    length = engine.col(_TO) - engine.col(_FROM) + 1
    forever = engine.lit(date.max.toordinal())
    timed = first.select(
        engine.col(_COHORT).alias("cohort"),
        engine.when(ended).then(length).otherwise(forever).cast(engine.Int64).alias("time"),
    )
    counted = engine.count(timed, ["cohort", "time"]).rename(columns={engine.N: "n"})
    return counted.astype("int64").sort_values(["cohort", "time"])
