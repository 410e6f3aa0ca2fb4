"""Who comes to the events of staff networks, in plain English.

Nothing is said of a hidden figure, and no range over networks where one of them is hidden. Rates of
attendance are told per 100 members, as a table shows them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.wording import between, number, percent

HIDDEN = "hidden so that nobody can be identified"
"""Why nothing is said of a figure."""

ATTENDANCES = "attendances_per_member_month"
MONTHLY = "came_in_a_month"
_ACTIVE = re.compile(r"active_(\d+)")
_SAME = re.compile(r"each of the last (\d+) days; shares over fewer days are of the same people")
_MAIN = 90
_YEAR = 365


def activity(read: Figures) -> list[str]:
    """Say how many members come, how far networks differ, and how often members come."""
    said = [_active(read), _from_network_to_network(read), _often(read), _in_a_month(read)]
    told = [words for words in said if words]
    return told or [f"Who came to events of staff networks is {HIDDEN} or not known."]


def activity_headline(read: Figures) -> str:
    """Say how many members came to an event, or how many attendances there were."""
    days = main_window(read)
    share = read.get(f"active_{days}", ALL)
    if share.value is not None:
        base = member_days(read, days)
        long = "a year" if base == _YEAR else f"{base} days"
        who = "members" if base == days else f"those who were members for {long}"
        return f"{percent(share.value)} of {who} came to an event in the last {days} days"
    rate = per_hundred(read.get(ATTENDANCES, ALL))
    if rate.value is not None:
        return f"{number(rate.value, 1)} attendances a month for every 100 members of networks"
    if share.hidden or rate.hidden:
        return f"How many members came to events of staff networks is {HIDDEN}"
    return "Who came to events of staff networks, from network to network"


def windows(read: Figures) -> tuple[int, ...]:
    """Over how many days does the table count who came? In order.

    Parameters
    ----------
    read
        Figures of the kind "network_activity".

    Returns
    -------
    tuple of int
        For example (30, 60, 90, 365); none where nobody wrote down who came.
    """
    found = (_ACTIVE.fullmatch(measure) for measure in {place.measure for place in read.rows})
    return tuple(sorted(int(one[1]) for one in found if one))


def main_window(read: Figures) -> int:
    """Which of them is told? 90 days, or the nearest to it; 0 where there is none."""
    return min(windows(read), key=lambda days: (abs(days - _MAIN), days), default=0)


def member_days(read: Figures, days: int) -> int:
    """For how many days had those to be members of whom a share came in the last so many days?

    Where shares over all spans are of the same people, for the longest span; the table says so.
    """
    found = _SAME.search(read.about.definition)
    return int(found[1]) if found else days


def throughout(read: Figures) -> str:
    """Say in the table's own words who was a member throughout."""
    found = re.search(r"Members throughout: [^.]+\.", read.about.definition)
    return found[0] if found else "Members throughout: members on each of those days."


def has_ranges(read: Figures, measure: str) -> bool:
    """Whether any figure of a measure has a range: monthly counts do not tell one."""
    return any(place.measure == measure and one.has_interval for place, one in read.rows.items())


def per_hundred(figure: Figure) -> Figure:
    """Give a rate per member as one per 100 members."""
    ends = (figure.value, figure.lower, figure.upper)
    value, lower, upper = (None if end is None else 100 * end for end in ends)
    return replace(figure, value=value, lower=lower, upper=upper)


def rate_range(figure: Figure) -> str:
    """Say how far a rate per 100 members could lie; empty where it has no range."""
    if figure.lower is None or figure.upper is None:
        return ""
    return f" (likely between {number(figure.lower, 1)} and {number(figure.upper, 1)})"


def _active(read: Figures) -> str:
    days = main_window(read)
    share = read.get(f"active_{days}", ALL)
    if share.value is None:
        return ""
    likely = "" if share.lower is None else f" ({between(share.lower, share.upper or 1.0)})"
    base = member_days(read, days)
    when = "in that time" if base == days else f"in the last {days}"
    return (
        f"Of those who were members of a staff network throughout the last {base} days, "
        f"{percent(share.value)} came to an event {when}{likely}."
    )


def _from_network_to_network(read: Figures) -> str:
    """Say the lowest and the highest share, where none that is hidden could lie outside of them."""
    days = main_window(read)
    shares = {name: read.get(f"active_{days}", name) for name in read.declared}
    found = {name: one.value for name, one in shares.items() if one.value is not None}
    if len(found) < 2 or any(one.hidden for one in shares.values()):
        return ""
    least, most = (end(found, key=lambda name: found[name]) for end in (min, max))
    if not found[least] < found[most]:
        return ""
    return (
        f"Among networks the share who came in the last {days} days is from "
        f"{percent(found[least])} in “{least}” to {percent(found[most])} in “{most}”; "
        "those of few members lie further apart by chance."
    )


def _often(read: Figures) -> str:
    """Say how often members come, and how few people make half of the attendances."""
    rate, carried = per_hundred(read.get(ATTENDANCES, ALL)), read.get("carried_by", ALL)
    half = f"half of all attendances were made by {percent(carried.value or 0.0)} of those who came"
    if rate.value is None:
        return f"H{half[1:]}." if carried.value is not None else ""
    said = (
        f"For every 100 members there were {number(rate.value, 1)} attendances a month"
        f"{rate_range(rate)}"
    )
    return f"{said}; {half}." if carried.value is not None else f"{said}."


def _in_a_month(read: Figures) -> str:
    """Say how many different people came, where only monthly counts are kept."""
    share = read.get(MONTHLY, ALL)
    if share.value is None:
        return ""
    return (
        "In an average month the number of different people who came was "
        f"{percent(share.value)} of the number of members."
    )
