"""Who answered the staff survey, and what weighting does about it, in plain English.

A group answered less or more than others only where its range lies beyond the rate of all whose
group is known; else this data cannot tell. The rate of all staff is no measure: who answered and
did not say of which group is in it, and in the rate of no group. Of a hidden figure nothing is
said.
"""

from __future__ import annotations

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.comparisons import Verdicts, verdict
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.survey_verdicts import HIDDEN, MOST_NAMED, NOT_EVIDENCE, few
from workforce_analytics.publishing.wording import (
    listed,
    lower_first,
    number,
    percent,
    signed,
)

_LIKENESS = 100
"""The R-indicator is 1 where every group answered alike; people read it out of 100."""
_PRECISE = 0.99
SILENT = "What those who did not answer think, no figure here can show."
"""What is said where nothing tells how like all staff those who answered are."""


# --- response rates -------------------------------------------------------------------------------


def response(read: Figures) -> list[str]:
    """Say how many answered, which groups less or more, and how like all staff they are."""
    said = [_whole(read), _groups(read), _likeness(read)]
    found = [words for words in said if words]
    return found or [f"How many answered is {HIDDEN}; nothing can be said of it."]


def response_headline(read: Figures) -> str:
    """Say how many of all staff answered, and for which groups that is clearly lower."""
    whole, found = read.get("response_rate", ALL), compared(read)
    judged = sum(map(len, found.values()))
    if whole.value is None:
        return f"Who answered the staff survey{_by(read)}{f' is {HIDDEN}' if whole.hidden else ''}"
    said = f"{percent(whole.value)} of staff answered"
    if found["lower"]:
        return f"{said}; clearly fewer of {few(found['lower'], judged)}"
    return f"{said}; of no group clearly fewer" if judged > 1 else said


def compared(read: Figures) -> Verdicts:
    """Judge each group's response rate against that of all whose group is known.

    Parameters
    ----------
    read
        Figures of the kind "survey_response".

    Returns
    -------
    dict
        Groups under "higher", "lower", "same" and "unknown"; one that is hidden in none.
    """
    found: Verdicts = {"higher": [], "lower": [], "same": [], "unknown": []}
    for group in read.declared:
        rate, known = read.get("response_rate", group), _known(read, group)
        if rate.has_interval and known is not None:
            ends = (100 * ((end or 0.0) - known) for end in (rate.lower, rate.upper))
            found[verdict(*ends)].append(group)
    return found


def _known(read: Figures, group: str) -> float | None:
    """Give the response rate of all whose group is known: what shares of groups are shares of."""
    measures = ("share_of_respondents", "share_of_eligible")
    answered, staff = (read.get(measure, group).denominator for measure in measures)
    return answered / staff if answered is not None and staff else None


def _by(read: Figures) -> str:
    return f" by {lower_first(read.of)}" if read.declared else ""


def _whole(read: Figures) -> str:
    rate = read.get("response_rate", ALL)
    if rate.value is None:
        return _answered_only(read)
    counts = ""
    if rate.numerator is not None and rate.denominator is not None:
        counts = f" ({number(rate.numerator)} of {number(rate.denominator)})"
    return f"{percent(rate.value)} of staff answered{counts}."


def _answered_only(read: Figures) -> str:
    """Say how many answered, where nobody knows how many could have."""
    shown = read.get("share_of_respondents", ALL)
    if read.holds("response_rate") or shown.denominator is None:
        return ""
    return f"{number(shown.denominator)} answered; how many could have is not known."


def _groups(read: Figures) -> str:
    found = compared(read)
    judged = sum(map(len, found.values()))
    parts = [
        f"{word} for {_each(read, found[side], judged)}"
        for side, word in (("lower", "lower"), ("higher", "higher"))
        if found[side]
    ]
    said = [
        f"the response rate is clearly {' and '.join(parts)} than for all whose "
        f"{lower_first(read.of)} is known"
    ]
    said = said if parts else []
    if found["same"]:
        said.append(f"for {few(found['same'], judged)} there is no difference that matters")
    if found["unknown"]:
        said.append(f"for {few(found['unknown'], judged)} this data cannot tell, {NOT_EVIDENCE}")
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _each(read: Figures, groups: list[str], of: int) -> str:
    if len(groups) > MOST_NAMED:
        return few(groups, of)
    rates = [read.get("response_rate", group).value or 0.0 for group in groups]
    named = zip(groups, rates, strict=True)
    return listed([f"“{group}” ({percent(rate)})" for group, rate in named])


