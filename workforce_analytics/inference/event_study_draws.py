"""An event study told by chance alone: roll-out dates drawn anew, and what would be seen then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import lgamma

import numpy as np

from workforce_analytics.inference.event_study_aggregates import Averages, Family, averages
from workforce_analytics.inference.event_study_effects import Panel, effects_when, shares

Progress = Callable[[str, int, int], None]
"""Called with what is done, how much of it is, and how much there is to do."""

BLOCK = 128
"""How many draws are worked out at a time."""
WORDS = "Drawing roll-out dates anew"
SAME = 1e-10
"""Statistics that differ by less, in terms of the larger, are the same but for rounding."""
TINY = 1e-14


@dataclass(frozen=True, eq=False)
class Draws:
    """What was seen, and what is seen under each draw of roll-out dates.

    Every array has draws in rows, the dates as they were first, and two layers last: the outcomes,
    and a shift of 1 where the estimate looks for one. The estimates are linear in outcomes, so what
    a draw would show had there been an effect of any size is known without another draw.
    """

    effects: np.ndarray
    """Of cohorts in periods."""
    by_family: dict[str, Averages]
    """The same in averages of each family."""
    assignments: float
    """How many different draws there are."""


@dataclass(frozen=True, eq=False)
class Told:
    """What draws tell of one estimate."""

    p_value: float
    lower: float
    upper: float
    draws: int
    """Draws under which the estimate could be made."""


def draw_dates(
    panel: Panel,
    families: Sequence[Family],
    *,
    draws: int,
    seed: int,
    progress: Progress | None = None,
) -> Draws:
    """Give roll-out dates to units anew, each way as likely, and estimate everything each time.

    Parameters
    ----------
    panel
        From `panel_of`.
    families
        Averages to make.
    draws, seed
        How many draws; the seed of the generator (PCG64).
    progress
        Called after each block of draws.

    Notes
    -----
    The shift looked for: from the roll-out on, 1 (a constant effect). For changes before it, 1 from
    that time on where the base varies; where it does not, a fall by 1 in the base period. Units
    that others are held against do not show it, so what was seen makes 1 of it; and no draw makes
    more of it, since it goes one way.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    order = random.random((draws, panel.cohort.size)).argsort(axis=1, kind="stable")
    assigned = np.vstack([panel.cohort[np.newaxis], panel.cohort[order]])
    dynamic = next(family for family in families if family.name == "dynamic")
    early = dynamic.at[dynamic.at < 0].tolist()
    layers = np.array(
        [panel.outcomes, _shift(panel, 0), *(_shift(panel, since) for since in early)]
    )
    cohorts = np.array([pair.cohort for pair in panel.pairs()], dtype=np.int64)
    effects, share = [], []
    for start in range(0, len(assigned), BLOCK):
        block = assigned[start : start + BLOCK]
        effects.append(effects_when(panel, block, layers))
        share.append(shares(panel, block)[:, np.searchsorted(panel.cohorts, cohorts)])
        if progress is not None:
            progress(WORDS, min(start + BLOCK, len(assigned)) - 1, draws)
    since = np.array([pair.period - pair.cohort for pair in panel.pairs()], dtype=np.int64)
    looked_for = np.array([1 if one >= 0 else 2 + early.index(one) for one in since], dtype=int)
    every = np.concatenate(effects)
    weight = np.concatenate(share)
    there = np.arange(len(since))
    chosen = np.stack([every[:, :, 0], every[:, there, looked_for]], axis=2)
    return Draws(
        chosen,
        {family.name: averages(family, chosen, weight) for family in families},
        _ways(panel.cohort),
    )


def _shift(panel: Panel, since: int) -> np.ndarray:
    """Give 1 where a shift would be seen that comes so long after (or before) the roll-out."""
    columns = np.arange(panel.columns)
    when = panel.cohort[:, np.newaxis] + since
    reached = (panel.cohort < panel.columns)[:, np.newaxis]
    if since < 0 and panel.base == "universal":
        # The last period before the roll-out is what all earlier ones are counted from.
        return np.where(reached & (columns >= panel.cohort[:, np.newaxis] - 1), -1.0, 0.0)
    return np.where(reached & (columns >= when), 1.0, 0.0)


