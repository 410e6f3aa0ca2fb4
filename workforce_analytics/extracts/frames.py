"""Frames that an analyst already holds: small pandas as text, everything else on its engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import DataError
from workforce_analytics.extracts.checking import check as check_contract
from workforce_analytics.extracts.contracts import Contract
from workforce_analytics.extracts.mapping import Mapping as ColumnMapping
from workforce_analytics.extracts.matching import matcher
from workforce_analytics.extracts.personal import fold_header, identifier_kind, is_free_text
from workforce_analytics.extracts.quality import FileSummary, Problem, QualityReport, in_order
from workforce_analytics.extracts.reading import RawTable

TYPES = {
    "date": ("date",),
    "number": ("number", "integer"),
    "integer": ("integer",),
    "year": ("integer",),
    "boolean": ("boolean",),
}
"""Type of a field -> kinds of engine columns that hold it."""
ADDRESS = r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z]"
"""What an e-mail address looks like to every engine."""
BORN_BY = {"snapshot_date": "date_of_birth", "applied_on": "date_of_birth"}


def as_text(frame: pd.DataFrame) -> RawTable:
    """Give a pandas frame the form of a file that was read: text, records from 1.

    Raises
    ------
    DataError
        Two columns have one name, or a column holds times with a time zone.
    """
    names = [str(name) for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"Two columns of the frame have one name: {', '.join(twice)}.")
    table = pd.DataFrame(
        {name: _text(frame[column], name) for name, column in zip(names, frame, strict=True)}
    ).reset_index(drop=True)
    records = pd.Series(range(1, len(table) + 1), index=table.index)
    return RawTable("frame", table, records, len(table), (), (), "")


def _text(values: pd.Series, name: str) -> pd.Series:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        raise DataError(
            f"Column '{name}' of the frame holds times with a time zone. Give plain dates."
        )
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    return values.astype(object).map(_cell).astype(object)


def _cell(value: Any) -> str | None:
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if pd.isna(value):
            return None
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else str(value)
    text = str(value)
    return text if text.strip() else None


def with_age(table: pd.DataFrame) -> pd.DataFrame:
    """Work out the age in whole years at the record's date, and drop the date of birth."""
    if "date_of_birth" not in table:
        return table
    on = next((name for name in BORN_BY if name in table), None)
    if on is not None and "age" not in table:
        born, day = table["date_of_birth"].dt, table[on].dt
        birthday_ahead = (day.month * 100 + day.day) < (born.month * 100 + born.day)
        known = table["date_of_birth"].notna() & table[on].notna()
        years = day.year - born.year - birthday_ahead.astype("int64")
        table = table.assign(age=years.where(known).astype("Int64"))
    return table.drop(columns="date_of_birth")


def prepare_frame(described: Contract, source: Any, mapping: ColumnMapping) -> Any:
    """Check a frame or a Parquet folder where it lies; nothing of it is brought into memory."""
    from workforce_analytics.extracts.preparing import Prepared

    name = _name(source)
    lazy, found = _in_place(described, source, mapping, name)
    rows = engine.one_row(lazy, {"rows": engine.rows()})["rows"]
    if not any(item.severity == "error" for item in found):
        matchers = {
            column: matcher(described, column, mapping.values.get(column, {}))
            for column in engine.columns(lazy)
        }
        found += check_contract(described, lazy, file=name, in_memory=False, matchers=matchers)
    report = QualityReport(
        problems=in_order(found),
        files=(FileSummary(name, described.name, rows, rows),),
    )
    definitions = {column: {"": said} for column, said in mapping.recorded_as.items()}
    if report.ok and isinstance(source, pd.DataFrame):
        coded = engine.as_codes(source, _few_words(described, source.columns, mapping))
        lazy, _ = _in_place(described, coded, mapping, name)
    return Prepared(
        described, report, lazy if report.ok else None, None, mapping.values, definitions
    )


def _in_place(
    described: Contract, source: Any, mapping: ColumnMapping, file: str
) -> tuple[engine.Frame, list[Problem]]:
    """Bring a frame under the contract's names and types, where it lies."""
    lazy, found = _named(described, engine.frame(source), mapping, file)
    found += _addresses(described, lazy, mapping, file)
    if any(item.severity == "error" for item in found):
        return lazy, found
    typed, strange = _typed(described, lazy, file)
    return typed, [*found, *strange]


def _few_words(described: Contract, columns: Iterable[str], mapping: ColumnMapping) -> list[str]:
    """Columns, as the source names them, that hold codes or the keys of a short table."""
    names = {fold_header(header): rule.to for header, rule in mapping.columns.items()}
    looked_up = {name for key in described.foreign_keys for name in key.fields}
    few = []
    for column in columns:
        item = described.field(names.get(fold_header(column)) or column)
        if item is not None and (
            item.has_codes or (item.name in looked_up and item.role != "identifier")
        ):
            few.append(column)
    return few


