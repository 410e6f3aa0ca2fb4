"""What the words of a page mean: each measure in one plain paragraph."""

from __future__ import annotations

from collections.abc import Collection

from workforce_analytics.publishing.network_definitions import (
    NETWORK_MEASURES,
    NETWORK_TERMS,
)
from workforce_analytics.publishing.survey_action_definitions import (
    SURVEY_ACTION_MEASURES,
    SURVEY_ACTION_TERMS,
)
from workforce_analytics.publishing.survey_definitions import SURVEY_MEASURES, SURVEY_TERMS
from workforce_analytics.publishing.wording import (
    DELTA_POINTS,
    DISTANCE,
    SCREENING,
    number,
    upper_first,
)

Terms = tuple[tuple[str, str], ...]

_COMPOSITION: Terms = (
    (
        "Share of those who declared",
        "People in a group divided by all people who declared an answer. “Prefer not to say”, "
        "“not known”, “not asked” and blank answers are counted in rows of their own and never "
        "added to a group.",
    ),
    ("Declaration rate", "People who declared an answer divided by all people counted."),
    (
        "Likely between",
        "The range in which a figure is likely to lie, because who happens to work here at one "
        "date is partly chance (95% confidence interval, by Wilson's method).",
    ),
    (
        "Higher, lower, cannot tell",
        "A difference is called higher or lower only where its range excludes no difference. A "
        f"range within {number(DELTA_POINTS)} percentage points of no difference is “no "
        "difference that matters”. Otherwise this data cannot tell, which is not evidence that "
        "nothing differs.",
    ),
    (
        "Index",
        "A group's share among staff divided by its share of the community: 1 is the same share.",
    ),
    (
        "People to parity",
        "How many more people of a group there would be if its share among staff were its share of "
        f"the community: if they replaced others, or if they were hired in addition. "
        f"{upper_first(DISTANCE)}.",
    ),
)
_LIKELY = (
    "Likely between",
    "The range in which a figure is likely to lie, because what happens in one year is partly "
    "chance (95% confidence interval).",
)
_RATIOS: Terms = (
    (
        "Relative likelihood",
        "How often something happened in one group, divided by how often it happened in the group "
        "that it is compared with: 1 where it is as likely in both. Each table says what is "
        "compared with what. Its range is worked out on the logarithm, and by a score method "
        "where nobody of a group is among those to whom it happened.",
    ),
    (
        "More likely, less likely, cannot tell",
        "More or less likely only where the range of the relative likelihood excludes 1. A "
        f"difference whose range lies within {number(DELTA_POINTS)} percentage points either way, "
        "and whose relative likelihood within 0.80 to 1.25, is “no difference that matters” even "
        "so. Otherwise this data cannot tell, which is not evidence that there is no difference.",
    ),
    (
        "Screening range",
        "A relative likelihood outside the range that a table names (0.80 to 1.25 unless it says "
        f"otherwise) is worth looking into. It is {SCREENING}. Whether a ratio is outside is "
        "worked out on whole numbers, never on rounded ones.",
    ),
    (
        "Fewer than at the reference's rate",
        "How many more of a group there would be if the rate of those it is compared with had been "
        f"theirs. {upper_first(DISTANCE)}.",
    ),
)
_STAGES: Terms = (
    (
        "Applications and candidates",
        "One application is counted for each candidate and vacancy. A candidate who applied for "
        "several vacancies counts once among candidates and each time among applications.",
    ),
    (
        "Withdrawn, stage not known",
        "Applications that candidates withdrew, and those of which nobody wrote down how far they "
        "got, are counted beside the stages and are not counted as turned down. Each table says "
        "what its percentages are of.",
    ),
)
_OTHERS: dict[str, Terms] = {
    "stratified": (
        (
            "Like with like, expected",
            "Groups are compared within each vacancy, grade or service and the comparisons put "
            "together (Mantel and Haenszel). Expected is what a group would have had at the rate "
            "of all who declared in the same place. Where this comparison and the one of all "
            "together point in different directions, the page says so.",
        ),
    ),
    "adjusted": (
        (
            "Adjustment",
            "A model (logistic regression) that compares groups as if they were alike in what the "
            "table names. It shows what is left of a difference, not how it came about.",
        ),
    ),
    "undeclared": (
        (
            "Lowest and highest possible, shared out",
            "A group's rate if all who did not declare an answer belonged to it, and none or all "
            "of them passed; and if they were shared out as those who declared are.",
        ),
    ),
    "variation": (
        (
            "Limits of usual variation",
            "Where 998 of 1,000 services would lie if they varied no more than services usually "
            "do here. Services of few people lie further apart by chance, so their limits are "
            "wider. Services are not named and not ranked.",
        ),
    ),
    "intersections": (
        (
            "Drawn towards the rate of all",
            "Rates of small groups swing widely by chance. They are drawn towards the rate of all, "
            "the more so the smaller the group (empirical Bayes).",
        ),
    ),
    "participation": (
        (
            "Per 100 person-years",
            "Events divided by the time that people worked here, in hundreds of years. A person "
            "with several events counts each time among events and once among people.",
        ),
    ),
}
_CHANGED: Terms = (
    (
        "What training changed",
        "Services whose panels were trained are compared with services that had no training, or "
        "none yet, at the same time, and applicants only with others for the same vacancy. The "
        "change is given in percentage points: the group's rate with training less what it would "
        "have been without it, less the same for the group that it is compared with.",
    ),
    (
        "Narrowed, widened, no change that matters, cannot tell",
        "A change whose likely range lies within the smallest change that matters, either way, is "
        "“no change that matters”. Else one whose range excludes no change is “narrowed” where the "
        "gap between the groups became smaller, and “widened” where it became larger. Otherwise "
        "this data cannot tell, which is not evidence that nothing changed.",
    ),
    (
        "Planned, not planned beforehand",
        "Whether outcome, groups, dates and the smallest change that matters were written down "
        "before the results were seen. Results of a question that was not planned are weaker.",
    ),
    (
        "Odds ratio of a change",
        "The odds of passing in the group against those in the group it is compared with, with "
        "training divided by the same without it. 1 is no change; above 1 the group did better "
        "than without training. It is not a ratio of rates.",
    ),
)
_TRAINING: dict[str, Terms] = {
    "training_exposure": (
        (
            "Trained before, trained after",
            "Of the panel seats of which it is known, the percentage taken by people who had been "
            "trained by the day they sat, before the service's date and from it on.",
        ),
    ),
    "training_detectable": (
        (
            "Chance of telling a change",
            "How often a change of that size would be told if it were there, found by playing the "
            "organisation's own counts through many times. For planning only.",
        ),
    ),
    "training_time_series": (
        (
            "What would have been",
            "The rate that a model expects without training: the trend and the seasons of the "
            "time before it, going on as they were.",
        ),
    ),
    "chairs_training": (
        (
            "Before and after chairs were trained",
            "Networks whose chair had been trained are compared with networks that still waited, "
            "at the same time. The ratio is how many there were with training for each one that "
            "there would have been without.",
        ),
    ),
    "programme_effect": (
        (
            "After a programme, like with like",
            "The odds of promotion in a year of those who had taken part before it, divided by "
            "those of others of the same group, grade and year. Nobody takes part by lot, so this "
            "is no measure of what the programme did.",
        ),
    ),
}
_COMPARED = frozenset({"funnel", "likelihood", "routes", *_OTHERS})


