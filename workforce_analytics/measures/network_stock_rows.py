"""Rows of tables of members: over time from groups of spells, by characteristic from counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.network_reach import NO, YES, member_dimension
from workforce_analytics.counting.network_stock import Period
from workforce_analytics.estimates import ALL, About, Estimates
from workforce_analytics.measures.network_bounds import exposing, of_groups, threshold_of
from workforce_analytics.measures.network_flows import DIMENSIONS, Groups, Key, Sums, Totals
from workforce_analytics.measures.network_participation_words import band
from workforce_analytics.measures.rows import Rows

DATE = "snapshot_date"
NOT_COUNTED = "not counted in all months that this takes"
MORE_THAN_STAFF = "there are more members than staff: some of them are no staff"
At = Mapping[str, str]


@dataclass(frozen=True)
class Reach:
    """The staff that members are held against."""

    asked: tuple[int, ...]
    """For each period its snapshot; -1 where there is none that is recent enough."""
    people: tuple[int, ...]
    """People of the population at each snapshot."""
    eligible: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Network -> of those, whom it is for."""


@dataclass(frozen=True)
class Known:
    """For each period, whether it is known who was a member at its close, joined or left in it."""

    members: np.ndarray
    joiners: np.ndarray
    leavers: np.ndarray
    begun: np.ndarray
    """Whether the network had been counted by then."""
    before: bool
    """Whether members are known before all periods."""

    @classmethod
    def of(cls, told: Totals) -> Known:
        """Say what of some numbers is known."""
        members = ~np.isnan(told.members)
        return cls(
            members,
            ~np.isnan(told.joiners),
            ~np.isnan(told.leavers),
            np.maximum.accumulate(members),
            not np.isnan(told.before),
        )


@dataclass(frozen=True)
class Stocks:
    """A table of members over time in the making.

    Attributes
    ----------
    groups
        Network -> its groups; `ALL` for people in any network, where that is known.
    labels
        Network -> its name.
    known
        Of monthly counts, what was written down.
    allies
        Whether it is known who is an ally.
    """

    groups: Mapping[str, Groups]
    labels: Mapping[str, str]
    over: Sequence[Period]
    confidence: float
    reach: Reach | None = None
    known: Mapping[str, Known] = field(default_factory=dict)
    allies: bool = True

    def estimates(self, about: About) -> Estimates:
        """Give the table."""
        counts: dict[Key, int] = {}
        for code, groups in self.groups.items():
            counts |= dict(zip(groups.keys, groups.n, strict=True))
            for period in range(len(self.over)):
                counts |= self._others(code, period)
        rows = Sums(counts, DIMENSIONS)
        self._hide(rows, threshold_of(about.policy))
        for code, label in self.labels.items():
            self._add(rows, code, label)
        self._add(rows, ALL, ALL)
        nobody_elses = Counts(pd.DataFrame(), (), "people", frozenset(), policy=about.policy)
        return rows.estimates(about, nobody_elses)

    def _hide(self, rows: Sums, threshold: int) -> None:
        """Hide of all networks together what tells of one that is hidden."""
        length = len(self.over)
        numbers = {code: of_groups(groups, length) for code, groups in self.groups.items()}
        for measure, period in sorted(exposing(numbers, threshold)):
            groups = self.groups[ALL]
            which = {
                "members": groups.members,
                "joiners": groups.joiners,
                "leavers": groups.leavers,
            }[measure]
            rows.hide(rows.adding_up(groups.keys_of(which(period))))

    def _others(self, code: str, period: int) -> dict[Key, int]:
        """Staff who are no members, and those a network is for who are none."""
        groups, at = self.groups[code], self._snapshot(period)
        if self.reach is None or at < 0:
            return {}
        there = groups.number(groups.members(period))
        found = {_key(groups, self.over[period], "staff"): self.reach.people[at] - there}
        if code in self.reach.eligible:
            others = self.reach.eligible[code][at] - groups.number(self._eligible(groups, period))
            found[_key(groups, self.over[period], "eligible")] = others
        # There can be more members than staff: no row then stands on them.
        return {key: max(n, 0) for key, n in found.items()}

    def _snapshot(self, period: int) -> int:
        return self.reach.asked[period] if self.reach is not None else -1

    def _eligible(self, groups: Groups, period: int) -> np.ndarray:
        return groups.members(period) & (groups.eligible[:, self._snapshot(period)] == 1)

    def _add(self, rows: Sums, code: str, label: str) -> None:
        """Add the rows of one network, or of people in any, period by period."""
        for period, named in enumerate(self.over):
            at = {"network": label, "period": named.label}
            if code in self.groups:
                self._stock(rows, code, period, at)
            if code == ALL:
                self._memberships(rows, period, at)
            if code in self.groups:
                self._shares(rows, code, period, at)

    def _stock(self, rows: Sums, code: str, period: int, at: At) -> None:
        groups, known = self.groups[code], self.known.get(code)

        def cell(measure: str, which: np.ndarray, told: bool | np.bool_) -> int:
            return self._count(rows, measure, groups.keys_of(which), at, told=bool(told))

        stock = cell("members", groups.members(period), known is None or known.members[period])
        if period < groups.begins:
            return
        joined = cell("joiners", groups.joiners(period), known is None or known.joiners[period])
        left = cell("leavers", groups.leavers(period), known is None or known.leavers[period])
        fresh = groups.flow & ~groups.joined & (groups.since == period)
        if not period and known is None and not fresh.any():
            # Nobody prints who was a member before all periods: it is hidden for nobody's sake.
            _net(rows, at, joined, left, "joiners less leavers")
        elif known is None or (known.members[period - 1] if period else known.before):
            before = rows.adding_up(groups.keys_of(groups.members(period - 1)))
            _net(rows, at, stock, before, "members at the close less those at the close before")
        else:  # nobody counted before; who came and went may be known all the same
            _net(rows, at, joined, left, "joiners less leavers")

    def _count(self, rows: Sums, measure: str, keys: Sequence[Key], at: At, *, told: bool) -> int:
        """Add a row of people; without a cell where nobody counted them."""
        if not told:
            rows.add(measure, at, unit="people", status="undefined", note=NOT_COUNTED)
            return -1
        cell = rows.adding_up(keys)
        rows.count(measure, at, cell, "people")
        return cell

    def _memberships(self, rows: Sums, period: int, at: At) -> None:
        """Add all networks up: what one of them hides must not be what the others leave of this."""
        keys: list[Key] = []
        for code in self.labels:
            known = self.known.get(code)
            if known is not None and known.begun[period] and not known.members[period]:
                rows.add("memberships", at, unit="people", status="undefined", note=NOT_COUNTED)
                return
            groups = self.groups[code]
            keys += groups.keys_of(groups.members(period))
        rows.count("memberships", at, rows.adding_up(keys), "people")

    def _shares(self, rows: Sums, code: str, period: int, at: At) -> None:
        groups, known = self.groups[code], self.known.get(code)
        told = known is None or bool(known.members[period])
        snapshot = self._snapshot(period)
        if self.reach is not None and snapshot >= 0 and told:
            self._reach(rows, code, period, at)
        if self.allies and told:
            stock = groups.members(period)
            rows.proportion(
                "ally_share",
                at,
                rows.adding_up(groups.keys_of(stock & groups.ally)),
                rows.adding_up(groups.keys_of(stock)),
                self.confidence,
            )

    def _reach(self, rows: Sums, code: str, period: int, at: At) -> None:
        assert self.reach is not None
        groups, snapshot = self.groups[code], self._snapshot(period)
        members, people = groups.members(period), self.reach.people[snapshot]
        n = groups.number(members)
        if n > people:
            rows.add("reach", at, unit="proportion", status="undefined", note=MORE_THAN_STAFF)
            return
        self._share(rows, "reach", groups, period, members, at, note=band(n, people))
        if code in self.reach.eligible:
            which = self._eligible(groups, period)
            self._share(rows, "eligible_reach", groups, period, which, at)

    def _share(
        self,
        rows: Sums,
        measure: str,
        groups: Groups,
        period: int,
        which: np.ndarray,
        at: At,
        note: str = "",
    ) -> None:
        others = "staff" if measure == "reach" else "eligible"
        keys = groups.keys_of(which)
        rows.proportion(
            measure,
            at,
            rows.adding_up(keys),
            rows.adding_up([*keys, _key(groups, self.over[period], others)]),
            self.confidence,
            note=note,
        )


