"""Composition over time: where a series breaks, its rows, and how it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as calendar_date
from itertools import pairwise
from typing import Any

from workforce_analytics.counting.community import Benchmark
from workforce_analytics.estimates import long_date
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.trends import slope
from workforce_analytics.measures.composition_rows import Group, Sheet

DAYS_A_YEAR = 365.25


def find_breaks(
    workforce: Extract, of: str, dates: Sequence[str], standards: Mapping[str, Benchmark]
) -> dict[str, str]:
    """Dates at which the definition of the characteristic or the benchmark changed, and why."""
    definitions = workforce.definitions_at(of)
    found: dict[str, str] = {}
    for before, now in pairwise(dates):
        was, is_now = definitions.get(before, ""), definitions.get(now, "")
        if was != is_now:
            found[now] = (
                f'{of} was recorded as "{was or "not stated"}" and then as '
                f'"{is_now or "not stated"}"'
            )
        elif standards and standards[before].definition != standards[now].definition:
            found[now] = (
                f"the comparison was {standards[before].description} and then "
                f"{standards[now].description}"
            )
    return found


def trend_rows(
    sheet: Sheet,
    dates: Sequence[str],
    standards: Mapping[str, Benchmark],
    breaks: Mapping[str, str],
    confidence: float,
) -> list[dict[str, Any]]:
    """Make the rows of every date, then those of the change over all of them."""
    rows: list[dict[str, Any]] = []
    for date in dates:
        group = Group(long_date(date), {"snapshot_date": (date,)})
        made = sheet.share_rows(group, confidence)
        if date in standards:
            made += sheet.gap_rows(group, standards[date], confidence)
        mark = f"[b] {breaks[date]}" if date in breaks else ""
        rows += [{"period": date, **row, **({"note": mark} if mark else {})} for row in made]
    return rows + _change_rows(sheet, dates, rows, breaks, confidence)


def _change_rows(
    sheet: Sheet,
    dates: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    breaks: Mapping[str, str],
    confidence: float,
) -> list[dict[str, Any]]:
    start = calendar_date.fromisoformat(dates[0])
    years = [(calendar_date.fromisoformat(date) - start).days / DAYS_A_YEAR for date in dates]
    result = []
    for item in sheet.dimension.categories:
        if item.kind != "declared":
            continue
        points = {
            row["period"]: row.get("value", float("nan"))
            for row in rows
            if row["measure"] == "share_of_known" and row[sheet.of] == item.label
        }
        figures: dict[str, Any] = {"status": "undefined", "note": "there is a break on the way"}
        if not breaks:
            line = slope(years, [100 * points[date] for date in dates], confidence=confidence)
            figures = {"value": line.value, "lower": line.lower, "upper": line.upper}
            figures["method"] = f"{line.method}, {line.points} points"
            if line.points < 3:
                figures = {"status": "undefined", "note": "a trend needs three points"}
        result.append(
            sheet.row(
                "change_per_year",
                item.label,
                None,
                None,
                unit="percentage_points",
                inference="process",
                period=f"{dates[0]} to {dates[-1]}",
                orientation="above 0: the share has grown",
                behind=[
                    {"snapshot_date": (date,), sheet.of: codes}
                    for date in dates
                    for codes in ((item.code,), sheet.dimension.declared)
                ],
                **figures,
            )
        )
    return result
