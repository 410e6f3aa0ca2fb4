"""Who takes part in staff networks: members over time, and whom networks reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from workforce_analytics import engine
from workforce_analytics.counting.counts import Counts, count
from workforce_analytics.counting.memberships import END, Memberships, memberships
from workforce_analytics.counting.network_counted import counted
from workforce_analytics.counting.network_months import (
    COUNTS,
    MEMBERS,
    first_day,
    month_number,
    network_extracts,
)
from workforce_analytics.counting.network_reach import TOO_FINE, reach_counts
from workforce_analytics.counting.network_standing import standing
from workforce_analytics.counting.network_stock import Period, periods
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, Estimates, long_date
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.intervals import checked_confidence
from workforce_analytics.measures import network_participation_words as words
from workforce_analytics.measures.network_flows import (
    Groups,
    of_counts,
    of_spells,
    of_totals,
    totals_of,
)
from workforce_analytics.measures.network_stock_rows import Known, Reach, Stocks, by_group

NO_PERIOD = (
    "No whole period lies within the record of members. Ask for shorter ones: "
    'every="quarter" or every="month".'
)
"""Of people, and of memberships."""
PEOPLE = "all networks: different people, and memberships, of which a person in two has two."
MEMBERSHIPS = "all networks: memberships, of which a person in two networks has two."


def participation(
    networks: Any,
    workforce: Extract | None = None,
    *,
    every: str | None = None,
    by: str | None = None,
    eligible: Mapping[str, Where] | None = None,
    events: Extract | None = None,
    population: str | None = None,
    where: Where | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Who takes part in staff networks: how many, who joins and leaves, and how much of staff?

    Parameters
    ----------
    networks
        `council.networks`: lists of members; without them, monthly counts of the networks.
    workforce
        A workforce extract: then rows of people who do not work here are left out, and members are
        held against staff.
    every
        "year" (financial years; the default), "quarter" or "month". With `by`, "year" stands for
        every snapshot, and the default is the latest one.
    by
        A characteristic, "grade_band", "service", "directorate", "working_pattern", "new_starter",
        or another field with a list of categories; nothing finer than a service.
    eligible
        Network -> the categories of staff that it is for: ``{"Race": {"ethnicity": ["asian",
        "black", "mixed", "other"]}}``. Without it what [networks.eligible] in organisation.toml
        says.
    events
        An events extract, for who has left the body while still on a list.
    population
        Who is staff; "workforce_report" without it.
    where
        With `by`, a subset of staff: dimension -> category code or codes.
    confidence
        0.95 for 95 %.

    Returns
    -------
    Estimates
        Without `by`, kind "network_participation", for each network and period: `members` at its
        close, `joiners`, `leavers`, `net` (people; the last three for the last 12 periods) and
        `reach` (proportion of staff, its band in the note); by year also `eligible_reach` (of
        those that the network is for) and `ally_share`. Rows of "All" count different people,
        `memberships` what all networks add up to. From monthly counts, "All" has `memberships`
        alone.
        With `by`, kind "network_reach", for each snapshot, category and network: `members` and
        `reach`.

    Raises
    ------
    UsageError
        There are no lists and no counts; a field, network, category or period that there is not,
        or one too fine to be told; `by` or `where` without what they need.

    Notes
    -----
    Members at the close of a period are those at the close of the one before, and those who joined,
    less those who left in it: a spell that ends on the last day has ended. With a workforce,
    members are counted who are in its population at any snapshot. Reach = different people who are
    members at the close, of the population at the latest snapshot on or before it (no more than a
    year before); Wilson's interval. With `by`, members are those of the snapshot itself. Bands are
    Rodriguez's rule of thumb.

    What was before the first period in which anybody is on record as having left is not shown: who
    had left by then may be missing from the lists, and networks would seem to have grown from
    nothing. Years, quarters and months of the same networks are not held against each other:
    publish one of them. People in any network are hidden where they would tell of a network that
    is hidden: they are at most its members more than all the others have.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = participation(council.networks, council.workforce)
    >>> table.about.title
    'Members of staff networks, 2021/22 to 2024/25'
    >>> frame = table.to_frame()
    >>> everybody = frame[(frame["network"] == "All") & (frame["period"] == "2024/25")]
    >>> everybody.set_index("measure")["value"].round(3)[["members", "reach"]].to_list()
    [752.0, 0.145]
    """
    likely = checked_confidence(confidence)
    if by is not None:
        _refuse_wrong_split(networks, workforce, every, by)
        _refuse_too_fine([by, *(where or {})])
        assert workforce is not None
        found = memberships(networks, workforce, events=events)
        return _by(found, workforce, by, every, population, where, likely)
    if where is not None:
        raise UsageError("where= limits the staff of a snapshot: give by=, too.")
    extracts = network_extracts(networks)
    if workforce is not None:
        _refuse_wrong_workforce(workforce)
    if MEMBERS in extracts:
        found = memberships(networks, workforce, events=events)
        return _from_spells(found, workforce, every or "year", eligible, population, likely)
    if COUNTS in extracts:
        return _from_counts(extracts[COUNTS], workforce, every or "year", population, likely)
    raise UsageError(
        f"Nobody says who takes part in networks. Add [extracts.{MEMBERS}] to organisation.toml, "
        f"or monthly counts as [extracts.{COUNTS}]."
    )


