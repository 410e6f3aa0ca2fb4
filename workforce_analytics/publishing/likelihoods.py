"""What a protected comparison lets one say of groups: more likely, less likely, or nothing.

The rule of comparisons.py for ratios: a difference within two percentage points either way, whose
ratio is within the screening range too, is "no difference that matters" (this wins); else an
interval of the ratio that excludes 1 is "more likely" or "less likely"; else "this data cannot
tell". A hidden figure is never compared.
"""

from __future__ import annotations

import math
import re

from workforce_analytics.counting.stage_words import reaching
from workforce_analytics.estimates import ALL
from workforce_analytics.inference.zone import ZONE
from workforce_analytics.publishing.comparisons import Verdicts, verdict
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.wording import lower_first

Range = tuple[float, float]

_RATIOS = {
    "stratified": "relative_likelihood_stratified",
    "adjusted": "odds_ratio_adjusted",
}
_DIFFERENCES = {
    "stratified": ("difference_stratified",),
    "adjusted": ("gap_adjusted",),
    "likelihood": ("difference",),
    "participation": ("difference",),
}
_RATES = ("rate", "rate_from_applied")


def verdicts(table: Figures, *, split: str = "", stage: str = "") -> Verdicts:
    """For which groups is it more or less likely than for the reference?

    Parameters
    ----------
    table
        Figures of a kind that compares groups.
    split, stage
        In which part of the table; everybody unless given.

    Returns
    -------
    dict
        Groups under "higher" (more likely), "lower", "same" and "unknown"; one whose figure is
        hidden or cannot be worked out is in none.
    """
    found: Verdicts = {"higher": [], "lower": [], "same": [], "unknown": []}
    for group in table.compared:
        word = judged(table, group, split=split, stage=stage)
        if word:
            found[word].append(group)
    return found


def judged(table: Figures, group: str, *, split: str = "", stage: str = "") -> str:
    """Judge one group against its reference; empty where there is nothing to judge by."""
    compared = ratio_of(table, group, split=split, stage=stage)
    points = points_apart(table, group, split=split, stage=stage)
    if compared.lower is None or compared.upper is None or compared.value is None:
        return ""
    if points is not None and verdict(*points) == "same" and _within_screening(compared):
        return "same"
    if table.about.kind == "adjusted" and points is not None:
        return verdict(*points)
    word = by_interval(compared)
    return turned(word) if compared.compared != group == compared.reference else word


def _within_screening(ratio: Figure) -> bool:
    """Whether a ratio is likely to lie within the screening range.

    Of something rare every difference is within two percentage points, a ratio of 2 too: what
    happens to 1 in 100 would never matter.
    """
    low, high = (float(end) for end in ZONE)
    if ratio.lower is None or ratio.upper is None:
        return False
    return low <= ratio.lower and ratio.upper <= high


def by_interval(compared: Figure) -> str:
    """Judge a ratio by its interval alone: is it clearly above or below 1?"""
    if compared.value is None or compared.lower is None or compared.upper is None:
        return ""
    if compared.lower > 1:
        return "higher"
    return "lower" if compared.upper < 1 else "unknown"


def turned(word: str) -> str:
    """Say the same of the other side: what is more likely for one is less likely for the other."""
    return {"higher": "lower", "lower": "higher"}.get(word, word)


def ratio_of(table: Figures, group: str, *, split: str = "", stage: str = "") -> Figure:
    """Look up the ratio that a kind of figures is judged by."""
    measure = _RATIOS.get(table.about.kind, "relative_likelihood")
    return table.get(measure, group, split=split, stage=stage)


