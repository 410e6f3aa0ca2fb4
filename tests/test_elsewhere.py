"""A number on the page or in a workbook that the tables do not print is found, and no other."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import workforce_analytics as wa
from tests.audited_reports import sealed, written
from workforce_analytics.disclosure import protect_together
from workforce_analytics.disclosure.auditing import audit
from workforce_analytics.errors import DataError
from workforce_analytics.publishing import ods, spreadsheet


def _tables(council):
    staff, people = council.workforce, council.community
    return [
        wa.composition.against_community(staff, people, of="gender_identity"),
        wa.composition.shares(staff, of="gender_identity", by="senior"),
        wa.composition.over_time(staff, of="gender_identity", allow_break=True),
        wa.composition.shares(staff, of="age"),
        wa.composition.shares(staff, of="sex", by="grade_band"),
    ]


@pytest.fixture(scope="module")
def clean(council, tmp_path_factory) -> Path:
    made = protect_together(_tables(council))
    return written(tmp_path_factory.mktemp("shown") / "report", made, shown=True)


@pytest.fixture
def folder(clean, tmp_path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "report"))


def _rewritten(folder: Path, pattern: str, new: str, *, file: str = "index.html") -> None:
    path = folder / file
    before = path.read_text(encoding="utf-8")
    after = re.sub(pattern, new, before, count=1)
    assert before != after
    path.write_text(after, encoding="utf-8")
    sealed(folder)


def test_a_page_and_workbooks_that_show_what_the_tables_do_are_fine(clean) -> None:
    found = audit(clean)
    assert found.ok, found.findings
    assert "[c]" in (clean / "index.html").read_text(encoding="utf-8")


CHANGES: dict[str, tuple[str, str, str]] = {
    "a count in a table": (r"(<td[^>]*>)\[c\](</td>)", r"\g<1>7\2", "under"),
    "a percentage in a table": (r"(<td[^>]*>)67\.2(</td>)", r"\g<1>67.3\2", "row Female"),
    "the description of a chart": (r"\[c\] not shown", "4.4%", "the percentage 4.4%"),
    "a label in a chart": (r">\[c\]</text>", ">4.4%</text>", "the percentage 4.4%"),
    "a sentence": (r"<p>Percentages", r"<p>“Male” made up 32.9%. Percentages", "32.9%"),
    "a note": (r"prefer not to say 686", "prefer not to say 687", "follows 'Prefer not to say'"),
    "a large figure": (r">61\.1%<", ">61.3%<", "the percentage 61.3%"),
    "an attribute": (r"<nav ", '<nav aria-description="Not known: 7" ', "follows 'Not known'"),
}


IN_THE_ANNEX = {"the description of a chart", "a label in a chart"}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_number_that_no_table_prints_is_found_on_the_pages(folder, kind) -> None:
    pattern, new, said = CHANGES[kind]
    file = "annex.html" if kind in IN_THE_ANNEX else "index.html"
    _rewritten(folder, pattern, new, file=file)
    found = audit(folder).findings
    assert found
    assert {one.file for one in found} == {file}
    assert any(said in one.sentence() for one in found)


def test_a_percentage_is_looked_for_with_its_own_group(folder) -> None:
    """What is printed for one group is not printed for another."""
    group = "Gender identity different from sex registered at birth: Other grades "
    shown = re.escape(f"{group}[c] not shown")
    _rewritten(folder, shown, f"{group}99.3%", file="annex.html")
    assert any("99.3%" in one.what for one in audit(folder).findings)


def test_a_number_in_the_description_of_a_table_is_found(folder) -> None:
    name = "data/gender-identity-senior-shares.csv-metadata.json"
    _rewritten(
        folder, r'"body": "Counts', '"body": "Only 7.7% are Senior grades. Counts', file=name
    )
    assert [one.file for one in audit(folder).findings] == [name]


@pytest.mark.parametrize(
    ("name", "made"), [("tables.xlsx", spreadsheet.workbook), ("tables.ods", ods.workbook)]
)
def test_a_workbook_that_shows_more_than_the_tables_is_found(
    council, folder, name: str, made: Callable[..., bytes]
) -> None:
    """The same tables by another policy, which hides less."""
    policy = {"threshold": 3}
    loose = [replace(one, about=replace(one.about, policy=policy)) for one in _tables(council)]
    (folder / name).write_bytes(made(protect_together(loose), title="Tables"))
    sealed(folder)
    found = audit(folder).findings
    assert found
    assert {one.file for one in found} == {name}


@pytest.mark.parametrize("name", ["index.html", "annex.html", "tables.xlsx", "tables.ods"])
def test_what_cannot_be_read_is_said(folder, name) -> None:
    (folder / name).write_bytes(b"\xff\xfe\xfd")
    sealed(folder)
    with pytest.raises(DataError, match=name):
        audit(folder)
