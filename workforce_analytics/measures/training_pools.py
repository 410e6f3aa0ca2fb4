"""Applications added up by vacancy and group, and by when their panels sat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.passing import VACANCY
from workforce_analytics.measures.pipeline import Pipeline, candidates
from workforce_analytics.measures.recruitment_tables import Where

if TYPE_CHECKING:
    from workforce_analytics.measures.training_exposure import Exposure

BEFORE, AFTER, OUTSIDE = "before", "after", "outside"
"""When a panel sat: before its service's turn or after it; or its vacancy is of no service."""
EVER = "ever"
"""Before and after together."""
WHEN = tuple(
    f"{shortlisting}-{interview}" for shortlisting, interview in product((BEFORE, AFTER), repeat=2)
)
"""Codes of the vacancies of a service: when the shortlisting panel sat, and the interview panel."""


def added_up(
    cells: Mapping[tuple[str, ...], int],
    vacancies: pd.Index,
    groups: Sequence[str],
    fates: Sequence[str],
) -> np.ndarray:
    """Count applications with some fates: a row per vacancy, a column per group."""
    row_of = {vacancy: place for place, vacancy in enumerate(vacancies)}
    column_of = {group: place for place, group in enumerate(groups)}
    wanted = set(fates)
    sums = np.zeros((len(row_of), len(column_of)), dtype=np.int64)
    for (group, vacancy, fate), n in cells.items():
        if fate in wanted and group in column_of and vacancy in row_of:
            sums[row_of[vacancy], column_of[group]] += n
    return sums


def by_training(
    exposure: Exposure,
    table: pd.DataFrame,
    cells: Mapping[tuple[str, ...], int],
    groups: Sequence[str],
    fates: Sequence[str],
) -> dict[tuple[str, ...], int]:
    """Count applications by group, when their panels sat, and fate."""
    when_of = dict(zip(table.index, _when(exposure, table), strict=True))
    counts: dict[tuple[str, ...], int] = dict.fromkeys(product(groups, (*WHEN, OUTSIDE), fates), 0)
    for (group, vacancy, fate), n in sorted(cells.items()):
        key = (group, when_of.get(vacancy, OUTSIDE), fate)
        counts[key] = counts.get(key, 0) + n
    return counts


def _when(exposure: Exposure, table: pd.DataFrame) -> list[str]:
    """Say when both panels of each vacancy sat; one that is not known, when the other did."""
    turn = exposure.turns["on"].reindex(table["service"]).to_numpy()
    found = []
    for outcome in ("shortlisted", "appointed"):
        on = pd.to_datetime(exposure.at(outcome)["on"].reindex(table.index))
        found.append(np.where(on.fillna(table["on"]).to_numpy() >= turn, AFTER, BEFORE))
    return [f"{first}-{second}" for first, second in zip(*found, strict=True)]


def heads_of(
    applications: Extract,
    found: Pipeline,
    of: str,
    stages: tuple[str, str],
    where: Where,
    level: str,
    parts: Mapping[str, Sequence[str]],
) -> dict[tuple[str, str, str], int]:
    """Count the candidates of each group at each stage, before training and after."""
    heads: dict[tuple[str, str, str], int] = {}
    there = {str(key[1]) for key in found.occurring()}
    for when, vacancies in parts.items():
        # Vacancies that were kept have no candidates any more: nobody can be told apart there.
        named = [vacancy for vacancy in vacancies if vacancy in there]
        if not named or len(named) < len(vacancies):
            continue
        people = candidates(
            applications,
            found,
            by=[of],
            where={**(where or {}), VACANCY: named},
            levels={of: level},
            unprinted=[VACANCY],
        )
        for (group,) in people.groups():
            heads[group, when, stages[0]] = people.in_base((group,), *stages)
            heads[group, when, stages[1]] = people.reached.get((group, stages[1]), 0)
    return heads
