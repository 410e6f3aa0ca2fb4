"""What pages work out from the figures that a CSV prints, as anybody could who has the CSV.

Nothing here is more than the CSV says; it is worked out again from its digits, so that a number on
a page that does not follow from them is still found.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from workforce_analytics.disclosure.rows import COUNTS, Row, is_number
from workforce_analytics.estimates import ALL, UNDECLARED
from workforce_analytics.inference.proportions import proportion_interval

HUNDRED = Decimal(100)
_LIMITS = ("value", "lower", "upper")
_OF_ALL = {
    "applications": "value",
    "share_of_respondents": "numerator",
    "score": "denominator",
}
"""Where the rows of a measure say how many people there are of a group."""


def rounded(exact: Decimal, places: int) -> set[Decimal]:
    """Round half up; where the CSV's digits end at a half, the figure itself may lie below it."""
    unit = Decimal(1).scaleb(-places)
    near = Decimal("1e-9")
    return {
        (exact + shift).quantize(unit, rounding=way).normalize()
        for shift in (-near, near)
        for way in (ROUND_HALF_UP, ROUND_HALF_DOWN)
    }


def of_highest(rows: Sequence[Row]) -> dict[int, frozenset[Decimal]]:
    """Give each priority, which has no unit of its own, as a percentage of the highest one.

    Parameters
    ----------
    rows
        The rows of a CSV.

    Returns
    -------
    dict
        Place of a row of priorities -> its figure and the ends of its range. Nothing where the
        highest is not above 0.

    Examples
    --------
    >>> rows = [{"measure": "priority", "value": text} for text in ("0.4", "0.1")]
    >>> [sorted(map(float, numbers)) for numbers in of_highest(rows).values()]
    [[100.0], [25.0]]
    """
    there = {
        place: [row[end] for end in _LIMITS if is_number(row.get(end, ""))]
        for place, row in enumerate(rows)
        if row["measure"] == "priority" and is_number(row["value"])
    }
    most = max((Decimal(rows[place]["value"]) for place in there), default=Decimal(0))
    if most <= 0:
        return {}
    return {
        place: frozenset().union(*(rounded(HUNDRED * Decimal(one) / most, 1) for one in ends))
        for place, ends in there.items()
    }


def moved(rows: Sequence[Row]) -> dict[int, frozenset[Decimal]]:
    """Give by how many points weights move the share of each group.

    Examples
    --------
    >>> rows = [
    ...     {"measure": measure, "margin": "Sex", "category": "Female", "value": text}
    ...     for measure, text in (("share_of_respondents", "0.7"), ("share_weighted", "0.65"))
    ... ]
    >>> [sorted(map(float, numbers)) for numbers in moved(rows).values()]
    [[-5.0]]
    """
    before = {
        (row.get("margin"), row.get("category")): Decimal(row["value"])
        for row in rows
        if row["measure"] == "share_of_respondents" and is_number(row["value"])
    }
    found = {}
    for place, row in enumerate(rows):
        label = (row.get("margin"), row.get("category"))
        if row["measure"] == "share_weighted" and is_number(row["value"]) and label in before:
            points = HUNDRED * (Decimal(row["value"]) - before[label])
            found[place] = frozenset(rounded(points, 1))
    return found


