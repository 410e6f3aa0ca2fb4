"""A period cut into years, and the snapshots that say who was there in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import long_date
from workforce_analytics.extracts.extract import Extract


@dataclass(frozen=True)
class Span:
    """A part of the period, and the snapshot that its people are those of."""

    start: str
    end: str
    snapshot: str

    @property
    def days(self) -> int:
        """How long it is."""
        return (date.fromisoformat(self.end) - date.fromisoformat(self.start)).days + 1


def spans_of(
    workforce: Extract, period: str | Sequence[Any] | None, years: int
) -> tuple[list[Span], str]:
    """Cut a period into years, each with the snapshot that it starts from.

    Parameters
    ----------
    workforce
        A workforce extract.
    period
        First and last day, as a pair or as "2023-04-01 to 2025-03-31"; None: whole years up to the
        last snapshot.
    years
        How many, where no period is given.

    Returns
    -------
    list of Span and str
        Years that start from one snapshot are one span. The snapshot that the last one ends with
        is "" where there is none.

    Raises
    ------
    UsageError
        Not a period; or no snapshot says who was there.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found, last = spans_of(council.workforce, None, 1)
    >>> found[0].start, found[0].snapshot, last
    ('2024-04-01', '2024-03-31', '2025-03-31')
    """
    snapshots = workforce.snapshots()
    if not snapshots:
        raise UsageError("The workforce extract has no snapshot, so nobody knows who was there.")
    if isinstance(years, bool) or not isinstance(years, int) or years < 1:
        raise UsageError("years= takes a whole number of 1 or more.")
    start, end = _first_and_last(period, snapshots[-1], years)
    found: list[Span] = []
    first = start
    while first <= end:
        following = _years_later(start, first.year - start.year + 1)
        until = min(following - timedelta(days=1), end)
        snapshot = _opening(snapshots, first, until)
        if found and found[-1].snapshot == snapshot:
            found[-1] = replace(found[-1], end=until.isoformat())
        else:
            found.append(Span(first.isoformat(), until.isoformat(), snapshot))
        first = following
    after = [
        day
        for day in snapshots
        if found[-1].snapshot < day <= (end + timedelta(days=1)).isoformat()
    ]
    return found, after[-1] if after else ""


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def _first_and_last(period: Any, latest: str, years: int) -> tuple[date, date]:
    if period is None:
        end = date.fromisoformat(latest)
        return _years_later(end + timedelta(days=1), -years), end
    pair = period.replace("..", " to ").split(" to ") if isinstance(period, str) else period
    try:
        start, end = (date.fromisoformat(str(day).strip()[:10]) for day in pair)
    except (TypeError, ValueError):
        start, end = date.max, date.min
    if start > end:
        raise UsageError(
            'period= takes a first and a last day, such as ("2023-04-01", "2025-03-31").'
        )
    return start, end


def _opening(snapshots: Sequence[str], first: date, until: date) -> str:
    """The last snapshot on or before the first day, or else the first one after it."""
    before = [day for day in snapshots if day <= first.isoformat()]
    chosen = before[-1] if before else snapshots[0]
    stale = (first - date.fromisoformat(chosen)).days > 366
    if stale or chosen > (until + timedelta(days=1)).isoformat():
        raise UsageError(
            f"No snapshot says who was there in the year from {long_date(first.isoformat())}. "
            f"There are snapshots of: {', '.join(snapshots)}."
        )
    return chosen
