"""Tables that hold like with like: within strata, adjusted, undeclared, and by service."""

from __future__ import annotations

from workforce_analytics.publishing.figures import NOT_GIVEN, Figures
from workforce_analytics.publishing.layouts import (
    At,
    Entry,
    Layout,
    chance,
    count,
    layout,
    plain,
    points,
    ratio_entry,
    row_names,
    share,
    whole_words,
    word,
)
from workforce_analytics.publishing.likelihood_tables import compared_with
from workforce_analytics.publishing.likelihoods import happening, within_words
from workforce_analytics.publishing.strata_sentences import places
from workforce_analytics.publishing.wording import DISTANCE, lower_first

_CRUDE, _WITHIN = "All together", "Like with like"
_YES = {0.0: "No", 1.0: "Yes"}


# --- within strata ------------------------------------------------------------------------------


def stratified(read: Figures) -> tuple[Layout, ...]:
    """Both comparisons side by side and what would be expected; tests and strata apart."""
    rows = [At((group,), group) for group in read.compared]
    main = [
        ratio_entry("relative_likelihood", _CRUDE),
        ratio_entry("relative_likelihood_stratified", _WITHIN),
        word("reversal", "Direction turns round", _YES),
        count("expected", "There were", part="numerator"),
        plain("expected", "Expected", 1),
        plain("shortfall", "Fewer than expected", 1),
    ]
    where = within_words(read)
    notes = [
        compared_with(read),
        f"Like with like: {where}, by the method of Mantel and Haenszel.",
        f"Expected: at the rate of all who declared, {where}. Fewer than expected is {DISTANCE}.",
    ]
    return (
        *layout(read, (read.of,), rows, main, notes=notes),
        *layout(read, (read.of,), rows, _odds(), notes=notes[:2], about="odds ratios and tests"),
        *_each_stratum(read),
    )


def _odds() -> list[Entry]:
    return [
        ratio_entry("odds_ratio", "Odds ratio, all together"),
        ratio_entry("odds_ratio_stratified", "Odds ratio, like with like"),
        ratio_entry(
            "relative_likelihood_stratified_without_bulk",
            "Relative likelihood without bulk campaigns",
        ),
        ratio_entry("odds_ratio_stratified_without_bulk", "Odds ratio without bulk campaigns"),
        chance("stratified_test", "If no stratum differed", over=_CHANCE),
        chance("same_in_every_stratum", "If all were alike", over=_CHANCE),
    ]


_CHANCE = "Chance of figures this far apart"


def _each_stratum(read: Figures) -> tuple[Layout, ...]:
    if not read.by:
        return ()
    rows = [
        At((group, whole_words(read, part)), group, part)
        for part in read.parts
        for group in read.compared
    ]
    entries = [
        count("rate", "Out of", part="denominator", over="Rate (%)"),
        share("rate", "Rate (%)"),
        share("reference_rate", "Rate of the reference (%)"),
        count("expected", "There were", part="numerator"),
        plain("expected", "Expected", 1),
        plain("shortfall", "Fewer than expected", 1),
    ]
    about = f"each {lower_first(read.by)}"
    return layout(read, row_names(read), rows, entries, notes=[compared_with(read)], about=about)


# --- adjusted -----------------------------------------------------------------------------------


def adjusted(read: Figures) -> tuple[Layout, ...]:
    """Differences before and after adjustment; odds ratios in a further table."""
    rows = [At((group,), group) for group in read.compared]
    main = [
        points("gap", "Before adjustment (percentage points)"),
        points("gap_adjusted", "After adjustment (percentage points)"),
    ]
    odds = [
        ratio_entry("odds_ratio", "Odds ratio before"),
        ratio_entry("odds_ratio_adjusted", "Odds ratio after"),
        ratio_entry("odds_ratio_within_vacancy", "Odds ratio within each vacancy"),
    ]
    notes = [
        f"Compared with: {read.about.reference or read.reference}. Below 0, {happening(read)} is "
        "less likely for the group.",
        f"What is adjusted for: {read.about.definition}",
        "An adjustment shows what is left when like is held against like. It does not say that "
        "what was adjusted for is fair.",
    ]
    return (
        *layout(read, (read.of,), rows, main, notes=notes),
        *layout(read, (read.of,), rows, odds, notes=notes, about="odds ratios"),
    )


# --- those who did not declare ------------------------------------------------------------------


def undeclared(read: Figures) -> tuple[Layout, ...]:
    """Rates with those who did not declare left out, at worst and at best, and shared out."""
    rows = [At((group,), group) for group in (*read.declared, *read.undeclared)]
    entries = [
        count("rate", "Out of", part="denominator", over="Left out (%)"),
        share("rate", "Left out (%)"),
        share("rate_lower_bound", "Lowest possible (%)", ends=False),
        share("rate_upper_bound", "Highest possible (%)", ends=False),
        share("rate_shared_out", "Shared out (%)", ends=False),
    ]
    heading = lower_first(read.of)
    notes = [
        f"Left out: those who did not declare their {heading} are not counted. Lowest and highest "
        "possible: all of them belong to the group, and none or all of them passed. Shared out: "
        "they belong to the groups as those who declared do, and passed as they did.",
    ]
    alarm = [
        ratio_entry("declared_against_undeclared", "Those who declared, to those who did not"),
        chance("declared_against_undeclared", "Chance of a ratio this far from 1 if it were 1"),
    ]
    last = [At((group,), group) for group in read.undeclared if group == NOT_GIVEN]
    about = "those who declared and those who did not"
    return (
        *layout(read, (read.of,), rows, entries, notes=notes),
        *layout(read, (read.of,), last, alarm, about=about),
    )


# --- from service to service --------------------------------------------------------------------


def variation(read: Figures) -> tuple[Layout, ...]:
    """Expected and observed of each service, and whether it lies outside the limits."""
    several = len(read.declared) > 1
    rows = [
        At((part, group) if several else (part,), group, part)
        for group in read.declared
        for part in places(read, group)
    ]
    names = (read.by, read.of) if several else (read.by,)
    limits = [
        plain(f"limit_{name}_{end}", end_words, 3, over=f"Limits for {share_words}")
        for name, share_words in (("998", "998 of 1,000"), ("95", "95 of 100"))
        for end, end_words in (("lower", "From"), ("upper", "To"))
    ]
    main = [
        count("observed_to_expected", "There were", part="numerator"),
        plain("expected", "Expected", 1),
        plain("observed_to_expected", "Ratio", 3),
        *limits[:2],
        word("outside_998", "Outside", {-1.0: "Below", 0.0: "Within", 1.0: "Above"}),
    ]
    has_range = any(
        figure.has_interval
        for place, figure in read.rows.items()
        if place.measure == "observed_to_expected"
    )
    more = [
        *([ratio_entry("observed_to_expected", "There were, to expected")] if has_range else []),
        ratio_entry("shrunk", "Drawn towards all"),
        *limits[2:],
        plain("position", "Distance in usual steps", 2),
    ]
    one = lower_first(read.by)
    notes = [
        f"Expected: compared with {read.about.reference}." if read.about.reference else "",
        f"The limits allow for the usual variation between {one}s. The order of {one}s is no "
        "ranking.",
    ]
    if any(len(places(read, group)) < len(read.parts) for group in read.declared):
        notes.append(f"A {one} to which nobody of the group applied is left out.")
    kept = [note for note in notes if note]
    return (
        *layout(read, names, rows, main, notes=kept),
        *layout(read, names, rows, more, notes=kept, about="further measures"),
    )
