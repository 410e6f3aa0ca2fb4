"""A first draft of a mapping: what is certain, what a person must decide, what will not be read.

A draft is made of a file's headers and values, the names that contracts know and the wordings that
code lists know. A value is written into it only where a shipped list knows the wording or ten
records or more have it; values of columns about persons are never written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workforce_analytics.extracts.applying import rule_text
from workforce_analytics.extracts.contracts import Contract, Field, allowed_values, contract
from workforce_analytics.extracts.drafted_columns import Column, recognise
from workforce_analytics.extracts.drafted_layout import layout_of
from workforce_analytics.extracts.drafted_values import FREQUENT, ListedValues, listed_values
from workforce_analytics.extracts.identifiers import PERSON_KEYS, normalise_keys, zeros_differ
from workforce_analytics.extracts.parsing import parse_column
from workforce_analytics.extracts.personal import toml_text
from workforce_analytics.extracts.reading import FileOptions, RawTable, read_table
from workforce_analytics.extracts.statuses import read_status


@dataclass(frozen=True)
class Decision:
    """A question that only a person can answer, and the lines of the mapping that answer it."""

    table: str
    """The table of the mapping that the lines belong to: "columns", "values.ethnicity", ..."""
    question: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """A draft of a mapping, and what there is to say about it.

    Attributes
    ----------
    sure
        What is certain: a sentence for each column.
    decide
        What needs a decision; the lines stand in the draft, behind a #.
    not_read
        Columns that hold names, addresses, free text and the like, and why they are left out.
    toml
        The draft itself; `load_mapping` reads it as it is.
    """

    file: str
    contract: str
    sure: tuple[str, ...]
    decide: tuple[Decision, ...]
    not_read: tuple[str, ...]
    toml: str

    def lines(self) -> list[str]:
        """Say line by line what is certain, what is to be decided and what will not be read."""
        lines = [f"{self.file}, read as {self.contract}", "", f"Sure of {len(self.sure)}:"]
        lines += [f"  {sentence}" for sentence in self.sure]
        lines += ["", f"For you to decide: {len(self.decide)}"]
        for decision in self.decide:
            lines += [f"  [{decision.table}] {decision.question}"]
            lines += [f"      {line}" for line in decision.lines]
        lines += ["", f"Will not be read: {len(self.not_read)}"]
        return lines + [f"  {sentence}" for sentence in self.not_read]


def draft(path: str | Path, contract_name: str) -> Draft:
    r"""Which column of this file is which field, and what is there to decide?

    Parameters
    ----------
    path
        A CSV, Excel or ODS file, as a system exports it.
    contract_name
        What the file is to be read as: "workforce", "applications", ...

    Returns
    -------
    Draft
        The same for the same rows in any order.

    Raises
    ------
    DataError
        The file cannot be used.
    UsageError
        There is no contract of that name.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "staff.csv")
    ...     _ = file.write_text("Per. Ref.,Surname,Ethnic Origin\n000482,A,White - British\n")
    ...     first = draft(file, "workforce")
    >>> first.sure[1]
    "'Ethnic Origin' is ethnicity; the shipped list knows its 1 value"
    >>> first.not_read
    ("'Surname': people's names",)
    """
    described = contract(contract_name)
    layout = layout_of(Path(path), described)
    raw = read_table(path, FileOptions.model_validate(layout))
    shape, columns = recognise(raw.table, described)
    if shape:
        layout["shape"] = shape
    placed = {column.to: column for column in columns if column.to}
    listed = {
        field.name: listed_values(raw.table[placed[field.name].header], field)
        for field in described.fields
        if field.name in placed and field.has_codes
    }
    if shape == "status_to_stage":
        listed["furthest_stage"] = _stages(raw, placed["status"], described)
    decisions = _decisions(raw, described, columns, listed)
    return Draft(
        file=raw.name,
        contract=described.name,
        sure=tuple(_sure(column, name, listed) for name, column in placed.items()),
        decide=decisions,
        not_read=tuple(f"'{c.header}': {c.why}" for c in columns if c.left_out),
        toml=_toml(raw, described, layout, columns, listed, decisions),
    )


def _decisions(
    raw: RawTable,
    described: Contract,
    columns: Sequence[Column],
    listed: Mapping[str, ListedValues],
) -> tuple[Decision, ...]:
    """Gather what only a person can answer, in the order of a mapping's tables."""
    placed = {column.to: column for column in columns if column.to}
    dates = {
        field: placed[field.name].header
        for field in described.fields
        if field.name in placed and field.type == "date"
    }
    offered = " ".join(option for column in columns for option in column.options)
    lacking = [
        field
        for field in described.fields
        if field.required and field.name not in placed and f'to = "{field.name}"' not in offered
    ]
    return (
        *_date_decisions(raw, dates),
        *_column_decisions(columns),
        *_zero_decisions(raw, placed),
        *_value_decisions(listed),
        *(_constant(field, described) for field in lacking),
        *_one_of_decisions(described, {*placed, *listed}),
    )


