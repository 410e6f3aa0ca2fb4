"""A finished report as anybody reads it: its files, and what each table in them says of counts.

Nothing is taken from the package's memory of a release but what its counts are counts of, which is
written in `disclosure.json`; every number is read again from the files.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.disclosure.record import Record, read
from workforce_analytics.disclosure.rows import (
    COUNTS,
    DESCRIPTION,
    Ends,
    Finding,
    Row,
    Share,
    disagreeing,
    is_number,
    on_hidden,
    over_dates,
    printed_like,
    row_words,
    shares,
    small_or_strange,
)
from workforce_analytics.errors import ConfigurationError, DataError

MANIFEST = "report.json"
_NEEDED = ("measure", "period", *COUNTS, "value", "unit")
_WHOLE = re.compile(r"\d+")


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
        For each cell, between which counts it is printed to be; None where no number stands.
    hidden
        For each cell, whether a mark stands, and no number anywhere.
    places
        For each cell, a row and column in which it stands: one with a mark where it is hidden.
    shares
        Shares of hidden counts.
    """

    file: str
    rows: tuple[Row, ...]
    groups: tuple[str, ...]
    record: Record
    seen: tuple[Ends | None, ...]
    hidden: tuple[bool, ...]
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
    plain: dict[str, tuple[tuple[Row, ...], tuple[str, ...]]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


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
    manifest = read_json(folder / MANIFEST)
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


def read_json(path: Path) -> Any:
    """Read a JSON file of a report, or say in one sentence that it cannot be."""
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
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    remedy = "Move it out of the folder: nobody has looked at what it gives away."
    what = "it is not one of the files of the report"
    strange = sorted(there - set(files) - {MANIFEST})
    return [*found, *(Finding(name, "", what, remedy) for name in strange)]


def _checksum(path: Path) -> str:
    content = None
    with contextlib.suppress(OSError):
        content = path.read_bytes()
    if content is None:
        raise DataError(f"{path}: it cannot be read. See that you may read the report's files.")
    return hashlib.sha256(content).hexdigest()


def _described(folder: Path) -> dict[str, Any]:
    listed = read_json(folder / DESCRIPTION)
    try:
        return {str(one["file"]): one["record"] for one in listed["tables"]}
    except (KeyError, TypeError):
        pass
    raise DataError(
        f"{folder / DESCRIPTION}: it does not describe the tables of a report. It was changed by "
        "hand or made by another version: make the report anew."
    )


def _rows(path: Path) -> tuple[tuple[Row, ...], tuple[str, ...]]:
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
        described = read_json(path)
    return str(described.get("dc:title", "")) if isinstance(described, dict) else ""


def _take(
    report: Report,
    name: str,
    rows: tuple[Row, ...],
    groups: tuple[str, ...],
    record: Record,
) -> None:
    """Hold a CSV against what the release said of it, and keep what it prints."""
    if len(rows) != len(record.rows):
        what = f"it has {len(rows):,} rows, and {DESCRIPTION} describes {len(record.rows):,}"
        report.findings.append(Finding(name, "", what))
        return
    stands = _stands(rows, record)
    for row in rows:
        report.findings += small_or_strange(name, row, groups, record.policy)
        report.findings += on_hidden(name, row, groups, record.policy.mark)
        report.findings += over_dates(name, row, groups, record.policy, rows)
    seen: list[Ends | None] = []
    hidden: list[bool] = []
    places: list[tuple[int, str]] = []
    for cell, at in enumerate(stands):
        numbers = [(place, column, int(text)) for place, column, text in at if text]
        marks = [(place, column) for place, column, text in at if not text]
        seen.append(printed_like(numbers[0][2], record.policy) if numbers else None)
        hidden.append(bool(marks) and not numbers)
        places.append(marks[0] if marks else numbers[0][:2] if numbers else (0, COUNTS[0]))
        report.findings += disagreeing(name, rows, groups, numbers, marks, record, cell)
    told = tuple(shares(rows, record))
    report.tables.append(
        Table(name, rows, groups, record, tuple(seen), tuple(hidden), tuple(places), told)
    )


Stand = tuple[int, str, str]


def _stands(rows: Sequence[Mapping[str, str]], record: Record) -> list[list[Stand]]:
    """Where does each cell stand, and as what number? An empty text where a mark does."""
    found: list[list[Stand]] = [[] for _ in record.counted.shown]
    # Full-time equivalents stand for people whom nobody counts there, a whole one by chance, too.
    of_people = all(
        _WHOLE.fullmatch(row[column]) for row in rows for column in COUNTS if is_number(row[column])
    )
    for place, (row, cells) in enumerate(zip(rows, record.rows, strict=True)):
        for column, cell in zip(COUNTS, cells, strict=True):
            if cell < 0:
                continue
            if row[column] == record.policy.mark:
                found[cell].append((place, column, ""))
            elif of_people and _WHOLE.fullmatch(row[column]):
                found[cell].append((place, column, row[column]))
    return found
