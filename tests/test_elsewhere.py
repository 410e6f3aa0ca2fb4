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
from workforce_analytics.disclosure.displays import read_workbook
from workforce_analytics.disclosure.elsewhere import elsewhere
from workforce_analytics.disclosure.names import Names
from workforce_analytics.disclosure.published import read_report
from workforce_analytics.disclosure.rows import Finding
from workforce_analytics.disclosure.sources import Source
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


# --- the staff survey -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def survey_tables(council):
    survey, answers = wa.survey, council.survey
    return [
        survey.scores(answers),
        survey.priorities(answers, of=["sex"]),
        survey.drivers(answers),
        survey.scores(answers, of="sex"),
        survey.response_rates(answers, of="sex"),
        survey.weights(answers).diagnostics(),
    ]


@pytest.fixture(scope="module")
def clean_survey(survey_tables, tmp_path_factory) -> Path:
    made = protect_together(survey_tables)
    return written(tmp_path_factory.mktemp("survey") / "report", made, shown=True)


@pytest.fixture
def survey_folder(clean_survey, tmp_path) -> Path:
    return Path(shutil.copytree(clean_survey, tmp_path / "report"))


def _elsewhere(folder: Path) -> list[Finding]:
    return elsewhere(read_report(folder))


def test_a_survey_s_pages_and_workbooks_that_show_what_the_tables_do_are_fine(clean_survey) -> None:
    assert _elsewhere(clean_survey) == []


