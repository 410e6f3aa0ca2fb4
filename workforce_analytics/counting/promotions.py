"""Who was promoted in a year, of those who had taken part in a programme before and of others.

A year starts from a snapshot (spans.py): people are in the group, the grade and the service of that
day. From here on they are counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.counts import Counts, count
from workforce_analytics.counting.dimensions import splitter
from workforce_analytics.counting.event_joins import (
    AFTER,
    AT,
    GROUP,
    PERSON,
    chosen_records,
    records_of,
    staff_at,
)
from workforce_analytics.counting.spans import Span, spans_of
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.extract import Extract

PROGRAMME = "programme"
NOT_BEFORE, TOOK_PART, LONGER_AGO = "not_before", "took_part", "longer_ago"
YES, NO, EITHER = "yes", "no", ""
_DAY, _TOOK, _PROMOTED, _GRADE, _SERVICE = "__day", "__took", "__promoted", "__grade", "__service"
_CODES = (NOT_BEFORE, TOOK_PART, LONGER_AGO)
_MOST_YEARS = 30


@dataclass(frozen=True, eq=False)
class PromotionCounts:
    """People at the start of each year, by whether they had taken part and were promoted in it."""

    title: str
    """What happened, in words: "Promotion"."""
    programme: str
    """Which programme, in words."""
    spans: tuple[Span, ...]
    table: pd.DataFrame
    """group, grade, service (codes), year (place among the spans), took (`NOT_BEFORE`, `TOOK_PART`,
    `LONGER_AGO`), promoted (bool) and n; sorted."""
    heads: Mapping[tuple[str, str, str], int]
    """How many different people there are by group, took and promoted (`YES`, `NO`, `EITHER`)."""
    people: Counts
    """The same people by characteristic and snapshot: whose they are and what their groups hold."""
    ended: bool
    """Whether the programme counts from the day it ended on: else from the day it began."""

    @property
    def starts(self) -> tuple[str, ...]:
        """The snapshots that the years start from."""
        return tuple(span.snapshot for span in self.spans)

    @property
    def period(self) -> str:
        """First and last day."""
        return f"{self.spans[0].start} to {self.spans[-1].end}"


def promotion_counts(
    events: Extract,
    workforce: Extract,
    *,
    of: str,
    programme: str | Sequence[str] | None = None,
    outcome: str = "promotion",
    years_after: int | None = None,
    period: str | Sequence[Any] | None = None,
    years: int | None = None,
    level: str = "main",
    population_name: str | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
) -> PromotionCounts:
    """How many were promoted in each year, of those who had completed a programme before it?

    Parameters
    ----------
    events
        An events extract that holds the programme and promotions.
    workforce
        A workforce extract with the snapshots that the years start from.
    of
        The characteristic.
    programme
        Names of programmes (the records' detail); all of them without it.
    outcome
        The event that is looked for in each year.
    years_after
        For how many years somebody counts as having taken part; without it for good. Who took part
        longer ago is apart.
    period, years
        As in `event_counts`; without both, all years since the first programme was completed.
    level, population_name, where
        As in `count`.

    Raises
    ------
    UsageError
        The extracts are of other contracts or on different engines; an event, programme, period or
        category that there is not; no record of a programme has a day.

    Notes
    -----
    Where the records say on which day a programme ended, it counts from that day, and one without
    an end is still running; where none says so, from the day on which it began.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = promotion_counts(council.events, council.workforce, of="sex")
    >>> found.period, found.programme
    ('2023-04-01 to 2025-03-31', 'Development programme')
    """
    _refuse_wrong_extracts(events, workforce)
    if years_after is not None and (
        isinstance(years_after, bool) or not isinstance(years_after, int) or years_after < 1
    ):
        raise UsageError("years_after= takes a whole number of 1 or more.")
    named, of_programme = chosen_records(events, PROGRAMME, None, programme)
    title, of_outcome = chosen_records(events, outcome, None, None)
    completed, ended = _completed(events, of_programme)
    spans = _spans(workforce, period, years, _first(completed))
    staff = _staff(workforce, of, level, [span.snapshot for span in spans], population_name, where)
    promoted = records_of(events, of_outcome, spans).select(PERSON, engine.col(AFTER).alias(AT))
    each = _each(staff, promoted.unique(), _taken(completed, spans, years_after), len(spans))
    template = count(
        workforce,
        by=[of, "snapshot_date"],
        population_name=population_name,
        where=where,
        levels={of: level},
    )
    return PromotionCounts(title, named, tuple(spans), _table(each), _heads(each), template, ended)


def _refuse_wrong_extracts(events: Any, workforce: Any) -> None:
    if not isinstance(events, Extract) or events.contract.name != "events":
        raise UsageError("The first argument is an events extract, such as council.events.")
    if not isinstance(workforce, Extract) or workforce.contract.name != "workforce":
        raise UsageError("The second argument is a workforce extract, such as council.workforce.")
    if events.frame.implementation != workforce.frame.implementation:
        raise UsageError(
            "The events and the workforce lie on different engines and cannot be joined there. "
            "Read both from files, or hand both over as tables of one engine."
        )


def _completed(events: Extract, chosen: engine.Expression) -> tuple[engine.Frame, bool]:
    """Who completed a programme on which day, and whether that is the day on which it ended."""
    rows = events.frame.filter(chosen)
    ended = False
    if "ended_on" in engine.columns(rows):
        known = ~engine.col("ended_on").is_null()
        ended = engine.one_row(rows, {"n": known.cast(engine.Int64).sum()})["n"] > 0
    day = "ended_on" if ended else "opened_on"
    kept = rows.filter(~engine.col(day).is_null())
    return kept.select(engine.text("person_id").alias(PERSON), engine.col(day).alias(_DAY)), ended


def _first(completed: engine.Frame) -> date:
    days = [str(day)[:10] for day in engine.count(completed, [_DAY])[_DAY]]
    if not days:
        raise UsageError(
            "The events extract holds no completed record of a programme, so nobody is known to "
            "have taken part."
        )
    return date.fromisoformat(min(days))


def _spans(
    workforce: Extract, period: str | Sequence[Any] | None, years: int | None, first: date
) -> list[Span]:
    """Give the years asked for; else all that start after somebody had completed a programme."""
    if period is not None or years is not None:
        return spans_of(workforce, period, 1 if years is None else years)[0]
    found = spans_of(workforce, None, 1)[0]
    for n in range(2, _MOST_YEARS + 1):
        longer = _spans_if_known(workforce, n)
        if not longer or date.fromisoformat(longer[0].start) <= first:
            break
        found = longer
    return found


def _spans_if_known(workforce: Extract, years: int) -> list[Span]:
    try:
        spans = spans_of(workforce, None, years)[0]
    except UsageError:
        return []
    # A year before the first snapshot would start from people who were there later.
    return spans if spans[0].snapshot <= spans[0].start else []


def _staff(
    workforce: Extract,
    of: str,
    level: str,
    dates: Sequence[str],
    population_name: str | None,
    where: Mapping[str, str | Sequence[str]] | None,
) -> engine.Frame:
    """People at each snapshot with their group, grade and service."""

    def at(name: str, what: str, detail: str = "main") -> engine.Frame:
        split = splitter(workforce, what, detail)
        rows = staff_at(workforce, split, dates, population_name, where)
        return rows.select(PERSON, AT, engine.col(GROUP).alias(name))

    found = at(GROUP, of, level)
    for name, what in ((_GRADE, "grade"), (_SERVICE, "service")):
        found = found.join(at(name, what), on=[PERSON, AT], how="inner")
    return found


def _taken(completed: engine.Frame, spans: Sequence[Span], years_after: int | None) -> engine.Frame:
    """For each person and year: 1 if a programme was completed before it, 2 if longer ago."""
    day = engine.col(_DAY)
    flags = {}
    for i, span in enumerate(spans):
        start = date.fromisoformat(span.start)
        before = (day < start).cast(engine.Int64)
        recent = before
        if years_after is not None:
            back = start.replace(year=start.year - years_after, day=min(start.day, 28))
            recent = ((day < start) & (day >= back)).cast(engine.Int64)
        flags[f"__before_{i}"], flags[f"__recent_{i}"] = before.max(), recent.max()
    return engine.grouped(completed, [PERSON], flags)


def _each(
    staff: engine.Frame, promoted: engine.Frame, taken: engine.Frame, years: int
) -> engine.Frame:
    """Everybody at every snapshot, with whether they had taken part and were promoted."""
    happened = promoted.with_columns(engine.lit(1, engine.Int64).alias(_PROMOTED))
    joined = staff.join(happened, on=[PERSON, AT], how="left").join(taken, on=PERSON, how="left")
    took = engine.lit(0, engine.Int64)
    for i in range(years):
        here = engine.col(AT) == i
        for flag, number in ((f"__before_{i}", 2), (f"__recent_{i}", 1)):
            yes = here & (engine.col(flag) == 1).fill_null(False)
            took = engine.when(yes).then(engine.lit(number, engine.Int64)).otherwise(took)
    return engine.settled(
        joined.select(
            PERSON,
            AT,
            GROUP,
            _GRADE,
            _SERVICE,
            engine.col(_PROMOTED).fill_null(0).cast(engine.Int64),
            took.alias(_TOOK),
        )
    )


def _table(each: engine.Frame) -> pd.DataFrame:
    counted = engine.count(each, [GROUP, _GRADE, _SERVICE, AT, _TOOK, _PROMOTED])
    table = pd.DataFrame(
        {
            "group": counted[GROUP].astype(str),
            "grade": counted[_GRADE].astype(str),
            "service": counted[_SERVICE].astype(str),
            "year": counted[AT].astype("int64"),
            "took": [_CODES[int(place)] for place in counted[_TOOK]],
            "promoted": counted[_PROMOTED].astype("int64") > 0,
            "n": counted[engine.N],
        }
    )
    names = [name for name in table.columns if name != "n"]
    return table.sort_values(names, kind="stable").reset_index(drop=True)


def _heads(each: engine.Frame) -> dict[tuple[str, str, str], int]:
    heads: dict[tuple[str, str, str], int] = {}
    for split in ([GROUP, _TOOK, _PROMOTED], [GROUP, _TOOK]):
        counted = engine.count(each.select(PERSON, *split).unique(), split)
        for row in counted.to_dict("records"):
            happened = EITHER if len(split) == 2 else (YES if int(row[_PROMOTED]) else NO)
            heads[str(row[GROUP]), _CODES[int(row[_TOOK])], happened] = int(row[engine.N])
    return dict(sorted(heads.items()))
