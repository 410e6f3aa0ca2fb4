"""Tables of relative likelihoods: each group's rate, and its ratio to the reference's."""

from __future__ import annotations

from workforce_analytics.publishing.figures import Figures
from workforce_analytics.publishing.layouts import (
    Entry,
    Layout,
    chance,
    count,
    grid,
    layout,
    plain,
    points,
    ratio_alone,
    ratio_entry,
    row_names,
    share,
    word,
)
from workforce_analytics.publishing.likelihood_sentences import screening_range
from workforce_analytics.publishing.likelihoods import among, happening, reference_words
from workforce_analytics.publishing.wording import (
    DISTANCE,
    SCREENING,
    lower_first,
    noun,
    upper_first,
)

FURTHER = "further measures"
PLANNING = "distances and planning"
TESTS = "tests"


def likelihood(read: Figures) -> tuple[Layout, ...]:
    """Rate, ratio and distance of each group; further measures and tests in tables of their own."""
    return (*_main(read), *_further(read), *_tests(read))


def participation(read: Figures) -> tuple[Layout, ...]:
    """The same, with how many events and cases there were."""
    events = [
        count("people", "People with an event"),
        count("events", "Events"),
        count("cases", "Cases"),
        count("open_cases", "Cases open at the end"),
        *([_per_years()] if read.holds("rate") else []),
    ]
    groups, names = grid(read, read.declared), row_names(read)
    more = layout(read, names, groups, events, notes=_cases(read), about="events and cases")
    return (*_main(read), *more, *_further(read), *_tests(read))


def intersections(read: Figures) -> tuple[Layout, ...]:
    """Rate of each combination, as it is and drawn towards everybody's, and its ratio."""
    entries = [
        *_rate(read),
        share("shrunk", "Drawn towards the rate of all (%)"),
        ratio_entry("relative_likelihood", _ratio_heading(read)),
    ]
    notes = (
        *_base(read),
        "Rates of few people swing widely by chance. The second rate is drawn towards that of all, "
        "the more so the fewer there are.",
    )
    return layout(read, row_names(read), grid(read, read.declared), entries, notes=notes)


def compared_with(read: Figures) -> str:
    """Say in a note what groups are compared with, and which way the ratio points."""
    than = reference_words(read)
    if turned(read):
        return (
            f"The relative likelihood is that of {than} divided by the group's: above 1, it is "
            f"more likely for {than}. Compared with: {read.about.reference}."
        )
    return (
        f"Compared with: {read.about.reference or than}. The relative likelihood is the group's "
        f"rate divided by that of {than}: above 1, it is more likely for the group."
    )


def _main(read: Figures) -> tuple[Layout, ...]:
    low, high = screening_range(read)
    within = {-1.0: "Below", 0.0: "Within", 1.0: "Above"}
    entries = [
        *_rate(read),
        ratio_entry("relative_likelihood", _ratio_heading(read), edges=(low, 1.0, high)),
        word("screening", f"{low:.2f} to {high:.2f}", within),
        plain("shortfall_to_reference", "Fewer than at the reference's rate", 0),
    ]
    groups = grid(read, read.declared)
    return layout(read, row_names(read), groups, entries, notes=_main_notes(read, low, high))


def _main_notes(read: Figures, low: float, high: float) -> list[str]:
    notes = [*_base(read), compared_with(read)]
    named = any(SCREENING in caveat for caveat in read.about.caveats)
    if read.holds("screening") and not named:
        notes.append(f"{low:.2f} to {high:.2f} is {SCREENING}.")
    if read.holds("shortfall_to_reference"):
        notes.append(
            "Fewer than at the reference's rate: how many more there would be in the group if the "
            f"reference's rate had been theirs; below 0, fewer. It is {DISTANCE}."
        )
    return notes


def _rate(read: Figures) -> list[Entry]:
    if not read.holds("rate"):
        return [_per_years()]
    whom, what = among(read), happening(read).removeprefix("being ")
    if "event" in read.about.groups:
        what = "to whom it happened"
    return [
        count(
            "rate", upper_first(whom) or noun(read.about.counted).capitalize(), part="denominator"
        ),
        count("rate", upper_first(what), part="numerator"),
        share("rate", "Rate (%)"),
    ]


def _per_years() -> Entry:
    return points("rate_per_100_person_years", "Events per 100 person-years", heading="Rate")


def turned(read: Figures) -> bool:
    """Whether ratios have the reference above the line, as some published standards do."""
    return any(
        figure.reference == place.group != figure.compared
        for place, figure in read.rows.items()
        if place.measure == "relative_likelihood"
    )


def _ratio_heading(read: Figures) -> str:
    if turned(read):
        return f"Relative likelihood ({reference_words(read)} to the group)"
    return f"Relative likelihood (1 = as likely as {reference_words(read)})"


def _base(read: Figures) -> list[str]:
    return [f"Only those who declared their {lower_first(read.of)} are in this table."]


def _further(read: Figures) -> tuple[Layout, ...]:
    names, groups = row_names(read), grid(read, read.compared)
    sizes = [
        points("difference", "Difference (percentage points)"),
        ratio_entry("relative_likelihood_of_failure", "Relative likelihood of the opposite"),
        ratio_entry("odds_ratio", "Odds ratio"),
    ]
    numbers = [
        plain("shortfall_to_pooled", "Fewer than at the rate of both together", 0),
        plain("one_person_flip", "Fewest exchanged", 0),
        ratio_alone("smallest_detectable_ratio", "Smallest ratio that could be told"),
    ]
    notes = (
        f"Fewer than at the rate of both together is {DISTANCE}.",
        "Fewest exchanged: how many more of one group and fewer of the other would change whether "
        "the ratio is within the screening range.",
        "Smallest ratio that could be told: for planning only, at 80% power.",
    )
    return (
        *layout(read, names, groups, sizes, notes=[compared_with(read)], about=FURTHER),
        *layout(read, names, groups, numbers, notes=notes, about=PLANNING),
    )


def _tests(read: Figures) -> tuple[Layout, ...]:
    over = "Chance of a difference as large if there were none"
    entries = [
        chance("z_test", "z-test", over=over),
        chance("fisher_test", "Fisher's exact test", over=over),
        chance("mid_p_test", "Mid-P test", over=over),
        chance(
            "relative_likelihood",
            "Mid-P, for all comparisons together",
            field="q_value",
            over=over,
        ),
        chance("smallest_ratio_test", "Smallest ratio to the highest", over=over),
        plain("z_test", "z", 2, over="Size"),
        plain("phi", "Phi", 3, over="Size"),
        plain("cohens_h", "Cohen's h", 3, over="Size"),
    ]
    notes = (
        compared_with(read),
        "A small chance does not say how large a difference is, nor how it came about. The fourth "
        "column allows for the number of comparisons (Benjamini-Hochberg).",
    )
    groups = grid(read, read.compared)
    return layout(read, row_names(read), groups, entries, notes=notes, about=TESTS)


def _cases(read: Figures) -> list[str]:
    return [
        *_base(read),
        "A person with several events counts once among people and each time among events.",
    ]
