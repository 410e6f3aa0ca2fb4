"""What a reshaping gives back: the table, where its rows come from, what was left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts.quality import Problem


@dataclass(frozen=True, eq=False)
class Reshaped:
    """A table in the contract's shape.

    `rows` holds, for each row of `table`, the position of the row that it was made of; `dropped`
    says why rows went in and none came out; `kept` is how many rows are in it.
    """

    table: pd.DataFrame
    rows: np.ndarray
    dropped: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]

    @property
    def kept(self) -> int:
        """How many of the rows that went in are in the table."""
        return len(np.unique(self.rows))


@dataclass(frozen=True)
class Source:
    """Where a table comes from: the file's name and the record number of each row."""

    file: str
    records: np.ndarray

    def problem(
        self, column: str, rule: str, where: np.ndarray, severity: str, message: str, remedy: str
    ) -> tuple[Problem, ...]:
        """Give the problem of the rows at some positions, or nothing where there are none."""
        if not len(where):
            return ()
        return (
            Problem(
                file=self.file,
                column=column,
                rule=rule,
                severity=severity,
                message=message,
                remedy=remedy,
                records=len(where),
                of=len(self.records),
                first_record=int(self.records[where].min()),
            ),
        )


def needs(table: pd.DataFrame, shape: str, columns: Sequence[str], file: str) -> None:
    """Refuse a table that lacks a column which its shape is made of."""
    missing = [f"'{name}'" for name in columns if name not in table.columns]
    if missing:
        raise ConfigurationError(
            f'{file}: shape = "{shape}" needs {" and ".join(missing)}. Say in the mapping\'s '
            f"[columns] which header fills it, or take the shape out."
        )


def take(table: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Take the rows at some positions, numbered anew."""
    return table.iloc[rows].reset_index(drop=True)
