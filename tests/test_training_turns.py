"""Services, their turns as given, and turns as panels show them."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small_panels import exposed, extracts, sat, staff, trained, turn, vacancy
from workforce_analytics.measures.training_turns import (
    Services,
    first_day,
    quarter_label,
    quarter_of,
    services_as_they_are,
    services_of_rollout,
    turns_inferred,
)

UNITS = [
    {"unit_id": "C0", "name": "Council", "level": 1},
    {"unit_id": "D1", "name": "People", "parent_id": "C0", "level": 2},
    {"unit_id": "S1", "name": "Housing", "parent_id": "D1", "level": 3},
    {"unit_id": "S2", "name": "Libraries", "parent_id": "D1", "level": 3},
    {"unit_id": "S0", "name": "Old housing", "level": 3, "succeeded_by": "S1"},
    {"unit_id": "T1", "name": "Lettings", "parent_id": "S1", "level": 4},
    {"unit_id": "T2", "name": "Repairs", "parent_id": "S0", "level": 4},
]


def read(units=UNITS):
    return extracts({"units": units, "vacancies": [vacancy("v1")]})["vacancies"]


def test_a_vacancy_is_of_the_nearest_unit_of_the_roll_out_above_it() -> None:
    units = ["T1", "t1", "T2", "S0", "S1", "S2", "D1", "C0", "X"]
    found = services_of_rollout(["S1", "D1"], units, read())
    assert found.codes == ("D1", "S1")
    assert {unit: found.held.get(unit.casefold()) for unit in units} == {
        "T1": "S1",
        "t1": "S1",
        "T2": "S1",  # of a service that became this one
        "S0": "S1",
        "S1": "S1",
        "S2": "D1",
        "D1": "D1",
        "C0": None,
        "X": None,
    }
    assert found.raw_units(units) == [["S2", "D1"], ["T1", "t1", "T2", "S0", "S1"]]


def test_what_a_unit_of_the_roll_out_became_is_the_same_service() -> None:
    found = services_of_rollout(["S0"], ["S1", "T1", "S2"], read())
    assert found.held == {"s0": "S0", "s1": "S0", "t1": "S0"}
    merged = [*UNITS, {"unit_id": "S9", "name": "Tenancy", "level": 3, "succeeded_by": "S1"}]
    # Two that became one had two turns: nobody can say which is that one's.
    assert "s1" not in services_of_rollout(["S0", "S9"], ["S1"], read(merged)).held


def test_a_loop_in_the_structure_ends() -> None:
    ring = [
        {"unit_id": "A", "name": "A", "level": 3, "succeeded_by": "B"},
        {"unit_id": "B", "name": "B", "level": 3, "succeeded_by": "A"},
    ]
    assert services_of_rollout(["Z"], ["A", "B"], read(ring)).held == {"z": "Z"}


def test_services_of_one_name_carry_their_code() -> None:
    alike = [*UNITS, {"unit_id": "S3", "name": "Housing", "parent_id": "D1", "level": 3}]
    found = services_of_rollout(["S1", "S2", "S3"], [], read(alike))
    assert dict(found.labels) == {"S1": "Housing (S1)", "S2": "Libraries", "S3": "Housing (S3)"}


def test_without_a_roll_out_services_are_those_of_the_structure_that_vacancies_are_of() -> None:
    found = services_as_they_are(["T1", "T2"], ["T1", "T2", "S2"], read())
    assert dict(found.labels) == {"S1": "Housing"}
    assert found.held == {"t1": "S1", "t2": "S1"}
    alone = extracts({"vacancies": [vacancy("v1", "u"), vacancy("v2", "U")]})["vacancies"]
    assert dict(services_as_they_are(["u", "U"], ["u", "U"], alone).labels) == {"U": "U"}


def test_quarters() -> None:
    days = pd.Series(pd.to_datetime(["2023-03-31", "2023-04-01", None]))
    assert quarter_of(days).tolist() == [8092, 8093, pd.NA]
    assert first_day(8093) == pd.Timestamp(2023, 4, 1)
    assert [quarter_label(day) for day in days] == ["2022/23 Q4", "2023/24 Q1", ""]


SEATS = st.tuples(st.sampled_from("ABC"), st.integers(0, 11), st.integers(0, 4), st.integers(0, 4))


@settings(derandomize=True, deadline=None)
@given(st.lists(SEATS, max_size=40))
def test_inferred_turns_are_those_of_a_loop_over_quarters(rows) -> None:
    services = Services({code: code for code in "ABC"}, {})
    table = pd.DataFrame(
        [
            (code, pd.Timestamp(2022 + month // 4, month % 4 * 3 + 2, 5), min(part, whole), whole)
            for code, month, part, whole in rows
        ],
        columns=["service", "on", "trained", "known"],
    )
    table["on"] = table["on"].astype("datetime64[ns]")
    table["dose"] = (table["trained"] / table["known"].where(table["known"] > 0)).astype(float)
    found = turns_inferred(table, services)
    reversals = 0
    for code in "ABC":
        told = []
        for quarter in range(12):
            some = [
                min(part, whole) * 60 // whole  # sixtieths are whole for panels of one to four
                for one, when, part, whole in rows
                if one == code and when == quarter and whole
            ]
            if some:
                told.append((quarter, sum(some) * 2 >= 60 * len(some)))
        first = next((quarter for quarter, half in told if half), None)
        if first is None:
            assert pd.isna(found.turns.loc[code, "on"])
        else:
            day = pd.Timestamp(2022 + first // 4, first % 4 * 3 + 1, 1)
            assert found.turns.loc[code, "on"] == day
            reversals += any(not half for quarter, half in told if quarter > first)
    assert found.reversals == reversals
    again = turns_inferred(table.iloc[::-1], services)
    pd.testing.assert_frame_equal(found.turns, again.turns)


def test_a_service_that_falls_back_is_counted_and_said() -> None:
    days = {"v1": date(2023, 2, 1), "v2": date(2023, 5, 1), "v3": date(2023, 8, 1)}
    who = {"v1": "p2", "v2": "p1", "v3": "p2"}
    found = exposed(
        {
            "workforce": [staff("p1", "U1"), staff("p2", "U1")],
            "vacancies": [vacancy(name) for name in days],
            "panels": [sat(name, who[name], day) for name, day in days.items()],
            "training": [trained("p1", date(2023, 1, 10))],
        }
    )
    assert found.turns.loc["U1", "on"] == pd.Timestamp(2023, 4, 1)
    assert found.notes[1].startswith("In 1 service less than half were again held")


@pytest.mark.parametrize("order", [1, -1])
def test_turns_come_in_the_order_of_codes(order) -> None:
    turns = [turn("U1", date(2024, 1, 1), None), turn("U2", None, date(2024, 2, 1))][::order]
    found = exposed({"vacancies": [vacancy("v1")], "rollout": turns})
    assert found.turns.index.tolist() == ["U1", "U2"]
    assert found.turns["on"].tolist() == [pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 2, 1)]
    assert found.sittings["dose"].isna().all()
