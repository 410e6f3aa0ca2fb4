"""Does the page, or a workbook, show a number that the tables of a report do not?

Nobody can tell from the files what a hidden number is; what can be told is that a number was taken
from nowhere in the CSVs, which are what was protected. Checked are:

- every number in a table of the pages and of both workbooks: it must be printed, rounded as people
  read it, in a row of the CSV of that title that bears the labels of the row and the column;
- every percentage with a decimal elsewhere on a page, in the texts of charts, titles and
  descriptions among them: it must be printed for a group that the sentence names, in any CSV (for
  the text of a chart: in its own), or, where it names none, somewhere;
- every number that directly follows the name of a group in a sentence, in the same way.

Not checked are other whole numbers in sentences (how many groups differ, axes, dates), lengths of
bars and places of dots, which are drawn from the numbers beside them, and metadata that states no
figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from workforce_analytics.disclosure.displays import (
    FIGURE,
    Shown,
    Text,
    read_page,
    read_workbook,
)
from workforce_analytics.disclosure.published import Report, read_json
from workforce_analytics.disclosure.rows import COUNTS, FIGURES, Finding, Row, is_number
from workforce_analytics.estimates import ALL, MONTHS, UNDECLARED, long_date

PAGES, WORKBOOKS = ("index.html", "annex.html"), ("tables.xlsx", "tables.ods")
_HUNDRED = Decimal(100)
_PLACES = 6
"""Decimals with which a figure is shown, and one more: ratios close to 1 have more than others."""
_PERCENTAGE = re.compile(r"(\d[\d,]*\.\d+)\s?%")
_TO_COLON = re.compile(r"(, [^.:;]{1,30})?:")
_NEXT_NUMBER = re.compile(
    rf"[”\"]?[:,]? (\d++(?:,\d{{3}})*+)\b(?!\.\d|\s?%|-|/\d| (?:{'|'.join(MONTHS)}|of|to)\b)"
)
_TIME = re.compile(r"\d{4}/\d\d( Q\d)?|\d+ months?")
"""Categories that are a time: in a sentence they name nobody."""
_NETWORKS = ("All networks", "Any network")
"""What people read for all of the networks together."""


@dataclass(frozen=True)
class Source:
    """A CSV, and what is printed for each of its rows as people read it."""

    file: str
    title: str
    rows: tuple[Row, ...]
    groups: tuple[str, ...]

    @cached_property
    def labels(self) -> frozenset[str]:
        """The names of its groups and of what they are split by."""
        return frozenset(name for row in self.rows for name in self._names(row)) - {ALL, ""}

    @cached_property
    def main(self) -> frozenset[str]:
        """The names of its groups alone: what they are split by holds many of them."""
        of_networks = _NETWORKS if self._of_networks else ()
        own = frozenset(_plain(row[self.groups[0]]) for row in self.rows)
        return own.union(of_networks) - {ALL, ""}

    @property
    def _of_networks(self) -> bool:
        return self.groups[:1] == ("network",)

    def _names(self, row: Row) -> list[str]:
        """Give what people read for the categories of a row."""
        names = [_plain(row[name]) for name in self.groups]
        return [*names, *_NETWORKS] if self._of_networks and names[0] == ALL else names

    @cached_property
    def shown(self) -> tuple[frozenset[Decimal], ...]:
        """The numbers of each row."""
        return tuple(shown(row) for row in self.rows)

    @cached_property
    def bases(self) -> tuple[frozenset[Decimal], ...]:
        """The numbers of each row that tell of everybody, or of all who declared.

        Those of the declaration rate; a table of those who declared only has none, and says how
        many they are as what its shares are of. A funnel has rows of all applications.
        """
        rated = any(row["measure"] == "declaration_rate" for row in self.rows)
        if rated:
            rates = [row["measure"] == "declaration_rate" for row in self.rows]
            return tuple(n if r else frozenset() for r, n in zip(rates, self.shown, strict=True))
        return tuple(
            shown({"unit": row["unit"], "denominator": row["denominator"]})
            if row["measure"] == "share_of_known"
            else n
            if row[self.groups[0]] == ALL
            else frozenset()
            for row, n in zip(self.rows, self.shown, strict=True)
        )

    @cached_property
    def by_label(self) -> Mapping[str, frozenset[Decimal]]:
        """The numbers that are printed for each name."""
        found: dict[str, set[Decimal]] = {}
        for row, numbers in zip(self.rows, self.shown, strict=True):
            for name in self._names(row):
                found.setdefault(name, set()).update(numbers)
        return {label: frozenset(numbers) for label, numbers in found.items()}

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """Every number that it prints."""
        return frozenset().union(*self.shown)

    @cached_property
    def _told(self) -> tuple[tuple[list[str], str], ...]:
        """The names of each row, and its date."""
        return tuple((self._names(row), long_date(row["period"])) for row in self.rows)

    def allowed(self, names: Sequence[str], over: str) -> frozenset[Decimal]:
        """Which numbers may stand in a row of these names, under this upper heading?"""
        known = any(name in self.labels for name in names[:1])
        found: set[Decimal] = set() if known else {_HUNDRED}
        wanted = {name for name in [*names, over] if name in self.labels}
        total = over.startswith("All ") or any(name.startswith("All ") for name in names[1:])
        of_all = total and len(self.groups) > 1
        dated = over in self.dates
        for (labels, day), numbers in zip(
            self._told, self.shown if known else self.bases, strict=True
        ):
            elsewhere = (dated and day != over) or (of_all and labels[1] != ALL)
            if numbers and not elsewhere and wanted.issubset(labels):
                found |= numbers
        return frozenset(found)

    @cached_property
    def declared(self) -> frozenset[Decimal]:
        """How many applicants declared, and which part: all who applied less the undeclared."""
        applied = {
            row[self.groups[0]]: row["value"]
            for row in reversed(self.rows)
            if row["measure"] == "applications" and all(row[g] == ALL for g in self.groups[1:-1])
        }
        whole, undeclared = (applied.get(label, "") for label in (ALL, UNDECLARED))
        if not (is_number(whole) and is_number(undeclared)) or not Decimal(whole):
            return frozenset()
        n = Decimal(whole) - Decimal(undeclared)
        return frozenset({n.normalize(), *_rounded(_HUNDRED * n / Decimal(whole), 1)})

    @cached_property
    def dates(self) -> frozenset[str]:
        """Its dates as people write them."""
        return frozenset(long_date(row["period"]) for row in self.rows) - {""}


def _plain(label: str) -> str:
    """Give a label without the sign that keeps a spreadsheet from taking it for a formula."""
    return label[1:] if label[:1] == "'" and label[1:2] in ("=", "+", "-", "@") else label


def shown(row: Row) -> frozenset[Decimal]:
    """Give the numbers of a row of a CSV, rounded in every way in which people are shown them."""
    found: set[Decimal] = set()
    share = row["unit"] in ("proportion", "per_member_month")
    for column in (*COUNTS, *FIGURES):
        text = row.get(column, "")
        if not is_number(text):
            continue
        counted = column in (*COUNTS, "n_effective", "clusters")
        exact = Decimal(text) * (_HUNDRED if share and not counted else 1)
        for places in (0, 1) if counted else (1,) if share else range(_PLACES):
            found |= _rounded(exact, places)
    return frozenset(found | {-number for number in found})


def _rounded(exact: Decimal, places: int) -> set[Decimal]:
    """Round half up; where the CSV's digits end at a half, the figure itself may lie below it."""
    unit = Decimal(1).scaleb(-places)
    near = Decimal("1e-9")
    return {
        (exact + shift).quantize(unit, rounding=way).normalize()
        for shift in (-near, near)
        for way in (ROUND_HALF_UP, ROUND_HALF_DOWN)
    }


