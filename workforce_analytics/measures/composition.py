"""Who works here: shares of staff by characteristic, against the community, by grade, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workforce_analytics.counting.counts import count
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates, assemble, long_date
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.composition_parts import (
    DEFINITIONS,
    ONLY_DECLARED,
    by_words,
    choose_benchmark,
    describe,
    groups_within,
    not_placed,
    on_date,
    people_behind,
    period_of,
    refuse_unknown_answers,
    refuse_wrong_arguments,
)
from workforce_analytics.measures.composition_rows import (
    DISTANCE,
    Sheet,
    people_to_parity,
)
from workforce_analytics.measures.composition_trend import find_breaks, trend_rows

__all__ = ["against_community", "over_time", "people_to_parity", "shares"]


def shares(
    workforce: Extract,
    *,
    of: str,
    by: str | None = None,
    level: str = "main",
    as_at: str = "latest",
    population: str | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    counted: str | None = None,
    answers: str = "all",
    confidence: float = 0.95,
) -> Estimates:
    """What share of staff is in each group, in all and by grade band, directorate or another field.

    Parameters
    ----------
    workforce
        A workforce extract, or counts of staff somebody published (contract `counts`).
    of
        The characteristic: "ethnicity", "sex", "disability", "age", ...
    by
        What the shares are split by: "grade_band", "directorate", another characteristic, or a
        field with a list of categories.
    level
        Level of the characteristic's code list: "main" (ethnicity: five groups), "full"
        (nineteen), "binary".
    as_at
        A snapshot date as ISO text, or "latest".
    population
        Who is counted; "workforce_report" without it.
    where
        A subset: dimension -> category code or codes.
    counted
        "people" (default), "posts" or "fte".
    answers
        "all" (default): everybody, with those who did not declare in rows of their own.
        "declared": only what share of those who declared is in each group; nobody else stands in
        the table, and no total that they are part of. For small parts, such as grade bands, where
        the few who did not declare would be small counts that have to be hidden with much else;
        how many declared is then said by a table with all answers that is not split.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Estimates
        One row per measure and group. Measures: `share_of_all` (every answer, the undeclared ones
        as rows of their own; numerator people in the group, denominator all), `share_of_known`
        (declared answers only; numerator people in the group, denominator all who declared) and
        `declaration_rate`; with declared answers `share_of_known` alone. Unit: proportion. Rows
        of the whole carry "All" in the column of `by`. A group that nobody is in is a row with 0;
        a `by` group without people is `undefined`.

    Raises
    ------
    UsageError
        A characteristic, field, date or category that the extract does not have; answers other
        than "all" or "declared".

    Notes
    -----
    Share s = n_g / N, or n_g / N_known of those who declared. Interval: Wilson's score interval,
    inference `process`: the people who happen to work here now are one outcome of how the
    organisation recruits and retains. Shares of full-time equivalents carry no interval.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.composition.shares(council.workforce, of="sex", by="grade_band")
    >>> table.about.kind
    'shares'
    >>> declared = wa.composition.shares(
    ...     council.workforce, of="sex", by="grade_band", answers="declared"
    ... )
    >>> list(declared.to_frame()["measure"].unique())
    ['share_of_known']
    """
    refuse_wrong_arguments(workforce, of, by, where, confidence)
    refuse_unknown_answers(answers)
    counts = count(
        workforce,
        by=[of, *([by] if by else [])],
        counted=counted,
        population_name=population,
        where=where,
        levels={of: level},
        as_at=as_at,
    )
    people = people_behind(workforce, counts, of, by, level, as_at, population, where)
    period = period_of(workforce, as_at)
    sheet = Sheet(counts, people, of)
    rows = [
        {"period": period, **({by: group.label} if by else {}), **row}
        for group in groups_within(counts, by)
        for row in sheet.share_rows(group, confidence, answers)
    ]
    about = describe(
        workforce,
        counts,
        of,
        by,
        period=period,
        confidence=confidence,
        kind="shares",
        question=f"What share of staff is in each group{by_words(counts, by)}?",
        definition=DEFINITIONS[answers],
        caveats=(*([ONLY_DECLARED] if answers == "declared" else []), *sheet.caveats()),
    )
    return assemble(rows, about, sheet.cells())


def against_community(
    workforce: Extract,
    community: Extract,
    *,
    of: str,
    by: str | None = None,
    level: str = "main",
    areas: Mapping[str, float] | str | None = None,
    age_band: str | None = None,
    economic_activity: str | None = None,
    as_at: str = "latest",
    population: str | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Is each group as large a part of the workforce as it is of the community served?

    Parameters
    ----------
    workforce
        A workforce extract, or counts of staff somebody published (contract `counts`).
    community
        Census counts of the areas (contract `community`).
    of, by, level, as_at, population, where, confidence
        As in `shares`.
    areas
        Area code -> weight, or "where_staff_live" to weigh areas by where the staff of the latest
        snapshot live. Without it: the organisation's own areas, or the only area there is.
    age_band, economic_activity
        Which residents are the comparison, where the census table has them. Without them the
        widest base is used, and printed.

    Returns
    -------
    Estimates
        Per group: `share_of_known` and `community_share` (proportion), `representation_index`
        (ratio of the two; 1 is parity), `gap` (percentage points, workforce minus community),
        `people_to_parity_replacement` and `people_to_parity_hires` (people, rounded up to whole
        ones, 0 at or above parity), with intervals on the first, third and fourth; then the
        undeclared answers as `share_of_all`, and `declaration_rate`.

    Raises
    ------
    UsageError
        No area was said and there are several, or the census has no such base: what there is
        is listed.

    Notes
    -----
    With s = n_g / N_known and benchmark share b: index = s / b; gap = s - b; people to parity by
    replacement = N_known (b - s); by extra hires = (b N_known - n_g) / (1 - b). The benchmark is
    taken as fixed, so the index's and gap's intervals are Wilson's interval on s, divided by b or
    less b. Those who have not answered are left out of both sides.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> profile = wa.composition.against_community(
    ...     council.workforce, council.community, of="ethnicity"
    ... )
    >>> profile.about.kind
    'against_community'
    """
    refuse_wrong_arguments(workforce, of, by, where, confidence)
    standard = choose_benchmark(workforce, community, of, level, areas, age_band, economic_activity)
    counts = count(
        workforce,
        by=[of, *([by] if by else [])],
        population_name=population,
        where=where,
        levels={of: level},
        as_at=as_at,
    )
    period = period_of(workforce, as_at)
    sheet = Sheet(counts, counts, of)
    rows = [
        {"period": period, **({by: group.label} if by else {}), **row}
        for group in groups_within(counts, by)
        for row in sheet.community_rows(group, standard, confidence)
    ]
    about = describe(
        workforce,
        counts,
        of,
        by,
        period=period,
        confidence=confidence,
        kind="against_community",
        question="Is each group as large a part of the workforce as of the community served?",
        definition=(
            "Share of staff who have declared, against the share of residents who answered. "
            + DISTANCE
        ),
        reference=standard.description,
        caveats=(*sheet.caveats(), *not_placed(workforce, community, areas)),
    )
    return assemble(
        rows, replace(about, provenance=(*about.provenance, standard.source)), sheet.cells()
    )


