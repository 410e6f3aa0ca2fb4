"""One page for a chief executive: what training changed, how sure that is, what to decide next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, long_date
from workforce_analytics.publishing.charts import effect as effect_chart
from workforce_analytics.publishing.charts.dot_chart import draw
from workforce_analytics.publishing.figures import Figures, figures
from workforce_analytics.publishing.layouts import Table
from workforce_analytics.publishing.page import Exhibit, Page, Section
from workforce_analytics.publishing.protection import policy_words, stamp
from workforce_analytics.publishing.sentences import sentences
from workforce_analytics.publishing.tables import table
from workforce_analytics.publishing.training_effect_sentences import (
    lead,
    outcome_sentence,
    passed_words,
    people_of,
    people_sentence,
    rest_sentence,
    verdict_sentence,
    with_sign_whole,
)
from workforce_analytics.publishing.training_sentences import (
    check_names,
    judged_checks,
    needed_words,
    of_service,
    turns,
)
from workforce_analytics.publishing.training_verdicts import (
    COMPARED_WITH,
    SECOND_LOOK,
    UNTOLD,
    WIDENED,
    by_verdict,
    happening,
    outcomes,
    reference,
    verdict,
)
from workforce_analytics.publishing.wording import listed, number, percent

if TYPE_CHECKING:
    from workforce_analytics.disclosure.protected import Protected

TITLE = "Did recruitment training change anything?"
_KINDS = {
    "effect": "training_effect",
    "rates": "training_rates",
    "exposure": "training_exposure",
    "event_study": "training_event_study",
    "detectable": "training_detectable",
    "threats": "training_threats",
}
_CAVEATS = 2
_FOOTER = "Every figure on this page has passed statistical disclosure control."


class _Tables:
    """The tables of the page as figures; what was not given is None."""

    def __init__(self, given: dict[str, Protected | None]) -> None:
        self.given = {name: one for name, one in given.items() if one is not None}
        read = {name: figures(one) for name, one in self.given.items()}
        self.effect = read["effect"]
        self.exposure = read.get("exposure")
        self.event_study = read.get("event_study")
        self.detectable = read.get("detectable")
        self.threats = read.get("threats")

    @property
    def everything(self) -> list[Protected]:
        """All tables that the page rests on."""
        return list(self.given.values())

    @property
    def primary(self) -> tuple[str, ...]:
        """The outcomes that are no second look."""
        told = outcomes(self.effect)
        return tuple(one for one in told if SECOND_LOOK not in one) or told

    def said(self, name: str) -> list[str]:
        """What a table says, where it was given."""
        return sentences(self.given[name]) if name in self.given else []


def leadership_page(
    effect: Protected,
    *,
    organisation: str,
    rates: Protected | None = None,
    exposure: Protected | None = None,
    event_study: Protected | None = None,
    detectable: Protected | None = None,
    threats: Protected | None = None,
    plan: str = "",
) -> Page:
    """Did recruitment training change anything, how sure is that, and what is to be decided?

    Parameters
    ----------
    effect
        What training changed: figures of the kind "training_effect" that have passed disclosure
        control, as all others.
    organisation
        Whose panels were trained.
    rates, exposure, event_study, detectable, threats
        Rates before and after, the roll-out, the change by quarter, how large a change could be
        told, and what else could explain it. What is not given is not spoken of.
    plan
        When the question was planned, in a sentence; what the table says unless given.

    Returns
    -------
    Page
        About one printed page, to be made into HTML by `page.render`.

    Raises
    ------
    UsageError
        A table is of another kind than its place on the page.

    Notes
    -----
    What to decide next is worked out from the figures: how many services have not been trained,
    for how many panel seats nobody knows who sat, at which stage a gap is left, and which outcome
    could not be told.
    """
    given = {
        "effect": effect,
        "rates": rates,
        "exposure": exposure,
        "event_study": event_study,
        "detectable": detectable,
        "threats": threats,
    }
    _checked(given)
    shown = _Tables(given)
    planned = plan or shown.effect.about.plan
    first, last = (shown.effect.about.period.split(" to ") * 2)[:2]
    when = f"{long_date(first)} to {long_date(last)}" if first != last else long_date(first)
    policies = dict.fromkeys(policy_words(one) for one in shown.everything)
    return Page(
        title=TITLE,
        organisation=organisation,
        subtitle=f"For the leadership team: {when}",
        sections=(
            Section("changed", "What changed", exhibits=(_exhibit(shown),)),
            Section("training", "Was it the training?", items=tuple(_training(shown))),
            Section("people", "What it means in people", items=tuple(_people(shown))),
            Section("sure", "How sure we are, and why", items=tuple(_sure(shown, planned))),
            Section("next", "What to decide next", items=tuple(_next(shown))),
        ),
        stamp=stamp(shown.everything),
        footer=" ".join([_FOOTER, *(words for words in policies if words)]),
        brief=True,
    )


def _checked(given: dict[str, Protected | None]) -> None:
    for name, one in given.items():
        if one is not None and one.about.kind != _KINDS[name]:
            raise UsageError(
                f"{name}= takes figures of the kind '{_KINDS[name]}'; these are of the kind "
                f"'{one.about.kind}'. Give each table in its own place."
            )


# --- what changed -------------------------------------------------------------------------------


def _exhibit(shown: _Tables) -> Exhibit:
    """Show the verdicts in words, as a chart of the primary outcomes, and as a table."""
    protected = shown.given["effect"]
    read, (first, *others) = shown.effect, shown.primary
    main = lead(read, first)
    said = [verdict_sentence(read, main, first), rest_sentence(read, first, main)] if main else []
    said = said or sentences(protected)[:1]
    said += [outcome_sentence(read, outcome) for outcome in others]
    drawn = effect_chart.data(protected)
    short = effect_chart.shortened(drawn, len(shown.primary))
    chart = draw(replace(short, notes=short.notes[:1]))
    return Exhibit(
        heading="",
        sentences=tuple(words for words in said if words),
        chart=replace(chart, notes=()),
        table=_short_table(protected, shown.primary),
    )


def _short_table(protected: Protected, primary: tuple[str, ...]) -> Table:
    """Keep the primary outcomes, and the notes that the page does not say anyway."""
    whole = table(protected)
    rows = tuple(row for row in whole.rows if row.name[-1] in primary)
    kept = [note for note in whole.notes if note.startswith(("“Likely", "The gap is"))]
    return replace(whole, rows=rows, notes=tuple(kept))


# --- was it the training ------------------------------------------------------------------------


def _training(shown: _Tables) -> Iterator[str]:
    yield COMPARED_WITH
    if shown.exposure:
        yield from shown.said("exposure")[1:2]
    before = shown.said("event_study")[1:2]
    # Where it cannot tell, a check of training that had not happened yet may: one says it.
    yield from [one for one in before if not (shown.threats and one.startswith("This data"))]
    yield from shown.said("threats")[:2]
    if not shown.threats:
        yield "Other explanations have not been looked into on this page."


# --- in people ----------------------------------------------------------------------------------


def _people(shown: _Tables) -> Iterator[str]:
    read, none = shown.effect, True
    for outcome in shown.primary:
        for group in [one for told in by_verdict(read, outcome).values() for one in told]:
            clear = people_sentence(read, group, outcome, alone=True)
            said = clear or _people_untold(read, group, outcome)
            if said:
                none = False
                yield said
    if none:
        yield "No number of people can be given."
    yield from shown.said("rates")[:1]


def _people_untold(read: Figures, group: str, outcome: str) -> str:
    """Say how many people a change could be that is not clear."""
    figure = read.get("effect_people", group, split=outcome)
    if figure.lower is None or figure.upper is None:
        return ""
    low, high = (with_sign_whole(end) for end in (figure.lower, figure.upper))
    told = "too small to matter" if verdict(read, group, outcome).word != UNTOLD else "not clear"
    return (
        f"Of {people_of(read)} from “{group}”, the change in {happening(outcome)} is {told}: "
        f"likely between {low} and {high} people."
    )


# --- how sure -----------------------------------------------------------------------------------


def _sure(shown: _Tables, planned: str) -> Iterator[str]:
    read, first = shown.effect, shown.primary[0]
    yield planned or "It is not known whether this was planned beforehand."
    group = lead(read, first)
    figure = read.get("effect", group, split=first)
    if figure.clusters is not None and figure.n_effective is not None:
        yield (
            f"{number(figure.clusters)} services and {number(figure.n_effective)} vacancies tell "
            f"something of {happening(first)}: what one service did by chance weighs less the more "
            "there are."
        )
    if figure.p_value is not None:
        small = figure.p_value < 0.001
        often = "fewer than 1 in 1,000" if small else percent(figure.p_value)
        yield (
            "Had training changed nothing, a change as large as this would be seen in "
            f"{often} of such roll-outs."
        )
    why = {verdict(read, group, outcome).why for outcome in shown.primary for group in _all(read)}
    yield from (f"Where this data cannot tell: {words}." for words in sorted(why - {""}))
    # What stands last is about panels and courses: what the comparison itself rests on.
    yield from read.about.caveats[-_CAVEATS:]


def _all(read: Figures) -> list[str]:
    return [group for group in read.declared if group != read.about.reference]


# --- what to decide next ------------------------------------------------------------------------


def _next(shown: _Tables) -> Iterator[str]:
    yield from _widened(shown)
    yield _remaining(shown)
    yield from _panels(shown)
    yield from _stage(shown)
    yield from _not_told(shown)
    if shown.threats and judged_checks(shown.threats)[0]:
        yield f"Look into {check_names(judged_checks(shown.threats)[0])} before relying on this."


def _widened(shown: _Tables) -> Iterator[str]:
    found = [one for one in shown.primary if by_verdict(shown.effect, one)[WIDENED]]
    if found:
        gaps = listed([happening(outcome) for outcome in found])
        yield f"Find out why the gap in {gaps} widened before more services are trained."


def _remaining(shown: _Tables) -> str:
    if not shown.exposure:
        return "Train services that have not had it yet in an order drawn by lot."
    services, trained = turns(shown.exposure)
    left = len(services) - len(trained)
    if not left:
        return (
            "All services have been trained, so that services can no longer be compared: give "
            "refresher courses in an order drawn by lot, and look at them in the same way."
        )
    whom = "the service that has" if left == 1 else f"the {left} services that have"
    return (
        f"Train {whom} not been trained in an order drawn by lot: until their turn they show what "
        "would have happened without it."
    )


def _panels(shown: _Tables) -> Iterator[str]:
    """Ask for panels to be recorded, with how many seats are not known where that is told."""
    start = "Record who sits on each panel in the applicant tracking system, with a staff number"
    unknown = _unknown(shown.exposure) if shown.exposure else None
    if unknown:
        yield (
            f"{start}: {percent(unknown)} of seats were taken by people of whom no training is "
            "known (councillors, partners, people not named)."
        )
    elif unknown is None:
        yield f"{start}."


def _unknown(read: Figures) -> float | None:
    """Work out the share of seats of which nobody knows, from figures that are all shown."""
    seats = of_service(read, "seats", ALL).value
    parts = [of_service(read, f"share_trained_{when}", ALL) for when in ("before", "after")]
    known = [one.denominator for one in parts]
    if not seats or None in known:
        return None
    return max(0.0, 1 - sum(one or 0.0 for one in known) / seats)


def _stage(shown: _Tables) -> Iterator[str]:
    """Say at which stage a gap is left, of the group that is told most of."""
    read = shown.effect
    group = lead(read, shown.primary[0])
    left = {
        outcome: figure.value
        for outcome in outcomes(read)
        for figure in [read.get("gap_with", group, split=outcome)]
        if figure.value is not None
    }
    if not left or min(left.values()) >= 0:
        return
    behind = {one: gap for one, gap in left.items() if gap < 0}
    told = [f"{number(abs(gap), 1)} points in {happening(one)}" for one, gap in behind.items()]
    largest = passed_words(min(left, key=lambda one: left[one]))
    yield (
        f"With training, “{group}” is still behind {reference(read)} by {listed(told)}: look next "
        f"at how candidates come to be {largest}."
    )


def _not_told(shown: _Tables) -> Iterator[str]:
    """Say what it would take to tell an outcome that this data cannot tell."""
    for outcome in shown.primary:
        if not by_verdict(shown.effect, outcome)[UNTOLD]:
            continue
        needed = needed_words(shown.detectable, outcome) if shown.detectable else ""
        start = f"Decide whether to wait for an answer on {happening(outcome)}"
        yield f"{start}: {needed}." if needed else f"{start}, and look again with more vacancies."
