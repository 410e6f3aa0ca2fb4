"""Where the table lies in a file: title rows, header, footer, subtotals, ragged records."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workforce_analytics.errors import DataError
from workforce_analytics.extracts.quality import Problem

LOOK_AT = 40
"""Rows among which the header is looked for."""

WIDE_ENOUGH = 0.6
"""Share of the widest row's cells that a header fills; titles fill one or two."""

_YEAR = re.compile(r"(19|20)\d\d")
_DATA_LIKE = re.compile(
    r"[£$€(+-]?\s*\d[\d,]*(\.\d+)?\s*%?\)?"  # a number
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}([ T].*)?"  # a date
    r"|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}.*"
    r"|\S+@\S*"  # an e-mail address
    r"|.*\d{5,}.*",  # a reference number
    re.DOTALL,
)


@dataclass(frozen=True)
class Grid:
    """The cells of a file as they stand: a row per record, every cell text, blank cells empty.

    `widths` is how many cells each row really has; None where all have the same, as on a sheet.
    """

    cells: pd.DataFrame
    widths: np.ndarray | None = None
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True)
class Located:
    """The table of a file, apart from what stands around it."""

    table: pd.DataFrame
    records: pd.Series
    rows_read: int
    dropped: tuple[tuple[str, int], ...]
    notes: tuple[Problem, ...]


def locate(
    grid: Grid,
    *,
    name: str,
    header_row: int | None = None,
    header_rows: int = 1,
    skip_footer: str | None = None,
    subtotal: str | None = None,
) -> Located:
    """Where does the table begin and end, and which rows are not records?

    Parameters
    ----------
    grid
        The cells of the file.
    name
        The file's name, for messages.
    header_row
        The row of the header, counted from 1; found where it is not given.
    header_rows
        How many rows the header has; the first one holds the names. Where it leaves cells blank
        beside a name, that name is the question and the row below names its parts.
    skip_footer
        The footer begins at the first row whose first filled cell starts with this.
    subtotal
        Rows whose first filled cell contains this are left out and counted.

    Returns
    -------
    Located
        Headers trimmed, cells as written, blank cells missing. Record 1 is the first row under the
        header; rows left out keep their number, so that a record is found again in the file.

    Raises
    ------
    DataError
        No header is found, headers stand twice, or there is nothing under the header.
    """
    filled = _filled(grid.cells)
    first = _header_position(grid.cells, filled, name, header_row, header_rows)
    headers = _headers(grid.cells.iloc[first : first + header_rows])
    _refuse_duplicates(headers, name)
    body = slice(first + header_rows, _last_filled(filled) + 1)
    cells, filled_body = grid.cells.iloc[body], filled[body]
    kinds = _kinds(cells, filled_body, skip_footer, subtotal)
    own_width = len(headers) if grid.widths is None else int(grid.widths[first])
    if grid.widths is not None:
        needed = 1 + max(i for i, header in enumerate(headers) if header)
        beyond = filled_body[:, own_width:].any(axis=1)
        short = grid.widths[body] < needed
        kinds[(kinds == "") & (beyond | short)] = _RAGGED
    keep = np.flatnonzero(kinds == "")
    if not len(keep):
        raise DataError(f"{name}: there is a header but no record under it. Export it again.")
    columns = [i for i, header in enumerate(headers[:own_width]) if header]
    table = _table(cells, filled_body, keep, columns, headers)
    titles = int(filled[:first].any(axis=1).sum())
    left_out = Counter(kinds[kinds != ""].tolist())
    dropped = tuple((why, n) for why, n in [("of a title", titles), *sorted(left_out.items())] if n)
    return Located(
        table=table,
        records=pd.Series(keep + 1, dtype="int64"),
        rows_read=len(keep) + sum(n for _, n in dropped),
        dropped=dropped,
        notes=(
            *_ragged_note(name, kinds),
            *_headerless_notes(name, headers[:own_width], filled_body[keep]),
        ),
    )


_RAGGED = "with too many or too few cells"


def _filled(cells: pd.DataFrame) -> np.ndarray:
    """Which cells hold anything but white space."""
    columns = [(cells[i] != "") & ~cells[i].str.isspace() for i in cells.columns]
    return np.column_stack([np.asarray(column, dtype=bool) for column in columns])


def _last_filled(filled: np.ndarray) -> int:
    rows = np.flatnonzero(filled.any(axis=1))
    return int(rows[-1]) if len(rows) else -1


