"""The CSVs of a report as a reader takes them: whom and what each number is printed for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from workforce_analytics.disclosure import derived
from workforce_analytics.disclosure.derived import HUNDRED, rounded
from workforce_analytics.disclosure.rows import COUNTS, FIGURES, Row, is_number
from workforce_analytics.estimates import ALL, long_date

EVERYBODY = "All staff"
"""What people read for everybody, in tables by group and in charts."""
_NETWORKS = ("All networks", "Any network")
"""What people read for all of the networks together."""
_ASKED = frozenset({"topic", "answer", "code"})
"""Columns of what people were asked, and what they said: they name nobody, and their labels are
words of every day, such as “Positive” and “Engagement”."""
_NAMES_COLUMNS = frozenset({"margin"})
"""Columns whose labels are those of characteristics, such as “Age”: who is of which, another says.
"""
_PLACES = 6
"""Decimals with which a figure is shown, and one more: ratios close to 1 have more than others."""
_NONE: frozenset[Decimal] = frozenset()


@dataclass(frozen=True)
class Said:
    """Whom and what a sentence names.

    Attributes
    ----------
    people
        Groups of people.
    asked
        What was asked, and what was answered.
    everybody
        Whether it says that a number is of all staff.
    quoted
        Whether all of what was asked stands in quotation marks, or beside a chart: else it may be
        a word like any other, in a sentence about something else.
    """

    people: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    everybody: bool = False
    quoted: bool = True

    @property
    def nothing(self) -> bool:
        """Whether it names nobody and nothing."""
        return not (self.people or self.asked or self.everybody)


@dataclass(frozen=True)
class Source:
    """A CSV, and what is printed for each of its rows as people read it."""

    file: str
    title: str
    rows: tuple[Row, ...]
    groups: tuple[str, ...]

    # --- its names ------------------------------------------------------------------------------

    @cached_property
    def labels(self) -> frozenset[str]:
        """The names of its groups and of what they are split by."""
        return frozenset(name for names in self._names for name in names) - {ALL, ""}

    @cached_property
    def people(self) -> frozenset[str]:
        """Those of them that are names of people, not of what they were asked."""
        found = frozenset(name for names in self._people for name in names)
        return found.union(_NETWORKS if self._of_networks else ()) - {ALL, ""}

    @cached_property
    def asked(self) -> frozenset[str]:
        """Those of them that say what people were asked, and what they said."""
        return frozenset().union(*self._answers) - {ALL, ""}

    @cached_property
    def _answers(self) -> tuple[frozenset[str], ...]:
        """The labels of each column of what was asked and said."""
        return tuple(frozenset(column) for column in zip(*self._asked, strict=True))

    @cached_property
    def main(self) -> frozenset[str]:
        """The names of its groups alone: what they are split by holds many of them."""
        of_networks = _NETWORKS if self._of_networks else ()
        first = frozenset(names[0] for names in self._people if names)
        own = first or frozenset(names[0] for names in self._names)
        return own.union(of_networks) - {ALL, ""}

    @property
    def _of_networks(self) -> bool:
        return self.groups[:1] == ("network",)

    @cached_property
    def _names(self) -> tuple[tuple[str, ...], ...]:
        """What people read for the categories of each row: one for every group column, or more."""
        every = (tuple(_plain(row[name]) for name in self.groups) for row in self.rows)
        if not self._of_networks:
            return tuple(every)
        return tuple((*names, *_NETWORKS) if names[0] == ALL else names for names in every)

    @cached_property
    def _people(self) -> tuple[tuple[str, ...], ...]:
        return self._of([one for one in self.groups if one not in _ASKED | _NAMES_COLUMNS])

    @cached_property
    def _asked(self) -> tuple[tuple[str, ...], ...]:
        return self._of([one for one in self.groups if one in _ASKED])

    def _of(self, columns: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(_plain(row[name]) for name in columns) for row in self.rows)

    @cached_property
    def dates(self) -> frozenset[str]:
        """Its dates as people write them."""
        return frozenset(day for _, day in self._told) - {""}

    @cached_property
    def _told(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """The names of each row, and its date."""
        days = (long_date(row["period"]) for row in self.rows)
        return tuple(zip(self._names, days, strict=True))

    @cached_property
    def _columns(self) -> Mapping[str, frozenset[int]]:
        """In which group columns each name stands."""
        found: dict[str, set[int]] = {}
        for names in self._names:
            for column, name in enumerate(names):
                found.setdefault(name, set()).add(min(column, len(self.groups)))
        return {name: frozenset(columns) for name, columns in found.items()}

    # --- its numbers ----------------------------------------------------------------------------

    @cached_property
    def shown(self) -> tuple[frozenset[Decimal], ...]:
        """The numbers of each row, and what pages work out from them."""
        more = (
            derived.of_highest(self.rows)
            | derived.moved(self.rows)
            | derived.on_one_side(self.rows, self.groups)
        )
        return tuple(shown(row) | more.get(place, _NONE) for place, row in enumerate(self.rows))

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """Every number that it prints, or that follows from all of its rows."""
        more = (derived.declared(self.rows, self.groups), derived.edges(self.rows))
        return _NONE.union(*self.shown, *more)

    @cached_property
    def bases(self) -> tuple[frozenset[Decimal], ...]:
        """The numbers of each row that tell of everybody, or of all who declared.

        Those of the declaration rate; a table of those who declared only has none, and says how
        many they are as what its shares are of. A funnel has rows of all applications.
        """
        rated = any(row["measure"] == "declaration_rate" for row in self.rows)
        if rated:
            rates = [row["measure"] == "declaration_rate" for row in self.rows]
            return tuple(n if r else _NONE for r, n in zip(rates, self.shown, strict=True))
        return tuple(
            shown({"unit": row["unit"], "denominator": row["denominator"]})
            if row["measure"] == "share_of_known"
            else n
            if row[self.groups[0]] == ALL
            else _NONE
            for row, n in zip(self.rows, self.shown, strict=True)
        )

    @cached_property
    def _where(self) -> Mapping[Decimal, Sequence[int]]:
        """In which rows each number is printed."""
        found: dict[Decimal, list[int]] = {}
        for place, numbers in enumerate(self.shown):
            for number in numbers:
                found.setdefault(number, []).append(place)
        return found

    # --- what may be shown ----------------------------------------------------------------------

    def allowed(self, names: Sequence[str], over: str) -> frozenset[Decimal]:
        """Which numbers may stand in a row of these names, under this heading?"""
        known = any(name in self.labels for name in names[:1])
        found: set[Decimal] = set() if known else {HUNDRED}
        wanted = {name for name in [*names, self._heading(names, over)] if name in self.labels}
        total = over.startswith("All ") or any(name.startswith("All ") for name in names[1:])
        first = min(self._columns[names[0]]) if known else 0
        # A total is one of what the first name is not of.
        rest = next((n for n in range(len(self.groups)) if n != first), 0)
        of_all = total and len(self.groups) > 1
        dated = over in self.dates
        for (labels, day), numbers in zip(
            self._told, self.shown if known else self.bases, strict=True
        ):
            elsewhere = (dated and day != over) or (of_all and labels[rest] != ALL)
            if numbers and not elsewhere and wanted.issubset(labels):
                found |= numbers
        return frozenset(found)

    def _heading(self, names: Sequence[str], over: str) -> str:
        """Find the label in a heading: "My line manager (% positive)"; else it names nothing.

        A heading that stands in the column of the row's own name is no label: "Undeclared" tells
        how many of each group are.
        """
        label = over if over in self.labels else over.partition(" (")[0]
        of_row: Collection[int] = self._columns.get(names[0] if names else "", frozenset())
        columns = self._columns.get(label, frozenset())
        return label if len(columns.union(of_row)) > 1 or not of_row else ""

    def words(self, names: Sequence[str]) -> str:
        """All words that the CSV has in the rows of these names: notes, units, who is compared."""
        wanted = {name for name in names if name in self.labels}
        told = [
            text
            for labels, row in zip(self._names, self.rows, strict=True)
            if wanted.issubset(labels)
            for column, text in row.items()
            if column not in (*COUNTS, *FIGURES, "method", "orientation", "period")
        ]
        return " ".join(dict.fromkeys(told)).replace("_", " ")

    def prints(self, number: Decimal, said: Said, *, drawn: bool) -> bool:
        """Whether it prints a number for what a sentence names, or beside it in a chart of it."""
        if said.nothing:
            return number in self.numbers
        return any(self._bears(place, said, drawn=drawn) for place in self._where.get(number, ()))

    def _bears(self, place: int, said: Said, *, drawn: bool) -> bool:
        """Whether a row is of what a sentence names, as far as this CSV tells it apart."""
        asked, people = self._asked[place], self._people[place]
        told = [one for one in zip(asked, self._answers, strict=True) if one[1] & said.asked]
        about = bool(told)
        if any(label not in said.asked for label, _ in told) or (asked and said.asked and not told):
            return False
        of_all = all(name == ALL for name in people)
        if said.people or said.everybody:
            if not people:
                return about or (said.everybody and not said.people)
            theirs = not said.people or bool(said.people & self.people)
            named = bool(said.people.intersection(self._names[place]))
            return named or (said.everybody and of_all and theirs)
        if not about:
            return not said.quoted and not asked
        return of_all or drawn


def _plain(label: str) -> str:
    """Give a label without the sign that keeps a spreadsheet from taking it for a formula."""
    return label[1:] if label[:1] == "'" and label[1:2] in ("=", "+", "-", "@") else label


def shown(row: Row) -> frozenset[Decimal]:
    """Give the numbers of a row of a CSV, rounded in every way in which people are shown them."""
    found: set[Decimal] = set()
    share = row["unit"] in ("proportion", "per_member_month")
    for column in (*COUNTS, *FIGURES):
        text = row.get(column, "")
        if not is_number(text):
            continue
        counted = column in (*COUNTS, "n_effective", "clusters")
        exact = Decimal(text) * (HUNDRED if share and not counted else 1)
        for places in (0, 1) if counted else (1,) if share else range(_PLACES):
            found |= rounded(exact, places)
    return frozenset(found | {-number for number in found})
