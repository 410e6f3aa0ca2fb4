"""Tables that hold the same people are one problem: what one hides another must not give away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from workforce_analytics.disclosure import marking, means, session
from workforce_analytics.disclosure.between import close_medians, small_changes
from workforce_analytics.disclosure.layout import Counted, counted
from workforce_analytics.disclosure.linking import Asked, Clash, Hidden, Rules
from workforce_analytics.disclosure.linking import hide as hide_together
from workforce_analytics.disclosure.policy import Policy, for_audience, resolve
from workforce_analytics.disclosure.protected import Decisions, Protected
from workforce_analytics.disclosure.record import Basis, Record
from workforce_analytics.disclosure.room import alike
from workforce_analytics.disclosure.rounding import controlled, rounded, under_threshold
from workforce_analytics.errors import DisclosureRefused, UsageError
from workforce_analytics.estimates import About, Cells, Estimates

COUNTS = ("numerator", "denominator")
Choice = Mapping[str, str]
"""Rows of a table by their labels: {"ethnicity": "Asian", "grade_band": "Senior"}."""

NOT_FOR_SHARING = "Exact figures: not for sharing."


def protect_together(
    tables: Sequence[Estimates],
    *,
    audience: str | None = None,
    earlier: Sequence[Record] = (),
    keep: Sequence[Choice] = (),
    hide: Sequence[Choice] = (),
) -> list[Protected]:
    """What of these tables may an audience see that has them all before it?

    Tables of the same people are attacked as one: a count that one table hides cannot be had from
    another, nor from one that was released earlier.

    Parameters
    ----------
    tables
        Exact figures.
    audience
        As for `protect`. Management sees each display on its own.
    earlier
        What was released of the same people before.
    keep, hide
        Rows whose counts must be shown, or must be hidden: column -> label, each.

    Returns
    -------
    list of Protected
        One per table, in order.

    Raises
    ------
    DisclosureRefused
        Counts that are to be shown, or were released earlier, give others away whatever is hidden.
    """
    name = session.allowed(audience)
    policies = [for_audience(resolve(table.about.policy), name) for table in tables]
    found: list[Protected | None] = [
        _without_pattern(table, policy, name)
        for table, policy in zip(tables, policies, strict=True)
    ]
    by_policy: dict[Policy, list[int]] = {}
    for place, done in enumerate(found):
        if done is None:
            by_policy.setdefault(policies[place], []).append(place)
    for policy, places in by_policy.items():
        sets = [[place] for place in places] if name == "management" else [places]
        for together in sets:
            chosen = [tables[place] for place in together]
            made = _by_pattern(chosen, policy, name, earlier, keep, hide)
            for place, one in zip(together, made, strict=True):
                found[place] = one
    return [one for one in found if one is not None]


def _without_pattern(estimates: Estimates, policy: Policy, audience: str) -> Protected | None:
    """Protect what needs no complementary cells; None where it does."""
    exact, about, cells = estimates._exact, estimates.about, estimates.cells
    if about.published:
        words = f"These counts were public already ({about.published}); nothing is hidden."
        return _plain(estimates, policy, audience, words)
    if audience == "analyst":
        return _plain(estimates, policy, audience, NOT_FOR_SHARING)
    if cells is not None:
        return None
    counts = exact[["numerator", "denominator", "n_effective"]].notna()
    if not counts.any(axis=None):
        return _plain(estimates, policy, audience, "The table holds no counts of people.")
    if policy.rounds:
        n, total = (rounded(exact[name].to_numpy(), policy) for name in COUNTS)
        frame, veil = marking.rounded_rows(
            exact, policy, n, total, np.zeros(len(exact), dtype=bool)
        )
    else:
        everything = np.ones(len(exact), dtype=bool)
        frame = exact
        veil = marking.row_by_row(exact, policy, everything).over(marking.few(exact, policy))
    veil = marking.with_reference(exact, about, veil)
    words = "Each row was protected by itself, without regard to sums over rows."
    return _row_wise(estimates, policy, audience, frame, veil, words)


def _by_pattern(
    tables: Sequence[Estimates],
    policy: Policy,
    audience: str,
    earlier: Sequence[Record],
    keep: Sequence[Choice],
    hide: Sequence[Choice],
) -> list[Protected]:
    """Hide counts, and what rests on them, of tables that are looked at together."""
    asked = [_asked(table, policy, keep, hide) for table in tables]
    released = [one.counted for one in earlier]
    changes = small_changes(
        [one.counted for one in asked],
        released,
        threshold=policy.threshold,
        months=policy.min_gap_months,
    )
    asked = [
        replace(one, sensitive=one.sensitive | small, keep=one.keep & ~small)
        for one, small in zip(asked, changes, strict=True)
    ]
    found = _decided(tables, asked, policy, released)
    others = _others(asked, released)
    alone = _decided(tables, asked, policy, ()) if others else found
    result = []
    for table, one, decided, by_itself in zip(tables, asked, found, alone, strict=True):
        more = int((decided.hidden & ~by_itself.hidden).sum())
        words = _sentence(decided, policy) + _because(more, others)
        result.append(_shown(table, one, decided, policy, audience, earlier, words))
    return result


def _others(asked: Sequence[Asked], released: Sequence[Counted]) -> list[str]:
    """Name the tables of the same people and date that were released in another form."""
    ours = {
        (layout.people, day)
        for one in asked
        for layout in [one.counted.layout]
        for day in layout.days
    }
    same = [one.counted.layout for one in asked]
    return list(
        dict.fromkeys(
            one.title
            for one in released
            if one.layout not in same
            and any((one.layout.people, day) in ours for day in one.layout.days)
        )
    )


def _because(more: int, titles: Sequence[str]) -> str:
    if not more:
        return ""
    named = ", ".join(f"'{title}'" for title in titles[:3])
    rest = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
    return f" {more:,} of these are hidden because of what was released earlier: {named}{rest}."


def _asked(
    table: Estimates, policy: Policy, keep: Sequence[Choice], hide: Sequence[Choice]
) -> Asked:
    """What the policy, and whoever releases the table, ask of each of its counts."""
    cells, exact = table.cells, table._exact
    assert cells is not None
    values = np.array([cells.base[list(cell)].sum() for cell in cells.members], dtype=np.int64)
    full = marking.full_groups(exact, table.about) & (policy.full_groups == "hide")
    sensitive = _small(cells, values, policy) | _sensitive(table, full, policy)
    sensitive |= _chosen(table, hide) & (values > 0)
    below, above, guard = _room(cells, values, policy)
    return Asked(
        counted(table),
        sensitive,
        _chosen(table, keep) & ~sensitive,
        _weights(cells, values, policy),
        (below, above),
        guard,
    )


def _chosen(table: Estimates, choices: Sequence[Choice]) -> np.ndarray:
    """Which cells stand in the rows that somebody named?"""
    cells, exact = table.cells, table._exact
    assert cells is not None
    found = np.zeros(len(cells.members), dtype=bool)
    for choice in choices:
        strange = [name for name in choice if name not in exact.columns]
        if strange:
            raise UsageError(
                f"The table has no column '{strange[0]}'. It has: {', '.join(exact.columns)}."
            )
        rows = np.ones(len(exact), dtype=bool)
        for name, label in choice.items():
            rows &= (exact[name].astype(str) == label).to_numpy()
        if not rows.any():
            said = ", ".join(f"{name} {label}" for name, label in choice.items())
            raise UsageError(f"The table has no row with {said}.")
        places = cells.numerator[rows]
        found[places[places >= 0]] = True
    return found


def _small(cells: Cells, values: np.ndarray, policy: Policy) -> np.ndarray:
    small = (values >= 1) & (values < policy.threshold)
    if policy.zeros == "hide":
        # Where nothing could ever be counted, 0 tells nothing.
        small |= (values == 0) & np.array([len(cell) > 0 for cell in cells.members], dtype=bool)
    return small


def _weights(cells: Cells, values: np.ndarray, policy: Policy) -> np.ndarray:
    if policy.weights == "equal":
        return np.ones(len(values))
    if policy.weights == "value":
        return values + 1.0
    rows = np.ones(len(values))
    for places in (cells.numerator, cells.denominator):
        np.add.at(rows, places[places >= 0], 1)
    return np.asarray(rows * (1 + np.log2(1 + values)))


def _room(
    cells: Cells, values: np.ndarray, policy: Policy
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How far each count may be from what is printed, and how wide small ones must stay."""
    nothing = np.zeros(len(values), dtype=np.int64)
    if not policy.rounds:
        return nothing, nothing, nothing
    shown = printed_counts(cells, values, policy)
    lowest, highest = alike(np.nan_to_num(shown), policy)
    lowest, highest = np.minimum(lowest, values), np.maximum(highest, values)
    natural = np.minimum(highest - lowest, policy.width)
    small = (lowest < policy.rounding_base) & (highest > 0) & (values > 0)
    return values - lowest, highest - values, np.where(small, natural, 0)


