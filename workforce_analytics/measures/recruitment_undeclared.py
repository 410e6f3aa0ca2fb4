"""What the answers that nobody gave could change, and whether outcomes go with declaring."""

from __future__ import annotations

from dataclasses import replace

from workforce_analytics.counting.stage_words import AMONG, VERBS
from workforce_analytics.estimates import UNDECLARED, Estimates
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.inference.ratios import ratio_interval
from workforce_analytics.inference.two_by_two import two_by_two_tests
from workforce_analytics.measures.between_groups import TOTAL, orientation
from workforce_analytics.measures.pipeline import (
    FATE,
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
from workforce_analytics.measures.rows import Rows

NOT_SHARED = "nobody is in this base, or no declared application ended as the undeclared did"


def undeclared(
    applications: Extract,
    *,
    of: str,
    outcome: str = "appointed",
    among: str = "applied",
    level: str = "main",
    withdrawn: str = "apart",
    where: Where = None,
    confidence: float = 0.95,
) -> Estimates:
    """How far could those who did not declare change the rates, and did they fare differently?

    Parameters
    ----------
    applications, of, outcome, among, level, withdrawn, where, confidence
        As in `likelihood`.

    Returns
    -------
    Estimates
        For every declared group `rate` (the undeclared left out), `rate_shared_out` (the
        undeclared shared out in proportion), `rate_lower_bound` and `rate_upper_bound` (all of them
        in this group, none or all having passed); for the row "Undeclared" its own `rate` and
        `declared_against_undeclared` (ratio of the two rates, p-value mid-P): where its interval
        leaves out 1, who declares goes with what became of them, and the rates of the groups may
        mislead. Unit: proportion, ratio.

    Raises
    ------
    UsageError
        A characteristic, field, stage or category that the applications do not have.

    Notes
    -----
    With x of n passing in a group and M undeclared: bounds x / (n + M) and (x + M) / (n + M).
    Shared out: those undeclared who passed as the declared who passed are spread over groups, and
    those who did not pass likewise; undefined where undeclared passed, or did not, and nobody who
    declared did the same. Undeclared: prefer not to say, not known, not asked, blank.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> table = wa.recruitment.undeclared(
    ...     council.applications, of="disability", outcome="shortlisted"
    ... )
    >>> table.about.kind
    'undeclared'
    """
    refuse_wrong_arguments(of, None, where, confidence)
    found = pipeline(applications, by=[of], where=where, levels={of: level}, withdrawn=withdrawn)
    refuse_stages(found, among, outcome)
    rows = Rows(found.cells(), found.names)
    name_people(
        rows, applications, found, [of], where=where, level={of: level}, stages=(among, outcome)
    )
    dimension = found.dimension(of)

    def cells(codes: tuple[str, ...]) -> tuple[int, int]:
        whom = {of: codes}
        passed = rows.cell(**whom, **{FATE: found.reached(outcome)})
        return passed, base_cell(rows, found, whom, among, outcome)

    known, missing = cells(dimension.declared), cells(dimension.undeclared)
    sizes = [rows.n(cell) for cell in (*known, *missing)]
    for code in dimension.declared:
        part, whole = cells((code,))
        labels = {of: dimension.label(code)}
        rows.proportion("rate", labels, part, whole, confidence)
        for measure, value, method in _treated(rows.n(part), rows.n(whole), *sizes):
            row = rows.add(
                measure,
                labels,
                numerator=part,
                denominator=whole,
                behind=(*known, *missing),
                unit="proportion",
                inference="process",
                value=value,
                method=method,
            )
            rows.unless_known(row, known[1], otherwise=NOT_SHARED)
    labels = {of: UNDECLARED}
    rows.proportion("rate", labels, *missing, confidence)
    alarm = ratio_interval(*sizes, confidence=confidence)
    row = rows.add(
        "declared_against_undeclared",
        labels,
        numerator=known[0],
        denominator=known[1],
        behind=missing,
        unit="ratio",
        inference="process",
        compared=TOTAL,
        reference=UNDECLARED,
        orientation=orientation(TOTAL, UNDECLARED, VERBS[outcome]),
        value=float(alarm.value),
        lower=float(alarm.lower),
        upper=float(alarm.upper),
        p_value=float(two_by_two_tests(*sizes).mid_p),
        method=str(alarm.method),
    )
    rows.unless_known(row, known[1], missing[1])
    about = describe(
        applications,
        found,
        [of],
        kind="undeclared",
        title=f"What undeclared answers could change of {VERBS[outcome]}, of {AMONG[among]}",
        question="How far could those who did not declare change the rates of the groups?",
        definition=(
            "Rates with the undeclared left out, shared out in proportion, and all of them in one "
            "group."
        ),
        period=period_of(applications, where),
        confidence=confidence,
        stages=(among, outcome),
    )
    order = {of: (*(dimension.label(code) for code in dimension.declared), UNDECLARED)}
    return rows.estimates(replace(about, order=order), found.counts, found.holds())


def _treated(
    passed: int, pool: int, known_passed: int, known: int, missing_passed: int, missing: int
) -> list[tuple[str, float, str]]:
    """Give the rate of a group under each treatment of those who did not declare."""
    more = _shared(missing_passed, passed, known_passed)
    size = pool + more + _shared(missing - missing_passed, pool - passed, known - known_passed)
    widest = pool + missing
    nan = float("nan")
    return [
        (
            "rate_shared_out",
            (passed + more) / size if size else nan,
            "undeclared shared out over groups, those who passed and those who did not apart",
        ),
        ("rate_lower_bound", passed / widest if widest else nan, "x / (n + undeclared)"),
        (
            "rate_upper_bound",
            (passed + missing) / widest if widest else nan,
            "(x + undeclared) / (n + undeclared)",
        ),
    ]


def _shared(missing: int, part: int, whole: int) -> float:
    """Give a group its share of the undeclared; not a number where nobody declared is like them."""
    if not missing:
        return 0.0
    return missing * part / whole if whole else float("nan")
