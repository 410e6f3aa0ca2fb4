"""Open data: one tidy CSV per table, with metadata that says what each column means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workforce_analytics.estimates import NUMERIC
from workforce_analytics.publishing.definitions import MEASURES
from workforce_analytics.publishing.protection import policy_words, stamp
from workforce_analytics.publishing.wording import SHORTHAND
from workforce_analytics.publishing.writing import write_text

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_UNITS = {
    "proportion": "a share from 0 to 1; times 100 it is per cent",
    "percentage_points": "a difference of two percentages",
    "ratio": "one rate divided by another; 1 where they are the same",
    "odds_ratio": "the odds in one group divided by those in another",
    "people": "a number of people",
    "posts": "a number of posts",
    "fte": "full-time equivalents",
    "applications": "a number of applications",
    "events": "a number of events",
    "statistic": (
        "the size of a statistical test, a figure that has no unit, or a flag: -1 below, 0 within, "
        "1 above or yes"
    ),
    "per_100_person_years": "events divided by hundreds of years that people worked",
    "per_member_month": "attendances divided by months that people were members",
    "networks": "a number of staff networks",
    "hours": "a number of hours a month",
    "score_0_100": "a score from 0 (worst) to 100 (best), or a difference of two in points",
    "score_0_10": "a score from 0 (worst) to 10 (best), or a difference of two in points",
    "pounds": "an amount of money in pounds",
}
_OF_ALL = {
    "numerator": "Number of those counted who are in the group",
    "denominator": "Number of those counted who are in the base of the figure",
}
_OF_OUTCOMES = {
    "numerator": "Number of the group (or of what is compared) to whom it happened",
    "denominator": "Number of the group (or of what is compared) to whom it could have happened",
    "stage": "The stage of recruitment that was reached",
}
_OF_NETWORKS = {
    "numerator": "Number of people who are members, or of whom it is true",
    "denominator": "Number of people whom the figure is of",
}
_OF_SURVEYS = {
    "numerator": "Number of people, or of answers, that the figure is true of",
    "denominator": "Number of people, or of answers, whom the figure is of",
    "topic": "The index, the theme or the question that the figure is about",
}
_MEANINGS = {
    "measure": "Which figure the row holds",
    "period": "The date or the dates that the figure is about",
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
    data = write_text(folder / f"{name}.csv", protected.to_csv() or "")
    described = metadata(protected, address=f"{name}.csv", licence=licence)
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    return data, write_text(folder / f"{name}.csv-metadata.json", text)


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
    shown = protected.to_csv() or ""
    about, columns = protected.about, shown[: shown.index("\n")].split(",")
    marks = [mark for mark in SHORTHAND if re.search(rf"(^|,){re.escape(mark)}(,|$)", shown, re.M)]
    sources = dict.fromkeys(text for text in (about.source, *about.provenance) if text)
    said = dict.fromkeys([policy_words(protected), protected.decisions.words])
    notes = [
        *({"type": "audience", "body": words} for words in [stamp([protected])] if words),
        *({"type": "disclosure_control", "body": words} for words in said if words),
        *({"type": "less_detail", "body": words} for words in [about.less_detail] if words),
        *({"type": "shorthand", "body": f"{mark} {SHORTHAND[mark]}"} for mark in marks),
        *({"type": "caveat", "body": caveat} for caveat in about.caveats),
    ]
    kinds = ("definition", "population", "base", "reference", "recorded_as")
    notes += [
        {"type": kind, "body": getattr(about, kind)} for kind in kinds if getattr(about, kind)
    ]
    frame = protected.to_frame()
    notes += _explained("unit", frame["unit"], _UNITS)
    notes += _explained("measure", frame["measure"], MEASURES)
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


def _explained(
    kind: str, names: Iterable[str], meanings: Mapping[str, str]
) -> list[dict[str, str]]:
    """Say what each name means that stands in a column, in the order in which they come first."""
    return [
        {"type": kind, "body": f"{name}: {meanings[name]}"}
        for name in dict.fromkeys(names)
        if name in meanings
    ]


def _column(name: str, protected: Protected, marks: list[str]) -> dict[str, Any]:
    heading = protected.about.headings.get(name, name.replace("_", " ").capitalize())
    meaning = _meanings(protected.about.kind).get(name, f"The group by {heading.lower()}")
    described: dict[str, Any] = {
        "name": name,
        "titles": name,
        "rdfs:label": heading,
        "dc:description": meaning,
    }
    if name in NUMERIC:
        # A program reads a mark as a missing number.
        return described | {"datatype": "number", "null": ["", *marks]}
    return described | {"datatype": "string"}


def _meanings(kind: str) -> dict[str, str]:
    """Say what the columns of a kind of table are."""
    if kind in {"shares", "against_community", "over_time"}:
        return _MEANINGS | _OF_ALL
    known = {"network": _OF_NETWORKS, "survey": _OF_SURVEYS}
    return _MEANINGS | known.get(kind.split("_")[0], _OF_OUTCOMES)
