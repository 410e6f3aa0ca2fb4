"""A file's columns go under the contract's names; what nobody declared is told, not guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from workforce_analytics.extracts.contracts import Contract, Field, did_you_mean
from workforce_analytics.extracts.identifiers import PERSON_KEYS, normalise_keys, zeros_differ
from workforce_analytics.extracts.mapping import (
    ColumnRule,
    Mapping,
    contract_mistakes,
    refuse_mistakes,
)
from workforce_analytics.extracts.personal import (
    KINDS,
    declaration,
    fold_header,
    identifier_kind,
    is_free_text,
    kind_of_values,
    toml_text,
)
from workforce_analytics.extracts.postcodes import look_up_areas
from workforce_analytics.extracts.quality import Problem
from workforce_analytics.extracts.reading import RawTable

MANY = 12
"""More unknown columns than this are told in one sentence."""


@dataclass(frozen=True)
class _Job:
    """What every step needs to word its findings."""

    raw: RawTable
    mapping: Mapping
    contract: Contract

    def problem(
        self,
        column: str,
        rule: str,
        message: str,
        remedy: str,
        *,
        severity: str = "error",
        records: int | None = None,
        of: int | None = None,
    ) -> Problem:
        return Problem(
            file=self.raw.name,
            column=column,
            rule=rule,
            severity=severity,
            message=message,
            remedy=remedy,
            records=records,
            of=of,
            contract=self.contract.name,
        )

    @property
    def where(self) -> str:
        """Where a line is to be added."""
        return f"Add to [columns] of {self.mapping.name}"


def apply(
    raw: RawTable, mapping: Mapping, contract: Contract
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Put a file's columns under the contract's names.

    Parameters
    ----------
    raw
        The file as it was read: text, headers as written.
    mapping
        Which column is which; columns that already carry a field's name need no line.
    contract
        What the table is to become.

    Returns
    -------
    tuple
        A table of text with the contract's columns, in the contract's order, under the row labels
        of `raw.table` (people's numbers trimmed and lower-cased, not yet pseudonyms; codes as they
        came), and what is wrong: identifiers that nobody declared, columns that nobody knows,
        fields that are filled twice, numbers with and without leading zeros.

    Raises
    ------
    ConfigurationError
        The mapping names fields or codes that the contract does not have, or the directory of
        postcodes cannot be used.
    """
    refuse_mistakes(mapping.name, contract_mistakes(mapping, contract))
    job = _Job(raw, mapping, contract)
    placed = _place(job)
    if not any(rule.to for rule in placed.values()):
        return pd.DataFrame(index=raw.table.index), (_nothing_matches(job),)
    problems = [*_undeclared(job, placed), *_missing(job, placed)]
    columns: dict[str, pd.Series] = {}
    for header, rule in placed.items():
        if rule.to is None:
            continue
        if rule.to in columns:
            problems.append(_filled_twice(job, header, rule.to))
            continue
        columns[rule.to], found = _fill(job, header, rule)
        problems += found
    for name, value in mapping.constants.items():
        columns[name] = pd.Series(value, index=raw.table.index, dtype=object)
    order = [name for name in mapping.targets(contract) if name in columns]
    order += [name for name in columns if name not in order]
    return pd.DataFrame(columns, index=raw.table.index)[order], tuple(problems)


def _place(job: _Job) -> dict[str, ColumnRule]:
    """Header -> rule, for the headers that the mapping or the contract's own names settle."""
    headers = [str(header) for header in job.raw.table.columns]
    exact = job.mapping.columns
    folded = {fold_header(header): rule for header, rule in exact.items()}
    placed = {
        header: exact.get(header) or folded[fold_header(header)]
        for header in headers
        if header in exact or fold_header(header) in folded
    }
    taken = {rule.to for rule in placed.values() if rule.to} | set(job.mapping.constants)
    own = {fold_header(name): name for name in job.mapping.targets(job.contract)}
    for header in headers:
        name = own.get(fold_header(header))
        if header in placed or name in taken:
            continue
        if name is not None:
            placed[header] = ColumnRule(to=name)
        elif _is_item(job, header):
            placed[header] = ColumnRule(to=header)
    return {header: placed[header] for header in headers if header in placed}


