"""What a row of a published table says, and what it may not say beside a hidden count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.disclosure.record import Record
from workforce_analytics.disclosure.room import alike

COUNTS = ("numerator", "denominator")
FIGURES = ("value", "lower", "upper", "p_value", "q_value", "n_effective", "clusters")
DESCRIPTION = "disclosure.json"
ANEW = "Make the report anew with `report`, and change no file of it by hand."
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)

Ends = tuple[int, int]
Row = Mapping[str, str]


@dataclass(frozen=True)
class Finding:
    """Something in a report that the policy does not allow.

    Attributes
    ----------
    file
        The file, as the report names it.
    where
        The row, by its public labels; empty where the whole file is meant.
    what
        What is wrong there.
    remedy
        What to do about it.
    """

    file: str
    where: str
    what: str
    remedy: str = ANEW

    def sentence(self) -> str:
        """Say it in one line."""
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: {self.what}. {self.remedy}"


@dataclass(frozen=True)
class Share:
    """A share that is printed although a count behind it is hidden: what it tells of both counts.

    The numerator is at least `lowest` and at most `highest` times the denominator, give or take
    `room`, which is 0 unless the share was worked out from rounded counts.
    """

    numerator: int
    denominator: int
    lowest: Fraction
    highest: Fraction
    room: int


def row_words(row: Row, groups: Sequence[str]) -> str:
    """Name a row of a CSV by its public labels."""
    labels = [f"{name} {row[name]}" for name in groups if row[name]]
    return ", ".join([row["measure"], row["period"], *labels])


def is_number(text: str) -> bool:
    """Whether a number, and not a mark or a word, stands in a column of figures."""
    return _NUMBER.fullmatch(text) is not None


def printed_like(n: int, policy: Policy) -> Ends:
    """Give the smallest and the largest count that would be printed as this one."""
    low, high = alike(np.array([n]), policy)
    if low[0] > high[0]:
        # A count that should not have been printed at all is still what it says.
        low, high = alike(np.array([n]), replace(policy, threshold=1, zeros="show"))
    return int(low[0]), int(high[0])


def small_or_strange(
    name: str, row: Row, groups: Sequence[str], policy: Policy
) -> Iterator[Finding]:
    """Find counts that the policy hides, and what is neither a count nor a mark."""
    for column in COUNTS:
        text = row[column]
        where = f"{row_words(row, groups)}, {column}"
        if is_number(text):
            if 0 < float(text) < policy.threshold:
                what = f"a count from 1 to {policy.threshold - 1} is printed"
                yield Finding(name, where, what)
        elif text != policy.mark and not re.fullmatch(r"\[\w+\]", text):
            yield Finding(name, where, "neither a number nor a mark stands there")


def on_hidden(name: str, row: Row, groups: Sequence[str], mark: str) -> Iterator[Finding]:
    """Find figures that are printed of hidden counts, and words that could tell of them."""
    hidden = [column for column in COUNTS if row[column] == mark]
    if hidden and (row.get("note") or row.get("status", "suppressed") != "suppressed"):
        what = "its note or status says something beside a hidden count"
        yield Finding(name, row_words(row, groups), what)
    printed = _figures(row)
    if hidden and printed:
        are, them = ("is", "it") if len(printed) == 1 else ("are", "them")
        what = (
            f"{' and '.join(printed)} {are} printed, although the {' and '.join(hidden)} behind "
            f"{them} {'is' if len(hidden) == 1 else 'are'} hidden"
        )
        yield Finding(name, row_words(row, groups), what)


def over_dates(
    name: str,
    row: Row,
    groups: Sequence[str],
    policy: Policy,
    rows: Sequence[Row],
) -> Iterator[Finding]:
    """Find changes over some dates, which rest on the shares at each of them, and are printed."""
    if not any(one["measure"] == "share_of_known" for one in rows):
        return  # what a model gave for some dates rests on no share that a table prints
    start, _, end = row["period"].partition(" to ")
    printed = _figures(row)
    if not end or not printed or any(is_number(row[column]) for column in COUNTS):
        return
    said = f"{' and '.join(printed)} {'is' if len(printed) == 1 else 'are'} printed, although"
    if policy.rounds:
        what = f"{said} the counts behind a change over time are rounded: exact ones were used"
        yield Finding(name, row_words(row, groups), what)
    elif any(
        one["measure"] == "share_of_known"
        and start <= one["period"] <= end
        and one["value"] == policy.mark
        and all(one[group] == row[group] for group in groups)
        for one in rows
    ):
        what = f"{said} a share behind the change over time is hidden"
        yield Finding(name, row_words(row, groups), what)


def _figures(row: Row) -> list[str]:
    return [column for column in FIGURES if is_number(row.get(column, ""))]


def disagreeing(
    name: str,
    rows: Sequence[Row],
    groups: Sequence[str],
    numbers: Sequence[tuple[int, str, int]],
    marks: Sequence[tuple[int, str]],
    record: Record,
    cell: int,
) -> Iterator[Finding]:
    """Hold all that is printed of one cell against each other and against the release."""
    said = record.counted.shown[cell]

    def words(place: int, column: str) -> str:
        return f"{row_words(rows[place], groups)}, {column}"

    different = sorted({n for _, _, n in numbers})
    if numbers and marks:
        what = f"a count is printed that is hidden in the row {words(*marks[0])}"
        yield Finding(name, words(*numbers[0][:2]), what)
    elif numbers and said is None:
        what = "a count is printed that the release had hidden"
        yield Finding(name, words(*numbers[0][:2]), what)
    if len(different) > 1:
        other = next(one for one in numbers if one[2] != numbers[0][2])
        what = (
            f"the same count is printed as {numbers[0][2]:,} and, in the row {words(*other[:2])}, "
            f"as {other[2]:,}"
        )
        yield Finding(name, words(*numbers[0][:2]), what)
    elif numbers and said is not None and printed_like(numbers[0][2], record.policy) != said:
        what = f"another count is printed than {DESCRIPTION} says was released"
        yield Finding(name, words(*numbers[0][:2]), what)
    if marks and not numbers and said is not None:
        what = f"a count is hidden that {DESCRIPTION} says was shown"
        yield Finding(name, words(*marks[0]), what)


def shares(rows: Sequence[Row], record: Record) -> Iterator[Share]:
    """Find shares of hidden counts; half a unit of the last decimal is all they leave open."""
    room = record.policy.rounding_base if record.policy.rounds else 0
    for row, (numerator, denominator) in zip(rows, record.rows, strict=True):
        hidden = record.policy.mark in (row["numerator"], row["denominator"])
        counted = numerator >= 0 and denominator >= 0
        if not (hidden and counted and row["unit"] == "proportion" and is_number(row["value"])):
            continue
        value = Fraction(row["value"])
        digits, _, power = row["value"].lower().partition("e")
        places = len(digits.partition(".")[2]) - int(power or 0)
        # Only 0 and 1 themselves are printed without a decimal.
        half = Fraction(1, 2) / Fraction(10) ** places if places else Fraction(0)
        yield Share(numerator, denominator, value - half, value + half, room)
