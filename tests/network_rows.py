"""Made-up members, events and attendance of staff networks, and what one finds by hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd

import workforce_analytics as wa
from workforce_analytics.extracts.extract import Context, Extract

START = date(2023, 6, 1)
"""A day before a leap day; two years from it are looked at."""
LISTS = ("network_members", "network_events", "network_attendance")


def day(place: int) -> date:
    """Give a day so many days after the first."""
    return START + timedelta(days=place)


@dataclass
class Lists:
    """Rows of the three lists."""

    members: list[tuple[str, str, date, date | None]] = field(default_factory=list)
    events: list[tuple[str, str, date, bool | None]] = field(default_factory=list)
    came: list[tuple[str, str | None]] = field(default_factory=list)

    def extracts(
        self, frame: Callable[[pd.DataFrame], Any] = lambda table: table
    ) -> dict[str, Extract]:
        """Read them, as frames of some engine."""
        members = [
            {"network": n, "person_id": p, "joined_on": a, "left_on": b}
            for n, p, a, b in self.members
        ]
        events = [
            {"event_id": e, "network": n, "held_on": d, "in_work_time": w}
            for e, n, d, w in self.events
        ]
        came = [{"event_id": e, "person_id": p} for e, p in self.came]
        tables = {
            "network_members": pd.DataFrame(
                members, columns=["network", "person_id", "joined_on", "left_on"]
            ),
            "network_events": pd.DataFrame(
                events, columns=["event_id", "network", "held_on", "in_work_time"]
            ).astype({"in_work_time": "boolean"}),
            "network_attendance": pd.DataFrame(came, columns=["event_id", "person_id"]),
        }
        context = Context(organisation="Small Council")
        return {
            name: wa.read(name, frame(table), context=context) for name, table in tables.items()
        }


def drawn(seed: int, *, people: int = 30, events: int = 40) -> Lists:
    """Draw spells that overlap, follow each other or are open; guests; sheets without names."""
    draw = random.Random(seed)
    made = Lists()
    for number in range(events):
        network = draw.choice(["Race", "race ", "Carers"])
        work = draw.choice([True, False, None])
        made.events.append((f"e{number}", network, day(draw.randrange(760)), work))
    for _ in range(2 * people):
        joined = day(draw.randrange(-300, 760))
        left = joined + timedelta(days=draw.choice([0, 1, 30, 100, 500]))
        made.members.append(
            (
                draw.choice(["Race", "Carers"]),
                f"p{draw.randrange(people)}",
                joined,
                left if draw.random() < 0.5 else None,
            )
        )
    made.members = list({row[:3]: row for row in made.members}.values())
    for event, *_ in made.events:
        who: Iterable[int] = draw.sample(range(people + 5), draw.randrange(people // 2))
        made.came += [(event, f"p{person}") for person in who]
        made.came += [(event, None)] * draw.choice([0, 0, 2])
    draw.shuffle(made.came)
    return made


def by_hand(
    made: Lists, on: date, days: tuple[int, ...], known: set[str] | None = None
) -> dict[str, Mapping[str, Any]]:
    """Look at every day, person and event one by one, and write down what happened."""
    events = {e: (n.strip().lower(), d) for e, n, d, _ in made.events if d <= on}
    year = {on - timedelta(days=place) for place in range(365)}
    there: dict[tuple[str, str], set[date]] = {}
    starts: dict[tuple[str, str], set[date]] = {}
    for network, person, joined, left in made.members:
        if known is not None and person not in known:
            continue
        # One more day tells who is still a member at the close of the last one.
        end = min(left or date.max, on + timedelta(days=1))
        span = {joined + timedelta(days=place) for place in range((end - joined).days + 1)}
        for code in (network.lower(), "All"):
            there.setdefault((code, person), set()).update(span)
    for key, member_on in there.items():
        starts[key] = {d for d in member_on if d - timedelta(days=1) not in member_on}
    came: dict[tuple[str, str], set[tuple[date, str]]] = {}
    nameless: Counter[str] = Counter()
    for place, (event, who) in enumerate(made.came):
        if event not in events:
            continue
        network, held = events[event]
        named = isinstance(who, str) and (known is None or who in known)
        for code in (network, "All"):
            if named:
                came.setdefault((code, str(who)), set()).add((held, event))
            elif held in year:
                nameless[code, str(who) if who else f"row {place}", event] += 1
    first = min(d for _, d in events.values())
    people: Counter[tuple[str, ...]] = Counter()
    clusters: Counter[tuple[str, int, int]] = Counter()
    often: Counter[tuple[str, int]] = Counter()
    for code, person in sorted({*there, *came}):
        member_on = there.get((code, person), set())
        visits = came.get((code, person), set())
        lately = [held for held, _ in visits if held in year]
        inside = [held for held in lately if held in member_on]
        joined = sorted(
            d
            for d in starts.get((code, person), ())
            if on - timedelta(days=454) <= d <= on - timedelta(days=90) and d >= first
        )
        soon = joined and any(0 <= (held - joined[0]).days <= 90 for held, _ in visits)
        key = (
            code,
            _member_for(member_on, on, days),
            _came_within(lately, on, days),
            _times(len(lately)),
            _times(len(inside)),
            ("came" if soon else "not_yet") if joined else "not_asked",
        )
        time = len(member_on & year)
        if time:
            clusters[code, time, len(inside)] += 1
        if lately:
            often[code, len(lately)] += 1
        if key[1:] != ("not_now", "never", "never", "never", "not_asked") or time:
            people[key] += 1
    return {
        "people": dict(people),
        "clusters": dict(clusters),
        "often": dict(often),
        "nameless": Counter(code for code, _, _ in nameless.elements()),
    }


def _member_for(member_on: set[date], on: date, days: tuple[int, ...]) -> str:
    if on not in member_on or on + timedelta(days=1) not in member_on:
        return "not_now"
    throughout = [
        span
        for span in days
        if all(on - timedelta(days=place) in member_on for place in range(span))
    ]
    return str(max(throughout, default=0))


def _came_within(lately: list[date], on: date, days: tuple[int, ...]) -> str:
    if not lately:
        return "never"
    return str(min((span for span in days if (on - max(lately)).days < span), default=365))


def _times(n: int) -> str:
    return ("never", "once", "more")[min(n, 2)]
