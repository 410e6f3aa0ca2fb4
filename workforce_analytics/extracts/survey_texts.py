"""What respondents wrote in their own words is dropped before anything is counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.instrument_of import instrument_of
from workforce_analytics.extracts.quality import Problem, combine
from workforce_analytics.extracts.survey_answers import ANSWER, ITEM, SurveyAnswers

if TYPE_CHECKING:
    from workforce_analytics.extracts.extract import Extract


def without_free_text(extract: Extract) -> Extract:
    """Give a survey without the answers to items that its instrument calls free text.

    Of a wide extract their columns are left out, of a long one their rows. Nothing asks for them:
    comments are counted by the codes that somebody gave them, in a column of their own.

    Parameters
    ----------
    extract
        Any extract; those of other contracts, and surveys of no known instrument, are as they were
        (headers such as "Any other comments?" are not read in the first place).

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> without_free_text(council.survey_responses) is council.survey_responses
    True
    """
    if extract.contract.name != "survey_responses":
        return extract
    try:
        survey = SurveyAnswers(extract, instrument_of(extract))
    except UsageError:  # what was asked is not known: the checks tell that
        return extract
    written = [
        column
        for name, column in survey.binding.found.items()
        if survey.instrument.items[name].free_text
    ]
    if not written:
        return extract
    if survey.is_long:
        frame = extract.frame.filter(~engine.is_one_of(ITEM, map(str, written)))
        what = "answers in people's own words, which stand in the file and are not read"
        column = ANSWER
    else:
        frame = engine.derive(extract.frame, {}, drop=written)
        what = "holds answers in people's own words, which are not read"
        column = ", ".join(written)
    note = Problem(
        file=", ".join(item.file for item in extract.quality.files),
        column=column,
        rule="free_text",
        severity="note",
        message=what,
        remedy="Nothing; to count what comments are about, give them codes in a column of their "
        "own and name its item: comments(survey, codes=...).",
        contract=extract.contract.name,
    )
    quality = combine([extract.quality, replace(extract.quality, problems=(note,), files=())])
    return replace(extract, frame=frame, quality=quality, unattached=None, _counted={})
