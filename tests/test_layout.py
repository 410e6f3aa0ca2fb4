"""What the cells of a table count, told in terms that different tables have in common."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from workforce_analytics.disclosure.layout import DATE, LIMIT, Counted, Layout, counted
from workforce_analytics.estimates import Estimates

DRAFT = settings(derandomize=True, deadline=None, max_examples=150)
names = st.text(max_size=4)


@st.composite
def layouts(draw: Any) -> Layout:
    others = draw(st.lists(names.filter(lambda name: name != DATE), unique=True, max_size=3))
    dimensions = tuple(draw(st.permutations([DATE, *others])))
    keys = draw(st.lists(st.tuples(*(names for _ in dimensions)), unique=True, max_size=6))
    held = st.frozensets(names, max_size=3)
    holds = {
        name: {
            code: draw(st.just(frozenset([code])) | held)
            for code in sorted({key[place] for key in keys})
        }
        for place, name in enumerate(dimensions)
    }
    groups = st.integers(0, len(keys) - 1) if keys else st.nothing()
    members = draw(st.lists(st.lists(groups, unique=True).map(tuple), max_size=5))
    limited = draw(st.frozensets(st.sampled_from(dimensions)))
    return Layout(draw(names), dimensions, tuple(keys), holds, limited, tuple(members))


# Written and read


@DRAFT
@given(layouts())
def test_what_is_described_is_read_again_through_json(layout: Layout) -> None:
    described = layout.described()
    assert Layout.read(json.loads(json.dumps(described))) == layout


@DRAFT
@given(layouts(), st.randoms(use_true_random=False))
def test_the_same_text_whatever_the_order_of_categories(layout: Layout, random: Any) -> None:
    def shuffled(mapping: Any) -> dict[Any, Any]:
        items = list(mapping.items())
        random.shuffle(items)
        return dict(items)

    other = replace(layout, holds=shuffled({n: shuffled(h) for n, h in layout.holds.items()}))
    assert [json.dumps(one.described(), sort_keys=True) for one in (layout, other)] == [
        json.dumps(layout.described(), sort_keys=True)
    ] * 2


SOUND = {
    "people": "staff",
    "dimensions": ["sex", DATE],
    "keys": [["F", "2025-03-31"], ["M", "2025-03-31"]],
    "holds": {"sex": {"F": ["F1", "F2"]}, DATE: {}},
    "limited": ["sex"],
    "members": [[0], [0, 1]],
}


def changed(**parts: Any) -> dict[str, Any]:
    return {**deepcopy(SOUND), **parts}


MALFORMED = {
    **{f"without {name}": {k: v for k, v in SOUND.items() if k != name} for name in SOUND},
    "nobody's name": changed(people=None),
    "a number for a dimension": changed(dimensions=["sex", DATE, 3]),
    "no date": changed(dimensions=["sex", "day"]),
    "a dimension twice": changed(
        dimensions=["sex", "sex", DATE], keys=[["F", "F", "2025"]], members=[]
    ),
    "a text for all dimensions": changed(dimensions=DATE),
    "a category too few": changed(keys=[["F", "2025-03-31"], ["M"]]),
    "a category too many": changed(keys=[["F", "2025-03-31", "x"], ["M", "2025-03-31"]]),
    "a number for a category": changed(keys=[["F", 2025], ["M", 2025]]),
    "a group twice": changed(keys=[["F", "2025-03-31"]] * 2),
    "keys that are none": changed(keys=None),
    "a category that holds a text": changed(holds={"sex": {"F": "F1"}, DATE: {}}),
    "a category that holds a number": changed(holds={"sex": {"F": [1]}, DATE: {}}),
    "a dimension that holds a list": changed(holds={"sex": ["F"], DATE: {}}),
    "a dimension that holds nothing": changed(holds={"sex": {}}),
    "a group that is not there": changed(members=[[0], [2]]),
    "a group before the first": changed(members=[[-1]]),
    "a group by a text": changed(members=[["0"]]),
    "a group by a fraction": changed(members=[[0.5]]),
    "a cell that is a number": changed(members=[0]),
    "limited in what is not there": changed(limited=["age"]),
    "limited by a text": changed(limited="sex"),
}


def test_the_sound_one_is_read() -> None:
    layout = Layout.read(SOUND)
    assert layout.part_of(0, "sex") == {"F1", "F2"}
    assert layout.part_of(1, "sex") == {"F1", "F2", "M"}
    assert layout.days == {"2025-03-31"}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_malformed_raises_what_is_promised(name: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        Layout.read(MALFORMED[name])


# Real tables

TABLES: dict[str, Callable[[Any], Estimates]] = {
    "sex": lambda staff: wa.composition.shares(staff, of="sex"),
    "grade": lambda staff: wa.composition.shares(staff, of="ethnicity", by="grade_band"),
    "directorate": lambda staff: wa.composition.shares(staff, of="ethnicity", by="directorate"),
    "full": lambda staff: wa.composition.shares(staff, of="ethnicity", level="full"),
    "main": lambda staff: wa.composition.shares(staff, of="ethnicity"),
    "women": lambda staff: wa.composition.shares(staff, of="ethnicity", where={"sex": "female"}),
    "only": lambda staff: wa.composition.shares(
        staff, of="ethnicity", by="sex", where={"sex": "female"}
    ),
    "posts": lambda staff: wa.composition.shares(staff, of="sex", counted="posts"),
    "fte": lambda staff: wa.composition.shares(staff, of="sex", counted="fte"),
    "years": lambda staff: wa.composition.over_time(staff, of="ethnicity"),
}


@pytest.fixture(scope="module")
def tables(council: Any) -> dict[str, Estimates]:
    return {name: make(council.workforce) for name, make in TABLES.items()}


@pytest.fixture(scope="module")
def found(tables: dict[str, Estimates]) -> dict[str, Counted]:
    return {name: counted(table) for name, table in tables.items()}


@pytest.mark.parametrize("name", TABLES)
def test_the_cells_of_a_real_table_add_up_to_what_its_rows_print(
    name: str, tables: dict[str, Estimates], found: dict[str, Counted]
) -> None:
    table, base = tables[name], found[name].base
    cells = table.cells
    assert cells is not None
    assert base is not None
    sums = [int(base[list(cell)].sum()) for cell in found[name].layout.members]
    for column, places in (("numerator", cells.numerator), ("denominator", cells.denominator)):
        printed = table._exact[column].to_numpy()
        for place, n in zip(places.tolist(), printed.tolist(), strict=True):
            if place >= 0 and name == "fte":
                assert n <= sums[place]  # Nobody here works more than full time.
            elif place >= 0:
                assert n == sums[place]


@pytest.mark.parametrize("name", TABLES)
def test_a_real_table_is_described_without_a_count(name: str, found: dict[str, Counted]) -> None:
    layout = found[name].layout
    described = layout.described()
    assert Layout.read(json.loads(json.dumps(described))) == layout
    places = [group for cell in described.pop("members") for group in cell]
    assert max(places) < len(layout.keys)
    assert not any(isinstance(value, int | float) for value in _walked(described))


def _walked(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [inner for one in value.values() for inner in _walked(one)]
    if isinstance(value, list):
        return [inner for one in value for inner in _walked(one)]
    return [value]


def whole(layout: Layout, dimension: str) -> frozenset[str]:
    everybody: frozenset[str] = frozenset()
    return everybody.union(*layout.holds[dimension].values())


def test_heads_are_the_main_ones_of_all_posts(found: dict[str, Counted]) -> None:
    assert len({one.layout.people for one in found.values()}) == 1
    heads, posts = found["sex"].layout, found["posts"].layout
    assert heads.part_of(0, "is_main_post") == {"yes"}
    assert "is_main_post" not in posts.dimensions
    assert heads.limited - posts.limited == {"is_main_post"}


def test_full_time_equivalents_are_the_heads_behind_them(found: dict[str, Counted]) -> None:
    heads, fte = found["sex"], found["fte"]
    assert fte.layout == heads.layout
    assert fte.base is not None
    assert heads.base is not None
    assert np.array_equal(fte.base, heads.base)


def test_a_directorate_is_told_by_the_units_in_it(council: Any, found: dict[str, Counted]) -> None:
    layout = found["directorate"].layout
    assert "directorate" not in layout.dimensions
    units = layout.holds["unit_id"]
    assert sum(map(len, units.values())) == len(whole(layout, "unit_id")) > len(units)


def test_nineteen_groups_are_parts_of_the_five(found: dict[str, Counted]) -> None:
    fine, coarse = (found[name].layout.holds["ethnicity"] for name in ("full", "main"))
    assert len(fine) > len(coarse)
    for held in fine.values():
        assert sum(bool(held & group) for group in coarse.values()) == 1


def test_a_table_of_one_date_says_which(found: dict[str, Counted]) -> None:
    one = found["sex"].layout
    assert one.days == {"2025-03-31"}
    assert DATE not in one.limited
    assert found["years"].layout.days >= {"2024-03-31", "2025-03-31"}
    years = found["years"].layout
    assert all(
        len(years.part_of(cell, DATE)) == 1 for cell, groups in enumerate(years.members) if groups
    )


def test_what_a_table_is_limited_to_is_told(found: dict[str, Counted]) -> None:
    all_staff, women, only = (found[name].layout for name in ("main", "women", "only"))
    assert "sex" not in all_staff.dimensions
    # Not split by it: one category of all that are in the table.
    assert "sex" in women.limited
    assert set(women.holds["sex"]) == {LIMIT}
    # Split by it: each category holds what is left of it.
    assert "sex" in only.limited
    assert whole(only, "sex") == whole(women, "sex") < whole(found["sex"].layout, "sex")
    assert all_staff.limited < women.limited
    assert all_staff.part_of(0, "employer_unit") == {"council"}


def test_a_category_of_a_cut_holds_only_what_the_table_is_limited_to(council: Any) -> None:
    table = wa.composition.shares(council.workforce, of="sex", by="directorate")
    cells = table.cells
    assert cells is not None
    units = sorted(whole(counted(table).layout, "unit_id"))
    limited = replace(table, cells=replace(cells, within={**cells.within, "unit_id": units[::2]}))
    layout = counted(limited).layout
    assert whole(layout, "unit_id") == set(units[::2])
    assert "unit_id" in layout.limited


def test_two_cuts_of_one_thing_in_one_table_keep_their_names(council: Any) -> None:
    table = wa.composition.shares(council.workforce, of="sex", by="directorate")
    cells = table.cells
    assert cells is not None
    both = replace(cells, roots={"sex": "unit_id", "directorate": "unit_id"})
    assert counted(replace(table, cells=both)).layout.dimensions[:2] == cells.dimensions


def test_whoever_names_no_people_counts_those_of_its_source_and_population(council: Any) -> None:
    table = wa.composition.shares(council.workforce, of="sex")
    cells = table.cells
    assert cells is not None
    unnamed = replace(table, cells=replace(cells, people="", within={}))
    layout = counted(unnamed).layout
    assert layout.people == f"{table.about.source}: {table.about.population}"
    assert layout.dimensions == ("sex", DATE)
    assert layout.limited == frozenset()
