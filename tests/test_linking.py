"""Tables of the same people, cut in other ways, at once and one after the other.

Attacked by `narrowest`, which knows every kind of person that there could be, and nothing of blocks
or links.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure_cases import ORACLES
from tests.linked_tables import Cuts, People, asked, narrowest, released, tabled
from workforce_analytics.disclosure import blocks, linking
from workforce_analytics.disclosure.attack import intervals
from workforce_analytics.disclosure.demands import Clash, Hidden, Rules
from workforce_analytics.disclosure.layout import Counted
from workforce_analytics.disclosure.linking import hide
from workforce_analytics.disclosure.suppression import pattern


class Release:
    """Random people, and one to three tables of them."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.dimensions = "abc"[: rng.integers(1, 4)]
        self.atoms = {d: [f"{d}{n}" for n in range(rng.integers(2, 5))] for d in self.dimensions}
        crowd = rng.choice([0.5, 2, 6])
        self.people: People = {
            who: int(rng.poisson(crowd * rng.choice([0.2, 1, 3])))
            for who in product(*(self.atoms[d] for d in self.dimensions))
        }
        self.threshold = int(rng.choice([3, 5]))
        self.rules = Rules(self.threshold, self.threshold - 1, 1)
        self.tables = [self._table(rng) for _ in range(rng.integers(1, 4))]

    def _table(self, rng: np.random.Generator) -> Counted:
        own = [d for d in self.dimensions if rng.random() < 0.6] or [self.dimensions[0]]
        limits = {
            d: frozenset(atom for atom in self.atoms[d] if rng.random() < 0.6)
            for d in self.dimensions
            if d not in own and rng.random() < 0.4
        }
        cuts = {d: _cut(rng, self.atoms[d]) for d in own}
        # A limit that leaves nobody out is none, and nothing in the table would tell.
        some = {d: held for d, held in limits.items() if 0 < len(held) < len(self.atoms[d])}
        return tabled(self.people, self.dimensions, cuts, some)

    def too_narrow(self, found: list[tuple[Counted, np.ndarray]]) -> list[str]:
        """Name what somebody could work out who has these tables."""
        told = narrowest(self.people, self.dimensions, self.atoms, found)
        return [name for name, low, high, _ in told if high - low < self.threshold - 1 - 1e-6]


def _cut(rng: np.random.Generator, atoms: list[str]) -> dict[str, frozenset[str]]:
    labels = rng.integers(0, rng.integers(1, len(atoms) + 1), len(atoms)).tolist()
    parts: dict[int, list[str]] = {}
    for atom, label in zip(atoms, labels, strict=True):
        parts.setdefault(label, []).append(atom)
    return {"+".join(held): frozenset(held) for held in parts.values()}


def protected(
    tables: list[Counted], rules: Rules, earlier: tuple[Counted, ...] = ()
) -> list[Hidden]:
    return hide([asked(table, rules.threshold) for table in tables], rules, earlier)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_hidden_count_of_tables_released_together_can_be_worked_out(seed: int) -> None:
    release = Release(seed)
    found = protected(release.tables, release.rules)
    shown = [(table, one.hidden) for table, one in zip(release.tables, found, strict=True)]
    assert not release.too_narrow(shown)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_hidden_count_of_tables_released_one_by_one_can_be_worked_out(seed: int) -> None:
    release = Release(seed)
    out: list[tuple[Counted, Hidden]] = []
    for table in release.tables:
        earlier = tuple(released(*one) for one in out)
        with suppress(Clash):
            out.append((table, protected([table], release.rules, earlier)[0]))
    assert not release.too_narrow([(table, one.hidden) for table, one in out])
    assert out


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_groups_in_another_order_hide_the_same(seed: int) -> None:
    release = Release(seed)
    rng = np.random.default_rng(seed)
    found = protected(release.tables, release.rules)
    turned = []
    for table in release.tables:
        assert table.base is not None
        order = rng.permutation(len(table.base))
        rank = np.argsort(order)
        layout = table.layout
        other = type(layout)(
            layout.people,
            layout.dimensions,
            tuple(layout.keys[n] for n in order),
            layout.holds,
            layout.limited,
            tuple(tuple(sorted(int(rank[g]) for g in cell)) for cell in layout.members),
        )
        turned.append(Counted(table.title, other, table.base[order]))
    again = protected(turned, release.rules)
    for one, other in zip(found, again, strict=True):
        assert one.hidden.tolist() == other.hidden.tolist()


DIMENSIONS = ("ethnicity", "team")
STAFF: People = {
    ("asian", "north"): 3,
    ("asian", "south"): 40,
    ("black", "north"): 30,
    ("black", "south"): 22,
}
ATOMS = {"ethnicity": ("asian", "black"), "team": ("north", "south")}


def single(*codes: str) -> dict[str, frozenset[str]]:
    return {code: frozenset([code]) for code in codes}


