"""Units whose rates are drawn around a common one: which rates and which spread are likely.

Neither the common rate nor how closely units keep to it is estimated and then taken as known: both
are laid out on a grid, and weighed by how likely they make the units as they were counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

COARSE = np.linspace(-14, 9, 70)
"""Where the prior size is first looked for, as the logarithm of its ratio to a usual unit's."""
AROUND = np.linspace(-7, 7, 43)
"""Where the common rate is looked for at each prior size, in standard errors."""
FINE = 40
"""Prior sizes, once it is known between which limits they lie."""
UNLIKELY = 1e-7
"""Pairs less likely than this share of the likeliest are left out."""
WIDEST = 3.0
"""The standard error, at most, by which the common rate is looked for."""
NEAREST = 1e-12
"""How near to 0 and to 1 a common rate may come."""


@dataclass(frozen=True, eq=False)
class Units:
    """Distinct units in an order of their own, and how a model sees them."""

    passes: np.ndarray
    size: np.ndarray
    times: np.ndarray
    place: np.ndarray
    """Which distinct unit each unit given is; those of size 0 have none."""
    log_likelihood: Callable[[np.ndarray, float], np.ndarray]
    """Of every unit (columns) at common rates (rows) and a prior size."""
    scale: Callable[[np.ndarray], np.ndarray]
    """From the scale on which the common rate is looked for to the rate."""
    start: Callable[[float], tuple[float, float]]
    """A first guess of the common rate on that scale, and its standard error, at a prior size."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Common rates and prior sizes, and how likely each pair is given all units."""

    rate: np.ndarray
    prior_size: np.ndarray
    weight: np.ndarray


def _distinct(passes: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, ...]:
    """Units of one count and size once, sorted: the order given cannot show in the last digit."""
    somebody = size.ravel() > 0
    pairs, found, times = np.unique(
        np.array([passes.ravel()[somebody], size.ravel()[somebody]]),
        axis=1,
        return_inverse=True,
        return_counts=True,
    )
    place = np.full(somebody.shape, -1)
    place[somebody] = found.ravel()
    return pairs[0], pairs[1], times.astype("float64"), place.reshape(size.shape)


def rate_units(successes: np.ndarray, n: np.ndarray) -> Units:
    """Beta-binomial: a unit's rate has mean r and variance r (1 - r) / (M + 1)."""
    from scipy.special import betaln, expit

    x, size, times, place = _distinct(successes, n)
    share = (x.sum() + 0.5) / (size.sum() + 1)

    def log_likelihood(rate: np.ndarray, prior: float) -> np.ndarray:
        a, b = rate[:, np.newaxis] * prior, (1 - rate[:, np.newaxis]) * prior
        return betaln(a + x, b + size - x) - betaln(a, b)

    def start(prior: float) -> tuple[float, float]:
        worth = times * size * (prior + 1) / (prior + size)
        rate = ((worth * x / size).sum() + share) / (worth.sum() + 1)
        error = 1 / np.sqrt(rate * (1 - rate) * worth.sum())
        return float(np.log(rate / (1 - rate))), float(error)

    def rate(log_odds: np.ndarray) -> np.ndarray:
        return np.clip(expit(log_odds), NEAREST, 1 - NEAREST)

    return Units(x, size, times, place, log_likelihood, rate, start)


def ratio_units(observed: np.ndarray, expected: np.ndarray) -> Units:
    """Gamma-Poisson: a unit's ratio has mean r and variance r / M."""
    from scipy.special import betaln, gammaln

    events, size, times, place = _distinct(observed, expected)
    ratio = (events.sum() + 0.5) / (size.sum() + 0.5)

    def log_likelihood(rate: np.ndarray, prior: float) -> np.ndarray:
        shape = rate[:, np.newaxis] * prior
        # log Gamma(shape + O) - log Gamma(shape), in a form that keeps its digits at any shape.
        some = np.where(events > 0, events, 1.0)
        rising = np.where(events > 0, gammaln(some) - betaln(shape, some), 0.0)
        return rising - shape * np.log1p(size / prior) - events * np.log(prior + size)

    def start(prior: float) -> tuple[float, float]:
        worth = times * size * prior / (prior + size)
        rate = ((worth * events / size).sum() + 0.5 * ratio) / (worth.sum() + 0.5)
        return float(np.log(rate)), float(1 / np.sqrt(rate * worth.sum()))

    return Units(events, size, times, place, log_likelihood, np.exp, start)


def likely_pairs(units: Units) -> Grid:
    """Weigh pairs of common rate r and prior size M: far and wide, then where they are likely.

    Before anything is counted, r is taken as equally likely at any log odds (or logarithm); so is
    log M while M is under the median size h, and from there on it falls off: 1 / (1 + M / h) per
    unit of log M. Spreads that chance in a usual unit would not hide count alike, whatever their
    order of magnitude, and smaller ones the less the smaller they are.
    """
    usual = float(np.median(np.repeat(units.size, units.times.astype("int64"))))
    _, log_weight = _weighed(units, usual, COARSE)
    by_size = log_weight.max(axis=1)
    likely = np.flatnonzero(by_size > by_size.max() + np.log(UNLIKELY))
    low, high = max(likely[0] - 1, 0), min(likely[-1] + 1, COARSE.size - 1)
    places = np.linspace(COARSE[low], COARSE[high], FINE)
    rate, log_weight = _weighed(units, usual, places)
    weight = np.exp(log_weight - log_weight.max())
    kept = weight > UNLIKELY
    prior = np.broadcast_to((usual * np.exp(places))[:, np.newaxis], rate.shape)
    return Grid(rate[kept], prior[kept], weight[kept] / weight[kept].sum())


def _weighed(units: Units, usual: float, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Common rates at each prior size, and the logarithm of how likely the pair is."""
    rates, weights = [], []
    for place in places:
        prior = usual * np.exp(place)
        centre, error = units.start(prior)
        error = min(error, WIDEST)
        rate = units.scale(centre + error * AROUND)
        likelihood = (units.log_likelihood(rate, prior) * units.times).sum(axis=1)
        beforehand = -np.log1p(np.exp(place))
        rates.append(rate)
        weights.append(likelihood + beforehand + np.log(error))
    return np.array(rates), np.array(weights)
