"""When each service's turn came in a roll-out of training: as given, or as panels show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.structure import folded, units_at_level
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.extract import Extract

PLANNED, ACTUAL = "planned_on", "actual_on"
NANOSECONDS = "datetime64[ns]"
HALF = Fraction(1, 2)


def quarter_of(days: pd.Series) -> pd.Series:
    """Number quarters: four times the year, and 0 to 3; missing days have none.

    Examples
    --------
    >>> quarter_of(pd.Series(pd.to_datetime(["2023-01-31", "2023-12-01"]))).tolist()
    [8092, 8095]
    """
    return (days.dt.year * 4 + (days.dt.month - 1) // 3).astype("Int64")


def first_day(quarter: int) -> pd.Timestamp:
    """Give the first day of a numbered quarter."""
    return pd.Timestamp(year=quarter // 4, month=quarter % 4 * 3 + 1, day=1)


def quarter_label(day: pd.Timestamp) -> str:
    """Give the quarter of the financial year that a day is in; "" for none.

    Examples
    --------
    >>> quarter_label(pd.Timestamp("2024-03-31"))
    '2023/24 Q4'
    """
    if pd.isna(day):
        return ""
    start = day.year - (day.month < 4)
    return f"{start}/{(start + 1) % 100:02d} Q{((day.month - 4) // 3) % 4 + 1}"


@dataclass(frozen=True)
class Services:
    """Which service of the roll-out each unit is, or lies in."""

    labels: Mapping[str, str]
    """Code -> name, in the order of codes."""
    held: Mapping[str, str]
    """Folded unit -> code of its service."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in their order."""
        return tuple(self.labels)

    def raw_units(self, units: Iterable[Any]) -> list[list[str]]:
        """Give the raw units of each service, in the order of codes."""
        found: dict[str, list[str]] = {code: [] for code in self.labels}
        for unit in units:
            code = self.held.get(folded(unit))
            if code is not None:
                found[code].append(str(unit))
        return list(found.values())


@dataclass(frozen=True)
class _Structure:
    """Units by folded code: name, parent and successor."""

    rows: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, extract: Extract) -> _Structure:
        linked = extract.context.links.get("units")
        if linked is None:
            return cls({})
        table = engine.tidy(engine.collect(linked.frame)).to_dict("records")
        return cls({folded(row["unit_id"]): row for row in table})

    def above(self, unit: str) -> list[str]:
        """Give a unit, and whatever it was succeeded by or lies under, from below."""
        path: list[str] = []
        here = folded(unit)
        while here and here not in path:
            path.append(here)
            row = self.rows.get(here, {})
            here = folded(row.get("succeeded_by")) or folded(row.get("parent_id"))
        return path

    def last_successor(self, unit: str) -> str:
        """Give what a unit is called today."""
        seen = [folded(unit)]
        while (after := folded(self.rows.get(seen[-1], {}).get("succeeded_by"))) not in ["", *seen]:
            seen.append(after)
        return seen[-1]

    def name(self, unit: str) -> str:
        return str(self.rows.get(folded(unit), {}).get("name") or unit)


def _labels(codes: Iterable[str], structure: _Structure) -> dict[str, str]:
    """Name services; those of one name carry their code, too."""
    names = {code: structure.name(code) for code in sorted(codes)}
    often = list(names.values())
    return {
        code: f"{name} ({code})" if often.count(name) > 1 and name != code else name
        for code, name in names.items()
    }


def services_of_rollout(codes: Iterable[str], units: Iterable[Any], vacancies: Extract) -> Services:
    """Find the roll-out's unit that each unit is, was succeeded by, or lies under: the nearest.

    Parameters
    ----------
    codes
        Units of the roll-out.
    units
        Units of vacancies and staff.
    vacancies
        Whose organisation has the structure; without it only equal units are found.
    """
    structure = _Structure.of(vacancies)
    own = {folded(code): code for code in sorted(codes)}
    known = dict(own)
    after: dict[str, list[str]] = {}
    for code in own.values():
        after.setdefault(structure.last_successor(code), []).append(code)
    # The roll-out may name units as they were: what they became is theirs, unless shared.
    known |= {unit: one[0] for unit, one in after.items() if len(one) == 1 and unit not in own}
    held = {}
    for unit in {folded(unit) for unit in units} | set(own):
        path = structure.above(unit)
        nearest = next((known[step] for step in path if step in known), None)
        if nearest is not None:
            held[unit] = nearest
    return Services(_labels(own.values(), structure), held)


