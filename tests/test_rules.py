from __future__ import annotations

from typing import Any

import polars
import pytest

from tests.contract_frames import problems, table
from workforce_analytics.extracts.checking import check
from workforce_analytics.extracts.contracts import contract, contract_names
from workforce_analytics.extracts.rules import RULES

Rows = list[dict[str, Any]]
OLD, NEW = "2020-01-01", "2021-01-01"


def dated(first: str, second: str) -> tuple[Rows, Rows]:
    """Rows that break and rows that keep: the second date is not before the first."""
    return [{first: NEW, second: OLD}], [{first: OLD, second: NEW}, {first: NEW, second: NEW}]


def cells(*rows: tuple[Any, ...], names: tuple[str, ...] = ("sex", "n")) -> Rows:
    return [dict(zip(names, row, strict=True)) for row in rows]


# contract, rule -> rows that break it, rows that keep it; each row changes a filled row
CASES: dict[tuple[str, str], tuple[Rows, Rows]] = {
    ("workforce", "not_exactly_one_main_post"): (
        [{"is_main_post": True}, {"is_main_post": True, "post_id": "t2"}],
        [{"is_main_post": True}, {"is_main_post": False, "post_id": "t2"}],
    ),
    ("workforce", "left_before_joined"): dated("joined_on", "ended_on"),
    ("workforce", "post_started_before_joined"): dated("joined_on", "post_started_on"),
    ("workforce", "post_ended_before_started"): dated("post_started_on", "ended_on"),
    ("workforce", "ended_before_snapshot"): (
        [{"ended_on": "2025-03-30"}],
        [{"ended_on": "2025-03-31"}, {"ended_on": None, "person_id": "p2"}],
    ),
    ("workforce", "joined_after_snapshot"): (
        [{"joined_on": "2025-04-01"}],
        [{"joined_on": "2025-03-31"}],
    ),
    ("workforce", "fte_above_one"): ([{"fte": 1.38}], [{"fte": 1.0}]),
    ("workforce", "fte_zero"): (
        [{"fte": 0.0}],
        [{"fte": 0.0, "engagement": "Relief"}, {"fte": 0.5, "person_id": "p2"}],
    ),
    ("workforce", "hours_above_full_time"): (
        [{"contracted_hours": 40.0, "full_time_hours": 37.0}],
        [{"contracted_hours": 37.0, "full_time_hours": 37.0}],
    ),
    ("workforce", "age_implausible"): (
        [{"age": 13}, {"age": 101, "person_id": "p2"}],
        [{"age": 14}, {"age": 100, "person_id": "p2"}],
    ),
    ("workforce", "born_implausibly"): (
        [{"date_of_birth": "2011-04-01"}],
        [{"date_of_birth": "2011-03-31"}],
    ),
    ("units", "valid_to_before_valid_from"): dated("valid_from", "valid_to"),
    ("units", "part_of_itself"): ([{"parent_id": "u1"}], [{"parent_id": "u2"}]),
    ("units", "succeeded_by_itself"): ([{"succeeded_by": "u1"}], [{"succeeded_by": "u2"}]),
    ("grades", "valid_to_before_valid_from"): dated("valid_from", "valid_to"),
    ("grades", "grade_in_two_bands"): (
        [{"valid_from": OLD}, {"valid_from": NEW, "band": "Upper"}],
        [{"valid_from": OLD}, {"valid_from": NEW}],
    ),
    ("payroll", "period_ends_before_it_starts"): dated("period_start", "period_end"),
    ("payroll", "full_pay_but_not_relevant"): (
        [{"relevant": False}],
        [{"relevant": False, "full_pay_relevant": False}, {"relevant": None}],
    ),
    ("payroll", "negative_hours"): (
        [{"hours": -3.0}],
        [{"hours": -3.0, "kind": "Backdated Award"}],
    ),
    ("payroll", "repeated_line"): ([{}, {}], [{}, {"amount": 1.0}]),
    ("vacancies", "closed_before_opened"): dated("opened_on", "closed_on"),
    ("vacancies", "shortlisted_more_than_applied"): (
        [{"applied": 3, "shortlisted": 4}],
        [{"applied": 4, "shortlisted": 4}],
    ),
    ("vacancies", "appointed_more_than_shortlisted"): (
        [{"shortlisted": 1, "appointed": 2}],
        [{"shortlisted": 2, "appointed": 2}],
    ),
    ("vacancies", "appointed_more_than_posts"): (
        [{"posts": 1, "appointed": 2}],
        [{"posts": 2, "appointed": 2}],
    ),
    ("vacancies", "readvertised_from_itself"): (
        [{"parent_vacancy_id": "v1"}],
        [{"parent_vacancy_id": "v0"}],
    ),
    ("applications", "stage_dates_out_of_order"): (
        [{"shortlisted_on": "2025-01-09"}, {"application_id": "a2", "appointed_on": "2025-01-01"}],
        [{"shortlisted_on": "2025-01-10"}],
    ),
    ("applications", "applied_after_closing"): (
        [{"closed_on": "2025-01-09"}],
        [{"closed_on": "2025-01-10"}],
    ),
    ("applications", "stage_short_of_dates"): (
        [{"furthest_stage": "Rejected - Shortlisting", "interviewed_on": "2025-02-01"}],
        [
            {"furthest_stage": "Rejected - Interview", "interviewed_on": "2025-02-01"},
            {"furthest_stage": "Rejected", "interviewed_on": "2025-02-01", "candidate_id": "c2"},
        ],
    ),
    ("applications", "withdrawn_but_appointed"): (
        [{"withdrawn": True, "furthest_stage": "Hired"}],
        [{"withdrawn": True}, {"withdrawn": None, "furthest_stage": "Hired", "candidate_id": "c2"}],
    ),
    ("applications", "candidate_applied_twice"): (
        [{}, {"application_id": "a2"}],
        [{}, {"application_id": "a2", "candidate_id": "c2"}],
    ),
    ("applications", "candidate_not_given"): ([{"candidate_id": None}], [{}]),
    ("applications", "age_implausible"): ([{"age": 3}], [{"age": 30}]),
    ("applications", "born_implausibly"): (
        [{"date_of_birth": "1900-01-01"}],
        [{"date_of_birth": "1990-01-01"}],
    ),
    ("panels", "two_panels"): (
        [{"role": "Chair"}, {"role": "Panel Chair", "person_id": "p2"}],
        [{"role": "Chair"}, {"role": "Chair", "person_id": "p2", "stage": "Sift"}],
    ),
    ("training", "completed_after_valid_until"): dated("completed_on", "valid_until"),
    ("training", "completed_without_date"): (
        [{"status": "Attended", "completed_on": None}],
        [{"status": "DNA", "completed_on": None}, {}],
    ),
    ("training", "repeated_course"): ([{}, {}], [{}, {"completed_on": NEW}]),
    ("rollout", "trained_long_before_planned"): (
        [{"planned_on": "2024-02-01", "actual_on": "2023-01-31"}],
        [{"planned_on": "2024-02-01", "actual_on": "2023-02-28"}],
    ),
    ("events", "ended_before_opened"): dated("opened_on", "ended_on"),
    ("events", "repeated_event"): ([{}, {}], [{}, {"event": "Grievance"}]),
    ("network_members", "left_before_joined"): dated("joined_on", "left_on"),
    ("network_counts", "more_attendees_than_attendances"): (
        [{"attendances": 3, "unique_attendees": 4}],
        [{"attendances": 4, "unique_attendees": 4}],
    ),
    ("community", "categories_do_not_add_up"): (
        [{}, {"category": "male"}, {"category": "total", "n": 203}],
        [{}, {"category": "male"}, {"category": "total", "n": 202}],
    ),
    ("actions", "action_without_due_date"): (
        [{"status": "Ongoing", "due_on": None}],
        [{"status": "Done", "due_on": None}, {"action_id": "A2"}],
    ),
    ("actions", "target_is_baseline"): (
        [{"baseline": 0.2, "target": 0.2}],
        [{"baseline": 0.2, "target": 0.3}],
    ),
    ("counts", "more_at_later_stage"): (
        cells(("F", "applied", 3), ("F", "Shortlist", 4), names=("sex", "counted", "n")),
        cells(
            ("F", "applied", 4),
            ("F", "shortlisted", 4),
            ("M", "shortlisted", 1),
            ("X", "applied", None),
            ("X", "shortlisted", 1),
            names=("sex", "counted", "n"),
        ),
    ),
    ("counts", "total_beside_parts"): (
        cells(("F", 1), ("M", 2), ("Total", 3)),
        cells(("F", 1), ("M", 2)),
    ),
    ("counts", "repeated_cell"): (cells(("F", 1), ("F", 1)), cells(("F", 1), ("M", 1))),
    ("counts", "parts_do_not_add_up"): (
        cells(("F", 1), ("M", 2), ("Total", 4)),
        cells(("F", 1), ("M", 2), ("Total", 3), ("X", 1))[:3],
    ),
    ("counts", "more_than_total"): (
        cells(("F", 4, 3), names=("sex", "n", "total")),
        cells(("F", 3, 3), names=("sex", "n", "total")),
    ),
    ("counts", "percentage_does_not_match"): (
        cells(("F", 1, 3, 34.0), names=("sex", "n", "total", "percentage")),
        cells(("F", 1, 3, 33.0), ("M", 0, 0, 5.0), names=("sex", "n", "total", "percentage")),
    ),
    ("counts", "percentages_do_not_add_up"): (
        cells(("F", 1, 33.0), ("M", 2, 60.0), names=("sex", "n", "percentage")),
        cells(("F", 1, 33.5), ("M", 2, 67.0), names=("sex", "n", "percentage")),
    ),
}


