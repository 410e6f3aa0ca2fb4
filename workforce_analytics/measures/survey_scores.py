"""What do staff say, group by group, and how sure can anybody be of that?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workforce_analytics.counting.answers import answer_sums, eligible_counts
from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures.survey_asked import (
    Survey,
    estimates_of,
    survey_of,
)
from workforce_analytics.measures.survey_scores_rows import Split, add_scores, score_rows
from workforce_analytics.measures.survey_scores_words import about_scores
from workforce_analytics.measures.survey_topics import topics_of
from workforce_analytics.measures.survey_weights import Weights

MARGINS = ("wilson", "csps")


def scores(
    survey: Any,
    *,
    of: str | None = None,
    by: str | None = None,
    wave: str | None = None,
    measures: Sequence[str] | str | None = None,
    level: str | None = None,
    weights: Weights | None = None,
    where: Where | None = None,
    margins: str = "wilson",
    confidence: float = 0.95,
) -> Estimates:
    """What do staff say on each theme, group by group, and who differs from everybody else?

    Parameters
    ----------
    survey
        `council.survey`: answers, and who could have answered; or the answers alone.
    of
        A characteristic ("ethnicity"), or "unit", "service", "directorate". All staff without it.
    by
        Another one: the table is made for everybody, and within each of its categories.
    wave
        The wave as the extract names it; the last one without it.
    measures
        Names of indexes, themes and questions of the instrument. Without it all indexes and themes
        whose questions there are (questions, where the instrument has neither); a caveat says which
        are left out for missing questions, and which rest on some of theirs.
    level
        Level of the code list of `of`: "main" (default), "full" or "binary".
    weights
        From `weights(...)` of the same wave: every figure of the table is then weighted.
    where
        A subset: dimension -> the category code or codes that are in.
    margins
        "wilson" (default), or "csps" for the margins of error that the Civil Service People Survey
        prints beside per cent positive; they have no width at 0 and 100 %.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "survey_scores". `score` for every group, the undeclared and all: of themes and
        questions per cent positive (proportion; positive answers of valid ones, pooled), of an
        index the mean of respondents' scores (score_0_100), of an element score_0_10;
        `denominator` is respondents with a figure. `against_rest` for each declared group: its
        distance from everybody else who said (percentage points, or points of the scale), with
        p- and q-value and a note: "different" or "no clear difference". Under 30 respondents on
        either side (question), 20 (theme) or 10 (index) it is `not_tested`. A unit with fewer than
        that has no score of its own: that of its directorate stands there, else that of all
        staff, named in `compared` and in the note. Weighted tables hold scores alone.

    Raises
    ------
    UsageError
        A measure, wave, group or category that there is not; weights of another wave.

    Notes
    -----
    Scores and limits are those of `share_of_answers` and `mean_of_scores` (respondents' answers
    counted together; limits for a known staff N, the closer the more of it answered). A group's N
    is those recorded in it and those whose group is not recorded, rounded up to whole tens so that
    limits do not give it away: too wide if anything. Where nobody counted who could answer, limits
    are those of a process, and `inference` says so. Against the rest: `gap_of_means` (Welch) and
    `gap_of_shares`, with no correction for a finite staff, as full coverage would make every
    difference real. "different" takes a q-value (Benjamini and Hochberg over the whole table) of at
    most 0.05 and limits that leave out 0. Weighted: `weighted_share` and `weighted_mean`. Limits
    hold where silence is chance within groups; they know nothing of those who stayed silent because
    of what they think.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = scores(council.survey, of="sex", measures=["engagement"])
    >>> table.about.kind, table.about.groups
    ('survey_scores', ('sex', 'topic'))
    """
    likely = checked_confidence(confidence)
    asked = survey_of(survey, wave=wave)
    _refuse_wrong_arguments(asked, of, by, weights, margins)
    topics = topics_of(asked, measures)
    dimensions = [name for name in (of, by) if name]
    levels = {**(weights.levels if weights else {}), **({of: level} if of and level else {})}
    _refuse_other_levels(weights, levels)
    answers = answer_sums(
        survey,
        asked.instrument,
        measures=topics.names,
        by=list(dict.fromkeys([*dimensions, *(weights.dimensions if weights else ())])),
        wave=asked.wave,
        where=where,
        levels=levels,
    )
    split = Split(
        survey=asked,
        answers=answers,
        of=of,
        by=by,
        eligible=staff_counts(survey, asked, dimensions, where, levels),
        weights=weights,
        margins=margins,
        confidence=likely,
    )
    rows = score_rows(split, where, levels)
    said = add_scores(rows, split)
    source = answers.over(*dimensions).respondents()
    return estimates_of(rows, about_scores(split, source, said, topics.caveats), asked, source)


def staff_counts(
    survey: Any,
    asked: Survey,
    dimensions: Sequence[str],
    where: Where | None,
    levels: Mapping[str, str],
) -> Counts | None:
    """Count who could answer, by as much of what the table is split by as was recorded."""
    for names in (dimensions, dimensions[:1], dimensions[1:], []):
        found = eligible_counts(survey, by=names, wave=asked.wave, where=where, levels=levels)
        if found is not None:
            return found
    return None


def _refuse_wrong_arguments(asked: Survey, of: Any, by: Any, weights: Any, margins: Any) -> None:
    if not isinstance(of, str | None) or not isinstance(by, str | None):
        raise UsageError('of= and by= take one name each, such as of="ethnicity".')
    if by is not None and (of is None or of == by):
        raise UsageError("by= takes another name than of=, and stands beside it.")
    if margins not in MARGINS:
        raise UsageError(f"margins={margins!r} is not known. Allowed: {', '.join(MARGINS)}.")
    if weights is None:
        return
    if not isinstance(weights, Weights):
        raise UsageError("weights= takes what survey.weights(...) gives.")
    if weights.wave != asked.wave:
        raise UsageError(
            f"These weights are of wave {weights.wave}, and the table is of {asked.wave}. Make "
            "weights of that wave: those of another one mean nothing here."
        )
    if margins != "wilson":
        raise UsageError('margins="csps" are of unweighted figures. Leave out one of the two.')


def _refuse_other_levels(weights: Weights | None, levels: Mapping[str, str]) -> None:
    """Weights are of cells: answers must be counted by the categories that those are made of."""
    for name, one in (weights.levels if weights else {}).items():
        if levels.get(name, "main") != one:
            raise UsageError(
                f"These weights know '{name}' at the level '{one}', and level= asks for another. "
                f"Make weights with levels={{'{name}': ...}} at that level."
            )
