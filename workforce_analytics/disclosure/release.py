"""Tables that hold the same people are one problem: what one hides another must not give away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workforce_analytics.disclosure import marking, session
from workforce_analytics.disclosure.linking import hide
from workforce_analytics.disclosure.policy import Policy, for_audience, resolve
from workforce_analytics.disclosure.protected import Decisions, Protected
from workforce_analytics.estimates import About, Estimates

NOT_FOR_SHARING = "Exact figures: not for sharing."


def protect_together(
    tables: Sequence[Estimates], *, audience: str | None = None
) -> list[Protected]:
    """What of these tables may an audience see that has them all before it?

    Tables of the same people are attacked as one: a count that one table hides cannot be had from
    another.

    Parameters
    ----------
    tables
        Exact figures.
    audience
        As for `protect`. Management sees each display on its own.

    Returns
    -------
    list of Protected
        One per table, in order.
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
            made = _by_pattern([tables[place] for place in together], policy, name)
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
    counts = exact[["numerator", "denominator", "n_effective"]].notna()
    if not counts.any(axis=None) and cells is None:
        return _plain(estimates, policy, audience, "The table holds no counts of people.")
    if policy.rounds:
        frame, veil = marking.rounded_rows(exact, policy)
        veil = marking.with_reference(exact, about, veil)
        return _row_wise(estimates, policy, audience, frame, veil, policy.words)
    if cells is None:
        everything = np.ones(len(exact), dtype=bool)
        veil = marking.row_by_row(exact, policy, everything).over(marking.few(exact, policy))
        veil = marking.with_reference(exact, about, veil)
        words = "Each row was protected by itself, without regard to sums over rows."
        return _row_wise(estimates, policy, audience, exact, veil, words)
    return None


def _by_pattern(tables: list[Estimates], policy: Policy, audience: str) -> list[Protected]:
    flagged = [marking.full_groups(table._exact, table.about) for table in tables]
    more = [
        _sensitive(table, full if policy.full_groups == "hide" else np.zeros_like(full), policy)
        for table, full in zip(tables, flagged, strict=True)
    ]
    result = []
    for table, found, full in zip(tables, hide(tables, policy, more), flagged, strict=True):
        exact, cells = table._exact, table.cells
        assert cells is not None
        veil = marking.from_cells(cells, found.hidden).over(marking.few(exact, policy))
        no_cell = (cells.numerator < 0) & (cells.denominator < 0)
        rows = marking.row_by_row(exact, policy, no_cell)
        veil = marking.Veil(
            veil.numerator | rows.numerator,
            veil.denominator | rows.denominator,
            veil.value | rows.value,
        )
        veil = marking.with_reference(exact, table.about, veil)
        primary = int(found.primary.sum())
        hidden, number = int(found.hidden.sum()), len(cells.members)
        decisions = Decisions(
            number,
            primary,
            hidden - primary,
            _named(exact, table.about, full & ~veil.value),
            found.least_weight,
            _sentence(hidden, number, policy),
        )
        frame = marking.marked(exact, veil, policy)
        result.append(Protected(frame, table.about, audience, policy, decisions))
    return result


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


def _sentence(hidden: int, cells: int, policy: Policy) -> str:
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
