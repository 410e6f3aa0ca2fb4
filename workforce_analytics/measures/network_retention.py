"""How long do people stay in staff networks, and do they leave the network or the job?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from workforce_analytics.counting.memberships import Memberships, memberships
from workforce_analytics.counting.network_attendances import network_attendances
from workforce_analytics.counting.network_durations import lengths, lengths_by
from workforce_analytics.counting.network_months import ATTENDANCE, EVENTS, network_extracts
from workforce_analytics.counting.network_reach import TOO_FINE
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures.network_retention_rows import apart, retention_rows
from workforce_analytics.measures.network_retention_words import (
    FROM,
    TO,
    WHAT,
    Looked,
    counted_by,
    days_of,
    describe_retention,
    networks_dimension,
)


def retention(
    networks: Any,
    workforce: Extract | None = None,
    *,
    by: str | None = None,
    events: Extract | None = None,
    months: Sequence[int] = (0, 3, 6, 12, 18, 24, 36),
    lapse: Sequence[int] = (60, 90, 180, 365),
    on: date | str | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """How long do people stay in staff networks, and do they leave the network or the job?

    Parameters
    ----------
    networks
        `council.networks`, or the extracts of networks by the name of their contract.
    workforce
        A workforce extract: tells who left the organisation, and what people are split by.
    by
        None: each network, and all together. Else a characteristic of the workforce
        ("ethnicity", "grade_band", ...): membership of any network, by group.
    events
        An events extract, which says when people left the organisation.
    months
        Months after joining.
    lapse
        Days without an event after which a member counts as lapsed, each from 1 to 365.
    on
        The last day that is looked at; without it, the last that the record tells of.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Estimates
        Kind "network_retention", one row per group and month: `left_network` (proportion of those
        who joined who had left while they still worked here), `left_council` (left with their job)
        and `still_member`; `n_effective` is how many memberships were still followed then. Without
        a workforce nobody knows who left with their job: `left_council` is "undefined", and
        `left_network` is left in either way. From lists also `left_network_earliest`: what if
        everybody had left right after the last list that has them. Without a month: `log_rank` (do
        groups, two or more, differ in how soon people leave the network?) and, by network,
        `lapsed_60`, ... (people who have been members for the longest of those spans and came to no
        event of the network in so many days).

    Raises
    ------
    UsageError
        There is no list of members; people cannot be split by that; months, days or a date that
        are none.
    DataError
        No membership can be followed.

    Notes
    -----
    Aalen and Johansen's cumulative incidence: leaving the organisation competes with leaving the
    network, and is not taken as if it had not been (see `inference.survival`). The three shares of
    a month add up to one. m months are 365.25 m / 12 days, rounded half up; both the first and the
    last day of a membership count.

    Left truncation: who leaves is recorded from the first month on in which anybody is said to have
    left. Memberships that began before are looked at from then on only. Where nobody says when a
    membership began, it is left out.

    Each unbroken membership counts; ranges and test allow for people who have several. All networks
    together is membership of any without a break: who moves from one to another stays.

    Two months that are shown tell how many left between them. Where those are fewer than 10 people,
    or fewer are followed, `protect` hides one of the two; a year after joining comes first.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = retention(council.networks, council.workforce, events=council.events)
    >>> table.about.kind, table.about.groups
    ('network_retention', ('network', 'month'))
    """
    asked = _months(months)
    spans = _spans(lapse)
    level = checked_confidence(confidence)
    if by is not None:
        _refuse_finer(by, workforce)
    held = network_extracts(networks)
    found = memberships(networks, workforce, events=events)
    until = _day(on, found)
    days = [days_of(month) for month in asked]
    if by is None or workforce is None:
        counted = lengths(found, days=days, until=until)
        split = networks_dimension(found)
    else:
        counted = lengths_by(found, workforce, by, days=days, until=until)
        split = counted.dimension or networks_dimension(found)
    attended = None
    if by is None and spans and {EVENTS, ATTENDANCE} <= set(held):
        attended = network_attendances(
            found, held, on=until, days=spans, workforce=workforce, leaving=events
        )
    known = workforce is not None
    looked = Looked(
        found=found,
        since=counted.since,
        until=until,
        left_out=counted.left_out,
        confidence=level,
        workforce=known,
        lapse=spans if attended else (),
        recorded=attended.recorded[0] if attended else None,
    )
    early = None
    if found.listed and by is None:
        early = lengths(found, until=until, earliest=True)
    rows = retention_rows(counted, early, split, asked, attended, level, workforce=known)
    what, *others = apart(asked, spans)
    source = counted_by(found, (what, split, *others), "memberships", (WHAT, FROM, TO))
    return rows.estimates(describe_retention(looked, split, asked), source)


def _months(months: Any) -> tuple[int, ...]:
    given = tuple(months) if isinstance(months, Sequence) and not isinstance(months, str) else ()
    if not given or not all(isinstance(m, int) and m >= 0 for m in given):
        raise UsageError("months= takes whole numbers of months after joining, such as (3, 6, 12).")
    return tuple(sorted(set(given)))


def _spans(lapse: Any) -> tuple[int, ...]:
    given = tuple(lapse) if isinstance(lapse, Sequence) and not isinstance(lapse, str) else (0,)
    if not all(isinstance(k, int) and 1 <= k <= 365 for k in given):
        raise UsageError("lapse= takes numbers of days from 1 to 365, such as (60, 90, 180).")
    return tuple(sorted(set(given)))


def _day(on: date | str | None, found: Memberships) -> date:
    if on is None:
        return found.last
    day = None
    try:
        day = date.fromisoformat(str(on)[:10])
    except ValueError:
        day = None
    if day is None:
        raise UsageError("on= takes a day, such as 2025-03-31.")
    if not found.first <= day <= found.last:
        raise UsageError(
            f"on={day} lies outside what is known of members: {found.first} to {found.last}."
        )
    return day


def _refuse_finer(by: str, workforce: Extract | None) -> None:
    if by in TOO_FINE:
        raise UsageError(
            f"Members are never told apart by '{by}', so never by team: membership reveals "
            "protected characteristics. Choose a characteristic, grade_band, directorate or "
            "service."
        )
    if workforce is None:
        raise UsageError(f"by='{by}' needs the workforce extract: give it as second argument.")
