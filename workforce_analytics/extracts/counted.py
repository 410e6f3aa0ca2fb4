"""Tables that somebody already counted: long or wide, they become one row per cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.reading import RawTable

SUPPRESSED = frozenset({"[c]", "[low]", "[x]", "[z]", "*", "c", ":", "-", ".."})
"""Shorthands that stand for a number which its publisher does not show."""
NAME, N = "counted", "n"
FIGURES = (N, "total", "percentage")


def as_counts(
    raw: RawTable, *, dimensions: Sequence[str] | None, counted: str | Sequence[str] | None
) -> RawTable:
    """Give a table of counts its long form: dimensions, what is counted, and n.

    Parameters
    ----------
    dimensions
        Columns that split the counts; every column that is not a count without it.
    counted
        What the column `n` counts; or the names of several columns of a wide table, each of which
        counts what it is called.

    Raises
    ------
    UsageError
        A column that was named is not there, or it is not said what is counted.
    """
    table = raw.table
    wide = [counted] if isinstance(counted, str) else list(counted or [])
    if N in table.columns:
        if NAME not in table.columns:
            if len(wide) != 1:
                raise UsageError('Say what the table counts, for example counted="staff".')
            table = table.assign(**{NAME: wide[0]})
    else:
        table = _melt(table, wide, dimensions)
    keep = (
        list(dimensions) if dimensions else [c for c in table.columns if c not in {NAME, *FIGURES}]
    )
    _refuse_absent(table, keep)
    figures = [name for name in FIGURES if name in table.columns and name not in keep]
    long = table[[*keep, NAME, *figures]].reset_index(drop=True)
    hidden = long[N].astype(object).map(lambda text: str(text).strip() in SUPPRESSED)
    records = pd.Series(range(1, len(long) + 1), index=long.index)
    return replace(
        raw, table=long.assign(**{N: long[N].mask(hidden)}), records=records, rows_read=len(long)
    )


def _melt(
    table: pd.DataFrame, wide: Sequence[str], dimensions: Sequence[str] | None
) -> pd.DataFrame:
    if not wide:
        raise UsageError(
            "The table has no column 'n'. Name the columns that hold counts: counted=[...]."
        )
    _refuse_absent(table, [*wide, *(dimensions or [])])
    keep = list(dimensions) if dimensions else [c for c in table.columns if c not in wide]
    return table.melt(id_vars=keep, value_vars=list(wide), var_name=NAME, value_name=N)


def _refuse_absent(table: pd.DataFrame, names: Sequence[str]) -> None:
    absent = [name for name in names if name not in table.columns]
    if absent:
        raise UsageError(
            f"The table has no column '{absent[0]}'. It has: {', '.join(table.columns)}."
        )
