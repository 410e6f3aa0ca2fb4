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
    "network_activity": (
        (
            "Came within so many days",
            "Of those who were members throughout, the percentage who came to at least one event "
            "in the last so many days. The longer the time, the more come at least once.",
        ),
        (
            "Attendances a month per 100 members",
            "How often members came to events, divided by the months that they were members. Its "
            "range allows for the same people coming again and again.",
        ),
    ),
    "network_retention": (
        (
            "Left the network, left the organisation",
            "Of those who joined, the percentage who had left the network by then while they still "
            "worked here, and the percentage whose job had ended. Who leaves the organisation "
            "could not stay, and is not counted as leaving the network. Where nobody knows who "
            "left the organisation, left is either.",
        ),
        (
            "If as early as could be",
            "Where members are known from lists: the percentage who had left the network, if all "
            "had left right after the last list that has them, not right before the first one that "
            "has not.",
        ),
        (
            "Lapsed",
            "A member who came to no event for so many days; the percentage is of those who have "
            "been members for the longest of these times. It is a state, not an end: who has "
            "lapsed may come again, and where the line is drawn is a choice.",
        ),
        (
            "Chance of differences as large",
            "How often groups would differ by so much in how soon members leave if nothing but "
            "chance told them apart. Each table is judged by itself: among many tables of groups "
            "that do not differ, about one in twenty looks by chance as if they did (at 95% "
            "confidence).",
        ),
    ),
    "network_cohorts": (
        (
            "Still members",
            "Of those who joined in one financial year, the percentage who were still members so "
            "many months later; only where all of them could be seen for so long.",
        ),
    ),
    "network_reach_gaps": (
        (
            "Difference in reach, like with like",
            "A group's share of members less that of the group it is compared with, in percentage "
            "points; like with like, for people alike in what the table names. It shows what is "
            "left of a difference, not how it came about.",
        ),
    ),
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
    "networks_with": "networks that had any of this support",
    "networks": "networks that there are",
    **{
        f"active_{days}": (
            f"members who came to an event in the last {days} days, of those who were members "
            "throughout"
        )
        for days in (30, 60, 90, 365)
    },
    "attendances_per_member_month": "attendances of members for each month that one is a member",
    "came_in_a_month": "different people who came in a month, divided by members at its end",
    "repeat": "people who came twice or more, of those who came",
    "first_event_90": "those who came within 90 days of joining, of those who joined",
    "in_work_time": "events in work time, of all events",
    "carried_by": "fewest people who make half of the attendances, of those who came",
    "came": "different people who came to an event",
    "attendances": "attendances, each time that somebody came",
    "came_not_members": "people who came and were not members",
    "left_network": (
        "left the network within so many months, while still working here; left either way where "
        "nobody knows who left the organisation"
    ),
    "left_network_earliest": (
        "left the network within so many months, if all left right after the last list that has "
        "them"
    ),
    "left_council": "membership ended with the job within so many months",
    "still_member": "still members after so many months",
    "log_rank": "test of groups leaving equally soon",
    **{
        f"lapsed_{days}": (
            f"members who came to no event for {days} days, of those who have been members for "
            "the longest of these spans (365 days, unless others were asked for)"
        )
        for days in (60, 90, 180, 365)
    },
    "not_reached": "people who are not members",
}
"""What the measures of staff networks in open data are."""
