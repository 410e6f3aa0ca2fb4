"""Checks of a frame in memory, run by pandera, which also tells the first record.

Only check, column and index are read of what pandera finds: its messages and its table of failures
hold people's values.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import DataError
from workforce_analytics.extracts.field_checks import Check

RECORD = "__record"
_SET_BESIDE_PYSPARK = ("SPARK_LOCAL_IP", "PYARROW_IGNORE_TIMEZONE")


@dataclass(frozen=True)
class Found:
    """How many records a check found broken, and the place of the first, counted from 0."""

    records: int
    first: int


def distinct(frame: engine.Frame, table: pd.DataFrame | None, name: str) -> dict[Any, int]:
    """Count how often each value of a column occurs: in a table in memory, or else on its engine.

    An engine takes many times as long to understand so small a question as to answer it.
    """
    if table is None:
        counted = engine.count(frame, [name])
        return dict(zip(counted[name], counted[engine.N].tolist(), strict=True))
    ranks, values = engine.places(table[name])
    times = np.bincount(ranks[ranks >= 0], minlength=len(values) - 1)
    return dict(zip(values[:-1], times.tolist(), strict=True))


def numbered(table: pd.DataFrame) -> pd.DataFrame:
    """Give the rows a number, from 0, by which the first of some can be told."""
    return table.reset_index(drop=True).assign(**{RECORD: range(len(table))})


def run(
    table: pd.DataFrame, checks: Sequence[Check], frame: engine.Frame | None = None
) -> list[Found]:
    """Run checks on a frame in memory, each with pandera.

    Parameters
    ----------
    table
        A typed frame; it is not changed.
    checks
        What to look for; a check that has no form for columns in memory is worked out by the
        engine and handed to pandera as a column of its own.
    frame
        The table on an engine, its rows numbered; laid out here without it.

    Raises
    ------
    DataError
        A column cannot be checked, because it mixes kinds of values.
    """
    names = sorted({check.column for check in checks if check.kept is not None})
    frame = engine.frame(numbered(table)) if frame is None else frame
    flags = _flags(len(table), frame, [check for check in checks if check.kept is None])
    looked_at = pd.concat([table[names].reset_index(drop=True), flags], axis=1)
    places = [
        (check.column if check.kept is not None else f"{check.column}|{check.rule}")
        for check in checks
    ]
    failures = _failures(_schema(checks, places), looked_at)
    if failures["index"].isna().any():  # a check could not be run: pandera tells no record
        raise DataError(
            f"Columns {', '.join(names)} could not be checked: one of them mixes kinds of values. "
            "Give each column one kind of value."
        )
    failures["check"] = failures["check"].replace("not_nullable", "blank")
    broken = {place: set(group["index"]) for place, group in failures.groupby(["column", "check"])}
    result = []
    for check, place in zip(checks, places, strict=True):
        rows = broken.get((place, check.rule), set())
        result.append(Found(len(rows), int(min(rows, default=0))))
    return result


def _flags(rows: int, frame: engine.Frame, checks: Iterable[Check]) -> pd.DataFrame:
    """For each rule, a column of 0 and 1 (broken), in the order of the frame."""
    named = {f"{check.column}|{check.rule}": check.broken for check in checks}
    if not named:
        return pd.DataFrame(index=pd.RangeIndex(rows))
    flags = engine.collect(
        frame.select(
            RECORD,
            *(
                engine.when(broken).then(engine.lit(1)).otherwise(engine.lit(0)).alias(name)
                for name, broken in named.items()
            ),
        )
    )
    return flags.sort_values(RECORD).drop(columns=RECORD).reset_index(drop=True)


def _schema(checks: Sequence[Check], places: Sequence[str]) -> Any:
    pandera = _pandera()
    columns: dict[str, list[Any]] = {}
    filled = {check.column for check in checks if check.rule == "blank"}
    for check, place in zip(checks, places, strict=True):
        kept = check.kept or _is_zero
        columns.setdefault(place, []).append(pandera.Check(kept, name=check.rule))
    return pandera.DataFrameSchema(
        {
            name: pandera.Column(None, checks=found, nullable=name not in filled)
            for name, found in columns.items()
        },
        coerce=False,
    )


def _is_zero(values: pd.Series) -> pd.Series:
    return values == 0


def _failures(schema: Any, table: pd.DataFrame) -> pd.DataFrame:
    """Check, column and index of what is broken; the error itself goes no further than this."""
    from pandera.errors import SchemaErrors

    found = pd.DataFrame(columns=["check", "column", "index"])
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        found = error.failure_cases[["check", "column", "index"]].copy()
    return found


@cache
def _pandera() -> ModuleType:
    """Import pandera without the warnings it gives, and the variables it sets, beside pyspark."""
    before = {name: os.environ.get(name) for name in _SET_BESIDE_PYSPARK}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandera.pandas as pandera

        # Half of pandera is imported at the first frame that it sees, and warns only then.
        pandera.DataFrameSchema().validate(pd.DataFrame())
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    return pandera