def _header_position(
    cells: pd.DataFrame,
    filled: np.ndarray,
    name: str,
    header_row: int | None,
    header_rows: int,
) -> int:
    """Find the header: the first row that is about as wide as the table."""
    n_filled = filled.sum(axis=1)
    if not n_filled.any():
        raise DataError(f"{name}: there is nothing in it but blank cells. Export it again.")
    if header_row is not None:
        position = header_row - 1
        if position >= len(cells) or not n_filled[position]:
            raise DataError(f"{name}: row {header_row} is blank or below the last row. {_SAY_ROW}")
    elif header_rows > 1:
        position = int(np.flatnonzero(n_filled)[0])
    else:
        position = int(np.flatnonzero(n_filled >= WIDE_ENOUGH * n_filled[:LOOK_AT].max())[0])
    texts = [str(text).strip() for text in cells.iloc[position]]
    if any(_DATA_LIKE.fullmatch(text) and not _YEAR.fullmatch(text) for text in texts):
        raise DataError(
            f"{name}: row {position + 1} holds numbers, dates or addresses where the header should "
            f"be. {_SAY_ROW} If the file has no header, export it with one."
        )
    return position


_SAY_ROW = "Say which row the header is, in the mapping under [file]: header_row = 5."


def _headers(rows: pd.DataFrame) -> list[str]:
    """Name the columns; a name with blank cells beside it is a question with parts below."""
    first, *below = [[" ".join(str(text).split()) for text in row] for row in rows.to_numpy()]
    if not below:
        return first
    headers, question = list(first), ""
    for i, part in enumerate(below[0]):
        question = first[i] or question
        has_parts = i + 1 < len(first) and not first[i + 1] and bool(below[0][i + 1])
        if part and question and (not first[i] or has_parts):
            headers[i] = f"{question} / {part}"
    return headers


def _refuse_duplicates(headers: list[str], name: str) -> None:
    seen = Counter(header.casefold() for header in headers if header)
    twice = [header for header in headers if seen[header.casefold()] > 1]
    if twice:
        named = ", ".join(f"'{header}'" for header in dict.fromkeys(twice))
        raise DataError(
            f"{name}: column headers stand more than once or differ only in case: {named}. "
            "Rename or delete the extra columns in the export."
        )


def _kinds(
    cells: pd.DataFrame, filled: np.ndarray, skip_footer: str | None, subtotal: str | None
) -> np.ndarray:
    """Say of each row under the header why it is not a record; empty where it is one."""
    kinds = np.where(filled.any(axis=1), "", "blank").astype(object)
    if skip_footer is None and subtotal is None:
        return kinds
    opening = np.full(len(cells), "", dtype=object)
    where = filled.argmax(axis=1)
    for i in np.unique(where):
        rows = where == i
        opening[rows] = cells.iloc[rows, i].to_numpy(dtype=object)
    openings = pd.Series(opening, dtype="str").str.strip().str.casefold()
    if subtotal is not None:
        holds = openings.str.contains(subtotal.strip().casefold(), regex=False)
        kinds[holds.to_numpy(dtype=bool)] = "of subtotals"
    if skip_footer is not None:
        begins = openings.str.startswith(skip_footer.strip().casefold())
        begun = np.logical_or.accumulate(begins.to_numpy(dtype=bool))
        kinds[begun & (kinds != "blank")] = "in the footer"
    return kinds


def _table(
    cells: pd.DataFrame,
    filled: np.ndarray,
    keep: np.ndarray,
    columns: list[int],
    headers: list[str],
) -> pd.DataFrame:
    kept = cells.iloc[keep, columns].reset_index(drop=True)
    kept.columns = pd.Index([headers[i] for i in columns], dtype="str")
    return kept.where(filled[np.ix_(keep, np.asarray(columns))])


def _ragged_note(name: str, kinds: np.ndarray) -> tuple[Problem, ...]:
    ragged = np.flatnonzero(kinds == _RAGGED)
    if not len(ragged):
        return ()
    return (
        Problem(
            file=name,
            column="",
            rule="ragged_record",
            severity="error",
            message="records with more or fewer cells than the header were not read",
            remedy="Export again with every cell in quotation marks: a separator or a line break "
            "stands inside a cell.",
            records=len(ragged),
            of=int((kinds == "").sum()) + len(ragged),
            first_record=int(ragged[0]) + 1,
        ),
    )


def _headerless_notes(name: str, headers: list[str], filled: np.ndarray) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            file=name,
            column=f"column {i + 1}",
            rule="column_without_header",
            severity="warning",
            message="has no header and was not read",
            remedy="Give it a header in the export, or delete it.",
            records=int(filled[:, i].sum()),
            of=len(filled),
        )
        for i, header in enumerate(headers)
        if not header and filled[:, i].any()
    )
