"""What the answers mean: code lists as versioned data, with the wordings that systems really use.

Each file of `schemas/codelists` is one version of one characteristic. The default list of a
characteristic states its groups; other versions (`"to"` in each code) translate into it. Answers
that do not declare (`undeclared.json`) are of four kinds, the same for all, and are kept apart.

A value that could mean two things matches nothing: a person decides, in a mapping.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from pydantic import BaseModel, ConfigDict

from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.extracts import resources

UNDECLARED = ("prefer_not_to_say", "not_known", "not_asked", "blank")
"""The four kinds of answers that do not declare, in the order in which they are shown."""
AS_RECORDED = "as_recorded"
"""The level of a translated list at which its own codes stand."""

_QUOTES = re.compile("['\"`´‘’‚“”„]")
_SEPARATORS = re.compile(r"[\W_]+")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Group(_Strict):
    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    only_when_present: bool = False


class _Code(_Group):
    note: str = ""
    to: str = ""
    main: str = ""
    broad: str = ""
    binary: str = ""
    from_age: int | None = None


class _File(_Strict):
    name: str
    characteristic: str
    version: str
    title: str
    statutory_heading: str
    source: str
    licence: str
    note: str = ""
    default: bool
    levels: tuple[str, ...]
    groups: dict[str, tuple[_Group, ...]] = {}
    undeclared: dict[str, tuple[str, ...]] = {}
    codes: tuple[_Code, ...]


class _Undeclared(_Strict):
    title: str
    licence: str
    source: str
    note: str
    kinds: tuple[_Group, ...]


@dataclass(frozen=True)
class Category:
    """One row of a table: its code, its label, and whether it declares anything."""

    code: str
    label: str
    kind: str
    """"declared", or the kind of undeclared answer."""


@dataclass(frozen=True)
class _Level:
    """Where each canonical code stands at one level, and what stands there in which order."""

    of: Mapping[str, str]
    ordered: tuple[Category, ...]
    """Declared categories, those shown only when somebody is in them included."""
    optional: frozenset[str]


@dataclass(frozen=True, eq=False)
class CodeList:
    """One version of the answers about one characteristic."""

    name: str
    characteristic: str
    version: str
    title: str
    statutory_heading: str
    source: str
    licence: str
    note: str
    default: bool
    levels: tuple[str, ...]
    """Finest first; a translated list starts with "as_recorded" and goes on with the default's."""
    starting_ages: tuple[tuple[int, str], ...] = field(repr=False)
    """First year and code of each band of the finest level; empty but for age."""
    _levels: Mapping[str, _Level] = field(repr=False)
    _codes: Mapping[str, str] = field(repr=False)
    """Canonical code -> its code in the default list of the characteristic."""
    _phrases: Mapping[str, str] = field(repr=False)

    def match(self, raw: str | None) -> str | None:
        """Which code does a recorded value stand for? None where that is not certain.

        A code as written, then a label or synonym with case, spaces, punctuation, accents and
        quotes folded. An empty value is "blank".

        Examples
        --------
        >>> ethnicity = codelist("ethnicity")
        >>> ethnicity.match("White – British"), ethnicity.match("Black/Caribbean")
        ('W1', 'B1')
        >>> print(ethnicity.match("Any Other"))
        None
        """
        text = "" if raw is None else raw.strip()
        if not text:
            return "blank"
        return text if text in self._codes else self._phrases.get(fold(text))

    def to_level(self, code: str, level: str) -> str:
        """Which category is a code in at a level?

        A group recorded without detail is, at a finer level, "WHITE: detail not known".

        Examples
        --------
        >>> ethnicity = codelist("ethnicity")
        >>> ethnicity.to_level("A4", "main"), ethnicity.to_level("white", "full")
        ('asian', 'white_detail_not_known')
        """
        known = self._level(level).of
        if code not in known:
            raise UsageError(f"A code is not in the list '{self.name}'. Codes: {self.allowed()}.")
        return known[code]

    def held(self, level: str) -> dict[str, tuple[str, ...]]:
        """What does each category of a level hold, as codes of the list?

        Examples
        --------
        >>> codelist("ethnicity").held("binary")["white"][:2]
        ('W1', 'W2')
        """
        held: dict[str, list[str]] = {}
        for code, category in self._level(level).of.items():
            held.setdefault(category, []).append(code)
        return {category: tuple(sorted(codes)) for category, codes in held.items()}

    def translate(self, code: str) -> str:
        """Which code of the characteristic's default list does a code stand for?

        Examples
        --------
        >>> codelist("ethnicity_nhs").translate("R")
        'A4'
        """
        if code not in self._codes:
            raise UsageError(f"A code is not in the list '{self.name}'. Codes: {self.allowed()}.")
        return self._codes[code]

    def categories(
        self, level: str = "main", *, present: Collection[str] = ()
    ) -> tuple[Category, ...]:
        """What are the rows of a table at a level, in order, undeclared answers last?

        Parameters
        ----------
        level : str
        present : collection of category codes
            Categories that occur: "detail not known" and ages under 16 are rows only then.

        Examples
        --------
        >>> [category.code for category in codelist("sex").categories()]
        ['female', 'male', 'prefer_not_to_say', 'not_known', 'not_asked', 'blank']
        """
        at = self._level(level)
        declared = (c for c in at.ordered if c.code not in at.optional or c.code in present)
        return (*declared, *_undeclared_categories())

    def allowed(self) -> str:
        """Say which codes there are, for a message."""
        return ", ".join(self._codes)

    def _level(self, level: str) -> _Level:
        if level not in self._levels:
            raise UsageError(
                f"{self.title} has no level '{level}'. Levels: {', '.join(self.levels)}."
            )
        return self._levels[level]


