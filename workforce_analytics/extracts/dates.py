"""Dates as people and systems write them, told apart by the whole column or refused."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

Order = Literal["day_first", "month_first"]

END_OF_TIME = (datetime.date(4712, 12, 31), datetime.date(9999, 12, 31))
"""What HR systems write for "still current": Oracle's last day, and everybody else's."""

UNKNOWN = (datetime.date(1900, 1, 1), datetime.date(1900, 4, 1))
"""What HR systems write for "not known"."""

PIVOT = 69
"""Two-digit years from here on are of the 1900s, those before of the 2000s (the POSIX rule)."""

BIRTH_PIVOT = 30
"""The same for dates of birth: nobody on a staff was born before 1930 or after 2029."""

YEARS = range(1900, 2200)
"""Years that a date of a workforce may have; others are slips of the finger."""

_DAY_ZERO = datetime.date(1899, 12, 30)
_DAY_NUMBERS = range(10_000, 80_000)
_LAST_DAY_NUMBER = 2_958_465

_TIME = re.compile(
    r"(?P<day>.*?\d)(?:T|\s+|,\s*)(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?)"
    r"\s*(?P<zone>z|utc|gmt|bst|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_NUMBER = re.compile(r"(\d{5}|2958465)(?:\.\d+)?")
_MONTH_NAMED = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[-/. ]*(?P<month>[a-z]{3,9})"
    r"|(?P<month_before>[a-z]{3,9})[-/. ]*(?P<day_after>\d{1,2})(?:st|nd|rd|th)?(?!\d))"
    r"[-/., ]*(?P<year>\d{4}|\d{2})",
    re.IGNORECASE,
)
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


class ReadDate(NamedTuple):
    """A date, or none; and the rule that it breaks or falls under, or ""."""

    day: datetime.date | None
    rule: str


class _Numbers(NamedTuple):
    """Two numbers that are a day and a month in an order not known yet, and a year."""

    first: int
    second: int
    year: int

    def by(self, order: Order) -> datetime.date | None:
        """Read the two numbers in an order; None where there is no such day."""
        if order == "day_first":
            return _date(self.year, self.second, self.first)
        return _date(self.year, self.first, self.second)


def read_dates(
    texts: Sequence[str],
    *,
    order: Order | None = None,
    end_of_time: Collection[datetime.date] = (),
    unknown: Collection[datetime.date] = (),
    pivot: int = PIVOT,
) -> list[ReadDate]:
    """Which days do the texts of one column stand for?

    Parameters
    ----------
    texts
        All distinct values of the column, trimmed and not blank.
    order
        How 03/04/2024 is meant. Where it is not given the column tells: one value that can only be
        one order decides for all; a column that holds both, or neither, is refused.
    end_of_time, unknown
        Further days that stand for "still current" and for "not known".
    pivot
        Two-digit years from here on are of the 1900s.

    Returns
    -------
    list of ReadDate
        In the order of the texts. Rules: "end_of_time", "unknown_date", "excel_day_number" (a day
        all the same), "ambiguous_date", "mixed_date_orders", "impossible_date", "not_a_date",
        "date_out_of_range", "time_with_zone".

    Notes
    -----
    Times are put aside. Times with a zone are refused: the day they fall on depends on the reader.

    Examples
    --------
    >>> [str(read.day) for read in read_dates(["02/07/2024", "31-Dec-2024", "13/02/24"])]
    ['2024-07-02', '2024-12-31', '2024-02-13']
    >>> read_dates(["03/04/2024"])[0].rule
    'ambiguous_date'
    """
    looks = [_look(text, pivot) for text in texts]
    unknown = {*UNKNOWN, *unknown}
    refused = ""
    if order is None:
        order, refused = _tell_order([x for x in looks if isinstance(x, _Numbers)], unknown)
    end_of_time = {*END_OF_TIME, *end_of_time}
    return [_settle(look, order, refused, end_of_time, unknown) for look in looks]


def read_day(text: str) -> datetime.date | None:
    """Which day does one text stand for, the day before the month, no day being special?

    Examples
    --------
    >>> read_day("31-Dec-4712"), read_day("01/04/1900")
    (datetime.date(4712, 12, 31), datetime.date(1900, 4, 1))
    """
    look = _look(text.strip(), PIVOT)
    return look.by("day_first") if isinstance(look, _Numbers) else look.day


def _look(text: str, pivot: int) -> ReadDate | _Numbers:
    """Read a text by itself, as far as that goes."""
    timed = _TIME.fullmatch(text)
    if timed:
        if timed["zone"]:
            return ReadDate(None, "time_with_zone")
        text = timed["day"]
    if match := _YEAR_FIRST.fullmatch(text):
        parts = match.group(1, 3, 4) if match[1] else match.group(5, 6, 7)
        return _day(_date(*map(int, parts)))
    if match := _YEAR_LAST.fullmatch(text):
        return _Numbers(int(match[1]), int(match[3]), _year(match[4], pivot))
    if match := _DAY_NUMBER.fullmatch(text):
        return _from_day_number(int(match[1]))
    if match := _MONTH_NAMED.fullmatch(text):
        month = month_number(match["month"] or match["month_before"])
        if month:
            day = int(match["day"] or match["day_after"])
            return _day(_date(_year(match["year"], pivot), month, day))
    return ReadDate(None, "not_a_date")


def month_number(name: str) -> int | None:
    """Give the number of a month by its English name or the first letters of it.

    Examples
    --------
    >>> month_number("Sept"), month_number("May"), month_number("Ma")
    (9, 5, None)
    """
    found = [i for i, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())]
    return found[0] if len(name) >= 3 and len(found) == 1 else None


def _year(digits: str, pivot: int) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= pivot else 2000)


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _day(day: datetime.date | None) -> ReadDate:
    return ReadDate(day, "" if day else "impossible_date")


def _from_day_number(number: int) -> ReadDate:
    """Read a spreadsheet's number of a day, as it stands where a date lost its format."""
    if number != _LAST_DAY_NUMBER and number not in _DAY_NUMBERS:
        return ReadDate(None, "not_a_date")
    return ReadDate(_DAY_ZERO + datetime.timedelta(days=number), "excel_day_number")


