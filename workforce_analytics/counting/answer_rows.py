"""Rows of a survey, one per respondent: which columns are which items, and what raw values mean.

A wide extract has these rows already. Of a long one, where each row is an answer, they are worked
out on the engine, as the place of each answer in its scale.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.answer_long import (
    WAVE,
    is_long,
    raw_answers,
    respondents,
    spellings,
)
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.extracts.instruments import Instrument, bind
from workforce_analytics.extracts.survey_answers import answer_key

_REMEMBERED: WeakKeyDictionary[Extract, dict[Any, pd.DataFrame]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class AnswerRows:
    """Respondents of one wave, to be counted by what they answered.

    Attributes
    ----------
    extract
        A row for each respondent, of all waves.
    codes
        Item -> raw value of its column -> code of its scale; other values are no answer.
    columns
        Item -> its column.
    """

    extract: Extract
    instrument: Instrument
    wave: str
    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[Any, str]]
    source: Extract
    """The extract itself, which is another one where it is a long file."""

    def remembered(
        self, question: tuple[Any, ...], ask: Callable[[], pd.DataFrame]
    ) -> pd.DataFrame:
        """Ask the engine a question of this wave once, as long as its extract is there."""
        known = _REMEMBERED.setdefault(self.source, {})
        asked = hashlib.sha256(repr(self.instrument).encode()).digest()  # a file is read each time
        key = (asked, self.wave, *question)
        if key not in known:
            known[key] = ask()
        return known[key].copy()

    def count(self, by: Iterable[str]) -> pd.DataFrame:
        """Count the wave's respondents by raw values of columns."""
        table = self.extract.count([*by, WAVE])
        return table[table.pop(WAVE).map(str) == self.wave].reset_index(drop=True)

    def frame(self) -> engine.Frame:
        """Give the wave's rows."""
        raws = [raw for raw in self.extract.distinct(WAVE) if str(raw) == self.wave]
        return self.extract.frame.filter(engine.holds(WAVE, raws))

    def worth(self, item: str, values: Mapping[str, int]) -> engine.Expression:
        """What a respondent's answer to an item is worth, code by code; 0 where it has no worth.

        An answer to an item that routing passed over is worth nothing.
        """
        if item not in self.columns:
            return engine.lit(0).cast(engine.Int64)
        raws = {raw: values[code] for raw, code in self.codes[item].items() if values.get(code)}
        value = engine.worth(self.columns[item], raws)
        for earlier, codes in self.instrument.items[item].asked_if.items():
            value = engine.when(self._has(earlier, codes)).then(value).otherwise(engine.lit(0))
        return value.cast(engine.Int64)

    def _has(self, item: str, codes: Sequence[str]) -> engine.Expression:
        column = self.columns.get(item)
        if column is None:
            return engine.lit(False)
        return engine.holds(column, [r for r, code in self.codes[item].items() if code in codes])

    def asked_columns(self, item: str) -> list[str]:
        """Columns that say what was answered to an item, and whether it was asked."""
        needed = [item, *self.instrument.items[item].asked_if]
        return [self.columns[name] for name in needed if name in self.columns]

    def code_of(self, item: str, table: pd.DataFrame) -> pd.Series:
        """Code of each row of a counted table; None where it is no answer of the scale."""
        known = self.codes[item]
        return table[self.columns[item]].map(known.get)

    def was_asked(self, item: str, table: pd.DataFrame) -> pd.Series:
        """Whether routing led to an item, for each row of a counted table."""
        asked = pd.Series(True, index=table.index)
        for earlier, codes in self.instrument.items[item].asked_if.items():
            asked &= earlier in self.columns and self.code_of(earlier, table).isin(codes)
        return asked


def responses_of(survey: Any) -> Extract:
    """Give the answers of a survey, or of the survey_responses extract alone."""
    found = _extract(survey, "responses")
    if found is None:
        raise UsageError(
            "A staff survey is needed, such as council.survey, or a survey_responses extract."
        )
    return found


def eligible_of(survey: Any) -> Extract | None:
    """Give who could answer, where anybody counted them."""
    return _extract(survey, "eligible")


def _extract(survey: Any, part: str) -> Extract | None:
    name = f"survey_{part}"
    if isinstance(survey, Extract):
        return survey if survey.contract.name == name else None
    held = getattr(survey, "extracts", None)
    found = held.get(name) if isinstance(held, Mapping) else getattr(survey, part, None)
    return found if isinstance(found, Extract) else None


def waves_of(survey: Any) -> tuple[str, ...]:
    """Which waves does a survey have, in the order of their names?

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> waves_of(wa.load(wa.sample_data("organisation.toml")).survey)
    ('2022', '2024')
    """
    return tuple(sorted({str(raw) for raw in responses_of(survey).distinct(WAVE)}))


def answer_rows(survey: Any, instrument: Instrument, items: Iterable[str], wave: str) -> AnswerRows:
    """Which respondents of a wave answered some items, and what do their raw answers mean?

    Parameters
    ----------
    items
        The items that are asked for; those they are routed by come with them.

    Raises
    ------
    UsageError
        There is no such wave.
    """
    extract = responses_of(survey)
    waves = waves_of(extract)
    if str(wave) not in waves:
        raise UsageError(f"There is no wave '{wave}'. There are: {', '.join(waves)}.")
    wanted = dict.fromkeys(items)
    for name in list(wanted):
        wanted |= dict.fromkeys(instrument.items[name].asked_if)
    if is_long(extract):
        return _long(extract, instrument, list(wanted), str(wave))
    bound = bind(instrument, engine.columns(extract.frame))
    columns = {name: bound.found[name] for name in wanted if name in bound.found}
    codes = {
        name: _codes(extract, instrument, name, [column], extract.distinct(column))
        for name, column in columns.items()
    }
    return AnswerRows(extract, instrument, str(wave), columns, codes, extract)


def _long(extract: Extract, instrument: Instrument, wanted: Sequence[str], wave: str) -> AnswerRows:
    spelled = spellings(extract, instrument)
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    for name in (name for name in wanted if name in spelled):
        raws = raw_answers(extract, spelled[name])
        codes = _codes(extract, instrument, name, spelled[name], raws)
        found[name] = {
            code: tuple(raw for raw, one in codes.items() if one == code)
            for code in instrument.scale_of(name).codes
        }
    wide, columns, meaning = respondents(extract, spelled, found)
    return AnswerRows(wide, instrument, wave, columns, meaning, extract)


def _codes(
    extract: Extract,
    instrument: Instrument,
    item: str,
    columns: Iterable[str],
    raws: Iterable[Any],
) -> dict[Any, str]:
    """Which code of an item's scale is each raw value?"""
    known = answer_key(extract, instrument, item, *columns)
    found = {raw: known.code(raw) for raw in raws}
    return {raw: code for raw, code in found.items() if code is not None}
