"""Records of what happened, joined on the engine to the people of the snapshots around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from workforce_analytics import engine
from workforce_analytics.counting.dimensions import Splitter, splitter
from workforce_analytics.counting.populations import population, select
from workforce_analytics.counting.spans import Span
from workforce_analytics.counting.subsets import wanted_codes
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Extract

TRAINING = "training"
"""The event that a completed course is, in an extract of course records."""
DATES = {"events": "opened_on", TRAINING: "completed_on"}
"""Contracts of what happened, and the day on which it did."""
PERSON, GROUP, AT, CASE = "__person", "__group", "__at", "__case"
AFTER, BEFORE, STILL, TIME = "__after", "__before", "__still", "__time"


def chosen_records(
    events: Extract, event: str, formal: bool | None, detail: str | Sequence[str] | None
) -> tuple[str, engine.Expression]:
    """Say in words which records are meant, and pick them.

    Raises
    ------
    UsageError
        An event or a detail that there is not; formal records that cannot be told from others.
    """
    is_training = events.contract.name == TRAINING
    column, kind = ("course", "status") if is_training else ("detail", "event")
    code = "completed" if is_training else event
    field = events.contract.field(kind)
    allowed = (
        [TRAINING] if is_training else [item.value for item in (field.categories if field else ())]
    )
    if event not in allowed:
        raise UsageError(
            f"event={event!r} is not an event of the {events.contract.name} extract."
            f"{did_you_mean(str(event), allowed)} Allowed: {', '.join(allowed)}."
        )
    match = events.matcher(kind)
    raws = {str(raw) for raw in events.distinct(kind) if match(raw) == code}
    conditions = [engine.is_one_of(kind, raws)]
    title = "Training" if is_training else _label(events, kind, event)
    if formal is not None:
        conditions.append(_formal(events, formal))
        title += " (formal)" if formal else " (not formal)"
    if detail is not None:
        wanted = [detail] if isinstance(detail, str) else list(detail)
        found = _details(events, column, kind, raws, wanted)
        conditions.append(engine.is_one_of(column, found))
        title += f": {', '.join(sorted(wanted))}"
    return title, engine.all_of(*conditions, ignore_nulls=False)


def _label(events: Extract, kind: str, event: str) -> str:
    field = events.contract.field(kind)
    return next(item.label for item in (field.categories if field else ()) if item.value == event)


def _formal(events: Extract, formal: bool) -> engine.Expression:
    if "formal" not in engine.columns(events.frame):
        raise UsageError(
            f"The {events.contract.name} extract has no column 'formal', so formal records cannot "
            "be told from others. Leave formal= out, or map a column to it."
        )
    said = engine.col("formal")
    return said.fill_null(False) if formal else (~said).fill_null(False)


def _details(
    events: Extract, column: str, kind: str, kinds: set[str], wanted: Sequence[str]
) -> set[str]:
    """Raw details of the records of a kind that mean the ones that are asked for."""
    known: dict[str, set[str]] = {}
    if column in engine.columns(events.frame):
        table = events.count([column, kind])
        for raw in table[column][table[kind].isin(kinds)].dropna():
            known.setdefault(fold(str(raw)), set()).add(str(raw))
    listed = sorted(min(raws) for raws in known.values())
    for one in wanted:
        if not isinstance(one, str) or fold(one) not in known:
            raise UsageError(
                f"detail={one!r}: no such record says so.{did_you_mean(str(one), listed)} "
                f"There are: {', '.join(listed[:20]) or 'none'}."
            )
    return {raw for one in wanted for raw in known[fold(one)]}


def _choice(choices: Sequence[tuple[engine.Expression, int]]) -> engine.Expression:
    """Number of the first condition that holds; missing where none does."""
    result = engine.lit(None, engine.Int64)
    for condition, number in reversed(choices):
        result = engine.when(condition).then(engine.lit(number, engine.Int64)).otherwise(result)
    return result


def staff_at(
    workforce: Extract,
    split: Splitter,
    dates: Sequence[str],
    population_name: str | None,
    where: Mapping[str, str | Sequence[str]] | None,
) -> engine.Frame:
    """People of the population at the snapshots: who, in which group, at which snapshot."""
    chosen = population(population_name or "workforce_report", workforce.context.populations)
    selection = select(workforce, chosen, counted="people")
    conditions = [engine.is_one_of("snapshot_date", dates)]
    conditions += [selection.where] if selection.where is not None else []
    for name, wanted in (where or {}).items():
        item = splitter(workforce, name)
        conditions.append(_is_among(workforce, item, set(wanted_codes(item, wanted))))
    at = _choice([(engine.text("snapshot_date") == day, i) for i, day in enumerate(dates)])
    kept = workforce.frame.filter(engine.all_of(*conditions, ignore_nulls=False))
    return kept.select(
        engine.text("person_id").alias(PERSON),
        _group(workforce, split).alias(GROUP),
        at.alias(AT),
    )


def _group(workforce: Extract, split: Splitter) -> engine.Expression:
    """Category of each row: somebody who is recorded in other words is in the same group."""
    held: dict[str, set[str]] = {}
    for raw in workforce.distinct(split.column):
        held.setdefault(split.convert(raw), set()).add(str(raw))
    group = engine.lit(split.convert(None))
    for code, raws in held.items():
        here = engine.is_one_of(split.column, raws)
        group = engine.when(here).then(engine.lit(code)).otherwise(group)
    return group


def _is_among(workforce: Extract, item: Splitter, codes: set[str]) -> engine.Expression:
    raws = {str(raw) for raw in workforce.distinct(item.column) if item.convert(raw) in codes}
    inside = engine.is_one_of(item.column, raws)
    return inside | engine.col(item.column).is_null() if item.convert(None) in codes else inside


def records_of(events: Extract, chosen: engine.Expression, spans: Sequence[Span]) -> engine.Frame:
    """Records of the period: who, which case, and in which year (`__after`: from 0)."""
    day = engine.col(DATES[events.contract.name])
    first, last = (date.fromisoformat(d) for d in (spans[0].start, spans[-1].end))
    ends = [(day <= date.fromisoformat(span.end), i) for i, span in enumerate(spans)]
    return events.frame.filter(chosen & (day >= first) & (day <= last)).select(
        engine.text("person_id").alias(PERSON), _case(events), _choice(ends).alias(AFTER)
    )


def _case(events: Extract) -> engine.Expression:
    if "case_id" in engine.columns(events.frame):
        return engine.text("case_id").alias(CASE)
    return engine.lit(None, engine.String).alias(CASE)


def still_open(
    events: Extract, chosen: engine.Expression, spans: Sequence[Span]
) -> engine.Frame | None:
    """Records that are open at the end of the period; None where nobody says when they end."""
    if "ended_on" not in engine.columns(events.frame):
        return None
    of_kind = events.frame.filter(chosen)
    ended = engine.one_row(
        of_kind, {"n": (~engine.col("ended_on").is_null()).cast(engine.Int64).sum()}
    )
    if not ended["n"]:
        return None
    end = date.fromisoformat(spans[-1].end)
    closed = engine.col("ended_on")
    return of_kind.filter(
        (engine.col("opened_on") <= end) & (closed.is_null() | (closed > end))
    ).select(
        engine.text("person_id").alias(PERSON),
        _case(events),
        engine.lit(len(spans) - 1, engine.Int64).alias(AFTER),
    )


def placed_at(
    happened: engine.Frame, staff: engine.Frame, dates: int, *, joiners: bool
) -> engine.Frame:
    """Join records to who they are about, at the snapshot before or, for joiners, the one after."""
    there = staff.group_by(PERSON).agg(
        *((engine.col(AT) == i).cast(engine.Int64).max().alias(f"__in{i}") for i in range(dates))
    )
    at = [
        ((engine.col(AFTER) == year) & (engine.col(f"__in{i}") == 1), i)
        for year in range(dates)
        for i in ((year, year + 1) if joiners else (year,))
        if i < dates
    ]
    found = happened.join(there, on=PERSON, how="inner").with_columns(_choice(at).alias(AT))
    found = found.filter(~engine.col(AT).is_null()).select(PERSON, CASE, AFTER, AT)
    return found.join(staff, on=[PERSON, AT], how="inner")


def by_person(
    staff: engine.Frame,
    placed: engine.Frame,
    still: engine.Frame | None,
    weights: Sequence[int],
) -> engine.Frame:
    """Everybody at every snapshot, with how often it happened after and before, and time."""
    in_year = engine.col(AFTER) == engine.col(AT)
    parts = {AFTER: placed.filter(in_year), BEFORE: placed.filter(~in_year)}
    if still is not None:
        parts[STILL] = still
    result = staff
    for name, rows in parts.items():
        numbers = rows.group_by(PERSON, AT).agg(engine.rows().alias(name))
        result = result.join(numbers, on=[PERSON, AT], how="left")
    time = _choice([(engine.col(AT) == i, n) for i, n in enumerate(weights)])
    return result.with_columns(
        *(engine.col(name).fill_null(0).cast(engine.Int64) for name in parts), time.alias(TIME)
    )


def half_days(spans: Sequence[Span], last: str) -> list[int]:
    """Half-days that being at each snapshot stands for."""
    weights = [0] * (len(spans) + bool(last))
    for i, span in enumerate(spans):
        for side in (i, i + 1 if i + 1 < len(weights) else i):
            weights[side] += span.days
    return weights
