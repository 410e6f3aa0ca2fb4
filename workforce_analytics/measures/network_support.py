"""What were staff networks given: training for chairs, time, meetings with sponsors, money?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workforce_analytics import engine
from workforce_analytics.counting.memberships import LEAST
from workforce_analytics.counting.network_months import SUPPORT, network_extracts
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.estimates import (
    ALL,
    About,
    CellBuilder,
    Estimates,
    assemble,
    long_date,
)
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.contracts import Field, did_you_mean
from workforce_analytics.extracts.extract import Extract

COURSES, TIME, MONEY = "chair_training", "protected_time", "budget"
UNITS = {TIME: "hours", MONEY: "pounds"}
"""What support is measured in; courses and meetings are counted."""
WORDS = {
    COURSES: "Courses for chairs, so far",
    TIME: "Protected time",
    "sponsor_meeting": "Meetings with the sponsor",
    MONEY: "Budget",
}
"""What kinds of support are called in a table; others by the label of the contract."""
METHODS = {TIME: "average of hours a month", COURSES: "sum of this year and those before"}
APRIL = 4


def support(
    networks: Any, *, plan: Mapping[str, float] | None = None, years: int | None = None
) -> Estimates:
    """What support was each staff network given, and was it what had been planned?

    Parameters
    ----------
    networks
        `council.networks`: the support that networks were given.
    plan
        How much of each kind a network is to have in a financial year: hours a month of protected
        time, meetings with the sponsor, pounds; and of courses for chairs, how many in all. Without
        it `[networks.plan]` of organisation.toml; kinds without a plan are shown as they were
        given.
    years
        How many financial years are shown, up to the latest with any support; all without it.

    Returns
    -------
    Estimates
        Kind "network_support", one period for each financial year. For each network, and for all
        together, by kind: `given` and, where there is a plan, `planned` (events, hours a month or
        pounds) and `share_of_plan` (proportion; above 1 where more was given than planned). For
        all together `networks_with` and `networks`: how many had any of it, and how many there are.

    Raises
    ------
    UsageError
        Nobody says what networks were given; a kind of support that there is not, or no amount.
    DataError
        No support is recorded on any day.

    Notes
    -----
    Meetings are counted, budgets added up. A chair who was trained stays trained: courses are
    counted from the first on record to the end of each year. Protected time is in hours a month:
    what was given last holds until the next change, amounts from one day are added up (two chairs),
    and the year's figure is the average over its months, each as it was at its end. A network that
    is named in any of the lists and was given nothing has 0. No chair and no sponsor is named.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = support(council.networks, plan={"sponsor_meeting": 4}, years=1)
    >>> print(table.about.title)
    Support given to staff networks, 2024/25
    """
    extracts = network_extracts(networks)
    extract = extracts.get(SUPPORT)
    if extract is None:
        raise UsageError(
            f"Nobody says what networks were given. Add [extracts.{SUPPORT}] to organisation.toml."
        )
    field = extract.contract.field("kind")
    assert field is not None  # every contract of support has kinds
    planned = _plan(plan, extract, field)
    if years is not None and (isinstance(years, bool) or not isinstance(years, int) or years < 1):
        raise UsageError("years= takes a whole number of financial years, 1 or more.")
    record = _Record.of(extract, field)
    starts = record.years()
    shown = starts if years is None else starts[-years:]
    labels = _labels(extracts)
    kinds = [one.value for one in field.categories if one.value in (planned.keys() | record.kinds)]
    rows = [
        row
        for start in shown
        for kind in kinds
        for row in _rows(record, labels, kind, start, planned.get(kind))
    ]
    names = {one.value: WORDS.get(one.value, one.label) for one in field.categories}
    about = _describe(extract, labels, [names[kind] for kind in kinds], shown, record, planned)
    no_people = CellBuilder({}, about.groups).finish([-1] * len(rows), [-1] * len(rows))
    return assemble([{**row, "kind": names[row["kind"]]} for row in rows], about, no_people)


def _plan(given: Any, extract: Extract, field: Field) -> dict[str, float]:
    """Read what was planned for each network and year, by kind."""
    said = given
    if said is None:
        said = extract.context.plans.get("networks", {}).get("plan", {})
    if not isinstance(said, Mapping):
        raise UsageError('plan= takes kinds and amounts, such as {"sponsor_meeting": 4}.')
    allowed = [one.value for one in field.categories]
    for kind, amount in said.items():
        if kind not in allowed:
            raise UsageError(
                f"plan= names {kind!r}, which is no kind of support."
                f"{did_you_mean(str(kind), allowed)} Allowed: {', '.join(allowed)}."
            )
        if isinstance(amount, bool) or not isinstance(amount, int | float) or not amount >= 0:
            raise UsageError(f"plan= takes an amount of 0 or more for {kind}.")
    return {kind: float(amount) for kind, amount in said.items()}


def _labels(extracts: Mapping[str, Extract]) -> dict[str, str]:
    """Code of every network that any list names -> its name as it is written most often."""
    written: dict[str, Counter[str]] = {}
    for _, extract in sorted(extracts.items()):
        if "network" not in engine.columns(extract.frame):
            continue
        counted = extract.count(["network"])
        for raw, n in zip(counted["network"], counted[engine.N], strict=True):
            if raw is not None and str(raw).strip():
                written.setdefault(fold(str(raw)), Counter())[str(raw).strip()] += int(n)
    return {
        code: max(sorted(names), key=lambda name: names[name])
        for code, names in sorted(written.items())
    }


@dataclass(frozen=True)
class _Gift:
    """Some support: what kind, to which network, on which day, and how much, if that is known."""

    kind: str
    network: str
    day: date
    amount: float | None


@dataclass(frozen=True)
class _Record:
    """All support that is recorded."""

    gifts: tuple[_Gift, ...]
    kinds: frozenset[str]
    without_amount: int
    """How many gifts of time or money say not how much."""

    @classmethod
    def of(cls, extract: Extract, field: Field) -> _Record:
        """Read the rows: what one of them stands for is no person."""
        match = extract.matcher("kind")
        held = "amount" in engine.columns(extract.frame)
        columns = ["network", "kind", "given_on", *(["amount"] if held else [])]
        gifts: list[_Gift] = []
        without = 0
        for row in extract.count(columns).to_dict("records"):
            kind, day = match(row["kind"]), row["given_on"]
            if kind is None or day is None or row["network"] is None:
                continue
            told = row.get("amount")
            known = told is not None and told == told
            # A course or a meeting is one where nobody says how many.
            amount = float(told) if known else None if kind in UNITS else 1.0
            without += int(row[engine.N]) if amount is None else 0
            when = date.fromisoformat(str(day)[:10])
            gift = _Gift(kind, fold(str(row["network"])), when, amount)
            gifts += [gift] * int(row[engine.N])
        if not gifts:
            raise DataError("The list of support given to networks holds no support with a day.")
        order = sorted(gifts, key=lambda one: (one.day, one.network, one.kind, one.amount or 0.0))
        return cls(tuple(order), frozenset(one.kind for one in gifts), without)

    def years(self) -> list[int]:
        """Give the first years of all financial years from the first support to the last."""
        first, last = (_year(self.gifts[place].day) for place in (0, -1))
        return list(range(first, last + 1))

    def given(self, kind: str, network: str, start: int) -> float:
        """How much of a kind was a network given in the financial year from a year's April on?"""
        own = [
            (one.day, one.amount)
            for one in self.gifts
            if one.kind == kind and one.network == network and one.amount is not None
        ]
        if kind == COURSES:
            return sum(amount for day, amount in own if _year(day) <= start)
        if kind != TIME:
            return sum(amount for day, amount in own if _year(day) == start)
        in_force: dict[date, float] = {}
        for day, amount in own:
            in_force[day] = in_force.get(day, 0.0) + amount
        months = [divmod(start * 12 + APRIL + place, 12) for place in range(12)]
        return sum(_at(in_force, date(year, month + 1, 1)) for year, month in months) / 12


