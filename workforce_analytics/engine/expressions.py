"""What a column is asked, in words that every engine understands: conditions, dates, ages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw
import pandas as pd

Expression = nw.Expr

col = nw.col
lit = nw.lit
when = nw.when
all_of = nw.all_horizontal
any_of = nw.any_horizontal
Int64 = nw.Int64
Float64 = nw.Float64
String = nw.String
Date = nw.Date
Boolean = nw.Boolean


def text(name: str) -> Expression:
    """Give a column as text: comparing an engine's own category type with a word it lacks fails."""
    return nw.col(name).cast(nw.String)


def blank(name: str) -> Expression:
    """Whether a cell is missing, or a text without a word in it."""
    return (text(name).str.strip_chars() == "").fill_null(True)


def is_one_of(name: str, values: Iterable[str]) -> Expression:
    """Whether a column, as text, is one of some values; false, never null, where it is empty."""
    wanted = sorted(values)
    if not wanted:
        return nw.lit(False) & nw.col(name).is_null()
    return text(name).is_in(wanted).fill_null(False)


def holds(name: str, values: Iterable[Any]) -> Expression:
    """Whether a column has one of some raw values; a missing value is one of them where None is."""
    wanted = list(values)
    filled = sorted({value for value in wanted if not pd.isna(value)}, key=str)
    if all(isinstance(value, str) for value in filled):
        found = is_one_of(name, filled)
    else:
        same = [(nw.col(name) == nw.lit(_plain_value(value))).fill_null(False) for value in filled]
        found = reduce(or_, same)
    return found | nw.col(name).is_null() if len(filled) < len(wanted) else found


def _plain_value(value: Any) -> Any:
    """Give a value as its column has it: pandas makes floats of whole numbers, times of days."""
    if isinstance(value, datetime):
        return value.date()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def place_of(name: str, groups: Sequence[Iterable[Any]]) -> Expression:
    """In which of some groups of raw values a column's value is, from 0; missing where in none."""
    result: Expression = nw.when(nw.lit(False)).then(nw.lit(0))
    for place, values in enumerate(groups):
        result = nw.when(holds(name, values)).then(nw.lit(place)).otherwise(result)
    return result.cast(nw.Int64)


def worth(name: str, values: Mapping[Any, int]) -> Expression:
    """What a column's value is worth, given some raw values and what they are; 0 for any other.

    Values are compared one by one: DuckDB takes four times as long to look in a list of a few.
    """
    result: Expression = nw.lit(0)
    for value, number in values.items():
        column = text(name) if isinstance(value, str) else nw.col(name)
        same = column == nw.lit(_plain_value(value))
        result = nw.when(same).then(nw.lit(number)).otherwise(result)
    return result.cast(nw.Int64)


def last_characters(name: str, number: int, *, padding: str) -> Expression:
    """Give the last characters of a text, in small letters, padded at the left."""
    small = text(name).fill_null("").str.strip_chars().str.to_lowercase()
    return nw.concat_str(nw.lit(padding * number), small).str.tail(number)


def character(name: str, place: int) -> Expression:
    """Give one character of a text, the first at 0."""
    return nw.col(name).str.slice(place, 1)


def place_among(name: str, letters: str) -> Expression:
    """Which of some letters a character is, from 1; 0 where it is none of them.

    The first letters are compared first. Never by order, which engines have their own of.
    """
    place: Expression = nw.lit(0)
    for number, letter in reversed(list(enumerate(letters, 1))):
        place = nw.when(nw.col(name) == nw.lit(letter)).then(nw.lit(number)).otherwise(place)
    return place.cast(nw.Int64)


def financial_year(name: str) -> Expression:
    """In which year a financial year began that a date is in: 1 April to 31 March."""
    return date_part(name, "year") - (date_part(name, "month") < 4).cast(nw.Int64)


def financial_quarter(name: str) -> Expression:
    """Ten times the first year of the financial year, and the quarter: 20241 is from April 2024."""
    month = date_part(name, "month")
    quarter = (
        nw.when(month < 4)
        .then(nw.lit(4))
        .otherwise(
            nw.when(month < 7)
            .then(nw.lit(1))
            .otherwise(nw.when(month < 10).then(nw.lit(2)).otherwise(nw.lit(3)))
        )
    )
    return (financial_year(name) * 10 + quarter).cast(nw.Int64)


def date_part(name: str, part: str) -> Expression:
    """Give year, month or day of a date column as a 64-bit integer."""
    return getattr(nw.col(name).dt, part)().cast(nw.Int64)


def day_number(name: str) -> Expression:
    """Number a date's day as Python's `toordinal` does, so that days can be told apart by sums.

    Years begin in March, so that a leap day is the last of one.
    """
    month = date_part(name, "month")
    early = (month < 3).cast(nw.Int64)
    year, past = date_part(name, "year") - early, month + 12 * early - 3
    leaps = year // 4 - year // 100 + year // 400
    return (365 * year + leaps + (past * 306 + 5) // 10 + date_part(name, "day") - 306).cast(
        nw.Int64
    )


def age_on(born: str, on: str) -> Expression:
    """Age in whole years on a date, from integer year, month and day.

    Somebody born on 29 February has a birthday on 1 March in other years (England and Wales).
    """
    before_birthday = (date_part(on, "month") * 100 + date_part(on, "day")) < (
        date_part(born, "month") * 100 + date_part(born, "day")
    )
    return date_part(on, "year") - date_part(born, "year") - before_birthday.cast(nw.Int64)


def scaled(name: str, scale: int) -> Expression:
    """Give a decimal column in whole units of 1/scale: its sums do not depend on row order."""
    return (nw.col(name).cast(nw.Float64) * scale + 0.5).floor().cast(nw.Int64)
