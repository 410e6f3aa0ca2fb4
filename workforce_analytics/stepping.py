"""Step-down: a table of which too much would be hidden is shown in less detail, and says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from workforce_analytics.counting.counts import count
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.disclosure.release import protect_together
from workforce_analytics.estimates import Cells, Estimates
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.organisation import Progress
from workforce_analytics.publishing.wording import listed, lower_first, percent

DATE = "snapshot_date"
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Rung:
    """How detailed a table is: the level of its characteristic, and what it is split by."""

    level: str
    by: str = ""


@dataclass(frozen=True, eq=False)
class Ladder:
    """One table of a report, and the less and less detailed ways to show it.

    Attributes
    ----------
    workforce
        Whose rows it is counted from.
    of
        The characteristic looked at.
    rungs
        From the finest to the coarsest.
    measure
        Makes the table at a rung; called only for the rungs that are needed.
    level
        The finest level at which any table of the report shows this characteristic.
    """

    workforce: Extract
    of: str
    rungs: tuple[Rung, ...]
    measure: Callable[[Rung], Estimates]
    level: str

    def table(self, place: int) -> Estimates:
        """Measure the table at a rung."""
        made, rung = self.measure(self.rungs[place]), self.rungs[place]
        if made.cells is None or self.of in made.cells.holds:
            return made
        if rung == Rung(self.level, self.rungs[0].by):
            return made
        return replace(made, cells=self._on_finest_groups(made.cells, place))

    def _on_finest_groups(self, cells: Cells, place: int) -> Cells:
        """Write a coarser table as sums of the groups of the finest one.

        Two groups, and the five that they are made of in another table, are then seen to be the
        same people: nobody can work one out from the other.
        """
        splits = list(dict.fromkeys(rung.by for rung in self.rungs[: place + 1] if rung.by))
        dated = DATE in cells.dimensions
        names = [self.of, *splits, *([DATE] if dated else [])]
        counts = count(
            self.workforce,
            by=names,
            levels={self.of: self.level},
            as_at=None if dated else "latest",
        )
        listing = self.workforce.code_list(self.of) or codelist(self.of)
        level = self.rungs[place].level
        return regrouped(
            cells,
            _possible(counts.cells(), names, splits),
            names,
            {self.of: lambda code: listing.to_level(code, level)},
        )


def rungs(levels: Sequence[str], splits: Sequence[str] = ("",)) -> tuple[Rung, ...]:
    """In which order is a table shown in less and less detail?

    Parameters
    ----------
    levels
        Levels of the characteristic, finest first.
    splits
        What it is split by, finest first; one empty name where by nothing.

    Returns
    -------
    tuple of Rung
        First the split gets coarser, then the characteristic.

    Examples
    --------
    >>> [(rung.level, rung.by) for rung in rungs(["main", "binary"], ["grade_band", "senior"])]
    [('main', 'grade_band'), ('main', 'senior'), ('binary', 'senior')]
    """
    # The other way round, the sample council's report shows 208 percentages instead of 213 where
    # counts under 5 are hidden, and 298 instead of 305 where it starts at the finest level; with
    # its own policy both end alike. Readers look for a group first, and for a grade second.
    first = [Rung(levels[0], by) for by in splits]
    return (*first, *(Rung(level, splits[-1]) for level in levels[1:]))


def regrouped(
    cells: Cells,
    finer: Mapping[tuple[str, ...], int],
    names: Sequence[str],
    coarser: Mapping[str, Callable[[str], str]],
) -> Cells:
    """Write cells as sums of finer groups of the same people.

    Parameters
    ----------
    cells
        What a table prints, on its own groups.
    finer
        Count of each finer group, keyed by its categories.
    names
        What the finer groups are split by: all that the cells are split by, and more.
    coarser
        For a name, which of the table's categories a finer category belongs to; the same one where
        a name is not in it.

    Returns
    -------
    Cells
        The same cells and counts.

    Raises
    ------
    ValueError
        If the finer groups do not add up to the table's own.
    """
    keys = sorted(finer)
    base = np.array([finer[key] for key in keys], dtype=np.int64)
    places = [(names.index(name), coarser.get(name, str)) for name in cells.dimensions]
    parts: dict[tuple[str, ...], list[int]] = {}
    for group, key in enumerate(keys):
        parts.setdefault(tuple(to(key[place]) for place, to in places), []).append(group)
    own = [parts.get(key, []) for key in cells.keys]
    if set(parts) - set(cells.keys) or cells.base.tolist() != [int(base[p].sum()) for p in own]:
        raise ValueError("the finer groups do not add up to those of the table")
    return replace(
        cells,
        base=base,
        keys=tuple(keys),
        dimensions=tuple(names),
        members=tuple(
            tuple(sorted(part for group in cell for part in own[group])) for cell in cells.members
        ),
    )


def _possible(
    cells: Mapping[tuple[str, ...], int], names: Sequence[str], splits: Sequence[str]
) -> dict[tuple[str, ...], int]:
    """Leave out what nobody can be in: a chief officer whose grade is not a senior one."""
    within = [names.index(name) for name in splits]
    found = {tuple(key[place] for place in within) for key, n in cells.items() if n}
    return {key: n for key, n in cells.items() if tuple(key[place] for place in within) in found}


def protect_down(ladders: Sequence[Ladder], progress: Progress | None = None) -> list[Protected]:
    """What of these tables may everybody see, less detailed where too much would be hidden?

    Parameters
    ----------
    ladders
        The tables of a report.
    progress
        Called before each characteristic is measured, and each time that all are protected.

    Returns
    -------
    list of Protected
        One per ladder, in order. A table that was made coarser, or hides much at its coarsest,
        says so in `about.less_detail`.

    Notes
    -----
    All tables are protected together at their finest. Those of which a larger part of the counts
    would be hidden than the policy's `step_down` go down one rung, all at once, and all tables are
    protected together again, until none has to or can go further.
    """
    at, tables = [0] * len(ladders), _measured(ladders, progress)
    asked = [table.about.headings for table in tables]
    words, step = f"Protecting all {len(ladders)} tables together", 0
    longest = max((len(ladder.rungs) for ladder in ladders), default=1)
    while True:
        if progress is not None:
            progress(words, step, longest)
        made = protect_together(tables, audience="public")
        lower = [
            place
            for place, one in enumerate(made)
            if _hides_much(one) and at[place] + 1 < len(ladders[place].rungs)
        ]
        if not lower:
            return [
                _explained(one, ladder, place, headings)
                for one, ladder, place, headings in zip(made, ladders, at, asked, strict=True)
            ]
        for place in lower:
            at[place] += 1
            tables[place] = ladders[place].table(at[place])
        tables_words = "1 table" if len(lower) == 1 else f"{len(lower)} tables"
        words, step = f"Protecting all again, {tables_words} in less detail", step + 1


def _measured(ladders: Sequence[Ladder], progress: Progress | None) -> list[Estimates]:
    names = list(dict.fromkeys(ladder.of for ladder in ladders))
    tables: list[Estimates] = []
    for place, ladder in enumerate(ladders):
        if progress is not None and (not place or ladders[place - 1].of != ladder.of):
            progress(f"Measuring {ladder.of.replace('_', ' ')}", names.index(ladder.of), len(names))
        tables.append(ladder.table(0))
    return tables


def _hides_much(one: Protected) -> bool:
    return one.decisions.hidden > one.policy.step_down * one.decisions.cells


def _explained(one: Protected, ladder: Ladder, place: int, asked: Mapping[str, str]) -> Protected:
    """Put into words how a table was made coarser, and whether it hides much even so."""
    first, last = ladder.rungs[0], ladder.rungs[place]
    part = "a fifth" if one.policy.step_down == 0.2 else percent(one.policy.step_down)
    ways = []
    if last.level != first.level:
        ways.append(f"in {_how_many_groups(one)} groups")
    if last.by != first.by:
        new, old = one.about.headings[last.by], asked[first.by]
        ways.append(f"by {lower_first(new)} instead of {lower_first(old)}")
    said = []
    if ways:
        said.append(
            f"Shown {listed(ways)}, because in more detail more than {part} of the counts would "
            "have had to be hidden."
        )
    if _hides_much(one):
        start = "Even so, more" if said else "More"
        said.append(
            f"{start} than {part} of the counts are hidden: there is no less detailed way to show "
            "them."
        )
    return replace(one, about=replace(one.about, less_detail=" ".join(said)))


def _how_many_groups(one: Protected) -> str:
    frame = one.to_frame()
    groups = frame.loc[frame["measure"] == "share_of_known", one.about.groups[0]].nunique()
    return _NUMBERS[groups] if groups < len(_NUMBERS) else str(groups)
