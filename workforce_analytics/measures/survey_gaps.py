"""Where do groups of staff say something else, and is it more than noise or who works where?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workforce_analytics.counting.answer_dimensions import can_be_split
from workforce_analytics.counting.answers import answer_sums
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures.between_groups import find_reference
from workforce_analytics.measures.survey_asked import (
    Survey,
    estimates_of,
    survey_of,
)
from workforce_analytics.measures.survey_gaps_figures import Compared, all_figures
from workforce_analytics.measures.survey_gaps_rows import add_gaps
from workforce_analytics.measures.survey_gaps_words import about_gaps
from workforce_analytics.measures.survey_scores import staff_counts
from workforce_analytics.measures.survey_scores_figures import DECLARED_GROUP
from workforce_analytics.measures.survey_scores_rows import Split, score_rows
from workforce_analytics.measures.survey_scores_units import UNITS
from workforce_analytics.measures.survey_topics import topics_of

FACTORS = ("age", "sex", "directorate")
"""What is held equal unless said."""


def gaps(
    survey: Any,
    *,
    of: str,
    reference: str = "largest",
    wave: str | None = None,
    measures: Sequence[str] | str | None = None,
    adjust: Sequence[str] | None = None,
    level: str | None = None,
    where: Where | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Which groups score lower or higher than the reference, and how much is left like with like?

    Parameters
    ----------
    survey
        `council.survey`: answers, and who could have answered; or the answers alone.
    of
        A characteristic ("ethnicity"), or "unit", "service", "directorate".
    reference
        The group that others are compared with: a label, a code, or "largest".
    wave
        The wave as the extract names it; the last one without it.
    measures
        Names of indexes, themes and questions of the instrument; all indexes and themes without it.
    adjust
        What is held equal: names of dimensions. Without it those there are of age, sex and
        directorate (unit, where nobody listed the units). What is a cut of the same thing as `of`
        is left out.
    level
        Level of the code list of `of`: "main" (default), "full" or "binary".
    where
        A subset: dimension -> the category code or codes that are in.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "survey_gaps", for every declared group and measure: `score`, as `scores` has it; for
        all but the reference `gap` (percentage points, or points of the scale; below 0 the group
        scores lower), `gap_standardised` (the same with the reference's mix of what is held equal),
        `odds_ratio_adjusted` (odds of a higher score among people alike in it) and `gap_shrunk`
        (small groups' chance drawn out). The note of `gap` is "lower" or "higher" where it stands
        out, and "" where it may be noise; under 30 respondents on either side (question), 20
        (theme) or 10 (index) it is `not_tested`.

    Raises
    ------
    UsageError
        A characteristic, measure, wave, group or level that there is not.

    Notes
    -----
    `gap` and its p-value: `gap_of_means` (Welch) and `gap_of_shares`, as a process and not a finite
    staff. It stands out where its q-value (Benjamini and Hochberg over all groups and measures) is
    at most 0.05, its limits leave out 0, and they are not all within 2 points of 0 (0.2 on a scale
    to 10). Standardised: `standardised_gap`; its note says whom it rests on. Odds ratio: an ordered
    logit on counts of respondents alike in all of this, the answer being each respondent's share of
    positive answers (theme), score (index) or answer on the scale (question); one answer per
    respondent, as several of one person would make errors too small. One odds ratio stands for all
    cuts of the scale. Shrunk: `shrunk_gaps` over all groups of at least 10 respondents. A figure
    with like people is not a truer one: where a group works may be how it is treated.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = gaps(council.survey, of="disability", measures=["engagement"], adjust=["sex"])
    >>> table.about.kind, table.about.reference
    ('survey_gaps', 'Not disabled')
    """
    likely = checked_confidence(confidence)
    asked = survey_of(survey, wave=wave)
    _refuse_wrong_arguments(of, adjust, reference)
    topics = topics_of(asked, measures)
    factors = _factors(asked, of, adjust)
    levels = {of: level} if level else {}
    counted: dict[str, Any] = {"wave": asked.wave, "where": where, "levels": levels}
    answers = answer_sums(
        survey, asked.instrument, measures=topics.names, by=[of, *factors], **counted
    )
    split = Split(
        survey=asked,
        answers=answers,
        of=of,
        by=None,
        eligible=staff_counts(survey, asked, [of], where, levels),
        weights=None,
        margins="wilson",
        confidence=likely,
    )
    compared = _compared(split, reference, factors)
    figures = all_figures(survey, compared, counted)
    rows = score_rows(split, where, levels)
    add_gaps(rows, compared, figures)
    source = split.shown.respondents()
    return estimates_of(rows, about_gaps(compared, source, topics.caveats), asked, source)


def _refuse_wrong_arguments(of: Any, factors: Any, reference: Any) -> None:
    if not isinstance(of, str):
        raise UsageError('of= takes one name, such as of="ethnicity".')
    if factors is not None and (
        isinstance(factors, str)
        or not isinstance(factors, Sequence)
        or not all(isinstance(name, str) for name in factors)
    ):
        raise UsageError('adjust= takes a list of names, such as ["age", "sex"].')
    if of in (factors or ()):
        raise UsageError(f"adjust= names '{of}', which is what is compared. Leave it out there.")
    if reference in ("rest", "total", "highest"):
        raise UsageError(
            f"reference={reference!r} is not taken here. Name a group, or 'largest'; scores(...) "
            "compares with everybody else."
        )


def _factors(asked: Survey, of: str, said: Sequence[str] | None) -> tuple[str, ...]:
    """What is held equal: as asked for, or what there is of what usually is."""
    own = UNITS if of in UNITS else (of,)
    if said is not None:
        return tuple(name for name in dict.fromkeys(said) if name not in own)
    listed = "units" in asked.context.links and "unit" not in own
    names = [name if name != "directorate" or listed else "unit" for name in FACTORS]
    return tuple(
        name for name in names if name not in own and can_be_split(asked.responses, [name])
    )


def _compared(split: Split, reference: str, factors: tuple[str, ...]) -> Compared:
    """Lay out the groups, and find the one that others are compared with."""
    groups = [one for one in split.groups if one.kind == DECLARED_GROUP]
    people = split.shown.respondents().occurring()
    pools = {one.codes[0]: people.get(one.codes, 0) for one in groups}
    dimension = split.answers.dimension(split.of or "")
    pools = {**dict.fromkeys(dimension.declared, 0), **pools}
    code = find_reference(reference, dimension, pools, pools)
    base = next((one for one in groups if one.codes == (code,)), None)
    if base is None:
        raise UsageError(
            f"reference={reference!r}: nobody of {dimension.label(code)} answered or could answer. "
            "Choose another group."
        )
    return Compared(split, tuple(groups), base, factors)
