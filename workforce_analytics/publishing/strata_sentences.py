"""What a comparison that holds like with like shows, in plain English.

Within strata, adjusted, with those who did not declare, and from service to service. What may be
called more or less likely is decided in likelihoods.py.
"""

from __future__ import annotations

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.figures import NOT_GIVEN, Figure, Figures
from workforce_analytics.publishing.likelihood_sentences import (
    NOT_EVIDENCE,
    headline_of,
    most_apart,
    rest,
)
from workforce_analytics.publishing.likelihoods import (
    by_interval,
    happening,
    newcombe,
    ratio_of,
    reference_words,
    turned,
    verdicts,
    within_words,
)
from workforce_analytics.publishing.wording import (
    DISTANCE,
    lower_first,
    number,
    percent,
    quoted,
    ratio,
    ratio_between,
    upper_first,
)

# --- within strata ------------------------------------------------------------------------------


def stratified(table: Figures) -> list[str]:
    """Say what the comparison is within strata, and whether it turns the direction round."""
    found = verdicts(table)
    main = most_apart(table, found)
    second = _reversed(table) or (_expected(table, main) if main else "")
    first = _within(table, main) if main else ""
    last = rest(table, found, main)
    where = upper_first(within_words(table))
    if last:
        last = f"{where}, {lower_first(last)}"
    return [said for said in (first, second, last) if said]


def stratified_headline(table: Figures) -> str:
    """Say the main message of a comparison within strata."""
    turns, where = _turns(table), within_words(table)
    if turns:
        return f"Overall and {where}, the figures point in different directions for {quoted(turns)}"
    return f"{upper_first(where)}, " + lower_first(
        headline_of(table, verdicts(table), upper_first(happening(table)))
    )


def _within(table: Figures, group: str) -> str:
    inside, crude = ratio_of(table, group), table.get("relative_likelihood", group)
    if inside.value is None or inside.lower is None or inside.upper is None:
        return ""
    said = (
        f"{upper_first(within_words(table))}, “{group}” had {ratio(inside.value)} times the "
        f"likelihood of {happening(table)} of {reference_words(table)} "
        f"({ratio_between(inside.lower, inside.upper)})"
    )
    if crude.value is None:
        return f"{said}."
    return f"{said}; with everything taken together it was {ratio(crude.value)} times."


def _turns(table: Figures) -> list[str]:
    return [group for group in table.compared if table.get("reversal", group).value == 1.0]


def _reversed(table: Figures) -> str:
    """Say where a comparison within strata turns the direction round (Simpson's check)."""
    turns = _turns(table)
    if not turns:
        return ""
    group = turns[0]
    crude, inside = table.get("relative_likelihood", group).value, ratio_of(table, group).value
    figures = ""
    if len(turns) == 1 and crude is not None and inside is not None:
        figures = f" ({ratio(crude)} times taken together, {ratio(inside)} times within)"
    return (
        f"For {quoted(turns)} the two comparisons point in different directions{figures}: the "
        "groups applied in different numbers where few and where many pass, so read the "
        f"comparison {within_words(table)}."
    )


def _expected(table: Figures, group: str) -> str:
    """Say the distance to the rate of all in the same stratum, never as a target."""
    expected = table.get("expected", group)
    if expected.value is None or expected.numerator is None:
        return ""
    missing = expected.value - expected.numerator
    if abs(missing) < 0.5:
        return ""
    more = "fewer" if missing > 0 else "more"
    return (
        f"At the rate of all who declared, {within_words(table)}, {number(expected.value)} of the "
        f"group “{group}” would be expected; there were {number(expected.numerator)}, "
        f"{number(abs(missing))} {more}: {DISTANCE}."
    )


# --- adjusted -----------------------------------------------------------------------------------


