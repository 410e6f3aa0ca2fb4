"""What a reader must know of how active staff networks are: who is counted, over which days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.memberships import LEAST, Memberships
from workforce_analytics.counting.network_attendances import YEAR, Attendances
from workforce_analytics.estimates import ALL, About, long_date
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.rounding import round_half_up

KIND = "network_activity"
QUESTION = "How active are staff networks, and how many people carry them?"
PROTECTED = (
    "Membership reveals protected characteristics: only sums are shown, and none under 10.",
    "Members are never followed into records of pay, promotion or conduct.",
)
SAME = (
    "Members throughout: those who were members on each of the last {longest} days; shares over "
    "fewer days are of the same people."
)
EACH = "Members throughout: for each number of days, those who were members on each of them."
DEFINITION = (
    "Active: members throughout who came to at least one event of the network in the last so many "
    "days. Attendances per member and month: attendances of people while they were members, "
    "divided by days of membership, a month being a twelfth of 365 days."
)
REPEAT = (
    "People with many attendances make a rate less certain than so many attendances of different "
    "people would: its range allows for that."
)
FIRST = (
    "First event: those who joined in the year that ended 90 days before the last day, and came "
    "within 90 days of joining, also where they have left since."
)
CARRIED = "How few carry it: the fewest people who make half of all attendances by known people."
ALL_WORDS = (
    "All networks: a person counts once, as a member of any of them and coming to events of any."
)
LISTED = (
    "Days of joining and leaving lie between two lists, so that a member can have joined up to a "
    "list earlier than counted here."
)
COUNTED = (
    "Only monthly counts are kept: who came again, who came soon after joining, how few carry a "
    "network and how many came over several months cannot be known from them."
)
COUNTED_RANGE = (
    "How often the same people came is not known, so no range is given: one that takes attendances "
    "for those of different people would be too narrow."
)
COUNTED_ALL = "All networks: somebody in several networks counts in each of them."
COUNTED_DEFINITION = (
    "Attendances per member and month: attendances of a month, by anybody, divided by members at "
    "its end, months added up. Came in a month: different people who came in the month, divided "
    "by members at its end."
)


def describe(
    came: Attendances,
    found: Memberships,
    *,
    same_members: bool,
    confidence: float,
) -> About:
    """Say what a reader must know of activity that lists of people tell of."""
    start, end = came.on - timedelta(days=YEAR - 1), came.on
    throughout = SAME.format(longest=came.days[-1]) if same_members else EACH
    return _about(
        came.extracts,
        title=f"Activity of staff networks, {_day(start)} to {_day(end)}",
        definition=f"{DEFINITION} {throughout}",
        period=f"{start} to {end}",
        networks=tuple(came.labels.values()),
        caveats=(*PROTECTED, ALL_WORDS, REPEAT, FIRST, CARRIED, *_of_the_data(came, found)),
        confidence=confidence,
    )


def describe_counts(
    extract: Extract, networks: Sequence[str], first: date, last: date, confidence: float
) -> About:
    """Say what a reader must know of activity that monthly counts tell of."""
    return _about(
        (extract,),
        title=f"Activity of staff networks, {_day(first)} to {_day(last)}",
        definition=COUNTED_DEFINITION,
        period=f"{first} to {last}",
        networks=tuple(networks),
        caveats=(*PROTECTED, COUNTED_ALL, COUNTED, COUNTED_RANGE),
        confidence=confidence,
    )


def source(about: About) -> Counts:
    """Say what the cells are split by; who comes to events is in nobody else's tables."""
    networks = tuple(Category(name, name, "declared") for name in about.order["network"])
    return Counts(
        pd.DataFrame(),
        (Dimension("network", "Staff network", networks),),
        counted="people",
        additive_over=frozenset(),
        provenance=about.provenance,
        policy=about.policy,
    )


def _about(
    extracts: Sequence[Extract],
    *,
    title: str,
    definition: str,
    period: str,
    networks: tuple[str, ...],
    caveats: tuple[str, ...],
    confidence: float,
) -> About:
    context = extracts[0].context
    return About(
        title=title,
        question=QUESTION,
        definition=definition,
        source=context.organisation,
        population="members of staff networks, and who came to their events",
        base="people on lists of members and of attendance"
        if len(extracts) > 1
        else "monthly counts of each network",
        period=period,
        counted="people",
        groups=("network",),
        headings={"network": "Staff network"},
        order={"network": (*networks, ALL)},
        confidence=confidence,
        caveats=caveats,
        provenance=tuple(dict.fromkeys(line for item in extracts for line in item.provenance())),
        policy=context.policy,
        least_threshold=LEAST,
        kind=KIND,
    )


def _of_the_data(came: Attendances, found: Memberships) -> list[str]:
    """What the lists at hand leave open."""
    first, last = came.recorded
    start = came.on - timedelta(days=YEAR - 1)
    said = []
    if first > start:
        said.append(f"Events are on record only from {_day(first)} on.")
    if came.on - last > timedelta(days=31):
        said.append(f"The last event on record was held on {_day(last)}.")
    total, nameless = came.attendances[ALL], came.nameless[ALL]
    if nameless and total:
        share = max(1, int(round_half_up(100 * nameless / total)))
        said.append(
            f"About {share}% of attendances name nobody, or somebody who is not known to the body: "
            "they count as attendances, and not as people."
        )
    if came.unlisted:
        said.append("Attendances at events that are not on the list of events are left out.")
    if found.listed:
        said.append(LISTED)
    if found.left_out:
        said.append(f"Left out or mended in the list of members: {', '.join(found.left_out)}.")
    return said


def _day(day: date) -> str:
    return long_date(day.isoformat())