def _name(source: Any) -> str:
    """Give the name of a Parquet file or folder; a frame has none."""
    return Path(source).name if isinstance(source, str | Path) else "frame"


def _named(
    described: Contract, lazy: engine.Frame, mapping: ColumnMapping, file: str
) -> tuple[engine.Frame, list[Problem]]:
    """Put the columns under the contract's names; those nobody declared are refused."""
    rules = {fold_header(header): rule for header, rule in mapping.columns.items()}
    rename, drop, found = {}, [], []
    for column in engine.columns(lazy):
        rule = rules.get(fold_header(column))
        if rule is not None and rule.purpose == "drop":
            drop.append(column)
        elif rule is not None and rule.to and rule.to != column:
            rename[column] = rule.to
        elif rule is None and described.field(column) is None:
            if identifier_kind(column) or not _is_known(described, column):
                found.append(_unknown(described, column, file))
            elif is_free_text(column, ()):
                drop.append(column)
                found.append(_written(described, column, file))
    lazy = engine.shape_up(lazy, rename=rename, constants=mapping.constants, drop=drop)
    return lazy, found


def _is_known(described: Contract, column: str) -> bool:
    return described.items or described.dimensions or described.field(column) is not None


def _addresses(
    described: Contract, lazy: engine.Frame, mapping: ColumnMapping, file: str
) -> list[Problem]:
    """Refuse items and dimensions that hold an e-mail address anywhere; one pass over the rows."""
    if not (described.items or described.dimensions):
        return []
    declared = {rule.to for rule in mapping.columns.values()}
    open_columns = [
        name
        for name, kind in engine.kinds(lazy).items()
        if kind == "text" and name not in declared and described.field(name) is None
    ]
    # A sign is looked for first, since that costs a tenth of looking for a pattern.
    signed = _holding(lazy, open_columns, "@", literal=True)
    return [
        _unknown(described, name, file, personal=True)
        for name in _holding(lazy, signed, ADDRESS, literal=False)
    ]


def _holding(lazy: engine.Frame, names: Sequence[str], pattern: str, *, literal: bool) -> list[str]:
    """Which columns hold a pattern in any cell? Asked of all of them in one pass."""
    found = {
        f"__{place}": engine.text(name).str.contains(pattern, literal=literal)
        for place, name in enumerate(names)
    }
    sums = {name: held.cast(engine.Int64).sum() for name, held in found.items()}
    counted = engine.one_row(lazy, sums)
    return [name for place, name in enumerate(names) if counted[f"__{place}"]]


def _written(described: Contract, column: str, file: str) -> Problem:
    return Problem(
        file=file,
        column=column,
        rule="undeclared_free_text",
        severity="warning",
        message="holds what people wrote in their own words, which is never read",
        remedy=f'Say in a mapping under [columns]: "{column}" = {{ purpose = "drop" }}.',
        contract=described.name,
    )


def _unknown(
    described: Contract, column: str, file: str, *, personal: bool | None = None
) -> Problem:
    if personal is None:
        personal = identifier_kind(column) is not None
    return Problem(
        file=file,
        column=column,
        rule="undeclared_identifier" if personal else "unknown_column",
        severity="error",
        message=(
            "looks like something that says who a person is"
            if personal
            else f"is not in the {described.name} contract"
        ),
        remedy=f'Say in a mapping under [columns]: "{column}" = {{ purpose = "drop" }}, '
        "or which field it fills.",
        contract=described.name,
    )


def _typed(
    described: Contract, lazy: engine.Frame, file: str
) -> tuple[engine.Frame, list[Problem]]:
    """Refuse columns of another type than the contract's: engines do not parse text."""
    found = []
    kinds = engine.kinds(lazy)
    for name, kind in kinds.items():
        expected = described.field(name)
        wanted = TYPES.get(expected.type) if expected is not None else None
        if wanted and kind not in wanted:
            found.append(_wrong_type(described, name, expected.type if expected else "", file))
    if "date_of_birth" in kinds and not found:
        on = next((name for name in BORN_BY if name in kinds), None)
        ages = {"age": engine.age_on("date_of_birth", on)} if on and "age" not in kinds else {}
        lazy = engine.derive(lazy, ages, drop=["date_of_birth"])
    return lazy, found


def _wrong_type(described: Contract, name: str, wanted: str, file: str) -> Problem:
    return Problem(
        file=file,
        column=name,
        rule="wrong_type",
        severity="error",
        message=f"is not of the type that the {described.name} contract states: {wanted}",
        remedy=f"Cast it to {wanted} before handing the frame over; only files are parsed.",
        contract=described.name,
    )
