"""Four layouts of Census 2021 downloads -> the same cells: labels as printed, people as numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from workforce_analytics.errors import DataError
from workforce_analytics.extracts.codelists import fold

_AREA = ["area_code", "area_name"]
_TABLE = re.compile(r"(?i)(?<![a-z])(ts|rm)\d{3}[a-z]?")
_NOMIS_TITLES = {"ETH": "ethnic group", "AGE": "age", "SEX": "sex"}
"""Codes of Nomis dimensions, for downloads without the _TYPE columns that spell them out."""


@dataclass(frozen=True)
class Cells:
    """The cells of one table: a row per combination, labels as printed, people as numbers."""

    rows: pd.DataFrame
    """area_code, area_name, a column per title of a variable, n."""
    titles: tuple[str, ...]
    table: str
    """The table's name, to be printed in the source."""
    asked_from: int = 0
    """The age from which on people are counted, where the layout says so."""


def kind_of(headers: Iterable[str]) -> str | None:
    """Which of the layouts has these headers? None where none has."""
    folded = {header.strip().lower() for header in headers}
    if "obs_value" in folded and "geography_code" in folded:
        return "nomis_api"
    if "observation" in folded and any(header.endswith(" code") for header in folded):
        return "ons_custom"
    if {"date", "geography", "geography code"} <= folded:
        return "nomis_bulk"
    if {*_AREA, "table", "base", "variable", "category", "count"} <= folded:
        return "long"
    return None


def _nomis_bulk(table: pd.DataFrame, file: str) -> list[Cells]:
    """A column per category: "Sex: Female; Age: Aged 16 years; measures: Value"."""
    names = {header: header.strip().lower() for header in table.columns}
    by_name = {name: header for header, name in names.items()}
    _only_2021(table[by_name["date"]], file)
    area = [by_name["geography code"], by_name["geography"]]
    wide = [header for header in table.columns if header not in (*area, by_name["date"])]
    labels = {header: _bulk_labels(header) for header in wide}
    titles = tuple(dict.fromkeys(title for found in labels.values() for title in found))
    long = table.melt(id_vars=area, value_vars=wide, var_name="header", value_name="n")
    rows = long[area].set_axis(_AREA, axis=1)
    for title in titles:
        column = {header: found.get(title, "Total") for header, found in labels.items()}
        rows[title] = long["header"].map(column)
    rows["n"] = _numbers(long["n"], file)
    return [Cells(rows, titles, _table_name(file, titles))]


def _bulk_labels(header: str) -> dict[str, str]:
    parts = [part.partition(":") for part in header.split(";")]
    named = {_title(title): label for title, _, label in parts}
    named.pop("measures", None)
    return named


def _nomis_api(table: pd.DataFrame, file: str) -> list[Cells]:
    """A row per cell, each dimension as X, X_NAME, X_CODE, X_TYPE; X alone is no name."""
    table = table.rename(columns=lambda header: header.strip().upper())
    if "DATE" in table:
        _only_2021(table["DATE"], file)
    if "MEASURES_NAME" in table:
        table = table[table["MEASURES_NAME"].str.strip().str.lower() == "value"]
    own = ("GEOGRAPHY", "DATE", "MEASURES", "OBS_STATUS", "OBS_CONF")
    dimensions = [
        name.removesuffix("_NAME")
        for name in table.columns
        if name.endswith("_NAME") and name.removesuffix("_NAME") not in own
    ]
    name = "GEOGRAPHY_NAME" if "GEOGRAPHY_NAME" in table else "GEOGRAPHY_CODE"
    rows = table[["GEOGRAPHY_CODE", name]].set_axis(_AREA, axis=1)
    titles = []
    for dimension in dimensions:
        spelt = table.get(f"{dimension}_TYPE", pd.Series(dtype=object))
        code = re.sub(r"^C\d*_|_\d+$", "", dimension)
        title = _title(spelt.iloc[0]) if len(spelt) else _NOMIS_TITLES.get(code, code.lower())
        titles.append(title)
        rows[title] = table[f"{dimension}_NAME"]
    rows["n"] = _numbers(table["OBS_VALUE"], file)
    return [Cells(rows, tuple(titles), _table_name(file, titles))]


def _ons_custom(table: pd.DataFrame, file: str) -> list[Cells]:
    """A row per cell, each dimension as "X Code" and "X"; the first one is the area."""
    by_name = {header.strip(): header for header in table.columns}
    pairs = [name for name in by_name if f"{name} Code" in by_name]
    area, *dimensions = sorted(pairs, key=list(by_name).index)
    asked = pd.Series(True, index=table.index)
    for name in dimensions:
        asked &= table[by_name[f"{name} Code"]].str.strip() != "-8"  # "Does not apply"
    table = table[asked]
    rows = table[[by_name[f"{area} Code"], by_name[area]]].set_axis(_AREA, axis=1)
    titles = tuple(_title(name) for name in dimensions)
    for title, name in zip(titles, dimensions, strict=True):
        rows[title] = table[by_name[name]]
    rows["n"] = _numbers(table[by_name["Observation"]], file)
    return [Cells(rows, titles, _table_name(file, titles))]


def _long(table: pd.DataFrame, file: str) -> list[Cells]:
    """Several tables under each other, each named in the columns `table`, `base` and `variable`."""
    table = table.rename(columns=lambda header: header.strip().lower())
    found = []
    for names, part in table.groupby(["table", "variable", "base"], sort=True):
        name, variable, base = (str(each) for each in names)
        title = _title(variable)
        rows = part[_AREA].assign(**{title: part["category"], "n": _numbers(part["count"], file)})
        asked = re.search(r"\d+", base)
        words = name.removeprefix("RM ").replace(" x ", " by ")
        printed = f"table {words}" if _TABLE.fullmatch(words) else words
        found.append(Cells(rows, (title,), printed, int(asked[0]) if asked else 0))
    return found


def _title(heading: str) -> str:
    """Reduce the heading of a variable to its name: "Ethnic group (8 categories)"."""
    name = heading.partition(" - ")[0]
    return re.sub(r" \d+( categories)?$", "", fold(name))


def _table_name(file: str, titles: Iterable[str]) -> str:
    found = _TABLE.search(file)
    return f"table {found[0].upper()}" if found else " by ".join(titles)


def _numbers(values: pd.Series, file: str) -> pd.Series:
    numbers = pd.to_numeric(values.str.replace(",", ""), errors="coerce")
    unread = int((numbers.isna() | (numbers < 0) | (numbers % 1 != 0)).sum())
    if unread:
        raise DataError(
            f"{file}: {unread:,} of {len(values):,} counts are not whole numbers of 0 or more. "
            "Download it again: as counts, not as percentages, and with every cell."
        )
    return numbers.astype("int64")


def _only_2021(dates: pd.Series, file: str) -> None:
    others = int((dates.str.strip() != "2021").sum())
    if others:
        raise DataError(
            f"{file}: {others:,} of {len(dates):,} rows are not of 2021. Only Census 2021 is read "
            "here; give other years in the layout of the community contract."
        )


LAYOUTS: dict[str, Callable[[pd.DataFrame, str], list[Cells]]] = {
    "nomis_bulk": _nomis_bulk,
    "nomis_api": _nomis_api,
    "ons_custom": _ons_custom,
    "long": _long,
}
