"""Files are read as text exactly as written; a file that cannot be used is one clear line."""

from __future__ import annotations

import builtins
import csv
import datetime
import io
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from workforce_analytics.errors import ConfigurationError, DataError, WorkforceError
from workforce_analytics.extracts.delimited import read_delimited
from workforce_analytics.extracts.reading import FileOptions, RawTable, read_table

STAFF = "Per. Ref.,Grade,Religion,Note\n000482,G4 – G5,None,NA\n0012,10-12,,x\n"


def rows(raw: RawTable) -> list[list[Any]]:
    """Give the cells of a table, None where blank."""
    return raw.table.astype(object).where(raw.table.notna(), None).to_numpy().tolist()


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def workbook(path: Path, sheets: dict[str, list[list[Any]]], **options: Any) -> Path:
    """Write a workbook; dates are formatted as dates, as Excel does."""
    book = xlsxwriter.Workbook(str(path), options)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for name, cells in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(cells):
            for j, cell in enumerate(row):
                if isinstance(cell, datetime.datetime):
                    sheet.write_datetime(i, j, cell, moment)
                elif isinstance(cell, datetime.date):
                    sheet.write_datetime(i, j, cell, day)
                elif cell is not None:
                    sheet.write(i, j, cell)
    book.close()
    return path


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter_gives_the_same_text(
    tmp_path: Path, encoding: str, found: str, delimiter: str
) -> None:
    path = written(tmp_path, "staff.csv", STAFF.replace(",", delimiter).encode(encoding))
    raw = read_table(path, FileOptions())
    assert list(raw.table.columns) == ["Per. Ref.", "Grade", "Religion", "Note"]
    assert rows(raw) == [["000482", "G4 – G5", "None", "NA"], ["0012", "10-12", None, "x"]]
    assert (raw.encoding, raw.delimiter) == (found, delimiter)
    assert raw.records.tolist() == [1, 2]
    assert (raw.rows_read, raw.dropped, raw.notes) == (2, (), ())


def test_the_options_win_over_what_is_found(tmp_path: Path) -> None:
    path = written(tmp_path, "staff.csv", "a;b,c\n1;2,x\n")
    assert list(read_table(path, FileOptions(delimiter=";")).table.columns) == ["a", "b,c"]
    path = written(tmp_path, "staff.csv", "name,x\nÅse,1\n".encode("cp865"))
    assert rows(read_table(path, FileOptions(encoding="cp865"))) == [["Åse", "1"]]
    with pytest.raises(ConfigurationError, match="'klingon' is not an encoding"):
        read_table(path, FileOptions(encoding="klingon"))
    with pytest.raises(DataError, match="not text in ascii"):
        read_table(path, FileOptions(encoding="ascii"))


def test_excel_says_the_delimiter_in_a_line_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, "staff.csv", "sep=;\r\na;b\r\n1,5;2,5\r\n")
    assert rows(read_table(path)) == [["1,5", "2,5"]]


def test_line_breaks_and_quotation_marks_inside_cells(tmp_path: Path) -> None:
    path = written(tmp_path, "staff.csv", 'id,note\r\n1,"a,\r\n""b"""\r\n2,5" pipe\r\n3,last')
    raw = read_table(path)
    assert rows(raw) == [["1", 'a,\r\n"b"'], ["2", '5" pipe'], ["3", "last"]]
    assert raw.records.tolist() == [1, 2, 3]


def test_old_line_ends_and_an_end_of_file_mark(tmp_path: Path) -> None:
    path = written(tmp_path, "staff.txt", b"id\tnote\r1\tx\r2\ty\r\x1a")
    assert rows(read_table(path)) == [["1", "x"], ["2", "y"]]


