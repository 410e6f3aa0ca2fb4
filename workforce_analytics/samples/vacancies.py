"""The vacancies of three financial years, some of them advertised twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workforce_analytics.samples.draws import Array, Draws
from workforce_analytics.samples.structure import (
    APPRENTICE,
    FIRST_APPLICATIONS,
    GRADE_WEIGHTS,
    LADDER,
    SERVICE_WEIGHTS,
    SNAPSHOTS,
)

PER_STAFF = 2700 / 6000
"""Vacancies in three years for each member of staff."""
ROUTES = {
    "standard": 0.82, "internal": 0.08, "community_event": 0.04, "ring_fenced": 0.02,
    "apprenticeship": 0.025, "talent_pool": 0.015,
}  # fmt: skip
ROUTE_CODES = {
    "standard": "S", "internal": "I", "community_event": "C", "ring_fenced": "R",
    "apprenticeship": "A", "talent_pool": "T",
}  # fmt: skip
CLOSED_ROUTES = ("internal", "ring_fenced")


@dataclass(frozen=True)
class Vacancies:
    """Vacancies in the order in which they opened."""

    ids: Array
    parent: Array
    """Position of the vacancy that this one re-advertises; -1 for none."""
    service: Array
    grade: Array
    route: Array
    posts: Array
    opened: Array
    closed: Array
    shortlisting: Array
    interview: Array
    name_blind: Array
    fate: Array
    """runs, no_appointment (nobody is appointed) or cancelled (nobody is shortlisted)."""
    sizes: Array


def _first_round(draws: Draws, n: int) -> dict[str, Array]:
    first = FIRST_APPLICATIONS.toordinal()
    route = draws.choice(ROUTES, n)
    weights = GRADE_WEIGHTS.copy()
    weights[LADDER + 3 :] *= 0.4
    grade = np.where(route == "apprenticeship", APPRENTICE, draws.index(weights, n))
    posts = 1 + draws.index([0.86, 0.09, 0.03, 0.02], n)
    bulk = (route == "standard") & draws.chance(0.02, n)
    posts = np.where(bulk, draws.whole(4, 10, n), posts)
    sizes = draws.whole(6, 38, n) + np.where(bulk, draws.whole(60, 150, n), 0)
    sizes = np.where(np.isin(route, CLOSED_ROUTES), draws.whole(2, 7, n), sizes)
    return {
        "parent": np.full(n, -1),
        "service": draws.index(SERVICE_WEIGHTS, n),
        "grade": grade,
        "route": route,
        "posts": np.where(route == "talent_pool", 0, posts),
        "opened": first + draws.whole(0, 1040, n),
        "name_blind": draws.chance(0.3, n),
        "fate": draws.choice({"runs": 0.90, "no_appointment": 0.07, "cancelled": 0.03}, n),
        "sizes": sizes,
    }


def _again(draws: Draws, first: dict[str, Array]) -> dict[str, Array]:
    """Re-advertise most vacancies that came to nothing, while there is time."""
    late = first["opened"] < SNAPSHOTS[-1].toordinal() - 140
    failed = np.flatnonzero((first["fate"] == "no_appointment") & late)
    failed = failed[draws.chance(0.75, len(failed))]
    second = {name: values[failed] for name, values in first.items()}
    second["parent"] = failed
    second["opened"] = second["opened"] + 50 + draws.whole(0, 20, len(failed))
    second["fate"] = np.full(len(failed), "runs", dtype=object)
    return second


def make_vacancies(seed: int, staff: int) -> Vacancies:
    """Give the vacancies of three financial years, some of them advertised twice."""
    draws = Draws(seed, "vacancies")
    first = _first_round(draws, max(40, round(staff * PER_STAFF * 0.95)))
    second = _again(draws, first)
    both = {name: np.concatenate([first[name], second[name]]) for name in first}
    order = np.argsort(both["opened"], kind="stable")
    place = np.argsort(order, kind="stable")
    both = {name: values[order] for name, values in both.items()}
    n = len(order)
    parent = both.pop("parent")
    closed = both["opened"] + 13 + draws.whole(0, 8, n)
    shortlisting = closed + draws.whole(4, 12, n)
    width = max(4, len(str(n)))
    return Vacancies(
        ids=np.array([f"V{i + 1:0{width}d}" for i in range(n)], dtype=object),
        parent=np.where(parent >= 0, place[parent], -1),
        closed=closed,
        shortlisting=shortlisting,
        interview=shortlisting + draws.whole(6, 15, n),
        **both,
    )
