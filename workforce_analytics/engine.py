"""The one door to engines: whatever holds the rows is only asked to count them.

Everything else in the package asks this module; nothing else imports duckdb or narwhals. What is
spoken here is narwhals on *lazy* frames. Eager pandas and Arrow tables are never counted through
narwhals (a null compares there unlike in every other engine): an embedded DuckDB reads them in
place. The quirks that gave wrong numbers silently are mended here, once:

- every date part and every aggregate is cast to 64-bit integers (Polars overflows small integers,
  DuckDB's integer sum comes back as floating point);
- sums are sums of scaled integers, so that they do not depend on the order of rows;
- not-a-number is turned into null; date-times become dates; zoned times are refused;
- categories are never ordered on the engine: sort after collecting.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, reduce
from itertools import count as counting_up
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from workforce_analytics.errors import ConfigurationError, DataError, UsageError

if TYPE_CHECKING:
    import duckdb

Frame = nw.LazyFrame[Any]
Expression = nw.Expr

N = "__n"
"""Name of the count in every counted table."""

PLAIN_LIMIT = 1_000_000
"""Rows of pandas that are counted without DuckDB, where DuckDB cannot be imported."""

FEW_WORDS = 5_000
"""Distinct words up to which a column of pandas is held as codes."""

col = nw.col
lit = nw.lit
when = nw.when
all_of = nw.all_horizontal
any_of = nw.any_horizontal
Int64 = nw.Int64
Float64 = nw.Float64
String = nw.String
Date = nw.Date
Boolean = nw.Boolean


def connect(*, memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open an embedded DuckDB that installs nothing and reads no Python variables."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
        "temp_directory": tempfile.gettempdir(),
        "preserve_insertion_order": "false",
    }
    if memory_limit:
        settings["memory_limit"] = memory_limit
    return duckdb.connect(config=settings)


@cache
def _session_connection() -> duckdb.DuckDBPyConnection:
    return connect(memory_limit="4GB")


def duckdb_available() -> bool:
    """Whether DuckDB can be imported here (Windows needs the Visual C++ runtime for it)."""
    try:
        import duckdb  # noqa: F401
    except ImportError:
        return False
    return True


def frame(source: Any, *, connection: duckdb.DuckDBPyConnection | None = None) -> Frame:
    """Make any frame, or the path of a Parquet file or folder, ready to be asked for counts.

    Parameters
    ----------
    source
        A pandas, Polars or Arrow table, a lazy Polars, DuckDB, Spark or Ibis frame, a narwhals
        frame, or the path of a Parquet file or of a folder of Parquet files.
    connection
        The DuckDB connection to read pandas, Arrow and Parquet with; the session's own without it.

    Raises
    ------
    DataError
        Two columns have one name, or names that differ only in case, or a column holds zoned times.
    UsageError
        The source is no kind of frame.

    Notes
    -----
    The caller's frame is never changed.
    """
    lazy = _lazy(source, connection)
    return _entry_casts(lazy)


def _lazy(source: Any, connection: duckdb.DuckDBPyConnection | None) -> Frame:
    if isinstance(source, str | Path):
        return _parquet(Path(source), connection)
    if isinstance(source, nw.LazyFrame):
        return source
    if isinstance(source, pd.DataFrame):
        _refuse_alike(source.columns)
        return _pandas(source, connection)
    try:
        native = nw.from_native(source)
    except TypeError:
        native = None
    if native is None:
        raise UsageError(
            f"A {type(source).__name__} is not a frame that can be counted. "
            "Give a pandas, Polars, Arrow, DuckDB, Spark or Ibis table, or a path."
        )
    if isinstance(native, nw.LazyFrame):
        return native
    if native.implementation.is_polars():
        return native.lazy()
    if native.implementation.is_pandas():
        return _pandas(native.to_native(), connection)
    if native.implementation.is_pyarrow():
        _refuse_alike(native.columns)
        return nw.from_native((connection or _session_connection()).from_arrow(native.to_native()))
    return native.lazy()


def _parquet(path: Path, connection: duckdb.DuckDBPyConnection | None) -> Frame:
    pattern = str(path / "**" / "*.parquet") if path.is_dir() else str(path)
    if not path.exists():
        raise ConfigurationError(f"{path}: there is no such file or folder.")
    trouble = False
    try:
        relation = (connection or _session_connection()).read_parquet(
            pattern, hive_partitioning=path.is_dir(), union_by_name=True
        )
    except Exception:  # DuckDB's own message can quote the file's content
        trouble = True
    if trouble:
        raise DataError(
            f"{path.name}: this is not a Parquet file or folder. "
            "Check that the file was copied whole, and that its name says what it is."
        )
    return nw.from_native(relation)


def _pandas(table: pd.DataFrame, connection: duckdb.DuckDBPyConnection | None) -> Frame:
    tidy = {
        name: table[name].map(str, na_action="ignore")
        for name in table.columns
        if table[name].dtype == object
        and pd.api.types.infer_dtype(table[name], skipna=True)
        not in {"string", "date", "boolean", "empty"}
    }
    if tidy:
        table = table.assign(**tidy)
    if not duckdb_available():
        return _plain(table)
    if any(_runs_backwards(table[name]) for name in table.columns):
        table = table.copy()  # DuckDB cannot read a reversed view in place
    return nw.from_native((connection or _session_connection()).from_df(table))


def _runs_backwards(values: pd.Series) -> bool:
    held = values.to_numpy() if isinstance(values.dtype, np.dtype) else values.array
    return getattr(held, "strides", (1,))[0] < 0 if len(values) else False


def as_codes(table: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """Hold columns of text as codes and a list of words: scanned several times as fast as text.

    Not where the words are many: DuckDB reads the list anew at every step of every question.
    """
    coded = {}
    for name in names:
        if pd.api.types.infer_dtype(table[name], skipna=True) == "string":
            ranks, words = pd.factorize(table[name])
            if len(words) <= FEW_WORDS:
                coded[name] = pd.Categorical.from_codes(ranks, categories=words)
    return table.assign(**coded)


def _plain(table: pd.DataFrame) -> Frame:
    """Count pandas without DuckDB: nullable types give nulls the meaning they have elsewhere."""
    if len(table) > PLAIN_LIMIT:
        raise ConfigurationError(
            f"A table of {len(table):,} rows needs DuckDB, which cannot be imported here. "
            "On Windows, install the Microsoft Visual C++ Redistributable (x64) and try again."
        )
    return nw.from_native(table.convert_dtypes()).lazy()


def _refuse_alike(columns: Iterable[Any]) -> None:
    names = [str(name) for name in columns]
    folded = [name.casefold() for name in names]
    alike = sorted(
        {name for name, fold in zip(names, folded, strict=True) if folded.count(fold) > 1}
    )
    if alike:
        raise DataError(
            f"Two columns have one name, or names that differ only in case: {', '.join(alike)}. "
            "Rename one of them."
        )


def _entry_casts(lazy: Frame) -> Frame:
    schema = lazy.collect_schema()
    _refuse_alike(schema.names())
    casts = []
    for name, dtype in schema.items():
        if isinstance(dtype, nw.Datetime) or dtype == nw.Datetime:
            if getattr(dtype, "time_zone", None):
                raise DataError(
                    f"Column '{name}' holds times with a time zone, so the day depends on where it "
                    "is read. Turn it into plain dates before it is handed over."
                )
            casts.append(nw.col(name).cast(nw.Date))
        elif dtype in (nw.Float32, nw.Float64):
            value = nw.col(name)
            casts.append(nw.when(~value.is_nan()).then(value).alias(name))
    return lazy.with_columns(*casts) if casts else lazy


def columns(lazy: Frame) -> tuple[str, ...]:
    """Names of the columns, in their order."""
    return tuple(lazy.collect_schema().names())


def text(name: str) -> Expression:
    """Give a column as text: comparing an engine's own category type with a word it lacks fails."""
    return nw.col(name).cast(nw.String)


