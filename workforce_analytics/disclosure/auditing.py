"""Is a finished report safe to publish? Asked of its files alone, knowing the policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isinf
from pathlib import Path

from workforce_analytics.disclosure.blocks import Family, TooLarge, families
from workforce_analytics.disclosure.elsewhere import elsewhere
from workforce_analytics.disclosure.equations import (
    Place,
    differences,
    equations,
    located,
    statements,
)
from workforce_analytics.disclosure.narrowing import Attack, attack
from workforce_analytics.disclosure.published import Report, Table, read_report
from workforce_analytics.disclosure.rows import Finding

Progress = Callable[[str, int, int], None]
Ends = tuple[float, float]

TOGETHER = "Hide one of the two in every table, or show neither of them."


@dataclass(frozen=True)
class Audited:
    """A table that was attacked.

    Attributes
    ----------
    file
        Where it is.
    cells, hidden
        How many different counts it prints, and how many of them are hidden.
    told
        For each hidden count, the row in which it stands and between which counts it lies; none
        where nothing fits what is printed.
    """

    file: str
    cells: int
    hidden: int
    told: tuple[tuple[str, Ends], ...]

    @property
    def narrowest(self) -> Ends | None:
        """Between which counts the hidden one lies that can be told most closely."""
        ends = [between for _, between in self.told]
        return min(ends, key=lambda one: (one[1] - one[0], one), default=None)

    def line(self) -> str:
        """Say it in one line."""
        if not self.hidden:
            return f"{self.file}: none of its {self.cells:,} counts is hidden"
        start = f"{self.file}: {self.hidden:,} of {self.cells:,} counts hidden"
        if self.narrowest is None:
            return f"{start}; they could not be attacked"
        low, high = self.narrowest
        if low == high:
            return f"{start}; one can be worked out exactly"
        return f"{start}; the narrowest {_between(low, high)}"


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    tables
        What was attacked.
    findings
        What the policy does not allow; none where the report may be published.
    notes
        What to know, without being wrong.
    """

    tables: tuple[Audited, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def lines(self) -> tuple[str, ...]:
        """Give one line per table, then what was found, what to know, and a verdict."""
        found = len(self.findings)
        verdict = (
            f"Nothing was found in {len(self.tables)} tables that the policy does not allow."
            if self.ok
            else f"{found} {'thing' if found == 1 else 'things'} found: do not publish this report."
        )
        return (
            *(table.line() for table in self.tables),
            *(f"FOUND {finding.sentence()}" for finding in self.findings),
            *(f"NOTE {note}" for note in self.notes),
            verdict,
        )


def audit(folder: str | Path, progress: Progress | None = None) -> Audit:
    """Could somebody who has all of this report work out what it hides?

    Parameters
    ----------
    folder
        What `report` wrote.
    progress
        Called before each step.

    Returns
    -------
    Audit
        Per table, how much is hidden and how closely it can be told; then every finding.

    Raises
    ------
    ConfigurationError
        There is no such folder.
    DataError
        It is not a report, or a file in it cannot be read.

    Notes
    -----
    Checked, from the files alone:

    - every file is there with the checksum that report.json gives it, and no other is;
    - each count is printed everywhere or nowhere, as one number, as disclosure.json says, and never
      from 1 to the threshold less 1; no figure is printed of a hidden count;
    - the attack: all counts and shares that all tables print, with what they have in common, leave
      between the smallest and the largest value of every hidden count at least the width that the
      policy requires; so do groups that no table prints, where they are certainly small, and
      printed counts of which one lies in the other never differ by a few people;
    - page and workbooks show no number that the tables do not (see `elsewhere`).

    Means and medians, intervals, full-time equivalents (but for the people behind them) and earlier
    releases are not attacked. The exact counts are not in the files: that somebody who is alone in
    a hidden cell learns another one is found only as possible, and is a note.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as empty:
    ...     try:
    ...         audit(empty)
    ...     except Exception as error:
    ...         print(type(error).__name__)
    DataError
    """
    step = progress or (lambda words, done, total: None)
    step("Reading the report", 0, 3)
    report = read_report(Path(folder))
    step("Comparing page and workbooks with the tables", 1, 3)
    report.findings += elsewhere(report)
    step("Attacking all tables together", 2, 3)
    ranges: dict[tuple[int, int], Ends] = {}
    alone: Counter[int] = Counter()
    found = sorted(_families(report), key=lambda family: (family.people, family.date))
    for number, family in enumerate(found):
        step(f"Attacking the tables of {family.date}", number, len(found))
        findings, those = _attacked(family, report.tables, ranges)
        report.findings += findings
        alone += those
        if family.ring:
            report.notes.append(
                f"The tables of {family.date} form a ring that is too large to be put on one table "
                "of people: they were attacked through what each two of them share."
            )
    report.notes += _note_on_those_alone(alone, report.tables)
    tables = tuple(_summary(number, table, ranges) for number, table in enumerate(report.tables))
    return Audit(tables, tuple(dict.fromkeys(report.findings)), tuple(report.notes))


def _families(report: Report) -> list[Family]:
    """Put tables of the same people together; those that are too large to be go by themselves."""
    counted = statements(report.tables)
    try:
        return families(counted)
    except TooLarge:
        pass
    report.notes.append(
        "The tables hang together in too large a way to be attacked as one; each was attacked by "
        "itself."
    )
    nothing = [None] * len(counted)
    alone = [families([*nothing[:n], one]) for n, one in enumerate(counted)]  # type: ignore[list-item]
    return [family for made in alone for family in made]


def _attacked(
    family: Family, tables: Sequence[Table], ranges: dict[tuple[int, int], Ends]
) -> tuple[list[Finding], Counter[int]]:
    places = located(family, tables)
    findings = _contradictions(places, tables)
    if findings:
        return findings, Counter()
    found = [_difference(outer, inner, tables) for outer, inner in differences(places, tables)]
    known = equations(family, places, tables)
    seen = attack(known)
    if not isinstance(seen, Attack):
        return [*found, _nothing_fits(seen, places, tables)], Counter()
    found += _narrow(seen, places, tables, ranges)
    found += _unprinted(seen, family, places, tables)
    return found, _alone(seen, places, ranges)


def _contradictions(places: Sequence[Place], tables: Sequence[Table]) -> list[Finding]:
    """Find counts of the same people that are printed as different numbers."""
    first: dict[object, Place] = {}
    found = []
    for place in places:
        if place.hidden:
            continue
        key = place.definition if place.definition is not None else (place.block, place.groups)
        other = first.setdefault(key, place)
        if other.ends[0] <= place.ends[1] and place.ends[0] <= other.ends[1]:
            continue
        one, two = tables[place.table], tables[other.table]
        what = (
            f"the same people are printed as {_printed(place.ends)} here and as "
            f"{_printed(other.ends)} in {two.file}, {two.where(other.cell)}: whoever subtracts one "
            "from the other learns who is missing"
        )
        found.append(Finding(one.file, one.where(place.cell), what))
    return found


def _printed(ends: Ends) -> str:
    return f"{ends[0]:,.0f}" if ends[0] == ends[1] else f"{ends[0]:,.0f} to {ends[1]:,.0f}"


def _difference(outer: Place, inner: Place, tables: Sequence[Table]) -> Finding:
    whole, part = tables[outer.table], tables[inner.table]
    threshold = max(whole.policy.threshold, part.policy.threshold)
    what = (
        f"it is fewer than {threshold} more than the count in {part.file}, "
        f"{part.where(inner.cell)}, which is part of it: the few people between them can be counted"
    )
    return Finding(whole.file, whole.where(outer.cell), what, TOGETHER)


def _nothing_fits(rows: Sequence[int], places: Sequence[Place], tables: Sequence[Table]) -> Finding:
    """Say which tables contradict each other, by the first count of each that does."""
    there = [places[row] for row in rows if row < len(places)] or list(places)
    files = dict.fromkeys(tables[place.table].file for place in there)
    place = there[0]
    others = [name for name in files if name != tables[place.table].file]
    beside = f", together with {', '.join(others)}" if others else ""
    what = (
        f"no table of people fits what is printed{beside}: counts contradict each other, so that "
        "hidden ones may be worked out from what is missing, and nothing could be attacked"
    )
    return Finding(tables[place.table].file, tables[place.table].where(place.cell), what)


def _narrow(
    seen: Attack,
    places: Sequence[Place],
    tables: Sequence[Table],
    ranges: dict[tuple[int, int], Ends],
) -> Iterator[Finding]:
    """Find hidden counts, and small rounded ones, that everything printed tells too closely."""
    done: dict[tuple[int, ...], Ends] = {}
    for place in places:
        table = tables[place.table]
        required = _required(place, table)
        if not required:
            continue
        new = place.groups not in done
        if new:
            cap = inf if place.hidden else required
            done[place.groups] = seen.ends(place.groups, cap=cap)
        low, high = done[place.groups]
        if place.hidden:
            ranges[place.table, place.cell] = (low, high)
        # A rounded count that is known to be 0 tells of nobody.
        narrow = high - low < required and (place.hidden or low >= 1)
        if narrow and new:
            told = "can be worked out exactly" if low == high else _between(low, high)
            kind = "hidden" if place.hidden else "rounded"
            what = (
                f"everything printed leaves too little doubt: the {kind} count {told}, and the "
                f"policy requires {required} between the smallest and the largest it can be"
            )
            yield Finding(table.file, table.where(place.cell), what)


def _required(place: Place, table: Table) -> int:
    """How wide must a count stay? 0 where nothing is asked."""
    policy = table.policy
    if place.hidden:
        return policy.width
    low, high = place.ends
    if policy.rounds and low < policy.rounding_base and high > max(low, 0) and high < inf:
        return int(min(high - low, policy.width))
    return 0


def _alone(
    seen: Attack,
    places: Sequence[Place],
    ranges: Mapping[tuple[int, int], Ends],
) -> Counter[int]:
    """Count for each table the hidden counts in which somebody alone could tell another one."""
    hidden: dict[tuple[int, ...], Place] = {}
    for place in places:
        if place.hidden:
            hidden.setdefault(place.groups, place)
    found: Counter[int] = Counter()
    for place in hidden.values():
        low, high = ranges[place.table, place.cell]
        others = [groups for groups in hidden if groups != place.groups]
        if low <= 1 < high and seen.exact_for(place.groups, others):
            found[place.table] += 1
    return found


def _note_on_those_alone(found: Mapping[int, int], tables: Sequence[Table]) -> Iterator[str]:
    if found:
        files = [f"{tables[number].file} ({times})" for number, times in sorted(found.items())]
        yield (
            "Where somebody is alone in a hidden count, that person could work out another one "
            f"from {', '.join(files)}. The files do not tell whether anybody is; the release, "
            "which knows the exact counts, hides more where somebody is."
        )


def _unprinted(
    seen: Attack, family: Family, places: Sequence[Place], tables: Sequence[Table]
) -> Iterator[Finding]:
    """Find groups that nobody prints and that are certainly small."""
    threshold = max(tables[place.table].policy.threshold for place in places)
    printed = {place.groups[0] for place in places if len(place.groups) == 1}
    printed |= {
        (set(outer.groups) - set(inner.groups)).pop()
        for outer, inner in differences(places, tables)
        if outer.block == inner.block and len(outer.groups) == len(inner.groups) + 1
    }
    keys = [(block, key) for block in family.blocks for key in block.keys]
    for part in seen.parts:
        for place, group in enumerate(part.groups.tolist()):
            counts = part.found[:, place]
            if group in printed or counts.min() < 1 or counts.max() >= threshold:
                continue
            low, high = seen.ends([group], cap=threshold)
            if low >= 1 and high < threshold:
                block, key = keys[group]
                table = tables[block.parts[0][0].table if block.parts else places[0].table]
                words = ", ".join(f"{n} {c}" for n, c in zip(block.names, key, strict=True))
                what = f"from what is printed it follows that from 1 to {threshold - 1} people are"
                yield Finding(table.file, "", f"{what} in a group that is not printed ({words})")


def _summary(number: int, table: Table, ranges: Mapping[tuple[int, int], Ends]) -> Audited:
    told = tuple(
        (table.where(cell), ranges[number, cell])
        for cell in range(len(table.seen))
        if (number, cell) in ranges
    )
    return Audited(table.file, len(table.seen), sum(table.hidden), told)


def _between(low: float, high: float) -> str:
    if isinf(high):
        return f"is at least {low:,.0f}"
    return f"lies between {low:,.0f} and {high:,.0f}"
