"""How long people stay in staff networks, in plain English.

Leaving a network and leaving the organisation are told apart: who leaves the organisation could
not stay in a network. Whether groups differ follows the test, and nothing is said of a hidden
figure.
"""

from __future__ import annotations

import re

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.figures import Figure, Figures, Place
from workforce_analytics.publishing.likelihoods import newcombe
from workforce_analytics.publishing.network_activity_sentences import HIDDEN
from workforce_analytics.publishing.wording import (
    between,
    listed,
    lower_first,
    number,
    percent,
    upper_first,
)

NOT_EVIDENCE = "which is not evidence that there is no difference"
NOBODY_YET = (
    "No year of joining can be followed yet: all of its members have to be seen for months."
)
"""What is said where there is no year in the table."""

_MAIN = 12
_LAPSED = re.compile(r"lapsed_(\d+)")


# --- figures by month ---------------------------------------------------------------------------


def month_of(label: str) -> int | None:
    """Read how many months after joining a label names.

    Examples
    --------
    >>> month_of("12"), month_of("12 months"), month_of("All")
    (12, 12, None)
    """
    found = re.match(r"\d+", label)
    return int(found[0]) if found else None


def months(read: Figures) -> tuple[tuple[int, str], ...]:
    """Which months after joining does the table have? In order, each with its label."""
    found = ((month_of(split), split) for split in read.splits)
    return tuple(sorted((month, split) for month, split in found if month is not None))


def main_month(read: Figures) -> tuple[int, str]:
    """Choose the month that is told: 12 months after joining, or the nearest to that."""
    later = [one for one in months(read) if one[0]] or [(0, "")]
    return min(later, key=lambda one: (abs(one[0] - _MAIN), one))


def without_month(read: Figures, measure: str, group: str) -> Figure:
    """Look up a figure that belongs to no month after joining: a test, those who lapsed."""
    for split in ("", ALL):
        place = Place(measure, group, split, read.latest)
        if place in read.rows:
            return read.rows[place]
    return Figure()


def lapses(read: Figures) -> tuple[int, ...]:
    """After how many days without an event is somebody counted as lapsed? In order."""
    found = (_LAPSED.fullmatch(measure) for measure in {place.measure for place in read.rows})
    return tuple(sorted(int(one[1]) for one in found if one))


def differ(read: Figures) -> tuple[bool | None, Figure]:
    """Judge by the test whether groups differ; None where there is none, or it is hidden."""
    for group in (ALL, *read.declared):
        test = without_month(read, "log_rank", group)
        if test.p_value is not None and not test.hidden:
            return test.p_value < 1 - read.about.confidence, test
    return None, Figure()


def tells_who_left_the_organisation(read: Figures) -> bool:
    """Whether leaving the organisation is told from leaving the network: the table says if not."""
    return not any("nobody knows who left the organisation" in one for one in read.about.caveats)


def long(month: int) -> str:
    """Name a time: "12 months"."""
    return f"{month} month{'' if month == 1 else 's'}"


def within(month: int) -> str:
    """Name a time after joining: "within 12 months of joining"."""
    return f"within {long(month)} of joining"


# --- how long members stay ----------------------------------------------------------------------


def retention(read: Figures) -> list[str]:
    """Say how many leave within a year, whether groups differ, and how many lapse."""
    said = [_left(read), _differences(read), _lapsed(read)]
    told = [words for words in said if words]
    if not told and any(figure.hidden for figure in read.rows.values()):
        return [f"How long members stay is {HIDDEN}; nothing can be said of it."]
    return told or ["How long members stay is not known."]


def retention_headline(read: Figures) -> str:
    """Say how many leave the network within a year of joining."""
    month, split = main_month(read)
    left = read.get("left_network", ALL, split=split)
    if left.value is not None:
        leave = "leave it" if tells_who_left_the_organisation(read) else "have left"
        return f"{percent(left.value)} of those who join a network {leave} {within(month)}"
    if left.hidden:
        return f"How many of those who join a network leave it is {HIDDEN}"
    return "How long members stay in staff networks"


def _left(read: Figures) -> str:
    month, split = main_month(read)
    left = read.get("left_network", ALL, split=split)
    gone = read.get("left_council", ALL, split=split)
    if left.value is None:
        return _nobody_followed(month) if left.status == "undefined" else ""
    said = f"Of those who join a staff network, {percent(left.value)}"
    if not tells_who_left_the_organisation(read):
        return (
            f"{said} have left {within(month)}{_likely(left)}, the network or the organisation: "
            "which of the two is not known."
        )
    said = f"{said} leave it {within(month)} while they still work here{_likely(left)}"
    if gone.value is None:
        return f"{said}."
    return f"{said}; a further {percent(gone.value)} leave the organisation{_likely(gone)}."


def _nobody_followed(month: int) -> str:
    """Say that the record is too short; nothing is hidden."""
    return (
        f"Nobody could be followed for {long(month)} after joining, so that it is not known how "
        "many leave a network by then."
    )


def _likely(figure: Figure) -> str:
    if figure.lower is None or figure.upper is None:
        return ""
    return f" ({between(figure.lower, figure.upper)})"