def fold(text: str) -> str:
    """Reduce a text to what counts when wordings are compared.

    Examples
    --------
    >>> fold("White – British") == fold("WHITE: british")
    True
    >>> fold("Don’t know"), fold("65+"), fold("White & Asian")
    ('dont know', '65 plus', 'white and asian')
    """
    # Taking letters apart can give capitals, and folding them can join letters again.
    lowered = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", lowered)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    spelt = _QUOTES.sub("", plain).replace("&", " and ").replace("+", " plus ")
    return _SEPARATORS.sub(" ", spelt).strip()


def codelist(name: str) -> CodeList:
    """Give a code list by its name, or the default one of a characteristic.

    Raises
    ------
    ConfigurationError
        There is no such list.

    Examples
    --------
    >>> codelist("ethnicity").name
    'ethnicity_ew_2021'
    """
    for item in codelists():
        if name == item.name or (item.default and name == item.characteristic):
            return item
    known = ", ".join(item.name for item in codelists())
    raise ConfigurationError(f"There is no code list '{name}'. Code lists: {known}.")


@cache
def codelists() -> tuple[CodeList, ...]:
    """Give all code lists, by name.

    Examples
    --------
    >>> [item.name for item in codelists() if item.characteristic == "religion"]
    ['religion', 'religion_ni_2021', 'religion_scotland_2022']
    """
    described = [
        _File.model_validate_json(path.read_bytes())
        for path in sorted(resources.path("schemas", "codelists").glob("*.json"))
        if path.stem != "undeclared"
    ]
    defaults = {item.characteristic: item for item in described if item.default}
    return tuple(_build(item, defaults[item.characteristic]) for item in described)


@cache
def _undeclared() -> tuple[_Group, ...]:
    path = resources.path("schemas", "codelists", "undeclared.json")
    return _Undeclared.model_validate_json(path.read_bytes()).kinds


@cache
def _undeclared_categories() -> tuple[Category, ...]:
    return tuple(Category(kind.code, kind.label, kind.code) for kind in _undeclared())


