"""A respondent's score from 0 to 100, whatever it is of, in whole hundredths of a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from workforce_analytics import engine
from workforce_analytics.counting.answer_measures import Packed, packed, parts
from workforce_analytics.counting.answer_rows import AnswerRows
from workforce_analytics.extracts.instruments import Instrument, Item, Theme

HUNDREDTHS = 100
_HIGHEST = 100
_FINEST = 10_000


@dataclass(frozen=True)
class Points:
    """How a score comes from the whole number that an engine counts.

    Attributes
    ----------
    least
        How many items (or parts) a respondent must have answered.
    factor, times
        The mean of what answers are worth, over `factor`, times `times`, is the score.
    """

    pack: Packed
    least: int
    factor: int
    times: int = 1

    def hundredths(self, value: engine.Expression) -> engine.Expression:
        """Give the score in hundredths of a point, rounded half up; -1 where there is none.

        Parameters
        ----------
        value
            The packed number.
        """
        score: engine.Expression = engine.lit(-1)
        for answered in range(max(self.least, 1), self.pack.items + 1):
            below = self.factor * answered
            twice = (value - answered * self.pack.base) * (2 * HUNDREDTHS * self.times) + below
            here = value >= answered * self.pack.base
            # Exact: a quotient of numbers this small is no nearer to a whole number than 1 / below.
            half_up = (twice / (2 * below)).floor()
            score = engine.when(here).then(half_up).otherwise(score)
        return score.cast(engine.Int64)


def points_of(rows: AnswerRows, name: str) -> Points:
    """How is a respondent's score on a measure worked out, from 0 to 100?

    An index is scored as it is, a 0-10 score is taken times ten, and the answers to a theme or an
    item in per cent positive are spread over 0 to 100 by their scores.
    """
    one = rows.instrument.measure(name)
    if isinstance(one, Item):
        return item_points(rows, name)
    if isinstance(one, Theme) and one.parts:
        pack, factor = parts(rows, one)
        return Points(pack, one.least_items, factor, times=10)
    worths, factor = _whole(
        {item: answer_points(rows.instrument, item, name) for item in one.items}
    )
    return Points(packed(rows, worths), one.least_items, factor)


def item_points(rows: AnswerRows, item: str, *, within: str = "") -> Points:
    """How is a respondent's score on one item worked out, from 0 to 100?"""
    worths, factor = _whole({item: answer_points(rows.instrument, item, within)})
    return Points(packed(rows, worths), 1, factor)


def answer_points(instrument: Instrument, item: str, within: str = "") -> dict[str, Fraction]:
    """What is each answer to an item worth from 0 to 100, higher being better?

    Parameters
    ----------
    within
        The measure that it is scored in. In an index and a 0-10 score the answers have that
        measure's scores; otherwise their own, stretched so that the lowest is 0 and the highest
        100. Points of a scale without scores are evenly spread where it has an order; else a
        positive answer is 100 and another 0.

    Examples
    --------
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> {code: float(worth) for code, worth in answer_points(instrument("sample"), "E1").items()}
    {'1': 0.0, '2': 25.0, '3': 50.0, '4': 75.0, '5': 100.0}
    """
    exact = {
        code: Fraction(score).limit_denominator(_FINEST)
        for code, score in instrument.scores(item, within=within).items()
    }
    if within in instrument.indexes:
        return exact
    theme = instrument.themes.get(within)
    if theme is not None and theme.kind == "score_0_10":
        return {code: score * 10 for code, score in exact.items()}
    if exact and min(exact.values()) < max(exact.values()):
        low, high = min(exact.values()), max(exact.values())
        return {code: (score - low) / (high - low) * _HIGHEST for code, score in exact.items()}
    return _without_scores(instrument, item)


def _without_scores(instrument: Instrument, item: str) -> dict[str, Fraction]:
    scale = instrument.scale_of(item)
    if not scale.ordered or len(scale.points) == 1:
        positive = instrument.positive(item)
        return {code: Fraction(_HIGHEST * (code in positive)) for code in scale.points}
    turned = instrument.items[item].reversed
    ordered = tuple(reversed(scale.points)) if turned else scale.points
    step = Fraction(_HIGHEST, len(ordered) - 1)
    return {code: step * place for place, code in enumerate(ordered)}


def _whole(exact: Mapping[str, Mapping[str, Fraction]]) -> tuple[dict[str, dict[str, int]], int]:
    """Give the same as whole numbers, and by what they are to be divided."""
    factor = lcm(*(score.denominator for scores in exact.values() for score in scores.values()))
    whole = {
        name: {code: int(score * factor) for code, score in scores.items()}
        for name, scores in exact.items()
    }
    return whole, factor
