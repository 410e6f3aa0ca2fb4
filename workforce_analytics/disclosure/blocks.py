"""Tables of the same people as blocks of elementary groups, and the sums that blocks share.

A table lies on the block of a finer one where its groups are sums of that block's. Where two tables
cross (ethnicity by grade, sex by grade), each has a block of its own, and what both are split by
links them: everybody in a grade is the same number in both. As long as the blocks form a tree,
tables that agree on what they share can always be put together to one table of people (Vorob'ev,
1962), so that these links are all that an attacker can use; where they do not, one block holds all,
unless that would be too large.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from math import prod

from workforce_analytics.disclosure import partitions
from workforce_analytics.disclosure.layout import DATE, Counted
from workforce_analytics.disclosure.partitions import Holds

REST = "(everybody else)"
"""Category of those whom no table names but who stand in the totals of others."""
UNKNOWN = -1
LARGEST = 20_000
"""Groups on which tables that form a ring, or whose categories cross, are put together at most."""


class TooLarge(Exception):  # noqa: N818  (a state of affairs, met by hiding more)
    """Tables hang together in a way that needs more groups than can be looked at.

    `tables` are those that hang together so.
    """

    def __init__(self, words: str, tables: Iterable[int] = ()) -> None:
        super().__init__(words)
        self.tables = frozenset(tables)


@dataclass(frozen=True)
class Part:
    """What one table says of one date, without what all tables of that date are limited to."""

    table: int
    cells: tuple[int, ...]
    names: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    holds: Mapping[str, Holds]
    limited: frozenset[str]
    base: tuple[int, ...]
    """Exact count of each group, `UNKNOWN` where only what was printed is known."""
    members: tuple[tuple[int, ...], ...]

    def universe(self, name: str) -> frozenset[str]:
        """All that the part holds of a dimension."""
        return frozenset().union(*self.holds[name].values())

    @property
    def known(self) -> bool:
        """Whether the exact counts are known."""
        return UNKNOWN not in self.base


@dataclass
class Block:
    """Elementary groups on which one or more parts lie."""

    names: tuple[str, ...]
    keys: list[tuple[str, ...]]
    holds: Mapping[str, Holds]
    base: list[int]
    parts: list[tuple[Part, list[tuple[int, ...]]]] = field(default_factory=list)
    """Each part with its groups as sums of the block's."""

    def sums(self, part: Part) -> list[tuple[int, ...]] | None:
        """Write a part's groups as sums of this block's; None where it does not lie on it."""
        if not set(part.names) <= set(self.names):
            return None
        into = {}
        for name in part.names:
            if partitions.strangers(part.holds[name], self.holds[name]):
                return None  # it counts people of whom this block does not know
            codes = partitions.into(self.holds[name], part.holds[name])
            if codes is None:
                return None
            into[name] = codes
        place = {name: self.names.index(name) for name in part.names}
        found: dict[tuple[str, ...], list[int]] = {}
        for group, key in enumerate(self.keys):
            target = tuple(into[name].get(key[place[name]], "") for name in part.names)
            found.setdefault(target, []).append(group)
        result = [tuple(found.get(key, ())) for key in part.keys]
        for groups, n in zip(result, part.base, strict=True):
            here = [self.base[group] for group in groups]
            if n != UNKNOWN and UNKNOWN not in here and sum(here) != n:
                return None
        return result


@dataclass(frozen=True)
class Family:
    """Tables of the same people at the same date, as blocks and links between them.

    Attributes
    ----------
    blocks
        The blocks; some may be there only to link others.
    links
        Pairs of blocks with the groups of each whose sums are equal.
    """

    people: str
    date: str
    blocks: tuple[Block, ...]
    links: tuple[tuple[int, int, tuple[int, ...], tuple[int, ...]], ...]
    ring: bool = False
    """Whether blocks form a ring that is too large to be put on one block."""


def families(tables: Sequence[Counted]) -> list[Family]:
    """Which tables hold the same people at the same date, and what ties them?

    Parameters
    ----------
    tables
        What the tables count.

    Returns
    -------
    list of Family
        In the order of their people and date.
    """
    found: dict[tuple[str, str], list[Part]] = {}
    for place, table in enumerate(tables):
        for date, part in _parts(place, table):
            found.setdefault((table.layout.people, date), []).append(part)
    made = []
    for key, parts in sorted(found.items()):
        try:
            made.append(_family(key, parts))
            continue
        except TooLarge as error:
            trouble = str(error)
        raise TooLarge(trouble, (part.table for part in parts))
    return made


