"""How likely each group is to pass from one stage to another, against a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from workforce_analytics.counting.stage_words import AMONG, VERBS
from workforce_analytics.errors import UsageError
from workforce_analytics.estimates import Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.screening import ZONE, highest
from workforce_analytics.measures.between_groups import (
    REST,
    SCREENING,
    TOTAL,
    Group,
    Question,
    comparison_rows,
    find_reference,
    zone_of,
)
from workforce_analytics.measures.pipeline import (
    FATE,
    Pipeline,
    pipeline,
    refuse_stages,
    within_parts,
)
from workforce_analytics.measures.recruitment_strata import stratified
from workforce_analytics.measures.recruitment_tables import (
    Where,
    base_cell,
    describe,
    name_people,
    period_of,
    refuse_wrong_arguments,
)
from workforce_analytics.measures.rows import Rows
from workforce_analytics.measures.standards import Standard, standard_for


def likelihood(
    applications: Extract,
    *,
    of: str,
    outcome: str | None = None,
    among: str | None = None,
    by: str | None = None,
    level: str | None = None,
    reference: str | None = None,
    standard: str | None = None,
    strata: str | Sequence[str] | None = None,
    bulk: int = 100,
    zone: Any = ZONE,
    withdrawn: str | None = None,
    where: Where = None,
    confidence: float = 0.95,
) -> Estimates:
    """How likely is each group to pass from one stage of recruitment to another, against others?

    Parameters
    ----------
    applications
        An applications extract, or counts of applications somebody published (contract `counts`).
    of
        The characteristic: "ethnicity", "sex", "disability", ...
    outcome, among
        The stage that is passed, and the earlier one that everybody counted has reached: "applied",
        "shortlisted", "interviewed", "offered", "appointed". Appointed among applied without them.
    by
        What the table is split by: "year", "grade_band", "service", ... Each part is compared for
        itself, and all together.
    level
        Level of the characteristic's code list; "main" without it.
    reference
        What each group is compared with: "largest" (default: the declared group with the most in
        the pool, of all parts together), "rest" (all other declared groups together), "total" (all
        who declared, the group among them), "highest" (the group with the highest rate, of those
        with at least 2 % of the pool; in each part its own), or a group by its label or code.
    standard
        A published definition by name ("wres_2", "sc_wres_2", "wdes_2", "relative_rate_index",
        "impact_ratio"): it sets what it defines of outcome, among, level, reference, orientation
        and what is done with withdrawn applications; asking for something else is refused.
    strata
        What is adjusted for: "vacancy", or names of dimensions such as "service" or
        ["service", "grade"]. The table is then of the kind "stratified": see Returns.
    bulk
        With strata: vacancies of more than so many applicants are a bulk campaign, and the figures
        are given without them too.
    zone
        Screening range of the ratio: closed, compared by whole numbers.
    withdrawn
        "apart" (default) or "in": see `funnel`.
    where
        A subset: dimension -> category code or codes.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Estimates
        For every declared group `rate` (proportion), and for all but the reference:
        `relative_likelihood` (ratio of the two rates; p-value mid-P, q-value Benjamini-Hochberg
        over the table), `difference` (percentage points), `relative_likelihood_of_failure`,
        `odds_ratio`, `z_test`, `fisher_test`, `mid_p_test`, `phi`, `cohens_h`, `screening` (-1
        below the range, 0 within, 1 above), `shortfall_to_reference`, `shortfall_to_pooled`
        (applications; not rounded), `one_person_flip` (fewest selections, exchanged with the
        reference, that turn the flag), `smallest_detectable_ratio` (for planning), and with the
        highest rate as reference `smallest_ratio_test`. Against "total" there is no odds ratio and
        nothing to exchange. Each row says in
        `orientation` what lies above 1. A comparison with nobody, or of nothing with nothing, is
        `undefined`, never 1.

        With strata: `relative_likelihood` and `odds_ratio` as they are and `..._stratified`
        (Mantel-Haenszel), the same `_without_bulk`, `stratified_test` (Cochran-Mantel-Haenszel),
        `same_in_every_stratum` (Breslow-Day with Tarone's correction, where every fitted count is 5
        or more; never by vacancy), `expected` and `shortfall` (what each group would have had at
        the rate of all in the same stratum) and `reversal` (1 where the direction turns round). For
        strata other than vacancies, `rate`, `reference_rate`, `expected` and `shortfall` of each
        stratum too.

    Raises
    ------
    UsageError
        A characteristic, field, stage, group, standard or category that there is not.

    Notes
    -----
    Relative likelihood RR = (a / n) / (b / m); interval exp(ln RR +- z sqrt(1/a - 1/n + 1/b -
    1/m)) (Katz and others 1978), with a zero among the counts Koopman's score interval (1984).
    Against "total": variance (1 - a/A)^2 (1/a - 1/n) + (c/A)^2 (1/c - 1/m), A = a + c. "highest":
    the p-value is that of the smallest ratio, by simulating equal rates, because some group is
    always highest: with five equal groups most tables show a ratio under four fifths. Screening
    compares 5 a m with 4 b n: exactly 80 % is within the range. The unit of analysis is the
    application; for a candidate with many, see `adjusted(..., clusters="candidate")`.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.recruitment.likelihood(
    ...     council.applications, of="ethnicity", outcome="shortlisted", reference="White"
    ... )
    >>> table.about.reference
    'White'
    >>> wa.recruitment.likelihood(
    ...     council.applications, of="ethnicity", standard="sc_wres_2"
    ... ).about.kind
    'likelihood'
    """
    refuse_wrong_arguments(of, by, where, confidence)
    zone = zone_of(zone)
    chosen = _chosen(standard, of, outcome, among, level, reference, withdrawn)
    stages = among, outcome = chosen.among, chosen.outcome
    published, level, reference = chosen.published, chosen.level, chosen.reference
    if strata is not None:
        if published is not None or by is not None:
            raise UsageError("strata= is not taken together with by= or standard=.")
        return stratified(
            applications,
            of=of,
            outcome=outcome,
            among=among,
            level=level,
            reference=reference,
            strata=strata,
            bulk=bulk,
            withdrawn=chosen.withdrawn,
            where=where,
            confidence=confidence,
        )
    split = [of, *([by] if by else [])]
    found = pipeline(
        applications, by=split, where=where, levels={of: level}, withdrawn=chosen.withdrawn
    )
    refuse_stages(found, *stages)
    rows = Rows(found.cells(), found.names)
    for names in [(of,), (of, by)] if by else [(of,)]:
        name_people(rows, applications, found, names, where=where, level={of: level}, stages=stages)
    question = Question(
        VERBS[outcome],
        zone=zone,
        swapped=published is not None and published.swapped,
        confidence=confidence,
    )
    held_against = reference
    for part, within in within_parts(found, by):
        extra = {by: part} if by else {}
        code = _compare(
            rows, found, of, within, held_against, stages, replace(question, extra=extra)
        )
        if not within:
            label = {"total": TOTAL, "rest": REST}.get(code) or found.dimension(of).label(code)
            # Parts are held against one and the same group, though others are larger in some.
            held_against = code if reference == "largest" else reference
    about = describe(
        applications,
        found,
        split,
        kind="likelihood",
        title=f"Relative likelihood of {VERBS[outcome]}, of {AMONG[among]}",
        question=f"How likely is each group to pass, of {AMONG[among]}: {VERBS[outcome]}?",
        definition=_definition(published, label, reference),
        period=period_of(applications, where),
        confidence=confidence,
        stages=stages,
        reference=label,
        caveats=_caveats(question, published, reference),
    )
    return rows.estimates(about, found.counts, found.holds())


@dataclass(frozen=True)
class _Chosen:
    """What is compared: as it was asked for, as a published standard has it, or by default."""

    outcome: str
    among: str
    level: str
    reference: str
    withdrawn: str
    published: Standard | None


def _chosen(
    name: str | None,
    of: str,
    outcome: str | None,
    among: str | None,
    level: str | None,
    reference: str | None,
    withdrawn: str | None,
) -> _Chosen:
    published = standard_for(name, of, "applications") if name is not None else None
    defined: dict[str, str] = {}
    if published is not None:
        defined["reference"] = published.reference
    if published is not None and published.of:
        defined |= {
            "outcome": published.outcome,
            "among": published.among,
            "level": published.level,
            "withdrawn": published.withdrawn,
        }
    asked = {
        "outcome": outcome,
        "among": among,
        "level": level,
        "reference": reference,
        "withdrawn": withdrawn,
    }
    for argument, value in asked.items():
        if value is not None and defined.get(argument, value) != value:
            raise UsageError(
                f"standard='{name}' defines {argument}={defined[argument]!r}, not {value!r}. Leave "
                f"{argument}= out, or leave standard= out."
            )
    usual = {
        "outcome": "appointed",
        "among": "applied",
        "level": "main",
        "reference": "largest",
        "withdrawn": "apart",
    }
    taken = {
        argument: value or defined.get(argument) or usual[argument]
        for argument, value in asked.items()
    }
    return _Chosen(**taken, published=published)


def _definition(published: Standard | None, label: str, reference: str) -> str:
    if published is not None:
        return f"{published.title}: {published.definition}"
    if reference == "highest":
        return f"A group's rate divided by that of the group with the highest rate (here {label})."
    return f"A group's rate divided by that of the reference ({label})."


def _caveats(question: Question, published: Standard | None, reference: str) -> tuple[str, ...]:
    low, high = (float(end) for end in question.zone)
    said = [
        f"A ratio outside {low:.2f} to {high:.2f} is outside {SCREENING}.",
    ]
    if reference == "highest":
        said.append(
            "Some group always has the highest rate, so ratios to it are below 1 by chance alone; "
            "the p-value of the smallest ratio allows for that."
        )
    if published is not None:
        said.append(f"Source of the definition: {published.source}.")
    return tuple(said)


def _compare(
    rows: Rows,
    found: Pipeline,
    of: str,
    within: dict[str, tuple[str, ...]],
    reference: str,
    stages: tuple[str, str],
    question: Question,
) -> str:
    """Add the rows of one part of the table; return the reference's code, "rest" or "total"."""
    among, outcome = stages
    dimension = found.dimension(of)

    def group(label: str, codes: tuple[str, ...]) -> Group:
        whom = {**within, of: codes}
        passed = rows.cell(**whom, **{FATE: found.reached(outcome)})
        return Group(label, passed, base_cell(rows, found, whom, among, outcome))

    groups = [group(dimension.label(code), (code,)) for code in dimension.declared]
    pools = {code: rows.n(one.pool) for code, one in zip(dimension.declared, groups, strict=True)}
    passed = {
        code: rows.n(one.passed) for code, one in zip(dimension.declared, groups, strict=True)
    }
    code = find_reference(reference, dimension, pools, passed)
    if code == "total":
        others = [group(TOTAL, dimension.declared)] * len(groups)
    elif code == "rest":
        others = [
            group(REST, tuple(other for other in dimension.declared if other != one))
            for one in dimension.declared
        ]
    else:
        others = [groups[dimension.declared.index(code)]] * len(groups)
    p_value = None
    if reference == "highest":
        p_value = float(highest(list(passed.values()), list(pools.values())).p_value)
    comparison_rows(
        rows,
        of,
        groups,
        others,
        question,
        overlapping=code == "total",
        p_of_highest=p_value,
    )
    return code
