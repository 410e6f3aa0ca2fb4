"""Do the questions of a theme tell one thing, so that one figure may stand for them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np

from workforce_analytics.counting.answers import Moments, answer_sums, item_moments, measured
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.inference.reliability import Reliability, cronbach_alpha, mcdonald_omega
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.survey_asked import (
    ASKED,
    TOPIC,
    WAVE,
    Survey,
    describe,
    estimates_of,
    survey_of,
    survey_rows,
)
from workforce_analytics.measures.survey_topics import Topics, topics_of

FEW_ITEMS = {
    1: "one question only: nothing to compare it with",
    2: "two questions only: alpha and omega say little",
}
DEFINITION = (
    "How far the questions of a theme or index go together, of those who answered all of them: 1 "
    "if they all rise and fall together, 0 if they have nothing in common. Alpha supposes that "
    "each question measures the same equally well, omega that they have one thing in common."
)
CAVEAT = (
    "Neither figure says that the questions ask what they should, and both rise with the number of "
    "questions."
)


def reliability(
    survey: Any,
    *,
    wave: str | None = None,
    measures: Sequence[str] | str | None = None,
    where: Where | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Do the questions of each theme and index tell one thing?

    Parameters
    ----------
    survey
        `council.survey`, or a survey_responses extract alone.
    wave
        The wave; the last one without it.
    measures
        Themes and indexes; all of them whose questions there are unless said.
    where
        A subset: dimension -> categories.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Kind "survey_reliability", by "topic": `alpha` (Cronbach's, with Feldt's interval) and
        `omega` (McDonald's), both statistics from 0 to 1; `denominator` are those who answered all
        of its questions. With fewer than three questions the note says that they tell little; what
        cannot be worked out is `undefined`, and the note says why.

    Raises
    ------
    UsageError
        A wave, measure or category that there is not.

    Notes
    -----
    From the covariances of the items, scored in one direction; see `inference.reliability`.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = reliability(council.survey, measures=["engagement", "inclusion"])
    >>> table.about.kind, len(table)
    ('survey_reliability', 4)
    """
    likely = checked_confidence(confidence)
    asked = survey_of(survey, wave=wave)
    told = _wholes(asked, measures)
    names = told.names
    found = {
        name: item_moments(
            asked.responses,
            asked.instrument,
            name,
            items=told.there.there(name, asked.wave),
            wave=asked.wave,
            where=where,
        )
        for name in names
    }
    topics = asked.labels({name: measured(asked.instrument, name) for name in names})
    counted = {name: one.complete() for name, one in found.items()}
    people = answer_sums(
        asked.responses, asked.instrument, measures=[names[0]], wave=asked.wave, where=where
    ).respondents()
    complete = {_complete(name): counts for name, counts in counted.items()}
    rows = survey_rows(complete, asked.wave, people)
    for name, one in found.items():
        _add(rows, asked, name, topics, one, likely)
    source = counted[names[0]]
    about = describe(
        asked,
        kind="survey_reliability",
        title="whether the questions of each theme tell one thing",
        question="Do the questions of each theme and index tell one thing?",
        definition=DEFINITION,
        source=source,
        groups=(TOPIC,),
        topics=topics,
        base=source.subset or "those who answered all questions of the theme or index",
        confidence=likely,
        caveats=(*told.caveats, CAVEAT),
    )
    return estimates_of(rows, about, asked, source)


def _wholes(asked: Survey, measures: Sequence[str] | str | None) -> Topics:
    """Which indexes and themes are looked at? One question alone has nothing to go together with.

    Raises
    ------
    UsageError
        The instrument has none and none was named.
    """
    wholes = (*asked.instrument.indexes, *asked.instrument.themes)
    if measures is None and not wholes:
        raise UsageError(
            f"The instrument '{asked.instrument.name}' has no index or theme whose questions could "
            "tell one thing. Add [themes.NAME] with their items to it."
        )
    return topics_of(asked, measures, among=wholes)


def _add(
    rows: Rows,
    survey: Survey,
    name: str,
    topics: Mapping[str, str],
    found: Moments,
    confidence: float,
) -> None:
    """Add both figures of a theme or index."""
    n, covariance = _covariance(found)
    cell = rows.cell(**{WAVE: survey.wave, ASKED: _complete(name)})
    for measure, work_out in (("alpha", cronbach_alpha), ("omega", mcdonald_omega)):
        figure: Reliability = work_out(covariance, n, confidence=confidence)
        unknown = isnan(figure.value)
        few = FEW_ITEMS.get(figure.items, "")
        rows.add(
            measure,
            {TOPIC: topics[name]},
            denominator=cell,
            fewest=n,
            unit="statistic",
            value=figure.value,
            lower=figure.lower,
            upper=figure.upper,
            method=f"{_NAMES[measure]}, {figure.method}" if not unknown else "",
            inference="process",
            status="undefined" if unknown else "",
            note=few or (figure.method if unknown else ""),
        )


_NAMES = {"alpha": "Cronbach's alpha", "omega": "McDonald's omega"}


def _covariance(found: Moments) -> tuple[int, np.ndarray]:
    """Give how many answered all items, and the covariances of these."""
    n, sums, products = found.total()
    if n < 2:
        return n, np.zeros(products.shape)
    # Whole numbers of any length: the difference of two large ones loses nothing.
    exact = n * products.astype(object) - np.multiply.outer(sums.astype(object), sums)
    return n, exact.astype(np.float64) / (n * (n - 1))


def _complete(name: str) -> str:
    """Name those who answered all questions of a measure: they are counted by themselves."""
    return f"{name}: all questions"
