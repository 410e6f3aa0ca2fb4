"""The roll-out of recruitment training, who was trained, and who sat on which panel."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from workforce_analytics.samples.draws import Array, Draws
from workforce_analytics.samples.people import EMPLOYEE
from workforce_analytics.samples.planted import CASEWORK, RECRUITMENT
from workforce_analytics.samples.structure import (
    FIRST_APPLICATIONS,
    FIRST_ROLLOUT_QUARTER,
    ROLLOUT_QUARTERS,
    SERVICES,
    SERVICES_PER_QUARTER,
    SNAPSHOTS,
    SOULBURY,
    People,
    Table,
    dates,
    quarter_start,
)

COURSE = "Inclusive recruitment"
REFRESHER = "Inclusive recruitment refresher"
NOT_MANDATORY = "Coaching skills"
LOWEST_PANEL_GRADE = 6
NEVER = 10**7


@dataclass(frozen=True)
class Rollout:
    """When each service had its turn, and the day on which each person was trained."""

    planned: Array
    actual: Array
    """Day per service; `NEVER` where it has had no turn."""
    trained: Array
    """Day per person; `NEVER` where not trained."""


def panel_pool(people: People, year: int) -> Array:
    """People of panel grades who are there throughout a financial year (0 = 2022/23)."""
    there = people.present[:, year + 1] & people.present[:, year + 2]
    grade = people.grade[:, year + 1]
    senior = (grade >= LOWEST_PANEL_GRADE) & (grade < SOULBURY)
    return np.flatnonzero(there & senior & (people.kind == EMPLOYEE))


def make_rollout(people: People, seed: int) -> Rollout:
    """Services in random order, four a quarter for eight quarters; the rest never."""
    draws = Draws(seed, "rollout")
    planned = np.full(len(SERVICES), NEVER)
    order = draws.order(len(SERVICES))
    for turn in range(ROLLOUT_QUARTERS * SERVICES_PER_QUARTER):
        quarter = FIRST_ROLLOUT_QUARTER + turn // SERVICES_PER_QUARTER
        planned[order[turn]] = quarter_start(quarter).toordinal()
    actual = np.where(planned < NEVER, planned + draws.whole(0, 9, len(planned)), NEVER)
    n = len(people.ids)
    share = RECRUITMENT["share_of_panel_trained"]
    seniority = people.grade.max(axis=1)
    able = (seniority >= LOWEST_PANEL_GRADE) & (seniority < SOULBURY) & (people.kind == EMPLOYEE)
    turn_day = actual[people.service]
    on = np.maximum(turn_day - draws.whole(0, 20, n), people.joined + 20)
    with_service = able & (turn_day < NEVER) & draws.chance(share["after"], n)
    trained = np.where(with_service, on, NEVER)
    first = FIRST_APPLICATIONS.toordinal()
    early = able & draws.chance(share["before"], n)
    alone = np.maximum(first + draws.whole(-300, 1000, n), people.joined + 20)
    trained = np.where(early, np.minimum(trained, alone), trained)
    gone = (people.left > 0) & (trained > people.left)
    late = trained > SNAPSHOTS[-1].toordinal()
    return Rollout(planned=planned, actual=actual, trained=np.where(gone | late, NEVER, trained))


def rollout_table(rollout: Rollout) -> Table:
    """One row per service; blank dates for the services whose turn never came."""
    return {
        "unit_id": [code for code, _, _ in SERVICES],
        "planned_on": dates(np.where(rollout.planned < NEVER, rollout.planned, 0)),
        "actual_on": dates(np.where(rollout.actual < NEVER, rollout.actual, 0)),
        "order": ["random"] * len(SERVICES),
    }


def training_table(people: People, rollout: Rollout, seed: int) -> Table:
    """Course records: completed, booked and missed ones, refreshers, a course of free choice."""
    draws = Draws(seed, "training")
    end = SNAPSHOTS[-1].toordinal()
    done = np.flatnonzero(rollout.trained < NEVER)
    missed = draws.some(done, len(done) // 12)
    booked = draws.some(np.setdiff1d(panel_pool(people, 2), done), max(2, len(done) // 15))
    again = draws.some(done[rollout.trained[done] < end - 380], len(done) // 8)
    staff = people.employees(len(SNAPSHOTS) - 1)
    rate = CASEWORK["non_mandatory_training_probability"] * np.where(
        people.minority[staff],
        CASEWORK["non_mandatory_training_relative_likelihood_minority_ethnic"],
        1.0,
    )
    free = staff[draws.chance(rate)]
    who = np.concatenate([done, missed, booked, again, free])
    parts = [len(done), len(missed), len(booked), len(again), len(free)]
    course = np.repeat(
        np.array([COURSE, COURSE, COURSE, REFRESHER, NOT_MANDATORY], dtype=object), parts
    )
    status = np.repeat(np.array(["C", "D", "B", "C", "C"], dtype=object), parts)
    free_from = np.maximum(people.joined[free] + 1, end - 364)
    day = np.concatenate(
        [
            rollout.trained[done],
            np.zeros(len(missed) + len(booked), dtype=np.int64),
            rollout.trained[again] + 365,
            free_from + np.floor(draws.uniform(len(free)) * (end - free_from)).astype(int),
        ]
    )
    valid = np.where((day > 0) & (course != NOT_MANDATORY), day + 1095, 0)
    return {
        "person_id": list(people.ids[who]),
        "course": list(course),
        "status": list(status),
        "completed_on": dates(day),
        "valid_until": dates(valid),
    }


@dataclass(frozen=True)
class Sitting:
    """A panel to be filled: which vacancy and stage, when, for which service, by whom hired."""

    vacancy: str
    stage: str
    day: int
    service: int
    manager: int


def _pools(people: People, year: int) -> tuple[list[Array], Array]:
    pool = panel_pool(people, year)
    if len(pool) < 4:
        pool = people.employees(year + 1)
    services = people.service[pool]
    return [pool[services == s] for s in range(len(SERVICES))], pool


class Panels:
    """Chooses hiring managers and panel members, year by year."""

    def __init__(self, people: People, seed: int) -> None:
        self.people = people
        self.draws = Draws(seed, "panels")
        self.pools = [_pools(people, year) for year in range(3)]
        self.rows: list[tuple[str, ...]] = []

    def _one(self, year: int, service: int) -> int:
        """Give somebody of the service; sometimes, or where it has nobody, of another one."""
        own, everybody = self.pools[year]
        u, v = self.draws.uniform(2)
        pool = own[service] if len(own[service]) and u < 0.9 else everybody
        return int(pool[int(v * len(pool))])

    def manager(self, year: int, service: int) -> int:
        """Give the hiring manager of a vacancy."""
        own, everybody = self.pools[year]
        pool = own[service] if len(own[service]) else everybody
        return int(pool[int(self.draws.uniform(1)[0] * len(pool))])

    def sit(self, sitting: Sitting, year: int) -> None:
        """Fill one panel and note its rows."""
        ids = self.people.ids
        date = datetime.date.fromordinal(sitting.day).isoformat()
        u = self.draws.uniform(4)
        start = (sitting.vacancy, sitting.stage, str(ids[sitting.manager]), "H", "E")
        if u[0] < 0.05:
            self.rows.append((*start, date, "X"))
            return
        self.rows.append((*start, date, "A"))
        extra = 2 if sitting.stage == "I" or u[1] < 0.4 else 1
        seated = {sitting.manager}
        for seat in range(extra):
            member = self._one(year, sitting.service)
            if member not in seated:
                seated.add(member)
                role = "C" if seat == 0 else "M"
                row = (sitting.vacancy, sitting.stage, str(ids[member]), role, "E", date)
                self.rows.append((*row, "F" if u[2] < 0.2 else "A"))
        if u[3] < 0.07:
            outside = ("L", "P", "S", "U")[int(u[3] / 0.07 * 4)]
            self.rows.append((sitting.vacancy, sitting.stage, "", "M", outside, date, "A"))

    def table(self) -> Table:
        """All panels filled so far."""
        heads = ("vacancy_id", "stage", "person_id", "role", "member_type", "sat_on", "source")
        return {head: [row[i] for row in self.rows] for i, head in enumerate(heads)}
