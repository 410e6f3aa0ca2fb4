"""One protected table as people read it: rows and columns, a caption, and its marks explained."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, long_date
from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.publishing.figures import Figure, Figures, figures
from workforce_analytics.publishing.protection import policy_words, stamp
from workforce_analytics.publishing.wording import (
    SHORTHAND,
    lower_first,
    noun,
    number,
    percent,
    who_declared,
)

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

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


def table(protected: Protected) -> Table:
    """What does this table look like as rows and columns?

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.

    Returns
    -------
    Table
        Shares: one row per group; split by something or over time, two columns (people and
        percentage) per part, of those who declared only where others are not in the table. Against
        the community: one row per group (and part of the split) with both shares, the difference,
        the index and people to parity. Hidden figures are their marks, which are explained.

    Raises
    ------
    UsageError
        If there is no table for this kind of figures.
    """
    read, kind = figures(protected), protected.about.kind
    if kind not in {"shares", "against_community", "over_time"}:
        raise UsageError(f"there is no table for figures of the kind '{kind}' yet")
    if kind == "against_community":
        columns, rows = _community(read)
    elif kind == "over_time":
        columns, rows = _pivot(read, [(long_date(when), "", when) for when in read.periods])
    elif read.by:
        columns, rows = _pivot(read, [(_split(read, at), at, "") for at in read.splits])
    else:
        columns, rows = _shares(read) if read.holds_everybody else _shares_declared(read)
    names = (read.of, read.by) if kind == "against_community" and read.by else (read.of,)
    return Table(
        caption=_caption(read),
        names=names,
        columns=columns,
        rows=rows,
        shorthand=shorthand(rows, notes(read)),
        notes=notes(read),
        source=protected.about.source,
        stamp=stamp([protected]),
        policy=policy_words(protected),
    )


def as_text(shown: Table) -> str:
    """Set a table in columns of plain text, for a terminal.

    Parameters
    ----------
    shown
        The table.

    Returns
    -------
    str
        Caption, one line per row, the marks explained, the notes, how it was protected.
    """
    lines = [[*shown.names, *(column.heading for column in shown.columns)]]
    lines += [[*row.name, *(cell.text for cell in row.cells)] for row in shown.rows]
    if shown.spans:
        # Columns are numbers; the upper heading stands over the first of those it belongs to.
        seen = ["", *(column.over for column in shown.columns)]
        over = [new if new != old else "" for old, new in pairwise(seen)]
        lines.insert(0, [*[""] * len(shown.names), *over])
    names = len(shown.names)
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    text = [
        "  ".join(
            words.ljust(width) if place < names else words.rjust(width)
            for place, (words, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    marks = [f"{mark} {meaning}" for mark, meaning in shown.shorthand]
    return "\n".join([shown.caption, *text, *marks, *shown.notes, *shown.small_print])


def shorthand(rows: tuple[Row, ...], notes: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    """Explain the marks that stand in these rows and notes."""
    marks = {cell.text.split(" ")[-1] for row in rows for cell in row.cells}
    marks |= {word.rstrip(",.;") for note in notes for word in note.split(" ")}
    return tuple((mark, meaning) for mark, meaning in SHORTHAND.items() if mark in marks)


def _caption(read: Figures) -> str:
    """Give a table a name of its own: a table against the community is about the same people."""
    compared = ", compared with the community" if read.about.kind == "against_community" else ""
    return f"{read.about.title}{compared}"


def notes(read: Figures) -> tuple[str, ...]:
    """What a reader must know to read this table: who, what, compared with what, how recorded."""
    about = read.about
    found = [_base(read)]
    if about.base:
        found.append(f"Who was counted: {about.base.replace(' -> ', ' became ')}.")
    if about.reference:
        found.append(f"Community: {about.reference}.")
        found.append("People to parity are a measure of distance, not a quota or target.")
    if about.recorded_as:
        found.append(f"{read.of} is recorded as: {about.recorded_as}.")
    pivoted = about.kind == "over_time" or (about.kind == "shares" and read.by)
    if not pivoted and any(figure.has_interval for figure in read.rows.values()):
        found.append(
            "“Likely between” is how far a figure could lie from the one shown by chance alone "
            f"({number(100 * about.confidence)}% confidence interval)."
        )
    found += [caveat for caveat in about.caveats if caveat not in found]
    found += [about.less_detail] if about.less_detail else []
    return tuple(found)


def _base(read: Figures) -> str:
    """Say whom the percentages are of, and who is left out of them."""
    counted = read.about.counted
    if read.about.kind != "against_community" or read.by:
        unless = ", unless the heading says otherwise" if read.holds_everybody else ""
        return f"Percentages are of {who_declared(counted, read.of)}{unless}."
    rate = read.declaration()
    left_out = [
        f"{lower_first(kind)} {people_cell(read.get('share_of_all', kind)).text}"
        for kind in read.undeclared
    ]
    said = (
        f"Percentages are of the {people_cell(rate).text} {who_declared(counted, read.of)}, "
        f"out of {people_cell(rate, 'denominator').text} counted."
    )
    return f"{said} Left out, not declared: {', '.join(left_out)}." if left_out else said


def _split(read: Figures, label: str) -> str:
    return f"All {noun(read.about.counted)}" if label == ALL else label


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


def _plain(figure: Figure, places: int) -> Cell:
    if figure.value is None:
        return Cell(figure.value_mark)
    value = round_half_up(figure.value, places)
    return Cell(number(figure.value, places), value, places)


def _range(figure: Figure) -> tuple[Cell, Cell]:
    """Both ends of the interval of a share, in per cent."""
    if figure.value is None:
        return Cell(figure.value_mark), Cell(figure.value_mark)
    return _end(figure.lower), _end(figure.upper)


def _end(share: float | None) -> Cell:
    if share is None:
        return _EMPTY
    return Cell(percent(share, sign=False), round_half_up(100 * share, 1), 1)


_EMPTY = Cell(NOT_APPLICABLE)
_LIKELY = (Column("From", over="Likely between (%)"), Column("To", over="Likely between (%)"))


# --- layouts ----------------------------------------------------------------------------------


def _shares(read: Figures) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """One row per group, both bases, and what the missing answers are."""
    people = noun(read.about.counted)
    columns = (
        Column(people.capitalize()),
        Column(f"% of all {people}"),
        Column("% of those who declared"),
        *_LIKELY,
    )
    rows = []
    for group in read.declared:
        whole, known = read.get("share_of_all", group), read.get("share_of_known", group)
        cells = (people_cell(known), percent_cell(whole), percent_cell(known), *_range(known))
        rows.append(Row((group,), cells))
    rate = read.declaration()
    declared = (people_cell(rate), percent_cell(rate), *_hundred(rate), _EMPTY, _EMPTY)
    rows.append(Row(("All who declared",), declared, total=True))
    for kind in read.undeclared:
        whole = read.get("share_of_all", kind)
        rows.append(Row((kind,), (people_cell(whole), percent_cell(whole), *[_EMPTY] * 3)))
    everybody = (people_cell(rate, "denominator"), *_hundred(rate), *[_EMPTY] * 3)
    rows.append(Row((f"All {people}",), everybody, total=True))
    return columns, tuple(rows)


def _shares_declared(read: Figures) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """One row per group of those who declared, where nobody else is in the table."""
    people = Column(noun(read.about.counted).capitalize())
    shown = [(group, read.get("share_of_known", group)) for group in read.declared]
    rows = [Row((g,), (people_cell(f), percent_cell(f), *_range(f))) for g, f in shown]
    known = read.who_declared()
    base = (people_cell(known), *_hundred(known), _EMPTY, _EMPTY)
    total = Row(("All who declared",), base, total=True)
    return (people, Column("% of those who declared"), *_LIKELY), (*rows, total)


def _hundred(rate: Figure) -> tuple[Cell]:
    """The whole is 100% of itself, unless it is nobody."""
    return (_EMPTY if 0 in (rate.numerator, rate.denominator) else Cell("100.0", 100.0, 1),)


def _pivot(
    read: Figures, parts: list[tuple[str, str, str]]
) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """One row per group, and per part (heading, split, period) its people and percentage."""
    people = noun(read.about.counted)
    columns = tuple(
        Column(heading, over=over) for over, _, _ in parts for heading in ("Number", "%")
    )

    def row(name: str, *, total: bool = False, cells: list[tuple[Cell, Cell]]) -> Row:
        return Row((name,), tuple(cell for pair in cells for cell in pair), total)

    def at(measure: str, group: str) -> list[Figure]:
        return [read.get(measure, group, split=split, period=when) for _, split, when in parts]

    rows = [
        row(group, cells=[(people_cell(f), percent_cell(f)) for f in at("share_of_known", group)])
        for group in read.declared
    ]
    known = [read.who_declared(split=split, period=when) for _, split, when in parts]
    base = [(people_cell(figure), _hundred(figure)[0]) for figure in known]
    rows.append(row("All who declared", total=True, cells=base))
    if not read.holds_everybody:
        return columns, tuple(rows)
    rows += [
        row(kind, cells=[(people_cell(f), _EMPTY) for f in at("share_of_all", kind)])
        for kind in read.undeclared
    ]
    rates = [read.declaration(split=split, period=when) for _, split, when in parts]
    last = [(people_cell(rate, "denominator"), _EMPTY) for rate in rates]
    rows.append(row(f"All {people}", total=True, cells=last))
    declared = [(_EMPTY, percent_cell(rate)) for rate in rates]
    rows.append(row("Declaration rate", cells=declared))
    return columns, tuple(rows)


def _community(read: Figures) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """One row per group and part of the split: both shares and how far they are apart."""
    people = noun(read.about.counted)
    columns = (
        Column(people.capitalize()),
        Column(f"% of {people} who declared"),
        *_LIKELY,
        Column("% of the community"),
        Column("Difference (percentage points)"),
        Column("Index (1 = same share)"),
        Column("If others are replaced", over="People to parity"),
        Column("If hired in addition", over="People to parity"),
    )
    rows = []
    for split in read.splits:
        part = (_split(read, split),) if read.by else ()
        rows += [Row((group, *part), _against(read, group, split)) for group in read.declared]
        if read.by:
            rate = read.declaration(split=split)
            declared = (people_cell(rate), *_hundred(rate), *[_EMPTY] * 7)
            rows.append(Row(("All who declared", *part), declared, total=True))
    return columns, tuple(rows)


def _against(read: Figures, group: str, split: str) -> tuple[Cell, ...]:
    def get(measure: str) -> Figure:
        return read.get(measure, group, split=split)

    share = get("share_of_known")
    return (
        people_cell(share),
        percent_cell(share),
        *_range(share),
        percent_cell(get("community_share")),
        _plain(get("gap"), 1),
        _plain(get("representation_index"), 2),
        _plain(get("people_to_parity_replacement"), 0),
        _plain(get("people_to_parity_hires"), 0),
    )