def _net(rows: Sums, at: At, more: int, less: int, method: str) -> None:
    """Add how many more members there are: what it is worked out from must not be hidden."""
    if min(more, less) < 0:
        rows.add("net", at, unit="people", status="undefined", note=NOT_COUNTED)
        return
    net = rows.n(more) - rows.n(less)
    rows.add("net", at, behind=(more, less), unit="people", value=net, method=method)


def _key(groups: Groups, period: Period, who: str) -> Key:
    """Key of those who are no members, beside the groups of those who are."""
    return groups.keys[0][0], f"no members, {period.code}", "", who


def by_group(
    counted: Mapping[str, Counts], by: str, labels: Mapping[str, str], confidence: float
) -> Callable[[About], Estimates]:
    """Lay out the table of members by characteristic.

    Parameters
    ----------
    counted
        Snapshot -> people by characteristic and by membership of every network and of any.
    by
        The characteristic.
    labels
        Network -> its name.
    confidence
        Of the intervals.

    Returns
    -------
    callable
        What makes the table once it is known what a reader must know of it.
    """
    codes = [*labels, ALL]
    names = [by, *map(member_dimension, codes)]
    keys: dict[tuple[str, ...], int] = {}
    for day, counts in counted.items():
        for category in counts.dimension(by).codes:
            keys |= {(day, category, *alone): 0 for alone in _of_one_network(len(labels))}
        keys |= {(day, *key): n for key, n in counts.over(*names).occurring().items()}
    rows = Rows(keys, [DATE, *names])
    for day, counts in counted.items():
        dimension = counts.dimension(by)
        whole = [(dimension.label(code), {by: code}) for code in dimension.codes]
        for label, within in [*whole, (ALL, {})]:
            people = rows.cell(**{DATE: day}, **within)
            for code in codes:
                at = {by: label, "network": labels.get(code, ALL), "period": day}
                members = rows.cell(**{DATE: day, member_dimension(code): YES}, **within)
                rows.count("members", at, members, "people")
                note = band(rows.n(members), rows.n(people)) if rows.n(people) else ""
                rows.proportion("reach", at, members, people, confidence, note=note)
    held: dict[str, tuple[str, ...]] = {}
    for counts in counted.values():
        held |= counts.dimension(by).holds
    source = counted[max(counted)]
    return lambda about: rows.estimates(about, source, {by: held})


def _of_one_network(networks: int) -> list[tuple[str, ...]]:
    """Who could be in a group though nobody is: in no network, or in one of them."""
    nowhere = [NO] * networks
    found = [(*nowhere, NO)]
    found += [(*nowhere[:place], YES, *nowhere[place + 1 :], YES) for place in range(networks)]
    return found