def _at(in_force: Mapping[date, float], before: date) -> float:
    """Give the hours a month that held on the day before a date."""
    days = [day for day in in_force if day < before]
    return in_force[max(days)] if days else 0.0


def _year(day: date) -> int:
    """Give the year in which the financial year of a day began."""
    return day.year - (day.month < APRIL)


def _words(start: int) -> str:
    return f"{start}/{(start + 1) % 100:02}"


def _rows(
    record: _Record, labels: Mapping[str, str], kind: str, start: int, plan: float | None
) -> list[dict[str, Any]]:
    """Rows of one kind of support in one year: each network, and all together."""
    amounts = {code: record.given(kind, code, start) for code in labels}
    unit = UNITS.get(kind, "events")
    method = METHODS.get(kind, "sum")
    rows: list[dict[str, Any]] = []
    whole = (ALL, sum(amounts.values()), len(labels))
    for label, amount, times in [*((labels[c], n, 1) for c, n in amounts.items()), whole]:
        at = {"network": label, "kind": kind, "period": _words(start)}
        rows.append({"measure": "given", "value": amount, "unit": unit, "method": method, **at})
        if plan is None:
            continue
        due = plan * times
        rows.append({"measure": "planned", "value": due, "unit": unit, "method": "plan", **at})
        share = {"measure": "share_of_plan", "unit": "proportion", **at}
        rows.append(
            {**share, "value": amount / due, "method": "given divided by planned"}
            if due
            else {**share, "status": "undefined", "note": "nothing was planned"}
        )
    at = {"network": ALL, "kind": kind, "period": _words(start), "unit": "networks"}
    having = sum(amount > 0 for amount in amounts.values())
    rows.append({"measure": "networks_with", "value": having, "method": "count", **at})
    rows.append({"measure": "networks", "value": len(labels), "method": "count", **at})
    return rows


