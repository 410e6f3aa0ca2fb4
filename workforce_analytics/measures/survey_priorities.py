"""What should be worked on first after a staff survey: how many lie how far behind on what?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workforce_analytics.counting.answers import measured
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures.survey_asked import TOPIC, describe, estimates_of, survey_of
from workforce_analytics.measures.survey_characteristics import characteristics_told
from workforce_analytics.measures.survey_drivers import NOT_CAUSE, themes_for
from workforce_analytics.measures.survey_priorities_plan import notes_of
from workforce_analytics.measures.survey_priorities_rows import Standing, add_priorities

RANKED = (
    "This is an order in which to look, not a set of tests: whether one group's gap is more than "
    "chance is told by the table of gaps."
)
OVERLAP = (
    "People are in one group of each characteristic, so that those who lie behind by two of them "
    "are counted in both."
)
NOTHING = (
    "On no theme do groups lie behind by more than chance may have made it, which is not evidence "
    "that none does."
)
LINK = f"The link with the outcome is an association. {NOT_CAUSE}"


def priorities(
    survey: Any,
    *,
    outcome: str = "engagement",
    of: Sequence[str] | None = None,
    actions: Any = None,
    themes: Mapping[str, str] | None = None,
    predictors: Sequence[str] | None = None,
    wave: str | None = None,
    where: Where | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """On which themes do how many people lie how far behind, and what goes with engagement?

    Parameters
    ----------
    survey
        `council.survey`: answers and, for how large groups are, who could have answered.
    outcome
        The index that themes are weighed by: how much of its differences goes with them.
    of
        Characteristics whose groups are looked at, such as ["ethnicity", "disability"]; without it
        those that at least half of the respondents told.
    actions
        The actions of a plan, `council.actions`: each theme's note says what there is already.
    themes
        Themes of the plan -> the survey's, where they are called otherwise: {"Belonging":
        "inclusion"}. Without it an action is joined with the theme that has its theme's label, or
        that its indicator names ("survey.scores/inclusion").
    predictors
        The themes; all that share no question with the outcome unless said (up to 12).
    wave
        The wave; the last one without it.
    where
        A subset: dimension -> categories.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "survey_priorities", by "topic": `priority` (statistic, with limits; note: actions of
        the plan), `rank` (statistic; 1 comes first; limits: the best and worst it may be), `score`
        (of all who answered), `gap` (points of the group that adds most to the priority, in
        `compared`, against everybody else of its characteristic; below 0: it lies behind;
        `undefined` where no group does by more than chance) and `driver` (proportion: the theme's
        share of what all themes explain of the outcome). `too_few` under 100 people with all
        scores.

    Raises
    ------
    UsageError
        A measure, wave, characteristic or theme that there is not, or actions that are none.

    Notes
    -----
    priority = driver(theme) x sum over groups g of s(g) (1 - s(g)) d(g, theme): s the group's share
    of the staff of its characteristic (of those who could answer where that is recorded, else of
    those who did), d the points by which its score lies below everybody else's, drawn towards 0 by
    what chance moves it; groups that lie above, and those of under 30, 20 or 10 answers (question,
    theme, index), add nothing. s (1 - s) d is the points by which the score of all would rise if
    the group rose to it. Limits and ranks by a jackknife in which gaps and drivers move together;
    formula and references: `inference.priorities.priorities`. No p-values: this ranks, it does not
    test.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = priorities(council.survey, of=["disability"], actions=council.actions)
    >>> table.about.kind, table.about.groups
    ('survey_priorities', ('topic',))
    """
    likely = checked_confidence(confidence)
    asked = survey_of(survey, wave=wave)
    themes_told = themes_for(asked, outcome, predictors)
    names = themes_told.names
    if isinstance(of, str):
        raise UsageError('of= takes a list of names, such as ["ethnicity", "disability"].')
    split = (
        tuple(dict.fromkeys(of))
        if of is not None
        else characteristics_told(asked, names[0], where=where)
    )
    if not split:
        raise UsageError(
            "There is no characteristic whose groups could be looked at: too few people said what "
            "they are. Name some with of=."
        )
    topics = asked.labels({name: measured(asked.instrument, name) for name in names})
    notes = notes_of(actions, topics, themes)
    standing = Standing.of(survey, asked, outcome, names, split, where, likely)
    rows, source = add_priorities(standing, topics, notes)
    label = standing.outcome
    said = label[:1].lower() + label[1:]
    about = describe(
        asked,
        kind="survey_priorities",
        title="what to work on first",
        question="What should be worked on first?",
        definition=(
            "How many people are in groups whose score lies below everybody else's, times how far "
            f"it lies below, times the theme's share of what all themes explain of {said}. "
            f"Groups by: {', '.join(standing.titles)}."
        ),
        source=source,
        groups=(TOPIC,),
        topics=topics,
        outcome=label,
        confidence=likely,
        caveats=(
            *themes_told.caveats,
            *((NOTHING,) if standing.enough and not standing.stands_out else ()),
            RANKED,
            OVERLAP,
            LINK,
        ),
    )
    return estimates_of(rows, about, asked, source)
