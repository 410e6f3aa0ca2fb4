"""Members of networks at the close of periods, and who joined and left in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.memberships import (
    ALLY,
    END,
    KNOWN,
    NETWORK,
    START,
    Memberships,
)
from workforce_analytics.counting.network_months import first_day, month_number
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, MONTHS

BEFORE, AFTER = "before", "after"
"""Since before the first period; until after the last one, or not at all so far."""
_LENGTHS = {"month": 1, "quarter": 3, "year": 12}
_APRIL = 3
_NO_MONTH = 10**6


@dataclass(frozen=True)
class Period:
    """A month, or a quarter or year of the financial year that begins in April."""

    code: str
    label: str
    start: date
    end: date


@dataclass(frozen=True, eq=False)
class Stock:
    """Numbers of members by network (in order of the labels) and period.

    Members at the close of a period are those at the close of the one before, and who joined and
    who was first seen in it, less who left in it. So it is of people in any network.
    """

    members: np.ndarray
    """At the close of each period: a spell that ends on that day has ended."""
    joiners: np.ndarray
    leavers: np.ndarray
    first_seen: np.ndarray
    """Whose first list it was: nobody knows whether they joined in the period or long before."""
    member_days: np.ndarray
    """Days on which somebody was a member, the first and the last included."""
    allies: np.ndarray
    """Members who are allies, at the close."""
    people: np.ndarray
    """Different people who are members of any network, at the close of each period."""
    people_joiners: np.ndarray
    people_leavers: np.ndarray
    people_first_seen: np.ndarray
    people_allies: np.ndarray
    """People who are nothing but allies wherever they are members."""


def periods(first: date, last: date, every: str) -> tuple[Period, ...]:
    """Which whole months, quarters or financial years lie between two days?

    Parameters
    ----------
    first, last
        First and last day of what is known.
    every
        "month", "quarter" or "year"; years begin on 1 April, and so does the first quarter.

    Returns
    -------
    tuple of Period
        In their order; none where not one lies within the days as a whole.

    Raises
    ------
    UsageError
        `every` is none of them.

    Examples
    --------
    >>> [found.label for found in periods(date(2022, 3, 1), date(2022, 5, 30), "month")]
    ['March 2022', 'April 2022']
    >>> [found.code for found in periods(date(2022, 3, 1), date(2022, 9, 30), "quarter")]
    ['2022/23 Q1', '2022/23 Q2']
    """
    if every not in _LENGTHS:
        raise UsageError(f"every={every!r}: it takes {', '.join(map(repr, _LENGTHS))}.")
    length = _LENGTHS[every]
    found = []
    month = month_number(first)
    month += (_APRIL - month) % length
    while first_day(month + length) <= last + timedelta(days=1):
        if first_day(month) >= first:
            found.append(_period(month, length))
        month += length
    return tuple(found)


def _period(month: int, length: int) -> Period:
    start, end = first_day(month), first_day(month + length) - timedelta(days=1)
    year = start.year - (start.month < _APRIL + 1)
    financial = f"{year}/{(year + 1) % 100:02d}"
    if length == _LENGTHS["month"]:
        code = f"{start.year}-{start.month:02d}"
        return Period(code, f"{MONTHS[start.month - 1]} {start.year}", start, end)
    if length == _LENGTHS["quarter"]:
        financial += f" Q{(start.month - _APRIL - 1) % 12 // 3 + 1}"
    return Period(financial, financial, start, end)


def stock(found: Memberships, over: Sequence[Period]) -> Stock:
    """How many members had each network at the close of each period, and who came and went?

    Parameters
    ----------
    found
        What `memberships` gave.
    over
        Periods that follow each other, such as `periods` gives.

    Returns
    -------
    Stock
        Whoever is known only since the first day of all has been a member from before it, and is
        no joiner of the period in which it lies.

    Raises
    ------
    UsageError
        There is no period, or there are days between two of them.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.counting.memberships import memberships
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = memberships(council.networks)
    >>> counted = stock(found, periods(date(2023, 4, 1), found.last, "year"))
    >>> counted.people
    array([661, 752])
    """
    _refuse_gaps(over)
    networks = tuple(found.labels)
    each = _flows(found, found.spells, networks, over)
    anybody = _flows(found, found.anybody, (), over)
    return Stock(
        each.members,
        each.joiners,
        each.leavers,
        each.first_seen,
        each.days,
        each.allies,
        anybody.members[0],
        anybody.joiners[0],
        anybody.leavers[0],
        anybody.first_seen[0],
        anybody.allies[0],
    )


def _refuse_gaps(over: Sequence[Period]) -> None:
    if not over:
        raise UsageError(
            "No whole period lies within the record of members. Ask for shorter ones: "
            'every="quarter" or every="month".'
        )
    a_day = timedelta(days=1)
    if any(one.end + a_day != two.start for one, two in pairwise(over)):
        raise UsageError("Periods must follow each other without a day between them.")


@dataclass(frozen=True, eq=False)
class _Flows:
    members: np.ndarray
    joiners: np.ndarray
    leavers: np.ndarray
    first_seen: np.ndarray
    days: np.ndarray
    allies: np.ndarray


def _flows(
    found: Memberships, spells: engine.Frame, networks: Sequence[str], over: Sequence[Period]
) -> _Flows:
    """Numbers by network and period: two questions of the engine, the rest are running sums."""
    by = [NETWORK] if networks else []
    begun = engine.count(spells, [*by, START, KNOWN, ALLY])
    ended = engine.count(spells.filter(~engine.col(END).is_null()), [*by, END, ALLY])
    zero, length = over[0].start.toordinal(), over[-1].end.toordinal() - over[0].start.toordinal()
    size = (max(len(networks), 1), length + 2)
    # Place 0 is everything before the first period; place i is its day number i.
    starts, ends = (
        _places(table, day, zero, length) for table, day in ((begun, START), (ended, END))
    )
    unknown = begun[KNOWN].to_numpy(dtype=np.int64) == 0
    starts = np.where(unknown & (_ordinals(begun[START]) == found.first.toordinal()), 0, starts)
    rows, gone = (_rank(table, networks) for table in (begun, ended))
    allied, left_allied = (table[ALLY].to_numpy(dtype=np.int64) == 1 for table in (begun, ended))
    joined = _summed(begun, rows, starts, size)
    seen = _summed(begun, rows, starts, size, unknown)
    left = _summed(ended, gone, ends, size)
    allies = _summed(begun, rows, starts, size, allied) - _summed(
        ended, gone, ends, size, left_allied
    )
    close = np.array([period.end.toordinal() - zero + 1 for period in over])
    first = np.array([period.start.toordinal() - zero + 1 for period in over])
    there = np.cumsum(joined - left, axis=1)
    return _Flows(
        there[:, close],
        _within(joined - seen, first),
        _within(left, first),
        _within(seen, first),
        _within(there + left, first),  # the last day is a day of membership
        np.cumsum(allies, axis=1)[:, close],
    )


def _places(table: pd.DataFrame, day: str, zero: int, length: int) -> np.ndarray:
    """Place of a day: 0 before the first period, one too many (and left out) after the last."""
    return np.clip(_ordinals(table[day]) - zero + 1, 0, length + 2)


def _ordinals(days: pd.Series) -> np.ndarray:
    return np.array([date.fromisoformat(str(day)[:10]).toordinal() for day in days], dtype=np.int64)


def _rank(table: pd.DataFrame, networks: Sequence[str]) -> np.ndarray:
    if not networks:
        return np.zeros(len(table), dtype=np.int64)
    return pd.Index(networks).get_indexer(table[NETWORK])


def _summed(
    table: pd.DataFrame,
    rows: np.ndarray,
    places: np.ndarray,
    size: tuple[int, int],
    where: np.ndarray | None = None,
) -> np.ndarray:
    """Spells by network and place; what lies after the last period is left out."""
    result = np.zeros(size, dtype=np.int64)
    within = places < size[1]
    chosen = within if where is None else within & where
    np.add.at(result, (rows[chosen], places[chosen]), table[engine.N].to_numpy()[chosen])
    return result


def _within(daily: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Sums within periods that begin at some places and follow each other."""
    return np.add.reduceat(daily, first, axis=1)


