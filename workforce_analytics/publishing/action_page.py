"""One page for whoever must act on a staff survey: what to work on first, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from workforce_analytics.errors import UsageError
from workforce_analytics.publishing.page import Exhibit, Page, Section, exhibit
from workforce_analytics.publishing.protection import policy_words, stamp
from workforce_analytics.publishing.sentences import sentences
from workforce_analytics.publishing.survey_action_reading import NOT_CAUSE
from workforce_analytics.publishing.survey_response_sentences import SILENT
from workforce_analytics.publishing.wording import lower_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workforce_analytics.disclosure.protected import Protected

TITLE = "Staff survey: what to work on first"
_FOOTER = "Every figure on this page has passed statistical disclosure control."
_TRY = (
    "So try an action where it can be compared with teams that still wait, before it is rolled out."
)
_ANSWERED_ALIKE = (
    "Ranges allow for chance among those who answered. They do not allow for people who stayed "
    "silent because of how they feel."
)


def action_page(
    priorities: Protected,
    *,
    organisation: str,
    response: Protected | None = None,
    scores: Protected | None = None,
    change: Protected | None = None,
    drivers: Protected | None = None,
    gaps: Sequence[Protected] = (),
) -> Page:
    """Of all that staff said, what is to be worked on first, for whom, and how sure is that?

    Parameters
    ----------
    priorities
        Themes in their order: figures of the kind "survey_priorities" that have passed disclosure
        control, as all others.
    organisation
        Whose staff answered.
    response, scores, change, drivers
        Who answered, what all staff say, what changed between waves, and what goes with
        engagement. What is not given is not spoken of.
    gaps
        Where groups differ, one table per characteristic.

    Returns
    -------
    Page
        One to one and a half printed pages, to be made into HTML by `page.render`.

    Raises
    ------
    UsageError
        A table is of another kind than its place on the page.
    """
    given = {
        "priorities": priorities,
        "response": response,
        "scores": scores,
        "change": change,
        "drivers": drivers,
    }
    shown = {name: one for name, one in given.items() if one is not None}
    every = [*shown.values(), *gaps]
    _checked(shown, gaps)
    told = {name: sentences(one) for name, one in shown.items()}
    policies = dict.fromkeys(policy_words(one) for one in every)
    sections = (
        Section("first", "What to work on first", exhibits=(_first(priorities, told),)),
        Section("groups", "Where groups differ", items=tuple(_first_of(gaps))),
        Section(
            "all", "What all staff say", items=(*told.get("scores", ()), *told.get("change", ()))
        ),
        Section("goes-with", "What goes with engagement", items=tuple(_goes_with(told))),
        Section("sure", "How sure we are, and why", items=tuple(_sure(told))),
    )
    return Page(
        title=TITLE,
        organisation=organisation,
        subtitle=f"Survey of {priorities.about.period}",
        sections=tuple(one for one in sections if one.items or one.exhibits),
        stamp=stamp(every),
        footer=" ".join([_FOOTER, *(words for words in policies if words)]),
        brief=True,
    )


def _checked(shown: dict[str, Protected], gaps: Sequence[Protected]) -> None:
    named = [*shown.items(), *(("gaps", one) for one in gaps)]
    for name, one in named:
        if one.about.kind != f"survey_{name}":
            raise UsageError(
                f"{name}= takes figures of the kind 'survey_{name}'; these are of the kind "
                f"'{one.about.kind}'. Give each table in its own place."
            )


def _first(priorities: Protected, told: dict[str, list[str]]) -> Exhibit:
    """Show the themes in their order; that links are no causes is said once on the page."""
    shown = replace(exhibit(priorities), heading="")
    if shown.table is None or "drivers" not in told:
        return shown
    notes = tuple(note for note in shown.table.notes if NOT_CAUSE.rstrip(".") not in note)
    return replace(shown, table=replace(shown.table, notes=notes))


def _first_of(gaps: Sequence[Protected]) -> Iterator[str]:
    """Say the main thing of each characteristic."""
    for one in gaps:
        heading = one.about.headings[one.about.groups[0]]
        yield from (f"{heading}: {lower_first(words)}" for words in sentences(one)[:1])


def _goes_with(told: dict[str, list[str]]) -> Iterator[str]:
    if "drivers" in told:
        yield from told["drivers"]
        yield _TRY


def _sure(told: dict[str, list[str]]) -> Iterator[str]:
    # That nobody knows what those think who did not answer, the last sentence says as well.
    yield from (words for words in told.get("response", ()) if words != SILENT)
    yield _ANSWERED_ALIKE
