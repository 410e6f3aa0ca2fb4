"""Census 2021 as analysts download it -> rows of the `community` contract.

Four layouts are told apart by their headers: the Nomis bulk CSV (a column per category), the Nomis
API CSV (`OBS_VALUE`), the CSV of the ONS page "create a custom dataset" (`Observation`), and a long
table with the columns area_code, variable, category and count. What stands in each is made into
the same cells first; everything after that is one road.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.ages import (
    EVERYBODY,
    OPEN,
    Ages,
    age_code,
    ages_of_code,
    ages_of_label,
    contains,
)
from workforce_analytics.extracts.census_layouts import LAYOUTS, Cells, kind_of
from workforce_analytics.extracts.codelists import codelist, fold
from workforce_analytics.extracts.reading import read_table

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Source: Office for National Statistics, Census 2021."
)
"""What the licence asks to be printed wherever figures of the census are."""

CENSUS_DATE = "2021-03-21"
COLUMNS = (
    "area_code",
    "area_name",
    "characteristic",
    "category",
    "age_band",
    "economic_activity",
    "base",
    "n",
    "source",
    "census_date",
)

_TOTAL = r"(?i)total\b|all (persons|people|usual residents|categories)\b"
_HOURS = re.compile(r"((?P<first>\d+) to )?(?P<last>\d+) (or less )?hours")


@dataclass(frozen=True)
class _Variable:
    """A variable of the census: what it is here, and from which age on people were asked."""

    name: str
    asked_from: int = 0


_VARIABLES = {
    "ethnic group": _Variable("ethnicity"),
    "sex": _Variable("sex"),
    "age": _Variable("age"),
    "disability": _Variable("disability"),
    "religion": _Variable("religion"),
    "sexual orientation": _Variable("sexual_orientation", 16),
    "gender identity": _Variable("gender_identity", 16),
    "marital and civil partnership status": _Variable("marriage_civil_partnership", 16),
    "legal partnership status": _Variable("marriage_civil_partnership", 16),
    "provision of unpaid care": _Variable("caring", 5),
    "unpaid care": _Variable("caring", 5),
    "economic activity": _Variable("economic_activity", 16),
    "economic activity status": _Variable("economic_activity", 16),
}


def is_census_download(headers: Iterable[str]) -> bool:
    """Whether these are the headers of a census download, and not of the contract itself.

    Parameters
    ----------
    headers
        The headers of a file, as written.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_census_download(["date", "geography", "geography code", "Religion: Sikh"])
    True
    >>> is_census_download(["area_code", "characteristic", "category", "base", "n"])
    False
    """
    return kind_of(headers) is not None


def read_census(
    path: str | Path, *, areas: Iterable[str] | None = None, source: str | None = None
) -> pd.DataFrame:
    r"""How many people live in an area, by characteristic, from a download of Census 2021?

    Parameters
    ----------
    path
        A CSV as it came from Nomis (bulk or API) or from the ONS page "create a custom dataset".
    areas
        ONS codes of the areas to keep; all of the file's without them.
    source
        The source as it is to be printed; made of the table's name where it is left out.

    Returns
    -------
    pandas.DataFrame
        The columns of the `community` contract: categories as codes of the default code lists,
        `age_band` and `economic_activity` "all" where the table does not split by them. Totals and
        groups that stand beside their own parts are left out, so that everybody is there once.

    Raises
    ------
    DataError
        The file is not such a download, is of another census, or has a category that the code list
        of its characteristic does not know.
    ConfigurationError
        There is no such file.
    UsageError
        An area is not in the file.

    Notes
    -----
    Categories are matched on their names: the numeric codes of one variable differ from table to
    table. Totals of different tables differ by a few people (the census protects small counts by
    swapping and by changing cells a little); they are never made to agree. Children under 16 have
    no band in the code list of age and are not in the rows of that characteristic.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "census2021-ts008.csv")
    ...     headers = "date,geography,geography code,Sex: All persons,Sex: Female,Sex: Male"
    ...     _ = path.write_text(f"{headers}\n2021,Coventry,E08000026,345324,173140,172184\n")
    ...     community = read_census(path)
    >>> print(community[["area_code", "category", "base", "n"]].to_string(index=False))
    area_code category                base      n
    E08000026   female all_usual_residents 173140
    E08000026     male all_usual_residents 172184
    """
    raw = read_table(path)
    kind = kind_of(raw.table.columns)
    if kind is None:
        raise DataError(
            f"{raw.name}: not a layout of Census 2021 that is known. Download it from Nomis (bulk "
            "CSV, or the API with OBS_VALUE) or from the ONS page 'create a custom dataset' "
            "(Observation), and leave its headers as they are."
        )
    table = raw.table.fillna("")
    found = [_without_totals(cells, raw.name) for cells in LAYOUTS[kind](table, raw.name)]
    found = [_of_areas(cells, areas, raw.name) for cells in found]
    parts = [_characteristics(cells, raw.name, source) for cells in found]
    result = pd.concat([part for part in parts if part is not None] or [pd.DataFrame()])
    if result.empty:
        known = ", ".join(sorted({variable.name for variable in _VARIABLES.values()}))
        raise DataError(f"{raw.name}: none of its variables is one that is read here: {known}.")
    return _in_order(result)


def _without_totals(cells: Cells, file: str) -> Cells:
    """Keep what is counted once: no totals, and no group that stands beside its own parts."""
    rows, titles = cells.rows, list(cells.titles)
    for title in cells.titles:
        labels = rows[title].str.replace(r"\s*:\s*", ": ", regex=True).str.strip()
        total = labels.str.match(_TOTAL)
        if total.all():
            # Nothing but the total was downloaded: the table is not split by this variable.
            titles.remove(title)
            rows = rows.drop(columns=title)
            continue
        keep = ~total & ~labels.isin(_with_parts(labels[~total].unique()))
        _add_up(rows.loc[keep, "n"], rows.loc[total, "n"], title, file)
        rows = rows.assign(**{title: labels})[keep]
    return replace(cells, rows=rows, titles=tuple(titles))


def _add_up(parts: pd.Series, totals: pd.Series, title: str, file: str) -> None:
    """Refuse categories that overlap or lack some; the census itself moves cells by a little."""
    off = abs(int(parts.sum()) - int(totals.sum()))
    if len(totals) and off > totals.sum() / 100 + len(parts):
        raise DataError(
            f"{file}: the categories of {title} add up to {int(parts.sum()):,} people and their "
            f"total is {int(totals.sum()):,}. Download all categories of one classification."
        )


def _with_parts(labels: Iterable[str]) -> set[str]:
    """Labels whose parts are among the labels too: "White" beside "White: Irish"."""
    known = list(labels)
    found = {label for label in known for other in known if other.startswith(f"{label}: ")}
    ranges = {label: span for label in known if (span := _span(label)) is not None}
    for label, span in ranges.items():
        if any(contains(span, other) and span != other for other in ranges.values()):
            found.add(label)
    return found


def _span(label: str) -> tuple[int, int] | None:
    """Years of age or hours of care that a label spans."""
    hours = _HOURS.search(label)
    if hours is not None:
        return int(hours["first"] or 0), int(hours["last"])
    return ages_of_label(label)


def _of_areas(cells: Cells, areas: Iterable[str] | None, file: str) -> Cells:
    if areas is None:
        return cells
    wanted = list(areas)
    there = set(cells.rows["area_code"])
    lacking = [area for area in wanted if area not in there]
    if lacking:
        raise UsageError(
            f"{file}: no rows of {', '.join(lacking)} (it holds {len(there):,} areas). Areas are "
            "ONS codes, such as E08000026 for Coventry."
        )
    return replace(cells, rows=cells.rows[cells.rows["area_code"].isin(wanted)])


def _characteristics(cells: Cells, file: str, source: str | None) -> pd.DataFrame | None:
    """Add a table up to each of its characteristics, by age and economic activity."""
    variables = {title: _VARIABLES[title] for title in cells.titles if title in _VARIABLES}
    named = {variable.name: title for title, variable in variables.items()}
    wanted = [name for name in named if name != "economic_activity"]
    if len(wanted) > 1 and "age" in wanted:
        wanted.remove("age")  # ages split the others here; tables of age give age itself
    if not wanted:
        return None
    rows = cells.rows.copy()
    asked = [variable.asked_from for variable in variables.values()]
    asked_from = max(cells.asked_from, *asked)
    years = _years(rows, named.get("age"), asked_from, file)
    rows["age_band"] = [age_code(each) for each in years]
    rows["economic_activity"] = _economic_activity(rows, named.get("economic_activity"))
    parts = []
    for name in wanted:
        part = rows.assign(characteristic=name)
        if name == "age":
            part = _ages(part, years, file)
        else:
            part["category"] = _categories(part[named[name]], name, file)
        parts.append(part)
    found = pd.concat(parts)
    found["base"] = f"usual_residents_{asked_from}_plus" if asked_from else "all_usual_residents"
    found["source"] = source or _source(cells.table)
    return found[[*COLUMNS[:-1]]]


def _years(rows: pd.DataFrame, title: str | None, asked_from: int, file: str) -> list[Ages]:
    """Ages that each row counts: those of its label, else all who were asked."""
    if title is None:
        return [(asked_from, OPEN)] * len(rows)
    known = {label: ages_of_label(label) for label in rows[title].unique()}
    unread = sum(ages is None for ages in known.values())
    if unread:
        raise DataError(
            f"{file}: {unread} of {len(known)} ages are not in the census's words, as 'Aged 16 "
            "to 24 years' is. Download the table again and leave its labels as they are."
        )
    return [known[label] or EVERYBODY for label in rows[title]]


def _ages(rows: pd.DataFrame, years: list[Ages], file: str) -> pd.DataFrame:
    """Put ages into the finest band of the code list that holds them; children have none."""
    ages = codelist("age")
    levels = [ages.categories(level) for level in ages.levels]
    found = {item.code: ages_of_code(item.code) for items in levels for item in items}
    bands = {band: code for code, band in found.items() if band is not None}
    first = min(band[0] for band in bands)
    codes = {
        each: next((code for band, code in bands.items() if contains(band, each)), "")
        for each in set(years)
        if each[1] >= first
    }
    if "" in codes.values():
        raise DataError(
            f"{file}: its age groups do not fit the bands of the code list of age "
            f"({', '.join(item.label for item in ages.categories() if found[item.code])}). "
            "Download age by single year (table TS007)."
        )
    single = any(low == high for low, high in codes)
    rows = rows.assign(category=[codes.get(each, "") for each in years])
    if single:
        # Years of age are added up to bands; the band is then what each row counts.
        rows["age_band"] = rows["category"]
    return rows[rows["category"] != ""]


def _categories(labels: pd.Series, name: str, file: str) -> pd.Series:
    matched = {label: _category(name, label) for label in labels.unique()}
    unknown = sum(code is None for code in matched.values())
    if unknown:
        listed = codelist(name)
        raise DataError(
            f"{file}: {unknown} of {len(matched)} categories of {listed.title.lower()} are not in "
            f"the code list {listed.name}. Choose a classification that it knows, and leave the "
            "labels as they are downloaded."
        )
    return labels.map(matched)


def _category(name: str, label: str) -> str | None:
    """Match a label, or else what it is part of: "White: Gypsy or Irish Traveller, Roma or ..."."""
    parts = label.split(": ")
    for length in range(len(parts), 0, -1):
        code = codelist(name).match(": ".join(parts[:length]))
        if code is not None:
            return code
    return None


def _economic_activity(rows: pd.DataFrame, title: str | None) -> list[str]:
    if title is None:
        return ["all"] * len(rows)
    return [_activity(fold(label)) for label in rows[title]]


def _activity(words: str) -> str:
    if "inactive" in words:
        return "economically_inactive"
    if "unemployed" in words:
        return "unemployed"
    return "in_employment" if "employ" in words else "economically_active"


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Add cells up and put them in one order, whatever the order of the file."""
    names = rows.groupby("area_code")["area_name"].agg(lambda all_: min(all_, key=_plainness))
    rows = rows.assign(area_name=rows["area_code"].map(names), census_date=CENSUS_DATE)
    keys = [name for name in COLUMNS if name != "n"]
    added = rows.groupby(keys)["n"].sum().reset_index()
    listed = [
        (name, category.code)
        for name in added["characteristic"].unique()
        for level in codelist(name).levels
        for category in codelist(name).categories(level)
    ]
    places = {key: place for place, key in reversed(list(enumerate(listed)))}
    added["_place"] = [
        places[key] for key in zip(added["characteristic"], added["category"], strict=True)
    ]
    added["_from"] = [(ages_of_code(code) or EVERYBODY)[0] for code in added["age_band"]]
    order = ["base", "source", "economic_activity", "_from", "_place", "category"]
    added = added.sort_values(by=["area_code", "characteristic", *order], ignore_index=True)
    added["n"] = added["n"].astype("Int64")
    added["census_date"] = pd.to_datetime(added["census_date"]).astype("datetime64[s]")
    return added[list(COLUMNS)]


def _plainness(name: str) -> tuple[int, str]:
    """One area can have two names in a file ("West Midlands (region)"): the shortest stands."""
    return len(name), name


def _source(table: str) -> str:
    return f"Census 2021, {table}, Office for National Statistics, Open Government Licence v3.0"
