"""What engines answer: counts and small results, in one form whichever engine gave them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from workforce_analytics.engine.expressions import Expression, text

Frame = nw.LazyFrame[Any]

N = "__n"
"""Name of the count in every counted table."""


def columns(lazy: Frame) -> tuple[str, ...]:
    """Names of the columns, in their order."""
    return tuple(lazy.collect_schema().names())


def count(
    lazy: Frame,
    by: Sequence[str],
    *,
    derived: Mapping[str, Expression] | None = None,
    where: Expression | None = None,
    sums: Mapping[str, Expression] | None = None,
) -> pd.DataFrame:
    """Count rows by the distinct values of some columns: the only thing engines are asked for.

    Parameters
    ----------
    by
        Names of columns, of the frame or of `derived`.
    derived
        Columns worked out on the rows first (an age, a duration).
    where
        Rows to count.
    sums
        Named columns to add up beside the count; whole numbers (see `scaled`).

    Returns
    -------
    pandas.DataFrame
        One row per combination that occurs: the columns of `by` (text as Python strings, a missing
        value as None), `__n` and the sums, as 64-bit integers. No order is promised.
    """
    if where is not None:
        lazy = lazy.filter(where)
    sums = sums or {}
    extra = {**(derived or {}), **sums}
    if extra:
        lazy = lazy.with_columns(*(value.alias(name) for name, value in extra.items()))
    aggregates = [nw.len().alias(N), *(nw.col(name).sum() for name in sums)]
    counted = lazy.group_by(*by).agg(*aggregates) if by else lazy.select(*aggregates)
    return tidy(collect(counted), integers=[N, *sums])


def grouped(lazy: Frame, by: Sequence[str], aggregates: Mapping[str, Expression]) -> Frame:
    """Work out aggregates within groups, to be asked further; every engine keeps missing keys."""
    named = [value.alias(name) for name, value in aggregates.items()]
    with warnings.catch_warnings():
        # Without DuckDB, pandas counts small tables: that it is not fast there is known.
        warnings.filterwarnings("ignore", message="Found complex group-by", category=UserWarning)
        return lazy.group_by(*by).agg(*named)


def stacked(frames: Sequence[Frame]) -> Frame:
    """Put rows of the same columns under each other."""
    return nw.concat(list(frames)) if len(frames) > 1 else frames[0]


def one_row(lazy: Frame, aggregates: Mapping[str, Expression]) -> dict[str, int]:
    """Whole-number aggregates over all rows, in one pass."""
    if not aggregates:
        return {}
    filled = {name: value.fill_null(0) for name, value in aggregates.items()}
    table = collect(
        lazy.select(*(value.cast(nw.Int64).alias(name) for name, value in filled.items()))
    )
    return {
        name: 0 if pd.isna(table[name].iloc[0]) else int(table[name].iloc[0]) for name in aggregates
    }


def rows() -> Expression:
    """Give the number of rows, as an aggregate for `one_row`."""
    return nw.len()


def collect(lazy: Frame) -> pd.DataFrame:
    """Bring a small result into pandas, as plain Python values where an engine's own way is not.

    Polars' way needs pyarrow, which is not required; those of Spark and Ibis are written for an
    older pandas.
    """
    implementation = lazy.implementation
    if implementation.is_polars():
        return pd.DataFrame(lazy.collect().to_dict(as_series=False))
    if implementation.is_ibis():
        return pd.DataFrame(lazy.collect("pyarrow").to_dict(as_series=False))
    if implementation.is_spark_like():
        rows = lazy.to_native().collect()
        return pd.DataFrame([tuple(row) for row in rows], columns=list(columns(lazy)))
    return lazy.collect("pandas").to_native()


def settled(lazy: Frame) -> Frame:
    """Work a result out once, where it lies, so that it is not worked out again at every count.

    Warehouses and Spark work it out again: nothing is written there.
    """
    if lazy.implementation.is_polars():
        return lazy.collect().lazy()
    if not lazy.implementation.is_duckdb():
        return lazy
    return nw.from_native(lazy.to_native().materialize())


def tidy(table: pd.DataFrame, *, integers: Sequence[str] = ()) -> pd.DataFrame:
    """Give every engine's result one form: text as objects with None, counts as int64."""
    result = {}
    for name in table.columns:
        values = table[name]
        if name in integers:
            result[name] = values.fillna(0).astype("int64")
        else:
            ranks, distinct = places(values)
            result[name] = pd.Series(distinct, dtype=object).take(ranks).set_axis(values.index)
    return pd.DataFrame(result).reset_index(drop=True)


def places(values: pd.Series) -> tuple[Any, list[Any]]:
    """Give the place of each value among the distinct ones, and those; a missing one is None."""
    ranks, distinct = pd.factorize(values)
    return ranks, [*distinct.astype(object), None]


def kinds(lazy: Frame) -> dict[str, str]:
    """Give each column's kind: text, date, number, integer, boolean or other."""
    return {name: _kind(dtype) for name, dtype in lazy.collect_schema().items()}


def is_text(dtype: Any) -> bool:
    """Whether a column holds words, as such or as an engine's own categories."""
    return dtype in (nw.String, nw.Categorical, nw.Enum) or isinstance(dtype, nw.Enum)


def _kind(dtype: Any) -> str:
    if is_text(dtype):
        return "text"
    if dtype in (nw.Date, nw.Datetime):
        return "date"
    if dtype == nw.Boolean:
        return "boolean"
    if dtype.is_integer():
        return "integer"
    return "number" if dtype.is_numeric() else "other"


def matched(lazy: Frame, column: str, other: Frame, other_column: str) -> tuple[int, int] | None:
    """How many filled cells of a column there are, and how many are found in another frame.

    Returns None where the two lie on different engines and cannot be joined.
    """
    if lazy.implementation != other.implementation:
        return None
    left = lazy.filter(~nw.col(column).is_null()).select(text(column).alias("__key"))
    right = (
        other.select(text(other_column).alias("__key"))
        .unique()
        .with_columns(nw.lit(1).alias("__found"))
    )
    joined = left.join(right, on="__key", how="left")
    result = one_row(joined, {"records": nw.len(), "found": nw.col("__found").sum()})
    return result["records"], result["found"]
