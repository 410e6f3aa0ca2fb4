"""The report: whole or not at all, the same bytes for the same data, for the public only."""

import hashlib
import json
import re
from pathlib import Path

import pytest

import workforce_analytics as wa
from tests import small_council
from workforce_analytics.errors import (
    CannotWrite,
    ConfigurationError,
    DisclosureRefused,
    UsageError,
)


def _project(folder: Path, rows) -> Path:
    rows.to_csv(folder / "workforce.csv", index=False)
    small_council.GRADES.to_csv(folder / "grades.csv", index=False)
    path = folder / "organisation.toml"
    path.write_text(
        '[organisation]\nname = "Small Council"\n[extracts.workforce]\npath = "workforce.csv"\n'
        '[extracts.grades]\npath = "grades.csv"\n',
        encoding="utf-8",
    )
    return path


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_is_a_page_a_workbook_and_open_data(sample_report) -> None:
    files = _digests(sample_report)
    assert {"index.html", "annex.html", "tables.xlsx", "tables.ods", "report.json"} <= set(files)
    csvs = [name for name in files if name.endswith(".csv")]
    assert len(csvs) == 120
    assert all(f"{name}-metadata.json" in files for name in csvs)
    manifest = json.loads((sample_report / "report.json").read_text(encoding="utf-8"))
    files.pop("report.json")
    assert manifest["files"] == files
    assert len(manifest["inputs"]["workforce_2025.csv"]) == 64


def _by_grade(folder: Path) -> dict[str, dict]:
    """Metadata of the tables by grade, by the name of their file."""
    found = (folder / "data").glob("*-shares.csv-metadata.json")
    described = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in found}
    return {name: one for name, one in described.items() if "by grade" in one["dc:title"]}


def _pages(folder: Path) -> str:
    """What stands on the page and in its annex."""
    return "".join((folder / name).read_text("utf-8") for name in ("index.html", "annex.html"))


def _notes(described: dict, kind: str) -> list[str]:
    return [note["body"] for note in described["notes"] if note["type"] == kind]


def test_tables_that_would_hide_much_are_shown_in_less_detail_and_say_so(sample_report) -> None:
    pages = _pages(sample_report)
    described = _by_grade(sample_report)
    assert len(described) == 7
    coarser = {name: _notes(one, "less_detail") for name, one in described.items()}
    assert any(coarser.values())
    for name, said in coarser.items():
        path = sample_report / "data" / name.removesuffix("-metadata.json")
        everybody = "declaration_rate" in path.read_text(encoding="utf-8")
        assert bool(said) == ("-senior-" in name or not everybody)
        for words in said:
            assert words.startswith("Shown ")
            assert ("for those who declared only" in words) == (not everybody)
            assert "more than a fifth of the counts would have had to be hidden." in words
            # Where the table stands, and in the section on how people are protected.
            assert words in pages
            assert f": {words[:1].lower()}{words[1:]}" in pages


def test_grade_bands_are_kept_where_those_who_declared_can_be_shown(sample_report) -> None:
    """Diversity at all levels is what is asked for: two grade levels answer little of it."""
    kept = [name for name in _by_grade(sample_report) if "-grade-band-" in name]
    assert {name.split("-grade-band-")[0] for name in kept} >= {"sex", "disability", "religion"}
    pages = _pages(sample_report)
    for name in kept:
        described = _by_grade(sample_report)[name]
        assert _notes(described, "definition") == [
            "People in the group divided by those who have declared."
        ]
        (caveat,) = _notes(described, "caveat")
        assert "The declaration rate is in the table of everybody" in caveat
        assert caveat in pages


def test_what_is_hidden_of_a_table_is_a_fifth_or_said(sample_report) -> None:
    for path in sorted((sample_report / "data").glob("*-metadata.json")):
        described = json.loads(path.read_text(encoding="utf-8"))
        words = " ".join(_notes(described, "disclosure_control"))
        found = re.search(r"(\d+) of (\d+) counts are hidden", words)
        much = bool(found) and 5 * int(found[1]) > int(found[2])
        said = " ".join(_notes(described, "less_detail"))
        assert ("than a fifth of the counts are hidden" in said) == much, path.name


def test_the_policy_stands_in_every_description_and_once_on_the_page(sample_report) -> None:
    words = "Counts from 1 to 9, and all from which they could be worked out, are hidden [c]."
    assert (sample_report / "index.html").read_text(encoding="utf-8").count(words) == 1
    for path in sorted((sample_report / "data").glob("*-metadata.json")):
        described = json.loads(path.read_text(encoding="utf-8"))
        assert _notes(described, "disclosure_control")[0] == words, path.name


def test_tables_can_start_at_the_finest_level(tmp_path) -> None:
    path = _project(tmp_path, small_council.rows(3_000))
    with path.open("a", encoding="utf-8") as file:
        file.write('[report]\nlevel = "full"\nby = ""\n')
    wa.report.annual(wa.load(path), out=tmp_path / "report")
    shares = (tmp_path / "report" / "data" / "ethnicity-shares.csv").read_text(encoding="utf-8")
    assert "Bangladeshi" in shares
    # A list of which the main level is the finest one starts there.
    assert "Female" in (tmp_path / "report" / "data" / "sex-shares.csv").read_text("utf-8")


def test_a_level_that_there_is_not_is_refused(tmp_path) -> None:
    path = _project(tmp_path, small_council.rows(10))
    with path.open("a", encoding="utf-8") as file:
        file.write('[report]\nlevel = "binary"\n')
    with pytest.raises(ConfigurationError, match=r"'report\.level'.*'main' or 'full'"):
        wa.load(path)


