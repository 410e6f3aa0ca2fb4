"""Sittings that were frozen, beside those of new rows."""

from datetime import date

import pandas as pd
import pytest

from tests.small_panels import exposed, random_tables
from workforce_analytics.errors import UsageError
from workforce_analytics.measures.training_kept import SITTING, with_kept
from workforce_analytics.measures.training_turns import Services

SERVICES = Services({"U1": "One", "U2": "Two"}, {})


def sitting(vacancy: str, stage: str = "shortlisting", service: str = "U1", seats: int = 3):
    trained = min(seats, 1)
    return {
        "vacancy_id": vacancy,
        "stage": stage,
        "service": service,
        "on": pd.Timestamp(2024, 1, 5),
        "seats": seats,
        "known": seats,
        "trained": trained,
        "dose": trained / seats if seats else float("nan"),
        "chair_trained": 1.0,
        "manager_trained": 0.0,
        "visitors": 0.0,
    }


def table(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(SITTING))


class Pseudonyms:
    """What was kept, under other names, as the file has it."""

    def __init__(self, sittings: pd.DataFrame, vacancies: set[str]) -> None:
        self.sittings = sittings
        self.vacancies = frozenset(vacancies)

    def pseudonyms(self, names: pd.Series) -> pd.Series:
        return "~" + names


def test_vacancies_that_are_gone_are_added_and_others_are_not_doubled() -> None:
    new = table(sitting("v2"), sitting("v2", "interview"))
    old = table(sitting("v1", "interview"), sitting("v2", seats=9), sitting("v3", service="U7"))
    found = with_kept(new, old, SERVICES)
    assert found.sittings["vacancy_id"].tolist() == ["v1", "v2", "v2", "v3"]
    assert found.sittings["seats"].tolist() == [3, 3, 3, 3]
    assert found.sittings["service"].tolist() == ["U1", "U1", "U1", ""]
    assert found.old.tolist() == [True, False, False, True]
    assert not found.again.any()


def test_a_panel_that_is_gone_is_taken_from_what_was_kept() -> None:
    new = table({**sitting("v1", service="U2", seats=0), "dose": 1.0})
    found = with_kept(new, table(sitting("v1")), SERVICES)
    assert found.sittings.loc[0, ["seats", "dose", "service"]].tolist() == [3, 1 / 3, "U2"]
    assert found.old.tolist() == [True]


def test_pseudonyms_stand_beside_the_vacancy_s_own_name_and_are_marked() -> None:
    new = table(sitting("v1", seats=4), sitting("v2"))
    kept = Pseudonyms(table(sitting("~v1"), sitting("~v9")), {"~v1", "~v9"})
    found = with_kept(new, kept, SERVICES)
    assert found.sittings["vacancy_id"].tolist() == ["v1", "v2", "~v1", "~v9"]
    assert found.sittings["seats"].tolist() == [4, 3, 4, 3]
    assert found.again.tolist() == [False, False, True, False]
    assert found.old.tolist() == [False, False, False, True]


def test_what_lacks_a_column_is_refused() -> None:
    with pytest.raises(UsageError, match="kept= lacks the column 'visitors'"):
        with_kept(table(), table(sitting("v1")).drop(columns="visitors"), SERVICES)


def test_coverage_of_all_does_not_change_when_half_of_it_was_kept() -> None:
    tables = random_tables(21)
    whole = exposed(tables, course="Fair panels")
    gone = {item["vacancy_id"] for item in tables["vacancies"][:5]}
    left = {
        name: [row for row in rows if row.get("vacancy_id") not in gone]
        for name, rows in tables.items()
    }
    old = whole.sittings[whole.sittings["vacancy_id"].isin(gone)]
    both = exposed(left, course="Fair panels", kept=old)
    pd.testing.assert_frame_equal(both.sittings, whole.sittings, check_dtype=False)
    figures = [one.coverage().unprotected(reason="test") for one in (both, whole)]
    pd.testing.assert_frame_equal(*figures)
    assert "5 vacancies of 10 are known from counts that were kept." in both.notes
    # Of those who sat in kept panels nobody knows who they are: no more than one panel holds.
    assert all(n <= whole.people[key] for key, n in both.people.items())


def test_another_course_in_what_was_kept_is_said() -> None:
    tables = random_tables(22)
    kept = Pseudonyms(table(sitting("~v99")), {"~v99"})
    kept.course = ("Old course",)
    found = exposed(tables, course="Fair panels", kept=kept)
    assert "When they were kept, the course that counted was “Old course”." in found.notes
    assert found.kept is kept
    assert found.at("shortlisted").loc["~v99", "on"].date() == date(2024, 1, 5)
