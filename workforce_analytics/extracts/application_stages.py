"""Applicant tracking exports: one current status per application -> the furthest stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from workforce_analytics.extracts.quality import Problem
from workforce_analytics.extracts.shaped import Reshaped, Source, needs, take
from workforce_analytics.extracts.statuses import is_test_vacancy, read_status


def status_to_stage(
    table: pd.DataFrame, *, source: Source, stages: Mapping[str, str] | None = None
) -> Reshaped:
    """How far did each application come, where the system only knows its status now?

    Parameters
    ----------
    table
        With `status`; tests are also told by `vacancy_id` and `job_title`, where they are there.
    source
        The file and its record numbers, for what is found.
    stages
        The mapping's own status words -> stage.

    Returns
    -------
    Reshaped
        With `furthest_stage` and, unless the table has it, `withdrawn` ("yes", "no", or missing
        where the status is not listed). Test vacancies and applications never finished are left
        out and counted; being appointed to a talent pool fills no post and is not "appointed".
    """
    needs(table, "status_to_stage", ("status",), source.file)
    status = table["status"].astype("str").str.strip()
    codes, distinct = pd.factorize(status.mask(status == ""))
    blank = codes < 0
    known = [read_status(str(text), stages) for text in distinct]

    def each(function: Callable[[int], bool]) -> np.ndarray:
        flags = np.array([*(function(i) for i in range(len(known))), False])
        return flags[codes]

    test = each(lambda i: known[i].test) | _tests(table)
    unfinished = each(lambda i: known[i].never_finished) & ~test
    keep = np.flatnonzero(~test & ~unfinished)
    unlisted = each(lambda i: not known[i].listed)
    result = table.drop(columns=[n for n in ("status", "job_title") if n in table.columns])
    result["furthest_stage"] = np.array([*(each.stage for each in known), "not_known"])[codes]
    if "withdrawn" not in result:
        said = np.where(each(lambda i: known[i].withdrawn), "yes", "no").astype(object)
        result["withdrawn"] = pd.Series(said, dtype="str").mask(unlisted | blank)
    no_stage = (result["furthest_stage"] == "not_known").to_numpy() & ~unlisted
    pool = each(lambda i: known[i].talent_pool)
    dropped = (
        ("of test vacancies", int(test.sum())),
        ("of applications never finished", int(unfinished.sum())),
    )
    return Reshaped(
        table=take(result, keep),
        rows=keep,
        dropped=tuple((why, n) for why, n in dropped if n),
        problems=_status_problems(source, keep, unlisted, no_stage, pool),
    )


def _tests(table: pd.DataFrame) -> np.ndarray:
    """Which rows are of a vacancy that was only made to try the system?"""
    test = np.zeros(len(table), dtype=bool)
    for name in ("vacancy_id", "job_title"):
        if name in table.columns:
            codes, distinct = pd.factorize(table[name])
            test |= np.array([*(is_test_vacancy(str(each)) for each in distinct), False])[codes]
    return test


def _status_problems(
    source: Source, keep: np.ndarray, unlisted: np.ndarray, no_stage: np.ndarray, pool: np.ndarray
) -> tuple[Problem, ...]:
    return (
        *source.problem(
            "status",
            "status_not_listed",
            keep[unlisted[keep]],
            "warning",
            "a status that the list of status words does not have; how far the application came "
            "counts as not known",
            'Add it to the mapping under [values.furthest_stage]: "STATUS" = "shortlisted".',
        ),
        *source.problem(
            "status",
            "stage_not_known",
            keep[no_stage[keep]],
            "warning",
            "the status names no stage (rejected, withdrawn, closed, or blank), so how far the "
            "application came is not known; it is never taken for a failure at shortlisting",
            "Export the dates of the stages, or the status before the last one.",
        ),
        *source.problem(
            "status",
            "talent_pool",
            keep[pool[keep]],
            "note",
            "a place in a talent pool, which fills no post and does not count as appointed",
            "Leave it so, if none of them was given a post.",
        ),
    )