def services_as_they_are(
    of_vacancies: Iterable[Any], units: Iterable[Any], vacancies: Extract
) -> Services:
    """Take the services of the structure, where no roll-out says; units themselves without one.

    Only those that vacancies are of are services; `units` holds those of staff, too.
    """
    structure = _Structure.of(vacancies)
    # Units that are written alike but for capitals are one.
    held: dict[str, str] = {}
    for unit in sorted(str(unit) for unit in units):
        held.setdefault(folded(unit), unit)
    if structure.rows:
        lookup = units_at_level(vacancies, "service")
        found = {unit: lookup.code_of(unit) for unit in held}
        found = {unit: code for unit, code in found.items() if code != "not_known"}
        held = found or held
    theirs = {held[unit] for unit in map(folded, of_vacancies) if unit in held}
    inside = {unit: code for unit, code in held.items() if code in theirs}
    return Services(_labels(theirs, structure), inside)


def rollout_rows(rollout: Extract) -> pd.DataFrame:
    """Give the roll-out as a table by unit, with the order as the contract names it."""
    table = engine.tidy(engine.collect(rollout.frame))
    match = rollout.matcher("order")
    days = {name: table.get(name, pd.Series([None] * len(table))) for name in (PLANNED, ACTUAL)}
    rows = pd.DataFrame(
        {
            "unit": table["unit_id"].astype(str),
            **{name: pd.to_datetime(day).astype(NANOSECONDS) for name, day in days.items()},
            "order": [match(raw) or "not_known" for raw in table["order"]],
        }
    )
    return rows.sort_values("unit").set_index("unit")


def counts_as_planned(order: pd.Series, date: str | None) -> pd.Series:
    """Say of each service whether the planned day counts: where the order was by lot, or asked."""
    return order.eq("random") if date is None else order.eq(order) & (date == "planned")


def turns_given(rows: pd.DataFrame, services: Services, date: str | None) -> pd.DataFrame:
    """Say on which day each service of a roll-out counts as trained.

    Where the order was by lot that is the planned day (who was meant to be trained), else the
    actual one; each stands in for the other where that is missing. `date` chooses one for all.
    """
    rows = rows.loc[list(services.labels)]
    planned, actual = rows[PLANNED], rows[ACTUAL]
    by_plan = counts_as_planned(rows["order"], date)
    first = planned.where(by_plan, actual)
    turns = pd.DataFrame(
        {
            "label": pd.Series(services.labels),
            PLANNED: planned,
            ACTUAL: actual,
            "on": first.fillna(actual.where(by_plan, planned)),
            "order": rows["order"],
        }
    )
    return turns.rename_axis(index="service")


@dataclass(frozen=True)
class InferredTurns:
    """Roll-out dates as panels show them."""

    turns: pd.DataFrame
    reversals: int
    """Services in which, in some later quarter, less than half of panels were trained."""


def turns_inferred(sittings: pd.DataFrame, services: Services) -> InferredTurns:
    """Take the first quarter in which half of a service's panels, on average, were trained.

    Parameters
    ----------
    sittings
        `service`, `on`, `trained`, `known` and `dose`; those without a day or a dose say nothing.
    """
    told = sittings[sittings["dose"].notna() & sittings["on"].notna() & (sittings["service"] != "")]
    shares: dict[tuple[str, int], list[Fraction]] = {}
    quarters = quarter_of(told["on"])
    parts = (told["service"], quarters, told["trained"], told["known"], told["dose"])
    for service, quarter, trained, known, dose in zip(*parts, strict=True):
        # As fractions, so that half is half in whatever order they are added up.
        share = Fraction(int(trained), int(known)) if known else Fraction(dose)
        shares.setdefault((service, int(quarter)), []).append(share)
    half = {key: sum(some) >= HALF * len(some) for key, some in shares.items()}
    on, reversals = {}, 0
    for code in services.labels:
        mine = sorted(quarter for service, quarter in half if service == code)
        first = next((quarter for quarter in mine if half[code, quarter]), None)
        on[code] = pd.NaT if first is None else first_day(first)
        reversals += first is not None and any(
            not half[code, quarter] for quarter in mine if quarter > first
        )
    index = pd.Index(list(services.labels), name="service", dtype="object")
    never = pd.Series(pd.NaT, index=index, dtype=NANOSECONDS)
    turns = pd.DataFrame(
        {
            "label": list(services.labels.values()),
            PLANNED: never,
            ACTUAL: never,
            "on": pd.Series(on, index=index, dtype=NANOSECONDS),
            "order": "inferred",
        },
        index=index,
    )
    return InferredTurns(turns, reversals)


def slipped(turns: pd.DataFrame) -> int:
    """Count services that were trained in another quarter than the one planned."""
    both = turns[turns[PLANNED].notna() & turns[ACTUAL].notna()]
    return int((quarter_of(both[PLANNED]) != quarter_of(both[ACTUAL])).sum())


def refuse_repeated_units(rows: pd.DataFrame) -> None:
    """Refuse a roll-out in which a unit has two turns, however its code is written."""
    units = [folded(unit) for unit in rows.index]
    if len(set(units)) < len(units):
        raise UsageError(
            "The roll-out has two turns for one unit. Leave the first, or give each part of the "
            "unit a code of its own."
        )
