"""Rows of figures that rest on a hidden count are hidden with it, and marked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workforce_analytics.disclosure.policy import Policy
from workforce_analytics.disclosure.rounding import under_threshold
from workforce_analytics.estimates import About, Cells

RESTS_ON_COUNTS = ("lower", "upper", "p_value", "q_value", "n_effective", "clusters")
MEANS = ("pounds", "score_0_100", "score_0_10")
NOT_APPLICABLE, NOT_AVAILABLE, UNRELIABLE = "[z]", "[x]", "[u]"


@dataclass(frozen=True)
class Veil:
    """For each row of a table, what of it is hidden."""

    numerator: np.ndarray
    denominator: np.ndarray
    value: np.ndarray

    def and_also(self, other: Veil) -> Veil:
        """Hide what either hides."""
        return Veil(
            self.numerator | other.numerator,
            self.denominator | other.denominator,
            self.value | other.value,
        )

    def over(self, value: np.ndarray) -> Veil:
        """Hide some more values."""
        return Veil(self.numerator, self.denominator, self.value | value)


def no_veil(rows: int) -> Veil:
    """Hide nothing."""
    nothing = np.zeros(rows, dtype=bool)
    return Veil(nothing, nothing, nothing)


def from_cells(cells: Cells, hidden: np.ndarray) -> Veil:
    """What is hidden of each row, where these cells are hidden?

    A figure is hidden whenever a count that it is worked out from is: a share printed to its
    decimals would give the count back.

    Parameters
    ----------
    cells
        What the figures are made of.
    hidden
        For each cell, whether it is hidden.

    Returns
    -------
    Veil
        Numerator, denominator and value of each row.
    """
    numerator = _at(hidden, cells.numerator)
    denominator = _at(hidden, cells.denominator)
    behind = np.zeros(len(numerator), dtype=bool)
    for row, further in enumerate(cells.behind):
        behind[row] = bool(hidden[list(further)].any())
    return Veil(numerator, denominator, numerator | denominator | behind)


def _at(hidden: np.ndarray, places: np.ndarray) -> np.ndarray:
    there = np.asarray(places) >= 0
    return there & hidden[np.where(there, places, 0)] if len(hidden) else np.zeros(len(there), bool)


def few_equivalents(exact: pd.DataFrame, policy: Policy, veil: Veil) -> Veil:
    """Hide full-time equivalents printed as a small number, although enough people stand behind.

    Whoever subtracts them from others learns of no fewer people than the policy lets be shown.

    Parameters
    ----------
    exact
        The exact figures.
    policy
        The policy.
    veil
        What is hidden already.

    Returns
    -------
    Veil
        That, and these.
    """
    n, total = (
        (exact[name].to_numpy() > 0) & (exact[name].to_numpy() < policy.threshold)
        for name in ("numerator", "denominator")
    )
    return veil.and_also(Veil(n, total, n | total))


def few_in_models(cells: Cells, policy: Policy, veil: Veil) -> Veil:
    """Hide what a model gives where one of the groups that it rests on has too few people.

    Parameters
    ----------
    cells
        What the figures are made of.
    policy
        Its threshold.
    veil
        What is hidden already.

    Returns
    -------
    Veil
        That, and these.
    """
    if not cells.modelled:
        return veil
    fewest = np.array(cells.modelled)
    return veil.over((fewest >= 0) & (fewest < policy.threshold))


def few_between_stages(exact: pd.DataFrame, about: About, policy: Policy, veil: Veil) -> Veil:
    """Hide how many candidates reached a stage where a few less than at another one did.

    Their applications are held against each other as counts; who is behind them is no sum of those.

    Parameters
    ----------
    exact
        The exact figures.
    about
        Names the columns of groups.
    policy
        Its threshold.
    veil
        What is hidden already.

    Returns
    -------
    Veil
        That, and these.
    """
    gone = veil.value.copy()
    people = exact[exact["measure"] == "candidates"]
    others = ["period", *(name for name in about.groups if name != "stage")]
    for _, group in people.groupby(others, sort=False):
        above: float | None = None
        for row, n in group["value"].sort_values(ascending=False, kind="stable").items():
            place = int(exact.index.get_loc(row))
            if gone[place]:
                continue
            if above is not None and 0 < above - n < policy.threshold:
                gone[place] = True
            else:
                above = float(n)
    return veil.over(gone)


def row_by_row(exact: pd.DataFrame, policy: Policy, counted: np.ndarray) -> Veil:
    """What is hidden of rows of which nobody said how they hang together?

    Weaker than an attack on the whole table: a row's own counts, and what its denominator leaves,
    are held against the threshold; sums over rows are not.

    Parameters
    ----------
    exact
        The exact figures.
    policy
        The policy.
    counted
        Rows to look at; the others are protected through their cells.

    Returns
    -------
    Veil
        Numerator, denominator and value of each row.
    """
    n, total = exact["numerator"].to_numpy(), exact["denominator"].to_numpy()
    small_n, small_total = under_threshold(n, policy), under_threshold(total, policy)
    rest = np.where(exact["unit"] == "proportion", total - n, np.nan)
    small_rest = (rest > 0) & (rest < policy.threshold)
    model = under_threshold(exact["n_effective"].to_numpy(), policy)
    numerator = counted & (small_n | small_rest)
    denominator = counted & small_total
    return Veil(numerator, denominator, numerator | denominator | (counted & model))


def few(exact: pd.DataFrame, policy: Policy) -> np.ndarray:
    """Which figures rest on fewer people than the policy wants for a percentage or a mean?"""
    total = exact["denominator"].to_numpy()
    least = {unit: policy.fewest(unit) for unit in MEANS} | {"proportion": policy.least_percentage}
    return total < exact["unit"].map(least).fillna(0.0).to_numpy()


def with_reference(exact: pd.DataFrame, about: About, veil: Veil) -> Veil:
    """Hide comparisons with a group whose own figures are hidden: they would give those away."""
    of = about.groups[0] if about.groups else ""
    if not of or not veil.value.any():
        return veil
    others = ["period", *about.groups[1:]]
    # A row that prints no count (how many cases are open) says nothing of the group's rate; whoever
    # compares with what it rests on is hidden through the cells behind the comparison.
    counted = exact["numerator"].notna() | exact["denominator"].notna()
    hidden = exact[veil.value & counted.to_numpy()]
    gone = set(zip(hidden[of], *(hidden[name] for name in others), strict=True))
    compared = zip(exact["reference"], *(exact[name] for name in others), strict=True)
    return veil.over(np.array([row in gone for row in compared], dtype=bool))


def marked(exact: pd.DataFrame, veil: Veil, policy: Policy) -> pd.DataFrame:
    """Give the figures with hidden numbers missing and a mark in place of each.

    Parameters
    ----------
    exact
        The exact figures.
    veil
        What is hidden of each row.
    policy
        Says which mark stands for a hidden figure.

    Returns
    -------
    pandas.DataFrame
        The columns of the figures, and `numerator_mark`, `denominator_mark`, `value_mark`.
    """
    frame = exact.reset_index(drop=True).copy()
    missing = frame["value"].isna().to_numpy()
    status = frame["status"]
    # Suppressed before anything is hidden here: by whoever published it.
    reason = np.select(
        [status == "undefined", status == "too_few", status == "suppressed"],
        [NOT_APPLICABLE, UNRELIABLE, policy.mark],
        NOT_AVAILABLE,
    )
    frame.loc[veil.value, ["value", *RESTS_ON_COUNTS]] = np.nan
    if veil.value[exact["q_value"].notna().to_numpy()].any():
        # A q-value is the smallest of several p-values times a number, often that of another row:
        # the p-value of a hidden count would give the count back.
        frame["q_value"] = np.nan
    for name, hidden in (("numerator", veil.numerator), ("denominator", veil.denominator)):
        absent = frame[name].isna().to_numpy()
        frame.loc[hidden, name] = np.nan
        frame[f"{name}_mark"] = _marks(hidden, absent, NOT_APPLICABLE, policy.mark)
    frame["value_mark"] = _marks(veil.value, missing, reason, policy.mark)
    # A status or note may say what a hidden figure was.
    hidden_rows = veil.value | veil.numerator | veil.denominator
    frame.loc[hidden_rows, "status"] = "suppressed"
    frame.loc[hidden_rows, "note"] = ""
    # So may whose figure stands there, where it is compared with nothing.
    frame.loc[hidden_rows & (frame["reference"] == "").to_numpy(), "compared"] = ""
    return frame


def withheld(frame: pd.DataFrame, cells: Cells, gone: np.ndarray) -> pd.DataFrame:
    """Mark as not available what nothing is told of, not even that it is small.

    Parameters
    ----------
    frame
        Figures with their marks.
    cells
        What they are made of.
    gone
        For each cell, whether nothing is told of it.

    Returns
    -------
    pandas.DataFrame
        The same figures.
    """
    if gone.any():
        veil = from_cells(cells, gone)
        for name in ("numerator", "denominator", "value"):
            frame.loc[getattr(veil, name), f"{name}_mark"] = NOT_AVAILABLE
    return frame


def _marks(
    hidden: np.ndarray, missing: np.ndarray, reason: np.ndarray | str, mark: str
) -> np.ndarray:
    return np.where(hidden, mark, np.where(missing, reason, "")).astype(object)


def rounded_rows(
    exact: pd.DataFrame,
    policy: Policy,
    numerators: np.ndarray,
    denominators: np.ndarray,
    derived: np.ndarray,
) -> tuple[pd.DataFrame, Veil]:
    """Print the rounded counts of each row, and its share or mean worked out anew from them.

    Intervals and other figures are left out: they were worked out from exact counts and would give
    them back. An exact mean beside a rounded count would, too: it is the exact sum divided by the
    rounded count instead (Hundepool and others, Handbook on Statistical Disclosure Control). What a
    model gave for many services and vacancies together, in a row that prints no count, stays: no
    count can be worked out of it (Ritchie, "Disclosure detection in research environments in
    practice", 2007, calls it a safe statistic), and `few_in_models` hides it where few people
    stand behind it.

    Parameters
    ----------
    exact
        The exact figures.
    policy
        A policy that rounds.
    numerators, denominators
        The rounded counts of each row.
    derived
        Rows that print no count and are worked out from counts all the same: changes over time.

    Returns
    -------
    tuple of pandas.DataFrame and Veil
        The rounded figures, and what of them is hidden.
    """
    frame = exact.reset_index(drop=True).copy()
    n, total = exact["numerator"].to_numpy(), exact["denominator"].to_numpy()
    counted = ~(np.isnan(n) & np.isnan(total))
    frame["numerator"], frame["denominator"] = numerators, denominators
    numerator, denominator = under_threshold(n, policy), under_threshold(total, policy)
    veil = Veil(numerator, denominator, numerator | denominator | (counted & few(exact, policy)))
    share = (exact["unit"] == "proportion").to_numpy() & counted
    # A number of people is its own numerator, whatever the measure is called.
    plain = (exact["measure"] == "count") | (exact["method"] == "count")
    count = plain.to_numpy() & counted & ~np.isnan(n)
    mean = exact["unit"].isin(MEANS).to_numpy() & counted
    with np.errstate(divide="ignore", invalid="ignore"):
        frame.loc[share, "value"] = (frame["numerator"] / frame["denominator"])[share]
        frame.loc[mean, "value"] = (exact["value"] * total / frame["denominator"])[mean]
    frame.loc[count, "value"] = frame["numerator"][count]
    lost = (counted & ~share & ~count & ~mean) | derived | exact["n_effective"].notna().to_numpy()
    frame.loc[lost, "value"] = np.nan
    frame["value"] = frame["value"].replace([np.inf, -np.inf], np.nan)
    frame.loc[counted | lost, list(RESTS_ON_COUNTS)] = np.nan
    return frame, veil


def full_groups(exact: pd.DataFrame, about: About) -> np.ndarray:
    """Which rows say that all members of a group are in one category?"""
    of = about.groups[0] if about.groups else ""
    if not of:
        return np.zeros(len(exact), dtype=bool)
    n, total = exact["numerator"].to_numpy(), exact["denominator"].to_numpy()
    category = ~exact[of].isin(["", "All"]).to_numpy()
    return category & (exact["unit"] == "proportion").to_numpy() & (n == total) & (total > 0)
