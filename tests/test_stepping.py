"""Step-down: coarser only where too much would be hidden, on the same people, and said so."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import small_council
from workforce_analytics.disclosure.release import protect_together
from workforce_analytics.estimates import CellBuilder
from workforce_analytics.measures import composition
from workforce_analytics.stepping import Ladder, Rung, protect_down, regrouped, rungs

BY_GRADE = rungs(("main", "binary"), ("grade_band", "senior"))
LESS = "because in more detail more than a fifth of the counts would have had to be hidden."
STILL = "than a fifth of the counts are hidden: there is no less detailed way to show them."


def council(n: int, *, few: int = 10_000, grade: str = "G9"):
    """Give an extract that has only so many rows of one grade, senior leaders if not said."""
    table = small_council.rows(n)
    rare = table["grade"] == grade
    return small_council.extract(table[~rare | (rare.cumsum() <= few)])


def ladder(workforce, of="ethnicity", steps=BY_GRADE, *, asked=None) -> Ladder:
    """Give the ladder of a table of shares, which notes the rungs that were measured."""

    def measure(rung: Rung):
        if asked is not None:
            asked.append(rung)
        return composition.shares(workforce, of=of, by=rung.by or None, level=rung.level)

    return Ladder(workforce, of, steps, measure, steps[0].level)


def test_the_split_gets_coarser_first() -> None:
    assert [(rung.level, rung.by) for rung in BY_GRADE] == [
        ("main", "grade_band"),
        ("main", "senior"),
        ("binary", "senior"),
    ]
    assert rungs(("full", "main")) == (Rung("full"), Rung("main"))


def test_a_table_of_which_little_is_hidden_stays_as_it_is() -> None:
    asked: list[Rung] = []
    workforce = council(4_000)
    (made,) = protect_down([ladder(workforce, asked=asked)])
    alone = protect_together([composition.shares(workforce, of="ethnicity", by="grade_band")])
    assert made.to_csv() == alone[0].to_csv()
    assert made.about.less_detail == ""
    assert asked == [Rung("main", "grade_band")]


def test_a_table_goes_down_only_as_far_as_it_has_to() -> None:
    asked: list[Rung] = []
    workforce = council(1_500, few=60, grade="G5")
    (made,) = protect_down([ladder(workforce, asked=asked)])
    assert asked == list(BY_GRADE[:2])
    assert made.decisions.hidden <= 0.2 * made.decisions.cells
    assert made.about.less_detail == f"Shown by grade level instead of grade band, {LESS}"
    (before,) = protect_down([ladder(workforce, steps=BY_GRADE[:1])])
    assert before.decisions.hidden > 0.2 * before.decisions.cells


def test_the_last_way_to_show_a_table_is_shown_with_its_marks() -> None:
    (made,) = protect_down([ladder(council(150, few=4))])
    assert made.about.groups == ("ethnicity", "senior")
    assert made.decisions.hidden > 0.2 * made.decisions.cells
    assert made.about.less_detail == (
        "Shown in two groups and by grade level instead of grade band, "
        f"{LESS} Even so, more {STILL}"
    )
    (alone,) = protect_down([ladder(council(150, few=4), steps=BY_GRADE[:1])])
    assert alone.about.less_detail == f"More {STILL}"


def test_the_policy_says_how_much_is_too_much() -> None:
    plain = council(150, few=4)

    def protected(step_down: float):
        context = replace(plain.context, policy={"step_down": step_down})
        return protect_down([ladder(replace(plain, context=context))])[0]

    assert protected(1.0).about.groups == ("ethnicity", "grade_band")
    assert protected(1.0).about.less_detail == ""
    strict = protected(0.05).about
    assert strict.groups == ("ethnicity", "senior")
    assert "more than 5.0% of the counts" in strict.less_detail


def test_all_tables_are_protected_anew_together() -> None:
    """Everybody in a grade stands in both tables: neither may give the other away."""
    workforce = council(900, few=60)
    steps = [("ethnicity", BY_GRADE), ("sex", rungs(("main",), ("grade_band", "senior")))]
    told: list[tuple[str, int, int]] = []
    made = protect_down(
        [ladder(workforce, of, to) for of, to in steps], lambda *said: told.append(said)
    )
    totals = {}
    for one in made:
        frame = one.to_frame()
        rows = frame[frame["measure"] == "declaration_rate"]
        for part, n in zip(rows[one.about.groups[1]], rows["denominator"], strict=True):
            totals.setdefault(part, set()).add(n)
    assert all(len(shown) == 1 for shown in totals.values())
    assert [words for words, _, _ in told][:3] == [
        "Measuring ethnicity",
        "Measuring sex",
        "Protecting all 2 tables together",
    ]
    assert "in less detail" in told[-1][0]
    assert all(step < steps for _, step, steps in told)


def test_a_coarser_table_is_made_of_the_groups_of_the_finest() -> None:
    workforce = council(600)
    fine, coarse = (ladder(workforce).table(place).cells for place in (0, 2))
    assert fine.dimensions == ("ethnicity", "grade_band")
    assert coarse.dimensions == ("ethnicity", "grade_band", "senior")
    assert {key[:2] for key in coarse.keys} == set(fine.keys)
    # Nobody of the middle grades is senior, which everybody knows.
    assert {key[1:] for key in coarse.keys} == {
        ("lower", "other"),
        ("middle", "other"),
        ("senior", "senior"),
    }
    own = composition.shares(workforce, of="ethnicity", by="senior", level="binary").cells
    values = [int(coarse.base[list(cell)].sum()) for cell in coarse.members]
    assert values == [int(own.base[list(cell)].sum()) for cell in own.members]


CODES = st.sampled_from("abcd")


@settings(derandomize=True, deadline=None)
@given(
    st.dictionaries(st.tuples(CODES, st.sampled_from("xy")), st.integers(0, 30), min_size=1),
    st.dictionaries(CODES, st.sampled_from("AB"), min_size=4, max_size=4),
)
def test_cells_count_the_same_on_finer_groups(finer, coarser) -> None:
    counts: dict[tuple[str, ...], int] = {}
    for (code, _), n in finer.items():
        counts[(coarser[code],)] = counts.get((coarser[code],), 0) + n
    builder = CellBuilder(counts, ["group"])
    wanted = [set(some) for r in (1, 2) for some in itertools.combinations("AB", r)]
    places = [builder.cell(group=sorted(codes)) for codes in wanted]
    cells = builder.finish(places, [-1] * len(places))
    made = regrouped(cells, finer, ["group", "part"], {"group": coarser.get})
    for codes, place in zip(wanted, places, strict=True):
        expected = sum(n for (code, _), n in finer.items() if coarser[code] in codes)
        assert int(made.base[list(made.members[place])].sum()) == expected
        assert {coarser[made.keys[group][0]] for group in made.members[place]} <= codes
    assert np.array_equal(made.numerator, cells.numerator)


def test_groups_of_other_people_are_refused() -> None:
    builder = CellBuilder({("A",): 5}, ["group"])
    cells = builder.finish([builder.cell(group="A")], [-1])
    for other in ({("a",): 4}, {("a",): 5, ("b",): 1}):
        with pytest.raises(ValueError, match="do not add up"):
            regrouped(cells, other, ["group"], {"group": lambda code: code.upper()})
