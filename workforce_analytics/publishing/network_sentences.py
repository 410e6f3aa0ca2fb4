"""What tables of staff networks show, in plain English: reach first, then who joined and left.

Nothing is said of a hidden figure, and no order among groups that a hidden one might upset. A
reach has risen or fallen only where its two ranges say so; else this data cannot tell.
"""

from __future__ import annotations

import re
from dataclasses import replace

from workforce_analytics.estimates import ALL, MONTHS
from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.figures import Figure, Figures, Place
from workforce_analytics.publishing.training_verdicts import HIDDEN, NOT_EVIDENCE
from workforce_analytics.publishing.wording import (
    between,
    number,
    percent,
    short_day,
)

ANYBODY, MEMBERSHIPS = "Any network", "Memberships"
"""What the rows of all networks together are called: of people, and of memberships added up."""
EDGES = (0.1, 0.2, 0.4)
"""Where the bands of reach begin: a rule of thumb."""
_MONTH = re.compile(rf"({'|'.join(MONTHS)}) (\d{{4}})")


# --- over time ----------------------------------------------------------------------------------


def in_time(read: Figures) -> Figures:
    """Put the periods of a table in the order of time, which names of months do not sort into.

    Parameters
    ----------
    read
        The figures of a table.

    Returns
    -------
    Figures
        The same figures; the latest period is the last one.
    """
    return replace(read, periods=tuple(sorted(read.periods, key=_moment)))


def _moment(period: str) -> tuple[str, str]:
    found = _MONTH.fullmatch(period)
    return (f"{found[2]}-{MONTHS.index(found[1]) + 1:02d}" if found else period, period)


def stocked(read: Figures) -> Figures:
    """Give the sum over networks a row of its own, beside that of different people.

    Parameters
    ----------
    read
        Figures of the kind "network_participation".

    Returns
    -------
    Figures
        The same figures in the order of time; those of all networks under `ANYBODY` and
        `MEMBERSHIPS`.
    """
    names = {ALL: ANYBODY}
    rows = {
        Place("members", MEMBERSHIPS, period=place.period)
        if place.measure == "memberships"
        else place._replace(group=names.get(place.group, place.group)): figure
        for place, figure in read.rows.items()
    }
    return in_time(replace(read, rows=rows))


def participation(read: Figures) -> list[str]:
    """Say how much of staff is reached, whether that changed, and who joined and left."""
    here = stocked(read)
    if not here.get("members", ANYBODY).status:
        said = [_memberships(here), _largest(here)]
    else:
        said = [_reached(here) or _members(here), _changed(here), _flow(here)]
    return [words for words in said if words] or [
        f"How many are members of staff networks is {HIDDEN}; nothing can be said of it."
    ]


def participation_headline(read: Figures) -> str:
    """Say what part of staff is reached; the number of members where nobody counted staff."""
    here = stocked(read)
    when, reach = here.latest, here.get("reach", ANYBODY)
    if reach.value is not None:
        risen = f", up from {percent(_first(here).value or 0)}" if _turn(here) == "higher" else ""
        fallen = f", down from {percent(_first(here).value or 0)}" if _turn(here) == "lower" else ""
        start = f" at the end of {here.periods[0]}" if risen or fallen else ""
        return f"Staff networks reach {reached(reach.value)} of staff{risen}{fallen}{start}"
    for group, what in ((ANYBODY, "members"), (MEMBERSHIPS, "memberships")):
        figure = here.get("members", group)
        if figure.value is not None:
            return f"Staff networks had {number(figure.value)} {what} at the end of {when}"
    return f"How many are members of staff networks is {HIDDEN}"


def _reached(here: Figures) -> str:
    figure = here.get("reach", ANYBODY)
    if figure.value is None:
        return ""
    counts = "staff"
    if figure.numerator is not None and figure.denominator is not None:
        counts = f"staff ({number(figure.numerator)} of {number(figure.denominator)})"
    rule = f"; as a rule of thumb, that is in the band “{figure.note}”" if figure.note else ""
    return (
        f"At the end of {here.latest}, {reached(figure.value)} of {counts} were members of a "
        f"staff network{likely(figure)}{rule}."
    )


def reached(share: float) -> str:
    """Write a reach in per cent with as many decimals as keep it in its band.

    Parameters
    ----------
    share
        The reach, from 0 to 1.

    Returns
    -------
    str
        The percentage.

    Examples
    --------
    >>> reached(0.116), reached(0.09997)
    ('11.6%', '9.997%')
    """
    return f"{number(100 * share, places_of(share))}%"


