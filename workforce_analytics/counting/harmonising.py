"""From the raw codes of a counted table to categories: versioned, undeclared answers kept apart.

Works on the few distinct values that are left after counting, never on rows about people.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import pandas as pd

from workforce_analytics.errors import ConfigurationError, DataError, UsageError
from workforce_analytics.extracts.codelists import UNDECLARED, Category, CodeList, codelist, fold

YOUNGEST, OLDEST = 14, 100
"""Ages that can be those of somebody at work; others are a mistake in the data."""

_NO_VALUES: Mapping[str, str] = MappingProxyType({})


def harmoniser(
    listing: CodeList,
    values: Mapping[str, str] = _NO_VALUES,
    *,
    level: str = "main",
    unmatched: str | None = None,
) -> Callable[[Any], str]:
    """Which category is a recorded value in?

    Parameters
    ----------
    listing : CodeList
    values : mapping of recorded value to code
        The mapping's own decisions; they come before the code list.
    level : str
        A level of the code list.
    unmatched : one of the kinds of undeclared answers, or None
        Where a value that nobody decided about is counted; None refuses it.

    Returns
    -------
    function from a value (text, or whole years for age) to a category code

    Raises
    ------
    ConfigurationError
        `values` gives a code that the list does not have.
    UsageError
        The list has no such level, or `unmatched` is not a kind of undeclared answer.
    DataError
        From the function: a value is in neither, and `unmatched` is None.

    Examples
    --------
    >>> to_group = harmoniser(codelist("ethnicity"), {"Any Other": "O9"})
    >>> [to_group(value) for value in ("White – British", "Any Other", "Refused", None)]
    ['white', 'other', 'prefer_not_to_say', 'blank']
    >>> harmoniser(codelist("age"))(37)
    '35_44'
    """
    if unmatched not in (None, *UNDECLARED):
        raise UsageError(f"unmatched is one of {', '.join(UNDECLARED)}, or None.")
    listing.categories(level)
    decided = _decisions(listing, values)
    of_age = age_harmoniser(level) if listing.starting_ages else None

    def harmonise(value: Any) -> str:
        if of_age and not isinstance(value, str):
            return of_age(value)
        raw = None if pd.isna(value) else str(value).strip()
        code = decided(raw or "") or listing.match(raw) or unmatched
        if code is None:
            raise DataError(
                f"{listing.title}: a value is neither in the mapping nor in the code list "
                f"'{listing.name}'. Add it to [values.{listing.characteristic}] of the mapping, "
                f"with one of: {listing.allowed()}."
            )
        return listing.to_level(code, level)

    return harmonise


def dimension(listing: CodeList, level: str, present: Collection[str]) -> tuple[Category, ...]:
    """Which rows does a table split by this characteristic have, in which order?

    Every group of the list, those that nobody is in included; "detail not known" and ages under
    16 only where somebody is in them; the four kinds of undeclared answers last.

    Parameters
    ----------
    listing : CodeList
    level : str
    present : collection of category codes that occur

    Raises
    ------
    UsageError
        A code that occurs is not a category of the list at this level.

    Examples
    --------
    >>> [row.code for row in dimension(codelist("disability"), "main", {"disabled"})]
    ['disabled', 'not_disabled', 'prefer_not_to_say', 'not_known', 'not_asked', 'blank']
    """
    categories = listing.categories(level, present=present)
    _refuse_unknown(present, categories, listing.title)
    return categories


def age_harmoniser(
    level: str = "main", *, edges: Sequence[int] | None = None
) -> Callable[[Any], str]:
    """Which age band is somebody in?

    Parameters
    ----------
    level : str
        "full" (five years), "main" (ten years) or "broad"; not used with `edges`.
    edges : first years of bands of your own, e.g. `(16, 30, 50)`
        The last band is open, those younger than the first are in "under_16".

    Returns
    -------
    function from whole years to a category code; under 14, over 100 and null are "not_known"

    Examples
    --------
    >>> [age_harmoniser()(age) for age in (16, 64, 65, 109, None)]
    ['16_24', '55_64', '65_plus', 'not_known', 'not_known']
    >>> age_harmoniser(edges=(16, 30, 50))(49)
    '30_49'
    """
    if edges is None:
        listing = codelist("age")
        starts, finest = zip(*listing.starting_ages, strict=True)
        codes = tuple(listing.to_level(code, level) for code in finest)
    else:
        codes = tuple(category.code for category in _own_bands(edges))
        starts = (YOUNGEST, *edges)

    def band(age: Any) -> str:
        if pd.isna(age) or isinstance(age, bool):
            return "not_known"
        years = int(age)
        known = YOUNGEST <= years <= OLDEST
        return codes[bisect_right(starts, years) - 1] if known else "not_known"

    return band


def age_dimension(edges: Sequence[int], present: Collection[str]) -> tuple[Category, ...]:
    """Which rows does a table split by age bands of your own have?

    Examples
    --------
    >>> [row.label for row in age_dimension((16, 30, 50), {"16_29"})][:3]
    ['16 to 29', '30 to 49', '50 and over']
    """
    youngest, *bands = _own_bands(edges)
    undeclared = codelist("age").categories()[-len(UNDECLARED) :]
    shown = [youngest] if youngest.code in present else []
    categories = (*shown, *bands, *undeclared)
    _refuse_unknown(present, categories, "Age")
    return categories


def _own_bands(edges: Sequence[int]) -> list[Category]:
    if not edges or any(a >= b for a, b in pairwise((YOUNGEST, *edges, OLDEST + 1))):
        raise UsageError(
            f"Age bands start at whole years between {YOUNGEST + 1} and {OLDEST}, in rising order, "
            "e.g. (16, 30, 50)."
        )
    first, last = edges[0], edges[-1]
    closed = [
        Category(f"{a}_{b - 1}", f"{a} to {b - 1}" if a < b - 1 else f"{a}", "declared")
        for a, b in pairwise(edges)
    ]
    return [
        Category(f"under_{first}", f"Under {first}", "declared"),
        *closed,
        Category(f"{last}_plus", f"{last} and over", "declared"),
    ]


def _decisions(listing: CodeList, values: Mapping[str, str]) -> Callable[[str], str | None]:
    codes = {raw.strip(): listing.match(code) for raw, code in values.items()}
    wrong = sum(code is None for code in codes.values())
    if wrong:
        raise ConfigurationError(
            f"[values.{listing.characteristic}]: {wrong} of {len(values)} lines give a code that "
            f"the list '{listing.name}' does not have. Codes: {listing.allowed()}."
        )
    folded = {fold(raw): code for raw, code in codes.items() if fold(raw)}
    return lambda raw: codes.get(raw) or folded.get(fold(raw))


def _refuse_unknown(present: Collection[str], categories: tuple[Category, ...], title: str) -> None:
    strange = set(present) - {category.code for category in categories}
    if strange:
        raise UsageError(f"{title}: {len(strange)} codes are not categories at this level.")
