"""The page and the workbooks of a report taken apart into tables and texts."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from workforce_analytics.errors import DataError

FIGURE = re.compile(r"[-+\u2212]?\d[\d,]*(?:\.\d+)?")
IN_BRACKETS = re.compile(rf"\(({FIGURE.pattern})(?: to {FIGURE.pattern})?\)$")
"""What a cell of words ends with that has a figure: "lower (-8.6)", "4 (2 to 6)"."""
_WITHOUT_TEXT = frozenset({"style", "script", "defs", "path"})
_VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr", "col"})
_INLINE = frozenset({"a", "strong", "em", "span", "abbr", "b", "i", "tspan"})
_SPOKEN = ("alt", "title", "aria-label", "content", "aria-description")


@dataclass
class Shown:
    """A table as it stands on the page or in a workbook."""

    caption: str
    headings: list[str] = field(default_factory=list)
    """The heading of each column of figures; the upper one where there are two."""
    rows: list[tuple[list[str], list[str]]] = field(default_factory=list)
    """Names and figures of each row."""


@dataclass(frozen=True)
class Text:
    """A text of the page; that of a chart bears the chart's title."""

    words: str
    chart: str = ""


# --- the page ---------------------------------------------------------------------------------


class _Reader(HTMLParser):
    """Takes a page apart into its tables and its texts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Shown] = []
        self.texts: list[Text] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self._chart = ""
        self._heads: list[tuple[str, int, int]] = []
        self._head_rows: list[list[tuple[str, int, int]]] = []
        self._row: tuple[list[str], list[str]] = ([], [])
        self._spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if not (self._open and self._open[-1] in _WITHOUT_TEXT):
            self.texts += [Text(given[name]) for name in _SPOKEN if given.get(name)]
        if tag in _VOID or tag in _INLINE:
            return
        self._flush()
        self._open.append(tag)
        if tag == "svg":
            self._chart = ""
        elif tag == "table":
            self.tables.append(Shown(""))
            self._head_rows = []
        elif tag == "tr":
            self._row, self._heads = ([], []), []
        elif tag == "th":
            self._spans = (int(given.get("colspan") or 1), int(given.get("rowspan") or 1))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or tag in _INLINE or tag not in self._open:
            return
        self._flush()
        while self._open.pop() != tag:
            pass
        if tag == "tr" and "thead" in self._open:
            self._head_rows.append(self._heads)
        elif tag == "tr" and "table" in self._open:
            self.tables[-1].rows.append(self._row)
        elif tag == "thead" and "table" in self._open:
            self.tables[-1].headings = _upper(self._head_rows)
        elif tag == "table":
            _align(self.tables[-1])

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def _flush(self) -> None:
        words = " ".join("".join(self._words).split())
        self._words = []
        if not self._open or self._open[-1] in _WITHOUT_TEXT:
            return
        tag = self._open[-1]
        if tag == "caption":
            self.tables[-1].caption += words
        elif tag == "th" and "thead" in self._open:
            self._heads.append((words, *self._spans))
        elif tag == "th":
            self._row[0].append(words)
        elif tag == "td":
            self._row[1].append(words)
        elif words:
            if tag == "title" and "svg" in self._open:
                self._chart = words
            self.texts.append(Text(words, self._chart if "svg" in self._open else ""))


def _upper(rows: Sequence[Sequence[tuple[str, int, int]]]) -> list[str]:
    """Write the upper heading of every column; a heading over all rows is one of its own."""
    return [words for words, across, _ in rows[0] for _ in range(across)] if rows else []


def _align(table: Shown) -> None:
    """Leave out the headings of the columns that name the rows."""
    names = max((len(row[0]) for row in table.rows), default=0)
    table.headings = table.headings[names:]


@dataclass(frozen=True)
class Page:
    """The tables of a page, and its texts outside of them."""

    tables: list[Shown]
    texts: list[Text]


def read_page(path: Path) -> Page:
    """Take a page apart.

    Parameters
    ----------
    path
        An HTML file.

    Returns
    -------
    Page
        Its tables and its texts, with those of charts and of attributes that are read aloud.

    Raises
    ------
    DataError
        It cannot be read.
    """
    text = None
    with contextlib.suppress(OSError, ValueError):
        text = path.read_text(encoding="utf-8")
    if text is None:
        raise DataError(f"{path}: it cannot be read as a page. Make the report anew.")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return Page(reader.tables, reader.texts)


# --- workbooks --------------------------------------------------------------------------------


def read_workbook(path: Path) -> list[Shown]:
    """Take a workbook apart: on a sheet stand a title, lines on it, headings and rows.

    Parameters
    ----------
    path
        An Excel or OpenDocument file.

    Returns
    -------
    list of Shown
        The tables on its sheets whose names start with "Table".

    Raises
    ------
    DataError
        It cannot be read.
    """
    from python_calamine import CalamineError, load_workbook

    tables, trouble = [], False
    try:
        book = load_workbook(path)
        for name in book.sheet_names:
            lines = book.get_sheet_by_name(name).to_python()
            if name.startswith("Table") and lines:
                tables.append(_sheet(lines))
    except (OSError, ValueError, CalamineError):
        trouble = True
    if trouble:
        raise DataError(f"{path}: it cannot be read as a workbook. Make the report anew.")
    return tables


def _sheet(lines: Sequence[Sequence[Any]]) -> Shown:
    """Find the line of headings: the first of which every column is filled."""
    start = next((n for n, line in enumerate(lines) if all(str(one) for one in line)), len(lines))
    headings = [str(one) for one in lines[start]] if start < len(lines) else []
    table = Shown(str(lines[0][0]))
    body = [[_entry(one) for one in line] for line in lines[start + 1 :]]
    # Names of rows are words that are no mark, and stand before the figures.
    names = 1 + (len(headings) > 1 and bool(body) and all(_is_name(line[1]) for line in body))
    uppers = [heading.rpartition(": ")[0] or heading for heading in headings[names:]]
    table.headings = [upper[:1].upper() + upper[1:] for upper in uppers]
    table.rows = [(line[:names], line[names:]) for line in body if any(line[names:])]
    return table


def _entry(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _is_name(text: str) -> bool:
    figures = FIGURE.fullmatch(text) or IN_BRACKETS.search(text)
    return bool(text) and not figures and not re.fullmatch(r"\[\w+\]|\*", text)
