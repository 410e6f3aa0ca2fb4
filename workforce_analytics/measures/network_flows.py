"""Members, who joined and who left, as sums of groups that disclosure control can look at as one.

A group is those who joined a network in one period and left it in another. Members at the close of
every period, joiners and leavers are sums of groups, so that members are those before, and joiners,
less leavers, for whoever attacks the table as for whoever reads it. What goes further back than
`FLOW_PERIODS` shows members alone: groups of its own, one set for each period.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workforce_analytics.counting.network_counted import Counted
from workforce_analytics.counting.network_months import month_number
from workforce_analytics.counting.network_standing import BEFORE, Spells
from workforce_analytics.counting.network_stock import Period
from workforce_analytics.measures.rows import Rows

FLOW_PERIODS = 12
"""The latest periods of which it is shown who joined and who left."""
DIMENSIONS = ("network", "since", "until", "who")
Key = tuple[str, ...]


class Sums(Rows):
    """Rows whose cells are any sums of groups, not only all of some categories."""

    def adding_up(self, keys: Sequence[Key]) -> int:
        """Cell that adds up some groups."""
        return self._cells.adding_up(keys)

    def hide(self, cell: int) -> None:
        """Have a cell hidden for its own sake, though many are in it; a 0 is shown all the same."""
        if self.n(cell):
            self._cells.made_by(cell, 1)


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of one network: each element is one of them."""

    keys: tuple[Key, ...]
    n: tuple[int, ...]
    since: np.ndarray
    """Period in which they became members; -1 before the first one that shows flows."""
    until: np.ndarray
    """Period in which they left; the number of periods where that is later, or not yet."""
    flow: np.ndarray
    """Whether a group belongs to the periods that show flows; else to one stock before them."""
    joined: np.ndarray
    """Whether becoming a member was joining; else a first list, or a count, has them suddenly."""
    left: np.ndarray
    ally: np.ndarray
    eligible: np.ndarray
    """One column per snapshot, as in `Spells`; 1, 0, or -1 where no stock is held against it."""
    begins: int
    """First period that shows flows."""

    def members(self, period: int) -> np.ndarray:
        """Which groups are members at the close of a period; -1 is the close before all."""
        there = (self.since <= period) & (self.until > period)
        return there & (self.flow == (period >= self.begins - 1))

    def joiners(self, period: int) -> np.ndarray:
        """Which groups joined in a period."""
        return self.flow & self.joined & (self.since == period)

    def leavers(self, period: int) -> np.ndarray:
        """Which groups left in a period."""
        return self.flow & self.left & (self.until == period)

    def keys_of(self, which: np.ndarray) -> list[Key]:
        """Keys of some groups."""
        return [self.keys[place] for place in np.flatnonzero(which)]

    def number(self, which: np.ndarray) -> int:
        """How many are in some groups."""
        return sum(self.n[place] for place in np.flatnonzero(which))


def first_with_flows(over: Sequence[Period]) -> int:
    """Give the place of the first period that shows who joined and who left."""
    return max(len(over) - FLOW_PERIODS, 0)


Entry = tuple[int, int, bool, bool, bool, bool, tuple[int, ...]]
"""Since, until, flow, joined, left, ally, and whether the network is for them at each snapshot."""


@dataclass(frozen=True, eq=False)
class Totals:
    """Members at the close of each period, who joined and who left in it; members before all.

    A number that is not known is missing.
    """

    members: np.ndarray
    joiners: np.ndarray
    leavers: np.ndarray
    before: float


def of_spells(code: str, spells: Spells, over: Sequence[Period], asked: Sequence[int]) -> Groups:
    """Put the spells of a network into groups, allies and those that it is for apart.

    Parameters
    ----------
    code
        The network.
    spells
        Its spells.
    over
        Periods that follow each other.
    asked
        For each period, the snapshot that its members are held against; -1 for none.

    Returns
    -------
    Groups
        Beside those that occur, each pair of periods once: whoever attacks does not know which
        pairs nobody is in.
    """
    begins = first_with_flows(over)
    since, until = _placed(spells, over)
    joined = spells.known | (spells.since == BEFORE)
    inside = (since < len(over)) & (until >= 0)
    found: Counter[Entry] = Counter()
    for entry in _every_pair(begins, len(over), asked, spells.eligible.shape[1]):
        found[entry] = 0
    whom = _asked_of(since, until, begins, asked, spells.eligible)
    for row in np.flatnonzero(inside & (until >= begins)):
        before = bool(since[row] < begins)
        told = before or bool(joined[row])
        start, ally = -1 if before else int(since[row]), bool(spells.ally[row])
        entry = (start, int(until[row]), True, told, True, ally, tuple(whom[row].tolist()))
        found[entry] += int(spells.n[row])
    for period in range(begins - 1):
        there = inside & (since <= period) & (until > period)
        for entry, n in _stock(spells, there, period, asked):
            found[entry] += n
    return _groups(code, found, over, begins)


