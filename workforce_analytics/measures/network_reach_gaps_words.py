"""What a reader must know of a table of whom staff networks do not reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.memberships import LEAST
from workforce_analytics.estimates import About, long_date
from workforce_analytics.extracts.extract import Context

ONLY_SUMS = (
    f"Membership reveals protected characteristics: only sums are shown, and none under {LEAST}."
)
NOT_FOLLOWED = "Members are never followed into records of pay, promotion or conduct."
NOT_TRUER = (
    "An adjusted gap is not a truer one: that low grades are reached less may be how a group is "
    "reached less."
)
DECLARED = "Only people who declared are in this table."
ON_LISTS = (
    "Members are known from lists that were taken now and then: who joined or left between two "
    "lists is told by the later one."
)


@dataclass(frozen=True)
class Asked:
    """What a table of reach gaps is about."""

    of: str
    network: str
    """Label of the network; "" for membership of any."""
    factors: tuple[str, ...]
    day: str
    last: str
    """The last day that the lists of members tell of."""
    left_out: tuple[str, ...]
    """Which rows of the lists were not counted, in words."""
    listed: bool
    reference: str
    confidence: float

    @property
    def joined(self) -> str:
        """Say of what people are members."""
        return f"the network {self.network}" if self.network else "any staff network"


def describe(counts: Counts, asked: Asked, context: Context) -> About:
    """Say what a reader must know of a table of reach gaps."""
    dimension = counts.dimension(asked.of)
    held = " and ".join(counts.dimension(name).title.lower() for name in asked.factors)
    like = f" with like {held}" if held else ""
    return About(
        title=(
            f"Members of {asked.joined}, by {dimension.title.lower()}, {counts.population}, "
            f"{long_date(asked.day)}"
        ),
        question=f"Whom does {asked.joined} not reach?"
        if asked.network
        else "Whom do staff networks not reach?",
        definition=(
            f"Members of {asked.joined} at the close of the day, of all people in the group; and "
            f"how far that is from the reference group, as it is"
            f"{f', and among people{like}' if like else ''}."
        ),
        source=context.organisation,
        population=counts.population,
        base=counts.selection.words() if counts.selection else "people",
        period=asked.day,
        counted="people",
        groups=(asked.of,),
        headings={asked.of: dimension.title},
        order={asked.of: tuple(item.label for item in dimension.categories)},
        reference=asked.reference,
        confidence=asked.confidence,
        recorded_as=counts.recorded_as,
        caveats=_caveats(asked, bool(held)),
        provenance=counts.provenance,
        policy=counts.policy,
        least_threshold=LEAST,
        outcome=f"being a member of {asked.joined}",
        among=counts.population,
        kind="network_reach_gaps",
    )


def _caveats(asked: Asked, adjusted: bool) -> tuple[str, ...]:
    said = [ONLY_SUMS, NOT_FOLLOWED, DECLARED]
    if adjusted:
        said.append(NOT_TRUER)
    if date.fromisoformat(asked.last) < date.fromisoformat(asked.day):
        said.append(
            f"The lists of members end on {long_date(asked.last)}: who was a member then is taken "
            f"to be one on {long_date(asked.day)}."
        )
    if asked.listed:
        said.append(ON_LISTS)
    if asked.left_out:
        said.append(f"Not counted, of the lists of members: {', '.join(asked.left_out)}.")
    return tuple(said)
