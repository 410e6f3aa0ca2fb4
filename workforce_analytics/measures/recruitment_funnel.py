"""The funnel: how many of each group reached each stage, and at what rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workforce_analytics.counting.stage_words import LABELS, NOT_KNOWN_LABEL, VERBS, WITHDRAWN_LABEL
from workforce_analytics.counting.stages import STAGES
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import ALL, UNDECLARED, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.ratios import ratio_interval
from workforce_analytics.measures.between_groups import find_reference, orientation
from workforce_analytics.measures.pipeline import (
    FATE,
    NOT_KNOWN,
    Candidates,
    Pipeline,
    candidates,
    pipeline,
    within_parts,
)
from workforce_analytics.measures.recruitment_tables import (
    Where,
    base_cell,
    describe,
    period_of,
    refuse_wrong_arguments,
)
from workforce_analytics.measures.rows import Rows


def funnel(
    applications: Extract,
    *,
    of: str,
    by: str | None = None,
    level: str = "main",
    stages: Sequence[str] = STAGES,
    reference: str | None = None,
    withdrawn: str = "apart",
    where: Where = None,
    confidence: float = 0.95,
) -> Estimates:
    """How many people of each group applied, and how many reached each stage of recruitment?

    Parameters
    ----------
    applications
        An applications extract, or counts of applications somebody published (contract `counts`,
        counted applied, shortlisted, appointed, ...).
    of
        The characteristic: "ethnicity", "sex", "disability", "age", ...
    by
        What the funnel is split by: "service", "directorate", "grade_band", "route", "year", or
        another field with a list of categories.
    level
        Level of the characteristic's code list: "main", "full" or "binary".
    stages
        The stages that are told apart, in order, the first of them that of applying.
    reference
        A group to hold the others against at every stage: its label or code, or "largest".
        Without it no ratio is given; `likelihood` says more.
    withdrawn
        "apart" (default): who withdrew before a stage is not in the base of that stage. "in": they
        are, as tables that do not know of withdrawals have it.
    where
        A subset: dimension -> category code or codes.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Estimates
        Columns of groups: `of`, `by` where asked, and "stage". Rows of each group, of the
        undeclared together, and of all: `applications` and `candidates` (how many, and how many
        distinct people they were, at each stage; of several kinds of undeclared together no
        candidates), `rate_from_applied` and `rate_from_previous` (proportions). Applications also
        of "Stage not known" and, where they are apart, "Withdrawn" at any stage, where there are
        such. With a reference `relative_likelihood` (ratio of the rates from applying). A group
        without applications is `undefined`, never 0 %.

    Raises
    ------
    UsageError
        A characteristic, field, stage or category that the applications do not have.

    Notes
    -----
    One application counts for each candidate and vacancy, the latest. An application that reached a
    stage reached all before it. Rate = reached the stage / reached the earlier one and did not
    withdraw before this; Wilson's score interval; inference `process`. An application whose stage
    is not known (rejected or withdrawn, nobody wrote down when) counts as applied, in no base.
    Distinct candidates are those with at least one application of the group at the stage; a
    candidate can stand in several parts of a split, so parts do not add up to all.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.recruitment.funnel(council.applications, of="sex", by="year")
    >>> table.about.groups
    ('sex', 'year', 'stage')
    """
    refuse_wrong_arguments(of, by, where, confidence)
    _refuse_stages(stages)
    split = [of, *([by] if by else [])]
    levels = {of: level}
    found = pipeline(
        applications, by=split, where=where, levels=levels, stages=stages, withdrawn=withdrawn
    )
    table = _Funnel(found, of, by, Rows(found.cells(), found.names), confidence)
    for names in dict.fromkeys(
        tuple(name for name in group if name) for group in [(of, by), (of,), (by,), ()]
    ):
        table.candidates[names] = candidates(
            applications, found, by=names, where=where, levels={of: level} if of in names else {}
        )
    label = ""
    if reference is not None:
        code = table.reference(reference)
        label = found.dimension(of).label(code)
        table.compared_with = code
    table.add()
    period = period_of(applications, where)
    about = describe(
        applications,
        found,
        [*split, "stage"],
        kind="funnel",
        title="Applications and the stages they reached",
        question="How many of each group applied, and how many reached each stage?",
        definition=(
            "Applications that reached a stage, as a share of those that were made, and of those "
            "that reached the stage before."
        ),
        period=period,
        confidence=confidence,
        reference=label,
    )
    return table.rows.estimates(about, found.counts, found.holds())


def _refuse_stages(stages: Sequence[str]) -> None:
    if isinstance(stages, str) or not isinstance(stages, Sequence):
        stages = ()
    known = [stage for stage in STAGES if stage in stages]
    if list(stages) != known or len(known) < 2 or known[0] != STAGES[0]:
        raise UsageError(
            f"stages= takes two or more of {', '.join(STAGES)}, in this order, from 'applied' on."
        )


@dataclass
class _Funnel:
    """Adds the rows of a funnel: group by group, stage by stage."""

    found: Pipeline
    of: str
    by: str | None
    rows: Rows
    confidence: float
    compared_with: str = ""

    def __post_init__(self) -> None:
        self.candidates: dict[tuple[str, ...], Candidates] = {}
        self.dimension = self.found.dimension(self.of)

    def reference(self, asked: str) -> str:
        """Find the group that is compared with, by how many applied."""
        pools = self._totals("applied")
        code = find_reference(asked, self.dimension, pools, pools)
        if code in ("total", "rest") or asked == "highest":
            raise UsageError(
                f"A funnel is held against one group, not against {asked!r}. Name a group, or "
                "ask likelihood(...)."
            )
        return code

    def _totals(self, stage: str) -> dict[str, int]:
        fates = self.found.reached(stage)
        return {
            code: self.rows.n(self.rows.cell(**{self.of: code, FATE: fates}))
            for code in self.dimension.codes
        }

    def add(self) -> None:
        for part, within in within_parts(self.found, self.by):
            labels = {self.by: part} if self.by else {}
            for code in self.dimension.declared:
                group = {**within, self.of: (code,)}
                label = self.dimension.label(code)
                self._group({self.of: label, **labels}, group, compare=True)
            if self.dimension.undeclared:
                group = {**within, self.of: self.dimension.undeclared}
                self._group({self.of: UNDECLARED, **labels}, group, compare=False)
            self._group({self.of: ALL, **labels}, within, compare=False)

    def _group(
        self, labels: Mapping[str, str], group: dict[str, tuple[str, ...]], *, compare: bool
    ) -> None:
        stages = self.found.stages
        reached = {stage: self._reached(group, stage) for stage in stages}
        for stage in stages:
            at = {**labels, "stage": LABELS[stage]}
            self.rows.count("applications", at, reached[stage], "applications")
            self._candidates(at, group, stage, reached[stage])
        apart: dict[str, tuple[str, ...]] = {}
        if self.found.knows(NOT_KNOWN):
            apart[NOT_KNOWN_LABEL] = (NOT_KNOWN,)
        if self.found.withdrawn == "apart" and any(map(self.found.knows, self.found.gone())):
            apart[WITHDRAWN_LABEL] = self.found.gone()
        for label, fates in apart.items():
            cell = self.rows.cell(**group, **{FATE: fates})
            self.rows.count("applications", {**labels, "stage": label}, cell, "applications")
        for earlier, stage in pairwise(stages):
            at = {**labels, "stage": LABELS[stage]}
            whole = self._base(group, stages[0], stage)
            self.rows.proportion("rate_from_applied", at, reached[stage], whole, self.confidence)
            before = self._base(group, earlier, stage)
            self.rows.proportion("rate_from_previous", at, reached[stage], before, self.confidence)
            if compare and self.compared_with and group[self.of] != (self.compared_with,):
                self._ratio(at, group, stage)

    def _reached(self, group: Mapping[str, tuple[str, ...]], stage: str) -> int:
        return self.rows.cell(
            self._heads(group, stage), **group, **{FATE: self.found.reached(stage)}
        )

    def _heads(self, group: Mapping[str, tuple[str, ...]], stage: str) -> int | None:
        """How many candidates are behind a group, or behind the largest of several together.

        Nobody counted those of several together; they are no fewer than of any one.
        """
        known = [
            self._people({**group, self.of: (code,)}, stage) for code in group.get(self.of, ())
        ]
        if len(known) < 2:
            return self._people(group, stage)
        return max((people for people in known if people is not None), default=None)

    def _people(self, group: Mapping[str, tuple[str, ...]], stage: str) -> int | None:
        """How many candidates are behind the applications of a group; None where nobody knows."""
        known, codes = self._known(group)
        return known.reached.get((*codes, stage), 0) if known else None

    def _known(
        self, group: Mapping[str, tuple[str, ...]]
    ) -> tuple[Candidates | None, tuple[str, ...]]:
        """Give the candidates counted by what a group is cut by, and the group's codes."""
        names = tuple(name for name in (self.of, self.by or "") if name in group)
        known = self.candidates.get(names)
        if not known or not known.reached or any(len(group[name]) != 1 for name in names):
            return None, ()
        return known, tuple(group[name][0] for name in names)

    def _base(self, group: Mapping[str, tuple[str, ...]], among: str, outcome: str) -> int:
        known, codes = self._known(group)
        people = known.in_base(codes, among, outcome) if known else None
        return base_cell(self.rows, self.found, group, among, outcome, people)

    def _candidates(
        self, at: Mapping[str, str], group: Mapping[str, tuple[str, ...]], stage: str, cell: int
    ) -> None:
        """Say how many people the applications are of; hidden wherever those are."""
        people = self._people(group, stage)
        if people is None:
            return
        self.rows.add(
            "candidates",
            at,
            behind=(cell,),
            unit="people",
            value=people,
            method="distinct candidates",
        )

    def _ratio(
        self, at: Mapping[str, str], group: Mapping[str, tuple[str, ...]], stage: str
    ) -> None:
        other = {**group, self.of: (self.compared_with,)}
        first = self.found.stages[0]
        cells = [
            self._reached(group, stage),
            self._base(group, first, stage),
            self._reached(other, stage),
            self._base(other, first, stage),
        ]
        ratio = ratio_interval(*(self.rows.n(cell) for cell in cells), confidence=self.confidence)
        label = self.dimension.label(self.compared_with)
        row = self.rows.add(
            "relative_likelihood",
            at,
            numerator=cells[0],
            denominator=cells[1],
            behind=cells[2:],
            unit="ratio",
            inference="process",
            compared=at[self.of],
            reference=label,
            orientation=orientation(at[self.of], label, VERBS[stage]),
            method=str(ratio.method),
            value=float(ratio.value),
            lower=float(ratio.lower),
            upper=float(ratio.upper),
        )
        self.rows.unless_known(row, cells[1], cells[3], otherwise="nobody reached the stage")
