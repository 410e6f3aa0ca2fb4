"""Which predictors an outcome goes with most: Shapley (LMG) shares of R-squared, from covariances.

Association and not cause: a share says how much of the differences between people in the outcome
goes with differences in a predictor, shared out fairly where predictors go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import Interval, checked_confidence, divided, named

MOST = 12
"""Predictors that can be shared between: 4,096 sets of them."""
LEAST = 100
"""People under whom shares are not given."""
ALIKE = 1e-9
"""Variance of a predictor, as a share of its own, under which the others already make it up."""
METHOD = "delete-a-group jackknife"


@dataclass(frozen=True, eq=False)
class Importance:
    """What each predictor accounts for of an outcome's variance."""

    r_squared: np.ndarray
    """Share of the outcome's variance that goes with all predictors together."""
    share: np.ndarray
    """Part of R-squared that is each predictor's, in the last dimension; they add up to it."""
    of_explained: np.ndarray
    """The same over R-squared: they add up to 1; not a number where nothing is explained."""
    correlation: np.ndarray
    """Of each predictor alone with the outcome: its sign is the direction."""


@dataclass(frozen=True, eq=False)
class ImportanceLimits:
    """Shares with limits; not numbers where there are too few people."""

    r_squared: Interval
    share: Interval
    of_explained: Interval
    correlation: np.ndarray
    n: int
    groups: int
    """Replicate groups that hold anybody."""
    enough: bool
    """Whether n reaches the least number; where not, take the figure of a larger unit."""


def importance(covariance: Any) -> Importance:
    """How much of the differences in an outcome goes with each of several predictors?

    Parameters
    ----------
    covariance
        Covariances (or correlations) of the outcome, first, and up to 12 predictors; several such
        matrices can be given as one array with them in the last two dimensions.

    Returns
    -------
    Importance
        Of each matrix. Not numbers where the outcome does not vary.

    Raises
    ------
    UsageError
        It is not a covariance matrix, or has no predictor or more than 12.

    Notes
    -----
    The mean, over all orders in which predictors can enter, of what one adds to R-squared when it
    enters: Lindeman, Merenda and Gold (1980), the Shapley value of R-squared; Groemping (2006), R
    package relaimpo, type "lmg". All 2^p sets come from one sweep: predictor by predictor, each
    set found so far goes on without it and with it (one pivot). A predictor that the others of a
    set make up adds nothing to it. No share is negative; one that has nothing to do with the
    outcome still gets about 1 / n.

    Examples
    --------
    >>> found = importance([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1]])
    >>> print(found.r_squared.round(3), found.share.round(3), found.of_explained.round(3))
    0.319 [0.204 0.114] [0.641 0.359]
    """
    matrices = _checked(covariance)
    scale = np.sqrt(np.diagonal(matrices, axis1=-2, axis2=-1))
    size = scale[..., :, None] * scale[..., None, :]
    correlation = np.divide(matrices, size, out=np.zeros_like(matrices), where=size > 0)
    if (np.linalg.eigvalsh(correlation) < -1e-6).any():
        raise UsageError(
            "covariance must come from one set of people: this one gives some sum of the scores a "
            "negative variance. Use the people who have all scores."
        )
    explained = _explained(correlation)
    share = _shapley(explained)
    total = explained[..., -1]
    nothing = scale[..., 0] == 0
    total = np.where(nothing, np.nan, total)
    share = np.where(nothing[..., None], np.nan, share)
    alone = np.where(size[..., 0, 1:] > 0, correlation[..., 0, 1:], np.nan)
    return Importance(total, share, divided(share, total[..., None]), alone)


