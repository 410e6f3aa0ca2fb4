"""Units in tables of the survey: what each is part of."""

from __future__ import annotations

from collections.abc import Mapping

from workforce_analytics.counting.answer_dimensions import answer_splitters
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.structure import UNIT_LEVELS, folded
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.survey_scores_figures import Group

UNITS = ("unit", *UNIT_LEVELS)
"""What staff can be split by that is part of a larger whole."""
ABOVE = "directorate"


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
