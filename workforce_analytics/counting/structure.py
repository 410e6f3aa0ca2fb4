"""Grade bands and levels of the organisation: a counted grade or unit gets its band or parent.

Each lookup starts from the raw grade or unit, so that the same people can be shown on a finer or a
coarser one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import Category, fold
from workforce_analytics.extracts.extract import Extract

GRADE_LEVELS = ("grade", "grade_band", "senior")
UNIT_LEVELS = ("team", "service", "directorate")
"""From the finest to the coarsest: what people can be split by that have a grade, or a unit."""
_DEPTHS = {"directorate": "2", "service": "3", "team": "4"}
"""How far down the structure each level stands; 1 is the body itself."""


@dataclass(frozen=True)
class Lookup:
    """Raw code -> category code, with the categories in order; what is not in it is not known."""

    codes: Mapping[str, str]
    categories: tuple[Category, ...]

    def code_of(self, raw: object) -> str:
        """Category code of a raw value."""
        return self.codes.get(folded(raw), "not_known")

    def held(self) -> dict[str, tuple[str, ...]]:
        """What each category holds, as folded raw codes."""
        held: dict[str, list[str]] = {}
        for raw, code in self.codes.items():
            held.setdefault(code, []).append(raw)
        # What is not in the table at all is not known either.
        held.setdefault("not_known", []).append("not_known")
        return {code: tuple(sorted(raws)) for code, raws in held.items()}


def folded(raw: object) -> str:
    """Fold a raw code, so that it is found however it is written."""
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
    codes: dict[str, str] = {}
    order: dict[str, float] = {}
    labels: dict[str, str] = {}
    for row in _latest_last(_rows(extract, "grades", "split by grade band")):
        band = str(row["band"])
        code = fold(band)
        codes[folded(row["grade"])] = code
        place = float("inf") if row["order"] is None else float(row["order"])
        order[code] = min(order.get(code, float("inf")), place)
        labels[code] = band
    ranked = sorted(labels, key=lambda code: (order[code], code))
    used = [code for code in ranked if code in set(codes.values())]
    return Lookup(codes, tuple(Category(code, labels[code], "declared") for code in used))


def senior_grades(extract: Extract) -> Lookup:
    """Which grades are senior ones, and which are all the others, after their latest date.

    A grade of which the table does not say so is not known.
    """
    rows = _latest_last(_rows(extract, "grades", "split by senior and other grades"))
    said = {folded(row["grade"]): row.get("is_senior") for row in rows}
    codes = {g: "senior" if flag else "other" for g, flag in said.items() if pd.notna(flag)}
    labels = {"other": "Other grades", "senior": "Senior grades"}
    used = [code for code in labels if code in set(codes.values())]
    return Lookup(codes, tuple(Category(code, labels[code], "declared") for code in used))


def _latest_last(grades: pd.DataFrame) -> list[dict[str, Any]]:
    """Order the rows so that the latest of each grade comes last, and decides."""
    started = [str(day or "") for day in grades.get("valid_from", [""] * len(grades))]
    ordered = grades.assign(start=started).sort_values(["start", "order"], kind="stable")
    return [{str(name): value for name, value in row.items()} for row in ordered.to_dict("records")]


def units_at_level(extract: Extract, level: str) -> Lookup:
    """Which unit of a level each unit belongs to, on one named structure.

    Units that were succeeded are followed to their successor first, so that a renamed directorate
    is one directorate at every date.
    """
    table = _rows(extract, "units", f"split by {level}")
    units = {str(row["unit_id"]): row for row in table.to_dict("records")}
    wanted = {folded(key): _ancestor(key, units, level) for key in units}
    names = {
        code: str(units[code]["name"]) for code in dict.fromkeys(wanted.values()) if code in units
    }
    ranked = sorted(names, key=lambda code: (names[code], code))
    return Lookup(
        # A unit above the level is in none of its units; said, so that levels can be compared.
        {key: code or "not_known" for key, code in wanted.items()},
        tuple(Category(code, names[code], "declared") for code in ranked),
    )


def _level(unit: Mapping[str, object]) -> str:
    """How far down a unit stands, as a table says it: 2, or "directorate"."""
    said = unit.get("level")
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    return "" if said is None else str(said).strip().casefold()


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
        elif _level(row) in (level, _DEPTHS.get(level)):
            return here
        else:
            here = str(row["parent_id"]) if row.get("parent_id") else None
    return None
