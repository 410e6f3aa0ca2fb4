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
)
from workforce_analytics.inference.verdicts import CANNOT_TELL, NO_CHANGE
from workforce_analytics.inference.wave_bands import (
    Both,
    Overlap,
    Wave,
    by_chance,
    levels_of,
    standardised,
)

__all__ = ["Change", "Overlap", "Split", "Wave", "by_chance", "change", "moved", "split", "wave"]

BETTER, WORSE = "better", "worse"


@dataclass(frozen=True, eq=False)
class Change:
    """Change of a score, both waves standardised to one profile."""

    first: float
    second: float
    """The standardised scores of both waves."""
    value: float
    """The second less the first."""
    levels: Interval
    """Both scores, each with its own limits."""
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
    expected: float | None = None,
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
    expected
        How many are thought to have answered both times, in all; see `by_chance`. Worked out of
        population and stayers without it.
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
    before, after = standardised(used, first.mean), standardised(used, second.mean)
    band = Both.of(first, second, used, stay, correlation).band(expected, confidence)
    return Change(
        before,
        after,
        after - before,
        levels_of(first, second, used, confidence),
        band,
        used,
        left_out,
    )


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
    if not first.n.size:
        total = float("nan")
    parts = [float(one.sum()) if one.size else total for one in (within, mix)]
    return Split(total, parts[0], parts[1], within, mix, (before + after) / 2)


def moved(lower: float, upper: float, *, delta: float, higher_is_better: bool = True) -> str:
    """What may be said of a change of a score?

    Parameters
    ----------
    lower, upper
        Interval of the change.
    delta
        The smallest change that matters, in the same unit, above 0.

    Returns
    -------
    str
        "no change that matters" where the interval lies within delta either way, which wins;
        "better" or "worse" where it excludes 0; else "cannot tell", which is not evidence that
        nothing changed.

    Raises
    ------
    UsageError
        delta is not above 0.

    Examples
    --------
    >>> moved(0.4, 3.1, delta=2), moved(0.2, 1.4, delta=2), moved(-0.4, 3.1, delta=2)
    ('better', 'no change that matters', 'cannot tell')
    """
    if not delta > 0:
        raise UsageError("delta= takes a number above 0, the smallest change that matters.")
    if -delta < lower and upper < delta:
        return NO_CHANGE
    if lower > 0 or upper < 0:
        return BETTER if (lower > 0) == higher_is_better else WORSE
    return CANNOT_TELL


def _shares(one: Wave) -> np.ndarray:
    held = np.where(np.isfinite(one.mean), one.n, 0.0)
    return divided(held, np.full(held.shape, held.sum()))


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
