"""What does engagement go with most: which themes, of those that the survey asked about?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workforce_analytics.counting.answers import answer_sums, moments
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.inference.importance import MOST
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures.survey_asked import (
    TOPIC,
    Survey,
    describe,
    estimates_of,
    survey_of,
)
from workforce_analytics.measures.survey_drivers_rows import Drivers
from workforce_analytics.measures.survey_topics import Topics, topics_of

NOT_CAUSE = (
    "This shows what goes together, not what causes what: raising a theme need not raise the other."
)
AT_RANDOM = (
    "The limits say how far chance may have moved a share. They do not say how far people who did "
    "not answer would have moved it."
)

INHERITED = "Where a group is too small for a figure of its own, a larger one's stands."


def drivers(
    survey: Any,
    *,
    outcome: str = "engagement",
    predictors: Sequence[str] | None = None,
    of: str | None = None,
    wave: str | None = None,
    level: str | None = None,
    where: Where | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """What does engagement go with most?

    Parameters
    ----------
    survey
        `council.survey`, or a survey_responses extract alone.
    outcome
        The index, theme or question whose differences are looked at.
    predictors
        Up to 12 themes, indexes or questions; without it every theme that shares no question with
        the outcome. Themes first: single questions of one theme say much the same.
    of
        A characteristic or "unit": what it goes with in each of its groups, beside all.
    wave
        The wave; the last one without it.
    level
        Level of the code list of `of`: "main" (default), "full" or "binary".
    where
        A subset: dimension -> categories.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "survey_drivers", for all (label "All", where `of` is given) and every group, by
        "topic": `share_of_explained` (proportion; a theme's share of what all together explain;
        they add up to 1), `share_of_variance` (the same of all differences), `correlation`
        (statistic; its sign is the direction) and `score` (the theme's own); for topic "All"
        `r_squared` (`denominator`: those who have every score). Under 100 of these, the figures of
        the directorate (of units), or of all, stand there: named in `compared` and in the note.
        Under 100 in all they are `too_few`.

    Raises
    ------
    UsageError
        A measure, wave, dimension or category that there is not, or more than 12 predictors.

    Notes
    -----
    Shapley shares of R-squared (Lindeman, Merenda and Gold 1980; Groemping 2006) from covariances
    of respondents' scores from 0 to 100, of those who have them all; limits by the delete-a-group
    jackknife over 50 groups into which respondents fall by their number (Kott 2001). `process`.
    Association, not cause: what people feel about one thing colours what they say of others.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = drivers(council.survey, predictors=["inclusion", "workload"])
    >>> table.about.kind, table.about.outcome
    ('survey_drivers', 'Engagement')
    """
    likely = checked_confidence(confidence)
    asked = survey_of(survey, wave=wave)
    themes = themes_for(asked, outcome, predictors)
    names = themes.names
    by, levels = ([of] if of else []), ({of: level} if of and level else {})
    found = moments(
        asked.responses,
        asked.instrument,
        outcome=outcome,
        predictors=names,
        wave=asked.wave,
        by=by,
        where=where,
        levels=levels,
    )
    answers = answer_sums(
        asked.responses,
        asked.instrument,
        measures=names,
        by=by,
        wave=asked.wave,
        where=where,
        levels=levels,
    )
    table = Drivers.of(asked, of, found, answers, likely)
    said = table.outcome[:1].lower() + table.outcome[1:]
    about = describe(
        asked,
        kind="survey_drivers",
        title=f"what {said} goes with",
        question=f"What does {said} go with most?",
        definition=(
            "Each theme's share of what all themes together explain of the differences between "
            f"people in {said}, shared out fairly where themes go together. {NOT_CAUSE}"
        ),
        source=table.source,
        groups=(of, TOPIC) if of else (TOPIC,),
        topics=table.topics,
        outcome=table.outcome,
        confidence=likely,
        caveats=(*themes.caveats, NOT_CAUSE, AT_RANDOM, *((INHERITED,) if table.inherited else ())),
    )
    return estimates_of(table.rows, about, asked, table.source)


def themes_for(survey: Survey, outcome: str, named: Sequence[str] | None) -> Topics:
    """Which predictors are looked at? The themes that share no question with the outcome.

    Raises
    ------
    UsageError
        There is none of some name, none at all, or more than can be told apart.
    """
    instrument = survey.instrument
    if outcome not in instrument.measures:
        raise UsageError(
            f"The instrument '{instrument.name}' has no '{outcome}' to set themes against."
            f"{did_you_mean(outcome, instrument.measures)} Name one with outcome=: "
            f"{', '.join(instrument.measures)}."
        )
    set_against = topics_of(survey, outcome)
    if isinstance(named, str):
        raise UsageError('predictors= takes a list of names, such as ["inclusion", "workload"].')
    own = {item.name for item in instrument.items_of(outcome)}
    themes = tuple(
        name
        for name in instrument.themes
        if not own & {item.name for item in instrument.items_of(name)}
    )
    if named is None and not themes:
        raise UsageError(
            f"There is no theme beside '{outcome}' to set it against. Name some with predictors=."
        )
    found = topics_of(survey, None, among=themes) if named is None else None
    chosen = tuple(dict.fromkeys(named or ())) if found is None else found.names
    if len(chosen) > MOST:
        raise UsageError(
            f"Shares are told for up to {MOST} predictors, and there are {len(chosen)}: "
            f"{', '.join(chosen)}. Name the ones that matter with predictors=, themes before "
            "single questions."
        )
    return (found or topics_of(survey, named)).beside(set_against)
