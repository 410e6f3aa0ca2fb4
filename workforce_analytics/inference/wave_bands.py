"""How far two waves of a survey may lie apart by chance, whoever answered both of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workforce_analytics.inference.intervals import Interval, named, normal_quantile

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
    number where nobody said so and the population or the stayers are not known."""
    change: Interval
    """One change, with limits per element of `common`."""
    error: np.ndarray
    as_expected: Interval
    """The change with limits for the expected number alone; not numbers where that is not known."""

    @property
    def widest(self) -> int:
        """Where in the band the limits are furthest apart: what holds whatever the overlap."""
        return int(np.argmax(np.where(np.isfinite(self.error), self.error, -1.0)))


def by_chance(n: tuple[float, float], people: tuple[float, float]) -> float:
    """How many would have answered both times, if nothing but chance told who answers?

    Parameters
    ----------
    n, people
        Of the first and the second wave: how many answered, and how many could have.

    Returns
    -------
    float
        The most that it would be: everybody who could have answered both times did so, that is
        nobody left but those by whom the staff shrank. Not a number where nobody could answer.

    Notes
    -----
    n1 n2 N12 / (N1 N2) with N12 = min(N1, N2) stayers. Fewer stayed; but who answers once is
    likelier than others to answer again.

    Examples
    --------
    >>> by_chance((600, 500), (1000, 1200))
    250.0
    """
    most = max(people)
    return n[0] * n[1] / most if most > 0 else float("nan")


def standardised(weight: np.ndarray, mean: np.ndarray) -> float:
    """Give a score standardised to a profile; what the profile leaves out may be unknown.

    Not a number where nobody is in the profile.
    """
    if not weight.size:
        return float("nan")
    return float((weight * np.where(weight > 0, mean, 0.0)).sum())


def levels_of(first: Wave, second: Wave, weight: np.ndarray, confidence: float) -> Interval:
    """Give both standardised scores, each with its own limits."""
    value, error = np.full(2, np.nan), np.full(2, np.nan)
    for place, one in enumerate((first, second)):
        if weight.any():
            kept = _only(one, weight > 0)
            value[place] = standardised(weight, one.mean)
            error[place] = np.sqrt((weight[weight > 0] ** 2 * _squared_error(kept)).sum())
    return _around(value, error, confidence)


@dataclass(frozen=True, eq=False)
class Both:
    """Both waves, in the strata that are compared."""

    first: Wave
    second: Wave
    stayers: np.ndarray | None
    weight: np.ndarray
    correlation: float

    @classmethod
    def of(
        cls,
        first: Wave,
        second: Wave,
        weight: np.ndarray,
        stayers: np.ndarray | None,
        correlation: float,
    ) -> Both:
        """Leave out the strata that count for nothing."""
        kept = weight > 0
        stay = None if stayers is None else stayers[kept]
        return cls(_only(first, kept), _only(second, kept), stay, weight[kept], correlation)

    def band(self, expected: float | None, confidence: float) -> Overlap:
        """Give the change with limits for every number of people who may have answered twice."""
        one, two = self.first, self.second
        value = standardised(self.weight, two.mean) - standardised(self.weight, one.mean)
        least, most = self._limits()
        common = np.floor(least + np.linspace(0.0, 1.0, POINTS)[:, None] * (most - least) + 1e-9)
        number = self._expected() if expected is None else float(expected)
        between = float((most - least).sum())
        share = np.clip((number - least.sum()) / between, 0.0, 1.0) if between > 0 else 0 * number
        alike = least + share * (most - least)
        error = self._error(common)
        return Overlap(
            common.sum(axis=1),
            number,
            _around(np.full(POINTS, value), error, confidence),
            error,
            _around(np.full(1, value), self._error(alike[None, :]), confidence),
        )

    def _both_known(self) -> np.ndarray | None:
        """Stayers over the people of both waves; None where that is not known or not meant."""
        populations = (self.first.population, self.second.population)
        if self.stayers is None or populations[0] is None or populations[1] is None:
            return None
        return np.asarray(self.stayers / (populations[0] * populations[1]))

    def _expected(self) -> float:
        known = self._both_known()
        return np.nan if known is None else float((self.first.n * self.second.n * known).sum())

    def _limits(self) -> tuple[np.ndarray, np.ndarray]:
        """Fewest and most people of each stratum who can have answered both times."""
        one, two = self.first, self.second
        most = np.minimum(one.n, two.n)
        least = np.zeros(most.shape)
        if self.stayers is not None:
            most = np.minimum(most, self.stayers)
            if one.population is not None and two.population is not None:
                sure = one.n + two.n - one.population - two.population + self.stayers
                least = np.maximum(sure, 0.0)
        return least, most

    def _error(self, common: np.ndarray) -> np.ndarray:
        """Error of the change for numbers of people who answered both times, by stratum."""
        one, two = self.first, self.second
        if not self.weight.size:
            return np.full(len(common), np.nan)
        here = common / (one.n * two.n)
        known = self._both_known()
        if known is not None:
            here = here - known
        together = self.correlation * np.sqrt(one.variance * two.variance)
        own = _squared_error(one) + _squared_error(two)
        squared = (self.weight**2 * (own - 2 * together * here)).sum(axis=1)
        return np.asarray(np.sqrt(np.maximum(squared, 0.0)))


def _squared_error(one: Wave) -> np.ndarray:
    """Square of the error of each stratum's score."""
    squared = one.variance / one.n
    return squared if one.population is None else squared - one.variance / one.population


def _around(value: np.ndarray, error: np.ndarray, confidence: float) -> Interval:
    reach = normal_quantile(confidence) * error
    return Interval(value, value - reach, value + reach, named(METHOD, value.shape), confidence)


def _only(one: Wave, kept: np.ndarray) -> Wave:
    population = None if one.population is None else one.population[kept]
    return Wave(one.n[kept], one.mean[kept], one.variance[kept], population)
