"""What a table of relative likelihoods shows, in plain English.

What may be called more or less likely is decided in likelihoods.py.
"""

from __future__ import annotations

import math
import re

from workforce_analytics.publishing.comparisons import Verdicts
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.likelihoods import (
    among,
    happening,
    rate_of,
    ratio_of,
    reference_words,
    verdicts,
)
from workforce_analytics.publishing.wording import (
    DISTANCE,
    SCREENING,
    between,
    lower_first,
    number,
    percent,
    quoted,
    ratio,
    ratio_between,
    upper_first,
)

NOT_EVIDENCE = "this is not evidence that there is no difference"
_WORDS = {"lower": "less likely", "higher": "more likely"}


def likelihood(table: Figures) -> list[str]:
    """Say for which groups something is more or less likely, and by how many."""
    if table.holds("smallest_ratio_test"):
        return _against_highest(table)
    if table.by and table.total in table.parts:
        return _event_by_event(table)
    found = verdicts(table)
    main = most_apart(table, found)
    if not main:
        judged = [group for groups in found.values() for group in groups]
        # Where one group is compared, its figures are told even if they settle nothing.
        figures = comparison(table, judged[0]) if len(judged) == 1 else ""
        said = [told for told in (figures, rest(table, found), by_part(table)) if told]
        return said or _hidden(table)
    second = by_part(table) if table.by else _distance(table, main)
    return [said for said in (comparison(table, main), second, rest(table, found, main)) if said]


def _hidden(table: Figures) -> list[str]:
    """Say that comparisons are hidden, where all are."""
    if not any(ratio_of(table, group).hidden for group in table.compared):
        return []
    return [
        f"The comparisons with {reference_words(table)} are hidden so that nobody can be "
        "identified; nothing can be said here of differences."
    ]


def participation(table: Figures) -> list[str]:
    """Say for which groups an event is more or less likely, and how many events there were."""
    said = likelihood(table)
    return [*said[:2], *([_cases(table)] if _cases(table) else said[2:3])]


def intersections(table: Figures) -> list[str]:
    """Say for which combinations something is more or less likely than for all others."""
    found = verdicts(table)
    main = most_apart(table, found)
    said = [comparison(table, main) if main else "", rest(table, found, main)]
    if main:
        shrunk = table.get("shrunk", main)
        if shrunk.value is not None and shrunk.has_interval:
            said.insert(
                1,
                "Drawn towards the rate of everybody, as far as so few applications call for, "
                f"the rate of “{main}” is {percent(shrunk.value)}{_range(shrunk)}.",
            )
    return [sentence for sentence in said if sentence]


def likelihood_headline(table: Figures) -> str:
    """Say the main message of a comparison with a reference."""
    if table.holds("smallest_ratio_test"):
        return f"Rates of {happening(table)} beside the highest of them"
    if table.by and table.total in table.parts:
        return _headline_of_several(table)
    return headline_of(table, verdicts(table), upper_first(happening(table)))


def headline_of(table: Figures, found: Verdicts, what: str) -> str:
    """Say for how many groups something is clearly more or less likely, after its name."""
    judged = [group for groups in found.values() for group in groups]
    than = reference_words(table)
    if not judged:
        hidden = any(ratio_of(table, group).hidden for group in table.compared)
        why = "hidden so that nobody can be identified" if hidden else "not available"
        return f"{what}: the comparisons are {why}"
    lower, higher = len(found["lower"]), len(found["higher"])
    if len(judged) == 1:
        return _headline_of_one(found, judged[0], what, than)
    n = len(judged)
    if not lower and not higher:
        return f"{what} is not clearly more or less likely than for {than}, for any of {n} groups"
    parts = [f"less likely for {lower}"] if lower else []
    parts += [f"more likely for {higher}"] if higher else []
    return f"{what} is clearly {' and '.join(parts)} of {n} groups than for {than}"


def _headline_of_one(found: Verdicts, group: str, what: str, than: str) -> str:
    word = next(word for word, groups in found.items() if groups)
    if word == "same":
        return f"{what}: no difference that matters between “{group}” and {than}"
    if word == "unknown":
        return f"{what}: this data cannot tell “{group}” from {than}"
    return f"{what} is clearly {_WORDS[word]} for “{group}” than for {than}"


