"""What tables are put together from: cells, columns, rows, and entries that fill them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from workforce_analytics.estimates import ALL
from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.wording import (
    SHORTHAND,
    lower_first,
    noun,
    number,
    percent,
    ratio,
    ratio_places,
)

NOT_APPLICABLE = "[z]"


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table."""

    text: str
    value: float | None = None
    """The number behind the text, rounded as it is shown; None where there is a mark or a word."""
    places: int = 0


@dataclass(frozen=True)
class Column:
    """A column: its heading, and the heading that it shares with its neighbours."""

    heading: str
    over: str = ""
    """Heading above this one, for example a grade band over its people and its percentage."""
    numeric: bool = True

    @property
    def full(self) -> str:
        """Both headings in one, for files in which a column has one heading."""
        return f"{self.over}: {lower_first(self.heading)}" if self.over else self.heading


@dataclass(frozen=True)
class Row:
    """A row: its name, its cells, and whether it adds others up."""

    name: tuple[str, ...]
    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True)
class Table:
    """A table to be read: everything that stands on the page, nothing computed later."""

    caption: str
    names: tuple[str, ...]
    """Headings of the columns that name the rows."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    shorthand: tuple[tuple[str, str], ...] = ()
    """Marks that stand in the table, with what they mean."""
    notes: tuple[str, ...] = ()
    source: str = ""
    stamp: str = ""
    """Who may see it, where that is not everybody."""
    policy: str = ""
    """By which rules it was protected; a page with many tables says it once."""

    @property
    def small_print(self) -> tuple[str, ...]:
        """What must stand under the table where it stands alone."""
        return tuple(dict.fromkeys(words for words in (self.stamp, self.policy) if words))

    @property
    def spans(self) -> tuple[tuple[str, int], ...]:
        """The upper headings with the number of columns under each; empty where there is none."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if found and found[-1][0] == column.over:
                found[-1] = (column.over, found[-1][1] + 1)
            else:
                found.append((column.over, 1))
        return tuple(found) if any(over for over, _ in found) else ()


