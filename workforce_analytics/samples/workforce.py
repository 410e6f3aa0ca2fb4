"""The HR extracts: workforce snapshots, units, grades, other keys, objections and pay."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from workforce_analytics.samples.draws import Array, Draws
from workforce_analytics.samples.people import (
    AGENCY,
    APPRENTICES,
    CASUAL,
    COMPANY,
    COUNCILLOR,
    EMPLOYEE,
    FULL_TIME,
    OFFICE_HOLDER,
    SCHOOL,
)
from workforce_analytics.samples.planted import PAY
from workforce_analytics.samples.structure import (
    BAND_OF_GRADE,
    BANDS,
    CHIEF,
    DIRECTORATES,
    GRADE_NAMES,
    GRADES,
    LADDER,
    NO_GRADE,
    RENAMED,
    SALARY_2025,
    SALARY_FACTOR,
    SCHOOLS,
    SERVICES,
    SNAPSHOTS,
    SOULBURY,
    People,
    Table,
    dates,
)
from workforce_analytics.samples.structure import COMPANY as COMPANY_UNIT

ENGAGEMENT_CODES = np.array(["E", "AP", "OH", "SI", "C", "AG", "CL", "E", "E"], dtype=object)
SECONDED_OUT = "SO"
OLD_SERVICE = ("S91", "Homelessness and Lettings", "S14", datetime.date(2022, 3, 31))
OCCUPATIONS = np.array(["Care", "Manual", "Office", "Expert", "Manager", "Director"], dtype=object)


@dataclass(frozen=True)
class Posts:
    """What a person's posts look like, beside what `People` says."""

    number: Array
    lag: Array
    second: Array
    """Whether the person holds a second post."""
    second_service: Array
    second_hours: Array
    fixed_term: Array
    seconded: Array
    """Person x snapshot: seconded out."""
    status: Array
    """Person x snapshot: assignment status code."""


def make_posts(people: People, seed: int) -> Posts:
    """Posts, contract and status of everybody."""
    draws = Draws(seed, "posts")
    n, years = len(people.ids), len(SNAPSHOTS)
    lower = PAY["starting_increment_lower_by"]
    lag = draws.chance(
        lower["minority_ethnic"] * people.minority + lower["female"] * (people.sex == "F")
    )
    part_time = (people.hours < FULL_TIME) & (people.hours > 0) & (people.hours <= 25)
    status = np.full((n, years), "A", dtype=object)
    seconded = np.zeros((n, years), dtype=bool)
    for year in range(years):
        status[:, year] = draws.choice(
            {"A": 0.9715, "CB": 0.006, "ML": 0.013, "LS": 0.008, "SU": 0.0015}, n
        )
        seconded[:, year] = (people.kind == EMPLOYEE) & draws.chance(0.007, n)
    status[people.kind != EMPLOYEE] = "A"
    return Posts(
        number=draws.order(n) + 1,
        lag=lag.astype(np.int64),
        second=part_time & (people.kind == EMPLOYEE) & draws.chance(0.16, n),
        second_service=draws.whole(0, len(SERVICES) - 1, n),
        second_hours=np.array([7.4, 9.25, 11.1])[draws.whole(0, 2, n)],
        fixed_term=draws.chance(0.07, n) | (people.kind == APPRENTICES),
        seconded=seconded,
        status=status,
    )


def unit_of(people: People, who: Array, snapshot: int) -> Array:
    """Unit codes at a snapshot, on the structure of that day."""
    codes = np.array([code for code, _, _ in SERVICES], dtype=object)
    parents = np.array([parent for _, _, parent in SERVICES], dtype=object)
    service = people.service[who]
    unit = codes[service]
    day = SNAPSHOTS[snapshot]
    if day <= OLD_SERVICE[3]:
        unit = np.where(unit == OLD_SERVICE[2], OLD_SERVICE[0], unit)
    parent = parents[service]
    if day <= RENAMED[3]:
        parent = np.where(parent == RENAMED[2], RENAMED[0], parent)
    grade = people.grade[who, snapshot]
    unit = np.where((grade >= CHIEF) & (grade < SOULBURY), parent, unit)
    kind = people.kind[who]
    schools = np.array([code for code, _, _ in SCHOOLS], dtype=object)
    unit = np.where(kind == SCHOOL, schools[service % len(schools)], unit)
    unit = np.where(kind == COMPANY, COMPANY_UNIT[0], unit)
    return np.where(kind == COUNCILLOR, "S35", unit)


