"""What a released table tells, as plain values: for the ledger, and for an audit of files alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from workforce_analytics.disclosure.layout import Counted, Layout
from workforce_analytics.disclosure.policy import Policy, resolve
from workforce_analytics.disclosure.room import alike
from workforce_analytics.errors import ConfigurationError, DataError

if TYPE_CHECKING:
    import pandas as pd

_LOCAL = ("ledger", "dominance_n", "dominance_k", "p_percent")
"""Parts of a policy that say nothing of what was released, or that nobody else may know."""


@dataclass(frozen=True)
class Basis:
    """What stands behind the rows of a protected table, without any count.

    Attributes
    ----------
    layout
        What each cell counts.
    numerator, denominator
        For each row, the cell that stands there; -1 where none does.
    quantiles
        Rows whose figure is a median or another quantile of those in the denominator's cell.
    heads
        Whether the table prints those whom the cells count; full-time equivalents are not, not even
        where they happen to be whole.
    hidden
        Cells whose count is hidden; a figure may be hidden for other reasons.
    """

    layout: Layout
    numerator: np.ndarray
    denominator: np.ndarray
    quantiles: tuple[int, ...] = ()
    heads: bool = True
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Record:
    """A released table: what its cells count, and what was printed of each.

    Attributes
    ----------
    counted
        The cells, and between which counts each printed one is.
    rows
        For each row of the table, the cells of its numerator and denominator; -1 for none.
    medians
        Cells of which a median or another quantile was printed.
    policy
        The rules that were applied.
    """

    counted: Counted
    rows: tuple[tuple[int, int], ...]
    medians: tuple[int, ...]
    policy: Policy

    def described(self) -> dict[str, Any]:
        """Write the record as plain values for a JSON file."""
        return {
            "title": self.counted.title,
            "layout": self.counted.layout.described(),
            "shown": [None if ends is None else list(ends) for ends in self.counted.shown],
            "rows": [list(row) for row in self.rows],
            "medians": list(self.medians),
            "policy": {k: v for k, v in asdict(self.policy).items() if k not in _LOCAL},
        }


def record(title: str, frame: pd.DataFrame, basis: Basis, policy: Policy) -> Record:
    """What does a protected table tell of each count?

    Parameters
    ----------
    title
        Its title.
    frame
        Its figures, hidden ones missing and marked.
    basis
        What stands behind its rows.
    policy
        The rules that were applied.

    Returns
    -------
    Record
        Counts that no row prints as a number of people (full-time equivalents) are not in it,
        unless they are hidden.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> told = wa.composition.shares(council.workforce, of="sex").protect().record()
    >>> told.described()["layout"]["dimensions"]
    ['sex', 'employer_unit', 'engagement', 'is_main_post', 'snapshot_date']
    """
    printed: dict[int, tuple[int, int] | None] = {}
    for name, cells in (("numerator", basis.numerator), ("denominator", basis.denominator)):
        numbers, marks = frame[name].to_numpy(dtype=float), frame[f"{name}_mark"].to_numpy()
        for cell, n, mark in zip(cells.tolist(), numbers.tolist(), marks.tolist(), strict=True):
            if cell < 0:
                continue
            if np.isnan(n):
                if mark == policy.mark and cell in basis.hidden:
                    printed.setdefault(cell, None)
            elif basis.heads and float(n).is_integer():
                low, high = alike(np.array([int(n)]), policy)
                printed[cell] = (int(low[0]), int(high[0]))
    kept = sorted(printed)
    rank = {cell: number for number, cell in enumerate(kept)}
    layout = replace(basis.layout, members=tuple(basis.layout.members[cell] for cell in kept))
    rows = tuple(
        (rank.get(one, -1), rank.get(two, -1))
        for one, two in zip(basis.numerator.tolist(), basis.denominator.tolist(), strict=True)
    )
    values = frame["value"].to_numpy(dtype=float)
    medians = {rows[row][1] for row in basis.quantiles if not np.isnan(values[row])} - {-1}
    return Record(
        Counted(title, layout, None, tuple(printed[cell] for cell in kept)),
        rows,
        tuple(sorted(medians)),
        policy,
    )


def read(described: Mapping[str, Any], *, where: str) -> Record:
    """Read a record that was written by `described`.

    Parameters
    ----------
    described
        Plain values.
    where
        The file they come from, for the message.

    Raises
    ------
    DataError
        If they are not those of a record.
    """
    wrong = True
    try:
        policy = _policy(described["policy"])
        layout = Layout.read(described["layout"])
        shown = tuple(None if ends is None else _ends(ends) for ends in described["shown"])
        rows = tuple((index(one), index(two)) for one, two in described["rows"])
        medians = tuple(index(cell) for cell in described["medians"])
        cells = len(layout.members)
        wrong = len(shown) != cells or not isinstance(described["title"], str)
        wrong |= any(not -1 <= cell < cells for row in rows for cell in row)
        wrong |= any(not 0 <= cell < cells for cell in medians)
        found = Record(Counted(described["title"], layout, None, shown), rows, medians, policy)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ConfigurationError):
        wrong = True
    if wrong:
        raise DataError(
            f"{where}: a released table is not described in a way this version can read. It was "
            "changed by hand or made by another version: make the report anew."
        )
    return found


def _policy(described: Mapping[str, Any]) -> Policy:
    known = {item.name for item in fields(Policy)}
    # What is not asked for is not said in organisation.toml, either.
    return resolve({k: v for k, v in described.items() if k in known and v is not None})


def _ends(ends: Sequence[Any]) -> tuple[int, int]:
    low, high = (index(end) for end in ends)
    if min(low, high) < 0:
        raise ValueError("no count is negative")
    # The first may be above the second: the policy prints no count like that, but it was printed.
    return low, high
