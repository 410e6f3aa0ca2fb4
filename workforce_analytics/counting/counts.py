"""Extract -> Counts: rows about people become a table of counts, once, and never travel further.

The engine groups the raw codes; mapping them to harmonised categories happens on the few distinct
combinations afterwards. Counts partition what they count: one unit falls in exactly one cell, and a
category of the code list that nobody is in is a row with 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting import published
from workforce_analytics.counting.dimensions import (
    Dimension,
    Splitter,
    splitter,
    unprinted_column,
)
from workforce_analytics.counting.display import as_estimates
from workforce_analytics.counting.populations import Selection, population, select
from workforce_analytics.counting.subsets import Where, in_words, limits, wanted_codes
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.extract import Extract

FTE_SCALE = 10_000


@dataclass(frozen=True, eq=False)
class Counts:
    """How many of what is counted fall in each combination of categories.

    Attributes
    ----------
    dimensions
        What the counts are split by, each with its categories in order.
    counted
        What one unit is: people, posts, fte, applications, ...
    additive_over
        Names of the dimensions whose categories may be added up. A snapshot date is not one: the
        same person stands in every snapshot.
    """

    _table: pd.DataFrame
    dimensions: tuple[Dimension, ...]
    counted: str
    additive_over: frozenset[str]
    population: str = ""
    selection: Selection | None = None
    provenance: tuple[str, ...] = ()
    recorded_as: str = ""
    policy: Mapping[str, object] = field(default_factory=dict)
    published: str = ""
    subset: str = ""
    """Which part of the population alone is counted, in words; "" for all of it."""
    people: str = ""
    """Whose rows they are, whatever the population: counts of the same people hang together."""
    limits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the counts are limited to by the population and the subset: categories by field."""
    scale: int = 1
    """Units per one of what is counted: full-time equivalents are held in ten-thousandths."""
    unprinted: frozenset[str] = frozenset()
    """Dimensions whose categories no table may print, such as the vacancy."""

    def dimension(self, name: str) -> Dimension:
        """Give a dimension by its name."""
        for item in self.dimensions:
            if item.name == name:
                return item
        known = ", ".join(item.name for item in self.dimensions)
        raise UsageError(f"These counts are not split by '{name}'. They are split by: {known}.")

    def cells(self) -> dict[tuple[str, ...], int]:
        """Count of every combination of category codes; those that nobody is in are 0."""
        zeros = dict.fromkeys(product(*(item.codes for item in self.dimensions)), 0)
        return zeros | self.occurring()

    def occurring(self) -> dict[tuple[str, ...], int]:
        """Count of the combinations that occur, in the order of the dimensions' categories."""
        return dict(self._occurring)

    @cached_property
    def _occurring(self) -> dict[tuple[str, ...], int]:
        n = self._table[engine.N].tolist()
        if not self.dimensions:
            return {(): n[0]}
        # Arrow's text is many times dearer to walk through than a list of it.
        codes = [self._table[item.name].to_numpy(dtype=object) for item in self.dimensions]
        return dict(zip(zip(*(one.tolist() for one in codes), strict=True), n, strict=True))

    def over(self, *names: str) -> Counts:
        """Counts split by fewer dimensions, the others added up.

        Raises
        ------
        UsageError
            A dimension that would be added up is not additive: nobody may be counted twice.
        """
        keep = tuple(self.dimension(name) for name in names)
        gone = [item.name for item in self.dimensions if item.name not in names]
        wrong = [name for name in gone if name not in self.additive_over]
        if wrong:
            raise UsageError(
                f"Counts may not be added up over '{wrong[0]}': the same {self.counted} stand in "
                "more than one of its categories. Choose one with at(...)."
            )
        return replace(self, _table=added_up(self._table, keep), dimensions=keep)

    def at(self, name: str, code: str) -> Counts:
        """Counts within one category of a dimension, which then goes."""
        self.dimension(name)
        keep = tuple(item for item in self.dimensions if item.name != name)
        rows = self._table[self._table[name] == code]
        return replace(self, _table=added_up(rows, keep), dimensions=keep)

    def total(self) -> int:
        """How many are counted in all; refused where adding up would count somebody twice."""
        return int(self.over()._table[engine.N].sum())

    def equals(self, other: Counts) -> bool:
        """Whether two tables hold the same counts of the same categories."""
        return (
            self.dimensions == other.dimensions
            and self.counted == other.counted
            and self.scale == other.scale
            and self.occurring() == other.occurring()
        )

    def __repr__(self) -> str:
        return repr(as_estimates(self.printed()))

    def _repr_html_(self) -> str:
        return as_estimates(self.printed())._repr_html_()

    def printed(self) -> Counts:
        """Give the counts split only by what may be printed."""
        if not self.unprinted:
            return self
        names = [item.name for item in self.dimensions if item.name not in self.unprinted]
        return self.over(*names)


