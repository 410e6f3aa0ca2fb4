"""What answers can be split by: characteristics, and the unit with its name and what it is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.counts import splitters_of
from workforce_analytics.counting.dimensions import NOT_KNOWN, Dimension, Splitter
from workforce_analytics.counting.structure import UNIT_LEVELS, Lookup, folded, units_at_level
from workforce_analytics.counting.subsets import Where, wanted_codes
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Extract

UNIT = "unit"


def answer_splitters(
    extract: Extract, names: Iterable[str], levels: Mapping[str, str]
) -> dict[str, Splitter]:
    """Say how answers, or those who could answer, are split by each of some dimensions.

    Raises
    ------
    UsageError
        The extract has nothing of that name to split by.
    """
    present = engine.columns(extract.frame)
    found: dict[str, Splitter] = {}
    for name in dict.fromkeys(names):
        if name in UNIT_LEVELS and name not in present:
            found[name] = _level(extract, name, present)
        else:
            _refuse_absent(extract, name, present)
            found |= splitters_of(extract, [name], levels)
    if UNIT in found:
        found[UNIT] = _named(extract, found[UNIT])
    return found


def _refuse_absent(extract: Extract, name: str, present: Iterable[str]) -> None:
    """Refuse what the extract does not have, naming what people were asked of themselves."""
    if can_be_split(extract, [name]):
        return
    there = [one.name for one in extract.contract.fields if one.name in set(present)]
    no_group = {"wave", "respondent_id", "item", "answer", "replicate_group", "n"}
    known = ["age" if one == "age_band" else one for one in there if one not in no_group]
    raise UsageError(
        f"The {extract.contract.name} extract has no column '{name}'.{did_you_mean(name, known)} "
        f"It can be split by: {', '.join(known) or 'nothing'}."
    )


def can_be_split(extract: Extract, names: Iterable[str]) -> bool:
    """Whether an extract has all that is needed to split it by some dimensions."""
    present = set(engine.columns(extract.frame))
    made = {"age": "age_band", **dict.fromkeys(UNIT_LEVELS, UNIT)}
    return all(name in present or made.get(name) in present for name in names)


def categorised(
    table: pd.DataFrame, splitters: Mapping[str, Splitter], where: Where | None
) -> pd.DataFrame:
    """Give category codes in place of the raw ones of a counted table, the subset alone."""
    result = table.assign(**{name: item.categorise(table) for name, item in splitters.items()})
    for name, wanted in (where or {}).items():
        result = result[result[name].isin(wanted_codes(splitters[name], wanted))]
    return result


def _named(extract: Extract, item: Splitter) -> Splitter:
    """Name units as the organisation does, where the survey asked for its units.

    Then any other answer ("99", "Prefer not to say") is not known. Units that share a name have
    their code beside it.
    """
    units = _units(extract)
    if not any(folded(raw) in units for raw in extract.distinct(UNIT)):
        return item

    def convert(raw: object) -> str:
        return units.get(folded(raw), (NOT_KNOWN.code, ""))[0]

    def build(present: set[str]) -> Dimension:
        made = item.build(present)
        named = (
            replace(one, label=units.get(folded(one.code), ("", one.label))[1])
            for one in made.categories
        )
        return replace(made, categories=_told_apart(named))

    return replace(item, convert=convert, build=build)


def _told_apart(categories: Iterable[Category]) -> tuple[Category, ...]:
    """Put their code beside those that share a name."""
    listed = tuple(categories)
    labels = [one.label for one in listed]
    return tuple(
        one if labels.count(one.label) == 1 else replace(one, label=f"{one.label} ({one.code})")
        for one in listed
    )


def _units(extract: Extract) -> dict[str, tuple[str, str]]:
    """Give the organisation's units, where they are listed: folded code -> code and name."""
    units = extract.context.links.get("units")
    if units is None:
        return {}
    table = engine.tidy(engine.collect(units.frame))
    named = sorted(zip(table["unit_id"].map(str), table["name"].map(str), strict=True))
    return {folded(code): (code, name) for code, name in named}


def _level(extract: Extract, name: str, present: Iterable[str]) -> Splitter:
    if UNIT not in present:
        raise UsageError(
            f"The {extract.contract.name} extract has no column '{UNIT}', which '{name}' is worked "
            "out from. Map a column to it."
        )
    lookup = units_at_level(extract, name)
    return Splitter(name, UNIT, lookup.code_of, lambda codes: _of_level(name, lookup, codes))


def _of_level(name: str, lookup: Lookup, present: set[str]) -> Dimension:
    known = {one.code for one in lookup.categories}
    rest = () if present <= known else (NOT_KNOWN,)
    categories = _told_apart((*lookup.categories, *rest))
    return Dimension(name, name.capitalize(), categories, root=UNIT, holds=lookup.held())
