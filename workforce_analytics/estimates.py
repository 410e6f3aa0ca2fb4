"""The one shape between measuring and showing: tidy, one row per measure x period x group.

Measures make `Estimates`. Nobody reads its exact figures by accident: everything that displays,
draws or writes goes through `protect()` first. The columns never depend on an option.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from workforce_analytics.errors import UsageError

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

ALL = "All"
"""Label of the whole, in the column of what a table is split by."""

UNDECLARED = "Undeclared"
"""Label of all kinds of missing answer together, in the column of a characteristic."""

BEFORE_GROUPS = ("measure", "period")
AFTER_GROUPS = (
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "p_value",
    "q_value",
    "unit",
    "compared",
    "reference",
    "orientation",
    "method",
    "inference",
    "n_effective",
    "clusters",
    "status",
    "note",
)
UNITS = frozenset(
    {
        "proportion",
        "percentage_points",
        "ratio",
        "odds_ratio",
        "people",
        "posts",
        "fte",
        "applications",
        "events",
        "statistic",
        "pounds",
        "score_0_100",
        "score_0_10",
        "per_100_person_years",
        "per_member_month",
        "hours",
        "networks",
    }
)
STATUSES = frozenset({"ok", "reference", "too_few", "not_tested", "undefined", "suppressed"})
NUMERIC = (
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "p_value",
    "q_value",
    "n_effective",
    "clusters",
)


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class About:
    """What a reader must know of a table before reading a figure of it."""

    title: str
    question: str
    definition: str
    source: str
    population: str
    base: str
    period: str
    counted: str
    groups: tuple[str, ...]
    """Names of the group columns, the characteristic looked at first."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """Group column -> the heading people read."""
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Group column -> its labels in the order of the code list, unknown last."""
    reference: str = ""
    confidence: float = 0.95
    recorded_as: str = ""
    caveats: tuple[str, ...] = ()
    less_detail: str = ""
    """How the table was made coarser so that less of it is hidden, or why much of it is still."""
    provenance: tuple[str, ...] = ()
    policy: Mapping[str, object] = field(default_factory=dict)
    """The [policy] table of the organisation; disclosure/ gives it its meaning."""
    least_threshold: int = 0
    """The least threshold of any policy for these figures, whoever but an analyst reads them: where
    being counted at all reveals what people may keep to themselves. 0 leaves it to the policy."""
    published: str = ""
    """The source, where the counts were public already; then nothing is hidden."""
    outcome: str = ""
    """Of likelihoods: what happens to people, after "of" ("being shortlisted")."""
    among: str = ""
    """Of likelihoods: to whom it can happen ("those who applied")."""
    plan: str = ""
    """Of effects: when the question was planned, or that it was not planned beforehand."""
    delta: float = 0.0
    """Of effects: the smallest change that matters, in percentage points; 0 where none is set."""
    kind: str = ""
    """The family of figures ("shares", "against_community", "over_time"): picks chart and words."""