def _placed(spells: Spells, over: Sequence[Period]) -> tuple[np.ndarray, np.ndarray]:
    """In which period spells began (-1 before all), and ended (their number after all)."""
    starts = np.array([month_number(one.start) for one in over])
    last, length = month_number(over[-1].end), len(over)
    since = np.searchsorted(starts, spells.since, side="right") - 1
    until = np.searchsorted(starts, spells.until, side="right") - 1
    return np.where(spells.since > last, length, since), np.where(
        spells.until > last, length, until
    )


def totals_of(spells: Spells, over: Sequence[Period]) -> Totals:
    """Add up the spells of a network.

    Parameters
    ----------
    spells
        Its spells.
    over
        Periods that follow each other.

    Returns
    -------
    Totals
        Members at a close are those at the close before, and who joined, or was first seen on a
        list, less who left.
    """
    since, until = _placed(spells, over)
    joined = spells.known | (spells.since == BEFORE)

    def number(which: np.ndarray) -> float:
        return float(spells.n[which].sum())

    every = range(len(over))
    return Totals(
        np.array([number((since <= t) & (until > t)) for t in every]),
        np.array([number((since == t) & joined) for t in every]),
        np.array([number(until == t) for t in every]),
        number((since < 0) & (until >= 0)),
    )


def _every_pair(begins: int, length: int, asked: Sequence[int], snapshots: int) -> list[Entry]:
    """Give each pair of periods in which somebody can have joined and left."""
    pairs = [
        (since, until)
        for since in (-1, *range(begins, length))
        for until in range(max(since, begins), length + 1)
    ]
    here = np.array(pairs).reshape(-1, 2)
    nobody = np.zeros((len(pairs), snapshots), dtype=bool)
    whom = _asked_of(here[:, 0], here[:, 1], begins, asked, nobody)
    return [
        (since, until, True, True, True, False, tuple(at.tolist()))
        for (since, until), at in zip(pairs, whom, strict=True)
    ]


def _asked_of(
    since: np.ndarray, until: np.ndarray, begins: int, asked: Sequence[int], eligible: np.ndarray
) -> np.ndarray:
    """Whom it is for at the snapshots that are held against a stock of theirs, -1 elsewhere."""
    result = np.full(eligible.shape, -1, dtype=np.int64)
    for snapshot in range(eligible.shape[1]):
        stocks = [
            period for period, at in enumerate(asked) if at == snapshot and period >= begins - 1
        ]
        if stocks:
            there = np.maximum(since, stocks[0]) <= np.minimum(until - 1, stocks[-1])
            result[there, snapshot] = eligible[there, snapshot]
    return result


def _stock(
    spells: Spells, there: np.ndarray, period: int, asked: Sequence[int]
) -> list[tuple[Entry, int]]:
    """Members at a close before all flows: allies or not, and whether it is for them."""
    columns = spells.eligible.shape[1]
    snapshot = asked[period] if columns else -1
    found = []
    for ally in (False, True):
        for is_for in (0, 1) if snapshot >= 0 else (-1,):
            which = there & (spells.ally == ally)
            if snapshot >= 0:
                which = which & (spells.eligible[:, snapshot] == is_for)
            at = tuple(is_for if column == snapshot else -1 for column in range(columns))
            entry = (period, period + 1, False, False, False, ally, at)
            found.append((entry, int(spells.n[which].sum())))
    return found