def blank(name: str) -> Expression:
    """Whether a cell is missing, or a text without a word in it."""
    return (text(name).str.strip_chars() == "").fill_null(True)


def is_one_of(name: str, values: Iterable[str]) -> Expression:
    """Whether a column, as text, is one of some values; false, never null, where it is empty."""
    wanted = sorted(values)
    if not wanted:
        return nw.lit(False) & nw.col(name).is_null()
    return text(name).is_in(wanted).fill_null(False)


def holds(name: str, values: Iterable[Any]) -> Expression:
    """Whether a column has one of some raw values; a missing value is one of them where None is."""
    wanted = list(values)
    filled = sorted({value for value in wanted if not pd.isna(value)}, key=str)
    if all(isinstance(value, str) for value in filled):
        found = is_one_of(name, filled)
    else:
        same = [(nw.col(name) == nw.lit(_plain_value(value))).fill_null(False) for value in filled]
        found = reduce(or_, same)
    return found | nw.col(name).is_null() if len(filled) < len(wanted) else found


def _plain_value(value: Any) -> Any:
    """Give a value as its column has it: pandas makes floats of whole numbers, times of days."""
    if isinstance(value, datetime):
        return value.date()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def place_of(name: str, groups: Sequence[Iterable[Any]]) -> Expression:
    """In which of some groups of raw values a column's value is, from 0; missing where in none."""
    result: Expression = nw.when(nw.lit(False)).then(nw.lit(0))
    for place, values in enumerate(groups):
        result = nw.when(holds(name, values)).then(nw.lit(place)).otherwise(result)
    return result.cast(nw.Int64)


