"""What happened to people at work, joined to who they are: events, cases, people, time at risk.

A period is cut into years. Each starts from a snapshot: the last one on or before its first day or,
where there is none, the first one after. What happens to somebody in that year belongs to the
group that they were in at that snapshot. Who joined later is in the next snapshot only: their
events are counted there, apart, as they are in no base of people who were there at the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.counts import Counts, count
from workforce_analytics.counting.dimensions import Dimension, splitter
from workforce_analytics.counting.event_joins import (
    AFTER,
    AT,
    BEFORE,
    CASE,
    DATES,
    GROUP,
    PERSON,
    STILL,
    TIME,
    by_person,
    chosen_records,
    half_days,
    placed_at,
    records_of,
    staff_at,
    still_open,
)
from workforce_analytics.counting.spans import Span, spans_of
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.extract import Extract

DAYS_A_YEAR = 365.25
DATE = "snapshot_date"
NEVER, ONCE, MORE = "never", "once", "more_than_once"
YES, NO, NOT_LOOKED_AT = "yes", "no", "not_looked_at"


@dataclass(frozen=True)
class Clusters:
    """People of each group by how long they were there and how often it happened to them.

    Arrays of one length: `people` of a group were there for `half_days` and had `events` each.
    Somebody who changed group stands in both.
    """

    group: tuple[str, ...]
    half_days: np.ndarray
    events: np.ndarray
    people: np.ndarray

    def of(self, codes: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give years, events and people of some groups."""
        here = np.array([group in codes for group in self.group], dtype=bool)
        return self.half_days[here] / 2 / DAYS_A_YEAR, self.events[here], self.people[here]


@dataclass(frozen=True, eq=False)
class EventCounts:
    """How often something happened to the people of each group, and how many people there were.

    Attributes
    ----------
    title
        What happened, in words: "Disciplinary (formal)".
    spans
        The years that the period is made of.
    people
        People at each snapshot by how often it happened to them (`happened`: in the year after, or
        before where they had joined since the last one) and whether they have an open case at the
        end of the period (`still_open`). A partition at each snapshot; snapshots may not be added
        up as people, for the same people stand in several.
    events, cases, open_cases
        Records, distinct cases, and cases that are open at the end of the period, by code of the
        group. A record without a case is a case of its own. A case that people of two groups are
        part of counts in both: cases are no partition. `open_cases` is None where nobody says when
        such things end.
    cases_in_all
        Distinct cases of everybody.
    years
        Person-years of each group.
    clusters
        The same years and events, person by person.
    elsewhere
        How many records of the period are of nobody who is counted at the snapshots around them.
    """

    title: str
    spans: tuple[Span, ...]
    people: Counts
    events: Mapping[str, int]
    cases: Mapping[str, int]
    cases_in_all: int
    open_cases: Mapping[str, int] | None
    years: Mapping[str, float]
    clusters: Clusters
    elsewhere: int

    @property
    def happened(self) -> str:
        """Name of the dimension that says how often it happened."""
        return self.people.dimensions[2].name

    @property
    def still_open(self) -> str:
        """Name of the dimension that says whether a case is open."""
        return self.people.dimensions[3].name

    @property
    def starts(self) -> tuple[str, ...]:
        """The snapshots that the years start from."""
        return tuple(span.snapshot for span in self.spans)

    @property
    def period(self) -> str:
        """First and last day."""
        return f"{self.spans[0].start} to {self.spans[-1].end}"