MEASURES = {
    "applications": "applications at a stage",
    "candidates": "different people who applied, at a stage",
    "rate_from_applied": "those who reached the stage, of those who applied",
    "rate_from_previous": "those who reached the stage, of those at the stage before",
    "rate": "those to whom it happened, of all in the group to whom it could have",
    "reference_rate": "the same of the group that is compared with",
    "relative_likelihood": "the rate of what is compared divided by that of the reference",
    "difference": "the rate of what is compared less that of the reference",
    "odds_ratio": "odds of what is compared divided by those of the reference",
    "relative_likelihood_of_failure": "the same ratio for those to whom it did not happen",
    "z_test": "test of equal rates with the pooled rate",
    "fisher_test": "Fisher's exact test, two-sided",
    "mid_p_test": "the same, with half of the chance of the table itself",
    "phi": "size of an association in a table of two by two",
    "cohens_h": "difference of two rates after the arcsine transformation",
    "screening": f"whether the ratio is in the range that is named: {SCREENING}",
    "shortfall_to_reference": f"how many fewer than at the reference's rate: {DISTANCE}",
    "shortfall_to_pooled": f"how many fewer than at the rate of both together: {DISTANCE}",
    "one_person_flip": "fewest that would have to be exchanged to turn the screening",
    "smallest_detectable_ratio": "smallest ratio that could be told, for planning only",
    "smallest_ratio_test": "chance of so small a ratio to the highest rate if all were equal",
    "relative_likelihood_stratified": "the ratio within strata (Mantel-Haenszel)",
    "odds_ratio_stratified": "the odds ratio within strata (Mantel-Haenszel)",
    "relative_likelihood_stratified_without_bulk": "the same without bulk campaigns",
    "odds_ratio_stratified_without_bulk": "the same without bulk campaigns",
    "same_in_every_stratum": "test of one odds ratio in all strata (Breslow-Day, Tarone)",
    "stratified_test": "test of no difference within strata (Cochran-Mantel-Haenszel)",
    "expected": "what the group would have had at the rate of all it is held against",
    "shortfall": f"expected less observed: {DISTANCE}",
    "reversal": "1 where the direction within strata is the other way round",
    "rate_lower_bound": "the rate if all who did not declare were of the group and none passed",
    "rate_upper_bound": "the rate if all who did not declare were of the group and all passed",
    "rate_shared_out": "the rate with those who did not declare shared out",
    "declared_against_undeclared": "rate of those who declared divided by that of all others",
    "observed_to_expected": "how many there were divided by how many were expected",
    "shrunk": "the figure drawn towards that of all, the more so the smaller the group",
    "position": "distance from what is expected, allowing for the usual variation",
    "outside_998": "whether it is outside the limits that 998 of 1,000 lie within",
    "over_dispersion": "how much more services vary than by chance alone: 1 is chance alone",
    "odds_ratio_adjusted": "the odds ratio for people alike in what is adjusted for",
    "odds_ratio_within_vacancy": "the odds ratio for people who applied for the same vacancy",
    "gap": "the difference of two rates in percentage points, or of two scores in points",
    "gap_adjusted": "the same for people alike in what is adjusted for",
    "share_of_applicants": "the group's share of those who applied and declared",
    "share_at_stage": "the group's share of those at the stage who declared",
    "ratio_of_ratios": "the relative likelihood by one route divided by that by another",
    "people": "different people to whom it happened",
    **{
        f"limit_{name}_{end}": f"{end} limit that {words} lie within if services vary as usual"
        for name, words in (("95", "95 of 100"), ("998", "998 of 1,000"))
        for end in ("lower", "upper")
    },
    "events": "events, each time that one happened",
    "cases": "cases, each of which may hold several events",
    "open_cases": "cases without a result at the end of the period",
    "rate_per_100_person_years": "events per 100 years that people worked",
    "seats": "seats on panels",
    "share_trained_before": "seats taken by trained people before the service's date",
    "share_trained_after": "seats taken by trained people from the service's date on",
    "share_of_visitors": "seats taken by people of another service",
    "gap_within_vacancies": "the gap among applicants for the same vacancy (Mantel-Haenszel)",
    "effect": "with training divided by without: an odds ratio, for networks one of rates",
    "effect_points": "what training changed in percentage points, less that of the reference",
    "effect_people": "how many more of the group passed, or were promoted, than without",
    "gap_without": "the gap in percentage points as it would have been without training",
    "gap_with": "the gap in percentage points with training",
    "pooled": "the same ratio as one figure for all services, or networks, and times",
    "jackknife": "the same ratio, its range by leaving out a service, or network, at a time",
    "wild_bootstrap": "the same ratio, its range by drawn signs",
    "dose": "the odds ratio from nobody to everybody on the panel trained",
    "verdict": "what may be said of the change: the note holds the words",
    "effect_at": "what had changed by the quarter, in percentage points",
    "effect_overall": "the average of all quarters after training",
    "before_overall": "the average of all quarters before training, which should be 0",
    "fitted": "the rate as the model has it",
    "fitted_without": "the rate that the model expects without training",
    "level_change": "the rate when training began divided by what it would have been",
    "slope_change": "the growth of the rate after training divided by that before",
    "level_change_between": "the same change of level, of the group against the reference",
    "slope_change_between": "the same change of growth, of the group against the reference",
    "power": "the chance that a change of that size would be told",
    "smallest_detectable": "the smallest odds ratio told as often as is asked for",
    "smallest_detectable_points": "the same in percentage points",
    "months_needed": "more months needed to tell the smallest change that matters",
    "vacancies_needed": "more vacancies needed to tell the smallest change that matters",
    "check": "what a check of another explanation found",
    "rate_before": "the rate of networks whose chair was trained, before that, as it is",
    "rate_after": "the rate of networks whose chair was trained, from then on, as it is",
    "rate_waiting": "the rate of networks whose chair has not been trained, as it is",
    "effect_events": "how many more there were than without training",
    "smallest_that_matters": "the smallest ratio that matters, or 1 divided by it",
    "took_part": "people who had taken part before the year, added up over the years",
    "rate_took_part": "those promoted in the year, of those who had taken part before it",
    "rate_others": "those promoted in the year, of those who had not taken part",
    "gap_others": "odds of promotion against the reference, of those who had not taken part",
    "gap_took_part": "odds of promotion against the reference, of those who had taken part",
    "effect_ratio": "what taking part went with in the group divided by that in the reference",
    **NETWORK_MEASURES,
    **SURVEY_MEASURES,
    **SURVEY_ACTION_MEASURES,
}
"""What the measures in open data are."""


def definitions(kinds: Collection[str]) -> Terms:
    """Give the words that a page with these kinds of figures has to explain.

    Parameters
    ----------
    kinds
        Kinds of figures on the page.

    Returns
    -------
    tuple of tuple
        Term and meaning, in the order in which they are to be read.

    Examples
    --------
    >>> [term for term, _ in definitions(["likelihood"])][:2]
    ['Likely between', 'Relative likelihood']
    """
    found: list[tuple[str, str]] = []
    if {"shares", "against_community", "over_time"} & set(kinds):
        found += _COMPOSITION
    else:
        found.append(_LIKELY)
    if _COMPARED & set(kinds):
        found += _RATIOS
    if {"funnel", "routes", "likelihood"} & set(kinds):
        found += _STAGES
    for kind, terms in _OTHERS.items():
        found += terms if kind in kinds else ()
    if any(kind in kinds for kind in ("training_effect", "training_event_study")):
        found += _CHANGED
    for kind, terms in (
        *_TRAINING.items(),
        *NETWORK_TERMS.items(),
        *SURVEY_TERMS.items(),
        *SURVEY_ACTION_TERMS.items(),
    ):
        found += terms if kind in kinds else ()
    # Kinds may share a term.
    return tuple(dict.fromkeys(found))