def test_a_margin_and_a_one_way_table_that_disagree_by_the_hidden_cell() -> None:
    """acro 1.0.2 takes hidden cells out of a crosstab's margin (92) and shows 95 elsewhere.

    Here a margin is a true total, and both tables are looked at together.
    """
    crossed = tabled(
        STAFF,
        DIMENSIONS,
        {"ethnicity": single("asian", "black"), "team": single("north", "south")},
        {},
    )
    one_way = tabled(STAFF, DIMENSIONS, {"team": single("north", "south")}, {})
    rules = Rules(10, 9, 1)
    together = protected([crossed, one_way], rules)
    shown = [(t, one.hidden) for t, one in zip([crossed, one_way], together, strict=True)]
    told = narrowest(STAFF, DIMENSIONS, ATOMS, shown)
    assert told
    assert all(high - low >= 9 for _, low, high, _ in told)
    # What somebody has who subtracts the shown cells from the other table's total:
    naive = [np.array([n == 3 for n in _values(crossed)]), np.zeros(3, dtype=bool)]
    told = narrowest(STAFF, DIMENSIONS, ATOMS, list(zip([crossed, one_way], naive, strict=True)))
    assert [(low, high) for _, low, high, _ in told] == [(3.0, 3.0)]


def _values(table: Counted) -> list[int]:
    assert table.base is not None
    return [int(table.base[list(cell)].sum()) for cell in table.layout.members]


def test_two_bandings_of_one_variable() -> None:
    """Bands of other edges: 16 to 24 less 16 to 20 are the four people of 21 to 24."""
    ages = ("16 to 20", "21 to 24", "25 to 34")
    people = {("16 to 20",): 20, ("21 to 24",): 4, ("25 to 34",): 60}
    first: Cuts = {"age": {"16 to 24": frozenset(ages[:2]), "25 to 34": frozenset(ages[2:])}}
    second: Cuts = {"age": {"16 to 20": frozenset(ages[:1]), "21 to 34": frozenset(ages[1:])}}
    tables = [tabled(people, ("age",), cut, {}) for cut in (first, second)]
    rules = Rules(10, 9, 1)
    for table in tables:
        assert not protected([table], rules)[0].hidden.any()
    together = protected(tables, rules)
    assert sum(int(one.hidden.sum()) for one in together)
    shown = [(table, one.hidden) for table, one in zip(tables, together, strict=True)]
    told = narrowest(people, ("age",), {"age": ages}, shown)
    assert all(high - low >= 9 for _, low, high, _ in told)
    later = protected([tables[1]], rules, (released(tables[0], protected([tables[0]], rules)[0]),))
    assert later[0].hidden.any()


def test_a_directorate_with_and_without_a_team() -> None:
    people = {("north",): 30, ("south",): 4, ("west",): 50}
    teams = ("north", "south", "west")
    whole = tabled(people, ("team",), {}, {"team": frozenset(teams[:2])})
    without = tabled(people, ("team",), {}, {"team": frozenset(teams[:1])})
    rules = Rules(10, 9, 1)
    assert not protected([whole], rules)[0].hidden.any()
    assert not protected([without], rules)[0].hidden.any()
    together = protected([whole, without], rules)
    assert sorted(one.hidden.tolist() for one in together) == [[False], [True]]


def test_counts_that_differ_from_those_released_are_a_revision() -> None:
    table = tabled(STAFF, DIMENSIONS, {"team": single("north", "south")}, {})
    other = tabled(
        {**STAFF, ("black", "south"): 23}, DIMENSIONS, {"team": single("north", "south")}, {}
    )
    rules = Rules(10, 9, 1)
    earlier = released(table, protected([table], rules)[0])
    with pytest.raises(Clash) as caught:
        protected([other], rules, (earlier,))
    assert caught.value.differs
    assert caught.value.tables == (table.title,)


def test_published_case_of_two_linked_hierarchies() -> None:
    case = ORACLES["linked"]
    names = list(case["counts"])
    base = [case["counts"][name] for name in names]
    members = [[n] for n in range(len(names))]
    members += [[names.index(name) for name in total] for total in case["totals"]]
    small = [0 < sum(base[n] for n in cell) < case["threshold"] for cell in members]
    low, high = intervals(base, members, small, least=0)
    for name, n in case["disclosed"].items():
        assert (low[names.index(name)], high[names.index(name)]) == (n, n)
    for name, ends in case["after_also_hiding"].items():
        also = [out or n == names.index(case["also"]) for n, out in enumerate(small)]
        low, high = intervals(base, members, also, least=0)
        assert [low[names.index(name)], high[names.index(name)]] == ends
    # By itself the programme finds a pattern no larger than the published one.
    found = pattern(base, members, threshold=case["threshold"], least=0, width=1, coalition=False)
    assert found.hidden.sum() <= sum(small) + 1


