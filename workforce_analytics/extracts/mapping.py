"""How one system's export becomes a contract's columns: a TOML file, read strictly.

A mapping says which column is which field, what becomes of identifiers, what a raw value stands
for, and what is the same in the whole file. Every mistake of a mapping is told at once. Its values
are not put on the rows: codes stay as they came until they have been counted.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError, model_validator
from pydantic import Field as Option
from pydantic_core import PydanticCustomError

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.contracts import Contract, Field, did_you_mean
from workforce_analytics.extracts.personal import fold_header
from workforce_analytics.extracts.reading import FileOptions
from workforce_analytics.extracts.reshaping import SHAPE_COLUMNS
from workforce_analytics.extracts.toml_files import read_toml


class ColumnRule(BaseModel):
    """What becomes of one column of a file.

    Attributes
    ----------
    to
        The contract's field that the column fills.
    purpose
        For identifiers: "key" (a person's number, turned into a pseudonym), "lookup" (a postcode,
        turned into an area code), "drop" (never read).
    recorded_as
        What the source records under this heading ("gender in payroll"), printed under tables.
    lookup
        The directory of postcodes, relative to the mapping's own folder.
    key_type
        Which key of `people_keys` the column holds ("email", "payroll"), where it is not the
        person's own number.
    width
        Digits that a number is filled to with leading zeros, where systems write it differently.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: str | None = None
    purpose: Literal["key", "lookup", "drop"] | None = None
    recorded_as: str | None = None
    lookup: str | None = None
    key_type: str | None = None
    width: int | None = Option(default=None, ge=1, le=40)

    @model_validator(mode="after")
    def _makes_sense(self) -> ColumnRule:
        mistakes = []
        if self.purpose == "drop" and self.model_fields_set - {"purpose"}:
            mistakes.append('a column with purpose = "drop" takes nothing else')
        if self.purpose != "drop" and not self.to:
            mistakes.append('say which field it fills (to = "...") or purpose = "drop"')
        if (self.purpose == "lookup") != (self.lookup is not None):
            mistakes.append('purpose = "lookup" and lookup = "postcodes.csv" go together')
        if self.purpose != "key" and (self.width or self.key_type):
            mistakes.append('width and key_type go with purpose = "key"')
        if mistakes:
            raise PydanticCustomError("rule", "{text}", {"text": "; ".join(mistakes)})
        return self


class Mapping(BaseModel):
    """A mapping file: how it is laid out, which column is which, what values stand for.

    Of a survey, [values.ITEM] says what raw answers to a question stand for: a code or words of its
    scale, "" for no answer. It goes before what the instrument says, in a long file too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: FileOptions = FileOptions()
    columns: dict[str, ColumnRule] = Option(default_factory=dict)
    values: dict[str, dict[str, str]] = Option(default_factory=dict)
    constants: dict[str, str] = Option(default_factory=dict)
    _name: str = PrivateAttr(default="a mapping")

    @property
    def name(self) -> str:
        """The mapping's file name, for messages."""
        return self._name

    @property
    def recorded_as(self) -> dict[str, str]:
        """Field -> what the source records there, where the mapping says so."""
        return {
            rule.to: rule.recorded_as
            for rule in self.columns.values()
            if rule.to and rule.recorded_as
        }

    @property
    def key_types(self) -> dict[str, str]:
        """Field -> which other key of a person its column holds, where it is not their number."""
        found = {
            rule.to: rule.key_type for rule in self.columns.values() if rule.to and rule.key_type
        }
        across = [kind for place, kind in found.items() if place in SHAPE_COLUMNS["wide_panels"]]
        return {**found, "person_id": across[0]} if across else found

    def targets(self, contract: Contract) -> tuple[str, ...]:
        """Names that `to` and [constants] may use: the fields, and what the shape uses up."""
        return (*contract.field_names, *SHAPE_COLUMNS.get(self.file.shape or "", ()))


def empty_mapping() -> Mapping:
    """Give the mapping of a file whose headers are the contract's own names already."""
    return Mapping()


def starter(name: str, contract: Contract | None = None) -> Mapping:
    """Read a mapping by the path of a file, or a shipped one by its name ("itrent").

    Raises
    ------
    ConfigurationError
        There is neither, or the file has mistakes.
    """
    path = Path(name)
    if path.suffix != ".toml" and not path.exists():
        if name not in starter_names():
            raise ConfigurationError(
                f"There is no mapping called '{name}'.{did_you_mean(name, starter_names())} "
                f"Shipped ones: {', '.join(starter_names())}; or give the path of a TOML file."
            )
        path = resources.path("schemas", "mappings", f"{name}.toml")
    return load_mapping(path, contract)


def starter_names() -> tuple[str, ...]:
    """Names of the shipped mappings."""
    return tuple(sorted(path.stem for path in resources.path("schemas", "mappings").glob("*.toml")))


def load_mapping(path: str | Path, contract: Contract | None = None) -> Mapping:
    """Read a mapping file, telling all of its mistakes at once.

    Parameters
    ----------
    path
        The TOML file, with the tables [file], [columns], [values.FIELD] and [constants].
    contract
        Where given, the names of fields and the codes of values are checked too.

    Raises
    ------
    ConfigurationError
        The file is missing, is not TOML, or has mistakes.
    """
    place = Path(path)
    content = read_toml(place, what="mapping")
    mistakes: list[str] = []
    mapping = None
    if isinstance(content.get("constants"), dict):
        content["constants"] = {k: _as_text(v) for k, v in content["constants"].items()}
    try:
        mapping = Mapping.model_validate(content)
    except ValidationError as error:  # its own message quotes the values it stumbled over
        mistakes = [_mistake(item) for item in error.errors(include_url=False)]
    if mapping is None:
        refuse_mistakes(place.name, mistakes)
        raise AssertionError  # a validation error always holds a mistake
    mapping = _with_paths(mapping, place)
    mistakes = _own_mistakes(mapping) + (contract_mistakes(mapping, contract) if contract else [])
    refuse_mistakes(place.name, mistakes)
    return mapping


