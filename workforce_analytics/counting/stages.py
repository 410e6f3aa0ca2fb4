"""Applications -> Counts by how far they came; distinct candidates by how far they came at best.

An application stands in one cell: the furthest stage that it reached. All who reached a stage are
those who stand at it or beyond, which is a sum of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting import published
from workforce_analytics.counting.counts import (
    Counts,
    finish,
    of_categories,
    raw_columns,
    splitters_of,
)
from workforce_analytics.counting.dimensions import Dimension, Splitter
from workforce_analytics.counting.stage_words import NOT_KNOWN_LABEL, WITHDRAWN_LABEL
from workforce_analytics.counting.subsets import Where, wanted_codes
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.application_rows import NOT_GIVEN
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.extract import Extract

STAGES = ("applied", "shortlisted", "interviewed", "offered", "appointed")
STAGE, WITHDRAWN, CANDIDATE = "furthest_stage", "withdrawn", "candidate_id"
NOT_KNOWN = Category("not_known", NOT_KNOWN_LABEL, "not_known")
_RANK = "__rank"


def stage_counts(
    applications: Extract,
    *,
    by: Sequence[str],
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
    stages: Sequence[str] = STAGES,
    unprinted: Sequence[str] = (),
) -> Counts:
    """How many applications of each group came how far?

    Parameters
    ----------
    applications
        An applications extract; or a table somebody already counted (contract `counts`) that counts
        who applied, who was shortlisted and so on.
    by
        Names of dimensions: characteristics, `year`, `quarter`, `grade_band`, `directorate`,
        `service`, `route`, ...
    where
        A subset: dimension -> the category code or codes that are in.
    levels
        Level of a code list per dimension: "full", "main" (default) or "binary".
    stages
        Stages to tell apart, "applied" first. An application whose furthest stage is not among them
        stands at the last of them that it passed.
    unprinted
        Names among `by` that are raw columns and never printed, such as `vacancy_id`.

    Returns
    -------
    Counts
        Of applications, by `by`, `furthest_stage` and `withdrawn` ("yes", or "no", which holds
        also where nobody said). "not_known" is a furthest stage where it occurs. A stage that the
        source does not record is left out: one without a date where dates stand for the stages, one
        that a published table does not count. In published tables nobody is told to have withdrawn.

    Raises
    ------
    UsageError
        Stages out of order, a dimension that the extract does not have, a published table that
        counts fewer than two stages or hides a cell.
    DataError
        A published table counts more at a later stage than at an earlier one.

    Notes
    -----
    All who reached a stage = those whose furthest stage is it or a later one. From a published
    table: furthest = reached the stage - reached the next one.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> from workforce_analytics.counting.stages import stage_counts
    >>> counts = stage_counts(council.applications, by=["ethnicity", "year"])
    >>> counts.over("furthest_stage").occurring()[("appointed",)]
    3095
    """
    _refuse_wrong(applications, by, stages)
    if applications.contract.name == "counts":
        return _published(applications, by, where, levels or {}, stages)
    splitters = _splitters(applications, by, where, levels or {}, stages, unprinted)
    return finish(
        applications,
        applications.count(raw_columns(splitters)),
        splitters,
        by=[*by, STAGE, WITHDRAWN],
        where=where,
        unit="applications",
        population="applications",
        unprinted=unprinted,
    )


def candidate_counts(
    applications: Extract,
    *,
    by: Sequence[str],
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
    stages: Sequence[str] = STAGES,
    unprinted: Sequence[str] = (),
) -> Counts | None:
    """How many distinct candidates of each group came how far with any of their applications?

    Parameters
    ----------
    applications
        An applications extract, or a table somebody already counted.
    by, where, levels, stages, unprinted
        As in `stage_counts`; `unprinted` names raw columns that only `where` asks for.

    Returns
    -------
    Counts or None
        Of candidates, by `by` and `furthest_stage`: for each combination of `by` a candidate stands
        once, at the furthest stage of any of their applications there; "not_known" only where no
        application of theirs has a stage. Somebody who applied in two years, or gave two answers,
        stands in both, so only stages may be added up. None where this is not known: in published
        tables, and where an application that would be counted has no candidate.

    Raises
    ------
    UsageError
        Stages out of order, or a dimension that the extract does not have.

    Notes
    -----
    Candidates are told apart on the engine, within the categories, not within the raw codes:
    somebody who is "W1" in one application and "White - British" in another is one candidate.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> from workforce_analytics.counting.stages import candidate_counts
    >>> candidate_counts(council.applications, by=["year"]).counted
    'candidates'
    """
    _refuse_wrong(applications, by, stages)
    present = engine.columns(applications.frame)
    if applications.contract.name == "counts" or CANDIDATE not in present:
        return None
    splitters = _splitters(applications, by, where, levels or {}, stages, unprinted)
    raw = raw_columns(splitters)
    occurring = applications.count(raw)
    rows = applications.rows_with([*raw, CANDIDATE])
    within = _within(occurring, splitters, where or {})
    rows = rows.filter(*within) if within else rows
    if not _every_candidate_given(applications, rows):
        return None
    mapped = _at_their_best(rows, occurring, {name: splitters[name] for name in (*by, STAGE)})
    counts = of_categories(
        applications,
        mapped,
        splitters,
        by=[*by, STAGE],
        where=where,
        unit="candidates",
        population="candidates",
    )
    # Each way of splitting tells candidates apart by itself: their counts do not hang together.
    inside = {name: wanted_codes(splitters[name], held) for name, held in (where or {}).items()}
    ways = ", ".join([*by, *(f"{name} in {sorted(codes)}" for name, codes in inside.items())])
    people = f"{applications.context.organisation}: candidates, by {ways or 'nothing'}"
    return replace(counts, additive_over=frozenset({STAGE}), people=people)


def _refuse_wrong(applications: Extract, by: Sequence[str], stages: Sequence[str]) -> None:
    if applications.contract.name not in {"applications", "counts"}:
        raise UsageError(
            f"Stages are counted of applications, and this is an extract of "
            f"{applications.contract.name}. Give council.applications."
        )
    own = [name for name in by if name in (STAGE, WITHDRAWN)]
    if own:
        raise UsageError(f"by: counts of stages are split by '{own[0]}' already. Leave it out.")
    in_order = [stage for stage in STAGES if stage in stages]
    if list(stages) != in_order or "applied" not in in_order or len(in_order) < 2:
        raise UsageError(
            f"stages are at least two of {', '.join(STAGES)}, in this order, 'applied' among them."
        )


def _splitters(
    applications: Extract,
    by: Sequence[str],
    where: Where | None,
    levels: Mapping[str, str],
    stages: Sequence[str],
    unprinted: Sequence[str],
) -> dict[str, Splitter]:
    """Say how applications are split; stages and withdrawal in the way of this module."""
    others = [name for name in (*by, *(where or {})) if name not in (STAGE, WITHDRAWN)]
    found = splitters_of(applications, others, levels, unprinted)
    match = applications.matcher(STAGE)
    standing = _standing(_recorded(applications, stages))
    found[STAGE] = _of_stage(STAGE, standing, lambda raw: match(raw) or NOT_KNOWN.code)
    said = WITHDRAWN if WITHDRAWN in engine.columns(applications.frame) else ""
    found[WITHDRAWN] = _of_withdrawal(said)
    return found


def _recorded(applications: Extract, stages: Sequence[str]) -> list[str]:
    """Leave out stages that nobody stands at and that, unlike others, have no date."""
    present = engine.columns(applications.frame)
    dated = {stage for stage in STAGES[1:] if f"{stage}_on" in present}
    undated = [stage for stage in stages if stage not in dated and stage != STAGES[0]]
    if not dated or not undated:
        return list(stages)
    match = applications.matcher(STAGE)
    standing = {match(raw) for raw in applications.distinct(STAGE)}
    return [stage for stage in stages if stage not in undated or stage in standing]


def _standing(stages: Sequence[str]) -> dict[str, str]:
    """Give the stage to stand at, of those told apart, for each furthest stage."""
    result, last = {}, stages[0]
    for stage in STAGES:
        last = stage if stage in stages else last
        result[stage] = last
    return result


def _of_stage(column: str, standing: Mapping[str, str], meant: Callable[[Any], str]) -> Splitter:
    kept = tuple(dict.fromkeys(standing.values()))
    held = {code: tuple(fine for fine in STAGES if standing[fine] == code) for code in kept}
    listed = tuple(Category(code, code.capitalize(), "declared") for code in kept)

    def build(present: set[str]) -> Dimension:
        categories = (*listed, NOT_KNOWN) if NOT_KNOWN.code in present else listed
        return Dimension(STAGE, "Furthest stage", categories, holds=held)

    return Splitter(STAGE, column, lambda raw: standing.get(meant(raw), NOT_KNOWN.code), build)


def _of_withdrawal(column: str) -> Splitter:
    listed = (Category("yes", "Yes", "declared"), Category("no", "No", "declared"))
    return Splitter(
        WITHDRAWN,
        column,
        lambda raw: "no" if pd.isna(raw) or not raw else "yes",
        lambda present: Dimension(WITHDRAWN, WITHDRAWN_LABEL, listed),
    )


def _published(
    table: Extract,
    by: Sequence[str],
    where: Where | None,
    levels: Mapping[str, str],
    stages: Sequence[str],
) -> Counts:
    """Turn counts of all who reached each stage into counts of those who came no further."""
    kinds = published.kinds(table)
    there = [stage for stage in stages if stage in kinds]
    if len(there) < 2:
        raise UsageError(
            f"This table counts: {', '.join(sorted(kinds))}. A funnel needs at least two of "
            f"{', '.join(stages)}."
        )
    splitters = splitters_of(table, [*by, *(where or {})], levels)
    raw = raw_columns(splitters)
    reached = {stage: published.cells(table, raw, kinds[stage]) for stage in there}
    parts = [reached[stage].assign(**{_RANK: stage}) for stage in there]
    for before, after in pairwise(there):
        less = reached[after].assign(**{_RANK: before})
        parts.append(less.assign(**{engine.N: -less[engine.N]}))
    splitters[STAGE] = _of_stage(_RANK, _standing(there), str)
    splitters[WITHDRAWN] = _of_withdrawal("")
    counts = finish(
        table,
        pd.concat(parts, ignore_index=True),
        splitters,
        by=[*by, STAGE, WITHDRAWN],
        where=where,
        unit="applications",
        population="applications, as published",
    )
    if min(counts.occurring().values(), default=0) < 0:
        raise DataError(
            "In some groups this table counts more at a later stage than at an earlier one. Check "
            "that all stages cover the same vacancies, and that every group stands at every stage."
        )
    return counts


def _within(
    occurring: pd.DataFrame, splitters: Mapping[str, Splitter], where: Where
) -> list[engine.Expression]:
    """Conditions of which an application in the subset fulfils each."""
    conditions = []
    for name, wanted in where.items():
        item, codes = splitters[name], wanted_codes(splitters[name], wanted)
        if item.column:
            raws = _raws_by_code(occurring, item)
            inside = [raw for code in codes for raw in raws.get(code, [])]
            conditions.append(engine.holds(item.column, inside))
        elif item.convert(None) not in codes:
            conditions.append(engine.is_one_of(STAGE, []))  # nobody
    return conditions


def _raws_by_code(occurring: pd.DataFrame, item: Splitter) -> dict[str, list[Any]]:
    """Raw values that occur, by the category that they are in."""
    found: dict[str, list[Any]] = {}
    for raw in engine.places(occurring[item.column])[1]:
        found.setdefault(item.convert(raw), []).append(raw)
    return found


def _every_candidate_given(applications: Extract, rows: engine.Frame) -> bool:
    """Whether all these have a candidate; counted only if the check found some without."""
    if not any(item.rule == NOT_GIVEN for item in applications.quality.problems):
        return True
    blank = engine.when(engine.blank(CANDIDATE)).then(engine.lit(1))
    return not engine.one_row(rows, {"blank": blank.otherwise(engine.lit(0)).sum()})["blank"]


def _at_their_best(
    rows: engine.Frame, occurring: pd.DataFrame, splitters: Mapping[str, Splitter]
) -> pd.DataFrame:
    """Count candidates by category: once in each combination, at their furthest stage there."""
    stage = splitters[STAGE]
    by_stage = _raws_by_code(occurring, stage)
    order = [NOT_KNOWN.code, *stage.known_codes()]
    derived = {_RANK: engine.place_of(STAGE, [by_stage.get(code, []) for code in order])}
    keys, found = {}, {}
    for name in (name for name in splitters if name != STAGE):
        found[name] = _raws_by_code(occurring, splitters[name])
        keys[name] = splitters[name].column
        if any(len(raws) > 1 for raws in found[name].values()):
            keys[name] = f"__{name}"
            derived[keys[name]] = engine.place_of(splitters[name].column, [*found[name].values()])
    columns = list(dict.fromkeys(keys.values()))
    once = engine.derive(rows, derived).group_by(CANDIDATE, *columns).agg(engine.col(_RANK).max())
    table = engine.count(once, [*columns, _RANK])
    mapped = pd.DataFrame({engine.N: table[engine.N]})
    for name, key in keys.items():
        if key == splitters[name].column:
            mapped[name] = splitters[name].categorise(table)
        else:
            mapped[name] = _codes(table[key], [*found[name]])
    return mapped.assign(**{STAGE: _codes(table[_RANK], order)})


def _codes(places: pd.Series, codes: Sequence[str]) -> pd.Series:
    return places.map(lambda place: codes[int(place)])