def test_ragged_records_are_reported_not_guessed(tmp_path: Path) -> None:
    content = "id,note,grade\n1,x,G1\n2,G2\n3,a,b,G3\n4,y,G4,\n\n5,,\n"
    raw = read_table(written(tmp_path, "staff.csv", content))
    assert rows(raw) == [["1", "x", "G1"], ["4", "y", "G4"], ["5", None, None]]
    assert raw.records.tolist() == [1, 4, 6]
    assert raw.dropped == (("blank", 1), ("with too many or too few cells", 2))
    assert raw.rows_read == 6
    (problem,) = raw.notes
    assert (problem.rule, problem.severity) == ("ragged_record", "error")
    assert (problem.records, problem.of, problem.first_record) == (2, 5, 2)


def test_a_column_without_a_header_is_not_read_but_said(tmp_path: Path) -> None:
    raw = read_table(written(tmp_path, "staff.csv", "id,,note,\n1,x,a,\n2,,b,\n"))
    assert rows(raw) == [["1", "a"], ["2", "b"]]
    assert [(p.column, p.rule, p.records) for p in raw.notes] == [
        ("column 2", "column_without_header", 1)
    ]


def test_titles_footers_subtotals_and_blank_rows(tmp_path: Path) -> None:
    cells: list[list[Any]] = [
        ["Sample City Council"],
        ["Staff in post"],
        [],
        ["As at", datetime.date(2025, 3, 31)],
        ["Per. Ref.", "Post Title", "Grade", "FTE", "Cont. Service"],
        ["000482", "Care Assistant", "G4", 0.5, datetime.date(1900, 4, 1)],
        [None, "Adult Social Care Total", None, 0.5],
        [],
        [482, "Asst Dir – TUPE", "10-12", 1, datetime.date(2024, 7, 2)],
        [None, "TOTAL", None, 1],
        ["Run by J Smith"],
        ["Page 1"],
    ]
    path = workbook(tmp_path / "staff.xlsx", {"Report": cells})
    options = FileOptions(header_row=5, skip_footer="run by", subtotal="Total")
    raw = read_table(path, options)
    assert rows(raw) == [
        ["000482", "Care Assistant", "G4", "0.5", "1900-04-01"],
        ["482", "Asst Dir – TUPE", "10-12", "1", "2024-07-02"],
    ]
    assert raw.records.tolist() == [1, 4]
    assert raw.dropped == (
        ("of a title", 3),
        ("blank", 1),
        ("in the footer", 2),
        ("of subtotals", 2),
    )
    assert raw.rows_read == len(raw.table) + sum(n for _, n in raw.dropped)
    found = read_table(path, FileOptions(skip_footer="Run by", subtotal="Total"))
    assert rows(found) == rows(raw)


def test_a_footer_begins_only_with_its_own_word(tmp_path: Path) -> None:
    path = written(tmp_path, "staff.csv", "id,post\n1,Run by night\n2,x\nRun by me,\n3,late\n")
    raw = read_table(path, FileOptions(skip_footer="Run by"))
    assert rows(raw) == [["1", "Run by night"], ["2", "x"]]
    assert raw.dropped == (("in the footer", 2),)


def test_what_cells_of_a_workbook_become(tmp_path: Path) -> None:
    cells: list[list[Any]] = [
        ["kind", "value"],
        ["text", "000482"],
        ["whole number", 482.0],
        ["fraction", 0.1 + 0.2],
        ["small", 0.00001],
        ["large", 12345678901234],
        ["true", True],
        ["day", datetime.date(2024, 7, 2)],
        ["moment", datetime.datetime(2024, 7, 2, 9, 14)],
        ["last day", datetime.date(9999, 12, 31)],
        ["serial", 45475],
        ["dash", "White – British"],
    ]
    raw = read_table(workbook(tmp_path / "cells.xlsx", {"S": cells}))
    assert dict(rows(raw)) == {
        "text": "000482",
        "whole number": "482",
        "fraction": "0.3",
        "small": "0.00001",
        "large": "12345678901234",
        "true": "TRUE",
        "day": "2024-07-02",
        "moment": "2024-07-02 09:14",
        "last day": "9999-12-31",
        "serial": "45475",
        "dash": "White – British",
    }