def salary(people: People, posts: Posts, who: Array, snapshot: int) -> Array:
    """Full-time salary in whole pounds; 0 for those whom the council does not pay one."""
    grade = people.grade[who, snapshot]
    years = (SNAPSHOTS[snapshot].toordinal() - people.joined[who]) // 365
    step = np.where(grade < LADDER, np.minimum(4, years + 1) - posts.lag[who], 2)
    paid = np.floor(SALARY_2025[grade] * SALARY_FACTOR[snapshot] * (0.94 + 0.015 * step) + 0.5)
    return np.where(grade == NO_GRADE, 0, paid).astype(np.int64)


def _occupation(people: People, who: Array, snapshot: int) -> Array:
    grade = people.grade[who, snapshot]
    level = np.select(
        [grade < 0, grade < 4, grade < 7, grade < 10, grade < LADDER, grade < SOULBURY],
        [0, people.service[who] % 2, 2, 3, 4, 5],
        3,
    )
    return OCCUPATIONS[level]


def _answers(people: People, who: Array, snapshot: int) -> dict[str, list[str]]:
    age = _age(people.born[who], snapshot)
    table = {"sex": list(people.sex[who]), "age": [str(a) for a in age]}
    for name in people.answers:
        table[name] = list(people.recorded(name, snapshot)[who])
    return table


def _age(born: Array, snapshot: int) -> Array:
    return np.floor((SNAPSHOTS[snapshot].toordinal() - born) / 365.25).astype(int)


def _number(values: Array) -> list[str]:
    """Ten-thousandths as a decimal, written by hand so that every platform writes the same."""
    known = {int(v): f"{int(v) // 10000}.{int(v) % 10000:04d}".rstrip("0") for v in set(values)}
    return [known[int(v)].rstrip(".") for v in values]


def snapshot_table(people: People, posts: Posts, snapshot: int) -> Table:
    """Everybody's posts at one snapshot: main posts, with second posts after them."""
    who = people.at(snapshot)
    second = who[posts.second[who]]
    everyone = np.concatenate([who, second])
    main = np.arange(len(everyone)) < len(who)
    order = np.lexsort((~main, everyone))
    everyone, main = everyone[order], main[order]
    moves = people.promoted[everyone, : snapshot + 1].sum(axis=1)
    last_move = np.max(
        np.where(people.promoted[:, : snapshot + 1], np.arange(snapshot + 1), 0), axis=1
    )[everyone]
    start = np.array([day.toordinal() for day in SNAPSHOTS])[last_move] - 364 + 181
    started = np.where(moves > 0, start, people.joined[everyone])
    codes = np.array([code for code, _, _ in SERVICES], dtype=object)
    kind = people.kind[everyone]
    hours = np.where(main, people.hours[everyone], posts.second_hours[everyone])
    engaged = np.where(posts.seconded[everyone, snapshot], SECONDED_OUT, ENGAGEMENT_CODES[kind])
    paid = salary(people, posts, everyone, snapshot)
    grade = np.where(main, people.grade[everyone, snapshot], 1)
    contract = np.select(
        [kind == CASUAL, posts.fixed_term[everyone], kind == AGENCY, kind == COUNCILLOR],
        ["Z", "F", "", ""],
        "P",
    )
    letters = np.array(list("ABCDEX"), dtype=object)[np.where(main, moves, 5)]
    return {
        "snapshot_date": [SNAPSHOTS[snapshot].isoformat()] * len(everyone),
        "person_id": list(people.ids[everyone]),
        "post_id": [
            f"{n:0{len(people.ids[0]) - 1}d}{letter}"
            for n, letter in zip(posts.number[everyone], letters, strict=True)
        ],
        "main": ["Y" if m else "N" for m in main],
        "engagement": list(np.where(main, engaged, "E")),
        "employer": list(np.select([kind == SCHOOL, kind == COMPANY], ["S", "L"], "C")),
        "status": list(posts.status[everyone, snapshot]),
        "occupation": list(_occupation(people, everyone, snapshot)),
        "unit_id": list(
            np.where(
                main, unit_of(people, everyone, snapshot), codes[posts.second_service[everyone]]
            )
        ),
        "grade": ["" if g < 0 else str(GRADE_NAMES[g]) for g in grade],
        "fte": _number(np.floor(hours / FULL_TIME * 10000 + 0.5)),
        "contract": list(contract),
        "pattern": list(np.select([hours == 0, hours < FULL_TIME], ["Z", "P"], "F")),
        "joined_on": dates(people.joined[everyone]),
        "post_started_on": dates(started),
        "salary": ["" if not p else str(p) for p in np.where(main, paid, _second_salary(snapshot))],
        "home_area": list(people.area[everyone]),
        **_answers(people, everyone, snapshot),
    }


def _second_salary(snapshot: int) -> int:
    return int(np.floor(SALARY_2025[1] * SALARY_FACTOR[snapshot] * 0.97 + 0.5))


