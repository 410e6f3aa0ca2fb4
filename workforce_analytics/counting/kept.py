"""Counts by vacancy that outlive the applications: what is kept, merged and read beside new rows.

Applicant tracking systems delete candidates after some months, and what followed from training is
looked at over years. So what such an analysis counts is frozen before: for each vacancy, by one
characteristic at a time (never by several together, which would be rows about people again), how
far applications came. The counts are small and still personal data: they are never shown.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

import pandas as pd

from workforce_analytics.counting.stages import STAGE, WITHDRAWN
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.codelists import codelist
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
    "visitors": "float64",
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
    course
        Names of the course that those whom `sittings` calls trained had taken.
    """

    sittings: pd.DataFrame = field(repr=False)
    runs: tuple[Run, ...]
    course: tuple[str, ...]
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
        return added_up(table, [VACANCY, of, STAGE, WITHDRAWN])

    def pseudonyms(self, vacancy_ids: pd.Series) -> pd.Series:
        """Under which pseudonym does each vacancy stand here, whether it is kept or not?"""
        return vacancy_pseudonyms(vacancy_ids, self._key)

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
        stay = frozenset() if fewer_too else self.fuller_than(newer)
        newer = newer._only(newer.vacancies - stay)
        older = self._only(self.vacancies - newer.vacancies)
        # A panel may be forgotten, too, where a vacancy's applications are still there.
        forgotten = _with_seats(self.sittings) - _with_seats(newer.sittings) - older.vacancies
        before = of_vacancies(self.sittings, forgotten)
        now = of_vacancies(newer.sittings, newer.vacancies - forgotten)
        return replace(
            newer,
            sittings=in_order(pd.concat([older.sittings, before, now])),
            runs=(*self.runs, *(run for run in newer.runs if run not in self.runs)),
            course=tuple(sorted({*self.course, *newer.course})),
            _vacancies=in_order(pd.concat([older._vacancies, newer._vacancies])),
            _counts=_merged_counts(older._counts, newer._counts),
            _lists={**older._lists, **newer._lists},
        )

    def fuller_than(self, newer: Kept) -> frozenset[str]:
        """Give the pseudonyms of vacancies of which more applications stand here than there."""
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
            sittings=of_vacancies(self.sittings, vacancies),
            _vacancies=of_vacancies(self._vacancies, vacancies),
            _counts={name: of_vacancies(table, vacancies) for name, table in self._counts.items()},
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


def _with_seats(sittings: pd.DataFrame) -> set[str]:
    return set(sittings.loc[sittings["seats"] > 0, VACANCY])


def typed(table: pd.DataFrame, types: Mapping[str, str]) -> pd.DataFrame:
    """Give the columns of a kept table their types; a text that is missing is empty."""
    texts = {name: table[name].fillna("") for name, kind in types.items() if kind == "str"}
    return table[[*types]].assign(**texts).astype(dict(types)).reset_index(drop=True)


def vacancy_pseudonyms(vacancy_ids: pd.Series, key: bytes) -> pd.Series:
    """Replace the references of vacancies by keyed pseudonyms."""
    return pseudonymise(vacancy_ids, hmac.digest(key, _PURPOSE, "sha256"))


def _merged_counts(
    older: Mapping[str, pd.DataFrame], newer: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    return {
        name: in_order(pd.concat([part[name] for part in (older, newer) if name in part]))
        for name in sorted({*older, *newer})
    }


def added_up(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """One row per combination that occurs, in order."""
    return table.groupby(by, as_index=False, sort=True)[NUMBER].sum()


def of_vacancies(table: pd.DataFrame, vacancies: Collection[str]) -> pd.DataFrame:
    """Rows of some vacancies alone."""
    return table[table[VACANCY].isin(list(vacancies))].reset_index(drop=True)


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Sort rows by all that is in them: in which order they came decides nothing."""
    return table.sort_values(list(table.columns), kind="stable").reset_index(drop=True)
