"""Tables of staff networks: members over time, reach by group, and support against plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workforce_analytics.estimates import ALL, long_date
from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.publishing.figures import Figure, Figures, Place
from workforce_analytics.publishing.layouts import (
    At,
    Cell,
    Column,
    Entry,
    Layout,
    count,
    layout,
    share,
)
from workforce_analytics.publishing.network_group_sentences import groups_of
from workforce_analytics.publishing.network_sentences import (
    ANYBODY,
    MEMBERSHIPS,
    in_time,
    places_of,
    stocked,
)
from workforce_analytics.publishing.wording import number, signed, upper_first

_AMOUNTS = {"hours": "hours a month", "pounds": "£"}
_ONCE = (
    "“Any network” counts people: somebody in two networks counts once. “Memberships” counts them "
    "in each network."
)


# --- over time ----------------------------------------------------------------------------------


def participation(read: Figures) -> tuple[Layout, ...]:
    """One row per network at the end of the latest period; earlier periods, and whom it is for."""
    here = stocked(read)
    rows = [At((name,), name, total=name in (ANYBODY, MEMBERSHIPS)) for name in _networks(here)]
    flows = [
        count("members", "Members"),
        count("joiners", "Joined"),
        count("leavers", "Left"),
        _net(),
    ]
    reach = _reach()
    stand = f"Members at the end of {here.latest}; joined and left during it."
    notes = [stand, _ONCE] if here.get("members", ANYBODY).status else [stand]
    members = [at for at in rows if at.group != MEMBERSHIPS]
    eligible = [
        count("eligible_reach", "Members", part="numerator", over="Of those it is for"),
        share("eligible_reach", "Of those it is for"),
        share("ally_share", "Allies, of members", ends=False),
    ]
    shown = [at for at in members if _any(here, eligible, at)]
    return (
        *layout(here, (read.of,), rows, [*flows, reach, _band()], notes=notes),
        *_over_time(here, rows, [*flows, _reach(ends=False)]),
        *layout(
            here,
            (read.of,),
            shown,
            eligible,
            notes=[f"At the end of {here.latest}."],
            about="those that networks are for",
        ),
    )


def _networks(here: Figures) -> list[str]:
    """Name the rows: every network, different people in any, memberships added up."""
    there = {place.group for place in here.rows}
    names = [name for name in here.declared if name not in (ANYBODY, MEMBERSHIPS)]
    return [*names, *(name for name in (ANYBODY, MEMBERSHIPS) if name in there)]


def _any(here: Figures, entries: Sequence[Entry], at: At) -> bool:
    return any(here.get(entry.measure, at.group).status for entry in entries)


def _over_time(here: Figures, rows: Sequence[At], entries: Sequence[Entry]) -> tuple[Layout, ...]:
    """Give every group a row for each period, where there are several."""
    if len(here.periods) < 2:
        return ()
    flat = _by_period(here)
    each = [
        At((*at.name, long_date(when)), at.group, when, total=at.total)
        for at in rows
        for when in here.periods
    ]
    return layout(flat, (here.of, "Period"), each, entries, about="over time")


def _each_over_time(
    here: Figures, rows: Sequence[At], heading: str, entries: Sequence[Entry], *, about: str
) -> tuple[Layout, ...]:
    """Give every group in each part of the table a row for each period, where there are several."""
    if len(here.periods) < 2:
        return ()
    found = {
        Place(place.measure, f"{place.group}|{place.split}", place.period): figure
        for place, figure in here.rows.items()
    }
    flat = replace(here, rows=found, splits=here.periods, periods=("",))
    each = [
        At((*at.name, long_date(period)), f"{at.group}|{at.split}", period, total=at.total)
        for at in rows
        for period in here.periods
    ]
    return layout(flat, (here.of, here.by, heading), each, entries, about=about)


def _by_period(read: Figures) -> Figures:
    """Give the figures of all networks together with their periods as what they are split by."""
    rows = {
        Place(place.measure, place.group, place.period): figure
        for place, figure in read.rows.items()
        if place.split in ("", ALL)
    }
    return replace(read, rows=rows, splits=read.periods, periods=("",))


def _reach(*, ends: bool = True) -> Entry:
    """Show a reach with as many decimals as keep it in its band."""
    plain = share("reach", "Percentage of staff", ends=ends)

    def cells(figure: Figure) -> tuple[Cell, ...]:
        first, *rest = plain.cells(figure)
        if figure.value is not None and places_of(figure.value) > 1:
            places = places_of(figure.value)
            value = round_half_up(100 * figure.value, places)
            first = Cell(number(value, places), value, places)
        return (first, *rest)

    return replace(plain, cells=cells)


def _net() -> Entry:
    def cells(figure: Figure) -> tuple[Cell, ...]:
        if figure.value is None:
            return (Cell(figure.value_mark),)
        return (Cell(signed(figure.value, 0), round_half_up(figure.value, 0)),)

    return Entry("net", (Column("Change"),), cells)


def _band() -> Entry:
    """Show the band of a reach, which is hidden with it."""

    def cells(figure: Figure) -> tuple[Cell, ...]:
        if figure.value is None:
            return (Cell(figure.value_mark),)
        return (Cell(upper_first(figure.note) or "[z]"),)

    return Entry("reach", (Column("Band", numeric=False),), cells)


# --- by characteristic --------------------------------------------------------------------------


def reach(read: Figures) -> tuple[Layout, ...]:
    """One row per group: members of any network; of each network, and at earlier dates, apart."""
    here = in_time(read)
    whole = [At(("All staff",), ALL, ALL, total=True)] if _has_whole(here) else []
    rows = [*(At((name,), name, ALL) for name in groups_of(here)), *whole]
    main = [
        count("reach", "Members", part="numerator"),
        count("reach", "Staff", part="denominator"),
        share("reach", "Percentage of staff"),
    ]
    each = [
        At((at.name[0], network), at.group, network, total=at.total)
        for at in rows
        for network in here.parts
    ]
    short = [count("members", "Members"), share("reach", "Percentage of staff")]
    stand = f"Members of any network on {long_date(here.latest)}; somebody in two counts once."
    return (
        *layout(here, (read.of,), rows, main, notes=[stand]),
        *layout(here, (read.of, read.by), each, short, about="each network"),
        *_over_time(here, rows, main),
        *_each_over_time(here, each, "Period", short, about="each network over time"),
    )


def _has_whole(here: Figures) -> bool:
    return any(place.group == ALL for place in here.rows)


# --- support ------------------------------------------------------------------------------------


def support(read: Figures) -> tuple[Layout, ...]:
    """One row per network: what it was given, and what was planned; all networks by kind apart."""
    here = in_time(read)
    names = [name for name in here.declared if name != ALL]
    flat = _by_kind(here)
    total = [At(("All networks",), ALL, total=True)] if _has_whole(here) else []
    rows = [*(At((name,), name) for name in names), *total]
    what = "Given, and planned," if here.holds("planned") else "Given"
    stand = f"{what} in {here.latest}."
    given = [entry for kind in here.parts for entry in _given(here, kind)]
    kinds = [
        At((f"{kind}{unit_words(here, kind)}",), ALL, kind)
        for kind in here.parts
        if here.get("given", ALL, split=kind).status
    ]
    summary = [
        _amount("given", Column("Given")),
        _amount("planned", Column("Planned")),
        share("share_of_plan", "Given, of what was planned", ends=False),
        count("networks_with", "Networks that had any"),
        count("networks", "Networks"),
    ]
    each = [
        At((*at.name, f"{kind}{unit_words(here, kind)}"), at.group, kind, total=at.total)
        for at in rows
        for kind in here.parts
    ]
    return (
        *layout(flat, (read.of,), rows, given, notes=[stand]),
        *layout(
            here,
            (read.by,),
            kinds,
            summary,
            notes=[stand],
            about="all networks",
        ),
        *_each_over_time(here, each, "Year", summary[:3], about="each year"),
    )


def unit_words(read: Figures, kind: str) -> str:
    """Say in what a kind of support is measured, behind its name; nothing where it is counted."""
    for place, figure in read.rows.items():
        if place.split == kind and figure.unit in _AMOUNTS:
            return f" ({_AMOUNTS[figure.unit]})"
    return ""


def amount(value: float) -> str:
    """Write an amount of support: whole where it is."""
    return number(value, 0 if float(value).is_integer() else 1)


def _by_kind(here: Figures) -> Figures:
    """Give each kind of support measures of its own, so that kinds can stand side by side."""
    rows = {
        Place(f"{place.measure} {place.split}", place.group, period=place.period): figure
        for place, figure in here.rows.items()
    }
    return replace(here, rows=rows, splits=("",))


def _given(here: Figures, kind: str) -> list[Entry]:
    over = f"{kind}{unit_words(here, kind)}"
    return [
        _amount(f"given {kind}", Column("Given", over)),
        _amount(f"planned {kind}", Column("Planned", over)),
    ]


def _amount(measure: str, column: Column) -> Entry:
    def cells(figure: Figure) -> tuple[Cell, ...]:
        if figure.value is None:
            return (Cell(figure.value_mark),)
        places = 0 if float(figure.value).is_integer() else 1
        return (Cell(amount(figure.value), round_half_up(figure.value, places), places),)

    return Entry(measure, (column,), cells)
