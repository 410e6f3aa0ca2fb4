"""Did a roll-out change an outcome? One estimate, and three tests that can be inverted.

The statistic at a supposed effect: fit levels of units and periods with that effect as given, and
take the one-step estimate of what is left of the average effect of cohorts by time since their turn
(two_way.py), a sum of one contribution per unit. The weights come from one fit without an effect,
so for every other supposed effect, and for every other order of the turns, only residuals change.
The estimate is the effect at which nothing is left. The full maximum-likelihood fit of a term per
cohort and period is not used: where a cohort's period has few passes, some of its terms are
infinite, and leaving those out biases the average, in small councils by as much as an effect.

- `jackknife`: the error of the statistic from leaving out one unit at a time (CR3), against t with
  units - 1 degrees of freedom;
- `wild_bootstrap`: contributions of units with random signs;
- `randomisation`: the turns in random other orders, where the order was random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.inference.rollout import Rollout, Sums
from workforce_analytics.inference.two_way import Contrast, Levels, contrast, levels

FEWEST_UNITS = 5
"""With fewer units nothing can be told."""
WEBB_BELOW = 12
"""With fewer units, signs alone give too few different draws: six weights are drawn (Webb 2014)."""
WEBB = np.sqrt(np.array([0.5, 1.0, 1.5]))
SEED = 20240304
CHUNK = 2**23
"""How many numbers the equations of draws worked on together may hold."""
REACH = 40.0
"""How many errors from the estimate the ends of an interval are looked for."""
FARTHEST = 15.0
"""Log odds beyond which an estimate is as good as infinite: odds of three million to one."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Tested:
    """An effect with the test that it rests on; log odds."""

    value: float
    lower: float
    upper: float
    p_value: float
    method: str


@dataclass(frozen=True, eq=False)
class Effect:
    """What a roll-out changed, in log odds, on average over those it reached."""

    value: float
    """Not a number where nothing can be told."""
    jackknife: Tested
    wild_bootstrap: Tested | None
    randomisation: Tested | None
    units: int
    """Units with rows that tell something."""
    treated_units: int
    """Those of them that had had their turn and have rows of before and after."""
    why_not: str
    """Why nothing can be told; empty where something can."""
    statistic: Statistic | None

    @property
    def primary(self) -> Tested:
        """The test that a verdict rests on: randomisation where the order was random."""
        return self.randomisation or self.jackknife