def adjusted(table: Figures) -> list[str]:
    """Say what remains of each gap once like is held against like."""
    found = verdicts(table)
    clear = found["lower"] + found["higher"]
    main = max(clear, key=lambda g: abs(table.get("gap_adjusted", g).value or 0), default="")
    said = [_gap(table, main) if main else "", _rest_of_gaps(table, found, main)]
    return [sentence for sentence in said if sentence]


def adjusted_headline(table: Figures) -> str:
    """Say the main message of an adjusted comparison."""
    said = headline_of(table, verdicts(table), upper_first(happening(table)))
    return f"After adjustment, {lower_first(said)}"


def _gap(table: Figures, group: str) -> str:
    before, after = table.get("gap", group), table.get("gap_adjusted", group)
    if after.value is None or after.lower is None or after.upper is None:
        return ""
    than = reference_words(table)
    said = (
        f"After adjustment, the likelihood of {happening(table)} for “{group}” was "
        f"{number(abs(after.value), 1)} percentage points "
        f"{'lower' if after.value < 0 else 'higher'} than for {than} "
        f"(likely between {_signed(after.lower)} and {_signed(after.upper)})"
    )
    if before.value is None:
        return f"{said}."
    return f"{said}; before, the difference was {_signed(before.value)} points."


def _signed(points: float) -> str:
    return number(points, 1).replace("-", "\u2212")


def _rest_of_gaps(table: Figures, found: dict[str, list[str]], main: str) -> str:
    said = rest(table, found, main)
    return f"After adjustment, {lower_first(said)}" if said else ""


# --- those who did not declare ------------------------------------------------------------------


def undeclared(table: Figures) -> list[str]:
    """Say whether those who did not declare fared differently, and how far rates could lie."""
    said = [_alarm(table), _bounds(table)]
    return [sentence for sentence in said if sentence]


def undeclared_headline(table: Figures) -> str:
    """Say whether the outcome goes with declaring an answer."""
    word, heading = _declaring(table), lower_first(table.of)
    what = upper_first(happening(table))
    those = f"those who declared their {heading}"
    if word in ("higher", "lower"):
        likely = "more" if word == "higher" else "less"
        return f"{what} is clearly {likely} likely for {those} than for those who did not"
    if word == "same":
        return f"{what}: no difference that matters between {those} and those who did not"
    if word == "unknown":
        return f"{what}: this data cannot tell {those} from those who did not"
    return f"{what}, with and without those who did not declare their {heading}"


def _declaring(table: Figures) -> str:
    """Judge those who declared against those who did not."""
    figure = table.get("declared_against_undeclared", NOT_GIVEN)
    word = by_interval(figure)
    own, other = (
        Figure(value=one.value, lower=one.lower, upper=one.upper)
        for one in (table.get("rate", ALL), table.get("rate", NOT_GIVEN))
    )
    if own.has_interval and other.has_interval and verdict(*newcombe(own, other)) == "same":
        return "same"
    return turned(word) if figure.compared == NOT_GIVEN else word


def _alarm(table: Figures) -> str:
    figure = table.get("declared_against_undeclared", NOT_GIVEN)
    word, heading = _declaring(table), lower_first(table.of)
    if not word or figure.value is None or figure.lower is None or figure.upper is None:
        return ""
    what = happening(table)
    if word == "unknown":
        return (
            f"This data cannot tell whether {what} goes with declaring the {heading}; "
            f"{NOT_EVIDENCE}."
        )
    if word == "same":
        return (
            f"There is no difference that matters in the likelihood of {what} between those who "
            f"declared their {heading} and those who did not."
        )
    whose = "declared" if figure.compared != NOT_GIVEN else "did not declare"
    other = "did not" if figure.compared != NOT_GIVEN else "did"
    return (
        f"Read with care: those who {whose} their {heading} had {ratio(figure.value)} times the "
        f"likelihood of {what} of those who {other} "
        f"({ratio_between(figure.lower, figure.upper)}), so leaving out those who did not may "
        "shift every comparison between groups."
    )


