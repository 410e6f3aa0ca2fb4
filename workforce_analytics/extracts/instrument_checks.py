"""Mistakes of an instrument file that the shape of its tables alone does not show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.contracts import contract, did_you_mean
from workforce_analytics.extracts.instrument_parts import Break, Index, Item, Scale, Theme
from workforce_analytics.extracts.personal import fold_header

Parts = Mapping[str, Mapping[str, Any]]
"""Kind of table ("scales", "items", "themes", "indexes") -> name -> what could be read of it."""
HIGHEST = {"index": 100.0, "theme": 10.0}


def mistakes_of(parts: Parts, names: Mapping[str, Iterable[str]], breaks: list[Break]) -> list[str]:
    """Tell every mistake of what could be read; what could not is known by its name alone."""
    known = {kind: list(some) for kind, some in names.items()}
    found = [*_of_names(known)]
    for scale in parts["scales"].values():
        found += _of_scale(scale)
    for item in parts["items"].values():
        found += [*_of_item(item, parts, known), *_of_routing(item, parts, known)]
    found += _of_headers(parts["items"].values())
    for theme in parts["themes"].values():
        found += _of_theme(theme, parts, known)
    found += _of_two_themes(parts["themes"].values())
    for index in parts["indexes"].values():
        found += _of_index(index, parts, known)
    measures = [*known["items"], *known["themes"], *known["indexes"]]
    for number, one in enumerate(breaks, 1):
        place = f"[[breaks]] {number}"
        if one.waves[0] == one.waves[1]:
            found.append(f"{place} waves: name two different waves.")
        found += _unknown(
            f"{place} measures", "an item, theme or index of this file", one.measures, measures
        )
    return found


def words_of(item: Item) -> Iterator[str]:
    """Give the headers that stand for an item, folded: name, wording, both, synonyms."""
    words = (item.name, item.text, f"{item.name} {item.text}", *item.synonyms)
    yield from dict.fromkeys(fold_header(word) for word in words if word)


def _unknown(place: str, what: str, named: Iterable[str], known: Iterable[str]) -> list[str]:
    allowed = list(known)
    listed = ", ".join(allowed) or "none, for there is none"
    return [
        f"{place}: '{name}' is not {what}.{did_you_mean(name, allowed)} Allowed: {listed}."
        for name in named
        if name not in allowed
    ]


def _twice(place: str, named: Iterable[str]) -> list[str]:
    listed = list(named)
    again = [name for name in dict.fromkeys(listed) if listed.count(name) > 1]
    return [f"{place}: '{name}' stands there twice. Keep one of them." for name in again]


def _of_names(known: Mapping[str, list[str]]) -> list[str]:
    fields = contract("survey_responses").field_names
    found = [
        f"[items.{name}]: '{name}' is a column of every survey extract. Give the item another name."
        for name in known["items"]
        if name in fields
    ]
    measures = [*known["items"], *known["themes"], *known["indexes"]]
    again = [name for name in dict.fromkeys(measures) if measures.count(name) > 1]
    return found + [
        f"'{name}' names more than one item, theme or index. Give each a name of its own."
        for name in again
    ]


def _of_scale(scale: Scale) -> list[str]:
    place = f"[scales.{scale.name}]"
    found = _twice(f"{place} points and not_applicable", scale.codes)
    found += _unknown(f"{place} positive", "a point of this scale", scale.positive, scale.points)
    found += _unknown(f"{place} labels", "a code of this scale", scale.labels, scale.codes)
    found += _unknown(f"{place} synonyms", "a code of this scale", scale.synonyms, scale.codes)
    found += _unknown(f"{place} scores", "a point of this scale", scale.scores, scale.points)
    if scale.evenly and len(scale.points) < 2:
        found.append(f"{place} evenly: it needs two points or more. Write scores = {{ ... }}.")
    elif scale.evenly and not _is_even(scale):
        found.append(f"{place}: it has scores and evenly. Keep one of the two.")
    meanings: dict[str, str] = {}
    for code in scale.codes:
        for word in (code, scale.labels.get(code, ""), *scale.synonyms.get(code, ())):
            other = meanings.setdefault(fold(word), code) if word else code
            if other != code:
                found.append(f"{place}: '{word}' stands for {other} and for {code}. Keep one.")
    return found


def _is_even(scale: Scale) -> bool:
    low, high = scale.evenly or (0.0, 0.0)
    step = len(scale.points) - 1
    return list(scale.scores) == list(scale.points) and all(
        abs(score - (low + (high - low) * i / step)) < 1e-9
        for i, score in enumerate(scale.scores.values())
    )


def _of_item(item: Item, parts: Parts, known: Mapping[str, list[str]]) -> list[str]:
    place = f"[items.{item.name}]"
    found = []
    if bool(item.text) == bool(item.topic):
        found.append(
            f"{place}: write text (its wording) or topic (what it is about, where the wording may "
            "not be shipped), one of the two."
        )
    if item.theme:
        found.append(f"{place} theme: leave it out; a theme lists its items: [themes.{item.theme}]")
    if bool(item.scale) == item.free_text:
        found.append(f'{place}: write scale = "..." or free_text = true, one of the two.')
    if item.scale:
        found += _unknown(f"{place} scale", "a scale of this file", [item.scale], known["scales"])
    scale = parts["scales"].get(item.scale)
    if item.reversed and (item.free_text or (scale and not scale.ordered)):
        found.append(f"{place} reversed: only a scale with an order can be turned over.")
    if item.several and scale and scale.ordered:
        found.append(f"{place} several: ticked answers need a scale with ordered = false.")
    return found


def _of_routing(item: Item, parts: Parts, known: Mapping[str, list[str]]) -> list[str]:
    place = f"[items.{item.name}] asked_if"
    earlier = known["items"][: known["items"].index(item.name)]
    found = _unknown(place, "an earlier item of this file", item.asked_if, earlier)
    for name, codes in item.asked_if.items():
        asked = parts["items"].get(name) if name in earlier else None
        scale = parts["scales"].get(asked.scale) if asked else None
        if asked and asked.free_text:
            found.append(f"{place}: '{name}' is free text, which is never read.")
        elif scale:
            found += _unknown(f"{place} {name}", "a code of its scale", codes, scale.codes)
    return found


def _of_headers(items: Iterable[Item]) -> list[str]:
    found = []
    owners: dict[str, str] = {}
    for item in items:
        for word in words_of(item):
            owner = owners.setdefault(word, item.name)
            if owner != item.name:
                found.append(
                    f"[items.{item.name}]: '{word}' stands for the item '{owner}' as well. "
                    "A header must stand for one item."
                )
    return found


def _of_members(
    place: str, items: tuple[str, ...], least: int, members: int, known: Mapping[str, list[str]]
) -> list[str]:
    found = _unknown(f"{place} items", "an item of this file", items, known["items"])
    found += _twice(f"{place} items", items)
    if least > members:
        found.append(f"{place} least_items: it can be {members} at most, and is {least}.")
    return found


def _of_scored(place: str, items: Iterable[str], parts: Parts, highest: float) -> list[str]:
    """Mistakes of items whose scores are to be averaged."""
    found = []
    for name in items:
        item = parts["items"].get(name)
        scale = parts["scales"].get(item.scale) if item else None
        scores = scale.scores.values() if scale else ()
        if (item and (item.free_text or item.several)) or (scale and not scores):
            found.append(f"{place} items: '{name}' has no scores. Write scores in its scale.")
        elif scores and not (min(scores) >= 0 and max(scores) <= highest):
            found.append(f"{place} items: the scores of '{name}' must lie from 0 to {highest:g}.")
    return found


def _of_theme(theme: Theme, parts: Parts, known: Mapping[str, list[str]]) -> list[str]:
    place = f"[themes.{theme.name}]"
    members = len(theme.items) + len(theme.parts)
    if bool(theme.items) == bool(theme.parts):
        return [f"{place}: write items or parts (themes whose mean it is), one of the two."]
    found = _of_members(place, theme.items, theme.least_items, members, known)
    if theme.kind == "score_0_10":
        found += _of_scored(place, theme.items, parts, HIGHEST["theme"])
    else:
        for name in theme.items:
            item = parts["items"].get(name)
            scale = parts["scales"].get(item.scale) if item else None
            if (item and (item.free_text or item.several)) or (scale and not scale.positive):
                found.append(f"{place} items: '{name}' has no positive answers in its scale.")
    found += _unknown(f"{place} parts", "a theme of this file", theme.parts, known["themes"])
    found += _twice(f"{place} parts", theme.parts)
    for name in theme.parts:
        part = parts["themes"].get(name)
        if part and (part.parts or part.kind != "score_0_10" or theme.kind != "score_0_10"):
            found.append(
                f"{place} parts: '{name}' and the theme itself must be of kind \"score_0_10\", "
                "and a part is made of items."
            )
    return found


def _of_two_themes(themes: Iterable[Theme]) -> list[str]:
    owners: dict[str, str] = {}
    found = []
    for theme in themes:
        for name in dict.fromkeys((*theme.items, *theme.parts)):
            owner = owners.setdefault(name, theme.name)
            if owner != theme.name:
                found.append(
                    f"[themes.{theme.name}]: '{name}' belongs to the theme '{owner}' as well. "
                    "It can belong to one."
                )
    return found


def _of_index(index: Index, parts: Parts, known: Mapping[str, list[str]]) -> list[str]:
    place = f"[indexes.{index.name}]"
    found = _of_members(place, index.items, index.least_items, len(index.items), known)
    found += _of_scored(place, index.items, parts, HIGHEST["index"])
    return found + _unknown(
        f"{place} reversed", "an item of this index", index.reversed, index.items
    )
