"""Who takes part in staff networks, for how long, who is not reached, and what support there is.

- `participation`: members, joiners, leavers and reach over time, or by characteristic
- `activity`: who comes to anything, and how few people carry a network
- `retention`, `cohorts`: how long people stay, with leaving the body as another way out
- `reach_gaps`: who is not reached, for like grades and services
- `support`: what networks were given, against the plan

What a chair's training changed is `training_impact.chairs_training`.

Membership reveals what people may keep to themselves: only sums are shown, none under 10 to anybody
but an analyst, never by team; and members are never followed into records of pay, promotion or
conduct.
"""

from workforce_analytics.measures.network_activity import activity
from workforce_analytics.measures.network_cohorts import cohorts
from workforce_analytics.measures.network_participation import participation
from workforce_analytics.measures.network_reach_gaps import reach_gaps
from workforce_analytics.measures.network_retention import retention
from workforce_analytics.measures.network_support import support

__all__ = ["activity", "cohorts", "participation", "reach_gaps", "retention", "support"]
