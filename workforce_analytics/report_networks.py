"""Which tables does an annual report have on staff networks?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures import networks, training_impact
from workforce_analytics.organisation import Organisation
from workforce_analytics.report_rungs import heading_of, levels_of
from workforce_analytics.stepping import Ladder, Rung, rungs

NETWORK_NEEDS = ("network_members", "network_counts")
"""Either of these is enough for the main figures."""
MEMBERS, COMING = "Members over the years", "Who comes"
STAYING, SUPPORT = "Who stays", "Support for networks and their chairs"
DRAWS = 199
"""Random signs of the test of the chairs' training: it has but a handful of networks."""


def network_tables(
    organisation: Organisation, characteristics: Sequence[str]
) -> dict[str, list[Ladder]]:
    """Members, who comes and stays, support; then whom networks do not reach, by characteristic.

    From monthly counts alone there are the members, and what came of support. Which groups belong
    to which network is not published: it would tell most of the smallest groups, and is for those
    who have a use for it. Nor is reach by grade: with all of a grade beside those of it who
    declared, the few who did not could be told, and the tables by grade would be lost for it.
    """
    workforce, events = organisation.workforce, _events(organisation)
    bundle = organisation.networks
    listed = organisation.has("network_members")

    def told(measure: Callable[..., Estimates]) -> Ladder:
        return _whole(partial(measure, bundle, workforce, events=events))

    parts = {MEMBERS: [told(networks.participation)]}
    if listed and organisation.has("network_events") and organisation.has("network_attendance"):
        parts[COMING] = [told(networks.activity)]
    if listed:
        parts[STAYING] = [told(networks.retention), told(networks.cohorts)]
    if organisation.has("network_support"):
        parts[SUPPORT] = [
            _whole(partial(networks.support, bundle)),
            *_chairs(organisation),
        ]
    if listed:
        parts |= {heading_of(of): [_reach(organisation, of)] for of in characteristics}
    return parts


def _whole(measure: Callable[[], Estimates]) -> Ladder:
    """A table that is shown in one way."""
    return Ladder("network", rungs(("main",)), lambda rung: measure())


def _chairs(organisation: Organisation) -> list[Ladder]:
    """What came of training for chairs, where it is known who came to events."""
    counted = organisation.has("network_counts")
    listed = all(map(organisation.has, ("network_members", "network_events", "network_attendance")))
    if not counted and not listed:
        return []
    return [_whole(partial(training_impact.chairs_training, organisation.networks, draws=DRAWS))]


def _reach(organisation: Organisation, of: str) -> Ladder:
    """Whom networks do not reach, as it is and for like grade and service."""

    def gaps(rung: Rung) -> Estimates:
        return networks.reach_gaps(
            organisation.networks,
            organisation.workforce,
            of=of,
            level=rung.level,
            events=_events(organisation),
        )

    return Ladder(of, rungs(levels_of(organisation, of)), gaps)


def _events(organisation: Organisation) -> Extract | None:
    return organisation.events if organisation.has("events") else None