def _differences(read: Figures) -> str:
    """Say whether groups differ in how soon their members leave, and by how much."""
    found, test = differ(read)
    if found is None:
        return ""
    networks = read.about.groups[0] == "network"
    which = "networks" if networks else f"groups by {lower_first(read.of)}"
    if not found:
        return (
            f"This data cannot tell whether {which} differ in how soon members leave, "
            f"{NOT_EVIDENCE}."
        )
    month, split = main_month(read)
    figures = {name: read.get("left_network", name, split=split) for name in read.declared}
    shares = {name: one.value for name, one in figures.items() if one.value is not None}
    often = (
        "fewer than 1 in 1,000" if (test.p_value or 0.0) < 0.001 else percent(test.p_value or 0.0)
    )
    said = (
        f"{upper_first(which)} differ in how soon members leave (were there no difference, one as "
        f"large would be seen in {often} of such tables)"
    )
    if len(shares) < 2 or any(one.hidden for one in figures.values()):
        return f"{said}."
    least, most = (end(shares, key=lambda name: shares[name]) for end in (min, max))
    return (
        f"{said}: {within(month)}, from {percent(shares[least])} of “{least}” to "
        f"{percent(shares[most])} of “{most}”."
    )


def _lapsed(read: Figures) -> str:
    """Say how many members have not come for a while, and how that hangs on what a while is."""
    shares = [(days, without_month(read, f"lapsed_{days}", ALL).value) for days in lapses(read)]
    told = [(days, share) for days, share in shares if share is not None]
    if not told:
        return ""
    found = re.search(r"members for (\d+) days or more", read.about.definition)
    whom = f"members for {found[1]} days or more" if found else "members"
    days, share = told[0]
    said = (
        f"Of those who have been {whom}, {percent(share)} came to no event in the last {days} days"
    )
    others = [f"{percent(share)} in the last {days}" for days, share in told[1:]]
    return f"{listed([said, *others])}."


# --- those who joined in one year ---------------------------------------------------------------


def cohorts(read: Figures) -> list[str]:
    """Say how many of the first and the last year that can be compared were still members."""
    if not read.declared:
        return [NOBODY_YET]
    found = _pair(read)
    if not found:
        return [_one(read) or f"How many stayed is {HIDDEN}."]
    (first, before), (last, after), month = found
    said = (
        f"Of those who joined in {first}, {percent(before.value or 0.0)} were still members "
        f"{month} months later{_likely(before)}; of those who joined in {last}, "
        f"{percent(after.value or 0.0)} were{_likely(after)}."
    )
    return [said, _compared(before, after)]


def cohorts_headline(read: Figures) -> str:
    """Say how many of the last year that can be seen that long were still members."""
    found = _latest(read)
    if found:
        name, figure, month = found
        share = percent(figure.value or 0.0)
        return f"{share} of those who joined in {name} were still members {month} months later"
    return "How many of those who joined a network in a year were still members later"


def still_in(read: Figures, cohort: str, split: str) -> Figure:
    """Look up how many of a year's joiners were still members."""
    return read.get(cohort_measure(read), cohort, split=split)


def cohort_measure(read: Figures) -> str:
    """Name the measure of the table: the share of joiners who are still members."""
    held = sorted({p.measure for p, figure in read.rows.items() if figure.unit == "proportion"})
    return held[0] if held else "still_member"


def _seen(read: Figures, split: str) -> list[tuple[str, Figure]]:
    """Which cohorts are shown at a month? In the order of their years."""
    found = [(name, still_in(read, name, split)) for name in read.declared]
    return [(name, one) for name, one in found if one.value is not None]


def _latest(read: Figures) -> tuple[str, Figure, int] | None:
    month, split = main_month(read)
    shown = _seen(read, split)
    return (*shown[-1], month) if shown else None


def _pair(read: Figures) -> tuple[tuple[str, Figure], tuple[str, Figure], int] | None:
    month, split = main_month(read)
    shown = _seen(read, split)
    return (shown[0], shown[-1], month) if len(shown) > 1 else None


def _one(read: Figures) -> str:
    found = _latest(read)
    if not found:
        return ""
    name, figure, month = found
    return (
        f"Of those who joined in {name}, {percent(figure.value or 0.0)} were still members "
        f"{month} months later{_likely(figure)}."
    )


def _compared(before: Figure, after: Figure) -> str:
    """Judge the last year against the first by the range of their difference."""
    if not (before.has_interval and after.has_interval):
        return ""
    low, high = newcombe(after, before)
    word = verdict(low, high)
    points = f"likely between {_points(low)} and {_points(high)} percentage points"
    return {
        "higher": f"That is more than before ({points}).",
        "lower": f"That is fewer than before ({points}).",
        "same": f"That is no difference that matters ({points}).",
        "unknown": (
            f"This data cannot tell whether more or fewer stay than before ({points}), "
            f"{NOT_EVIDENCE}."
        ),
    }[word]


def _points(value: float) -> str:
    shown = number(abs(value), 1)
    return f"{'−' if value < 0 and float(shown) else ''}{shown}"
