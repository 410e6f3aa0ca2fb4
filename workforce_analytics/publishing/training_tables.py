"""Tables of training: who was trained, before and after, over time, and what could be told."""

from __future__ import annotations

from collections.abc import Sequence
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
    chance,
    count,
    layout,
    percent_cell,
    plain,
    plain_cell,
    points,
    range_cells,
    ratio_alone,
    ratio_cell,
    ratio_entry,
    row_names,
    share,
)
from workforce_analytics.publishing.training_sentences import checks, often, turns
from workforce_analytics.publishing.training_verdicts import (
    first_outcomes,
    groups,
    least_words,
    reference,
)
from workforce_analytics.publishing.wording import lower_first, upper_first

_POINTS = "Change (percentage points)"
_BEFORE_AND_AFTER = (
    "Before and after are different years and vacancies: the difference between them is not by "
    "itself what training did."
)
_CHANCE = "Chance of a change as large if there were none"


# --- who was trained, and when ------------------------------------------------------------------


def exposure(read: Figures) -> tuple[Layout, ...]:
    """One row per service in the order of its date: when, and who sat on its panels."""
    services, _ = turns(read)
    when = {place.group: place.period for place in read.rows}
    # Each service's row stands at its own quarter; here they stand under one another.
    flat = {Place(place.measure, place.group): figure for place, figure in read.rows.items()}
    here = replace(read, rows=flat, periods=("",), splits=("",), stages=("",))
    entries = [
        count("seats", "Panel seats"),
        share("share_trained_before", "Trained before its date", ends=False),
        share("share_trained_after", "Trained from its date on", ends=False),
        share("share_of_visitors", "Of another service", ends=False),
    ]
    rows = [At((name,), name) for name in services]
    rows += [At(("All services",), ALL, total=True)] if ALL in when else []
    notes = (
        "A service's date is the quarter in which its panel members were to be trained.",
        "Shares are of the seats of which it is known whether the person had been trained.",
    )
    laid = layout(here, (read.of,), rows, entries, notes=notes)
    return tuple(_with_turns(one, rows, when) for one in laid)


def _with_turns(laid: Layout, rows: Sequence[At], when: dict[str, str]) -> Layout:
    filled = []
    for row, at in zip(laid.rows, rows, strict=True):
        quarter = when[at.group] or ("" if at.total else "Not yet")
        cell = Cell(NOT_APPLICABLE if at.total else quarter)
        filled.append(replace(row, cells=(cell, *row.cells)))
    columns = (Column("Date", numeric=False), *laid.columns)
    return replace(laid, columns=columns, rows=tuple(filled))


# --- before and after ---------------------------------------------------------------------------


def rates(read: Figures) -> tuple[Layout, ...]:
    """One row per group, before and after: its share of applicants, its rate, the gap."""
    rows = [
        At((group, split if split != ALL else "Both together"), group, split, total=split == ALL)
        for group in (*read.declared, *read.undeclared)
        for split in read.splits
    ]
    main = [
        share("share_of_applicants", "Share of applicants", ends=False),
        count("rate", "Applied", part="denominator"),
        count("rate", "Passed", part="numerator"),
        share("rate", "Rate"),
    ]
    compared = f"The gap is the group's rate less that of {reference(read)}."
    gaps = [
        points("gap", "Gap, all together"),
        points("gap_within_vacancies", "Gap among applicants for the same vacancy"),
    ]
    held = set(groups(read, "gap"))
    warned = any(caveat.startswith("Before and after") for caveat in read.about.caveats)
    notes = [] if warned else [_BEFORE_AND_AFTER]
    if read.undeclared:
        notes.append("The share of those undeclared is of everybody, the others' of who declared.")
    return (
        *layout(read, row_names(read), rows, main, notes=notes),
        *layout(
            read,
            row_names(read),
            [at for at in rows if at.group in held],
            gaps,
            notes=[compared, *notes[: int(not warned)]],
            about="gaps",
        ),
    )


# --- over time ----------------------------------------------------------------------------------


def event_study(read: Figures) -> tuple[Layout, ...]:
    """Before and after as a whole; the change in each quarter apart."""
    held = groups(read, "effect_overall") or groups(read, "effect_at")
    over = [At((group,), group, ALL) for group in held]
    whole = [
        points("before_overall", "Before training (percentage points)"),
        points("effect_overall", "After training (percentage points)"),
        chance("effect_overall", "After training", over=_CHANCE),
    ]
    rows = [At((group, when), group, when) for group in held for when in read.parts]
    each = [
        points("effect_at", _POINTS),
        chance("effect_at", "Each quarter by itself", over=_CHANCE),
    ]
    notes = [
        read.about.plan,
        f"The change is in the gap to {reference(read)}, against services without training at the "
        "same time. Before training it should be 0.",
    ]
    notes = [note for note in notes if note]
    return (
        *layout(read, (read.of,), over, whole, notes=notes),
        *layout(read, row_names(read), rows, each, notes=notes[-1:], about="each quarter"),
    )


