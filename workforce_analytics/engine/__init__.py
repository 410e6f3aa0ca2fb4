"""The one door to engines: whatever holds the rows is only asked to count them.

Everything else in the package asks this module; nothing else imports duckdb or narwhals. What is
spoken here is narwhals on *lazy* frames: this file lays them out, what a column is asked stands in
expressions.py, what comes back in answers.py. Eager pandas and Arrow tables are never counted
through narwhals (a null compares there unlike in every other engine): an embedded DuckDB reads them
in place. The quirks that gave wrong numbers silently are mended here, once:

- every date part and every aggregate is cast to 64-bit integers (Polars overflows small integers,
  DuckDB's integer sum comes back as floating point);
- sums are sums of scaled integers, so that they do not depend on the order of rows;
- not-a-number is turned into null; date-times become dates; zoned times are refused;
- categories are never ordered on the engine: sort after collecting.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from workforce_analytics.engine.answers import (
    Frame,
    N,
    collect,
    columns,
    count,
    grouped,
    is_text,
    kinds,
    matched,
    one_row,
    places,
    rows,
    settled,
    stacked,
    tidy,
)
from workforce_analytics.engine.expressions import (
    Boolean,
    Date,
    Expression,
    Float64,
    Int64,
    String,
    age_on,
    all_of,
    any_of,
    blank,
    character,
    col,
    date_part,
    day_number,
    financial_quarter,
    financial_year,
    holds,
    is_one_of,
    last_characters,
    lit,
    place_among,
    place_of,
    scaled,
    text,
    when,
    worth,
)
from workforce_analytics.errors import ConfigurationError, DataError, UsageError

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "FEW_WORDS",
    "PLAIN_LIMIT",
    "Boolean",
    "Date",
    "Expression",
    "Float64",
    "Frame",
    "Int64",
    "N",
    "String",
    "age_on",
    "all_of",
    "any_of",
    "as_codes",
    "blank",
    "character",
    "col",
    "collect",
    "columns",
    "connect",
    "count",
    "date_part",
    "day_number",
    "derive",
    "duckdb_available",
    "financial_quarter",
    "financial_year",
    "frame",
    "grouped",
    "held",
    "holds",
    "is_lazy_source",
    "is_one_of",
    "is_text",
    "kinds",
    "last_characters",
    "lit",
    "matched",
    "one_row",
    "place_among",
    "place_of",
    "places",
    "rows",
    "scaled",
    "settled",
    "shape_up",
    "stacked",
    "text",
    "tidy",
    "when",
    "worth",
]

PLAIN_LIMIT = 1_000_000
"""Rows of pandas that are counted without DuckDB, where DuckDB cannot be imported."""

FEW_WORDS = 5_000
"""Distinct words up to which a column of pandas is held as codes."""


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


def held(lazy: Frame) -> Frame:
    """Hold rows that lie in memory as they are now, so that no question works them out again.

    A pandas table of them is scanned many times as fast as what `settled` gives, and joined faster.
    """
    if not lazy.implementation.is_duckdb():
        return lazy
    return frame(lazy.to_native().df())


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
