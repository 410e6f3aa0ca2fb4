"""What each column of an unknown file is, as far as headers and values tell: for drafts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from workforce_analytics.extracts.applying import meant_field, rule_text
from workforce_analytics.extracts.contracts import Contract, Field
from workforce_analytics.extracts.drafted_values import looks_like
from workforce_analytics.extracts.identifiers import PERSON_KEYS
from workforce_analytics.extracts.personal import (
    KINDS,
    declaration,
    fold_header,
    identifier_kind,
    is_free_text,
    kind_of_values,
    toml_text,
)
from workforce_analytics.extracts.reshaping import SHAPE_COLUMNS

DROP = '{ purpose = "drop" }'


@dataclass(frozen=True)
class Column:
    """What is to become of one column.

    Attributes
    ----------
    rule
        The right side of its line in a mapping; empty where a person must decide.
    to
        The field that it surely fills, or the column that the file's shape needs.
    why
        What there is to ask, or why it is left out.
    options
        Lines to choose from, where a decision is needed or possible.
    rivals
        Headers of the columns that say they are the same field, its own among them.
    """

    header: str
    rule: str = ""
    to: str = ""
    why: str = ""
    options: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The column's line in a mapping."""
        return f"{toml_text(self.header)} = {self.rule}"

    @property
    def left_out(self) -> bool:
        """Whether the column will not be read."""
        return self.rule == DROP


_SHAPE_HEADERS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "effective_dated": (
        "workforce",
        ((r"effective (start|from)( date)?", "effective_from"),
         (r"effective (end|to)( date)?", "effective_to")),
    ),
    "status_to_stage": (
        "applications",
        ((r"(application |current |candidate )?status", "status"), (r"job title", "job_title")),
    ),
    "wide_panels": (
        "panels",
        ((r"(panel )?chair", "chair"), (r"(hiring|recruiting) manager", "hiring_manager"),
         (r"(?:panel|member|panel member) (1?\d)", "member_{}")),
    ),
    "survey_export": (
        "survey_responses", ((r"finished", "finished"), (r"status", "response_type")),
    ),
}  # fmt: skip
"""Named reshaping -> the contract it serves, and the headers of the columns that it uses up.

A shape is certain where the first of them is there; for some, only with a second one beside it.
"""


_SURVEY_TOOL = re.compile(
    r"(start|end|completion|recorded|last modified) ?(time|date)|progress|duration.*|"
    r"distribution channel|(user )?language|external reference"
)


def recognise(table: pd.DataFrame, contract: Contract) -> tuple[str, list[Column]]:
    """Say what shape a table has, and which field of a contract each column is or what to ask.

    Returns
    -------
    tuple
        The name of the reshaping that the table needs, or "", and its columns.
    """
    shape, used_up = _shape([str(header) for header in table.columns], contract)
    columns = [
        _used_up(str(header), table[header], used_up[header])
        if header in used_up
        else _column(str(header), table[header], contract)
        for header in table.columns
    ]
    columns = [_against_rivals(column, columns) for column in columns]
    if any(column.to == "person_id" for column in columns):
        # Where a column holds the person's own number, nobody needs to be found by e-mail.
        columns = [replace(c, options=()) if _by_email(c) and c.left_out else c for c in columns]
    return shape, columns


def _shape(headers: list[str], contract: Contract) -> tuple[str, dict[str, str]]:
    """Recognise a shape by its headers: which it is, and which column is which part of it."""
    for shape, (name, parts) in _SHAPE_HEADERS.items():
        if name != contract.name:
            continue
        found = {}
        for header in headers:
            for pattern, part in parts:
                match = re.fullmatch(pattern, fold_header(header))
                if match:
                    found[header] = part.format(*match.groups())
        both = shape in {"effective_dated", "survey_export"}
        needed = {part for _, part in parts[: 2 if both else 1]}
        if needed <= set(found.values()) and (shape != "wide_panels" or len(found) > 1):
            return shape, found
    return "", {}


def _used_up(header: str, values: pd.Series, part: str) -> Column:
    if part not in SHAPE_COLUMNS["wide_panels"]:
        return Column(header, f'{{ to = "{part}" }}', part)
    by_email = ', key_type = "email"' if kind_of_values(values) == "email" else ""
    return Column(header, f'{{ to = "{part}", purpose = "key"{by_email} }}', part)


