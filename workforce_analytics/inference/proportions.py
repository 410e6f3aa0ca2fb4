"""Shares of people and how sure they are: one, two compared, a sample of a known staff."""

from __future__ import annotations

from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import (
    Interval,
    at_most,
    checked_confidence,
    chosen,
    counts,
    divided,
    named,
    normal_quantile,
)

METHODS = {
    "wilson": "Wilson interval",
    "clopper_pearson": "Clopper-Pearson interval",
    "jeffreys": "Jeffreys interval",
    "logit": "logit interval",
    "beta": "beta (Korn-Graubard) interval",
}
"""Intervals of a proportion, by name, and as they are called in a table."""

FINITE_METHODS = ("wilson", "beta")
CORRECTIONS = ("effective", "csps")


def proportion_interval(
    successes: Any,
    n: Any,
    *,
    method: str = "wilson",
    n_effective: Any = None,
    confidence: float = 0.95,
) -> Interval:
    """How many of these people, as a share, and between which limits is that share likely to lie?

    Parameters
    ----------
    successes
        How many have what is counted: a number or an array.
    n
        Out of how many. Fractions are taken (FTE, weighted counts), but not by "clopper_pearson".
    method
        "wilson" (default), "clopper_pearson", "jeffreys", "logit" or "beta" (Korn-Graubard).
    n_effective
        The number of people that a weighted or clustered sample of `n` is worth. The share stays
        `successes / n`; its limits are those of a sample of this size.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        Proportions between 0 and 1. A share of nobody (n = 0) is not a number.

    Raises
    ------
    UsageError
        The counts are missing, negative, or more than n; the method is unknown.

    Notes
    -----
    Wilson: the shares p for which |x/n - p| <= z sqrt(p (1 - p) / n). Clopper-Pearson: the shares
    that neither tail of the binomial rejects; it covers at least the confidence, usually more. Beta
    is Clopper-Pearson with beta quantiles at the effective size (Korn and Graubard 1998); with
    n_effective left out the two are one. Jeffreys: quantiles of Beta(x + 1/2, n - x + 1/2), with 0
    as lower limit at x = 0 and 1 as upper limit at x = n (Brown, Cai and DasGupta 2001). Logit:
    log odds +- z sqrt(n / (x (n - x))); at x = 0 and x = n, where the log odds do not exist, the
    limits are Clopper-Pearson's, and `method` says so.

    Examples
    --------
    >>> share = proportion_interval(65, 100)
    >>> print(f"{share.value:.2f}, likely between {share.lower:.3f} and {share.upper:.3f}")
    0.65, likely between 0.553 and 0.736
    """
    chosen(method, METHODS, argument="method")
    confidence = checked_confidence(confidence)
    x, whole = counts(successes=successes, n=n)
    at_most(x, whole, names=("successes", "n"))
    value = divided(x, whole)
    size = whole if n_effective is None else counts(n=whole, n_effective=n_effective)[1]
    if method == "clopper_pearson" and (n_effective is not None or _fractions(x, whole)):
        raise UsageError(
            "clopper_pearson takes whole numbers of people; for weighted counts use method='beta'."
        )
    lower, upper, names = _limits(value, size, method, confidence)
    return Interval(value, lower, upper, names, confidence)


