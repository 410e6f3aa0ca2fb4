"""What is wrong with the data, and how to mend it: never a person's value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from html import escape

import pandas as pd

from workforce_analytics.errors import DataError

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Problem:
    """One kind of fault in one column of one file.

    `records` is how many records have it (None where records are not the unit, as for a missing
    column), `of` out of how many, `first_record` the first of them, counted from 1 at the first
    record under the header (None on engines, whose rows have no order).
    """

    file: str
    column: str
    rule: str
    severity: str
    """"error" (the extract cannot be used), "warning" (figures suffer), "note"."""
    message: str
    """What happened and what is allowed, without the file and the column."""
    remedy: str
    """What to do, starting with a verb."""
    records: int | None = None
    of: int | None = None
    first_record: int | None = None
    contract: str = ""

    def sentence(self) -> str:
        """Say the whole problem in one line: where, what, how often, what to do."""
        where = f"{self.file}: " if self.file else ""
        several = "columns" if ", " in self.column else "column"
        column = f"{several} '{self.column}': " if self.column else ""
        often = ""
        if self.records is not None:
            total = f" of {self.of:,}" if self.of else ""
            first = f"; first: record {self.first_record:,}" if self.first_record else ""
            noun = "record" if self.records == 1 and not total else "records"
            often = f" ({self.records:,}{total} {noun}{first})"
        end = "" if self.message.endswith("?") and not often else "."
        message = self.message.rstrip(". ")
        return f"{where}{column}{message}{often}{end} {self.remedy}".strip()


@dataclass(frozen=True)
class FileSummary:
    """What was read of one file: rows read = kept + refused, each refusal with its reason."""

    file: str
    contract: str
    rows_read: int
    kept: int
    refused: tuple[tuple[str, int], ...] = ()
    checksum: str = ""

    def sentence(self) -> str:
        """Say how many rows were read, kept and refused."""
        why = "".join(f", {n:,} {reason}" for reason, n in self.refused)
        return f"{self.file}: {self.rows_read:,} rows read = {self.kept:,} kept{why}"


@dataclass(frozen=True)
class Join:
    """How many records of one extract find their key in another."""

    contract: str
    column: str
    to: str
    records: int
    matched: int

    def sentence(self) -> str:
        """Say the join rate."""
        rate = f"{100 * self.matched / self.records:.1f} %" if self.records else "no records"
        return (
            f"{self.contract}.{self.column} -> {self.to}: "
            f"{self.matched:,} of {self.records:,} join ({rate})"
        )


@dataclass(frozen=True)
class Declaration:
    """How many people have declared a characteristic, now and at the date before."""

    characteristic: str
    period: str
    declared: int
    people: int
    period_before: str = ""
    declared_before: int | None = None
    people_before: int | None = None

    @property
    def moved(self) -> str:
        """How many more people have declared than at the date before; "" without one."""
        if self.declared_before is None:
            return ""
        return f"{self.declared - self.declared_before:+,}"

    def sentence(self) -> str:
        """Say the declaration rate and how it moved."""
        text = f"{self.characteristic}: {_percent(self.declared, self.people)} have declared"
        if self.declared_before is None:
            return f"{text} ({self.period})"
        before = _percent(self.declared_before, self.people_before or 0)
        return f"{text} ({self.period}), {before} ({self.period_before}); {self.moved} people"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


@dataclass(frozen=True)
class QualityReport:
    """All problems of all files at once, with what was read, joined and declared.

    Displays itself in a notebook and a terminal; `to_frame()` gives the problems as a table.
    """

    problems: tuple[Problem, ...] = ()
    files: tuple[FileSummary, ...] = ()
    joins: tuple[Join, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    people: tuple[str, ...] = ()
    """How rows became people, one sentence per population and date."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that keep an extract from being used."""
        return tuple(item for item in self.problems if item.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Problems that figures suffer from."""
        return tuple(item for item in self.problems if item.severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether no problem is an error."""
        return not self.errors

    def headline(self) -> str:
        """Say in a few words what was found."""
        if not self.problems:
            return "no problems found"
        counts = [
            (sum(item.severity == severity for item in self.problems), severity)
            for severity in SEVERITIES
        ]
        return ", ".join(f"{n} {word}{'s' * (n != 1)}" for n, word in counts if n)

    def to_frame(self) -> pd.DataFrame:
        """Give the problems as a table, one row per problem, errors first."""
        names = [item.name for item in fields(Problem)]
        table = pd.DataFrame([astuple(item) for item in self.problems], columns=names)
        for column in ("records", "of", "first_record"):
            table[column] = table[column].astype("Int64")
        return table

    def raise_errors(self) -> None:
        """Stop here if an extract cannot be used, saying everything that is wrong with it.

        Raises
        ------
        DataError
            One line per error.
        """
        if self.errors:
            raise DataError("\n".join(item.sentence() for item in self.errors))

    def lines(self) -> list[str]:
        """Give the whole report as plain lines, for a terminal or a file."""
        result = [item.sentence() for item in self.files]
        result += list(self.people)
        result += [item.sentence() for item in self.joins]
        result += [item.sentence() for item in self.declarations]
        result += [f"{item.severity.upper()} {item.sentence()}" for item in self.problems]
        result.append(self.headline())
        return result

    @property
    def summaries(self) -> list[tuple[str, list[str], list[list[str]]]]:
        """Give the tables of a quality page: heading, columns, rows of text."""
        files = [
            [
                item.file,
                item.contract,
                f"{item.rows_read:,}",
                f"{item.kept:,}",
                "; ".join(f"{n:,} {reason}" for reason, n in item.refused) or "none",
            ]
            for item in self.files
        ]
        joins = [
            [
                f"{item.contract}.{item.column}",
                item.to,
                f"{item.records:,}",
                f"{item.matched:,}",
                _percent(item.matched, item.records),
            ]
            for item in self.joins
        ]
        declared = [
            [item.characteristic, _percent(item.declared, item.people), item.period, item.moved]
            for item in self.declarations
        ]
        return [
            ("What was read", ["File", "Contract", "Rows read", "Kept", "Refused"], files),
            ("Who is counted", ["Rows and people"], [[line] for line in self.people]),
            ("Keys that join", ["Key", "Found in", "Records", "Join", "Join rate"], joins),
            (
                "Who has declared",
                ["Characteristic", "Declared", "At", "Change in people since the date before"],
                declared,
            ),
        ]

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>Data quality: {escape(self.headline())}</strong></p>"]
        parts += [
            f"<p>{escape(item.severity.upper())}: {escape(item.sentence())}</p>"
            for item in self.problems
        ]
        for heading, columns, rows in self.summaries:
            if rows:
                table = pd.DataFrame(rows, columns=columns).to_html(index=False, border=0)
                parts.append(f"<p><strong>{escape(heading)}</strong></p>{table}")
        return "".join(parts)


def combine(reports: Iterable[QualityReport]) -> QualityReport:
    """Put the reports of several extracts together, errors first."""
    parts = list(reports)
    problems = [problem for part in parts for problem in part.problems]
    return QualityReport(
        problems=in_order(problems),
        files=tuple(item for part in parts for item in part.files),
        joins=tuple(item for part in parts for item in part.joins),
        declarations=tuple(item for part in parts for item in part.declarations),
        people=tuple(item for part in parts for item in part.people),
    )


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems: errors first, then by file, column and rule."""
    return tuple(
        sorted(
            problems,
            key=lambda item: (
                SEVERITIES.index(item.severity),
                item.file,
                item.column,
                item.rule,
                item.first_record or 0,
            ),
        )
    )
