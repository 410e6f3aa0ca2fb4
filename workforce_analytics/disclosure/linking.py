"""What must be hidden of tables that somebody has all before him, and of those released earlier.

Blocks of elementary groups (blocks.py) are solved one by one. A count that several blocks print is
hidden in all of them or in none, and only where nothing else can be: one that is shown ties no
block to another. Blocks that a count ties which is hidden, or not printed, are then attacked as one
system, and more is hidden until nothing can be worked out of all of them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from workforce_analytics.disclosure import partitions
from workforce_analytics.disclosure.blocks import UNKNOWN, Family, TooLarge, families
from workforce_analytics.disclosure.demands import Asked, Clash, Decided, Hidden, Rules
from workforce_analytics.disclosure.layout import Counted, Parts
from workforce_analytics.disclosure.suppression import Impossible, Pattern, pattern

MOST_CELLS = 4_000
"""Counts that hang together are looked at up to this number: half a minute for 2,500 of a table."""
SHARED_COSTS = 1_000.0
"""How many times dearer it is to hide a count that several blocks print than another one."""

Definition = Parts
"""What a count counts, by dimension; the same in every table that prints it."""


def hide(asked: Sequence[Asked], rules: Rules, earlier: Sequence[Counted] = ()) -> list[Hidden]:
    """Which cells of these tables must be hidden, looked at together and with earlier ones?

    Parameters
    ----------
    asked
        The new tables.
    rules
        What is asked of all of them.
    earlier
        Tables that were released: what they show stays shown, what they hide stays hidden.

    Returns
    -------
    list of Hidden
        One per new table. Where tables hang together in too large a way, the largest new one is
        withheld: of what only it prints nothing is shown, not even a 0, and it tells nothing.

    Raises
    ------
    Clash
        Whatever else is hidden, counts that are shown give others away; or a table gives other
        counts for the same people than an earlier one.
    """
    out: set[int] = set()
    while True:
        cells = [Decided.of(one, rules) for one in asked] + [Decided.known(one) for one in earlier]
        within = [place for place in range(len(cells)) if place not in out]
        try:
            for family in families([cells[place].counted for place in within]):
                _Joint(family, [cells[place] for place in within], rules).solve()
            break
        except TooLarge as error:
            hang = {within[place] for place in error.tables}
            new = [place for place in within if place < len(asked) and place in hang]
            out.add(max(new, key=lambda place: (len(cells[place].values), -place)))
    known = {
        definition: bool(cells[place].hidden[cell])
        for place in within
        for cell, definition in cells[place].definitions()
    }
    for place in out:
        cells[place].withhold(known)
    return [one.result() for one in cells[: len(asked)]]


@dataclass(frozen=True)
class _Place:
    """A cell of a table on a block."""

    table: int
    cell: int
    block: int
    groups: tuple[int, ...]
    definition: Definition | None
    """None where a cell is not all of some categories: no other table can print it."""


class _Joint:
    """Tables of one family, and what is decided of each count that they print."""

    def __init__(self, family: Family, cells: Sequence[Decided], rules: Rules) -> None:
        self.family = family
        self.cells = cells
        self.rules = rules
        self._written: dict[tuple[int, Definition], tuple[int, ...] | None] = {}
        self.starts = np.cumsum([0, *(len(block.keys) for block in family.blocks)])
        self.places = list(self._located())
        self.base, self.guessed = self._base()
        blocks: dict[Definition, set[int]] = {}
        for place in self.places:
            if place.definition is not None:
                blocks.setdefault(place.definition, set()).add(place.block)
        self.shared = {definition for definition, at in blocks.items() if len(at) > 1}

    def solve(self) -> None:
        """Hide block by block, then what tied blocks give away together, until nothing changes."""
        blocks = range(len(self.family.blocks))
        gone = self._lost_shared()
        while True:
            for place in self.places:
                self.cells[place.table].forget(place.cell)
            for block in blocks:
                inside = [place for place in self.places if place.block == block]
                if inside:
                    self._decide(inside, self._pattern(inside, gone))
            for together in self._tied():
                inside = [place for place in self.places if place.block in together]
                self._decide(inside, self._pattern(inside, gone, tied=together))
            lost = {
                place.definition
                for place in self.places
                if place.definition in self.shared and self._is_hidden(place)
            }
            if lost <= gone:
                return
            gone |= lost

    def _located(self) -> Iterator[_Place]:
        for number, block in enumerate(self.family.blocks):
            names, holds_all = block.names, _whole(block.keys)
            full = {n: frozenset().union(*block.holds[n].values()) for n in names}
            # What others know and this block does not, such as who answered another question.
            partial = {
                name
                for name in names
                for other in self.family.blocks
                if name in other.names
                and partitions.strangers(other.holds[name], block.holds[name])
            }
            for part, sums in block.parts:
                for cell, members in zip(part.cells, part.members, strict=True):
                    groups = tuple(sorted({g for member in members for g in sums[member]}))
                    used = [{block.keys[g][n] for g in groups} for n in range(len(names))]
                    definition = None
                    if holds_all(groups):
                        held = {
                            name: frozenset().union(*(block.holds[name][c] for c in used[n]))
                            for n, name in enumerate(names)
                        }
                        definition = tuple(
                            (name, held[name])
                            for name in sorted(names)
                            if held[name] != full[name] or name in partial
                        )
                    yield _Place(part.table, cell, number, groups, definition)

    def _base(self) -> tuple[np.ndarray, frozenset[int]]:
        """Give every group its exact count, or one that fits all that is known of it."""
        base = np.array([n for block in self.family.blocks for n in block.base], dtype=np.int64)
        open_ = np.flatnonzero(base == UNKNOWN)
        if not len(open_):
            self._refuse_other_counts(base)
            return base, frozenset()
        found = self._fitting(base)
        if found is None:
            raise Clash(self._earlier_titles(), differs=True)
        return found, frozenset(open_.tolist())

    def _refuse_other_counts(self, base: np.ndarray) -> None:
        for place in self.places:
            cells = self.cells[place.table]
            if not cells.printed:
                continue
            ends = cells.printed[place.cell]
            n = int(base[list(self._global(place))].sum())
            if ends is not None and not ends[0] <= n <= ends[1]:
                raise Clash([cells.counted.title], differs=True)

    def _fitting(self, base: np.ndarray) -> np.ndarray | None:
        """Find counts of all groups that fit what is exact, what is printed and every link."""
        rows: list[dict[int, int]] = []
        ends: list[tuple[float, float]] = []
        for place in self.places:
            cells = self.cells[place.table]
            rows.append(dict.fromkeys(self._global(place), 1))
            if cells.printed:
                shown = cells.printed[place.cell]
                ends.append((float(self.rules.least), np.inf) if shown is None else shown)
            else:
                n = int(cells.values[place.cell])
                ends.append((n, n))
        for equal in self._links(frozenset(range(len(self.family.blocks)))):
            rows.append(equal)
            ends.append((0.0, 0.0))
        terms = [(row, group, n) for row, one in enumerate(rows) for group, n in one.items()]
        down, across, signs = zip(*terms, strict=True)
        sums = coo_matrix((signs, (down, across)), shape=(len(rows), len(base))).tocsr()
        known = base != UNKNOWN
        result = milp(
            np.zeros(len(base)),
            constraints=LinearConstraint(sums, *np.array(ends, dtype=float).T),
            bounds=Bounds(np.where(known, base, 0), np.where(known, base, np.inf)),
            integrality=np.ones(len(base)),
        )
        return None if result.x is None else np.rint(result.x).astype(np.int64)

    def _global(self, place: _Place) -> tuple[int, ...]:
        start = int(self.starts[place.block])
        return tuple(start + group for group in place.groups)

    def _support(self, place: _Place, tied: frozenset[int]) -> tuple[int, ...]:
        """Give the groups that a cell adds up, on the one block that is chosen for its definition.

        A count that several blocks print is one cell there, and counts that differ by few people
        are seen side by side. Blocks that are there to link others come first: they are the finest.
        """
        if place.definition is not None and tied:
            for number in sorted(tied, key=lambda n: (bool(self.family.blocks[n].parts), n)):
                groups = self._on(number, place.definition)
                if groups is not None:
                    return groups
        return self._global(place)

    def _on(self, number: int, definition: Definition) -> tuple[int, ...] | None:
        """Write a definition as groups of a block; None where the block cannot."""
        if (number, definition) not in self._written:
            self._written[number, definition] = self._write(number, definition)
        return self._written[number, definition]

    def _write(self, number: int, definition: Definition) -> tuple[int, ...] | None:
        block = self.family.blocks[number]
        inside: dict[int, set[str]] = {}
        for name, held in definition:
            if name not in block.names:
                return None
            codes = block.holds[name]
            if partitions.strangers({"": held}, codes):
                return None  # they are people of whom this block does not know
            if any(part & held and not part <= held for part in codes.values()):
                return None
            inside[block.names.index(name)] = {code for code, part in codes.items() if part & held}
        start = int(self.starts[number])
        return tuple(
            start + group
            for group, key in enumerate(block.keys)
            if all(key[place] in codes for place, codes in inside.items())
        )

    def _links(self, blocks: frozenset[int]) -> list[dict[int, int]]:
        result = []
        for first, second, one, two in self.family.links:
            if first in blocks and second in blocks:
                link = {int(self.starts[first]) + group: 1 for group in one}
                link |= {int(self.starts[second]) + group: -1 for group in two}
                result.append(link)
        return result

    def _lost_shared(self) -> set[Definition | None]:
        """Decide on the counts that several blocks print, looked at by themselves."""
        lost: set[Definition | None] = set()
        for block in range(len(self.family.blocks)):
            inside = [p for p in self.places if p.block == block and p.definition in self.shared]
            if inside:
                found = self._pattern(inside, lost)
                lost |= {
                    place.definition for place, out in zip(inside, found.hidden, strict=True) if out
                }
        return lost

    def _pattern(
        self,
        inside: Sequence[_Place],
        gone: set[Definition | None],
        *,
        tied: frozenset[int] = frozenset(),
    ) -> Pattern:
        """Find what must be hidden of some cells, in one block or further in several tied ones."""
        if len(inside) > MOST_CELLS:
            raise TooLarge(
                f"{len(inside):,} counts, and {MOST_CELLS:,} at most are solved at once",
                {place.table for place in inside},
            )
        members = [self._support(place, tied) for place in inside]
        values = np.array([int(self.base[list(groups)].sum()) for groups in members])
        cells = [(self.cells[place.table], place.cell) for place in inside]
        ends = [one.printed[cell] if one.printed else None for one, cell in cells]
        below = [
            n - shown[0] if shown else one.below[cell]
            for (one, cell), shown, n in zip(cells, ends, values, strict=True)
        ]
        above = [
            shown[1] - n if shown else one.above[cell]
            for (one, cell), shown, n in zip(cells, ends, values, strict=True)
        ]
        lost = np.array([place.definition in gone for place in inside], dtype=bool)
        keep = np.array([one.keep[cell] for one, cell in cells], dtype=bool)
        dear = np.array([p.definition in self.shared and p.definition is not None for p in inside])
        sensitive = np.array([one.sensitive[cell] for one, cell in cells], dtype=bool)
        weights = np.array([one.weights[cell] for one, cell in cells])
        names = [key for block in self.family.blocks for key in block.keys]
        numbers = [n for n, block in enumerate(self.family.blocks) for _ in block.keys]
        try:
            return pattern(
                self.base,
                members,
                threshold=self.rules.threshold,
                sensitive=sensitive | (lost & ~keep),
                keep=keep,
                least=self.rules.least,
                # Of what is not printed, the threshold alone decides: rounding does not protect it.
                width=np.full(len(members), self.rules.width),
                weights=weights * np.where(dear & ~lost, SHARED_COSTS, 1.0),
                room=(np.array(below), np.array(above)),
                guard=np.array([one.guard[cell] for one, cell in cells]),
                links=self._links(tied),
                guessed=self.guessed,
                exact=[
                    one.values[cell] != UNKNOWN or not self.guessed & set(groups)
                    for (one, cell), groups in zip(cells, members, strict=True)
                ],
                keys=[(f"{n:06d}", *key) for n, key in zip(numbers, names, strict=True)],
                start=np.array([one.hidden[cell] for one, cell in cells]) if tied else None,
            )
        except Impossible as impossible:
            raise Clash(self._blamed(inside, impossible)) from None

    def _blamed(self, inside: Sequence[_Place], impossible: Impossible) -> list[str]:
        titles = {
            self.cells[inside[cell].table].counted.title: None
            for cell in impossible.cells
            if self.cells[inside[cell].table].printed
        }
        return list(titles)

    def _earlier_titles(self) -> list[str]:
        titles = {
            self.cells[place.table].counted.title: None
            for place in self.places
            if self.cells[place.table].printed
        }
        return list(titles)

    def _decide(self, inside: Sequence[_Place], found: Pattern) -> None:
        for place, out in zip(inside, found.hidden, strict=True):
            self.cells[place.table].hidden[place.cell] |= bool(out)
            self.cells[place.table].best &= found.least_weight

    def _is_hidden(self, place: _Place) -> bool:
        return bool(self.cells[place.table].hidden[place.cell])

    def _is_rounded(self, place: _Place) -> bool:
        """Whether a count that is shown leaves room for others."""
        cells = self.cells[place.table]
        ends = cells.printed[place.cell] if cells.printed else None
        room = cells.below[place.cell] + cells.above[place.cell]
        return bool(room > 0 or (ends is not None and ends[0] < ends[1]))

    def _tied(self) -> list[frozenset[int]]:
        """Which blocks does something tie that is not shown?"""
        shown = {
            (place.block, frozenset(place.groups))
            for place in self.places
            if not self._is_hidden(place) and not self._is_rounded(place)
        }
        sets: list[frozenset[int]] = []
        for first, second, one, two in self.family.links:
            if (first, frozenset(one)) in shown and (second, frozenset(two)) in shown:
                continue
            joined = [found for found in sets if first in found or second in found]
            sets = [found for found in sets if found not in joined]
            sets.append(frozenset({first, second}).union(*joined))
        return [found for found in sets if self._prints(found)]

    def _prints(self, blocks: frozenset[int]) -> bool:
        return sum(1 for block in blocks if self.family.blocks[block].parts) > 1


def _whole(keys: Sequence[Sequence[str]]) -> Callable[[Sequence[int]], bool]:
    """Tell of groups whether they are all that there are of their categories in every dimension."""
    ranks = [np.unique(codes, return_inverse=True)[1] for codes in zip(*keys, strict=True)]

    def holds_all(groups: Sequence[int]) -> bool:
        alike = np.ones(len(keys), dtype=bool)
        for rank in ranks:
            used = np.zeros(len(keys), dtype=bool)
            used[rank[list(groups)]] = True
            alike &= used[rank]
        return int(alike.sum()) == len(groups)

    return holds_all