def _headline_of_several(table: Figures) -> str:
    found = [verdicts(table, split=part) for part in table.parts]
    judged = sum(len(groups) for one in found for groups in one.values())
    clear = sum(len(one["lower"]) + len(one["higher"]) for one in found)
    than = reference_words(table)
    if not judged:
        return f"Comparisons with {than} by {lower_first(table.by)}"
    return f"Clearly more or less likely than for {than} in {clear} of {judged} comparisons"


# --- sentences that several kinds share ---------------------------------------------------------


def most_apart(table: Figures, found: Verdicts, *, split: str = "", stage: str = "") -> str:
    """Choose the group to tell most of: that furthest from the reference, of those that differ."""
    # A report on equality is first about groups for which a good thing is less likely.
    clear = found["lower"] + found["higher"]
    return max(
        clear,
        key=lambda group: _apart(ratio_of(table, group, split=split, stage=stage)),
        default="",
    )


def _apart(figure: Figure) -> float:
    """How far from 1 is the near end of the range? So nobody of a few does not come first."""
    if figure.lower is None or figure.upper is None:
        return 0.0
    return figure.lower if figure.lower > 1 else 1 / max(figure.upper, 1e-9)


def comparison(table: Figures, group: str, *, split: str = "", stage: str = "") -> str:
    """Say how likely something is for a group and for its reference, and their ratio."""
    figure = ratio_of(table, group, split=split, stage=stage)
    above, below = figure.compared or group, figure.reference or table.reference
    what, whom = happening(table, split=split, stage=stage), among(table)
    own = rate_of(table, above, split=split, stage=stage)
    other = rate_of(table, below, split=split, stage=stage)
    of = f", of {whom}," if whom else ""
    start = f"The likelihood of {what}{of} was"
    times, tail = _times(table, group, figure, split)
    if own.value is not None and other.value is not None:
        rates = (
            f"{percent(own.value)} for {reference_words(table, above)}{_range(own)} and "
            f"{percent(other.value)} for {reference_words(table, below)}{_range(other)}"
        )
        return f"{start} {rates}: {times}{tail}."
    than = reference_words(table, below)
    return f"For {reference_words(table, above)}, {what}{of} was {times} as for {than}{tail}."


def _times(table: Figures, group: str, figure: Figure, split: str) -> tuple[str, str]:
    """Say a ratio; then how far it could lie, and whether it is outside the screening range."""
    if figure.value is None or figure.lower is None or figure.upper is None:
        return "", ""
    low, high = screening_range(table)
    tail = ""
    if math.isinf(figure.value):
        times = f"at least {ratio(figure.lower, (1.0,))} times as likely"
    elif not figure.value:
        times = f"at most {ratio(figure.upper, (1.0,))} times as likely"
    else:
        times = f"{ratio(figure.value, (low, 1.0, high))} times as likely"
        tail = f" ({ratio_between(figure.lower, figure.upper)})"
    if table.get("screening", group, split=split).value in (-1.0, 1.0):
        tail += f", outside {low:.2f} to {high:.2f}, {SCREENING}"
    return times, tail


def screening_range(table: Figures) -> tuple[float, float]:
    """Read the screening range that a table was held against."""
    for place, figure in table.rows.items():
        found = re.search(r"(\d+\.\d+) to (\d+\.\d+)", figure.method)
        if place.measure == "screening" and found:
            return float(found[1]), float(found[2])
    return 0.80, 1.25