def test_small_counts_are_nowhere_in_the_open_data(sample_report) -> None:
    import csv

    hidden = shown = 0
    for path in sorted((sample_report / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["numerator"] == "[c]":
                    hidden += 1
                elif row["numerator"] not in {"", "[z]", "[x]"}:
                    shown += 1
                    assert not 1 <= float(row["numerator"]) <= 9, (path.name, row)
    assert hidden > 20
    assert shown > 500


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path) -> None:
    rows = small_council.rows(400, dates=("2024-03-31", "2025-03-31"))
    digests = []
    for name, table in {"one": rows, "two": rows.sample(frac=1, random_state=5)}.items():
        (tmp_path / name).mkdir()
        council = wa.load(_project(tmp_path / name, table))
        wa.report.annual(council, out=tmp_path / name / "report")
        digest = _digests(tmp_path / name / "report")
        # Only the record of the input file itself may differ, and what repeats its checksum.
        digests.append({k: v for k, v in digest.items() if k.endswith(".csv")})
    assert digests[0] == digests[1]


def test_a_second_run_gives_the_same_bytes(tmp_path) -> None:
    path = _project(tmp_path, small_council.rows(400, dates=("2024-03-31", "2025-03-31")))
    wa.report.annual(wa.load(path), out=tmp_path / "report")
    first = _digests(tmp_path / "report")
    wa.report.annual(wa.load(path), out=tmp_path / "report")
    assert _digests(tmp_path / "report") == first


def test_another_folder_is_left_alone(tmp_path) -> None:
    council = wa.load(_project(tmp_path, small_council.rows(100)))
    other = tmp_path / "photographs"
    other.mkdir()
    (other / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(CannotWrite, match="not part of a report"):
        wa.report.annual(council, out=other)
    assert [path.name for path in other.iterdir()] == ["holiday.jpg"]


def test_nothing_half_written_is_left_when_it_fails(tmp_path, monkeypatch) -> None:
    path = _project(tmp_path, small_council.rows(200))
    council = wa.load(path)
    before = sorted(item.name for item in tmp_path.iterdir())

    def explode(*args, **kwargs):
        raise RuntimeError("half way")

    monkeypatch.setattr("workforce_analytics.publishing.page.render", explode)
    with pytest.raises(RuntimeError):
        wa.report.annual(council, out=tmp_path / "report")
    assert sorted(item.name for item in tmp_path.iterdir()) == before


def test_the_report_is_for_the_public_only(tmp_path) -> None:
    council = wa.load(_project(tmp_path, small_council.rows(100)))
    wa.audience("analyst", reason="a test of the refusal")
    try:
        with pytest.raises(DisclosureRefused):
            wa.report.annual(council, out=tmp_path / "report")
    finally:
        wa.audience("public")
    assert not (tmp_path / "report").exists()


def _totals(folder: Path) -> dict[tuple[str, ...], set[str]]:
    """How each table prints the number of those who declared, and of everybody.

    By characteristic (none for everybody), part of the grades, and date.
    """
    import csv

    printed: dict[tuple[str, ...], set[str]] = {}
    for path in sorted((folder / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                measure, of = row["measure"], list(row)[2]
                if measure in {"share_of_known", "declaration_rate"}:
                    part = row.get("grade_band") or row.get("senior") or "All"
                    whose = of if measure == "share_of_known" else ""
                    place = (whose, part, row["period"])
                    printed.setdefault(place, set()).add(row["denominator"])
    return printed


def test_a_total_is_printed_in_every_table_or_in_none(sample_report) -> None:
    """Tables of different characteristics hold the same people: one may not give another away."""
    printed = _totals(sample_report)
    assert {("sex", "All", "2025-03-31"), ("", "All", "2025-03-31")} <= set(printed)
    assert {"Grades 1 to 4", "Senior grades"} <= {part for _, part, _ in printed}
    assert {place: shown for place, shown in printed.items() if len(shown) > 1} == {}


def test_small_bands_are_hidden_in_every_table(tmp_path) -> None:
    rows = small_council.rows(400, dates=("2024-03-31", "2025-03-31"))
    senior = rows["grade"] == "G9"
    few = rows[senior].drop_duplicates("person_id")["person_id"].tolist()[:8]
    rows = rows[~senior | rows["person_id"].isin(few)]
    wa.report.annual(wa.load(_project(tmp_path, rows)), out=tmp_path / "report")
    printed = _totals(tmp_path / "report")
    assert {place: shown for place, shown in printed.items() if len(shown) > 1} == {}
    by_grade = _by_grade(tmp_path / "report")
    # Even two parts would tell of so few, and one alone could be had from the total.
    for of in ("ethnicity", "sex", "age"):
        for part in ("Senior grades", "Other grades"):
            assert printed[(of, part, "2025-03-31")] == {"[c]"}, (of, part)
    assert len(by_grade) == 3
    for described in by_grade.values():
        assert "there is no less detailed way" in " ".join(_notes(described, "less_detail"))


def test_somebody_elses_file_in_the_folder_is_never_deleted(tmp_path) -> None:
    council = wa.load(_project(tmp_path, small_council.rows(150)))
    wa.report.annual(council, out=tmp_path / "report")
    (tmp_path / "report" / "data" / "mine.csv").write_text("x")
    with pytest.raises(CannotWrite, match=r"data/mine\.csv"):
        wa.report.annual(council, out=tmp_path / "report")
    assert (tmp_path / "report" / "data" / "mine.csv").read_text() == "x"


def test_a_part_that_there_is_not_is_refused(tmp_path) -> None:
    council = wa.load(_project(tmp_path, small_council.rows(50)))
    with pytest.raises(UsageError, match="parts= takes one or more of workforce, recruitment"):
        wa.report.annual(council, out=tmp_path / "report", parts=["pay"])
    assert not (tmp_path / "report").exists()
