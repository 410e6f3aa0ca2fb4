"""Who of the staff at a snapshot belongs to a network: the two are joined where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from workforce_analytics import engine
from workforce_analytics.counting.counts import Counts, finish, raw_columns, splitters_of
from workforce_analytics.counting.dimensions import Dimension, Splitter, with_new_starter
from workforce_analytics.counting.memberships import END, NETWORK, PERSON, START, Memberships
from workforce_analytics.counting.populations import population as population_of
from workforce_analytics.counting.populations import select
from workforce_analytics.counting.subsets import Where
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, long_date
from workforce_analytics.extracts.codelists import Category, fold
from workforce_analytics.extracts.contracts import did_you_mean
from workforce_analytics.extracts.extract import Extract

YES, NO = "yes", "no"
"""Codes of the dimension that says whether somebody is a member."""
MEMBER = "network_member"
TOO_FINE = ("team", "unit", "unit_id", "grade", "home_area", "area_code", "snapshot_date")
"""What nobody is told apart by here: too few people stand behind each of its categories."""


def reach_counts(
    found: Memberships,
    workforce: Extract,
    by: Sequence[str],
    as_at: str | None = None,
    network: str | Sequence[str] | None = None,
    population: str | None = None,
    where: Where | None = None,
    levels: Mapping[str, str] | None = None,
) -> Counts:
    """How many of the staff of a snapshot, in each group, belong to a network?

    Parameters
    ----------
    found
        Who was a member when.
    workforce
        A workforce extract.
    by
        Names of dimensions, as in `count`; also "new_starter".
    as_at
        A snapshot date as ISO text; the latest snapshot without it.
    network
        A network by its name or code; `ALL` or None for membership of any. Several of them give
        counts that are split by all of those memberships at once, so that each can be added up.
    population, where, levels
        As in `count`.

    Returns
    -------
    Counts
        People, split by `by` and then by one dimension per network asked for (`member_dimension`),
        with the categories `YES` and `NO`: members are those at the close of the snapshot's day.

    Raises
    ------
    UsageError
        A network, date, dimension or category that there is not; members and staff lie on
        different engines; the snapshot is older than all that is known of members.

    Notes
    -----
    The people counted are those of the population at the snapshot and nobody else: a member who is
    not among them is not counted, a person in two networks is counted once.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> from workforce_analytics.counting.memberships import memberships
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = memberships(council.networks, council.workforce)
    >>> counts = reach_counts(found, council.workforce, ["sex"], network="Race")
    >>> [item.name for item in counts.dimensions]
    ['sex', 'network_member: race']
    """
    _refuse_wrong_extract(found, workforce)
    day = snapshot_of(found, workforce, as_at)
    wanted = [network] if network is None or isinstance(network, str) else list(network)
    codes = list(dict.fromkeys(code_of(found, one) for one in wanted))
    chosen = population_of(population or "workforce_report", workforce.context.populations)
    selection = select(workforce, chosen, counted="people", as_at=day)
    staff = with_new_starter(workforce, [*by, *(where or {})])
    splitters = splitters_of(staff, [*by, *(where or {})], levels or {})
    raw = raw_columns(splitters)
    conditions = [engine.text("snapshot_date") == day]
    conditions += [selection.where] if selection.where is not None else []
    rows = staff.frame.filter(engine.all_of(*conditions, ignore_nulls=False)).select(
        engine.text("person_id").alias(PERSON), *raw
    )
    flags = {code: f"__member_{place}" for place, code in enumerate(codes)}
    joined = rows.join(_members_on(found, day, flags), on=PERSON, how="left")
    table = engine.count(joined, [*raw, *flags.values()])
    members = {member_dimension(code): _membership(found, code, flags[code]) for code in codes}
    counts = finish(
        staff,
        table,
        {**splitters, **members},
        by=[*by, *members],
        where=where,
        unit="people",
        population=chosen.title,
        selection=selection,
    )
    lists = [line for extract in found.extracts for line in extract.provenance()]
    return replace(counts, provenance=tuple(dict.fromkeys([*counts.provenance, *lists])))


def member_dimension(code: str) -> str:
    """Name the dimension that says who is in a network, by its code; `ALL` for any network.

    Tables that ask for the same network have the same dimension, so that they are looked at
    together before they are printed.
    """
    return MEMBER if code == ALL else f"{MEMBER}: {code}"


def code_of(found: Memberships, network: str | None) -> str:
    """Give the code of a network from its name or code; `ALL` for any.

    Raises
    ------
    UsageError
        There is no such network.
    """
    if network is None or network == ALL:
        return ALL
    code = fold(network) if isinstance(network, str) else ""
    if code not in found.labels:
        listed = list(found.labels.values())
        raise UsageError(
            f"network={network!r} is not a network of the lists of members."
            f"{did_you_mean(str(network), listed)} There are: {', '.join(listed)}."
        )
    return code


def snapshot_of(found: Memberships, workforce: Extract, as_at: str | None) -> str:
    """Give the snapshot that is meant, as ISO text: the latest one unless said.

    Raises
    ------
    UsageError
        There is no such snapshot, or nothing is known of members at that time.
    """
    dates = workforce.snapshots()
    if not dates:
        raise UsageError("The workforce extract holds no snapshot, so nobody can be counted.")
    day = dates[-1] if as_at in (None, "latest") else str(as_at)
    if day not in dates:
        raise UsageError(f"There is no snapshot of {day}. There are: {', '.join(dates)}.")
    if date.fromisoformat(day) < found.first:
        raise UsageError(
            f"The snapshot of {long_date(day)} is older than all that is known of members, which "
            f"begins on {long_date(found.first.isoformat())}. Choose a later one."
        )
    return day


def _refuse_wrong_extract(found: Memberships, workforce: Extract) -> None:
    if not isinstance(workforce, Extract) or workforce.contract.name != "workforce":
        raise UsageError("The second argument is a workforce extract, such as council.workforce.")
    if found.spells.implementation != workforce.frame.implementation:
        raise UsageError(
            "The lists of members and the workforce lie on different engines and cannot be joined "
            "there. Read both from files, or hand both over as tables of one engine."
        )


def _members_on(found: Memberships, day: str, flags: Mapping[str, str]) -> engine.Frame:
    """Everybody who is a member at the close of a day, with a flag for each network asked for."""
    close = date.fromisoformat(day)
    end = engine.col(END)
    there = (engine.col(START) <= close) & (end.is_null() | (end > close)).fill_null(False)
    anybody = found.anybody.filter(there).select(PERSON).unique()
    if set(flags) == {ALL}:
        return anybody.with_columns(engine.lit(1, engine.Int64).alias(flags[ALL]))
    spells = found.spells.filter(there).select(PERSON, NETWORK)
    parts = {
        name: (engine.text(NETWORK) == code).cast(engine.Int64).max()
        for code, name in flags.items()
        if code != ALL
    }
    each = engine.grouped(spells, [PERSON], parts)
    # Whoever is a member of a network is one of any: that needs no second join.
    return (
        each.with_columns(engine.lit(1, engine.Int64).alias(flags[ALL])) if ALL in flags else each
    )


def _membership(found: Memberships, code: str, column: str) -> Splitter:
    """Split by whether somebody is a member; nobody stands in neither category."""
    name = member_dimension(code)
    title = "Member of a network" if code == ALL else f"Member of {found.labels[code]}"
    listed = (Category(YES, "Member", "declared"), Category(NO, "Not a member", "declared"))
    return Splitter(
        name,
        column,
        # A left join leaves nothing where there is no member; pandas then has a float.
        lambda raw: YES if raw is not None and raw == 1 else NO,
        lambda present: Dimension(name, title, listed),
    )
