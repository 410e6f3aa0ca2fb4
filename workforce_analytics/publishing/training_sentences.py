"""What tables of training show, in plain English that follows their verdicts and intervals.

What may be said of a change is decided in training_verdicts.py; the effect itself is put in words
in training_effect_sentences.py, changes over time in training_time_sentences.py.
"""

from __future__ import annotations

import re

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.figures import Figure, Figures, Place
from workforce_analytics.publishing.training_verdicts import (
    first_outcomes,
    groups,
    happening,
    least_words,
    range_of,
    reference,
    with_sign,
)
from workforce_analytics.publishing.wording import (
    lower_first,
    number,
    percent,
    quoted,
    ratio,
)

# --- who was trained ----------------------------------------------------------------------------


def exposure(read: Figures) -> list[str]:
    """Say how many services have been trained, and how many of their panel members were."""
    services, trained = turns(read)
    if not services:
        return []
    said = [_how_many(services, trained)]
    shares = [of_service(read, name, ALL) for name in _SHARES]
    before, after = shares
    if before.value is not None and after.value is not None:
        said.append(
            f"{percent(before.value)} of panel seats before a service's date and "
            f"{percent(after.value)} from then on were taken by people who had been trained."
        )
    visitors = of_service(read, "share_of_visitors", ALL)
    if visitors.value is not None:
        said.append(
            f"{percent(visitors.value)} of seats were taken by people of another service, who may "
            "have been trained when the panel's own service was not."
        )
    return said


_SHARES = ("share_trained_before", "share_trained_after")


def _how_many(services: list[str], trained: list[str]) -> str:
    if len(services) == 1:
        return (
            f"{services[0]} has {'' if trained else 'not '}been trained{'' if trained else ' yet'}."
        )
    if len(trained) == len(services):
        return (
            f"All {len(services)} services have been trained: none is left to compare the last of "
            "them with."
        )
    left = len(services) - len(trained)
    verb = "has" if left == 1 else "have"
    return f"{len(trained)} of {len(services)} services have been trained; {left} {verb} not yet."


def exposure_headline(read: Figures) -> str:
    """Say how many services have been trained."""
    services, trained = turns(read)
    before, after = (of_service(read, name, ALL).value for name in _SHARES)
    if before is not None and after is not None:
        return (
            f"From a service's date on, {percent(after)} of panel seats were taken by trained "
            f"people; before, {percent(before)}"
        )
    return f"{len(trained)} of {len(services)} services have been trained"


def turns(read: Figures) -> tuple[list[str], list[str]]:
    """List the services in the order of their dates, those without one last; and those with one."""
    when = {place.group: place.period for place in read.rows if place.group != ALL}
    ordered = sorted(when, key=lambda name: (not when[name], when[name], name))
    return ordered, [name for name in ordered if when[name]]


def of_service(read: Figures, measure: str, service: str) -> Figure:
    """Look up a figure of a service, whose row stands at the service's own quarter."""
    found = [
        figure
        for place, figure in read.rows.items()
        if (place.measure, place.group) == (measure, service)
    ]
    return found[0] if found else Figure()


# --- before and after ---------------------------------------------------------------------------


def rates(read: Figures) -> list[str]:
    """Say each group's rate before and after, and that this alone is not what training did."""
    before, after, *_ = (*read.parts, "", "")
    what, said = read.about.outcome or "passing", []
    for group in groups(read, "gap")[:1]:
        pair = [
            read.get("rate", one, split=part)
            for one in (group, _other(read, group))
            for part in (before, after)
        ]
        if any(figure.value is None for figure in pair):
            continue
        own, other = pair[:2], pair[2:]
        said.append(
            f"The rate of {what} of “{group}” was {percent(own[0].value or 0)} "
            f"{lower_first(before)} and {percent(own[1].value or 0)} {lower_first(after)}; that of "
            f"{reference(read)} was {percent(other[0].value or 0)} and "
            f"{percent(other[1].value or 0)}."
        )
        said += _same_vacancies(read, group, before, after)
    said.append(
        "Before and after are different years and different vacancies: this alone does not show "
        "what training did."
    )
    return said[:3]


def _other(read: Figures, group: str) -> str:
    named = read.get("gap", group, split=read.parts[0] if read.parts else "").reference
    return named or read.about.reference


def _same_vacancies(read: Figures, group: str, before: str, after: str) -> list[str]:
    within = [read.get("gap_within_vacancies", group, split=part) for part in (before, after)]
    if any(figure.value is None for figure in within):
        return []
    first, last = (f"{with_sign(one.value or 0)} points ({range_of(one)})" for one in within)
    return [
        f"Among applicants for the same vacancy the gap was {first} {lower_first(before)} and "
        f"{last} {lower_first(after)}."
    ]


def rates_headline(read: Figures) -> str:
    """Name what the chart holds side by side; a difference of two periods is no finding."""
    return f"Rates of {read.about.outcome or 'passing'} before and after training"


# --- how large a change could be told -----------------------------------------------------------


