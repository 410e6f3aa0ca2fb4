"""Step-down: coarser only where too much would be hidden, on the same people, and said so."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tests import small_council
from workforce_analytics.disclosure.together import protect_together
from workforce_analytics.measures import composition
from workforce_analytics.stepping import Ladder, Rung, protect_down, rungs

BY_GRADE = rungs(("main", "binary"), ("grade_band", "senior"))
LESS = "because in more detail more than a fifth of the counts would have had to be hidden."
BESIDE = LESS.replace("in more detail", "with everybody else beside them")
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
        return composition.shares(
            workforce, of=of, by=rung.by or None, level=rung.level, answers=rung.answers
        )

    return Ladder(of, steps, measure)


def test_everybody_is_given_up_before_groups_and_groups_before_bands() -> None:
    assert [(rung.level, rung.by, rung.answers) for rung in BY_GRADE] == [
        ("main", "grade_band", "all"),
        ("main", "grade_band", "declared"),
        ("binary", "grade_band", "declared"),
        ("main", "senior", "declared"),
        ("binary", "senior", "declared"),
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


@pytest.mark.parametrize(
    ("few", "steps", "said"),
    [
        (150, 2, f"Shown for those who declared only, {BESIDE}"),
        (60, 3, f"Shown in two groups and for those who declared only, {LESS}"),
        (
            30,
            4,
            "Shown by grade level instead of grade band and for those who declared only, " + LESS,
        ),
    ],
)
def test_a_table_goes_down_only_as_far_as_it_has_to(few: int, steps: int, said: str) -> None:
    asked: list[Rung] = []
    workforce = council(1_500, few=few, grade="G5")
    (made,) = protect_down([ladder(workforce, asked=asked)])
    assert asked == list(BY_GRADE[:steps])
    assert made.decisions.hidden <= 0.2 * made.decisions.cells
    assert made.about.less_detail == said
    (before,) = protect_down([ladder(workforce, steps=BY_GRADE[steps - 2 : steps - 1])])
    assert before.decisions.hidden > 0.2 * before.decisions.cells


def test_the_last_way_to_show_a_table_is_shown_with_its_marks() -> None:
    (made,) = protect_down([ladder(council(150, few=4))])
    assert made.about.groups == ("ethnicity", "senior")
    assert made.decisions.hidden > 0.2 * made.decisions.cells
    assert made.about.less_detail == (
        "Shown in two groups, by grade level instead of grade band and for those who declared "
        f"only, {LESS} Even so, more {STILL}"
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
    """Everybody who declared stands in both tables: neither may give the other away."""
    workforce = council(900, few=60)
    steps = [
        ("ethnicity", rungs(("main",))),
        ("ethnicity", BY_GRADE),
        ("sex", rungs(("main",), ("grade_band", "senior"))),
    ]
    told: list[tuple[str, int, int]] = []
    made = protect_down(
        [ladder(workforce, of, to) for of, to in steps], lambda *said: told.append(said)
    )
    assert "for those who declared only" in made[1].about.less_detail
    printed: dict[tuple[str, ...], list[tuple[float, str]]] = {}
    for one in made:
        frame, (of, *by) = one.to_frame(), one.about.groups
        shares = frame[frame["measure"] == "share_of_known"]
        for row in shares.to_dict("records"):
            if any(row[name] != "All" for name in by):
                continue
            for name, label in (("numerator", row[of]), ("denominator", "")):
                figure = (np.nan_to_num(row[name]), row[f"{name}_mark"])
                printed.setdefault((of, label), []).append(figure)
    assert len(printed["ethnicity", "White"]) == 2
    assert {place: shown for place, shown in printed.items() if len(set(shown)) > 1} == {}
    assert [words for words, _, _ in told][:3] == [
        "Measuring ethnicity",
        "Measuring sex",
        "Protecting all tables together",
    ]
    assert "in less detail" in told[-1][0]
    assert all(step < steps for _, step, steps in told)


def test_what_is_lost_by_itself_is_not_protected_first() -> None:
    """Small counts alone are more than a fifth: neither time nor another table is spent on it."""
    workforce = council(150, few=12)
    exact = composition.shares(workforce, of="ethnicity", by="grade_band")
    cells = exact.cells
    counts = [int(cells.base[list(cell)].sum()) for cell in cells.members]
    assert sum(1 <= n < 10 for n in counts) > 0.2 * len(counts)
    told: list[str] = []
    (made,) = protect_down([ladder(workforce)], lambda words, *_: told.append(words))
    assert made.about.groups == ("ethnicity", "senior")
    assert told == ["Measuring ethnicity", "Protecting all tables together"]


@pytest.mark.parametrize("answers", ["all", "declared"])
def test_two_groups_and_five_do_not_give_each_other_away(answers: str) -> None:
    """Whatever fits both tables is tried: every hidden count stays as wide as it has to be."""
    workforce = council(300, few=40)
    measure = ladder(workforce).measure
    tables = [measure(Rung("main")), measure(Rung("binary", "senior", answers))]
    fine, coarse = (one.to_frame() for one in protect_together(tables, audience="public"))
    labels = list(fine.query("measure == 'share_of_all'")["ethnicity"])
    bases = {"share_of_all": set(labels), "share_of_known": set(labels[:5])}
    held = {"All other ethnic groups combined": set(labels[:5]) - {"White"}}
    parts = ["Other grades", "Senior grades"]
    place = {(g, p): n for n, (g, p) in enumerate(itertools.product(labels, parts))}
    rows, ends = [], []
    for frame, split in ((fine, ""), (coarse, "senior")):
        for row in frame[frame["measure"].isin(bases)].to_dict("records"):
            inside = [row[split]] if split and row[split] != "All" else parts
            for name, groups in (
                ("numerator", held.get(row["ethnicity"], {row["ethnicity"]})),
                ("denominator", bases[row["measure"]]),
            ):
                at = np.zeros(len(place))
                at[[place[g, p] for g in groups for p in inside]] = 1
                hidden = row[f"{name}_mark"] == "[c]"
                rows.append(at)
                ends.append((1.0, np.inf) if hidden else (row[name], row[name]))
    assert any(most == np.inf for _, most in ends)
    known = LinearConstraint(np.array(rows), *np.array(ends).T)
    whole, positive = np.ones(len(place)), Bounds(0, np.inf)
    for aim, (_, most) in zip(rows, ends, strict=True):
        if most == np.inf:
            low, high = (
                milp(sign * aim, constraints=known, bounds=positive, integrality=whole)
                for sign in (1, -1)
            )
            assert low.status == high.status == 0
            assert -high.fun - low.fun >= 9


def test_tables_of_other_people_are_not_protected_again(monkeypatch) -> None:
    """What went down cannot touch them; measured and protected once, they are the same."""
    workforce = council(1_500, few=60, grade="G5")
    # Applications stand for any other people here: the same figures of somebody else.
    others = ladder(workforce, "sex", rungs(("main",)))

    def elsewhere(rung: Rung):
        made = others.measure(rung)
        return replace(made, cells=replace(made.cells, people="applications"))

    ladders = [ladder(workforce), replace(others, measure=elsewhere)]
    asked: list[str] = []

    def counting(tables, **more):
        asked.extend(one.cells.people for one in tables)
        return protect_together(tables, **more)

    monkeypatch.setattr("workforce_analytics.stepping.protect_together", counting)
    made = protect_down(ladders)
    assert made[0].about.less_detail
    assert asked.count("applications") == 1 < len(asked) - 1
    alone = protect_together([elsewhere(Rung("main"))], audience="public")[0]
    assert made[1].to_csv() == alone.to_csv()
