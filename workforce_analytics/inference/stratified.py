"""Two groups compared within strata (vacancies, grades, services), and the strata put together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.exact_strata import EXACT, ExactStratified, exact_stratified
from workforce_analytics.inference.intervals import (
    Interval,
    at_most,
    checked_confidence,
    counts,
    divided,
    normal_quantile,
)
from workforce_analytics.inference.strata import (
    NOTHING_TO_COMPARE,
    checked_strata,
    expectation,
    informative,
    one_interval,
    variance,
    whole_numbers,
)

__all__ = [
    "ExactStratified",
    "Expected",
    "SameOdds",
    "Stratified",
    "exact_stratified",
    "expected_passes",
    "stratified",
    "woolf_test",
]

SMALLEST_FITTED_CELL = 5
"""Under this the chi-squared distribution says nothing of the Breslow-Day statistic."""

ODDS_RATIO = "Mantel-Haenszel odds ratio, Robins-Breslow-Greenland limits"
RISK_RATIO = "Mantel-Haenszel risk ratio, Greenland-Robins limits"
EXACT_LIMITS = "Mantel-Haenszel odds ratio, exact conditional limits"
QUADRATIC_LIMITS = "Mantel-Haenszel risk ratio, limits of a quadratic"


@dataclass(frozen=True, eq=False)
class Stratified:
    """What the strata say together; every array is without a dimension."""

    statistic: np.ndarray
    """Cochran-Mantel-Haenszel, chi-squared with one degree of freedom."""
    p_value: np.ndarray
    odds_ratio: Interval
    risk_ratio: Interval
    tarone_statistic: np.ndarray
    """Breslow-Day in Tarone's form: is the odds ratio the same in every informative stratum?"""
    tarone_p: np.ndarray
    informative: int
    """Strata with both groups and both outcomes; the others say nothing of the difference."""
    strata: int


@dataclass(frozen=True, eq=False)
class SameOdds:
    """Is the odds ratio the same in every stratum? A chi-squared statistic and its p-value."""

    statistic: np.ndarray
    p_value: np.ndarray
    degrees_of_freedom: int


@dataclass(frozen=True, eq=False)
class Expected:
    """How many of each group would pass, if within each stratum chance alone chose."""

    expected: np.ndarray
    """Strata x groups."""
    variance: np.ndarray
    """Strata x groups."""
    total_observed: np.ndarray
    """One per group, as are the following."""
    total_expected: np.ndarray
    total_variance: np.ndarray
    z: np.ndarray
    """(observed - expected) / standard deviation; not a number where nothing was left to chance."""
    informative: np.ndarray
    """One per stratum: both outcomes occur, and people of at least two groups."""


def stratified(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    correction: bool = False,
    confidence: float = 0.95,
) -> Stratified:
    """Within vacancies (or grades, or services), was this group less likely to pass?

    Parameters
    ----------
    successes, n
        The group compared, one element per stratum: how many passed, out of how many.
    reference_successes, reference_n
        The group it is compared with, in the same strata.
    correction
        Whether the Cochran-Mantel-Haenszel statistic has a continuity correction of one half.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Stratified
        Test, odds ratio, risk ratio, and a test that the odds ratio is the same in every stratum.
        All of them are not a number where no stratum has both groups and both outcomes; the last
        also where some cell fitted in an informative stratum is under 5, and with one such stratum.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n, or not one list each.

    Notes
    -----
    With a of n and c of m in a stratum of N = n + m, T = a + c, b = n - a and d = m - c:

    - Cochran-Mantel-Haenszel: (|sum(a - nT/N)| - correction)^2 / sum(nmT(N - T) / (N^2 (N - 1)));
      as in R, a difference of under one half is not corrected.
    - Odds ratio: R/S = sum(ad/N) / sum(bc/N), its variance by Robins, Breslow and Greenland (1986).
      Where R or S is 0 the limits are exact (`exact_stratified`), and `method` says so.
    - Risk ratio: R/S = sum(am/N) / sum(cn/N); variance of its logarithm D / (RS), with
      D = sum((nmT - acN) / N^2) (Greenland and Robins 1985). Where R or S is 0, the limits are the
      roots of (R - tS)^2 = z^2 t D, the same variance put to a hypothetical ratio t; this quadratic
      is not from a paper.
    - Same odds ratio in every stratum: Breslow and Day (1980) about the Mantel-Haenszel odds ratio,
      with Tarone's (1985) correction, over informative strata. By vacancy, where each stratum is
      small, it is not valid and not given.

    Risk ratios average over strata; where everybody in a stratum passes, it counts as a ratio of 1.

    Examples
    --------
    >>> found = stratified([89, 17], [108, 25], [512, 353], [825, 560])
    >>> ratio = found.odds_ratio
    >>> print(f"{ratio.value:.2f}, likely between {ratio.lower:.2f} and {ratio.upper:.2f}")
    2.35, likely between 1.52 and 3.64
    """
    confidence = checked_confidence(confidence)
    strata = checked_strata(successes, n, reference_successes, reference_n)
    both = informative(*strata)
    kept = tuple(array[both] for array in strata)
    odds_ratio = _odds_ratio(kept, confidence)
    statistic, p_value = _mantel_haenszel_test(kept, correction)
    tarone, tarone_p = _tarone(kept, float(odds_ratio.value))
    return Stratified(
        statistic,
        p_value,
        odds_ratio,
        _risk_ratio(strata if both.any() else kept, confidence),
        tarone,
        tarone_p,
        int(both.sum()),
        int(both.size),
    )


