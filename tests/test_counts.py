"""Counting: independent slow counts agree, nothing is lost, nobody counts twice."""

from types import SimpleNamespace

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce_analytics as wa
from tests import small_council
from workforce_analytics import engine
from workforce_analytics.counting.counts import count
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import codelist


def _slow(table: pd.DataFrame, names: list[str]) -> dict[tuple[str, ...], int]:
    """Count people one by one, in plain Python."""
    seen: dict[tuple[str, ...], int] = {}
    lists = {name: codelist(name) for name in names}
    for row in table.to_dict("records"):
        counts = row["engagement"] == "employee" and row["employer_unit"] == "council"
        if not counts or row["is_main_post"] != "Y":
            continue
        key = tuple(lists[n].to_level(lists[n].match(row[n] or None), "main") for n in names)
        seen[key] = seen.get(key, 0) + 1
    return seen


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 80), st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_counts_agree_with_counting_one_by_one(n, seed, random) -> None:
    table = small_council.rows(n, seed=seed)
    order = list(table.index)
    random.shuffle(order)
    counts = count(small_council.extract(table.loc[order]), by=["ethnicity", "sex"])
    assert counts.occurring() == _slow(table, ["ethnicity", "sex"])
    assert sum(counts.cells().values()) == counts.total()


def test_groups_that_nobody_is_in_are_rows_with_zero() -> None:
    table = small_council.rows(40).assign(ethnicity="W1")
    counts = count(small_council.extract(table), by=["ethnicity"])
    cells = counts.cells()
    assert {code for (code,) in cells} == {"asian", "black", "mixed", "white", "other"}
    assert [n for (code,), n in cells.items() if code != "white"] == [0, 0, 0, 0]


def test_undeclared_answers_are_kept_apart() -> None:
    counts = count(small_council.extract(small_council.rows(400)), by=["ethnicity"])
    assert set(counts.dimension("ethnicity").undeclared) == {"prefer_not_to_say", "blank"}


def test_people_posts_and_fte() -> None:
    table = small_council.rows(300)
    extract = small_council.extract(table)
    inside = table[(table["engagement"] == "employee") & (table["employer_unit"] == "council")]
    assert count(extract, by=["sex"], counted="people").total() == inside["person_id"].nunique()
    assert count(extract, by=["sex"], counted="posts").total() == len(inside)
    fte = count(extract, by=["sex"], counted="fte")
    assert fte.total() == sum(round(float(x) * 10_000) for x in inside["fte"])
    assert fte.scale == 10_000


def test_who_was_left_out_is_said() -> None:
    table = small_council.rows(300)
    counts = count(small_council.extract(table), by=["sex"], as_at="latest")
    selection = counts.selection
    assert selection.rows == len(table)
    assert selection.kept == counts.total()
    assert selection.rows == selection.kept + sum(n for _, n in selection.excluded)
    assert "casual or relief worker" in selection.sentence()


def test_snapshots_are_not_added_up() -> None:
    table = small_council.rows(60, dates=("2024-03-31", "2025-03-31"))
    counts = count(small_council.extract(table), by=["sex", "snapshot_date"])
    with pytest.raises(UsageError, match="may not be added up over 'snapshot_date'"):
        counts.over("sex")
    now = counts.at("snapshot_date", "2025-03-31")
    assert now.total() == count(small_council.extract(table), by=["sex"], as_at="latest").total()


def test_margins_add_up() -> None:
    counts = count(small_council.extract(small_council.rows(200)), by=["ethnicity", "sex"])
    for name in ("ethnicity", "sex"):
        assert counts.over(name).total() == counts.total()


def test_grade_bands_come_from_the_grades() -> None:
    table = small_council.rows(200)
    extract = small_council.extract(table)
    counts = count(extract, by=["grade_band"])
    assert [item.label for item in counts.dimension("grade_band").categories] == [
        "Lower",
        "Middle",
        "Senior",
    ]
    inside = table[(table["engagement"] == "employee") & (table["employer_unit"] == "council")]
    main = inside[inside["is_main_post"] == "Y"]
    assert counts.cells()[("senior",)] == (main["grade"] == "G9").sum()


def test_senior_grades_come_from_the_grades() -> None:
    table = small_council.rows(200)
    extract = small_council.extract(table)
    counts = count(extract, by=["senior"])
    assert counts.dimension("senior").title == "Grade level"
    assert [item.label for item in counts.dimension("senior").categories] == [
        "Other grades",
        "Senior grades",
    ]
    inside = table[(table["engagement"] == "employee") & (table["employer_unit"] == "council")]
    grades = inside[inside["is_main_post"] == "Y"]["grade"]
    assert counts.cells() == {
        ("other",): (grades != "G9").sum(),
        ("senior",): (grades == "G9").sum(),
    }


def test_a_grade_of_which_nobody_says_whether_it_is_senior_is_not_known() -> None:
    extract = small_council.extract(small_council.rows(200))
    said = small_council.GRADES.assign(is_senior=["N", "", "Y"])
    extract.context.links["grades"] = wa.read("grades", said)
    counts = count(extract, by=["senior", "grade_band"])
    middle = count(extract, by=["grade_band"]).cells()[("middle",)]
    assert counts.occurring()[("not_known", "middle")] == middle
    extract.context.links["grades"] = wa.read("grades", said.assign(is_senior=["", "", ""]))
    assert [code for (code,) in count(extract, by=["senior"]).cells()] == ["not_known"]


