"""Answers to a measure by group and by groups that respondents fell into by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.answer_cells import AnswerCells, added_up, described
from workforce_analytics.counting.answer_dimensions import answer_splitters, categorised
from workforce_analytics.counting.answer_long import RESPONDENT
from workforce_analytics.counting.answer_measures import (
    Measured,
    Recipe,
    measured,
    recipe,
    refuse_uncounted,
)
from workforce_analytics.counting.answer_rows import answer_rows
from workforce_analytics.counting.counts import Counts, raw_columns
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.replicates import GROUPS, REPLICATE, with_replicates
from workforce_analytics.counting.subsets import Where
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.instruments import Instrument


@dataclass(frozen=True, eq=False, kw_only=True)
class ReplicateSums(AnswerCells):
    """Sums of y and m by cell and replicate group, as `AnswerSums` has them; never a respondent.

    Attributes
    ----------
    measures
        What was asked, by name.
    groups
        How many replicate groups there are.
    """

    measures: Mapping[str, Measured]
    groups: int

    @cached_property
    def group(self) -> np.ndarray:
        """Replicate group of each row, from 0."""
        return self._table[REPLICATE].to_numpy(dtype=np.int64)

    def arrays(self, measure: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give n, and the sums of y (in the measure's unit) and m, row by row."""
        n, y, m = (
            self._table[f"{measure}__{one}"].to_numpy(dtype=np.float64) for one in ("n", "y", "m")
        )
        return n, y / self.measures[measure].factor, m

    def answered(self, measure: str) -> Counts:
        """How many people have a figure of a measure."""
        return self._counts(f"{measure}__n")

    def _keys(self) -> tuple[Dimension, ...]:
        numbers = (Category(str(one), str(one), "declared") for one in range(self.groups))
        return (Dimension(REPLICATE, "Replicate group", tuple(numbers)),)


def replicate_sums(
    survey: Any,
    instrument: Instrument,
    *,
    measures: Sequence[str],
    splits: Sequence[Sequence[str]],
    wave: str,
    where: Where | None = None,
    groups: int = GROUPS,
    levels: Mapping[str, str] | None = None,
) -> tuple[ReplicateSums, ...]:
    """What do the answers of each group come to, by groups that people fell into by chance?

    Parameters
    ----------
    survey, instrument, wave, where, levels
        As for `answer_sums`.
    measures
        Names of indexes, themes and items.
    splits
        Names of dimensions, once for each result: [["sex"], ["age"]] for two that are split by one.
    groups
        How many replicate groups respondents are put into by their number: those of `moments`.

    Returns
    -------
    tuple of ReplicateSums
        One for each of `splits`; over the replicate groups each adds up to `answer_sums`.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> (found,) = replicate_sums(
    ...     council.survey, instrument("sample"), measures=["workload"], splits=[["sex"]],
    ...     wave="2024",
    ... )
    >>> n, y, m = found.arrays("workload")
    >>> print(int(n.sum()), found.group.max(), (y.sum() / m.sum()).round(3))
    3085 49 0.57
    """
    for name in measures:
        refuse_uncounted(instrument, name)
    items = [item.name for name in measures for item in instrument.items_of(name)]
    rows = answer_rows(survey, instrument, items, wave)
    made = {name: recipe(rows, name) for name in measures}
    packs = {_packed(name): one.pack.expression for name, one in made.items()}
    lazy = with_replicates(engine.derive(rows.frame(), packs), RESPONDENT, groups)
    sums = {
        f"{name}__{figure}": value
        for name, one in made.items()
        for figure, value in _figures(one, engine.col(_packed(name))).items()
    }
    found = []
    for by in splits:
        splitters = answer_splitters(rows.extract, [*by, *(where or {})], levels or {})
        counted = engine.count(lazy, [*raw_columns(splitters), REPLICATE], sums=sums)
        table = categorised(counted, splitters, where)
        table[REPLICATE] = table[REPLICATE].map(lambda one: str(int(one)))
        dimensions = tuple(splitters[name].dimension(table[name].unique()) for name in by)
        empty = ReplicateSums(
            dimensions=dimensions,
            wave=rows.wave,
            _table=pd.DataFrame(),
            measures={name: measured(instrument, name) for name in measures},
            groups=groups,
            **described(rows.extract, splitters, where, by),
        )
        kept = table[[*by, REPLICATE, *sums]]
        found.append(replace(empty, _table=added_up(kept, (*dimensions, *empty._keys()))))
    return tuple(found)


def _figures(made: Recipe, value: engine.Expression) -> dict[str, engine.Expression]:
    """Work out n, m and y of each respondent from the packed number, as `Recipe.figures` does."""
    base, least = made.pack.base, max(made.least, 1)
    nothing = engine.lit(0).cast(engine.Int64)
    m = y = nothing
    for answered in range(least, made.pack.items + 1):
        here = value >= answered * base
        total = value - answered * base
        worth = total * (made.times // answered) if made.times else total
        m = engine.when(here).then(engine.lit(1 if made.times else answered)).otherwise(m)
        y = engine.when(here).then(worth).otherwise(y)
    n = engine.when(value >= least * base).then(engine.lit(1)).otherwise(nothing)
    return {"n": n.cast(engine.Int64), "y": y.cast(engine.Int64), "m": m.cast(engine.Int64)}


def _packed(name: str) -> str:
    return f"__packed_{name}"
