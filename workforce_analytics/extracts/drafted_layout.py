"""Where the table of an unknown file lies, as the [file] table of a mapping says it: for drafts."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from workforce_analytics.errors import ConfigurationError, WorkforceError
from workforce_analytics.extracts.contracts import Contract
from workforce_analytics.extracts.drafted_columns import recognise
from workforce_analytics.extracts.reading import (
    WORKBOOK_ENDINGS,
    FileOptions,
    RawTable,
    read_table,
)

FOOTERS = (
    "Run by",
    "Run on",
    "Report run",
    "Report date",
    "Printed",
    "Produced",
    "Generated",
    "Exported",
    "Created by",
    "End of report",
    "Grand total",
)
"""How footers of reports begin; the rest of such a row may name a person and is never written."""


def layout_of(path: Path, described: Contract) -> dict[str, str | int]:
    """Where do the table, the title rows, the subtotals and the footer of a report lie?

    Returns
    -------
    dict
        Options of a mapping's [file] table, those alone that are needed.
    """
    layout: dict[str, str | int] = {}
    sheet = _sheet(path, described)
    if sheet:
        layout["sheet"] = sheet
    raw = read_table(path, FileOptions(sheet=sheet or None))
    titles = sum(n for reason, n in raw.dropped if reason == "of a title")
    if titles:
        layout["header_row"] = _header_row(path, raw, titles, sheet)
    few = raw.table.notna().sum(axis=1) <= max(1, raw.table.shape[1] // 3)
    opening = raw.table[few].bfill(axis=1).iloc[:, 0].astype(str).str.strip().str.casefold()
    for footer in FOOTERS:
        if opening.str.startswith(footer.casefold()).any():
            layout["skip_footer"] = footer
            opening = opening[~opening.str.startswith(footer.casefold())]
            break
    if opening.str.contains(r"\b(?:sub-?)?total\b", regex=True).any():
        layout["subtotal"] = "total"
    return layout


def _sheet(path: Path, described: Contract) -> str:
    """Choose, of several sheets, the one whose headers the contract knows best."""
    if path.suffix.lower() not in WORKBOOK_ENDINGS or not path.is_file():
        return ""
    with suppress(ConfigurationError):  # several sheets: reading asks which
        read_table(path)
        return ""
    import python_calamine as calamine

    known: dict[str, int] = {}
    for sheet in calamine.load_workbook(str(path)).sheet_names:
        with suppress(WorkforceError):  # an empty sheet, or one of notes
            table = read_table(path, FileOptions(sheet=sheet)).table
            known[sheet] = sum(bool(column.to) for column in recognise(table, described)[1])
    return max(known, key=lambda sheet: known[sheet], default="")


def _header_row(path: Path, raw: RawTable, titles: int, sheet: str) -> int:
    """Find the number of the row that was taken for the header; blank rows are not told apart."""
    for row in range(titles + 1, titles + 41):
        with suppress(WorkforceError):  # a blank row, or one of numbers
            again = read_table(path, FileOptions(header_row=row, sheet=sheet or None))
            if list(again.table.columns) == list(raw.table.columns):
                return row
    return titles + 1
