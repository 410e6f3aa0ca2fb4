"""Rows of a table in the making: their counts, what hides them, and what is said of nothing."""

import math

import pytest

from workforce_analytics.estimates import About
from workforce_analytics.measures.rows import NOBODY, NOTHING, Rows

COUNTS = {("f", "yes"): 3, ("f", "no"): 9, ("m", "yes"): 20, ("m", "no"): 30, ("x", "no"): 0}
ABOUT = About(
    title="A table",
    question="How many?",
    definition="How many there are.",
    source="somebody",
    population="people",
    base="all",
    period="2025",
    counted="people",
    groups=("sex",),
)


class Source:
    """What counts say of themselves."""

    people = "Council: workforce"
    limits = {"year": ("2025",)}  # noqa: RUF012
    dimensions = ()


def rows() -> Rows:
    return Rows(COUNTS, ["sex", "passed"])


def test_a_row_has_the_counts_of_its_cells_and_is_hidden_with_them() -> None:
    made = rows()
    part, whole = made.cell(sex="f", passed="yes"), made.cell(sex="f")
    other = made.cell(5, sex=("m", "x"))
    made.add("rate", {"sex": "F"}, numerator=part, denominator=whole, behind=[other], value=0.25)
    made.count("people", {"sex": "M"}, other, "people")
    table = made.estimates(ABOUT, Source(), {"passed": {"yes": ("a", "b")}})  # type: ignore[arg-type]
    frame = table.unprotected(reason="test")
    assert frame[["numerator", "denominator"]].iloc[0].tolist() == [3, 12]
    assert frame["value"].tolist() == [0.25, 50]
    assert set(frame["period"]) == {"2025"}
    cells = table.cells
    assert cells is not None
    assert cells.values[[part, whole, other]].tolist() == [3, 12, 50]
    assert (cells.behind, cells.heads) == (((other,), ()), {other: 5})
    assert cells.numerator.tolist() == [part, other]
    assert cells.denominator.tolist() == [whole, -1]
    assert (cells.people, cells.within) == (Source.people, Source.limits)
    assert cells.holds == {"passed": {"yes": ("a", "b")}}


def test_cells_of_the_same_people_are_one_cell() -> None:
    made = rows()
    assert made.cell(sex="f") == made.cell(sex=["f"], passed=("no", "yes"))
    assert made.cell(sex="f") != made.cell(sex="f", passed="yes")
    assert made.n(made.cell(sex="y")) == 0


def test_a_share_has_wilsons_interval_and_of_nobody_is_undefined() -> None:
    made = rows()
    made.proportion("rate", {"sex": "F"}, made.cell(sex="f", passed="yes"), made.cell(sex="f"), 0.9)
    nobody = made.cell(sex="x")
    made.proportion("rate", {"sex": "X"}, nobody, nobody, 0.9)
    first, second = (
        made.estimates(ABOUT, Source()).unprotected(reason="test").to_dict("records")  # type: ignore[arg-type]
    )
    z = 1.6448536269514722
    middle = (3 + z * z / 2) / (12 + z * z)
    half = z / (12 + z * z) * math.sqrt(3 * 9 / 12 + z * z / 4)
    assert (first["value"], first["status"]) == (0.25, "ok")
    assert [first["lower"], first["upper"]] == pytest.approx([middle - half, middle + half])
    assert math.isnan(second["value"])
    assert (second["status"], second["note"]) == ("undefined", NOBODY)


@pytest.mark.parametrize(
    ("value", "pool", "status", "note"),
    [
        (0.5, "m", None, None),
        (0.0, "x", None, None),
        (math.inf, "m", None, None),
        (math.nan, "x", "undefined", NOBODY),
        (math.nan, "m", "undefined", NOTHING),
    ],
)
def test_only_what_could_not_be_worked_out_is_flagged_with_its_reason(
    value, pool, status, note
) -> None:
    made = rows()
    row = made.add("ratio", {"sex": "F"}, value=value)
    found = made.unless_known(row, made.cell(sex="f"), made.cell(sex=pool))
    assert found is row
    assert (row.get("status"), row.get("note")) == (status, note)


def test_a_test_is_flagged_by_its_p_value() -> None:
    made = rows()
    row = made.add("fisher_test", {"sex": "F"}, value=math.nan, p_value=0.4)
    assert "status" not in made.unless_known(row, figure="p_value")
    row["p_value"] = math.nan
    assert made.unless_known(row, figure="p_value", otherwise="why")["note"] == "why"
