"""By how much did what staff say change between two surveys whose answers cannot be linked?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workforce_analytics.counting.answers import (
    answer_counts,
    eligible_counts,
    measured,
    waves_of,
)
from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures.survey_asked import (
    TOPIC,
    Survey,
    describe,
    estimates_of,
    survey_of,
)
from workforce_analytics.measures.survey_change_rows import Asked, Changes
from workforce_analytics.measures.survey_change_waves import Sides, earlier_wave
from workforce_analytics.measures.survey_change_words import DEFINITION, caveats
from workforce_analytics.measures.survey_topics import Topics, topics_of

DELTA = 2.0
"""The smallest change that matters, in points of 100, where no plan says another."""


def change(
    survey: Any,
    *,
    first: str | None = None,
    second: str | None = None,
    of: str | None = None,
    measures: Sequence[str] | str | None = None,
    strata: Sequence[str] | None = None,
    level: str | None = None,
    where: Where | None = None,
    delta: float = DELTA,
    confidence: float = 0.95,
) -> Estimates:
    """By how much did what staff say change between two surveys, like with like?

    Parameters
    ----------
    survey
        `council.survey`, or a survey_responses extract alone.
    first, second
        The waves; the last two without them.
    of
        A characteristic or "unit": the change of each of its groups, beside that of all.
    measures
        Indexes, themes or questions. Without it all indexes and themes whose questions there are
        (questions, where the instrument has neither).
    strata
        What both waves are brought into line on: names of characteristics. Without it up to four of
        those that most respondents of both waves told; of each group as many of them as leave out
        no more than one respondent in fifty. [] for none.
    level
        Level of the code list of `of`: "main" (default), "full" or "binary".
    where
        A subset: dimension -> categories.
    delta
        The smallest change that matters, in points of 100.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "survey_change", for all (label "All", where `of` is given) and every group, by
        "topic": `first` and `second` (the waves' scores, both standardised to one profile),
        `change` (in points; limits are the widest that any number of people who answered both
        times allows; p- and q-value; note: "better", "worse", "no change that matters" or "cannot
        tell"), `change_expected` and `change_narrowest` (the same change with the limits for as
        many who answered both times as chance would have it, where it is known who could answer,
        and for the most there can be), `change_within` and `change_mix` (what people scoring
        differently, and what other people answering, make of the change as answered: they add up to
        it) and `as_answered` (without standardising). A measure that the instrument says must not
        be compared, or that rests on other questions in one of the waves, has one row `change`,
        "not_tested", whose note says why.

    Raises
    ------
    UsageError
        A wave, measure, dimension or group that there is not; or none of the measures may be
        compared between these waves.

    Notes
    -----
    Sum over strata of w(h) (second - first), w(h) the stratum's share of the respondents of both
    waves together; strata that a wave tells nothing of are left out, and the profile is made whole.
    Kinds of undeclared answers are a stratum. Errors by linearisation of sum y / sum m. Who
    answered both times is not known: the covariance of the two scores runs from none to that of the
    most who can have, each answering alike both times (see `inference.waves.change`). `process`: no
    finite correction. Within and mix: Kitagawa (1955), strata weighing by their answers. q-values
    are Benjamini and Hochberg's over all changes of the table; one is tested where 30 (question),
    20 (theme) or 10 (index) answered in both waves. The note goes by the limits alone: within delta
    either way there is no change that matters.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = change(council.survey, measures="engagement")
    >>> table.about.kind, table.about.period
    ('survey_change', '2022 to 2024')
    """
    likely = checked_confidence(confidence)
    if not delta > 0:
        raise UsageError("delta= takes a number above 0: the smallest change that matters.")
    later = survey_of(survey, wave=second)
    before = earlier_wave(waves_of(later.responses), first, later.wave)
    before = survey_of(survey, wave=before).wave
    topics = topics_of(later, measures, waves=(before, later.wave))
    names, refused = _comparable(later, before, topics)
    levels = {} if of is None or level is None else {of: level}
    sides = Sides.of(
        (later.at(before), later), names, of=of, strata=strata, where=where, levels=levels
    )
    asked = Asked(
        instrument=later.instrument,
        of=of,
        topics=_topics(later, (*names, *refused)),
        refused=refused,
        eligible=tuple(_eligible(survey, of, wave, where, levels) for wave in (before, later.wave)),
        positive={
            (wave, name): answer_counts(
                later.responses,
                later.instrument,
                name,
                by=[of] if of else [],
                wave=wave,
                where=where,
                levels=levels,
            )
            for wave in (before, later.wave)
            for name in names
            if name in later.instrument.items
        },
        delta=delta,
        confidence=likely,
    )
    made = Changes.of(sides, asked)
    about = describe(
        later,
        kind="survey_change",
        title=f"change since {before}",
        question=f"By how much did what staff say change between {before} and {later.wave}?",
        definition=DEFINITION,
        source=made.source,
        groups=(TOPIC,) if of is None else (of, TOPIC),
        topics=asked.topics,
        period=f"{before} to {later.wave}",
        confidence=likely,
        delta=delta,
        caveats=(
            *topics.caveats,
            *caveats({asked.topics[name]: reason for name, reason in refused.items()}),
        ),
    )
    return estimates_of(made.rows, about, later, made.source)


def _eligible(
    survey: Any, of: str | None, wave: str, where: Where | None, levels: Mapping[str, str]
) -> Counts | None:
    """Count who could answer a wave, by group where that was recorded."""
    for by in ([of] if of else [], []):
        found = eligible_counts(survey, by=by, wave=wave, where=where, levels=levels)
        if found is not None:
            return found
    return None


def _topics(survey: Survey, names: Sequence[str]) -> dict[str, str]:
    """Name the measures as they are printed, in the instrument's order."""
    instrument = survey.instrument
    return survey.labels(
        {name: measured(instrument, name) for name in instrument.measures if name in names}
    )


def _comparable(
    survey: Survey, before: str, topics: Topics
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Which measures may be compared, and why must the others not be?"""
    reasons = {
        name: survey.instrument.not_comparable(name, before, survey.wave)
        or _answered_once(survey, before, topics, name)
        for name in topics.names
    }
    allowed = tuple(name for name in topics.names if not reasons[name])
    if not allowed:
        told = list(dict.fromkeys(reason.rstrip(".") for reason in reasons.values()))
        more = f"; and {len(told) - 2} reasons more" if len(told) > 3 else ""
        said = "; ".join(told[:2] if more else told)
        raise UsageError(
            f"Nothing of the waves {before} and {survey.wave} may be compared: {said}{more}. Name "
            "other waves or measures."
        )
    return allowed, {name: reason for name, reason in reasons.items() if reason}


def _answered_once(survey: Survey, before: str, topics: Topics, name: str) -> str:
    """Why do a measure's two figures rest on other questions? Empty where they do not.

    Nobody may have been led to a question by chance: those that routing leads to are left out.
    """
    one, two = (set(topics.there.there(name, wave)) for wave in (before, survey.wave))
    items = survey.instrument.items
    once = [item for item in items if item in one ^ two and not items[item].asked_if]
    return f"Only one of the two waves has answers to {', '.join(once)}." if once else ""
