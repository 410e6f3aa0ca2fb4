"""Who is counted: populations are data, named on every figure, and say who was left out and why."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.extracts import resources
from workforce_analytics.extracts.contracts import contract, did_you_mean
from workforce_analytics.extracts.extract import Extract

FILTERS = ("engagement", "employer_unit", "assignment_status")


@dataclass(frozen=True)
class Population:
    """A named rule of who counts: for each field, the categories that are in."""

    name: str
    title: str
    filters: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Selection:
    """A population applied to one extract at one date: which rows, and who was left out."""

    where: engine.Expression | None
    rows: int
    kept: int
    excluded: tuple[tuple[str, int], ...]
    """What was left out, in words, and how many rows of it."""
    counted: str
    limits: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """For each field of the rule, the categories that are in."""

    def sentence(self) -> str:
        """Say how the rows became what is counted, for example people."""
        left = ", ".join(f"{n:,} {label}" for label, n in self.excluded)
        tail = f": {left} left out" if left else ""
        return f"{self.rows:,} rows -> {self.kept:,} {self.counted}{tail}"

    def words(self) -> str:
        """Say who was left out without how many, which could be a handful of people."""
        left = ", ".join(label for label, _ in sorted(self.excluded))
        return f"{self.counted}; left out: {left}" if left else self.counted


@cache
def _shipped() -> dict[str, Any]:
    path = resources.path("schemas", "standards", "populations.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def population(name: str, own: Mapping[str, Mapping[str, Any]] | None = None) -> Population:
    """Who is in a population: the organisation's own definition, or the shipped one.

    Raises
    ------
    ConfigurationError
        No such population, or a definition with a word that is not known.
    """
    known = {**_shipped(), **(own or {})}
    if name not in known:
        raise ConfigurationError(
            f"There is no population '{name}'. Known: {', '.join(sorted(known))}. "
            f"Add [populations.{name}] to organisation.toml to define it."
        )
    settings = dict(known[name])
    settings.setdefault("title", _shipped().get(name, {}).get("title", name.replace("_", " ")))
    title = str(settings.pop("title"))
    settings.pop("description", None)
    strange = sorted(set(settings) - set(FILTERS))
    if strange:
        raise ConfigurationError(
            f"[populations.{name}]: '{strange[0]}' is not a field that populations are made of. "
            f"Allowed: {', '.join(FILTERS)}."
        )
    for field, codes in settings.items():
        _refuse_unknown_codes(name, field, codes)
    return Population(name, title, {field: tuple(values) for field, values in settings.items()})


def _refuse_unknown_codes(name: str, field: str, codes: Any) -> None:
    described = contract("workforce").field(field)
    allowed = [item.value for item in described.categories] if described else []
    listed = codes if isinstance(codes, list | tuple) else [codes]
    unknown = [code for code in listed if code not in allowed]
    if unknown:
        raise ConfigurationError(
            f"[populations.{name}] {field}: '{unknown[0]}' is not one of its codes."
            f"{did_you_mean(str(unknown[0]), allowed)} Allowed: {', '.join(allowed)}."
        )


def select(
    extract: Extract, population: Population | None, *, counted: str, as_at: str | None = None
) -> Selection:
    """Which rows stand for what is counted, and how many were left out for which reason.

    Parameters
    ----------
    counted
        "people" counts each person once, on the main post; "posts" and "fte" count every post.
    as_at
        The snapshot date, as ISO text, that the numbers of rows are for; the rule itself is the
        same at every date.
    """
    if counted not in {"people", "posts", "fte"}:
        raise UsageError(f"counted='{counted}' is not known. Allowed: people, posts, fte.")
    present = set(engine.columns(extract.frame))
    filters = {
        field: codes
        for field, codes in (population.filters if population else {}).items()
        if field in present
    }
    main_only = counted == "people" and "is_main_post" in present
    # One table answers all that follows, at every date: what engines are asked for is kept.
    by = [*filters, *(["is_main_post"] if main_only else [])]
    table = extract.count([*by, *present & {"snapshot_date"}])
    matchers = {field: extract.matcher(field) for field in filters}
    conditions = [
        engine.is_one_of(
            field, {str(raw) for raw in table[field].dropna() if matchers[field](raw) in codes}
        )
        for field, codes in filters.items()
    ]
    if main_only:
        conditions.append(engine.col("is_main_post").fill_null(False))
    where = engine.all_of(*conditions, ignore_nulls=False) if conditions else None
    if as_at is not None and "snapshot_date" in present:
        table = table[table["snapshot_date"].map(lambda day: str(day)[:10]) == as_at]
    rows, kept, excluded = _tally(extract, table, filters, matchers, main_only=main_only)
    limits = {**filters, **({"is_main_post": ("yes",)} if main_only else {})}
    return Selection(where, rows, kept, excluded, counted, limits)


def _tally(
    extract: Extract,
    table: pd.DataFrame,
    filters: Mapping[str, tuple[str, ...]],
    matchers: Mapping[str, Any],
    *,
    main_only: bool,
) -> tuple[int, int, tuple[tuple[str, int], ...]]:
    """How many rows of a counted table are in and, by reason, how many are left out."""
    reasons: dict[str, int] = {}
    kept = 0
    for record in table.to_dict("records"):
        n = int(record[engine.N])
        reason = _reason(extract, record, filters, matchers, main_only=main_only)
        if reason is None:
            kept += n
        else:
            reasons[reason] = reasons.get(reason, 0) + n
    order = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return int(table[engine.N].sum()), kept, tuple(order)


def _reason(
    extract: Extract,
    record: Mapping[str, Any],
    filters: Mapping[str, tuple[str, ...]],
    matchers: Mapping[str, Any],
    *,
    main_only: bool,
) -> str | None:
    for field, codes in filters.items():
        code = matchers[field](record[field])
        if code not in codes:
            return extract.category_label(field, code)
    if main_only and not record["is_main_post"]:
        return "second posts"
    return None
