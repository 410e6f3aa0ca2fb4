"""What is asked of each count of a table: by the policy, and by whoever releases it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from workforce_analytics.disclosure import marking
from workforce_analytics.disclosure.demands import Asked
from workforce_analytics.disclosure.layout import counted
from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.disclosure.room import alike
from workforce_analytics.disclosure.rounding import controlled, rounded, under_threshold
from workforce_analytics.errors import DisclosureRefused, UsageError
from workforce_analytics.estimates import Cells, Estimates

Choice = Mapping[str, str]
"""Rows of a table by their labels: {"ethnicity": "Asian", "grade_band": "Senior"}."""


def asked_of(
    table: Estimates, policy: Policy, keep: Sequence[Choice], hide: Sequence[Choice]
) -> Asked:
    """What do the policy, and whoever releases the table, ask of each of its counts?

    Parameters
    ----------
    table
        Exact figures with cells.
    policy
        The policy.
    keep, hide
        Rows whose counts must be shown, or must be hidden.

    Returns
    -------
    Asked
        One demand per cell.

    Raises
    ------
    DisclosureRefused
        A row that is to be shown is too small to be.
    UsageError
        There is no such row.
    """
    cells, exact = table.cells, table._exact
    assert cells is not None
    values = cells.values
    full = marking.full_groups(exact, table.about) & (policy.full_groups == "hide")
    sensitive = _small(cells, values, policy) | _all_alike(cells, values, full)
    sensitive |= _chosen(table, hide) & (values > 0)
    kept = _chosen(table, keep)
    if (kept & sensitive).any():
        raise DisclosureRefused(
            f"'{table.about.title}': a row that is to be shown counts fewer people than the policy "
            "lets be shown, or is to be hidden, too. Take it out of keep=."
        )
    below, above, guard = _room(cells, values, policy)
    return Asked(
        counted(table),
        sensitive,
        kept,
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
    for cell, people in cells.heads.items():
        small[cell] |= 1 <= people < policy.threshold
    if policy.zeros == "hide":
        # Where nothing could ever be counted, 0 tells nothing.
        small |= (values == 0) & np.array([len(cell) > 0 for cell in cells.members], dtype=bool)
    return small


def _all_alike(cells: Cells, values: np.ndarray, full: np.ndarray) -> np.ndarray:
    """Find the counts, zeros included, of groups that have all their members in one category."""
    found = np.zeros(len(values), dtype=bool)
    for whole in set(cells.denominator[full].tolist()) - {-1}:
        parts = cells.numerator[(cells.denominator == whole) & (cells.numerator >= 0)]
        found[parts[(values[parts] == 0) | (values[parts] == values[whole])]] = True
    return found


def _weights(cells: Cells, values: np.ndarray, policy: Policy) -> np.ndarray:
    if policy.weights == "equal":
        return np.ones(len(values))
    if policy.weights == "value":
        return values + 1.0
    rows = np.ones(len(values))
    for places in (cells.numerator, cells.denominator):
        np.add.at(rows, places[places >= 0], 1)
    for further in cells.behind:
        # Whatever compares with a group goes with it, so the group compared with is dear.
        rows[sorted(set(further))] += 1
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
