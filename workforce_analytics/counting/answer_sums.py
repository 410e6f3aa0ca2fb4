"""Survey answers -> AnswerSums: sums over respondents by cell, which every score comes from.

A score of a group and its error need five sums over the group's respondents, of y and m. They are
counted as whole numbers, so that they are exact and the order of rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.answer_cells import AnswerCells, added_up, described
from workforce_analytics.counting.answer_dimensions import answer_splitters, categorised
from workforce_analytics.counting.answer_measures import (
    Measured,
    measured,
    positives,
    recipe,
    refuse_uncounted,
)
from workforce_analytics.counting.answer_rows import AnswerRows, answer_rows
from workforce_analytics.counting.counts import Counts, raw_columns
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.instruments import Instrument, Item

N = "n"
SUMS = ("n", "m", "y", "yy", "ym", "mm")
"""Of the respondents with a figure: how many, and the sums of m, y, their squares and product."""
_PACKED = "__packed"
_MOST = 2**62


@dataclass(frozen=True, eq=False, kw_only=True)
class AnswerSums(AnswerCells):
    """Sums over respondents by cell; never a respondent.

    A respondent has y and m of a measure: of a theme or item, y positive answers of m valid ones;
    of an index or element, y the mean score and m = 1. Per cent positive is the sum of y over that
    of m, pooled; a score is the same.

    Attributes
    ----------
    measures
        What was asked, by name.
    """

    measures: Mapping[str, Measured]

    def respondents(self) -> Counts:
        """How many people answered the survey, whether or not they answered what is measured."""
        return self._counts(N)

    def answered(self, measure: str) -> Counts:
        """How many people have a figure of a measure."""
        self._known(measure)
        return self._counts(f"{measure}__n")

    def arrays(self, measure: str) -> dict[str, np.ndarray]:
        """Give n, m and the sums of y, yy, ym and mm, in the measure's unit, row by row."""
        factor = self._known(measure).factor
        by = {"n": 1, "m": 1, "y": factor, "yy": float(factor) ** 2, "ym": factor, "mm": 1}
        return {
            name: self._table[f"{measure}__{name}"].to_numpy(dtype=np.float64) / by[name]
            for name in SUMS
        }

    def _known(self, measure: str) -> Measured:
        if measure not in self.measures:
            raise UsageError(f"'{measure}' was not counted. There are: {', '.join(self.measures)}.")
        return self.measures[measure]

    def __repr__(self) -> str:
        by = ", ".join(item.name for item in self.dimensions) or "nothing"
        return f"AnswerSums of {', '.join(self.measures)} in {self.wave}, split by {by}"


def answer_sums(
    survey: Any,
    instrument: Instrument,
    *,
    measures: Sequence[str] | None = None,
    by: Sequence[str] = (),
    wave: str,
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
) -> AnswerSums:
    """What do the answers of each group come to, measure by measure?

    Parameters
    ----------
    survey
        `council.survey`, or a survey_responses extract.
    instrument
        What was asked, and what answers are worth.
    measures
        Names of indexes, themes and items; all indexes and themes that the wave asked (all items of
        an instrument without any) unless said.
    by
        Names of characteristics, "age", "unit", "directorate", "service", "team", "mode", ...
    wave
        One wave: respondents of two are never added up.
    where
        A subset: dimension -> the category code or codes that are in.
    levels
        Level of a code list per dimension: "full", "main" (default) or "binary".

    Returns
    -------
    AnswerSums
        Answers out of the scale count as not given, and so do answers to items that routing passed
        over. Who answered nothing at all is a respondent all the same; `progress_counts` says how
        many those are.

    Raises
    ------
    UsageError
        A wave, measure, dimension or category that there is not, or a measure that nobody was
        asked.

    Notes
    -----
    Agrees, summed, with `respondent_score` and `respondent_positives` of each respondent: the mean
    score of those who answered k of K items is a whole number times 1 / lcm(1, ..., K).

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = answer_sums(council.survey, instrument("sample"), by=["sex"], wave="2024")
    >>> engagement = found.over().arrays("engagement")
    >>> print((engagement["y"] / engagement["n"]).round(2), found.respondents().total())
    [63.44] 3085
    """
    rows = answer_rows(survey, instrument, _items(instrument, measures), wave)
    asked = _asked(rows, measures)
    splitters = answer_splitters(rows.extract, [*by, *(where or {})], levels or {})
    raw = raw_columns(splitters)
    everybody = categorised(rows.count(raw), splitters, where)
    dimensions = tuple(splitters[name].dimension(everybody[name].unique()) for name in by)
    table = added_up(everybody.rename(columns={engine.N: N})[[*by, N]], dimensions)
    for name in asked:
        counted = categorised(_figures(rows, name, raw), splitters, where)
        sums = counted[list(by)].assign(**_sums(name, counted))
        # Every respondent is in every measure's count, so that the cells are the same ones.
        found = added_up(sums, dimensions).drop(columns=list(by))
        table = pd.concat([table, found], axis="columns")
    return AnswerSums(
        dimensions=dimensions,
        measures={name: measured(instrument, name) for name in asked},
        wave=rows.wave,
        _table=table,
        **described(rows.extract, splitters, where, by),
    )


