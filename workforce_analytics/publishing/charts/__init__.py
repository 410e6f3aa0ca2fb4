"""Charts in the style of the government analysis function, one file per family.

Each family makes what it draws with `data(protected)` and draws it with `draw(data)`; the kind of
figures picks the family. The only place where matplotlib is imported, and only when a chart is
drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.charts import (
    change_ratios,
    checks,
    comments,
    community,
    diverging,
    dot_chart,
    effect,
    event_study,
    expected,
    heat_map,
    incidence,
    network_activity,
    network_groups,
    network_support,
    networks,
    power,
    priorities,
    quadrant,
    rates,
    ratios,
    reach_gaps,
    reliability,
    rollout,
    series,
    service_funnel,
    shares,
    stages,
    survey_change,
    survey_published,
    survey_response,
    survey_scores,
    trend,
)
from workforce_analytics.publishing.charts.canvas import Chart
from workforce_analytics.publishing.protection import small_print

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

__all__ = ["Chart", "picture"]


def picture(protected: Protected) -> Chart:
    """What does this table look like as a chart?

    Parameters
    ----------
    protected
        Figures that have passed disclosure control.

    Returns
    -------
    Chart
        The chart of the figures' family, shown by a notebook, written with `.write(path)`.

    Raises
    ------
    UsageError
        If there is no chart for this kind of figures.
    """
    return replace(_drawn(protected), small_print=small_print(protected))


def _drawn(protected: Protected) -> Chart:
    kind = protected.about.kind
    if kind not in _DRAWN:
        raise UsageError(f"there is no chart for figures of the kind '{kind}' yet")
    return _DRAWN[kind](protected)


_DRAWN: dict[str, Callable[[Protected], Chart]] = {
    "shares": lambda table: shares.draw(shares.data(table)),
    "against_community": lambda table: community.draw(community.data(table)),
    "over_time": lambda table: trend.draw(trend.data(table)),
    "funnel": lambda table: stages.draw(stages.data(table)),
    "likelihood": lambda table: dot_chart.draw(ratios.data(table)),
    "participation": lambda table: dot_chart.draw(ratios.data(table)),
    "adjusted": lambda table: dot_chart.draw(ratios.data(table)),
    "stratified": expected.picture,
    "variation": lambda table: service_funnel.draw(service_funnel.data(table)),
    "undeclared": lambda table: dot_chart.draw(rates.data(table)),
    "intersections": lambda table: dot_chart.draw(rates.data(table)),
    "routes": lambda table: dot_chart.draw(rates.data(table)),
    "training_exposure": lambda table: rollout.draw(rollout.data(table)),
    "training_rates": lambda table: dot_chart.draw(rates.data(table)),
    "training_effect": lambda table: dot_chart.draw(effect.data(table)),
    "training_event_study": lambda table: event_study.draw(event_study.data(table)),
    "training_time_series": lambda table: series.draw(series.data(table)),
    "training_detectable": lambda table: power.draw(power.data(table)),
    "training_threats": lambda table: dot_chart.draw(checks.data(table)),
    "chairs_training": lambda table: dot_chart.draw(change_ratios.chairs(table)),
    "programme_effect": lambda table: dot_chart.draw(change_ratios.programme(table)),
    "network_participation": lambda table: networks.draw(networks.data(table)),
    "network_reach": lambda table: dot_chart.draw(network_groups.data(table)),
    "network_support": lambda table: network_support.draw(network_support.data(table)),
    "network_activity": lambda table: dot_chart.draw(network_activity.data(table)),
    "network_retention": lambda table: incidence.draw(incidence.retention(table)),
    "network_cohorts": lambda table: incidence.draw(incidence.cohorts(table)),
    "network_reach_gaps": lambda table: dot_chart.draw(reach_gaps.data(table)),
    "survey_response": lambda table: survey_response.draw(survey_response.data(table)),
    "survey_weights": lambda table: dot_chart.draw(survey_response.weights(table)),
    "survey_answers": lambda table: diverging.draw(diverging.data(table)),
    "survey_scores": lambda table: survey_scores.draw(survey_scores.data(table)),
    "survey_gaps": lambda table: heat_map.draw(heat_map.data(table)),
    "survey_change": lambda table: dot_chart.draw(survey_change.data(table)),
    "survey_reliability": lambda table: dot_chart.draw(reliability.data(table)),
    "survey_drivers": lambda table: quadrant.draw(quadrant.data(table)),
    "survey_priorities": lambda table: dot_chart.draw(priorities.data(table)),
    "survey_comments": lambda table: comments.draw(comments.data(table)),
    "survey_published": lambda table: dot_chart.draw(survey_published.data(table)),
}
