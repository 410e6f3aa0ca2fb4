"""Tables of how long people stay in staff networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures, Place
from workforce_analytics.publishing.layouts import (
    At,
    Cell,
    Column,
    Entry,
    Layout,
    Row,
    chance,
    count,
    layout,
    people_cell,
    percent_cell,
    plain,
    plain_cell,
    share,
)
from workforce_analytics.publishing.network_activity_tables import EVERYWHERE
from workforce_analytics.publishing.network_retention_sentences import (
    NOBODY_YET,
    cohort_measure,
    lapses,
    main_month,
    months,
    still_in,
    tells_who_left_the_organisation,
)

_APART = (
    "Left the network: while still working here. Left the organisation: the membership ended with "
    "the job. What is left of 100% are still members."
)
_EITHER = "Left: the network, or the organisation; which of the two is not known."
_BY_CHANCE = (
    "Each table is judged by itself: where groups do not differ, about one table in twenty looks "
    "all the same as if they did (at 95% confidence)."
)
_CHANCE = "Chance of differences as large if groups did not differ"


# --- how long members stay ----------------------------------------------------------------------


def retention(read: Figures) -> tuple[Layout, ...]:
    """One row per group a year after joining; every month, those who lapsed, and tests apart."""
    month, split = main_month(read)
    groups = _groups(read)
    once = _at_month(read, [split])
    every = [
        At((*at.name, f"{at_month} month{'' if at_month == 1 else 's'}"), at.group, label, at.total)
        for at in groups
        for at_month, label in months(read)
    ]
    known = tells_who_left_the_organisation(read)
    left = "Left the network" if known else "Left"
    main = [
        share("left_network", f"{left} within {month} months"),
        *([share("left_council", f"Left the organisation within {month} months")] * known),
        share("still_member", f"Still a member after {month} months", ends=False),
        _at_risk(),
    ]
    each = [
        share("left_network", left),
        share("left_network_earliest", "If as early as could be", ends=False),
        *([share("left_council", "Left the organisation")] * known),
        share("still_member", "Still a member", ends=False),
        _at_risk(),
    ]
    notes = [_APART if known else _EITHER]
    names, both = (read.of,), (read.of, "After joining")
    return (
        *layout(once, names, groups, main, notes=notes),
        *layout(read, both, every, each, notes=notes, about="month by month"),
        *_lapsed(read, groups),
        *_tests(read, groups),
    )


def everybody(read: Figures) -> str:
    """Name the row of all groups together."""
    return EVERYWHERE if read.about.groups[0] == "network" else "Everybody"


def _groups(read: Figures) -> list[At]:
    rows = [At((name,), name) for name in (*read.declared, *read.undeclared)]
    together = any(place.group == ALL for place in read.rows)
    return [*rows, At((everybody(read),), ALL, total=True)] if together else rows


def _at_risk() -> Entry:
    """Show how many people the shares rest on: those still followed at the time."""

    def cells(figure: Figure) -> tuple[Cell, ...]:
        known = Figure(value=figure.n_effective, value_mark=figure.value_mark or "[z]")
        return (plain_cell(known, 0),)

    return Entry("left_network", (Column("Memberships followed for so long"),), cells)


def _at_month(read: Figures, splits: Sequence[str]) -> Figures:
    """Keep the figures of one month, or of none, as those of the whole table."""
    rows = {
        Place(place.measure, place.group, "", place.period): figure
        for place, figure in read.rows.items()
        if place.split in splits
    }
    return replace(read, rows=rows, splits=("",))


def _lapsed(read: Figures, groups: Sequence[At]) -> tuple[Layout, ...]:
    """How many members have not come for a while, by what is called a while."""
    found = _at_month(read, ("", ALL))
    spans = lapses(read)
    entries = [
        *([count(f"lapsed_{spans[0]}", "Members", part="denominator")] if spans else []),
        *(share(f"lapsed_{days}", f"No event for {days} days") for days in spans),
    ]
    note = (
        "Who came to no event for so many days is called lapsed. It is a choice where to draw that "
        "line, so that several are shown. Who has lapsed is still a member, and may come again."
    )
    about = "members who have lapsed"
    return layout(found, (read.of,), groups, entries, notes=[note], about=about)


def _tests(read: Figures, groups: Sequence[At]) -> tuple[Layout, ...]:
    found = _at_month(read, ("", ALL))
    tested = [at for at in groups if any(p[:2] == ("log_rank", at.group) for p in found.rows)]
    entries = [
        plain("log_rank", "Size of the test", 2),
        chance("log_rank", "By itself", over=_CHANCE),
        chance("log_rank", "For all comparisons together", field="q_value", over=_CHANCE),
    ]
    note = "A small chance does not say how large a difference is, nor how it came about."
    return layout(found, (read.of,), tested, entries, notes=[note, _BY_CHANCE], about="tests")


# --- those who joined in one year ---------------------------------------------------------------


def cohorts(read: Figures) -> tuple[Layout, ...]:
    """One row per year of joining, a column per month; with ranges apart."""
    if not read.declared:
        return (Layout((read.of,), (Column("Joined"),), (), (NOBODY_YET,)),)
    times = months(read)
    columns = [
        Column("Joined"),
        *(
            Column(f"{month} month{'' if month == 1 else 's'} later", over="Still members (%)")
            for month, _ in times
        ),
    ]
    rows = [
        Row(
            at.name,
            (_joined(read, at.group), *(_still(read, at.group, split) for _, split in times)),
            at.total,
        )
        for at in _years(read)
    ]
    notes = (
        "Each row follows those who joined in one financial year. A year is shown at a time only "
        "where all who joined in it could be seen for so long.",
    )
    triangle = Layout((read.of,), tuple(columns), tuple(rows), notes)
    measure = cohort_measure(read)
    every = [
        At((*at.name, f"{month} month{'' if month == 1 else 's'}"), at.group, split, at.total)
        for at in _years(read)
        for month, split in times
        if _there(read, at.group, split)
    ]
    entries = [
        count(measure, "Joined", part="denominator"),
        count(measure, "Still members", part="numerator"),
        share(measure, "Share still members"),
    ]
    names = (read.of, "After joining")
    return (triangle, *layout(read, names, every, entries, notes=notes, about="with ranges"))


def _years(read: Figures) -> list[At]:
    together = any(place.group == ALL for place in read.rows)
    rows = [At((name,), name) for name in read.declared]
    return [*rows, At(("All years",), ALL, total=True)] if together else rows


def _there(read: Figures, cohort: str, split: str) -> bool:
    return bool(still_in(read, cohort, split).status)


def _joined(read: Figures, cohort: str) -> Cell:
    """How many joined: what the first share of the year is of."""
    found = [still_in(read, cohort, split) for _, split in months(read)]
    there = [figure for figure in found if figure.status]
    return people_cell(there[0], "denominator") if there else Cell("[z]")


def _still(read: Figures, cohort: str, split: str) -> Cell:
    figure = still_in(read, cohort, split)
    # A time that the year has no row for lies ahead: nobody could be seen for so long.
    return percent_cell(figure) if figure.status else Cell("[z]")
