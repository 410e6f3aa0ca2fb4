"""What counts can be split by: from the raw codes of a counted table to categories in order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting import harmonising
from workforce_analytics.counting.structure import (
    UNIT_LEVELS,
    Lookup,
    folded,
    grade_bands,
    senior_grades,
    units_at_level,
)
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import Category, CodeList, codelist
from workforce_analytics.extracts.contracts import Field
from workforce_analytics.extracts.extract import Extract

PRINTED_AS_THEY_STAND = frozenset(
    {"unit_id", "grade", "network", "area_code", "home_area", "wave", "unit"}
)
"""Fields without a code list whose labels are meant to be printed: no person is behind them."""
DATES = frozenset({"snapshot_date", "month"})
PERIODS = frozenset({"year", "quarter"})
"""Financial years and quarters of applications, which the extract works out."""
NEW_STARTER = "new_starter"
"""Whether somebody joined within the 12 months before the snapshot; `with_new_starter` adds it."""
NOT_KNOWN = Category("not_known", "Not known", "not_known")


@dataclass(frozen=True)
class Dimension:
    """What counts are split by, with its categories in the order in which they are printed."""

    name: str
    title: str
    categories: tuple[Category, ...]
    level: str = "main"
    root: str = ""
    """What it is a cut of, where tables can cut that in several ways: grade, unit_id."""
    holds: Mapping[str, tuple[str, ...]] = dataclasses.field(
        default_factory=dict, compare=False, repr=False
    )
    """What each category holds of its root, in the finest terms there are; itself unless said."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all categories."""
        return tuple(category.code for category in self.categories)

    @property
    def declared(self) -> tuple[str, ...]:
        """Codes of the categories that are an answer."""
        return tuple(item.code for item in self.categories if item.kind == "declared")

    @property
    def undeclared(self) -> tuple[str, ...]:
        """Codes of prefer not to say, not known, not asked and blank."""
        return tuple(item.code for item in self.categories if item.kind != "declared")

    def label(self, code: str) -> str:
        """Give the label of a category."""
        if code not in self._labels:
            raise UsageError(f"'{code}' is not a category of {self.title}.")
        return self._labels[code]

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {category.code: category.label for category in reversed(self.categories)}


@dataclass(frozen=True)
class Splitter:
    """How raw columns become one dimension: applied to the few rows of a counted table."""

    name: str
    column: str
    """The raw column that the engine groups by; "" where all rows are alike."""
    convert: Callable[[Any], str]
    """Raw value of that column -> category code."""
    build: Callable[[set[str]], Dimension]
    """Codes that occur -> the dimension, empty categories of its code list included."""

    def categorise(self, table: pd.DataFrame) -> pd.Series:
        """Category code of each row of a counted table."""
        if not self.column:
            same = pd.Categorical.from_codes([0] * len(table), [self.convert(None)])
            return pd.Series(same, index=table.index)
        ranks, distinct = engine.places(table[self.column])
        codes = pd.Series([self.convert(raw) for raw in distinct], dtype="category")
        return codes.take(ranks).set_axis(table.index)

    def dimension(self, present: Iterable[str]) -> Dimension:
        """Give the dimension, with the categories that occur beyond its code list."""
        return self.build(set(present))

    def known_codes(self) -> tuple[str, ...]:
        """Codes that are known without looking at the data."""
        return self.build(set()).codes


