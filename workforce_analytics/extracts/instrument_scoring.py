"""Which column is which item of an instrument, and what a respondent's answers come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.contracts import contract
from workforce_analytics.extracts.instrument_checks import words_of
from workforce_analytics.extracts.instrument_parts import Instrument, Item, Theme
from workforce_analytics.extracts.personal import fold_header

_FINEST = 10_000
"""The largest denominator that a score may have: those of a seven-point scale have sixths."""
_FEWEST = 3
"""Words that the end of a header must have to stand for an item: fewer may be chance."""


@dataclass(frozen=True)
class Binding:
    """Which columns of an extract are which items.

    Attributes
    ----------
    found
        Item -> its column, in the instrument's order.
    missing
        Items of the wave for which there is no column.
    unknown
        Columns that are neither an item nor a field of the contract.
    repeated
        Columns left out because an earlier one stands for the same item.
    """

    found: Mapping[str, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...] = ()


def bind(instrument: Instrument, columns: Iterable[str], *, wave: str | None = None) -> Binding:
    """Which item does each column of an extract, or each item of a long file, stand for?

    Case and punctuation count for nothing. An item's own name goes before its wording, its name
    and wording together ("B47. I am proud ...") and its synonyms. A header that ends with an item's
    wording, as in a grid, is that item's where the wording has three words or more.

    Parameters
    ----------
    columns
        Headers of a wide extract, or the distinct values of `item` of a long one.
    wave
        Where given, items that the wave did not ask are not missing.

    Examples
    --------
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> bound = bind(instrument("sample"), ["wave", "respondent_id", "e1", "E2", "Q99"])
    >>> bound.found, bound.missing[:2], bound.unknown
    ({'E1': 'e1', 'E2': 'E2'}, ('E3', 'E4'), ('Q99',))
    """
    items = instrument.items.values()
    words = {word: item.name for item in items for word in words_of(item)}
    fields = set(contract("survey_responses").field_names)
    rest = [column for column in columns if column not in fields]
    own = {fold_header(name) for name in instrument.items}
    # Columns that bear an item's name come first, those that bear it to the letter before all.
    in_turn = sorted(rest, key=lambda c: (c not in instrument.items, fold_header(c) not in own))
    found: dict[str, str] = {}
    repeated, unknown = set(), set()
    for column in in_turn:
        name = _item_of(fold_header(column), words)
        if name is None:
            unknown.add(column)
        elif found.setdefault(name, column) != column:
            repeated.add(column)
    asked = [item.name for item in items if wave is None or item.asked_in(wave)]
    return Binding(
        found={item.name: found[item.name] for item in items if item.name in found},
        missing=tuple(name for name in asked if name not in found),
        unknown=tuple(column for column in rest if column in unknown),
        repeated=tuple(column for column in rest if column in repeated),
    )


def _item_of(header: str, words: Mapping[str, str]) -> str | None:
    """Give the item that a folded header stands for, or ends with; the longest such ending."""
    if header in words:
        return words[header]
    split = header.split()
    endings = (" ".join(split[start:]) for start in range(1, len(split) - _FEWEST + 1))
    return next((words[ending] for ending in endings if ending in words), None)


@dataclass(frozen=True)
class WholeScores:
    """Scores as whole numbers, so that their sums are exact.

    Attributes
    ----------
    scores
        Item -> code -> score times `factor`.
    factor
        By what a sum is to be divided.
    """

    scores: Mapping[str, Mapping[str, int]]
    factor: int


def whole_scores(instrument: Instrument, measure: str) -> WholeScores:
    """What is each answer of a measure worth, in whole numbers of one common size?

    Examples
    --------
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> whole_scores(instrument("sub_scores_0_10"), "voice").factor
    2
    """
    exact = {
        item.name: {
            code: Fraction(score).limit_denominator(_FINEST)
            for code, score in instrument.scores(item.name, within=measure).items()
        }
        for item in instrument.items_of(measure)
    }
    below = [score.denominator for scores in exact.values() for score in scores.values()]
    factor = lcm(1, *below)
    whole = {
        name: {code: int(score * factor) for code, score in scores.items()}
        for name, scores in exact.items()
    }
    return WholeScores(whole, factor)


def _was_asked(item: Item, answers: Mapping[str, str]) -> bool:
    return all(answers.get(earlier) in codes for earlier, codes in item.asked_if.items())


def respondent_score(
    instrument: Instrument, measure: str, answers: Mapping[str, str]
) -> float | None:
    """What is one respondent's score on an index, a 0-10 theme or an item, by its definition?

    The mean over the items answered, where there are `least_items` of them; of a theme made of
    parts, the mean over the parts that have a score. This states the definition answer by answer;
    sums over many respondents are counted elsewhere and must agree with it.

    Parameters
    ----------
    answers
        Item -> code. Other codes, and answers to items that routing passed over, count for nothing.

    Returns
    -------
    float or None
        None where too few were answered.

    Raises
    ------
    UsageError
        There is no such measure, or it is a theme in per cent positive, which has no such score.

    Examples
    --------
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = instrument("sample")
    >>> respondent_score(council, "engagement", dict(E1="5", E2="4", E3="4", E4="3", E5="2"))
    65.0
    """
    one = instrument.measure(measure)
    if isinstance(one, Theme) and one.kind == "per_cent_positive":
        raise UsageError(
            f"The theme '{measure}' is counted in per cent positive and has no score. "
            "Use respondent_positives."
        )
    if isinstance(one, Theme) and one.parts:
        each = [respondent_score(instrument, part, answers) for part in one.parts]
        return _mean([score for score in each if score is not None], one.least_items)
    scores = [
        found[answers[item.name]]
        for item in instrument.items_of(measure)
        if _was_asked(item, answers)
        if answers.get(item.name) in (found := instrument.scores(item.name, within=measure))
    ]
    return _mean(scores, 1 if isinstance(one, Item) else one.least_items)


def _mean(scores: list[float], least: int) -> float | None:
    return sum(scores) / len(scores) if len(scores) >= least else None


def respondent_positives(
    instrument: Instrument, measure: str, answers: Mapping[str, str]
) -> tuple[int, int]:
    """How many positive and how many valid answers did one respondent give to a theme or item?

    Pooled over respondents the first over the second is the per cent positive. Both are 0 where
    fewer than `least_items` were answered.

    Examples
    --------
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = instrument("sample")
    >>> respondent_positives(council, "leadership", dict(S1="5", S2="NA", S3="2"))
    (1, 2)
    """
    one = instrument.measure(measure)
    valid = [
        item.name
        for item in instrument.items_of(measure)
        if _was_asked(item, answers)
        if answers.get(item.name) in instrument.scale_of(item.name).points
    ]
    if len(valid) < (1 if isinstance(one, Item) else one.least_items):
        return (0, 0)
    return sum(answers[name] in instrument.positive(name) for name in valid), len(valid)
