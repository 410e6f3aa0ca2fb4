"""Tables of the workforce's make-up: shares, against the community, over time."""

from __future__ import annotations

from workforce_analytics.estimates import long_date
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.layouts import (
    EMPTY,
    LIKELY,
    Cell,
    Column,
    Layout,
    Row,
    people_cell,
    percent_cell,
    plain_cell,
    range_cells,
    whole_words,
)
from workforce_analytics.publishing.wording import lower_first, noun, who_declared

_Grid = tuple[tuple[Column, ...], tuple[Row, ...]]


def shares(read: Figures) -> tuple[Layout, ...]:
    """One row per group; split by something, two columns per part."""
    if read.by:
        grid = _pivot(read, [(whole_words(read, at), at, "") for at in read.splits])
    else:
        grid = _shares(read) if read.holds_everybody else _shares_declared(read)
    return (Layout((read.of,), *grid, _notes(read)),)


def community(read: Figures) -> tuple[Layout, ...]:
    """One row per group and part of the split: both shares and how far they are apart."""
    names = (read.of, read.by) if read.by else (read.of,)
    return (Layout(names, *_community(read), _notes(read), "compared with the community"),)


def series(read: Figures) -> tuple[Layout, ...]:
    """One row per group, two columns per date."""
    grid = _pivot(read, [(long_date(when), "", when) for when in read.periods])
    return (Layout((read.of,), *grid, _notes(read)),)


def _notes(read: Figures) -> tuple[str, ...]:
    about = read.about
    found = [_base(read)]
    if about.reference:
        found.append(f"Community: {about.reference}.")
        found.append("People to parity are a measure of distance, not a quota or target.")
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


def _shares(read: Figures) -> _Grid:
    """One row per group, both bases, and what the missing answers are."""
    people = noun(read.about.counted)
    columns = (
        Column(people.capitalize()),
        Column(f"% of all {people}"),
        Column("% of those who declared"),
        *LIKELY,
    )
    rows = []
    for group in read.declared:
        whole, known = read.get("share_of_all", group), read.get("share_of_known", group)
        cells = (people_cell(known), percent_cell(whole), percent_cell(known), *range_cells(known))
        rows.append(Row((group,), cells))
    rate = read.declaration()
    declared = (people_cell(rate), percent_cell(rate), *_hundred(rate), EMPTY, EMPTY)
    rows.append(Row(("All who declared",), declared, total=True))
    for kind in read.undeclared:
        whole = read.get("share_of_all", kind)
        rows.append(Row((kind,), (people_cell(whole), percent_cell(whole), *[EMPTY] * 3)))
    everybody = (people_cell(rate, "denominator"), *_hundred(rate), *[EMPTY] * 3)
    rows.append(Row((f"All {people}",), everybody, total=True))
    return columns, tuple(rows)


def _shares_declared(read: Figures) -> _Grid:
    """One row per group of those who declared, where nobody else is in the table."""
    people = Column(noun(read.about.counted).capitalize())
    shown = [(group, read.get("share_of_known", group)) for group in read.declared]
    rows = [Row((g,), (people_cell(f), percent_cell(f), *range_cells(f))) for g, f in shown]
    known = read.who_declared()
    base = (people_cell(known), *_hundred(known), EMPTY, EMPTY)
    total = Row(("All who declared",), base, total=True)
    return (people, Column("% of those who declared"), *LIKELY), (*rows, total)


def _hundred(rate: Figure) -> tuple[Cell]:
    """The whole is 100% of itself, unless it is nobody."""
    return (EMPTY if 0 in (rate.numerator, rate.denominator) else Cell("100.0", 100.0, 1),)


def _pivot(read: Figures, parts: list[tuple[str, str, str]]) -> _Grid:
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
        row(kind, cells=[(people_cell(f), EMPTY) for f in at("share_of_all", kind)])
        for kind in read.undeclared
    ]
    rates = [read.declaration(split=split, period=when) for _, split, when in parts]
    last = [(people_cell(rate, "denominator"), EMPTY) for rate in rates]
    rows.append(row(f"All {people}", total=True, cells=last))
    declared = [(EMPTY, percent_cell(rate)) for rate in rates]
    rows.append(row("Declaration rate", cells=declared))
    return columns, tuple(rows)


def _community(read: Figures) -> _Grid:
    """One row per group and part of the split: both shares and how far they are apart."""
    people = noun(read.about.counted)
    columns = (
        Column(people.capitalize()),
        Column(f"% of {people} who declared"),
        *LIKELY,
        Column("% of the community"),
        Column("Difference (percentage points)"),
        Column("Index (1 = same share)"),
        Column("If others are replaced", over="People to parity"),
        Column("If hired in addition", over="People to parity"),
    )
    rows = []
    for split in read.splits:
        part = (whole_words(read, split),) if read.by else ()
        rows += [Row((group, *part), _against(read, group, split)) for group in read.declared]
        if read.by:
            rate = read.declaration(split=split)
            declared = (people_cell(rate), *_hundred(rate), *[EMPTY] * 7)
            rows.append(Row(("All who declared", *part), declared, total=True))
    return columns, tuple(rows)


def _against(read: Figures, group: str, split: str) -> tuple[Cell, ...]:
    def get(measure: str) -> Figure:
        return read.get(measure, group, split=split)

    share = get("share_of_known")
    return (
        people_cell(share),
        percent_cell(share),
        *range_cells(share),
        percent_cell(get("community_share")),
        plain_cell(get("gap"), 1),
        plain_cell(get("representation_index"), 2),
        plain_cell(get("people_to_parity_replacement"), 0),
        plain_cell(get("people_to_parity_hires"), 0),
    )
