"""Looks figures up in a protected table, so that chart, words and table read the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from workforce_analytics.estimates import ALL, About

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected


@dataclass(frozen=True)
class Figure:
    """One figure as its audience may see it: hidden numbers are None and carry a mark."""

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    value_mark: str = "[x]"
    numerator_mark: str = "[x]"
    denominator_mark: str = "[x]"
    note: str = ""

    @property
    def has_interval(self) -> bool:
        """Whether both ends of the interval may be shown."""
        return self.value is not None and self.lower is not None and self.upper is not None


@dataclass(frozen=True)
class Figures:
    """The figures of one protected table, by measure, group, split and period."""

    about: About
    declared: tuple[str, ...]
    """Labels of the groups that people declared, in the order of the code list."""
    undeclared: tuple[str, ...]
    """Labels of the kinds of missing answer."""
    splits: tuple[str, ...]
    """Labels of what the table is split by, the total last; one empty label where by nothing."""
    periods: tuple[str, ...]
    rows: dict[tuple[str, str, str, str], Figure]

    @property
    def of(self) -> str:
        """Heading of the characteristic looked at."""
        name = self.about.groups[0]
        return self.about.headings.get(name, name)

    @property
    def by(self) -> str:
        """Heading of what the table is split by, empty where by nothing."""
        name = self.about.groups[1] if len(self.about.groups) > 1 else ""
        return self.about.headings.get(name, name)

    @property
    def total(self) -> str:
        """The split that holds everybody."""
        return self.splits[-1]

    @property
    def latest(self) -> str:
        """The last period."""
        return self.periods[-1]

    def get(self, measure: str, group: str, *, split: str = "", period: str = "") -> Figure:
        """Look one figure up; a figure that is not in the table is "[x]", not available."""
        key = (measure, group, split or self.total, period or self.latest)
        return self.rows.get(key, Figure())

    def declaration(self, *, split: str = "", period: str = "") -> Figure:
        """Look the declaration rate up; a table of those who declared only has none."""
        wanted = ("declaration_rate", split or self.total, period or self.latest)
        for (measure, _, at, when), figure in self.rows.items():
            if (measure, at, when) == wanted:
                return figure
        return Figure()

    @property
    def holds_everybody(self) -> bool:
        """Whether those who did not declare are in the table too, with the declaration rate."""
        return any(measure == "declaration_rate" for measure, _, _, _ in self.rows)

    def who_declared(self, *, split: str = "", period: str = "") -> Figure:
        """Look up how many declared: what the shares of those who declared are of."""
        rate = self.declaration(split=split, period=period)
        if self.holds_everybody or not self.declared:
            return rate
        share = self.get("share_of_known", self.declared[0], split=split, period=period)
        n, mark = share.denominator, share.denominator_mark
        return Figure(numerator=n, denominator=n, numerator_mark=mark, denominator_mark=mark)

    def change_per_year(self, group: str) -> Figure:
        """Look up the yearly change of a group's share over all periods."""
        for (measure, label, _, _), figure in self.rows.items():
            if measure == "change_per_year" and label == group:
                return figure
        return Figure()


def figures(protected: Protected) -> Figures:
    """Read a protected table into figures that can be looked up.

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.

    Returns
    -------
    Figures
        The same figures by measure, group, split and period.
    """
    frame, about = protected.to_frame(), protected.about
    of = about.groups[0]
    by = about.groups[1] if len(about.groups) > 1 else None
    rows: dict[tuple[str, str, str, str], Figure] = {}
    for row in frame.to_dict("records"):
        split = str(row[by]) if by else ""
        rows[(row["measure"], str(row[of]), split, str(row["period"]))] = _figure(row)
    known = {group for measure, group, _, _ in rows if measure == "share_of_known"}
    everyone = {group for measure, group, _, _ in rows if measure == "share_of_all"} | known
    labels = _in_order(everyone, about.order.get(of, ()))
    splits = _in_order({key[2] for key in rows}, about.order.get(by, ()) if by else ())
    return Figures(
        about=about,
        declared=tuple(label for label in labels if label in known or not known),
        undeclared=tuple(label for label in labels if known and label not in known),
        splits=(*(split for split in splits if split != ALL), *(s for s in splits if s == ALL)),
        # The change per year belongs to all periods together, not to one of its own.
        periods=tuple(sorted({key[3] for key in rows if key[0] != "change_per_year"})),
        rows=rows,
    )


def _figure(row: dict[str, Any]) -> Figure:
    names = ("value", "lower", "upper", "numerator", "denominator")
    numbers = {name: None if pd.isna(row[name]) else float(row[name]) for name in names}
    marks = {f"{name}_mark": _mark(row, name) for name in ("value", "numerator", "denominator")}
    return Figure(**numbers, **marks, note=str(row.get("note") or ""))  # type: ignore[arg-type]


def _mark(row: dict[str, Any], name: str) -> str:
    """Give the shorthand that stands for a missing number: the table's own, else why it is."""
    mark = row.get(f"{name}_mark")
    if isinstance(mark, str) and mark:
        return mark
    if not pd.isna(row[name]):
        return ""
    # A share of nobody and an index without a benchmark have no value; neither is hidden.
    return "[z]" if row.get("status") == "undefined" else "[x]"


def _in_order(labels: set[str], order: tuple[str, ...]) -> list[str]:
    places = {label: place for place, label in enumerate(order)}
    return sorted(labels, key=lambda label: (places.get(label, len(places)), label))