def count(
    extract: Extract,
    *,
    by: Sequence[str],
    counted: str | None = None,
    population_name: str | None = None,
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
    as_at: str | None = None,
    unprinted: Sequence[str] = (),
) -> Counts:
    """How many people, posts or full-time equivalents there are in each group.

    Parameters
    ----------
    extract
        A checked extract, or a table somebody already counted (contract `counts`).
    by
        Names of dimensions: characteristics, `grade_band`, `directorate`, `snapshot_date`, fields
        with a list of categories, ...
    counted
        "people" (on the main post), "posts" or "fte" for a workforce extract; for other extracts
        one row is one unit. For an already counted table, which of its counts.
    population_name
        Who is counted; "workforce_report" for a workforce extract without it.
    where
        A subset: dimension -> the category code or codes that are in.
    levels
        Level of a code list per dimension: "full", "main" (default) or "binary".
    as_at
        One snapshot date as ISO text, "latest", or None for every snapshot.
    unprinted
        Names among `by` that are raw columns and never printed, such as the vacancy.

    Returns
    -------
    Counts
        Every combination of categories, the empty ones as 0.

    Raises
    ------
    UsageError
        A dimension, category or date that the extract does not have.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> from workforce_analytics.counting.counts import count
    >>> count(council.workforce, by=["sex"], as_at="latest").counted
    'people'
    """
    if extract.contract.name == "counts":
        return _already_counted(extract, by=by, counted=counted, where=where, levels=levels or {})
    is_workforce = extract.contract.name == "workforce"
    unit = counted or ("people" if is_workforce else extract.contract.name)
    date = _snapshot(extract, as_at)
    if date is None and "snapshot_date" not in by and len(extract.snapshots()) > 1:
        raise UsageError(
            "The same people stand in every snapshot, so snapshots are not added up. Choose one "
            'with as_at ("latest" or a date), or split by snapshot_date.'
        )
    selection = None
    label = ""
    if is_workforce:
        chosen = population(population_name or "workforce_report", extract.context.populations)
        selection = select(extract, chosen, counted=unit, as_at=date)
        label = chosen.title
    splitters = splitters_of(extract, [*by, *(where or {})], levels or {}, unprinted)
    table = _count_rows(extract, splitters, selection, unit, date)
    scale = FTE_SCALE if unit == "fte" else 1
    return finish(
        extract,
        table,
        splitters,
        by=by,
        where=where,
        unit=unit,
        scale=scale,
        population=label,
        selection=selection,
        unprinted=unprinted,
    )


def splitters_of(
    extract: Extract,
    names: Iterable[str],
    levels: Mapping[str, str],
    unprinted: Sequence[str] = (),
) -> dict[str, Splitter]:
    """Say how an extract is split by each of some dimensions."""
    return {
        name: unprinted_column(extract, name)
        if name in unprinted
        else splitter(extract, name, levels.get(name, "main"))
        for name in dict.fromkeys(names)
    }


def _snapshot(extract: Extract, as_at: str | None) -> str | None:
    if as_at is None:
        return None
    dates = extract.snapshots()
    if not dates:
        return None
    if as_at == "latest":
        return dates[-1]
    as_at = str(as_at)  # a date is taken as its ISO text
    if as_at not in dates:
        raise UsageError(f"There is no snapshot of {as_at}. There are: {', '.join(dates)}.")
    return as_at


