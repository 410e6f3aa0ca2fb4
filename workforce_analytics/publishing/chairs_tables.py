"""Tables of training for networks' chairs, and of promotion after a programme."""

from __future__ import annotations

from workforce_analytics.publishing.chairs_sentences import chairs_verdict
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.layouts import (
    At,
    Cell,
    Column,
    Entry,
    Layout,
    chance,
    count,
    layout,
    plain,
    plain_cell,
    ratio_alone,
    ratio_entry,
    share,
)
from workforce_analytics.publishing.programme_sentences import (
    NOT_BY_LOT,
    programme_groups,
    programme_reference,
    programme_verdicts,
)
from workforce_analytics.publishing.training_verdicts import NOT_EVIDENCE
from workforce_analytics.publishing.wording import ratio, upper_first

_CHANCE = "Chance of a ratio as far from 1 if there were no change"


def chairs(read: Figures) -> tuple[Layout, ...]:
    """Verdict and ratio of the outcome; rates as they are, and tests, apart."""
    rows = [At((label,), label) for label in read.declared]
    main = [
        ratio_entry("effect", "With training, divided by without"),
        _events(read),
        _verdict(),
    ]
    rates = [
        count("rate_before", "Counted", part="numerator", over="Before training"),
        plain("rate_before", "Rate", 2, over="Before training"),
        count("rate_after", "Counted", part="numerator", over="After training"),
        plain("rate_after", "Rate", 2, over="After training"),
        count("rate_waiting", "Counted", part="numerator", over="Networks that still wait"),
        plain("rate_waiting", "Rate", 2, over="Networks that still wait"),
    ]
    tests = [
        ratio_entry("pooled", "One figure for all networks and months"),
        chance("effect", "The test of the verdict", over=_CHANCE),
        chance("jackknife", "Leaving out a network at a time", over=_CHANCE),
        chance("wild_bootstrap", "By drawn signs", over=_CHANCE),
        _number("effect", "n_effective", "Months that tell something"),
        _number("effect", "clusters", "Networks"),
    ]
    least = read.get("smallest_that_matters", read.declared[0]).value
    why = chairs_verdict(read).why
    notes = [
        read.about.plan,
        "Networks whose chair had been trained are compared with networks that still waited, at "
        "the same time.",
        *([_rule(least, "“rose” or “fell”")] if least else []),
        *([f"Why this data cannot tell: {why}."] if why else []),
    ]
    crude = "As they are, without regard to what else changed: no measure of what training did."
    return (
        *layout(read, (read.of,), rows, main, notes=[note for note in notes if note]),
        *layout(read, (read.of,), rows, rates, notes=(crude,), about="rates as they are"),
        *layout(read, (read.of,), rows, tests, notes=_methods(read, "effect"), about="tests"),
    )


def programme(read: Figures) -> tuple[Layout, ...]:
    """How promotion of those who took part compares, by group; the gap to the reference apart."""
    everyone = [At((label,), label) for label in read.declared]
    compared = [At((label,), label) for label in programme_groups(read)]
    main = [
        count("took_part", "Had taken part"),
        share("rate_took_part", "Promoted, of those who had", ends=False),
        share("rate_others", "Promoted, of others", ends=False),
        ratio_entry("effect", "Odds ratio, like with like"),
        _people(),
    ]
    gaps = [
        ratio_entry("gap_others", "Among others"),
        ratio_entry("gap_took_part", "Among those who had taken part"),
        ratio_entry("effect_ratio", "One divided by the other"),
        _verdict(),
    ]
    tests = [
        chance("effect_ratio", "By itself", over=_CHANCE),
        chance("effect_ratio", "For all comparisons together", field="q_value", over=_CHANCE),
        ratio_alone("smallest_that_matters", "Smallest ratio that matters"),
    ]
    least = next(
        (figure.value for place, figure in read.rows.items() if _is_least(place.measure, figure)),
        None,
    )
    whys = {told.why for told in programme_verdicts(read).values()}
    notes = [
        read.about.plan,
        NOT_BY_LOT,
        f"Odds of {read.about.outcome} against {programme_reference(read)}, like with like.",
        *([_rule(least, "“narrowed” or “widened”")] if least else []),
        *(f"Where this data cannot tell: {why}." for why in sorted(whys - {""})),
    ]
    people = "People: how many more were promoted than would have been; below 0, fewer."
    return (
        *layout(read, (read.of,), everyone, main, notes=(NOT_BY_LOT, people)),
        *layout(read, (read.of,), compared, gaps, notes=[n for n in notes if n], about="gaps"),
        *layout(
            read, (read.of,), compared, tests, notes=_methods(read, "effect_ratio"), about="tests"
        ),
    )


def _is_least(measure: str, figure: Figure) -> bool:
    return measure == "smallest_that_matters" and figure.value is not None


def _rule(least: float, words: str) -> str:
    return (
        f"A ratio whose likely range lies within {ratio(1 / least, (1.0,))} to "
        f"{ratio(least, (1.0,))} is “no change that matters”; else one whose range excludes 1 is "
        f"{words}; else this data cannot tell, {NOT_EVIDENCE}."
    )


def _verdict() -> Entry:
    def cells(figure: Figure) -> tuple[Cell, ...]:
        word = figure.note.partition(":")[0]
        # The verdict of a hidden figure is hidden with it.
        hidden = figure.hidden or figure.status == "suppressed" or not word
        return (Cell(figure.value_mark if hidden else upper_first(word)),)

    return Entry("verdict", (Column("Verdict", numeric=False),), cells)


def _events(read: Figures) -> Entry:
    what = upper_first(read.about.counted.partition(",")[0])
    return _whole("effect_events", what, "More than without training")


def _people() -> Entry:
    return _whole("effect_people", "People", "More promoted than would have been")


def _whole(measure: str, heading: str, over: str) -> Entry:
    columns = (Column(heading, over), Column("Likely from", over), Column("Likely to", over))

    def cells(figure: Figure) -> tuple[Cell, ...]:
        mark = figure.value_mark or "[z]"
        ends = (figure.value, figure.lower, figure.upper)
        return tuple(plain_cell(Figure(value=end, value_mark=mark), 0) for end in ends)

    return Entry(measure, columns, cells)


def _number(measure: str, field: str, heading: str) -> Entry:
    def cells(figure: Figure) -> tuple[Cell, ...]:
        value = getattr(figure, field)
        return (plain_cell(Figure(value=value, value_mark=figure.value_mark or "[z]"), 0),)

    return Entry(measure, (Column(heading),), cells)


def _methods(read: Figures, measure: str) -> list[str]:
    told = {figure.method for place, figure in read.rows.items() if place.measure == measure}
    return [f"Method: {method}." for method in sorted(told - {"", "none"})]
