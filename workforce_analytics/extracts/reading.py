"""One file as an analyst received it -> its table as text, exactly as written.

What stands where in a file is told in the `[file]` part of a mapping: `FileOptions`. Typed columns
are made of the text by `parsing`, other shapes by `reshaping`.
"""

from __future__ import annotations

import datetime
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt

from workforce_analytics.errors import ConfigurationError, DataError, WorkforceError
from workforce_analytics.extracts.dates import read_day
from workforce_analytics.extracts.delimited import read_delimited
from workforce_analytics.extracts.layout import Grid, locate
from workforce_analytics.extracts.quality import Problem
from workforce_analytics.extracts.workbooks import read_sheet

TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

_BEGINNINGS = (
    (b"PK\x03\x04", "an Excel or OpenDocument workbook or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or a protected one"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a compressed file"),
)


Shape = Literal["effective_dated", "status_to_stage", "wide_panels", "survey_export"]


def _as_day(value: object) -> object:
    """Read a day of the options as an export writes it: "31-Dec-4712", "01/04/1900"."""
    return (read_day(value) or value) if isinstance(value, str) else value


Day = Annotated[datetime.date, BeforeValidator(_as_day)]


class FileOptions(BaseModel):
    """Where things stand in a file: the `[file]` part of a mapping."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    header_row: PositiveInt | None = None
    """The row of the header, counted from 1 as a spreadsheet does; found where it is not given."""
    header_rows: PositiveInt = 1
    """How many rows the header has (survey tools: 2 or 3); the first one holds the names."""
    skip_footer: str | None = Field(default=None, min_length=1)
    """The footer begins at the first row whose first filled cell starts with this ("Run by")."""
    subtotal: str | None = Field(default=None, min_length=1)
    """Rows whose first filled cell contains this are sums, not records ("Total")."""
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = Field(default=None, pattern=r"^[\t -~]$")
    """One character; a tab is written "\\t"."""
    dates: Literal["day_first", "month_first"] | None = None
    """How dates like 03/04/2024 are meant, where the columns themselves cannot tell."""
    end_of_time: tuple[Day, ...] = ()
    """Dates that stand for "still current", beside 31/12/4712 and 31/12/9999."""
    unknown_dates: tuple[Day, ...] = ()
    """Dates that stand for "not known", beside 01/01/1900 and 01/04/1900."""
    shape: Shape | None = None
    """Which reshaping the table needs once its columns carry the contract's names."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """The table of a file: text exactly as written, blank cells missing.

    `records` is the number of each row, 1 for the first under the header. `rows_read` is the rows
    of `table` and those of `dropped`, which says why rows were left out.
    """

    name: str
    table: pd.DataFrame
    records: pd.Series
    rows_read: int
    dropped: tuple[tuple[str, int], ...]
    notes: tuple[Problem, ...]
    checksum: str
    encoding: str = ""
    delimiter: str = ""

    def __repr__(self) -> str:
        rows, columns = self.table.shape
        return f"RawTable of {self.name}: {rows:,} records, {columns:,} columns"


def read_table(source: str | Path, options: FileOptions | None = None) -> RawTable:
    r"""What does this file hold, as text, before anything is made of it?

    Parameters
    ----------
    source
        The path of a CSV, TSV, Excel or OpenDocument file.
    options
        Where things stand in the file; without them everything is found or refused.

    Returns
    -------
    RawTable

    Raises
    ------
    DataError
        The file cannot be used; one line says why and what to do.
    ConfigurationError
        There is no such file, it is a folder, or the options name what it does not have.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "staff.csv")
    ...     _ = path.write_text("id,religion\n0012,None\n", encoding="utf-8")
    ...     raw = read_table(path)
    >>> raw
    RawTable of staff.csv: 1 records, 2 columns
    >>> raw.table.iloc[0].tolist()
    ['0012', 'None']
    """
    options = options or FileOptions()
    path = Path(source)
    _refuse_lock_file(path.name)
    data = _bytes(path)
    grid = _grid(data, path, options)
    located = locate(
        grid,
        name=path.name,
        header_row=options.header_row,
        header_rows=options.header_rows,
        skip_footer=options.skip_footer,
        subtotal=options.subtotal,
    )
    return RawTable(
        name=path.name,
        table=located.table,
        records=located.records,
        rows_read=located.rows_read,
        dropped=located.dropped,
        notes=(*_open_elsewhere(path), *located.notes),
        checksum=hashlib.sha256(data).hexdigest(),
        encoding=grid.encoding,
        delimiter=grid.delimiter,
    )


def _refuse_lock_file(name: str) -> None:
    """Refuse the small file that Excel and LibreOffice put beside an open workbook."""
    of = ""
    if name.startswith("~$"):
        of = name.removeprefix("~$")
    elif name.startswith(".~lock.") and name.endswith("#"):
        of = name.removeprefix(".~lock.").removesuffix("#")
    if of:
        raise DataError(
            f"{name}: the lock file that a spreadsheet program writes while {of} is open. "
            f"Give {of} itself, or a pattern that does not match its lock file."
        )


def _open_elsewhere(path: Path) -> tuple[Problem, ...]:
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    if not any(os.path.exists(lock) for lock in locks):
        return ()
    return (
        Problem(
            file=path.name,
            column="",
            rule="open_elsewhere",
            severity="warning",
            message="somebody has it open (a lock file lies beside it): what was read is the last "
            "version saved",
            remedy="Save and close it, then read it again.",
        ),
    )


def _bytes(path: Path) -> bytes:
    """Read a file, or say in one line why not."""
    if path.is_dir():
        raise ConfigurationError(f"{path.name}: a folder, where a file is expected.")
    trouble: WorkforceError
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        trouble = ConfigurationError(
            f"{path.name}: there is no such file in {path.parent}. Check the path and its spelling."
        )
    except PermissionError:
        trouble = DataError(
            f"{path.name}: permission to read it is refused. Close it if a program has it open, "
            "or ask its owner for the right to read it."
        )
    except OSError as error:
        trouble = DataError(f"{path.name}: cannot be read ({error.strerror}). Copy it and retry.")
    else:
        if data:
            return data
        trouble = DataError(f"{path.name}: the file is empty. Export it again.")
    raise trouble


def _grid(data: bytes, path: Path, options: FileOptions) -> Grid:
    """Take the cells out of a file, by its name's ending and only if its first bytes agree."""
    name, ending = path.name, path.suffix.lower()
    found = next((kind for beginning, kind in _BEGINNINGS if data.startswith(beginning)), None)
    if ending in TEXT_ENDINGS:
        if found:
            raise DataError(
                f"{name}: its name says text, but it is {found}. Give it the ending it should "
                "have, or export it again as CSV."
            )
        return read_delimited(
            data, name=name, encoding=options.encoding, delimiter=options.delimiter
        )
    if ending in WORKBOOK_ENDINGS:
        if not data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise DataError(
                f"{name}: its name says it is a workbook, but it is {found or 'not one'}. Systems "
                f"export web pages or text under this name: open it and save it as .xlsx or .csv."
            )
        return read_sheet(data, name=name, sheet=options.sheet)
    raise DataError(
        f"{name}: not a kind of file that is read: {', '.join(TEXT_ENDINGS + WORKBOOK_ENDINGS)}, "
        "or Parquet."
    )
