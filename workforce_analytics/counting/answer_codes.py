"""Questions with several ticks: respondents counted by the whole set of answers that they ticked.

Counts of single answers overlap, so that nothing could be said of their sums; sets do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from workforce_analytics import engine
from workforce_analytics.counting.answer_cells import RESPONDED, people_of
from workforce_analytics.counting.answer_dimensions import answer_splitters, categorised
from workforce_analytics.counting.answer_long import ANSWER, ITEM, is_long, spellings
from workforce_analytics.counting.answer_rows import WAVE, responses_of
from workforce_analytics.counting.counts import Counts, of_categories, raw_columns
from workforce_analytics.counting.dimensions import Dimension, Splitter
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.instruments import Instrument, bind
from workforce_analytics.extracts.survey_answers import answer_key, is_blank, ticks

TICKED = "ticked"
"""The dimension of sets of answers."""
BETWEEN = ";"
"""What stands between the answers of a set."""


def tick_counts(
    survey: Any, instrument: Instrument, item: str, *, by: Sequence[str] = (), wave: str
) -> Counts:
    """How many respondents ticked each set of answers to a question?

    Parameters
    ----------
    survey, instrument, wave
        As for `answer_counts`.
    item
        The name of a question with a scale, whether one or several answers may be ticked.
    by
        Dimensions.

    Returns
    -------
    Counts
        Respondents who ticked anything that the scale has, by the dimensions of `by` and "ticked":
        codes of the scale in its order, with ";" between them.

    Raises
    ------
    UsageError
        There is no such question or dimension, or no column for it.
    """
    extract, scale = responses_of(survey), instrument.scale_of(item)
    several = instrument.items[item].several
    splitters = answer_splitters(extract, by, {})
    if is_long(extract):
        spelled = spellings(extract, instrument).get(item, ())
        table = extract.count([*raw_columns(splitters), WAVE, ITEM, ANSWER])
        table = table[table.pop(ITEM).map(str).isin(set(spelled))]
        column: str | None = ANSWER if spelled else None
    else:
        column = bind(instrument, engine.columns(extract.frame)).found.get(item)
        spelled = (column,) if column else ()
        asked = [*raw_columns(splitters), WAVE, *([column] if column else [])]
        table = extract.count(asked)
    if column is None:
        raise UsageError(
            f"The {extract.contract.name} extract has no column for '{item}'. Map one to it."
        )
    table = table[table[WAVE].map(str) == str(wave)].reset_index(drop=True)

    known = answer_key(extract, instrument, item, *spelled)

    def of_set(raw: Any) -> str:
        held = set() if is_blank(raw) else {known.code(x) for x in ticks(raw, several=several)}
        return BETWEEN.join(code for code in scale.codes if code in held)

    table[TICKED] = table[column].map(of_set).astype(object) if len(table) else ""
    table = table[table[TICKED] != ""].reset_index(drop=True)
    sets = tuple(
        Category(found, found, "declared")
        for found in sorted(set(table[TICKED]), key=lambda one: _place(one, scale.codes))
    )
    ticked = Dimension(TICKED, "Answers", sets)
    mapped = categorised(table, splitters, None)
    splitters[TICKED] = Splitter(TICKED, TICKED, str, lambda present: ticked)
    counts = of_categories(
        extract,
        mapped,
        splitters,
        by=[*by, TICKED],
        where=None,
        unit="respondents",
        population=RESPONDED,
    )
    return replace(counts, people=people_of(extract))


def _place(ticked: str, codes: Sequence[str]) -> tuple[int, ...]:
    return tuple(codes.index(code) for code in ticked.split(BETWEEN))