def _ways(cohort: np.ndarray) -> float:
    """In how many different ways units can be given their cohorts."""
    sizes = np.unique(cohort, return_counts=True)[1]
    log = lgamma(len(cohort) + 1) - sum(lgamma(size + 1) for size in sizes)
    return float(np.round(np.exp(log))) if log < 700 else float("inf")


def told_by(values: np.ndarray, *, confidence: float) -> Told:
    """Is an estimate larger than chance makes it, and which constant shifts agree with it?

    Parameters
    ----------
    values
        Draws x 2, the dates as they were first: the estimate, and what it makes of a shift of 1.
    confidence
        Of the interval.

    Returns
    -------
    Told
        Limits are infinite where there are too few draws to tell; all is missing where the
        estimate could not be made.

    Notes
    -----
    p = (1 + draws at least as far from 0) / (draws + 1), two-sided, not studentised; draws under
    which the estimate cannot be made are left out. A shift c is inside the interval where the same
    test of outcomes less c keeps p above 1 - confidence. With estimates T and a of outcomes, and 1
    and b of a shift, a draw counts as far where (a - c b)^2 >= (T - c)^2: between the two roots
    (T - a) / (1 - b) and (T + a) / (1 + b), which have T between them; so the limits are order
    statistics of the roots, and exact.

    Examples
    --------
    >>> told = told_by(np.array([[2.0, 1.0], [1.0, 0.0], [-1.0, 0.0]]), confidence=0.6)
    >>> print(round(told.p_value, 3), told.lower, told.upper)
    0.333 1.0 3.0
    """
    seen = values[0, 0]
    if not np.isfinite(seen):
        return Told(np.nan, np.nan, np.nan, 0)
    others = values[1:][np.isfinite(values[1:]).all(axis=1)]
    far = np.abs(others[:, 0]) >= np.abs(seen) * (1 - SAME) - TINY
    p_value = (1 + int(far.sum())) / (len(others) + 1)
    low, high = _agreeing(seen, others[:, 0], others[:, 1])
    needed = int(np.floor((1 - confidence) * (len(others) + 1) + 1e-9))
    if needed < 1 or needed > len(others):
        return Told(p_value, -np.inf, np.inf, len(others))
    lower = float(np.sort(low)[needed - 1])
    upper = float(np.sort(high)[len(others) - needed])
    return Told(p_value, min(lower, seen), max(upper, seen), len(others))


def _agreeing(seen: float, drawn: np.ndarray, shifted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give, for each draw, the stretch of shifts about the estimate for which it counts as far."""
    close = SAME * abs(seen) + TINY
    above = np.stack([seen - drawn, seen + drawn])
    below = np.stack([1 - shifted, 1 + shifted])
    nothing = np.abs(below) <= SAME
    roots = np.where(nothing, np.copysign(np.inf, above), above / np.where(nothing, 1.0, below))
    low, high = roots.min(axis=0), roots.max(axis=0)
    # One that gives the dates as they were, or just the reverse, counts as far whatever the shift.
    same = (nothing & (np.abs(above) <= close)).any(axis=0)
    return np.where(same, -np.inf, low), np.where(same, np.inf, high)


def joint_p(values: np.ndarray) -> tuple[float, int]:
    """Are several estimates, taken together, further from what draws give than chance makes them?

    Parameters
    ----------
    values
        Draws x estimates, the dates as they were first.

    Returns
    -------
    tuple of float and int
        The p-value, and how many estimates it is of: those that could be made. Draws under which
        one of them cannot be made are left out.

    Notes
    -----
    Squared distance from the mean of all draws in terms of their covariance, the dates as they were
    counted among them: each way of giving dates is treated alike, so the test is exact.
    """
    made = values[:, np.isfinite(values[0])]
    made = made[np.isfinite(made).all(axis=1)]
    if made.shape[1] == 0 or len(made) < 2:
        return np.nan, 0
    off = made - made.mean(axis=0)
    inverse = np.linalg.pinv(off.T @ off / len(made), hermitian=True)
    distance = np.einsum("dj,jk,dk->d", off, inverse, off)
    far = int((distance[1:] >= distance[0] * (1 - 1e-8)).sum())
    return (1 + far) / len(made), int(made.shape[1])