def _is_item(job: _Job, header: str) -> bool:
    """Whether a column without a rule is an item or a dimension, which carry names of their own."""
    values = job.raw.table[header]
    if identifier_kind(header, values) or is_free_text(header, values):
        return False
    if job.contract.items:
        return not _is_gender(job, header) and meant_field(header, job.contract.fields) is None
    return job.contract.dimensions


def _nothing_matches(job: _Job) -> Problem:
    return job.problem(
        "",
        "no_known_column",
        f"none of its {len(job.raw.table.columns):,} columns is in the {job.contract.name} "
        "contract or in the mapping",
        "Check that it is the right file and that header_row is right, or draft a mapping with "
        f"`workforce-analytics map FILE --as {job.contract.name}`.",
    )


def _undeclared(job: _Job, placed: dict[str, ColumnRule]) -> list[Problem]:
    """Tell of the columns that have no rule: identifiers, near misses, and the rest."""
    filled = {rule.to for rule in placed.values()} | set(job.mapping.constants)
    open_fields = [field for field in job.contract.fields if field.name not in filled]
    problems, unknown = [], []
    for header in (str(header) for header in job.raw.table.columns):
        if header in placed:
            continue
        values = job.raw.table[header]
        kind = identifier_kind(header, values)
        meant = meant_field(header, open_fields)
        if kind:
            problems.append(_identifier(job, header, kind))
        elif _is_gender(job, header) and any(field.name == "sex" for field in open_fields):
            problems.append(_gender(job, header))
        elif is_free_text(header, values):
            problems.append(_free_text(job, header))
        elif meant:
            problems.append(_near_miss(job, header, meant))
        else:
            unknown.append(header)
    return problems + _unknown(job, unknown)


def meant_field(header: str, fields: Iterable[Field]) -> Field | None:
    """Which of some fields does a header mean: by a known other name, or one letter amiss?"""
    words = fold_header(header)
    named = list(fields)
    for field in named:
        if words in {fold_header(name) for name in (field.name, field.title, *field.synonyms)}:
            return field
    hint = did_you_mean(words.replace(" ", "_"), [field.name for field in named], cutoff=0.85)
    return next((field for field in named if f"'{field.name}'" in hint), None)


def _identifier(job: _Job, header: str, kind: str) -> Problem:
    line = declaration(header, kind, job.contract.field_names)
    return job.problem(
        header,
        "undeclared_identifier",
        f"looks like {KINDS[kind]}, which say who somebody is, and no mapping declares what is "
        "to become of them",
        f"{job.where}: {line}",
    )


def _free_text(job: _Job, header: str) -> Problem:
    return job.problem(
        header,
        "undeclared_free_text",
        "holds what people wrote in their own words, which is never read",
        f'{job.where}: {toml_text(header)} = {{ purpose = "drop" }}{_or_codes(job, header)}',
        severity="warning",
    )


def _or_codes(job: _Job, header: str) -> str:
    """Say how a survey's column of codes is declared whose header sounds like free text."""
    if not job.contract.items:
        return ""
    return f', or {toml_text(header)} = {{ to = "ITEM" }} where it holds codes of an item.'


def _is_gender(job: _Job, header: str) -> bool:
    return fold_header(header) == "gender" and job.contract.field("sex") is not None


def _gender(job: _Job, header: str) -> Problem:
    name = toml_text(header)
    return job.problem(
        header,
        "gender_or_sex",
        "may be sex or gender identity; which of the two is never guessed",
        f'{job.where}: {name} = {{ to = "sex", recorded_as = "gender in payroll" }} if it is sex '
        f'under that heading, or {name} = {{ purpose = "drop" }}.',
    )


def _near_miss(job: _Job, header: str, field: Field) -> Problem:
    return job.problem(
        header,
        "unknown_column",
        f"is not in the {job.contract.name} contract. Did you mean '{field.name}'?",
        f"{job.where}: {toml_text(header)} = {rule_text(field, header)}, "
        f'or {toml_text(header)} = {{ purpose = "drop" }}.',
    )