def _stages(raw: RawTable, status: Column, described: Contract) -> ListedValues:
    """Say which stage each status proves, as the shipped table of statuses has it."""

    def stage(text: str) -> str | None:
        found = read_status(text)
        return found.stage if found.listed else None

    field = described.field("furthest_stage")
    if field is None:
        raise AssertionError("applications have a furthest stage")
    return listed_values(raw.table[status.header], field, known_as=stage)


def _sure(column: Column, name: str, listed: Mapping[str, ListedValues]) -> str:
    text = f"'{column.header}' is {name}"
    values = listed.get(name)
    if values is None:
        return text
    known = len(values.known)
    unknown = len(values.open) + values.rare
    if values.version:
        text += f" (as the list {values.version} has it)"
    if not unknown:
        return f"{text}; the shipped list knows its {known} {'value' if known == 1 else 'values'}"
    return f"{text}; the shipped list knows {known} of its {known + unknown} values"


def _date_decisions(raw: RawTable, headers: Mapping[Field, str]) -> list[Decision]:
    """Ask which way round dates are, where a column of them cannot tell."""
    unclear = []
    for field, header in headers.items():
        parsed = parse_column(
            raw.table[header], field, file=raw.name, records=raw.records, options=FileOptions()
        )
        if any(p.rule in {"ambiguous_date", "mixed_date_orders"} for p in parsed.problems):
            unclear.append(field.name)
    if not unclear:
        return []
    return [
        Decision(
            "file",
            f"{', '.join(unclear)}: do the days or the months come first in dates like 03/04/2024?",
            ('dates = "day_first"',),
        )
    ]


def _column_decisions(columns: Iterable[Column]) -> list[Decision]:
    """Ask about columns; those that say they are one field are one question."""
    instead = "; left out, unless this line replaces the one above"
    lines: dict[str, tuple[str, ...]] = {}
    for column in columns:
        headers = " and ".join(f"'{header}'" for header in column.rivals or (column.header,))
        question = f"{headers}: {column.why}{instead if column.left_out else ''}"
        if column.to == "sex" and "recorded_as" not in column.rule:
            said = column.rule.replace(" }", ', recorded_as = "legal sex" }')
            question = f"{headers}: what does it record? It is printed under every table"
            lines[question] = (f"{toml_text(column.header)} = {said}",)
        elif column.options:
            lines[question] = lines.get(question, ()) + column.options
    return [Decision("columns", question, options) for question, options in lines.items()]


def _zero_decisions(raw: RawTable, placed: Mapping[str, Column]) -> list[Decision]:
    decisions = []
    for name in (name for name in placed if name in PERSON_KEYS):
        column = placed[name]
        keys = normalise_keys(raw.table[column.header])
        twice = zeros_differ(keys)
        if twice:
            width = max(len(key) for key in keys.dropna() if key.isdecimal())
            decisions.append(
                Decision(
                    "columns",
                    f"'{column.header}': numbers occur with and without leading zeros "
                    f"({twice:,} of them); if the two forms are one person, this line replaces "
                    "the one above",
                    (column.line.replace(" }", f", width = {width} }}"),),
                )
            )
    return decisions


