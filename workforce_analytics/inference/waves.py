"""Change between two waves of a survey whose answers cannot be linked to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.intervals import (
    Interval,
    checked_confidence,
    counts,
    divided,
    named,
    normal_quantile,
)

POINTS = 5
"""How many overlaps of respondents a band shows."""
METHOD = "unlinked waves"


@dataclass(frozen=True, eq=False)
class Wave:
    """One wave by stratum: groups of the profile that both waves are standardised to."""

    n: np.ndarray
    """Respondents."""
    mean: np.ndarray
    """Their score; not a number where nobody has one."""
    variance: np.ndarray
    """Of a respondent's part in it: this over n is the square of the score's error."""
    population: np.ndarray | None
    """All who could have answered; None where no finite correction is meant."""


@dataclass(frozen=True, eq=False)
class Overlap:
    """A change with limits, for each number of people who may have answered both times."""

    common: np.ndarray
    """People who answered both times, from the fewest that is possible to the most."""
    expected: float
    """How many would have, if who answers the second time had nothing to do with the first; not a
    number where the population or the stayers are not known."""
    change: Interval
    """One change, with limits per element of `common`."""
    error: np.ndarray

    @property
    def widest(self) -> int:
        """Where in the band the limits are furthest apart: what holds whatever the overlap."""
        return int(np.argmax(np.where(np.isfinite(self.error), self.error, -1.0)))


@dataclass(frozen=True, eq=False)
class Change:
    """Change of a score, both waves standardised to one profile."""

    first: float
    second: float
    """The standardised scores of both waves."""
    value: float
    """The second less the first."""
    band: Overlap
    profile: np.ndarray
    """Share of each stratum; 0 where a wave tells no score of it."""
    left_out: float
    """Share of the profile that has no score in some wave and is not in the figure."""


@dataclass(frozen=True, eq=False)
class Split:
    """A change of the respondents' score, in two parts that add up to it."""

    total: float
    within: float
    """What it would be if only scores within strata had changed."""
    mix: float
    """What it would be if only the shares of strata had changed."""
    within_by_stratum: np.ndarray
    mix_by_stratum: np.ndarray
    profile: np.ndarray
    """Mean share of each stratum: `change` with this profile gives `within` with limits."""


def wave(
    n: Any,
    answered: Any,
    scored: Any,
    *,
    squares: Any,
    products: Any,
    answered_squares: Any,
    population: Any = None,
) -> Wave:
    """What score did respondents of each stratum have, and how far do they differ?

    Parameters
    ----------
    n
        Respondents of each stratum.
    answered, scored
        Sums over them of m, the number of valid answers (1 or 0 for a single score), and of y,
        the sum of those answers.
    squares, products, answered_squares
        Sums over them of y y, y m and m m.
    population
        All who could have answered, where the staff of these very days is meant and not a process.

    Returns
    -------
    Wave

    Raises
    ------
    UsageError
        The sums are not numbers of one shape, or there are more respondents than people.

    Notes
    -----
    The score is R = sum y / sum m, and its variance that of (y - R m) / mean m over respondents,
    divisor n - 1 (linearisation): a theme's answers of one person go together.

    Examples
    --------
    >>> found = wave([4], [4], [2], squares=[2], products=[2], answered_squares=[4])
    >>> print(found.mean, found.variance.round(3))
    [0.5] [0.333]
    """
    people, m, mm = counts(
        n=np.atleast_1d(n), answered=np.atleast_1d(answered),
        answered_squares=np.atleast_1d(answered_squares),
    )  # fmt: skip
    sums = [np.atleast_1d(np.asarray(one, dtype="float64")) for one in (scored, squares, products)]
    if any(one.shape != people.shape or not np.isfinite(one).all() for one in sums):
        raise UsageError("scored, squares and products must be one number per stratum.")
    y, yy, ym = sums
    mean = divided(y, m)
    left = np.maximum(yy - 2 * mean * ym + mean**2 * mm, 0.0)
    variance = divided(left, people - 1) / divided(m, people) ** 2
    if population is None:
        return Wave(people, mean, variance, None)
    return Wave(people, mean, variance, _population(population, people))


