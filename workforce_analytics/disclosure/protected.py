"""Figures as an audience may see them; no exact figure is left behind them."""

from __future__ import annotations

import csv
import html
import io
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from workforce_analytics.disclosure import ledger, marking, session
from workforce_analytics.disclosure.policy import Policy, resolve
from workforce_analytics.disclosure.printing import as_text
from workforce_analytics.disclosure.record import Basis, Record, record
from workforce_analytics.errors import CannotWrite
from workforce_analytics.estimates import NUMERIC, About, Estimates

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_made: weakref.WeakKeyDictionary[Estimates, dict[str, Protected]] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class Decisions:
    """What disclosure control did to a table.

    Attributes
    ----------
    cells
        Number of different counts that the table prints.
    primary, complementary
        How many of them are hidden for their own sake, and because others could be worked out. For
        whoever makes the table: the page says only how many are hidden.
    full_groups
        Groups all of whose members are in one category, shown as the policy wants.
    least_weight
        Whether no safe pattern hides less (by weight).
    words
        A sentence for the page.
    """

    cells: int
    primary: int
    complementary: int
    full_groups: tuple[str, ...]
    least_weight: bool
    words: str

    @property
    def hidden(self) -> int:
        """How many counts are hidden."""
        return self.primary + self.complementary

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, eq=False)
class Protected:
    """Figures that have passed disclosure control for an audience.

    Attributes
    ----------
    about
        What a reader must know of the table.
    audience
        "public", "management" or "analyst".
    policy
        The rules that were applied.
    decisions
        What they did.
    basis
        What its counts are made of, without any count; None where nobody said.
    """

    _frame: pd.DataFrame
    about: About
    audience: str
    policy: Policy
    decisions: Decisions
    basis: Basis | None = None

    def record(self) -> Record | None:
        """Tell what the table says of each count; None where nobody said how its counts add up."""
        if self.basis is None:
            return None
        return record(self.about.title, self._frame, self.basis, self.policy)

    def to_frame(self) -> pd.DataFrame:
        """Give the figures: hidden ones missing, with a mark in numerator_mark and its like."""
        return self._frame.copy()

    def to_csv(self, path: str | Path | None = None) -> str | None:
        """Give the figures as CSV, marks in place of hidden ones.

        Parameters
        ----------
        path
            The file to write, in UTF-8 with the same bytes on every system; None gives the text.

        Returns
        -------
        str or None
            The text, where no path is given.

        Raises
        ------
        CannotWrite
            If the file cannot be written.
        """
        text = _csv(self._frame)
        if path is None:
            return text
        _write(Path(path), text.encode("utf-8"))
        return None

    def show(self) -> None:
        """Print the table as people read it."""
        print(self._table())

    def plot(self) -> Any:
        """Draw the chart of these figures."""
        from workforce_analytics.publishing.charts import picture

        return picture(self)

    def sentence(self) -> str:
        """Say in at most three sentences what these figures show."""
        from workforce_analytics.publishing.sentences import sentences

        return " ".join(sentences(self))

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write the table as open data: a tidy CSV and its description.

        Parameters
        ----------
        folder
            Where the files go.

        Returns
        -------
        tuple of Path
            The files.
        """
        from workforce_analytics.publishing import open_data

        name = "-".join([*self.about.groups, self.about.kind]).replace("_", "-")
        return open_data.write(self, folder, name=name)

    def _table(self) -> str:
        from workforce_analytics.publishing.tables import LAYOUTS, table
        from workforce_analytics.publishing.tables import as_text as set_in_columns

        if self.about.kind not in LAYOUTS:
            return repr(self)
        text = set_in_columns(table(self))
        return text if self.decisions.words in text else f"{text}\n{self.decisions}"

    def __repr__(self) -> str:
        exempt = self.about.published or self.audience == "analyst"
        said = ["" if exempt else self.policy.words, self.decisions.words]
        stamp = "" if self.about.published else session.STAMPS.get(self.audience, "")
        return as_text(self._frame, self.about, list(dict.fromkeys([stamp, *said])))

    def _repr_html_(self) -> str:
        from workforce_analytics.publishing.page import table_html
        from workforce_analytics.publishing.tables import LAYOUTS, table

        if self.about.kind not in LAYOUTS:
            return f"<pre>{html.escape(repr(self))}</pre>"
        key = "-".join(["table", *self.about.groups, self.about.kind]).replace("_", "-")
        shown, words = table_html(table(self), key=key), html.escape(self.decisions.words)
        return shown if words in shown else f"{shown}<p>{words}</p>"


def protect(estimates: Estimates, *, audience: str | None = None) -> Protected:
    """What of these figures may this audience see?

    Parameters
    ----------
    estimates
        The exact figures.
    audience
        "public", "management" or "analyst"; the session's own unless given ("public" at first).

    Returns
    -------
    Protected
        The figures with marks in place of hidden ones.

    Raises
    ------
    UsageError
        If there is no such audience.
    DisclosureRefused
        If exact figures are asked for and the session was not switched to "analyst".

    Notes
    -----
    Public: counts from 1 to the threshold less 1 are hidden, and by integer programme the cheapest
    further ones, until an attack finds every hidden count of this table and its totals wide enough.
    Management: the same with threshold 5. No threshold is under the one that the table asks for
    (`About.least_threshold`). What was public already is shown with its source.
    """
    from workforce_analytics.disclosure.together import protect_together

    name = session.allowed(audience)
    made = _made.setdefault(estimates, {})
    if name not in made:
        made[name] = protect_together([estimates], audience=name)[0]
    return made[name]


def unprotected(estimates: Estimates, *, reason: str) -> pd.DataFrame:
    """Give the exact figures, for a named purpose only.

    Parameters
    ----------
    estimates
        The exact figures.
    reason
        Why they are needed. It is kept for the session (`disclosure.reasons()`) and, where the
        policy names a ledger, written there.

    Returns
    -------
    pandas.DataFrame
        The exact figures. Nothing protects them any more.

    Raises
    ------
    DisclosureRefused
        If there is no reason.
    CannotWrite
        If the ledger cannot be written; then nothing is given.
    """
    policy = resolve(estimates.about.policy)
    words = session.note(estimates.about.title, reason)
    if policy.ledger:
        with ledger.opened(policy.ledger) as book:
            entry = {"event": "unprotected", "title": estimates.about.title, "reason": words}
            book.append([{**entry, "on": date.today().isoformat()}])
    return estimates._exact.copy()


def _csv(frame: pd.DataFrame) -> str:
    columns = [name for name in frame.columns if not name.endswith("_mark")]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for row in frame.to_dict("records"):
        writer.writerow([_entry(row, name) for name in columns])
    return file.getvalue()


def _entry(row: Mapping[Any, Any], name: str) -> str:
    value = row[name]
    if name not in NUMERIC:
        text = str(value)
        return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
    if pd.isna(value):
        # What stands beside a hidden figure is hidden for the same reason.
        return str(row.get(f"{name}_mark") or row["value_mark"] or marking.NOT_APPLICABLE)
    return str(int(value)) if float(value).is_integer() else f"{float(value):.12g}"


def _write(path: Path, content: bytes) -> None:
    trouble = ""
    try:
        with path.open("wb") as file:
            file.write(content)
    except OSError as error:
        trouble = error.strerror or "it cannot be written"
    if trouble:
        raise CannotWrite(f"{path}: {trouble}. Nothing was given out.")
