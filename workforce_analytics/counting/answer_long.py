"""Long survey files, where each row is an answer: made into a row for each respondent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from workforce_analytics import engine
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.extracts.instruments import Instrument, bind

WAVE, ITEM, ANSWER, RESPONDENT = "wave", "item", "answer", "respondent_id"
_SETTLED: WeakKeyDictionary[Extract, dict[Any, engine.Frame]] = WeakKeyDictionary()
"""What was made of an extract, as long as that is there: frames alone, which do not hold it."""

Raws = Mapping[str, Mapping[str, tuple[Any, ...]]]
"""Item -> code -> the raw answers that stand for it."""


def is_long(extract: Extract) -> bool:
    """Whether each row is an answer, and not a respondent."""
    return {ITEM, ANSWER} <= set(engine.columns(extract.frame))


def spellings(extract: Extract, instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """Which values of `item` stand for each item? All of them: one may be written in two ways."""
    found: dict[str, tuple[str, ...]] = {}
    for raw in extract.distinct(ITEM):
        for name in bind(instrument, [str(raw)]).found:
            found[name] = (*found.get(name, ()), str(raw))
    return found


def raw_answers(extract: Extract, spelled: Iterable[str]) -> list[Any]:
    """Give the distinct raw answers to an item."""
    table = extract.count([ITEM, ANSWER])
    found = table[table[ITEM].map(str).isin(set(spelled))][ANSWER].dropna()
    return sorted(set(found), key=str)


def respondents(
    extract: Extract, spelled: Mapping[str, tuple[str, ...]], raws: Raws
) -> tuple[Extract, dict[str, str], dict[str, dict[Any, str]]]:
    """Make a row for each respondent, with the place of each item's answer: from 1, 0 for none.

    Parameters
    ----------
    extract
        Of a long file. Of a characteristic that a respondent has twice, the last in the alphabet
        counts; of two answers to one item, the one that stands last in its scale.
    spelled
        Item -> the values of `item` that stand for it.
    raws
        For the same items.

    Returns
    -------
    tuple
        The extract with such rows; item -> its column; item -> value of that column -> code.
    """
    columns = {name: f"__at_{place}" for place, name in enumerate(raws)}
    key = repr([(name, spelled[name], raws[name]) for name in raws])
    made = _SETTLED.setdefault(extract, {})
    if key not in made:
        made[key] = engine.settled(_made(extract, spelled, raws, columns))
    codes = {name: dict(enumerate(found, 1)) for name, found in raws.items()}
    wide = replace(extract, frame=made[key], unattached=None, _counted={})
    return wide, columns, codes


def _made(
    extract: Extract,
    spelled: Mapping[str, tuple[str, ...]],
    raws: Raws,
    columns: Mapping[str, str],
) -> engine.Frame:
    places = {
        columns[name]: engine.when(engine.is_one_of(ITEM, spelled[name]))
        .then(engine.worth(ANSWER, _places(found)))
        .otherwise(engine.lit(0))
        .cast(engine.Int64)
        for name, found in raws.items()
    }
    fields = engine.kinds(extract.frame)
    kept = [
        name
        for name in fields
        if extract.contract.field(name) and name not in {WAVE, RESPONDENT, ITEM, ANSWER}
    ]
    last = {
        name: (engine.text(name) if fields[name] == "text" else engine.col(name)) for name in kept
    }
    lazy = engine.derive(extract.frame, {**last, **places}).select(WAVE, RESPONDENT, *last, *places)
    largest = {name: engine.col(name).max() for name in (*last, *places)}
    return engine.grouped(lazy, [WAVE, RESPONDENT], largest)


def _places(found: Mapping[str, tuple[Any, ...]]) -> dict[Any, int]:
    return {raw: place for place, raws in enumerate(found.values(), 1) for raw in raws}
