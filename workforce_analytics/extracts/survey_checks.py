"""Do the answers of a survey fit its instrument, and its respondents the staff who could answer?

Everything is counted where the rows lie, wide and long alike. A finding names questions, waves and
groups and says how often; never what somebody answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from workforce_analytics import engine
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.instrument_of import instrument_of
from workforce_analytics.extracts.instrument_parts import Instrument, Item
from workforce_analytics.extracts.quality import Problem, QualityReport
from workforce_analytics.extracts.survey_answers import WAVE, SurveyAnswers
from workforce_analytics.extracts.survey_staff import more_than_staff
from workforce_analytics.extracts.survey_words import how_often, named, problem

if TYPE_CHECKING:
    from workforce_analytics.extracts.extract import Extract
MOST_WAVES = 40
"""More waves than this are no waves."""


def survey_quality(extracts: Mapping[str, Extract]) -> QualityReport:
    """What is wrong with the answers of a survey, judged by its instrument and by its staff?

    Parameters
    ----------
    extracts
        Those of an organisation by name; nothing is found without `survey_responses`.

    Returns
    -------
    QualityReport
        One problem for each rule that is broken: answers that no scale has, numbers beyond their
        scale, answers to what routing passes over, columns that no item has, items that nobody
        answered, more respondents than staff.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> survey_quality(council.survey.extracts).headline()
    'no problems found'
    """
    responses, eligible = extracts.get("survey_responses"), extracts.get("survey_eligible")
    if responses is None:
        return QualityReport()
    waves = len(responses.distinct(WAVE))
    if waves > MOST_WAVES:
        # Not one is named: what stands there may be keys of people.
        message = f"there are {waves:,} different waves, more than anybody holds"
        remedy = "Check which column the mapping takes for the wave, or give it under [constants]."
        return QualityReport(problems=(problem(responses, WAVE, "many_waves", message, remedy),))
    trouble = ""
    found: list[Problem] = []
    try:
        instrument = instrument_of(responses)
    except UsageError as error:
        trouble = str(error)
    if trouble:
        message, _, remedy = trouble.partition(". ")
        found.append(problem(responses, "", "no_instrument", message, remedy))
    else:
        found += _against_instrument(SurveyAnswers(responses, instrument))
    if eligible is not None:
        found += more_than_staff(responses, eligible)
    return QualityReport(problems=tuple(found))


def _against_instrument(survey: SurveyAnswers) -> list[Problem]:
    return [
        *_strange_answers(survey),
        *_mapped_wrongly(survey),
        *_passed_over(survey),
        *_not_asked_then(survey),
        *_columns(survey),
        *_nobody_answered(survey),
    ]


def _strange_answers(survey: SurveyAnswers) -> list[Problem]:
    """Answers that the item's scale does not have: numbers apart from words."""
    words: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for item in survey.items:
        answers, codes = survey.answers(item), survey.codes(item)
        for raw, n in answers.items():
            if None in codes[raw]:
                of = numbers if _is_number(str(raw)) else words
                of[item.name] = of.get(item.name, 0) + n
    found = []
    if words:
        scale = survey.instrument.scale_of(next(iter(words)))
        found.append(
            problem(
                survey.responses,
                "",
                "unknown_answer",
                f"answers in words that their scale does not have, so they count as not given: "
                f"{how_often(words)}",
                f"Add the words to the instrument, as in [scales.{scale.name}] synonyms = "
                f'{{ {scale.points[0]} = ["..."] }}, or to the mapping, as in '
                f'[values.{next(iter(words))}] "..." = "{scale.points[0]}".',
            )
        )
    if numbers:
        first = next(iter(numbers))
        scale = survey.instrument.scale_of(first)
        found.append(
            problem(
                survey.responses,
                "",
                "out_of_scale",
                f"numbers that their scale does not have, so they count as not given: "
                f"{how_often(numbers)}",
                f"Check which scale the questions have ({first}: {', '.join(scale.codes)}), and "
                "whether the export numbers its points alike; where it has codes of its own, say "
                f'in the mapping what they stand for, as in [values.{first}] "..." = '
                f'"{scale.points[0]}". Paper answers are typed in wrong most often.',
            )
        )
    return found


def _mapped_wrongly(survey: SurveyAnswers) -> list[Problem]:
    """Values of the mapping for items that there are not, or codes that their scale does not have.

    No raw value is told: it is what somebody answered.
    """
    contract, instrument = survey.responses.contract, survey.instrument
    columns = {column: name for name, column in survey.binding.found.items()}
    lost, wrong = [], []
    for name, codes in sorted(survey.responses.values.items()):
        item = name if name in instrument.items else columns.get(name, "")
        if contract.field(name):
            continue
        if not item or not instrument.items[item].scale:
            lost.append(name)
        elif any(
            code.strip() and not instrument.scale_of(item).match(code) for code in codes.values()
        ):
            wrong.append(name)
    found = []
    if lost:
        message = (
            f"the mapping says what answers to {named(lost)} stand for, and the instrument "
            f"'{instrument.name}' has no such question with a scale"
        )
        remedy = f"Name questions as the instrument does.{did_you_mean(lost[0], instrument.items)}"
        found.append(problem(survey.responses, "", "values_of_no_item", message, remedy))
    if wrong:
        scale = instrument.scale_of(columns.get(wrong[0], wrong[0]))
        message = (
            f"the mapping gives answers to {named(wrong)} codes that their scale does not have, so "
            "they count as not given"
        )
        remedy = (
            f'Under [values.{wrong[0]}] give one of {", ".join(scale.codes)}, or "" for no answer.'
        )
        found.append(problem(survey.responses, "", "values_not_in_scale", message, remedy))
    return found


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).replace("-", "", 1).isdecimal()


