"""What stands in the columns of a survey: each item's raw answers with their codes, by counting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.extracts.instrument_parts import Instrument, Item, Scale
from workforce_analytics.extracts.instrument_scoring import Binding, bind
from workforce_analytics.extracts.matching import Matcher, mapped_by

if TYPE_CHECKING:
    from workforce_analytics.extracts.extract import Extract

WAVE, RESPONDENT, ITEM, ANSWER = "wave", "respondent_id", "item", "answer"
SEPARATOR = ";"
"""What stands between the answers of a question with several ticks, as survey tools write it."""


@dataclass(frozen=True, eq=False)
class SurveyAnswers:
    """The answers of a survey, wide or long, with the items that they answer."""

    responses: Extract
    instrument: Instrument

    @cached_property
    def is_long(self) -> bool:
        """Whether a row is an answer, not a respondent."""
        return {ITEM, ANSWER} <= set(engine.columns(self.responses.frame))

    @cached_property
    def binding(self) -> Binding:
        """Which column, or which value of `item`, is which item."""
        there = engine.columns(self.responses.frame)
        return bind(self.instrument, self.responses.distinct(ITEM) if self.is_long else there)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Items that are answered by codes, and have a column here."""
        bound = (self.instrument.items[name] for name in self.binding.found)
        return tuple(item for item in bound if item.scale)

    def answers(self, item: Item) -> dict[Any, int]:
        """How often does each raw answer to an item stand there? Empty cells are none."""
        column = self.binding.found[item.name]
        if self.is_long:
            counted = self._by_item
            counted = counted[counted[ITEM] == column]
            raws = counted[ANSWER]
        else:
            counted = self.responses.count([column])
            raws = counted[column]
        return {
            raw: int(n) for raw, n in zip(raws, counted[engine.N], strict=True) if not is_blank(raw)
        }

    @cached_property
    def _by_item(self) -> pd.DataFrame:
        return self.responses.count([ITEM, ANSWER])

    def codes(self, item: Item) -> dict[Any, tuple[str | None, ...]]:
        """Which codes does each raw answer to an item stand for? None for what is no code."""
        known = answer_key(
            self.responses, self.instrument, item.name, self.binding.found[item.name]
        )
        return {
            raw: tuple(
                known.code(one)
                for one in ticks(raw, several=item.several)
                if not known.is_no_answer(one)
            )
            for raw in self.answers(item)
        }

    def raws(self, item: Item, codes: tuple[str, ...]) -> list[Any]:
        """Which raw answers to an item hold one of some codes?"""
        return [raw for raw, held in self.codes(item).items() if set(held) & set(codes)]

    @cached_property
    def filled(self) -> Mapping[str, Mapping[str, int]]:
        """Wave -> item -> how many answers there are, of whatever kind."""
        found: dict[str, dict[str, int]] = {}
        if self.is_long:
            table = self.responses.count([WAVE, ITEM, ANSWER])
            names = {column: name for name, column in self.binding.found.items()}
            cells = zip(*(table[name] for name in (WAVE, ITEM, ANSWER, engine.N)), strict=True)
            for wave, column, raw, n in cells:
                if column in names and not is_blank(raw):
                    of = found.setdefault(str(wave), {})
                    of[names[column]] = of.get(names[column], 0) + int(n)
            waves = self.responses.distinct(WAVE)
            return {str(wave): found.get(str(wave), {}) for wave in waves}
        columns = {item.name: self.binding.found[item.name] for item in self.items}
        sums = {
            f"__filled_{place}": engine.when(engine.blank(column))
            .then(engine.lit(0))
            .otherwise(engine.lit(1))
            for place, column in enumerate(columns.values())
        }
        table = self.responses.count([WAVE], sums=sums)
        for row, wave in enumerate(table[WAVE]):
            of = found.setdefault(str(wave), {})
            for place, name in enumerate(columns):
                of[name] = of.get(name, 0) + int(table[f"__filled_{place}"].iloc[row])
        return found

    def respondents(self, columns: tuple[str, ...]) -> engine.Frame:
        """Give a row for each respondent, with some columns that a respondent has one value of."""
        frame = self.responses.rows_with((WAVE, RESPONDENT, *columns))
        if not self.is_long:
            return frame
        return engine.grouped(
            frame, (WAVE, RESPONDENT), {name: engine.col(name).max() for name in columns}
        )

    def side_by_side(self, items: tuple[Item, ...]) -> tuple[engine.Frame, dict[str, str]]:
        """Give a row for each respondent with the answers to some items, and their columns."""
        columns = {item.name: self.binding.found[item.name] for item in items}
        if not self.is_long:
            return self.responses.frame, columns
        names = {item.name: f"__answer_{place}" for place, item in enumerate(items)}
        answers = {
            names[name]: engine.when(engine.is_one_of(ITEM, [column]))
            .then(engine.text(ANSWER))
            .max()
            for name, column in columns.items()
        }
        return engine.grouped(self.responses.frame, (WAVE, RESPONDENT), answers), names


@dataclass(frozen=True)
class AnswerKey:
    """What the raw answers to an item stand for: as the mapping says, else as its scale does.

    Attributes
    ----------
    values
        Raw answer -> code or words of the scale, from [values.ITEM] of the mapping; "" for what is
        no answer.
    """

    scale: Scale
    values: Mapping[str, str]

    def code(self, raw: Any) -> str | None:
        """Which code does a raw answer stand for? None for what is none of the scale."""
        said = self._said(raw)
        return self.scale.match(str(raw) if said is None else said)

    def is_no_answer(self, raw: Any) -> bool:
        """Whether the mapping says that a raw value is no answer."""
        said = self._said(raw)
        return said is not None and not said.strip()

    @cached_property
    def _said(self) -> Matcher:
        return mapped_by(self.values)


def answer_key(responses: Extract, instrument: Instrument, item: str, *columns: str) -> AnswerKey:
    """What do the raw answers to an item stand for?

    Parameters
    ----------
    columns
        What it is called in the file, where that is not its own name: the mapping may give values
        under either.
    """
    values: dict[str, str] = {}
    for name in (*columns, item):
        values |= responses.values.get(name, {})
    return AnswerKey(instrument.scale_of(item), values)


def ticks(raw: Any, *, several: bool) -> tuple[str, ...]:
    """Give the answers in one cell: several of them where several could be ticked.

    Examples
    --------
    >>> ticks("Race;LGBTQ+;", several=True), ticks(5, several=False)
    (('Race', 'LGBTQ+'), ('5',))
    """
    if not several:
        return (str(raw),)
    parts = (one.strip() for one in str(raw).split(SEPARATOR))
    return tuple(dict.fromkeys(one for one in parts if one))


def is_blank(raw: Any) -> bool:
    """Whether a raw value is a cell that was left empty."""
    return bool(raw is None or raw != raw or not str(raw).strip())
