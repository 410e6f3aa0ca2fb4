"""Tables of what training changed: verdicts, points and people; models and tests apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.layouts import (
    NOT_APPLICABLE,
    At,
    Cell,
    Column,
    Entry,
    Layout,
    Row,
    chance,
    layout,
    plain,
    plain_cell,
    ratio_entry,
)
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
    ]
    notes = tuple(_effect_notes(read))
    # Where nothing can be told of any group there are verdicts and no figures.
    bare = (Layout(names, (), tuple(Row(at.name, ()) for at in rows), notes),)
    laid = layout(read, names, rows, main, notes=notes) or bare
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
        first = row.cells[0].text if row.cells else ""
        mark = first if first.startswith(("[", "*")) else "[x]"
        words = told[at.group, at.split] or mark
        filled.append(replace(row, cells=(*row.cells, Cell(upper_first(words)))))
    columns = (*laid.columns, Column("Verdict", numeric=False))
    return replace(laid, columns=columns, rows=tuple(filled))


def _effect_notes(read: Figures) -> list[str]:
    notes = [
        read.about.plan,
        COMPARED_WITH,
        f"The gap is the group's rate less that of {reference(read)}. A change whose likely range "
        f"lies within {least_words(read)} percentage points either way is “no change that "
        "matters”; else one whose range excludes no change is “narrowed” or “widened”; else this "
        "data cannot tell, which is not evidence that nothing changed.",
    ]
    if read.holds("effect_people"):
        notes.append(
            "People: how many more of the group passed than would have without training, with as "
            "many passing in each vacancy; below 0, fewer."
        )
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
    notes = [ODDS.format(reference=reference(read))]
    if read.holds("pooled"):
        notes.append(
            "One figure for all services and times assumes that training does the same everywhere "
            "and always: it is shown to compare."
        )
        notes += _pooled_notes(read, rows)
    if read.holds("dose"):
        notes.append(
            "Who was trained on a panel was not left to chance: the last figure may show who "
            "chooses to be trained."
        )
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
