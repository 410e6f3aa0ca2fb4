"""How far a roll-out came, as a table, and what has to be said of panels and training records."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.estimates import ALL, About, Estimates
from workforce_analytics.extracts.codelists import Category
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.training_panels import Found
from workforce_analytics.measures.training_turns import (
    ACTUAL,
    PLANNED,
    counts_as_planned,
    quarter_label,
)

if TYPE_CHECKING:
    from workforce_analytics.measures.training_exposure import Exposure

ENOUGH_MATCHED = 0.9
"""Share of panel members found under which every result carries a note."""
SMALL = 10
SERVICE, TIME, TRAINED, VISITOR = "service", "time", "trained", "visitor"
BEFORE, AFTER, NO_DAY = "before", "after", "no_day"
YES, NO, NOT_KNOWN = "yes", "no", "not_known"


@dataclass(frozen=True, eq=False)
class Tally:
    """Everything that was counted on the way to an exposure."""

    found: Found
    turns: pd.DataFrame
    sittings: pd.DataFrame
    kept: int
    """Vacancies whose panels are known from what was frozen earlier."""
    kept_course: tuple[str, ...]
    """The course that counted when they were frozen."""
    reversals: int
    slipped: int
    date: str | None
    panels: bool
    match_rate: float


def important(tally: Tally) -> tuple[str, ...]:
    """Say what a reader must know beside every result."""
    said = [
        *_about_turns(tally),
        *_about_people(tally),
        *_about_course(tally),
        *_about_vacancies(tally),
    ]
    return tuple(said)


def _about_turns(tally: Tally) -> list[str]:
    turns = tally.turns
    if turns["order"].eq("inferred").any():
        said = [
            "No roll-out was given. A service counts as trained from the first quarter in which "
            "half of its panels' seats, on average, were held by trained people."
        ]
        if tally.reversals:
            said.append(
                f"In {_services(tally.reversals)} less than half were again held by trained people "
                "in a later quarter."
            )
        return said
    said = []
    meant = turns[PLANNED].where(counts_as_planned(turns["order"], tally.date), turns[ACTUAL])
    other = int((meant.isna() & turns["on"].notna()).sum())
    if other:
        said.append(
            f"Of {_services(other)} only one of the planned and the actual day is known: that one "
            "counts."
        )
    if tally.slipped:
        said.append(
            f"{_services(tally.slipped).capitalize()} had the training in another quarter than "
            "planned. Where the order was by lot the planned day counts, else the actual one."
            if tally.date is None
            else f"{_services(tally.slipped).capitalize()} had the training in another quarter "
            f"than planned. The {tally.date} day counts."
        )
    return said


def _about_people(tally: Tally) -> list[str]:
    n, said = tally.found.tallies, []
    if tally.found.course is None:
        return ["No training records were given: nothing is known of who on panels was trained."]
    if not tally.found.listed:
        said.append(
            "There is no list of staff to find panel members in, so those without a training "
            "record count as not trained."
        )
    elif tally.match_rate < ENOUGH_MATCHED:
        said.append(
            f"Only {_percent(tally.match_rate)} of panel members who should be staff were found "
            "among staff or their keys; shares of panels trained are of those alone."
        )
    if tally.found.listed and n["records"]:
        share = n["records_matched"] / n["records"]
        if share < ENOUGH_MATCHED:
            said.append(
                f"Only {_percent(share)} of training records are of people found among staff or "
                "their keys, so more people may be trained than is known."
            )
    if not tally.panels:
        said.append(
            "Panels are not recorded: the hiring manager of each vacancy stands for its panel."
            if n["by_manager"]
            else "Neither panels nor hiring managers are recorded: nothing is known of who on "
            "panels was trained."
        )
    elif _share_by_manager(tally) > 1 - ENOUGH_MATCHED:
        said.append(_by_manager(tally))
    return said


def _share_by_manager(tally: Tally) -> float:
    return tally.found.tallies["by_manager"] / max(len(tally.found.sittings), 1)


def _by_manager(tally: Tally) -> str:
    share = _share_by_manager(tally)
    return (
        f"For {_percent(share) if share >= 0.01 else 'less than 1 %'} of panels it is not known "
        "who sat: there the hiring manager stands for the panel."
    )


def _about_course(tally: Tally) -> list[str]:
    course = tally.found.course
    if course is None or not course.chosen:
        return []
    if not course.names:
        return ["Nobody on a panel has completed a course."]
    first, *more = (
        f"“{name}”" for name in sorted(course.names, key=lambda name: (len(name), name))
    )
    named = f"{first}, and with it {', '.join(more)}" if more else first
    return [f"Which course counts was not said: most panel members hold {named}."]


def _about_vacancies(tally: Tally) -> list[str]:
    vacancies = tally.sittings.drop_duplicates("vacancy_id")
    outside, said = int((vacancies["service"] == "").sum()), []
    if outside:
        where = "no unit that is known" if _inferred(tally) else "no unit of the roll-out"
        said.append(
            f"{_number(outside, 'vacancy', 'vacancies').capitalize()} of {len(vacancies):,} "
            f"{'is' if outside == 1 else 'are'} of {where} and left out."
        )
    if tally.kept:
        said.append(
            f"{_number(tally.kept, 'vacancy', 'vacancies').capitalize()} of {len(vacancies):,} "
            f"{'is' if tally.kept == 1 else 'are'} known from counts that were kept."
        )
        course = tally.found.course.names if tally.found.course else ()
        if set(tally.kept_course) - set(course):
            named = ", ".join(f"“{name}”" for name in tally.kept_course)
            said.append(f"When they were kept, the course that counted was {named}.")
    return said


def _inferred(tally: Tally) -> bool:
    return bool(tally.turns["order"].eq("inferred").any())


def incidental(tally: Tally) -> tuple[str, ...]:
    """Say what else was counted, under the coverage."""
    n = tally.found.tallies
    should = n["seats"] - n["outside"]
    said = [
        (
            n["outside"],
            f"{_few(n['outside'])} seats were held by councillors, partner bodies, service users "
            "or agency workers: they are not in the share trained.",
        ),
        (
            should - n["known"],
            f"{_few(should - n['known'])} seats were held by people who are not known or not found "
            "among staff: they are not in the share trained.",
        ),
        (
            n["later"],
            f"{_few(n['later'])} seats were held by people who were trained only on the day or "
            "later: they count as not trained.",
        ),
        (
            n["expired"],
            f"{_few(n['expired'])} seats were held by people whose training had run out: they "
            "count as not trained.",
        ),
        (n["assumed"], f"{_few(n['assumed'])} panels are assumed from the hiring manager."),
        (
            n["without_day"],
            f"{_few(n['without_day'])} panels have no day of their own: the vacancy's closing or "
            "opening day stands for it.",
        ),
        (
            n["astray"],
            f"{_few(n['astray'])} rows of panels are of no vacancy in the vacancies extract, or "
            "of a stage that is not known: they are left out.",
        ),
    ]
    if tally.panels and 0 < _share_by_manager(tally) <= 1 - ENOUGH_MATCHED:
        said.append((1, _by_manager(tally)))
    return (*(text for number, text in said if number), *_records(tally), *_units(tally))


def _records(tally: Tally) -> list[str]:
    course = tally.found.course
    if course is None:
        return []
    rest = sum(number for code, number in course.statuses.items() if code != "completed")
    undated = course.statuses.get("completed", 0) - tally.found.tallies["records"]
    said = []
    if rest:
        said.append(
            f"{_few(rest)} records of the course are of bookings, absences and courses not "
            "completed: they do not count."
        )
    if undated:
        said.append(f"{_few(undated)} completed records have no day: they do not count.")
    return said


def _units(tally: Tally) -> list[str]:
    said = []
    never = int(tally.turns["on"].isna().sum())
    if never:
        said.append(f"{_services(never).capitalize()} of {len(tally.turns)} had no turn yet.")
    idle = len(set(tally.turns.index) - set(tally.sittings["service"]))
    if idle:
        verb = "has" if idle == 1 else "have"
        said.append(f"{_services(idle).capitalize()} of the roll-out {verb} no vacancy.")
    no_day = tally.sittings.loc[tally.sittings["on"].isna(), "vacancy_id"].nunique()
    if no_day:
        said.append(
            f"{_number(no_day, 'vacancy', 'vacancies').capitalize()} without any day: nobody can "
            "say whether it came before or after."
        )
    return said


def _services(n: int) -> str:
    return _number(n, "service", "services")


def _number(n: int, one: str, several: str) -> str:
    return f"{n:,} {one if n == 1 else several}"


def _few(n: int) -> str:
    """Write a number of seats or records, but not how few they are."""
    return f"{n:,}" if n >= SMALL else f"Fewer than {SMALL}"


def _percent(share: float) -> str:
    """Write a share in whole percent, never rounded up to what it is not."""
    return f"{math.floor(share * 100)} %" if share else "0 %"


def coverage_table(exposure: Exposure, stages: Sequence[str]) -> Estimates:
    """Give seats, and the share trained before and after, of each service and of all."""
    turns = exposure.turns
    rows = Rows(_cells(exposure, stages), [SERVICE, TIME, TRAINED, VISITOR])
    late = turns["on"].fillna(pd.Timestamp.max)
    order = sorted(turns.index, key=lambda code: (late[code], turns.at[code, "label"], code))
    for code in order:
        period = quarter_label(turns.at[code, "on"])
        _add(rows, exposure, code, turns.at[code, "label"], {SERVICE: code}, period)
    _add(rows, exposure, "", ALL, {}, "")
    labels = tuple(str(turns.at[code, "label"]) for code in order)
    about = _about(exposure, stages, (*labels, ALL))
    return rows.estimates(about, _source(exposure, order, labels))


def _cells(exposure: Exposure, stages: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Count seats by service, time, and whether they were trained and visitors.

    Only how many of each are known, not how many are both: trained ones come first.
    """
    table = exposure.sittings
    table = table[table["stage"].isin(stages) & (table["service"] != "")]
    table = table[~table["vacancy_id"].isin(exposure.again)]
    after = table["on"] >= table["service"].map(exposure.turns["on"])
    time = after.map({True: AFTER, False: BEFORE}).where(table["on"].notna(), NO_DAY)
    away = table["visitors"].fillna(0).astype("int64")
    both = table["trained"].clip(upper=away)
    counted = {
        (YES, YES): both,
        (YES, NO): table["trained"] - both,
        (NO, YES): away - both,
        (NO, NO): table["known"] - table["trained"] - away + both,
        (NOT_KNOWN, NO): table["seats"] - table["known"],
    }
    cells: dict[tuple[str, ...], int] = {
        (code, when, *kind): 0
        for code in exposure.turns.index
        for when in (BEFORE, AFTER, NO_DAY)
        for kind in counted
    }
    for kind, number in counted.items():
        for (code, when), n in number.groupby([table["service"], time]).sum().items():
            cells[(str(code), str(when), *kind)] += int(n)
    return cells


