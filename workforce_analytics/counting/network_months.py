"""Staff networks month by month: members, who joined, who came. Nobody is told apart.

Monthly counts are taken as they are, where a body keeps them; else months are counted from the
lists of members and of attendance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Extract

MEASURES = ("members", "joiners", "attendances", "unique_attendees")
COUNTS, SUPPORT = "network_counts", "network_support"
EVENTS, ATTENDANCE, MEMBERS = "network_events", "network_attendance", "network_members"
_NEEDED = {
    "attendances": (EVENTS, ATTENDANCE, MEMBERS),
    "unique_attendees": (EVENTS, ATTENDANCE, MEMBERS),
    "joiners": (MEMBERS,),
}
_NETWORK, _PERSON, _MONTH = "__network", "__person", "__month"


@dataclass(frozen=True, eq=False)
class NetworkMonths:
    """Months of networks, and when each network was given some support."""

    table: pd.DataFrame
    """One row per network and month, sorted: network (a code), month (12 x year + month, January
    0) and `MEASURES`; a number that is not recorded is missing."""
    given: Mapping[str, date]
    """Code of a network -> the first day on which it was given the support."""
    elsewhere: int
    """How many networks were given it of which there are no months."""
    listed: bool
    """Whether months were counted from lists of people."""
    extracts: tuple[Extract, ...]
    """What was counted."""


def network_months(networks: Any, *, outcome: str, support: str) -> NetworkMonths:
    """How many members had each network in each month, how many came, and who had its support?

    Parameters
    ----------
    networks
        `council.networks`, or the extracts of networks by the name of their contract.
    outcome
        "attendances", "unique_attendees" or "joiners": what must be known of the months.
    support
        Kind of support: a category of the contract, such as "chair_training".

    Returns
    -------
    NetworkMonths
        From monthly counts where they hold the outcome, else from lists of members (`joined_on` and
        `left_on`, or lists of a month) and of attendance. Members are those at the end of a month;
        months are those in which events are recorded or, where none are, members joined.

    Raises
    ------
    UsageError
        What was given holds no networks, or nothing of the outcome or of support; a kind of support
        that there is not.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = network_months(
    ...     council.networks, outcome="attendances", support="chair_training"
    ... )
    >>> len(found.table), len(found.given)
    (288, 3)
    """
    extracts = network_extracts(networks)
    given = _given(extracts, support)
    counted = _counted(extracts)
    known = counted is not None and bool(counted[outcome].notna().any())
    table = counted if known and counted is not None else _listed(extracts, outcome)
    if table.empty:
        raise DataError("The extracts of networks hold no month.")
    there = set(table["network"])
    names = (COUNTS, SUPPORT) if known else (*_NEEDED[outcome], SUPPORT)
    return NetworkMonths(
        table,
        {name: day for name, day in given.items() if name in there},
        len(set(given) - there),
        not known,
        tuple(extracts[name] for name in names),
    )


def month_number(day: date) -> int:
    """Number a day's month: 12 x year + month, January 0."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """First day of a numbered month."""
    return date(month // 12, month % 12 + 1, 1)


def network_extracts(networks: Any) -> dict[str, Extract]:
    """Give the extracts of staff networks by the name of their contract."""
    held = getattr(networks, "extracts", networks)
    if not isinstance(held, Mapping) or not all(isinstance(x, Extract) for x in held.values()):
        raise UsageError("The first argument is the extracts of staff networks: council.networks.")
    return dict(held)


def _given(extracts: Mapping[str, Extract], support: str) -> dict[str, date]:
    """First day of a kind of support, by network."""
    extract = extracts.get(SUPPORT)
    if extract is None:
        raise UsageError(
            f"Nobody says when networks had support. Add [extracts.{SUPPORT}] to organisation.toml."
        )
    field = extract.contract.field("kind")
    allowed = [item.value for item in (field.categories if field else ())]
    if support not in allowed:
        raise UsageError(
            f"support={support!r} is no kind of support.{did_you_mean(str(support), allowed)} "
            f"Allowed: {', '.join(allowed)}."
        )
    match = extract.matcher("kind")
    first: dict[str, date] = {}
    for row in extract.count(["network", "kind", "given_on"]).to_dict("records"):
        if match(row["kind"]) == support and row["given_on"] is not None:
            code, day = fold(str(row["network"])), date.fromisoformat(str(row["given_on"])[:10])
            first[code] = min(day, first.get(code, day))
    return dict(sorted(first.items()))


def _counted(extracts: Mapping[str, Extract]) -> pd.DataFrame | None:
    """Months as somebody counted them."""
    extract = extracts.get(COUNTS)
    if extract is None:
        return None
    held = [name for name in MEASURES if name in engine.columns(extract.frame)]
    raw = extract.count(["network", "month", *held])
    months = [month_number(date.fromisoformat(f"{str(text)[:7]}-01")) for text in raw["month"]]
    table = pd.DataFrame(
        {
            "network": [fold(str(name)) for name in raw["network"]],
            "month": np.array(months, dtype=np.int64),
            **{name: pd.to_numeric(raw[name]).astype("float64") for name in held},
        }
    )
    return _in_order(table)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """One row per network and month, all measures there."""
    missing = {name: np.nan for name in MEASURES if name not in table}
    summed = table.assign(**missing).groupby(["network", "month"])[list(MEASURES)].sum(min_count=1)
    return summed.sort_index().reset_index()


def _listed(extracts: Mapping[str, Extract], outcome: str) -> pd.DataFrame:
    """Months counted from lists of people."""
    lacking = [name for name in _NEEDED[outcome] if name not in extracts]
    if lacking:
        raise UsageError(
            f"Nothing is known of {outcome.replace('_', ' ')}: {COUNTS} does not hold them, and "
            f"there is no {lacking[0]} extract to count them from. Add one of them to "
            "organisation.toml."
        )
    members = extracts[MEMBERS]
    came = _came(extracts[EVENTS], extracts[ATTENDANCE]) if ATTENDANCE in _NEEDED[outcome] else None
    months = _months(members.frame, "joined_on") if came is None else _range(came["month"])
    table = _memberships(members, months)
    if came is None:
        return _in_order(table)
    merged = table.merge(came, on=["network", "month"], how="left")
    # A month without an event is one in which nobody came.
    filled = merged[["attendances", "unique_attendees"]].fillna(0.0)
    return _in_order(merged.assign(**filled))


def _months(frame: engine.Frame, column: str) -> list[int]:
    if column not in engine.columns(frame):
        raise UsageError(
            "The list of members does not say when people joined, so nobody knows who is new."
        )
    known = engine.count(frame.filter(~engine.col(column).is_null()), [column])[column]
    return _range(pd.Series([month_number(date.fromisoformat(str(day)[:10])) for day in known]))


def _range(months: pd.Series) -> list[int]:
    return list(range(int(months.min()), int(months.max()) + 1)) if len(months) else []


def _came(events: Extract, attendance: Extract) -> pd.DataFrame:
    """Attendances, and different people, by network and month of the event."""
    if events.frame.implementation != attendance.frame.implementation:
        raise UsageError(
            "Events and attendance of networks lie on different engines and cannot be joined "
            "there. Read both from files, or hand both over as tables of one engine."
        )
    when = engine.date_part("held_on", "year") * 12 + engine.date_part("held_on", "month") - 1
    held = events.frame.select(
        engine.text("event_id").alias("__event"),
        network_code(events).alias(_NETWORK),
        when.alias(_MONTH),
    )
    named = "person_id" in engine.columns(attendance.frame)
    person = engine.text("person_id") if named else engine.lit(None, engine.String)
    there = attendance.frame.select(engine.text("event_id").alias("__event"), person.alias(_PERSON))
    joined = held.join(there, on="__event", how="inner")
    known = joined.filter(~engine.col(_PERSON).is_null() & (engine.col(_PERSON) != ""))
    parts = {
        "attendances": joined,
        "unique_attendees": known.select(_NETWORK, _MONTH, _PERSON).unique(),
        "__held": held,
    }
    table = pd.DataFrame({"network": [], "month": []}).astype({"month": "int64"})
    for name, rows in parts.items():
        counted = engine.count(rows, [_NETWORK, _MONTH])
        part = pd.DataFrame(
            {
                "network": counted[_NETWORK],
                "month": counted[_MONTH].astype("int64"),
                name: counted[engine.N].astype("float64"),
            }
        ).astype({"network": object})
        table = table.merge(part, on=["network", "month"], how="outer")
    return table.drop(columns="__held")


def network_code(extract: Extract) -> engine.Expression:
    """Code of each row's network: one that is written in several ways is one network."""
    held: dict[str, set[str]] = {}
    for raw in extract.distinct("network"):
        held.setdefault(fold(str(raw)), set()).add(str(raw))
    code = engine.lit("")
    for name, raws in sorted(held.items()):
        code = engine.when(engine.is_one_of("network", raws)).then(engine.lit(name)).otherwise(code)
    return code


def _memberships(members: Extract, months: Sequence[int]) -> pd.DataFrame:
    """Members at the end of each month, and those who joined in it; a person counts once."""
    held = engine.columns(members.frame)
    tests: dict[str, engine.Expression] = {}
    for month in months:
        start, end = first_day(month), first_day(month + 1) - timedelta(days=1)
        tests[f"__members_{month}"] = _member(held, start, end)
        if "joined_on" in held:
            joined = engine.col("joined_on")
            tests[f"__joiners_{month}"] = ((joined >= start) & (joined <= end)).fill_null(False)
    rows = members.frame.select(
        network_code(members).alias(_NETWORK),
        engine.text("person_id").alias(_PERSON),
        *(test.cast(engine.Int64).alias(name) for name, test in tests.items()),
    )
    each = engine.grouped(
        rows, [_NETWORK, _PERSON], {name: engine.col(name).max() for name in tests}
    )
    found = engine.count(each, [_NETWORK], sums={name: engine.col(name) for name in tests})
    return pd.DataFrame(
        [
            {
                "network": row[_NETWORK],
                "month": month,
                **{
                    name: float(row.get(f"__{name}_{month}", np.nan))
                    for name in ("members", "joiners")
                },
            }
            for row in found.to_dict("records")
            for month in months
        ],
        columns=["network", "month", "members", "joiners"],
    )


def _member(held: Sequence[str], start: date, end: date) -> engine.Expression:
    """Whether a spell lasts at the end of a month, or a list of the month holds the person."""
    found = engine.lit(False)
    if "joined_on" in held:
        here = (engine.col("joined_on") <= end).fill_null(False)
        if "left_on" in held:
            left = engine.col("left_on")
            here = here & (left.is_null() | (left > end))
        found = found | here
    if "observed_on" in held:
        seen = engine.col("observed_on")
        found = found | ((seen >= start) & (seen <= end)).fill_null(False)
    return found