def change(
    first: Wave,
    second: Wave,
    *,
    profile: Any = None,
    stayers: Any = None,
    correlation: float = 1.0,
    confidence: float = 0.95,
) -> Change:
    """By how much did a score change, whoever of the same people may have answered both times?

    Parameters
    ----------
    first, second
        The waves, by the same strata.
    profile
        How much each stratum counts in both waves; the respondents of both together by default.
    stayers
        Of each stratum, people who could have answered both times. Needed with a population;
        without, it only bounds how many answered both times.
    correlation
        Between the two answers of one person. 1 by default, the most that could be: with it the
        band holds every overlap and every correlation from 0.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Change

    Raises
    ------
    UsageError
        Strata, profile or stayers do not fit each other.

    Notes
    -----
    Sum of w(h) (second - first); within a stratum the covariance of the two scores is S12 (n12 /
    (n1 n2) - N12 / (N1 N2)), S12 being correlation x both standard deviations, n12 the people who
    answered both times, N12 the stayers; the second term, and S^2 / N off each variance, only with
    a population (Tam 1984; Qualite and Tille 2008). n12 is not known: its limits are max(0, n1 +
    n2 - N1 - N2 + N12) and min(n1, n2, N12), and the band runs between them alike in all strata.
    People who moved between strata are taken as new. A stratum with no score, or fewer than two
    respondents, in one wave is left out and the profile made whole again.

    Examples
    --------
    >>> before = wave([100], [100], [50], squares=[50], products=[50], answered_squares=[100])
    >>> after = wave([90], [90], [54], squares=[54], products=[54], answered_squares=[90])
    >>> found = change(before, after)
    >>> print(round(found.value, 2), found.band.common, found.band.error.round(3))
    0.1 [ 0. 22. 45. 67. 90.] [0.072 0.063 0.052 0.039 0.016]
    """
    confidence = checked_confidence(confidence)
    if not 0 <= correlation <= 1:
        raise UsageError("correlation must lie between 0 and 1.")
    stay = _stayers(first, second, stayers)
    weight = _profile(first, second, profile)
    able = np.isfinite(first.mean + second.mean + first.variance + second.variance)
    used = np.where(able, weight, 0.0)
    left_out = 1 - float(divided(used.sum(), weight.sum()))
    used = divided(used, np.full(used.shape, used.sum()))
    before, after = _standardised(used, first.mean), _standardised(used, second.mean)
    band = _band(first, second, used, stay, correlation, after - before, confidence)
    return Change(before, after, after - before, band, used, left_out)


def split(first: Wave, second: Wave) -> Split:
    """How much of a change is people scoring differently, and how much is other people answering?

    Parameters
    ----------
    first, second
        The waves, by the same strata.

    Returns
    -------
    Split
        Not numbers where nobody has a score in one of the waves.

    Raises
    ------
    UsageError
        The strata differ.

    Notes
    -----
    Kitagawa (1955): with p a stratum's share of the respondents who have a score, and R its score,
    within = sum (p1 + p2) / 2 (R2 - R1), mix = sum (R1 + R2) / 2 (p2 - p1), and nothing is left
    over. A stratum that is in one wave only belongs to the mix, at the score that it has.

    Examples
    --------
    >>> import numpy as np
    >>> gone = np.zeros(2)
    >>> before = Wave(np.array([50, 50]), np.array([0.4, 0.6]), gone, None)
    >>> after = Wave(np.array([20, 80]), np.array([0.5, 0.7]), gone, None)
    >>> found = split(before, after)
    >>> print(f"{found.total:.2f} = {found.within:.2f} + {found.mix:.2f}")
    0.16 = 0.10 + 0.06
    """
    _same_strata(first, second)
    before, after = _shares(first), _shares(second)
    had = np.where(np.isfinite(first.mean), first.mean, second.mean)
    has = np.where(np.isfinite(second.mean), second.mean, first.mean)
    had, has = np.nan_to_num(had), np.nan_to_num(has)
    within = (before + after) / 2 * (has - had)
    mix = (had + has) / 2 * (after - before)
    total = float((after * has).sum() - (before * had).sum())
    return Split(total, float(within.sum()), float(mix.sum()), within, mix, (before + after) / 2)