def of_totals(code: str, told: Totals, over: Sequence[Period]) -> Groups:
    """Put numbers of a network into groups: who came first is taken to leave first.

    Parameters
    ----------
    code
        The network.
    told
        Its numbers.
    over
        Periods that follow each other.

    Returns
    -------
    Groups
        Whoever attacks sees sums alone, and one way of adding up to them is as good as another.
        Where members are not those before, and joiners, less leavers, a group joins or leaves that
        no row counts. What is not known counts as nobody.
    """
    begins, length = first_with_flows(over), len(over)
    found: Counter[Entry] = Counter()
    for entry in _every_pair(begins, length, [-1] * length, 0):
        found[entry] = 0
    for period in range(begins - 1):
        found[period, period + 1, False, False, False, False, ()] = _whole(told.members[period])
    queue = _Queue(found, _before(told, begins))
    for period in range(begins, length):
        queue.join(period, _whole(told.joiners[period]), told=True)
        queue.leave(period, _whole(told.leavers[period]), told=True)
        short = _whole(told.members[period]) - queue.number
        queue.join(period, short, told=False)
        queue.leave(period, -short, told=False)
    queue.leave(length, queue.number, told=True)
    return _groups(code, found, over, begins)


def _before(told: Totals, begins: int) -> int:
    """Members at the close before the first period with flows, as far as anything tells."""
    before = float(told.members[begins - 1]) if begins else told.before
    if np.isnan(before) and not begins:
        before = float(np.nansum([told.members[0], -told.joiners[0], told.leavers[0]]))
    return max(_whole(before), 0)


class _Queue:
    """Who is a member, the longest first."""

    def __init__(self, found: Counter[Entry], before: int) -> None:
        self._found = found
        self._there = deque([(-1, True, before)])
        self.number = before

    def join(self, period: int, n: int, *, told: bool) -> None:
        """Let some join; nobody where the number is not above 0."""
        if n > 0:
            self._there.append((period, told, n))
            self.number += n

    def leave(self, period: int, n: int, *, told: bool) -> None:
        """Let those leave who have been there longest."""
        while n > 0 and self._there:
            since, joined, there = self._there.popleft()
            going = min(n, there)
            self._found[since, period, True, joined, told, False, ()] += going
            n, self.number = n - going, self.number - going
            if there > going:
                self._there.appendleft((since, joined, there - going))
        if n > 0:  # more left than there were: they are of no stock
            self._found[period, period, True, False, told, False, ()] += n


def of_counts(code: str, counts: Counted, over: Sequence[Period]) -> Totals:
    """Add up the monthly counts of a network; a number is missing where that of a month is."""
    rank = list(counts.labels).index(code)
    starts = [month_number(one.start) - counts.start for one in over]
    ends = [month_number(one.end) - counts.start for one in over]
    joiners, leavers = (
        np.array([table[rank, a : b + 1].sum() for a, b in zip(starts, ends, strict=True)])
        for table in (counts.joiners, counts.leavers)
    )
    before = float(counts.members[rank, starts[0] - 1]) if starts[0] > 0 else float("nan")
    return Totals(counts.members[rank, ends], joiners, leavers, before)


def _whole(n: float) -> int:
    return 0 if np.isnan(n) else int(n)


def _groups(code: str, found: Counter[Entry], over: Sequence[Period], begins: int) -> Groups:
    """Name the groups and lay them out, the same for any order of rows."""
    entries = sorted(found)
    columns = list(zip(*entries, strict=True))
    since, until, flow, joined, left, ally, eligible = columns
    return Groups(
        tuple(_key(code, entry, over) for entry in entries),
        tuple(found[entry] for entry in entries),
        np.array(since),
        np.array(until),
        np.array(flow),
        np.array(joined),
        np.array(left),
        np.array(ally),
        np.array(eligible, dtype=np.int64).reshape(len(entries), len(eligible[0])),
        begins,
    )


def _key(code: str, entry: Entry, over: Sequence[Period]) -> Key:
    since, until, flow, joined, left, ally, eligible = entry
    whom = "".join("-" if at < 0 else str(at) for at in eligible)
    who = ("ally " if ally else "member ") + whom
    if not flow:
        return code, f"members, {over[since].code}", "", who
    begun = "before" if since < 0 else over[since].code
    ended = "after" if until == len(over) else over[until].code
    return (
        code,
        begun if joined else f"not joined, {begun}",
        ended if left else f"not left, {ended}",
        who,
    )
