"""Which characteristics do answers come with, and did enough people say what they are?"""

from __future__ import annotations

from collections.abc import Mapping

from workforce_analytics import engine
from workforce_analytics.counting.answers import answer_sums
from workforce_analytics.counting.subsets import Where
from workforce_analytics.measures.survey_asked import Survey

FIRST = ("sex", "age", "ethnicity", "disability")
"""Which come first, where nobody chose."""
LEAST_KNOWN = 0.5
"""The share of respondents who must have said what they are."""


def characteristics_told(
    survey: Survey,
    measure: str,
    *,
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Give the characteristics that at least half of a wave's respondents told.

    Parameters
    ----------
    measure
        One that the wave asked: whoever answered is counted, with or without a figure of it.
    """
    present = set(engine.columns(survey.responses.frame))
    fields = survey.responses.contract.characteristics
    there = [item.name for item in fields if item.name in present]
    names = ["age" if name == "age_band" else name for name in there]
    names.sort(key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))

    def is_told(name: str) -> bool:
        counts = answer_sums(
            survey.responses,
            survey.instrument,
            measures=[measure],
            by=[name],
            wave=survey.wave,
            where=where,
            levels=levels,
        ).respondents()
        declared = set(counts.dimension(name).declared)
        known = sum(n for (code,), n in counts.occurring().items() if code in declared)
        return known >= LEAST_KNOWN * counts.total() > 0

    return tuple(name for name in names if is_told(name))
