"""What each extract holds: schemas/*.json read as contracts.

A contract is a Table Schema descriptor: the data dictionary, the validator and the source of labels
are one file. Unknown keys are refused: a misspelt limit, silently ignored, checks nothing.
The rules that a contract names live in `rules`, what runs them in `checking`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic import Field as Option

from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.codelists import codelist, fold

Type = Literal["string", "integer", "number", "date", "boolean", "year", "yearmonth"]
Role = Literal[
    "identifier", "characteristic", "attribute", "measure", "weight", "date", "free_text"
]
Severity = Literal["error", "warning"]


def _one_or_several(value: Any) -> Any:
    """Take `"unit_id"` for `["unit_id"]`: a foreign key of one column is written either way."""
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_several)]


class _Descriptor(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True)


class CategoryOfField(_Descriptor):
    """One value that a field may have, with the words that HR systems use for it."""

    value: str
    label: str
    plural: str = ""
    """Several of them, for a sentence ("casual or relief workers"), where the label is of one."""
    synonyms: tuple[str, ...] = ()


class Constraints(_Descriptor):
    """What every value of a field must be; `required` means that the column is there and filled."""

    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None


class Field(_Descriptor):
    """One column of an extract.

    `format` is an example of a value, to show what a pattern means; `codelist` a code list (or
    a characteristic, for its default list); `codelist_from` the column that names each record's.
    """

    name: str
    title: str
    description: str
    type: Type
    role: Role
    format: str | None = None
    constraints: Constraints = Constraints()
    decimals: int | None = None
    codelist: str | None = None
    codelist_from: str | None = Option(None, alias="codelistFrom")
    categories: tuple[CategoryOfField, ...] = ()
    categories_ordered: bool = Option(False, alias="categoriesOrdered")
    missing_values: tuple[str, ...] = Option(("",), alias="missingValues")
    synonyms: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Whether the column must be there and filled on every record."""
        return self.constraints.required

    @property
    def has_codes(self) -> bool:
        """Whether values are raw codes, to be matched with a list; whole-number ages are not."""
        listed = self.codelist or self.codelist_from or self.categories
        return bool(listed) and self.type == "string"

    @property
    def allowed_codes(self) -> str:
        """Codes that the field may have, as one line for a message."""
        own = ", ".join(category.value for category in self.categories)
        if self.codelist_from:
            return f"{own}, or a code of the list of its {self.codelist_from}"
        return codelist(self.codelist).allowed() if self.codelist else own

    def match(self, raw: str | None) -> str | None:
        """Which code does a raw value stand for? None where that is not sure.

        Examples
        --------
        >>> contract("workforce").field("engagement").match("Relief")
        'casual'
        """
        if self.codelist:
            return codelist(self.codelist).match(raw)
        return None if raw is None else _words(self.categories).get(fold(raw))


@cache
def _words(categories: tuple[CategoryOfField, ...]) -> dict[str, str]:
    words: dict[str, str] = {}
    for pick in (lambda c: (c.value,), lambda c: (c.label,), lambda c: c.synonyms):
        for category in categories:
            for word in pick(category):
                words.setdefault(fold(word), category.value)
    return words


class Reference(_Descriptor):
    """The contract and columns that a foreign key points to."""

    resource: str
    fields: Names


class ForeignKey(_Descriptor):
    """Columns whose values are to be found in another extract."""

    fields: Names
    reference: Reference


class RuleOfContract(_Descriptor):
    """A named cross-column rule, the columns it looks at, and what to say where it is broken."""

    name: str
    severity: Severity
    fields: tuple[str, ...]
    message: str
    remedy: str


class Contract(_Descriptor):
    """What one extract holds.

    `items` and `dimensions` say what further columns are: the items of a survey's instrument, or
    the dimensions of a counted table. `requires_one_of` lists sets of columns of which one must be
    there whole.
    """

    name: str
    title: str
    description: str
    one_row_is: str
    primary_key: tuple[str, ...] = Option((), alias="primaryKey")
    requires_one_of: tuple[tuple[str, ...], ...] = Option((), alias="requiresOneOf")
    items: bool = False
    dimensions: bool = False
    fields: tuple[Field, ...]
    foreign_keys: tuple[ForeignKey, ...] = Option((), alias="foreignKeys")
    rules: tuple[RuleOfContract, ...] = ()

    def field(self, name: str) -> Field | None:
        """Give the field of a name, None where the contract has none.

        Examples
        --------
        >>> contract("workforce").field("fte").title
        'Full-time equivalent'
        """
        return next((field for field in self.fields if field.name == name), None)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of the fields, in their order."""
        return tuple(field.name for field in self.fields)

    @property
    def characteristics(self) -> tuple[Field, ...]:
        """Fields that carry a characteristic's code list."""
        return tuple(field for field in self.fields if field.codelist)


