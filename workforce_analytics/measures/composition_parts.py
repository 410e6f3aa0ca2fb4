"""What composition tables have in common: whose rows, which comparison, what a reader must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workforce_analytics.counting.community import AreaWeights, Benchmark, area_weights, benchmark
from workforce_analytics.counting.counts import Counts, count
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, About, long_date
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.measures.composition_rows import Group

WHERE_STAFF_LIVE = "where_staff_live"
COUNTED_CONTRACTS = ("workforce", "counts")
DEFINITIONS = {
    "all": "People in the group divided by all people, and by those who have declared.",
    "declared": "People in the group divided by those who have declared.",
}
"""What the shares are of, by which answers stand in the table."""
ONLY_DECLARED = (
    "Only those who declared are in this table. The declaration rate is in the table of everybody; "
    "where it is low, these shares may not describe the rest."
)
"""Said whatever the rate is: a warning where it is low would tell of those who are left out."""


def refuse_wrong_arguments(workforce: Any, of: Any, by: Any, where: Any, confidence: Any) -> None:
    """Refuse arguments of the wrong kind in words, before anything is counted."""
    if not isinstance(workforce, Extract) or workforce.contract.name not in COUNTED_CONTRACTS:
        raise UsageError(
            "The first argument is a workforce extract or counts of staff, such as "
            "council.workforce."
        )
    if not isinstance(of, str) or not isinstance(by, str | None):
        raise UsageError('of= and by= take one name each, such as of="ethnicity".')
    if of == by:
        raise UsageError(f"of= and by= are both '{of}'. Split by something else.")
    if where is not None and not isinstance(where, Mapping):
        raise UsageError('where= takes names and categories, such as {"sex": "female"}.')
    if isinstance(confidence, str) or not 0 < confidence < 1:
        raise UsageError("confidence= takes a number between 0 and 1, such as 0.95.")


def refuse_unknown_answers(answers: Any) -> None:
    """Refuse a choice of answers that there is not."""
    if not isinstance(answers, str) or answers not in DEFINITIONS:
        raise UsageError(f"answers={answers!r} is not known. Allowed: {', '.join(DEFINITIONS)}.")


def groups_within(counts: Counts, by: str | None) -> list[Group]:
    """Give the groups that shares are taken within: all, then each category of `by`."""
    whole = Group(ALL, {})
    if by is None:
        return [whole]
    parts = [Group(item.label, {by: (item.code,)}) for item in counts.dimension(by).categories]
    return [whole, *parts]


def period_of(workforce: Extract, as_at: str) -> str:
    """Give the snapshot date that a choice means, as ISO text."""
    dates = workforce.snapshots()
    if not dates:
        return ""
    return dates[-1] if as_at == "latest" else as_at


def people_behind(
    workforce: Extract,
    counts: Counts,
    of: str,
    by: str | None,
    level: str,
    as_at: str,
    population: str | None,
    where: Mapping[str, str | Sequence[str]] | None,
) -> Counts:
    """Count the heads behind full-time equivalents: who could be identified is a person."""
    if counts.scale == 1:
        return counts
    return count(
        workforce,
        by=[of, *([by] if by else [])],
        counted="people",
        population_name=population,
        where=where,
        levels={of: level},
        as_at=as_at,
    )


def unit_words(counts: Counts) -> str:
    """Word what is counted, for the title of a table that does not count people."""
    return {"fte": ", in full-time equivalents", "posts": ", in posts"}.get(counts.counted, "")


def by_words(counts: Counts, by: str | None) -> str:
    """Word what a table is split by, for its title."""
    return f", by {counts.dimension(by).title.lower()}" if by else ""


def describe(
    workforce: Extract,
    counts: Counts,
    of: str,
    by: str | None,
    *,
    period: str,
    confidence: float,
    kind: str,
    question: str,
    definition: str,
    reference: str = "",
    caveats: tuple[str, ...] = (),
) -> About:
    """Say what a reader must know of a composition table."""
    groups = (of, by) if by else (of,)
    titles = {name: counts.dimension(name).title for name in groups}
    orders = {
        name: tuple(item.label for item in counts.dimension(name).categories) for name in groups
    }
    whom = f"{counts.population} ({counts.subset})" if counts.subset else counts.population
    when = f", {_period_words(period)}" if period else ""
    return About(
        title=f"{titles[of]} of {whom}{unit_words(counts)}{by_words(counts, by)}{when}",
        question=question,
        definition=definition,
        source=counts.published or workforce.context.organisation,
        population=whom,
        base=counts.selection.words() if counts.selection else f"all {counts.counted} in the table",
        period=period,
        counted=counts.counted,
        groups=groups,
        headings=titles,
        order={name: (ALL, *labels) if name == by else labels for name, labels in orders.items()},
        reference=reference,
        confidence=confidence,
        recorded_as=counts.recorded_as,
        caveats=caveats,
        provenance=counts.provenance,
        policy=counts.policy,
        published=counts.published,
        kind=kind,
    )


def _period_words(period: str) -> str:
    return " to ".join(long_date(day) for day in period.split(" to "))


def choose_benchmark(
    workforce: Extract,
    community: Extract | None,
    of: str,
    level: str,
    areas: Mapping[str, float] | str | None,
    age_band: str | None,
    economic_activity: str | None,
) -> Benchmark:
    """Give the community to compare with: as asked for, or the organisation's own areas."""
    if not isinstance(community, Extract) or community.contract.name != "community":
        raise UsageError(
            "The second argument is census counts of the community, such as council.community."
        )
    if isinstance(areas, str):
        if areas != WHERE_STAFF_LIVE:
            raise UsageError(
                f'areas="{areas}" is not known. Give area codes with weights, or '
                f'"{WHERE_STAFF_LIVE}".'
            )
        areas = _where_staff_live(workforce, community).weights
    return benchmark(
        community,
        of=of,
        areas=areas or workforce.context.areas or None,
        age_band=age_band,
        economic_activity=economic_activity,
        level=level,
    )


def _where_staff_live(workforce: Extract, community: Extract) -> AreaWeights:
    """Weigh areas by the people of the latest snapshot who live there, in tens; fewer than ten are
    left out.
    """
    homes = count(workforce, by=["home_area"], as_at="latest").occurring()
    # The weights can be had back from the shares of two or more groups of the community.
    tens: dict[str | None, int] = {
        area: 10 * int(round_half_up(n / 10, 0)) for (area,), n in homes.items() if n >= 10
    }
    return area_weights(tens, community)


def not_placed(
    workforce: Extract, community: Extract, areas: Mapping[str, float] | str | None
) -> tuple[str, ...]:
    """Say what share of staff the weights of areas do not rest on."""
    if areas != WHERE_STAFF_LIVE:
        return ()
    found = _where_staff_live(workforce, community)
    everybody = found.placed + found.elsewhere + found.not_known
    share = 100 * found.placed / everybody
    return (
        f"The areas are weighed by where {share:.0f} % of staff live; the rest live elsewhere "
        "or have no known home.",
    )


def on_date(choice: Any, date: str) -> Any:
    """Give what holds on a date: one choice for all dates, or a mapping from date to choice."""
    if isinstance(choice, Mapping):
        return choice.get(date)
    return choice
