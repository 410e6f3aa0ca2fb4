"""How far respondents came: who answered anything at all, and who reached the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

from workforce_analytics import engine
from workforce_analytics.counting.answer_dimensions import answer_splitters, categorised
from workforce_analytics.counting.answer_rows import AnswerRows, answer_rows
from workforce_analytics.counting.counts import Counts, of_categories, raw_columns
from workforce_analytics.counting.dimensions import Dimension, Splitter
from workforce_analytics.counting.subsets import Where
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.instruments import Instrument

PROGRESS, FINISHED = "progress", "finished"
COMPLETE, PARTIAL, ANSWERED, NOTHING = "complete", "partial", "answered", "nothing"
LABELS = {
    COMPLETE: "Reached the end",
    PARTIAL: "Answered part of it",
    ANSWERED: "Answered, to the end or not",
    NOTHING: "Answered nothing",
}
_ANSWERS = "__answers"


def progress_counts(
    survey: Any,
    instrument: Instrument,
    *,
    by: Sequence[str] = (),
    wave: str,
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
) -> Counts:
    """How far did those who opened the survey come?

    Parameters
    ----------
    survey, instrument, by, wave, where, levels
        As for `answer_sums`.

    Returns
    -------
    Counts
        By the dimensions of `by` and "progress": "complete" and "partial" where the extract says
        who reached the end, "answered" where it does not, and "nothing" for those who answered no
        question with a scale. A tick outside the scale ("not applicable") is an answer.

    Raises
    ------
    UsageError
        There is no such wave, dimension or category.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = progress_counts(council.survey, instrument("sample"), wave="2024")
    >>> [code for (code,), n in found.occurring().items() if n]
    ['answered']
    """
    items = [one.name for one in instrument.items.values() if one.scale and not one.several]
    rows = answer_rows(survey, instrument, items, wave)
    extract = rows.extract
    splitters = answer_splitters(extract, [*by, *(where or {})], levels or {})
    present = engine.columns(extract.frame)
    ends = [FINISHED] if FINISHED in present else []
    frame = rows.frame().with_columns((_answers(rows) > 0).alias(_ANSWERS))
    counted = engine.count(frame, [*raw_columns(splitters), *ends, _ANSWERS])
    answered = counted[_ANSWERS].astype(bool)
    far = counted[FINISHED].map(_far) if ends else answered.map(lambda _: ANSWERED)
    counted[PROGRESS] = far.where(answered, NOTHING)
    known = tuple(Category(code, label, "declared") for code, label in LABELS.items())
    dimension = Dimension(PROGRESS, "How far they came", known)
    splitters[PROGRESS] = Splitter(PROGRESS, PROGRESS, str, lambda present: dimension)
    counts = of_categories(
        extract,
        categorised(counted, splitters, where),
        splitters,
        by=[*by, PROGRESS],
        where=where,
        unit="respondents",
        population="staff who answered the survey",
    )
    return replace(counts, people=f"{extract.context.organisation}: survey")


def _far(finished: Any) -> str:
    if finished is None or finished != finished:
        return ANSWERED
    return COMPLETE if finished else PARTIAL


def _answers(rows: AnswerRows) -> engine.Expression:
    """How many questions a respondent answered."""
    worth = (rows.worth(item, dict.fromkeys(rows.codes[item].values(), 1)) for item in rows.codes)
    return reduce(add, worth, engine.lit(0))
