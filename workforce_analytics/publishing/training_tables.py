"""Tables of training: who was trained, what changed, when, and how large a change could be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workforce_analytics.estimates import ALL
from workforce_analytics.inference.rounding import round_half_up
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
from workforce_analytics.publishing.training_sentences import checks, turns
from workforce_analytics.publishing.training_verdicts import (
    COMPARED_WITH,
    ODDS,
    SECOND_LOOK,
    edges_of,
    groups,
    least_words,
    outcomes,
    places_of,
    reference,
    verdict,
)
from workforce_analytics.publishing.wording import lower_first, number, upper_first

_POINTS = "Change (percentage points)"
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
        _turn(),
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


def _turn() -> Entry:
    """Keep a place for the quarter of each service, which is no figure."""
    return Entry("seats", (Column("Date", numeric=False),), lambda figure: (Cell(""),))


def _with_turns(laid: Layout, rows: Sequence[At], when: dict[str, str]) -> Layout:
    filled = []
    for row, at in zip(laid.rows, rows, strict=True):
        quarter = when[at.group] or ("" if at.total else "Not yet")
        cell = Cell(NOT_APPLICABLE if at.total else quarter)
        filled.append(replace(row, cells=(cell, *row.cells[1:])))
    return replace(laid, rows=tuple(filled))


# --- before and after ---------------------------------------------------------------------------


def rates(read: Figures) -> tuple[Layout, ...]:
    """One row per group, before and after: its share of applicants, its rate, the gap."""
    rows = [
        At((group, split if split != ALL else "Both together"), group, split, total=split == ALL)
        for group in read.declared
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
    notes = (
        "Before and after are different years and vacancies: the difference between them is not "
        "by itself what training did.",
    )
    return (
        *layout(read, row_names(read), rows, main, notes=notes),
        *layout(
            read,
            row_names(read),
            [at for at in rows if at.group in held],
            gaps,
            notes=(compared, *notes),
            about="gaps",
        ),
    )


# --- the effect ---------------------------------------------------------------------------------


def effect(read: Figures) -> tuple[Layout, ...]:
    """Verdict, points and people of each group and outcome; models and tests apart."""
    rows = [
        At((group, outcome), group, outcome)
        for outcome in outcomes(read)
        for group in groups(read, "verdict")
    ]
    names = (read.of, read.by)
    told = {(at.group, at.split): verdict(read, at.group, at.split).word for at in rows}
    main = [
        _change(read),
        _people(),
        plain("gap_without", "Without training", 1, over="Gap (percentage points)"),
        plain("gap_with", "With training", 1, over="Gap (percentage points)"),
        Entry("verdict", (Column("Verdict", numeric=False),), lambda figure: (Cell(""),)),
    ]
    laid = layout(read, names, rows, main, notes=_effect_notes(read))
    return (
        *(_with_verdicts(one, rows, told) for one in laid),
        *_models(read, names, rows),
        *_tests(read, names, rows),
    )


def _change(read: Figures) -> Entry:
    over = _POINTS
    columns = (Column("Points", over), Column("Likely from", over), Column("Likely to", over))
    edges = edges_of(read)

    def cells(figure: Figure) -> tuple[Cell, ...]:
        ends = (figure.value, figure.lower, figure.upper)
        mark = figure.value_mark or NOT_APPLICABLE
        return tuple(_edged(end, mark, edges) for end in ends)

    return Entry("effect_points", columns, cells)


def _edged(value: float | None, mark: str, edges: Sequence[float]) -> Cell:
    """Show a change with as many decimals as keep it on its side of what it is judged by."""
    if value is None:
        return Cell(mark)
    places = places_of(value, edges)
    shown = round_half_up(value, places)
    return Cell(number(value, places), shown, places)


def _people() -> Entry:
    over = "More who passed than without training"
    columns = (Column("People", over), Column("Likely from", over), Column("Likely to", over))

    def cells(figure: Figure) -> tuple[Cell, ...]:
        mark = figure.value_mark or NOT_APPLICABLE
        ends = (figure.value, figure.lower, figure.upper)
        return tuple(plain_cell(Figure(value=end, value_mark=mark), 0) for end in ends)

    return Entry("effect_people", columns, cells)


def _with_verdicts(laid: Layout, rows: Sequence[At], told: dict[tuple[str, str], str]) -> Layout:
    filled = []
    for row, at in zip(laid.rows, rows, strict=True):
        # The verdict of a hidden figure is hidden with it.
        mark = row.cells[0].text if row.cells[0].text.startswith(("[", "*")) else "[x]"
        words = told[at.group, at.split] or mark
        filled.append(replace(row, cells=(*row.cells[:-1], Cell(upper_first(words)))))
    return replace(laid, rows=tuple(filled))


def _effect_notes(read: Figures) -> list[str]:
    notes = [
        read.about.plan,
        COMPARED_WITH,
        f"The gap is the group's rate less that of {reference(read)}. A change whose likely range "
        f"lies within {least_words(read)} percentage points either way is “no change that "
        "matters”; else one whose range excludes no change is “narrowed” or “widened”; else this "
        "data cannot tell, which is not evidence that nothing changed.",
        "People: how many more of the group passed than would have without training, with as many "
        "passing in each vacancy; below 0, fewer.",
    ]
    if any(SECOND_LOOK in outcome for outcome in outcomes(read)):
        notes.append(
            f"“{upper_first(SECOND_LOOK)}” is a second look: training itself changes who is among "
            "those shortlisted, so a change there may be no change of what happened to anybody."
        )
    why = {
        verdict(read, group, outcome).why
        for outcome in outcomes(read)
        for group in groups(read, "verdict")
    }
    notes += [f"Where this data cannot tell: {words}." for words in sorted(why - {""})]
    return [note for note in notes if note]


def _models(read: Figures, names: tuple[str, ...], rows: Sequence[At]) -> tuple[Layout, ...]:
    entries = [
        ratio_entry("effect", "Odds ratio"),
        ratio_entry("pooled", "One figure for all services and times"),
        ratio_entry("dose", "From nobody to everybody trained on the panel"),
    ]
    notes = [
        ODDS.format(reference=reference(read)),
        "One figure for all services and times assumes that training does the same everywhere and "
        "always: it is shown to compare.",
        *_pooled_notes(read, rows),
        "Who was trained on a panel was not left to chance: the third figure may show who chooses "
        "to be trained.",
    ]
    return layout(read, names, rows, entries, notes=notes, about="odds ratios")


def _pooled_notes(read: Figures, rows: Sequence[At]) -> list[str]:
    told = [(at.split, read.get("pooled", at.group, split=at.split).note) for at in rows]
    notes = dict.fromkeys(
        f"In that figure, {lower_first(to)}: {note}." for to, note in told if note
    )
    return list(notes)


def _tests(read: Figures, names: tuple[str, ...], rows: Sequence[At]) -> tuple[Layout, ...]:
    entries = [
        chance("effect", "The test of the verdict", over=_CHANCE),
        chance("effect", "For all comparisons together", field="q_value", over=_CHANCE),
        chance("jackknife", "Leaving out a service at a time", over=_CHANCE),
        chance("wild_bootstrap", "By drawn signs", over=_CHANCE),
        _number("effect", "n_effective", "Vacancies that tell something"),
        _number("effect", "clusters", "Services"),
    ]
    notes = [
        *_methods(read, rows),
        "A small chance does not say how large a change is. Vacancies in which only one group "
        "applied, or all or none passed, tell nothing and are not counted.",
    ]
    return layout(read, names, rows, entries, notes=notes, about="tests")


def _methods(read: Figures, rows: Sequence[At]) -> list[str]:
    told = {read.get("effect", at.group, split=at.split).method for at in rows}
    return [f"Method: {method}." for method in sorted(told - {""})]


def _number(measure: str, field: str, heading: str) -> Entry:
    def cells(figure: Figure) -> tuple[Cell, ...]:
        value = getattr(figure, field)
        return (plain_cell(Figure(value=value, value_mark=figure.value_mark or "[z]"), 0),)

    return Entry(measure, (Column(heading),), cells)


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
        ratio_entry("slope_change", "Slope, per month" if read.by == "Month" else "Slope"),
        ratio_entry("level_change_between", f"Level, against {reference(read)}"),
        ratio_entry("slope_change_between", f"Slope, against {reference(read)}"),
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


# --- how large a change could be told -----------------------------------------------------------


def detectable(read: Figures) -> tuple[Layout, ...]:
    """The smallest change that could be told and what a smaller one takes; each change apart."""
    named = outcomes_of(read)
    rows = [At((outcome,), outcome, ALL) for outcome in named]
    more = f"More needed to tell {least_words(read)} points"
    smallest = [
        ratio_alone("smallest_detectable", "Smallest odds ratio that could be told"),
        plain("smallest_detectable_points", "The same in percentage points", 1),
        plain("months_needed", "Months", 0, over=more),
        plain("vacancies_needed", "Vacancies", 0, over=more),
    ]
    every = [At((one, change), one, change) for one in named for change in read.parts]
    note = "For planning only: told 4 times in 5 if the change is that large."
    return (
        *layout(read, (read.of,), rows, smallest, notes=(note,)),
        *layout(
            read,
            row_names(read),
            every,
            [share("power", "Chance that it would be told")],
            about="chance of telling each change",
        ),
    )


def outcomes_of(read: Figures) -> tuple[str, ...]:
    """List the outcomes of a table of which they are the first column, the primary one first."""
    return tuple(sorted(read.declared, key=lambda one: SECOND_LOOK in one))


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
