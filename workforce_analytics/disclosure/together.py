"""Tables that hold the same people are one problem: what one hides another must not give away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from workforce_analytics.disclosure import marking, means, session
from workforce_analytics.disclosure.asking import Choice, asked_of, printed_counts
from workforce_analytics.disclosure.between import close_medians, small_changes
from workforce_analytics.disclosure.demands import Asked, Clash, Hidden, Rules
from workforce_analytics.disclosure.layout import Counted
from workforce_analytics.disclosure.linking import hide as hide_together
from workforce_analytics.disclosure.policy import Policy, for_audience, resolve, with_floor
from workforce_analytics.disclosure.protected import Decisions, Protected
from workforce_analytics.disclosure.record import Basis, Record
from workforce_analytics.disclosure.rounding import rounded
from workforce_analytics.errors import DisclosureRefused
from workforce_analytics.estimates import About, Estimates

COUNTS = ("numerator", "denominator")
NO_COUNTS = "The table holds no counts of people."


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
    policies = [_policy_of(table.about, name) for table in tables]
    found: list[Protected | None] = [
        _without_pattern(table, policy, name)
        for table, policy in zip(tables, policies, strict=True)
    ]
    places = [place for place, done in enumerate(found) if done is None]
    for together in [[place] for place in places] if name == "management" else [places]:
        chosen = [tables[place] for place in together]
        rules = [policies[place] for place in together]
        made = _by_pattern(chosen, rules, name, earlier, keep, hide) if chosen else []
        for place, one in zip(together, made, strict=True):
            found[place] = one
    return [one for one in found if one is not None]


def _policy_of(about: About, audience: str) -> Policy:
    """Give the rules for a table: the organisation's, and no weaker than the table asks for."""
    policy = for_audience(resolve(about.policy), audience)
    return policy if audience == "analyst" else with_floor(policy, about.least_threshold)


def _without_pattern(estimates: Estimates, policy: Policy, audience: str) -> Protected | None:
    """Protect what needs no complementary cells; None where it does."""
    exact, about, cells = estimates._exact, estimates.about, estimates.cells
    if about.published:
        words = f"These counts were public already ({about.published}); nothing is hidden."
        return _plain(estimates, policy, audience, words)
    if audience == "analyst":
        return _plain(estimates, policy, audience, session.STAMPS["analyst"])
    if cells is not None:
        return None
    counts = exact[["numerator", "denominator", "n_effective"]].notna()
    if not counts.any(axis=None):
        return _plain(estimates, policy, audience, NO_COUNTS)
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
    policies: Sequence[Policy],
    audience: str,
    earlier: Sequence[Record],
    keep: Sequence[Choice],
    hide: Sequence[Choice],
) -> list[Protected]:
    """Hide counts, and what rests on them, of tables that are looked at together.

    Where their policies differ, what ties them is held to the strictest.
    """
    asked = [
        asked_of(table, policy, keep, hide) for table, policy in zip(tables, policies, strict=True)
    ]
    rules = Rules(
        max(policy.threshold for policy in policies),
        max(policy.width for policy in policies),
        max(policy.least_hidden for policy in policies),
    )
    released = [one.counted for one in earlier]
    changes = small_changes(
        [one.counted for one in asked],
        released,
        threshold=rules.threshold,
        months=max(policy.min_gap_months for policy in policies),
    )
    asked = [
        replace(one, sensitive=one.sensitive | small, keep=one.keep & ~small)
        for one, small in zip(asked, changes, strict=True)
    ]
    found = _following(tables, _decided(tables, asked, rules, released))
    others = _others(asked, released)
    alone = _following(tables, _decided(tables, asked, rules, ())) if others else found
    result = []
    for table, policy, one, decided, by_itself in zip(
        tables, policies, asked, found, alone, strict=True
    ):
        more = int((decided.hidden & ~by_itself.hidden).sum())
        words = _sentence(decided, policy, modelled=_modelled(table)) + _because(more, others)
        result.append(_shown(table, one, decided, policy, audience, earlier, words))
    return result


def _following(tables: Sequence[Estimates], found: Sequence[Hidden]) -> list[Hidden]:
    """Hide also those who are nearly all of others that are hidden: about as many as they."""
    made = []
    for table, one in zip(tables, found, strict=True):
        hidden = one.hidden.copy()
        for cell, other in (table.cells.follows if table.cells else {}).items():
            hidden[cell] |= one.hidden[other]
        made.append(replace(one, hidden=hidden))
    return made


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


def _decided(
    tables: Sequence[Estimates],
    asked: Sequence[Asked],
    rules: Rules,
    earlier: Sequence[Counted],
) -> list[Hidden]:
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
    heads = table.about.counted != "fte"
    if not heads:
        veil = marking.few_equivalents(exact, policy, veil)
    no_cell = (cells.numerator < 0) & (cells.denominator < 0)
    veil = veil.and_also(marking.row_by_row(exact, policy, no_cell))
    veil = veil.over(marking.few(exact, policy))
    veil = marking.few_in_models(cells, policy, veil)
    veil = marking.few_between_stages(exact, table.about, policy, veil)
    frame = exact
    if policy.rounds:
        n, total = _rounded_rows(table, asked, policy)
        derived = no_cell & [bool(further) for further in cells.behind or [()] * len(exact)]
        frame, own = marking.rounded_rows(exact, policy, n, total, derived)
        veil = veil.and_also(own)
    veil = veil.over(_averages(table, asked, found, policy, earlier))
    veil = marking.with_reference(exact, table.about, veil)
    full = marking.full_groups(exact, table.about)
    primary, hidden = int(found.primary.sum()), int((found.hidden | found.withheld).sum())
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
        heads=heads,
        hidden=frozenset(np.flatnonzero(found.hidden).tolist()),
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
    nothing = [np.nan]  # what place -1, "no cell", points at
    values = np.append(cells.values, nothing)
    printed = np.append(printed_counts(cells, cells.values, policy), nothing)
    result = []
    for name, places in zip(COUNTS, (cells.numerator, cells.denominator), strict=True):
        counts = exact[name].to_numpy(dtype=float)
        own = rounded(counts, policy)
        result.append(np.where(counts == values[places], printed[places], own))
    return result[0], result[1]


def _modelled(table: Estimates) -> bool:
    return table.cells is not None and bool(table.cells.modelled)


def _sentence(found: Hidden, policy: Policy, *, modelled: bool) -> str:
    hidden, cells = int(found.hidden.sum()), len(found.hidden)
    if found.withheld.any():
        return (
            "Too many tables hang together here to look at them at once: of what only this table "
            f"would tell, nothing is shown ({int(found.withheld.sum()):,} of {cells:,} counts)."
        )
    if not cells and not modelled:
        return NO_COUNTS
    if not cells:
        return (
            "This table prints no counts; what a model gave is hidden where fewer than "
            f"{policy.threshold} people stand behind it."
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
