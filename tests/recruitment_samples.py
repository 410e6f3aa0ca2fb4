"""Protected tables of a made-up council's recruitment, for the tests of what people read.

One function per kind of figures, with the rows that the measures make. A row whose counts are small
is hidden together with every ratio that rests on them, as disclosure control would.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from tests.protected_samples import ASIAN, BLACK, MIXED, OTHER, WHITE, wilson
from workforce_analytics.disclosure.protected import Protected, protect
from workforce_analytics.estimates import ALL, About, assemble

GROUPS = (ASIAN, BLACK, MIXED, WHITE, OTHER)
STAGES = ("Applied", "Shortlisted", "Interviewed", "Offered", "Appointed")
PERIOD = "2024-04-01 to 2025-03-31"
WHEN = "1 April 2024 to 31 March 2025"
Row = dict[str, Any]
Pair = tuple[int, int]

FUNNEL: dict[str, tuple[int, ...]] = {
    ASIAN: (1840, 512, 371, 104, 92),
    BLACK: (1422, 341, 239, 61, 55),
    MIXED: (402, 131, 97, 29, 26),
    WHITE: (5120, 1843, 1392, 486, 441),
    OTHER: (188, 47, 33, 12, 11),
}
UNDECLARED = ("Prefer not to say", "Not known", "Not asked", "Left blank")
MISSING = {"Prefer not to say": (212, 71, 50, 15, 14), "Left blank": (96, 30, 22, 0, 0)}
FEW: dict[str, tuple[int, ...]] = {**FUNNEL, OTHER: (52, 14, 11, 4, 3)}
"""So few of one group that their appointments are hidden."""
NONE: dict[str, tuple[int, ...]] = {**FUNNEL, OTHER: (26, 12, 0, 0, 0)}
"""Nobody of one group got an interview."""

PASSES: dict[str, Pair] = {group: (n[1], n[0]) for group, n in FUNNEL.items()}
ZERO: dict[str, Pair] = {**PASSES, OTHER: (0, 26), MIXED: (0, 0)}
"""Nobody of one group was shortlisted; nobody of another applied."""
BY_BAND: dict[str, dict[str, Pair]] = {
    "Grades 1 to 4": {
        ASIAN: (300, 900),
        BLACK: (250, 800),
        MIXED: (70, 180),
        WHITE: (640, 1600),
        OTHER: (22, 80),
    },
    "Grades 5 to 7": {
        ASIAN: (150, 640),
        BLACK: (70, 430),
        MIXED: (45, 150),
        WHITE: (820, 2300),
        OTHER: (15, 70),
    },
    "Grades 8 to 10": {
        ASIAN: (62, 300),
        BLACK: (21, 192),
        MIXED: (16, 72),
        WHITE: (383, 1220),
        OTHER: (0, 38),
    },
}


# --- intervals, worked out plainly --------------------------------------------------------------


def ratio(a: float, n: float, b: float, m: float) -> Row:
    """Work out a relative likelihood with its log interval; no interval where a count is zero."""
    if not n or not m or not (a or b):
        return {"unit": "ratio", "status": "undefined"}
    if not b:
        return {"unit": "ratio", "value": math.inf, "lower": 1.2, "upper": math.inf}
    value = (a / n) / (b / m)
    if not a:
        upper = (3.0 / (n + 3.0)) / (b / m)
        return {"unit": "ratio", "value": 0.0, "lower": 0.0, "upper": upper, "method": "score"}
    spread = 1.96 * math.sqrt(max(1 / a - 1 / n + 1 / b - 1 / m, 0.0))
    ends = {"lower": value * math.exp(-spread), "upper": value * math.exp(spread)}
    return {"unit": "ratio", "value": value, **ends, "method": "log"}


def odds_ratio(a: float, n: float, b: float, m: float) -> Row:
    """Work out an odds ratio with Woolf's interval."""
    if 0 in (a, n - a, b, m - b):
        return {"unit": "odds_ratio", "status": "undefined"}
    value = a * (m - b) / (b * (n - a))
    spread = 1.96 * math.sqrt(1 / a + 1 / (n - a) + 1 / b + 1 / (m - b))
    ends = {"lower": value * math.exp(-spread), "upper": value * math.exp(spread)}
    return {"unit": "odds_ratio", "value": value, **ends, "method": "log"}


