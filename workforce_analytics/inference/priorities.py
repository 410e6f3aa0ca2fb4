"""What to act on first: how many lie how far behind, times what goes with the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.importance import importance_of_groups, of_all_and_without
from workforce_analytics.inference.intervals import Interval, checked_confidence, divided, named

METHOD = "size x gap x driver, delete-a-group jackknife"


@dataclass(frozen=True, eq=False)
class Priorities:
    """Priorities of several themes, and what they are made of."""

    priority: Interval
    """Points of the whole, weighted by the theme's share of what is explained; 0 at least."""
    rank: np.ndarray
    """1 is the theme to act on first; ties share the best rank."""
    first: np.ndarray
    last: np.ndarray
    """The best and the worst rank that each theme may have."""
    gap: Interval
    """Points by which each group (row) lies below all others of its characteristic, by theme."""
    adds: np.ndarray
    """What each group (row) adds to size x gap of each theme, in points of the whole."""
    driver: Interval
    """Each theme's share of what is explained of the outcome."""

    @property
    def stands_out(self) -> np.ndarray:
        """Which themes are surely above nothing, and above some other theme."""
        return (self.priority.lower > 0) & (self.last < len(self.rank))


def priorities(
    moments: tuple[Any, Any, Any],
    positive: Any,
    valid: Any,
    share: Any,
    characteristic: Any,
    *,
    least: int = 100,
    confidence: float = 0.95,
) -> Priorities:
    """Which themes hold how many people back how far, and how much goes with them?

    Parameters
    ----------
    moments
        n, sums and products of the outcome and the themes in each replicate group, as
        `importance_of_groups` takes them.
    positive, valid
        For each replicate group, group of people and theme: positive and valid answers.
    share
        Of each group of people: its share of the whole.
    characteristic
        Of each group of people: a number, the same for groups of one characteristic. A group of
        share 0 adds nothing, and is among everybody else.
    least
        People under whom nothing is given.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Priorities
        Not numbers where there are too few people.

    Raises
    ------
    UsageError
        The arrays do not fit each other.

    Notes
    -----
    A group's size x gap is s (1 - s) d: s its share of the whole and d the points by which it lies
    below everybody else of its characteristic, so that it lies (1 - s) d below all; it is the
    points by which the per cent positive of all would rise if the group rose to all. Only d above 0
    counts, drawn towards 0 by what chance moves it: d - e^2 / d where d exceeds its error e (James
    and Stein 1961, positive part), else 0. A theme's priority is the sum over groups, one
    characteristic after another, times its share of what is explained (Shapley, `importance`).

    Errors by the delete-a-group jackknife (Kott 2001), in which gaps and drivers move together;
    sizes and the errors e are held fixed; limits at t with G - 1 degrees of freedom, cut at 0. A
    theme's best rank is 1 plus the themes surely above it, its worst leaves room for those surely
    below: sure at the confidence level for all differences of one theme together (Bonferroni), as
    Mogstad, Romano, Shaikh and Wilhelm (2024) bound ranks.

    In 200 drawn surveys of 3,000 people, 6 themes and 15 groups of 4 characteristics the limits
    held the truth in 93 to 98 %, whether no group differed or some did; where none did, 3 to 7 % of
    lower limits were above 0.

    Examples
    --------
    >>> import numpy as np
    >>> draws = np.random.default_rng(1)
    >>> scores = draws.normal(size=(40, 25, 3))
    >>> scores[..., 0] += scores[..., 1:].sum(axis=-1)
    >>> products = np.einsum("gij,gik->gjk", scores, scores)
    >>> few = np.arange(25) < 5  # a fifth are a group that lies behind on the second theme
    >>> high = scores[..., 1:] > np.where(few[:, None], [0.0, 1.0], [0.0, 0.0])
    >>> positive = np.stack((high[:, few].sum(axis=1), high[:, ~few].sum(axis=1)), axis=1)
    >>> valid = np.broadcast_to(np.array([5, 20])[:, None], positive.shape)
    >>> found = priorities(([25] * 40, scores.sum(axis=1), products), positive, valid,
    ...                    [0.2, 0.8], [0, 0])
    >>> print(found.priority.value.round(1), found.rank, found.first, found.last)
    [0.  2.3] [2 1] [2 1] [2 1]
    """
    from scipy.stats import t

    confidence = checked_confidence(confidence)
    y, m, size, kind = _checked(moments[0], positive, valid, share, characteristic)
    held = np.asarray(moments[0], dtype="float64") > 0
    groups, people = int(held.sum()), float(np.sum(moments[0]))
    enough = people >= least and groups > 1
    gap = _gaps(y.sum(axis=0), m.sum(axis=0), kind)
    gaps = _gaps(y.sum(axis=0) - y[held], m.sum(axis=0) - m[held], kind)
    error = _error(gaps)
    ahead = np.full(gap.shape[1], np.nan), np.full((max(groups, 1), gap.shape[1]), np.nan)
    if enough:
        whole, others = of_all_and_without(*moments)
        ahead = whole.of_explained, others.of_explained
    value, without = (
        _adds(size, one, error).sum(axis=-2) * driver
        for one, driver in zip((gap, gaps), ahead, strict=True)
    )
    level = (1 + confidence) / 2
    reach = float(t.ppf(level, groups - 1)) if enough else np.nan
    each = float(t.ppf(1 - (1 - level) / max(value.size - 1, 1), groups - 1)) if enough else np.nan
    apart = each * _error(without[:, :, None] - without[:, None, :])
    above = value[:, None] - value[None, :] > apart
    at_least = np.where(enough, np.maximum(value, 0.0), np.nan)
    return Priorities(
        _limits(at_least, value, reach * _error(without), confidence),
        1 + (at_least[None, :] > at_least[:, None]).sum(axis=1),
        1 + above.sum(axis=0),
        value.size - above.sum(axis=1),
        _limits(gap, gap, reach * error, confidence, least=-np.inf),
        _adds(size, gap, error),
        importance_of_groups(*moments, least=least, confidence=confidence).of_explained,
    )


