"""What the tables of a report have in common: their headings, levels of detail and parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from workforce_analytics import engine
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.organisation import Organisation
from workforce_analytics.stepping import Ladder, Rung, rungs

Measure = Callable[[Organisation, str, Rung], Estimates]
"""Makes one table of a characteristic, as detailed as it is asked to."""
Parts = dict[str, dict[str, list[Ladder]]]
"""Title of each part of the report -> heading of each characteristic -> its tables."""


def ladder(
    organisation: Organisation,
    of: str,
    measure: Measure,
    levels: Sequence[str],
    splits: Sequence[str] = (),
) -> Ladder:
    """A table of a characteristic, and the less and less detailed ways to show it."""
    return Ladder(of, rungs(levels, splits), partial(measure, organisation, of))


def levels_of(organisation: Organisation, of: str) -> tuple[str, ...]:
    """From the level that is asked for to the coarsest; the main one where it has no finer one."""
    own = organisation.workforce.code_list(of) if organisation.has("workforce") else None
    listing = own or codelist(of)
    asked = organisation.settings.report.level
    start = asked if asked in listing.levels else "main"
    return listing.levels[listing.levels.index(start) :]


def heading_of(of: str) -> str:
    """Head what is said of a characteristic: by its statutory name, and its own."""
    listing = codelist(of)
    statutory, own = listing.statutory_heading, listing.title
    same = not statutory or statutory.casefold() == own.casefold()
    return own if same else f"{statutory}: {own[:1].lower()}{own[1:]}"


def present(extract: Extract, characteristics: Sequence[str]) -> list[str]:
    """Which of the characteristics does an extract have?"""
    present = set(engine.columns(extract.frame))
    return [of for of in characteristics if of in present]