def _shares(one: Wave) -> np.ndarray:
    held = np.where(np.isfinite(one.mean), one.n, 0.0)
    return divided(held, np.full(held.shape, held.sum()))


def _standardised(weight: np.ndarray, mean: np.ndarray) -> float:
    return float((weight * np.where(weight > 0, mean, 0.0)).sum())


def _band(
    first: Wave,
    second: Wave,
    weight: np.ndarray,
    stayers: np.ndarray | None,
    correlation: float,
    value: float,
    confidence: float,
) -> Overlap:
    counted = weight > 0
    one, two, stay = _only(first, counted), _only(second, counted), None
    if stayers is not None:
        stay = stayers[counted]
    share = weight[counted]
    least, most = _limits(one, two, stay)
    steps = np.linspace(0.0, 1.0, POINTS)[:, None]
    common = np.floor(least + steps * (most - least) + 1e-9)
    together = correlation * np.sqrt(one.variance * two.variance)
    here = common / (one.n * two.n)
    own = one.variance / one.n + two.variance / two.n
    expected = np.nan
    if one.population is not None and two.population is not None and stay is not None:
        here = here - stay / (one.population * two.population)
        own = own - one.variance / one.population - two.variance / two.population
        expected = float((one.n * two.n * stay / (one.population * two.population)).sum())
    squared = (share**2 * (own - 2 * together * here)).sum(axis=1)
    error = np.sqrt(np.maximum(squared, 0.0)) if counted.any() else np.full(POINTS, np.nan)
    reach = normal_quantile(confidence) * error
    middle = np.full(POINTS, value)
    limits = Interval(
        middle, middle - reach, middle + reach, named(METHOD, middle.shape), confidence
    )
    return Overlap(common.sum(axis=1), expected, limits, error)


def _limits(one: Wave, two: Wave, stay: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Fewest and most people of each stratum who can have answered both times."""
    most = np.minimum(one.n, two.n)
    least = np.zeros(most.shape)
    if stay is not None:
        most = np.minimum(most, stay)
        if one.population is not None and two.population is not None:
            sure = one.n + two.n - one.population - two.population + stay
            least = np.maximum(sure, 0.0)
    return least, most


def _only(one: Wave, kept: np.ndarray) -> Wave:
    population = None if one.population is None else one.population[kept]
    return Wave(one.n[kept], one.mean[kept], one.variance[kept], population)


def _same_strata(first: Wave, second: Wave) -> None:
    if first.n.shape != second.n.shape:
        raise UsageError("both waves must have the same strata, in one order.")


def _profile(first: Wave, second: Wave, profile: Any) -> np.ndarray:
    if profile is None:
        return first.n + second.n
    (weight,) = counts(profile=np.atleast_1d(profile))
    if weight.shape != first.n.shape:
        raise UsageError("profile must hold one share or count per stratum.")
    return weight


def _stayers(first: Wave, second: Wave, stayers: Any) -> np.ndarray | None:
    _same_strata(first, second)
    known = [one.population for one in (first, second)]
    if (known[0] is None) != (known[1] is None):
        raise UsageError("population must be given for both waves, or for neither.")
    if stayers is None:
        if known[0] is not None:
            raise UsageError(
                "stayers must be given with a population: how many of each stratum could have "
                "answered both times."
            )
        return None
    (stay,) = counts(stayers=np.atleast_1d(stayers))
    if stay.shape != first.n.shape:
        raise UsageError("stayers must be one number per stratum.")
    if any(one is not None and (stay > one).any() for one in known):
        raise UsageError("stayers cannot be more than the people of either wave.")
    return stay


def _population(population: Any, people: np.ndarray) -> np.ndarray:
    (whole,) = counts(population=np.atleast_1d(population))
    if whole.shape != people.shape or (whole < people).any():
        raise UsageError(
            "population must be one number per stratum, and not fewer than its respondents."
        )
    return whole
