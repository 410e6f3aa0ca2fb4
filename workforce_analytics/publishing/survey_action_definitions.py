"""What the words and figures of acting on a staff survey mean, each in plain words."""

from __future__ import annotations

Terms = tuple[tuple[str, str], ...]

_CHANGE = (
    "Better, worse, no change that matters, cannot tell",
    "A change whose likely range lies within the smallest change that matters, either way, is “no "
    "change that matters”. Else one whose range excludes no change is “better” or “worse”. "
    "Otherwise this data cannot tell, which is not evidence that nothing changed.",
)
_UNLINKED = (
    "Change between waves",
    "The later score less the earlier one, both worked out as if the same mix of staff had "
    "answered. Nobody can tell from an anonymous survey how many people answered both times, so "
    "the range is the widest that any number of them would give.",
)
_LINK = (
    "Share of what themes explain",
    "How much of the differences between people in engagement goes with differences in a theme, "
    "shared out fairly where themes go together (Shapley values of R-squared). All themes together "
    "make 100%. It is a link, not a cause: raising the theme need not raise engagement.",
)

SURVEY_ACTION_TERMS: dict[str, Terms] = {
    "survey_change": (_UNLINKED, _CHANGE),
    "survey_reliability": (
        (
            "Alpha and omega",
            "How far the questions of a score hang together: 1 if they all went together, 0 if "
            "they had nothing in common. 0.7 is a rule of thumb, not a standard. With fewer than "
            "three questions they say little.",
        ),
    ),
    "survey_drivers": (
        _LINK,
        (
            "Work on first",
            "The corner of themes whose score lies below the mean of all themes and whose link is "
            "stronger than if engagement went with all of them alike. A theme whose range reaches "
            "out of the corner may not belong there.",
        ),
    ),
    "survey_priorities": (
        (
            "Priority",
            "How many people are in groups that lie behind on a theme, times how far behind they "
            "lie, times the theme's share of what themes explain of engagement. It says where to "
            "look first, not what causes what, nor what would help. The order is only as sure as "
            "the range of places beside it.",
        ),
        _LINK,
    ),
    "survey_comments": (
        (
            "Comments by code",
            "How many comments were given a code by those who read them; one comment can have "
            "several. Comments themselves are never shown. Who writes one is not like those who do "
            "not, so the numbers do not say how many people think so.",
        ),
    ),
    "survey_published": (
        (
            "Published results",
            "Figures as another body published them, with what it hid left hidden. They come "
            "without ranges: a difference may be chance.",
        ),
    ),
}
"""Terms that a page with these kinds of figures has to explain."""

SURVEY_ACTION_MEASURES = {
    "first": "the score of the earlier wave, as if the same mix of staff had answered both",
    "second": "the score of the later wave, as if the same mix of staff had answered both",
    "change": "the second less the first; its range holds however many answered both times",
    "change_expected": "the same; its range if as many answered both times as chance would have it",
    "change_narrowest": "the same; its range if as many answered both times as could have",
    "change_within": "the part of the change as answered that comes of scores within the same mix",
    "change_mix": "the part of the change as answered that comes of another mix of respondents",
    "as_answered": "the change of the scores as they were answered, whoever answered",
    "alpha": "how far the questions of a score hang together (Cronbach)",
    "omega": "how far the questions of a score hang together, by one factor (McDonald)",
    "share_of_explained": "the theme's share of what all themes explain of engagement",
    "share_of_variance": "what the theme accounts for of all differences in engagement",
    "correlation": "how far the theme and engagement go together, from -1 to 1",
    "r_squared": "what all themes together account for of the differences in engagement",
    "priority": (
        "people in groups that lie behind, times how far they lie behind, times the theme's share "
        "of what is explained"
    ),
    "rank": "place in the order of priorities: 1 is the highest",
    "driver": "the theme's share of what all themes explain of engagement",
    "comments": "comments that were given the code",
    "lower_quartile": "the score that a quarter of the organisations are at or below",
    "median": "the score of the organisation in the middle, each counting once",
    "upper_quartile": "the score that a quarter of the organisations are at or above",
    "share_shown": "organisations whose score was published, of all",
}
"""What the measures of acting on a survey in open data are."""