def points_apart(table: Figures, group: str, *, split: str = "", stage: str = "") -> Range | None:
    """How many percentage points are likely to lie between a group and its reference?

    The table's own interval of the difference where it has one; else from the two rates and their
    intervals (Newcombe 1998, hybrid score); else the ratio's interval at the reference's rate.
    """
    for measure in _DIFFERENCES.get(table.about.kind, ()):
        figure = table.get(measure, group, split=split, stage=stage)
        if figure.lower is not None and figure.upper is not None:
            return figure.lower, figure.upper
    compared = ratio_of(table, group, split=split, stage=stage)
    other = compared.reference if compared.compared == group else compared.compared
    own = rate_of(table, group, split=split, stage=stage)
    theirs = rate_of(table, other, split=split, stage=stage)
    if table.about.kind not in _RATIOS and own.has_interval and theirs.has_interval:
        return newcombe(own, theirs)
    yearly = table.get("rate_per_100_person_years", other, split=split).value
    if yearly is not None and theirs.value is None:
        theirs = Figure(value=yearly / 100)
    return _at_rate(compared, own, theirs)


def rate_of(table: Figures, group: str, *, split: str = "", stage: str = "") -> Figure:
    """Look up a group's rate, by whichever name the kind of figures has for it."""
    for measure in _RATES:
        figure = table.get(measure, group, split=split, stage=stage)
        if figure.value is not None or figure.value_mark != "[x]":
            return figure
    expected = table.get("expected", group, split=split)
    if expected.numerator is not None and expected.denominator:
        n, total = expected.numerator, expected.denominator
        return Figure(value=n / total, numerator=n, denominator=total, value_mark="")
    return Figure()


def newcombe(own: Figure, theirs: Figure) -> Range:
    """Give the interval of a difference of two shares in percentage points, from their own two."""
    (p, low, high), (q, least, most) = (
        (one.value or 0.0, one.lower or 0.0, one.upper or 0.0) for one in (own, theirs)
    )
    apart = p - q
    return (
        100 * (apart - math.hypot(p - low, most - q)),
        100 * (apart + math.hypot(high - p, q - least)),
    )


def _at_rate(compared: Figure, own: Figure, theirs: Figure) -> Range | None:
    """Turn a ratio's interval into points, at the reference's rate as it stands."""
    if compared.lower is None or compared.upper is None or math.isinf(compared.upper):
        return None
    rate = theirs.value
    if rate is None and own.value is not None and compared.value:
        rate = own.value / compared.value
    if rate is None:
        return None
    return 100 * rate * (compared.lower - 1), 100 * rate * (compared.upper - 1)


# --- in words ---------------------------------------------------------------------------------


def happening(table: Figures, *, split: str = "", stage: str = "") -> str:
    """Name what is more or less likely, after "likelihood of": "being shortlisted"."""
    if stage:
        return reaching(stage)
    told = table.about.outcome
    if told and not split:
        return told
    for place, figure in table.rows.items():
        found = re.match(r"above 1: (.+) is more likely for “", figure.orientation)
        if found and split in ("", place.split):
            return found[1]
    if split and split != ALL and "event" in table.about.groups:
        return lower_first(split)
    found = re.search(r"ikelihood of ([^,]+?)(?: within |,|$)", table.about.title)
    return told or (found[1] if found else "the outcome looked at")


def among(table: Figures) -> str:
    """Name those whom rates are of: "those who applied"; empty where the table does not say."""
    told = table.about.among
    found = re.search(r"ikelihood of [^,]+, of ([^,]+)", table.about.title)
    return told or (found[1] if found else "")


def reference_words(table: Figures, label: str = "") -> str:
    """Name what groups are compared with: a group in quotation marks, others as they are."""
    name = label or table.reference
    if name in table.declared or name in table.about.order.get(table.about.groups[0], ()):
        return f"“{name}”"
    return lower_first(name) or lower_first(table.about.reference) or "the reference"


def within_words(table: Figures) -> str:
    """Name the strata: "within each grade band"."""
    found = re.search(r"within each ([^,]+)", table.about.title)
    if found:
        return f"within each {found[1]}"
    return f"within each {lower_first(table.by)}" if table.by else "comparing like with like"