def importance_of_groups(
    n: Any, sums: Any, products: Any, *, least: int = LEAST, confidence: float = 0.95
) -> ImportanceLimits:
    """How much goes with each predictor, and between which limits is that likely to lie?

    Parameters
    ----------
    n
        People in each replicate group: groups that people fell into by chance.
    sums
        For each group, the sums of the outcome, first, and of each predictor.
    products
        For each group, the sums of the products of each two of these scores.
    least
        People under whom nothing is given.
    confidence
        0.95 for 95 %.

    Returns
    -------
    ImportanceLimits

    Raises
    ------
    UsageError
        The moments do not fit each other, or see `importance`.

    Notes
    -----
    Delete-a-group jackknife (Kott 2001): variance (G - 1) / G times the sum, over G groups that
    hold anybody, of the squared difference between the estimate without a group and the mean of
    those; limits at t with G - 1 degrees of freedom, cut at 0 and 1. The people are taken as drawn
    from many like them (no correction for a known staff). The interval of a predictor that has
    next to nothing to do with the outcome is rough: its share cannot be negative.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.random.default_rng(1).normal(size=(400, 3))
    >>> scores[:, 0] += 0.5 * scores[:, 1]
    >>> parts = scores.reshape(20, 20, 3)
    >>> products = np.einsum("gij,gik->gjk", parts, parts)
    >>> found = importance_of_groups([20] * 20, parts.sum(axis=1), products)
    >>> print(found.share.value.round(2), found.share.lower.round(2), found.share.upper.round(2))
    [0.18 0.  ] [0.1 0. ] [0.26 0.  ]
    """
    from scipy.stats import t

    confidence = checked_confidence(confidence)
    people, total, product = _moments(n, sums, products)
    groups, count = people.size, int(people.sum())
    enough = count >= least and groups > 1
    if not enough:
        return _untold(total.shape[1] - 1, count, groups, confidence)
    whole, without = of_all_and_without(people, total, product)
    reach = float(t.ppf((1 + confidence) / 2, groups - 1))

    def limits(value: np.ndarray, others: np.ndarray) -> Interval:
        spread = ((others - others.mean(axis=0)) ** 2).sum(axis=0) * (groups - 1) / groups
        half = reach * np.sqrt(spread)
        lower, upper = np.maximum(value - half, 0.0), np.minimum(value + half, 1.0)
        return Interval(value, lower, upper, named(METHOD, value.shape), confidence)

    return ImportanceLimits(
        limits(whole.r_squared, without.r_squared),
        limits(whole.share, without.share),
        limits(whole.of_explained, without.of_explained),
        whole.correlation,
        count,
        groups,
        enough,
    )


def of_all_and_without(n: Any, sums: Any, products: Any) -> tuple[Importance, Importance]:
    """Give the importance from everybody, and from everybody but each group that holds anybody.

    Parameters
    ----------
    n, sums, products
        As for `importance_of_groups`: what a figure made of these and others is jackknifed with.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.random.default_rng(1).normal(size=(5, 20, 3))
    >>> products = np.einsum("gij,gik->gjk", scores, scores)
    >>> whole, without = of_all_and_without([20] * 5, scores.sum(axis=1), products)
    >>> whole.share.shape, without.share.shape
    ((2,), (5, 2))
    """
    people, total, product = _moments(n, sums, products)
    everybody = importance(_covariance(people.sum(), total.sum(axis=0), product.sum(axis=0)))
    others = importance(
        _covariance(people.sum() - people, total.sum(axis=0) - total, product.sum(axis=0) - product)
    )
    return everybody, others


def _checked(covariance: Any) -> np.ndarray:
    try:
        matrices = np.asarray(covariance, dtype="float64")
    except (TypeError, ValueError):
        matrices = np.array(np.nan)
    if matrices.ndim < 2 or matrices.shape[-1] != matrices.shape[-2]:
        raise UsageError("covariance must be a square table of numbers, the outcome first.")
    predictors = matrices.shape[-1] - 1
    if not 1 <= predictors <= MOST:
        raise UsageError(
            f"importance is shared between 1 to {MOST} predictors, and there are {predictors}. "
            "Use themes instead of single items."
        )
    variances = np.diagonal(matrices, axis1=-2, axis2=-1)
    largest = np.abs(variances).max(initial=0.0)
    turned = np.abs(matrices - np.swapaxes(matrices, -1, -2))
    if not np.isfinite(matrices).all() or (variances < 0).any() or (turned > 1e-9 * largest).any():
        raise UsageError(
            "covariance must hold finite numbers, the same on both sides of its diagonal, and no "
            "negative variance."
        )
    return matrices


