"""The people of the council over five yearly snapshots: who joins, moves up and leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workforce_analytics.samples.draws import Array, Draws
from workforce_analytics.samples.planted import WORKFORCE
from workforce_analytics.samples.structure import (
    APPRENTICE,
    BAND_OF_GRADE,
    BANDS,
    GRADE_WEIGHTS,
    LADDER,
    NO_GRADE,
    SERVICE_TILT,
    SERVICE_WEIGHTS,
    SNAPSHOTS,
    People,
)

KINDS = {
    "employee": 0.862,
    "apprentice": 0.018,
    "office_holder": 0.001,
    "secondee_in": 0.004,
    "casual": 0.048,
    "agency": 0.028,
    "councillor": 0.009,
    "school": 0.020,
    "company": 0.010,
}
EMPLOYEE, APPRENTICES, OFFICE_HOLDER, SECONDEE_IN, CASUAL, AGENCY, COUNCILLOR, SCHOOL, COMPANY = (
    range(9)
)
LEAVING = np.array([1.0, 2.4, 0.6, 3.5, 2.2, 4.0, 0.2, 1.0, 1.0])
"""Odds of leaving in a year against an employee's."""
SIZE = (0.960, 0.972, 0.981, 0.990, 1.0)
"""People at each snapshot against those at the last."""

MINORITY_CODES = {
    "A1": 27, "A2": 8, "A3": 3.5, "A4": 2.5, "A9": 7, "B1": 9, "B2": 20, "B9": 3,
    "M1": 5, "M2": 1.5, "M3": 3, "M9": 2.5, "O1": 2, "O9": 6,
}  # fmt: skip
WHITE_CODES = {"W1": 91, "W2": 3, "W3": 0.15, "W4": 0.35, "W9": 5.5}
RELIGIONS = {
    "minority": {"N": 14, "C": 36, "B": 1.5, "H": 13, "J": 0.1, "M": 19, "S": 14, "O": 2.4},
    "white": {"N": 47, "C": 49.5, "B": 0.4, "H": 0.1, "J": 0.2, "M": 0.8, "S": 0.1, "O": 1.9},
}
ORIENTATIONS = {"H": 95.3, "G": 2.4, "B": 1.7, "O": 0.6}
IDENTITIES = {"C": 99.3, "T": 0.2, "TW": 0.12, "TM": 0.13, "NB": 0.25}
AREAS = {
    "E08000026": 71, "E07000222": 9, "E07000219": 8, "E07000220": 4, "E08000029": 3.5,
    "E07000218": 2, "E08000025": 2, "": 0.5,
}  # fmt: skip
REFUSED, UNKNOWN, NOT_ASKED = "99", "98", "97"
SILENCE = {REFUSED: 0.36, UNKNOWN: 0.16, NOT_ASKED: 0.08, "": 0.40}
FULL_TIME = 37.0
PART_TIME = {32.0: 1.0, 30.0: 2.6, 25.0: 1.8, 22.2: 1.4, 20.0: 1.8, 18.5: 2.6, 16.0: 1.2}


def characteristics(draws: Draws, minority: Array, disabled: Array) -> dict[str, Array]:
    """Give what each person would say of themselves, given group and disability."""
    n = len(minority)
    return {
        "ethnicity": np.where(
            minority, draws.choice(MINORITY_CODES, n), draws.choice(WHITE_CODES, n)
        ),
        "disability": np.where(disabled, "D", "ND").astype(object),
        "religion": np.where(
            minority,
            draws.choice(RELIGIONS["minority"], n),
            draws.choice(RELIGIONS["white"], n),
        ),
        "sexual_orientation": draws.choice(ORIENTATIONS, n),
        "gender_identity": draws.choice(IDENTITIES, n),
    }


@dataclass
class _Crowd:
    """People being made: lists of arrays that grow by one entry a year."""

    kind: list[Array]
    grade: list[Array]
    service: list[Array]
    sex: list[Array]
    minority: list[Array]
    born: list[Array]
    joined: list[Array]


def _starting_grades(draws: Draws, kind: Array, *, joiners: bool) -> Array:
    weights = GRADE_WEIGHTS.copy()
    if joiners:
        weights[:LADDER] *= np.linspace(1.35, 0.6, LADDER)
    grade = draws.index(weights, len(kind))
    grade[kind == APPRENTICES] = APPRENTICE
    grade[(kind == COUNCILLOR) | (kind == AGENCY)] = NO_GRADE
    low = (kind == CASUAL) | (kind == SCHOOL)
    grade[low] = draws.whole(0, 5, int(low.sum()))
    return grade