def _describe(
    extract: Extract,
    labels: Mapping[str, str],
    kinds: Sequence[str],
    years: Sequence[int],
    record: _Record,
    planned: Mapping[str, float],
) -> About:
    """Say what a reader must know of a table of support."""
    first, last = _words(years[0]), _words(years[-1])
    period = first if first == last else f"{first} to {last}"
    against = " against what was planned for it" if planned else ""
    return About(
        title=f"Support given to staff networks, {period}",
        question="What support were staff networks given, and was it what had been planned?",
        definition=f"What each network was given in a financial year{against}.",
        source=extract.context.organisation,
        population="staff networks",
        base="",
        period=period,
        counted="support",
        groups=("network", "kind"),
        headings={"network": "Network", "kind": "Kind of support"},
        order={"network": (*labels.values(), ALL), "kind": tuple(kinds)},
        caveats=_caveats(record, years, planned),
        provenance=extract.provenance(),
        policy=extract.context.policy,
        least_threshold=LEAST,
        kind="network_support",
    )


def _caveats(
    record: _Record, years: Sequence[int], planned: Mapping[str, float]
) -> tuple[str, ...]:
    said = ["No chair and no sponsor is named."]
    if TIME in record.kinds:
        said.append(
            "Protected time is in hours a month, on average over the year: what was given last "
            "holds until the next change."
        )
    if planned:
        said.append("The plan is the same for each network, and for a whole financial year.")
    if COURSES in record.kinds:
        said.append("Courses for chairs are those of the year and of all years before.")
    said.append(
        f"The latest support on record is of {long_date(record.gifts[-1].day.isoformat())}; "
        f"{_words(years[-1])} ends on 31 March {years[-1] + 1}."
    )
    if record.without_amount:
        said.append(
            f"Entries of time or money that do not say how much are left out: "
            f"{record.without_amount:,}."
        )
    return tuple(said)
