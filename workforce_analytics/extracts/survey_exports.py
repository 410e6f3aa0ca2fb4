"""Exports of survey tools: previews, unfinished answers, scales with words, several ticks."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
import pandas as pd

from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.shaped import Reshaped, take

PREVIEWS = frozenset(("survey preview", "survey test", "preview", "test", "spam", "1", "2", "8"))
"""Response types, folded, that are nobody's answer; the numbers are how Qualtrics writes them."""

_SCALE_POINT = re.compile(r"(?P<point>\d{1,2})(?P<words>\s*[-–—:=.]\s*[A-Za-z].*)?", re.DOTALL)


def survey_export(table: pd.DataFrame, *, fields: Collection[str] = ()) -> Reshaped:
    """Which rows of a survey tool's export are answers, and which points of a scale are they?

    Parameters
    ----------
    table
        May have `response_type` (whose previews and tests are left out) and `finished` (whose
        False are left out: to keep partial answers, do not map that column).
    fields
        Columns that are not questions: they stay as they are.

    Returns
    -------
    Reshaped
        Answers such as "5 - Strongly agree" are "5" in columns that hold nothing else.
    """
    preview = np.zeros(len(table), dtype=bool)
    if "response_type" in table.columns:
        preview = table["response_type"].fillna("").map(fold).isin(PREVIEWS).to_numpy()
    unfinished = np.zeros(len(table), dtype=bool)
    if "finished" in table.columns:
        words = table["finished"].fillna("").str.strip().str.casefold()
        unfinished = words.isin(("false", "no", "n", "0")).to_numpy() & ~preview
    keep = np.flatnonzero(~preview & ~unfinished)
    result = take(table.drop(columns=["response_type"], errors="ignore"), keep)
    for name in result.columns:
        if name not in fields or name == "answer":
            result[name] = scale_points(result[name])
    dropped = (("of previews", int(preview.sum())), ("not finished", int(unfinished.sum())))
    return Reshaped(result, keep, tuple((why, n) for why, n in dropped if n), ())


def scale_points(values: pd.Series) -> pd.Series:
    """Which point of a scale is each answer, where it carries the point's words?

    A column is left alone unless every answer in it begins with a number and one has words.

    Examples
    --------
    >>> scale_points(pd.Series(["5 - Strongly agree", "1 - Strongly disagree", "3"])).tolist()
    ['5', '1', '3']
    >>> scale_points(pd.Series(["5 - Strongly agree", "Not applicable"])).tolist()
    ['5 - Strongly agree', 'Not applicable']
    """
    codes, distinct = pd.factorize(values)
    found = [_SCALE_POINT.fullmatch(str(each).strip()) for each in distinct]
    if not all(found) or not any(each and each["words"] for each in found):
        return values
    points = pd.Series([each["point"] for each in found if each], dtype="str").array
    return pd.Series(points.take(codes, allow_fill=True), index=values.index, name=values.name)


def chosen(values: pd.Series, *, separator: str = ";") -> pd.Series:
    """Which answers did each respondent tick, where one cell holds them all?

    Returns
    -------
    pandas.Series
        One answer per row under the row labels of `values`, in the order they stand; who ticked
        nothing is not there, and an answer ticked twice is there once.

    Examples
    --------
    >>> chosen(pd.Series(["Race;LGBTQ+;", None, "Race"])).tolist()
    ['Race', 'LGBTQ+', 'Race']
    """
    answers = values.dropna().astype("str").str.split(separator).explode().str.strip()
    answers = answers[answers != ""]
    again = pd.DataFrame({"row": answers.index, "answer": answers.to_numpy()}).duplicated()
    return answers[~again.to_numpy()]
