"""Grade bands and levels of the organisation: a counted grade or unit gets its band or parent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import Category, fold
from workforce_analytics.extracts.extract import Extract


@dataclass(frozen=True)
class Lookup:
    """Raw code -> category code, with the categories in order; what is not in it is not known."""

    codes: Mapping[str, str]
    categories: tuple[Category, ...]

    def code_of(self, raw: object) -> str:
        """Category code of a raw value."""
        return self.codes.get(_key(raw), "not_known")


def _key(raw: object) -> str:
    return "" if raw is None else str(raw).strip().casefold()


def _rows(extract: Extract, name: str, question: str) -> pd.DataFrame:
    linked = extract.context.links.get(name)
    if linked is None:
        raise UsageError(
            f"To {question}, the {name} of the organisation are needed. Add [extracts.{name}] to "
            "organisation.toml."
        )
    return engine.tidy(engine.collect(linked.frame))


def grade_bands(extract: Extract) -> Lookup:
    """Which band each grade belongs to, bands in the order of their lowest grade.

    A grade that is listed under several dates keeps its latest band, so that a trend is drawn on
    one structure.
    """
    table = _rows(extract, "grades", "split by grade band")
    latest = table.assign(
        start=[str(day or "") for day in table.get("valid_from", [""] * len(table))]
    ).sort_values(["start", "order"], kind="stable")
    codes: dict[str, str] = {}
    order: dict[str, float] = {}
    labels: dict[str, str] = {}
    for row in latest.to_dict("records"):
        band = str(row["band"])
        code = fold(band)
        codes[_key(row["grade"])] = code
        place = float("inf") if row["order"] is None else float(row["order"])
        order[code] = min(order.get(code, float("inf")), place)
        labels[code] = band
    ranked = sorted(labels, key=lambda code: (order[code], code))
    used = [code for code in ranked if code in set(codes.values())]
    return Lookup(codes, tuple(Category(code, labels[code], "declared") for code in used))


def units_at_level(extract: Extract, level: str) -> Lookup:
    """Which unit of a level each unit belongs to, on one named structure.

    Units that were succeeded are followed to their successor first, so that a renamed directorate
    is one directorate at every date.
    """
    table = _rows(extract, "units", f"split by {level}")
    units = {str(row["unit_id"]): row for row in table.to_dict("records")}
    wanted = {_key(key): _ancestor(key, units, level) for key in units}
    names = {
        code: str(units[code]["name"]) for code in dict.fromkeys(wanted.values()) if code in units
    }
    ranked = sorted(names, key=lambda code: (names[code], code))
    return Lookup(
        {key: code for key, code in wanted.items() if code is not None},
        tuple(Category(code, names[code], "declared") for code in ranked),
    )


def _ancestor(unit: str, units: Mapping[str, Mapping[str, object]], level: str) -> str | None:
    """Follow successors and parents upwards; a loop in the table ends as not known."""
    seen: set[str] = set()
    here: str | None = unit
    while here is not None and here in units and here not in seen:
        seen.add(here)
        row = units[here]
        successor = row.get("succeeded_by")
        if successor:
            here = str(successor)
        elif str(row.get("level") or "").strip().casefold() == level:
            return here
        else:
            here = str(row["parent_id"]) if row.get("parent_id") else None
    return None
