"""The door through which figures leave: what it lets out, holds back, and takes down."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import workforce_analytics as wa
from tests.released_tables import ALL, Attacker, Known, People, Plan, counted, printed, table
from workforce_analytics.disclosure import ledger as ledgers
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.disclosure.releasing import door, release
from workforce_analytics.errors import (
    CannotWrite,
    ConfigurationError,
    DataError,
    DisclosureRefused,
    UsageError,
)
from workforce_analytics.estimates import Estimates

ROOT = Path(__file__).parents[1]
THRESHOLD = 5


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def with_ledger(estimates: Estimates, path: object, **policy: object) -> Estimates:
    about = estimates.about
    return replace(
        estimates,
        about=replace(about, policy={**about.policy, **policy, "ledger": str(path)}),
    )


def files(path: Path) -> list[bytes]:
    return [path.read_bytes(), path.with_name(path.name + ".head").read_bytes()]


# The same, a year later, and a revision


def test_an_identical_second_release_gives_the_same_and_adds_nothing(
    council: Any, path: Path
) -> None:
    def given() -> Protected:
        made = wa.composition.shares(council.workforce, of="ethnicity", by="directorate")
        return release(with_ledger(made, path))

    first = given()
    before = files(path)
    second = given()
    assert files(path) == before
    assert len(ledgers.read(path)) == 1
    assert second.to_csv() == first.to_csv()
    assert second.decisions == first.decisions


def test_tables_that_were_protected_against_each_other_come_out_the_same_again(
    path: Path,
) -> None:
    people = crowd(BY_AGE, PAIRS["two bandings"][1], 1)

    def given() -> list[str]:
        plans = (TEN_YEARS, OTHER_EDGES)
        made = [release(table(plan, people, BY_AGE, path, threshold=THRESHOLD)) for plan in plans]
        return [f"{one.to_csv()}{one.decisions}" for one in made]

    first = given()
    before = files(path)
    assert given() == first
    assert files(path) == before
    assert "because of what was released earlier: 'Age in tens'" in first[1]


def test_what_is_taken_down_is_what_was_shown(council: Any, path: Path) -> None:
    made = wa.composition.shares(council.workforce, of="ethnicity", by="grade_band")
    given = release(with_ledger(made, path))
    (entry,) = ledgers.read(path)
    record = given.record()
    assert record is not None
    said = {k: v for k, v in entry.content.items() if k in record.described()}
    assert said == json.loads(json.dumps(record.described()))
    assert (entry.content["event"], entry.content["override"]) == ("released", "")
    assert entry.content["version"] == wa.__version__
    assert given.audience == "public"
    assert given.to_csv() == made.protect(audience="public").to_csv()


@pytest.mark.parametrize("turned", [False, True], ids=["in turn", "the other way round"])
def test_two_tables_a_year_apart_are_released_as_if_there_were_one(
    turned: bool, council: Any, path: Path
) -> None:
    days = ["2024-03-31", "2025-03-31"]
    for day in reversed(days) if turned else days:
        made = wa.composition.shares(council.workforce, of="ethnicity", by="directorate", as_at=day)
        given = release(with_ledger(made, path))
        assert given.to_csv() == made.protect(audience="public").to_csv()
        assert "released earlier" not in given.decisions.words
    assert len(ledgers.read(path)) == 2


SEXES = Plan("Sex by grade", {"sex": {"f": ["f"], "m": ["m"]}, "grade": {"1": ["1"], "2": ["2"]}})
BY_SEX = ("sex", "grade")
STAFF: People = {("f", "1"): 40, ("f", "2"): 50, ("m", "1"): 60, ("m", "2"): 70}
MOVED: People = {**STAFF, ("f", "1"): 39, ("f", "2"): 51}


def test_a_revision_is_refused_in_words_that_name_the_table_and_no_count(path: Path) -> None:
    first = replace(SEXES, title="Sex by grade as first counted")
    release(table(first, STAFF, BY_SEX, path))
    before = files(path)
    with pytest.raises(DisclosureRefused) as info:
        release(table(SEXES, MOVED, BY_SEX, path))
    message = str(info.value)
    assert message.startswith("'Sex by grade': the counts differ from those released earlier")
    assert "'Sex by grade as first counted'" in message
    assert not re.search(r"\d", message)
    assert info.value.__context__ is None
    assert files(path) == before


def test_a_reason_lets_a_revision_out_and_is_taken_down(path: Path) -> None:
    release(table(SEXES, STAFF, BY_SEX, path))
    given = release(table(SEXES, MOVED, BY_SEX, path), override="one grade was wrong in payroll")
    assert printed(given)[:2] == [39, 51]
    said = [entry.content["override"] for entry in ledgers.read(path)]
    assert said == ["", "one grade was wrong in payroll"]


def test_a_small_change_a_month_later_is_hidden_and_a_year_later_is_not(path: Path) -> None:
    grown: People = {**STAFF, ("f", "1"): 43, ("m", "2"): 90}
    release(table(SEXES, STAFF, BY_SEX, path))
    month = release(table(replace(SEXES, day="2025-04-30"), grown, BY_SEX, path))
    year = release(table(replace(SEXES, day="2026-03-31"), grown, BY_SEX, path))
    labels = [name for name, _ in SEXES.rows()]
    hidden = {name for name, n in zip(labels, printed(month), strict=True) if np.isnan(n)}
    assert {("f", "1"), ("f", ALL), (ALL, "1")} <= hidden
    assert not np.isnan(printed(year)).any()


# Keep and hide

ODD_ONES: People = {("f", "1"): 4, ("f", "2"): 50, ("m", "1"): 60, ("m", "2"): 70}


def shown(given: Protected) -> dict[tuple[str, ...], float]:
    return dict(zip([labels for labels, _ in SEXES.rows()], printed(given), strict=True))


def test_rows_that_must_be_shown_are_and_others_are_hidden_for_them(path: Path) -> None:
    made = table(SEXES, ODD_ONES, BY_SEX, "")
    hidden = {labels for labels, n in shown(made.protect()).items() if np.isnan(n)}
    others = sorted(hidden - {("f", "1")})
    assert others
    asked = [dict(zip(SEXES.cuts, others[0], strict=True))]
    given = shown(release(with_ledger(made, path), keep=asked))
    assert not np.isnan(given[others[0]])
    assert np.isnan(given[("f", "1")])
    assert {labels for labels, n in given.items() if np.isnan(n)} - hidden


def test_rows_that_must_be_hidden_are_so_that_they_cannot_be_worked_out(path: Path) -> None:
    given = shown(release(table(SEXES, STAFF, BY_SEX, path), hide=[{"sex": "m", "grade": "2"}]))
    assert np.isnan(given[("m", "2")])
    attacker = Attacker(BY_SEX, {"sex": "fm", "grade": "12"}, [(SEXES, list(given.values()))])
    found = attacker.hidden().values()
    assert len(found) > 1
    assert min(high - low for low, high in found) >= 9


def test_what_is_to_be_shown_is_refused_where_it_gives_small_counts_away(path: Path) -> None:
    with pytest.raises(DisclosureRefused, match="Name fewer rows") as info:
        release(table(SEXES, ODD_ONES, BY_SEX, path), keep=[{"sex": "m"}, {"sex": ALL}])
    assert not re.search(r"\d", str(info.value))
    assert not path.exists()


@pytest.mark.parametrize(
    ("choice", "words"),
    [({"colour": "red"}, "no column 'colour'"), ({"sex": "x"}, "no row with sex x")],
)
@pytest.mark.parametrize("way", ["keep", "hide"])
def test_rows_that_are_not_there_are_named(
    way: str, choice: dict[str, str], words: str, path: Path
) -> None:
    chosen: Any = {way: [choice]}
    with pytest.raises(UsageError, match=words):
        release(table(SEXES, STAFF, BY_SEX, path), **chosen)
    assert not path.exists()


# The ledger


def test_without_a_ledger_nothing_is_released() -> None:
    with pytest.raises(ConfigurationError, match="names no ledger"):
        release(table(SEXES, STAFF, BY_SEX, ""))


def test_nothing_is_given_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="Nothing was given out"):
        release(table(SEXES, STAFF, BY_SEX, tmp_path / "missing" / "ledger.jsonl"))


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_nothing_is_given_where_the_disk_is_full(
    name: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(table(SEXES, STAFF, BY_SEX, path))
    before = files(path)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    given = None
    with monkeypatch.context() as patch:
        patch.setattr(os, name, full)
        with pytest.raises(CannotWrite, match="No space left"):
            given = release(table(replace(SEXES, day="2026-03-31"), STAFF, BY_SEX, path))
    assert given is None
    assert path.read_bytes().startswith(before[0])


def test_a_line_that_was_changed_stops_every_release(path: Path) -> None:
    release(table(SEXES, STAFF, BY_SEX, path))
    path.write_bytes(path.read_bytes().replace(b"[40,40]", b"[41,41]"))
    for override in ("", "we are in a hurry"):
        with pytest.raises(DisclosureRefused, match="line 1"):
            release(table(SEXES, STAFF, BY_SEX, path), override=override)


def test_a_line_that_no_version_understands_is_named(path: Path) -> None:
    with ledgers.opened(path) as book:
        book.append([{"event": "unprotected", "reason": "an audit"}, {"event": "released"}])
    with pytest.raises(DataError, match=r"ledger\.jsonl, line 2: "):
        release(table(SEXES, STAFF, BY_SEX, path))


def test_the_ledger_is_free_again_after_a_refusal(path: Path) -> None:
    release(table(SEXES, STAFF, BY_SEX, path))
    with pytest.raises(DisclosureRefused):
        release(table(SEXES, MOVED, BY_SEX, path))
    with ledgers.opened(path, patience=0) as book:
        assert len(book.entries) == 1


def test_a_door_without_a_ledger_holds_nothing_against_anything() -> None:
    with door("") as opened:
        assert opened.earlier == ()
        assert opened.take_down([table(SEXES, STAFF, BY_SEX, "").protect()]) == 0


def test_checksums_of_what_tables_were_made_from_are_taken_down(path: Path) -> None:
    with door(str(path)) as opened:
        assert opened.earlier == ()
        made = table(SEXES, STAFF, BY_SEX, path).protect()
        assert opened.take_down([made, made], inputs={"workforce.csv": "abc"}) == 1
    with door(str(path)) as opened:
        assert [one.counted.title for one in opened.earlier] == ["Sex by grade"]
    with door(str(path), override="a reason") as opened:
        assert opened.earlier == ()
    assert ledgers.read(path)[0].content["inputs"] == {"workforce.csv": "abc"}


# One after the other, against somebody who has both

AGES = ("20", "25", "30", "35", "40", "45", "50", "55")
BY_AGE = ("sex", "age")
SEX = {"f": ["f"], "m": ["m"]}
TEN_YEARS = Plan(
    "Age in tens",
    {"sex": SEX, "tens": {age: AGES[n : n + 2] for n, age in enumerate(AGES) if n % 2 == 0}},
    roots={"tens": "age"},
)
OTHER_EDGES = Plan(
    "Age by other edges",
    {"sex": SEX, "edges": {"20": AGES[:1], "25": AGES[1:3], "35": AGES[3:6], "50": AGES[6:]}},
    roots={"edges": "age"},
)

GROUPS = ("p1", "p2", "q1", "q2", "q3", "r1", "r2")
BY_GROUP = ("group", "grade")
GRADE = {"1": ["1"], "2": ["2"], "3": ["3"]}
FEW_GROUPS = Plan(
    "Few groups",
    {"group": {"p": GROUPS[:2], "q": GROUPS[2:5], "r": GROUPS[5:]}, "grade": GRADE},
)
MANY_GROUPS = Plan("Many groups", {"group": {g: [g] for g in GROUPS}, "grade": GRADE})

UNITS = ("a1", "a2", "a3", "b1", "b2", "c1", "c2")
BY_UNIT = ("sex", "unit")
DIRECTORATES = Plan(
    "Directorates",
    {"sex": SEX, "directorate": {"a": UNITS[:3], "b": UNITS[3:5], "c": UNITS[5:]}},
    roots={"directorate": "unit"},
)
ALL_BUT_A_TEAM = Plan(
    "Directorates but for a team",
    {"sex": SEX, "directorate": {"a": UNITS[1:3], "b": UNITS[3:5], "c": UNITS[5:]}},
    roots={"directorate": "unit"},
    within={"unit": UNITS[1:]},
)

PAIRS: dict[str, tuple[tuple[str, ...], Mapping[str, Sequence[str]], Plan, Plan]] = {
    "two bandings": (BY_AGE, {"sex": "fm", "age": AGES}, TEN_YEARS, OTHER_EDGES),
    "few groups, then many": (
        BY_GROUP,
        {"group": GROUPS, "grade": "123"},
        FEW_GROUPS,
        MANY_GROUPS,
    ),
    "many groups, then few": (
        BY_GROUP,
        {"group": GROUPS, "grade": "123"},
        MANY_GROUPS,
        FEW_GROUPS,
    ),
    "a directorate, then without a team": (
        BY_UNIT,
        {"sex": "fm", "unit": UNITS},
        DIRECTORATES,
        ALL_BUT_A_TEAM,
    ),
    "without a team, then a directorate": (
        BY_UNIT,
        {"sex": "fm", "unit": UNITS},
        ALL_BUT_A_TEAM,
        DIRECTORATES,
    ),
}


def crowd(dimensions: Sequence[str], atoms: Mapping[str, Sequence[str]], seed: int) -> People:
    """Random people: few of some kinds, none of others."""
    draw = np.random.default_rng(seed)
    sizes = [0, 1, 2, 4, 7, 9, 13, 21, 34]
    return {
        kind: int(draw.choice(sizes)) for kind in product(*(atoms[name] for name in dimensions))
    }


def must_be_hidden(plan: Plan, people: People, dimensions: Sequence[str]) -> set[str]:
    return {
        f"{plan.title}: {', '.join(labels)}"
        for labels, whom in plan.rows()
        if 1 <= counted(people, dimensions, whom) < THRESHOLD
    }


@pytest.mark.parametrize("name", PAIRS)
def test_nobody_who_has_both_can_narrow_a_hidden_count_down(name: str, tmp_path: Path) -> None:
    dimensions, atoms, one, two = PAIRS[name]
    released_both = 0
    for seed in range(4):
        path, people = tmp_path / f"{seed}.jsonl", crowd(dimensions, atoms, seed)
        first, second = (
            table(plan, people, dimensions, path, threshold=THRESHOLD) for plan in (one, two)
        )
        given: list[Known] = [(one, printed(release(first)))]
        refused = ""
        try:
            given.append((two, printed(release(second))))
        except DisclosureRefused as clash:
            refused = str(clash)
        if refused:
            assert one.title in refused
            assert len(ledgers.read(path)) == 1
            assert_nothing_would_help(name, people, given[0])
        else:
            released_both += 1
            assert_nothing_is_narrow(name, people, given)
    assert released_both >= 2


def assert_nothing_is_narrow(name: str, people: People, given: Sequence[Known]) -> None:
    dimensions, atoms, *plans = PAIRS[name]
    attacker = Attacker(dimensions, atoms, given)
    hidden = attacker.hidden()
    assert set().union(*(must_be_hidden(plan, people, dimensions) for plan in plans)) <= set(hidden)
    assert hidden
    few = {n: ends for n, ends in attacker.pieces().items() if 0 < ends[0] <= ends[1] < THRESHOLD}
    assert {
        n: ends for n, ends in (hidden | few).items() if ends[1] - ends[0] < THRESHOLD - 1
    } == {}


def assert_nothing_would_help(name: str, people: People, first: Known) -> None:
    """Hide all of the second table that may be hidden: it does not suffice."""
    dimensions, atoms, one, two = PAIRS[name]
    every = {labels: counted(people, dimensions, whom) for labels, whom in two.rows()}
    # Zeros are always shown.
    attacker = Attacker(
        dimensions, atoms, [first, (two, [float("nan") if n else 0.0 for n in every.values()])]
    )
    hidden = attacker.hidden()
    small = must_be_hidden(one, people, dimensions) | must_be_hidden(two, people, dimensions)
    small |= {name for name in hidden if name.startswith(one.title)}
    narrow = [name for name in small if hidden[name][1] - hidden[name][0] < THRESHOLD - 1]
    ones = [f"{two.title}: {', '.join(labels)}" for labels, n in every.items() if n == 1]
    assert narrow or any(map(attacker.alone_learns, ones))


@pytest.mark.parametrize("first", ["people", "fte"])
def test_headcount_and_full_time_equivalents_hide_the_same(first: str, path: Path) -> None:
    each = {"people": 1.0, "fte": 0.8}
    order = [first, *({"people", "fte"} - {first})]
    plans = {name: replace(SEXES, title=f"Sex by grade, {name}") for name in order}
    given: list[Known] = []
    for name in order:
        made = table(plans[name], ODD_ONES, BY_SEX, path, equivalents=each[name])
        # Somebody who divides full-time equivalents by the usual share of a post has the heads.
        numbers = [n / each[name] for n in printed(release(made))]
        given.append((plans[name], numbers))
    one, other = ([np.isnan(n) for n in numbers] for _, numbers in given)
    assert one == other
    assert any(one)
    attacker = Attacker(BY_SEX, {"sex": "fm", "grade": "12"}, given)
    assert min(high - low for low, high in attacker.hidden().values()) >= 9
    assert [entry.content["title"] for entry in ledgers.read(path)] == [
        plans[name].title for name in order
    ]


# Two at once

AT_ONCE = """
import sys, time
from pathlib import Path
from tests.test_releasing import at_once
name, out, folder = sys.argv[1:]
made = at_once(name, folder)
(Path(folder) / f"{out} is ready").touch()
while not (Path(folder) / "go").exists():
    time.sleep(0.005)
