"""Applications of each vacancy by group, before and after training: held against plain counts."""

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import workforce_analytics as wa
from tests import small_applications as small
from tests import test_keeping
from tests.small_rollouts import Planted, small_council
from workforce_analytics import keeping
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.identifiers import KEY_VARIABLE
from workforce_analytics.measures import training_impact
from workforce_analytics.measures.training_pools import AFTER, BEFORE, EVER
from workforce_analytics.measures.training_vacancies import (
    VacancyCounts,
    period_of_counts,
    vacancy_counts,
)

TURNS = {"U1": date(2023, 6, 1), "U2": date(2023, 9, 15), "U3": None}
GROUPS = ("female", "male")
MISSING = ("not_known", "blank")
SEATS = {"shortlisting": "shortlisted", "interview": "appointed"}


def tables(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Vacancies of three services and of none, some with panels on two days, and applications."""
    draw = random.Random(seed)
    vacancies, panels = [], []
    for place in range(16):
        opened = date(2023, 1, 1) + timedelta(draw.randrange(365))
        name = f"v{place:02}"
        vacancies.append(
            {
                "vacancy_id": name,
                "unit_id": draw.choice([*TURNS, "U9"]),
                "opened_on": opened,
                "closed_on": opened + timedelta(14) if draw.random() < 0.8 else None,
            }
        )
        for stage in SEATS:
            if draw.random() < 0.8:
                sat = opened + timedelta(draw.randrange(20, 120))
                panels.append(
                    {
                        "vacancy_id": name,
                        "stage": stage,
                        "person_id": f"p{draw.randrange(5)}",
                        "role": "chair",
                        "member_type": "employee",
                        "sat_on": sat,
                    }
                )
    rows = small.rows(260, draw, candidates=25)
    for row in rows:
        row["vacancy_id"] = draw.choice(vacancies)["vacancy_id"]
    return {"vacancies": vacancies, "panels": panels, "applications": rows}


def read(made: dict[str, list[dict[str, Any]]]) -> tuple[Any, Any]:
    places = pd.DataFrame(made["vacancies"])
    applications = small.attached(small.in_memory(made["applications"]), places)
    rollout = pd.DataFrame(
        {"unit_id": list(TURNS), "planned_on": list(TURNS.values()), "order": "random"}
    )
    exposure = training_impact.exposure(
        wa.read("panels", pd.DataFrame(made["panels"])),
        None,
        wa.read("vacancies", places),
        rollout=wa.read("rollout", rollout.assign(actual_on=None)),
    )
    return applications, exposure


def when(made: dict[str, list[dict[str, Any]]], vacancy: str, stage: str) -> str:
    """Whether a vacancy's panel of a stage sat before its service's turn; "" outside."""
    place = next(one for one in made["vacancies"] if one["vacancy_id"] == vacancy)
    if place["unit_id"] not in TURNS:
        return ""
    days = [
        one["sat_on"]
        for one in made["panels"]
        if (one["vacancy_id"], one["stage"]) == (vacancy, stage)
    ]
    on = min(days) if days else place["closed_on"] or place["opened_on"]
    turn = TURNS[place["unit_id"]]
    return AFTER if turn is not None and on >= turn else BEFORE


def told(row: dict[str, Any], among: str, outcome: str, withdrawn: str) -> bool:
    """Whether an application is in the base of a rate."""
    stage = small.STATUS[row["furthest_stage"]]
    order = small.STAGES
    if stage == "not_known" or order.index(stage) < order.index(among):
        return False
    passed = order.index(stage) >= order.index(outcome)
    return passed or withdrawn == "in" or not row["withdrawn"]


def reached(row: dict[str, Any], outcome: str) -> bool:
    stage = small.STATUS[row["furthest_stage"]]
    return stage in small.STAGES[small.STAGES.index(outcome) :]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("among", "outcome", "withdrawn", "panel"),
    [
        ("applied", "shortlisted", "in", "shortlisting"),
        ("applied", "appointed", "apart", "interview"),
        ("shortlisted", "appointed", "in", "interview"),
    ],
)
def test_counts_are_those_of_the_rows(
    seed: int, among: str, outcome: str, withdrawn: str, panel: str
) -> None:
    made = tables(seed)
    counts = vacancy_counts(
        *read(made), of="sex", among=among, outcome=outcome, withdrawn=withdrawn
    )
    rows = small.kept(made["applications"])
    there = sorted({row["vacancy_id"] for row in rows})
    inside = [one for one in there if when(made, one, panel)]
    assert counts.vacancies.index.tolist() == inside
    assert counts.outside == len(there) - len(inside) > 0
    assert counts.groups == GROUPS
    for place, vacancy in enumerate(inside):
        own = [row for row in rows if row["vacancy_id"] == vacancy]
        base = [row for row in own if told(row, among, outcome, withdrawn)]
        for column, group in enumerate(GROUPS):
            mine = [row for row in base if small.SEX[row["sex"]] == group]
            assert counts.pool[place, column] == len(mine)
            assert counts.passed[place, column] == sum(reached(row, outcome) for row in mine)
        missing = [row for row in base if small.SEX[row["sex"]] in MISSING]
        assert counts.undeclared[place] == len(missing)
        assert counts.vacancies["treated"].iloc[place] == (when(made, vacancy, panel) == AFTER)


@pytest.mark.parametrize("seed", [3, 5])
def test_cells_tell_when_both_panels_sat(seed: int) -> None:
    made = tables(seed)
    counts = vacancy_counts(*read(made), of="sex", outcome="shortlisted")
    slow: Counter = Counter()
    mixed = 0
    for row in small.kept(made["applications"]):
        both = [when(made, row["vacancy_id"], stage) for stage in SEATS]
        mixed += both[0] != both[1]
        stage = small.STATUS[row["furthest_stage"]]
        left = ", withdrawn" if row["withdrawn"] and stage != "not_known" else ""
        code = "-".join(both) if both[0] else "outside"
        slow[small.SEX[row["sex"]], code, f"{stage}{left}"] += 1
    assert mixed > 0
    assert {key: n for key, n in counts.counts.items() if n} == dict(slow)


@pytest.mark.parametrize(("outcome", "panel"), [(one, stage) for stage, one in SEATS.items()])
def test_a_cell_is_a_sum_of_its_vacancies_and_of_as_many_people(outcome: str, panel: str) -> None:
    made = tables(5)
    counts = vacancy_counts(*read(made), of="sex", outcome=outcome)
    rows = counts.rows()
    kept = small.kept(made["applications"])
    treated = counts.vacancies["treated"].to_numpy()
    some = {BEFORE: ~treated, AFTER: treated, EVER: np.ones(treated.size, dtype=bool)}
    expected = {}
    for time, inside in some.items():
        wanted = (time,) if time != EVER else (BEFORE, AFTER)
        here = [row for row in kept if when(made, row["vacancy_id"], panel) in wanted]
        for column, group in enumerate(GROUPS):
            pool = counts.pool_cell(rows, group, time)
            passed = counts.passed_cell(rows, group, time)
            assert rows.n(pool) == counts.pool[inside, column].sum()
            assert rows.n(passed) == counts.passed[inside, column].sum()
            own = [row for row in here if small.SEX[row["sex"]] == group]
            base = {row["candidate_id"] for row in own if told(row, "applied", outcome, "in")}
            expected[pool] = len(base)
            expected[passed] = len({row["candidate_id"] for row in own if reached(row, outcome)})
    heads = rows.cells(counts.found.counts).heads
    assert {cell: heads[cell] for cell in expected} == expected
    assert any(people < rows.n(cell) for cell, people in expected.items())
    smallest = []
    for group in GROUPS:
        for time in (BEFORE, AFTER):
            pool = counts.pool_cell(rows, group, time)
            passed = counts.passed_cell(rows, group, time)
            smallest += [expected[pool], expected[passed], rows.n(pool) - rows.n(passed)]
    assert counts.fewest(*GROUPS) == min(smallest)


def test_groups_are_held_against_each_other_vacancy_by_vacancy() -> None:
    counts = vacancy_counts(*read(tables(6)), of="sex", outcome="shortlisted")
    contests = counts.against("female", "male")
    assert contests.group.tolist() == counts.pool[:, 0].tolist()
    assert contests.rest_passes.tolist() == counts.passed[:, 1].tolist()
    rollout = counts.rollout(contests, contests.group)
    chosen = counts.vacancies.iloc[rollout.row]
    assert (rollout.treated == chosen["treated"].to_numpy()).all()
    largest = GROUPS[int(counts.pool.sum(axis=0).argmax())]
    assert counts.reference("largest") == largest
    assert counts.reference("Male") == "male"
    for asked in ("rest", "total", "highest"):
        with pytest.raises(UsageError, match="Name a group"):
            counts.reference(asked)


def test_until_leaves_later_panels_out_and_they_are_not_outside() -> None:
    made = tables(1)
    applications, exposure = read(made)
    whole = vacancy_counts(applications, exposure, of="sex", outcome="shortlisted")
    last = date(2023, 8, 31)
    part = vacancy_counts(applications, exposure, of="sex", outcome="shortlisted", until=last)
    early = whole.vacancies["on"] <= pd.Timestamp(last)
    assert 0 < early.sum() < whole.size
    assert part.vacancies.index.tolist() == whole.vacancies.index[early].tolist()
    assert (part.pool == whole.pool[early.to_numpy()]).all()
    assert part.outside == whole.outside


def test_a_subset_counts_its_rows_alone() -> None:
    made = tables(2)
    counts = vacancy_counts(*read(made), of="sex", outcome="shortlisted", where={"year": "2023/24"})
    rows = [
        row
        for row in small.kept(made["applications"])
        if small.year(row, made_years(made)) == "2023/24"
    ]
    base = [
        row
        for row in rows
        if told(row, "applied", "shortlisted", "in")
        and when(made, row["vacancy_id"], "shortlisting")
        and small.SEX[row["sex"]] in GROUPS
    ]
    assert counts.pool.sum() == len(base) > 0


def made_years(made: dict[str, list[dict[str, Any]]]) -> small.Rows:
    return [
        {"vacancy_id": one["vacancy_id"], "opened_on": one["opened_on"].isoformat()}
        for one in made["vacancies"]
    ]


# --- vacancies whose candidates are deleted -----------------------------------------------------


@pytest.fixture
def deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[VacancyCounts, Any, Any]:
    """Counts of a whole council, and the council once half of its candidates are deleted."""
    monkeypatch.setenv(KEY_VARIABLE, test_keeping.KEY)
    rows = test_keeping.applications()
    before = test_keeping.council(tmp_path / "council", rows)
    exposure = training_impact.exposure(
        before.panels, before.training, before.vacancies, rollout=before.rollout
    )
    whole = vacancy_counts(before.applications, exposure, of="sex", outcome="shortlisted")
    keeping.keep(before, reason="impact")
    after = test_keeping.council(tmp_path / "council", test_keeping.later(rows))
    kept = training_impact.exposure(
        after.panels, after.training, after.vacancies, rollout=after.rollout, kept=after.kept
    )
    return whole, after, kept


def test_kept_counts_stand_for_deleted_candidates(deleted: Any) -> None:
    whole, after, exposure = deleted
    found = vacancy_counts(after.applications, exposure, of="sex", outcome="shortlisted")
    alone = training_impact.exposure(
        after.panels, after.training, after.vacancies, rollout=after.rollout
    )
    rest = vacancy_counts(after.applications, alone, of="sex", outcome="shortlisted")
    assert rest.pool.sum() < found.pool.sum() == whole.pool.sum()
    assert {key: n for key, n in found.counts.items() if n} == {
        key: n for key, n in whole.counts.items() if n
    }
    assert found.undeclared.sum() == whole.undeclared.sum() > 0
    whole_period = period_of_counts(after.applications, found, None)
    assert whole_period[:7] <= period_of_counts(after.applications, rest, None)[:7]
    first = pd.to_datetime(found.vacancies["on"]).min()
    assert int(whole_period[:4]) == first.year - (first.month < 4)
    # Nobody can be told apart where some candidates are deleted.
    assert not any(time == EVER for _, time, _ in found.heads)


def test_kept_counts_have_no_subsets(deleted: Any) -> None:
    _, after, exposure = deleted
    with pytest.raises(UsageError, match="one characteristic at a"):
        vacancy_counts(
            after.applications,
            exposure,
            of="sex",
            outcome="shortlisted",
            where={"year": "2024/25"},
        )


# --- wrong arguments ----------------------------------------------------------------------------


def test_wrong_arguments_are_refused() -> None:
    applications, exposure = small_council(Planted(services=2, quarters=1, applicants=2))
    options = {"of": "sex", "outcome": "shortlisted"}
    with pytest.raises(UsageError, match="second argument"):
        vacancy_counts(applications, applications, **options)
    with pytest.raises(UsageError, match="tells vacancies apart"):
        vacancy_counts("applications.csv", exposure, **options)
    with pytest.raises(UsageError, match="exchange among and outcome"):
        vacancy_counts(applications, exposure, of="sex", outcome="applied", among="shortlisted")
    with pytest.raises(DataError, match="same units"):
        vacancy_counts(applications, exposure, **options, until=date(1999, 1, 1))
