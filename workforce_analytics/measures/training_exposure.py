"""Who was trained when: the roll-out date of each service, and the share of each panel trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.panels import STAGES
from workforce_analytics.counting.seats import people_behind
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Context, Extract
from workforce_analytics.measures.training_coverage import (
    Tally,
    coverage_table,
    important,
    incidental,
)
from workforce_analytics.measures.training_kept import with_kept
from workforce_analytics.measures.training_panels import Found, find_sittings
from workforce_analytics.measures.training_turns import (
    Services,
    refuse_repeated_units,
    rollout_rows,
    services_as_they_are,
    services_of_rollout,
    slipped,
    turns_given,
    turns_inferred,
)

STAGE_OF = {
    "shortlisted": "shortlisting",
    "interviewed": "interview",
    "offered": "interview",
    "appointed": "interview",
}
"""Outcome -> the stage whose panel decides it."""
DATES = ("planned", "actual")


@dataclass(frozen=True, eq=False)
class Exposure:
    """Which services and which panels were trained when; made by `exposure`.

    Displaying it shows `coverage()`, through disclosure control, never a vacancy.

    Attributes
    ----------
    turns
        A row per service, by its code: `label`, `planned_on`, `actual_on`, `on` (the day from which
        it counts as trained; missing: not yet) and `order` ("random", "need", "volunteers",
        "inferred").
    sittings
        A row per vacancy and stage ("shortlisting", "interview"): `service` ("" where it is in
        none), `on`, `seats` of the panel, `known` ones (of staff who were found), `trained` ones of
        those before `on`, `dose` (trained of known), `chair_trained` and `manager_trained` (0, 1,
        or missing), and `visitors`: seats of people of another service.
    inferred
        Whether roll-out dates are worked out from panels.
    random
        Whether the order was by lot in every service.
    match_rate
        Seats whose person is found among staff or their keys, of seats that should be staff;
        not a number where there is nobody to find, or nothing to find them in.
    course
        Names of the course that counts.
    notes
        What has to be said beside every result.
    outcome
        The stage that was asked for ("" for all).
    """

    turns: pd.DataFrame
    sittings: pd.DataFrame
    inferred: bool
    random: bool
    match_rate: float
    course: tuple[str, ...]
    notes: tuple[str, ...]
    outcome: str = ""
    context: Context = field(default_factory=Context, repr=False)
    provenance: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    """What else was counted on the way: said under the coverage."""
    kept: Any = field(default=None, repr=False)
    """What was frozen of earlier vacancies, as it was given."""
    again: frozenset[str] = field(default=frozenset(), repr=False)
    """Pseudonyms in `sittings` of vacancies that stand there under their own name, too: those of
    which something was kept. Nothing may count both."""
    people: Mapping[tuple[str, str], int] = field(default_factory=dict, repr=False)
    """Service (or "" for all) and cell -> how many different people hold those seats."""

    @property
    def policy(self) -> Mapping[str, object]:
        """The disclosure policy of the organisation."""
        return self.context.policy

    @property
    def source(self) -> str:
        """Whose figures they are."""
        return self.context.organisation

    def at(self, outcome: str) -> pd.DataFrame:
        """Which panel decided an outcome: the sittings of its stage, by vacancy.

        Parameters
        ----------
        outcome
            "shortlisted" (the shortlisting panel), "interviewed", "offered" or "appointed" (the
            interview panel).

        Returns
        -------
        pandas.DataFrame
            Rows of `sittings`, `vacancy_id` as index, in its order.

        Raises
        ------
        UsageError
            An outcome that no panel decides.
        """
        rows = self.sittings[self.sittings["stage"] == _stage(outcome)]
        return rows.set_index("vacancy_id")

    def coverage(self) -> Estimates:
        """How many panel seats were held by trained people, before and after each service's turn?

        Returns
        -------
        Estimates
            Column of groups: `service`, in the order of the roll-out, then "All"; `period` is the
            quarter of the turn. Per service: `seats` (of panels), `share_trained_before` and
            `share_trained_after` (proportion: trained of known seats), `share_of_visitors`
            (proportion of known seats: people of another service).

        Examples
        --------
        >>> import workforce_analytics as wa
        >>> council = wa.load(wa.sample_data("organisation.toml"))
        >>> found = wa.training_impact.exposure(
        ...     council.panels, council.training, council.vacancies, rollout=council.rollout
        ... )
        >>> found.coverage().about.kind
        'training_exposure'
        """
        return coverage_table(self, _stages(self.outcome))

    def __repr__(self) -> str:
        return repr(self.coverage())

    def _repr_html_(self) -> str:
        return self.coverage()._repr_html_()

    def __reduce__(self) -> NoReturn:
        raise UsageError(
            "An Exposure holds exact figures of single panels and cannot be pickled or copied to a "
            "file. Write what may be shared with .coverage().to_csv()."
        )


def exposure(
    panels: Extract | None,
    training: Extract | None,
    vacancies: Extract,
    *,
    rollout: Extract | None = None,
    course: str | Sequence[str] | None = None,
    outcome: str | None = None,
    date: str | None = None,
    kept: Any = None,
) -> Exposure:
    """Which services had their turn in the training, when, and who on each panel was trained?

    Parameters
    ----------
    panels
        Who sat on which panel (contract `panels`). None: the hiring manager of each vacancy stands
        for its panel, where vacancies name one.
    training
        Course records (contract `training`). None: only roll-out dates are known.
    vacancies
        The vacancies (contract `vacancies`). The structure of units, the staff and their keys are
        those of their organisation, as far as it has them.
    rollout
        When each unit's turn was planned and came (contract `rollout`). None: a service counts as
        trained from the first quarter in which half of its panels' seats, on average, were held by
        trained people; that is worked out from panels, and said so.
    course
        Name, or names, of the course that counts. None: the course that most panel members have
        completed, and all courses whose name begins with its name (its refreshers); said so.
    outcome
        "shortlisted", "interviewed", "offered" or "appointed": coverage and roll-out dates that are
        inferred look at the panel of that stage alone. None: at both.
    date
        "planned" or "actual": which date of the roll-out counts in every service. None: the planned
        one where the order was by lot (who was meant to be trained), else the actual one. Either
        way the other one stands for it where it is missing.
    kept
        What was frozen of earlier vacancies (`keep-counts`): their sittings are added where the
        extracts no longer hold the vacancy, or no longer its panel.

    Returns
    -------
    Exposure

    Raises
    ------
    UsageError
        An extract of the wrong contract; extracts that cannot be joined; a course, outcome or date
        that there is not; neither a roll-out nor anything to work one out from.

    Notes
    -----
    A *service* is a unit of the roll-out; a vacancy belongs to the nearest one that its unit is,
    was succeeded by, or lies under. A panel's day is the first on which anybody sat, else the
    vacancy's closing day, else its opening day. Somebody counts as trained who completed the course
    before that day, not on it, and whose training had not run out (`valid_until` is the last day on
    which it counts). Bookings, absences and courses under way do not count.

    Councillors, partner bodies, service users and agency workers are no staff and not in the base
    of the dose; nor are members whom neither the workforce nor the keys of people know. Where
    nobody on a panel is known, or no panel is recorded, the vacancy's hiring manager stands for it.
    Somebody who is on one panel in two roles holds one seat. Whoever is on many panels counts on
    each. A visitor is somebody whose posts at the last snapshot before the day (else the first
    after it) are all in another service.

    Roll-out dates are a matter of services and can be fixed beforehand; the dose is chosen by those
    who set up panels, and is for a second analysis.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> found = wa.training_impact.exposure(
    ...     council.panels, council.training, council.vacancies, rollout=council.rollout
    ... )
    >>> found.course
    ('Inclusive recruitment', 'Inclusive recruitment refresher')
    >>> len(found.turns), found.random, found.inferred
    (40, True, False)
    """
    _refuse_wrong_arguments(panels, training, vacancies, rollout, outcome, date)
    given = rollout_rows(rollout) if rollout is not None else None
    services = _services(given, vacancies)
    found = find_sittings(panels, training, vacancies, services, course)
    together = with_kept(found.sittings, kept, services)
    once = together.sittings[~together.again]
    stages = _stages(outcome or "")
    reversals = 0
    if given is not None:
        turns = turns_given(given, services, date)
    else:
        told = turns_inferred(once[once["stage"].isin(stages)], services)
        turns, reversals = told.turns, told.reversals
    tally = Tally(
        found=found,
        turns=turns,
        sittings=once,
        kept=int(together.sittings.loc[together.old & ~together.again, "vacancy_id"].nunique()),
        kept_course=tuple(getattr(kept, "course", ())),
        reversals=reversals,
        slipped=slipped(turns),
        date=date,
        panels=panels is not None,
        match_rate=_match_rate(found),
    )
    extracts = [item for item in (panels, training, vacancies, rollout) if item is not None]
    return Exposure(
        turns=turns,
        sittings=together.sittings,
        inferred=given is None,
        random=given is not None and _drawn(turns),
        match_rate=tally.match_rate,
        course=found.course.names if found.course is not None else (),
        notes=important(tally),
        outcome=outcome or "",
        context=vacancies.context,
        provenance=tuple(dict.fromkeys(line for item in extracts for line in item.provenance())),
        details=incidental(tally),
        kept=kept,
        again=frozenset(together.sittings.loc[together.again, "vacancy_id"]),
        people=_people(found, turns, stages, together.sittings[together.old & ~together.again]),
    )


def _drawn(turns: pd.DataFrame) -> bool:
    """Whether the dates that count are those that were drawn: planned ones, of a random order."""
    if turns.empty or not (turns["order"] == "random").all():
        return False
    had = turns["on"].notna()
    return bool((turns.loc[had, "on"] == turns.loc[had, "planned_on"]).all())


def _stage(outcome: Any) -> str:
    if outcome not in STAGE_OF:
        raise UsageError(
            f"outcome={outcome!r} is not decided by a panel. Allowed: {', '.join(STAGE_OF)}."
        )
    return STAGE_OF[outcome]


def _stages(outcome: str) -> tuple[str, ...]:
    return (_stage(outcome),) if outcome else STAGES


def _refuse_wrong_arguments(
    panels: Any, training: Any, vacancies: Any, rollout: Any, outcome: Any, date: Any
) -> None:
    given = {"panels": panels, "training": training, "rollout": rollout}
    for name, extract in {**given, "vacancies": vacancies}.items():
        if extract is None and name in given:
            continue
        if not isinstance(extract, Extract) or extract.contract.name != name:
            raise UsageError(f"{name} takes a {name} extract, such as council.{name}.")
    if outcome is not None:
        _stage(outcome)
    if date is not None and date not in DATES:
        raise UsageError(f"date={date!r} is not known. Allowed: {', '.join(DATES)}.")
    if rollout is None and training is None:
        raise UsageError(
            "Without a roll-out, dates are worked out from panels and training records. Give "
            "rollout=, such as rollout=council.rollout, or training records."
        )


def _services(given: pd.DataFrame | None, vacancies: Extract) -> Services:
    """Find the services of all units of vacancies, and of staff."""
    units: set[Any] = set()
    for extract in (vacancies, vacancies.context.links.get("workforce")):
        if extract is not None and "unit_id" in engine.columns(extract.frame):
            units |= set(extract.distinct("unit_id"))
    if given is not None:
        refuse_repeated_units(given)
        return services_of_rollout(given.index, units, vacancies)
    if "unit_id" not in engine.columns(vacancies.frame):
        raise UsageError(
            "The vacancies do not say in which unit they are, so nobody can tell which services "
            "were trained. Map a column to unit_id."
        )
    return services_as_they_are(vacancies.distinct("unit_id"), units, vacancies)


def _match_rate(found: Found) -> float:
    """Give the share of seats that should be staff whose person was found."""
    n = found.tallies
    should, known = n["seats"] - n["outside"], n["known"]
    if not n["seats"]:
        should, known = n["hiring_managers"], n["listed"]
    return known / should if found.listed and should else float("nan")


def _people(
    found: Found, turns: pd.DataFrame, stages: Sequence[str], old: pd.DataFrame
) -> dict[tuple[str, str], int]:
    """Say how many different people stand behind the seats of each cell, for disclosure control.

    Nobody knows who sat in sittings that were kept: at least as many as in the fullest of them.
    """
    people: dict[tuple[str, str], int] = {}
    if found.seats.panel is not None:
        days = [None if pd.isna(day) else day.date() for day in turns["on"]]
        codes = list(turns.index)
        counted = people_behind(found.seats.panel, days, [STAGES.index(one) for one in stages])
        for (number, cell), n in counted.items():
            people["" if number is None else codes[number], cell] = n
    old = old[old["stage"].isin(stages)]
    after = old["on"] >= old["service"].map(turns["on"])
    for name, part, here in (
        ("seats", "seats", old["seats"] >= 0),
        ("known", "known", old["seats"] >= 0),
        ("before", "known", ~after),
        ("trained_before", "trained", ~after),
        ("after", "known", after),
        ("trained_after", "trained", after),
        ("visitors", "visitors", old["seats"] >= 0),
    ):
        most = old[here & (old["service"] != "")].groupby("service")[part].max().fillna(0)
        for code, n in [*most.items(), ("", most.max() if len(most) else 0)]:
            people[str(code), name] = max(people.get((str(code), name), 0), int(n))
    return people
