"""Recruitment panels as forms have them: the members of a vacancy side by side."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.shaped import Reshaped, Source, needs, take

PANEL_PLACES = ("chair", "hiring_manager", *(f"member_{i}" for i in range(1, 13)))
"""Columns of a panel form, in the order in which roles go before each other."""

NOBODY = frozenset(
    ("tbc", "tba", "tbd", "na", "n a", "none", "vacant", "to be confirmed", "to be agreed", "")
)
"""What stands on a panel form, folded, where nobody has been named yet."""

_MEMBER_TYPES = (
    ("councillor", re.compile(r"\b(cllrs?|councillors?|elected member)\b")),
    ("agency", re.compile(r"\b(agency|interim)\b")),
    ("service_user", re.compile(r"\b(service user|expert by experience|young person|resident)\b")),
    ("partner", re.compile(r"\b(partner|external|trade union|union rep|nhs|police)\b")),
)
_BETWEEN_NAMES = re.compile(r"\s+and\s+|[/;&\n]", re.IGNORECASE)


def wide_panels(table: pd.DataFrame, *, source: Source) -> Reshaped:
    """Who sat on each panel, where a form has the members side by side?

    Parameters
    ----------
    table
        With some of the columns `PANEL_PLACES`: names, e-mails or numbers of people. All other
        columns are repeated for each member.
    source
        The file and its record numbers, for what is found.

    Returns
    -------
    Reshaped
        With `person_id` (the name as it stood: a key, to be made a pseudonym before anything
        else), `role` (chair, hiring_manager, member) and `member_type`, which a cell tells at most
        of those who are not staff ("Cllr ..."), else "unknown". "tbc" is nobody; a person who
        stands twice in one row is there once, in the first role.
    """
    places = [name for name in PANEL_PLACES if name in table.columns]
    if not places:
        needs(table, "wide_panels", ("chair",), source.file)
    members, unnamed, twice = _members(table, places)
    rows = np.array([row for row, *_ in members], dtype=np.int64)
    result = take(table.drop(columns=places), rows)
    for i, column in enumerate(("person_id", "role", "member_type"), start=1):
        result[column] = pd.Series([member[i] for member in members], dtype="str")
    nobody = len(table) - len(np.unique(rows))
    return Reshaped(
        table=result,
        rows=rows,
        dropped=(("of panels with nobody named", nobody),) if nobody else (),
        problems=(
            *source.problem(
                "",
                "panel_place_without_name",
                unnamed,
                "note",
                "panels with a place where nobody is named (tbc)",
                "Ask who sat; until then the share of the panel trained is of those named.",
            ),
            *source.problem(
                "",
                "panel_member_twice",
                twice,
                "note",
                "panels that name a person in two places; the person counts once, in the first",
                "Leave it so, if a chair was also a member.",
            ),
        ),
    )


Member = tuple[int, str, str, str]


def _members(table: pd.DataFrame, places: list[str]) -> tuple[list[Member], np.ndarray, np.ndarray]:
    """List who sat (row, name, role, kind), and the rows with nobody or somebody twice."""
    members: list[Member] = []
    unnamed, twice = set(), set()
    cells = table[places].astype("str").fillna("").to_numpy(dtype=object)
    for row, across in enumerate(cells):
        seen: set[str] = set()
        for place, cell in zip(places, across, strict=True):
            for name in _names(cell):
                if fold(name) in NOBODY:
                    unnamed.add(row)
                elif fold(name) in seen:
                    twice.add(row)
                else:
                    seen.add(fold(name))
                    role = "member" if place.startswith("member_") else place
                    members.append((row, name, role, _member_type(name)))
    return members, _positions(unnamed), _positions(twice)


def _positions(rows: set[int]) -> np.ndarray:
    return np.array(sorted(rows), dtype=np.int64)


def _names(cell: str) -> list[str]:
    """Take the names of a cell apart: "tbc / Cllr Khan" are nobody yet, and a councillor."""
    if not cell.strip():
        return []
    if fold(cell) in NOBODY:
        return [cell]
    return [part.strip() for part in _BETWEEN_NAMES.split(cell) if part.strip()]


def _member_type(name: str) -> str:
    folded = fold(name)
    return next((kind for kind, words in _MEMBER_TYPES if words.search(folded)), "unknown")
