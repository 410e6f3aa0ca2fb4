"""A finished report as anybody reads it: its files, and what each table in them says of counts.

Nothing is taken from the package's memory of a release but what its counts are counts of, which is
written in `disclosure.json`; every number is read again from the files.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.disclosure.record import Record, read
from workforce_analytics.disclosure.room import alike
from workforce_analytics.errors import ConfigurationError, DataError

MANIFEST, DESCRIPTION = "report.json", "disclosure.json"
COUNTS = ("numerator", "denominator")
FIGURES = ("value", "lower", "upper", "p_value", "q_value", "n_effective", "clusters")
ANEW = "Make the report anew with `report`, and change no file of it by hand."
_NEEDED = ("measure", "period", *COUNTS, "value", "unit")
_WHOLE = re.compile(r"\d+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)

Ends = tuple[int, int]


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


@dataclass(frozen=True)
class Table:
    """A table of the report: its rows as printed, and what they say of each of its counts.

    Attributes
    ----------
    file
        Where it is.
    rows
        The rows of its CSV.
    groups
        Columns that name the rows.
    record
        What its cells count, and by which policy they were protected.
    seen
        For each cell, the counts that would be printed as it is; None where a mark stands.
    places
        For each cell, a row and column in which it stands: one with a mark where it is hidden.
    shares
        Shares of hidden counts.
    """

    file: str
    rows: tuple[Mapping[str, str], ...]
    groups: tuple[str, ...]
    record: Record
    seen: tuple[Ends | None, ...]
    places: tuple[tuple[int, str], ...]
    shares: tuple[Share, ...]

    @property
    def policy(self) -> Policy:
        """The rules that it was protected by."""
        return self.record.policy

    def where(self, cell: int) -> str:
        """Name a cell by the row and column in which it stands."""
        place, column = self.places[cell]
        return f"{row_words(self.rows[place], self.groups)}, {column}"


@dataclass
class Report:
    """A report as read from its folder, and what is wrong with it already.

    Attributes
    ----------
    folder
        Where it lies.
    files
        The files that it says it is made of.
    tables
        Those whose counts can be attacked.
    plain
        Rows and group columns of all CSVs, by file.
    titles
        Title of each CSV, by file.
    findings
        What is wrong.
    notes
        What to know, without being wrong.
    """

    folder: Path
    files: Mapping[str, str]
    tables: list[Table] = field(default_factory=list)
    plain: dict[str, tuple[tuple[Mapping[str, str], ...], tuple[str, ...]]] = field(
        default_factory=dict
    )
    titles: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def row_words(row: Mapping[str, str], groups: Sequence[str]) -> str:
    """Name a row of a CSV by its public labels."""
    labels = [f"{name} {row[name]}" for name in groups if row[name]]
    return ", ".join([row["measure"], row["period"], *labels])


def is_number(text: str) -> bool:
    """Whether a number, and not a mark or a word, stands in a column of figures."""
    return _NUMBER.fullmatch(text) is not None


def read_report(folder: Path) -> Report:
    """What do the files of a report say, and are they as they were made?

    Parameters
    ----------
    folder
        What `report` wrote.

    Returns
    -------
    Report
        Its tables as printed. A file that is missing, added or changed is a finding.

    Raises
    ------
    ConfigurationError
        There is no such folder.
    DataError
        It is not a report, or a file in it cannot be read.
    """
    if not folder.exists():
        raise ConfigurationError(
            f"{folder}: there is no such folder. Name the folder that `report` wrote."
        )
    manifest = _json(folder / MANIFEST)
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(files, dict) or not all(isinstance(sha, str) for sha in files.values()):
        raise DataError(
            f"{folder / MANIFEST}: it does not list the files of a report. Name the folder that "
            "`report` wrote, or make the report anew."
        )
    report = Report(folder, files)
    report.findings += _changed(folder, files)
    described = _described(folder)
    for name in sorted(path for path in files if path.endswith(".csv")):
        if not (folder / name).is_file():
            continue
        rows, groups = _rows(folder / name)
        report.plain[name] = (rows, groups)
        report.titles[name] = _title(folder / f"{name}-metadata.json")
        if name not in described:
            what = f"{DESCRIPTION} does not say what its counts are, so it cannot be attacked"
            report.findings.append(Finding(name, "", what))
        elif described[name] is None:
            report.notes.append(
                f"{name}: the release did not say how its counts add up; it was not attacked."
            )
        else:
            record = read(described[name], where=str(folder / DESCRIPTION))
            _take(report, name, rows, groups, record)
    return report


def _json(path: Path) -> Any:
    trouble = ""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        trouble = "is missing"
    except (OSError, ValueError):
        trouble = "cannot be read"
    raise DataError(
        f"{path}: it {trouble}, so this is not a report that can be audited. Name the folder that "
        "`report` wrote, or make the report anew with this version."
    )


def _changed(folder: Path, files: Mapping[str, str]) -> list[Finding]:
    found = []
    for name, checksum in sorted(files.items()):
        path = folder / name
        if not path.is_file():
            found.append(Finding(name, "", "it is missing, although the report lists it"))
        elif _checksum(path) != checksum:
            found.append(Finding(name, "", "it was changed after the report was made"))
    there = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }
    remedy = "Move it out of the folder: nobody has looked at what it gives away."
    for name in sorted(there - set(files) - {MANIFEST}):
        found.append(Finding(name, "", "it is not one of the files of the report", remedy))
    return found


def _checksum(path: Path) -> str:
    content = None
    try:
        content = path.read_bytes()
    except OSError:
        pass
    if content is None:
        raise DataError(f"{path}: it cannot be read. See that you may read the report's files.")
    return hashlib.sha256(content).hexdigest()


def _described(folder: Path) -> dict[str, Any]:
    listed = _json(folder / DESCRIPTION)
    try:
        return {str(one["file"]): one["record"] for one in listed["tables"]}
    except (KeyError, TypeError):
        pass
    raise DataError(
        f"{folder / DESCRIPTION}: it does not describe the tables of a report. It was changed by "
        "hand or made by another version: make the report anew."
    )


def _rows(path: Path) -> tuple[tuple[Mapping[str, str], ...], tuple[str, ...]]:
    """Read a CSV; its group columns stand between the period and the numerator."""
    names: Sequence[str] = ()
    rows: list[dict[str, str]] = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file, strict=True))
        names = lines[0] if lines else ()
        rows = [dict(zip(names, line, strict=True)) for line in lines[1:]]
    except (OSError, ValueError, csv.Error):
        names = ()
    if not set(_NEEDED) <= set(names):
        raise DataError(
            f"{path}: it is not a table of a report that can be read. It was changed by hand or "
            "made by another version: make the report anew."
        )
    start, end = names.index("period") + 1, names.index("numerator")
    return tuple(rows), tuple(names[start:end])


def _title(path: Path) -> str:
    """Give the title under which the page and the workbook show a table."""
    described: Any = None
    if path.is_file():
        described = _json(path)
    return str(described.get("dc:title", "")) if isinstance(described, dict) else ""


def _take(
    report: Report,
    name: str,
    rows: tuple[Mapping[str, str], ...],
    groups: tuple[str, ...],
    record: Record,
) -> None:
    """Hold a CSV against what the release said of it, and keep what it prints."""
    if len(rows) != len(record.rows):
        what = f"it has {len(rows):,} rows, and {DESCRIPTION} describes {len(record.rows):,}"
        report.findings.append(Finding(name, "", what))
        return
    stands = _stands(rows, record)
    for place, row in enumerate(rows):
        report.findings += _small_or_strange(name, place, row, groups, record.policy)
        report.findings += _on_hidden(name, row, groups, record.policy.mark, rows)
    seen: list[Ends | None] = []
    places: list[tuple[int, str]] = []
    for cell, at in enumerate(stands):
        numbers = [(place, column, int(text)) for place, column, text in at if text]
        marks = [(place, column) for place, column, text in at if not text]
        seen.append(_alike(numbers[0][2], record.policy) if numbers else None)
        places.append(marks[0] if marks else numbers[0][:2] if numbers else (0, COUNTS[0]))
        report.findings += _disagreeing(name, rows, groups, numbers, marks, record, cell)
    shares = tuple(_shares(rows, record))
    report.tables.append(Table(name, rows, groups, record, tuple(seen), tuple(places), shares))


Stand = tuple[int, str, str]


def _stands(rows: Sequence[Mapping[str, str]], record: Record) -> list[list[Stand]]:
    """Where does each cell stand, and as what number? An empty text where a mark does."""
    found: list[list[Stand]] = [[] for _ in record.counted.shown]
    for place, (row, cells) in enumerate(zip(rows, record.rows, strict=True)):
        for column, cell in zip(COUNTS, cells, strict=True):
            if cell < 0:
                continue
            if row[column] == record.policy.mark:
                found[cell].append((place, column, ""))
            elif _WHOLE.fullmatch(row[column]):
                found[cell].append((place, column, row[column]))
    return found


def _alike(n: int, policy: Policy) -> Ends:
    low, high = alike(np.array([n]), policy)
    return int(low[0]), int(high[0])


def _small_or_strange(
    name: str, place: int, row: Mapping[str, str], groups: Sequence[str], policy: Policy
) -> Iterator[Finding]:
    for column in COUNTS:
        text = row[column]
        where = f"{row_words(row, groups)}, {column}"
        if is_number(text):
            if 0 < float(text) < policy.threshold:
                what = f"a count from 1 to {policy.threshold - 1} is printed"
                yield Finding(name, where, what)
        elif text != policy.mark and not re.fullmatch(r"\[\w+\]", text):
            yield Finding(name, where, "neither a number nor a mark stands there")


def _on_hidden(
    name: str,
    row: Mapping[str, str],
    groups: Sequence[str],
    mark: str,
    rows: Sequence[Mapping[str, str]],
) -> Iterator[Finding]:
    """Find figures that rest on hidden counts and are printed."""
    hidden = [column for column in COUNTS if row[column] == mark]
    printed = [column for column in FIGURES if is_number(row.get(column, ""))]
    if hidden and printed:
        what = (
            f"{' and '.join(printed)} {'is' if len(printed) == 1 else 'are'} printed, although "
            f"the {' and '.join(hidden)} behind {'it' if len(printed) == 1 else 'them'} "
            f"{'is' if len(hidden) == 1 else 'are'} hidden"
        )
        yield Finding(name, row_words(row, groups), what)
    start, _, end = row["period"].partition(" to ")
    if end and printed and not any(is_number(row[column]) for column in COUNTS):
        # A change over some dates rests on the shares at each of them.
        behind = [
            one
            for one in rows
            if one["unit"] == "proportion"
            and start <= one["period"] <= end
            and all(one[group] == row[group] for group in groups)
        ]
        known = [one for one in behind if one["measure"] == "share_of_known"]
        if any(one["value"] == mark for one in known):
            what = f"{' and '.join(printed)} printed, although a share behind it is hidden"
            yield Finding(name, row_words(row, groups), what)


def _disagreeing(
    name: str,
    rows: Sequence[Mapping[str, str]],
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
    elif numbers and said is not None and _alike(numbers[0][2], record.policy) != said:
        what = f"another count is printed than {DESCRIPTION} says was released"
        yield Finding(name, words(*numbers[0][:2]), what)
    if marks and not numbers and said is not None:
        what = f"a count is hidden that {DESCRIPTION} says was shown"
        yield Finding(name, words(*marks[0]), what)


def _shares(rows: Sequence[Mapping[str, str]], record: Record) -> Iterator[Share]:
    """Find shares of hidden counts: half a unit of the last decimal either way is all they hide."""
    room = record.policy.rounding_base if record.policy.rounds else 0
    for row, (numerator, denominator) in zip(rows, record.rows, strict=True):
        hidden = record.policy.mark in (row["numerator"], row["denominator"])
        counted = numerator >= 0 and denominator >= 0
        if not (hidden and counted and row["unit"] == "proportion" and is_number(row["value"])):
            continue
        value = Fraction(row["value"])
        digits, _, power = row["value"].lower().partition("e")
        places = len(digits.partition(".")[2]) - int(power or 0)
        half = Fraction(1, 2) / Fraction(10) ** places
        yield Share(numerator, denominator, value - half, value + half, room)