def _refuse_wrong_workforce(workforce: Any) -> None:
    if not isinstance(workforce, Extract) or workforce.contract.name != "workforce":
        raise UsageError("The second argument is a workforce extract, such as council.workforce.")


def _refuse_wrong_split(networks: Any, workforce: Any, every: Any, by: Any) -> None:
    _refuse_wrong_workforce(workforce)
    if not isinstance(by, str):
        raise UsageError('by= takes one name, such as by="sex".')
    if every not in (None, "year"):
        raise UsageError(f"every={every!r}: with by= it takes 'year' (every snapshot), or nothing.")
    if MEMBERS not in network_extracts(networks):
        raise UsageError(
            f"by= needs to know who is a member. Add [extracts.{MEMBERS}] to organisation.toml."
        )


def _refuse_too_fine(names: Iterable[str]) -> None:
    for name in names:
        if name in TOO_FINE:
            raise UsageError(
                f"Members are never told apart by '{name}', so never by team: membership reveals "
                "what people may keep to themselves. Ask for service or directorate, grade_band, "
                "or a characteristic."
            )


def _by(
    found: Memberships,
    workforce: Extract,
    by: str,
    every: str | None,
    population: str | None,
    where: Where | None,
    confidence: float,
) -> Estimates:
    dates = workforce.snapshots()
    known = [day for day in dates if date.fromisoformat(day) >= found.first]
    days = known if every else dates[-1:]
    counted: dict[str, Counts] = {
        day: reach_counts(
            found,
            workforce,
            [by],
            as_at=day,
            network=[*found.labels, ALL],
            population=population,
            where=where,
        )
        for day in days or dates[-1:]
    }
    latest = counted[max(counted)]
    about = words.by_group(found, latest, by, list(counted), workforce, confidence)
    return by_group(counted, by, found.labels, confidence)(about)


def _from_spells(
    found: Memberships,
    workforce: Extract | None,
    every: str,
    eligible: Mapping[str, Where] | None,
    population: str | None,
    confidence: float,
) -> Estimates:
    whole = periods(found.first, found.last, every)
    left = _first_left(found)
    over = [one for one in whole if found.listed or left is None or one.end >= left]
    if whole and not over:
        assert left is not None  # nothing else takes periods away
        raise UsageError(
            f"Nobody is on record as having left before {long_date(left.isoformat())}, so earlier "
            "periods are not shown, and no later one lies whole within the record of members."
        )
    if not over:
        raise UsageError(NO_PERIOD)
    in_depth = every == "year"
    whom, strange = _eligible(found, eligible)
    asked, snapshots = _snapshots(over, workforce)
    told = standing(
        found,
        workforce,
        snapshots=snapshots,
        eligible=whom if in_depth else {},
        population=population,
    )
    groups = {}
    for code in (*found.labels, ALL):
        spells = told.spells[code]
        if in_depth:
            groups[code] = of_spells(code, spells, over, asked)
        else:
            groups[code] = of_totals(code, totals_of(spells, over), over)
    if len(found.labels) == 1:  # of one network alone, any network is that one
        groups[ALL] = groups[next(iter(found.labels))]
    members = found.extracts[0]
    facts = words.Facts(
        source=members.context.organisation,
        labels=found.labels,
        extracts=found.extracts,
        caveats=(
            *strange,
            *words.of_spells(found, over, whole, found.listed or left is not None),
            *([words.STRANGERS] if told.strangers else []),
        ),
        population=told.population,
        base=told.base,
        reach=bool(snapshots),
        whole=PEOPLE,
        policy=members.context.policy,
        confidence=confidence,
    )
    stocks = Stocks(
        groups,
        found.labels,
        over,
        confidence,
        Reach(tuple(asked), told.people, told.eligible) if snapshots else None,
        allies=in_depth and _says_roles(members),
    )
    return stocks.estimates(words.over_time(facts, over))


