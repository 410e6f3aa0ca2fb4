"""Effective-dated exports: several rows per assignment, of which one is in force on a date."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts.dates import read_dates, read_day
from workforce_analytics.extracts.quality import Problem
from workforce_analytics.extracts.reading import FileOptions
from workforce_analytics.extracts.shaped import Reshaped, Source, needs, take


def effective_dated(
    table: pd.DataFrame, *, source: Source, options: FileOptions | None = None
) -> Reshaped:
    """Which rows of an effective-dated export were in force on the snapshot date?

    Parameters
    ----------
    table
        With `effective_from`, `effective_to`, one `snapshot_date`, and `post_id` or `person_id` or
        both, which tell whose row it is.
    source
        The file and its record numbers, for what is found.
    options
        How dates are meant.

    Returns
    -------
    Reshaped
        At most one row for each person and post. Both days are inside the period; no end means
        still current, no beginning since ever. Where several rows are in force the one that began
        last is kept; people between two rows, and those who start later, are not there: counted.

    Raises
    ------
    ConfigurationError
        A column is not there, or there is not exactly one snapshot date.
    """
    needs(table, "effective_dated", ("effective_from", "effective_to"), source.file)
    on = _snapshot_date(table, source.file)
    days, unread = _days(table[["effective_from", "effective_to"]], options or FileOptions())
    start = np.where(np.isnat(days[:, 0]), np.datetime64("0001-01-01"), days[:, 0])
    end = np.where(np.isnat(days[:, 1]), np.datetime64("9999-12-31"), days[:, 1])
    unusable = unread | (end < start)
    before, after = ~unusable & (end < on), ~unusable & (start > on)
    now = ~(unusable | before | after)
    owner = _owners(table)
    keep = _latest(table, owner, start, end, np.flatnonzero(now))
    overlapping = np.setdiff1d(np.flatnonzero(now), keep)
    has_now, has_before = np.isin(owner, owner[now]), np.isin(owner, owner[before])
    future = after & ~has_now & ~has_before
    gap = before & ~has_now & np.isin(owner, owner[after])
    gap_rows = np.flatnonzero(gap)
    first_of_gap = gap_rows[np.unique(owner[gap_rows], return_index=True)[1]]
    dropped = (
        ("with dates that cannot be used", int(unusable.sum())),
        ("of an earlier period", int(before.sum())),
        ("of a later period", int((after & ~future).sum())),
        ("of future starters", int(future.sum())),
        ("that overlap a later one", len(overlapping)),
    )
    return Reshaped(
        table=take(table.drop(columns=["effective_from", "effective_to"]), keep),
        rows=keep,
        dropped=tuple((why, n) for why, n in dropped if n),
        problems=_problems(source, np.flatnonzero(unusable), overlapping, first_of_gap),
    )


def _problems(
    source: Source, unusable: np.ndarray, overlapping: np.ndarray, gap: np.ndarray
) -> tuple[Problem, ...]:
    columns = "effective_from, effective_to"
    return (
        *source.problem(
            columns,
            "effective_dates_unusable",
            unusable,
            "error",
            "dates that cannot be read, could be read two ways, or end before they begin",
            'Correct them; if days and months are in doubt, say dates = "day_first" under [file] '
            "of the mapping.",
        ),
        *source.problem(
            columns,
            "effective_rows_overlap",
            overlapping,
            "warning",
            "more than one row of an assignment is in force on the snapshot date; the one that "
            "began last is kept",
            "End the earlier row in the system where the later one begins.",
        ),
        *source.problem(
            columns,
            "effective_gap",
            gap,
            "warning",
            "the snapshot date lies in a gap between two rows of an assignment, which is not "
            "counted",
            "Close the gap in the system, or confirm that the person was away.",
        ),
    )


def _snapshot_date(table: pd.DataFrame, file: str) -> np.datetime64:
    stated = set(table["snapshot_date"].dropna()) if "snapshot_date" in table else set()
    day = read_day(str(stated.pop())) if len(stated) == 1 else None
    if day is None:
        raise ConfigurationError(
            f"{file}: effective-dated rows need one date to look at. Add to the mapping's "
            "[constants]: snapshot_date = 2025-03-31"
        )
    return np.datetime64(day)


def _days(cells: pd.DataFrame, options: FileOptions) -> tuple[np.ndarray, np.ndarray]:
    """Read columns of dates in one order, with the rows of which a date is not read."""
    text = cells.astype("str").apply(lambda column: column.str.strip())
    codes, distinct = pd.factorize(text.mask(text == "").to_numpy(dtype=object).ravel())
    reads = read_dates(
        [str(each) for each in distinct],
        order=options.dates,
        end_of_time=options.end_of_time,
        unknown=options.unknown_dates,
    )
    days = np.array([*(read.day for read in reads), None], dtype="datetime64[D]")
    open_ended = ("", "end_of_time", "unknown_date")
    bad = np.array([*(not read.day and read.rule not in open_ended for read in reads), False])
    unread = np.asarray(bad[codes].reshape(cells.shape).any(axis=1))
    return days[codes].reshape(cells.shape), unread


def _owners(table: pd.DataFrame) -> np.ndarray:
    """Number the assignments; a row that names neither person nor post stands for itself."""
    names = [name for name in ("person_id", "post_id") if name in table.columns]
    keys = (
        table[names]
        .astype("str")
        .fillna("")
        .apply(lambda column: column.str.strip().str.casefold())
    )
    owner = keys.groupby(names, sort=False).ngroup().to_numpy() if names else np.arange(len(table))
    nobody = (keys == "").all(axis=1).to_numpy()
    return np.where(nobody, len(table) + np.arange(len(table)), owner)


def _latest(
    table: pd.DataFrame, owner: np.ndarray, start: np.ndarray, end: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    """Keep one of each owner's rows: the latest begun, whatever order the rows came in."""
    order = pd.DataFrame(
        {"owner": owner[rows], "start": start[rows], "end": end[rows], "row": rows}
    )
    several = order["owner"].duplicated(keep=False)
    order["text"] = ""
    if several.any():
        texts = table.iloc[rows[several]].astype("str").fillna("").agg("\x1f".join, axis=1)
        order.loc[several, "text"] = texts.to_numpy()
    order = order.sort_values(["start", "end", "text"], kind="stable")
    return np.sort(order.drop_duplicates("owner", keep="last")["row"].to_numpy())