def moves(found: Memberships, over: Sequence[Period]) -> dict[tuple[str, str, str], int]:
    """How many spells lasted since which period, and until which?

    Members at the close of any period, joiners and leavers are sums of these, so that disclosure
    control can see stock and flow as one.

    Parameters
    ----------
    found, over
        As for `stock`.

    Returns
    -------
    dict
        (code of a network, or `ALL` for membership of any; code of the period since when, or
        "before" the first; code of the period until when, or "after" the last or not at all) ->
        spells, in order. Spells that ended before the first period are left out. Who was first seen
        in a period is told as since then.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.counting.memberships import memberships
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = memberships(council.networks)
    >>> told = moves(found, periods(date(2023, 4, 1), found.last, "year"))
    >>> told["race", "before", "2023/24"]
    24
    """
    _refuse_gaps(over)
    result: dict[tuple[str, str, str], int] = {}
    for name, spells in (("", found.spells), (ALL, found.anybody)):
        rows = spells.filter(
            (engine.col(START) <= over[-1].end)
            & (engine.col(END).is_null() | (engine.col(END) >= over[0].start))
        )
        at_first = (engine.col(START) <= found.first) & (engine.col(KNOWN) == 0)
        months = {
            "__old": at_first.cast(engine.Int64),
            "__since": _month(START),
            "__until": _month(END).fill_null(_NO_MONTH),
        }
        by = [*([] if name else [NETWORK]), *months]
        for row in engine.count(rows, by, derived=months).to_dict("records"):
            since = BEFORE if row["__old"] else _code(over, int(row["__since"]))
            key = (name or str(row[NETWORK]), since, _code(over, int(row["__until"])))
            result[key] = result.get(key, 0) + int(row[engine.N])
    return dict(sorted(result.items()))


def _month(name: str) -> engine.Expression:
    return engine.date_part(name, "year") * 12 + engine.date_part(name, "month") - 1


def _code(over: Sequence[Period], month: int) -> str:
    """Code of the period that a month is in."""
    if month < month_number(over[0].start):
        return BEFORE
    return next((one.code for one in over if month <= month_number(one.end)), AFTER)