def _parts(place: int, table: Counted) -> list[tuple[str, Part]]:
    """partitions.Cut a table by date; cells that add dates up keep it whole."""
    layout = table.layout
    at = layout.dimensions.index(DATE)
    dates = [" ".join(sorted(layout.holds[DATE][key[at]])) for key in layout.keys]
    spans = [sorted({dates[group] for group in cell}) for cell in layout.members]
    if any(len(span) > 1 for span in spans):
        dates = ["several dates"] * len(dates)
        spans = [["several dates"]] * len(spans)
    base = [UNKNOWN] * len(dates) if table.base is None else [int(n) for n in table.base]
    whole = "several dates" in dates
    names = layout.dimensions if whole else tuple(n for n in layout.dimensions if n != DATE)
    result = []
    for date in sorted(set(dates)):
        groups = [group for group, day in enumerate(dates) if day == date]
        rank = {group: number for number, group in enumerate(groups)}
        cells = tuple(cell for cell, span in enumerate(spans) if span == [date])
        keys = [
            tuple(layout.keys[group][layout.dimensions.index(name)] for name in names)
            for group in groups
        ]
        used = {name: {key[n] for key in keys} for n, name in enumerate(names)}
        part = Part(
            table=place,
            cells=cells,
            names=names,
            keys=tuple(keys),
            holds={name: {c: layout.holds[name][c] for c in sorted(used[name])} for name in names},
            limited=layout.limited,
            base=tuple(base[group] for group in groups),
            members=tuple(tuple(rank[group] for group in layout.members[cell]) for cell in cells),
        )
        result.append((date, part))
    return result


def _family(key: tuple[str, str], parts: Sequence[Part]) -> Family:
    parts = _completed(parts)
    blocks: list[Block] = []
    for part in sorted(parts, key=lambda p: (-len(p.names), -len(p.keys), p.table)):
        _place(part, blocks)
    blocks, ring = _untangled(blocks)
    links = _links(blocks)
    return Family(*key, tuple(blocks), tuple(links), ring)


def _place(part: Part, blocks: list[Block]) -> None:
    for block in blocks:
        sums = block.sums(part)
        if sums is not None:
            block.parts.append((part, sums))
            return
    own: list[tuple[int, ...]] = [(group,) for group in range(len(part.keys))]
    blocks.append(Block(part.names, list(part.keys), part.holds, list(part.base), [(part, own)]))


def _completed(parts: Sequence[Part]) -> list[Part]:
    """Leave out what all parts are limited to alike, and add who is missing from limited ones."""
    result = list(parts)
    for name in sorted({name for part in parts for name in part.names}):
        having = [part for part in result if name in part.names]
        universes = {part.universe(name) for part in having}
        single = all(len(part.holds[name]) == 1 and name in part.limited for part in having)
        if single and len(having) == len(result) and len(universes) == 1:
            result = [_without(part, name) for part in result]
            continue
        everybody = frozenset().union(*universes)
        if all(name in part.limited for part in having):
            everybody |= {REST}
        result = [
            _with_rest(part, name, everybody)
            if name in part.names and name in part.limited
            else part
            for part in result
        ]
    return result


def _without(part: Part, name: str) -> Part:
    place = part.names.index(name)
    return replace(
        part,
        names=tuple(other for other in part.names if other != name),
        keys=tuple((*key[:place], *key[place + 1 :]) for key in part.keys),
    )


def _with_rest(part: Part, name: str, everybody: frozenset[str]) -> Part:
    """Add the groups of those whom a limited part does not hold; how many they are is not known."""
    missing = everybody - part.universe(name)
    if not missing:
        return part
    place = part.names.index(name)
    codes = [[REST] if n == place else sorted(part.holds[d]) for n, d in enumerate(part.names)]
    added = list(product(*codes))
    return replace(
        part,
        keys=(*part.keys, *added),
        holds={**part.holds, name: {**part.holds[name], REST: missing}},
        base=(*part.base, *([UNKNOWN] * len(added))),
    )


def _untangled(blocks: list[Block]) -> tuple[list[Block], bool]:
    """Put blocks that form a ring on one block, so that what remains is a tree.

    With whether a ring remains, because all of it on one block would be too large. A dimension
    cut in two ways counts as two, of which a finer cut holds every coarser one. Where cuts cross,
    a block of all their pieces stands between them.
    """
    while True:
        cuts = {
            name: partitions.cuts([block.holds[name] for block in blocks if name in block.names])
            for name in sorted({name for block in blocks for name in block.names})
        }
        between = [
            _empty(
                (name,),
                {name: partitions.refined([b.holds[name] for b in blocks if name in b.names])},
            )
            for name in cuts
            if any(partitions.crossing(one, other) for one, other in _pairs(blocks, name))
        ]
        ring = partitions.ring([_held(block, cuts) for block in [*blocks, *between]])
        inside = [blocks[place] for place in ring if place < len(blocks)]
        if not inside:
            return [*blocks, *between], False
        joint = _joint(inside)
        if joint is None:
            return [*blocks, *between], True
        for block in inside:
            for part, _ in block.parts:
                sums = joint.sums(part)
                if sums is None:
                    raise TooLarge("tables that form a ring and do not agree on what they count")
                joint.parts.append((part, sums))
        blocks = [block for place, block in enumerate(blocks) if place not in ring] + [joint]


