"""The odds ratio of all strata together, with limits that hold however small the strata are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.inference import hypergeometric_sums as sums
from workforce_analytics.inference.intervals import Interval, checked_confidence
from workforce_analytics.inference.strata import (
    NOTHING_TO_COMPARE,
    checked_strata,
    informative,
    one_interval,
)

EXACT = "conditional odds ratio, exact limits"
TOO_LARGE = "not worked out: too many people for exact limits"


@dataclass(frozen=True, eq=False)
class ExactStratified:
    """The conditional odds ratio of all strata; every array is without a dimension."""

    odds_ratio: Interval
    p_value: np.ndarray


def exact_stratified(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    confidence: float = 0.95,
) -> ExactStratified:
    """Was the group less likely to pass, with limits that hold however small the strata are?

    Parameters
    ----------
    successes, n
        The group compared, one element per stratum: how many passed, out of how many.
    reference_successes, reference_n
        The group it is compared with, in the same strata.
    confidence
        0.95 for 95 %.

    Returns
    -------
    ExactStratified
        The conditional maximum likelihood odds ratio with exact limits, and the two-sided p-value
        of an odds ratio of 1. Not a number where no stratum has both groups and both outcomes.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n, or not one list each.

    Notes
    -----
    Given each stratum's pool and passes, the group's passes in all strata are a sum of noncentral
    hypergeometric numbers, worked out by convolution. Estimate: the odds ratio under which the
    expected sum is the one observed. Limits: each tail has half of what the confidence leaves.
    p-value: the probability of all sums no more likely than the one observed, with a tolerance of
    1e-7, as R's `mantelhaen.test(exact = TRUE)`. A p-value under about 1e-140 is given as 0. Limits
    of more than two million possible numbers are not worked out, and `method` says so; strata that
    large have no need of them.

    Examples
    --------
    >>> found = exact_stratified([2, 3], [4, 5], [8, 6], [9, 8])
    >>> print(f"{found.odds_ratio.value:.2f}, p = {found.p_value:.2f}")
    0.31, p = 0.20
    """
    confidence = checked_confidence(confidence)
    strata = checked_strata(successes, n, reference_successes, reference_n)
    both = informative(*strata)
    a, n, c, m = (array[both] for array in strata)
    if not a.size:
        return _undefined(NOTHING_TO_COMPARE, confidence)
    if sums.possible_numbers(n, m, a + c) > sums.TOO_MANY:
        return _undefined(TOO_LARGE, confidence)
    margins = sums.strata_margins(n, m, a + c)
    observed = int(a.sum())
    value, lower, upper = _exact_limits(margins, observed, (1 - confidence) / 2)
    first, probability = sums.distribution(margins, 0.0)
    place = observed - first
    here = probability[place] if 0 <= place < probability.size else 0.0
    p_value = probability[probability <= here * (1 + 1e-7)].sum() / probability.sum()
    return ExactStratified(one_interval(value, lower, upper, EXACT, confidence), np.array(p_value))


def _exact_limits(
    margins: sums.StrataMargins, observed: int, tail: float
) -> tuple[float, float, float]:
    smallest, largest = margins.smallest, margins.largest
    # One distribution, at an odds ratio near the answers; tilted from there to any other.
    near = min(max(observed, smallest + 0.5), largest - 0.5)
    base = sums.log_odds_of_mean(margins, near, exactness=1e-3)
    first, probability = sums.distribution(margins, base)
    passes = np.arange(first, first + probability.size)
    log_probability = np.log(probability)

    def tilted(log_odds: float) -> np.ndarray:
        weight = log_probability + log_odds * (passes - observed)
        weight = np.exp(weight - weight.max())
        return weight / weight.sum()

    def distance(log_odds: float) -> float:
        return float(tilted(log_odds) @ (passes - observed))

    def above_tail(log_odds: float) -> float:
        return float(tilted(log_odds)[passes >= observed].sum()) - tail

    def below_tail(log_odds: float) -> float:
        return tail - float(tilted(log_odds)[passes <= observed].sum())

    def odds(rising: Callable[[float], float]) -> float:
        return math.exp(base + sums.increasing_root(rising))

    lower = odds(above_tail) if observed > smallest else 0.0
    upper = odds(below_tail) if observed < largest else math.inf
    if smallest < observed < largest:
        return odds(distance), lower, upper
    return (0.0 if observed == smallest else math.inf), lower, upper


def _undefined(reason: str, confidence: float) -> ExactStratified:
    return ExactStratified(
        one_interval(np.nan, np.nan, np.nan, reason, confidence), np.array(np.nan)
    )