def event_counts(
    events: Extract,
    workforce: Extract,
    *,
    of: str,
    event: str,
    formal: bool | None = None,
    detail: str | Sequence[str] | None = None,
    period: str | Sequence[Any] | None = None,
    years: int = 1,
    level: str = "main",
    population_name: str | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    joiners: bool = True,
) -> EventCounts:
    """How often did something happen to the people of each group, and how many people were there?

    Parameters
    ----------
    events
        An events extract, or course records (contract `training`), of which completed ones count.
    workforce
        A workforce extract with one snapshot or more.
    of
        The characteristic.
    event
        A category of the contract: "disciplinary", "programme", ...; "training" for course records.
    formal
        True or False: only formal or only informal ones; None: all.
    detail
        Only records with this detail, or one of these: names of programmes, of courses.
    period
        First and last day, as a pair or as "2023-04-01 to 2025-03-31". Without it: `years` whole
        years up to the last snapshot.
    years
        How many years are pooled, where no period is given.
    level, population_name, where
        As in `count`.
    joiners
        Whether what happened to people who joined after the snapshot that a year starts from is
        counted, too: in rates per person-year it is; of the people at a snapshot it is not.

    Returns
    -------
    EventCounts

    Raises
    ------
    UsageError
        The extracts are of other contracts or on different engines; an event, detail, period or
        category that there is not.

    Notes
    -----
    Person-years are average headcount times length: somebody who is at the snapshots on both sides
    of a year was there for a year, somebody at one of them for half of it. So they are the sum of
    these over people, and events can be clustered on person.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = event_counts(
    ...     council.events, council.workforce, of="sex", event="grievance", years=2
    ... )
    >>> found.period
    '2023-04-01 to 2025-03-31'
    """
    _refuse_wrong_extracts(events, workforce)
    spans, last = spans_of(workforce, period, years)
    dates = [*(span.snapshot for span in spans), *([last] if last else [])]
    title, chosen = chosen_records(events, event, formal, detail)
    split = splitter(workforce, of, level)
    staff = staff_at(workforce, split, dates, population_name, where)
    # Records are few beside staff, and are counted in many ways: they are looked up once.
    happened = engine.settled(records_of(events, chosen, spans))
    placed = engine.settled(placed_at(happened, staff, len(dates), joiners=joiners))
    still = still_open(events, chosen, spans)
    open_now = (
        None
        if still is None
        else engine.settled(placed_at(still, staff, len(dates), joiners=joiners))
    )
    everybody = by_person(staff, placed, open_now, half_days(spans, last))
    template = count(
        workforce,
        by=[of, "snapshot_date"],
        population_name=population_name,
        where=where,
        levels={of: level},
    )
    clusters = _clusters(everybody)
    cases, in_all = _cases(placed)
    return EventCounts(
        title=title,
        spans=tuple(spans),
        people=_people(template, of, dates, spans, title, everybody),
        events=_summed(clusters, clusters.events),
        cases=cases,
        cases_in_all=in_all,
        open_cases=None if open_now is None else _cases(open_now)[0],
        years={
            code: n / 2 / DAYS_A_YEAR for code, n in _summed(clusters, clusters.half_days).items()
        },
        clusters=clusters,
        elsewhere=_records(happened) - _records(placed),
    )


def _refuse_wrong_extracts(events: Any, workforce: Any) -> None:
    if not isinstance(events, Extract) or events.contract.name not in DATES:
        raise UsageError(
            "The first argument is an events extract or course records, such as council.events or "
            "council.training."
        )
    if not isinstance(workforce, Extract) or workforce.contract.name != "workforce":
        raise UsageError("The second argument is a workforce extract, such as council.workforce.")
    if events.frame.implementation != workforce.frame.implementation:
        raise UsageError(
            "The events and the workforce lie on different engines and cannot be joined there. "
            "Read both from files, or hand both over as tables of one engine."
        )


def _records(rows: engine.Frame) -> int:
    return engine.one_row(rows, {"n": engine.rows()})["n"]


