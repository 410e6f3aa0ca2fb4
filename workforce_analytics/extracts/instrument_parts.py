"""What a survey instrument is made of: scales, items, themes, indexes, and what each is worth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic import Field as Option

from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.contracts import did_you_mean


def _codes(value: Any) -> Any:
    """Give codes as text, which is how an extract holds them: 5 and "5" are one code."""
    if isinstance(value, list | tuple):
        return tuple(str(one) if type(one) is int else one for one in value)
    return value


_NUMBER = re.compile(r"([-\u2212\u2013]?)\s?(\d*)(\.\d*)?")
"""Numbers: they lose their meaning when punctuation is put aside."""
Codes = Annotated[tuple[str, ...], BeforeValidator(_codes)]


def plain_number(raw: str) -> str | None:
    """Write a number as codes are written: "4.0" is 4, and a minus is a hyphen; None for words.

    Examples
    --------
    >>> plain_number(" 4.0 "), plain_number("-1"), plain_number("2.5"), plain_number("four")
    ('4', '-1', '2.5', None)
    """
    found = _NUMBER.fullmatch(raw.strip())
    if found is None or not any(figure.isdecimal() for figure in raw):
        return None
    sign, whole, rest = found.groups()
    decimals = (rest or "").rstrip("0")
    return f"{'-' if sign else ''}{whole or 0}{decimals if len(decimals) > 1 else ''}"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scale(_Strict):
    """The answers that an item offers, and what each is worth.

    Attributes
    ----------
    name
        What items call it.
    points
        Codes in order, lowest first.
    labels, synonyms
        Code -> its words in the questionnaire, and other words that exports use for it.
    positive
        Codes that count as positive, on an item that is not reversed.
    scores
        Code -> score; `evenly = [0, 100]` gives the lowest point 0, the highest 100 and those
        between equal steps. A code without a score (of `not_applicable`) is not averaged.
    not_applicable
        Codes outside the scale, such as "Not applicable": neither valid answers nor missing.
    ordered
        False for answers without an order (yes and no, kinds of support).
    """

    name: str
    points: Codes = Option(min_length=1)
    labels: dict[str, str] = Option(default_factory=dict)
    synonyms: dict[str, Codes] = Option(default_factory=dict)
    positive: Codes = ()
    scores: dict[str, float] = Option(default_factory=dict)
    evenly: tuple[float, float] | None = None
    not_applicable: Codes = ()
    ordered: bool = True

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, said: Any) -> Any:
        """Work out the scores of `evenly`, where they are not written one by one."""
        if not isinstance(said, dict) or said.get("scores"):
            return said
        ends, points = said.get("evenly"), said.get("points")
        if not isinstance(ends, list | tuple) or not isinstance(points, list | tuple):
            return said
        if len(ends) != 2 or len(points) < 2 or {type(end) for end in ends} - {int, float}:
            return said
        step = len(points) - 1
        between = {
            str(code): (ends[0] * (step - i) + ends[1] * i) / step for i, code in enumerate(points)
        }
        return {**said, "scores": between}

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that may stand in an extract."""
        return (*self.points, *self.not_applicable)

    def words(self) -> dict[str, str]:
        """Give every wording that is known, folded -> the code it stands for."""
        known = {fold(code): code for code in self.codes}
        for code in self.codes:
            for word in (self.labels.get(code, ""), *self.synonyms.get(code, ())):
                if word:
                    known.setdefault(fold(word), code)
                    known.setdefault(fold(f"{code} {word}"), code)  # "5 - Strongly agree"
        return known

    def match(self, raw: str) -> str | None:
        """Which code does an answer stand for, written as a code, label or synonym?

        Returns
        -------
        str or None
            None where the scale does not know it: it is out of the scale. Signs and decimals of
            numbers count: "4.0" is 4, and "-1", which many tools write for no answer, is not 1.
        """
        number = plain_number(raw)
        for text in (raw.strip(), number):
            if text in self.codes:
                return text
        return self.words().get(fold(raw)) if number is None or number.isdecimal() else None


