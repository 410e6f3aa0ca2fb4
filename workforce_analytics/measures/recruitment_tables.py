"""What recruitment tables have in common: their arguments, and what a reader must know of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workforce_analytics.counting.counts import count
from workforce_analytics.engine import columns
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, About
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.pipeline import (
    AMONG,
    BASES,
    LABELS,
    NOT_KNOWN,
    NOT_KNOWN_LABEL,
    UNDECLARED,
    VERBS,
    WITHDRAWN_LABEL,
    Pipeline,
)

Where = Mapping[str, str | Sequence[str]] | None


def refuse_wrong_arguments(of: Any, by: Any, where: Any, confidence: Any) -> None:
    """Refuse arguments of the wrong kind in words, before anything is counted."""
    if not isinstance(of, str) or not isinstance(by, str | None):
        raise UsageError('of= and by= take one name each, such as of="ethnicity".')
    if of == by:
        raise UsageError(f"of= and by= are both '{of}'. Split by something else.")
    if where is not None and not isinstance(where, Mapping):
        raise UsageError('where= takes names and categories, such as {"route": "standard"}.')
    if isinstance(confidence, str) or not 0 < confidence < 1:
        raise UsageError("confidence= takes a number between 0 and 1, such as 0.95.")


def period_of(applications: Extract, where: Where) -> str:
    """Give the financial years that the applications are of: "2022/23 to 2024/25"."""
    if "year" not in columns(applications.frame):
        return ""
    years = count(applications, by=["year"], where=where)
    known = [code for (code,), n in years.occurring().items() if n and code != "not_known"]
    if not known:
        return ""
    first, last = min(known), max(known)
    return first if first == last else f"{first} to {last}"


def describe(
    applications: Extract,
    found: Pipeline,
    groups: Sequence[str],
    *,
    kind: str,
    title: str,
    question: str,
    definition: str,
    period: str,
    confidence: float,
    reference: str = "",
    caveats: Sequence[str] = (),
    stages: tuple[str, str] | None = None,
) -> About:
    """Say what a reader must know of a recruitment table.

    `title` is what it shows, before "by ethnic group"; `stages` the stage that everybody counted
    has reached and the one that is passed, where there are two.
    """
    among, outcome = stages or ("", "")
    counts = found.counts
    held = {item.name: item for item in counts.dimensions}
    headings = {name: held[name].title if name in held else "Stage" for name in groups}
    orders: dict[str, tuple[str, ...]] = {}
    for place, name in enumerate(groups):
        if name == "stage":
            labels = [LABELS[stage] for stage in found.stages]
            orders[name] = (*labels, WITHDRAWN_LABEL, NOT_KNOWN_LABEL)
            continue
        labels = [item.label for item in held[name].categories]
        orders[name] = (*labels, UNDECLARED, ALL) if place == 0 else (ALL, *labels)
    split = [headings[name].lower() for name in groups if name != "stage"]
    subset = f" ({counts.subset})" if counts.subset else ""
    return About(
        title=f"{title}, by {' and '.join(split)}{subset}{f', {period}' if period else ''}",
        question=question,
        definition=definition,
        source=counts.published or applications.context.organisation,
        population=f"applications{subset}",
        base="applications, one for each candidate and vacancy",
        period=period,
        counted="applications",
        groups=tuple(groups),
        headings=headings,
        order=orders,
        reference=reference,
        confidence=confidence,
        recorded_as=counts.recorded_as,
        caveats=(*_withdrawn(found), *caveats),
        provenance=counts.provenance,
        policy=counts.policy,
        published=counts.published,
        outcome=VERBS.get(outcome, ""),
        among=AMONG.get(among, ""),
        kind=kind,
    )


def _withdrawn(found: Pipeline) -> tuple[str, ...]:
    """Say what was done with withdrawn applications, unless nobody knows of any."""
    said = []
    if any(fate in found.gone() for *_, fate in found.occurring()):
        said.append(BASES[found.withdrawn])
    else:
        said.append("The figures hold nothing on applications that were withdrawn.")
    if found.knows(NOT_KNOWN):
        said.append(
            "Applications whose stage is not known are in no base but are counted as applied."
        )
    return tuple(said)
