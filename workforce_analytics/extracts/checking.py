"""Does a frame fulfil its contract? All problems at once, each with what to do about it.

Frames in memory are checked by pandera, frames on engines by counting: one pass for everything
that is a matter of one record, one group-by for each key and each rule about groups, one count of
distinct values for each column of codes. Both give the same problems; only frames in memory have
an order, and so a first record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.engine import Expression, col, lit, when
from workforce_analytics.extracts import field_checks, matching
from workforce_analytics.extracts.checking_in_memory import RECORD, distinct, numbered, run
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.contracts import Contract, Field, allowed_values, did_you_mean
from workforce_analytics.extracts.field_checks import Check
from workforce_analytics.extracts.quality import Problem, in_order
from workforce_analytics.extracts.rules import RULES, TOTALS, GroupCheck, Setting, repeats

Matcher = Callable[[Any], str | None]

MANY = 8
"""From so many columns on, a finding names only those that the rule cannot do without."""


def check(
    contract: Contract,
    frame: Any,
    *,
    file: str,
    in_memory: bool,
    matchers: Mapping[str, Matcher] | None = None,
    records: pd.Series | None = None,
) -> list[Problem]:
    """What is wrong with a frame, judged by its contract, and how to mend it?

    Parameters
    ----------
    contract
        What the frame is to hold.
    frame
        A typed pandas frame, or any frame that `engine.frame` takes; codes as they came.
    file
        Name to report.
    in_memory
        Whether the frame is a pandas frame whose rows have an order.
    matchers
        Column of codes -> function from a raw value to its code, None where it is not sure; the
        contract's own list is asked as well.
    records
        Record number of each row of a frame in memory; 1, 2, 3, ... without it.

    Returns
    -------
    list of Problem
        Errors first, then by column and rule. Never a value of a record.

    Raises
    ------
    DataError
        The frame has two columns of one name, or times with a time zone.

    Examples
    --------
    >>> from workforce_analytics.extracts.contracts import contract
    >>> table = pd.DataFrame({"person_id": ["a", "b", "a"]})
    >>> found = check(contract("objections"), table, file="objections.csv", in_memory=True)
    >>> print(found[0].sentence())
    objections.csv: column 'person_id': repeats the key of another record (1 of 3 records; \
first: record 1). Remove the repeats, or mend the key, in the system that the extract comes from.
    """
    lazy = engine.frame(numbered(frame) if in_memory else frame)
    schema = {name: kind for name, kind in lazy.collect_schema().items() if name != RECORD}
    problems = list(_columns(contract, list(schema), file))
    if any(problem.rule == "not_this_contract" for problem in problems):
        return problems
    job = _job(contract, lazy, frame if in_memory else None, schema, file, matchers or {})
    checks = [*_field_checks(job), *_code_checks(job), *_rule_checks(job)]
    if in_memory:
        numbers = [int(n) for n in records] if records is not None else range(1, len(frame) + 1)
        problems += _in_memory(job, frame, checks, numbers)
    else:
        problems += _on_engine(job, checks)
    return list(in_order(problems))


@dataclass(frozen=True)
class _Job:
    """One frame to be checked against one contract.

    `present` are the columns that hold what their type says; `codes` gives for each column of codes
    its distinct values, how often each occurs and what it stands for.
    """

    contract: Contract
    frame: engine.Frame
    schema: Mapping[str, Any]
    file: str
    rows: int
    present: frozenset[str]
    codes: Mapping[str, Mapping[Any, tuple[int, str | None]]]
    setting: Setting

    def problem(
        self, found: Check | _GroupFinding, records: int, first: int | None = None
    ) -> Problem:
        return Problem(
            file=self.file,
            column=found.column,
            rule=found.rule,
            severity=found.severity,
            message=found.message,
            remedy=found.remedy,
            records=records,
            of=self.rows,
            first_record=first,
            contract=self.contract.name,
        )


@dataclass(frozen=True)
class _GroupFinding:
    """A rule about groups of records, and what to say where it is broken."""

    column: str
    rule: str
    severity: str
    message: str
    remedy: str
    check: GroupCheck


def _job(
    contract: Contract,
    frame: engine.Frame,
    table: pd.DataFrame | None,
    schema: Mapping[str, Any],
    file: str,
    matchers: Mapping[str, Matcher],
) -> _Job:
    extras = [name for name in schema if contract.field(name) is None]
    dimensions = tuple(sorted(extras)) if contract.dimensions else ()
    coded = [item.name for item in contract.fields if item.has_codes and not item.codelist_from]
    coded += [name for name in extras if matching.code_list(contract, name)]
    codes = {
        name: _codes(
            distinct(frame, table, name), matchers.get(name), matching.matcher(contract, name, {})
        )
        for name in coded
        if name in schema
    }
    known = {
        name: {str(raw): code for raw, (_, code) in found.items() if code is not None}
        for name, found in codes.items()
    }
    required = frozenset(item.name for item in contract.fields if item.required)
    present = frozenset(
        name
        for name, dtype in schema.items()
        if (item := contract.field(name)) is None or field_checks.is_of_type(item, dtype)
    )
    rows = len(table) if table is not None else int(engine.count(frame, [])[engine.N].iloc[0])
    setting = Setting(known, dimensions, required)
    return _Job(contract, frame, schema, file, rows, present, codes, setting)


def _codes(
    counted: Mapping[Any, int], mapped: Matcher | None, listed: Matcher
) -> dict[Any, tuple[int, str | None]]:
    """Distinct values of a column of codes: how often each occurs and what it stands for."""
    filled = {raw: n for raw, n in counted.items() if raw is not None and str(raw).strip()}
    return {
        raw: (n, (mapped(str(raw)) if mapped else None) or listed(str(raw)))
        for raw, n in filled.items()
    }


def _columns(contract: Contract, present: Sequence[str], file: str) -> Iterator[Problem]:
    """Columns that are missing, misspelt or of another contract."""

    def problem(column: str, rule: str, severity: str, message: str, remedy: str) -> Problem:
        return Problem(file, column, rule, severity, message, remedy, contract=contract.name)

    if not set(present) & set(contract.field_names):
        yield problem(
            "",
            "not_this_contract",
            "error",
            f"none of its {len(present):,} columns is in the {contract.name} contract, which has "
            f"{', '.join(contract.field_names[:5])} and others",
            "Give a mapping (`workforce-analytics map FILE --as "
            f"{contract.name}` drafts one), or check that this is the right file.",
        )
        return
    missing = [item for item in contract.fields if item.name not in present]
    for item in missing:
        if item.required:
            yield problem(
                item.name,
                "missing_column",
                "error",
                f"missing, and the {contract.name} contract needs it ({item.title})",
                f'Name the column that holds it in the mapping, "HEADER" = {{ to = "{item.name}" '
                "}, or give one value for all records under [constants].",
            )
    if contract.requires_one_of and not any(
        set(names) <= set(present) for names in contract.requires_one_of
    ):
        either = " or ".join(" with ".join(names) for names in contract.requires_one_of)
        yield problem(
            contract.requires_one_of[0][-1],
            "missing_column",
            "error",
            f"missing, and the {contract.name} contract needs {either}",
            "Name the columns that hold it in the mapping.",
        )
    absent = [item.name for item in missing]
    for name in present:
        if contract.field(name) is None:
            near = did_you_mean(name, absent, cutoff=0.8)
            severity = "error" if near else "warning"
            if near or not (contract.items or contract.dimensions):
                yield problem(
                    name,
                    "unknown_column",
                    "warning" if contract.items or contract.dimensions else severity,
                    f"is not in the {contract.name} contract{'' if near else ', so not read'}",
                    near.strip()
                    or "Nothing, if that is right; else name its field in the mapping.",
                )


def _field_checks(job: _Job) -> Iterator[Check]:
    for item in job.contract.fields:
        if item.name in job.schema:
            yield from field_checks.of_field(job.contract, item, job.schema[item.name])


def _code_checks(job: _Job) -> Iterator[Check]:
    for name, found in job.codes.items():
        is_dimension = name in job.setting.dimensions
        unlisted = {
            raw: n
            for raw, (n, code) in found.items()
            if code is None and not (is_dimension and str(raw).lower() in TOTALS)
        }
        if unlisted:
            item = job.contract.field(name)
            allowed = allowed_values(item) if item else codelist(name).allowed()
            yield _unlisted(job, name, unlisted, allowed)
    for item in job.contract.fields:
        if item.codelist_from and {item.name, item.codelist_from} <= set(job.schema):
            yield from _code_by_record(job, item)


def _unlisted(job: _Job, name: str, unlisted: Mapping[Any, int], allowed: str) -> Check:
    words = {str(raw) for raw in unlisted}
    how_many = "one code" if len(words) == 1 else f"{len(words):,} different codes"
    return Check(
        name,
        "unlisted_code",
        "error",
        f"{how_many} that neither the mapping nor the {job.contract.name} contract lists; "
        f"allowed: {allowed}",
        f"Add the code to [values.{name}] in the mapping, or correct the extract.",
        engine.is_one_of(name, words),
        lambda values: ~values.astype(object).map(str).isin(words),
        sum(unlisted.values()),
    )


def _code_by_record(job: _Job, item: Field) -> Iterator[Check]:
    """Codes of the list that another column of the same record names."""
    by = str(item.codelist_from)
    counted = engine.count(job.frame, [by, item.name])
    unlisted: dict[str, set[str]] = {}
    for characteristic, raw in zip(counted[by], counted[item.name], strict=True):
        code = job.setting.codes.get(by, {}).get(str(characteristic))
        if code is None or raw is None or item.match(str(raw)):
            continue
        if codelist(code).match(str(raw)) is None:
            unlisted.setdefault(str(characteristic), set()).add(str(raw))
    if unlisted:
        lists = sorted(unlisted)
        broken = [engine.is_one_of(by, [one]) & _in(item.name, unlisted[one]) for one in lists]
        yield Check(
            item.name,
            "unlisted_code",
            "error",
            f"{sum(len(words) for words in unlisted.values()):,} different codes that the list of "
            f"their {by} does not have",
            f"Use the codes of the list, or 'total'; `{by}` says which list.",
            reduce(or_, broken),
        )


def _in(column: str, words: set[str]) -> Expression:
    return engine.is_one_of(column, words)


def _rule_checks(job: _Job) -> Iterator[Check]:
    for named in job.contract.rules:
        rule = RULES[named.name]
        columns = rule.columns(named.fields, job.present)
        if columns and not rule.grouped:
            yield Check(
                ", ".join(columns),
                named.name,
                named.severity,
                named.message,
                named.remedy,
                rule.make(job.setting, *columns),
            )


def _group_findings(job: _Job) -> Iterator[_GroupFinding]:
    """Find what is to be looked for in groups of records: the key, and the contract's rules."""
    key = [name for name in job.contract.primary_key if name in job.schema]
    identifiers = {item.name for item in job.contract.fields if item.role == "identifier"}
    if key and job.setting.required.intersection(job.contract.primary_key) <= set(key):
        yield _GroupFinding(
            ", ".join(key),
            "duplicate_key",
            "error",
            "repeats the key of another record",
            "Remove the repeats, or mend the key, in the system that the extract comes from.",
            repeats(key, filled=sorted(job.setting.required | identifiers)),
        )
    for named in job.contract.rules:
        rule = RULES[named.name]
        columns = rule.columns(named.fields, job.present)
        if columns and rule.grouped:
            shown = columns if len(columns) < MANY else columns[: rule.first]
            for found in rule.make(job.setting, *columns):
                yield _GroupFinding(
                    ", ".join(found.columns or shown),
                    named.name,
                    named.severity,
                    named.message,
                    named.remedy,
                    found,
                )


