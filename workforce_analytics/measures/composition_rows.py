"""Rows of composition tables: shares, distances from the community, the cells behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workforce_analytics.counting.community import Benchmark
from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Cells
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.inference.proportions import proportion_interval
from workforce_analytics.inference.rounding import round_up
from workforce_analytics.measures.rows import Rows

LOW_DECLARATION = 0.60
"""Below this share of people who have declared, a figure carries a caveat (HMPPS practice)."""
LARGE = 100
"""Of fewer people, that a caveat stands or does not would tell how few have not declared."""
DISTANCE = "People to parity are a measure of distance, not a quota or target."
PARITY = {
    "replacement": "N (b - s), rounded up",
    "hires": "(b N - n) / (1 - b), rounded up",
}
FTE_NOTE = "full-time equivalents: no interval, because they are not counts of people"


@dataclass(frozen=True)
class Group:
    """The people that one set of shares is about: a grade band, a date, or all."""

    label: str
    within: Mapping[str, tuple[str, ...]]


class Sheet:
    """Rows of one table in the making, with the cells that stand in them."""

    def __init__(self, counts: Counts, people: Counts, of: str) -> None:
        self.dimension: Dimension = counts.dimension(of)
        self.of = of
        self._scale = counts.scale
        self._exact = counts.cells()
        self._names = [item.name for item in counts.dimensions]
        self._rows = Rows(people.cells(), [item.name for item in people.dimensions])
        self._people = people
        self._low: list[str] = []

    def cells(self) -> Cells:
        """Give the cells of all rows made so far."""
        return self._rows.cells(self._people)

    def caveats(self) -> tuple[str, ...]:
        """Warn where too few people have declared."""
        return tuple(dict.fromkeys(self._low))

    def number(self, within: Mapping[str, Sequence[str]]) -> float:
        """How many are in some categories, in what is counted."""
        total = sum(
            n
            for key, n in self._exact.items()
            if all(key[self._names.index(name)] in codes for name, codes in within.items())
        )
        return total / self._scale

    def row(
        self,
        measure: str,
        label: str,
        part: Mapping[str, Sequence[str]] | None,
        whole: Mapping[str, Sequence[str]] | None,
        *,
        behind: Sequence[Mapping[str, Sequence[str]]] = (),
        **figures: Any,
    ) -> dict[str, Any]:
        """Make one row; the cells its figures are worked out from are kept beside it."""
        row = self._rows.add(
            measure,
            {self.of: label},
            numerator=-1 if part is None else self._rows.cell(**part),
            denominator=-1 if whole is None else self._rows.cell(**whole),
            behind=[self._rows.cell(**cell) for cell in behind],
            **figures,
        )
        # Counts of people stand behind the figures; what is printed may be full-time equivalents.
        if part is not None:
            row["numerator"] = self.number(part)
        if whole is not None:
            row["denominator"] = self.number(whole)
        return row

    def proportion(
        self,
        measure: str,
        label: str,
        part: Mapping[str, Sequence[str]],
        whole: Mapping[str, Sequence[str]],
        confidence: float,
    ) -> dict[str, Any]:
        """Make a row of a share with its interval."""
        row = self.row(measure, label, part, whole, unit="proportion", inference="process")
        n, total = row["numerator"], row["denominator"]
        if total == 0:
            return {**row, "status": "undefined", "note": "nobody is in this base"}
        row["value"] = n / total
        if self._scale != 1:
            return {**row, "method": FTE_NOTE}
        interval = proportion_interval(n, total, confidence=confidence)
        row["lower"], row["upper"] = float(interval.lower), float(interval.upper)
        row["method"] = "share, Wilson interval"
        return row

    def share_rows(
        self, group: Group, confidence: float, answers: str = "all"
    ) -> list[dict[str, Any]]:
        """Make both shares of every category and the declaration rate, or those declared alone."""
        everyone = dict(group.within)
        known = {**everyone, self.of: self.dimension.declared}

        def share(measure: str, item: Category, whole: Mapping[str, Any]) -> dict[str, Any]:
            part = {**everyone, self.of: (item.code,)}
            return self.proportion(measure, item.label, part, whole, confidence)

        categories = self.dimension.categories
        declared = [item for item in categories if item.kind == "declared"]
        if answers == "declared":
            # Whoever did not declare is in no count, nor can be had as the difference of two.
            return [share("share_of_known", item, known) for item in declared]
        rows = [share("share_of_all", item, everyone) for item in categories]
        rows += [share("share_of_known", item, known) for item in declared]
        rows.append(self._declaration(group, known, everyone, confidence))
        return rows

    def community_rows(
        self, group: Group, standard: Benchmark, confidence: float
    ) -> list[dict[str, Any]]:
        """Make the rows that hold a group's share against its share of the community."""
        everyone = dict(group.within)
        known = {**everyone, self.of: self.dimension.declared}
        rows: list[dict[str, Any]] = []
        for item in self.dimension.categories:
            part = {**everyone, self.of: (item.code,)}
            if item.kind != "declared":
                rows.append(self.proportion("share_of_all", item.label, part, everyone, confidence))
                continue
            rows.append(self.proportion("share_of_known", item.label, part, known, confidence))
            b = standard.shares.get(item.code)
            rows += self._comparison(item.label, part, known, b, confidence)
        rows.append(self._declaration(group, known, everyone, confidence))
        return rows

    def gap_rows(
        self, group: Group, standard: Benchmark, confidence: float
    ) -> list[dict[str, Any]]:
        """Make only the distances from the community in percentage points."""
        known = {**group.within, self.of: self.dimension.declared}
        rows = []
        for item in self.dimension.categories:
            b = standard.shares.get(item.code)
            if item.kind == "declared" and b is not None:
                part = {**group.within, self.of: (item.code,)}
                rows.append(self._gap(item.label, part, known, b, confidence))
        return rows

    def _gap(
        self,
        label: str,
        part: Mapping[str, Sequence[str]],
        known: Mapping[str, Sequence[str]],
        b: float,
        confidence: float,
    ) -> dict[str, Any]:
        row = self.row(
            "gap",
            label,
            part,
            known,
            unit="percentage_points",
            inference="process",
            compared="workforce",
            reference="community",
            orientation="below 0: a smaller part of the workforce than of the community",
            method="workforce share minus census share, Wilson interval",
        )
        n, total = row["numerator"], row["denominator"]
        if total == 0:
            return {**row, "status": "undefined", "note": "nobody is in this base"}
        interval = proportion_interval(n, total, confidence=confidence)
        return {
            **row,
            "value": 100 * (n / total - b),
            "lower": 100 * (float(interval.lower) - b),
            "upper": 100 * (float(interval.upper) - b),
        }

    def _comparison(
        self,
        label: str,
        part: Mapping[str, Sequence[str]],
        known: Mapping[str, Sequence[str]],
        b: float | None,
        confidence: float,
    ) -> list[dict[str, Any]]:
        sides: dict[str, Any] = {
            "compared": "workforce",
            "reference": "community",
            "inference": "process",
        }
        if b is None:
            return [
                self.row(
                    "community_share",
                    label,
                    None,
                    None,
                    unit="proportion",
                    status="undefined",
                    note="the census table has no such group",
                    **sides,
                )
            ]
        census = self.row(
            "community_share",
            label,
            None,
            None,
            value=b,
            unit="proportion",
            status="reference",
            method="census share, taken as fixed",
            **sides,
        )
        index = self.row(
            "representation_index",
            label,
            part,
            known,
            unit="ratio",
            orientation="below 1: a smaller part of the workforce than of the community",
            method="workforce share divided by census share, Wilson interval",
            **sides,
        )
        n, total = index["numerator"], index["denominator"]
        if total == 0 or b == 0:
            why = "nobody is in this base" if total == 0 else "no such residents"
            return [census, {**index, "status": "undefined", "note": why}]
        interval = proportion_interval(n, total, confidence=confidence)
        index["value"] = n / total / b
        index["lower"], index["upper"] = float(interval.lower) / b, float(interval.upper) / b
        short = [
            self.row(
                f"people_to_parity_{way}",
                label,
                part,
                known,
                unit="people",
                note=DISTANCE,
                value=people_to_parity(n, total, b, by=way),
                method=formula,
                **sides,
            )
            for way, formula in PARITY.items()
        ]
        return [census, index, self._gap(label, part, known, b, confidence), *short]

    def _declaration(
        self,
        group: Group,
        known: Mapping[str, Sequence[str]],
        everyone: Mapping[str, Sequence[str]],
        confidence: float,
    ) -> dict[str, Any]:
        row = self.proportion("declaration_rate", ALL, known, everyone, confidence)
        if row.get("value", 1.0) < LOW_DECLARATION:
            words = (
                "Fewer than 60 % of people{} have declared: the shares may not describe the rest."
            )
            if group.label == ALL and row["denominator"] >= LARGE:
                self._low.append(words.format(""))
            else:
                # A note goes with its row where that is hidden; a caveat would tell of it.
                row["note"] = words.format(f" ({group.label})")
        return row


def people_to_parity(n: float, total: float, share: float, *, by: str) -> int:
    """How many people a group is short of its share of the community.

    Parameters
    ----------
    n, total
        People in the group, and people who have declared.
    share
        The group's share of the community, 0 to 1.
    by
        "replacement": the size of the workforce stays. "hires": it grows by these people alone.

    Returns
    -------
    int
        Whole people, rounded up; 0 at or above parity. A measure of distance, not a quota.

    Notes
    -----
    Replacement: N (b - s) = b N - n. Hires: (b N - n) / (1 - b).

    Examples
    --------
    >>> people_to_parity(100, 1000, 0.2, by="replacement")
    100
    >>> people_to_parity(100, 1000, 0.2, by="hires")
    125
    """
    if by not in {"replacement", "hires"}:
        raise UsageError(f"by='{by}' is not known. Allowed: replacement, hires.")
    short = share * total - n
    if by == "hires":
        if share >= 1:
            raise UsageError("No number of hires makes a group all of the workforce.")
        short /= 1 - share
    return max(0, round_up(short))
