"""The workbook: cover, contents, notes, and one table per sheet, as Excel and as OpenDocument."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from workforce_analytics.publishing.ods import Line, Sheet, open_document
from workforce_analytics.publishing.tables import Cell, Table
from workforce_analytics.publishing.wording import SHORTHAND
from workforce_analytics.publishing.writing import safe_cell, write_bytes

LANGUAGE = "en-GB"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_ONE_TABLE = "This worksheet contains one table."


@dataclass(frozen=True)
class Book:
    """What a workbook holds."""

    title: str
    organisation: str
    period: str
    """Date of the figures, as ISO text: it also dates the file, so that it has no clock in it."""
    tables: tuple[Table, ...]
    about: tuple[str, ...] = ()
    """What a reader must know of all tables: who was counted, disclosure control, licence."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of all tables, each once."""
        return tuple(dict.fromkeys(note for table in self.tables for note in table.notes))


def write_workbook(book: Book, path: str | Path) -> Path:
    """Write the tables as an Excel workbook that follows the guidance on good spreadsheets.

    Parameters
    ----------
    book
        What it holds.
    path
        Where it goes.

    Returns
    -------
    Path
        The file's path; the same book gives the same bytes.

    Raises
    ------
    CannotWrite
        If the file cannot be written.

    Notes
    -----
    Numbers are numbers, marks are text in their cells, text that starts like a formula is not one.
    """
    return write_bytes(path, _dated(_excel(book)))


def write_ods(book: Book, path: str | Path) -> Path:
    """Write the tables as an OpenDocument spreadsheet with the same sheets.

    Parameters
    ----------
    book
        What it holds.
    path
        Where it goes.

    Returns
    -------
    Path
        The file's path; the same book gives the same bytes.

    Raises
    ------
    CannotWrite
        If the file cannot be written.
    """
    names = _names(book)
    sheets = [
        Sheet("Cover", lines=(Line(book.title, "title"), *map(Line, _cover(book)))),
        Sheet(
            "Contents",
            lines=(Line("Contents", "title"), Line(_ONE_TABLE)),
            header=("Sheet name", "Table description"),
            rows=tuple(
                (Cell(name), Cell(safe_cell(table.caption)))
                for name, table in zip(names, book.tables, strict=True)
            ),
        ),
        Sheet(
            "Notes",
            lines=(Line("Notes", "title"), Line(_ONE_TABLE)),
            header=("Note number", "Note text"),
            rows=tuple(
                (Cell(str(place), place), Cell(safe_cell(note)))
                for place, note in enumerate(book.notes, start=1)
            ),
        ),
    ]
    for name, table in zip(names, book.tables, strict=True):
        marks = tuple(Line(f"{mark} {meaning}") for mark, meaning in table.shorthand)
        source = (Line(f"Source: {table.source}"),) if table.source else ()
        refs = "".join(f" [note {book.notes.index(note) + 1}]" for note in table.notes)
        rows = tuple(
            (*(Cell(safe_cell(label)) for label in row.name), *map(_safe, row.cells))
            for row in table.rows
        )
        lines = (Line(table.caption + refs, "title"), Line(_ONE_TABLE), *source, *marks)
        sheets.append(Sheet(name, lines=lines, header=_headings(table), rows=rows))
    made = open_document(sheets, title=book.title, creator=book.organisation, date=book.period)
    return write_bytes(path, made)


def _names(book: Book) -> list[str]:
    return [f"Table_{place}" for place in range(1, len(book.tables) + 1)]


def _cover(book: Book) -> list[str]:
    shorthand = {mark: meaning for table in book.tables for mark, meaning in table.shorthand}
    marks = [f"{mark} {shorthand[mark]}" for mark in SHORTHAND if mark in shorthand]
    return [
        f"Published by {book.organisation}.",
        *book.about,
        *(["Marks that stand in place of a figure:", *marks] if marks else []),
    ]


def _headings(table: Table) -> tuple[str, ...]:
    return (*table.names, *(column.full for column in table.columns))


def _safe(cell: Cell) -> Cell:
    """Keep text from being read as a formula; numbers may start with a minus."""
    return cell if cell.value is not None else Cell(safe_cell(cell.text))


def _excel(book: Book) -> bytes:
    gptables = _gptables()
    names = _names(book)
    references = {note: f"n{place}" for place, note in enumerate(book.notes, start=1)}
    sheets = {
        name: _sheet(gptables, table, name.lower(), references)
        for name, table in zip(names, book.tables, strict=True)
    }
    notes = pd.DataFrame(
        {"Note": list(references.values()), "Note text": [safe_cell(n) for n in references]}
    )
    cover = gptables.Cover(title=book.title, intro=_cover(book))
    file = io.BytesIO()
    with warnings.catch_warnings():
        # It warns of pandas options that it sets itself, and of a book without notes.
        warnings.simplefilter("ignore")
        workbook = gptables.produce_workbook(
            file,
            sheets,
            cover=cover,
            notes_table=notes if references else None,
            workbook_options={
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
    workbook.set_properties(
        {
            "title": book.title,
            "author": book.organisation,
            "company": book.organisation,
            "created": datetime.fromisoformat(book.period),
        }
    )
    workbook.close()
    return file.getvalue()


def _gptables() -> Any:
    with warnings.catch_warnings():
        # It leaves its own theme file open while it is imported.
        warnings.simplefilter("ignore", ResourceWarning)
        import gptables
    return gptables


def _sheet(gptables: Any, table: Table, name: str, references: dict[str, str]) -> Any:
    frame = pd.DataFrame(
        [[*map(safe_cell, row.name), *(_entry(cell) for cell in row.cells)] for row in table.rows],
        columns=list(_headings(table)),
        dtype="object",
    )
    offset = len(table.names)
    formats = []
    for place, column in enumerate(_headings(table)[offset:]):
        places = max((row.cells[place].places for row in table.rows), default=0)
        number = {"num_format": f"#,##0.{'0' * places}" if places else "#,##0"}
        formats.append({"column": {"columns": [column], "format": number, "include_names": False}})
    refs = "".join(f"$${references[note]}$$" for note in table.notes)
    return gptables.GPTable(
        table=frame,
        table_name=name,
        title=f"{table.caption} {refs}".strip(),
        instructions=_ONE_TABLE + (" Notes are on the notes worksheet." if refs else ""),
        source=f"Source: {table.source}" if table.source else None,
        legend=[f"{mark} {meaning}" for mark, meaning in table.shorthand],
        index_columns={2: 0},
        additional_formatting=formats,
    )


def _entry(cell: Cell) -> object:
    if cell.value is None:
        return safe_cell(cell.text)
    return cell.value if cell.places else int(cell.value)


def _dated(content: bytes) -> bytes:
    """Pack a workbook again: language said, parts in one order, all of one date."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    core = parts["docProps/core.xml"].decode("utf-8")
    # The modified date is the created one; xlsxwriter has no language of its own.
    core = re.sub(
        "</cp:coreProperties>", f"<dc:language>{LANGUAGE}</dc:language></cp:coreProperties>", core
    )
    parts["docProps/core.xml"] = core.encode("utf-8")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            # Zip files say on which system they were made unless told not to.
            info.create_system = 3
            new.writestr(info, parts[name])
    return file.getvalue()
