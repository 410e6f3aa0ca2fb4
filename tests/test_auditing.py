"""An audit finds what a report gives away, from its files alone, and nothing in a safe one."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

import workforce_analytics as wa
from tests import small_council
from tests.audited_reports import by_hand, changed, sealed, written
from tests.test_report_attack import HIDDEN, _equations
from workforce_analytics import cli
from workforce_analytics.disclosure import protect_together
from workforce_analytics.disclosure.auditing import Audit, audit
from workforce_analytics.disclosure.policy import PROFILES
from workforce_analytics.errors import ConfigurationError, DataError


def _with_policy(tables, policy: dict[str, object]):
    return [replace(one, about=replace(one.about, policy=policy)) for one in tables]


def _tables(dates: tuple[str, ...] = ("2025-03-31",)):
    staff = small_council.extract(small_council.rows(400, dates=dates))
    made = [
        wa.composition.shares(staff, of="ethnicity", by="grade_band"),
        wa.composition.shares(staff, of="sex", by="grade_band"),
        wa.composition.shares(staff, of="ethnicity"),
    ]
    if len(dates) > 1:
        made.append(wa.composition.over_time(staff, of="ethnicity"))
    return made


@pytest.fixture(scope="module")
def exact(tmp_path_factory) -> dict[str, list[dict[str, str]]]:
    """The same tables with nothing hidden, to change marks into true counts."""
    folder = tmp_path_factory.mktemp("exact")
    wa.audience("analyst", reason="setting a report against the exact counts")
    try:
        made = protect_together(_tables(), audience="analyst")
    finally:
        wa.audience("public")
    found = {}
    for table in made:
        name = "-".join([*table.about.groups, table.about.kind]).replace("_", "-")
        table.to_csv(folder / "one.csv")
        with (folder / "one.csv").open(encoding="utf-8", newline="") as file:
            found[name] = list(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("clean") / "report", protect_together(_tables()))


@pytest.fixture
def folder(clean, tmp_path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "report"))


MEASURES = ("share_of_all", "share_of_known")
BY_GRADE = "ethnicity-grade-band-shares"


def _rows(folder: Path, name: str = BY_GRADE) -> list[dict[str, str]]:
    with (folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _labels(row: dict[str, str]) -> dict[str, str]:
    return {name: row[name] for name in ("measure", "period", "ethnicity", "grade_band")}


def _hidden(folder: Path, exact, *, small: bool) -> tuple[dict[str, str], dict[str, str]]:
    """A row whose numerator is hidden, for its own sake or because of others, and its true form."""
    for row, true in zip(_rows(folder), exact[BY_GRADE], strict=True):
        assert _labels(row) == _labels(true)
        if row["numerator"] == HIDDEN and (int(true["numerator"]) < 10) == small:
            return row, true
    raise AssertionError("no such row in the sample")


def _told(found: Audit) -> dict[str, tuple[float, float]]:
    return {where.split("group ")[1]: ends for where, ends in found.tables[0].told}


def _said(found: Audit) -> str:
    return "\n".join(found.lines())


def test_a_clean_report_passes_and_says_how_much_is_hidden(clean, capsys) -> None:
    found = audit(clean)
    assert found.ok, _said(found)
    assert [table.file for table in found.tables] == [
        "data/ethnicity-grade-band-shares.csv",
        "data/ethnicity-shares.csv",
        "data/sex-grade-band-shares.csv",
    ]
    table = found.tables[0]
    assert table.hidden > 0
    assert table.hidden == len(table.told)
    low, high = table.narrowest
    assert high - low >= 9
    assert f"{table.hidden} of {table.cells} counts hidden; the narrowest lies between" in _said(
        found
    )
    assert cli.main(["audit", str(clean)]) == 0
    assert "Nothing was found in 3 tables" in capsys.readouterr().out


def test_steps_are_told_while_it_works(clean) -> None:
    steps = []
    audit(clean, progress=lambda words, done, total: steps.append((words, done <= total)))
    assert len(steps) > 3
    assert all(fine for _, fine in steps)


def test_a_mark_replaced_by_the_true_number_is_found(folder, exact, capsys) -> None:
    row, true = _hidden(folder, exact, small=True)
    changed(folder, BY_GRADE, _labels(row), numerator=true["numerator"])
    assert cli.main(["audit", str(folder)]) == 5
    said = capsys.readouterr().out
    assert "a count from 1 to 9 is printed" in said
    assert (
        f"{BY_GRADE}.csv, {row['measure']}, {row['period']}, ethnicity {row['ethnicity']}" in said
    )
    assert "changed after" not in said
    assert "the same people are printed as" not in said
    # The others that were hidden with it can be told now.
    assert "leaves too little doubt" in said


def test_a_further_count_that_is_no_longer_hidden_gives_others_away(folder, exact) -> None:
    row, true = _hidden(folder, exact, small=False)
    twins = [
        _labels(one)
        for one in _rows(folder)
        if one["ethnicity"] == row["ethnicity"]
        and one["grade_band"] == row["grade_band"]
        and one["numerator"] == HIDDEN
    ]
    for labels in twins:
        changed(folder, BY_GRADE, labels, numerator=true["numerator"])
    found = audit(folder)
    assert not found.ok
    assert any("that the release had hidden" in one.what for one in found.findings)
    assert any("leaves too little doubt" in one.what for one in found.findings)


def test_a_count_that_one_row_shows_and_another_hides_is_found(folder, exact) -> None:
    row, true = _hidden(folder, exact, small=False)
    changed(folder, BY_GRADE, _labels(row), numerator=true["numerator"])
    found = audit(folder)
    assert any("is hidden in the row" in one.what for one in found.findings)


def test_a_percentage_of_a_hidden_count_is_found_and_gives_it_away(folder, exact) -> None:
    row, true = _hidden(folder, exact, small=True)
    assert row["denominator"] != HIDDEN
    changed(folder, BY_GRADE, _labels(row), value=true["value"])
    found = audit(folder)
    printed = [one for one in found.findings if "value is printed" in one.what]
    assert [one.where for one in printed] == [
        f"{row['measure']}, {row['period']}, ethnicity {row['ethnicity']}, "
        f"grade_band {row['grade_band']}"
    ]
    assert any("can be worked out exactly" in one.what for one in found.findings)
    # To a decimal fewer, it still leaves less than the policy requires.
    n, total = int(true["numerator"]), int(true["denominator"])
    changed(folder, BY_GRADE, _labels(row), value=f"{n / total:.2f}")
    narrow = [one.what for one in audit(folder).findings if "too little doubt" in one.what]
    assert narrow


@pytest.mark.parametrize("words", [{"note": "3 people"}, {"status": "ok"}])
def test_words_beside_a_hidden_count_are_found(folder, exact, words) -> None:
    row, _ = _hidden(folder, exact, small=True)
    changed(folder, BY_GRADE, _labels(row), **words)
    said = [finding.what for finding in audit(folder).findings]
    assert said == ["its note or status says something beside a hidden count"]


def test_a_percentage_of_a_hidden_base_leaves_a_few_bases(tmp_path) -> None:
    parts = {"a": {"sex": "a"}, "b": {"sex": "b"}}
    described = by_hand(
        tmp_path,
        "one",
        parts,
        [("a", ["a"], "50"), ("b", ["b"], "[c]"), ("All", ["a", "b"], "[c]")],
    )
    described["record"]["rows"][0] = [0, 2]
    sealed(tmp_path, [described])
    changed(tmp_path, "one", {"group": "a"}, denominator="[c]")
    assert audit(tmp_path).ok
    changed(tmp_path, "one", {"group": "a"}, value="0.77", unit="proportion")
    found = audit(tmp_path)
    # 50 of 65 is 76.9 %, of 64 78.1 %, of 66 75.8 %.
    assert _told(found) == {"b, numerator": (15, 15), "a, denominator": (65, 65)}


def test_a_percentage_ties_two_hidden_counts(tmp_path) -> None:
    parts = {name: {"sex": name} for name in "abc"}
    rows = [
        ("a", ["a"], "[c]"),
        ("b", ["b"], "[c]"),
        ("a and b", ["a", "b"], "[c]"),
        ("All", ["a", "b", "c"], "40"),
    ]
    described = by_hand(tmp_path, "one", parts, rows)
    described["record"]["rows"][0] = [0, 2]
    sealed(tmp_path, [described])
    changed(tmp_path, "one", {"group": "a"}, denominator="[c]")
    assert audit(tmp_path).tables[0].narrowest == (1, 39)
    changed(tmp_path, "one", {"group": "a"}, value="0.75", unit="proportion")
    told = _told(audit(tmp_path))
    # 3 of 4 up to 30 of 40, and whatever rounds to 0.75: 29 of 39 is 0.744.
    brute = [(a, n) for n in range(2, 41) for a in range(1, n) if abs(a / n - 0.75) <= 0.005]
    assert told["a, numerator"] == (min(a for a, _ in brute), max(a for a, _ in brute))
    assert told["b, numerator"] == (min(n - a for a, n in brute), max(n - a for a, n in brute))


def test_files_that_are_not_as_they_were_made_are_found(folder) -> None:
    path = folder / "data" / f"{BY_GRADE}.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (folder / "data" / "sex-grade-band-shares.csv-metadata.json").unlink()
    (folder / "data" / "notes.txt").write_text("three of them")
    with pytest.raises(DataError):
        audit(folder)  # a line without columns cannot be read as a table
    path.write_text(path.read_text(encoding="utf-8").replace("\n\n", "\n"), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(",ok,", ",fine,"), encoding="utf-8")
    assert {(one.file, one.what) for one in audit(folder).findings} == {
        (f"data/{BY_GRADE}.csv", "it was changed after the report was made"),
        (
            "data/sex-grade-band-shares.csv-metadata.json",
            "it is missing, although the report lists it",
        ),
        ("data/notes.txt", "it is not one of the files of the report"),
    }


def test_a_table_that_nobody_described_is_found(folder) -> None:
    path = folder / "disclosure.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    gone = listed["tables"].pop()["file"]
    listed["tables"][0]["record"] = None
    sealed(folder, listed["tables"])
    found = audit(folder)
    assert [(one.file, "cannot be attacked" in one.what) for one in found.findings] == [
        (gone, True)
    ]
    assert any("it was not attacked" in note for note in found.notes)


def test_a_row_too_many_is_found(folder) -> None:
    path = folder / "data" / f"{BY_GRADE}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[-1]]), encoding="utf-8")
    sealed(folder)
    assert any(f"it has {len(lines):,} rows" in one.what for one in audit(folder).findings)


@pytest.mark.parametrize("name", ["report.json", "disclosure.json"])
@pytest.mark.parametrize("content", ["{", "[]", '{"files": 3, "tables": [{}]}', None])
def test_what_is_no_report_is_said_in_one_line(folder, name, content) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content)
    with pytest.raises(DataError, match=name):
        audit(folder)


def test_a_missing_folder_is_said(tmp_path) -> None:
    with pytest.raises(ConfigurationError, match="no such folder"):
        audit(tmp_path / "nowhere")


@pytest.mark.parametrize("profile", ["nhs", "hesa", "ons_10_5"])
def test_rounded_reports_pass(profile, tmp_path) -> None:
    made = protect_together(_with_policy(_tables(), {"profile": profile}))
    found = audit(written(tmp_path / "report", made))
    assert found.ok, _said(found)


def test_full_time_equivalents_are_no_counts_of_people(tmp_path) -> None:
    staff = small_council.extract(small_council.rows(60))
    made = protect_together(
        [
            wa.composition.shares(staff, of="ethnicity", by="grade_band", counted="fte"),
            wa.composition.shares(staff, of="ethnicity"),
        ]
    )
    report = written(tmp_path / "report", made)
    found = audit(report)
    assert found.ok, _said(found)
    # One that happens to be whole is not held against the number of people.
    row = next(one for one in _rows(report) if one["ethnicity"] == "White")
    assert "." in row["numerator"]
    for labels in ({"measure": name, "ethnicity": "White"} for name in MEASURES):
        changed(report, BY_GRADE, {**labels, "grade_band": "All"}, numerator="13")
    found = audit(report)
    assert found.ok, _said(found)


def test_a_rounded_count_that_another_table_narrows_is_found(tmp_path) -> None:
    policy = PROFILES["midpoint6"]
    # 1 to 6 and 13 to 18 people are from 19 to 24: so far a may be any of its six counts.
    rows = [("a", ["a"], "3"), ("b", ["b"], "15"), ("All", ["a", "b"], "21")]
    parts = {name: {"ethnicity": name} for name in "ab"}
    one = by_hand(tmp_path, "ethnicity", parts, rows, policy=policy)
    sealed(tmp_path, [one])
    assert audit(tmp_path).ok
    # By sex, 7 to 12 and 13 to 18 people are 20 or more, and b is 18 at most: a is not 1.
    rows = [("f", ["f"], "9"), ("m", ["m"], "15"), ("All", ["f", "m"], "21")]
    other = by_hand(tmp_path, "sex", SEX, rows, policy=policy)
    sealed(tmp_path, [one, other])
    (found,) = audit(tmp_path).findings
    assert (found.file, found.where.split(",")[2]) == ("data/ethnicity.csv", " group a")
    assert "the rounded count lies between 2 and 6" in found.what


def test_a_change_worked_out_from_exact_counts_is_found_beside_rounded_ones(tmp_path) -> None:
    dates = ("2023-03-31", "2024-03-31", "2025-03-31")
    made = protect_together(_with_policy(_tables(dates)[3:], {"profile": "hesa"}))
    report = written(tmp_path / "report", made)
    row = next(one for one in _rows(report, "ethnicity-over-time") if " to " in one["period"])
    labels = {name: row[name] for name in ("measure", "period", "ethnicity")}
    changed(report, "ethnicity-over-time", labels, value="0.366180727901")
    found = audit(report)
    assert any("exact ones were used" in one.what for one in found.findings)


SEX = {"f": {"sex": "f"}, "m": {"sex": "m"}}
ETHNICITY = {"a": {"ethnicity": "a"}, "b": {"ethnicity": "b"}, "u": {"ethnicity": "u"}}


def test_a_total_that_one_table_hides_and_another_shows_is_found(tmp_path) -> None:
    ethnic = [
        ("a", ["a"], "[c]"),
        ("b", ["b"], "20"),
        ("u", ["u"], "0"),
        ("All", ["a", "b", "u"], "[c]"),
    ]
    one = by_hand(tmp_path, "ethnicity", ETHNICITY, ethnic)
    sealed(tmp_path, [one])
    assert audit(tmp_path).ok
    other = by_hand(tmp_path, "sex", SEX, [("f", ["f"], "12"), ("m", ["m"], "13")])
    sealed(tmp_path, [one, other])
    found = audit(tmp_path)
    assert {one.where for one in found.findings} == {
        "count, 2025-03-31, group a, numerator",
        "count, 2025-03-31, group All, numerator",
    }
    assert all("can be worked out exactly" in one.what for one in found.findings)
    assert "one can be worked out exactly" in _said(found)
    # Other people with the same number of categories give nothing away.
    other = by_hand(
        tmp_path, "sex", SEX, [("f", ["f"], "12"), ("m", ["m"], "13")], people="agency workers"
    )
    sealed(tmp_path, [one, other])
    assert audit(tmp_path).ok


def test_counts_that_differ_by_a_few_people_are_found(tmp_path) -> None:
    rows = [
        ("a", ["a"], "40"),
        ("b", ["b"], "30"),
        ("All who declared", ["a", "b"], "70"),
        ("All", ["a", "b", "u"], "73"),
    ]
    sealed(tmp_path, [by_hand(tmp_path, "ethnicity", ETHNICITY, rows)])
    (found,) = audit(tmp_path).findings
    assert found.where == "count, 2025-03-31, group All, numerator"
    assert "fewer than 10 more than" in found.what
    assert "group All who declared" in found.what


def test_counts_of_two_tables_that_differ_by_a_few_people_are_found(tmp_path) -> None:
    """The whole of a table by sex, and all but a few of it in a table by sex and ethnicity."""
    both = {
        f"{sex}{group}": {"sex": sex, "ethnicity": group} for sex in "fm" for group in ("a", "u")
    }
    crossed = by_hand(tmp_path, "crossed", both, [("f, a", ["fa"], "50"), ("m, a", ["ma"], "60")])
    single = by_hand(tmp_path, "sex", SEX, [("f", ["f"], "54"), ("m", ["m"], "90")])
    sealed(tmp_path, [crossed, single])
    found = audit(tmp_path).findings
    assert [(one.file, one.where.split(",")[2]) for one in found] == [("data/sex.csv", " group f")]


def test_a_margin_without_what_it_hides_is_found(tmp_path) -> None:
    """A cross-table whose margin leaves the hidden cell out, and a one-way table that does not."""
    years = {year: {"year": year} for year in ("2010", "2011", "2012")}
    cells = [("2010", ["2010"], "[c]"), ("2011", ["2011"], "52"), ("2012", ["2012"], "40")]
    whole = by_hand(tmp_path, "one-way", years, [("All", list(years), "95")])
    # The margin is said to count what it counts.
    honest = by_hand(tmp_path, "crossed", years, [*cells, ("All", ["2011", "2012"], "92")])
    sealed(tmp_path, [honest, whole])
    said = _said(audit(tmp_path))
    assert "group 2010, numerator: everything printed leaves too little doubt" in said
    # The margin is said to count everybody.
    wrong = by_hand(tmp_path, "crossed", years, [*cells, ("All", list(years), "92")])
    sealed(tmp_path, [wrong, whole])
    said = _said(audit(tmp_path))
    assert "the same people are printed as 95 here and as 92 in data/crossed.csv" in said


def test_counts_that_contradict_each_other_are_found(tmp_path) -> None:
    rows = [
        ("a", ["a"], "[c]"),
        ("b", ["b"], "[c]"),
        ("u", ["u"], "30"),
        ("All", list("abu"), "30"),
    ]
    sealed(tmp_path, [by_hand(tmp_path, "ethnicity", ETHNICITY, rows)])
    (found,) = audit(tmp_path).findings
    assert "no table of people fits what is printed" in found.what


def test_a_small_group_that_no_table_prints_is_found(tmp_path) -> None:
    """Nobody prints the fourth group, and three sums give it away together."""
    parts = {name: {"service": name} for name in "abcd"}
    rows = [
        ("a, b", ["a", "b"], "30"),
        ("b, c", ["b", "c"], "30"),
        ("a, c", ["a", "c"], "30"),
        ("All", list("abcd"), "49"),
    ]
    sealed(tmp_path, [by_hand(tmp_path, "services", parts, rows)])
    (found,) = audit(tmp_path).findings
    assert "in a group that is not printed (service d)" in found.what


def test_somebody_alone_in_a_hidden_count_is_a_note(tmp_path) -> None:
    rows = [("a", ["a"], "[c]"), ("b", ["b"], "[c]"), ("u", ["u"], "0"), ("All", list("abu"), "40")]
    sealed(tmp_path, [by_hand(tmp_path, "ethnicity", ETHNICITY, rows)])
    found = audit(tmp_path)
    assert found.ok
    assert [note for note in found.notes if "data/ethnicity.csv (2)" in note]


def test_a_rule_of_its_own_width_is_held(tmp_path) -> None:
    rows = [("a", ["a"], "[c]"), ("b", ["b"], "[c]"), ("u", ["u"], "0"), ("All", list("abu"), "12")]
    sealed(tmp_path, [by_hand(tmp_path, "ethnicity", ETHNICITY, rows)])
    assert audit(tmp_path).ok
    strict = replace(PROFILES["default"], least_width=12)
    sealed(tmp_path, [by_hand(tmp_path, "ethnicity", ETHNICITY, rows, policy=strict)])
    assert [one.what for one in audit(tmp_path).findings] == [
        "everything printed leaves too little doubt: the hidden count lies between 1 and 11, and "
        "the policy requires 12 between the smallest and the largest it can be"
    ] * 2


SMALL = st.lists(st.integers(0, 3), min_size=6, max_size=6)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(counts=SMALL, marks=st.lists(st.booleans(), min_size=11, max_size=11))
def test_intervals_are_those_of_every_table_that_fits(counts, marks) -> None:
    """All tables of two rows and three columns with this total, tried one by one."""
    parts = {f"{x}{y}": {"x": x, "y": y} for x in "ab" for y in "123"}
    sums = [[part] for part in parts]
    sums += [[part for part in parts if code in part] for code in "ab123"]
    value = dict(zip(parts, counts, strict=True))
    printed = [
        "[c]" if hide and sum(map(value.get, inside)) else str(sum(map(value.get, inside)))
        for inside, hide in zip(sums, marks, strict=True)
    ]
    total = sum(counts)
    rows = [(" ".join(one), one, text) for one, text in zip(sums, printed, strict=True)]
    with tempfile.TemporaryDirectory() as place:
        described = by_hand(Path(place), "one", parts, [*rows, ("All", list(parts), str(total))])
        sealed(Path(place), [described])
        told = _told(audit(place))
    fits = [
        [sum(made[list(parts).index(part)] for part in inside) for inside in sums]
        for made in _tables_of(total, len(parts))
        if all(
            n >= 1 if text == "[c]" else n == int(text)
            for inside, text in zip(sums, printed, strict=True)
            for n in [sum(made[list(parts).index(part)] for part in inside)]
        )
    ]
    expected = {
        f"{' '.join(inside)}, numerator": (min(seen), max(seen))
        for inside, text, seen in zip(sums, printed, zip(*fits, strict=True), strict=True)
        if text == "[c]"
    }
    assert told == expected


def _tables_of(total: int, cells: int) -> Iterator[tuple[int, ...]]:
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _tables_of(total - first, cells - 1):
            yield (first, *rest)


@pytest.fixture(scope="module")
def ethnicity(council, tmp_path_factory) -> Path:
    staff, people = council.workforce, council.community
    made = protect_together(
        [
            wa.composition.against_community(staff, people, of="ethnicity"),
            wa.composition.shares(staff, of="ethnicity", by="grade_band"),
            wa.composition.over_time(staff, of="ethnicity", allow_break=True),
        ]
    )
    return written(tmp_path_factory.mktemp("ethnicity") / "report", made)


def test_intervals_are_those_of_an_attack_written_apart(ethnicity) -> None:
    """The equations that tests/test_report_attack.py reads from the CSVs by their labels."""
    printed = _equations(ethnicity / "data", "ethnicity")
    cells = sorted({cell for key in printed for cell in key})
    place = {cell: number for number, cell in enumerate(cells)}
    sums = np.zeros((len(printed), len(cells)))
    ends = []
    for number, (key, shown) in enumerate(printed.items()):
        sums[number, [place[cell] for cell in key]] = 1
        text = next(iter(shown))
        ends.append((1, np.inf) if text == HIDDEN else (float(text), float(text)))
    known = LinearConstraint(sums, *np.array(ends).T)
    whole, positive = np.ones(len(cells)), Bounds(0, np.inf)
    expected = set()
    for row, (low, high) in zip(sums, ends, strict=True):
        if low < high:
            down, up = (
                milp(sign * row, constraints=known, bounds=positive, integrality=whole)
                for sign in (1, -1)
            )
            expected.add((round(down.fun), round(-up.fun)))
    found = audit(ethnicity)
    assert found.ok, _said(found)
    assert {ends for table in found.tables for _, ends in table.told} == expected
    assert len(expected) > 3
