"""Tables of whom staff networks do not reach."""

from __future__ import annotations

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figures
from workforce_analytics.publishing.layouts import (
    At,
    Entry,
    Layout,
    chance,
    count,
    layout,
    points,
    ratio_entry,
    share,
)
from workforce_analytics.publishing.network_gaps_sentences import (
    alike,
    compared_groups,
    gap_reference,
)

_CHANCE = "Chance of a difference as large if there were none"


def reach_gaps(read: Figures) -> tuple[Layout, ...]:
    """One row per group: members, share, difference like with like; as it is, and tests, apart."""
    everyone = [At((group,), group) for group in (*read.declared, *read.undeclared)]
    if any(place.group == ALL for place in read.rows):
        everyone.append(At(("Everybody",), ALL, total=True))
    compared = [At((group,), group) for group in compared_groups(read)]
    like = "Difference, like with like (percentage points)"
    alone = "Difference (percentage points)"
    main = [
        count("rate", "People", part="denominator"),
        count("rate", "Members", part="numerator"),
        share("rate", "Share who are members"),
        count("not_reached", "Not members"),
        points("gap_adjusted", like) if read.holds("gap_adjusted") else points("gap", alone),
    ]
    more = [
        points("gap", "Difference as it is (percentage points)"),
        ratio_entry("odds_ratio_adjusted", "Odds ratio, like with like"),
    ]
    tests = [
        *_tests("gap", "As it is"),
        *_tests("gap_adjusted", "Like with like"),
    ]
    notes = [
        f"Compared with {gap_reference(read)}: the group's share less that share; below 0, fewer "
        "of the group are members.",
        *(
            [f"Like with like: people alike in {alike(read)}."]
            if read.holds("gap_adjusted")
            else []
        ),
    ]
    names = (read.of,)
    return (
        *layout(read, names, everyone, main, notes=notes),
        *layout(read, names, compared, more, notes=notes, about="as it is, and odds ratios"),
        *layout(read, names, compared, tests, notes=[_ALLOWED], about="tests"),
    )


_ALLOWED = (
    "For all together: allows for the number of comparisons (Benjamini-Hochberg). A small chance "
    "does not say how large a difference is, nor how it came about."
)


def _tests(measure: str, name: str) -> list[Entry]:
    return [
        chance(measure, f"{name}, by itself", over=_CHANCE),
        chance(measure, f"{name}, for all together", field="q_value", over=_CHANCE),
    ]
