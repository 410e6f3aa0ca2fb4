"""What is looked at in staff networks, and what a reader must know of such a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.network_months import NetworkMonths, first_day
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import About, long_date
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.inference.rollout import Dropped
from workforce_analytics.measures.training_plan import NOT_PLANNED

WHAT, WHEN, OUTCOME = "what", "when", "outcome"
SEEN, TIME = "seen", "time"
BEFORE, AFTER, WAITING = "before", "after", "waiting"
NOT_BY_CHANCE = (
    "Whose chair is trained, and when, was not left to chance: a network that was growing anyway "
    "may have been trained first."
)


@dataclass(frozen=True)
class Outcome:
    """What is looked at, in words, and what it is divided by."""

    label: str
    counted: str
    per_member: bool
    definition: str


OUTCOMES = {
    "attendances": Outcome(
        "Attendances per member",
        "attendances",
        True,
        "Attendances at a network's events in a month, per member",
    ),
    "unique_attendees": Outcome(
        "People who came per member",
        "people who came, month by month",
        True,
        "Different people who came to a network's events in a month, per member",
    ),
    "joiners": Outcome(
        "New members", "new members", False, "People who joined a network in a month"
    ),
}


def planned_words(planned_on: date | str | None, last: str, matters: str) -> str:
    """Say of a table whether it was planned before its figures had come in.

    Parameters
    ----------
    planned_on
        The day on which it was set down; None where it was not.
    last
        The last day that is looked at, as ISO text.
    matters
        Which change matters, after a colon.

    Raises
    ------
    UsageError
        It is not a day.
    """
    if planned_on is None:
        return NOT_PLANNED
    given = planned_on.date() if isinstance(planned_on, datetime) else planned_on
    day = ""
    try:
        day = date.fromisoformat(str(given)).isoformat()
    except ValueError:
        day = ""
    if not day:
        raise UsageError("planned_on= takes a day, such as 2024-03-04.")
    if day > last:
        return f"{NOT_PLANNED} The plan is of {long_date(day)}, after the last of these figures."
    return f"Planned on {long_date(day)}: {matters}."


@dataclass(frozen=True)
class Looked:
    """How much there was to look at."""

    networks: int
    trained: int
    """Networks that had their turn."""
    unknown: int
    """Months in which the outcome is not known, or there was no member."""
    dropped: Dropped
    first: int
    """The first month, numbered as in the counts."""
    last: int

    @property
    def last_day(self) -> str:
        """First day of the last month, as ISO text."""
        return first_day(self.last).isoformat()

    @property
    def period(self) -> str:
        """First and last month, in words."""
        first, last = (
            long_date(first_day(month).isoformat()).partition(" ")[2]
            for month in (self.first, self.last)
        )
        return first if first == last else f"{first} to {last}"


def describe(
    months: NetworkMonths,
    looked: Looked,
    named: Outcome,
    *,
    random_order: bool,
    planned: str,
    confidence: float,
) -> About:
    """Say what a reader must know of a table of networks before and after their turn."""
    return About(
        title=f"{named.label} before and after chairs were trained, {looked.period}",
        question="Did more people take part in staff networks once their chairs had been trained?",
        definition=(
            f"{named.definition}: by what ratio it changed in networks whose chair had been "
            "trained, beyond how it changed at the same time in networks that still waited."
        ),
        source=months.extracts[0].context.organisation,
        population="members of staff networks",
        base="",
        period=looked.period,
        counted=named.counted,
        groups=(OUTCOME,),
        headings={OUTCOME: "Outcome"},
        order={OUTCOME: (named.label,)},
        confidence=confidence,
        caveats=_caveats(months, looked, named, random_order),
        provenance=_provenance(months),
        policy=months.extracts[0].context.policy,
        plan=planned,
        kind="chairs_training",
    )


def _caveats(
    months: NetworkMonths, looked: Looked, named: Outcome, random_order: bool
) -> tuple[str, ...]:
    said = [
        f"There are {looked.networks} networks; the chairs of {looked.trained} have been trained.",
        "A month counts as after the training if it began on that day or later.",
    ]
    if looked.trained == 1:
        said[0] = f"There are {looked.networks} networks; the chair of 1 has been trained."
    if named.per_member:
        said.append("Members are those at the end of a month. Whoever came need not be one.")
    if months.listed:
        said.append("Months were counted from lists of members and of attendance.")
    if not random_order:
        said.append(NOT_BY_CHANCE)
    dropped = looked.dropped
    if dropped.left < dropped.rows:
        said.append(
            f"{dropped.left:,} of {dropped.rows:,} months of networks tell something: the others "
            "are of a network or a month without any event that is counted here, of a month in "
            "which no network was still waiting, or of a network that had its turn before them "
            "all."
        )
    if looked.unknown:
        said.append(f"{looked.unknown:,} months in which the outcome is not known are left out.")
    if months.elsewhere:
        said.append(
            f"{_networks(months.elsewhere)} with such support of which no months are known: left "
            "out."
        )
    return tuple(said)


def _networks(n: int) -> str:
    return f"There {'is' if n == 1 else 'are'} {n} network{'' if n == 1 else 's'}"


def source(months: NetworkMonths, named: Outcome) -> Counts:
    """Say what the cells are split by; months of networks are of nobody else's tables."""

    def listed(name: str, codes: tuple[str, ...]) -> Dimension:
        words = (Category(code, code.capitalize(), "declared") for code in codes)
        return Dimension(name, name.capitalize(), tuple(words))

    return Counts(
        pd.DataFrame(),
        (listed(WHAT, (SEEN, TIME)), listed(WHEN, (BEFORE, AFTER, WAITING))),
        counted=named.counted,
        additive_over=frozenset({WHEN}),
        provenance=_provenance(months),
        policy=months.extracts[0].context.policy,
    )


def _provenance(months: NetworkMonths) -> tuple[str, ...]:
    return tuple(dict.fromkeys(file for one in months.extracts for file in one.provenance()))