NO_TRAINING = "there are no training records, so nobody knows who was trained"


def _add(
    rows: Rows,
    exposure: Exposure,
    code: str,
    label: str,
    whom: dict[str, str],
    period: str,
) -> None:
    """Add the rows of a service, or of all."""
    labels = {SERVICE: label, "period": period}

    def cell(name: str, **what: Any) -> int:
        return rows.cell(exposure.people.get((code, name)), **whom, **what)

    seats = cell("seats")
    rows.count("seats", labels, seats, "events")
    known = (YES, NO)
    for time in (BEFORE, AFTER):
        if not exposure.course:
            measure = f"share_trained_{time}"
            row = rows.add(measure, labels, unit="proportion", method="none")
            row |= {"status": "undefined", "note": NO_TRAINING}
            continue
        rows.proportion(
            f"share_trained_{time}",
            labels,
            cell(f"trained_{time}", time=time, trained=YES),
            cell(time, time=time, trained=known),
            0.95,
            n_effective=float("nan"),
        )
    if exposure.sittings["visitors"].notna().any():
        away = cell("visitors", visitor=YES)
        rows.proportion("share_of_visitors", labels, away, cell("known", trained=known), 0.95)


def _about(exposure: Exposure, stages: Sequence[str], labels: tuple[str, ...]) -> About:
    which = f"{stages[0]} panels" if len(stages) == 1 else "panels"
    return About(
        title=f"Panel members trained, before and after each service's turn: {which}",
        question="How many panel seats were held by trained people, before and after each "
        "service's turn in the training?",
        definition="Seats held by people who had completed the course before the panel sat, "
        "divided by all seats whose holder is known.",
        source=exposure.source,
        population=f"seats of recruitment {which}",
        base="seats held by staff who are known",
        period="",
        counted="panel seats",
        groups=(SERVICE,),
        headings={SERVICE: "Service"},
        order={SERVICE: labels},
        caveats=(
            *exposure.notes,
            *exposure.details,
            "Services stand in the order of the roll-out.",
        ),
        provenance=exposure.provenance,
        policy=exposure.policy,
        kind="training_exposure",
    )


def _source(exposure: Exposure, order: Sequence[str], labels: Sequence[str]) -> Counts:
    """Say what the cells are split by; seats are of nobody else's tables."""
    services = tuple(
        Category(code, label, "declared") for code, label in zip(order, labels, strict=True)
    )
    return Counts(
        pd.DataFrame(),
        (Dimension(SERVICE, "Service", services),),
        counted="panel seats",
        additive_over=frozenset({SERVICE}),
        provenance=exposure.provenance,
        policy=exposure.policy,
    )
