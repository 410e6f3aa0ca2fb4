"""Did more people answer a survey than could: in a wave, in a unit, in a group?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.extracts.codelists import CodeList
from workforce_analytics.extracts.quality import Problem
from workforce_analytics.extracts.survey_answers import RESPONDENT, WAVE, is_blank
from workforce_analytics.extracts.survey_words import named, problem

if TYPE_CHECKING:
    from workforce_analytics.extracts.extract import Extract

UNIT, N = "unit", "n"
Groups = Counter[tuple[str, str]]
"""Wave and category -> people."""


def more_than_staff(responses: Extract, eligible: Extract) -> list[Problem]:
    """Which waves, units and groups have more respondents than staff who could answer?

    People whose characteristic the employer does not know may be in any group, so a group has too
    many respondents only where they are more than its known and those unknown staff together.
    Units that the staff list does not have are left alone: "prefer not to say" is such a one.
    """
    answered = _by_wave(responses)
    could = _by_wave(eligible)
    found = _waves(responses, answered, could)
    waves = {wave for wave, n in answered.items() if 0 < n <= could.get(wave, 0)}
    there = set(engine.columns(responses.frame)) & set(engine.columns(eligible.frame))
    shared = [UNIT, *(item.name for item in responses.contract.fields if item.codelist)]
    crowded = {}
    for name in [column for column in shared if column in there]:
        groups = _crowded(responses, eligible, name, waves)
        if groups:
            crowded[name] = groups
    if crowded:
        listed = "; ".join(f"{name}: {named(some, 'group')}" for name, some in crowded.items())
        found.append(
            problem(
                responses,
                ", ".join(crowded),
                "more_than_staff_of_group",
                f"more people answered than could in groups of these: {listed}",
                "Check that both files are of the same date and name their groups alike, and that "
                "nobody could answer twice.",
            )
        )
    return found


def _waves(responses: Extract, answered: dict[str, int], could: dict[str, int]) -> list[Problem]:
    found = []
    without = sorted(wave for wave in answered if wave not in could)
    if without:
        found.append(
            problem(
                responses,
                WAVE,
                "wave_without_staff",
                f"survey_eligible does not say how many could answer in {named(without, 'wave')}, "
                "so there is no response rate",
                "Add the wave to survey_eligible, or name it alike in both.",
            )
        )
    more = sorted(wave for wave, n in answered.items() if wave in could and n > could[wave])
    if more:
        listed = [f"{wave} ({answered[wave]:,} of {could[wave]:,})" for wave in more]
        found.append(
            problem(
                responses,
                WAVE,
                "more_than_staff",
                f"more people answered than could: {named(listed, 'wave')}",
                "Check that survey_eligible counts all who were invited, and that test answers and "
                "second answers of one person are left out of the export.",
            )
        )
    return found


def _by_wave(extract: Extract) -> dict[str, int]:
    counted = _people(extract, ())
    return {str(wave): int(n) for wave, n in zip(counted[WAVE], counted[engine.N], strict=True)}


def _people(extract: Extract, by: tuple[str, ...]) -> pd.DataFrame:
    """Count people by wave and some columns: respondents, or those who could answer."""
    columns = (WAVE, *by)
    if extract.contract.name == "survey_eligible":
        whole = engine.col(N).fill_null(0).cast(engine.Int64)
        table = extract.count(columns, sums={"__people": whole})
        return table.assign(**{engine.N: table["__people"]})
    if "item" not in engine.columns(extract.frame):
        return extract.count(columns)
    # Of a long file each respondent once, whatever many answers there are.
    once = engine.grouped(
        extract.rows_with((*columns, RESPONDENT)),
        (WAVE, RESPONDENT),
        {name: engine.col(name).max() for name in by},
    )
    return engine.count(once, columns)


def _crowded(responses: Extract, eligible: Extract, name: str, waves: set[str]) -> list[str]:
    """Groups with more respondents than there can be staff, as words."""
    listing = responses.code_list(name)
    answered, _ = _groups(responses, name, listing)
    could, unknown = _groups(eligible, name, listing)
    found = []
    for (wave, code), n in sorted(answered.items()):
        known = could.get((wave, code))
        if wave not in waves or (known is None and listing is None):
            continue
        if n > (known or 0) + unknown[wave]:
            label = code if listing is None else _label(listing, code)
            found.append(f"{label} in {wave}")
    return found


def _groups(extract: Extract, name: str, listing: CodeList | None) -> tuple[Groups, Counter[str]]:
    """Wave and main category -> people; and wave -> people of whom it is not known."""
    counted = _people(extract, (name,))
    match = extract.matcher(name)
    kinds = {item.code: item.kind for item in listing.categories()} if listing else {}
    known: Groups = Counter()
    unknown: Counter[str] = Counter()
    for wave, raw, n in zip(counted[WAVE], counted[name], counted[engine.N], strict=True):
        code = None if is_blank(raw) else match(str(raw))
        if code is not None and listing is not None:
            code = listing.to_level(code, "main")
        if code is None or kinds.get(code, "declared") != "declared":
            unknown[str(wave)] += int(n)
        else:
            known[str(wave), code] += int(n)
    return known, unknown


def _label(listing: CodeList, code: str) -> str:
    labels = {item.code: item.label for item in listing.categories(present=(code,))}
    return labels.get(code, code)