def _value_decisions(listed: Mapping[str, ListedValues]) -> list[Decision]:
    decisions = []
    for name, values in listed.items():
        lines = tuple(f'{toml_text(value.raw)} = "CODE"' for value in values.open)
        if values.rare:
            few = f"fewer than {FREQUENT} records each"
            number = f"{values.rare} other value{'' if values.rare == 1 else 's'}"
            lines += (f"{number}, {few}, not shown here",)
        if lines:
            question = "what do the values that no shipped list knows stand for?"
            decisions.append(Decision(f"values.{name}", question, lines))
    return decisions


def _constant(field: Field, described: Contract) -> Decision:
    """Ask for a required field that no column fills."""
    if field.role == "identifier":
        return Decision(
            "columns",
            f"no column is {field.name} ({field.title.lower()}), which the {described.name} "
            "contract requires: which one is it?",
            (f'"HEADER" = {rule_text(field, "")}',),
        )
    examples = {"date": "2025-03-31", "boolean": "true", "integer": "0", "number": "0"}
    first = field.categories[0].value if field.categories else "..."
    return Decision(
        "constants",
        f"no column is {field.name} ({field.title.lower()}): is it the same in the whole file? "
        f"It may be {allowed_values(field)}.",
        (f"{field.name} = {examples.get(field.type, toml_text(first))}",),
    )


def _one_of_decisions(described: Contract, filled: Collection[str]) -> list[Decision]:
    """Ask for the columns of which the contract needs one set or another."""
    sets = described.requires_one_of
    if not sets or any(set(names) <= set(filled) for names in sets):
        return []
    named = ", or ".join(" and ".join(names) for names in sets)
    wanted = dict.fromkeys(name for names in sets for name in names if name not in filled)
    return [
        Decision(
            "columns",
            f"the {described.name} contract needs {named}: which columns are they?",
            tuple(f'"HEADER" = {{ to = "{name}" }}' for name in wanted),
        )
    ]


def _toml(
    raw: RawTable,
    described: Contract,
    layout: Mapping[str, str | int],
    columns: Iterable[Column],
    listed: Mapping[str, ListedValues],
    decisions: Iterable[Decision],
) -> str:
    """Write the draft: one table after the other, each with its open questions behind a #."""
    open_lines: dict[str, list[str]] = {}
    for decision in decisions:
        asked = [f"# DECIDE {decision.question}", *(f"# {line}" for line in decision.lines)]
        open_lines.setdefault(decision.table, []).extend(asked)
    parts = [
        f"# A draft of how {raw.name} becomes the {described.name} contract: one row is "
        f"{described.one_row_is}.",
        "# Read it through. Each DECIDE is a question to you: answer it by taking the # off a line",
        "# and correcting it. Then run: workforce-analytics check FILE --as "
        f"{described.name} --mapping THIS_FILE",
        "",
        "[file]",
        *(
            f"{name} = {value if isinstance(value, int) else toml_text(value)}"
            for name, value in layout.items()
        ),
        *open_lines.get("file", []),
        "",
        "[columns]",
        *(_column_line(column) for column in columns if column.rule),
        *open_lines.get("columns", []),
    ]
    for name, values in listed.items():
        asked = open_lines.get(f"values.{name}", [])
        known = [v for v in values.known if v.raw != v.code]
        if not known and not asked:
            continue
        allowed = described.field(name)
        parts += ["", f"[values.{name}]"]
        if asked and allowed is not None:
            parts.append(f"# Codes: {allowed.allowed_codes}")
        parts += [f"{toml_text(v.raw)} = {toml_text(str(v.code))}  # {v.label}" for v in known]
        parts += asked
    parts += ["", "[constants]", *open_lines.get("constants", [])]
    return "\n".join(parts) + "\n"


def _column_line(column: Column) -> str:
    return f"{column.line}  # {column.why}" if column.left_out else column.line