def _arrive(draws: Draws, crowd: _Crowd, n: int, year: int) -> None:
    """Add the people of the first snapshot (year 0), or the joiners of a year."""
    first = year == 0
    if first:
        kind = draws.index(list(KINDS.values()), n)
    else:
        kind = draws.index(np.array(list(KINDS.values())) * LEAVING, n)
    grade = _starting_grades(draws, kind, joiners=not first)
    service = draws.index(SERVICE_WEIGHTS, n)
    shares = WORKFORCE["minority_ethnic_share_" + ("in_2021" if first else "of_joiners")]
    share = np.array([shares[band] for band in BANDS])[BAND_OF_GRADE[grade]]
    odds = share / (1 - share) * SERVICE_TILT[service]
    female = np.array([WORKFORCE["share_female"][band] for band in BANDS])[BAND_OF_GRADE[grade]]
    end = SNAPSHOTS[year].toordinal()
    age = 18 + (np.floor(47 * (draws.uniform(n) * 0.6 + draws.uniform(n) * 0.4))).astype(int)
    age = np.where(kind == APPRENTICES, 17 + age % 8, age)
    if first:
        tenure = np.floor(draws.uniform(n) ** 2 * np.maximum(age - 17, 1) * 365 * 0.8).astype(int)
    else:
        age = np.maximum(18, age - 5)
        tenure = draws.whole(0, 364, n)
    crowd.kind.append(kind)
    crowd.grade.append(grade)
    crowd.service.append(service)
    crowd.sex.append(np.where(draws.chance(female), "F", "M").astype(object))
    crowd.minority.append(draws.chance(odds / (1 + odds)))
    crowd.born.append(end - age * 365 - age // 4 - draws.whole(0, 364, n))
    crowd.joined.append(end - tenure)


def _leave(draws: Draws, crowd: _Crowd, there: Array, year: int) -> Array:
    """Who of all people so far leaves in the year up to a snapshot."""
    kind, minority, born = (np.concatenate(x) for x in (crowd.kind, crowd.minority, crowd.born))
    base = WORKFORCE["yearly_leaving_probability"]
    age = (SNAPSHOTS[year].toordinal() - born) / 365.25
    odds = base / (1 - base) * LEAVING[kind]
    odds *= np.where(minority, WORKFORCE["leaving_odds_factor_minority_ethnic"], 1.0)
    odds *= np.where(age > 62, 3.0, np.where(age < 26, 1.5, 1.0))
    return there & draws.chance(odds / (1 + odds))


def _promote(draws: Draws, crowd: _Crowd, grade: Array, staying: Array) -> Array:
    kind, minority = np.concatenate(crowd.kind), np.concatenate(crowd.minority)
    rate = WORKFORCE["yearly_promotion_probability"] * np.where(
        minority, WORKFORCE["promotion_factor_minority_ethnic"], 1.0
    )
    able = staying & (kind == EMPLOYEE) & (grade >= 0) & (grade < LADDER - 1)
    return able & draws.chance(rate)


def _padded(values: Array, n: int, fill: int) -> Array:
    return np.concatenate([values, np.full(n - len(values), fill, dtype=values.dtype)])


def make_people(seed: int, staff: int) -> People:
    """Everybody who was with the council at one of the five snapshots.

    Parameters
    ----------
    seed
        The same seed gives the same people.
    staff
        People at the last snapshot, those outside the council's own workforce included.
    """
    draws = Draws(seed, "people")
    crowd = _Crowd([], [], [], [], [], [], [])
    _arrive(draws, crowd, round(staff * SIZE[0]), 0)
    grade = crowd.grade[0]
    there, left = np.ones(len(grade), dtype=bool), np.zeros(len(grade), dtype=np.int64)
    grades, present, promoted = [grade], [there], [np.zeros(len(grade), dtype=bool)]
    for year in range(1, len(SNAPSHOTS)):
        going = _leave(draws, crowd, there, year)
        before = SNAPSHOTS[year - 1].toordinal()
        left = np.where(going, before + draws.whole(1, 365, len(going)), left)
        staying = there & ~going
        up = _promote(draws, crowd, grade, staying)
        new = max(0, round(staff * SIZE[year]) - int(staying.sum()))
        _arrive(draws, crowd, new, year)
        n = len(up) + new
        grade = np.concatenate([grade + up, crowd.grade[-1]])
        there = np.concatenate([staying, np.ones(new, dtype=bool)])
        left = _padded(left, n, 0)
        grades.append(grade)
        present.append(there)
        promoted.append(_padded(up, n, 0))
    return _complete(seed, crowd, grades, present, promoted, left)


def _complete(
    seed: int,
    crowd: _Crowd,
    grades: list[Array],
    present: list[Array],
    promoted: list[Array],
    left: Array,
) -> People:
    """Give the people what does not change: answers, home, hours, identifiers."""
    draws = Draws(seed, "characteristics")
    kind, sex, minority = (np.concatenate(x) for x in (crowd.kind, crowd.sex, crowd.minority))
    n = len(kind)
    born = np.concatenate(crowd.born)
    age = (SNAPSHOTS[-1].toordinal() - born) / 365.25
    disabled = draws.chance(np.where(age >= 50, 0.105, 0.075))
    names = tuple(WORKFORCE["declaration_rate"])
    silence = {name: draws.choice(SILENCE, n) for name in names}
    silence["gender_identity"] = np.where(
        silence["gender_identity"] == REFUSED, REFUSED, NOT_ASKED
    ).astype(object)
    part = draws.choice({str(hours): weight for hours, weight in PART_TIME.items()}, n)
    part_time = draws.chance(np.where(sex == "F", 0.46, 0.16)) & (kind != COUNCILLOR)
    hours = np.where(part_time, part.astype(float), FULL_TIME)
    hours[kind == CASUAL] = 0.0
    width = max(5, len(str(n)))
    return People(
        ids=np.array([f"P{i + 1:0{width}d}" for i in range(n)], dtype=object),
        kind=kind,
        sex=sex,
        minority=minority,
        disabled=disabled,
        answers=characteristics(draws, minority, disabled),
        declares={name: draws.uniform(n) for name in names},
        silence=silence,
        born=born,
        area=draws.choice(AREAS, n),
        service=np.concatenate(crowd.service),
        joined=np.concatenate(crowd.joined),
        left=left,
        grade=np.stack([_padded(g, n, NO_GRADE) for g in grades], axis=1),
        present=np.stack([_padded(p, n, 0) for p in present], axis=1),
        hours=hours,
        promoted=np.stack([_padded(p, n, 0) for p in promoted], axis=1),
    )