def _people(
    template: Counts,
    of: str,
    dates: Sequence[str],
    spans: Sequence[Span],
    title: str,
    everybody: engine.Frame,
) -> Counts:
    """People at each snapshot, by how often it happened to them and whether a case is open."""
    flags = [AFTER, BEFORE, *([STILL] if STILL in engine.columns(everybody) else [])]
    counted = engine.count(everybody, [GROUP, AT, *flags])
    at = counted[AT].astype(int)
    often = counted[AFTER].astype(int) + counted[BEFORE].astype(int)
    still = np.full(len(at), NOT_LOOKED_AT, dtype=object)
    if STILL in flags:
        looked = (at >= len(spans) - 1).to_numpy()
        still[looked] = np.where(counted[STILL].astype(int) > 0, YES, NO)[looked]
    of_period = f"{title}, {spans[0].start} to {spans[-1].end}"
    days = template.dimension(DATE)
    dimensions = (
        template.dimension(of),
        replace(days, categories=tuple(c for c in days.categories if c.code in dates)),
        _listed(of_period, title, (NEVER, ONCE, MORE)),
        _listed(f"{of_period}: still open", "Open case", (NO, YES, NOT_LOOKED_AT)),
    )
    codes = (
        counted[GROUP].tolist(),
        [dates[i] for i in at],
        np.where(often > 1, MORE, np.where(often > 0, ONCE, NEVER)),
        still,
    )
    names = [item.name for item in dimensions]
    rows = pd.DataFrame(dict(zip(names, codes, strict=True)))
    return replace(
        template,
        _table=_in_order(rows.assign(**{engine.N: counted[engine.N].to_numpy()}), dimensions),
        dimensions=dimensions,
        additive_over=frozenset(names) - {DATE},
    )


def _listed(name: str, title: str, codes: Sequence[str]) -> Dimension:
    listed = (Category(code, code.replace("_", " ").capitalize(), "declared") for code in codes)
    return Dimension(name, title, tuple(listed))


def _in_order(rows: pd.DataFrame, dimensions: Sequence[Dimension]) -> pd.DataFrame:
    """One row per combination that occurs, in the order of the categories."""
    names = [item.name for item in dimensions]
    ranked = rows.assign(
        **{item.name: pd.Index(item.codes).get_indexer(rows[item.name]) for item in dimensions}
    )
    if (ranked[names] < 0).to_numpy().any():
        raise DataError("A counted category is missing from its dimension: nothing may be lost.")
    summed = ranked.groupby(names, as_index=False)[engine.N].sum()
    return summed.assign(
        **{item.name: np.array(item.codes, dtype=object)[summed[item.name]] for item in dimensions}
    )


def _clusters(everybody: engine.Frame) -> Clusters:
    each = everybody.group_by(PERSON, GROUP).agg(
        engine.col(TIME).sum().cast(engine.Int64),
        (engine.col(AFTER) + engine.col(BEFORE)).sum().cast(engine.Int64).alias(AFTER),
    )
    rows = engine.count(each, [GROUP, TIME, AFTER]).astype({TIME: "int64", AFTER: "int64"})
    rows = rows.sort_values([GROUP, TIME, AFTER])
    return Clusters(
        tuple(rows[GROUP]),
        rows[TIME].to_numpy(),
        rows[AFTER].to_numpy(),
        rows[engine.N].to_numpy(),
    )


def _summed(clusters: Clusters, what: np.ndarray) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, value, n in zip(clusters.group, what.tolist(), clusters.people, strict=True):
        found[code] = found.get(code, 0) + value * int(n)
    return found


def _cases(placed: engine.Frame) -> tuple[dict[str, int], int]:
    """Distinct cases of each group, and of everybody; a record without a case is one of its own."""
    none = engine.col(CASE).is_null()
    alone, named = placed.filter(none), placed.filter(~none).select(GROUP, CASE).unique()
    found: dict[str, int] = {}
    for table in (engine.count(alone, [GROUP]), engine.count(named, [GROUP])):
        for code, n in zip(table[GROUP], table[engine.N], strict=True):
            found[str(code)] = found.get(str(code), 0) + int(n)
    return dict(sorted(found.items())), _records(alone) + _records(named.select(CASE).unique())