def _passed_over(survey: SurveyAnswers) -> list[Problem]:
    """Items that were answered although routing passes them over, or cannot be followed at all."""
    bound = {item.name: item for item in survey.items}
    wrong: dict[str, int] = {}
    cut: list[str] = []
    for item in survey.items:
        if not item.asked_if:
            continue
        gates = tuple(bound[name] for name in item.asked_if if name in bound)
        if len(gates) < len(item.asked_if):
            cut.append(item.name)
        elif n := _answered_unasked(survey, item, gates):
            wrong[item.name] = n
    found = []
    if wrong:
        rule = ", ".join(f"{name} = {'/'.join(codes)}" for name, codes in _routes(survey, wrong))
        found.append(
            problem(
                survey.responses,
                "",
                "routing_error",
                "questions that were answered by respondents whom routing passes over, whose "
                f"answers to them do not count: {how_often(wrong)}",
                f"Check asked_if of the instrument ({rule}) against the questionnaire.",
            )
        )
    if cut:
        found.append(
            problem(
                survey.responses,
                "",
                "routing_without_column",
                f"nobody can be said to have been asked {named(cut)}: the question before, which "
                "leads to it, has no column",
                "Export the earlier question as well, or take asked_if out of the instrument.",
            )
        )
    return found


def _routes(survey: SurveyAnswers, wrong: Iterable[str]) -> Iterable[tuple[str, tuple[str, ...]]]:
    first = survey.instrument.items[next(iter(wrong))]
    return first.asked_if.items()


def _answered_unasked(survey: SurveyAnswers, item: Item, gates: tuple[Item, ...]) -> int:
    frame, columns = survey.side_by_side((item, *gates))
    asked = engine.all_of(
        *(
            engine.holds(columns[gate.name], survey.raws(gate, item.asked_if[gate.name]))
            for gate in gates
        ),
        ignore_nulls=True,
    )
    answered = ~engine.blank(columns[item.name])
    counted = engine.when(answered & ~asked).then(engine.lit(1)).otherwise(engine.lit(0))
    return engine.one_row(frame, {"n": counted.sum()})["n"]


def _not_asked_then(survey: SurveyAnswers) -> list[Problem]:
    """Items with answers in a wave that did not ask them, as the instrument has it."""
    wrong = {
        f"{name} in {wave}": n
        for wave, answers in sorted(survey.filled.items())
        for name, n in answers.items()
        if n and not survey.instrument.items[name].asked_in(wave)
    }
    if not wrong:
        return []
    return [
        problem(
            survey.responses,
            "",
            "not_asked_in_wave",
            f"answers to questions in a wave that did not ask them: {how_often(wrong)}",
            "Check the names of the waves, and waves = [...] of these items in the instrument.",
        )
    ]


def _columns(survey: SurveyAnswers) -> list[Problem]:
    """Columns, or items of a long file, that the instrument does not have, or has twice."""
    bound, found = survey.binding, []
    if bound.unknown:
        found.append(
            problem(
                survey.responses,
                "",
                "not_in_instrument",
                f"{_how_many(survey, bound.unknown)} in no item of the instrument "
                f"'{survey.instrument.name}', so that nothing is counted of them",
                'Name their items in the mapping ("HEADER" = { to = "ITEM" }), add them to the '
                'instrument as [items.NAME], or drop them (purpose = "drop").',
            )
        )
    if bound.repeated:
        found.append(
            problem(
                survey.responses,
                "",
                "item_twice",
                f"{_how_many(survey, bound.repeated)} left out, for another one stands for the "
                "same item",
                'Drop one of the two in the mapping (purpose = "drop").',
            )
        )
    return found


def _how_many(survey: SurveyAnswers, headers: tuple[str, ...]) -> str:
    """Name columns; of the items of a long file, which are cells, say only how many there are."""
    if survey.is_long:
        n = len(headers)
        return f"{n:,} item{'s of the file are' if n != 1 else ' of the file is'}"
    return f"{named(headers, 'column')} {'are' if len(headers) != 1 else 'is'}"


def _nobody_answered(survey: SurveyAnswers) -> list[Problem]:
    """Items that a wave asked and nobody answered in it, for want of a column or of answers."""
    lacking = []
    for wave, answers in sorted(survey.filled.items()):
        asked = _answerable(survey.instrument, wave)
        missing = [name for name in asked if not answers.get(name)]
        if missing:
            lacking.append(f"{wave}: {named(missing)}")
    if not lacking:
        return []
    return [
        problem(
            survey.responses,
            "",
            "item_without_answers",
            "questions that nobody answered, although the instrument says that the wave asked "
            f"them: {'; '.join(lacking)}",
            "Name their columns in the mapping, or write waves = [...] with the items of the "
            "instrument that only some waves asked.",
        )
    ]


def _answerable(instrument: Instrument, wave: str) -> list[str]:
    return [item.name for item in instrument.items.values() if item.scale and item.asked_in(wave)]
