"""What a reader must know of a participation table: what happened, to whom, how it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics.counting.events import EventCounts
from workforce_analytics.estimates import About, long_date
from workforce_analytics.measures.between_groups import SCREENING

if TYPE_CHECKING:
    from workforce_analytics.measures.participation_rows import Asked

HAPPENING = {
    "leaving": "leaving",
    "promotion": "being promoted",
    "acting_up": "acting up",
    "disciplinary": "entering a disciplinary procedure",
    "grievance": "raising a grievance",
    "capability": "entering a capability procedure",
    "harassment_complaint": "being recorded in a complaint of harassment",
    "flexible_working": "asking for flexible working",
    "maternity_return": "returning from maternity leave",
    "programme": "taking part in a development programme",
    "appraisal": "having an appraisal",
    "redundancy": "being made redundant",
    "training": "completing training",
}
"""What each event is, after "the likelihood of"."""
DEFINITIONS = {
    "head": (
        "People to whom it happened at least once in the year, divided by the people in post at "
        "the snapshot that the year starts from."
    ),
    "person_year": (
        "Records of the period per 100 person-years: average headcount of the snapshots around "
        "each year, times its length."
    ),
}
BASES = {
    "head": (
        "People are in the group that they were in at that snapshot. Whoever left in the year is "
        "counted; whoever joined in it is counted from the next snapshot."
    ),
    "person_year": (
        "People are in the group that they were in at the snapshot that the year starts from or, "
        "if they joined later, at the next one."
    ),
}
POOLED = "Years are added up: somebody in post at the start of two of them is counted in both."
DECLARED = "Only people who declared are in this table."
ELSEWHERE = "Some records of the period are of people who are not counted here, and are left out."
RETURNS = (
    "Published returns divide all records of a year by the headcount at its end; here whoever is "
    "counted as having it happen is in the base, too."
)


def happening(asked: Asked) -> str:
    """Word what happens to people, after "the likelihood of"."""
    published = asked.published
    if published is not None and published.happening:
        return published.happening
    words = HAPPENING.get(asked.event, asked.event.replace("_", " "))
    if asked.formal is not None:
        words += " (formal)" if asked.formal else " (not formal)"
    if asked.detail:
        words += f" ({' or '.join(sorted(asked.detail))})"
    return words


def describe(
    counts: EventCounts, asked: Asked, per: str, reference: str, organisation: str
) -> About:
    """Say what a reader must know of a participation table."""
    people = counts.people
    dimension = people.dimension(asked.of)
    whom = f"{people.population} ({people.subset})" if people.subset else people.population
    among = _among(counts, per)
    start, end = (long_date(day) for day in counts.period.split(" to "))
    rated = "Relative likelihood" if per == "head" else "Events per 100 person-years: likelihood"
    definition = DEFINITIONS[per]
    if asked.published is not None:
        definition = f"{asked.published.title}: {asked.published.definition} {definition}"
    return About(
        title=(
            f"{rated} of {happening(asked)}, of {among}, by {dimension.title.lower()}, {whom}, "
            f"{start} to {end}"
        ),
        question=f"How likely is it in each group: {happening(asked)}?",
        definition=definition,
        source=organisation,
        population=whom,
        base=people.selection.words() if people.selection else "people",
        period=counts.period,
        counted="people" if per == "head" else "events",
        groups=(asked.of,),
        headings={asked.of: dimension.title},
        order={asked.of: tuple(item.label for item in dimension.categories)},
        reference=reference,
        confidence=asked.confidence,
        recorded_as=people.recorded_as,
        caveats=_caveats(counts, asked, per),
        provenance=people.provenance,
        policy=people.policy,
        outcome=happening(asked),
        among=among,
        kind="participation",
    )


def _among(counts: EventCounts, per: str) -> str:
    if per != "head":
        return "those in post in the period"
    if len(counts.starts) > 1:
        return "those in post at the start of each year"
    return f"those in post on {long_date(counts.starts[0])}"


def _caveats(counts: EventCounts, asked: Asked, per: str) -> tuple[str, ...]:
    low, high = (float(end) for end in asked.zone)
    said = [f"Records counted: {counts.title}.", DECLARED, BASES[per]]
    if len(counts.starts) > 1:
        said.append(POOLED)
    if counts.elsewhere:
        said.append(ELSEWHERE)
    if per == "head":
        said.append(f"A ratio outside {low:.2f} to {high:.2f} is outside {SCREENING}.")
    if asked.reference == "highest":
        said.append(
            "Some group always has the highest rate, so ratios to it are below 1 by chance alone; "
            "the p-value of the smallest ratio allows for that."
        )
    if asked.published is not None:
        said.append(f"Source of the definition: {asked.published.source}.")
        if asked.published.of:
            said.append(RETURNS)
    return tuple(said)
