"""How many people each category of a characteristic has, and whether weights can reach that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import counts

NO_RESPONDENTS = "no respondents"
NO_PEOPLE = "no people"
ANOTHER_TOTAL = "another total"


@dataclass(frozen=True, eq=False)
class Margin:
    """How many people there are in each category of one characteristic."""

    category: np.ndarray
    """The category of each cell: its position in `people`."""
    people: np.ndarray
    free: tuple[int, ...] = ()
    """Categories whose people nobody counted: they were given the share of respondents that they
    are. Errors then allow for that share being drawn, too."""


@dataclass(frozen=True)
class Obstacle:
    """Why a margin cannot be reached by any weights."""

    kind: str
    """"no respondents" in a category with people, "no people" in one with respondents, "another
    total" than the first margin has."""
    margin: int
    category: int | None
    """Position in the margin's people; none where the whole margin is meant."""


def margin(category: Any, people: Any, *, free: Sequence[int] = ()) -> Margin:
    """Which category is each cell in, and how many people does each category have?

    Parameters
    ----------
    category
        The category of each cell, as its position in `people`.
    people
        How many people each category has.
    free
        Positions of categories whose people were taken from respondents: who did not say.

    Returns
    -------
    Margin
        What `rake` takes.

    Raises
    ------
    UsageError
        People are missing or negative, or a category, or a free one, is no position in them.

    Examples
    --------
    >>> margin([0, 0, 1], [60, 40]).people
    array([60., 40.])
    """
    (size,) = counts(people=people)
    place = np.asarray(category)
    if size.ndim != 1 or place.ndim != 1 or place.dtype.kind not in "iu":
        raise UsageError("a margin needs a list of positions, one per cell, and a list of people.")
    if place.size and (place.min() < 0 or place.max() >= size.size):
        raise UsageError(f"categories of a margin must be positions from 0 to {size.size - 1}.")
    if not set(free) <= set(range(size.size)):
        raise UsageError(f"free categories must be positions from 0 to {size.size - 1}.")
    return Margin(place, size, tuple(sorted(set(free))))


def obstacles(n: Any, margins: Sequence[Margin]) -> tuple[Obstacle, ...]:
    """Which margins can no weights reach, and why?

    Parameters
    ----------
    n
        Respondents in each cell.
    margins
        As in `rake`.

    Returns
    -------
    tuple of Obstacle
        Empty where nothing is known to stand in the way. Margins can still contradict each other
        over the cells that have respondents: `rake` then does not converge, and says so.

    Raises
    ------
    UsageError
        A margin has another number of cells.

    Examples
    --------
    >>> obstacles([5, 3], [margin([0, 1], [10, 6]), margin([0, 0], [12, 4])])
    (Obstacle(kind='no respondents', margin=1, category=1),)
    """
    (respondents,) = counts(n=n)
    found = []
    for number, one in enumerate(margins):
        if one.category.shape != respondents.shape:
            raise UsageError(f"margin {number} must have one category for each cell.")
        answered = totals(one, respondents)
        for kind, wrong in (
            (NO_RESPONDENTS, (one.people > 0) & (answered == 0)),
            (NO_PEOPLE, (one.people == 0) & (answered > 0)),
        ):
            found += [Obstacle(kind, number, int(place)) for place in np.flatnonzero(wrong)]
        first = margins[0].people.sum()
        if abs(one.people.sum() - first) > 1e-9 * first:
            found.append(Obstacle(ANOTHER_TOTAL, number, None))
    return tuple(found)


def refuse(found: tuple[Obstacle, ...]) -> None:
    """Say so where something stands in the way of raking."""
    if not found:
        return
    first = found[0]
    where = f"margin {first.margin}" + (
        "" if first.category is None else f", category {first.category}"
    )
    raise UsageError(
        f"no weights can reach these margins: {where} (counted from 0) has {first.kind}"
        f"{' than margin 0' if first.kind == ANOTHER_TOTAL else ''}, one of {len(found)} such"
        " obstacles; merge the category with another, leave the margin out, or make totals equal."
    )


def totals(one: Margin, values: np.ndarray) -> np.ndarray:
    """Add up values of cells by category."""
    return np.bincount(one.category, weights=values, minlength=one.people.size)
