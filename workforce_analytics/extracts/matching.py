"""From a raw value to the code it stands for: the mapping's word first, then the code list's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts.codelists import CodeList, codelist, codelists, fold
from workforce_analytics.extracts.contracts import Contract
from workforce_analytics.extracts.instrument_parts import plain_number

Matcher = Callable[[Any], str | None]


@cache
def characteristics() -> frozenset[str]:
    """Names of the characteristics that have a code list."""
    return frozenset(item.characteristic for item in codelists())


def code_list(contract: Contract, column: str) -> CodeList | None:
    """Give the code list of a column: its field's, or, in counted tables, its name's."""
    described = contract.field(column)
    if described is not None:
        return codelist(described.codelist) if described.codelist else None
    return codelist(column) if column in characteristics() else None


def matcher(contract: Contract, column: str, values: Mapping[str, str]) -> Matcher:
    """Give the function from a raw value of a column to its code, None where it is not sure."""
    listing = code_list(contract, column)
    described = contract.field(column)
    if listing is not None:
        known: Matcher = listing.match
    elif described is not None and described.categories:
        known = described.match
    else:
        known = _as_it_stands
    said = mapped_by(values)

    def match(raw: Any) -> str | None:
        # NaN is the one value that is not itself; pandas gives it for an empty cell.
        text = None if raw is None or raw != raw else str(raw)
        if text is None:
            return known(None)
        return said(text) or known(text)

    return match


def mapped_by(values: Mapping[str, str]) -> Matcher:
    """Give the function from a raw value to what a mapping says of it, None where it says nothing.

    Case and punctuation count for nothing in words; the sign and the decimals of a number do.
    """
    folded = {fold(raw): code for raw, code in values.items() if plain_number(raw) is None}

    def said(raw: Any) -> str | None:
        text = str(raw)
        number = plain_number(text)
        alike = folded.get(fold(text)) if number is None else values.get(number)
        return values.get(text, alike)

    return said


def settled(
    contract: Contract, table: pd.DataFrame, values: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Replace raw codes by what they stand for, where files have mappings of their own.

    Raises
    ------
    ConfigurationError
        A mapping says what answers to a question stand for that has no column: it would be lost.
    """
    changed = {}
    for name, said in values.items():
        if name in table:
            codes = _codes(contract, name, said, table[name].dropna().unique())
            changed[name] = table[name].map(codes, na_action="ignore")
        elif _is_item(contract, name):
            raise ConfigurationError(
                f"{contract.name}: its files have mappings of their own, and [values.{name}] names "
                f'no column. Let a column fill it (to = "{name}"), or give all files one mapping.'
            )
    return table.assign(**changed)


def _codes(
    contract: Contract, column: str, values: Mapping[str, str], raws: Iterable[Any]
) -> dict[Any, Any]:
    """What each raw value stands for: itself where nobody says."""
    if not _is_item(contract, column):
        match = matcher(contract, column, values)
        return {raw: match(raw) or raw for raw in raws}
    said = mapped_by(values)  # "" is no answer to a question
    return {raw: raw if said(raw) is None else said(raw) for raw in raws}


def _is_item(contract: Contract, name: str) -> bool:
    return contract.items and contract.field(name) is None


def _as_it_stands(raw: Any) -> str | None:
    return None if raw is None else str(raw)