def _adds(size: np.ndarray, gap: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Give what each group adds to size x gap: nothing where it lies no further than by chance."""
    below = np.nan_to_num(gap) > error
    drawn = gap - divided(np.broadcast_to(error**2, gap.shape), gap)
    return np.asarray((size * (1 - size))[:, None] * np.where(below, drawn, 0.0))


def _gaps(y: np.ndarray, m: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Give the points by which each group lies below everybody else of its characteristic."""
    alike = (kind[:, None] == kind[None, :]).astype(float)
    others_y, others_m = alike @ y - y, alike @ m - m
    return np.asarray(100 * (divided(others_y, others_m) - divided(y, m)))


def _error(without: np.ndarray) -> np.ndarray:
    """Give the jackknife's error of figures worked out without each group."""
    groups = len(without)
    if not groups:
        return np.full(without.shape[1:], np.nan)
    spread = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(np.sqrt(spread * (groups - 1) / groups))


def _limits(
    value: np.ndarray, middle: np.ndarray, half: np.ndarray, confidence: float, least: float = 0.0
) -> Interval:
    lower, upper = np.maximum(middle - half, least), np.maximum(middle + half, least)
    return Interval(value, lower, upper, named(METHOD, value.shape), confidence)


def _checked(
    n: Any, positive: Any, valid: Any, share: Any, characteristic: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    y, m, size = (np.asarray(one, dtype="float64") for one in (positive, valid, share))
    kind = np.asarray(characteristic)
    fits = y.ndim == 3 and y.shape == m.shape and size.shape == kind.shape == y.shape[1:2]
    if not fits or y.shape[0] != np.size(n):
        raise UsageError(
            "positive and valid must hold a number for each replicate group, group of people and "
            "theme, and share and characteristic one for each group of people."
        )
    if not all(np.isfinite(one).all() and (one >= 0).all() for one in (y, m, size)):
        raise UsageError("positive, valid and share must be numbers of 0 or more.")
    return y, m, size, kind
