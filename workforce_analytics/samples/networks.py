"""Six staff networks month by month: members, events, who came, and the support they got."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass

import numpy as np

from workforce_analytics.samples.draws import Array, Draws
from workforce_analytics.samples.people import EMPLOYEE
from workforce_analytics.samples.planted import NETWORKS as PLANTED
from workforce_analytics.samples.structure import SNAPSHOTS, People, Table, dates

NETWORKS = ("Race", "Disability", "LGBTQ+", "Women", "Carers", "Young")
FIRST_MONTH = datetime.date(2021, 4, 1)
MONTHS = 48
CHAIR_TRAINED_IN_MONTH = {"Race": 20, "Women": 27, "Carers": 34}
"""Months counted from the first; the other three chairs have had no training."""
KINDS = {"M": 45, "T": 30, "S": 10, "R": 8, "C": 7}
START_SHARE = 0.05
"""Share of the focus group that is a member on the first day."""


def month_start(month: int) -> int:
    """First day of a month, counted from the first."""
    at = FIRST_MONTH.month - 1 + month
    return datetime.date(FIRST_MONTH.year + at // 12, at % 12 + 1, 1).toordinal()


def month_name(month: int) -> str:
    """Year and month as the extract writes them."""
    return datetime.date.fromordinal(month_start(month)).isoformat()[:7]


def _month_days(month: int) -> int:
    day = datetime.date.fromordinal(month_start(month))
    return calendar.monthrange(day.year, day.month)[1]


def _focus(people: People, network: str, carers: Array) -> Array:
    """Whom a network is mainly for."""
    young = SNAPSHOTS[2].toordinal() - people.born < 33 * 365
    return {
        "Race": people.minority,
        "Disability": people.disabled,
        "LGBTQ+": np.isin(people.answers["sexual_orientation"], ("G", "B", "O"))
        | (people.answers["gender_identity"] != "C"),
        "Women": people.sex == "F",
        "Carers": carers,
        "Young": young,
    }[network]


SCALE = {"Race": 1.0, "Disability": 1.6, "LGBTQ+": 2.6, "Women": 0.22, "Carers": 0.9, "Young": 0.45}
"""How keen a focus group is, against that of the first network."""


@dataclass(frozen=True)
class Spells:
    """Membership spells of one network."""

    person: Array
    joined: Array
    left: Array
    """Last day; 0 while it lasts."""
    ally: Array


def _spells(draws: Draws, people: People, network: str, carers: Array) -> Spells:
    """Walk the months: who joins, who leaves, who leaves the council."""
    n = len(people.ids)
    focus = _focus(people, network, carers)
    last = SNAPSHOTS[-1].toordinal()
    gone = np.where(people.left > 0, people.left, last + 1)
    factor = PLANTED["joining_factor"]
    low = people.grade.max(axis=1) < 4
    keen = np.where(low, factor["Grades 1 to 4"], 1.0) * (people.kind == EMPLOYEE)
    rate = np.where(
        focus,
        PLANTED["monthly_joining_probability_in_focus_group"] * SCALE[network],
        PLANTED["monthly_joining_probability_as_ally"],
    )
    member = np.zeros(n, dtype=bool)
    since = np.zeros(n, dtype=np.int64)
    found: list[tuple[Array, Array, Array]] = []
    first = month_start(0)
    starts = people.present[:, 0] & draws.chance(
        START_SHARE * SCALE[network] * keen * np.where(focus, 1.0, 0.08)
    )
    member |= starts
    since[starts] = first - draws.whole(1, 700, int(starts.sum()))
    since = np.where(starts, np.maximum(since, people.joined), since)
    for month in range(MONTHS):
        start, days = month_start(month), _month_days(month)
        there = (people.joined < start) & (gone > start + days)
        growth = 1 + PLANTED["joining_growth_per_month"] * month
        joins = there & ~member & draws.chance(rate * keen * growth)
        exits = member & (
            draws.chance(PLANTED["monthly_leaving_probability"], n) | (gone < start + days)
        )
        day = start + draws.whole(0, days - 1, n)
        who = np.flatnonzero(exits)
        found.append((who, since[who], np.minimum(np.maximum(day, since)[who], gone[who])))
        member = (member & ~exits) | joins
        since = np.where(joins, day, since)
    who = np.flatnonzero(member)
    found.append((who, since[who], np.zeros(len(who), dtype=np.int64)))
    person, joined, left = (np.concatenate([part[i] for part in found]) for i in range(3))
    order = np.lexsort((joined, person))
    return Spells(person[order], joined[order], left[order], ~focus[person[order]])


@dataclass(frozen=True)
class Gatherings:
    """Events of a network and who came."""

    network: str
    day: Array
    kind: Array
    in_work_time: Array
    event: Array
    """One entry per attendance: position of the event."""
    person: Array


def _gatherings(draws: Draws, network: str, spells: Spells) -> Gatherings:
    n = MONTHS - 12
    months = range(12, MONTHS)
    day = np.array([month_start(m) for m in months]) + draws.whole(2, 25, n)
    trained = CHAIR_TRAINED_IN_MONTH.get(network, MONTHS)
    factor = PLANTED["attendance_factor_after_chair_training"]
    zeal = 0.35 + 1.3 * draws.uniform(int(spells.person.max(initial=0)) + 1)
    events, persons = [], []
    for i in range(n):
        there = (spells.joined <= day[i]) & ((spells.left == 0) | (spells.left >= day[i]))
        rate = PLANTED["attendance_probability_per_event"] * (factor if months[i] >= trained else 1)
        who = spells.person[there]
        came = who[draws.chance(rate * zeal[who])]
        events.append(np.full(len(came), i))
        persons.append(came)
    return Gatherings(
        network=network,
        day=day,
        kind=draws.choice(KINDS, n),
        in_work_time=draws.chance(0.7, n),
        event=np.concatenate(events),
        person=np.concatenate(persons),
    )


def _monthly(network: str, spells: Spells, gatherings: Gatherings) -> list[tuple[str, ...]]:
    """Count what many bodies have and nothing else: members, flows and attendances by month."""
    rows = []
    left = np.where(spells.left == 0, 10**7, spells.left)
    for month in range(MONTHS):
        start, end = month_start(month), month_start(month) + _month_days(month) - 1
        here = gatherings.person[(gatherings.day >= start)[gatherings.event]
                                 & (gatherings.day <= end)[gatherings.event]]  # fmt: skip
        counts = (
            int(np.unique(spells.person[(spells.joined <= end) & (left > end)]).size),
            int(((spells.joined >= start) & (spells.joined <= end)).sum()),
            int(((left >= start) & (left <= end)).sum()),
            len(here),
            int(np.unique(here).size),
        )
        seen = [str(c) for c in counts] if month >= 12 else [*(str(c) for c in counts[:3]), "", ""]
        rows.append((network, month_name(month), *seen))
    return rows


def _support(draws: Draws) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for network in NETWORKS:
        if network in CHAIR_TRAINED_IN_MONTH:
            day = month_start(CHAIR_TRAINED_IN_MONTH[network])
            rows.append((network, "C", datetime.date.fromordinal(day).isoformat(), ""))
        for year in range(3):
            start = month_start(12 + 12 * year)
            date = datetime.date.fromordinal(start).isoformat()
            rows.append((network, "B", date, str(1000 + 250 * int(draws.uniform(1)[0] * 5))))
            rows.append((network, "P", date, str(4 + 4 * (year > 0))))
            for meeting in range(int(draws.uniform(1)[0] * 4)):
                met = datetime.date.fromordinal(start + 40 + 80 * meeting).isoformat()
                rows.append((network, "S", met, ""))
    return rows


def _as_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    return {head: [row[i] for row in rows] for i, head in enumerate(heads)}


def _member_rows(
    draws: Draws, people: People, network: str, spells: Spells
) -> list[tuple[str, ...]]:
    role = np.where(spells.ally, "A", "M").astype(object)
    current = np.flatnonzero((spells.left == 0) & ~spells.ally)
    for code, at in zip("CD", draws.some(current, 2), strict=False):
        role[at] = code
    ids, joined, left = people.ids[spells.person], dates(spells.joined), dates(spells.left)
    return [
        (network, str(person), start, end, str(r))
        for person, start, end, r in zip(ids, joined, left, role, strict=True)
    ]


def network_tables(people: People, seed: int) -> dict[str, Table]:
    """Give the five network extracts, by the names of their contracts."""
    draws = Draws(seed, "networks")
    carers = draws.chance(np.where(people.sex == "F", 0.17, 0.11))
    members, counts = [], []
    events: list[tuple[str, ...]] = []
    came: list[tuple[str, ...]] = []
    for network in NETWORKS:
        spells = _spells(draws, people, network, carers)
        gatherings = _gatherings(draws, network, spells)
        members += _member_rows(draws, people, network, spells)
        counts += _monthly(network, spells, gatherings)
        codes = [f"N{len(events) + i + 1:03d}" for i in range(len(gatherings.day))]
        events += [
            (code, network, day, str(kind), "Y" if work else "N")
            for code, day, kind, work in zip(
                codes, dates(gatherings.day), gatherings.kind, gatherings.in_work_time, strict=True
            )
        ]
        came += [
            (codes[e], str(people.ids[p]))
            for e, p in zip(gatherings.event, gatherings.person, strict=True)
        ]
    monthly = ("members", "joiners", "leavers", "attendances", "unique_attendees")
    return {
        "network_members": _as_table(
            ("network", "person_id", "joined_on", "left_on", "role"), members
        ),
        "network_counts": _as_table(("network", "month", *monthly), counts),
        "network_events": _as_table(
            ("event_id", "network", "held_on", "kind", "in_work_time"), events
        ),
        "network_attendance": _as_table(("event_id", "person_id"), came),
        "network_support": _as_table(("network", "kind", "given_on", "amount"), _support(draws)),
    }
