"""From a raw value to the code it stands for: the mapping's word first, then the code list's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from workforce_analytics.extracts.codelists import CodeList, codelist, codelists, fold
from workforce_analytics.extracts.contracts import Contract

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
    folded = {fold(raw): code for raw, code in values.items()}

    def match(raw: Any) -> str | None:
        # NaN is the one value that is not itself; pandas gives it for an empty cell.
        text = None if raw is None or raw != raw else str(raw)
        if text is None:
            return known(None)
        return values.get(text) or folded.get(fold(text)) or known(text)

    return match


def _as_it_stands(raw: Any) -> str | None:
    return None if raw is None else str(raw)
