"""Who a census count is of: ages and economic activity, put together from what a table has."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.ages import EVERYBODY, OPEN, Ages, age_code, ages_of_code

SIXTEEN_AND_OVER: Ages = (16, OPEN)
ACTIVITIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "all": (
        ("all",),
        ("economically_active", "economically_inactive"),
        ("in_employment", "unemployed", "economically_inactive"),
    ),
    "economically_active": (("economically_active",), ("in_employment", "unemployed")),
    "in_employment": (("in_employment",),),
    "unemployed": (("unemployed",),),
    "economically_inactive": (("economically_inactive",),),
}
"""Economic activity -> the ways in which its people can be added up, the plainest first."""

_WORDS = {"all": "", "unemployed": "unemployed "}


def choose(
    rows: pd.DataFrame, *, age_band: str | None, activity: str, what: str
) -> tuple[Ages, pd.DataFrame]:
    """Which rows add up to the ages and the economic activity asked for, in every area?

    Parameters
    ----------
    rows
        Counts with the columns area_code, ages (a range) and economic_activity.
    age_band
        A code such as 16_64. Left out: all residents where they are there, else 16 and over.
    activity
        One of `ACTIVITIES`.
    what
        What the counts are of, for messages.

    Returns
    -------
    tuple
        The ages that the rows count, and the rows.

    Raises
    ------
    UsageError
        The rows do not add up to what is asked for; what there is is listed.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "area_code": ["E08000026"] * 2,
    ...         "ages": [(16, 24), (25, 64)],
    ...         "economic_activity": ["all"] * 2,
    ...     }
    ... )
    >>> ages, chosen = choose(rows, age_band="16_64", activity="all", what="age")
    >>> ages, len(chosen)
    ((16, 64), 2)
    """
    if activity not in ACTIVITIES:
        raise UsageError(f"economic_activity must be one of {', '.join(ACTIVITIES)}.")
    candidates = [ages_of_band(age_band)] if age_band else [EVERYBODY, SIXTEEN_AND_OVER]
    there = _in_every_area(rows)
    for ages in candidates:
        for parts in ACTIVITIES[activity]:
            shared = set.intersection(
                *({band for band, each in there if each == part} for part in parts)
            )
            tiles = _tiles(shared, ages)
            if tiles:
                wanted = rows["ages"].isin(tiles) & rows["economic_activity"].isin(parts)
                return ages, rows[wanted]
    listed = [f"{age_code(band)} ({activity})" for band, activity in sorted(there)]
    asked = f"age band {age_band}" if age_band else "all residents or those aged 16 and over"
    raise UsageError(
        f"The census counts hold no {what} for {asked} (economic activity: {activity}). Age bands "
        f"and economic activity that they hold: {some(listed)}."
    )


def _in_every_area(rows: pd.DataFrame) -> set[tuple[Ages, str]]:
    by_area = [
        set(zip(part["ages"], part["economic_activity"], strict=True))
        for _, part in rows.groupby("area_code")
    ]
    return set.intersection(*by_area)


def _tiles(bands: set[Ages], wanted: Ages) -> list[Ages]:
    """Bands that make up a range without gap or overlap, as few as can be; none where none do."""
    if wanted in bands:
        return [wanted]
    first, last = wanted
    for end in sorted({end for start, end in bands if start == first and end < last}, reverse=True):
        rest = _tiles(bands, (end + 1, last))
        if rest:
            return [(first, end), *rest]
    return []


def base_in_words(ages: Ages, activity: str) -> str:
    """Who is counted, in words?

    Examples
    --------
    >>> base_in_words((16, 64), "economically_active")
    'economically active usual residents aged 16 to 64'
    """
    words = _WORDS.get(activity, f"{activity.replace('_', ' ')} ")
    if activity == "in_employment":
        return f"{base_in_words(ages, 'all')} in employment"
    first, last = ages
    if ages == EVERYBODY:
        return f"all {words}usual residents"
    until = "and over" if last == OPEN else f"to {last}"
    return f"{words}usual residents aged {first} {until}"


def ages_of_band(band: str) -> Ages:
    """Which ages does a band mean? Refused where it is not written as one."""
    ages = ages_of_code(band)
    if ages is None:
        raise UsageError("An age band is written as all, 16_plus, 16_64 or 16_24.")
    return ages


def some(items: list[str]) -> str:
    """List the first eight and say how many more there are."""
    more = f" and {len(items) - 8} more" if len(items) > 8 else ""
    return f"{', '.join(items[:8])}{more}"