def over_time(
    workforce: Extract,
    community: Extract | Mapping[str, Extract] | None = None,
    *,
    of: str,
    level: str = "main",
    areas: Mapping[str, float] | str | None = None,
    age_band: str | Mapping[str, str | None] | None = None,
    economic_activity: str | Mapping[str, str | None] | None = None,
    population: str | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    allow_break: bool = False,
    confidence: float = 0.95,
) -> Estimates:
    """How has each group's share of staff moved from snapshot to snapshot?

    Parameters
    ----------
    workforce
        A workforce extract with two snapshots or more.
    community
        Census counts to measure the gap against at every date; a mapping from snapshot date to
        census counts where the benchmark changed between dates.
    of, level, population, where, confidence
        As in `shares`.
    areas, age_band, economic_activity
        As in `against_community`; a mapping from snapshot date to the choice, where it changed.
    allow_break
        Whether to show a series although its definition or benchmark changed; the first row
        after the change is then marked `[b]` in its note and no trend is drawn across it.

    Returns
    -------
    Estimates
        Per snapshot and group `share_of_all` and `share_of_known` (proportion), with `community`
        also `gap` (percentage points); `declaration_rate`; and per group `change_per_year`
        (percentage points) over all snapshots, with an interval from three snapshots on.

    Raises
    ------
    UsageError
        Fewer than two snapshots; or the definition of the characteristic, or the benchmark's base,
        changed on the way and `allow_break` is not set.

    Notes
    -----
    A snapshot is a stock: most people in it were in the one before. The change per year is a
    least-squares line through the shares; it describes, it does not test recruitment.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> trend = wa.composition.over_time(council.workforce, of="ethnicity", level="binary")
    >>> trend.about.kind
    'over_time'
    """
    refuse_wrong_arguments(workforce, of, None, where, confidence)
    dates = workforce.snapshots()
    if len(dates) < 2:
        raise UsageError(
            "A trend needs two snapshots or more, and this extract has "
            f"{len(dates)}. Give a file for each date, or use shares(...)."
        )
    counts = count(
        workforce,
        by=[of, "snapshot_date"],
        population_name=population,
        where=where,
        levels={of: level},
    )
    standards = {
        date: choose_benchmark(
            workforce,
            on_date(community, date),
            of,
            level,
            areas,
            on_date(age_band, date),
            on_date(economic_activity, date),
        )
        for date in dates
        if community is not None
    }
    breaks = find_breaks(workforce, of, dates, standards)
    if breaks and not allow_break:
        date, why = next(iter(breaks.items()))
        raise UsageError(
            f"There is a break at {long_date(date)}: {why}. A line across it would show a change "
            "that did not happen. Trend each side alone, or set allow_break=True to mark it [b]."
        )
    sheet = Sheet(counts, counts, of)
    rows = trend_rows(sheet, dates, standards, breaks, confidence)
    reference = standards[dates[-1]].description if standards else ""
    about = describe(
        workforce,
        counts,
        of,
        None,
        period=f"{dates[0]} to {dates[-1]}",
        confidence=confidence,
        kind="over_time",
        question="How has each group's share of staff moved?",
        definition=DEFINITIONS["all"],
        reference=reference,
        caveats=(
            *sheet.caveats(),
            *(f"[b] break at {long_date(date)}: {why}" for date, why in breaks.items()),
        ),
    )
    return assemble(rows, about, sheet.cells())
