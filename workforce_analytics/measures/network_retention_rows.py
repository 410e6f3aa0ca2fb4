"""Rows of a table of how long people stay in staff networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.memberships import LEAST
from workforce_analytics.counting.network_attendances import NEVER, Attendances
from workforce_analytics.counting.network_durations import (
    CAUSE,
    ENTRY,
    LEFT_BODY,
    LEFT_NETWORK,
    TIME,
    WHO,
    Lengths,
    of,
)
from workforce_analytics.estimates import ALL
from workforce_analytics.inference.log_rank import log_rank
from workforce_analytics.inference.survival import (
    Curve,
    Durations,
    Pairs,
    cumulative_incidence,
    durations,
    survival,
)
from workforce_analytics.measures.network_retention_words import (
    FOLLOWED,
    FROM,
    MONTH,
    PRESENT,
    TO,
    WHAT,
    days_of,
    listed,
    month_label,
)
from workforce_analytics.measures.rows import Rows

_MAIN = 12
"""Months after joining of the figures that a page shows first."""
NOT_SO_LONG = "nobody was followed for so long"
WHICH_UNKNOWN = "nobody knows who left the organisation"
_NONE = "none"


def retention_rows(
    counted: Lengths,
    early: Lengths | None,
    split: Dimension,
    months: Sequence[int],
    attended: Attendances | None,
    confidence: float,
    *,
    workforce: bool,
) -> Rows:
    """Make the rows.

    Parameters
    ----------
    counted
        Memberships as counts.
    early
        From lists: the same if everybody had left as early as could be.
    split
        Networks, or groups of people; with all of them together.
    months
        Months after joining.
    attended
        Who came to events, for those who lapsed.
    confidence
        Of the intervals.
    workforce
        Whether it is known who left the organisation.
    """
    days = [days_of(month) for month in months]
    counts = _followed(counted, days)
    if attended is not None:
        counts |= _present(attended)
    rows = Rows(counts, (WHAT, split.name, FROM, TO))
    codes = [code for code in split.codes if code != ALL]
    for code in (*codes, ALL):
        label = ALL if code == ALL else split.label(code)
        group = _curves(counted, early, code, {split.name: label}, days, confidence)
        _month_rows(rows, counted, group, split, months, workforce)
    _test_row(rows, counted, split)
    if attended is not None:
        _lapsed_rows(rows, attended, split, confidence)
    return rows


def apart(months: Sequence[int], lapse: Sequence[int]) -> tuple[Dimension, ...]:
    """Say what else memberships and members are told apart by, beside network or group."""
    places = [str(i) for i in range(len(months))]
    came = dict.fromkeys([*map(str, lapse), "365", NEVER])
    return (
        listed(WHAT, (FOLLOWED, PRESENT)),
        listed(FROM, list(dict.fromkeys([*places, *came, _NONE]))),
        listed(TO, [*places, _NONE]),
    )


@dataclass(frozen=True)
class _Group:
    """Curves of one network or group of people."""

    code: str
    labels: Mapping[str, str]
    left: Curve
    gone: Curve
    still: Curve
    earliest: Curve | None


def _followed(counted: Lengths, days: Sequence[int]) -> dict[tuple[str, ...], int]:
    """Memberships by the first and the last of the months at which they were followed."""
    table = counted.table
    at = np.maximum(np.array(days), 1)[None, :]
    there = (table[ENTRY].to_numpy()[:, None] < at) & (table[TIME].to_numpy()[:, None] >= at)
    some = there.any(axis=1)
    first = there.argmax(axis=1)
    last = there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    found: dict[tuple[str, ...], int] = {}
    for who, seen, a, b, n in zip(table[WHO], some, first, last, table["n"], strict=True):
        key = (FOLLOWED, str(who), str(a) if seen else _NONE, str(b) if seen else _NONE)
        found[key] = found.get(key, 0) + int(n)
    return found


def _present(attended: Attendances) -> dict[tuple[str, ...], int]:
    """Members throughout the longest span, by the shortest one within which they came."""
    found: dict[tuple[str, ...], int] = {}
    for (code, member_for, came, *_), n in attended.people.items():
        if member_for == str(attended.days[-1]):
            key = (PRESENT, code, came, _NONE)
            found[key] = found.get(key, 0) + n
    return found


def _curves(
    counted: Lengths,
    early: Lengths | None,
    code: str,
    labels: Mapping[str, str],
    days: Sequence[int],
    confidence: float,
) -> _Group:
    found, pairs = _durations(counted, code)
    left, gone = (
        cumulative_incidence(found, days, cause=way, pairs=pairs, confidence=confidence)
        for way in (LEFT_NETWORK, LEFT_BODY)
    )
    still = survival(found, days, pairs=pairs, confidence=confidence)
    earliest = None
    if early is not None:
        alike, _ = _durations(early, code)
        earliest = cumulative_incidence(alike, days, cause=LEFT_NETWORK, confidence=confidence)
    return _Group(code, labels, left, gone, still, earliest)


def _durations(counted: Lengths, code: str) -> tuple[Durations, Pairs]:
    table, pairs = of(counted, code)
    found = durations(table[TIME], table[CAUSE], table["n"], table[ENTRY])
    return found, Pairs(*(pairs[name].to_numpy() for name in ("first", "second", "n")))


def _month_rows(
    rows: Rows,
    counted: Lengths,
    group: _Group,
    split: Dimension,
    months: Sequence[int],
    workforce: bool,
) -> None:
    places = [str(i) for i in range(len(months))]
    fewest = _fewest(counted, group.code, months)
    for place, month in enumerate(months):
        at_risk = counted.people.get((group.code, place, 0), 0)
        cell = rows.cell(
            at_risk,
            **{
                WHAT: FOLLOWED,
                split.name: group.code,
                FROM: places[: place + 1],
                TO: places[place:],
            },
        )
        parts = {
            "left_network": group.left,
            "left_council": group.gone,
            "still_member": group.still,
            **({} if group.earliest is None else {"left_network_earliest": group.earliest}),
        }
        for measure, curve in parts.items():
            labels = {**group.labels, MONTH: month_label(month)}
            unknown = measure == "left_council" and not workforce
            if unknown or _beyond(counted, curve, place):
                _unknown_row(rows, measure, labels, WHICH_UNKNOWN if unknown else NOT_SO_LONG)
                continue
            row = rows.add(
                measure,
                labels,
                behind=(cell,),
                fewest=fewest[place],
                unit="proportion",
                inference="process",
                method=str(curve.interval.method[place]),
                n_effective=float(rows.n(cell)),
            )
            if np.isnan(curve.interval.value[place]):
                row |= {"status": "undefined", "note": NOT_SO_LONG}
                continue
            row |= {
                name: float(getattr(curve.interval, name)[place])
                for name in ("value", "lower", "upper")
            }


def _beyond(counted: Lengths, curve: Curve, place: int) -> bool:
    """Whether a figure is not known since nobody of any group was followed for so long."""
    nobody = not counted.people.get((ALL, place, 0), 0)
    return nobody and bool(np.isnan(curve.interval.value[place]))


def _unknown_row(rows: Rows, measure: str, labels: Mapping[str, str], why: str) -> None:
    """Add a row of a figure that nobody knows: it rests on nobody, so that nothing is hidden."""
    row = rows.add(measure, labels, unit="proportion", inference="process")
    row |= {"status": "undefined", "note": why}


def _fewest(counted: Lengths, code: str, months: Sequence[int]) -> list[int]:
    """Fewest people that each month tells something of, beside the others that are shown.

    Two months that are shown tell how many left between them. Months are let in one by one, a year
    after joining first, then the later ones, as long as nothing between them is of fewer people
    than may be shown.
    """
    at_risk, *left = (
        np.array([counted.people.get((code, place, way), 0) for place in range(len(months))])
        for way in (0, LEFT_NETWORK, LEFT_BODY)
    )
    by_then = [np.cumsum(way) for way in left]
    order = sorted(range(len(months)), key=lambda i: (months[i] != _MAIN, -months[i]))
    shown: list[int] = []

    def told(place: int) -> int:
        before = max((i for i in shown if i < place), default=None)
        after = min((i for i in shown if i > place), default=None)
        between = [
            int(n)
            for way in by_then
            for n in (
                way[place] - (0 if before is None else way[before]),
                0 if after is None else way[after] - way[place],
            )
        ]
        return min([int(at_risk[place]), *(n for n in between if n)])

    for place in order:
        # Each is judged beside those that were let in before it.
        shown += [place] if told(place) >= LEAST else []
    return [told(place) for place in range(len(months))]


def _test_row(rows: Rows, counted: Lengths, split: Dimension) -> None:
    """Do groups differ in how soon people leave the network? Those with enough people."""
    people = {code: _people(counted, code) for code in split.declared if code != ALL}
    if len(people) < 2:
        return
    compared = [code for code, n in people.items() if n >= LEAST]
    row = rows.add(
        "log_rank",
        {split.name: ALL, MONTH: ""},
        fewest=min((people[code] for code in compared), default=0),
        unit="statistic",
        inference="process",
        method="log-rank test, leaving the organisation as no longer seen",
    )
    table = counted.table
    group = table[WHO].map({code: i for i, code in enumerate(compared)}).fillna(-1).to_numpy()
    here = group >= 0
    places = np.where(here, np.cumsum(here) - 1, -1)
    first, second = (places[counted.pairs[name]] for name in ("first", "second"))
    both = (first >= 0) & (second >= 0)
    pairs = Pairs(first[both], second[both], counted.pairs["n"].to_numpy()[both])
    part = table[here]
    if len(compared) > 1:
        found = durations(part[TIME], part[CAUSE], part["n"], part[ENTRY])
        test = log_rank(found, group[here].astype(int), cause=LEFT_NETWORK, pairs=pairs)
        row |= {"value": test.statistic, "p_value": test.p_value}
        row["compared"] = ", ".join(split.label(code) for code in compared)
        row["note"] = f"{len(compared)} groups compared; those under {LEAST} people are not"
    if len(compared) < 2 or np.isnan(row["p_value"]):
        row |= {"status": "undefined", "note": "fewer than two groups can be compared"}


def _people(counted: Lengths, code: str) -> int:
    """How many people there are at least: each pair of memberships may be of one person."""
    table, pairs = of(counted, code)
    return int(table["n"].sum() - pairs["n"].sum())


def _lapsed_rows(rows: Rows, attended: Attendances, split: Dimension, confidence: float) -> None:
    known = dict.fromkeys([*map(str, attended.days), "365", NEVER])
    for code in split.codes:
        whole = rows.cell(**{WHAT: PRESENT, split.name: code})
        for k in attended.days:
            longer = [came for came in known if came == NEVER or int(came) > k]
            rows.proportion(
                f"lapsed_{k}",
                {split.name: split.label(code), MONTH: ""},
                rows.cell(**{WHAT: PRESENT, split.name: code, FROM: longer}),
                whole,
                confidence,
            )