def splitter(extract: Extract, name: str, level: str = "main") -> Splitter:
    """How an extract is split by a characteristic, a field, a grade band, a unit or a date.

    Raises
    ------
    UsageError
        The extract has no such field, or it is not one to split people by.
    """
    present = engine.columns(extract.frame)
    if name == "age" and "age" in present:
        return _age(level)
    if name == "age" and "age_band" in present:
        return _coded(extract, "age", "age_band", level)
    if name == "grade_band" and name not in present:
        return _lookup(extract, name, "Grade band", grade_bands(extract), "grade")
    if name == "senior" and name not in present:
        return _lookup(extract, name, "Grade level", senior_grades(extract), "grade")
    if name in UNIT_LEVELS and name not in present:
        lookup = units_at_level(extract, name)
        return _lookup(extract, name, name.capitalize(), lookup, "unit_id")
    if name not in present:
        raise UsageError(
            f"The {extract.contract.name} extract has no column '{name}'. "
            f"It can be split by: {', '.join(_possible(extract))}."
        )
    if name == NEW_STARTER:
        return _new_starter()
    field = extract.contract.field(name)
    if name in PERIODS and extract.contract.name == "applications":
        return _financial(name)
    if name in DATES or (field is not None and field.type == "date"):
        return _dated(name, field.title if field else name)
    if field is not None and field.type == "boolean":
        return _yes_no(name, field.title)
    if extract.code_list(name) is not None:
        return _coded(extract, name, name, level)
    if field is not None and field.categories:
        return _categories(extract, field)
    if name in PRINTED_AS_THEY_STAND or extract.contract.name == "counts":
        return _as_they_stand(name, field.title if field else name.replace("_", " ").capitalize())
    raise UsageError(
        f"'{name}' has no list of categories, so counts split by it could name a person. "
        f"{extract.contract.name} can be split by: {', '.join(_possible(extract))}."
    )


def unprinted_column(extract: Extract, name: str) -> Splitter:
    """Split by a raw column that no table may print, such as the reference of a vacancy."""
    if name not in engine.columns(extract.frame):
        raise UsageError(f"The {extract.contract.name} extract has no column '{name}'.")
    field = extract.contract.field(name)
    return _as_they_stand(name, field.title if field else name)


def with_new_starter(extract: Extract, names: Iterable[str]) -> Extract:
    """Add who is new to staff, where one of some names asks for it.

    New is who joined less than 12 months before the snapshot: on 31 March 2025 those who joined
    from 1 April 2024 on. Where the day of joining is missing it is not known.

    Raises
    ------
    UsageError
        Nobody says when people joined.
    """
    present = engine.columns(extract.frame)
    if NEW_STARTER not in names or NEW_STARTER in present:
        return extract
    if not {"joined_on", "snapshot_date"} <= set(present):
        raise UsageError(
            f"Nobody knows who is new: the {extract.contract.name} extract does not say when "
            "people joined. Map a column to 'joined_on' of the workforce extract."
        )
    new = _calendar_number("joined_on") + 10_000 > _calendar_number("snapshot_date")
    return dataclasses.replace(
        extract,
        frame=extract.frame.with_columns(new.alias(NEW_STARTER)),
        unattached=None,
        _counted={},
    )


def _calendar_number(name: str) -> engine.Expression:
    """Write a date as a number whose order is that of days: a year is 10,000 more."""
    year, month, day = (engine.date_part(name, part) for part in ("year", "month", "day"))
    return year * 10_000 + month * 100 + day


def _new_starter() -> Splitter:
    listed = (
        Category("yes", "Joined in the last 12 months", "declared"),
        Category("no", "Joined earlier", "declared"),
    )
    return Splitter(
        NEW_STARTER,
        NEW_STARTER,
        lambda raw: "not_known" if raw is None else ("yes" if raw else "no"),
        lambda present: Dimension(
            NEW_STARTER, "Time since joining", _with_not_known(listed, present)
        ),
    )


def _possible(extract: Extract) -> list[str]:
    names = [
        name
        for name in engine.columns(extract.frame)
        if (field := extract.contract.field(name)) is None
        or field.categories
        or field.codelist
        or name in PRINTED_AS_THEY_STAND | DATES
    ]
    derived = ["grade_band", "senior"] if "grade" in names else []
    derived += ["directorate", "service"] if "unit_id" in names else []
    return sorted({*names, *derived})


def _age(level: str) -> Splitter:
    listing = codelist("age")
    return Splitter(
        "age",
        "age",
        harmonising.age_harmoniser(level),
        lambda present: _listed("age", listing, level, present),
    )