def _first_left(found: Memberships) -> date | None:
    """First day on which anybody is on record as having left a network."""
    ended = found.spells.filter(~engine.col(END).is_null())
    day = engine.one_row(
        engine.derive(ended, {"__day": engine.day_number(END)}), {"day": engine.col("__day").min()}
    )["day"]
    return date.fromordinal(day) if day else None


def _says_roles(members: Extract) -> bool:
    """Whether the lists say who is an ally: else nobody is one, as far as they go."""
    if "role" not in engine.columns(members.frame):
        return False
    match = members.matcher("role")
    return any(match(raw) is not None for raw in members.distinct("role"))


def _eligible(
    found: Memberships, given: Mapping[str, Where] | None
) -> tuple[dict[str, Where], tuple[str, ...]]:
    """Whom each network is for, by its code, and what to say of networks that there are not."""
    plans = found.extracts[0].context.plans.get("networks") or {}
    wanted = plans.get("eligible", {}) if given is None else given
    if not isinstance(wanted, Mapping) or not all(isinstance(x, Mapping) for x in wanted.values()):
        raise UsageError(
            'eligible= takes networks and whom they are for, such as {"Women": {"sex": "female"}}.'
        )
    _refuse_too_fine(field for whom in wanted.values() for field in whom)
    names = list(found.labels.values())
    strange = [name for name in wanted if fold(str(name)) not in found.labels]
    if strange and given is not None:
        raise UsageError(
            f"eligible= names {strange[0]!r}, which is no network of the lists of members."
            f"{did_you_mean(str(strange[0]), names)} There are: {', '.join(names)}."
        )
    said = [
        f"[networks.eligible] in organisation.toml names {name}, of which there is no member."
        for name in strange
    ]
    return {fold(str(name)): whom for name, whom in wanted.items() if name not in strange}, (*said,)


def _snapshots(over: Sequence[Period], workforce: Extract | None) -> tuple[list[int], list[str]]:
    """For each period the place of the snapshot that its members are held against; the snapshots.

    That is the latest on or before its last day; -1 where that is more than a year before it.
    """

    def a_year_before(day: date) -> date:
        return first_day(month_number(day) - 11) - timedelta(days=1)

    days = workforce.snapshots() if workforce is not None else ()
    chosen = [
        max(
            (day for day in days if a_year_before(one.end) <= date.fromisoformat(day) <= one.end),
            default="",
        )
        for one in over
    ]
    used = sorted(set(chosen) - {""})
    return [used.index(day) if day else -1 for day in chosen], used


def _from_counts(
    extract: Extract,
    workforce: Extract | None,
    every: str,
    population: str | None,
    confidence: float,
) -> Estimates:
    """Members over time where nothing but monthly counts is known."""
    found = counted(extract)
    over = periods(found.first, found.end - timedelta(days=1), every)
    if not over:
        raise UsageError(NO_PERIOD)
    asked, snapshots = _snapshots(over, workforce)
    staff = {
        day: count(workforce, by=[], population_name=population, as_at=day)
        for day in snapshots
        if workforce is not None
    }
    last = staff[snapshots[-1]] if snapshots else None
    told: dict[str, Groups] = {}
    known: dict[str, Known] = {}
    uneven = False
    for code in found.labels:
        one = of_counts(code, found, over)
        told[code] = of_totals(code, one, over)
        known[code] = Known.of(one)
        rest = np.diff([one.before, *one.members]) - one.joiners + one.leavers
        uneven |= bool((~np.isnan(rest) & (rest != 0)).any())
    facts = words.Facts(
        source=extract.context.organisation,
        labels=found.labels,
        extracts=(extract, *([workforce] if workforce is not None else [])),
        caveats=words.of_counts(found, uneven),
        population=last.population if last else "",
        base=last.selection.words() if last and last.selection else "",
        reach=bool(snapshots),
        whole=MEMBERSHIPS,
        policy=extract.context.policy,
        confidence=confidence,
    )
    people = tuple(staff[day].total() for day in snapshots)
    stocks = Stocks(
        told,
        found.labels,
        over,
        confidence,
        Reach(tuple(asked), people) if snapshots else None,
        known,
        allies=False,
    )
    return stocks.estimates(words.over_time(facts, over))
