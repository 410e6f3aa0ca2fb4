"""Text -> typed columns: what cannot be read becomes empty and is recorded, never guessed.

Each rule works on the distinct values of a whole column. What a cell held is never repeated: a
`Problem` says which rule, how many records and the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from workforce_analytics.extracts.dates import BIRTH_PIVOT, PIVOT, month_number, read_dates
from workforce_analytics.extracts.quality import Problem
from workforce_analytics.extracts.reading import FileOptions


class Described(Protocol):
    """What parsing asks of a contract's field."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> str: ...


@dataclass(frozen=True, eq=False)
class ParsedColumn:
    """A typed column under the row labels of its text, and what could not be read."""

    values: pd.Series
    problems: tuple[Problem, ...]


Read = tuple[Any, str]
"""A value, or None, and the rule that the text breaks, or ""."""

DTYPES = {
    "string": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
    "year": "Int64",
    "yearmonth": "str",
}
"""Type of a field -> type of its pandas column. A "yearmonth" is text such as "2025-03"."""

_SAY_DATES = 'Say which in the mapping under [file]: dates = "day_first" (or "month_first").'
_CORRECT = "Correct them in the system, or in the export."

RULES: dict[str, tuple[str, str, str]] = {
    "ambiguous_date": (
        "error",
        "dates read equally well with the day or the month first, in the whole column",
        _SAY_DATES,
    ),
    "mixed_date_orders": (
        "error",
        "some dates can only have the day first, others only the month, so none of those written "
        "with numbers alone is read",
        f"Split the export by its source. {_SAY_DATES} Those that cannot be meant so are recorded "
        "as impossible.",
    ),
    "impossible_date": ("error", "dates that no calendar has, such as 31 February", _CORRECT),
    "date_out_of_range": ("error", "dates before 1900 or after 2199", _CORRECT),
    "not_a_date": (
        "error",
        "not a date: write 2025-03-31, 31/03/2025 or 31-Mar-2025",
        _CORRECT,
    ),
    "time_with_zone": (
        "error",
        "times with a time zone, whose day depends on who reads them",
        "Export local dates without a zone.",
    ),
    "unknown_date": (
        "note",
        "dates that stand for not known (1 January or 1 April 1900, or as the mapping says) are "
        "read as empty",
        "Enter the real date in the system where somebody knows it.",
    ),
    "excel_day_number": (
        "note",
        "a spreadsheet's day numbers are read as the dates they stand for",
        "Format the column as a date before exporting.",
    ),
    "percent_sign": (
        "error",
        "numbers with a percent sign: whether 12 or 0.12 is meant is not guessed",
        "Export plain numbers in the unit that the contract states.",
    ),
    "decimal_comma": (
        "error",
        "the column has decimal commas, so no number with a comma or point in it is read",
        "Export with a decimal point, as in 1,234.50.",
    ),
    "not_a_number": (
        "error",
        "not a number: digits, commas between thousands, a point before decimals, £ allowed",
        _CORRECT,
    ),
    "not_a_whole_number": ("error", "not a whole number", _CORRECT),
    "not_a_boolean": ("error", "neither yes nor no: Y, N, Yes, No, True, False, 1, 0", _CORRECT),
    "not_a_year": ("error", "not a year of four digits between 1900 and 2199", _CORRECT),
    "not_a_month": ("error", "not a month: write 2025-03, 03/2025 or Mar 2025", _CORRECT),
    "excel_date_in_grade": (
        "error",
        "grades that Excel has turned into dates (10-12 becomes 12-Oct) are read as empty",
        "Format the column as text before typing or opening it, and export again.",
    ),
}
"""Rule -> how grave it is, what happened, what to do; problems are told in this order."""

SILENT = frozenset({"end_of_time"})
"""Rules that nobody needs to hear of: "still current" is an empty end date."""