def places_of(share: float) -> int:
    """Count the decimals that keep a reach below the edge of a band from being written as it.

    Parameters
    ----------
    share
        The reach, from 0 to 1.

    Returns
    -------
    int
        One, or more where it needs them.
    """
    places = 1
    while places < 5 and any(
        share < edge <= float(round_half_up(100 * share, places)) / 100 for edge in EDGES
    ):
        places += 1
    return places


def _members(here: Figures) -> str:
    figure = here.get("members", ANYBODY)
    if figure.value is None:
        return ""
    return (
        f"At the end of {here.latest}, {number(figure.value)} people were members of a staff "
        "network; somebody in two networks counts once."
    )


def _first(here: Figures) -> Figure:
    return here.get("reach", ANYBODY, period=here.periods[0])


def _turn(here: Figures) -> str:
    """Judge the change of reach by the widest range that both intervals allow."""
    first, last = _first(here), here.get("reach", ANYBODY)
    if len(here.periods) < 2 or not (first.has_interval and last.has_interval):
        return ""
    low = (last.lower or 0) - (first.upper or 0)
    return verdict(100 * low, 100 * ((last.upper or 0) - (first.lower or 0)))


def _changed(here: Figures) -> str:
    """Say whether reach rose or fell; the members where staff were not counted."""
    turn, start = _turn(here), here.periods[0]
    if turn:
        then = f"{percent(_first(here).value or 0)} at the end of {start}"
        return {
            "higher": f"This rose from {then}.",
            "lower": f"This fell from {then}.",
            "same": f"It was {then}: no difference that matters.",
            "unknown": f"It was {then}; this data cannot tell whether it changed, {NOT_EVIDENCE}.",
        }[turn]
    first, last = here.get("members", ANYBODY, period=start), here.get("members", ANYBODY)
    if len(here.periods) < 2 or first.value is None or last.value is None:
        return ""
    # Where no reach was said, the members were.
    told = here.get("reach", ANYBODY).value is None
    now = "That is" if told else f"There were {number(last.value)} members,"
    return f"{now} {_more(last.value - first.value)} at the end of {start}."


def _more(change: float) -> str:
    if not change:
        return "as many as"
    return f"{number(abs(change))} {'more' if change > 0 else 'fewer'} than"


def _flow(here: Figures) -> str:
    joined, left = (here.get(one, ANYBODY).value for one in ("joiners", "leavers"))
    if joined is None or left is None:
        return ""
    # Without staff to hold members against, nobody knows who stopped working here.
    staff = any(place.measure == "reach" for place in here.rows)
    gone = ", or stopped working here" if staff else ""
    return (
        f"In {here.latest}, {number(joined)} people who were in no network joined one, and "
        f"{number(left)} left the last network that they were in{gone}."
    )


def _memberships(here: Figures) -> str:
    figure = here.get("members", MEMBERSHIPS)
    if figure.value is None:
        return ""
    then = here.get("members", MEMBERSHIPS, period=here.periods[0]).value
    start = ""
    if then is not None and len(here.periods) > 1:
        start = f", {_more(figure.value - then)} at the end of {here.periods[0]}"
    return (
        f"At the end of {here.latest}, staff networks had {number(figure.value)} memberships"
        f"{start}; somebody in two networks counts twice."
    )


def _largest(here: Figures) -> str:
    """Name the largest network, unless a hidden one might be larger."""
    members = {name: here.get("members", name).value for name in here.declared}
    known = {name: n for name, n in members.items() if n is not None}
    if len(known) < 2 or len(known) < len(members):
        return ""
    most = max(known.values())
    first = [name for name, n in known.items() if n == most]
    if len(first) > 1:
        return ""
    return f"The largest was “{first[0]}” with {number(most)} members."


def likely(figure: Figure) -> str:
    """Say a share's range in brackets, where it has one."""
    if not figure.has_interval:
        return ""
    return f" ({between(figure.lower or 0, figure.upper or 0)})"


def when(period: str) -> str:
    """Name a period shortly, for the foot of a chart.

    Parameters
    ----------
    period
        For example "2024/25", "2024/25 Q1", "April 2024" or a date.

    Returns
    -------
    str
        A month by its first three letters; others as they are.

    Examples
    --------
    >>> when("April 2024"), when("2024/25")
    ('Apr 2024', '2024/25')
    """
    found = _MONTH.fullmatch(period)
    return f"{found[1][:3]} {found[2]}" if found else short_day(period)