def _in_groups(frame: engine.Frame, found: GroupCheck, *, first: bool) -> tuple[int, int]:
    """How many records of broken groups there are, and the place of the first of them."""
    if found.where is not None:
        frame = frame.filter(found.where)
    numbered = frame.with_columns(lit(1).alias("__one"))
    extra = {"__first": col(RECORD).min()} if first else {}
    aggregates = {engine.N: col("__one").sum(), **found.aggregates, **extra}
    grouped = engine.grouped(numbered, found.by or ("__one",), aggregates)
    sums = {"records": when(found.broken).then(found.records).otherwise(lit(0)).sum()}
    if first:
        sums["first"] = when(found.broken).then(col("__first")).min()
    result = engine.one_row(grouped, sums)
    return result["records"], result.get("first", 0)


def _on_engine(job: _Job, checks: Sequence[Check]) -> Iterator[Problem]:
    sums = {
        f"check_{place}": when(one.broken).then(lit(1)).otherwise(lit(0)).sum()
        for place, one in enumerate(checks)
        if one.records is None
    }
    counted = engine.one_row(job.frame, sums)
    for place, one in enumerate(checks):
        records = counted.get(f"check_{place}", 0) if one.records is None else one.records
        if records:
            yield job.problem(one, records)
    for finding in _group_findings(job):
        records, _ = _in_groups(job.frame, finding.check, first=False)
        if records:
            yield job.problem(finding, records)


def _in_memory(
    job: _Job, table: pd.DataFrame, checks: Sequence[Check], numbers: Sequence[int]
) -> Iterator[Problem]:
    for one, broken in zip(checks, run(table, checks, job.frame), strict=True):
        if broken.records:
            yield job.problem(one, broken.records, numbers[broken.first])
    for finding in _group_findings(job):
        records, first = _in_groups(job.frame, finding.check, first=True)
        if records:
            yield job.problem(finding, records, numbers[first])