def _explained(correlation: np.ndarray) -> np.ndarray:
    """R-squared of every set of predictors; the last predictor is the lowest digit of its number.

    Before step k the array holds, for each set of the first k predictors, the covariances that
    are left of the outcome and the other predictors once that set is accounted for.
    """
    left = correlation[..., None, :, :]
    own = np.diagonal(correlation, axis1=-2, axis2=-1)[..., 1:]
    for step in range(own.shape[-1]):
        kept = np.r_[0, 2 : left.shape[-1]]
        pivot, column = left[..., 1, 1], left[..., kept, 1]
        rest = left[..., kept[:, None], kept]
        usable = pivot > ALIKE * own[..., step, None]
        factor = np.divide(1.0, pivot, out=np.zeros_like(pivot), where=usable)
        less = rest - column[..., :, None] * column[..., None, :] * factor[..., None, None]
        both = np.stack((rest, less), axis=-3)
        left = both.reshape(*both.shape[:-4], -1, *both.shape[-2:])
    return np.clip(1.0 - left[..., 0, 0], 0.0, 1.0)


def _shapley(explained: np.ndarray) -> np.ndarray:
    """What each predictor adds to the sets without it, each size of set counting alike."""
    predictors = int(explained.shape[-1]).bit_length() - 1
    number = np.arange(1 << predictors)
    size = np.array([int(one).bit_count() for one in number])
    shares = []
    for predictor in range(predictors):
        bit = 1 << (predictors - 1 - predictor)
        before = number[(number & bit) == 0]
        weight = [1 / (predictors * comb(predictors - 1, int(one))) for one in size[before]]
        added = explained[..., before + bit] - explained[..., before]
        shares.append((np.maximum(added, 0.0) * np.array(weight)).sum(axis=-1))
    return np.stack(shares, axis=-1)


def _moments(n: Any, sums: Any, products: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    people, total, product = (np.asarray(one, dtype="float64") for one in (n, sums, products))
    fits = people.ndim == 1 and total.ndim == 2 and total.shape[0] == people.size
    if not fits or product.shape != (*total.shape, total.shape[1]):
        raise UsageError(
            "n must be one number per replicate group, sums one row and products one square table "
            "per group."
        )
    if not all(np.isfinite(one).all() for one in (people, total, product)) or (people < 0).any():
        raise UsageError("n, sums and products must be finite numbers, and n not negative.")
    held = people > 0
    return people[held], total[held], product[held]


def _covariance(n: Any, sums: np.ndarray, products: np.ndarray) -> np.ndarray:
    people = np.asarray(n, dtype="float64")[..., None, None]
    centred = products - sums[..., :, None] * sums[..., None, :] / people
    # A score that never varies can be left with a variance of minus a rounding error.
    noise = 1e-12 * np.diagonal(products, axis1=-2, axis2=-1)
    varies = np.diagonal(centred, axis1=-2, axis2=-1) > noise
    both = varies[..., :, None] & varies[..., None, :]
    return np.where(both, centred, 0.0) / np.maximum(people - 1, 1)


def _untold(predictors: int, n: int, groups: int, confidence: float) -> ImportanceLimits:
    def gone(*shape: int) -> Interval:
        nothing = np.full(shape, np.nan)
        return Interval(nothing, nothing, nothing, named("too few people", shape), confidence)

    nothing = np.full(predictors, np.nan)
    return ImportanceLimits(
        gone(), gone(predictors), gone(predictors), nothing, n, groups, enough=False
    )
