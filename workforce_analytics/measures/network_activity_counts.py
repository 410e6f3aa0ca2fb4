"""How active staff networks are, as far as monthly counts tell: no list of people is needed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.network_months import COUNTS, first_day, month_number
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.estimates import ALL, Estimates
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.network_activity_words import describe_counts, source
from workforce_analytics.measures.rows import NOBODY, Rows

MONTHS = 12
WHO, MEMBERS, CAME = "who", "members", "unique_attendees"
ATTENDANCES = "attendances"
NO_COUNTS = "no month of it has both members and this"


def from_counts(extract: Extract, on: date | None, confidence: float) -> Estimates:
    """How many attendances there are per member, and how many members' worth of people came.

    Parameters
    ----------
    extract
        Monthly counts of networks.
    on
        A day of the last of the twelve months that are looked at; the last month with attendances
        without it.
    confidence
        Said of the table; these figures have no intervals.

    Returns
    -------
    Estimates
        As `activity` says.

    Raises
    ------
    UsageError
        The counts hold no attendances.
    DataError
        None of them is of those months.
    """
    if ATTENDANCES not in engine.columns(extract.frame):
        raise UsageError(
            f"Nobody says how many came to events of networks: {COUNTS} has no column "
            f"'{ATTENDANCES}'. Map one to it, or add lists of events and of attendance."
        )
    table = _months(extract)
    told = table[table[ATTENDANCES].notna()]
    if on is not None:
        told = told[told["month"] <= month_number(on)]
    if told.empty:
        raise DataError(
            f"{COUNTS} has no month with attendances up to then. Choose a later one with on=."
        )
    last = int(told["month"].max())
    year = told[told["month"] > last - MONTHS]
    names = _names(extract)
    parts = {code: year[year["network"] == code] for code in names}
    # Only how many came in each month is known: the largest month is the fewest different people.
    fewest: dict[tuple[str, ...], int] = {
        (code, who): int(part[who].max()) if part[who].notna().any() else 0
        for code, part in parts.items()
        for who in (MEMBERS, CAME)
    }
    rows = Rows(fewest, ("network", WHO))
    for code, part in parts.items():
        _add(rows, names[code], part, _behind(rows, [code]))
    _add(rows, ALL, year, _behind(rows, list(names)))
    end = first_day(last)
    about = describe_counts(
        extract,
        tuple(names.values()),
        first_day(int(year["month"].min())),
        end.replace(day=monthrange(end.year, end.month)[1]),
        confidence,
    )
    return rows.estimates(about, source(about))


def _months(extract: Extract) -> pd.DataFrame:
    held = engine.columns(extract.frame)
    numbers = [name for name in (MEMBERS, ATTENDANCES, CAME) if name in held]
    raw = extract.count(["network", "month", *numbers])
    months = [month_number(date.fromisoformat(f"{str(text)[:7]}-01")) for text in raw["month"]]
    table = pd.DataFrame(
        {
            "network": [fold(str(name)) for name in raw["network"]],
            "month": pd.Series(months, dtype="int64"),
            **{name: pd.to_numeric(raw[name]).astype("float64") for name in numbers},
        }
    )
    if CAME not in table:
        table[CAME] = float("nan")
    return table.sort_values(["network", "month"]).reset_index(drop=True)


def _names(extract: Extract) -> dict[str, str]:
    """Name of each network as it is written most often, by its code."""
    counted = extract.count(["network"])
    names = sorted(zip(-counted[engine.N], counted["network"].map(str), strict=True), reverse=True)
    return dict(sorted({fold(name): name for _, name in names}.items()))


def _behind(rows: Rows, codes: list[str]) -> tuple[int, ...]:
    """Cells of members and of those who came: the sum over networks would give one of them away."""
    return tuple(
        rows.cell(**{"network": code, WHO: who}) for code in codes for who in (MEMBERS, CAME)
    )


def _add(rows: Rows, network: str, months: pd.DataFrame, behind: tuple[int, ...]) -> None:
    label: Mapping[str, str] = {"network": network}
    for measure, column, unit in (
        ("attendances_per_member_month", ATTENDANCES, "per_member_month"),
        ("came_in_a_month", CAME, "proportion"),
    ):
        known = months[months[column].notna() & months[MEMBERS].notna()]
        row = rows.add(
            measure,
            label,
            behind=behind,
            unit=unit,
            method="sums of monthly counts, no range",
        )
        members = float(known[MEMBERS].sum())
        if members > 0:
            row["value"] = float(known[column].sum()) / members
        else:
            row |= {"status": "undefined", "note": NO_COUNTS if known.empty else NOBODY}
    rows.add(
        ATTENDANCES,
        label,
        behind=behind,
        unit="events",
        value=float(months[ATTENDANCES].sum()),
        method="sum of monthly counts",
    )