def woolf_test(successes: Any, n: Any, reference_successes: Any, reference_n: Any) -> SameOdds:
    """Is the odds ratio the same in every stratum? Woolf's answer, beside Tarone's.

    Parameters
    ----------
    successes, n, reference_successes, reference_n
        As in `stratified`.

    Returns
    -------
    SameOdds
        Not a number with fewer than two informative strata.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, or more than their n, or not one list each.

    Notes
    -----
    sum(w (log odds ratio - weighted mean)^2) over informative strata, w the inverse of the sum of
    the four inverse cells (Woolf 1955). Where some cell is 0, half a person is added to every cell
    of every stratum. For large strata only.

    Examples
    --------
    >>> print(woolf_test([89, 17], [108, 25], [512, 353], [825, 560]).p_value.round(3))
    0.103
    """
    from scipy.stats import chi2

    strata = checked_strata(successes, n, reference_successes, reference_n)
    both = informative(*strata)
    degrees = int(both.sum()) - 1
    if degrees < 1:
        return SameOdds(np.array(np.nan), np.array(np.nan), max(degrees, 0))
    a, whole, c, reference = (array[both] for array in strata)
    cells = np.array([a, reference - c, whole - a, c])
    cells = cells + 0.5 if (cells == 0).any() else cells
    weight = 1 / (1 / cells).sum(axis=0)
    log_odds = np.log(cells[0] * cells[1] / (cells[2] * cells[3]))
    mean = math.fsum(weight * log_odds) / math.fsum(weight)
    statistic = math.fsum(weight * (log_odds - mean) ** 2)
    return SameOdds(np.array(statistic), np.array(chi2.sf(statistic, degrees)), degrees)


def expected_passes(passes: Any, pools: Any) -> Expected:
    """How many of each group would have passed, had only chance chosen within each stratum?

    Parameters
    ----------
    passes
        Strata x groups: how many passed.
    pools
        Strata x groups: out of how many.

    Returns
    -------
    Expected
        In each stratum the expected passes of its groups add up to those who passed. A stratum of
        nobody expects nobody.

    Raises
    ------
    UsageError
        The counts are missing, negative, not whole, more than their pools, or not a table.

    Notes
    -----
    Hypergeometric: with n of a group among N people of whom T passed, E = nT/N and
    V = nT(N - n)(N - T) / (N^2 (N - 1)). Strata are taken to be independent of each other:
    totals are sums, and z = (O - E) / sqrt(V).

    Examples
    --------
    >>> found = expected_passes([[8, 2], [5, 5]], [[16, 4], [40, 60]])
    >>> print(found.total_expected, found.z.round(2))
    [12.  8.] [ 0.58 -0.58]
    """
    chosen, pool = counts(passes=passes, pools=pools)
    if chosen.ndim != 2:
        raise UsageError(
            "passes and pools must be tables: one row per stratum, one column a group."
        )
    whole_numbers(chosen, pool)
    at_most(chosen, pool, names=("passes", "pools"))
    both, people = chosen.sum(axis=1, keepdims=True), pool.sum(axis=1, keepdims=True)
    expected = expectation(pool, both, people)
    spread = variance(pool, both, people)
    observed, mean, total = (_column_sums(table) for table in (chosen, expected, spread))
    return Expected(
        expected,
        spread,
        observed,
        mean,
        total,
        divided(observed - mean, np.sqrt(total)),
        np.asarray((spread > 0).any(axis=1)),
    )