def _pairs(blocks: Sequence[Block], name: str) -> Iterable[tuple[Holds, Holds]]:
    return combinations([block.holds[name] for block in blocks if name in block.names], 2)


def _held(block: Block, cuts: Mapping[str, Sequence[partitions.Cut]]) -> frozenset[str]:
    """Name the cuts that a block's groups can be added up to."""
    return frozenset(
        f"{name} {number}"
        for name in block.names
        for number, cut in enumerate(cuts[name])
        if all(
            any(held & frozenset().union(*cut) <= piece for piece in cut)
            for held in block.holds[name].values()
        )
    )


def _joint(blocks: Sequence[Block]) -> Block | None:
    """Make one block of all that some blocks are split by; how many are where is not known.

    None where it would be too large: a ring of many tables then stays a ring. What its blocks share
    is equal in all of them all the same. What is not made use of is that one table of people must
    fit all at once: at least as many are in a and b as are in a and c, and in b and c, less all in
    c. Where nearly everybody is in one category of each table, that may narrow a hidden count
    further than the policy wants.
    """
    names = tuple(sorted({name for block in blocks for name in block.names}))
    holds = {
        name: partitions.refined([block.holds[name] for block in blocks if name in block.names])
        for name in names
    }
    if prod(len(held) for held in holds.values()) > LARGEST:
        return None
    return _empty(names, holds)


def _empty(names: tuple[str, ...], holds: Mapping[str, Holds]) -> Block:
    """Make a block on which no part lies yet."""
    size = prod(len(holds[name]) for name in names)
    if size > LARGEST:
        raise TooLarge(f"{size:,} groups, and {LARGEST:,} at most are looked at together")
    keys = list(product(*(sorted(holds[name]) for name in names)))
    return Block(names, keys, holds, [UNKNOWN] * size)


def _links(
    blocks: Sequence[Block],
) -> list[tuple[int, int, tuple[int, ...], tuple[int, ...]]]:
    """Which sums are equal in two blocks?"""
    links = []
    tied: dict[tuple[tuple[str, ...], ...], list[set[int]]] = {}
    for first, second in combinations(range(len(blocks)), 2):
        names = tuple(name for name in blocks[first].names if name in blocks[second].names)
        pieces = {
            name: partitions.merged(
                [*blocks[first].holds[name].values(), *blocks[second].holds[name].values()]
            )
            for name in names
        }
        equal = _equal(blocks, first, second, pieces)
        if not all(_agree(blocks, *link) for link in equal):
            continue  # other people, whatever the tables call them
        signature = tuple((name, *sorted(map(repr, map(sorted, pieces[name])))) for name in names)
        groups = tied.setdefault(signature, [])
        joined = [group for group in groups if first in group or second in group]
        if any(first in group and second in group for group in joined):
            continue
        groups[:] = [group for group in groups if group not in joined]
        groups.append({first, second}.union(*joined))
        links += equal
    return links


def _equal(
    blocks: Sequence[Block], first: int, second: int, pieces: Mapping[str, list[frozenset[str]]]
) -> list[tuple[int, int, tuple[int, ...], tuple[int, ...]]]:
    sums = [_added(blocks[place], pieces) for place in (first, second)]
    # Who is in a category that one of the blocks does not know stands in the other alone: those who
    # answered one question are not in a table of another.
    known = [
        [partitions.known(blocks[place].holds[name], pieces[name]) for name in pieces]
        for place in (first, second)
    ]
    return [
        (first, second, tuple(sums[0].get(at, ())), tuple(sums[1].get(at, ())))
        for at in sorted({*sums[0], *sums[1]})
        if all(number in those for each in known for number, those in zip(at, each, strict=True))
    ]


def _added(
    block: Block, pieces: Mapping[str, list[frozenset[str]]]
) -> dict[tuple[int, ...], list[int]]:
    where = {
        name: {
            code: next((n for n, piece in enumerate(pieces[name]) if held <= piece), UNKNOWN)
            for code, held in block.holds[name].items()
        }
        for name in pieces
    }
    places = [block.names.index(name) for name in pieces]
    found: dict[tuple[int, ...], list[int]] = {}
    for group, key in enumerate(block.keys):
        at = tuple(where[name][key[place]] for name, place in zip(pieces, places, strict=True))
        found.setdefault(at, []).append(group)
    return found


def _agree(
    blocks: Sequence[Block], first: int, second: int, one: Sequence[int], two: Sequence[int]
) -> bool:
    """Whether two sums that should be equal are, as far as the exact counts are known."""
    sums = [[blocks[first].base[group] for group in one], [blocks[second].base[g] for g in two]]
    return any(UNKNOWN in counts for counts in sums) or sum(sums[0]) == sum(sums[1])