def elsewhere(report: Report) -> list[Finding]:
    """Which numbers on the page or in the workbooks are in none of the tables?

    Parameters
    ----------
    report
        A report as read.

    Returns
    -------
    list of Finding
        In the order in which they stand there.

    Raises
    ------
    DataError
        The page or a workbook cannot be read.
    """
    sources = [
        Source(name, report.titles.get(name, ""), rows, groups)
        for name, (rows, groups) in report.plain.items()
    ]
    found: list[Finding] = []
    for name in PAGES:
        if name in report.files and (report.folder / name).is_file():
            page = read_page(report.folder / name)
            for table in page.tables:
                found += _of_table(name, table, sources)
            found += _of_texts(page.texts, sources, file=name)
    for name in WORKBOOKS:
        if name in report.files and (report.folder / name).is_file():
            for table in read_workbook(report.folder / name):
                found += _of_table(name, table, sources)
    for name in (one for one in report.files if one.endswith("-metadata.json")):
        if (report.folder / name).is_file():
            source = [one for one in sources if name == f"{one.file}-metadata.json"]
            texts = [Text(words) for words in _strings(report.folder / name)]
            found += _of_texts(texts, source or sources, file=name)
    return list(dict.fromkeys(found))


def _of_table(file: str, table: Shown, sources: Sequence[Source]) -> Iterator[Finding]:
    matching = _titled(table.caption, sources)
    # Two tables of one title differ in what they compare with: either may print the number.
    nothing: frozenset[Decimal] = frozenset()
    anywhere = nothing
    if not matching:
        anywhere = nothing.union(*(n for one in sources for n in (*one.shown, one.declared)))
    for names, figures in table.rows:
        uppers = [*table.headings, *[""] * (len(figures) - len(table.headings))]
        allowed = {
            over: anywhere.union(*(one.allowed(names, over) for one in matching))
            for over in set(uppers)
        }
        for over, text in zip(uppers, figures, strict=False):
            for number in _numbers(text):
                if number in allowed[over]:
                    continue
                where = f"table '{table.caption}', row {', '.join(names)}"
                under = f", under {over}" if over else ""
                csv = f" in {matching[0].file}" if matching else " in any CSV"
                what = f"a number stands there{under} that is not printed for that row{csv}"
                yield Finding(file, where, what)