def found(rule: str, rows: Rows, name: str) -> list[int | None]:
    return [problem.records for problem in problems(name, *rows) if problem.rule == rule]


def on_polars(rule: str, rows: Rows, name: str) -> list[int | None]:
    frame = polars.from_pandas(table(name, *rows))
    report = check(contract(name), frame, file="", in_memory=False)
    return [problem.records for problem in report if problem.rule == rule]


def test_every_rule_of_every_contract_is_tried() -> None:
    named = {(name, rule.name) for name in contract_names() for rule in contract(name).rules}
    assert set(CASES) == named
    assert {rule for _, rule in named} == set(RULES)


@pytest.mark.parametrize(("name", "rule"), sorted(CASES))
def test_rule_finds_what_breaks_it(name: str, rule: str) -> None:
    broken, _ = CASES[name, rule]
    assert found(rule, broken, name)
    assert on_polars(rule, broken, name) == found(rule, broken, name)


@pytest.mark.parametrize(("name", "rule"), sorted(CASES))
def test_rule_leaves_what_keeps_it(name: str, rule: str) -> None:
    _, kept = CASES[name, rule]
    assert not found(rule, kept, name)
    assert not on_polars(rule, kept, name)


@pytest.mark.parametrize(("name", "rule"), sorted(CASES))
def test_rule_is_skipped_without_its_columns(name: str, rule: str) -> None:
    broken, _ = CASES[name, rule]
    fields = next(item.fields for item in contract(name).rules if item.name == rule)
    frame = table(name, *broken).drop(columns=list(fields[1:] or fields), errors="ignore")
    frame = frame.drop(columns="sex", errors="ignore")
    report = check(contract(name), frame, file="", in_memory=True)
    assert rule not in {problem.rule for problem in report}


def test_group_rules_count_records_and_tell_the_first() -> None:
    rows: Rows = [
        {"person_id": "p1"},
        {"person_id": "p2", "is_main_post": False},
        {"person_id": "p2", "is_main_post": False, "post_id": "t2"},
    ]
    (problem,) = (
        item for item in problems("workforce", *rows) if item.rule == "not_exactly_one_main_post"
    )
    assert (problem.records, problem.of, problem.first_record) == (2, 3, 2)


def test_a_person_twice_on_one_panel_is_a_duplicate_key_whatever_the_day() -> None:
    rows: Rows = [{"sat_on": OLD}, {"sat_on": NEW}, {"person_id": None}, {"person_id": None}]
    (problem,) = (item for item in problems("panels", *rows) if item.rule == "duplicate_key")
    assert problem.records == 1
    assert problem.column == "vacancy_id, stage, person_id"
