"""Spells of membership by month, and whether those who have them are whom a network is for.

One question of the engine for the staff, one for the spells, one for membership of any network;
everything else is sums of what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.dimensions import splitter, with_new_starter
from workforce_analytics.counting.memberships import (
    ALLY,
    END,
    KNOWN,
    NETWORK,
    PERSON,
    START,
    Memberships,
)
from workforce_analytics.counting.populations import population as population_of
from workforce_analytics.counting.populations import select
from workforce_analytics.counting.subsets import Where, wanted_codes
from workforce_analytics.estimates import ALL
from workforce_analytics.extracts.extract import Extract

LASTING = 10**6
"""Month in which a spell ends that lasts."""
BEFORE = -1
"""Month in which a spell began of which nobody knows when, from before all that is known."""


@dataclass(frozen=True, eq=False)
class Spells:
    """Spells of one network, or of membership of any: each element is a number of them."""

    since: np.ndarray
    """Month (12 x year + month, January 0) in which they began; `BEFORE` all that is known."""
    until: np.ndarray
    """Month in which they ended; `LASTING` where they have not."""
    known: np.ndarray
    """Whether it is known when they began; else somebody first saw them on a list of that month."""
    ally: np.ndarray
    eligible: np.ndarray
    """One column per snapshot: whether the network is for whoever it is, as recorded there."""
    n: np.ndarray


@dataclass(frozen=True)
class Standing:
    """Spells by network (`ALL` for any), and the staff that they are held against."""

    spells: Mapping[str, Spells]
    snapshots: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    """People in the population at each snapshot."""
    eligible: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Network -> of those, whom it is for."""
    population: str = ""
    base: str = ""
    """Who was left out, in words."""
    strangers: bool = False
    """Whether spells were left out of people who were never in the population."""


def standing(
    found: Memberships,
    workforce: Extract | None = None,
    *,
    snapshots: Sequence[str] = (),
    eligible: Mapping[str, Where] | None = None,
    population: str | None = None,
) -> Standing:
    """When did spells begin and end, and whom of those who have them is the network for?

    Parameters
    ----------
    found
        Who was a member when.
    workforce
        A workforce extract; without it nobody is looked up. With it, spells count of those who are
        in the population at any snapshot.
    snapshots
        Dates as ISO text, at which staff are counted.
    eligible
        Code of a network -> the categories of staff that it is for.
    population
        Who is counted; "workforce_report" without it.

    Returns
    -------
    Standing
        Every spell is counted once in its network, and every spell of membership of any once more.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.counting.memberships import memberships
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = memberships(council.networks, council.workforce)
    >>> told = standing(found, council.workforce, snapshots=["2025-03-31"])
    >>> told.people, int(told.spells["race"].n.sum())
    ((5201,), 328)
    """
    if workforce is None:
        return Standing(_counted(found, (), ()))
    chosen = population_of(population or "workforce_report", workforce.context.populations)
    days = [*snapshots] or list(workforce.snapshots()[-1:])
    selection = select(workforce, chosen, counted="people", as_at=days[-1])
    asked = {code: whom for code, whom in (eligible or {}).items() if code in found.labels}
    staff = with_new_starter(workforce, [name for whom in asked.values() for name in whom])
    rows = staff.frame.filter(selection.where) if selection.where is not None else staff.frame
    flags = {f"__in_{k}": engine.text("snapshot_date") == day for k, day in enumerate(snapshots)}
    for m, whom in enumerate(asked.values()):
        is_for = _all_of(staff, whom)
        for k, day in enumerate(snapshots):
            flags[f"__for_{m}_{k}"] = (engine.text("snapshot_date") == day) & is_for
    flagged = rows.select(
        engine.text("person_id").alias(PERSON),
        *(test.fill_null(False).cast(engine.Int64).alias(name) for name, test in flags.items()),
    )
    largest = {name: engine.col(name).max() for name in flags} or {"__rows": engine.rows()}
    each = engine.settled(engine.grouped(flagged, [PERSON], largest))
    sums = engine.one_row(each, {name: engine.col(name).sum() for name in flags})
    spells = _counted(found, snapshots, list(asked), each)
    everybody = engine.one_row(found.spells, {"n": engine.rows()})["n"]
    return Standing(
        spells,
        tuple(snapshots),
        tuple(sums[f"__in_{k}"] for k in range(len(snapshots))),
        {
            code: tuple(sums[f"__for_{m}_{k}"] for k in range(len(snapshots)))
            for m, code in enumerate(asked)
        },
        chosen.title,
        selection.words(),
        sum(int(spells[code].n.sum()) for code in found.labels) < everybody,
    )


