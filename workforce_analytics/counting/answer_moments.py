"""Sums and products of respondents' scores, by groups they fell into by chance.

How scores go together, and how far chance could have moved that, is worked out from these alone.
Scores are from 0 to 100, in whole hundredths of a point, so that sums are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.answer_cells import AnswerCells, added_up, described
from workforce_analytics.counting.answer_dimensions import answer_splitters, categorised
from workforce_analytics.counting.answer_long import RESPONDENT
from workforce_analytics.counting.answer_measures import measured, refuse_uncounted
from workforce_analytics.counting.answer_points import Points, item_points, points_of
from workforce_analytics.counting.answer_rows import AnswerRows, answer_rows
from workforce_analytics.counting.counts import Counts, raw_columns
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.replicates import GROUPS, REPLICATE, with_replicates
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.extracts.instruments import Instrument

_N = "n"


@dataclass(frozen=True, eq=False, kw_only=True)
class Moments(AnswerCells):
    """Sums of scores and of their products, by cell and replicate group; never a respondent.

    Only of respondents who have every one of the scores. A row is one replicate group of one cell;
    those that nobody is in are not there.

    Attributes
    ----------
    names, labels
        What the scores are of, in the order of `sums`: the outcome first.
    groups
        How many replicate groups there are.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    groups: int

    @cached_property
    def group(self) -> np.ndarray:
        """Replicate group of each row, from 0."""
        return self._table[REPLICATE].to_numpy(dtype=np.int64)

    @cached_property
    def n(self) -> np.ndarray:
        """Respondents of each row."""
        return self._table[_N].to_numpy(dtype=np.int64)

    @cached_property
    def sums(self) -> np.ndarray:
        """Sums of each row's scores, in hundredths of a point: rows x scores."""
        return self._table[[_sum(i) for i in range(len(self.names))]].to_numpy(dtype=np.int64)

    @cached_property
    def products(self) -> np.ndarray:
        """Sums of products of scores, in hundredths by hundredths: rows x scores x scores."""
        size = len(self.names)
        result = np.zeros((len(self._table), size, size), dtype=np.int64)
        for one, two in _pairs(size):
            result[:, one, two] = result[:, two, one] = self._table[_product(one, two)]
        return result

    def complete(self) -> Counts:
        """How many respondents have all of the scores."""
        return self._counts(_N)

    def total(self) -> tuple[int, np.ndarray, np.ndarray]:
        """Give n, sums and products of all rows together."""
        return int(self.n.sum()), self.sums.sum(axis=0), self.products.sum(axis=0)

    def _keys(self) -> tuple[Dimension, ...]:
        numbers = (Category(str(one), str(one), "declared") for one in range(self.groups))
        return (Dimension(REPLICATE, "Replicate group", tuple(numbers)),)

    def __repr__(self) -> str:
        by = ", ".join(item.name for item in self.dimensions) or "nothing"
        return f"Moments of {', '.join(self.names)} in {self.wave}, split by {by}"


def moments(
    survey: Any,
    instrument: Instrument,
    *,
    outcome: str,
    predictors: Sequence[str],
    wave: str,
    by: Sequence[str] = (),
    where: Where | None = None,
    groups: int = GROUPS,
    levels: Mapping[str, str] | None = None,
) -> Moments:
    """How do respondents' scores on themes go together with their score on an outcome?

    Parameters
    ----------
    survey, instrument, wave, by, where, levels
        As for `answer_sums`.
    outcome, predictors
        Names of indexes, themes or items. A theme's score is the mean of its items' scores from 0
        to 100, where `least_items` of them were answered.
    groups
        How many replicate groups respondents fall into by their number, 50 at most.

    Returns
    -------
    Moments
        Of respondents who have every score.

    Raises
    ------
    UsageError
        A measure, wave, dimension or category that there is not, or a measure named twice.

    Notes
    -----
    Scores are rounded, half up, to hundredths of a point.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = moments(council.survey, instrument("sample"), outcome="engagement",
    ...     predictors=["workload", "inclusion"], wave="2024")
    >>> n, sums, products = found.total()
    >>> print(n, (sums / n / 100).round(2), found.products.shape)
    3085 [63.44 62.06 58.26] (50, 3, 3)
    """
    named = (outcome, *predictors)
    if len(set(named)) < len(named) or not predictors:
        raise UsageError("predictors= names one measure or more, each once, beside the outcome.")
    for name in named:
        refuse_uncounted(instrument, name)
    items = [item.name for name in named for item in instrument.items_of(name)]
    rows = answer_rows(survey, instrument, items, wave)
    scores = {name: points_of(rows, name) for name in named}
    labels = tuple(measured(instrument, name).label for name in named)
    return _moments(rows, scores, labels, by=by, where=where, groups=groups, levels=levels)


