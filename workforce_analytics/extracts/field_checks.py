"""What one field's values must be, each said twice: for engines and for a column in memory.

The two are written apart on purpose: `checking` runs the one, `checking_in_memory` the other, and
tests compare them on random rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.engine import Expression, col
from workforce_analytics.extracts.contracts import Contract, Field, allowed_values

LARGEST = 1e15
"""Numbers beyond this are no measurement, and their decimals cannot be told apart."""

FORMS = {"year": "^[0-9]{4}$", "yearmonth": "^[0-9]{4}-(0[1-9]|1[0-2])$"}


@dataclass(frozen=True)
class Check:
    """One thing to be looked for, and what to say where it is found.

    Attributes
    ----------
    broken
        For engines: true where a record is broken.
    kept
        For a column in memory: its filled cells -> true where they are right. Without it, `broken`
        is worked out for the frame in memory too.
    records
        For engines, where it is known already: how many records are broken.
    """

    column: str
    rule: str
    severity: str
    message: str
    remedy: str
    broken: Expression
    kept: Callable[[pd.Series], Any] | None = None
    records: int | None = None


def is_of_type(field: Field, dtype: Any) -> bool:
    """Whether an engine's type of column can hold the values of a field."""
    if field.type in {"integer", "number"}:
        return bool(dtype.is_numeric())
    if field.type == "date":
        return bool(dtype == engine.Date)
    if field.type == "boolean":
        return bool(dtype == engine.Boolean)
    if field.type == "yearmonth":
        return bool(dtype == engine.Date or engine.is_text(dtype))
    return True


def of_field(contract: Contract, field: Field, dtype: Any) -> Iterator[Check]:
    """Everything to be looked for in one column, save its codes."""
    if field.required:
        yield _blank(contract, field, dtype)
    if not is_of_type(field, dtype):
        yield _wrong_type(field)
        return
    if dtype.is_numeric() and field.type in {"integer", "number", "year"}:
        yield _out_of_range(field)
        decimals = field.decimals if field.type == "number" else 0
        if decimals is not None and not dtype.is_integer():
            yield _too_many_decimals(field, decimals)
    pattern = field.constraints.pattern or FORMS.get(field.type)
    if pattern and engine.is_text(dtype):
        yield _wrong_form(field, pattern)


def _blank(contract: Contract, field: Field, dtype: Any) -> Check:
    empty = col(field.name).is_null()
    if engine.is_text(dtype):
        empty = empty | (engine.text(field.name).str.strip_chars() == "")
    return Check(
        field.name,
        "blank",
        "error",
        f"empty, and the {contract.name} contract needs a value on every record",
        "Fill it in the extract, or give one value for all records under [constants] in the "
        "mapping.",
        empty,
        # that a cell is empty is pandera's own check; here spaces are told from words
        lambda values: values.map(lambda value: not isinstance(value, str) or bool(value.strip())),
    )


def _wrong_type(field: Field) -> Check:
    return Check(
        field.name,
        "wrong_type",
        "error",
        f"the column does not hold what it must: {allowed_values(field)}",
        "Hand the frame over with this column converted, or the file as it came, which is parsed.",
        ~col(field.name).is_null(),
        lambda values: pd.Series(False, index=values.index),
    )


def _out_of_range(field: Field) -> Check:
    low = _limit(field.constraints.minimum, -LARGEST)
    high = _limit(field.constraints.maximum, LARGEST)
    return Check(
        field.name,
        "out_of_range",
        "error",
        f"outside what is allowed: {allowed_values(field)}",
        "Correct the values in the extract, or leave them empty where they are not known.",
        (col(field.name) < low) | (col(field.name) > high),
        lambda values: (values >= low) & (values <= high),
    )


def _limit(limit: float | None, otherwise: float) -> float:
    return otherwise if limit is None else limit


def _too_many_decimals(field: Field, decimals: int) -> Check:
    scale = 10**decimals

    def kept(values: pd.Series) -> pd.Series:
        scaled = values.astype("float64") * scale
        return (scaled.abs() > LARGEST * scale) | ((scaled - scaled.round()).abs() < 0.001)

    scaled = col(field.name).cast(engine.Float64) * scale
    off = (scaled - (scaled + 0.5).floor()).abs() >= 0.001
    return Check(
        field.name,
        "too_many_decimals",
        "error",
        f"more decimals than are allowed: {allowed_values(field)}",
        "Round in the system that the extract comes from; sums rest on exact decimals.",
        off & (scaled.abs() <= LARGEST * scale),
        kept,
    )


def _wrong_form(field: Field, pattern: str) -> Check:
    whole = re.compile(pattern.removesuffix("$") + r"\Z")
    return Check(
        field.name,
        "wrong_form",
        "error",
        f"not of the form that is allowed: {allowed_values(field)}",
        "Correct the values in the extract, or leave them empty where they are not known.",
        ~engine.text(field.name).str.contains(pattern)
        & (engine.text(field.name).str.strip_chars() != ""),
        lambda values: values.map(
            lambda value: not str(value).strip() or bool(whole.match(str(value)))
        ),
    )