def _titled(caption: str, sources: Sequence[Source]) -> list[Source]:
    """Find the CSVs of a table by its caption, which may go on to say what of them it shows."""
    own = [one for one in sources if one.title and f"{caption}, ".startswith(f"{one.title}, ")]
    longest = max((len(one.title) for one in own), default=0)
    return [one for one in own if len(one.title) == longest]


def _numbers(text: str) -> list[Decimal]:
    """Read a figure; a word or a mark is none."""
    figure = text.split(" ")[0] if text else ""
    return [_number(figure)] if FIGURE.fullmatch(figure) else []


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("\u2212", "-")).normalize()


def _of_texts(texts: Iterable[Text], sources: Sequence[Source], *, file: str) -> Iterator[Finding]:
    names = {label for one in sources for label in one.labels if not _TIME.fullmatch(label)}
    labels = sorted(names, key=lambda label: (-len(label), label))
    if not labels:
        return
    named = re.compile("|".join(rf"(?<!\w){re.escape(label)}(?!\w)" for label in labels), re.I)
    spelt = {label.casefold(): label for label in labels}
    for text in texts:
        among = _drawn_from(text, sources)
        where = f"'{text.words[:80].strip()}{'…' if len(text.words) > 80 else ''}'"
        for words in _segments(text, named, among):
            hits = [(hit.end(), spelt[hit.group().casefold()]) for hit in named.finditer(words)]
            for figure in _PERCENTAGE.findall(words):
                if not _is_printed(_number(figure), among, [label for _, label in hits]):
                    what = f"the percentage {figure}% stands there, which no table prints for it"
                    yield Finding(file, where, what)
            for end, label in hits:
                follows = _NEXT_NUMBER.match(words, end)
                if follows and not _is_printed(_number(follows.group(1)), among, [label]):
                    what = f"a number follows '{label}' that no table prints for it"
                    yield Finding(file, where, what)


def _drawn_from(text: Text, sources: Sequence[Source]) -> Sequence[Source]:
    """Find the CSVs of a chart by its title; a sentence may speak of any."""
    own = [one for one in sources if one.title and text.chart.startswith(one.title)]
    longest = max((len(one.title) for one in own), default=0)
    return [one for one in own if len(one.title) == longest] or sources


def _segments(text: Text, named: re.Pattern[str], among: Sequence[Source]) -> list[str]:
    """Cut the description of a chart where it comes to the next group: "White: 71.2%; ...".

    Or "White, 2,000 applied: Shortlisted 28.1%; ...".
    """
    if not text.chart:
        return [text.words]
    main = {label.casefold() for one in among for label in one.main}
    starts = [
        hit.start()
        for hit in named.finditer(text.words)
        if hit.group().casefold() in main and _TO_COLON.match(text.words, hit.end())
    ]
    if not starts:
        return [text.words]
    return [text.words[a:b] for a, b in pairwise([0, *starts, len(text.words)])]


def _is_printed(number: Decimal, sources: Sequence[Source], names: Sequence[str]) -> bool:
    """Whether a number is printed for any of these groups; for nobody in particular, anywhere."""
    groups = [name for name in names if any(name in one.main for one in sources)]
    chosen = groups or names
    if not chosen:
        return any(number in one.numbers for one in sources)
    return any(number in one.by_label.get(name, ()) for name in chosen for one in sources)


def _strings(path: Path) -> Iterator[str]:
    """Give every text of a JSON file."""
    waiting: list[Any] = [read_json(path)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
