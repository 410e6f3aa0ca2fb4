"""Which tables does an annual report have on the staff survey, and the page for whoever acts?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures import survey
from workforce_analytics.measures.survey_asked import survey_of
from workforce_analytics.measures.survey_topics import topics_of
from workforce_analytics.organisation import Organisation
from workforce_analytics.report_rungs import heading_of, levels_of
from workforce_analytics.stepping import Ladder, Rung, rungs

SURVEY_NEEDS = "survey_responses"
ANSWERED, SAID, FIRST = "Who answered", "What all staff say", "What to work on first"
_BY_AGE = {"age": "age_band"}
"""Characteristics whose column has another name in a survey."""
_OF_COLUMN = {column: of for of, column in _BY_AGE.items()}


def survey_tables(
    organisation: Organisation, characteristics: Sequence[str]
) -> dict[str, list[Ladder]]:
    """What to work on first, what all staff say, who answered; then by characteristic.

    Of each characteristic the page has what its groups say, the annex where they differ and how
    many of each answered.
    """
    bundle = organisation.survey
    there = [of for of in characteristics if _asked(organisation.survey_responses, of)]
    eligible = organisation.has("survey_eligible")
    parts = {
        FIRST: _first(organisation, there),
        SAID: [
            whole(partial(survey.scores, bundle)),
            *_between_waves(organisation),
            whole(partial(survey.answers, bundle)),
            *_reliability(organisation),
        ],
    }
    if eligible:
        parts[ANSWERED] = [
            whole(partial(survey.response_rates, bundle)),
            whole(lambda: survey.weights(bundle).diagnostics()),
        ]
    return parts | {heading_of(of): _by(organisation, of) for of in there}


def action_tables(organisation: Organisation) -> dict[str, list[Ladder]]:
    """Give the tables of the one page for whoever must act on the survey, which needs no more.

    Raises
    ------
    UsageError
        The survey asked for no characteristic, so that nobody knows who lies behind; or it has no
        index that themes could be weighed by.
    """
    bundle, responses = organisation.survey, organisation.survey_responses
    known = [_OF_COLUMN.get(item.name, item.name) for item in responses.contract.characteristics]
    wanted = organisation.settings.report.characteristics or known
    there = [of for of in wanted if _asked(responses, of)]
    if not _outcome(organisation):
        raise UsageError(
            "What to work on first is weighed by what goes with an index, and the survey's "
            "instrument has no index beside themes whose questions were answered. Name another "
            "with [survey] instrument in organisation.toml."
        )
    if not there:
        raise UsageError(
            "What to work on first rests on how groups differ, and the survey asked for none of: "
            f"{', '.join(wanted)}. Map a column of survey_responses to one of them."
        )
    everybody = [
        *_first(organisation, there),
        whole(partial(survey.scores, bundle)),
        *_between_waves(organisation),
    ]
    if organisation.has("survey_eligible"):
        everybody.append(whole(partial(survey.response_rates, bundle)))
    return {FIRST: everybody} | {
        heading_of(of): [_at(organisation, of, survey.gaps)] for of in there
    }


def whole(measure: Callable[[], Estimates]) -> Ladder:
    """A table that is shown in one way."""
    return Ladder("survey", rungs(("main",)), lambda rung: measure())


def _asked(responses: Extract, of: str) -> bool:
    """Whether the survey asked for a characteristic."""
    there = engine.columns(responses.frame)
    return of in there or _BY_AGE.get(of) in there


def _first(organisation: Organisation, characteristics: Sequence[str]) -> list[Ladder]:
    """What to work on first, and what goes with the outcome that themes are weighed by.

    Nothing comes first where no characteristic tells who lies behind; nothing of either can be
    told by an instrument without an index or without themes.
    """
    outcome = _outcome(organisation)
    if not outcome:
        return []
    bundle, of = organisation.survey, tuple(characteristics)
    actions = organisation.actions if organisation.has("actions") else None
    first = partial(survey.priorities, bundle, outcome=outcome, of=of, actions=actions)
    link = whole(partial(survey.drivers, bundle, outcome=outcome))
    return [whole(first), link] if characteristics else [link]


def _outcome(organisation: Organisation) -> str:
    """Name the first index whose questions were answered, where there are themes beside it."""
    asked = survey_of(organisation.survey)
    there = topics_of(asked, None).names
    indexes = [name for name in there if name in asked.instrument.indexes]
    themes = [name for name in there if name in asked.instrument.themes]
    return indexes[0] if indexes and themes else ""


def _reliability(organisation: Organisation) -> list[Ladder]:
    """Whether questions tell one thing, where some stand for one."""
    asked = survey_of(organisation.survey)
    wholes = {*asked.instrument.indexes, *asked.instrument.themes}
    if wholes.isdisjoint(topics_of(asked, None).names):
        return []
    return [whole(partial(survey.reliability, organisation.survey))]


def _between_waves(organisation: Organisation) -> list[Ladder]:
    if len(organisation.survey_responses.distinct("wave")) < 2:
        return []
    return [whole(partial(survey.change, organisation.survey))]


def _by(organisation: Organisation, of: str) -> list[Ladder]:
    """What each group says, where groups differ, and how many of each answered."""
    tables = [_at(organisation, of, measure) for measure in (survey.scores, survey.gaps)]
    if organisation.has("survey_eligible") and _asked(organisation.survey_eligible, of):
        tables.append(_at(organisation, of, survey.response_rates))
    return tables


def _at(organisation: Organisation, of: str, measure: Callable[..., Estimates]) -> Ladder:
    def table(rung: Rung) -> Estimates:
        return measure(organisation.survey, of=of, level=rung.level)

    return Ladder(of, rungs(levels_of(organisation, of)), table)
