"""Small changes between dates, and medians of nearly the same people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.disclosure.between import close_medians, small_changes
from workforce_analytics.disclosure.layout import DATE, LIMIT, Counted, Layout
from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.disclosure.record import Record

MARCH = "2025-03-31"
LATER = {1: "2025-04-30", 2: "2025-05-31", 3: "2025-06-30", 12: "2026-03-31"}
DRAFT = settings(derandomize=True, deadline=None, max_examples=200)
Groups = Mapping[str, int]


def dated(
    by_day: Mapping[str, Groups],
    *,
    people: str = "staff",
    holds: Mapping[str, Iterable[str]] | None = None,
    within: Mapping[str, Iterable[str]] | None = None,
) -> Counted:
    """A table of groups by day: a cell for each, and one for all of a day."""
    limits = within or {}
    days, groups = list(by_day), list(next(iter(by_day.values())))
    keys = [(group, day, *([LIMIT] * len(limits))) for day in days for group in groups]
    cells = [
        *((place,) for place in range(len(keys))),
        *(tuple(n for n, key in enumerate(keys) if key[1] == day) for day in days),
    ]
    layout = Layout(
        people=people,
        dimensions=("group", DATE, *limits),
        keys=tuple(keys),
        holds={
            "group": {group: frozenset((holds or {}).get(group, [group])) for group in groups},
            DATE: {day: frozenset([day]) for day in days},
            **{name: {LIMIT: frozenset(codes)} for name, codes in limits.items()},
        },
        limited=frozenset(limits),
        members=tuple(cells),
    )
    return Counted("table", layout, np.array([by_day[day][group] for group, day, *_ in keys]))


def released(table: Counted, hidden: Sequence[int] = (), room: int = 0) -> Counted:
    """The same table as it was printed, some cells hidden or all rounded."""
    assert table.base is not None
    sums = [int(table.base[list(cell)].sum()) for cell in table.layout.members]
    shown = [None if n in hidden else (max(0, s - room), s + room) for n, s in enumerate(sums)]
    return Counted(table.title, table.layout, None, tuple(shown))


def hidden(
    tables: Sequence[Counted],
    earlier: Sequence[Counted] = (),
    *,
    threshold: int = 10,
    months: int = 3,
) -> list[list[int]]:
    found = small_changes(tables, earlier, threshold=threshold, months=months)
    return [np.flatnonzero(one).tolist() for one in found]


# Which dates


@pytest.mark.parametrize("months", LATER)
@pytest.mark.parametrize("gap", [0, 1, 2, 3, 4, 12, 13])
def test_only_dates_nearer_than_the_gap_are_held_against_each_other(months: int, gap: int) -> None:
    first = dated({MARCH: {"a": 50, "b": 100}})
    later = dated({LATER[months]: {"a": 53, "b": 140}})
    expected = [0] if months < gap else []
    assert hidden([later], [released(first)], months=gap) == [expected]
    assert hidden([first, later], months=gap) == [[], expected]


def test_a_yearly_pair_is_not_touched_by_any_profile() -> None:
    last = dated({MARCH: {"a": 50, "b": 100, "c": 12}})
    now = dated({LATER[12]: {"a": 51, "b": 99, "c": 12}})
    gap = Policy().min_gap_months
    assert hidden([now], [released(last)], months=gap) == [[]]
    assert hidden([last, now], months=gap) == [[], []]


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2025-01-31", "2025-02-28", 1),
        ("2024-01-31", "2024-02-29", 1),
        ("2025-01-31", "2025-04-30", 3),
        ("2025-02-28", "2025-05-31", 3),
        ("2025-01-15", "2025-04-15", 3),
        ("2024-12-31", "2025-12-31", 12),
    ],
)
def test_dates_this_far_apart_are_far_enough(first: str, last: str, months: int) -> None:
    earlier = released(dated({first: {"a": 50}}))
    assert hidden([dated({last: {"a": 51}})], [earlier], months=months) == [[]]
    assert hidden([dated({last: {"a": 51}})], [earlier], months=months + 1) == [[0, 1]]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-01-31", "2025-04-01"),
        ("2024-12-31", "2025-03-01"),
        ("2025-01-30", "2025-04-29"),
        ("2025-01-15", "2025-04-14"),
        ("2025-01-31", "2025-04-29"),
    ],
)
def test_a_day_less_than_three_months_is_less(first: str, last: str) -> None:
    earlier = released(dated({first: {"a": 50}}))
    assert hidden([dated({last: {"a": 51}})], [earlier]) == [[0, 1]]


@DRAFT
@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.integers(0, 200), st.integers(1, 6))
def test_no_two_dates_of_which_one_lies_within_the_months_escape(
    day: date, days: int, months: int
) -> None:
    later = day + timedelta(days)
    # Counted otherwise: the same day of the month so many months on, or the last there is.
    year, month = divmod(day.month - 1 + months, 12)
    end = None
    for last in range(day.day, 27, -1):
        try:
            end = date(day.year + year, month + 1, last)
            break
        except ValueError:
            continue
    end = end or date(day.year + year, month + 1, day.day)
    near = day < later < end
    earlier = released(dated({day.isoformat(): {"a": 50}}))
    found = hidden([dated({later.isoformat(): {"a": 51}})], [earlier], months=months)
    assert found == [[0, 1] if near else []]


# Which changes


@pytest.mark.parametrize("change", range(-12, 13))
@pytest.mark.parametrize("threshold", [3, 10])
def test_changes_from_one_to_the_threshold_are_small(change: int, threshold: int) -> None:
    earlier = released(dated({MARCH: {"a": 50, "b": 100}}))
    now = dated({LATER[1]: {"a": 50 + change, "b": 200}})
    small = change != 0 and abs(change) < threshold
    assert hidden([now], [earlier], threshold=threshold) == [[0] if small else []]


def test_of_two_new_dates_the_later_is_hidden() -> None:
    both = dated({MARCH: {"a": 50, "b": 100}, LATER[1]: {"a": 53, "b": 140}})
    assert hidden([both]) == [[2]]
    turned = dated({LATER[1]: {"a": 53, "b": 140}, MARCH: {"a": 50, "b": 100}})
    assert hidden([turned]) == [[0]]


def test_a_new_table_of_an_earlier_date_than_a_released_one_is_hidden() -> None:
    later = released(dated({LATER[1]: {"a": 53, "b": 140}}))
    assert hidden([dated({MARCH: {"a": 50, "b": 100}})], [later]) == [[0]]


def test_what_was_released_hidden_tells_no_change() -> None:
    earlier = released(dated({MARCH: {"a": 50, "b": 100}}), hidden=[0])
    assert hidden([dated({LATER[1]: {"a": 53, "b": 140}})], [earlier]) == [[]]


def test_what_was_rounded_tells_no_small_change() -> None:
    earlier = released(dated({MARCH: {"a": 50, "b": 100}}), room=2)
    assert hidden([dated({LATER[1]: {"a": 53, "b": 140}})], [earlier]) == [[]]


def test_totals_are_held_against_totals() -> None:
    earlier = released(dated({MARCH: {"a": 50, "b": 100}}))
    assert hidden([dated({LATER[1]: {"a": 80, "b": 72}})], [earlier]) == [[2]]


def test_the_whole_of_another_cut_is_the_same_whole() -> None:
    earlier = released(dated({MARCH: {"a": 50, "b": 100}}))
    now = dated({LATER[1]: {"other": 152}}, holds={"other": ["a", "b"]})
    assert hidden([now], [earlier]) == [[0, 1]]


def test_a_group_is_known_by_what_it_holds() -> None:
    earlier = released(dated({MARCH: {"a": 50, "b": 100}}, holds={"a": ["x", "y"]}))
    alike = dated({LATER[1]: {"c": 53, "b": 140}}, holds={"c": ["y", "x"]})
    other = dated({LATER[1]: {"a": 53, "b": 140}}, holds={"a": ["x"]})
    assert hidden([alike], [earlier]) == [[0]]
    assert hidden([other], [earlier]) == [[]]


def test_other_people_and_other_limits_are_other_counts() -> None:
    earlier = released(dated({MARCH: {"a": 50, "b": 100}}))
    now = {LATER[1]: {"a": 53, "b": 140}}
    women = {"sex": ["F"]}
    assert hidden([dated(now, people="candidates")], [earlier]) == [[]]
    assert hidden([dated(now, within=women)], [earlier]) == [[]]
    limited = released(dated({MARCH: {"a": 50, "b": 100}}, within=women))
    assert hidden([dated(now, within=women)], [limited]) == [[0]]


def test_counts_that_add_dates_up_and_days_that_are_none_are_left_alone() -> None:
    table = dated({MARCH: {"a": 50}, LATER[1]: {"a": 53}})
    layout = table.layout
    over = Layout(
        layout.people,
        layout.dimensions,
        layout.keys,
        layout.holds,
        layout.limited,
        ((0, 1), (), (1,)),
    )
    assert hidden([Counted("sums", over, table.base)]) == [[]]
    spans = [dated({day: {"a": n}}) for day, n in {"2024-25": 50, "2025-26": 51}.items()]
    assert hidden(spans) == [[], []]


days = st.sampled_from([MARCH, *LATER.values()])
truths = st.fixed_dictionaries(
    {
        day: st.tuples(*[st.integers(20, 40)] * 3).map(
            lambda three: dict(zip("abc", three, strict=True))
        )
        for day in [MARCH, *LATER.values()]
    }
)
MONTH_OF = {MARCH: 0} | {day: months for months, day in LATER.items()}


@DRAFT
@given(
    truths,
    st.lists(st.sets(days, min_size=1, max_size=3), min_size=1, max_size=3),
    st.lists(st.tuples(days, st.sets(st.integers(0, 3))), max_size=3),
    st.integers(2, 8),
    st.integers(0, 4),
)
def test_an_independent_slow_computation_finds_the_same(
    truth: dict[str, Groups],
    new: list[set[str]],
    old: list[tuple[str, set[int]]],
    threshold: int,
    months: int,
) -> None:
    tables = [dated({day: truth[day] for day in sorted(of)}) for of in new]
    earlier = [released(dated({day: truth[day]}), hidden=sorted(out)) for day, out in old]
    public = {(day, cell) for day, out in old for cell in range(4) if cell not in out}
    asked = {(day, cell) for of in new for day in of for cell in range(4)}

    def count(day: str, cell: int) -> int:
        groups = truth[day]
        return sum(groups.values()) if cell == 3 else groups["abc"[cell]]

    expected = []
    for of in new:
        out, chosen = [], sorted(of)
        for place, day in enumerate(chosen):
            for cell in range(4):
                number = len(chosen) * 3 + place if cell == 3 else place * 3 + cell
                for other in MONTH_OF:
                    near = 0 < abs(MONTH_OF[day] - MONTH_OF[other]) < months
                    small = 0 < abs(count(day, cell) - count(other, cell)) < threshold
                    there = (other, cell) in public or ((other, cell) in asked and other < day)
                    if near and small and there:
                        out.append(number)
        expected.append(sorted(set(out)))
    assert hidden(tables, earlier, threshold=threshold, months=months) == expected


# Medians


def median_of(table: Counted, cells: Sequence[int], *, out: Sequence[int] = ()) -> Record:
    """A released table that shows medians of some cells."""
    return Record(released(table, hidden=out), (), tuple(cells), Policy())


def close(table: Counted, earlier: Sequence[Record], threshold: int = 10) -> set[int]:
    return close_medians(table, range(len(table.layout.members)), earlier, threshold=threshold)


STAFF = dated({MARCH: {"a": 60, "b": 4, "c": 100}})


@pytest.mark.parametrize("few", range(13))
def test_a_median_of_all_but_a_few_is_close_to_that_of_all(few: int) -> None:
    everybody = dated({MARCH: {"most": 60, "few": few}})
    limited = dated({MARCH: {"most": 60}}, holds={"most": ["most"]}, within={"group2": ["x"]})
    most = median_of(everybody, [0])
    expected = {2} if 0 < few < 10 else set()
    assert close(everybody, [most]) - {0, 1} == expected
    assert close(limited, [median_of(everybody, [2])]) == ({0, 1} if 0 < few < 10 else set())


def test_a_median_is_not_close_to_itself() -> None:
    assert close(STAFF, [median_of(STAFF, [0])]) & {0} == set()
    assert close(STAFF, [median_of(STAFF, [3])]) & {3} == set()


def test_only_cells_that_show_medians_are_looked_at() -> None:
    table = dated({MARCH: {"most": 60, "few": 4}})
    assert close(table, [median_of(table, [])]) == set()
    assert close_medians(table, [0], [median_of(table, [2])], threshold=10) == {0}
    assert close_medians(table, [1], [median_of(table, [2])], threshold=10) == set()


def test_sets_of_which_none_holds_the_other_are_not_close() -> None:
    table = dated({MARCH: {"a": 60, "b": 63}})
    assert close(table, [median_of(table, [0])]) == set()


def test_medians_of_another_day_or_other_people_are_not_close() -> None:
    most = {"most": 60, "few": 4}
    table = dated({MARCH: most})
    assert close(table, [median_of(table, [0])]) == {2}
    assert close(table, [median_of(dated({LATER[1]: most}), [0])]) == set()
    assert close(table, [median_of(dated({MARCH: most}, people="candidates"), [0])]) == set()


def test_a_narrower_limit_lies_inside_a_wider_one() -> None:
    one = dated({MARCH: {"a": 60}}, within={"grade": ["1", "2"]})
    two = dated({MARCH: {"a": 64}}, within={"grade": ["1", "2", "3"]})
    other = dated({MARCH: {"a": 64}}, within={"grade": ["2", "3"]})
    assert close(one, [median_of(two, [0])]) == {0, 1}
    assert close(two, [median_of(one, [0])]) == {0, 1}
    assert close(one, [median_of(other, [0])]) == set()


atoms = st.frozensets(st.sampled_from("pqrst"), min_size=1)


@DRAFT
@given(
    st.lists(atoms, min_size=1, max_size=4),
    st.lists(atoms, min_size=1, max_size=4),
    st.fixed_dictionaries({atom: st.integers(0, 6) for atom in "pqrst"}),
    st.integers(2, 8),
)
def test_whatever_the_sets_those_that_differ_by_few_are_found(
    ours: list[frozenset[str]],
    theirs: list[frozenset[str]],
    people: dict[str, int],
    threshold: int,
) -> None:
    def table(sets: list[frozenset[str]]) -> Counted:
        keys = tuple((atom, MARCH) for atom in "pqrst")
        layout = Layout(
            "staff",
            ("group", DATE),
            keys,
            {"group": {a: frozenset([a]) for a in "pqrst"}, DATE: {MARCH: frozenset([MARCH])}},
            frozenset(),
            tuple(tuple("pqrst".index(atom) for atom in sorted(one)) for one in sets),
        )
        return Counted("sets", layout, np.array([people[atom] for atom in "pqrst"]))

    found = close(table(ours), [median_of(table(theirs), range(len(theirs)))], threshold)
    expected = {
        place
        for place, one in enumerate(ours)
        for other in theirs
        if one <= other or other <= one
        if 0 < sum(people[atom] for atom in one ^ other) < threshold
    }
    assert found == expected