def on_one_side(
    rows: Sequence[Row], groups: Sequence[str], *, confidence: float = 0.95
) -> dict[int, frozenset[Decimal]]:
    """Give what several answers on one side of a scale add up to, with the range of their share.

    Parameters
    ----------
    rows
        The rows of a CSV.
    groups
        Its group columns, of which "answer" is one where answers are told apart.
    confidence
        That of the ranges.

    Returns
    -------
    dict
        Place of a row of one of several such answers -> how many gave any of them, which share
        that is, and its limits; nothing where one of them is hidden.

    Examples
    --------
    >>> rows = [
    ...     {"measure": "share", "period": "2024", "answer": answer, "orientation": "positive",
    ...      "numerator": n, "denominator": "100"}
    ...     for answer, n in (("Agree", "30"), ("Strongly agree", "20"))
    ... ]
    >>> sorted(map(float, on_one_side(rows, ["answer"])[0]))
    [40.4, 50.0, 59.6]
    """
    sides: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if row["measure"] == "share" and "answer" in groups and row.get("orientation"):
            rest = (row[name] for name in ("period", "orientation", *groups) if name != "answer")
            sides.setdefault(tuple(rest), []).append(place)
    found: dict[int, frozenset[Decimal]] = {}
    for places in sides.values():
        counts = [rows[place][column] for place in places for column in COUNTS]
        if len(places) < 2 or not all(map(is_number, counts)):
            continue
        n = sum((Decimal(rows[place]["numerator"]) for place in places), Decimal(0))
        of = Decimal(rows[places[0]]["denominator"]) or Decimal(1)
        ends = proportion_interval(float(n), float(of), confidence=confidence)
        shares = (n / of, Decimal(float(ends.lower)), Decimal(float(ends.upper)))
        numbers = frozenset({n}.union(*(rounded(HUNDRED * one, 1) for one in shares)))
        found |= dict.fromkeys(places, numbers)
    return found


def edges(rows: Sequence[Row]) -> frozenset[Decimal]:
    """Give the lines between themes of low and high score, and of weak and strong link.

    The mean of the themes' scores, where they have one unit; and the share of each theme if the
    outcome went with all alike.

    Examples
    --------
    >>> rows = [
    ...     {"measure": measure, "topic": topic, "value": text, "unit": "proportion"}
    ...     for topic, text in (("Pay", "0.5"), ("Hours", "0.6"))
    ...     for measure in ("share_of_explained", "score")
    ... ]
    >>> sorted(map(float, edges(rows)))
    [50.0, 55.0]
    """
    themes = {row.get("topic", "") for row in rows if row["measure"] == "share_of_explained"}
    scores = [row for row in rows if row["measure"] == "score" and row.get("topic", "") in themes]
    seen = [(row["unit"], Decimal(row["value"])) for row in scores if is_number(row["value"])]
    found = set(rounded(HUNDRED / len(themes), 1)) if themes else set()
    if themes and len({unit for unit, _ in seen}) == 1:
        times = HUNDRED if seen[0][0] == "proportion" else Decimal(1)
        found |= rounded(times * sum((value for _, value in seen), Decimal(0)) / len(seen), 1)
    return frozenset(found)


def declared(rows: Sequence[Row], groups: Sequence[str]) -> frozenset[Decimal]:
    """Give how many declared, and which part: all of them less the undeclared.

    Of all who applied, and of those who answered a survey or its first theme.

    Parameters
    ----------
    rows
        The rows of a CSV.
    groups
        Its group columns: the characteristic first, a stage or theme last.

    Returns
    -------
    frozenset of Decimal
        Counts and percentages.

    Examples
    --------
    >>> rows = [
    ...     {"measure": "applications", "sex": sex, "stage": "Applied", "value": n}
    ...     for sex, n in (("Undeclared", "20"), ("All", "80"))
    ... ]
    >>> sorted(map(float, declared(rows, ["sex", "stage"])))
    [60.0, 75.0]
    """
    people: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        text = row.get(_OF_ALL.get(row["measure"], ""), "")
        # The first of what comes last tells of everybody: the stage of all who applied.
        if is_number(text) and all(row[name] == ALL for name in groups[1:-1]):
            people.setdefault(row["measure"], {}).setdefault(row[groups[0]], Decimal(text))
    found: set[Decimal] = set()
    for counted in people.values():
        whole, undeclared = counted.get(ALL), counted.get(UNDECLARED)
        if whole and undeclared is not None:
            n = whole - undeclared
            found |= {n.normalize(), *rounded(HUNDRED * n / whole, 1)}
    return frozenset(found)
