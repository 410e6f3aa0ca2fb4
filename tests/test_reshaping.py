"""Other shapes become the contracts' rows: what was left out is counted, nothing is guessed."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts.contracts import contract
from workforce_analytics.extracts.reading import FileOptions
from workforce_analytics.extracts.reshaping import SHAPE_COLUMNS, Reshaped, Source, reshape
from workforce_analytics.extracts.statuses import is_test_vacancy, read_status
from workforce_analytics.extracts.survey_exports import chosen, scale_points


def text(columns: dict[str, list[Any]]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in columns.items()})


def shaped(table: pd.DataFrame, shape: str, **more: Any) -> Reshaped:
    options = FileOptions.model_validate({"shape": shape, **more.pop("options", {})})
    source = Source("export.csv", np.arange(1, len(table) + 1))
    return reshape(table, options, source=source, **more)


def found(result: Reshaped) -> list[tuple[str, int | None, int | None]]:
    return [(p.rule, p.records, p.first_record) for p in result.problems]


def rows(result: Reshaped) -> list[list[Any]]:
    table = result.table.astype(object)
    return table.where(table.notna(), None).to_numpy().tolist()


def assignments(
    *periods: tuple[str, str | None, str | None], on: str = "2025-03-31"
) -> pd.DataFrame:
    return text(
        {
            "person_id": [post.split("-")[0] for post, *_ in periods],
            "post_id": [post for post, *_ in periods],
            "grade": [f"G{i}" for i in range(len(periods))],
            "effective_from": [begun for _, begun, _ in periods],
            "effective_to": [ended for *_, ended in periods],
            "snapshot_date": [on] * len(periods),
        }
    )


def test_one_row_of_each_assignment_is_in_force() -> None:
    table = assignments(
        ("10482-1", "01-Apr-2020", "30-Mar-2025"),
        ("10482-1", "31-Mar-2025", "31-Dec-4712"),
        ("10482-2", "01-Jan-2019", "31-Mar-2025"),
        ("10482-2", "01-Apr-2025", "31-Dec-4712"),
        ("10483-1", None, None),
        ("10484-1", "01-Jan-2019", "31-Dec-2024"),
    )
    result = shaped(table, "effective_dated")
    assert result.table["grade"].tolist() == ["G1", "G2", "G4"]
    assert list(result.table.columns) == ["person_id", "post_id", "grade", "snapshot_date"]
    assert result.rows.tolist() == [1, 2, 4]
    assert result.dropped == (("of an earlier period", 2), ("of a later period", 1))
    assert result.kept + sum(n for _, n in result.dropped) == len(table)
    assert result.problems == ()


def test_overlaps_gaps_and_future_starters_are_counted() -> None:
    table = assignments(
        ("1-1", "01-Apr-2020", "31-Dec-4712"),
        ("1-1", "01-Jan-2024", "31-Dec-4712"),
        ("2-1", "01-Apr-2020", "31-Jan-2025"),
        ("2-1", "01-May-2025", "31-Dec-4712"),
        ("3-1", "01-Sep-2025", "31-Dec-4712"),
        ("4-1", "01-Sep-2025", "01-Jan-2025"),
        ("5-1", "someday", None),
    )
    result = shaped(table, "effective_dated")
    assert result.table["grade"].tolist() == ["G1"]
    assert result.dropped == (
        ("with dates that cannot be used", 2),
        ("of an earlier period", 1),
        ("of a later period", 1),
        ("of future starters", 1),
        ("that overlap a later one", 1),
    )
    assert found(result) == [
        ("effective_dates_unusable", 2, 6),
        ("effective_rows_overlap", 1, 1),
        ("effective_gap", 1, 3),
    ]


def test_both_date_columns_together_tell_the_order() -> None:
    table = assignments(("1-1", "03/04/2024", "31/12/4712"), ("2-1", "04/05/2025", "31/12/4712"))
    assert shaped(table, "effective_dated").table["post_id"].tolist() == ["1-1"]
    doubtful = assignments(("1-1", "03/04/2024", "31-Dec-4712"))
    refused = shaped(doubtful, "effective_dated")
    assert found(refused) == [("effective_dates_unusable", 1, 1)]
    decided = shaped(doubtful, "effective_dated", options={"dates": "day_first"})
    assert decided.table["post_id"].tolist() == ["1-1"]


def test_effective_dates_need_one_date_to_look_at() -> None:
    table = assignments(("1-1", None, None), ("2-1", None, None))
    with pytest.raises(ConfigurationError, match=r"\[constants\]: snapshot_date = 2025-03-31"):
        shaped(table.drop(columns="snapshot_date"), "effective_dated")
    table["snapshot_date"] = ["2024-03-31", "2025-03-31"]
    with pytest.raises(ConfigurationError, match="one date to look at"):
        shaped(table, "effective_dated")


def test_rows_that_name_nobody_are_not_taken_for_one_person() -> None:
    table = assignments(("1-1", None, None), ("2-1", None, None), ("3-1", None, None))
    table["person_id"] = table["post_id"] = pd.Series([None, None, "3"], dtype="str")
    assert shaped(table, "effective_dated").kept == 3


DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2026, 12, 31))
PERIODS = st.lists(
    st.tuples(st.sampled_from(["1-1", "1-2", "2-1"]), DAYS, st.none() | DAYS),
    min_size=1,
    max_size=9,
)


@settings(max_examples=80, deadline=None)
@given(PERIODS, st.randoms(use_true_random=False))
def test_the_rows_in_force_by_a_slow_look_and_in_any_order(
    periods: list[tuple[str, datetime.date, datetime.date | None]], shuffler: Any
) -> None:
    on = datetime.date(2025, 3, 31)
    table = assignments(
        *((post, str(begun), str(ended) if ended else None) for post, begun, ended in periods)
    )
    expected = {
        (post, begun): begun
        for post, begun, ended in periods
        if begun <= on <= (ended or datetime.date.max)
    }
    latest = {post: max(b for p, b in expected if p == post) for post, _ in expected}
    result = shaped(table, "effective_dated")
    begun = table["effective_from"].iloc[result.rows].tolist()
    assert dict(zip(result.table["post_id"], begun, strict=True)) == {
        post: str(day) for post, day in latest.items()
    }
    assert result.kept + sum(n for _, n in result.dropped) == len(table)
    order = list(range(len(table)))
    shuffler.shuffle(order)
    again = shaped(table.iloc[order], "effective_dated")
    by_post = ["post_id", "grade"]
    pd.testing.assert_frame_equal(
        again.table.sort_values(by_post, ignore_index=True),
        result.table.sort_values(by_post, ignore_index=True),
    )
    assert again.dropped == result.dropped


@pytest.mark.parametrize(
    ("status", "stage", "withdrawn"),
    [
        ("Application Received", "applied", False),
        ("Rejected - Shortlisting", "applied", False),
        ("Not shortlisted", "applied", False),
        ("Invited to interview", "shortlisted", False),
        ("Did not attend interview", "shortlisted", True),
        ("Withdrawn - Interview", "shortlisted", True),
        ("Rejected - Interview", "interviewed", False),
        ("REJECTED – INTERVIEW", "interviewed", False),
        ("Withdrawn after interview", "interviewed", True),
        ("Reserve list", "interviewed", False),
        ("Appointed - Talent Pool", "interviewed", False),
        ("Offer declined", "offered", True),
        ("Hired", "appointed", False),
        ("Rejected", "not_known", False),
        ("Withdrawn", "not_known", True),
        ("Talent Pool", "not_known", False),
    ],
)
def test_a_status_proves_a_stage_and_never_more(status: str, stage: str, withdrawn: bool) -> None:
    said = read_status(status)
    assert (said.stage, said.withdrawn, said.listed) == (stage, withdrawn, True)


def test_rejected_and_withdrawn_without_a_stage_are_never_a_failure_at_shortlisting() -> None:
    table = text({"status": ["Rejected", "Withdrawn", None, "Rejected - Interview", "Odd one"]})
    result = shaped(table, "status_to_stage")
    assert rows(result) == [
        ["not_known", "no"],
        ["not_known", "yes"],
        ["not_known", None],
        ["interviewed", "no"],
        ["not_known", None],
    ]
    assert found(result) == [("status_not_listed", 1, 5), ("stage_not_known", 3, 1)]
    assert {p.severity for p in result.problems} == {"warning"}


def test_the_mappings_own_words_win() -> None:
    table = text({"status": ["odd  ONE", "Hired"]})
    result = shaped(table, "status_to_stage", stages={"Odd one": "shortlisted", "Hired": "offered"})
    assert result.table["furthest_stage"].tolist() == ["shortlisted", "offered"]
    assert result.problems == ()


def test_test_vacancies_and_unfinished_applications_are_left_out_and_counted() -> None:
    table = text(
        {
            "vacancy_id": ["CC/24/1", "CC/24/2", "TEST", "CC/24/3", "CC/24/4"],
            "job_title": ["Test Engineer", "zz Test vacancy 2", "Chef", "Cook", None],
            "status": ["Hired", "Hired", "Hired", "Incomplete", "Talent Pool Appointment"],
        }
    )
    result = shaped(table, "status_to_stage")
    assert rows(result) == [["CC/24/1", "appointed", "no"], ["CC/24/4", "interviewed", "no"]]
    assert result.dropped == (("of test vacancies", 2), ("of applications never finished", 1))
    assert found(result) == [("talent_pool", 1, 5)]


def test_a_withdrawn_column_of_the_file_is_kept() -> None:
    table = text({"status": ["Withdrawn", "Hired"], "withdrawn": ["N", "Y"]})
    assert shaped(table, "status_to_stage").table["withdrawn"].tolist() == ["N", "Y"]


@pytest.mark.parametrize(
    ("title", "test"),
    [
        ("Test", True),
        ("TEST VACANCY - do not apply", True),
        ("Dummy", True),
        ("Test Engineer", False),
        ("Software Tester", False),
        ("Contest Officer", False),
        ("UAT job 3", True),
        ("Evaluator", False),
    ],
)
def test_a_testers_job_is_not_a_test(title: str, test: bool) -> None:
    assert is_test_vacancy(title) is test


def test_every_stage_of_the_status_words_is_one_of_the_contract() -> None:
    field = contract("applications").field("furthest_stage")
    assert field is not None
    stages = ("applied", "shortlisted", "interviewed", "offered", "appointed", "not_known")
    assert set(stages) == {category.value for category in field.categories}
    assert {read_status(word).stage for word in ("New", "Shortlisted", "Interviewed")} <= set(
        stages
    )


def test_panels_side_by_side_become_members() -> None:
    table = text(
        {
            "vacancy_id": ["CC-24-613", "CC-24-614", "CC-24-615"],
            "stage": ["interview"] * 3,
            "chair": ["J Smith", "a.patel@example.org", None],
            "member_2": ["jane.o'neil@example.org", "A.Patel@example.org", "TBC"],
            "member_3": ["tbc / Cllr Khan", "Lee (agency) & B Roe; NHS partner", "n/a"],
        }
    )
    result = shaped(table, "wide_panels")
    assert rows(result) == [
        ["CC-24-613", "interview", "J Smith", "chair", "unknown"],
        ["CC-24-613", "interview", "jane.o'neil@example.org", "member", "unknown"],
        ["CC-24-613", "interview", "Cllr Khan", "member", "councillor"],
        ["CC-24-614", "interview", "a.patel@example.org", "chair", "unknown"],
        ["CC-24-614", "interview", "Lee (agency)", "member", "agency"],
        ["CC-24-614", "interview", "B Roe", "member", "unknown"],
        ["CC-24-614", "interview", "NHS partner", "member", "partner"],
    ]
    assert result.dropped == (("of panels with nobody named", 1),)
    assert result.kept == 2
    assert found(result) == [("panel_place_without_name", 2, 1), ("panel_member_twice", 1, 2)]


def test_member_types_and_roles_are_the_contracts_own() -> None:
    panels = contract("panels")
    table = text(
        {
            "vacancy_id": ["1"],
            "chair": ["Councillor Ash"],
            "hiring_manager": ["x (interim)"],
            "member_1": ["Service user"],
            "member_2": ["Trade union"],
            "member_3": ["Y Z"],
        }
    )
    result = shaped(table, "wide_panels").table
    for name in ("role", "member_type"):
        field = panels.field(name)
        assert field is not None
        assert set(result[name]) <= {category.value for category in field.categories}
    assert result["member_type"].tolist() == [
        "councillor",
        "agency",
        "service_user",
        "partner",
        "unknown",
    ]


def test_previews_and_unfinished_answers_are_left_out() -> None:
    table = text(
        {
            "respondent_id": ["a", "b", "c", "d"],
            "response_type": ["IP Address", "Survey Preview", "IP Address", None],
            "finished": ["True", "True", "False", "True"],
            "ethnicity": ["1 - White", "1 - White", "2 - Asian", "1 - White"],
            "pride": ["5 - Strongly agree", "1 - Strongly disagree", "3", None],
            "comment": ["5 - fine", "no", "x", "3"],
        }
    )
    result = shaped(table, "survey_export", fields=["respondent_id", "finished", "ethnicity"])
    assert rows(result) == [
        ["a", "True", "1 - White", "5", "5"],
        ["d", "True", "1 - White", None, "3"],
    ]
    assert result.dropped == (("of previews", 1), ("not finished", 1))


def test_points_of_a_scale() -> None:
    labelled = pd.Series(["5 - Strongly agree", "1: Strongly disagree", "3 – Neither", None, "10"])
    assert scale_points(labelled).tolist()[:3] == ["5", "1", "3"]
    for left_alone in (["5", "4"], ["5 - Agree", "Not applicable"], ["16 - 24", "25 - 34"]):
        assert scale_points(pd.Series(left_alone)).tolist() == left_alone


def test_several_ticks_in_a_cell() -> None:
    ticked = chosen(pd.Series(["Race;LGBTQ+;", None, "Race; Race;", ";"], index=[7, 8, 9, 10]))
    assert list(ticked.items()) == [(7, "Race"), (7, "LGBTQ+"), (9, "Race")]


@pytest.mark.parametrize(
    ("shape", "needs"),
    [
        ("effective_dated", "'effective_from' and 'effective_to'"),
        ("status_to_stage", "'status'"),
        ("wide_panels", "'chair'"),
    ],
)
def test_a_shape_without_its_columns_is_refused(shape: str, needs: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        shaped(text({"person_id": ["1"]}), shape)
    assert str(refused.value) == (
        f'export.csv: shape = "{shape}" needs {needs}. Say in the mapping\'s [columns] which '
        "header fills it, or take the shape out."
    )


@pytest.mark.parametrize("shape", SHAPE_COLUMNS)
def test_a_table_of_which_nothing_was_mapped_stays_as_it_is(shape: str) -> None:
    result = shaped(pd.DataFrame(index=range(3)), shape)
    assert result.kept == len(result.table) == 3


def test_without_a_shape_nothing_changes() -> None:
    table = text({"status": ["Rejected"]})
    result = reshape(table, FileOptions(), source=Source("export.csv", np.array([1])))
    pd.testing.assert_frame_equal(result.table, table)


@pytest.mark.parametrize("shape", ["effective_dated", "status_to_stage", "wide_panels"])
def test_problems_hold_no_value_and_the_input_is_not_changed(shape: str) -> None:
    columns = ["person_id", "post_id", "effective_from", "effective_to", "status", "chair"]
    table = text({name: ["Zorblax1", "Zorblax1 and Zorblax1", "tbc"] for name in columns})
    table["snapshot_date"] = "2025-03-31"
    before = table.copy()
    result = shaped(table, shape)
    pd.testing.assert_frame_equal(table, before)
    assert result.problems
    assert not any("zorblax" in problem.sentence().lower() for problem in result.problems)
