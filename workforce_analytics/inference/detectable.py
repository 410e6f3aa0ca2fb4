"""How small an effect of a roll-out could be told at all, and how long it would take to tell more.

For planning, never for a verdict after the fact: what was found is said by its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.contests import Contests
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.inference.rollout import Rollout, Sums
from workforce_analytics.inference.rollout_effect import (
    FEWEST_UNITS,
    Progress,
    Statistic,
)
from workforce_analytics.inference.two_way import contrast

SEED = 20240305
STEPS = (0.6, 0.8, 1.0, 1.2, 1.5)
"""Sizes of effect to be tried, as shares of a first guess."""
LONGEST = 40
"""How many quarters ahead is looked."""
YEAR = 4


@dataclass(frozen=True, eq=False)
class Power:
    """How often each size of effect would be told, and the smallest one told often enough."""

    effects: np.ndarray
    """Log odds."""
    told: np.ndarray
    """In how many simulations of each effect the test told it."""
    simulations: int
    smallest: float
    """Log odds told with the power asked for; not a number where nothing can be told."""
    scatter: float
    """How much larger the error is in the data than in the simulations; at least 1."""
    beyond_chance: float
    """How much larger it is than the model's own error of the average; at least 1."""


def detectable(
    rollout: Rollout,
    base: np.ndarray,
    *,
    error: float,
    power: float = 0.8,
    simulations: int = 100,
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Power:
    """How large must an effect be for this roll-out to tell it, four times in five?

    Parameters
    ----------
    rollout
        Rows of contests, units and turns.
    base
        Log odds of each row without an effect.
    error
        The error of the effect in the data, by the cluster jackknife: where services scatter more
        than in the simulations, what can be told is so much larger.
    power
        How often it is to be told.
    simulations
        Councils to draw for each of five sizes of effect.
    confidence
        Of the test.

    Returns
    -------
    Power
        With the effects multiplied by the scatter.

    Raises
    ------
    UsageError
        A power that is not between 0.5 and 1, or no simulations.

    Notes
    -----
    In each simulation who passed is drawn anew in every vacancy, as many as passed there, and the
    cluster jackknife is run. A probit line through the shares told gives the size told with the
    power asked for. The same random numbers serve every size.
    """
    from scipy.stats import norm, t

    confidence = checked_confidence(confidence)
    if not 0.5 <= power < 1 or simulations < 1:
        raise UsageError("power= takes a number from 0.5 to below 1; simulations= one or more.")
    units = rollout.active.size
    statistic = Statistic(rollout)
    if units < FEWEST_UNITS or not statistic.treated_units:
        gone = float(np.nan)
        return Power(np.full(len(STEPS), gone), np.zeros(len(STEPS)), simulations, *[gone] * 3)
    critical = float(t.ppf((1 + confidence) / 2, units - 1))
    effects = (critical + float(norm.ppf(power))) * statistic.scale * np.array(STEPS)
    told, errors = np.zeros(effects.size), []
    for place, effect in enumerate(effects):
        random = np.random.default_rng(SEED)
        for done in range(simulations):
            if progress is not None and done % 20 == 0:
                words = "Simulating how small a change could be told"
                progress(words, place * simulations + done, effects.size * simulations)
            drawn = Statistic(_drawn(rollout, base + effect * rollout.treated, random))
            size, spread = _sized(drawn)
            told[place] += size > critical * spread
            errors.append(spread)
    simulated = float(np.mean(errors))
    scatter = max(1.0, error / simulated)
    return Power(
        effects * scatter,
        told,
        simulations,
        _at_power(effects, told, simulations, power) * scatter,
        scatter,
        max(1.0, scatter * simulated / statistic.scale),
    )


def _drawn(rollout: Rollout, log_odds: np.ndarray, random: np.random.Generator) -> Rollout:
    outcome = rollout.outcome
    if not isinstance(outcome, Contests):
        raise UsageError("Only contests can be drawn anew.")
    return Rollout.of(
        outcome.draw(log_odds, random),
        unit=rollout.unit,
        day=rollout.day,
        period=rollout.period,
        weight=rollout.weight,
        start=rollout.start,
    )


def _sized(statistic: Statistic) -> tuple[float, float]:
    """Size of the estimate, and its error; nothing where too few units are left."""
    if statistic.rollout.active.size < FEWEST_UNITS or not statistic.treated_units:
        return 0.0, 0.0
    return abs(statistic.estimate(0.0)), statistic.error(0.0)


def _at_power(effects: np.ndarray, told: np.ndarray, simulations: int, power: float) -> float:
    """Read off a probit line which effect is told so often."""
    from scipy.stats import norm

    share = (told + 0.5) / (simulations + 1)
    line = norm.ppf(share)
    # Shares near 0 and 1 tell little of where the line lies.
    weight = norm.pdf(line) ** 2 / (share * (1 - share))
    slope, start = np.polyfit(effects, line, 1, w=np.sqrt(weight))
    return float((norm.ppf(power) - start) / slope) if slope > 0 else float(np.nan)


def periods_needed(
    rollout: Rollout,
    base: np.ndarray,
    effect: float,
    *,
    beyond_chance: float = 1.0,
    power: float = 0.8,
    confidence: float = 0.95,
    longest: int = LONGEST,
) -> int | None:
    """How many more quarters like the last four would it take to tell an effect of this size?

    Parameters
    ----------
    rollout, base, power, confidence
        As in `detectable`.
    effect
        Log odds.
    beyond_chance
        How much larger the error is than the model's own; what `detectable` gives.
    longest
        How many quarters ahead to look.

    Returns
    -------
    int or None
        0 where it could be told already; None where it cannot be told however long one waits: for
        instance since no service waits any more, so that new quarters tell nothing.

    Notes
    -----
    The error of the average expected of the vacancies there are, followed by those of the last year
    again and again, units keeping their turns; no outcome is drawn.
    """
    from scipy.stats import norm, t

    reach = float(t.ppf((1 + confidence) / 2, max(rollout.active.size - 1, 1)))
    wanted = abs(effect) / (reach + float(norm.ppf(power)))
    for more in range(longest + 1):
        if expected_error(rollout, base, effect, more) * beyond_chance <= wanted:
            return more
    return None


def _again(rollout: Rollout, more: int) -> Sequence[np.ndarray]:
    """Rows of the last four quarters, once for each further quarter."""
    last = rollout.periods
    return [np.flatnonzero(rollout.period == last - YEAR + step % YEAR) for step in range(more)]


def expected_error(rollout: Rollout, base: np.ndarray, effect: float, more: int) -> float:
    """Give the model's own error of the average, once so many more quarters have gone by."""
    own, again = rollout.unit.size, _again(rollout, more)
    rows = np.concatenate([np.arange(own), *again])
    years = 1 + np.repeat(np.arange(more), [chosen.size for chosen in again]) // YEAR
    ahead = np.concatenate([np.zeros(own, dtype=np.int64), years])
    outcome = rollout.outcome.only(rows)
    made = Rollout(
        outcome,
        rollout.unit[rows],
        rollout.day[rows] + 365 * ahead,
        rollout.period[rows] + YEAR * ahead,
        rollout.weight[rows],
        rollout.start,
        rows,
        rollout.dropped,
    )
    information = outcome.at(base[rows] + effect * made.treated).variance
    order = rollout.turn[np.newaxis]
    sums = Sums.of(made, information).at(order)
    found = contrast(
        sums, Sums.of(made, made.weight).at(order)[1], made.cohort[order], made.periods
    )
    return float(np.sqrt((found.before**2 * sums[0] + found.after**2 * sums[1]).sum()))