from workforce_analytics.errors import DisclosureRefused
try:
    given = made()
except DisclosureRefused as refused:
    print(refused)
    sys.exit(5)
given.to_csv(Path(folder) / out)
"""


def at_once(name: str, folder: str) -> Callable[[], Protected]:
    """A release to be made in a process of its own."""
    path = Path(folder) / "ledger.jsonl"
    if name in ("staff", "moved"):
        people = STAFF if name == "staff" else MOVED
        made = table(replace(SEXES, title=name), people, BY_SEX, path)
    else:
        plan = TEN_YEARS if name == "tens" else OTHER_EDGES
        people = crowd(BY_AGE, PAIRS["two bandings"][1], 1)
        made = table(plan, people, BY_AGE, path, threshold=THRESHOLD)
    return lambda: release(made)


def started(names: Sequence[str], folder: Path) -> list[subprocess.Popen[str]]:
    """Processes that release at the same moment, once all of them are ready."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, name, f"{name}.csv", str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    while not all((folder / f"{name}.csv is ready").exists() for name in names):
        assert all(process.poll() is None for process in processes)
        time.sleep(0.01)
    (folder / "go").touch()
    return processes


def test_of_two_at_once_that_clash_exactly_one_passes(path: Path) -> None:
    names = ["staff", "moved"]
    processes = started(names, path.parent)
    said = [process.communicate()[0] for process in processes]
    codes = [process.returncode for process in processes]
    assert sorted(codes) == [0, 5]
    passed, refused = names[codes.index(0)], names[codes.index(5)]
    assert f"'{passed}'" in said[codes.index(5)]
    assert [entry.content["title"] for entry in ledgers.read(path)] == [passed]
    assert not (path.parent / f"{refused}.csv").exists()