def printed_counts(cells: Cells, values: np.ndarray, policy: Policy) -> np.ndarray:
    """What does a rounding policy print for each cell, NaN where its count is hidden?"""
    if policy.rounding != "controlled":
        return rounded(values.astype(float), policy)
    sums = controlled(cells.base, cells.members, policy.rounding_base, keys=cells.keys)
    return np.where(under_threshold(values, policy), np.nan, sums)


def _decided(
    tables: Sequence[Estimates],
    asked: Sequence[Asked],
    policy: Policy,
    earlier: Sequence[Counted],
) -> list[Hidden]:
    rules = Rules(policy.threshold, policy.width, policy.least_hidden)
    clash = None
    try:
        return hide_together(asked, rules, earlier)
    except Clash as found:
        clash = found
    titles = " and ".join(f"'{table.about.title}'" for table in tables[:2])
    more = f" and {len(tables) - 2} more" if len(tables) > 2 else ""
    raise DisclosureRefused(_clash_words(f"{titles}{more}", clash))


def _clash_words(what: str, clash: Clash) -> str:
    released = ", ".join(f"'{title}'" for title in clash.tables)
    if clash.differs:
        return (
            f"{what}: the counts differ from those released earlier for the same people and date, "
            f"in {released}. Whoever has both could tell who was added or removed. Make it from "
            "the same extract, or give a reason for releasing a revision."
        )
    if released:
        return (
            f"{what}: together with {released}, released earlier, counts under the threshold "
            "could be worked out, whatever is hidden now. Release it for other groups, or give a "
            "reason for releasing it nevertheless."
        )
    return (
        f"{what}: with the rows that are to be shown, counts under the threshold could be worked "
        "out, whatever else is hidden. Name fewer rows to be shown."
    )


