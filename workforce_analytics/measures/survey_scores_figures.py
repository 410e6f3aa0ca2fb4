"""Scores of groups from sums over respondents: whose, out of how many staff, and how far apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workforce_analytics.counting.answers import AnswerSums, Measured
from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.estimates import ALL, UNDECLARED
from workforce_analytics.inference.finite import Estimated, Sums, mean_of_scores, share_of_answers
from workforce_analytics.inference.finite import sums as checked_sums
from workforce_analytics.inference.intervals import Interval
from workforce_analytics.inference.score_gaps import ScoreGap, gap_of_means, gap_of_shares

Selection = Mapping[str, tuple[str, ...]]
"""Dimension -> the codes of it that are in; of dimensions that are not named, everybody."""
TEN = 10
DECLARED_GROUP, UNDECLARED_GROUP, EVERYBODY = "declared", "undeclared", "everybody"


@dataclass(frozen=True)
class Group:
    """Those whom a row of a table is of."""

    label: str
    codes: tuple[str, ...]
    kind: str = DECLARED_GROUP


def groups_of(dimension: Dimension | None) -> list[Group]:
    """Give the groups of a table: the declared ones, those who did not say, and everybody."""
    everybody = Group(ALL, (), EVERYBODY)
    if dimension is None:
        return [everybody]
    found = [Group(dimension.label(code), (code,)) for code in dimension.declared]
    if dimension.undeclared:
        found.append(Group(UNDECLARED, dimension.undeclared, UNDECLARED_GROUP))
    return [*found, everybody]


def selection(name: str | None, group: Group, within: Selection | None = None) -> Selection:
    """Say which codes a group has, within what the table is limited to there."""
    own = {name: group.codes} if name and group.kind != EVERYBODY else {}
    return {**(within or {}), **own}


def inside(answers: AnswerSums, whom: Selection) -> np.ndarray:
    """Which rows of answers are of a selection?"""
    keys = answers.rows()
    found = np.ones(len(keys), dtype=bool)
    for place, item in enumerate(answers.dimensions):
        if item.name in whom:
            wanted = set(whom[item.name])
            found &= np.array([key[place] in wanted for key in keys], dtype=bool)
    return found


def sums_of(answers: AnswerSums, measure: str, whom: Sequence[Selection]) -> Sums:
    """Add up the answers of each of some selections: one element per selection."""
    arrays = answers.arrays(measure)
    chosen = [inside(answers, one) for one in whom]
    return _checked(
        {name: [values[here].sum() for here in chosen] for name, values in arrays.items()}
    )


def sums_by_row(answers: AnswerSums, measure: str) -> Sums:
    """Give the sums of a measure cell by cell, in the order of the answers' rows."""
    return _checked(answers.arrays(measure))


def _checked(arrays: Mapping[str, Any]) -> Sums:
    n, y, yy, m, ym, mm = (np.asarray(arrays[name]) for name in ("n", "y", "yy", "m", "ym", "mm"))
    return checked_sums(n, y, yy, m=m, ym=ym, mm=mm)


def staff_of(eligible: Counts | None, whom: Selection, *, unknown: bool = True) -> float:
    """How many staff could a group have: those recorded in it, and those recorded in none.

    Infinite where nobody knows: limits are then about the process that made the answers. Without
    `unknown` only those recorded in it, and nobody where nobody knows.
    """
    if eligible is None:
        return np.inf if unknown else 0.0
    dimensions = eligible.dimensions
    names = [item.name for item in dimensions]
    wanted = {}
    for name, codes in whom.items():
        if name not in names:
            return np.inf if unknown else 0.0
        item = dimensions[names.index(name)]
        if not set(codes) - set(item.undeclared):
            return np.inf  # who did not say may be anybody
        wanted[names.index(name)] = {*codes, *(item.undeclared if unknown else ())}
    return float(
        sum(
            n
            for key, n in eligible.occurring().items()
            if all(key[at] in codes for at, codes in wanted.items())
        )
    )


def in_tens(staff: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Round how many staff there are up to whole tens, unless all of them answered.

    From limits and how many answered anybody works out the number that they are made with, and
    from that of one group what tables of staff hide of another.
    """
    return np.where(staff > answered, TEN * np.ceil(staff / TEN), staff)


def score_of(measured: Measured, added: Sums, staff: Any, confidence: float) -> Estimated:
    """What is the score of each group, and how sure is that, of so many staff?"""
    if measured.unit == "proportion":
        return share_of_answers(added, population=staff, confidence=confidence)
    return mean_of_scores(added, population=staff, scale=measured.scale, confidence=confidence)


def gap_of(measured: Measured, group: Sums, reference: Sums, confidence: float) -> ScoreGap:
    """How far is each group from its reference, in points?"""
    if measured.unit != "proportion":
        return gap_of_means(group, reference, scale=measured.scale, confidence=confidence)
    found = gap_of_shares(group, reference, confidence=confidence)
    return ScoreGap(in_points(measured, found.interval), 100 * found.error, found.p_value)


def in_points(measured: Measured, found: Interval) -> Interval:
    """Give a difference of shares in percentage points; of scores as it is."""
    by = 100 if measured.unit == "proportion" else 1
    return replace(found, value=by * found.value, lower=by * found.lower, upper=by * found.upper)


def gap_unit(measured: Measured) -> str:
    """Give the unit that differences of a measure are in."""
    return "percentage_points" if measured.unit == "proportion" else measured.unit


def numbers(found: Interval, place: int | tuple[int, ...] = ()) -> dict[str, float]:
    """Give value and limits of one element, as a row holds them."""
    return {
        name: float(np.asarray(getattr(found, name))[place]) for name in ("value", "lower", "upper")
    }
