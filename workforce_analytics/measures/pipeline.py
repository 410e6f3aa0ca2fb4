"""What became of applications: who reached a stage, who was still a candidate before the next.

An application's fate is its furthest stage and whether it was withdrawn there. Every count of a
funnel adds up fates, so that stages, bases and what lies between them hang together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from workforce_analytics.counting.counts import Counts
from workforce_analytics.counting.dimensions import Dimension
from workforce_analytics.counting.stage_words import LABELS
from workforce_analytics.counting.stages import STAGES, candidate_counts, stage_counts
from workforce_analytics.engine import columns
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL
from workforce_analytics.extracts.codelists import codelist
from workforce_analytics.extracts.extract import Extract

FATE = "fate"
NOT_KNOWN = "not_known"
WITHDRAWN = ", withdrawn"
WITHDRAWAL = "withdrawn"
"""The field that says whether an application was withdrawn."""
BASES = {
    "apart": (
        "Applications withdrawn before a stage are not counted as unsuccessful at it: they are "
        "left out of the base of that stage."
    ),
    "in": "Applications withdrawn before a stage are in the base of that stage.",
}
"""What is done with withdrawn applications, by name, as a reader is told."""


@dataclass(frozen=True)
class Pipeline:
    """Counts of applications by their fate, beside whatever else they are split by."""

    counts: Counts
    stages: tuple[str, ...]
    withdrawn: str
    """ "apart": who withdrew before a stage is not in its base; "in": they are."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the counts are split by, the fate last."""
        return (*(item.name for item in self.counts.dimensions[:-2]), FATE)

    @property
    def fates(self) -> tuple[str, ...]:
        """Every fate, in the order of the stages."""
        known = [f"{stage}{left}" for stage in self.stages for left in ("", WITHDRAWN)]
        return (*known, NOT_KNOWN)

    def dimension(self, name: str) -> Dimension:
        """Give a dimension by its name."""
        return self.counts.dimension(name)

    def cells(self) -> dict[tuple[str, ...], int]:
        """Count of each combination of categories and fate; those that do not occur are 0."""
        return self._by_fate(self.counts.cells())

    def occurring(self) -> dict[tuple[str, ...], int]:
        """Count of the combinations that occur."""
        return dict(self._occurring)

    @cached_property
    def _occurring(self) -> dict[tuple[str, ...], int]:
        return self._by_fate(self.counts.occurring())

    def added_up(self, names: Sequence[str]) -> dict[tuple[str, ...], int]:
        """Count by some dimensions and fate, the others added up; what does not occur is 0."""
        places = [self.names.index(name) for name in names]
        codes = [self.dimension(name).codes for name in names]
        sums = dict.fromkeys(product(*codes, self.fates), 0)
        for key, n in self._occurring.items():
            sums[(*(key[place] for place in places), key[-1])] += n
        return sums

    def _by_fate(self, counts: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = {}
        for (*split, stage, left), n in counts.items():
            fate = stage
            if stage != NOT_KNOWN and left == "yes":
                fate += WITHDRAWN
            key = (*split, fate)
            found[key] = found.get(key, 0) + n
        return found

    def holds(self) -> dict[str, Any]:
        """What each fate holds in the finest terms, where stages were left out."""
        edges = [STAGES.index(stage) for stage in self.stages] + [len(STAGES)]
        held = {
            f"{stage}{left}": tuple(f"{fine}{left}" for fine in STAGES[edges[at] : edges[at + 1]])
            for at, stage in enumerate(self.stages)
            for left in ("", WITHDRAWN)
        }
        return {FATE: {**held, NOT_KNOWN: (NOT_KNOWN,)}}

    def reached(self, stage: str) -> tuple[str, ...]:
        """Give the fates of all who reached a stage; all applications reached the first."""
        later = self.stages[self.stages.index(stage) :]
        everybody = (NOT_KNOWN,) if stage == self.stages[0] else ()
        return (*(f"{one}{left}" for one in later for left in ("", WITHDRAWN)), *everybody)

    def base(self, among: str, outcome: str) -> tuple[str, ...]:
        """Give the fates of all who reached a stage and of whom it is known what came of it."""
        start, end = self.stages.index(among), self.stages.index(outcome)
        left = () if self.withdrawn == "apart" else (WITHDRAWN,)
        undecided = [f"{one}{how}" for one in self.stages[start:end] for how in ("", *left)]
        return (*undecided, *self.reached(outcome))

    def knows(self, fate: str) -> bool:
        """Whether any application has a fate."""
        return any(key[-1] == fate for key in self._occurring)

    def gone(self) -> tuple[str, ...]:
        """Give the fates of all who withdrew, wherever."""
        return tuple(f"{stage}{WITHDRAWN}" for stage in self.stages)

    def label(self, stage: str) -> str:
        """Word a stage, to stand in a column."""
        return LABELS[stage]


def pipeline(
    applications: Extract,
    *,
    by: Sequence[str],
    where: Mapping[str, str | Sequence[str]] | None = None,
    levels: Mapping[str, str] | None = None,
    stages: Sequence[str] = STAGES,
    withdrawn: str = "apart",
    unprinted: Sequence[str] = (),
) -> Pipeline:
    """Count applications by what became of them.

    Raises
    ------
    UsageError
        Not applications or counts of them; a stage or treatment that there is not.
    """
    if not isinstance(applications, Extract) or applications.contract.name not in {
        "applications",
        "counts",
    }:
        raise UsageError(
            "The first argument is an applications extract or counts of applications, such as "
            "council.applications."
        )
    if withdrawn not in tuple(BASES):
        raise UsageError(f"withdrawn={withdrawn!r} is not known. Allowed: {', '.join(BASES)}.")
    _refuse_splits_not_told(applications, by)
    counts = stage_counts(
        applications,
        by=list(by),
        where=where,
        levels=levels,
        stages=tuple(stages),
        unprinted=tuple(unprinted),
    )
    there = counts.dimension("furthest_stage").codes
    found = Pipeline(counts, tuple(one for one in stages if one in there), withdrawn)
    if applications.contract.name == "counts":
        _refuse_finer_than_told(applications, found, where)
    return found


def _refuse_splits_not_told(applications: Extract, by: Sequence[str]) -> None:
    """Refuse to split published counts by what they do not tell."""
    if applications.contract.name != "counts":
        return
    present = columns(applications.frame)
    absent = [name for name in by if name not in present and name != "age"]
    if absent:
        told = ", ".join(name for name in present if name not in ("counted", "n", "total"))
        raise UsageError(f"These counts do not tell {absent[0]} apart. They are split by: {told}.")


def _refuse_finer_than_told(applications: Extract, found: Pipeline, where: Any) -> None:
    """Refuse a level at which a published table has no figures: its zeros would be made up.

    Raises
    ------
    UsageError
        All of some coarser group are recorded without detail.
    """
    for dimension in found.counts.dimensions[:-2]:
        undetailed = [code for code in dimension.codes if code.endswith(NO_DETAIL)]
        if not undetailed:
            continue
        listing = applications.code_list(dimension.name) or codelist(dimension.name)
        levels = listing.levels
        sums = _by_code(found, dimension.name)
        for coarser in levels[levels.index(dimension.level) + 1 :]:
            whole = stage_counts(
                applications,
                by=[dimension.name],
                where=where,
                levels={dimension.name: coarser},
                stages=found.stages,
            )
            held = _by_code(Pipeline(whole, found.stages, found.withdrawn), dimension.name)
            for code in undetailed:
                group = code.removesuffix(NO_DETAIL)
                if sums[code] and held.get(group) == sums[code]:
                    label = whole.dimension(dimension.name).label(group)
                    raise UsageError(
                        f"These counts hold “{label}” without saying which groups they were. "
                        f'Ask with level="{coarser}".'
                    )


def _by_code(found: Pipeline, name: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for (code, _), n in found.added_up([name]).items():
        sums[code] = sums.get(code, 0) + n
    return sums


def refuse_stages(found: Pipeline, among: str, outcome: str) -> None:
    """Refuse a pair of stages that the applications do not have, or in the wrong order."""
    for name, stage in (("among", among), ("outcome", outcome)):
        if stage not in found.stages:
            raise UsageError(
                f"{name}={stage!r} is not a stage of these applications. "
                f"Allowed: {', '.join(found.stages)}."
            )
    if found.stages.index(among) >= found.stages.index(outcome):
        raise UsageError(f"'{outcome}' does not come after '{among}': exchange among and outcome.")


NO_DETAIL = "_detail_not_known"
"""Ending of the code of a group that was recorded without detail."""
Reached = dict[tuple[str, ...], int]
"""Distinct candidates at a stage: codes of the split, then the code of the stage."""


@dataclass(frozen=True)
class Candidates:
    """How many distinct candidates of each group came how far; nothing where nobody knows."""

    reached: Reached
    """Who reached each stage; who applied holds those whose stage is not known."""
    decided: Reached
    """Who reached each stage with an application that counts as turned down where it ended."""

    def groups(self) -> list[tuple[str, ...]]:
        """Give the codes of every group that there is anybody of."""
        return list(dict.fromkeys(key[:-1] for key in self.reached))

    def in_base(self, group: tuple[str, ...], among: str, outcome: str) -> int:
        """How many candidates are in the base of a rate, or a few less; never too many.

        Those may be missing whose only application passed and was withdrawn after that.
        """
        passed = self.reached.get((*group, outcome), 0)
        return max(self.decided.get((*group, among), 0), passed)


def candidates(
    applications: Extract,
    found: Pipeline,
    *,
    by: Sequence[str],
    where: Mapping[str, str | Sequence[str]] | None,
    levels: Mapping[str, str] | None,
    unprinted: Sequence[str] = (),
) -> Candidates:
    """Count distinct candidates of each group at each stage; none where nobody knows.

    A candidate who stands in two groups counts in both, so each way of splitting is counted for
    itself: `by` all together, and everybody.
    """

    def counted(within: Mapping[str, str | Sequence[str]] | None) -> Counts | None:
        return candidate_counts(
            applications,
            by=list(by),
            where=within,
            levels=levels,
            stages=found.stages,
            unprinted=unprinted,
        )

    everybody = counted(where)
    if everybody is None:
        return Candidates({}, {})
    stayed: Counts | None = everybody
    if found.withdrawn == "apart" and any(map(found.knows, found.gone())):
        asked = (where or {}).get(WITHDRAWAL, "no")
        stayed = counted({**(where or {}), WITHDRAWAL: "no"}) if "no" in asked else None
    decided = _at_or_beyond(stayed.occurring() if stayed else {}, found.stages)
    reached = _at_or_beyond(everybody.occurring(), found.stages)
    for (*group, furthest), n in everybody.occurring().items():
        if furthest == NOT_KNOWN:
            applied = (*group, found.stages[0])
            reached[applied] = reached.get(applied, 0) + n
    return Candidates(reached, decided)


def _at_or_beyond(best: Mapping[tuple[str, ...], int], stages: Sequence[str]) -> Reached:
    """Add up those who stand at a stage and at all after it, where their stage is known."""
    sums: Reached = {}
    for (*group, furthest), n in best.items():
        for stage in stages[: stages.index(furthest) + 1] if furthest != NOT_KNOWN else ():
            sums[*group, stage] = sums.get((*group, stage), 0) + n
    return sums


def within_parts(found: Pipeline, by: str | None) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    """Give what a table is about: everybody, then each category of what it is split by."""
    whole: list[tuple[str, dict[str, tuple[str, ...]]]] = [(ALL, {})]
    if by is None:
        return whole
    return whole + [(item.label, {by: (item.code,)}) for item in found.dimension(by).categories]
