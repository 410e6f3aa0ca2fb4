"""Counts by vacancy that outlive the applications: frozen from rows, merged, read beside new rows.

Applicant tracking systems delete candidates after some months, and what followed from training is
looked at over years. So what such an analysis counts is frozen before: for each vacancy, by one
characteristic at a time (never by several together, which would be rows about people again), how
far applications came. The counts are small and still personal data: they are never shown.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.stages import STAGE, WITHDRAWN, stage_counts
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.codelists import CodeList, codelist
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.extracts.identifiers import pseudonymise

VACANCY, QUARTER, CATEGORY = "vacancy_id", "quarter", "category"
APPLICATIONS, NUMBER = "applications", "n"
SITTINGS: Mapping[str, str] = {
    "vacancy_id": "str",
    "stage": "str",
    "service": "str",
    "on": "datetime64[ns]",
    "seats": "int64",
    "known": "int64",
    "trained": "int64",
    "dose": "float64",
    "chair_trained": "float64",
    "manager_trained": "float64",
    "visitors": "int64",
}
"""Columns of `Exposure.sittings` that are kept, with their types."""
VACANCIES: Mapping[str, str] = {VACANCY: "str", QUARTER: "str", APPLICATIONS: "int64"}
COUNTS: Mapping[str, str] = {
    VACANCY: "str",
    CATEGORY: "str",
    STAGE: "str",
    WITHDRAWN: "str",
    NUMBER: "int64",
}
_PURPOSE = b"kept counts: vacancies"
"""Kept apart from the pseudonyms of people: person 1042 and vacancy 1042 have nothing in common."""


@dataclass(frozen=True)
class Run:
    """Once that counts were kept: why, and of which files (name -> SHA-256)."""

    reason: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Kept:
    """Counts by vacancy and panels by vacancy, both without anybody's number.

    Made by `freeze` and `kept_counts`. Vacancies go by keyed pseudonyms. Displaying it never shows
    a count, and it cannot be pickled.

    Attributes
    ----------
    sittings
        What was known of the panel of each vacancy and stage, as in `Exposure.sittings`.
    runs
        Why and of which files the counts were kept.
    """

    sittings: pd.DataFrame = field(repr=False)
    runs: tuple[Run, ...]
    _vacancies: pd.DataFrame = field(repr=False)
    _counts: Mapping[str, pd.DataFrame] = field(repr=False)
    _lists: Mapping[str, str] = field(repr=False)
    """Characteristic -> the code list of its categories."""
    _key: bytes = field(repr=False)

    @property
    def characteristics(self) -> tuple[str, ...]:
        """Names of the characteristics by which there are counts."""
        return tuple(sorted(self._counts))

    @property
    def vacancies(self) -> frozenset[str]:
        """Pseudonyms of all vacancies."""
        return frozenset(self._vacancies[VACANCY])

    @property
    def quarters(self) -> tuple[str, str]:
        """The first and the last quarter in which a vacancy was applied for; empty if unknown."""
        known = sorted(quarter for quarter in self._vacancies[QUARTER] if quarter)
        return (known[0], known[-1]) if known else ("", "")

    def table(self, *, of: str, level: str = "main") -> pd.DataFrame:
        """How many applications of each group came how far, by vacancy?

        Parameters
        ----------
        of
            A characteristic that was kept.
        level
            Level of its code list: "full", "main" or "binary".

        Returns
        -------
        pandas.DataFrame
            `vacancy_id` (pseudonym), `of` (category code of the level), `furthest_stage`,
            `withdrawn` ("yes", "no") and `n`: the cells that `stage_counts(by=[of, "vacancy_id"])`
            counts of rows. Vacancies that were kept without this characteristic are not in it.
            Personal data: an input of measures, never shown.

        Raises
        ------
        UsageError
            The characteristic was not kept, or has no such level.
        """
        if of not in self._counts:
            raise UsageError(
                f"No counts by '{of}' were kept. There are: {', '.join(self.characteristics)}."
            )
        listing = codelist(self._lists[of])
        table = self._counts[of]
        codes = {code: listing.to_level(code, level) for code in table[CATEGORY].unique()}
        table = table.assign(**{of: table[CATEGORY].map(codes).astype("str")})
        return _added_up(table, [VACANCY, of, STAGE, WITHDRAWN])

    def pseudonyms(self, vacancy_ids: pd.Series) -> pd.Series:
        """Under which pseudonym does each vacancy stand here, whether it is kept or not?"""
        return _pseudonyms(vacancy_ids, self._key)

    def without(self, vacancy_ids: Iterable[str]) -> Kept:
        """Leave out vacancies, such as those that stand in new rows.

        Parameters
        ----------
        vacancy_ids
            As the extracts write them; they are compared through the pseudonym.
        """
        given = pd.Series(list(vacancy_ids), dtype=object)
        return self._only(self.vacancies - set(self.pseudonyms(given).dropna()))

    def fuller(self, applications: Mapping[str, int]) -> frozenset[str]:
        """Of which vacancies was more kept than there is in new rows?

        Where candidates are deleted one by one, rows of a vacancy may be left when others are gone
        (those who were appointed stay longest): their rows alone would mislead.

        Parameters
        ----------
        applications
            Vacancy, as the extract writes it -> how many applications there are in new rows.

        Returns
        -------
        frozenset of str
            Those of the given vacancies whose kept counts hold more applications.
        """
        given = pd.Series(list(applications), dtype=object)
        before = self._vacancies.set_index(VACANCY)[APPLICATIONS].to_dict()
        return frozenset(
            vacancy
            for vacancy, pseudonym in zip(given, self.pseudonyms(given), strict=True)
            if before.get(pseudonym, 0) > applications[vacancy]
        )

    def latest(self, years: int) -> Kept:
        """Leave out what is older than so many financial years, the latest one included.

        A vacancy whose quarter is not known stays.
        """
        last = self.quarters[1]
        if not last:
            return self
        begun = int(last[:4]) - years + 1
        started = self._vacancies[QUARTER].map(lambda text: int(text[:4]) if text else begun)
        return self._only(self._vacancies.loc[started >= begun, VACANCY])

    def merged(self, newer: Kept, *, fewer_too: bool = False) -> Kept:
        """Take newer counts in: their vacancies replace those here, all others stay.

        Parameters
        ----------
        newer
            Counts of the rows that there are now.
        fewer_too
            Whether a vacancy is also replaced where fewer applications are left in the rows; such a
            vacancy is kept as it is otherwise.

        Raises
        ------
        DataError
            A characteristic has another code list than before.
        """
        self._refuse_other_lists(newer)
        stay = frozenset() if fewer_too else self._fuller_than(newer)
        newer = newer._only(newer.vacancies - stay)
        older = self._only(self.vacancies - newer.vacancies)
        # A panel may be forgotten, too, where a vacancy's applications are still there.
        forgotten = newer.vacancies - set(newer.sittings[VACANCY])
        panels = self.sittings[self.sittings[VACANCY].isin(forgotten)]
        return replace(
            newer,
            sittings=_sorted(pd.concat([older.sittings, panels, newer.sittings])),
            runs=(*self.runs, *(run for run in newer.runs if run not in self.runs)),
            _vacancies=_sorted(pd.concat([older._vacancies, newer._vacancies])),
            _counts=_merged_counts(older._counts, newer._counts),
            _lists={**older._lists, **newer._lists},
        )

    def _fuller_than(self, newer: Kept) -> frozenset[str]:
        before, now = (
            one._vacancies.set_index(VACANCY)[APPLICATIONS].to_dict() for one in (self, newer)
        )
        return frozenset(vacancy for vacancy, n in now.items() if before.get(vacancy, 0) > n)

    def _refuse_other_lists(self, newer: Kept) -> None:
        for name in sorted({*self._lists} & {*newer._lists}):
            if self._lists[name] != newer._lists[name]:
                raise DataError(
                    f"{name} was kept by the code list '{self._lists[name]}', and the extracts now "
                    f"use '{newer._lists[name]}'. Translate it in the mapping, or keep the new "
                    "counts in another file."
                )

    def _only(self, vacancies: Collection[str]) -> Kept:
        return replace(
            self,
            sittings=_of(self.sittings, vacancies),
            _vacancies=_of(self._vacancies, vacancies),
            _counts={name: _of(table, vacancies) for name, table in self._counts.items()},
        )

    def __repr__(self) -> str:
        first, last = (quarter[:7] for quarter in self.quarters)
        years = "" if not first else f", {first}" if first == last else f", {first} to {last}"
        return (
            f"Counts of {len(self._vacancies):,} vacancies{years}, by one of "
            f"{', '.join(self.characteristics)}. Personal data: not for sharing."
        )

    def __reduce__(self) -> NoReturn:
        raise UsageError("Kept counts are personal data and cannot be pickled.")


def freeze(
    applications: Extract,
    *,
    key: bytes,
    reason: str,
    characteristics: Sequence[str] = (),
    sittings: pd.DataFrame | None = None,
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
    inputs
        Checksum of every file that the counts were made from.

    Returns
    -------
    Kept
        Applications that name no vacancy are in none of its counts.

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
    panels = panels.assign(**{VACANCY: _pseudonyms(panels[VACANCY], key)})
    return Kept(
        sittings=_of(_sorted(typed(panels, SITTINGS)), vacancies[VACANCY]),
        runs=(Run(reason, dict(inputs or {})),),
        _vacancies=vacancies,
        _counts=counts,
        _lists={name: listing.name for name, listing in lists.items()},
        _key=key,
    )


def typed(table: pd.DataFrame, types: Mapping[str, str]) -> pd.DataFrame:
    """Give the columns of a kept table their types; a text that is missing is empty."""
    texts = {name: table[name].fillna("") for name, kind in types.items() if kind == "str"}
    return table[[*types]].assign(**texts).astype(dict(types)).reset_index(drop=True)


def _pseudonyms(vacancy_ids: pd.Series, key: bytes) -> pd.Series:
    return pseudonymise(vacancy_ids, hmac.digest(key, _PURPOSE, "sha256"))


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
    table = table[(table[NUMBER] > 0) & (table[VACANCY] != "not_known")]
    table = table.assign(**{VACANCY: _pseudonyms(table[VACANCY], key)})
    return _added_up(typed(table, COUNTS), [VACANCY, CATEGORY, STAGE, WITHDRAWN])


def _vacancies(applications: Extract, key: bytes) -> pd.DataFrame:
    """List the vacancies: the last quarter in which anybody applied, and how many did."""
    there = QUARTER in engine.columns(applications.frame)
    found = applications.count([VACANCY, QUARTER] if there else [VACANCY])
    quarters = found[QUARTER].map(_quarter, na_action="ignore") if there else ""
    table = pd.DataFrame(
        {
            VACANCY: _pseudonyms(found[VACANCY], key),
            QUARTER: pd.Series(quarters, index=found.index, dtype=object).fillna(""),
            APPLICATIONS: found[engine.N],
        }
    )
    table = table[table[VACANCY].notna()].groupby(VACANCY, as_index=False, sort=True)
    return typed(table.agg({QUARTER: "max", APPLICATIONS: "sum"}), VACANCIES)


def _quarter(raw: float) -> str:
    year, quarter = divmod(int(raw), 10)
    return f"{year}/{(year + 1) % 100:02} Q{quarter}"


def _merged_counts(
    older: Mapping[str, pd.DataFrame], newer: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    return {
        name: _sorted(pd.concat([part[name] for part in (older, newer) if name in part]))
        for name in sorted({*older, *newer})
    }


def _added_up(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return table.groupby(by, as_index=False, sort=True)[NUMBER].sum()


def _of(table: pd.DataFrame, vacancies: Collection[str]) -> pd.DataFrame:
    return table[table[VACANCY].isin(list(vacancies))].reset_index(drop=True)


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(list(table.columns), kind="stable").reset_index(drop=True)
