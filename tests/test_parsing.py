"""Typed columns: what cannot be read is empty and recorded, what could mean two things refused."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.extracts.contracts import contract
from workforce_analytics.extracts.dates import month_number, read_dates
from workforce_analytics.extracts.parsing import DTYPES, RULES, ParsedColumn, parse_column
from workforce_analytics.extracts.reading import FileOptions


def parsed(kind: str, values: list[Any], name: str = "x", **options: Any) -> ParsedColumn:
    return parse_column(
        pd.Series(values, dtype="str"),
        SimpleNamespace(name=name, type=kind),
        file="staff.csv",
        records=pd.Series(range(1, len(values) + 1), dtype="int64"),
        options=FileOptions(**options),
    )


def got(column: ParsedColumn) -> list[Any]:
    """Give plain values, None where missing, days as ISO text."""
    return [
        None if pd.isna(value) else str(value)[:10] if hasattr(value, "year") else value
        for value in column.values
    ]


def found(column: ParsedColumn) -> list[tuple[str, int | None, int | None]]:
    return [(p.rule, p.records, p.first_record) for p in column.problems]


@pytest.mark.parametrize(
    "text",
    [
        "2024-07-02",
        "2024/07/02",
        "2024-7-2",
        "20240702",
        "2024-07-02 09:14",
        "2024-07-02T09:14:33",
        "2024-07-02 00:00:00.000",
        "02-Jul-2024",
        "02-JUL-24",
        "2 July 2024",
        "2nd July 2024",
        "Jul 2, 2024",
        "July 2 2024 9:14 AM",
        "Tue 2 Jul 2024",
        "45475",
        "45475.385",
    ],
)
def test_a_day_written_without_doubt(text: str) -> None:
    assert got(parsed("date", [text])) == ["2024-07-02"]


@pytest.mark.parametrize(
    ("values", "days"),
    [
        (["13/02/24", "03/04/2024"], ["2024-02-13", "2024-04-03"]),
        (["02/13/2024", "03/04/2024"], ["2024-02-13", "2024-03-04"]),
        (["13.02.2024", "03.04.2024"], ["2024-02-13", "2024-04-03"]),
        (["13-02-2024 09:14", "03-04-2024"], ["2024-02-13", "2024-04-03"]),
        (["31/12/4712", "03/04/2024"], [None, "2024-04-03"]),
        (["01/01/2024", "05/05/2024"], ["2024-01-01", "2024-05-05"]),
        (["01/01/2024", "01/04/1900"], ["2024-01-01", None]),
    ],
)
def test_one_value_decides_for_the_whole_column(values: list[str], days: list[str | None]) -> None:
    column = parsed("date", values)
    assert got(column) == days
    assert not [p for p in column.problems if p.severity == "error"]


def test_a_column_that_could_be_read_both_ways_is_refused() -> None:
    column = parsed("date", ["01/01/2024", "03/04/2024", "2024-07-02", "05/06/2024", None])
    assert got(column) == ["2024-01-01", None, "2024-07-02", None, None]
    assert found(column) == [("ambiguous_date", 2, 2)]
    assert column.problems[0].sentence() == (
        "staff.csv: column 'x': dates read equally well with the day or the month first, in the "
        "whole column (2 of 5 records; first: record 2). Say which in the mapping under [file]: "
        'dates = "day_first" (or "month_first").'
    )
    assert got(parsed("date", ["03/04/2024"], dates="day_first")) == ["2024-04-03"]
    assert got(parsed("date", ["03/04/2024"], dates="month_first")) == ["2024-03-04"]


def test_a_column_that_mixes_both_orders_is_refused() -> None:
    column = parsed("date", ["13/02/2024", "02/13/2024", "03/04/2024", "07/07/2024", "2-Jul-24"])
    assert got(column) == [None, None, None, "2024-07-07", "2024-07-02"]
    assert found(column) == [("mixed_date_orders", 3, 1)]
    decided = parsed("date", ["13/02/2024", "02/13/2024", "03/04/2024"], dates="day_first")
    assert got(decided) == ["2024-02-13", None, "2024-04-03"]
    assert found(decided) == [("impossible_date", 1, 2)]


def test_days_that_stand_for_something_else() -> None:
    column = parsed(
        "date",
        [
            "31-Dec-4712",
            "9999-12-31",
            "2958465",
            "2099-12-31",
            "01/04/1900",
            "1900-01-01",
            "1/1/1900",
        ],
        end_of_time=["2099-12-31"],
    )
    assert got(column) == [None] * 7
    assert found(column) == [("unknown_date", 3, 5)]
    assert column.problems[0].severity == "note"
    own = parsed("date", ["1901-01-01", "2024-07-02"], unknown_dates=["01/01/1901"])
    assert found(own) == [("unknown_date", 1, 1)]


def test_dates_that_are_none() -> None:
    values = ["31/02/2024", "2023-02-29", "0024-07-02", "2024", "7/2", "soon", "2024-07-02T09:14Z"]
    column = parsed("date", values)
    assert got(column) == [None] * len(values)
    assert found(column) == [
        ("impossible_date", 2, 1),
        ("date_out_of_range", 1, 3),
        ("not_a_date", 3, 4),
        ("time_with_zone", 1, 7),
    ]


def test_day_numbers_are_read_and_said() -> None:
    column = parsed("date", ["2024-07-02", "45475", "45475"])
    assert got(column) == ["2024-07-02"] * 3
    assert found(column) == [("excel_day_number", 2, 2)]
    assert column.problems[0].severity == "note"


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("joined_on", "13/02/68", "2068-02-13"),
        ("joined_on", "13/02/69", "1969-02-13"),
        ("date_of_birth", "13/02/68", "1968-02-13"),
        ("date_of_birth", "13/02/30", "1930-02-13"),
        ("date_of_birth", "13/02/07", "2007-02-13"),
    ],
)
def test_years_of_two_digits(name: str, text: str, day: str) -> None:
    assert got(parsed("date", [text], name=name)) == [day]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.dates(datetime.date(1950, 1, 1), datetime.date(2150, 12, 31)), min_size=1),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]),
)
def test_a_column_is_read_right_or_not_at_all(days: list[datetime.date], style: str) -> None:
    reads = read_dates([f"{day:{style}}" for day in days])
    for day, read in zip(days, reads, strict=True):
        assert read.day in (day, None)
        assert (read.day is None) == (read.rule == "ambiguous_date")
    if any(day.day > 12 for day in days):
        assert [read.day for read in reads] == days


@settings(max_examples=40, deadline=None)
@given(st.dates(datetime.date(1928, 1, 1), datetime.date(2099, 12, 31)))
def test_every_way_of_writing_a_day_gives_that_day(day: datetime.date) -> None:
    serial = (day - datetime.date(1899, 12, 30)).days
    texts = [
        f"{day:%Y-%m-%d}",
        f"{day:%d-%b-%Y}",
        f"{day:%d %B %Y}",
        f"{day:%b %d, %Y}",
        str(serial),
    ]
    assert {read.day for read in read_dates(texts)} == {day}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", 1234),
        ("1,234", 1234),
        ("£23,114.00", 23114),
        ("£ 1,234,567.89", 1234567.89),
        ("(123.45)", -123.45),
        ("(£1,000)", -1000),
        ("-£5", -5),
        ("£-5", -5),
        ("−5", -5),
        ("123.45-", -123.45),
        ("0.5000", 0.5),
        (".5", 0.5),
        ("1.2E+05", 120000),
        ("\u00a037 ", 37),
        ("-0", 0),
    ],
)
def test_a_number_written_without_doubt(text: str, number: float) -> None:
    column = parsed("number", [text])
    assert got(column) == [number]
    assert column.problems == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("12%", "percent_sign"),
        ("0,5", "decimal_comma"),
        ("37,50", "decimal_comma"),
        ("0,500", "decimal_comma"),
        ("1.234,56", "decimal_comma"),
        ("1.234.567", "decimal_comma"),
        ("12,34,567", "not_a_number"),
        ("1 FTE", "not_a_number"),
        ("n/a", "not_a_number"),
        ("--5", "not_a_number"),
        ("()", "not_a_number"),
        ("£", "not_a_number"),
        ("€5", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        ("١٢", "not_a_number"),
    ],
)
def test_a_number_in_doubt_is_empty_and_recorded(text: str, rule: str) -> None:
    column = parsed("number", [None, text, text])
    assert got(column) == [None] * 3
    assert found(column) == [(rule, 2, 2)]


def test_one_decimal_comma_makes_the_column_doubtful() -> None:
    column = parsed("number", ["37,5", "1,234", "1.234", "37", "x"])
    assert got(column) == [None, None, None, 37, None]
    assert found(column) == [("decimal_comma", 3, 1), ("not_a_number", 1, 5)]


def test_whole_numbers() -> None:
    column = parsed("integer", ["482.0", "1,000", "0012", "1.5", "x", None])
    assert got(column) == [482, 1000, 12, None, None, None]
    assert found(column) == [("not_a_number", 1, 5), ("not_a_whole_number", 1, 4)]


def test_yes_and_no() -> None:
    column = parsed("boolean", ["Y", "yes", "TRUE", "1", "n", "No", "false", "0", " ", None])
    assert got(column) == [True] * 4 + [False] * 4 + [None] * 2
    assert column.problems == ()
    free = parsed("boolean", ["Y", "Yes – Dyslexia"])
    assert got(free) == [True, None]
    assert found(free) == [("not_a_boolean", 1, 2)]


def test_years_and_months() -> None:
    assert got(parsed("year", ["2024", "2024.0", "24", "3024"])) == [2024, 2024, None, None]
    months = ["2024-04", "04/2024", "4-2024", "Apr-24", "April 2024", "2024-04-30", "30/04/2024"]
    assert got(parsed("yearmonth", months)) == ["2024-04"] * len(months)
    wrong = parsed("yearmonth", ["13/2024", "Q3", "2024"])
    assert found(wrong) == [("not_a_month", 3, 1)]


def test_a_grade_that_excel_took_for_a_date() -> None:
    column = parsed(
        "string", ["G4 (SCP 7-11)", "12-Oct", "10-12", "Oct-12", "2025-10-12", "PO1"], name="grade"
    )
    assert got(column) == ["G4 (SCP 7-11)", None, "10-12", None, None, "PO1"]
    assert found(column) == [("excel_date_in_grade", 3, 2)]
    assert got(parsed("string", ["12-Oct"], name="post_id")) == ["12-Oct"]


def test_codes_stay_as_written() -> None:
    column = parsed("string", [" None ", "NA", "0012", "White – British", "", "  ", None])
    assert got(column) == ["None", "NA", "0012", "White – British", None, None, None]


@pytest.mark.parametrize("kind", DTYPES)
@pytest.mark.parametrize("values", [[], [None, " "]])
def test_nothing_written_is_nothing_wrong(kind: str, values: list[Any]) -> None:
    column = parsed(kind, values)
    assert column.values.dtype == DTYPES[kind]
    assert column.values.isna().all()
    assert column.problems == ()


def test_row_labels_and_record_numbers_are_kept() -> None:
    values = pd.Series(["x", "2", "y"], index=[30, 10, 20], dtype="str")
    column = parse_column(
        values,
        SimpleNamespace(name="fte", type="number"),
        file="staff.csv",
        records=pd.Series([9, 4, 7]),
        options=FileOptions(),
    )
    assert column.values.index.tolist() == [30, 10, 20]
    assert column.values.name == "fte"
    assert found(column) == [("not_a_number", 2, 7)]
    assert values.tolist() == ["x", "2", "y"]


@pytest.mark.parametrize("kind", DTYPES)
def test_no_message_holds_a_value(kind: str) -> None:
    markers = ["Zorblax", "31/02/8765", "8765,43", "87.65%", "8765-43"]
    for problem in parsed(kind, markers).problems:
        told = problem.sentence()
        assert not any(marker in told for marker in (*markers, "8765", "Zorb"))


def test_every_rule_is_worded_to_read_on() -> None:
    for severity, message, remedy in RULES.values():
        assert severity in ("error", "note")
        assert not message.endswith(".")
        assert remedy.endswith(".")
        assert message[0].islower()


def test_every_type_of_the_contracts_is_known() -> None:
    names = ("workforce", "applications", "network_counts", "payroll", "survey_responses")
    fields = [field for name in names for field in contract(name).fields]
    assert {field.type for field in fields} <= set(DTYPES)
    column = parse_column(
        pd.Series(["0.5"], dtype="str"),
        next(field for field in fields if field.name == "fte"),
        file="staff.csv",
        records=pd.Series([1]),
        options=FileOptions(),
    )
    assert got(column) == [0.5]


def test_names_of_months() -> None:
    assert [month_number(name) for name in ("jan", "Sept", "DECEMBER", "Ju", "Juli")] == [
        1,
        9,
        12,
        None,
        None,
    ]