def parse_column(
    values: pd.Series, field: Described, *, file: str, records: pd.Series, options: FileOptions
) -> ParsedColumn:
    """What does a column of text hold, once it has the type that its contract says?

    Parameters
    ----------
    values
        Text; blank cells missing.
    field
        The contract's field: its `name` and `type`. Codes stay as they were written, trimmed.
    file
        The file's name, for the problems.
    records
        The record number of each row, in the order of `values`.
    options
        The `[file]` part of the mapping: how dates are meant.

    Returns
    -------
    ParsedColumn
        Values of the type in `DTYPES`, missing where blank or not read.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> parsed = parse_column(
    ...     pd.Series(["£23,114.00", "0,5", None]),
    ...     SimpleNamespace(name="annual_salary_fte", type="number"),
    ...     file="staff.csv", records=pd.Series([1, 2, 3]), options=FileOptions(),
    ... )
    >>> [(p.rule, p.records, p.first_record) for p in parsed.problems]
    [('decimal_comma', 2, 1)]
    """
    trimmed = values.astype("str").str.strip()
    codes, distinct = pd.factorize(trimmed.mask(trimmed == ""))
    texts = [str(text) for text in distinct]
    reads = _reader(field)(texts, field, options)
    dtype = DTYPES[field.type]
    parsed = _typed([value for value, _ in reads], dtype).take(codes, allow_fill=True)
    return ParsedColumn(
        values=pd.Series(parsed, index=values.index, name=field.name),
        problems=_problems(
            [rule for _, rule in reads], codes, field.name, file, records.to_numpy()
        ),
    )


def _typed(values: list[Any], dtype: str) -> Any:
    """Put parsed values into an array of pandas, None as its missing value."""
    if dtype == "datetime64[s]":
        return pd.Series(np.array(values, dtype="datetime64[D]").astype(dtype)).array
    return pd.Series(values, dtype=dtype).array


def _problems(
    rules: Sequence[str], codes: np.ndarray, column: str, file: str, records: np.ndarray
) -> tuple[Problem, ...]:
    problems = []
    for rule, (severity, message, remedy) in RULES.items():
        breaking = [i for i, each in enumerate(rules) if each == rule]
        if not breaking:
            continue
        where = np.isin(codes, breaking)
        problems.append(
            Problem(
                file=file,
                column=column,
                rule=rule,
                severity=severity,
                message=message,
                remedy=remedy,
                records=int(where.sum()),
                of=len(codes),
                first_record=int(records[where].min()),
            )
        )
    return tuple(problems)


def _reader(field: Described) -> Callable[[list[str], Described, FileOptions], list[Read]]:
    if field.name == "grade":
        return _grades
    return {
        "string": _strings,
        "integer": _integers,
        "number": _numbers,
        "boolean": _booleans,
        "date": _dates,
        "year": _years,
        "yearmonth": _months,
    }[field.type]


def _strings(texts: list[str], field: Described, options: FileOptions) -> list[Read]:
    return [(text, "") for text in texts]


_EXCEL_DAMAGE = re.compile(
    r"\d{1,2}[- ](?P<after>[A-Za-z]{3})|(?P<before>[A-Za-z]{3})[- ]\d{2}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}"
)


def _grades(texts: list[str], field: Described, options: FileOptions) -> list[Read]:
    """Read grades; those that Excel took for dates are gone."""
    return [(None, "excel_date_in_grade") if _is_damaged(text) else (text, "") for text in texts]


def _is_damaged(text: str) -> bool:
    match = _EXCEL_DAMAGE.fullmatch(text)
    if not match:
        return False
    month = match["after"] or match["before"]
    return month is None or month_number(month) is not None


