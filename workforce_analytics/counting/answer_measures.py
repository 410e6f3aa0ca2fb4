"""What an index, theme or item asks of each respondent, in whole numbers that an engine can count.

A respondent's answers to a measure become one whole number on the engine: how many items were
answered, and the sum of what the answers are worth. Few such numbers occur; what they mean is
worked out on those few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from typing import Any

import numpy as np

from workforce_analytics import engine
from workforce_analytics.counting.answer_rows import AnswerRows
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.instruments import (
    Index,
    Instrument,
    Item,
    Theme,
    whole_scores,
)


@dataclass(frozen=True)
class Measured:
    """An index, theme or item, as it is counted.

    Attributes
    ----------
    kind
        "index", "theme" (per cent positive), "element" (0-10 score) or "item" (per cent positive
        of one question).
    unit
        "score_0_100", "proportion" or "score_0_10".
    scale
        The least and the greatest that a figure can be.
    factor
        Sums are whole numbers: `factor` times the figure.
    items
        How many questions it is made of.
    """

    name: str
    label: str
    kind: str
    unit: str
    scale: tuple[float, float]
    factor: int
    items: int


@dataclass(frozen=True)
class Packed:
    """Two whole numbers in one: `answered` times `base`, and the sum of what answers are worth."""

    expression: engine.Expression
    base: int
    items: int

    def split(self, values: Any) -> tuple[np.ndarray, np.ndarray]:
        """How many were answered, and the sum of their worth."""
        whole = np.asarray(values, dtype=np.int64)
        return whole // self.base, whole % self.base


def measured(instrument: Instrument, name: str) -> Measured:
    """What is counted of an index, theme or item, in which unit?"""
    one = instrument.measure(name)
    items = len(instrument.items_of(name))
    if isinstance(one, Item):
        return Measured(name, one.label, "item", "proportion", (0, 1), 1, items)
    if isinstance(one, Theme) and one.kind == "per_cent_positive":
        return Measured(name, one.label, "theme", "proportion", (0, 1), 1, items)
    factor = _factor(instrument, one)
    if isinstance(one, Theme):
        return Measured(name, one.label, "element", "score_0_10", (0, 10), factor, items)
    return Measured(name, one.label, "index", "score_0_100", (0, 100), factor, items)


def _factor(instrument: Instrument, one: Index | Theme) -> int:
    """By what a respondent's mean score must be multiplied to be a whole number."""
    if isinstance(one, Theme) and one.parts:
        below = (_factor(instrument, instrument.themes[part]) for part in one.parts)
        return lcm(*below) * lcm(*range(1, len(one.parts) + 1))
    return whole_scores(instrument, one.name).factor * lcm(*range(1, len(one.items) + 1))


def packed(rows: AnswerRows, worths: Mapping[str, Mapping[str, int]]) -> Packed:
    """Write answers to some items as one whole number: item -> code of a valid answer -> worth."""
    base = 1 + sum(max(worth.values(), default=0) for worth in worths.values())
    values = [
        rows.worth(item, {code: base + number for code, number in worth.items()})
        for item, worth in worths.items()
        if item in rows.columns
    ]
    return Packed(added(values), base, len(worths))


def added(values: Sequence[engine.Expression]) -> engine.Expression:
    """Add up whole numbers of a row."""
    total = engine.lit(0).cast(engine.Int64)
    for value in values:
        total = total + value
    return total


def positives(instrument: Instrument, name: str) -> dict[str, dict[str, int]]:
    """Whether each valid answer to the items of a measure is positive: item -> code -> 1 or 0."""
    worths = {}
    for item in instrument.items_of(name):
        positive = instrument.positive(item.name)
        if not positive:
            raise UsageError(
                f"'{item.name}' has no positive answers in its scale, so there is no per cent "
                "positive. Use answers(...) for how many gave each answer."
            )
        points = instrument.scale_of(item.name).points
        worths[item.name] = {code: int(code in positive) for code in points}
    return worths


def mean_of(pack: Packed, worth: int, least: int) -> engine.Expression:
    """Give a respondent's mean worth times `worth`, plus 1; 0 where fewer than `least` answered.

    `worth` is a multiple of every number of answers there can be, so that it is a whole number.
    """
    mean: engine.Expression = engine.lit(0).cast(engine.Int64)
    for answered in range(max(least, 1), pack.items + 1):
        total = (pack.expression - answered * pack.base) * (worth // answered)
        here = pack.expression >= answered * pack.base
        mean = engine.when(here).then(total + 1).otherwise(mean)
    return mean.cast(engine.Int64)


def refuse_uncounted(instrument: Instrument, name: str) -> None:
    """Refuse what has no answers to count: free text, and questions with several ticks."""
    for item in instrument.items_of(name):
        if item.free_text:
            raise UsageError(
                f"'{item.name}' was answered in the respondents' own words, which are never read."
            )
        if item.several:
            raise UsageError(
                f"'{item.name}' allows several answers, so its answers are no parts of a whole. "
                "Choose another question."
            )


@dataclass(frozen=True)
class Recipe:
    """How a respondent's figure comes from the whole number that an engine counts.

    Attributes
    ----------
    least
        How many items (or parts) a respondent must have answered.
    times
        Mean score times `factor`, where one was answered, over the sum of worths; 0 where positive
        answers are pooled.
    """

    pack: Packed
    least: int
    times: int

    def figures(self, values: Any) -> tuple[np.ndarray, np.ndarray]:
        """Give m and y of each of some packed numbers: m is 0 where too few were answered."""
        answered, total = self.pack.split(values)
        enough = answered >= max(self.least, 1)
        if not self.times:
            return np.where(enough, answered, 0), np.where(enough, total, 0)
        mean = total * (self.times // np.maximum(answered, 1))
        return enough.astype(np.int64), np.where(enough, mean, 0)


def recipe(rows: AnswerRows, name: str) -> Recipe:
    """How is a measure counted on these rows?"""
    instrument = rows.instrument
    one = instrument.measure(name)
    if isinstance(one, Item):
        return Recipe(packed(rows, positives(instrument, name)), 1, 0)
    if isinstance(one, Theme) and one.kind == "per_cent_positive":
        return Recipe(packed(rows, positives(instrument, name)), one.least_items, 0)
    factor = _factor(instrument, one)
    if isinstance(one, Theme) and one.parts:
        pack, below = parts(rows, one)
        return Recipe(pack, one.least_items, factor // below)
    whole = whole_scores(instrument, name)
    return Recipe(packed(rows, whole.scores), one.least_items, factor // whole.factor)


def parts(rows: AnswerRows, theme: Theme) -> tuple[Packed, int]:
    """Pack the parts of a theme: how many have a mean, and the sum of the means times a factor."""
    factor = lcm(*(_factor(rows.instrument, rows.instrument.themes[part]) for part in theme.parts))
    means, highest = [], 0
    for part in theme.parts:
        whole = whole_scores(rows.instrument, part)
        worth = factor // whole.factor
        highest += worth * max(max(scores.values()) for scores in whole.scores.values())
        least = rows.instrument.themes[part].least_items
        means.append(mean_of(packed(rows, whole.scores), worth, least))
    base = 1 + highest
    values = [
        engine.when(mean > 0).then(mean + (base - 1)).otherwise(engine.lit(0)) for mean in means
    ]
    return Packed(added(values), base, len(means)), factor