def _count_rows(
    extract: Extract,
    splitters: Mapping[str, Splitter],
    selection: Selection | None,
    unit: str,
    date: str | None,
) -> pd.DataFrame:
    conditions = [] if selection is None or selection.where is None else [selection.where]
    if date is not None:
        conditions.append(engine.text("snapshot_date") == date)
    raw = raw_columns(splitters)
    sums = {"__fte": engine.scaled("fte", FTE_SCALE)} if unit == "fte" else None
    table = extract.count(
        raw,
        where=engine.all_of(*conditions, ignore_nulls=False) if conditions else None,
        sums=sums,
    )
    if unit == "fte":
        table[engine.N] = table.pop("__fte")
    return table


def _already_counted(
    extract: Extract,
    *,
    by: Sequence[str],
    counted: str | None,
    where: Where | None,
    levels: Mapping[str, str],
) -> Counts:
    splitters = splitters_of(extract, [*by, *(where or {})], levels)
    match = extract.matcher("counted")
    kinds = published.kinds(extract)
    unit = (match(counted) or counted) if counted else next(iter(kinds), "")
    if unit not in kinds or (counted is None and len(kinds) > 1):
        raise UsageError(
            f"This table counts: {', '.join(sorted(kinds))}. Say which with counted=..."
        )
    table = published.cells(extract, raw_columns(splitters), kinds[unit])
    return finish(
        extract,
        table,
        splitters,
        by=by,
        where=where,
        unit=unit,
        scale=1,
        population=published.WHO_IS_COUNTED.get(unit, unit),
        selection=None,
    )


def raw_columns(splitters: Mapping[str, Splitter]) -> list[str]:
    """Columns that the engine groups by, each once."""
    return list(dict.fromkeys(item.column for item in splitters.values() if item.column))


def finish(
    extract: Extract,
    table: pd.DataFrame,
    splitters: Mapping[str, Splitter],
    *,
    by: Sequence[str],
    where: Where | None,
    unit: str,
    scale: int = 1,
    population: str = "",
    selection: Selection | None = None,
    unprinted: Sequence[str] = (),
) -> Counts:
    """Map the raw codes of the counted table to categories and keep the subset."""
    mapped = pd.DataFrame({engine.N: table[engine.N].astype("int64")})
    for name, item in splitters.items():
        mapped[name] = item.categorise(table)
    for name, wanted in (where or {}).items():
        mapped = mapped[mapped[name].isin(wanted_codes(splitters[name], wanted))]
    counts = of_categories(
        extract, mapped, splitters, by=by, where=where, unit=unit, population=population
    )
    return replace(
        counts,
        selection=selection,
        limits=limits(splitters, selection, where),
        scale=scale,
        unprinted=frozenset(unprinted) & frozenset(by),
    )


def of_categories(
    extract: Extract,
    mapped: pd.DataFrame,
    splitters: Mapping[str, Splitter],
    *,
    by: Sequence[str],
    where: Where | None,
    unit: str,
    population: str,
) -> Counts:
    """Make Counts of a table of category codes and `__n`, which holds the subset alone."""
    dimensions = tuple(splitters[name].dimension(mapped[name].unique()) for name in by)
    return Counts(
        _table=added_up(mapped, dimensions),
        dimensions=dimensions,
        counted=unit,
        additive_over=frozenset(name for name in by if name != "snapshot_date"),
        population=population,
        provenance=extract.provenance(),
        recorded_as=extract.recorded_as(by),
        policy=extract.context.policy,
        published=extract.published,
        subset=in_words(splitters, where),
        people=f"{extract.context.organisation}: {extract.contract.name}",
        limits=limits(splitters, None, where),
    )


def added_up(table: pd.DataFrame, dimensions: tuple[Dimension, ...]) -> pd.DataFrame:
    """One row per combination that occurs, in canonical order."""
    if not dimensions:
        return pd.DataFrame({engine.N: [int(table[engine.N].sum())]})
    ranks = [pd.Index(item.codes).get_indexer(table[item.name]) for item in dimensions]
    if any((places < 0).any() for places in ranks):
        raise DataError("A counted category is missing from its dimension: nothing may be lost.")
    sums = table[engine.N].groupby(ranks).sum()
    codes = {
        item.name: pd.Series(item.codes).take(sums.index.get_level_values(level)).array
        for level, item in enumerate(dimensions)
    }
    return pd.DataFrame({**codes, engine.N: sums.to_numpy()})
