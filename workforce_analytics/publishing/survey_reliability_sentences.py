"""How far the questions of a theme hang together, in plain English.

Alpha or omega of 0.7 is a rule of thumb: above or below it is said only where the range is.
"""

from __future__ import annotations

from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.survey_action_reading import topics
from workforce_analytics.publishing.survey_verdicts import HIDDEN
from workforce_analytics.publishing.wording import number, quoted, upper_first

LIMIT = 0.7
RULE = "0.7 or more: a rule of thumb, not a standard"
NAMES = {"alpha": "Alpha", "omega": "Omega"}
ABOVE, BELOW, UNTOLD = "above", "below", "unknown"


def reliability(read: Figures) -> list[str]:
    """Say which scores hang together well, which do not, and which have too few questions."""
    found = by_limit(read)
    if not any(found.values()):
        return [_nothing(read)]
    return [words for words in (_above(read, found), _others(found), _warned(read)) if words]


def reliability_headline(read: Figures) -> str:
    """Say for how many scores the questions hang together well."""
    found = by_limit(read)
    n = sum(map(len, found.values()))
    if not n:
        return _nothing(read).rstrip(".")
    above = len(found[ABOVE])
    if n == 1:
        one = next(topic for labels in found.values() for topic in labels)
        said = {ABOVE: "hang together well", BELOW: "hang together only loosely"}
        word = next(word for word, labels in found.items() if labels)
        known = said.get(word, "may hang together well or not: this data cannot tell")
        return f"The questions of “{one}” {known}"
    every = f"all {n}" if above == n else f"{above} of {n}"
    return f"The questions of {every} scores hang together well"


def scores_of(read: Figures) -> tuple[str, ...]:
    """Which indexes and themes does the table have, in their order?"""
    return tuple(dict.fromkeys((*topics(read, "alpha"), *topics(read, "omega"))))


def judged_by(read: Figures, topic: str) -> Figure:
    """Look up the figure that a score is judged by: omega where it has one, else alpha."""
    omega = read.get("omega", topic)
    return omega if omega.value is not None else read.get("alpha", topic)


def by_limit(read: Figures) -> dict[str, list[str]]:
    """Put the scores under "above", "below" and "unknown", by the range; a hidden one is in none.

    Parameters
    ----------
    read
        Figures of the kind "survey_reliability".

    Returns
    -------
    dict
        Names of scores whose range lies above 0.7, below it, or on both sides.
    """
    found: dict[str, list[str]] = {ABOVE: [], BELOW: [], UNTOLD: []}
    for topic in scores_of(read):
        figure = judged_by(read, topic)
        if figure.value is None:
            continue
        ends = [figure.value, *(e for e in (figure.lower, figure.upper) if e is not None)]
        if len(ends) == 3 and min(ends) >= LIMIT:
            found[ABOVE].append(topic)
        elif len(ends) == 3 and max(ends) < LIMIT:
            found[BELOW].append(topic)
        else:
            found[UNTOLD].append(topic)
    return found


def _above(read: Figures, found: dict[str, list[str]]) -> str:
    n, above = sum(map(len, found.values())), found[ABOVE]
    if not above:
        return ""
    every = f"all {n} scores" if len(above) == n and n > 1 else quoted(above)
    lowest = min((judged_by(read, topic).value or 0.0 for topic in above), default=0.0)
    least = f"{number(lowest, 2)} or more" if len(above) > 1 else number(lowest, 2)
    return (
        f"The questions of {every} hang together well enough to be read as one figure ({least}; "
        f"{LIMIT} is a rule of thumb, not a standard)."
    )


def _others(found: dict[str, list[str]]) -> str:
    parts = []
    if found[BELOW]:
        parts.append(
            f"those of {quoted(found[BELOW])} hang together only loosely: read them one by one"
        )
    if found[UNTOLD]:
        parts.append(f"of {quoted(found[UNTOLD])} this data cannot tell")
    return f"{upper_first('; '.join(parts))}." if parts else ""


def _warned(read: Figures) -> str:
    """Say which scores the table warns of, as it has too few questions for them."""
    warned = [
        topic
        for topic in scores_of(read)
        if any(read.get(measure, topic).note for measure in NAMES)
        and any(read.get(measure, topic).value is not None for measure in NAMES)
    ]
    if not warned:
        return ""
    note = next(n for m in NAMES for n in [read.get(m, warned[0]).note] if n)
    return f"{quoted(warned)}: {note.rstrip('.')}."


def _nothing(read: Figures) -> str:
    figures = [read.get(measure, topic) for topic in scores_of(read) for measure in NAMES]
    if any(figure.hidden for figure in figures):
        return f"How far the questions hang together is {HIDDEN}."
    return "How far the questions hang together cannot be said: too few people answered."