def rule_text(field: Field, header: str) -> str:
    """Write the rule by which a column fills a field, as the right side of a mapping's line."""
    if field.name in PERSON_KEYS:
        return f'{{ to = "{field.name}", purpose = "key" }}'
    if field.name == "sex" and fold_header(header) != "sex":
        return f'{{ to = "sex", recorded_as = {toml_text(header.lower())} }}'
    return f'{{ to = "{field.name}" }}'


def _unknown(job: _Job, headers: list[str]) -> list[Problem]:
    message = f"not in the {job.contract.name} contract, so not read"
    if len(headers) > MANY:
        return [
            job.problem(
                "",
                "unknown_column",
                f"{len(headers)} columns are {message}",
                f'Nothing, if that is right. {job.where} otherwise: "HEADER" = {{ to = "FIELD" }}',
                severity="warning",
            )
        ]
    return [
        job.problem(
            header,
            "unknown_column",
            f"is {message}",
            f'{job.where}: {toml_text(header)} = {{ purpose = "drop" }}, or say which field it is.',
            severity="warning",
        )
        for header in headers
    ]


def _missing(job: _Job, placed: dict[str, ColumnRule]) -> list[Problem]:
    """Tell of the mapping's columns that the file lacks, where nothing else fills their field."""
    here = {fold_header(str(header)) for header in job.raw.table.columns}
    filled = {rule.to for rule in placed.values()}
    spare = [str(header) for header in job.raw.table.columns if header not in placed]
    return [
        job.problem(
            header,
            "mapped_column_missing",
            f"is in {job.mapping.name} but not in the file, so '{rule.to}' is not filled."
            + did_you_mean(header, spare),
            f"Correct the header in {job.mapping.name}, or take its line out.",
            severity="warning",
        )
        for header, rule in job.mapping.columns.items()
        if rule.to and rule.to not in filled and fold_header(header) not in here
    ]


def _filled_twice(job: _Job, header: str, name: str) -> Problem:
    return job.problem(
        header,
        "field_filled_twice",
        f"fills '{name}', which another column of the file fills already",
        f'{job.where} what is not meant: {toml_text(header)} = {{ purpose = "drop" }}',
    )


def _fill(job: _Job, header: str, rule: ColumnRule) -> tuple[pd.Series, list[Problem]]:
    """Fill one field from one column."""
    values = job.raw.table[header]
    if rule.purpose == "lookup" and rule.lookup:
        return _areas(job, header, values, rule.lookup)
    if rule.purpose == "key" or rule.to in PERSON_KEYS:
        return _keys(job, header, values, rule)
    field = job.contract.field(str(rule.to))
    kind = kind_of_values(values) if field is None or field.type == "string" else None
    return values, [_identifier(job, header, kind)] if kind else []


def _areas(
    job: _Job, header: str, values: pd.Series, directory: str
) -> tuple[pd.Series, list[Problem]]:
    areas = look_up_areas(values, directory)
    missed = areas.of - areas.found
    if not missed:
        return areas.area, []
    return areas.area, [
        job.problem(
            header,
            "postcode_not_found",
            "postcodes are not in the directory, so their area is not known",
            "Take a newer directory of postcodes.",
            severity="warning",
            records=missed,
            of=areas.of,
        )
    ]


def _keys(
    job: _Job, header: str, values: pd.Series, rule: ColumnRule
) -> tuple[pd.Series, list[Problem]]:
    keys = normalise_keys(values, width=rule.width)
    twice = zeros_differ(keys)
    if not twice:
        return keys, []
    width = int(keys[keys.str.isdecimal().fillna(False).astype(bool)].str.len().max())
    return keys, [
        job.problem(
            header,
            "leading_zeros_differ",
            f"numbers occur both with and without leading zeros ({twice:,} of them); where the two "
            "forms are one person, that person is counted twice",
            f"{job.where}: {toml_text(header)} = {{ to = {toml_text(str(rule.to))}, "
            f'purpose = "key", width = {width} }}',
            severity="warning",
        )
    ]