@dataclass(frozen=True)
class Layout:
    """One way of setting out the figures of a table."""

    names: tuple[str, ...]
    """Headings of the columns that name the rows."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    about: str = ""
    """What it shows of the table, in its caption; empty for the table itself."""


def shorthand(rows: tuple[Row, ...], notes: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    """Explain the marks that stand in these rows and notes."""
    marks = {cell.text.split(" ")[-1] for row in rows for cell in row.cells}
    marks |= {word.rstrip(",.;") for note in notes for word in note.split(" ")}
    return tuple((mark, meaning) for mark, meaning in SHORTHAND.items() if mark in marks)


# --- cells ------------------------------------------------------------------------------------


def percent_cell(figure: Figure) -> Cell:
    """Show a share in per cent without its sign, or its mark."""
    if figure.value is None:
        return Cell(figure.value_mark)
    mark = f" {figure.value_mark}" if figure.value_mark else ""
    value = round_half_up(100 * figure.value, 1)
    return Cell(percent(figure.value, sign=False) + mark, value, 1)


def people_cell(figure: Figure, part: str = "numerator") -> Cell:
    """Show how many people stand behind a figure (or in its "denominator"), or the mark."""
    value: float | None = getattr(figure, part)
    if value is None:
        return Cell(getattr(figure, f"{part}_mark") or "[x]")
    # Full-time equivalents are the only counts that are not whole.
    places = 0 if value == int(value) else 1
    return Cell(number(value, places), round_half_up(value, places), places)


def plain_cell(figure: Figure, places: int) -> Cell:
    """Show a number with so many decimals, or its mark."""
    if figure.value is None:
        return Cell(figure.value_mark)
    value = round_half_up(figure.value, places)
    return Cell(number(figure.value, places), value, places)


def range_cells(figure: Figure) -> tuple[Cell, Cell]:
    """Both ends of the interval of a share, in per cent."""
    if figure.value is None:
        return Cell(figure.value_mark), Cell(figure.value_mark)
    return _end(figure.lower), _end(figure.upper)


def _end(share: float | None) -> Cell:
    if share is None:
        return EMPTY
    return Cell(percent(share, sign=False), round_half_up(100 * share, 1), 1)


EMPTY = Cell(NOT_APPLICABLE)
LIKELY = (Column("From", over="Likely between (%)"), Column("To", over="Likely between (%)"))


def ratio_cell(value: float | None, mark: str, edges: Sequence[float] = (1.0,)) -> Cell:
    """Show a ratio with as many decimals as keep it on its side; one without end has none."""
    if value is None or math.isinf(value):
        return Cell(mark or NOT_APPLICABLE) if value is None else EMPTY
    places = ratio_places(value, edges)
    return Cell(ratio(value, edges), round_half_up(value, places), places)


def chance_cell(value: float | None, mark: str) -> Cell:
    """Show a probability with three decimals; one that would be shown as 0 is "under 0.001"."""
    if value is None:
        return Cell(mark or NOT_APPLICABLE)
    if value < 0.0005:
        return Cell("under 0.001")
    return Cell(f"{round_half_up(value, 3):.3f}", round_half_up(value, 3), 3)


# --- entries: what stands beside the name of a row --------------------------------------------


@dataclass(frozen=True)
class At:
    """A row to be filled: its name, and where its figures are looked up."""

    name: tuple[str, ...]
    group: str
    split: str = ""
    total: bool = False


@dataclass(frozen=True)
class Entry:
    """Columns that show one figure: its headings, and how it becomes cells."""

    measure: str
    columns: tuple[Column, ...]
    cells: Callable[[Figure], tuple[Cell, ...]]
    stage: str = ""


def count(
    measure: str, heading: str, *, part: str = "value", over: str = "", stage: str = ""
) -> Entry:
    """Show a count: the figure itself, or its numerator or denominator."""

    def cells(figure: Figure) -> tuple[Cell, ...]:
        return (plain_cell(figure, 0) if part == "value" else people_cell(figure, part),)

    return Entry(measure, (Column(heading, over),), cells, stage)


def share(measure: str, over: str, *, ends: bool = True, stage: str = "") -> Entry:
    """Show a proportion in per cent with both ends of its interval."""
    columns = (Column("%", over), Column("Likely from", over), Column("Likely to", over))
    if not ends:
        return Entry(measure, columns[:1], lambda f: (percent_cell(f),), stage)
    return Entry(measure, columns, lambda f: (percent_cell(f), *range_cells(f)), stage)


def ratio_entry(
    measure: str, over: str, *, edges: Sequence[float] = (1.0,), stage: str = ""
) -> Entry:
    """Show a ratio with both ends of its interval."""
    columns = (Column("Ratio", over), Column("Likely from", over), Column("Likely to", over))

    def cells(figure: Figure) -> tuple[Cell, ...]:
        mark = figure.value_mark
        return (
            ratio_cell(figure.value, mark, edges),
            ratio_cell(figure.lower, mark),
            ratio_cell(figure.upper, mark),
        )

    return Entry(measure, columns, cells, stage)


def ratio_alone(measure: str, heading: str) -> Entry:
    """Show a ratio that has no interval."""
    return Entry(measure, (Column(heading),), lambda f: (ratio_cell(f.value, f.value_mark),))


def points(measure: str, over: str, *, heading: str = "Points") -> Entry:
    """Show a difference in percentage points, or a rate, with both ends of its interval."""
    columns = (Column(heading, over), Column("Likely from", over), Column("Likely to", over))

    def cells(figure: Figure) -> tuple[Cell, ...]:
        ends = (
            Figure(value=end, value_mark=figure.value_mark or NOT_APPLICABLE)
            for end in (figure.lower, figure.upper)
        )
        return (plain_cell(figure, 1), *(plain_cell(end, 1) for end in ends))

    return Entry(measure, columns, cells)


def plain(measure: str, heading: str, places: int, *, over: str = "") -> Entry:
    """Show a number as it is."""
    return Entry(measure, (Column(heading, over),), lambda f: (plain_cell(f, places),))


def chance(measure: str, heading: str, *, field: str = "p_value", over: str = "") -> Entry:
    """Show the probability that a test gives."""

    def cells(figure: Figure) -> tuple[Cell, ...]:
        return (chance_cell(getattr(figure, field), figure.value_mark if figure.hidden else ""),)

    return Entry(measure, (Column(heading, over),), cells)


def word(measure: str, heading: str, words: Mapping[float, str], *, over: str = "") -> Entry:
    """Show a flag as a word."""

    def cells(figure: Figure) -> tuple[Cell, ...]:
        if figure.value is None:
            return (Cell(figure.value_mark),)
        return (Cell(words.get(figure.value, NOT_APPLICABLE)),)

    return Entry(measure, (Column(heading, over, numeric=False),), cells)


def layout(
    read: Figures,
    names: tuple[str, ...],
    rows: Sequence[At],
    entries: Sequence[Entry],
    *,
    notes: Sequence[str] = (),
    about: str = "",
) -> tuple[Layout, ...]:
    """Fill rows with entries; one that the table does not have at all is left out.

    Parameters
    ----------
    read
        The figures.
    names
        Headings of the columns that name the rows.
    rows
        Which rows, in which order.
    entries
        What stands in them.
    notes
        What must be known of them.
    about
        What the caption adds to the title.

    Returns
    -------
    tuple of Layout
        One; none where nothing is left.
    """
    held = [entry for entry in entries if read.holds(entry.measure)]
    if not held or not rows:
        return ()
    filled = [
        Row(
            at.name,
            tuple(
                cell
                for entry in held
                for cell in entry.cells(
                    _looked_up(read.get(entry.measure, at.group, split=at.split, stage=entry.stage))
                )
            ),
            at.total,
        )
        for at in rows
    ]
    columns = tuple(column for entry in held for column in entry.columns)
    return (Layout(names, columns, tuple(filled), tuple(notes), about),)


def _looked_up(figure: Figure) -> Figure:
    """A figure that a row does not have is not applicable to it: the reference's own ratio."""
    if figure.status:
        return figure
    mark = NOT_APPLICABLE
    return replace(figure, value_mark=mark, numerator_mark=mark, denominator_mark=mark)


def grid(read: Figures, groups: Sequence[str], *, totals: Sequence[str] = ()) -> list[At]:
    """Give a row for each group, in each part of the table where it is split."""
    if not read.by:
        return [At((g,), g, total=g in totals) for g in groups]
    return [
        At((group, whole_words(read, split)), group, split, total=group in totals)
        for split in read.splits
        for group in groups
    ]


def row_names(read: Figures) -> tuple[str, ...]:
    """Give the headings of the columns that name the rows of a grid."""
    return (read.of, read.by) if read.by else (read.of,)


def whole_words(read: Figures, split: str) -> str:
    """Name a part of the table; the whole by what is counted."""
    return f"All {noun(read.about.counted)}" if split == ALL else split
