"""The tables as an Excel workbook that follows the guidance on good spreadsheets."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from workforce_analytics.publishing.books import ONE_TABLE, ZIP_DATE, Book, bind, headings
from workforce_analytics.publishing.layouts import Cell, Table
from workforce_analytics.publishing.writing import safe_cell

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

LANGUAGE = "en-GB"


def workbook(
    protected: Sequence[Protected],
    *,
    title: str,
    organisation: str = "",
    licence: Sequence[str] = (),
) -> bytes:
    """Make protected tables into an Excel workbook: cover, contents, notes, one table per sheet.

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.
    title
        Title of the workbook.
    organisation
        Who publishes it.
    licence
        Under what its sources may be used.

    Returns
    -------
    bytes
        The file: the same tables give the same bytes.

    Raises
    ------
    UsageError
        If there is no table at all.

    Notes
    -----
    Numbers are numbers, marks are text in their cells, and text that starts like a formula is not
    one. Written by gptables, which was made for the guidance of the government analysis function.
    """
    book = bind(protected, title=title, organisation=organisation, licence=licence)
    return _packed(_excel(book))


def _excel(book: Book) -> bytes:
    gptables = _gptables()
    references = {note: f"n{place}" for place, note in enumerate(book.notes, start=1)}
    sheets = {
        name: _sheet(gptables, table, name.lower(), references)
        for name, table in zip(book.names, book.tables, strict=True)
    }
    notes = pd.DataFrame(
        {"Note": list(references.values()), "Note text": [safe_cell(n) for n in references]}
    )
    cover = gptables.Cover(title=book.title, intro=list(map(safe_cell, book.cover)))
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
            "created": _date(book.dated),
        }
    )
    workbook.close()
    return file.getvalue()


def _date(dated: str) -> datetime:
    """Date the file by its figures; where their period is no date, by the first day of Excel."""
    try:
        return datetime.fromisoformat(dated)
    except ValueError:
        return datetime(*ZIP_DATE)


def _gptables() -> Any:
    with warnings.catch_warnings():
        # It leaves its own theme file open while it is imported.
        warnings.simplefilter("ignore", ResourceWarning)
        import gptables
    return gptables


def _sheet(gptables: Any, table: Table, name: str, references: dict[str, str]) -> Any:
    frame = pd.DataFrame(
        [[*map(safe_cell, row.name), *(_entry(cell) for cell in row.cells)] for row in table.rows],
        columns=list(headings(table)),
        dtype="object",
    )
    offset = len(table.names)
    formats = []
    for place, column in enumerate(headings(table)[offset:]):
        places = max((row.cells[place].places for row in table.rows), default=0)
        number = {"num_format": f"#,##0.{'0' * places}" if places else "#,##0"}
        formats.append({"column": {"columns": [column], "format": number, "include_names": False}})
    refs = "".join(f"$${references[note]}$$" for note in table.notes)
    subtitles = [*([table.stamp] if table.stamp else []), *([f"Notes: {refs}"] if refs else [])]
    return gptables.GPTable(
        table=frame,
        table_name=name,
        title=table.caption,
        subtitles=subtitles,
        instructions=ONE_TABLE,
        source=f"Source: {table.source}" if table.source else None,
        legend=[f"{mark} {meaning}" for mark, meaning in table.shorthand],
        index_columns={2: 0},
        additional_formatting=formats,
    )


def _entry(cell: Cell) -> object:
    if cell.value is None:
        return safe_cell(cell.text)
    return cell.value if cell.places else int(cell.value)


def _packed(content: bytes) -> bytes:
    """Pack a workbook again: language said, parts in one order, all of one date."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    core = parts["docProps/core.xml"].decode("utf-8")
    # xlsxwriter has no way to say it.
    language = f"<dc:language>{LANGUAGE}</dc:language></cp:coreProperties>"
    parts["docProps/core.xml"] = core.replace("</cp:coreProperties>", language).encode("utf-8")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            # Zip files say on which system they were made unless told not to.
            info.create_system = 3
            new.writestr(info, parts[name])
    return file.getvalue()
