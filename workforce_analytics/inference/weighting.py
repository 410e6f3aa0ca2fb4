"""Weights that make those who answered look like the staff: on cells, never person by person.

A cell is a set of people who are alike on everything that is weighted by (one gender and grade,
say). Weights, their spread and what they do to errors come from the number of respondents in each
cell; weighted_errors.py has the errors. Give cells in a fixed order, and the weights are the same
to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import counts, divided
from workforce_analytics.inference.margins import Margin, margin, obstacles, refuse, totals

ROUNDS = 1000


@dataclass(frozen=True, eq=False)
class Weighting:
    """Weights of cells, and what they are worth."""

    weight: np.ndarray
    """The weight of one respondent of each cell; not a number in a cell without respondents."""
    base: np.ndarray
    """The weight each had before."""
    n: np.ndarray
    """Respondents in each cell."""
    margins: tuple[Margin, ...]
    rounds: int
    converged: bool
    """Whether the margins were met, before any trimming. If not, the weights must not be used
    without saying so."""
    furthest: float
    """How far the weighted people of a category are from its people at most, as a share of all."""
    uncovered: float
    """People in cells nobody answered from, for whom the weights do not speak (post-strata)."""
    trimmed: int
    """Respondents whose weight was cut."""
    design_effect: float
    """Kish's: how much larger variances are than with equal weights, if weights tell nothing."""
    n_effective: float


def post_stratify(n: Any, people: Any, *, base: Any = None) -> Weighting:
    """Which weights give each cell as many weighted respondents as it has people?

    Parameters
    ----------
    n
        Respondents in each cell.
    people
        People in each cell. A cell with people and no respondents is not spoken for: see
        `uncovered`, and merge cells where that is many.
    base
        Weights before weighting, one per cell; 1 where left out.

    Returns
    -------
    Weighting
        Converged where no cell is uncovered.

    Raises
    ------
    UsageError
        Nobody answered; numbers are missing or negative; a cell has respondents and no people.

    Notes
    -----
    w_c = N_c / n_c. Source: Holt and Smith 1979, Journal of the Royal Statistical Society A 142.

    Examples
    --------
    >>> weighted = post_stratify([10, 5], [20, 30])
    >>> print(weighted.weight, f"{weighted.design_effect:.3f}")
    [2. 6.] 1.320
    """
    respondents, size, before = _checked(n, base, people=people)
    if ((size == 0) & (respondents > 0)).any():
        raise UsageError("a cell has respondents and no people: weights need people in each.")
    answered = respondents > 0
    weight = np.where(answered, divided(size, respondents), np.nan)
    uncovered = float(size[~answered].sum())
    cells = margin(np.arange(size.size), np.where(answered, size, 0.0))
    return _weighting(weight, before, respondents, (cells,), 1, uncovered == 0, uncovered)


def rake(
    n: Any,
    margins: Sequence[Margin],
    *,
    base: Any = None,
    tolerance: float = 1e-10,
    rounds: int = ROUNDS,
) -> Weighting:
    """Which weights give each category of several characteristics its number of people?

    Parameters
    ----------
    n
        Respondents in each cell; cells without respondents may be left in.
    margins
        People by category, one margin per characteristic, with one total; see `margin`.
    base
        Weights before raking, one per cell; 1 where left out.
    tolerance
        How far from its people a category may be in the end, as a share of all people.
    rounds
        After how many rounds over all margins to stop.

    Returns
    -------
    Weighting
        `converged` is False where margins contradict each other over the cells with respondents.

    Raises
    ------
    UsageError
        Nobody answered; no margins; an obstacle stands in the way (`obstacles` lists them).

    Notes
    -----
    Iterative proportional fitting: weights are multiplied by people / weighted respondents of each
    category, margin by margin, until all are met (Deming and Stephan 1940, Annals of Mathematical
    Statistics 11, 427-444). Of all weights that meet the margins these are nearest to the base
    weights in the sense of relative entropy.

    Examples
    --------
    >>> from workforce_analytics.inference.margins import margin
    >>> gender, grade = margin([0, 0, 1, 1], [60, 40]), margin([0, 1, 0, 1], [70, 30])
    >>> raked = rake([10, 5, 10, 10], [gender, grade])
    >>> print(raked.converged, (raked.weight * raked.n).round(2))
    True [45.54 14.46 24.46 15.54]
    """
    respondents, before = _checked(n, base)
    if not margins:
        raise UsageError("raking needs at least one margin.")
    refuse(obstacles(respondents, margins))
    weight, total = before.copy(), margins[0].people.sum()
    done, furthest = 0, np.inf
    while done < rounds and not furthest <= tolerance:
        for one in margins:
            factor = divided(one.people, totals(one, weight * respondents))
            weight = weight * np.where(respondents > 0, factor[one.category], 1.0)
        done += 1
        furthest = _furthest(weight, respondents, margins) if total else 0.0
    weight = np.where(respondents > 0, weight, np.nan)
    met = bool(furthest <= tolerance)
    return _weighting(weight, before, respondents, tuple(margins), done, met, 0.0)