def _build(own: _File, default: _File) -> CodeList:
    levels = {level: _level(default, level) for level in default.levels}
    codes = {code: code for code in _canonical(default)}
    if own is not default:
        groups = [group.code for group in _groups(default)]
        to = {code.code: code.to for code in own.codes}
        codes = {**to, **{code: code for code in (*groups, *UNDECLARED) if code not in to}}
        coarser = {name: _translated(level, codes) for name, level in levels.items()}
        levels = {AS_RECORDED: _as_recorded(own, default), **coarser}
    return CodeList(
        **own.model_dump(exclude={"levels", "groups", "undeclared", "codes"}),
        levels=tuple(levels),
        starting_ages=tuple((c.from_age, c.code) for c in own.codes if c.from_age is not None),
        _levels=levels,
        _codes=codes,
        _phrases=_phrases(own, default),
    )


def _groups(described: _File) -> tuple[_Group, ...]:
    return tuple(
        group for level in described.levels[1:] for group in described.groups.get(level, ())
    )


def _canonical(described: _File) -> Iterator[str]:
    yield from (code.code for code in described.codes)
    yield from (group.code for group in _groups(described))
    yield from UNDECLARED


def _level(described: _File, level: str) -> _Level:
    """Place every code at a level; a group of a coarser level has no detail there."""
    finest, names = described.levels[0], described.levels
    here: tuple[_Group, ...] = described.codes if level == finest else described.groups[level]
    at = {c.code: c.code if level == finest else getattr(c, level) for c in described.codes}
    of = {code: code for code in (*UNDECLARED, *(item.code for item in here))} | at
    ordered = [Category(item.code, item.label, "declared") for item in here]
    for name in reversed(names[1:]):
        for group in described.groups[name]:
            last = [at[c.code] for c in described.codes if getattr(c, name) == group.code][-1]
            if group.code not in of and names.index(name) < names.index(level):
                of[group.code] = last
            elif group.code not in of:
                ordered.insert([c.code for c in ordered].index(last) + 1, _without_detail(group))
                of[group.code] = _without_detail(group).code
            of[_without_detail(group).code] = of[group.code]
    always = {item.code for item in here if not item.only_when_present}
    return _Level(of, tuple(ordered), frozenset(c.code for c in ordered if c.code not in always))


def _as_recorded(own: _File, default: _File) -> _Level:
    """Place a translated list's own codes; the default's groups follow, without detail."""
    ordered = [Category(item.code, item.label, "declared") for item in own.codes]
    of = {code: code for code in (*UNDECLARED, *(item.code for item in own.codes))}
    groups = {group.code: _without_detail(group) for group in _groups(default)}
    extra = {code: category for code, category in groups.items() if code not in of}
    of |= {code: category.code for code, category in extra.items()}
    return _Level(of, (*ordered, *extra.values()), frozenset(c.code for c in extra.values()))


def _without_detail(group: _Group) -> Category:
    return Category(
        f"{group.code}_detail_not_known", f"{group.label}: detail not known", "declared"
    )


def _translated(level: _Level, codes: Mapping[str, str]) -> _Level:
    of = {own: level.of[to] for own, to in codes.items()}
    return _Level(of, level.ordered, level.optional)


def _phrases(own: _File, default: _File) -> dict[str, str]:
    """Folded wording -> code; what a list says itself goes before what it shares with others."""
    shared = {kind.code: (kind.label, *kind.synonyms) for kind in _undeclared()}
    sources = [
        [(item.code, (item.label, *item.synonyms)) for item in (*own.codes, *_groups(own))],
        list(own.undeclared.items()),
        [(item.code, (item.label, *item.synonyms)) for item in _groups(default)],
        list(shared.items()),
    ]
    phrases: dict[str, str] = {}
    for source in sources:
        for code, wordings in source:
            for wording in wordings:
                phrases.setdefault(fold(wording), code)
    return phrases
