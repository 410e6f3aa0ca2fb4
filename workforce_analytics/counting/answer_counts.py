"""How many gave each answer to a question, and how many could have answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workforce_analytics import engine
from workforce_analytics.counting.answer_cells import RESPONDED, people_of
from workforce_analytics.counting.answer_dimensions import (
    answer_splitters,
    can_be_split,
    categorised,
)
from workforce_analytics.counting.answer_measures import refuse_uncounted
from workforce_analytics.counting.answer_rows import WAVE, answer_rows, eligible_of
from workforce_analytics.counting.counts import Counts, of_categories, raw_columns
from workforce_analytics.counting.dimensions import Dimension, Splitter
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.instruments import Instrument

RESPONSE = "answer"
NOT_APPLICABLE, NOT_ANSWERED, NOT_ASKED = "not_applicable", "not_answered", "not_asked"
_PEOPLE = "__people"


def answer_counts(
    survey: Any,
    instrument: Instrument,
    item: str,
    *,
    by: Sequence[str] = (),
    wave: str,
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
) -> Counts:
    """How many respondents gave each answer to a question?

    Parameters
    ----------
    survey, instrument, by, wave, where, levels
        As for `answer_sums`.
    item
        The name of a question.

    Returns
    -------
    Counts
        By the dimensions of `by` and "answer": the scale's codes, lowest first (`declared`: the
        valid answers), the codes outside it (kind "not_applicable"), "not_answered" (what is out of
        the scale among them) and "not_asked" (passed over by routing, whatever stands there).

    Raises
    ------
    UsageError
        There is no such question, wave, dimension or category, or the question has no scale or
        several ticks.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = answer_counts(council.survey, instrument("sample"), "E1", wave="2024")
    >>> found.cells()["5",], found.dimension("answer").label("5")
    (818, 'Strongly agree')
    """
    scale = instrument.scale_of(item)
    refuse_uncounted(instrument, item)
    rows = answer_rows(survey, instrument, [item], wave)
    if item not in rows.columns:
        raise UsageError(
            f"The {rows.extract.contract.name} extract has no column for '{item}'. Map one to it."
        )
    splitters = answer_splitters(rows.extract, [*by, *(where or {})], levels or {})
    table = rows.count([*raw_columns(splitters), *rows.asked_columns(item)])
    code = rows.code_of(item, table).fillna(NOT_ANSWERED)
    table[RESPONSE] = code.where(rows.was_asked(item, table), NOT_ASKED)
    labels = {**{code: code for code in scale.codes}, **scale.labels}
    kinds = dict.fromkeys(scale.points, "declared")
    listed = [Category(c, labels[c], kinds.get(c, NOT_APPLICABLE)) for c in scale.codes]
    listed += [
        Category(NOT_ANSWERED, "Not answered", "blank"),
        Category(NOT_ASKED, "Not asked", "not_asked"),
    ]
    answer = Dimension(RESPONSE, "Answer", tuple(listed))
    mapped = categorised(table, splitters, where)
    splitters[RESPONSE] = Splitter(RESPONSE, RESPONSE, str, lambda present: answer)
    counts = of_categories(
        rows.extract,
        mapped,
        splitters,
        by=[*by, RESPONSE],
        where=where,
        unit="respondents",
        population=RESPONDED,
    )
    return replace(counts, people=people_of(rows.extract))


def eligible_counts(
    survey: Any,
    *,
    by: Sequence[str] = (),
    wave: str,
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
) -> Counts | None:
    """How many people could have answered a wave of the survey?

    Parameters
    ----------
    survey, by, wave, where, levels
        As for `answer_sums`; a survey_eligible extract alone will do.

    Returns
    -------
    Counts or None
        None where nobody counted them, for this wave or by one of the dimensions.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> eligible_counts(council.survey, wave="2024").total()
    5241
    >>> eligible_counts(council.survey, by=["disability"], wave="2024") is None
    True
    """
    extract = eligible_of(survey)
    names = [*by, *(where or {})]
    if extract is None or not can_be_split(extract, names):
        return None
    splitters = answer_splitters(extract, names, levels or {})
    table = extract.count(
        [*raw_columns(splitters), WAVE], sums={_PEOPLE: engine.col("n").cast(engine.Int64)}
    )
    table = table[table.pop(WAVE).map(str) == str(wave)].reset_index(drop=True)
    if table.empty:
        return None
    mapped = categorised(table.assign(**{engine.N: table[_PEOPLE]}), splitters, where)
    counts = of_categories(
        extract,
        mapped,
        splitters,
        by=by,
        where=where,
        unit="eligible",
        population="staff who could answer the survey",
    )
    return replace(counts, people=people_of(extract))
