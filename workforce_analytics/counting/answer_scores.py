"""How many respondents of each group have each score: what a model of ordered scores works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workforce_analytics import engine
from workforce_analytics.counting.answer_dimensions import answer_splitters, categorised
from workforce_analytics.counting.answer_measures import recipe, refuse_uncounted
from workforce_analytics.counting.answer_rows import answer_rows
from workforce_analytics.counting.counts import raw_columns
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.subsets import Where
from workforce_analytics.extracts.instruments import Instrument

_PACKED = "__packed"


@dataclass(frozen=True, eq=False)
class ScoreCounts:
    """Respondents by cell and score.

    Attributes
    ----------
    dimensions
        What cells are split by.
    cells
        The codes of each cell that has a respondent with a figure, in canonical order.
    scores
        The scores that occur, lowest first: y / m, a respondent's share of positive answers or mean
        score times the measure's factor.
    n
        One row per cell, one column per score.
    """

    dimensions: tuple[Dimension, ...]
    cells: tuple[tuple[str, ...], ...]
    scores: np.ndarray
    n: np.ndarray


def score_counts(
    survey: Any,
    instrument: Instrument,
    measure: str,
    *,
    by: Sequence[str],
    wave: str,
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
) -> ScoreCounts:
    """How many respondents of each group have each score on an index, theme or question?

    Parameters
    ----------
    survey, instrument, by, wave, where, levels
        As for `answer_sums`.
    measure
        The name of an index, theme or item.

    Returns
    -------
    ScoreCounts
        Those without a figure are in no cell. Cells can hold one respondent: they are for models,
        and are never shown.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = score_counts(
    ...     council.survey, instrument("sample"), "inclusion", by=["sex"], wave="2024"
    ... )
    >>> found.scores.round(2)
    array([0.  , 0.33, 0.5 , 0.67, 1.  ])
    """
    refuse_uncounted(instrument, measure)
    items = [item.name for item in instrument.items_of(measure)]
    rows = answer_rows(survey, instrument, items, wave)
    splitters = answer_splitters(rows.extract, [*by, *(where or {})], levels or {})
    made = recipe(rows, measure)
    raw = raw_columns(splitters)
    # What sums were counted from: the engine is asked once for both.
    table = rows.remembered(
        ("sums", measure, tuple(raw)),
        lambda: engine.count(
            rows.frame(), [*raw, _PACKED], derived={_PACKED: made.pack.expression}
        ),
    )
    m, y = made.figures(table[_PACKED].astype("int64"))
    table = categorised(table.assign(m=m, y=y), splitters, where)
    dimensions = tuple(splitters[name].dimension(table[name].unique()) for name in by)
    table = table[table["m"] > 0]
    scores, column = np.unique((table["y"] / table["m"]).to_numpy(), return_inverse=True)
    codes = [item.codes for item in dimensions]
    places = [{code: at for at, code in enumerate(known)} for known in codes]
    keys = list(zip(*(table[name] for name in by), strict=True)) if by else [()] * len(table)
    cells = sorted(
        set(keys), key=lambda key: [at[code] for at, code in zip(places, key, strict=True)]
    )
    row = {cell: place for place, cell in enumerate(cells)}
    place = np.array([row[key] for key in keys], dtype=np.int64)
    n = np.zeros((len(cells), scores.size), dtype=np.int64)
    np.add.at(n, (place, column), table[engine.N].to_numpy(dtype=np.int64))
    return ScoreCounts(dimensions, tuple(cells), scores, n)
