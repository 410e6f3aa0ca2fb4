"""Categories of a dimension cut in several ways: which cuts refine others, cross, or form rings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

Holds = Mapping[str, frozenset[str]]
"""What each category of a cut holds."""
Cut = frozenset[frozenset[str]]


def into(fine: Holds, coarse: Holds) -> dict[str, str] | None:
    """Say in which coarse category each fine one lies; None where one lies across two.

    What the coarse cut does not name holds nobody there, and does not matter.
    """
    named = frozenset().union(*coarse.values())
    found = {}
    for code, held in fine.items():
        where = [other for other, whole in coarse.items() if held & whole]
        if len(where) > 1 or (where and not held & named <= coarse[where[0]]):
            return None
        if where:
            found[code] = where[0]
    return found


def cuts(partitions: Sequence[Holds]) -> list[Cut]:
    """In which ways is a dimension cut, with what any two of them have in common?"""
    own = [frozenset(held for held in codes.values() if held) for codes in partitions]
    both = [frozenset(merged([*one, *other])) for one, other in combinations(own, 2)]
    found = {cut: None for cut in [*own, *both] if len(cut) > 1}
    return sorted(found, key=lambda cut: sorted(sorted(piece) for piece in cut))


def refined(partitions: Sequence[Holds]) -> Holds:
    """Cut categories so finely that each of every partition is a sum of the pieces."""
    pieces: dict[tuple[str, ...], set[str]] = {}
    for atom in sorted({atom for codes in partitions for held in codes.values() for atom in held}):
        where = tuple(
            next((code for code, held in codes.items() if atom in held), "") for codes in partitions
        )
        pieces.setdefault(where, set()).add(atom)
    return {" & ".join(where): frozenset(atoms) for where, atoms in pieces.items()}


def crossing(one: Holds, other: Holds) -> bool:
    """Whether neither of two cuts can be added up to the other."""
    return into(one, other) is None and into(other, one) is None


def merged(pieces: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Put pieces that overlap together: the finest cut that all of them can be added up to."""
    merged: list[frozenset[str]] = []
    for held in pieces:
        touching = [piece for piece in merged if piece & held]
        merged = [piece for piece in merged if not piece & held]
        merged.append(held.union(*touching))
    return [piece for piece in merged if piece]


def ring(edges: Sequence[frozenset[str]]) -> list[int]:
    """Which sets are left when all that stick out are taken away (Graham; Yu and Ozsoyoglu)?"""
    left = dict(enumerate(edges))
    changed = True
    while changed:
        changed = False
        for place, names in list(left.items()):
            others = [other for at, other in left.items() if at != place]
            shared = frozenset(n for n in names if any(n in other for other in others))
            if shared != names:
                left[place], changed = shared, True
            if any(shared <= other for other in others) or not shared:
                del left[place]
                changed = True
    return sorted(left)


def known(holds: Holds, pieces: Sequence[frozenset[str]]) -> set[int]:
    """Number the pieces of which some categories hold something."""
    universe = frozenset().union(*holds.values())
    return {number for number, piece in enumerate(pieces) if piece & universe}


def strangers(holds: Holds, others: Holds) -> bool:
    """Whether some category holds nothing of what other ones hold: those do not know its people.

    That it holds more besides tells nothing: nobody may be in that.
    """
    universe = frozenset().union(*others.values())
    return any(not held & universe for held in holds.values())