def _tell_order(
    numbers: Sequence[_Numbers], unknown: Collection[datetime.date]
) -> tuple[Order | None, str]:
    """Tell the order by the whole column; else the rule by which it is refused."""
    only: set[Order] = set()
    undecided = False
    for each in numbers:
        day_first, month_first = each.by("day_first"), each.by("month_first")
        if day_first and not month_first:
            only.add("day_first")
        elif month_first and not day_first:
            only.add("month_first")
        elif day_first != month_first and not {day_first, month_first} & set(unknown):
            undecided = True
    if len(only) == 1:
        return only.pop(), ""
    if only:
        return None, "mixed_date_orders"
    return ("day_first", "") if not undecided else (None, "ambiguous_date")


def _settle(
    look: ReadDate | _Numbers,
    order: Order | None,
    refused: str,
    end_of_time: Collection[datetime.date],
    unknown: Collection[datetime.date],
) -> ReadDate:
    """Read what is left open in the column's order, and put the special days apart."""
    if isinstance(look, _Numbers):
        either = {look.by("day_first"), look.by("month_first")}
        if either & set(unknown):
            return ReadDate(None, "unknown_date")
        if order is None and either != {None}:
            day = either.pop() if len(either) == 1 else None
            look = ReadDate(day, "" if day else refused)
        else:
            look = _day(look.by(order or "day_first"))
    if look.day is None:
        return look
    if look.day in end_of_time:
        return ReadDate(None, "end_of_time")
    if look.day in unknown:
        return ReadDate(None, "unknown_date")
    if look.day.year not in YEARS:
        return ReadDate(None, "date_out_of_range")
    return look