def open_document(path: Path, cells: list[list[TableCell]]) -> Path:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Staff")
    for row in cells:
        line = TableRow()
        for cell in row:
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def cell(text: str, **kind: str) -> TableCell:
    made = TableCell(**(kind or {"valuetype": "string"}))
    made.addElement(P(text=text))
    return made


def test_open_document_spreadsheets(tmp_path: Path) -> None:
    path = open_document(
        tmp_path / "staff.ods",
        [
            [cell("Per. Ref."), cell("FTE"), cell("Started"), cell("Until"), cell("Main")],
            [
                cell("0012"),
                cell("482", valuetype="float", value="482"),
                cell("02/07/24", valuetype="date", datevalue="2024-07-02"),
                cell("31/12/4712", valuetype="date", datevalue="4712-12-31"),
                cell("TRUE", valuetype="boolean", booleanvalue="true"),
            ],
        ],
    )
    assert rows(read_table(path)) == [["0012", "482", "2024-07-02", "4712-12-31", "TRUE"]]


def test_the_sheet_is_chosen_by_name_and_never_guessed(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "staff.xlsx",
        {
            "Cover": [["Read me", "please"], ["x", "y"]],
            "Data": [["id", "g"], ["1", "a"], ["2", "b"]],
            "End": [],
        },
    )
    assert rows(read_table(path, FileOptions(sheet="Data"))) == [["1", "a"], ["2", "b"]]
    assert rows(read_table(path, FileOptions(sheet=" data"))) == [["1", "a"], ["2", "b"]]
    with pytest.raises(ConfigurationError) as wrong:
        read_table(path, FileOptions(sheet="Dta"))
    assert str(wrong.value) == (
        "staff.xlsx: there is no sheet 'Dta'. Its sheets: 'Cover', 'Data', 'End'."
    )
    with pytest.raises(ConfigurationError) as several:
        read_table(path)
    assert str(several.value) == (
        "staff.xlsx: it has several sheets: 'Cover', 'Data', 'End'. Say which to read, in the "
        'mapping under [file]: sheet = "Data".'
    )
    one = workbook(tmp_path / "one.xlsx", {"Empty": [], "Data": [["id", "g"], ["1", "a"]]})
    assert rows(read_table(one)) == [["1", "a"]]


def test_three_header_rows_of_which_the_first_names(tmp_path: Path) -> None:
    content = (
        "ResponseId,Q1,Finished\n"
        'Response ID,"I am proud\nto work here",Finished\n'
        '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""finished""}"\n'
        "R_1,5 - Strongly agree,True\n"
    )
    raw = read_table(written(tmp_path, "survey.csv", content), FileOptions(header_rows=3))
    assert list(raw.table.columns) == ["ResponseId", "Q1", "Finished"]
    assert rows(raw) == [["R_1", "5 - Strongly agree", "True"]]
    assert raw.records.tolist() == [1]


def test_two_header_rows_with_a_grid(tmp_path: Path) -> None:
    content = (
        "ID,How far do you agree?,,Directorate\n,I am proud,I am heard,Response\n7,5,4,Place\n"
    )
    raw = read_table(written(tmp_path, "survey.csv", content), FileOptions(header_rows=2))
    assert list(raw.table.columns) == [
        "ID",
        "How far do you agree? / I am proud",
        "How far do you agree? / I am heard",
        "Directorate",
    ]


def test_headers_lose_line_breaks_and_outer_spaces_only(tmp_path: Path) -> None:
    raw = read_table(written(tmp_path, "staff.csv", '" Per.\nRef. ",Internal?\n1,Y\n'))
    assert list(raw.table.columns) == ["Per. Ref.", "Internal?"]


