"""Objections to equality monitoring: characteristics become "not known", headcount stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from workforce_analytics import engine
from workforce_analytics.extracts.extract import Extract

WITHHELD = "not_known"
PEOPLE_AND_DATES = {"workforce": "snapshot_date"}
"""Extracts that hold characteristics under a person's own key, and the date that decides."""


def with_objections(extracts: Mapping[str, Extract]) -> dict[str, Extract]:
    """Extracts in which nobody who objected has characteristics any more.

    An objection holds from its date on; without a date, always. The rows themselves stay, so that
    everybody is still counted.
    """
    objections = extracts.get("objections")
    result = dict(extracts)
    if objections is None:
        return result
    since = _ids_by_date(objections)
    for name, dated in PEOPLE_AND_DATES.items():
        if name in result and since:
            result[name] = _withhold(result[name], dated, since)
    return result


def _ids_by_date(objections: Extract) -> dict[str, list[str]]:
    dated = "valid_from" in engine.columns(objections.frame)
    table = objections.count(["person_id", "valid_from"] if dated else ["person_id"])
    since: dict[str, list[str]] = {}
    for row in table.to_dict("records"):
        start = row.get("valid_from")
        since.setdefault(str(start)[:10] if start else "", []).append(str(row["person_id"]))
    return since


def _withhold(extract: Extract, dated: str, since: Mapping[str, list[str]]) -> Extract:
    present = engine.columns(extract.frame)
    objected = engine.any_of(
        *(
            engine.is_one_of("person_id", ids)
            & (
                engine.col(dated) >= engine.lit(date.fromisoformat(start))
                if start
                else engine.lit(True)
            )
            for start, ids in sorted(since.items())
        ),
        ignore_nulls=True,
    )
    changes = {
        field.name: engine.when(~objected)
        .then(engine.text(field.name))
        .otherwise(engine.lit(WITHHELD))
        for field in extract.contract.characteristics
        if field.name in present and field.type == "string"
    }
    if "age" in present:
        changes["age"] = engine.when(~objected).then(engine.col("age"))
    return replace(
        extract, frame=engine.derive(extract.frame, changes), unattached=None, _counted={}
    )