def _asked(rows: AnswerRows, names: Sequence[str] | None) -> tuple[str, ...]:
    """Which measures are asked for, in the instrument's order? Those that the wave asked."""
    instrument = rows.instrument
    if names is None:
        listed = tuple(counted_by_default(instrument))
        return tuple(name for name in listed if not _not_asked(rows, name))
    for name in names:
        refuse_uncounted(instrument, name)
        wrong = _not_asked(rows, name)
        if wrong:
            raise UsageError(wrong)
    return tuple(name for name in instrument.measures if name in names)


def counted_by_default(instrument: Instrument) -> list[str]:
    """Name the indexes and themes of an instrument; where it has none, its questions."""
    whole = [*instrument.indexes, *instrument.themes]
    return whole or [
        item.name
        for item in instrument.items.values()
        if item.scale and not item.several and instrument.positive(item.name)
    ]


def _not_asked(rows: AnswerRows, name: str) -> str:
    """Why is there nothing to count of a measure? Empty where there is."""
    items = rows.instrument.items_of(name)
    if not any(item.asked_in(rows.wave) for item in items):
        return f"The wave '{rows.wave}' did not ask '{name}'. Choose another wave or measure."
    if not any(item.name in rows.columns for item in items):
        listed = ", ".join(item.name for item in items)
        return (
            f"The {rows.extract.contract.name} extract has no column for '{name}' ({listed}). "
            "Map one, or name another measure."
        )
    return ""


def _items(instrument: Instrument, names: Sequence[str] | None) -> list[str]:
    """Items that some measures are made of, each once; those without a scale are left out."""
    listed = counted_by_default(instrument) if names is None else list(names)
    made = {item.name: item for name in listed for item in instrument.items_of(name)}
    return [name for name, item in made.items() if item.scale]


def _figures(rows: AnswerRows, name: str, raw: Sequence[str]) -> pd.DataFrame:
    """Count respondents by raw values and by their y and m of a measure."""
    instrument = rows.instrument
    if isinstance(instrument.measure(name), Item):
        table = rows.count([*raw, *rows.asked_columns(name)])
        worth = positives(instrument, name)[name]
        code = rows.code_of(name, table).where(rows.was_asked(name, table))
        valid = code.isin(list(worth))
        return table.assign(m=valid.astype("int64"), y=code.map(worth).fillna(0).astype("int64"))
    made = recipe(rows, name)
    table = rows.remembered(
        ("sums", name, tuple(raw)),
        lambda: engine.count(
            rows.frame(), [*raw, _PACKED], derived={_PACKED: made.pack.expression}
        ),
    )
    m, y = made.figures(table[_PACKED].astype("int64"))
    return table.assign(m=m, y=y)


def _sums(name: str, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Sums of the respondents that each row of a counted table stands for."""
    n, m, y = (table[column].to_numpy(dtype=np.int64) for column in (engine.N, "m", "y"))
    if float(y.max(initial=0)) ** 2 * float(n.sum()) > _MOST:
        n, m, y = (one.astype(object) for one in (n, m, y))  # numbers of any length
    figures = {"n": (m > 0).astype(np.int64), "m": m, "y": y, "yy": y * y, "ym": y * m, "mm": m * m}
    return {f"{name}__{one}": n * values for one, values in figures.items()}
