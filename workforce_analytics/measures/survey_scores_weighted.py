"""Weighted scores of groups: sums over respondents by cell of the weights, and their errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from workforce_analytics.counting.answers import AnswerSums, Measured
from workforce_analytics.inference.finite import Estimated
from workforce_analytics.inference.intervals import Interval
from workforce_analytics.inference.weighted_errors import weighted_mean, weighted_share
from workforce_analytics.measures.survey_scores_figures import Selection, inside, sums_by_row
from workforce_analytics.measures.survey_weights import Weights


def weighted_scores(
    answers: AnswerSums,
    weights: Weights,
    measured: Measured,
    whom: Sequence[Selection],
    confidence: float,
) -> Estimated:
    """What are the weighted scores of some selections of those who answered?

    Parameters
    ----------
    answers
        By the dimensions of the weights and those of the selections.
    weights
        Of the same wave, at the same levels.

    Returns
    -------
    Estimated
        One element per selection, about the staff that the weights stand for.
    """
    names = [item.name for item in answers.dimensions]
    places = [names.index(name) for name in weights.dimensions]
    keys = answers.rows()
    cell = np.array([weights.cell_of([key[at] for at in places]) for key in keys], dtype=np.int64)
    rows = sums_by_row(answers, measured.name)
    found = []
    for one in whom:
        here = inside(answers, one)
        parts = {name: getattr(rows, name)[here] for name in ("n", "m", "y", "mm", "ym", "yy")}
        about = {
            "cell": cell[here],
            "answered_share": weights.answered_share,
            "confidence": confidence,
        }
        own = replace(rows, **parts)
        found.append(
            weighted_share(weights.weighting, own, **about)
            if measured.unit == "proportion"
            else weighted_mean(weights.weighting, own, scale=measured.scale, **about)
        )
    return _together(found, confidence)


def _together(found: Sequence[Estimated], confidence: float) -> Estimated:
    intervals = [one.interval for one in found]
    value, lower, upper, method = (
        np.concatenate([getattr(one, name) for one in intervals])
        for name in ("value", "lower", "upper", "method")
    )
    error, n, worth = (
        np.concatenate([getattr(one, name) for one in found])
        for name in ("error", "n", "n_effective")
    )
    return Estimated(Interval(value, lower, upper, method, confidence), error, n, worth)
