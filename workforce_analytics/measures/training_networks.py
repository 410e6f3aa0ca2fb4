"""Did more people take part in staff networks once their chairs had been trained?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from workforce_analytics.counting.network_months import (
    NetworkMonths,
    first_day,
    network_months,
)
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.inference.contests import Events
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.inference.pooled import Pooled, pooled
from workforce_analytics.inference.rollout import NEVER, Rollout
from workforce_analytics.inference.rollout_effect import (
    FEWEST_UNITS,
    Effect,
    Progress,
    Tested,
    rollout_effect,
)
from workforce_analytics.inference.verdicts import (
    CANNOT_TELL,
    FEWEST_UNITS_NOT_RANDOM,
    NO_CHANGE,
)
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.training_network_words import (
    AFTER,
    BEFORE,
    OUTCOME,
    OUTCOMES,
    SEEN,
    TIME,
    WAITING,
    WHAT,
    WHEN,
    Looked,
    Outcome,
    describe,
    planned_words,
    source,
)

DELTA = 1.10
"""The ratio that matters where nobody says which does: a tenth more, or as much less."""
ROSE, FELL = "rose", "fell"
ENDS = ("value", "lower", "upper")
ABOVE = "above 1: with trained chairs there was more ({}) than there would have been without"


def chairs_training(
    networks: Any,
    *,
    support: str = "chair_training",
    outcome: str = "attendances",
    delta: float = DELTA,
    random_order: bool = False,
    planned_on: date | str | None = None,
    draws: int = 999,
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> Estimates:
    """Did more people take part in staff networks once their chairs had been trained?

    Parameters
    ----------
    networks
        `council.networks`: monthly counts of networks, or lists of members and attendance, and the
        support that networks were given.
    support
        The support whose first day is a network's turn: "chair_training", or another category.
    outcome
        "attendances" (per member and month), "unique_attendees" (different people who came, per
        member and month) or "joiners" (new members per network and month).
    delta
        The smallest change that matters, as a ratio above 1: 1.10 is a tenth more, or as much less.
    random_order
        Whether it was drawn by lot whose chair is trained when.
    planned_on
        The day on which the question and delta were set down, where that was done.
    draws
        Random signs, and other orders where the order was random; 0 for the jackknife alone.
    confidence
        0.95 for 95 %.
    progress
        Called with what is being done, how much is done, and of how much.

    Returns
    -------
    Estimates
        Kind "chairs_training", one outcome: `rate_before` and `rate_after` of the networks whose
        chair was trained and `rate_waiting` of the others (as they are), `effect` (ratio: how the
        rate changed beyond how it changed elsewhere) with the p-value of the test that the verdict
        uses, `effect_events` (how many more there were than there would have been), `pooled`,
        `jackknife`, `wild_bootstrap`, `smallest_that_matters`, and `verdict`, whose note is "rose",
        "fell", "no change that matters" or "cannot tell", with a reason where there is one.

    Raises
    ------
    UsageError
        An outcome, support or number that is none; nothing is known of the outcome.

    Notes
    -----
    Numbers of a month are Poisson, their rate the product of a level per network, a level per month
    and an effect of each cohort of networks in each month since its turn, so that networks are
    compared only with those that still wait; the estimate averages those effects, weighted by
    members. A month counts as after the training if it began on that day or later. Spread beyond
    Poisson is allowed for: errors are from leaving out one network at a time, against t with
    networks - 1 degrees of freedom, or from other orders that could have been drawn.

    Verdict: an interval of the ratio within 1 / delta to delta is "no change that matters" (this
    wins); else one that excludes 1 is "rose" or "fell", if one coefficient for all networks and
    months agrees in direction; otherwise "cannot tell". With fewer than 5 networks nothing can be
    told; with fewer than 10 only where the order was random.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.training_impact.chairs_training(council.networks, draws=99)
    >>> print(table.about.title)
    Attendances per member before and after chairs were trained, April 2022 to March 2025
    """
    named = _outcome(outcome)
    matters = _delta(delta)
    likely = checked_confidence(confidence)
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 0:
        raise UsageError("draws= takes a whole number of draws, such as 999, or 0.")
    months = network_months(networks, outcome=outcome, support=support)
    laid = _Months.of(months, outcome, named)
    effect = rollout_effect(
        laid.rollout,
        random_order=random_order,
        draws=draws,
        confidence=likely,
        progress=progress,
    )
    rows = laid.rows()
    _add(rows, laid, named, effect, matters, likely)
    looked = laid.looked
    about = describe(
        months,
        looked,
        named,
        random_order=random_order,
        planned=planned_words(planned_on, looked.last_day, _matters(matters)),
        confidence=likely,
    )
    return rows.estimates(about, source(months, named))


def _outcome(given: Any) -> Outcome:
    if given not in OUTCOMES:
        raise UsageError(f"outcome= takes one of {', '.join(OUTCOMES)}.")
    return OUTCOMES[given]


def _delta(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 1 < given < np.inf:
        raise UsageError("delta= takes a ratio above 1, such as 1.10 for a tenth more or less.")
    return float(given)


def _matters(delta: float) -> str:
    return f"a rise to {delta:g} times what it would have been, or a fall as large, matters"


@dataclass(frozen=True, eq=False)
class _Months:
    """Months of networks as rows of a roll-out, and what they add up to."""

    rollout: Rollout
    sums: Mapping[tuple[str, ...], int]
    """Events, and member-months (or months), before, after and of networks that wait."""
    heads: Mapping[tuple[str, str], int]
    """How many people stand behind each of those, at least."""
    looked: Looked

    @classmethod
    def of(cls, months: NetworkMonths, outcome: str, named: Outcome) -> _Months:
        """Lay months out; those of which the outcome is not known are left out."""
        table = months.table
        known = table[outcome].notna() & (table["members"].gt(0) if named.per_member else True)
        kept = table[known]
        if kept.empty:
            raise UsageError("In no month is it known both how many members there were and came.")
        names = sorted(set(kept["network"]))
        unit = np.searchsorted(names, kept["network"].to_numpy(dtype=str))
        month = kept["month"].to_numpy(dtype=np.int64)
        day = np.array([first_day(one).toordinal() for one in month.tolist()])
        days = [months.given.get(name) for name in names]
        start = np.array([NEVER if one is None else one.toordinal() for one in days])
        seen = kept[outcome].to_numpy(dtype=float)
        time = kept["members"].to_numpy(dtype=float) if named.per_member else np.ones(len(kept))
        # Levels of networks and months take up any constant: this one keeps the fit near 0.
        scale = seen.sum() / time.sum() if seen.sum() else 1.0
        rollout = Rollout.of(
            Events(seen, time * scale),
            unit=unit,
            day=day,
            period=month - month.min(),
            weight=time,
            start=start,
        )
        after = np.where(day >= start[unit], AFTER, BEFORE)
        when = np.where(start[unit] >= NEVER, WAITING, after)
        came = kept["unique_attendees" if named.per_member else "joiners"].to_numpy(dtype=float)
        sums: dict[tuple[str, ...], int] = {}
        heads: dict[tuple[str, str], int] = {}
        for part in (BEFORE, AFTER, WAITING):
            here = when == part
            for what, numbers in ((SEEN, seen), (TIME, time)):
                sums[what, part] = int(numbers[here].sum())
            if named.per_member:
                heads[TIME, part] = int(time[here].max(initial=0))
                if not np.isnan(came[here]).all() and here.any():
                    heads[SEEN, part] = int(np.nanmax(came[here]))
        looked = Looked(
            len(names),
            int((start < NEVER).sum()),
            int((~known).sum()),
            rollout.dropped,
            int(month.min()),
            int(month.max()),
        )
        return cls(rollout, sums, heads, looked)

    def rows(self) -> Rows:
        """Start a table whose cells are sums of these."""
        rows = Rows(self.sums, [WHAT, WHEN])
        for (what, when), people in self.heads.items():
            rows.cell(people, **{WHAT: what, WHEN: when})
        return rows


def _add(
    rows: Rows,
    laid: _Months,
    named: Outcome,
    effect: Effect,
    matters: float,
    confidence: float,
) -> None:
    """Add all rows of the outcome."""
    cells = {key: rows.cell(**{WHAT: key[0], WHEN: key[1]}) for key in laid.sums}
    labels = {OUTCOME: named.label}
    # Months are nobody's: only members are people.
    behind = [cell for (what, _), cell in cells.items() if what == SEEN or named.per_member]

    def row(measure: str, unit: str, **figures: Any) -> dict[str, Any]:
        return rows.add(
            measure,
            labels,
            numerator=cells[SEEN, AFTER],
            denominator=cells[TIME, AFTER] if named.per_member else -1,
            behind=behind,
            unit=unit,
            inference="process",
            **figures,
        )

    for when in (BEFORE, AFTER, WAITING):
        _rate(rows, labels, named, cells[SEEN, when], cells[TIME, when], when)
    row("smallest_that_matters", "ratio", value=matters, method="this, or 1 divided by it")
    primary = effect.primary
    found = row("effect", "ratio", **_ratios(primary), orientation=ABOVE.format(named.label))
    found |= {"n_effective": float(laid.rollout.unit.size), "clusters": float(effect.units)}
    if effect.why_not:
        why = _why_not(effect)
        found |= {"status": "undefined", "note": why, "method": "none"}
        row("verdict", "statistic", method="none", note=f"{CANNOT_TELL}: {why}")
        return
    more = row("effect_events", "events")
    more |= _events(primary, laid.sums[SEEN, AFTER])
    summary = pooled(laid.rollout, laid.rollout.treated.astype(float), confidence=confidence)
    _summary(row("pooled", "ratio"), summary)
    for measure, tested in (
        ("jackknife", effect.jackknife),
        ("wild_bootstrap", effect.wild_bootstrap),
    ):
        if tested is not None:
            row(measure, "ratio", **_ratios(tested))
    said = _verdict(effect, summary, matters)
    method = f"interval against {1 / matters:.2f} to {matters:.2f}"
    row("verdict", "statistic", method=method, note=said)


def _rate(
    rows: Rows, labels: Mapping[str, str], named: Outcome, seen: int, time: int, when: str
) -> None:
    row = rows.add(
        f"rate_{when}",
        labels,
        numerator=seen,
        denominator=time if named.per_member else -1,
        unit="ratio",
        inference="process",
        method="as they are: other things changed too",
    )
    if rows.n(time) == 0:
        row |= {"status": "undefined", "note": "there is no such month"}
        return
    row["value"] = rows.n(seen) / rows.n(time)


def _ratios(tested: Tested) -> dict[str, Any]:
    ends = {name: float(np.exp(getattr(tested, name))) for name in ENDS}
    return {**ends, "p_value": tested.p_value, "method": tested.method}


def _events(tested: Tested, seen: int) -> dict[str, Any]:
    """Say how many of those after the training there would not have been without it."""
    found = {name: seen * (1 - np.exp(-getattr(tested, name))) for name in ENDS}
    return {
        **{name: float(n) if np.isfinite(n) else np.nan for name, n in found.items()},
        "method": f"those after the training, less the same divided by the ratio; {tested.method}",
    }


def _summary(row: dict[str, Any], summary: Pooled) -> None:
    row["method"] = "one coefficient for all networks and months, cluster jackknife"
    if np.isnan(summary.value):
        row |= {"status": "undefined", "note": "no size of one coefficient fits these data"}
        return
    row |= {name: float(np.exp(getattr(summary, name))) for name in ENDS}
    row |= {
        "p_value": summary.p_value,
        "n_effective": float(summary.rows),
        "clusters": float(summary.units),
        "note": f"{abs(100 * summary.negative):.0f} % of the weights of its parts are negative",
    }


def _why_not(effect: Effect) -> str:
    if effect.units < FEWEST_UNITS:
        return f"fewer than {FEWEST_UNITS} networks tell anything"
    if not effect.treated_units:
        return "no network was seen before and after its turn, beside one whose chair still waited"
    return "no size of change fits these data"


def _verdict(effect: Effect, summary: Pooled, matters: float) -> str:
    """Say what the interval allows: within delta either way wins, then one that excludes 1."""
    if effect.units < FEWEST_UNITS_NOT_RANDOM and effect.randomisation is None:
        return (
            f"{CANNOT_TELL}: there are {effect.units} networks, and whose chair was trained when "
            f"was not drawn by lot; fewer than {FEWEST_UNITS_NOT_RANDOM} are too few"
        )
    tested = effect.primary
    if -np.log(matters) < tested.lower and tested.upper < np.log(matters):
        return NO_CHANGE
    if tested.lower <= 0 <= tested.upper:
        return CANNOT_TELL
    if not summary.value * effect.value > 0:
        return f"{CANNOT_TELL}: one figure for all networks and months points the other way"
    return ROSE if effect.value > 0 else FELL
