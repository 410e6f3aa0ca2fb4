"""The door through which figures leave: held against all that was released before, and taken down.

The ledger stays locked from reading what was released to taking down what is, so that two releases
at once cannot both pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workforce_analytics import __version__
from workforce_analytics.disclosure import ledger as ledgers
from workforce_analytics.disclosure.policy import resolve
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.disclosure.record import Record, read
from workforce_analytics.disclosure.together import Choice, protect_together
from workforce_analytics.errors import ConfigurationError
from workforce_analytics.estimates import Estimates

RELEASED = "released"


@dataclass(frozen=True)
class Door:
    """What was released before, while a release is made.

    Attributes
    ----------
    earlier
        The tables in the ledger that this release is held against.
    """

    earlier: tuple[Record, ...]
    _book: ledgers.Book | None
    _override: str

    def take_down(
        self, tables: Sequence[Protected], *, inputs: Mapping[str, str] | None = None
    ) -> int:
        """Add tables to the ledger, those that are there already left out.

        Parameters
        ----------
        tables
            What is released.
        inputs
            Checksum of every file that it was made from.

        Returns
        -------
        int
            How many were added; 0 where there is no ledger.
        """
        if self._book is None:
            return 0
        entries = [self._entry(one, dict(inputs or {})) for one in tables]
        return self._book.append([entry for entry in entries if entry is not None])

    def _entry(self, table: Protected, inputs: dict[str, str]) -> dict[str, Any] | None:
        told = table.record()
        if told is None:
            return None
        return {
            "event": RELEASED,
            "on": date.today().isoformat(),
            **told.described(),
            "inputs": inputs,
            "override": self._override,
            "version": __version__,
        }


@contextmanager
def door(path: str, *, override: str = "") -> Iterator[Door]:
    """Open the ledger for a release; it stays locked until the release is made or given up.

    Parameters
    ----------
    path
        The ledger; empty where the organisation keeps none.
    override
        Why this is released whatever was released before. It is taken down, and earlier tables are
        then not looked at.

    Raises
    ------
    DisclosureRefused
        A line of the ledger was changed, removed or moved.
    CannotWrite
        The ledger cannot be written, or another release is being made.
    DataError
        A line of the ledger is not one that this version can read.
    """
    if not path:
        yield Door((), None, override)
        return
    with ledgers.opened(path) as book:
        yield Door(() if override else _released(book, path), book, override)


def _released(book: ledgers.Book, path: str) -> tuple[Record, ...]:
    """Read the tables in the ledger that count: a revision takes the place of what it revised.

    What was asked for within a session is not a release.
    """
    tables: list[tuple[Record, str]] = []
    for entry in book.entries:
        if entry.content.get("event") != RELEASED:
            continue
        one = read(entry.content, where=f"{path}, line {entry.number}")
        reason = str(entry.content.get("override") or "")
        if reason:
            tables = [
                (other, why) for other, why in tables if why == reason or not _same(one, other)
            ]
        tables.append((one, reason))
    return tuple(one for one, _ in tables)


def _same(one: Record, other: Record) -> bool:
    """Whether two tables are of the same people at a common date."""
    layouts = one.counted.layout, other.counted.layout
    return layouts[0].people == layouts[1].people and bool(layouts[0].days & layouts[1].days)


def release(
    table: Estimates,
    *,
    keep: Sequence[Choice] = (),
    hide: Sequence[Choice] = (),
    override: str = "",
    ledger: str | Path | None = None,
) -> Protected:
    """What of this table may be given out, to somebody who has all that was released before?

    For a single answer, such as to a freedom of information request; the annual report goes through
    the same door.

    Parameters
    ----------
    table
        Exact figures.
    keep, hide
        Rows whose counts must be shown, or must be hidden, by their labels:
        ``[{"ethnicity": "Asian", "grade_band": "Senior"}]``.
    override
        Why it is released although it clashes with an earlier table, for example that the extract
        was corrected. Earlier tables are then not looked at; the reason is taken down.
    ledger
        The ledger; the one that organisation.toml names unless given.

    Returns
    -------
    Protected
        The table for the public. It is in the ledger.

    Raises
    ------
    ConfigurationError
        No ledger is given, and organisation.toml names none.
    DisclosureRefused
        Whatever is hidden, this table and an earlier one give counts under the threshold away; or
        it gives other counts for the same people and date; or a line of the ledger was changed.
    UsageError
        `keep` or `hide` names no row of the table.
    CannotWrite
        The ledger cannot be written. Nothing is given then.

    Notes
    -----
    Tables of the same people and date are attacked as one system: totals, categories cut in other
    ways, subsets and populations. Between dates nearer than `min_gap_months`, a count whose change
    since the earlier date is under the threshold is hidden. Medians of two groups of people that
    differ by fewer than the threshold are not both shown.

    Examples
    --------
    >>> import tempfile, workforce_analytics as wa
    >>> folder = tempfile.mkdtemp()
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.composition.shares(council.workforce, of="sex")
    >>> given = wa.disclosure.release(table, ledger=f"{folder}/ledger.jsonl")
    >>> given.audience
    'public'
    """
    path = resolve(table.about.policy).ledger if ledger is None else str(ledger)
    if not path:
        raise ConfigurationError(
            "A release is held against what was released before, and organisation.toml names no "
            'ledger. Add [ledger] path = "../releases/ledger.jsonl", in a folder that is there.'
        )
    with door(path, override=override) as opened:
        made = protect_together(
            [table], audience="public", earlier=opened.earlier, keep=keep, hide=hide
        )[0]
        opened.take_down([made])
    return made
