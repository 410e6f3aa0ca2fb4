"""Looks figures up in a protected table, so that chart, words and table read the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import pandas as pd

from workforce_analytics.estimates import ALL, About
from workforce_analytics.estimates import UNDECLARED as NOT_GIVEN
from workforce_analytics.extracts.codelists import UNDECLARED, codelist

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

STAGE, ANSWER, TOPIC = "stage", "answer", "topic"
"""Names of group columns: stages of recruitment, answers to a question, what a survey asked."""

_COMPARISONS = ("relative_likelihood", "odds_ratio")
"""Measures that hold a group against the reference; others may hold it against everybody."""

_NUMBERS = (
    "value",
    "lower",
    "upper",
    "numerator",
    "denominator",
    "p_value",
    "q_value",
    "n_effective",
    "clusters",
)
_WORDS = ("note", "status", "compared", "reference", "orientation", "method", "unit")


class Place(NamedTuple):
    """Where a figure stands: which measure, of which group, in which part, stage and period."""

    measure: str
    group: str
    split: str = ""
    period: str = ""
    stage: str = ""


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
    status: str = ""
    p_value: float | None = None
    q_value: float | None = None
    n_effective: float | None = None
    clusters: float | None = None
    compared: str = ""
    """What stands above the line of a ratio."""
    reference: str = ""
    """What it is compared with."""
    orientation: str = ""
    method: str = ""
    unit: str = ""

    @property
    def has_interval(self) -> bool:
        """Whether both ends of the interval may be shown."""
        return self.value is not None and self.lower is not None and self.upper is not None

    @property
    def hidden(self) -> bool:
        """Whether the figure is there and may not be shown, so that nobody can be identified."""
        return self.value is None and self.value_mark in {"[c]", "*"}


@dataclass(frozen=True)
class Figures:
    """The figures of one protected table, by measure, group, split, stage and period."""

    about: About
    declared: tuple[str, ...]
    """Labels of the groups that people declared, in the order of the code list."""
    undeclared: tuple[str, ...]
    """Labels of the kinds of missing answer."""
    splits: tuple[str, ...]
    """Labels of what the table is split by, the total last; one empty label where by nothing."""
    periods: tuple[str, ...]
    rows: dict[Place, Figure]
    stages: tuple[str, ...] = ("",)
    """Labels of stages or answers, the third group column; one empty label where there is none."""

    @property
    def of(self) -> str:
        """Heading of the characteristic looked at."""
        name = self.about.groups[0]
        return self.about.headings.get(name, name)

    @property
    def by(self) -> str:
        """Heading of what the table is split by, empty where by nothing."""
        name = split_name(self.about)
        return self.about.headings.get(name, name)

    @property
    def total(self) -> str:
        """The split that holds everybody."""
        return self.splits[-1]

    @property
    def parts(self) -> tuple[str, ...]:
        """What the table is split by, without the whole; none where by nothing."""
        return tuple(split for split in self.splits if split not in ("", ALL))

    @property
    def latest(self) -> str:
        """The last period."""
        return self.periods[-1]

    @property
    def reference(self) -> str:
        """The group that all others are compared with; what it is called where it is no group."""
        pairs = [
            (place.group, {figure.compared, figure.reference})
            for place, figure in self.rows.items()
            if place.measure.startswith(_COMPARISONS)
            and place.group in (figure.compared, figure.reference)
        ]
        # The reference has no comparison of its own.
        others = {label for group, pair in pairs for label in pair} - {group for group, _ in pairs}
        return next((label for label in sorted(others)), "") if len(others) == 1 else ""

    @property
    def compared(self) -> tuple[str, ...]:
        """Groups that are compared with the reference."""
        return tuple(group for group in self.declared if group != self.reference)

    def get(
        self, measure: str, group: str, *, split: str = "", period: str = "", stage: str = ""
    ) -> Figure:
        """Look one figure up; a figure that is not in the table is "[x]", not available."""
        place = Place(measure, group, split or self.total, period or self.latest, stage)
        return self.rows.get(place, Figure())

    def holds(self, measure: str) -> bool:
        """Whether the table has this measure at all."""
        return any(place.measure == measure for place in self.rows)

    def declaration(self, *, split: str = "", period: str = "") -> Figure:
        """Look the declaration rate up; a table of those who declared only has none."""
        wanted = ("declaration_rate", split or self.total, period or self.latest)
        for place, figure in self.rows.items():
            if (place.measure, place.split, place.period) == wanted:
                return figure
        return Figure()

    @property
    def holds_everybody(self) -> bool:
        """Whether those who did not declare are in the table too, with the declaration rate."""
        return self.holds("declaration_rate")

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
        for place, figure in self.rows.items():
            if (place.measure, place.group) == ("change_per_year", group):
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
        The same figures by measure, group, split, stage and period; read once for each table.
    """
    if protected not in _read:
        _read[protected] = _looked_up(protected)
    return _read[protected]


_read: WeakKeyDictionary[Protected, Figures] = WeakKeyDictionary()


def _looked_up(protected: Protected) -> Figures:
    frame, about = protected.to_frame(), protected.about
    of, by, deeper = about.groups[0], split_name(about), _stage_name(about)
    rows: dict[Place, Figure] = {}
    for row in frame.to_dict("records"):
        split, stage = (str(row[name]) if name in about.groups else "" for name in (by, deeper))
        rows[Place(row["measure"], str(row[of]), split, str(row["period"]), stage)] = _figure(row)
    declared, undeclared = _answers(rows, about.order.get(of, ()))
    splits = _in_order({place.split for place in rows}, about.order.get(by, ()))
    return Figures(
        about=about,
        declared=declared,
        undeclared=undeclared,
        splits=(*(split for split in splits if split != ALL), *(s for s in splits if s == ALL)),
        # The change per year belongs to all periods together, not to one of its own.
        periods=tuple(sorted({p.period for p in rows if p.measure != "change_per_year"})),
        rows=rows,
        stages=tuple(_in_order({place.stage for place in rows}, about.order.get(deeper, ()))),
    )


def split_name(about: About) -> str:
    """Name the group column that a table is split by; empty where by nothing but stages."""
    if TOPIC in about.groups[1:]:
        return TOPIC
    return next((name for name in about.groups[1:] if name not in (STAGE, ANSWER)), "")


def _stage_name(about: About) -> str:
    """Name the third group column: stages, answers, or parts within which groups are scored."""
    split = split_name(about)
    return next((name for name in about.groups[1:] if name != split), STAGE)


def _answers(
    rows: dict[Place, Figure], order: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell the groups that people declared from the kinds of missing answer."""
    known = {place.group for place in rows if place.measure == "share_of_known"}
    everyone = {place.group for place in rows if place.measure == "share_of_all"} | known
    missing = everyone - known if known else set()
    if not everyone:
        everyone = {place.group for place in rows} - {ALL}
        missing = everyone & _missing_answers()
    labels = _in_order(everyone, order)
    return (
        tuple(label for label in labels if label not in missing),
        tuple(label for label in labels if label in missing),
    )


@cache
def _missing_answers() -> frozenset[str]:
    categories = codelist("sex").categories()
    return frozenset({item.label for item in categories if item.code in UNDECLARED} | {NOT_GIVEN})


def _figure(row: dict[str, Any]) -> Figure:
    numbers = {name: None if pd.isna(row[name]) else float(row[name]) for name in _NUMBERS}
    marks = {f"{name}_mark": _mark(row, name) for name in ("value", "numerator", "denominator")}
    words = {name: str(row.get(name) or "") for name in _WORDS}
    return Figure(**numbers, **marks, **words)  # type: ignore[arg-type]


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
