"""Does the page, or a workbook, show a number that the tables of a report do not?

Nobody can tell from the files what a hidden number is; what can be told is that a number was taken
from nowhere in the CSVs, which are what was protected. Checked are:

- every number in a table of the pages and of both workbooks: it must be printed, rounded as people
  read it, in a row of the CSV of that title that bears the labels of the row and the column;
- every percentage with a decimal elsewhere on a page, and every number with a decimal that has a
  unit, or stands in brackets or after a colon, in the texts of charts, titles and descriptions
  among them: it must be printed for a group that the sentence names, in any CSV (for the text of a
  chart: in its own), and for what they were asked if it names that, or, where it names none,
  somewhere;
- every number that directly follows the name of a group in a sentence, in the same way.

What a page works out from figures that a CSV prints, such as how many declared, is worked out from
them again.

Not checked are other numbers in sentences (how many groups differ, axes, dates), lengths of bars
and places of dots, which are drawn from the numbers beside them, and metadata that states no
figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from workforce_analytics.disclosure.displays import (
    FIGURE,
    IN_BRACKETS,
    Shown,
    Text,
    read_page,
    read_workbook,
)
from workforce_analytics.disclosure.names import Names, Part, in_panels
from workforce_analytics.disclosure.published import Report, read_json
from workforce_analytics.disclosure.rows import Finding
from workforce_analytics.disclosure.sources import Source
from workforce_analytics.estimates import MONTHS

PAGES, WORKBOOKS = ("index.html", "annex.html"), ("tables.xlsx", "tables.ods")
_ANY = re.compile(rf"(?<![\w.,]){FIGURE.pattern}(?![\w.,]*\d)")
"""Any number among words."""
_SAID = re.compile(
    r"(: |\(| to (?=[^ ]+\)))?(?<![\w.,])([-+\u2212]?\d[\d,]*\.\d+)"
    r"(\s?%| points\b| out of 10)?( of staff(?= answered| \())?"
)
"""A number with a decimal, and what stands beside it: one with nothing may be part of an axis."""
_NEXT_NUMBER = re.compile(
    rf"[”\"]?[:,]? (\d++(?:,\d{{3}})*+)\b(?!\.\d|\s?%|-|/\d| (?:{'|'.join(MONTHS)}|of|to)\b)"
)


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
    anywhere = nothing if matching else nothing.union(*(one.numbers for one in sources))
    for names, figures in table.rows:
        uppers = [*table.headings, *[""] * (len(figures) - len(table.headings))]
        allowed = {
            over: anywhere.union(*(one.allowed(names, over) for one in matching))
            for over in set(uppers)
        }
        for over, text in zip(uppers, figures, strict=False):
            strange = [number for number in _numbers(text) if number not in allowed[over]]
            if strange and not _worded(text, strange, names, matching):
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
    """Read the figures of a cell: "4 (2 to 6)", "lower (-8.6)"; other words and marks are none."""
    if FIGURE.fullmatch(text.split(" ")[0]):
        return [_number(one) for one in _ANY.findall(text)]
    inside = IN_BRACKETS.search(text)
    return [_number(inside[1])] if inside else []


def _worded(
    text: str, numbers: Sequence[Decimal], names: Sequence[str], matching: Sequence[Source]
) -> bool:
    """Whether the numbers of a cell of words stand in words of its row in the CSV."""
    if FIGURE.fullmatch(text):
        return False
    told = {_number(one) for csv in matching for one in _ANY.findall(csv.words(names))}
    return told.issuperset(numbers)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("\u2212", "-")).normalize()


def _of_texts(texts: Sequence[Text], sources: Sequence[Source], *, file: str) -> Iterator[Finding]:
    names = Names(sources)
    if not names.people and not names.asked:
        return
    for text, panel in in_panels(texts, names.asked):
        among = _drawn_from(text, sources)
        where = f"'{text.words[:80].strip()}{'…' if len(text.words) > 80 else ''}'"
        for part in names.parts(text, among):
            inside = replace(part, panel=part.panel or panel)
            for what in _of_part(inside, names, among, drawn=among is not sources):
                yield Finding(file, where, what)


def _of_part(part: Part, names: Names, among: Sequence[Source], *, drawn: bool) -> Iterator[str]:
    """Find the percentages and numbers of a part of a text that are not printed for it."""
    hits = names.hits(part.words)
    said = names.said(hits, among, panel=part.panel)
    for before, figure, unit, of_staff in _SAID.findall(part.words):
        whose = replace(said, everybody=said.everybody or bool(of_staff))
        number = _number(figure)
        if (before or unit) and not any(one.prints(number, whose, drawn=drawn) for one in among):
            kind = "percentage" if unit.endswith("%") else "number"
            sign = "%" if unit.endswith("%") else ""
            yield f"the {kind} {figure}{sign} stands there, which no table prints for it"
    for hit in hits:
        follows = _NEXT_NUMBER.match(part.words, hit.end)
        alone = names.said([hit], among)
        if follows and not any(
            one.prints(_number(follows[1]), alone, drawn=drawn) for one in among
        ):
            yield f"a number follows '{hit.label}' that no table prints for it"


def _drawn_from(text: Text, sources: Sequence[Source]) -> Sequence[Source]:
    """Find the CSVs of a chart by its title; a sentence may speak of any."""
    own = [one for one in sources if one.title and text.chart.startswith(one.title)]
    longest = max((len(one.title) for one in own), default=0)
    return [one for one in own if len(one.title) == longest] or sources


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
