"""Three years of applications, in which candidates compete vacancy by vacancy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workforce_analytics.samples.candidates import (
    Candidates,
    inside_candidates,
    outside_candidates,
)
from workforce_analytics.samples.draws import Array, Draws, choose
from workforce_analytics.samples.people import EMPLOYEE
from workforce_analytics.samples.planted import RECRUITMENT
from workforce_analytics.samples.structure import (
    APPRENTICE,
    FIRST_APPLICATIONS,
    GRADE_NAMES,
    SERVICE_TILT,
    SERVICES,
    SNAPSHOTS,
    People,
    Table,
    dates,
)
from workforce_analytics.samples.training import Panels, Rollout, Sitting
from workforce_analytics.samples.vacancies import CLOSED_ROUTES, ROUTE_CODES, Vacancies

MINORITY_SHARE = (0.47, 0.41, 0.34, 0.27)
"""Share of minority ethnic candidates by band of the vacancy's grade."""
SOURCES = {"Web": 46, "Board": 30, "Social": 9, "JCP": 6, "Referral": 7, "Other": 2}
SCHEMES = ("N", "DC", "AF", "CL", "RD")
STAGES = np.array(["AP", "SL", "IV", "OF", "HI"], dtype=object)
"""Codes of the furthest stage: applied, shortlisted, interviewed, offered, appointed."""


@dataclass(frozen=True)
class Applications:
    """Applications in order of vacancy, with the candidate's true group beside the record."""

    vacancy: Array
    person: Array
    """Position of the member of staff, or -1 for a candidate from outside."""
    number: Array
    """Number of the candidate's account."""
    minority: Array
    disabled: Array
    sex: Array
    age: Array
    scheme: Array
    recorded: dict[str, Array]
    shortlisted: Array
    stage: Array
    withdrawn: Array


def _joined(a: Array, b: Array, from_a: Array, at: Array) -> Array:
    return np.where(from_a, a[np.where(from_a, at, 0)], b[np.where(from_a, 0, at)])


