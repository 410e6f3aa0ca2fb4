"""How far apart two groups score among people alike: the group with the reference's mix."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workforce_analytics.errors import UsageError
from workforce_analytics.inference.finite import Sums, squared_residuals
from workforce_analytics.inference.finite_limits import share_limits
from workforce_analytics.inference.intervals import Interval, checked_confidence
from workforce_analytics.inference.score_gaps import freedom_of, hybrid, over_error
from workforce_analytics.inference.strata import one_interval

SCORES = "standardised to the reference's mix, t with variances pooled over strata"
SHARES = "standardised to the reference's mix, hybrid Wilson limits"


@dataclass(frozen=True)
class StandardisedGap:
    """A gap between people alike in what strata are made of."""

    interval: Interval
    error: float
    p_value: float
    kept: tuple[float, float]
    """Which share of the group's and of the reference's respondents the figure rests on."""
    n: tuple[int, int]
    """How many respondents of the group and of the reference that are."""


def standardised_gap(
    group: Sums,
    reference: Sums,
    *,
    scale: tuple[float, float] = (0.0, 1.0),
    confidence: float = 0.95,
) -> StandardisedGap:
    """How far apart would they score, had the group the reference's mix of strata?

    Parameters
    ----------
    group, reference
        One element per stratum (women under 35 of one directorate, say), the same strata in both.
    scale
        The least and the greatest score that anybody can have: 0 and 1 for shares of positive
        answers.
    confidence
        0.95 for 95 %.

    Returns
    -------
    StandardisedGap
        In the unit of y / m, about the process that made the answers. Not numbers where no stratum
        has both; without limits where no stratum has two of the group, or of the reference.

    Raises
    ------
    UsageError
        The strata are not one list each; the confidence is none.

    Notes
    -----
    Direct standardisation over strata h that have respondents of both: R = sum W_h ybar_h / sum W_h
    mbar_h with W_h the reference's respondents, for the group and for the reference itself; other
    strata are left out of both. Variance of R: s^2 sum W_h^2 / n_h / (sum W_h mbar_h)^2, with s^2
    the variance of y - R m within strata, pooled over them: many have one or two respondents, whose
    own variance tells nothing. The reference's mix is taken as it is. Scores: Welch's t. Shares:
    Newcombe's hybrid of Wilson limits at R (1 - R) / variance, at most the size that unequal mixes
    leave; the p-value takes s^2 to be that of both sides together, as no gap has it.

    Examples
    --------
    >>> from workforce_analytics.inference.finite import sums
    >>> women = sums([30, 10], [1800, 500], [120000, 29000])
    >>> men = sums([20, 40], [1240, 2120], [84000, 130000])
    >>> found = standardised_gap(women, men, scale=(0, 100))
    >>> print(f"{found.interval.value:.1f}, standard error {found.error:.1f}")
    -2.7, standard error 5.2
    """
    confidence = checked_confidence(confidence)
    if group.n.ndim != 1 or group.n.shape != reference.n.shape:
        raise UsageError("standardised_gap takes one list of strata, the same for both groups.")
    both = (group.m > 0) & (reference.m > 0)
    own, base = (_side(one, both, reference.n) for one in (group, reference))
    told = own.freedom > 0 and base.freedom > 0
    error = float(np.hypot(own.error, base.error)) if told else float("nan")
    if not told:
        method = SHARES if scale == (0, 1) else SCORES
        interval = one_interval(own.value - base.value, np.nan, np.nan, method, confidence)
        p_value = float("nan")
    elif scale == (0, 1):
        interval, p_value = _of_shares(own, base, confidence)
    else:
        interval, p_value = _of_scores(own, base, error, scale, confidence)
    return StandardisedGap(
        interval, error, p_value, (own.kept, base.kept), (int(own.n), int(base.n))
    )


@dataclass(frozen=True)
class _Side:
    """One side of a standardised gap."""

    n: float
    kept: float
    """Which share of its respondents these are."""
    answers: float
    value: float
    squares: float
    """Squares of y - R m within strata."""
    freedom: float
    per_spread: float
    """Variance of the value for each unit of the variance within strata."""
    worth: float
    """Respondents that were as good with equal weights (Kish)."""

    @property
    def error(self) -> float:
        """Standard error of the value, where strata have two respondents."""
        return float(np.sqrt(self.squares / self.freedom * self.per_spread))


def _side(whole_side: Sums, kept: np.ndarray, mix: np.ndarray) -> _Side:
    """Score of one side at a mix of strata, and what its error is made of."""
    side = _only(whole_side, kept)
    everybody = float(whole_side.n.sum())
    share = float(side.n.sum()) / everybody if everybody else float("nan")
    if not side.n.size:
        return _Side(0.0, share, 0.0, np.nan, 0.0, 0.0, np.nan, np.nan)
    weight = mix[kept] / mix[kept].sum()
    whole = float((weight * side.m / side.n).sum())
    value = float((weight * side.y / side.n).sum() / whole)
    at = np.full(side.n.shape, value)
    within = squared_residuals(at, side) - (side.y - value * side.m) ** 2 / side.n
    unequal = float((weight**2 / side.n).sum())
    return _Side(
        float(side.n.sum()),
        share,
        float(side.m.sum()),
        value,
        max(float(within.sum()), 0.0),
        float((side.n - 1).sum()),
        unequal / whole**2,
        1 / unequal,
    )


def _of_scores(
    own: _Side, base: _Side, error: float, scale: tuple[float, float], confidence: float
) -> tuple[Interval, float]:
    """Limits and p-value of a difference of means, by Welch."""
    from scipy.stats import t

    gap, widest = own.value - base.value, scale[1] - scale[0]
    degrees = freedom_of(
        [np.array(one.error**2) for one in (own, base)],
        [np.array(one.freedom) for one in (own, base)],
    )
    half = t.ppf((1 + confidence) / 2, degrees) * error
    p_value = 2 * t.sf(np.abs(over_error(np.array(gap), np.array(error))), degrees)
    lower, upper = max(gap - half, -widest), min(gap + half, widest)
    return one_interval(gap, lower, upper, SCORES, confidence), float(p_value)


def _of_shares(own: _Side, base: _Side, confidence: float) -> tuple[Interval, float]:
    """Limits and p-value of a difference of shares."""
    from scipy.stats import t

    limits = [_share_limits(one, confidence) for one in (own, base)]
    degrees = own.freedom + base.freedom
    spread = (own.squares + base.squares) / degrees
    under_none = np.array(np.sqrt(spread * (own.per_spread + base.per_spread)))
    gap = np.array(own.value - base.value)
    p_value = 2 * t.sf(np.abs(over_error(gap, under_none)), degrees)
    return hybrid(limits[0], limits[1], SHARES), float(p_value)


def _share_limits(one: _Side, confidence: float) -> Interval:
    """Wilson limits of one side, for as many respondents as its mix is worth."""
    value, error, worth = (np.array(number) for number in (one.value, one.error, one.worth))
    found, _ = share_limits(
        value,
        error,
        respondents=worth,
        answers=np.array(one.answers * one.worth / one.n),
        left=np.array(1.0),
        confidence=confidence,
    )
    return found


def _only(sums_: Sums, kept: np.ndarray) -> Sums:
    names = ("n", "m", "y", "mm", "ym", "yy")
    return replace(sums_, **{name: getattr(sums_, name)[kept] for name in names})
