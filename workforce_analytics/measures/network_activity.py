"""How active staff networks are: who of their members comes, how often, and who carries them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from workforce_analytics.counting.memberships import memberships
from workforce_analytics.counting.network_attendances import (
    CAME,
    DIMENSIONS,
    MORE,
    NEVER,
    NOT_YET,
    ONCE,
    WINDOWS,
    YEAR,
    Attendances,
    network_attendances,
)
from workforce_analytics.counting.network_months import (
    ATTENDANCE,
    COUNTS,
    EVENTS,
    MEMBERS,
    network_extracts,
)
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.clustered_rates import clustered_rate
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures.network_activity_counts import from_counts
from workforce_analytics.measures.network_activity_words import describe, source
from workforce_analytics.measures.rows import NOBODY, Rows

__all__ = ["activity"]

NO_EVENT = "no event was held in these days"
NOBODY_CAME = "nobody is known to have come"
FEW = "few members: the range may be too narrow"
FEW_MEMBERS = 60
"""People under whom the range of a rate clustered on person may hold less often than it says: in
simulations 95 % limits held it at least 92.8 % of the time from 60 on, and 78.5 % with 15."""


def activity(
    networks: Any,
    workforce: Extract | None = None,
    *,
    on: date | str | None = None,
    days: Sequence[int] = WINDOWS,
    same_members: bool = True,
    events: Extract | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """How active are staff networks: how many members come, how often, and how few carry them?

    Parameters
    ----------
    networks
        `council.networks`, or the extracts of networks by the name of their contract: members,
        events and attendance or, without those lists, monthly counts.
    workforce
        A workforce extract: whoever stands in none of its snapshots counts among attendances, not
        among people, and memberships end when people leave.
    on
        Last of the 365 days that are looked at, as a date or "2025-03-31"; without it the last one
        that the record tells of.
    days
        Over how many days up to then members are asked to have come: numbers from 1 to 365.
    same_members
        True (default): shares over all of `days` are of the same people, who were members
        throughout the longest. False: each is of those who were members throughout its own days.
        Then two shares tell how many joined between; shares from which 1 to 9 people who did could
        be told are hidden.
    events
        An events extract of the workforce, which says when people left.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "network_activity", one row per network and for "All": `active_30`, `active_60`, ...
        (share of members throughout who came), `attendances_per_member_month`, `repeat` (of those
        who came, share who came twice or more), `first_event_90` (of those who joined, share who
        came within 90 days), `in_work_time` (share of events), `carried_by` (fewest people who make
        half of the attendances, as a share of those who came), and how many there are: `came`,
        `came_not_members` (people, never a member on a day they came), `attendances`, `events`.
        From monthly counts: `attendances_per_member_month`, `came_in_a_month`, `attendances`.

    Raises
    ------
    UsageError
        There is neither attendance of events nor monthly counts of it; days or a date that are
        none.

    Notes
    -----
    Shares have Wilson's intervals. The rate is attendances of people while they were members over
    their months of membership, a month being 365/12 days; its interval is clustered on person
    (`inference.clustered_rates`): limits for independent events are too narrow, for some come to
    everything. `n_effective` is how many attendances of different people would be as telling.
    Somebody in several networks counts once in "All", for as long as they are in any.

    A member throughout k days was a member on each of them and is one at the close of the last. Who
    joined before the first event on record cannot be seen to have come and is no part of
    `first_event_90`.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.networks.activity(council.networks, council.workforce)
    >>> print(table.about.title)
    Activity of staff networks, 1 April 2024 to 31 March 2025
    """
    likely = checked_confidence(confidence)
    spans = _spans(days)
    day = None if on is None else _day(on)
    extracts = network_extracts(networks)
    if not {EVENTS, ATTENDANCE, MEMBERS} <= set(extracts):
        return from_counts(_counts_of(extracts), day, likely)
    found = memberships(networks, workforce, events=events)
    came = network_attendances(
        found,
        extracts,
        on=day or found.last,
        days=spans,
        workforce=workforce,
        leaving=events,
    )
    rows = Rows(came.people, DIMENSIONS)
    for code, label in [*came.labels.items(), (ALL, ALL)]:
        _add(rows, _Network.of(rows, came, code, label), came, same_members, likely)
    about = describe(came, found, same_members=same_members, confidence=likely)
    return rows.estimates(about, source(about))


def _spans(days: Sequence[int]) -> tuple[int, ...]:
    try:
        spans = tuple(sorted({int(span) for span in days}))
        good = bool(spans) and all(span == int(span) for span in days)
    except (TypeError, ValueError):
        spans, good = (), False
    if not good or not 1 <= spans[0] <= spans[-1] <= YEAR:
        raise UsageError("days= takes numbers of days from 1 to 365, such as (30, 90, 365).")
    return spans


def _day(on: date | str) -> date:
    wrong = False
    try:
        found = date.fromisoformat(str(on)[:10])
    except ValueError:
        wrong = True
    if wrong:
        raise UsageError('on= takes a date, such as "2025-03-31".')
    return found


def _counts_of(extracts: Mapping[str, Extract]) -> Extract:
    if COUNTS not in extracts:
        lacking = [name for name in (MEMBERS, EVENTS, ATTENDANCE) if name not in extracts]
        raise UsageError(
            "Nobody can say how active networks are: that takes lists of members, of events and of "
            f"attendance, of which there is no {lacking[0]} extract, or {COUNTS} with attendances. "
            "Add one of them to organisation.toml."
        )
    return extracts[COUNTS]


@dataclass(frozen=True)
class _Network:
    """A network, and the cells of those who came to its events."""

    code: str
    label: Mapping[str, str]
    came: int
    repeated: int
    once: int
    as_member: int
    repeated_as_member: int

    @classmethod
    def of(cls, rows: Rows, came: Attendances, code: str, label: str) -> _Network:
        def cell(**categories: Any) -> int:
            return rows.cell(network=code, **categories)

        return cls(
            code,
            {"network": label},
            cell(times=(ONCE, MORE)),
            cell(times=MORE),
            cell(times=ONCE),
            cell(times_as_member=(ONCE, MORE)),
            cell(times_as_member=MORE),
        )


def _add(
    rows: Rows, network: _Network, came: Attendances, same_members: bool, confidence: float
) -> None:
    """Add the rows of one network."""
    for span in came.days:
        _active(rows, network, came, span, same_members, confidence)
    _rate(rows, network, came, confidence)
    label, code = network.label, network.code
    rows.proportion(
        "repeat", label, network.repeated, network.came, confidence, behind=(network.once,)
    )
    first, not_yet = (rows.cell(network=code, first_event=one) for one in (CAME, NOT_YET))
    joined = rows.cell(network=code, first_event=(CAME, NOT_YET))
    rows.proportion("first_event_90", label, first, joined, confidence, behind=(not_yet,))
    _in_work_time(rows, network, came)
    _carried_by(rows, network, came)
    rows.count("came", label, network.came, "people")
    guests = rows.cell(network=code, times=(ONCE, MORE), times_as_member=NEVER)
    rows.count("came_not_members", label, guests, "people")
    # The sum over networks gives a single hidden network away.
    networks = [*came.labels] if code == ALL else [code]
    behind = [
        rows.cell(network=one, times=times) for one in networks for times in ((ONCE, MORE), MORE)
    ]
    rows.add(
        "attendances",
        label,
        behind=(*behind, network.came, network.repeated),
        unit="events",
        value=came.attendances.get(code, 0),
        method="count",
    )
    rows.add("events", label, unit="events", value=len(came.held.get(code, ())), method="count")


def _active(
    rows: Rows,
    network: _Network,
    came: Attendances,
    span: int,
    same_members: bool,
    confidence: float,
) -> None:
    """Add who came of those who were members throughout some days."""
    spans = came.days
    least = spans[-1] if same_members else span
    members = [str(one) for one in spans if one >= least]
    within = [str(one) for one in spans if one <= span]
    every = {str(one) for one in (*spans, YEAR)}
    part = rows.cell(network=network.code, member_for=members, came_within=within)
    whole = rows.cell(network=network.code, member_for=members)
    others = [NEVER, *sorted(every - set(within))]
    behind = [rows.cell(network=network.code, member_for=members, came_within=others)]
    if not same_members:
        # Two shares side by side tell how many joined between, as the first and members now do.
        steps = ["0", *(str(one) for one in spans)]
        place = steps.index(str(span))
        behind.extend(
            rows.cell(network=network.code, member_for=step)
            for step in steps[max(place - 1, 0) : place + 1]
            if step != steps[-1]
        )
    start = came.on - timedelta(days=span - 1)
    held = any(day >= start for day in came.held.get(network.code, ()))
    rows.proportion(
        f"active_{span}",
        network.label,
        part,
        whole,
        confidence,
        behind=behind,
        note="" if held else NO_EVENT,
    )


def _rate(rows: Rows, network: _Network, came: Attendances, confidence: float) -> None:
    """Add attendances of members per member and month."""
    row = rows.add(
        "attendances_per_member_month",
        network.label,
        behind=(network.as_member, network.repeated_as_member),
        unit="per_member_month",
        inference="process",
    )
    if network.code not in came.clusters:
        row |= {"status": "undefined", "note": NOBODY}
        return
    time, often, people = came.clusters[network.code]
    found = clustered_rate(time / (YEAR / 12), often, people, confidence=confidence)
    ends = found.interval
    row |= {name: float(getattr(ends, name)) for name in ("value", "lower", "upper")}
    row["method"] = str(ends.method)
    if found.factor > 1:
        row["n_effective"] = found.effective
        row["note"] = FEW if found.people < FEW_MEMBERS else ""


def _in_work_time(rows: Rows, network: _Network, came: Attendances) -> None:
    """Add the share of events in work time; events are no people, so nothing is hidden."""
    if not came.in_work_time:
        return
    inside, told = came.in_work_time.get(network.code, (0, 0))
    row = rows.add("in_work_time", network.label, unit="proportion", method="share of events")
    if told == 0:
        row |= {"status": "undefined", "note": "no event says whether it was in work time"}
    else:
        row |= {"value": inside / told, "note": f"{inside} of {told} events"}


def _carried_by(rows: Rows, network: _Network, came: Attendances) -> None:
    """Add the fewest people who make half of the attendances, as a share of those who came."""
    times, people = came.often.get(network.code, (np.zeros(0), np.zeros(0)))
    everybody = int(people.sum())
    fewest = fewest_for_half(times, people)
    row = rows.add(
        "carried_by",
        network.label,
        behind=(network.came, network.repeated),
        # Who is not among them is told by subtraction.
        fewest=min(fewest, everybody - fewest) if everybody > fewest else fewest,
        unit="proportion",
        method="fewest people who make half of the attendances, of those who came",
    )
    if everybody:
        row["value"] = fewest / everybody
    else:
        row |= {"status": "undefined", "note": NOBODY_CAME}


def fewest_for_half(times: np.ndarray, people: np.ndarray) -> int:
    """How many people, those who came most often first, make at least half of the attendances?"""
    order = np.argsort(-np.asarray(times))
    often, n = np.asarray(times)[order].astype(int), np.asarray(people)[order].astype(int)
    half = float((often * n).sum()) / 2
    counted = 0
    for one, many in zip(often, n, strict=True):
        if one * many >= half:
            return counted + int(np.ceil(half / one))
        half -= one * many
        counted += int(many)
    return counted
