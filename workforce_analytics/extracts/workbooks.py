"""Excel and OpenDocument workbooks: which sheet, and each cell as the text a person would type."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import Any

import pandas as pd

from workforce_analytics.errors import ConfigurationError, DataError
from workforce_analytics.extracts.layout import Grid


def read_sheet(data: bytes, *, name: str, sheet: str | None = None) -> Grid:
    """Which cells does a sheet of a workbook hold, as text?

    Parameters
    ----------
    data
        The bytes of an .xlsx, .xlsm, .xlsb, .xls or .ods file.
    name
        The file's name, for messages.
    sheet
        The sheet's name; may be left out where only one visible sheet holds anything.

    Returns
    -------
    Grid
        Rows as the sheet numbers them. Whole numbers carry no ".0", dates are ISO text, text cells
        keep their leading zeros, and cells with a formula hold its last result (an Excel error
        such as #N/A is a blank cell).

    Raises
    ------
    DataError
        It is not a workbook, or it is protected by a password.
    ConfigurationError
        There is no sheet of that name, or several hold data and none is named.
    """
    import python_calamine as calamine

    trouble, rows = "", []
    try:
        workbook = calamine.load_workbook(io.BytesIO(data))
        chosen = _choose(workbook, name, sheet)
        rows = workbook.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    except calamine.PasswordError:
        trouble = "it is protected by a password or a sensitivity label. Save it without one."
    except calamine.CalamineError:
        trouble = (
            "its name says it is a workbook, but it cannot be read as one: damaged, or another "
            "kind of file renamed. Open it in Excel or LibreOffice and save it as .xlsx."
        )
    if trouble:
        raise DataError(f"{name}: {trouble}")
    if not rows:
        raise DataError(f"{name}: sheet '{chosen}' is empty. Export it again.")
    return Grid(pd.DataFrame([[_text(cell) for cell in row] for row in rows], dtype="str"))


def _choose(workbook: Any, name: str, sheet: str | None) -> str:
    """Choose the sheet that is meant, or say which there are."""
    names: list[str] = list(workbook.sheet_names)
    if not names:
        raise DataError(f"{name}: the workbook has no sheets. Save it again as .xlsx.")
    listed = ", ".join(f"'{each}'" for each in names)
    if sheet is not None:
        same = [each for each in names if each.strip().casefold() == sheet.strip().casefold()]
        if sheet in names or len(same) == 1:
            return sheet if sheet in names else same[0]
        raise ConfigurationError(f"{name}: there is no sheet '{sheet}'. Its sheets: {listed}.")
    if len(names) == 1:
        return names[0]
    hidden = {each.name for each in workbook.sheets_metadata if not _is_visible(each)}
    rows = {each: workbook.get_sheet_by_name(each).height for each in names if each not in hidden}
    holding = [each for each in rows if rows[each]]
    if len(holding) == 1:
        return holding[0]
    likeliest = max(holding or names, key=lambda each: rows.get(each, 0))
    raise ConfigurationError(
        f"{name}: it has several sheets: {listed}. Say which to read, in the mapping under [file]: "
        f'sheet = "{likeliest}".'
    )


def _is_visible(metadata: Any) -> bool:
    return str(metadata.visible).endswith(".Visible") and str(metadata.typ).endswith(".WorkSheet")


def _text(cell: Any) -> str:
    """Write a cell as text; numbers without the marks of floating point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return _number_text(float(cell))
    if isinstance(cell, datetime.datetime):
        moment = cell + datetime.timedelta(milliseconds=500)
        moment = moment.replace(microsecond=0, tzinfo=None)
        if moment.time() == datetime.time():
            return moment.date().isoformat()
        return moment.isoformat(" ", "seconds" if moment.second else "minutes")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, datetime.time):
        return cell.isoformat("seconds" if cell.second else "minutes")
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return "" if cell is None else str(cell)


def _number_text(number: float) -> str:
    """Write a number with the fifteen digits that a spreadsheet keeps, never with an exponent."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{Decimal(format(number, '.15g')):f}"
