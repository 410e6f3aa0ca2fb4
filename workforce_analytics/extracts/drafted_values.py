"""What the values of a column stand for, as far as shipped lists know: for drafts of mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from workforce_analytics.extracts.codelists import CodeList, codelist, codelists
from workforce_analytics.extracts.contracts import Field
from workforce_analytics.extracts.personal import kind_of_values

FREQUENT = 10
"""Records from which a value that no list knows is written into a draft."""

SETTLED = 0.8
"""Share of a column's filled records that a list must know for the column to be taken for it."""


@dataclass(frozen=True)
class Value:
    """A value of a column that may be shown: known to a shipped list, or frequent."""

    raw: str
    code: str | None
    """What it stands for; None where no list is sure."""
    label: str


@dataclass(frozen=True)
class ListedValues:
    """The values of a column of codes, without those that may not be shown.

    Attributes
    ----------
    known, open
        Values that a shipped list knows, and frequent ones that none does.
    rare
        How many different values are neither.
    version
        The list that knows them, where it is not the field's own.
    """

    known: tuple[Value, ...]
    open: tuple[Value, ...]
    rare: int
    version: str


def listed_values(
    values: pd.Series, field: Field, *, known_as: Callable[[str], str | None] | None = None
) -> ListedValues:
    """Which codes do the values of a column stand for?

    Parameters
    ----------
    known_as
        What a value stands for, where not the field's own words but a shape's say so.

    Notes
    -----
    Systems record older or other versions of a list ("A" for White British in the NHS). The version
    that knows most of the records is taken, the field's own where it knows as many.
    """
    counts = values.dropna().astype(str).str.strip().value_counts()
    version = _version(counts, field)
    known, open_values, rare = [], [], 0
    for raw in sorted(counts.index):
        code, label = (known_as(raw), "") if known_as else _meaning(raw, field, version)
        if code is not None:
            known.append(Value(raw, code, label))
        elif counts[raw] >= FREQUENT and kind_of_values([raw]) is None:
            open_values.append(Value(raw, None, ""))
        else:
            rare += 1
    order = {code: position for position, code in enumerate(_codes(field))}
    known.sort(key=lambda value: (order.get(str(value.code), len(order)), value.raw))
    name = "" if version is None or version.default else version.name
    return ListedValues(tuple(known), tuple(open_values), rare, name)


def looks_like(values: pd.Series, field: Field) -> bool:
    """Whether a column's values say that it is a field of codes, whatever its header says.

    Answers that any question can have ("Yes", "Not known") say nothing.
    """
    counts = values.dropna().astype(str).str.strip().value_counts()
    if len(counts) > MOST_CODES:
        return False
    telling = counts[[len(raw) > 3 or not raw.isalpha() for raw in counts.index]]
    version = _version(counts, field)
    codes = {raw: _meaning(raw, field, version)[0] for raw in telling.index}
    declared = {code for code in codes.values() if code is not None} - _UNTELLING
    matched = sum(int(telling[raw]) for raw, code in codes.items() if code is not None)
    return len(declared) >= 2 and matched >= SETTLED * int(counts.sum())


MOST_CODES = 300
"""A column with more distinct values than this holds no codes of a list."""

_UNTELLING = {"prefer_not_to_say", "not_known", "not_asked", "blank", "other", "none"}


def _version(counts: pd.Series, field: Field) -> CodeList | None:
    """Choose the version of the field's code list that knows most records."""
    if not field.codelist:
        return None
    own = codelist(field.codelist)
    versions = [v for v in codelists() if v.characteristic == own.characteristic and v is not own]
    return max([own, *versions], key=lambda version: _known_records(counts, version))


def _known_records(counts: pd.Series, version: CodeList) -> int:
    return sum(int(n) for raw, n in counts.items() if version.match(str(raw)) is not None)


def _meaning(raw: str, field: Field, version: CodeList | None) -> tuple[str | None, str]:
    """Give the field's own code for a value, and that code's label."""
    if version is None:
        code = field.match(raw)
        return code, next((c.label for c in field.categories if c.value == code), "")
    matched = version.match(raw)
    if matched is None:
        return None, ""
    code = version.translate(matched)
    return code, _labels(codelist(version.characteristic)).get(code, "")


def _labels(listing: CodeList) -> dict[str, str]:
    return {
        category.code: category.label
        for level in reversed(listing.levels)
        for category in listing.categories(level)
    }


def _codes(field: Field) -> Iterator[str]:
    if field.codelist:
        listing = codelist(codelist(field.codelist).characteristic)
        for level in listing.levels:
            yield from (category.code for category in listing.categories(level))
    yield from (category.value for category in field.categories)
