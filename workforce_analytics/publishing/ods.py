"""OpenDocument spreadsheets of plain tables: titles, a header row, numbers as numbers.

Written here because gptables writes Excel only, and the writer that pandas has needs a package
that an organisation would have to install for this alone.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from workforce_analytics.publishing.books import (
    ONE_TABLE,
    ZIP_DATE,
    Book,
    bind,
    headings,
    safe,
)
from workforce_analytics.publishing.layouts import Cell, Table
from workforce_analytics.publishing.writing import safe_cell

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{address}:1.0"'
    for name, address in (
        ("office", "office"),
        ("style", "style"),
        ("table", "table"),
        ("text", "text"),
        ("number", "datastyle"),
        ("meta", "meta"),
        ("fo", "xsl-fo-compatible"),
    )
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    f' manifest:version="1.3"><manifest:file-entry manifest:full-path="/" '
    f'manifest:media-type="{_TYPE}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in ("content.xml", "meta.xml", "styles.xml")
    )
    + "</manifest:manifest>"
)
_STYLES = (
    f'{_HEAD}<office:document-styles {_NAMESPACES} office:version="1.3"><office:styles>'
    '<style:default-style style:family="table-cell"><style:text-properties fo:language="en" '
    'fo:country="GB" style:font-name="Arial" fo:font-family="Arial" fo:font-size="12pt"/>'
    "</style:default-style></office:styles></office:document-styles>"
)
_PLACES = range(7)


@dataclass(frozen=True)
class Line:
    """A line of text above a table."""

    text: str
    style: str = "text"


@dataclass(frozen=True)
class Sheet:
    """A sheet: lines of text, then one table."""

    name: str
    lines: tuple[Line, ...]
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


def workbook(
    protected: Sequence[Protected],
    *,
    title: str,
    organisation: str = "",
    licence: Sequence[str] = (),
) -> bytes:
    """Make protected tables into an OpenDocument spreadsheet with the sheets of the Excel one.

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
    """
    book = bind(protected, title=title, organisation=organisation, licence=licence)
    parts = {
        "META-INF/manifest.xml": _MANIFEST,
        "content.xml": _content(_sheets(book)),
        "meta.xml": _meta(book),
        "styles.xml": _STYLES,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        # The type comes first and unpacked: that is how programs know the file.
        for name, text in {"mimetype": _TYPE, **parts}.items():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.create_system = 3
            packed.writestr(info, text.encode("utf-8"))
    return file.getvalue()


def _meta(book: Book) -> str:
    dated = ""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", book.dated):
        dated = f"<meta:creation-date>{book.dated}T00:00:00</meta:creation-date>"
    return (
        f"{_HEAD}<office:document-meta {_NAMESPACES} "
        'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta>'
        f"<dc:title>{escape(book.title)}</dc:title>"
        f"<meta:initial-creator>{escape(book.organisation)}</meta:initial-creator>{dated}"
        "<dc:language>en-GB</dc:language></office:meta></office:document-meta>"
    )


def _sheets(book: Book) -> list[Sheet]:
    contents = zip(book.names, (one.caption for one in book.tables), strict=True)
    notes = enumerate(book.notes, start=1)
    return [
        Sheet("Cover", lines=(Line(book.title, "title"), *map(Line, book.cover))),
        Sheet(
            "Contents",
            lines=(Line("Contents", "title"), Line(ONE_TABLE)),
            header=("Sheet name", "Table description"),
            rows=tuple((Cell(name), Cell(safe_cell(words))) for name, words in contents),
        ),
        Sheet(
            "Notes",
            lines=(Line("Notes", "title"), Line(ONE_TABLE)),
            header=("Note number", "Note text"),
            rows=tuple((Cell(str(place), place), Cell(safe_cell(note))) for place, note in notes),
        ),
        *(_table(book, name, one) for name, one in zip(book.names, book.tables, strict=True)),
    ]


def _table(book: Book, name: str, shown: Table) -> Sheet:
    references = "".join(f"[note {book.notes.index(note) + 1}]" for note in shown.notes)
    lines = [Line(shown.caption, "title")]
    lines += [Line(shown.stamp)] if shown.stamp else []
    lines += [Line(f"Notes: {references}")] if references else []
    lines.append(Line(ONE_TABLE))
    lines += [Line(f"{mark} {meaning}") for mark, meaning in shown.shorthand]
    if shown.source:
        lines.append(Line(f"Source: {shown.source}"))
    rows = tuple(
        (*(Cell(safe_cell(label)) for label in row.name), *map(safe, row.cells))
        for row in shown.rows
    )
    return Sheet(name, tuple(lines), headings(shown), rows)


def _content(sheets: Sequence[Sheet]) -> str:
    numbers = "".join(
        f'<number:number-style style:name="N{places}"><number:number number:min-integer-digits="1" '
        f'number:decimal-places="{places}" number:min-decimal-places="{places}" '
        f'number:grouping="true"/></number:number-style>'
        f'<style:style style:name="number{places}" style:family="table-cell" '
        f'style:data-style-name="N{places}"/>'
        for places in _PLACES
    )
    rule = 'fo:wrap-option="wrap" fo:border-bottom="0.75pt solid #0b0c0c"'
    styles = (
        _style("title", 'fo:font-weight="bold" fo:font-size="16pt"')
        + _style("header", 'fo:font-weight="bold"', rule)
        + _style("mark", "", "", 'fo:text-align="end"')
        + _style("figure", 'fo:font-weight="bold"', rule, 'fo:text-align="end"')
        + _style("wrapped", "", 'fo:wrap-option="wrap"')
        + "".join(
            f'<style:style style:name="{name}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}"/></style:style>'
            for name, width in (("wide", "11cm"), ("narrow", "4cm"), ("text", "20cm"))
        )
    )
    body = "".join(_sheet(sheet) for sheet in sheets)
    return (
        f'{_HEAD}<office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:automatic-styles>{numbers}{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )


def _style(name: str, letters: str, cell: str = "", paragraph: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-cell">'
        f"<style:table-cell-properties {cell}/><style:paragraph-properties {paragraph}/>"
        f"<style:text-properties {letters}/></style:style>"
    )


def _sheet(sheet: Sheet) -> str:
    width = max(len(sheet.header), 1)
    # Two columns are a list: a short name and a text. More are figures, with long names first.
    first, others = ("narrow", "text") if width == 2 else ("wide", "narrow")
    columns = f'<table:table-column table:style-name="{first}"/>'
    if width > 1:
        columns += (
            f'<table:table-column table:style-name="{others}" '
            f'table:number-columns-repeated="{width - 1}"/>'
        )
    lines = "".join(_row([_text(line.text, line.style)]) for line in sheet.lines)
    header = ""
    if sheet.header:
        ends = ["header", *["header" if width == 2 else "figure"] * (width - 1)]
        cells = _row([_text(*entry) for entry in zip(sheet.header, ends, strict=True)])
        header = f"<table:table-header-rows>{cells}</table:table-header-rows>"
    rows = "".join(
        _row([_cell(place, cell) for place, cell in enumerate(row)]) for row in sheet.rows
    )
    name = escape(sheet.name)
    return f'<table:table table:name="{name}">{columns}{lines}{header}{rows}</table:table>'


def _row(cells: Sequence[str]) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _text(text: str, style: str) -> str:
    named = f' table:style-name="{style}"' if style != "text" else ""
    return (
        f'<table:table-cell{named} office:value-type="string">'
        f"<text:p>{escape(text)}</text:p></table:table-cell>"
    )


def _cell(place: int, cell: Cell) -> str:
    if cell.value is None:
        return _text(cell.text, "mark" if place and cell.text.startswith("[") else "wrapped")
    return (
        f'<table:table-cell table:style-name="number{cell.places}" office:value-type="float" '
        f'office:value="{cell.value:.{cell.places}f}"><text:p>{escape(cell.text)}</text:p>'
        "</table:table-cell>"
    )
