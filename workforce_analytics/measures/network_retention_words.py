"""What a reader must know of how long people stay in staff networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.memberships import LEAST, Memberships
from workforce_analytics.estimates import ALL, About, long_date
from workforce_analytics.extracts.codelists import Category

NETWORK, MONTH, COHORT = "network", "month", "cohort"
WHAT, FROM, TO = "what", "followed_from", "followed_to"
"""What memberships are told apart by: the months after joining at which they were looked at."""
FOLLOWED, PRESENT = "followed", "present"
ONLY_SUMS = (
    f"Membership reveals protected characteristics: only sums are shown, and none under {LEAST}."
)
NOT_FOLLOWED = "Members are never followed into records of pay, promotion or conduct."
MONTHS_ARE = "A month is a twelfth of a year: 3 months are 91 days, 12 months 365."
SEVERAL = "Who left and came back has several memberships; the ranges allow for that."
LISTS = (
    "Members are known from lists: the day of joining is that of the first list that has somebody, "
    "the day of leaving that before the first one that has not. Both can lie up to one list "
    "earlier; what if all had left right after the last list that has them stands beside."
)
NO_LEAVERS = (
    "Without the workforce, nobody knows who left the organisation: leaving it counts as leaving "
    "the network."
)
GROUP_OF = (
    "People are in the group of the last snapshot on or before joining that has them, else of the "
    "first one after."
)
_TOLD = (
    "the share who had left the network so many months later while they still worked here, who had "
    "left with their job, and who were still members."
)
_LEFT_EITHER = (
    "the share who had left so many months later, the network or the organisation, and who were "
    "still members."
)
NOT_RECORDED = (
    "Nobody is said to have lapsed: who came to events is not recorded, so that it cannot be told."
)


DAYS_A_YEAR = 365.25


def month_label(month: int) -> str:
    """Name a time after joining: "12 months"."""
    return f"{month} month{'' if month == 1 else 's'}"


def days_of(month: int) -> int:
    """How many days of membership so many months are: 3 months are 91, a year is 365."""
    return int(month * DAYS_A_YEAR / 12 + 0.5)


@dataclass(frozen=True)
class Looked:
    """What was looked at, for the words of a table."""

    found: Memberships
    since: date
    until: date
    left_out: Mapping[str, int]
    confidence: float
    workforce: bool
    """Whether it is known who left the organisation."""
    lapse: Sequence[int] = ()
    recorded: date | None = None
    """From when on it is recorded who came to events."""

    @property
    def period(self) -> str:
        """First and last day."""
        return f"{self.since} to {self.until}"

    @property
    def period_words(self) -> str:
        """First and last day, in words."""
        return f"{long_date(str(self.since))} to {long_date(str(self.until))}"


def describe_retention(looked: Looked, by: Dimension, months: Sequence[int]) -> About:
    """Say what a reader must know of a table of how long members stay."""
    network = by.name == NETWORK
    split = "network" if network else by.title.lower()
    labels = tuple(item.label for item in by.categories)
    return About(
        title=f"How long members stay in staff networks, by {split}, {looked.period_words}",
        question="How long do people stay in staff networks?",
        definition=(
            f"Of those who joined, {_TOLD if looked.workforce else _LEFT_EITHER} "
            "All networks together: membership of any network without a break."
            + (_lapsed_words(looked) if network else "")
        ),
        population="members of staff networks",
        base="memberships that began on a known day",
        counted="memberships",
        groups=(by.name, MONTH),
        headings={by.name: by.title, MONTH: "After joining"},
        order={
            by.name: (*(label for label in labels if label != ALL), ALL),
            MONTH: tuple(month_label(month) for month in months),
        },
        caveats=_caveats(looked, network),
        kind="network_retention",
        **_common(looked),
    )


def describe_cohorts(looked: Looked, labels: Sequence[str], months: Sequence[int]) -> About:
    """Say what a reader must know of a table of those who joined in the same year."""
    return About(
        title=f"Who stays in staff networks, by year of joining, {looked.period_words}",
        question="Of those who joined a staff network in a year, how many are still members later?",
        definition=(
            "People who joined in the period, having been in no network the day before, and the "
            "share of them who had been members of some network without a break ever since, so "
            "many months after the day on which each of them joined; only where everybody could "
            "be seen for so long."
        ),
        population="people who joined a staff network",
        base="people who joined in whole periods since it is recorded who leaves",
        counted="people",
        groups=(COHORT, MONTH),
        headings={COHORT: "Joined in", MONTH: "After joining"},
        order={COHORT: tuple(labels), MONTH: tuple(month_label(month) for month in months)},
        caveats=(
            *_shared(looked),
            "Who left the organisation is no member any more.",
            "Who joined more than once in a period counts once, from the first time.",
        ),
        kind="network_cohorts",
        **_common(looked),
    )


def _common(looked: Looked) -> dict[str, Any]:
    context = looked.found.extracts[0].context
    return {
        "source": context.organisation,
        "period": looked.period,
        "confidence": looked.confidence,
        "provenance": provenance(looked.found),
        "policy": context.policy,
        "least_threshold": LEAST,
    }


def _lapsed_words(looked: Looked) -> str:
    if not looked.lapse:
        return ""
    longest = max(looked.lapse)
    return (
        f" Lapsed: of those who have been members for {longest} days or more, those who came to "
        f"none of the network's events in the last {', '.join(map(str, looked.lapse))} days."
    )


def _caveats(looked: Looked, network: bool) -> tuple[str, ...]:
    said = [*_shared(looked), SEVERAL]
    if not network:
        said.append(GROUP_OF)
    if not looked.workforce:
        said.append(NO_LEAVERS)
    if network and not looked.lapse:
        said.append(NOT_RECORDED)
    if looked.recorded and looked.lapse:
        days = (looked.until - looked.recorded).days
        if days < max(looked.lapse):
            said.append(
                f"Who came to events is recorded from {long_date(str(looked.recorded))} on: who "
                "came before counts as not having come."
            )
    return tuple(said)


def _shared(looked: Looked) -> tuple[str, ...]:
    said = [
        ONLY_SUMS,
        NOT_FOLLOWED,
        MONTHS_ARE,
        f"It is recorded who leaves from {long_date(str(looked.since))} on. Of those who had "
        "joined before, only those who were still members then are known.",
    ]
    if looked.found.listed:
        said.append(LISTS)
    said += [f"Not counted: {n:,} memberships {words}." for words, n in looked.left_out.items()]
    said += [f"Of the lists: {n:,} {words}." for words, n in looked.found.left_out.items()]
    return tuple(said)


def provenance(found: Memberships) -> tuple[str, ...]:
    """Name the files that were counted."""
    return tuple(dict.fromkeys(line for one in found.extracts for line in one.provenance()))


def networks_dimension(found: Memberships) -> Dimension:
    """Give the networks as what memberships are split by, and all of them together."""
    listed = [Category(code, label, "declared") for code, label in found.labels.items()]
    return Dimension(NETWORK, "Network", (*listed, Category(ALL, ALL, "declared")))


def counted_by(
    found: Memberships, dimensions: Sequence[Dimension], counted: str, additive: Sequence[str]
) -> Counts:
    """Say what the cells are split by; memberships over time are of nobody else's tables."""
    return Counts(
        pd.DataFrame(),
        tuple(dimensions),
        counted=counted,
        additive_over=frozenset(additive),
        provenance=provenance(found),
        policy=found.extracts[0].context.policy,
    )


def listed(name: str, codes: Sequence[str]) -> Dimension:
    """Give a dimension whose categories are never printed."""
    words = (Category(code, code, "declared") for code in codes)
    return Dimension(name, name.replace("_", " ").capitalize(), tuple(words))