def financial_year(name: str) -> Expression:
    """In which year a financial year began that a date is in: 1 April to 31 March."""
    return date_part(name, "year") - (date_part(name, "month") < 4).cast(nw.Int64)


def financial_quarter(name: str) -> Expression:
    """Ten times the first year of the financial year, and the quarter: 20241 is from April 2024."""
    month = date_part(name, "month")
    quarter = (
        nw.when(month < 4)
        .then(nw.lit(4))
        .otherwise(
            nw.when(month < 7)
            .then(nw.lit(1))
            .otherwise(nw.when(month < 10).then(nw.lit(2)).otherwise(nw.lit(3)))
        )
    )
    return (financial_year(name) * 10 + quarter).cast(nw.Int64)


def date_part(name: str, part: str) -> Expression:
    """Give year, month or day of a date column as a 64-bit integer."""
    return getattr(nw.col(name).dt, part)().cast(nw.Int64)


def age_on(born: str, on: str) -> Expression:
    """Age in whole years on a date, from integer year, month and day.

    Somebody born on 29 February has a birthday on 1 March in other years (England and Wales).
    """
    before_birthday = (date_part(on, "month") * 100 + date_part(on, "day")) < (
        date_part(born, "month") * 100 + date_part(born, "day")
    )
    return date_part(on, "year") - date_part(born, "year") - before_birthday.cast(nw.Int64)


def scaled(name: str, scale: int) -> Expression:
    """Give a decimal column in whole units of 1/scale: its sums do not depend on row order."""
    return (nw.col(name).cast(nw.Float64) * scale + 0.5).floor().cast(nw.Int64)


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


_NUMBERS = counting_up()


def settled(lazy: Frame) -> Frame:
    """Work a result out once, where it lies, so that it is not worked out again at every count.

    Warehouses and Spark work it out again: nothing is written there.
    """
    if lazy.implementation.is_polars():
        return lazy.collect().lazy()
    if not lazy.implementation.is_duckdb():
        return lazy
    name = f"__settled_{next(_NUMBERS)}"
    relation = lazy.to_native()
    relation.query("__rows", f"create temp table {name} as select * from __rows")
    return nw.from_native(relation.query("__rows", f"select * from {name}"))


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


def is_lazy_source(source: Any) -> bool:
    """Whether a source stays on its engine: anything but a pandas frame."""
    if isinstance(source, pd.DataFrame):
        return False
    try:
        nw.from_native(source)
    except TypeError:
        return False
    return True


def shape_up(
    lazy: Frame,
    *,
    rename: Mapping[str, str],
    constants: Mapping[str, Any],
    drop: Iterable[str] = (),
) -> Frame:
    """Give columns other names, leave some out, and add some that are the same on every row."""
    gone = [name for name in drop if name in columns(lazy)]
    lazy = lazy.drop(*gone) if gone else lazy
    lazy = lazy.rename(dict(rename)) if rename else lazy
    added = [nw.lit(value).alias(name) for name, value in constants.items()]
    return lazy.with_columns(*added) if added else lazy


def derive(
    lazy: Frame, expressions: Mapping[str, Expression], *, drop: Sequence[str] = ()
) -> Frame:
    """Add or replace columns that are worked out on the rows."""
    if expressions:
        lazy = lazy.with_columns(*(value.alias(name) for name, value in expressions.items()))
    return lazy.drop(*drop) if drop else lazy


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
