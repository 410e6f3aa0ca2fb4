"""Applicant tracking: what a current status proves of how far an application came."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from workforce_analytics.extracts import resources
from workforce_analytics.extracts.codelists import fold


class _TestVacancies(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    note: str
    words: tuple[str, ...]
    phrases: tuple[str, ...]


class _StatusWords(BaseModel):
    """The versioned table of status words, as `schemas/mappings/status_words.json` holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: str
    title: str
    note: str
    stages: dict[str, tuple[str, ...]]
    withdrawn: tuple[str, ...]
    talent_pool: tuple[str, ...]
    never_finished: tuple[str, ...]
    test: tuple[str, ...]
    test_vacancies: _TestVacancies


@dataclass(frozen=True)
class Status:
    """What one status says.

    `stage` is the furthest stage that it proves, "not_known" where it proves none; `listed` whether
    the table or the mapping has the status at all.
    """

    stage: str
    listed: bool
    withdrawn: bool = False
    talent_pool: bool = False
    never_finished: bool = False
    test: bool = False


def read_status(text: str, values: Mapping[str, str] | None = None) -> Status:
    """How far did an application come that has this status now?

    Parameters
    ----------
    text
        The status as the system writes it.
    values
        A mapping's own words, status -> stage; they win over the shipped table.

    Returns
    -------
    Status

    Notes
    -----
    The table is `schemas/mappings/status_words.json`. A status counts as the furthest stage that it
    proves, never more: "Rejected" or "Withdrawn" without a stage is not known, never a failure at
    shortlisting; "Rejected - Interview" proves the interview, "Withdrawn - Interview" only that
    there was to be one.

    Examples
    --------
    >>> read_status("Rejected - Interview").stage, read_status("REJECTED").stage
    ('interviewed', 'not_known')
    >>> read_status("Withdrawn").withdrawn, read_status("A status of our own").listed
    (True, False)
    """
    folded = fold(text)
    own = {fold(status): stage for status, stage in (values or {}).items()}
    known, groups = _table()
    stage = own.get(folded) or known.get(folded)
    return Status(
        stage=stage or "not_known",
        listed=stage is not None,
        withdrawn=folded in groups["withdrawn"],
        talent_pool=folded in groups["talent_pool"],
        never_finished=folded in groups["never_finished"],
        test=folded in groups["test"],
    )


def is_test_vacancy(text: str) -> bool:
    """Is this the title or the reference of a vacancy that was only made to try the system?

    Examples
    --------
    >>> is_test_vacancy("TEST VACANCY - do not apply"), is_test_vacancy("Test Engineer")
    (True, False)
    """
    folded = fold(text)
    words, phrases = _test_words()
    return folded in words or any(f" {phrase} " in f" {folded} " for phrase in phrases)


@cache
def _words() -> _StatusWords:
    path = resources.path("schemas", "mappings", "status_words.json")
    return _StatusWords.model_validate(json.loads(path.read_text(encoding="utf-8")))


@cache
def _table() -> tuple[Mapping[str, str], Mapping[str, Collection[str]]]:
    """Folded status -> stage, and the folded statuses of each group."""
    words = _words()
    known = {fold(status): stage for stage, listed in words.stages.items() for status in listed}
    groups = {
        name: frozenset(map(fold, getattr(words, name)))
        for name in ("withdrawn", "talent_pool", "never_finished", "test")
    }
    return known, groups


@cache
def _test_words() -> tuple[frozenset[str], tuple[str, ...]]:
    tests = _words().test_vacancies
    return frozenset(map(fold, tests.words)), tuple(map(fold, tests.phrases))