@pytest.mark.parametrize("header", ["a,b,a", "Name,name,x"])
def test_headers_that_stand_twice_are_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(DataError, match="stand more than once or differ only in case"):
        read_table(written(tmp_path, "staff.csv", f"{header}\nx,y,z\n"))


@pytest.mark.parametrize(
    "first", ["000482,Smith,01/04/1900", "smith@example.org,x,y", "1,2,3", "2024,0.5,x"]
)
def test_a_file_without_a_header_gives_no_value_away(tmp_path: Path, first: str) -> None:
    path = written(tmp_path, "staff.csv", f"{first}\n{first}\n")
    for options in (FileOptions(), FileOptions(header_row=2)):
        with pytest.raises(DataError, match="where the header should be") as refused:
            read_table(path, options)
        assert "smith" not in str(refused.value).lower()
        assert "482" not in str(refused.value)


def test_years_may_head_columns(tmp_path: Path) -> None:
    raw = read_table(written(tmp_path, "counts.csv", "Ethnic group,2023,2024\nWhite,10,12\n"))
    assert list(raw.table.columns) == ["Ethnic group", "2023", "2024"]


def test_a_header_row_below_the_last_row(tmp_path: Path) -> None:
    path = written(tmp_path, "staff.csv", STAFF)
    with pytest.raises(DataError, match="row 9 is blank or below the last row"):
        read_table(path, FileOptions(header_row=9))


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("letter.txt", "Dear Zorblax")
    return buffer.getvalue()


NOISE = bytes((i * 197 + (i * i) % 251) % 256 for i in range(5000))

UNUSABLE: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "a.csv: the file is empty. Export it again."),
    "empty workbook": ("a.xlsx", b"", "a.xlsx: the file is empty. Export it again."),
    "blank lines": (
        "a.csv",
        b"\r\n \r\n",
        "a.csv: there is nothing in it but blank lines. Export it again.",
    ),
    "separators only": (
        "a.csv",
        b",,\n,,\n",
        "a.csv: there is nothing in it but blank cells. Export it again.",
    ),
    "header only": (
        "a.csv",
        b"id,grade\r\n",
        "a.csv: there is a header but no record under it. Export it again.",
    ),
    "zip renamed": (
        "a.xlsx",
        _zip(),
        "a.xlsx: its name says it is a workbook, but it cannot be read as one: damaged, or another "
        "kind of file renamed. Open it in Excel or LibreOffice and save it as .xlsx.",
    ),
    "zip as text": (
        "a.csv",
        _zip(),
        "a.csv: its name says text, but it is an Excel or OpenDocument workbook or another zip "
        "archive. Give it the ending it should have, or export it again as CSV.",
    ),
    "web page renamed": (
        "a.xls",
        b"<html><table><tr><td>Zorblax</td></tr></table></html>",
        "a.xls: its name says it is a workbook, but it is not one. Systems export web pages or "
        "text under this name: open it and save it as .xlsx or .csv.",
    ),
    "noise": (
        "a.csv",
        NOISE,
        "a.csv: not text in UTF-8, UTF-16 or Windows-1252: another encoding, binary data, or "
        "damaged. Export it again as CSV UTF-8.",
    ),
    "control characters": (
        "a.csv",
        b"id,grade\n" + b"\x01\x02\x03\x04" * 9,
        "a.csv: holds bytes that no text holds: binary data, or damaged. "
        "Export it again as CSV UTF-8.",
    ),
    "zero bytes": (
        "a.csv",
        b"id,grade\n1,G\x004\n",
        "a.csv: holds bytes that no text holds: binary data, or damaged. "
        "Export it again as CSV UTF-8.",
    ),
    "noise as workbook": (
        "a.ods",
        NOISE,
        "a.ods: its name says it is a workbook, but it is not one. Systems export web pages or "
        "text under this name: open it and save it as .xlsx or .csv.",
    ),
    "open quotation mark": (
        "a.csv",
        b'id,note\n1,"Zorblax\n2,x\n',
        "a.csv: a quotation mark is opened and never closed, so records cannot be told apart. "
        "Export it again; quotation marks inside a cell must be doubled.",
    ),
    "another kind": (
        "a.docx",
        _zip(),
        "a.docx: not a kind of file that is read: .csv, .tsv, .tab, .txt, .xlsx, .xlsm, .xlsb, "
        ".xls, .ods, or Parquet.",
    ),
    "lock file of Excel": (
        "~$a.xlsx",
        b"\x07Zorblax",
        "~$a.xlsx: the lock file that a spreadsheet program writes while a.xlsx is open. Give "
        "a.xlsx itself, or a pattern that does not match its lock file.",
    ),
    "lock file of LibreOffice": (
        ".~lock.a.ods#",
        b",Zorblax,",
        ".~lock.a.ods#: the lock file that a spreadsheet program writes while a.ods is open. Give "
        "a.ods itself, or a pattern that does not match its lock file.",
    ),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_file_is_one_clear_line(tmp_path: Path, case: str) -> None:
    name, content, line = UNUSABLE[case]
    with pytest.raises(DataError) as refused:
        read_table(written(tmp_path, name, content))
    assert str(refused.value) == line
    told = "".join(traceback.format_exception(refused.value))
    assert "Zorblax" not in told
    assert "another exception" not in told


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as missing:
        read_table(tmp_path / "staff.csv")
    assert str(missing.value) == (
        f"staff.csv: there is no such file in {tmp_path}. Check the path and its spelling."
    )
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ConfigurationError) as folder:
        read_table(tmp_path / "folder.csv")
    assert str(folder.value) == "folder.csv: a folder, where a file is expected."