def trim(weighting: Weighting, *, largest: float = 5.0) -> Weighting:
    """What are the weights, if nobody may count for more than a few others?

    Parameters
    ----------
    weighting
        From `post_stratify` or `rake`.
    largest
        The largest weight allowed, in mean weights; more than 1.

    Returns
    -------
    Weighting
        With the same weighted total. Margins are not met any more where weights were cut:
        `furthest` says by how much, and that is the price in bias.

    Raises
    ------
    UsageError
        `largest` is 1 or less.

    Notes
    -----
    Weights above the limit are set to it; what is cut off is spread over the others in proportion
    to their weights, and again while that lifts some above the limit (Potter 1990, Proceedings of
    the Survey Research Methods Section, American Statistical Association, 225-230).

    Examples
    --------
    >>> trimmed = trim(post_stratify([40, 30, 2], [60, 60, 60]), largest=4)
    >>> print(trimmed.weight.round(2), trimmed.trimmed, f"{trimmed.furthest:.3f}")
    [ 2.    2.67 10.  ] 2 0.222
    """
    if not largest > 1:
        raise UsageError(f"largest must be more than 1 (mean weight), and is {largest}.")
    n = weighting.n
    answered = n > 0
    weight = np.where(answered, weighting.weight, 0.0)
    total = (weight * n).sum()
    most = largest * total / n.sum()
    held = np.zeros(n.shape, dtype=bool)
    while (answered & ~held & (weight > most * (1 + 1e-12))).any():
        held |= weight > most * (1 + 1e-12)
        weight = np.where(held, most, weight)
        others = (weight * n)[~held].sum()
        weight = np.where(held, most, weight * (total - (most * n)[held].sum()) / others)
    weight = np.where(answered, weight, np.nan)
    made = _weighting(
        weight,
        weighting.base,
        n,
        weighting.margins,
        weighting.rounds,
        weighting.converged,
        weighting.uncovered,
    )
    return replace(made, trimmed=int(n[held].sum()))


def design_effect(weight: Any, n: Any = 1) -> float:
    """How much larger do these weights make a variance, and so how many people are lost?

    Parameters
    ----------
    weight
        The weight of one respondent, cell by cell or person by person.
    n
        Respondents in each cell; 1 for a list of persons.

    Returns
    -------
    float
        1 for equal weights; respondents divided by this is the effective number. Not a number where
        nobody answered.

    Raises
    ------
    UsageError
        Weights are missing or negative where there are respondents.

    Notes
    -----
    n sum w^2 / (sum w)^2 (Kish 1965, Survey Sampling, section 11.7; Kish 1992, Journal of Official
    Statistics 8, 183-200). It holds for answers that have nothing to do with the weights, and is
    too large where they do: the errors of weighted_errors.py know each question's own.

    Examples
    --------
    >>> print(design_effect([1, 1, 2]))
    1.125
    """
    given = np.asarray(weight, dtype="float64")
    (people,) = counts(n=n)
    each, people = counts(
        weight=np.where((people == 0) & np.isnan(given), 0.0, given),
        n=np.broadcast_to(people, given.shape),
    )
    total = (people * each).sum()
    return float(divided(people.sum() * (people * each**2).sum(), total**2))


def _checked(n: Any, base: Any, **others: Any) -> tuple[np.ndarray, ...]:
    shape = np.asarray(n).shape
    respondents, *rest, before = counts(
        n=n, **others, base=np.ones(shape) if base is None else base
    )
    if respondents.ndim != 1 or not respondents.sum() > 0:
        raise UsageError("weights need a list of cells, and respondents in at least one of them.")
    if ((before == 0) & (respondents > 0)).any():
        raise UsageError("base weights must be more than 0 wherever there are respondents.")
    return respondents, *rest, before


def _furthest(weight: np.ndarray, n: np.ndarray, margins: Sequence[Margin]) -> float:
    weighted = np.where(n > 0, weight * n, 0.0)
    misses = [
        np.abs(totals(one, weighted) - one.people).max(initial=0) / one.people.sum()
        for one in margins
    ]
    return float(max(misses))


def _weighting(
    weight: np.ndarray,
    base: np.ndarray,
    n: np.ndarray,
    margins: tuple[Margin, ...],
    rounds: int,
    converged: bool,
    uncovered: float,
) -> Weighting:
    effect = design_effect(weight, n)
    furthest = _furthest(weight, n, margins)
    return Weighting(
        weight=weight,
        base=base,
        n=n,
        margins=margins,
        rounds=rounds,
        converged=converged,
        furthest=furthest,
        uncovered=uncovered,
        trimmed=0,
        design_effect=effect,
        n_effective=float(n.sum() / effect),
    )
