"""What else is known of vacancies, and may have changed when panels were trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.stages import stage_counts
from workforce_analytics.engine import columns
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.passing import VACANCY
from workforce_analytics.measures.recruitment_tables import Where
from workforce_analytics.measures.training_vacancies import VacancyCounts

NAME_BLIND, ROUTE, GRADE_BAND = "name_blind", "route", "grade_band"
NOT_KNOWN = "not_known"
FEWEST = 0.1
"""Categories that a smaller share of vacancies has are not looked at by themselves."""


@dataclass(frozen=True, eq=False)
class Reform:
    """Something that some vacancies have and others have not."""

    label: str
    has: np.ndarray
    """By vacancy: 1, 0, or missing where it is not known."""


def name_blind(applications: Extract, counts: VacancyCounts, where: Where) -> np.ndarray | None:
    """Which vacancies were name-blind? 1, 0 or missing; nothing where nobody says so of any."""
    found = _of_vacancies(applications, NAME_BLIND, counts, where)
    if found is None:
        return None
    return np.array([{"yes": 1.0, "no": 0.0}.get(code, np.nan) for code in found[0]])


def reforms(applications: Extract, counts: VacancyCounts, where: Where) -> list[Reform]:
    """Which things that vacancies have could have changed at the same time?

    Every category of name-blind shortlisting, of the route and of the grade band that at least a
    tenth of vacancies have, but the most frequent one: where that one moves, the others do.
    """
    found = []
    for name, wording in _WORDS.items():
        told = _of_vacancies(applications, name, counts, where)
        if told is None:
            continue
        codes, labels = told
        known = [code for code in codes if code != NOT_KNOWN]
        sizes = {code: known.count(code) for code in labels if code in known}
        frequent = max(sizes, key=lambda code: sizes[code], default="")
        chosen = ["yes"] if name == NAME_BLIND else [code for code in sizes if code != frequent]
        for code in chosen:
            if not FEWEST <= sizes.get(code, 0) / len(known) <= 1 - FEWEST:
                continue
            has = [np.nan if one == NOT_KNOWN else float(one == code) for one in codes]
            found.append(Reform(wording.format(labels[code]), np.array(has)))
    return found


_WORDS: Mapping[str, str] = {
    NAME_BLIND: "Another change: name-blind vacancies",
    ROUTE: "Another change: vacancies by the route “{}”",
    GRADE_BAND: "Another change: vacancies in “{}”",
}


def _of_vacancies(
    applications: Extract, name: str, counts: VacancyCounts, where: Where
) -> tuple[list[str], dict[str, str]] | None:
    """Give the category of each vacancy, and what categories are called; nothing if unknown."""
    found = _counted(applications, name, where)
    if found is None:
        return None
    of_vacancy: dict[str, str] = {}
    for (vacancy, code, *_), n in sorted(found.occurring().items()):
        if n and code != NOT_KNOWN:
            of_vacancy.setdefault(vacancy, code)
    codes = [of_vacancy.get(vacancy, NOT_KNOWN) for vacancy in counts.vacancies.index]
    if all(code == NOT_KNOWN for code in codes):
        return None
    return codes, {item.code: item.label for item in found.dimension(name).categories}


def _counted(applications: Extract, name: str, where: Where) -> Counts | None:
    present = columns(applications.frame)
    grades = name == GRADE_BAND and "grade" in present and "grades" in applications.context.links
    if name not in present and not grades:
        return None
    try:
        return stage_counts(applications, by=[VACANCY, name], where=where, unprinted=[VACANCY])
    except UsageError:
        return None  # a council whose own column of this name cannot be split by