def rollout_effect(
    rollout: Rollout,
    *,
    random_order: bool = False,
    draws: int = 999,
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Effect:
    """How far did the outcome move where units had had their turn, beyond where they had not?

    Parameters
    ----------
    rollout
        Rows, units and turns.
    random_order
        Whether units took their turns in random order: then other orders could have come about as
        well, which is what the p-value and the interval rest on.
    draws
        Other orders, and random signs, to draw; 0 for the jackknife alone.
    confidence
        0.95 for 95 %.
    progress
        Called with what is being done, how many draws are done, and of how many.

    Returns
    -------
    Effect
        Log odds; not a number, with the reason, where there are fewer than five units, or none was
        seen before and after its turn.

    Notes
    -----
    Errors: MacKinnon, Nielsen and Webb (2023) on the cluster jackknife; Kline and Santos (2012) on
    score bootstraps; randomisation inference of a studentised statistic as in Wu and Ding (2021).
    An interval holds every effect that its test would not reject. The sharp hypothesis behind the
    randomisation interval is that the effect is the same everywhere.

    Examples
    --------
    >>> import numpy as np
    >>> from workforce_analytics.inference.contests import Contests
    >>> from workforce_analytics.inference.rollout import NEVER, Rollout
    >>> unit, period = (values.ravel() for values in np.indices((8, 6)))
    >>> start = np.where(np.arange(8) < 4, 270, NEVER)
    >>> lifted = (unit < 4) & (period >= 3)
    >>> outcome = Contests.of(np.full(48, 20), np.full(48, 20), 6 + 3 * lifted, 12 - 3 * lifted)
    >>> rollout = Rollout.of(outcome, unit=unit, day=period * 90, period=period,
    ...                      weight=np.full(48, 20), start=start)
    >>> effect = rollout_effect(rollout, draws=0)
    >>> print(f"log odds {effect.value:.2f}")
    log odds 1.22
    """
    confidence = checked_confidence(confidence)
    units, treated = rollout.active.size, 0
    if units:
        statistic = Statistic(rollout)
        treated = statistic.treated_units
    why = _why_not(rollout, treated)
    if why:
        nothing = Tested(np.nan, np.nan, np.nan, np.nan, why)
        return Effect(np.nan, nothing, None, None, units, treated, why, None)
    value = _root(statistic.estimate, statistic.scale)
    if not abs(value) < FARTHEST:
        why = "no size of effect fits these data"
        nothing = Tested(np.nan, np.nan, np.nan, np.nan, why)
        return Effect(np.nan, nothing, None, None, units, treated, why, None)
    jackknife = _jackknife(statistic, value, confidence)
    wild = randomised = None
    if draws:
        wild = _wild_bootstrap(statistic, value, jackknife, draws, confidence)
        if random_order:
            randomised = _randomisation(statistic, value, jackknife, draws, confidence, progress)
    return Effect(value, jackknife, wild, randomised, units, treated, "", statistic)


def _why_not(rollout: Rollout, treated: int) -> str:
    units, early = rollout.active.size, rollout.dropped.units
    if units < FEWEST_UNITS and early:
        return f"fewer than {FEWEST_UNITS} services were seen before their turn had come"
    if units < FEWEST_UNITS:
        return f"fewer than {FEWEST_UNITS} services tell anything"
    if not treated:
        return "no service was seen both before and after its turn, beside one still waiting"
    return ""


class Statistic:
    """What is left of the average effect at a supposed effect: estimate, contributions, error."""

    def __init__(self, rollout: Rollout) -> None:
        self.rollout = rollout
        self._none = levels(rollout, np.zeros(rollout.unit.size))
        self._kept: dict[float, Levels] = {0.0: self._none}

    @cached_property
    def _information(self) -> Sums:
        return Sums.of(self.rollout, self._none.fitted.variance)

    @cached_property
    def _weight(self) -> Sums:
        return Sums.of(self.rollout, self.rollout.weight)

    def contrast(self, turn: np.ndarray, kept: np.ndarray | None = None) -> Contrast:
        """Weights of residuals for some orders of the turns; of `kept` units only."""
        before, after = self._information.at(turn)
        _, weight = self._weight.at(turn)
        if kept is not None:
            before, after = before * kept[:, :, np.newaxis], after * kept[:, :, np.newaxis]
        return contrast((before, after), weight, self.rollout.cohort[turn], self.rollout.periods)

    @cached_property
    def own(self) -> Contrast:
        """Weights of residuals for the turns as they were."""
        return self.contrast(self.rollout.turn[np.newaxis])

    @cached_property
    def without_one(self) -> Contrast:
        """The same, with each unit that has rows left out in turn."""
        active = self.rollout.active
        turn = np.repeat(self.rollout.turn[np.newaxis], active.size, axis=0)
        kept = np.ones(turn.shape)
        kept[np.arange(active.size), active] = 0.0
        return self.contrast(turn, kept)

    @property
    def treated_units(self) -> int:
        """Units whose treated rows have a part in the average."""
        return int(self.own.after.any(axis=2).sum()) if self.rollout.unit.size else 0

    @cached_property
    def scale(self) -> float:
        """The model's own error of the average: how far to look for the estimate at a time."""
        before, after = self._information.at(self.rollout.turn[np.newaxis])
        own = self.own
        variance = float((own.before**2 * before + own.after**2 * after).sum())
        return max(np.sqrt(variance), 1e-3)

    def levels(self, effect: float) -> Levels:
        """Levels of units and periods, given the effect."""
        if effect not in self._kept:
            near = min(self._kept, key=lambda known: abs(known - effect))
            start = self._kept[near].without
            self._kept[effect] = levels(self.rollout, effect * self.rollout.treated, start)
        return self._kept[effect]

    def residuals(self, effect: float) -> Sums:
        """What is left of each row, given the effect, added up."""
        return Sums.of(self.rollout, self.levels(effect).residual)

    def contributions(self, effect: float) -> np.ndarray:
        """What each unit adds to what is left of the average."""
        return self.own.by_unit(self.residuals(effect).at(self.rollout.turn))[0]

    def estimate(self, effect: float) -> float:
        """What is left of the average effect."""
        return float(self.contributions(effect).sum())

    def error(self, effect: float) -> float:
        """Its error, from leaving out each unit in turn (CR3)."""
        left = self.residuals(effect).at(self.rollout.turn)
        others = self.without_one.by_unit(left).sum(axis=1)
        units = others.size
        spread = ((others - self.estimate(effect)) ** 2).sum()
        return float(np.sqrt((units - 1) / units * spread))


def _root(function: Callable[[float], float], step: float) -> float:
    """Find where a falling function is 0, further and further from 0; not a number if nowhere."""
    from scipy.optimize import brentq

    here = function(0.0)
    towards = step if here > 0 else -step
    near = 0.0
    for far in towards * 2.0 ** np.arange(-1, 6):
        if function(far) * here <= 0:
            return float(brentq(function, near, far, xtol=1e-7))
        near = far
    return float(np.nan)


def _interval(excess: Callable[[float], float], value: float, step: float) -> tuple[float, float]:
    """Ends of the interval of effects that a test does not reject.

    `excess` is below 0 for an effect that is not rejected. Where the test rejects no effect however
    far on one side, that end is infinite.
    """
    return _end(excess, value, -step), _end(excess, value, step)


def _end(excess: Callable[[float], float], value: float, step: float) -> float:
    near, far = value, value + step
    while excess(far) < 0:
        near, far = far, value + 2 * (far - value)
        if abs(far - value) > REACH * abs(step):
            return float(np.inf * step)
    for _ in range(18):
        middle = (near + far) / 2
        if excess(middle) < 0:
            near = middle
        else:
            far = middle
        if abs(far - near) < 1e-3 * abs(step):
            break
    return (near + far) / 2


def _jackknife(statistic: Statistic, value: float, confidence: float) -> Tested:
    from scipy.stats import t

    freedom = statistic.rollout.active.size - 1
    critical = float(t.ppf((1 + confidence) / 2, freedom))

    def size(effect: float) -> float:
        error = statistic.error(effect)
        return abs(statistic.estimate(effect)) / error if error > 0 else np.inf

    step = critical * max(statistic.error(value), 1e-6)
    lower, upper = _interval(lambda effect: size(effect) - critical, value, step)
    return Tested(
        value,
        lower,
        upper,
        float(2 * t.sf(size(0.0), freedom)),
        f"cluster jackknife (CR3), t with {freedom} degrees of freedom",
    )


def _wild_bootstrap(
    statistic: Statistic, value: float, jackknife: Tested, draws: int, confidence: float
) -> Tested:
    units = statistic.rollout.units
    random = np.random.default_rng([SEED, 1])
    few = statistic.rollout.active.size < WEBB_BELOW
    sizes = random.choice(WEBB, size=(draws, units)) if few else np.ones((draws, units))
    signs = sizes * random.choice([-1.0, 1.0], size=(draws, units))

    def p_value(effect: float) -> float:
        own = statistic.contributions(effect)
        drawn = _studentised(signs * own)
        return _p_value(_studentised(own), drawn)

    lower, upper = _interval(
        lambda effect: (1 - confidence) - p_value(effect), value, _step(jackknife, value)
    )
    kind = "Webb's six weights" if few else "signs"
    return Tested(
        value, lower, upper, p_value(0.0), f"wild score bootstrap ({kind}), {draws} draws"
    )


def _randomisation(
    statistic: Statistic,
    value: float,
    jackknife: Tested,
    draws: int,
    confidence: float,
    progress: Progress | None,
) -> Tested:
    orders = _orders(statistic.rollout, draws)
    pieces = []
    for done, chunk in _chunks(statistic.rollout, orders):
        if progress is not None:
            progress("Drawing other orders of the roll-out", done, draws)
        pieces.append(statistic.contrast(chunk))
    weights = Contrast(
        np.concatenate([piece.before for piece in pieces]),
        np.concatenate([piece.after for piece in pieces]),
    )

    def p_value(effect: float) -> float:
        left = statistic.residuals(effect)
        drawn = _studentised(weights.by_unit(left.at(orders)))
        return _p_value(_studentised(statistic.contributions(effect)), drawn)

    lower, upper = _interval(
        lambda effect: (1 - confidence) - p_value(effect), value, _step(jackknife, value)
    )
    method = f"randomisation of the order of the roll-out, {draws} draws"
    return Tested(value, lower, upper, p_value(0.0), method)


def _step(jackknife: Tested, value: float) -> float:
    """How far from the estimate the end of an interval is likely to be."""
    half = max(value - jackknife.lower, jackknife.upper - value)
    return half if np.isfinite(half) and half > 0 else 1.0


def _orders(rollout: Rollout, draws: int) -> np.ndarray:
    """Draw other orders: the same turns, dealt anew to the units that have rows."""
    random = np.random.default_rng([SEED, 2])
    orders = np.repeat(rollout.turn[np.newaxis], draws, axis=0)
    orders[:, rollout.active] = random.permuted(orders[:, rollout.active], axis=1)
    return orders


def _chunks(rollout: Rollout, orders: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    size = max(1, CHUNK // (rollout.units + rollout.periods) ** 2)
    for start in range(0, len(orders), size):
        yield start, orders[start : start + size]


def _studentised(contributions: np.ndarray) -> np.ndarray:
    """A sum over units by its error; one that cannot be worked out counts as extreme."""
    total = contributions.sum(axis=-1)
    square = (contributions**2).sum(axis=-1)
    units = (contributions != 0).sum(axis=-1)
    spread = square - total**2 / np.maximum(units, 1)
    scaled = np.sqrt(np.maximum(spread * units / np.maximum(units - 1, 1), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.abs(total) / scaled
    return np.where(np.isfinite(found), found, np.inf)


def _p_value(own: np.ndarray, drawn: np.ndarray) -> float:
    if not np.isfinite(own):
        return 1.0
    return float((1 + (drawn >= own - 1e-9).sum()) / (1 + drawn.size))