@pytest.mark.parametrize(
    ("raised", "line"),
    [
        (
            PermissionError(13, "Permission denied", "/home/zorblax/a.csv"),
            "a.csv: permission to read it is refused. Close it if a program has it open, or ask "
            "its owner for the right to read it.",
        ),
        (
            OSError(5, "Input/output error", "/home/zorblax/a.csv"),
            "a.csv: cannot be read (Input/output error). Copy it and retry.",
        ),
    ],
)
def test_a_refused_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: OSError, line: str
) -> None:
    path = written(tmp_path, "a.csv", STAFF)

    def refuse(*_: object, **__: object) -> None:
        raise raised

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "open", refuse)
        with pytest.raises(DataError) as refused:
            read_table(path)
    assert str(refused.value) == line
    assert "zorblax" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("lock", ["~$staff.csv", ".~lock.staff.csv#"])
def test_a_lock_file_beside_it_is_said(tmp_path: Path, lock: str) -> None:
    path = written(tmp_path, "staff.csv", STAFF)
    written(tmp_path, lock, "J Smith")
    raw = read_table(path)
    assert [(note.rule, note.severity) for note in raw.notes] == [("open_elsewhere", "warning")]
    assert len(raw.table) == 2


def test_three_hundred_columns(tmp_path: Path) -> None:
    header = ",".join(f"c{i}x" for i in range(300))
    raw = read_table(written(tmp_path, "wide.csv", f"{header}\n{',' * 299}\n{'1,' * 299}1\n"))
    assert raw.table.shape == (1, 300)
    assert raw.dropped == (("blank", 1),)


def test_neither_values_nor_rows_are_displayed(tmp_path: Path) -> None:
    raw = read_table(written(tmp_path, "staff.csv", STAFF))
    assert repr(raw) == "RawTable of staff.csv: 2 records, 4 columns"


def test_the_checksum_is_of_the_bytes(tmp_path: Path) -> None:
    first = read_table(written(tmp_path, "a.csv", STAFF))
    again = read_table(written(tmp_path, "b.csv", STAFF))
    other = read_table(written(tmp_path, "c.csv", STAFF + "9,,,\n"))
    assert first.checksum == again.checksum != other.checksum
    assert len(first.checksum) == 64