def difference(a: float, n: float, b: float, m: float) -> Row:
    """Work out a difference in percentage points with its interval."""
    if not n or not m:
        return {"unit": "percentage_points", "status": "undefined"}
    p, q = a / n, b / m
    spread = 196 * math.sqrt(p * (1 - p) / n + q * (1 - q) / m)
    gap = 100 * (p - q)
    ends = {"lower": gap - spread, "upper": gap + spread}
    return {"unit": "percentage_points", "value": gap, **ends}


def p_value(a: float, n: float, b: float, m: float) -> float:
    """Work out the two-sided p-value of the pooled z-test."""
    if not n or not m or a + b in (0, n + m):
        return math.nan
    pooled = (a + b) / (n + m)
    z = (a / n - b / m) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return math.erfc(abs(z) / math.sqrt(2))


def rate(measure: str, n: float, of: float, **more: Any) -> Row:
    """Make the row of a rate with Wilson's interval; undefined where nobody was there."""
    row = {"measure": measure, "numerator": n, "denominator": of, "unit": "proportion", **more}
    row["behind"] = (n, of)
    if not of:
        return row | {"status": "undefined"}
    lower, upper = wilson(n, of)
    return row | {"value": n / of, "lower": lower, "upper": upper, "method": "Wilson"}


# --- hiding -------------------------------------------------------------------------------------


def made(
    rows: Sequence[Row], about: About, *, hidden: Sequence[Mapping[str, str]] = ()
) -> Protected:
    """Protect rows: those that rest on counts from 1 to 9 are hidden, and those asked for.

    Parameters
    ----------
    rows
        Rows of figures; "behind" holds the counts that a row rests on.
    about
        What the table is.
    hidden
        Which rows are hidden besides: column -> label, each.
    """
    small = np.array([any(0 < n < 10 for n in row.get("behind", ())) for row in rows])
    plain = [{name: value for name, value in row.items() if name != "behind"} for row in rows]
    exact = assemble(plain, about)
    table = protect(replace(exact, about=replace(about, published="made up")), audience="public")
    frame = table.to_frame()
    out = small.copy()
    for wanted in hidden:
        out |= (frame[list(wanted)] == list(wanted.values())).all(axis=1).to_numpy()
    counted = out & frame["numerator"].notna().to_numpy()
    frame.loc[counted, "numerator_mark"] = "[c]"
    numbers = ["numerator", "value", "lower", "upper", "p_value", "q_value"]
    frame.loc[out, numbers] = math.nan
    frame.loc[out, "value_mark"] = "[c]"
    frame.loc[out, "status"] = "suppressed"
    frame.loc[out, "note"] = ""
    # Everybody is nobody's group: a base is hidden only where it is small itself.
    bases = out & ((frame["denominator"] > 0) & (frame["denominator"] < 10)).to_numpy()
    frame.loc[bases, "denominator"] = math.nan
    frame.loc[bases, "denominator_mark"] = "[c]"
    counts = replace(table.decisions, primary=int(out.sum()), words="Each row by itself.")
    return replace(table, about=about, decisions=counts, _frame=frame)


def about(kind: str, **more: Any) -> About:
    """Say what a table of recruitment is."""
    words: dict[str, Any] = {
        "title": f"Relative likelihood of being shortlisted, of those who applied, {WHEN}",
        "question": "Are people of every group as likely to be shortlisted?",
        "definition": "Those of a group who were shortlisted divided by those who applied.",
        "source": "applications, applicant tracking system",
        "population": "external recruitment",
        "base": "9,280 applications",
        "period": PERIOD,
        "counted": "applications",
        "groups": ("ethnicity",),
        "headings": {
            "ethnicity": "Ethnic group",
            "grade_band": "Grade band",
            "service": "Service",
            "route": "Route",
            "stage": "Stage",
            "event": "Event",
            "ethnicity_and_sex": "Ethnic group and sex",
        },
        "order": {"ethnicity": GROUPS + UNDECLARED, "grade_band": (*BY_BAND, ALL)},
        "reference": WHITE,
    }
    words["order"] = words["order"] | more.pop("order", {})
    return About(**{**words, **more, "kind": kind})


