"""Rows of a table in the making, and the cells of counts that its figures are worked out from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workforce_analytics.counting.counts import Counts
from workforce_analytics.estimates import About, CellBuilder, Cells, Estimates, assemble
from workforce_analytics.inference.proportions import proportion_interval

NOBODY = "nobody is in this base"
NOTHING = "it happened to nobody, or to everybody: there is nothing to divide by"


class Rows:
    """Collects the rows of one table; nothing is printed whose cells are not named.

    Parameters
    ----------
    counts
        Count of each elementary group, keyed by its categories.
    dimensions
        Names of what the elementary groups are split by, in the order of the keys.
    """

    def __init__(self, counts: Mapping[tuple[str, ...], int], dimensions: Sequence[str]) -> None:
        self._cells = CellBuilder(counts, dimensions)
        self._rows: list[dict[str, Any]] = []
        self._numerator: list[int] = []
        self._denominator: list[int] = []
        self._behind: list[tuple[int, ...]] = []
        self._fewest: list[int] = []

    def cell(self, people: int | None = None, /, **categories: str | Sequence[str]) -> int:
        """Cell of some categories; with how many people stand behind it, if that is known."""
        cell = self._cells.cell(**categories)
        if people is not None:
            self._cells.made_by(cell, people)
        return cell

    def n(self, cell: int) -> int:
        """How many are in a cell."""
        return self._cells.n(cell)

    def add(
        self,
        measure: str,
        labels: Mapping[str, str],
        *,
        numerator: int = -1,
        denominator: int = -1,
        behind: Sequence[int] = (),
        fewest: float = -1,
        **figures: Any,
    ) -> dict[str, Any]:
        """Add a row: its counts are those of its cells, and it is hidden where one of them is.

        `fewest` is of a model: how many people there are in the smallest group that it rests on.
        """
        row = {"measure": measure, **labels, **figures}
        if numerator >= 0:
            row["numerator"] = self.n(numerator)
        if denominator >= 0:
            row["denominator"] = self.n(denominator)
        self._rows.append(row)
        self._numerator.append(numerator)
        self._denominator.append(denominator)
        self._behind.append(tuple(behind))
        self._fewest.append(int(fewest))
        return row

    def count(self, measure: str, labels: Mapping[str, str], cell: int, unit: str) -> None:
        """Add a row of how many there are."""
        self.add(measure, labels, numerator=cell, unit=unit, value=self.n(cell), method="count")

    def proportion(
        self,
        measure: str,
        labels: Mapping[str, str],
        part: int,
        whole: int,
        confidence: float,
        **figures: Any,
    ) -> None:
        """Add a row of a share with Wilson's interval; of nobody it is undefined."""
        row = self.add(
            measure,
            labels,
            numerator=part,
            denominator=whole,
            unit="proportion",
            inference="process",
            **figures,
        )
        n, total = self.n(part), self.n(whole)
        if total == 0:
            row |= {"status": "undefined", "note": NOBODY}
            return
        interval = proportion_interval(n, total, confidence=confidence)
        row |= {
            "value": n / total,
            "lower": float(interval.lower),
            "upper": float(interval.upper),
            "method": "share, Wilson interval",
        }

    def unless_known(
        self,
        row: dict[str, Any],
        *pools: int,
        figure: str = "value",
        otherwise: str = NOTHING,
    ) -> dict[str, Any]:
        """Flag a row whose figure could not be worked out, and say why.

        Parameters
        ----------
        row
            A row that `add` gave.
        pools
            Cells of those who were compared; where one is empty, that is the reason.
        figure
            The column that it stands in: "p_value" for tests that have no other.
        otherwise
            The reason where there was somebody in all of them.
        """
        if math.isnan(row[figure]):
            empty = any(self.n(pool) == 0 for pool in pools)
            row |= {"status": "undefined", "note": NOBODY if empty else otherwise}
        return row

    def of_measure(self, measure: str) -> list[dict[str, Any]]:
        """Give the rows of one measure, to be filled further."""
        return [row for row in self._rows if row["measure"] == measure]

    def estimates(
        self, about: About, source: Counts, holds: Mapping[str, Any] | None = None
    ) -> Estimates:
        """Give the table.

        Parameters
        ----------
        about
            What a reader must know of it.
        source
            The counts that its cells are sums of: says whose they are and what they hold.
        holds
            What categories hold of dimensions that the source does not have.
        """
        rows = [{"period": about.period, **row} for row in self._rows]
        return assemble(rows, about, self.cells(source, holds))

    def cells(self, source: Counts, holds: Mapping[str, Any] | None = None) -> Cells:
        """Give the cells of all rows made so far, as `estimates` does beside the rows."""
        modelled = self._fewest if any(fewest >= 0 for fewest in self._fewest) else ()
        cells = self._cells.finish(self._numerator, self._denominator, self._behind, modelled)
        return replace(
            cells,
            people=source.people,
            roots={item.name: item.root for item in source.dimensions if item.root},
            holds={**{item.name: item.holds for item in source.dimensions}, **(holds or {})},
            within=source.limits,
        )