def _bounds(table: Figures) -> str:
    """Say how far a rate could lie from the one shown, whatever was not declared."""
    spans, pools = {}, {}
    for group in table.declared:
        low, high = (table.get(f"rate_{end}_bound", group).value for end in ("lower", "upper"))
        pool = table.get("rate", group).denominator
        if low is not None and high is not None and pool:
            spans[group], pools[group] = (low, high), pool
    if not spans:
        return ""
    # Of a handful anything could be true; the largest group says what is true of the table.
    group = max(pools, key=lambda name: pools[name])
    rate = table.get("rate", group).value
    shown = f" instead of {percent(rate)}" if rate is not None else ""
    return (
        f"If all who did not declare belonged to the group “{group}”, its rate could lie anywhere "
        f"from {percent(spans[group][0])} to {percent(spans[group][1])}{shown}."
    )


# --- from service to service --------------------------------------------------------------------


def variation(table: Figures) -> list[str]:
    """Say how many services lie outside the limits, and how far services differ at all."""
    said = [told(table, group) for told in (_together, _outside) for group in table.declared[:2]]
    return [sentence for sentence in [*said, _over_dispersion(table)] if sentence][:3]


def _together(table: Figures, group: str) -> str:
    """Say what all had of what was expected: services may differ from it alike."""
    figure = table.get("observed_to_expected", group, split=ALL)
    if figure.value is None:
        return ""
    return (
        f"In all {_one(table)}s together, “{group}” had {ratio(figure.value, (1.0,))} times as "
        "many as if both groups had been passed alike; the limits lie around that."
    )


def places(table: Figures, group: str) -> tuple[str, ...]:
    """Give the services that have anything to compare; where nobody applied there is nothing."""
    return tuple(
        part
        for part in table.parts
        if table.get("observed_to_expected", group, split=part).value_mark != "[z]"
    )


def variation_headline(table: Figures) -> str:
    """Say how many services lie outside the wide limits."""
    judged = [
        table.get("outside_998", group, split=part).value
        for group in table.declared
        for part in places(table, group)
    ]
    seen = [flag for flag in judged if flag is not None]
    if not seen:
        return f"{upper_first(happening(table))} from {_one(table)} to {_one(table)}"
    outside = sum(flag != 0 for flag in seen)
    shown = "that can be shown " if len(seen) < len(judged) else ""
    things = "comparisons" if len(table.declared) > 1 else f"{_one(table)}s"
    if not outside:
        return f"None of {len(seen)} {things} {shown}lies outside the limits of usual variation"
    lie = "lies" if outside == 1 else "lie"
    return f"{outside} of {len(seen)} {things} {shown}{lie} outside the limits of usual variation"


def _one(table: Figures) -> str:
    return lower_first(table.by) or "service"


def _outside(table: Figures, group: str) -> str:
    flags = [table.get("outside_998", group, split=part).value for part in places(table, group)]
    seen = [flag for flag in flags if flag is not None]
    if not seen:
        return ""
    below, above = (sum(flag == sign for flag in seen) for sign in (-1.0, 1.0))
    shown = " that can be shown" if len(seen) < len(flags) else ""
    if not below and not above:
        return (
            f"For “{group}”, none of {len(seen)} {_one(table)}s{shown} lies outside the limits "
            "that 998 of 1,000 would lie within if they varied no more than is usual here."
        )
    return (
        f"For “{group}”, {below} of {len(seen)} {_one(table)}s{shown} lie below and {above} above "
        "the limits that 998 of 1,000 would lie within if they varied no more than is usual here."
    )


def _over_dispersion(table: Figures) -> str:
    found = [
        figure.value
        for place, figure in table.rows.items()
        if place.measure == "over_dispersion" and figure.value is not None
    ]
    if not found or max(found) <= 1:
        return ""
    return (
        f"The limits allow for {_one(table)}s that differ more from each other than chance alone "
        "would make them; their order says nothing and is not a ranking."
    )
