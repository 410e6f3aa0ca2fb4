"""Step-down: a table of which too much would be hidden is shown in less detail, and says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from workforce_analytics.disclosure.layout import counted
from workforce_analytics.disclosure.policy import resolve
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.disclosure.record import Record
from workforce_analytics.disclosure.together import protect_together
from workforce_analytics.errors import DisclosureRefused
from workforce_analytics.estimates import ALL, UNDECLARED, Estimates
from workforce_analytics.organisation import Progress
from workforce_analytics.publishing.wording import listed, lower_first, percent

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_OF_EACH_GROUP = ("share_of_known", "rate", "rate_from_applied", "relative_likelihood")
"""Measures that have a row for each group, of which one stands in every table."""
_NO_GROUP = frozenset({ALL, UNDECLARED})


@dataclass(frozen=True)
class Rung:
    """How detailed a table is.

    Attributes
    ----------
    level
        Level of its characteristic.
    by
        What it is split by; empty where by nothing.
    answers
        "all", or "declared" where only those who declared are in it.
    """

    level: str
    by: str = ""
    answers: str = "all"


@dataclass(frozen=True, eq=False)
class Ladder:
    """One table of a report, and the less and less detailed ways to show it.

    Attributes
    ----------
    of
        The characteristic looked at.
    rungs
        From the finest to the coarsest.
    measure
        Makes the table at a rung; called only for the rungs that are needed.
    """

    of: str
    rungs: tuple[Rung, ...]
    measure: Callable[[Rung], Estimates]
    _made: dict[Rung, Estimates] = field(default_factory=dict, repr=False)

    def at(self, rung: Rung) -> Estimates:
        """Measure the table at a rung, once."""
        if rung not in self._made:
            self._made[rung] = self.measure(rung)
        return self._made[rung]

    def released(self, earlier: Sequence[Record]) -> tuple[int, Estimates] | None:
        """Find the rung at which the table was released before, and measure it there."""
        known = [one.counted.layout for one in earlier]
        for place, rung in enumerate(self.rungs if known else ()):
            table = self.at(rung)
            if table.cells is not None and counted(table).layout in known:
                return place, table
        return None

    def lowest_needed(self, place: int) -> tuple[int, Estimates]:
        """Measure the table at a rung, or at the first below it that is not lost by itself.

        Where more is too small to be shown than may be hidden, no protection can save the table:
        it need not be tried, nor other tables suffer for it.
        """
        table = self.at(self.rungs[place])
        while place + 1 < len(self.rungs) and _is_lost(table):
            place += 1
            table = self.at(self.rungs[place])
        return place, table


def rungs(levels: Sequence[str], splits: Sequence[str] = ()) -> tuple[Rung, ...]:
    """In which order is a table shown in less and less detail?

    Parameters
    ----------
    levels
        Levels of the characteristic, finest first.
    splits
        What it is split by, finest first; none where by nothing.

    Returns
    -------
    tuple of Rung
        By nothing: the levels. Else first everything; then those who declared alone, at the same
        level and coarser ones; then so at each coarser split.

    Examples
    --------
    >>> [rung.level for rung in rungs(["main", "binary"])]
    ['main', 'binary']
    >>> for rung in rungs(["main", "binary"], ["grade_band", "senior"]):
    ...     print(rung.level, rung.by, rung.answers)
    main grade_band all
    main grade_band declared
    binary grade_band declared
    main senior declared
    binary senior declared
    """
    # The few in each band who did not declare are small counts that hide much else: without them
    # the sample council keeps three tables by grade band of seven, and shows 68 percentages in the
    # seven; with the split made coarser before the groups are, two tables and 56; with everybody in
    # them to the last, none and 44. Everybody is tried once only: a band's total in one table
    # gives away who did not declare in another, and with it also tried at the coarser split two
    # tables stay by grade band, with 58 percentages.
    if not splits:
        return tuple(Rung(level) for level in levels)
    declared = (Rung(level, by, "declared") for by in splits for level in levels)
    return (Rung(levels[0], splits[0]), *declared)


def protect_down(
    ladders: Sequence[Ladder],
    progress: Progress | None = None,
    *,
    earlier: Sequence[Record] = (),
) -> list[Protected]:
    """What of these tables may everybody see, less detailed where too much would be hidden?

    Parameters
    ----------
    ladders
        The tables of a report.
    progress
        Called before each characteristic is measured, and each time that all are protected.
    earlier
        What was released of the same people before.

    Returns
    -------
    list of Protected
        One per ladder, in order. A table that was made coarser, or hides much at its coarsest,
        says so in `about.less_detail`.

    Notes
    -----
    Tables start at their finest, or at the first rung at which not too many counts are small by
    themselves. All are protected together; those of which a larger part of the counts would be
    hidden than the policy's `step_down` go down one rung, all at once, and all tables are protected
    together again, until none has to or can go further. Tables of other people (applications) than
    those that went down cannot be touched by that: they stay as they were.
    """
    at, tables = _measured(ladders, progress, earlier)
    known: dict[tuple[int, ...], list[Protected]] = {}
    words, step = "Protecting all tables together", 0
    longest = max((len(ladder.rungs) for ladder in ladders), default=1)
    while True:
        if progress is not None:
            progress(words, step, longest)
        made, refused = _tried(tables, earlier, known)
        lower = [
            place
            for place, ladder in enumerate(ladders)
            if at[place] + 1 < len(ladder.rungs) and (not made or _hides_much(made[place]))
        ]
        if refused is not None and not lower:
            raise refused
        if not lower:
            return [
                _explained(one, ladder.rungs[0], ladder.rungs[place])
                for one, ladder, place in zip(made, ladders, at, strict=True)
            ]
        for place in lower:
            at[place], tables[place] = ladders[place].lowest_needed(at[place] + 1)
        said = "1 table" if len(lower) == 1 else f"{len(lower)} tables"
        words, step = f"Protecting all again, {said} in less detail", step + 1


def _tried(
    tables: Sequence[Estimates],
    earlier: Sequence[Record],
    known: dict[tuple[int, ...], list[Protected]],
) -> tuple[list[Protected], DisclosureRefused | None]:
    """Protect all tables; beside earlier ones, what is refused may do in less detail.

    Tables of the same people are protected together, and again only where one of them is new.
    """
    found: dict[int, Protected] = {}
    refused = None
    try:
        for people, places in _of_the_same_people(tables).items():
            chosen = [tables[place] for place in places]
            # The tables live as long as their ladders do: no other one can have their identity.
            key = tuple(id(table) for table in chosen)
            if key not in known:
                before = [one for one in earlier if one.counted.layout.people == people]
                known[key] = protect_together(chosen, audience="public", earlier=before)
            found |= dict(zip(places, known[key], strict=True))
    except DisclosureRefused as error:
        refused = error
    return ([found[place] for place in sorted(found)] if refused is None else []), refused


def _of_the_same_people(tables: Sequence[Estimates]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, table in enumerate(tables):
        people = counted(table).layout.people if table.cells is not None else ""
        found.setdefault(people, []).append(place)
    return found


def _measured(
    ladders: Sequence[Ladder], progress: Progress | None, earlier: Sequence[Record]
) -> tuple[list[int], list[Estimates]]:
    """Measure all tables; one step of progress for each characteristic.

    A table that was released before starts where it was shown then: in more detail it would give
    away what that hid.
    """
    names = list(dict.fromkeys(ladder.of for ladder in ladders))
    at, tables = [], []
    for place, ladder in enumerate(ladders):
        if progress is not None and (not place or ladders[place - 1].of != ladder.of):
            progress(f"Measuring {ladder.of.replace('_', ' ')}", names.index(ladder.of), len(names))
        rung, table = ladder.released(earlier) or ladder.lowest_needed(0)
        at.append(rung)
        tables.append(table)
    return at, tables


def _is_lost(table: Estimates) -> bool:
    """Whether more of a table is too small to be shown than the policy lets be hidden."""
    cells, policy = table.cells, resolve(table.about.policy)
    if cells is None or policy.rounds or table.about.published:
        return False
    counts = cells.values
    small = ((counts >= 1) & (counts < policy.threshold)).sum()
    return bool(small > policy.step_down * len(counts))


def _hides_much(one: Protected) -> bool:
    return one.decisions.hidden > one.policy.step_down * one.decisions.cells


def _explained(one: Protected, first: Rung, last: Rung) -> Protected:
    """Put into words how a table was made coarser, and whether it hides much even so."""
    part = "a fifth" if one.policy.step_down == 0.2 else percent(one.policy.step_down)
    ways, beside = [], "in more detail"
    if last.level != first.level:
        ways.append(f"in {_how_many_groups(one)} groups")
    if last.by != first.by:
        new = lower_first(one.about.headings[last.by])
        ways.append(f"by {new} instead of {first.by.replace('_', ' ')}")
    if last.answers != first.answers:
        beside = beside if ways else "with everybody else beside them"
        ways.append("for those who declared only")
    said = []
    if ways:
        said.append(
            f"Shown {listed(ways)}, because {beside} more than {part} of the counts would have had "
            "to be hidden."
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
    shown = next(name for name in _OF_EACH_GROUP if (frame["measure"] == name).any())
    groups = len(set(frame.loc[frame["measure"] == shown, one.about.groups[0]]) - _NO_GROUP)
    return _NUMBERS[groups] if groups < len(_NUMBERS) else str(groups)
