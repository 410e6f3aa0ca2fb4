"""Made-up roll-outs: vacancies of services over quarters, with effects of known size."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workforce_analytics.inference.contests import Contests
from workforce_analytics.inference.rollout import NEVER, Rollout

QUARTER = 90


def nothing(cohort: int, since: int) -> float:
    """No effect, of any cohort at any time."""
    return 0.0


@dataclass(frozen=True)
class Council:
    """How the vacancies of a council come about."""

    services: int = 40
    quarters: int = 12
    vacancies: float = 5.6
    """Vacancies of a service and quarter, on average."""
    waiting: int = 8
    """Services that never have their turn."""
    appointing: bool = False
    """One or two pass of each vacancy, where else a few are shortlisted."""
    effect: Callable[[int, int], float] = nothing
    """Log odds by quarter of the turn and quarters since."""
    shocks: float = 0.15
    """Size of what moves a service's gap from quarter to quarter, half of it carried over."""
    gap: float = -0.8
    trend: float = 0.015
    before_training: float = 0.0
    """How much more the gap of services that start late moves per quarter: a confounder."""
    skewed: bool = True
    """Services of very different size."""


def council(made: Council, seed: object) -> tuple[Rollout, float]:
    """Draw a council; return its roll-out and the average effect on those whom it reached."""
    random = np.random.default_rng(seed)
    services, quarters = made.services, made.quarters
    size = random.gamma(2.0 if made.skewed else 50.0, size=services)
    start = _turns(made, random)
    gap = made.gap + random.normal(0, 0.3, services)
    shock = _shocks(made, random)
    n = random.poisson(made.vacancies * (size / size.mean())[:, np.newaxis], (services, quarters))
    unit, period = (np.repeat(place.ravel(), n.ravel()) for place in np.indices(n.shape))
    day = period * QUARTER + random.integers(0, QUARTER, unit.size)
    outcome = _candidates(made, unit, random)
    treated = day >= start[unit]
    cohort = start[unit] // QUARTER
    pairs = zip(cohort.tolist(), period.tolist(), treated.tolist(), strict=True)
    effect = np.array([made.effect(c, q - c) if t else 0.0 for c, q, t in pairs])
    late = np.where(start[unit] < NEVER, cohort / quarters, 1.0) - 0.5
    log_odds = gap[unit] + made.trend * period + shock[unit, period] + effect
    log_odds = log_odds + made.before_training * period * late
    rollout = Rollout.of(
        outcome.draw(log_odds, random),
        unit=unit,
        day=day,
        period=period,
        weight=outcome.group,
        start=start,
    )
    told = treated & outcome.informative
    weight = outcome.group[told]
    return rollout, float(effect[told] @ weight / weight.sum()) if weight.sum() else 0.0


def _turns(made: Council, random: np.random.Generator) -> np.ndarray:
    start = np.full(made.services, NEVER)
    having = made.services - made.waiting
    first, last = 2, made.quarters - 2
    order = random.permutation(made.services)[:having]
    start[order] = (first + np.arange(having) * (last - first) // having) * QUARTER
    return start


def _shocks(made: Council, random: np.random.Generator) -> np.ndarray:
    shock = np.zeros((made.services, made.quarters))
    here = random.normal(0, made.shocks, made.services)
    for quarter in range(made.quarters):
        shock[:, quarter] = here
        here = 0.5 * here + np.sqrt(0.75) * random.normal(0, made.shocks, made.services)
    return shock


def _candidates(made: Council, unit: np.ndarray, random: np.random.Generator) -> Contests:
    n = random.negative_binomial(2.5, 2.5 / 22.5, unit.size) + 2
    tilt = random.normal(0, 0.4, made.services)[unit]
    group = random.binomial(n, 1 / (1 + np.exp(0.5 - tilt)))
    more = 1 + (random.random(unit.size) < 0.15)
    passes = np.minimum(more if made.appointing else 3 + n // 10, n)
    of_group = np.minimum(group, passes)
    return Contests.of(group, n - group, of_group, passes - of_group)


@dataclass(frozen=True)
class TwoStages:
    """The same candidates at both stages: shortlisted, appointed, and appointed if shortlisted."""

    shortlisted: Rollout
    appointed: Rollout
    appointed_if_shortlisted: Rollout


def mended_shortlisting(made: Council, seed: object, *, bar: float, mended: float) -> TwoStages:
    """Draw a council whose training mends shortlisting only.

    Candidates differ in how able they are. Shortlisting holds the group to a bar that is higher by
    `bar`; training takes `mended` of it away. Appointment looks at ability alone: so before
    training those of the group who are shortlisted are the abler ones, and after it less so.
    """
    random = np.random.default_rng(seed)
    start = _turns(made, random)
    size = random.gamma(2.0, size=made.services)
    n = random.poisson(
        made.vacancies * (size / size.mean())[:, np.newaxis], (made.services, made.quarters)
    )
    unit, period = (np.repeat(place.ravel(), n.ravel()) for place in np.indices(n.shape))
    day = period * QUARTER + random.integers(0, QUARTER, unit.size)
    candidates = random.negative_binomial(2.5, 2.5 / 22.5, unit.size) + 2
    vacancy = np.repeat(np.arange(unit.size), candidates)
    group = random.random(vacancy.size) < 0.38
    ability = random.normal(size=vacancy.size)
    treated = (day >= start[unit])[vacancy]
    held = bar - mended * treated
    sifted = ability + random.gumbel(scale=0.5, size=vacancy.size) - held * group
    short = _best(vacancy, sifted, np.minimum(3 + candidates // 10, candidates))
    final = np.where(short, ability + random.gumbel(scale=0.5, size=vacancy.size), -np.inf)
    chosen = _best(vacancy, final, np.ones(unit.size, dtype=int))

    def rollout(pool: np.ndarray, passed: np.ndarray) -> Rollout:
        def of(which: np.ndarray) -> np.ndarray:
            return np.bincount(vacancy[which], minlength=unit.size)

        outcome = Contests.of(
            of(pool & group), of(pool & ~group), of(passed & group), of(passed & ~group)
        )
        return Rollout.of(
            outcome, unit=unit, day=day, period=period, weight=outcome.group, start=start
        )

    everybody = np.ones(vacancy.size, dtype=bool)
    return TwoStages(rollout(everybody, short), rollout(everybody, chosen), rollout(short, chosen))


def _best(vacancy: np.ndarray, score: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Who are the highest of each vacancy."""
    order = np.lexsort((-score, vacancy))
    first = np.searchsorted(vacancy, np.arange(places.size))
    rank = np.empty(vacancy.size, dtype=np.int64)
    rank[order] = np.arange(vacancy.size) - first[vacancy[order]]
    return rank < places[vacancy]