_CELL = r'\s*<td class="[a-z ]*">'
_PAGE, _ANNEX = "index.html", "annex.html"
_EVERYBODY = rf'>My line manager</th>\s*<th scope="row">All staff</th>{_CELL}3,085</td>'
PLANTED: dict[str, tuple[str, str, str, str, str]] = {
    "another theme's score in a matrix": (
        _PAGE,
        rf">Female</th>{_CELL}63\.6</td>{_CELL}",
        "54.0",
        "55.9",
        "under My line manager",
    ),
    "all staff in a table by theme and group": (
        _ANNEX,
        rf"{_EVERYBODY}{_CELL}% positive</td>{_CELL}",
        "55.3",
        "54.0",
        "row My line manager, All staff",
    ),
    "a scale": (
        _ANNEX,
        rf"All staff</th>{_CELL}3,085</td>{_CELL}",
        "0 to 100",
        "0 to 90",
        "under Scale",
    ),
    "a range of places": (_ANNEX, _CELL, "1 (1 to 6)", "1 (1 to 9)", "row My line manager"),
    "a percentage of the highest priority": (_ANNEX, _CELL, "254.0", "253.9", "under Priority"),
    "all staff in a panel that is described": (
        _PAGE,
        r"My line manager\. All staff: ",
        "55.3%",
        "56.0%",
        "the percentage 56.0%",
    ),
    "a group in a panel that is described": (
        _PAGE,
        r"My line manager\. All staff: 55\.3%\. Female: ",
        "54.0%",
        "55.9%",
        "the percentage 55.9%",
    ),
    "an index in a panel that is described": (
        _PAGE,
        r"All staff: 63\.4\. Female: ",
        "63.6",
        "63.8",
        "the number 63.8",
    ),
    "all staff over a panel": (
        _PAGE,
        ">",
        "All staff: 55.3%",
        "All staff: 56.0%",
        "the percentage",
    ),
    "a share of positive answers in a chart": (
        _ANNEX,
        r"My line manager: Place 1 \(1 to 6\) \(",
        "55.3% positive",
        "57.0% positive",
        "the percentage 57.0%",
    ),
    "a score in a sentence": (
        _PAGE,
        "Engagement is ",
        "63.4 out of 100 (likely",
        "61.4 out of 100 (likely",
        "the number 61.4",
    ),
    "a theme that a sentence quotes": (
        _ANNEX,
        r"“Inclusion” \(",
        "51.3% positive",
        "57.0% positive",
        "the percentage 57.0%",
    ),
    "all staff beside a group": (
        _ANNEX,
        "<p>",
        "58.9% of staff answered (",
        "Fewer of “Male”: 58.6% of staff answered (",
        "the percentage 58.6%",
    ),
    "a line between low and high scores": (
        _ANNEX,
        r"mean of the themes \(",
        "54.5%",
        "54.8%",
        "the percentage 54.8%",
    ),
    "by how many points weights move a group": (
        _PAGE,
        r"to 67\.1% \(",
        "−1.1 points",
        "−1.2 points",
        "the number −1.2",
    ),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_number_that_a_survey_does_not_print_there_is_found(survey_folder, kind) -> None:
    """Most of them are printed for another theme, or another group."""
    file, before, old, new, said = PLANTED[kind]
    _rewritten(survey_folder, f"({before}){re.escape(old)}", rf"\g<1>{new}", file=file)
    found = _elsewhere(survey_folder)
    assert {one.file for one in found} == {file}
    assert any(said in one.sentence() for one in found), found


@pytest.mark.parametrize("name", ["tables.xlsx", "tables.ods"])
def test_themes_stand_in_the_headings_of_workbooks(clean_survey, name) -> None:
    """So that a number is looked for in the rows of its theme."""
    titles = ("Staff survey 2024: scores, by sex", "Staff survey 2024: what to work on first")
    scores, places = (
        next(one for one in read_workbook(clean_survey / name) if one.caption == title)
        for title in titles
    )
    assert scores.headings[:2] == ["Engagement (0 to 100)", "My line manager (% positive)"]
    assert [names for names, _ in scores.rows[:3]] == [["Female"], ["Male"], ["Undeclared"]]
    assert places.rows[0][0] == ["My line manager"]
    assert places.rows[0][1][0] == "1 (1 to 6)"


def test_a_number_in_a_matrix_is_one_of_its_row_and_theme() -> None:
    matrix = _source(
        sex=["Female", "Female", "All", "All"],
        topic=["Pay", "Hours", "Pay", "Hours"],
        value=["0.1", "0.2", "0.3", "0.4"],
    )

    def allowed(names: list[str], heading: str) -> set[int]:
        return {int(n) for n in matrix.allowed(names, heading) if 0 < n < 100}

    assert allowed(["Female"], "Hours (% positive)") == {20}
    assert allowed(["All staff"], "Pay") == {30}
    assert allowed(["Pay", "All staff"], "Score") == {30}
    assert allowed(["Pay", "Female"], "Score") == {10}
    # A heading that is a label of the row's own column says what is counted, not of whom.
    assert allowed(["Pay"], "Hours") == {10, 30}


def _source(**columns: list[str]) -> Source:
    """A CSV by hand: group columns, and the values of its rows."""
    figures = {"measure", "value", "unit", "numerator", "denominator", "period"}
    size = len(columns["value"])
    plain = {"measure": "score", "unit": "proportion", "period": "2024"}
    rows = [{**plain, **{name: values[n] for name, values in columns.items()}} for n in range(size)]
    return Source("data/it.csv", "It", tuple(rows), tuple(c for c in columns if c not in figures))


def test_words_of_every_day_name_nobody() -> None:
    """Labels of what was asked, and of characteristics, are words that sentences use."""
    asked = _source(topic=["Engagement"], answer=["Positive"], value=["0.5"])
    margins = _source(margin=["Age"], category=["16 to 24"], value=["0.5"])
    names = Names([asked, margins])

    def found(words: str) -> list[str]:
        return [hit.label for hit in names.hits(words)]

    assert found("99.7% of staff declared their age.") == []
    assert found("of the differences in engagement; positive answers") == []
    assert found("On “Engagement”: Positive 50.0%, of those aged 16 to 24") == [
        "Engagement",
        "Positive",
        "16 to 24",
    ]
