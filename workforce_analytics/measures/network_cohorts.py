"""Of those who joined a staff network in the same year, how many are still members later?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.memberships import Memberships, memberships
from workforce_analytics.counting.network_cohorts import Joined, joined_in
from workforce_analytics.counting.network_standing import standing
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures.network_bounds import threshold_of, untold_joiners
from workforce_analytics.measures.network_retention_words import (
    COHORT,
    MONTH,
    Looked,
    counted_by,
    days_of,
    describe_cohorts,
    listed,
    month_label,
)
from workforce_analytics.measures.rows import Rows

STAYED = "stayed"
_EVERY = {12: "year", 3: "quarter"}


def cohorts(
    networks: Any,
    workforce: Extract | None = None,
    *,
    events: Extract | None = None,
    every: int = 12,
    months: Sequence[int] = (3, 6, 12, 24, 36),
    confidence: float = 0.95,
) -> Estimates:
    """Of those who joined a staff network in the same year, how many are still members later?

    Parameters
    ----------
    networks
        `council.networks`, or the extracts of networks by the name of their contract.
    workforce
        A workforce extract: memberships end when people leave the organisation.
    events
        An events extract, which says when they did.
    every
        12 for financial years of joining, 3 for quarters.
    months
        Months after joining.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Estimates
        Kind "network_cohorts", one row per year of joining and month: `still_member` (proportion;
        people who had been members of some network without a break since they joined, of all who
        joined in the year; Wilson). A month has a row only where everybody who joined in the year
        could be seen for so long.

    Raises
    ------
    UsageError
        There is no list of members; `every` or `months` are none.
    DataError
        No whole year lies within what is known.

    Notes
    -----
    Plain shares: nobody is left out of a year of joining, so that nothing has to be estimated. Who
    joined before it is recorded who leaves is in no year: those of them who had left by then are
    not known. Who joined more than once in a year counts once, from the first time.

    A year in which so few left that `participation` hides them is hidden whole: who joined, less
    what the members grew by, is who left.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = cohorts(council.networks, council.workforce, events=council.events)
    >>> table.about.kind, table.about.order["cohort"]
    ('network_cohorts', ('2021/22', '2022/23', '2023/24', '2024/25'))
    """
    if every not in _EVERY:
        raise UsageError("every= takes 12 (financial years of joining) or 3 (quarters).")
    given = tuple(months) if isinstance(months, Sequence) and not isinstance(months, str) else ()
    if not given or not all(isinstance(m, int) and m > 0 for m in given):
        raise UsageError("months= takes whole numbers of months after joining, such as (3, 6, 12).")
    level = checked_confidence(confidence)
    asked = tuple(sorted(set(given)))
    found = memberships(networks, workforce, events=events)
    joined = joined_in(found, _EVERY[every], [days_of(month) for month in asked])
    rows = _rows(joined, asked, level, _untold(found, workforce, joined))
    looked = Looked(
        found=found,
        since=joined.since,
        until=joined.until,
        left_out={},
        confidence=level,
        workforce=workforce is not None,
    )
    labels = [cohort.label for cohort in joined.cohorts]
    years = Dimension(
        COHORT,
        "Joined in",
        tuple(Category(one.code, one.label, "declared") for one in joined.cohorts),
    )
    stayed = listed(STAYED, [str(n) for n in range(len(asked) + 1)])
    source = counted_by(found, (years, stayed), "people", (COHORT, STAYED))
    return rows.estimates(describe_cohorts(looked, labels, asked), source)


def _untold(found: Memberships, workforce: Extract | None, joined: Joined) -> frozenset[int]:
    """Say of which years a table of members hides how many joined, of all or of staff alone."""
    threshold = threshold_of(found.extracts[0].context.policy)
    hidden: frozenset[int] = frozenset()
    for staff in dict.fromkeys([None, workforce]):
        hidden |= untold_joiners(standing(found, staff).spells, joined.cohorts, threshold)
    return hidden


def _rows(joined: Joined, months: Sequence[int], confidence: float, untold: frozenset[int]) -> Rows:
    counts: dict[tuple[str, ...], int] = {
        (cohort.code, str(n)): int(people)
        for cohort, row in zip(joined.cohorts, joined.stayed, strict=True)
        for n, people in enumerate(row)
    }
    rows = Rows(counts, (COHORT, STAYED))
    for number, (cohort, seen) in enumerate(zip(joined.cohorts, joined.seen, strict=True)):
        hidden = number in untold
        whole = _people(rows, {COHORT: cohort.code}, hidden=hidden)
        for place, month in enumerate(months[:seen]):
            longer = [str(n) for n in range(place + 1, len(months) + 1)]
            rows.proportion(
                "still_member",
                {COHORT: cohort.label, MONTH: month_label(month)},
                _people(rows, {COHORT: cohort.code, STAYED: longer}, hidden=hidden),
                whole,
                confidence,
            )
    return rows


def _people(rows: Rows, which: Mapping[str, str | list[str]], *, hidden: bool) -> int:
    """Give the cell of some people; where they would tell who left, as if few stood behind it."""
    cell = rows.cell(**which)
    return rows.cell(1, **which) if hidden and rows.n(cell) else cell