# --- 1. the funnel ------------------------------------------------------------------------------

STAGE_ORDER = {"stage": (*STAGES, "Withdrawn", "Stage not known")}


def funnel_rows(counts: Mapping[str, Sequence[int]], reference: str, **more: Any) -> list[Row]:
    """Make the rows of every group and of everybody, at every stage."""
    whole = [sum(n) for n in zip(*counts.values(), strict=True)]
    rows: list[Row] = []
    for group, stages in {**counts, ALL: whole}.items():
        for place, n in enumerate(stages):
            at = {"period": PERIOD, "ethnicity": group, "stage": STAGES[place], **more}
            rows += [
                {"measure": "applications", "numerator": n, "value": n, "behind": (n,), **at}
                | {"unit": "applications"},
                {"measure": "candidates", "numerator": n, "value": n, "behind": (n,), **at}
                | {"unit": "people"},
            ]
            if not place:
                continue
            rows.append(rate("rate_from_applied", n, stages[0], **at))
            rows.append(rate("rate_from_previous", n, stages[place - 1], **at))
            if reference and group in counts and group not in (reference, *UNDECLARED):
                four = (n, stages[0], counts[reference][place], counts[reference][0])
                words = {"compared": group, "reference": reference, "orientation": "group / White"}
                row = {"measure": "relative_likelihood", **at, **words, "behind": four}
                rows.append(row | ratio(*four))
        gone = {"period": PERIOD, "ethnicity": group, "stage": "Withdrawn", **more}
        n = stages[0] // 20
        rows.append(
            {"measure": "applications", "numerator": n, "value": n, "behind": (n,), **gone}
            | {"unit": "applications"}
        )
    return rows


def funnel(
    counts: Mapping[str, Sequence[int]] = FUNNEL,
    *,
    missing: Mapping[str, Sequence[int]] = MISSING,
    reference: str = WHITE,
    hidden: Sequence[Mapping[str, str]] = (),
) -> Protected:
    """Every stage for every group, kinds of missing answers last."""
    words = about(
        "funnel",
        title=f"Recruitment by ethnic group, {WHEN}",
        question="How far does each group get?",
        groups=("ethnicity", "stage"),
        order=STAGE_ORDER | {"ethnicity": (*GROUPS, *UNDECLARED, ALL)},
        reference=reference,
    )
    return made(funnel_rows({**counts, **missing}, reference), words, hidden=hidden)