def _as_text(value: Any) -> Any:
    """Give a constant as the text that a file would hold; a table or list is refused later."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else value


def _with_paths(mapping: Mapping, place: Path) -> Mapping:
    """Remember the file's name, and make the paths in it relative to its folder."""
    columns = {
        header: rule.model_copy(update={"lookup": str(place.parent / rule.lookup)})
        if rule.lookup
        else rule
        for header, rule in mapping.columns.items()
    }
    result = mapping.model_copy(update={"columns": columns})
    result._name = place.name
    return result


_KNOWN = {"file": tuple(FileOptions.model_fields), "columns": tuple(ColumnRule.model_fields)}


def _mistake(item: Any) -> str:
    """Word one of pydantic's findings by what it is and where, never by the value found."""
    where = [str(part) for part in item["loc"]]
    if item["type"] == "extra_forbidden":
        known = _KNOWN[where[0]] if len(where) > 1 else tuple(Mapping.model_fields)
        hint = did_you_mean(where[-1], known) or f" Allowed: {', '.join(known)}."
        return f"{_place(where[:-1])}'{where[-1]}' is not known here.{hint}"
    text = item["msg"].replace("Input should", "should")
    if item["type"] in {"model_type", "model_attributes_type"}:
        text = 'write it as a table, such as { to = "grade" }'
    return f"{_place(where)}{text}."


def _place(where: Sequence[str]) -> str:
    """Say where in a mapping something stands: its table, and what in it."""
    if len(where) > 1 and where[0] == "columns":
        return f"column '{where[1]}': " + "".join(f"{option} " for option in where[2:])
    if len(where) > 2 and where[0] == "values":
        return f"[values.{where[1]}] a code "  # the raw value is what somebody answered
    if len(where) > 2:
        return f"[{where[0]}.{where[1]}] '{where[2]}' "
    return "".join((f"[{where[0]}] " if where else "", *(f"{name} " for name in where[1:])))


def refuse_mistakes(name: str, mistakes: Sequence[str]) -> None:
    """Raise one error that tells all the mistakes of a mapping, if there are any."""
    if len(mistakes) == 1:
        raise ConfigurationError(f"{name}: {mistakes[0]}")
    if mistakes:
        listed = "".join(f"\n  - {mistake}" for mistake in mistakes)
        raise ConfigurationError(f"{name}: {len(mistakes)} mistakes.{listed}")


def _own_mistakes(mapping: Mapping) -> list[str]:
    mapped = {rule.to for rule in mapping.columns.values() if rule.to}
    mistakes = [
        f"[constants] '{name}' is filled by a column as well. Keep one of the two."
        for name in mapping.constants
        if name in mapped
    ]
    mistakes += [
        f'column \'{header}\': to = "sex" needs recorded_as ("gender in payroll", '
        '"sex at birth", "legal sex"), which is printed under every table.'
        for header, rule in mapping.columns.items()
        if rule.to == "sex" and not rule.recorded_as and fold_header(header) != "sex"
    ]
    folded: dict[str, str] = {}
    for header in mapping.columns:
        same = folded.setdefault(fold_header(header), header)
        if same != header:
            mistakes.append(
                f"columns '{same}' and '{header}' are one header when case and punctuation are "
                "put aside. Keep one of them."
            )
    return mistakes


def contract_mistakes(mapping: Mapping, contract: Contract) -> list[str]:
    """Which names and codes of a mapping does a contract not know?

    A contract with items or dimensions takes any name for them.
    """
    anything = contract.items or contract.dimensions
    names = mapping.targets(contract)
    mistakes = [
        f"column '{header}': {_no_field(rule.to, contract, names)}"
        for header, rule in mapping.columns.items()
        if rule.to and rule.to not in names and not anything
    ]
    mistakes += [
        f"[constants] {_no_field(name, contract, names)}"
        for name in mapping.constants
        if name not in names and not anything
    ]
    for name, codes in mapping.values.items():
        field = contract.field(name)
        if field is not None:
            mistakes += _value_mistakes(field, codes)
        elif not anything:
            mistakes.append(f"[values.{name}] {_no_field(name, contract, names)}")
    return mistakes


def _no_field(name: str, contract: Contract, known: Sequence[str]) -> str:
    near = did_you_mean(name, known)
    return f"'{name}' is not in the {contract.name} contract.{near}"


def _value_mistakes(field: Field, codes: MappingType[str, str]) -> list[str]:
    if not field.has_codes:
        return [f"[values.{field.name}] '{field.name}' is not a list of codes, so it takes none."]
    if field.codelist_from:
        return []
    wrong = sorted({code for code in codes.values() if field.match(code) != code})
    return [
        f"[values.{field.name}] '{code}' is not one of its codes."
        + (
            f" Did you mean '{field.match(code)}'?"
            if field.match(code)
            else f" Allowed: {field.allowed_codes}."
        )
        for code in wrong
    ]