def test_a_ring_too_large_to_put_together_stays_a_ring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    atoms = {d: [f"{d}{n}" for n in range(3)] for d in "abc"}
    people = {who: int(rng.poisson(4)) for who in product(*atoms.values())}
    tables = [
        tabled(people, "abc", {d: single(*atoms[d]) for d in pair}, {})
        for pair in ("ab", "bc", "ac")
    ]
    (small,) = blocks.families(tables)
    assert not small.ring
    assert len([block for block in small.blocks if block.parts]) == 1
    monkeypatch.setattr(blocks, "LARGEST", 20)
    (large,) = blocks.families(tables)
    assert large.ring
    assert len(large.blocks) == 3
    assert {(one, two) for one, two, _, _ in large.links} == {(0, 1), (0, 2), (1, 2)}
    found = protected(tables, Rules(5, 4, 1))
    # Nothing is withheld for it; small counts are hidden, and wide by what each table says.
    assert not any(one.withheld.any() for one in found)
    for table, one in zip(tables, found, strict=True):
        values = np.array(_values(table))
        assert one.hidden[(values > 0) & (values < 5)].all()
        assert all(
            high - low >= 4
            for _, low, high, _ in narrowest(people, "abc", atoms, [(table, one.hidden)])
        )
    # What several tables print is shown or hidden in all of them.
    whole = {table.title: bool(one.hidden[0]) for table, one in zip(tables, found, strict=True)}
    assert len(set(whole.values())) == 1


def test_tables_of_different_questions_are_tied_only_by_those_they_share() -> None:
    """Those who answered one question are no sum of those who answered another."""
    asked_of = {"sex": ("f", "m"), "asked": ("first", "second", "third")}
    answered = {("f", "first"): 30, ("m", "first"): 4, ("f", "second"): 25, ("m", "second"): 12}
    both = {**answered, ("f", "third"): 40, ("m", "third"): 2}

    def table(*questions: str) -> Counted:
        rows = {who: n for who, n in both.items() if who[1] in questions}
        cuts = {"sex": single(*asked_of["sex"]), "asked": single(*questions)}
        made = tabled(rows, ("sex", "asked"), cuts, {})
        # Nobody adds up those who answered several questions: they are the same people.
        cells = [
            cell
            for cell in made.layout.members
            if len({made.layout.keys[group][1] for group in cell}) == 1
        ]
        return replace(made, layout=replace(made.layout, members=tuple(cells)))

    exact = [table("first", "second"), table("second", "third"), table("third")]
    unknown = [replace(one, base=None) for one in exact]
    for tables in (exact, unknown):
        (family,) = blocks.families(tables)
        assert all(groups for block in family.blocks for _, sums in block.parts for groups in sums)
        assert all(one and two for _, _, one, two in family.links)
        assert family.links  # what two tables print of the second question is one count
    found = protected(exact, Rules(5, 4, 1))
    hidden = {}
    for one, told in zip(exact, found, strict=True):
        for cell, out in zip(one.layout.members, told.hidden.tolist(), strict=True):
            who = tuple(sorted(one.layout.keys[group][:2] for group in cell))
            assert hidden.setdefault(who, out) == out
    assert hidden[(("m", "third"),)]
    assert hidden[(("m", "first"),)]
    assert not hidden[(("m", "second"),)]


def test_a_category_may_hold_more_than_anybody_is_in() -> None:
    """Passing is being offered or appointed, and nobody was offered and left it at that."""
    people = {("f", "appointed"): 30, ("m", "appointed"): 4, ("f", "out"): 50, ("m", "out"): 40}
    fates = {"passed": frozenset(("offered", "appointed")), "out": frozenset(("out",))}
    sexes = single("f", "m")
    tables = [
        tabled(people, ("sex", "fate"), {"sex": sexes, "fate": single("appointed", "out")}, {}),
        tabled(people, ("sex", "fate"), {"sex": sexes, "fate": fates}, {}),
    ]
    for made in (tables, [replace(one, base=None) for one in tables]):
        (family,) = blocks.families(made)
        assert len(family.blocks) == 1
    found = protected(tables, Rules(5, 4, 1))
    assert found[0].hidden.tolist() == found[1].hidden.tolist()
    assert found[0].hidden.any()


def test_more_counts_than_can_be_looked_at_are_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    cuts: Cuts = {"ethnicity": single("asian", "black"), "team": single("north", "south")}
    crossed = tabled(STAFF, DIMENSIONS, cuts, {})
    whole = tabled(STAFF, DIMENSIONS, {"team": single("north", "south")}, {})
    monkeypatch.setattr(linking, "MOST_CELLS", 5)
    large, small = protected([crossed, whole], Rules(10, 9, 1))
    assert not small.withheld.any()
    # What the small table prints, too, is shown; of the rest not even a 0 is.
    told = [n for n, gone in zip(_values(crossed), large.withheld, strict=True) if not gone]
    assert sorted(told) == sorted(_values(whole))
    assert large.withheld.sum() == len(_values(crossed)) - len(told)