def _column_sums(table: np.ndarray) -> np.ndarray:
    """Sum over strata without an error of rounding, so that their order cannot show."""
    return np.array([math.fsum(column) for column in table.T])


def _mantel_haenszel_test(
    strata: tuple[np.ndarray, ...], correction: bool
) -> tuple[np.ndarray, np.ndarray]:
    from scipy.stats import chi2

    a, n, c, m = strata
    if not a.size:
        return np.array(np.nan), np.array(np.nan)
    both, people = a + c, n + m
    distance = abs(math.fsum(a - expectation(n, both, people)))
    if correction and distance >= 0.5:
        distance -= 0.5
    statistic = distance**2 / math.fsum(variance(n, both, people))
    return np.array(statistic), np.array(chi2.sf(statistic, 1))


def _odds_ratio(strata: tuple[np.ndarray, ...], confidence: float) -> Interval:
    from statsmodels.stats.contingency_tables import StratifiedTable

    a, n, c, m = strata
    if not a.size:
        return one_interval(np.nan, np.nan, np.nan, NOTHING_TO_COMPARE, confidence)
    people = n + m
    agreeing, crossing = math.fsum(a * (m - c) / people), math.fsum((n - a) * c / people)
    if agreeing == 0 or crossing == 0:
        exact = exact_stratified(a, n, c, m, confidence=confidence).odds_ratio
        limits = exact.lower, exact.upper
        value = 0.0 if agreeing == 0 else np.inf
        method = EXACT_LIMITS if str(exact.method) == EXACT else str(exact.method)
        return one_interval(value, *limits, method, confidence)
    table = StratifiedTable(np.array([[a, n - a], [c, m - c]]))
    value = agreeing / crossing
    factor = math.exp(normal_quantile(confidence) * table.logodds_pooled_se)
    return one_interval(value, value / factor, value * factor, ODDS_RATIO, confidence)


def _risk_ratio(strata: tuple[np.ndarray, ...], confidence: float) -> Interval:
    a, n, c, m = strata
    people = np.maximum(n + m, 1)
    group, reference = math.fsum(a * m / people), math.fsum(c * n / people)
    if group == 0 and reference == 0:
        return one_interval(np.nan, np.nan, np.nan, NOTHING_TO_COMPARE, confidence)
    spread = math.fsum((n * m * (a + c) - a * c * (n + m)) / people**2)
    z = normal_quantile(confidence)
    if group == 0:
        return one_interval(0.0, 0.0, z**2 * spread / reference**2, QUADRATIC_LIMITS, confidence)
    if reference == 0:
        lower = group**2 / (z**2 * spread)
        return one_interval(np.inf, lower, np.inf, QUADRATIC_LIMITS, confidence)
    value = group / reference
    factor = math.exp(z * math.sqrt(spread / (group * reference)))
    return one_interval(value, value / factor, value * factor, RISK_RATIO, confidence)


def _tarone(strata: tuple[np.ndarray, ...], odds: float) -> tuple[np.ndarray, np.ndarray]:
    from scipy.stats import chi2

    a, n, c, m = strata
    if a.size < 2 or not 0 < odds < math.inf:
        return np.array(np.nan), np.array(np.nan)
    both = a + c
    fitted = _fitted(n, m, both, odds)
    cells = np.array([fitted, n - fitted, both - fitted, m - both + fitted])
    if cells.min() < SMALLEST_FITTED_CELL:
        return np.array(np.nan), np.array(np.nan)
    spread = 1 / (1 / cells).sum(axis=0)
    distance = a - fitted
    statistic = math.fsum(distance**2 / spread)
    statistic -= math.fsum(distance) ** 2 / math.fsum(spread)
    return np.array(max(statistic, 0.0)), np.array(chi2.sf(max(statistic, 0.0), a.size - 1))


def _fitted(n: np.ndarray, m: np.ndarray, both: np.ndarray, odds: float) -> np.ndarray:
    """Find the group's passes that have this odds ratio and the stratum's margins."""
    # Roots of (1 - odds) e^2 + linear e - odds n T: of its two forms the one that loses no digits.
    linear = m - both + odds * (n + both)
    root = np.sqrt(linear**2 + 4 * (1 - odds) * odds * n * both)
    plain = 2 * odds * n * both / np.where(linear >= 0, linear + root, 1)
    return np.where(linear >= 0, plain, (root - linear) / (2 * (1 - odds) if odds != 1 else 1))
