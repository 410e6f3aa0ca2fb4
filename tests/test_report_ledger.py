"""The annual report beside the ledger: made twice, made from a revision, the ledger broken into."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

import workforce_analytics as wa
from tests import small_council
from workforce_analytics.disclosure import ledger
from workforce_analytics.errors import CannotWrite, ConfigurationError, DisclosureRefused


def council(folder: Path, rows: pd.DataFrame, path: str = "releases/ledger.jsonl"):
    (folder / "releases").mkdir(exist_ok=True)
    rows.to_csv(folder / "workforce.csv", index=False)
    small_council.GRADES.to_csv(folder / "grades.csv", index=False)
    place = folder / "organisation.toml"
    place.write_text(
        '[organisation]\nname = "Small Council"\n[extracts.workforce]\npath = "workforce.csv"\n'
        f'[extracts.grades]\npath = "grades.csv"\n[ledger]\npath = "{path}"\n',
        encoding="utf-8",
    )
    return wa.load(place)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def rows() -> pd.DataFrame:
    return small_council.rows(300, dates=("2024-03-31", "2025-03-31"))


def test_the_same_report_again_is_the_same_and_adds_nothing(tmp_path, rows) -> None:
    wa.report.annual(council(tmp_path, rows), out=tmp_path / "first")
    book = tmp_path / "releases" / "ledger.jsonl"
    before = book.read_bytes()
    lines = ledger.read(book)
    csvs = list((tmp_path / "first" / "data").glob("*.csv"))
    assert len(lines) == len(csvs) > 0
    assert all(len(entry.content["inputs"]["workforce.csv"]) == 64 for entry in lines)
    wa.report.annual(council(tmp_path, rows), out=tmp_path / "second")
    assert digests(tmp_path / "first") == digests(tmp_path / "second")
    assert book.read_bytes() == before


def test_next_years_report_is_not_refused(tmp_path, rows) -> None:
    earlier = rows[rows["snapshot_date"] == "2024-03-31"]
    wa.report.annual(council(tmp_path, earlier), out=tmp_path / "2024")
    wa.report.annual(council(tmp_path, rows), out=tmp_path / "2025")
    book = tmp_path / "releases" / "ledger.jsonl"
    assert len(ledger.read(book)) > len(list((tmp_path / "2025" / "data").glob("*.csv")))


def test_a_revision_is_refused_until_somebody_says_why(tmp_path, rows) -> None:
    wa.report.annual(council(tmp_path, rows), out=tmp_path / "report")
    kept = digests(tmp_path / "report")
    revised = rows.copy()
    first = revised.index[
        (revised["sex"] == "F")
        & (revised["snapshot_date"] == "2025-03-31")
        & (revised["engagement"] == "employee")
        & (revised["employer_unit"] == "council")
        & (revised["is_main_post"] == "Y")
    ][0]
    revised.loc[first, "sex"] = "M"
    with pytest.raises(DisclosureRefused, match="differ from those released earlier"):
        wa.report.annual(council(tmp_path, revised), out=tmp_path / "report")
    assert digests(tmp_path / "report") == kept
    book = tmp_path / "releases" / "ledger.jsonl"
    before = len(ledger.read(book))
    reason = "one record was corrected in the HR system"
    wa.report.annual(council(tmp_path, revised), out=tmp_path / "report", override=reason)
    added = ledger.read(book)[before:]
    assert added
    assert {entry.content["override"] for entry in added} == {reason}
    # The revision takes the place of what it revised.
    wa.report.annual(council(tmp_path, revised), out=tmp_path / "again", override=reason)
    assert len(ledger.read(book)) == before + len(added)
    table = wa.composition.shares(council(tmp_path, revised).workforce, of="sex")
    assert wa.disclosure.release(table).audience == "public"


def test_a_broken_ledger_stops_the_report(tmp_path, rows) -> None:
    wa.report.annual(council(tmp_path, rows), out=tmp_path / "report")
    book = tmp_path / "releases" / "ledger.jsonl"
    lines = book.read_bytes().splitlines(keepends=True)
    book.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
    with pytest.raises(DisclosureRefused, match="ledger"):
        wa.report.annual(council(tmp_path, rows), out=tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_ledger_inside_the_report_or_in_no_folder_is_refused(tmp_path, rows) -> None:
    with pytest.raises(ConfigurationError, match="Name another"):
        wa.report.annual(council(tmp_path, rows, "report/ledger.jsonl"), out=tmp_path / "report")
    with pytest.raises(CannotWrite):
        wa.report.annual(council(tmp_path, rows, "no/ledger.jsonl"), out=tmp_path / "report")
    assert not (tmp_path / "report").exists()
