"""What the words and figures of staff networks mean, each in plain words."""

from __future__ import annotations

Terms = tuple[tuple[str, str], ...]

_REACH = (
    "Reach of staff networks",
    "The percentage of staff who are members of a staff network; somebody in two networks counts "
    "once. Of those that a network is for, the percentage who are members of it.",
)
_BANDS = (
    "Bands of reach",
    "Under 10%, 10% to under 20%, 20% to under 40%, 40% or more: a rule of thumb for how far a "
    "network has come, not a standard and not a target.",
)

NETWORK_TERMS: dict[str, Terms] = {
    "network_participation": (
        _REACH,
        _BANDS,
        (
            "Members, joined, left",
            "Members are those on a network's list at the end of a period. Members at its end are "
            "those at its start, and those who joined in it, without those who left in it. Allies "
            "are members who support a network and are not of those it is for.",
        ),
    ),
    "network_reach": (_REACH,),
    "network_support": (
        (
            "Support against plan",
            "What a network was given in a financial year (training for its chair, time for its "
            "work, meetings with its sponsor, money), and what was planned for it.",
        ),
    ),
}
"""Terms that a page with these kinds of figures has to explain."""

NETWORK_MEASURES = {
    "members": "people who are members, at the end of the period or on the day",
    "memberships": "memberships of all networks added up: a person in two counts twice",
    "joiners": "people who joined in the period",
    "leavers": "people who left in the period",
    "net": "those who joined less those who left",
    "reach": "members of the group, of all people in the group",
    "eligible_reach": "members among those that the network is for, of those it is for",
    "ally_share": "members who are allies, of all members",
    "given": "support that was given in the year, in the unit of the row",
    "planned": "support that was planned for the year, in the unit of the row",
    "share_of_plan": "what was given divided by what was planned",
    "networks_with": "networks that had any of this support, of all networks",
}
"""What the measures of staff networks in open data are."""
