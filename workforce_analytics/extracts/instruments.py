"""Survey instruments as data: read strictly, bound to an extract's columns, and scored.

An instrument is a TOML file with the tables [instrument], [scales.NAME], [items.NAME],
[themes.NAME], [indexes.NAME] and [[breaks]]; the shipped ones are in schemas/instruments. What
its parts mean stands in `instrument_parts`, how columns bind and answers score in
`instrument_scoring`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.instrument_checks import mistakes_of
from workforce_analytics.extracts.instrument_parts import (
    Break,
    Index,
    Instrument,
    Item,
    Measure,
    Scale,
    Theme,
)
from workforce_analytics.extracts.instrument_scoring import (
    Binding,
    WholeScores,
    bind,
    respondent_positives,
    respondent_score,
    whole_scores,
)
from workforce_analytics.extracts.toml_files import read_toml

__all__ = [
    "Binding",
    "Break",
    "Index",
    "Instrument",
    "Item",
    "Measure",
    "Scale",
    "Theme",
    "WholeScores",
    "bind",
    "instrument",
    "instrument_names",
    "respondent_positives",
    "respondent_score",
    "whole_scores",
]

_KINDS: dict[str, type[BaseModel]] = {
    "scales": Scale,
    "items": Item,
    "themes": Theme,
    "indexes": Index,
}
_TABLES = ("instrument", *_KINDS, "breaks")
_ABOUT = ("title", "source", "licence", "wording")
_Model = TypeVar("_Model", bound=BaseModel)


def instrument(name: str | Path) -> Instrument:
    """Which questions did the survey ask, and what are their answers worth?

    Parameters
    ----------
    name
        A shipped instrument ("sample", "engagement_0_100", ...), or the path of a TOML file of
        one's own.

    Raises
    ------
    ConfigurationError
        There is neither, or the file has mistakes: every one of them is told.

    Examples
    --------
    >>> council = instrument("sample")
    >>> council.indexes["engagement"].items
    ('E1', 'E2', 'E3', 'E4', 'E5')
    >>> council.scores("E1")
    {'1': 0.0, '2': 25.0, '3': 50.0, '4': 75.0, '5': 100.0}
    """
    place = Path(name)
    if place.suffix != ".toml" and not place.exists():
        if str(name) not in instrument_names():
            raise ConfigurationError(
                f"There is no instrument called '{name}'."
                f"{did_you_mean(str(name), instrument_names())} Shipped ones: "
                f"{', '.join(instrument_names())}; or give the path of a TOML file."
            )
        return _shipped(str(name))
    return _load(place)


def instrument_names() -> tuple[str, ...]:
    """Names of the shipped instruments."""
    folder = resources.path("schemas", "instruments")
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


@cache
def _shipped(name: str) -> Instrument:
    return _load(resources.path("schemas", "instruments", f"{name}.toml"))


def _load(place: Path) -> Instrument:
    content = read_toml(place, what="instrument")
    mistakes = _strangers(content)
    parts: dict[str, dict[str, Any]] = {}
    for kind, model in _KINDS.items():
        parts[kind], wrong = _tables(content.get(kind, {}), kind, model)
        mistakes += wrong
    breaks, wrong = _breaks(content.get("breaks", []))
    names = {kind: _names(content.get(kind)) for kind in _KINDS}
    mistakes += [*wrong, *mistakes_of(parts, names, breaks)]
    mistakes += [
        f"there is no [{kind}.NAME] table. Write one for each of its {kind}."
        for kind in ("scales", "items")
        if not names[kind] and isinstance(content.get(kind, {}), dict)
        if kind == "items" or any(not item.free_text for item in parts["items"].values())
    ]
    about = content.get("instrument", {})
    known = {key: about[key] for key in _ABOUT if key in about} if isinstance(about, dict) else {}
    kept = {kind: {} if mistakes else parts[kind] for kind in _KINDS}
    whole = {**known, **kept, "name": place.stem, "breaks": () if mistakes else tuple(breaks)}
    made, wrong = _made(Instrument, whole, "[instrument]", _ABOUT)
    mistakes = list(dict.fromkeys([*wrong, *mistakes]))
    if mistakes or made is None:
        listed = "".join(f"\n  - {mistake}" for mistake in mistakes)
        raise ConfigurationError(f"{place.name}: {len(mistakes)} to mend.{listed}")
    return _with_themes(made)


def _names(tables: Any) -> list[str]:
    return list(tables) if isinstance(tables, dict) else []


def _strangers(content: Mapping[str, Any]) -> list[str]:
    """Tables, and keys of [instrument], that no instrument has."""
    found = [
        f"[{name}] is not known.{did_you_mean(name, _TABLES)} Allowed: {', '.join(_TABLES)}."
        for name in content
        if name not in _TABLES
    ]
    about = content.get("instrument", {})
    if not isinstance(about, dict):
        return [*found, "[instrument]: write it as a table, with title and source."]
    return found + [
        f"[instrument] '{name}' is not known.{did_you_mean(name, _ABOUT)} "
        f"Allowed: {', '.join(_ABOUT)}."
        for name in about
        if name not in _ABOUT
    ]


def _tables(tables: Any, kind: str, model: type[BaseModel]) -> tuple[dict[str, Any], list[str]]:
    """Read the tables of one kind, each by itself, so that one mistake hides no other."""
    if not isinstance(tables, dict):
        return {}, [f"[{kind}]: write a table for each, such as [{kind}.NAME]."]
    read: dict[str, Any] = {}
    mistakes: list[str] = []
    allowed = tuple(key for key in model.model_fields if key not in {"name", "theme"})
    for name, table in tables.items():
        place = f"[{kind}.{name}]"
        if not isinstance(table, dict):
            mistakes.append(f"{place}: write it as a table.")
            continue
        if "name" in table:
            mistakes.append(f"{place} 'name' is not known, for the table's heading is its name.")
        made, wrong = _made(model, {**table, "name": name}, place, allowed)
        mistakes += wrong
        if made is not None:
            read[name] = made
    return read, mistakes


def _breaks(tables: Any) -> tuple[list[Break], list[str]]:
    if not isinstance(tables, list):
        return [], ["[[breaks]]: write it with two brackets, for there may be several."]
    read = [
        _made(Break, table, f"[[breaks]] {number}", tuple(Break.model_fields))
        for number, table in enumerate(tables, 1)
    ]
    return [made for made, _ in read if made], [text for _, wrong in read for text in wrong]


def _made(
    model: type[_Model], table: Any, place: str, allowed: tuple[str, ...]
) -> tuple[_Model | None, list[str]]:
    try:
        return model.model_validate(table), []
    except ValidationError as error:  # its own message quotes the values it stumbled over
        wrong = error.errors(include_url=False, include_input=False)
        return None, list(dict.fromkeys(_mistake(item, place, allowed) for item in wrong))


def _mistake(item: Any, place: str, allowed: tuple[str, ...]) -> str:
    """Word one of pydantic's findings by what it is and where, never by the value found."""
    where = " ".join(str(part) for part in item["loc"] if isinstance(part, str))
    if item["type"] == "extra_forbidden":
        hint = did_you_mean(where, allowed)
        return f"{place} '{where}' is not known.{hint} Allowed: {', '.join(allowed)}."
    if item["type"] == "missing":
        return f"{place} '{where}' is missing." if where else f"{place} is not complete."
    wording = {"string_type": "write text in quotes", "tuple_type": 'write a list, as in ["1"]'}
    text = wording.get(item["type"], item["msg"].replace("Input should", "it should"))
    return f"{place} {where}: {text}."


def _with_themes(made: Instrument) -> Instrument:
    """Write on each item the theme that lists it."""
    of = {name: theme.name for theme in made.themes.values() for name in theme.items}
    items = {
        name: item.model_copy(update={"theme": of.get(name, "")})
        for name, item in made.items.items()
    }
    return made.model_copy(update={"items": items})
