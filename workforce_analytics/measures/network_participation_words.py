"""What a reader must know of tables of who takes part in staff networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.memberships import LEAST, Memberships
from workforce_analytics.counting.network_counted import Counted
from workforce_analytics.counting.network_stock import Period
from workforce_analytics.estimates import ALL, About, long_date
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.network_flows import FLOW_PERIODS

ONLY_SUMS = (
    f"Membership reveals protected characteristics: only sums are shown, and none under {LEAST}."
)
NOT_FOLLOWED = "Members are never followed into records of pay, promotion or conduct."
RULE_OF_THUMB = (
    "Bands of reach (10%, 20%, 40%) are a rule of thumb (Rodriguez), not a standard and no target."
)
NO_ONE_KNOWS = (
    "From monthly counts alone: nobody knows who is in two networks, so the people in any network "
    "are not counted, and their memberships are."
)
UNEVEN = (
    "In some periods members are not those before, and joiners, less leavers: the counts say so."
)
STRANGERS = "Members who were never among these staff at any snapshot are left out."
NETWORKS = "members of staff networks"
BANDS = ((10, "under 10%"), (20, "10% to under 20%"), (40, "20% to under 40%"))
HIGHEST = "40% or more"


@dataclass(frozen=True)
class Facts:
    """What a table of members over time rests on."""

    source: str
    labels: Mapping[str, str]
    extracts: tuple[Extract, ...]
    caveats: tuple[str, ...] = ()
    population: str = ""
    """Of the staff that members are held against; "" where nobody is."""
    base: str = ""
    reach: bool = False
    whole: str = ""
    """What the rows of all networks count."""
    policy: Mapping[str, object] = field(default_factory=dict)
    confidence: float = 0.95


def band(n: int, total: int) -> str:
    """In which band of reach is a share? Told from whole numbers, so that no decimal belies it."""
    return next((words for edge, words in BANDS if 100 * n < edge * total), HIGHEST)


def over_time(facts: Facts, over: Sequence[Period]) -> About:
    """Say what a reader must know of a table of members over time."""
    first, last = over[0].label, over[-1].label
    period = first if first == last else f"{first} to {last}"
    caveats = [ONLY_SUMS, NOT_FOLLOWED]
    if facts.reach:
        caveats.append(RULE_OF_THUMB)
    if len(over) > FLOW_PERIODS:
        caveats.append(f"Who joined and who left is shown for the last {FLOW_PERIODS} periods.")
    reach = (
        " Reach: members, of all staff at the latest snapshot on or before the last day of the "
        "period."
        if facts.reach
        else ""
    )
    return About(
        title=f"Members of staff networks, {period}",
        question="Who takes part in staff networks?",
        definition=(
            "Members of a network at the close of the period, who joined in it and who left in it; "
            f"{facts.whole}{reach}"
        ),
        source=facts.source,
        population=facts.population or NETWORKS,
        base=facts.base,
        period=period,
        counted="people",
        groups=("network",),
        headings={"network": "Staff network"},
        order={"network": (*facts.labels.values(), ALL)},
        confidence=facts.confidence,
        caveats=(*caveats, *facts.caveats),
        provenance=_provenance(facts.extracts),
        policy=facts.policy,
        least_threshold=LEAST,
        kind="network_participation",
    )


def by_group(
    found: Memberships,
    counts: Counts,
    by: str,
    days: Sequence[str],
    workforce: Extract,
    confidence: float,
) -> About:
    """Say what a reader must know of a table of members by characteristic."""
    dimension = counts.dimension(by)
    title = f"Reach of staff networks by {dimension.title.lower()}"
    whom = f"{counts.population} ({counts.subset})" if counts.subset else counts.population
    when = " to ".join(long_date(day) for day in dict.fromkeys([days[0], days[-1]]))
    return About(
        title=f"{title}, {whom}, {when}",
        question="Whom do staff networks reach?",
        definition=(
            "Members at the close of the day, of all staff in the group; a person in two networks "
            "counts once among all."
        ),
        source=workforce.context.organisation,
        population=whom,
        base=counts.selection.words() if counts.selection else "people",
        period=" to ".join(dict.fromkeys([days[0], days[-1]])),
        counted="people",
        groups=(by, "network"),
        headings={by: dimension.title, "network": "Staff network"},
        order={
            by: (*(item.label for item in dimension.categories), ALL),
            "network": (*found.labels.values(), ALL),
        },
        confidence=confidence,
        recorded_as=counts.recorded_as,
        caveats=(ONLY_SUMS, NOT_FOLLOWED, RULE_OF_THUMB, *of_lists(found)),
        provenance=counts.provenance,
        policy=counts.policy,
        least_threshold=LEAST,
        kind="network_reach",
    )


def of_lists(found: Memberships) -> tuple[str, ...]:
    """Say what the lists of members cannot tell, and what of them is not counted."""
    said = []
    if found.listed:
        said.append(
            "Members are known from lists that were taken now and then: who joined or left between "
            "two lists is told by the later one."
        )
    if found.left_out:
        # How many could be a handful of people.
        said.append(f"Not counted, or mended, in the lists: {', '.join(sorted(found.left_out))}.")
    return tuple(said)


def of_spells(
    found: Memberships, over: Sequence[Period], whole: Sequence[Period], shared: bool
) -> tuple[str, ...]:
    """Say what lists with days of joining and leaving cannot tell."""
    said = [*of_lists(found)]
    if len(over) < len(whole):
        day = long_date(over[0].start.isoformat())
        said.append(
            f"Nobody is on record as having left a network before {day}: who had left by then may "
            "be missing from the lists, so that what was before is not shown."
        )
    if not shared:
        said.append(
            "Nobody is on record as having left a network: who has may be missing from the lists."
        )
    return tuple(said)


def of_counts(counts: Counted, uneven: bool) -> tuple[str, ...]:
    """Say what monthly counts cannot tell."""
    last = long_date((counts.end - timedelta(days=1)).isoformat())
    return (
        NO_ONE_KNOWS,
        f"Counted by the networks, up to {last}.",
        *([UNEVEN] if uneven else []),
    )


def _provenance(extracts: Sequence[Extract]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for one in extracts for line in one.provenance()))
