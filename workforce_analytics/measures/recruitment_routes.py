"""What a route did to the pool and to each stage, and how people at an intersection fared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from workforce_analytics.counting.stage_words import AMONG, LABELS, VERBS
from workforce_analytics.counting.stages import STAGES
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.ratios import ratio_interval, ratio_of_ratios_interval
from workforce_analytics.inference.shrinkage import shrunk_rates
from workforce_analytics.measures.between_groups import (
    TOTAL,
    Group,
    Question,
    comparison_rows,
    find_reference,
    orientation,
)
from workforce_analytics.measures.pipeline import (
    FATE,
    Pipeline,
    pipeline,
    refuse_stages,
)
from workforce_analytics.measures.recruitment_tables import (
    Where,
    base_cell,
    describe,
    name_people,
    period_of,
    refuse_wrong_arguments,
)
from workforce_analytics.measures.rows import NOTHING, Rows


def routes(
    applications: Extract,
    *,
    of: str,
    route: str = "route",
    level: str = "main",
    reference: str = "largest",
    against: str | None = None,
    stages: Sequence[str] = STAGES,
    withdrawn: str = "apart",
    where: Where = None,
    confidence: float = 0.95,
) -> Estimates:
    """What did a way of recruiting do to who applied, and to who passed each stage?

    Parameters
    ----------
    applications
        An applications extract whose vacancies are known.
    of
        The characteristic: "ethnicity", "disability", ...
    route
        What tells the ways apart: "route" (community event, internal, ...), "name_blind",
        "interview_scheme" (an interview offered under a scheme), "is_internal", "source".
    level, withdrawn, stages, where, confidence
        As in `funnel`.
    reference
        The group that others are compared with within each route.
    against
        The route that the others are held against, by label or code; without it the one with most
        applications.

    Returns
    -------
    Estimates
        Columns of groups: `of`, the route's name, "stage". For each route, stage and declared
        group: `share_at_stage` (of those who declared and reached the stage; at "Applied" the
        make-up of the pool), `rate_from_applied` (proportions), `relative_likelihood` (ratio of
        rates from applying, to the reference within the same route) and `ratio_of_ratios` (this
        route's relative likelihood over that of `against`: above 1, the group fared better against
        the reference here).

    Raises
    ------
    UsageError
        A field, stage, group or route that there is not.

    Notes
    -----
    These compare what happened under each route. Who applies by which route, and for which posts,
    differs: a difference is an association, not the effect of the route. ln of the ratio of ratios
    has the sum of both variances.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.recruitment.routes(council.applications, of="ethnicity", route="name_blind")
    >>> table.about.groups
    ('ethnicity', 'name_blind', 'stage')
    """
    refuse_wrong_arguments(of, route, where, confidence, split="route")
    found = pipeline(
        applications,
        by=[of, route],
        where=where,
        levels={of: level},
        stages=stages,
        withdrawn=withdrawn,
    )
    rows = Rows(found.cells(), found.names)
    for names in ((of,), (of, route)):
        name_people(
            rows,
            applications,
            found,
            names,
            where=where,
            level={of: level},
            stages=found.stages,
        )
    table = _Routes(found, of, route, rows, confidence)
    label = table.add(reference, against)
    ways = found.dimension(route).title.lower()
    about = describe(
        applications,
        found,
        [of, route, "stage"],
        kind="routes",
        title="Who applied and who passed each stage",
        question=f"What did each {ways} do to the pool and to each stage?",
        definition=(
            "Share of each group at each stage, and its rate from applying against the "
            "reference's, within each route; and that comparison between routes."
        ),
        period=period_of(applications, where),
        confidence=confidence,
        reference=label,
        caveats=(
            f"Routes are compared with “{table.against_label}”. Who applies by which route, and "
            "for which posts, differs: a difference is not the effect of the route.",
        ),
    )
    return table.rows.estimates(about, found.counts, found.holds())


@dataclass
class _Routes:
    """Adds the rows of a comparison of routes."""

    found: Pipeline
    of: str
    route: str
    rows: Rows
    confidence: float
    against_label: str = ""

    def add(self, reference: str, against: str | None) -> str:
        """Add all rows; return the label of the reference group."""
        dimension, ways = self.found.dimension(self.of), self.found.dimension(self.route)
        first = self.found.stages[0]
        pools = {
            code: self.rows.n(self._reached({self.of: (code,)}, first))
            for code in dimension.declared
        }
        if reference in ("rest", "total", "highest"):
            raise UsageError(
                f"Routes are held against one group, not against {reference!r}. Name a group, or "
                "use 'largest'."
            )
        code = find_reference(reference, dimension, pools, pools)
        sizes = {way: self.rows.n(self._reached({self.route: (way,)}, first)) for way in ways.codes}
        base = self._against(against, sizes)
        self.against_label = ways.label(base)
        for way in ways.codes:
            for stage in self.found.stages:
                for one in dimension.declared:
                    self._at(one, code, way, base, stage)
        return dimension.label(code)

    def _against(self, asked: str | None, sizes: Mapping[str, int]) -> str:
        ways = self.found.dimension(self.route)
        if asked is None:
            return max(sizes, key=lambda way: sizes[way])
        named = {ways.label(code).casefold(): code for code in ways.codes}
        code = named.get(str(asked).casefold(), asked)
        if code not in ways.codes:
            raise UsageError(
                f"against={asked!r} is not one of {ways.title}. Allowed: "
                f"{', '.join(ways.label(one) for one in ways.codes)}."
            )
        return code

    def _reached(self, whom: Mapping[str, tuple[str, ...]], stage: str) -> int:
        return self.rows.cell(**whom, **{FATE: self.found.reached(stage)})

    def _cells(self, group: str, way: str, stage: str) -> tuple[int, int]:
        whom = {self.of: (group,), self.route: (way,)}
        base = base_cell(self.rows, self.found, whom, self.found.stages[0], stage)
        return self._reached(whom, stage), base

    def _at(self, group: str, reference: str, way: str, base: str, stage: str) -> None:
        """Add the rows of one group, route and stage."""
        dimension = self.found.dimension(self.of)
        ways = self.found.dimension(self.route)
        labels = {
            self.of: dimension.label(group),
            self.route: ways.label(way),
            "stage": LABELS[stage],
        }
        everybody = {self.of: dimension.declared, self.route: (way,)}
        here = self._reached({self.of: (group,), self.route: (way,)}, stage)
        whole = self._reached(everybody, stage)
        self.rows.proportion("share_at_stage", labels, here, whole, self.confidence)
        if stage == self.found.stages[0]:
            return
        mine = self._cells(group, way, stage)
        self.rows.proportion("rate_from_applied", labels, *mine, self.confidence)
        if group == reference:
            return
        other = self._cells(reference, way, stage)
        sizes = [self.rows.n(cell) for cell in (*mine, *other)]
        self._ratio(
            "relative_likelihood",
            labels,
            mine,
            other,
            ratio_interval(*sizes, confidence=self.confidence),
            reference=dimension.label(reference),
            oriented=orientation(dimension.label(group), dimension.label(reference), VERBS[stage]),
        )
        if way == base:
            return
        there = (*self._cells(group, base, stage), *self._cells(reference, base, stage))
        sizes += [self.rows.n(cell) for cell in there]
        self._ratio(
            "ratio_of_ratios",
            labels,
            mine,
            (*other, *there),
            ratio_of_ratios_interval(*sizes, confidence=self.confidence),
            reference=ways.label(base),
            oriented=(
                f"above 1: {VERBS[stage]} is more likely for “{dimension.label(group)}”, against "
                f"“{dimension.label(reference)}”, under “{ways.label(way)}” than under "
                f"“{ways.label(base)}”"
            ),
        )

    def _ratio(
        self,
        measure: str,
        labels: Mapping[str, str],
        cells: tuple[int, int],
        behind: Sequence[int],
        ratio: object,
        *,
        reference: str,
        oriented: str,
    ) -> None:
        ends = {name: float(getattr(ratio, name)) for name in ("value", "lower", "upper")}
        row = self.rows.add(
            measure,
            labels,
            numerator=cells[0],
            denominator=cells[1],
            behind=behind,
            unit="ratio",
            inference="process",
            compared=labels[self.of] if measure == "relative_likelihood" else labels[self.route],
            reference=reference,
            orientation=oriented,
            method=str(getattr(ratio, "method", "")),
            **ends,
        )
        pools = (cells[1], *behind[1::2])
        self.rows.unless_known(row, *pools, otherwise=NOTHING)


def intersections(
    applications: Extract,
    *,
    of: tuple[str, str] = ("ethnicity", "sex"),
    outcome: str = "appointed",
    among: str = "applied",
    levels: Mapping[str, str] | None = None,
    withdrawn: str = "apart",
    where: Where = None,
    confidence: float = 0.95,
) -> Estimates:
    """How did people at the crossing of two characteristics fare, such as Black women?

    Parameters
    ----------
    applications
        An applications extract, or counts of applications split by both characteristics.
    of
        The two characteristics.
    outcome, among, withdrawn, where, confidence
        As in `likelihood`.
    levels
        Level of each characteristic's code list; "main" without it.

    Returns
    -------
    Estimates
        One group column, named after both ("ethnicity_and_sex"). For every pair of declared
        answers `rate` (proportion, Wilson) and `shrunk` (the rate drawn towards that of all, the
        more so the smaller the group; empirical Bayes), and the rows of `likelihood` against all
        who declared both.

    Raises
    ------
    UsageError
        Not two characteristics, or one, a stage or a category that there is not.

    Notes
    -----
    Crossing makes many small groups, of which some lie far out by chance alone. Shrunk rates allow
    for that: they are right on average over groups, and take each group's own less at its word.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.recruitment.intersections(
    ...     council.applications, outcome="shortlisted", levels={"ethnicity": "binary"}
    ... )
    >>> table.about.groups
    ('ethnicity_and_sex',)
    """
    if not isinstance(of, tuple | list) or len(of) != 2 or of[0] == of[1]:
        raise UsageError('of= takes two different characteristics: of=("ethnicity", "sex").')
    refuse_wrong_arguments(of[0], of[1], where, confidence)
    if levels is not None and not isinstance(levels, Mapping):
        raise UsageError('levels= takes names and levels, such as {"ethnicity": "binary"}.')
    found = pipeline(
        applications, by=list(of), where=where, levels=levels or {}, withdrawn=withdrawn
    )
    refuse_stages(found, among, outcome)
    rows = Rows(found.cells(), found.names)
    first, second = (found.dimension(name) for name in of)
    name_people(
        rows, applications, found, of, where=where, level=levels or {}, stages=(among, outcome)
    )
    name = f"{of[0]}_and_{of[1]}"
    pairs = list(product(first.declared, second.declared))

    def group(label: str, one: tuple[str, ...], two: tuple[str, ...]) -> Group:
        whom = {of[0]: one, of[1]: two}
        passed = rows.cell(**whom, **{FATE: found.reached(outcome)})
        return Group(label, passed, base_cell(rows, found, whom, among, outcome))

    groups = [group(f"{first.label(a)}, {second.label(b)}", (a,), (b,)) for a, b in pairs]
    everybody = group(TOTAL, first.declared, second.declared)
    question = Question(VERBS[outcome], confidence=confidence)
    comparison_rows(rows, name, groups, [everybody] * len(groups), question, overlapping=True)
    shrunk = shrunk_rates(
        [rows.n(one.passed) for one in groups],
        [rows.n(one.pool) for one in groups],
        confidence=confidence,
    )
    for place, one in enumerate(groups):
        row = rows.add(
            "shrunk",
            {name: one.label},
            numerator=one.passed,
            denominator=one.pool,
            behind=(everybody.passed, everybody.pool),
            unit="proportion",
            inference="process",
            value=float(shrunk.value[place]),
            lower=float(shrunk.lower[place]),
            upper=float(shrunk.upper[place]),
            method=str(shrunk.method[place]),
        )
        rows.unless_known(row, one.pool)
    both = f"{first.title} and {second.title.lower()}"
    about = describe(
        applications,
        found,
        list(of),
        kind="intersections",
        title=f"Rate of {VERBS[outcome]}, of {AMONG[among]}",
        question="How did people at the crossing of two characteristics fare?",
        definition="Each pair of groups against all who declared both characteristics.",
        period=period_of(applications, where),
        confidence=confidence,
        stages=(among, outcome),
        reference=TOTAL,
    )
    about = replace(
        about,
        groups=(name,),
        headings={name: both},
        order={name: tuple(one.label for one in groups)},
    )
    return rows.estimates(about, found.counts, found.holds())
