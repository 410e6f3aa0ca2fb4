"""Effects of cohorts in periods put together: by time since the roll-out, by cohort, by period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workforce_analytics.inference.event_study_effects import GroupTime

FAMILIES = ("simple", "group", "dynamic", "calendar")


@dataclass(frozen=True, eq=False)
class Family:
    """Which effects are averaged into each of several, and how those are put together."""

    name: str
    at: np.ndarray
    """What each average is of: a cohort, periods since the roll-out, a period; 0 for simple."""
    members: np.ndarray
    """Averages x effects: which enter."""
    by_share: bool
    """Whether each effect weighs as much as its cohort; else all the same."""
    counted: np.ndarray
    """Averages that enter the overall one."""
    overall_by_share: bool


@dataclass(frozen=True, eq=False)
class Averages:
    """Averages of one family under each of several assignments of units to cohorts."""

    each: np.ndarray
    """Assignments x averages (x layers)."""
    overall: np.ndarray
    """Assignments (x layers)."""
    before: np.ndarray
    """The mean of those before the roll-out: assignments (x layers); not a number for others."""


@dataclass(frozen=True, eq=False)
class Influences:
    """How far each unit moves averages of one family."""

    each: np.ndarray
    """Units x averages."""
    overall: np.ndarray
    """Units."""
    before: np.ndarray
    """Units."""


def family(name: str, cohort: np.ndarray, period: np.ndarray) -> Family:
    """Say which effects each average of a family takes: "simple", "group", "dynamic", "calendar".

    Notes
    -----
    Callaway and Sant'Anna (2021), section 3. Simple: all effects after the roll-out, weighed by
    cohort. Group: the mean over a cohort's periods; overall by cohort's weight. Dynamic: by periods
    since the roll-out, weighed by cohort; overall the mean of those from 0 on. Calendar: by period,
    weighed by cohort; overall the mean over periods.
    """
    since, after = period - cohort, period >= cohort
    if name == "simple":
        return Family(
            name, np.zeros(1, dtype=np.int64), after[np.newaxis], True, np.ones(1, bool), False
        )
    key = {"group": cohort, "dynamic": since, "calendar": period}[name]
    enters = np.ones(len(key), dtype=bool) if name == "dynamic" else after
    at = np.unique(key[enters])
    members = (key == at[:, np.newaxis]) & enters
    counted = at >= 0 if name == "dynamic" else np.ones(len(at), dtype=bool)
    return Family(name, at, members, name != "group", counted, name == "group")


def averages(of: Family, effects: np.ndarray, share: np.ndarray) -> Averages:
    """Average effects under each assignment; those that are not a number are left out.

    Parameters
    ----------
    of
        From `family`.
    effects
        Assignments x effects (x layers).
    share
        Assignments x effects: weight of the cohort of each effect.
    """
    flat = effects.reshape(*effects.shape[:2], -1)
    told = np.isfinite(flat[:, :, 0])
    weight = (share if of.by_share else np.ones_like(share)) * told
    each = _averaged(of.members.astype(float), weight, flat)
    own = _averaged(of.members.astype(float), told.astype(float), share[:, :, np.newaxis])[:, :, 0]
    weight = np.isfinite(each[:, :, 0]) * (
        np.nan_to_num(own) if of.overall_by_share else np.ones_like(own)
    )
    overall = _averaged(of.counted[np.newaxis].astype(float), weight, each)[:, 0]
    before = _averaged((~of.counted)[np.newaxis].astype(float), weight, each)[:, 0]
    shape = effects.shape[2:]
    return Averages(
        each.reshape(*each.shape[:2], *shape),
        overall.reshape(-1, *shape),
        before.reshape(-1, *shape),
    )


def _averaged(members: np.ndarray, weight: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Weighted means of members, for each assignment and layer."""
    total = (weight @ members.T)[:, :, np.newaxis]
    sums = np.einsum("jk,dkl->djl", members, weight[:, :, np.newaxis] * np.nan_to_num(values))
    return np.divide(sums, total, out=np.full(sums.shape, np.nan), where=total > 0)


def influences(of: Family, found: GroupTime, cohort: np.ndarray, weights: np.ndarray) -> Influences:
    """How far each unit moves averages: through the effects, and through the weights of cohorts.

    Parameters
    ----------
    of
        From `family`.
    found
        The effects.
    cohort, weights
        Of each unit: the period that reached it (as in `found`), and its weight, on average 1.

    Notes
    -----
    With shares p estimated as the mean of w 1[cohort], an average sum(p a) / sum(p) has the
    influence sum(p (influence of a)) / sum(p) + sum((w 1[cohort] - p)(a - average)) / sum(p).
    """
    told = np.isfinite(found.effect)
    moved = weights[:, np.newaxis] * (cohort[:, np.newaxis] == found.cohort) - found.share
    each = np.full((len(cohort), len(of.at)), np.nan)
    value = np.full(len(of.at), np.nan)
    for place, members in enumerate(of.members & told):
        if members.any():
            value[place], each[:, place] = _average(
                found.effect[members],
                found.influence[:, members],
                found.share[members] if of.by_share else None,
                moved[:, members],
            )
    own = np.array([found.share[row].mean() if row.any() else np.nan for row in of.members])
    own_moved = np.array(
        [
            moved[:, row].mean(axis=1) if row.any() else np.full(len(cohort), np.nan)
            for row in of.members
        ]
    ).T.reshape(len(cohort), -1)

    def put_together(which: np.ndarray) -> np.ndarray:
        which = which & np.isfinite(value)
        if not which.any():
            return np.full(len(cohort), np.nan)
        share = own[which] if of.overall_by_share else None
        return _average(value[which], each[:, which], share, own_moved[:, which])[1]

    return Influences(each, put_together(of.counted), put_together(~of.counted))


def _average(
    values: np.ndarray, influence: np.ndarray, share: np.ndarray | None, moved: np.ndarray
) -> tuple[float, np.ndarray]:
    if share is None:
        return float(values.mean()), influence.mean(axis=1)
    total = share.sum()
    mean = float(values @ share / total)
    return mean, (influence @ share + moved @ (values - mean)) / total
