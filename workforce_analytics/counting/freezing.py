"""Rows about applications -> what is kept of them by vacancy, before candidates are deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.kept import (
    APPLICATIONS,
    CATEGORY,
    COUNTS,
    NUMBER,
    QUARTER,
    SITTINGS,
    VACANCIES,
    VACANCY,
    Kept,
    Run,
    added_up,
    in_order,
    of_vacancies,
    typed,
    vacancy_pseudonyms,
)
from workforce_analytics.counting.stages import STAGE, WITHDRAWN, stage_counts
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import CodeList, codelist
from workforce_analytics.extracts.extract import Extract


def freeze(
    applications: Extract,
    *,
    key: bytes,
    reason: str,
    characteristics: Sequence[str] = (),
    sittings: pd.DataFrame | None = None,
    course: Sequence[str] = (),
    inputs: Mapping[str, str] | None = None,
) -> Kept:
    """Count, for each vacancy, how far the applications of each group came, and who sat on panels.

    Parameters
    ----------
    applications
        An applications extract.
    key
        The organisation's key of pseudonyms, without which no later run could recognise a vacancy.
    reason
        Why the counts are kept.
    characteristics
        By which characteristics, each by itself; all that the extract has unless given.
    sittings
        `Exposure.sittings`, of which the vacancies that were applied for are kept.
    course
        `Exposure.course`.
    inputs
        Checksum of every file that the counts were made from.

    Returns
    -------
    Kept
        Personal data: an input of measures, never shown.

    Raises
    ------
    UsageError
        It is not an extract of applications, or it does not have a characteristic.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> secret = b"any 32 letters or more will do.."
    >>> freeze(council.applications, key=secret, reason="training impact", characteristics=["sex"])
    Counts of 2,695 vacancies, 2022/23 to 2024/25, by one of sex. Personal data: not for sharing.
    """
    chosen = _chosen(applications, characteristics)
    lists = {name: _code_list(applications, name) for name in chosen}
    counts = {name: _counted(applications, name, listing, key) for name, listing in lists.items()}
    vacancies = _vacancies(applications, key)
    panels = pd.DataFrame(columns=list(SITTINGS)) if sittings is None else sittings[[*SITTINGS]]
    panels = panels.assign(**{VACANCY: vacancy_pseudonyms(panels[VACANCY], key)})
    return Kept(
        sittings=of_vacancies(in_order(typed(panels, SITTINGS)), vacancies[VACANCY]),
        runs=(Run(reason, dict(inputs or {})),),
        course=tuple(sorted(course)),
        _vacancies=vacancies,
        _counts=counts,
        _lists={name: listing.name for name, listing in lists.items()},
        _key=key,
    )


def _chosen(applications: Extract, characteristics: Sequence[str]) -> tuple[str, ...]:
    if applications.contract.name != "applications":
        raise UsageError(
            f"Counts by vacancy are kept of applications, and this is an extract of "
            f"{applications.contract.name}. Give council.applications."
        )
    columns = engine.columns(applications.frame)
    there = [item.name for item in applications.contract.characteristics if item.name in columns]
    missing = [name for name in characteristics if name not in there]
    if missing or not there:
        named = f"'{missing[0]}'" if missing else "characteristic"
        raise UsageError(
            f"The applications have no {named} by which counts could be kept. "
            f"They have: {', '.join(there) or 'none'}."
        )
    return tuple(sorted(characteristics or there))


def _code_list(applications: Extract, name: str) -> CodeList:
    return applications.code_list(name) or codelist(name)


def _counted(applications: Extract, of: str, listing: CodeList, key: bytes) -> pd.DataFrame:
    """Count by vacancy in the finest terms that the code list has."""
    counts = stage_counts(
        applications, by=[of, VACANCY], levels={of: listing.levels[0]}, unprinted=[VACANCY]
    )
    cells = counts.occurring()
    table = pd.DataFrame(list(cells), columns=[CATEGORY, VACANCY, STAGE, WITHDRAWN], dtype="str")
    table = table.assign(**{NUMBER: pd.Series(list(cells.values()), dtype="int64")})
    table = table.assign(**{VACANCY: vacancy_pseudonyms(table[VACANCY], key)})
    return added_up(typed(table, COUNTS), [VACANCY, CATEGORY, STAGE, WITHDRAWN])


def _vacancies(applications: Extract, key: bytes) -> pd.DataFrame:
    """List the vacancies: the last quarter in which anybody applied, and how many did."""
    there = QUARTER in engine.columns(applications.frame)
    found = applications.count([VACANCY, QUARTER] if there else [VACANCY])
    quarters = found[QUARTER].map(_quarter, na_action="ignore") if there else ""
    table = pd.DataFrame(
        {
            VACANCY: vacancy_pseudonyms(found[VACANCY], key),
            QUARTER: pd.Series(quarters, index=found.index, dtype=object).fillna(""),
            APPLICATIONS: found[engine.N],
        }
    )
    table = table.groupby(VACANCY, as_index=False, sort=True)
    return typed(table.agg({QUARTER: "max", APPLICATIONS: "sum"}), VACANCIES)


def _quarter(raw: float) -> str:
    year, quarter = divmod(int(raw), 10)
    return f"{year}/{(year + 1) % 100:02} Q{quarter}"