_PLAIN = re.compile(r"(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d*)?(e[+-]?\d{1,2})?|\.\d+", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(
    r"\d+,(\d{1,2}|\d{4,})"  # 37,5
    r"|0+,\d+"  # 0,500
    r"|\d+(\.\d{3})+,\d+"  # 1.234,500
    r"|\d+(\.\d{3}){2,}"  # 1.234.567
)


def _numbers(texts: list[str], field: Described, options: FileOptions) -> list[Read]:
    """Read numbers; one decimal comma makes every comma and point of the column doubtful."""
    bare = [_bare(text) for text in texts]
    doubtful = any(_DECIMAL_COMMA.fullmatch(digits) for digits, _ in bare)
    return [_number(digits, sign, doubtful=doubtful) for digits, sign in bare]


def _bare(text: str) -> tuple[str, int]:
    """Take the sign, the pound sign and the white space off a number."""
    text = re.sub(r"\s", "", text).replace("−", "-")
    sign = 1
    if text.startswith("(") and text.endswith(")"):
        text, sign = text[1:-1], -1
    elif text.endswith("-") and not text.startswith("-"):
        text, sign = text[:-1], -1
    for _ in range(2):
        text = text.removeprefix("£")
        if sign == 1 and text.startswith(("-", "+")):
            text, sign = text[1:], -1 if text[0] == "-" else 1
    return text, sign


def _number(digits: str, sign: int, *, doubtful: bool) -> Read:
    if digits.endswith("%"):
        return None, "percent_sign"
    if doubtful and ("," in digits or "." in digits) and digits.strip("0123456789.,") == "":
        return None, "decimal_comma"
    if not digits.isascii() or not _PLAIN.fullmatch(digits):
        return None, "not_a_number"
    return sign * float(digits.replace(",", "")), ""


def _integers(texts: list[str], field: Described, options: FileOptions) -> list[Read]:
    return [_whole(value, rule) for value, rule in _numbers(texts, field, options)]


def _whole(value: float | None, rule: str) -> Read:
    if value is None:
        return None, rule
    if not value.is_integer() or abs(value) >= 2**53:
        return None, "not_a_whole_number"
    return int(value), ""


_BOOLEANS = {
    **dict.fromkeys(("y", "yes", "true", "t", "1"), True),
    **dict.fromkeys(("n", "no", "false", "f", "0"), False),
}


def _booleans(texts: list[str], field: Described, options: FileOptions) -> list[Read]:
    reads = [_BOOLEANS.get(text.casefold()) for text in texts]
    return [(read, "not_a_boolean" if read is None else "") for read in reads]


def _dates(texts: list[str], field: Described, options: FileOptions) -> list[Read]:
    reads = read_dates(
        texts,
        order=options.dates,
        end_of_time=options.end_of_time,
        unknown=options.unknown_dates,
        pivot=BIRTH_PIVOT if field.name == "date_of_birth" else PIVOT,
    )
    return [(read.day, read.rule) for read in reads]


def _years(texts: list[str], field: Described, options: FileOptions) -> list[Read]:
    found = [re.fullmatch(r"((?:19|20|21)\d\d)(\.0+)?", text) for text in texts]
    return [(int(each[1]), "") if each else (None, "not_a_year") for each in found]


_MONTH = re.compile(
    r"(?P<year>\d{4})[-/](?P<number>\d{1,2})|(?P<number_before>\d{1,2})[-/](?P<year_after>\d{4})"
    r"|(?P<name>[A-Za-z]{3,9})[-/ .]*(?P<year_named>\d{4}|\d{2})"
)


def _months(texts: list[str], field: Described, options: FileOptions) -> list[Read]:
    """Read months; a full date stands for the month it lies in."""
    days = _dates(texts, field, options)
    return [_month(text, day, rule) for text, (day, rule) in zip(texts, days, strict=True)]


def _month(text: str, day: Any, rule: str) -> Read:
    if day is not None:
        return f"{day:%Y-%m}", rule
    match = _MONTH.fullmatch(text)
    if not match:
        return None, "not_a_month" if rule == "not_a_date" else rule
    digits = match["year"] or match["year_after"] or match["year_named"]
    year = int(digits) + (2000 if len(digits) == 2 else 0)
    name = match["name"]
    number = month_number(name) if name else int(match["number"] or match["number_before"])
    if number not in range(1, 13) or year not in range(1900, 2200):
        return None, "not_a_month"
    return f"{year:04d}-{number:02d}", ""