def _shown(
    table: Estimates,
    asked: Asked,
    found: Hidden,
    policy: Policy,
    audience: str,
    earlier: Sequence[Record],
    words: str,
) -> Protected:
    """Hide what was decided, and all that rests on it."""
    exact, cells = table._exact, table.cells
    assert cells is not None
    veil = marking.from_cells(cells, found.hidden | found.withheld)
    no_cell = (cells.numerator < 0) & (cells.denominator < 0)
    alone = marking.row_by_row(exact, policy, no_cell)
    veil = marking.Veil(
        veil.numerator | alone.numerator,
        veil.denominator | alone.denominator,
        veil.value | alone.value | marking.few(exact, policy),
    )
    frame = exact
    if policy.rounds:
        n, total = _rounded_rows(table, asked, policy)
        derived = np.array([bool(further) for further in cells.behind] or no_cell) & no_cell
        frame, own = marking.rounded_rows(exact, policy, n, total, derived)
        veil = marking.Veil(
            veil.numerator | own.numerator,
            veil.denominator | own.denominator,
            veil.value | own.value,
        )
    veil = veil.over(_averages(table, asked, found, policy, earlier))
    veil = marking.with_reference(exact, table.about, veil)
    full = marking.full_groups(exact, table.about)
    primary, hidden = int(found.primary.sum()), int(found.hidden.sum())
    decisions = Decisions(
        len(cells.members),
        primary,
        hidden - primary,
        _named(exact, table.about, full & ~veil.value),
        found.least_weight,
        words,
    )
    shown = marking.withheld(marking.marked(frame, veil, policy), cells, found.withheld)
    basis = Basis(
        asked.counted.layout,
        cells.numerator,
        cells.denominator,
        cells.quantiles,
        heads=table.about.counted != "fte",
    )
    return Protected(shown, table.about, audience, policy, decisions, basis)