@dataclass(frozen=True)
class Cells:
    """What the figures are made of: every count in a table is a sum of some elementary groups.

    Disclosure control needs this, not the layout of the table: totals, bases and sub-totals of any
    shape are sums of the same elementary groups.

    Attributes
    ----------
    base
        Exact count of each elementary group, as whole numbers.
    keys
        For each elementary group, its categories, one per name in `dimensions`.
    dimensions
        What the elementary groups are split by.
    members
        For each cell that is printed somewhere, the elementary groups that it adds up.
    numerator, denominator
        For each row of the Estimates, the cell that stands there; -1 where none does.
    behind
        For each row, further cells that its figures are worked out from (a change over time): the
        row is hidden where one of them is.
    people
        Who may be counted at all ("workforce"): tables of the same people are attacked together.
        Empty where every population is its own.
    roots
        For a dimension, what it is a cut of, where tables can cut that in several ways: directorate
        and service both cut the unit.
    holds
        For a dimension, what each of its categories holds in the finest terms there are (codes of
        the full list, ages, units). Categories of other dimensions hold themselves.
    within
        What everything in the table is limited to, in the same terms: a subset, a population's
        rules, a date.
    sums
        Sum of what was measured in each elementary group, as whole numbers (pence, hundredths of a
        point): what means are made of.
    largest
        For each cell, its largest contributions to the sum, in descending order.
    quantiles
        Rows whose figure is a median or another quantile of those in the denominator's cell.
    heads
        How many people stand behind a cell, where one person can be counted in it more than once
        (applications): the threshold is one of people.
    modelled
        For each row, the fewest people in any group that its model rests on; -1 for rows of no
        model. What a model of many cells gives tells no count, so such rows tie no tables together;
        they are hidden where the policy would hide so few.
    """

    base: np.ndarray
    keys: tuple[tuple[str, ...], ...]
    dimensions: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    numerator: np.ndarray
    denominator: np.ndarray
    behind: tuple[tuple[int, ...], ...] = ()
    people: str = ""
    roots: Mapping[str, str] = field(default_factory=dict)
    holds: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sums: np.ndarray | None = None
    largest: tuple[tuple[int, ...], ...] = ()
    quantiles: tuple[int, ...] = ()
    heads: Mapping[int, int] = field(default_factory=dict)
    modelled: tuple[int, ...] = ()
    follows: Mapping[int, int] = field(default_factory=dict)
    """For a cell of people of whom another cell holds nearly the same (those who answered one
    question, of all who answered the survey), that other cell: the one is hidden where it is."""

    @property
    def values(self) -> np.ndarray:
        """Exact count of each cell."""
        return np.array([self.base[list(cell)].sum() for cell in self.members], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Estimates:
    """Exact figures and what they mean; shown, drawn and written only through `protect()`."""

    _exact: pd.DataFrame
    about: About
    cells: Cells | None = None

    def protect(self, *, audience: str | None = None) -> Protected:
        """Apply disclosure control for an audience ("public" unless said otherwise)."""
        from workforce_analytics.disclosure.protected import protect

        return protect(self, audience=audience)

    def unprotected(self, *, reason: str) -> pd.DataFrame:
        """Return the exact figures: for named purposes only; the reason is recorded."""
        from workforce_analytics.disclosure.protected import unprotected

        return unprotected(self, reason=reason)

    def to_frame(self) -> pd.DataFrame:
        """Give the figures as the audience may see them, hidden ones missing and marked."""
        return self.protect().to_frame()

    def to_csv(self, path: Any = None) -> str | None:
        """Give the figures as CSV, hidden ones marked in their cells."""
        return self.protect().to_csv(path)

    def plot(self) -> Any:
        """Draw the chart of these figures."""
        return self.protect().plot()

    def sentence(self) -> str:
        """Say in a sentence what these figures show."""
        return self.protect().sentence()

    def __repr__(self) -> str:
        return repr(self.protect())

    def _repr_html_(self) -> str:
        return self.protect()._repr_html_()

    def __len__(self) -> int:
        return len(self._exact)

    def __reduce__(self) -> NoReturn:
        raise UsageError(
            "Estimates hold exact figures and cannot be pickled or copied to a file. "
            "Write what may be shared with .to_csv() or .protect().write(...)."
        )


def long_date(day: str) -> str:
    """Write an ISO date as people read it: "2025-03-31" is "31 March 2025"."""
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{parsed.day} {MONTHS[parsed.month - 1]} {parsed.year}"


def columns(groups: Sequence[str]) -> list[str]:
    """All columns of a table of figures with these group columns, in their order."""
    return [*BEFORE_GROUPS, *groups, *AFTER_GROUPS]


def assemble(
    rows: Sequence[Mapping[str, Any]], about: About, cells: Cells | None = None
) -> Estimates:
    """Build Estimates from rows; what a row leaves out is missing (numbers) or empty (words)."""
    names = columns(about.groups)
    data = {}
    for name in names:
        if name in NUMERIC:
            data[name] = pd.Series([row.get(name, np.nan) for row in rows], dtype="float64")
        else:
            data[name] = pd.Series([row.get(name) or "" for row in rows], dtype="object")
    unknown = {key for row in rows for key in row} - set(names)
    if unknown:
        raise ValueError(f"not columns of a table of figures: {sorted(unknown)}")
    exact = pd.DataFrame(data)
    exact["status"] = exact["status"].replace("", "ok")
    return Estimates(exact, about, cells)


class CellBuilder:
    """Collects the cells that a table prints, while its rows are made.

    Parameters
    ----------
    counts
        Count of each elementary group, keyed by its categories.
    dimensions
        Names of what the elementary groups are split by, in the order of the keys.
    """

    def __init__(self, counts: Mapping[tuple[str, ...], int], dimensions: Sequence[str]) -> None:
        self._keys = sorted(counts)
        self._places = {key: place for place, key in enumerate(self._keys)}
        self._base = np.array([counts[key] for key in self._keys], dtype=np.int64)
        self._dimensions = tuple(dimensions)
        self._columns = {
            name: np.array([key[place] for key in self._keys], dtype=object)
            for place, name in enumerate(self._dimensions)
        }
        self._cells: dict[tuple[int, ...], int] = {}
        self._sums: list[int] = []
        self._heads: dict[int, int] = {}

    def cell(self, **categories: str | Sequence[str]) -> int:
        """Index of the cell that adds up all elementary groups of some categories."""
        inside = np.ones(len(self._keys), dtype=bool)
        for name, codes in categories.items():
            column = self._columns[name]
            wanted = [codes] if isinstance(codes, str) else codes
            inside &= np.logical_or.reduce([column == code for code in wanted], initial=False)
        return self._cell(tuple(np.flatnonzero(inside).tolist()))

    def adding_up(self, keys: Iterable[tuple[str, ...]]) -> int:
        """Index of the cell that adds up some elementary groups, named by their keys."""
        return self._cell(tuple(sorted(self._places[key] for key in set(keys))))

    def _cell(self, members: tuple[int, ...]) -> int:
        if members not in self._cells:
            self._cells[members] = len(self._cells)
            self._sums.append(int(self._base[list(members)].sum()))
        return self._cells[members]

    def n(self, cell: int) -> int:
        """How many are in a cell."""
        return self._sums[cell]

    def made_by(self, cell: int, people: int) -> None:
        """Say how many people stand behind a cell, where one person can be counted more often."""
        self._heads[cell] = people

    def finish(
        self,
        numerator: Sequence[int],
        denominator: Sequence[int],
        behind: Sequence[tuple[int, ...]] = (),
        modelled: Sequence[int] = (),
    ) -> Cells:
        """Give the cells, with the ones that stand in each row of the table."""
        return Cells(
            base=self._base,
            keys=tuple(self._keys),
            dimensions=self._dimensions,
            members=tuple(self._cells),
            numerator=np.array(numerator, dtype=np.int64),
            denominator=np.array(denominator, dtype=np.int64),
            behind=tuple(behind),
            heads=dict(self._heads),
            modelled=tuple(modelled),
        )
