"""Units in tables of the survey: what each is part of, and the column that they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workforce_analytics.counting.answer_dimensions import answer_splitters
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.structure import UNIT_LEVELS, folded
from workforce_analytics.estimates import About
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.survey_scores_figures import Group

UNITS = ("unit", *UNIT_LEVELS)
"""What staff can be split by that is part of a larger whole."""
ABOVE = "directorate"
_COLUMNS = {"unit": "unit_id"}
"""In tables of figures "unit" is what a figure is in: percentage points, a score from 0 to 100."""


def column_of(name: str) -> str:
    """In which column of a table do the groups of a dimension stand?"""
    return _COLUMNS.get(name, name)


def with_columns(about: About) -> About:
    """Name the columns of groups as they stand in the table."""
    return replace(
        about,
        groups=tuple(map(column_of, about.groups)),
        headings={column_of(name): heading for name, heading in about.headings.items()},
        order={column_of(name): labels for name, labels in about.order.items()},
    )


def larger_units(responses: Extract, units: Dimension) -> Mapping[str, Group]:
    """Which directorate is each unit part of? Unit -> all units of its directorate.

    Parameters
    ----------
    responses
        The answers; their context holds the list of units, if there is one.
    units
        Units, services or teams.

    Returns
    -------
    Mapping
        Code of a unit -> its directorate, as the codes of the units in it. Units of none, and
        directorates themselves, are not in it: what they are part of is the whole staff.
    """
    if units.name == ABOVE or "units" not in responses.context.links:
        return {}
    directorates = answer_splitters(responses, [ABOVE], {})[ABOVE].dimension(())
    of: dict[str, str] = {}
    for directorate in directorates.declared:
        inside = set(directorates.holds.get(directorate, ()))
        for unit in units.declared:
            own = set(units.holds.get(unit, (folded(unit),)))
            if own and own <= inside:
                of[unit] = directorate
    codes: dict[str, list[str]] = {}
    for unit, directorate in of.items():
        codes.setdefault(directorate, []).append(unit)
    return {
        unit: Group(directorates.label(directorate), tuple(codes[directorate]))
        for unit, directorate in of.items()
    }