@cache
def contract_names() -> tuple[str, ...]:
    """Which extracts are there contracts for?

    Examples
    --------
    >>> "workforce" in contract_names()
    True
    """
    return tuple(sorted(path.stem for path in resources.path("schemas").glob("*.json")))


@cache
def contract(name: str) -> Contract:
    """What does an extract hold: its fields, keys and rules.

    Parameters
    ----------
    name
        Name of a contract, one of `contract_names()`.

    Returns
    -------
    Contract

    Raises
    ------
    UsageError
        There is no contract of that name.

    Examples
    --------
    >>> contract("panels").primary_key
    ('vacancy_id', 'stage', 'person_id')
    """
    if name not in contract_names():
        near = did_you_mean(name, contract_names())
        raise UsageError(
            f"There is no contract '{name}'.{near} Contracts: {', '.join(contract_names())}."
        )
    text = resources.path("schemas", f"{name}.json").read_text(encoding="utf-8")
    return from_descriptor(json.loads(text), file=f"schemas/{name}.json")


def from_descriptor(descriptor: Mapping[str, Any], *, file: str) -> Contract:
    """Make a contract of the content of a descriptor, refusing what is misspelt in it.

    Parameters
    ----------
    descriptor
        A Table Schema descriptor, as read from JSON.
    file
        Name to print where something is wrong.

    Raises
    ------
    ConfigurationError
        A key is unknown, missing or of the wrong kind, or a rule or key names no field: all
        mistakes at once.
    """
    mistakes: list[str] = []
    result: Contract | None = None
    try:
        result = Contract.model_validate(descriptor)
    except ValidationError as error:
        mistakes = [_mistake(item) for item in error.errors(include_url=False, include_input=False)]
    if result is not None:
        mistakes = _unknown_fields(result)
    if mistakes or result is None:
        raise ConfigurationError("\n".join(f"{file}: {mistake}" for mistake in mistakes))
    return result


def _mistake(item: Mapping[str, Any]) -> str:
    *where, last = item["loc"]
    place = ".".join(str(part) for part in where) or "the top level"
    if item["type"] == "extra_forbidden":
        words = {name for model in _MODELS for name in _keys(model)}
        return f"'{last}' at {place} is not a word of a contract.{did_you_mean(str(last), words)}"
    if item["type"] == "missing":
        return f"'{last}' is missing at {place}."
    return f"'{last}' at {place} does not hold what it must."


_MODELS = (CategoryOfField, Constraints, Field, Reference, ForeignKey, RuleOfContract, Contract)


def _keys(model: type[_Descriptor]) -> Iterable[str]:
    return (option.alias or name for name, option in model.model_fields.items())


def _unknown_fields(described: Contract) -> list[str]:
    named = {f"rule '{rule.name}'": rule.fields for rule in described.rules}
    named["primaryKey"] = described.primary_key
    named |= {f"foreign key to '{k.reference.resource}'": k.fields for k in described.foreign_keys}
    named |= {"requiresOneOf": tuple(name for one in described.requires_one_of for name in one)}
    return [
        f"{where} names '{name}', which is not a field.{did_you_mean(name, described.field_names)}"
        for where, names in named.items()
        for name in names
        if described.field(name) is None
    ]


def did_you_mean(word: str, known: Iterable[str], *, cutoff: float = 0.7) -> str:
    """Suggest the known word nearest to a misspelt one, as a sentence with a space before it.

    Examples
    --------
    >>> did_you_mean("ethncity", ["sex", "ethnicity"])
    " Did you mean 'ethnicity'?"
    """
    by_fold = {fold(name): name for name in sorted(known)}
    near = get_close_matches(fold(word), list(by_fold), n=1, cutoff=cutoff)
    return f" Did you mean '{by_fold[near[0]]}'?" if near else ""


def allowed_values(field: Field) -> str:
    """What may stand in a field, in a few words: its codes, its limits or its kind.

    Examples
    --------
    >>> allowed_values(contract("workforce").field("contracted_hours"))
    'a number from 0 to 168, up to 2 decimals'
    """
    if field.has_codes:
        return field.allowed_codes
    words = _KINDS[field.type]
    limits = field.constraints
    if limits.minimum is not None and limits.maximum is not None:
        words += f" from {limits.minimum:g} to {limits.maximum:g}"
    elif limits.minimum is not None:
        words += f" of at least {limits.minimum:g}"
    elif limits.maximum is not None:
        words += f" of at most {limits.maximum:g}"
    if limits.pattern:
        words += f" of the form {field.format or limits.pattern}"
    if field.decimals is not None:
        words += f", up to {field.decimals} decimals"
    return words


_KINDS: dict[str, str] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "date": "a date",
    "boolean": "yes or no",
    "year": "a year",
    "yearmonth": "a month as YYYY-MM",
}
