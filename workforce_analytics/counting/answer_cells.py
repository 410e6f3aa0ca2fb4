"""What is counted of survey answers by cell: a table with a row per cell, added up exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension, Splitter
from workforce_analytics.counting.subsets import Where, in_words, limits
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.extract import Extract

RESPONDED = "staff who answered the survey"


@dataclass(frozen=True, eq=False, kw_only=True)
class AnswerCells:
    """Whole numbers by cell, and where they come from; never a respondent.

    Attributes
    ----------
    dimensions
        What the cells are split by; one respondent is in one cell.
    """

    dimensions: tuple[Dimension, ...]
    wave: str
    _table: pd.DataFrame
    provenance: tuple[str, ...] = ()
    policy: Mapping[str, object] = field(default_factory=dict)
    people: str = ""
    published: str = ""
    subset: str = ""
    recorded_as: str = ""
    limits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def dimension(self, name: str) -> Dimension:
        """Give a dimension by its name."""
        for item in self.dimensions:
            if item.name == name:
                return item
        known = ", ".join(item.name for item in self.dimensions) or "nothing"
        raise UsageError(f"These answers are not split by '{name}'. They are split by: {known}.")

    def over(self, *names: str) -> Self:
        """Give the same split by fewer dimensions, the others added up."""
        return self._kept(self._table, tuple(self.dimension(name) for name in names))

    def at(self, name: str, code: str) -> Self:
        """Give the same within one category of a dimension, which then goes."""
        self.dimension(name).label(code)
        keep = tuple(item for item in self.dimensions if item.name != name)
        return self._kept(self._table[self._table[name] == code], keep)

    def rows(self) -> list[tuple[str, ...]]:
        """Give the codes of each row's cell, in the order of the arrays."""
        columns = [self._table[item.name].tolist() for item in self.dimensions]
        return list(zip(*columns, strict=True)) if columns else [()] * len(self._table)

    def _keys(self) -> tuple[Dimension, ...]:
        """What rows are told apart by beside the dimensions."""
        return ()

    def _kept(self, rows: pd.DataFrame, keep: tuple[Dimension, ...]) -> Self:
        kept = {item.name for item in keep}
        gone = [item.name for item in self.dimensions if item.name not in kept]
        table = added_up(rows.drop(columns=gone), (*keep, *self._keys()))
        return replace(self, _table=table, dimensions=keep)

    def _counts(self, column: str) -> Counts:
        names = [item.name for item in self.dimensions]
        others = [name for name in self._table.columns if name not in {*names, column}]
        table = added_up(self._table.drop(columns=others), self.dimensions)
        table = table.rename(columns={column: engine.N})
        return Counts(
            _table=table[table[engine.N] > 0].reset_index(drop=True) if names else table,
            dimensions=self.dimensions,
            counted="respondents",
            additive_over=frozenset(names),
            population=RESPONDED,
            provenance=self.provenance,
            recorded_as=self.recorded_as,
            policy=self.policy,
            published=self.published,
            subset=self.subset,
            people=self.people,
            limits=self.limits,
        )


def described(
    extract: Extract, splitters: Mapping[str, Splitter], where: Where | None, by: Any
) -> dict[str, Any]:
    """Say where cells of an extract come from, as arguments of `AnswerCells`."""
    return {
        "provenance": extract.provenance(),
        "policy": extract.context.policy,
        "people": people_of(extract),
        "published": extract.published,
        "subset": in_words(splitters, where),
        "recorded_as": extract.recorded_as(by),
        "limits": limits(splitters, None, where),
    }


def people_of(extract: Extract) -> str:
    """Whose counts these are: all tables of one organisation's survey hang together."""
    return f"{extract.context.organisation}: survey"


def added_up(table: pd.DataFrame, dimensions: tuple[Dimension, ...]) -> pd.DataFrame:
    """One row per cell that occurs, in canonical order; one row in all without dimensions."""
    place = np.zeros(len(table), dtype=np.int64)
    for item in dimensions:
        codes = pd.Index(item.codes).get_indexer(table[item.name])
        place = place * len(item.codes) + codes
    cells, at = np.unique(place, return_inverse=True) if dimensions else (place[:1], place)
    result: dict[str, Any] = {}
    left = cells
    for item in reversed(dimensions):
        left, codes = np.divmod(left, len(item.codes))
        result[item.name] = pd.Series(item.codes, dtype=object).take(codes).array
    result = dict(reversed(result.items()))
    for name in table.columns.drop([item.name for item in dimensions]):
        sums = np.zeros(len(cells) if dimensions else 1, dtype=table[name].dtype)
        np.add.at(sums, at, table[name].to_numpy())
        result[name] = sums
    return pd.DataFrame(result)