def test_options_read_days_as_systems_write_them() -> None:
    options = FileOptions.model_validate(
        {
            "end_of_time": ["31-Dec-4712", datetime.date(2099, 12, 31)],
            "unknown_dates": ["01/04/1900"],
        }
    )
    assert options.end_of_time == (datetime.date(4712, 12, 31), datetime.date(2099, 12, 31))
    assert options.unknown_dates == (datetime.date(1900, 4, 1),)


@pytest.mark.parametrize(
    "mistake",
    [
        {"header_rwo": 1},
        {"header_row": 0},
        {"delimiter": "::"},
        {"delimiter": "\n"},
        {"dates": "us"},
        {"shape": "x"},
        {"skip_footer": ""},
        {"end_of_time": ["never"]},
    ],
)
def test_options_are_strict(mistake: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="1 validation error"):
        FileOptions.model_validate(mistake)


def test_a_big_file_is_read_quickly(tmp_path: Path) -> None:
    line = (
        '"2025-03-31",{0:06d},P{0:06d},"ASC, Oak ""House""",G4,0.5,18.5,52,White British,N,None,F'
    )
    header = "date,person,post,unit,grade,fte,hours,wks,eth,dis,rel,sex\n"
    content = header + "\n".join(line.format(i) for i in range(100_000))
    path = written(tmp_path, "big.csv", content)
    began = time.perf_counter()
    raw = read_table(path)
    taken = time.perf_counter() - began
    assert len(raw.table) == 100_000
    assert raw.table.iloc[-1]["unit"] == 'ASC, Oak "House"'
    assert taken < 5, "0.5 s on two cores when written; ten times that is a slip to a slow path"


CELLS = st.text(
    alphabet=st.one_of(
        st.sampled_from(list(",;\t|\"\n\r '-0123NA")),
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_is_written_is_read_again(
    table: list[tuple[str, str, str]], delimiter: str, quoting: int, encoding: str
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting)
    writer.writerows([("first", "second", "third"), *table])
    grid = read_delimited(
        buffer.getvalue().encode(encoding), name="x.csv", delimiter=delimiter, encoding=encoding
    )
    assert grid.cells.to_numpy().tolist()[1:] == [list(row) for row in table]
    assert grid.widths is not None
    assert grid.widths.tolist() == [3] * (len(table) + 1)


def damaged(base: bytes, flips: list[tuple[int, int]], keep: float) -> bytes:
    content = bytearray(base)
    for position, value in flips:
        content[position % len(content)] = value
    return bytes(content[: max(1, int(len(content) * keep))])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=20),
    st.floats(0.01, 1),
    st.sampled_from(["a.xlsx", "a.csv", "a.ods"]),
)
def test_damage_is_told_never_raised_as_something_else(
    tmp_path_factory: pytest.TempPathFactory,
    flips: list[tuple[int, int]],
    keep: float,
    name: str,
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    makers: dict[str, Callable[[Path], Path]] = {
        "a.xlsx": lambda path: workbook(path, {"S": [["id", "g"], ["1", 2]]}),
        "a.ods": lambda path: open_document(path, [[cell("id")], [cell("1")]]),
        "a.csv": lambda path: written(path.parent, path.name, STAFF),
    }
    path = makers[name](folder / name)
    path.write_bytes(damaged(path.read_bytes(), flips, keep))
    told, records = "", 0
    try:
        records = len(read_table(path).records)
    except WorkforceError as error:
        told = str(error)
    assert records > 0 or (told.startswith(f"{name}: ") and "\n" not in told)


def test_reading_needs_no_pyarrow(tmp_path: Path) -> None:
    path = written(tmp_path, "staff.csv", STAFF)
    with_arrow = rows(read_table(path))
    with pd.option_context("mode.string_storage", "python"):
        assert rows(read_table(path)) == with_arrow