def difference_interval(
    successes: Any,
    n: Any,
    reference_successes: Any,
    reference_n: Any,
    *,
    confidence: float = 0.95,
) -> Interval:
    """How far apart are two shares, and between which limits is the difference likely to lie?

    Parameters
    ----------
    successes, n
        The group compared: how many, out of how many.
    reference_successes, reference_n
        The group it is compared with; different people.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        The group's share minus the reference's, as a proportion (0.05 is 5 percentage points). Not
        a number where either group has nobody.

    Raises
    ------
    UsageError
        The counts are missing, negative, or more than their n.

    Notes
    -----
    Newcombe's hybrid score interval (1998, method 10): with Wilson limits (l1, u1) and (l2, u2),
    d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to d + sqrt((u1 - p1)^2 + (p2 - l2)^2).

    Examples
    --------
    >>> gap = difference_interval(56, 70, 48, 80)
    >>> print(f"{gap.value:.2f}, likely between {gap.lower:.4f} and {gap.upper:.4f}")
    0.20, likely between 0.0524 and 0.3339
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    confidence = checked_confidence(confidence)
    x1, n1, x2, n2 = counts(
        successes=successes,
        n=n,
        reference_successes=reference_successes,
        reference_n=reference_n,
    )
    at_most(x1, n1, names=("successes", "n"))
    at_most(x2, n2, names=("reference_successes", "reference_n"))
    somebody = (n1 > 0) & (n2 > 0)
    lower, upper = confint_proportions_2indep(
        np.where(somebody, x1, 0),
        np.where(somebody, n1, 1),
        np.where(somebody, x2, 0),
        np.where(somebody, n2, 1),
        method="newcomb",
        compare="diff",
        alpha=1 - confidence,
    )
    return Interval(
        divided(x1, n1) - divided(x2, n2),
        np.where(somebody, np.maximum(lower, -1.0), np.nan),
        np.where(somebody, np.minimum(upper, 1.0), np.nan),
        named("Newcombe hybrid score interval", x1.shape),
        confidence,
    )


def finite_population_interval(
    successes: Any,
    answered: Any,
    population: Any,
    *,
    method: str = "wilson",
    fpc: str = "effective",
    confidence: float = 0.95,
) -> Interval:
    """What share of a known staff would have said so, when only some of them answered?

    Parameters
    ----------
    successes
        How many gave this answer: a number or an array.
    answered
        How many answered the question.
    population
        How many could have answered.
    method
        "wilson" (default) or "beta".
    fpc
        How answering by nearly everybody narrows the limits: "effective" (default) or "csps", the
        margin that the Civil Service People Survey prints.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Interval
        Proportions; the point itself where everybody answered; not a number where nobody did.

    Raises
    ------
    UsageError
        The counts are missing, negative, or more than what they are part of.

    Notes
    -----
    "effective": the interval of a sample of n* = (n - 1) / (1 - n / N) answers. One answer of
    several people (n* = 0) leaves everything open: 0 to 1. "csps": p +- z sqrt(p (1 - p) / n
    x (N - n) / (N - 1)), within 0 and 1; it has no width where everybody gave the same answer.

    The limits tell how far the whole staff may differ from those who answered if it was chance who
    answered; they know nothing of people who stayed silent for a reason.

    Examples
    --------
    >>> share = finite_population_interval(30, 40, 50)
    >>> print(f"{share.value:.2f}, likely between {share.lower:.3f} and {share.upper:.3f}")
    0.75, likely between 0.685 and 0.806
    """
    chosen(method, FINITE_METHODS, argument="method")
    chosen(fpc, CORRECTIONS, argument="fpc")
    confidence = checked_confidence(confidence)
    x, n, size = counts(successes=successes, answered=answered, population=population)
    at_most(x, n, names=("successes", "answered"))
    at_most(n, size, names=("answered", "population"))
    value = divided(x, n)
    if fpc == "csps":
        return _people_survey_margin(value, n, size, confidence)
    everybody = (n == size) & (n > 0)
    partly = (n > 0) & ~everybody
    left = 1 - divided(n, size)
    effective = np.divide(np.maximum(n - 1, 0), left, out=np.ones_like(n), where=partly)
    lower, upper, names = _limits(value, np.where(partly, effective, 1), method, confidence)
    lower = np.where(everybody, value, np.where(effective > 0, lower, 0.0))
    upper = np.where(everybody, value, np.where(effective > 0, upper, 1.0))
    unknown = np.isnan(value)
    names = np.char.add(names, ", finite population")
    return Interval(
        value,
        np.where(unknown, np.nan, lower),
        np.where(unknown, np.nan, upper),
        names,
        confidence,
    )


def _fractions(*arrays: np.ndarray) -> bool:
    return any((array != np.floor(array)).any() for array in arrays)


def _limits(
    value: np.ndarray, size: np.ndarray, method: str, confidence: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Limits of a share in a sample of a size, which need not be whole; not a number at size 0."""
    from statsmodels.stats.proportion import proportion_confint

    defined = ~np.isnan(value) & (size > 0)
    n = np.where(defined, size, 1.0)
    p = np.where(defined, value, 0.0)
    x = p * n
    asked = {"wilson": "wilson", "jeffreys": "jeffreys"}.get(method, "beta")
    lower, upper = proportion_confint(x, n, alpha=1 - confidence, method=asked)
    names = named(METHODS[method], value.shape)
    if method == "logit":
        inside = (p > 0) & (p < 1)
        log_lower, log_upper = _logit_limits(np.where(inside, p, 0.5), n, confidence)
        lower, upper = np.where(inside, log_lower, lower), np.where(inside, log_upper, upper)
        names = np.where(inside, names, METHODS["clopper_pearson"])
    lower = np.where(p == 0, 0.0, lower)
    upper = np.where(p == 1, 1.0, upper)
    return np.where(defined, lower, np.nan), np.where(defined, upper, np.nan), names


def _logit_limits(p: np.ndarray, n: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    log_odds = np.log(p / (1 - p))
    half = normal_quantile(confidence) / np.sqrt(n * p * (1 - p))
    return 1 / (1 + np.exp(half - log_odds)), 1 / (1 + np.exp(-half - log_odds))


def _people_survey_margin(
    value: np.ndarray, n: np.ndarray, size: np.ndarray, confidence: float
) -> Interval:
    # Where everybody answered nothing is left to chance, one person out of one included.
    left = divided(size - n, np.maximum(size - 1, 1))
    variance = divided(value * (1 - value) * left, n)
    margin = normal_quantile(confidence) * np.sqrt(variance)
    return Interval(
        value,
        np.clip(value - margin, 0, 1),
        np.clip(value + margin, 0, 1),
        named("margin of the Civil Service People Survey", value.shape),
        confidence,
    )