def units_table() -> Table:
    """Every unit with the time it stood; services on the latest structure."""
    rows = [("C0", "Sample City Council", "", "1", "", "", "")]
    opened = (RENAMED[3] + datetime.timedelta(days=1)).isoformat()
    for code, name in DIRECTORATES.items():
        start = opened if code == RENAMED[2] else "2015-04-01"
        rows.append((code, name, "C0", "2", start, "", ""))
    rows.append(
        (RENAMED[0], RENAMED[1], "C0", "2", "2015-04-01", RENAMED[3].isoformat(), RENAMED[2])
    )
    old, name, new, last = OLD_SERVICE
    for code, title, parent in SERVICES:
        start = (last + datetime.timedelta(days=1)).isoformat() if code == new else "2015-04-01"
        rows.append((code, title, parent, "3", start, "", ""))
    rows.append((old, name, RENAMED[0], "3", "2015-04-01", last.isoformat(), new))
    rows += [(*unit, "3", "2015-04-01", "", "") for unit in (*SCHOOLS, COMPANY_UNIT)]
    heads = ("unit_id", "name", "parent_id", "level", "valid_from", "valid_to", "succeeded_by")
    return {head: [row[i] for row in rows] for i, head in enumerate(heads)}


def grades_table() -> Table:
    """The grades of every scheme with their band."""
    ladders = {"NJC", "JNC Chief Officers"}
    return {
        "scheme": [scheme for scheme, _, _ in GRADES],
        "grade": [name for _, name, _ in GRADES],
        "order": [str(order) if scheme in ladders else "" for scheme, _, order in GRADES],
        "band": [BANDS[BAND_OF_GRADE[i]] for i in range(len(GRADES))],
        "is_senior": ["Y" if 10 <= i < SOULBURY else "N" for i in range(len(GRADES))],
        "valid_from": ["2015-04-01"] * len(GRADES),
        "valid_to": [""] * len(GRADES),
    }


def objections_table(people: People, seed: int) -> Table:
    """People who asked that their answers not be used for equality monitoring."""
    draws = Draws(seed, "objections")
    last = len(SNAPSHOTS) - 1
    who = np.sort(draws.some(people.employees(last), max(3, len(people.at(last)) // 400)))
    days = SNAPSHOTS[last - 2].toordinal() + draws.whole(30, 700, len(who))
    return {"person_id": list(people.ids[who]), "valid_from": dates(days)}


def payroll_table(people: People, posts: Posts, seed: int) -> Table:
    """March 2025's pay of the council's own employees: one row per person's main post."""
    draws = Draws(seed, "pay")
    last = len(SNAPSHOTS) - 1
    who = people.at(last)
    who = who[np.isin(people.kind[who], (EMPLOYEE, APPRENTICES, OFFICE_HOLDER, CASUAL))]
    kind, man = people.kind[who], people.sex[who] == "M"
    yearly = salary(people, posts, who, last).astype(float)
    odds = PAY["market_supplement_probability"]
    extra = draws.chance(np.where(man, odds["male"], odds["female"]))
    ladder = (people.grade[who, last] < LADDER) & (kind == EMPLOYEE)
    yearly *= 1 + PAY["market_supplement_share_of_salary"] * (extra & ladder)
    casual_hours = draws.whole(4, 24, len(who)).astype(float)
    hours = np.where(kind == CASUAL, casual_hours, people.hours[who])
    away = np.isin(posts.status[who, last], ("CB",))
    reduced = away | np.isin(posts.status[who, last], ("ML", "LS"))
    pence = np.floor(yearly * 100 / 12 * hours / FULL_TIME + 0.5).astype(np.int64)
    pence = np.where(away, 0, np.where(reduced, pence // 2, pence))
    odds = PAY["bonus_probability"]
    bonus = draws.chance(np.where(man, odds["male"], odds["female"])) & (kind == EMPLOYEE)
    amount = np.where(bonus, 5000 * draws.whole(2, 20, len(who)), 0)
    moves = people.promoted[who].sum(axis=1)
    letters = np.array(list("ABCDE"), dtype=object)[moves]
    width = len(people.ids[0]) - 1
    return {
        "person_id": list(people.ids[who]),
        "post_id": [f"{n:0{width}d}{a}" for n, a in zip(posts.number[who], letters, strict=True)],
        "ordinary_pay": [f"{p // 100}.{p % 100:02d}" for p in pence],
        "bonus_pay": [f"{p // 100}.{p % 100:02d}" if p else "0" for p in amount],
        "weekly_hours": _number(hours * 10000),
        "relevant": ["Y"] * len(who),
        "full_pay_relevant": list(np.where(reduced, "N", "Y")),
    }