def _coded(extract: Extract, name: str, column: str, level: str) -> Splitter:
    listing = extract.code_list(column) or codelist(name)
    values = extract.values.get(column, {})
    return Splitter(
        name,
        column,
        harmonising.harmoniser(listing, values, level=level, unmatched="not_known"),
        lambda present: _listed(name, listing, level, present),
    )


def _listed(name: str, listing: CodeList, level: str, present: set[str]) -> Dimension:
    """Give all answers of a code list, and the kinds of undeclared ones that occur."""
    categories = harmonising.dimension(listing, level, present)
    kept = tuple(
        item
        for item in categories
        if item.kind == "declared" or not present or item.code in present
    )
    return Dimension(name, listing.title, kept, level, holds=listing.held(level))


def _categories(extract: Extract, field: Field) -> Splitter:
    name = field.name
    match = extract.matcher(name)
    listed = tuple(Category(item.value, item.label, "declared") for item in field.categories)
    return Splitter(
        name,
        name,
        lambda raw: match(raw) or "not_known",
        lambda present: Dimension(name, field.title, _with_not_known(listed, present)),
    )


def _with_not_known(listed: tuple[Category, ...], present: set[str]) -> tuple[Category, ...]:
    known = {category.code for category in listed}
    return listed if present <= known else (*listed, NOT_KNOWN)


def _dated(name: str, title: str) -> Splitter:
    return Splitter(
        name,
        name,
        lambda raw: "not_known" if raw is None else str(raw)[:10],
        lambda present: Dimension(
            name,
            title,
            _with_not_known(
                tuple(Category(day, day, "declared") for day in sorted(present - {"not_known"})),
                present,
            ),
        ),
    )


def _financial(name: str) -> Splitter:
    """Split by financial years, 1 April to 31 March, or by their quarters."""

    def label(raw: Any) -> str:
        if raw is None or raw != raw:
            return "not_known"
        start, quarter = (int(raw), 0) if name == "year" else divmod(int(raw), 10)
        year = f"{start}/{(start + 1) % 100:02}"
        return f"{year} Q{quarter}" if quarter else year

    def build(present: set[str]) -> Dimension:
        listed = tuple(Category(one, one, "declared") for one in sorted(present - {"not_known"}))
        categories = _with_not_known(listed, present)
        if name == "quarter":
            return Dimension(name, "Quarter of the financial year", categories)
        quarters = {one.code: tuple(f"{one.code} Q{q}" for q in (1, 2, 3, 4)) for one in listed}
        return Dimension(name, "Financial year", categories, root="quarter", holds=quarters)

    return Splitter(name, name, label, build)


def _yes_no(name: str, title: str) -> Splitter:
    listed = (Category("yes", "Yes", "declared"), Category("no", "No", "declared"))
    return Splitter(
        name,
        name,
        lambda raw: "not_known" if raw is None else ("yes" if raw else "no"),
        lambda present: Dimension(name, title, _with_not_known(listed, present)),
    )


def _as_they_stand(name: str, title: str) -> Splitter:
    return Splitter(
        name,
        name,
        lambda raw: "not_known" if raw in (None, "") else str(raw),
        lambda present: Dimension(
            name,
            title,
            _with_not_known(
                tuple(Category(code, code, "declared") for code in sorted(present - {"not_known"})),
                present,
            ),
            holds={code: (folded(code),) for code in present - {"not_known"}},
        ),
    )


def _lookup(extract: Extract, name: str, title: str, lookup: Lookup, column: str) -> Splitter:
    if column not in engine.columns(extract.frame):
        raise UsageError(
            f"The {extract.contract.name} extract has no column '{column}', which '{name}' is "
            "worked out from."
        )
    return Splitter(
        name,
        column,
        lookup.code_of,
        lambda present: Dimension(
            name,
            title,
            _with_not_known(lookup.categories, present),
            root=column,
            holds=lookup.held(),
        ),
    )