def _all_of(staff: Extract, where: Where) -> engine.Expression:
    """Whether a row of staff is of all these categories."""
    tests = []
    for name, wanted in where.items():
        item = splitter(staff, name)
        codes = wanted_codes(item, wanted)
        held = staff.count([item.column])
        raws = held.loc[item.categorise(held).isin(codes).to_numpy(), item.column]
        tests.append(engine.holds(item.column, list(raws)) if len(raws) else engine.lit(False))
    return engine.all_of(*tests, ignore_nulls=False)


def _counted(
    found: Memberships,
    snapshots: Sequence[str],
    networks: Sequence[str],
    staff: engine.Frame | None = None,
) -> dict[str, Spells]:
    places = [f"__at_{k}" for k in range(len(snapshots))]
    result = {}
    if len(found.labels) > 1:
        anybody = _table(
            found,
            found.anybody.with_columns(engine.lit(ALL).alias(NETWORK)),
            staff,
            {},
        )
        result[ALL] = _spells(anybody, ())
    table = _table(found, found.spells, staff, _for(places, networks))
    for code in found.labels:
        result[code] = _spells(table[table[NETWORK] == code], places)
    # Of one network alone, any network is that one.
    return result if ALL in result else {**result, ALL: result[next(iter(found.labels))]}


def _for(places: Sequence[str], networks: Sequence[str]) -> dict[str, engine.Expression]:
    """Whether the network of the row is for its person, as recorded at each snapshot."""
    told = {}
    for k, name in enumerate(places):
        found = engine.lit(False)
        for m, code in enumerate(networks):
            is_for = (engine.col(f"__for_{m}_{k}") == 1).fill_null(False)
            found = found | ((engine.text(NETWORK) == code) & is_for)
        told[name] = found.cast(engine.Int64)
    return told


def _table(
    found: Memberships,
    spells: engine.Frame,
    staff: engine.Frame | None,
    flags: Mapping[str, engine.Expression],
) -> pd.DataFrame:
    """Spells by network, months, what is known of their start, ally, and whom it is for."""
    before = (engine.col(KNOWN) == 0) & (engine.col(START) <= found.first)
    months = {name: _month(day) for name, day in (("__since", START), ("__until", END))}
    rows = engine.derive(
        spells,
        {
            "__since": engine.when(before)
            .then(engine.lit(BEFORE, engine.Int64))
            .otherwise(months["__since"]),
            "__until": months["__until"].fill_null(LASTING).cast(engine.Int64),
        },
    )
    if staff is not None:
        rows = engine.derive(rows.join(staff, on=PERSON, how="inner"), dict(flags))
    return engine.count(rows, [NETWORK, "__since", "__until", KNOWN, ALLY, *flags])


def _month(name: str) -> engine.Expression:
    return (engine.date_part(name, "year") * 12 + engine.date_part(name, "month") - 1).cast(
        engine.Int64
    )


def _spells(table: pd.DataFrame, places: Sequence[str]) -> Spells:
    """Give the rows of one network as arrays, in an order that does not depend on that of rows."""
    named = ["__since", "__until", KNOWN, ALLY, *places]
    whole = {name: table[name].to_numpy().astype("int64") for name in [*named, engine.N]}
    order = np.lexsort([whole[name] for name in reversed(named)])
    column: dict[str, Any] = {name: values[order] for name, values in whole.items()}
    return Spells(
        column["__since"],
        column["__until"],
        column[KNOWN] == 1,
        column[ALLY] == 1,
        np.array([column[name] == 1 for name in places], dtype=bool)
        .reshape(len(places), len(order))
        .T,
        column[engine.N],
    )