def funnel_by_band(*, hidden: Sequence[Mapping[str, str]] = ()) -> Protected:
    """Every stage for every group in each grade band, and in all of them."""
    parts = {
        "Grades 1 to 4": {g: tuple(n * 6 // 10 for n in FUNNEL[g]) for g in FUNNEL},
        "Grades 5 to 7": {g: tuple(n * 3 // 10 for n in FUNNEL[g]) for g in FUNNEL},
    }
    bands = {**parts, ALL: FUNNEL}
    rows = [row for band, n in bands.items() for row in funnel_rows(n, WHITE, grade_band=band)]
    words = about(
        "funnel",
        title=f"Recruitment by ethnic group and grade band, {WHEN}",
        groups=("ethnicity", "grade_band", "stage"),
        order=STAGE_ORDER | {"grade_band": (*parts, ALL), "ethnicity": (*GROUPS, *UNDECLARED, ALL)},
    )
    return made(rows, words, hidden=hidden)


# --- 2. likelihoods -----------------------------------------------------------------------------


def likelihood_rows(
    passes: Mapping[str, Pair], reference: str, *, turned: bool = False, **more: Any
) -> list[Row]:
    """Make the rows of every group against the reference.

    `turned` puts the reference above the line, as some published standards do.
    """
    b, m = passes[reference]
    rows: list[Row] = []
    for group, (a, n) in passes.items():
        at = {"period": PERIOD, "ethnicity": group, **more}
        if group == reference:
            rows.append(rate("rate", a, n, status="reference", **at))
            continue
        rows.append(rate("rate", a, n, **at))
        four = (b, m, a, n) if turned else (a, n, b, m)
        above, below = (reference, group) if turned else (group, reference)
        at |= {"compared": above, "reference": below, "orientation": f"{above} / {below}"}
        at |= {"behind": (a, n, b, m)}
        p = p_value(a, n, b, m)
        plain = partial(dict, at, unit="statistic", value=0.0)
        rows += [
            at | {"measure": "relative_likelihood", **ratio(*four), "p_value": p, "q_value": p},
            at | {"measure": "difference", **difference(a, n, b, m)},
            at | {"measure": "odds_ratio", **odds_ratio(*four)},
            at | {"measure": "relative_likelihood_of_failure"} | ratio(n - a, n, m - b, m),
            *[
                plain(measure=name, value=math.nan, p_value=p)
                for name in ("z_test", "fisher_test", "mid_p_test")
            ],
            *[plain(measure=name) for name in ("phi", "cohens_h")],
            plain(measure="screening", value=_screened(four)),
            *[
                at
                | {"measure": name, "value": n * b / m - a if m else math.nan}
                | {"unit": "applications"}
                for name in ("shortfall_to_reference", "shortfall_to_pooled")
            ],
            at | {"measure": "one_person_flip", "value": 12.0, "unit": "applications"},
            at | {"measure": "smallest_detectable_ratio", "value": 0.86, "unit": "ratio"},
        ]
    return rows


def _screened(four: Sequence[float]) -> float:
    a, n, b, m = four
    if not n or not m or not (a or b):
        return math.nan
    if 5 * a * m < 4 * b * n:
        return -1.0
    return 1.0 if 4 * a * m > 5 * b * n else 0.0


def likelihood(
    passes: Mapping[str, Pair] = PASSES,
    *,
    reference: str = WHITE,
    hidden: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> Protected:
    """Every group against the reference."""
    words = about("likelihood", reference=reference, **more)
    return made(likelihood_rows(passes, reference), words, hidden=hidden)


def likelihood_few() -> Protected:
    """One group so small that what rests on it is hidden."""
    return likelihood({**PASSES, OTHER: (4, 52)})


def likelihood_by_standard() -> Protected:
    """Two groups with the reference above the line, as WRES indicator 2 has it."""
    others = "All other ethnic groups combined"
    a, n = (sum(PASSES[g][i] for g in GROUPS if g != WHITE) for i in (0, 1))
    passes = {WHITE: PASSES[WHITE], others: (a, n)}
    words = about(
        "likelihood",
        reference=f"{WHITE}, as in WRES indicator 2",
        order={"ethnicity": (WHITE, others)},
    )
    return made(likelihood_rows(passes, WHITE, turned=True), words)


def likelihood_by_band(*, hidden: Sequence[Mapping[str, str]] = ()) -> Protected:
    """Every group against the reference in each grade band, and in all of them."""
    parts = {**BY_BAND, ALL: summed(BY_BAND)}
    rows = [row for band, n in parts.items() for row in likelihood_rows(n, WHITE, grade_band=band)]
    words = about("likelihood", groups=("ethnicity", "grade_band"))
    return made(rows, words, hidden=hidden)


def summed(strata: Mapping[str, Mapping[str, Pair]]) -> dict[str, Pair]:
    """Add the strata up, group by group."""
    return {
        group: (
            sum(s[group][0] for s in strata.values()),
            sum(s[group][1] for s in strata.values()),
        )
        for group in next(iter(strata.values()))
    }


# --- 3. strata ----------------------------------------------------------------------------------


def stratified(
    strata: Mapping[str, Mapping[str, Pair]] = BY_BAND,
    *,
    reversal: Sequence[str] = (),
    by: bool = True,
    hidden: Sequence[Mapping[str, str]] = (),
) -> Protected:
    """Crude and stratified beside each other; with `by`, what is expected in each stratum too."""
    rows: list[Row] = []
    whole = summed(strata)
    for group in [g for g in whole if g != WHITE]:
        expected = {}
        for band, passes in strata.items():
            (a, n), (b, m) = passes[group], passes[WHITE]
            everybody = [sum(x) for x in zip(*passes.values(), strict=True)]
            expected[band] = n * everybody[0] / everybody[1] if everybody[1] else 0.0
            at = {"period": PERIOD, "ethnicity": group, "grade_band": band, "behind": (a, n)}
            if by:
                rows += [rate("rate", a, n, **at), rate("reference_rate", b, m, **at)]
                rows += _expected(a, expected[band], at | {"behind": (a, n)})
        rows += _crude_and_stratified(whole, group, expected, reversal, by=by)
    groups = ("ethnicity", "grade_band") if by else ("ethnicity",)
    title = f"Likelihood of being shortlisted within grade bands, by ethnic group, {WHEN}"
    return made(rows, about("stratified", groups=groups, title=title), hidden=hidden)


def _expected(observed: float, expected: float, at: Row) -> list[Row]:
    unit = {"unit": "applications"}
    return [
        at | unit | {"measure": "expected", "value": expected, "numerator": observed},
        at | unit | {"measure": "shortfall", "value": expected - observed},
    ]


def _crude_and_stratified(
    whole: Mapping[str, Pair],
    group: str,
    expected: Mapping[str, float],
    reversal: Sequence[str],
    *,
    by: bool,
) -> list[Row]:
    (a, n), (b, m) = whole[group], whole[WHITE]
    at = {"period": PERIOD, "ethnicity": group, "compared": group, "reference": WHITE}
    at |= {"orientation": f"{group} / {WHITE}", "behind": (a, n, b, m)}
    if by:
        at |= {"grade_band": ALL}
    nearer = ratio(a * 1.04, n, b, m), odds_ratio(a * 1.04, n, b, m)
    plain = at | {"unit": "statistic"}
    return [
        at | {"measure": "relative_likelihood", **ratio(a, n, b, m)},
        at | {"measure": "relative_likelihood_stratified", **nearer[0]},
        at | {"measure": "relative_likelihood_stratified_without_bulk", **nearer[0]},
        at | {"measure": "odds_ratio", **odds_ratio(a, n, b, m)},
        at | {"measure": "odds_ratio_stratified", **nearer[1]},
        at | {"measure": "odds_ratio_stratified_without_bulk", **nearer[1]},
        plain | {"measure": "same_in_every_stratum", "value": 1.9, "p_value": 0.38},
        plain | {"measure": "stratified_test", "value": 6.1, "p_value": p_value(a, n, b, m)},
        *_expected(a, sum(expected.values()), at),
        plain | {"measure": "reversal", "value": float(group in reversal)},
    ]


# --- 4. those who did not declare ---------------------------------------------------------------


def undeclared(
    passes: Mapping[str, Pair] = PASSES,
    missing: Pair = (101, 308),
    *,
    hidden: Sequence[Mapping[str, str]] = (),
) -> Protected:
    """Rates with those who did not declare left out, at worst and at best, and shared out."""
    rows: list[Row] = []
    a, n = (sum(pair[i] for pair in passes.values()) for i in (0, 1))
    lost = missing[1]
    for group, (k, of) in passes.items():
        at = {"period": PERIOD, "ethnicity": group}
        behind = {"behind": (k, of, *missing), "unit": "proportion"}
        share = of / n if n else 0.0
        shared_out = (k + missing[0] * share) / (of + lost * share) if of else math.nan
        rows += [
            rate("rate", k, of, **at),
            at | behind | {"measure": "rate_lower_bound", "value": k / (of + lost)},
            at | behind | {"measure": "rate_upper_bound", "value": (k + lost) / (of + lost)},
            at | behind | {"measure": "rate_shared_out", "value": shared_out},
        ]
    at = {"period": PERIOD, "ethnicity": "Undeclared"}
    rows.append(rate("rate", *missing, **at))
    words = {"compared": "Declared", "reference": "Undeclared", "behind": (a, n, *missing)}
    rows.append(
        at
        | words
        | {"measure": "declared_against_undeclared", **ratio(a, n, *missing)}
        | {"orientation": "declared / undeclared", "p_value": p_value(a, n, *missing)}
    )
    title = f"Applicants who did not declare their ethnic group, {WHEN}"
    order = {"ethnicity": (*GROUPS, "Undeclared")}
    return made(rows, about("undeclared", title=title, order=order), hidden=hidden)


# --- 5. services --------------------------------------------------------------------------------

SERVICES: tuple[tuple[float, int], ...] = (
    (212.4, 171),
    (140.2, 138),
    (96.0, 101),
    (71.3, 44),
    (52.8, 50),
    (40.1, 38),
    (31.7, 36),
    (22.5, 24),
    (17.2, 12),
    (12.4, 14),
    (11.1, 0),
)
"""Expected and observed passes of each service."""
UNLIKE = ((120.4, 60), (61.2, 104), (30.0, 4), (25.3, 26), (14.8, 15))
"""Services of which two lie outside the limits, and one is so small that it is hidden."""


def variation(
    services: Sequence[tuple[float, int]] = SERVICES,
    *,
    groups: Sequence[str] = (BLACK,),
    hidden: Sequence[Mapping[str, str]] = (),
) -> Protected:
    """Observed over expected passes of each service, which is not named."""
    rows: list[Row] = []
    names = [f"Service {place}" for place in range(1, len(services) + 1)]
    for group in groups:
        for name, (expected, observed) in zip(names, services, strict=True):
            at = {"period": PERIOD, "ethnicity": group, "service": name, "behind": (observed,)}
            at |= {"compared": group, "reference": WHITE}
            rows += _service_rows(at, expected, observed)
        rows.append(
            {"measure": "over_dispersion", "period": PERIOD, "ethnicity": group, "service": ALL}
            | {"value": 1.4, "unit": "statistic"}
        )
    words = about(
        "variation",
        title=f"Shortlisting of each service, by ethnic group, {WHEN}",
        groups=("ethnicity", "service"),
        order={"service": (*names, ALL)},
        reference=WHITE,
    )
    return made(rows, words, hidden=hidden)


def _service_rows(at: Row, expected: float, observed: int) -> list[Row]:
    value = observed / expected if expected else math.nan
    low, high = (
        max(value - 1.96 * math.sqrt(max(observed, 1)) / expected, 0.0),
        value + 1.96 * math.sqrt(max(observed, 3)) / expected,
    )
    limits = {}
    for name, z in (("95", 1.959964), ("998", 3.090232)):
        half = z * math.sqrt(1.4 / expected)
        limits |= {f"limit_{name}_lower": max(1 - half, 0.0), f"limit_{name}_upper": 1 + half}
    outside = (value > limits["limit_998_upper"]) - (value < limits["limit_998_lower"])
    shrunk = (observed + 20) / (expected + 20)
    of_ratio = at | {"unit": "ratio"}
    return [
        of_ratio
        | {"measure": "observed_to_expected", "numerator": observed, "value": value}
        | {"lower": low, "upper": high},
        at | {"measure": "expected", "value": expected, "unit": "applications"},
        of_ratio
        | {"measure": "shrunk", "value": shrunk}
        | {"lower": 0.85 * shrunk, "upper": 1.18 * shrunk},
        *[of_ratio | {"measure": name, "value": limit} for name, limit in limits.items()],
        at
        | {"measure": "position", "value": (value - 1) / math.sqrt(1.4 / expected)}
        | {"unit": "statistic"},
        at | {"measure": "outside_998", "value": float(outside), "unit": "statistic"},
    ]


# --- 6. adjusted --------------------------------------------------------------------------------


def adjusted(
    passes: Mapping[str, Pair] = PASSES, *, hidden: Sequence[Mapping[str, str]] = ()
) -> Protected:
    """Odds ratios and gaps before and after adjustment; a group with no passes has none."""
    rows: list[Row] = []
    b, m = passes[WHITE]
    for group, (a, n) in passes.items():
        if group == WHITE:
            continue
        at = {"period": PERIOD, "ethnicity": group, "compared": group, "reference": WHITE}
        at |= {"orientation": f"{group} / {WHITE}", "behind": (a, n, b, m)}
        at |= {"n_effective": 9280, "clusters": 412}
        after = (a * 1.03, n, b, m)
        none = {"status": "undefined", "note": "nobody or everybody passed"} if not a else {}
        rows += [
            at | {"measure": "odds_ratio", **odds_ratio(a, n, b, m), **none},
            at | {"measure": "odds_ratio_adjusted", **odds_ratio(*after), **none},
            at | {"measure": "gap", **difference(a, n, b, m)},
            at
            | {"measure": "gap_adjusted"}
            | (_nothing("percentage_points") if none else difference(*after)),
            at | {"measure": "odds_ratio_within_vacancy", **odds_ratio(*after), **none},
        ]
    words = about(
        "adjusted",
        title=f"Likelihood of being shortlisted, adjusted for grade and route, {WHEN}",
        definition="Odds of being shortlisted, adjusted for grade band, service and route.",
    )
    return made(rows, words, hidden=hidden)


def _nothing(unit: str) -> Row:
    return {"unit": unit, "status": "undefined", "note": "nobody or everybody passed"}


# --- 7. routes ----------------------------------------------------------------------------------

ROUTES: dict[str, dict[str, tuple[int, ...]]] = {
    "Standard": FUNNEL,
    "Community event": {
        ASIAN: (210, 92, 70, 31, 28),
        BLACK: (260, 118, 88, 36, 30),
        MIXED: (48, 21, 17, 11, 10),
        WHITE: (180, 84, 66, 30, 27),
        OTHER: (31, 12, 11, 0, 0),
    },
}


def routes(
    counts: Mapping[str, Mapping[str, Sequence[int]]] = ROUTES,
    *,
    hidden: Sequence[Mapping[str, str]] = (),
) -> Protected:
    """What each route did to the pool and to each stage."""
    rows: list[Row] = []
    first = next(iter(counts))
    for route, groups in counts.items():
        whole = [sum(n) for n in zip(*groups.values(), strict=True)]
        for group, stages in groups.items():
            for place, n in enumerate(stages):
                at = {"period": PERIOD, "ethnicity": group, "route": route}
                at |= {"stage": STAGES[place]}
                rows.append(rate("share_at_stage", n, whole[place], **at))
                if not place:
                    rows.append(rate("share_of_applicants", n, whole[0], **at))
                    continue
                rows.append(rate("rate_from_applied", n, stages[0], **at))
                if group == WHITE:
                    continue
                four = (n, stages[0], groups[WHITE][place], groups[WHITE][0])
                at |= {"compared": group, "reference": WHITE, "behind": four}
                at |= {"orientation": f"{group} / {WHITE}"}
                rows.append(at | {"measure": "relative_likelihood", **ratio(*four)})
                if route != first:
                    rows.append(
                        at
                        | {"measure": "ratio_of_ratios", "value": 1.2, "unit": "ratio"}
                        | {"lower": 0.9, "upper": 1.6, "compared": route, "reference": first}
                    )
    words = about(
        "routes",
        title=f"What each route of recruitment did, by ethnic group, {WHEN}",
        groups=("ethnicity", "route", "stage"),
        order=STAGE_ORDER | {"route": tuple(counts)},
    )
    return made(rows, words, hidden=hidden)


# --- 8. participation ---------------------------------------------------------------------------

CASES: dict[str, Pair] = {
    ASIAN: (21, 702),
    BLACK: (18, 338),
    MIXED: (0, 150),
    WHITE: (74, 3890),
    OTHER: (3, 43),
}


def participation(
    cases: Mapping[str, Pair] = CASES,
    *,
    events: Mapping[str, Mapping[str, Pair]] | None = None,
    hidden: Sequence[Mapping[str, str]] = (),
) -> Protected:
    """How likely each group is to take part; several events where `events` are given."""
    several = {name: {"event": name} for name in events} if events else {}
    rows: list[Row] = []
    for name, passes in (events or {"": cases}).items():
        more = several.get(name, {})
        rows += likelihood_rows(passes, WHITE, **more)
        for group, (a, n) in passes.items():
            at = {"period": PERIOD, "ethnicity": group, "behind": (a, n), **more}
            rows += [
                at | {"measure": "events", "value": a, "numerator": a, "unit": "events"},
                at | {"measure": "people", "value": n, "numerator": n, "unit": "people"},
                at | {"measure": "cases", "value": a, "numerator": a, "unit": "events"},
                at | {"measure": "open_cases", "value": 0, "numerator": 0, "unit": "events"},
                at
                | {"measure": "rate_per_100_person_years", "unit": "per_100_person_years"}
                | ({"value": 100 * a / n} if n else {"status": "undefined"}),
            ]
    words = about(
        "participation",
        title=f"Relative likelihood of entering a formal disciplinary process, {WHEN}",
        question="Are people of every group as likely to enter a formal disciplinary process?",
        definition="Those of a group with a case divided by the staff of the group.",
        counted="people",
        groups=("ethnicity", "event") if events else ("ethnicity",),
        order={"event": tuple(events)} if events else {},
    )
    return made(rows, words, hidden=hidden)


def participation_events() -> Protected:
    """Two events in one table."""
    leadership = {g: (max(n // 20, 0), n) for g, (_, n) in CASES.items()}
    return participation(
        events={"Formal disciplinary process": CASES, "Leadership programme": leadership}
    )


# --- 9. intersections ---------------------------------------------------------------------------

CROSSED: dict[str, Pair] = {
    f"{group}, {sex}": (round(PASSES[group][0] * part), round(PASSES[group][1] * share))
    for group in GROUPS
    for sex, part, share in (("Female", 0.62, 0.55), ("Male", 0.38, 0.45))
}


def intersections(
    passes: Mapping[str, Pair] = CROSSED, *, hidden: Sequence[Mapping[str, str]] = ()
) -> Protected:
    """Rates of ethnic group and sex together, as they are and drawn towards the middle."""
    name = "ethnicity_and_sex"
    rows: list[Row] = []
    a, n = (sum(pair[i] for pair in passes.values()) for i in (0, 1))
    for group, (k, of) in passes.items():
        at = {"period": PERIOD, name: group}
        rows.append(rate("rate", k, of, **at))
        shrunk = rate("shrunk", k + 40 * a / n, of + 40, **at) | {"numerator": k}
        rows.append(shrunk | {"denominator": of, "behind": (k, of)})
        words = {"compared": group, "reference": "all others", "behind": (k, of, a - k, n - of)}
        words |= {"orientation": "group / all others", "measure": "relative_likelihood"}
        rows.append(at | words | ratio(k, of, a - k, n - of))
    words = about(
        "intersections",
        title=f"Likelihood of being shortlisted, by ethnic group and sex, {WHEN}",
        groups=(name,),
        order={name: tuple(passes)},
        reference="all others",
    )
    return made(rows, words, hidden=hidden)


EVERY: dict[str, Callable[[], Protected]] = {
    "funnel": funnel,
    "funnel with few": lambda: funnel(FEW),
    "funnel with nobody": lambda: funnel(NONE),
    "funnel by grade band": funnel_by_band,
    "likelihood": likelihood,
    "likelihood with few": likelihood_few,
    "likelihood of none": lambda: likelihood(ZERO),
    "likelihood, everything hidden": lambda: likelihood(hidden=[{"ethnicity": g} for g in GROUPS]),
    "likelihood by a standard": likelihood_by_standard,
    "likelihood by grade band": likelihood_by_band,
    "stratified": stratified,
    "stratified, reversed": lambda: stratified(reversal=(BLACK,)),
    "stratified, not by stratum": lambda: stratified(by=False),
    "undeclared": undeclared,
    "undeclared, few": lambda: undeclared(missing=(4, 60)),
    "variation": variation,
    "variation, some outside": lambda: variation(UNLIKE),
    "variation of two groups": lambda: variation(groups=(ASIAN, BLACK)),
    "adjusted": adjusted,
    "adjusted, none": lambda: adjusted(ZERO),
    "routes": routes,
    "participation": participation,
    "participation, several events": participation_events,
    "intersections": intersections,
}
"""One table of every kind, with hidden figures, zero cells and groups of nobody among them."""
