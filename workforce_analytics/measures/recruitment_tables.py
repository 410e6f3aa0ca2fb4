"""What recruitment tables have in common: their arguments, and what a reader must know of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workforce_analytics.counting.counts import count
from workforce_analytics.counting.stage_words import (
    AMONG,
    LABELS,
    NOT_KNOWN_LABEL,
    VERBS,
    WITHDRAWN_LABEL,
)
from workforce_analytics.engine import columns
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED, About
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.pipeline import (
    BASES,
    FATE,
    NOT_KNOWN,
    Pipeline,
    candidates,
)
from workforce_analytics.measures.rows import Rows

Where = Mapping[str, str | Sequence[str]] | None


def refuse_wrong_arguments(
    of: Any, by: Any, where: Any, confidence: Any, *, split: str = "by"
) -> None:
    """Refuse arguments of the wrong kind in words, before anything is counted.

    `split` is the name of the argument that says what the table is split by.
    """
    if not isinstance(of, str):
        raise UsageError('of= takes one name, such as of="ethnicity".')
    if not isinstance(by, str) and not (by is None and split == "by"):
        raise UsageError(f'{split}= takes one name, such as {split}="service".')
    if of == by:
        raise UsageError(f"of= and {split}= are both '{of}'. Split by something else.")
    if where is not None and not isinstance(where, Mapping):
        raise UsageError('where= takes names and categories, such as {"route": "standard"}.')
    if not isinstance(confidence, int | float) or not 0 < confidence < 1:
        raise UsageError("confidence= takes a number between 0 and 1, such as 0.95.")


def base_cell(
    rows: Rows,
    found: Pipeline,
    group: Mapping[str, tuple[str, ...]],
    among: str,
    outcome: str,
    people: int | None = None,
) -> int:
    """Give the cell of a rate's base: who reached a stage and was still a candidate at the next.

    `people` is how many candidates they are, where that is known.

    Disclosure control looks at differences of printed counts too: those who were turned down, and
    those who withdrew in between.
    """
    return rows.cell(people, **group, **{FATE: found.base(among, outcome)})


def name_people(
    rows: Rows,
    applications: Extract,
    found: Pipeline,
    by: Sequence[str],
    *,
    where: Where,
    level: Mapping[str, str],
    stages: Sequence[str],
    called: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Say how many people stand behind the applications of each group, for disclosure control.

    A few people can have made many applications, and it is people who are to be protected. Cells
    of the stages are named, and of the bases of rates from the first of them; `called` says what
    categories are called in the table, where that is not their code.
    """
    levels = {name: level[name] for name in by if name in level}
    people = candidates(applications, found, by=by, where=where, levels=levels)
    for codes in people.groups():
        whom = {
            name: ((called or {}).get(name, {}).get(code, code),)
            for name, code in zip(by, codes, strict=True)
        }
        for stage in stages:
            reached = people.reached.get((*codes, stage), 0)
            rows.cell(reached, **whom, **{FATE: found.reached(stage)})
        for stage in stages[1:]:
            base_cell(rows, found, whom, stages[0], stage, people.in_base(codes, stages[0], stage))


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
        base="applications, as they were counted"
        if applications.contract.name == "counts"
        else "applications, one for each candidate and vacancy",
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
