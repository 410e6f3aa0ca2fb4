"""Seats joined to training records: on every engine, against a slow count."""

import random
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small_panels import (
    KINDS,
    Tables,
    exposed,
    extracts,
    random_tables,
    sat,
    slow_sittings,
    staff,
    trained,
    turn,
    vacancy,
)
from workforce_analytics import engine
from workforce_analytics.counting import panels
from workforce_analytics.errors import UsageError
from workforce_analytics.measures.training_exposure import exposure

DAY = date(2024, 2, 10)


def expected(tables: Tables) -> pd.DataFrame:
    table = pd.DataFrame(slow_sittings(tables))
    numbers = ["dose", "chair_trained", "manager_trained", "visitors"]
    return table.assign(
        on=pd.to_datetime(table["on"]).astype("datetime64[ns]"),
        **{name: table[name].astype(float) for name in numbers},
    )


@settings(derandomize=True, deadline=None, max_examples=2)
@given(st.integers(0, 10**6))
def test_sittings_are_those_of_a_loop_over_rows(seed: int) -> None:
    tables = random_tables(seed, vacancies=60)
    found = exposed(tables, course="Fair panels").sittings
    pd.testing.assert_frame_equal(found, expected(tables), check_dtype=False, check_exact=True)


@pytest.mark.parametrize("kind", KINDS)
def test_every_engine_gives_the_same_sittings_whatever_the_order_of_rows(kind, tmp_path) -> None:
    tables = random_tables(11)
    turned = {name: random.Random(5).sample(rows, len(rows)) for name, rows in tables.items()}
    found = exposed(turned, kind, tmp_path, course="Fair panels")
    pd.testing.assert_frame_equal(
        found.sittings, expected(tables), check_dtype=False, check_exact=True
    )
    again = exposed(tables, course="Fair panels")
    assert found.notes == again.notes
    assert found.details == again.details
    assert found.people == again.people


def test_extracts_of_several_local_engines_are_brought_together(tmp_path) -> None:
    tables = random_tables(12)
    kinds = dict.fromkeys(tables, "parquet") | {"panels": "polars", "workforce": "polars"}
    found = exposed(tables, kinds, tmp_path, course="Fair panels")
    pd.testing.assert_frame_equal(
        found.sittings, expected(tables), check_dtype=False, check_exact=True
    )


def test_without_duckdb_small_pandas_gives_the_same_sittings(monkeypatch) -> None:
    tables = random_tables(13)
    read = extracts(tables)
    rows = {name: engine.collect(item.frame) for name, item in read.items()}
    monkeypatch.setattr(engine, "duckdb_available", lambda: False)
    context = replace(read["vacancies"].context, links={})
    plain = {
        name: replace(item, frame=engine.frame(rows[name]), context=context, _counted={})
        for name, item in read.items()
    }
    context.links.update(workforce=plain["workforce"], people_keys=plain["people_keys"])
    found = exposure(
        plain["panels"],
        plain["training"],
        plain["vacancies"],
        rollout=plain["rollout"],
        course="Fair panels",
    )
    pd.testing.assert_frame_equal(
        found.sittings, expected(tables), check_dtype=False, check_exact=True
    )


def test_rows_in_a_warehouse_are_not_brought_elsewhere() -> None:
    class Engine:
        def is_polars(self) -> bool:
            return False

        is_duckdb = is_pandas = is_polars

    class Extract:
        def __init__(self) -> None:
            self.frame = self
            self.implementation = Engine()

    with pytest.raises(UsageError, match="panels, training lie on different engines"):
        panels.on_one_engine({"panels": Extract(), "training": Extract()})


def tables(**more: list) -> Tables:
    """One vacancy of one service, with two people on its shortlisting panel."""
    start: Tables = {
        "workforce": [staff("p1", "U1"), staff("p2", "U1")],
        "vacancies": [vacancy("v1")],
        "panels": [sat("v1", "p1", DAY), sat("v1", "p2", DAY)],
        "training": [trained("p1", date(2024, 2, 1))],
        "rollout": [turn("U1", date(2024, 1, 1), None)],
    }
    return {**start, **more}


def row(some: Tables, **options) -> pd.Series:
    return exposed(some, **options).at("shortlisted").loc["v1"]