def test_the_latest_date_says_whether_a_grade_is_senior() -> None:
    extract = small_council.extract(small_council.rows(200))
    earlier = small_council.GRADES.assign(valid_from="2015-04-01")
    later = small_council.GRADES.assign(valid_from="2024-04-01", is_senior=["N", "Y", "Y"])
    both = pd.concat([later, earlier])
    extract.context.links["grades"] = wa.read("grades", both)
    occurring = count(extract, by=["grade_band", "senior"]).occurring()
    assert set(occurring) == {("lower", "other"), ("middle", "senior"), ("senior", "senior")}


@pytest.mark.parametrize(
    "levels", [["1", "2", "2", "3"], ["body", "Directorate", "directorate", "service"]]
)
def test_directorates_and_services_are_found_by_how_far_down_they_stand(levels) -> None:
    table = small_council.rows(200)
    extract = small_council.extract(table)
    units = pd.DataFrame(
        {
            "unit_id": ["C", "U1", "D2", "U2"],
            "name": ["Council", "Finance", "Care", "Home care"],
            "parent_id": ["", "C", "C", "D2"],
            "level": levels,
        }
    )
    if levels[0] == "1":
        extract.context.links["units"] = wa.read("units", units)
    else:
        extract.context.links["units"] = SimpleNamespace(frame=engine.frame(units))
    occurring = count(extract, by=["directorate", "service"]).occurring()
    assert set(occurring) == {("D2", "U2"), ("U1", "not_known")}
    assert count(extract, by=["directorate"]).dimension("directorate").label("U1") == "Finance"


def test_a_subset_and_an_unknown_category() -> None:
    extract = small_council.extract(small_council.rows(200))
    part = count(extract, by=["sex"], where={"ethnicity": ["asian", "black"]})
    whole = count(extract, by=["sex", "ethnicity"])
    expected = sum(n for (_, e), n in whole.cells().items() if e in {"asian", "black"})
    assert part.total() == expected
    inside = ["Black, Black British, Black Welsh, Caribbean or African", "asian"]
    by_label = count(extract, by=["sex"], where={"ethnicity": inside})
    assert by_label.total() == expected
    assert by_label.limits == part.limits
    with pytest.raises(UsageError, match="'purple' is not a category of ethnicity"):
        count(extract, by=["sex"], where={"ethnicity": "purple"})
    with pytest.raises(
        UsageError, match=r"Did you mean 'White'\? Allowed: asian \(Asian, Asian Br"
    ):
        count(extract, by=["sex"], where={"ethnicity": "Whita"})


def test_a_field_that_could_name_a_person_is_refused() -> None:
    extract = small_council.extract(small_council.rows(20).assign(job_title="MARKER"))
    for name in ("job_title", "person_id", "post_id"):
        with pytest.raises(UsageError, match="could name a person"):
            count(extract, by=[name])


def test_the_same_data_on_every_engine_give_equal_counts(tmp_path) -> None:
    typed = small_council.typed(small_council.rows(300, dates=("2024-03-31", "2025-03-31")))
    arrow = pa.Table.from_pandas(typed, preserve_index=False)
    pq.write_table(arrow, tmp_path / "a.parquet")
    connection = engine.connect()
    sources = {
        "pandas": typed,
        "polars": pl.from_arrow(arrow),
        "polars lazy": pl.from_arrow(arrow).lazy(),
        "arrow": arrow,
        "duckdb": connection.from_arrow(arrow),
        "parquet": tmp_path / "a.parquet",
        "parquet folder": tmp_path,
    }
    by = ["snapshot_date", "ethnicity", "sex", "age", "unit_id"]
    results = {name: count(wa.read("workforce", source), by=by) for name, source in sources.items()}
    for name, counts in results.items():
        assert counts.equals(results["pandas"]), name
        assert sum(counts.occurring().values()) > 400


def test_counts_are_displayed_under_disclosure_control() -> None:
    table = small_council.rows(60).assign(ethnicity="W1")
    table.loc[table["person_id"].isin({"p1", "p2", "p3"}), "ethnicity"] = "B2"
    table = table.assign(engagement="employee", employer_unit="council")
    shown = repr(count(small_council.extract(table), by=["ethnicity"]))
    assert "[c]" in shown


def test_already_counted_tables_enter_as_counts() -> None:
    table = pd.DataFrame(
        {
            "ethnicity": ["White", "BME", "Unknown"],
            "applied": [920, 43, 7],
            "appointed": [117, 2, 0],
        }
    )
    extract = wa.read(
        "counts",
        table.assign(ethnicity=["White", "Asian", "Unknown"]),
        dimensions=["ethnicity"],
        counted=["applied", "appointed"],
        published="a council's own page",
    )
    counts = count(extract, by=["ethnicity"], counted="appointed")
    assert counts.cells()[("white",)] == 117
    assert counts.cells()[("black",)] == 0
    assert counts.published == "a council's own page"
    with pytest.raises(UsageError, match="Say which with counted"):
        count(extract, by=["ethnicity"])


def test_cells_that_a_publisher_suppressed_are_never_zero() -> None:
    table = pd.DataFrame({"sex": ["Female", "Male"], "n": ["[c]", "40"]})
    extract = wa.read("counts", table, dimensions=["sex"], counted="staff")
    with pytest.raises(UsageError, match="suppressed by its publisher"):
        count(extract, by=["sex"])