class Item(_Strict):
    """One question of the survey.

    Attributes
    ----------
    name
        What the extract's column, or an answer's `item`, is called.
    text, topic
        Its wording; where the wording may not be shipped, what it is about in our own words.
    scale
        The name of its scale; none for free text.
    reversed
        True where agreeing is the bad answer: scores and positive codes are turned over.
    theme
        The theme it belongs to; filled from the themes.
    asked_if
        Routing: earlier item -> the codes after which this one is asked. All must hold.
    several
        Whether several answers may be ticked.
    free_text
        Whether it is answered in the respondent's own words, which are never read.
    waves
        The waves that asked it; all where empty.
    synonyms
        Other headers under which tools export it.
    """

    name: str
    text: str = ""
    topic: str = ""
    scale: str = ""
    reversed: bool = False
    theme: str = ""
    asked_if: dict[str, Codes] = Option(default_factory=dict)
    several: bool = False
    free_text: bool = False
    waves: Codes = ()
    synonyms: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What to print for the item: its wording, else its topic."""
        return self.text or self.topic

    def asked_in(self, wave: str) -> bool:
        """Whether a wave asked it."""
        return not self.waves or wave in self.waves


class Theme(_Strict):
    """Items read together: per cent positive, or a score from 0 to 10.

    Attributes
    ----------
    items, parts
        The items it is made of, or the themes whose mean it is (an element of sub-scores).
    kind
        "per_cent_positive": pooled positive answers over pooled valid answers.
        "score_0_10": the mean of a respondent's scores, then over respondents.
    least_items
        How many items (or parts) a respondent must have answered to count.
    """

    name: str
    label: str
    items: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    kind: Literal["per_cent_positive", "score_0_10"] = "per_cent_positive"
    least_items: int = Option(default=1, ge=1)


class Index(_Strict):
    """A mean of 0-100 scores over a respondent's answered items, then over respondents.

    Attributes
    ----------
    least_items
        How many of the items a respondent must have answered to count.
    reversed
        Items whose scores are turned over for this index alone, such as those of a stress index.
    """

    name: str
    label: str
    items: tuple[str, ...] = Option(min_length=1)
    least_items: int = Option(default=1, ge=1)
    reversed: tuple[str, ...] = ()


class Break(_Strict):
    """Two waves that must not be compared, and why; for some measures only, or for all."""

    waves: Annotated[tuple[str, str], BeforeValidator(_codes)]
    reason: str = Option(min_length=1)
    measures: tuple[str, ...] = ()


Measure = Item | Theme | Index


class Instrument(_Strict):
    """A questionnaire as data: what was asked, and what the answers are worth.

    Attributes
    ----------
    source, licence
        Where the wording comes from, and under which terms it is shipped.
    wording
        "own", "as published" or "topics only", where items are described and not worded.
    """

    name: str
    title: str
    source: str
    licence: str = ""
    wording: Literal["own", "as published", "topics only"] = "own"
    scales: dict[str, Scale]
    items: dict[str, Item]
    themes: dict[str, Theme] = Option(default_factory=dict)
    indexes: dict[str, Index] = Option(default_factory=dict)
    breaks: tuple[Break, ...] = ()

    @property
    def measures(self) -> dict[str, Measure]:
        """Indexes, themes and items by name, in the order in which they are printed."""
        return {**self.indexes, **self.themes, **self.items}

    def measure(self, name: str) -> Measure:
        """Give an item, theme or index by its name.

        Raises
        ------
        UsageError
            The instrument has none of that name.
        """
        known = self.measures
        if name not in known:
            hint = did_you_mean(name, known)
            raise UsageError(
                f"The instrument '{self.name}' has no item, theme or index '{name}'.{hint} "
                f"Allowed: {', '.join(known)}."
            )
        return known[name]

    def items_of(self, name: str) -> tuple[Item, ...]:
        """Which items make an index, a theme (through its parts) or an item itself?"""
        one = self.measure(name)
        if isinstance(one, Item):
            return (one,)
        if isinstance(one, Theme) and one.parts:
            return tuple(item for part in one.parts for item in self.items_of(part))
        return tuple(self.items[item] for item in one.items)

    def scale_of(self, item: str) -> Scale:
        """Give an item's scale.

        Raises
        ------
        UsageError
            There is no such item, or it is free text and has none.
        """
        one = self.items.get(item)
        if one is None or not one.scale:
            scaled = [each.name for each in self.items.values() if each.scale]
            raise UsageError(
                f"The instrument '{self.name}' has no item '{item}' with a scale."
                f"{did_you_mean(item, scaled)} Allowed: {', '.join(scaled)}."
            )
        return self.scales[one.scale]

    def positive(self, item: str) -> tuple[str, ...]:
        """Which codes of an item are positive? On a reversed item those at the other end."""
        scale = self.scale_of(item)
        return self._ends(item, turned=self.items[item].reversed, scale=scale)

    def negative(self, item: str) -> tuple[str, ...]:
        """Which codes of an item are negative: the mirror of the positive ones?

        None where the scale has no order, for "no" is not the mirror of "yes".
        """
        scale = self.scale_of(item)
        if not scale.ordered:
            return ()
        return self._ends(item, turned=not self.items[item].reversed, scale=scale)

    def _ends(self, item: str, *, turned: bool, scale: Scale) -> tuple[str, ...]:
        mirror = dict(zip(scale.points, reversed(scale.points), strict=True))
        chosen = {mirror[code] if turned else code for code in scale.positive}
        return tuple(code for code in scale.points if code in chosen)

    def scores(self, item: str, *, within: str = "") -> Mapping[str, float]:
        """What is each answer to an item worth? Higher is better, but in an index of something bad.

        Parameters
        ----------
        item
            The item's name.
        within
            An index, which may turn items over for itself.

        Returns
        -------
        Mapping
            Code -> score, lowest point first; empty where the scale has no scores. On a reversed
            item a score is the lowest plus the highest of the scale, less the score.
        """
        scale = self.scale_of(item)
        given = {code: scale.scores[code] for code in scale.points if code in scale.scores}
        index = self.indexes.get(within)
        turned = self.items[item].reversed != (index is not None and item in index.reversed)
        if not turned or not given:
            return given
        ends = min(given.values()) + max(given.values())
        return {code: ends - score for code, score in given.items()}

    def not_comparable(self, measure: str, first: str, second: str) -> str:
        """Why must a measure of two waves not be compared? Empty where it may be."""
        for one in self.breaks:
            named = not one.measures or measure in one.measures
            if named and {first, second} == set(one.waves):
                return one.reason
        items = self.items_of(measure)
        once = _names(item for item in items if item.asked_in(first) != item.asked_in(second))
        if once:
            return f"Only one of the two waves asked {once}."
        asked = any(item.asked_in(first) for item in items)
        return "" if asked else f"Neither wave asked {_names(items)}."


def _names(items: Iterable[Item]) -> str:
    return ", ".join(item.name for item in items)