def _averages(
    table: Estimates, asked: Asked, found: Hidden, policy: Policy, earlier: Sequence[Record]
) -> np.ndarray:
    """Which rows hold a mean or median that would give a small group's away?"""
    cells = table.cells
    assert cells is not None
    rows = means.hidden_rows(table, found.hidden, policy)
    quantiles = [row for row in cells.quantiles if not rows[row]]
    measured = {int(cells.denominator[row]) for row in quantiles}
    close = close_medians(asked.counted, sorted(measured), earlier, threshold=policy.threshold)
    rows[[row for row in quantiles if int(cells.denominator[row]) in close]] = True
    return rows


def _rounded_rows(table: Estimates, asked: Asked, policy: Policy) -> tuple[np.ndarray, np.ndarray]:
    """Round the counts of each row; fractions (FTE) by themselves."""
    exact, cells = table._exact, table.cells
    assert cells is not None
    values = np.array([cells.base[list(cell)].sum() for cell in cells.members], dtype=np.int64)
    printed = printed_counts(cells, values, policy)
    result = []
    for name, places in zip(COUNTS, (cells.numerator, cells.denominator), strict=True):
        counts = exact[name].to_numpy(dtype=float)
        own = rounded(counts, policy)
        there = (places >= 0) & (counts == values[np.maximum(places, 0)])
        result.append(np.where(there, printed[np.maximum(places, 0)], own))
    return result[0], result[1]


def _sensitive(table: Estimates, full: np.ndarray, policy: Policy) -> np.ndarray:
    """Find cells to hide whatever number of people they count.

    They are printed as a small number, as full-time equivalents can be, or belong to a group that
    has all its members in one category and is to be hidden, zeros included.
    """
    cells, exact = table.cells, table._exact
    assert cells is not None
    more = np.zeros(len(cells.members), dtype=bool)
    for name, places in (("numerator", cells.numerator), ("denominator", cells.denominator)):
        small = (exact[name] > 0) & (exact[name] < policy.threshold)
        more[places[small.to_numpy() & (places >= 0)]] = True
    values = np.array([cells.base[list(cell)].sum() for cell in cells.members])
    for whole in set(cells.denominator[full].tolist()) - {-1}:
        parts = cells.numerator[(cells.denominator == whole) & (cells.numerator >= 0)]
        more[parts[(values[parts] == 0) | (values[parts] == values[whole])]] = True
    return more


def _sentence(found: Hidden, policy: Policy) -> str:
    hidden, cells = int(found.hidden.sum()), len(found.hidden)
    if found.withheld.any():
        return (
            "Too many tables hang together here to look at them at once: of what only this table "
            f"would tell, nothing is shown ({int(found.withheld.sum()):,} of {cells:,} counts)."
        )
    if not hidden:
        return f"None of the {cells:,} counts in this table had to be hidden."
    few = f"{0 if policy.zeros == 'hide' else 1} to {policy.threshold - 1}"
    return (
        f"{hidden:,} of {cells:,} counts are hidden, marked {policy.mark}, with every figure that "
        f"rests on them: they are from {few}, or such a count could be worked out from them."
    )


def _plain(estimates: Estimates, policy: Policy, audience: str, words: str) -> Protected:
    exact = estimates._exact
    return _row_wise(estimates, policy, audience, exact, marking.no_veil(len(exact)), words)


def _row_wise(
    estimates: Estimates,
    policy: Policy,
    audience: str,
    frame: pd.DataFrame,
    veil: marking.Veil,
    words: str,
) -> Protected:
    counts = frame[["numerator", "denominator"]].notna().to_numpy().sum()
    hidden = int(veil.numerator.sum() + veil.denominator.sum())
    full = marking.full_groups(estimates._exact, estimates.about) & ~veil.value
    decisions = Decisions(
        int(counts), hidden, 0, _named(estimates._exact, estimates.about, full), True, words
    )
    shown = marking.marked(frame, veil, policy)
    return Protected(shown, estimates.about, audience, policy, decisions)


def _named(exact: pd.DataFrame, about: About, rows: np.ndarray) -> tuple[str, ...]:
    labels = exact.loc[rows, list(about.groups)].astype(str).agg(", ".join, axis=1)
    return tuple(dict.fromkeys(labels.tolist())) if len(labels) else ()
