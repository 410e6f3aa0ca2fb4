"""Workbooks: numbers as numbers, marks as text, the same bytes, opened by other programs."""

import io
import zipfile
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from tests import protected_samples as samples
from tests import recruitment_samples as recruitment
from workforce_analytics.errors import UsageError
from workforce_analytics.publishing import ods, spreadsheet
from workforce_analytics.publishing.books import bind
from workforce_analytics.publishing.tables import tables as tables_of

ABOUT = {
    "title": "Workforce profile",
    "organisation": "Sample City Council",
    "licence": ["Open Government Licence v3.0."],
}
WRITERS = {"xlsx": spreadsheet.workbook, "ods": ods.workbook}


def tables():
    return [
        samples.shares(),
        samples.against_community(),
        samples.shares_by_band(),
        samples.over_time(),
    ]


@pytest.fixture(scope="module", params=WRITERS)
def content(request):
    return WRITERS[request.param](tables(), **ABOUT)


def sheet(content, name):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_name(name).to_python()


def test_cover_contents_notes_then_one_table_per_sheet(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == [
        "Cover",
        "Contents",
        "Notes",
        "Table_1",
        "Table_2",
        "Table_3",
        "Table_4",
    ]
    cover = " ".join(str(row[0]) for row in sheet(content, "Cover"))
    for words in ("Workforce profile", "Published by Sample City Council.", "[c] confidential"):
        assert words in cover
    assert "Open Government Licence" in cover
    contents = [row[:2] for row in sheet(content, "Contents")]
    assert ["Table_3", "Ethnic group of the workforce, by grade band, 31 March 2025"] in contents


def test_numbers_are_numbers_and_marks_are_text(content):
    rows = sheet(content, "Table_3")
    header = next(row for row in rows if row[0] == "Ethnic group")
    assert header[1:3] == ["Grades 1 to 4: number", "Grades 1 to 4: %"]
    asian = next(row for row in rows if row[0] == samples.ASIAN)
    assert asian[1:3] == [418, 16.4]
    assert asian[7:9] == ["[c]", "[c]"]
    assert not any(0 < cell < 10 for row in rows for cell in row[1::2] if isinstance(cell, float))


def test_marks_are_explained_and_notes_are_numbered(content):
    lines = [row[0] for row in sheet(content, "Table_3")]
    assert "[c] confidential: hidden so that nobody can be identified" in lines
    assert lines[0] == "Ethnic group of the workforce, by grade band, 31 March 2025"
    assert lines[1] == "Notes: [note 1][note 2]"
    notes = [row[1] for row in sheet(content, "Notes") if len(row) > 1]
    assert any(str(note).startswith("Percentages are of") for note in notes)


def test_the_cover_says_how_people_are_protected(content):
    cover = [str(row[0]) for row in sheet(content, "Cover")]
    assert tables()[0].policy.words in cover
    assert not any("ot for sharing" in line for line in cover)


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize(
    ("audience", "said"),
    [
        ("management", "Not for sharing: these figures are for management, not for the public."),
        ("analyst", "Exact figures: not for sharing."),
    ],
)
def test_what_is_not_for_the_public_is_stamped_on_cover_and_sheets(write, audience, said):
    content = write([samples.for_audience(samples.shares(), audience)], **ABOUT)
    for name in ("Cover", "Table_1"):
        assert said in [str(row[0]) for row in sheet(content, name)], name
    assert "Made by Sample City Council." in [str(row[0]) for row in sheet(content, "Cover")]


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_what_is_shown_in_less_detail_stands_on_cover_and_notes(write):
    words = "Shown in two groups: in more detail, more would have had to be hidden."
    content = write([samples.in_less_detail(samples.over_time(), words)], **ABOUT)
    cover = [str(row[0]) for row in sheet(content, "Cover")]
    assert f"Ethnic group over time: s{words[1:]}" in cover
    assert words in [row[1] for row in sheet(content, "Notes") if len(row) > 1]


def test_the_same_tables_give_the_same_bytes():
    turned = [samples.reordered(table) for table in tables()]
    for write in WRITERS.values():
        first = write(tables(), **ABOUT)
        assert write(tables(), **ABOUT) == first
        assert write(turned, **ABOUT) == first


def test_title_and_language_are_set():
    with zipfile.ZipFile(io.BytesIO(spreadsheet.workbook(tables(), **ABOUT))) as packed:
        core = packed.read("docProps/core.xml").decode()
    assert "<dc:title>Workforce profile</dc:title>" in core
    assert "<dc:language>en-GB</dc:language>" in core
    assert "2025-03-31T00:00:00Z</dcterms:created>" in core
    with zipfile.ZipFile(io.BytesIO(ods.workbook(tables(), **ABOUT))) as packed:
        assert packed.namelist()[0] == "mimetype"
        meta, styles = packed.read("meta.xml").decode(), packed.read("styles.xml").decode()
    assert "<dc:title>Workforce profile</dc:title>" in meta
    assert 'fo:language="en" fo:country="GB"' in styles


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_label_cannot_become_a_formula(write):
    names = ["=1+1", "+x", "-y", "@z", samples.OTHER]
    counts = dict(zip(names, (100, 100, 100, 100, 100), strict=True))
    counts |= dict.fromkeys(samples.UNDECLARED, 0)
    content = write([samples.shares(counts)], title="=title", organisation="=cmd", licence=["@a"])
    labels = {row[0] for row in sheet(content, "Table_1")}
    assert {"'=1+1", "'+x", "'-y", "'@z"} <= labels
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            text = packed.read(name).decode("utf-8", "ignore")
            assert "<f>" not in text
            assert "table:formula" not in text


def test_odfpy_reads_the_opendocument_file(tmp_path):
    from odf.opendocument import load
    from odf.table import Table

    path = tmp_path / "tables.ods"
    path.write_bytes(ods.workbook(tables(), **ABOUT))
    found = load(str(path)).spreadsheet.getElementsByType(Table)
    assert [one.getAttribute("name") for one in found][-1] == "Table_4"


def test_a_workbook_needs_a_table():
    with pytest.raises(UsageError):
        spreadsheet.workbook([], title="A")


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_mark_of_symbols_only_is_written_as_one_that_is_read_aloud(write):
    one = samples.shares_by_band()
    frame = one.to_frame()
    assert (frame["numerator_mark"] == "[c]").any()
    frame["numerator_mark"] = frame["numerator_mark"].replace("[c]", "*")
    frame["value_mark"] = frame["value_mark"].replace("[c]", "*")
    written = write([replace(one, _frame=frame)], **ABOUT)
    texts = {str(text) for row in sheet(written, "Table_1") for text in row}
    assert "[c]" in texts
    assert "*" not in texts


# --- recruitment and participation ---------------------------------------------------------------


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_table_of_several_parts_fills_several_sheets(write):
    every = [make() for make in recruitment.EVERY.values()]
    content = write(every, **ABOUT)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    shown = [one for made in every for one in tables_of(made)]
    assert len(book.sheet_names) == 3 + len(shown)
    for place, one in enumerate(shown, start=1):
        rows = sheet(content, f"Table_{place}")
        header = next(row for row in rows if row[0] == one.names[0])
        assert len(set(header)) == len(header)
    text = {
        str(value) for name in book.sheet_names for row in sheet(content, name) for value in row
    }
    assert not {"nan", "inf", "None"} & text


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_ratios_and_chances_are_numbers_with_their_decimals(write):
    passes = {samples.WHITE: (5000, 10_000), samples.ASIAN: (3999, 10_000)}
    rows = sheet(write([recruitment.likelihood(passes)], **ABOUT), "Table_1")
    (asian,) = [row for row in rows if row[0] == samples.ASIAN]
    assert 0.7998 in asian
    assert "Below" in asian


def test_a_book_is_dated_by_the_end_of_its_last_year():
    year = replace(recruitment.likelihood().about, period="2022/23 to 2024/25")
    made = [samples.shares(), replace(recruitment.likelihood(), about=year)]
    assert bind(made, title="A", licence=()).dated == "2025-03-31"
    later = replace(made[1], about=replace(year, period="2025/26 Q1"))
    assert bind([*made, later], title="A", licence=()).dated == "2026-03-31"