def item_moments(
    survey: Any,
    instrument: Instrument,
    measure: str,
    *,
    wave: str,
    items: Sequence[str] = (),
    by: Sequence[str] = (),
    where: Where | None = None,
    groups: int = GROUPS,
    levels: Mapping[str, str] | None = None,
) -> Moments:
    """How do answers to the questions of one theme or index go together?

    Parameters
    ----------
    survey, instrument, wave, by, where, groups, levels
        As for `moments`.
    measure
        The name of a theme or index; its items are scored as in it.
    items
        Its items that are looked at, where not all can be: who left one out is not counted.

    Returns
    -------
    Moments
        Of respondents who answered all of its items that the extract has and the wave asked.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.extracts.instruments import instrument
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = item_moments(council.survey, instrument("sample"), "workload", wave="2024")
    >>> found.names, found.complete().total()
    (('W1', 'W2', 'W3'), 2973)
    """
    refuse_uncounted(instrument, measure)
    listed = instrument.items_of(measure)
    rows = answer_rows(survey, instrument, [item.name for item in listed], wave)
    asked = [item for item in listed if item.name in rows.columns and item.asked_in(rows.wave)]
    chosen = [item for item in asked if not items or item.name in items]
    if not chosen:
        raise UsageError(
            f"No item of '{measure}' was asked in the wave '{wave}'. Choose another measure."
        )
    scores = {item.name: item_points(rows, item.name, within=measure) for item in chosen}
    labels = tuple(item.label for item in chosen)
    return _moments(
        rows, scores, labels, within=measure, by=by, where=where, groups=groups, levels=levels
    )


def _moments(
    rows: AnswerRows,
    scores: Mapping[str, Points],
    labels: tuple[str, ...],
    *,
    within: str = "",
    by: Sequence[str],
    where: Where | None,
    groups: int,
    levels: Mapping[str, str] | None,
) -> Moments:
    splitters = answer_splitters(rows.extract, [*by, *(where or {})], levels or {})
    raw = raw_columns(splitters)
    sums = dict(_asked_sums(len(scores)))
    counted = rows.remembered(
        ("moments", within, tuple(scores), groups, tuple(raw)),
        lambda: engine.count(
            with_replicates(_scored(rows, list(scores.values())), RESPONDENT, groups),
            [*raw, REPLICATE],
            sums=sums,
        ),
    )
    table = categorised(counted, splitters, where).rename(columns={engine.N: _N})
    table[REPLICATE] = table[REPLICATE].map(lambda one: str(int(one)))
    dimensions = tuple(splitters[name].dimension(table[name].unique()) for name in by)
    made = Moments(
        dimensions=dimensions,
        wave=rows.wave,
        _table=pd.DataFrame(),
        names=tuple(scores),
        labels=labels,
        groups=groups,
        **described(rows.extract, splitters, where, by),
    )
    kept = table[[*by, REPLICATE, _N, *sums]]
    return replace(made, _table=added_up(kept, (*dimensions, *made._keys())))


def _scored(rows: AnswerRows, scores: Sequence[Points]) -> engine.Frame:
    """Give the rows of those who have every score, with the scores in hundredths of a point."""
    packs = {_pack(i): one.pack.expression for i, one in enumerate(scores)}
    lazy = engine.derive(rows.frame(), packs)
    figures = {_score(i): one.hundredths(engine.col(_pack(i))) for i, one in enumerate(scores)}
    lazy = engine.derive(lazy, figures, drop=list(packs))
    complete = engine.all_of(*(engine.col(name) >= 0 for name in figures), ignore_nulls=False)
    return lazy.filter(complete)


def _asked_sums(size: int) -> Iterator[tuple[str, engine.Expression]]:
    for one in range(size):
        yield _sum(one), engine.col(_score(one))
    for one, two in _pairs(size):
        yield _product(one, two), engine.col(_score(one)) * engine.col(_score(two))


def _pairs(size: int) -> Iterable[tuple[int, int]]:
    return combinations_with_replacement(range(size), 2)


def _pack(place: int) -> str:
    return f"__pack{place}"


def _score(place: int) -> str:
    return f"__score{place}"


def _sum(place: int) -> str:
    return f"__sum{place}"


def _product(one: int, two: int) -> str:
    return f"__product{one}_{two}"
