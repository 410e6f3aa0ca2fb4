"""Which questions a survey's extract holds, and which of them anybody answered, wave by wave.

Exports lack questions, and files of several waves have columns that are empty in some of them. What
a measure rests on is told from this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from workforce_analytics import engine
from workforce_analytics.counting.answer_long import ANSWER, ITEM, WAVE, is_long, spellings
from workforce_analytics.counting.answer_rows import answer_rows, responses_of, waves_of
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.extracts.instruments import Instrument, Theme
from workforce_analytics.extracts.survey_answers import answer_key

_KNOWN: WeakKeyDictionary[Extract, dict[Any, Presence]] = WeakKeyDictionary()
"""What was found, as long as an extract is there: every table asks, and most ask for the same."""


@dataclass(frozen=True)
class Presence:
    """What there is of some questions.

    Attributes
    ----------
    instrument
        What was asked.
    held
        Questions that the extract has a column for (of a long file, rows).
    answered
        Wave -> those that anybody answered in it with a code of their scale.
    """

    instrument: Instrument
    held: frozenset[str]
    answered: Mapping[str, frozenset[str]]

    def asked(self, measure: str, wave: str) -> tuple[str, ...]:
        """Name the questions of a measure that a wave asked, as the instrument has it."""
        items = self.instrument.items_of(measure)
        return tuple(dict.fromkeys(item.name for item in items if item.asked_in(wave)))

    def there(self, measure: str, wave: str) -> tuple[str, ...]:
        """Name those that anybody answered."""
        answered = self.answered.get(wave, frozenset())
        return tuple(name for name in self.asked(measure, wave) if name in answered)

    def lacking(self, measure: str, wave: str) -> tuple[str, ...]:
        """Name those that nobody answered, for want of a column or of answers."""
        there = self.there(measure, wave)
        return tuple(name for name in self.asked(measure, wave) if name not in there)

    def is_enough(self, measure: str, wave: str, *, held: bool = False) -> bool:
        """Whether somebody could have a figure of a measure: there are the questions it needs.

        Parameters
        ----------
        held
            Whether a column is enough, although nobody answered.
        """
        one = self.instrument.measure(measure)
        least = max(getattr(one, "least_items", 1), 1)
        if isinstance(one, Theme) and one.parts:
            enough = (self.is_enough(part, wave, held=held) for part in one.parts)
            return sum(enough) >= least
        known = self.held if held else self.answered.get(wave, frozenset())
        return sum(name in known for name in self.asked(measure, wave)) >= least


def presence(survey: Any, instrument: Instrument, items: Iterable[str]) -> Presence:
    """Which of some questions does a survey hold, and which of them did anybody answer?

    Parameters
    ----------
    survey
        `council.survey`, or a survey_responses extract.
    items
        Names of questions. Those that routing leads to need the earlier question as well: without
        it nobody can be said to have been asked.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = presence(council.survey, instrument("sample"), ["I1", "I2"])
    >>> found.there("inclusion", "2024"), found.lacking("inclusion", "2024")
    (('I1', 'I2'), ('I3',))
    """
    extract = responses_of(survey)
    scaled = [name for name in dict.fromkeys(items) if instrument.items[name].scale]
    gates = [gate for name in scaled for gate in instrument.items[name].asked_if]
    wanted = list(dict.fromkeys([*scaled, *gates]))
    known = _KNOWN.setdefault(extract, {})
    key = (sha256(repr(instrument).encode()).digest(), tuple(wanted))
    if key not in known:
        known[key] = _found(extract, instrument, wanted)
    return known[key]


def _found(extract: Extract, instrument: Instrument, wanted: list[str]) -> Presence:
    find = _in_long if is_long(extract) else _in_wide
    held, answered = find(extract, instrument, wanted)

    def led_to(names: Iterable[str]) -> frozenset[str]:
        known = set(names)
        return frozenset(name for name in known if known >= set(instrument.items[name].asked_if))

    return Presence(
        instrument, led_to(held), {wave: led_to(names) for wave, names in answered.items()}
    )


def _in_wide(
    extract: Extract, instrument: Instrument, items: list[str]
) -> tuple[Iterable[str], dict[str, set[str]]]:
    waves = waves_of(extract)
    found: dict[str, set[str]] = {wave: set() for wave in waves}
    if not waves:
        return (), found
    rows = answer_rows(extract, instrument, items, waves[0])
    places = {f"__n{place}": name for place, name in enumerate(rows.columns)}
    sums = {
        place: engine.worth(rows.columns[name], dict.fromkeys(rows.codes[name], 1))
        for place, name in places.items()
        if rows.codes[name]
    }
    if sums:
        table = extract.count([WAVE], sums=sums)
        for place in sums:
            for wave in table[WAVE][table[place] > 0]:
                found[str(wave)].add(places[place])
    return rows.columns, found


def _in_long(
    extract: Extract, instrument: Instrument, items: list[str]
) -> tuple[Iterable[str], dict[str, set[str]]]:
    found: dict[str, set[str]] = {wave: set() for wave in waves_of(extract)}
    spelled = {
        name: words for name, words in spellings(extract, instrument).items() if name in items
    }
    table = extract.count([WAVE, ITEM, ANSWER]).dropna(subset=[ANSWER])
    for name, words in spelled.items():
        known = answer_key(extract, instrument, name, *words)
        own = table[table[ITEM].map(str).isin(set(words))]
        valid = own[ANSWER].map(lambda raw, known=known: known.code(raw) is not None).astype(bool)
        for wave in own[WAVE][valid]:
            found[str(wave)].add(name)
    return spelled, found