def _likeness(read: Figures) -> str:
    """Say how like the staff those who answered are, and what that cannot say."""
    found = read.get("r_indicator", ALL)
    if found.value is None:
        return SILENT if read.get("response_rate", ALL).value is not None else ""
    by = f"By {lower_first(read.of)}, those" if read.declared else "Those"
    return (
        f"{by} who answered stand at {number(_LIKENESS * found.value)} on a scale on which 100 "
        f"means that all groups answered alike; {lower_first(SILENT)}"
    )


# --- weights --------------------------------------------------------------------------------------


def weights(read: Figures) -> list[str]:
    """Say whom weights bring up or down most, what that costs, and where they fall short."""
    said = [_most_changed(read), _cost(read), _short(read)]
    found = [words for words in said if words]
    return found or [f"What weighting changes is {HIDDEN}; nothing can be said of it."]


def weights_headline(read: Figures) -> str:
    """Say which category's share weights change most."""
    if not _settled(read):
        return "The weights did not settle, and are not to be used"
    place = _furthest(read)
    if not place:
        return f"What weighting changes is {HIDDEN}"
    (margin, category), (before, after) = place, _shares(read, place)
    if abs(100 * (after - before)) < 0.05:
        return "Those who answered are like all staff: weights change nothing"
    side = "up" if after > before else "down"
    by = f" ({lower_first(margin)})" if len(_margins(read)) > 1 else ""
    return f"Weights bring “{category}”{by} {side} from {percent(before)} to {percent(after)}"


def margins(read: Figures) -> list[tuple[str, str]]:
    """Name the categories that weights are made for: margin and category, in their order."""
    there = {
        (place.group, place.split)
        for place in read.rows
        if place.measure in ("share_of_eligible", "share_of_respondents") and place.group != ALL
    }
    everything = (*read.declared, *read.undeclared)
    return [(m, c) for m in everything for c in read.splits if (m, c) in there]


def diagnostic(read: Figures, measure: str) -> Figure:
    """Look up what a whole set of weights is worth."""
    return read.get(measure, ALL, split=ALL)


def _shares(read: Figures, place: tuple[str, str]) -> tuple[float, float]:
    margin, category = place
    found = (
        read.get(f"share_{one}", margin, split=category) for one in ("of_respondents", "weighted")
    )
    before, after = (one.value or 0.0 for one in found)
    return before, after


def _furthest(read: Figures) -> tuple[str, str] | None:
    """Choose the category whose share weights change most, of those that may be seen."""
    shown = [
        place
        for place in margins(read)
        if all(
            read.get(f"share_{one}", place[0], split=place[1]).value is not None
            for one in ("of_respondents", "weighted")
        )
    ]
    apart = {place: abs(_shares(read, place)[1] - _shares(read, place)[0]) for place in shown}
    return max(shown, key=lambda place: apart[place], default=None)


def _margins(read: Figures) -> list[str]:
    """Name what weights are made for, in the middle of a sentence."""
    return list(dict.fromkeys(lower_first(margin) for margin, _ in margins(read)))


def _settled(read: Figures) -> bool:
    found = diagnostic(read, "converged").value
    return found is None or found >= 1


def _most_changed(read: Figures) -> str:
    names, place = _margins(read), _furthest(read)
    if not place:
        return ""
    before, after = _shares(read, place)
    (margin, category), points = place, signed(100 * (after - before))
    by = f" ({lower_first(margin)})" if len(names) > 1 else ""
    return (
        f"Weights give each group by {listed(names)} the share of answers that it has of staff. "
        f"They change most for “{category}”{by}: from {percent(before)} of answers to "
        f"{percent(after)} ({points} points)."
    )


def _cost(read: Figures) -> str:
    found = diagnostic(read, "n_effective")
    answered = found.denominator
    if found.value is None:
        return ""
    of = "" if answered is None else f"the {number(answered)} who answered tell "
    if answered and found.value >= _PRECISE * answered:
        return f"That costs next to no precision: {of}as much as {number(found.value)} would."
    whom = of or "those who answered tell "
    return f"That costs precision: {whom}as much as {number(found.value)} would without weights."


def _short(read: Figures) -> str:
    """Say where weights fall short: not settled, nobody answered, cut."""
    said = []
    if not _settled(read):
        said.append("The weights did not settle, and are not to be used.")
    uncovered, trimmed = (diagnostic(read, one).value for one in ("uncovered", "trimmed"))
    if uncovered:
        said.append(f"Of {number(uncovered)} staff, nobody alike answered: no weight speaks.")
    if trimmed:
        said.append(f"{number(trimmed)} very large weights were cut.")
    said.append("Weights cannot mend that those who did not answer may think otherwise.")
    return " ".join(said[:2])
