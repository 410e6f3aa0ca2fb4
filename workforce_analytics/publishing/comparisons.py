"""What a protected table lets one say of two figures: higher, lower, no difference, or nothing.

The rule for every comparison: an interval within two percentage points of no difference is "no
difference that matters"; else one that excludes no difference is "higher" or "lower"; else "this
data cannot tell", which is not evidence of no difference. A hidden figure is never compared.
"""

from __future__ import annotations

from datetime import date

from workforce_analytics.publishing.figures import Figures
from workforce_analytics.publishing.wording import DELTA_POINTS

Verdicts = dict[str, list[str]]
"""Groups under "higher", "lower", "same" and "unknown"; a group with a hidden figure is in none."""


def verdict(lower: float, upper: float) -> str:
    """Judge a difference by its interval, both in percentage points.

    Parameters
    ----------
    lower, upper
        Ends of the interval of the difference.

    Returns
    -------
    str
        "same" (no difference that matters; this wins), "higher", "lower" or "unknown".

    Examples
    --------
    >>> verdict(-9.1, -4.2), verdict(-1.2, 0.8), verdict(-4.0, 1.0)
    ('lower', 'same', 'unknown')
    """
    if lower >= -DELTA_POINTS and upper <= DELTA_POINTS:
        return "same"
    if lower > 0:
        return "higher"
    return "lower" if upper < 0 else "unknown"


def by_split(table: Figures, group: str) -> Verdicts:
    """In which grade bands, directorates, ... is a group's share unlike its share of everybody?"""
    verdicts = _none_yet()
    whole = table.get("share_of_known", group).value
    for split in table.splits[:-1]:
        figure = table.get("share_of_known", group, split=split)
        if whole is not None and figure.lower is not None and figure.upper is not None:
            ends = (100 * (figure.lower - whole), 100 * (figure.upper - whole))
            verdicts[verdict(*ends)].append(split)
    return verdicts


def against_community(table: Figures) -> Verdicts:
    """Which groups are a larger or smaller part of the workforce than of the community?"""
    verdicts = _none_yet()
    for group in table.declared:
        gap = table.get("gap", group)
        if gap.lower is not None and gap.upper is not None:
            verdicts[verdict(gap.lower, gap.upper)].append(group)
    return verdicts


def over_time(table: Figures) -> Verdicts:
    """Which groups' shares rose or fell over the whole series?

    From three periods on this is the yearly change with its interval; with two, the widest range
    that the two intervals allow. Across a break nothing is compared.
    """
    verdicts = _none_yet()
    if len(table.periods) < 2 or breaks(table):
        return verdicts
    for group in table.declared:
        first = table.get("share_of_known", group, period=table.periods[0])
        last, yearly = table.get("share_of_known", group), table.change_per_year(group)
        if first.value is None or last.value is None:
            continue
        if yearly.lower is not None and yearly.upper is not None:
            years = _years(table)
            verdicts[verdict(yearly.lower * years, yearly.upper * years)].append(group)
        elif first.has_interval and last.has_interval:
            ends = (last.lower - first.upper, last.upper - first.lower)  # type: ignore[operator]
            verdicts[verdict(100 * ends[0], 100 * ends[1])].append(group)
    return verdicts


def breaks(table: Figures) -> tuple[str, ...]:
    """Periods from which figures are not comparable with those before."""
    return tuple(
        period
        for period in table.periods
        if any(
            figure.value_mark == "[b]" or figure.note.startswith("[b]")
            for place, figure in table.rows.items()
            if place.period == period
        )
    )


def largest(table: Figures) -> str:
    """Name the largest group, unless a hidden one might be larger."""
    shares = {g: table.get("share_of_known", g).value for g in table.declared}
    visible = {group: share for group, share in shares.items() if share}
    if not visible:
        return ""
    largest = max(visible, key=lambda group: visible[group])
    return largest if len(visible) == len(shares) or visible[largest] > 0.5 else ""


def _none_yet() -> Verdicts:
    return {"higher": [], "lower": [], "same": [], "unknown": []}


def _years(table: Figures) -> float:
    start, end = (date.fromisoformat(day) for day in (table.periods[0], table.latest))
    return (end - start).days / 365.25
