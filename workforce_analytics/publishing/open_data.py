"""Open data: one tidy CSV per table, with metadata that says what each column means."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workforce_analytics.publishing.wording import SHORTHAND
from workforce_analytics.publishing.writing import safe_cell, write_text

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_MARKED = ("numerator", "denominator", "value")
_MARKED_WITH = {"lower": "value", "upper": "value"}
_NUMBERS = (*_MARKED, "lower", "upper", "p_value", "q_value", "n_effective", "clusters")
_MEANINGS = {
    "measure": "Which figure the row holds",
    "period": "The date or the dates that the figure is about",
    "numerator": "Number of those counted who are in the group",
    "denominator": "Number of those counted who are in the base of the figure",
    "value": "The figure, in the unit of the row",
    "lower": "Lower end of the confidence interval",
    "upper": "Upper end of the confidence interval",
    "p_value": "Probability of a difference at least as large if there were none",
    "q_value": "The same, adjusted for the number of comparisons",
    "unit": "Unit of the figure",
    "compared": "What is compared",
    "reference": "What it is compared with",
    "orientation": "What lies on which side of no difference",
    "method": "How the figure and its interval are computed",
    "inference": "What the interval is about",
    "n_effective": "Number of observations that a model rests on",
    "clusters": "Number of clusters that a model rests on",
    "status": "Whether the figure may be read as it is",
    "note": "What to know about this figure",
}


def write(
    protected: Protected, folder: str | Path, *, name: str, licence: str = LICENCE
) -> tuple[Path, Path]:
    """Write a table as open data: a tidy CSV and its description in CSV on the Web.

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.
    folder
        Where both files go.
    name
        Their name without an ending, for example "ethnicity-against-community".
    licence
        Address of the licence under which the figures may be used.

    Returns
    -------
    tuple of Path
        NAME.csv and NAME.csv-metadata.json.

    Raises
    ------
    CannotWrite
        If a file cannot be written.
    """
    folder = Path(folder)
    data = write_text(folder / f"{name}.csv", csv_text(protected))
    described = metadata(protected, address=f"{name}.csv", licence=licence)
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    return data, write_text(folder / f"{name}.csv-metadata.json", text)


def csv_text(protected: Protected) -> str:
    """Give a table as the text of a tidy CSV, marks in the cells of hidden figures.

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.

    Returns
    -------
    str
        One row per measure, period and group. A figure that does not exist is an empty cell.
    """
    frame = protected.to_frame()
    columns = _columns(frame)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for row in frame.to_dict("records"):
        writer.writerow([_entry(row, name) for name in columns])
    return file.getvalue()


def metadata(protected: Protected, *, address: str, licence: str = LICENCE) -> dict[str, Any]:
    """Describe a table for programs and people, in the words of CSV on the Web.

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.
    address
        Where the CSV is, from where the description is.
    licence
        Address of the licence.

    Returns
    -------
    dict
        Title, source, licence, notes and one description per column, for a JSON file.
    """
    about, columns = protected.about, _columns(protected.to_frame())
    shown = csv_text(protected)
    marks = [mark for mark in SHORTHAND if re.search(rf"(^|,){re.escape(mark)}(,|$)", shown, re.M)]
    sources = dict.fromkeys(text for text in (about.source, *about.provenance) if text)
    notes = [
        *({"type": "shorthand", "body": f"{mark} {SHORTHAND[mark]}"} for mark in marks),
        *({"type": "caveat", "body": caveat} for caveat in about.caveats),
    ]
    kinds = ("definition", "population", "base", "reference", "recorded_as")
    notes += [
        {"type": kind, "body": getattr(about, kind)} for kind in kinds if getattr(about, kind)
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": address,
        "dc:title": about.title,
        "dc:description": about.question,
        "dc:source": "; ".join(sources),
        "dc:license": {"@id": licence},
        "dc:language": "en-GB",
        "dc:temporal": about.period,
        "notes": notes,
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
        "tableSchema": {
            "columns": [_column(name, protected, marks) for name in columns],
            "primaryKey": ["measure", "period", *about.groups],
        },
    }


def _columns(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if not name.endswith("_mark")]


def _entry(row: dict[str, Any], name: str) -> str:
    value = row[name]
    # The ends of an interval are hidden with the figure between them.
    mark = row.get(f"{_MARKED_WITH.get(name, name)}_mark")
    if name not in _NUMBERS:
        return "" if pd.isna(value) else safe_cell(str(value))
    if pd.isna(value):
        return mark if isinstance(mark, str) and pd.isna(row[_MARKED_WITH.get(name, name)]) else ""
    # A count is written as a whole number; twelve digits are all that a share can hold for certain.
    return str(int(value)) if float(value).is_integer() else f"{float(value):.12g}"


def _column(name: str, protected: Protected, marks: list[str]) -> dict[str, Any]:
    heading = protected.about.headings.get(name, name.replace("_", " ").capitalize())
    meaning = _MEANINGS.get(name, f"The group by {heading.lower()}")
    described: dict[str, Any] = {
        "name": name,
        "titles": name,
        "rdfs:label": heading,
        "dc:description": meaning,
        "datatype": "number" if name in _NUMBERS else "string",
    }
    if name in (*_MARKED, *_MARKED_WITH):
        described["null"] = ["", *marks]
    return described