def _by_email(column: Column) -> bool:
    return any("key_type" in option for option in column.options)


def _column(header: str, values: pd.Series, contract: Contract) -> Column:
    field = meant_field(header, contract.fields)
    named = field is not None and fold_header(header) in _names(field)
    is_person = field is not None and field.name in PERSON_KEYS
    birth = field is not None and field.name == "date_of_birth"
    of_header = None if named and not is_person else identifier_kind(header)
    kind = None if birth else of_header or kind_of_values(values)
    if is_person and (kind not in {"email", "name"} or contract.field("key") is not None):
        kind = None  # long payroll numbers look like telephone numbers; people_keys holds e-mails
    if kind:
        return _identifier(header, kind, field, contract)
    if fold_header(header) == "gender" and contract.field("sex") is not None:
        return _gender(header, contract)
    if field is not None and named:
        return Column(header, rule_text(field, header), field.name)
    if is_free_text(header, values):
        return Column(header, DROP, why="free text")
    guessed = field or _by_values(values, contract)
    if guessed is not None:
        line = f"{toml_text(header)} = {rule_text(guessed, header)}"
        return Column(header, why=f"looks like {guessed.name}; is it?", options=(line,))
    return _unknown(header, contract)


def _names(field: Field) -> set[str]:
    return {fold_header(name) for name in (field.name, field.title, *field.synonyms)}


def _identifier(header: str, kind: str, field: Field | None, contract: Contract) -> Column:
    """Leave out what says who somebody is, unless it is a key that leads to a person's number."""
    to = field.name if field is not None and field.name in PERSON_KEYS else "person_id"
    named = toml_text(header)
    options: tuple[str, ...] = ()
    if kind == "email" and contract.field(to) is not None:
        options = (f'{named} = {{ to = "{to}", purpose = "key", key_type = "email" }}',)
    elif field is not None and field.name in PERSON_KEYS:
        options = (f'{named} = {{ to = "{field.name}", purpose = "key" }}',)
    elif kind == "postcode" and contract.field("home_area") is not None:
        options = (declaration(header, kind, contract.field_names),)
    return Column(header, DROP, why=KINDS[kind], options=options)


def _gender(header: str, contract: Contract) -> Column:
    options = [f'{toml_text(header)} = {{ to = "sex", recorded_as = "gender in payroll" }}']
    if contract.field("gender_identity") is not None:
        options.append(f'{toml_text(header)} = {{ to = "gender_identity" }}')
    why = "is it sex, recorded under that heading, or gender identity? It is never guessed"
    return Column(header, why=why, options=tuple(options))


def _by_values(values: pd.Series, contract: Contract) -> Field | None:
    """Recognise a field of codes by its values, where exactly one fits."""
    fitting = [field for field in contract.fields if field.has_codes and looks_like(values, field)]
    return fitting[0] if len(fitting) == 1 else None


def _unknown(header: str, contract: Contract) -> Column:
    if contract.items and _SURVEY_TOOL.fullmatch(fold_header(header)):
        return Column(header, DROP, why="written by the survey tool, not by the respondent")
    if not (contract.items or contract.dimensions):
        return Column(header, DROP, why=f"not in the {contract.name} contract")
    what = "a question of the survey" if contract.items else "a dimension"
    short = "_".join(fold_header(header).split()[:5]) or "item"
    return Column(
        header,
        why=f"is it {what}? Give it the short name that you want",
        options=(f"{toml_text(header)} = {{ to = {toml_text(short)} }}",),
    )


def _against_rivals(column: Column, columns: Iterable[Column]) -> Column:
    """Where two columns say they are one field, a person chooses, unless one has its very name."""
    rivals = [other for other in columns if column.to and other.to == column.to]
    own = [other for other in rivals if fold_header(other.header) == fold_header(column.to)]
    if len(rivals) < 2 or own == [column]:
        return column
    why = f"they all say that they are {column.to}: which one is meant?"
    headers = tuple(other.header for other in rivals)
    return replace(column, rule="", to="", why=why, options=(column.line,), rivals=headers)