def rest(
    table: Figures, found: Verdicts, said_already: str = "", *, split: str = "", stage: str = ""
) -> str:
    """Say what may be said of all other groups, in one sentence."""
    others = {word: [g for g in groups if g != said_already] for word, groups in found.items()}
    than, what = reference_words(table), happening(table, split=split, stage=stage)
    parts = [
        f"{'also ' if said_already in found[word] else ''}{_WORDS[word]} for {quoted(others[word])}"
        for word in ("lower", "higher")
        if others[word]
    ]
    sentence = ""
    if parts:
        comma = "," if len(parts) > 1 else ""
        sentence = f"{upper_first(what)} was {', and '.join(parts)}{comma} than for {than}"
    if others["same"]:
        start = f"{sentence}; there is" if sentence else "There is"
        sentence = f"{start} no difference that matters for {quoted(others['same'])}"
    if others["unknown"]:
        start = f"{sentence}; this" if sentence else "This"
        sentence = f"{start} data cannot tell for {quoted(others['unknown'])}; {NOT_EVIDENCE}"
    if sentence and not parts and not said_already:
        sentence += f" (the likelihood of {what}, compared with {than})"
    return f"{sentence}." if sentence else ""


def _distance(table: Figures, group: str) -> str:
    """Say the distance to the reference's rate in applications or people, never as a target."""
    missing = table.get("shortfall_to_reference", group).value
    if missing is None or abs(missing) < 0.5:
        return ""
    more = "fewer" if missing > 0 else "more"
    return (
        f"For “{group}” that is {number(abs(missing))} {more} than if the rate of "
        f"{reference_words(table)} had been theirs: {DISTANCE}."
    )


def by_part(table: Figures) -> str:
    """Say in which parts of a split table groups differ from the reference."""
    found = {part: verdicts(table, split=part) for part in table.parts}
    if not any(groups for one in found.values() for groups in one.values()):
        return ""
    heading, told = lower_first(table.by), _told_by_part(table, found)
    if told:
        return f"By {heading}, it was {'; '.join(told[:4])} (than for {reference_words(table)})."
    if not any(one["unknown"] for one in found.values()):
        return f"There is no difference that matters in any {heading} that can be shown."
    return f"By {heading}, this data cannot tell any group from the reference; {NOT_EVIDENCE}."


def _told_by_part(table: Figures, found: dict[str, Verdicts]) -> list[str]:
    """Say for which groups and where, groups of the same parts together."""
    same: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for group in table.compared:
        for word in _WORDS:
            parts = tuple(part for part in table.parts if group in found[part][word])
            if parts:
                same.setdefault((word, parts), []).append(group)
    every = f"every {lower_first(table.by)}"
    return [
        f"{_WORDS[word]} for {quoted(groups)} in {every if parts == table.parts else quoted(parts)}"
        for (word, parts), groups in same.items()
    ]


def _event_by_event(table: Figures) -> list[str]:
    """Say of each part of a table without a whole what differs most there."""
    said = []
    for part in table.parts:
        found = verdicts(table, split=part)
        main = most_apart(table, found, split=part)
        words = comparison(table, main, split=part) if main else rest(table, found, split=part)
        said += [f"{part}: {lower_first(words)}"] if words else []
    return said[:3]


def _against_highest(table: Figures) -> list[str]:
    """Say nothing of single groups: the highest of several rates is high by chance too."""
    p_values = [f.p_value for p, f in table.rows.items() if p.measure == "smallest_ratio_test"]
    known = [p for p in p_values if p is not None]
    said = [
        "The highest of several rates is high partly by chance, so that ratios to it are below 1 "
        "even where no group differs."
    ]
    hidden = any(ratio_of(table, group).hidden for group in table.compared)
    if known and not hidden:
        often = "fewer than 1 in 1,000" if known[0] < 0.001 else percent(known[0])
        said.append(
            "If all groups had the same rate, a ratio as small as the smallest one here would be "
            f"seen in {often} of such tables."
        )
    return said


def _cases(table: Figures) -> str:
    """Say how many events and people there were, and how many cases are still open."""
    if table.by:
        return ""
    found = {
        measure: [table.get(measure, group).value for group in table.declared]
        for measure in ("events", "people", "open_cases")
    }
    if any(value is None for values in found.values() for value in values):
        return ""
    events, people, still = (sum(v or 0 for v in values) for values in found.values())
    said = f"{number(events)} events of {number(people)} people are in this table"
    return f"{said}; {number(still)} cases were still open." if still else f"{said}."


def _range(figure: Figure) -> str:
    if figure.lower is None or figure.upper is None:
        return ""
    return f" ({between(figure.lower, figure.upper)})"
