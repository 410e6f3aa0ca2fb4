"""Tables of who comes to the events of staff networks."""

from __future__ import annotations

from dataclasses import replace

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures, Place
from workforce_analytics.publishing.layouts import (
    NOT_APPLICABLE,
    At,
    Cell,
    Column,
    Entry,
    Layout,
    count,
    layout,
    plain_cell,
    share,
)
from workforce_analytics.publishing.network_activity_sentences import (
    ATTENDANCES,
    MONTHLY,
    has_ranges,
    main_window,
    per_hundred,
    throughout,
    windows,
)

EVERYWHERE = "All networks"
"""What the row of all networks together is called."""


def activity(read: Figures) -> tuple[Layout, ...]:
    """One row per network: who came, and how often; every span of days, and habits, apart."""
    days = main_window(read)
    rows = network_rows(read)
    came = f"Came in the last {days} days"
    main = [
        count(f"active_{days}", "Members", part="denominator", over=came),
        share(f"active_{days}", came),
        rate_entry(read, ATTENDANCES, "Attendances a month per 100 members"),
        share(MONTHLY, "Different people in a month, to 100 members", ends=False),
        count("attendances", "Attendances"),
        count("events", "Events"),
    ]
    habits = [
        count("came", "People who came"),
        share("repeat", "Came twice or more"),
        share("first_event_90", "Came within 90 days of joining"),
        share("carried_by", "Of those who came, make half of the attendances", ends=False),
        count("came_not_members", "Came, and were no members"),
        share("in_work_time", "Events in work time", ends=False),
    ]
    notes = [throughout(read)] if days else []
    return (
        *layout(read, (read.of,), rows, main, notes=notes),
        *_every_window(read),
        *layout(read, (read.of,), rows, habits, about="who comes, and when"),
    )


def network_rows(read: Figures) -> list[At]:
    """Give a row for each network, and one for all together where the table has it."""
    rows = [At((name,), name) for name in read.declared]
    together = any(place.group == ALL for place in read.rows)
    return [*rows, At((EVERYWHERE,), ALL, total=True)] if together else rows


def rate_entry(read: Figures, measure: str, over: str) -> Entry:
    """Show a rate per member as one per 100 members, with both ends of its interval if any has."""
    names = ("Rate", "Likely from", "Likely to") if has_ranges(read, measure) else ("Rate",)

    def cells(figure: Figure) -> tuple[Cell, ...]:
        rate = per_hundred(figure)
        mark = rate.value_mark or NOT_APPLICABLE
        ends = (rate.value, rate.lower, rate.upper)[: len(names)]
        return tuple(plain_cell(Figure(value=end, value_mark=mark), 1) for end in ends)

    return Entry(measure, tuple(Column(name, over) for name in names), cells)


def _every_window(read: Figures) -> tuple[Layout, ...]:
    """One row per network and span of days."""
    spans = windows(read)
    names = {f"active_{days}": f"{days} days" for days in spans}
    rows = {
        Place("active", place.group, names[place.measure], place.period): figure
        for place, figure in read.rows.items()
        if place.measure in names
    }
    turned = replace(read, rows=rows, splits=tuple(names.values()))
    places = [
        At((*at.name, split), at.group, split, at.total)
        for at in network_rows(read)
        for split in names.values()
    ]
    entries = [
        count("active", "Members throughout", part="denominator"),
        count("active", "Came", part="numerator"),
        share("active", "Share who came"),
    ]
    notes = [throughout(read), "The longer the time, the more people come at least once."]
    about = "over different spans of time"
    named = (read.of, "In the last")
    return layout(
        turned, named, places if len(spans) > 1 else [], entries, notes=notes, about=about
    )
