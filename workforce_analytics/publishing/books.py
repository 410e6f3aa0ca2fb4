"""What a workbook holds, in Excel or OpenDocument: cover, contents, notes, one table a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.layouts import Cell, Table
from workforce_analytics.publishing.protection import stamp, statement
from workforce_analytics.publishing.tables import tables
from workforce_analytics.publishing.wording import SHORTHAND
from workforce_analytics.publishing.writing import safe_cell

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

CONFIDENTIAL = "[c]"
ONE_TABLE = "This worksheet contains one table."
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""Zip files bear a date; one that never changes keeps the bytes the same."""


@dataclass(frozen=True)
class Book:
    """What a workbook holds."""

    title: str
    organisation: str
    dated: str
    """ISO date of the latest figures, which dates the file: there is no clock in it."""
    tables: tuple[Table, ...]
    about: tuple[str, ...] = ()
    """What a reader must know of all tables."""
    stamp: str = ""
    """Who may see the workbook, where that is not everybody."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sheets that hold the tables."""
        return tuple(f"Table_{place}" for place in range(1, len(self.tables) + 1))

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Notes of all tables, each once."""
        return tuple(dict.fromkeys(note for one in self.tables for note in one.notes))

    @property
    def cover(self) -> tuple[str, ...]:
        """Text of the cover: who publishes it, how to read it, what the marks mean."""
        meanings = {mark: words for one in self.tables for mark, words in one.shorthand}
        marks = [f"{mark} {meanings[mark]}" for mark in SHORTHAND if mark in meanings]
        made = "Made" if self.stamp else "Published"
        return (
            *([self.stamp] if self.stamp else []),
            *([f"{made} by {self.organisation}."] if self.organisation else []),
            *self.about,
            *(["Marks that stand in place of a figure:", *marks] if marks else []),
        )


def bind(
    protected: Sequence[Protected], *, title: str, organisation: str = "", licence: Sequence[str]
) -> Book:
    """Put protected tables together as a workbook, with what must be known of them.

    Parameters
    ----------
    protected
        Figures that have passed disclosure control, one sheet each, or as many as they need.
    title
        Title of the workbook.
    organisation
        Who publishes it.
    licence
        Under what its sources may be used.

    Returns
    -------
    Book
        What the Excel and the OpenDocument workbook hold.

    Raises
    ------
    UsageError
        If there is no table at all.
    """
    if not protected:
        raise UsageError("a workbook needs one table or more")
    return Book(
        title=title,
        organisation=organisation,
        dated=_dated(protected),
        tables=tuple(_spoken(one) for item in protected for one in tables(item)),
        about=(*statement(protected), *licence),
        stamp=stamp(protected),
    )


def _dated(protected: Sequence[Protected]) -> str:
    """Find the last day that figures are about; a financial year ends on 31 March."""
    ends = [item.about.period.split(" to ")[-1] for item in protected]
    # A wave of a survey may have a name that tells no year.
    ends = [end for end in ends if re.match(r"\d{4}", end)] or ends
    years = [re.fullmatch(r"(\d{4})/\d\d(?: Q[1-4])?", end) for end in ends]
    return max(
        f"{int(year[1]) + 1}-03-31" if year else end for year, end in zip(years, ends, strict=True)
    )


def _spoken(shown: Table) -> Table:
    """Write a mark of symbols only, which a screen reader passes over, as one with a letter.

    Guidance of the government analysis function on symbols in tables; the NHS profile marks hidden
    counts with "*".
    """
    silent = [mark for mark, _ in shown.shorthand if not any(sign.isalnum() for sign in mark)]
    if not silent:
        return shown
    rows = tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, text=CONFIDENTIAL) if cell.text in silent else cell
                for cell in row.cells
            ),
        )
        for row in shown.rows
    )
    kept = [pair for pair in shown.shorthand if pair[0] not in silent]
    return replace(shown, rows=rows, shorthand=((CONFIDENTIAL, SHORTHAND[CONFIDENTIAL]), *kept))


def headings(shown: Table) -> tuple[str, ...]:
    """Give the headings of a table in one row."""
    return (*shown.names, *(column.full for column in shown.columns))


def safe(cell: Cell) -> Cell:
    """Keep a text from being read as a formula; a number may start with a minus."""
    return cell if cell.value is not None else Cell(safe_cell(cell.text))