def _apply(
    draws: Draws, vacancies: Vacancies, people: People, outside: Candidates
) -> tuple[Array, Array, Array]:
    """Who applies for what: vacancy, position of the candidate, and whether from inside."""
    vacancy = np.repeat(np.arange(len(vacancies.ids)), vacancies.sizes)
    n = len(vacancy)
    route = vacancies.route[vacancy]
    inside = np.isin(route, CLOSED_ROUTES) | draws.chance(0.08, n)
    level = np.select(
        [vacancies.grade < 4, vacancies.grade < 7, vacancies.grade < 10], [0, 1, 2], 3
    )
    level = np.where(vacancies.grade >= APPRENTICE, 0, level)[vacancy]
    share = np.array(MINORITY_SHARE)[level] + 0.15 * (route == "community_event")
    odds = share / (1 - share) * SERVICE_TILT[vacancies.service[vacancy]]
    minority = draws.chance(odds / (1 + odds))
    group = np.minimum(level, 2) + 3 * minority
    pool = len(outside.sex) // 6
    account = np.floor(pool * draws.uniform(n) ** 1.6).astype(np.int64) * 6 + group
    year = np.minimum((vacancies.opened[vacancy] - FIRST_APPLICATIONS.toordinal()) // 365, 2)
    staff = np.zeros(n, dtype=np.int64)
    for y in range(3):
        own = people.employees(y + 1)
        here = year == y
        staff[here] = own[draws.whole(0, len(own) - 1, int(here.sum()))]
    who = np.where(inside, staff, account)
    key = (vacancy * 2 + inside) * (max(len(people.ids), len(outside.sex)) + 1) + who
    _, kept = np.unique(key, return_index=True)
    kept = np.sort(kept)
    return vacancy[kept], who[kept], inside[kept]


def _log_odds(
    plan: dict[str, float], them: dict[str, Array], trained: Array, scheme: bool
) -> Array:
    """Log odds of passing a stage; what is planted, term by term."""
    minority = them["minority"]
    odds = plan["minority_ethnic"] * minority
    odds = odds + plan["minority_ethnic_and_trained"] * (minority & trained)
    odds = odds + plan["internal"] * them["inside"] + plan["disabled"] * them["disabled"]
    if not scheme:
        return odds + plan["female"] * (them["sex"] == "F")
    odds = odds + plan["minority_ethnic_per_quarter"] * them["quarter"] * minority
    odds = odds + them["service"] * minority
    odds = odds + plan["minority_ethnic_and_name_blind"] * (minority & them["name_blind"])
    odds = odds + plan["interview_scheme"] * (them["scheme"] > 0)
    return odds + plan["aged_50_and_over"] * (them["age"] >= 50)


def make_applications(
    people: People, vacancies: Vacancies, rollout: Rollout, seed: int
) -> Applications:
    """Everybody who applied, and how far they came."""
    draws = Draws(seed, "applications")
    outside = outside_candidates(draws, max(600, int(vacancies.sizes.sum() * 0.8) // 6 * 6))
    inside_pool = inside_candidates(draws, people)
    vacancy, who, inside = _apply(draws, vacancies, people, outside)

    def pick(name: str) -> Array:
        return _joined(getattr(inside_pool, name), getattr(outside, name), inside, who)

    service = vacancies.service[vacancy]
    quarter = (vacancies.opened - FIRST_APPLICATIONS.toordinal()) * 12 // 1096
    deviation = (
        draws.normal(len(SERVICES))
        * RECRUITMENT["shortlisting_log_odds"]["minority_ethnic_service_sd"]
    )
    them = {name: pick(name) for name in ("minority", "disabled", "sex", "age", "scheme")}
    them |= {
        "inside": inside,
        "quarter": quarter[vacancy],
        "service": deviation[service],
        "name_blind": vacancies.name_blind[vacancy],
    }
    turn = rollout.actual[service]
    sift = _log_odds(
        RECRUITMENT["shortlisting_log_odds"], them, turn <= vacancies.shortlisting[vacancy], True
    )
    final = _log_odds(
        RECRUITMENT["appointing_log_odds_among_interviewed"],
        them,
        turn <= vacancies.interview[vacancy],
        False,
    )
    shortlisted, stage, withdrawn = _compete(draws, vacancies, vacancy, np.exp(sift), np.exp(final))
    accounts = draws.order(len(people.ids) + len(outside.sex))
    return Applications(
        vacancy=vacancy,
        person=np.where(inside, who, -1),
        number=accounts[np.where(inside, who, who + len(people.ids))] + 1,
        recorded={
            name: _joined(inside_pool.recorded[name], outside.recorded[name], inside, who)
            for name in outside.recorded
        },
        shortlisted=shortlisted,
        stage=stage,
        withdrawn=withdrawn,
        **{name: them[name] for name in ("minority", "disabled", "sex", "age", "scheme")},
    )


def _compete(
    draws: Draws, vacancies: Vacancies, vacancy: Array, sift: Array, final: Array
) -> tuple[Array, Array, Array]:
    """Run each vacancy: so many are shortlisted and so many appointed, whoever they are."""
    n = len(vacancy)
    early = draws.chance(0.02, n)
    late = draws.chance(0.05, n)
    declines = draws.chance(0.04, n)
    first, second = draws.uniform(n), draws.uniform(n)
    shortlisted = np.zeros(n, dtype=bool)
    stage = np.zeros(n, dtype=np.int64)
    edges = np.searchsorted(vacancy, np.arange(len(vacancies.ids) + 1))
    for v, fate in enumerate(vacancies.fate):
        if fate == "cancelled":
            continue
        here = np.arange(edges[v], edges[v + 1])
        pool = here[~early[here]]
        posts = int(vacancies.posts[v]) or 2
        places = min(len(pool), 3 * posts + len(here) // 10 if len(here) > 7 else 2 * posts + 1)
        passed = pool[choose(sift[pool], places, first[pool])] if places else pool[:0]
        shortlisted[passed] = True
        stage[passed] = 1
        seen = passed[~late[passed]]
        stage[seen] = 2
        wanted = 0 if fate == "no_appointment" else min(posts, len(seen))
        chosen = seen[choose(final[seen], wanted, second[seen])] if wanted else seen[:0]
        stage[chosen] = np.where(declines[chosen], 3, 4)
    withdrawn = (early & (stage == 0)) | (late & (stage == 1)) | (stage == 3)
    return shortlisted, stage, withdrawn


def applications_table(applications: Applications, vacancies: Vacancies, seed: int) -> Table:
    """One row per application, with the furthest stage it reached."""
    draws = Draws(seed, "application forms")
    vacancy = applications.vacancy
    n = len(vacancy)
    open_days = (vacancies.closed - vacancies.opened)[vacancy]
    applied = vacancies.opened[vacancy] + np.floor(draws.uniform(n) * (open_days + 1)).astype(int)
    width = max(5, len(str(int(applications.number.max()))))
    source = draws.choice(SOURCES, n)
    inside = applications.person >= 0
    source = np.where(inside, "Web", source)
    source = np.where(vacancies.route[vacancy] == "community_event", "Event", source)
    digits = max(5, len(str(n)))
    return {
        "application_id": [f"{i + 1:0{digits}d}" for i in range(n)],
        "vacancy_id": list(vacancies.ids[vacancy]),
        "candidate_id": [f"K{number:0{width}d}" for number in applications.number],
        "applied_on": dates(applied),
        "status": list(STAGES[applications.stage]),
        "withdrawn": list(np.where(applications.withdrawn, "Y", "N")),
        "internal": list(np.where(inside, "Y", "N")),
        "source": list(source),
        "scheme": list(np.array(SCHEMES, dtype=object)[applications.scheme]),
        "sex": list(applications.sex),
        "age": [str(a) for a in applications.age],
        **{name: list(values) for name, values in applications.recorded.items()},
    }


def vacancies_and_panels(
    people: People, vacancies: Vacancies, applications: Applications, seed: int
) -> tuple[Table, Table]:
    """Give the vacancies with what came of them, and who sat on their panels."""
    panels = Panels(people, seed)
    n = len(vacancies.ids)
    hired = np.bincount(applications.vacancy[applications.stage == 4], minlength=n)
    anybody = np.bincount(applications.vacancy[applications.shortlisted], minlength=n) > 0
    outcome = np.select(
        [vacancies.fate == "cancelled", hired == 0, hired < vacancies.posts], ["X", "N", "P"], "F"
    )
    first = FIRST_APPLICATIONS.toordinal()
    managers = []
    for v in range(n):
        year = int(min((vacancies.opened[v] - first) // 365, 2))
        service = int(vacancies.service[v])
        manager = panels.manager(year, service)
        managers.append(manager)
        if not anybody[v]:
            continue
        for stage, day in (("S", vacancies.shortlisting[v]), ("I", vacancies.interview[v])):
            sitting = Sitting(str(vacancies.ids[v]), stage, int(day), service, manager)
            panels.sit(sitting, year)
    codes = np.array([code for code, _, _ in SERVICES], dtype=object)
    parent = np.where(vacancies.parent >= 0, vacancies.ids[vacancies.parent], "")
    table = {
        "vacancy_id": list(vacancies.ids),
        "parent_vacancy_id": list(parent),
        "opened_on": dates(vacancies.opened),
        "closed_on": dates(vacancies.closed),
        "posts": [str(p) for p in vacancies.posts],
        "outcome": list(outcome),
        "unit_id": list(codes[vacancies.service]),
        "grade": list(GRADE_NAMES[vacancies.grade]),
        "route": [ROUTE_CODES[r] for r in vacancies.route],
        "name_blind": list(np.where(vacancies.name_blind, "Y", "N")),
        "hiring_manager_id": list(people.ids[managers]),
    }
    return table, panels.table()


def people_keys_table(people: People, applications: Applications, seed: int) -> Table:
    """Give staff's payroll numbers and internal candidates' applicant accounts."""
    draws = Draws(seed, "keys")
    last = len(SNAPSHOTS) - 1
    who = people.at(last)
    who = who[people.kind[who] == EMPLOYEE]
    payroll = draws.order(len(people.ids))[who] + 1
    inside = applications.person >= 0
    person, at = np.unique(applications.person[inside], return_index=True)
    account = applications.number[inside][at]
    width = max(5, len(str(int(applications.number.max()))))
    return {
        "person_id": [*people.ids[who], *people.ids[person]],
        "key_type": ["P"] * len(who) + ["A"] * len(person),
        "key": [
            *(f"{n:0{width}d}" for n in payroll),
            *(f"K{n:0{width}d}" for n in account),
        ],
    }
