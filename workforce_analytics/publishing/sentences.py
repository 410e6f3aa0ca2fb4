"""What a protected table shows, in plain English whose wording follows the intervals.

Nothing is said of a hidden figure, and no order among groups that a hidden one might upset. What
may be called higher or lower is decided in comparisons.py, more or less likely in likelihoods.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from workforce_analytics.errors import UsageError
from workforce_analytics.publishing import (
    chairs_sentences,
    composition_sentences,
    funnel_sentences,
    likelihood_sentences,
    network_activity_sentences,
    network_gaps_sentences,
    network_group_sentences,
    network_retention_sentences,
    network_sentences,
    programme_sentences,
    strata_sentences,
    survey_answers_sentences,
    survey_change_sentences,
    survey_comments_sentences,
    survey_drivers_sentences,
    survey_gaps_sentences,
    survey_priorities_sentences,
    survey_published_sentences,
    survey_reliability_sentences,
    survey_response_sentences,
    survey_scores_sentences,
    training_effect_sentences,
    training_sentences,
    training_time_sentences,
)
from workforce_analytics.publishing.figures import Figures, figures

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected


class Words(NamedTuple):
    """How a kind of figures is put in words."""

    sentences: Callable[[Figures], list[str]]
    headline: Callable[[Figures], str]


_WORDS = {
    "shares": Words(composition_sentences.shares, composition_sentences.shares_headline),
    "against_community": Words(
        composition_sentences.community, composition_sentences.community_headline
    ),
    "over_time": Words(composition_sentences.series, composition_sentences.series_headline),
    "funnel": Words(funnel_sentences.funnel, funnel_sentences.funnel_headline),
    "routes": Words(funnel_sentences.routes, funnel_sentences.routes_headline),
    "likelihood": Words(likelihood_sentences.likelihood, likelihood_sentences.likelihood_headline),
    "participation": Words(
        likelihood_sentences.participation, likelihood_sentences.likelihood_headline
    ),
    "intersections": Words(
        likelihood_sentences.intersections, likelihood_sentences.likelihood_headline
    ),
    "stratified": Words(strata_sentences.stratified, strata_sentences.stratified_headline),
    "adjusted": Words(strata_sentences.adjusted, strata_sentences.adjusted_headline),
    "undeclared": Words(strata_sentences.undeclared, strata_sentences.undeclared_headline),
    "variation": Words(strata_sentences.variation, strata_sentences.variation_headline),
    "training_exposure": Words(training_sentences.exposure, training_sentences.exposure_headline),
    "training_rates": Words(training_sentences.rates, training_sentences.rates_headline),
    "training_effect": Words(
        training_effect_sentences.effect, training_effect_sentences.effect_headline
    ),
    "training_event_study": Words(
        training_time_sentences.event_study, training_time_sentences.event_study_headline
    ),
    "training_time_series": Words(
        training_time_sentences.time_series, training_time_sentences.time_series_headline
    ),
    "training_detectable": Words(
        training_sentences.detectable, training_sentences.detectable_headline
    ),
    "training_threats": Words(training_sentences.threats, training_sentences.threats_headline),
    "chairs_training": Words(chairs_sentences.chairs, chairs_sentences.chairs_headline),
    "programme_effect": Words(
        programme_sentences.programme, programme_sentences.programme_headline
    ),
    "network_activity": Words(
        network_activity_sentences.activity, network_activity_sentences.activity_headline
    ),
    "network_retention": Words(
        network_retention_sentences.retention, network_retention_sentences.retention_headline
    ),
    "network_cohorts": Words(
        network_retention_sentences.cohorts, network_retention_sentences.cohorts_headline
    ),
    "network_reach_gaps": Words(
        network_gaps_sentences.reach_gaps, network_gaps_sentences.reach_gaps_headline
    ),
    "network_participation": Words(
        network_sentences.participation, network_sentences.participation_headline
    ),
    "network_reach": Words(network_group_sentences.reach, network_group_sentences.reach_headline),
    "network_support": Words(
        network_group_sentences.support, network_group_sentences.support_headline
    ),
    "survey_response": Words(
        survey_response_sentences.response, survey_response_sentences.response_headline
    ),
    "survey_weights": Words(
        survey_response_sentences.weights, survey_response_sentences.weights_headline
    ),
    "survey_answers": Words(
        survey_answers_sentences.answers, survey_answers_sentences.answers_headline
    ),
    "survey_scores": Words(survey_scores_sentences.scores, survey_scores_sentences.scores_headline),
    "survey_gaps": Words(survey_gaps_sentences.gaps, survey_gaps_sentences.gaps_headline),
    "survey_change": Words(survey_change_sentences.change, survey_change_sentences.change_headline),
    "survey_comments": Words(
        survey_comments_sentences.comments, survey_comments_sentences.comments_headline
    ),
    "survey_published": Words(
        survey_published_sentences.published, survey_published_sentences.published_headline
    ),
    "survey_reliability": Words(
        survey_reliability_sentences.reliability, survey_reliability_sentences.reliability_headline
    ),
    "survey_drivers": Words(
        survey_drivers_sentences.drivers, survey_drivers_sentences.drivers_headline
    ),
    "survey_priorities": Words(
        survey_priorities_sentences.priorities, survey_priorities_sentences.priorities_headline
    ),
}


def sentences(protected: Protected) -> list[str]:
    """What does this table show, in at most three sentences for somebody who is not an analyst?

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.

    Returns
    -------
    list of str
        Up to three sentences; none is said of a hidden figure.

    Raises
    ------
    UsageError
        If there are no words for this kind of table.
    """
    return _words(protected).sentences(figures(protected))


def headline(protected: Protected) -> str:
    """What is the main message of this table, as the title of its chart?

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.

    Returns
    -------
    str
        A short statement without a full stop.

    Raises
    ------
    UsageError
        If there are no words for this kind of table.
    """
    return _words(protected).headline(figures(protected))


def _words(protected: Protected) -> Words:
    kind = protected.about.kind
    if kind not in _WORDS:
        raise UsageError(f"there are no words for figures of the kind '{kind}' yet")
    return _WORDS[kind]
