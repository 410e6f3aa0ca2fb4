"""Made-up councils as extracts: applications, vacancies and a roll-out, with planted effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

import workforce_analytics as wa
from workforce_analytics.extracts.attaching import with_vacancies
from workforce_analytics.extracts.extract import Context, Extract
from workforce_analytics.measures.training_exposure import Exposure, exposure

FIRST = date(2022, 1, 3)
QUARTER = 91


@dataclass(frozen=True)
class Planted:
    """What happens in a made-up council: log odds of women against men, and chances."""

    services: int = 16
    quarters: int = 12
    vacancies: int = 2
    """Of each service in each quarter."""
    applicants: int = 12
    effect: float = 0.0
    """What training does to being shortlisted."""
    under_way: float = 0.0
    """What had happened a year before training already."""
    applying: float = 0.0
    """What training does to the share of women among applicants."""
    declared: tuple[float, float] = (0.9, 0.9)
    """Chance of declaring, before and after training."""
    withdrawing: float | None = 0.0
    """What training does to withdrawing; None where nobody writes it down."""
    blind: tuple[float, float] = (0.3, 0.3)
    """Chance of a vacancy to be name-blind, before and after training."""
    blind_effect: float = 0.0
    by_lot: bool = True
    turns: int | None = None
    """How many services have their turn; three quarters of them unless said."""
    seed: int = 5
    shuffled: bool = False
    """Whether rows of extracts stand in another order."""


def small_council(made: Planted) -> tuple[Extract, Exposure]:
    """Give the applications of such a council, and its exposure."""
    random = np.random.default_rng([made.seed, made.services])
    start = _turns(made, random)
    level = random.normal(-0.5, 0.2, made.services)
    vacancies: list[dict[str, Any]] = []
    applications: list[dict[str, Any]] = []
    for quarter in range(made.quarters):
        for service in range(made.services):
            for _ in range(made.vacancies):
                day = quarter * QUARTER + int(random.integers(QUARTER))
                after = day >= start[service]
                early = day >= start[service] - 365
                blind = random.random() < made.blind[int(after)]
                log_odds = level[service] + made.effect * after + made.under_way * early
                log_odds += made.blind_effect * blind
                name = f"V{len(vacancies):05}"
                vacancies.append(_vacancy(name, service, day, blind))
                applications += _applied(made, name, day, after, log_odds, random)
    return _extracts(made, vacancies, applications, start)


def _turns(made: Planted, random: np.random.Generator) -> np.ndarray:
    having = made.turns if made.turns is not None else made.services * 3 // 4
    start = np.full(made.services, 10**6)
    order = random.permutation(made.services)[:having]
    # From the second year on, so that there is something before, and before that.
    quarters = 5 + np.arange(having) * (made.quarters - 6) // max(having, 1)
    start[order] = quarters * QUARTER
    return start


def _vacancy(name: str, service: int, day: int, blind: bool) -> dict[str, Any]:
    closed = FIRST + timedelta(day)
    return {
        "vacancy_id": name,
        "unit_id": f"S{service:02}",
        "opened_on": closed - timedelta(14),
        "closed_on": closed,
        "name_blind": blind,
    }


def _applied(
    made: Planted,
    vacancy: str,
    day: int,
    after: bool,
    log_odds: float,
    random: np.random.Generator,
) -> list[dict[str, Any]]:
    n = made.applicants
    woman = random.random(n) < 1 / (1 + np.exp(-made.applying * after))
    # Of a vacancy a third pass: those with the largest of their log odds and chance.
    rank = np.where(woman, log_odds, 0.0) + random.gumbel(size=n)
    passed = rank >= np.sort(rank)[-max(n // 3, 1)]
    tells = random.random(n) < made.declared[int(after)]
    leaves = np.zeros(n, dtype=bool)
    if made.withdrawing is not None:
        odds = -1.7 + np.where(woman, made.withdrawing * after, 0.0)
        leaves = ~passed & (random.random(n) < 1 / (1 + np.exp(-odds)))
    return [
        {
            "application_id": f"{vacancy}-{place:02}",
            "vacancy_id": vacancy,
            "candidate_id": f"C{vacancy}-{place:02}",
            "applied_on": (FIRST + timedelta(day - 7)).isoformat(),
            "furthest_stage": "shortlisted" if passed[place] else "applied",
            "withdrawn": bool(leaves[place]),
            "sex": ("F" if woman[place] else "M") if tells[place] else None,
        }
        for place in range(n)
    ]


def _extracts(
    made: Planted,
    vacancies: list[dict[str, Any]],
    applications: list[dict[str, Any]],
    start: np.ndarray,
) -> tuple[Extract, Exposure]:
    context = Context(organisation="Small Council")
    days = [FIRST + timedelta(int(day)) if day < 10**6 else None for day in start]
    rollout = pd.DataFrame(
        {
            "unit_id": [f"S{service:02}" for service in range(made.services)],
            "planned_on": days,
            "actual_on": days,
            "order": "random" if made.by_lot else "need",
        }
    )
    frames = [pd.DataFrame(vacancies), pd.DataFrame(applications), rollout]
    if made.shuffled:
        frames = [frame.sample(frac=1, random_state=3) for frame in frames]
    places, rows, turns = (
        wa.read(name, frame.reset_index(drop=True), context=context)
        for name, frame in zip(("vacancies", "applications", "rollout"), frames, strict=True)
    )
    found = exposure(None, None, places, rollout=turns)
    return with_vacancies(rows, places), found