def test_who_counts_as_trained() -> None:
    long_ago = date(2023, 1, 1)
    cases = [
        (trained("p0", date(2024, 2, 9)), 1.0),
        (trained("p1", DAY), 0.0),  # on the day itself: not before it
        (trained("p2", date(2024, 2, 11)), 0.0),
        (trained("p3", long_ago, DAY), 1.0),  # its last day
        (trained("p4", long_ago, date(2024, 2, 9)), 0.0),
        (trained("p5", None), 0.0),
        (trained("p6", long_ago, status="booked"), 0.0),
        (trained("p7", long_ago, status="did_not_attend"), 0.0),
    ]
    some = tables(
        workforce=[staff(f"p{i}", "U1") for i in range(8)],
        vacancies=[vacancy(f"v{i}") for i in range(8)],
        panels=[sat(f"v{i}", f"p{i}", DAY) for i in range(8)],
        training=[record for record, _ in cases],
    )
    found = exposed(some, course="Fair panels")
    assert found.at("shortlisted")["dose"].tolist() == [dose for _, dose in cases]
    notes = " ".join(found.details)
    assert "trained only on the day or later" in notes
    assert "had run out" in notes
    assert "bookings, absences" in notes
    assert "completed records have no day" in notes


def test_training_that_ran_out_and_was_refreshed_counts() -> None:
    records = [
        trained("p1", date(2020, 1, 1), date(2023, 1, 1)),
        trained("p1", date(2024, 1, 5), course="Fair panels refresher"),
    ]
    assert row(tables(training=records))["dose"] == 0.5
    assert row(tables(training=records), course="Fair panels")["dose"] == 0.0


def test_outsiders_and_strangers_are_not_in_the_base_of_the_dose() -> None:
    more = [
        sat("v1", None, DAY, member_type="councillor"),
        sat("v1", None, DAY, member_type="partner"),
        sat("v1", None, DAY, member_type="unknown"),
        sat("v1", "p9", DAY),
    ]
    some = tables(panels=[*tables()["panels"], *more])
    found = exposed(some)
    here = found.at("shortlisted").loc["v1"]
    assert here[["seats", "known", "trained", "dose"]].tolist() == [6, 2, 1, 0.5]
    assert found.match_rate == 2 / 4


def test_the_first_day_of_a_panel_is_its_day() -> None:
    later = [sat("v1", "p1", date(2024, 1, 31)), sat("v1", "p2", DAY)]
    found = row(tables(panels=later))
    assert found["on"] == pd.Timestamp(2024, 1, 31)
    assert found["dose"] == 0.0


def test_somebody_in_two_roles_holds_one_seat() -> None:
    twice = [sat("v1", "p1", DAY, role="chair"), sat("v1", "p1", DAY, stage="Sift", role="member")]
    found = row(tables(panels=twice))
    assert found[["seats", "known", "trained"]].tolist() == [1, 1, 1]
    assert found["chair_trained"] == 1.0


def test_whoever_sits_in_another_service_is_a_visitor_after_the_last_snapshot_before() -> None:
    before, after = date(2023, 3, 31), date(2024, 3, 31)
    people = [
        *(staff("p1", "U2", before), staff("p1", "U1", after)),  # came afterwards
        *(staff("p2", "U1", before), staff("p2", "U2", after)),  # went afterwards
        staff("p3", "U1", after),  # not there before: as at the first snapshot after
        staff("p4", "U2", after),
        *(staff("p5", "U2", before), staff("p5", "U1", before, post=1)),  # in both
    ]
    some = tables(
        workforce=people,
        vacancies=[vacancy(f"v{i}") for i in range(1, 6)],
        panels=[sat(f"v{i}", f"p{i}", DAY) for i in range(1, 6)],
    )
    assert exposed(some).at("shortlisted")["visitors"].tolist() == [1, 0, 0, 1, 0]


def test_many_panels_of_one_person_count_one_person(tmp_path) -> None:
    vacancies = [vacancy(f"v{i}") for i in range(12)]
    seats = [sat(f"v{i}", "p1", DAY) for i in range(12)]
    found = exposed(tables(vacancies=vacancies, panels=seats))
    assert found.people["U1", "trained_after"] == 1
    assert found.people["", "seats"] == 1
    assert found.sittings["trained"].sum() == 12