def test_of_two_at_once_the_second_is_protected_against_the_first(path: Path) -> None:
    for process in started(["tens", "edges"], path.parent):
        process.communicate()
        assert process.returncode == 0
    plans = {"tens": TEN_YEARS, "edges": OTHER_EDGES}
    given: list[Known] = []
    for name, plan in plans.items():
        frame = pd.read_csv(path.parent / f"{name}.csv", dtype=str)
        given.append((plan, pd.to_numeric(frame["numerator"], errors="coerce").tolist()))
    dimensions, atoms, _, _ = PAIRS["two bandings"]
    attacker = Attacker(dimensions, atoms, given)
    people = crowd(dimensions, atoms, 1)
    small = set().union(*(must_be_hidden(plan, people, dimensions) for plan in plans.values()))
    hidden = attacker.hidden()
    assert small <= set(hidden)
    assert min(high - low for low, high in hidden.values()) >= THRESHOLD - 1
    titles = {entry.content["title"] for entry in ledgers.read(path)}
    assert titles == {plan.title for plan in plans.values()}


def test_a_directorate_less_its_services_does_not_tell_who_is_in_none(council) -> None:
    """People attached to a directorate itself are in no service: 692 women less 691 is one."""
    tables = [
        wa.composition.shares(council.workforce, of="sex", by=by)
        for by in ("service", "directorate")
    ]
    exact = [one.unprotected(reason="a test") for one in tables]
    by_service, by_directorate = (one.to_frame() for one in wa.disclosure.protect_together(tables))
    units = pd.read_csv(wa.sample_data("units.csv"), dtype=str)
    within = dict(zip(units["name"], units["parent_id"], strict=True))
    names = dict(zip(units["unit_id"], units["name"], strict=True))
    told = []
    for frames in (exact, (by_service, by_directorate)):
        services, directorates = (
            one[(one["measure"] == "share_of_all") & (one["sex"] == "Female")] for one in frames
        )
        above = services["service"].map(within).map(names)
        printed = directorates.set_index("directorate")["numerator"]
        gaps = [
            printed[unit] - part["numerator"].sum()
            for unit, part in services.groupby(above)
            if unit in printed and part["numerator"].notna().all()
        ]
        told.append([gap for gap in gaps if 0 < gap < 10])
    assert told[0], "the sample has people attached to a directorate itself"
    assert not told[1]
