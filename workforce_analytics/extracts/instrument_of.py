"""Which instrument a survey goes by: the organisation's choice, or the only one that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.instrument_parts import Instrument
from workforce_analytics.extracts.instrument_scoring import bind
from workforce_analytics.extracts.instruments import instrument, instrument_names
from workforce_analytics.extracts.survey_words import named

if TYPE_CHECKING:
    from workforce_analytics.extracts.extract import Extract


def instrument_of(responses: Extract) -> Instrument:
    """Which questionnaire did these people answer?

    Parameters
    ----------
    responses
        An extract of survey_responses, wide or long.

    Returns
    -------
    Instrument
        What `[survey] instrument` of organisation.toml names. Where it names none: the shipped
        instrument that knows every question of the extract, of several the one with most of them.

    Raises
    ------
    UsageError
        The extract is not one of survey responses, or no shipped instrument knows all questions.
    ConfigurationError
        The instrument that is named is not there, or has mistakes.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> instrument_of(council.survey_responses).title
    'Staff survey of the sample council'
    """
    if responses.contract.name != "survey_responses":
        raise UsageError(
            f"An instrument belongs to survey_responses, and this is {responses.contract.name}."
        )
    named = responses.context.plans.get("survey", {}).get("instrument", "")
    return instrument(named) if named else _recognised(responses)


def items_in(responses: Extract) -> tuple[str, ...]:
    """Give the headers of a wide extract, or the distinct items of a long one."""
    there = tuple(engine.columns(responses.frame))
    return responses.distinct("item") if "item" in there else there


def _recognised(responses: Extract) -> Instrument:
    """Find the shipped instrument that knows all questions, if there is one."""
    headers = items_in(responses)
    shipped = [instrument(name) for name in instrument_names()]
    bound = {one.name: bind(one, headers) for one in shipped}
    fitting = [one for one in shipped if bound[one.name].found and not bound[one.name].unknown]
    if fitting:
        return max(fitting, key=lambda one: len(bound[one.name].found))
    closest = max(shipped, key=lambda one: len(bound[one.name].found))
    unknown = bound[closest.name].unknown
    if not bound[closest.name].found:
        trouble = "no shipped instrument has a question of it"
    else:
        # Items of a long file are cells: what stands there may be anything, so it is not told.
        is_long = headers != tuple(engine.columns(responses.frame))
        lacking = f"{len(unknown):,} of its items" if is_long else named(unknown, "column")
        trouble = f"'{closest.name}' comes nearest, and does not know {lacking}"
    raise UsageError(
        f"What the survey asked is not said, and {trouble}. Write [survey] instrument = "
        f'"instrument.toml" in organisation.toml, with a file like those in schemas/instruments, '
        f"or one of: {', '.join(instrument_names())}."
    )
