"""What somebody who has the whole report can work out: an attack from its files alone.

Written apart from the package: it reads the published CSVs, writes down every equation that they
state and asks for the smallest and largest number that each hidden one can be.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.resources import path as resource

HIDDEN = "[c]"
SAMPLE = resource("sample_data")
WIDTH = 9
"""Counts from 1 to 9 are hidden, so a hidden count must be uncertain by nine at least."""
CHARACTERISTICS = (
    "sex",
    "gender_identity",
    "ethnicity",
    "disability",
    "religion",
    "sexual_orientation",
    "age",
)


@pytest.fixture(scope="module")
def folder(sample_report) -> Path:
    return sample_report / "data"


def _bands() -> dict[str, set[str]]:
    """Which grade bands each part of a table holds, as the table of grades says it."""
    with (SAMPLE / "grades.csv").open(encoding="utf-8", newline="") as file:
        grades = list(csv.DictReader(file))
    bands = {row["band"]: {row["band"]} for row in grades}
    senior = {row["band"] for row in grades if row["is_senior"] == "Y"}
    return {
        **bands,
        "All": set(bands),
        "Senior grades": senior,
        "Other grades": set(bands) - senior,
    }


EVERY_AGE = ("under_16",)


def _finest(of: str, labels: set[str]) -> dict[str, set[str]]:
    """Which of the finest groups that are printed each printed group holds."""
    listing = codelist(of)
    main = listing.categories("main", present=EVERY_AGE)
    held = {item.label: {item.label} for item in main}
    for level in listing.levels[listing.levels.index("main") + 1 :]:
        coarse = {item.code: item.label for item in listing.categories(level, present=EVERY_AGE)}
        for item in main:
            label = coarse[listing.to_level(item.code, level)]
            held.setdefault(label, set()).add(item.label)
    printed = {label for group in labels for label in held[group]}
    return {group: held[group] & printed for group in labels}


def _equations(folder: Path, of: str) -> dict[tuple[tuple[str, str, str], ...], set[str]]:
    """Which sums of people (date, band, group) are printed, and as what.

    A table by grade may be of those who declared only: the others are then known to be in a band
    (they stand in the table of everybody), but no sum of theirs is printed.
    """
    rows = []
    for path in sorted(folder.glob(f"{of.replace('_', '-')}-*.csv")):
        if "-training-" in path.name or "-survey-" in path.name:  # of applications, of answers
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if row["measure"].startswith("share_of")]
    holds = _finest(of, {row[of] for row in rows})
    groups = set().union(*holds.values())
    declared = {row[of] for row in rows if row["measure"] == "share_of_known"}
    known = set().union(*(holds[label] for label in declared))
    latest, bands = max(row["period"] for row in rows), _bands()
    printed: dict[tuple[tuple[str, str, str], ...], set[str]] = {}
    for row in rows:
        part = row.get("grade_band") or row.get("senior") or "All"
        parts = bands[part] if row["period"] == latest else {"All"}
        base = known if row["measure"] == "share_of_known" else groups
        for column, members in (("numerator", holds[row[of]]), ("denominator", base)):
            key = tuple(sorted((row["period"], at, one) for at in parts for one in members))
            printed.setdefault(key, set()).add(row[column])
    return printed


@pytest.mark.parametrize("of", CHARACTERISTICS)
def test_no_hidden_count_can_be_narrowed_down(folder: Path, of: str) -> None:
    printed = _equations(folder, of)
    hidden = [key for key, shown in printed.items() if shown == {HIDDEN}]
    # The same number is shown wherever it stands, or nowhere; and no small one.
    assert all(len(shown) == 1 for shown in printed.values())
    told = [float(text) for shown in printed.values() for text in shown - {HIDDEN}]
    assert not [n for n in told if 1 <= n <= WIDTH]
    cells = sorted({cell for key in printed for cell in key})
    place = {cell: number for number, cell in enumerate(cells)}
    sums = np.zeros((len(printed), len(cells)))
    least, most = np.zeros(len(printed)), np.zeros(len(printed))
    for number, (key, shown) in enumerate(printed.items()):
        sums[number, [place[cell] for cell in key]] = 1
        text = next(iter(shown))
        # Zeros are always shown, so everybody knows that a hidden count is at least 1.
        least[number] = 1 if text == HIDDEN else float(text)
        most[number] = np.inf if text == HIDDEN else float(text)
    known = LinearConstraint(sums, least, most)
    for key in hidden:
        low, high = _ends(known, [place[cell] for cell in key], len(cells))
        assert high - low >= WIDTH, key


def _ends(known: LinearConstraint, places: list[int], cells: int) -> tuple[float, float]:
    """The smallest and the largest number of people in some cells that fit what is printed."""
    aim = np.zeros(cells)
    aim[places] = 1
    whole, positive = np.ones(cells), Bounds(0, np.inf)
    low = milp(aim, constraints=known, bounds=positive, integrality=whole)
    high = milp(-aim, constraints=known, bounds=positive, integrality=whole)
    assert low.status == 0
    # 3: there is no largest.
    assert high.status in {0, 3}
    return low.fun, -high.fun if high.status == 0 else np.inf


Key = tuple[tuple[str, ...], ...]


@pytest.fixture(scope="module")
def together(folder: Path) -> tuple[dict[Key, str], dict[tuple[str, ...], int], LinearConstraint]:
    """What all characteristics print, the cells, and every equation between them.

    Everybody in a grade band stands in the table of every characteristic: one linked system.
    """
    printed: dict[Key, str] = {}
    everybody: dict[tuple[str, str], list[list[tuple[str, ...]]]] = {}
    for of in CHARACTERISTICS:
        found = _equations(folder, of)
        people: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        for key, shown in found.items():
            cells = tuple((of, *cell) for cell in key)
            printed[cells] = next(iter(shown))
            for cell in cells:
                people.setdefault((cell[1], cell[2]), set()).add(cell)
        for part, members in people.items():
            everybody.setdefault(part, []).append(sorted(members))
    place = {cell: n for n, cell in enumerate(sorted({c for key in printed for c in key}))}
    rows: list[tuple[np.ndarray, float, float]] = []
    for key, text in printed.items():
        row = np.zeros(len(place))
        row[[place[cell] for cell in key]] = 1
        ends = (1.0, np.inf) if text == HIDDEN else (float(text), float(text))
        rows.append((row, *ends))
    for same in everybody.values():
        for other in same[1:]:
            row = np.zeros(len(place))
            row[[place[cell] for cell in same[0]]] = 1
            row[[place[cell] for cell in other]] -= 1
            rows.append((row, 0.0, 0.0))
    sums, least, most = (np.array(column) for column in zip(*rows, strict=True))
    return printed, place, LinearConstraint(csr_matrix(sums), least, most)


def test_no_hidden_count_can_be_narrowed_down_by_all_characteristics_together(together) -> None:
    printed, place, known = together
    hidden = [key for key, text in printed.items() if text == HIDDEN]
    assert len(hidden) >= 20
    for key in hidden:
        low, high = _ends(known, [place[cell] for cell in key], len(place))
        assert high - low >= WIDTH, key


def test_those_who_did_not_declare_are_nowhere_known_to_be_few(folder: Path, together) -> None:
    """Tables by grade leave them out: how many they are may not come from the other tables."""
    _, place, known = together
    latest = max(cell[1] for cell in place)
    tried = 0
    for of in CHARACTERISTICS:
        groups = {cell[3] for cell in place if cell[0] == of}
        declared = _declared(folder, of)
        for bands in _bands().values():
            key = tuple(
                (of, latest, band, group)
                for band in sorted(bands)
                for group in sorted(groups - declared)
            )
            low, high = _ends(known, [place[cell] for cell in key], len(place))
            assert not 1 <= low <= high <= WIDTH, (of, bands)
            tried += 1
    assert tried == len(CHARACTERISTICS) * len(_bands())


def _declared(folder: Path, of: str) -> set[str]:
    """Which of the finest groups are an answer."""
    found, labels = set(), set()
    for path in sorted(folder.glob(f"{of.replace('_', '-')}-*.csv")):
        if "-training-" in path.name or "-survey-" in path.name:  # of applications, of answers
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["measure"].startswith("share_of"):
                    labels.add(row[of])
                    found |= {row[of]} if row["measure"] == "share_of_known" else set()
    holds = _finest(of, labels)
    return set().union(*(holds[label] for label in found))


RECRUITED = ("sex", "ethnicity", "disability", "religion", "sexual_orientation", "age")
STAGES = ("Applied", "Shortlisted", "Interviewed", "Offered", "Appointed")
PASSED = {"being-shortlisted": "Shortlisted", "being-appointed": "Appointed"}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _applications(folder: Path, of: str) -> dict[tuple[str, str], set[str]]:
    """What is printed of each group at each stage, by all tables of applications."""
    start, printed = of.replace("_", "-"), {}
    for row in _read(folder / f"{start}-stage-funnel.csv"):
        for column, stage in (("numerator", row["stage"]), ("denominator", "Applied")):
            if row["measure"] in {"applications", "rate_from_applied"} and row[column] != "[z]":
                printed.setdefault((row[of], stage), set()).add(row[column])
    for path in sorted(folder.glob(f"{start}-*-those-who-applied.csv")):
        # Rates before training and after are of coarser groups: the audit attacks them with these.
        if "-training-" in path.name:
            continue
        stage = next((to for name, to in PASSED.items() if name in path.name), "")
        for row in _read(path):
            for group, numerator, denominator in [(row[of], row["numerator"], row["denominator"])]:
                if group not in {"All who declared"} and row["reference"] != "Undeclared":
                    printed.setdefault((group, stage), set()).add(numerator)
                    printed.setdefault((group, "Applied"), set()).add(denominator)
    return printed


@pytest.mark.parametrize("of", RECRUITED)
def test_no_hidden_count_of_applications_can_be_narrowed_down(folder: Path, of: str) -> None:
    """Groups add up to all, whoever reached a stage reached those before: all tables at once."""
    printed = _applications(folder, of)
    assert all(len(shown) == 1 for shown in printed.values()), printed
    groups = sorted({group for group, _ in printed} - {"All"})
    place = {(g, s): n for n, (g, s) in enumerate((g, s) for g in groups for s in STAGES)}
    rows, least, most = [], [], []
    for (group, stage), shown in printed.items():
        row = np.zeros(len(place))
        # A fate is where an application ended: whoever reached a stage ended there or later.
        for later in STAGES[STAGES.index(stage) :]:
            row[[place[one, later] for one in (groups if group == "All" else [group])]] = 1
        text = next(iter(shown))
        rows.append(row)
        least.append(1 if text == HIDDEN else float(text))
        most.append(np.inf if text == HIDDEN else float(text))
    known = LinearConstraint(np.array(rows), least, most)
    for row, high in zip(rows, most, strict=True):
        if high == np.inf:
            low, top = _ends(known, np.flatnonzero(row).tolist(), len(place))
            assert top - low >= WIDTH, of
    # Nobody may be known to be one of few who ended somewhere.
    for cell, at in place.items():
        low, top = _ends(known, [at], len(place))
        assert not 1 <= low <= top <= WIDTH, cell


def test_no_q_value_is_printed_beside_a_hidden_comparison(folder: Path) -> None:
    """It may be the p-value of the hidden one, times a number: the count would come back."""
    tried = 0
    for path in sorted(folder.glob("*.csv")):
        rows = [row for row in _read(path) if row["measure"] == "relative_likelihood"]
        if "likelihood" in path.name or "participation" in path.name:
            hidden = any(row["value"] == HIDDEN for row in rows)
            assert not (hidden and any(row["q_value"][:1].isdigit() for row in rows)), path.name
            tried += hidden
    assert tried