def time_series(read: Figures) -> tuple[Layout, ...]:
    """How level and slope changed; the rates of each month apart."""
    rows = [At((group,), group, ALL) for group in read.declared]
    changes = [
        ratio_entry("level_change", "Level"),
        _slope("slope_change", f"Slope, per {lower_first(read.by)}"),
        ratio_entry("level_change_between", f"Level, against {reference(read)}"),
        _slope("slope_change_between", f"Slope, against {reference(read)}"),
    ]
    each = [
        count("rate", "Applied", part="denominator"),
        count("rate", "Passed", part="numerator"),
        share("rate", "Rate", ends=False),
        share("fitted", "As the model has it", ends=False),
        share("fitted_without", "Without training", ends=False),
    ]
    by_time = [At((group, when), group, when) for group in read.declared for when in read.parts]
    notes = [
        read.about.plan,
        "Level: the rate right after training began, divided by what it would have been without. "
        "Slope: by how much the rate's growth changed, 1 is no change.",
    ]
    return (
        *layout(read, (read.of,), rows, changes, notes=[note for note in notes if note]),
        *layout(read, row_names(read), by_time, each, about="rates over time"),
    )


def _slope(measure: str, over: str) -> Entry:
    """Show the growth of a rate by the month, which is near 1 and wants a decimal more."""
    columns = (Column("Ratio", over), Column("Likely from", over), Column("Likely to", over))

    def cells(figure: Figure) -> tuple[Cell, ...]:
        mark = figure.value_mark or NOT_APPLICABLE
        ends = (figure.value, figure.lower, figure.upper)
        return tuple(plain_cell(Figure(value=end, value_mark=mark), 3) for end in ends)

    return Entry(measure, columns, cells)


# --- how large a change could be told -----------------------------------------------------------


def detectable(read: Figures) -> tuple[Layout, ...]:
    """The smallest change that could be told and what a smaller one takes; each change apart."""
    named = first_outcomes(read)
    rows = [At((outcome,), outcome, ALL) for outcome in named]
    more = f"More needed to tell {least_words(read)} points"
    smallest = [
        ratio_alone("smallest_detectable", "Smallest odds ratio that could be told"),
        plain("smallest_detectable_points", "The same in percentage points", 1),
        plain("months_needed", "Months", 0, over=more),
        plain("vacancies_needed", "Vacancies", 0, over=more),
    ]
    why = [
        f"{at.group}: {figure.note}."
        for at in rows
        for one in ("smallest_detectable", "months_needed")
        for figure in [read.get(one, at.group, split=ALL)]
        if figure.value is None and figure.note
    ]
    every = [
        At((one, change), one, change)
        for one in named
        for change in read.parts
        if read.get("power", one, split=change).status
    ]
    ends = any(figure.has_interval for at, figure in read.rows.items() if at.measure == "power")
    note = f"For planning only: told {often(read)} if the change is that large."
    return (
        *layout(read, (read.of,), rows, smallest, notes=[note, *why]),
        *layout(
            read,
            row_names(read),
            every,
            [share("power", "Chance that it would be told", ends=ends)],
            about="chance of telling each change",
        ),
    )


# --- what else could explain it -----------------------------------------------------------------


def threats(read: Figures) -> tuple[Layout, ...]:
    """One row per check: its figure with its range, and what it means."""
    entries = [
        _mixed(),
        chance("check", "Chance of a figure as far from 1 if there were nothing"),
        Entry(
            "check",
            (Column("What it means", numeric=False),),
            lambda figure: (Cell(upper_first(figure.note) or figure.value_mark or "[z]"),),
        ),
    ]
    rows = [At((place.group,), place.group) for place in checks(read)]
    notes = ("Figures with % are shares; the others are odds ratios, of which 1 is no change.",)
    return layout(read, (read.of,), rows, entries, notes=notes)


def _mixed() -> Entry:
    """Show an odds ratio or a share, each as it is."""
    columns = (Column("Figure"), Column("Likely from"), Column("Likely to"))

    def cells(figure: Figure) -> tuple[Cell, ...]:
        mark = figure.value_mark
        if figure.unit == "proportion":
            shown = (percent_cell(figure), *range_cells(figure))
            return tuple(_with_sign(cell) for cell in shown)
        ends = (figure.value, figure.lower, figure.upper)
        return tuple(ratio_cell(end, mark, (1.0,)) for end in ends)

    return Entry("check", columns, cells)


def _with_sign(cell: Cell) -> Cell:
    return cell if cell.value is None else replace(cell, text=f"{cell.text}%")