def detectable(read: Figures) -> list[str]:
    """Say the smallest change that could be told, and what it would take to tell a smaller one."""
    said = []
    for outcome in first_outcomes(read):
        odds = read.get("smallest_detectable", outcome, split=ALL)
        if odds.value is None:
            continue
        points = read.get("smallest_detectable_points", outcome, split=ALL).value
        worth = f", or {number(points, 1)} percentage points" if points is not None else ""
        needed = needed_words(read, outcome)
        said.append(
            f"In {happening(outcome)}, a change is told {often(read)} if it is an odds ratio of "
            f"{ratio(odds.value, (1.0,))}{worth}{f'; {needed}' if needed else ''}."
        )
    if not said:
        why = {read.get("smallest_detectable", one, split=ALL).note for one in read.declared}
        reasons = "; ".join(sorted(why - {""}))
        return [f"How large a change could be told is not available{reasons and f': {reasons}'}."]
    return [*said[:2], "This is for planning only: it says nothing about what training did."]


def often(read: Figures) -> str:
    """Say how often a change is to be told, as the table has it: "80% of the time"."""
    return f"{asked(read):.0%} of the time"


def asked(read: Figures) -> float:
    """Read how often a change is to be told off what the table says of itself; 0.8 else."""
    found = re.search(r"(\d+)% of the time", f"{read.about.title} {read.about.definition}")
    return int(found[1]) / 100 if found else 0.8


def needed_words(read: Figures, outcome: str) -> str:
    """Say how many more months or vacancies the smallest change that matters would take."""
    months = read.get("months_needed", outcome, split=ALL).value
    vacancies = read.get("vacancies_needed", outcome, split=ALL).value
    parts = [f"about {number(months)} more months"] if months else []
    parts += [f"{number(vacancies)} more vacancies"] if vacancies else []
    if not parts:
        return read.get("months_needed", outcome, split=ALL).note
    return f"to tell one of {least_words(read)} points would take {' or '.join(parts)}"


def detectable_headline(read: Figures) -> str:
    """Name the smallest change that could be told, of the first outcome."""
    for outcome in first_outcomes(read)[:1]:
        points = read.get("smallest_detectable_points", outcome, split=ALL).value
        if points is not None:
            return (
                f"In {happening(outcome)}, a change of {number(points, 1)} percentage points would "
                f"be told {often(read)}"
            )
    return "How large a change could be told"


# --- what else could explain it -----------------------------------------------------------------


def threats(read: Figures) -> list[str]:
    """Say which checks point to another explanation, which found none, and which cannot tell."""
    found, nothing, untold = judged_checks(read)
    said = [f"{check}: {read.get('check', check).note}." for check in found[:2]]
    if nothing:
        start = "Nothing was found under" if found else f"{_none_of(nothing)} under"
        said.append(f"{start} {check_names(nothing)}.")
    if untold:
        said.append(f"This data cannot tell under {check_names(untold)}.")
    beside = read.get("check", BESIDE).note
    if beside:
        said.append(f"{BESIDE}: {beside}.")
    return said[:3] or ["Nothing could be checked."]


BESIDE = "Another change at the same time"
"""The check that is the main result itself, where the other change had no part in it."""


def judged_checks(read: Figures) -> tuple[list[str], list[str], list[str]]:
    """Tell checks that found what should not be there from those that did not, or cannot tell."""
    found: list[str] = []
    nothing: list[str] = []
    untold: list[str] = []
    for place in checks(read):
        figure = read.rows[place]
        if figure.unit != "odds_ratio" or place.group == BESIDE or figure.hidden:
            continue
        if figure.lower is None or figure.upper is None or "cannot tell" in figure.note:
            untold.append(place.group)
        elif figure.lower <= 1 <= figure.upper:
            nothing.append(place.group)
        else:
            found.append(place.group)
    return found, nothing, untold


def checks(read: Figures) -> list[Place]:
    """List the checks in their order."""
    order = {name: at for at, name in enumerate(read.declared)}
    there = [place for place in read.rows if place.measure == "check"]
    return sorted(there, key=lambda place: (order.get(place.group, len(order)), place.group))


def threats_headline(read: Figures) -> str:
    """Say how many checks point to another explanation, of those that can tell."""
    found, nothing, untold = judged_checks(read)
    told = len(found) + len(nothing)
    if not told:
        return "What else could explain a change"
    of = f" that can tell ({len(untold)} cannot)" if untold else ""
    if not found:
        which = "The one check" if told == 1 else f"None of {told} checks"
        verb = "does not point" if told == 1 else "points"
        return f"{which}{of} {verb} to another explanation"
    verb = "points" if len(found) == 1 else "point"
    return f"{len(found)} of {told} checks{of} {verb} to another explanation"


def _none_of(nothing: list[str]) -> str:
    return (
        "The one check found no sign of another explanation"
        if len(nothing) == 1
        else ("Checks found no sign of another explanation")
    )


def check_names(named: list[str]) -> str:
    """Quote the names of checks, some of which hold quotation marks of their own."""
    return quoted([name.replace("“", "‘").replace("”", "’") for name in named])
